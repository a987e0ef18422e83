"""The kernels that the course brings to Jupyter, and how a client of one is made."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.kernels.specs import SOURCE

LONGEST = 95
"""So many characters may the name of a connection file have: its sockets' names, 107 at most, are made from it."""


def jupyter_path() -> str:
    """The value of JUPYTER_PATH with which Jupyter finds the course's kernels first."""
    before = os.environ.get("JUPYTER_PATH")
    return os.pathsep.join([str(SOURCE.parent), *([before] if before else [])])


def kernel_manager(name: str) -> Any:
    """A `jupyter_client.AsyncKernelManager` for the kernel `name`, the course's own kernels first."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.paths import jupyter_runtime_dir
    from jupyter_core.utils import ensure_dir_exists

    specs = KernelSpecManager()
    specs.kernel_dirs = [str(SOURCE), *specs.kernel_dirs]
    manager = AsyncKernelManager(kernel_name=name, kernel_spec_manager=specs)
    if os.name == "posix":
        # Unix sockets: no port to lose in a race, nobody else on the machine to overhear. They are named after the
        # connection file; without one their names are relative, and kernel and client need not share a folder.
        name = f"kernel-{uuid.uuid4()}"
        folder = jupyter_runtime_dir()
        ensure_dir_exists(folder, mode=0o700)  # Jupyter's own programs make it, but none may ever have run here
        manager.connection_file = str(Path(folder) / f"{name}.json")
        manager.transport = "ipc"
        if len(manager.connection_file) > LONGEST:
            manager.ip = str(Path(tempfile.gettempdir()) / name)
    return manager


async def run_cells(client: Any, started: Callable[[], None] = lambda: None, **options: Any) -> None:
    """Run every cell of an nbclient's notebook in a fresh kernel, which ends with this call, however it ends.

    In place of its `async_execute`, which takes Ctrl-C away from this process.

    Args:
        client: an `nbclient.NotebookClient` with a manager from `kernel_manager`.
        started: called once the kernel is there.
        options: as for the start of a kernel, such as `env`.
    """
    from nbclient.exceptions import DeadKernelError

    try:
        await client.async_start_new_kernel(**options)
        await client.async_start_new_kernel_client()
        started()
        for index, cell in enumerate(client.nb.cells):
            await client.async_execute_cell(cell, index)
    except DeadKernelError:
        if _is_cancelled():  # which nbclient takes for the kernel's end
            raise asyncio.CancelledError from None
        raise
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(client.km.shutdown_kernel(now=True), 20.0)


def _is_cancelled() -> bool:
    """Whether the running task was asked to end, as by Ctrl-C; Python 3.10 does not say."""
    asked = getattr(asyncio.current_task(), "cancelling", None)
    return asked is not None and asked() > 0
