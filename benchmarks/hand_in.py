"""How long students wait for official feedback: `grader grade --watch`, beside running collect and grade over and over.

So many students drop a notebook into a folder, at random moments within so many minutes, the same moments for both
ways. A wait ends when the feedback page is there. Then nothing is handed in, and what a watcher costs is measured.

    python benchmarks/hand_in.py                                    60 students in 5 minutes, both ways: 12 minutes
    python benchmarks/hand_in.py --students 8 --minutes 0.5 --idle 20     a quick look
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from grade_class import LIGHT, answered, make_class, scores

GRADER = [sys.executable, "-m", "grader"]
LAST = 900.0
"""Seconds for which a page is waited for after the last hand-in."""


def drop(class_: Path, moments: Sequence[float], page: Callable[[str], Path]) -> list[float]:
    """Hand in at these moments; returns each student's wait, in seconds."""
    began = time.time()
    waits = [0.0] * len(moments)
    came: dict[int, float] = {}
    while 0.0 in waits:
        now = time.time()
        for number, moment in enumerate(moments):
            student = f"student{number:04}"
            if number not in came and now - began >= moment:
                folder = class_.parent / "drop" / student
                folder.mkdir(parents=True)
                (folder / "01-first.ipynb").write_text(answered(class_, LIGHT, number))
                came[number] = time.time()
            elif number in came and not waits[number] and page(student).is_file():
                waits[number] = now - came[number]
        if now - began > moments[-1] + LAST:
            raise SystemExit(f"{waits.count(0.0)} students got no feedback in {LAST:.0f} s")
        time.sleep(0.1)
    return waits


def by_watching(class_: Path, moments: Sequence[float], idle: float) -> tuple[list[float], str]:
    """The waits with `grade --watch`, and what it costs when nothing comes, in words."""
    (class_.parent / "drop").mkdir()
    command = [*GRADER, "grade", "--watch", "--from", "../drop"]
    watcher = subprocess.Popen(command, cwd=class_, stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    watcher.stdout.readline()  # it watches
    threading.Thread(target=watcher.stdout.read, daemon=True).start()
    waits = drop(class_, moments, lambda student: class_.parent / "drop" / student / "01-first.feedback.html")
    time.sleep(15)  # it has let the gradebook go
    before = cpu(watcher.pid)
    time.sleep(idle)
    after, (memory, shared) = cpu(watcher.pid), held(watcher.pid)
    warm = sum(held(child)[0] for child in children(watcher.pid))
    watcher.send_signal(signal.SIGINT)
    watcher.wait()
    share = 100 * (after - before) / idle if idle else 0.0
    told = f"{share:.2f}% of a core, {memory} MiB of its own and {shared} shared; warm kernels' process {warm} MiB"
    return waits, told


def by_hand(class_: Path, moments: Sequence[float]) -> list[float]:
    """The waits where collect and grade are run again as soon as they have ended."""
    (class_.parent / "drop").mkdir()
    ended = threading.Event()

    def again() -> None:
        while not ended.is_set():
            for command in (["collect", "../drop"], ["grade", "--feedback"]):
                subprocess.run([*GRADER, *command], cwd=class_, capture_output=True, check=False)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        return drop(class_, moments, lambda student: class_ / "feedback" / student / "01-first" / "01-first.html")
    finally:
        ended.set()
        thread.join()


def cpu(pid: int) -> float:
    """The CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held(pid: int) -> tuple[int, int]:
    """The memory of a process in MiB: its own, and what it shares with others or with files."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
    kib = {line.split()[0].rstrip(":"): int(line.split()[1]) for line in told[1:] if line}
    own = kib["Private_Clean"] + kib["Private_Dirty"]
    return own // 1024, (kib["Rss"] - own) // 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def show(name: str, waits: Sequence[float], moments: Sequence[float]) -> None:
    """Print the waits, and by how much some were answered before others who had come earlier."""
    answers = [moment + wait for moment, wait in zip(moments, waits, strict=True)]
    late = [max(answers[: number + 1]) - answer for number, answer in enumerate(answers)]
    print(
        f"{name:<28} median {median(waits):6.1f} s  worst {max(waits):6.1f} s  overtaken by at most {max(late):.1f} s",
        flush=True,
    )


def main() -> int:
    """Print both ways side by side; exit code 1 where the marks differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds to measure an idle watcher")
    asked = parser.parse_args()
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    chance = random.Random(1)
    moments = sorted(chance.uniform(0, 60 * asked.minutes) for _ in range(asked.students))
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}; {asked.students} students in ", end="")
    print(f"{asked.minutes:g} minutes", flush=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        class_ = make_class(Path(name, "one"), LIGHT, 0)
        other = Path(shutil.copytree(class_, Path(name, "two", "class")))
        waits, told = by_watching(class_, moments, asked.idle)
        show("grader grade --watch", waits, moments)
        print(f"{'  idle, for ' + format(asked.idle, 'g') + ' s':<28} {told}")
        show("collect and grade, repeated", by_hand(other, moments), moments)
        same = scores(class_) == scores(other)
    print("the same marks" if same else "the marks differ")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
