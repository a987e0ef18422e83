"""The class report: the right numbers, the answers that failed two clicks away, and a page that needs nothing else."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import small_class
from conftest import ROOT
from playwright.sync_api import sync_playwright
from scipy.stats import pointbiserialr
from small_class import TOPIC
from sqlalchemy import Engine, event
from wcag import violations

from grader.authoring import bank
from grader.authoring.course import Course
from grader.authoring.exercise import exercises
from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.commands import demo
from grader.errors import UsageError
from grader.report import across, class_report, class_results, export, feedback, marks_home, similar, statistics
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


def test_what_needs_a_look_is_found(room: Classroom) -> None:
    kept = room.root / "grading" / "report" / "assignments" / TOPIC / "kept.json"
    seen = json.loads(kept.read_text())["attention"]
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
    section = (page.parent / "assignments" / TOPIC / "index.html").read_text()
    assert "Zed Absent (zzz)" in section
    assert "Bob Jones (bob): a PDF file (answer.pdf)" in section
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
    assert "zzz" not in {row[3] for row in csv.reader((page.parent / "canvas.csv").open())}
    assert "zzz" not in {row["Username"] for row in _csv(room, "moodle.csv")}
    assert "does not count in means and tables" in page.read_text()
    with (with_a_roster.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ClassReport.missing = 'zero'\n")
    with pytest.raises(UsageError, match="is a number of points, or None"):
        class_results.read(Classroom.open(with_a_roster.root))


def test_an_id_that_was_made_of_a_name_is_no_user_name(found: ClassResults) -> None:
    """Moodle ends the whole import at a name that is no user's, and has a line without one for the user before."""
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
    assert names == ["jdoe", "s17"]


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


def test_what_has_not_changed_is_not_made_again(room: Classroom, tmp_path: Path) -> None:
    copy = Classroom.find(shutil.copytree(room.root, tmp_path / "class", symlinks=True))
    page = class_report.write(copy)
    own = page.parent / "assignments" / TOPIC / "index.html"

    def renewed() -> bool:
        before = own.stat().st_mtime_ns
        class_report.write(copy)
        return own.stat().st_mtime_ns != before

    assert not renewed()
    with copy.gradebook() as book:
        book.find_grade("row_norms-1", TOPIC, TOPIC, "eve").manual_score = 1.5
        book.db.commit()
    assert renewed() and not renewed()
    (copy.root / "feedback" / "eve" / TOPIC / f"{TOPIC}.html").unlink()
    assert renewed() and not renewed()
    path = copy.root / "autograded" / "eve" / TOPIC / f"{TOPIC}.ipynb"
    path.write_text(path.read_text().replace("def row_norms(", "def  row_norms("))
    assert renewed() and not renewed()


def _with_students(template: Path, folder: Path, count: int) -> Classroom:
    """A class in which so many students have handed in what one has handed in, by the gradebook."""
    room = Classroom.find(shutil.copytree(template, folder, symlinks=True))
    with room.gradebook() as book:
        for number in range(count):
            book.update_or_create_student(f"s{number}", first_name="S", last_name=str(number))
            book.update_or_create_submission(TOPIC, f"s{number}")
            for name in ("row_norms-1", "running_mean-1"):
                book.find_grade(name, TOPIC, TOPIC, f"s{number}").auto_score = 1.0
        book.db.commit()
    return room


def test_the_database_is_not_asked_more_often_for_more_students(room: Classroom, tmp_path: Path) -> None:
    asked: list[str] = []
    counts = []
    roster = tmp_path / "canvas.csv"
    for number in (5, 50):
        larger = _with_students(room.root, tmp_path / str(number), number)
        roster.write_text(
            f"Student,ID,SIS User ID,SIS Login ID,Section,{TOPIC} (7)\n    Points Possible,,,,,5\n"
            + "".join(f'"{n}, S",{n + 1},,s{n},,\n' for n in range(number))
        )
        event.listen(Engine, "before_cursor_execute", note := lambda *told: asked.append(told[2]))
        asked.clear()
        class_report.write(larger)
        made = len(asked)
        feedback.write(larger, students=["eve"], jobs=1)
        marks_home.export_command([TOPIC], into=roster, directory=larger.root, show=lambda line: None)
        counts.append((made, len(asked)))
        event.remove(Engine, "before_cursor_execute", note)
        scores = {row["student"]: row["score"] for row in _csv(larger, "scores.csv")}
        assert scores[f"s{number - 1}"] == "2.0"
    assert counts[0] == counts[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])  # 320: what a window of 1280 shows at 400 %
def test_the_pages_in_a_browser(room: Classroom, chromium: str, scheme: str, width: int) -> None:
    folder = room.root / "grading" / "report"
    own = folder / "assignments" / TOPIC
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))

        def opens(path: Path) -> None:
            """The page is open: it has asked for nothing else and said nothing, and is for everybody."""
            assert asked == [path.as_uri()]
            assert said == []
            asked.clear()
            assert page.title() != "owned"
            assert page.locator("svg:not([aria-label])").count() == 0
            assert page.locator("script").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert violations(page) == {}

        page.goto((folder / "report.html").as_uri())
        opens(folder / "report.html")
        for link in page.locator("main a").all():
            assert (folder / unquote(link.get_attribute("href"))).is_file()
        page.locator("main").get_by_role("link", name=TOPIC).first.click()
        exercise = page.locator(".exercise", has_text="running_mean")
        exercise.locator("summary").first.click()  # one click
        answers = exercise.locator(".group").first
        assert not answers.locator(".highlight").first.is_visible()
        answers.locator("summary").click()  # and another
        assert answers.locator(".highlight").first.is_visible()
        assert "def running_mean" in answers.inner_text()
        opens(own / "index.html")
        exercise.get_by_role("link", name="All answers").click()
        opens(own / "exercises" / "running_mean.html")
        for link in page.locator("a:not([href^=http])").all():
            assert (own / "exercises" / unquote(link.get_attribute("href"))).resolve().is_file()
        page.goto((own / "exercises" / "row_norms.html").as_uri())
        opens(own / "exercises" / "row_norms.html")
        page.get_by_role("link", name=folder.parents[1].name).click()
        opens(folder / "report.html")
        browser.close()


def test_all_answers_to_an_exercise_stand_by_what_came_of_them_and_same_programs_together(
    found: ClassResults,
) -> None:
    (assignment,) = found.assignments
    for exercise in assignment.exercises:
        groups = across.groups(assignment, exercise)
        students = [s for group in groups for program in group.programs for s in program.students]
        assert sorted(students) == sorted(assignment.hand_ins)
        places = [across.ORDER.index(group.outcome) for group in groups]
        assert places == sorted(places)
        for group in groups:
            sizes = [len(program.students) for program in group.programs]
            assert sizes == sorted(sizes, reverse=True)
            for program in group.programs:
                assert {assignment.hand_ins[s].outcome(exercise) for s in program.students} == {group.outcome}
                assert len({similar.normalised(text) for text in program.texts}) == 1
    columns = next(
        g for g in across.groups(assignment, assignment.exercises[0]) if "norm of each column" in g.reasons[0]
    )
    assert columns.outcome == "wrong" and columns.students > 1


def test_a_students_answer_leads_to_where_it_is_marked_by_hand(room: Classroom, found: ClassResults) -> None:
    page = room.root / "grading" / "report" / "assignments" / TOPIC / "exercises" / "row_norms.html"
    with room.gradebook() as book:
        number = book.find_submission_notebook(TOPIC, TOPIC, "eve").id
    assert f'href="http://localhost:8888/formgrader/submissions/{number}/"' in page.read_text()
