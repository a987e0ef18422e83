"""An instructor's first class: init, collect, grade, feedback, report, export."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

from journeys.person import Person
from journeys.students import PROBE, RIGHT, TOPIC, TRICK, VISIBLE, answer


def _moodle(path: Path, released: Path) -> None:
    """What Moodle gives to download: four students."""
    folder = "{}_{}_assignsubmission_file_/{}.ipynb"
    hand_ins = {
        "Ada Lovelace": answer(released, RIGHT, PROBE),
        "Ben Visible": answer(released, VISIBLE),
        "Cy Trick": answer(released, {}, TRICK),
        "Di Nothing": answer(released, {}),
    }
    with zipfile.ZipFile(path, "w") as made:
        for number, (name, data) in enumerate(hand_ins.items(), start=1001):
            made.writestr(folder.format(name, number, TOPIC), data)


def test_an_instructor_grades_a_first_class(person: Person) -> None:
    assert "is ready" in person.types("grader init ~/my-class")
    person.folder = person.home / "my-class"
    _moodle(person.home / "moodle.zip", person.folder / "release" / TOPIC / f"{TOPIC}.ipynb")
    person.types("grader collect ~/moodle.zip")
    graded = person.types("grader grade")
    assert "not recorded" not in graded
    again = person.types("grader grade --json")
    assert again.count('"already": true') == 4

    assert "4 feedback pages" in person.types("grader feedback")
    pages = {path.parts[-3]: path.read_text() for path in (person.folder / "feedback").rglob("*.html")}
    assert "I am on sandbox" in pages["ada-lovelace"]
    assert all("HIDDEN" not in page and "(0, 1, 9)" not in page for page in pages.values())
    assert "Wrong" not in pages["di-nothing"] and "Not attempted yet." in pages["di-nothing"]

    report = person.types("grader report")
    assert "report: " in report
    (table,) = person.folder.rglob("scores.csv")
    with table.open() as file:
        scores = {row["student"]: float(row["score"]) for row in csv.DictReader(file) if row["score"]}
    assert scores == {"ada-lovelace": 2.0, "ben-visible": 0.0, "cy-trick": 0.0, "di-nothing": 0.0}
    person.types("nbgrader export")
    assert "ada-lovelace" in (person.folder / "grades.csv").read_text()
