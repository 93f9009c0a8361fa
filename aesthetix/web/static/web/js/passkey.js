// A form that a passkey fills: `data-passkey="create|get"`, the server's options in the script element that
// `data-options` names, or at the form's own address. Where the browser has no passkeys the form stays away.

const BYTES = ["challenge", "id"];

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

function encode(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The options as the browser takes them: what is bytes there comes as base64url. */
function toBrowser(options) {
  const read = (key, value) => (BYTES.includes(key) && typeof value === "string" ? decode(value) : value);
  const { rp, ...rest } = options.publicKey; // the id of the site is a name and no bytes
  return { publicKey: { ...JSON.parse(JSON.stringify(rest), read), ...(rp && { rp }) } };
}

/** A credential as the server takes it. */
function toServer(credential) {
  const { response } = credential;
  const sent = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) sent[name] = encode(response[name]);
  }
  if (response.getTransports) sent.transports = response.getTransports();
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({ id: credential.id, rawId: encode(credential.rawId), type: credential.type, response: sent, clientExtensionResults });
}

async function optionsOf(form) {
  const given = document.getElementById(form.dataset.options ?? "");
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

async function ask(form) {
  const options = toBrowser(await optionsOf(form));
  if (form.dataset.passkey === "get") return navigator.credentials.get(options);
  // Kept in the device where it can be: then it signs in without a password too.
  options.publicKey.authenticatorSelection = { ...options.publicKey.authenticatorSelection, residentKey: "preferred" };
  return navigator.credentials.create(options);
}

export default function (form) {
  const error = form.querySelector("[role=alert]");
  const say = (text) => Object.assign(error, { textContent: text, hidden: false });
  const isAddress = /^[\d.]+$|:/.test(location.hostname);
  const works = window.PublicKeyCredential && window.isSecureContext && !isAddress;
  if (works) form.hidden = false;
  else if (!form.hidden) say("Passkeys need a browser that knows them and an https address with a name.");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!works) return;
    try {
      form.elements.credential.value = toServer(await ask(form));
    } catch {
      say("The passkey was not used. Try again, or choose another way.");
      return;
    }
    form.submit();
  });
}
