# %% [markdown]
# # Exercises: convolutional networks
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other sizes, other weights. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Nothing is trained here: a block is right when it gives, with given weights, what it should.
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
# ## 1. Blocks of 3 × 3
#
# Build a VGG-style network.
#
# - **In**: `vgg_features(filters, convs)`: `filters`, a list of Python integers, one for each block; `convs`, a Python integer ≥ 1.
# - **Out**: a built Keras model from pictures `float32[n, 32, 32, 3]` to `float32[n, filters[-1]]`. Each block has ① `convs` convolutions of ② 3 × 3 with a bias, ③ padding `"same"` and ④ ReLU behind each of them, all with the block's number of filters; ⑤ each block, the last one too, ends in a max pooling of 2. ⑥ After the last block comes global average pooling. ⑦ Nothing else stands in it, and nothing is frozen.
# - **Example**: `vgg_features([4, 8], 1)` has (3 · 9 + 1) · 4 + (4 · 9 + 1) · 8 = 408 parameters, and gives 8 numbers for each picture.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two loops: over the blocks, and inside over the convolutions. Only the pooling and the end are outside the inner one.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Begin a list of layers with `keras.Input((32, 32, 3))`, append to it, and make a `keras.Sequential` of the list.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# stack = [keras.Input(____)]
# for number in filters:
#     for _ in ____:
#         stack.append(____)
#     ____
# ____
# return keras.Sequential(stack)
# ```
#
# </details>


# %%
# exercise: vgg_features
def vgg_features(filters, convs):
    """Return a VGG-style network without its judgement.

    Args:
        filters: list of Python integers, the number of filters of each block.
        convs: how many convolutions each block has, a Python integer >= 1.

    Returns:
        a built Keras model, float32[n, 32, 32, 3] to float32[n, filters[-1]].
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for width in filters:
        for _ in range(convs):
            model.add(layers.Conv2D(width, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.GlobalAveragePooling2D())
    return model
    ### END SOLUTION


# %% points=2
# check: vgg_features-1
_net = vgg_features([4, 8], 1)
check.equal("parameters of [4, 8] with one convolution each", _net.count_params(), 408, but={
    "Filters of 3 × 3: these are 5 × 5.": 1112,
    "Each convolution has a bias.": 396,
})
check.equal("how many of its weights are trained", len(_net.trainable_weights), 4)
check.close("the same in training", _net(tf.ones((1, 32, 32, 3)), training=True), _net(tf.ones((1, 32, 32, 3))),
            hint="Nothing in this network drops numbers or adds noise.")
check.variables("weights of [2, 4] with two each", vgg_features([2, 4], 2),
                [(3, 3, 3, 2), (2,), (3, 3, 2, 2), (2,), (3, 3, 2, 4), (4,), (3, 3, 4, 4), (4,)])
_one = vgg_features([1], 1)
give_weights(_one, lambda shape: np.ones(shape))
_light = tf.ones((1, 32, 32, 3))
# nine weights of 1 over three channels, and a bias of 1, give 28 everywhere but at the border, and the largest of four is 28
check.close("ones everywhere: the mean of the largest", _one(_light), tf.constant([[28.0]]), atol=0.01, but={
    "Each block ends in a max pooling; here a mean was taken, or no pooling.": [[26.8867]],
})
_dark = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(-1.0), _one])
check.close("and for minus one: ReLU leaves nothing", _dark(_light), tf.constant([[0.0]]), but={
    "There is no ReLU behind the convolution.": [[-23.7969]],
})
check.shape("five blocks", vgg_features([1, 1, 1, 1, 2], 1)(_light), (1, 2), hint="Only the poolings make it smaller.")
### BEGIN HIDDEN TESTS
for _filters, _convs in (([5], 1), ([3, 4], 2), ([2, 3, 5, 4], 1), ([4, 2, 3], 3), ([3, 3, 3], 2)):
    _net = vgg_features(_filters, _convs)
    give_weights(_net, lambda shape: check.inputs(*shape) * 2 / (9 * (shape[-2] if len(shape) > 1 else 1)) ** 0.5)
    check.reference(f"given weights, blocks {_filters}, {_convs} each", _net(check.inputs(3, 32, 32, 3), training=True))
    check.reference(f"the shapes, blocks {_filters}, {_convs} each", [tuple(_w.shape) for _w in _net.weights])
    check.equal(f"penalties, blocks {_filters}, {_convs} each", len(_net.losses), 0)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Four branches by hand
#
# Compute what an Inception block gives, from the kernels of its six convolutions.
#
# - **In**: `inception(x, kernels)`: `x`, `float32[n, h, w, c]`, n ≥ 1; `kernels`, a dictionary of `float32` tensors `[k, k, channels in, filters]`: `"1"`, `"reduce 3"`, `"3"`, `"reduce 5"`, `"5"`, `"pool"`, in any order; k is 3 for `"3"`, 5 for `"5"`, and 1 for the others. The branches are: the convolution `"1"`; `"reduce 3"`, then `"3"`; `"reduce 5"`, then `"5"`; a pooling, then `"pool"`.
# - **Out**: `float32[n, h, w, f]`: ① the four branches side by side along the channels, ② in the order 1, 3, 5, pool. ③ Each of the six convolutions has padding `"SAME"`, stride 1, no bias, and ④ ReLU behind it. ⑤ The pooling takes the largest of 3 × 3 at stride 1; ⑥ what lies beyond the border does not count in it.
# - **Example**: for a single place with the number 2, and kernels that are 1 in the middle and 0 elsewhere, each branch gives 2: `[2, 2, 2, 2]`. With −2 it is `[0, 0, 0, 0]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# A function that convolves and bends once, and six calls of it.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.nn.conv2d(x, kernel, strides=1, padding="SAME")`; `tf.nn.max_pool2d(x, ksize, strides, padding)` with `"SAME"` leaves the border out, as it should; `tf.concat` joins.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def conv(signal, name):
#     return tf.nn.relu(____)
#
# pooled = ____
# branches = [conv(x, "1"), conv(____, "3"), conv(____, "5"), ____]
# return tf.concat(branches, axis=____)
# ```
#
# </details>


# %%
# exercise: inception
def inception(x, kernels):
    """Return what an Inception block with these kernels gives.

    Args:
        x: float32 tensor of shape [n, h, w, c].
        kernels: dictionary of float32 tensors [k, k, channels in, filters], by the names of the contract.

    Returns:
        float32 tensor [n, h, w, f], f the number of filters of all four branches together.
    """
    ### BEGIN SOLUTION
    def through(signal, *names):
        for name in names:
            signal = tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))
        return signal

    largest = tf.nn.max_pool2d(x, ksize=3, strides=1, padding="SAME")
    ends = [through(x, "1"), through(x, "reduce 3", "3"), through(x, "reduce 5", "5"), through(largest, "pool")]
    return tf.concat(ends, axis=-1)
    ### END SOLUTION


# %% points=3
# check: inception-1
_names = {"1": 1, "reduce 3": 1, "3": 3, "reduce 5": 1, "5": 5, "pool": 1}
_middle = {_n: tf.pad(tf.ones((1, 1, 1, 1)), [[_k // 2, _k // 2], [_k // 2, _k // 2], [0, 0], [0, 0]]) for _n, _k in _names.items()}
check.close("one place, the number 2", inception(tf.fill((1, 1, 1, 1), 2.0), _middle), tf.constant([[[[2.0, 2, 2, 2]]]]))
check.close("one place, the number -2", inception(tf.fill((1, 1, 1, 1), -2.0), _middle), tf.constant([[[[0.0, 0, 0, 0]]]]), but={
    "ReLU is missing behind the convolutions.": [[[[-2, -2, -2, -2]]]],
    "ReLU is missing in the branch of the pooling.": [[[[0, 0, 0, -2]]]],
})
_two = inception(tf.reshape(tf.constant([1.0, 3.0]), (1, 1, 2, 1)), {**_middle, "1": tf.constant([[[[1.0, 5.0]]]])})
check.shape("a row of two, two filters in the first branch", _two, (1, 1, 2, 5),
            hint="Channels are joined along the last axis.")
check.close("its values", _two[0, 0], tf.constant([[1.0, 5, 1, 1, 3], [3, 15, 3, 3, 3]]), but={
    "The pooling is missing in the last branch.": [[1, 5, 1, 1, 1], [3, 15, 3, 3, 3]],
    "The mean was pooled: take the largest.": [[1, 5, 1, 1, 2], [3, 15, 3, 3, 2]],
    "The branches stand in another order.": [[3, 1, 1, 1, 5], [3, 3, 3, 3, 15]],
})
_minus = {**_middle, "pool": tf.fill((1, 1, 1, 1), -1.0)}
check.close("one place, -2, and -1 in the kernel behind the pooling",
            inception(tf.fill((1, 1, 1, 1), -2.0), _minus), tf.constant([[[[0.0, 0, 0, 2]]]]), but={
    "Zeros beyond the border were taken for the largest: they do not count.": [[[[0, 0, 0, 0]]]],
})
check.close("the same with -1,000,000: the last branch", inception(tf.fill((1, 1, 1, 1), -1e6), _minus)[0, 0, 0, 3:], tf.constant([1e6]),
            hint="No number of yours beyond the border: padding SAME leaves it out.")
_wide = {**_middle, "3": tf.ones((3, 3, 1, 1)), "5": tf.ones((5, 5, 1, 1))}
check.close("ones, 1 × 4, and filters of ones", inception(tf.ones((1, 1, 4, 1)), _wide)[0, 0],
            tf.constant([[1.0, 2, 3, 1], [1, 3, 4, 1], [1, 3, 4, 1], [1, 2, 3, 1]]),
            hint="Padding SAME: zeros around the picture.")
_turned = {**_middle, "reduce 3": -_middle["1"], "3": -_middle["3"], "reduce 5": -_middle["1"], "5": -_middle["5"]}
check.close("2, and -1 in the middle of four kernels", inception(tf.fill((1, 1, 1, 1), 2.0), _turned),
            tf.constant([[[[2.0, 0, 0, 2]]]]), but={
    "ReLU stands behind the small convolutions, too.": [[[[2, 2, 2, 2]]]],
})
### BEGIN HIDDEN TESTS
for _n, _h, _w, _c in ((2, 6, 5, 3), (1, 4, 9, 2), (3, 1, 7, 4)):
    _sizes = {"1": (_c, 4), "reduce 3": (_c, 3), "3": (3, 5), "reduce 5": (_c, 2), "5": (2, 3), "pool": (_c, 2)}
    _kernels = {_name: check.inputs(_names[_name], _names[_name], *_ends) for _name, _ends in _sizes.items()}
    _kernels = dict(sorted(_kernels.items(), key=lambda pair: pair[0], reverse=True))
    check.reference(f"random kernels, {_n} × {_h} × {_w} × {_c}", inception(check.inputs(_n, _h, _w, _c), _kernels))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Add, do not replace
#
# Write a residual block as a layer.
#
# - **In**: `ResidualBlock(filters, stride=1)`, Python integers. The call takes `x`, `float32[n, h, w, c]`.
# - **Out**: `float32[n, ⌈h / stride⌉, ⌈w / stride⌉, filters]`: the ReLU of (shortcut + f(x)). In f come a convolution, `BatchNormalization`, ReLU, a second convolution, `BatchNormalization`. Both convolutions are 3 × 3, padding `"same"`, ① without a bias, with `filters` filters; ② the stride is that of the first one only. ③ There is a ReLU in the middle of f, and ④ the last ReLU comes after the addition. ⑤ The scale γ of the second normalisation begins with zeros; all other settings are Keras's usual ones. The shortcut is `x` itself, ⑥ but where `stride` is above 1 or c is not `filters` a convolution of 1 × 1 with the same stride and no bias.
# - **Example**: a new `ResidualBlock(2)` gives for positive `x` of two channels `x` itself; it has 2 · (3 · 3 · 2 · 2) + 2 · 4 · 2 = 88 parameters.
#
# <details><summary>Hint 1: the idea</summary>
#
# Whether a projection is needed is known when the input's shape is: in `build`, not in `__init__`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make the layers, four or five of them, as attributes. `BatchNormalization` has an argument `gamma_initializer`. A layer's `build` gets `input_shape`; its last number is c. In `call`, keep two signals: what is added, and what it is added to.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def build(self, input_shape):
#     self.project = None
#     if ____ or ____:
#         self.project = ____
#
# def call(self, x):
#     change = ____
#     ____
#     shortcut = x if ____ else ____
#     return ____
# ```
#
# </details>


# %%
# exercise: residual_block
class ResidualBlock(layers.Layer):
    """Adds to its input, or to a projection of it, what two convolutions make of it."""

    def __init__(self, filters, stride=1, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norms = [layers.BatchNormalization(), layers.BatchNormalization(gamma_initializer="zeros")]
        ### END SOLUTION

    def build(self, input_shape):
        """Make what depends on the input's shape, (n, h, w, c)."""
        ### BEGIN SOLUTION
        changes = self.stride > 1 or input_shape[-1] != self.filters
        self.way = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False) if changes else layers.Identity()
        ### END SOLUTION

    def call(self, x):
        """Return float32[n, rows, columns, filters] for x, float32[n, h, w, c]."""
        ### BEGIN SOLUTION
        inner = ops.relu(self.norms[0](self.first(x)))
        return ops.relu(self.way(x) + self.norms[1](self.second(inner)))
        ### END SOLUTION


# %% points=4
# check: residual_block-1
_block = ResidualBlock(2)
_x = tf.reshape(tf.range(1.0, 13.0), (1, 2, 3, 2))
check.close("a new block gives its positive input", _block(_x), _x,
            hint="The scale of the second normalisation begins with zeros, and the shortcut is x itself.")
with tf.GradientTape() as _tape:
    _tape.watch(_x)
    _total = tf.reduce_sum(_block(_x))
check.close("its slopes by its input", _tape.gradient(_total, _x), tf.ones_like(_x), but={
    "No slope comes back through the shortcut: it is x itself.": tf.zeros((1, 2, 3, 2)),
})
check.variables("its weights: no projection, no bias", _block, [(3, 3, 2, 2)] * 2 + [(2,)] * 8)
_zeros = [not np.any(_w) for _w in sorted(_block.weights, key=lambda weight: -len(weight.shape))]
check.equal("how many begin with zeros: of 2 kernels, of 8 rows", [sum(_zeros[:2]), sum(_zeros[2:])], [0, 5], but={
    "The kernels begin as Keras begins them: the scale of the second normalisation begins with zeros.": [1, 4],
    "The scale of the first normalisation begins with ones.": [0, 6],
})
check.close("a new block, negative input", _block(-_x), tf.zeros((1, 2, 3, 2)), but={
    "The last ReLU comes after the addition.": -_x.numpy(),
})
_wide = ResidualBlock(3, stride=2)
check.shape("5 × 4 with stride 2", _wide(tf.ones((1, 5, 4, 2))), (1, 3, 2, 3),
            hint="The stride belongs to the first convolution and to the projection.")
check.variables("its weights, with a projection", _wide, [(3, 3, 2, 3), (3, 3, 3, 3), (1, 1, 2, 3)] + [(3,)] * 8)
_same = ResidualBlock(2, stride=2)
_same(tf.ones((1, 4, 4, 2)))
check.variables("stride 2, as many channels: also projected", _same, [(3, 3, 2, 2)] * 2 + [(1, 1, 2, 2)] + [(2,)] * 8)
_more = ResidualBlock(3)
check.shape("stride 1, more channels", _more(tf.ones((1, 4, 4, 2))), (1, 4, 4, 3))
_bent = ResidualBlock(1)
_bent(tf.ones((1, 1, 1, 1)))
give_weights(_bent, lambda shape: -np.ones(shape) if len(shape) == 4 else np.ones(shape))
# of 3: the convolution gives -3, normalised (-3 - 1) / √1.001 + 1 = -2.998, ReLU 0; then (0 - 1) / √1.001 + 1 = 0.0005
check.close("3, by hand", _bent(tf.fill((1, 1, 1, 1), 3.0)), tf.constant([[[[3.0005]]]]), but={
    "The ReLU in the middle is missing.": [[[[5.9969]]]],
})
### BEGIN HIDDEN TESTS
for _c, _f, _stride, _h, _w in ((4, 4, 1, 5, 6), (2, 3, 2, 7, 4), (4, 5, 3, 8, 7), (3, 2, 1, 1, 3)):
    _block = ResidualBlock(_f, _stride)
    _batch = check.inputs(2, _h, _w, _c)
    check.reference(f"{_c} to {_f}, stride {_stride}: the shape", tuple(_block(_batch).shape))
    give_weights(_block, lambda shape: check.inputs(*shape) if len(shape) == 4 else np.linspace(0.5, 1, shape[0]))
    check.reference(f"{_c} to {_f}, stride {_stride}: in use", _block(_batch))
    check.reference(f"{_c} to {_f}, stride {_stride}: in training", _block(_batch, training=True), rtol=1e-3, atol=1e-3)
    check.reference(f"{_c} to {_f}, stride {_stride}: in use after that", _block(_batch))
    check.reference(f"{_c} to {_f}, stride {_stride}: counts", [_block.count_params(), len(_block.trainable_weights)])
with tf.GradientTape() as _tape:
    _tape.watch(_batch)
    _total = tf.reduce_sum(_block(_batch) ** 2)
check.reference("3 to 2: the slopes by the input", _tape.gradient(_total, _batch), rtol=1e-3, atol=1e-3)
_any = keras.Sequential([keras.Input((None, None, 3)), ResidualBlock(2, 2)])
check.reference("in a model for pictures of any size: the shape", tuple(_any(check.inputs(2, 5, 4, 3)).shape))
_block = ResidualBlock(4)
_start = tf.abs(check.inputs(3, 4, 5, 4))
_usual = ResidualBlock(8)
_usual(tf.ones((1, 2, 2, 8)))
_most = max(float(tf.reduce_max(tf.abs(_w))) for _w in _usual.weights if len(_w.shape) == 4)
check.at_most("the largest weight of new kernels, 8 to 8", _most, (6 / 144) ** 0.5)
check.equal("penalties", len(_usual.losses), 0)
check.close("a new block is the identity, in training, too", _block(_start, training=True), _start)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Where does it look?
#
# Make class activation maps, each scaled by itself for a figure.
#
# - **In**: `activation_map(features, kernel, size)`: `features`, `float32[n, h, w, c]`, n ≥ 1, the signal before global average pooling; `kernel`, `float32[c, k]`, the weights of the dense layer behind it; `size`, a pair of Python integers, height and width.
# - **Out**: `float32[n, height, width, k]`: ① at each place the features times the kernel, ② enlarged (or made smaller) to `size` as `tf.image.resize` does it by default: bilinearly, without antialiasing, ③ and then divided by the largest absolute value, ④ of this picture's map for this class alone. ⑤ Where features or kernel are 0, the map stays 0; one of very small numbers, 1e-30 say, is scaled as any other.
# - **Example**: one channel `[[1, -2]]`, a kernel `[[3, 0]]` and size (1, 2) give for the first class `[[0.5, -1]]`, for the second `[[0, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# A dense layer at each place, a picture's resize, a division. The order matters.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `@` and `tf.einsum` both multiply along the last axis. `tf.image.resize` takes a batch of pictures with any number of channels. A maximum over two axes with `keepdims=True` can be divided by; `tf.math.divide_no_nan` gives 0 for 0 / 0.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# maps = tf.einsum(____, features, kernel)
# large = ____
# strongest = tf.reduce_max(____, axis=____, keepdims=____)
# return ____
# ```
#
# </details>


# %%
# exercise: activation_map
def activation_map(features, kernel, size):
    """Return class activation maps between -1 and 1.

    Args:
        features: float32 tensor of shape [n, h, w, c].
        kernel: float32 tensor of shape [c, k].
        size: (height, width), Python integers.

    Returns:
        float32 tensor of shape [n, height, width, k].
    """
    ### BEGIN SOLUTION
    maps = tf.image.resize(tf.tensordot(features, kernel, axes=1), size)
    return tf.math.divide_no_nan(maps, ops.max(ops.abs(maps), axis=(1, 2), keepdims=True))
    ### END SOLUTION


# %% points=2
# check: activation_map-1
_features = tf.constant([[[[1.0], [-2.0]]]])
_maps = activation_map(_features, tf.constant([[3.0, 0.0]]), (1, 2))
check.shape("two classes", _maps, (1, 1, 2, 2))
check.close("the first class", _maps[..., 0], tf.constant([[[0.5, -1.0]]]), but={
    "Divide by the largest absolute value.": [[[3, -6]]],
    "The largest value is not the largest absolute value.": [[[1, -2]]],
})
check.close("the second class: zeros", _maps[..., 1], tf.constant([[[0.0, 0.0]]]), hint="0 / 0 is not a number.")
check.close("1e-36 and -2e-36", activation_map(1e-36 * _features, tf.ones((1, 1)), (1, 2)), tf.constant([[[[0.5], [-1.0]]]]),
            hint="The smallest numbers are scaled as any other: look for 0 itself, as `tf.math.divide_no_nan` does.")
_pair = activation_map(tf.constant([[[[1.0], [-2.0]]], [[[8.0], [4.0]]]]), tf.constant([[1.0, -10.0]]), (1, 2))
check.close("two pictures, each with a scale of its own", _pair[..., 0], tf.constant([[[0.5, -1.0]], [[1.0, 0.5]]]), but={
    "One scale for the whole batch.": [[[0.125, -0.25]], [[1.0, 0.5]]],
    "One scale for all classes and pictures.": [[[0.0125, -0.025]], [[0.1, 0.05]]],
    "One scale for all classes of a picture.": [[[0.05, -0.1]], [[0.1, 0.05]]],
})
check.close("the other class", _pair[..., 1], tf.constant([[[-0.5, 1.0]], [[-1.0, -0.5]]]))
_grown = activation_map(tf.constant([[[[0.0], [4.0]]]]), tf.constant([[1.0]]), (1, 4))
check.close("0 and 4 on four places", _grown[0, 0, :, 0], tf.constant([0.0, 0.25, 0.75, 1.0]), but={
    "Bilinear, not nearest.": [0, 0, 1, 1],
})
_shrunk = activation_map(tf.constant([[[[1.0], [3.0]]]]), tf.constant([[1.0]]), (1, 1))
check.close("1 and 3 on one place", _shrunk, tf.constant([[[[1.0]]]]), but={
    "Divide after the resize, so that the strongest place is 1 or -1.": [[[[2 / 3]]]],
})
### BEGIN HIDDEN TESTS
for _n, _h, _w, _c, _k, _size in ((2, 4, 5, 6, 3, (9, 7)), (2, 8, 8, 3, 1, (32, 32)), (4, 3, 2, 5, 2, (2, 6))):
    check.reference(f"{_n} × {_h} × {_w} × {_c}, {_k} classes, {_size}",
                    activation_map(check.inputs(_n, _h, _w, _c), check.inputs(_c, _k), _size))
check.reference("weak maps", activation_map(1e-20 * check.inputs(2, 3, 4, 5), 1e-3 * check.inputs(5, 2), (6, 6)))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: two scales and a shortcut
#
# `two_scales(8)` builds a network with two branches, 1 × 1 and 3 × 3, which are joined; then a block with a shortcut, which halves the picture; then one number. It stops with
#
# ```text
# Inputs have incompatible shapes. Received shapes (None, None, 8) and (None, None, 16)
# ```
#
# Three faults, of which this error betrays one. Put them right.
#
# - **In**: `two_scales(filters)`: a Python integer.
# - **Out**: a Keras model from pictures `float32[n, h, w, 3]` ① of any size to `float32[n, 1]`. ② The branches are joined along the channels. ③ The block's first convolution, from 2 · `filters` channels to `filters`, has a stride of 2; the second, back to 2 · `filters`, has none; their sum with the pooled input is bent by ReLU. ④ Then comes global average pooling, and a dense layer with one unit.
# - All the rest (kernels, ReLUs, which layers have a bias) stays as it is.
# - **Example**: `two_scales(2)` has 2 · 3 + 2 · 27 + 4 · 9 · 2 + 2 · 9 · 4 + 4 + 1 = 209 parameters.
#
# <details><summary>Hint 1: the idea</summary>
#
# Draw the shapes, for a picture of 8 × 8: after each branch, after joining, after each convolution of the block, at the end.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Which axis are the channels? How often is the picture halved on the way through the block, and how often beside it? And what asks to know how large the picture is?
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# joined = layers.Concatenate(axis=____)([small, large])
# change = layers.Conv2D(filters, 3, strides=____, …)(joined)
# change = layers.Conv2D(2 * filters, 3, strides=____, …)(change)
# pooled = layers.____()(block)
# ```
#
# </details>


# %%
# exercise: two_scales
def two_scales(filters):
    """Return a network of two branches and a block with a shortcut.

    Args:
        filters: a Python integer, the number of filters of each branch.

    Returns:
        a Keras model, float32[n, h, w, 3] to float32[n, 1].
    """
    ### BEGIN SOLUTION
    #| picture = keras.Input((None, None, 3))
    #| small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    #| large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    #| joined = layers.Concatenate(axis=1)([small, large])
    #| change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    #| change = layers.Conv2D(2 * filters, 3, strides=2, padding="same", use_bias=False)(change)
    #| shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    #| block = layers.ReLU()(layers.Add()([shortcut, change]))
    #| return keras.Model(picture, layers.Dense(1)(layers.Flatten()(block)))
    picture = keras.Input((None, None, 3))
    branches = []
    for size in (1, 3):
        branches.append(layers.Conv2D(filters, size, padding="same", use_bias=False, activation="relu")(picture))
    side_by_side = layers.concatenate(branches)
    inner = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(side_by_side)
    added = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(inner)
    halved = layers.MaxPooling2D(2, padding="same")(side_by_side)
    signal = layers.Activation("relu")(layers.add([halved, added]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(signal)))
    ### END SOLUTION


# %% points=3
# check: two_scales-1
_net = two_scales(2)
check.equal("parameters of two_scales(2)", _net.count_params(), 209)
check.equal("what it takes and gives", [list(_net.input_shape), list(_net.output_shape)], [[None, None, None, 3], [None, 1]],
            hint="Any size: None for height and width.")
give_weights(_net, lambda shape: np.ones(shape))
# one place: both branches give 3, so four channels of 3; the block's inside: 12, twice; then 24; 3 + 24, four times, and 1
with tf.GradientTape() as _tape:
    _answer = _net(tf.ones((1, 1, 1, 3)))
check.close("one light place, all weights 1", _answer, tf.constant([[109.0]]))
(_kernel,) = [_w for _w in _net.weights if tuple(_w.shape) == (1, 1, 3, 2)]
# 1 by way of the shortcut, 2 by way of each of the four channels of the second convolution
check.close("its slopes by the kernel of 1 × 1", _tape.gradient(_answer, _kernel), tf.fill((1, 1, 3, 2), 9.0), but={
    "No slope comes back through the shortcut.": tf.fill((1, 1, 3, 2), 8.0),
    "No slope comes back through the convolutions of the block.": tf.ones((1, 1, 3, 2)),
})
give_weights(_net, lambda shape: np.ones(shape) * (-1.0 if shape == (3, 3, 4, 2) else 1.0))
check.close("with -1 inside the block, ReLU leaves the shortcut", _net(tf.ones((1, 1, 1, 3))), tf.constant([[13.0]]))
give_weights(_net, lambda shape: np.ones(shape) * (-1.0 if shape == (3, 3, 2, 4) else 1.0))
check.close("with -1 in its second convolution nothing is left but the bias", _net(tf.ones((1, 1, 1, 3))), tf.constant([[1.0]]))
give_weights(_net, lambda shape: np.ones(shape) * (0.0 if shape == (3, 3, 2, 4) else 1.0))
_flat = tf.reshape(tf.constant([0.0, 0.0, 0.0, 1.0]), (1, 1, 4, 1)) * tf.ones((1, 1, 1, 3))
# the 3 × 3 branch sees 0, 0, 3, 3 and the 1 × 1 branch 0, 0, 0, 3; of each two the larger: 0, 3, the mean 1.5, four times, and 1
check.close("a row of four, no change added", _net(_flat), tf.constant([[7.0]]), but={
    "At the end the mean is asked for, not the largest.": [[13.0]],
})
### BEGIN HIDDEN TESTS
for _f, _n, _h, _w in ((4, 2, 8, 8), (5, 1, 7, 10), (2, 3, 12, 5)):
    _net = two_scales(_f)
    give_weights(_net, lambda shape: check.inputs(*shape) * 0.5)
    check.reference(f"given weights, {_f} filters, {_h} × {_w}", _net(30 * check.inputs(_n, _h, _w, 3), training=True), rtol=1e-3, atol=1e-2)
    check.reference(f"the shapes, {_f} filters", sorted(str(tuple(_weight.shape)) for _weight in _net.trainable_weights))
    check.equal(f"penalties, {_f} filters", len(_net.losses), 0)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: what does a filter like?
#
# Find, for each filter of a first convolution, the patches of pictures that excite it most.
#
# - **In**: `favourite_patches(conv, images, k)`: `conv`, a built `layers.Conv2D` with kernel s × s, s odd, stride 1 and padding `"same"`; `images`, `float32[n, h, w, c]`; `k`, a Python integer from 1 to n. No two answers of a filter are equal.
# - **Out**: `float32[filters, k, s, s, c]`: ① for each filter by its own answers `conv(images)`, ② from each picture only its most exciting place, ③ the k most exciting of these, the strongest first. ④ The patch has that place in its middle. ⑤ What lies beyond the picture's border is zero.
# - **Example**: a kernel of 3 × 3 with 1 in the middle of its left column, and one picture, the row `[5, 1, 2]`. The strongest answer, 5, is given at place 1, counted from 0, whose left neighbour is 5. The patch around it has the middle row `[5, 1, 2]` and zeros above and below.
#
# <details><summary>Hint 1: the idea</summary>
#
# First find for each picture and filter the best place. Then sort the pictures by what is answered there. Cutting comes last.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# With the answers as `[n, h · w, filters]`, a maximum and an argmax over the middle axis. `divmod(place, w)` is the row and the column. In pictures padded by s // 2 on each side, the patch around a place begins at the place itself.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# answers = tf.reshape(conv(images), ____).numpy()
# best, place = answers.max(axis=____), answers.argmax(axis=____)
# padded = np.pad(images, ____)
# for f in range(____):
#     for i in np.argsort(____)[:k]:
#         row, column = divmod(____, ____)
#         patch = padded[____]
# ____
# ```
#
# </details>


# %%
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    """Return for each filter the k patches that excite it most, at most one of each picture.

    Args:
        conv: a built keras.layers.Conv2D, kernel s x s with s odd, stride 1, padding "same".
        images: float32 tensor of shape [n, h, w, c].
        k: how many, a Python integer from 1 to n.

    Returns:
        float32 tensor of shape [filters, k, s, s, c], the strongest first.
    """
    ### BEGIN SOLUTION
    n, h, w, c = images.shape
    side, filters = conv.kernel_size[0], conv.filters
    answers = tf.reshape(conv(images), (n, h * w, filters))
    strongest = tf.math.top_k(tf.transpose(tf.reduce_max(answers, axis=1)), k).indices
    places = tf.gather(tf.transpose(tf.argmax(answers, axis=1)), strongest, axis=1, batch_dims=1)
    patches = tf.image.extract_patches(images, [1, side, side, 1], [1, 1, 1, 1], [1, 1, 1, 1], padding="SAME")
    patches = tf.reshape(patches, (n, h * w, side, side, c))
    return tf.gather_nd(patches, tf.stack([tf.cast(strongest, tf.int64), places], axis=-1))
    ### END SOLUTION


# %% points=4
# check: favourite_patches-1
_left = layers.Conv2D(1, 3, padding="same")
_left.build((None, 1, 3, 1))
_left.set_weights([np.reshape([0.0, 0, 0, 1, 0, 0, 0, 0, 0], (3, 3, 1, 1)), np.zeros(1)])
_row = tf.reshape(tf.constant([5.0, 1.0, 2.0]), (1, 1, 3, 1))
_patch = favourite_patches(_left, _row, 1)
check.shape("one filter, one picture", _patch, (1, 1, 3, 3, 1))
check.close("its patch", _patch[0, 0, :, :, 0], tf.constant([[0.0, 0, 0], [5, 1, 2], [0, 0, 0]]), but={
    "The patch begins at the place: it should have it in its middle.": [[1, 2, 0], [0, 0, 0], [0, 0, 0]],
    "This is the place where the picture is lightest, not where the filter answers most.": [[0, 0, 0], [0, 5, 1], [0, 0, 0]],
})
_middle = layers.Conv2D(2, 1, padding="same")
_middle.build((None, 1, 2, 1))
_middle.set_weights([np.reshape([1.0, -1.0], (1, 1, 1, 2)), np.zeros(2)])
_rows = tf.reshape(tf.constant([[1.0, 3.0], [8.0, 7.0], [2.0, 6.0]]), (3, 1, 2, 1))
check.close("three rows of two, a filter for light and one for dark", tf.reshape(favourite_patches(_middle, _rows, 3), (2, 3)),
            tf.constant([[8.0, 6.0, 3.0], [1.0, 2.0, 7.0]]), but={
    "Two patches come from one picture: take its best place only.": [[8, 7, 6], [1, 2, 3]],
    "The weakest stands first.": [[3, 6, 8], [7, 2, 1]],
    "They stand in the order of the pictures: the strongest first.": [[3, 8, 6], [1, 7, 2]],
    "All filters got the patches of the first one.": [[8, 6, 3], [8, 6, 3]],
})
_corner = favourite_patches(_left, tf.reshape(tf.constant([1.0, 2, 3, 9, 4, 5]), (1, 2, 3, 1)), 1)
check.close("9 in the lower left corner of 2 × 3", _corner[0, 0, :, :, 0], tf.constant([[1.0, 2, 3], [9, 4, 5], [0, 0, 0]]))
_even = favourite_patches(_middle, tf.constant([[[[3.0], [-3.0]]]]), 1)
check.close("3 and -3, which two filters answer by 3: a patch for each", tf.reshape(_even, [-1]), tf.constant([3.0, -3.0]),
            hint="Two filters may give the same answer: look for the place of each filter's among its own.")
### BEGIN HIDDEN TESTS
for _s, _h, _w, _c, _f in ((3, 6, 5, 3, 4), (5, 4, 9, 1, 3), (1, 5, 3, 2, 2)):
    _conv = layers.Conv2D(_f, _s, padding="same", use_bias=_s != 5)
    _conv.build((None, _h, _w, _c))
    give_weights(_conv, lambda shape: check.inputs(*shape))
    _images = check.inputs(11, _h, _w, _c)
    check.reference(f"{_s} × {_s}, three of eleven", favourite_patches(_conv, _images, 3))
    check.reference(f"{_s} × {_s}, all of them", favourite_patches(_conv, _images, 11))
check.reference("a single picture", favourite_patches(_conv, _images[:1], 1))
_wave = layers.Conv2D(3, 3, padding="same", activation=lambda z: -tf.square(z))
_wave.build((None, 5, 6, 2))
give_weights(_wave, lambda shape: check.inputs(*shape))
check.reference("a bias, and an activation that prefers answers near 0", favourite_patches(_wave, check.inputs(6, 5, 6, 2), 2))
### END HIDDEN TESTS
