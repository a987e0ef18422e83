"""A chapter: its front matter, and the notebook made from its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml

from grader.authoring import guesses, notebook
from grader.authoring.course import Course
from grader.errors import CourseError

_FENCED = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
# A cell with this tag asserts a number that the text quotes: the gate runs it, readers do not get it.
CLAIM = "claim"
_KNOWN = {"title", "description", "minutes", "teaches", "needs", "level", "data", "accelerator"}


@dataclass(frozen=True)
class FrontMatter:
    """What a chapter says of itself."""

    title: str
    description: str
    read_minutes: int
    practise_minutes: int
    teaches: list[str]
    needs: list[str]
    level: int
    data: list[str] = field(default_factory=list)
    accelerator: str | None = None


def front_matter(path: Path) -> tuple[FrontMatter, str]:
    """The front matter of the chapter in `path`, checked, and the text after it.

    Raises:
        CourseError: a field is missing, unknown or of the wrong kind; the message names the line.
    """
    text = path.read_text(encoding="utf-8")
    match = _FENCED.match(text)
    if not match:
        raise CourseError(f"{path.name}:1: a chapter begins with front matter between two lines '---'; add it.")
    try:
        fields = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise CourseError(f"{path.name}:{line}: the front matter is not YAML: {problem}.") from None
    if not isinstance(fields, dict):
        raise CourseError(f"{path.name}:2: the front matter must be 'name: value' lines.")
    return _checked(path, fields, match.group(1)), text[match.end() :].lstrip("\n")


def _checked(path: Path, fields: dict[str, Any], text: str) -> FrontMatter:
    def fault(name: str, must: str) -> CourseError:
        lines = text.splitlines()
        line = next((i for i, row in enumerate(lines, start=2) if row.startswith(f"{name}:")), 2)
        return CourseError(f"{path.name}:{line}: front matter '{name}' must be {must}.")

    def words(name: str) -> list[str]:
        value = fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise fault(name, "a list of words, such as [tensors, shapes]")
        return value

    unknown = sorted(fields.keys() - _KNOWN)
    if unknown:
        raise fault(unknown[0], f"one of the known fields ({', '.join(sorted(_KNOWN))})")
    for name in ("title", "description"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise fault(name, "a line of text")
    if len(fields["description"]) > 100:
        raise fault("description", f"at most 100 characters (it has {len(fields['description'])})")
    minutes = fields.get("minutes")
    if not isinstance(minutes, dict) or set(minutes) != {"read", "practise"}:
        raise fault("minutes", "{read: N, practise: N}")
    if not all(isinstance(value, int) and value >= 0 for value in minutes.values()):
        raise fault("minutes", "whole numbers of minutes")
    if fields.get("level") not in (1, 2, 3, 4, 5):
        raise fault("level", "a number from 1 to 5")
    if fields.get("accelerator") not in (None, "GPU", "TPU"):
        raise fault("accelerator", "GPU or TPU")
    if not words("teaches"):
        raise fault("teaches", "a list with the concepts that the chapter introduces")
    return FrontMatter(
        fields["title"].strip(),
        fields["description"].strip(),
        minutes["read"],
        minutes["practise"],
        words("teaches"),
        words("needs"),
        fields["level"],
        words("data"),
        fields.get("accelerator"),
    )


def cells(path: Path) -> list[nbformat.NotebookNode]:
    """The cells of the chapter in `path`, one Markdown cell a heading, links as written."""
    _, body = front_matter(path)
    nb = jupytext.reads(body, fmt={"extension": ".md", "split_at_heading": True})
    return list(nb.cells)


def build(course: Course, topic: str) -> str:
    """The text of the chapter's notebook."""
    path, target = course.chapter(topic), course.chapter_notebook(topic)
    front, _ = front_matter(path)
    nb = nbformat.v4.new_notebook(cells=[cell for cell in cells(path) if CLAIM not in cell.metadata.get("tags", [])])
    if not nb.cells or nb.cells[0].source.split("\n")[0] != f"# {front.title}":
        raise CourseError(f"{path.name}: the text after the front matter must begin with '# {front.title}'.")
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = notebook.relink(course, cell.source, path, target)
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in ("tags",) if key in cell.metadata})
        if cell.cell_type == "code" and guesses.only_calls(cell.source, guesses.ANSWERS):
            guesses.fold(cell)
    facts = [f"{front.read_minutes} minutes to read and run"]
    if course.solution(topic).is_file():
        facts.append(f"then [the exercises](../exercises/{topic}.ipynb), {front.practise_minutes} minutes")
    facts.append(f"level {front.level} of 5")
    notebook.under_title(nb.cells[0], notebook.header(course, target, facts))
    nb.cells.insert(1, notebook.colab_cell(course))
    notebook.identify(nb, f"chapters/{topic}", front.accelerator)
    return notebook.text(nb)
