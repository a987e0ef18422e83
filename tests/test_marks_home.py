"""Marks into a platform's own table: the right cells, and every other byte as it was."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import small_class
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from grader.classroom.classroom import Classroom
from grader.commands.cli import app
from grader.errors import UsageError
from grader.report import marks_home
from grader.report.class_results import Assignment, ClassResults, Exercise, HandIn
from grader.submissions.people import Known, Person
from grader.submissions.platforms import sheet

PEOPLE = {
    "jmueller": Person("jmueller", "Jürgen", "Müller", "jm@x.edu", "5001"),
    "abrien": Person("abrien", "Ann", "O'Brien-Smith", "ab@x.edu", "5002"),
    "participant-4103": Person("participant-4103"),
    "hue": Person("hue", "Hà", "Trần Thị", "ha1@x.vn"),
    "late": Person("late", "Lea", "Late", "late@x.edu", "5005"),
}
SCORES = {"jmueller": 18.0, "abrien": 9.5, "participant-4103": 7.25, "hue": 11.0}
KNOWN = {"jmueller": Known(("4101",)), "hue": Known(("4104",))}


def assignment(name: str, scores: dict[str, float], possible: float = 18.0) -> Assignment:
    hand_ins = {who: HandIn(who, name, score, possible, 0.0, 0.0, None) for who, score in scores.items()}
    return Assignment(name, [], hand_ins, [who for who in PEOPLE if who not in scores], None)


FOUND = ClassResults(
    "class", Path(), PEOPLE, [assignment("01-tensors", SCORES), assignment("02-tensor-maths", {"abrien": 3.0})],
    known=KNOWN,
)  # fmt: skip


def cells(data: bytes, separator: str = ",", encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=separator))


def column(data: bytes, index: int, separator: str = ",", encoding: str = "utf-8-sig") -> list[str]:
    return [row[index] for row in cells(data, separator, encoding)]


CANVAS = (
    'Student,ID,SIS User ID,SIS Login ID,Section,Tensors (777),HW 2 (778),"Essay, long (779)",Final Score\r\n'
    ",,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,18,6,10,(read only)\r\n"
    '"Müller, Jürgen",5001,S1,jmueller,A,,,9.00,50\r\n'
    '"O\'Brien-Smith, Ann",5002,S2,abrien,A,1.00,,8.00,70\r\n'
    '"Nobody, Known",5009,S9,nobody,A,4.00,5.00,8.00,70\r\n'
    '"Late, Lea",5005,S5,late,A,,,8.00,70\r\n'
    '"Student, Test",5999,,x,A,,,,\r\n'
)


def test_canvas_gets_its_cells_and_nothing_else() -> None:
    made = marks_home.fill(FOUND, CANVAS.encode(), columns={"02-tensor-maths": "HW 2"}, assignments=["01-tensors"])
    assert made.data.decode() == CANVAS.replace("jmueller,A,,", "jmueller,A,18,").replace(
        "abrien,A,1.00,,", "abrien,A,9.5,3,"
    )
    assert made.written == {"01-tensors": (2, "Tensors"), "02-tensor-maths": (1, "HW 2")}
    said = "\n".join(made.told)
    assert "In the table but not in the class, left as they are: Known Nobody." in said
    assert "01-tensors: handed in nothing; their cells stay as they are: Lea Late." in said
    assert "02-tensor-maths: it has 18 in the class and 6 in the table; marks are written as they are." in said
    assert made.left == [
        "01-tensors: has a mark, but is not in the table or cannot be told from somebody else: "
        "participant-4103, Hà Trần Thị (hue)."
    ]


def test_a_missing_hand_in_is_written_where_that_is_asked_for() -> None:
    made = marks_home.fill(FOUND, CANVAS.encode(), missing=True)
    assert made.data.decode() == CANVAS.replace("jmueller,A,,", "jmueller,A,18,").replace(
        "abrien,A,1.00,", "abrien,A,9.5,"
    ).replace("late,A,,", "late,A,0,")
    made = marks_home.fill(replace(FOUND, missing=None), CANVAS.encode(), missing=True)
    assert "late,A,,," in made.data.decode()


def test_a_mark_that_is_not_complete_is_said() -> None:
    [first, second] = FOUND.assignments
    hand_ins = first.hand_ins | {"abrien": replace(first.hand_ins["abrien"], waiting=True)}
    made = marks_home.fill(replace(FOUND, assignments=[replace(first, hand_ins=hand_ins), second]), CANVAS.encode())
    assert "01-tensors: written without what is still to be marked by hand: Ann O'Brien-Smith." in made.told


def test_who_is_excused_stays_so() -> None:
    text = CANVAS.replace("jmueller,A,,", "jmueller,A,EX,").replace("abrien,A,1.00", "abrien,A,N/A")
    made = marks_home.fill(FOUND, text.encode())
    assert made.data.decode() == text
    assert "excused, or without this assignment; their cells stay as they are: Jürgen Müller, Ann" in made.told[1]


GERMAN = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden",'
    '"Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback als Kommentar"\n'
    'Teilnehmer/in4101,"Jürgen Müller",jm@x.edu,"Zur Bewertung abgegeben","13,50","24,00",Ja,'
    '"Mittwoch, 13. März 2024, 10:15",-,\n'
    'Teilnehmer/in4102,"Ann O\'Brien-Smith",ab@x.edu,"Zur Bewertung abgegeben",,"24,00",Ja,-,-,"gut, weiter so"\n'
    'Teilnehmer/in4103,"Wer Auchimmer",,Keine Abgabe,,"24,00",Nein,-,-,\n'
    'Teilnehmer/in4190,"Fremde Person",fp@x.edu,Keine Abgabe,,"24,00",Ja,-,-,\n'
)


def test_a_german_worksheet_keeps_its_commas_its_comments_and_its_locks() -> None:
    made = marks_home.fill(FOUND, GERMAN.encode(), assignments=["01-tensors"])
    rows = cells(made.data)
    assert [row[4] for row in rows[1:]] == ["18", "9,5", "", ""]
    assert [row[9] for row in rows[1:]] == ["18 of 18 points.", "gut, weiter so", "", ""]
    assert '"9,5"' in made.data.decode()
    assert "the platform does not let the mark be changed: Wer Auchimmer." in made.left[0]
    untouched = [row[:4] + row[5:9] for row in rows]
    assert untouched == [row[:4] + row[5:9] for row in cells(GERMAN.encode())]
    with pytest.raises(UsageError, match="Say of which assignment this worksheet is"):
        marks_home.fill(FOUND, GERMAN.encode())


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Identifier,Status,Grade,Maximum grade", "Participant "),
        ("Identifiant,Statut,Note,Note maximale", "Participant"),
        ("Identificador,Estado,Calificación,Calificación máxima", "Participante"),
        ("Identificativo,Stato,Valutazione,Valutazione massima", "Partecipante"),
        ("标识符,状态,成绩,最高分", "参与人"),
        ("Identificatie,Status,Beoordeling,Maximaal cijfer", "Deelnemer"),
        ("Identificador,Estat,Qualificació,Qualificació màxima", "Participant"),
        ("ID,ステータス,評定,最大評点", "参加者"),
        ("Идентификатор,Статус,Оценка,Максимальная оценка", "Участник"),
        ("Identificador,Estado,Nota,Nota máxima", "Participante"),
    ],
)
def test_blind_worksheets_in_many_languages(header: str, word: str) -> None:
    text = f"{header}\n" + "".join(f"{word}{number},x -,,20\n" for number in (4101, 4103, 4199))
    made = marks_home.fill(FOUND, text.encode(), assignments=["01-tensors"])
    assert column(made.data, 2)[1:] == ["18", "7.25", ""]
    assert "In the table but not in the class, left as they are: participant 4199." in made.told


def test_moodles_whole_gradebook() -> None:
    text = (
        '"First name","Last name","ID number","Email address","Assignment: Tensors (Real)","Feedback: Tensors",'
        '"Assignment: Tensor maths (Real)","Course total (Real)"\n'
        "Jürgen,Müller,,jm@x.edu,-,,-,50\nAnn,O'Brien-Smith,,ab@x.edu,3,,-,50\n"
    )
    made = marks_home.fill(FOUND, text.encode())
    assert [row[4:] for row in cells(made.data)[1:]] == [["18", "", "-", "50"], ["9.5", "", "3", "50"]]


BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t'
    '"01-tensors [Total Pts: 20 Score] |664617"\t"Weighted Total [Total Pts: up to 100 Score] |1"\r\n'
    '"Müller"\t"Jürgen"\t"jmueller"\t"1"\t""\t"Yes"\t""\t"5"\r\n'
    '"O\'Brien"\t"Ann"\t"abrien"\t"2"\t""\t"Yes"\t"1.0"\t"5"\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "utf-16-le", "cp1252"])
def test_blackboards_xls_is_a_text_and_keeps_its_encoding_and_its_quotes(encoding: str) -> None:
    data = BLACKBOARD.encode(encoding)
    made = marks_home.fill(FOUND, data)
    wanted = BLACKBOARD.replace('"Yes"\t""\t', '"Yes"\t"18"\t').replace('"1.0"', '"9.5"')
    assert made.data == wanted.encode(encoding)
    assert made.written == {"01-tensors": (2, "01-tensors")}


def test_one_column_of_blackboard_takes_a_sentence() -> None:
    text = (
        '"Username","Tensors [Total Pts: 18] |409578","Grading Notes","Notes Format","Feedback to Learner",'
        '"Feedback Format"\n"abrien","","","","",""\n'
    )
    exercises = [Exercise("one", "n", {"one-1": 2.0}, ""), Exercise("two", "n", {"two-1": 2.0}, "")]
    found = replace(FOUND, assignments=[replace(FOUND.assignments[0], exercises=exercises)])
    made = marks_home.fill(found, text.encode())
    assert cells(made.data)[1] == ["abrien", "9.5", "", "", "9.5 of 18 points.", ""]


def test_brightspace_and_a_mark_above_its_maximum() -> None:
    text = (
        "OrgDefinedId,Username,Last Name,01 Tensors Points Grade <Numeric MaxPoints:10 Weight:10>,"
        "Adjusted Final Grade Numerator,End-of-Line Indicator\n"
        "#1,#jmueller,Müller,,5,#\n#2,#abrien,O'Brien,1,5,#\n"
    )
    made = marks_home.fill(FOUND, text.encode())
    assert made.data.decode() == text.replace("O'Brien,1", "O'Brien,9.5")
    assert (
        made.left[0]
        == ("01-tensors: the mark is above the table's maximum, and the platform would drop it: jmueller (18).")
        or "Müller (18)" in made.left[0]
    )


def test_two_lines_that_would_be_one_person_get_nothing() -> None:
    text = CANVAS.replace('"Nobody, Known",5009,S9,nobody', '"Müller, Jürgen",5001,S1,jmueller')
    made = marks_home.fill(FOUND, text.encode())
    assert made.data.decode() == text.replace("abrien,A,1.00", "abrien,A,9.5")
    assert "cannot be told from somebody else: Jürgen Müller (jmueller)" in made.left[0]


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (b"a,b\n1,2\n", {}, "It is no table of marks that is understood"),
        (b"\x89PNG\r\n\x1a\n", {}, "It is no table of marks that is understood"),
        (b"", {}, "It is no table of marks that is understood"),
        (CANVAS.encode(), {"assignments": ["02-tensor-maths"]}, "No column is called '02-tensor-maths' in this table; it has 'Tensors', 'HW 2', 'Essay, long'. Say which it is: --column '02-tensor-maths=TITLE'"),
        (CANVAS.encode(), {"assignments": ["09-layers"]}, "Nothing is graded of 09-layers; of these there is: 01-tensors, 02-tensor-maths."),
        (CANVAS.encode(), {"columns": {"01-tensors": "HW 2", "02-tensor-maths": "HW 2"}}, "Two assignments would go into one column"),
        (CANVAS.replace("HW 2", "01 Tensors").encode(), {}, "2 columns are called '01-tensors'"),
        (CANVAS.replace("(777)", "").replace("(778)", "").replace("(779)", "").encode(), {}, "This table of Canvas has no column for marks"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_refused_in_a_sentence(data: bytes, options: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        marks_home.fill(FOUND, data, **options)  # type: ignore[arg-type]
    assert said in str(caught.value)


VALUE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8
)  # csv.writer leaves it bare


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUE, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(",;\t"), st.booleans(),
       st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))  # fmt: skip
def test_a_table_is_read_as_csv_reads_it_and_filled_in_one_place(
    rows: list[list[str]], separator: str, quoted: bool, ends: str, encoding: str
) -> None:
    rows = [["a", "b", "c"], *rows]
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ends).writerows(rows)
    data = out.getvalue().encode(encoding)
    text = sheet.parse(data)
    assert text.filled({}) == data
    if text.separator != separator or len(text.lines) < len(rows):
        return  # of so few lines it cannot be told, or a line is empty
    assert [cell.value for cell in text.lines[1]] == [value.strip().strip("\ufeff") for value in rows[1]]
    filled = sheet.parse(text.filled({(1, 1): "7;5"}))
    if filled.separator == separator:
        wanted = [[cell.value for cell in line] for line in text.lines]
        wanted[1][1] = "7;5"
        assert [[cell.value for cell in line] for line in filled.lines] == wanted


def test_typed_in_a_class(tmp_path: Path) -> None:
    """From the download to the file that goes back, and the download is as it was."""
    room = Classroom.find(shutil.copytree(small_class.graded(tmp_path / "made"), tmp_path / "class", symlinks=True))
    table = tmp_path / "2026-11-29T0900_Grades-TF.csv"
    table.write_text(
        "Student,ID,SIS Login ID,Section,First (12)\n    Points Possible,,,,5\n"
        '"Lovelace, Ada",11,alovelace,A,\n"Nobody, Ned",12,ned,A,3\n'
    )
    before = table.read_bytes()
    arguments = ["export", "--into", str(table), "--class", str(room.root)]
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 1, run.output
    assert table.read_bytes() == before
    assert (
        '"Lovelace, Ada",11,alovelace,A,5\n"Nobody, Ned",12,ned,A,3\n'
        in (tmp_path / "2026-11-29T0900_Grades-TF-filled.csv").read_text()
    )
    said = " ".join(run.output.split())
    assert "01-first: 1 marks in the column 'First'" in said
    assert "has a mark, but is not in the table" in said
    assert "upload it as it is" in said
