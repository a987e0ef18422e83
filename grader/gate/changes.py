"""Which topics a change touches, as git sees it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from grader.authoring.course import TOPIC, Course
from grader.errors import UsageError
from grader.grading import runtime

_TEXT = re.compile(rf"(?:course|solutions)/({TOPIC.pattern})(?:\.answers|\.why)?\.(?:md|py)")
_PROJECT = re.compile(rf"solutions/projects/({TOPIC.pattern})(?:\.answers|\.why)?\.(?:md|py)")


def changed_topics(course: Course) -> list[str]:
    """The topics that differ from what is published, in order.

    A change is what differs from the main branch where another one is checked out, or from the last commit, and what
    git does not know yet. A change to what every notebook runs on (checks, kernels, data) touches all of them.

    Raises:
        UsageError: git is not installed, or this is no checkout.
    """
    files = {course.root / name for name in changed_files(course)}
    if files & set(runtime.files()):
        return course.topics
    names = [path.relative_to(course.root).as_posix() for path in files]
    touched = {match.group(1) for name in names if (match := _TEXT.fullmatch(name))}
    projects = {match.group(1)[:2] for name in names if (match := _PROJECT.fullmatch(name))}
    return [topic for topic in course.topics if topic in touched or topic[:2] in projects]


def changed_files(course: Course) -> list[str]:
    """The paths, relative to the course, that a change touches; those that it removed among them."""
    _git(course.root, "rev-parse", "--git-dir")
    base = _base(course)
    known = _git(course.root, "diff", "--name-only", "--relative", base) if base else _git(course.root, "ls-files")
    new = _git(course.root, "ls-files", "--others", "--exclude-standard")
    return sorted({name for name in [*known, *new] if name})


def _base(course: Course) -> str | None:
    """The commit to compare with: where this branch left the main one, else the last commit; None before the first."""
    main = course.settings["branch"]
    for branch in (f"origin/{main}", main):
        try:
            return _git(course.root, "merge-base", "HEAD", branch)[0]
        except UsageError:
            continue
    try:
        return _git(course.root, "rev-parse", "--verify", "HEAD")[0]
    except UsageError:
        return None


def _git(root: Path, *arguments: str) -> list[str]:
    """The lines that a git command prints."""
    try:
        run = subprocess.run(
            ["git", "-c", "core.quotepath=off", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise UsageError("git is not installed; name the topics instead: grader verify 01 02.") from None
    if run.returncode:
        raise UsageError(f"git cannot say what has changed ({run.stderr.strip().splitlines()[0]}); name the topics.")
    return run.stdout.split("\n")[:-1] or [""]
