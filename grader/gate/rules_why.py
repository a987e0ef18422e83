"""Each exercise says why its solution works, and when to prefer the other way, in sentences that no hint has said."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from grader.authoring import why
from grader.authoring.task import Task
from grader.errors import CourseError
from grader.gate.findings import Findings

_LEAST, _MOST = 20, 130
_LEAST_OTHER, _MOST_OTHER = 8, 70
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
# A shorter sentence may come twice by chance.
_TELLING = 5


def check_why(path: Path, tasks: dict[str, Task], others: Collection[str], found: Findings) -> None:
    """Hold the texts about solutions to the rules.

    Args:
        path: the file that has them.
        tasks: each exercise's task, by its name.
        others: the exercises whose bank has another right answer.
        found: where faults are noted.
    """
    try:
        texts = why.read(path)
    except CourseError as error:
        found.caught(path, error)
        return
    for name, reason in texts.items():
        if name not in tasks:
            found.error(path, reason.line, f"there is no exercise {name!r} in this notebook; name one that is.")
    for name, task in tasks.items():
        if (each := texts.get(name)) is None:
            found.error(path, 1, f"say why the solution of {name} works, in a section '## {name}'.")
            continue
        _check_words(path, each, name in others, found)
        hints = {sentence for _, body in task.hints for sentence in _sentences(body)}
        for sentence in _sentences(f"{each.text}\n\n{each.other}"):
            if sentence in hints:
                found.error(path, each.line, f"a hint has said this to {name} already: {sentence!r}; say the reason.")


def _check_words(path: Path, each: why.Why, has_other: bool, found: Findings) -> None:
    words, more = len(each.text.split()), len(each.other.split())
    if not _LEAST <= words <= _MOST:
        found.error(path, each.line, f"{words} words say why the solution works; {_LEAST} to {_MOST} do.")
    if has_other and not _LEAST_OTHER <= more <= _MOST_OTHER:
        found.error(
            path,
            each.line,
            f"{more} words under '### {why.OTHER}' say when to prefer it; {_LEAST_OTHER} to {_MOST_OTHER} do.",
        )
    if more and not has_other:
        found.error(path, each.line, f"the bank has no other right answer; remove '### {why.OTHER}'.")


def _sentences(text: str) -> Sequence[str]:
    """The sentences of a text that are long enough to tell something, in plain words."""
    plain = re.sub(r"[`*_]", "", text)
    every = (" ".join(each.split()) for each in _SENTENCE.split(plain))
    return [each for each in every if len(each.split()) >= _TELLING]
