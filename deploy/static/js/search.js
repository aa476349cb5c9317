// The box of the top bar: a combobox with a list (WAI-ARIA). htmx brings the list as one types;
// arrows choose, Enter opens, Escape closes; without this script the form leads to the page.
(() => {
  "use strict";
  const form = document.querySelector("[data-search]");
  if (!form) return;
  const input = form.querySelector("input");
  const list = form.querySelector(".found-x");
  const told = form.querySelector("[data-search-told]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    current()?.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = (open) => {
    list.hidden = !open;
    // “nothing fits” is shown and announced, but there is no list to walk through
    input.setAttribute("aria-expanded", String(open && options().length > 0));
    if (!open) choose(null);
  };
  const filled = () => input.value.trim() !== "" && list.querySelector("[data-found] > *") !== null;

  list.addEventListener("htmx:afterSwap", () => {
    choose(null);
    // a slow answer must not open under somebody who left
    show(filled() && document.activeElement === input);
    told.textContent = list.querySelector("[data-found]")?.dataset.told || "";
  });
  input.addEventListener("input", () => {
    if (input.value.trim() === "") show(false);
  });
  input.addEventListener("focus", () => show(filled()));
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) show(false);
  });
  // the pointer must not take the focus from the box before its click arrives
  list.addEventListener("mousedown", (event) => event.preventDefault());

  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(current());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!all.length) return;
      event.preventDefault();
      if (list.hidden) show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(at < 0 && step < 0 ? all.length - 1 : at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !list.hidden && at >= 0 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      all[at].click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation(); // the first one closes the list, the next one leaves the box
      show(false);
    }
  });
})();
