"""nbgrader's formgrader, in a real browser, on a class that `grader grade` has graded."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import small_class
from playwright.sync_api import Locator, Page, expect, sync_playwright
from small_class import SECRET, TOPIC

from grader.classroom.classroom import Classroom
from grader.commands import demo
from grader.grading.pipeline import Options, grade_class
from grader.report import feedback

PICTURES = os.environ.get("SCREENSHOTS")
STUDENT = "alovelace"

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course with a graded class in classes/demo."""
    folder = tmp_path_factory.mktemp("graded")
    graded = small_class.graded(folder)
    root = tmp_path_factory.mktemp("checkout")
    course = small_class.course(root / "course")
    shutil.copytree(graded, course.root / "classes" / "demo", symlinks=True)
    return course.root


@pytest.fixture(scope="module")
def address(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The formgrader's address and token, served by `grader lab --instructor`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    log = (home / "server.log").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "grader", "lab", "--instructor", "--no-browser", "--port", str(port)],
        cwd=checkout,
        env={**os.environ, "HOME": str(home), "JUPYTER_TOKEN": "sesame"},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait_for(port, server, home / "server.log")
        yield f"http://127.0.0.1:{port}/formgrader?token=sesame&path={checkout / 'classes' / 'demo'}"
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture
def page(address: str, chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        window = browser.new_page(viewport={"width": 1300, "height": 900})
        window.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        window.goto(address)
        yield window
        browser.close()


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"formgrader-{name}.png")


def _row(page: Page, address: str) -> Locator:
    """The student's row on the page of submissions."""
    page.goto(address.replace("/formgrader?", f"/formgrader/manage_submissions/{TOPIC}?"))
    page.get_by_role("searchbox").fill(STUDENT)
    row = page.locator("#main-table tr", has_text=STUDENT)
    expect(row).to_have_count(1)
    return row


def _press(page: Page, row: Locator, button: str) -> None:
    """Press a button of a row, and wait for nbgrader's answer, which must be success."""
    row.locator(f".{button} a").click()
    dialog = page.locator("#success-modal, #error-modal")
    expect(dialog).to_be_visible()
    assert dialog.get_attribute("id") == "success-modal", dialog.inner_text()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog).to_have_count(0)


def test_marks_and_comments_made_in_the_formgrader_survive_a_regrade_and_reach_the_student(
    page: Page, address: str, checkout: Path
) -> None:
    room = Classroom.find(checkout / "classes" / "demo")
    expect(page.locator("#main-table")).to_contain_text(TOPIC)
    _picture(page, "assignments")
    row = _row(page, address)
    expect(row.locator(".score")).to_have_text("5 / 5")
    expect(row.locator(".status")).to_have_text("graded")
    _picture(page, "submissions")

    with room.gradebook() as book:
        submission = book.find_submission_notebook(TOPIC, TOPIC, STUDENT).id
    page.goto(re.sub(r"/formgrader\?.*", f"/formgrader/submissions/{submission}/?token=sesame", address))
    score = page.locator("input.score").first
    expect(score).to_have_attribute("placeholder", re.compile(r"2(\.0)?"))
    score.fill("1.5")
    page.locator("textarea.comment").first.fill("Say why the **last** axis.")
    page.locator("body").click(position={"x": 5, "y": 5})
    expect(page.locator(".comment-saved").first).to_have_class(re.compile("glyphicon-ok"))
    _picture(page, "by-hand")
    _see_marks(room)

    row = _row(page, address)
    expect(row.locator(".score")).to_have_text("4.5 / 5")
    _press(page, row, "autograde")  # nbgrader's own way to grade again
    _see_marks(room)
    with ThreadPoolExecutor(1) as thread:  # this one has the browser's event loop
        options = Options(seed=demo.SEED, force=True, students=(STUDENT,))
        thread.submit(grade_class, room.root, options).result()  # and ours
    _see_marks(room)

    row = _row(page, address)
    _press(page, row, "generate-feedback")
    told = (room.root / "feedback" / STUDENT / TOPIC / f"{TOPIC}.html").read_text()
    assert "Say why the <strong>last</strong> axis." in told
    assert re.search(r"<strong>4.5</strong> of 5 points", told)
    assert SECRET not in told
    feedback.write(room, students=[STUDENT])
    told = (room.root / "feedback" / STUDENT / TOPIC / f"{TOPIC}.html").read_text()
    assert "Say why the <strong>last</strong> axis." in told
    assert "set by hand; the checks gave 2" in told


def _see_marks(room: Classroom) -> None:
    """The mark and the comment are in the gradebook."""
    with room.gradebook() as book:
        grade = book.find_grade("row_norms-1", TOPIC, TOPIC, STUDENT)
        assert (grade.auto_score, grade.manual_score) == (2.0, 1.5)
        assert book.find_comment("row_norms", TOPIC, TOPIC, STUDENT).manual_comment == "Say why the **last** axis."
