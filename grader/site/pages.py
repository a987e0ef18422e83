"""From a built notebook to a page's source: links that stay within the site, pictures that say what they show."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat

from grader.authoring import guesses, notebook
from grader.authoring.course import CHAPTER, Course
from grader.authoring.exercise import check_of, exercise_of
from grader.authoring.figures import alt_texts
from grader.authoring.notebook import is_progress_cell
from grader.grading.runtime import versions
from grader.site.executed import Executed

_LINK = re.compile(r"(?s)(```.*?```|`[^`\n]+`)|(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HEADER = "[Open in Colab]("
_SHOWN = (
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/html",
    "text/markdown",
    "text/latex",
    "text/plain",
)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# What the library rich makes of a table, as in a model's summary: colours for one background, which no reader chose.
_RICH = re.compile(r"</?span[^>]*>|(?<=<pre) style=\"[^\"]*\"")
_STYLE = re.compile(r"(?s)<style\b.*?</style>")


def chapter_page(course: Course, run: Executed, topics: Sequence[str]) -> Any:
    """The source of a chapter's page; `topics` are those of the site, and links to others lead out of it."""
    target = course.chapter_notebook(run.topic)
    nb = _page(course, deepcopy(run.notebook), target, topics, _facts(course, run.topic, exercises=False))
    day = f" on {run.day}" if run.day else ""
    nb.cells.append(_text(f'<p class="executed">Executed{day} with {with_versions()}.</p>'))
    if course.solution(run.topic).is_file():
        nb.cells.append(_text(f"```{{toctree}}\n:hidden:\nExercises <../exercises/{run.topic}>\n```"))
    return nb


def with_versions() -> str:
    """The versions of what runs the chapters, in words."""
    names = {"python": "Python", "tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}
    return ", ".join(f"{name} {versions()[key]}" for key, name in names.items() if key in versions())


def _text(source: str) -> Any:
    cell = nbformat.v4.new_markdown_cell(source)
    cell.id = notebook.cell_id("site", 0, source)
    return cell


def exercise_page(course: Course, topic: str, text: str, topics: Sequence[str]) -> Any:
    """The source of a page of exercises, from the text of the students' notebook."""
    nb = nbformat.reads(text, as_version=4)
    nb.cells = [cell for cell in nb.cells if not is_progress_cell(cell)]
    return _page(course, nb, course.exercise_notebook(topic), topics, _facts(course, topic, exercises=True))


def _page(course: Course, nb: Any, target: Path, topics: Sequence[str], facts: str) -> Any:
    del nb.cells[1]  # what only Colab runs
    for at, said in alt_texts(nb.cells).items():
        nb.cells[at].metadata["mystnb"] = {"image": {"alt": said}}
    for cell in nb.cells:
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in ("mystnb",) if key in cell.metadata})
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _shown(output))]
            _mark(cell)
        else:
            cell.source = relink(course, cell.source, target, topics)
    title, _, rest = nb.cells[0].source.partition("\n")
    rest = "\n".join(line for line in rest.strip("\n").split("\n") if not line.startswith(_HEADER)).strip("\n")
    nb.cells[0].source = "\n\n".join(part for part in (title, facts, rest) if part)
    nb.metadata = nbformat.from_dict({"kernelspec": notebook.KERNELSPEC, "language_info": notebook.LANGUAGE_INFO})
    return nb


def _mark(cell: Any) -> None:
    """Tell the cells of an exercise apart: what is to be written, and what checks it. Of a guess show the output."""
    name, check = exercise_of(cell.source), check_of(cell.source)
    if name or check:
        cell.metadata["tags"] = ["answer" if name else "check"]
    elif any(guesses.only_calls(cell.source, each) for each in (guesses.ASKS, guesses.ANSWERS)):
        cell.metadata["tags"] = ["remove-input"]


def _shown(output: Any) -> Any:
    """An output as the page shows it; None for what only a machine reads."""
    if output.output_type == "stream":
        output.text = _ANSI.sub("", output.text)
        return output
    if output.output_type not in ("display_data", "execute_result"):
        return None
    data = {kind: value for kind, value in output.data.items() if kind in _SHOWN}
    if "text/html" in data:
        html = _STYLE.sub("", str(data["text/html"]))
        data["text/html"] = _RICH.sub("", html) if html.lstrip().startswith("<pre") else html
    if "text/plain" in data:
        data["text/plain"] = _ANSI.sub("", str(data["text/plain"]))
    output.data = nbformat.from_dict(data)
    output.metadata = nbformat.from_dict({})
    return output if data else None


def _facts(course: Course, topic: str, *, exercises: bool) -> str:
    """The line under a title: where to run the page, how long it takes."""
    from grader.authoring.chapter import front_matter

    front, _ = front_matter(course.chapter(topic))
    path = course.exercise_notebook(topic) if exercises else course.chapter_notebook(topic)
    file = path.relative_to(course.root).as_posix()
    links = [
        f'<a class="run" href="{notebook.colab(course, path)}">Open in Colab</a>',
        '<a class="run" href="../begin.html">Run it here</a>',
    ]
    if exercises:
        told = [f"{front.practise_minutes} minutes", f"after [the chapter](../chapters/{topic}.ipynb)"]
    else:
        told = [f"{front.read_minutes} minutes to read and run"]
        if course.solution(topic).is_file():
            told.append(f"then [the exercises](../exercises/{topic}.ipynb), {front.practise_minutes} minutes")
        told.append(f"level {front.level} of 5")
    return " ".join(links) + f"\n`{file}`\n\n" + " · ".join(told)


def relink(course: Course, text: str, source: Path, topics: Sequence[str], here: str | None = None) -> str:
    """Markdown of the notebook `source` with links to pages of this site; to the published files where it has none.

    Args:
        course: the course.
        text: the Markdown.
        source: the notebook beside which its links work.
        topics: those of the site.
        here: the source of the page that shows it; that of the notebook's own page when None.
    """
    folder = os.path.dirname(here if here is not None else page_of(course, source) or "") or "."

    def rewrite(match: re.Match[str]) -> str:
        code, before, link, after = match.groups()
        if code or _SCHEME.match(link):
            return match.group(0)
        path = (source.parent / link).resolve()
        page = page_of(course, path)
        if page is None or ("/" in page and page.rpartition("/")[2].removesuffix(".ipynb") not in topics):
            return notebook.for_elsewhere(course, match.group(0), source)
        return before + os.path.relpath(page, folder).replace(os.sep, "/") + after

    return _LINK.sub(rewrite, text)


def page_of(course: Course, path: Path) -> str | None:
    """The source of the page that shows a notebook or a text of the course, from the site's root; None if none does."""
    if path.parent == course.root / "notebooks" / "chapters":
        return f"chapters/{path.stem.removesuffix(CHAPTER)}.ipynb"
    if path.parent == course.root / "notebooks" / "exercises":
        return f"exercises/{path.stem}.ipynb"
    return {"START_HERE.md": "index.md", "GLOSSARY.md": "glossary.md"}.get(
        path.relative_to(course.root).as_posix() if path.is_relative_to(course.root) else ""
    )
