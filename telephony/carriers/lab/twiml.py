"""Reading TwiML: the documents an application answers with, checked against what Twilio allows."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from telephony.carriers.lab.grammar import ATTRIBUTES, NESTED
from telephony.carriers.lab.webhooks import MAX_BODY, Reply

XML_TYPES = ("text/xml", "application/xml", "text/html")


class TwimlError(Exception):
    """The answer cannot be used; `code` is Twilio's."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Verb:
    """A verb or noun with the attributes that Twilio knows."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    nested: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.attributes.get(name)
        return default if value is None else value == "true"

    def seconds(self, name: str, default: float) -> float:
        try:
            return float(self.attributes[name])
        except (KeyError, ValueError):
            return default

    def __str__(self) -> str:
        inside = ", ".join(str(noun) for noun in self.nested) or self.text
        return f"{self.name}[{inside}]" if inside else self.name


@dataclass(frozen=True)
class Document:
    """What to do on a leg. `url` is where it came from: relative URLs start there; blank for inline TwiML."""

    url: str
    verbs: tuple[Verb, ...]
    warnings: tuple[str, ...] = ()

    def absolute(self, url: str) -> str:
        """Resolve a URL of this document; inline TwiML may only hold absolute ones (15004)."""
        if not self.url and not urlsplit(url).scheme:
            raise TwimlError(15004, f"relative URL {url!r} in TwiML that came without a URL")
        return urljoin(self.url, url)

    def __str__(self) -> str:
        return ", ".join(str(verb) for verb in self.verbs) or "(empty)"


def read_reply(reply: Reply) -> Document:
    """The document in a webhook's answer; raises TwimlError as the response contract says."""
    if reply.error is not None:
        raise TwimlError(reply.error, "no answer from the application")
    if not reply.ok:
        raise TwimlError(11200, f"the application answered {reply.status}")
    if len(reply.body) > MAX_BODY:
        raise TwimlError(11750, "the answer is larger than 64 kB")
    kind = reply.content_type.split(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document(reply.url, (Verb("Play", text=reply.url), Verb("Hangup")))
    if kind == "text/plain":
        return _plain(reply)
    if kind in XML_TYPES:
        return parse(reply.body, reply.url)
    if not reply.body and not kind:
        raise TwimlError(12100, "the answer is empty")
    raise TwimlError(12300, f"content type {kind!r} is not usable")


def _plain(reply: Reply) -> Document:
    try:
        return parse(reply.body, reply.url)
    except TwimlError:
        spoken = reply.body.decode("utf-8", "replace")
        return Document(reply.url, (Verb("Say", text=spoken), Verb("Hangup")))


def parse(body: bytes | str, url: str) -> Document:
    """Parse TwiML; unknown attributes and verbs are left out with a warning (12200), bad XML raises 12100."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - the application under test, and expat refuses entity bombs
    except ET.ParseError as error:
        raise TwimlError(12100, f"the document does not parse: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12100, f"the root element is {root.tag!r}, not Response")
    warnings: list[str] = []
    verbs = tuple(_children(root, warnings))
    return Document(url, verbs, tuple(warnings))


def _children(element: ET.Element, warnings: list[str]) -> Iterator[Verb]:
    allowed = NESTED.get(element.tag, frozenset())
    for child in element:
        if child.tag in allowed:
            yield _verb(child, warnings)
        else:
            warnings.append(f"{child.tag} is not allowed in {element.tag}")


def _verb(element: ET.Element, warnings: list[str]) -> Verb:
    known = ATTRIBUTES.get(element.tag, frozenset())
    for name in element.attrib:
        if name not in known:
            warnings.append(f"attribute {name} is not allowed in {element.tag}")
    attributes = {name: value for name, value in element.attrib.items() if name in known}
    if element.tag == "Say":
        return Verb("Say", attributes, " ".join("".join(element.itertext()).split()))
    return Verb(element.tag, attributes, (element.text or "").strip(), tuple(_children(element, warnings)))
