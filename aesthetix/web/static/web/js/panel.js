// `<a data-panel href="/calls/7/why/">`: explanations open in a drawer; with a modifier key, or without
// JavaScript, the link leads to the whole page.

export default function (dialog) {
  const content = dialog.querySelector("[data-content]");

  async function show(link) {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true", "X-Practice": document.body.dataset.practice } });
    if (answer.status === 401) return void document.dispatchEvent(new CustomEvent("ax:signed-out"));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || answer.redirected) {
      location.assign(link.href);
      return;
    }
    const body = page.querySelector("#page") ?? page.body;
    content.replaceChildren(...document.importNode(body, true).childNodes);
    const heading = content.querySelector("h1, h2");
    dialog.setAttribute("aria-label", heading?.textContent.trim() || link.textContent.trim());
    dialog.showModal();
    document.dispatchEvent(new CustomEvent("ax:added", { detail: content }));
  }

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-panel]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      show(link);
    },
    true,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("htmx:beforeSwap", ({ detail }) => detail.boosted && dialog.open && dialog.close());
}
