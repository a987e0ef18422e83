"""Cold and warm kernels side by side: time to a first result, and memory of each further kernel.

    python benchmarks/warm_kernel.py [--repeat 5] [--kernels 3]

*Cold* is Jupyter's own local provisioner with the course's kernelspec; *warm* forks from a zygote, whose own start is
given beside the table; *graded* is warm and sandboxed. Each figure is the median over the repetitions, in which the
kinds take turns. Exit code 1 if a bar below the table is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from kernel_sessions import Session, session

from grader.kernels import launch

KINDS = {"cold": ("python3", False), "warm": ("python3", True), "graded": ("tensorflow-graded", True)}
FIT = """
model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((256, 8)), np.ones(256), epochs=2, verbose=0)
"""
CELLS = {
    "import tensorflow cell": "import tensorflow as tf",
    "import keras, numpy cell": "import keras, numpy as np",
    "first op": "tf.reduce_sum(tf.random.normal([10, 10]))",
    "small fit": FIT,
}


def _timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def _life(name: str, warm: bool) -> dict[str, float]:
    """Seconds of each step of one kernel's life."""
    begin = time.perf_counter()
    with session(name, warm=warm) as started:
        seconds = {"kernel ready": time.perf_counter() - begin}
        seconds |= {step: _timed(lambda code=code: started.run(code, 300)) for step, code in CELLS.items()}
        seconds["ready and imported"] = seconds["kernel ready"] + seconds["import tensorflow cell"]
        seconds["all of it"] = seconds["kernel ready"] + sum(seconds[step] for step in CELLS)
    return seconds


def _memory(name: str, warm: bool, count: int) -> tuple[float, float]:
    """(proportional, private) MiB of each of `count` kernels that live at once and have trained."""
    open_sessions = [session(name, warm=warm) for _ in range(count)]
    sessions: list[Session] = [each.__enter__() for each in open_sessions]
    try:
        for each in sessions:
            each.run("\n".join(CELLS.values()), 300)
        rollups = [_rollup(each) for each in sessions]
    finally:
        for each in open_sessions:
            each.__exit__(None, None, None)
    return (
        statistics.median(rollup["Pss"] for rollup in rollups) / 1024,
        statistics.median(rollup["Private_Clean"] + rollup["Private_Dirty"] for rollup in rollups) / 1024,
    )


def _rollup(started: Session) -> dict[str, int]:
    """KiB by name, over the kernel and, of a sandboxed one, its supervisor and init."""
    supervisor = getattr(started.provisioner.process, "supervisor", started.provisioner.pid)
    total: dict[str, int] = {}
    for pid in {supervisor, started.provisioner.pid, *_children(supervisor)}:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, number, *_ = line.split()
            total[name.rstrip(":")] = total.get(name.rstrip(":"), 0) + int(number)
    return total


def _children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--kernels", type=int, default=3, help="kernels at once for the memory figures")
    options = parser.parse_args()

    def start_zygote() -> None:
        with session("python3"):
            pass

    print(f"zygote started, and a first kernel from it ready, in {_timed(start_zygote):.1f} s")
    lives: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(options.repeat):
        for kind, how in KINDS.items():
            lives[kind].append(_life(*how))
    seconds = {
        kind: {step: statistics.median(life[step] for life in of_kind) for step in of_kind[0]}
        for kind, of_kind in lives.items()
    }
    print(f"\n{'seconds':26}{'cold':>9}{'warm':>9}{'graded':>9}{'cold/warm':>11}")
    for step, cold in seconds["cold"].items():
        warm, graded = seconds["warm"][step], seconds["graded"][step]
        print(f"{step:26}{cold:9.3f}{warm:9.3f}{graded:9.3f}{cold / warm:11.1f}")
    print(f"\n{'MiB for each kernel':26}{'cold':>9}{'warm':>9}{'graded':>9}")
    memory = {kind: _memory(*how, options.kernels) for kind, how in KINDS.items()}
    for at, what in enumerate(("proportional (PSS)", "private")):
        print(f"{what:26}" + "".join(f"{memory[kind][at]:9.0f}" for kind in KINDS))
    cold, warm = seconds["cold"], seconds["warm"]
    ratio = {step: cold[step] / warm[step] for step in cold}
    bars = {
        "import tensorflow at least 50 times faster": ratio["import tensorflow cell"] >= 50,
        "ready and imported in under 1 s": warm["ready and imported"] < 1,
        "ready and imported at least 8 times faster": ratio["ready and imported"] >= 8,
        # A tenth, and 50 ms, for the noise of a median of few.
        "no step slower": all(warm[step] <= 1.1 * cold[step] + 0.05 for step in cold),
    }
    print()
    for bar, met in bars.items():
        print(f"{'met' if met else 'MISSED':8}{bar}")
    launch.stop()
    return 0 if all(bars.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
