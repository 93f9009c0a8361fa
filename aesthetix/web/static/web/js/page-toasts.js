// The messages that came with a page move to the toasts, which outlive the page.

export default function (box) {
  document.getElementById("toasts").append(...box.querySelectorAll(".ax-toast"));
  box.remove();
}
