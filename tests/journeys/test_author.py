"""An author's first topic: new, verify, build."""

from __future__ import annotations

import json

from journeys.person import Person


def test_an_author_starts_a_topic_that_passes_and_builds_it(person: Person) -> None:
    assert "wrote course/30-audio.md" in person.types("grader new 30-audio")
    assert "30-audio" in person.types("grader verify audio")
    assert "built notebooks/chapters/30-audio-chapter.ipynb" in person.types("grader build audio")
    page = json.loads((person.folder / "notebooks" / "exercises" / "30-audio.ipynb").read_text())
    assert any("NotImplementedError" in "".join(cell["source"]) for cell in page["cells"])

    # What the gate is for: a right answer that is wrong.
    bank = person.folder / "solutions" / "30-audio.answers.py"
    text = bank.read_text()
    bank.write_text(text.replace('expect="right"', 'expect="wrong"', 1))
    assert "30-audio.answers.py:" in person.types("grader verify audio", code=1)
    bank.write_text(text)
    person.types("grader verify audio")
    assert "not attempted" in person.types("grader check audio", code=1)
