// When the call ends its buttons go; whoever was on one of them is taken to what became of the call.

export default function (run) {
  const controls = () => run.querySelector("#lab-controls");
  const outcome = run.querySelector("#lab-outcome");
  let over = Boolean(outcome.querySelector("h3"));
  let used = false;
  run.addEventListener("focusin", ({ target }) => (used = controls().contains(target)));

  new MutationObserver(() => {
    if (over || !outcome.querySelector("h3")) return;
    over = true;
    const lost = document.activeElement === document.body || controls().contains(document.activeElement);
    if (used && lost) outcome.focus({ preventScroll: true });
  }).observe(outcome, { childList: true });
}
