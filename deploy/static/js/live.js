// Live pages. One stream per page (htmx's SSE extension on <body>); this file adds what a reader needs:
// the mark "En direct" / "Figé depuis 10:58", lists whose rows never move, and rare polite announcements.
//
//   hx-trigger="sse:ticket-123, resync from:body"  reloads one fragment (htmx alone does it)
//   <tbody id="rows" data-live-list="ticket">      rows carry data-row and data-id
//   {% newpill %}                                  appears with "3 nouveaux"; click or "." applies
//   <button data-freeze>                           stops and resumes the page
(() => {
  "use strict";
  const htmx = window.htmx;
  if (!htmx) return;
  const WAIT_MS = 800;
  const POLITE_MS = 30_000;
  const SLOW_MS = 2_000;
  let opened = false;
  let frozen = false;
  const fresh = new Map(); // list id → its newer version, waiting to be applied
  const timers = new Map();

  const hour = () => new Intl.DateTimeFormat("fr-BE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Brussels" }).format(new Date());
  const mark = (lost) => {
    for (const element of document.querySelectorAll("[data-live]")) {
      if (lost && element.classList.contains("frozen")) continue;
      element.classList.toggle("frozen", lost);
      element.textContent = lost ? `${element.dataset.frozenWord} ${hour()}` : element.dataset.liveWord;
    }
  };

  let said = 0;
  let saying = null;
  const announce = (text) => {
    clearTimeout(saying);
    saying = setTimeout(() => {
      said = Date.now();
      const box = document.getElementById("polite");
      if (box) box.textContent = text;
    }, Math.max(0, said + POLITE_MS - Date.now()));
  };

  // A major incident interrupts, once: <section data-major="INC-26-09388">.
  const major = () => {
    const banner = document.querySelector("[data-major]");
    if (!banner) return;
    const heading = banner.querySelector("h2") || banner;
    try {
      if (sessionStorage.getItem("preau-major") === banner.dataset.major) return;
      sessionStorage.setItem("preau-major", banner.dataset.major);
    } catch {
      return; // storage refused: better silent than repeated at each page
    }
    document.getElementById("assertive").textContent = heading.textContent;
  };

  const rowsOf = (list) => new Map([...list.querySelectorAll("[data-row][data-id]")].map((row) => [row.dataset.id, row]));

  // Same row, newer words: cells are replaced where they stand; the row itself never moves.
  const patch = (list, newer) => {
    const before = rowsOf(list);
    const after = rowsOf(newer);
    for (const [id, row] of before) {
      const twin = after.get(id);
      row.classList.toggle("gone", !twin);
      if (!twin || row.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) continue;
      [...row.children].forEach((cell, index) => {
        const next = twin.children[index];
        if (!next || cell.innerHTML === next.innerHTML || cell.contains(document.activeElement)) return;
        const box = cell.querySelector("input[type=checkbox]");
        const checked = box?.checked;
        cell.innerHTML = next.innerHTML;
        if (checked && cell.querySelector("input[type=checkbox]")) cell.querySelector("input[type=checkbox]").checked = true;
        cell.classList.add("changed");
        setTimeout(() => cell.classList.remove("changed"), 2500);
        htmx.process(cell);
      });
    }
    const added = [...after.keys()].filter((id) => !before.has(id)).length;
    const left = [...before.keys()].filter((id) => !after.has(id)).length;
    return { added, left };
  };

  const pill = (count) => {
    for (const button of document.querySelectorAll("[data-new]")) {
      button.hidden = count === 0;
      const text = count === 1 ? button.dataset.one : button.dataset.many.replace("%s", String(count));
      if (count) button.querySelector("[data-new-text]").textContent = text;
      if (count) announce(text);
    }
  };

  const look = async (list) => {
    if (frozen) return;
    const url = list.dataset.liveUrl || location.href;
    const answer = await fetch(url, { headers: { Accept: "text/html", "X-Preau-Live": "1" }, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById(list.id);
    if (!newer || frozen || !list.isConnected) return;
    const { added, left } = patch(list, newer);
    if (added || left || !sameOrder(list, newer)) fresh.set(list.id, newer);
    else fresh.delete(list.id);
    pill(added);
    for (const twin of page.querySelectorAll("[data-live-copy][id]")) {
      const here = document.getElementById(twin.id);
      if (here && here.innerHTML !== twin.innerHTML) here.innerHTML = twin.innerHTML;
    }
    major();
    document.body.dispatchEvent(new CustomEvent("preau:patched", { detail: { list: list.id } }));
  };
  const sameOrder = (list, newer) => [...rowsOf(list).keys()].join() === [...rowsOf(newer).keys()].join();

  const apply = () => {
    for (const [id, newer] of fresh) {
      const list = document.getElementById(id);
      if (!list) continue;
      const focused = document.querySelector("[data-row].is-focus")?.dataset.id;
      list.replaceChildren(...newer.childNodes);
      if (focused) list.querySelector(`[data-row][data-id="${CSS.escape(focused)}"]`)?.classList.add("is-focus", "sel");
      htmx.process(list);
    }
    fresh.clear();
    pill(0);
  };

  const soon = (list) => {
    if (timers.has(list.id)) return;
    // A little chance spreads the readers of a busy page.
    timers.set(list.id, setTimeout(() => {
      timers.delete(list.id);
      look(list);
    }, WAIT_MS + Math.random() * WAIT_MS));
  };
  const lists = () => [...document.querySelectorAll("[data-live-list][id]")];
  const lookAll = () => lists().forEach(soon);
  const resync = () => {
    lookAll();
    document.body.dispatchEvent(new CustomEvent("resync"));
  };

  const create = htmx.createEventSource || ((url) => new EventSource(url));
  htmx.createEventSource = (url) => {
    const source = create(url);
    const topics = new Set(lists().flatMap((list) => list.dataset.liveList.split(/\s+/)));
    for (const topic of topics) {
      source.addEventListener(topic, () => lists().filter((list) => list.dataset.liveList.split(/\s+/).includes(topic)).forEach(soon));
    }
    source.addEventListener("resync", resync);
    // "ready": from here on nothing is missed. What came before, after a cut or while a slow
    // page was loading, is read again.
    source.addEventListener("ready", () => {
      if (!frozen) mark(false);
      if (opened || performance.now() > SLOW_MS) resync();
      opened = true;
    });
    source.addEventListener("error", () => mark(true));
    return source;
  };
  window.addEventListener("offline", () => mark(true));

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-new]")) apply();
    const button = event.target.closest?.("[data-freeze]");
    if (!button) return;
    frozen = !frozen;
    button.setAttribute("aria-pressed", String(frozen));
    mark(frozen);
    if (!frozen) resync();
  });
  // A frozen page keeps still: no fragment is reloaded because of the stream.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const cause = event.detail.requestConfig?.triggeringEvent?.type || "";
    if (frozen && (cause.startsWith("sse:") || cause === "resync")) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", major);
  document.addEventListener("htmx:afterSettle", major);
  window.preau = window.preau || {};
  window.preau.live = { look: lookAll, apply };
})();
