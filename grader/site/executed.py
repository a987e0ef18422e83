"""Chapters with their outputs, and a check's answer to a wrong one, from the gate's own kernels and its cache."""

from __future__ import annotations

import asyncio
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from grader.authoring import bank, chapter, exercise
from grader.authoring.bank import Answer
from grader.authoring.chapter import CLAIM
from grader.authoring.course import Course
from grader.authoring.placed import Placed, chapter_cells
from grader.errors import CourseError
from grader.gate.findings import Findings
from grader.gate.rules_chapter import SECONDS, check_outputs
from grader.gate.run_all import BUILT, only_look, run_all
from grader.gate.runs import Places, Run, Runner
from grader.gate.topic import visible_part
from grader.gate.verify import CACHE


@dataclass(frozen=True)
class Executed:
    """A chapter as built, each code cell with its outputs, and the day when it ran."""

    topic: str
    notebook: Any
    day: str


@dataclass
class Runs:
    """What `execute` gives: the chapters, and how many notebooks had to run for them."""

    chapters: list[Executed]
    executed: int
    remembered: int


def execute(
    course: Course, topics: Sequence[str], *, jobs: int | None = None, told: Callable[[str], None] = lambda topic: None
) -> Runs:
    """Run chapters as `grader verify` does; what it has run already is not run again.

    Args:
        course: the course.
        topics: which, as `NN-topic`.
        jobs: how many run at once; as many as there are cores when None.
        told: called with each topic when its outputs are there.

    Raises:
        CourseError: a chapter does not run as the gate asks; the message says where.
        KernelError: no kernel can be started here.
    """
    return asyncio.run(_execute(course, topics, jobs or os.cpu_count() or 1, told))


async def _execute(course: Course, topics: Sequence[str], jobs: int, told: Callable[[str], None]) -> Runs:
    runner = Runner(course.root / CACHE, places=Places(jobs))

    async def one(topic: str) -> Executed:
        cells = chapter_cells(course.chapter(topic))
        if not only_look(cells):  # the gate has run it without its claims, too
            cells = [cell for cell in cells if CLAIM not in cell.tags]
        run, _ = await run_all(course, topic, cells, runner, SECONDS)
        told(topic)
        return _with_outputs(course, topic, cells, run)

    chapters = list(await asyncio.gather(*(one(topic) for topic in topics)))
    return Runs(chapters, runner.executed, runner.remembered)


def _with_outputs(course: Course, topic: str, cells: Sequence[Placed], run: Run) -> Executed:
    """The built chapter with what came of its cells, held to the gate's rules."""
    found = Findings(topic)
    check_outputs(course.chapter(topic), cells, replace(run, seconds=0.0), found)
    if found.errors:
        raise CourseError(f"{found.errors[0]} The site shows what holds: run 'grader verify {topic[:2]}'.")
    notebook = nbformat.reads(chapter.build(course, topic), as_version=4)
    outputs = [out for cell, out in zip(cells, run.outputs, strict=True) if CLAIM not in cell.tags]
    outputs.insert(BUILT, [])
    for cell, out in zip(notebook.cells, outputs, strict=True):
        if cell.cell_type == "code":
            cell.outputs = [nbformat.from_dict(output) for output in out]
    return Executed(topic, notebook, run.day)


@dataclass(frozen=True)
class Caught:
    """A wrong answer, and what its check says to it, as HTML."""

    exercise: str
    topic: str
    answer: str
    message: str


def caught(course: Course, topics: Sequence[str], wanted: tuple[str, str]) -> Caught | None:
    """Run a wrong answer of the banks before its visible check.

    Args:
        course: the course.
        topics: those whose banks may be asked.
        wanted: the exercise, and the name of the answer; the first wrong answer with a message where it is not there.

    Returns:
        what came of it; None where no bank has a wrong answer with a message.
    """
    found: list[tuple[str, Answer]] = []
    for topic in topics:
        if course.answers(topic).is_file():
            exercises = exercise.exercises(course.solution(topic))
            found += [(topic, a) for a in bank.read(course.answers(topic), exercises) if a.expect == "wrong" and a.says]
    best = [pair for pair in found if (pair[1].exercise, pair[1].name) == wanted] or found[:1]
    if not best:
        return None
    topic, answer = best[0]
    cells = visible_part(exercise.source_notebook(course, topic)).cells
    first = next(at for at, cell in enumerate(cells) if exercise.exercise_of(cell.source))
    before = [cell for cell in cells[:first] if cell.cell_type == "code"]
    check = next(cell for cell in cells if (exercise.check_of(cell.source) or ("", ""))[1] == answer.exercise)
    sources = [*(cell.source for cell in before[1:]), answer.source, check.source]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    run = asyncio.run(Runner(course.root / CACHE, places=Places(1)).read(nb, math.inf))
    html = [str(out["data"]["text/html"]) for out in run.outputs[-1] if "text/html" in out.get("data", {})]
    return Caught(answer.exercise, topic, answer.source, html[-1]) if html else None
