"""A student's progress: which exercises are right, tried or untouched, in a text file that belongs to the student.

The file is `course-progress.txt`, beside START_HERE.md where the notebook lies in a checkout of the course, else in the
notebook's folder. Each run of a check adds a line, and so does a guess; delete the file to start over. An exercise is
right once each of its checks has been right, and stays so; it is tried once an answer other than the code it came with
has been checked. Of the guesses at one question the last counts.
Nothing is written in a grading run, nor of cells that are not in the course's list of contents.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from grader.checks import notebook
from grader.checks.message import is_stub
from grader.progress import codes as progress_code
from grader.progress import due
from grader.progress import panel as progress_panel
from grader.progress.contents import Contents, fingerprint, load

__all__ = ["code", "restore", "show"]

FILE = "course-progress.txt"
HEADER = (
    "# Your progress: a line for each run of a check and each guess, the newest last. The file is yours.\n"
    "# Delete it to start over; progress.code() in a notebook gives it as a code for another machine.\n"
)
State = Literal["right", "tried", "untouched"]

_DAY = r"(?:\d{4}-\d\d-\d\d \d\d:\d\d\s+)?"
_LINE = re.compile(_DAY + r"([A-Za-z]\w*-\d+)\s+(right|wrong|error)")
_GUESS = re.compile(_DAY + r"guess\s+(open|right|wrong)\s+(\[.*\])")


@cache
def _here() -> Path:
    """Where the notebook lies: the working directory when it imports the checks; its code may go elsewhere later."""
    try:
        return Path.cwd()
    except OSError:
        return Path(".")


@dataclass(frozen=True)
class Guess:
    """A reader's guess at a question: the choice, and what came of it; `open` until it has been answered."""

    choice: str
    outcome: str


@dataclass(frozen=True)
class Progress:
    """What a progress file says.

    Attributes:
        checks: whether each graded cell has ever been right; those that no attempt was made at are not in it.
        strange: how many of its lines say nothing that can be understood.
        guesses: the guess at each question.
    """

    checks: dict[str, bool] = field(default_factory=dict)
    strange: int = 0
    guesses: dict[str, Guess] = field(default_factory=dict)

    def state(self, checks: Iterable[str]) -> State:
        """The state of an exercise with these graded cells."""
        found = [self.checks.get(name) for name in checks]
        if found and all(found):
            return "right"
        return "untouched" if all(each is None for each in found) else "tried"

    def states(self, contents: Contents) -> dict[str, State]:
        """The state of every exercise of the course, by its name."""
        return {each.name: self.state(each.checks) for topic in contents.topics for each in topic.exercises}


def show(topic: str | None = None) -> None:
    """Show what is right, tried and untouched, in the whole course and, exercise by exercise, in one topic.

    topic: as `NN-topic`; None shows the course alone.
    """
    if _graded():
        return
    contents, path = load(_here()), file(_here())
    found = read(path)
    states: dict[str, str] = {**found.states(contents)}
    carried = code() if progress_panel.in_colab() else ""
    mine = due.beside(_here(), topic) if topic else None
    when = mine.now(datetime.now().astimezone()) if mine else ""
    panel = progress_panel.Panel(contents, states, topic, _here(), path, carried, found.strange, when)
    if notebook.in_notebook():
        notebook.publish({"text/html": panel.html(), "text/plain": panel.plain()})
    else:
        print(panel.plain())


def code() -> str:
    """Your progress as a short code, for `progress.restore` on another machine or in a new Colab session."""
    contents = load(_here())
    return progress_code.encode(contents, read(file(_here())).states(contents))


def restore(code: str) -> None:
    """Add what a code from `progress.code()` says to your progress; what is right already stays right.

    Raises ValueError for a code that is mistyped or incomplete, OSError where the file cannot be written.
    """
    contents, path = load(_here()), file(_here())
    told, unknown = progress_code.decode(contents, code)
    before = read(path)
    lines = []
    for name, state in told.items():
        exercise = contents.exercise(name)
        checks = exercise.checks if exercise else ()
        if state == "right":
            lines += [(check, "right") for check in checks if not before.checks.get(check)]
        elif before.state(checks) == "untouched":
            lines += [(check, "wrong") for check in checks[:1]]
    append(path, lines)
    right = sum(state == "right" for state in told.values())
    print(f"From the code: {right} right, {len(told) - right} tried. progress.show() shows all.")
    if unknown:
        chapters = " and ".join(f"{number:02d}" for number in unknown)
        print(f"Of chapter {chapters} nothing could be restored: its exercises have changed since.")


def follow() -> None:
    """From now on note the outcome of each graded cell that this notebook runs. `grader.check` calls this."""
    shell = notebook.shell()
    if shell is not None and not _graded():
        _here()
        shell.events.register("post_run_cell", _after)


def file(folder: Path) -> Path:
    """The progress file of somebody who works in `folder`."""
    for place in (folder, *folder.parents):
        if (place / "START_HERE.md").is_file() and (place / "notebooks").is_dir():
            return place / FILE
    return folder / FILE


def read(path: Path) -> Progress:
    """What the file says; nothing where there is none. What cannot be understood in it is counted and left alone."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Progress()
    checks: dict[str, bool] = {}
    guesses: dict[str, Guess] = {}
    strange = 0
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match:
            checks[match[1]] = checks.get(match[1], False) or match[2] == "right"
        elif guessed := _guess(line.strip()):
            guesses[guessed[0]] = guessed[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            strange += 1
    return Progress(checks, strange, guesses)


def read_here() -> Progress:
    """What the file of this notebook's student says."""
    return read(file(_here()))


def append_guess(question: str, guess: Guess) -> None:
    """Note a guess in the file of this notebook's student; OSError where it cannot be written. Not in a grading run."""
    if not _graded():
        said = json.dumps([question, guess.choice], ensure_ascii=False)
        append(file(_here()), [("guess", f"{guess.outcome}  {said}")])


def _guess(line: str) -> tuple[str, Guess] | None:
    """The question and the guess in a line of the file, or None where it holds none."""
    match = _GUESS.fullmatch(line)
    try:
        question, choice = json.loads(match[2]) if match else ("", "")
    except ValueError:
        return None
    return (question, Guess(choice, match[1])) if match and isinstance(question, str) else None


def append(path: Path, outcomes: Iterable[tuple[str, str]]) -> None:
    """Add lines to the file, in one write: what two notebooks add at the same time does not mix."""
    now = time.strftime("%Y-%m-%d %H:%M")
    text = "".join(f"{now}  {name}  {outcome}\n" for name, outcome in outcomes)
    if not text:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            text = HEADER + text
        else:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":  # its last line was cut off, or written by hand
                text = "\n" + text
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _graded() -> bool:
    """Whether this is a grading run, by our pipeline or by nbgrader's own."""
    return bool(os.environ.get("GRADER_SEED")) or os.environ.get("NBGRADER_EXECUTION") == "autograde"


def _after(result: Any) -> None:
    """IPython's hook after each cell. Whatever goes wrong here, a check goes on."""
    with contextlib.suppress(Exception):
        match = notebook.MARKER.match(result.info.raw_cell.split("\n", 1)[0].strip())
        if match and (outcome := _outcome(match.group(1), result.error_before_exec or result.error_in_exec)):
            append(file(_here()), [(match.group(1), outcome)])


def _outcome(check: str, error: BaseException | None) -> str:
    """What is noted of a graded cell; "" where nobody has tried: the stub, the code as given, an answer not yet run.

    Nothing is noted of a cell that the course does not know.
    """
    name = check.rpartition("-")[0]
    known = load(_here()).exercise(name)
    if known is None or check not in known.checks:
        return ""
    if error is None:
        return "right"
    if not isinstance(error, Exception) or (isinstance(error, NotImplementedError) and is_stub(str(error))):
        return ""
    answer = _answer(name)
    if answer is None or fingerprint(answer) == known.given:
        return ""
    return "wrong" if isinstance(error, AssertionError) else "error"


def _answer(name: str) -> str | None:
    """The solution cell of an exercise as it was last run here."""
    shell = notebook.shell()
    history = shell.history_manager.input_hist_raw if shell is not None else []
    marker = re.compile(rf"^\s*#+\s*exercise\s*:\s*{re.escape(name)}\s*$", re.MULTILINE)
    return next((source for source in reversed(history) if "exercise" in source and marker.search(source)), None)
