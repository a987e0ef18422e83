"""The site: executed chapters, exercises without solutions, search, links, and pages that everyone can use.

pytest tests/test_site.py                  a site of three chapters
make site                                  the whole course, made and then looked at in the same way
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import CHAPTER
from playwright.sync_api import Browser, Page, sync_playwright
from served import served
from test_build import _outside, _regions
from wcag import violations

from grader.authoring import exercise
from grader.authoring.course import Course
from grader.authoring.figures import alt_texts, caption
from grader.errors import CourseError, UsageError
from grader.site import build
from grader.site.links import check_links
from grader.site.sphinx_parts import slug

ROOT = Path(__file__).resolve().parents[1]
COURSE = Course(ROOT)
WHOLE = os.environ.get("SITE", "")
"""A site of the whole course that `make site` has made."""
TOPICS = COURSE.topics if WHOLE else ["00-welcome", "01-tensors", "09-layers"]
LOOKED_AT = ["index", "chapters/00-welcome", "chapters/01-tensors", "chapters/09-layers", "exercises/01-tensors"]
LISTS = ["glossary", "cheat-sheet", "terms", "search"]

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site lies."""
    if WHOLE:
        return Path(WHOLE).resolve()
    return build.make(COURSE, TOPICS, tmp_path_factory.mktemp("site") / "pages").folder


def test_nothing_is_left_beside_the_site(site: Path) -> None:
    assert WHOLE or [path.name for path in site.parent.iterdir()] == ["pages"]
    assert not (ROOT / "jupyter_execute").exists()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site as a static host serves it."""
    with served(site) as where:
        yield where


@pytest.fixture(scope="module")
def browser(chromium: str, site: Path) -> Iterator[Browser]:
    """A browser; the site is made before, since Playwright's loop would run around the loop that makes it."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def _names(site: Path) -> list[str]:
    found = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    return sorted(name for name in found if not name.startswith("_static/"))


def _text(path: Path) -> str:
    """What a page says, without its tags."""
    return _plain(path.read_text())


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_every_chapter_and_every_exercise_notebook_has_its_page(site: Path) -> None:
    expected = {f"chapters/{topic}.html" for topic in TOPICS}
    expected |= {f"exercises/{topic}.html" for topic in TOPICS if COURSE.solution(topic).is_file()}
    around = {
        f"{name}.html" for name in ("index", "begin", "cheat-sheet", "glossary", "instructors", "search", "terms")
    }
    assert set(_names(site)) == expected | around


def test_a_chapter_shows_what_its_cells_gave_and_when(site: Path) -> None:
    text = _text(site / "chapters" / "01-tensors.html")
    assert "InvalidArgumentError: cannot compute Mul" in text
    assert re.search(r"Executed on \d{4}-\d\d-\d\d with Python [\d.]+, TensorFlow [\d.]+", text)
    assert "google.colab" not in text


def test_no_solution_line_and_no_hidden_check_is_in_any_page(site: Path) -> None:
    for topic in TOPICS:
        if not COURSE.solution(topic).is_file():
            continue
        html = (site / "exercises" / f"{topic}.html").read_text()
        blocks = re.findall(r'(?s)<div class="cell_input docutils container">(.*?)</pre>', html)
        assert len(blocks) > 12
        lines = {line.strip() for block in blocks for line in _plain(block).split("\n")}
        cells = [cell for cell in exercise.cells(COURSE.solution(topic)) if cell.cell_type == "code"]
        given = {line.strip() for cell in cells for line in _outside(cell.source)}
        for cell in cells:
            secret = _regions(cell.source, exercise.BEGIN_SOLUTION, exercise.END_SOLUTION)
            secret += _regions(cell.source, exercise.BEGIN_HIDDEN, exercise.END_HIDDEN)
            assert [line for line in secret if line in lines and line not in given] == []
    for path in [*site.rglob("*.html"), *site.rglob("*.js"), *site.rglob("*.ipynb"), *site.rglob("*.txt")]:
        found = path.read_text()
        for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"):
            assert mark not in found, path


def test_the_sentence_after_a_picture_is_its_alt_text(site: Path) -> None:
    for topic in TOPICS:
        nb = nbformat.reads(COURSE.chapter_notebook(topic).read_text(), as_version=4)
        html = (site / "chapters" / f"{topic}.html").read_text()
        alts = [unescape(alt) for alt in re.findall(r'<img alt="([^"]*)" src="\.\./_images/', html)]
        said = list(alt_texts(nb.cells).values())
        assert alts == said


def test_a_caption_becomes_plain_words() -> None:
    assert caption("*Figure: the `tf.cast` of $x$, see [a](b.md).*\n\nMore.") == "The tf.cast of x, see a."
    assert caption("Figure: no caption") == ""
    assert caption("*Figure: *") == ""


def test_an_anchor_is_a_heading_with_a_dash_for_each_space() -> None:
    assert slug("Which `kind` of number") == "Which-kind-of-number"


def test_the_front_page_has_a_real_message_and_the_ways_to_begin(site: Path) -> None:
    html = (site / "index.html").read_text()
    assert 'aria-label="Check failed"' in html
    assert "colab.research.google.com" in html
    assert "begin.html" in html
    assert "make lab" in _text(site / "begin.html")


def test_the_cheat_sheet_has_the_table_of_every_chapter(site: Path) -> None:
    html = (site / "cheat-sheet.html").read_text()
    assert html.count("<table") == len(TOPICS)


def test_the_sitemap_and_the_canonical_links_use_the_one_address(site: Path) -> None:
    base = build.address(COURSE)
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text())
    assert {link.removeprefix(base) or "index.html" for link in listed} == set(_names(site)) - {"search.html"}
    assert (
        f'<link rel="canonical" href="{base}chapters/01-tensors.html"'
        in (site / "chapters" / "01-tensors.html").read_text()
    )
    assert f"Sitemap: {base}sitemap.xml" in (site / "robots.txt").read_text()


def test_every_link_inside_holds(site: Path) -> None:
    found = check_links(site)
    assert found.inside > 100
    assert all(link.startswith("https://") for link in found.outside)


def test_a_dead_link_and_a_picture_from_elsewhere_are_faults(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#here">b</a><p id="x"></p>')
    (tmp_path / "b.html").write_text("<p>no anchor</p>")
    with pytest.raises(CourseError, match=r"a.html: the link b.html#here names an anchor that is not there"):
        check_links(tmp_path)
    (tmp_path / "a.html").write_text('<img alt="a" src="https://example.org/a.png">')
    with pytest.raises(CourseError, match=r"loads https://example\.org/a\.png from another host"):
        check_links(tmp_path)
    (tmp_path / "a.html").write_text('<img src="b.html">')
    with pytest.raises(CourseError, match="1 images have no alt text"):
        check_links(tmp_path)


@pytest.mark.skipif(bool(WHOLE), reason="make site has just made it")
def test_what_has_not_changed_is_not_made_again(site: Path) -> None:
    before = {name: (site / name).stat().st_mtime_ns for name in _names(site) if "/" in name}
    again = build.make(COURSE, TOPICS, site)
    assert again.executed == 0
    assert {name: (site / name).stat().st_mtime_ns for name in before} == before


def test_the_workflow_publishes_what_make_makes() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text())["jobs"]
    steps = jobs["build"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make _site"]
    assert "\n_site: " in (ROOT / "Makefile").read_text()
    assert [step["with"]["path"] for step in steps if "pages" in step.get("uses", "")] == ["_site"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds other things"):
        build.make(COURSE, TOPICS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_course_without_an_address_is_told_what_to_write(small_course: Course) -> None:
    project = small_course.root / "pyproject.toml"
    project.write_text(re.sub(r"(?m)^site = .*\n", "", project.read_text()))
    with pytest.raises(CourseError, match=r"lacks the site's address; add site"):
        build.make(small_course)


def test_a_chapter_that_fails_makes_no_site(small_course: Course) -> None:
    text = CHAPTER.format(title="First").replace("x = 1\nx\n", "1 / 0\n")
    (small_course.root / "course" / "01-first.md").write_text(text)
    with pytest.raises(CourseError, match=r"01-first.md:\d+: this cell fails: ZeroDivisionError.*grader verify 01"):
        build.make(small_course, ["01-first"])
    assert not (small_course.root / build.OUT).exists()


# From here on there is a browser, whose event loop keeps others from running.


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_violation_of_wcag(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page, found = context.new_page(), {}
    for name in LOOKED_AT + (LISTS if scheme == "light" else []):
        page.goto(f"{address}/{name}.html")
        page.wait_for_load_state("load")
        page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important }")
        page.wait_for_function("document.fonts.status === 'loaded'")
        found |= {f"{name}: {rule}": nodes for rule, nodes in violations(page).items()}
    context.close()
    assert found == {}


WORDS = {
    "brighten": "chapters/01-tensors.html",  # text
    "newaxis": "chapters/01-tensors.html",  # code
    "Joining": "chapters/01-tensors.html",  # a heading
    "checkerboard": "exercises/01-tensors.html",  # an exercise
    "convolve": "chapters/09-layers.html",
}


@pytest.mark.parametrize("word", WORDS)
def test_search_finds_a_word(page: Page, address: str, word: str) -> None:
    _search(page, address, word)


@pytest.mark.parametrize("word", ["checkerboard", "newaxis"])
def test_search_finds_a_word_without_a_server(page: Page, site: Path, word: str) -> None:
    _search(page, site.as_uri(), word)


def _search(page: Page, base: str, word: str) -> None:
    """Type a word into the search page, as a reader does, and see its page among the results."""
    page.goto(f"{base}/search.html")
    field = page.locator(".bd-search-container input[type=search]")
    field.fill(word)
    field.press("Enter")
    # Results come in one after another: each page is fetched for its excerpt.
    page.locator(f"#search-results li a[href*='{WORDS[word]}']").first.wait_for()


def test_a_click_through_all_pages_meets_no_error_and_no_other_host(page: Page, site: Path, address: str) -> None:
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.on("request", lambda asked: faults.append(asked.url) if _leaves(asked.url, address) else None)
    page.goto(f"{address}/index.html")
    seen = [page.url]
    while page.locator(".prev-next-footer a.right-next").count():
        page.locator(".prev-next-footer a.right-next").click()
        page.wait_for_load_state("load")
        seen.append(page.url)
    page.goto(f"{address}/search.html")
    assert faults == []
    assert sorted(url.removeprefix(f"{address}/") for url in seen) == [n for n in _names(site) if n != "search.html"]


def _leaves(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))


@pytest.mark.parametrize("name", ["index", "chapters/01-tensors", "exercises/01-tensors", "cheat-sheet"])
def test_a_page_at_400_percent_needs_no_scrolling_sideways(page: Page, address: str, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 at 400 %
    page.goto(f"{address}/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
