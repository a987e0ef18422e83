"""Moodle: the ZIP of an assignment's submissions, its grading worksheet, and its lists of participants.

Names in the ZIP are those of `mod/assign/classes/downloader.php`, the worksheet's columns those of
`mod/assign/gradingtable.php`; what is called how in which language is in Moodle's language packs (`assign.php`).
"""

from __future__ import annotations

import re
from datetime import tzinfo

from grader.submissions.platforms import plain
from grader.submissions.platforms.form import Entry, Marks, Named, Owner
from grader.submissions.platforms.sheet import Sheet, column, number

NAME = "Moodle"
ASK = "give Moodle's grading worksheet with --roster"
_NAMED = re.compile(r"(?P<name>[^_]+)_(?:(?P<number>\d+)_)?assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.S)
_WORKSHEET = re.compile(r"(?P<word>[^\d,]*?[^\d,\s])\s?(?P<number>\d+)")
# With `/` as in "Teilnehmer/in", and as a file's name has it.
_NOBODY = {
    "participant", "teilnehmer/in", "teilnehmerin", "teilnehmer in", "teilnehmer-in", "participante", "partecipante",
    "参与人", "deelnemer", "参加者", "участник", "deltager", "deltagare", "osallistuja", "uczestnik", "katılımcı",
}  # fmt: skip
_FULL = {
    "full name", "vollständiger name", "nom complet", "nombre completo", "nome completo", "nome", "全名",
    "volledige naam", "フルネーム", "полное имя",
}  # fmt: skip
_FIRST = {"first name", "vorname", "prénom", "nombre", "nome", "名", "voornaam", "имя"}
_LAST = {"last name", "surname", "nachname", "nom de famille", "nom", "apellido(s)", "apellidos", "apelido", "cognome",
         "姓", "姓氏", "achternaam", "фамилия"}  # fmt: skip
_ID = {
    "id number", "id-nummer", "numéro d’identification", "numéro d'identification", "número de id",
    "número de identificação (id)", "codice identificativo", "学号", "nummer (id)", "número id", "idナンバ",
    "индивидуальный номер",
}  # fmt: skip
_USER = {"username", "anmeldename", "nom d’utilisateur", "nom d'utilisateur", "nombre de usuario",
         "nome de utilizador", "用户名", "gebruikersnaam"}  # fmt: skip
_GROUP = {"group", "groups", "gruppe", "gruppen", "groupe", "groupes", "grupo", "grupos", "gruppo", "gruppi"}

_GRADE = {"grade", "bewertung", "note", "calificación", "nota", "valutazione", "成绩", "beoordeling", "cijfer",
          "qualificació", "評定", "оценка"}  # fmt: skip
_MOST = {
    "maximum grade", "bestwertung", "note maximale", "calificación máxima", "nota máxima", "valutazione massima",
    "最高分", "maximaal cijfer", "qualificació màxima", "最大評点", "максимальная оценка",
}  # fmt: skip
_LOCKED = {
    "grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée",
    "la calificación puede ser cambiada", "a nota pode ser alterada.", "la valutazione può essere cambiata",
    "允许更改成绩", "het cijfer kan gewijzigd worden", "es pot canviar la qualificació", "評点変更可",
    "оценка может быть изменена",
}  # fmt: skip
_NO = ("no", "nein", "non", "não", "否", "nee", "いいえ", "нет")
_WORDS = {
    "feedback comments", "feedback als kommentar", "feedback par commentaires", "comentarios de retroalimentación",
    "comentários de feedback", "commenti", "反馈意见", "feedback tekstvak", "comentaris de retroacció.",
    "フィードバックコメント", "отзыв в виде комментария",
}  # fmt: skip
_ITEM = re.compile(r"[^:]+: ?(?P<title>.+?)(?P<shown> \([^()]+\))?", re.S)


def read_name(part: str, zone: tzinfo) -> Named | None:
    """What the name of a folder, or of a file where all lie on one level, says."""
    found = _NAMED.fullmatch(part)
    if not found:
        return None
    name, number = found["name"].strip(), found["number"] or ""
    blind = name.casefold() in _NOBODY
    nobody = "" if number else f"it was handed in by a group ({name}); give it to one of them with --student"
    owner = Owner(NAME, number, f"Participant {number}" if blind else name, nobody=nobody)
    return Named(owner, found["file"] or "", about=found["kind"] == "onlinetext")


def is_blind(name: str) -> bool:
    """Whether a name is one that blind marking puts in place of a person's."""
    word, _, number = name.partition(" ")
    return word == "Participant" and number.isdigit()


def read_roster(sheet: Sheet) -> list[Entry] | None:
    """The people of a grading worksheet or a list of participants, in any language; None for another table."""
    if not sheet.rows:
        return None
    worksheet = _numbers(sheet)
    header = [name.casefold() for name in sheet.header]
    full, first, last = column(header, _FULL), column(header, _FIRST), column(header, _LAST)
    if worksheet is None and (first is None or last is None):
        return None
    if last is not None and first is not None and first != last:
        full = None
    email = next((i for i in range(len(header)) if (found := sheet.column(i)) and all("@" in v for v in found)), None)
    if worksheet and full is None and last is None and _looks_like_names(sheet.column(1)):
        full = 1
    user, number, group = column(header, _USER), column(header, _ID), column(header, _GROUP)
    entries = []
    for place, row in enumerate(sheet.rows):
        name = row[full] if full is not None else ""
        given = (row[first], row[last]) if full is None and first is not None and last is not None else ("", "")
        entries.append(
            Entry(
                NAME,
                id=(row[user] if user is not None else "") or (row[number] if number is not None else ""),
                name=name,
                first_name=given[0],
                last_name=given[1],
                email=row[email] if email is not None else "",
                number=worksheet[place] if worksheet else "",
                user=row[user] if user is not None else "",
                group=row[group] if group is not None else "",
                row=place,
            )
        )
    return entries


def _numbers(sheet: Sheet) -> list[str] | None:
    """The numbers of a worksheet: its first column is one word, with a number that says who it is."""
    found = [match for row in sheet.rows if (match := _WORKSHEET.fullmatch(row[0]))]
    words = {match["word"].strip().casefold() for match in found}
    if len(found) < len(sheet.rows) or len(words) != 1:
        return None
    of_moodle = words <= _NOBODY or (len(sheet.header) > 3 and sheet.header[0].casefold() not in plain.ID)
    return [match["number"] for match in found] if of_moodle else None


def _looks_like_names(values: list[str]) -> bool:
    """Whether a column whose header is in a language that is not known holds people's names: not their status."""
    own = not any(any(c.isdigit() or c == "@" for c in value) for value in values)
    return own and len(values) > 1 and len(set(values)) > 0.9 * len(values)


def read_marks(sheet: Sheet) -> list[Marks]:
    """The grade column of a worksheet, unless it is of a scale; or the items of an exported gradebook.

    An item is called `Assignment: Tensors (Real)`.
    """
    header = [name.casefold() for name in sheet.header]
    if _numbers(sheet) is None:
        found = [(at, match) for at, title in enumerate(sheet.header) if (match := _ITEM.fullmatch(title))]
        shown = {match["title"] for _, match in found if match["shown"]}  # beside "Feedback: Tensors", without brackets
        return [Marks(at, match["title"]) for at, match in found if match["shown"] or match["title"] not in shown]
    grade, most = column(header, _GRADE), column(header, _MOST)
    # Beside it stands the maximum, or the words of a scale, which takes no points.
    beside = sheet.column(grade + 1) if grade is not None and grade + 1 < len(header) else []
    if grade is None or (most is None and beside and all(number(value) is None and "\n" in value for value in beside)):
        return []
    possible = {number(value) for value in sheet.column(most)} if most is not None else set()
    return [
        Marks(
            grade,
            possible=possible.pop() if len(possible) == 1 else None,
            words=column(header, _WORDS),
            locked=column(header, _LOCKED),
            no=_NO,
        )
    ]
