// Toasts: eight seconds to change one's mind; the count stops while one points at or focuses it.
// Irreversible actions do not use this: they confirm, naming the consequence (dialog.js).
window.preau = window.preau || {};
(() => {
  "use strict";
  const SECONDS = 8;
  const box = () => document.getElementById("toasts");
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

  const undo = async (toast) => {
    const url = toast.dataset.undo;
    toast.remove();
    const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } }).catch(() => null);
    if (!answer || !answer.ok) return show(box().dataset.failed, { error: true });
    const target = answer.headers.get("HX-Redirect");
    if (target) location.assign(target);
    else location.reload();
  };

  const arm = (toast) => {
    if (toast.dataset.armed) return;
    toast.dataset.armed = "1";
    toast.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]")) toast.remove();
      if (event.target.closest("[data-undo-button]")) undo(toast);
    });
    if (toast.hasAttribute("data-sticky")) return;
    let left = SECONDS;
    const counter = toast.querySelector("[data-left]");
    const timer = setInterval(() => {
      if (!toast.isConnected) return clearInterval(timer);
      if (toast.matches(":hover, :focus-within")) return;
      left -= 1;
      if (counter) counter.textContent = String(left);
      if (left <= 0) {
        clearInterval(timer);
        toast.remove();
      }
    }, 1000);
  };

  // Text is set as text: a message never becomes markup.
  const show = (text, { error = false, undo: url = "" } = {}) => {
    const toast = document.createElement("div");
    toast.className = "toast-x";
    toast.setAttribute("role", error ? "alert" : "status");
    toast.setAttribute("data-toast", "");
    if (error) toast.setAttribute("data-sticky", "");
    const mark = document.createElement("span");
    mark.className = `ti ti-${error ? "alert-octagon" : "circle-check"}`;
    mark.setAttribute("aria-hidden", "true");
    const words = document.createElement("span");
    words.textContent = text;
    toast.append(mark, words);
    const button = document.createElement("button");
    button.type = "button";
    if (url) {
      toast.dataset.undo = url;
      button.setAttribute("data-undo-button", "");
      const seconds = document.createElement("span");
      seconds.setAttribute("data-left", "");
      seconds.textContent = String(SECONDS);
      button.append(`${box().dataset.undoWord} `, seconds, " s");
    } else {
      button.setAttribute("data-close", "");
      button.className = "x";
      button.setAttribute("aria-label", box().dataset.closeWord);
      button.textContent = "×";
    }
    toast.append(button);
    box().append(toast);
    arm(toast);
  };

  const armAll = () => document.querySelectorAll("[data-toast]").forEach((toast) => {
    if (!toast.closest("#toasts") && !toast.closest("[data-gallery]")) box().append(toast);
    arm(toast);
  });

  document.addEventListener("DOMContentLoaded", armAll);
  document.addEventListener("htmx:afterSettle", armAll);
  // A view may answer `HX-Trigger: {"toast": {"text": "…", "undo": "/…"}}`.
  document.addEventListener("toast", (event) => show(event.detail.text || event.detail.value, event.detail));
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, () => show(box().dataset.failed, { error: true }));
  }
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const last = [...document.querySelectorAll("[data-toast][data-undo]")].pop();
    if (last) {
      event.preventDefault();
      undo(last);
    }
  });
  window.preau.toast = show;
})();
