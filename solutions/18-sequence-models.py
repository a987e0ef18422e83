# %% [markdown]
# # Exercises: sequence models
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other sizes, other weights. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Nothing is trained here: a layer is right when it gives, with given weights, what it should.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import numpy as np
import tensorflow as tf
from grader import check
from keras import layers, ops


def give_weights(thing, value):
    """Set all weights of a layer or a model, `value(shape)` for each; weights of one shape get equal values."""
    given = {}
    for shape in sorted({tuple(weight.shape) for weight in thing.weights}):
        given[shape] = value(shape)
    for weight in thing.weights:
        weight.assign(given[tuple(weight.shape)])


# %% [markdown]
# ## 1. One state after another
#
# Give the states of a simple recurrent layer, from a given state. By a loop of your own or by a layer of Keras: the numbers count.
#
# - **In**: `rnn(x, start, kernel, recurrent, bias)`, all `float32`: `x[b, n, d]` with b ≥ 1 sequences of n ≥ 1 steps, `start[b, u]`, `kernel[d, u]`, `recurrent[u, u]`, `bias[u]`.
# - **Out**: `float32[b, n, u]`, ① the state after each step, the first step first. A state is ② tanh of (the step's input · kernel + the state before · recurrent + bias); ③ the state before the first step is `start`, and before each other step the one that was just made.
# - **Example**: one feature and one unit, kernel 1, recurrent 1, bias 0, start 0, inputs 0.5, 0: the states are tanh(0.5) = 0.462 and tanh(0.462) = 0.432.
#
# <details><summary>Hint 1: the idea</summary>
#
# One variable holds the state; a loop over the steps makes it new, and a list remembers it.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `x[:, step]` is the input of one step, `[b, d]`; `tf.stack` makes one tensor of the list. Along which axis shall the steps stand?
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# state, states = ____, []
# for step in range(____):
#     state = tf.tanh(____)
#     ____
# return tf.stack(____, axis=____)
# ```
#
# </details>


# %%
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    """Return the states of a simple recurrent layer after each step.

    Args:
        x: float32 tensor of shape [b, n, d].
        start: float32 tensor of shape [b, u], the state before the first step.
        kernel, recurrent, bias: float32 tensors of shapes [d, u], [u, u] and [u].

    Returns:
        float32 tensor of shape [b, n, u].
    """
    ### BEGIN SOLUTION
    inputs = tf.transpose(x @ kernel + bias, [1, 0, 2])
    states = tf.scan(lambda before, now: tf.tanh(now + before @ recurrent), inputs, initializer=start)
    return tf.transpose(states, [1, 0, 2])
    ### END SOLUTION


# %% points=2
# check: rnn-1
_one = tf.ones((1, 1))
_states = rnn(tf.reshape(tf.constant([0.5, 0.0]), (1, 2, 1)), 0 * _one, _one, _one, tf.zeros(1))
check.shape("two steps of one unit", _states, (1, 2, 1), hint="The state after each step, not the last one alone.")
check.close("their states", _states, tf.constant([[[0.462117], [0.431822]]]), but={
    "tanh is missing.": [[[0.5], [0.5]]],
    "The second step does not know the state before.": [[[0.462117], [0.0]]],
})
check.close("from the start 1, nothing comes in", rnn(tf.zeros((1, 2, 1)), _one, _one, _one, tf.zeros(1)),
            tf.constant([[[0.761594], [0.642015]]]), but={
    "It begins with zeros: begin with `start`.": [[[0.0], [0.0]]],
    "Each step begins with `start`: it should take the state that was just made.": [[[0.761594], [0.761594]]],
})
check.close("two units: the first one's state goes to the second",
            rnn(tf.zeros((1, 1, 1)), tf.constant([[1.0, 0.0]]), tf.zeros((1, 2)), tf.constant([[0.0, 1.0], [0.0, 0.0]]), tf.zeros(2)),
            tf.constant([[[0.0, 0.761594]]]))
check.close("100 comes in", rnn(100 * _one[:, None], 0 * _one, _one, _one, tf.zeros(1)), tf.constant([[[1.0]]]),
            hint="e¹⁰⁰ is more than float32 holds: `tf.tanh` manages without it.")
check.close("-100 comes in", rnn(-100 * _one[:, None], 0 * _one, _one, _one, tf.zeros(1)), tf.constant([[[-1.0]]]),
            hint="A tanh of your own must hold on both sides: `tf.tanh` does.")
check.close("a bias of 0.5 alone", rnn(tf.zeros((2, 1, 1)), tf.zeros((2, 1)), _one, _one, tf.constant([0.5])),
            tf.constant([[[0.462117]], [[0.462117]]]))
### BEGIN HIDDEN TESTS
for _b, _n, _d, _u in ((3, 5, 2, 4), (1, 13, 4, 3), (2, 1, 3, 5), (2, 3, 3, 3)):
    check.reference(f"{_b} sequences of {_n} steps, {_d} features, {_u} units",
                    rnn(check.inputs(_b, _n, _d), check.inputs(_b, _u), check.inputs(_d, _u), check.inputs(_u, _u), check.inputs(_u)))
check.close("a million comes in", rnn(1e6 * _one[:, None], 0 * _one, _one, _one, tf.zeros(1)), tf.constant([[[1.0]]]))
check.reference("1,200 steps", rnn(check.inputs(1, 1200, 2), check.inputs(1, 2), check.inputs(2, 2), 0.3 * check.inputs(2, 2), check.inputs(2)))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Four kernels side by side
#
# Give the states of Keras's LSTM, by a loop of your own or by the layer itself. `kernel`, `recurrent` and `bias` are what `layers.LSTM(u).weights` holds: four parts side by side along the last axis.
#
# - **In**: `lstm(x, kernel, recurrent, bias)`, all `float32`: `x[b, n, d]` with b ≥ 1 and n from 1 to 500, `kernel[d, 4u]`, `recurrent[u, 4u]`, `bias[4u]`.
# - **Out**: `(h, c)`, two `float32[b, u]`: ① the hidden state first, then the cell state, both after the last step; ② both are zeros before the first. At each step the four parts of (input · kernel + h · recurrent + bias) are ③ in this order: input gate, forget gate, proposal, output gate. ④ Gates go through the sigmoid, the proposal through tanh. ⑤ The new c is forget · c + input · proposal, and ⑥ the new h is output · tanh(new c).
# - **Example**: one unit, one step, kernels 0 and bias `[50, 0, 0.5, 50]`: the gates for input and output are 1, c = tanh(0.5) = 0.462 and h = tanh(0.462) = 0.432.
#
# <details><summary>Hint 1: the idea</summary>
#
# One matrix product gives all four parts at once; then they are taken apart.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.split(z, 4, axis=-1)` gives four tensors `[b, u]`. Make the new c first, h needs it.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# h = c = tf.zeros((____, ____))
# for step in range(____):
#     parts = tf.split(____, 4, axis=____)
#     c = ____ * c + ____ * ____
#     h = ____
# return ____
# ```
#
# </details>


# %%
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    """Return the hidden state and the cell state of an LSTM after the last step.

    Args:
        x: float32 tensor of shape [b, n, d].
        kernel, recurrent, bias: float32 tensors of shapes [d, 4u], [u, 4u] and [4u].

    Returns:
        (h, c): float32 tensors of shape [b, u].
    """
    ### BEGIN SOLUTION
    units = recurrent.shape[0]
    hidden = cell = tf.zeros((x.shape[0], units))
    for now in tf.unstack(x, axis=1):
        parts = tf.reshape(now @ kernel + hidden @ recurrent + bias, (-1, 4, units))
        gates = tf.sigmoid(parts)
        cell = gates[:, 1] * cell + gates[:, 0] * tf.tanh(parts[:, 2])
        hidden = gates[:, 3] * tf.tanh(cell)
    return hidden, cell
    ### END SOLUTION


# %% points=3
# check: lstm-1
def _by_bias(steps, *bias):
    return [np.array(_part) for _part in lstm(tf.zeros((1, steps, 1)), tf.zeros((1, 4)), tf.zeros((1, 4)), tf.constant(bias))]


_half = np.array([[0.462117]], "float32")
check.close("one step, input and output open: h and c", _by_bias(1, 50.0, 0.0, 0.5, 50.0),
            [np.array([[0.431822]], "float32"), _half], but={
    "c stands before h.": [[[0.462117]], [[0.431822]]],
    "h is output · tanh(c).": [[[0.462117]], [[0.462117]]],
    "The proposal goes through tanh.": [[[0.462117]], [[0.5]]],
})
check.close("two steps, forget gate open: c", _by_bias(2, 50.0, 50.0, 0.5, 50.0)[1], 2 * _half, but={
    "The old cell state is lost.": [[0.462117]],
})
check.close("two steps, forget gate shut: c", _by_bias(2, 50.0, -50.0, 0.5, 50.0)[1], _half)
check.close("input gate shut: c", _by_bias(1, -50.0, 50.0, 0.5, 50.0)[1], 0 * _half, but={
    "The input gate is not the first part.": [[0.462117]],
})
check.close("output gate shut: h", _by_bias(1, 50.0, 50.0, 0.5, -50.0)[0], 0 * _half)
check.close("output gate half open, input gate half open: h", _by_bias(1, 0.0, 0.0, 50.0, 0.0)[0], np.array([[0.231059]], "float32"))
check.close("gates wide open, the bias 100: c", _by_bias(1, 100.0, 100.0, 0.5, 100.0)[1], _half,
            hint="e¹⁰⁰ is more than float32 holds: `tf.sigmoid` manages without it.")
check.close("a proposal of -100: c", _by_bias(1, 100.0, 100.0, -100.0, 100.0)[1], np.array([[-1.0]], "float32"),
            hint="A tanh of your own must hold on both sides: `tf.tanh` does.")
check.close("120 steps, all gates open: c", _by_bias(120, 50.0, 50.0, 50.0, 50.0)[1], np.array([[120.0]], "float32"),
            hint="c has no bounds: it grows by 1 at each step.")
_late = lstm(tf.constant([[[0.0], [0.0], [1.0]]]), tf.constant([[0.0, 0.0, 0.5, 0.0]]), tf.zeros((1, 4)), tf.constant([50.0, 0.0, 0.0, 50.0]))
check.close("three steps, the first two of zeros: c", _late[1], _half, hint="Every step counts, also after one that has changed nothing.")
_layer = layers.LSTM(3)
_x = tf.reshape(tf.linspace(-1.0, 1.0, 24), (2, 6, 2))
_layer.build(_x.shape)
give_weights(_layer, lambda shape: np.sin(np.arange(np.prod(shape)) + 1.0).reshape(shape))
_expected = _layer(_x)
check.close("as Keras's layer", lstm(_x, *[tf.identity(_weight) for _weight in _layer.weights])[0], _expected)
### BEGIN HIDDEN TESTS
check.close("500 steps, all gates open: h and c", _by_bias(500, 1e4, 1e4, 1e4, 1e4), [[[1.0]], [[500.0]]])
for _b, _n, _d, _u in ((3, 4, 2, 5), (1, 6, 5, 3), (4, 1, 3, 2)):
    _states = lstm(check.inputs(_b, _n, _d), check.inputs(_d, 4 * _u), check.inputs(_u, 4 * _u), check.inputs(4 * _u))
    check.reference(f"{_b} sequences of {_n} steps, {_d} features, {_u} units", list(_states))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Look where you may
#
# Write attention with a mask.
#
# - **In**: `attention(q, k, v, mask)`: `q`, `float32[b, n, d]`; `k`, `float32[b, m, d]`; `v`, `float32[b, m, e]`; `mask`, `bool[b, n, m]`, true where a query may look at a key; b, n, m ≥ 1. No score lies beyond ±1,000,000.
# - **Out**: `(output, weights)`: `float32[b, n, e]` and `float32[b, n, m]`. A score is ① query · key, ② divided by √d. ③ The weights are the softmax of a query's scores over the keys ④ that it may look at; all others have the weight 0, exactly, and no share in the sum. ⑤ The output is the mean of the values with these weights. ⑥ A query that may look at no key has the weights 0 and the output 0.
# - **Example**: d = 1, the query 1, the keys 0 and 0, the values 2 and 6: weights 0.5 and 0.5, output 4. If the second key is masked: weights 1 and 0, output 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# What is to have no share must be out before the softmax: its score is so small that its exponential is 0.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.where(mask, scores, …)` with a large negative number. For a query without keys all are equal then, and the softmax gives 1/m: a second `tf.where`, after it, makes zeros of them.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# scores = tf.matmul(____, ____, transpose_b=____) / ____
# weights = tf.nn.softmax(tf.where(mask, ____, ____), axis=____)
# weights = tf.where(____, ____, ____)
# return ____, weights
# ```
#
# </details>


# %%
# exercise: attention
def attention(q, k, v, mask):
    """Return the output and the weights of attention.

    Args:
        q: queries, float32 tensor of shape [b, n, d].
        k: keys, float32 tensor of shape [b, m, d].
        v: values, float32 tensor of shape [b, m, e].
        mask: bool tensor of shape [b, n, m], true where a query may look.

    Returns:
        (output, weights): float32 tensors of shapes [b, n, e] and [b, n, m].
    """
    ### BEGIN SOLUTION
    scores = tf.einsum("bnd,bmd->bnm", q, k) * k.shape[-1] ** -0.5
    open_scores = tf.where(mask, scores, scores.dtype.min)
    shares = tf.exp(open_scores - tf.reduce_max(open_scores, axis=-1, keepdims=True)) * tf.cast(mask, scores.dtype)
    weights = tf.math.divide_no_nan(shares, tf.reduce_sum(shares, axis=-1, keepdims=True))
    return tf.einsum("bnm,bme->bne", weights, v), weights
    ### END SOLUTION


# %% points=3
# check: attention-1
_q, _k, _v = tf.ones((1, 1, 1)), tf.zeros((1, 2, 1)), tf.constant([[[2.0], [6.0]]])
_output, _weights = attention(_q, _k, _v, tf.constant([[[True, True]]]))
check.close("two equal keys: the weights", _weights, tf.constant([[[0.5, 0.5]]]), but={
    "The softmax went over the queries: over the keys, the last axis.": [[[1, 1]]],
})
check.close("the output", _output, tf.constant([[[4.0]]]), but={
    "The sum of the values, not their mean with the weights.": [[[8.0]]],
})
_output, _weights = attention(_q, _k, _v, tf.constant([[[True, False]]]))
check.close("the second key masked: the weights", _weights, tf.constant([[[1.0, 0.0]]]), but={
    "The mask is turned around: true is where a query may look.": [[[0, 1]]],
    "The masked key has taken its share: mask the scores, before the softmax.": [[[0.5, 0]]],
    "The mask multiplies the scores: a score of 0 still has a share.": [[[0.5, 0.5]]],
})
check.close("nothing to look at: the weights", attention(_q, _k, _v, tf.constant([[[False, False]]]))[1],
            tf.constant([[[0.0, 0.0]]]), hint="A softmax over nothing is nan, or 1/m: put zeros there.")
_pair = tf.ones((1, 2, 1))
check.close("a query that may look at the first key, one that may look at none", attention(_pair, _k, _v, tf.constant([[[True, False], [False, False]]]))[1],
            tf.constant([[[1.0, 0.0], [0.0, 0.0]]]), hint="Each query for itself: may it look at any key?")
check.close("two scores of minus a million, the second key masked", attention(_q, _k - 1e6, _v, tf.constant([[[True, False]]]))[1],
            tf.constant([[[1.0, 0.0]]]), but={
    "A score can be below the number that you put in place of the masked ones: take a far lower one.": [[[0.0, 1.0]]],
})
_long = tf.constant([[[2.0, 0.0, 0.0, 0.0]]])
_keys = tf.constant([[[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]])
# scores 2 · 1 / √4 = 1 and 0: e / (e + 1)
check.close("d = 4: the weights", attention(_long, _keys, _v, tf.constant([[[True, True]]]))[1],
            tf.constant([[[0.731059, 0.268941]]]), but={
    "The scores are not divided by √d.": [[[0.880797, 0.119203]]],
    "Divide by the root of d, not by d.": [[[0.622459, 0.377541]]],
    "√d is the root of how long the keys are, not of how many there are.": [[[0.804430, 0.195570]]],
})
check.close("scores of -600,000 and 600,000, the second key masked", attention(_q, tf.constant([[[-6e5], [6e5]]]), _v, tf.constant([[[True, False]]]))[1],
            tf.constant([[[1.0, 0.0]]]), hint="A masked score may lie far above the others: put a number in its place, rather than take one from it.")
# e¹⁰⁰ and e⁹⁰ are as e¹⁰ and 1
check.close("scores of 100 and 90: the weights", attention(_q, tf.constant([[[100.0], [90.0]]]), _v, tf.constant([[[True, True]]]))[1],
            tf.constant([[[0.999955, 0.000045]]]), but={
    "Scores that are cut off lose their difference: subtract the greatest, as tf.nn.softmax does.": [[[0.5, 0.5]]],
})
_three = attention(_q, tf.fill((1, 3, 1), 1e6), tf.ones((1, 3, 1)), tf.fill((1, 1, 3), True))[1]
check.close("three scores of a million: the weights", _three, tf.fill((1, 1, 3), 1 / 3),
            hint="The logarithm of a sum is rounded away beside a million: subtract the greatest score, then take the exponentials.")
### BEGIN HIDDEN TESTS
_steep = attention(tf.ones((1, 1, 16)), tf.fill((1, 2, 16), -250_000.0), _v, tf.constant([[[True, False]]]))
check.close("d = 16, two scores of minus a million, the second key masked", _steep[1], tf.constant([[[1.0, 0.0]]]))
for _b, _n, _m, _d, _e in ((2, 3, 5, 4, 6), (1, 6, 2, 3, 1), (3, 1, 4, 7, 2)):
    _q, _k, _v = check.inputs(_b, _n, _d), check.inputs(_b, _m, _d), check.inputs(_b, _m, _e)
    _mask = tf.concat([check.inputs(_b, _n, _m - 1) > 0, tf.ones((_b, _n, 1), tf.bool)], axis=-1) & (tf.range(_n)[:, None] != 1)
    check.reference(f"{_b}, {_n} queries, {_m} keys", list(attention(_q, _k, _v, _mask)))
    check.reference(f"{_b}, {_n} queries, {_m} keys: nothing masked", list(attention(_q, _k, _v, tf.ones_like(_mask))))
    check.reference(f"{_b}, {_n} queries, {_m} keys: all masked", list(attention(_q, _k, _v, tf.zeros_like(_mask))))
    check.reference(f"{_b}, {_n} queries, {_m} keys: large scores", list(attention(200 * _q, _k, _v, _mask)), rtol=1e-2, atol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A signature for each place
#
# Make positions in the arrangement of the first Transformer programs: all sines first, then all cosines. Places need not begin at 0.
#
# - **In**: `positions(places, d, base=10000.0)`: `places`, an `int32` tensor of any shape; `d`, an even Python integer ≥ 2; `base`, a Python float.
# - **Out**: `float32[..., d]`, ① the shape of `places` and one axis more. With r_j = ② base^(−2j/d) for j = 0, 1, … d/2 − 1, ③ the first d/2 numbers are sin(place · r_j), the last d/2 are cos(place · r_j).
# - **Example**: for place 1 and d = 2: `[sin 1, cos 1]`, about `[0.841, 0.540]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# First a table of angles: each place times each r. It needs an axis more than `places`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `places[..., tf.newaxis]`, cast to floats, times a row of d/2 numbers broadcasts to the angles. `tf.concat` joins what sine and cosine make of them.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# rates = base ** (____ * tf.range(____, dtype=tf.float32) / d)
# angles = ____ * rates
# return tf.concat(____, axis=____)
# ```
#
# </details>


# %%
# exercise: positions
def positions(places, d, base=10000.0):
    """Return a signature of sines and cosines for each place.

    Args:
        places: int32 tensor of any shape.
        d: how many numbers for each place, an even Python integer >= 2.
        base: how much longer waves become, a Python float.

    Returns:
        float32 tensor, the shape of places and d.
    """
    ### BEGIN SOLUTION
    half = d // 2
    rates = tf.constant([base ** (-j / half) for j in range(half)])
    angles = tf.einsum("...,j->...j", tf.cast(places, tf.float32), rates)
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)
    ### END SOLUTION


# %% points=2
# check: positions-1
check.close("places 0 and 1, two numbers", positions(tf.constant([0, 1]), 2), tf.constant([[0.0, 1.0], [0.841471, 0.540302]]), but={
    "Sines come first.": [[1.0, 0.0], [0.540302, 0.841471]],
})
check.close("place 1, four numbers, base 100", positions(tf.constant([1]), 4, base=100.0),
            tf.constant([[0.841471, 0.099833, 0.540302, 0.995004]]), but={
    "All sines stand before the cosines.": [[0.841471, 0.540302, 0.099833, 0.995004]],
    "`base` was not used.": [[0.841471, 0.01, 0.540302, 0.99995]],
    "The exponent is -2j/d.": [[0.841471, 0.310984, 0.540302, 0.950415]],
})
check.close("place 1,000,000, two numbers", positions(tf.constant([1_000_000]), 2), tf.constant([[-0.349994, 0.936752]]), atol=1e-4,
            hint="Take sine and cosine of the angle itself: what is added to a large float32 number is rounded.")
check.shape("a table of places", positions(tf.constant([[3, 1, 4], [1, 5, 9]]), 6), (2, 3, 6))
check.shape("a single place", positions(tf.constant(7), 4), (4,))
### BEGIN HIDDEN TESTS
_somewhere = check.inputs(5, dtype="int32", low=2, high=40)
check.reference("random places, d = 8", positions(_somewhere, 8), atol=1e-4)
check.reference("random places, d = 10, base 50", positions(_somewhere, 10, 50.0), atol=1e-4)
check.reference("a table of places, d = 6", positions(check.inputs(2, 3, 2, dtype="int32", low=0, high=30), 6, base=700.0), atol=1e-4)
check.reference("one place, d = 2", positions(_somewhere[0], 2), atol=1e-4)
check.reference("places below zero", positions(tf.constant([-3, 0, 5]), 4), atol=1e-4)
check.reference("far places, d = 14", positions(tf.constant([[150, 3001]]), 14), atol=4e-3)
check.reference("very far places, d = 2", positions(100_000 + check.inputs(9, dtype="int32", low=0, high=800_000), 2), atol=1e-3)
check.reference("no places", positions(tf.zeros([0, 2], tf.int32), 4))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: it depends on the neighbours
#
# `reader` builds a model that reads texts of word numbers, padded behind with zeros. In a batch with a longer text the same text gets another answer. And the model takes texts of twenty numbers only.
#
# ```text
# Input 0 with name 'input_layer_1' of layer 'functional' is incompatible with the layer: expected shape=(None, 20), found shape=(1, 12)
# ```
#
# Three faults. Put them right.
#
# - **In**: `reader(words, units)`: Python integers, how many different word numbers there are, 0 included, and the units of the LSTM.
# - **Out**: a Keras model from `int32[n, steps]`, each text one word at least and then zeros, if it is shorter, ① for any number of steps, to `float32[n, 1]`. Word vectors of 8 numbers go through an LSTM; ② the mean of its states after each *word* goes through a dense layer with ③ a sigmoid. ④ How many zeros stand behind a text changes nothing. ⑤ Nothing else comes between, not in training either.
# - **Example**: `reader(50, 4)` has 50 · 8 + 4 · (8 + 4 + 1) · 4 + 5 = 613 parameters.
#
# <details><summary>Hint 1: the idea</summary>
#
# Who should say which numbers are padding, who hands it on, and who must heed it?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The chapter's table tells which layers heed a mask, and which does what is asked for here. A length that is not known is `None`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# text = keras.Input((____,), dtype="int32")
# vectors = layers.Embedding(words, 8, ____)(text)
# states = ____
# whole = layers.____()(states)
# ```
#
# </details>


# %%
# exercise: reader
def reader(words, units):
    """Return a model that reads padded texts.

    Args:
        words: how many different word numbers there are, 0 included.
        units: the LSTM's units.

    Returns:
        a Keras model, int32[n, steps] to float32[n, 1].
    """
    ### BEGIN SOLUTION
    #| text = keras.Input((20,), dtype="int32")
    #| vectors = layers.Embedding(words, 8)(text)
    #| states = layers.LSTM(units, return_sequences=True)(vectors)
    #| whole = layers.GlobalMaxPooling1D()(states)
    #| return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))
    model = keras.Sequential([keras.Input((None,), dtype="int32")])
    model.add(layers.Embedding(words, 8, mask_zero=True))
    model.add(layers.LSTM(units, return_sequences=True))
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
    ### END SOLUTION


# %% points=3
# check: reader-1
_model = reader(50, 4)
check.equal("parameters of reader(50, 4)", _model.count_params(), 613)
check.equal("what it takes", list(_model.input_shape), [None, None], hint="None for a length that is not known.")
check.equal("the dtype that it takes", str(_model.inputs[0].dtype), "int32", hint="keras.Input makes float32 unless it is told.")
give_weights(_model, lambda shape: np.sin(np.arange(np.prod(shape)) + 1.0).reshape(shape))
_text = tf.constant([[1, 2, 1, 40]])
check.close("a text in training, and in use", _model(_text, training=True), _model(_text), hint="Nothing is dropped out here, not in training either.")
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_model(_text))
check.that("all weights have a share in the answer", all(_slope is not None for _slope in _tape.gradient(_total, _model.trainable_weights)),
           hint="The word vectors and the LSTM learn, too: nothing stops their gradients.")
_small = reader(3, 1)
give_weights(_small, lambda shape: 0.25 * np.ones(shape))
_text = tf.constant([[1, 2, 1]])
_answer = _small(_text)
check.close("two zeros behind it", _small(tf.constant([[1, 2, 1, 0, 0]])), _answer,
            hint="A mask must say which numbers are no words.")
# all vectors are equal: each of the four parts is 8 / 16 + h / 4 + 1 / 4 at each step
_h = _c = 0.0
_sum = 0.0
for _step in range(3):
    _z = 0.75 + 0.25 * _h
    _gate = 1 / (1 + np.exp(-_z))
    _c = _gate * _c + _gate * np.tanh(_z)
    _h = _gate * np.tanh(_c)
    _sum += _h
_expected = np.array([[1 / (1 + np.exp(-(0.25 * _sum / 3 + 0.25)))]], "float32")
_last = np.array([[1 / (1 + np.exp(-(0.25 * _h + 0.25)))]], "float32")
check.close("three words, all weights 0.25", _answer, _expected, but={
    "This is the last state or the largest: the mean is asked for.": _last,
})
give_weights(_small, np.zeros)
check.close("the same, all weights 0", _small(_text), [[0.5]], hint="All states are 0 then, and words all the same: let the mask count them.")
### BEGIN HIDDEN TESTS
for _words, _units, _n, _steps in ((20, 5, 3, 6), (9, 3, 1, 23), (30, 2, 4, 2)):
    _model = reader(_words, _units)
    give_weights(_model, lambda shape: check.inputs(*shape))
    _texts = check.inputs(_n, _steps, dtype="int32", low=1, high=_words)
    check.reference(f"{_n} texts of {_steps} words", _model(_texts))
    for _zeros in (1, 5):
        check.reference(f"{_n} texts of {_steps} words, {_zeros} zeros behind", _model(tf.pad(_texts, [[0, 0], [0, _zeros]])))
    _cut = tf.concat([_texts[:, :-1], _texts[:, -1:] * tf.cast(tf.range(_n)[:, None] % 2 == 0, tf.int32)], axis=1)
    check.reference(f"{_n} texts of different lengths", _model(_cut))
    for _weight in _model.weights:
        if tuple(_weight.shape) == (_words, 8):
            _weight.assign(tf.where(tf.range(_words)[:, None] == 3, 0.0, _weight))
    check.reference("a word whose vector is all zeros", _model(tf.constant([[1, 3, 2, 3]])))
_model = reader(3, 2)
give_weights(_model, lambda shape: np.sin(np.arange(np.prod(shape)) + 1.0).reshape(shape))
_long = tf.repeat(tf.constant([[1, 2], [2, 0]]), [300, 300], axis=1)
check.reference("texts of 600 and 300 words", tf.function(_model)(_long))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: not into the future
#
# Write a Transformer block for a language model: each place sees itself and the places before it.
#
# - **In**: `CausalBlock(heads)`, a Python integer. The call takes `x`, `float32[b, n, w]`, n at most 1,000, w a multiple of `heads`.
# - **Out**: `float32[b, n, w]`. First a `layers.MultiHeadAttention` with `heads` heads, ① each of width w / heads, in which ② a place looks at itself and the places before it only; ③ x is added, then `layers.LayerNormalization`. Next, ④ a dense layer of 2 · w with ReLU and one of w; ⑤ what went in is added, then a second `layers.LayerNormalization`, with weights of its own. Both normalisations have Keras's usual settings. ⑥ Nothing else comes between, not in training either. ⑦ It works in a functional model for texts of any length, too, behind `keras.Input((None, w))`.
# - **Example**: with a change at place 3 the output at the places 0, 1, 2 stays what it was. `CausalBlock(2)` on w = 4 has 4 · (4 + 1) · 4 + (4 + 1) · 8 + (8 + 1) · 4 + 2 · 8 = 172 parameters.
#
# <details><summary>Hint 1: the idea</summary>
#
# The block of the chapter, as a layer; the width is known in `build`. One argument of the attention's call makes it causal.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# In `build`: the attention, two dense layers, two normalisations. In `call`: `attention(x, x, use_causal_mask=True)`, or an `attention_mask` that is a lower triangle. Each shortcut adds first and is normalised then.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def build(self, input_shape):
#     width = ____
#     self.attention = layers.MultiHeadAttention(____, ____)
#     ____
#
# def call(self, x):
#     first, second = self.norms
#     x = first(x + ____)
#     return second(____)
# ```
#
# </details>


# %%
# exercise: causal_block
class CausalBlock(layers.Layer):
    """A Transformer block in which no place sees a later one."""

    def __init__(self, heads, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        self.heads = heads
        ### END SOLUTION

    def build(self, input_shape):
        """Make the layers for an input of this shape, (b, n, w)."""
        ### BEGIN SOLUTION
        width = input_shape[-1]
        self.look = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.think = keras.Sequential([layers.Dense(2 * width, activation="relu"), layers.Dense(width)])
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
        ### END SOLUTION

    def call(self, x):
        """Return float32[b, n, w] for x, float32[b, n, w]."""
        ### BEGIN SOLUTION
        seen = self.norms[0](x + self.look(x, x, use_causal_mask=True))
        return self.norms[1](seen + self.think(seen))
        ### END SOLUTION


# %% points=4
# check: causal_block-1
_block = CausalBlock(2)
_x = tf.reshape(tf.sin(tf.range(20.0) ** 2), (1, 5, 4))
_before = _block(_x)
check.shape("five places of width 4", _before, (1, 5, 4))
check.equal("parameters", _block.count_params(), 172, hint="Each head has the width w / heads; inside are 2 · w units.")
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_block(_x) ** 2)
_slopes = _tape.gradient(_total, _block.trainable_weights)
check.that("all weights have a share in the result", all(_slope is not None for _slope in _slopes),
           hint="Each normalisation is a layer of its own, and each layer is used.")
give_weights(_block, lambda shape: np.linspace(-0.5, 1.0, int(np.prod(shape))).reshape(shape))
_before = _block(_x)
_changed = _block(tf.concat([_x[:, :3], -_x[:, 3:4], _x[:, 4:]], axis=1))
check.close("place 3 changed: places 0, 1, 2 stay", _changed[:, :3], _before[:, :3], atol=1e-6,
            hint="A place looks at itself and the places before it.")
check.close("the same in training", _block(_x, training=True), _before, hint="Nothing is dropped out here, not in training either.")
check.that("place 3 changed: place 4 notices", bool(tf.reduce_any(tf.abs(_changed[:, 4] - _before[:, 4]) > 1e-4)),
           hint="A place looks at the places before it, too.")
check.shape("the same block, nine places instead of five", _block(tf.ones((1, 9, 4))), (1, 9, 4),
            hint="The mask belongs to the length of the text at hand, not to that of the first.")
_any = keras.Input((None, 4))
check.shape("in a model, behind keras.Input((None, 4))", keras.Model(_any, CausalBlock(2)(_any))(_x), (1, 5, 4))
_plain = CausalBlock(1)
_plain(tf.ones((1, 2, 2)))
_shape_of_one = {(2,): 1.0}
give_weights(_plain, lambda shape: _shape_of_one.get(shape, 0.0) * np.ones(shape))
# what has the shape [2] is 1: the last bias, γ and β; all kernels are 0. So x + 1 is normalised, then that and 1 more
check.close("kernels of 0, the row 1, 3", _plain(tf.constant([[[1.0, 3.0]]])), tf.constant([[[0.0005, 1.9995]]]), atol=2e-3, but={
    "The shortcuts are missing: what went in is added before each normalisation.": [[[1.0, 1.0]]],
})
check.close("kernels of 0, the row 1, 1.02", _plain(tf.constant([[[1.0, 1.02]]])), tf.constant([[[0.005455, 1.994545]]]), atol=1e-3,
            hint="Keras's usual settings: `epsilon` is 0.001 in both normalisations.")
### BEGIN HIDDEN TESTS
_blocks = [CausalBlock(3), CausalBlock(1)]
for _block in _blocks:
    _block(check.inputs(1, 2, 6))
check.reference("two blocks made before either is built", [sorted(str(tuple(_weight.shape)) for _weight in _block.weights) for _block in _blocks])
for _heads, _b, _n, _w in ((2, 2, 5, 6), (3, 1, 12, 6), (1, 3, 4, 5), (2, 2, 1, 4), (1, 1, 1000, 4)):
    _block = CausalBlock(_heads)
    _batch = check.inputs(_b, _n, _w)
    _block(_batch)
    give_weights(_block, lambda shape: check.inputs(*shape) if len(shape) > 1 else np.linspace(0.5, 1, shape[0]))
    check.reference(f"{_heads} heads, {_b} × {_n} × {_w}", _block(_batch), rtol=1e-3, atol=1e-3)
    check.reference(f"{_heads} heads, {_b} × {_n} × {_w}: shapes", sorted(str(tuple(_weight.shape)) for _weight in _block.weights))
### END HIDDEN TESTS
