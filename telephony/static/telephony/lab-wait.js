// A call on a copy takes seconds: says so to those who cannot see the line that appears.

export default function (form) {
  form.addEventListener("htmx:beforeRequest", ({ target }) => {
    if (target !== form || new FormData(form).get("mode") !== "copy") return;
    const text = "Playing the call on a copy. This takes a few seconds.";
    document.dispatchEvent(new CustomEvent("ax:say", { detail: { text } }));
  });
}
