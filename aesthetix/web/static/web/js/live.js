// Live updates. An event says only what kind and whose record; elements that show such things fetch
// themselves again: `data-live="message call" [data-live-contact="12"]` gets an `ax:refresh` event.

// A browser keeps six connections to a server, so of the tabs of one person in one practice only one listens,
// the holder of a lock, and tells the others. When it is closed, the next one holds the lock.

const PATIENCE = 5000; // before a lost connection is mentioned
const SETTLE = 150; // several events at once are one refresh

export default function (strip) {
  const due = new WeakMap();
  const name = `ax-live-${strip.dataset.staff}`;
  const tabs = new BroadcastChannel(name);
  let lost;
  let welcome = false;
  let mine = ""; // the stream's state, in the tab that listens

  function refresh(element, delay = SETTLE) {
    clearTimeout(due.get(element));
    due.set(element, setTimeout(() => element.dispatchEvent(new CustomEvent("ax:refresh")), delay));
  }

  function tell({ type, contact }) {
    const topic = type.split(".")[0];
    for (const element of document.querySelectorAll("[data-live]")) {
      const topics = element.dataset.live.split(" ");
      const own = element.dataset.liveContact;
      const about = own === undefined || contact === undefined || own === String(contact);
      if (type === "resync" || (topics.includes(topic) && about)) refresh(element);
    }
  }

  function say(text) {
    strip.hidden = !text;
    strip.querySelector("span").textContent = text;
    if (text) document.dispatchEvent(new CustomEvent("ax:say", { detail: { text } }));
  }

  function show(state) {
    if (state === "open") {
      clearTimeout(lost);
      lost = undefined;
      if (!strip.hidden) say("");
      document.documentElement.dataset.liveState = "open";
      // What happened between the page's own answer and the first connection is in nobody's last id.
      if (!welcome) tell({ type: "resync" });
      welcome = true;
    } else {
      delete document.documentElement.dataset.liveState;
      lost ??= setTimeout(() => say("Reconnecting. Calls still ring."), PATIENCE);
    }
  }

  function take(message) {
    if (message.state) show(message.state);
    else tell(message);
  }

  function share(message) {
    take(message);
    if (navigator.locks) tabs.postMessage(message);
  }

  function listen(release) {
    const stream = new EventSource(strip.dataset.url);
    let isNew = true;
    stream.onopen = () => {
      mine = "open";
      share({ state: mine });
      if (isNew) share({ type: "resync" }); // nobody listened while the lock changed hands
      isNew = false;
    };
    stream.onmessage = (event) => share(JSON.parse(event.data));
    stream.addEventListener("end", () => {
      stream.close();
      mine = "";
      clearTimeout(lost);
      document.dispatchEvent(new CustomEvent("ax:signed-out"));
      release();
    });
    stream.onerror = () => {
      mine = "";
      const isClosed = stream.readyState === EventSource.CLOSED;
      if (isClosed && !welcome) return release(); // no stream is served here
      mine = "lost";
      share({ state: mine });
      if (!isClosed) return undefined;
      stream.close();
      return setTimeout(() => listen(release), PATIENCE);
    };
  }

  tabs.onmessage = ({ data }) => {
    if (!data.ask) take(data);
    else if (mine) tabs.postMessage({ state: mine });
  };
  tabs.postMessage({ ask: true });
  // Locks need a secure address; elsewhere every tab listens for itself.
  if (navigator.locks) navigator.locks.request(name, () => new Promise(listen));
  else listen(() => {});
}
