"""Evidence: what a check recorded, as plain JSON, written in the student's process and read back with suspicion.

A record is a JSON object under the MIME type `MIME`. Values are taken apart by `grader.checks.values`; numbers
travel as base64 of little-endian bytes. An array of more than MAX_ELEMENTS elements travels as a sample, at places
drawn from the seed of the grading run, with its moments. The reader knows every key that may occur, allocates
nothing by what a record claims, and raises `EvidenceError` on anything else. Nothing is ever pickled.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.checks.compare import Tolerance
from grader.checks.values import STORAGE, TEXT, Moments, Value, describe, opaque

MIME = "application/vnd.tensorflow-by-exercise.evidence+json"
VERSION = 1

MAX_ELEMENTS = 8192
SAMPLE = 2048
MAX_BYTES = 4 * 2**20
MAX_PARTS = 100_000
MAX_DEPTH = 20
MAX_TEXT = 2_000
MAX_RANK = 32
MAX_AXIS = 2**48

CHECKS = (
    "equal",
    "close",
    "shape",
    "raises",
    "at_least",
    "at_most",
    "that",
    "reference",
    "graph",
    "traces",
    "compiles",
    "gradient",
    "variables",
    "serializes",
    "trains",
    "score",
)


class EvidenceError(ValueError):
    """Evidence that is malformed or too large."""


@dataclass(frozen=True)
class Record:
    """One piece of evidence, read back. `wrong` holds the values of `but=`, each with its sentence."""

    check: str
    label: str
    cell: str
    seed: str
    value: Value
    want: Value | None = None
    tolerance: Tolerance | None = None
    bound: float | None = None
    wrong: tuple[tuple[str, Value], ...] = ()
    match: str | None = None
    deterministic: bool = True


def make_record(
    check: str,
    label: str,
    value: object,
    cell: str,
    seed: str,
    *,
    want: object = None,
    but: Mapping[str, object] | None = None,
    tolerance: Tolerance | None = None,
    bound: float | None = None,
    match: str | None = None,
    deterministic: bool = True,
) -> dict[str, Any]:
    """The JSON object for one check.

    check: one of CHECKS. label: the check's label. value: what the student's code gave. cell: the graded cell's
    name. seed: of the grading run. The rest is what the check was given; `want=None` means that it had none,
    so an expected None is passed as a `Value`.
    """
    return {
        "version": VERSION,
        "check": check,
        "label": label[:MAX_TEXT],
        "cell": cell,
        "seed": seed,
        "value": encode(value, seed),
        "want": None if want is None else encode(want, seed),
        "tolerance": None if tolerance is None else [float(tolerance.rtol), float(tolerance.atol), tolerance.whole],
        "bound": bound,
        "but": [{"message": said[:MAX_TEXT], "value": encode(wrong, seed)} for said, wrong in (but or {}).items()],
        "match": match,
        "deterministic": deterministic,
    }


def encode(value: object, seed: str) -> dict[str, Any]:
    """A value as a JSON object. What is too large to record is recorded as an opaque value, which equals nothing."""
    taken = value if isinstance(value, Value) else describe(value)
    room = [MAX_BYTES]
    found = _encode(taken, seed, room)
    if room[0] < 0:
        return _encode(opaque(f"{taken.name}, too large to record", "large"), seed, [MAX_BYTES])
    return found


def decode(node: object) -> Value:
    """A value back from JSON. Raises EvidenceError on anything that `encode` does not write."""
    return _Reader().value(node, 0)


def decode_record(node: object) -> Record:
    """A whole record back from JSON. Raises EvidenceError on anything that `make_record` does not write."""
    keys = (
        "version",
        "check",
        "label",
        "cell",
        "seed",
        "value",
        "want",
        "tolerance",
        "bound",
        "but",
        "match",
        "deterministic",
    )
    found = _fields(node, keys)
    if found["version"] != VERSION or type(found["version"]) is not int:
        raise EvidenceError("evidence of another version")
    if found["check"] not in CHECKS:
        raise EvidenceError("evidence of an unknown check")
    reader = _Reader()
    but = _list(found["but"], 100)
    wrong = [_fields(item, ("message", "value")) for item in but]
    if type(found["deterministic"]) is not bool:
        raise EvidenceError("deterministic is not a bool")
    return Record(
        check=_str(found["check"]),
        label=_str(found["label"]),
        cell=_str(found["cell"]),
        seed=_str(found["seed"]),
        value=reader.value(found["value"], 0),
        want=None if found["want"] is None else reader.value(found["want"], 0),
        tolerance=None if found["tolerance"] is None else _tolerance(found["tolerance"]),
        bound=None if found["bound"] is None else _finite(found["bound"]),
        wrong=tuple((_str(item["message"]), reader.value(item["value"], 0)) for item in wrong),
        match=None if found["match"] is None else _str(found["match"]),
        deterministic=found["deterministic"],
    )


def _encode(value: Value, seed: str, room: list[int]) -> dict[str, Any]:
    """One node; `room[0]` counts down the bytes that are left, and stays below zero once they are used up."""
    if value.kind == "none":
        return {"kind": "none"}
    if value.kind == "dtype":
        return {"kind": "dtype", "dtype": value.dtype[:MAX_TEXT]}
    if value.kind == "opaque":
        return {"kind": "opaque", "name": value.name[:MAX_TEXT], "reason": value.reason}
    if value.kind == "array":
        return _encode_array(value, seed, room)
    room[0] -= sum(len(key) for key in value.keys)
    items = [_encode(item, seed, room) for item in value.items] if room[0] >= 0 else []
    return {
        "kind": value.kind,
        "name": value.name[:MAX_TEXT],
        "dtype": value.dtype,
        "items": items,
        "keys": list(value.keys),
    }


def _encode_array(value: Value, seed: str, room: list[int]) -> dict[str, Any]:
    assert value.array is not None
    node: dict[str, Any] = {
        "kind": "array",
        "name": value.name[:MAX_TEXT],
        "dtype": value.dtype,
        "typed": value.typed,
        "shape": [int(n) for n in value.shape],
    }
    if value.dtype in TEXT:
        parts = value.array.ravel().tolist()
        room[0] -= sum(len(part) + 8 for part in parts)
        node["text"] = [_pack(part) for part in parts] if room[0] >= 0 else []
    elif value.array.size <= MAX_ELEMENTS:
        room[0] -= value.array.nbytes
        node["data"] = _pack(_bytes(value.array, value.dtype)) if room[0] >= 0 else ""
    else:
        sample = value.array.ravel()[_places(value.array.size, seed)]
        room[0] -= sample.nbytes
        node["sample"] = _pack(_bytes(sample, value.dtype)) if room[0] >= 0 else ""
        node["moments"] = _encode_moments(moments_of(value.array))
    return node


def _bytes(array: np.ndarray[Any, Any], dtype: str) -> bytes:
    return array.astype(STORAGE.get(dtype, "<f8")).tobytes()


def _pack(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _places(size: int, seed: str) -> np.ndarray[Any, Any]:
    """Where a large array is sampled: SAMPLE sorted places, the same for every array of this size in a grading run."""
    digest = hashlib.sha256(f"{seed}/{size}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:16], "little"))
    return np.sort(rng.integers(0, size, SAMPLE))


def moments_of(array: np.ndarray[Any, Any]) -> Moments:
    """The moments of a numeric array, in double precision; of a complex one, those of its absolute values."""
    numbers = np.abs(array) if array.dtype.kind == "c" else array
    numbers = numbers.astype(np.float64)
    kept = numbers[np.isfinite(numbers)]
    with np.errstate(all="ignore"):
        stats = (kept.mean(), kept.std(), kept.min(), kept.max()) if kept.size else (0.0, 0.0, 0.0, 0.0)
    return Moments(
        int(kept.size),
        int(np.isnan(numbers).sum()),
        int(np.isposinf(numbers).sum()),
        int(np.isneginf(numbers).sum()),
        *(float(stat) for stat in stats),
    )


def _encode_moments(moments: Moments) -> dict[str, Any]:
    stats = np.array([moments.mean, moments.std, moments.low, moments.high], "<f8")
    counts = [moments.finite, moments.nan, moments.posinf, moments.neginf]
    return {"counts": counts, "statistics": _pack(stats.tobytes())}


class _Reader:
    """Reads values, and counts parts and bytes over all that one record holds."""

    def __init__(self) -> None:
        self.parts = MAX_PARTS
        self.bytes = 3 * MAX_BYTES

    def value(self, node: object, depth: int) -> Value:
        """One node of a value."""
        self.parts -= 1
        if depth > MAX_DEPTH or self.parts < 0:
            raise EvidenceError("evidence with too many parts")
        kind = node.get("kind") if isinstance(node, dict) else None
        if kind == "none":
            _fields(node, ("kind",))
            return Value("none", "None")
        if kind == "dtype":
            return Value("dtype", "a dtype", dtype=_str(_fields(node, ("kind", "dtype"))["dtype"]))
        if kind == "opaque":
            found = _fields(node, ("kind", "name", "reason"))
            return opaque(_str(found["name"]), _str(found["reason"]))
        if kind == "array":
            return self._array(node)
        if kind in ("list", "dict", "set"):
            return self._structure(node, depth)
        raise EvidenceError("evidence of an unknown kind")

    def _structure(self, node: object, depth: int) -> Value:
        found = _fields(node, ("kind", "name", "dtype", "items", "keys"))
        items = _list(found["items"], MAX_PARTS)
        keys = tuple(_str(key, MAX_BYTES) for key in _list(found["keys"], MAX_PARTS))
        if len(keys) != (len(items) if found["kind"] == "dict" else 0):
            raise EvidenceError("a structure whose keys do not fit its items")
        parts = tuple(self.value(item, depth + 1) for item in items)
        return Value(found["kind"], _str(found["name"]), dtype=_str(found["dtype"]), items=parts, keys=keys)

    def _array(self, node: Any) -> Value:
        how = [key for key in ("data", "text", "sample") if key in node]
        if len(how) != 1:
            raise EvidenceError("an array without elements")
        extra = ("moments",) if how == ["sample"] else ()
        found = _fields(node, ("kind", "name", "dtype", "typed", "shape", *how, *extra))
        shape, dtype = _shape(found["shape"]), found["dtype"]
        if type(found["typed"]) is not bool:
            raise EvidenceError("typed is not a bool")
        size = math.prod(shape)
        empty = Value("array", _str(found["name"]), dtype=_str(dtype), typed=found["typed"], shape=shape)
        if how == ["text"]:
            return replace(empty, array=_reshaped(self._text(found["text"], dtype, size), shape))
        if dtype not in STORAGE and (dtype != "" or size):
            raise EvidenceError("an array of an unknown dtype")
        if (how == ["data"]) != (size <= MAX_ELEMENTS):
            raise EvidenceError("an array that should have been recorded another way")
        if how == ["data"]:
            return replace(empty, array=_reshaped(self._numbers(found["data"], dtype, size), shape))
        sample = self._numbers(found["sample"], dtype, SAMPLE)
        return replace(empty, array=sample, moments=self._moments(found["moments"], size))

    def _numbers(self, text: object, dtype: str, count: int) -> np.ndarray[Any, Any]:
        """`count` numbers, at most MAX_ELEMENTS: a new array of the dtype's storage type."""
        storage: np.dtype[Any] = np.dtype(STORAGE.get(dtype, "<f8"))
        data = self._unpack(text, count * storage.itemsize)
        if len(data) != count * storage.itemsize:
            raise EvidenceError("an array whose bytes do not fit its shape")
        if dtype == "bool":
            return np.asarray(np.frombuffer(data, np.uint8) != 0)
        return np.asarray(np.frombuffer(data, storage)).copy()

    def _text(self, parts: object, dtype: object, size: int) -> np.ndarray[Any, Any]:
        strings = _list(parts, MAX_BYTES // 8)
        if dtype not in TEXT or len(strings) != size:
            raise EvidenceError("a text array that does not fit its shape")
        array = np.empty(len(strings), dtype=object)
        array[:] = [self._unpack(part, MAX_BYTES) for part in strings]
        return array

    def _moments(self, node: object, size: int) -> Moments:
        found = _fields(node, ("counts", "statistics"))
        counts = _list(found["counts"], 4)
        if len(counts) != 4 or any(type(n) is not int or not 0 <= n <= size for n in counts) or sum(counts) != size:
            raise EvidenceError("moments that do not fit their array")
        stats = self._numbers(found["statistics"], "float64", 4)
        return Moments(*counts, *(float(stat) for stat in stats))

    def _unpack(self, text: object, limit: int) -> bytes:
        """Bytes from base64, after a look at their number."""
        if type(text) is not str or len(text) > 4 * ((limit + 2) // 3):
            raise EvidenceError("evidence with too many bytes")
        self.bytes -= len(text)
        if self.bytes < 0:
            raise EvidenceError("evidence with too many bytes")
        try:
            return base64.b64decode(text.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise EvidenceError("evidence that is not base64") from error


def _fields(node: object, keys: tuple[str, ...]) -> dict[str, Any]:
    """The node as a dict with exactly these keys."""
    if not isinstance(node, dict) or len(node) != len(keys) or any(key not in node for key in keys):
        raise EvidenceError("evidence with missing or unknown fields")
    return node


def _str(node: object, limit: int = MAX_TEXT) -> str:
    if type(node) is not str or len(node) > limit:
        raise EvidenceError("evidence with a field that should be a short text")
    return node


def _list(node: object, limit: int) -> list[Any]:
    if type(node) is not list or len(node) > limit:
        raise EvidenceError("evidence with a field that should be a short list")
    return node


def _finite(node: object) -> float:
    if not isinstance(node, int | float) or isinstance(node, bool) or not -1e300 < node < 1e300:
        raise EvidenceError("evidence with a field that should be a number")
    return float(node)


def _tolerance(node: object) -> Tolerance:
    parts = _list(node, 3)
    if len(parts) != 3 or type(parts[2]) is not bool:
        raise EvidenceError("a tolerance that is not one")
    return Tolerance(_finite(parts[0]), _finite(parts[1]), parts[2])


def _shape(node: object) -> tuple[int, ...]:
    lengths = _list(node, MAX_RANK)
    if any(type(n) is not int or not 0 <= n <= MAX_AXIS for n in lengths):
        raise EvidenceError("a shape that is not one")
    if math.prod(n for n in lengths if n) > 2**62:
        raise EvidenceError("a shape of more elements than memory can hold")
    return tuple(lengths)


def _reshaped(array: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    try:
        return array.reshape(shape)
    except ValueError as error:
        raise EvidenceError("a shape that is not one") from error
