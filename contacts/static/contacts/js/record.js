// On a phone the record shows the conversation or the details, not both.

export default function (record) {
  const buttons = record.querySelectorAll("[data-show]");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      record.dataset.view = button.dataset.show;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
    });
  }
}
