"""Values as short text: what a message prints for a number, an array or a structure."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checks.values import Value

MAX_TEXT = 400
MAX_LINES = 8


def show(value: Value, about: bool = False) -> str:
    """The value as a student would write it, abbreviated; `about` adds the dtype and the shape of an array."""
    text = _show(value, 0)
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        text = "\n".join([*lines[: MAX_LINES - 1], "…"])
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 2] + " …"
    if about and (note := _about(value)):
        return f"{text}\n({note})" if "\n" in text else f"{text}   ({note})"
    return text


def brief(value: Value, about: bool = False) -> str:
    """The value on one line: as `show` does, or where that takes more lines, what it is."""
    text = show(value, about)
    if "\n" not in text:
        return text
    if value.kind != "array":
        return f"{value.name} of {len(value.items)} part{'' if len(value.items) == 1 else 's'}"
    if not value.typed:
        return f"{value.name} of shape {value.shape}"
    noun = value.name.removeprefix("a ").replace("tf.Tensor", "tensor")
    return f"{'an' if value.dtype.startswith('int') else 'a'} {value.dtype} {noun} of shape {value.shape}"


def ratio(number: Any, digits: int = 6) -> str:
    """A number with so many significant digits; a whole float keeps its point."""
    plain = number.item() if hasattr(number, "item") else number
    if isinstance(plain, bool | int):
        return str(plain)
    if isinstance(plain, complex):
        return f"{plain:.{digits}g}"
    text = f"{plain:.{digits}g}"
    return text if any(mark in text for mark in ".en") else text + ".0"


def _about(value: Value) -> str:
    if value.kind == "array" and value.typed:
        return f"{value.dtype}, shape {value.shape}"
    if value.kind == "array" and value.shape and value.array is not None and value.array.size > 12:
        return f"shape {value.shape}"
    if value.kind == "list" and value.name == "a RaggedTensor":
        return "a RaggedTensor"
    return ""


def _show(value: Value, depth: int) -> str:
    if value.kind in ("none", "opaque"):
        return value.name
    if value.kind == "dtype":
        return value.dtype
    if value.kind == "array":
        return _array(value)
    if depth > 2:
        return "…"
    parts = [_show(item, depth + 1) for item in value.items[:8]]
    if value.kind == "dict":
        parts = [f"{key}: {part}" for key, part in zip(value.keys, parts, strict=False)]
    if len(value.items) > 8:
        parts.append("…")
    brackets = "()" if "tuple" in value.name or value.name == "a TensorShape" else "[]"
    brackets = brackets if value.kind == "list" else "{}"
    return f"{brackets[0]}{', '.join(parts)}{brackets[1]}"


def _array(value: Value) -> str:
    assert value.array is not None
    if value.moments is not None:
        return f"{value.array[:3]} …"
    if value.shape == ():
        return _element(value, value.array.item())
    if value.array.size == 0:
        return "[]" if value.shape == (0,) else f"an empty array of shape {value.shape}"
    if value.array.ndim == 1 and value.array.size <= 12:
        parts = [_element(value, part) for part in value.array.tolist()]
        if "tuple" in value.name or value.name == "a TensorShape":
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        return f"[{', '.join(parts)}]"
    text = np.array2string(
        value.array,
        precision=5,
        suppress_small=True,
        threshold=40,
        edgeitems=2,
        max_line_width=100,
        separator=", ",
        formatter={"object": lambda part: _element(value, part)},
    )
    return text


def _element(value: Value, part: Any) -> str:
    if not isinstance(part, bytes):
        return ratio(part)
    if value.dtype == "int":
        return part.decode("ascii", "backslashreplace")
    shown = part if value.dtype == "bytes" else part.decode("utf-8", "backslashreplace")
    return repr(shown) if len(shown) <= 60 else repr(shown[:58])[:-1] + "..'"
