"""Checks of what only TensorFlow has: graphs, traces, XLA, gradients, variables, saved models, training."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks import xla
from grader.checks.compare import Tolerance, difference, usual
from grader.checks.conclude import both, check_label, fail, passed, tolerance_of
from grader.checks.inputs import inputs
from grader.checks.notebook import clean
from grader.checks.recorder import record
from grader.checks.show import ratio
from grader.checks.values import Value, describe, genuine


def graph(
    what: str,
    f: Callable[..., Any],
    *args: Any,
    rtol: float | None = None,
    atol: float | None = None,
    deterministic: bool = True,
    hint: str | None = None,
) -> None:
    """Check that f(*args) gives in a graph, as a `tf.function`, what it gives run line by line.

    Tolerances as in `close`. deterministic: whether every right answer gives the same values here; pass False
    where random weights are in play, and only type, shape and dtype are judged against the reference solution.
    """
    import tensorflow as tf

    check_label("graph", what)
    _callable("graph", f)
    with _eagerly(tf):
        first = f(*args)
    eager = describe(first)
    traced = f if _traced(f) is not None else tf.function(f)
    try:
        second = describe(traced(*args))
    except NotImplementedError:
        raise
    except Exception as error:
        told = f"it runs line by line, but as a tf.function it raises {type(error).__name__}"
        fail("graph", what, told, got=clean(str(error)), advice=_graph_advice(error), hint=hint, cause=error)
    tolerance = tolerance_of("graph", rtol, atol, eager, second)
    seen = Value("dict", "a dict", items=(eager, second), keys=("'first'", "'second'"))
    record("graph", what, seen, tolerance=tolerance, deterministic=deterministic)
    if (found := difference(second, eager, tolerance)) is not None:
        told = f"in a graph, {found.told.replace('expected', 'line by line')}"
        advice = "Python code in a tf.function runs once, while it is traced: use TensorFlow operations and variables."
        got, want = both(second, eager, found)
        fail("graph", what, told, got=got, want=want, part=found.where, advice=advice, hint=hint)
    passed(what)


def traces(
    what: str,
    f: Callable[..., Any],
    calls: Sequence[Any],
    at_most: int,
    *,
    deterministic: bool = True,
    hint: str | None = None,
) -> None:
    """Check that the calls make the `tf.function` f trace no more than `at_most` times.

    calls: the arguments of each call, a tuple; anything else is the one argument of its call.
    deterministic: as in `graph`.
    """
    check_label("traces", what)
    _callable("traces", f)
    counter = _traced(f)
    if counter is None:
        fail("traces", what, f"got {describe(f).name}, expected a tf.function", advice="Decorate it with @tf.function.")
    before = counter.experimental_get_tracing_count()
    outputs = [f(*call) if isinstance(call, tuple) else f(call) for call in calls]
    count = counter.experimental_get_tracing_count() - before
    seen = {"count": count, "outputs": outputs}
    tolerance = tolerance_of("traces", None, None, describe(outputs))
    record("traces", what, seen, bound=at_most, tolerance=tolerance, deterministic=deterministic)
    if count > at_most:
        told = f"{len(calls)} calls made {count} traces, expected at most {at_most}"
        advice = "Each new Python value, dtype or shape is traced again: pass tensors, or state an input_signature."
        fail("traces", what, told, advice=advice, hint=hint)
    passed(what)


def compiles(
    what: str,
    f: Callable[..., Any],
    *specs: Any,
    rtol: float | None = None,
    atol: float | None = None,
    deterministic: bool = True,
    hint: str | None = None,
) -> None:
    """Check that f can be compiled for a TPU: by XLA, with every size known beforehand, without text and float64.

    specs: for each argument of f a `tf.TensorSpec` whose lengths are all stated, for which an input is drawn as
    `inputs` does, or a tensor or an array, which is the input itself; or structures of these. f is called once.
    XLA for the CPU takes more than a TPU does, so besides its refusals the graph is looked through for sizes that
    depend on the data and for float64. Tolerances and `deterministic` as in `graph`.
    """
    import tensorflow as tf

    check_label("compiles", what)
    _callable("compiles", f)
    args = tf.nest.map_structure(_example, list(specs))
    compiled = tf.function(f, jit_compile=True)
    try:
        traced = compiled.get_concrete_function(*args).graph
    except Exception as error:
        if "ymbolic" not in str(error):  # an error in the answer itself
            raise
        told = f"as a tf.function it raises {type(error).__name__}"
        fail("compiles", what, told, got=clean(str(error)), advice=_graph_advice(error), hint=hint, cause=error)
    refused, outputs = xla.unsuited(traced), None
    if refused is None:
        try:
            outputs = compiled(*args)
        except tf.errors.OpError as error:
            refused = xla.refusal(error, traced)
    words = [] if refused is None else [refused.operation, refused.told, refused.line]
    seen = {"refused": words, "outputs": outputs}
    tolerance = tolerance_of("compiles", rtol, atol, describe(outputs))
    record("compiles", what, seen, tolerance=tolerance, deterministic=deterministic)
    if refused is not None:
        told = f"a TPU cannot run it: {refused.told}"
        fail("compiles", what, told, call=refused.line, advice=refused.advice, hint=hint)
    passed(what)


def gradient(
    what: str,
    f: Callable[..., Any],
    x: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    hint: str | None = None,
) -> None:
    """Check the gradient of f at x against finite differences.

    x: a float tensor or array, or a list of them for an f of several arguments. What f returns is summed up first.
    Central differences at up to 64 elements of each argument; in float64 where f takes it. Tolerances left out
    allow for the error of the differences.
    """
    import tensorflow as tf

    check_label("gradient", what)
    _callable("gradient", f)
    points = [tf.identity(part) for part in (x if isinstance(x, list | tuple) else [x])]
    if any(not point.dtype.is_floating for point in points):
        raise TypeError("check.gradient: x must hold floats.")
    with tf.GradientTape() as tape:
        tape.watch(points)
        result = f(*points)
        taken = describe(result)
        if taken.kind != "array" or not hasattr(result, "dtype") or isinstance(result, np.ndarray | np.generic):
            fail("gradient", what, f"got {taken.name}, expected a tensor", advice=_LEFT, hint=hint)
        total = tf.reduce_sum(result)
    grads = tape.gradient(total, points, unconnected_gradients=tf.UnconnectedGradients.NONE)
    if any(grad is None for grad in grads):
        fail("gradient", what, "there is no gradient: nothing connects the result to x", advice=_LEFT, hint=hint)
    grads = [tf.convert_to_tensor(grad) for grad in grads]
    seen = describe(grads if isinstance(x, list | tuple) else grads[0])
    record("gradient", what, seen, tolerance=tolerance_of("gradient", None, None, seen))
    for number, grad in enumerate(grads):
        slopes, loose = _slopes(f, points, number)
        if rtol is not None or atol is not None:
            loose = tolerance_of("gradient", rtol, atol)
        if told := _worst_slope(np.asarray(grad, np.float64), slopes, loose):
            name = f" with respect to argument {number}" if len(points) > 1 else ""
            fail("gradient", what, f"the gradient{name} is wrong in {told}", advice=_CHAIN, hint=hint)
    passed(what)


def variables(what: str, module: Any, shapes: Sequence[Sequence[int]], *, hint: str | None = None) -> None:
    """Check the shapes of all variables of a `tf.Module`, a layer or a model, in any order.

    Weights that are not trained count too; the state of random number generators does not.
    """
    check_label("variables", what)
    held = getattr(module, "weights", None) if hasattr(module, "weights") else getattr(module, "variables", None)
    if held is None:
        fail("variables", what, f"got {describe(module).name}, expected a module, a layer or a model", hint=hint)
    mine = sorted((tuple(int(n) for n in variable.shape) for variable in held), key=_by_shape)
    want = sorted((tuple(int(n) for n in shape) for shape in shapes), key=_by_shape)
    record("variables", what, [list(shape) for shape in mine], want=[list(shape) for shape in want])
    if mine != want:
        told = f"the number of variables is {len(mine)}, expected {len(want)}"
        if len(mine) == len(want):
            told = "the variables have other shapes than expected"
        advice = "" if mine else "A layer makes its weights when it is built: call it on data first."
        fail("variables", what, told, got=_listed(mine), want=_listed(want), advice=advice, hint=hint)
    passed(what)


def serializes(
    what: str,
    thing: Any,
    x: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    hint: str | None = None,
) -> None:
    """Check that a layer, a model or a `tf.Module`, saved to disk and loaded, gives the same output for x.

    A Keras model or layer goes through a .keras file, a `tf.Module` through a SavedModel.
    """
    check_label("serializes", what)
    before = describe(_output(thing, x))
    try:
        with tempfile.TemporaryDirectory() as folder:
            after = describe(_output(_reloaded(thing, x, Path(folder)), x))
    except NotImplementedError:
        raise
    except Exception as error:
        told = f"saving and loading it raises {type(error).__name__}"
        advice = _KERAS_LOADS if _is_keras(thing) else _MODULE_LOADS
        fail("serializes", what, told, got=clean(str(error)), advice=advice, hint=hint, cause=error)
    tolerance = tolerance_of("serializes", rtol, atol, before, after)
    seen = Value("dict", "a dict", items=(before, after), keys=("'first'", "'second'"))
    record("serializes", what, seen, tolerance=tolerance, deterministic=False)
    if (found := difference(after, before, tolerance)) is not None:
        told = f"after loading, {found.told.replace('expected', 'before saving')}"
        advice = _KERAS_KEEPS if _is_keras(thing) else _MODULE_KEEPS
        got, want = both(after, before, found)
        fail("serializes", what, told, got=got, want=want, part=found.where, advice=advice, hint=hint)
    passed(what)


def trains(what: str, model: Any, data: Any, loss_at_most: float, steps: int, *, hint: str | None = None) -> None:
    """Check that a compiled Keras model, trained on the data for so many steps, ends at a loss of at most the bound.

    data: a pair (x, y) of arrays, cut into batches of 32, or a `tf.data.Dataset` of batches. The loss is the one of
    `model.evaluate` on the same data. The model is trained in place, from where it stands.
    """
    check_label("trains", what)
    if not getattr(model, "compiled", False):
        name = describe(model).name
        fail("trains", what, f"got {name}, expected a compiled Keras model", advice="Call model.compile first.")
    batches = _batches(data)
    model.fit(batches.repeat(), steps_per_epoch=int(steps), epochs=1, shuffle=False, verbose=0)
    loss = float(model.evaluate(batches, verbose=0, return_dict=True)["loss"])
    record("trains", what, {"loss": loss}, bound=loss_at_most)
    if not loss <= loss_at_most:
        told = f"after {steps} steps the loss is {ratio(loss)}, expected at most {ratio(loss_at_most)}"
        advice = (
            "The loss is not a number: look at the learning rate and at the loss's inputs." if math.isnan(loss) else ""
        )
        fail("trains", what, told, advice=advice, hint=hint)
    passed(what)


_KERAS_LOADS = "Its get_config must return every argument of __init__, and __init__ must take **kwargs for the name."
_KERAS_KEEPS = "Weights that build or __init__ make with add_weight are saved; values kept in plain attributes are not."
_MODULE_LOADS = "A saved module has its tf.function methods and nothing else of its Python: decorate what is called."
_MODULE_KEEPS = "Values in a tf.Variable are saved; what Python kept in plain attributes was fixed while tracing."


def _is_keras(thing: object) -> bool:
    import keras

    return isinstance(thing, keras.layers.Layer)


_CHAIN = "A custom gradient is the derivative of the function times the gradient that comes from above."
_LEFT = (
    "Every step must be a TensorFlow operation on floats: .numpy(), float(...), NumPy and integers carry no gradient."
)


@contextmanager
def _eagerly(tf: Any) -> Iterator[None]:
    """Run every tf.function line by line for the time being."""
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


def _callable(check: str, f: object) -> None:
    if not callable(f):
        raise TypeError(f"check.{check}: the second argument is the function to call; got {describe(f).name}.")


def _example(spec: Any) -> Any:
    """The input that a spec asks for, or the tensor that it is itself."""
    import tensorflow as tf

    if not isinstance(spec, tf.TensorSpec):
        return tf.convert_to_tensor(spec)
    if not spec.shape.is_fully_defined() or spec.dtype == tf.string:
        raise TypeError(f"check.compiles: XLA compiles for numbers of one size; state every length, unlike in {spec}.")
    return tf.convert_to_tensor(inputs(*spec.shape.as_list(), dtype=spec.dtype.name))


def _traced(f: Any) -> Any | None:
    """The tf.function that f is, or whose __call__ it is; None for any other callable."""
    for candidate in (f, getattr(f, "__call__", None)):  # noqa: B004 - a module's __call__ may be a tf.function
        if candidate is not None and type(candidate).__name__ == "Function" and genuine(type(candidate), "tensorflow."):
            return candidate
    return None


def _graph_advice(error: Exception) -> str:
    if type(error).__name__ == "OperatorNotAllowedInGraphError":
        return "In a graph a tensor has no value yet: use tf.cond, tf.where or tf.while_loop, or leave AutoGraph on."
    if "numpy" in str(error):
        return "In a graph a tensor has no .numpy() and no value yet: use TensorFlow operations throughout."
    return "While it is traced, a tensor has a dtype and a shape but no value yet."


def _worst_slope(grad: np.ndarray[Any, Any], slopes: dict[int, float], loose: Tolerance) -> str:
    """Where a gradient is furthest from the slopes, in words; "" where it is close to all of them."""
    wrong = {
        place: abs(grad.flat[place] - slope)
        for place, slope in slopes.items()
        if not abs(grad.flat[place] - slope) <= loose.atol + loose.rtol * abs(slope)
    }
    if not wrong:
        return ""
    place = max(wrong, key=lambda place: np.nan_to_num(wrong[place], nan=np.inf))
    at = [int(i) for i in np.unravel_index(place, grad.shape)]
    return (
        f"{len(wrong)} of {len(slopes)} places; the worst{f' at {at}' if at else ''}: got {ratio(grad.flat[place])}, "
        f"but the function's slope there is {ratio(slopes[place], 4)}"
    )


def _slopes(f: Callable[..., Any], points: list[Any], number: int) -> tuple[dict[int, float], Tolerance]:
    """Central differences of the sum of f at up to 64 elements of one argument, and how exact they are."""
    import tensorflow as tf

    def total(arguments: list[Any]) -> Any:
        return tf.reduce_sum(f(*arguments))

    base = [tf.cast(point, tf.float64) for point in points]
    try:
        exact = total(base).dtype == tf.float64
    except NotImplementedError:
        raise
    except Exception:  # a function that holds float32 constants takes no float64
        exact = False
    base = base if exact else points
    center = np.asarray(base[number])
    found = {}
    for place in np.random.default_rng(0).permutation(center.size)[:64]:
        step = (1e-6 if exact else 1e-2) * max(1.0, abs(float(center.flat[place])))
        upper, lower = center.copy(), center.copy()
        upper.flat[place] += step
        lower.flat[place] -= step
        rise = [float(total([*base[:number], tf.constant(end), *base[number + 1 :]])) for end in (upper, lower)]
        found[int(place)] = (rise[0] - rise[1]) / float(upper.flat[place] - lower.flat[place])
    scale = max(1.0, abs(float(total(base))))
    here = usual("float32")  # of the gradient, which is not exact even where the slopes are
    exactly = Tolerance(max(1e-3, here.rtol), max(1e-4, here.atol))
    return found, exactly if exact else Tolerance(3e-2, 3e-3 * scale)


def _by_shape(shape: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return len(shape), shape


def _listed(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes)) or "no variables"


def _output(thing: Any, x: Any) -> Any:
    """What a layer, a model or a module gives for x; a layer that behaves otherwise in training is run as in use."""
    return thing(x)


def _reloaded(thing: Any, x: Any, folder: Path) -> Any:
    """The thing after a way through the disk."""
    import keras
    import tensorflow as tf

    if _is_keras(thing):
        model = thing if isinstance(thing, keras.Model) else _as_model(thing, x)
        path = folder / "saved.keras"
        model.save(path)
        return keras.models.load_model(path, custom_objects=_own_classes(model))
    tf.saved_model.save(thing, str(folder))
    return tf.saved_model.load(str(folder))


def _as_model(layer: Any, x: Any) -> Any:
    """A model of this one layer."""
    import keras

    inputs = keras.Input(shape=tuple(x.shape)[1:], dtype=keras.backend.standardize_dtype(x.dtype))
    return keras.Model(inputs, layer(inputs))


def _own_classes(model: Any) -> dict[str, type]:
    """The classes of a model's layers that Keras does not know: they are the student's."""
    layers = [model, *getattr(model, "_flatten_layers", lambda: [])()]
    return {type(layer).__name__: type(layer) for layer in layers if not genuine(type(layer), "keras.")}


def _batches(data: Any) -> Any:
    import tensorflow as tf

    if isinstance(data, tf.data.Dataset):
        return data
    if isinstance(data, tuple) and len(data) == 2:
        return tf.data.Dataset.from_tensor_slices(data).batch(32)
    raise TypeError("check.trains: data is a pair (x, y) or a tf.data.Dataset of batches.")
