"""The running notebook: which cell runs, what is shown under it, and how an error in it is told."""

from __future__ import annotations

import linecache
import os
import re
import sys
import sysconfig
from types import ModuleType, TracebackType
from typing import Any

from grader.checks.message import Failed, Message, is_stub

MARKER = re.compile(r"#\s*check:\s*([A-Za-z_]\w*-\d+)\s*$")
# What a graded cell is called where it runs as a function.
CELL = "<graded cell>"


def shell() -> Any | None:
    """IPython's running shell, or None outside IPython. Never imports IPython."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None and hasattr(module, "get_ipython") else None


def in_notebook() -> bool:
    """Whether a notebook frontend may be listening, one that shows HTML."""
    found = shell()
    return found is not None and hasattr(found, "kernel")


def uses_tensorflow() -> bool:
    """Whether tensors are in use here.

    In IPython: the notebook itself holds a module of TensorFlow or Keras under any name. Whether something else has
    imported TensorFlow does not count, for in a warm kernel something always has. Elsewhere: TensorFlow is imported.
    """
    if "tensorflow" not in sys.modules:
        return False
    found = shell()
    if found is None:
        return True
    held = [thing for thing in list(found.user_ns.values()) if issubclass(type(thing), ModuleType)]
    return any(str(module.__name__).startswith(("tensorflow", "keras")) for module in held)


def running_cell() -> tuple[str, object]:
    """The source of the cell that runs now and something that identifies this run of it; ("", None) outside IPython."""
    found = shell()
    if found is None:
        return "", None
    if hasattr(found, "get_parent"):
        parent = found.get_parent() or {}
        code = parent.get("content", {}).get("code", "")
        if code:
            return code, parent.get("header", {}).get("msg_id")
    history = found.user_ns.get("In") or [""]
    return str(history[-1]), len(history)


def running_check() -> str:
    """The name of the graded cell that runs now, from its first line `# check: row_norms-1`; "" in any other cell."""
    source, _ = running_cell()
    match = MARKER.match(source.split("\n", 1)[0].strip())
    return match.group(1) if match else ""


def publish(
    data: dict[str, Any], metadata: dict[str, Any] | None = None, *, name: str = "", again: bool = False
) -> None:
    """Show one output under the running cell, in every form the data holds; outside IPython do nothing.

    An output with a name can be shown `again`: the new one then takes the place of the old one, under its cell.
    """
    found = shell()
    if found is not None:
        transient = {"display_id": name} if name else None
        found.display_pub.publish(data=data, metadata=metadata or {}, transient=transient, update=again)


def install() -> None:
    """Make errors in graded cells, and failed checks anywhere, short. The cell still ends in a real error output."""
    found = shell()
    if found is not None and getattr(found, "custom_exceptions", None) == ():
        found.set_custom_exc((Exception,), _tell)


def _tell(
    self: Any,
    etype: type[BaseException],
    value: BaseException,
    tb: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    """IPython's hook for an exception that a cell raised."""
    graded = running_check()
    compiled = not isinstance(value, SyntaxError) or bool(_own_frames(tb))
    if not compiled or not (graded or isinstance(value, Failed)):
        self.showtraceback((etype, value, tb), tb_offset=tb_offset, running_compiled_code=compiled)
        return
    sys.last_type, sys.last_value, sys.last_traceback = etype, value, tb
    if isinstance(value, Failed):
        lines = _card(value.message, f"Failed: {graded or value.label}")
    elif isinstance(value, NotImplementedError) and is_stub(str(value)):
        lines = _card(not_attempted(value, graded), f"Not attempted: {graded}")
    else:
        lines = [error_text(value, tb)]
    self._showtraceback(etype, value, lines)


def _card(message: Message, headline: str) -> list[str]:
    """In a notebook the message is a card above one short line of error; elsewhere it is the error.

    The evalue of a failed check is the whole message in both. A notebook on a terminal shows the card's plain text.
    """
    if not in_notebook() or os.environ.get("GRADER_SEED"):
        return [message.plain()]
    publish({"text/html": message.html(), "text/plain": message.plain()})
    return [f"{headline} (see above)"]


def not_attempted(error: BaseException, graded: str) -> Message:
    """What is said about a stub that was not filled in; `graded` is the name of the graded cell."""
    exercise = graded.rpartition("-")[0]
    said = str(error).strip().splitlines()[-1].strip() if str(error).strip() else ""
    name = said if re.fullmatch(r"[\w. ]{1,60}", said) else exercise
    todo = f"Write your answer in the cell that begins with `# exercise: {exercise}`, run it, then run this cell again."
    return Message(f"Not attempted yet: {name}", advice=todo, failed=False)


def error_text(error: BaseException, tb: TracebackType | None) -> str:
    """An error as text: what it says, then where, innermost first, in the student's own lines only."""
    lines = [f"{type(error).__name__}: {clean(str(error))}".rstrip(": ")]
    for place, function, number, source in reversed(_own_frames(tb)):
        inside = f"in {function}, " if function else ""
        lines.append(f"  {inside}{place}, line {number}" + (":" if source else ""))
        if source:
            lines.append(f"    {source}")
    if isinstance(error, NameError) and getattr(error, "name", None):
        lines.append(f"  {_how_to_define(str(error.name))}")
    return "\n".join(lines)


_IMPORTS = {
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
    "plt": "import matplotlib.pyplot as plt",
    "pd": "import pandas as pd",
    **{name: f"import {name}" for name in ("keras", "math", "random", "os", "re", "json", "itertools", "functools")},
}
"""How the modules that people take for granted are imported, by the names that they have then."""
taken: dict[str, str] = {}
"""Names that are kept from the running cell, each with a sentence that says why: see `grader.checks.stale`."""


def _how_to_define(name: str) -> str:
    """What to do about a name that is not there: not every notebook imports what another one does."""
    if name in taken:
        return taken[name]
    line = _IMPORTS.get(name)
    if line is None:
        return f"Nothing has defined {name} yet: run the cell that does, and if that shows an error, mend it first."
    return f"Nothing has imported {name} yet: run this notebook's first cells, or add `{line}` to yours."


def clean(text: str) -> str:
    """An error's words without TensorFlow's internal names and without the traceback that AutoGraph puts in front."""
    if "in user code:" in text:
        paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
        text = paragraphs[-1]
        kept = [line for line in text.splitlines() if not re.match(r'\s*File "', line)]
        text = re.sub(r"^\s*\w*(?:Error|Exception): ", "", "\n".join(kept[-4:]))
    text = re.sub(r"\{\{function_node [^}]*\}\}\s*", "", text)
    text = re.sub(r" *\[Op:\w+\](?: name: *\S*)?$", "", text.strip())
    return text if len(text) <= 600 else text[:600] + " …"


def _own_frames(tb: TracebackType | None) -> list[tuple[str, str, int, str]]:
    """The frames that a student wrote, outermost first: place, function, line, source (none of the cell itself)."""
    found: list[tuple[str, str, int, str]] = []
    while tb is not None:
        code = tb.tb_frame.f_code
        if is_own(code.co_filename):
            place, source = _place(code.co_filename), linecache.getline(code.co_filename, tb.tb_lineno).strip()
            outermost = code.co_name.startswith(("<module>", "<cell line", CELL))
            if code.co_name == CELL:
                found = []  # the call of the cell as a whole
            if outermost:
                place, source = "this cell", ""
            found.append((place, "" if outermost else code.co_name, tb.tb_lineno, source))
        tb = tb.tb_next
    return found if len(found) <= 6 else found[:2] + found[-4:]


_LIBRARIES = tuple(
    {
        os.path.realpath(path) + os.sep
        for name in ("stdlib", "platstdlib", "purelib", "platlib")
        if (path := sysconfig.get_paths().get(name))
    }
    | {os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep}
)


def is_own(filename: str) -> bool:
    """Whether a frame's file is a notebook cell or a file of the student's, not a library's."""
    if filename.startswith("<ipython-input") or "ipykernel_" in filename:
        return True
    if filename.startswith("<") or "__autograph_generated_file" in filename:
        return False
    path = os.path.realpath(filename)
    return not path.startswith(_LIBRARIES) and "site-packages" not in path and "dist-packages" not in path


def _place(filename: str) -> str:
    """A cell as "cell In[3]", a file by its name."""
    found = shell()
    name = getattr(getattr(found, "compile", None), "format_code_name", None)
    told = name(filename) if name is not None else None
    if told:
        return f"{told[0].lower()} {told[1]}"
    return "your cell" if filename.startswith("<") or "ipykernel_" in filename else os.path.basename(filename)
