// Without a connection a form stays on the screen: what was typed is kept, and nothing is lost to
// the browser's error page. The words come with the script: <script data-words="…">.
(() => {
  "use strict";
  const words = document.currentScript.dataset.words;
  const forget = () => document.querySelectorAll("#toasts [data-toast]").forEach((toast) => {
    if (toast.textContent.includes(words)) toast.remove();
  });
  document.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.querySelectorAll(".htmx-request").forEach((one) => one.classList.remove("htmx-request"));
    forget(); // a second try says it once
    window.preau.toast(words, { error: true });
  }, true); // before anything else believes that the form has left
  window.addEventListener("online", forget);
})();
