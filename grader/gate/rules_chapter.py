"""What a chapter must be, before and after it has run."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.authoring import chapter, glossary, guesses
from grader.authoring.chapter import CLAIM
from grader.authoring.course import Course
from grader.authoring.figures import FIGURE
from grader.authoring.placed import Placed, chapter_cells
from grader.errors import CourseError
from grader.gate.findings import Findings
from grader.gate.rules_guards import as_python
from grader.gate.rules_guesses import check_guesses
from grader.gate.rules_text import check_figures, check_text, prose
from grader.gate.runs import Run

SECONDS = 60
WORDS, CELLS, FIGURES = (1300, 1900), (18, 26), (3, 5)
_TAGS = {CLAIM}
_WARNING = re.compile(r"\b(?:[A-Z]\w*)?Warning\b: |^(?:WARNING|W\d{4})\b", re.MULTILINE)


def check_chapter(course: Course, topic: str, found: Findings) -> list[Placed]:
    """Hold the chapter's text to the rules.

    Returns:
        its cells; empty where it cannot be read.
    """
    path = course.chapter(topic)
    try:
        front, _ = chapter.front_matter(path)
        chapter.build(course, topic)
        cells = chapter_cells(path)
    except CourseError as error:
        found.caught(path, error)
        return []
    check_order(course, topic, front, found)
    check_glossary(course, topic, front, found)
    check_text(course, path, cells, found)
    check_guesses(path, cells, found)
    for cell in cells:
        if cell.is_code:
            _check_code(path, cell, found)
    if not topic.startswith("00-"):
        _check_sizes(path, cells, found)
    return cells


def check_order(course: Course, topic: str, front: chapter.FrontMatter, found: Findings) -> None:
    """Whatever a chapter needs, an earlier one teaches."""
    path = course.chapter(topic)
    taught: set[str] = set()
    later: dict[str, str] = {}
    for other in course.topics:
        try:
            teaches = chapter.front_matter(course.chapter(other))[0].teaches if other != topic else []
        except CourseError:
            continue
        if other < topic:
            taught.update(teaches)
        else:
            later.update(dict.fromkeys(teaches, other))
    line = _field_line(path, "needs")
    for name in front.needs:
        if name not in taught:
            near = difflib.get_close_matches(name, taught, n=1)
            where = f"chapter {later[name][:2]} comes later" if name in later else "no earlier chapter teaches it"
            remedy = f"did you mean {near[0]!r}?" if near else "name what an earlier chapter teaches."
            found.error(path, line, f"needs {name!r}, and {where}; {remedy}")


def check_glossary(course: Course, topic: str, front: chapter.FrontMatter, found: Findings) -> None:
    """The glossary explains what a chapter teaches; with the first topic: nothing else, in the alphabet's order.

    A course without a glossary is held to nothing.
    """
    path, entries = glossary.source(course), []
    try:
        entries = glossary.entries(course)
    except CourseError as error:
        found.caught(path, error)
    known = [entry.term for entry in entries]
    if not known:
        return
    for term in front.teaches:
        if term not in known:
            text = f"teaches {term!r}, which course/glossary.md does not explain; add '- **{term}**: one sentence.'"
            found.warn(course.chapter(topic), _field_line(course.chapter(topic), "teaches"), text)
    if topic != course.topics[0]:
        return
    taught = glossary.taught(course)
    for entry, before in zip(entries, [None, *entries], strict=False):
        if entry.term not in taught:
            found.warn(path, entry.line, f"no chapter teaches {entry.term!r}; take it out, or add it to 'teaches'.")
        if before and glossary.order(before.term) > glossary.order(entry.term):
            found.error(path, entry.line, f"{entry.term!r} comes before {before.term!r} in the alphabet; move it up.")


def _field_line(path: Path, name: str) -> int:
    rows = path.read_text(encoding="utf-8").split("\n")
    return next((i for i, row in enumerate(rows, start=1) if row.startswith(f"{name}:")), 1)


def _check_code(path: Path, cell: Placed, found: Findings) -> None:
    """Tags are known, and claims only claim."""
    for tag in cell.tags:
        if tag not in _TAGS:
            found.error(path, cell.line, f"there is no tag {tag!r}; there is {', '.join(sorted(_TAGS))}.")
    if not cell.tags:
        return
    try:
        tree = ast.parse(as_python(cell.source))
    except SyntaxError as error:
        found.error(path, cell.line + (error.lineno or 1) - 1, f"this cell is not Python: {error.msg}.")
        return
    if CLAIM in cell.tags and not all(isinstance(step, ast.Assert) for step in tree.body):
        found.error(path, cell.line, "a claim cell holds assert statements only: readers do not have it.")


def words(cells: Sequence[Placed]) -> int:
    """How many words of prose there are, headings, captions and folded answers included."""
    return sum(bool(re.search(r"\w", word)) for _, row in prose(cells) for word in row.split())


def code_cells(cells: Sequence[Placed]) -> int:
    """How many code cells a reader sees: no claims, and none that are folded."""
    shown = [cell for cell in cells if cell.is_code and CLAIM not in cell.tags]
    return sum(not guesses.only_calls(cell.source, guesses.ANSWERS) for cell in shown)


def figures(cells: Sequence[Placed]) -> int:
    """How many figures have words of their own."""
    return sum(cell.is_markdown and cell.source.startswith(FIGURE) for cell in cells)


def _check_sizes(path: Path, cells: Sequence[Placed], found: Findings) -> None:
    """The sizes that fit into the time a reader has: advice only."""
    for what, count, (low, high) in (
        ("words", words(cells), WORDS),
        ("code cells", code_cells(cells), CELLS),
        ("figures", figures(cells), FIGURES),
    ):
        if not low <= count <= high:
            found.warn(path, 1, f"the chapter has {count:,} {what}; {low:,} to {high:,} fit into its time.")


def check_chapter_run(course: Course, topic: str, cells: Sequence[Placed], run: Run, found: Findings) -> None:
    """Hold what came of running the chapter to the rules."""
    path = course.chapter(topic)
    drew = {i for i, outputs in enumerate(run.outputs) if any(_is_image(output) for output in outputs)}
    check_figures(path, cells, drew, found)
    check_outputs(path, cells, run, found)


def check_outputs(path: Path, cells: Sequence[Placed], run: Run, found: Findings) -> None:
    """No error, nothing on stderr, no warning, and quick enough."""
    for cell, outputs in zip(cells, run.outputs, strict=True):
        problem = next(filter(None, (_problem(cell, output) for output in outputs)), None)
        if problem:
            found.error(path, *problem)
    if run.trouble:
        found.error(path, 1, f"it did not run to its end: {run.trouble}")
    elif run.seconds > SECONDS:
        found.error(path, 1, f"it took {run.seconds:.0f} s to run, and {SECONDS} is the most; make it smaller.")


def _problem(cell: Placed, output: Any) -> tuple[int, str] | None:
    """What is wrong with one output of a cell, and in which line, or None."""
    if output["output_type"] == "error":
        # IPython points at the line in the cell with an arrow.
        arrow = re.search(r"^-+> (\d+)", _plain("\n".join(output["traceback"])), re.MULTILINE)
        row = int(arrow.group(1)) - 1 if arrow else 0
        row = row if row <= cell.source.count("\n") else 0
        if CLAIM in cell.tags and output["ename"] == "AssertionError":
            return cell.line + row, f"this claim does not hold: {first_line(cell.source.splitlines()[row])}"
        return cell.line + row, f"this cell fails: {first_line(output['ename'] + ': ' + output['evalue'])}"
    text = str(output.get("text", "")) or str(output.get("data", {}).get("text/plain", ""))
    if output.get("name") == "stderr":
        return cell.line, f"this cell writes to stderr: {first_line(text)}"
    match = _WARNING.search(text)
    if match and output["output_type"] in ("stream", "display_data"):
        return cell.line, f"this cell shows a warning: {first_line(text[text.rfind(chr(10), 0, match.start()) + 1 :])}"
    return None


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def first_line(text: str) -> str:
    """The first line of a message, cut where it is long."""
    line = _plain(text).strip().partition("\n")[0]
    return line if len(line) <= 160 else line[:158] + " …"


def _is_image(output: Any) -> bool:
    return any(str(kind).startswith("image/") for kind in output.get("data", {}))
