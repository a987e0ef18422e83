"""Every relative link of what is built leads to a file, from where the built file lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import nbformat

from grader.authoring import build, chapter, glossary, notebook
from grader.authoring.course import Course
from grader.authoring.exercise import project_notebook, source_notebook
from grader.errors import CourseError
from grader.gate.findings import Findings

_CODE = re.compile(r"(?s)```.*?```|~~~.*?~~~|(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(
    r"""\]\(\s*<?([^)\s>]+)                     # [text](link), ![text](link "title")
    |<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"']+)
    |^[ ]{0,3}\[[^\]^]+\]:\s*<?([^\s>]+)        # [name]: link""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def check_built_links(course: Course, topic: str, found: Findings) -> None:
    """Hold the topic's notebooks to the rule, the copy that a class gets, and with the first topic START_HERE.md."""
    built = generated(course)
    for text, folder, source in _texts(course, topic):
        for link in relative_links(text):
            path = (folder / unquote(link.partition("#")[0])).resolve()
            if path not in built and not path.exists():
                where = _line(source, link)
                found.error(source, where, f"as built, the link {link} leads nowhere; write it as [text](path).")
    if course.solution(topic).is_file():
        target = course.exercise_notebook(topic)
        for cell in _markdown(source_notebook(course, topic)):
            for link in relative_links(notebook.for_elsewhere(course, cell, target)):
                source = course.solution(topic)
                text = f"in a class's copy the link {link} leads nowhere; write it as [text](path)."
                found.error(source, _line(source, link), text)


def relative_links(text: str) -> list[str]:
    """The links in Markdown that name a file; what stands in code is none."""
    links = [next(filter(None, match.groups())) for match in _LINK.finditer(_CODE.sub("", text))]
    return [link for link in links if not _SCHEME.match(link) and not link.startswith(("#", "attachment:", "data:"))]


def generated(course: Course) -> set[Path]:
    """Every file that the build makes."""
    made = {course.root / build.START_HERE, course.root / glossary.PAGE, *map(course.chapter_notebook, course.topics)}
    made |= {course.project_notebook(name) for name in course.projects}
    return made | {course.exercise_notebook(topic) for topic in course.exercise_topics()}


def _texts(course: Course, topic: str) -> Iterator[tuple[str, Path, Path]]:
    """Markdown as built, the folder where it lies, and the author's file that it comes from."""
    nb = nbformat.reads(chapter.build(course, topic), as_version=4)
    for text in _markdown(nb):
        yield text, course.chapter_notebook(topic).parent, course.chapter(topic)
    if course.solution(topic).is_file():
        for text in _markdown(source_notebook(course, topic)):
            yield text, course.exercise_notebook(topic).parent, course.solution(topic)
    for name in course.projects_of(topic):
        for text in _markdown(project_notebook(course, name)):
            yield text, course.project_notebook(name).parent, course.project(name)
    if topic == course.topics[0]:
        try:
            yield build.start_here(course), course.root, course.chapter(topic)
        except CourseError:
            return  # another topic's own rules say so


def _markdown(nb: nbformat.NotebookNode) -> Iterator[str]:
    return (cell.source for cell in nb.cells if cell.cell_type == "markdown")


def _line(source: Path, link: str) -> int:
    """The line of the author's text with the link, or with the file that it names."""
    rows = source.read_text(encoding="utf-8").split("\n")
    stem = Path(link.partition("#")[0]).stem
    return next((i for i, row in enumerate(rows, start=1) if link in row or f"{stem}." in row), 1)
