"""A grading run may be ended at any moment: the next run goes on, and the end is that of an undisturbed run.

GRADER_KILLS=10 GRADER_SUBMISSIONS=30 makes the long version of the random test.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from classes import RIGHT, TOPIC, WRONG_AXIS, copy_class, dump, hand_in, make_class

from grader.grading import results
from grader.grading.pipeline import Options, grade_class

KILLS = int(os.environ.get("GRADER_KILLS", "3"))
SUBMISSIONS = int(os.environ.get("GRADER_SUBMISSIONS", "10"))
SEED = 11

# Grades a class and prints a line for each submission; a second argument names where the process kills itself.
PROGRAM = """
import os, signal, sys
from pathlib import Path
from grader.grading import gradebook, pipeline, results

class Tells:
    def begins(self, total): print("begins", flush=True)
    def starts(self, submission): pass
    def ends(self, row): print("done", row.student, flush=True)

def kill_at(owner, name, call, before):
    real, calls = getattr(owner, name), []
    def wrapped(*args, **kwargs):
        calls.append(args)
        if len(calls) == call and before:
            os.kill(os.getpid(), signal.SIGKILL)
        made = real(*args, **kwargs)
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return made
    setattr(owner, name, wrapped)

WHERE = {
    "after its old results are removed": (results, "remove", 2, False),
    "inside the transaction": (gradebook.Recorder, "init_assignment", 2, False),
    "before the transaction is committed": (gradebook.Recorder, "set_permissions", 2, False),
    "after the commit": (os, "rename", 2, True),
    "before the results are written": (results, "write", 2, True),
    "after the results are written": (results, "write", 2, False),
    "in the backup": (os, "replace", 2, True),
}
if len(sys.argv) > 2:
    kill_at(*WHERE[sys.argv[2]])
try:
    pipeline.grade_class(Path(sys.argv[1]), pipeline.Options(seed=11), Tells())
except KeyboardInterrupt:
    sys.exit(130)
"""
PLACES = [line.split('"')[1] for line in PROGRAM.splitlines() if line.startswith('    "')]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A class with answers of all sorts, before and after an undisturbed run."""
    before = make_class(tmp_path_factory.mktemp("undisturbed"))
    for number in range(SUBMISSIONS):
        answers = ({}, RIGHT, {**RIGHT, **WRONG_AXIS})[number % 3]
        hand_in(before, f"student{number:02}", answers if number % 5 else b'{"cells": [')
    after = copy_class(before, before.parent / "after")
    grade_class(after, Options(seed=SEED))
    return before, after


def _state(class_: Path) -> dict[str, Any]:
    """All that a run leaves but the times: gradebook, results, autograded notebooks."""
    timed = ("seconds", "cpu_seconds", "peak_memory", "cell_seconds", "from_cache", "graded")
    made = {}
    for result in results.all_of(class_, TOPIC):
        values = dataclasses.asdict(result)
        made[result.student] = {name: value for name, value in values.items() if name not in timed}
    notebooks = {}
    for path in sorted((class_ / "autograded").rglob("*")):
        content: Any = path.is_file()
        if path.suffix == ".ipynb":
            content = [(cell["source"], cell.get("outputs")) for cell in json.loads(path.read_text())["cells"]]
        notebooks[str(path.relative_to(class_))] = content
    return {"gradebook": dump(class_), "results": made, "autograded": notebooks}


def _assert_same(got: Any, wanted: Any, where: str = "") -> None:
    """Two states are equal; a failure names the first place where they differ."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        assert got.keys() == wanted.keys(), where
        for name in wanted:
            _assert_same(got[name], wanted[name], f"{where}/{name}")
    else:
        assert got == wanted, where


def _start(class_: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(class_), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _read(process: subprocess.Popen[str], lines: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline() for _ in range(lines)]


def test_killed_at_random_moments_a_run_ends_as_if_undisturbed(undisturbed: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = undisturbed
    class_ = copy_class(before, tmp_path / "class")
    chance = random.Random(time.time_ns())
    left = SUBMISSIONS
    for kill in range(KILLS):
        process = _start(class_)
        most = max(0, min(SUBMISSIONS // KILLS, left) - 1)
        lines = 1 + (SUBMISSIONS - left) + chance.randint(0, most)
        _read(process, lines)
        time.sleep(chance.uniform(0, 1.0))
        process.kill()
        assert process.wait() == -signal.SIGKILL, f"kill {kill} came too late"
        process.communicate()
        left = SUBMISSIONS - len(list(results.all_of(class_, TOPIC)))
    process = _start(class_)
    out, _ = process.communicate()
    assert process.returncode == 0 and out.count("done") == SUBMISSIONS
    _assert_same(_state(class_), _state(after))


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_each_step_of_recording_nothing_is_half_done(
    undisturbed: tuple[Path, Path], tmp_path: Path, place: str
) -> None:
    before, after = undisturbed
    class_ = copy_class(before, tmp_path / "class")
    # Executed already: only the recording is to be watched.
    shutil.copytree(after / "grading" / "cache", class_ / "grading" / "cache")
    process = _start(class_, place)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    half = dump(class_)  # the gradebook opens, and holds whole submissions only
    students = {row[0] for row in half}
    assert half == [row for row in dump(after) if row[0] in students]
    grade_class(class_, Options(seed=SEED))
    _assert_same(_state(class_), _state(after))


def test_ctrl_c_ends_a_run_cleanly_and_the_next_one_goes_on(undisturbed: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = undisturbed
    class_ = copy_class(before, tmp_path / "class")
    process = _start(class_)
    _read(process, 3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if _is_zygote_of(path, process.pid)]
    assert len(list(results.all_of(class_, TOPIC))) >= 2
    grade_class(class_, Options(seed=SEED))
    _assert_same(_state(class_), _state(after))


def _is_zygote_of(path: Path, pid: int) -> bool:
    try:
        words = path.read_bytes().split(b"\0")
    except OSError:
        return False
    return b"grader.kernels.zygote" in words and str(pid).encode() in words
