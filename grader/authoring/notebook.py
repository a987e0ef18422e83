"""A notebook as it is written to disk: the same bytes for the same text, and not "changed" when JupyterLab opens it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import nbformat

from grader.authoring.course import Course
from grader.errors import NotebookError, UsageError

KERNELSPEC = {"display_name": "TensorFlow course (Python 3)", "language": "python", "name": "python3"}
# JupyterLab marks a notebook as changed when this differs from what the kernel says of itself. The course's kernels
# say just this (grader/kernels), whatever Python they run on, so that opening and closing a notebook asks nothing.
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3",
}

PROGRESS_PANEL = "progress-panel"
"""The name of an exercise notebook's last cell, that of `progress_cell`."""
_CODE_OR_LINK = re.compile(r"(?s)(```.*?```|`[^`\n]+`)|(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def identify(nb: nbformat.NotebookNode, key: str, accelerator: str | None = None) -> None:
    """Give the cells ids hashed from `key`, their position and their source, and the notebook complete metadata.

    Args:
        nb: the notebook, changed in place.
        key: what tells this notebook from every other, such as `exercises/01-tensors`.
        accelerator: "GPU" or "TPU" where the topic asks Colab for one.
    """
    for position, cell in enumerate(nb.cells):
        cell["id"] = cell_id(key, position, cell.source)
    nb.metadata = nbformat.from_dict(
        {"colab": {"provenance": []}, "kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    )
    if accelerator:
        nb.metadata["accelerator"] = accelerator
        nb.metadata["colab"]["gpuType"] = {"GPU": "T4", "TPU": "V5E1"}[accelerator]
    nb.nbformat, nb.nbformat_minor = 4, 5


def cell_id(key: str, position: int, source: str) -> str:
    """The id that the build gives to a cell."""
    return hashlib.sha256(f"{key}\0{position}\0{source}".encode()).hexdigest()[:12]


def text(nb: nbformat.NotebookNode) -> str:
    """What the `.ipynb` file says: keys sorted, one line feed at the end."""
    nbformat.validate(nb)
    written: str = nbformat.writes(nb, version=nbformat.NO_CONVERT)
    return written.rstrip("\n") + "\n"


def header(course: Course, notebook: Path, facts: list[str]) -> str:
    """The line under a notebook's title: the way to Colab, without a picture from there, then `facts`."""
    return " · ".join([f"[Open in Colab]({colab(course, notebook)})", *facts])


def badge(course: Course, notebook: Path) -> str:
    """Colab's badge, a picture from its server: for a page that is read on GitHub."""
    return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab(course, notebook)})"


def colab(course: Course, notebook: Path) -> str:
    """Where Colab opens a notebook of the published course."""
    return f"https://colab.research.google.com/github/{_published(course, notebook)}"


def _published(course: Course, path: Path) -> str:
    settings = course.settings
    return f"{settings['repository']}/blob/{settings['branch']}/{path.relative_to(course.root).as_posix()}"


def colab_cell(course: Course) -> nbformat.NotebookNode:
    """The first code cell: on Colab it installs the checks and the data, and leaves Colab's own packages alone."""
    settings = course.settings
    source = (
        'import sys\nif "google.colab" in sys.modules:  # only Colab needs this; no network: reconnect, run it again\n'
        f"    %pip install -q --no-deps git+https://github.com/{settings['repository']}@{settings['branch']}"
    )
    return nbformat.v4.new_code_cell(source)


def was_edited(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell differs from what was built, which nbgrader's checksum in it tells."""
    from nbgrader.utils import compute_checksum

    return bool(cell.metadata.get("nbgrader", {}).get("checksum") != compute_checksum(cell))


def progress_cell(topic: str) -> nbformat.NotebookNode:
    """The last cell of an exercise notebook: it shows what is right, tried and untouched, and nothing while graded."""
    return nbformat.v4.new_code_cell(f'from grader import progress\n\nprogress.show("{topic}")')


def is_progress_cell(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell is the last one of an exercise notebook."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade_id") == PROGRESS_PANEL)


def under_title(cell: nbformat.NotebookNode, line: str) -> None:
    """Put `line` as a paragraph of its own under the first line of a Markdown cell."""
    title, _, rest = cell.source.partition("\n")
    cell.source = "\n\n".join(part for part in (title, line, rest.strip("\n")) if part)


def relink(course: Course, text: str, source: Path, target: Path) -> str:
    """`text`, written beside `source`, with its relative links made to work beside the notebook `target`.

    A link to a chapter's text becomes a link to its notebook; what stands in code is left alone.
    """

    def rewrite(match: re.Match[str]) -> str:
        code, before, link, after = match.groups()
        if code or _SCHEME.match(link):
            return match.group(0)
        path = (source.parent / link).resolve()
        if path.parent == course.root / "course" and path.suffix == ".md":
            path = course.chapter_notebook(path.stem)
        return before + os.path.relpath(path, target.parent).replace(os.sep, "/") + after

    return _CODE_OR_LINK.sub(rewrite, text)


def for_elsewhere(course: Course, text: str, source: Path) -> str:
    """`text` of the notebook `source`, with its relative links made to lead to the published course.

    For a copy, such as one that a class receives, beside which the course's other files do not lie.
    """

    def rewrite(match: re.Match[str]) -> str:
        code, before, link, after = match.groups()
        if code or _SCHEME.match(link):
            return match.group(0)
        path = (source.parent / link).resolve()
        return f"{before}https://github.com/{_published(course, path)}{after}"

    return _CODE_OR_LINK.sub(rewrite, text)


def read(path: Path) -> Any:
    """The notebook in `path`, brought to nbformat 4.

    Raises:
        UsageError: there is no such file.
        NotebookError: what is there is no complete notebook.
    """
    try:
        return nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
    except FileNotFoundError:
        raise UsageError(f"There is no notebook {path}; check the name.") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the .ipynb file in it.") from None
    except UnicodeDecodeError:
        raise NotebookError(
            f"{path} is not UTF-8 text, so not a notebook; open it in JupyterLab and save it."
        ) from None
    except (
        nbformat.reader.NotJSONError,
        nbformat.ValidationError,
        KeyError,
        AttributeError,
        TypeError,
    ) as error:
        cut = " It seems to have been cut off:" if isinstance(error, nbformat.reader.NotJSONError) else ""
        raise NotebookError(
            f"{path} is not a complete notebook.{cut} get it again, or restore it from .ipynb_checkpoints/."
        ) from None
