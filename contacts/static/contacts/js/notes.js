// Notes follow what colleagues write; the one that somebody is changing stays as it is.

import { arrange, rowsOf, update } from "../../web/js/keyed.js";

export default function (list) {
  const busy = (row) => row.querySelector("form textarea") !== null;

  list.addEventListener("ax:refresh", async () => {
    const rows = await rowsOf(list.dataset.rows);
    if (!rows || !list.isConnected) return;
    update(rows, { busy });
    arrange(list, rows);
    const wanted = new Set(rows.map((row) => row.id));
    for (const row of [...list.children]) if (!wanted.has(row.id) && !busy(row)) row.remove();
    const number = list.parentNode.querySelector("h2 .ax-num");
    if (number) number.textContent = rows.length || "";
    list.parentNode.querySelector(":scope > .ax-empty")?.remove();
  });
}
