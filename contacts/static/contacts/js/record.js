// Where there is no room for everything, the record shows one thing: on a phone the conversation, the details
// or a tool; on a small screen a tool lies over the conversation until it is closed.

export default function (record) {
  function show(view) {
    record.dataset.view = view;
    for (const one of record.querySelectorAll(".ax-tools [data-show]")) one.setAttribute("aria-pressed", String(one.dataset.show === view));
  }

  // On a phone the tools are a row that scrolls sideways.
  record.querySelector(".ax-tools [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

  // What somebody is changing among the facts stays; they are brought up to date once that is closed.
  const facts = record.querySelector("#facts");
  const busy = () => facts.querySelector(".ax-edit-f, .ax-tag-add[open]") !== null;
  let missed = false;
  facts.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target !== facts || !busy()) return;
    detail.shouldSwap = false;
    missed = true;
  });
  facts.addEventListener("htmx:afterSwap", () => {
    if (!missed || busy()) return;
    missed = false;
    facts.dispatchEvent(new CustomEvent("ax:refresh"));
  });

  record.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-show]");
    if (button) show(button.dataset.show);
    else if (target.closest("[data-open-tool]")) show("tool");
  });
}
