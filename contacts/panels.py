"""The record page is furnished from elsewhere as well: floors above put in the conversation and tools of theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet
from aesthetix.web.counts import Counts, counts_of
from contacts.models import Contact

Render = Callable[[PracticeRequest, Contact], SafeString]
_conversation: list[Render] = []


def register_conversation(render: Render) -> None:
    """`render(request, contact)` gives the HTML of the thread; the contact is one that the person may see."""
    _conversation[:] = [render]


def conversation(request: PracticeRequest, contact: Contact) -> SafeString | str:
    return _conversation[0](request, contact) if _conversation else ""


@dataclass(frozen=True)
class Tool:
    """A tool beside the conversation, with an address of its own: `/contacts/12/<slug>/`.

    `draw(request, contact)` gives its HTML for a contact whom the person may see; `count(contact)`, the rows that
    wait there. `icon` is a Lucide name.
    """

    slug: str
    label: str
    icon: str
    order: int
    draw: Render
    count: Callable[[Contact], ScopedQuerySet] | None = None


@dataclass(frozen=True)
class ToolLink:
    """A tool as the record page lists it."""

    tool: Tool
    current: bool
    counts: Counts

    @property
    def count(self) -> int:
        return self.counts[f"tool-{self.tool.slug}"] if self.tool.count else 0


_tools: dict[str, Tool] = {}


def add_tool(tool: Tool) -> None:
    _tools[tool.slug] = tool


def tool_named(slug: str) -> Tool | None:
    return _tools.get(slug)


def first_tool() -> Tool:
    return min(_tools.values(), key=lambda tool: tool.order)


def tool_links(request: PracticeRequest, contact: Contact, current: Tool) -> list[ToolLink]:
    tools, counts = sorted(_tools.values(), key=lambda tool: tool.order), counts_of(request)
    for tool in tools:
        if tool.count:
            counts.ask(f"tool-{tool.slug}", tool.count(contact))
    return [ToolLink(tool, tool == current, counts) for tool in tools]


@dataclass(frozen=True)
class Way:
    """Something to do with a record, at the end of its facts: `url_name` takes the contact."""

    label: str
    icon: str
    url_name: str
    may: Callable[[Staff], bool] = lambda staff: True


_ways: list[Way] = []


def add_way(way: Way) -> None:
    _ways.append(way)


def ways_for(staff: Staff) -> list[Way]:
    return [way for way in _ways if way.may(staff)]
