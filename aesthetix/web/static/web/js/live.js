// Live updates. An event says only what kind and whose record; elements that show such things fetch
// themselves again: `data-live="message call" [data-live-contact="12"]` gets an `ax:refresh` event.

const PATIENCE = 5000; // before a lost connection is mentioned
const SETTLE = 150; // several events at once are one refresh

export default function (strip) {
  const due = new WeakMap();
  let lost;

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

  function open() {
    const stream = new EventSource(strip.dataset.url);
    let welcome = false;
    stream.onopen = () => {
      clearTimeout(lost);
      lost = undefined;
      if (!strip.hidden) say("");
      document.documentElement.dataset.liveState = "open";
      // What happened between the page's own answer and the first connection is in nobody's last id.
      if (!welcome) tell({ type: "resync" });
      welcome = true;
    };
    stream.onmessage = (event) => tell(JSON.parse(event.data));
    stream.addEventListener("end", () => {
      stream.close();
      clearTimeout(lost);
      say("You were signed out or left this practice. Reload the page.");
    });
    stream.onerror = () => {
      delete document.documentElement.dataset.liveState;
      if (stream.readyState === EventSource.CLOSED && !welcome) return; // no stream is served here
      lost ??= setTimeout(() => say("Reconnecting. Calls still ring."), PATIENCE);
      if (stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      setTimeout(open, PATIENCE);
    };
  }
  open();
}
