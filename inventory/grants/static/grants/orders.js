// The reception desk: a scan marks its piece, a reservation opens its note. What waits for the
// network is kept by scan_queue.js; the signature itself is a plain form.
(() => {
  "use strict";
  const chosen = document.querySelector("[data-select]");
  if (chosen) {
    chosen.focus();
    chosen.select();
  }
  const desk = document.querySelector("[data-reception]");
  if (!desk) return;
  const words = desk.dataset;
  const input = desk.querySelector("[data-scan]");
  const box = desk.querySelector("[data-scan-box]");
  const verdict = desk.querySelector("[data-verdict]");
  const waiting = desk.querySelector("[data-queue]");
  const done = [];
  let hand = null; // the product of the last scan that was recognised

  const say = (state, icon, title, detail) => {
    const line = document.createElement("div");
    line.className = `s-${state}`;
    const mark = document.createElement("span");
    mark.className = `ti ti-${icon}`;
    mark.setAttribute("aria-hidden", "true");
    const text = document.createElement("span");
    const head = document.createElement("b");
    head.textContent = title;
    const small = document.createElement("small");
    small.textContent = detail;
    text.append(head, small);
    line.append(mark, text);
    verdict.replaceChildren(line);
    box.classList.toggle("wrong-x", state === "down");
  };
  const count = () =>
    desk.querySelectorAll("[data-line]").forEach((line) => {
      const seen = line.querySelector("[data-seen]");
      if (seen) seen.textContent = line.querySelectorAll("[data-is-seen]:not([data-refused])").length;
    });
  const show = (told) => {
    const row = told.piece && desk.querySelector(`[data-piece="${told.piece}"]`);
    if (!row) return;
    row.dataset.isSeen = told.key;
    row.querySelector("[data-serial]").textContent = told.text;
    row.querySelector("[data-no-serial]")?.remove();
    hand = told.line;
  };

  const queue = window.preau.scanQueue(words.url, words.name, {
    answered: ({ read = [], undone = [] }) => {
      read.forEach(show);
      undone.forEach((key) => desk.querySelector(`[data-is-seen="${key}"]`)?.removeAttribute("data-is-seen"));
      const last = read.at(-1);
      if (last) say(last.state, last.icon, `${last.text} : ${last.word}`, last.detail);
      if (last?.outcome === "unknown" && navigator.vibrate) navigator.vibrate(200);
      count();
    },
    refused: (why) => say("down", "alert-octagon", words.failed, why),
    waits: (n, failed = false) => {
      waiting.hidden = !n || (!failed && navigator.onLine);
      waiting.querySelector("[data-queue-words]").textContent = `${words.offline} (${n})`;
    },
  });

  const key = window.preau.scanKey;
  const add = (text) => {
    const told = text.trim();
    if (!told) return;
    const scan = { key: key(), text: told, line: hand, at: new Date().toISOString() };
    done.push(scan.key);
    queue.add(scan);
  };
  const take = () => {
    add(input.value);
    input.value = "";
    input.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // a scanner ends with Enter: it must not sign
    take();
  });
  desk.querySelector("[data-scan-add]").addEventListener("click", take);
  desk.querySelector("[data-undo-last]").addEventListener("click", () => {
    const last = done.pop();
    if (!last) return;
    queue.undo(last);
    say("planned", "arrow-back-up", words.undone, "");
    input.focus();
  });
  desk.addEventListener("change", (event) => {
    if (!event.target.matches("[data-remark]")) return;
    const row = event.target.closest("[data-piece]");
    row.toggleAttribute("data-refused", Boolean(event.target.value));
    const note = row.querySelector(".remark-note-x");
    note.hidden = !event.target.value;
    if (event.target.value) note.focus();
    count();
  });
  window.preau.scanned = add;
  count();
})();
