"""Makes the site: sources from notebooks and their outputs, then Sphinx, a sitemap, and a look at every link."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from grader.authoring import build as builder
from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.errors import CourseError, UsageError
from grader.site import around, pages
from grader.site.executed import Runs, caught, execute
from grader.site.links import Links, check_links

CACHE = Path(".cache") / "site"
OUT = "_site"
MARK = ".made-by-grader-site"
"""A file in every folder that this command made: another folder's files are not removed."""
_UNFOLDS = "The exercises of this chapter"
_HERE = Path(__file__).parent


@dataclass
class Site:
    """What was made.

    Attributes:
        folder: where it lies.
        pages: how many pages it has.
        executed, remembered: chapters that had to run, and those whose outputs were known.
        links: those that lead out of the site.
    """

    folder: Path
    pages: int = 0
    executed: int = 0
    remembered: int = 0
    links: Links = field(default_factory=Links)

    @property
    def megabytes(self) -> float:
        """Its size."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) / 1e6


def address(course: Course) -> str:
    """Where the site will be found, with a slash at its end: `site` in `[tool.course]` of `pyproject.toml`."""
    told = str(course.settings.get("site", ""))
    if not told.startswith(("https://", "http://")):
        raise CourseError('pyproject.toml: [tool.course] lacks the site\'s address; add site = "https://…/".')
    return told.rstrip("/") + "/"


def make(
    course: Course,
    topics: Sequence[str] | None = None,
    out: Path | None = None,
    *,
    jobs: int | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Site:
    """Make the site.

    Args:
        course: the course.
        topics: only these chapters, as `NN-topic`; all when None.
        out: the folder to fill; `_site` in the course when None.
        jobs: how many chapters run at once; as many as there are cores when None.
        say: is told what is being done.

    Raises:
        UsageError: the folder holds other things.
        CourseError: a chapter does not run, or a page is not as it must be.
    """
    chosen = list(topics) if topics is not None else course.topics
    folder = (out or course.root / OUT).resolve()
    _need_room(folder)
    address(course)
    done: list[str] = []

    def told(topic: str) -> None:
        done.append(topic)
        say(f"executing chapters, {len(done)} of {len(chosen)} …")

    say(f"executing {len(chosen)} chapters …")
    runs = execute(course, chosen, jobs=jobs, told=told)
    say("writing pages …")
    work = course.root / CACHE / hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:8]
    write_sources(course, runs, work / "source")
    say("building pages …")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Made by 'grader site', which may remove it.\n", encoding="utf-8")
    _sphinx(work, folder, settings(course, _descriptions(course, chosen)))
    found = _tidy(work / "source", folder)
    _sitemap(course, folder, found)
    site = Site(folder, len(found), runs.executed, runs.remembered)
    say("checking links …")
    site.links = check_links(folder)
    return site


def _need_room(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(f"{folder} holds other things; name an empty folder, or a new one.")


def write_sources(course: Course, runs: Runs, source: Path) -> None:
    """Write the source of every page; those that are as they were are not touched, so that Sphinx leaves them alone."""
    topics = [run.topic for run in runs.chapters]
    with_exercises = [topic for topic in topics if course.solution(topic).is_file()]
    built = builder.build(course, with_exercises) if with_exercises else {}
    projects = around.pictures(runs.chapters)
    files: dict[str, str] = {}
    for run in runs.chapters:
        files[f"chapters/{run.topic}.ipynb"] = _text(pages.chapter_page(course, run, topics))
    for topic in with_exercises:
        page = pages.exercise_page(course, topic, built[course.exercise_notebook(topic)], topics)
        files[f"exercises/{topic}.ipynb"] = _text(page)
    gallery = [(topic, f"pictures/{topic}.{ending}", said) for topic, (ending, _, said) in projects.items()]
    wrong = caught(course, with_exercises, around.EXAMPLE)
    files["index.md"] = around.front(course, runs.chapters, wrong, gallery)
    files["begin.md"] = around.begin(course)
    files["instructors.md"] = around.instructors(course, topics)
    files["cheat-sheet.md"] = around.cheat_sheet(course, topics)
    files["glossary.md"] = around.words(course, topics)
    files["terms.md"] = around.terms(course, topics)
    for name, text in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    kept = {source / name for name in files}
    for topic, (ending, data, _) in projects.items():
        picture = source / "extra" / "pictures" / f"{topic}.{ending}"
        around.write_picture(picture, data)
        kept.add(picture)
    for path in source.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()


def _text(nb: Any) -> str:
    text: str = nbformat.writes(nb, version=nbformat.NO_CONVERT)
    return text + "\n"


def settings(course: Course, descriptions: dict[str, str]) -> dict[str, Any]:
    """Sphinx's configuration; `descriptions` says of a page what search engines show."""
    repository = f"https://github.com/{course.settings['repository']}"
    return {
        "project": around.TITLE,
        "author": "the authors of the course",
        "copyright": "the authors. Text CC BY 4.0, code Apache 2.0",
        "language": "en",
        "extensions": ["myst_nb", "grader.site.sphinx_parts"],
        "exclude_patterns": ["extra"],
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "myst_enable_extensions": ["dollarmath"],
        "myst_dmath_allow_space": False,
        "myst_dmath_allow_digits": False,
        "myst_disable_syntax": ["myst_role", "myst_line_comment", "myst_block_break", "myst_target"],
        "myst_heading_anchors": 4,
        "myst_heading_slug_func": "grader.site.sphinx_parts.slug",
        "suppress_warnings": ["myst.header", "mystnb.unknown_mime_type", "misc.highlighting_failure"],
        "html_theme": "sphinx_book_theme",
        "html_title": around.TITLE,
        "html_baseurl": address(course),
        "html_static_path": [str(_HERE / "static")],
        "html_css_files": ["site.css"],
        "html_js_files": ["site.js"],
        "grader_descriptions": descriptions,
        "html_favicon": str(_HERE / "static" / "favicon.svg"),
        "html_extra_path": ["extra"],
        "html_context": {"default_mode": "auto"},
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_use_index": False,
        "html_math_renderer": "mathml",
        "templates_path": [str(_HERE / "templates")],
        "html_theme_options": {
            "repository_url": repository,
            "use_repository_button": True,
            "use_download_button": False,
            "use_fullscreen_button": False,
            "home_page_in_toc": False,
            "show_navbar_depth": 1,
            "show_toc_level": 2,
            "toc_title": "On this page",
            "search_bar_text": "Search the course",
            "logo": {"text": around.TITLE},
            "back_to_top_button": False,
        },
    }


def _descriptions(course: Course, topics: Sequence[str]) -> dict[str, str]:
    """What each page is about, in a line."""
    found = {"index": "A TensorFlow course that you do rather than watch, with exercises whose checks answer at once."}
    for topic in topics:
        front, _ = front_matter(course.chapter(topic))
        found[f"chapters/{topic}"] = front.description
        found[f"exercises/{topic}"] = f"Exercises, checked at once. {front.description}"
    return found


def _sphinx(work: Path, folder: Path, configuration: dict[str, Any]) -> None:
    """Run Sphinx.

    Raises:
        CourseError: it warns of anything.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said, warned = io.StringIO(), io.StringIO()
    (work / "source" / "extra").mkdir(exist_ok=True)
    try:
        with patch_docutils(), docutils_namespace(), contextlib.redirect_stdout(said):
            app = Sphinx(
                work / "source",
                None,
                folder,
                work / "doctrees",
                "html",
                confoverrides=configuration,
                status=said,
                warning=warned,
            )
            app.build()
    except SphinxError as error:
        raise CourseError(f"Sphinx cannot make the pages: {error}") from error
    lines = [line for line in warned.getvalue().split("\n") if line.strip()]
    if lines or app.statuscode:
        # What it warned of is not written again, so that the next run would not hear of it.
        shutil.rmtree(work / "doctrees", ignore_errors=True)
        shown = "\n".join(line.replace(str(work / "source") + "/", "") for line in lines[:10])
        raise CourseError(f"{len(lines)} faults in the pages:\n{shown}")


def _tidy(source: Path, folder: Path) -> list[str]:
    """Remove pages of topics that are gone, and what a site needs not; returns the names of all pages."""
    known = {path.relative_to(source).with_suffix(".html").as_posix() for path in source.rglob("*") if path.is_file()}
    known |= {"search.html"}
    for path in folder.rglob("*.html"):
        name = path.relative_to(folder).as_posix()
        if name not in known and not name.startswith("_static/"):
            path.unlink()
        elif name in known:
            _name_toggles(path)
    for name in ("objects.inv", ".buildinfo", ".buildinfo.bak"):
        (folder / name).unlink(missing_ok=True)
    (folder / ".nojekyll").write_bytes(b"")  # GitHub Pages would leave out folders that begin with _
    return sorted(name for name in known if (folder / name).is_file())


def _name_toggles(page: Path) -> None:
    """Say what the sidebar's arrows unfold, which the theme leaves to the eye."""
    text = page.read_text(encoding="utf-8")
    named = text.replace(
        '<summary><span class="toctree-toggle"', f'<summary aria-label="{_UNFOLDS}"><span class="toctree-toggle"'
    )
    if named != text:
        page.write_text(named, encoding="utf-8")


def _sitemap(course: Course, folder: Path, names: Sequence[str]) -> None:
    """`sitemap.xml` and `robots.txt` for search engines: https://www.sitemaps.org/protocol.html"""
    base = address(course)
    rows = "".join(
        f"<url><loc>{base}{'' if name == 'index.html' else name}</loc></url>\n"
        for name in names
        if name != "search.html"
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}'
    )
    (folder / "sitemap.xml").write_text(text + "</urlset>\n", encoding="utf-8")
    (folder / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", encoding="utf-8")
