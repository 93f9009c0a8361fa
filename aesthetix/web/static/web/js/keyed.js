// Bringing a list up to date without taking away what somebody uses. Rows are matched by id; a row is
// touched only when its HTML from the server changed.

const source = new WeakMap();

/** Remember the rows of a `data-keyed` list as the server sent them: the shell calls it before any module runs. */
export function remember(list) {
  for (const row of list.children) if (!source.has(row)) source.set(row, row.outerHTML);
}

/** What an address answers with; null when there is no good answer. */
export async function fragmentOf(address) {
  const headers = { "HX-Request": "true", "X-Practice": document.body.dataset.practice };
  const answer = await fetch(address, { headers }).catch(() => null);
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("ax:signed-out"));
  if (!answer?.ok || answer.redirected) return null;
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  return box.content;
}

/** The rows with an id that an address answers with; null when there is no good answer. */
export async function rowsOf(address) {
  const fragment = await fragmentOf(address);
  if (!fragment) return null;
  const rows = [...fragment.children].filter((row) => row.id && !row.hasAttribute("hx-swap-oob"));
  for (const row of rows) source.set(row, row.outerHTML);
  return rows;
}

/** The shell makes htmx and modules work in what came later. */
const added = (row) => document.dispatchEvent(new CustomEvent("ax:added", { detail: row }));

function replace(old, fresh) {
  const parts = "a, button, input, summary";
  const at = old.contains(document.activeElement) ? [...old.querySelectorAll(parts)].indexOf(document.activeElement) : -1;
  old.replaceWith(fresh);
  added(fresh);
  if (at >= 0) (fresh.querySelectorAll(parts)[at] ?? fresh.querySelector(parts))?.focus({ preventScroll: true });
}

/** Rows that are shown and changed take their new form where they stand. */
export function update(rows, { busy = () => false, after = () => {} } = {}) {
  for (const row of rows) {
    const old = document.getElementById(row.id);
    if (!old || old === row || busy(old) || source.get(old) === source.get(row)) continue;
    replace(old, row);
    after(row, old);
  }
}

/** How many of the rows are not where the server has them: new ones, and those that moved up. */
export function waiting(list, rows) {
  const shown = [...list.children].filter((row) => row.id).map((row) => row.id);
  const wanted = rows.map((row) => row.id);
  const common = shown.filter((id) => wanted.includes(id));
  let at = 0;
  return wanted.filter((id) => {
    if (id === common[at]) {
      at += 1;
      return false;
    }
    common.splice(common.indexOf(id), common.includes(id) ? 1 : 0);
    return true;
  }).length;
}

/** Put the rows in the server's order, at the list's end or its beginning; the others stay behind them. */
export function arrange(list, rows, { atEnd = false } = {}) {
  const own = rows.map((row) => document.getElementById(row.id) ?? row);
  if (atEnd) own.reverse();
  let beside = atEnd ? null : list.firstElementChild;
  for (const row of own) {
    const inPlace = atEnd ? row.parentNode === list && row.nextElementSibling === beside : row === beside;
    const isNew = !row.isConnected;
    if (!inPlace) list.insertBefore(row, beside);
    if (isNew) added(row);
    beside = atEnd ? row : row.nextElementSibling;
  }
}
