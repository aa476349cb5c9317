// Before the first paint: the theme chosen on this device, else the device's own.
// This script stands alone in the head because the security policy forbids inline ones.
(() => {
  "use strict";
  const KEY = "preau-theme";
  const ORDER = ["auto", "light", "dark"];
  const ICONS = { auto: "device-desktop", light: "sun", dark: "moon" };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      const value = localStorage.getItem(KEY);
      return ORDER.includes(value) ? value : "auto";
    } catch {
      return "auto"; // storage refused: follow the device
    }
  };
  const apply = (choice) => {
    const dark = choice === "dark" || (choice === "auto" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.setAttribute("aria-label", button.dataset[choice]);
      button.title = button.dataset[choice];
      button.querySelector(".ti").className = `ti ti-${ICONS[choice]}`;
    }
  };
  apply(stored());
  system.addEventListener("change", () => apply(stored()));
  document.addEventListener("DOMContentLoaded", () => apply(stored()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    const next = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, next);
    } catch {
      /* storage refused: the choice lasts for this page */
    }
    apply(next);
  });
})();
