"""What a file that was handed in is: which notebook of the class, whatever it is called, and if it has answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from grader.authoring.exercise import exercise_of
from grader.submissions.archive import foreign
from grader.submissions.names import key
from grader.submissions.platforms.form import Owner
from grader.submissions.submitted import NotGradable, read_submission

_COPY = re.compile(r"^(copy of|kopie von|copie de|c[oó]pia de|kopia|kopi av|copia di|copia de)[ _]+", re.IGNORECASE)
_AGAIN = re.compile(
    r"( ?\((?P<a>\d+)\)|[-_ ](?P<b>\d{1,2})|[-_ ]+(?:copy|kopie|copie|copia|kopia)[ _]?(?P<c>\d*))$", re.IGNORECASE
)
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)
_KINDS = {
    "a PDF file": (".pdf",),
    "a Python file": (".py",),
    "a web page": (".html", ".htm"),
    "a text": (".docx", ".doc", ".odt", ".rtf", ".txt", ".md", ".pages"),
    "a picture": (".png", ".jpg", ".jpeg", ".gif", ".heic", ".svg", ".webp", ".bmp", ".tif", ".tiff"),
    "a table": (".csv", ".xlsx", ".xls", ".ods", ".tsv"),
    "an archive that is not opened": (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zip"),
    "a link": (".url", ".webloc"),
}


@dataclass(frozen=True)
class HandedIn:
    """One file of a source.

    Attributes:
        path: where it lies now.
        shown: its name in the source.
        owner: whom the platform's name, or the folder, says it is from; None where nothing says.
        own: its name, and the folders above it that are the student's own.
        when: when it was handed in, if the platform's name says.
        attempt: which of several, as far as the platform's name says.
        changed: when it was last changed, in seconds; in a student's archive, when that was.
        late: whether the platform marks it late.
        about: whether a platform made it of what the student typed in, or to tell of the hand-in.
        wrong: why it is not placed, or "".
        page: whether it is the platform's page on the hand-in, in which nothing is the student's.
    """

    path: Path
    shown: str
    owner: Owner | None
    own: tuple[str, ...]
    when: datetime | None = None
    attempt: int = 0
    changed: float = 0.0
    late: bool = False
    about: bool = False
    wrong: str = ""
    page: bool = False

    @property
    def name(self) -> str:
        """The student's own name of the file."""
        return self.own[-1]

    @property
    def copy(self) -> int:
        """The number that a browser or a platform has put behind its name; 0 for none."""
        again = _AGAIN.search(_stem(self.name))
        return int(next((n for n in again.groupdict().values() if n), "1")) if again else 0

    @property
    def is_notebook(self) -> bool:
        """Whether the name is a notebook's."""
        return bool(_NOTEBOOK.search(self.name))

    @property
    def owner_is_sure(self) -> bool:
        """Whether a platform says whose it is; a folder without a notebook may be nobody's."""
        return bool(self.owner and (self.owner.platform or self.owner.users))

    @property
    def what(self) -> str:
        """What a file is that is no notebook of the class, in words."""
        if self.is_notebook:
            return "another notebook"
        if self.about:
            return "a link to Colab" if b"colab.research.google.com" in self.start() else "text typed in online"
        wrong = "" if self.wrong else foreign(self.path, self.name)
        ends = self.name.lower()
        return wrong or next((kind for kind, suffixes in _KINDS.items() if ends.endswith(suffixes)), "another file")

    def start(self) -> bytes:
        """Its first bytes."""
        with self.path.open("rb") as file:
            return file.read(100_000)


def _stem(name: str) -> str:
    return _NOTEBOOK.sub("", name)


@dataclass(frozen=True)
class Wanted:
    """A notebook of an assignment, the exercises in it, and the text of each as students receive it."""

    assignment: str
    notebook: str
    exercises: frozenset[str]
    given: Mapping[str, str] = field(default_factory=dict, compare=False)


def answers(path: Path, want: Wanted) -> int:
    """How many answers of a notebook are no longer as they were given out; 0 for a file that cannot be read."""
    try:
        notebook, _ = read_submission(path)
    except NotGradable:
        return 0
    touched = set()
    for cell in notebook.cells:
        name = exercise_of(cell.source) or cell.metadata.get("nbgrader", {}).get("grade_id")
        text = _SPACE.sub("", cell.source.strip())
        if name in want.exercises and text and text != _SPACE.sub("", want.given.get(name, "").strip()):
            touched.add(name)
    return len(touched)


def which_notebook(file: HandedIn, wanted: Collection[Wanted]) -> tuple[Wanted | None, str, str]:
    """The notebook that a file is.

    Returns:
        it, or None; what else stands in the file's name; and how it was recognised, or why not.
    """
    stem = _stem(file.name)
    for name in _shorter(stem):
        for want in wanted:
            if key(name) == key(want.notebook):
                return want, "", ""
    for want in sorted(wanted, key=lambda w: -len(w.notebook)):
        for name in _shorter(stem):
            rest = _rest(name, want.notebook)
            if rest:
                return want, rest, ""
    return _by_exercises(file, wanted)


def _shorter(stem: str) -> list[str]:
    """A file's name, and that name without what browsers and Colab add to copies, bit by bit."""
    names = [stem]
    while (shorter := _COPY.sub("", names[-1])) != names[-1]:
        names.append(shorter)
    while (shorter := _AGAIN.sub("", names[-1]).rstrip()) not in ("", names[-1]):
        names.append(shorter)
    return names


def _rest(stem: str, notebook: str) -> str:
    """What stands beside the notebook's name in a file's name, set off from it, or ""."""
    pattern = r"[\W_]+".join(re.escape(part) for part in re.split(r"[\W_]+", notebook) if part)
    match = re.fullmatch(rf"(?P<before>.+?)[\W_]+{pattern}|{pattern}[\W_]+(?P<after>.+)", stem, re.IGNORECASE)
    return next((text.strip(" -_") for text in match.groups() if text), "") if match else ""


def _by_exercises(file: HandedIn, wanted: Collection[Wanted]) -> tuple[Wanted | None, str, str]:
    """Recognise a renamed notebook by the exercises in it."""
    try:
        notebook, _ = read_submission(file.path)
    except NotGradable as reason:
        return None, "", f"its name is no notebook's of this class, and it cannot be read. {reason}"
    names = {exercise_of(cell.source) for cell in notebook.cells}
    names |= {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    counts = sorted(((len(want.exercises & names), want) for want in wanted), key=lambda pair: -pair[0])
    if not counts or not counts[0][0]:
        return None, "", "neither its name nor its exercises are those of a notebook of this class"
    if len(counts) > 1 and counts[0][0] == counts[1][0]:
        return None, "", f"it holds exercises of {counts[0][1].notebook} and of {counts[1][1].notebook}"
    return counts[0][1], "", f"{file.name!r} recognised by its exercises"
