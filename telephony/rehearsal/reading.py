"""Reading YAML so that every complaint names the file, the line, the place and what was expected."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import yaml

Value = TypeVar("Value")
YES, NO = {"yes", "on", "true"}, {"no", "off", "false"}
LONGEST = 200_000  # characters; the longest script of this repository has 2,000


class ScriptError(Exception):
    """A call script that cannot be understood: `file:line: place: what is wrong; what is expected`."""


class Place:
    """One value of the document, with where it stands.

    Scalars are taken as they are written: `+16025550100` and `10:00` stay text, whatever YAML makes of them.
    """

    def __init__(self, node: yaml.Node, file: str, path: str = "") -> None:
        self.node, self.file, self.path = node, file, path

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def wrong(self, problem: str, expected: str = "") -> ScriptError:
        where = f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}"
        return ScriptError(where + problem + (f"; expected {expected}" if expected else ""))

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_empty(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag.endswith(":null")

    def text(self) -> str:
        if self.is_empty:
            raise self.wrong("nothing stands here", "one word or sentence (in { } quotes around one with a comma)")
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.wrong("this is not a single value", "one word or sentence")
        return str(self.node.value).strip()

    @property
    def is_flag(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and str(self.node.value).strip().lower() in YES | NO

    def flag(self) -> bool:
        if not self.is_flag:
            raise self.wrong("this is neither yes nor no", "yes or no")
        return self.text().lower() in YES

    def whole(self) -> int:
        if not self.text().isdigit():
            raise self.wrong(f"“{self.text()}” is not a whole number", "a number such as 2")
        return int(self.text())

    def one_of(self, *words: str) -> str:
        if self.text() not in words:
            raise self.wrong(f"“{self.text()}” is not known here", "one of: " + ", ".join(words))
        return self.text()

    def read(self, reader: Callable[[str], Value]) -> Value:
        """Through a function that raises ValueError with what it expects."""
        try:
            return reader(self.text())
        except ValueError as error:
            raise self.wrong(f"“{self.text()}” is not understood", str(error)) from None

    def items(self) -> Iterator["Place"]:
        """The entries of a list; a single value counts as a list of one."""
        if isinstance(self.node, yaml.SequenceNode):
            for position, node in enumerate(self.node.value):
                yield Place(node, self.file, f"{self.path}[{position + 1}]")
        elif not self.is_empty:
            yield self

    def entries(self) -> dict[str, "Place"]:
        """A mapping whose keys are names that the script's author chose."""
        if self.is_empty:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("this is not a mapping", "`name: value` lines")
        found: dict[str, Place] = {}
        for key_node, value in self.node.value:
            key = str(key_node.value).strip()
            place = Place(value, self.file, f"{self.path}.{key}".lstrip("."))
            if key in found:
                raise Place(key_node, self.file, place.path).wrong("this stands here twice")
            found[key] = place
        return found

    def fields(self, *known: str) -> dict[str, "Place"]:
        """A mapping whose keys are ours: an unknown one is a mistake, not a wish."""
        found = self.entries()
        for key, place in found.items():
            if key not in known:
                raise place.wrong(f"“{key}” is not a setting", "one of: " + ", ".join(known))
        return found


def read_document(text: str, file: str) -> Place:
    """The one document of a script.

    Raises ScriptError where it is not YAML, is empty, too long, or holds more than one document.
    """
    if len(text) > LONGEST:
        raise ScriptError(f"{file}:1: the file is too long for a call script; expected {LONGEST} characters at most")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ScriptError(f"{file}:{_line_of(error)}: this is not YAML: {_problem(error)}") from None
    except RecursionError:
        raise ScriptError(f"{file}:1: this is nested too deeply for a call script") from None
    if node is None:
        raise ScriptError(f"{file}:1: the file is empty; expected a call script (see docs/phone-lab.md)")
    return Place(node, file)


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark else 1


def _problem(error: yaml.YAMLError) -> str:
    """In one line; a tab, which YAML calls a token that cannot start, by its name."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if "\\t" in problem:
        return "a tab stands here; expected spaces"
    return " ".join(problem.split())
