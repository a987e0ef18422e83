# %% [markdown]
# # Exercises: layers
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes; layers are saved and loaded. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import tensorflow as tf
from grader import check
from keras import layers, ops

# %% [markdown]
# ## 1. How long is the output?
#
# Tell how many places a filter takes along one side of a picture.
#
# - **In**: `places(n, k, stride, padding)`: three Python integers, the side's length n ≥ 1, the filter's size 1 ≤ k ≤ n and the stride ≥ 1; `padding`, a string: `"valid"` or `"same"`.
# - **Out**: ① a Python integer. ② With `"valid"` the filter lies wholly inside; ③ with `"same"` it has a place at each pixel. ④ Of these the first counts, and then every stride-th.
# - **Bad input**: ⑤ any other string, such as `"SAME"`, `"val"` or `""`, raises a `ValueError`.
# - **Example**: a filter of 3 on 8 pixels fits 6 times, so `places(8, 3, 1, "valid")` is 6. Every second of these places makes 3: `places(8, 3, 2, "valid")`. With `"same"` and stride 2 it is 4.
#
# <details><summary>Hint 1: the idea</summary>
#
# First count the places at stride 1, then how many of them are taken: the first one always, then every stride-th.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# At stride 1 there are n − k + 1 places with `"valid"` and n with `"same"`. Divide by the stride and round up; for integers, `-(-a // b)` or `(a + b - 1) // b` does so.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if padding == "valid":
#     count = ____
# elif padding == "same":
#     count = ____
# else:
#     raise ValueError(f"unknown padding {padding!r}")
# return -(-____ // ____)
# ```
#
# </details>


# %%
# exercise: places
def places(n, k, stride, padding):
    """Return how many places a filter takes along one side.

    Args:
        n: the side's length, a Python integer >= 1.
        k: the filter's size, 1 <= k <= n.
        stride: a Python integer >= 1.
        padding: "valid" or "same".

    Returns:
        a Python integer.

    Raises:
        ValueError: for any other string as padding.
    """
    ### BEGIN SOLUTION
    at_stride_one = {"valid": n - k + 1, "same": n}
    if padding not in at_stride_one:
        raise ValueError(f"padding must be valid or same, not {padding!r}.")
    return (at_stride_one[padding] - 1) // stride + 1
    ### END SOLUTION


# %% points=2
# check: places-1
check.equal("8 pixels, filter of 3, stride 1, valid", places(8, 3, 1, "valid"), 6, but={
    "One place more: a filter of 8 on 8 pixels fits once, not never.": 5,
    "The filter must lie wholly inside.": 8,
})
check.equal("8 pixels, filter of 3, stride 2, valid", places(8, 3, 2, "valid"), 3, but={
    "The first place counts: round up.": 2,
    "One too many: round up only where something is left over.": 4,
})
check.equal("8 pixels, filter of 2, stride 2, valid", places(8, 2, 2, "valid"), 4, but={
    "The first place counts: round up.": 3,
})
check.equal("8 pixels, filter of 3, stride 2, same", places(8, 3, 2, "same"), 4, but={
    "With zeros around it there is a place for each pixel, no more.": 5,
})
check.equal("7 pixels, filter of 3, stride 2, same", places(7, 3, 2, "same"), 4, but={
    "Round up: the last place counts, even if fewer pixels are left.": 3,
})
check.equal("3 pixels, filter of 2, stride 100, valid", places(3, 2, 100, "valid"), 1, but={
    "The first place counts, however long the stride.": 0,
})
for _other in ("full", "causal", "SAME", "val", "", " same", "same ", "valids", "same\n", "valid\n", "Same"):
    check.raises(f"padding {_other!r}", ValueError, places, 8, 3, 1, _other)
check.raises("padding 'full', where there is no choice: one pixel, a filter of 1", ValueError, places, 1, 1, 1, "full")
check.raises("padding 'full', where the stride is longer than the side", ValueError, places, 3, 2, 100, "full")
### BEGIN HIDDEN TESTS
for _padding in ("valid", "same"):
    _lengths = [places(n, k, s, _padding) for n in (1, 5, 12, 33) for k in (1, 2, 5, 12) if k <= n for s in (1, 2, 3, 7)]
    check.reference(f"many sizes, {_padding}", _lengths)
    _lengths = [places(n, k, s, _padding) for n in (300, 1001, 38401) for k in (1, 257, 300) for s in (1, 64, 256, 50000)]
    check.reference(f"large sizes, {_padding}", _lengths)
_n, _k, _s = (int(number) for number in check.inputs(3, dtype="int32", low=3, high=9))
check.reference("random sizes", [places(10 * _n, _k, _s, "valid"), places(10 * _n, _k, _s, "same")])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. How far does it see?
#
# Tell the receptive field of one unit at the top of a stack of convolutions and poolings.
#
# - **In**: `field_of_view(stack)`: a list of at most 50 pairs `(k, stride)`, one for each layer, the first layer first; may be empty; the field is narrower than 10¹³ pixels.
# - **Out**: ① a Python integer: how many pixels wide the field is. ② A layer of size k widens it by k − 1 steps, ③ each as long as the strides of all layers below it, multiplied. ④ For an empty stack it is 1: a pixel sees itself. ⑤ The list stays as it is.
# - **Example**: two layers of 3 with stride 1 see 5 pixels. If the first of them has stride 2, its neighbours lie two pixels apart: 3 + 2 · 2 = 7.
#
# <details><summary>Hint 1: the idea</summary>
#
# A layer of size k adds k − 1 steps to the field. How many pixels long is a step, after all the strides below?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Keep two numbers, the field and the length of a step, both 1 at first. For each layer: add to the field, *then* let the step grow.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# field, step = 1, 1
# for k, stride in stack:
#     field += ____ * ____
#     step *= ____
# return ____
# ```
#
# </details>


# %%
# exercise: field_of_view
def field_of_view(stack):
    """Return how many pixels wide the receptive field of one unit at the top is.

    Args:
        stack: list of pairs (k, stride) of Python integers, the first layer first.

    Returns:
        a Python integer, 1 for an empty stack.
    """
    ### BEGIN SOLUTION
    width = 1
    for size, jump in reversed(stack):
        width = (width - 1) * jump + size
    return width
    ### END SOLUTION


# %% points=2
# check: field_of_view-1
check.equal("two layers of 3", field_of_view([(3, 1), (3, 1)]), 5, but={
    "The windows overlap: each layer adds k − 1, not k.": 7,
    "Each layer widens the field: add, don't take the largest.": 3,
    "Count pixels of one side only, not of the whole square.": 25,
})
check.equal("3 with stride 2, then 3", field_of_view([(3, 2), (3, 1)]), 7, but={
    "The stride below makes each later step longer.": 5,
    "A stride acts on the layers above, not on its own: add to the field first, then let the step grow.": 9,
})
check.equal("3, then 3 with stride 2", field_of_view([(3, 1), (3, 2)]), 5, but={
    "A stride acts on the layers above, not on its own.": 7,
})
check.equal("3 with stride 2, three times", field_of_view([(3, 2)] * 3), 15, but={
    "All strides below count, multiplied: 1, 2, 4.": 11,
})
check.equal("no layer", field_of_view([]), 1)
check.equal("1 with stride 2, then 3", field_of_view([(1, 2), (3, 1)]), 5, but={
    "A layer of size 1 widens nothing, but its stride counts for the layers above.": 3,
})
_stacks = [(3, 2), (1, 1), (5, 1)], []
for _stack in _stacks:
    field_of_view(_stack)
check.equal("two lists afterwards, one of them empty", _stacks, [[(3, 2), (1, 1), (5, 1)], []], but={
    "The list is the caller's: go through it without taking anything out.": [[], []],
}, hint="The list is the caller's: look at it, and change nothing in it.")
### BEGIN HIDDEN TESTS
for _deep in (1, 3, 6):
    _sizes = check.inputs(_deep, dtype="int32", low=1, high=8).numpy().tolist()
    _strides = check.inputs(_deep, dtype="int32", low=1, high=4).numpy().tolist()
    check.reference(f"{_deep} random layers", field_of_view(list(zip(_sizes, _strides))))
_sizes = check.inputs(18, dtype="int32", low=1, high=400).numpy().tolist()
check.reference("eighteen layers", field_of_view([(size, 1 + layer % 3) for layer, size in enumerate(_sizes)]))
check.reference("large sizes and strides", field_of_view([(_sizes[0], 300), (_sizes[1], 1), (_sizes[2], 260), (3, 2)]))
check.reference("the first layers of a well-known network", field_of_view([(7, 2), (3, 2), *[(3, 1)] * 6]))
check.reference("forty layers with stride 2", field_of_view([(3, 2)] * 40))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A convolution on the globe
#
# On a map of the world the right edge touches the left one, and zeros between them make no sense. Write a convolution, stride 1, that keeps the size of the map.
#
# - **In**: `globe_conv(maps, kernel)`: `maps`, `float32[n, h, w, c]`, n ≥ 1; `kernel`, `float32[k, k, c, f]`, k odd and k ≤ w; k may be more than h.
# - **Out**: ① `float32[n, h, w, f]`. ② It wraps around from east to west, ③ and has zeros beyond the poles, above the top row and below the bottom one. ④ What lies under the kernel is multiplied by it, not turned around, ⑤ and added up, over all channels and for each filter by itself, as in `Conv2D`; ⑥ for any odd k up to w, 1 too; ⑦ and where both inputs are `float64`, it works as well (with `float32`'s digits, or more).
# - **Example**: the one row `[1, 2, 3, 4]`, and a kernel of 3 × 3 that is 1 in the middle of its left column and 0 elsewhere. Each place gets its left neighbour: `[4, 1, 2, 3]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Make the map larger in the right way, and then let an ordinary convolution with padding `"VALID"` run over it.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# With r = k // 2: join the last r columns, the map and the first r columns along the axis of the width (for r = 0, beware of `[-0:]`, which is everything). `tf.pad` adds r rows of zeros above and below. `tf.nn.conv2d(x, kernel, strides=1, padding="VALID")` does the rest.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# r, w = kernel.shape[0] // 2, maps.shape[2]
# wide = tf.concat([maps[:, :, w - r:], ____, maps[____]], axis=____)
# high = tf.pad(wide, [[0, 0], [____, ____], [0, 0], [0, 0]])
# return tf.nn.conv2d(____, ____, strides=1, padding=____)
# ```
#
# </details>


# %%
# exercise: globe_conv
def globe_conv(maps, kernel):
    """Convolve maps that wrap around from east to west and have zeros beyond the poles.

    Args:
        maps: float32 tensor of shape [n, h, w, c], n >= 1.
        kernel: float32 tensor of shape [k, k, c, f], k odd, k <= w.

    Returns:
        float32 tensor of shape [n, h, w, f].
    """
    ### BEGIN SOLUTION
    side, width = kernel.shape[0], maps.shape[2]
    reach = side // 2
    east_west = tf.gather(maps, tf.range(-reach, width + reach) % width, axis=2)
    padded = tf.pad(east_west, [[0, 0], [reach, reach], [0, 0], [0, 0]])
    return tf.nn.conv2d(padded, kernel, strides=1, padding="VALID")
    ### END SOLUTION


# %% points=3
# check: globe_conv-1
_row = tf.reshape(tf.constant([1.0, 2.0, 3.0, 4.0]), (1, 1, 4, 1))
_left = tf.reshape(tf.constant([[0.0, 0, 0], [1, 0, 0], [0, 0, 0]]), (3, 3, 1, 1))
_result = globe_conv(_row, _left)
check.shape("one row", _result, (1, 1, 4, 1), hint="The map keeps its size.")
check.close("each place gets its left neighbour", _result[0, 0, :, 0], tf.constant([4.0, 1.0, 2.0, 3.0]), but={
    "There are zeros beyond the western edge: take the columns from the other side.": [0, 1, 2, 3],
    "The kernel is turned around, or the wrong columns were joined.": [2, 3, 4, 1],
    "The edge columns were repeated: take those from the other side.": [1, 1, 2, 3],
})
_column = tf.reshape(tf.constant([1.0, 2.0, 3.0]), (1, 3, 1, 1)) * tf.ones((1, 1, 3, 1))
_above = tf.reshape(tf.constant([[0.0, 1, 0], [0, 0, 0], [0, 0, 0]]), (3, 3, 1, 1))
check.close("each place gets the one above", globe_conv(_column, _above)[0, :, 0, 0], [0, 1, 2], but={
    "Nothing wraps around the poles: zeros there.": [3, 1, 2],
})
check.close("a kernel of 1 × 1", globe_conv(_row, tf.fill((1, 1, 1, 1), 10.0))[0, 0, :, 0], [10, 20, 30, 40],
            hint="With k = 1, r is 0, and [-0:] is everything.")
_channels, _filters = tf.constant([[[[1.0, 10.0]]]]), tf.constant([[[[1.0, 2.0], [3.0, 4.0]]]])
check.close("two channels, two filters", globe_conv(_channels, _filters)[0, 0, 0], [31, 42],
            hint="Each filter has a number for each channel; what they give is added up.")
check.close("a kernel of 5 × 5 that takes the place two to the left",
            globe_conv(tf.tile(_row, [1, 1, 2, 1]), tf.scatter_nd([[2, 0, 0, 0]], [1.0], (5, 5, 1, 1)))[0, 0, :, 0],
            [3, 4, 1, 2, 3, 4, 1, 2], hint="Join k // 2 columns, not one.")
for _size, _kernel, _want in ((3, _left, [4, 1, 2, 3]), (1, tf.ones((1, 1, 1, 1)), [1, 2, 3, 4])):
    _result = globe_conv(tf.cast(_row, tf.float64), tf.cast(_kernel, tf.float64))
    check.close(f"in float64, a kernel of {_size} × {_size}", _result[0, 0, :, 0], _want,
                hint="What you join, zeros or nothing, must have the dtype of the maps; the zeros of tf.pad do.")
### BEGIN HIDDEN TESTS
_world = check.inputs(2, 5, 8, 3)
for _side in (1, 3, 5, 7):
    _kernel = check.inputs(_side, _side, 3, 4)
    check.reference(f"random maps, {_side} × {_side}", globe_conv(_world, _kernel))
check.reference("a kernel as wide as the map, and higher", globe_conv(check.inputs(1, 2, 13, 1), check.inputs(13, 13, 1, 2)))
_kernel = check.inputs(3, 3, 3, 2)
_turned = globe_conv(tf.roll(_world, 3, axis=2), _kernel)
check.reference("a turned globe", _turned)
check.reference("one map", globe_conv(_world[:1], _kernel))
check.reference("as wide as the kernel", globe_conv(_world[:, :, :3], _kernel))
check.reference("a faint kernel, times 100", 100 * globe_conv(1e5 * _world, 1e-7 * _kernel))
check.reference("faint maps, times 100", 100 * globe_conv(1e-7 * _world, 1e5 * _kernel))
check.reference("a kernel with noughts and faint numbers", 1e7 * globe_conv(tf.ones([1, 4, 5, 3]), tf.where(_kernel > 0.0, 1e-7 * _kernel, 0.0)))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Batch normalisation, written by you
#
# Write the layer of the chapter, for rows of numbers. (One that leaves the work to Keras's layer counts too, but teaches you less.)
#
# - **In**: `BatchNorm(momentum=0.99, epsilon=1e-3)`, Python floats. The call takes `x`, `float32[n, d]`, and `training`, which is `False` unless stated.
# - **State**: ① `gamma`, ones at first, and `beta`, zeros, trained; ② `moving_mean`, zeros at first, and `moving_variance`, ones, not trained; each of shape `[d]`.
# - **Out**: ③ `float32[n, d]`: (x − m) / √(v + epsilon) · gamma + beta. ④ With `training=True`, m and v are the mean and the variance of the batch (divided by n), ⑤ and each running value becomes momentum · old + (1 − momentum) · new. ⑥ Otherwise m and v are the running values, ⑦ and nothing changes. ⑧ What is not stated is as above: momentum 0.99, epsilon 0.001, not in training.
# - ⑨ The layer must survive saving, with its settings, ⑩ its name, its dtype and whether it is trainable.
# - **Example**: with momentum 0.5, one call in training on the column 1, 3 gives about −1 and 1; then `moving_mean` is 0.5 · 0 + 0.5 · 2 = 1, and `moving_variance` is 0.5 · 1 + 0.5 · 1 = 1.
#
# <details><summary>Hint 1: the idea</summary>
#
# Four calls of `add_weight` in `build`; in `call` an `if training`, one branch of which also assigns.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.nn.moments(x, axes=[0])` gives mean and variance. A running value is changed by `assign`. What is not trained is made with `trainable=False`; `initializer="ones"` or `"zeros"` says how it begins. Keep both settings as attributes, return them from `get_config` together with those of `super().get_config()`, and hand `**kwargs` on.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# self.moving_mean = self.add_weight(name="moving_mean", shape=____, initializer=____, trainable=____)
#
# if training:
#     mean, variance = tf.nn.moments(x, axes=____)
#     self.moving_mean.assign(____ * self.moving_mean + ____ * mean)
#     ____
# else:
#     mean, variance = ____, ____
# return ____
# ```
#
# </details>


# %%
# exercise: batch_norm
class BatchNorm(layers.Layer):
    """Standardises each column over the batch in training, by running values in use.

    Attributes:
        gamma, beta: weights of shape [d], trained.
        moving_mean, moving_variance: weights of shape [d], not trained.
    """

    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon
        ### END SOLUTION

    def build(self, input_shape):
        """Make the four weights for an input of this shape, (n, d)."""
        ### BEGIN SOLUTION
        for name, start, trained in (("gamma", "ones", True), ("beta", "zeros", True),
                                     ("moving_mean", "zeros", False), ("moving_variance", "ones", False)):
            weight = self.add_weight(name=name, shape=(input_shape[-1],), initializer=start, trainable=trained)
            setattr(self, name, weight)
        ### END SOLUTION

    def call(self, x, training=False):
        """Return float32[n, d] for x, float32[n, d]."""
        ### BEGIN SOLUTION
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean = ops.mean(x, axis=0)
            variance = ops.mean(ops.square(x - mean), axis=0)
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign_add((1 - self.momentum) * (new - running))
        return self.gamma * (x - mean) * ops.rsqrt(variance + self.epsilon) + self.beta
        ### END SOLUTION

    def get_config(self):
        """Return the settings, those of every layer among them, as a dictionary."""
        ### BEGIN SOLUTION
        return super().get_config() | {"momentum": self.momentum, "epsilon": self.epsilon}
        ### END SOLUTION


# %% points=3
# check: batch_norm-1
_norm = BatchNorm(momentum=0.5)
_pair = tf.constant([[1.0], [3.0]])
check.close("a new layer in use changes hardly anything", _norm(_pair), [[1.0], [3.0]], atol=0.01, but={
    "In use it must not look at the batch: take the running values.": [[-0.9995], [0.9995]],
}, hint="gamma and the running variance begin with ones, beta and the running mean with zeros.")
check.variables("four weights of one column", _norm, [(1,), (1,), (1,), (1,)])
check.equal("how many of them are trained", len(_norm.trainable_weights), 2, but={
    "The running values are not trained: trainable=False.": 4,
})
check.close("in training", _norm(_pair, training=True), [[-0.9995], [0.9995]], but={
    "Divide by the root of the variance.": [[-0.999], [0.999]],
    "In training the mean and the variance are those of the batch.": [[0.9995], [2.9985]],
})
check.close("the running mean then", _norm.moving_mean, [1.0], but={
    "The running mean has not moved.": [0.0],
    "It was replaced by the batch's: keep a part of the old one.": [2.0],
})
_norm(3 * _pair, training=True)
check.close("after the column 3, 9: the running mean", _norm.moving_mean, [3.5])
check.close("and the running variance", _norm.moving_variance, [5.0], but={
    "The running variance has not moved.": [1.0],
    "These are standard deviations: keep the variance.": [2.0],
    "n − 1 in the variance: divide by n.": [9.75],
})
check.close("in use after that, (x − 3.5) / √5.001", _norm(_pair), tf.constant([[-1.117922], [-0.223584]]))
check.close("and the running mean, still", _norm.moving_mean, [3.5], hint="In use nothing changes.")
_norm = BatchNorm(momentum=0.5)
_norm(tf.constant([[4.0]]), training=True)
check.close("after a batch of one row, 4: the running mean and variance", [_norm.moving_mean, _norm.moving_variance], [[2.0], [0.5]],
            hint="One row is a batch, too: its mean is 4, and its variance 0.")
### BEGIN HIDDEN TESTS
_mine = BatchNorm(momentum=0.8, epsilon=0.1)
_mine.build((None, 4))
_mine.gamma.assign(check.inputs(4))
_mine.beta.assign(check.inputs(4))
for _step in range(3):
    _batch = 2 * check.inputs(6, 4) + 1
    check.reference(f"step {_step} in training", _mine(_batch, training=True))
    check.reference(f"step {_step}, in use", _mine(_batch))
check.reference("running mean", _mine.moving_mean)
check.reference("running variance", _mine.moving_variance)
check.reference("one row in use", _mine(_batch[:1]))
check.reference("one row in training", _mine(_batch[:1], training=True))
for _step in range(40):
    _mine(check.inputs(3, 4) + _step, training=True)
check.reference("forty steps later, in use", _mine(_batch))
_usual = BatchNorm()
_usual(_batch, training=True)
check.reference("the usual momentum", _usual.moving_mean)
check.reference("the usual epsilon", _usual(0.02 * _batch, training=True))
_slow, _quick = BatchNorm(momentum=0.9, epsilon=0.1), BatchNorm(momentum=0.1, epsilon=0.4)
for _two in (_slow, _quick):
    _two(_batch, training=True)
check.reference("two layers with settings of their own", [_slow.moving_mean, _quick.moving_mean, _slow(_batch), _quick(_batch)])
_far = BatchNorm(momentum=0.5)
check.reference("a batch far from 0, in training", _far(check.inputs(6, 4) + 3000.0, training=True), rtol=1e-2, atol=1e-2)
### END HIDDEN TESTS

# %% points=2
# check: batch_norm-2
_saved = BatchNorm(momentum=0.5, epsilon=0.25)
_saved(tf.constant([[1.0, 5.0], [3.0, 5.0]]), training=True)
check.serializes("saved and loaded", _saved, tf.constant([[1.0, 2.0], [0.0, -2.0], [4.0, 4.0]]))
_twin = BatchNorm.from_config(_saved.get_config())
check.close("the twin made from the config", [_twin.momentum, _twin.epsilon], [0.5, 0.25], but={
    "The settings are not in the config: they fell back to 0.99 and 0.001.": [0.99, 0.001],
})
_fine = BatchNorm.from_config(BatchNorm(name="calm", dtype="float64").get_config())
check.equal("a twin's name and dtype", [_fine.name, _fine.dtype], ["calm", "float64"],
            hint="The config holds those of super().get_config(), too; and __init__ hands **kwargs on.")
_frozen = BatchNorm.from_config(BatchNorm(name="calm", trainable=False).get_config())
check.equal("a twin's name, and whether it is trained", [_frozen.name, _frozen.trainable], ["calm", False],
            hint="The config holds those of super().get_config(), too; and __init__ hands **kwargs on.")
_frozen(tf.constant([[1.0], [3.0]]))
_frozen.trainable = True
check.equal("how many weights are trained once it is thawed", len(_frozen.trainable_weights), 2,
            hint="Whether a weight of a frozen layer is trained, Keras works out: gamma and beta are made as ever.")
_fine.trainable = False
_twins = [BatchNorm.from_config(_norm.get_config()) for _norm in (_frozen, _fine)]
check.equal("twins of a layer thawed since it was made, and of one frozen since: whether they are trained",
            [_norm.trainable for _norm in _twins], [True, False],
            hint="The config says what the layer is now, not what it was made with: super().get_config() does so.")
### BEGIN HIDDEN TESTS
keras.utils.set_random_seed(0)
_model = keras.Sequential([keras.Input((3,)), layers.Dense(8), BatchNorm(momentum=0.9), layers.ReLU(), layers.Dense(1)])
_model.compile(keras.optimizers.Adam(0.05), "mse")
_x = 5 * check.inputs(128, 3)
check.trains("a model with it", _model, (_x, tf.reduce_sum(_x, axis=1, keepdims=True) / 5), 0.5, 120)
check.serializes("a trained model with it", _model, _x)
_exact = BatchNorm.from_config(BatchNorm(momentum=0.99987654, epsilon=1.2345678e-6).get_config())
check.reference("a twin's settings with many digits", [1 - _exact.momentum, 1e6 * _exact.epsilon], rtol=1e-5, atol=1e-8)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: a curve for each column
#
# `Polynomial` sends each column of numbers through a polynomial of its own, $a_0 + a_1 x + a_2 x^2 + …$, whose coefficients are learned; a price keeps them small. It computes what it should. But after 200 steps of training it has learned nothing, the price is nowhere in the loss, and loading a saved model stops with
#
# ```text
# Polynomial.__init__() got an unexpected keyword argument 'trainable'
# ```
#
# Three faults. Put them right.
#
# - **In**: `Polynomial(degree, price=0.0)`: a Python integer ≥ 0 and a Python float. The call takes `x`, `float32[n, d]`, whose powers up to the degree are not too large for `float32`.
# - **Out**: ① `float32[n, d]`: each number through its column's polynomial.
# - **State**: ② `coefficients`, one weight of shape `[degree + 1, d]`, ③ trained, ④ ones at first; ⑤ row i belongs to xⁱ.
# - ⑥ After a call, the layer's `losses` hold price · (the sum of the squares of all coefficients), as they are now. (A regularizer of the weight does that, too.)
# - It survives saving, ⑦ with its settings, ⑧ its name, its dtype and whether it is trainable. (No decorator is needed: the check hands your class to the loader.)
# - **Example**: with `degree=2` and the first coefficients, 2 becomes 1 + 2 + 4 = 7.
#
# <details><summary>Hint 1: the idea</summary>
#
# Look for what the chapter does in each of these places: a weight, an addition to the loss, an `__init__`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A layer finds what `add_weight` has made, not a `tf.Variable`. `self.losses` is a list that Keras makes anew each time it is asked; `add_loss`, in `call`, is the way in. And whatever else the config holds must go to `super().__init__`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def __init__(self, degree, price=0.0, ____):
#     super().__init__(____)
#
# self.coefficients = self.____(name=____, shape=____, initializer=____)
#
# self.____(self.price * ____)
# ```
#
# </details>


# %%
# exercise: polynomial
class Polynomial(layers.Layer):
    """Sends each column through a polynomial of its own, with learned coefficients.

    Attributes:
        coefficients: trained weight of shape [degree + 1, d], ones at first; row i belongs to x to the power i.
    """

    ### BEGIN SOLUTION
    #| def __init__(self, degree, price=0.0):
    #|     super().__init__()
    #|     self.degree, self.price = degree, price
    #|
    #| def build(self, input_shape):
    #|     self.coefficients = tf.Variable(tf.ones((self.degree + 1, input_shape[-1])))
    #|
    #| def call(self, x):
    #|     self.losses.append(self.price * ops.sum(self.coefficients**2))
    #|     result = 0.0 * x
    #|     for power in range(self.degree, -1, -1):
    #|         result = result * x + self.coefficients[power]
    #|     return result
    #|
    #| def get_config(self):
    #|     return {**super().get_config(), "degree": self.degree, "price": self.price}
    def __init__(self, degree, price=0.0, **others):
        super().__init__(**others)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        size = (self.degree + 1, input_shape[-1])
        self.coefficients = self.add_weight(shape=size, initializer=keras.initializers.Ones(), name="coefficients")

    def call(self, x):
        self.add_loss(self.price * ops.sum(ops.square(self.coefficients)))
        terms = [self.coefficients[i] * x**i for i in range(self.degree + 1)]
        return sum(terms)

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}
    ### END SOLUTION


# %% points=3
# check: polynomial-1
_curve = Polynomial(2, price=0.1)
check.close("2 and -1, degree 2", _curve(tf.constant([[2.0], [-1.0]])), tf.constant([[7.0], [1.0]]))
check.variables("its weights", _curve, [(3, 1)], hint="A layer does not find a tf.Variable: use add_weight.")
check.equal("how many are trained", len(_curve.trainable_weights), 1)
check.close("the losses after a call", [float(loss) for loss in _curve.losses], [0.3], but={
    "The price does not arrive: use self.add_loss in call.": [],
    "The price is missing: multiply by it.": [3.0],
})
_curve.coefficients.assign([[0.0], [0.0], [2.0]])
check.close("2x² at 3", _curve(tf.constant([[3.0]])), [[18.0]], but={
    "Row 0 belongs to x⁰, the last row to the highest power.": [[2.0]],
})
check.close("the losses then, with the coefficients 0, 0, 2", [float(loss) for loss in _curve.losses], [0.4], but={
    "The price was worked out once and for all: add it in call.": [0.3],
    "The sum of squares, not of the coefficients.": [0.2],
})
check.serializes("saved and loaded", _curve, tf.constant([[1.0], [2.0], [3.0]]))
_twin = Polynomial.from_config(Polynomial(3, name="bend", trainable=False).get_config())
check.equal("a twin's name, and whether it is trained", [_twin.name, _twin.trainable], ["bend", False],
            hint="Hand **kwargs on to super().__init__.")
check.equal("a twin's dtype", Polynomial.from_config(Polynomial(3, dtype="float64").get_config()).dtype, "float64",
            hint="Hand all of **kwargs on to super().__init__, not only those that you know.")
_twin(tf.constant([[1.0]]))
_twin.trainable = True
check.equal("how many weights are trained once it is thawed", len(_twin.trainable_weights), 1,
            hint="Whether a weight of a frozen layer is trained, Keras works out: the weight is made as ever.")
_dear = Polynomial.from_config(Polynomial(1, price=0.25).get_config())
_dear(tf.constant([[1.0]]), training=False)
check.close("the losses of a twin with the price 0.25, in use", [float(loss) for loss in _dear.losses], [0.5], but={
    "The price is no part of the settings: put it into get_config.": [0.0],
    "The price belongs to every call, not only to those in training.": [],
})
### BEGIN HIDDEN TESTS
_wide = Polynomial(3, 0.5)
_wide.build((None, 4))
_wide.coefficients.assign(check.inputs(4, 4))
_batch = check.inputs(5, 4)
check.reference("random coefficients, four columns", _wide(_batch))
check.reference("its losses", [float(loss) for loss in _wide.losses])
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_wide(_batch) ** 2)
check.reference("the gradient of the coefficients", _tape.gradient(_total, _wide.trainable_weights))
_steep = Polynomial(7)
_steep.build((None, 2))
_steep.coefficients.assign(check.inputs(8, 2))
check.reference("degree 7, and a row of zeros", _steep(tf.concat([check.inputs(6, 2, low=-1.2, high=1.2), tf.zeros((1, 2))], axis=0)))
_level = Polynomial(0)
check.reference("degree 0", _level(_batch))
check.serializes("loaded, degree 3", _wide, _batch)
_cheap = Polynomial.from_config(Polynomial(1, price=1.2345678e-4).get_config())
_cheap(_batch)
check.reference("the losses of a twin with a price of many digits", [1e4 * float(loss) for loss in _cheap.losses], rtol=1e-4)
### END HIDDEN TESTS

# %% points=1
# check: polynomial-2
_x = tf.linspace(-1.0, 1.0, 64)[:, tf.newaxis]
_model = keras.Sequential([keras.Input((1,)), Polynomial(2)])
_model.compile(keras.optimizers.SGD(0.3), "mse")
check.trains("it learns 3 − 2x + x²", _model, (_x, 3 - 2 * _x + _x**2), 0.01, 100)
### BEGIN HIDDEN TESTS
_dear = keras.Sequential([keras.Input((1,)), Polynomial(1, price=5.0)])
_dear.compile(keras.optimizers.SGD(0.05), "mse")
_dear.fit(_x, 4 + 0 * _x, epochs=30, verbose=0)
check.at_most("a high price keeps the coefficients small", float(tf.reduce_max(tf.abs(_dear.weights[0]))), 1.0)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: how sure is it?
#
# A network gives one answer and does not say how sure it is. A trick: leave dropout on, ask the same question many times, and see how far the answers lie apart. But `training=True` for the whole model would also let the batch normalisation look at the batch, and change its running values. So only the dropout layers may think that they are in training.
#
# - **In**: `many_answers(model, x, draws)`: `model`, a `keras.Sequential`, built, whose dropout layers are `layers.Dropout`, of any rate and name but without `noise_shape`, and stand in it directly; `x`, `float32[n, …]`; `draws`, a Python integer ≥ 1.
# - **Out**: ① `(mean, spread)`: two `float32` tensors of the shape of `model(x)`: ② the mean ③ and the standard deviation (divided by the number of draws) ④ over so many passes through the model (or one pass of a batch that holds `x` so many times), ⑤ with every dropout layer on ⑥ and everything else as in use.
# - ⑦ The model must not be changed: its weights, and which of them are trained, are afterwards what they were.
# - **Example**: a hundred ones through `Dropout(0.5)` and a `Dense(1)` whose weights are all 1: without dropout the answer is 100. With dropout the mean is near 100 and the spread near 10, the spread of 100 coins that count 0 or 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# `model.layers` is a list of layers, each of which can be called by itself, with a `training` argument of its own.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# For one pass, go through the layers: `isinstance(layer, layers.Dropout)` tells which are to be called with `training=True`; all others get `training=False`. Do so for as many draws, stack the answers along a new first axis, and take mean and standard deviation along it. (Mind the names: `layers` is Keras's module.)
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# answers = []
# for _ in range(draws):
#     y = x
#     for layer in model.layers:
#         y = layer(y, training=____)
#     answers.append(____)
# answers = tf.stack(answers)
# return tf.reduce_mean(____, axis=____), tf.math.reduce_std(____, axis=____)
# ```
#
# </details>


# %%
# exercise: many_answers
def many_answers(model, x, draws):
    """Return mean and standard deviation of the answers with dropout on and everything else as in use.

    Args:
        model: keras.Sequential, built.
        x: float32 tensor of shape [n, ...].
        draws: how many passes, a Python integer >= 1.

    Returns:
        (mean, spread): float32 tensors of the shape of model(x).
    """
    ### BEGIN SOLUTION
    def one_pass():
        signal = x
        for part in model.layers:
            signal = part(signal, training=isinstance(part, layers.Dropout))
        return signal

    passes = tf.stack([one_pass() for _ in range(draws)], axis=0)
    centre = tf.reduce_mean(passes, axis=0)
    return centre, tf.sqrt(tf.reduce_mean((passes - centre) ** 2, axis=0))
    ### END SOLUTION


# %% points=4
# check: many_answers-1
_coins = keras.Sequential([
    keras.Input((100,)),
    layers.Dropout(0.5, seed=1, name="coins"),
    layers.Dense(1, kernel_initializer="ones"),
])
_mean, _spread = many_answers(_coins, tf.ones((40, 100)), 100)
check.shape("the mean for forty examples", _mean, (40, 1))
check.shape("the spread for forty examples", _spread, (40, 1))
check.that("forty means of 100 draws lie about 1 apart", float(tf.math.reduce_std(_mean)) < 1.8,
           "The mean of a tenth of the draws, or a single answer, would lie further off: use all that were asked for.")
check.close("the mean of 100 coins that count 0 or 2, over all examples", tf.reduce_mean(_mean), 100, atol=1.5)
check.close("the spread, over all examples", tf.reduce_mean(_spread), 9.93, atol=0.7, but={
    "No dropout: all answers were alike. A dropout layer is told by its class, not by its name.": 0.0,
})
_mean, _spread = many_answers(_coins, tf.ones((2, 100)), 1)
check.close("one draw has no spread", _spread, [[0], [0]], hint="Make as many passes as `draws` says.")
_gains = keras.Sequential([
    keras.Input((100,)),
    layers.Dropout(0.5, seed=2),
    layers.Dense(1, kernel_initializer="ones", bias_initializer=keras.initializers.Constant(-100.0)),
    layers.ReLU(),
])
_mean, _ = many_answers(_gains, tf.ones((100, 100)), 24)
check.close("what the coins give above 100, else 0: the mean", tf.reduce_mean(_mean), 3.98, atol=0.6, but={
    "This is the answer without dropout: take the mean of the passes.": 0.0,
})
_still = keras.Sequential([keras.Input((1,)), layers.BatchNormalization(), layers.Dropout(0.0)])
_before = [weight.numpy() for weight in _still.weights]
_mean, _spread = many_answers(_still, tf.constant([[1.0], [3.0]]), 3)
check.close("nothing random: the mean is the answer", _mean, tf.constant([[0.9995], [2.9985]]), but={
    "The normalisation looked at the batch: only dropout layers get training=True.": [[-0.9995], [0.9995]],
})
check.close("and the spread is zero", _spread, tf.zeros((2, 1)))
check.close("the weights are what they were", [weight.numpy() for weight in _still.weights], _before)


class _Louder(layers.Layer):
    rate = 0.5

    def call(self, x, training=False):
        return 10.0 * x if training else x


_noisy = keras.Sequential([keras.Input((1,)), layers.GaussianNoise(1.0, name="no_dropout"), _Louder(), layers.Dropout(0.0)])
_mean, _spread = many_answers(_noisy, tf.constant([[1.0], [3.0]]), 2)
check.close("a layer of noise and one with a rate, which do something in training only", _mean, [[1.0], [3.0]],
            hint="Only dropout layers get training=True, all other layers False.")
_masked = keras.Sequential([keras.Input((3, 1)), layers.Masking(), layers.Dropout(0.1), layers.GlobalAveragePooling1D()])
_mean, _ = many_answers(_masked, tf.tile([[[6.0], [0.0], [0.0]]], [400, 1, 1]), 10)
check.close("the steps 6, 0, 0, averaged, where a layer of Masking leaves out the zeros", tf.reduce_mean(_mean), 6, atol=0.5, but={
    "The mask got lost on the way: call the dropout layer itself, as tf.nn.dropout does not hand a mask on.": 2.0,
})
_inside = keras.Sequential([keras.Input((2,)), layers.Dense(2, trainable=False), layers.Dense(2)])
_partly = keras.Sequential([keras.Input((2,)), layers.Dense(2, trainable=False), _inside, layers.Dropout(0.0)])
many_answers(_partly, tf.ones((1, 2)), 2)
check.equal("how many weights are trained afterwards, where one of two layers inside a layer is frozen",
            len(_partly.trainable_weights), 2,
            hint="To set `trainable` of a model or a layer sets it for all layers inside: leave it as it is.")
### BEGIN HIDDEN TESTS
keras.utils.set_random_seed(3)
_plain = keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="tanh"), layers.BatchNormalization(),
                          layers.ReLU(), layers.Flatten(), layers.Dense(2)])
_plain.set_weights([check.inputs(*weight.shape).numpy() ** 2 for weight in _plain.weights])
_batch = check.inputs(7, 6)
_mean, _spread = many_answers(_plain, _batch, 2)
check.reference("random weights, no dropout: the mean", _mean)
check.reference("random weights, no dropout: the spread", _spread)
check.reference("random weights: unchanged", [weight.numpy() for weight in _plain.weights])
check.reference("random weights: how many are trained", len(_plain.trainable_weights))
_table = keras.Sequential([keras.Input((3, 2)), layers.Dense(4), keras.Sequential([layers.BatchNormalization()]),
                           layers.Dropout(0.0), layers.Dense(2)])
_table.set_weights([check.inputs(*weight.shape).numpy() ** 2 for weight in _table.weights])
_mean, _spread = many_answers(_table, check.inputs(1, 3, 2), 3)
check.reference("a table for one example: the mean", _mean)
check.reference("a table for one example: the spread", _spread, atol=1e-2)
_later = keras.Sequential([keras.Input((6,)), layers.Dropout(0.0), layers.Dense(5), layers.BatchNormalization(), layers.Dense(2)])
_later.set_weights([check.inputs(*weight.shape).numpy() ** 2 for weight in _later.weights])
_mean, _ = many_answers(_later, _batch, 3)
check.reference("a normalisation after a dropout: the mean", _mean)
check.reference("a normalisation after a dropout: unchanged", [weight.numpy() for weight in _later.weights])
_mixed = keras.Sequential([keras.Input((50,)), layers.BatchNormalization(), layers.Dropout(0.2, seed=4),
                          layers.Dropout(0.5, seed=5), layers.Dense(1, kernel_initializer="ones")])
_mean, _spread = many_answers(_mixed, tf.ones((50, 50)), 60)
check.close("two dropouts after a normalisation: the mean", tf.reduce_mean(_mean), 49.975, atol=0.8)
check.close("two dropouts after a normalisation: the spread", tf.reduce_mean(_spread), 8.58, atol=0.6)
_bare = keras.Sequential([keras.Input((100,)), layers.Dropout(0.5, seed=6)])
_mean, _ = many_answers(_bare, tf.ones((40, 100)), 400)
check.at_most("means of 400 draws, 0 or 2, lie about 0.05 apart", float(tf.math.reduce_std(_mean)), 0.0555)
_mean, _spread = many_answers(_coins, tf.ones((1, 100)), 2)
_two = [float(_mean[0, 0] + _spread[0, 0]) / 2, float(_mean[0, 0] - _spread[0, 0]) / 2]
check.reference("two draws: mean and spread tell both, an even number each", [abs(each - round(each)) < 1e-3 for each in _two])
_high = keras.Sequential([keras.Input((100,)), layers.Dropout(0.5, seed=7),
                          layers.Dense(1, kernel_initializer="ones", bias_initializer=keras.initializers.Constant(1e5))])
_, _spread = many_answers(_high, tf.ones((40, 100)), 60)
check.close("answers near 100,000: the spread", tf.reduce_mean(_spread), 9.9, atol=0.7)
### END HIDDEN TESTS
