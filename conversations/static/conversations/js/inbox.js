// The list of conversations: marks the open one, and follows what happens. While somebody points at the
// list or has the focus in it, rows change in place only; what is new waits behind "3 new".

import { arrange, rowsOf, update, waiting } from "../../web/js/keyed.js";

export default function (inbox) {
  const panel = inbox.querySelector(".ax-inb-l");
  const box = inbox.querySelector("[data-rows]");
  const list = inbox.querySelector("#list");
  const strip = inbox.querySelector(".ax-cl-new");
  const button = strip.querySelector("button");
  let held = null;

  function markOpen() {
    for (const link of list.querySelectorAll("a[data-row-link]")) {
      const open = link.pathname === location.pathname;
      link.classList.toggle("is-on", open);
      if (open) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  const inUse = () => panel.matches(":hover") || list.contains(document.activeElement);

  function apply() {
    if (!held) return;
    arrange(list, held);
    inbox.querySelector(".ax-cl > .ax-empty")?.remove();
    held = null;
    strip.hidden = true;
    markOpen();
  }

  async function refresh() {
    const rows = await rowsOf(box.dataset.rows);
    if (!rows || !box.isConnected) return;
    update(rows, { busy: (row) => row.querySelector(".htmx-request") !== null }); // its answer brings the row
    const count = waiting(list, rows);
    held = count ? rows : null;
    strip.hidden = true;
    markOpen();
    if (!count) return;
    document.dispatchEvent(new CustomEvent("ax:say", { detail: { text: `${count} new in the inbox` } }));
    if (!inUse()) {
      apply();
      return;
    }
    button.textContent = `${count} new`;
    strip.hidden = false;
  }

  box.addEventListener("ax:refresh", refresh);
  button.addEventListener("click", () => {
    apply();
    box.scrollTop = 0;
    list.querySelector("a")?.focus();
  });
  // The panel, not the list: the way to the button leads out of the list.
  panel.addEventListener("pointerleave", () => !list.contains(document.activeElement) && apply());
  document.addEventListener("htmx:pushedIntoHistory", function pushed() {
    if (inbox.isConnected) markOpen();
    else document.removeEventListener("htmx:pushedIntoHistory", pushed);
  });
  inbox.querySelector("#conversation").addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "conversation") return;
    markOpen();
    const heading = inbox.querySelector("#thread h2");
    document.dispatchEvent(new CustomEvent("ax:say", { detail: { text: `Conversation with ${heading.textContent.trim()}` } }));
    if (!list.checkVisibility()) heading.focus({ preventScroll: true }); // a phone shows one of the two
  });
  markOpen();
}
