"""Errors that a person can act on: one sentence, and what to do next."""

from __future__ import annotations

import errno


class CourseError(Exception):
    """Something in the course's own files is wrong; the message names the file, the line if known, and the remedy."""


class UsageError(Exception):
    """A command was called in a way that cannot work; the message says how to call it."""


class Passing(Exception):
    """What stands in the way may be over when the same is tried again, such as a lock that another program holds."""


def passes(problem: BaseException) -> bool:
    """Whether to wait and to try again may help: something is locked, or a disk is full."""
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    from_sqlite = str(problem) if type(problem).__name__ == "OperationalError" else ""
    if isinstance(problem, Passing) or "is locked" in from_sqlite or "disk is full" in from_sqlite:
        return True
    behind = problem.__cause__ or problem.__context__  # nbgrader wraps what its database says
    return behind is not None and passes(behind)


class NotebookError(Exception):
    """A file that should be a notebook is none; the message says which, and how to get it back."""
