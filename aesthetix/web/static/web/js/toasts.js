// Toasts: said once, at most three, gone after ten seconds unless somebody looks at them. Errors stay.

const STAY = 10000;
const MOST = 3;

function watch(toast) {
  const text = toast.querySelector("span")?.textContent.trim() ?? "";
  document.dispatchEvent(new CustomEvent("ax:say", { detail: { text } }));
  if (toast.classList.contains("is-bad")) return;
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), STAY));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

export default function (region) {
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.classList?.contains("ax-toast")) watch(node);
    const shown = region.querySelectorAll(".ax-toast");
    [...shown].slice(0, Math.max(0, shown.length - MOST)).forEach((old) => old.remove());
  }).observe(region, { childList: true });
  region.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".ax-toast").remove());
  // Taken back: what shows it looks again, also where the live stream is down.
  region.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const form = target.closest("[data-undo]");
    if (!form || !detail.successful) return;
    form.closest(".ax-toast").remove();
    for (const shown of document.querySelectorAll("[data-live]")) shown.dispatchEvent(new CustomEvent("ax:refresh"));
  });
  // The server's empty text nodes would keep `:empty` from hiding the region.
  region.replaceChildren(...region.children);
}
