// What is being written is kept on the server, per person and patient: a browser keeps no patient data.

const PAUSE = 800; // after the last key

// All fields of a form in one; nothing where nobody has written a word.
function written(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  const words = [...form.querySelectorAll("input[type=text], textarea")].some((field) => field.value.trim());
  return words ? new URLSearchParams(data).toString() : "";
}

// `field`: a field, or a whole form.
export default function (field) {
  const form = field.form ?? field;
  const wording = () => (field === form ? written(form) : field.value);
  let timer;
  let over = false; // sent or thrown away: the field that is then taken off the page loses its focus, and that keeps nothing
  let kept = wording();

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
    timer = setTimeout(() => keep(wording()), PAUSE);
  });
  field.addEventListener("focusout", ({ relatedTarget }) => {
    if (!over && !form.contains(relatedTarget)) keep(wording());
  });
  form.addEventListener("submit", () => {
    over = true;
    clearTimeout(timer);
  });
  for (const failed of ["htmx:sendError", "htmx:responseError"])
    form.addEventListener(failed, () => {
      over = false;
      keep(wording());
    });
  form.querySelector("[data-forget]")?.addEventListener("click", () => {
    over = true;
    keep("");
  });
}
