"""`grader collect` under names that nobody would think of: no file comes under another owner, none goes unmentioned."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import unicodedata
from pathlib import Path

import exports
import pytest
from classes import TOPIC, answered, make_class
from exports import Somebody
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.classroom.collection import Collection

NAMES = (
    "Jose Garcia", "José García", "Jose\u0301 Garci\u0301a", "Garcia Jose", "Li Na", "Li-Na", "li na", "Na Li",
    "कमल कुमार", "कमला कुमार", "Trần Thị Hà", "Trần Thị Hạ", "O'Brien-Smith Ann", "OBrien Smith Ann", "Smith", "J Smith",
    "J_Smith", "מרים כהן", "\u200fמרים כהן", "محمد علی", "محمد\u200c علی", "สมชาย", "สมชา", "Großanna", "Grossanna",
    "Участник", "Participant", "Teilnehmer/in", "Default group", "A - B", "X - Sep 1, 2026 100 PM", "Bob (bob)",
    "01-first", "submissions", ".hidden_one", "a" * 120, "a" * 119 + "b", "İpek", "ipek", "ı", "\u202egnp.exe",
    "Ann_1_2_", "12", "-", "🎈", "smith_1_2", "con", "Ada\tB",
)  # fmt: skip
USERS = ("j_smith", "k_smith", "smith", "_smith", "J_Smith", "j-smith", "a_j_smith", "o.k", "x@a.edu", "1_smith")
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
name = st.one_of(st.sampled_from(NAMES), st.text(LETTERS, min_size=1, max_size=12))
FORM = st.sampled_from(sorted(exports.FORMS))
EXAMPLES = int(os.environ.get("EXAMPLES", "60"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("names"))


@st.composite
def people(draw: st.DrawFn) -> list[Somebody]:
    """A few people with similar names, whose files are called as files of each other would be."""
    count = draw(st.integers(2, 5))
    names = draw(st.lists(name, min_size=count, max_size=count))
    users = draw(st.lists(st.sampled_from(USERS), min_size=count, max_size=count, unique=True))
    plain = [Somebody(101 + n, names[n], users[n]) for n in range(count)]
    made = []
    for person in plain:
        files = draw(st.lists(_file(plain), min_size=0, max_size=3, unique_by=lambda f: f[0]))
        made.append(Somebody(person.number, person.name, person.user, tuple(files)))
    return made


def _file(others: list[Somebody]) -> st.SearchStrategy[tuple[str, bytes]]:
    """A file's name, and what is in it: "n" for a notebook, "p" for no notebook, else an archive's members."""
    own = st.sampled_from([f"{TOPIC}.ipynb", f"{TOPIC} (1).ipynb", f"old/{TOPIC}.ipynb", "mine.ipynb"])
    forged = st.builds(lambda f, other, file: exports.FORMS[f](other, file), FORM, st.sampled_from(others), own)
    notebook = st.tuples(st.one_of(own, forged), st.just(b"n"))
    inside = st.lists(st.one_of(own, forged), min_size=1, max_size=3, unique=True)
    nested = st.tuples(
        st.sampled_from(["work.zip", f"{TOPIC}.ZIP", f"{others[0].name.replace('/', '')[:20]}.zip"]),
        inside.map(lambda names: "\n".join(names).encode()),
    )
    return st.one_of(notebook, notebook, nested, st.just(("answer.pdf", b"p")))


def _export(form: str, somebody: list[Somebody], class_: Path) -> tuple[bytes, dict[str, tuple[str, ...]]]:
    """The archive, and by what stands in each file its name, or the archive's in it that may be refused as a whole."""
    files: list[tuple[str | bytes, bytes]] = []
    owners: dict[str, tuple[str, ...]] = {}

    def notebook(person: Somebody, *shown: str) -> bytes:
        tag = f"tag-{len(owners)}-{person.number}"
        owners[tag] = shown
        return _tagged(class_, tag)

    for person in somebody:
        for file, what in person.files:
            shown = exports.FORMS[form](person, file)
            if what == b"n":
                data = notebook(person, shown)
            elif what == b"p":
                data = f"tag-{len(owners)}-{person.number}".encode()
                owners[data.decode()] = (shown,)
            else:
                inner = what.decode().split("\n")
                data = exports.packed([(n, notebook(person, f"{shown}/{n}", f"{shown}\n")) for n in inner])
            files.append((shown, data))
        if form == "blackboard" and person.files and person.number % 2:
            page = f"Name: {person.name} ({person.user})\nAssignment: Week 1\n".encode()
            files.append((f"Week 1_{person.user}_attempt_2026-11-20-10-00-00.txt", page))
    return exports.packed(files), owners


_BODY: dict[Path, str] = {}


def _tagged(class_: Path, tag: str) -> bytes:
    if class_ not in _BODY:
        _BODY[class_] = json.dumps(answered(class_, {"double_it": "# exercise: double_it\nTAG = 'the tag'"}))
    return _BODY[class_].replace("the tag", tag).encode()


def _tags(path: Path) -> set[str]:
    return set(re.findall(r"tag-\d+-\d+", path.read_text(encoding="utf-8", errors="replace")))


def _check(class_: Path, made: Collection, owners: dict[str, tuple[str, ...]]) -> None:
    of: dict[str, set[str]] = {}
    kept = set()
    for folder in ("submitted", "grading/superseded", "grading/replaced"):
        for path in (class_ / folder).rglob("*"):
            if path.is_file():
                tags = _tags(path)
                kept |= tags
                student = path.relative_to(class_ / folder).parts[0]
                of.setdefault(student, set()).update(tag.rpartition("-")[2] for tag in tags)
    assert all(len(numbers) == 1 for numbers in of.values()), f"two people in one: {of}"
    whose: dict[str, set[str]] = {}
    for student, numbers in of.items():
        whose.setdefault(next(iter(numbers)), set()).add(student)
    assert all(len(students) == 1 for students in whose.values()), f"one person in two: {whose}"
    told = "\n".join(f"{row.source}\n{row.note}" for row in made.rows)
    plain = [_same(told)]
    for tag, shown in owners.items():
        assert tag in kept or any(_same(name) in text for name in shown for text in plain), f"{shown[0]!r} has vanished"


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(form=FORM, somebody=people(), keep=st.sampled_from(["last", "first", "last-in-time"]))
def test_no_file_comes_under_another_owner_and_none_goes_unmentioned(
    template: Path, form: str, somebody: list[Somebody], keep: str
) -> None:
    if form == "folders":  # folders of one name are one folder
        somebody = list({exports.folders(p, "x"): p for p in somebody}.values())
    with tempfile.TemporaryDirectory() as folder:
        class_ = Path(shutil.copytree(template, Path(folder, "class")))
        data, owners = _export(form, somebody, class_)
        Path(folder, "export.zip").write_bytes(data)
        made = collect(Classroom.open(class_), Path(folder, "export.zip"), keep=keep)  # type: ignore[arg-type]
        _check(class_, made, owners)
