"""`grader solution`: a worked solution for somebody who learns alone, after an attempt."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from grader.authoring import notebook
from grader.authoring.course import Course
from grader.authoring.worked import Worked, topics, worked
from grader.errors import NotebookError, UsageError
from grader.progress import kept as progress
from grader.progress.contents import load


def solution_command(name: str, console: Console, *, now: bool) -> None:
    """Show the worked solution of the exercise `name`; `now` shows it before any attempt, too.

    Raises:
        UsageError: there is no such exercise, or nobody has tried it here.
    """
    course = Course.find()
    found = topics(course)
    if name not in found:
        raise UsageError(_unknown(course, name, found))
    topic = found[name]
    if not (now or attempted(course, topic, name)):
        raise UsageError(
            f"You have not tried {name} yet: write an answer in notebook {topic}, save it or run its check, "
            f"and ask again. To see the solution all the same: grader solution {name} --now."
        )
    for part in _page(worked(course, topic)[name]):
        console.print(part, soft_wrap=isinstance(part, Text))


def attempted(course: Course, topic: str, name: str) -> bool:
    """Whether a check of the exercise has run on an answer, or its notebook holds one."""
    for folder in (course.root, Path.cwd()):
        known = load(folder).exercise(name)
        checks = known.checks if known else ()
        if progress.read(progress.file(folder)).state(checks) != "untouched":
            return True
    return _is_answered(course.exercise_notebook(topic), name)


def _is_answered(path: Path, name: str) -> bool:
    """Whether the solution cell of an exercise was edited."""
    try:
        cells = notebook.read(path).cells
    except (NotebookError, UsageError):
        return False
    ours = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name]
    return any(notebook.was_edited(cell) for cell in ours)


def _unknown(course: Course, name: str, found: dict[str, str]) -> str:
    try:
        topic = course.resolve(name)
    except UsageError:
        near = difflib.get_close_matches(name, found, n=1)
        hint = f" Did you mean {near[0]}?" if near else " Its name stands in its cell: '# exercise: name'."
        return f"There is no exercise {name!r}.{hint}"
    names = ", ".join(each for each, where in found.items() if where == topic) or "none"
    return f"{topic} is a chapter; name one of its exercises: {names}."


def _page(solution: Worked) -> Iterator[RenderableType]:
    """What is printed: the reference solution, why it works, another way."""
    yield Text.assemble((solution.task.title or solution.exercise, "bold"), f"  ({solution.topic})")
    yield _code(solution.code)
    if solution.why:
        yield Text("Why it works", "bold")
        for head, body in solution.why:
            yield Padding(Group(Text(f"{head}:", "italic"), Markdown(body)), (0, 0, 1, 2))
    if solution.other:
        yield Text(f"Another way: {solution.other.name}", "bold")
        yield _code(solution.other.source)


def _code(source: str) -> Text:
    """Python without its marker line, to be copied as it stands, in colours of the terminal's own theme."""
    code = "\n".join(line for line in source.split("\n") if not line.startswith("# exercise:"))
    text = Syntax("", "python", theme="ansi_dark", background_color="default").highlight(code.strip("\n"))
    return Text("\n") + text
