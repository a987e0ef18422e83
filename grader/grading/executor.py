"""Where notebooks are executed: here, so many at once, or elsewhere behind the same call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any, Protocol

import nbformat

from grader.grading.cache import versions
from grader.grading.execute import Executed, execute
from grader.grading.outputs import Limits
from grader.kernels.policy import Policy


class Executor(Protocol):
    """Executes notebooks somewhere."""

    slots: int
    versions: Mapping[str, str]

    async def __call__(
        self,
        notebook: nbformat.NotebookNode,
        files: Mapping[str, bytes],
        *,
        seed: int,
        policy: Policy,
        sandbox: bool,
        limits: Limits,
    ) -> Executed:
        """As `grader.grading.execute.execute`."""


class LocalKernels:
    """Executes on this machine, so many notebooks at once."""

    def __init__(self, jobs: int = 0) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.slots = jobs or cores
        self.versions: Mapping[str, str] = versions()
        self._free = asyncio.Semaphore(self.slots)

    async def __call__(self, notebook: nbformat.NotebookNode, files: Mapping[str, bytes], **options: Any) -> Executed:
        """As `grader.grading.execute.execute`."""
        async with self._free:
            return await execute(notebook, files, **options)
