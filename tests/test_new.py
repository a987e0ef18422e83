"""`grader new`: three files that the gate lets through, and nothing that was there is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from grader.authoring import build, new
from grader.authoring.course import Course
from grader.errors import UsageError
from grader.gate.verify import verify

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "course").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return Course(tmp_path)


def test_two_new_topics_pass_the_gate_side_by_side(course: Course) -> None:
    new.create(course, "07-audio")
    new.create(course, "3d-shapes")
    assert course.topics == ["07-audio", "08-3d-shapes"]
    for result in verify(course, course.topics):
        assert result.errors == []
        assert (result.exercises, result.idle) == (2, [])


def test_the_built_chapter_has_no_claims(course: Course) -> None:
    new.create(course, "audio")
    assert 'tags=["claim"]\nassert ' in course.chapter("00-audio").read_text()
    text = build.build(course)[course.chapter_notebook("00-audio")]
    assert "assert " not in text
    assert '"claim"' not in text


def test_the_number_is_the_next_free_one_and_the_title_is_in_words(course: Course) -> None:
    assert new.create(course, "more-audio")[0].name == "00-more-audio.md"
    assert "\n# More audio\n" in course.chapter("00-more-audio").read_text()
    assert [path.name for path in new.create(course, "video")] == [
        "01-video.md",
        "01-video.py",
        "01-video.answers.py",
        "01-video.why.md",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Audio", "'Audio' is no topic: write small letters, digits and dashes"),
        ("../audio", "is no topic"),
        ("", "is no topic"),
        ("07-video", "There is a topic 07-audio already; choose another number and name."),
        ("audio", "There is a topic 07-audio already"),
    ],
)
def test_a_name_that_cannot_be_is_one_sentence_and_writes_nothing(course: Course, name: str, said: str) -> None:
    new.create(course, "07-audio")
    before = sorted(course.root.rglob("*"))
    with pytest.raises(UsageError) as caught:
        new.create(course, name)
    assert said in str(caught.value)
    assert sorted(course.root.rglob("*")) == before


def test_a_file_that_is_there_is_kept(course: Course) -> None:
    kept = course.answers("07-audio")
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(UsageError, match=r"solutions/07-audio\.answers\.py is there already; move it away first"):
        new.create(course, "07-audio")
    assert kept.read_text() == "mine"
    assert not course.chapter("07-audio").exists()


def test_the_command_says_what_it_wrote_and_what_comes_next(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course.root)
    new.run(Console(width=200), "audio")
    printed = capsys.readouterr().out
    assert "wrote course/00-audio.md" in printed
    assert "grader verify 00-audio" in printed
