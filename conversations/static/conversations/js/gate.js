// The composer closes when the patient texts STOP and opens again after START. What somebody had begun to
// write stays there.

import { fragmentOf } from "../../web/js/keyed.js";

const isOpen = (box) => box.querySelector("form") !== null;

export default function (composer) {
  let open = isOpen(composer);

  function close(fresh) {
    const form = composer.querySelector("form");
    if (!form.querySelector("textarea").value.trim()) return composer.replaceChildren(fresh);
    form.querySelector("[type=submit]").disabled = true;
    return composer.prepend(fresh);
  }

  function reopen(fresh) {
    const written = composer.querySelector("textarea")?.value;
    composer.replaceChildren(fresh);
    if (written) composer.querySelector("textarea").value = written;
  }

  composer.addEventListener("ax:refresh", async () => {
    const fresh = await fragmentOf(composer.dataset.address);
    if (!fresh || !composer.isConnected || isOpen(fresh) === open) return;
    open = !open;
    if (open) reopen(fresh);
    else close(fresh);
    document.dispatchEvent(new CustomEvent("ax:added", { detail: composer }));
    const text = open ? "This patient can be texted again." : composer.querySelector(".ax-alert").textContent;
    document.dispatchEvent(new CustomEvent("ax:say", { detail: { text } }));
  });
}
