"""What the text of an exercise notebook must be, and what its students may see of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.authoring import exercise
from grader.authoring.course import Course
from grader.authoring.exercise import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    END_HIDDEN,
    END_SOLUTION,
    STUB,
    Exercise,
    check_of,
    exercise_of,
)
from grader.authoring.placed import Placed, exercise_cells
from grader.authoring.task import HINT
from grader.errors import CourseError
from grader.gate.findings import Findings
from grader.gate.rules_text import check_figures, check_text

EXERCISES = (4, 6)
HINTS = 3
CONTRACT = ("In", "Out", "Example")
# A shorter line, such as `return total`, tells nothing.
_TELLING = 16
_PLAIN = ("#", '"', "'", "def ", "class ", "import ", "from ")
_COMPARED = re.compile(r"check\.(reference|graph|gradient|compiles)\(")
_SECTION = re.compile(r"^#{2,} \S", re.MULTILINE)


@dataclass(frozen=True)
class Parts:
    """One exercise as it stands in the reference text: its task, its solution cell, its graded cells."""

    exercise: Exercise
    task: list[Placed]
    solution: Placed
    graded: dict[str, Placed]

    @property
    def fix_it(self) -> bool:
        """Whether its stub is broken code that is to be put right."""
        return any(line.lstrip().startswith(STUB.rstrip()) for line in region(self.solution.source))

    @property
    def text(self) -> str:
        """The task as one text."""
        return "\n\n".join(cell.source for cell in self.task)


def parts(course: Course, topic: str) -> list[Parts]:
    """The exercises of a topic, in order.

    Raises:
        CourseError: the reference text cannot be read.
    """
    path = course.solution(topic)
    known = {found.name: found for found in exercise.exercises(path)}
    made: dict[str, Parts] = {}
    task: list[Placed] = []
    for cell in exercise_cells(path):
        name, check = exercise_of(cell.source), check_of(cell.source)
        if cell.is_markdown:
            task.append(cell)
        elif name:
            made[name], task = Parts(known[name], _own_task(task), cell, {}), []
        elif check:
            made[check[1]].graded[check[0]], task = cell, []
    return list(made.values())


def _own_task(cells: list[Placed]) -> list[Placed]:
    """Of the Markdown between two exercises, what belongs to the second: from its heading on."""
    headed = [i for i, cell in enumerate(cells) if _SECTION.search(cell.source)]
    return cells[headed[-1] if headed else -1 :]


def placed_source(course: Course, topic: str, source: Any) -> list[Placed]:
    """The cells of the source notebook with their lines in the reference text; 1 for cells that the build adds."""
    lines = [cell.line for cell in exercise_cells(course.solution(topic))]
    lines = [*lines[:1], 1, *lines[1:], 1]
    return [Placed(cell, line) for cell, line in zip(source.cells, lines, strict=True)]


def region(source: str, begin: str = BEGIN_SOLUTION, end: str = END_SOLUTION) -> list[str]:
    """The lines between the markers, all regions together."""
    lines, inside = [], False
    for line in source.split("\n"):
        if line.strip() in (begin, end):
            inside = line.strip() == begin
        elif inside:
            lines.append(line)
    return lines


def check_exercises(course: Course, topic: str, found: Findings) -> list[Parts]:
    """Hold the reference text to the rules.

    Returns:
        its exercises; empty where it cannot be read.
    """
    path = course.solution(topic)
    try:
        cells, made = exercise_cells(path), parts(course, topic)
    except CourseError as error:
        found.caught(path, error)
        return []
    check_text(course, path, cells, found)
    check_figures(path, cells, set(), found)
    check_names(course, topic, made, found)
    for part in made:
        _check_task(course, topic, part, found)
        _check_stub(course, topic, part, found)
        _check_compared(course, topic, part, found)
        _check_always(course, topic, part, found)
    if not EXERCISES[0] <= len(made) <= EXERCISES[1]:
        low, high = EXERCISES
        found.warn(path, 1, f"the notebook has {len(made)} exercises; {low} to {high} fit into its time.")
    if not any(part.fix_it for part in made):
        found.warn(path, 1, f"no exercise is a *fix it*; give one broken code as its stub, in '{STUB}' lines.")
    return made


def check_names(course: Course, topic: str, made: Sequence[Parts], found: Findings) -> None:
    """No other topic has an exercise of the same name."""
    taken: dict[str, str] = {}
    for other in course.exercise_topics():
        if other != topic:
            names = re.findall(r"^# exercise: (\w+)$", course.solution(other).read_text(encoding="utf-8"), re.MULTILINE)
            taken.update(dict.fromkeys(names, other))
    for part in made:
        name = part.exercise.name
        if name in taken:
            text = f"exercise {name!r} is also in {taken[name]}.py; a name is used once in the course."
            found.error(course.solution(topic), part.solution.line, text)


def _check_task(course: Course, topic: str, part: Parts, found: Findings) -> None:
    """The Markdown before the solution cell: a heading, the contract, three hints that do not give it away."""
    path, name = course.solution(topic), part.exercise.name
    line = part.task[0].line if part.task else part.solution.line
    text = part.text
    if not _SECTION.search(text):
        found.error(path, line, f"the task of {name} needs a heading '## …'.")
    called = [name, *_defined(part.solution.source)]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    if not any(re.search(rf"`[^`\n]*\b{each}\b", prose) for each in called):
        found.error(path, line, f"the task of {name} does not name it; write `{called[-1]}(…)` in the contract.")
    for word in CONTRACT:
        if not re.search(rf"^[-*] \*\*{word}\b", text, re.MULTILINE):
            found.error(path, line, f"the contract of {name} lacks a line '- **{word}**: …'.")
    _check_hints(course, topic, part, line, found)


def _check_hints(course: Course, topic: str, part: Parts, line: int, found: Findings) -> None:
    path, name = course.solution(topic), part.exercise.name
    hints = HINT.findall(part.text)
    if len(hints) != HINTS:
        found.error(path, line, f"{name} has {len(hints)} folded hints; write {HINTS}: the idea, the plan, a skeleton.")
    given_away = telling(part.solution.source)
    for title, body in hints:
        if not re.search(r"\w", body):
            found.error(path, _line_of(part.task, title, line), f"the hint {title!r} of {name} is empty; write it.")
        for row in body.split("\n"):
            if _bare(row) in given_away:
                where = _line_of(part.task, row, line)
                found.error(path, where, f"a hint of {name} gives a line of the solution away: {row.strip()}")


def _line_of(cells: Sequence[Placed], text: str, otherwise: int) -> int:
    """The line of the author's text that holds `text`."""
    for cell in cells:
        for number, row in enumerate(cell.source.split("\n"), start=cell.line):
            if text in row:
                return number
    return otherwise


def telling(source: str) -> dict[str, str]:
    """The lines of a solution that give it away, by the same without blanks.

    Short ones, comments, docstrings, signatures and imports do not, nor do those that are in the stub.
    """
    lines = region(source)
    known = {_bare(line.lstrip()[len(STUB) :]) for line in lines if line.lstrip().startswith(STUB.rstrip())}
    secret = [line for line in lines if not line.lstrip().startswith(_PLAIN)]
    return {_bare(line): line.strip() for line in secret if len(_bare(line)) >= _TELLING and _bare(line) not in known}


def _bare(line: str) -> str:
    return re.sub(r"\s+", "", line.partition("  #")[0])


def _defined(source: str) -> list[str]:
    """The functions and classes that a solution cell defines."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    return [node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))]


def _check_stub(course: Course, topic: str, part: Parts, found: Findings) -> None:
    """What a student starts from parses, and says in a docstring what is to be written."""
    path, name, line = course.solution(topic), part.exercise.name, part.solution.line
    text = exercise.stub(part.solution.source, name)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        found.error(path, line, f"the stub of {name} is not Python (its line {error.lineno}): {error.msg}.")
        return
    nodes = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))]
    if not nodes:
        found.error(path, line, f"{name} defines no function or class; an exercise asks for one.")
    for node in nodes:
        if not ast.get_docstring(node):
            found.error(path, line + node.lineno - 1, f"{node.name} needs a docstring, above the solution region.")


def _check_compared(course: Course, topic: str, part: Parts, found: Findings) -> None:
    """Some hidden check compares a value with the reference solution's: what is visible could be written down."""
    hidden = [line for cell in part.graded.values() for line in _hidden(cell.source).values()]
    if not any(_COMPARED.match(line) for line in hidden):
        text = f"no hidden check of {part.exercise.name} compares values; add a check.reference on check.inputs(…)."
        found.error(course.solution(topic), part.solution.line, text)


def _check_always(course: Course, topic: str, part: Parts, found: Findings) -> None:
    """No check stands where only some answers come by: one that is missing is taken for a forgery."""
    for cell in part.graded.values():
        handlers = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.ExceptHandler)]
        for call in (each for handler in handlers for each in ast.walk(handler) if isinstance(each, ast.Call)):
            if re.match(r"check\.(?!inputs\b)", ast.unparse(call.func)):
                text = "a check in an except clause is skipped where nothing is raised; note what came, and check that."
                found.error(course.solution(topic), cell.line + call.lineno - 1, text)


def check_student_version(course: Course, topic: str, made: Sequence[Parts], student: Any, found: Findings) -> None:
    """Nothing of a solution, and no hidden check, is in the notebook that students get."""
    path = course.solution(topic)
    texts = [re.sub(r"\s+", "", cell.source) for cell in student.cells]
    public = _public(made)
    for part in made:
        secrets = [(part.solution, telling(part.solution.source))]
        secrets += [(cell, _hidden(cell.source)) for cell in part.graded.values()]
        for cell, lines in secrets:
            for bare, line in lines.items():
                if bare not in public and any(bare in text for text in texts):
                    found.error(path, cell.line, f"this would reach the students: {line}")
    for mark in (BEGIN_SOLUTION, END_SOLUTION, BEGIN_HIDDEN, END_HIDDEN):
        if any(mark in cell.source for cell in student.cells):
            found.error(path, 1, f"{mark!r} would reach the students; put each marker alone on its line.")


def _hidden(source: str) -> dict[str, str]:
    """The hidden checks themselves; what prepares them may stand in a contract as well."""
    lines = region(source, BEGIN_HIDDEN, END_HIDDEN)
    return {_bare(line): line.strip() for line in lines if line.lstrip().startswith("check.")}


def _public(made: Sequence[Parts]) -> set[str]:
    """The lines that graded cells show in their visible part: the same line may be in a hidden part too."""
    shown = set()
    for part in made:
        for cell in part.graded.values():
            secret = set(region(cell.source, BEGIN_HIDDEN, END_HIDDEN))
            shown |= {_bare(line) for line in cell.source.split("\n") if line not in secret}
    return shown
