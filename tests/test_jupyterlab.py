"""A newcomer's first half hour in JupyterLab, in a real browser."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest
from journeys.person import cell as _cell
from journeys.person import run
from journeys.person import write as _answer
from playwright.sync_api import Locator, Page, expect, sync_playwright
from tensorboard import manager

ROOT = Path(__file__).resolve().parents[1]
# Screenshots for a person to look at go here when it is set.
PICTURES = os.environ.get("SCREENSHOTS")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """`grader lab` on a copy of the course: its address, and the copy."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("course", "solutions", "notebooks"):
        shutil.copytree(ROOT / name, copy / name)
    for name in ("pyproject.toml", "START_HERE.md"):
        shutil.copy(ROOT / name, copy)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    # The notebooks that this browser saves say when each cell ran. It is a setting of one user; ours is off.
    settings = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"recordTiming": true}')
    log = (home / "server.log").open("w+")
    # As from `make lab`: the environment is not activated.
    own = str(Path(sys.executable).parent)
    path = os.pathsep.join(folder for folder in os.environ["PATH"].split(os.pathsep) if folder != own)
    server = subprocess.Popen(
        [sys.executable, "-m", "grader", "lab", "--no-browser", "--port", str(port)],
        cwd=copy,
        env={**os.environ, "HOME": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "PATH": path},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield _address(server, home / "server.log"), copy
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """The address that `grader lab` prints, once somebody answers there."""
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:(\d+)\S+", log.read_text())
        if found:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(found[1]))) == 0:
                    return found[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture
def page(lab: tuple[str, Path], chromium: str) -> Iterator[Page]:
    """A browser window on the start page; the session is left clean for the next test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        window = browser.new_page(viewport={"width": 1400, "height": 1000})
        window.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        window.goto(lab[0] + "&reset")
        yield window
        browser.close()


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def _open(page: Page, link: str, tab: str) -> Locator:
    """Follow a link of the start page; returns the notebook when its kernel is idle."""
    page.locator(".jp-RenderedMarkdown:visible").get_by_role("link", name=link, exact=True).first.click()
    expect(page.get_by_role("tab", name=tab)).to_be_visible()
    notebook = page.locator(".jp-NotebookPanel:visible")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("TensorFlow course (Python 3) | Idle")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    return notebook


def _close(page: Page, tab: str) -> None:
    """Close a tab; JupyterLab must ask nothing. Until its kernel has ended, whoever opens it again would join that."""
    page.get_by_role("tab", name=tab).locator(".jp-icon-hover").first.click()
    expect(page.get_by_role("tab", name=tab)).to_have_count(0)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    for _ in range(100):
        sessions = page.request.get(urljoin(page.url, "/api/sessions")).json()
        if tab not in [Path(session["path"]).name for session in sessions]:
            return
        time.sleep(0.1)
    raise AssertionError(f"the kernel of {tab} runs on, ten seconds after its tab was closed")


def _menu(page: Page, menu: str, item: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item).first.click()


def _saved(page: Page, path: Path) -> dict:
    """The notebook as the browser saves it."""
    before = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(200):
        if path.stat().st_mtime_ns != before:
            with contextlib.suppress(ValueError):  # half written
                saved = json.loads(path.read_text())
                expect(page.locator(".jp-mod-dirty")).to_have_count(0)  # the browser knows it, too
                return saved
        time.sleep(0.1)
    raise AssertionError(f"{path} was not saved")


def _ran(page: Page, path: Path, minutes: float = 2) -> list[dict]:
    """The code cells as saved once Run All is through: each has run, or one has failed.

    What the page shows does not tell: JupyterLab draws cells that are out of sight only when it has time.
    """
    end = time.monotonic() + 60 * minutes
    while True:
        code = [cell for cell in _saved(page, path)["cells"] if cell["cell_type"] == "code" and cell["source"]]
        failed = any(output["output_type"] == "error" for cell in code for output in cell["outputs"])
        if failed or all(cell["execution_count"] for cell in code) or time.monotonic() > end:
            return code
        page.wait_for_timeout(1000)


def _finished(notebook: Locator) -> None:
    """Wait until no cell is running or waiting."""
    expect(notebook.locator(".jp-CodeCell .jp-InputPrompt", has_text="*")).to_have_count(0)


def test_the_start_page_is_rendered_and_nothing_pops_up(page: Page) -> None:
    expect(page.locator(".jp-RenderedMarkdown h1")).to_have_text(re.compile("Start here"))
    expect(page.get_by_role("link", name="Tensors", exact=True)).to_be_visible()
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(page.locator(".Toastify__toast")).to_have_count(0)
    _picture(page, "start")


def test_a_notebook_is_not_changed_by_opening_it(page: Page, lab: tuple[str, Path]) -> None:
    path = lab[1] / "notebooks" / "chapters" / "01-tensors-chapter.ipynb"
    before = path.read_bytes()
    _open(page, "Tensors", "01-tensors-chapter.ipynb")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    _close(page, "01-tensors-chapter.ipynb")
    assert path.read_bytes() == before


def test_chapter_01_runs_from_top_to_bottom_without_red(page: Page, lab: tuple[str, Path]) -> None:
    _open(page, "Tensors", "01-tensors-chapter.ipynb")
    _menu(page, "Run", "Run All Cells")
    code = _ran(page, lab[1] / "notebooks" / "chapters" / "01-tensors-chapter.ipynb")
    outputs = [output for cell in code for output in cell["outputs"]]
    assert all(cell["execution_count"] for cell in code)
    assert [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs)
    _picture(page, "chapter")
    _close(page, "01-tensors-chapter.ipynb")


def _seconds(cell: dict) -> float:
    """How long a cell of a saved notebook ran."""
    times = cell["metadata"]["execution"]
    begin, end = (
        datetime.fromisoformat(times[key].replace("Z", "+00:00"))
        for key in ("iopub.execute_input", "shell.execute_reply")
    )
    return (end - begin).total_seconds()


def test_after_a_restart_the_notebook_runs_on_within_seconds(page: Page, lab: tuple[str, Path]) -> None:
    """Up to the first own code, from the click that confirms the restart: the imports are done."""
    notebook = _open(page, "Tensors", "01-tensors-chapter.ipynb")
    _menu(page, "Edit", "Clear Outputs of All Cells")
    expect(notebook.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text("[ ]:")
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All Cells")).click()
    confirm = page.locator(".jp-Dialog").get_by_role("button", name="Confirm Kernel Restart")
    imports = _cell(page, notebook, "import tensorflow")
    started = time.monotonic()
    confirm.click()
    expect(imports.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))
    seconds = time.monotonic() - started
    print(f"Restart and run all: {seconds:.1f} s until the imports are done")
    assert seconds < 20  # 2 s on a quiet machine
    cells = _ran(page, lab[1] / "notebooks" / "chapters" / "01-tensors-chapter.ipynb")
    ran = next(cell for cell in cells if "import tensorflow" in "".join(cell["source"]))
    assert ran["execution_count"]
    assert _seconds(ran) < 2  # 0.1 s on a quiet machine
    _close(page, "01-tensors-chapter.ipynb")


STUB = "raise NotImplementedError"
WRONG = "# exercise: checkerboard\ndef checkerboard(n):\n    return (tf.range(n)[:, tf.newaxis] + tf.range(n) + 1) % 2"
RIGHT = "# exercise: checkerboard\ndef checkerboard(n):\n    return (tf.range(n)[:, tf.newaxis] + tf.range(n)) % 2"


def test_an_exercise_is_not_attempted_then_wrong_then_right(page: Page) -> None:
    notebook = _open(page, "6 exercises", "01-tensors.ipynb")
    solution, checks = (
        _cell(page, notebook, "# exercise: checkerboard"),
        _cell(page, notebook, "# check: checkerboard-1"),
    )
    _menu(page, "Run", "Run All Cells")
    _finished(notebook)
    # Run All has gone on after the checks that nobody has attempted yet, to the last cell.
    expect(notebook.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]:"))
    answer = checks.locator(".jp-OutputArea-output")
    expect(answer.first).to_contain_text("Not attempted")
    checks.scroll_into_view_if_needed()
    _picture(page, "not-attempted")
    for source, says in ((WRONG, "top left corner must be 0"), (RIGHT, "checkerboard(3)")):
        _answer(page, solution, source)
        checks.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        _finished(notebook)
        expect(answer.first).to_contain_text(says)
        _picture(page, "wrong" if source is WRONG else "right")
    expect(checks.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
    expect(checks.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)


def test_validate_says_what_is_wrong_within_seconds_and_the_server_answers_meanwhile(
    page: Page, lab: tuple[str, Path]
) -> None:
    notebook = _open(page, "6 exercises", "01-tensors.ipynb")
    address, token = lab[0].partition("/lab/tree")[0], lab[0].partition("token=")[2]
    longest = 0.0
    started = time.monotonic()
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog")
    while not dialog.count() and time.monotonic() - started < 60:
        asked = time.monotonic()
        assert page.request.get(f"{address}/api/status?token={token}").ok
        longest = max(longest, time.monotonic() - asked)
    seconds = time.monotonic() - started
    expect(dialog).to_contain_text("Not attempted yet")
    _picture(page, "validate")
    print(f"Validate: {seconds:.1f} s, longest answer of the server meanwhile {longest:.2f} s")
    assert seconds < 30 and longest < 5  # 3 s and 0.5 s on a quiet machine
    dialog.get_by_role("button").last.click()
    expect(notebook).to_be_visible()


def test_the_progress_panel_counts_what_is_right_and_leads_to_it(page: Page) -> None:
    notebook = _open(page, "6 exercises", "01-tensors.ipynb")
    _answer(page, _cell(page, notebook, "# exercise: checkerboard"), RIGHT)
    _menu(page, "Run", "Run All Cells")
    panel = _cell(page, notebook, "progress.show").locator(".jp-OutputArea-output")
    expect(panel).to_contain_text("1 of 6")
    panel.scroll_into_view_if_needed()
    _picture(page, "progress")
    expect(panel.get_by_role("link").first).to_be_visible()


def test_a_guess_is_clicked_kept_and_answered(page: Page, lab: tuple[str, Path]) -> None:
    notebook = _open(page, "Tensors", "01-tensors-chapter.ipynb")
    _menu(page, "Run", "Run All Cells")  # nobody has guessed: the answer stands folded under the result
    folded = notebook.locator(".jp-InputPlaceholder", has_text="Was your guess right?")
    expect(folded).to_have_count(2)
    answer = notebook.locator(".jp-OutputArea-output", has=page.get_by_role("group", name="Answer to the guess")).first
    expect(answer).to_contain_text("Answer: What does tf.cast([2.7, -2.7], tf.int32) give?")
    expect(answer).not_to_contain_text("Your guess")
    _finished(notebook)
    asked = _cell(page, notebook, "What does tf.cast([2.7, -2.7], tf.int32) give?")
    run(page, asked)
    expect(asked.locator(".jupyter-widgets input")).to_have_count(3)
    asked.get_by_role("radio", name="[2, -3]").check()
    asked.get_by_role("radio", name="[3, -3]").check()  # on second thoughts
    run(page, asked)
    expect(asked.locator(".jupyter-widgets input")).to_have_count(3)
    expect(asked.get_by_role("radio", name="[3, -3]")).to_be_checked()
    _picture(page, "guess")
    page.keyboard.press("Escape")
    run(page, _cell(page, notebook, "print(tf.cast([0.0, 0.1, -3.0], tf.bool))"))
    page.keyboard.press("Shift+Enter")  # the folded cell is the next one
    expect(answer).to_contain_text("Your guess is not right: [3, -3]")
    expect(asked.get_by_role("radio", name="[3, -3]")).to_be_disabled()
    _picture(page, "guess-answered")
    kept = (lab[1] / "course-progress.txt").read_text()
    assert kept.rstrip().endswith('guess  wrong  ["What does tf.cast([2.7, -2.7], tf.int32) give?", "[3, -3]"]')


def test_a_guess_in_a_notebook_that_is_opened_again_says_how_to_answer_it(page: Page, lab: tuple[str, Path]) -> None:
    path = lab[1] / "notebooks" / "chapters" / "02-tensor-maths-chapter.ipynb"
    for opened in range(2):
        notebook = _open(page, "Tensor maths", path.name)
        asked = _cell(page, notebook, "What does tf.round([0.5, 1.5, 2.5]) give?")
        again = asked.get_by_text("run this cell again to answer")
        if opened:
            asked.scroll_into_view_if_needed()
            expect(again).to_be_visible()
            expect(asked.locator(".jupyter-widgets input")).to_have_count(3)
            expect(notebook).not_to_contain_text("Error displaying widget")
            _picture(page, "guess-opened-again")
        run(page, _cell(page, notebook, "import tensorflow"))
        run(page, asked)
        expect(asked.locator(".jupyter-widgets input")).to_have_count(3)
        expect(again).to_be_hidden()
        _saved(page, path)
        _close(page, path.name)


def test_the_keyboard_alone_opens_an_exercise_and_solves_it(page: Page) -> None:
    expect(page.get_by_role("link", name="6 exercises").first).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "6 exercises":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("TensorFlow course (Python 3) | Idle")
    notebook = page.locator(".jp-NotebookPanel:visible")
    active = notebook.locator(".jp-Cell.jp-mod-active")
    expect(active).to_be_focused()
    while "# exercise: checkerboard" not in active.inner_text():
        page.keyboard.press("Shift+Enter")  # runs the cell and goes on to the next
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(RIGHT)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    answer = _cell(page, notebook, "# check: checkerboard-1").locator(".jp-OutputArea-output")
    expect(answer.first).to_contain_text("Right: checkerboard(3)")


def test_at_200_percent_nothing_is_cut_off_and_a_failed_check_reads_in_order(page: Page) -> None:
    page.set_viewport_size({"width": 700, "height": 500})  # what a zoom of 200 % leaves of 1400 x 1000
    notebook = _open(page, "6 exercises", "01-tensors.ipynb")
    _answer(page, _cell(page, notebook, "# exercise: checkerboard"), WRONG)
    page.keyboard.press("Escape")
    _menu(page, "Run", "Run All Cells")
    _finished(notebook)
    card = _cell(page, notebook, "# check: checkerboard-1").locator(".jp-OutputArea-output").first
    panel = _cell(page, notebook, "progress.show").locator(".jp-OutputArea-output").first
    expect(panel).to_contain_text("of 6")
    for shown in (card, panel):
        shown.scroll_into_view_if_needed()
        _picture(page, "zoom-card" if shown is card else "zoom-panel")
        assert shown.evaluate("element => element.scrollWidth <= element.clientWidth")
    read = card.aria_snapshot()
    parts = ("Check failed", "9 of 9 values are wrong", "Got:", "[[1, 0, 1]", "Expected:", "[[0, 1, 0]", "Hint:")
    places = [read.index(part) for part in parts]
    assert places == sorted(places)


def test_an_interrupt_stops_the_checks_that_wait_too(page: Page) -> None:
    notebook = _open(page, "6 exercises", "01-tensors.ipynb")
    endless = "# exercise: checkerboard\ndef checkerboard(n):\n    while True:\n        pass"
    _answer(page, _cell(page, notebook, "# exercise: checkerboard"), endless)
    _menu(page, "Run", "Run All Cells")
    checks = _cell(page, notebook, "# check: checkerboard-1")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Busy")
    expect(checks.locator(".jp-InputPrompt")).to_have_text("[*]:")
    before = checks.locator(".jp-OutputArea-output").count()
    page.wait_for_timeout(1000)  # it is in the endless loop by then
    page.get_by_role("button", name="Interrupt the kernel").click()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle")
    _finished(notebook)
    expect(checks.locator(".jp-OutputArea-output")).to_contain_text(["KeyboardInterrupt"])
    expect(_cell(page, notebook, "progress.show").locator(".jp-InputPrompt")).to_have_text("[ ]:")
    assert before == 0


def test_an_exercise_leads_to_its_chapter_under_a_tab_of_another_name(page: Page) -> None:
    notebook = _open(page, "6 exercises", "01-tensors.ipynb")
    notebook.get_by_role("link", name="the chapter", exact=True).click()
    expect(page.get_by_role("tab", name="01-tensors-chapter.ipynb")).to_be_visible()
    expect(page.get_by_role("tab", name="01-tensors.ipynb")).to_be_visible()
    shown = page.locator(".jp-NotebookPanel:visible")
    expect(shown.get_by_role("heading", name="Tensors", exact=True).first).to_be_visible()
    assert shown.locator("img").evaluate_all("all => all.filter(i => !i.naturalWidth).length") == 0


def test_the_file_browser_lists_what_a_student_opens_and_the_terminal_knows_grader(
    page: Page, lab: tuple[str, Path]
) -> None:
    files = page.locator(".jp-DirListing-item .jp-DirListing-itemText")
    expect(files.filter(has_text="notebooks")).to_be_visible()
    assert not {"course", "solutions", "pyproject.toml"} & set(files.all_inner_texts())
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("New", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text("Terminal", exact=True).click()
    page.locator(".jp-Terminal .xterm").click()
    said = lab[1] / "said.txt"
    page.keyboard.type("grader --help > new.txt; mv new.txt said.txt")
    page.keyboard.press("Enter")
    for _ in range(600):
        if said.exists():
            break
        page.wait_for_timeout(100)
    assert "check your answers" in said.read_text()
    page.get_by_role("tab", name="START_HERE.md").click()
    notebook = _open(page, "Tensors", "01-tensors-chapter.ipynb")
    first = notebook.locator(".jp-CodeCell").first
    _answer(page, first, "!grader --help")
    expect(first.locator(".jp-OutputArea-output")).to_contain_text("check your answers")


def test_tensorboard_opens_inside_the_chapter_once_it_is_switched_on(page: Page) -> None:
    before = {running.pid for running in manager.get_all()}
    notebook = _open(page, "Graphs", "04-graphs-chapter.ipynb")
    _menu(page, "Run", "Run All Cells")
    cell = _cell(page, notebook, "TENSORBOARD = False")
    expect(cell.locator(".jp-OutputArea-output")).to_contain_text("Not run: ", timeout=120_000)
    assert {running.pid for running in manager.get_all()} <= before
    code = "%load_ext tensorboard\n%tensorboard --logdir {logs}"
    _answer(page, cell, f"TENSORBOARD = True\nif TENSORBOARD:\n    {code}".replace("\n%t", "\n    %t"))
    frame = notebook.locator("iframe")
    expect(frame).to_be_visible(timeout=120_000)
    expect(frame.content_frame.get_by_text("TensorBoard").first).to_be_visible()
    frame.scroll_into_view_if_needed()
    page.wait_for_timeout(3000)
    _picture(page, "tensorboard")
    for started in manager.get_all():  # it outlives its kernel, so that a restart finds it again
        if started.pid not in before:
            os.kill(started.pid, signal.SIGTERM)


def test_on_a_dark_system_the_course_is_dark_and_plots_can_be_read(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body[data-jp-theme-light='false']")).to_have_count(1)
    notebook = _open(page, "Tensors", "01-tensors-chapter.ipynb")
    _menu(page, "Run", "Run All Cells")
    _finished(notebook)
    plot = notebook.locator(".jp-OutputArea-output img").first
    plot.scroll_into_view_if_needed()
    _picture(page, "dark")
    assert plot.bounding_box()["width"] > 200


_DRAWS = """\
import keras
from grader.browser import layers_model
from grader.browser.page import ModelPage
stack = [keras.Input((8, 8)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
layers_model.save(keras.Sequential(stack), "drawn")
ModelPage("drawn").show()"""


def test_a_model_in_its_page_stands_under_the_cell_and_answers_what_is_drawn(page: Page) -> None:
    notebook = _open(page, "Tensors", "01-tensors-chapter.ipynb")
    _answer(page, notebook.locator(".jp-CodeCell").first, _DRAWS)
    frame = notebook.locator("iframe")
    expect(frame).to_be_visible(timeout=120_000)
    inside = frame.content_frame
    expect(inside.locator("#bars .value")).to_have_count(10)
    before = inside.locator("#bars .value").all_inner_texts()
    box = inside.locator("#field").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    expect(inside.locator("#bars .value").first).not_to_have_text(before[0])
    shown = [float(text) for text in inside.locator("#bars .value").all_inner_texts()]
    assert abs(sum(shown) - 1) < 0.06
    _picture(page, "model")
