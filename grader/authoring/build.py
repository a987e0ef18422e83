"""All that is generated: every notebook, the lists of contents and of words, START_HERE.md, from the authors' text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from grader.authoring import chapter, contents, exercise, glossary, notebook
from grader.authoring.course import Course
from grader.errors import CourseError, NotebookError

START_HERE = "START_HERE.md"
README = "README.md"
CHAPTERS_BEGIN = "<!-- chapters: written by grader build -->"
CHAPTERS_END = "<!-- end of chapters -->"


def build(
    course: Course, topics: Sequence[str] | None = None, progress: Callable[[str], None] = lambda _: None
) -> dict[Path, str]:
    """Every generated file and the text that it must have; nothing is written.

    Args:
        course: the course.
        topics: only these topics' notebooks; all when None, and then START_HERE.md too.
        progress: called with the name of each topic when it is begun.

    Raises:
        CourseError: an author's text is wrong; the message names file and line.
    """
    chosen = course.topics if topics is None else list(topics)
    _names_are_unique(course)
    files: dict[Path, str] = {}
    for topic in chosen:
        progress(topic)
        files[course.chapter_notebook(topic)] = chapter.build(course, topic)
    with_exercises = [topic for topic in chosen if course.solution(topic).is_file()]
    projects = [name for topic in chosen for name in course.projects_of(topic)]
    if with_exercises:
        progress("exercise notebooks")
        files |= _exercise_notebooks(course, with_exercises, projects)
    if topics is None:
        files[course.root / START_HERE] = start_here(course)
        files[contents.path(course)] = contents.text(course)
        if glossary.source(course).is_file():
            files[course.root / glossary.PAGE] = glossary.page(course)
        files |= _readme(course)
    return files


def _exercise_notebooks(course: Course, topics: list[str], projects: list[str]) -> dict[Path, str]:
    from grader.authoring.release import student_versions  # nbgrader: an import of seconds, so only where it is needed

    sources = {topic: exercise.source_notebook(course, topic) for topic in topics}
    sources |= {name: exercise.project_notebook(course, name) for name in projects}
    places = {topic: (course.solution(topic), course.exercise_notebook(topic)) for topic in topics}
    places |= {name: (course.project(name), course.project_notebook(name)) for name in projects}
    files = {}
    for name, nb in student_versions(sources).items():
        source, target = places[name]
        files[target] = notebook.text(nb)
        _nothing_leaks(source, files[target])
    return files


def _names_are_unique(course: Course) -> None:
    owner: dict[str, str] = {}
    texts = [course.solution(topic) for topic in course.exercise_topics()]
    for path in [*texts, *(course.project(name) for name in course.projects)]:
        for found in exercise.exercises(path):
            if found.name in owner:
                raise CourseError(
                    f"{path.name}:{found.line}: exercise {found.name!r} is also in {owner[found.name]}; "
                    "a name is used once in the course."
                )
            owner[found.name] = path.name


def _nothing_leaks(path: Path, text: str) -> None:
    for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"):
        if mark in text:
            raise CourseError(f"{path.name}: {mark!r} would reach the students; put each marker alone on its line.")


def stale(course: Course, files: dict[Path, str]) -> list[Path]:
    """The files on disk that differ from `files`, are missing, or belong to no topic, in order."""
    wrong = {path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text}
    return sorted(wrong | set(orphans(course)))


def orphans(course: Course) -> list[Path]:
    """Notebooks under `notebooks/` whose topic is gone."""
    known = {course.chapter_notebook(topic) for topic in course.topics}
    known |= {course.exercise_notebook(topic) for topic in course.exercise_topics()}
    known |= {course.project_notebook(name) for name in course.projects}
    found = (course.root / "notebooks").glob("*/*.ipynb")
    return sorted(path for path in found if path not in known and ".orig" not in path.name)


def write(files: dict[Path, str]) -> tuple[list[Path], list[Path]]:
    """Write those of `files` that differ from what is on disk.

    Returns:
        what was written, and the copies `….orig.ipynb` of exercise notebooks that held somebody's answers.
    """
    changed, kept = [], []
    for path, text in files.items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if path.is_file() and path.suffix == ".ipynb" and _has_answers(path):
            kept.append(set_aside(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        changed.append(path)
    return changed, kept


def _has_answers(path: Path) -> bool:
    """Whether a solution cell was edited since it was built."""
    from nbgrader.utils import is_solution

    try:
        nb = notebook.read(path)
    except NotebookError:
        return True
    return any(is_solution(cell) and notebook.was_edited(cell) for cell in nb.cells)


def set_aside(path: Path) -> Path:
    """Copy `path` to the first free `….orig.ipynb`, `….orig2.ipynb`, … beside it."""
    number, copy = 1, path.with_suffix(".orig.ipynb")
    while copy.exists():
        number += 1
        copy = path.with_suffix(f".orig{number}.ipynb")
    copy.write_bytes(path.read_bytes())
    return copy


def start_here(course: Course) -> str:
    """The page that greets a student: every chapter and exercise notebook, with time and level."""
    rows, minutes = [], 0
    for topic in course.topics:
        front, _ = chapter.front_matter(course.chapter(topic))
        reading = f"[{front.title}]({_from_root(course, course.chapter_notebook(topic))}) ({front.read_minutes} min)"
        practice = "–"
        minutes += front.read_minutes
        if course.solution(topic).is_file():
            count = len(exercise.exercises(course.solution(topic)))
            link = _from_root(course, course.exercise_notebook(topic))
            practice = f"[{count} exercises]({link}) ({front.practise_minutes} min)"
            minutes += front.practise_minutes
        rows.append(f"| {topic[:2]} | {reading} | {practice} | {front.level} | {front.description} |")
    lines = [
        "# Start here",
        "",
        "<!-- Built by `grader build` from the chapters' front matter: edit those. -->",
        "",
        "Read a chapter and run its cells, then solve its exercises. The links open in new tabs, here.",
        "",
        "- **Run a cell** with <kbd>Shift</kbd>+<kbd>Enter</kbd>. **Stop** it, and all that wait, with",
        "  <kbd>Esc</kbd> <kbd>I</kbd> <kbd>I</kbd>.",
        "- **Check an exercise** by running the cell under it. It answers at once: right, or what differs.",
        "- **Stuck?** Each exercise has three hints, folded. Open one at a time.",
        *_a_word(course),
        "",
        f"About {round(minutes / 60)} hours in all. A level goes from 1, for beginners, to 5.{_being_written(course)}",
        "",
        "| | Chapter | Exercises | Level | What you can do afterwards |",
        "|---|---|---|--:|---|",
    ]
    return "\n".join([*lines, *rows, ""])


def _a_word(course: Course) -> list[str]:
    """The way to the glossary, where there is one."""
    if not glossary.source(course).is_file():
        return []
    return [f"- **A word you do not know?** [The glossary]({glossary.PAGE}) has each in a sentence, and its chapter."]


def _being_written(course: Course) -> str:
    """A sentence on the chapters whose numbers are left out, "" where none is."""
    numbers = [int(topic[:2]) for topic in course.topics]
    gaps = [(a + 1, b - 1) for a, b in pairwise(numbers) if b - a > 1]
    told = [f"{first:02d}" if first == last else f"{first:02d} to {last:02d}" for first, last in gaps]
    return f" Chapters {' and '.join(told)} are being written." if told else ""


def _readme(course: Course) -> dict[Path, str]:
    """README.md with its table of chapters, which stands between two comments; nothing where it has none."""
    path = course.root / README
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begin, rest = text.partition(CHAPTERS_BEGIN)
    _, end, after = rest.partition(CHAPTERS_END)
    if not end:
        return {}
    return {path: before + begin + "\n" + chapters_table(course) + "\n" + end + after}


def chapters_table(course: Course) -> str:
    """Every chapter for the README: a link to its notebook, how long it takes, its level, its exercises, Colab."""
    lines = ["| | Chapter | What you can do afterwards | Time | Level | Exercises | |", "|---|---|---|--:|--:|--:|---|"]
    for topic in course.topics:
        front, _ = chapter.front_matter(course.chapter(topic))
        target = course.chapter_notebook(topic)
        time, count = front.read_minutes, "–"
        if course.solution(topic).is_file():
            time += front.practise_minutes
            number = len(exercise.exercises(course.solution(topic)))
            count = f"[{number}]({_from_root(course, course.exercise_notebook(topic))})"
        link, badge = f"[{front.title}]({_from_root(course, target)})", notebook.badge(course, target)
        lines.append(f"| {topic[:2]} | {link} | {front.description} | {time} min | {front.level} | {count} | {badge} |")
    return "\n".join(lines)


def _from_root(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
