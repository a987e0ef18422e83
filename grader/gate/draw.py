"""Draws topics for proofs that not all can have each time: the same ones for the same commit."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence

from grader.authoring.course import Course


def drawn(course: Course, topics: Sequence[str], count: int) -> list[str]:
    """So many of the topics, in their order, drawn by the name of the last commit; by nothing where git knows none."""
    return sorted(random.Random(_commit(course)).sample(list(topics), min(count, len(topics))))


def _commit(course: Course) -> str:
    try:
        command = ["git", "rev-parse", "--verify", "HEAD"]
        run = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return run.stdout.strip()
