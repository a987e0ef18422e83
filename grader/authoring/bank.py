"""The answer bank of a topic, read strictly: other right answers, wrong ones, and what must happen to each."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.exercise import BEGIN_HIDDEN, BEGIN_SOLUTION, Exercise, exercise_of
from grader.authoring.placed import Placed, exercise_cells
from grader.errors import CourseError

OUTCOMES = ("right", "wrong", "error")
_FIELDS = ("exercise", "answer", "expect", "fails", "says", "breaks")
_EQUAL_FIELDS = ("exercise", "equal")
_EQUAL = re.compile(r'\sequal="')
_CHANGED = re.compile(r"# ([-+])(?: .*)?")
_HEADER = re.compile(r"# ?%%")
_FIELD = re.compile(r'\s*([A-Za-z_]+)=("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True)
class Answer:
    """One answer: the text of a whole solution cell, and what must become of it.

    Attributes:
        exercise: the exercise that it answers.
        name: what an author calls it; unique within the exercise.
        expect: "right", "wrong", or "error" where it stops with an exception of its own.
        fails: the graded cells that must fail, and no others.
        says: words that the student must read in the failing visible check, or "".
        breaks: the clauses of the contract that it breaks, by number; one where it breaks this one alone.
        source: the cell's text.
        line: where it begins in the bank.
    """

    exercise: str
    name: str
    expect: str
    fails: tuple[str, ...]
    says: str
    breaks: tuple[int, ...]
    source: str
    line: int


@dataclass(frozen=True)
class Equal:
    """A mutant of a right answer that does the same, with the reason why no check can tell it apart.

    Attributes:
        exercise: the exercise.
        reason: one sentence.
        old, new: the lines that the mutant changes, as `grader verify --mutants` shows them.
        line: where it stands in the bank.
    """

    exercise: str
    reason: str
    old: str
    new: str
    line: int


def read(path: Path, exercises: list[Exercise]) -> list[Answer]:
    """The answers in the bank `path`, in order.

    Args:
        path: the bank.
        exercises: those of the reference text that it belongs to.

    Raises:
        CourseError: anything in it is missing, unknown or contradicts itself; the message names the line.
    """
    if not path.is_file():
        raise CourseError(f"{path.name}:1: there is no answer bank; write solutions/{path.name}.")
    known = {exercise.name: exercise for exercise in exercises}
    answers: list[Answer] = []
    cells = exercise_cells(path)
    headers = _headers(path)
    if not cells or not cells[0].is_markdown or not cells[0].source.startswith("# "):
        raise CourseError(f"{path.name}:1: the first cell must be Markdown and begin with a title, '# …'.")
    if len(headers) != len(cells):
        raise CourseError(f"{path.name}:1: every cell must begin with a line '# %%'; keep that out of strings.")
    for cell, (line, header) in zip(cells, headers, strict=True):
        if cell.is_code and not _EQUAL.search(header):
            answers.append(_answer(path, cell, line, header, known))
    _names_differ(path, answers)
    equals(path, exercises)
    return answers


def equals(path: Path, exercises: list[Exercise]) -> list[Equal]:
    """The mutants that the bank `path` declares equal to what they were made of.

    Raises:
        CourseError: a declaration is not `exercise="…" equal="the reason"` above the two lines `# - old` and `# + new`.
    """
    known = [exercise.name for exercise in exercises]
    found = []
    for cell, (line, header) in zip(exercise_cells(path), _headers(path), strict=True):
        if cell.is_code and _EQUAL.search(header):
            found.append(_equal(f"{path.name}:{line}", cell, line, header, known))
    return found


def _equal(where: str, cell: Placed, line: int, header: str, known: list[str]) -> Equal:
    fields = _fields(where, header, _EQUAL_FIELDS)
    if fields.get("exercise", "") not in known:
        raise CourseError(f"{where}: a mutant declared equal names its exercise; there are {', '.join(known)}.")
    if len(fields["equal"].split()) < 3:
        raise CourseError(f'{where}: equal="…" says in a sentence why no check can tell the mutant apart.')
    rows = cell.source.strip().split("\n")
    signs = [_CHANGED.fullmatch(row) for row in rows]
    if [sign[1] if sign else "" for sign in signs] != ["-", "+"]:
        raise CourseError(
            f"{where}: below it stand the two lines of the mutant, '# - old' and '# + new', nothing else."
        )
    return Equal(fields["exercise"], fields["equal"], rows[0][3:].strip(), rows[1][3:].strip(), line)


def _headers(path: Path) -> list[tuple[int, str]]:
    """The line and the text of each cell header."""
    rows = path.read_text(encoding="utf-8").splitlines()
    return [(number, row) for number, row in enumerate(rows, start=1) if _HEADER.match(row)]


def _answer(path: Path, cell: Placed, line: int, header: str, known: dict[str, Exercise]) -> Answer:
    where = f"{path.name}:{line}"
    fields = _fields(where, header)
    for name in ("exercise", "answer", "expect"):
        if not fields.get(name, "").strip():
            raise CourseError(f'{where}: the answer has no {name}; write {name}="…" in its cell header.')
    exercise = known.get(fields["exercise"])
    if exercise is None:
        raise CourseError(f"{where}: there is no exercise {fields['exercise']!r}; there are {', '.join(known)}.")
    if fields["expect"] not in OUTCOMES:
        raise CourseError(f'{where}: expect is "right", "wrong" or "error", not {fields["expect"]!r}.')
    fails = _failing(where, fields, exercise)
    _is_solution_cell(path, where, cell, exercise.name)
    return Answer(
        exercise=exercise.name,
        name=fields["answer"],
        expect=fields["expect"],
        fails=fails,
        says=fields.get("says", ""),
        breaks=_broken(where, fields),
        source=cell.source.rstrip(),
        line=line,
    )


def _broken(where: str, fields: dict[str, str]) -> tuple[int, ...]:
    """The clauses that a wrong answer breaks."""
    numbers = [number.strip() for number in fields.get("breaks", "").split(",") if number.strip()]
    if not all(number.isdecimal() for number in numbers) or ("breaks" in fields and not numbers):
        raise CourseError(f'{where}: breaks names clauses by their numbers, as in breaks="2".')
    return tuple(int(number) for number in numbers)


def _fields(where: str, header: str, allowed: tuple[str, ...] = _FIELDS) -> dict[str, str]:
    """The `name="value"` pairs of a cell header; nothing else may stand in it."""
    rest = _HEADER.sub("", header, count=1)
    fields: dict[str, str] = {}
    while rest.strip():
        match = _FIELD.match(rest)
        if not match:
            raise CourseError(f'{where}: {rest.strip()[:40]!r} in the cell header is no name="value" pair; quote it.')
        name, value = match.groups()
        if name not in allowed:
            raise CourseError(f"{where}: there is no field {name!r}; there are {', '.join(allowed)}.")
        if name in fields:
            raise CourseError(f"{where}: the field {name!r} is there twice; keep one.")
        try:
            fields[name] = json.loads(value)
        except json.JSONDecodeError:
            raise CourseError(f'{where}: the value of {name!r} is not a JSON string; write \\" and \\\\.') from None
        rest = rest[match.end() :]
    return fields


def _failing(where: str, fields: dict[str, str], exercise: Exercise) -> tuple[str, ...]:
    """The graded cells that must fail."""
    if fields["expect"] == "right":
        extra = [name for name in ("fails", "says", "breaks") if name in fields]
        if extra:
            raise CourseError(f"{where}: a right answer fails nowhere; remove {' and '.join(extra)}.")
        return ()
    fails = tuple(name.strip() for name in fields.get("fails", "").split(",") if name.strip())
    if not fails:
        example = next(iter(exercise.points))
        raise CourseError(f'{where}: a wrong answer says which graded cells must fail, as in fails="{example}".')
    for name in fails:
        if name not in exercise.points:
            cells = ", ".join(exercise.points)
            raise CourseError(f"{where}: {exercise.name} has no graded cell {name!r}; it has {cells}.")
    if "says" in fields and not fields["says"].strip():
        raise CourseError(f"{where}: says is empty; write the words that the student must read, or leave it out.")
    return fails


def _is_solution_cell(path: Path, where: str, cell: Placed, name: str) -> None:
    if exercise_of(cell.source) != name:
        raise CourseError(f"{where}: the answer must begin with its marker line '# exercise: {name}'.")
    for mark in (BEGIN_SOLUTION, BEGIN_HIDDEN):
        if mark in cell.source:
            raise CourseError(f"{where}: an answer is what a student hands in; remove the line '{mark}'.")
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        raise CourseError(f"{path.name}:{line}: the answer is not Python: {error.msg}.") from None


def _names_differ(path: Path, answers: list[Answer]) -> None:
    seen: dict[tuple[str, str], Any] = {}
    texts: dict[tuple[str, str], Answer] = {}
    for answer in answers:
        first = seen.setdefault((answer.exercise, answer.name), answer)
        if first is not answer:
            raise CourseError(
                f"{path.name}:{answer.line}: {answer.exercise} has an answer {answer.name!r} in line {first.line} "
                "already; give this one another name."
            )
        same = texts.setdefault((answer.exercise, answer.source), answer)
        if same is not answer:
            raise CourseError(f"{path.name}:{answer.line}: this answer is the same as {same.name!r}; remove one.")
