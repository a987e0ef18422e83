"""Where notebooks are executed: here, so many at once, or elsewhere behind the same call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

import nbformat

from grader.grading.execute import Executed, execute
from grader.grading.runtime import versions


class LocalKernels:
    """Executes on this machine, so many notebooks at once."""

    def __init__(self, jobs: int = 0) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        # One more than cores: a kernel that starts or ends waits for others more than it computes.
        self.slots = jobs or cores + 1
        self.versions: Mapping[str, str] = versions()
        self._free = asyncio.Semaphore(self.slots)

    async def __call__(self, notebook: nbformat.NotebookNode, files: Mapping[str, bytes], **options: Any) -> Executed:
        """As `grader.grading.execute.execute`."""
        async with self._free:
            return await execute(notebook, files, **options)
