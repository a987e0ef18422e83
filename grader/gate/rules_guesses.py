"""Each guess that a chapter asks for is answered behind it, with a sentence for each choice."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring import guesses
from grader.authoring.placed import Placed
from grader.gate.findings import Findings


def check_guesses(path: Path, cells: Sequence[Placed], found: Findings) -> None:
    """Hold the guesses of the chapter `path`, which has these cells, to the rule."""
    asked: dict[str, _Guess] = {}
    for at, cell in enumerate(cell for cell in cells if cell.is_code):
        for call in guesses.called(cell.source, guesses.ASKS):
            line, given = cell.line + call.lineno - 1, _given(call, "question", "choices")
            question, choices = given.get("question"), given.get("choices")
            if not isinstance(question, str) or not isinstance(choices, list):
                found.error(path, line, "write the question and the list of choices out in check.predict.")
            elif question in asked:
                found.error(path, line, "an earlier check.predict asks the same; word it differently.")
            else:
                asked[question] = _Guess(choices, at, line)
        answers = guesses.called(cell.source, guesses.ANSWERS)
        if answers and not guesses.only_calls(cell.source, guesses.ANSWERS):
            found.error(path, cell.line, "give check.predicted a cell of its own: readers get it folded.")
        for call in answers:
            given = _given(call, "question", "right", "because")
            problem = _problem(asked.get(str(given.get("question"))), at, given)
            if problem:
                found.error(path, cell.line + call.lineno - 1, problem)
            asked.pop(str(given.get("question")), None)
    for guess in asked.values():
        found.error(path, guess.line, "nothing answers this guess; add check.predicted(…) behind what shows the truth.")


@dataclass(frozen=True)
class _Guess:
    """A guess that is asked for: its choices, and in which code cell and line it stands."""

    choices: list[str]
    at: int
    line: int


def _given(call: ast.Call, *names: str) -> dict[str, Any]:
    """The arguments of a call that are written out, by name."""
    arguments = dict(zip(names, call.args, strict=False))
    arguments |= {each.arg: each.value for each in call.keywords if each.arg in names}
    given = {}
    for name, value in arguments.items():
        try:
            given[name] = ast.literal_eval(value)
        except ValueError:
            continue
    return given


def _problem(asked: _Guess | None, at: int, given: dict[str, Any]) -> str | None:
    """What is wrong with an answer in the code cell number `at`, or None."""
    if asked is None:
        return "no check.predict above asks this question, or it is answered already; copy its text."
    if at < asked.at + 2:
        return "put check.predicted behind the cell that shows the truth."
    choices, because = ", ".join(map(repr, asked.choices)), given.get("because")
    if not isinstance(because, dict) or list(because) != asked.choices:
        return f"write because= out, with a sentence for each choice, in their order: {choices}."
    if given.get("right") not in asked.choices:
        return f"write right= as one of the choices: {choices}."
    bare = next((choice for choice, said in because.items() if not str(said).rstrip().endswith((".", "!", "?"))), None)
    return f"say in a whole sentence what holds for {bare!r}, with its full stop." if bare is not None else None
