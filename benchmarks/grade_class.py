"""How fast a class is graded: `grader grade` beside plain `nbgrader autograde`, on this machine, in one run.

Both grade copies of the same class; their scores are compared. Run it where nothing else runs:

    python benchmarks/grade_class.py                    20 submissions each, then 1, 2, 4 jobs, 200, and 1,000 cached
    python benchmarks/grade_class.py --submissions 4 --many 20 --cached 100     a quick look
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from ipykernel.kernelspec import write_kernel_spec
from nbgrader.api import Gradebook

from grader.authoring.course import Course
from grader.classroom import class_directory

ROOT = Path(__file__).resolve().parents[1]
BARS = {"light": 12.0, "training": 5.0}
OVERHEAD_BAR = 1.6
CACHED_BAR = 180.0
CHAPTER = """\
---
title: {title}
description: You can do it.
minutes: {{read: 1, practise: 1}}
teaches: [{title}]
needs: []
level: 1
data: []
---

# {title}

One sentence.
"""
# The set-up cell runs a first operation: plain nbgrader gives nothing to a graded cell in which TensorFlow logs a line.
HEAD = """\
# %% [markdown]
# # Exercises

# %%
import time
START = time.process_time()
import numpy as np
import tensorflow as tf
from grader import check
_ = tf.constant(0) + 1

"""
TAIL = """
# %%
print("CPU seconds of the cells:", time.process_time() - START)
"""
EXERCISE = """\
# %% [markdown]
# ## {name}

# %%
# exercise: {name}
{solution}

# %% points=2
# check: {name}-1
{check}

"""
LIGHT = {
    "row_norms": (
        "def row_norms(x):\n    ### BEGIN SOLUTION\n    return tf.norm(x, axis=-1)\n    ### END SOLUTION",
        'check.close("norms", row_norms(tf.constant([[3.0, 4.0], [6.0, 8.0]])), [5.0, 10.0])\n'
        "### BEGIN HIDDEN TESTS\n"
        'check.reference("norms of a batch", row_norms(check.inputs(5, 7)))\n'
        "### END HIDDEN TESTS",
    ),
    "slope": (
        "def slope(x):\n    ### BEGIN SOLUTION\n    with tf.GradientTape() as tape:\n        tape.watch(x)\n"
        "        y = x ** 3\n    return tape.gradient(y, x)\n    ### END SOLUTION",
        'check.close("slope at 2", slope(tf.constant(2.0)), 12.0)',
    ),
    "one_hot": (
        "def one_hot(labels, depth):\n    ### BEGIN SOLUTION\n    return np.eye(depth)[labels]\n    ### END SOLUTION",
        'check.equal("one_hot", one_hot([1, 0], 2).tolist(), [[0.0, 1.0], [1.0, 0.0]])',
    ),
}
TRAINING = {
    "train": (
        "def train(x, y):\n    ### BEGIN SOLUTION\n"
        "    model = tf.keras.Sequential([tf.keras.layers.Dense(32, activation='relu'), tf.keras.layers.Dense(2)])\n"
        "    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "    model.compile('adam', loss, metrics=['accuracy'])\n"
        "    model.fit(x, y, epochs=8, batch_size=32, verbose=0)\n"
        "    return model\n    ### END SOLUTION",
        "tf.keras.utils.set_random_seed(1)\n"
        "x = np.random.default_rng(0).normal(size=(2000, 8)).astype('float32')\n"
        "y = (x[:, 0] * x[:, 1] > 0).astype('int32')\n"
        "model = train(x, y)\n"
        'check.at_least("accuracy", float(model.evaluate(x, y, verbose=0)[1]), 0.7)',
    ),
}
WRONG = {
    "row_norms": "def row_norms(x):\n    return tf.norm(x, axis=0)",
    "train": "def train(x, y):\n    model = tf.keras.Sequential([tf.keras.layers.Dense(2)])\n"
    "    model.compile('sgd', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])\n"
    "    model.fit(x, y, epochs=8, batch_size=32, verbose=0)\n    return model",
}
# `grader grade`, which also says what memory it held after each 100 submissions.
PROGRAM = """
import atexit, json, sys
from grader.commands import cli
from grader.commands import grade as grade_command

class Watched(grade_command._Shown):
    memory = []
    def ends(self, row):
        super().ends(row)
        if len(self.rows) % 100 == 0:
            used = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
            self.memory.append(int(used.split()[1]) // 1024)

grade_command._Shown = Watched
atexit.register(lambda: print("memory", json.dumps(Watched.memory), file=sys.stderr))
cli.main()
"""


@dataclass
class Run:
    """One grading of a class: seconds on the clock, CPU seconds of the cells, what it said, MiB after each 100."""

    wall: float
    cells: float
    told: dict[str, Any]
    memory: list[int]


def make_class(folder: Path, exercises: dict[str, tuple[str, str]], submissions: int) -> Path:
    """A class directory with one assignment; every fourth student's first answer is wrong, no two files are equal."""
    course = folder / "course-files"
    for name in ("course", "solutions"):
        (course / name).mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", course)
    (course / "course" / "00-welcome.md").write_text(CHAPTER.format(title="Welcome"))
    (course / "course" / "01-first.md").write_text(CHAPTER.format(title="First"))
    cells = [EXERCISE.format(name=n, solution=s, check=c) for n, (s, c) in exercises.items()]
    (course / "solutions" / "01-first.py").write_text(HEAD + "".join(cells) + TAIL)
    class_ = folder / "class"
    class_directory.create(Course(course), class_, ["01-first"])
    for number in range(submissions):
        hand_in(class_, exercises, f"student{number:04}", number)
    return class_


def hand_in(class_: Path, exercises: dict[str, tuple[str, str]], student: str, number: int) -> None:
    """A submission, from the number that makes it differ from the others."""
    folder = class_ / "submitted" / student / "01-first"
    folder.mkdir(parents=True)
    (folder / "01-first.ipynb").write_text(answered(class_, exercises, number))


def answered(class_: Path, exercises: dict[str, tuple[str, str]], number: int) -> str:
    """The text of a notebook with answers."""
    nb: dict[str, Any] = json.loads((class_ / "release" / "01-first" / "01-first.ipynb").read_text())
    first = next(iter(exercises))
    for cell in nb["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in exercises:
            lines = [line for line in exercises[name][0].split("\n") if "###" not in line]
            code = WRONG[name] if name == first and number % 4 == 3 else "\n".join(lines)
            cell["source"] = f"# exercise: {name}\n# answer {number}\n{code}"
    return json.dumps(nb)


def scores(class_: Path) -> dict[str, float]:
    """What the gradebook says."""
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        return {s.student.id: s.score for s in book.assignment_submissions("01-first")}


def measure(class_: Path, command: Sequence[str], **environment: str) -> Run:
    """Run a command in a class directory, once the files of TensorFlow and nbgrader are in memory."""
    env = {**os.environ, **environment}
    subprocess.run([sys.executable, "-c", "import tensorflow, nbgrader.apps"], capture_output=True, check=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=class_, capture_output=True, text=True, check=False, env=env)
    wall = time.monotonic() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)[:200]} failed:\n{done.stderr[-3000:]}\n{done.stdout[-2000:]}")
    told = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    memory = re.findall(r"^memory (\[.*\])$", done.stderr, re.MULTILINE)
    return Run(wall, cells_cpu(class_), told, json.loads(memory[0]) if memory else [])


def cells_cpu(class_: Path) -> float:
    """The CPU seconds that the cells of all autograded notebooks printed."""
    total = 0.0
    for path in class_.glob("autograded/*/*/*.ipynb"):
        total += sum(float(found) for found in re.findall(r"CPU seconds of the cells: ([\d.]+)", path.read_text()))
    return total


def ours(class_: Path, *options: str) -> Run:
    """`grader grade`."""
    return measure(class_, [sys.executable, "-c", PROGRAM, "grade", "--json", *options])


def nbgraders(class_: Path) -> Run:
    """Plain `nbgrader autograde`, with ipykernel's own kernel even where the course's is installed."""
    (class_ / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 600\n")
    plain = class_ / "jupyter"
    write_kernel_spec(str(plain / "kernels" / "python3"))
    return measure(class_, [sys.executable, "-m", "nbgrader", "autograde", "01-first"], JUPYTER_PATH=str(plain))


def side_by_side(kind: str, exercises: dict[str, tuple[str, str]], submissions: int, folder: Path) -> bool:
    """Both on the same submissions; whether the bars are met."""
    class_ = make_class(folder / kind, exercises, submissions)
    other = Path(shutil.copytree(class_, folder / f"{kind}-nbgrader"))
    cores = len(os.sched_getaffinity(0))
    mine, theirs = ours(class_), nbgraders(other)
    if scores(class_) != scores(other):
        differing = {s: (v, scores(other).get(s)) for s, v in scores(class_).items() if scores(other).get(s) != v}
        raise SystemExit(f"The scores differ (grader, nbgrader): {differing}")
    ratio, overhead = theirs.wall / mine.wall, mine.wall * cores / mine.cells
    print(f"\n{kind}: {submissions} submissions, the same scores")
    for name, run in (("nbgrader autograde", theirs), ("grader grade", mine)):
        print(f"  {name:<18}  {run.wall:7.1f} s  {run.wall / submissions:6.2f} s each")
    print(f"  throughput          {ratio:7.1f} times nbgrader's (bar {BARS[kind]:g})")
    print(f"  wall x {cores} cores / CPU of the cells ({mine.cells:.1f} s) = {overhead:.2f} (bar {OVERHEAD_BAR})")
    return ratio >= BARS[kind] and overhead <= OVERHEAD_BAR


def by_jobs(folder: Path) -> None:
    """The training class with 1, 2 and 4 kernels at once."""
    class_ = folder / "training" / "class"
    print("\njobs  seconds  times one job's throughput")
    alone = 0.0
    for jobs in (1, 2, 4):
        run = ours(class_, "--jobs", str(jobs), "--force")
        alone = alone or run.wall
        print(f"{jobs:4}  {run.wall:7.1f}  {alone / run.wall:5.2f}")


def many(folder: Path, submissions: int) -> bool:
    """Whether recording the last quarter of a large class takes no longer than the first."""
    class_ = make_class(folder / "many", LIGHT, submissions)
    run = ours(class_)
    times = [row["recording"] for row in run.told["submissions"]]
    quarter = max(1, submissions // 4)
    first, last = median(times[:quarter]), median(times[-quarter:])
    print(f"\n{submissions} light submissions: {run.wall:.1f} s, {run.wall / submissions:.2f} s each")
    print(f"  recording one (median): first quarter {first * 1000:.0f} ms, last quarter {last * 1000:.0f} ms")
    cores = len(os.sched_getaffinity(0))
    print(f"  wall x {cores} cores / CPU of the cells ({run.cells:.1f} s) = {run.wall * cores / run.cells:.2f}")
    return last <= 1.5 * first


def cached(folder: Path, submissions: int) -> bool:
    """Whether so many submissions are recorded from the cache in time, with memory flat."""
    class_ = make_class(folder / "cached", LIGHT, 4)
    ours(class_)
    for number in range(4, submissions):
        hand_in(class_, LIGHT, f"student{number:04}", number % 4)
    run = ours(class_)
    executed = sum(row["seconds"] > 0 for row in run.told["submissions"])
    print(f"\n{submissions} submissions from the cache: {run.wall:.1f} s (bar {CACHED_BAR:g}), {executed} executed")
    print(f"  MiB held after each 100: {run.memory}")
    return executed == 0 and run.wall <= CACHED_BAR and (len(run.memory) < 3 or run.memory[-1] < run.memory[1] + 30)


def main() -> int:
    """Print all figures; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--cached", type=int, default=1000)
    parser.add_argument("--only", choices=("light", "training", "jobs", "many", "cached"), action="append")
    asked = parser.parse_args()
    wanted = asked.only or ["light", "training", "jobs", "many", "cached"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} before the start")
    met = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        if "light" in wanted:
            met.append(side_by_side("light", LIGHT, asked.submissions, folder))
        if "training" in wanted or "jobs" in wanted:
            met.append(side_by_side("training", TRAINING, asked.submissions, folder))
        if "jobs" in wanted:
            by_jobs(folder)
        if "many" in wanted:
            met.append(many(folder, asked.many))
        if "cached" in wanted:
            met.append(cached(folder, asked.cached))
    print("\nall bars met" if all(met) else "\na bar was missed")
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
