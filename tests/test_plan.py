"""The plan of a term: `class.yml` read strictly, late hand-ins, extensions, weights, and what students see of it."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import asyncio
import csv
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import nbformat
import pytest
from classes import RIGHT, TOPIC, copy_class, dump, hand_in, make_class, scores
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader.classroom import plan, plug_ins
from grader.classroom.classroom import Classroom
from grader.classroom.late_rule import LateRule, Span, days_late
from grader.commands.cli import app, out
from grader.errors import CourseError, UsageError
from grader.grading import seeds
from grader.grading.pipeline import Options, Summary, grade_class
from grader.lab.files import StudentFiles, with_due
from grader.progress.due import Due, beside, read
from grader.report import class_report, class_results, weighted

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=BERLIN)
PLAN = """\
time zone: Europe/Berlin
late:
  per day: 10 %
  at most: 50 %
  end: 10 days
extensions:
  cy: 3 days
assignments:
  01-first:
    release: 2026-10-12
    due: 2026-10-24 23:59
    extensions:
      ben: 1 day
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of ada, ben, cy and dora; what they hand in is right."""
    class_ = make_class(tmp_path_factory.mktemp("template"))
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        for student in ("ada", "ben", "cy", "dora"):
            book.add_student(student)
    return class_


@pytest.fixture
def class_(template: Path, tmp_path: Path) -> Path:
    return copy_class(template, tmp_path / "class")


def _plan(class_: Path, text: str = PLAN) -> str:
    """Write class.yml and run `grader plan`; what it says."""
    (class_ / "class.yml").write_text(text)
    return _grader(class_, "plan")


def _grader(class_: Path, *arguments: str) -> str:
    """What a command says about a class, its lines as long as they want to be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "_width", 200)
        done = CliRunner().invoke(app, [*arguments, "--class", str(class_)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def _nbgrader(class_: Path, *arguments: str) -> None:
    """Run a command of plain nbgrader in a class."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    run = subprocess.run(command, cwd=class_, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def _hand_in(class_: Path, student: str, when: str) -> None:
    (hand_in(class_, student, RIGHT) / "timestamp.txt").write_text(when)


def _grade(class_: Path) -> Summary:
    return grade_class(class_, Options(seed=20261129))


def _book(class_: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{class_ / 'gradebook.db'}")


def _penalties(class_: Path) -> dict[str, float]:
    return {row[0]: round(row[2] or 0.0, 6) for row in dump(class_) if row[1] == TOPIC and len(row) == 4}


def _due(class_: Path) -> str:
    with _book(class_) as book:
        return str(book.find_assignment(TOPIC).duedate)


# The file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "class.yml says nothing: begin with what 'grader plan --example' prints, or delete it."),
        ("late:\n\tper day: 1 %", "class.yml, line 2: this is no YAML (found character '\\t' that cannot start any"),
        ("- 01-first", "class.yml, line 1: keys and values belong here: write lines such as 'time zone: Europe"),
        ("late: none", "class.yml, line 1: its dates have no time zone: write a line such as 'time zone: Europe/London'."),
        ("time zone: Europe/Berln", "line 1: time zone: there is no time zone 'Europe/Berln': write one such as"),
        ("{Z}\nasignments:", "class.yml, line 2: there is no key 'asignments': did you mean 'assignments'?"),
        ("{Z}\n{Z}", "class.yml, line 2: the key 'time zone' is there twice: keep one of them."),
        ("{A}\n    dew: 2026-12-04 23:59", "line 4: 01-first: there is no key 'dew': did you mean 'due'?"),
        ("{Z}\nassignments: {01-frist: {}}", "there is no assignment '01-frist' in source/: did you mean '01-first'?"),
        ("{A}\n    due: 2026-02-30 23:59", "line 4: due of 01-first: '2026-02-30 23:59' is no date that there is: write"),
        ("{A}\n    due: 4.12.2026", "'4.12.2026' is no date that there is: write it as 2026-12-04 23:59."),
        ("{A}\n    due: [1, 2]", "line 4: due of 01-first: one value belongs here: write it as 2026-12-04 23:59."),
        ("{A}\n    due: 2026-12-04", "due of 01-first: the time of day is missing: write it as 2026-12-04 23:59."),
        ("{A}\n    due: 2026-03-29 02:30", "in Europe/Berlin the clocks are put forward past 2026-03-29 02:30: write a"),
        ("{A}\n    due: 2026-10-25 02:30", "twice: write 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00."),
        ("{D}\n    release: 2026-12-05", "line 4: due of 01-first: it is not after the release date: write a later one"),
        ("{D}\n    solutions: 2026-12-01", "line 5: solutions of 01-first: it is not after the due date: write a later"),
        ("{D}\n    extensions: {anna: 1 day}", "there is no student 'anna' in the gradebook: write one of ada, ben, cy"),
        ("{D}\n    extensions: {ada: 1}", "ada of extensions of 01-first: '1' is no length of time: write it as 2 days,"),
        ("{D}\n    extensions: {ada: 2026-12-04 20:00}", "ada of extensions of 01-first: it is not after the due date"),
        ("{A}\n    extensions: {ada: 1 day}", "the assignment has no due date: write 'due: 2026-12-04 23:59', too."),
        ("{Z}\nextensions: {dorra: 1 day}", "dorra of extensions: there is no student 'dorra' in the gradebook: did you"),
        ("{Z}\nlate: yes", "line 2: late: keys and values belong here: write lines such as 'per day: 10 %'."),
        ("{Z}\nlate: {per day: 0.1}", "per day of late: '0.1' is no share between 0 and 100 %: write it as 10 %."),
        ("{Z}\nlate: {per day: 120 %}", "'120 %' is no share between 0 and 100 %"),
        ("{Z}\nlate: {at most: 50 %}", "at most of late: it bounds nothing: write 'per day: 10 %', too."),
        ("{Z}\nweights: {a: 40 %, b: 50 %}", "line 2: weights: they add up to 90 %: write shares that make 100 %."),
        ("{W}\n    group: c", "line 5: group of 01-first: weights has no group 'c': write one of a, b, none."),
        ("{W}\n    release: 2026-12-01", "line 4: 01-first: its group is not said: write 'group: a' or 'group: none'."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_changes_nothing(class_: Path, text: str, says: str) -> None:
    zone, of_first = "time zone: Europe/Berlin", "\nassignments:\n  01-first:"
    parts = {"{Z}": zone, "{A}": zone + of_first, "{D}": f"{zone}{of_first}\n    due: 2026-12-04 23:59"}
    parts["{W}"] = f"{zone}\nweights: {{a: 40 %, b: 60 %}}{of_first}"
    for short, long in parts.items():
        text = text.replace(short, long)
    before = (class_ / "gradebook.db").read_bytes()
    with pytest.raises(UsageError) as caught:
        _plan(class_, text)
    assert says in str(caught.value) and "\n" not in str(caught.value)
    assert (class_ / "gradebook.db").read_bytes() == before


def test_a_wrong_plan_stops_a_grading_run_before_it_begins(class_: Path) -> None:
    _hand_in(class_, "ada", "2026-10-20 12:00:00 UTC")
    (class_ / "class.yml").write_text("time zone: Mars/Olympus")
    with pytest.raises(UsageError, match="no time zone 'Mars/Olympus'"):
        _grade(class_)
    assert scores(class_) == {} and not (class_ / "autograded").exists()


def test_values_are_what_they_look_like(tmp_path: Path) -> None:
    (tmp_path / "class.yml").write_text(
        "\ufefftime zone: Asia/Tokyo\nextensions: {007: 1 week, no: 90 minutes}\n"
        "assignments: {a: {due: 2026-12-04T23:59+01:00}, b: {due: 2026-12-04 22:59Z, late: none}}\n"
    )
    made = plan.read(tmp_path)
    assert made is not None
    due = datetime(2026, 12, 5, 7, 59, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert made.of("a").due == made.of("b").due == due
    assert made.of("a").own_due == {"007": due + timedelta(days=7), "no": due + timedelta(minutes=90)}
    assert (made.of("a").late, made.of("b").late, made.of("c").due) == (None, LateRule(), None)


def test_the_example_is_a_plan_of_this_class(class_: Path) -> None:
    text = _grader(class_, "plan", "--example")
    said = _plan(class_, text)
    assert "01-first: due " in said and "Handing in late: as nbgrader is set" in said
    # Its comments are right, too: with all of them in force it is a plan.
    whole = re.sub("(?m)^( *)# ", r"\1", text.partition("alone.\n")[2]).replace("    late: none", "    # late: none")
    assert "10 % per day, at most 50 %, nothing after 7 days" in _plan(class_, whole)


# Handing in late


def test_a_day_late_ends_when_the_clock_says_so() -> None:
    due = datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN)  # the clocks are put back in the night after
    times = [
        ("2026-10-24 21:59:00", 0),
        ("2026-10-24 21:59:01", 1),
        ("2026-10-25 22:59:00", 1),
        ("2026-10-25 22:59:01", 2),
    ]
    for utc, days in times:
        assert days_late(due, datetime.fromisoformat(f"{utc}+00:00")) == days
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN)
    assert days_late(spring, datetime(2026, 3, 29, 10, 0, tzinfo=timezone.utc)) == 1
    assert days_late(spring, datetime(2026, 3, 29, 10, 0, 1, tzinfo=timezone.utc)) == 2


zones = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")]
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
rules = st.builds(
    LateRule,
    st.floats(0.01, 1),
    st.floats(0.01, 1),
    st.none() | st.builds(Span, st.integers(1, 20), st.just(timedelta())),
)


@settings(deadline=None)
@given(
    rules, moments, zones, st.timedeltas(timedelta(), timedelta(days=40)), st.timedeltas(timedelta(), timedelta(days=3))
)
def test_later_never_costs_less_and_in_time_costs_nothing(
    rule: LateRule, moment: datetime, zone: ZoneInfo, late: timedelta, more: timedelta
) -> None:
    due = moment.replace(tzinfo=zone)
    handed_in = due.astimezone(timezone.utc) + late
    share = rule.share(due, handed_in)
    assert 0 <= share <= rule.share(due, handed_in + more) <= 1
    assert (share == 0) == (late == timedelta())
    assert rule.share(due, due.astimezone(timezone.utc) - more) == 0
    ended = rule.end is not None and handed_in > rule.end.after(due)
    assert share == 1 if ended else share <= rule.at_most
    for elsewhere in ("Asia/Tokyo", "America/New_York"):
        assert rule.share(due, handed_in.astimezone(ZoneInfo(elsewhere))) == share


@settings(deadline=None)
@given(moments, zones, st.integers(0, 400), st.integers(1, 86_399))
def test_days_late_are_those_of_the_wall_clock(moment: datetime, zone: ZoneInfo, days: int, seconds: int) -> None:
    due = moment.replace(tzinfo=zone)
    exactly = Span(days).after(due)
    assert days_late(due, exactly) == days
    following = Span(days + 1).after(due)
    between = exactly + (following - exactly) * (seconds / 86_400)
    assert days_late(due, between) == days + 1


def test_late_rule_and_extensions_count_in_grade_as_in_nbgraders_autograde(class_: Path, tmp_path: Path) -> None:
    _plan(class_)
    # An hour less than a day after the extended date: the clocks are put back between the first date and that one.
    _hand_in(class_, "ben", "2026-10-26 22:00:00 UTC")
    _hand_in(
        class_, "dora", "2026-11-04 08:00:00 Asia/Tokyo"
    )  # by Berlin's clock a minute after the end of the tenth day
    theirs = copy_class(class_, tmp_path / "theirs")
    seeds.keep(theirs, TOPIC, 20261129)
    _nbgrader(theirs, "autograde", TOPIC)
    assert not _grade(class_).failed
    assert _penalties(class_) == {"ben": 0.3, "dora": 3.0}
    assert dump(class_) == dump(theirs)
    found = class_results.read(Classroom.open(class_))
    assert found.assignments[0].hand_ins["ben"].late == 3600 * 23 + 60
    (class_ / "class.yml").write_text(PLAN.replace("per day: 10 %", "per day: 20 %"))
    assert sorted(row.student for row in _grade(class_).rows if row.again) == ["ben", "dora"]
    assert _penalties(class_) == {"ben": 0.6, "dora": 3.0}


def test_where_the_plan_says_nothing_of_late_hand_ins_nbgraders_setting_counts(class_: Path) -> None:
    (class_ / "class.yml").write_text(
        "time zone: UTC\nassignments: {01-first: {due: 2026-10-01 12:00, extensions: {ben: 1 day}}}"
    )
    with (class_ / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    for student in ("ada", "ben"):
        _hand_in(class_, student, "2026-10-02 11:00:00 UTC")
    _grade(class_)
    assert _penalties(class_) == {"ada": 3.0, "ben": 0.0}


def test_a_class_made_before_gets_the_plug_in_and_one_with_its_own_is_told(class_: Path) -> None:
    config = class_ / "nbgrader_config.py"
    config.write_text(config.read_text().replace(plug_ins.LATE, ""))
    assert "The late rule of class.yml has no effect yet: run 'grader init --repair .' here." in _plan(class_)
    assert plug_ins.repair(class_) == ["added to nbgrader_config.py: c.AssignLatePenalties.plugin_class"]
    assert "no effect" not in _grader(class_, "plan")
    own = config.read_text().replace("grader.classroom.late_penalty.PlannedPenalty", "my_rule.MyRule")
    config.write_text(own)
    assert "names 'my_rule.MyRule' as c.AssignLatePenalties.plugin_class; remove that line" in _grader(class_, "plan")
    assert plug_ins.repair(class_) == ["nbgrader_config.py has all that it needs."] and config.read_text() == own


# The gradebook


def test_the_plan_is_shown_and_entered_once(class_: Path) -> None:
    (class_ / "class.yml").write_text(PLAN)
    assert "would change: 01-first: due 2026-10-24 23:59" in _grader(class_, "plan", "--dry-run")
    assert _due(class_) == "None" and "Due" not in _title(class_)
    said = _grader(class_, "plan")
    row = next(line.split() for line in said.splitlines() if line.startswith("01-first "))
    assert row[:9] == ["01-first", "Mon", "12", "Oct", "00:00", "Sat", "24", "Oct", "23:59"]
    assert "ben Sun 25 Oct 23:59" in said and "cy Tue 27 Oct 23:59" in said
    assert "Handing in late: 10 % per day, at most 50 %, nothing after 10 days" in said
    assert "01-first: due 2026-10-24 23:59\n" in said and _due(class_) == "2026-10-24 21:59:00"
    before = dump(class_)
    assert "The gradebook is as planned." in _grader(class_, "plan") and dump(class_) == before


def test_solutions_that_come_out_too_early_are_told(class_: Path) -> None:
    text = PLAN.replace("    extensions:\n      ben", "    solutions: 2026-11-04\n    extensions:\n      ben")
    assert "solutions" not in _plan(class_, text)
    early = _plan(class_, text.replace("11-04", "11-03"))
    assert "01-first: the solutions come out while handing in late still counts: see 'end' under 'late'." in early
    said = _plan(class_, text.replace("cy: 3 days", "cy: 2 weeks"))
    assert "01-first: the solutions come out before cy's extension ends." in said


def test_the_plan_wins_over_formgrader_and_says_what_was_there(class_: Path) -> None:
    _plan(class_)
    _hand_in(class_, "ada", "2026-10-20 12:00:00 UTC")
    _hand_in(class_, "ben", "2026-10-20 12:00:00 UTC")
    _grade(class_)
    with _book(class_) as book:  # as formgrader's dialog does, and nbgrader's own call
        book.update_or_create_assignment(TOPIC, duedate="2026-10-20 18:00 UTC")
        book.grant_extension(TOPIC, "ada", days=2)
    said = _grade(class_).planned
    assert said == [
        "01-first: due 2026-10-24 23:59, in place of 2026-10-20 20:00 that the gradebook had: class.yml counts",
        "01-first: ada's extension of 48 hours in the gradebook is taken back: class.yml has none",
    ]
    assert _due(class_) == "2026-10-24 21:59:00" and _grade(class_).planned == []
    with _book(class_) as book:  # a day of 25 hours
        assert book.find_submission(TOPIC, "ben").extension == timedelta(hours=25)
    said = _plan(class_, PLAN.replace("ben: 1 day", "ben: 2026-10-27 12:00"))
    assert "ben has until 2026-10-27 12:00, in place of an extension of 25 hours in the gradebook" in said
    with _book(class_) as book:
        assert book.find_submission(TOPIC, "ben").extension == timedelta(hours=61, minutes=1)


@pytest.mark.parametrize("kind", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_gradebook_that_another_program_holds_is_one_sentence(class_: Path, kind: str) -> None:
    (class_ / "class.yml").write_text(PLAN)
    with closing(sqlite3.connect(class_ / "gradebook.db", isolation_level=None)) as other:
        other.execute(f"BEGIN {kind}")
        with pytest.raises(CourseError, match="Another program holds the gradebook: close it"):
            _grader(class_, "plan")
    assert _due(class_) == "None"


def test_dates_that_the_plan_does_not_name_stay(class_: Path) -> None:
    with _book(class_) as book:
        book.update_or_create_assignment(TOPIC, duedate="2026-10-20 18:00 UTC")
    said = _plan(class_, "time zone: Europe/Berlin\nassignments: {01-first: {release: 2026-10-01}}")
    assert "Tue 20 Oct 20:00" in said and "(date of the gradebook)" in said and "as planned" in said
    assert _due(class_) == "2026-10-20 18:00:00"


def test_solutions_come_out_on_the_planned_date_and_one_date_is_enough(class_: Path) -> None:
    soon = datetime.now(BERLIN) + timedelta(hours=2)
    text = "time zone: Europe/Berlin\nassignments: {01-first: {due: 2026-10-20 12:00, solutions: %s}}"
    (class_ / "class.yml").write_text(text % f"{soon:%Y-%m-%d %H:%M}")
    assert f"01-first: due {soon:%Y-%m-%d %H:%M}" in _grader(class_, "release-solutions")
    (class_ / "class.yml").write_text(text % "2026-10-21")
    assert "wrote solutions/01-first.ipynb" in _grader(class_, "release-solutions")
    with (class_ / "nbgrader_config.py").open("a") as config:
        config.write('\nc.WorkedSolutions.dates = {"01-first": "2026-12-01"}\n')
    with pytest.raises(UsageError, match=r"'01-first' has a date in nbgrader_config\.py and in class\.yml: remove the"):
        _grader(class_, "release-solutions")


# What students see


def _title(class_: Path) -> str:
    return str(nbformat.read(_released(class_), as_version=4).cells[0].source)


def _released(class_: Path) -> Path:
    return class_ / "release" / TOPIC / f"{TOPIC}.ipynb"


def test_the_due_date_is_in_the_head_of_what_is_released(class_: Path) -> None:
    line = "\n\n**Due Saturday 24 October 2026, 23:59 (Europe/Berlin)**\n\n"
    assert "release it again" in _plan(class_) and line in _title(class_)
    _nbgrader(class_, "generate_assignment", TOPIC, "--force")
    assert line in _title(class_)
    assert "release" not in _grader(class_, "plan").partition("Handing in late")[2]
    said = _plan(class_, PLAN.replace("10-24", "10-25"))
    assert "01-first: wrote the due date into release/01-first/01-first.ipynb" in said
    assert _title(class_).count("**Due ") == 1 and "**Due Sunday 25 October 2026, 23:59" in _title(class_)
    found = read(_released(class_))
    assert found is not None and found.when == datetime(2026, 10, 25, 23, 59, tzinfo=BERLIN)
    _hand_in(class_, "ada", "2026-10-20 12:00:00 UTC")
    assert [row.notes for row in _grade(class_).rows] == [[]]  # to the grader the title is as given out
    assert "Due" not in nbformat.read(class_ / "autograded" / "ada" / TOPIC / f"{TOPIC}.ipynb", 4).cells[0].source
    assert "Due" not in _plan(class_, "time zone: UTC\nassignments: {01-first: {release: 2026-10-01}}")
    assert "**Due" not in _title(class_) and read(_released(class_)) is None


DUE = Due(TOPIC, datetime(2026, 12, 4, 23, 59, tzinfo=BERLIN), "Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (NOW, "due Friday 4 December, 23:59 (in 3 days)"),
        (datetime(2026, 12, 3, 23, 0, tzinfo=BERLIN), "due Friday 4 December, 23:59 (in 1 day)"),
        (datetime(2026, 12, 4, 18, 30, tzinfo=BERLIN), "due Friday 4 December, 23:59 (in 5 hours)"),
        (datetime(2026, 12, 4, 23, 58, tzinfo=BERLIN), "due Friday 4 December, 23:59 (in 1 minute)"),
        (datetime(2026, 12, 6, 23, 58, tzinfo=BERLIN), "due Friday 4 December, 23:59 (2 days ago)"),
        (
            NOW.astimezone(timezone.utc),
            "due Friday 4 December, 23:59 in Europe/Berlin, on this computer 22:59 (in 3 days)",
        ),
        (
            datetime(2026, 12, 1, 18, 0, tzinfo=ZoneInfo("Asia/Tokyo")),
            "due Friday 4 December, 23:59 in Europe/Berlin, on this computer Saturday 5 December, 07:59 (in 3 days)",
        ),
    ],
)
def test_a_due_date_in_the_words_of_the_day(now: datetime, says: str) -> None:
    assert DUE.now(now) == says


def _notebook(path: Path, due: Due) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nb = nbformat.v4.new_notebook(metadata={"class": due.metadata()})
    path.write_text(nbformat.writes(nb))


def test_the_start_page_says_what_is_due_and_the_file_stays_as_it_is(tmp_path: Path) -> None:
    page = "# Start here\n\n<!-- Built -->\n\nRead a chapter.\n"
    start = tmp_path / "START_HERE.md"
    start.write_text(page)
    assert with_due(page, tmp_path, NOW) == page  # no class
    soon = datetime.now().astimezone() + timedelta(days=2, minutes=1)
    _notebook(tmp_path / "tf 1" / "02-second" / "02-second.ipynb", Due("02-second", soon, "UTC"))
    _notebook(tmp_path / "01-first.ipynb", Due(TOPIC, soon - timedelta(days=1), "UTC"))
    _notebook(tmp_path / "old.ipynb", Due("00-old", soon - timedelta(days=60), "UTC"))
    (tmp_path / "broken.ipynb").write_text('{"metadata": {"class": {"due": "now"}}}')
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "nowhere.ipynb")
    _notebook(tmp_path / "classes" / "mine" / "x.ipynb", Due("03-third", soon, "UTC"))
    files = StudentFiles(root_dir=str(tmp_path))
    model = asyncio.run(files.get("START_HERE.md"))
    _, _, title, *listed = model["content"].split("\n")[:6]
    assert title == "## Due" and "(in 1 day)" in listed[1] and "(in 2 days)" in listed[2]
    assert listed[2].startswith("- [02-second](tf%201/02-second/02-second.ipynb): due ")
    assert model["content"].endswith("\n\n<!-- Built -->\n\nRead a chapter.\n")
    assert start.read_text() == page
    asyncio.run(files.save(model, "START_HERE.md"))
    assert start.read_text() == page


def test_the_progress_panel_says_when_its_notebook_is_due(tmp_path: Path) -> None:
    assert beside(tmp_path, "01-tensors") is None
    soon = datetime.now().astimezone() + timedelta(days=3)
    _notebook(tmp_path / "01-tensors (1).ipynb", Due("01-tensors", soon, "UTC"))
    command = "from grader import progress; progress.show('01-tensors')"
    run = subprocess.run([sys.executable, "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[0].endswith("(in 3 days)") and "in all; due " in run.stdout
    run = subprocess.run([sys.executable, "-c", command], cwd="/", capture_output=True, text=True, check=True)
    assert "due" not in run.stdout.splitlines()[0]


# Weights


def _weighted() -> str:
    text = "time zone: Europe/Berlin\nweights: {exercises: 40 %, projects: 60 %}\nassignments:\n"
    return text + "".join(f"  {name}: {{due: {due}, group: {group}}}\n" for name, (due, group) in _GROUPS.items())


_GROUPS = {
    "01-a": ("2026-10-24 23:59", "exercises"),
    "02-b": ("2026-10-31 23:59", "exercises"),
    "20-p": ("2026-12-11 23:59", "projects"),
    "21-q": ("2026-12-18 23:59", "none"),
}


def test_totals_have_the_weights_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "class.yml").write_text(_weighted())
    made = plan.read(tmp_path)
    assert made is not None

    def of(**marks: float) -> Any:
        hand_in = class_results.HandIn
        assignments = [
            class_results.Assignment(
                name, [], {"x": hand_in("x", name, 10, 10, 0, 0, None)} | (
                    {"ada": hand_in("ada", name, marks[name[-1]], 10, 0, 0, None)} if name[-1] in marks else {}
                ), [], None,
            )
            for name in _GROUPS
        ]  # fmt: skip
        found = class_results.ClassResults("c", tmp_path, {}, assignments, plan=made)
        return weighted.total(found, made, "ada", NOW)

    assert of(a=10, b=5, p=5, q=0).share == pytest.approx(0.4 * 0.75 + 0.6 * 0.5)
    assert of(a=10, p=10).share == pytest.approx(0.4 * 0.5 + 0.6)  # 02-b is missing, and its date is past
    assert of(a=10, b=5).share == pytest.approx(0.75)  # the project is not due yet: it counts for nobody who lacks it
    assert of(a=10, b=5).groups == {"exercises": pytest.approx(0.75)}


def test_report_and_table_show_the_total_where_there_are_weights(class_: Path) -> None:
    _hand_in(class_, "ada", "2026-10-25 12:00:00 UTC")
    _grade(class_)
    room = Classroom.open(class_)
    page = class_report.write(room)
    assert "Total" not in page.read_text() and not (page.parent / "totals.csv").exists()
    weights = "weights: {exercises: 40 %, projects: 60 %}\nassignments:"
    (class_ / "class.yml").write_text(PLAN.replace("assignments:", weights) + "    group: exercises\n")
    _grade(class_)
    page = class_report.write(room)
    assert '<th scope="col" class="number">Total</th>' in page.read_text() and "exercises 40 %" in page.read_text()
    rows = {row["student"]: row for row in csv.DictReader((page.parent / "totals.csv").open())}
    assert (rows["ada"]["total %"], rows["dora"]["total %"], rows["ada"]["projects %"]) == ("90.0", "0.0", "")
