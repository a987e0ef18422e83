"""The task of an exercise as its notebook states it: a title, a contract, and hints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import nbformat

from grader.authoring.exercise import check_of, exercise_of

HINT = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
_HEADING = re.compile(r"^##+ +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """One task.

    Attributes:
        title: its heading, without the signs before it.
        contract: what is to be written, in Markdown, without heading and hints.
        hints: title and text of each, in Markdown.
    """

    title: str
    contract: str
    hints: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str) -> Task:
        """The task in the Markdown since the last check, before a solution cell: from its last heading on."""
        found = list(_HEADING.finditer(text))
        title, body = (found[-1][1], text[found[-1].end() :]) if found else ("", text)
        hints = tuple((head.strip(), inner.strip()) for head, inner in HINT.findall(body))
        return cls(title, HINT.sub("", body).strip(), hints)


def tasks(cells: Iterable[nbformat.NotebookNode]) -> dict[str, Task]:
    """The task of each exercise in a notebook, by name."""
    found: dict[str, Task] = {}
    text: list[str] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            text.append(cell.source)
            continue
        name = exercise_of(cell.source)
        if name:
            found[name] = Task.of("\n\n".join(text))
        if name or check_of(cell.source):
            text = []  # any other code, such as that of a figure, stands inside a task
    return found
