"""`grader collect` on what platforms export: the right owner for every file, rosters as they come, nobody unnamed."""

from __future__ import annotations

import json
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from classes import RIGHT, TOPIC, answered, make_class
from exports import archive, packed
from rich.console import Console

from grader.classroom import collect as collecting
from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.classroom.collection import Collection
from grader.commands.collect import collect_command
from grader.errors import UsageError
from grader.submissions import archive as archives
from grader.submissions.platforms import read_roster

NB = f"{TOPIC}.ipynb"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("exports"))


@pytest.fixture
def room(template: Path, tmp_path: Path) -> Classroom:
    return Classroom.open(Path(shutil.copytree(template, tmp_path / "class")))


def _work(room: Classroom, of: str = "somebody") -> bytes:
    """A notebook with both answers in it, and a word of its owner's."""
    return json.dumps(answered(room.root, RIGHT, of)).encode()


def _empty(room: Classroom) -> bytes:
    return (room.root / "release" / TOPIC / NB).read_bytes()


def _there(room: Classroom) -> dict[str, str]:
    """Whose word stands in which student's notebook."""
    found = {}
    for path in (room.root / "submitted").glob(f"*/{TOPIC}/{NB}"):
        cells = json.loads(path.read_bytes())["cells"]
        last = ["".join(cell["source"]).rpartition("\n")[2] for cell in cells if cell["cell_type"] == "code"]
        found[path.parts[-3]] = next((line[2:] for line in last if line.startswith("# ")), "")
    return found


def _collect(room: Classroom, tmp_path: Path, files: dict[str, bytes], **options: object) -> Collection:
    return collect(room, archive(tmp_path / "export.zip", files), **options)  # type: ignore[arg-type]


def _csv(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _notes(made: Collection) -> dict[str, str]:
    return {row.source: row.note for row in made.rows if row.what == "not placed"}


def _students(room: Classroom) -> set[str]:
    return {path.name for path in (room.root / "submitted").iterdir()}


# Whose a file is


@pytest.mark.parametrize(
    "mallorys",
    [
        "Mallory Mean_2003_assignsubmission_file/Vera Victim_2002_assignsubmission_file_01-first.ipynb",
        "Mallory Mean_2003_assignsubmission_file/deep/Vera Victim_2002_assignsubmission_file/01-first.ipynb",
        "Mallory Mean_2003_assignsubmission_file_Vera Victim_2002_assignsubmission_file_01-first.ipynb",
        "Mallory Mean_2003_assignsubmission_file/a.zip>Vera Victim_2002_assignsubmission_file/01-first.ipynb",
        "Mallory Mean_2003_assignsubmission_file_a.zip>Vera Victim_2002_assignsubmission_file_01-first.ipynb",
        "Mallory Mean_2003_assignsubmission_file/Hw_vera_attempt_2031-01-01-00-00-00_01-first.ipynb",
        "Mallory Mean_2003_assignsubmission_file/victimvera_2002_9_01-first.ipynb",
    ],
)
def test_a_name_inside_a_hand_in_takes_nothing_from_anybody(room: Classroom, tmp_path: Path, mallorys: str) -> None:
    outer, _, inner = mallorys.partition(">")
    forged = packed([(inner, _work(room, "mallory"))]) if inner else _work(room, "mallory")
    files = {"Vera Victim_2002_assignsubmission_file/01-first.ipynb": _work(room, "vera"), outer: forged}
    made = _collect(room, tmp_path, files)
    assert _there(room)["vera-victim"] == "vera"
    assert {made.rows[0].student, made.rows[-1].student} <= {"vera-victim", "mallory-mean"}
    assert made.count("superseded") == 0
    assert _there(room) == {"vera-victim": "vera"} or _there(room) == {"vera-victim": "vera", "mallory-mean": "mallory"}


@pytest.mark.parametrize(
    ("victims", "mallorys"),
    [
        ("victimvera_1_10_01-first.ipynb", "meanmallory_2_20_victimvera_1_10_01-first.ipynb"),
        ("victimvera_1_10_01-first.ipynb", "meanmallory_2_20_a.zip>victimvera_1_99_01-first.ipynb"),
        (
            "T_vera_attempt_2026-11-20-10-00-00_01-first.ipynb",
            "T_mallory_attempt_2026-11-20-10-00-00_T_vera_attempt_2031-11-20-10-00-00_01-first.ipynb",
        ),
        (
            "T_vera_attempt_2026-11-20-10-00-00_01-first.ipynb",
            "T_mallory_attempt_2026-11-20-10-00-00_a.zip>T_vera_attempt_2031-11-20-10-00-00_01-first.ipynb",
        ),
        ("vera/01-first.ipynb", "mallory/vera_2_3_01-first.ipynb"),
        ("vera/01-first.ipynb", "mallory/vera/01-first/01-first.ipynb"),
        ("vera/01-first.ipynb", "mallory/vera.zip>01-first.ipynb"),
        ("vera/01-first.ipynb", "mallory.zip>vera/01-first.ipynb"),
        ("vera/01-first.ipynb", "mallory/01-first_vera.ipynb"),
        (
            "11-1 - Vera Victim - Sep 24, 2026 926 PM/01-first.ipynb",
            "12-2 - Mallory - Sep 24, 2026 926 PM/11-1 - Vera Victim - Sep 24, 2031 926 PM/01-first.ipynb",
        ),
    ],
)
def test_on_no_platform_a_file_name_replaces_anothers_work(
    room: Classroom, tmp_path: Path, victims: str, mallorys: str
) -> None:
    outer, _, inner = mallorys.partition(">")
    forged = packed([(inner, _work(room, "mallory"))]) if inner else _work(room, "mallory")
    made = _collect(room, tmp_path, {victims: _work(room, "vera"), outer: forged})
    there = _there(room)
    assert {name for name, said in there.items() if said == "vera"} == {name for name in there if "v" in name}
    assert all(said == ("vera" if "v" in name else "mallory") for name, said in there.items())
    assert len(there) + made.count("not placed") == 2


def test_times_in_a_students_archive_count_for_nothing(room: Classroom, tmp_path: Path) -> None:
    late = zipfile.ZipInfo("old/01-first.ipynb", (2040, 1, 1, 0, 0, 0))
    nested = tmp_path / "nested.zip"
    with zipfile.ZipFile(nested, "w") as made:
        made.writestr(late, _work(room, "nested"))
    folder = "Ada L_11_assignsubmission_file"
    files = {f"{folder}/work.zip": nested.read_bytes(), f"{folder}/01-first (1).ipynb": _work(room, "copy")}
    _collect(room, tmp_path, files)
    assert _there(room) == {"ada-l": "copy"}


def test_one_students_folders_are_no_students(room: Classroom, tmp_path: Path) -> None:
    files = {f"Alice Smith_11_assignsubmission_file/hw{n}/01-first.ipynb": _work(room, f"{n}") for n in (1, 1)}
    _collect(room, tmp_path, {**files, "Alice Smith_11_assignsubmission_file/hw2/notes.txt": b"x"})
    assert _students(room) == {"alice-smith"}
    made = _collect(room, tmp_path, {"alice/hw1/01-first.ipynb": _work(room), "alice/hw2/01-first.ipynb": _work(room)})
    assert {row.what for row in made.rows} == {"not placed"}
    assert "may be any of 'alice', 'hw1'" in _notes(made)["alice/hw1/01-first.ipynb"]


def test_a_folder_above_an_export_is_nobodys(room: Classroom, tmp_path: Path) -> None:
    files = {
        "hw 1/Ada L_11_assignsubmission_file/01-first.ipynb": _work(room, "ada"),
        "hw 1/Bo M_12_assignsubmission_file/01-first.ipynb": _work(room, "bo"),
    }
    _collect(room, tmp_path, files)
    assert _there(room) == {"ada-l": "ada", "bo-m": "bo"}


# People


def test_similar_names_with_different_numbers_are_not_merged(room: Classroom, tmp_path: Path) -> None:
    names = ["Trần Thị Hà", "Trần Thị Hạ", "Jose Garcia", "José García", "कमल कुमार", "कमला कुमार", "Li Na", "Li-Na"]
    files = {
        f"{name}_{4101 + n}_assignsubmission_file/{NB}": _work(room, f"p{4101 + n}") for n, name in enumerate(names)
    }
    made = _collect(room, tmp_path, files)
    assert made.count("not placed") == 8
    assert all("give Moodle's grading worksheet with --roster" in note for note in _notes(made).values())
    worksheet = "Identifier,Full name,Email address,Status,Grade,Maximum grade\n" + "".join(
        f"Participant {4101 + n},{name},p{n // 2}@{'ab'[n % 2]}.edu,,,18\n" for n, name in enumerate(names)
    )
    made = _collect(room, tmp_path, files, roster=_csv(tmp_path, worksheet))
    assert made.count("collected") == 8
    wanted = {f"p{n // 2}@{'ab'[n % 2]}.edu": f"p{4101 + n}" for n in range(8)}
    assert _there(room) == wanted
    # The class remembers who is who.
    made = _collect(room, tmp_path, files)
    assert made.count("unchanged") == 8


def test_blackboards_user_names_with_underscores(room: Classroom, tmp_path: Path) -> None:
    form = "Tensors Week 1_{}_attempt_2026-11-20-10-00-00{}"
    files = {form.format(u, f"_{NB}"): _work(room, u) for u in ("j_smith", "k_smith")}
    made = _collect(room, tmp_path, files)
    assert made.count("not placed") == 2
    assert "may be any of 'j_smith', 'smith'" in _notes(made)[form.format("j_smith", f"_{NB}")]
    roster = _csv(tmp_path, "id,first_name,last_name,email\nj_smith,Jane,Smith,j@x.edu\nk_smith,Kim,Smith,k@x.edu\n")
    _collect(room, tmp_path, files, roster=roster)
    assert _there(room) == {"j_smith": "j_smith", "k_smith": "k_smith"}


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("attempt", "Name: Jane Smith (j_smith)\nAssignment: Demo\n"),
        ("Tentative", "Nom : JANE SMITH (j_smith)\nDevoir : Demo\n"),
        ("poging", "\ufeffNaam: Jane Smith (j_smith)\r\n"),
    ],
)
def test_blackboards_own_page_says_who_it_is_in_any_language(
    room: Classroom, tmp_path: Path, word: str, page: str
) -> None:
    stamp = f"Week 1_j_smith_{word}_2026-11-20-10-00-00"
    made = _collect(room, tmp_path, {f"{stamp}_{NB}": _work(room, "jane"), f"{stamp}.txt": page.encode()})
    assert _there(room) == {"j_smith": "jane"}
    assert [row.what for row in made.rows] == ["collected"]
    assert room.people()[0].full_name.casefold() == "jane smith"


@pytest.mark.parametrize("written", ["müllerjürgen", "mullerjurgen"])
def test_canvass_names_with_and_without_accents_find_the_same_student(
    room: Classroom, tmp_path: Path, written: str
) -> None:
    roster = _csv(
        tmp_path,
        "id,first_name,last_name,email\njmueller,Jürgen,Müller,jm@x.edu\nabrien,Ann,O'Brien-Smith,ab@x.edu\n"
        "nva,Văn An,Nguyễn,nva@x.edu\nzzz,Zed,Absent,zzz@x.edu\n",
    )
    files = {
        f"{written}_5001_1_{NB}": _work(room, "j"),
        f"obriensmithann_5002_2_{NB}": _work(room, "a"),
        f"nguyễnvănan_5003_3_{NB}": _work(room, "n"),
    }
    made = _collect(room, tmp_path, files, roster=roster)
    assert _there(room) == {"jmueller": "j", "abrien": "a", "nva": "n"}
    assert {p.id: p.lms_user_id for p in room.people()} == {
        "jmueller": "5001",
        "abrien": "5002",
        "nva": "5003",
        "zzz": "",
    }
    assert [person.id for person in made.absent] == ["zzz"]


def test_two_of_canvas_with_one_short_name_are_two(room: Classroom, tmp_path: Path) -> None:
    files = {f"garcíajosé_1_10_{NB}": _work(room, "one"), f"garciajose_2_20_{NB}": _work(room, "two")}
    _collect(room, tmp_path, files)
    assert sorted(_there(room).values()) == ["one", "two"]
    made = _collect(room, tmp_path, {"anon_ab3De_4567_01-first.ipynb": _work(room), "LATE_anon_ab3De_4_x.pdf": b"x"})
    assert all("anonymous" in note for note in _notes(made).values())


def test_blind_marking(room: Classroom, tmp_path: Path) -> None:
    files = {f"Participant_{n}_assignsubmission_file/{NB}": _work(room, str(n)) for n in (4101, 4102)}
    files |= {f"Teilnehmerin_4103_assignsubmission_file/{NB}": _work(room, "4103")}
    worksheet = 'Identifier,Status,Grade,"Maximum Grade"\n' + "".join(
        f'"Participant {n}","Submitted for grading - ",,20\n' for n in (4101, 4102, 4104)
    )
    made = _collect(room, tmp_path, files, roster=_csv(tmp_path, worksheet))
    assert _there(room) == {f"participant-{n}": str(n) for n in (4101, 4102, 4103)}
    assert [person.id for person in made.absent] == ["participant-4104"]


def test_a_groups_hand_in_is_nobodys(room: Classroom, tmp_path: Path) -> None:
    made = _collect(room, tmp_path, {f"Standard-Gruppe_assignsubmission_file/{NB}": _work(room)})
    assert "handed in by a group" in made.rows[0].note


# Which of several


def test_an_untouched_notebook_never_beats_an_answer_and_what_loses_is_kept(room: Classroom, tmp_path: Path) -> None:
    folder = "Gus Gray_61_assignsubmission_file"
    files = {f"{folder}/01-first-final.ipynb": _work(room, "gus"), f"{folder}/{NB}": _empty(room)}
    for keep in ("last", "first", "last-in-time"):
        made = _collect(room, tmp_path, files, keep=keep)
        assert made.count("superseded") == 1
        assert _there(room) == {"gus-gray": "gus"}
    (kept,) = (room.root / "grading" / "superseded" / "gus-gray" / TOPIC).iterdir()
    assert kept.read_bytes() == _empty(room)
    # Nor does it when it comes later.
    made = _collect(room, tmp_path, {f"{folder}/{NB}": _empty(room)})
    assert [row.what for row in made.rows] == ["kept"]
    assert _there(room) == {"gus-gray": "gus"}


def test_which_of_two_answers_counts_can_be_chosen(room: Classroom, tmp_path: Path) -> None:
    form = "T_ada_attempt_2026-11-{}-10-00-00_01-first{}.ipynb"
    files = {form.format(20, ""): _work(room, "early"), form.format(21, ""): _work(room, "late")}
    _collect(room, tmp_path, files, keep="first")
    assert _there(room) == {"ada": "early"}
    made = _collect(room, tmp_path, files, keep="last")
    assert _there(room) == {"ada": "late"}
    assert made.count("replaced") == 1


def test_two_answers_that_nothing_tells_apart_are_not_chosen_from(room: Classroom, tmp_path: Path) -> None:
    folder = "Ada L_61_assignsubmission_file"
    files = {f"{folder}/a/{NB}": _work(room, "one"), f"{folder}/b/{NB}": _work(room, "two")}
    made = _collect(room, tmp_path, files)
    assert made.count("not placed") == 2
    assert "nothing says which counts" in made.rows[0].note
    files = {f"{folder}/a/{NB}": _work(room, "one"), f"{folder}/b/{NB}": _work(room, "one")}
    assert _collect(room, tmp_path, files).count("collected") == 1


# Names from anywhere


@pytest.mark.parametrize(
    "name",
    [
        "Ju\u0308rgen Mu\u0308ller".encode(),  # a Mac: decomposed, UTF-8, no flag
        "Jürgen Müller".encode(),
        "Jürgen Müller".encode("cp437"),
        "Jürgen Müller".encode("cp850"),
        "Jürgen Müller".encode("cp1252"),
    ],
)
def test_a_name_in_any_encoding(room: Classroom, tmp_path: Path, name: bytes) -> None:
    export = archive(tmp_path / "e.zip", [(name + b"_11_assignsubmission_file/01-first.ipynb", _work(room, "j"))])
    collect(room, export)
    assert _there(room) == {"jürgen-müller": "j"}
    assert room.people()[0].full_name == "Jürgen Müller"


def test_the_name_in_info_zips_extra_field(room: Classroom, tmp_path: Path) -> None:
    raw = b"Trn Th H_11_assignsubmission_file/01-first.ipynb"
    name = "Trần Thị Hà_11_assignsubmission_file/01-first.ipynb".encode()
    member = zipfile.ZipInfo(raw.decode())
    field = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + name
    member.extra = struct.pack("<HH", 0x7075, len(field)) + field
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as made:
        made.writestr(member, _work(room, "ha"))
    collect(room, tmp_path / "e.zip")
    assert _there(room) == {"trần-thị-hà": "ha"}


def test_control_characters_never_reach_the_terminal(
    room: Classroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202egnp.exe", "a\u2028b"]
    files = {f"{name}_{n}_assignsubmission_file/{NB}": _work(room) for n, name in enumerate(names)}
    export = archive(tmp_path / "e.zip", files)
    collect_command(str(export), directory=room.root, show=Console(width=200).print)
    told = capsys.readouterr().out
    assert not set(told) & {"\x1b", "\x07", "\x9b", "\u202e", "\u2028"}
    assert "\\x1b[2J" in told
    assert "\\u202egnp.exe" in told


# Archives


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("cut.zip", None, "its end is missing; download it again"),
        ("w.7z", b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive"),
        ("w.tar.gz", b"\x1f\x8b\x08\x00", "a gzip archive"),
        ("w.rar", b"Rar!\x1a\x07\x00", "a RAR archive"),
        ("w.zip", b"Rar!\x1a\x07\x00", "a RAR archive"),
        ("w.tar", b"\0" * 257 + b"ustar\x0000", "a tar archive"),
        ("w.zip", b"<html>sign in</html>", "its content is something else"),
    ],
)
def test_a_damaged_or_foreign_archive_is_named_as_such(
    room: Classroom, tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    data = packed([(NB, _work(room))])[:3000] if data is None else data
    (tmp_path / name).write_bytes(data)
    told: list[object] = []
    assert collect_command(str(tmp_path / name), directory=room.root, show=told.append) == 1
    assert says in collect(room, tmp_path / name).rows[0].note
    made = _collect(room, tmp_path, {f"Eve G_15_assignsubmission_file/{name}": data})
    assert [(row.what, row.student) for row in made.rows] == [("not placed", "eve-g")]
    assert says in made.rows[0].note


def test_a_bad_member_does_not_stop_the_others(room: Classroom, tmp_path: Path) -> None:
    good = _work(room, "ada")
    data = bytearray(
        packed(
            [
                ("Mal A_1_assignsubmission_file", b"a file"),
                ("Mal A_1_assignsubmission_file/01-first.ipynb", good),
                ("Bo B_2_assignsubmission_file/" + "x/" * 2100 + NB, good),
                ("Cy C_3_assignsubmission_file/" + "y" * 300 + ".ipynb", good),
                ("Di D_4_assignsubmission_file/01-first.ipynb", b"DAMAGED" * 100),
                ("Ada L_5_assignsubmission_file/01-first.ipynb", good),
            ]
        )
    )
    place = data.index(b"Di D_4_assignsubmission_file/01-first.ipynb") + 45
    data[place : place + 10] = b"\xff" * 10
    (tmp_path / "e.zip").write_bytes(bytes(data))
    made = collect(room, tmp_path / "e.zip")
    assert _there(room) == {"ada-l": "ada", "mal-a": "ada"}
    assert {row.student for row in made.rows if row.what == "not placed"} == {"bo-b", "cy-c", "di-d"}


def test_an_encrypted_member_is_named(room: Classroom, tmp_path: Path) -> None:
    data = bytearray(packed([("Ada L_5_assignsubmission_file/01-first.ipynb", _work(room))]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "e.zip").write_bytes(bytes(data))
    made = collect(room, tmp_path / "e.zip")
    assert [(row.student, row.note) for row in made.rows] == [("ada-l", "it is locked by a password")]


def test_nbgraders_zip_collect_gets_the_files_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    archive(tmp_path / "in" / "a.zip", {"ada/x.ipynb": b"1", "ada": b"2", "../y": b"3"})
    archives.SafeExtractor().extract(str(tmp_path / "in"), str(tmp_path / "out"))
    assert sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.ipynb")) == [
        "a/ada/x.ipynb"
    ]


# Who hands in something else, or nothing


def test_each_person_without_a_notebook_is_named_with_what_they_handed_in(
    room: Classroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        f"Alice Smith_11_assignsubmission_file/{NB}": _work(room),
        "Bob Jones_12_assignsubmission_file/01-first.pdf": b"%PDF",
        "Carol White_13_assignsubmission_onlinetext/onlinetext.html": b"<a href='https://colab.research.google.com/d'>",
        "Dave Black_14_assignsubmission_file/01_first.py": b"1",
        "Eve Green_15_assignsubmission_file/work.rar": b"Rar!\x1a\x07",
        "Fay Blue_16_assignsubmission_file/01-first.html": b"<p>",
    }
    export = archive(tmp_path / "e.zip", files)
    assert collect_command(str(export), directory=room.root, show=Console(width=200).print) == 1
    told = capsys.readouterr().out
    for line in (
        "bob-jones .*a PDF file",
        "carol-white .*a link to Colab",
        "dave-black .*a Python file",
        "eve-green .*a RAR archive",
        "fay-blue .*a web page",
    ):
        assert re.search(line, told), line
    assert {person.id for person in room.people()} == {
        "alice-smith", "bob-jones", "carol-white", "dave-black", "eve-green", "fay-blue"
    }  # fmt: skip


def test_a_roster_is_remembered_and_everybody_of_it_is_in_the_class(room: Classroom, tmp_path: Path) -> None:
    roster = _csv(tmp_path, "id,first_name,last_name,email\nada,Ada,Lovelace,a@x.edu\nzzz,Zed,Absent,z@x.edu\n")
    export = archive(tmp_path / "e.zip", {f"ada/{NB}": _work(room)})
    made = collect(room, export, roster=roster, dry_run=True)
    assert not (room.root / "roster.json").exists()
    assert room.people() == []
    collect(room, export, roster=roster)
    assert {person.id for person in room.people()} == {"ada", "zzz"}
    made = collect(room, export)
    assert [person.id for person in made.absent] == ["zzz"]
    (room.root / "roster.json").write_text("{")
    with pytest.raises(UsageError, match="is damaged"):
        collect(room, export)


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (991),Current Score\n"
    ",,,,,Manual Posting,\n    Points Possible,,,,,10,(read only)\n"
    '"Müller, Jürgen",5001,S1,jmueller,A,9,90\n"O\'Brien-Smith, Ann",5002,S2,abrien,A,,\n"Student, Test",5003,,x,A,,\n'
)
GERMAN = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden"\n'
    'Teilnehmer/in1234567,"Ana Muster",ana@uni.example,"Zur Bewertung abgegeben","13,50","24,00",Ja\n'
    'Teilnehmer/in1234568,"Bo Beispiel",bo@uni.example,"Zur Bewertung abgegeben - 36 Tage zu spät",,"24,00",Ja\n'
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t"HW [Total Pts: 9] |12"\n'
    '"Muster"\t"Ana"\t"a_muster"\t"1"\t""\t"Yes"\t""\n'
)


@pytest.mark.parametrize(
    ("text", "encoding", "people"),
    [
        (CANVAS, "utf-8", {"jmueller": "Jürgen Müller 5001", "abrien": "Ann O'Brien-Smith 5002"}),
        (CANVAS.replace(",", ";").replace("r; J", "r, J").replace("h; A", "h, A").replace("t; T", "t, T"),
         "utf-8-sig",
         {"jmueller": "Jürgen Müller 5001", "abrien": "Ann O'Brien-Smith 5002"}),
        ("name,canvas_user_id,user_id,login_id,sections\n\"Muster, Ana\",7,S,amuster,1\n", "utf-8",
         {"amuster": "Ana Muster 7"}),
        (GERMAN, "utf-8", {"ana": "Ana Muster ", "bo": "Bo Beispiel "}),
        (GERMAN, "cp1252", {"ana": "Ana Muster ", "bo": "Bo Beispiel "}),
        ("ID,フルネーム,メールアドレス,ステータス\n参加者12,山田 花子,h@x.jp,\n参加者13,山田 太郎,t@x.jp,\n", "utf-8",
         {"h": "山田 花子 ", "t": "山田 太郎 "}),
        ("Identifiant,Nom complet,Statut,Note,Note maximale\nParticipant12,Zoé Dupont,,,20\n", "utf-8",
         {"zoé-dupont": "Zoé Dupont "}),
        ("Identificativo,Nome,Indirizzo email,Stato\nPartecipante12,Gino Rossi,g@x.it,\n", "utf-8",
         {"g": "Gino Rossi "}),
        ("Vorname,Nachname,E-Mail-Adresse,Gruppen\nAna,Muster,ana@x.de,\n", "utf-8", {"ana": "Ana Muster "}),
        (BLACKBOARD, "utf-16", {"a_muster": "Ana Muster "}),
        ("OrgDefinedId,Username,Last Name,First Name,Email,HW Points Grade,End-of-Line Indicator\n"
         "#112,#amuster,Muster,Ana,a@x.edu,,#\n", "utf-8", {"amuster": "Ana Muster "}),
        ("id,first_name,last_name,email\nstudent1,A,B,a@x\nstudent2,C,D,c@x\n", "utf-8",
         {"student1": "A B ", "student2": "C D "}),
    ],
)  # fmt: skip
def test_rosters_as_platforms_write_them(
    room: Classroom, tmp_path: Path, text: str, encoding: str, people: dict[str, str]
) -> None:
    export = archive(tmp_path / "e.zip", {"readme.txt": b"x"})
    collect(room, export, roster=_csv(tmp_path, text, encoding))
    assert {p.id: f"{p.full_name} {p.lms_user_id}" for p in room.people()} == people
    collect(room, export, roster=_csv(tmp_path, text, encoding))
    assert {p.id for p in room.people()} == set(people)


def test_the_same_people_from_two_rosters_are_not_doubled(room: Classroom, tmp_path: Path) -> None:
    export = archive(tmp_path / "e.zip", {"readme.txt": b"x"})
    with room.gradebook() as book:
        book.add_student("s1", first_name="Ana", last_name="Muster", email="ana@uni.example")
        book.add_student("s2", first_name="Bo", last_name="Beispiel")
    collect(room, export, roster=_csv(tmp_path, GERMAN))
    assert {p.id for p in room.people()} == {"s1", "s2"}
    names = [f"Teilnehmer_{n}_assignsubmission_file/{NB}" for n in (1234567, 1234568)]
    collect(room, archive(tmp_path / "e.zip", {name: _work(room, name[11:18]) for name in names}))
    assert _there(room) == {"s1": "1234567", "s2": "1234568"}


def test_what_is_no_roster_says_what_is(room: Classroom, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no list of people that is understood: give what Canvas, Moodle"):
        collect(room, tmp_path, roster=_csv(tmp_path, "a,b\n1,2\n"))
    assert read_roster(b"") is None
    assert collecting.__doc__
