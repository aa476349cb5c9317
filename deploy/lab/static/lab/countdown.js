// Seconds left until a suspected fault counts: <span data-seconds-left="22" data-after="…">22</span>.
// The server said how many when it drew the page; from there the page counts down by itself.
(() => {
  "use strict";
  const ends = new WeakMap();
  const tick = () => {
    for (const element of document.querySelectorAll("[data-seconds-left]")) {
      if (!ends.has(element)) ends.set(element, Date.now() + 1000 * Number(element.dataset.secondsLeft));
      const left = Math.max(0, Math.ceil((ends.get(element) - Date.now()) / 1000));
      const words = left ? element.dataset.before.replace("#", String(left)) : element.dataset.after;
      if (element.textContent !== words) element.textContent = words;
    }
  };
  setInterval(tick, 500);
})();
