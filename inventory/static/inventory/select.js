// Rows to change together: boxes named "device" in [data-pick] lists, a bar that says how many.
// Shift chooses from the last box to this one; "x" ticks the row that is open (keyboard.js).
(() => {
  "use strict";
  const bar = document.querySelector("[data-pick-bar]");
  if (!bar) return;
  const boxes = () => [...document.querySelectorAll("input[data-pick]")];
  const every = bar.querySelector("input[name=all]");
  let last = null;

  const tell = () => {
    const found = boxes();
    const ticked = found.filter((box) => box.checked).length;
    bar.hidden = !ticked;
    bar.querySelector("[data-pick-count]").textContent = ticked;
    const whole = bar.querySelector("[data-pick-whole]");
    const full = ticked > 0 && ticked === found.length;
    whole.hidden = !full;
    if (!full) every.checked = false;
    const head = document.querySelector("input[data-pick-all]");
    head.checked = full;
    head.indeterminate = ticked > 0 && !full;
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("input[data-pick]");
    if (!box) return;
    const found = boxes();
    if (event.shiftKey && last && found.includes(last)) {
      const [from, to] = [found.indexOf(last), found.indexOf(box)].sort((a, b) => a - b);
      for (const one of found.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    tell();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("input[data-pick-all]")) return;
    for (const box of boxes()) box.checked = event.target.checked;
    tell();
  });
  bar.querySelector("[data-pick-none]").addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    tell();
  });
  tell();
})();
