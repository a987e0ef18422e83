"""A class to try everything on: students whose answers come from the answer banks, handed in, collected and graded.

The same arguments make the same class. Among a dozen students are one who gets everything right, one who copies, one
who tries to cheat, and some whose notebook is broken in a way that happens: see `CHARACTERS`.
"""

from __future__ import annotations

import ast
import json
import os
import random
import shlex
import shutil
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import nbformat

from grader.authoring.bank import Answer, read
from grader.authoring.course import Course
from grader.authoring.exercise import exercise_of, exercises
from grader.classroom import class_directory
from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.errors import UsageError
from grader.submissions.names import key

SEED = 20_260_907
"""Of the whole demonstration: who answers what, and what hidden checks draw from."""
DUE = datetime(2026, 9, 21, 18, tzinfo=timezone.utc)
CHARACTERS = {
    1: "everything right",
    3: "cheats: removes the checks while they run, and prints what the kernel remembers",
    4: "handed in twice",
    5: "copied from the student before, with other names and comments",
    6: "has not handed in the last assignment",
    7: "a file that was cut off",
    8: "came back from Colab: no metadata, a cell copied, a check deleted",
    9: "an editor saved it with a byte-order mark",
    10: "ends the kernel",
    11: "late",
}
_NAMES = """
Ada Lovelace, Alan Turing, Emmy Noether, Srinivasa Ramanujan, Katherine Johnson, Leonhard Euler, Maryam Mirzakhani,
Carl Gauss, Sofya Kovalevskaya, Chen Jingrun, Hypatia Theon, George Boole, Grace Hopper, Omar Khayyam, Mary Cartwright,
Évariste Galois, Julia Robinson, Niels Abel, Sophie Germain, Kurt Gödel, Wang Zhenyi, John Tukey, Florence Nightingale,
Benoît Mandelbrot, Ingrid Daubechies, Andrey Kolmogorov, Maria Agnesi, Paul Erdős, Ruth Moufang, Georg Cantor
"""
_CHEAT = """
# No check, no failure?
import ast
from IPython import get_ipython

class NoChecks(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.Pass() if ast.unparse(node).startswith("check.") else node

get_ipython().ast_transformers.append(NoChecks())
"""


@dataclass(frozen=True)
class Student:
    """One of the class: `number` counts from 1, `skill` is about the share of exercises that they solve."""

    number: int
    first_name: str
    last_name: str
    skill: float

    @property
    def id(self) -> str:
        """First letter and last name, as many schools have it."""
        return key(self.first_name)[0] + key(self.last_name).replace("-", "")

    @property
    def character(self) -> int:
        """Which of `CHARACTERS` this student is; every twelfth is the same."""
        return (self.number - 1) % 12 + 1


def students(count: int) -> list[Student]:
    """The first `count` students."""
    names = [name.split() for name in _NAMES.replace("\n", " ").split(", ")]
    made = []
    for number in range(1, count + 1):
        again, index = divmod(number - 1, len(names))
        first, last = names[index][0], names[index][-1] + (f" {again + 1}" if again else "")
        skill = random.Random(f"{SEED} {number}").uniform(0.3, 0.95)
        made.append(Student(number, first, last, skill))
    return made


def create(course: Course, directory: Path, *, count: int = 12, topics: list[str] | None = None) -> Classroom:
    """Make a class directory whose students have handed in, and collect what they handed in.

    Args:
        course: whose exercises and answer banks are used.
        directory: new or empty.
        count: of students.
        topics: the assignments; the first two that have an answer bank if None.

    Raises:
        UsageError: the directory is not empty, or there is no topic with an answer bank.
    """
    if count < 1:
        raise UsageError(f"A class needs at least one student, not {count}.")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory} is there already: name a new directory, or delete that one.")
    chosen = topics or [topic for topic in course.exercise_topics() if course.answers(topic).is_file()][:2]
    if not chosen:
        raise UsageError("There is no topic with an answer bank: write one in solutions/.")
    class_directory.create(course, directory, chosen)
    room = Classroom.find(directory)
    people = students(count)
    with room.gradebook() as book:
        for student in people:
            book.update_or_create_student(student.id, first_name=student.first_name, last_name=student.last_name)
        for number, topic in enumerate(chosen):
            due = (DUE + timedelta(weeks=number)).replace(tzinfo=None)
            book.update_or_create_assignment(topic, duedate=due)
    (directory / "downloads").mkdir()
    for number, topic in enumerate(chosen):
        archive = directory / "downloads" / f"gradebook_{topic}.zip"
        last = number == len(chosen) - 1 and number > 0
        due = DUE + timedelta(weeks=number)
        _hand_in(course, directory, topic, people=people, archive=archive, due=due, last=last)
        collect(room, archive, assignments=[topic])
    return room


def _hand_in(
    course: Course, directory: Path, topic: str, *, people: list[Student], archive: Path, due: datetime, last: bool
) -> None:
    """Write what the students hand in for a topic as Blackboard would export it."""
    bank = read(course.answers(topic), exercises(course.solution(topic)))
    released = nbformat.read(directory / "release" / topic / f"{topic}.ipynb", as_version=4)
    answers: dict[str, str] = {}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for student in people:
            copied = answers if student.character == 5 else None
            answers = _renamed(copied) if copied else _answers(student, topic, bank)
            if student.character == 6 and last:
                continue
            data = _file(student, released, answers)
            late = 30 if student.character == 11 else -random.Random(f"{SEED} {topic} {student.number}").randint(1, 90)
            for hours in (late - 24, late) if student.character == 4 else (late,):
                when = due + timedelta(hours=hours)
                name = f"{topic}_{student.id}_attempt_{when:%Y-%m-%d-%H-%M-%S}_{topic}.ipynb"
                early = hours != late
                made.writestr(name, _file(student, released, {}) if early else data)


def _answers(student: Student, topic: str, bank: list[Answer]) -> dict[str, str]:
    """What a student answers, by exercise; exercises that are absent stay untouched."""
    draw = random.Random(f"{SEED} {topic} {student.number}")
    chosen = {}
    names = list(dict.fromkeys(answer.exercise for answer in bank))
    for place, name in enumerate(names):
        right = [a for a in bank if a.exercise == name and a.expect == "right"]
        wrong = [a for a in bank if a.exercise == name and a.expect != "right"]
        chance = 1.0 if student.character == 1 else student.skill + 0.25 - 0.35 * place / max(len(names) - 1, 1)
        guess = draw.random()
        if guess < chance or not wrong:
            chosen[name] = draw.choice(right).source
        elif guess < chance + 0.9 * (1 - chance):
            chosen[name] = draw.choice(wrong).source
    return chosen


def _renamed(answers: dict[str, str]) -> dict[str, str]:
    """Answers as somebody hands them in who thinks that nobody looks closely."""
    made = {}
    for name, source in answers.items():
        tree = ast.parse(source)
        own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        own -= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in own:
                node.id = f"my_{node.id}"
        made[name] = f"# exercise: {name}\n# my solution\n{ast.unparse(tree)}"
    return made


def _file(student: Student, released: nbformat.NotebookNode, answers: dict[str, str]) -> bytes:
    """The bytes of a student's notebook file."""
    nb = deepcopy(released)
    for cell in nb.cells:
        name = exercise_of(cell.source)
        if name in answers:
            cell.source = answers[name]
    trouble = _TROUBLE.get(student.character)
    if trouble is not None and answers:
        trouble(nb)
    data = json.dumps(nb, ensure_ascii=False, indent=1).encode()
    if student.character == 7:
        return data[: len(data) // 3]
    return b"\xef\xbb\xbf" + data if student.character == 9 else data


def _solutions(nb: nbformat.NotebookNode) -> list[Any]:
    return [cell for cell in nb.cells if exercise_of(cell.source)]


def _cheat(nb: nbformat.NotebookNode) -> None:
    _solutions(nb)[0].source += "\n" + _CHEAT
    nb.cells.append(nbformat.v4.new_code_cell("print('\\n'.join(In))\n_oh", id="what-is-left"))


def _from_colab(nb: nbformat.NotebookNode) -> None:
    copy = deepcopy(_solutions(nb)[-1])
    nb.cells = [cell for cell in nb.cells if "# check:" not in cell.source or cell is nb.cells[-1]]
    nb.cells.append(copy)
    for number, cell in enumerate(nb.cells):
        cell.metadata = nbformat.from_dict({"id": f"colab{number}"})
    nb.metadata = nbformat.from_dict({"colab": {"provenance": []}, "kernelspec": {"name": "python3"}})


def _ends_the_kernel(nb: nbformat.NotebookNode) -> None:
    _solutions(nb)[-1].source += "\nimport os\nos._exit(0)"


_TROUBLE: dict[int, Callable[[nbformat.NotebookNode], None]] = {3: _cheat, 8: _from_colab, 10: _ends_the_kernel}


def demo_command(
    directory: Path | None = None,
    *,
    count: int = 12,
    topics: list[str] | None = None,
    jobs: int = 0,
    sandbox: bool = True,
    console: Any = None,
) -> int:
    """`grader demo`: make the class, grade it, write feedback and report, say where; returns the exit code."""
    from rich.console import Console

    from grader.commands import grade as grade_command
    from grader.report import class_report, feedback

    console = console or Console()
    course = Course.find()
    directory = directory or course.root / "classes" / "demo"
    chosen = [course.resolve(name) for name in topics] if topics else None
    fresh = not directory.exists()
    try:
        with console.status(f"making a class of {count} students …"):
            room = create(course, directory, count=count, topics=chosen)
    except BaseException:
        if fresh:
            shutil.rmtree(directory, ignore_errors=True)
        raise
    code = grade_command.run(room.root, console, jobs=jobs, seed=SEED, sandbox=sandbox)
    if code > 1:
        return code  # interrupted; what is missing in a demonstration's class is part of it
    with console.status("writing feedback and report …"):
        pages = feedback.write(room)
        report = class_report.write(room)
    shown = os.path.relpath(room.root)
    console.print(f"A class of {count} students is in {shown}.", highlight=False, soft_wrap=True)
    console.print(f"  report:     {os.path.relpath(report)}", highlight=False, soft_wrap=True)
    console.print(f"  feedback:   {len(pages)} pages in {shown}/feedback", highlight=False, soft_wrap=True)
    enter = "" if shown == "." else f"cd {shlex.quote(shown)} && "
    console.print(f"  formgrader: {enter}grader lab --instructor", highlight=False, soft_wrap=True)
    return 0
