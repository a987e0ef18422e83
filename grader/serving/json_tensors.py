"""Tensors to and from the JSON of TensorFlow Serving's REST API.

The formats are those of its public description, `g3doc/api_rest.md`; the error texts are those of its
`util/json_tensor.cc`, so that a client that reads them need not know which server it talks to.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.serving.errors import Code, ServingError, invalid

Array = NDArray[Any]

# The kinds of number that JSON requests may hold, by TensorFlow's names for them. Strings are arrays of bytes objects.
NUMPY = {
    "float": np.float32,
    "double": np.float64,
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "bool": np.bool_,
    "string": np.object_,
}
_KINDS: dict[type, str] = {
    type(None): "Null",
    dict: "Object",
    list: "Array",
    str: "String",
    int: "Number",
    float: "Number",
}
_SYNTAX = {
    "Expecting value": "Invalid value.",
    "Expecting property name enclosed in double quotes": "Missing a name for object member.",
    "Expecting ':' delimiter": "Missing a colon after a name of object member.",
    "Extra data": "The document root must not be followed by other values.",
    "Unterminated string starting at": "Missing a closing quotation mark in string.",
}


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in a request's body; `NaN`, `Infinity` and `-Infinity` are numbers, as the API wants it.

    Raises:
        ServingError: INVALID_ARGUMENT, the body is no JSON object.
    """
    if not body.strip():
        raise invalid("JSON Parse error: The document is empty")
    try:
        document = json.loads(body.decode("utf-8"))
    except json.JSONDecodeError as error:
        message = _SYNTAX.get(error.msg, error.msg)
        raise invalid(f"JSON Parse error: {message} at offset: {error.pos}") from None
    except RecursionError:
        raise invalid("JSON Parse error: The document is nested too deeply.") from None
    except ValueError as error:  # not UTF-8, or a number of thousands of digits
        raise invalid(f"JSON Parse error: {error}") from None
    if b"\\ud" in body.lower():
        _check_surrogates(document)
    if not isinstance(document, dict):
        raise invalid(f"JSON Value: {_text(document)} Is not object")
    return document


def _check_surrogates(document: Any) -> None:
    """Refuse text that Python reads and UTF-8 cannot hold: half of a character that JSON writes in two halves."""
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise invalid("JSON Parse error: The surrogate pair in string is invalid.") from None


def signature_name(document: Mapping[str, Any]) -> str:
    """The signature that a request names; "" where it names none."""
    name = document.get("signature_name", "")
    if not isinstance(name, str):
        raise invalid(
            f"JSON Value: {_text(document)} not formatted correctly. 'signature_name' key must be a string value."
        )
    return name


def read_inputs(document: Mapping[str, Any], kinds: Mapping[str, str]) -> tuple[dict[str, Array], bool]:
    """The input tensors of a predict request, in row format ("instances") or columnar format ("inputs").

    Args:
        document: the request.
        kinds: for each input of the signature its dtype, named as in TensorFlow's C++: "float", "int64", "string" …

    Returns:
        the tensors by name, and whether they came in row format.

    Raises:
        ServingError: the tensors are not such as the signature wants; the message says where.
    """
    if "instances" in document and "inputs" in document:
        raise invalid(
            f"JSON Value: {_text(document)} Not formatted correctly expecting only one of 'inputs' or 'instances' "
            "keys to exist "
        )
    if "instances" in document:
        instances = document["instances"]
        if not isinstance(instances, list):
            raise invalid(f"JSON Value: {_text(document)} Excepting 'instances' to be an list/array")
        if not instances:
            raise invalid(f"JSON Value: {_text(document)} No values in 'instances' array")
        return _rows(instances, kinds), True
    if "inputs" in document:
        return _columns(document["inputs"], kinds), False
    raise invalid("Missing 'inputs' or 'instances' key")


def _columns(inputs: Any, kinds: Mapping[str, str]) -> dict[str, Array]:
    if not isinstance(inputs, dict) or _is_base64(inputs):
        if len(kinds) > 1:
            raise invalid(
                "inputs is a plain value/list, but expecting an object as multiple input tensors required as per "
                "tensorinfo_map"
            )
        name, kind = next(iter(kinds.items()))
        return {name: tensor(inputs, kind)}
    missing = [name for name in kinds if name not in inputs]
    if missing:
        raise invalid(f"Missing named input: {missing[0]} in 'inputs' object.")
    return {name: tensor(inputs[name], kind) for name, kind in kinds.items()}


def _rows(instances: list[Any], kinds: Mapping[str, str]) -> dict[str, Array]:
    if not isinstance(instances[0], dict) and len(kinds) > 1:
        raise invalid(
            "instances is a plain list, but expecting list of objects as multiple input tensors required as per "
            "tensorinfo_map"
        )
    named = _is_named(instances[0])
    for i, row in enumerate(instances):
        if _is_named(row) != named:
            wanted, got = ("object", "list") if named else ("value/list", "object")
            raise invalid(f"Expecting {wanted} but got {got} at item {i} of input list")
    if not named:
        name, kind = next(iter(kinds.items()))
        return {name: _column(instances, kind, "")}
    for i, row in enumerate(instances):
        _check_names(i, row, kinds)
    return {name: _column([row[name] for row in instances], kind, f" key: {name}") for name, kind in kinds.items()}


def _check_names(i: int, row: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    for name in row:
        if name not in kinds:
            raise invalid(
                f"Failed to process element: {i} key: {name} of 'instances' list. Error: INVALID_ARGUMENT: "
                f"JSON object: does not have named input: {name}"
            )
    if len(row) != len(kinds):
        raise invalid(
            f"Failed to process element: {i} of 'instances' list. JSON object: {_text(row)} must only have keys: "
            f"{','.join(sorted(kinds))}"
        )


def _column(values: list[Any], kind: str, key: str) -> Array:
    """The values of one input in all rows, stacked; read at once, and singly only to say which one is at fault."""
    try:
        return tensor(values, kind)
    except ServingError as error:
        first: tuple[int, ...] | None = None
        for i, value in enumerate(values):
            try:
                shape = tensor(value, kind).shape
                first = shape if first is None else first
                _check_shape(first, shape)
            except ServingError as cause:
                raise ServingError(
                    cause.code,
                    f"Failed to process element: {i}{key} of 'instances' list. Error: {cause.code.name}: "
                    f"{cause.message}",
                ) from None
        raise error


def _check_shape(first: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if np.prod(first) != np.prod(shape):
        raise invalid(f"Expecting tensor size: {np.prod(first):.0f} but got: {np.prod(shape):.0f}")
    if first != shape:
        raise invalid(f"Expecting shape {_shape_text(first)} but got: {_shape_text(shape)}")


def tensor(value: Any, kind: str) -> Array:
    """A JSON value, a number or lists in lists, as an array of the dtype.

    Raises:
        ServingError: INVALID_ARGUMENT, the lists are uneven or a value is of another kind; UNIMPLEMENTED, the dtype
            has no form in JSON.
    """
    shape: list[int] = []
    part = value
    while isinstance(part, list):
        shape.append(len(part))
        if not part:
            break
        part = part[0]
    flat: list[Any] = []
    _flatten(value, 0, shape, flat)
    return _array(flat, kind).reshape(shape)


def _flatten(value: Any, level: int, shape: Sequence[int], flat: list[Any]) -> None:
    if not isinstance(value, list):
        if level != len(shape):
            raise invalid(
                f"JSON Value: {_text(value)} found at incorrect level: {level + 1} in the JSON DOM. "
                f"Expected at level: {len(shape)}"
            )
        flat.append(value)
        return
    if level >= len(shape):
        raise invalid(f"Encountered list at unexpected level: {level} expected < {len(shape)}")
    if len(value) != shape[level]:
        raise invalid(
            f"Encountered list at unexpected size: {len(value)} at level: {level} expected size: {shape[level]}"
        )
    if level == len(shape) - 1 and list not in set(map(type, value)):
        flat.extend(value)  # the innermost lists hold nearly everything: take them whole
        return
    for item in value:
        _flatten(item, level + 1, shape, flat)


def _array(flat: list[Any], kind: str) -> Array:
    dtype = NUMPY.get(kind)
    if dtype is None:
        shown = _text(flat[0]) if flat else "[]"
        raise ServingError(Code.UNIMPLEMENTED, f"Conversion of JSON Value: {shown} to type: {kind}")
    if kind == "string":
        _check_kinds(flat, {str, dict}, kind)
        found = np.empty(len(flat), dtype=np.object_)
        found[:] = [_bytes(value) for value in flat]
        return found
    if kind == "bool":
        _check_kinds(flat, {bool}, kind)
        return np.array(flat, dtype=np.bool_)
    if kind in ("float", "double"):
        _check_kinds(flat, {int, float}, kind)
        return _floats(flat, kind)
    _check_kinds(flat, {int}, kind)
    low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    if flat and (min(flat) < low or max(flat) > high):
        raise _type_error(next(value for value in flat if not low <= value <= high), kind)
    return np.array(flat, dtype=dtype)


def _floats(flat: list[Any], kind: str) -> Array:
    """Numbers as float32 or float64; refused are whole numbers that would be rounded and what would become infinite."""
    dtype = NUMPY[kind]
    whole = 2 ** (np.finfo(dtype).nmant + 1) - 1
    try:
        wide = np.array(flat, dtype=np.float64)
        exact = not np.any(np.abs(wide[np.isfinite(wide)]) > whole)
    except OverflowError:  # a whole number beyond float64
        exact = False
    if not exact:
        largest = float(np.finfo(dtype).max)
        for value in flat:
            lossy = abs(value) > whole if isinstance(value, int) else largest < abs(value) < float("inf")
            if lossy:
                raise invalid(f"Cannot convert JSON value: {_text(value)} to {kind} without loss of precision.")
    return np.array(flat, dtype=dtype)


def _check_kinds(flat: list[Any], allowed: set[type], kind: str) -> None:
    if not set(map(type, flat)) <= allowed:
        raise _type_error(next(value for value in flat if type(value) not in allowed), kind)


def _type_error(value: Any, kind: str) -> ServingError:
    name = str(value) if isinstance(value, bool) else _KINDS[type(value)]
    return invalid(f"JSON Value: {_text(value)} Type: {name} is not of expected type: {kind}")


def _bytes(value: Any) -> bytes:
    """A JSON string as UTF-8, or the bytes that `{"b64": …}` encodes."""
    if isinstance(value, str):
        return value.encode("utf-8")
    if not _is_base64(value):
        raise invalid(f"JSON Value: {_text(value)} not formatted correctly for base64 data")
    text = "".join(value["b64"].split()).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("Unable to base64 decode") from None


def read_examples(document: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The examples of a classify or regress request and their common context, as features: name to list of values.

    Values are int, float or bytes, of one kind in each list, as `tf.train.Feature` wants it.
    """
    context = _features(document["context"]) if "context" in document else {}
    if "examples" not in document:
        raise invalid(
            f"JSON Value: {_text(document)} When method is classify, key 'examples' is expected and was not found"
        )
    examples = document["examples"]
    if not isinstance(examples, list):
        raise invalid(f"JSON Value: {_text(document)} Expecting 'examples' value to be an list/array")
    if not examples:
        raise invalid(f"JSON Value: {_text(document)} 'examples' value is an empty array")
    return [_features(example) for example in examples], context


def _features(example: Any) -> dict[str, Any]:
    if not isinstance(example, dict):
        name = str(example) if isinstance(example, bool) else _KINDS[type(example)]
        raise invalid(f"Example must be JSON object but got JSON {name}")
    features: dict[str, Any] = {}
    for name, content in example.items():
        values = [_feature_value(name, value) for value in (content if isinstance(content, list) else [content])]
        kinds = list(dict.fromkeys(type(value) for value in values))
        if len(kinds) > 1:
            expected = {int: "int64", float: "float", bytes: "bytes"}[kinds[0]]
            raise invalid(f"Unexpected element type in feature: {name} expecting type: {expected}")
        features[name] = values
    return features


def _feature_value(name: str, value: Any) -> int | float | bytes:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) or (isinstance(value, dict) and _is_base64(value)):
        return _bytes(value)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise invalid(f"Feature: {name} has uint64 element. Only int64 is supported.")
        return value
    if isinstance(value, float):
        return float(_floats([value], "float")[0])
    raise invalid(f"Feature: {name} has element with unexpected JSON type: {_KINDS[type(value)]}")


def write_outputs(outputs: Mapping[str, Array], row: bool) -> bytes:
    """The body of a predict response, in the format of the request.

    A single output loses its name. A string output whose name ends in `_bytes` is written in base64.

    Raises:
        ServingError: the outputs cannot be told apart by rows, or have no form in JSON.
    """
    if not outputs:
        raise invalid("Cannot convert empty tensor map to JSON")
    if not row:
        values = {name: _json(name, outputs[name]) for name in sorted(outputs)}
        return _dump({"outputs": values if len(values) > 1 else next(iter(values.values()))})
    size = 0
    for name, array in outputs.items():
        if array.ndim == 0:
            raise invalid(f"Tensor name: {name} has no shape information ")
        if len(array) < 1:
            raise invalid(f"Tensor name: {name} has invalid batch size: 0")
        if size not in (0, len(array)):
            raise invalid(f"Tensor name: {name} has inconsistent batch size: {len(array)} expecting: {size}")
        size = len(array)
    columns = {name: _json(name, outputs[name]) for name in sorted(outputs)}
    if len(columns) == 1:
        return _dump({"predictions": next(iter(columns.values()))})
    return _dump(
        {"predictions": [dict(zip(columns, row_, strict=True)) for row_ in zip(*columns.values(), strict=True)]}
    )


def write_results(results: Any) -> bytes:
    """The body of a classify or regress response."""
    return _dump({"results": results})


def write_error(message: str) -> bytes:
    """The body of an error response."""
    return _dump({"error": message})


def short_floats(array: Array) -> Array:
    """float32 values as the float64 values with the fewest digits: 0.2, and not 0.20000000298023224."""
    flat = np.ascontiguousarray(array).reshape(-1)
    short = np.empty(flat.shape, np.float64)
    for start in range(0, len(flat), 2**16):  # as text a number takes 16 times the bytes, so a part at a time
        part = slice(start, start + 2**16)
        short[part] = flat[part].astype("U16").astype(np.float64)
    return short.reshape(array.shape)


def _json(name: str, array: Array) -> Any:
    kind = array.dtype.kind
    if array.dtype == np.float32:
        return short_floats(array).tolist()
    if kind in "iub" or array.dtype == np.float64:
        return array.tolist()
    if kind == "O":
        write = _write_base64 if name.endswith("_bytes") else _write_string
        return np.vectorize(write, otypes=[np.object_])(array).tolist() if array.size else array.tolist()
    raise invalid(f"Failed to write JSON value for tensor type: {array.dtype.name}")


def _write_base64(value: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(value).decode("ascii")}


def _write_string(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise invalid(
            "Failed to write JSON value for tensor type: string. It is not UTF-8: let the output's name end in _bytes."
        ) from None


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def _is_base64(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["b64"] and isinstance(value["b64"], str)


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and not _is_base64(value)


def _shape_text(shape: Sequence[int]) -> str:
    return "[" + ",".join(map(str, shape)) + "]"


def _text(value: Any) -> str:
    """A JSON value for an error message; of a long one only the beginning is written."""
    text = ""
    for piece in json.JSONEncoder().iterencode(value):
        text += piece
        if len(text) > 200:
            return text[:200] + " …"
    return text
