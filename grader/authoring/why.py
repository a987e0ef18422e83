"""Why each solution works, for readers who have tried: `solutions/NN-topic.why.md`.

A section `## exercise` says why the reference solution does what its contract demands; its part `### Another way` says
when to prefer the other right answer that is shown with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import CourseError

OTHER = "Another way"
_HEADING = re.compile(r"(#{1,3}) +(.*?) *")
_FENCE = re.compile(r" *```")


@dataclass(frozen=True)
class Why:
    """Why the solution of an exercise works.

    Attributes:
        text: the reason, in Markdown.
        other: when to prefer the other right answer, in Markdown; empty where there is none.
        line: where its section begins, from 1.
    """

    text: str
    other: str
    line: int


def read(path: Path) -> dict[str, Why]:
    """What a file says, by exercise and in its order; nothing where there is no file.

    Raises:
        CourseError: a heading is none of those that belong there, or an exercise has two sections.
    """
    if not path.is_file():
        return {}
    found: dict[str, Why] = {}
    name = above = ""
    for line, signs, title, body in _parts(path.read_text(encoding="utf-8")):
        if signs == "##":
            if title in found:
                raise CourseError(f"{path.name}:{line}: {title} has a section already; join them.")
            name = title
            found[name] = Why(body, "", line)
        elif (signs, title, above) == ("###", OTHER, "##"):
            found[name] = replace(found[name], other=body)
        elif signs != "#" or name:
            raise CourseError(f"{path.name}:{line}: write '## exercise', and within it at most one '### {OTHER}'.")
        above = signs
    return found


def _parts(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Each heading that is not in a code block, with what follows it: its line, its signs #, its title, the text."""
    rows, fenced = text.split("\n"), False
    headings = []
    for at, row in enumerate(rows):
        fenced ^= bool(_FENCE.match(row))
        if not fenced and (heading := _HEADING.fullmatch(row)):
            headings.append((at, heading[1], heading[2]))
    ends = [*(at for at, _, _ in headings[1:]), len(rows)]
    for (at, signs, title), end in zip(headings, ends, strict=True):
        yield at + 1, signs, title, "\n".join(rows[at + 1 : end]).strip()
