// One more number: clones the empty row of the formset, up to its limit.

export default function (box) {
  const total = box.querySelector("[name$=TOTAL_FORMS]");
  const most = Number(box.querySelector("[name$=MAX_NUM_FORMS]").value);
  const button = box.querySelector("[data-add]");
  const full = () => Number(total.value) >= most;
  button.hidden = full();
  button.addEventListener("click", () => {
    const row = box.querySelector("template").content.cloneNode(true);
    row.querySelectorAll("*").forEach((element) => {
      for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll("__prefix__", total.value);
    });
    button.before(row);
    total.value = Number(total.value) + 1;
    button.hidden = full();
    [...box.querySelectorAll("[data-number] input")].at(-1).focus();
  });
}
