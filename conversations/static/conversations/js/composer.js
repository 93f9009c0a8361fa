// Counts what the carrier bills: segments of 160 (153) plain characters, or 70 (67) with others in them.

const PLAIN = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€\f]*$/;
const WIDE = /[\^{}\\[~\]|€\f]/g;

function measure(text) {
  const plain = PLAIN.test(text);
  const units = plain ? text.length + (text.match(WIDE)?.length ?? 0) : text.length;
  const [single, each] = plain ? [160, 153] : [70, 67];
  return { units, segments: units <= single ? 1 : Math.ceil(units / each), plain };
}

export default function (form) {
  const field = form.querySelector("textarea");
  const count = form.querySelector("[data-count]");

  function show() {
    const { units, segments, plain } = measure(field.value);
    const parts = [`${units} character${units === 1 ? "" : "s"}`];
    if (segments > 1) parts.push(`${segments} segments`);
    if (!plain) parts.push("special characters make segments shorter");
    count.textContent = parts.join(" · ");
  }

  field.addEventListener("input", show);
  show();
}
