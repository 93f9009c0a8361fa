// Opens a row's menu under its button; the page may have been scrolled since it was drawn.

export default function (menu) {
  const button = document.querySelector(`[popovertarget="${menu.id}"]`);
  menu.addEventListener("beforetoggle", ({ newState }) => {
    if (newState !== "open") return;
    const box = button.getBoundingClientRect();
    menu.style.top = `${box.bottom + 4}px`;
    menu.style.left = `${Math.max(8, box.right - 220)}px`;
  });
}
