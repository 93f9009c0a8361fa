// What is being written is kept on the server, per person and patient: a browser keeps no patient data.

const PAUSE = 800; // after the last key

export default function (field) {
  const form = field.form;
  let timer;
  let kept = field.value;

  async function keep(body) {
    clearTimeout(timer);
    if (body === kept) return;
    kept = body;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const data = new FormData();
    data.set("body", body);
    await fetch(field.dataset.draft, { method: "POST", headers, body: data, keepalive: true }).catch(() => {});
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(field.value), PAUSE);
  });
  field.addEventListener("blur", () => keep(field.value));
  form.addEventListener("submit", () => clearTimeout(timer));
  form.querySelector("[data-forget]")?.addEventListener("click", () => keep(""));
}
