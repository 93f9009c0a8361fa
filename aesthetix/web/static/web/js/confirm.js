// `data-confirm="Delete this greeting?" data-confirm-text="…" data-confirm-verb="Delete greeting"` on a form
// or on its submit button: asks in a dialog before the form goes.

export default function (dialog) {
  let asked = null;

  document.addEventListener(
    "submit",
    (event) => {
      const source = [event.submitter, event.target].find((element) => element?.dataset?.confirm);
      if (!source || source.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      asked = { form: event.target, submitter: event.submitter, source, back: document.activeElement };
      dialog.querySelector("#confirm-title").textContent = source.dataset.confirm;
      dialog.querySelector("#confirm-text").textContent = source.dataset.confirmText ?? "";
      dialog.querySelector("[data-confirm-yes]").textContent = source.dataset.confirmVerb ?? "Continue";
      dialog.returnValue = "";
      dialog.showModal();
    },
    true,
  );

  dialog.addEventListener("close", () => {
    const { form, submitter, source, back } = asked ?? {};
    asked = null;
    if (dialog.returnValue !== "yes" || !form) {
      back?.focus();
      return;
    }
    source.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete source.dataset.confirmed;
  });
}
