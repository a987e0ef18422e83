# %% [markdown]
# # Exercises: the TPU
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. No TPU is needed: `check.compiles` compiles your function by XLA on the CPU, and looks through its graph for what a TPU refuses besides. In Colab choose a runtime without a TPU for this notebook: the one with a TPU has no TensorFlow.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import tensorflow as tf
from grader import check

# %% [markdown]
# ## 1. The mean of those that count
#
# `masked_mean(x, mask)` is ① the mean of the elements where the mask is true, ② in a way that a TPU can run.
#
# - **In**: `x`, `float32[n]`; `mask`, `bool[n]`.
# - **Out**: ③ a `float32` tensor of shape `[]`; ④ 0 if the mask is nowhere true. ⑤ What stands where the mask is false must not matter, not even if it is infinite or not a number. ⑥ Where the mask is true an infinity or a `nan` counts, and makes the mean infinite, with its sign, or `nan`.
# - **Example**: for `[1, 9, 3]` and the mask `[True, False, True]` it is 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Keep every element, but let those that do not count weigh nothing: the sum of the rest, divided by how many there are.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.where` with three arguments puts a zero wherever the mask is false (a product with 0 would not do for infinity). Count by a cast of the mask. `tf.math.divide_no_nan` takes care of the empty mask.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# kept = tf.where(mask, ____, ____)
# count = tf.reduce_sum(tf.cast(____, tf.float32))
# return tf.math.divide_no_nan(____, ____)
# ```
#
# </details>


# %%
# exercise: masked_mean
def masked_mean(x, mask):
    """Return the mean of x where the mask is true, with sizes that are known beforehand.

    Args:
        x: float32 tensor of shape [n].
        mask: bool tensor of shape [n].

    Returns:
        float32 tensor of shape []; 0 where the mask is nowhere true.
    """
    ### BEGIN SOLUTION
    chosen = tf.where(mask, x, tf.zeros_like(x))
    number = tf.math.count_nonzero(mask, dtype=tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(chosen), number)
    ### END SOLUTION


# %% points=2
# check: masked_mean-1
_x, _mask = tf.constant([1.0, 9.0, 3.0]), tf.constant([True, False, True])
check.close("[1, 9, 3], the middle left out", masked_mean(_x, _mask), 2.0, but={
    "Divide by how many count, not by all.": 4 / 3,
    "This is the mean of those that do not count.": 9.0,
    "This is the sum.": 4.0,
})
_endless = tf.constant([1.0, float("inf"), 3.0])
check.close("an infinity that is left out", masked_mean(_endless, _mask), 2.0, but={
    "Infinity times 0 is not a number: choose with tf.where.": float("nan"),
})
check.close("[0, 9, 4], the middle left out", masked_mean(tf.constant([0.0, 9.0, 4.0]), _mask), 2.0, but={
    "A zero where the mask is true counts: count the mask, not the values.": 4.0,
})
_unknown = tf.constant([1.0, float("nan"), 3.0])
check.close("not a number, left out", masked_mean(_unknown, _mask), 2.0)
check.close("an infinity that counts", masked_mean(_endless, tf.constant([True, True, False])), float("inf"), but={
    "The mask says what counts, not the value: infinity is dropped here.": 0.5,
})
check.close("a minus infinity that counts", masked_mean(-_endless, tf.constant([True, True, False])), float("-inf"), but={
    "Infinity has a sign: keep it.": float("inf"),
})
check.close("nothing counts", masked_mean(_x, tf.constant([False] * 3)), 0.0, but={
    "0 / 0 is not a number: tf.math.divide_no_nan makes 0 of it.": float("nan"),
})
check.compiles("masked_mean for a TPU", masked_mean, _x, _mask)
check.close("a minus infinity that is left out", masked_mean(-_endless, _mask), -2.0, but={
    "Minus infinity times 0 is not a number either: choose with tf.where.": float("nan"),
})
### BEGIN HIDDEN TESTS
_many = check.inputs(50)
check.reference("the positive ones of random numbers", masked_mean(_many, _many > 0))
check.reference("one element", masked_mean(_many[:1], tf.constant([True])), rtol=1e-5)
check.reference("no element", masked_mean(_many[:0], _many[:0] > 0))
check.compiles("fifty for a TPU", masked_mean, tf.TensorSpec([50], tf.float32), _many > 0.5)
_long = check.inputs(700, low=1.0, high=2.0)
check.reference("six hundred of seven hundred", masked_mean(_long, tf.range(700) < 601))
_most = check.inputs(10_000, low=1.0, high=2.0)
check.reference("2049 and 9999 of ten thousand", [masked_mean(_most, tf.range(10_000) < _count) for _count in (2049, 9999)])
check.reference("both infinities", masked_mean(tf.constant([1.0, float("inf"), float("-inf")]), tf.constant([True] * 3)))
check.reference("not a number, and it counts", masked_mean(_unknown, tf.constant([True, True, False])))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Every batch the same
#
# The last batch of an epoch is a short one, and on a TPU each new size is compiled anew. `pad_batch(x, y, size)` makes it as long as the others. It is used in a pipeline, `dataset.map(lambda x, y: pad_batch(x, y, 8))`, ① where the number of rows is not known while tracing.
#
# - **In**: `x`, `float32[rows, k]`; `y`, `int64[rows]`; `size`, a Python integer of 1 or more; 0 ≤ rows ≤ size.
# - **Out**: three tensors: ② x with rows of zeros added at its end, `float32[size, k]`; ③ y with zeros added at its end, `int64[size]`; weights, ④ `float32[size]`, ⑤ 1 for a row that was there and 0 for one that was added.
# - ⑥ The shapes are known beforehand: in the dataset's `element_spec` the first axis is `size`, not `None`.
# - **Example**: for x = `[[5]]`, y = `[2]` and size 3: `[[5], [0], [0]]`, `[2, 0, 0]`, `[1, 0, 0]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# How many rows are missing is a tensor here: `tf.shape(x)[0]`, not `x.shape[0]`. `tf.pad` adds zeros; afterwards you promise the shape.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.pad` takes a pair (before, after) for each axis. `tf.ensure_shape(t, [size, …])` makes the shape known; the columns you know already, from `x.shape[1]`. `tf.sequence_mask(rows, size, dtype)` makes the weights.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# rows = tf.shape(x)[0]
# x = tf.pad(x, [[0, ____], [0, 0]])
# y = tf.pad(y, [[____, ____]])
# weights = tf.sequence_mask(____, ____, ____)
# return tf.ensure_shape(x, [size, x.shape[1]]), tf.ensure_shape(____, ____), tf.ensure_shape(____, ____)
# ```
#
# </details>


# %%
# exercise: pad_batch
def pad_batch(x, y, size):
    """Return a batch padded with zeros to a known size, and weights that tell real rows from added ones.

    Args:
        x: float32 tensor of shape [rows, k], rows <= size.
        y: int64 tensor of shape [rows].
        size: rows of the padded batch, a Python integer.

    Returns:
        (x, y, weights): float32 of shape [size, k], int64 of shape [size], float32 of shape [size].
    """
    ### BEGIN SOLUTION
    present = tf.shape(x)[0]
    wide = tf.pad(x, [[0, size - present], [0, 0]])
    wide.set_shape([size, x.shape[1]])
    long = tf.ensure_shape(tf.pad(y, [[0, size - present]]), [size])
    return wide, long, tf.cast(tf.range(size) < present, tf.float32)
    ### END SOLUTION


# %% points=3
# check: pad_batch-1
_x, _y, _weights = pad_batch(tf.constant([[5.0]]), tf.constant([2], tf.int64), 3)
check.close("the features", _x, [[5.0], [0.0], [0.0]], but={
    "The padding belongs after the rows, not before.": [[0.0], [0.0], [5.0]],
})
check.equal("the labels", _y, tf.constant([2, 0, 0], tf.int64))
check.close("the weights", _weights, tf.constant([1.0, 0.0, 0.0]), but={
    "Rows that were added weigh nothing.": tf.constant([1.0, 1.0, 1.0]),
    "It is the other way round: 1 for a row that was there.": tf.constant([0.0, 1.0, 1.0]),
})
_pipeline = tf.data.Dataset.from_tensor_slices((tf.ones([10, 2]), tf.range(10, dtype=tf.int64))).batch(4)
_padded = _pipeline.map(lambda x, y: pad_batch(x, y, 4))
for _name, _spec, _shape in zip(("features", "labels", "weights"), _padded.element_spec, [(4, 2), (4,), (4,)]):
    check.shape(f"the {_name} in the pipeline, as known beforehand", _spec.shape, _shape,
                hint="tf.ensure_shape tells the graph a shape that you know.")
_parts = list(_padded)
check.equal("the labels of ten rows in batches of four", [part[1] for part in _parts], [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 0, 0]])
check.close("the weights of ten rows in batches of four", [part[2] for part in _parts], [[1.0] * 4, [1.0] * 4, [1.0, 1.0, 0.0, 0.0]])
_one = pad_batch(tf.constant([[5.0]]), tf.constant([2], tf.int64), 1)[2]
check.shape("the weights of a single row, padded to one", _one, (1,), hint="The axis of the rows stays where there is one row: tf.squeeze would take it.")
### BEGIN HIDDEN TESTS
_x, _y = check.inputs(7, 3), check.inputs(7, dtype="int64")
for _rows, _size in ((7, 7), (7, 9), (1, 5)):
    check.reference(f"{_rows} random rows padded to {_size}", pad_batch(_x[:_rows], _y[:_rows], _size))
_pipeline = tf.data.Dataset.from_tensor_slices((_x, _y)).batch(3).map(lambda x, y: pad_batch(x, y, 3))
check.reference("a random pipeline", list(_pipeline))
check.equal("its shapes", [spec.shape.as_list() for spec in _pipeline.element_spec], [[3, 3], [3], [3]])
check.reference("a row of zeros that was there", pad_batch(tf.constant([[0.0, 0.0], [1.0, 0.0]]), tf.constant([0, 3], tf.int64), 4))
check.reference("no rows", pad_batch(tf.zeros([0, 2]), tf.zeros([0], tf.int64), 3))
_strange = tf.constant([[float("inf"), float("nan")], [1.0, 2.0]])
check.reference("rows with infinity and nan, labels of -1 and beyond int32", pad_batch(_strange, tf.constant([2**40, -1], tf.int64), 4))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. How often each class
#
# `tf.unique_with_counts` would tell how often each label occurs, but how many different ones there are depends on the data. `class_counts(labels, classes)` counts for every class there is.
#
# - **In**: `labels`, `int32[n]`, n ≥ 0; `classes`, a Python integer.
# - **Out**: ① `int32[classes]`: ② how often 0, 1, … `classes − 1` occur. ③ Labels outside that range, such as −1 for "unknown", count nowhere.
# - ④ It compiles for a TPU.
# - **Example**: for `[2, 0, 2, -1]` and 4 classes it is `[1, 0, 2, 0]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# One row for each label and one column for each class, with a 1 where they meet: then sum up the columns.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.one_hot` makes this table, and leaves a row of zeros for a label out of range. Ask it for `int32`. Or compare `labels[:, None]` with `tf.range(classes)`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# table = tf.one_hot(____, ____, dtype=____)
# return tf.reduce_sum(____, axis=____)
# ```
#
# </details>


# %%
# exercise: class_counts
def class_counts(labels, classes):
    """Return how often each class occurs, with sizes that are known beforehand.

    Args:
        labels: int32 tensor of shape [n]; what is not in 0 .. classes - 1 is not counted.
        classes: number of classes, a Python integer.

    Returns:
        int32 tensor of shape [classes].
    """
    ### BEGIN SOLUTION
    hits = tf.equal(tf.expand_dims(labels, 1), tf.range(classes))
    return tf.math.count_nonzero(hits, axis=0, dtype=tf.int32)
    ### END SOLUTION


# %% points=3
# check: class_counts-1
_labels = tf.constant([2, 0, 2, -1])
check.equal("[2, 0, 2, -1] in four classes", class_counts(_labels, 4), tf.constant([1, 0, 2, 0]), but={
    "A label of -1 counts nowhere, not as the last class.": tf.constant([1, 0, 2, 1]),
    "A label of -1 counts nowhere, not as class 0.": tf.constant([2, 0, 2, 0]),
    "Only whether a class occurs, not how often.": tf.constant([1, 0, 1, 0]),
})
check.equal("a label that is too large", class_counts(tf.constant([0, 9]), 2), tf.constant([1, 0]), but={
    "A label of 9 counts nowhere, not as the last class.": tf.constant([1, 1]),
})
check.compiles("class_counts for a TPU", lambda labels: class_counts(labels, 4), _labels)
### BEGIN HIDDEN TESTS
_random = check.inputs(60, dtype="int32", low=-2, high=9)
check.reference("random labels in seven classes", class_counts(_random, 7))
check.reference("one class", class_counts(_random, 1))
check.reference("no labels", class_counts(_random[:0], 3))
check.compiles("sixty for a TPU", lambda labels: class_counts(labels, 7), _random)
check.reference("ten thousand labels of one class", class_counts(tf.fill([10_000], 2), 3))
check.reference("three hundred classes", class_counts(tf.range(-5, 400), 300))
check.reference("thousands of labels", class_counts(tf.concat([tf.fill([2052], 1), tf.fill([300], 0), tf.range(9), [257, -254, 2**16]], axis=0), 5))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. The first few that hold
#
# Where are the first k places at which a condition holds? `tf.where(mask)[:k, 0]` would say, but its size depends on the data. `first_true(mask, k)` always gives k numbers.
#
# - **In**: `mask`, `bool[n]`; `k`, a Python integer, 1 ≤ k ≤ n.
# - **Out**: ① `int32[k]`: ② the first k places where the mask is true, ③ in rising order. ④ If there are fewer, the rest, at the end, is −1.
# - ⑤ It compiles for a TPU.
# - **Example**: for `[False, True, False, True, True]` and k = 2 it is `[1, 3]`; for k = 4 it is `[1, 3, 4, -1]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Give every place a number: its own where the mask is true, a larger one than any place where it is not. Then the k smallest are what you want.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.where` with three arguments gives the numbers, `tf.sort` sorts them; k is a Python integer, so a slice has a known size. At the end the large number becomes −1. (`tf.math.top_k` of the negative numbers does it, too.)
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# n = mask.shape[0]
# places = tf.where(mask, ____, ____)
# first = tf.____(places)[:k]
# return tf.where(first < ____, ____, ____)
# ```
#
# </details>


# %%
# exercise: first_true
def first_true(mask, k):
    """Return the first k places where the mask is true, with a size that is known beforehand.

    Args:
        mask: bool tensor of shape [n].
        k: how many, a Python integer, 1 <= k <= n.

    Returns:
        int32 tensor of shape [k], filled up with -1.
    """
    ### BEGIN SOLUTION
    none = mask.shape[0]
    numbered = tf.sort(tf.where(mask, tf.range(none), none))
    front = numbered[:k]
    return tf.where(tf.equal(front, none), -1, front)
    ### END SOLUTION


# %% points=3
# check: first_true-1
_mask = tf.constant([False, True, False, True, True])
check.equal("the first two", first_true(_mask, 2), tf.constant([1, 3]), but={
    "These are the last two: you want the smallest places.": tf.constant([3, 4]),
    "In rising order, please.": tf.constant([3, 1]),
})
check.equal("the first four of three", first_true(_mask, 4), tf.constant([1, 3, 4, -1]), but={
    "What is missing is -1, not the number of places.": tf.constant([1, 3, 4, 5]),
    "What is missing comes at the end.": tf.constant([-1, 1, 3, 4]),
})
check.equal("nothing holds", first_true(tf.constant([False, False]), 2), tf.constant([-1, -1]))
check.equal("two hundred places, the last fifty hold", first_true(tf.range(200) >= 150, 2), tf.constant([150, 151]), but={
    "The number for what does not hold must be larger than any place: take n.": tf.constant([-1, -1]),
})
check.equal("three hundred places, place 1 alone holds", first_true(tf.range(300) == 1, 2), tf.constant([1, -1]), hint="Whole numbers such as 299 have no room in 8 bits, nor in bfloat16: sort int32.")
check.equal("all three hold", first_true(tf.fill([3], True), 3), tf.constant([0, 1, 2]), but={
    "The largest number is a place where all places hold: n alone stands for one that does not.": tf.constant([0, 1, -1]),
})
check.compiles("first_true for a TPU", lambda mask: first_true(mask, 3), _mask)
### BEGIN HIDDEN TESTS
_draws = check.inputs(40)
for _limit in (-3.0, 0.0, 1.0, 5.0):
    check.reference(f"random numbers above {_limit}", first_true(_draws > _limit, 6))
check.reference("all places", first_true(_draws[:9] > 0, 9))
check.reference("the first alone", first_true(_draws > 0.5, 1))
check.reference("far behind", first_true(tf.range(3000) >= 2998, 4))
check.compiles("forty for a TPU", lambda mask: first_true(mask, 6), _draws > 0)
check.reference("the last of ten thousand", first_true(tf.range(10_000) >= 9_997, 5))
check.reference("thousands that hold", first_true(tf.range(4400) % 2 == 1, 2150))
check.reference("odd places beyond two thousand", first_true(tf.range(4200) % 2 + tf.cast(tf.range(4200) > 4101, tf.int32) == 2, 3))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: a step that a TPU refuses
#
# `masked_step` is a step of gradient descent for linear regression in which targets may be missing; a missing target is `nan`. The version below gives the right numbers and would never run on a TPU. Run the check: it names one fault after the other. There are three.
#
# - **In**: `w`, `float32[k, 1]`; `x`, `float32[n, k]`, n ≥ 1; `y`, `float32[n, 1]`, in which a missing target is not a number.
# - **Out**: `masked_step(w, x, y)` returns two `float32` tensors: ① the mean squared error over the rows with a target, of shape `[]`, and ② the new weights, `float32[k, 1]`, after a step at the rate 0.1. If no row has a target, ③ the loss is 0 and ④ the weights stay.
# - It compiles for a TPU: ⑤ it has no `tf.print` in it, and prints nothing to the standard output, ⑥ each size is known beforehand, and ⑦ nothing in it is `float64`.
# - **Example**: with w = 0, x = `[[1], [1], [1]]` and y = `[[2], [nan], [4]]` the loss is (4 + 16) / 2 = 10, and w becomes 0.6.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three things do not belong in a step for a TPU: picking rows by a condition, double precision, printing.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make a mask out of `tf.math.is_nan`. Put any number, 0 say, in the place of the missing targets *before* you compute with them: a nan that is multiplied by 0 afterwards is still a nan, in the gradient as well. Then let the errors of these rows be 0, and divide by the count of the others, at least 1.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# there = ~tf.math.is_nan(y)
# filled = tf.where(there, ____, ____)
# count = tf.maximum(tf.reduce_sum(tf.cast(____, tf.float32)), ____)
# with tf.GradientTape() as tape:
#     tape.watch(w)
#     errors = tf.where(there, ____ - filled, ____)
#     loss = tf.reduce_sum(____) / count
# return loss, w - 0.1 * tape.gradient(____, ____)
# ```
#
# </details>


# %%
# exercise: masked_step
def masked_step(w, x, y):
    """Return loss and new weights of one step of linear regression with missing targets, fit for a TPU.

    Args:
        w: float32 tensor of shape [k, 1].
        x: float32 tensor of shape [n, k].
        y: float32 tensor of shape [n, 1]; a missing target is nan.

    Returns:
        (loss, w): float32 of shape []; float32 of shape [k, 1].
    """
    ### BEGIN SOLUTION
    #| rate = tf.constant(np.float64(0.1))
    #| there = ~tf.math.is_nan(y[:, 0])
    #| rows, targets = tf.boolean_mask(x, there), tf.boolean_mask(y, there)
    #| with tf.GradientTape() as tape:
    #|     tape.watch(w)
    #|     loss = tf.reduce_sum((rows @ w - targets) ** 2) / tf.maximum(tf.cast(tf.size(targets), tf.float32), 1.0)
    #| slope = tape.gradient(loss, w)
    #| tf.print("loss", loss)
    #| return loss, tf.cast(tf.cast(w, tf.float64) - rate * tf.cast(slope, tf.float64), tf.float32)
    missing = tf.math.is_nan(y)
    number = tf.reduce_sum(tf.where(missing, 0.0, 1.0))
    with tf.GradientTape() as recorded:
        recorded.watch(w)
        guess = tf.matmul(x, w)
        squares = tf.square(guess - tf.where(missing, guess, y))
        mean = tf.math.divide_no_nan(tf.reduce_sum(squares), number)
    return mean, w - 0.1 * recorded.gradient(mean, w)
    ### END SOLUTION


# %% points=4
# check: masked_step-1
_x, _y = tf.ones([3, 1]), tf.constant([[2.0], [float("nan")], [4.0]])
_loss, _new = masked_step(tf.zeros([1, 1]), _x, _y)
check.close("the loss for targets 2, nan, 4", _loss, 10.0, but={
    "Divide by the number of targets that are there.": 20 / 3,
    "The missing target reached the loss: replace it before you compute with it.": float("nan"),
})
check.close("the weight after the step", _new, [[0.6]], but={
    "Only the loss is free of nan, the gradient is not: replace the missing target before you compute with it.": [[float("nan")]],
    "The gradient is that of a mean over all rows.": [[0.4]],
})
_loss, _new = masked_step(tf.ones([1, 1]), _x, tf.fill([3, 1], float("nan")))
check.close("no target at all: loss and weight", [_loss, _new[0, 0]], [0.0, 1.0], but={
    "0 / 0 is not a number: divide by 1 at least.": [float("nan"), 1.0],
    "The loss is 0, but the gradient is 0 / 0: divide by 1 at least.": [0.0, float("nan")],
})
_loss, _new = masked_step(tf.zeros([1, 1]), _x, tf.constant([[0.0], [float("nan")], [4.0]]))
check.close("the loss for targets 0, nan, 4 and the weight 0", _loss, 8.0, but={
    "A target of 0 that is met is a target, too.": 16.0,
})
_loss, _new = masked_step(tf.zeros([1, 1]), _x, tf.constant([[-1.0], [float("nan")], [4.0]]))
check.close("the loss for targets -1, nan, 4 and the weight 0", _loss, 8.5, but={
    "A target of -1 is a target: no number may stand for a missing one.": 16.0,
})
_printed = StringIO()
with redirect_stdout(_printed):
    masked_step(tf.zeros([1, 1]), tf.ones([5, 1]), tf.ones([5, 1]))
check.equal("what it prints", _printed.getvalue(), "",
            hint="A TPU has no terminal: neither `tf.print` nor `print` in it. Return the loss, and print it after the call.")
check.compiles("masked_step for a TPU", masked_step, tf.zeros([1, 1]), _x, _y)
### BEGIN HIDDEN TESTS
_w, _x = check.inputs(4, 1), check.inputs(20, 4)
_draws = check.inputs(20, 1)
_y = tf.where(_draws > 0.5, float("nan"), _draws)
check.reference("random rows with missing targets", masked_step(_w, _x, _y))
check.reference("nothing missing, far away", masked_step(_w, _x, 100.0 * _draws))
check.compiles("random rows for a TPU", masked_step, _w, _x, _y)
check.reference("targets of 0 are targets", masked_step(_w, _x, tf.where(_draws > 0.0, 0.0, _draws)))
_far = masked_step(tf.zeros([1, 1]), tf.ones([7, 1]), tf.constant([[-9999.0], [-999.0], [-99.0], [-9.0], [1.0], [999.0], [9999.0]]))
check.reference("targets such as -999 and 9999 are targets", _far)
_endless = masked_step(tf.zeros([1, 1]), tf.ones([2, 1]), tf.constant([[float("inf")], [1.0]]))
check.reference("an infinite target is no missing one", _endless[0])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: many steps in one call
#
# `steps_per_execution` in your own hands: `run_steps(w, xs, ys, rate)` does one step of gradient descent for every batch in a stack, in a single loop of the graph, without coming back to Python.
#
# - **In**: `w`, `float32[k, 1]`; `xs`, `float32[steps, n, k]`, a stack of batches; `ys`, `float32[steps, n, 1]`; 1 to 200 steps; `rate`, a Python float; all numbers finite.
# - **Out**: ① the weights after all steps, `float32[k, 1]`, and the losses, ② `float32[steps]`: each is ③ the mean squared error of its batch, over all its rows, ④ *before* its step.
# - ⑤ It compiles for a TPU, ⑥ and its graph is no larger for two hundred steps than for two: a loop, not copies of a step.
# - **Example**: with w = 0, two batches of one row, x = 1 and y = 1, and the rate 0.25: the weights go 0 → 0.5 → 0.75, and the losses are 1 and 0.25.
#
# <details><summary>Hint 1: the idea</summary>
#
# A loop over `tf.range` becomes one loop in the graph; a loop over Python's `range` is written out. Results of a loop are collected in a `tf.TensorArray`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The number of steps is `xs.shape[0]`, known beforehand. Inside the loop: a tape that watches w, the loss of batch i, the gradient, the new w, and `losses = losses.write(i, loss)`. AutoGraph turns the `for` into a loop only inside a `tf.function`; line by line it works as well. `tf.scan` over the stack is another way.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# losses = tf.TensorArray(tf.float32, size=____)
# for i in tf.range(____):
#     with tf.GradientTape() as tape:
#         tape.____(w)
#         loss = tf.reduce_mean(tf.square(____ - ____))
#     w -= ____
#     losses = losses.____(i, loss)
# return w, losses.____()
# ```
#
# </details>


# %%
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    """Do one step of gradient descent for each batch of a stack, in one loop of the graph.

    Args:
        w: float32 tensor of shape [k, 1].
        xs: float32 tensor of shape [steps, n, k].
        ys: float32 tensor of shape [steps, n, 1].
        rate: the learning rate, a Python float.

    Returns:
        (w, losses): float32 of shape [k, 1]; float32 of shape [steps], each before its step.
    """
    ### BEGIN SOLUTION
    def one(state, batch):
        weights, _ = state
        x, y = batch
        with tf.GradientTape() as recorded:
            recorded.watch(weights)
            mean = tf.reduce_mean(tf.square(x @ weights - y))
        return weights - rate * recorded.gradient(mean, weights), mean

    path, losses = tf.scan(one, (xs, ys), initializer=(w, tf.constant(0.0)))
    return path[-1], losses
    ### END SOLUTION


# %% points=4
# check: run_steps-1
_xs, _ys = tf.ones([2, 1, 1]), tf.ones([2, 1, 1])
_w, _losses = run_steps(tf.zeros([1, 1]), _xs, _ys, 0.25)
check.close("the weights after two steps", _w, [[0.75]], but={
    "This is what one step gives.": [[0.5]],
    "Both gradients were taken at the first weights.": [[1.0]],
})
check.close("the losses", _losses, [1.0, 0.25], but={
    "Each loss belongs before its step.": [0.25, 0.0625],
    "All losses are those of the first weights.": [1.0, 1.0],
})
_ys = tf.constant([[[1.0], [3.0]]] * 2)
_w, _losses = run_steps(tf.zeros([1, 1]), tf.ones([2, 2, 1]), _ys, 0.25)
check.close("batches of two rows, x = 1, y = 1 and 3: the weights", _w, [[1.5]], but={
    "The gradient is that of the sum over the rows: take the mean.": [[2.0]],
})
check.close("batches of two rows: the losses", _losses, [5.0, 2.0], but={
    "These are sums over the rows: take the mean.": [10.0, 4.0],
})


def _four(w, xs, ys):
    return run_steps(w, xs, ys, 0.1)


def _operations(steps):
    """How many operations the graph for so many steps has, with the functions that it calls."""
    specs = [tf.TensorSpec([2, 1]), tf.TensorSpec([steps, 4, 2]), tf.TensorSpec([steps, 4, 1])]
    graph = tf.function(_four).get_concrete_function(*specs).graph.as_graph_def()
    return len(graph.node) + sum(len(function.node_def) for function in graph.library.function)


check.at_most("how many more operations 200 steps need than 2", _operations(200) - _operations(2), 5,
              hint="A loop over range(n) is written out n times; over tf.range(n) it is a loop.")
check.compiles("four steps for a TPU", _four, tf.zeros([2, 1]), tf.ones([4, 4, 2]), tf.ones([4, 4, 1]))
### BEGIN HIDDEN TESTS
_start, _xs, _ys = check.inputs(3, 1), check.inputs(8, 5, 3), check.inputs(8, 5, 1)
check.reference("eight random batches", run_steps(_start, _xs, _ys, 0.05), rtol=1e-3, atol=1e-4)
check.reference("one batch", run_steps(_start, _xs[:1], _ys[:1], 0.05))
check.graph("in a graph", _four, _start, _xs, _ys, rtol=1e-3, atol=1e-4)
check.compiles("eight steps for a TPU", _four, _start, _xs, _ys, rtol=1e-3, atol=1e-4)
check.reference("two hundred batches", run_steps(_start, check.inputs(200, 2, 3), check.inputs(200, 2, 1), 0.05), rtol=1e-3, atol=1e-4)
check.reference("three batches", run_steps(_start, _xs[:3], _ys[:3], 0.05), rtol=1e-3, atol=1e-4)
check.reference("a very long step", run_steps(_start, _xs[:1], _ys[:1] + 200.0, 1.5), rtol=1e-3, atol=1e-2)
### END HIDDEN TESTS
