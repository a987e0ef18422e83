"""The glossary: one line for each term that a chapter teaches, and the page that students get of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring import build, glossary
from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.errors import CourseError
from grader.gate.findings import Findings
from grader.gate.rules_chapter import check_glossary

THE_COURSE = Course(Path(__file__).resolve().parents[1])


def _found(course: Course, topic: str) -> Findings:
    found = Findings(topic)
    check_glossary(course, topic, front_matter(course.chapter(topic))[0], found)
    return found


def _write(course: Course, *lines: str) -> None:
    glossary.source(course).write_text("\n".join(["# Glossary", "", *lines, ""]))


def test_the_glossary_explains_what_the_chapters_teach() -> None:
    explained = {entry.term for entry in glossary.entries(THE_COURSE)}
    assert [term for term in glossary.taught(THE_COURSE) if term not in explained] == []


@pytest.mark.parametrize("topic", THE_COURSE.topics)
def test_no_chapter_of_the_course_breaks_the_rule(topic: str) -> None:
    assert _found(THE_COURSE, topic).errors == []


def test_a_sentence_is_short_and_plain() -> None:
    for entry in glossary.entries(THE_COURSE):
        assert len(entry.sentence.split()) <= 40, entry
        assert entry.sentence.count(". ") == 0, entry


def test_a_term_without_a_line_is_named_where_it_is_taught(small_course: Course) -> None:
    _write(small_course, "- **another thing**: A thing.")
    (fault,) = [each for each in _found(small_course, "01-first") if each.warning]
    assert (fault.file, fault.line) == ("01-first.md", 5)
    assert fault.text.startswith("teaches 'first things', which course/glossary.md does not explain; add")


def test_a_line_that_nobody_teaches_is_advice_and_a_wrong_order_a_fault(small_course: Course) -> None:
    _write(small_course, "- **first things**: What comes first.", "- **apple**: A fruit.")
    found = _found(small_course, "00-welcome")
    assert [fault.text for fault in found.errors] == [
        "'apple' comes before 'first things' in the alphabet; move it up."
    ]
    assert [advice.text for advice in found if advice.warning] == [
        "no chapter teaches 'apple'; take it out, or add it to 'teaches'."
    ]


@pytest.mark.parametrize("line", ["- first things: What.", "- **first things**: no full stop", "- **first things**:"])
def test_a_line_of_another_form_is_refused(small_course: Course, line: str) -> None:
    _write(small_course, line)
    with pytest.raises(CourseError, match=r"glossary.md:3: write '- \*\*term\*\*: one sentence.', in one line"):
        glossary.entries(small_course)


def test_a_course_without_a_glossary_is_held_to_nothing(small_course: Course) -> None:
    assert _found(small_course, "01-first") == []
    assert small_course.root / glossary.PAGE not in build.build(small_course)


def test_the_page_for_students_links_each_term_to_its_chapters(small_course: Course) -> None:
    _write(small_course, "- **first things**: What comes first.")
    files = build.build(small_course)
    page = files[small_course.root / glossary.PAGE]
    links = "[00](notebooks/chapters/00-welcome-chapter.ipynb), [01](notebooks/chapters/01-first-chapter.ipynb)"
    assert f"- **first things**: What comes first. ({links})" in page
    assert f"({glossary.PAGE})" in files[small_course.root / build.START_HERE]
