"""What this site adds to Sphinx: formulas as MathML, which browsers draw offline, and JupyterLab's anchors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes

from grader.report.safe_html import formula


def slug(heading: str) -> str:
    """The anchor of a heading, as JupyterLab makes it: its text with `-` for each space."""
    return re.sub(r"[`*]", "", heading).replace(" ", "-")


def _inline(translator: Any, node: Any) -> None:
    translator.body.append(formula(node.astext()))
    raise nodes.SkipNode


def _block(translator: Any, node: Any) -> None:
    translator.body.append(f'<div class="math">{formula(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def _describe(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    context["description"] = app.config.grader_descriptions.get(page, "")


def _keep_outputs(app: Any) -> None:
    """Let MyST-NB write chapters' pictures beside the doctrees: by itself it makes a folder beside the site."""
    folder = Path(app.doctreedir).parent / "outputs"
    app.env.mystnb_config = app.env.mystnb_config.copy(output_folder=str(folder))


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.add_config_value("grader_descriptions", {}, "html")
    app.connect("html-page-context", _describe)
    app.connect("builder-inited", _keep_outputs, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
