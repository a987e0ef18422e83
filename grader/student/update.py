"""`grader update`: notebooks of a newer version of the course, with the student's answers put back into them.

Students answer in notebooks that git tracks, so a plain `git pull` refuses, or leaves conflicts inside JSON. In a
checkout made by git this command does what a pull should: it fetches, sets aside the notebooks that both sides have
changed, merges, and puts the answers back by exercise name. What only the student has changed is not touched. Without
git, `--from` names a newer copy of the course, a folder or a ZIP; and named notebooks, such as one back from Colab, are
brought to the version of this checkout.

Nothing is lost: before a notebook is changed, a copy lies beside it as `….orig.ipynb`, and that copy goes only if all
that the student wrote is in the new one. If git cannot merge, everything is as it was before.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import nbformat

from grader.authoring import build, glossary, notebook
from grader.authoring.course import CHAPTER, Course
from grader.errors import CourseError, UsageError
from grader.files import write_whole
from grader.student.checkout import Checkout
from grader.student.put_back import PutBack, put_back
from grader.submissions.sanitise import is_answer
from grader.submissions.submitted import NotGradable

Say = Callable[[str], None]

_EXERCISES, _CHAPTERS, _PROJECTS = "notebooks/exercises/", "notebooks/chapters/", "notebooks/projects/"
_LISTS = ("notebooks/contents.json", build.START_HERE, glossary.PAGE)


def update_command(names: list[str], source: Path | None, say: Say) -> None:
    """Bring notebooks to a newer version.

    Args:
        names: notebooks, as paths or topics, to bring to this checkout's version; none for the whole course.
        source: a newer copy of the course; None for what git has.
        say: is told line by line what was done.

    Raises:
        UsageError: what was asked for is not there.
        CourseError: git cannot do its part; nothing is changed then.
    """
    course = Course.find()
    if names and source is not None:
        raise UsageError("Name notebooks, or --from a newer copy of the course, not both.")
    if names:
        _named(course, names, say)
    elif source is not None:
        _from_copy(course, source, say)
    else:
        _from_git(course, say)


# What happens to one notebook


@dataclass(frozen=True)
class Change:
    """One notebook to bring up to date.

    Attributes:
        path: where it lies.
        new: its new content.
        mine: the student's; None where there is none.
        released: what the course had before, or nothing.
        aside: where `mine` has been set aside already.
    """

    path: Path
    new: bytes
    mine: bytes | None
    released: bytes = b""
    aside: Path | None = None

    def begin(self) -> Path | None:
        """Make sure that what the student has lies beside itself before anything is written."""
        return self.aside or (build.set_aside(self.path) if self.mine is not None else None)


def apply(changes: list[Change], say: Say) -> None:
    """Write new versions; answers go back into exercise notebooks, and what does not fit stays beside them."""
    exercises = [change for change in changes if change.path.parent.name != "chapters"]
    homes = {name: change.path for change in exercises for name in _exercises(change.new)}
    moved: dict[Path, dict[str, str]] = {}
    for change in exercises:
        for name, text in _put_back(change).homeless.items():
            if name in homes:
                moved.setdefault(homes[name], {})[name] = text
    for change in changes:
        if change in exercises:
            _renew_exercises(change, moved.get(change.path, {}), say)
        else:
            _renew_chapter(change, say)


def _renew_exercises(change: Change, adopted: Mapping[str, str], say: Say) -> None:
    if change.mine is None and not adopted and change.path.is_file() and change.path.read_bytes() == change.new:
        return
    aside = change.begin()
    made = _put_back(change, adopted)
    write_whole(change.path, notebook.text(made.notebook).encode())
    say(f"{change.path.stem}: {_told(made, new=change.mine is None)}")
    for name in made.changed:
        say(f"  what is given for {name} has changed: read its task again")
    if aside and made.left:
        say(f"  {aside.name} keeps what does not fit: {', '.join(made.left)}")
    elif aside:
        aside.unlink()


def _put_back(change: Change, adopted: Mapping[str, str] | None = None) -> PutBack:
    """The new notebook with the answers; a student's file that cannot be read is left over as a whole."""
    new = nbformat.reads(change.new.decode("utf-8"), as_version=4)
    try:
        return put_back(new, change.mine or change.new, released=change.released, adopted=adopted)
    except NotGradable as problem:
        made = put_back(new, change.new, adopted=adopted)
        reason = str(problem).split(":", 1)[0].rstrip(".")
        return PutBack(made.notebook, made.answers, left=[f"all of it ({reason[0].lower()}{reason[1:]})"])


def _told(made: PutBack, *, new: bool) -> str:
    if not made.answers:
        return "new" if new else "new version; there was no answer to put back"
    many = "1 answer" if len(made.answers) == 1 else f"{len(made.answers)} answers"
    return f"new version, {many} put back: {', '.join(made.answers)}"


def _exercises(data: bytes) -> list[str]:
    nb = nbformat.reads(data.decode("utf-8"), as_version=4)
    return [cell.metadata.nbgrader.grade_id for cell in nb.cells if is_answer(cell)]


def _renew_chapter(change: Change, say: Say) -> None:
    """A chapter is replaced; one in which a student has written stays beside the new one."""
    aside = change.begin()
    write_whole(change.path, change.new)
    if aside and change.mine is not None and _wrote_in(change.mine, _key(change.path), change.new):
        say(f"{change.path.stem}: new chapter; {aside.name} keeps the one that you have written in")
    elif aside:
        aside.unlink()


def _key(chapter: Path) -> str:
    """What the build made a chapter's cell ids from."""
    return f"chapters/{chapter.stem.removesuffix(CHAPTER)}"


def _wrote_in(mine: bytes, key: str, new: bytes) -> bool:
    """Whether a chapter has a cell that is neither as it was built, which its id tells, nor in the new version."""
    try:
        cells = nbformat.reads(mine.decode("utf-8-sig"), as_version=4).cells
        there = {cell.source.strip() for cell in nbformat.reads(new.decode("utf-8"), as_version=4).cells}
    except Exception:  # no notebook any more: whatever it is, it is the student's
        return True
    places = range(len(cells) + 50)
    return any(
        cell.source.strip()
        and cell.source.strip() not in there
        and cell.get("id") not in {notebook.cell_id(key, place, cell.source) for place in places}
        for cell in cells
    )


# Named notebooks, and a copy of the course


def _named(course: Course, names: list[str], say: Say) -> None:
    changes = []
    for name in names:
        path = Path(name) if name.endswith(".ipynb") else course.exercise_notebook(course.resolve(name))
        if not path.is_file():
            raise UsageError(f"There is no notebook {name}; check the name.")
        mine = path.read_bytes()
        built = _built(course, path, mine)
        new = build.build(course, [course.resolve(built.stem[:2])])[built].encode()
        if _is_news(new, mine):
            changes.append(Change(path, new, mine))
    apply(changes, say)
    if not changes:
        say("Nothing to do: this version already.")


def _built(course: Course, path: Path, mine: bytes) -> Path:
    """The exercise notebook or the project whose exercises a notebook has, whatever the file is called."""
    names = set(re.findall(rb"# exercise: (\w+)", mine))
    texts = {course.exercise_notebook(topic): course.solution(topic) for topic in course.exercise_topics()}
    texts |= {course.project_notebook(name): course.project(name) for name in course.projects}
    shared = {
        built: len(names & set(re.findall(rb"# exercise: (\w+)", text.read_bytes()))) for built, text in texts.items()
    }
    best = max(shared, key=lambda built: (shared[built], built.stem == path.stem), default=path)
    if not shared.get(best) and not any(built.stem == path.stem for built in shared):
        raise UsageError(f"{path} has no exercise of this course in it.")
    return best


def _is_news(new: bytes, mine: bytes) -> bool:
    """Whether a new version has anything in it that the student's notebook does not have already."""
    try:
        before, after = (nbformat.reads(data.decode("utf-8-sig"), as_version=4).cells for data in (mine, new))
        given = {cell.metadata.get("nbgrader", {}).get("checksum") for cell in before}
    except Exception:  # no notebook any more
        return True
    have = {cell.source.strip() for cell in before}
    return any(
        cell.source.strip() not in have
        and cell.metadata.get("nbgrader", {}).get("checksum", cell.get("id")) not in given
        for cell in after
    )


def _from_copy(course: Course, source: Path, say: Say) -> None:
    changes = []
    for name, new in _files_of(source).items():
        path = course.root / name
        mine = path.read_bytes() if path.is_file() else None
        if name in _LISTS:
            write_whole(path, new)
        elif mine is None or (mine != new and _is_news(new, mine)):
            changes.append(Change(path, new, mine))
    apply(changes, say)
    say("The notebooks are those of the new version." if changes else "Nothing to do: this version already.")


def _files_of(source: Path) -> dict[str, bytes]:
    """The notebooks and lists in a copy of the course, a folder or a ZIP, by their path in the course.

    Raises:
        UsageError: there is none.
    """
    if source.is_dir():
        found = {name: source / name for name in _LISTS if (source / name).is_file()}
        found |= {path.relative_to(source).as_posix(): path for path in sorted(source.glob("notebooks/*/*.ipynb"))}
        files = {name: path.read_bytes() for name, path in found.items() if ".orig" not in path.name}
    elif source.is_file() and zipfile.is_zipfile(source):
        files = _files_in_zip(source)
    else:
        raise UsageError(f"{source} is neither a folder nor a ZIP: name a newer copy of the course.")
    if not any(name.startswith(_EXERCISES) for name in files):
        raise UsageError(f"{source} is no copy of the course: it has no {_EXERCISES}.")
    return files


def _files_in_zip(source: Path) -> dict[str, bytes]:
    files = {}
    with zipfile.ZipFile(source) as archive:
        for member in archive.namelist():
            parts = PurePosixPath(member).parts
            # GitHub puts everything into one folder, which is named after the version.
            for name in ("/".join(parts), "/".join(parts[1:])):
                if name in _LISTS or re.fullmatch(rf"(?:{_EXERCISES}|{_CHAPTERS}|{_PROJECTS})[^/]+\.ipynb", name):
                    files[name] = archive.read(member)
    return files


# Git


def _from_git(course: Course, say: Say) -> None:
    git = Checkout.of(course.root)
    target = git.fetch(course.settings["repository"], course.settings["branch"])
    base = git.base(target)
    if base == target:
        say("The course is up to date.")
        return
    theirs = git.changed(base, target)
    committed = {name for name in git.changed(base, "HEAD") & theirs if not name.startswith("notebooks/")}
    if committed:
        files = ", ".join(sorted(committed))
        raise CourseError(f"You have committed changes to {files}, and so has the course: merge with git yourself.")
    both = sorted(name for name in git.changed(base) & theirs if name.startswith("notebooks/"))
    mine = {name: (course.root / name).read_bytes() for name in both if (course.root / name).is_file()}
    aside = {name: build.set_aside(course.root / name) for name in mine}
    try:
        git.clear(both)
        git.merge(target)
    except CourseError:
        for name, data in mine.items():
            write_whole(course.root / name, data)
            aside[name].unlink()
        raise
    changes = []
    for name in both:
        new, path = git.content(target, name), course.root / name
        if new is None and name in mine:
            say(f"{path.stem}: the course has it no more; {aside[name].name} keeps yours")
        elif new is not None and path.suffix == ".ipynb":
            changes.append(Change(path, new, mine.get(name), git.content(base, name) or b"", aside.get(name)))
        elif new is not None:
            write_whole(path, new)
            if name in aside:
                aside[name].unlink()
    # An answer may have to move to a notebook that the student has not changed.
    others = sorted(name for name in theirs - set(both) if name.startswith(_EXERCISES) and name.endswith(".ipynb"))
    changes += [Change(course.root / name, new, None) for name in others if (new := git.content(target, name))]
    apply(changes, say)
    if theirs & {"pyproject.toml", "requirements.lock"}:
        say("The libraries may have changed, too: run 'make install'.")
    say(f"The course is at version {target[:7]}. Reload the notebooks that are open in JupyterLab.")
