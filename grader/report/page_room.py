"""Bounds what one feedback page holds and takes to make, so that no notebook can slow or end the pages of others."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.report import safe_html

PAGE = {"code": 60_000, "text": 300_000, "html": 600_000, "markdown": 200_000, "pictures": 16_000_000}
"""Characters of each sort that a page holds in full; pictures as base64."""
OUTPUTS = 100
"""So many outputs of one cell are shown: the first ones, and the last of a graded cell, which hold the verdict."""
PAGE_SECONDS = 4.0
"""Processor time for one page, which ordinary ones take a twentieth of."""
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
_ENOUGH = '<p class="soft small">Not shown: this page is full.</p>'
_LIBRARY = re.compile(r"(?:/[^\s/:;,'\"<>()]{1,100}){1,30}/(?=(?:site|dist)-packages/)")


def _roots() -> tuple[str, ...]:
    """Folders of this machine that a student has no use for, the longest first."""
    found = {sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[2]), str(Path.home())}
    return tuple(sorted(found - {"/", "/usr"}, key=len, reverse=True))


_ROOTS = re.compile("|".join(rf"{re.escape(root)}(?![\w.-])" for root in _roots()) + r"|/tmp/grader-\w+")


def without_paths(text: str) -> str:
    """A text in which the folders of the machine that graded are three dots."""
    if "-packages/" in text:
        text = _LIBRARY.sub("…/", text)
    return _ROOTS.sub("…", text)


class PageRoom:
    """What is left of a page. Its methods make HTML of a cell's parts, or say that there is no room."""

    def __init__(self) -> None:
        """An empty page."""
        self._left = dict(PAGE)

    def clear(self) -> None:
        """Begin another page."""
        self._left.update(PAGE)

    def _takes(self, sort: str, size: int) -> bool:
        fits = size <= self._left[sort]
        self._left[sort] -= size if fits else 0
        return fits

    def markdown(self, text: str, attachments: Mapping[str, Any] | None = None) -> str:
        """A text cell, with the pictures pasted into it."""
        if not self._takes("markdown", len(text)):
            return self.plain(text)
        size = sum(len(data) for bundle in (attachments or {}).values() for data in bundle.values())
        kept = dict(attachments or {}) if self._takes("pictures", size) else {}
        return safe_html.markdown(text, kept)

    def code(self, source: str) -> str:
        """A program text."""
        short = len(source) <= safe_html.CODE_CHARACTERS
        return safe_html.code(source) if short and self._takes("code", len(source)) else self.plain(source)

    def plain(self, source: str) -> str:
        """A text as it is, up to a length."""
        shown = self._takes("text", min(len(source), safe_html.CODE_CHARACTERS))
        return safe_html.plain(source) if shown else _ENOUGH

    def text(self, value: str) -> str:
        """What a terminal would show."""
        if not self._takes("text", min(len(value), safe_html.TEXT_CHARACTERS)):
            return _ENOUGH
        return safe_html.text(without_paths(value[: 2 * safe_html.TEXT_CHARACTERS]))

    def output(self, data: Mapping[str, Any], alt: str) -> str:
        """The best of an output's representations that there is room for."""
        kept = {kind: safe_html.joined(value) for kind, value in data.items() if isinstance(value, str | list)}
        if picture := next((kind for kind in _PICTURES if kind in kept), None):
            shown = self._takes("pictures", len(kept[picture]))
            return safe_html.picture(picture, kept[picture], alt) if shown else _ENOUGH
        if "text/html" in kept:
            html = kept["text/html"]
            shown = self._takes("html", min(len(html), safe_html.HTML_CHARACTERS))
            return f'<div class="html">{safe_html.clean(without_paths(html))}</div>' if shown else _ENOUGH
        for kind in ("text/markdown", "text/latex"):
            if kind in kept:
                return self.markdown(without_paths(kept[kind]))
        return self.text(kept["text/plain"]) if "text/plain" in kept else ""


class TimeUp(BaseException):
    """A page has taken its time. No Exception: what libraries catch must not hold it up."""


@contextlib.contextmanager
def time_limit(seconds: float = PAGE_SECONDS) -> Iterator[None]:
    """Raise TimeUp in the block once it has used so much processor time; only in a process's first thread.

    Raises:
        TimeUp: the time is up.
    """
    if threading.current_thread() is not threading.main_thread() or os.name != "posix":
        yield
        return

    def up(*_: object) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGVTALRM, up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
