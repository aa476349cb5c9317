// Shows the licence that follows from the two answers; without it all six are explained.
(() => {
  "use strict";
  const form = document.getElementById("answers");
  const told = [...document.querySelectorAll("[data-licence]")];
  if (!form || !told.length) return;
  const ends = { yes: "", alike: "-sa", no: "-nd" };
  const show = () => {
    const answers = new FormData(form);
    const [change, sell] = [answers.get("may_change"), answers.get("may_sell")];
    const code = change && sell ? `cc-by${sell === "yes" ? "" : "-nc"}${ends[change]}` : "";
    for (const one of told) one.hidden = Boolean(code) && one.dataset.licence !== code;
  };
  form.addEventListener("change", show);
  show();
})();
