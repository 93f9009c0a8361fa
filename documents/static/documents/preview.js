// A picture that cannot be made says so; the download beside it is unharmed.

export default function (figure) {
  const image = figure.querySelector("img");
  const say = () => {
    const line = document.createElement("p");
    line.className = "ax-hint";
    line.textContent = "This cannot be shown here. Download the document to open it.";
    image.replaceWith(line);
  };
  if (image.complete && image.src && !image.naturalWidth && image.loading !== "lazy") say();
  else image.addEventListener("error", say, { once: true });
}
