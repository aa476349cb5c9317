// The survey by keyboard: 1 to 4 answer for the pupil in hand and go on to the next; ↑ ↓ move.
(() => {
  "use strict";
  const form = document.querySelector("[data-survey]");
  if (!form) return;
  const rows = () => [...form.querySelectorAll("[data-pupil]")];
  const left = form.querySelector("[data-left]");
  const current = () => document.activeElement?.closest?.("[data-pupil]");
  const focus = (row) => {
    if (!row) return;
    for (const other of rows()) other.classList.toggle("is-focus", other === row);
    (row.querySelector("input:checked") || row.querySelector("input")).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const tell = () => {
    left.textContent = rows().filter((row) => !row.querySelector("input:checked")).length;
  };
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const row = current();
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = rows();
    const at = all.indexOf(row);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      focus(all[at + (event.key === "ArrowDown" ? 1 : -1)]);
      return;
    }
    const choice = row.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!/^[1-4]$/.test(event.key) || !choice) return;
    event.preventDefault();
    choice.checked = true;
    tell();
    focus(all[at + 1] || row);
  });
  form.addEventListener("change", tell);
  form.addEventListener("focusin", () => {
    for (const other of rows()) other.classList.toggle("is-focus", other === current());
  });
  tell();
})();
