"""Somebody who learns alone, in a terminal: check, watch, progress, solution, update."""

from __future__ import annotations

import re
import time
from pathlib import Path

from journeys.conftest import publish
from journeys.person import Person
from journeys.students import RIGHT, TOPIC, VISIBLE, WRONG, answer


def _save(person: Person, answers: dict[str, str]) -> None:
    """Save the exercise notebook with these answers, as JupyterLab would."""
    path = person.folder / "notebooks" / "exercises" / f"{TOPIC}.ipynb"
    path.write_bytes(answer(path, answers))


def _words(text: str) -> str:
    """A table's text without its lines and line breaks."""
    return " ".join(re.sub("[│┃─━┏┓┗┛┡┩├┤└┘┼╇╈┬┴]", " ", text).split())


def test_somebody_who_learns_alone_checks_watches_and_updates(person: Person, upstream: Path) -> None:
    untouched = _words(person.types("grader check 01 04", code=1))
    assert untouched.count("not attempted") == 12 and "0 of 6 right" in untouched
    assert not re.search(r"\b(wrong|error)\b", untouched)  # the fix-its, too

    assert "0 of" in person.types("grader progress")
    began = time.monotonic()
    assert "have not tried checkerboard" in person.types("grader solution checkerboard", code=2)
    quick = time.monotonic() - began

    with person.starts("grader watch 01") as screen:
        screen.until("save the notebook")
        screen.press("h")
        screen.until("Hint 1")
        _save(person, WRONG)
        screen.until(r"checkerboard: wrong[\s\S]*top left corner must be 0[\s\S]*save the notebook")
        _save(person, VISIBLE)
        screen.until(r"1 of 6 right[\s\S]*save the notebook")

    # What every visible check takes for right, a hidden one does not, and says no value.
    assert "1 of 6 right" in _words(person.types("grader check 01", code=1))
    all_checks = _words(person.types("grader check --all 01", code=1))
    assert "0 of 6 right" in all_checks and "hidden check: checkerboard(9)" in all_checks
    _save(person, RIGHT)
    all_checks = _words(person.types("grader check --all 01", code=1))
    assert "1 of 6 right" in all_checks and re.search(r"(\d) of \1 hold", all_checks)

    assert "1 right" in person.types("grader progress")
    assert "Why it works" in person.types("grader solution checkerboard")

    assert "up to date" in person.types("grader update")
    titles = {f"chapters/{TOPIC}-chapter": "# Tensors", f"exercises/{TOPIC}": "# Exercises: tensors"}
    for name, old in titles.items():
        path = upstream / "notebooks" / f"{name}.ipynb"
        path.write_text(path.read_text().replace(old, f"{old}, told better", 1))
    publish(upstream, "Better titles")
    said = person.types("grader update")
    assert "1 answer" in said, said
    assert "1 of 6 right" in _words(person.types("grader check 01", code=1))
    assert "Tensors, told better" in (person.folder / "notebooks" / "chapters" / f"{TOPIC}-chapter.ipynb").read_text()
    assert quick < 5, f"'grader solution' took {quick:.1f} s to say no"  # 0.4 s on a quiet machine
