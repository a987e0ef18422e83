"""IPython extension of the course's kernels: what a kernel says of itself, and where it writes in a run of nbgrader.

Loaded by the course's kernelspecs (`--ext=grader.kernels.streams`), in warm and cold kernels alike.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Name the language without its patch version; under nbgrader, map `sys.stderr` to `sys.stdout`.

    JupyterLab writes what the kernel says of its language into a notebook that it opens, and then asks on closing
    whether to save it. The course's notebooks are built with "3", whatever Python they will run on.

    nbgrader (NBGRADER_EXECUTION is autograde or validate) gives a graded cell no points as soon as it writes to
    stderr, be it a warning in a right answer; so `sys.stderr` becomes `sys.stdout` there. Our own judge (GRADER_SEED
    is set) ignores stderr and needs no such help.
    """
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        kernel.language_info = {**kernel.language_info, "version": "3"}
    if os.environ.get("NBGRADER_EXECUTION") and not os.environ.get("GRADER_SEED"):
        sys.stderr = sys.stdout
