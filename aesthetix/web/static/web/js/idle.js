// Automatic log-off of an empty desk. The server decides and refuses by itself; this page asks a minute before,
// tells the server that somebody works, and goes blank in time. It also covers a page whose session has ended
// while something unsaved is typed in it: after signing in in another tab that is still there.

const WARNING = 60_000;
const TELL = 60_000; // how often the server hears that somebody works
const LOOK = 15_000; // a computer that slept finds out so soon

export default function (dialog) {
  const { staff, session, end, login } = dialog.dataset;
  const limit = Number(dialog.dataset.seconds) * 1000;
  const tabs = new BroadcastChannel(`ax-session-${staff}`);
  const [title, text] = [dialog.querySelector("#idle-title"), dialog.querySelector("#idle-text")];
  let last = Date.now();
  let told = last;
  let said = last;
  let telling;
  let timer;
  let state = "working"; // asking, covered, gone

  const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));
  const left = () => last + limit - Date.now();

  async function ask(method) {
    const answer = await fetch(session, { method, headers: { ...headers(), "HX-Request": "true" } }).catch(() => null);
    if (answer?.status === 401) ended();
    return answer?.ok ? answer.json() : null;
  }

  function show(now, heading, words) {
    state = now;
    title.textContent = heading;
    text.textContent = words;
    for (const part of dialog.querySelectorAll("[data-stay], [data-again]")) part.hidden = (now === "covered") !== ("again" in part.dataset);
    dialog.querySelector("[data-leave]").textContent = now === "covered" ? "Leave this page" : "Log off now";
    if (!dialog.open) dialog.showModal();
  }

  function leave() {
    if (state === "gone") return;
    state = "gone";
    const back = location.pathname + location.search;
    document.body.replaceChildren();
    location.replace(`${login}?next=${encodeURIComponent(back)}&idle=1`);
  }

  async function logOff() {
    tabs.postMessage({ over: true });
    await fetch(end, { method: "POST", headers: headers(), keepalive: true }).catch(() => null);
    over();
  }

  async function look() {
    clearTimeout(timer);
    if (state === "covered" || state === "gone") return;
    if (left() < WARNING) {
      const known = await ask("GET"); // another tab, or another window, may know better
      if (known?.left) last = Math.max(last, Date.now() + known.left * 1000 - limit);
    }
    if (left() <= 0) return void logOff();
    if (left() < WARNING) warn();
    else if (state === "asking") work();
    timer = setTimeout(look, state === "asking" ? 1000 : Math.min(LOOK, left() - WARNING + 50));
  }

  function warn() {
    const seconds = Math.ceil(left() / 1000);
    const words = "because nobody did anything here for a while. What you began to write in notes and texts is kept.";
    show("asking", "Still there?", `In ${seconds} seconds you are logged off, ${words}`);
  }

  function work() {
    state = "working";
    dialog.close();
  }

  function tell() {
    clearTimeout(telling);
    telling = undefined;
    told = Date.now();
    ask("POST");
  }

  function used() {
    if (state === "covered" || state === "gone") return;
    if (left() <= 0) return void look(); // a computer that slept: too late
    last = Date.now();
    if (state === "asking") work();
    if (last - said > 1000) tabs.postMessage({ used: (said = last) });
    if (last - told >= TELL) tell();
    else telling ??= setTimeout(tell, told + TELL - last);
  }

  const isTyped = (but = "") =>
    [...document.querySelectorAll(`#page :is(textarea, input:not([type=hidden], [type=search]))${but}`)].some(
      (field) => !["checkbox", "radio"].includes(field.type) && field.value !== field.defaultValue,
    );

  /** Nobody is there: the page goes, unless it holds what no draft on the server keeps. */
  const over = () => (isTyped(":not([data-draft])") ? cover() : leave());

  /** The session is over, and this page did not end it. */
  function ended() {
    if (state === "covered" || state === "gone") return;
    if (limit && left() <= 0) over();
    else if (isTyped()) cover();
    else leave();
  }

  function cover() {
    document.documentElement.classList.add("is-covered");
    show("covered", "You were logged off", "What you typed is still here. Sign in in a new tab, then come back and save it.");
    dialog.querySelector("[data-again]").focus();
  }

  async function uncover() {
    if (state !== "covered") return;
    const known = await ask("GET");
    if (String(known?.staff) !== staff) return;
    document.body.setAttribute("hx-headers", JSON.stringify({ ...headers(), "X-CSRFToken": known.csrf }));
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = known.csrf;
    document.documentElement.classList.remove("is-covered");
    last = Date.now();
    work();
    document.dispatchEvent(new CustomEvent("ax:signed-in"));
    if (limit) look();
  }

  tabs.onmessage = ({ data }) => {
    if (data.over) over();
    else if (data.here) uncover();
    else if (data.used > last) {
      last = data.used;
      if (state === "asking") work();
    }
  };
  tabs.postMessage({ here: true });

  document.addEventListener("ax:signed-out", ended);
  document.addEventListener("visibilitychange", () => document.hidden || (state === "covered" ? uncover() : limit && look()));
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  dialog.addEventListener("cancel", (event) => state === "covered" && event.preventDefault());
  dialog.querySelector("[data-leave]").addEventListener("click", () => (state === "covered" ? leave() : logOff()));
  if (!limit) return;
  // Moving the mouse alone is no sign of a person: a table that shakes moves it too.
  for (const name of ["keydown", "pointerdown", "wheel", "touchstart"]) document.addEventListener(name, used, { passive: true, capture: true });
  look();
}
