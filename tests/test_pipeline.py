"""`grader grade`: a whole class in one run, with nothing lost and the gradebook as nbgrader leaves it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from classes import RIGHT, TOPIC, WRONG_AXIS, answered, copy_class, dump, hand_in, make_class, scores
from nbgrader.api import Gradebook
from rich.console import Console

from grader.classroom.classroom import Classroom, Submission
from grader.commands import grade
from grader.errors import CourseError, UsageError
from grader.grading import gradebook, looked, pipeline, prepare, results, runtime, seeds
from grader.grading.pipeline import Options, Row, Summary, grade_class
from grader.report import feedback

SEED = 20261121


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class directory in which nobody has handed anything in."""
    return make_class(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module")
def graded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class: ada has everything right, ben has the wrong axis, cy only the stubs."""
    class_ = copy_class(template, tmp_path_factory.mktemp("graded") / "class")
    hand_in(class_, "ada", RIGHT)
    hand_in(class_, "ben", {**RIGHT, **WRONG_AXIS})
    hand_in(class_, "cy", {})
    assert not _grade(class_).failed
    return class_


@pytest.fixture
def empty(template: Path, tmp_path: Path) -> Path:
    return copy_class(template, tmp_path / "class")


@pytest.fixture
def again(graded: Path, tmp_path: Path) -> Path:
    """A copy of the graded class."""
    return copy_class(graded, tmp_path / "class")


def _grade(class_: Path, **asked: Any) -> Summary:
    return grade_class(class_, Options(**{"seed": SEED, **asked}))


def _rows(summary: Summary) -> dict[str, Row]:
    return {row.student: row for row in summary.rows}


def _result(class_: Path, student: str) -> results.Result:
    found = results.read(class_, TOPIC, student, TOPIC)
    assert found is not None
    return found


def test_each_student_gets_the_points_of_their_answers(graded: Path) -> None:
    assert scores(graded) == {"ada": 3.0, "ben": 1.0, "cy": 0.0}
    ben = _result(graded, "ben")
    assert (ben.state, ben.points, ben.possible) == ("graded", 1.0, 3.0)
    assert {name: verdict.outcome for name, verdict in ben.verdicts.items()} == {
        "row_norms-1": "wrong",
        "double_it-1": "right",
    }
    # Neither the stub nor the broken code of the fix-it was touched.
    cy = _result(graded, "cy").verdicts
    assert [verdict.outcome for verdict in cy.values()] == ["not attempted", "not attempted"]
    assert [verdict.reasons for verdict in cy.values()] == [("Not attempted yet.",)] * 2
    assert ben.seed == SEED and ben.versions["numpy"]


def test_what_nobody_attempted_is_so_on_the_page(again: Path) -> None:
    page = feedback.write(Classroom.open(again), students=["cy"])[0].read_text()
    assert page.count("Not attempted") >= 2 and "Wrong" not in page


def test_what_is_left_is_what_nbgraders_own_autograde_leaves(template: Path, tmp_path: Path) -> None:
    ours = copy_class(template, tmp_path / "ours")
    hand_in(ours, "ada", RIGHT)
    (hand_in(ours, "ben", {**RIGHT, **WRONG_AXIS}) / "timestamp.txt").write_text("2026-10-02 12:00:00 UTC")
    (hand_in(ours, "cy", {}) / "notes.txt").write_text("mine")
    (hand_in(ours, "dora", RIGHT) / "timestamp.txt").write_text("2026-09-30 12:00:00 UTC")
    (ours / "source" / TOPIC / "table.csv").write_text("1,2\n")
    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}") as book:
        book.update_or_create_assignment(TOPIC, duedate="2026-10-01 12:00:00 UTC")
    config = (ours / "nbgrader_config.py").read_text()
    (ours / "nbgrader_config.py").write_text(config + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    theirs = copy_class(ours, tmp_path / "theirs")
    seeds.keep(theirs, TOPIC, SEED)
    command = [sys.executable, "-m", "nbgrader", "autograde", TOPIC]
    run = subprocess.run(command, cwd=theirs, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    _grade(ours)
    assert dump(ours) == dump(theirs)
    assert ("ben", "01-first", 1.0, False) in dump(ours)  # late: the penalty is the whole score
    assert _files(ours / "autograded") == _files(theirs / "autograded")


def _files(folder: Path) -> dict[str, tuple[int, Any]]:
    """The files below a folder, with their permissions; of notebooks all but times and cell ids."""
    found: dict[str, tuple[int, Any]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content: Any = path.read_bytes()
            if path.suffix == ".ipynb":
                content = json.loads(content)
                content["metadata"]["grader"].pop("seconds")
                content["cells"] = [(c["source"], c["metadata"], c.get("outputs")) for c in content["cells"]]
            found[str(path.relative_to(folder))] = (stat.S_IMODE(path.stat().st_mode), content)
    return found


def _break(class_: Path) -> dict[str, str]:
    """Hand in all sorts of broken things; returns, by student, a word of the reason, "" for what is mended."""
    whole = json.dumps(answered(class_, RIGHT), ensure_ascii=False).encode()
    hand_in(class_, "cut", whole[:900])
    hand_in(class_, "empty", b"")
    hand_in(class_, "picture", b"\x89PNG\r\n\x1a\n" + bytes(100))
    hand_in(class_, "renamed", whole, name="homework (1)")
    hand_in(class_, "bom", b"\xef\xbb\xbf" + whole)
    hand_in(class_, "latin-1", whole.decode().replace("row_norms(x):", "row_norms(x):  # déjà", 1).encode("latin-1"))
    copied = answered(class_, RIGHT)
    copied["cells"].append(next(c for c in copied["cells"] if "def row_norms" in "".join(c["source"])))
    hand_in(class_, "copied cell", copied)
    old = answered(class_, RIGHT)
    for cell in old["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1
    hand_in(class_, "old schema", old)
    for student, make in {
        "fifo": os.mkfifo,
        "folder": os.mkdir,
        "link": lambda path: os.symlink(class_ / "source" / TOPIC / f"{TOPIC}.ipynb", path),
    }.items():
        folder = class_ / "submitted" / student / TOPIC
        folder.mkdir(parents=True)
        make(folder / f"{TOPIC}.ipynb")
    (class_ / "submitted" / "pdf" / TOPIC).mkdir(parents=True)
    (class_ / "submitted" / "pdf" / TOPIC / "homework.pdf").write_bytes(b"%PDF")
    (class_ / "submitted" / "whole folder").mkdir()
    (class_ / "submitted" / "whole folder" / TOPIC).symlink_to(class_ / "source" / TOPIC)
    (hand_in(class_, "odd time", RIGHT) / "timestamp.txt").write_text("yesterday evening")
    return {
        "cut": "cut off", "empty": "empty", "picture": "no notebook", "fifo": "not a regular file",
        "folder": "not a regular file", "link": "is a link", "pdf": "no notebook", "whole folder": "is a link",
        "renamed": "", "bom": "", "latin-1": "", "copied cell": "", "old schema": "", "odd time": "",
    }  # fmt: skip


def test_whatever_is_handed_in_is_a_row_with_a_reason_and_the_rest_is_graded(empty: Path) -> None:
    expected = _break(empty)
    hand_in(empty, "zoe", RIGHT)
    summary = _grade(empty)
    rows = _rows(summary)
    assert {row.student for row in summary.failed} == {student for student, word in expected.items() if word}
    for student, word in expected.items():
        reasons = " ".join(rows[student].notes)
        assert word in reasons, (student, reasons)
        assert rows[student].points == (0.0 if word else 3.0), (student, reasons)
        if student not in ("copied cell", "old schema"):
            assert reasons, student
    assert scores(empty) == {row.student: row.points for row in summary.rows}
    for student in expected:  # feedback is made from these
        assert (empty / "autograded" / student / TOPIC / f"{TOPIC}.ipynb").is_file(), student
        assert _result(empty, student).points == rows[student].points
    assert scores(empty)["zoe"] == 3.0


def test_what_has_not_changed_is_not_graded_again(again: Path) -> None:
    before = dump(again)
    hand_in(again, "ben", RIGHT)
    rows = _rows(_grade(again))
    assert [rows[student].already for student in ("ada", "ben", "cy")] == [True, False, True]
    assert scores(again)["ben"] == 3.0
    hand_in(again, "ben", {**RIGHT, **WRONG_AXIS})
    assert _rows(_grade(again))["ben"].seconds == 0.0  # executed before: from the cache
    assert dump(again) == before


def test_recording_executes_nothing_once_more(again: Path) -> None:
    room = Classroom.open(again)
    book = gradebook.Book.open(room.coursedir.db_url, room.coursedir.course_id)
    try:
        steps = {type(step).__name__ for step in gradebook.Recorder.of(room, book).exporter._preprocessors}
    finally:
        book.end()
    assert {"SaveAutoGrades", "AssignLatePenalties"} <= steps
    assert not steps & {"SandboxedExecute", "Judge", "Execute"}


def test_what_looks_as_it_did_is_not_read_again(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked, "FRESH", 0.0)
    read: list[str] = []

    def counted(submission: Submission, assignment: Any) -> Any:
        read.append(submission.student)
        return prepare.prepare(submission, assignment)

    monkeypatch.setattr(pipeline, "prepare", counted)
    everybody = {row.student for row in grade_class(again, Options()).rows}
    assert set(read) == everybody
    read.clear()
    assert all(row.already for row in grade_class(again, Options()).rows)
    assert not read
    # As long as before and of the same time: only the system's own record of the change tells of it.
    path = again / "submitted" / "ada" / TOPIC / f"{TOPIC}.ipynb"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"2 * x", b"3 * x"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [row.student for row in grade_class(again, Options()).rows if not row.already] == ["ada"]
    assert scores(again)["ada"] == 2.0
    assert set(read) == {"ada"}
    # A file that was changed a moment ago is read each time: the next change might leave no trace.
    monkeypatch.setattr(looked, "FRESH", 3600.0)
    read.clear()
    grade_class(again, Options())
    assert set(read) == everybody


def test_force_executes_again_and_a_new_seed_grades_all_again(again: Path) -> None:
    before = dump(again)
    rows = _rows(_grade(again, students=("ada",), force=True))
    assert set(rows) == {"ada"} and rows["ada"].seconds > 0 and not rows["ada"].already
    assert not _result(again, "ada").from_cache
    summary = _grade(again, seed=7)
    assert not any(row.already for row in summary.rows) and _result(again, "cy").seed == 7
    assert dump(again) == before


def _hand_in_at(class_: Path, student: str, when: str) -> None:
    (class_ / "submitted" / student / TOPIC / "timestamp.txt").write_text(f"2026-11-20 {when} UTC")


def _due(class_: Path, when: str) -> None:
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        book.update_or_create_assignment(TOPIC, duedate=f"2026-11-20 {when} UTC")


def _penalties(class_: Path) -> dict[str, float | None]:
    return {row[0]: row[2] for row in dump(class_) if row[1] == TOPIC and len(row) == 4}


def test_a_changed_due_date_extension_or_late_rule_changes_the_marks_that_it_touches(again: Path) -> None:
    for student, when in (("ada", "13:30:00"), ("ben", "12:00:00")):
        _hand_in_at(again, student, when)
    with (again / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    _grade(again)
    assert not any(_penalties(again).values())

    def touched(**asked: Any) -> list[str]:
        rows = _rows(_grade(again, **asked))
        assert not any(row.seconds for row in rows.values())  # nothing was executed
        assert all(bool(row.again) != row.already for row in rows.values())
        return sorted(student for student, row in rows.items() if row.again)

    _due(again, "13:00:00")
    assert touched() == ["ada"] and _penalties(again)["ada"] == 3.0
    assert touched() == []
    with Gradebook(f"sqlite:///{again / 'gradebook.db'}") as book:
        book.grant_extension(TOPIC, "ada", hours=1)
    assert touched() == ["ada"] and not _penalties(again)["ada"]
    _due(again, "11:00:00")
    assert touched() == ["ada", "ben"]
    with (again / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'none'\n")
    assert touched() == ["ada", "ben"] and not any(_penalties(again).values())


def test_changed_points_are_recorded_from_the_cache(again: Path) -> None:
    with Gradebook(f"sqlite:///{again / 'gradebook.db'}") as book:
        book.update_or_create_grade_cell("row_norms-1", TOPIC, TOPIC, max_score=5)
    rows = _rows(_grade(again))
    assert [rows[student].points for student in ("ada", "ben", "cy")] == [6.0, 1.0, 0.0]
    assert not any(row.seconds for row in rows.values())
    assert scores(again) == {"ada": 6.0, "ben": 1.0, "cy": 0.0}


def test_other_limits_run_again_what_they_stopped_and_nothing_else(again: Path) -> None:
    slow = "# exercise: double_it\nimport time\ntime.sleep(3)\ndef double_it(x):\n    return 2 * x"
    hand_in(again, "slow", {**RIGHT, "double_it": slow})
    config = (again / "nbgrader_config.py").read_text()
    (again / "nbgrader_config.py").write_text(config + "\nc.SandboxedExecute.timeout = 1\n")
    assert _rows(_grade(again, students=("slow",)))["slow"].state == "graded in part"
    (again / "nbgrader_config.py").write_text(config)
    rows = _rows(_grade(again))
    assert [student for student, row in rows.items() if row.again] == ["slow"]
    assert rows["slow"].points == 3.0 and rows["ada"].already


def test_a_mark_by_hand_on_a_submission_that_was_replaced_is_kept_and_said(again: Path) -> None:
    with Gradebook(f"sqlite:///{again / 'gradebook.db'}") as book:
        book.find_grade("row_norms-1", TOPIC, TOPIC, "ben").manual_score = 1.5
        book.db.commit()
    assert not _rows(_grade(again))["ben"].notes
    hand_in(again, "ben", {})
    row = _rows(_grade(again))["ben"]
    assert "Marks by hand are kept from the submission before: 'row_norms-1' (1.5); look at them again." in row.notes
    assert scores(again)["ben"] == 1.5


def test_a_seed_that_students_may_have_seen_is_not_met_again(again: Path) -> None:
    from grader.report import feedback

    _grade(again, seed=None)
    feedback.write(Classroom.find(again))
    hand_in(again, "ben", RIGHT)
    rows = _rows(_grade(again, seed=None))
    assert [rows[student].already for student in ("ada", "ben", "cy")] == [True, False, True]
    assert _result(again, "ada").seed == SEED != _result(again, "ben").seed
    later = _result(again, "ben").seed
    rows = _rows(_grade(again, seed=None, force=True))  # a regrade repeats
    assert (_result(again, "ada").seed, _result(again, "ben").seed) == (SEED, later)
    assert scores(again) == {"ada": 3.0, "ben": 3.0, "cy": 0.0}


def test_a_gradebook_that_another_program_holds_is_said_to_be_held(again: Path) -> None:
    hand_in(again, "ben", RIGHT)
    with sqlite3.connect(again / "gradebook.db") as held:
        held.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CourseError, match="Another program holds the gradebook: close it"):
            _grade(again)


def test_two_people_with_the_same_text_keep_their_own_pictures(again: Path) -> None:
    pictures = {"ada": "iVBORw0KGgowMA==", "dan": "iVBORw0KGgoxMQ=="}
    for student, data in pictures.items():
        nb = answered(again, RIGHT)
        attached = {"shot.png": {"image/png": data}}
        text = "![shot.png](attachment:shot.png)"
        nb["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text, "attachments": attached})
        hand_in(again, student, nb)
    _grade(again)
    for student, data in pictures.items():
        assert data in (again / "autograded" / student / TOPIC / f"{TOPIC}.ipynb").read_text()


def test_the_cache_knows_every_file_that_runs_in_a_graded_kernel() -> None:
    lines = {"import sys", "from grader.checks import evidence"}  # the second is imported when a check records
    for path in (Path(__file__).parents[1] / "notebooks" / "exercises").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code")
        lines |= {line for line in code.splitlines() if line.startswith(("from grader", "import grader"))}
    assert any("serving" in line for line in lines)
    told = "print([m.__file__ for name, m in sys.modules.items() if name.partition('.')[0] == 'grader'])"
    command = [sys.executable, "-c", "\n".join([*sorted(lines), "import sys", told])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ran = {Path(name) for name in ast.literal_eval(done.stdout) if Path(name).name != "__init__.py"}
    assert ran - set(runtime.files()) == set()


def test_results_that_were_lost_come_from_the_cache(again: Path) -> None:
    before, files = dump(again), _files(again / "autograded")
    shutil.rmtree(again / "grading" / "results")
    shutil.rmtree(again / "autograded")
    summary = _grade(again)
    assert all(row.seconds == 0.0 and not row.already for row in summary.rows)
    assert dump(again) == before and _files(again / "autograded") == files


def test_a_gradebook_restored_from_an_older_copy_is_brought_up_to_date(again: Path) -> None:
    before = dump(again)
    (oldest, *_) = sorted((again / "grading" / "backups").glob("*.db"))
    shutil.copy(oldest, again / "gradebook.db")
    assert scores(again) == {}
    assert all(row.seconds == 0.0 for row in _grade(again).rows)
    assert dump(again) == before


def test_manual_marks_and_comments_survive_a_regrade(again: Path) -> None:
    with Gradebook(f"sqlite:///{again / 'gradebook.db'}") as book:
        grade = book.find_grade("row_norms-1", TOPIC, TOPIC, "ben")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.25, False
        book.find_comment("row_norms", TOPIC, TOPIC, "ben").manual_comment = "Nearly: look at the axis."
        book.db.commit()
    hand_in(again, "ben", {**RIGHT, **WRONG_AXIS, "double_it": "# exercise: double_it\ndef double_it(x): return x"})
    _grade(again)
    assert scores(again)["ben"] == 1.75
    rows = dump(again)
    assert ("ben", TOPIC, "row_norms-1", 0.0, 1.5, 0.25, True, 1.75) in rows  # to be looked at, as nbgrader does
    assert ("ben", TOPIC, "row_norms", None, "Nearly: look at the axis.") in rows


FAILING_STEP = """
from nbgrader.preprocessors import NbGraderPreprocessor

class Fails(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if resources["nbgrader"]["student"] == "ben":
            raise OSError("the disk is full")
        return nb, resources
"""


def test_a_submission_that_cannot_be_recorded_leaves_the_gradebook_as_it_was(again: Path) -> None:
    before = dump(again)
    (again / "failing_step.py").write_text(FAILING_STEP)
    config = again / "nbgrader_config.py"
    plain = config.read_text()
    steps = ["nbgrader.preprocessors.SaveAutoGrades", "failing_step.Fails"]
    config.write_text(f"{plain}\nc.Autograde.autograde_preprocessors = {steps}\n")
    hand_in(again, "ben", RIGHT)
    hand_in(again, "cy", RIGHT)
    rows = _rows(_grade(again))
    assert rows["ben"].state == "not recorded" and "the disk is full" in rows["ben"].notes[0]
    assert "the disk is full" in (again / "grading" / "errors.log").read_text()
    assert [row for row in dump(again) if row[0] == "ben"] == [row for row in before if row[0] == "ben"]
    assert scores(again) == {"ada": 3.0, "ben": 1.0, "cy": 3.0}
    config.write_text(plain)
    assert _rows(_grade(again))["ben"].points == 3.0
    assert not list((again / "autograded").glob("*/.*"))


def test_a_backup_is_made_before_the_first_write_and_the_last_five_are_kept(again: Path) -> None:
    before = dump(again)
    assert _grade(again).backup is None
    for number in range(6):
        summary = _grade(again, force=True, students=("cy",), seed=number + 1)
    backups = sorted((again / "grading" / "backups").glob("*"))
    assert len(backups) == 5 and str(backups[-1]) == summary.backup
    with sqlite3.connect(backups[-1]) as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    assert dump(again, f"sqlite:///{backups[-1]}") == before


def test_two_runs_in_one_class_directory_refuse_politely(again: Path) -> None:
    with Classroom.open(again).locked(), pytest.raises(UsageError, match=f"process {os.getpid()}"):
        _grade(again)
    assert all(row.already for row in _grade(again).rows)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"assignments": ("02-none",)}, "no assignment '02-none'"),
        ({"students": ("nobody",)}, "'nobody' has handed in nothing"),
        ({"seed": 0}, "A seed is"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(again: Path, asked: dict[str, Any], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        _grade(again, **asked)


def test_a_folder_that_is_no_class_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="grader init"):
        grade_class(tmp_path, Options())


def test_an_assignment_whose_reference_fails_says_so_and_harms_nothing(again: Path) -> None:
    before = dump(again)
    path = again / "source" / TOPIC / f"{TOPIC}.ipynb"
    path.write_text(path.read_text().replace("secret_of_rows = np.sqrt(", "secret_of_rows = np.sqrtt("))
    summary = _grade(again)
    assert all(row.state == "not recorded" and "The reference solution" in row.notes[0] for row in summary.rows)
    assert dump(again) == before and _result(again, "ada").points == 3.0
    path.unlink()
    summary = _grade(again)
    assert summary.rows == [] and "is missing" in summary.problems[0]


def test_the_command_prints_json_and_its_exit_code_tells_of_failures(again: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rich.console import Console; "
        "from grader.commands.grade import run; "
        "sys.exit(run(Path(sys.argv[1]), Console(), as_json=len(sys.argv) > 2, feedback=True))"
    )
    command = [sys.executable, "-c", code, str(again / "submitted")]
    hand_in(again, "dan", b"<html>please sign in</html>")
    run = subprocess.run([*command, "json"], capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    told = json.loads(run.stdout)
    assert told["failed"] == 1 and told["total"] == 4
    assert {row["student"]: row["state"] for row in told["submissions"]}["dan"] == "not gradable"
    assert [page.parts[-3] for page in (again / "feedback").rglob("*.html")] == ["dan"]
    shutil.rmtree(again / "submitted" / "dan")
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0 and "3 had been graded already" in run.stdout, run.stderr


def test_no_process_is_warmed_up_for_a_class_where_nothing_is_new(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warmed: list[bool] = []
    monkeypatch.setattr(grade, "warm_up", lambda: warmed.append(True))
    for folder in (again / "grading" / "results").glob("*/*"):
        os.utime(folder)
    assert grade.run(again, Console(quiet=True)) == 0 and not warmed
    hand_in(again, "dan", RIGHT)
    assert grade.run(again, Console(quiet=True)) == 0 and warmed
    shutil.rmtree(again / "grading" / "results")
    warmed.clear()
    assert grade.run(again, Console(quiet=True)) == 0 and warmed
