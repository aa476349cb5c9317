// Scans wait in the browser until the server has them: each has a key of its own, so that sending
// twice counts once. What waits survives a reload and a lost connection.
window.preau = window.preau || {};
// A key of this browser's for one scan. A page over plain HTTP has no randomUUID.
window.preau.scanKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
// `more()`: what else the page tells with each sending.
window.preau.scanQueue = (url, name, { answered, refused, waits, more = () => ({}) }) => {
  const store = `preau-stock-${document.body.dataset.person || ""}-${name}`;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(store)) || { scans: [], undo: [] };
    } catch {
      return { scans: [], undo: [] };
    }
  };
  let queue = read();
  let busy = false;
  let again = null;
  const keep = () => {
    try {
      localStorage.setItem(store, JSON.stringify(queue));
    } catch { /* a private window: what waits lives as long as the page */ }
    waits(queue.scans.length + queue.undo.length);
  };
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

  const send = async () => {
    if (busy || !(queue.scans.length + queue.undo.length)) return;
    busy = true;
    clearTimeout(again);
    const sent = { scans: queue.scans.slice(0, 200), undo: queue.undo.slice(0, 200) };
    let answer = null;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
        body: JSON.stringify({ ...more(), ...sent }),
      });
    } catch { /* no network: try later */ }
    busy = false;
    if (!answer || answer.status >= 500 || answer.redirected) {
      again = setTimeout(send, 4000);
      return waits(queue.scans.length + queue.undo.length, true);
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) return refused(told.error || "");
    const done = new Set(sent.scans.map((one) => one.key));
    const undone = new Set(sent.undo);
    queue.scans = queue.scans.filter((one) => !done.has(one.key));
    queue.undo = queue.undo.filter((key) => !undone.has(key));
    keep();
    answered(told);
    send();
  };

  window.addEventListener("online", send);
  keep();
  send();
  return {
    add: (scan) => {
      queue.scans.push(scan);
      keep();
      send();
    },
    undo: (key) => {
      queue.undo.push(key);
      keep();
      send();
    },
    waiting: () => queue.scans.map((one) => one),
  };
};
