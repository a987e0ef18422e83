"""Submissions whose file, cells or folder are not what they should be, by design or by accident."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .assignment import ALL, RIGHT, WRONG, as_bytes, cell_of, code, hand_in
from .kinds import Submission

_FAMILY = "malformed notebooks"
_FILES = "files and links"
NB = dict[str, Any]


def _file(name: str, data: bytes, prepare: Callable[[Path], None] | None = None) -> Submission:
    """A file that is no notebook: earns nothing, with a reason."""
    return Submission(_FAMILY, name, data, prepare=prepare)


def _changed(name: str, change: Callable[[NB], None], answers: dict[str, str] = WRONG) -> Submission:
    """A notebook with all answers wrong, changed: earns nothing. With right ones: keeps everything."""
    nb = hand_in(answers)
    change(nb)
    right = answers is RIGHT
    return Submission(_FAMILY, name, as_bytes(nb), never=() if right else ALL, keeps=ALL if right else ())


def _graded(nb: NB) -> list[dict[str, Any]]:
    return [cell_of(nb, name) for name in ALL]


def _tag(nb: NB) -> None:
    for cell in nb["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]


def _points(nb: NB) -> None:
    for cell in _graded(nb):
        cell["metadata"]["nbgrader"].update(points=1000, checksum="0" * 32)


def _empty_checks(nb: NB) -> None:
    for cell in _graded(nb):
        cell["source"] = "pass"


def _delete_checks(nb: NB) -> None:
    nb["cells"] = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") not in ALL]


def _rename(nb: NB) -> None:
    for cell in _graded(nb):
        cell["metadata"]["nbgrader"]["grade_id"] += "-x"


def _retype(nb: NB) -> None:
    for cell in _graded(nb):
        cell["cell_type"] = "markdown"


def _answers_graded(nb: NB) -> None:
    for name in WRONG:
        cell_of(nb, name)["metadata"]["nbgrader"].update(grade=True, points=100)
    for cell in _graded(nb):
        cell["metadata"]["nbgrader"].update(grade=False, solution=True)


def _checks_as_answers(nb: NB) -> None:
    for name in WRONG:
        nb["cells"].append(
            code(f"# exercise: {name}-1\nprint('hello')", nbgrader={"grade_id": f"{name}-1", "solution": True})
        )


def _saved_outputs(nb: NB) -> None:
    for cell in _graded(nb):
        cell["outputs"] = [
            {"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {}, "execution_count": 1}
        ]


def _kernel(nb: NB) -> None:
    nb["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}
    nb["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": 5}}
    nb["metadata"]["grader"] = {"not_gradable": "", "notes": []}


def _old_schema(nb: NB) -> None:
    for cell in nb["cells"]:
        cell["metadata"]["nbgrader"]["schema_version"] = 1
        cell["metadata"]["nbgrader"].pop("task", None)


def _new_schema(nb: NB) -> None:
    for cell in nb["cells"]:
        cell["metadata"]["nbgrader"]["schema_version"] = 99


def _odd_ids(nb: NB) -> None:
    for cell in nb["cells"]:
        cell["id"] = "not a valid id!" * 9
        cell["attachments"] = {"a": 5}
        cell["metadata"]["collapsed"] = "perhaps"


def _lost_metadata(nb: NB) -> None:
    for cell in nb["cells"]:
        cell["metadata"] = {"id": "colab", "outputId": "1"}


def _answers_are_text(nb: NB) -> None:
    for name in RIGHT:
        cell = cell_of(nb, name)
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]


def _version_3(nb: NB) -> None:
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    nb.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": nb.pop("cells")}])


def _wrong_types(nb: NB) -> None:
    nb["cells"][1:1] = [None, 5, "text", [], {"cell_type": 7}, {"source": {"a": 1}, "cell_type": "code"}]
    nb.update(metadata=[], nbformat="four", nbformat_minor=None)


def _other_marker(nb: NB) -> None:
    """The answer of `one_hot` under the marker of `row_norms`, twice: no answer is right for the other."""
    for name in ("row_norms", "slope", "one_hot"):
        cell_of(nb, name)["source"] = WRONG["row_norms"]


def _deep() -> bytes:
    return b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def _duplicate_keys() -> bytes:
    right, wrong = json.dumps(hand_in(RIGHT)["cells"]), json.dumps(hand_in(WRONG)["cells"])
    return f'{{"cells": {right}, "cells": {wrong}, "nbformat": 4, "nbformat_minor": 5, "metadata": {{}}}}'.encode()


def _link(folder: Path) -> None:
    (folder / "attack.ipynb").unlink()
    (folder / "attack.ipynb").symlink_to(folder.parent.parent / "source" / "attack.ipynb")


def _fifo(folder: Path) -> None:
    (folder / "attack.ipynb").unlink()
    os.mkfifo(folder / "attack.ipynb")


def _directory(folder: Path) -> None:
    (folder / "attack.ipynb").unlink()
    (folder / "attack.ipynb").mkdir()


_NOTEBOOKS = [
    _file("truncated", as_bytes(hand_in(RIGHT))[:-400]),
    _file("empty file", b""),
    _file("zero bytes", bytes(5000)),
    _file("web page", b"<!DOCTYPE html><html><body>Sign in</body></html>"),
    _file("python script", b"import numpy as np\nprint(1)\n"),
    _file("json without cells", b'{"a": [1, 2, 3]}'),
    _file("a list", b"[1, 2]"),
    _file("nested too deeply", _deep()),
    _file("link to the solution", b"", _link),
    _file("fifo", b"", _fifo),
    _file("directory", b"", _directory),
    _file("no cells", as_bytes({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})),
    _file("three thousand cells", as_bytes({**hand_in(WRONG), "cells": [code("1")] * 3000})),
    Submission(_FAMILY, "cells twice, right then wrong", _duplicate_keys()),
    _changed("skip-execution tags", _tag),
    _changed("points and checksums changed", _points),
    _changed("checks emptied", _empty_checks),
    _changed("checks deleted", _delete_checks),
    _changed("checks renamed", _rename),
    _changed("checks turned into text", _retype),
    _changed("answers marked as graded", _answers_graded),
    _changed("answers that name checks", _checks_as_answers),
    _changed("saved outputs", _saved_outputs),
    _changed("wrong kernelspec, widgets, our metadata", _kernel),
    _changed("one answer for all exercises", _other_marker),
    _changed("schema 1", _old_schema, RIGHT),
    _changed("schema 99", _new_schema, RIGHT),
    _changed("odd ids and attachments", _odd_ids, RIGHT),
    _changed("checks deleted, answers right", _delete_checks, RIGHT),
    _changed("all metadata lost", _lost_metadata, RIGHT),
    _changed("answers turned into text", _answers_are_text, RIGHT),
    _changed("format 3", _version_3, RIGHT),
    _changed("wrong types everywhere", _wrong_types, RIGHT),
    Submission(_FAMILY, "byte-order mark", b"\xef\xbb\xbf" + as_bytes(hand_in(RIGHT)), never=(), keeps=ALL),
    Submission(_FAMILY, "utf-16", json.dumps(hand_in(RIGHT)).encode("utf-16"), never=(), keeps=ALL),
    Submission(
        _FAMILY,
        "latin-1",
        json.dumps(hand_in(RIGHT, before="# é, à la carte"), ensure_ascii=False).encode("latin-1"),
        never=(),
        keeps=ALL,
    ),
    Submission(
        _FAMILY,
        "huge integers and NaN",
        as_bytes(hand_in(RIGHT)).replace(b'"nbformat_minor": 5', b'"nbformat_minor": ' + b"9" * 9000 + b', "x": NaN'),
        never=(),
        keeps=ALL,
    ),
]

_PLANTED = b"""
import sys
class Same:
    def __eq__(self, other): return True
def __getattr__(name): return lambda *a, **k: Same()
def close(*a, **k): pass
equal = reference = close
"""


def _beside(name: str, path: str, data: bytes = _PLANTED) -> Submission:
    """A file beside a notebook with wrong answers that tries to get in the way of a module."""
    return Submission(_FILES, name, as_bytes(hand_in(WRONG)), files={path: data})


def _linked(folder: Path) -> None:
    (folder / "data.csv").symlink_to(folder.parent.parent / "source" / "attack.ipynb")
    (folder / "all").symlink_to(folder.parent.parent)
    os.mkfifo(folder / "pipe")


_READ_LINKS = """
import glob
text = "".join(open(p, errors="replace").read() for p in glob.glob("**", recursive=True) if p in ("data.csv", "pipe"))
assert "canary" not in text, print("canary-of-the" + "-solution")
"""

SUBMISSIONS: list[Submission] = [
    *_NOTEBOOKS,
    _beside("numpy.py", "numpy.py"),
    _beside("grader package", "grader/__init__.py"),
    _beside("ipykernel_launcher.py", "ipykernel_launcher.py"),
    _beside("sitecustomize.py", "sitecustomize.py"),
    _beside("json package", "json/__init__.py"),
    _beside("compiled module", "random.cpython-311-x86_64-linux-gnu.so", b"\x7fELF"),
    _beside("ipython start-up file", ".ipython/profile_default/startup/00.py"),
    Submission(_FILES, "links and a fifo beside", as_bytes(hand_in(WRONG, before=_READ_LINKS)), prepare=_linked),
]
