// Bringing a list up to date without moving what somebody uses: rows are matched by id; a row is touched
// only when its HTML from the server changed; one that is focused or hovered is not moved.

const source = new WeakMap();

/** Remember the rows as the server sent them. Call it once, before anything changes them. */
export function remember(list) {
  for (const row of list.children) source.set(row, row.outerHTML);
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && [...old.querySelectorAll("a, button, input, summary")].indexOf(focused);
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  if (!focused) return;
  const again = fresh.querySelectorAll("a, button, input, summary")[place] ?? fresh.querySelector("a, button");
  again?.focus({ preventScroll: true });
}

/** Make `list` say what `fresh` (an element holding the server's rows) says. Rows that `fresh` does not
 *  hold are left unless `drop`. Returns the rows that are new. */
export function patch(list, fresh, { drop = false, busy = () => false } = {}) {
  const rows = [...fresh.children].filter((row) => row.id);
  const added = [];
  let before = null;
  for (const row of rows.reverse()) {
    const html = row.outerHTML;
    const old = document.getElementById(row.id);
    source.set(row, html);
    if (!old) {
      list.insertBefore(row, before ?? (drop ? null : list.querySelector(":scope > [data-last]")));
      window.htmx.process(row);
      added.push(row);
      before = row;
    } else if (source.get(old) === html || busy(old)) before = old;
    else {
      replace(old, row);
      before = row;
    }
  }
  if (drop) {
    const kept = new Set(rows.map((row) => row.id));
    for (const row of [...list.children]) if (row.id && !kept.has(row.id)) row.remove();
  }
  return added.reverse();
}
