"""The glossary: what the author writes in `course/glossary.md`, and the page that is built from it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.errors import CourseError

PAGE = "GLOSSARY.md"
_ENTRY = re.compile(r"- \*\*(.+?)\*\*: (.+)")


@dataclass(frozen=True)
class Entry:
    """A term, its sentence in Markdown, and the line in the author's text."""

    term: str
    sentence: str
    line: int


def source(course: Course) -> Path:
    """The author's text; a course may have none."""
    return course.root / "course" / "glossary.md"


def entries(course: Course) -> list[Entry]:
    """What the author has written, in order; nothing where there is no glossary.

    Raises:
        CourseError: a line is no entry, or a term is there twice; the message names the line.
    """
    path = source(course)
    if not path.is_file():
        return []
    found: dict[str, Entry] = {}
    for number, row in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not row.startswith("-"):
            continue
        match = _ENTRY.fullmatch(row)
        if not match or not match[2].endswith((".", "?", "!")):
            raise CourseError(f"{path.name}:{number}: write '- **term**: one sentence.', in one line.")
        if match[1] in found:
            raise CourseError(
                f"{path.name}:{number}: {match[1]!r} is there twice, first in line {found[match[1]].line}."
            )
        found[match[1]] = Entry(match[1], match[2], number)
    return list(found.values())


def taught(course: Course) -> dict[str, list[str]]:
    """Every term that a chapter teaches, with its chapters, by the alphabet."""
    found: dict[str, list[str]] = {}
    for topic in course.topics:
        for term in front_matter(course.chapter(topic))[0].teaches:
            found.setdefault(term, []).append(topic)
    return dict(sorted(found.items(), key=lambda item: order(item[0])))


def order(term: str) -> tuple[str, str]:
    """Where a term stands in the alphabet, whatever its capitals and signs."""
    return re.sub(r"[^a-z0-9 ]", "", term.lower().replace("_", " ")), term


def page(course: Course) -> str:
    """The page for students: each term that a chapter teaches, its sentence, and links to its chapters' notebooks."""
    sentences = {entry.term: entry.sentence for entry in entries(course)}
    rows = []
    for term, topics in taught(course).items():
        links = ", ".join(f"[{topic[:2]}]({_from_root(course, course.chapter_notebook(topic))})" for topic in topics)
        if term in sentences:
            rows.append(f"- **{term}**: {sentences[term]} ({links})")
    lines = [
        "# Glossary",
        "",
        "<!-- Built by `grader build` from course/glossary.md: edit that. -->",
        "",
        "The words of the course, each in a sentence; the numbers are the chapters that teach it.",
        "",
    ]
    return "\n".join([*lines, *rows, ""])


def _from_root(course: Course, path: Path) -> str:
    return os.path.relpath(path, course.root).replace(os.sep, "/")
