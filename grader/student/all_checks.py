"""`grader check --all`: an exercise notebook as it would be graded, for somebody who learns alone.

It runs as a student's notebook, for the words of visible checks, and as a submission: answers put into the reference
notebook, which lies in the checkout, executed in the sandbox with a new seed, and judged. Of a hidden check only its
label is told and in what way it fails, as in the feedback of a class: no input and no expected value.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from grader.authoring.course import Course
from grader.authoring.exercise import source_notebook
from grader.errors import NotebookError, UsageError
from grader.grading.judge import Verdict
from grader.grading.reference import Reference, reference
from grader.grading.submission import grade
from grader.kernels import sandbox
from grader.student import scoreboard
from grader.student.scoreboard import Row
from grader.submissions.submitted import NotGradable, read_submission, support_files


def run(path: Path, progress: Callable[[str], None] = lambda _: None) -> list[Row]:
    """What would come of each exercise of the notebook in `path` if it was handed in. The file is not changed.

    Raises:
        UsageError: the notebook is of no course whose checkout is here.
        NotebookError: it is no notebook, or has no exercise in it.
        CourseError: it cannot be graded here, or the reference solution cannot be graded by.
    """
    names = scoreboard.names(scoreboard.read(path))
    found = scoreboard.source_of(path, names)
    if found is None:
        raise UsageError(
            f"The hidden checks of {path.name} are not here: 'grader check --all' needs a checkout of the course, "
            "with its folder solutions/. Leave --all out to run the visible ones; a project has only these."
        )
    visible = {row.exercise: row for row in scoreboard.run(path, progress)}
    progress("hidden checks")
    verdicts, standard = asyncio.run(_graded(path, *found))
    rows = [_row(visible[name], _of(verdicts, name), standard) for name in visible]
    return rows + [_gone(name, _of(verdicts, name)) for name in _names(verdicts) if name not in visible]


async def _graded(path: Path, course: Course, topic: str) -> tuple[Mapping[str, Verdict], Reference]:
    """The verdict on each graded cell, and the reference run that it was judged by."""
    source = source_notebook(course, topic)
    try:
        submitted, _ = read_submission(path.resolve())
        files, _ = support_files(path.parent.resolve())
    except NotGradable as problem:
        raise NotebookError(str(problem)) from problem
    sandboxed = sandbox.available() is None
    standard = await reference(source, {}, seed=secrets.randbelow(10**6) + 1, sandbox=sandboxed)
    graded = await grade(source, submitted, reference=standard, files=files, sandbox=sandboxed)
    return graded.verdicts, standard


def _names(verdicts: Mapping[str, Verdict]) -> list[str]:
    return list(dict.fromkeys(cell.rpartition("-")[0] for cell in verdicts))


def _of(verdicts: Mapping[str, Verdict], name: str) -> dict[str, Verdict]:
    """The verdicts on one exercise, by graded cell."""
    return {cell: verdict for cell, verdict in verdicts.items() if cell.rpartition("-")[0] == name}


def _row(visible: Row, verdicts: Mapping[str, Verdict], standard: Reference) -> Row:
    """A row of the scoreboard with the judge's points; the words are a visible check's where one fails."""
    points = sum(verdict.points for verdict in verdicts.values())
    possible = sum(verdict.possible for verdict in verdicts.values())
    failed = [(cell, verdict) for cell, verdict in verdicts.items() if not verdict.passed]
    if verdicts and not failed and visible.outcome != "right":
        # Such as a check that was changed here: grading puts its own in place.
        words = f"right as it is graded, not in this notebook: {visible.message}".removesuffix(": ")
        visible = replace(visible, outcome="right", message=words)
    row = replace(visible, points=points, of=possible, hidden=_hidden(visible, verdicts, standard))
    if visible.outcome != "right" or not failed:
        return row
    cell, verdict = failed[0]
    return replace(row, outcome=verdict.outcome, message=_why(verdict, standard.visible[cell]) or visible.message)


def _hidden(visible: Row, verdicts: Mapping[str, Verdict], standard: Reference) -> str:
    """How many of an exercise's hidden checks hold; where a visible one fails, those behind it have not run."""
    if visible.outcome != "right":
        return "–"
    checks = [(label, held, cell) for cell, verdict in verdicts.items() for label, held in verdict.checks]
    holds = [held for label, held, cell in checks if label not in standard.visible[cell]]
    return f"{sum(holds)} of {len(holds)} hold" if holds else "none"


def _why(verdict: Verdict, visible: Collection[str]) -> str:
    """The first thing that the judge says is wrong, and whether it was a hidden check that found it."""
    reason = verdict.reasons[0] if verdict.reasons else ""
    seen = any(reason.startswith(f"{label}: ") for label in visible)
    told = reason if seen else f"hidden check: {reason}"
    return told + (f" Hint: {verdict.misconceptions[0]}" if verdict.misconceptions else "")


def _gone(name: str, verdicts: Mapping[str, Verdict]) -> Row:
    """The row of an exercise of which the notebook holds nothing."""
    possible = sum(verdict.possible for verdict in verdicts.values())
    return Row(name, 0.0, possible, "not attempted", "it is gone: get the notebook again", "–")
