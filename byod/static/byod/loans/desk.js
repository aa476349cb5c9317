// The lending desk: one input that keeps the focus; pupil, device, charger, and again. The server
// knows what comes next; this page sends what was scanned, in order, and puts the names in.
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const words = desk.dataset;
  const form = desk.querySelector("[data-scan-form]");
  const input = desk.querySelector("[data-scan]");
  const label = desk.querySelector("[data-prompt-label]");
  const verdict = desk.querySelector("[data-verdict]");
  const waiting = desk.querySelector("[data-queue]");
  const who = desk.querySelector("[data-who]");
  const names = new Map(Object.entries(JSON.parse(document.getElementById("desk-names").textContent)));
  const part = (name) => desk.querySelector(`[data-part="${name}"]`);
  const kept = (name) => localStorage.getItem(`preau-desk-${name}`) === "1";
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

  // Names: the page has them once; a fragment has pseudonyms, and « Masquer » shows those.
  let masked = kept("masked");
  const nameOf = (pk, pseudonym) => (masked ? pseudonym : names.get(String(pk)) || pseudonym);
  const fill = (box = desk) =>
    box.querySelectorAll("[data-member]").forEach((one) => {
      one.dataset.pseudonym ||= one.textContent.trim();
      one.textContent = nameOf(one.dataset.member, one.dataset.pseudonym);
    });
  const toggle = (button, wordBox, on, shown) => {
    button.setAttribute("aria-pressed", String(on));
    wordBox.textContent = shown ? wordBox.dataset.on : wordBox.dataset.off;
  };
  const maskButton = document.querySelector("[data-mask]");
  const maskWord = document.querySelector("[data-mask-word]");
  const mask = (on) => {
    masked = on;
    localStorage.setItem("preau-desk-masked", on ? "1" : "0");
    toggle(maskButton, maskWord, on, on);
    fill();
  };
  maskButton.addEventListener("click", () => {
    mask(!masked);
    input.focus();
  });

  const soundButton = document.querySelector("[data-sound]");
  const soundWord = document.querySelector("[data-sound-word]");
  let mute = kept("mute");
  const setMute = (on) => {
    mute = on;
    localStorage.setItem("preau-desk-mute", on ? "1" : "0");
    toggle(soundButton, soundWord, !on, !on);
  };
  setMute(mute);
  soundButton.addEventListener("click", () => {
    setMute(!mute);
    input.focus();
  });
  const beep = (good) => mute || window.preau.scanSound(good);

  // A reader types a whole label faster than any finger, and ends with Enter.
  const reader = document.querySelector("[data-reader]");
  const FAST = 35;
  let typed = [];
  const noteKey = (event) => {
    if (event.key.length === 1) typed.push(event.timeStamp);
  };
  const noteReader = () => {
    const quick = typed.length >= 6 && (typed.at(-1) - typed[0]) / (typed.length - 1) < FAST;
    typed = [];
    if (!quick) return;
    reader.classList.add("on");
    reader.querySelector("[data-reader-word]").textContent = reader.dataset.on;
  };

  const say = (state, mark, title, detail) => {
    const box = make("div", `s-${state}`);
    const text = make("span");
    text.append(make("b", "", title), make("small", "", detail));
    box.append(icon(mark), text);
    verdict.replaceChildren(box);
    form.classList.toggle("wrong-x", state === "down");
  };

  // What was just handed over, for eight seconds, with its undo.
  let toast = null;
  let ticking = null;
  const hideToast = () => {
    clearInterval(ticking);
    toast?.remove();
    toast = null;
  };
  const showToast = (told) => {
    hideToast();
    let left = 8;
    toast = make("div", "toast-x toast-y");
    toast.setAttribute("role", "status");
    const text = make("span");
    const verb = told.outcome === "returned" ? words.backFrom : words.lentTo;
    const name = told.member ? ` ${verb} ${nameOf(told.member, "")}` : "";
    text.append(make("b", "b6", told.device), name);
    const button = make("button", "", `${words.undo}, ${left} s`);
    button.type = "button";
    button.addEventListener("click", () => undo(told.key));
    toast.append(icon(told.icon), text, button);
    document.body.append(toast);
    ticking = setInterval(() => {
      if (toast?.matches(":hover, :focus-within")) return;
      left -= 1;
      if (left <= 0) return hideToast();
      button.textContent = `${words.undo}, ${left} s`;
    }, 1000);
  };

  const refresh = ({ html = {}, prompt, step, names: fresh = {} }) => {
    for (const [pk, name] of Object.entries(fresh)) names.set(pk, name);
    for (const [name, text] of Object.entries(html)) {
      const box = part(name);
      box.innerHTML = text;
      fill(box);
    }
    if (prompt) {
      input.placeholder = prompt;
      label.textContent = prompt;
    }
    if (step) words.step = step;
    tally();
  };
  const tally = () => {
    desk.querySelector("[data-class-count]").textContent = desk.querySelector("[data-tally]")?.dataset.tally || "";
  };

  const queue = window.preau.scanQueue(words.url, words.name, {
    more: () => ({ known: [...names.keys()].map(Number) }),
    answered: (told) => {
      refresh(told);
      const { read = [], undone = [] } = told;
      const last = read.at(-1);
      if (undone.length) {
        hideToast();
        say("planned", "arrow-back-up", words.undone, "");
      }
      if (!last) return;
      const pupil = last.member ? nameOf(last.member, "") : "";
      if (last.outcome === "at_desk" && !last.words.includes(":")) verdict.replaceChildren();
      else say(last.state, last.icon, [last.device, last.word].filter(Boolean).join(" : "), last.good ? pupil : last.words);
      if (last.good) form.classList.remove("wrong-x");
      if (last.act) showToast(last);
      if (last.choices.length) choose(last.choices.map((one) => ({ ...one, name: nameOf(one.pk, one.pseudonym) })));
      beep(read.every((one) => one.good));
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
  const act = (kind, text = "") => {
    queue.add({ key: window.preau.scanKey(), act: kind, text, at: new Date().toISOString() });
    input.value = "";
    closeWho();
    input.focus();
  };
  const undo = (key) => {
    hideToast();
    queue.undo(key);
    input.focus();
  };
  const undoLast = () => {
    const row = desk.querySelector("[data-undoable]");
    if (row) undo(row.dataset.keyOf);
    else say("unknown", "arrow-back-up", words.nothing, "");
  };

  // Names typed: pupils of the class, as one types; Enter takes the first.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const closeWho = () => {
    who.hidden = true;
    who.replaceChildren();
    input.setAttribute("aria-expanded", "false");
  };
  const choose = (rows) => {
    who.replaceChildren(
      ...rows.map((row, n) => {
        const li = make("li");
        li.id = `who-${n}`;
        li.setAttribute("role", "option");
        li.setAttribute("aria-selected", String(n === 0));
        li.dataset.pick = row.pseudonym;
        li.append(make("b", "", row.name), make("span", "i2 t13", row.class || ""));
        return li;
      }),
    );
    who.hidden = !rows.length;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    if (rows.length) input.setAttribute("aria-activedescendant", "who-0");
  };
  const suggest = () => {
    const asked = plain(input.value).split(/\s+/).filter(Boolean);
    if (masked || words.step !== "pupil" || !asked.length || asked.join("").length < 2 || /\d/.test(input.value)) return closeWho();
    const rows = [...part("class").querySelectorAll("[data-pick] [data-member]")]
      .map((one) => ({ pseudonym: one.closest("[data-pick]").dataset.pick, name: one.textContent }))
      .filter(({ name }) => asked.every((word) => plain(name).split(/[\s-]+/).some((piece) => piece.startsWith(word))));
    choose(rows.slice(0, 6));
  };
  const move = (step) => {
    const rows = [...who.children];
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next = (at + step + rows.length) % rows.length;
    rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === next)));
    input.setAttribute("aria-activedescendant", `who-${next}`);
  };

  const add = (text) => {
    const told = text.trim();
    if (told) act("scan", told);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(single);
    noteReader();
    const chosen = who.querySelector("[aria-selected=true]");
    add(!who.hidden && chosen ? chosen.dataset.pick : input.value);
  });
  input.addEventListener("input", suggest);

  // One letter alone is a command; the same letter at the head of a label is not: wait for the next.
  const ALONE = 180;
  let single = null;
  const commands = () => {
    if (words.step === "charger") return { s: ["without"] };
    if (words.step === "condition") return { 0: ["grade", "0"], 2: ["grade", "2"], 3: ["grade", "3"], s: ["without"] };
    return {};
  };
  input.addEventListener("keydown", (event) => {
    noteKey(event);
    clearTimeout(single);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!who.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
    const known = commands()[event.key.toLowerCase()];
    if (known && !input.value) single = setTimeout(() => input.value.length === 1 && act(...known), ALONE);
    if (words.step === "condition" && event.key === "4" && !input.value) {
      const link = part("slots").querySelector("a[href]");
      single = setTimeout(() => input.value.length === 1 && link?.click(), ALONE);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
      if (event.target === input && input.value) return; // what is being typed first
      event.preventDefault();
      event.stopImmediatePropagation();
      return undoLast();
    }
    if (event.key === "Escape") {
      if (!who.hidden || input.value) {
        input.value = "";
        return closeWho();
      }
      if (["INPUT", "BODY"].includes(event.target.tagName) && words.step !== "pupil") act("back");
      return;
    }
    // Whatever has the focus, a label goes into the field.
    const elsewhere = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !elsewhere && event.key !== " ") input.focus();
  }, true);

  desk.addEventListener("click", async (event) => {
    const picked = event.target.closest("[data-pick]");
    const acted = event.target.closest("[data-act]");
    const undone = event.target.closest("[data-undo-key]");
    const away = event.target.closest("[data-absent-of]");
    if (picked) act("scan", picked.dataset.pick);
    if (acted) act(acted.dataset.act, acted.dataset.text || "");
    if (undone) undo(undone.dataset.undoKey);
    if (event.target.closest("[data-undo-last]")) undoLast();
    if (!away) return;
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] };
    const body = new URLSearchParams({ eleve: away.dataset.absentOf, connus: [...names.keys()].join(",") });
    const answer = await fetch(words.absent, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) refresh(await answer.json());
    else say("suspect", "cloud-off", words.failed, words.offline);
    input.focus();
  });

  window.preau.scanned = add;
  mask(masked);
  tally();
  input.focus();
})();
