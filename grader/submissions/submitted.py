"""Reads what a student handed in, a notebook file and the files beside it, as plain data, whatever is in them."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from grader.submissions.attachments import Attachments

NOTEBOOK_BYTES = 50_000_000
"""The largest notebook file that is read: a notebook full of plots has a few million."""
CELLS = 2_000
CELL_CHARACTERS = 1_000_000
FILE_BYTES, FILES_BYTES, FILES = 20_000_000, 60_000_000, 500
"""Support files: the largest one, all together, and how many."""

_CODE_SUFFIXES = (".py", ".pyc", ".pyo", ".pyw", ".so", ".pyd", ".dll")
_SPECIAL_MODULES = {"sitecustomize", "usercustomize", "ipykernel_launcher", "grader"}


class NotGradable(Exception):
    """The file cannot be read as a notebook; the message is one sentence that a student can act on."""


def read_submission(path: Path) -> tuple[nbformat.NotebookNode, list[str]]:
    """The notebook in `path` as cells with a type, a source, a grade_id and pasted pictures, and what was mended.

    A link, a FIFO or a device is never opened. The result is a valid notebook of format 4.5; each cell's metadata is
    `{}` or `{"nbgrader": {"grade_id": ..., "checksum": ...}}`.

    Raises:
        NotGradable: the file is no notebook; the message says why.
    """
    return parse_submission(_regular_file(path))


def parse_submission(data: bytes) -> tuple[nbformat.NotebookNode, list[str]]:
    """As `read_submission`, for the bytes of a file."""
    notes: list[str] = []
    content = _json(_text(data, notes), notes)
    if not isinstance(content, dict):
        raise NotGradable("The file is not a notebook: hand in the .ipynb file itself.")
    cells = _raw_cells(content)
    if len(cells) > CELLS:
        raise NotGradable(f"The notebook has {len(cells):,} cells, the limit is {CELLS:,}.")
    pictures = Attachments()
    numbered = enumerate(cells, start=1)
    read = [cell for number, raw in numbered if (cell := _cell(raw, number, notes, pictures)) is not None]
    if not read:
        raise NotGradable("The notebook has no cells.")
    return nbformat.v4.new_notebook(cells=read), notes


def _regular_file(path: Path) -> bytes:
    """The bytes of a regular file within the size limit. Never follows a link, never waits for a FIFO."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotGradable("There is no notebook file of this name.") from None
    except OSError as error:
        reason = "is a link" if error.errno in (errno.ELOOP, errno.EMLINK) else f"cannot be read ({error.strerror})"
        raise NotGradable(f"The notebook file {reason}: hand in the file itself.") from None
    if not _is_regular(descriptor):
        raise NotGradable("The notebook is not a regular file: hand in the file itself.")
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > NOTEBOOK_BYTES:
            raise NotGradable(
                f"The notebook has {status.st_size / 1e6:,.0f} MB, the limit is {NOTEBOOK_BYTES / 1e6:.0f}: "
                "clear its outputs and hand it in again."
            )
        return file.read(NOTEBOOK_BYTES + 1)[:NOTEBOOK_BYTES]


def _is_regular(descriptor: int) -> bool:
    """Whether an open descriptor is a regular file's; closes any other."""
    regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    if not regular:
        os.close(descriptor)
    return regular


def _text(data: bytes, notes: list[str]) -> str:
    """The file's text; a byte-order mark or another encoding is noted."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("The file was in UTF-16.")
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        notes.append("The file began with a byte-order mark.")
        data = data[3:]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        notes.append("The file was not in UTF-8; it was read as Latin-1.")
        return data.decode("latin-1")


def _json(text: str, notes: list[str]) -> Any:
    """The JSON value in `text`. Numbers matter nowhere in a notebook that is about to be executed, so none is made."""
    if not text.strip("\0 \t\r\n"):
        raise NotGradable("The file is empty: save the notebook and hand it in again.")
    doubles: set[str] = set()

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) < len(items):
            doubles.update(key for key in made if sum(key == other for other, _ in items) > 1)
        return made

    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=lambda digits: int(digits) if len(digits) < 10 else 0,
            parse_float=lambda _: 0.0,
            parse_constant=lambda _: 0.0,
            strict=False,
        )
    except RecursionError:
        raise NotGradable("The file is nested too deeply to be a notebook.") from None
    except json.JSONDecodeError as error:
        rest = text[error.pos :].rstrip()
        in_a_word = any(word.startswith(rest) for word in ("true", "false", "null"))
        if len(rest) <= 1 or in_a_word or error.msg.startswith("Unterminated"):
            raise NotGradable(f"The file is cut off at line {error.lineno}: hand in the whole file.") from None
        kind = "a web page" if text.lstrip()[:1] == "<" else "no notebook, or a damaged one"
        raise NotGradable(f"The file is {kind} (line {error.lineno}): hand in the .ipynb file itself.") from None
    if doubles & {"cells", "source", "worksheets", "cell_type"}:
        notes.append(f"The file has {_and(sorted(doubles))} twice in one place; the last one counts.")
    return value


def _raw_cells(content: dict[str, Any]) -> list[Any]:
    """The cells of a notebook of format 3 or 4, as they stand in the file."""
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for part in found if isinstance(part, list) for cell in part]
    raise NotGradable("The file is JSON but has no cells: hand in the .ipynb file itself.")


def _cell(raw: Any, number: int, notes: list[str], pictures: Attachments) -> nbformat.NotebookNode | None:
    """One cell as plain data; None, with a note, for what is no cell."""
    if not isinstance(raw, dict):
        notes.append(f"Cell {number} is damaged and was left out.")
        return None
    kind = raw.get("cell_type")
    source = _source(raw.get("source", raw.get("input")))
    if source is None:
        notes.append(f"The text of cell {number} is damaged and counts as empty.")
        source = ""
    if len(source) > CELL_CHARACTERS and kind == "code":
        source = _without_comments(source)
        notes.append(f"Cell {number} has over {CELL_CHARACTERS:,} characters; its comments were left out.")
    if len(source) > CELL_CHARACTERS:
        notes.append(f"Cell {number} has over {CELL_CHARACTERS:,} characters and was left out.")
        return None
    metadata = _identity(raw.get("metadata"))
    if kind == "code":
        return nbformat.v4.new_code_cell(source, metadata=metadata)
    if kind == "raw":
        return nbformat.v4.new_raw_cell(source, metadata=metadata)
    if kind not in ("markdown", "heading", "html"):
        notes.append(f"Cell {number} has no valid type and counts as text.")
    attachments, source = pictures.of(raw.get("attachments"), source)
    cell = nbformat.v4.new_markdown_cell(source, metadata=metadata)
    if attachments:
        cell.attachments = attachments
    return cell


def _without_comments(source: str) -> str:
    """A program text without the lines that are nothing but a comment, but for its first: it may name the exercise."""
    lines = source.split("\n")
    kept = [line for line in lines if not line.lstrip().startswith("#") or (len(line) < 200 and ":" in line)]
    return "\n".join(kept)


def _source(value: Any) -> str | None:
    """A cell's text, which a file holds as a string or as a list of lines; None for anything else."""
    lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    text = "".join(value) if lines else value
    if not isinstance(text, str):
        return "" if text is None else None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _identity(metadata: Any) -> dict[str, Any]:
    """What identifies a cell to nbgrader, in any version of its metadata; the rest of a cell's metadata is dropped."""
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(nbgrader, dict) or not isinstance(nbgrader.get("grade_id"), str):
        return {}
    kept = {"grade_id": nbgrader["grade_id"][:200]}
    if isinstance(nbgrader.get("checksum"), str):
        kept["checksum"] = nbgrader["checksum"][:100]
    return {"nbgrader": kept}


def support_files(folder: Path, own: Mapping[str, bytes] | None = None) -> tuple[dict[str, bytes], list[str]]:
    """The files that a notebook runs beside: the regular ones in `folder`, and the instructor's `own`, which win.

    Links, special files, hidden files, other notebooks, files over the limits and files whose name would take the place
    of an importable module are left out.

    Returns:
        the files, by their path relative to the folder with `/`, and notes on what was left out.

    Raises:
        NotGradable: the folder is a link.
    """
    own = own or {}
    found: dict[str, bytes] = {}
    notes: list[str] = []
    if folder.is_symlink():
        raise NotGradable("The folder that was handed in is a link: hand in the files themselves.")
    taken = {_module(name) for name in own} - {None}
    total = 0
    for base, directories, names, descriptor in os.fwalk(folder, follow_symlinks=False):
        directories[:] = sorted(name for name in directories if not name.startswith((".", "__pycache__")))
        for name in sorted(names):
            path = os.path.relpath(os.path.join(base, name), folder).replace(os.sep, "/")
            if name.startswith(".") or name.endswith(".ipynb") or _in_the_way(path, own):
                continue
            module = _module(path)
            data: bytes | str = f"{path!r} would take the place of the module {module!r}"
            if not (module in taken or _importable(module)):
                data = _support_file(name, path, descriptor)
            if isinstance(data, bytes) and (len(found) >= FILES or total + len(data) > FILES_BYTES):
                data = f"{path!r} goes beyond {FILES} files or {FILES_BYTES / 1e6:.0f} MB"
            if isinstance(data, str):
                notes.append(f"The file {data} and was left out.")
                continue
            total += len(data)
            found[path] = data
    return {**found, **own}, notes[:20]


def _in_the_way(path: str, own: Mapping[str, bytes]) -> bool:
    """Whether a file is one of the instructor's, or lies where they have a folder, or in what they have as a file."""
    return any(path == other or other.startswith(f"{path}/") or path.startswith(f"{other}/") for other in own)


def own_files(folder: Path) -> dict[str, bytes]:
    """The instructor's files beside a source notebook: all but notebooks and hidden files; links count as files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".ipynb"
        and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
    }


def _support_file(name: str, path: str, directory: int) -> bytes | str:
    """The bytes of a regular file in an open directory, or what is wrong with it."""
    if "\\" in path or not path.isprintable():
        return f"{path!r} has a name that is not allowed"
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError:
        return f"{path!r} is a link or cannot be read"
    if not _is_regular(descriptor):
        return f"{path!r} is not a regular file"
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > FILE_BYTES:
            return f"{path!r} has more than {FILE_BYTES / 1e6:.0f} MB"
        return file.read(FILE_BYTES)


def _module(path: str) -> str | None:
    """The top-level module that a file would be to a notebook that runs beside it, or None."""
    first, *rest = path.split("/")
    if not rest:
        return first.split(".")[0] if first.endswith(_CODE_SUFFIXES) else None
    return first if rest[0].split(".")[0] == "__init__" and rest[0].endswith(_CODE_SUFFIXES) else None


def _importable(module: str | None) -> bool:
    """Whether a module of this name is there already."""
    if module is None:
        return False
    if module in sys.stdlib_module_names or module in _SPECIAL_MODULES or module in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return True


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
