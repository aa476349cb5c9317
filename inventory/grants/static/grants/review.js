// The reviewer's grid: saves itself, numbers set the focused criterion's points. The sliders of
// « Et si… » say their value; « Imprimer ».
(() => {
  "use strict";
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

  const trial = document.querySelector("[data-what-if]");
  if (trial) {
    const words = new Intl.NumberFormat("fr-BE");
    const show = () => {
      for (const output of trial.querySelectorAll("output")) {
        const slider = document.getElementById(output.htmlFor.value);
        const step = Number(slider.dataset.round || 1);
        output.textContent = `${words.format(Math.round(slider.value / step) * step)} ${output.dataset.unit}`;
      }
      const delta = trial.querySelector("[data-delta]");
      const more = trial.elements.budget.value - delta.dataset.from;
      delta.textContent = more ? `${more > 0 ? "+" : "−"}${words.format(Math.abs(more))} €` : "";
    };
    const choose = () => {
      trial.elements.poids.value = trial.elements.critere.selectedOptions[0].dataset.percent;
      show();
    };
    trial.addEventListener("input", show);
    trial.elements.critere.addEventListener("change", choose);
    trial.addEventListener("reset", () => setTimeout(() => {
      choose();
      trial.dispatchEvent(new CustomEvent("preau:try"));
    }));
    show();
  }

  const form = document.querySelector("[data-review]");
  if (!form) return;
  const seen = form.querySelector("[data-seen]");
  const status = form.querySelector("[data-status]");
  const missing = form.querySelector("[data-missing]");
  const criteria = [...form.querySelectorAll("[data-criterion]")];
  let timer = null;
  let running = null;
  let dirty = false;

  const read = () => {
    const marks = {};
    const comments = {};
    for (const box of criteria) {
      const chosen = box.querySelector("input:checked");
      if (chosen) marks[box.dataset.criterion] = Number(chosen.value);
      const text = box.querySelector("[data-comment]").value.trim();
      if (text) comments[box.dataset.criterion] = text;
    }
    const told = { seen: Number(seen.value), marks, comments, remark: form.querySelector("[data-remark]").value };
    for (const kind of ["pedagogical", "technical"]) {
      const chosen = form.querySelector(`input[name=${kind}]:checked`);
      if (chosen) told[kind] = chosen.value === "true";
    }
    return told;
  };

  const send = async () => {
    dirty = false;
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(read()),
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error);
      seen.value = told.revision;
      status.textContent = `${form.dataset.saved} ${told.at}`;
      missing.replaceChildren(...told.missing.map((text) => {
        const line = document.createElement("li");
        line.textContent = text;
        return line;
      }));
      return true;
    } catch (error) {
      dirty = true;
      status.textContent = `${form.dataset.failed}. ${error.message || ""}`;
      return false;
    }
  };

  // one write at a time: the second waits for the version that the first returns
  const save = async () => {
    clearTimeout(timer);
    while (running) await running;
    if (!dirty) return true;
    running = send();
    const good = await running;
    running = null;
    return good;
  };
  const later = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 700);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  form.addEventListener("submit", async (event) => {
    if (!dirty && !running) return;
    event.preventDefault();
    if (await save()) form.submit();
  });

  const TYPING = "textarea, select, input:not([type=radio]):not([type=checkbox])";
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      if (event.target.form === form && event.target.matches(TYPING)) return; // keyboard.js sends it
      event.preventDefault();
      return void form.requestSubmit();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(TYPING)) return;
    if (!/^[0-9]$/.test(event.key)) return;
    const box = document.activeElement.closest?.("[data-criterion]") || criteria.find((one) => !one.querySelector("input:checked"));
    const mark = box?.querySelector(`input[value="${event.key}"]`);
    if (!mark) return;
    event.preventDefault();
    event.stopPropagation();
    mark.checked = true;
    later();
    const next = criteria[criteria.indexOf(box) + 1];
    (next ? next.querySelector("input:checked") || next.querySelector("input") : mark).focus();
  }, true);
})();
