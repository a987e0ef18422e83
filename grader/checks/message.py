"""The words of a failed check: plain text for a terminal, HTML for a notebook, both from the same parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Message:
    """What a student reads when a check fails.

    title: the label of the check and the first thing that differs, one sentence.
    call: the source of the call that was made, or "".
    got, expected: what came and what was expected, as text, or "" where it would add nothing.
    part: the place in a structure that got and expected are taken from, or "" where they are the whole value.
    advice: what the difference suggests, or "".
    hint: the author's hint, or "".
    failed: whether something is wrong, or only not done yet.
    """

    title: str
    call: str = ""
    got: str = ""
    expected: str = ""
    part: str = ""
    advice: str = ""
    hint: str = ""
    failed: bool = True

    def rows(self) -> list[tuple[str, str]]:
        """The labelled lines under the title, in the order in which they are read."""
        at = f" at {self.part}" if self.part else ""
        rows = [("Call", self.call), (f"Got{at}", self.got), ("Expected", self.expected)]
        notes = [note for note in (self.advice, self.hint) if note]
        if notes:
            rows.append(("Hint", "\n".join(notes)))
        return [(label, text) for label, text in rows if text]

    def plain(self) -> str:
        """Plain text, one labelled block after the other, aligned."""
        lines = [self.title]
        width = max((len(label) for label, _ in self.rows()), default=0) + 2
        for label, text in self.rows():
            first, *rest = text.splitlines()
            lines.append(f"  {label + ':':<{width}}{first}")
            lines.extend(" " * (width + 2) + line for line in rest)
        return "\n".join(lines)

    def html(self) -> str:
        """HTML that takes its colours from the page, so that it reads on light and on dark."""
        title = f'<p style="margin:0 0 .3em 0"><strong>{inline(self.title)}</strong></p>'
        rows = "".join(_row(label, text) for label, text in self.rows())
        label, colour = ("Check failed", "#c9722e") if self.failed else ("Not attempted yet", "#4a86c5")
        return (
            f'<div role="group" aria-label="{label}" style="border-left:4px solid {colour};'
            f'padding:.3em .8em;margin:.3em 0;color:inherit;background:none">{title}{rows}</div>'
        )


def _row(label: str, text: str) -> str:
    if label == "Hint":
        body = "<br>".join(inline(line) for line in text.splitlines())
        return f'<p style="margin:.4em 0 0 0"><strong>{label}:</strong> {body}</p>'
    style = (
        "margin:0 0 .3em 1em;padding:0;border:0;background:none;color:inherit;line-height:1.4;font-size:.93em;"
        "font-family:var(--jp-code-font-family,monospace);white-space:pre;overflow-x:auto"
    )
    return f'<p style="margin:0">{label}:</p><pre style="{style}">{escape(text)}</pre>'


def inline(text: str) -> str:
    """One line of text as HTML, with what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


class Failed(AssertionError):
    """A check that did not pass. Its text is the whole message; `message` holds the parts, `label` the check's name.

    misconception: the words of the `but=` entry that the value matched, or "".
    """

    def __init__(self, label: str, message: Message, misconception: str = "") -> None:
        super().__init__(message.plain())
        self.label = label
        self.message = message
        self.misconception = misconception

    def _render_traceback_(self) -> list[str]:
        """The lines that IPython shows, and keeps with its history, in place of a traceback, which takes 0.2 s."""
        return str(self).splitlines()


def is_stub(said: str) -> bool:
    """Whether a NotImplementedError is that of an answer not yet written: it says a name or nothing.

    TensorFlow and Keras raise the same for what they cannot do, and say a sentence.
    """
    last = (said.strip().splitlines() or [""])[-1].strip()
    return re.fullmatch(r"(NotImplementedError:\s*)?[\w.]*", last) is not None
