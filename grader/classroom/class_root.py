"""Finds the class directory that one stands in. A module of its own that imports little: commands begin with it."""

from __future__ import annotations

from pathlib import Path

from grader.errors import UsageError

CONFIG_FILE = "nbgrader_config.py"


def around(start: Path | None = None) -> Path:
    """The class directory around `start`, by default the working directory.

    Raises:
        UsageError: there is none.
    """
    here = (start or Path.cwd()).expanduser().resolve()
    for place in (here, *here.parents):
        if (place / CONFIG_FILE).is_file():
            return place
    raise UsageError(f"{here} is no class directory: run this in one, or make one with 'grader init DIRECTORY'.")
