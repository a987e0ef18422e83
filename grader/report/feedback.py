"""Feedback for students: one HTML page for each graded notebook, in the place where nbgrader puts it.

    feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html

A page shows the notebook as the student received it with their answers, the judge's verdicts in place of what graded
cells printed, points, marks given by hand, and comments. It holds no hidden check: graded cells stand in their released
form. A student's code runs in the same process as the hidden checks and could print them, so what cells gave out after
the first hidden check had run is left out, unless `all_outputs` is asked for. A page loads nothing and runs nothing.
"""

from __future__ import annotations

import ast
import contextlib
import logging
import multiprocessing
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import TemplateExporter
from nbgrader.preprocessors import ClearHiddenTests
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from traitlets import Bool

from grader.authoring.figures import alt_texts
from grader.authoring.notebook import is_progress_cell
from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.grading import results, seeds
from grader.grading.outputs import ENDED
from grader.grading.vocabulary import error_name
from grader.report import safe_html
from grader.report.handing_back import make_ready
from grader.report.marks import Marks, marks_of
from grader.report.page_room import OUTPUTS, PageRoom, TimeUp, time_limit, without_paths
from grader.submissions.sanitise import is_answer, is_graded

TEMPLATES = Path(__file__).parent / "templates"
_CSS = {"right": "right", "wrong": "wrong", "error": "error", "not attempted": "none"}
_A_PICTURE = "A picture that this cell made"
_VERDICT = re.compile(r"(Right|Wrong|Error|Not attempted): ([\d.e+-]+) of ([\d.e+-]+) points")
SHORT = 5_000
"""Characters of each answer in a page of plain text."""
log = logging.getLogger("grader.feedback")
_AT_ONCE = 24
"""So many pages and more are made by several processes."""


@dataclass(frozen=True)
class Page:
    """One page to make: whose, of what, with which marks, from where and to where."""

    student: str
    assignment: str
    notebook: str
    source: Path
    target: Path
    release: Path
    marks: Marks | None = None
    notes: tuple[str, ...] = ()
    graded: str = ""
    seed: int | None = None
    remarks: tuple[str, ...] = ()


class FeedbackExporter(TemplateExporter):
    """nbconvert's exporter with our template; `nbgrader generate_feedback` uses it, see `plug_ins.FEEDBACK`."""

    all_outputs = Bool(False, config=True, help="Show what cells gave out after hidden checks had run.")

    output_mimetype = "text/html"

    def __init__(self, **options: Any) -> None:
        self._room = PageRoom()
        ours = {
            "template_name": "feedback_page",
            "extra_template_basedirs": [str(TEMPLATES)],
            "default_preprocessors": [],
        }
        super().__init__(**{**options, **ours})

    def _file_extension_default(self) -> str:
        return ".html"

    def default_filters(self) -> Iterable[tuple[str, Callable[..., str]]]:
        """The filters of the template."""
        yield from super().default_filters()
        yield "feedback_markdown", self._room.markdown
        yield "feedback_code", self._room.code
        yield "feedback_text", self._room.text
        yield "feedback_output", self._room.output

    def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        made, resources = super()._preprocess(nb, resources)
        self._room.clear()
        page = resources.get("page") or _page_of(resources)
        if "page" not in resources and isinstance(seed := nb.metadata.get("grader", {}).get("seed"), int):
            seeds.spend(page.source.parents[3], page.assignment, seed)
        resources["feedback"] = _prepare(made, page, page.marks or _marks_in(made, resources), self.all_outputs)
        return made, resources


def _page_of(resources: Any) -> Page:
    """The page where nbgrader makes it: it knows the names, and where the autograded notebook lies."""
    told = resources["nbgrader"]
    folder = Path(resources["metadata"]["path"])
    names = told["student"], told["assignment"], told["notebook"]
    release = folder.parents[2] / "release" / names[1] / f"{names[2]}.ipynb"
    return Page(*names, folder / f"{names[2]}.ipynb", folder, release)


def _marks_in(nb: Any, resources: Any) -> Marks:
    """The marks that nbgrader's GetGrades has put into the notebook."""
    told = resources["nbgrader"]
    cells, comments = {}, {}
    for cell in nb.cells:
        meta = cell.metadata.get("nbgrader", {})
        if "score" in meta:
            cells[meta["grade_id"]] = (float(meta["score"] or 0), float(meta["points"] or 0), False)
        if meta.get("comment"):
            comments[meta["grade_id"]] = meta["comment"]
    return Marks(told.get("score", 0), told.get("max_score", 0), told.get("late_penalty", 0), cells, comments)


def _prepare(nb: Any, page: Page, marks: Marks, all_outputs: bool) -> dict[str, Any]:
    """Give each cell what the template shows of it, take away what it must not show, and make the page's head."""
    released = _released(page.release, page.release.stat().st_mtime_ns if page.release.is_file() else 0)
    seen_hidden = False
    _trim(nb)
    nb.cells = [cell for cell in nb.cells if not is_progress_cell(cell)]
    parts: list[dict[str, Any]] = []
    said = alt_texts(nb.cells)
    for number, cell in enumerate(nb.cells):
        meta = cell.metadata.get("nbgrader", {})
        name = str(meta.get("grade_id", ""))
        kind = "text" if cell.cell_type == "markdown" else "code"
        cell.metadata["feedback"] = {"kind": kind, "anchor": f"cell-{number}", "alt": said.get(number, _A_PICTURE)}
        ours = cell.metadata["feedback"]  # nbformat keeps a copy
        if is_graded(cell):
            ours["verdict"] = _verdict(cell, marks.cells.get(name))
            parts.append({**ours["verdict"], "name": name, "anchor": ours["anchor"]})
            before, cell.source, cell.outputs = cell.source, released.get(name, _without_hidden(cell.source)), []
            seen_hidden = seen_hidden or cell.source.strip() != before.strip()
            continue
        if is_answer(cell) or meta.get("task"):
            parts += _answer(ours, name, marks)
        if seen_hidden and not all_outputs and cell.get("outputs"):
            ours.update(hidden_outputs=True, problem=_syntax_error(cell.source) or _own_error(cell))
            cell.outputs = []
        elif more := cell.metadata.get("more_outputs"):
            ours.update(problem=f"{more:,} more outputs are not shown.")
    _link_comments(nb, parts)
    return {
        "title": _take_title(nb) or page.notebook,
        "student": page.student,
        "graded": page.graded,
        "score": marks.score,
        "possible": marks.possible,
        "penalty": marks.penalty,
        "remarks": page.remarks,
        "parts": parts,
        "notes": [without_paths(note) for note in page.notes],
        "style": _style(),
    }


def _answer(ours: dict[str, Any], name: str, marks: Marks) -> list[dict[str, Any]]:
    """Set an answer off from the rest, with its comment; returns the table's row if it is graded by hand."""
    ours.update(kind=f"{ours['kind']} answer", heading=f"Your answer: {name}")
    if name in marks.comments:
        ours.update(comment=marks.comments[name], comment_anchor=f"comment-on-{ours['anchor']}")
    if name not in marks.cells:
        return []
    points, possible, _ = marks.cells[name]
    ours["points"] = {"points": points, "possible": possible}
    return [{"name": name, "anchor": ours["anchor"], "outcome": "By hand", "css": "", **ours["points"]}]


def _link_comments(nb: Any, parts: list[dict[str, Any]]) -> None:
    """Let the table's row of an answer, or of its first graded cell, lead to the comment on it."""
    for cell in nb.cells:
        anchor = cell.metadata["feedback"].get("comment_anchor")
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        rows = [part for part in parts if part["name"] == name or part["name"].startswith(f"{name}-")]
        if anchor and rows:
            rows[0]["comment"] = anchor


def _verdict(cell: Any, mark: tuple[float, float, bool] | None) -> dict[str, Any]:
    """The judge's verdict in the outputs of a graded cell, with the gradebook's points; the last one is the judge's."""
    points, possible, by_hand = mark or (0.0, float(cell.metadata.nbgrader.get("points", 0)), False)
    outcome, messages, judged = ("right" if possible and points >= possible else "wrong"), [], points
    for output in reversed(cell.outputs):
        data = output.get("data", {})
        lines = str(data.get("text/plain", "")).split("\n")
        match = _VERDICT.fullmatch(lines[0])
        if match and 'aria-label="Verdict"' in str(data.get("text/html", "")):
            outcome, judged = match[1].lower(), float(match[2])
            messages = [line.strip() for line in lines[1:] if line.strip()]
            break
    changed = by_hand or abs(judged - points) > 1e-9
    return {
        "outcome": outcome.capitalize(),
        "css": _CSS[outcome],
        "points": points,
        "possible": possible,
        "messages": messages,
        "by_hand": f"set by hand; the checks gave {judged:g}" if changed else "",
    }


@lru_cache(maxsize=64)
def _released(path: Path, changed: int) -> dict[str, str]:
    """The text of each graded cell as students received it, by grade_id."""
    if not changed:
        return {}
    nb = nbformat.read(path, as_version=4)
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in nb.cells if is_graded(cell)}


def _without_hidden(source: str) -> str:
    """A graded cell's text without hidden regions, also one that is never closed."""
    begin, end = ClearHiddenTests.begin_test_delimeter.default_value, ClearHiddenTests.end_test_delimeter.default_value
    kept, hidden = [], False
    for line in source.split("\n"):
        hidden = hidden or begin in line
        if not hidden:
            kept.append(line)
        hidden = hidden and end not in line
    return "\n".join(kept)


def _syntax_error(source: str) -> str:
    """What is wrong with a text that is no Python; found here, so it can hold nothing of the hidden checks."""
    if re.search(r"^\s*[%!]|[?]\s*$", source, re.MULTILINE):
        return ""  # a command of IPython's
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return f"SyntaxError in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError):
        return "This cell cannot be read as Python."
    return ""


def _own_error(cell: Any) -> str:
    """The class of the error that an answer ended in, and the student's line; no word that the code itself made up."""
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    if error is None or not is_answer(cell):
        return ""
    if error.ename == ENDED:
        return f"This cell was ended: {error.evalue}"
    shown = [_ARROW.match(line) for line in _ANSI.sub("", "\n".join(error.traceback)).split("\n")]
    lines = [line.strip() for line in cell.source.split("\n")]
    line = next((match[1].strip() for match in shown if match and match[1].strip() in lines), "")
    return f"This cell ended in {error_name(error.ename)}" + (f", in the line {line}" if line else "") + "."


_ARROW, _ANSI = re.compile(r"-+> *\d+ (.*)"), re.compile(r"\x1b\[[0-9;]*m")


def _take_title(nb: Any) -> str:
    """The instructor's first heading, which moves from its cell to the page's head."""
    for cell in nb.cells:
        match = re.search(r"^# (.+)$\n?", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if match and cell.metadata.get("nbgrader", {}).get("locked"):
            cell.source = cell.source.replace(match[0], "", 1)
            return match[1].strip()
    return ""


@lru_cache(maxsize=1)
def _style() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{ {safe_html.syntax_style('github-dark')} }}"
    own = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "feedback.css")]
    return "\n".join(
        [safe_html.syntax_style("xcode"), dark, *own, ".highlight { background: var(--code) !important; }"]
    )


def write(
    room: Classroom,
    assignments: list[str] | None = None,
    *,
    students: Iterable[str] = (),
    all_outputs: bool = False,
    jobs: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    remarks: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write the feedback pages of what has been graded.

    Args:
        room: the class.
        assignments: names; all if None.
        students: only these, if any are named.
        all_outputs: show what cells gave out after hidden checks had run, too.
        jobs: processes; 0 for as many as there are cores.
        progress: called with the pages made and their total.
        remarks: a sentence for the head of a student's pages, by student.

    Returns:
        the pages.

    Raises:
        UsageError: there is no such assignment, or nothing of these has been graded.
    """
    chosen = room.need(assignments)
    pages = [page for name in chosen for page in _pages(room, name, set(students), remarks or {})]
    if not pages:
        raise UsageError(f"Nothing has been graded for {', '.join(chosen)}: run 'grader grade' first.")
    jobs = min(jobs or len(os.sched_getaffinity(0)), len(pages))
    made = []
    for page in pages:
        if page.seed is not None:  # its students may know it from now on
            seeds.spend(room.root, page.assignment, page.seed)
    for path in _make_all(pages, jobs, all_outputs):
        made.append(path)
        progress(len(made), len(pages))
    make_ready((p.target, p.source.parent, room.folder("submitted", p.student, p.assignment)) for p in pages)
    return made


def write_notice(room: Classroom, student: str, assignment: str, sentence: str, folder: Path) -> list[Path]:
    """Write pages that hold a sentence in place of marks, as `folder`/STUDENT/ASSIGNMENT/NOTEBOOK.html."""
    submitted = room.folder("submitted", student, assignment)
    made = []
    for notebook in room.notebooks(assignment):
        target = folder / student / assignment / f"{notebook}.html"
        place = (submitted / f"{notebook}.ipynb", target, submitted)
        page = Page(student, assignment, notebook, *place, Marks(0.0, 0.0), remarks=(sentence,))
        html, _ = _exporter(False).from_notebook_node(nbformat.v4.new_notebook(), resources={"page": page})
        _put(target, html)
        made.append(target)
    make_ready((target, submitted, submitted) for target in made)
    return made


def _make_all(pages: list[Page], jobs: int, all_outputs: bool) -> Iterable[Path]:
    make = partial(_make, all_outputs=all_outputs)
    if len(pages) < _AT_ONCE or jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(make, pages)
        return
    _exporter(all_outputs)  # before the fork, so that each process has it
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(make, pages, chunksize=8)


@lru_cache(maxsize=2)
def _exporter(all_outputs: bool) -> FeedbackExporter:
    exporter = FeedbackExporter(all_outputs=all_outputs)
    exporter.log = log
    return exporter


def _make(page: Page, all_outputs: bool = False) -> Path:
    """Make one page; one that is there is replaced in one step. One that cannot be made is made of plain text."""
    try:
        with time_limit():
            nb = _read(page.source)
            html, _ = _exporter(all_outputs).from_notebook_node(nb, resources={"page": page})
    except (Exception, TimeUp):
        log.exception("The page of %s for %s is made of plain text.", page.notebook, page.student)
        html, _ = _exporter(all_outputs).from_notebook_node(_plain(page), resources={"page": page})
    _put(page.target, html)
    return page.target


def _put(target: Path, html: str) -> None:
    """Write a page, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.write_text(html, encoding="utf-8", errors="replace")
    fresh.replace(target)


def _read(path: Path) -> Any:
    """An autograded notebook; it was valid when it was written, and to validate it again takes longer than its page."""
    nb = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    _trim(nb)
    return nb


def _trim(nb: Any) -> None:
    """Leave so many outputs in each cell as can be shown; each is copied several times on its way to the page."""
    for cell in nb.cells:
        more = len(cell.get("outputs", [])) - OUTPUTS
        if more > 0:
            cell.outputs = cell.outputs[-OUTPUTS:] if is_graded(cell) else cell.outputs[:OUTPUTS]
            cell.metadata["more_outputs"] = more


def _plain(page: Page) -> Any:
    """What can be shown of any notebook: its graded cells with their verdicts, and the answers."""
    nb = nbformat.v4.new_notebook()
    with contextlib.suppress(Exception):
        nb.cells = [cell for cell in _read(page.source).cells if is_graded(cell) or is_answer(cell)]
    for cell in nb.cells:
        if not is_graded(cell):
            cell.cell_type, cell.outputs, cell.source = "raw", [], cell.source[:SHORT]
    note = "**This page is short:** something in the notebook could not be shown."
    nb.cells.insert(0, nbformat.v4.new_markdown_cell(note))
    return nb


def _pages(room: Classroom, assignment: str, students: set[str], remarks: Mapping[str, str]) -> list[Page]:
    """The pages of an assignment, with all marks read in one go."""
    course = room.coursedir
    marks = marks_of(room, assignment, students)
    pages = []
    for (student, notebook), mark in sorted(marks.items()):
        folder = Path(course.format_path(course.autograded_directory, student, assignment))
        target = Path(course.format_path(course.feedback_directory, student, assignment)) / f"{notebook}.html"
        release = Path(course.format_path(course.release_directory, ".", assignment)) / f"{notebook}.ipynb"
        source = folder / f"{notebook}.ipynb"
        if not source.is_file():
            continue
        result = results.read(room.root, assignment, student, notebook)
        notes = tuple(_for_the_student(result)) if result else ()
        graded = (result.graded or "")[:10] if result else ""
        seed = result.seed if result else None
        remark = (remarks[student],) if student in remarks else ()
        pages.append(Page(student, assignment, notebook, source, target, release, mark, notes, graded, seed, remark))
    return pages


def _for_the_student(result: results.Result) -> list[str]:
    """A result's notes but for those that are the instructor's: signs of forgery, which may quote a student's words."""
    flags = {f"Cell {name!r}: {flag}." for name, verdict in result.verdicts.items() for flag in verdict.flags}
    return [note for note in result.notes if note not in flags]


@contextlib.contextmanager
def bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal for `write`; it goes when the pages are made."""
    with Progress(
        TextColumn("writing feedback"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def feedback_command(
    assignments: list[str] | None = None,
    *,
    directory: Path | None = None,
    students: Iterable[str] = (),
    all_outputs: bool = False,
    jobs: int = 0,
    show: Callable[[object], None] = print,
) -> int:
    """`grader feedback`: write the pages, say where, and return the exit code."""
    room = Classroom.find(directory)
    with bar(Console(stderr=True)) as progress:
        made = write(room, assignments, students=students, all_outputs=all_outputs, jobs=jobs, progress=progress)
    folder = Path(os.path.commonpath([path.parent for path in made])) if len(made) > 1 else made[0]
    show(f"{len(made)} feedback pages in {os.path.relpath(folder)}")
    return 0
