"""Checks on what TensorFlow and Keras hand in, and the checks that only TensorFlow has."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import os

import keras
import nbclient
import nbformat
import numpy as np
import pytest
import tensorflow as tf

from grader import check
from grader.checks.evidence import MIME, make_record
from grader.checks.notebook import clean
from grader.checks.values import describe
from grader.grading.judge import Verdict, judge_cell

X = tf.constant([[3.0, 4.0], [6.0, 8.0]])


def fails(make) -> str:
    with pytest.raises(check.Failed) as caught:
        make()
    return str(caught.value)


def tracked() -> tf.Module:
    module = tf.Module()
    module.parts = [1, 2]
    module.named = {"a": 1}
    return module


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (tf.constant([0, 2, 1]), [0, 2, 1]),
        (tf.constant([1.5, 2.0]), np.float32([1.5, 2.0])),
        (tf.Variable([1, 2]), tf.constant([1, 2])),
        (keras.Variable([1.0, 2.0]), [1.0, 2.0]),
        (tf.constant("größe"), "größe"),
        (tf.constant([["a"], ["b"]]), [["a"], ["b"]]),
        (tf.constant(["a"]), tf.constant(["a"])),
        (tf.ragged.constant([[1], [2, 3], []]), [[1], [2, 3], []]),
        (tf.ragged.constant([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (tf.ragged.constant([["a"], ["b", "c"]]), tf.ragged.constant([["a"], ["b", "c"]])),
        (tf.sparse.eye(2), tf.sparse.eye(2)),
        (tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1])), tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]))),
        (tf.float32, "float32"),
        (tf.float32, np.dtype("float32")),
        (keras.Variable(1.0).dtype, tf.float32),
        (tf.TensorShape([2, 3]), (2, 3)),
        (tf.TensorShape([None, 3]), (None, 3)),
        (X.shape, [2, 2]),
        (tf.constant([1.5], tf.bfloat16), [1.5]),
        (tf.constant([True, False]), [True, False]),
        (tf.constant([], tf.float32), []),
        (tf.zeros([0, 3]), np.zeros([0, 3], "float32")),
        ([tf.constant(1.0), tf.constant(2.0)], [1.0, 2.0]),
        ({"loss": tf.constant(0.5)}, {"loss": 0.5}),
        (tracked().parts, [1, 2]),
        (tracked().named, {"a": 1}),
        (keras.layers.Dense(2).get_config()["units"], 2),
        (tf.constant([1 + 2j]), [1 + 2j]),
        (list(tf.data.Dataset.range(3)), [0, 1, 2]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_equal_values_pass(got, want) -> None:
    check.equal("it", got, want)


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (keras.Input((2,)), "a KerasTensor in place of a value"),
        (tf.data.Dataset.range(3), "a tf.data.Dataset in place of a value"),
        (iter(tf.data.Dataset.range(3)), "an iterator over a Dataset"),
        (tf.function(lambda x: x), "a tf.function"),
        (keras.layers.Dense(2), "a Keras layer (Dense)"),
        (keras.Sequential(), "a Keras model (Sequential)"),
        (tf.Module(), "a tf.Module"),
        (X.numpy, "the method numpy"),
        (tf.sparse.eye(2), "a SparseTensor, expected a list"),
        (tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1])), "a tf.IndexedSlices, expected a list"),
        (keras.optimizers.SGD(), "an object of class SGD"),
        (tf.constant(1), "the shape is ()"),
        (tf.constant([[1.0], [2.0]]), "the shape is (2, 1)"),
        (tf.ragged.constant([[1], [2, 3]]), "at [0]"),
        (tf.constant(["1", "2"]), "the dtype is string, expected integers"),
        (tf.TensorShape(None), "a TensorShape of unknown rank"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_the_value_is_told_by_name(got, words: str) -> None:
    assert words in fails(lambda: check.equal("it", got, [1, 2]))


def test_a_tensor_inside_a_graph_is_symbolic() -> None:
    told = []

    @tf.function
    def traced(x: tf.Tensor) -> tf.Tensor:
        told.append(describe(x).name)
        return x

    traced(X)
    assert told == ["a symbolic tensor"]


def test_a_class_that_poses_as_a_tensor_is_not_trusted() -> None:
    class Tensor:
        __class__ = property(lambda self: tf.Tensor)
        __module__ = "tensorflow.python.framework.ops"
        shape = (2,)

        def numpy(self) -> np.ndarray:
            return np.float32([5.0, 10.0])

    Tensor.__qualname__ = Tensor.__name__ = "EagerTensor"
    assert "an object of class EagerTensor" in fails(lambda: check.close("norms", Tensor(), [5.0, 10.0]))


def test_a_method_put_on_one_variable_is_not_called() -> None:
    variable = tf.Variable([0.0])
    variable.numpy = lambda: np.float32([1.0])
    assert "the value at [0] is 0.0" in fails(lambda: check.close("it", variable, [1.0]))


def test_shape_reads_symbolic_ragged_and_static_shapes() -> None:
    check.shape("input", keras.Input((32, 3)), (None, 32, 3))
    check.shape("ragged", tf.ragged.constant([[1], [2, 3]]), (2, None))
    check.shape("the shape itself", tf.TensorShape([None, 3]), (None, 3))
    check.shape("batch", X, tf.TensorShape([None, 2]))
    assert "the shape is (None, 32, 3)" in fails(lambda: check.shape("input", keras.Input((32, 3)), (8, 32, 3)))


SINGLE, WHOLE = tf.constant([5.0, 10.0]), tf.constant([1, 2])
SAME = [
    (SINGLE, [tf.cast(SINGLE, tf.float64), SINGLE.numpy(), np.array([5.0, 10.0]), [5.0, 10.0], list(SINGLE), tf.Variable(SINGLE)]),
    (np.array([5.0, 10.0]), [SINGLE, tf.cast(SINGLE, tf.float64), (5.0, 10.0)]),
    (WHOLE, [tf.cast(WHOLE, tf.int64), WHOLE.numpy(), np.array([1, 2]), [1, 2], list(WHOLE)]),
    (tf.constant(2.0), [2.0, np.float64(2), np.float32(2), tf.constant(2.0, tf.float64), np.array(2.0)]),
    ((SINGLE, {"n": WHOLE}), [(SINGLE.numpy(), {"n": [1, 2]}), [[5.0, 10.0], {"n": tf.cast(WHOLE, tf.int64)}]]),
]  # fmt: skip
OTHER = [
    (SINGLE, [WHOLE * 5, np.array([5, 10]), ["5", "10"], tf.reshape(SINGLE, (2, 1)), [[5.0], [10.0]], 5.0]),
    (WHOLE, [tf.cast(WHOLE, tf.float32), np.array([1.0, 2.0]), [1.0, 2.0], tf.constant([True, True]), tf.cast(WHOLE, tf.uint8)]),
    (tf.cast(SINGLE, tf.float16), [SINGLE, SINGLE.numpy()]),
    (tf.cast(SINGLE, tf.float64), [SINGLE]),
    (tf.cast(WHOLE, tf.uint8), [WHOLE]),
    ((SINGLE, {"n": WHOLE}), [(SINGLE, {"n": [1.0, 2.0]}), (SINGLE, {"m": WHOLE}), SINGLE]),
]  # fmt: skip


def judged(reference: object, value: object) -> Verdict:
    """What the judge makes of a hidden check's value."""
    records = [make_record("reference", "it", describe(each), "it-1", "7") for each in (reference, value)]
    outputs = [[{"output_type": "display_data", "data": {MIME: record}}] for record in records]
    return judge_cell(outputs[0], outputs[1], points=1)


@pytest.mark.parametrize(("reference", "value"), [(given, value) for given, values in SAME for value in values])
def test_a_hidden_check_accepts_what_a_visible_one_accepts(reference: object, value: object) -> None:
    assert judged(reference, value).passed
    plain = tf.nest.map_structure(lambda part: np.asarray(part).tolist(), reference)
    check.close("it", value, plain)


@pytest.mark.parametrize(("reference", "value"), [(given, value) for given, values in OTHER for value in values])
def test_a_hidden_check_refuses_another_sort_shape_or_width(reference: object, value: object) -> None:
    verdict = judged(reference, value)
    assert (verdict.points, verdict.flags) == (0, ())


def test_a_float32_answer_to_a_reference_in_numpys_double_precision_has_room_for_rounding() -> None:
    exact = np.sqrt(np.arange(1.0, 9.0))
    assert judged(exact, tf.sqrt(tf.range(1.0, 9.0))).passed
    assert not judged(exact, exact * 1.01).passed
    assert judged(tf.zeros((0, 2)), np.zeros((0, 2))).passed


def test_inputs_are_tensors_once_tensorflow_is_imported() -> None:
    x = check.inputs(2, 3)
    assert isinstance(x, tf.Tensor) and x.dtype == tf.float32 and x.shape == (2, 3)
    assert check.inputs(2, dtype=tf.int64).dtype == tf.int64
    assert check.inputs(2, dtype="bfloat16").dtype == tf.bfloat16


def test_that_takes_a_tensor_with_one_bool() -> None:
    check.that("positive", tf.reduce_all(X > 0))
    assert "4 values" in fails(lambda: check.that("positive", X > 0))


# Graphs


def test_a_function_of_tensorflow_operations_is_the_same_in_a_graph() -> None:
    check.graph("total", lambda x: tf.reduce_sum(x**2), X)
    check.graph("already a tf.function", tf.function(lambda x: x + 1), X)
    check.graph("a layer", keras.layers.Dense(2), X)


def test_python_side_effects_and_numpy_show_in_a_graph() -> None:
    seen: list[int] = []

    def numbered(x: tf.Tensor) -> tf.Tensor:
        seen.append(1)
        return x * len(seen)

    assert "in a graph" in fails(lambda: check.graph("numbered", numbered, X))
    assert "raises AttributeError" in fails(lambda: check.graph("numpy", lambda x: x.numpy() * 2, X))
    assert tf.config.functions_run_eagerly() is False


def test_an_error_in_the_answer_is_let_through() -> None:
    def stub(*_: object) -> None:
        raise NotImplementedError("stub")

    def broken(*_: object) -> None:
        raise KeyError("rows")

    for call in (
        lambda f: check.graph("f", f, X),
        lambda f: check.traces("f", tf.function(f), [X], 1),
        lambda f: check.compiles("f", f, X),
        lambda f: check.gradient("f", f, X),
        lambda f: check.serializes("f", f, X),
    ):
        with pytest.raises(NotImplementedError):
            call(stub)
        with pytest.raises(KeyError):
            call(broken)
    assert tf.config.functions_run_eagerly() is False


def test_traces_counts_new_signatures() -> None:
    power = tf.function(lambda x, n: x**n)
    check.traces("tensors", power, [(X, tf.constant(2.0)), (X, tf.constant(3.0))], 1)
    assert "3 calls made 3 traces" in fails(lambda: check.traces("numbers", power, [(X, n) for n in (4, 5, 6)], 1))
    assert "expected a tf.function" in fails(lambda: check.traces("plain", lambda x: x, [X], 1))


def test_traces_finds_the_tf_function_of_a_module() -> None:
    class Scale(tf.Module):
        @tf.function
        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            return 2.0 * x

    check.traces("a module", Scale(), [X, X], 1)


# XLA, and what a TPU refuses

SIX = tf.TensorSpec([6], tf.float32)


def masked_mean(x: tf.Tensor) -> tf.Tensor:
    positive = x > 0
    return tf.reduce_sum(tf.where(positive, x, 0.0)) / tf.reduce_sum(tf.cast(positive, tf.float32))


def test_what_has_one_size_and_is_made_of_numbers_compiles() -> None:
    kept = tf.Variable(1.0)

    def step(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(kept * x)
        kept.assign_sub(tape.gradient(loss, kept))
        return loss

    check.compiles("a mask", masked_mean, SIX)
    check.compiles("already a tf.function, on an array", tf.function(masked_mean), np.float32([1.0, -2.0]))
    check.compiles("a dict of tensors", lambda parts: parts["a"] + parts["b"], {"a": SIX, "b": SIX})
    check.compiles("a layer with weights", keras.layers.Dense(2), tf.TensorSpec([3, 4], tf.float32))
    check.compiles("a training step", step, SIX)
    assert kept.numpy() != 1.0


def test_a_training_step_of_keras_compiles() -> None:
    model = keras.Sequential([keras.Input((7,), dtype="int32"), keras.layers.Embedding(9, 4), keras.layers.LSTM(3)])
    model.add(keras.layers.BatchNormalization())
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)

    def step(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x, training=True) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    check.compiles("a step", step, tf.ones([4, 7], tf.int32))


def in_a_loop(x: tf.Tensor) -> tf.Tensor:
    total = 0.0
    for _ in tf.range(3):
        if total < 5.0:
            total += tf.reduce_sum(tf.boolean_mask(x, x > total))
    return total


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (
            lambda x: tf.boolean_mask(x, x > 0),
            ["`Where`", "depends on the data", "Call: ", "make the condition a mask"],
        ),
        (lambda x: tf.unique(x)[0], ["`Unique`", "classes that you state"]),
        (lambda x: x[: tf.cast(x[0], tf.int32)], ["`StridedSlice`", "Cut with Python integers"]),
        (lambda x: tf.ones([tf.cast(x[0], tf.int32)]), ["`Fill`", "x.shape"]),
        (in_a_loop, ["`Where`", "Call: total += tf.reduce_sum(tf.boolean_mask(x, x > total))"]),
        (tf.function(in_a_loop), ["`Where`"]),
        (lambda x: tf.cast(x, tf.float64), ["`Cast` makes float64", "Ask for float32"]),
        (lambda x: tf.strings.length(tf.strings.as_string(x)), ["XLA has no `AsString`", "in the pipeline"]),
        (lambda x: {"sum": x, "name": tf.constant("a")}, ["it returns text"]),
        (lambda x: tf.numpy_function(np.sort, [x], tf.float32), ["XLA has no `PyFunc`", "Python does not run"]),
        (lambda x: [tf.print(x), x][1], ["print it after the call"]),
        (lambda x: tf.math.segment_sum(x, [0, 0, 1, 1, 2, 2]), ["`SegmentSum`", "unsorted_segment_sum"]),
        (lambda x: tf.ragged.constant([[1.0], [2.0, 3.0]]).to_tensor() + x[0], ["`RaggedTensorToTensor`", "one size"]),
        (lambda x: x.numpy(), ["as a tf.function it raises AttributeError"]),
        (np.sort, ["as a tf.function it raises NotImplementedError", "TensorFlow operations"]),
        (lambda x: tf.ones([int(x[0])]), ["as a tf.function it raises TypeError"]),
    ],
)
def test_what_a_tpu_refuses_is_told_with_its_line_and_a_way_out(f, words: list[str]) -> None:
    told = fails(lambda: check.compiles("it", f, SIX))
    assert [word for word in words if word not in told] == []


def test_a_spec_must_state_one_size_of_numbers() -> None:
    for spec in (tf.TensorSpec([None], tf.float32), tf.TensorSpec([2], tf.string)):
        with pytest.raises(TypeError, match="state every length"):
            check.compiles("it", masked_mean, spec)


def compiled(refused: list[str], outputs: object) -> list[dict]:
    record = make_record("compiles", "f", {"refused": refused, "outputs": outputs}, "f-1", "7")
    return [{"output_type": "display_data", "data": {MIME: record}, "metadata": {}}]


def test_what_compiled_must_give_what_the_reference_gives() -> None:
    reference = compiled([], np.float32([1.0, 2.0]))
    assert judge_cell(reference, reference, points=1).passed
    for forged in (
        compiled(["Where"], None),
        compiled(["Where"], np.float32([1.0, 2.0])),
        compiled([], None),
        compiled([], np.float32([1.0, 3.0])),
        [],
    ):
        assert judge_cell(reference, forged, points=1).points == 0


# Gradients


@pytest.mark.parametrize(
    "f",
    [
        lambda x: tf.sin(x) * x,
        lambda x: tf.reduce_sum(x**2),
        lambda x: x * tf.constant(3.0) + tf.exp(-x),
        lambda x: tf.nn.softmax(x, axis=-1) ** 2,
    ],
    ids=["float64", "scalar", "float32 only", "softmax"],
)
def test_a_true_gradient_passes(f) -> None:
    check.gradient("f", f, X / 4)


def test_each_argument_of_a_list_is_checked() -> None:
    @tf.custom_gradient
    def product(a: tf.Tensor, b: tf.Tensor):
        return a * b, lambda upstream: (upstream * b, upstream * b)

    check.gradient("matmul", tf.matmul, [X, X])
    told = fails(lambda: check.gradient("product", product, [tf.constant([1.0]), tf.constant([3.0])]))
    assert "with respect to argument 1" in told


def test_a_wrong_and_a_missing_gradient_fail() -> None:
    @tf.custom_gradient
    def doubled(x: tf.Tensor):
        return x**2, lambda upstream: upstream * x

    assert "the function's slope there" in fails(lambda: check.gradient("doubled", doubled, X))
    assert "there is no gradient" in fails(lambda: check.gradient("constant", lambda x: tf.constant(1.0), X))
    assert "expected a tensor" in fails(lambda: check.gradient("numpy", lambda x: x.numpy().sum(), X))
    assert "got None" in fails(lambda: check.gradient("none", lambda x: None, X))


# Modules


def test_variables_are_compared_by_shape_in_any_order() -> None:
    layer = keras.layers.Dense(3)
    assert "call it on data first" in fails(lambda: check.variables("dense", layer, [(2, 3), (3,)]))
    layer(X)
    check.variables("dense", layer, [(3,), (2, 3)])
    assert "other shapes" in fails(lambda: check.variables("dense", layer, [(3,), (3, 2)]))
    assert "the number of variables is 2, expected 1" in fails(lambda: check.variables("dense", layer, [(2, 3)]))
    assert "expected a module" in fails(lambda: check.variables("dense", 3, [(3,)]))


def test_the_state_of_random_generators_is_no_variable() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    check.variables("model", model, [(2, 1), (1,)])


class Scale(keras.layers.Layer):
    """A layer that can be saved."""

    def __init__(self, factor: float, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Forgetful(Scale):
    """A layer whose config lacks its argument."""

    def get_config(self):
        return keras.layers.Layer.get_config(self)


class Unsaved(keras.layers.Layer):
    """A layer that keeps its weight in a plain attribute."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.factor = float(np.random.default_rng().uniform(1, 2))

    def call(self, x):
        return x * self.factor


def test_a_layer_a_model_and_a_module_survive_saving() -> None:
    class Affine(tf.Module):
        def __init__(self) -> None:
            self.w = tf.Variable(2.0)

        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            return self.w * x

    check.serializes("layer", Scale(3.0), X)
    check.serializes("model", keras.Sequential([keras.Input((2,)), Scale(2.0), keras.layers.Dense(1)]), X)
    check.serializes("module", Affine(), X)


def test_what_is_lost_on_disk_is_told() -> None:
    assert "get_config" in fails(lambda: check.serializes("layer", Forgetful(3.0), X))
    assert "after loading" in fails(lambda: check.serializes("layer", Unsaved(), X))


def test_trains_runs_the_model_for_so_many_steps() -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    data = (np.float32([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.float32([[1.0], [2.0], [3.0]]))
    assert "expected a compiled Keras model" in fails(lambda: check.trains("model", model, data, 1.0, 10))
    model.compile("sgd", "mse")
    assert "after 1 steps the loss is" in fails(lambda: check.trains("model", model, data, 1e-9, 1))
    model.compile(keras.optimizers.Adam(0.1), "mse")
    check.trains("model", model, tf.data.Dataset.from_tensor_slices(data).batch(3), 0.05, 150)
    assert model.optimizer.iterations.numpy() == 150


# Errors of TensorFlow, told short


def test_tensorflows_internal_names_are_left_out_of_an_error() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.reduce_sum(X, axis=5)
    assert "function_node" in str(caught.value) and "function_node" not in clean(str(caught.value))
    assert "Op:" in str(caught.value) and "Op:" not in clean(str(caught.value))
    assert "Invalid reduction dimension" in clean(str(caught.value))


def test_an_error_inside_a_tf_function_keeps_only_its_last_words() -> None:
    @tf.function
    def broken(x: tf.Tensor) -> tf.Tensor:
        return tf.matmul(x, tf.ones([3, 3]))

    with pytest.raises(ValueError, match="in user code") as caught:
        broken(X)
    told = clean(str(caught.value))
    assert "Dimensions must be equal" in told and "in user code" not in told and "File" not in told


# Every check of TensorFlow, recorded in a grading run and judged

GRADED = """\
# check: layer-1
x = check.inputs(4, 2)
layer = make()
check.graph("layer(x)", layer, x)
check.graph("random weights", keras.layers.Dense(2), x, deterministic=False)
check.traces("scaled(x)", scaled, [x, x + 1], at_most=1)
check.compiles("scaled on a TPU", scaled, tf.TensorSpec([3], tf.float32))
check.gradient("scaled(x)", scaled, x)
check.variables("weights", keras.Sequential([keras.Input((2,)), layer, keras.layers.Dense(1)]), [(2, 1), (1,)])
check.serializes("layer", layer, x)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
check.trains("model", model, (x, tf.reduce_sum(x, -1, keepdims=True)), 10.0, 20)
check.reference("scaled(x)", scaled(x))
check.close("ragged", scaled(tf.ragged.constant([[1.0], [2.0, 3.0]])), [[3.0], [6.0, 9.0]])"""

SET_UP = "import keras\nimport tensorflow as tf\nfrom grader import check"
ANSWERS = {
    "reference": "def make(): return keras.layers.ReLU()\n@tf.function\ndef scaled(x): return 3.0 * x",
    "other": "def make(): return keras.layers.Activation('relu')\n@tf.function\ndef scaled(x): return x + 2.0 * x",
    "wrong": "def make(): return keras.layers.ReLU()\n@tf.function\ndef scaled(x): return 2.0 * x",
}


def run_all() -> dict[str, list]:
    """What the graded cell leaves behind for each answer, one after the other in one kernel."""
    sources = [SET_UP, *(source for answer in ANSWERS.values() for source in (answer, GRADED))]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = nbclient.NotebookClient(notebook, allow_errors=True, timeout=300, kernel_name="python3")
    client.execute(env={**os.environ, "GRADER_SEED": "5", "TF_CPP_MIN_LOG_LEVEL": "3"})
    return {name: cell.outputs for name, cell in zip(ANSWERS, notebook.cells[2::2], strict=True)}


def test_tensorflow_checks_are_recorded_and_judged() -> None:
    runs = run_all()
    errors = [output.evalue for output in runs["reference"] if output.output_type == "error"]
    assert not errors
    assert sum(MIME in output.get("data", {}) for output in runs["reference"]) == 10
    assert judge_cell(runs["reference"], runs["other"], points=3).passed
    wrong = judge_cell(runs["reference"], runs["wrong"], points=3)
    assert wrong.points == 0 and not wrong.flags
    failed = [label for label, holds in wrong.checks if not holds]
    assert failed == ["scaled(x)", "scaled on a TPU", "scaled(x)", "scaled(x)", "ragged"]
