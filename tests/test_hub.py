"""A class on a hub: deploy/README.md's commands, then two students and their instructor in real browsers.

One walk in order, on one hub: each test goes on where the one before has ended.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import hub_machine
import pytest
from hub_machine import Hub, Machine, follow_readme, machine, memory
from journeys.person import SWITCHES, cell, menu, run, write
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PICTURES = os.environ.get("SCREENSHOTS")
TOPIC = "01-tensors"
CLASS = "/home/prof/tf101"
EXCHANGE = "/srv/nbgrader/exchange/tf101"
RIGHT = "# exercise: checkerboard\ndef checkerboard(n):\n    return (tf.range(n)[:, tf.newaxis] + tf.range(n)) % 2"
WRONG = RIGHT.replace(") % 2", " + 1) % 2")

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(1200),
]


@pytest.fixture(scope="module")
def place() -> Iterator[Machine]:
    """A machine set up as deploy/README.md says; each class has one notebook, which is quicker."""
    reason = hub_machine.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(f"CI cannot run a hub: {reason}")
    if reason:
        pytest.skip(reason)
    with machine() as made:
        follow_readme(made, **{"init /home/prof/tf101": f"init {CLASS} --topic 01",
                               "init /home/prof2/tf202": "init /home/prof2/tf202 --topic 02"})  # fmt: skip
        for name in ("prof", "prof2", "ada", "ben"):
            made.types(f"echo {name}:the-word-of-{name} | chpasswd")
        yield made


@pytest.fixture(scope="module")
def hub(place: Machine) -> Iterator[Hub]:
    started = Hub(place)
    yield started
    started.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=120_000)
        opened = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield opened
        opened.close()


class People:
    """Who has signed in: each has a browser of their own, with one window."""

    def __init__(self, hub: Hub, browser: Browser) -> None:
        self._hub, self._browser = hub, browser
        self._windows: dict[str, Page] = {}

    def __getitem__(self, name: str) -> Page:
        if name not in self._windows:
            page = self._browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
            page.set_default_timeout(120_000)
            page.goto(self._hub.address)
            _picture(page, "sign-in")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill(f"the-word-of-{name}")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(re.compile(rf"/user/{name}/lab"))
            expect(page.locator(".jp-RenderedMarkdown h1").first).to_be_visible()
            self._windows[name] = page
        return self._windows[name]


@pytest.fixture(scope="module")
def people(hub: Hub, browser: Browser) -> People:
    return People(hub, browser)


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"hub-{name}.png")


def _assignments(page: Page) -> None:
    """Open the Assignment List, with this class chosen."""
    tab = page.get_by_role("tab", name="Assignments")
    if tab.count() == 0:
        menu(page, "Nbgrader", "Assignment List")
    else:
        tab.click()
    page.locator("#course_list_dropdown").click()
    page.locator("#course_list").get_by_text("tf101").click()
    expect(page.locator("#released_assignments_list_loading")).to_be_hidden()


def _item(page: Page, section: str) -> Locator:
    return page.locator(f"#{section} .list_item", has_text=TOPIC)


def test_an_instructor_releases_in_the_formgrader(people: People, place: Machine) -> None:
    page = people["prof"]
    menu(page, "Nbgrader", "Formgrader")
    formgrader = page.frame_locator("iframe:visible")
    row = formgrader.locator("#main-table tr", has_text=TOPIC)
    expect(row).to_be_visible()
    _picture(page, "formgrader")
    row.locator(".release a").click()
    expect(formgrader.locator("#success-modal")).to_be_visible()
    formgrader.get_by_role("button", name="OK").click()
    expect(row.locator(".status")).to_have_text("released")
    assert "01-tensors.ipynb" in place.types(f"ls {EXCHANGE}/outbound/{TOPIC}", "ada")


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_a_student_fetches_solves_and_hands_in(people: People, place: Machine, name: str) -> None:
    page = people[name]
    listed = page.locator(".jp-DirListing-content")
    expect(listed).to_contain_text("START_HERE.md")
    expect(listed).not_to_contain_text("solutions")
    mine = memory(place)[name]
    print(f"{name} before the first kernel: {mine:.0f} MiB")
    assert mine < 150

    _assignments(page)
    _item(page, "released_assignments_list").get_by_role("button", name="Fetch").click()
    fetched = _item(page, "fetched_assignments_list")
    expect(fetched.get_by_role("button", name="Submit")).to_be_visible()
    _picture(page, f"{name}-fetched")

    names = page.locator("#fetched_assignments_list a", has_text=TOPIC)
    names.first.click()
    names.last.click()
    notebook = page.locator(".jp-NotebookPanel:visible")
    # A hub's first kernel imports TensorFlow; until it is there JupyterLab runs no cell, and says so.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("TensorFlow course (Python 3) | Idle")
    run(page, cell(page, notebook, "import tensorflow"))
    write(page, cell(page, notebook, "# exercise: checkerboard"), RIGHT if name == "ada" else WRONG)
    said = run(page, cell(page, notebook, "# check: checkerboard-1"))
    expect(said.first).to_contain_text("Right: checkerboard" if name == "ada" else "wrong")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    _picture(page, f"{name}-solved")

    _assignments(page)
    fetched.get_by_role("button", name="Submit").click()
    expect(_item(page, "submitted_assignments_list").first).to_be_visible()
    _picture(page, f"{name}-handed-in")


def test_a_student_reads_nobody_elses_files(people: People, place: Machine, hub: Hub) -> None:
    for hidden in ("/home/ada", CLASS, f"{CLASS}/source", f"{CLASS}/gradebook.db", f"{EXCHANGE}/inbound"):
        assert "Permission denied" in place.types(f"ls {hidden}/", "ben", code=2)
    assert "Permission denied" in place.types("ls /srv/nbgrader/exchange/tf202", "ben", code=2)
    assert "Permission denied" in place.types("cat /srv/jupyterhub/cookie_secret", "ben", code=1)
    place.types("mv /srv/nbgrader/exchange/tf101 /srv/nbgrader/exchange/mine", "ben", code=1)
    server = place.types("pgrep --uid ada --oldest", "ada").split()[0]
    assert "Permission denied" in place.types(f"cat /proc/{server}/environ", "ben", code=1)

    page = people["ben"].context.new_page()
    for closed, status in (("/user/ada/lab", 403), ("/user/prof/formgrader", 403), ("/user/ben/formgrader", 404)):
        answer = page.goto(hub.address + closed)
        assert answer is not None and answer.status == status, closed
        assert TOPIC not in page.content()
    page.close()


def test_a_hand_in_is_its_owners_whatever_name_it_bears(place: Machine) -> None:
    """What ben hands in as ada's is refused, and hers stands."""
    place.types(f"cd course && nbgrader submit {TOPIC} --course tf101 --student ada", "ben")
    names = place.types(f"ls {EXCHANGE}/inbound").split("\n")
    assert sum(name.startswith(f"ada+{TOPIC}+") for name in names) == 2
    told = place.types(f"cd {CLASS} && COLUMNS=300 grader collect exchange", "prof", code=None)
    assert "it says that it is 'ada''s, but it belongs to 'ben'" in told
    hers = place.types(f"cat {CLASS}/submitted/ada/{TOPIC}/{TOPIC}.ipynb", "prof")
    assert " + tf.range(n)) % 2" in hers and " + 1) % 2" not in hers


def test_marks_and_feedback_reach_their_student(people: People, place: Machine) -> None:
    place.types(f"cd {CLASS} && grader grade --feedback && nbgrader release_feedback {TOPIC}", "prof")
    place.types(f"cd {CLASS} && nbgrader export --to=marks.csv", "prof")
    with place.path(f"{CLASS}/marks.csv").open() as file:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert (marks["ada"], marks["ben"]) == (2.0, 0.0)
    for name in ("ada", "ben"):
        page = people[name]
        _assignments(page)
        submitted = page.locator("#submitted_assignments_list")
        submitted.get_by_role("button", name="Fetch Feedback").first.click()
        expect(submitted.get_by_text("view feedback").first).to_be_visible()
        _picture(page, f"{name}-feedback")
        told = place.types(f"cat course/tf101/{TOPIC}/feedback/*/{TOPIC}.html", name)
        assert "checkerboard" in told
