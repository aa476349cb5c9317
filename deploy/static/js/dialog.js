// Dialogs: the key help, the confirmation that names a consequence, the drawer of the menu.
(() => {
  "use strict";
  const open = (id) => document.getElementById(id)?.showModal?.();
  let waiting = null;

  // <button data-confirm="Le port redémarre : coupure de 40 s." data-confirm-title="Redémarrer ?">
  const ask = (element, proceed) => {
    const dialog = document.getElementById("confirm");
    dialog.querySelector("[data-confirm-text]").textContent = element.dataset.confirm;
    if (element.dataset.confirmTitle) dialog.querySelector("[data-confirm-title]").textContent = element.dataset.confirmTitle;
    const yes = dialog.querySelector("[data-confirm-yes]");
    yes.textContent = element.dataset.confirmYes || yes.textContent;
    waiting = proceed;
    dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest("[data-blocked]")) return event.preventDefault();
    if (target.closest("[data-help-open]")) return open("keys");
    const dialog = target.closest("dialog");
    if (dialog && (target.closest("[data-close]") || target === dialog)) return dialog.close();
    if (dialog && target.closest("[data-confirm-yes]")) {
      const proceed = waiting;
      waiting = null;
      dialog.close();
      return proceed?.();
    }
    const drawer = target.closest("[data-drawer]");
    if (drawer) {
      const shown = document.querySelector(".shell").classList.toggle("open");
      drawer.setAttribute("aria-expanded", String(shown));
      return;
    }
    if (!target.closest(".side")) document.querySelector(".shell.open")?.classList.remove("open");
    for (const menu of document.querySelectorAll("details.me-menu[open], details.pop-x[open]")) {
      if (!menu.contains(target) || target.closest("a[href^='#']")) menu.open = false;
    }
  });

  // Forms and links without htmx.
  document.addEventListener("submit", (event) => {
    const source = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!source.dataset?.confirm || event.target.hasAttribute("hx-post")) return;
    if (source.dataset.confirmed) return delete source.dataset.confirmed;
    event.preventDefault();
    ask(source, () => {
      source.dataset.confirmed = "1";
      event.target.requestSubmit(event.submitter || undefined);
    });
  }, true);

  // htmx requests: `htmx:confirm` is sent before each one.
  document.addEventListener("htmx:confirm", (event) => {
    const element = event.detail.triggeringEvent?.submitter?.dataset.confirm ? event.detail.triggeringEvent.submitter : event.detail.elt;
    if (!element?.dataset?.confirm) return;
    event.preventDefault();
    ask(element, () => event.detail.issueRequest(true));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.me-menu[open], details.pop-x[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    document.querySelector(".shell.open")?.classList.remove("open");
  });

  // On a phone the tabs scroll sideways: the one that is open must be in sight.
  for (const tab of document.querySelectorAll(".views [aria-current=page]")) {
    const row = tab.parentElement;
    row.scrollLeft = Math.max(0, tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2);
  }
})();
