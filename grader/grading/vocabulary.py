"""What may be said of a student's run: names and sentences from a fixed list.

Hidden checks have run in the student's process, so a name that its code made up could carry one to the feedback page.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection
from dataclasses import replace

from grader.checks.compare import Difference
from grader.checks.evidence import Record
from grader.checks.show import show
from grader.checks.values import STORAGE, TEXT, Value

_TENSORFLOW = """
    AbortedError AlreadyExistsError AutoGraphError CancelledError DataLossError DeadlineExceededError
    FailedPreconditionError InaccessibleTensorError InternalError InvalidArgumentError NotFoundError
    OperatorNotAllowedInGraphError OpError OutOfRangeError PermissionDeniedError ResourceExhaustedError
    StagingError UnauthenticatedError UnavailableError UnimplementedError UnknownError
"""
_OTHERS = """
    AxisError BadZipFile CalledProcessError DTypePromotionError Empty Failed IndexingError InvalidIndexError
    JSONDecodeError LinAlgError NotFittedError ParserError TimeoutExpired UFuncTypeError UsageError
"""
ERRORS = frozenset(
    {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)}
    | {*_TENSORFLOW.split(), *_OTHERS.split()}
)
"""The classes of error that are told by their name."""

_THINGS = frozenset(
    """
    None, an element, a dtype, a bool, an int, a float, a complex number, a string, a bytes string, a list, a tuple,
    a dict, a set, a range, a deque, a generator, a coroutine, a function, a method, a module, a class, an error,
    an iterator over a Dataset, a tf.data.Dataset, a tf.function, a tf.Tensor, a tf.Variable, a symbolic tensor,
    a tf.Variable inside a graph, a TensorShape, a TensorShape of unknown rank, a RaggedTensor, a SparseTensor,
    a tf.IndexedSlices, a KerasTensor, a Keras variable, a Keras model, a Keras layer, a tf.Module, a NumPy array,
    a NumPy array of objects, a pandas Series, a pandas Index, a pandas DataFrame, a list_iterator, a zip, a map,
    a filter, a enumerate, an enumerate, a reversed, a dict_keys, a dict_values, a dict_items, a tuple_iterator
    """.replace("\n", " ")
    .strip()
    .split(", ")
) | {f"a NumPy {name}" for name in (*STORAGE, "bool_", "str_", "bytes_")}
_THINGS = frozenset(" ".join(name.split()) for name in _THINGS)
# What a class or a function is called is the student's own choice, so it goes.
_NAMED = {
    "the function ": "a function",
    "the method ": "a method",
    "the class ": "a class",
    "a Keras model (": "a Keras model",
    "a Keras layer (": "a Keras layer",
    "a tf.Module (": "a tf.Module",
    "a named tuple (": "a named tuple",
    "a very large ": "a very large value",
    "an object of class ": "an object of a class that is no value",
    "a NumPy array ": "a NumPy array",
}
_COMMON = """
    Add AddV2 Assert BatchMatMulV2 Bincount Bucketize Cast Const ConcatV2 Conv2D DecodePng DenseBincount Einsum
    EagerPyFunc Exp ExpandDims Fill Log Lookup LookupTableFindV2 MatMul Max Maximum Mean Mul Neg Pow Print PrintV2 Prod
    PyFunc RaggedRange RandomStandardNormal RandomUniform Range ReadFile RealDiv Reshape Round SegmentMean SegmentSum
    Select SelectV2 Softmax SparseToDense Sqrt Square StatelessRandomNormalV2 StatelessRandomUniformV2 StridedSlice
    StringFormat StringJoin StringSplit StringSplitV2 StringToNumber Sub Sum Tile TopKV2 Unique UniqueV2
    UniqueWithCounts UnsortedSegmentSum Where WriteFile
"""
_OPERATIONS = frozenset(_COMMON.split())
_REFUSED = re.compile(
    r"it (takes|returns) text|XLA has no `(?P<no>\w+)`"
    r"|`(?P<wide>\w+)` makes (float64|complex128), which a TPU does not have"
    r"|the size of what `(?P<size>\w+)` makes depends on the data, and XLA must know every size beforehand"
)


def error_name(name: str) -> str:
    """The class of an error, or "an error of another class"."""
    return name if name in ERRORS else "an error of another class"


def thing(name: str) -> str:
    """What a value is called, without the names that a student gives."""
    if name in _THINGS:
        return name
    if name.startswith("the error "):
        kind = name.removeprefix("the error ")
        return name if kind in ERRORS else "an error"
    return next((told for start, told in _NAMED.items() if name.startswith(start)), "something else")


def vetted(value: Value) -> Value:
    """The value under names of the list, part by part."""
    dtype = value.dtype
    if value.kind == "dtype" and dtype not in (*STORAGE, *TEXT):
        dtype = "of another kind"
    return replace(value, name=thing(value.name), dtype=dtype, items=tuple(vetted(item) for item in value.items))


def told(want: Record, got: Record, found: Difference, *, visible: bool) -> str:
    """What is said of a difference: all of it of a visible check, but for text that the student's code made up."""
    if not visible:
        return hidden(found, got)
    if not _speaks(got.value):
        return found.told
    expected = found.parts[1] if found.parts else want.want if want.want is not None else want.value
    kind = hidden(found, got)
    return kind if found.layer != "values" else f"{kind}: {show(expected)} was expected"


def _speaks(value: Value) -> bool:
    """Whether there is text in a value."""
    return value.dtype in TEXT or bool(value.keys) or any(_speaks(item) for item in value.items)


def hidden(found: Difference, got: Record) -> str:
    """A difference in a hidden check: its kind, and the shape and dtype expected; no number of the student's run."""
    at = f"in part {found.where}, " if found.where else ""
    mine = found.parts[0] if found.parts else got.value
    expected = found.hidden.rpartition(", expected ")[2] if ", expected " in found.hidden else ""
    if found.layer == "shape" and expected:
        if mine.kind == "list":
            return f"{at}the length is not {expected}"
        return f"{at}the shape is not {expected}: it has {_axes(len(mine.shape))}"
    if found.layer == "values":
        for word in ("NaN", "infinite"):
            if found.hidden.endswith(f" {word}"):
                return f"{at}there are values that are {word}"
    return found.hidden


def _axes(count: int) -> str:
    return {0: "no axes", 1: "1 axis"}.get(count, f"{count} axes")


def refusal(words: Collection[str], answer_lines: Collection[str]) -> str:
    """Why a TPU cannot run a graph, from what the check recorded: its sentence, and the student's line."""
    operation = reason = line = ""
    for word in words:
        match = _REFUSED.fullmatch(word)
        if match:
            operation = next((name for name in match.groupdict().values() if name), "")
            known = not operation or operation in _OPERATIONS
            reason = word if known else word.replace(f"`{operation}`", "an operation")
        elif word in answer_lines:
            line = word
    return "a TPU cannot run it" + (f": {reason}" if reason else "") + (f", in your line `{line}`" if line else "")


UNRECORDED = {
    "traces": "it is no tf.function: decorate it with @tf.function",
    "graph": "it runs line by line, but not as a tf.function",
    "compiles": "it cannot be run as a tf.function",
    "gradient": "there is no gradient: nothing connects the result to the input in TensorFlow",
    "variables": "it has no variables: a module, a layer or a model was expected",
    "serializes": "it cannot be saved and loaded",
    "trains": "it is no compiled Keras model: call model.compile first",
}
"""What is wrong where one of these checks fails before it has recorded anything."""
