"""The command `grader grade`: a line for each submission as it is done, a table at the end, or JSON."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.classroom.class_root import around
from grader.kernels import launch
from grader.kernels.manager import jupyter_path

if TYPE_CHECKING:
    from grader.classroom.classroom import Classroom, Submission
    from grader.grading.pipeline import Row, Summary

INTERRUPTED = 130
_STYLES = {"graded": "green", "graded in part": "yellow", "not handed in": "yellow"}


def run(
    directory: Path | None, console: Console, *, as_json: bool = False, feedback: bool = False, **asked: object
) -> int:
    """Grade a class and print how it went.

    Args:
        directory: the class directory, or a folder in it; the working directory if None.
        console: where progress and the table go; with `as_json` only JSON goes to standard output.
        as_json: print one JSON object at the end in place of progress and table.
        feedback: also write the feedback pages of what this run has graded.
        asked: fields of `grader.grading.pipeline.Options`.

    Returns:
        the exit code: 1 if any submission could not be graded, 130 if interrupted.

    Raises:
        UsageError, CourseError: as `grade_class`.
    """
    directory = around(directory)
    if asked.get("scheduler") is None and _something_new(directory):
        warm_up()
    from grader.classroom import plug_ins
    from grader.classroom.classroom import Classroom
    from grader.grading.pipeline import Options, Summary, grade_class

    options = Options(**asked)  # type: ignore[arg-type]
    shown = _Shown(Console(stderr=True, quiet=True) if as_json else console)
    with shown.progress:
        try:
            summary = grade_class(directory, options, shown)
            interrupted = False
        except KeyboardInterrupt:
            summary = Summary(shown.rows, shown.total)
            interrupted = True
    room = Classroom.open(directory, options.db_url)
    if feedback and not interrupted:
        _write_feedback(room, shown)
    warning = plug_ins.warning(room.config)
    if as_json:
        print(to_json(summary, interrupted=interrupted, warning=warning))
    else:
        _print(summary, console, interrupted=interrupted)
        if warning:
            console.print(warning, style="bold yellow", markup=False, soft_wrap=True)
    return INTERRUPTED if interrupted else int(bool(summary.failed or summary.problems))


def _something_new(root: Path) -> bool:
    """Whether a hand-in has no results, or older ones: a guess by the times of folders, before nbgrader is there.

    A wrong guess costs the start of a process that nobody uses, or some seconds of waiting for it.
    """
    # As in grader.grading.results, whose import takes the second that a warm start is to save.
    results = root / "grading" / "results"
    try:
        for student in os.scandir(root / "submitted"):
            for assignment in os.scandir(student.path):
                if assignment.stat().st_ctime > (results / assignment.name / student.name).stat().st_ctime:
                    return True
    except OSError:  # no results yet, or the class keeps its hand-ins elsewhere
        return True
    return False


def warm_up() -> None:
    """Let the zygote import TensorFlow on one core while nbgrader is imported here on another."""
    os.environ["JUPYTER_PATH"] = jupyter_path()
    launch.prewarm("tensorflow-graded")


class _Shown:
    """The progress of a run on a terminal, and what it has done so far."""

    def __init__(self, console: Console) -> None:
        self.rows: list[Row] = []
        self.total = 0
        self.progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._task = self.progress.add_task("reading the gradebook …", total=None)
        self._at_work: dict[str, str] = {}

    def begins(self, total: int) -> None:
        self.total = total
        self.progress.update(self._task, total=total, description="grading …")

    def starts(self, submission: Submission) -> None:
        self._at_work[f"{submission.assignment}/{submission.student}"] = submission.student
        self._tell()

    def ends(self, row: Row) -> None:
        self.rows.append(row)
        self._at_work.pop(f"{row.assignment}/{row.student}", None)
        self.progress.advance(self._task)
        if not row.already:
            self.progress.console.print(_line(row), soft_wrap=True)
        self._tell()

    def _tell(self) -> None:
        names = list(self._at_work.values())
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        self.progress.update(self._task, description=f"grading {escape(', '.join(names[:3]))}{more}" if names else "")


def _write_feedback(room: Classroom, shown: _Shown) -> None:
    """The pages of what was recorded anew."""
    from grader.report import feedback

    new = [row for row in shown.rows if not row.already and row.state != "not recorded"]
    if not new:
        return
    with feedback.bar(shown.progress.console) as progress:
        pages = feedback.write(
            room,
            sorted({row.assignment for row in new}),
            students={row.student for row in new},
            progress=progress,
        )
    shown.progress.console.print(f"{len(pages)} feedback pages in feedback/")


def _line(row: Row) -> str:
    style = _STYLES.get(row.state, "red")
    points = "" if row.state == "not recorded" else f"  {row.points:g} of {row.possible:g}"
    seconds = f"  {row.seconds:.1f} s" if row.seconds else ""
    notes = "".join(f"\n    {escape(note)}" for note in row.notes[:5])
    return f"{escape(row.assignment)}  {escape(row.student)}  [{style}]{row.state}[/]{points}{seconds}{notes}"


def _print(summary: Summary, console: Console, *, interrupted: bool) -> None:
    if summary.rows:
        console.print(_table(summary))
    already = sum(row.already for row in summary.rows)
    if already:
        console.print(f"{already} had been graded already and have not changed (--force grades them again).")
    bare = sorted({row.assignment for row in summary.rows if row.evidence is False})
    if bare:
        from grader.grading.results import OUTPUTS_ALONE

        console.print(f"{', '.join(bare)}: {OUTPUTS_ALONE}", style="yellow", markup=False, soft_wrap=True)
    for reason in sorted({row.again for row in summary.rows if row.again}):
        console.print(f"{sum(row.again == reason for row in summary.rows)} were recorded again: {reason}.")
    for line in summary.planned:
        console.print(line, style="yellow", markup=False, soft_wrap=True)
    for problem in summary.problems:
        console.print(problem, style="red", markup=False, soft_wrap=True)
    failed = []
    for row in summary.failed:
        reason = escape(row.notes[0]) if row.notes else "see above"
        failed.append(f"[red]{escape(row.assignment)}  {escape(row.student)}: {row.state}.[/] {reason}")
    if failed:
        console.print("\n".join(failed), soft_wrap=True, highlight=False)
    if interrupted:
        console.print(
            f"Interrupted: {len(summary.rows)} of {summary.total} are done. The same command goes on from there.",
            style="bold yellow",
        )


def _table(summary: Summary) -> Table:
    """Each assignment in one row; a column of trouble only where there is some."""
    trouble = {
        "in part": ("graded in part", "not handed in"),
        "not gradable": ("not gradable",),
        "not recorded": ("not recorded",),
    }
    shown = {name: states for name, states in trouble.items() if any(row.state in states for row in summary.rows)}
    table = Table(box=None, header_style="bold", pad_edge=False)
    bare = any(row.evidence is False for row in summary.rows)
    for name in ("assignment", "submissions", "graded", *shown, "mean", "of", *(("judged by",) if bare else ())):
        table.add_column(name, justify="left" if name in ("assignment", "judged by") else "right", no_wrap=True)
    of_each: dict[str, list[Row]] = {}
    for row in summary.rows:
        of_each.setdefault(row.assignment, []).append(row)
    for assignment, rows in sorted(of_each.items()):
        recorded = [row for row in rows if row.state != "not recorded"]
        mean = sum(row.points for row in recorded) / len(recorded) if recorded else 0.0
        counts = [sum(row.state in states for row in rows) for states in (("graded",), *shown.values())]
        most = max((row.possible for row in recorded), default=0.0)
        by = "outputs alone" if any(row.evidence is False for row in rows) else "evidence"
        judged = (by,) if bare else ()
        table.add_row(escape(assignment), str(len(rows)), *map(str, counts), f"{mean:.2f}", f"{most:g}", *judged)
    return table


def to_json(summary: Summary, *, interrupted: bool = False, warning: str | None = None) -> str:
    """What a run has done, for a program."""
    return json.dumps(
        {
            "submissions": [dataclasses.asdict(row) for row in summary.rows],
            "total": summary.total,
            "failed": len(summary.failed),
            "problems": summary.problems,
            "interrupted": interrupted,
            "seconds": round(summary.seconds, 3),
            "backup": summary.backup,
            "planned": summary.planned,
            "warning": warning,
        },
        indent=1,
    )
