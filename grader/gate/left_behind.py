"""What runs in a kernel of the gate before and after a chapter: which packages and processes there are."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import time
from pathlib import Path

_MARK = "GRADER_GATE_CHAPTER"
_ENDS_BY_ITSELF = b"multiprocessing.resource_tracker"
_PATIENCE = 3.0
CELL = "print(__import__('grader.gate.left_behind', fromlist=['told']).told())"
"""The cell that asks; it binds no name."""


def told() -> str:
    """The packages with their versions, and the command lines of the processes that this one has begun, as JSON.

    Processes are known by an environment variable that the first call sets, or by their parents. A process that is
    just ending is waited for.
    """
    os.environ.setdefault(_MARK, str(os.getpid()))
    deadline = time.monotonic() + _PATIENCE
    while (running := _processes()) and time.monotonic() < deadline:
        time.sleep(0.1)
    packages = {dist.metadata["Name"]: dist.version for dist in importlib.metadata.distributions()}
    return json.dumps({"packages": packages, "processes": running})


def _processes() -> list[str]:
    """The command lines of the running processes that are ours, without this one."""
    parents: dict[int, int] = {}
    marked = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended, or is somebody else's
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                parents[int(folder.name)] = int(parent)
            if f"{_MARK}={os.environ[_MARK]}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                marked.add(int(folder.name))
    ours = {pid for pid in parents if pid in marked or os.getpid() in _ancestors(pid, parents)} - {os.getpid()}
    lines = [_command(pid) for pid in sorted(ours)]
    return [line.decode(errors="replace") for line in lines if line and _ENDS_BY_ITSELF not in line]


def _ancestors(pid: int, parents: dict[int, int]) -> set[int]:
    found: set[int] = set()
    while (pid := parents.get(pid, 0)) and pid not in found:
        found.add(pid)
    return found


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").strip()
    return b""
