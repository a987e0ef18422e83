"""`grader watch` in a terminal: a save, an answer; `h` for a hint, `q` to go."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import SOLUTION
from rich.console import Console

from grader.authoring import build
from grader.authoring.course import Course
from grader.errors import UsageError
from grader.student.watch import watch_command

HINTS = """\
# Return the norm of each row.
#
# <details><summary>Hint 1: the idea</summary>
#
# Pythagoras, *row by row*.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Square, add, take the root.
#
# </details>
"""
WAIT = 90


@pytest.fixture
def path(small_course: Course) -> Path:
    """An exercise notebook with two hints in its first exercise."""
    small_course.solution("01-first").write_text(SOLUTION.replace("# Return the norm of each row.\n", HINTS))
    build.write(build.build(small_course))
    return small_course.exercise_notebook("01-first")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _answer(path: Path, name: str, body: str) -> None:
    nb = nbformat.read(path, as_version=4)
    cell = next(cell for cell in nb.cells if cell.source.startswith(f"# exercise: {name}"))
    cell.source = f"# exercise: {name}\ndef {name}(x):\n    {body}"
    nbformat.write(nb, path)


class Screen:
    """A terminal with `grader watch` in it."""

    def __init__(self, path: Path) -> None:
        self.terminal, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        self.before = termios.tcgetattr(other)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", str(path)],
            stdin=other,
            stdout=other,
            stderr=other,
            env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
        )
        self.other = other

    def until(self, pattern: str) -> str:
        """Read until what is on the screen matches; what came."""
        seen, end = "", time.monotonic() + WAIT
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.2)[0]:
                seen += os.read(self.terminal, 65536).decode(errors="replace")
                plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", seen)
                if re.search(pattern, plain):
                    return plain
            assert self.process.poll() is None, seen
        raise AssertionError(f"{pattern!r} did not come:\n{seen}")

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())


@pytest.fixture
def screen(path: Path) -> Iterator[Screen]:
    """The notebook being watched."""
    made = Screen(path)
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait(20)
    for descriptor in (made.terminal, made.other):
        os.close(descriptor)


def test_a_terminal_user_works_through_a_notebook(screen: Screen, path: Path) -> None:
    before = path.read_bytes()
    first = screen.until("save the notebook")
    assert "0 of 2 right" in first
    assert "row_norms: not attempted" in first
    assert path.read_bytes() == before

    screen.press("h")
    hinted = screen.until("Hint 1: the idea.*save the notebook".replace(".*", r"[\s\S]*"))
    assert "Pythagoras, row by row." in hinted
    assert "Hint 2" not in hinted
    screen.press("hh")
    screen.until(r"Square, add, take the root[\s\S]*No more hints. 'grader solution row_norms'")

    _answer(path, "row_norms", "return x.sum(axis=-1)")
    wrong = screen.until(r"row_norms: wrong[\s\S]*save the notebook")
    assert "7.0" in wrong

    _answer(path, "row_norms", "return (")
    broken = screen.until(r"row_norms: error[\s\S]*save the notebook")
    assert "SyntaxError" in broken
    assert "NameError" not in broken

    _edit(path, "import numpy as np", "import nympy as np")
    assert "No module named 'nympy'" in screen.until(r"row_norms: error[\s\S]*save the notebook")
    _edit(path, "import nympy as np", "import numpy as np")
    screen.until(r"SyntaxError[\s\S]*save the notebook")

    # A save while an answer never ends: the check begins anew, and says nothing of the one before.
    _answer(path, "row_norms", "return x\nwhile True: pass")
    screen.until("checking")
    time.sleep(1)
    _answer(path, "row_norms", "return np.linalg.norm(x, axis=-1)")
    half = screen.until(r"1 of 2 right[\s\S]*double_it: not attempted[\s\S]*save the notebook")
    assert "could not be run" not in half
    assert "Hint 1" not in half

    # A save that comes in two halves.
    _answer(path, "double_it", "return x + x")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    time.sleep(0.7)
    path.write_bytes(whole)
    done = screen.until(r"2 of 2 right[\s\S]*save the notebook")
    assert "not a complete notebook" not in done

    path.write_bytes(whole[: len(whole) // 2])
    assert "Waiting for the next save" in screen.until("next save")

    screen.press("q")
    assert screen.process.wait(20) == 0
    assert termios.tcgetattr(screen.other) == screen.before


def test_without_a_terminal_it_prints_and_ctrl_c_ends_it(path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "watch", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    seen = ""
    with contextlib.suppress(StopIteration):
        while "save the notebook" not in seen:
            seen += next(process.stdout)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=20)
    assert "row_norms: not attempted" in seen
    assert "h: next hint" not in seen
    assert "\x1b" not in seen + rest
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("name", "says"), [("nothing.ipynb", "There is no notebook nothing.ipynb"), ("00", "has no exercise notebook")]
)
def test_a_wrong_name_is_told_at_once(path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str) -> None:
    monkeypatch.chdir(path.parents[2])
    with pytest.raises(UsageError, match=says):
        watch_command(name, Console())
