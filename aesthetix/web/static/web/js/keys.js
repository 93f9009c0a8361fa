// Single-key shortcuts. They can be switched off in Account, and never work while somebody types.

const GO = { i: "/inbox/", c: "/contacts/", t: "/tasks/" };

export default function (body) {
  let after = "";

  const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");

  function follow(path) {
    document.querySelector(`[data-nav] a[href="${path}"]`)?.click();
  }

  function step(by) {
    const rows = [...document.querySelectorAll("[data-row-link]")].filter((row) => row.offsetParent);
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  }

  const single = {
    "/": () => document.getElementById("q")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    r: () => document.querySelector("[data-reply]")?.focus(),
    g: () => (after = "g"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.closest("form[data-send]")?.requestSubmit();
      return;
    }
    if (body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const first = after;
    after = "";
    // A page names keys of its own: `<a data-key="n">` is pressed by n.
    const own = [...document.querySelectorAll(`#page [data-key="${CSS.escape(event.key)}"]`)].find((one) => one.offsetParent);
    const press = own && (() => own.click());
    const action = first === "g" && GO[event.key] ? () => follow(GO[event.key]) : press || single[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
