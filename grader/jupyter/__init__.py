"""The settings and kernels that the course brings to Jupyter, and the environment that makes Jupyter find them."""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
LONGEST = 95
"""So many characters may the name of a connection file have: its sockets' names, 107 at most, are made from it."""


def environment(*, instructor: bool = False) -> dict[str, str]:
    """This process's environment, with the course's settings and kernels first in Jupyter's search paths.

    Nothing is written to the user's own Jupyter configuration.

    Args:
        instructor: leave nbgrader's instructor panels in JupyterLab.
    """
    settings = [_HERE / "common"] if instructor else [_HERE / "student", _HERE / "common"]
    return {
        **os.environ,
        "JUPYTER_CONFIG_PATH": _first(settings, "JUPYTER_CONFIG_PATH"),
        "JUPYTER_PATH": _first([_HERE / "data"], "JUPYTER_PATH"),
    }


def _first(folders: list[Path], variable: str) -> str:
    before = os.environ.get(variable)
    return os.pathsep.join([*map(str, folders), *([before] if before else [])])


def kernel_manager(name: str) -> Any:
    """A `jupyter_client.AsyncKernelManager` for the kernel `name`, the course's own kernels first."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.paths import jupyter_runtime_dir

    specs = KernelSpecManager()
    specs.kernel_dirs = [str(_HERE / "data" / "kernels"), *specs.kernel_dirs]
    manager = AsyncKernelManager(kernel_name=name, kernel_spec_manager=specs)
    if os.name == "posix":
        # Unix sockets: no port to lose in a race, nobody else on the machine to overhear. They are named after the
        # connection file; without one their names are relative, and kernel and client need not share a folder.
        name = f"kernel-{uuid.uuid4()}"
        manager.connection_file = str(Path(jupyter_runtime_dir()) / f"{name}.json")
        manager.transport = "ipc"
        if len(manager.connection_file) > LONGEST:
            manager.ip = str(Path(tempfile.gettempdir()) / name)
    return manager
