// Ticked contacts: how many, and all of those shown at once. With none ticked the buttons mean all that are found.

export default function (form) {
  const number = form.querySelector("[data-number]");
  const whole = number.textContent;
  const boxes = () => [...document.querySelectorAll("[form=picks][name=pick]")];

  function show() {
    const ticked = boxes().filter((box) => box.checked).length;
    number.textContent = ticked ? `${ticked} ticked:` : whole;
  }

  form.closest("#found-contacts").addEventListener("change", ({ target }) => {
    if (target.matches("[data-all]")) for (const box of boxes()) box.checked = target.checked;
    show();
  });
}
