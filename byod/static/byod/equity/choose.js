// Rows to decide together: boxes in [data-choose], a bar that says how many. Shift chooses a run.
(() => {
  "use strict";
  const bar = document.querySelector("[data-choose-bar]");
  if (!bar) return;
  const boxes = () => [...document.querySelectorAll("input[data-choose]")];
  const all = document.querySelector("input[data-choose-all]");
  let last = null;
  const tell = () => {
    const found = boxes();
    const ticked = found.filter((box) => box.checked).length;
    bar.hidden = !ticked;
    bar.querySelector("[data-choose-count]").textContent = ticked;
    if (all) {
      all.checked = ticked > 0 && ticked === found.length;
      all.indeterminate = ticked > 0 && ticked < found.length;
    }
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("input[data-choose]");
    if (!box) return;
    const found = boxes();
    if (event.shiftKey && last && found.includes(last)) {
      const [from, to] = [found.indexOf(last), found.indexOf(box)].sort((a, b) => a - b);
      for (const one of found.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    tell();
  });
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  });
  bar.querySelector("[data-choose-none]").addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    tell();
  });
  tell();
})();
