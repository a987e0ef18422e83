"""Reads YAML that a person wrote, strictly: what is not understood is an error that names file, line and key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

import yaml

from grader.errors import UsageError

SHOWN = 12


@dataclass(frozen=True)
class Entry:
    """A value in a YAML file, what it is called there, and where it stands.

    Every plain value is text: `2026-12-04 23:59`, `007` and `no` are what they look like.
    """

    node: yaml.Node
    file: str
    line: int
    name: str = ""

    def wrong(self, problem: str) -> UsageError:
        """The error that says what is wrong with this value; `problem` also says what to write."""
        about = f"{self.name}: " if self.name else ""
        return UsageError(f"{self.file}, line {self.line}: {about}{problem}")

    def text(self, example: str) -> str:
        """The value as text.

        Raises:
            UsageError: it is none, or empty.
        """
        found = self.node.value.strip() if isinstance(self.node, yaml.ScalarNode) else ""
        if not found:
            raise self.wrong(f"one value belongs here: write it as {example}.")
        return str(found)

    def mapping(self, example: str, keys: Collection[str] | None = None) -> dict[str, Entry]:
        """The values by key.

        Args:
            example: a line of such a mapping, for whoever wrote something else.
            keys: those that there may be; any when None.

        Raises:
            UsageError: it is no mapping, or a key is unknown, empty or there twice.
        """
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong(f"keys and values belong here: write lines such as '{example}'.")
        found: dict[str, Entry] = {}
        for key_node, node in self.node.value:
            key = Entry(key_node, self.file, _line(key_node), self.name)
            name = key.text(f"'{example}'")
            if keys is not None and name not in keys:
                raise key.wrong(f"there is no key {name!r}: {one_of(name, keys)}")
            if name in found:
                raise key.wrong(f"the key {name!r} is there twice: keep one of them.")
            found[name] = Entry(node, self.file, key.line, f"{name} of {self.name}" if self.name else name)
        return found


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def one_of(name: str, known: Collection[str]) -> str:
    """What to write in place of a name that is not known, as the end of a sentence."""
    near = get_close_matches(name, known, 1)
    more = ", …" if len(known) > SHOWN else ""
    return f"did you mean {near[0]!r}?" if near else f"write one of {', '.join([*known][:SHOWN])}{more}."


def parse(text: str, file: str) -> Entry | None:
    """The one document of a YAML file; None where it holds nothing.

    Raises:
        UsageError: it is not YAML.
    """
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        problem = error.problem or error.context
        raise UsageError(
            f"{file}{where}: this is no YAML ({problem}): write 'key: value', with spaces and no tabs in front."
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"{file}: this is no YAML ({problem}): write it anew as text.") from None
    return None if node is None else Entry(node, file, _line(node))
