"""A student's first day: `make lab`, start page, chapter 00, an exercise wrong and right, a command in a terminal."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.person import Person, address, browser, cell, follow, menu, run, run_all, write

pytestmark = pytest.mark.xdist_group("browser")

WRONG = "# exercise: checkerboard\ndef checkerboard(n):\n    return (tf.range(n)[:, tf.newaxis] + tf.range(n) + 1) % 2"
RIGHT = WRONG.replace(" + 1", "")
RED = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.{}']"


def test_a_student_opens_the_course_reads_solves_and_checks(installed: Path, chromium: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    student = Person(tmp_path / "home")
    student.folder = installed
    with student.starts("make lab") as screen, browser(chromium, student.home, address(screen)) as page:
        expect(page.locator(".jp-RenderedMarkdown h1")).to_have_text(re.compile("Start here"))
        expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)

        welcome = follow(page, "Welcome")
        run_all(page, welcome)
        expect(welcome.locator(RED.format("stderr"))).to_have_count(0)
        # The chapter shows a check that fails, on purpose; nothing else is red.
        assert welcome.locator(RED.format("error")).count() == welcome.get_by_role("group", name="Check failed").count()

        page.get_by_role("tab", name="START_HERE.md").click()
        exercises = follow(page, "6 exercises")
        solution, check = (
            cell(page, exercises, f"# {kind}") for kind in ("exercise: checkerboard", "check: checkerboard-1")
        )
        run_all(page, exercises)
        expect(check.locator(".jp-OutputArea-output").first).to_contain_text("Not attempted yet")
        write(page, solution, WRONG)
        expect(run(page, check).first).to_contain_text("top left corner must be 0")
        write(page, solution, RIGHT)
        expect(run(page, check).first).to_contain_text("Right: checkerboard(3)")
        page.keyboard.press("Control+s")

        menu(page, "File", "New", "Terminal")
        terminal = page.locator(".jp-Terminal:visible")
        expect(terminal).to_be_visible()
        told = student.home / "told"
        terminal.click()
        # What a terminal shows is a picture in a browser: `tee` lets this test read what the student sees.
        page.keyboard.type("grader check 01 2>&1 | tee ~/told; echo the end >> ~/told\n")
        _until(told, "the end")
        assert "1 of 6 right" in told.read_text(), told.read_text()

        page.get_by_role("tab", name=re.compile("01-tensors")).last.click()
        chapter = follow(page, "the chapter")
        expect(chapter.locator("h1").first).to_contain_text("Tensors", timeout=20_000)


def _until(path: Path, text: str) -> None:
    deadline = time.monotonic() + 180
    while not (path.exists() and text in path.read_text()):
        assert time.monotonic() < deadline, path.read_text() if path.exists() else f"{path} was never written"
        time.sleep(0.1)
