"""A guess that a reader makes before running the next cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from grader.checks import notebook
from grader.checks.message import inline

_numbers = count(1)


def predict(question: str, choices: Sequence[str]) -> None:
    """Ask the reader to choose one of the answers before the next cell tells which is right. Nothing is graded.

    In a notebook the choices are buttons, elsewhere lettered lines. Nothing waits for an answer.
    """
    if not isinstance(question, str) or isinstance(choices, str) or not all(isinstance(c, str) for c in choices):
        raise TypeError('check.predict takes a question and a list of answers: check.predict("Which?", ["a", "b"]).')
    if len(choices) < 2:
        raise ValueError("check.predict needs at least two choices.")
    lettered = [f"  {chr(ord('a') + i)}) {choice}" for i, choice in enumerate(choices)]
    plain = "\n".join([f"Your guess, before you run the next cell: {question}", *lettered])
    if notebook.in_notebook():
        notebook.publish({"text/html": _html(question, choices), "text/plain": plain})
    else:
        print(plain)


def _html(question: str, choices: Sequence[str]) -> str:
    """Radio buttons in colours of the page. They need no kernel, and read without forms too."""
    name = f"guess-{next(_numbers)}"
    lines = "".join(
        f'<label style="display:block;margin:.2em 0"><input type="radio" name="{name}"> {inline(choice)}</label>'
        for choice in choices
    )
    return (
        '<fieldset data-lm-suppress-shortcuts="true" style="border:1px solid currentColor;border-radius:4px;'
        'padding:.4em .8em;margin:.3em 0;color:inherit;background:none">'
        f"<legend>Your guess, before you run the next cell</legend>"
        f'<p style="margin:0 0 .3em 0"><strong>{inline(question)}</strong></p>{lines}</fieldset>'
    )
