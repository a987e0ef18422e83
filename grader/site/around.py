"""The pages around chapters and exercises: front page, begin, instructors, cheat sheet, glossary, index of terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import nbformat

from grader.authoring import chapter, exercise, glossary, notebook
from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.authoring.figures import alt_texts
from grader.report.safe_html import code
from grader.site.executed import Caught, Executed
from grader.site.pages import relink

TITLE = "TensorFlow by Exercise"
EXAMPLE = ("checkerboard", "stripes")
"""The wrong answer that the front page shows: its exercise, and its name in the bank."""
_PARTS = {0: "First steps", 1: "Core", 6: "Data", 8: "Parts of a model", 14: "Models and training"}
_PARTS |= {20: "Whole projects", 24: "Scale and serve"}
PROJECTS = range(20, 24)
_PICTURES = {"image/png": "png", "image/svg+xml": "svg", "image/jpeg": "jpg"}


def parts(topics: Sequence[str]) -> dict[str, list[str]]:
    """The topics of each part of the course, in order."""
    found: dict[str, list[str]] = {}
    for topic in topics:
        first = max((number for number in _PARTS if number <= int(topic[:2])), default=0)
        found.setdefault(_PARTS[first], []).append(topic)
    return found


def front(
    course: Course, runs: Sequence[Executed], wrong: Caught | None, pictures: Sequence[tuple[str, str, str]]
) -> str:
    """The front page.

    Args:
        course: the course.
        runs: the chapters of this site.
        wrong: the answer that shows what a check says.
        pictures: of the projects: topic, file from the site's root, and what it shows.
    """
    topics = [run.topic for run in runs]
    fronts = {topic: front_matter(course.chapter(topic))[0] for topic in topics}
    count = sum(len(exercise.exercises(course.solution(t))) for t in topics if course.solution(t).is_file())
    minutes = sum(f.read_minutes + f.practise_minutes for f in fronts.values())
    first = notebook.colab(course, course.chapter_notebook(topics[0]))
    lines = [
        "---",
        "html_theme.sidebar_secondary.remove: true",
        "---",
        "",
        f"# {TITLE}",
        "",
        f'<p class="lead">A TensorFlow course that you do rather than watch: {len(topics)} chapters to read and run, '
        f"{count} exercises whose checks answer at once. From the first tensor to a model behind a port, "
        f"on your machine or in Colab, about {round(minutes / 60)} hours, free.</p>",
        "",
        f'<p class="begin"><a class="run" href="chapters/{topics[0]}.html">Read the first chapter</a>\n'
        f'<a class="run" href="{first}">Open it in Colab</a>\n'
        '<a class="run" href="begin.html">Begin in JupyterLab</a></p>',
        "",
        *_check(wrong, fronts),
        *_gallery(pictures, fronts),
        "## The chapters",
        "",
    ]
    for part, members in parts(topics).items():
        lines += [f"### {part}", ""]
        lines += [f"- [{t[:2]} {fronts[t].title}](chapters/{t}.ipynb): {fronts[t].description}" for t in members]
        lines += [""]
    return "\n".join([*lines, *_trees(topics, {topic: front.title for topic, front in fronts.items()})])


def _check(wrong: Caught | None, fronts: dict[str, chapter.FrontMatter]) -> list[str]:
    """A wrong answer, and what its check says: real ones, run when the site was made."""
    if wrong is None:
        return []
    answer = code(wrong.answer).strip()
    told = fronts[wrong.topic].title
    return [
        "## A check tells you what is wrong, and where to look",
        "",
        '<div class="answered"><div class="theirs"><p>An answer to an exercise of '
        f'<a href="exercises/{wrong.topic}.html">{escape(told)}</a></p>{_one_block(answer)}</div>'
        f'<div class="ours"><p>What the check below it says</p>{_one_block(wrong.message)}</div></div>',
        "",
    ]


def _one_block(html: str) -> str:
    """HTML without empty lines, which would end it in Markdown."""
    return re.sub(r"\n\s*\n", "\n&#8203;\n", html)


def _gallery(pictures: Sequence[tuple[str, str, str]], fronts: dict[str, chapter.FrontMatter]) -> list[str]:
    if not pictures:
        return []
    shown = [
        f'<figure><a href="chapters/{topic}.html"><img src="{file}" alt="{escape(said)}"></a>'
        f'<figcaption><a href="chapters/{topic}.html">{escape(fronts[topic].title)}</a>: '
        f"{escape(fronts[topic].description)}</figcaption></figure>"
        for topic, file, said in pictures
    ]
    return ["## You build whole projects", "", f'<div class="gallery">{"".join(shown)}</div>', ""]


def _trees(topics: Sequence[str], titles: dict[str, str]) -> Iterator[str]:
    """What the sidebar shows, in order."""
    groups = [("Start", ["begin", "cheat-sheet", "glossary", "terms", "instructors"])]
    for part, members in parts(topics).items():
        groups.append((part, [f"{topic[:2]} {titles[topic]} <chapters/{topic}>" for topic in members]))
    for part, names in groups:
        yield from ["```{toctree}", ":hidden:", f":caption: {part}", "", *names, "```", ""]


def pictures(runs: Sequence[Executed]) -> dict[str, tuple[str, str, str]]:
    """The last picture of each project: kind of file, its data as the notebook has it, and what it shows."""
    found = {}
    for run in runs:
        if int(run.topic[:2]) not in PROJECTS:
            continue
        for at, said in alt_texts(run.notebook.cells).items():
            for output in run.notebook.cells[at].outputs:
                for mime, ending in _PICTURES.items():
                    if mime in output.get("data", {}):
                        found[run.topic] = (ending, output["data"][mime], said)
    return found


def begin(course: Course) -> str:
    """How to run the course."""
    settings = course.settings
    address = f"https://github.com/{settings['repository']}"
    name = settings["repository"].rpartition("/")[2]
    first = course.topics[0]
    return f"""\
# Begin

You need no account and no graphics card. A chapter is a notebook: you run its cells, change them, and run them again.

## On your machine

```console
git clone {address}
cd {name}
make lab
```

`make lab` needs Python 3.10 to 3.13 and make. The first time it installs TensorFlow and JupyterLab into a folder of
the course, which takes some minutes; then it opens the start page. The next time it opens at once, without internet.

Each page of this site names its notebook under the title, such as `{_file(course, first)}`: that is where it lies in
the folder `{name}`. Open it there, in JupyterLab's list of files or from the start page, `START_HERE.md`.

With an NVIDIA card, type `make lab DEVICE=gpu`.

## In Colab

"Open in Colab" under the title of each page opens its notebook in the browser. Run the first cell: it installs the
checks and the data, some seconds. Colab asks for a Google account. "Save a copy in Drive" keeps what you write.

## How to work

1. Read a chapter and run its cells with <kbd>Shift</kbd>+<kbd>Enter</kbd>. Guess before you run.
2. Solve its exercises. The check below each one answers at once: right, or what differs and where to look.
3. Stuck? Unfold a hint, one at a time. After an attempt, `grader solution NAME` in a terminal explains one.

A word is new to you? [The glossary](glossary.md) has it in a sentence. [The cheat sheet](cheat-sheet.md) is for later.
"""


def _file(course: Course, topic: str) -> str:
    return course.chapter_notebook(topic).relative_to(course.root).as_posix()


def instructors(course: Course, topics: Sequence[str]) -> str:
    """The page for instructors: what README.md says to them."""
    path = course.root / "README.md"
    readme = path.read_text(encoding="utf-8") if path.is_file() else ""
    grading = re.search(r"(?ms)^## Grading a class\n(.*?)(?=^## )", readme)
    table = re.search(r"(?m)^\| For instructors \|.*\n(?:\|.*\n)+", readme)
    text = [
        "# For instructors",
        "",
        "The exercises grade themselves, and a class of yours is graded by one command on your own machine: students' "
        "code runs in a sandbox, the verdict is made outside it, and everything stays an ordinary "
        "[nbgrader](https://nbgrader.readthedocs.io) course. Chapters and exercises are free to use and to change: "
        "text CC BY 4.0, code Apache 2.0.",
        "",
        "To see it all on a made-up class of twelve, in some minutes: `grader demo`.",
        "",
    ]
    if table:
        text += ["## The commands", "", "| Command | What it does |", *table[0].strip().split("\n")[1:], ""]
    if grading:
        text += ["## A class, from the first day to the report", "", grading[1].strip(), ""]
    return relink(course, "\n".join(text), path, topics, "instructors.md")


def cheat_sheet(course: Course, topics: Sequence[str]) -> str:
    """The tables of all chapters' *In short*."""
    lines = [
        "# Cheat sheet",
        "",
        "What each chapter says *in short*. To have it on paper or as a PDF, print this page.",
        "",
    ]
    for topic in topics:
        table = in_short(course, topic)
        if table:
            title = front_matter(course.chapter(topic))[0].title
            target = course.chapter_notebook(topic)
            lines += [
                f"## [{title}](chapters/{topic}.ipynb)",
                "",
                relink(course, table, target, topics, "cheat-sheet.md"),
                "",
            ]
    return "\n".join(lines)


def in_short(course: Course, topic: str) -> str:
    """The first table in a chapter's *In short*, links as in its notebook; "" where it has none."""
    nb = nbformat.reads(chapter.build(course, topic), as_version=4)
    inside = False
    for cell in nb.cells:
        if cell.cell_type != "markdown":
            continue
        if cell.source.startswith("#"):
            inside = cell.source.startswith("## In short")
        match = re.search(r"(?m)^\|.*\n\|[-: |]+\n(?:\|.*(?:\n|$))+", cell.source) if inside else None
        if match:
            return match[0].strip()
    return ""


def words(course: Course, topics: Sequence[str]) -> str:
    """The glossary."""
    sentences = {entry.term: entry.sentence for entry in glossary.entries(course)}
    titles = _titles(course, topics)
    lines = ["# Glossary", "", "The words of the course, each in a sentence, with the chapter that teaches it.", ""]
    letter = ""
    for term, taught_in in _taught(course, topics).items():
        if term not in sentences:
            continue
        if _letter(term) != letter:
            letter = _letter(term)
            lines += [f"## {letter}", ""]
        links = ", ".join(f"[{titles[topic]}](chapters/{topic}.ipynb)" for topic in taught_in)
        lines += [f'<span id="{anchor(term)}"></span>**{term}**\\\n{sentences[term]} {links}', ""]
    return "\n".join(lines)


def terms(course: Course, topics: Sequence[str]) -> str:
    """The index: every term that a chapter teaches, with the chapters that need it later."""
    needed: dict[str, list[str]] = {}
    for topic in topics:
        for term in front_matter(course.chapter(topic))[0].needs:
            needed.setdefault(term, []).append(topic)
    explained = {entry.term for entry in glossary.entries(course)}
    titles = _titles(course, topics)
    lines = [
        "# Index of terms",
        "",
        "| Term | Taught in | Needed in |",
        "|---|---|---|",
    ]
    for term, taught_in in _taught(course, topics).items():
        name = f'<a href="glossary.html#{anchor(term)}">{escape(term)}</a>' if term in explained else escape(term)
        taught = ", ".join(f"[{titles[topic]}](chapters/{topic}.ipynb)" for topic in taught_in)
        later = ", ".join(f"[{titles[topic]}](chapters/{topic}.ipynb)" for topic in needed.get(term, []))
        lines.append(f"| {name} | {taught} | {later} |")
    return "\n".join([*lines, ""])


def _taught(course: Course, topics: Sequence[str]) -> dict[str, list[str]]:
    """The terms that these chapters teach, with their chapters."""
    found = {term: [t for t in members if t in topics] for term, members in glossary.taught(course).items()}
    return {term: members for term, members in found.items() if members}


def anchor(term: str) -> str:
    """The name of a term's place on the page of words."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def _letter(term: str) -> str:
    return glossary.order(term)[0][:1].upper()


def _titles(course: Course, topics: Sequence[str]) -> dict[str, str]:
    return {topic: front_matter(course.chapter(topic))[0].title for topic in topics}


def write_picture(path: Path, data: str) -> None:
    """Write a picture as a notebook has it: SVG is text, all others are base64."""
    import base64

    path.parent.mkdir(parents=True, exist_ok=True)
    made = data.encode() if path.suffix == ".svg" else base64.b64decode(data)
    if not path.is_file() or path.read_bytes() != made:
        path.write_bytes(made)
