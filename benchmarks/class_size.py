"""What a large class costs: 1,000 students and 30 assignments in one gradebook.

Two dozen students are graded for real. Their rows in nbgrader's tables, their results and their notebooks are then
repeated under other names, by bulk inserts and hard links; each answer gets a line of its own, so that no two texts
are alike, and every third one is another program. Then each command is run, and its seconds, CPU seconds and peak
memory are printed:

    python benchmarks/class_size.py                                   1,000 students, 30 assignments: some minutes
    python benchmarks/class_size.py --students 100 --assignments 3    a quick look
    python benchmarks/class_size.py --keep DIR                        makes the class there, or uses the one that is
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbgrader.api import Base
from sqlalchemy import create_engine, insert, select

from grader.authoring.course import Course
from grader.commands import demo
from grader.grading.pipeline import Options, grade_class
from grader.submissions.sanitise import is_answer

ROOT = Path(__file__).resolve().parents[1]
TOPIC = "01-tensors"
MARK = "@@own@@"
MODELS = 24
"""Students who are graded for real; the others are like one of them."""
BARS = {
    "report, all new": (None, 1000),
    "report, one assignment new": (30.0, 1000),
    "report, nothing new": (30.0, 1000),
    "export": (10.0, 500),
    "grade, nothing new, read anew": (None, 1000),
    "grade, nothing new": (20.0, 1000),
    "grade, one new": (20.0, 1000),
}
"""Seconds of CPU, which do not depend on what else runs, and MB; None for no bar: this is so once in a class's life."""
IDLE_BAR = 2.0, 300
"""A watcher that waits: per cent of a core, and MB with the process that kernels come from."""
IDLE_SECONDS = 60.0


@dataclass
class Cost:
    """Of one command: seconds on the clock, of CPU with its children, and MB of its largest process at its peak."""

    seconds: float
    cpu: float
    memory: float


def model(folder: Path) -> Path:
    """A graded class of two dozen students and one assignment."""
    room = demo.create(Course(ROOT), folder, count=MODELS, topics=[TOPIC])
    grade_class(room.root, Options(seed=demo.SEED))
    return room.root


class Copies:
    """The rows of a gradebook again and again, under ids and names of their own."""

    def __init__(self, database: Path) -> None:
        self.tables = {table.name: table for table in Base.metadata.sorted_tables}
        self.engine = create_engine(f"sqlite:///{database}")
        with self.engine.connect() as reading:
            self.rows = {
                name: [dict(row) for row in reading.execute(select(table)).mappings()]
                for name, table in self.tables.items()
            }
        self._number = count()

    def put(self, table: str, ids: dict[str, str], **values: Any) -> list[dict[str, Any]]:
        """The rows of a table with new ids; `ids` maps old ones to new ones and is added to."""
        return [self.like(row, ids, **values) for row in self.rows[table]]

    def like(self, row: Mapping[str, Any], ids: dict[str, str], **values: Any) -> dict[str, Any]:
        """One row with a new id."""
        made = {
            column: ids.get(value, value) if column.endswith("_id") and isinstance(value, str) else value
            for column, value in row.items()
        }
        if "id" in row:
            made["id"] = ids.setdefault(row["id"], f"{next(self._number):032x}")
        return {**made, **values}


def enlarge(root: Path, students: int, assignments: int) -> None:
    """Turn the graded class of two dozen into a large one."""
    database = root / "gradebook.db"
    copies = Copies(database)
    engine, tables = copies.engine, copies.tables
    models = [row["id"] for row in copies.rows["student"]]
    people = {f"s{number:05}": models[number % len(models)] for number in range(students)}
    weeks = [f"week-{number:02}" for number in range(1, assignments + 1)]
    with engine.begin() as writing:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != "course":
                writing.execute(table.delete())
        by_id = {row["id"]: row for row in copies.rows["student"]}
        rows = [
            {**by_id[like], "id": student, "last_name": f"{by_id[like]['last_name']} {student}"}
            for student, like in people.items()
        ]
        writing.execute(insert(tables["student"]), rows)
        for week in weeks:
            _one_assignment(writing, copies, week, people)
    engine.dispose()
    handed_in = {row["student_id"] for row in copies.rows["submitted_assignment"]}
    for week in weeks:
        _files(root, week, {s: like for s, like in people.items() if like in handed_in})
    for step in ("source", "release"):
        shutil.rmtree(root / step / TOPIC)
    for like in models:
        for step in ("submitted", "autograded"):
            shutil.rmtree(root / step / like, ignore_errors=True)
    shutil.rmtree(root / "grading" / "results" / TOPIC)
    seed = json.loads((root / "grading" / "seeds.json").read_text())[TOPIC]
    (root / "grading" / "seeds.json").write_text(json.dumps(dict.fromkeys(weeks, seed)))


def _one_assignment(writing: Any, copies: Copies, week: str, people: Mapping[str, str]) -> None:
    """The rows of one assignment and of what was handed in for it."""
    tables, ids = copies.tables, dict[str, str]()
    writing.execute(insert(tables["assignment"]), copies.put("assignment", ids, name=week))
    for name in ("notebook", "base_cell", "source_cell"):
        writing.execute(insert(tables[name]), copies.put(name, ids))
    for name in ("grade_cells", "solution_cells", "task_cells"):
        if rows := copies.put(name, ids):
            writing.execute(insert(tables[name]), rows)
    by_student = {row["student_id"]: row for row in copies.rows["submitted_assignment"]}
    notebooks = {row["assignment_id"]: row for row in copies.rows["submitted_notebook"]}
    parts: dict[str, dict[str, list[Any]]] = {"grade": {}, "comment": {}}
    for name, found in parts.items():
        for row in copies.rows[name]:
            found.setdefault(row["notebook_id"], []).append(row)
    made: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("submitted_assignment", "submitted_notebook", *parts)
    }
    for student, like in people.items():
        handed_in = by_student.get(like)
        if handed_in is None:
            continue
        own = dict(ids)
        made["submitted_assignment"].append(copies.like(handed_in, own, student_id=student))
        notebook = notebooks[handed_in["id"]]
        made["submitted_notebook"].append(copies.like(notebook, own))
        for name, found in parts.items():
            made[name] += [copies.like(row, own) for row in found.get(notebook["id"], [])]
    for name, rows in made.items():
        if rows:
            writing.execute(insert(tables[name]), rows)


def _files(root: Path, week: str, people: Mapping[str, str]) -> None:
    """The folders of one assignment; what was handed in is linked, what was graded has answers of its own."""
    for step in ("source", "release"):
        shutil.copytree(root / step / TOPIC, root / step / week)
    results = {path.parent.name: json.loads(path.read_text()) for path in root.glob(f"grading/results/{TOPIC}/*/*")}
    graded = {like: _marked(root / "autograded" / like / TOPIC / f"{TOPIC}.ipynb") for like in results}
    for number, (student, like) in enumerate(people.items()):
        there = root / "submitted" / student / week
        there.mkdir(parents=True)
        for path in (root / "submitted" / like / TOPIC).iterdir():
            os.link(path, there / path.name)
        made = root / "autograded" / student / week
        made.mkdir(parents=True)
        (made / f"{TOPIC}.ipynb").write_text(
            graded[like].replace(MARK, f"# {student} {week}" + (f"\\nspare = {number}" if number % 3 == 0 else ""))
        )
        result = root / "grading" / "results" / week / student
        result.mkdir(parents=True)
        told = {**results[like], "assignment": week, "student": student}
        (result / f"{TOPIC}.json").write_text(json.dumps(told))


def _marked(path: Path) -> str:
    """The text of a notebook with a place at the end of each answer for what makes it a student's own."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if is_answer(nbformat.from_dict(cell)):
            cell["source"] = f"{''.join(cell['source'])}\n{MARK}"
    return json.dumps(notebook)


def run(root: Path, *arguments: str, within: Path | None = None) -> Cost:
    """Run a command of ours in a class directory."""
    started = time.monotonic()
    with open(root / "told.log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "grader", *arguments], cwd=within or root, stdout=log, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: some of the models cannot be graded
        raise SystemExit(f"grader {' '.join(arguments)} failed:\n{(root / 'told.log').read_text()[-3000:]}")
    return Cost(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def hand_in_anew(root: Path) -> None:
    """One student of one assignment hands in again."""
    (path,) = list((root / "submitted" / "s00001" / "week-01").glob("*.ipynb"))
    notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    notebook["cells"].append(nbformat.v4.new_markdown_cell(f"At {time.time()}", id="again"))
    path.unlink()
    path.write_text(json.dumps(notebook))


def forget_looks(root: Path) -> None:
    """Let the next grading run read everything, as the first one on a machine does."""
    shutil.rmtree(root / "grading" / "looked", ignore_errors=True)


def canvas(root: Path) -> Path:
    """A gradebook as Canvas exports it, with a column for each assignment and everybody in it, without marks."""
    with (root / "grading" / "report" / "canvas.csv").open(newline="") as file:
        header, most, *rows = csv.reader(file)
    titles = [f"{name} ({number})" for number, name in enumerate(header[5:], 1000)]
    blank = [""] * len(titles)
    path = root / "canvas-export.csv"
    with path.open("w", newline="") as file:
        made = [[*header[:5], *titles], most, *([row[0], str(n), *row[2:5], *blank] for n, row in enumerate(rows))]
        csv.writer(file).writerows(made)
    return path


@contextlib.contextmanager
def watching(root: Path, drop: Path) -> Iterator[tuple[psutil.Process, float]]:
    """A watcher, once its first look is over; the seconds that this took."""
    drop.mkdir(exist_ok=True)
    started = time.monotonic()
    with open(root / "watch.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "grader", "grade", "--watch", "--from", str(drop)], cwd=root, stdout=log, stderr=log
        )
    try:
        watched = psutil.Process(process.pid)
        while process.poll() is None and not _rests(watched):
            pass
        yield watched, time.monotonic() - started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _rests(process: psutil.Process) -> bool:
    """Whether a process and its children have done next to nothing for five seconds."""
    before = _cpu(process)
    time.sleep(5)
    return _cpu(process) - before < 0.25


def _cpu(process: psutil.Process) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))


def idle(root: Path) -> tuple[float, float, float, float]:
    """Of a watcher: seconds until it rests, then per cent of a core, MB, and MB with its children."""
    with watching(root, root.parent / "drop") as (process, until):
        before = _cpu(process)
        time.sleep(IDLE_SECONDS)
        share = 100 * (_cpu(process) - before) / IDLE_SECONDS
        own = process.memory_info().rss / 2**20
        theirs = sum(child.memory_full_info().uss for child in process.children(recursive=True)) / 2**20
    return until, share, own, own + theirs


def measure(root: Path) -> Iterator[tuple[str, Cost]]:
    """Each command, with what it cost."""
    shutil.rmtree(root / "grading" / "report", ignore_errors=True)
    yield "report, all new", run(root, "report")
    (root / "grading" / "report" / "assignments" / "week-01" / "kept.json").unlink()
    yield "report, one assignment new", run(root, "report")
    yield "report, nothing new", run(root, "report")
    yield "export", run(root, "export", "--into", str(canvas(root)))
    forget_looks(root)
    yield "grade, nothing new, read anew", run(root, "grade")
    yield "grade, nothing new", run(root, "grade")
    hand_in_anew(root)
    yield "grade, one new", run(root, "grade")


def main() -> int:
    """Print all figures; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--assignments", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    met = True
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        root = (asked.keep or Path(name)).resolve() / "class"
        if not root.is_dir():
            started = time.monotonic()
            enlarge(model(root), asked.students, asked.assignments)
            print(f"made in {time.monotonic() - started:.0f} s", flush=True)
        size = (root / "gradebook.db").stat().st_size / 2**20
        print(f"{asked.students} students, {asked.assignments} assignments; gradebook {size:.0f} MB; "
              f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start")  # fmt: skip
        print(f"{'':32}{'seconds':>10}{'CPU':>10}{'MB':>8}")
        for what, cost in measure(root):
            bar, most = BARS[what]
            missed = (bar is not None and cost.cpu > bar) or cost.memory > most
            met = met and not missed
            told = "missed" if missed else "no bar" if bar is None else f"bar {bar:g} s of CPU, {most} MB"
            print(f"{what:32}{cost.seconds:10.1f}{cost.cpu:10.1f}{cost.memory:8.0f}  {told}", flush=True)
        until, share, own, together = idle(root)
        print(f"watch: rests after {until:.0f} s; idle {share:.1f} % of a core, {own:.0f} MB, {together:.0f} MB with "
              f"the process that kernels come from (bar {IDLE_BAR[0]:g} %, {IDLE_BAR[1]} MB)")  # fmt: skip
        met = met and share < IDLE_BAR[0] and together < IDLE_BAR[1]
    print("\nall bars met" if met else "\na bar was missed")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
