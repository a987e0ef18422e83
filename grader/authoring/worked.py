"""The worked solution of an exercise: the reference solution, why it works, and another right answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import nbformat

from grader.authoring import bank, exercise, notebook, why
from grader.authoring.bank import Answer
from grader.authoring.course import Course
from grader.authoring.exercise import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    END_HIDDEN,
    END_SOLUTION,
    check_of,
    exercise_of,
    without_stub,
)
from grader.authoring.task import HINT, Task, tasks
from grader.authoring.why import Why
from grader.errors import CourseError

_HEADER = re.compile(r"^\[!?\[?Open in Colab\].*\n+", re.MULTILINE)


@dataclass(frozen=True)
class Worked:
    """A worked solution.

    Attributes:
        exercise: its name.
        topic: the notebook that it is in.
        task: as the notebook states it.
        code: the reference solution, a whole cell.
        other: another right answer from the bank, if it has one.
        why: why it works, and when to prefer the other, if somebody has written it.
    """

    exercise: str
    topic: str
    task: Task
    code: str
    other: Answer | None
    why: Why | None


def worked(course: Course, topic: str) -> dict[str, Worked]:
    """The worked solutions of a topic, by exercise."""
    cells = exercise.cells(course.solution(topic))
    stated, others, reasons = tasks(cells), other_answers(course, topic), why.read(course.why(topic))
    return {
        name: Worked(name, topic, stated[name], _solved(cell.source), others.get(name), reasons.get(name))
        for cell in cells
        if (name := exercise_of(cell.source))
    }


def other_answers(course: Course, name: str) -> dict[str, Answer]:
    """The first other right answer to each exercise of a topic or project; none where its bank cannot be read."""
    if name in course.projects:
        path, text = course.project_answers(name), course.project(name)
    else:
        path, text = course.answers(name), course.solution(name)
    if not text.is_file():
        return {}
    try:
        answers = bank.read(path, exercise.exercises(text))
    except CourseError:
        return {}
    found: dict[str, Answer] = {}
    for answer in answers:
        if answer.expect == "right":
            found.setdefault(answer.exercise, answer)
    return found


def _solved(source: str) -> str:
    """A solution cell as somebody would write it: without the stub and the lines that mark the region."""
    lines = without_stub(source).split("\n")
    return "\n".join(line for line in lines if line.strip() not in (BEGIN_SOLUTION, END_SOLUTION)).strip()


def _visible(source: str) -> str:
    """A cell without hidden checks and without the marker of a graded one."""
    kept, hidden = [], False
    source = source.partition("\n")[2] if check_of(source) else source
    for line in source.split("\n"):
        hidden = hidden or line.strip() == BEGIN_HIDDEN
        if not hidden:
            kept.append(line)
        hidden = hidden and line.strip() != END_HIDDEN
    return "\n".join(kept).strip()


def solution_notebook(
    source: nbformat.NotebookNode, topic: str, others: Mapping[str, Answer], reasons: Mapping[str, Why]
) -> str:
    """The worked solutions of an assignment as a notebook to give to students; it holds no hidden check.

    Args:
        source: the instructor's notebook.
        topic: the assignment.
        others: another right answer to each exercise, as far as there is one.
        reasons: why each solution works, as far as it is written.
    """
    explained = {name: _explained(others.get(name), reasons.get(name)) for name in {*others, *reasons}}
    nb = nbformat.v4.new_notebook(cells=list(_cells(source.cells, explained)))
    notebook.identify(nb, f"solutions/{topic}")
    return notebook.text(nb)


def _cells(cells: Iterable[nbformat.NotebookNode], explained: Mapping[str, str]) -> Iterable[nbformat.NotebookNode]:
    first = True
    for cell in cells:
        name = exercise_of(cell.source)
        if cell.cell_type == "markdown":
            made = nbformat.v4.new_markdown_cell(re.sub(r"\n{3,}", "\n\n", HINT.sub("", cell.source)).strip())
            if first:
                first = False
                made.source = _HEADER.sub("", made.source)
                notebook.under_title(made, "**Worked solutions**: run them, change them, compare them with yours.")
            yield made
        elif name:
            # Without its marker it is nobody's answer, and its checks are nobody's progress.
            yield nbformat.v4.new_code_cell(_solved(cell.source).partition("\n")[2])
            if name in explained:
                yield nbformat.v4.new_markdown_cell(explained[name])
        elif not notebook.is_progress_cell(cell):
            yield nbformat.v4.new_code_cell(_visible(cell.source))


def _explained(other: Answer | None, reason: Why | None) -> str:
    """Why a solution works, and another one, folded, with when to prefer it."""
    parts = [f"**Why it works.** {reason.text}"] if reason else []
    if other:
        code = other.source.partition("\n")[2].strip()
        folded = f"<details><summary>Another way: {other.name}</summary>\n\n```python\n{code}\n```\n\n"
        parts.append(folded + (f"{reason.other}\n\n" if reason and reason.other else "") + "</details>")
    return "\n\n".join(parts)
