"""What the gradebook says of an assignment: as nbgrader says it, and by its indexes, however large the class."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import event, text

from grader.grading.gradebook import Book
from grader.report.marks import submitted

DUE = datetime(2026, 11, 1, 12)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    Gradebook(f"sqlite:///{path}", "course").close()
    return path


def made(empty: Path, count: int) -> Book:
    """Two assignments of two notebooks, some of it marked by hand, late or not there."""
    path = empty.with_name(f"{count}.db")
    shutil.copy(empty, path)
    with Gradebook(f"sqlite:///{path}", "course") as book:
        students = [Student(id=f"s{number}") for number in range(count)]
        for name in ("first", "second"):
            assignment = Assignment(name=name, duedate=DUE, course_id="course")
            assignment.notebooks = [_notebook("a"), _notebook("b")]
            book.db.add(assignment)
            book.db.flush()
            kept = [one for number, one in enumerate(students) if name == "first" or number % 3]
            book.db.add_all(_submission(assignment, one) for one in kept)
        book.db.add_all(students)
        book.db.commit()
    return Book.open(f"sqlite:///{path}", "course")


def _notebook(name: str) -> Notebook:
    graded = [GradeCell(name=f"cell-{number}", max_score=2.0, cell_type="code") for number in range(3)]
    task = TaskCell(name="task", max_score=1.5, cell_type="markdown")
    return Notebook(name=name, _base_cells=[*graded, task, SolutionCell(name="answer")])


def _submission(assignment: Assignment, student: Student) -> SubmittedAssignment:
    number = int(student.id[1:])
    one = SubmittedAssignment(
        assignment_id=assignment.id,
        student_id=student.id,
        timestamp=DUE + timedelta(hours=number - 2),
        extension=timedelta(hours=1) if number % 4 == 0 else None,
    )
    for notebook in assignment.notebooks:
        written = SubmittedNotebook(notebook_id=notebook.id)
        written.late_submission_penalty = 0.5 if number % 5 == 4 else None
        *graded, answer = sorted(notebook._base_cells, key=lambda cell: cell.name == "answer")
        written.grades = [
            Grade(
                cell_id=cell.id,
                auto_score=float(place % 3),
                manual_score=1.25 if (number + place) % 4 == 0 else None,
                extra_credit=0.25 if number % 6 == 0 else None,
                needs_manual_grade=number % 2 == 0,
            )
            for place, cell in enumerate(graded)
        ]
        written.comments = [Comment(cell_id=answer.id, manual_comment=f"To {student.id}" if number % 2 else None)]
        one.notebooks.append(written)
    return one


@pytest.fixture(scope="module")
def book(empty: Path) -> Iterator[Book]:
    opened = made(empty, 9)
    yield opened
    opened.end()


@pytest.mark.parametrize("name", ["first", "second"])
def test_marks_are_those_that_nbgraders_own_objects_give(book: Book, name: str) -> None:
    found = {one.student: one for one in submitted(book, name)}
    theirs = {one.student_id: one for one in book.find_assignment(name).submissions}
    assert set(found) == set(theirs)
    for student, one in theirs.items():
        mine = found[student]
        assert (mine.when, mine.late, mine.possible) == (one.timestamp, one.total_seconds_late, one.max_score)
        assert set(mine.notebooks) == {notebook.name for notebook in one.notebooks}
        for notebook in one.notebooks:
            marks, lost = mine.notebooks[notebook.name], notebook.late_submission_penalty or 0.0
            assert (marks.score, marks.possible) == (pytest.approx(notebook.score - lost), notebook.max_score)
            assert (marks.penalty, marks.number, marks.waiting) == (lost, notebook.id, notebook.needs_manual_grade)
            assert marks.cells == {
                grade.name: (grade.score, grade.max_score, grade.manual_score is not None) for grade in notebook.grades
            }
            assert marks.comments == {note.name: note.comment for note in notebook.comments if note.comment}
    some = [one.student for one in found.values()][1:3]
    assert {one.student: one for one in submitted(book, name, some)} == {student: found[student] for student in some}
    assert submitted(book, name, ["nobody"]) == submitted(book, "third") == []


def test_a_grading_run_knows_the_scores_that_are_recorded(book: Book) -> None:
    automatic, by_hand = book.scores("second")
    for one in book.find_assignment("second").submissions:
        marks: dict[str, float] = {}
        for notebook in one.notebooks:
            assert automatic.pop((one.student_id, notebook.name)) == {g.name: g.auto_score for g in notebook.grades}
            marks |= {g.name: g.manual_score for g in notebook.grades if g.manual_score is not None}
        assert by_hand.pop(one.student_id, {}) == marks
    assert automatic == by_hand == {}
    assert book.scores("third") == ({}, {})


def test_no_row_of_another_assignment_is_looked_at_and_no_statement_is_one_students(empty: Path) -> None:
    said = []
    for students in (2, 30):
        book, statements = made(empty, students), list[tuple[str, object]]()

        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            statements.append((statement, parameters))  # noqa: B023  (it is called in this turn alone)

        event.listen(book.engine, "before_cursor_execute", note)
        submitted(book, "first")
        book.scores("first")
        event.remove(book.engine, "before_cursor_execute", note)
        said.append(len(statements))
        with book.engine.connect() as connection:
            for statement, parameters in statements:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                steps = [row[-1] for row in plan]
                assert not [step for step in steps if step.startswith(("SCAN grade", "SCAN comment", "SCAN subm"))]
            assert connection.execute(text("SELECT count(*) FROM grade")).scalar()
        book.end()
    assert said[0] == said[1] <= 20
