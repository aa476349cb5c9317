// A button copies the field it names: data-copy="id of the field", data-copied="what to say".
(() => {
  "use strict";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    // Without a secure context there is no clipboard: the selection is ready for Ctrl C.
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    if (copied) window.preau.toast(button.dataset.copied);
  });
})();
