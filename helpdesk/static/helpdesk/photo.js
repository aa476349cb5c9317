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
})();
