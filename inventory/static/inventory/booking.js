// In the week's table the arrows move from one cell to the next that can be opened.
(() => {
  "use strict";
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = (link) => {
    const box = link.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  // The nearest link in that direction: cells of several periods are wider than their neighbours.
  const next = (table, from, [dx, dy]) => {
    const [x, y] = middle(from);
    let best = null;
    let least = Infinity;
    for (const link of table.querySelectorAll("tbody td a")) {
      const [left, top] = middle(link);
      const ahead = dx ? (left - x) * dx : (top - y) * dy;
      const aside = dx ? Math.abs(top - y) : Math.abs(left - x);
      if (link === from || ahead < 4 || (dx && aside > 4)) continue;
      if (ahead + 4 * aside < least) [best, least] = [link, ahead + 4 * aside];
    }
    return best;
  };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const from = event.target.closest?.("[data-cells] tbody td a");
    if (!step || !from || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = next(from.closest("[data-cells]"), from, step);
    event.preventDefault();
    if (to) to.focus();
  });
})();
