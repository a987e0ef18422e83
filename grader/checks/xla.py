"""What a traced graph holds that XLA refuses, or would refuse on a TPU: which operation, in which line, what to do."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.checks.notebook import clean, is_own


@dataclass(frozen=True)
class Refusal:
    """An operation that a TPU cannot run.

    operation: its type in the graph, such as "Where". told: the reason, for the student, without a full stop.
    line: the student's line that made it, or "". advice: what to do instead.
    """

    operation: str
    told: str
    line: str
    advice: str


# What XLA has no kernel for, by the operation's name.
_LACKING = {
    r"Print|StringFormat": "Return the value, and print it after the call.",
    r"PyFunc": "Python does not run on the device: use TensorFlow operations, or do it in the pipeline (Dataset.map).",
    r"String|Regex|Lookup|Table|Substr|Unicode": "Text stays on the CPU: turn it into numbers in the pipeline.",
    r"Decode|Read|Write|Summary": "Files, pictures and summaries stay on the CPU: before the call or after it.",
    r"Ragged|Sparse": "Make it a dense tensor of one size in the pipeline, for instance with to_tensor(shape=...).",
    r"Iterator|Dataset": "Take the batch outside, and hand it in as an argument.",
    r"^Segment": "State the number of segments: tf.math.unsorted_segment_sum and the like.",
}
_OTHER = "Look for another operation, or do it on the CPU: in the pipeline, or after the call."

# What XLA for the CPU works out as it goes, by the operation's name.
_SIZED_BY_DATA = {
    r"^Where": "Keep every element and make the condition a mask: tf.where(condition, x, 0.0).",
    r"^Unique": "Count in a number of classes that you state: tf.one_hot, or tf.math.unsorted_segment_sum.",
    r"Slice": "Cut with Python integers, or keep everything and mask it: tf.where(tf.range(n) < length, x, 0.0).",
}
_SIZE = "Take the size from a Python integer or from x.shape, not from the value of a tensor."

_WIDE = ("float64", "complex128")
_PASS_ON = re.compile(r"Placeholder|Identity|PartitionedCall|While|If|Case")
_NO_KERNEL = re.compile(r"No registered '(\w+)' OpKernel")


def unsuited(graph: Any) -> Refusal | None:
    """What XLA for the CPU lets through and a TPU does not, the first of it; text at the border, too."""
    for tensors, word in ((graph.inputs, "takes"), (graph.outputs, "returns")):
        if any(tensor.dtype.name == "string" for tensor in tensors):
            return Refusal("string", f"it {word} text", "", "Text stays on the CPU: hand over numbers.")
    for op in _operations(graph, set()):
        if wide := _wide(op):
            advice = "Ask for float32: what NumPy makes of decimal numbers is float64."
            return Refusal(op.type, f"`{op.type}` makes {wide}, which a TPU does not have", _line(op), advice)
        if _sized_by_data(op) and not _advice(_LACKING, op.type):
            told = f"the size of what `{op.type}` makes depends on the data, and XLA must know every size beforehand"
            return Refusal(op.type, told, _line(op), _advice(_SIZED_BY_DATA, op.type) or _SIZE)
    return None


def refusal(error: Exception, graph: Any) -> Refusal:
    """What XLA itself refused, out of its error."""
    found = _NO_KERNEL.search(str(error))
    if found is None:
        advice = _SIZE if "compile-time constant" in str(error) else _OTHER
        return Refusal(type(error).__name__, f"XLA refuses it: {clean(str(error))}", "", advice)
    name = found.group(1)
    line = next((_line(op) for op in _operations(graph, set()) if op.type == name), "")
    return Refusal(name, f"XLA has no `{name}`", line, _advice(_LACKING, name) or _OTHER)


def _operations(graph: Any, seen: set[int]) -> Iterator[Any]:
    """Every operation of a graph, and of the functions, loops and branches in it."""
    yield from graph.get_operations()
    for function in graph._functions.values():
        inner = getattr(function, "graph", None)
        if inner is not None and id(inner) not in seen:
            seen.add(id(inner))
            yield from _operations(inner, seen)


def _wide(op: Any) -> str:
    """The dtype of double precision that begins with this operation, or ""."""
    if any(tensor.dtype.name in _WIDE for tensor in op.inputs):
        return ""
    return next((tensor.dtype.name for tensor in op.outputs if tensor.dtype.name in _WIDE), "")


def _sized_by_data(op: Any) -> bool:
    """Whether a size that is not known beforehand begins with this operation."""
    if _PASS_ON.search(op.type) or not all(tensor.shape.is_fully_defined() for tensor in op.inputs):
        return False
    return not all(tensor.shape.is_fully_defined() for tensor in op.outputs)


def _advice(table: dict[str, str], name: str) -> str:
    return next((advice for pattern, advice in table.items() if re.search(pattern, name)), "")


def _line(op: Any) -> str:
    """The innermost line of the student's own that made the operation."""
    own = [frame for frame in op.traceback or () if is_own(frame.filename)]
    return linecache.getline(own[-1].filename, own[-1].lineno).strip() if own else ""
