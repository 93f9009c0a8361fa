// A picture that is not there yet is asked for again; one that cannot be made says so, and the download is unharmed.

const TRIES = 4;
const PAUSE = 2000;

export default function (figure) {
  const image = figure.querySelector("img");
  let tries = 1;

  function say() {
    const line = document.createElement("p");
    line.className = "ax-hint";
    line.textContent = "This cannot be shown here. Download the document to open it.";
    image.replaceWith(line);
  }

  async function again() {
    const answer = await fetch(image.src, { method: "HEAD" }).catch(() => null);
    if ((answer && answer.status !== 503 && !answer.ok) || tries >= TRIES) return say();
    tries += 1;
    return setTimeout(() => (image.src = `${image.src.split("?")[0]}?try=${tries}`), PAUSE);
  }

  image.addEventListener("error", again);
  if (image.complete && !image.naturalWidth && image.loading !== "lazy") again();
}
