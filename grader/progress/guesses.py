"""The reader's guesses: asked for before a result that surprises, kept with the progress, answered once it is seen."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Mapping, Sequence
from typing import Any

from grader.checks import notebook
from grader.checks.buttons import radio_buttons
from grader.checks.prediction import Answer, Question
from grader.progress import kept
from grader.progress.kept import Guess

_asked: dict[str, Question] = {}
"""What this session has asked, by the text of the question."""
_made: dict[str, Guess] = {}
"""Guesses of this session, by question: they count where the file cannot be written, too."""


def predict(question: str, choices: Sequence[str], *, my_guess: str | None = None) -> None:
    """Ask the reader to choose one of the answers before a result tells which is right. Nothing is graded.

    In a notebook the choices are buttons, elsewhere lettered lines. Nothing waits for an answer. The choice is kept
    with the progress; it can be changed until `predicted` has answered it.

    my_guess: the letter of the choice, where there are no buttons.
    """
    asked = _asked[question] = Question(question, choices)
    if my_guess is not None:
        _choose(asked, asked.chosen(my_guess))
    _show(asked)


def predicted(question: str, *, right: str, because: Mapping[str, str]) -> None:
    """Answer the reader's guess, after the cell that shows what is right: right, or what speaks against the choice.

    Where there was no guess, the answer to each choice is given, folded. The chapter's notebook shows the cell folded,
    so that nobody reads the answer before guessing.

    question: as it was given to `predict`.
    right: the right one of its choices.
    because: a sentence for each of its choices: why it is right, or what speaks against it.
    """
    answer = Answer(question, right, because)
    chosen, fixed = _standing(question, because)
    if chosen is not None and not fixed:
        _keep(question, Guess(chosen, "right" if chosen == right else "wrong"))
    if question in _asked and notebook.in_notebook():
        _show(_asked[question], again=True)
    _tell({"text/html": answer.html(chosen), "text/plain": answer.plain(chosen)})


def _show(asked: Question, *, again: bool = False) -> None:
    """Show a question, with buttons where it is still to be answered; `again`: where it is shown already, answered."""
    chosen, fixed = _standing(asked.text, asked.choices)
    asks = notebook.in_notebook() and not fixed and not again
    buttons = radio_buttons(asked, chosen, lambda choice: _choose(asked, choice)) if asks else {}
    html = asked.html(chosen, fixed=fixed, typed=asks and not buttons)
    _tell({**buttons, "text/html": html, "text/plain": asked.plain(chosen)}, name=f"guess: {asked.text}", again=again)


def _tell(data: dict[str, Any], *, name: str = "", again: bool = False) -> None:
    """Show an output in a notebook, its text elsewhere."""
    if notebook.in_notebook():
        notebook.publish(data, name=name, again=again)
    else:
        print(data["text/plain"])


def _standing(question: str, choices: Container[str]) -> tuple[str | None, bool]:
    """Which of the choices the reader has made, in this session or before, and whether it has been answered."""
    guess = _made.get(question) or kept.read_here().guesses.get(question)
    if guess is None or guess.choice not in choices:
        return None, False
    return guess.choice, guess.outcome != "open"


def _choose(asked: Question, choice: str) -> None:
    """Take a choice, unless the question has been answered."""
    chosen, fixed = _standing(asked.text, asked.choices)
    if not fixed and choice != chosen:
        _keep(asked.text, Guess(choice, "open"))


def _keep(question: str, guess: Guess) -> None:
    """Remember a guess, and note it with the progress. Whatever goes wrong with the file, the chapter goes on."""
    _made[question] = guess
    with contextlib.suppress(OSError):
        kept.append_guess(question, guess)
