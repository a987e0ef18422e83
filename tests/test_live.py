"""The live pages: they renew themselves and leave the reader where she was, and the projector's knows no names."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import small_class
from playwright.sync_api import sync_playwright
from small_class import TOPIC
from wcag import violations

from grader.classroom.classroom import Classroom
from grader.report import live, nameless
from grader.submissions.people import Person

OWN = """\
# exercise: row_norms
# by Ada Lovelace
def row_norms(x):
    "Of Ada, </pre><script>document.title = 'owned'</script>."
    return (x * x).sum(axis=-2, keepdims="</pre><script>document.title = 'owned'</script>")
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """The graded class after those with one right program have written another; read only."""
    graded = small_class.graded(tmp_path_factory.mktemp("graded"))
    made = Classroom.find(shutil.copytree(graded, tmp_path_factory.mktemp("copy") / "class", symlinks=True))
    for path in made.root.glob(f"autograded/*/{TOPIC}/{TOPIC}.ipynb"):
        notebook = json.loads(path.read_text())
        for cell in notebook["cells"]:
            if "np.linalg.norm(x" in "".join(cell["source"]):
                cell["source"] = OWN
        path.write_text(json.dumps(notebook))
    live.write(made, [TOPIC], waiting=2)
    return made


def _page(room: Classroom, name: str) -> Path:
    return room.root / "grading" / "report" / name


def test_no_name_of_anybody_is_in_the_projectors_file(room: Classroom) -> None:
    told, named = (_page(room, name).read_text().casefold() for name in (live.PROJECTOR, live.LIVE))
    people = room.people()
    assert len(people) > 10
    for person in people:
        for name in (person.id, person.first_name, person.last_name):
            if name:
                assert not re.search(rf"\b{re.escape(name.casefold())}\b", told), name
    assert "ada lovelace (alovelace)" in named and "by ada lovelace" in named
    assert "wrote this" in told and "keepdims" in told  # a program that several wrote is shown
    assert all("<script>document" not in text and "&lt;script&gt;document" in text for text in (told, named))
    assert live.PROJECTOR in named and live.LIVE not in told


PEOPLE = [
    Person("x17max", "Max", "Müller", "max.power@x.edu", "90210"),
    Person("12345", "Ada", "King"),
    Person("wei", "伟", "王", ""),
]


@pytest.mark.parametrize(
    "text",
    ["ada = 1", "of_ada = 1", "byAda = 1", "x = 'King'", "x = 'MÜLLER'", "muller = 2", "n = 12345", "x17max = 1",
     "x = 'max.power'", "x = '王 伟'", "def f(king):\n    return king", "import ada", "f'{x} Ada'", "x.ada = 1",
     "xx90210 = 1", "class Wei: pass"],
)  # fmt: skip
def test_a_program_with_somebodys_name_in_it_is_not_shown(text: str) -> None:
    assert nameless.program(text, nameless.Names(PEOPLE, [], "")) is None


def test_comments_and_docstrings_are_dropped_and_the_instructors_own_words_are_no_names() -> None:
    text = '# Ada\ndef f(x):\n    """By Ada King."""\n    return np.max(x)  # Max\n'
    assert nameless.program(text, nameless.Names(PEOPLE, [], "np.max")) == "def f(x):\n    return np.max(x)"
    assert nameless.program(text, nameless.Names(PEOPLE, [], "")) is None
    assert nameless.program("adamant = banana = 1", nameless.Names(PEOPLE, [], "")) == "adamant = banana = 1"
    assert nameless.program("def (", nameless.Names(PEOPLE, [], "")) is None
    assert nameless.program("bob = 1", nameless.Names([], ["bob"], "")) is None  # of a class without a roster


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [live.LIVE, live.PROJECTOR])
def test_a_page_renews_itself_where_the_reader_was(room: Classroom, chromium: str, scheme: str, name: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": 320, "height": 500})
        page.set_default_timeout(60_000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(_page(room, name).as_uri())
        for group in page.locator("details.group").all():
            group.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        last = page.locator("details.group").last
        last.scroll_into_view_if_needed()
        last.locator("summary").focus()
        before = last.evaluate("part => part.getBoundingClientRect().top")
        page.evaluate("window.old = true")
        with page.expect_event("load"):
            pass
        assert page.evaluate("window.old") is None
        assert all(group.get_attribute("open") is not None for group in page.locator("details.group").all())
        after = page.locator("details.group").last.evaluate("part => part.getBoundingClientRect().top")
        assert abs(after - before) < 2
        assert page.evaluate("document.activeElement.closest('details').matches('details.group')")
        assert page.title().endswith(": live")
        page.get_by_role("button", name="Pause").click()
        page.evaluate("window.old = true")
        page.wait_for_timeout(6_000)
        assert page.evaluate("window.old")
        assert said == []
        assert violations(page) == {}
        browser.close()
