// Command search: a combobox. Arrows choose, Enter opens, Escape closes; without a choice Enter shows the whole list.

export default function (form) {
  const input = form.querySelector("[type=search]");
  const list = form.querySelector("[role=listbox]");
  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function open(option) {
    show(false);
    input.value = "";
    list.replaceChildren();
    const tag = option.dataset.startWith ? "form" : "a";
    const way = Object.assign(document.createElement(tag), { hidden: true });
    if (tag === "a") way.href = option.dataset.url;
    else {
      Object.assign(way, { action: option.dataset.url, method: "post" });
      way.append(Object.assign(document.createElement("input"), { name: "start_with", value: option.dataset.startWith }));
    }
    document.getElementById("page").append(way);
    window.htmx.process(way);
    if (tag === "a") way.click();
    else way.requestSubmit();
  }

  list.addEventListener("htmx:afterSwap", () => {
    show(input.value.trim().length > 1 && document.activeElement === input);
    const count = options().length;
    const text = count === 1 ? "1 result" : `${count} results`;
    if (!list.hidden) document.dispatchEvent(new CustomEvent("ax:say", { detail: { text } }));
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length]);
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      open(all[at]);
    } else if (event.key === "Escape") {
      show(false);
      input.value = "";
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("focus", () => show(input.value.trim().length > 1 && options().length > 0));
}
