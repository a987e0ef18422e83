"""Grading on a Dask cluster: the same scores, and a worker that dies costs nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from classes import RIGHT, TOPIC, WRONG_AXIS, answered, copy_class, dump, hand_in, make_class, scores

from grader.errors import CourseError
from grader.grading.pipeline import Options, Row, grade_class

STUDENTS = 8
SEED = 5


@pytest.fixture(scope="module")
def class_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class in which every other answer is right."""
    made = make_class(tmp_path_factory.mktemp("cluster"))
    for number in range(STUDENTS):
        hand_in(made, f"student{number}", RIGHT if number % 2 else {**RIGHT, **WRONG_AXIS})
    return made


@contextlib.contextmanager
def _dask(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask's own command line, ended at the end."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "dask", *arguments]
    with open(folder / f"{arguments[0]}.log", "ab") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers of one thread each; its address and the workers."""
    with contextlib.ExitStack() as running:
        running.enter_context(_dask(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"))
        address = _wait(lambda: re.search(r"Scheduler at:\s+(tcp://\S+)", (folder / "scheduler.log").read_text()))
        one = ("worker", address[1], "--nthreads", "1", "--no-nanny", "--no-dashboard")
        workers = [running.enter_context(_dask(folder / str(number), *one)) for number in range(2)]
        for number in range(2):
            log = folder / str(number) / "worker.log"
            _wait(lambda log=log: re.search("Registered to", log.read_text()))
        yield address[1], workers


def _wait(look: Any, seconds: float = 240.0) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s")


class _KillsAWorker:
    """Kills a worker when so many submissions are done, and keeps what is told."""

    def __init__(self, worker: subprocess.Popen[bytes], after: int) -> None:
        self.worker, self.after, self.rows = worker, after, list[Row]()

    def begins(self, total: int) -> None: ...

    def starts(self, submission: Any) -> None: ...

    def ends(self, row: Row) -> None:
        self.rows.append(row)
        if len(self.rows) == self.after:
            os.kill(self.worker.pid, signal.SIGKILL)


def test_workers_give_the_same_scores_and_one_that_is_killed_costs_nothing(class_: Path, tmp_path: Path) -> None:
    alone = copy_class(class_, tmp_path / "alone")
    grade_class(alone, Options(seed=SEED))
    together = copy_class(class_, tmp_path / "together")
    with _cluster(tmp_path / "dask") as (address, workers):
        killing = _KillsAWorker(workers[0], after=2)
        summary = grade_class(together, Options(seed=SEED, scheduler=address), killing)
        assert workers[0].wait(20) == -signal.SIGKILL
        assert len(_zygotes_of(workers[1:])) == 1
    assert not summary.failed
    assert sorted(row.student for row in killing.rows) == [f"student{number}" for number in range(STUDENTS)]
    assert dump(together) == dump(alone)
    assert scores(together) == {f"student{n}": 3.0 if n % 2 else 1.0 for n in range(STUDENTS)}
    _wait(lambda: not _zygotes_of(workers))


def _zygotes_of(workers: list[subprocess.Popen[bytes]]) -> list[str]:
    """The zygotes that these processes have started: their command line names who."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"grader.kernels.zygote" in words and any(str(worker.pid).encode() in words for worker in workers):
                found.append(path.parent.name)
    return found


def test_a_cluster_that_is_not_there_is_told_in_a_sentence(class_: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="start one with 'dask scheduler'"):
        grade_class(copy_class(class_, tmp_path / "class"), Options(scheduler="tcp://127.0.0.1:9"))


def test_a_cluster_without_workers_is_told_in_a_sentence(class_: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dask"
    with _dask(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"):
        address = _wait(lambda: re.search(r"Scheduler at:\s+(tcp://\S+)", (folder / "scheduler.log").read_text()))
        with pytest.raises(CourseError, match="has no workers"):
            grade_class(copy_class(class_, tmp_path / "class"), Options(scheduler=address[1]))


def _answer(class_: Path, drop: Path, student: str, answers: dict[str, str]) -> None:
    """Put a student's notebook where hand-ins arrive."""
    (drop / student).mkdir()
    (drop / student / f"{TOPIC}.ipynb").write_text(json.dumps(answered(class_, answers, student)))


def test_a_watcher_grades_on_the_cluster_and_waits_for_one_that_is_gone(tmp_path: Path) -> None:
    watched, drop = make_class(tmp_path), tmp_path / "drop"
    drop.mkdir()
    command = [sys.executable, "-u", "-m", "grader", "grade", "--watch", "--from", str(drop), "--scheduler"]
    with contextlib.ExitStack() as running, _cluster(tmp_path / "dask") as (address, workers):
        log = running.enter_context(open(tmp_path / "watch.log", "w+"))
        watcher = subprocess.Popen([*command, address], cwd=watched, stdout=log, stderr=subprocess.STDOUT)
        running.callback(watcher.wait, 60)
        running.callback(watcher.send_signal, signal.SIGINT)

        def said(pattern: str) -> bool:
            assert watcher.poll() is None, (tmp_path / "watch.log").read_text()
            return bool(re.search(pattern, (tmp_path / "watch.log").read_text()))

        _answer(watched, drop, "ada", RIGHT)
        _wait(lambda: said("ada  01-first  graded  3 of 3"))
        workers[0].kill()
        _answer(watched, drop, "bob", {**RIGHT, **WRONG_AXIS})
        _wait(lambda: said("bob  01-first  graded  1 of 3"))
        workers[1].kill()
        _answer(watched, drop, "eve", RIGHT)
        _wait(lambda: said("has no workers.*Hand-ins wait, none is lost"))
        with _dask(tmp_path / "dask" / "2", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"):
            _wait(lambda: said("eve  01-first  graded  3 of 3"))
        assert not _zygotes_of([watcher])
    assert scores(watched) == {"ada": 3.0, "bob": 1.0, "eve": 3.0}
