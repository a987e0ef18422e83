"""`grader demo`: a class to look at, the same each time, graded from end to end."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_class
from rich.console import Console
from small_class import TOPIC

from grader.commands import demo
from grader.errors import UsageError
from grader.grading import results


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_class.graded(tmp_path_factory.mktemp("graded"))


def _submitted(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.glob("submitted/*/*/*.ipynb"))}


def test_the_same_class_comes_out_each_time(root: Path, tmp_path: Path) -> None:
    again = demo.create(small_class.course(tmp_path / "course"), tmp_path / "class").root
    first = {name: data for name, data in _submitted(root).items() if "/eve/" not in name}
    assert _submitted(again) == first
    assert len(first) == 12


def test_every_character_gets_the_grade_that_it_should(root: Path) -> None:
    found = {result.student: result for result in results.all_of(root, TOPIC)}
    by_character = {student.character: found[student.id] for student in demo.students(12)}
    assert by_character[1].points == by_character[1].possible == 5
    assert by_character[3].points == 0
    assert any(verdict.flags for verdict in by_character[3].verdicts.values())
    assert by_character[4].points == by_character[5].points
    assert by_character[7].state == "not gradable"
    assert by_character[8].state == by_character[9].state == "graded"
    assert by_character[8].missing == []
    assert by_character[10].state == "graded in part"


def test_right_answers_earn_points_and_wrong_ones_none(root: Path) -> None:
    wrong = ("sum(axis=0)", "return (x * x).sum(axis=-1)")
    for result in results.all_of(root, TOPIC):
        if result.student in ("enoether", "eve") or result.state != "graded":
            continue
        text = (root / "autograded" / result.student / TOPIC / f"{TOPIC}.ipynb").read_text()
        expected = 0 if any(mark in text for mark in wrong) or 'NotImplementedError(\\"row_norms\\")' in text else 2
        assert result.verdicts["row_norms-1"].points == expected, result.student


def test_a_class_of_forty_has_forty_ids() -> None:
    people = demo.students(70)
    assert len({student.id for student in people}) == 70
    assert {student.character for student in people} == set(range(1, 13))


def test_the_command_leaves_feedback_and_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = small_class.course(tmp_path / "course")
    monkeypatch.chdir(course.root)
    console = Console(record=True, width=120, file=(tmp_path / "log").open("w"))
    assert demo.demo_command(tmp_path / "class", count=3, console=console) == 0
    assert (tmp_path / "class" / "grading" / "report" / "report.html").is_file()
    assert len(list((tmp_path / "class" / "feedback").rglob("*.html"))) == 3
    assert "report.html" in console.export_text()
    with pytest.raises(UsageError, match="is there already"):
        demo.demo_command(tmp_path / "class", count=3, console=console)
    assert (tmp_path / "class" / "grading" / "report" / "report.html").is_file()


@pytest.mark.parametrize("count", [0, -3])
def test_a_class_of_nobody_is_wrong_use(tmp_path: Path, count: int) -> None:
    with pytest.raises(UsageError, match="at least one student"):
        demo.create(small_class.course(tmp_path / "course"), tmp_path / "none", count=count)
    assert not (tmp_path / "none").exists()
