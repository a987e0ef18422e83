"""`grader solution`: a worked solution for somebody who learns alone, after an attempt.

What reads notebooks and Markdown takes a second to import, so only a solution that is shown waits for it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from grader.authoring.course import MARKER, Course
from grader.errors import UsageError
from grader.progress import kept as progress
from grader.progress.contents import fingerprint, load

if TYPE_CHECKING:
    from grader.authoring.worked import Worked


def solution_command(name: str, console: Console, *, now: bool) -> None:
    """Show the worked solution of the exercise `name`; `now` shows it before any attempt, too.

    Raises:
        UsageError: there is no such exercise, or nobody has tried it here.
    """
    course = Course.find()
    found = course.topics_by_exercise()
    if name not in found:
        raise UsageError(_unknown(course, name, found))
    topic = found[name]
    if not (now or attempted(course, topic, name)):
        raise UsageError(
            f"You have not tried {name} yet: write an answer in notebook {topic}, save it or run its check, "
            f"and ask again. To see the solution all the same: grader solution {name} --now."
        )
    from grader.authoring.worked import worked

    for part in _page(worked(course, topic)[name]):
        console.print(part, soft_wrap=isinstance(part, Text))


def attempted(course: Course, topic: str, name: str) -> bool:
    """Whether a check of the exercise has run on an answer, or its notebook holds one."""
    for folder in (course.root, Path.cwd()):
        known = load(folder).exercise(name)
        checks = known.checks if known else ()
        if progress.read(progress.file(folder)).state(checks) != "untouched":
            return True
    known = load(course.root).exercise(name)
    return known is not None and _is_answered(course.exercise_notebook(topic), name, known.given)


def _is_answered(path: Path, name: str, given: str) -> bool:
    """Whether the solution cell of an exercise holds something else than the code that it came with."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        texts = {"".join(cell["source"]): cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells}
        ours = [text for text, grade_id in texts.items() if grade_id == name or MARKER.findall(text)[:1] == [name]]
        return any(fingerprint(text) != given for text in ours)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # no notebook, or a damaged one: nobody's answer


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
    from rich.markdown import Markdown

    yield Text.assemble((solution.task.title or solution.exercise, "bold"), f"  ({solution.topic})")
    yield _code(solution.code)
    if solution.why:
        yield Text("Why it works", "bold")
        yield Padding(Markdown(solution.why.text), (0, 0, 1, 2))
    if solution.other:
        yield Text(f"Another way: {solution.other.name}", "bold")
        yield _code(solution.other.source)
        if solution.why and solution.why.other:
            yield Padding(Markdown(solution.why.other), (1, 0, 1, 2))


def _code(source: str) -> Text:
    """Python without its marker line, to be copied as it stands, in colours of the terminal's own theme."""
    from rich.syntax import Syntax

    code = "\n".join(line for line in source.split("\n") if not line.startswith("# exercise:"))
    text = Syntax("", "python", theme="ansi_dark", background_color="default").highlight(code.strip("\n"))
    return Text("\n") + text
