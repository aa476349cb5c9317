// Clocks go on between two pages: every 30 s the counted time of each running clock is advanced.
// The server stays right: any patch of the page replaces them.
(() => {
  "use strict";
  const RING = 2 * Math.PI * 7;
  const HOUR = 3600;
  const span = (seconds) => {
    const s = Math.abs(Math.trunc(seconds));
    if (s >= 24 * HOUR) return `${Math.floor(s / (24 * HOUR))}\u00a0j\u00a0${String(Math.floor((s % (24 * HOUR)) / HOUR)).padStart(2, "0")}\u00a0h`;
    return `${Math.floor(s / HOUR)}\u00a0h\u00a0${String(Math.floor((s % HOUR) / 60)).padStart(2, "0")}`;
  };
  const words = { fr: ["reste", "dépassé"], de: ["noch", "überschritten"], en: ["left", "late"] };
  const stateOf = (left, total) => {
    if (left <= 0) return "down";
    const used = 1 - left / total;
    return used >= 0.8 ? "degraded" : used >= 2 / 3 ? "suspect" : "ok";
  };
  const born = new WeakMap();
  const tick = () => {
    const language = words[document.documentElement.lang] || words.fr;
    for (const clock of document.querySelectorAll(".clk[data-left]")) {
      if (!born.has(clock)) born.set(clock, { at: Date.now(), left: Number(clock.dataset.left) });
      const start = born.get(clock);
      const left = start.left - (Date.now() - start.at) / 1000;
      const total = Number(clock.dataset.total) || 1;
      const used = Math.min(1, Math.max(0, 1 - left / total));
      clock.className = `clk s-${stateOf(left, total)}`;
      clock.querySelector(".ring")?.setAttribute("stroke-dasharray", `${(RING * used).toFixed(1)} ${RING.toFixed(1)}`);
      const end = clock.dataset.deadline ? `, ${clock.dataset.deadline}` : "";
      clock.querySelector(".clk-t").textContent = `${language[left <= 0 ? 1 : 0]} ${span(left)}${end}`;
    }
    for (const since of document.querySelectorAll("time[data-since]")) {
      since.textContent = span((Date.now() - Date.parse(since.getAttribute("datetime"))) / 1000);
    }
    const hour = new Intl.DateTimeFormat("fr-BE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Brussels" });
    for (const wall of document.querySelectorAll("[data-clock]")) wall.textContent = hour.format(new Date());
  };
  const note = () => {
    for (const clock of document.querySelectorAll(".clk[data-left]")) {
      if (!born.has(clock)) born.set(clock, { at: Date.now(), left: Number(clock.dataset.left) });
    }
  };
  document.addEventListener("DOMContentLoaded", note);
  document.addEventListener("htmx:afterSettle", note);
  setInterval(tick, 30_000);
  window.preau = window.preau || {};
  window.preau.tick = tick;
})();
