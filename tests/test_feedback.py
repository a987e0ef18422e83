"""Feedback pages: verdicts, marks and comments for one student, and nothing that could leak, load or run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import small_class
from nbgrader.utils import notebook_hash
from playwright.sync_api import Page, sync_playwright
from small_class import SECRET, TOPIC
from timing import quickest
from wcag import violations

from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.report import feedback, safe_html


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class with its feedback pages; read only."""
    root = small_class.graded(tmp_path_factory.mktemp("graded"))
    feedback.write(Classroom.find(root))
    return root


@pytest.fixture
def room(made: Path, tmp_path: Path) -> Classroom:
    return Classroom.find(shutil.copytree(made, tmp_path / "class", symlinks=True))


def _page(root: Path, student: str) -> str:
    return (root / "feedback" / student / TOPIC / f"{TOPIC}.html").read_text()


def test_there_is_one_page_for_each_graded_notebook_where_nbgrader_has_it(made: Path) -> None:
    autograded = {path.parts[-3] for path in (made / "autograded").glob(f"*/{TOPIC}/{TOPIC}.ipynb")}
    assert {path.parts[-3] for path in (made / "feedback").glob(f"*/{TOPIC}/{TOPIC}.html")} == autograded
    assert len(autograded) == 13


def test_a_page_says_what_every_part_earned_and_why(made: Path) -> None:
    page = _page(made, "alovelace")
    assert re.search(r"<strong>5</strong> of 5 points", page)
    assert page.count('<strong class="right">Right</strong>') == 2
    assert "You took the norm of each column." in "".join(_page(made, s.parts[-3]) for s in _all(made))


def _all(root: Path) -> list[Path]:
    return sorted((root / "feedback").glob("*/*/*.html"))


def test_no_page_holds_a_hidden_check_or_the_solution(made: Path) -> None:
    for path in _all(made):
        page = path.read_text()
        assert SECRET not in page, path
        assert "HIDDEN TESTS" not in page
        assert "np.convolve" not in page


def test_what_was_printed_after_hidden_checks_ran_is_left_out_and_said_so(made: Path) -> None:
    page = _page(made, "eve")
    assert "Output not shown: it was made after hidden checks had run." in page
    assert "SyntaxError in line 1" in page
    autograded = (made / "autograded" / "eve" / TOPIC / f"{TOPIC}.ipynb").read_text()
    assert autograded.count(SECRET) > 2  # the attack did print it


def test_all_outputs_can_be_asked_for(room: Classroom) -> None:
    feedback.write(room, students=["eve"], all_outputs=True)
    page = _page(room.root, "eve")
    assert "Output not shown" not in page
    assert "ValueError" in page


def test_a_page_names_no_other_student(made: Path) -> None:
    for path in _all(made):
        others = {p.parts[-3] for p in _all(made)} - {path.parts[-3]}
        text = path.read_text()
        assert not [name for name in others if re.search(rf"\b{name}\b", text)]


def test_a_file_that_was_no_notebook_gets_a_page_with_the_reason(made: Path) -> None:
    page = _page(made, "mmirzakhani")
    assert "The file is cut off" in page
    assert re.search(r"<strong>0</strong> of 5 points", page)
    assert "progress" not in page  # the last cell of an exercise notebook has nothing to say here


def test_a_mark_by_hand_and_a_comment_are_in_the_page_and_survive(room: Classroom) -> None:
    with room.gradebook() as book:
        grade = book.find_grade("row_norms-1", TOPIC, TOPIC, "alovelace")
        grade.manual_score, grade.extra_credit = 1.5, 0.5
        comment = book.find_comment("row_norms", TOPIC, TOPIC, "alovelace")
        comment.manual_comment = "Neat: **one** line, $x^2$. <script>bad()</script>"
        book.db.commit()
    feedback.write(room, students=["alovelace"])
    page = _page(room.root, "alovelace")
    assert "set by hand; the checks gave 2" in page
    assert "Neat: <strong>one</strong> line" in page
    assert "bad()" not in page
    assert re.search(r'<a class="small" href="#comment-on-cell-\d+">comment</a>', page)


def test_a_late_penalty_is_taken_off(room: Classroom) -> None:
    with room.gradebook() as book:
        book.find_submission_notebook(TOPIC, TOPIC, "alovelace").late_submission_penalty = 2
        book.db.commit()
    feedback.write(room, students=["alovelace"])
    page = _page(room.root, "alovelace")
    assert "A late penalty of 2 is taken off." in page
    assert re.search(r"<strong>3</strong> of 5 points", page)


def test_nbgraders_own_command_makes_the_same_kind_of_page(room: Classroom) -> None:
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", TOPIC, "--student", "eve", "--force"]
    run = subprocess.run(command, cwd=room.root, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert run.returncode == 0, run.stderr
    page = _page(room.root, "eve")
    assert "Content-Security-Policy" in page
    assert SECRET not in page
    assert "Not attempted" in page


def test_many_pages_are_made_by_several_processes(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_text() for path in _all(room.root)}
    monkeypatch.setattr(feedback, "_AT_ONCE", 4)
    made = feedback.write(room, jobs=2)
    assert len(made) == 13
    assert {path: path.read_text() for path in _all(room.root)} == before


def _autograded(root: Path, student: str) -> Path:
    return root / "autograded" / student / TOPIC / f"{TOPIC}.ipynb"


def test_a_notebook_that_cannot_be_shown_ends_nobodys_page(room: Classroom) -> None:
    path = _autograded(room.root, "alovelace")
    path.write_text(path.read_text()[:-200])
    assert len(feedback.write(room)) == 13
    page = _page(room.root, "alovelace")
    assert "This page is short" in page and "<strong>5</strong> of 5 points" in page
    assert "This page is short" not in _page(room.root, "eve")


def test_a_pasted_picture_is_on_the_page_and_a_missing_one_ends_nothing(room: Classroom) -> None:
    path = _autograded(room.root, "alovelace")
    nb = json.loads(path.read_text())
    picture = {"shot.png": {"image/png": "iVBORw0KGgowMA=="}}
    for name in ("shot.png", "gone.png"):
        text = f"my sketch ![drawn <b>](attachment:{name})"
        cell = {"cell_type": "markdown", "id": name[:4], "metadata": {}, "source": text, "attachments": picture}
        nb["cells"].insert(2, cell)
    path.write_text(json.dumps(nb))
    feedback.write(room, students=["alovelace"])
    page = _page(room.root, "alovelace")
    assert page.count('src="data:image/png;base64,iVBORw0KGgowMA=="') == 1
    assert page.count("my sketch") == 2 and "This page is short" not in page


def test_an_answer_that_ended_in_an_error_says_in_which_and_where_but_not_its_words(room: Classroom) -> None:
    path = _autograded(room.root, "alovelace")
    nb = json.loads(path.read_text())
    cell = next(c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "running_mean")
    cell["source"] = ["# exercise: running_mean\n", "import tensorflow_hub"]
    shown = ["\x1b[31mModuleNotFoundError\x1b[39m Traceback", "\x1b[32m----> 2\x1b[39m import tensorflow_hub", SECRET]
    cell["outputs"] = [{"output_type": "error", "ename": "ModuleNotFoundError", "evalue": SECRET, "traceback": shown}]
    path.write_text(json.dumps(nb))
    feedback.write(room, students=["alovelace"])
    page = _page(room.root, "alovelace")
    assert "This cell ended in ModuleNotFoundError, in the line import tensorflow_hub." in page
    assert SECRET not in page


def test_a_page_names_no_folder_of_the_machine_that_graded(room: Classroom) -> None:
    path = _autograded(room.root, "alovelace")
    nb = json.loads(path.read_text())
    said = f"{sys.prefix}/lib/python3.11/site-packages/keras/x.py:7: UserWarning in {Path.home()}/mine"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": said},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<p>{said}</p>"}},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"File {said}"]},
    ]
    cell = {"cell_type": "code", "id": "said", "metadata": {}, "source": "1", "outputs": outputs, "execution_count": 1}
    nb["cells"].insert(2, cell)
    path.write_text(json.dumps(nb))
    feedback.write(room, students=["alovelace"])
    page = _page(room.root, "alovelace")
    assert page.count("site-packages/keras/x.py:7") == 3
    assert sys.prefix not in page and f"{Path.home()}/" not in page


def test_a_formula_in_a_pictures_words_stays_inside_them() -> None:
    picture = "iVBORw0KGgowMA=="
    for url in (f"data:image/png;base64,{picture}", "attachment:p", "https://example.org/p.png"):
        made = safe_html.markdown(f"![a $x^2$ b]({url}) $y$", {"p": {"image/png": picture}})
        assert "<math" not in "".join(re.findall(r'"[^"]*"', made)) and made.count("<math") <= 2
        assert "formula" not in made


def test_an_ungraded_assignment_is_wrong_use(room: Classroom) -> None:
    with pytest.raises(UsageError, match="Nothing has been graded"):
        feedback.write(room, students=["nobody"])


@pytest.fixture(scope="module")
def browser(chromium: str):
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def _open(browser, path: Path, **options) -> tuple[Page, list[str], list[str]]:
    page = browser.new_page(**options)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    return page, [url for url in asked if not url.startswith(("file:", "data:"))], said


def test_a_hostile_page_asks_the_network_for_nothing_and_runs_nothing(browser, made: Path) -> None:
    page, asked, said = _open(browser, made / "feedback" / "eve" / TOPIC / f"{TOPIC}.html")
    assert asked == []
    assert said == []  # not even the content security policy had to stop anything
    assert page.title() == "First steps: feedback"
    assert page.locator("script, iframe, object, embed, [onerror], [onmouseover], [href^='javascript']").count() == 0
    assert page.locator("td", has_text="kept cell").count() == 1
    assert page.locator(".output b", has_text="bold").count() == 1
    page.close()


def test_formulas_are_drawn_without_a_network(browser, made: Path) -> None:
    page, _, _ = _open(browser, made / "feedback" / "alovelace" / TOPIC / f"{TOPIC}.html")
    formula = page.locator("math").first
    assert formula.locator("msqrt").count() == 1
    assert formula.bounding_box()["height"] > 15
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_page_in_light_and_dark(browser, made: Path, scheme: str) -> None:
    page, _, _ = _open(browser, made / "feedback" / "eve" / TOPIC / f"{TOPIC}.html", color_scheme=scheme)
    contrast = page.evaluate("""() => {
        const lum = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => { v /= 255;
            return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }); return 0.2126*r + 0.7152*g + 0.0722*b };
        const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
            if (!/, 0\\)$/.test(c)) return c } return 'rgb(255,255,255)' };
        let worst = [99, ''];
        for (const e of document.querySelectorAll('p, li, td, th, h1, h2, strong, pre span, a, summary')) {
            if (!e.innerText.trim() || e.closest('.hidden') || !e.offsetParent) continue;
            const a = lum(getComputedStyle(e).color), b = lum(behind(e));
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
        }
        return worst }""")
    assert contrast[0] >= 4.5, contrast
    assert violations(page) == {}
    page.close()


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>text</p>", "<p>text</p>"),
        ("<script>x</script>y", "y"),
        ("<style>p {}</style>y", "y"),
        ("<svg><script>x</script></svg>y", "y"),
        ("<a href='javascript:x'>y</a>", "<a>y</a>"),
        ("<a href=' java\nscript:x'>y</a>", "<a>y</a>"),
        ("<a href='https://example.org'>y</a>", '<a href="https://example.org">y</a>'),
        ("<img src='https://example.org/a.png' alt='z'>", "z"),
        ("<div style='background:url(https://example.org)' onclick='x' id='q'>y</div>", "<div>y</div>"),
        ("<form action='https://example.org'><input name='a'>y</form>", "y"),
        ("<math><mtext><script>x</script></mtext></math>y", "y"),
        ("<meta http-equiv='refresh' content='0;url=https://example.org'>y", "y"),
    ],
)
def test_html_keeps_its_text_and_loses_what_acts(html: str, kept: str) -> None:
    assert safe_html.clean(html) == kept


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b>",
        "<b><p>",
        "<td>",
        "<table>",
        "<!--",
        "<svg>",
        "\\begin{a}",
        ">",
        "[",
        "$",
        "&",
        "&amp",
        "<a><table>",
    ],
)
def test_no_output_keeps_the_page_waiting(piece: str) -> None:
    def render() -> None:
        safe_html.clean(piece * (199_000 // len(piece)))
        safe_html.markdown(piece * (29_000 // len(piece)))

    assert quickest(render, enough=2) < 2


@pytest.mark.parametrize(
    "tex", ["\\frac{", "}", "\\href{javascript:alert(1)}{x}", "\\text{<script>x</script>}", "x" * 5_000, "\\unknown{y}"]
)
def test_no_formula_brings_markup_of_its_own(tex: str) -> None:
    made = safe_html.formula(tex)
    assert "<script" not in made
    assert "javascript:" not in made or made.startswith('<code class="math">')
    assert re.fullmatch(r"<(math|code).*</(math|code)>", made, re.DOTALL)


def test_nbgraders_release_feedback_works_under_any_umask(room: Classroom, tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    with (room.root / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CourseDirectory.course_id = "tf"\nc.Exchange.root = {str(exchange)!r}\n')
    submitted = room.root / "submitted" / "alovelace" / TOPIC
    (submitted / "timestamp.txt").write_text("2026-11-20 10:00:00.000000 UTC")
    (submitted / "submission_secret.txt").write_text("her secret")
    shutil.rmtree(room.root / "feedback")
    os.umask(0o077)
    feedback.write(Classroom.open(room.root))
    assert {path.stat().st_mode & 0o777 for path in _all(room.root)} == {0o644}
    command = [sys.executable, "-m", "nbgrader", "release_feedback", TOPIC]
    run = subprocess.run(command, cwd=room.root, capture_output=True, text=True, check=False, umask=0o077)
    assert run.returncode == 0, run.stderr
    released = list((exchange / "tf" / "feedback").glob("*.html"))
    assert len(released) == len(_all(room.root))
    hers = exchange / "tf" / "feedback" / f"{notebook_hash(secret='her secret', notebook_id=TOPIC)}.html"
    assert hers.read_text() == _page(room.root, "alovelace")
    assert {path.stat().st_mode & 0o777 for path in released} == {0o644}


def test_the_sentence_after_a_picture_is_its_alt_text(tmp_path: Path) -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    output = nbformat.v4.new_output("display_data", {"image/png": dot})
    cells = [nbformat.v4.new_code_cell("plt.show()", outputs=[output]) for _ in range(2)]
    cells.insert(1, nbformat.v4.new_markdown_cell('*Figure: a `dot` on "white".*\n\nWhat to notice.'))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    page = feedback.Page(
        "ada", "a", "a", tmp_path / "a.ipynb", tmp_path / "a.html", tmp_path / "none", feedback.Marks(0, 0)
    )
    html = feedback._make(page).read_text()
    assert re.findall(r'<img alt="([^"]*)"', html) == ["A dot on &quot;white&quot;.", "A picture that this cell made"]
