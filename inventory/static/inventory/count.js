// The counting desk: one input that keeps the focus, a verdict one sees and hears, undo.
(() => {
  "use strict";
  const desk = document.querySelector("[data-count]");
  if (!desk) return;
  const words = desk.dataset;
  const form = desk.querySelector("[data-scan-form]");
  const input = desk.querySelector("[data-scan]");
  const room = desk.querySelector("[data-room]");
  const log = desk.querySelector("[data-log]");
  const verdict = desk.querySelector("[data-verdict]");
  const waiting = desk.querySelector("[data-queue]");
  const sound = desk.querySelector("[data-sound]");
  const row = (key) => log.querySelector(`[data-scan-key="${key}"]`);
  const make = (tag, cls, text) => {
    const one = document.createElement(tag);
    if (cls) one.className = cls;
    if (text) one.textContent = text;
    return one;
  };
  const icon = (name) => {
    const one = make("span", `ti ti-${name}`);
    one.setAttribute("aria-hidden", "true");
    return one;
  };

  const beep = (good) => {
    if (sound.getAttribute("aria-pressed") === "true") window.preau.scanSound(good);
  };
  sound.addEventListener("click", () => {
    sound.setAttribute("aria-pressed", String(sound.getAttribute("aria-pressed") !== "true"));
    input.focus();
  });

  const say = (state, mark, title, detail) => {
    const box = make("div", `s-${state}`);
    const text = make("span");
    text.append(make("b", "", title), make("small", "", detail));
    box.append(icon(mark), text);
    verdict.replaceChildren(box);
    form.classList.toggle("wrong-x", state === "down");
  };

  const line = (scan) => {
    const li = make("li");
    li.dataset.scanKey = scan.key;
    const name = make("span", "grow-x");
    name.append(make("b", "", scan.text));
    const time = make("time", "num i3", new Date(scan.at).toLocaleTimeString("fr-BE", { hour: "2-digit", minute: "2-digit" }));
    const badge = make("span", "st s-unknown");
    badge.append(icon("clock"), words.waiting);
    li.append(time, name, badge);
    log.prepend(li);
    while (log.children.length > 30) log.lastElementChild.remove();
  };

  const show = (told) => {
    const li = row(told.key);
    if (!li) return;
    li.querySelector("b").textContent = told.name;
    const badge = make("span", `st s-${told.state}`);
    badge.append(icon(told.icon), told.word);
    li.querySelector(".st").replaceWith(badge);
    if (told.outcome !== "unknown" && !li.querySelector("[data-remark-key]")) {
      const button = make("button", "btn sm bare", words.damaged);
      button.type = "button";
      button.dataset.remarkKey = told.key;
      button.dataset.name = told.name;
      button.setAttribute("aria-label", `${words.damaged} ${told.name}`);
      li.append(button);
    }
  };

  const queue = window.preau.scanQueue(words.url, words.taking, {
    answered: ({ read = [], undone = [] }) => {
      read.forEach(show);
      undone.forEach((key) => row(key)?.remove());
      const last = read.at(-1);
      if (last) {
        say(last.state, last.icon, `${last.name} : ${last.word}`, last.detail);
        beep(read.every((one) => one.outcome === "seen" && !one.again));
      }
      window.htmx?.trigger(document.body, "counted");
    },
    refused: (why) => {
      say("down", "alert-octagon", words.failed, why);
      beep(false);
    },
    waits: (n, failed = false) => {
      waiting.hidden = !n || (!failed && navigator.onLine);
      waiting.querySelector("[data-queue-words]").textContent = `${words.offline} (${n})`;
    },
  });
  queue.waiting().forEach((scan) => row(scan.key) || line(scan));

  const add = (text) => {
    const told = text.trim();
    if (!told) return;
    const scan = { key: window.preau.scanKey(), text: told, room: Number(room.value) || null, at: new Date().toISOString() };
    line(scan);
    queue.add(scan);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add(input.value);
    input.value = "";
    input.focus();
  });
  const undoLast = () => {
    const first = log.querySelector("[data-scan-key]");
    if (!first) return say("unknown", "arrow-back-up", words.nothing, "");
    say("planned", "arrow-back-up", `${words.undone} : ${first.querySelector("b").textContent}`, "");
    queue.undo(first.dataset.scanKey);
    first.remove();
    input.focus();
  };
  desk.querySelector("[data-undo-last]").addEventListener("click", undoLast);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey) return;
    if (event.target === input && input.value) return; // what is being typed first
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    undoLast();
  });
  room.addEventListener("change", () => {
    sessionStorage.setItem(`preau-room-${words.taking}`, room.value);
    input.focus();
  });
  const kept = sessionStorage.getItem(`preau-room-${words.taking}`);
  if (kept && [...room.options].some((one) => one.value === kept)) room.value = kept;

  // Damaged: a note and a photo on a scan.
  const dialog = document.getElementById("remark");
  const remark = dialog.querySelector("[data-remark]");
  const error = dialog.querySelector("[data-remark-error]");
  let about = "";
  log.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remark-key]");
    if (!button) return;
    about = button.dataset.remarkKey;
    remark.reset();
    error.hidden = true;
    dialog.querySelector("[data-remark-name]").textContent = button.dataset.name;
    dialog.showModal();
  });
  dialog.addEventListener("close", () => input.focus());
  remark.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(remark);
    body.append("damaged", "on");
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] };
    const answer = await fetch(`${words.url}${about}/remarque/`, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) {
      dialog.close();
      return say("planned", "tool", words.noted, "");
    }
    error.textContent = (await answer?.json().catch(() => ({})))?.error || words.offline;
    error.hidden = false;
  });
  window.preau.scanned = add;
  input.focus();
})();
