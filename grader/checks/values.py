"""What a value is: any object that a student may hand in, turned into one plain, comparable form.

Nothing here calls a method that a student's class could override: an object is taken apart by its exact
known type, through the methods of that type, and everything else is only named. So an object that lies about
its equality, its shape or its array never reaches a comparison.
"""

from __future__ import annotations

import math
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

Kind = Literal["none", "array", "list", "dict", "set", "dtype", "opaque"]

# How the elements of each dtype are kept. The names are NumPy's and TensorFlow's own; "str", "bytes" and "int"
# are Python text, Python bytes and Python integers beyond 64 bits, "string" is the element of a string tensor.
STORAGE: dict[str, str] = {
    "bool": "|b1",
    **{
        f"{sign}int{bits}": f"{'<' if bits > 8 else '|'}{sign or 'i'}{bits // 8}"
        for sign in ("", "u")
        for bits in (8, 16, 32, 64)
    },
    "float16": "<f2",
    "float32": "<f4",
    "float64": "<f8",
    "bfloat16": "<f4",
    "complex64": "<c8",
    "complex128": "<c16",
}
TEXT = ("string", "str", "bytes", "int")

MAX_DEPTH = 16
MAX_NODES = 20_000


@dataclass(frozen=True)
class Moments:
    """A summary of a numeric array: how many elements are finite, NaN, +inf, -inf, and the finite ones' statistics."""

    finite: int
    nan: int
    posinf: int
    neginf: int
    mean: float
    std: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Value:
    """A value taken apart.

    kind: which of the fields below mean something.
    name: what a student calls it, with its article: "a tf.Tensor", "a list", "a function".
    dtype: of an array, a key of STORAGE or TEXT, or "" for an empty Python list; of kind "dtype", the dtype named.
    typed: whether the container states its dtype (a tensor or an array does, a Python number or list does not).
    shape: of an array. A sampled array keeps its true shape, and its elements in `array` are a sample, flat.
    array: elements, in the storage type of STORAGE; text is an object array of `bytes`.
    items, keys: the parts of a list, set or dict; keys are the `repr` of Python's own key types.
    moments: of a sampled array.
    reason: of an opaque value, which sort of thing it is: "function", "symbolic", "dataset" …
    """

    kind: Kind
    name: str
    dtype: str = ""
    typed: bool = False
    shape: tuple[int, ...] = ()
    array: np.ndarray[Any, Any] | None = None
    items: tuple[Value, ...] = ()
    keys: tuple[str, ...] = ()
    moments: Moments | None = None
    reason: str = ""


def describe(thing: object) -> Value:
    """Take any object apart. Never fails: what is not understood is an opaque value that tells its type's name."""
    try:
        return _describe(thing, 0, _Budget())
    except _TooLarge:
        return opaque(f"a very large {type(thing).__name__}", "large")


def opaque(name: str, reason: str = "object") -> Value:
    """A value that can be named but not compared."""
    return Value("opaque", name, reason=reason)


def element_kind(dtype: str) -> str:
    """One letter for what the elements are: b(ool), i(nteger), f(loat), c(omplex), s(tring), or "" for anything."""
    if dtype in ("str", "bytes", "string"):
        return "s"
    if dtype.startswith(("int", "uint")):
        return "i"
    return {"bool": "b", "bfloat16": "f", "": ""}.get(dtype, dtype[:1])


def split(value: Value) -> tuple[Value, ...]:
    """The elements of an array along its first axis, each a value of its own."""
    assert value.array is not None
    return tuple(
        replace(value, name="an element", shape=value.shape[1:], array=np.asarray(part, value.array.dtype))
        for part in value.array
    )


def genuine(cls: type, *packages: str) -> bool:
    """Whether the class is really the one its package defines, and not a student's class under that name."""
    module = cls.__module__ if isinstance(cls.__module__, str) else ""
    if not module.startswith(packages):
        return False
    found: Any = sys.modules.get(module)
    for part in cls.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is cls


class _TooLarge(Exception):
    """The value has more parts than a check looks at."""


class _Budget:
    """Counts the parts of one value, so that a list that holds itself ends."""

    def __init__(self) -> None:
        self.left = MAX_NODES

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooLarge


def _describe(thing: Any, depth: int, budget: _Budget) -> Value:
    budget.spend()
    if depth > MAX_DEPTH:
        raise _TooLarge
    if thing is None:
        return Value("none", "None")
    cls = type(thing)
    found = _scalar(thing, cls)
    if found is None and issubclass(cls, np.ndarray):
        found = _ndarray(np.ndarray.view(thing, np.ndarray), "a NumPy array", depth, budget)
    if found is None and "tensorflow" in sys.modules:
        found = _tensorflow(thing, cls, depth, budget)
    if found is None and "keras" in sys.modules:
        found = _keras(thing, cls)
    if found is None and "pandas" in sys.modules:
        found = _pandas(thing, cls, depth, budget)
    if found is None:
        found = _container(thing, cls, depth, budget)
    return found if found is not None else _named(thing, cls)


def _scalar(thing: Any, cls: type) -> Value | None:
    """Python's numbers and text, NumPy's scalars, and dtypes."""
    if cls in _NUMPY_SCALARS:
        return _from_numpy(np.asarray(thing), f"a NumPy {cls.__name__}", typed=False)
    if issubclass(cls, np.dtype):
        return Value("dtype", "a dtype", dtype=str(np.dtype.__str__(thing)))
    if issubclass(cls, type) and thing in _NUMPY_SCALARS:
        return Value("dtype", "a dtype", dtype=str(np.dtype(thing)))
    return next((take(thing) for base, take in _PYTHON if issubclass(cls, base)), None)


def _integer(thing: Any) -> Value:
    whole = int.__add__(thing, 0)
    if -(2**63) <= whole < 2**63:
        return _number(whole, "int64", "an int")
    return _text([str(whole).encode()], "int", (), "an int")


# Each of Python's scalar types with the way to take its value that no subclass can change.
_PYTHON: tuple[tuple[type | tuple[type, ...], Callable[[Any], Value]], ...] = (
    (bool, lambda thing: _number(thing, "bool", "a bool")),
    (int, _integer),
    (float, lambda thing: _number(float.__add__(thing, 0.0), "float64", "a float")),
    (complex, lambda thing: _number(complex.__add__(thing, 0j), "complex128", "a complex number")),
    (str, lambda thing: _text([str.__str__(thing).encode("utf-8", "surrogatepass")], "str", (), "a string")),
    ((bytes, bytearray), lambda thing: _text([bytes(memoryview(thing))], "bytes", (), "a bytes string")),
)
_NUMPY_SCALARS: frozenset[Any] = frozenset(np.sctypeDict.values())


def _number(thing: Any, dtype: str, name: str) -> Value:
    return Value("array", name, dtype=dtype, array=np.asarray(thing, STORAGE[dtype]))


def _text(parts: list[bytes], dtype: str, shape: tuple[int, ...], name: str, typed: bool = False) -> Value:
    array = np.empty(len(parts), dtype=object)
    array[:] = parts
    return Value("array", name, dtype=dtype, typed=typed, shape=shape, array=array.reshape(shape))


def _ndarray(array: np.ndarray[Any, Any], name: str, depth: int, budget: _Budget, *, text: str = "") -> Value:
    """An exact ndarray; one of objects is text if all of its elements are, else a list. `text` names the text dtype."""
    if array.dtype.kind in "SU":
        array = array.astype(object)
    if array.dtype != object:
        return _from_numpy(array, name, typed=True)
    flat = array.ravel().tolist()
    if all(type(part) in (bytes, str) for part in flat):
        parts = [part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in flat]
        return _text(parts, text or "string", array.shape, name, typed=True)
    if array.ndim == 0:
        return opaque(f"{name} that holds {_article(type(flat[0]).__name__)}")
    return replace(_sequence(list(array), "a list", depth, budget), name=f"{name} of objects")


def _from_numpy(array: np.ndarray[Any, Any], name: str, typed: bool) -> Value:
    """An array of NumPy's or ml_dtypes' own number types."""
    dtype = str(array.dtype)
    if array.dtype.kind in "Mm":
        dtype, array = "string", array.astype(str).astype(object)
        return _text([str(part).encode() for part in array.ravel().tolist()], dtype, array.shape, name, typed)
    if array.dtype.kind in "US":
        text = [part.encode() if isinstance(part, str) else part for part in array.ravel().tolist()]
        return _text(text, "str" if array.dtype.kind == "U" else "bytes", array.shape, name, typed)
    if dtype not in STORAGE:
        # The small types of ml_dtypes and quantised ones: kept as float32, told as what they are.
        try:
            kept = array.astype(np.float32)
        except (TypeError, ValueError):
            return opaque(f"{name} of dtype {dtype}")
        return Value("array", name, dtype="float32", typed=typed, shape=array.shape, array=kept)
    kept = array.astype(STORAGE[dtype], copy=True)
    return Value("array", name, dtype=dtype, typed=typed, shape=array.shape, array=kept)


def _tensorflow(thing: Any, cls: Any, depth: int, budget: _Budget) -> Value | None:
    """Tensors, variables, ragged and sparse tensors, dtypes and shapes of TensorFlow."""
    tf: Any = sys.modules["tensorflow"]
    if not genuine(cls, "tensorflow."):
        return None
    if cls.__name__ == "ListWrapper":  # what a tf.Module makes of a list attribute
        return _sequence(list(thing._storage), "a list", depth, budget)
    if cls.__name__ == "_DictWrapper":
        return _mapping(dict(thing.__wrapped__).items(), depth, budget)
    for name, take in _TENSORFLOW.items():
        if issubclass(cls, getattr(tf, name)):
            return take(thing, cls, depth, budget)
    if "Function" in cls.__name__:
        return opaque("a tf.function", "function")
    names = {tf.data.Dataset: "a tf.data.Dataset", tf.data.Iterator: "an iterator over a Dataset"}
    return next((opaque(name, "dataset") for base, name in names.items() if issubclass(cls, base)), None)


def _tensor(thing: Any, cls: Any, depth: int, budget: _Budget) -> Value:
    if cls.__name__ != "EagerTensor":
        return opaque("a symbolic tensor", "symbolic")
    return _ndarray(np.asarray(cls.numpy(thing)), "a tf.Tensor", depth, budget)


def _variable(thing: Any, cls: Any, depth: int, budget: _Budget) -> Value:
    if not sys.modules["tensorflow"].executing_eagerly():
        return opaque("a tf.Variable inside a graph", "symbolic")
    return _ndarray(np.asarray(cls.numpy(thing)), "a tf.Variable", depth, budget)


def _tensor_shape(thing: Any, cls: Any, depth: int, budget: _Budget) -> Value:
    if cls.rank.fget(thing) is None:
        return opaque("a TensorShape of unknown rank")
    return replace(_sequence(cls.as_list(thing), "", depth, budget), name="a TensorShape")


def _ragged(thing: Any, cls: Any, depth: int, budget: _Budget) -> Value:
    rows = [thing[i] for i in range(int(cls.nrows(thing)))]
    return replace(_sequence(rows, "a RaggedTensor", depth, budget, join=False), dtype=thing.dtype.name)


def _sparse(thing: Any, _: Any, depth: int, budget: _Budget) -> Value:
    parts = {"indices": thing.indices, "values": thing.values, "dense_shape": thing.dense_shape}
    return replace(_mapping(parts.items(), depth, budget), name="a SparseTensor")


def _slices(thing: Any, _: Any, depth: int, budget: _Budget) -> Value:
    parts = {"indices": thing.indices, "values": thing.values}
    return replace(_mapping(parts.items(), depth, budget), name="a tf.IndexedSlices")


_TENSORFLOW: dict[str, Callable[[Any, Any, int, _Budget], Value]] = {
    "Tensor": _tensor,
    "Variable": _variable,
    "TensorShape": _tensor_shape,
    "DType": lambda thing, cls, depth, budget: Value("dtype", "a dtype", dtype=cls.name.fget(thing)),
    "RaggedTensor": _ragged,
    "SparseTensor": _sparse,
    "IndexedSlices": _slices,
}


def _keras(thing: Any, cls: type) -> Value | None:
    """Keras variables have values; its symbolic tensors do not."""
    if not genuine(cls, "keras.", "keras", "tf_keras."):
        return None
    if cls.__name__ == "KerasTensor":
        return opaque("a KerasTensor", "symbolic")
    if cls.__name__ == "KerasVariable" or (cls.__name__ == "Variable" and hasattr(cls, "numpy")):
        return _from_numpy(np.asarray(cls.numpy(thing)), "a Keras variable", typed=True)  # type: ignore[attr-defined]
    return None


def _pandas(thing: Any, cls: type, depth: int, budget: _Budget) -> Value | None:
    """A Series or an Index is an array of its values; a DataFrame is a dict of its columns and its index."""
    pd = sys.modules["pandas"]
    if not hasattr(pd, "DataFrame"):
        return None
    if issubclass(cls, pd.Series):
        return _ndarray(_pandas_values(pd.Series.to_numpy(thing)), "a pandas Series", depth, budget)
    if issubclass(cls, pd.Index):
        return _ndarray(_pandas_values(pd.Index.to_numpy(thing)), "a pandas Index", depth, budget)
    if issubclass(cls, pd.DataFrame):
        columns = {name: column for name, column in pd.DataFrame.items(thing)}
        found = _mapping(columns.items(), depth, budget)
        index = _describe(thing.index, depth + 1, budget)
        return Value("dict", "a pandas DataFrame", items=(*found.items, index), keys=(*found.keys, "index"))
    return None


def _pandas_values(array: Any) -> np.ndarray[Any, Any]:
    """The elements of a column as an exact ndarray; what is missing is NaN among numbers, "<missing>" in text."""
    plain: np.ndarray[Any, Any] = np.asarray(array)
    if plain.dtype != object:
        return plain
    parts = [_MISSING if _is_missing(part) else part for part in plain.tolist()]
    if any(type(part) is str for part in parts if part is not _MISSING):
        plain = np.empty(len(parts), object)
        plain[:] = ["<missing>" if part is _MISSING else part for part in parts]
        return plain
    try:
        return np.asarray([math.nan if part is _MISSING else part for part in parts], np.float64)
    except (TypeError, ValueError):
        return plain


_MISSING = object()


def _is_missing(part: object) -> bool:
    return part is None or type(part).__name__ in ("NAType", "NaTType") or (type(part) is float and math.isnan(part))


def _container(thing: Any, cls: type, depth: int, budget: _Budget) -> Value | None:
    """Lists, tuples, dicts and sets, through the methods of Python's own classes."""
    if issubclass(cls, list):
        return _sequence(list.__iter__(thing), "a list", depth, budget)
    if issubclass(cls, tuple):
        name = f"a named tuple ({cls.__name__})" if hasattr(cls, "_fields") else "a tuple"
        return _sequence(tuple.__iter__(thing), name, depth, budget)
    if cls is range or cls is deque:
        return _sequence(iter(thing), f"a {cls.__name__}", depth, budget)
    if issubclass(cls, dict):
        return _mapping(dict.items(thing), depth, budget)
    if issubclass(cls, set | frozenset):
        base = set if issubclass(cls, set) else frozenset
        parts = sorted(base.__iter__(thing), key=_key)
        return Value("set", "a set", items=tuple(_describe(part, depth + 1, budget) for part in parts))
    return None


def _sequence(parts: Iterable[Any], name: str, depth: int, budget: _Budget, join: bool = True) -> Value:
    """A list of values; one of numbers or text with a regular shape becomes an array without a dtype of its own."""
    parts = parts if isinstance(parts, list) else list(parts)
    if join and len(parts) > 64 and (flat := _plain_numbers(parts)) is not None:
        return replace(_from_numpy(flat, name, typed=False), name=name)
    items = tuple(_describe(part, depth + 1, budget) for part in parts)
    if join and (joined := _join(items, name)) is not None:
        return joined
    return Value("list", name, items=items)


def _plain_numbers(parts: list[Any]) -> np.ndarray[Any, Any] | None:
    """A long list of nothing but Python floats, or nothing but small Python integers, as an array."""
    kinds = set(map(type, parts))
    if kinds == {float}:
        return np.asarray(parts, np.float64)
    if kinds == {int} and min(parts) >= -(2**63) and max(parts) < 2**63:
        return np.asarray(parts, np.int64)
    return None


def _join(items: tuple[Value, ...], name: str) -> Value | None:
    """One array, where the items are untyped arrays of one shape and one kind; integers beside floats are floats."""
    if not items:
        return Value("array", name, shape=(0,), array=np.zeros(0))
    if any(item.kind != "array" or item.typed or item.shape != items[0].shape for item in items):
        return None
    dtypes = {item.dtype for item in items}
    if len(dtypes) > 1 and {element_kind(dtype) for dtype in dtypes} <= {"i", "f"} and "int" not in dtypes:
        dtypes = {"float64" if any(element_kind(dtype) == "f" for dtype in dtypes) else "int64"}
    if len(dtypes) != 1:
        return None
    dtype = dtypes.pop()
    if dtype in ("int", ""):
        return None
    arrays = [item.array for item in items if item.array is not None]
    if dtype in TEXT:
        parts = [part for array in arrays for part in array.ravel().tolist()]
        return _text(parts, dtype, (len(items), *items[0].shape), name)
    array = np.stack(arrays).astype(STORAGE[dtype])
    return Value("array", name, dtype=dtype, shape=array.shape, array=array)


def _mapping(pairs: Iterable[tuple[Any, Any]], depth: int, budget: _Budget) -> Value:
    found = sorted(((_key(key), value) for key, value in pairs), key=lambda pair: pair[0])
    items = tuple(_describe(value, depth + 1, budget) for _, value in found)
    return Value("dict", "a dict", items=items, keys=tuple(key for key, _ in found))


def _key(key: Any) -> str:
    """A dict key or a member of a set as text, through Python's own classes only."""
    if type(key) in (str, int, bool, float, bytes, type(None)):
        return repr(key)
    if type(key) is tuple:
        return "(" + ", ".join(_key(part) for part in key) + ")"
    if type(key) in _NUMPY_SCALARS:
        return repr(key.item())
    return f"<{type(key).__name__}>"


def _named(thing: Any, cls: type) -> Value:
    """What is no value, by the name a student knows it under."""
    if issubclass(cls, _FUNCTIONS) or cls.__name__ in ("ufunc", "_ArrayFunctionDispatcher"):
        label = "method" if issubclass(cls, types.MethodType) else "function"
        name = getattr(thing, "__name__", "")
        return opaque(f"the {label} {name}" if name and name != "<lambda>" else f"a {label}", "function")
    if issubclass(cls, BaseException):
        return opaque(f"the error {cls.__name__}", "error")
    if issubclass(cls, type):
        reason = "error" if issubclass(thing, BaseException) else "class"
        return opaque(f"the class {type.__getattribute__(thing, '__name__')}", reason)
    if issubclass(cls, types.GeneratorType | types.CoroutineType):
        return opaque(_article(cls.__name__), cls.__name__)
    if issubclass(cls, Iterator) or cls.__name__ in ("dict_keys", "dict_values", "dict_items"):
        return opaque(_article(cls.__name__), "generator")
    return _object(cls)


def _object(cls: type) -> Value:
    """A module, a layer, a model, or an object of any other class."""
    for base in cls.__mro__:
        if base.__name__ in _MODULES and genuine(base, "keras", "tensorflow"):
            return opaque(_MODULES[base.__name__] + (f" ({cls.__name__})" if cls is not base else ""), "model")
    return opaque("a module" if cls is types.ModuleType else f"an object of class {cls.__name__}")


_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
_MODULES = {"Model": "a Keras model", "Layer": "a Keras layer", "Module": "a tf.Module"}


def _article(word: str) -> str:
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"
