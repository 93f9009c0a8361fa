// A field that is edited where it stands has the focus; Escape leaves it as it was.

export default function (form) {
  form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    form.querySelector("[data-cancel]").click();
  });
}
