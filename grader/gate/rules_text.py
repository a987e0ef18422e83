"""What holds for the Markdown of chapters and exercise notebooks: headings, links, alt text, figures, size of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

from grader.authoring.chapter import CLAIM
from grader.authoring.course import CHAPTER, TOPIC, Course
from grader.authoring.figures import FIGURE, caption
from grader.authoring.placed import Placed, chapter_cells, exercise_cells
from grader.errors import CourseError
from grader.gate.findings import Findings
from grader.gate.rules_guards import check_guards

CODE_LINES = 25
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)[^)]*\)")
_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_CHAPTER = re.compile(r"\bchapter (\d\d)\b")
_DRAWS = re.compile(r"(?<!progress)\.show\(\)\s*(#.*)?$")


def check_text(course: Course, path: Path, cells: Sequence[Placed], found: Findings) -> None:
    """Hold the text `path`, which has these cells, to the rules."""
    check_headings(path, cells, found)
    check_links(course, path, cells, found)
    check_guards(path, cells, found)
    for cell in cells:
        if cell.is_code and not cell.marked and cell.source.count("\n") >= CODE_LINES:
            lines = cell.source.count("\n") + 1
            found.error(path, cell.line, f"this code cell has {lines} lines, and {CODE_LINES} is the most; split it.")


def prose(cells: Sequence[Placed]) -> Iterator[tuple[int, str]]:
    """The lines of the Markdown cells that are not in a fenced block, each with its number."""
    for cell in cells:
        fenced = not cell.is_markdown
        for number, row in enumerate(cell.source.split("\n"), start=cell.line):
            if cell.is_markdown and _FENCE.match(row):
                fenced = not fenced
            elif not fenced:
                yield number, row


def check_headings(path: Path, cells: Sequence[Placed], found: Findings) -> None:
    """One title, first; then no level is skipped."""
    above = 0
    for line, row in prose(cells):
        match = _HEADING.match(row)
        if not match:
            continue
        level = len(match.group(1))
        if above and level == 1:
            found.error(path, line, "a text has one title '# …'; make this heading '## …'.")
        elif level > above + 1:
            want = "#" * (above + 1)
            found.error(path, line, f"this heading skips a level; write '{want} {match.group(2)}'.")
        above = level


def anchors(cells: Sequence[Placed]) -> set[str]:
    """What a `#fragment` may name: each heading as JupyterLab does it, its text with `-` for each space."""
    headings = [match.group(2) for _, row in prose(cells) if (match := _HEADING.match(row))]
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"[`*]", "", heading)) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def check_links(course: Course, path: Path, cells: Sequence[Placed], found: Findings) -> None:
    """Every link leads somewhere, every image says what it shows."""
    for line, row in prose(cells):
        bare = _CODE_SPAN.sub(lambda span: " " * len(span.group()), row)
        for image in _IMG.findall(bare):
            if not re.search(r"""\balt\s*=\s*(["'])\s*[^"'\s]""", image, re.IGNORECASE):
                found.error(path, line, 'an image needs alt text: <img alt="what it shows" …>.')
        for match in _LINK.finditer(bare):
            bang, _, target = match.groups()
            if bang and not row[match.start(2) : match.end(2)].strip():
                found.error(path, line, f"the image {target} needs alt text: ![what it shows]({target}).")
            problem = _unresolved(course, path, cells, target)
            if problem:
                found.error(path, line, problem)
        for number in _CHAPTER.findall(bare):
            if not any(topic.startswith(f"{number}-") for topic in course.topics):
                found.warn(path, line, f"there is no chapter {number} yet.")


def _unresolved(course: Course, path: Path, cells: Sequence[Placed], target: str) -> str | None:
    """What is wrong with a link, or None."""
    scheme = _SCHEME.match(target)
    if scheme:
        plain = scheme.group(1).lower() == "http" and not re.match(r"http://(localhost|127\.)", target)
        return f"link to {target} by https." if plain else None
    name, _, fragment = unquote(target).partition("#")
    there = (path.parent / name).resolve() if name else path
    if not there.is_relative_to(course.root):
        return f"the link {target} leads out of the course; write a path relative to {path.parent.name}/."
    if there == path:
        known = anchors(cells)
    else:
        source = source_of(course, there)
        if not source.exists():
            return f"the link {target} leads nowhere; there is no {there.relative_to(course.root).as_posix()}."
        known = _anchors_of(source) if fragment else set()
    if fragment and fragment not in known:
        near = next((anchor for anchor in known if anchor.lower() == fragment.lower()), None)
        return f"no heading has the anchor #{fragment}; " + (
            f"write #{near}." if near else "an anchor is the heading with - for each space."
        )
    return None


def source_of(course: Course, path: Path) -> Path:
    """The author's text that the notebook `path` is built from; any other path itself."""
    if path.parent == course.root / "notebooks" / "chapters":
        return course.chapter(path.stem.removesuffix(CHAPTER))
    if path.parent == course.root / "notebooks" / "exercises":
        return course.solution(path.stem)
    return path


def _anchors_of(source: Path) -> set[str]:
    try:
        if source.suffix == ".md" and TOPIC.fullmatch(source.stem):
            return anchors(chapter_cells(source))
        return anchors(exercise_cells(source)) if source.suffix == ".py" else set()
    except (CourseError, ValueError):
        return set()


def check_figures(path: Path, cells: Sequence[Placed], drew: set[int], found: Findings) -> None:
    """Every cell that draws is followed by a Markdown cell that says what is seen.

    Args:
        path: the text.
        cells: its cells; solution cells, graded cells and claims need no words.
        drew: the positions in `cells` whose outputs hold an image.
        found: takes what is wrong.
    """
    shown = [(i, cell) for i, cell in enumerate(cells) if CLAIM not in cell.tags]
    following = [cell for _, cell in shown[1:]]
    for (position, cell), after in zip_longest(shown, following):
        draws = cell.is_code and bool(_DRAWS.search(cell.source.rstrip().rpartition("\n")[2]))
        if (draws or position in drew) and not cell.marked and not _is_caption(after):
            text = f"this cell draws; begin the Markdown after it with '{FIGURE}what it shows.*'."
            found.error(path, cell.line, text)


def _is_caption(cell: Placed | None) -> bool:
    """Whether a cell begins with a paragraph that says what a figure shows."""
    return cell is not None and cell.is_markdown and bool(caption(cell.source))
