// Uploading: files are chosen or dropped, listed, and sent one after the other, each with its progress and Cancel.
// Without this script the form sends them all at once.

const MB = 1024 * 1024;

const sized = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1)} MB`);

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export default function (form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector(".ax-drop");
  const list = form.querySelector("[data-files]");
  const problems = form.querySelector("[data-problems]");
  const button = form.querySelector("[type=submit]");
  const endings = input.accept.split(",");
  let chosen = []; // { file, row, bar, note, state: waiting | sending | done | failed, xhr }
  let running = false;

  const say = (text) => document.dispatchEvent(new CustomEvent("ax:say", { detail: { text } }));

  function complain(text) {
    problems.replaceChildren(...(text ? [element("p", { className: "ax-err", textContent: text })] : []));
    if (text) say(text);
  }

  function problemOf(file) {
    const ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
    if (!endings.includes(ending)) return form.dataset.takes ?? "Files of this kind are not kept here.";
    if (file.size > form.dataset.mostMb * MB) return `Larger than ${form.dataset.mostMb} MB.`;
    return file.size ? "" : "The file is empty.";
  }

  function enlist(file) {
    const bar = element("progress", { max: 100, value: 0 });
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const note = element("small", { textContent: sized(file.size) });
    const cancel = element("button", { type: "button", className: "btn btn-sm", textContent: "Cancel" });
    cancel.setAttribute("aria-label", `Cancel ${file.name}`);
    const row = element("li", {}, element("b", { textContent: file.name }), bar, element("div", {}, note, cancel));
    const entry = { file, row, bar, note, cancel, state: "waiting" };
    cancel.addEventListener("click", () => drop(entry));
    list.append(row);
    chosen.push(entry);
    const problem = problemOf(file);
    if (problem) fail(entry, problem, false);
  }

  function drop(entry) {
    entry.xhr?.abort();
    entry.row.remove();
    chosen = chosen.filter((one) => one !== entry);
    say(`${entry.file.name} cancelled`);
    (chosen[0]?.cancel ?? input).focus();
  }

  function fail(entry, text, again) {
    entry.state = again ? "waiting" : "failed";
    entry.row.classList.add("is-bad");
    entry.note.textContent = text;
    entry.bar.hidden = true;
    entry.cancel.textContent = "Remove";
    entry.cancel.setAttribute("aria-label", `Remove ${entry.file.name}`);
  }

  function take(files) {
    complain("");
    const most = Number(form.dataset.mostFiles);
    const kept = chosen.filter((entry) => entry.state !== "failed").length;
    if (kept + files.length > most) complain(most === 1 ? "One file at a time." : `At most ${most} files at once.`);
    else for (const file of files) enlist(file);
    input.value = "";
  }

  function send(entry) {
    return new Promise((done) => {
      const body = new FormData();
      for (const { name, value } of form.querySelectorAll("input[type=hidden]")) body.append(name, value);
      body.append("files", entry.file);
      const xhr = (entry.xhr = new XMLHttpRequest());
      entry.row.classList.remove("is-bad");
      entry.bar.hidden = false;
      entry.state = "sending";
      xhr.open("POST", form.action);
      xhr.setRequestHeader("Accept", "application/json");
      xhr.setRequestHeader("X-Practice", document.body.dataset.practice);
      xhr.upload.onprogress = ({ loaded, total }) => {
        entry.bar.value = (100 * loaded) / total;
        entry.note.textContent = loaded < total ? `${sized(loaded)} of ${sized(total)}` : "Checking…";
      };
      xhr.onload = () => {
        if (xhr.status === 201) {
          entry.state = "done";
          entry.note.textContent = "Uploaded";
          entry.cancel.remove();
        } else if (xhr.status === 422) fail(entry, JSON.parse(xhr.responseText).error, false);
        else fail(entry, xhr.status === 413 ? "The file is too large." : "That did not work. Nothing was kept.", true);
      };
      xhr.onerror = () => fail(entry, "The connection was lost. Nothing was kept. Upload it again.", true);
      xhr.onloadend = done;
      xhr.send(body);
    });
  }

  async function sendAll() {
    const tried = new Set();
    const next = () => chosen.find((entry) => entry.state === "waiting" && !tried.has(entry));
    for (let entry = next(); entry; entry = next()) {
      tried.add(entry);
      await send(entry);
    }
    const done = chosen.filter((entry) => entry.state === "done").length;
    if (done) say(done === 1 ? "1 file uploaded" : `${done} files uploaded`);
    document.getElementById("documents")?.dispatchEvent(new CustomEvent("ax:refresh"));
    if (done && done === chosen.length) form.querySelector("[data-close]").click();
  }

  input.addEventListener("change", () => take([...input.files]));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (running) return;
    if (!chosen.some((entry) => entry.state === "waiting")) return complain("Choose a file first.");
    running = button.disabled = true;
    await sendAll();
    running = button.disabled = false;
  });
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => (event.preventDefault(), zone.classList.add("is-over")));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => (event.preventDefault(), take([...event.dataTransfer.files])));
  form.classList.add("is-live");
  if (input.files.length) take([...input.files]); // chosen before this module came
}
