"""One topic on its way through the proofs: its notebooks, what is handed in, and the verdicts on it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import nbformat

from grader.authoring.bank import Answer
from grader.authoring.course import Course
from grader.authoring.exercise import BEGIN_HIDDEN, END_HIDDEN, owner_of, without_stub
from grader.checks.evidence import MIME
from grader.gate.clauses import Broken
from grader.gate.findings import Findings
from grader.gate.rules_exercise import Parts
from grader.gate.runs import Run, Runner
from grader.grading.judge import Verdict, judge_cell
from grader.submissions.sanitise import assemble, parse_submission

REFERENCE = "the reference solution"


@dataclass
class Proof:
    """What running the exercise notebook of one topic showed.

    Attributes:
        seconds: the longest run of the reference solution.
        idle: graded cells that no wrong answer fails.
        spare: for each graded cell, the checks without any one of which every wrong answer would still be caught.
        alone: how many answers had to run alone.
        broken: what came of each wrong answer of the bank.
    """

    seconds: float = 0.0
    idle: list[str] = field(default_factory=list)
    spare: dict[str, list[str]] = field(default_factory=dict)
    alone: int = 0
    broken: list[Broken] = field(default_factory=list)


@dataclass
class Topic:
    """All that is needed to prove one topic."""

    course: Course
    name: str
    parts: list[Parts]
    answers: list[Answer]
    source: nbformat.NotebookNode
    student: nbformat.NotebookNode
    runner: Runner
    found: Findings
    number: int = 0  # of the seed that answers are handed in with

    def seed(self, number: int) -> int:
        """The seed of the run `number`: always the same, so that a result can be repeated."""
        return int.from_bytes(hashlib.sha256(f"{self.name}/{number}".encode()).digest()[:4], "little") % 10**6 + 1

    def reference_texts(self, parts: Sequence[Parts] | None = None) -> dict[str, str]:
        """The reference solution of each exercise, or of these."""
        chosen = self.parts if parts is None else parts
        return {part.exercise.name: without_stub(part.solution.source) for part in chosen}

    async def shown(self) -> dict[str, int]:
        """How many records of each graded cell are a student's to see: those of the notebook without hidden checks."""
        run = await self.runner.graded(visible_part(self.source), self.seed(0))
        return {name: len(records(outputs)) for name, outputs in graded(self.source, run).items()}

    def submission(self, texts: Mapping[str, str]) -> nbformat.NotebookNode:
        """What is executed when a student hands in these answers; the cells of other exercises are left empty."""
        handed_in = deepcopy(self.student)
        for cell in handed_in.cells:
            if _grade_id(cell) in texts:
                cell.source = texts[_grade_id(cell)]
        submitted, _ = parse_submission(nbformat.writes(handed_in).encode())
        notebook = assemble(self.source, submitted).notebook
        others = {_grade_id(cell) for cell in self.source.cells if (owner_of(cell.source) or "") not in {"", *texts}}
        for cell in notebook.cells:
            if _grade_id(cell) in others:
                cell.source = ""
        return notebook


def _grade_id(cell: nbformat.NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def visible_part(source: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The source notebook without its hidden checks."""
    shown = deepcopy(source)
    for cell in shown.cells:
        lines, inside = [], False
        for line in cell.source.split("\n"):
            if line.strip() in (BEGIN_HIDDEN, END_HIDDEN):
                inside = line.strip() == BEGIN_HIDDEN
            elif not inside:
                lines.append(line)
        cell.source = "\n".join(lines)
    return shown


def graded(notebook: nbformat.NotebookNode, run: Run) -> dict[str, list[Any]]:
    """The outputs of each graded cell."""
    pairs = zip(notebook.cells, run.outputs, strict=True)
    marks = ((cell.metadata.get("nbgrader", {}), outputs) for cell, outputs in pairs)
    return {mark["grade_id"]: outputs for mark, outputs in marks if mark.get("grade")}


def records(outputs: Sequence[Any]) -> list[Any]:
    """Those outputs that are evidence."""
    return [output for output in outputs if MIME in output.get("data", {})]


def verdicts_on(
    topic: Topic, part: Parts, reference: Run, notebook: nbformat.NotebookNode, run: Run
) -> dict[str, Verdict]:
    """The verdict on each graded cell of one exercise."""
    expected, given = graded(topic.source, reference), graded(notebook, run)
    return {
        name: judge_cell(expected[name], given[name], points=points) for name, points in part.exercise.points.items()
    }
