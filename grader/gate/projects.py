"""Proves a project: every answer of its bank trains its model at home, is handed in with the file, and is graded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import nbformat

from grader.authoring import bank
from grader.authoring.course import Course
from grader.authoring.exercise import exercises, project_notebook, without_stub
from grader.authoring.task import tasks
from grader.errors import CourseError
from grader.gate.findings import Findings
from grader.gate.rules_why import check_why
from grader.gate.runs import LIMITS, Run, Runner
from grader.gate.topic import REFERENCE
from grader.grading.held_out import HeldOut, held_out
from grader.grading.judge import Verdict
from grader.grading.reference import Reference, reference
from grader.grading.submission import judge_notebook
from grader.kernels import sandbox
from grader.submissions.sanitise import is_answer, with_answers

SEED, SECRET = 2020, b"the gate"


async def prove_projects(course: Course, topic: str, runner: Runner, found: Findings) -> tuple[int, int]:
    """Prove the projects of a topic; what is wrong goes to `found`.

    Returns:
        how many right and how many wrong answers there are.
    """
    right = wrong = 0
    for name in course.projects_of(topic):
        path = course.project_answers(name)
        try:
            answers = bank.read(path, exercises(course.project(name)))
            project = await Project.prepare(course, name, runner)
        except CourseError as error:
            found.caught(path, error)
            continue
        others = {answer.exercise for answer in answers if answer.expect == "right"}
        check_why(course.why(name), tasks(project.source.cells), others, found)
        await asyncio.gather(*(_prove(project, path, answer, found) for answer in [None, *answers]))
        right += sum(answer.expect == "right" for answer in answers)
        wrong += sum(answer.expect != "right" for answer in answers)
    return right, wrong


class Project:
    """A project's notebook, the rows that it is graded on here, and the reference run on them."""

    def __init__(self, source: nbformat.NotebookNode, rows: HeldOut, judged_by: Reference, runner: Runner) -> None:
        self.source, self.rows, self.judged_by, self.runner = source, rows, judged_by, runner

    @classmethod
    async def prepare(cls, course: Course, name: str, runner: Runner) -> Project:
        """The project of this name.

        Raises:
            CourseError: its text is wrong, or its reference run fails.
        """
        source = project_notebook(course, name)
        for cell in filter(is_answer, source.cells):
            cell.source = without_stub(cell.source)
        rows = held_out(source, SEED, lambda: SECRET)
        sandboxed = sandbox.available() is None
        files = {**rows.features, **rows.truth}
        judged_by = await reference(source, files, seed=SEED, sandbox=sandboxed, limits=LIMITS)
        return cls(source, rows, judged_by, runner)

    async def verdicts(self, answer: bank.Answer | None) -> dict[str, Verdict]:
        """The verdict on each graded cell, for an answer or for the reference solution."""
        notebook = with_answers(self.source, {answer.exercise: answer.source} if answer else {})
        run = await self.runner.project(notebook, notebook, self.rows.features, SEED)
        return judge_notebook(_with_outputs(notebook, run), self.judged_by)[0]


def _with_outputs(notebook: nbformat.NotebookNode, run: Run) -> nbformat.NotebookNode:
    made = deepcopy(notebook)
    for cell, outputs in zip(made.cells, run.outputs, strict=True):
        if cell.cell_type == "code":
            cell.outputs = nbformat.from_dict(outputs)
    return made


async def _prove(project: Project, path: Path, answer: bank.Answer | None, found: Findings) -> None:
    verdicts = await project.verdicts(answer)
    failed = tuple(name for name, verdict in verdicts.items() if not verdict.passed)
    said = " ".join(reason for verdict in verdicts.values() for reason in verdict.reasons)
    name, line = (f"the answer {answer.name!r}", answer.line) if answer else (REFERENCE, 1)
    fails = answer.fails if answer else ()
    if set(failed) != set(fails):
        found.error(path, line, f"{name} fails {_and(failed)}; stated: {_and(fails)}. {said}".strip())
    elif answer and answer.says not in said:
        found.error(path, line, f"{name} is told {said!r}, which does not hold {answer.says!r}.")


def _and(names: Sequence[str]) -> str:
    return " and ".join(names) or "nowhere"
