"""What the pages of the class report have in common: their templates, their style, and who may load what."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.files import write_whole
from grader.grading.cache import digest_of
from grader.report import charts, safe_html

TEMPLATES = Path(__file__).parent / "templates"
GLYPHS = {"right": "✓", "wrong": "✗", "error": "!", "not attempted": "·"}


def write_page(path: Path, template: str, script: str = "", **values: Any) -> None:
    """Write a page in one step.

    Args:
        path: where.
        template: its file's name.
        script: the file of the page's only script; the page runs none but this one.
        values: for the template.
    """
    code = (TEMPLATES / script).read_text(encoding="utf-8") if script else ""
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    html = (
        _environment()
        .get_template(template)
        .render(
            policy=f"{policy}; script-src 'sha256-{digest}'" if script else policy,
            script=Markup(code),
            style=Markup(_style()),
            glyphs=GLYPHS,
            css=charts.CSS,
            **values,
        )
    )
    write_whole(path, html.encode("utf-8", "replace"), durable=False)


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = lambda value, digits=2: "–" if value is None else f"{value:.{digits}f}"
    made.filters["points"] = lambda value: f"{value:g}"
    return made


@lru_cache
def _style() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{ {safe_html.syntax_style('github-dark')} }}"
    own = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "class_report.css")]
    return "\n".join([safe_html.syntax_style("xcode"), dark, *own])


@lru_cache
def of_these_modules() -> str:
    """A digest of the programs and templates that make pages: others may make other pages."""
    here = TEMPLATES.parent
    paths = (path for path in here.rglob("*") if path.suffix in (".py", ".css", ".js", ".j2"))
    return digest_of(files={path.relative_to(here).as_posix(): path.read_bytes() for path in paths})


def file_name(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"[^\w.-]", "-", name).lstrip(".") or "-"


def link(path: str) -> str:
    """A relative path as a link."""
    return quote(path)


def shares(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Outcomes that occur: name, how often, and CSS class."""
    return [(name, counts[name], charts.CSS[name]) for name in charts.OUTCOMES if counts.get(name)]
