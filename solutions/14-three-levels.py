# %% [markdown]
# # Exercises: three levels
#
# Six tasks, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other numbers and other models. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import numpy as np
import tensorflow as tf
from grader import check
from keras import layers

tf.get_logger().setLevel("ERROR")    # so many models in one notebook would look like retracing


def _noting(predict, seen):
    """Return a function that does what predict does, and notes in the list `seen` what it was given."""
    def noted(x):
        seen.append(x)
        return predict(x)

    return noted


# %% [markdown]
# ## 1. Batch by batch
#
# Hand out the rows of a training set in batches, in a given order. The low level has no other data pipeline.
#
# - **In**: `data_iter(x, y, size, order)`: `x`, `float32[n, d]`; `y`, `float32[n, 1]`; `size`, a Python integer ≥ 1; `order`, a tensor `int32[m]` of row numbers. It may name only some of the rows, or a row twice.
# - **Out**: something that a `for` loop can go through (a generator, a list, …): ① pairs `(x_batch, y_batch)` of `float32` tensors, x first; ② the rows come in the order in which `order` names them; ③ each x stands beside its own y; ④ there are `size` rows in each batch, and in the last one what is left; ⑤ no batch is empty, so for an empty `order` there is none; ⑥ all the rows that `order` names come, be they fewer or more than n.
# - **Example**: three rows, `size` 2, the order 2, 0, 1: first a batch with the rows 2 and 0, then one with row 1.
#
# <details><summary>Hint 1: the idea</summary>
#
# A slice of the order is a batch of row numbers. One function of chapter 01 takes rows by number.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Count from 0 to the length of the order in steps of `size`. Take that slice of the order, and `tf.gather` both x and y with it. A slice that reaches over the end is simply shorter. `yield` hands out one pair and waits.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# for first in range(0, ____, ____):
#     numbers = order[____:____]
#     yield ____, ____
# ```
#
# </details>


# %%
# exercise: data_iter
def data_iter(x, y, size, order):
    """Hand out rows of x and y in batches, in the order given.

    Args:
        x: float32 tensor of shape [n, d].
        y: float32 tensor of shape [n, 1].
        size: rows in a batch, a Python integer >= 1.
        order: int32 tensor of shape [m], row numbers.

    Returns:
        an iterable of pairs (x_batch, y_batch) of float32 tensors.
    """
    ### BEGIN SOLUTION
    pairs = tf.data.Dataset.from_tensor_slices((tf.gather(x, order), tf.gather(y, order)))
    return pairs.batch(size)
    ### END SOLUTION


# %% points=2
# check: data_iter-1
_x = tf.constant([[0.0], [1.0], [2.0], [3.0], [4.0]])
_batches = [_pair for _pair in data_iter(_x, 10 * _x, 2, tf.constant([3, 0, 4, 1, 2]))]
check.equal("rows in each batch", [len(_pair[0]) for _pair in _batches], [2, 2, 1], but={
    "The last batch is short, not left out.": [2, 2],
    "The last batch is short: nothing fills it up.": [2, 2, 2],
})
check.close("the first batch: rows 3 and 0", _batches[0], [tf.constant([[3.0], [0.0]]), tf.constant([[30.0], [0.0]])], but={
    "The order was not used.": [tf.constant([[0.0], [1.0]]), tf.constant([[0.0], [10.0]])],
    "x is in the new order, y in the old one: a row's label must go with it.": [
        tf.constant([[3.0], [0.0]]), tf.constant([[0.0], [10.0]])],
    "x comes first in the pair.": [tf.constant([[30.0], [0.0]]), tf.constant([[3.0], [0.0]])],
})
check.close("the last batch: row 2", _batches[-1], [tf.constant([[2.0]]), tf.constant([[20.0]])])
_sizes = [
    [len(_pair[0]) for _pair in data_iter(_x, _x, 2, tf.constant(_order, "int32"))]
    for _order in ([1, 2, 3, 4], [], [0] * 7)
]
check.equal("four rows in batches of two", _sizes[0], [2, 2], hint="Without an empty batch at the end.")
check.equal("no rows", _sizes[1], [])
check.equal("row 0 seven times", _sizes[2], [2, 2, 2, 1], hint="Count the rows that the order names, not those of x.")
_sizes = [len(_pair[0]) for _pair in data_iter(_x[:3], _x[:3], 5, tf.constant([2, 0, 1, 2, 0, 1, 2]))]
check.equal("seven rows out of three, in batches of five", _sizes, [5, 2], hint="A batch may have more rows than x.")
_sizes = [len(_pair[0]) for _pair in data_iter(_x[:3], _x[:3], 1, tf.constant([2, 0, 1, 2, 0, 1, 2]))]
check.equal("seven rows out of three, one at a time", _sizes, [1] * 7, hint="There may be more batches than x has rows.")
[_pair] = data_iter(tf.ones((2, 1)), tf.constant([[0.0], [5.0]]), 2, tf.constant([1, 0]))
check.close("both rows in one batch, the last first, x the same: the labels", _pair[1], tf.constant([[5.0], [0.0]]), but={
    "The order counts, also where one batch holds all.": [[0.0], [5.0]],
    "Rows with equal numbers may have different labels: take y by the row's number, too.": [[5.0], [5.0]],
})
### BEGIN HIDDEN TESTS
for _n, _m, _size in ((7, 7, 3), (6, 6, 2), (5, 12, 5), (9, 4, 6), (4, 4, 1), (400, 300, 128)):
    _x, _y = check.inputs(_n, 3), check.inputs(_n, 1)
    _order = check.inputs(_m, dtype="int32", low=0, high=_n)
    _got = [list(_pair) for _pair in data_iter(_x, _y, _size, _order)]
    check.reference(f"{_m} of {_n} rows in batches of {_size}", _got)
_x = tf.concat([check.inputs(4, 3), tf.fill((1, 3), np.nan)], axis=0)
_got = [list(_pair) for _pair in data_iter(_x, _x[:, :1], 2, tf.constant([3, 1, 0]))]
check.reference("a row that nobody asked for is no number", _got)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The formula of a network
#
# Write what `model(x)` does in a stack of `Dense` layers, from a list of its weights.
#
# - **In**: `forward_pass(params, x)`: `params`, a list of `float32` tensors or variables, kernel, bias, kernel, bias, …; `x`, `float32[n, d]`.
# - **Out**: ① a `float32` tensor of shape `[n, k]`, k being the units of the last layer; ② each layer gives its input times its kernel, plus its bias; ③ after every layer but the last, what is negative becomes 0 (ReLU); ④ what the last layer gives stays as it is; ⑤ any number of layers will do, one too; ⑥ for no rows the result is `float32[0, k]`; ⑦ a tape finds the way from the result to each parameter, also where a hidden value is exactly 0 (a row of zeros is enough for that; any slope from 0 to 1 is right there).
# - **Example**: kernel `[[1, -1]]`, bias `[0, 1]`, kernel `[[1], [1]]`, bias `[-4]`. The row `[3]` becomes `[3, -2]`, with ReLU `[3, 0]`, and then 3 + 0 − 4 = −1.
#
# <details><summary>Hint 1: the idea</summary>
#
# The list holds pairs. Everything before the last pair is done in one way, the last pair in another.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `params[::2]` are the kernels and `params[1::2]` the biases. Walk through both with `zip`; the result of a layer is the input of the next one. `tf.nn.relu` before each layer but the first is the same as after each layer but the last.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# for number, (kernel, bias) in enumerate(zip(____, ____)):
#     if number > 0:
#         x = ____
#     x = ____
# return x
# ```
#
# </details>


# %%
# exercise: forward_pass
def forward_pass(params, x):
    """Return what a stack of dense layers with ReLU between them gives for x.

    Args:
        params: list of float32 tensors or variables: kernel, bias, kernel, bias, ...
        x: float32 tensor of shape [n, d].

    Returns:
        float32 tensor of shape [n, k].
    """
    ### BEGIN SOLUTION
    *hidden, last_kernel, last_bias = params
    for i in range(0, len(hidden), 2):
        x = tf.maximum(tf.matmul(x, hidden[i]) + hidden[i + 1], 0.0)
    return tf.matmul(x, last_kernel) + last_bias
    ### END SOLUTION


# %% points=3
# check: forward_pass-1
_params = [tf.constant(_p) for _p in ([[1.0, -1.0]], [0.0, 1.0], [[1.0], [1.0]], [-4.0])]
check.close("the rows 3 and -5", forward_pass(_params, tf.constant([[3.0], [-5.0]])), tf.constant([[-1.0], [2.0]]), but={
    "ReLU is missing between the layers.": tf.constant([[-3.0], [-3.0]]),
    "No ReLU after the last layer.": tf.constant([[0.0], [2.0]]),
    "The biases are missing.": tf.constant([[3.0], [5.0]]),
})
check.close("one layer alone", forward_pass(_params[:2], tf.constant([[3.0]])), tf.constant([[3.0, -2.0]]))
_deep = _params[:2] + [tf.eye(2), tf.constant([-1.0, 0.0])] + _params[2:]
check.close("three layers", forward_pass(_deep, tf.constant([[3.0]])), tf.constant([[-2.0]]),
            hint="The list may hold more than two pairs.")
_twice = [tf.constant([[1.0]]), tf.constant([-2.0])] * 2
check.close("the same kernel and bias twice, the row 1", forward_pass(_twice, tf.constant([[1.0]])), tf.constant([[-2.0]]), but={
    "ReLU is missing: the last layer is told by its place, not by what it holds.": tf.constant([[-3.0]]),
})
check.shape("no rows", forward_pass(_params, tf.zeros((0, 1))), (0, 1))
with tf.GradientTape() as _tape:
    _variables = [tf.Variable(_p) for _p in _params]
    _sum = tf.reduce_sum(forward_pass(_variables, tf.constant([[3.0]])))
check.close("the gradient of the last kernel", _tape.gradient(_sum, _variables[2]), tf.constant([[3.0], [0.0]]),
            hint="NumPy leaves no trace on the tape.")
_variables = [tf.Variable(tf.ones(_shape) * (len(_shape) - 1)) for _shape in ((1, 2), (2,), (2, 1), (1,))]
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(forward_pass(_variables, tf.constant([[0.0], [3.0]])))
check.close("a row of zeros and one of 3, kernels 1, biases 0: the gradient of the first kernel", _tape.gradient(_sum, _variables[0]), tf.constant([[3.0, 3.0]]),
            hint="It must be finite where a hidden value is 0: tf.nn.relu sees to that.")
### BEGIN HIDDEN TESTS
_variables = [tf.Variable([[1e3]]), tf.Variable([0.0]), tf.Variable([[1.0]]), tf.Variable([0.0])]
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(forward_pass(_variables, tf.constant([[1e6], [-1e6]])))
check.close("a million times a thousand", _sum, 1e9)
check.close("its gradients", _tape.gradient(_sum, _variables), [tf.constant([[1e6]]), tf.constant([1.0]), tf.constant([[1e9]]), tf.constant([2.0])])
for _units in ((4, 3), (2, 5, 1), (3, 6, 5, 4, 2)):
    _params = []
    for _a, _b in zip(_units, _units[1:]):
        _params += [check.inputs(_a, _b), check.inputs(_b)]
    for _n in (0, 1, 8):
        check.reference(f"layers {_units}, {_n} rows", forward_pass(_params, 50.0 * check.inputs(_n, _units[0])), atol=1e-3)
    _variables = [tf.Variable(_p) for _p in _params]
    _x = check.inputs(5, _units[0])
    with tf.GradientTape() as _tape:
        _sum = tf.reduce_sum(forward_pass(_variables, _x) ** 2)
    check.reference(f"layers {_units}, gradients", _tape.gradient(_sum, _variables))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Up to Keras
#
# You trained a network from bare tensors. Now it shall be saved and served, so make a Keras model of it.
#
# - **In**: `to_keras(params)`: `params` as in exercise 2: a list of `float32` tensors, kernel, bias, kernel, bias, …, for one layer or more. A kernel's shape is `[inputs, units]`.
# - **Out**: ① a Keras model that has its weights already, before it is first called; ② they are the values of `params`, in that order, all of them trainable; ③ called on x, it gives what exercise 2 asks for: ReLU after every layer but the last; ④ it can be saved and loaded again. ⑤ The list `params` stays as it is: the same tensors in the same order.
# - **Example**: with the four tensors of exercise 2 the model has 2 + 2 + 2 + 1 = 7 parameters, and gives −1 for 3.
#
# <details><summary>Hint 1: the idea</summary>
#
# The shapes of the kernels say everything about the layers. And a model can take over a list of weights.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A `Sequential` of an `Input`, whose size the first kernel's first axis tells, and a `Dense` for each pair. Keras's own name `"relu"` as activation can be saved; a function of yours cannot. `set_weights` takes the list as it is.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# model = keras.Sequential([keras.Input((____,))])
# for kernel in params[____]:
#     model.add(layers.Dense(____, activation=____))
# model.layers[-1].activation = keras.activations.____
# model.____(params)
# return model
# ```
#
# </details>


# %%
# exercise: to_keras
def to_keras(params):
    """Return a Keras model of dense layers with these weights, ReLU between them.

    Args:
        params: list of float32 tensors: kernel, bias, kernel, bias, ...

    Returns:
        keras.Model, built.
    """
    ### BEGIN SOLUTION
    units = [kernel.shape[1] for kernel in params[::2]]
    stack = [layers.Dense(count, "relu") for count in units[:-1]] + [layers.Dense(units[-1])]
    network = keras.Sequential([keras.Input((params[0].shape[0],))] + stack)
    for variable, value in zip(network.weights, params):
        variable.assign(value)
    return network
    ### END SOLUTION


# %% points=3
# check: to_keras-1
_params = [tf.constant(_p) for _p in ([[1.0, -1.0]], [0.0, 1.0], [[1.0], [1.0]], [-4.0])]
_model = to_keras(_params)
check.equal("parameters of the new model", sum(int(tf.size(_w)) for _w in _model.weights), 7, but={
    "It has no weights yet: an Input as first layer tells the sizes.": 0,
    "Each layer has a bias, too.": 4,
})
check.close("the weights", _model.get_weights(), [[[1.0, -1.0]], [0.0, 1.0], [[1.0], [1.0]], [-4.0]], but={
    "The biases still have the zeros of a new layer.": [[[1.0, -1.0]], [0.0, 0.0], [[1.0], [1.0]], [0.0]],
})
check.equal("how many can be trained", len(_model.trainable_variables), 4)
check.equal("how many tensors params holds afterwards", len(_params), 4, hint="The list is the caller's: take nothing out of it.")
check.close("the rows 3 and -5", _model(tf.constant([[3.0], [-5.0]])), tf.constant([[-1.0], [2.0]]), but={
    "ReLU is missing between the layers.": tf.constant([[-3.0], [-3.0]]),
    "No ReLU after the last layer.": tf.constant([[0.0], [2.0]]),
})
_same = to_keras([tf.constant([[1.0]]), tf.constant([-2.0])] * 2)
check.close("the same kernel and bias twice, the row 1", _same(tf.constant([[1.0]])), tf.constant([[-2.0]]), but={
    "ReLU is missing: the last layer is told by its place, not by what it holds.": tf.constant([[-3.0]]),
})
check.serializes("saved and loaded", _model, tf.constant([[3.0], [-5.0]]),
                 hint="As activation, give the name or a function of Keras: a function of yours is not saved.")
_three = [[[1.0, 2.0]], [3.0, 4.0], [[5.0, 6.0], [7.0, 8.0]], [9.0, 10.0], [[11.0], [12.0]], [13.0]]
_params = [tf.constant(_p) for _p in _three]
_model = to_keras(_params)
check.close("the weights of three layers, two of them with two units", _model.get_weights(), _three,
            hint="Two tensors may have the same shape: go by their places.")
check.close("what params holds then", _params, _three, hint="The same tensors in the same order as before the call.")
### BEGIN HIDDEN TESTS
check.close("a million", to_keras([tf.constant([[1.0]]), tf.constant([0.0])] * 2)(tf.constant([[1e6]])), [[1e6]])
for _units in ((4, 3), (2, 5, 1), (3, 6, 5, 4, 2)):
    _params = []
    for _a, _b in zip(_units, _units[1:]):
        _params += [check.inputs(_a, _b), check.inputs(_b)]
    _model = to_keras(_params)
    check.reference(f"layers {_units}, params are tensors still", [tf.is_tensor(_p) for _p in _params])
    check.reference(f"layers {_units}, weights", _model.get_weights())
    check.reference(f"layers {_units}, trainable", [tuple(_w.shape) for _w in _model.trainable_variables])
    check.reference(f"layers {_units}, five rows", _model(20.0 * check.inputs(5, _units[0])), atol=1e-3)
    check.reference(f"layers {_units}, in training", _model(20.0 * check.inputs(5, _units[0]), training=True), atol=1e-3)
    check.serializes(f"layers {_units}, saved and loaded", _model, check.inputs(3, _units[0]))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. One epoch by hand
#
# Train a linear model for one epoch, as the low level does: a tape, or two slopes worked out on paper.
#
# - **In**: `one_epoch(w, b, x, y, rate, size)`: `w`, a `tf.Variable` `float32[d, 1]`; `b`, a `tf.Variable` `float32[1]`; `x`, `float32[n, d]`; `y`, `float32[n, 1]`, n ≥ 1; `rate`, a Python float; `size`, a Python integer ≥ 1.
# - The answer for a row is x · w + b. The loss of a batch is ① the mean of (answer − y)² over its rows.
# - ② The rows come in the order in which they stand, `size` in a batch; ③ what is left in the end is a short batch, and counts too.
# - After each batch, whatever its loss is, ④ `w` and `b` lose `rate` times the gradient of this loss; ⑤ the variables that came in are themselves changed.
# - **Out**: ⑥ a Python list of floats, one for each batch: ⑦ its loss *before* its own step.
# - **Example**: `w` = 0, `b` = 0, the rows (1, 2), (2, 4), (3, 6), rate 0.1, size 2. The first batch has the loss (2² + 4²) / 2 = 10 and the slopes −10 for `w` and −6 for `b`; so `w` = 1 and `b` = 0.6. For the third row the answer is 3.6, the loss 5.76.
#
# <details><summary>Hint 1: the idea</summary>
#
# It is the low loop of the chapter with the orders left out. Ask the tape, or work out the two slopes on paper.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A loop over slices. On the tape: answers and loss. Then the gradient, two `assign_sub`, and the loss, as a float, into the list. By hand, the slope of `w` is 2 · xᵀ · (answer − y), divided by the rows of *this* batch.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# losses = []
# for first in range(0, ____, ____):
#     rows = slice(first, ____)
#     with tf.GradientTape() as tape:
#         loss = ____
#     for variable, gradient in zip(____, ____):
#         variable.____(____)
#     losses.append(____)
# return losses
# ```
#
# </details>


# %%
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    """Train a linear model for one epoch; return the loss of each batch before its step.

    Args:
        w, b: tf.Variables, float32 of shapes [d, 1] and [1]; they are changed.
        x, y: float32 tensors of shapes [n, d] and [n, 1].
        rate: the learning rate, a Python float.
        size: rows in a batch, a Python integer >= 1.

    Returns:
        list of Python floats.
    """
    ### BEGIN SOLUTION
    before = []
    for i in range(0, len(x), size):
        inputs, wanted = x[i:i + size], y[i:i + size]
        off = tf.matmul(inputs, w) + b - wanted
        before.append(float(tf.reduce_mean(tf.square(off))))
        twice = 2.0 * off / len(inputs)
        w.assign_sub(rate * tf.matmul(inputs, twice, transpose_a=True))
        b.assign_sub(rate * tf.reduce_sum(twice, axis=0))
    return before
    ### END SOLUTION


# %% points=3
# check: one_epoch-1
_w, _b = tf.Variable([[0.0]]), tf.Variable([0.0])
_x = tf.constant([[1.0], [2.0], [3.0]])
_losses = one_epoch(_w, _b, _x, 2 * _x, 0.1, 2)
check.close("the losses of two batches", _losses, [10.0, 5.76], but={
    "The short batch in the end counts too.": [10.0],
    "Read the loss before the step, not after it.": [1.06, 5.76],
    "The mean over the rows, not their sum.": [20.0, 1.44],
    "Has the first step been made? The second loss is that of the first weights.": [10.0, 36.0],
})
check.that("numbers, no tensors", not any(tf.is_tensor(_loss) for _loss in _losses), hint="`float` makes a number of a tensor.")
check.close("w and b after them", [_w, _b], [tf.constant([[2.44]]), tf.constant([1.08])], but={
    "The variables that came in have not moved: use assign_sub.": [tf.constant([[0.0]]), tf.constant([0.0])],
})
_w, _b = tf.Variable([[1.0], [0.0]]), tf.Variable([1.0])
check.close(
    "two features, all in one batch",
    one_epoch(_w, _b, tf.constant([[1.0, 0.0], [0.0, 2.0]]), tf.zeros((2, 1)), 0.5, 9),
    [2.5],
)
check.close("w and b then", [_w, _b], [tf.constant([[0.0], [-1.0]]), tf.constant([-0.5])])
_lost = one_epoch(tf.Variable([[0.0]]), tf.Variable([0.0]), _x, tf.constant([[float("nan")], [4.0], [6.0]]), 0.1, 1)
check.equal("how many losses, where the first label is nan", len(_lost), 3, hint="One for each batch, whatever the loss is.")
_nan = float("nan")
check.close("these losses", _lost, [_nan, _nan, _nan], but={
    "The step was left out: one that is not a number must be seen in the weights.": [_nan, 16.0, 0.16],
})
_small = one_epoch(tf.Variable([[0.0]]), tf.Variable([0.0]), tf.constant([[1.0]]), tf.constant([[0.001]]), 0.1, 1)
check.close("the label 0.001: the loss", _small, [1e-6], rtol=1e-3, atol=0.0, hint="A small loss is a loss, too: it is not rounded.")
_lost = one_epoch(tf.Variable([[0.0]]), tf.Variable([0.0]), _x, tf.constant([[1e20], [4.0], [6.0]]), 0.1, 1)
check.equal("how many losses, where the first is infinite", len(_lost), 3, hint="One for each batch, whatever the loss is.")
### BEGIN HIDDEN TESTS
_w, _b = tf.Variable([[0.0]]), tf.Variable([0.0])
_w, _b = tf.Variable([[2.0]]), tf.Variable([0.0])
check.close("nothing left to learn: the losses", one_epoch(_w, _b, _x, 2 * _x, 0.1, 2), [0.0, 0.0])
_w, _b = tf.Variable([[0.0]]), tf.Variable([0.0])
check.close("the label a million: the loss", one_epoch(_w, _b, tf.constant([[1.0]]), tf.constant([[1e6]]), 0.25, 1), [1e12])
check.close("the label a million: the weights", [_w, _b], [tf.constant([[5e5]]), tf.constant([5e5])])
for _n, _d, _size, _rate in ((7, 2, 3, 0.1), (10, 1, 8, 0.02), (8, 1, 4, 0.05), (1, 3, 5, 0.02), (6, 4, 1, 0.01)):
    _w, _b = tf.Variable(check.inputs(_d, 1)), tf.Variable(check.inputs(1))
    _losses = one_epoch(_w, _b, check.inputs(_n, _d), 60.0 + 20.0 * check.inputs(_n, 1), _rate, _size)
    check.reference(f"{_n} rows in batches of {_size}: losses", _losses)
    check.reference(f"{_n} rows in batches of {_size}: weights", [_w, _b])
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: the loss of an epoch
#
# `epoch_loss` goes through a set in a shuffled order, batch by batch, and reports the mean squared error. For a model that is right everywhere it reports 18.7 instead of 0. And with another batch size it reports another loss for the same model, although nothing is learned here. Put both right.
#
# - **In**: `epoch_loss(predict, x, y, size, order)`: `predict`, a function from `float32[rows, d]` to `float32[rows, 1]`; `x`, `float32[n, d]`; `y`, `float32[n, 1]`, n ≥ 1; `size`, a Python integer ≥ 1; `order`, an `int32[n]` tensor that names each row once.
# - `predict` is called ① on `size` rows at a time, the last time on what is left, ② and sees the rows in the order that `order` says.
# - **Out**: ③ a `float32` scalar: ④ the mean of (answer − y)² over all n rows, each counting the same, whatever the batches are and whatever its answer is (`nan` too); ⑤ each answer is compared with the label of its own row.
# - **Example**: with a model that always says 0, the labels 1, 1 and 4 and batches of two: (1 + 1 + 16) / 3 = 6, not the mean of 1 and 16.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two faults, and each is a trap of the chapter. Which rows does y still have? And how much does a row of the short batch count?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Labels need the same order as features. And add up squares, not means: divide once, at the end, by the number of all rows.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# x, y = tf.gather(____), tf.gather(____)
# total = 0.0
# for start in range(0, x.shape[0], size):
#     ____
#     total += ____
# return total / ____
# ```
#
# </details>


# %%
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    """Return the mean squared error of a model, taken batch by batch in the order given.

    Args:
        predict: a function from float32[rows, d] to float32[rows, 1].
        x, y: float32 tensors of shapes [n, d] and [n, 1].
        size: rows in a batch, a Python integer >= 1.
        order: int32 tensor of shape [n], each row number once.

    Returns:
        float32 scalar tensor.
    """
    ### BEGIN SOLUTION
    #| x = tf.gather(x, order)
    #| means = []
    #| for start in range(0, x.shape[0], size):
    #|     answers = predict(x[start:start + size])
    #|     means.append(tf.reduce_mean((answers - y[start:start + size]) ** 2))
    #| return tf.reduce_mean(tf.stack(means))
    average = keras.metrics.Mean()
    for numbers in tf.data.Dataset.from_tensor_slices(order).batch(size):
        squares = tf.square(predict(tf.gather(x, numbers)) - tf.gather(y, numbers))
        average.update_state(squares[:, 0])
    return average.result()
    ### END SOLUTION


# %% points=2
# check: epoch_loss-1
_seen, _x, _order = [], tf.constant([[1.0], [2.0], [4.0]]), tf.constant([2, 0, 1])
_right_everywhere = _noting(lambda _rows: 2 * _rows, _seen)
check.close("a model that is right everywhere", epoch_loss(_right_everywhere, _x, 2 * _x, 3, _order), tf.constant(0.0), but={
    "Features and labels are not in the same order.": tf.constant(56 / 3),
})
check.close("what it saw", tf.concat(_seen, axis=0), tf.constant([[4.0], [1.0], [2.0]]),
            hint="The rows come in the given order.")
### BEGIN HIDDEN TESTS
for _n, _size in ((6, 6), (8, 4), (9, 3)):
    _seen = []
    _x, _y, _k = check.inputs(_n, 2), check.inputs(_n, 1), check.inputs(2, 1)
    _order = tf.argsort(check.inputs(_n))
    _got = epoch_loss(_noting(lambda _rows: _rows @ _k, _seen), _x, _y, _size, _order)
    check.reference(f"{_n} rows, {_size} at a time", _got)
    check.reference(f"{_n} rows, {_size} at a time: what the model saw", tf.concat(_seen, axis=0))
_seen, _x = [], check.inputs(8, 1)
_order = tf.argsort(check.inputs(8))
_got = epoch_loss(_noting(lambda _rows: 2 * _rows, _seen), _x, 2 * _x, 3, _order)
check.reference("8 rows, 3 at a time, all answers right", _got)
check.reference("8 rows, 3 at a time: what the model saw", tf.concat(_seen, axis=0))
### END HIDDEN TESTS

# %% points=2
# check: epoch_loss-2
_seen = []
_y = tf.constant([[1.0], [1.0], [4.0]])
_got = epoch_loss(_noting(lambda _rows: 0 * _rows, _seen), tf.zeros((3, 1)), _y, 2, tf.range(3))
check.shape("the result", _got, (), hint="One number, without an axis.")
check.close("labels 1, 1, 4 in batches of two", _got, tf.constant(6.0), but={
    "The row of the short batch counts for two: weigh the batches by their rows.": tf.constant(8.5),
    "Divided by the rows of two full batches: the last one is short.": tf.constant(4.5),
    "A sum: divide by the number of rows.": tf.constant(18.0),
})
_lost = epoch_loss(lambda _rows: 0 * _rows, tf.constant([[0.0], [float("nan")], [0.0]]), _y, 2, tf.range(3))
check.close("a model that answers nan once", _lost, tf.constant(float("nan")), hint="Leave no row out: such a loss must be seen.")
check.equal("rows at each call of predict", [len(_rows) for _rows in _seen], [2, 1], but={
    "All rows at once: a large set would not fit into memory.": [3],
})
_seen = []
epoch_loss(_noting(lambda _rows: 0 * _rows, _seen), tf.zeros((4, 1)), tf.zeros((4, 1)), 2, tf.range(4))
check.equal("calls for four rows in batches of two", [len(_rows) for _rows in _seen], [2, 2], but={
    "Nothing is left after the second batch: no call with no rows.": [2, 2, 0],
})
_seen = []
epoch_loss(_noting(lambda _rows: 0 * _rows, _seen), tf.zeros((5, 1)), tf.zeros((5, 1)), 3, tf.range(5))
check.equal("calls for five rows in batches of three", [len(_rows) for _rows in _seen], [3, 2],
            hint="What is left is one batch, however many rows it has.")
### BEGIN HIDDEN TESTS
_x = 30000.0 + tf.reshape(tf.range(9.0), (9, 1))
check.close("answers half too large, labels of 30,000 and more", epoch_loss(lambda _rows: _rows + 0.5, _x, _x, 4, tf.range(9)), 0.25)
for _n, _size in ((7, 3), (1, 4), (11, 2), (5, 4)):
    _seen = []
    _x, _y, _k = check.inputs(_n, 2), check.inputs(_n, 1), check.inputs(2, 1)
    _got = epoch_loss(_noting(lambda _rows: _rows @ _k, _seen), _x, 60.0 + _y, _size, tf.range(_n))
    check.reference(f"{_n} rows, {_size} at a time, as they stand", _got)
    check.reference(f"{_n} rows, {_size} at a time: the calls", [len(_rows) for _rows in _seen])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: the ledger of one step
#
# What exactly would `model.train_on_batch(x, y)` do? Write a function that tells it beforehand, and leaves the model alone.
#
# - **In**: `step_ledger(model, x, y)`: `model`, a built Keras model without dropout and without constraints on its weights, compiled with `keras.optimizers.SGD(rate)`, without momentum, and with any loss, without `loss_weights`; the loss depends on each of its trainable weights; `x` and `y`, `float32` tensors, one batch.
# - **Out**: a tuple `(loss, gradients, weights)`:
#   - ① `loss`, a `float32` scalar, is what `train_on_batch` would report: the compiled loss of this batch alone, and with it all that is in `model.losses` (`model.compute_loss(x=…, y=…, y_pred=…)` adds both up);
#   - ② `gradients`, a list of tensors, has the gradient of this loss for each of `model.trainable_variables`, in their order, and for no others, whatever the rate is;
#   - ③ `weights`, a list of tensors, has what these variables would be after the step, with the rate that the optimizer has now.
# - ④ The model runs as in training: a batch normalisation takes the mean and the variance of the batch.
# - ⑤ Afterwards the model is what it was: all its weights, running values among them, and the step count of its optimizer. (What its metrics have added up is left open.)
# - **Example**: one weight, 2, no bias, an L2 penalty of 0.5 · w², rate 0.1. For the rows (1, 1) and (3, 5) the answers are 2 and 6, and the mean squared error is 1. The loss is 1 + 2 = 3, its slope 4 + 2 = 6, the next weight 1.4.
#
# <details><summary>Hint 1: the idea</summary>
#
# It is the middle level: a tape, the model with `training=True`, a loss, a gradient. Only the last line of the step is not carried out. And one kind of layer changes itself when it is called so.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `model.compute_loss(x=…, y=…, y_pred=…)` is the compiled loss with all penalties added. Note the values of `model.get_weights()` before the call, and give them back after it. The rate is in `model.optimizer.learning_rate`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# remembered = ____
# with tf.GradientTape() as tape:
#     loss = model.compute_loss(x=x, y=y, y_pred=____)
# gradients = ____
# model.set_weights(____)
# rate = ____
# return loss, gradients, [____ for variable, gradient in zip(____, ____)]
# ```
#
# </details>


# %%
# exercise: step_ledger
def step_ledger(model, x, y):
    """Tell what train_on_batch would report, compute and set; leave the model as it is.

    Args:
        model: a built Keras model, compiled with SGD without momentum.
        x, y: float32 tensors, one batch.

    Returns:
        (loss, gradients, weights): float32 scalar, list of tensors, list of tensors.
    """
    ### BEGIN SOLUTION
    kept = [tf.identity(variable.value) for variable in model.non_trainable_variables]
    trained = model.trainable_variables
    with tf.GradientTape() as record:
        total = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    slopes = record.gradient(total, trained)
    for variable, value in zip(model.non_trainable_variables, kept):
        variable.assign(value)
    rate = model.optimizer.learning_rate
    return total, slopes, [v - rate * g for v, g in zip(trained, slopes)]
    ### END SOLUTION


# %% points=3
# check: step_ledger-1
_model = keras.Sequential(
    [keras.Input((1,)), layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.5))]
)
_model.set_weights([np.array([[2.0]], "float32")])
_model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
_x, _y = tf.constant([[1.0], [3.0]]), tf.constant([[1.0], [5.0]])
_loss, _gradients, _weights = step_ledger(_model, _x, _y)
check.close("the loss", _loss, tf.constant(3.0), but={"The penalty is missing.": tf.constant(1.0)})
check.close(
    "the gradient",
    list(_gradients),
    [tf.constant([[6.0]])],
    but={"The penalty has a slope, too.": [tf.constant([[4.0]])]},
)
check.close("the next weight", list(_weights), [tf.constant([[1.4]])], but={
    "Ask the optimizer for its rate.": [tf.constant([[1.94]])],
    "A step goes against the gradient.": [tf.constant([[2.6]])],
})
check.close("the weight of the model", _model.get_weights(), [[[2.0]]], hint="The step is told, not made.")
check.equal("steps of its optimizer", int(_model.optimizer.iterations), 0, hint="The step is told, not made.")
check.close("what train_on_batch reports then", float(_model.train_on_batch(_x, _y)), 3.0)
check.close("and the weight that it sets", _model.get_weights(), [[[1.4]]])
_model.optimizer.learning_rate = 0.2
_loss, _gradients, _weights = step_ledger(_model, _x, _y)
check.close("the weight after that, at the rate 0.2", list(_weights), [tf.constant([[1.52]])],
            hint="The rate and the weight are those that the model has now.")
_optimizer = _model.optimizer
check.close("the step count and the rate then", [float(_optimizer.iterations), float(_optimizer.learning_rate)], [1.0, 0.2],
            hint="Both are what they were before the call.")
_model.optimizer.learning_rate = 1e-7
check.close("the gradient at the weight 1.4 and the rate 10⁻⁷", list(step_ledger(_model, _x, _y)[1]), [tf.constant([[-0.6]])],
            hint="Out of so small a step no gradient can be read: ask a tape.")
_model = keras.Sequential(
    [keras.Input((1,)), layers.BatchNormalization(center=False, scale=False), layers.Dense(1), layers.Dense(1)]
)
_model.layers[1].trainable = False
_model.set_weights([np.full(_w.shape, 1.0, "float32") for _w in _model.weights])
_model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
_loss, _gradients, _weights = step_ledger(_model, _x, tf.fill((2, 1), 2.0))
check.close("the loss with a batch normalisation", _loss, tf.constant(0.9990), rtol=1e-3, but={
    "The normalisation took its running values: the model runs as in training.": tf.constant(1.998),
})
check.equal("gradients of two variables, two are frozen", [len(_gradients), len(_weights)], [2, 2])
check.equal("variables that can be trained afterwards", len(_model.trainable_variables), 2, hint="What was frozen is frozen again.")
check.close("its weights, running values among them", [_w.numpy().item() for _w in _model.weights], [1.0] * 6,
            hint="A batch normalisation moves its running values when it is called in training: put them back.")
### BEGIN HIDDEN TESTS
for _rate, _name in ((0.1, "mse"), (0.5, "binary_crossentropy")):
    _last = layers.Dense(1, activation="sigmoid", activity_regularizer=keras.regularizers.L2(0.2))
    _model = keras.Sequential([keras.Input((3,)), layers.Dense(4, kernel_regularizer=keras.regularizers.L1(0.1)),
                               layers.BatchNormalization(), layers.ReLU(), layers.Dense(2, trainable=False), _last])
    _model.set_weights([check.inputs(*_w.shape, low=0.5, high=1.5).numpy() for _w in _model.weights])
    _model.compile(optimizer=keras.optimizers.SGD(0.3), loss=_name)
    _model.optimizer.learning_rate = _rate
    _x, _y = check.inputs(6, 3), tf.cast(check.inputs(6, 1, dtype="bool"), "float32")
    _loss, _gradients, _weights = step_ledger(_model, _x, _y)
    check.reference(f"{_name}: the loss", _loss)
    check.reference(f"{_name}: the gradients", list(_gradients), rtol=1e-3, atol=1e-4)
    check.reference(f"{_name}: the next weights", list(_weights), rtol=1e-3, atol=1e-4)
    check.reference(f"{_name}: the model", [_w.numpy() for _w in _model.weights])
    check.equal(f"{_name}: steps", int(_model.optimizer.iterations), 0)
_first = layers.Dense(4, kernel_regularizer=keras.regularizers.L2(0.3))
_inner = keras.Sequential([keras.Input((3,)), _first, layers.BatchNormalization(), layers.ReLU()])
_model = keras.Sequential([keras.Input((3,)), _inner, layers.Dense(1)])
_model.set_weights([check.inputs(*_w.shape, low=0.5, high=1.5).numpy() for _w in _model.weights])
_model.compile(optimizer=keras.optimizers.SGD(0.2), loss="mse")
_loss, _gradients, _weights = step_ledger(_model, check.inputs(6, 3), check.inputs(6, 1))
check.reference("a model inside a model: the loss", _loss)
check.reference("a model inside a model: the next weights", list(_weights), rtol=1e-3, atol=1e-4)
check.reference("a model inside a model: its weights afterwards", [_w.numpy() for _w in _model.weights])
### END HIDDEN TESTS
