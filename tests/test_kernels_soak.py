"""Many kernels from one zygote: none hangs, none is left behind, nothing grows.

A dozen each way as a rule; `GRADER_SOAK=200` for a long run.
"""

from __future__ import annotations

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kernel_sessions import session, wait_until

from grader.kernels import launch

COUNT = int(os.environ.get("GRADER_SOAK", "12"))


def _live(number: int) -> None:
    """One kernel's life: in or outside a sandbox, over tcp or ipc, shut down politely or killed."""
    name = ("python3", "tensorflow-graded")[number % 2]
    with session(name, transport=("tcp", "ipc")[number // 2 % 2]) as started:
        assert started.run("import tensorflow as tf; print(int(tf.constant(40) + 2))", timeout=120) == "42"
        if number % 3 == 0:
            started.manager.shutdown_kernel()
    # `session` kills what still runs.


def _descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def _private(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private"))


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_kernels_in_a_row_and_four_at_a_time_leave_nothing_behind() -> None:
    launch.stop()  # zygotes of other tests in this process
    for number in range(4):
        _live(number)
    (zygote,) = launch._zygotes.values()
    pid = zygote.process.pid
    gc.collect()
    before = _descriptors(pid), _descriptors(os.getpid())
    assert wait_until(lambda: not _children(pid))
    memory = _private(pid)
    for number in range(COUNT):
        _live(number)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_live, range(COUNT)))
    gc.collect()
    assert wait_until(lambda: not _children(pid)), _children(pid)
    assert zygote.process.poll() is None
    assert _descriptors(pid) == before[0]
    assert _descriptors(os.getpid()) <= before[1] + 8  # the event loops of the pool's four threads
    assert _private(pid) - memory < 8 * 2**20
