"""What a student reads after a typical mistake, word for word. Run as a script, it prints them all on one page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf

from grader import check

X = tf.constant([[3.0, 4.0], [6.0, 8.0]])


@dataclass(frozen=True)
class Mistake:
    name: str
    make: Callable[[], None]
    text: str


def mistake(text: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Add a function that makes a mistake to the page, with the message it must give."""

    def add(make: Callable[[], None]) -> Callable[[], None]:
        MISTAKES.append(Mistake(make.__name__, make, text.strip("\n")))
        return make

    return add


MISTAKES: list[Mistake] = []


def row_norms_without_return(x: tf.Tensor) -> None:
    tf.norm(x, axis=-1)


def column_norms(x: tf.Tensor) -> tf.Tensor:
    return tf.norm(x, axis=0)


def whole_norm(x: tf.Tensor) -> tf.Tensor:
    return tf.norm(x)


def kept_norms(x: tf.Tensor) -> tf.Tensor:
    return tf.norm(x, axis=-1, keepdims=True)


def halves(values: list[float]) -> list[float]:
    return [value / 2 for value in values]


@mistake("""
row_norms(x): got None
  Call:     row_norms_without_return(X)
  Expected: [5.0, 10.0]
  Hint:     Did you forget to return?
""")
def a_missing_return() -> None:
    check.close("row_norms(x)", row_norms_without_return(X), [5.0, 10.0])


@mistake("""
row_norms(x): 2 of 2 values are wrong; the largest error is 1.7082 at [0]: got 6.7082, expected 5.0
  Call:     column_norms(X)
  Got:      [6.7082, 8.94427]   (float32, shape (2,))
  Expected: [5.0, 10.0]
  Hint:     You took the norm of each column: reduce over axis=-1.
""")
def the_wrong_axis_with_a_named_misconception() -> None:
    columns = {"You took the norm of each column: reduce over axis=-1.": [6.7082, 8.94427]}
    check.close("row_norms(x)", column_norms(X), [5.0, 10.0], but=columns)


@mistake("""
row_norms(x): 2 of 2 values are wrong; the largest error is 1.7082 at [0]: got 6.7082, expected 5.0
  Call:     column_norms(X)
  Got:      [6.7082, 8.94427]   (float32, shape (2,))
  Expected: [5.0, 10.0]
""")
def the_wrong_axis_without_a_named_misconception() -> None:
    check.close("row_norms(x)", column_norms(X), [5.0, 10.0])


@mistake("""
row_norms(x): the shape is (), expected (2,)
  Call:     whole_norm(X)
  Got:      11.1803   (float32, shape ())
  Expected: [5.0, 10.0]
  Hint:     Everything was reduced to one number: name the axis to reduce over.
""")
def everything_reduced() -> None:
    check.close("row_norms(x)", whole_norm(X), [5.0, 10.0])


@mistake("""
row_norms(x): the shape is (2, 1), expected (2,)
  Call:     kept_norms(X)
  Got:      [[ 5.],
             [10.]]
            (float32, shape (2, 1))
  Expected: [5.0, 10.0]
  Hint:     An axis of length 1 is left over: look for keepdims=True, or use tf.squeeze.
""")
def an_axis_kept() -> None:
    check.close("row_norms(x)", kept_norms(X), [5.0, 10.0])


@mistake("""
column means, kept as a row: the shape is (2,), expected (1, 2)
  Call:     tf.reduce_mean(X, axis=0)
  Got:      [4.5, 6.0]   (float32, shape (2,))
  Expected: [[4.5, 6. ]]
  Hint:     An axis of length 1 is missing: keepdims=True keeps it.
""")
def an_axis_lost() -> None:
    check.close("column means, kept as a row", tf.reduce_mean(X, axis=0), [[4.5, 6.0]])


@mistake("""
the table: the shape is (2, 3), expected (3, 2)
  Call:     tf.constant([[1, 2, 3], [4, 5, 6]])
  Got:      [[1, 2, 3],
             [4, 5, 6]]
            (int32, shape (2, 3))
  Expected: [[1, 4],
             [2, 5],
             [3, 6]]
  Hint:     The axes are in the opposite order: tf.transpose turns them round.
""")
def a_transposed_result() -> None:
    check.equal("the table", tf.constant([[1, 2, 3], [4, 5, 6]]), [[1, 4], [2, 5], [3, 6]])


@mistake("""
the table: 2 of 4 values are wrong; the largest error is 1 at [0, 1]: got 2, expected 3
  Call:     tf.constant([[1, 2], [3, 4]])
  Got:      [[1, 2],
             [3, 4]]
            (int32, shape (2, 2))
  Expected: [[1, 3],
             [2, 4]]
  Hint:     It is the transpose of what is expected.
""")
def a_square_result_transposed() -> None:
    check.equal("the table", tf.constant([[1, 2], [3, 4]]), [[1, 3], [2, 4]])


@mistake("""
a batch of pictures: the shape is (32, 32, 3), expected (any, 32, 32, 3)
  Call: tf.zeros([32, 32, 3])
  Hint: The first axis is missing: was the batch axis reduced or indexed away?
""")
def the_batch_axis_lost() -> None:
    check.shape("a batch of pictures", tf.zeros([32, 32, 3]), (None, 32, 32, 3))


@mistake("""
a batch of pictures: the shape is (8, 32, 32, 1), expected (any, 32, 32, 3)
  Call: tf.zeros([8, 32, 32, 1])
  Hint: Axis 3 has length 1, expected 3.
""")
def a_wrong_number_of_channels() -> None:
    check.shape("a batch of pictures", tf.zeros([8, 32, 32, 1]), (None, 32, 32, 3))


@mistake("""
the scaled picture: the dtype is uint8, expected floats
  Call:     tf.constant([0, 255], tf.uint8)
  Got:      [0, 255]   (uint8, shape (2,))
  Expected: [0.0, 1.0]
  Hint:     Convert it with tf.cast(..., tf.float32).
""")
def a_missing_cast() -> None:
    check.close("the scaled picture", tf.constant([0, 255], tf.uint8), [0.0, 1.0])


@mistake("""
weights: the dtype is float64, expected float32
  Call:     tf.constant([0.5, 0.25], tf.float64)
  Got:      [0.5, 0.25]   (float64, shape (2,))
  Expected: [0.5, 0.25]   (float32, shape (2,))
  Hint:     Convert it with tf.cast(..., tf.float32).
""")
def double_precision_where_single_is_asked_for() -> None:
    check.close("weights", tf.constant([0.5, 0.25], tf.float64), tf.constant([0.5, 0.25]))


@mistake("""
labels: the dtype is float32, expected integers
  Call:     tf.constant([0.0, 2.0, 1.0])
  Got:      [0.0, 2.0, 1.0]   (float32, shape (3,))
  Expected: [0, 2, 1]
  Hint:     Convert it with tf.cast(..., tf.int32).
""")
def floats_where_labels_are_integers() -> None:
    check.equal("labels", tf.constant([0.0, 2.0, 1.0]), [0, 2, 1])


@mistake("""
labels: 1 of 3 values is wrong, at [1]: got 1, expected 2
  Call:     tf.constant([0, 1, 1])
  Got:      [0, 1, 1]   (int32, shape (3,))
  Expected: [0, 2, 1]
""")
def one_wrong_element() -> None:
    check.equal("labels", tf.constant([0, 1, 1]), [0, 2, 1])


@mistake("""
loss per example: 4 of 4 values are wrong; the largest error is 9.0 at [3]: got 3.0, expected 12.0
  Call:     tf.constant([0.25, 1.0, 0.5, 3.0])
  Got:      [0.25, 1.0, 0.5, 3.0]   (float32, shape (4,))
  Expected: [1.0, 4.0, 2.0, 12.0]
  Hint:     Every value is 0.25 times the expected one.
""")
def a_mean_in_place_of_a_sum() -> None:
    check.close("loss per example", tf.constant([0.25, 1.0, 0.5, 3.0]), [1.0, 4.0, 2.0, 12.0])


@mistake("""
cross entropy: 2 of 2 values are wrong; the largest error is 4.6052 at [1]: got -2.3026, expected 2.3026
  Call:     tf.constant([-0.1054, -2.3026])
  Got:      [-0.1054, -2.3026]   (float32, shape (2,))
  Expected: [0.1054, 2.3026]
  Hint:     Every value has the wrong sign.
""")
def a_wrong_sign() -> None:
    check.close("cross entropy", tf.constant([-0.1054, -2.3026]), [0.1054, 2.3026])


@mistake("""
ranks: 4 of 4 values are wrong; the largest error is 3 at [0]: got 3, expected 0
  Call:     tf.constant([3, 2, 1, 0])
  Got:      [3, 2, 1, 0]   (int32, shape (4,))
  Expected: [0, 1, 2, 3]
  Hint:     The numbers are right, but they stand in another order.
""")
def sorted_the_wrong_way_round() -> None:
    check.equal("ranks", tf.constant([3, 2, 1, 0]), [0, 1, 2, 3])


@mistake("""
positions: 3 of 3 values are wrong; the largest error is 1 at [0]: got 1, expected 0
  Call:     tf.constant([1, 2, 4])
  Got:      [1, 2, 4]   (int32, shape (3,))
  Expected: [0, 1, 3]
  Hint:     Every value is 1 too large.
""")
def off_by_one() -> None:
    check.equal("positions", tf.constant([1, 2, 4]), [0, 1, 3])


@mistake("""
log_softmax(x): 2 of 4 values are NaN
  Call:     tf.math.log([[0.5, -0.5], [1.0, -1.0]])
  Got:      [[-0.69315,      nan],
             [ 0.     ,      nan]]
            (float32, shape (2, 2))
  Expected: [[-0.7, -0.7],
             [ 0. ,  0. ]]
  Hint:     Look for a division by zero, the log or the root of a negative number, or a number grown too large.
""")
def not_a_number() -> None:
    check.close("log_softmax(x)", tf.math.log([[0.5, -0.5], [1.0, -1.0]]), [[-0.7, -0.7], [0.0, 0.0]])


@mistake("""
cross entropy: the value is infinite
  Call: -tf.math.log(tf.constant(0.0))
  Hint: Look for a division by zero, the log or the root of a negative number, or a number grown too large.
""")
def an_infinite_loss() -> None:
    check.close("cross entropy", -tf.math.log(tf.constant(0.0)), 0.6931)


@mistake("""
accuracy: the value is 0.67, expected 0.6667
  Hint: It is near: look for a rounded number, or for a small constant added to avoid a division by zero.
""")
def a_rounded_number() -> None:
    check.close("accuracy", 0.67, 0.6667)


@mistake("""
standardised(x): 5000 of 5000 values are wrong; the largest error is 3.0 at [0, 0]: got 3.0, expected 0.0
  Call:     tf.ones([100, 50]) * 3
  Got:      [[3., 3., ..., 3., 3.],
             [3., 3., ..., 3., 3.],
             ...,
             [3., 3., ..., 3., 3.],
             [3., 3., ..., 3., 3.]]
            (float32, shape (100, 50))
  Expected: [[0., 0., ..., 0., 0.],
             [0., 0., ..., 0., 0.],
             ...,
             [0., 0., ..., 0., 0.],
             [0., 0., ..., 0., 0.]]
            (float32, shape (100, 50))
""")
def a_big_result() -> None:
    check.close("standardised(x)", tf.ones([100, 50]) * 3, np.zeros([100, 50], "float32"))


@mistake("""
row_norms(x): got the function column_norms in place of a value
  Expected: [5.0, 10.0]
  Hint:     Call it, with its arguments in round brackets.
""")
def a_function_not_called() -> None:
    check.close("row_norms(x)", column_norms, [5.0, 10.0])


@mistake("""
the model's output: got a KerasTensor in place of a value
  Call:     tf.keras.Input((2,))
  Expected: [[1., 2.]]
  Hint:     It has no numbers yet: call the function or the model with real data.
""")
def a_symbolic_tensor() -> None:
    check.close("the model's output", tf.keras.Input((2,)), [[1.0, 2.0]])


@mistake("""
the batches: got a tf.data.Dataset in place of a value
  Call:     tf.data.Dataset.range(4).batch(2)
  Expected: [[0, 1],
             [2, 3]]
  Hint:     Take elements out of it: list(dataset), or next(iter(dataset)) for the first.
""")
def a_data_set_in_place_of_its_elements() -> None:
    check.equal("the batches", tf.data.Dataset.range(4).batch(2), [[0, 1], [2, 3]])


@mistake("""
squares(3): got a generator in place of a value
  Call:     (n * n for n in range(3))
  Expected: [0, 1, 4]
  Hint:     Turn it into a list: list(...). A function that contains yield returns a generator.
""")
def a_generator_in_place_of_a_list() -> None:
    check.equal("squares(3)", (n * n for n in range(3)), [0, 1, 4])


@mistake("""
dense(x): got a Keras layer (Dense) in place of a value
  Call:     tf.keras.layers.Dense(2)
  Expected: [[1., 2.]]
  Hint:     Call it on data to get its output, or ask for its weights.
""")
def a_layer_in_place_of_its_output() -> None:
    check.close("dense(x)", tf.keras.layers.Dense(2), [[1.0, 2.0]])


@mistake("""
halves(x): got a list, expected a tf.Tensor
  Call:     halves([3.0, 4.0])
  Got:      [1.5, 2.0]
  Expected: [1.5, 2.0]   (float32, shape (2,))
  Hint:     Make one tensor of it: tf.stack(...) or tf.convert_to_tensor(...).
""")
def a_list_where_a_tensor_is_asked_for() -> None:
    check.close("halves(x)", halves([3.0, 4.0]), tf.constant([1.5, 2.0]))


@mistake("""
the padded words: in part [1], the shape is (1,), expected (2,)
  Call:       tf.ragged.constant([[1, 2], [3]])
  Got at [1]: [3]   (int32, shape (1,))
  Expected:   [3, 0]
  Hint:       The rows of a RaggedTensor have lengths of their own: to_tensor() fills them up.
""")
def a_ragged_result() -> None:
    check.equal("the padded words", tf.ragged.constant([[1, 2], [3]]), [[1, 2], [3, 0]])


@mistake("""
the mean: got a string, expected a float
  Got:      '4.5'
  Expected: 4.5
""")
def text_in_place_of_numbers() -> None:
    check.close("the mean", "4.5", 4.5)


@mistake("""
the first word: the dtype is bytes, expected str
  Call:     tf.constant('tensor').numpy()
  Got:      b'tensor'
  Expected: 'tensor'
  Hint:     Turn bytes into text with .decode().
""")
def bytes_in_place_of_text() -> None:
    check.equal("the first word", tf.constant("tensor").numpy(), "tensor")


@mistake("""
the words: the text at [1] is 'bee', expected 'be'
  Call:     tf.constant(['to', 'bee'])
  Got:      ['to', 'bee']   (string, shape (2,))
  Expected: ['to', 'be']
""")
def a_wrong_word() -> None:
    check.equal("the words", tf.constant(["to", "bee"]), ["to", "be"])


@mistake("""
the counts: the key 'test' is missing and the key 'tets' is not expected
  Got:      {'tets': 20, 'train': 80}
  Expected: {'test': 20, 'train': 80}
""")
def a_missing_key() -> None:
    check.equal("the counts", {"train": 80, "tets": 20}, {"train": 80, "test": 20})


@mistake("""
the history: in part ['loss'], 1 of 2 values is wrong, at [1]: got 0.3, expected 0.25
  Got at ['loss']: [0.5, 0.3]
  Expected:        [0.5, 0.25]
""")
def a_wrong_part_of_a_structure() -> None:
    check.close("the history", {"loss": [0.5, 0.3], "epochs": 3}, {"loss": [0.5, 0.25], "epochs": 3})


@mistake("""
the gradients: the length is 1, expected 2
  Call:     [tf.ones(2)]
  Got:      [[1.0, 1.0]]
  Expected: [[1.0, 1.0], [0.0]]
""")
def a_list_that_is_too_short() -> None:
    check.equal("the gradients", [tf.ones(2)], [tf.ones(2), tf.zeros(1)])


@mistake("""
the gradients: in part [1], got None
  Call:     [tf.ones(2), None]
  Expected: [0.0]   (float32, shape (1,))
""")
def a_part_that_is_none() -> None:
    check.equal("the gradients", [tf.ones(2), None], [tf.ones(2), tf.zeros(1)])


@mistake("""
the counts: in part ['test'], the value is 21, expected 20
""")
def a_wrong_number_in_a_structure() -> None:
    check.equal("the counts", {"train": 80, "test": 21}, {"train": 80, "test": 20})


@mistake("""
the causal mask: 2 of 4 values are wrong; the first at [0, 1]: got 1, expected 0
  Call:     tf.constant([[1, 1], [0, 1]])
  Got:      [[1, 1],
             [0, 1]]
            (int32, shape (2, 2))
  Expected: [[1, 0],
             [1, 1]]
  Hint:     It is the transpose of what is expected.
""")
def a_mask_transposed() -> None:
    check.equal("the causal mask", tf.constant([[1, 1], [0, 1]]), [[1, 0], [1, 1]])


@mistake("""
the mask: 3 of 3 values are wrong; the first at [0]: got False, expected True
  Call:     tf.constant([False, False, True])
  Got:      [False, False, True]   (bool, shape (3,))
  Expected: [True, True, False]
  Hint:     Every value is the opposite of the expected one.
""")
def a_mask_upside_down() -> None:
    check.equal("the mask", tf.constant([False, False, True]), [True, True, False])


@mistake("""
an empty input: no error was raised, expected ValueError
  Call: halves([])
  Got:  []
""")
def no_error_for_bad_input() -> None:
    check.raises("an empty input", ValueError, halves, [])


@mistake("""
a colour picture: no error was raised, expected ValueError
  Call: doubled(a uint8 tensor of shape (2, 2, 3), scale=0.5)
  Got:  a float32 tensor of shape (2, 2, 3)
""")
def no_error_for_a_picture() -> None:
    def doubled(image: tf.Tensor, scale: float) -> tf.Tensor:
        return tf.cast(image, tf.float32) * scale

    check.raises("a colour picture", ValueError, doubled, tf.zeros([2, 2, 3], tf.uint8), scale=0.5)


@mistake("""
a negative size: no error was raised, expected ValueError
  Call: lenient(-1)
  Got:  the error ValueError
  Hint: You returned the error: write `raise` before it, not `return`.
""")
def an_error_returned_in_place_of_raised() -> None:
    def lenient(n: int) -> ValueError | None:
        return ValueError(f"the size must be positive, not {n}") if n < 1 else None

    check.raises("a negative size", ValueError, lenient, -1)


@mistake("""
an empty input: TypeError was raised, expected ValueError
  Call: halves(None)
  Got:  TypeError: 'NoneType' object is not iterable
""")
def another_error_for_bad_input() -> None:
    check.raises("an empty input", ValueError, halves, None)


@mistake("""
a negative size: ValueError was raised, but its message does not say what it should
  Call:     strict(-1)
  Got:      ValueError: bad
  Expected: a message with 'negative'
""")
def an_error_that_says_nothing() -> None:
    def strict(n: int) -> None:
        raise ValueError("bad")

    check.raises("a negative size", ValueError, strict, -1, match="negative")


@mistake("""
accuracy on new data: got 0.7312, expected at least 0.9
  Hint: Train for more epochs, or look at the learning rate.
""")
def a_model_that_learned_too_little() -> None:
    check.at_least("accuracy on new data", 0.7312, 0.9, hint="Train for more epochs, or look at the learning rate.")


@mistake("""
step is a tf.function: not true yet
  Hint: Decorate it with @tf.function.
""")
def a_condition_that_does_not_hold() -> None:
    check.that("step is a tf.function", False, "Decorate it with @tf.function.")


@mistake("""
all weights are positive: the condition has 2 values, expected one
  Call: tf.constant([True, False])
  Hint: Bring them together with tf.reduce_all or tf.reduce_any.
""")
def a_condition_of_many_values() -> None:
    check.that("all weights are positive", tf.constant([True, False]))


@mistake("""
numbered(x): in a graph, 2 of 2 values are wrong; the largest error is 2.0 at [1]: got 4.0, line by line 2.0
  Got:      [2.0, 4.0]   (float32, shape (2,))
  Expected: [1.0, 2.0]   (float32, shape (2,))
  Hint:     Python code in a tf.function runs once, while it is traced: use TensorFlow operations and variables.
""")
def a_python_side_effect_in_a_graph() -> None:
    calls = []

    def numbered(x: tf.Tensor) -> tf.Tensor:
        calls.append(1)
        return x * len(calls)

    check.graph("numbered(x)", numbered, tf.constant([1.0, 2.0]))


@mistake("""
total(x): it runs line by line, but as a tf.function it raises AttributeError
  Got:  'SymbolicTensor' object has no attribute 'numpy'
  Hint: In a graph a tensor has no .numpy() and no value yet: use TensorFlow operations throughout.
""")
def numpy_inside_a_graph() -> None:
    def total(x: tf.Tensor) -> float:
        return x.numpy().sum()

    check.graph("total(x)", total, tf.constant([1.0, 2.0]))


@mistake("""
power(x, n): 3 calls made 3 traces, expected at most 1
  Hint: Each new Python value, dtype or shape is traced again: pass tensors, or state an input_signature.
""")
def a_trace_for_every_python_number() -> None:
    @tf.function
    def power(x: tf.Tensor, n: int) -> tf.Tensor:
        return x**n

    check.traces("power(x, n)", power, [(X, 1), (X, 2), (X, 3)], at_most=1)


@mistake("""
square(x): the gradient is wrong in 2 of 2 places; the worst at [1]: got 3.0, but the function's slope there is 6.0
  Hint: A custom gradient is the derivative of the function times the gradient that comes from above.
""")
def a_wrong_gradient() -> None:
    @tf.custom_gradient
    def square(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return x**2, lambda upstream: upstream * x

    check.gradient("square(x)", square, tf.constant([1.0, 3.0]))


@mistake("""
rounded(x): there is no gradient: nothing connects the result to x
  Call: lambda x: tf.cast(tf.cast(x, tf.int32), x.dtype)
  Hint: Every step must be a TensorFlow operation on floats: .numpy(), float(...), NumPy and integers carry no gradient.
""")
def no_gradient() -> None:
    check.gradient("rounded(x)", lambda x: tf.cast(tf.cast(x, tf.int32), x.dtype), tf.constant([1.5]))


@mistake("""
the layer's weights: the variables have other shapes than expected
  Got:      (3,), (4, 3)
  Expected: (3,), (3, 4)
""")
def a_weight_of_the_wrong_shape() -> None:
    layer = tf.keras.layers.Dense(3)
    layer.build((None, 4))
    check.variables("the layer's weights", layer, [(3, 4), (3,)])


@mistake("""
the layer's weights: the number of variables is 0, expected 2
  Call:     tf.keras.layers.Dense(3)
  Got:      no variables
  Expected: (3,), (4, 3)
  Hint:     A layer makes its weights when it is built: call it on data first.
""")
def a_layer_that_was_not_built() -> None:
    check.variables("the layer's weights", tf.keras.layers.Dense(3), [(4, 3), (3,)])


def told(make: Callable[[], None]) -> str:
    """The whole text of the failure."""
    with pytest.raises(check.Failed) as caught:
        make()
    return str(caught.value)


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case.name)
def test_the_message_is_told_as_agreed(case: Mistake) -> None:
    assert told(case.make) == case.text


def test_there_are_thirty_mistakes_and_no_two_share_a_name() -> None:
    assert len({case.name for case in MISTAKES}) == len(MISTAKES) >= 30


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case.name)
def test_html_holds_the_same_words(case: Mistake) -> None:
    from html.parser import HTMLParser

    with pytest.raises(check.Failed) as caught:
        case.make()
    words: list[str] = []
    parser = HTMLParser()
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(caught.value.message.html())
    assert "".join("".join(words).split()) == "".join(str(caught.value).replace("`", "").split())


def page() -> str:
    """All the messages on one page."""
    parts = [f"{number}. {case.name.replace('_', ' ')}\n\n{told(case.make)}" for number, case in enumerate(MISTAKES, 1)]
    return "\n\n\n".join(parts)


if __name__ == "__main__":
    print(page())
