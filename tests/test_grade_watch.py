"""`grader grade --watch` as a person runs it: what is done to it, and that nothing is lost or graded twice."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from classes import RIGHT, TOPIC, WRONG_AXIS, answered, copy_class, make_class, scores

from grader.grading.attempts import Attempt, Ledger, counting

WRONG = {**RIGHT, **WRONG_AXIS}
# The command itself. These notebooks use NumPy alone, so the process that kernels come from imports nothing else.
PROGRAM = """
import sys
from grader.kernels import launch
launch.PRELOAD = ("numpy",)
from grader.commands import cli
cli.main()
"""
PATIENCE = 120.0
"""Seconds for an event on a busy machine."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("template"))


@pytest.fixture
def class_(template: Path, tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return copy_class(template, tmp_path / "class")


class Watcher:
    """A running `grader grade --watch`, and what it has said so far."""

    def __init__(self, class_: Path, *options: str, wrapped_in: tuple[str, ...] = ()) -> None:
        command = [*wrapped_in, sys.executable, "-u", "-c", PROGRAM, "grade", "--watch", *options]
        self.process = subprocess.Popen(
            command, cwd=class_, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.text = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.text += line

    def says(self, pattern: str, times: int = 1) -> str:
        """Wait until a line with this pattern has been printed so often."""
        return str(_wait(lambda: self.text if len(re.findall(pattern, self.text)) >= times else "", pattern, self))

    def end(self, number: int = signal.SIGINT) -> str:
        """End it by a signal; returns all that it said."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return self.text


def _wait(look: Callable[[], Any], what: str, watcher: Watcher | None = None) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        alive = watcher is None or watcher.process.poll() is None
        if time.monotonic() > deadline or not alive:
            pytest.fail(f"waited for {what!r} in:\n{watcher.text if watcher else ''}")
        time.sleep(0.05)
    return found


@contextmanager
def watching(class_: Path, *options: str, **more: Any) -> Iterator[Watcher]:
    watcher = Watcher(class_, *options, **more)
    try:
        yield watcher
    finally:
        if watcher.process.poll() is None:
            watcher.process.kill()
            watcher.process.wait()


def _drop(class_: Path, student: str, answers: dict[str, str] | bytes, comment: str = "") -> Path:
    """Put a student's folder, with a notebook in it, where hand-ins arrive."""
    path = class_.parent / "drop" / student / f"{TOPIC}.ipynb"
    path.parent.mkdir(exist_ok=True)
    data = answers if isinstance(answers, bytes) else json.dumps(answered(class_, answers, comment or student)).encode()
    path.write_bytes(data)
    return path


def _feedback(path: Path) -> str:
    """The text of the answer beside a hand-in."""
    found = path.with_name(f"{path.stem}.feedback.html")
    return found.read_text() if found.is_file() else ""


def test_each_hand_in_is_graded_once_and_answered_beside_it(class_: Path) -> None:
    drop = class_.parent / "drop"
    ada = _drop(class_, "ada", RIGHT)
    (class_.parent / "secret").write_text("of the instructor")
    hostile = (
        "# exercise: row_norms\nimport os, signal\n"
        f"try:\n    open({str(class_ / 'gradebook.db')!r}, 'wb').write(b'gone')\n"
        "except OSError:\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    mallory = _drop(class_, "mallory", {**RIGHT, "row_norms": hostile})
    (mallory.parent / f"{TOPIC}.feedback.html").symlink_to(class_.parent / "secret")
    with zipfile.ZipFile(drop / "export.zip", "w") as archive:
        for name in ("Carol One_11_assignsubmission_file_", "Dan Two_12_assignsubmission_file_"):
            archive.writestr(f"{name}/{TOPIC}.ipynb", json.dumps(answered(class_, WRONG, name)))
    with watching(class_, "--from", str(drop), "--counts", "best") as watcher:
        watcher.says("Watching .*drop")
        again = subprocess.run(
            [sys.executable, "-m", "grader", "grade", "--watch", "--from", str(drop)],
            cwd=class_, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert again.returncode == 2 and "is watched already (process" in again.stderr
        # A copy that stops in the middle: nothing is graded until it is whole.
        whole = json.dumps(answered(class_, RIGHT, "bob")).encode()
        bob = _drop(class_, "bob", whole[:900])
        watcher.says(r"ada  01-first  graded  3 of 3  answered after \d+ s")
        watcher.says("mallory  01-first  graded in part  1 of 3")
        watcher.says("(carol|dan).*graded  1 of 3", 2)
        assert "bob" not in watcher.text
        bob.write_bytes(whole)
        watcher.says("bob  01-first  graded  3 of 3")
        _drop(class_, "ada", WRONG)
        _drop(class_, "eve", b'{"cells": [')
        watcher.says("ada  01-first  graded  1 of 3")
        watcher.says("ada  01-first  counts  3 of 3")
        watcher.says("eve  01-first  not gradable")
        report = class_ / "grading" / "report"
        watcher.says("Live: .*live.html; without names, for the projector: projector.html")
        _wait(lambda: ">6</strong> of" in (report / "projector.html").read_text(), "six on the projector", watcher)
        text = watcher.end()
    told, named = ((report / name).read_text() for name in ("projector.html", "live.html"))
    names = ("ada", "bob", "carol", "dan", "mallory")  # eve has no answer that could be shown
    assert [name for name in names if name in named and name not in told] == list(names)
    assert not re.search(r"\beve\b", told)
    assert (report / "assignments" / TOPIC / "exercises" / "row_norms.html").is_file()
    assert watcher.process.returncode == 0
    assert not list((class_ / "submitted").glob("*/*/*.html"))  # feedback is no part of what is handed in again
    assert text.count("  answered after ") == 7 and "Ended: 7 handed in, 8 answered." in text
    assert "What counts is your hand-in of" in _feedback(ada) and "3 of 3 points" in _feedback(ada)
    assert "hidden_label" not in _feedback(ada) and "check.inputs" not in _feedback(ada)
    assert (class_.parent / "secret").read_text() == "of the instructor" and "of 3" in _feedback(mallory)
    assert len(list((drop / "export.feedback").glob("*/*.feedback.html"))) == 2
    got = scores(class_)
    assert (got["ada"], got["bob"], got["mallory"], got["eve"]) == (3.0, 3.0, 1.0, 0.0)
    assert "3" in (class_ / "feedback" / "ada" / TOPIC / f"{TOPIC}.html").read_text()


def test_a_day_has_so_many_attempts_and_the_rest_waits(class_: Path) -> None:
    with (class_ / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Attempts.per_day = 1\n")
    ada = _drop(class_, "ada", WRONG)
    with watching(class_, "--from", "../drop") as watcher:
        watcher.says("ada  01-first  graded  1 of 3")
        assert "Attempt 1 of 1 on" in _feedback(ada)
        _drop(class_, "ada", RIGHT, "second")
        watcher.says("ada  01-first  waits  the one attempt of today are used up|ada  01-first  waits")
        _wait(lambda: "You have used the one attempt of today for 01-first" in _feedback(ada), "the notice")
        _drop(class_, "ada", RIGHT, "third")
        watcher.says("ada  01-first  replaced  a newer one has come")
        assert "1 wait: the same command goes on from there." in watcher.end(signal.SIGTERM)
    assert scores(class_) == {"ada": 1.0}
    path = class_ / "grading" / "attempts" / TOPIC / "ada.json"
    kept = json.loads(path.read_text())
    kept[0]["graded"] -= 86400  # the day after
    path.write_text(json.dumps(kept))
    with watching(class_, "--from", "../drop") as watcher:
        watcher.says("ada  01-first  graded  3 of 3")
        watcher.end()
    states = [(attempt.state, attempt.score) for attempt in Ledger(class_).of(TOPIC, "ada")]
    assert states == [("graded", 1.0), ("replaced", 0.0), ("graded", 3.0)] and scores(class_) == {"ada": 3.0}


def test_killed_at_any_moment_it_goes_on_where_it_was(class_: Path) -> None:
    students = [f"student{number}" for number in range(5)]
    paths = [_drop(class_, student, RIGHT if number % 2 else WRONG) for number, student in enumerate(students)]
    for event in ("handed in", "graded  ", "graded  "):
        with watching(class_, "--from", "../drop") as watcher:
            watcher.says(event)
            watcher.process.kill()
    with watching(class_, "--from", "../drop") as watcher:
        ledger = Ledger(class_)
        _wait(lambda: all(any(a.answered for a in ledger.of(TOPIC, s)) for s in students), "answers", watcher)
        _wait(lambda: all(map(_feedback, paths)), "feedback", watcher)
        text = watcher.end()
    assert not re.search("not (recorded|answered|placed)", text)
    assert [len(ledger.of(TOPIC, student)) for student in students] == [1] * 5
    assert scores(class_) == {student: 3.0 if number % 2 else 1.0 for number, student in enumerate(students)}
    assert not list((class_ / "grading" / "replaced").glob("*"))


def test_a_gradebook_that_is_locked_is_waited_for(class_: Path) -> None:
    ada = _drop(class_, "ada", RIGHT)
    with watching(class_, "--from", "../drop") as watcher:
        watcher.says("handed in")
        with closing(sqlite3.connect(class_ / "gradebook.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            watcher.says("Another program holds the gradebook. Hand-ins wait, none is lost.")
            bob = _drop(class_, "bob", RIGHT)
            time.sleep(12)  # for longer than SQLite waits: bob is not in the gradebook yet
            assert not _feedback(ada) and not _feedback(bob)
        watcher.says("Going on.")
        watcher.says("ada  01-first  graded  3 of 3")
        watcher.says("bob  01-first  graded  3 of 3")
        assert "Traceback" not in watcher.end()
    assert scores(class_) == {"ada": 3.0, "bob": 3.0}


def test_a_full_disk_is_waited_for(template: Path, tmp_path: Path) -> None:
    inside = tmp_path / "small-disk"
    inside.mkdir()
    mount = f"mount -t tmpfs -o size=8m small {inside} && cp -r {template} {inside}/class && mkdir {inside}/drop"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    shell = ("unshare", "-m", "sh", "-c", f'{mount} && cd {inside}/class && exec "$@"', "sh")
    with watching(tmp_path, "--from", "../drop", wrapped_in=shell) as watcher:
        watcher.says("Watching")
        seen = Path(f"/proc/{watcher.process.pid}/root{inside}")  # the disk as the watcher has it
        class_ = seen / "class"
        full = seen / "other-people's"
        nb = json.dumps(answered(class_, RIGHT, "ada"))
        (seen / "drop" / "ada").mkdir()
        (seen / "drop" / "ada" / f"{TOPIC}.ipynb").write_text(nb)
        with full.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        watcher.says("The disk is full .*: make room. Hand-ins wait, none is lost.")
        full.unlink()
        watcher.says("ada  01-first  graded  3 of 3")
        assert "Going on." in watcher.text
        _wait(lambda: _feedback(seen / "drop" / "ada" / f"{TOPIC}.ipynb"), "feedback", watcher)
        shutil.copytree(class_, tmp_path / "after")
        watcher.end()
    assert scores(tmp_path / "after") == {"ada": 3.0}


def test_by_the_exchange_students_submit_and_fetch_their_feedback(class_: Path, tmp_path: Path) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    home, exchange = tmp_path / "home", tmp_path / "exchange"
    for folder in (home, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    common = f"\nc.CourseDirectory.course_id = 'tf'\nc.Exchange.root = {str(exchange)!r}\n"
    with (class_ / "nbgrader_config.py").open("a") as config:
        config.write(common)
    (home / "nbgrader_config.py").write_text(
        f"c = get_config(){common}c.Exchange.cache = {str(tmp_path / 'cache')!r}\n"
    )

    def nbgrader(where: Path, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=where, capture_output=True, check=True)

    nbgrader(class_, "release_assignment", TOPIC)
    with watching(class_) as watcher:
        watcher.says("Watching the exchange")
        (home / TOPIC).mkdir()
        (home / TOPIC / f"{TOPIC}.ipynb").write_text(json.dumps(answered(class_, WRONG)))
        nbgrader(home, "submit", TOPIC)
        watcher.says(f"{me}  01-first  graded  1 of 3")
        (home / TOPIC / f"{TOPIC}.ipynb").write_text(json.dumps(answered(class_, RIGHT)))
        nbgrader(home, "submit", TOPIC)
        watcher.says(f"{me}  01-first  graded  3 of 3")
        watcher.end()
    nbgrader(home, "fetch_feedback", TOPIC)
    pages = sorted((home / TOPIC / "feedback").glob("*/*.html"))
    assert [re.findall(r"<strong>(\d)</strong> of 3", page.read_text()) for page in pages] == [["1"], ["3"]]
    assert scores(class_) == {me: 3.0}


def test_which_attempt_counts() -> None:
    def attempt(number: int, score: float, *, late: bool = False) -> Attempt:
        return Attempt(str(number), float(number), graded=float(number), score=score, late=late)

    attempts = [attempt(1, 2.0), attempt(2, 5.0), attempt(3, 5.0), attempt(4, 4.0, late=True), Attempt("5", 5.0)]
    rules = {"last": "4", "best": "2", "last-before-due": "3"}
    assert {rule: counting(attempts, rule).content for rule in rules} == rules  # type: ignore[arg-type,union-attr]
    late = [attempt(1, 3.0, late=True), attempt(2, 1.0, late=True)]
    assert counting(late, "last-before-due") == late[1]
    assert counting([Attempt("1", 1.0)], "best") is None


def test_what_cannot_be_watched_is_refused_in_a_sentence(class_: Path) -> None:
    for options, said in (
        (("--watch", "--from", "nowhere"), "There is no folder nowhere"),
        (("--watch",), "There is no exchange at"),
        (("--from", "../drop"), "go with --watch"),
        (("--watch", "--force"), "leave --student, --force and --json out"),
    ):
        command = [sys.executable, "-m", "grader", "grade", *options]
        done = subprocess.run(command, cwd=class_, capture_output=True, text=True, check=False)
        assert done.returncode == 2 and said in done.stderr, done.stderr
