"""The seed of a grading run: drawn for an assignment, and again once students have seen pages made with it.

It is kept in the class directory, and beside each result, so that a regrade repeats. A student's code can print it, so
what is handed in after pages were written must not meet it again.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from grader.errors import UsageError

LARGEST = 2**31 - 1


def draw() -> int:
    """A new seed."""
    return secrets.randbelow(LARGEST) + 1


def seed_of(class_directory: Path, assignment: str, *, new: bool = False) -> int:
    """The seed kept for an assignment; drawn and kept where there is none, or where a `new` one is asked for."""
    kept = _read(class_directory)
    if new or assignment not in kept:
        keep(class_directory, assignment, draw())
    return _read(class_directory)[assignment]


def spend(class_directory: Path, assignment: str, seed: int) -> None:
    """Forget a seed that students may now know: the next grading run draws another for what is new."""
    kept = _read(class_directory)
    if kept.get(assignment) == seed:
        del kept[assignment]
        _write(class_directory, kept)


def keep(class_directory: Path, assignment: str, seed: int) -> None:
    """Make `seed` the one that this assignment is graded with, until feedback has been written."""
    if not 0 < seed <= LARGEST:
        raise UsageError(f"A seed is a whole number from 1 to {LARGEST}, not {seed}.")
    _write(class_directory, {**_read(class_directory), assignment: seed})


def _write(class_directory: Path, kept: dict[str, int]) -> None:
    path = _path(class_directory)
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    fresh.replace(path)


def _path(class_directory: Path) -> Path:
    return class_directory / "grading" / "seeds.json"


def _read(class_directory: Path) -> dict[str, int]:
    path = _path(class_directory)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise UsageError(f"{path} is damaged; put it right, or delete it to draw new seeds.") from None
    if not isinstance(kept, dict) or not all(type(seed) is int for seed in kept.values()):
        raise UsageError(f"{path} must hold one whole number for each assignment; put it right, or delete it.")
    return kept
