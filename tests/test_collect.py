"""`grader collect`: what students handed in comes to its place, and nothing is lost or guessed on the way."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from conftest import CHAPTER, ROOT, SOLUTION
from rich.console import Console

from grader.authoring.course import Course
from grader.classroom import class_directory, collect
from grader.classroom.classroom import Classroom
from grader.classroom.collection import Collection
from grader.classroom.exchange import from_exchange
from grader.commands.collect import collect_command
from grader.errors import UsageError
from grader.submissions import archive

TOPIC = "01-first"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    course = _tree(
        root / "course",
        {
            "pyproject.toml": (ROOT / "pyproject.toml").read_bytes(),
            "course/01-first.md": CHAPTER.format(title="First").encode(),
            "solutions/01-first.py": SOLUTION.encode(),
        },
    )
    class_directory.create(Course(course), root / "class", [TOPIC])
    return root / "class"


@pytest.fixture
def room(made_once: Path, tmp_path: Path) -> Classroom:
    return Classroom.find(shutil.copytree(made_once, tmp_path / "class"))


def _notebook(room: Classroom, answer: str = "1") -> bytes:
    """The released notebook with something of a student's in it."""
    notebook = json.loads((room.root / "release" / TOPIC / f"{TOPIC}.ipynb").read_text())
    notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": answer})
    return json.dumps(notebook).encode()


def _tree(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def _there(room: Classroom) -> dict[str, bytes]:
    folder = room.root / "submitted"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _what(made: Collection) -> dict[str, str]:
    return {row.source: row.what for row in made.rows}


def _reason(made: Collection, source: str) -> str:
    return next(row.note for row in made.rows if row.source == source)


def test_a_moodle_export_with_folders(room: Classroom, tmp_path: Path) -> None:
    source = _zip(
        tmp_path / "CS101-Tensors-4711.zip",
        {
            "Ada Lovelace_1048576_assignsubmission_file_/01-first.ipynb": _notebook(room, "ada"),
            "José Núñez Díaz_1048577_assignsubmission_file/my answers (2).ipynb": _notebook(room, "josé"),
            "José Núñez Díaz_1048577_assignsubmission_file/points.csv": b"1,2\n",
            "Grace Hopper_1048578_assignsubmission_onlinetext_/onlinetext.html": b"<p>done</p>",
        },
    )
    made = collect.collect(room, source)
    assert sorted(_what(made).values()) == ["collected", "collected", "not placed"]
    assert [row.note for row in made.rows if row.student == "grace-hopper"] == [
        "no notebook, but text typed in online (onlinetext.html)"
    ]
    assert sorted(_there(room)) == [
        "ada-lovelace/01-first/01-first.ipynb",
        "josé-núñez-díaz/01-first/01-first.ipynb",
        "josé-núñez-díaz/01-first/points.csv",
    ]
    assert "recognised by its exercises" in made.rows[1].note
    names = {person.id: (person.first_name, person.last_name) for person in room.people()}
    assert names == {
        "ada-lovelace": ("Ada", "Lovelace"),
        "grace-hopper": ("Grace", "Hopper"),
        "josé-núñez-díaz": ("José Núñez", "Díaz"),
    }


def test_a_moodle_export_without_folders_with_its_grading_worksheet(room: Classroom, tmp_path: Path) -> None:
    source = _zip(
        tmp_path / "export.zip",
        {
            "Li Wei_11_assignsubmission_file_01-first.ipynb": _notebook(room, "one"),
            "Li Wei_12_assignsubmission_file_01-first.ipynb": _notebook(room, "two"),
        },
    )
    made = collect.collect(room, source)
    assert made.count("not placed") == 2
    assert "two people are called 'Li Wei'" in made.rows[0].note
    assert _there(room) == {}
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text(
        "Identifier,Full name,Email address,Status\n"
        "Participant 11,Li Wei,lwei@example.org,Submitted\nParticipant 12,Li Wei,lwei2@example.org,Submitted\n",
        encoding="utf-8-sig",
    )
    assert collect.collect(room, source, roster=worksheet).count("collected") == 2
    assert sorted(_there(room)) == ["lwei/01-first/01-first.ipynb", "lwei2/01-first/01-first.ipynb"]
    assert b'"two"' in _there(room)["lwei2/01-first/01-first.ipynb"]


def test_a_canvas_export_keeps_canvass_numbers_and_its_late_mark(room: Classroom, tmp_path: Path) -> None:
    with room.gradebook() as book:
        book.add_student("al", first_name="Ada", last_name="Lovelace")
    source = _zip(
        tmp_path / "submissions.zip",
        {
            "lovelaceada_101_9001_01-first.ipynb": _notebook(room, "first try"),
            "lovelaceada_101_9007_01-first-1.ipynb": _notebook(room, "second try"),
            "hoppergrace_LATE_102_9003_Copy of 01-first.ipynb": _notebook(room, "grace"),
        },
    )
    made = collect.collect(room, source)
    assert _what(made)["lovelaceada_101_9001_01-first.ipynb"] == "superseded"
    assert "late" in _reason(made, "hoppergrace_LATE_102_9003_Copy of 01-first.ipynb")
    assert b"second try" in _there(room)["al/01-first/01-first.ipynb"]
    assert {p.id: p.lms_user_id for p in room.people()} == {"al": "101", "hoppergrace": "102"}
    assert [person.id for person in made.added] == ["hoppergrace"]


def test_a_blackboard_export_says_when(room: Classroom, tmp_path: Path) -> None:
    name = "Tensors_alovelace_attempt_2026-11-{}-14-03-11"
    source = _zip(
        tmp_path / "gradebook.zip",
        {
            name.format(18) + "_01-first.ipynb": _notebook(room, "early"),
            name.format(20) + "_01-first.ipynb": _notebook(room, "late"),
            name.format(20) + ".txt": b"Name: Ada Lovelace (alovelace)\n",
        },
    )
    made = collect.collect(room, source, zone="Europe/London")
    assert sorted(_what(made).values()) == ["collected", "superseded"]
    there = _there(room)
    assert sorted(there) == ["alovelace/01-first/01-first.ipynb", "alovelace/01-first/timestamp.txt"]
    assert b'"late"' in there["alovelace/01-first/01-first.ipynb"]
    assert there["alovelace/01-first/timestamp.txt"] == b"2026-11-20 14:03:11 UTC\n"


@pytest.mark.parametrize(
    "name",
    [
        "ada/01-first.ipynb",
        "ada/Copy of 01-first.ipynb",
        "ada/Copy of Copy of 01_first (3).ipynb",
        "ada/01-first.ipynb.txt",
        "ada/01-first/01-first.ipynb",
        "01-first/ada/01-first.ipynb",
        "ada/my homework.ipynb",
        "ada - 01-first.ipynb",
        "01-first_ada.ipynb",
        "ada/01-first.zip",
    ],
)
def test_a_folder_of_downloads(room: Classroom, tmp_path: Path, name: str) -> None:
    data = _notebook(room)
    if name.endswith(".zip"):
        data = _zip(tmp_path / "inner.zip", {"01-first.ipynb": data}).read_bytes()
    source = _tree(tmp_path / "downloads", {name: data})
    assert [row.what for row in collect.collect(room, source).rows] == ["collected"]
    assert sorted(_there(room)) == ["ada/01-first/01-first.ipynb"]


def test_what_cannot_be_placed_is_listed_and_nothing_is_guessed(room: Classroom, tmp_path: Path) -> None:
    source = _tree(
        tmp_path / "downloads",
        {
            "01-first.ipynb": _notebook(room),
            "ada/poem.ipynb": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "ada/other.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "1"}]}).encode(),
            "bob/deep/01-first.ipynb": _notebook(room),
        },
    )
    made = collect.collect(room, source)
    assert set(_what(made).values()) == {"not placed"}
    assert "no part of its name says whose" in _reason(made, "01-first.ipynb")
    assert "cannot be read" in _reason(made, "ada/poem.ipynb")
    assert "nor its exercises" in _reason(made, "ada/other.ipynb")
    assert "'bob', 'deep'" in _reason(made, "bob/deep/01-first.ipynb")
    assert _there(room) == {}


def test_a_broken_notebook_of_the_right_name_is_collected_for_grading_to_report(
    room: Classroom, tmp_path: Path
) -> None:
    source = _tree(tmp_path / "downloads", {"ada/01-first.ipynb": b"\xef\xbb\xbf{cut off"})
    assert collect.collect(room, source).count("collected") == 1
    assert _there(room)["ada/01-first/01-first.ipynb"] == b"\xef\xbb\xbf{cut off"


def test_one_notebook_of_a_named_student(room: Classroom, tmp_path: Path) -> None:
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(_notebook(room))
    assert collect.collect(room, path, student="Ada Lovelace").count("collected") == 1
    assert sorted(_there(room)) == ["ada-lovelace/01-first/01-first.ipynb"]


def test_what_is_replaced_is_kept_aside_and_what_is_the_same_stays(room: Classroom, tmp_path: Path) -> None:
    source = _tree(tmp_path / "downloads", {"ada/01-first.ipynb": _notebook(room, "old")})
    collect.collect(room, source)
    before = (room.root / "submitted" / "ada" / TOPIC).stat().st_ino
    assert collect.collect(room, source).rows[0].what == "unchanged"
    assert (room.root / "submitted" / "ada" / TOPIC).stat().st_ino == before
    _tree(source, {"ada/01-first.ipynb": _notebook(room, "new")})
    assert collect.collect(room, source, dry_run=True).rows[0].what == "replaced"
    assert b'"old"' in _there(room)["ada/01-first/01-first.ipynb"]
    assert collect.collect(room, source).rows[0].what == "replaced"
    assert b'"new"' in _there(room)["ada/01-first/01-first.ipynb"]
    (aside,) = (room.root / "grading" / "replaced" / "ada" / TOPIC).rglob("*.ipynb")
    assert b'"old"' in aside.read_bytes()
    assert not list((room.root / "grading").glob("incoming-*"))


def test_an_earlier_hand_in_does_not_replace_a_later_one(room: Classroom, tmp_path: Path) -> None:
    name = "T_ada_attempt_2026-11-{}-10-00-00_01-first.ipynb"
    collect.collect(room, _tree(tmp_path / "one", {name.format(20): _notebook(room, "later")}))
    made = collect.collect(room, _tree(tmp_path / "two", {name.format(19): _notebook(room, "earlier")}))
    assert made.rows[0].what == "kept"
    assert b'"later"' in _there(room)["ada/01-first/01-first.ipynb"]


def test_a_dry_run_changes_nothing(room: Classroom, tmp_path: Path) -> None:
    source = _tree(tmp_path / "downloads", {"ada/01-first.ipynb": _notebook(room)})
    made = collect.collect(room, source, dry_run=True)
    assert [row.what for row in made.rows] == ["collected"]
    assert [person.id for person in made.added] == ["ada"]
    assert _there(room) == {}
    assert room.people() == []


def test_an_archive_that_reaches_out_of_its_folder_is_not_followed(room: Classroom, tmp_path: Path) -> None:
    source = tmp_path / "evil.zip"
    with zipfile.ZipFile(source, "w") as made:
        made.writestr("ada/01-first.ipynb", _notebook(room))
        for name in ("../../gradebook.db", "/etc/passwd", "ada\\..\\x.ipynb", "C:/x.ipynb", "ada/\x07.ipynb"):
            made.writestr(name, b"x")
        link = zipfile.ZipInfo("bob/01-first.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, str(room.root / "source" / TOPIC / f"{TOPIC}.ipynb"))
    result = collect.collect(room, source)
    assert _what(result)["ada/01-first.ipynb"] == "collected"
    assert _reason(result, "../../gradebook.db").startswith("its name leads out")
    assert _reason(result, "bob/01-first.ipynb") == "a link"
    assert result.count("not placed") == 6
    assert sorted(_there(room)) == ["ada/01-first/01-first.ipynb"]


def test_a_bomb_is_refused_and_the_rest_is_taken(
    room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = _zip(tmp_path / "bomb.zip", {"zeros": b"\0" * 20_000_000})
    deep = bomb.read_bytes()
    for level in range(5):
        deep = _zip(tmp_path / f"level{level}.zip", {"next.zip": deep}).read_bytes()
    many = _zip(tmp_path / "many.zip", {f"{number}.txt": b"" for number in range(300)})
    source = _tree(
        tmp_path / "downloads",
        {
            "ada/01-first.ipynb": _notebook(room),
            "bob/bomb.zip": bomb.read_bytes(),
            "cy/deep.zip": deep,
            "dan/many.zip": many.read_bytes(),
            "eve/broken.zip": b"PK\x03\x04 no archive",
        },
    )
    monkeypatch.setattr(archive, "FILES", 100)
    made = collect.collect(room, source)
    assert "packed to less than 1/500" in _reason(made, "bob/bomb.zip/zeros")
    assert any("archives lie in archives" in row.note for row in made.rows)
    assert "300 entries" in _reason(made, "dan/many.zip")
    assert "no ZIP archive" in _reason(made, "eve/broken.zip")
    assert sorted(_there(room)) == ["ada/01-first/01-first.ipynb"]
    with pytest.raises(UsageError, match=r"300 entries.*Nothing was collected"):
        collect.collect(room, many)


def test_links_and_special_files_in_a_folder_are_not_opened(room: Classroom, tmp_path: Path) -> None:
    source = _tree(tmp_path / "downloads", {"ada/01-first.ipynb": _notebook(room)})
    (source / "bob").mkdir()
    (source / "bob" / "01-first.ipynb").symlink_to(room.root / "source" / TOPIC / f"{TOPIC}.ipynb")
    (source / "cy").symlink_to("/")
    (source / "dan").mkdir()
    os.mkfifo(source / "dan" / "01-first.ipynb")
    made = collect.collect(room, source)
    assert _what(made) == {
        "ada/01-first.ipynb": "collected",
        "bob/01-first.ipynb": "not placed",
        "cy": "not placed",
        "dan/01-first.ipynb": "not placed",
    }


def test_a_link_in_the_class_directory_is_not_written_through(room: Classroom, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (room.root / "submitted" / "ada").symlink_to(tmp_path / "elsewhere")
    made = collect.collect(room, _tree(tmp_path / "downloads", {"ada/01-first.ipynb": _notebook(room)}))
    assert made.rows[0].what == "not placed"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_pattern_of_ones_own(room: Classroom, tmp_path: Path) -> None:
    source = _tree(tmp_path / "downloads", {"77-ada-01-first.ipynb": _notebook(room)})
    made = collect.collect(room, source, pattern=r"\d+-(?P<student_id>\w+)-(?P<file_id>.*)")
    assert made.rows[0].student == "ada"


ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def exchange(room: Classroom, tmp_path: Path) -> Path:
    """An exchange that the machine's own configuration names, and a folder of the course in it that is open to all."""
    folder = tmp_path / "exchange"
    (folder / "tf" / "inbound").mkdir(parents=True)
    folder.chmod(0o777)
    with (room.root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.CourseDirectory.course_id = "tf"\n')
    machine = tmp_path / "machine"
    _tree(machine, {"nbgrader_config.py": f"c = get_config()\nc.Exchange.root = {str(folder)!r}\n".encode()})
    return folder


@pytest.fixture
def of_the_exchange(room: Classroom, exchange: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "machine"))
    return Classroom.open(room.root)


def _hand_in(exchange: Path, room: Classroom, student: str, text: str, when: str = "2026-11-20 10:00:00") -> Path:
    inbound = exchange / "tf" / "inbound" / f"{student}+{TOPIC}+{when}.000000 UTC+secret"
    return _tree(inbound, {"01-first.ipynb": _notebook(room, text), "timestamp.txt": f"{when}.000000 UTC".encode()})


def test_nbgraders_exchange_by_the_machines_configuration(of_the_exchange: Classroom, exchange: Path) -> None:
    room = of_the_exchange
    _hand_in(exchange, room, ME, "one")
    assert [(row.student, row.what) for row in from_exchange(room, [TOPIC]).rows] == [(ME, "collected")]
    assert f"{ME}/01-first/01-first.ipynb" in _there(room)
    assert [row.what for row in from_exchange(room, [TOPIC]).rows] == ["unchanged"]
    _hand_in(exchange, room, ME, "two", "2026-11-21 10:00:00")
    assert [row.what for row in from_exchange(room, [TOPIC]).rows] == ["replaced"]
    (aside,) = (room.root / "grading" / "replaced" / ME / TOPIC).rglob("*.ipynb")
    assert b'"one"' in aside.read_bytes()
    assert b'"two"' in _there(room)[f"{ME}/01-first/01-first.ipynb"]


def test_a_hand_in_that_is_not_its_students_own_is_refused_and_named(
    of_the_exchange: Classroom, exchange: Path
) -> None:
    room = of_the_exchange
    _hand_in(exchange, room, ME, "mine")
    forged = _hand_in(exchange, room, "victim", "forged", "2027-01-01 00:00:00")
    linked = _hand_in(exchange, room, ME, "later", "2026-12-01 00:00:00")
    (linked / "own.ipynb").symlink_to(room.root / "source" / TOPIC / f"{TOPIC}.ipynb")
    (exchange / "tf" / "inbound" / f"{ME}+{TOPIC}+no time+x").mkdir()
    made = from_exchange(room, None)
    assert [(row.student, row.what) for row in made.rows if row.student] == [(ME, "collected")]
    assert f"it says that it is 'victim''s, but it belongs to {ME!r}" in _reason(made, forged.name)
    assert "is a link" in _reason(made, linked.name)
    assert made.count("not placed") == 3
    assert b'"mine"' in _there(room)[f"{ME}/01-first/01-first.ipynb"]
    assert {name.split("/")[0] for name in _there(room)} == {ME}


def test_where_one_system_user_holds_all_hand_ins_the_class_says_so(exchange: Path, of_the_exchange: Classroom) -> None:
    with (of_the_exchange.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ExchangeCollect.check_owner = False\n")
    room = Classroom.open(of_the_exchange.root)
    _hand_in(exchange, room, "ada", "hers")
    assert [(row.student, row.what) for row in from_exchange(room, None).rows] == [("ada", "collected")]


ANOTHER = """
from nbgrader.exchange.abc import ExchangeCollect


class Collect(ExchangeCollect):
    # Stands for another exchange, one that fails for what has not been released.

    def init_src(self): ...

    def init_dest(self): ...

    def copy_files(self):
        if self.coursedir.assignment_id != "01-first":
            self.fail("Failed to list submissions.")
"""


def test_what_has_not_been_released_is_passed_over(of_the_exchange: Classroom, exchange: Path) -> None:
    root = of_the_exchange.root
    (root / "another_exchange.py").write_text(ANOTHER)
    shutil.copytree(root / "source" / TOPIC, root / "source" / "02-second")
    (exchange / "tf" / "outbound" / TOPIC).mkdir(parents=True)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.ExchangeFactory.collect = "another_exchange.Collect"\n')
    made = from_exchange(Classroom.open(root), None)
    assert [(row.assignment, row.what, row.note) for row in made.rows] == [
        ("02-second", "left out", "it has not been released")
    ]
    with pytest.raises(UsageError, match="could not collect 02-second"):
        from_exchange(Classroom.open(root), ["02-second"])


def test_the_command_shows_a_table_and_fails_when_something_is_left(
    room: Classroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _tree(tmp_path / "downloads", {"ada/01-first.ipynb": _notebook(room), "01-first.ipynb": _notebook(room)})
    show = Console(width=160).print
    assert collect_command(str(source), directory=room.root, show=show) == 1
    told = capsys.readouterr().out
    assert "ada (new)" in told
    assert "1 collected, 1 not placed, 1 new students" in told
    (source / "01-first.ipynb").unlink()
    assert collect_command(str(source), directory=room.root, show=show) == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"source": "nowhere"}, "no file or folder"),
        ({"assignments": ["02-x"]}, "no assignment '02-x'"),
        ({"zone": "Mars/Base"}, "no time zone"),
        ({"roster": "nobody.csv"}, "roster .* cannot be read"),
    ],
)
def test_wrong_use_says_what_to_do(room: Classroom, tmp_path: Path, wrong: dict, says: str) -> None:
    paths = {name: tmp_path / value for name, value in wrong.items() if name in ("source", "roster")}
    with pytest.raises(UsageError, match=says):
        collect.collect(room, **{"source": tmp_path, **wrong, **paths})
