"""How much time a check adds: the import without TensorFlow, and one call on small values."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable

IMPORT_LIMIT = 0.3  # seconds
CALL_LIMIT = 2.0  # milliseconds


def import_seconds() -> float:
    """The best of five imports, each in a process of its own, above what the bare interpreter takes."""
    code = "import time; t = time.perf_counter(); from grader import check; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    return min(float(run.stdout) for run in runs)


def milliseconds(call: Callable[[], object], times: int = 300) -> float:
    """The mean time of one call, after a first one that is not counted."""
    with contextlib.redirect_stdout(io.StringIO()):
        call()
        start = time.perf_counter()
        for _ in range(times):
            call()
        return (time.perf_counter() - start) / times * 1000


def calls() -> dict[str, Callable[[], object]]:
    """The checks that are measured, on values as small as those in the exercises."""
    import tensorflow as tf

    from grader import check

    x = tf.constant([[3.0, 4.0], [6.0, 8.0]])
    batch = tf.random.normal([32, 10])
    wrong = {"the columns": [6.7, 8.9]}

    def failing() -> None:
        with contextlib.suppress(check.Failed):
            check.close("wrong", x, [[3.0, 4.0], [6.0, 9.0]])

    return {
        "equal, list": lambda: check.equal("labels", [0, 2, 1], [0, 2, 1]),
        "close, 2 elements": lambda: check.close("norms", tf.norm(x, axis=-1), [5.0, 10.0], but=wrong),
        "close, 32 x 10": lambda: check.close("batch", batch, batch),
        "shape": lambda: check.shape("x", x, (None, 2)),
        "that": lambda: check.that("it holds", True),
        "at_least": lambda: check.at_least("accuracy", 0.95, 0.9),
        "raises": lambda: check.raises("empty", ValueError, int, "x"),
        "inputs": lambda: check.inputs(5, 7),
        "reference": lambda: check.reference("batch", batch),
        "close, failing": failing,
    }


def main() -> int:
    """Print the table; exit code 1 where a limit is passed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    seconds = import_seconds()
    print(f"import without TensorFlow   {seconds * 1000:8.1f} ms   (limit {IMPORT_LIMIT * 1000:.0f})")
    figures = {name: milliseconds(call) for name, call in calls().items()}
    for name, figure in figures.items():
        print(f"{name:<28}{figure:8.3f} ms   (limit {CALL_LIMIT:.0f})")
    return int(seconds > IMPORT_LIMIT or max(figures.values()) > CALL_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
