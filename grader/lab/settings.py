"""The settings that the course brings to JupyterLab, and the environment that makes Jupyter find them."""

from __future__ import annotations

import os
from pathlib import Path

from grader.kernels.manager import jupyter_path

_HERE = Path(__file__).parent


def environment(*, instructor: bool = False, exchange: bool = False) -> dict[str, str]:
    """This process's environment, with the course's settings and kernels first in Jupyter's search paths.

    Nothing is written to the user's own Jupyter configuration.

    Args:
        instructor: leave nbgrader's instructor panels in JupyterLab.
        exchange: leave a student nbgrader's Assignment List, which wants an exchange.
    """
    settings = [] if instructor else [_HERE / "exchange"] * exchange + [_HERE / "student"]
    settings.append(_HERE / "common")
    before = os.environ.get("JUPYTER_CONFIG_PATH")
    found = os.pathsep.join([*map(str, settings), *([before] if before else [])])
    return {**os.environ, "JUPYTER_CONFIG_PATH": found, "JUPYTER_PATH": jupyter_path()}
