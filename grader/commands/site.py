"""`grader site`: the course as a web site, with a line on what was made."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from grader.authoring.course import Course
from grader.errors import UsageError
from grader.lab import installed
from grader.site.build import make


def run(
    out: Console,
    names: Sequence[str] = (),
    *,
    folder: Path | None = None,
    jobs: int | None = None,
    links: bool = False,
) -> None:
    """Make the site of the named chapters, or of all, and print what came of it.

    Raises:
        UsageError: there is no such topic, or no place for the site.
        CourseError: a chapter does not run, or a page is not as it must be.
    """
    if find_spec("sphinx") is None:
        raise UsageError(f"Sphinx, which makes the pages, is not installed: {installed.addition('site')}")
    course = Course.find()
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs must be 1 or more, not {jobs}.")
    topics = sorted({course.resolve(name) for name in names}) if names else None
    started = time.monotonic()
    with out.status("making the site …") as status:
        site = make(course, topics, folder, jobs=jobs, say=status.update)
    if links:
        for link, page in sorted(site.links.outside.items()):
            out.print(f"{link}  ({page})", soft_wrap=True, highlight=False, markup=False)
    out.print(
        f"{site.pages} pages, {site.megabytes:.1f} MB, in {os.path.relpath(site.folder)}: {site.executed} chapters "
        f"run, {site.remembered} results known; {site.links.inside:,} links inside hold, {len(site.links.outside)} "
        f"lead out; in {time.monotonic() - started:.0f} s.",
        soft_wrap=True,
        highlight=False,
    )
