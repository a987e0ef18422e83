"""How long the feedback pages of a class take whose notebooks are full of pictures, floods and long cells.

    python benchmarks/feedback.py                  60 students, plain and full
    python benchmarks/feedback.py --students 12    a quick look

Both classes hand in the released notebook of one topic; the full one has it with what a page has to bound. It fails if
the pages of the full class take more than twice the time of the plain one's.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from grader.authoring.course import Course
from grader.classroom import class_directory
from grader.classroom.classroom import Classroom
from grader.grading.pipeline import Options, grade_class

TOPIC = "01-tensors"
ALLOWED = 2.0
_PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + os.urandom(1_500_000)).decode()
_FLOODS = (
    "from IPython.display import HTML, display\nfor _ in range(9): display(HTML('&' * 190_000))",
    "from IPython.display import HTML, display\nfor _ in range(9): display(HTML('<b><p>' * 30_000))",
    "from IPython.display import display\nfor n in range(5_000): display(n)",
    "for n in range(50_000): print(n, 'x' * 90)",
    "import matplotlib.pyplot as plt, numpy as np\nfor _ in range(8): plt.imshow(np.random.rand(400, 400)); plt.show()",
)


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}


def _full(number: int) -> list[dict[str, Any]]:
    """The cells that a student of the full class adds: one of three kinds."""
    if number % 3 == 0:
        return [
            {
                "cell_type": "markdown",
                "source": f"![{name}](attachment:{name})",
                "metadata": {},
                "attachments": {name: {"image/png": _PNG}},
            }
            for name in ("one.png", "two.png", "three.png")
        ]
    if number % 3 == 1:
        return [_code(text) for text in _FLOODS]
    return [_code("x = 1\n" * 33_333), _code("x = [" + "(1, 'a'), " * 20_000 + "]"), _code("# " + "(" * 200_000)]


def make(folder: Path, students: int, *, full: bool) -> Classroom:
    """A graded class."""
    class_directory.create(Course.find(), folder, [TOPIC])
    released = (folder / "release" / TOPIC / f"{TOPIC}.ipynb").read_text()
    for number in range(students):
        nb = json.loads(released)
        if full:
            nb["cells"][2:2] = _full(number)
        target = folder / "submitted" / f"student{number:02}" / TOPIC
        target.mkdir(parents=True)
        (target / f"{TOPIC}.ipynb").write_text(json.dumps(nb))
    summary = grade_class(folder, Options(seed=1))
    assert not summary.failed and not summary.problems, summary
    return Classroom.find(folder)


def measure(room: Classroom) -> tuple[float, float]:
    """Seconds on the clock, and of processor time, that `grader feedback` takes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "grader", "feedback", TOPIC], cwd=room.root, check=True)
    clock, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure both classes and print how they compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=60)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    students = parser.parse_args().students
    with tempfile.TemporaryDirectory() as name:
        found = {}
        for kind in ("plain", "full"):
            room = make(Path(name) / kind, students, full=kind == "full")
            found[kind] = measure(room)
            clock, cpu = found[kind]
            print(f"{kind:6} {students} pages  {clock:6.2f} s  {cpu:6.2f} s of processor time", flush=True)
    ratio = found["full"][1] / found["plain"][1]
    print(f"the full class takes {ratio:.2f} times the processor time of the plain one (allowed: {ALLOWED:g})")
    return int(ratio > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
