// Keys of access: ask the browser for the key, put its answer in the form, send the form.
// webauthn-json.js (of django-allauth) turns the options and the answer into JSON and back.
(() => {
  const say = (form, text) => {
    let line = form.querySelector(".passkey-failed");
    if (!line) {
      line = document.createElement("div");
      line.className = "passkey-failed";
      line.setAttribute("role", "alert");
      form.append(line);
    }
    line.textContent = text;
  };

  const fetched = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`options: ${answer.status}`);
    return (await answer.json()).request_options;
  };

  const written = (id) => JSON.parse(document.getElementById(id).textContent);

  // A key that signs in alone must be kept on the key itself and prove who holds it.
  const made = (form) => {
    const options = written(form.dataset.passkeyFrom).creation_options;
    const alone = form.querySelector("[name=passwordless]")?.checked ?? false;
    const wanted = options.publicKey.authenticatorSelection;
    wanted.residentKey = alone ? "required" : "discouraged";
    wanted.requireResidentKey = alone;
    if (alone) wanted.userVerification = "required";
    return webauthnJSON.create(options);
  };

  const answers = {
    create: made,
    get: (form) => webauthnJSON.get(written(form.dataset.passkeyFrom).request_options),
    login: async (form) => webauthnJSON.get(await fetched(form.action)),
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-go]");
    button.addEventListener("click", async () => {
      button.disabled = true; // a second question while the first is open is refused
      try {
        const credential = await answers[form.dataset.passkey](form);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch (problem) {
        say(form, form.dataset.failed);
        button.disabled = false;
      }
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
})();
