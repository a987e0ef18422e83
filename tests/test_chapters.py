"""Chapters in JupyterLab, in a real browser: Run All goes to the end without red, and leaves the machine as it was.

    make test-chapters                      all of them
    make test-chapters CHAPTERS=drawn       two, drawn by the last commit; `.ci/run` does this

`make test` alone runs none here: the gate runs them all, offline and in a sandbox.
"""

from __future__ import annotations

import importlib.metadata
import os
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page
from test_jupyterlab import ROOT, _close, _menu, _open, _ran, lab, page

from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.gate.draw import drawn

__all__ = ["lab", "page"]  # fixtures

COURSE = Course(ROOT)
MINUTES = 6

pytestmark = pytest.mark.xdist_group("browser")


def _topics() -> list[str]:
    asked = os.environ.get("CHAPTERS", "")
    if asked == "all":
        return COURSE.topics
    if asked == "drawn":
        return drawn(COURSE, COURSE.topics, 2)
    return [COURSE.resolve(name) for name in asked.replace(",", " ").split()]


def _packages() -> set[tuple[str, str]]:
    return {(dist.metadata["Name"], dist.version) for dist in importlib.metadata.distributions()}


def _processes(home: Path) -> dict[int, str]:
    """The processes that descend from the server, wherever they have gone: HOME is its own."""
    found = {}
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME", "").startswith(str(home)) and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = " ".join(process.cmdline())
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("topic", _topics())
def test_run_all_goes_to_the_end_and_leaves_the_machine_as_it_was(
    page: Page, lab: tuple[str, Path], topic: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    title, path = front_matter(COURSE.chapter(topic))[0].title, COURSE.chapter_notebook(topic)
    home = tmp_path_factory.getbasetemp()
    packages, processes = _packages(), _processes(home)
    _open(page, title, path.name)
    _menu(page, "Run", "Run All Cells")
    code = _ran(page, lab[1] / path.relative_to(ROOT), MINUTES)
    red = [
        "".join(output.get("traceback") or output.get("text"))
        for cell in code
        for output in cell["outputs"]
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    assert red == []
    assert all(cell["execution_count"] for cell in code)
    _close(page, path.name)
    left: dict[int, str] = {}
    for _ in range(100):
        left = {pid: line for pid, line in _processes(home).items() if pid not in processes}
        if not left:
            break
        time.sleep(0.2)
    assert left == {}
    assert _packages() == packages
