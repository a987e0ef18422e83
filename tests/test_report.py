"""The class report: the right numbers, the answers that failed two clicks away, and a page that needs nothing else."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import small_class
from conftest import ROOT
from playwright.sync_api import sync_playwright
from scipy.stats import pointbiserialr
from small_class import TOPIC

from grader.authoring import bank
from grader.authoring.course import Course
from grader.authoring.exercise import exercises
from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.commands import demo
from grader.errors import UsageError
from grader.report import class_report, class_results, export, feedback, similar, statistics
from grader.report.class_results import ClassResults
from grader.submissions.people import Known, Person


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """The graded class, with a report; read only."""
    root = small_class.graded(tmp_path_factory.mktemp("graded"))
    made = Classroom.find(shutil.copytree(root, tmp_path_factory.mktemp("copy") / "class", symlinks=True))
    feedback.write(made)
    class_report.write(made)
    return made


@pytest.fixture(scope="module")
def found(room: Classroom) -> ClassResults:
    return class_results.read(room)


def _csv(room: Classroom, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((room.root / "grading" / "report" / name).read_text())))


def test_scores_are_the_gradebooks(room: Classroom) -> None:
    with room.gradebook() as book:
        scores = {s.student_id: s.score for s in book.assignment_submissions(TOPIC)}
    there = {row["student"]: float(row["score"]) for row in _csv(room, "scores.csv") if not row["missing"]}
    assert there == scores


def test_a_mark_by_hand_counts(room: Classroom, tmp_path: Path) -> None:
    copy = Classroom.find(shutil.copytree(room.root, tmp_path / "class", symlinks=True))
    with copy.gradebook() as book:
        book.find_grade("row_norms-1", TOPIC, TOPIC, "eve").manual_score = 1.5
        book.db.commit()
    assert class_results.read(copy).assignments[0].hand_ins["eve"].score == 1.5


def test_outcomes_difficulty_and_misconceptions_of_the_class(found: ClassResults) -> None:
    (assignment,) = found.assignments
    exercise = assignment.exercises[0]
    assert (exercise.name, exercise.possible) == ("row_norms", 2.0)
    counts = assignment.outcomes(exercise)
    judged = [h for h in assignment.hand_ins.values() if not any(r.state == "not gradable" for r in h.results.values())]
    assert sum(counts.values()) == len(judged) == 12
    item = assignment.items()["row_norms"]
    assert item.difficulty == pytest.approx(np.mean([h.points(exercise) / 2 for h in judged]))
    columns = [
        s for s, h in assignment.hand_ins.items() if "sum(axis=0)" in h.answers.get("row_norms", "") and s != "enoether"
    ]
    told = assignment.misconceptions().get(("row_norms", "You took the norm of each column."), [])
    assert sorted(told) == sorted(columns)


def test_what_needs_a_look_is_found(found: ClassResults) -> None:
    seen = class_report._attention(found)
    assert [entry["student"] for entry in seen["ungraded"]] == ["Maryam Mirzakhani (mmirzakhani)"]
    assert "Emmy Noether (enoether)" in [entry["student"] for entry in seen["flagged"]]
    assert "Chen Jingrun (cjingrun)" in [entry["student"] for entry in seen["part"]]
    mended = {entry["student"]: " ".join(entry["notes"]) for entry in seen["mended"]}
    assert "byte-order mark" in mended["Sofya Kovalevskaya (skovalevskaya)"]


def test_every_answer_of_the_bank_is_recognised_under_other_names_and_comments() -> None:
    course = Course(ROOT)
    answers = bank.read(course.answers("01-tensors"), exercises(course.solution("01-tensors")))
    for answer in answers:
        copied = demo._renamed({answer.exercise: answer.source})[answer.exercise]
        assert copied != answer.source
        assert similar.normalised(copied) == similar.normalised(answer.source), answer.name


def test_discrimination_is_the_point_biserial_correlation_with_the_rest() -> None:
    draw = random.Random(4)
    scores = {
        f"s{n}": {"a": float(draw.random() < n / 30), "b": float(draw.randint(0, 5)), "c": n / 10} for n in range(30)
    }
    rest = [points["b"] + points["c"] for points in scores.values()]
    expected = pointbiserialr([points["a"] for points in scores.values()], rest).statistic
    assert statistics.item_rest(scores, "a") == pytest.approx(expected)


def test_discrimination_is_not_told_of_few_students_or_where_all_are_alike() -> None:
    few = {f"s{n}": {"a": float(n % 2), "b": float(n)} for n in range(4)}
    alike = {f"s{n}": {"a": 1.0, "b": float(n)} for n in range(9)}
    assert statistics.item_rest(few, "a") is None
    assert statistics.item_rest(alike, "a") is None


def test_a_histogram_counts_every_score_once() -> None:
    assert statistics.histogram([0, 0.9, 1, 5, 9.99, 10], 10) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert sum(statistics.histogram([-1, 12], 10)) == 2


LONG = """\
def f(a, b):
    total = 0
    for x in a:
        for y in b:
            if x > y:
                total += x * y
    return total
"""


def test_renaming_reordering_nothing_and_comments_do_not_hide_a_copy() -> None:
    renamed = re.sub(r"\btotal\b", "result", LONG).replace("    for x", '    """Doc."""  # mine\n    for x')
    assert similar.normalised(LONG) == similar.normalised(renamed)
    assert similar.normalised(LONG) != similar.normalised(LONG.replace("x * y", "x + y"))
    assert similar.normalised("def (") is None


def test_short_untouched_and_common_programs_are_no_suspicion() -> None:
    names = [f"s{n}" for n in range(20)]
    answers = {
        "short": dict.fromkeys(names, "def f(a):\n    return a + 1"),
        "stub": dict.fromkeys(names[:2], LONG),
        "common": dict.fromkeys(names, LONG),
    }
    assert similar.pairs(answers, {"stub": LONG}) == []
    rare = {"one": dict.fromkeys(names[:2], LONG) | {n: f"def f():\n    return {n!r}" for n in names[2:]}}
    (pair,) = similar.pairs({"one": rare["one"], "two": rare["one"]}, {})
    assert (pair.first, pair.second, len(pair.shared)) == ("s0", "s1", 2)
    assert all(shared.identical and shared.students == 2 for shared in pair.shared)


def test_marks_for_canvas_and_moodle(found: ClassResults, room: Classroom) -> None:
    rows = list(csv.reader(io.StringIO(export.canvas(found))))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TOPIC]
    assert rows[1][0] == "    Points Possible"
    assert float(rows[1][-1]) == 5
    assert ["Lovelace, Ada", "", "", "alovelace", "", "5.0"] in rows
    moodle = {row["Username"]: row for row in _csv(room, "moodle.csv")}
    assert moodle["alovelace"][TOPIC] == "5.0"
    assert moodle["alovelace"]["First name"] == "Ada"


ROSTER = "id,first_name,last_name,email\nzzz,Zed,Absent,z@x.edu\nbob,Bob,Jones,b@x.edu\n"


@pytest.fixture
def with_a_roster(room: Classroom, tmp_path: Path) -> Classroom:
    """The class after a roster has been read, two of which are without a notebook."""
    copy = Classroom.open(Path(shutil.copytree(room.root, tmp_path / "class", symlinks=True)))
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "in" / "bob").mkdir(parents=True)
    (tmp_path / "in" / "bob" / "answer.pdf").write_bytes(b"%PDF")
    made = collect(copy, tmp_path / "in", roster=tmp_path / "roster.csv")
    assert made.count("not placed") == 1
    return copy


def test_everybody_of_the_roster_is_in_the_report_and_in_every_table(with_a_roster: Classroom) -> None:
    page = class_report.write(with_a_roster)
    missing = {row["student"]: row for row in _csv(with_a_roster, "missing.csv")}
    assert missing["zzz"]["name"] == "Zed Absent"
    assert missing["zzz"]["handed in"] == "nothing"
    assert missing["bob"]["handed in"] == "a PDF file (answer.pdf)"
    scores = {row["student"]: row for row in _csv(with_a_roster, "scores.csv")}
    assert (scores["zzz"]["score"], scores["zzz"]["missing"]) == ("0.0", "missing")
    assert ["Absent, Zed", "", "", "zzz", "", "0.0"] in list(csv.reader((page.parent / "canvas.csv").open()))
    assert {row["Username"]: row[TOPIC] for row in _csv(with_a_roster, "moodle.csv")}["zzz"] == "0.0"
    html = page.read_text()
    assert "Zed Absent (zzz)" in html
    assert "Bob Jones (bob): a PDF file (answer.pdf)" in html
    assert "no notebook: a PDF file (answer.pdf)" in html
    assert "counts 0 points in means and tables" in html


def test_what_is_missing_counts_by_the_classs_own_rule(with_a_roster: Classroom) -> None:
    found = class_results.read(with_a_roster)
    scores = [h.score for h in found.assignments[0].hand_ins.values()]
    assert found.scores(found.assignments[0]) == [*scores, *[0.0] * len(found.assignments[0].missing)]
    with (with_a_roster.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ClassReport.missing = None\n")
    room = Classroom.open(with_a_roster.root)
    found = class_results.read(room)
    assert found.scores(found.assignments[0]) == scores
    page = class_report.write(room)
    assert ["Absent, Zed", "", "", "zzz", "", ""] in list(csv.reader((page.parent / "canvas.csv").open()))
    assert "does not count in means and tables" in page.read_text()
    with (with_a_roster.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ClassReport.missing = 'zero'\n")
    with pytest.raises(UsageError, match="is a number of points, or None"):
        class_results.read(Classroom.open(with_a_roster.root))


def test_an_id_that_was_made_of_a_name_is_no_user_name(found: ClassResults) -> None:
    """Moodle ends the whole import at a name that is no user's."""
    known = {"p": Known(("41",)), "lwei": Known(("42",)), "j": Known(("43",), "jdoe")}
    people = {
        "ada-lovelace": Person("ada-lovelace", "Ada", "Lovelace"),
        "p": Person("participant-41"),
        "lwei": Person("lwei", "Li", "Wei", "lwei@x.edu"),
        "j": Person("j", "J", "Doe"),
        "s17": Person("s17", "Kim", "Smith"),
    }
    given = ClassResults(found.name, found.root, people, [], known={"participant-41": known["p"], **known})
    names = [row["Username"] for row in csv.DictReader(io.StringIO(export.moodle(given)))]
    assert names == ["", "", "", "jdoe", "s17"]


@pytest.mark.parametrize(
    "text", ["=cmd()", "+1", "-1", "@x", "\tx", "\n=1", "＝1", "a;=1+1", " =1", "a\n@b", "\u00a0=1", "a,-1", "a\t＋1"]
)
def test_a_table_holds_no_formula_for_a_spreadsheet(text: str) -> None:
    told = export.table(["a"], [[text]])
    (_, (read,)) = csv.reader(io.StringIO(told, newline=""))
    assert not any(part.strip()[:1] in tuple("=+-@＝＋－＠") and part.strip() for part in re.split(r"[;,\t\r\n]", read))
    assert told.splitlines()[1].startswith('"')
    assert export.table(["a"], [[-1.5]]).splitlines()[1] == "-1.5"


def test_nothing_graded_is_wrong_use(room: Classroom, tmp_path: Path) -> None:
    (tmp_path / "empty" / "source").mkdir(parents=True)
    shutil.copy(room.root / "nbgrader_config.py", tmp_path / "empty")
    with pytest.raises(UsageError, match="Nothing has been graded"):
        class_report.write(Classroom.find(tmp_path / "empty"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(room: Classroom, chromium: str, scheme: str) -> None:
    page_path = room.root / "grading" / "report" / "report.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(color_scheme=scheme)
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_path.as_uri())
        assert asked == [page_path.as_uri()]
        assert said == []
        assert page.locator("svg:not([aria-label])").count() == 0
        assert page.locator("script").count() == 0
        exercise = page.locator(".exercise", has_text="running_mean")
        exercise.locator("summary").first.click()  # one click
        answers = exercise.locator(".group").first
        assert not answers.locator(".highlight").first.is_visible()
        answers.locator("summary").click()  # and another
        assert answers.locator(".highlight").first.is_visible()
        assert "def running_mean" in answers.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for link in page.locator(".students a").all():
            assert (page_path.parent / link.get_attribute("href")).is_file()
        browser.close()
