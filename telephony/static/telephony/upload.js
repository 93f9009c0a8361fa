// Shows how far an upload has come while its form is being sent.

export default function (part) {
  const file = part.querySelector('input[type="file"]');
  const bar = part.querySelector("[data-progress]");
  const form = part.closest("form");
  form.addEventListener("htmx:xhr:progress", ({ detail }) => {
    if (!file.files.length || !detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = Math.round((detail.loaded / detail.total) * 100);
  });
  form.addEventListener("htmx:afterRequest", () => (bar.hidden = true));
}
