# %% [markdown]
# # Exercises: losses
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other shapes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. A loss needs slopes, so use TensorFlow or Keras inside, where a contract does not allow more.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import matplotlib.pyplot as plt
import tensorflow as tf
from grader import check

tf.get_logger().setLevel("ERROR")    # a tf.function that is made anew at each call would warn

# %% [markdown]
# ## 1. One number for each example
#
# Keras's mean squared error reduces the *last* axis only: for a batch of pictures it leaves one number for each row of pixels. `example_errors` leaves one for each picture, or whatever an example is.
#
# - **In**: `y_true` and `y_pred`, `float32` tensors of the same shape: ① `[n]`, `[n, m]`, `[n, height, width]` or with even more axes. The first axis counts the examples.
# - **Out**: ② a `float32` tensor of shape `[n]`: ③ for each example, the mean ④ of its squared errors.
# - **In training**: ⑤ a model calls such a function in a graph (chapter 04), where a tensor has no values yet and n may be unknown, and asks for its slope. So NumPy and `.numpy()` are no way.
# - **Example**: for the labels `[[0, 0], [0, 0]]` and the predictions `[[1, 3], [2, 0]]` it is `[5, 2]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# A reduction takes a list of axes. Which one is it that must stay?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Square the differences. Then take the mean over the axes 1, 2, … up to the last: `range` makes that list from the rank, `squares.ndim`. For a vector the list is empty, and nothing is reduced.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# squares = ____
# return tf.reduce_mean(squares, axis=list(range(____, ____)))
# ```
#
# </details>


# %%
# exercise: example_errors
def example_errors(y_true, y_pred):
    """Return the mean squared error of each example.

    Args:
        y_true, y_pred: float32 tensors of the same shape [n, ...], rank 1 or more.

    Returns:
        float32 tensor of shape [n].
    """
    ### BEGIN SOLUTION
    difference = y_true - y_pred
    return tf.reduce_mean(tf.square(difference), axis=range(1, difference.ndim))
    ### END SOLUTION


# %% points=2
# check: example_errors-1
_zeros = tf.zeros((2, 2))
check.close("two numbers an example", example_errors(_zeros, tf.constant([[1.0, 3.0], [2.0, 0.0]])), tf.constant([5.0, 2.0]), but={
    "You took the sum of each example: the contract asks for the mean.": [10, 4],
    "You took the mean over the examples: it must be within them.": [2.5, 4.5],
    "You went one step too far: no average over the examples.": 3.5,
    "These are absolute errors: square them.": [2, 1],
})
_pictures = tf.constant([[[1.0, 3.0], [2.0, 0.0]], [[2.0, 2.0], [2.0, 2.0]], [[0.0, 0.0], [4.0, 0.0]]])
check.close("three pictures of 2 × 2 pixels", example_errors(tf.zeros((3, 2, 2)), _pictures), [3.5, 4, 4], but={
    "Only the last axis was reduced: take the mean over all axes but the first.": [[5, 2], [4, 4], [0, 8]],
})
check.close("one number an example", example_errors(tf.constant([1.0, 2.0]), tf.constant([4.0, 2.0])), [9, 0], but={
    "Each of these numbers is an example of its own: nothing is left to average.": 4.5,
})
check.close("one example of four axes", example_errors(tf.zeros((1, 1, 2, 2)), tf.constant([[[[1.0, 3.0], [2.0, 0.0]]]])), [3.5])
check.graph("example_errors in a graph", example_errors, _pictures, _pictures + 1.0)
_any_n = tf.function(example_errors, input_signature=[tf.TensorSpec([None, 2, 2])] * 2)
check.graph("example_errors in a graph that does not know n", _any_n, _pictures, _pictures + 1.0,
            hint="There the first entry of a shape is None: leave the first axis alone, or ask tf.shape for its length.")
check.gradient("its slope, at an example without error, too", lambda p: example_errors(_zeros, p),
               tf.constant([[1.0, 3.0], [0.0, 0.0]]))
_vectors = tf.function(example_errors, input_signature=[tf.TensorSpec([None])] * 2)
check.graph("one number an example, in a graph that does not know n", _vectors, tf.constant([1.0, 2.0]), tf.constant([4.0, 2.0]),
            hint="There a vector has no values yet, and its shape holds None: NumPy and the shape's first entry are no way.")
### BEGIN HIDDEN TESTS
for _size in ((7, 5), (4, 6, 5), (3, 2, 4, 3), (2, 3, 2, 4, 3), (2, 1, 3, 2, 2, 2), (2, 1, 2, 1, 3, 1, 2, 2), (1, 9), (6,), (300, 2)):
    check.reference(f"shape {_size}", example_errors(check.inputs(*_size), check.inputs(*_size)))
for _scale in (1e-4, 1e6):
    _ends = [check.inputs(5, 3, low=-_scale, high=_scale) for _ in range(2)]
    check.reference(f"numbers up to {_scale}", example_errors(*_ends), rtol=1e-4, atol=0.0)
_far = 100_000.0 + check.inputs(4, 3)
check.reference("large numbers close together", example_errors(_far, _far + check.inputs(4, 3)))
check.graph("example_errors in a graph, on random numbers", example_errors, check.inputs(3, 4, 2), check.inputs(3, 4, 2))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Fair weights
#
# Of a hundred letters ninety-five are no spam; whoever says "no spam" every time has a small loss. Weights set this right: `balanced_weights` gives each example a weight, the same within a class, such that the weights of each class add up to the same and the mean of all weights is 1.
#
# - **In**: `labels`, ① an `int32` or `int64` tensor of shape `[n]`, n ≥ 1. Classes are whole numbers from 0 to 20 million; ② some may not occur.
# - **Out**: ③ a `float32` tensor of shape `[n]`: for each example ④ n / ⑤ (number of classes that occur · ⑥ number of examples of its class). Weights need no slopes, so NumPy will do here.
# - **Example**: for `[0, 0, 0, 1]` the weights are `[2/3, 2/3, 2/3, 2]`: each class adds up to 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two questions for each example: how many are there of its class, and how many classes are there?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.unique_with_counts(labels)` returns the classes that occur as `y`, for each example the place of its class in there as `idx`, and the number of examples of each class as `count`. Gather each example's count; divide with floats.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# found = tf.unique_with_counts(labels)
# count = tf.cast(tf.gather(found.____, found.____), tf.float32)
# n = tf.cast(tf.size(____), tf.float32)
# classes = tf.cast(tf.size(____), tf.float32)
# return ____
# ```
#
# </details>


# %%
# exercise: balanced_weights
def balanced_weights(labels):
    """Return a weight for each example, such that all classes weigh the same and the mean weight is 1.

    Args:
        labels: integer tensor of shape [n], n >= 1, each a class from 0.

    Returns:
        float32 tensor of shape [n].
    """
    ### BEGIN SOLUTION
    _, place, counts = tf.unique_with_counts(labels)
    per_class = tf.cast(tf.size(labels), tf.float32) / tf.cast(tf.size(counts) * counts, tf.float32)
    return tf.gather(per_class, place)
    ### END SOLUTION


# %% points=2
# check: balanced_weights-1
_weights = balanced_weights(tf.constant([0, 0, 0, 1]))
check.close("three of class 0, one of class 1", _weights, tf.constant([2 / 3, 2 / 3, 2 / 3, 2]), but={
    "These are one over the number of examples: scale them so that the mean is 1.": [1 / 3, 1 / 3, 1 / 3, 1],
    "This is one weight for each class: gather one for each example.": [2 / 3, 2],
    "The frequent class weighs more: divide by its number of examples.": [1.5, 1.5, 1.5, 0.5],
    "The classes are not counted: each should add up to 2 here.": [4 / 3, 4 / 3, 4 / 3, 4],
})
check.close("labels 5, 5, 2, 5, int64", balanced_weights(tf.constant([5, 5, 2, 5], tf.int64)), [2 / 3, 2 / 3, 2, 2 / 3], but={
    "Classes that do not occur were counted: here are two classes, not six.": [2 / 9, 2 / 9, 2 / 3, 2 / 9],
})
check.close("one class alone", balanced_weights(tf.constant([0, 0])), [1.0, 1.0], but={
    "Count the classes: there are not always two.": [0.5, 0.5],
})
check.close("labels 0, 0 and 65536", balanced_weights(tf.constant([0, 0, 65536])), [0.75, 0.75, 1.5], but={
    "65536 was taken for 0: it does not fit into two bytes, nor its square into int32. Compare the labels as they are.": [1.0, 1.0, 1.0],
})
### BEGIN HIDDEN TESTS
_labels = tf.cast(tf.abs(check.inputs(40)) ** 2 * 5, tf.int64)
check.reference("forty labels, int64", balanced_weights(_labels))
check.reference("one label", balanced_weights(_labels[:1]))
check.reference("one class", balanced_weights(tf.constant([3, 3, 3])))
check.reference("three thousand labels of one class, and one of another", balanced_weights(tf.constant([7] * 3000 + [0])))
check.reference("three hundred classes", balanced_weights(tf.concat([tf.range(300), tf.abs(check.inputs(40, dtype="int32", high=300))], axis=0)))
_large = tf.constant([2**24, 2**24 + 1, 2**24 + 1, 2**24 + 2**16], tf.int64)
check.reference("labels that are large, and close together or alike in their last bits", balanced_weights(_large))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Better too many than too few
#
# A baker who bakes one loaf too few loses a sale; one too many costs less. So the forecast that he wants is not the mean but a number that will be enough nine times in ten. The *pinball* loss finds it: an error e = label − prediction costs ① q·e where the prediction is too low (e > 0), ② and (1 − q)·(−e) where it is too high. The number with the smallest loss is the one that a share q of the labels stays below: a *quantile*.
#
# Write it as a loss class.
#
# - **In**: `Pinball(quantile)`, a Python float from 0 to 1, and optionally ③ `name`, `"pinball"` where none is given, ④ and `reduction` and `dtype`, as for any Keras loss. It is called as `loss(y_true, y_pred)` or with `sample_weight=`, on `float32[n, m]` labels and predictions.
# - **Out**: `call` returns ⑤ one number for each example, shape `[n]`: ⑥ the mean over the last axis; Keras does the rest.
# - **State**: none. `get_config` must hold ⑦ `quantile` ⑧ besides what Keras's own holds, so that `Pinball.from_config` makes the same loss again.
# - **Example**: for `Pinball(0.9)`, the label 10 and the predictions 8 and 12: too low by 2 costs 1.8, too high by 2 costs 0.2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Of the two prices, q·e and (q − 1)·e, the larger one is always the one that counts. And the class is built like `Focal` in the chapter.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `__init__` hands `name` and whatever else comes on to `super().__init__` and keeps the quantile. `call` takes the difference, the maximum of the two prices and the mean over axis −1. `get_config` adds one entry to the dictionary of `super().get_config()`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# super().__init__(____=name, **____)
# self.quantile = ____
#
# error = ____ - ____
# return tf.reduce_mean(tf.maximum(____ * error, ____ * error), axis=____)
#
# return {**super().____(), "quantile": ____}
# ```
#
# </details>


# %%
# exercise: pinball
class Pinball(keras.losses.Loss):
    """The pinball loss, which is smallest at a quantile.

    Attributes:
        quantile: the share of labels that should be below the prediction, a Python float from 0 to 1.
    """

    def __init__(self, quantile, name="pinball", **kwargs):
        """Keep the quantile; name and the other arguments are those of keras.losses.Loss."""
        ### BEGIN SOLUTION
        super().__init__(name=name, **kwargs)
        self.quantile = quantile
        ### END SOLUTION

    def call(self, y_true, y_pred):
        """Return the loss of each example, shape [n], of labels and predictions of shape [n, m]."""
        ### BEGIN SOLUTION
        short = tf.nn.relu(y_true - y_pred)
        over = tf.nn.relu(y_pred - y_true)
        return tf.reduce_mean(self.quantile * short + (1 - self.quantile) * over, axis=-1)
        ### END SOLUTION

    def get_config(self):
        """Return the arguments of __init__ as a dictionary."""
        ### BEGIN SOLUTION
        return super().get_config() | {"quantile": self.quantile}
        ### END SOLUTION


# %% points=3
# check: pinball-1
_y, _p = tf.constant([[10.0], [10.0], [10.0]]), tf.constant([[8.0], [12.0], [10.0]])
check.close("too low by 2, too high by 2, right", Pinball(0.9, reduction=None)(_y, _p), [1.8, 0.2, 0.0], but={
    "The two prices have swapped: too low costs q, too high 1 - q.": [0.2, 1.8, 0.0],
    "A loss is never negative: too high costs (1 - q) times the size of the error.": [1.8, -0.2, 0.0],
    "Reduction is Keras's part: call returns one value for each example.": 2 / 3,
})
check.close("with weights 1, 0, 0", Pinball(0.9)(_y, _p, sample_weight=[1.0, 0.0, 0.0]), 0.6, but={
    "A mean of all examples was taken before the weights: return one value for each example.": 2 / 9,
})
check.close("the sum, asked for by reduction", Pinball(0.9, reduction="sum")(_y, _p), 2.0, but={
    "The reduction did not arrive: hand **kwargs on to super().__init__.": 2 / 3,
})
check.equal("the dtype, where one is asked for", Pinball(0.9, dtype="float64").dtype, "float64",
            hint="Hand all of **kwargs on to super().__init__.")
check.close("two outputs", Pinball(0.5)(tf.zeros((1, 2)), tf.constant([[4.0, -2.0]])), 1.5, but={
    "You took the sum of the outputs: it is the mean.": 3.0,
})
check.shape("what call returns for one example", Pinball(0.9).call(_y[:1], _p[:1]), (1,),
            hint="One number for each example, for a single one, too: tf.squeeze would take its axis as well.")
check.close("with dtype=\"float64\", a label of 10 and predictions of 8 and 12",
            float(Pinball(0.9, dtype="float64")(tf.constant([[10.0, 10.0]]), tf.constant([[8.0, 12.0]]))), 1.0,
            hint="Keras hands float64 to `call` then, which multiplies with numbers of Python and with float64 only.")
_high, _low = Pinball(0.9), Pinball(0.1)
check.close("a loss for 0.9, after one for 0.1 was made: too low by 2", _high(tf.constant([[10.0]]), tf.constant([[8.0]])), 1.8, but={
    "Each loss has a quantile of its own: keep it in self, not in the class.": 0.2,
})
### BEGIN HIDDEN TESTS
_labels, _outputs = check.inputs(20, 3), check.inputs(20, 3)
for _q in (0.0, 0.25, 0.9, 1.0):
    check.reference(f"random numbers, quantile {_q}, one by one", Pinball(_q, reduction=None)(_labels, _outputs))
    check.reference(f"random numbers, quantile {_q}", Pinball(_q)(_labels, _outputs))
check.reference("random weights", Pinball(0.3)(_labels, _outputs, sample_weight=tf.abs(check.inputs(20))))
check.gradient("the slope", lambda p: Pinball(0.8, reduction=None)(_labels[:4], p), _labels[:4] + tf.sign(_outputs[:4]))
check.reference("one example", Pinball(0.7)(_labels[:1], _outputs[:1]))
### END HIDDEN TESTS

# %% points=1
# check: pinball-2
_loss = Pinball(0.9, reduction="sum", name="bread")
tf.function(_loss)(tf.constant([[10.0]]), tf.constant([[8.0]]))    # in a graph, as in training
_again = Pinball.from_config(_loss.get_config())
check.close("the quantile of a loss made from its configuration, after a call in a graph", _again.quantile, 0.9,
            hint="Keep the quantile in `__init__`, as it came, and let `call` leave it alone.")
check.equal("its name and reduction", [_again.name, _again.reduction], ["bread", "sum"],
            hint="Hand name and **kwargs on to super().__init__, and begin get_config with super().get_config().")
check.equal("the name if none is given", Pinball(0.5).name, "pinball")
### BEGIN HIDDEN TESTS
_exact = Pinball.from_config(Pinball(0.0012345678).get_config())
check.reference("1000 times a quantile of many digits", 1000 * _exact.quantile)
_config = Pinball(0.35).get_config()
check.reference("what the configuration holds", [_config["quantile"], _config["name"], _config["reduction"]])
_labels, _outputs = check.inputs(6, 2), check.inputs(6, 2)
_same = tf.abs(Pinball.from_config(_config)(_labels, _outputs) - Pinball(0.35)(_labels, _outputs)) < 1e-6
check.reference("whether the copy gives the same loss", _same)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: a focal loss from a book
#
# This focal loss was found in a book. It runs, its result has the right shape, and training with it even works, a little. For the labels `[[1], [0], [1]]` and the predictions `[[0.9], [0.2], [0.3]]`, with γ = 2 and α = 0.75, it gives
#
# ```text
# [0.0038, 0.0051, 0.1877]
# ```
#
# while `keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.75, gamma=2.0, reduction=None)` says `[0.0008, 0.0022, 0.4425]`. Put it right, and let it work for several outputs as well.
#
# - **In**: `focal_loss(y, p, gamma, alpha)`: `y` and `p`, `float32[n, m]`: labels 0 or 1, and probabilities of 1; `gamma` and `alpha`, Python floats.
# - **Out**: ① a `float32` tensor of shape `[n]`: for each example ② the mean over its m outputs of weight · ③ (1 − r)^γ · ④ (−log r), where r is the probability that the right class got, and ⑤ the weight is α for label 1, 1 − α for label 0. ⑥ With a γ of 1 or more it is finite, and so is the slope, also where `p` is exactly 0 or 1: there r = 0 still costs more than r = 0.001.
# - **Not allowed**: ⑦ NumPy and `.numpy()`: a loss needs slopes, and runs in a graph, which need not know n.
# - **Example**: label 1 and p = 0.9: 0.75 · 0.1² · 0.10536 = 0.00079.
#
# <details><summary>Hint 1: the idea</summary>
#
# Print the shape of each part, for three examples: one of them has fewer axes than the others.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Keras's function has already taken the mean over the last axis, so its result has shape `[n]`; times `[n, m]` it broadcasts. Work out −log r for each output instead. Before the logarithm, clip to the range from 1e-7 to 1 − 1e-7. Take the mean at the very end.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# right = tf.where(y == 1, ____, ____)
# cross_entropy = -tf.math.log(tf.clip_by_value(____, 1e-7, 1 - 1e-7))
# weight = tf.where(____)
# return tf.reduce_mean(____, axis=____)
# ```
#
# </details>


# %%
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    """Return the focal loss of each example.

    Args:
        y: float32 tensor of shape [n, m], labels 0 or 1.
        p: float32 tensor of shape [n, m], probabilities of label 1.
        gamma: how much the loss of right answers is lowered, a Python float >= 0.
        alpha: the weight of label 1, a Python float from 0 to 1; label 0 has the rest.

    Returns:
        float32 tensor of shape [n].
    """
    ### BEGIN SOLUTION
    #| cross_entropy = keras.losses.binary_crossentropy(y, p)
    #| right = y * p + (1 - y) * (1 - p)
    #| weight = y * alpha + (1 - y) * (1 - alpha)
    #| return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)
    chance = tf.maximum(y * p + (1 - y) * (1 - p), 1e-7)
    balance = y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(-balance * (1 - chance) ** gamma * tf.math.log(chance), axis=-1)
    ### END SOLUTION


# %% points=3
# check: focal_loss-1
_y, _p = tf.constant([[1.0], [0.0], [1.0]]), tf.constant([[0.9], [0.2], [0.3]])
check.close("three examples", focal_loss(_y, _p), tf.constant([0.00079, 0.00223, 0.44246]), atol=2e-5, but={
    "Each weight met each cross entropy: [n] times [n, 1] is [n, n].": [0.003831, 0.005108, 0.187728],
    "The weights of the two labels have swapped.": [0.00026, 0.00669, 0.14749],
    "The factor is the probability itself: it should be 1 minus that.": [0.06401, 0.0357, 0.08127],
    "The weight alpha is missing.": [0.00105, 0.00893, 0.58995],
})
_both = focal_loss(tf.constant([[1.0, 0.0], [0.0, 0.0]]), tf.constant([[0.5, 0.5], [0.5, 0.2]]))
check.close("two examples with two outputs", _both, [0.0866434, 0.0227766], but={
    "The cross entropies of an example were averaged first: multiply output by output, then take the mean.":
        [0.0866434, 0.0166078],
    "The outputs were added up: take their mean.": [0.1732868, 0.0455526],
})
check.close("gamma 0, alpha a half", focal_loss(_y, _p, gamma=0.0, alpha=0.5), [0.05268, 0.111572, 0.601986], atol=2e-5, but={
    "gamma has no effect.": [0.000527, 0.004463, 0.294973],
    "alpha has no effect.": [0.07902, 0.055786, 0.90298],
})
check.graph("focal_loss in a graph", focal_loss, _y, _p)
with tf.GradientTape() as _tape:
    _tape.watch(_p)
    _total = tf.reduce_sum(focal_loss(_y, _p))
check.close("the slopes", _tape.gradient(_total, _p), [[-0.024137], [0.034814], [-2.489171]], atol=2e-4,
            hint="NumPy leaves the tape: stay with TensorFlow's functions.")
_edge = tf.constant([[0.0], [1.0], [1.0]])
with tf.GradientTape() as _tape:
    _tape.watch(_edge)
    _costs = focal_loss(_y, _edge)
check.that("finite at 0 and 1", tf.reduce_all(tf.math.is_finite(_costs)),
           hint="The logarithm of 0 is minus infinity: clip before it.")
check.that("the slopes are finite there, too", tf.reduce_all(tf.math.is_finite(_tape.gradient(_costs, _edge))),
           hint="`tf.where` after the logarithm puts the value right, and the slope is nan: clip before it.")
with tf.GradientTape() as _tape:
    _tape.watch(_edge)
    _costs_1 = focal_loss(_y, _edge, gamma=1.0)
check.that("and for gamma 1", tf.reduce_all(tf.math.is_finite(_tape.gradient(_costs_1, _edge))))
check.that("label 1: p = 0 costs more than p = 0.001", _costs[0] > focal_loss(_y[:1], tf.constant([[0.001]]))[0],
           hint="An answer that could not be more wrong costs most: clip close to 0, and do not put 0 in place of the loss.")
_any_n = tf.function(focal_loss, input_signature=[tf.TensorSpec([None, _p.shape[1]])] * 2)
check.graph("focal_loss in a graph that does not know n", _any_n, _y, _p,
            hint="In such a graph `p.shape` holds None: tf.reduce_mean and tf.shape do without it.")
check.close("sure and right: label 1 with p = 1, label 0 with p = 0", focal_loss(_y[:2], _y[:2]), [0.0, 0.0], atol=1e-5,
            hint="The label alone decides whether r is p or 1 - p: to compare it with p goes wrong where the two are equal.")
### BEGIN HIDDEN TESTS
_labels = tf.cast(check.inputs(12, 3) > 0.4, tf.float32)
_chances = check.inputs(12, 3, low=0.02, high=0.98)
check.reference("three outputs", focal_loss(_labels, _chances))
check.reference("as many outputs as examples", focal_loss(_labels[:3], _chances[:3]))
check.reference("one output, many examples", focal_loss(_labels[:, :1], _chances[:, :1]))
check.reference("gamma 0, alpha a half, three outputs", focal_loss(_labels, _chances, gamma=0.0, alpha=0.5))
check.reference("nearly 0 and nearly 1", focal_loss(tf.constant([[1.0], [0.0]]), tf.constant([[1e-5], [0.9999]])), rtol=1e-2)
check.reference("another gamma and alpha", focal_loss(_labels, _chances, gamma=3.5, alpha=0.2))
for _alpha in (0.0, 1.0):
    check.reference(f"alpha {_alpha}", focal_loss(_labels, _chances, gamma=1.0, alpha=_alpha))
check.reference("one example", focal_loss(_labels[:1], _chances[:1]))
check.gradient("the slope", lambda p: focal_loss(_labels[:4], p), 0.1 + 0.8 * _chances[:4])
check.graph("focal_loss in a graph, three outputs", focal_loss, _labels, _chances)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Not too sure of the labels
#
# Some labels are wrong, so a model should not become infinitely sure. *Label smoothing* moves a little of the target from the right class to all: ① of k classes each gets s/k, ② and the right one 1 − s on top of that. Write the cross entropy with it, from logits, so that it holds for logits of any size.
#
# - **In**: `smoothed_cross_entropy(labels, logits, smoothing)`: `labels`, ③ `int32` or `int64` of shape `[n]`, each from 0 to k − 1; `logits`, `float32[n, k]`; `smoothing`, a Python float s from 0 to below 1.
# - **Out**: ④ a `float32` tensor of shape `[n]`: ⑤ minus the sum over the classes of target · log softmax(logits). ⑥ Value and slope are finite and right for logits such as 1000, too, the value to within a few millionths of the largest logit. ⑦ It runs in a graph, which need not know n.
# - **Example**: logits `[0, log 3]` mean the probabilities 1/4 and 3/4. For label 1 and s = 0 the loss is −log 3/4 = 0.2877. For s = 0.5 the target is `[0.25, 0.75]` and the loss 0.25 · 1.3863 + 0.75 · 0.2877 = 0.5623.
#
# <details><summary>Hint 1: the idea</summary>
#
# Softmax first and the logarithm after gives log 0 for a logit far below the others. The two together are harmless: log softmax(z) = z − log Σ exp(z), and TensorFlow has the whole as one function, which takes away the largest logit first.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make the targets: `tf.one_hot` of the labels, times 1 − s, plus s/k. Make the logarithms of the probabilities with `tf.nn.log_softmax`. Multiply, sum over the classes, turn the sign.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# k = logits.shape[____]
# target = ____ * tf.one_hot(labels, ____) + ____
# return -tf.reduce_sum(target * tf.nn.____(logits), axis=____)
# ```
#
# </details>


# %%
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    """Return the cross entropy of each example, with label smoothing, from logits.

    Args:
        labels: integer tensor of shape [n], each from 0 to k - 1.
        logits: float32 tensor of shape [n, k].
        smoothing: the share of the target that all classes divide, a Python float >= 0 and < 1.

    Returns:
        float32 tensor of shape [n].
    """
    ### BEGIN SOLUTION
    surprise = tf.reduce_logsumexp(logits, axis=-1, keepdims=True) - logits
    at_label = tf.gather(surprise, labels, batch_dims=1)
    return (1 - smoothing) * at_label + smoothing * tf.reduce_mean(surprise, axis=-1)
    ### END SOLUTION


# %% points=3
# check: smoothed_cross_entropy-1
_quarter = tf.math.log([[1.0, 3.0], [1.0, 3.0]])
check.close("probabilities 1/4 and 3/4, labels 1 and 0", smoothed_cross_entropy(tf.constant([1, 0]), _quarter),
            tf.constant([0.287682, 1.386294]), but={
    "Return one value for each example.": 0.836988,
    "Logits were taken for probabilities.": [1.19e-7, 16.1181],
})
_half = smoothed_cross_entropy(tf.constant([1, 0], tf.int64), _quarter, 0.5)
check.close("with smoothing 0.5, labels int64", _half, [0.562335, 1.111641], but={
    "Smoothing has no effect.": [0.287682, 1.386294],
    "The share s went to the other classes only: all k classes get s/k.": [0.836988, 0.836988],
    "Each class gets s/k, not s: divide by the number of classes.": [0.980829, 1.530135],
    "The right class keeps 1 - s: here the share of all classes came on top of the whole 1.": [0.706176, 1.804788],
})
_thirds = smoothed_cross_entropy(tf.constant([0]), tf.math.log([[1.0, 3.0, 4.0]]), 0.6)
check.close("probabilities 1/8, 3/8 and 1/2, label 0, smoothing 0.6", _thirds, [1.582461], but={
    "The classes are the columns of the logits: not each of them is among the labels.": [2.079442],
})
_steep = tf.constant([[200.0, 0.0], [0.0, 1000.0]])
check.close("logits 200 and 1000 on the wrong side", smoothed_cross_entropy(tf.constant([1, 0]), _steep), [200, 1000], but={
    "The logarithm of 0: take log and softmax together.": [float("inf"), float("inf")],
    "Clipping the probabilities cuts the loss off.": [16.1181, 16.1181],
    "Softmax written out overflows for 1000.": [200.0, float("nan")],
})
_far = smoothed_cross_entropy(tf.constant([1]), tf.constant([[-1000.0, -1200.0]]))
check.close("logits -1000 and -1200, label 1", _far, [200], but={
    "Softmax written out underflows: shift all logits by the largest one, a negative one, too.": [float("nan")],
})
with tf.GradientTape() as _tape:
    _tape.watch(_steep)
    _total = tf.reduce_sum(smoothed_cross_entropy(tf.constant([1, 0]), _steep))
check.close("the slopes there", _tape.gradient(_total, _steep), [[1, -1], [-1, 1]])
def _with_and_without(labels, logits):
    return tf.stack([smoothed_cross_entropy(labels, logits, s) for s in (0.5, 0.0)])


_any_n = tf.function(_with_and_without, input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, 2])])
check.graph("smoothed_cross_entropy in a graph that does not know n, with smoothing 0.5 and 0", _any_n, tf.constant([1, 0]), _quarter,
            hint="There a tensor has no values yet, and `logits.shape[0]` is None: NumPy, len and a loop over the rows are no way.")
_long = tf.function(_with_and_without, input_signature=[tf.TensorSpec([None], tf.int64), tf.TensorSpec([None, 2])])
check.graph("the same with labels int64", _long, tf.constant([1, 0], tf.int64), _quarter,
            hint="Labels of int64 have no values yet, either.")
### BEGIN HIDDEN TESTS
_scores = 4 * check.inputs(30, 7)
_classes = tf.cast(tf.abs(check.inputs(30)) * 6.99, tf.int64) % 7
for _s in (0.0, 0.1, 0.9):
    check.reference(f"thirty examples of seven classes, smoothing {_s}", smoothed_cross_entropy(_classes, _scores, _s))
check.reference("seven examples of seven classes", smoothed_cross_entropy(_classes[:7], _scores[:7], 0.3))
check.reference("one example, int32", smoothed_cross_entropy(tf.cast(_classes[:1], tf.int32), _scores[:1], 0.2))
_wide = 4 * check.inputs(4, 300)
check.reference("three hundred classes", smoothed_cross_entropy(tf.constant([299, 0, 256, 43]), _wide, 0.1), rtol=1e-3)
check.reference("smoothed and steep", smoothed_cross_entropy(tf.constant([1, 0]), _steep, 0.5))
check.reference("logits of a million", smoothed_cross_entropy(tf.constant([1, 0]), 4e3 * _steep, 0.25))
check.gradient("the slope", lambda z: smoothed_cross_entropy(_classes[:5], z, 0.2), _scores[:5])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: which of twenty matter?
#
# Forty measurements, twenty possible causes, and only three of them are real. Least squares gives every cause a weight. An L1 penalty, strong enough, leaves only those that matter; but plain gradient descent on it never arrives at zero exactly, it jumps to and fro across it. The cure: descend on the squares alone, and after each step move every weight towards zero by learning rate · strength, stopping *at* zero. The loss that becomes smallest in this way:
#
# $$\frac1n \sum_i (x_i \cdot w - y_i)^2 + s \cdot \sum_j |w_j|$$

# %%
def draw_weights(w):
    """Draw weights of least squares in grey, w in blue, and mark the causes that are real."""
    squares = tf.linalg.lstsq(causes, effect[:, tf.newaxis])[:, 0]
    plt.figure(figsize=(8, 2.8))
    plt.bar(range(20), squares, color="#B8C2D0", width=0.8, label="least squares")
    plt.bar(range(20), w, color="#2F6DB5", width=0.4, label="with penalty")
    plt.plot(range(20), real, "_", color="#C75B00", markersize=14, label="real")
    plt.legend(frameon=False, labelcolor="#5B6678", ncols=3)
    plt.xlabel("cause")
    plt.xticks(range(20))
    plt.show()


causes = tf.random.stateless_normal([40, 20], seed=[1, 2])
real = tf.constant([0.0] * 4 + [2.0] + [0.0] * 6 + [-1.5] + [0.0] * 5 + [1.0] + [0.0] * 2)
effect = tf.linalg.matvec(causes, real) + 0.7 * tf.random.stateless_normal([40], seed=[3, 4])

# %%
TARGET = "0 0 0 0 155 0 0 0 0 0 0 -102 0 0 0 0 0 88 0 0"
draw_weights([int(number) / 100 for number in TARGET.split()])

# %% [markdown]
# *Figure: the target, for s = 0.5. Twenty grey bars, one for each cause: least squares gives every cause some weight. Narrow blue bars stand only at the causes 4, 11 and 17, a little shorter than the orange marks of the real weights.*
#
# - **In**: `lasso(x, y, strength)`: `x`, `float32[n, d]`, none of its columns all 0; `y`, `float32[n]`; `strength`, a Python float s ≥ 0. Where x has more than one row, no two of its columns have a cosine beyond ±0.95, the smallest eigenvalue of xᵀx is at least 1/300 of their sum, and the weights of least squares are within ±5.
# - **Out**: ① a `float32` tensor of shape `[d]`: ② the w with the smallest loss above, ③ each right to 0.01; ④ the weights that are 0 there are exactly 0.
# - **Example**: for x = `[[1, 0], [0, 1]]`, y = `[3, 0.2]` and s = 0.5, w is `[2.5, 0]`: the first weight pays 0.5 for being there, the second is not worth it.
#
# <details><summary>Hint 1: the idea</summary>
#
# "Towards zero by t, stopping at zero" is one line: the sign stays, and the absolute value becomes |w| − t, or 0 where that is negative.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Begin at zeros. In each step: the mean of squares inside a tape, a step down with the learning rate n / (2 · Σx²), then the move towards zero by learning rate · strength. This learning rate never swings, but it is small: two thousand steps. In a `tf.function` with a loop over `tf.range` that takes less than a second.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# w = tf.Variable(tf.zeros(x.shape[____]))
# lr = x.shape[____] / (2 * tf.reduce_sum(x**2))
#
# @tf.function
# def descend():
#     for _ in tf.range(____):
#         with tf.GradientTape() as tape:
#             squares = tf.reduce_mean((tf.linalg.matvec(x, w) - ____) ** 2)
#         stepped = w - lr * ____
#         w.assign(tf.sign(____) * tf.maximum(tf.abs(____) - ____, 0))
#
# descend()
# return w.read_value()
# ```
#
# </details>


# %%
# exercise: lasso
def lasso(x, y, strength):
    """Return the weights with the smallest mean squared error plus strength times their absolute values.

    Args:
        x: float32 tensor of shape [n, d].
        y: float32 tensor of shape [n].
        strength: the price of a weight of 1, a Python float >= 0.

    Returns:
        float32 tensor of shape [d], each value right to 0.01, zeros exact.
    """
    ### BEGIN SOLUTION
    n = tf.cast(tf.shape(x)[0], tf.float32)
    curve = 2 * tf.matmul(x, x, transpose_a=True) / n
    pull = 2 * tf.linalg.matvec(x, y, transpose_a=True) / n
    rate = 1 / tf.linalg.trace(curve)

    @tf.function
    def settle(w):
        for _ in tf.range(3000):
            w -= rate * (tf.linalg.matvec(curve, w) - pull)
            w -= tf.clip_by_value(w, -rate * strength, rate * strength)
        return w

    return settle(tf.zeros_like(pull))
    ### END SOLUTION


# %% points=3
# check: lasso-1
_x, _y = tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([3.0, 0.2])
check.close("two causes, s = 0.5", lasso(_x, _y, 0.5), tf.constant([2.5, 0.0]), atol=0.01, but={
    "This is least squares: the penalty has no effect.": [3.0, 0.2],
    "This is the L2 penalty: it shrinks in proportion, and nothing becomes zero.": [1.5, 0.1],
    "The weight passed zero and came out on the other side: stop at zero.": [2.5, -0.3],
    "The squares were added up, not averaged: the penalty weighs half as much.": [2.75, 0.0],
}, hint="Does each step end with the move towards zero, stopping at zero? The slope of |w| in a tape jumps across it.")
check.close("two causes, s = 0", lasso(_x, _y, 0.0), [3.0, 0.2], atol=0.01)
check.close("negative weights", lasso(_x, -_y, 0.5), [-2.5, 0.0], atol=0.01, but={
    "Negative weights were lost: keep the sign.": [0.0, 0.0],
})
check.close("one row, three causes", lasso(tf.constant([[3.0, 0.2, 0.1]]), tf.constant([6.0]), 0.5), [1.972222, 0.0, 0.0], atol=0.01,
            hint="There may be fewer rows than causes: is the learning rate small enough, n / (2 · Σx²)?")
check.close("x and y ten times as large, s = 50", lasso(10 * _x, 10 * _y, 50.0), [2.5, 0.0], atol=0.01,
            hint="A learning rate that suits one x is too large for another: n / (2 · Σx²) suits all.")
check.close("x and y a thousandth as large, s = 0.0000005", lasso(_x / 1000, _y / 1000, 0.0000005), [2.5, 0.0], atol=0.01,
            hint="A learning rate, or a gain to stop at, that suits one x does not suit all: take n / (2 · Σx²) and two thousand steps.")
check.close("causes of sizes 16 and 1, s = 0.1", lasso(tf.constant([[16.0, 0.0], [0.0, 1.0]]), tf.constant([32.0, 2.1]), 0.1),
            [1.9996, 2.0], atol=0.01, hint="A weight of a small cause comes slowly: take two thousand steps.")
check.close("a second weight of 0.02", lasso(_x, tf.constant([3.0, 0.52]), 0.5), [2.5, 0.02], atol=0.01,
            hint="0.02 is small, but not 0: stop at zero, and round nothing.")
check.close("s = 5, more than any cause is worth", lasso(_x, _y, 5.0), [0.0, 0.0], atol=0.01)
check.equal("exactly zero", lasso(_x, _y, 0.5) == 0, [False, True],
            hint="Near zero is not zero: the last thing in each step is the move towards zero.")
check.close("a cause that is worth it beside another only, s = 0.2", lasso(tf.constant([[1.0, 0.8], [0.0, 0.6]]), tf.constant([1.2, -1.8]), 0.2),
            [2.6, -2.0], atol=0.01, hint="What a cause is worth changes with the other weights: leave none out for good.")
check.close("three causes that pull against each other, s = 0",
            lasso(tf.constant([[0.7, -0.3, -0.3], [-0.3, 0.7, -0.3], [-0.3, -0.3, 0.7]]), tf.constant([0.4, 0.4, 0.4]), 0.0),
            [4.0, 4.0, 4.0], atol=0.01, hint="Many small steps still add up: do not stop at the first small one, take two thousand.")
### BEGIN HIDDEN TESTS
_xs = 2 * check.inputs(60, 6)
_ys = tf.linalg.matvec(_xs, tf.constant([2.0, 0.0, -1.0, 0.0, 0.5, 0.0])) + 0.3 * check.inputs(60)
for _strength in (0.0, 0.2, 1.0):
    check.reference(f"sixty rows, strength {_strength}", lasso(_xs, _ys, _strength), atol=0.02)
check.reference("three rows", lasso(2 * tf.eye(3) + 0.1 * _xs[:3, :3], _ys[:3], 0.1), atol=0.02)
check.reference("one cause", lasso(_xs[:, :1], _ys, 0.3), atol=0.02)
_first, _second = check.inputs(200), check.inputs(200)
_alike = tf.stack([_first, 0.9 * _first + 0.44 * _second], axis=1)
check.reference("two causes that are much alike", lasso(_alike, tf.linalg.matvec(_alike, tf.constant([5.0, -5.0])), 0.01), atol=0.02)
_against = tf.stack([_first, 0.44 * _second - 0.9 * _first], axis=1)
check.reference("two causes that go against each other", lasso(_against, tf.linalg.matvec(_against, tf.constant([5.0, 5.0])), 0.01), atol=0.02)
_sizes = tf.constant([[17.0, 0.0], [0.0, 1.0]])
check.reference("causes of sizes 17 and 1", lasso(_sizes, tf.constant([34.0, 4.1]), 0.1), atol=0.01)
check.reference("a high price: exactly zero", lasso(_xs, _ys, 100.0) == 0)
### END HIDDEN TESTS

# %% points=2
# check: lasso-2
_w = lasso(causes, effect, 0.5)
draw_weights(_w)
check.equal("the causes that are left", tf.where(_w != 0)[:, 0], [4, 11, 17],
            hint="Every weight that is not exactly 0 counts as left.")
check.close("their weights", tf.gather(_w, [4, 11, 17]), [1.55, -1.02, 0.88], atol=0.02)
### BEGIN HIDDEN TESTS
check.reference("all weights", _w, atol=0.02)
check.reference("the weights at a lower price", lasso(causes, effect, 0.2), atol=0.03)
### END HIDDEN TESTS
