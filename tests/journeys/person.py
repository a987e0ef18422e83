"""A person at a terminal and a browser: an empty home directory, and a shell in which nothing is set up."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
from playwright.sync_api import Locator, Page, expect, sync_playwright

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_OF_THE_TESTS = re.compile(
    r"MAKE|MFLAGS$|ARGS$|JUPYTER|IPYTHON|MPL|XDG_|PYTEST|PYTHON|GRADER|VIRTUAL_ENV$|CI$|COV_|TF_CPP|OMP_|COLUMNS$"
)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
SECONDS = 600


def environment(home: Path) -> dict[str, str]:
    """What a shell has in it on a machine where only `home` is new: nothing of the process that runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not _OF_THE_TESTS.match(name)}
    path = [part for part in kept.get("PATH", "").split(os.pathsep) if part != str(Path(sys.executable).parent)]
    return {**kept, "PATH": os.pathsep.join(path), "HOME": str(home)}


class Person:
    """Somebody with an empty home directory.

    Attributes:
        home: it.
        folder: where the shell is; `cd` in a command lasts as long as the command.
        before: what they type first in every new terminal, such as the line that activates the environment.
    """

    def __init__(self, home: Path) -> None:
        self.home = self.folder = home
        self.before = ":"

    def types(self, command: str, code: int = 0) -> str:
        """Type a command into a new terminal; what it prints. Its exit code must be `code`."""
        line = ["bash", "-c", f"{self.before} && {command}"]
        run = subprocess.run(
            line,
            cwd=self.folder,
            env=environment(self.home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert run.returncode == code, f"{command}: exit code {run.returncode}\n{run.stdout}"
        assert "Traceback (most recent call last)" not in run.stdout, f"{command}:\n{run.stdout}"
        return run.stdout

    @contextlib.contextmanager
    def starts(self, command: str) -> Iterator[Screen]:
        """Start a command on a terminal of its own; it must still run when it is left, and end by Ctrl-C."""
        screen = Screen(f"{self.before} && exec {command}", self.folder, environment(self.home))
        try:
            yield screen
            assert screen.child.isalive(), screen.text
        finally:
            screen.end()


class Screen:
    """A terminal with a running command in it."""

    def __init__(self, command: str, folder: Path, env: dict[str, str]) -> None:
        self.text = ""
        self.child = pexpect.spawn(
            "bash", ["-c", command], cwd=str(folder), env=env, encoding="utf-8", timeout=SECONDS, dimensions=(50, 120)
        )

    def until(self, pattern: str) -> str:
        """Wait until something is on the screen; all that has come since the last wait."""
        seen = ""
        deadline = time.monotonic() + SECONDS
        while not re.search(pattern, seen):
            try:
                seen += _ANSI.sub("", self.child.read_nonblocking(4096, max(0.1, deadline - time.monotonic())))
            except (pexpect.EOF, pexpect.TIMEOUT):
                raise AssertionError(f"{pattern!r} has not come:\n{self.text}{seen}") from None
        self.text += seen
        return seen

    def press(self, keys: str) -> None:
        """Press keys."""
        self.child.send(keys)

    def end(self) -> None:
        """End it as a person does, by Ctrl-C, and wait for its end."""
        with contextlib.suppress(OSError):
            self.child.sendintr()  # to what runs in the foreground, `make` and all that it has started
        # What it prints meanwhile must be read, or it waits.
        with contextlib.suppress(pexpect.EOF, pexpect.TIMEOUT):
            for _ in range(20):
                self.child.read_nonblocking(4096, 1)
                self.child.sendintr()  # JupyterLab asks whether it shall end
        self.child.close(force=True)


def address(screen: Screen) -> str:
    """The address that a Jupyter server prints."""
    seen = screen.until(r"http://(?:127\.0\.0\.1|localhost):\d+/\S+\s")
    found = re.search(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*token=\w+", seen)
    assert found
    return found[0]


@contextlib.contextmanager
def browser(chromium: str, home: Path, url: str) -> Iterator[Page]:
    """A browser window at an address."""
    with sync_playwright() as playwright:
        env: dict[str, str | float | bool] = {**environment(home)}
        started = playwright.chromium.launch(executable_path=chromium, args=SWITCHES, env=env)
        window = started.new_page(viewport={"width": 1400, "height": 1000})
        window.set_default_timeout(120_000)
        expect.set_options(timeout=120_000)
        _goto(window, url)
        try:
            yield window
        except BaseException:
            if os.environ.get("SCREENSHOTS"):
                window.screenshot(path=f"{os.environ['SCREENSHOTS']}/journey.png")
            raise
        started.close()


def _goto(page: Page, url: str) -> None:
    """Open an address; the server may not answer yet when it has been printed."""
    for _ in range(300):
        try:
            page.goto(url)
            return
        except Exception as error:
            if "ERR_CONNECTION_REFUSED" not in str(error):
                raise
            time.sleep(0.2)
    raise AssertionError(f"{url}: nobody answers")


def follow(page: Page, link: str) -> Locator:
    """Click a link of the page that is shown; the notebook that it opens, when its kernel is idle."""
    page.locator(".jp-RenderedMarkdown:visible").get_by_role("link", name=link, exact=True).first.click()
    notebook = page.locator(".jp-NotebookPanel:visible")
    expect(notebook.locator(".jp-Toolbar-kernelName")).to_have_text("TensorFlow course (Python 3)")
    expect(notebook.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    return notebook


def menu(page: Page, name: str, *items: str) -> None:
    """Choose something from the menus."""
    page.get_by_role("menuitem", name=name, exact=True).click()
    labels = [page.locator(".lm-Menu-itemLabel:visible", has_text=re.compile(f"^{item}$")).last for item in items]
    for label in labels[:-1]:
        label.hover()
    labels[-1].click()


def run_all(page: Page, notebook: Locator) -> None:
    """Run all cells, and wait until none is running or waiting."""
    menu(page, "Run", "Run All Cells")
    expect(notebook.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]:"))
    expect(notebook.locator(".jp-CodeCell .jp-InputPrompt", has_text="*")).to_have_count(0)


def cell(page: Page, notebook: Locator, text: str) -> Locator:
    """The code cell with this line in it."""
    return notebook.locator(".jp-CodeCell", has=page.locator(".jp-InputArea .cm-line", has_text=text))


def write(page: Page, where: Locator, text: str) -> None:
    """Write text in place of a cell's, and run it."""
    where.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def run(page: Page, where: Locator) -> Locator:
    """Run a cell, and wait for its end; what is under it."""
    where.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(where.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))
    return where.locator(".jp-OutputArea-output")
