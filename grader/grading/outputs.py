"""Turns what a kernel sends while a cell runs into notebook outputs that are valid and bounded, whatever it sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat

from grader.checks.evidence import MIME

DEPTH = 40
"""How deeply JSON in an output may be nested: copying and writing a notebook recurses."""
ENDED = "Stopped"
"""The name of the error in a cell that the grader ended or did not run; no cell can raise one of that name."""
_LATE = "an error was sent after the cell had ended"
_SHORT = 20_000
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")


@dataclass(frozen=True)
class Limits:
    """What one notebook may take.

    Attributes:
        cell_seconds: time for one cell, on the clock.
        notebook_seconds: time for all cells, restarts included.
        kept: bytes of text and pictures that are kept of one cell; more is left out and costs nothing.
        cell_bytes: bytes that one cell may send before it is stopped.
        cell_messages: messages that one cell may send before it is stopped.
        evidence: bytes of evidence that are kept of a whole notebook.
        shown: bytes of text and pictures that are kept of a whole notebook.
        items: outputs that are kept of one cell; evidence does not count.
    """

    cell_seconds: float = 120.0
    notebook_seconds: float = 900.0
    kept: int = 2_000_000
    cell_bytes: int = 24_000_000
    cell_messages: int = 100_000
    evidence: int = 32_000_000
    shown: int = 16_000_000
    items: int = 1_000


@dataclass
class Room:
    """The bytes of evidence, and of text and pictures, that a notebook may still keep; its cells share it."""

    evidence: int
    shown: int

    @classmethod
    def of(cls, limits: Limits) -> Room:
        """All of it."""
        return cls(limits.evidence, limits.shown)


@dataclass
class Outputs:
    """The outputs of one cell, built message by message.

    graded: whether the cell is one whose checks record evidence; in any other evidence is left out.
    room: what the cell's notebook may still keep; the cell has all of it to itself if None.
    """

    limits: Limits
    graded: bool = False
    room: Room | None = None
    items: list[Any] = field(default_factory=list)
    received: int = 0
    messages: int = 0
    _kept: int = 0
    _records: int = 0
    _left_out: bool = False
    _clear: bool = False
    _displays: dict[str, Any] = field(default_factory=dict)

    def excess(self) -> str | None:
        """Which limit has been passed, in words, or None."""
        if self.received > self.limits.cell_bytes:
            return f"more than {self.limits.cell_bytes / 1e6:g} MB of output"
        if self.messages > self.limits.cell_messages:
            return f"more than {self.limits.cell_messages:,} messages of output"
        return None

    def take(self, kind: str, content: Any, size: int, *, late: bool = False) -> None:
        """Take in one message; what is malformed is ignored.

        Args:
            kind: the message's type.
            content: its content, of any shape.
            size: its bytes.
            late: the cell had ended; then errors and evidence of a graded cell count, and show nothing.
        """
        self.received += size
        self.messages += 1
        if not isinstance(content, Mapping) or self.excess():
            return
        try:
            if late and not self.graded:
                return
            if kind == "error":
                if any(item["output_type"] == "error" for item in self.items) and not self._room(size):
                    return
                told = (content.get("evalue"), content.get("traceback")) if not late else (_LATE,)
                self._add(error(content.get("ename") if not late else "Error", *told))
            elif kind in ("display_data", "execute_result", "update_display_data"):
                self._display(kind, content, size, late)
            elif kind == "stream" and not late:
                self._stream(content)
            elif kind == "clear_output" and not late:
                self._clear = True
                if content.get("wait") is not True:
                    self._do_clear()
        except (ValueError, TypeError, RecursionError):
            return

    def finish(self) -> list[Any]:
        """The outputs, with progress bars reduced to their last state."""
        for item in self.items:
            if item["output_type"] == "stream" and "\r" in item["text"]:
                item["text"] = _OVERWRITTEN.sub("", item["text"])
        left_out = [_stream("stdout", "… further output of this cell was left out.\n")] if self._left_out else []
        return [*self.items, *left_out]

    def _add(self, item: Any) -> None:
        if len(self.items) < self.limits.cell_messages:
            self.items.append(item)

    def _room(self, size: int) -> bool:
        """Whether so many more bytes of text or pictures are kept."""
        room = self._notebook()
        many = len(self.items) - self._records >= self.limits.items
        if many or self._kept + size > self.limits.kept or size > room.shown:
            self._left_out = True
            return False
        self._kept += size
        room.shown -= size
        return True

    def _keeps_evidence(self, size: int) -> bool:
        """Whether evidence of so many bytes is kept; beyond the notebook's limit the cell ends in an error."""
        if not self.graded:
            return False
        room = self._notebook()
        if room.evidence < size:
            if not any(item.get("ename") == ENDED for item in self.items):
                self._add(ended("its checks recorded more than is kept of a notebook"))
            return False
        room.evidence -= size
        self._records += 1
        return True

    def _notebook(self) -> Room:
        self.room = self.room or Room.of(self.limits)
        return self.room

    def _do_clear(self) -> None:
        """Do what a progress display asks for; errors and evidence stay."""
        self._clear = False
        self.items = [item for item in self.items if item["output_type"] == "error" or MIME in item.get("data", {})]
        self._notebook().shown += self._kept
        self._displays, self._kept = {}, 0

    def _stream(self, content: Mapping[str, Any]) -> None:
        text = content.get("text")
        if not isinstance(text, str):
            return
        if self._clear:
            self._do_clear()
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        last = self.items[-1] if self.items else None
        joined = last is not None and last["output_type"] == "stream" and last["name"] == name
        if not self._room(len(text)):
            return
        if joined and last is not None:
            last["text"] += _text(text)
            if "\r" in text and len(last["text"]) > 10_000:
                before, self_text = len(last["text"]), _OVERWRITTEN.sub("", last["text"])
                last["text"] = self_text
                self._kept -= before - len(self_text)
                self._notebook().shown += before - len(self_text)
        else:
            self._add(_stream(name, _text(text)))

    def _display(self, kind: str, content: Mapping[str, Any], size: int, late: bool) -> None:
        data = _bundle(content.get("data"))
        recorded = MIME in data
        if recorded:  # what came along with it would show when the evidence does not
            data = {MIME: data[MIME]} if self._keeps_evidence(size) else {}
        if not data or (late and not recorded) or not (recorded or self._room(size)):
            return
        if self._clear and not recorded:
            self._do_clear()
        transient = content.get("transient")
        known = transient.get("display_id") if isinstance(transient, Mapping) else None
        shown = self._displays.get(known) if isinstance(known, str) else None
        if kind == "update_display_data" and not recorded:
            if shown is not None:
                shown["data"] = data
            return
        kind = "execute_result" if kind == "execute_result" else "display_data"
        item = nbformat.from_dict({"output_type": kind, "data": data, "metadata": {}})
        if kind == "execute_result":
            item["execution_count"] = None
        elif isinstance(known, str) and not recorded:
            self._displays[known[:200]] = item
        self._add(item)


def error(ename: Any, evalue: Any, traceback: Any = None) -> Any:
    """An error output, of text within bounds."""
    lines = traceback if isinstance(traceback, list) else []
    ename = "Error" if ename == ENDED else ename  # a student's class of that name would speak for the grader
    text = [_text(line)[:_SHORT] for line in lines[:200] if isinstance(line, str)]
    while sum(map(len, text)) > 5 * _SHORT:
        del text[-1]
    name, value = _text(ename)[:200] or "Error", _text(evalue)[:_SHORT]
    return nbformat.from_dict(
        {"output_type": "error", "ename": name, "evalue": value, "traceback": text or [f"{name}: {value}"]}
    )


def ended(reason: str) -> Any:
    """The error output of a cell that was ended or not run: one line that says why."""
    made = error("", reason, [f"{ENDED}: {reason}"])
    made.ename = ENDED
    return made


def _stream(name: str, text: str) -> Any:
    return nbformat.from_dict({"output_type": "stream", "name": name, "text": text})


def _text(value: Any) -> str:
    """Text that can be written to a file: half a surrogate pair cannot."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _bundle(data: Any) -> dict[str, Any]:
    """A MIME bundle: text for every type, JSON for the types that are JSON."""
    if not isinstance(data, Mapping):
        return {}
    kept = {}
    for mime, given in list(data.items())[:30]:
        if not isinstance(mime, str) or len(mime) > 200 or not mime.isascii():
            continue
        lines = isinstance(given, list) and all(isinstance(line, str) for line in given)
        value = "".join(given) if lines else given
        if isinstance(value, str):
            kept[mime] = _text(value)
        elif mime.endswith("+json") or mime == "application/json":
            kept[mime] = _plain(value, DEPTH)
    return kept


def _plain(value: Any, depth: int) -> Any:
    """JSON with clean text; raises ValueError where it is nested too deeply."""
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, Mapping):
        return {_text(key): _plain(item, depth - 1) for key, item in value.items() if isinstance(key, str)}
    return value if isinstance(value, bool | int | float) else None
