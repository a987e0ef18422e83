"""An instructor who knows nbgrader: `grader init`, then nbgrader's own commands and the formgrader, nothing added."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from journeys.person import Person, address, browser, menu
from journeys.students import PROBE, RIGHT, TOPIC, TRICK, answer

pytestmark = pytest.mark.xdist_group("browser")


def _hand_in(person: Person, student: str, notebook: bytes) -> None:
    """A student's notebook reaches the instructor, who puts it where nbgrader's documentation says."""
    (person.home / f"{student}.ipynb").write_bytes(notebook)
    place = f"submitted/{student}/{TOPIC}"
    person.types(f"mkdir -p {place} && cp ~/{student}.ipynb {place}/{TOPIC}.ipynb")


def _scores(person: Person) -> dict[str, float]:
    person.types("nbgrader export --to=grades.csv")
    with (person.folder / "grades.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["assignment"] == TOPIC and row["timestamp"] is not None]
    return {row["student_id"]: float(row["score"]) for row in rows}


def _autograded(person: Person, student: str) -> str:
    return (person.folder / "autograded" / student / TOPIC / f"{TOPIC}.ipynb").read_text()


def _submissions(page: Page) -> FrameLocator:
    """The formgrader's page of what was handed in, by the menu and the links that lead to it."""
    menu(page, "Nbgrader", "Formgrader")
    formgrader = page.frame_locator("iframe:visible")
    formgrader.locator("#main-table tr", has_text=TOPIC).locator(".num-submissions a").click()
    return formgrader


def _press(formgrader: FrameLocator, student: str, button: str) -> None:
    row = formgrader.locator(f"#main-table tr:has(td.student-id:text-is('{student}'))")
    row.locator(f".{button} a").click()
    dialog = formgrader.locator("#success-modal, #error-modal")
    expect(dialog).to_be_visible()
    assert dialog.get_attribute("id") == "success-modal", dialog.inner_text()
    dialog.get_by_role("button", name="OK").click()
    expect(row.locator(".status")).to_have_text("graded")


def test_somebody_who_knows_nbgrader_uses_its_own_commands(person: Person, chromium: str) -> None:
    person.types("grader init ~/my-class")
    person.folder = person.home / "my-class"
    released: Path = person.folder / "release" / TOPIC / f"{TOPIC}.ipynb"
    _hand_in(person, "ada", answer(released, RIGHT, PROBE))
    _hand_in(person, "ben", answer(released, {}, TRICK))
    person.types(f"nbgrader autograde {TOPIC}")
    assert "I am on sandbox" in _autograded(person, "ada")
    assert _scores(person) == {"ada": 2.0, "ben": 0.0}

    person.types(f"nbgrader generate_feedback {TOPIC}")
    page = (person.folder / "feedback" / "ada" / TOPIC / f"{TOPIC}.html").read_text()
    assert "checkerboard" in page and "HIDDEN" not in page and "(0, 1, 9)" not in page

    # The formgrader's button, for two who hand in later.
    _hand_in(person, "cy", answer(released, RIGHT, PROBE))
    _hand_in(person, "dan", answer(released, {}, TRICK))
    root = " --allow-root" if os.getuid() == 0 else ""  # as Jupyter tells root to
    with (
        person.starts(f"jupyter lab --no-browser{root}") as screen,
        browser(chromium, person.home, address(screen)) as window,
    ):
        formgrader = _submissions(window)
        for student in ("cy", "dan"):
            _press(formgrader, student, "autograde")
    assert "I am on sandbox" in _autograded(person, "cy")
    assert _scores(person) == {"ada": 2.0, "ben": 0.0, "cy": 2.0, "dan": 0.0}
