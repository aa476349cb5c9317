// A photo is sent as soon as it is taken: <input type="file" data-send>.
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-send]") || !input.files.length) return;
    input.closest("label")?.classList.add("htmx-request");
    // The message may stay empty: the photo speaks.
    input.form.noValidate = true;
    input.form.requestSubmit();
  });
  // One that waits for the rest of the form says that it is there, and which one.
  document.addEventListener("change", (event) => {
    const note = event.target.closest("label")?.querySelector("[data-picked]");
    if (!note || !event.target.files?.length) return;
    note.textContent = `${note.dataset.picked} (${event.target.files[0].name})`;
  });
})();
