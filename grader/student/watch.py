"""`grader watch`: checks an exercise notebook at each save, in a terminal, and shows the first thing to put right."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from grader.authoring.task import Task, tasks
from grader.errors import CourseError, NotebookError, UsageError
from grader.kernels.manager import run_cells
from grader.progress.contents import load
from grader.student import scoreboard

POLL = 0.25
"""Seconds between two looks at the file."""
PATIENCE = 2.0
"""Seconds that a file may be cut off or gone, as while it is being saved, before it is said."""
_SIGNS = {"right": ("●", "green"), "wrong": ("◐", "yellow"), "error": ("◐", "red"), "not attempted": ("○", "dim")}


def watch_command(name: str, console: Console) -> None:
    """Watch a notebook until `q` or Ctrl-C; the file is never changed.

    Raises:
        UsageError: there is no such notebook.
    """
    path = scoreboard.find(name)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(Watch(path, console).run())


@dataclass(frozen=True)
class Problem:
    """The first thing to put right: an exercise, what came of it, and the words of what went wrong."""

    exercise: str
    outcome: str
    message: str


def first_problem(nb: nbformat.NotebookNode, rows: list[scoreboard.Row]) -> Problem | None:
    """The first exercise that is not right, by the first cell that fails for it: set-up, solution or check."""
    row = next((row for row in rows if row.outcome != "right"), None)
    if row is None:
        return None
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        name, check = scoreboard.answer_in(cell), scoreboard.checked_in(cell)
        set_up = not name and not check and bool(cell.metadata.get("nbgrader"))
        ours = row.exercise in (name, check)
        error = next((output for output in cell.outputs if output.output_type == "error"), None)
        if error is not None and (set_up or ours):
            return Problem(row.exercise, row.outcome, _last_lines(scoreboard.words_of(error)))
    return Problem(row.exercise, row.outcome, row.message)


def _last_lines(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(lines if len(lines) <= 14 else ["…", *lines[-14:]])


@dataclass
class Watch:
    """One watched notebook, what is known of it, and how many hints were asked for in each exercise."""

    path: Path
    console: Console
    rows: list[scoreboard.Row] = field(default_factory=list)
    problem: Problem | None = None
    tasks: dict[str, Task] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    turn: int = 0
    keys: bool = False

    async def run(self) -> None:
        """Check at each save, and listen to the keys; a save during a check begins it anew."""
        events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        background = [asyncio.create_task(self._saves(events))]
        checking: asyncio.Task[None] | None = None
        with keys(events) as self.keys:
            try:
                while True:
                    kind, what = await events.get()
                    if kind == "save":
                        self.turn += 1
                        await _end(checking)
                        checking = asyncio.create_task(self._check(what, events))
                    elif kind == "say":
                        self._say(what)
                    elif kind == "checked":
                        self._draw()
                    elif kind == "key" and what == "q":
                        return
                    elif kind == "key" and what == "h":
                        self._hint()
            finally:
                for task in [*background, checking]:
                    await _end(task)

    async def _saves(self, events: asyncio.Queue[tuple[str, Any]]) -> None:
        """Put the notebook into `events` each time it has been saved as a whole."""
        seen: object = None
        broken_since = 0.0
        while True:
            now: object = None
            try:
                status = self.path.stat()
                now = (status.st_mtime_ns, status.st_size, status.st_ino)
                if now != seen:
                    events.put_nowait(("save", scoreboard.read(self.path)))
                    seen, broken_since = now, 0.0
            except (OSError, NotebookError, UsageError) as error:
                # It may be half saved: look again, and say so once if it stays like that.
                broken_since = broken_since or time.monotonic()
                if now != seen and time.monotonic() - broken_since > PATIENCE:
                    told = error if isinstance(error, NotebookError) else f"{self.path} is gone."
                    events.put_nowait(("say", f"{told} Waiting for the next save."))
                    seen, broken_since = now, 0.0
            await asyncio.sleep(POLL)

    async def _check(self, nb: nbformat.NotebookNode, events: asyncio.Queue[tuple[str, Any]]) -> None:
        """Run the notebook in a kernel of its own; whatever stops it is said."""
        self.turn = turn = self.turn + 1
        began = time.monotonic()
        self._say("checking …")
        try:
            await run_cells(scoreboard.client(nb, self.path.parent))
        except (CellTimeoutError, DeadKernelError, CourseError, RuntimeError) as error:
            if turn != self.turn:
                return  # the notebook was saved meanwhile, and this check was ended
            reason = {CellTimeoutError: "a cell ran for ten minutes", DeadKernelError: "its kernel died"}
            told = reason.get(type(error), str(error).strip().split("\n")[0])
            events.put_nowait(("say", f"The notebook could not be run: {told}. Change it and save it again."))
            return
        self.seconds = time.monotonic() - began
        self.rows, self.tasks = scoreboard.rows(nb, load(self.path.parent)), tasks(nb.cells)
        self.problem = first_problem(nb, self.rows)
        events.put_nowait(("checked", None))

    def _hint(self) -> None:
        if self.problem is not None:
            task = self.tasks.get(self.problem.exercise)
            shown = self.hints.get(self.problem.exercise, 0)
            self.hints[self.problem.exercise] = min(shown + 1, len(task.hints) + 1 if task else 1)
            self._draw()

    def _say(self, line: str) -> None:
        self.console.print(Text(line, "dim"), soft_wrap=True)

    def _draw(self) -> None:
        """Show the notebook's state; a terminal is cleared first, a pipe gets it below what was there."""
        if self.console.is_terminal:
            self.console.clear()
        self.console.print(Group(*self._lines()))
        sys.stdout.flush()

    def _lines(self) -> Iterator[RenderableType]:
        right = sum(row.outcome == "right" for row in self.rows)
        signs = Text.assemble(*(_SIGNS[row.outcome] for row in self.rows))
        facts = f"  {right} of {len(self.rows)} right  ({self.seconds:.1f} s)"
        yield Text.assemble((self.path.stem, "bold"), "  ", signs, (facts, ""))
        yield Text()
        if self.problem is None:
            hidden = scoreboard.hidden_checks(self.path, [row.exercise for row in self.rows])
            yield Text(f"Every visible check passes. {hidden}", "green")
        else:
            yield from self._problem_lines(self.problem)
        yield Text()
        keys_line = "h: next hint · q: quit · " if self.keys else ""
        yield Text(f"{keys_line}save the notebook to check it again", "dim")

    def _problem_lines(self, problem: Problem) -> Iterator[RenderableType]:
        task = self.tasks.get(problem.exercise)
        title = task.title.replace("`", "") if task and task.title else problem.exercise
        yield Text.assemble((title, "bold"), f"  ({problem.exercise}: {problem.outcome})")
        if problem.message:
            yield Text("\n" + scoreboard.wrapped(problem.message, self.console.width))
        else:
            yield Text(f"  Write your answer in the cell that begins with '# exercise: {problem.exercise}'.")
        hints = task.hints if task else ()
        asked = self.hints.get(problem.exercise, 0)
        for head, body in hints[:asked]:
            yield Padding(Group(Text(head, "bold"), Markdown(body)), (1, 0, 0, 2))
        if asked > len(hints):
            yield Padding(Text(f"No more hints. 'grader solution {problem.exercise}' shows a solution."), (1, 0, 0, 2))


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def keys(events: asyncio.Queue[tuple[str, Any]]) -> Iterator[bool]:
    """Put each key that is pressed into `events`; False where there is no terminal to press them in."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield False
        return
    try:
        import termios
        import tty
    except ModuleNotFoundError:  # Windows
        yield False
        return
    descriptor, loop = sys.stdin.fileno(), asyncio.get_running_loop()

    def read() -> None:
        for key in os.read(descriptor, 64).decode(errors="replace"):
            events.put_nowait(("key", key.lower()))

    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, read)
    try:
        yield True
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
