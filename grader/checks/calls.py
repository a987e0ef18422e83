"""The source of the call that a check was given: `row_norms(x)` out of `check.close("…", row_norms(x), …)`."""

from __future__ import annotations

import ast
import linecache
from types import FrameType


def argument_source(frame: FrameType | None, check: str, position: int) -> str:
    """The source of one argument of the check that runs in the frame, if it holds a call; "" if it cannot be told."""
    if frame is None:
        return ""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.lineno <= frame.f_lineno <= (node.end_lineno or 0)):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called != check or len(node.args) <= position:
            continue
        given = node.args[position]
        if any(isinstance(part, ast.Call) for part in ast.walk(given)):
            text = " ".join(ast.unparse(given).split())
            return text if len(text) <= 100 else text[:98] + " …"
    return ""
