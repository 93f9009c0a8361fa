// What is being written is kept on the server, per person and patient: a browser keeps no patient data.

const PAUSE = 800; // after the last key

export default function (field) {
  const form = field.form;
  let timer;
  let over = false; // sent or thrown away: the field that is then taken off the page loses its focus, and that keeps nothing
  let kept = field.value;

  async function keep(body) {
    clearTimeout(timer);
    if (body === kept) return;
    kept = body;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const data = new FormData();
    data.set("body", body);
    const answer = await fetch(field.dataset.draft, { method: "POST", headers, body: data, keepalive: true }).catch(() => null);
    if (answer?.status !== 401) return;
    kept = null; // kept by nobody; the page asks to sign in again
    document.dispatchEvent(new CustomEvent("ax:signed-out"));
  }

  document.addEventListener("ax:signed-in", () => field.isConnected && !over && keep(field.value));

  field.addEventListener("input", () => {
    over = false;
    clearTimeout(timer);
    timer = setTimeout(() => keep(field.value), PAUSE);
  });
  field.addEventListener("blur", ({ relatedTarget }) => {
    if (!over && !form.contains(relatedTarget)) keep(field.value);
  });
  form.addEventListener("submit", () => {
    over = true;
    clearTimeout(timer);
  });
  for (const failed of ["htmx:sendError", "htmx:responseError"])
    form.addEventListener(failed, () => {
      over = false;
      keep(field.value);
    });
  form.querySelector("[data-forget]")?.addEventListener("click", () => {
    over = true;
    keep("");
  });
}
