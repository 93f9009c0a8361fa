// An open thread follows what happens: states change in place, new items come at the end, and nobody who
// reads further up is moved.

import { arrange, rowsOf, update } from "../../web/js/keyed.js";

export default function (section) {
  const log = section.querySelector("[role=log]");
  const list = log.querySelector("ol");
  const playing = (row) => row.querySelector("[data-busy]") !== null;

  function firstSeen() {
    const edge = log.getBoundingClientRect().top;
    return [...list.children].find((row) => row.getBoundingClientRect().bottom > edge);
  }

  async function refresh() {
    const seen = document.visibilityState === "visible" && document.hasFocus() ? "?seen=1" : "";
    const rows = await rowsOf(section.dataset.items + seen);
    if (!rows || !section.isConnected) return;
    const reading = log.scrollTop < -40 ? firstSeen() : null;
    const top = reading?.getBoundingClientRect().top;
    update(rows, { busy: playing });
    // Days stand before the first item of theirs, which may be above what was fetched.
    arrange(list, rows.filter((row) => !(row.id.startsWith("day-") && document.getElementById(row.id))), { atEnd: true });
    log.querySelector(".ax-empty")?.remove();
    if (reading?.isConnected) log.scrollTop += reading.getBoundingClientRect().top - top;
  }

  section.addEventListener("ax:refresh", refresh);
  section.addEventListener("ax:sent", () => {
    log.scrollTop = 0;
    refresh();
  });
}
