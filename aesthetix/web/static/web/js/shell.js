// Whole-page behaviour: mounts the modules that elements name in data-js, keeps boosted navigation inside
// #page, moves the focus after it, and speaks through the announcers.

import { remember } from "./keyed.js";

const root = document;
const mounted = new WeakMap();

/** `<div data-js="/static/…/player.js">` → `import(url).default(element)`, once per element and module. */
function mount(within) {
  within.querySelectorAll("[data-keyed]").forEach(remember);
  const found = [...within.querySelectorAll("[data-js]")];
  if (within.matches?.("[data-js]")) found.push(within);
  for (const element of found) {
    const done = mounted.get(element) ?? mounted.set(element, new Set()).get(element);
    for (const url of element.dataset.js.split(/\s+/).filter(Boolean)) {
      if (done.has(url)) continue;
      done.add(url);
      import(url).then((module) => module.default(element));
    }
  }
}

// One sentence a second, so that a toast does not swallow the name of the new page.
const waiting = [];
function say(text, urgent = false) {
  if (urgent) {
    document.getElementById("say-now").textContent = text;
    return;
  }
  if (waiting.push(text) === 1) speak();
}
function speak() {
  const region = document.getElementById("say-polite");
  if (region) region.textContent = waiting[0];
  setTimeout(() => {
    waiting.shift();
    if (waiting.length) speak();
  }, 1000);
}
root.addEventListener("ax:say", (event) => say(event.detail.text, event.detail.urgent));

function toast(text) {
  const box = document.createElement("div");
  box.className = "ax-toast is-bad";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Message");
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", className: "ax-ib", textContent: "×" });
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", "Dismiss");
  box.append(close);
  document.getElementById("toasts")?.append(box);
}

/** The page that the answer holds goes into #page; an answer that is no page of the shell is opened whole. */
function keepInsidePage(detail) {
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (answer.getElementById("page")) {
    Object.assign(detail, { shouldSwap: true, selectOverride: "#page", swapOverride: "outerHTML" });
    detail.target = document.getElementById("page");
    return;
  }
  detail.shouldSwap = false;
  if (detail.xhr.status < 400) location.assign(detail.xhr.responseURL);
  else toast([...answer.querySelectorAll("#main h1, #main h1 ~ p:not(:has(a, button))")].map((e) => e.textContent).join(". "));
}

// What a page fetches by itself fails quietly: nobody did anything, and the stream says when it is down.
const inBackground = (detail) => detail.requestConfig?.triggeringEvent?.type === "ax:refresh";

root.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 401) {
    detail.shouldSwap = false;
    root.dispatchEvent(new CustomEvent("ax:signed-out"));
  } else if (detail.xhr.status >= 400 && inBackground(detail)) detail.shouldSwap = false;
  else if (detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true;
  else if (detail.boosted) keepInsidePage(detail);
  else if (detail.xhr.status >= 400 && detail.xhr.status !== 422) toast("That did not work. Nothing was saved. Try again in a minute.");
});
root.addEventListener("htmx:sendError", ({ detail }) => {
  if (!inBackground(detail)) toast("No connection to the server. Nothing was sent.");
});

/** The link of the longest address that the page's own begins with. */
function markCurrent() {
  const links = [...document.querySelectorAll("[data-nav] li a")];
  const inside = links.filter((link) => location.pathname.startsWith(link.dataset.section ?? link.pathname));
  const current = inside.sort((a, b) => b.pathname.length - a.pathname.length)[0];
  for (const link of links) {
    link.classList.toggle("is-on", link === current);
    if (link === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function arrive() {
  markCurrent();
  document.querySelectorAll("[popover]:popover-open").forEach((menu) => menu.hidePopover());
  const summary = document.querySelector("#page [data-focus-first]");
  const heading = document.querySelector("#page h1");
  if (summary) summary.focus();
  else if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    say(document.title);
  }
}
root.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.boosted) setTimeout(arrive);
  else detail.elt.querySelector?.("[data-focus-first]")?.focus();
});
root.addEventListener("htmx:historyRestore", arrive);
root.addEventListener("htmx:load", ({ detail }) => mount(detail.elt));
root.addEventListener("ax:added", ({ detail }) => {
  window.htmx.process(detail);
  mount(detail);
});

mount(document.documentElement);
document.querySelector("[data-focus-first]")?.focus();
