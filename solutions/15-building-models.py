# %% [markdown]
# # Exercises: building models
#
# Six tasks, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other sizes and other numbers. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import numpy as np
import tensorflow as tf
from grader import check
from keras import layers, ops

tf.get_logger().setLevel("ERROR")    # so many models in one notebook would look like retracing

# %% [markdown]
# ## 1. How many parameters?
#
# Tell from a description how many parameters a stack will have. It is arithmetic: nothing needs to be built.
#
# - **In**: `count_parameters(features, stack)`: `features`, a Python integer, how many numbers go in; `stack`, a list of the layers in order, each a tuple: `("dense", units)`, `("dense without bias", units)`, `("relu",)`, `("dropout", rate)` or `("again", i)`: entry number `i` of the stack, counted from 0, which is a dense layer, is called once more.
# - **Out**: a Python integer, below 2³¹: ① each dense layer has a weight for each pair of an input and a unit, ② and, unless it is one without, a bias for each unit; ③ the inputs of a layer are the units of the dense one before it; ④ ReLU and dropout have no parameters, and give as many numbers as they get; ⑤ a layer that is called again is not counted again; ⑥ an empty stack has 0. ⑦ The list is left as it was.
# - **Example**: 3 features, `[("dense", 4), ("relu",), ("dense", 4), ("again", 2), ("dense without bias", 2)]`: (3 + 1) · 4 = 16, 0, (4 + 1) · 4 = 20, 0, 4 · 2 = 8; together 44.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two numbers go through the stack: what has been counted, and how many numbers arrive at the next layer.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A loop over the stack. The two kinds of dense layers add to the count, then they set the width to their units. A layer that is called again adds nothing to the count; after it the width is its units, whatever the width was in between.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# total = 0
# for kind, *numbers in stack:
#     if kind == "dense":
#         total += ____
#     elif kind == ____:
#         total += ____
#     if kind in ____:
#         features = ____
#     elif kind == "again":
#         features = stack[____][____]
# return total
# ```
#
# </details>


# %%
# exercise: count_parameters
def count_parameters(features, stack):
    """Return how many parameters the described stack of layers has.

    Args:
        features: how many numbers go in, a Python integer.
        stack: list of tuples, see the task.

    Returns:
        a Python integer.
    """
    ### BEGIN SOLUTION
    counted, width = 0, features
    for layer in stack:
        if layer[0].startswith("dense"):
            inputs, width = width, layer[1]
            counted += (inputs + (layer[0] == "dense")) * width
        elif layer[0] == "again":
            width = stack[layer[1]][1]
    return counted
    ### END SOLUTION


# %% points=2
# check: count_parameters-1
check.equal("3 features, one dense layer of 4", count_parameters(3, [("dense", 4)]), 16, but={
    "Each unit has a bias, too.": 12,
    "One bias for each unit, not for each input.": 15,
})
check.equal("3 features, 4 units without bias", count_parameters(3, [("dense without bias", 4)]), 12, but={
    "This one has no bias.": 16,
})
check.equal("3 features, 4 units, then 2", count_parameters(3, [("dense", 4), ("dense", 2)]), 26, but={
    "The second layer gets the 4 numbers of the first, not the 3 features.": 24,
})
check.equal(
    "ReLU and dropout between them", count_parameters(3, [("dense", 4), ("relu",), ("dropout", 0.5), ("dense", 2)]), 26
)
check.equal("the example", count_parameters(3, [("dense", 4), ("relu",), ("dense", 4), ("again", 2), ("dense without bias", 2)]),
            44, but={"A layer that is called again has its weights already.": 64})
check.equal(
    "4, 3 and again the second, from 3 to 3",
    count_parameters(4, [("dense", 3), ("dense", 3), ("again", 1), ("dense", 1)]),
    31,
)
check.equal("an empty stack", count_parameters(5, []), 0)
_stack = [("dense", 4), ("relu",), ("dense", 2)]
count_parameters(3, _stack)
check.equal("the list afterwards", len(_stack), 3, but={"Your function took the layers out of the list.": 0})
_stack = [("dense", 4), ("relu",), ("again", 0), ("dense without bias", 2)]
count_parameters(4, _stack)
check.equal("what stands in another list afterwards", _stack, [("dense", 4), ("relu",), ("again", 0), ("dense without bias", 2)],
            hint="The list is the caller's: put nothing into it.")
check.equal("4,096 features, 4,097 units", count_parameters(4096, [("dense", 4097)]), 16785409,
            hint="Every integer below 2³¹ must come out exactly, and float32 is exact to 2²⁴ only.")
### BEGIN HIDDEN TESTS
_units = check.inputs(8, dtype="int32", low=2, high=40).numpy().tolist()
check.reference("one layer", [count_parameters(_u, [("dense", 5)]) for _u in _units])
check.reference("three layers", count_parameters(_units[0], [("dense", _units[1]), ("relu",), ("dense without bias", _units[2]),
                                                             ("dropout", 0.8), ("dense", _units[3])]))
_tall = [("dense", _units[1]), *[("relu",)] * 12, ("dense", _units[2]), ("dense", _units[1]), ("again", 13), ("dense", 2)]
check.reference("seventeen layers", count_parameters(_units[0], _tall))
_square = [
    ("dense", _units[4]),
    ("dense without bias", _units[4]),
    ("relu",),
    ("again", 1),
    ("again", 1),
    ("dense", _units[5]),
]
check.reference("one layer three times", count_parameters(_units[6], _square))
_there = [("dense", _units[0]), ("dense", 50), ("dense without bias", 45), ("dense", 50), ("again", 2), ("dense", 3)]
check.reference("again, with another width before it", count_parameters(_units[7], _there))
check.reference("nothing to count", [count_parameters(9, []), count_parameters(9, [("relu",), ("dropout", 0.2)])])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Two inputs, two outputs
#
# Build a functional model of a flat: `numbers` describe it, `place` says where it is. It answers two questions: the price, and whether it will be sold within a month.
#
# - **In**: `flat_model(numbers, places, units)`: three Python integers: how many numbers there are, how many places, and the units of the hidden layer.
# - **Out**: a functional `keras.Model`, which need not be compiled:
#   - ① its inputs are a dictionary: `"numbers"`, of shape `(n, numbers)` and dtype `float32`, ② and `"place"`, of shape `(n, 1)` and dtype `int64`, a number from 0 to `places` − 1;
#   - ③ its outputs are a dictionary: `"price"` of shape `(n, 1)`, any number, ④ and `"sold"` of shape `(n, 1)`, a probability from 0 to 1;
#   - ⑤ each place has a vector of 4 numbers, an embedding, by whatever layer, that is learned as all weights are; ⑥ it stands beside `numbers`, after them, and a hidden `Dense` layer with ReLU and the given units sees both;
#   - ⑦ each output is one `Dense` layer with bias on this one hidden layer. ⑧ There are no other parameters, and no layers that act otherwise in training.
# - **Example**: `flat_model(3, 10, 8)` has 10 · 4 + (3 + 4 + 1) · 8 + 2 · (8 + 1) = 122 parameters.
#
# <details><summary>Hint 1: the idea</summary>
#
# Draw it first: two boxes at the top, two at the bottom, all paths through one box in the middle.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Two `keras.Input`, each with its dtype. `Embedding` makes `(n, 1, 4)` of the place; `Flatten` takes the axis away. `Concatenate`, one `Dense` with ReLU, and two more `Dense` on that, one with a sigmoid. `keras.Model` takes two dictionaries.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# inputs = {"numbers": keras.Input(____), "place": keras.Input(____, dtype=____)}
# vector = layers.Flatten()(layers.____(____, ____)(inputs["place"]))
# hidden = layers.Dense(____)(layers.____()([____, ____]))
# outputs = {____}
# return keras.Model(____, ____)
# ```
#
# </details>


# %%
# exercise: flat_model
def flat_model(numbers, places, units):
    """Return a functional model with the inputs numbers and place, and the outputs price and sold.

    Args:
        numbers: how many numbers describe a flat.
        places: how many places there are.
        units: units of the hidden layer.

    Returns:
        keras.Model.
    """
    ### BEGIN SOLUTION
    flat = keras.Input((numbers,), name="numbers")
    place = keras.Input((1,), dtype="int64", name="place")
    where = layers.Reshape((4,))(layers.Embedding(input_dim=places, output_dim=4)(place))
    both = ops.concatenate([flat, where], axis=-1)
    seen = layers.ReLU()(layers.Dense(units)(both))
    answers = {"price": layers.Dense(1)(seen), "sold": ops.sigmoid(layers.Dense(1)(seen))}
    return keras.Model({"numbers": flat, "place": place}, answers)
    ### END SOLUTION


# %% points=3
# check: flat_model-1
_model = flat_model(3, 10, 8)
_flats = {"numbers": tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), "place": tf.constant([[0], [9]], "int64")}
check.equal("names of the inputs", sorted(_model.input), ["numbers", "place"])
check.equal(
    "shape and dtype of numbers",
    [tuple(_model.input["numbers"].shape), _model.input["numbers"].dtype],
    [(None, 3), "float32"],
)
check.equal(
    "shape and dtype of place", [tuple(_model.input["place"].shape), _model.input["place"].dtype], [(None, 1), "int64"]
)
_answers = _model(_flats)
check.equal("names and shapes of the outputs", {_name: tuple(_a.shape) for _name, _a in _answers.items()},
            {"price": (2, 1), "sold": (2, 1)}, hint="The axis of the place, of length 1, must go: Flatten.")
check.equal("parameters", _model.count_params(), 122, but={
    "Each output has a hidden layer of its own: let them share one.": 186,
    "The hidden layer does not see the place.": 90,
    "The outputs have a bias, too.": 120,
})
_model.set_weights([np.full(_w.shape, 0.1, "float32") for _w in _model.weights])
_one = {_name: _all[:1] for _name, _all in _flats.items()}
check.shape("the price of one flat alone", _model(_one)["price"], (1, 1))
check.close("all weights 0.1: hidden 0.74 eight times", _model(_flats)["price"][:1], tf.constant([[0.692]]))
check.close("the same in training", _model(_flats, training=True)["price"][:1], tf.constant([[0.692]]),
            hint="Nothing in this model drops numbers or adds noise.")
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(_model(_flats)["price"])
_slopes = zip(_model.trainable_weights, _tape.gradient(_sum, _model.trainable_weights))
check.equal("shapes of weights that learn nothing from the price", sorted(tuple(_w.shape) for _w, _slope in _slopes if _slope is None), [(1,), (8, 1)],
            hint="Only the layer of `sold` has no part in the price; the vectors of the places have one.")
check.close("the sigmoid of the same", _model(_flats)["sold"][:1], tf.constant([[0.6664063]]), but={
    "A probability lies between 0 and 1: sigmoid.": tf.constant([[0.692]]),
    "Softmax on one unit is always 1.": tf.constant([[1.0]]),
})
check.close("the probability in training", _model(_flats, training=True)["sold"][:1], tf.constant([[0.6664063]]),
            hint="Nothing in this model drops numbers or adds noise.")
_model.set_weights([np.full(_w.shape, -0.1, "float32") for _w in _model.weights])
check.close("all weights −0.1: ReLU makes 0, the bias is left", _model(_flats)["price"][:1], tf.constant([[-0.1]]), but={
    "ReLU is missing in the hidden layer.": tf.constant([[0.428]]),
    "The price may be any number: no ReLU there.": tf.constant([[0.0]]),
})
for _w in _model.weights:
    _w.assign(
        tf.range(7.0)[:, tf.newaxis] * tf.fill((7, 8), 0.1) if tuple(_w.shape) == (7, 8) else tf.fill(_w.shape, 0.1)
    )
check.close("a hidden kernel with the rows 0, 0.1, … 0.6", _model(_flats)["price"][:1], tf.constant([[0.964]]), but={
    "The numbers come first, then the vector of the place.": tf.constant([[2.788]]),
})
### BEGIN HIDDEN TESTS
for _numbers, _places, _units in ((5, 7, 6), (1, 3, 2), (4, 20, 11), (2, 1000, 3)):
    _model = flat_model(_numbers, _places, _units)
    check.reference(f"{_numbers} numbers, {_places} places: parameters", _model.count_params())
    check.reference(
        f"{_numbers} numbers, {_places} places: shapes", sorted(tuple(_w.shape) for _w in _model.trainable_weights)
    )
    _draw = {}
    for _w in _model.weights:
        _draw.setdefault(tuple(_w.shape), []).append(_w)
    for _shape in sorted(_draw):
        _value = check.inputs(*_shape)
        for _w in _draw[_shape]:
            _w.assign(_value)
    _x = {"numbers": 30 * check.inputs(9, _numbers), "place": check.inputs(9, 1, dtype="int64", low=0, high=_places)}
    _answers = _model(_x)
    check.reference(f"{_numbers} numbers, {_places} places: price", _answers["price"])
    check.reference(f"{_numbers} numbers, {_places} places: sold", _answers["sold"])
    with tf.GradientTape() as _tape:
        _sum = tf.reduce_sum(_model(_x)["price"] ** 2) + tf.reduce_sum(_model(_x)["sold"])
    _slopes = [tf.reduce_sum(tf.abs(tf.convert_to_tensor(_slope))) for _slope in _tape.gradient(_sum, _model.trainable_weights)]
    check.reference(f"{_numbers} numbers, {_places} places: slopes", sorted(map(float, _slopes)), rtol=1e-3, atol=1e-2)
    check.reference(
        f"{_numbers} numbers, {_places} places: dtypes", [_model.input[_n].dtype for _n in ("numbers", "place")]
    )
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Twins
#
# Two things go through one encoder, and the distance between the two codes says how alike they are. Such a network is called *Siamese*.
#
# - **In**: `Siamese(encoder)`: a subclass of `keras.Model`. `encoder` is a Keras layer or model from `float32[n, d]` to `float32[n, k]`. The call takes one argument, a pair (a tuple or list) of two tensors `float32[n, d]`; while the call is traced (by `tf.function`, by `fit`), n may be unknown.
# - **Out**: ① `float32[n, 1]`: ② the Euclidean distance of the two codes, the root of the sum of squared differences; ③ so 0 for two equal inputs (each distance may be off by 0.001); ④ both go through the same `encoder`, the one that was given, as it is, in two calls or joined into one batch;
# - ⑤ the gradient of the sum of the distances is no `nan` for any parameter, also where the two inputs of one pair, or of every pair, are equal, or are different and have equal codes: such a pair adds 0 to it;
# - ⑥ `training` reaches the encoder; ⑦ the encoder's parameters are the model's parameters, counted once, and there are no others.
# - **Example**: with an encoder that doubles, (0, 0) and (3, 4) have the distance 10.
#
# <details><summary>Hint 1: the idea</summary>
#
# Keep the encoder as an attribute, and call it twice. The root has an infinite slope at 0: what can you do so that it never sees a 0?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# In `call`, unpack the pair, encode both, subtract, square, sum along the last axis with the axis kept. Before the root take the larger of the sum and a tiny number such as 1e-12: `ops.maximum` has the slope 0 for what it leaves out. Keras hands `training` on by itself.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def __init__(self, encoder, **kwargs):
#     super().____
#     self.____ = ____
#
# def call(self, pair):
#     a, b = ____
#     gap = ____ - ____
#     squares = ops.sum(____, axis=____, keepdims=____)
#     return ops.sqrt(____(squares, 1e-12))
# ```
#
# </details>


# %%
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        self.encoder = encoder
        ### END SOLUTION

    def call(self, pair):
        """Return float32[n, 1], the distances of the codes, for a pair of tensors float32[n, d]."""
        ### BEGIN SOLUTION
        left, right = (self.encoder(part) for part in pair)
        total = ops.sum(ops.square(left - right), axis=-1, keepdims=True)
        apart = total > 0
        return ops.where(apart, ops.sqrt(ops.where(apart, total, 1.0)), 0.0)
        ### END SOLUTION


# %% points=3
# check: siamese-1
_double = keras.Sequential([keras.Input((2,)), layers.Dense(2, use_bias=False)])
_double.set_weights([2 * np.eye(2, dtype="float32")])
_twins = Siamese(_double)
_a, _b = tf.constant([[0.0, 0.0], [1.0, 1.0]]), tf.constant([[3.0, 4.0], [1.0, 1.0]])
_distance = _twins((_a, _b))
check.shape("two distances", _distance, (2, 1), hint="keepdims=True keeps the last axis.")
check.close("the distances 10 and 0", _distance, tf.constant([[10.0], [0.0]]), but={
    "Take the root.": tf.constant([[100.0], [0.0]]),
    "The encoder was left out, or called for one of them.": tf.constant([[5.0], [0.0]]),
    "Squares, not absolute values.": tf.constant([[14.0], [0.0]]),
    "The root of the mean: it is the root of the sum.": tf.constant([[7.0710678], [0.0]]),
}, atol=1e-3)
check.equal("parameters of the model", sum(int(np.prod(_w.shape)) for _w in _twins.trainable_weights), 4, but={
    "There are two encoders: call the same object twice.": 8,
    "The encoder's weights are not found: keep the encoder itself as an attribute.": 0,
})
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(_twins((_b, _b)))
check.close("gradient for equal inputs", _tape.gradient(_sum, _double.trainable_weights), [tf.zeros((2, 2))],
            hint="The slope of the root at 0 is infinite, and infinity times 0 is nan.")
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(_twins((_a, _b)))
check.close("gradient where one pair of two is equal", _tape.gradient(_sum, _double.trainable_weights),
            [tf.constant([[1.8, 2.4], [2.4, 3.2]])], hint="The root must see no 0, whatever the other pairs are.")
_double.set_weights([np.ones((2, 2), "float32")])
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(_twins((tf.constant([[1.0, 0.0]]), tf.constant([[0.0, 1.0]]))))
check.close("all weights 1: gradient for (1, 0) and (0, 1), both with the code (1, 1)", _tape.gradient(_sum, _double.trainable_weights),
            [tf.zeros((2, 2))], hint="The codes go into the root: look at them, not at the inputs.")
_drop = keras.Sequential([keras.Input((50,)), layers.Dropout(0.5, seed=1)])
_noisy = Siamese(_drop)
_ones = tf.ones((1, 50))
check.close("with dropout, in use", _noisy((_ones, 3 * _ones)), tf.constant([[200.0**0.5]]))
check.that(
    "with dropout, in training",
    float(_noisy((_ones, _ones), training=True)[0, 0]) > 1,
    "training does not reach the encoder.",
)
_zeros = tf.zeros((1, 50))
check.close("two equal inputs with codes of fifty numbers", _noisy((_ones, _ones)), [[0.0]], atol=1e-3,
            hint="A small number may be added to the sum, once, not to each of the squares.")
_gap = _noisy((tf.concat([_ones, _zeros], 0), tf.concat([_zeros, _ones], 0)), training=True)
check.that("the same, to the left and to the right", tf.reduce_all(tf.abs(_gap**2 - 50) > 1),
           "training reaches the encoder for one of the two inputs alone.")
_drop.trainable = False
check.that("frozen, with dropout, in training", float(_noisy((_ones, _ones), training=True)[0, 0]) > 1,
           "A frozen encoder does not learn; dropout is as the call says: hand training on in any case.")
_double.trainable = False
check.equal("a frozen encoder", len(Siamese(_double).trainable_weights), 0, but={"You have thawed the encoder.": 1})
_double.set_weights([2 * np.eye(2, dtype="float32")])
_pairs = Siamese(_double)
_any_n = tf.function(lambda pair: _pairs(pair), input_signature=[(tf.TensorSpec([None, 2]),) * 2])
check.close("traced once for every n", _any_n((_a, _b)), [[10.0], [0.0]], atol=1e-3,
            hint="While `call` is traced, n may be unknown: then the shape of each input is (None, 2).")
### BEGIN HIDDEN TESTS
for _d, _k, _n in ((3, 5, 4), (2, 1, 1), (6, 3, 8)):
    _encoder = keras.Sequential([keras.Input((_d,)), layers.Dense(_k, activation="tanh"), layers.Dense(_k)])
    _encoder.set_weights([check.inputs(*_w.shape).numpy() for _w in _encoder.weights])
    _twins = Siamese(_encoder)
    _a, _b = check.inputs(_n, _d), check.inputs(_n, _d)
    check.reference(f"{_n} pairs of {_d}", _twins([_a, _b]), rtol=1e-3, atol=1e-4)
    check.close(f"{_n} pairs of {_d}: the other way round", _twins([_b, _a]), _twins([_a, _b]))
    check.close(f"{_n} pairs of {_d}: the same twice", _twins((_a, _a)), tf.zeros((_n, 1)), atol=1e-3)
    with tf.GradientTape() as _tape:
        _sum = tf.reduce_sum(_twins((_a, _b)))
    check.reference(
        f"{_n} pairs of {_d}: gradient", _tape.gradient(_sum, _encoder.trainable_weights), rtol=1e-3, atol=1e-3
    )
    check.reference(f"{_n} pairs of {_d}: shapes", [tuple(_w.shape) for _w in _twins.weights])
    with tf.GradientTape() as _tape:
        _sum = tf.reduce_sum(_twins((_a, _a)))
    _flat = tf.concat([tf.reshape(_g, [-1]) for _g in _tape.gradient(_sum, _encoder.trainable_weights)], axis=0)
    check.that(f"{_n} pairs of {_d}: finite for equal inputs", tf.reduce_all(tf.math.is_finite(_flat)))
_plain = layers.Dense(3, use_bias=False, kernel_initializer="ones")
_three = Siamese(_plain)((tf.zeros((1, 2)), tf.constant([[3.0, 4.0]])))
check.close("an encoder that is a layer, not yet built", _three, [[147.0**0.5]], rtol=1e-4)
_double.set_weights([2 * np.eye(2, dtype="float32")])
_far = Siamese(_double)((tf.zeros((1, 2)), tf.constant([[300.0, 400.0]])))
check.close("far apart", _far, [[1000.0]])
_many = tf.ones((1, 1000))
check.close("equal inputs with codes of a thousand numbers", Siamese(keras.Sequential([keras.Input((1000,)), layers.ReLU()]))((_many, _many)), [[0.0]], atol=1e-3)
check.close("0.006 apart", Siamese(_double)((tf.zeros((1, 2)), tf.constant([[0.003, 0.0]]))), [[0.006]], atol=1e-3)
_near = Siamese(_double)((tf.constant([[3000.0, 4000.0]] * 2), tf.constant([[3000.5, 4000.0], [3000.0, 4000.0]])))
check.close("near one another, far from 0", _near, [[1.0], [0.0]], atol=2e-3)
check.reference("eight pairs of 6, after others were made", _twins((_a, _b)), rtol=1e-3, atol=1e-4)
check.equal("one encoder", len({id(_w) for _w in _twins.trainable_weights}), 4)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A residual block
#
# Write the block as a layer, so that it can stand in any model.
#
# - **In**: `Residual(units)`: a subclass of `layers.Layer`; `units`, a Python integer. The call takes `x`, `float32[n, d]`.
# - **Out**: `float32[n, units]`: s(x) + f(x).
#   - ① f is a `Dense` of `units` with ReLU, and then a `Dense` of `units` without activation. ② The second one's kernel begins with zeros, the first one's does not; both biases begin with zeros;
#   - ③ s(x) is x itself where d equals `units`: then there are no further parameters, ④ and a new block gives exactly its input;
#   - ⑤ where d is another number, s is a projection: a `Dense` of `units` without activation and without bias, whose kernel begins with any values, not all 0.
#   - ⑥ It survives saving and loading, with its weights, its `units` (an attribute of this name), its name and its `trainable`, all as they are when it is saved. (No decorator is needed: the check hands your class to the loader. The loader gives `build` the shape as a list, not as a tuple.)
# - **Example**: `Residual(4)` on 4 numbers has 2 · (4 + 1) · 4 = 40 parameters; on 3 numbers (3 + 1) · 4 + (4 + 1) · 4 + 3 · 4 = 48.
#
# <details><summary>Hint 1: the idea</summary>
#
# `__init__` does not know d yet; `build` does. So the projection is made, or not, in `build`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Two `Dense` in `__init__`. In `build(input_shape)`: a third one if `input_shape[-1]` is another number than `units`; and build all of them for their shapes, so that loading finds them. In `call`: x, or its projection, plus the rest. `get_config` as in chapter 09.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def build(self, input_shape):
#     self.first.build(____)
#     self.second.build((None, ____))
#     self.projection = None
#     if ____:
#         self.projection = layers.Dense(____, use_bias=____)
#         self.projection.build(____)
#
# def call(self, x):
#     way_past = x if ____ else ____
#     return way_past + ____
# ```
#
# </details>


# %%
# exercise: residual
class Residual(layers.Layer):
    """Adds to its input, or to a projection of it, what two dense layers make of it."""

    def __init__(self, units, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        self.units = units
        self.inner = layers.Dense(units, activation="relu", name="inner")
        self.outer = layers.Dense(units, kernel_initializer=keras.initializers.Zeros(), name="outer")
        self.shortcut = layers.Dense(units, use_bias=False, name="shortcut")
        ### END SOLUTION

    def build(self, input_shape):
        """Make the weights for an input of this shape, (n, d)."""
        ### BEGIN SOLUTION
        self.same_width = input_shape[-1] == self.units
        self.inner.build(input_shape)
        self.outer.build((None, self.units))
        if not self.same_width:
            self.shortcut.build(input_shape)
        ### END SOLUTION

    def call(self, x):
        """Return float32[n, units] for x, float32[n, d]."""
        ### BEGIN SOLUTION
        past = x if self.same_width else self.shortcut(x)
        return past + self.outer(self.inner(x))
        ### END SOLUTION

    def get_config(self):
        """Return the settings as a dictionary: `units`, and what every layer has."""
        ### BEGIN SOLUTION
        return {**super().get_config(), "units": self.units}
        ### END SOLUTION


# %% points=4
# check: residual-1
_block, _x = Residual(4), tf.constant([[1.0, -2.0, 3.0, -4.0], [0.0, 5.0, 0.0, -2.0]])
check.close("a new block gives its input", _block(_x), _x, but={
    "ReLU has cut the sum: there is none at the end.": tf.nn.relu(_x),
    "x was not added.": tf.zeros((2, 4)),
}, hint="The second kernel begins with zeros, and its bias, too; x is added.")
check.equal("parameters, 4 to 4", sum(int(np.prod(_w.shape)) for _w in _block.trainable_weights), 40, but={
    "No projection where the widths are equal.": 56,
    "A projection without bias, and none where the widths are equal.": 60,
})
_wide = Residual(4)
check.shape("3 to 4", _wide(tf.ones((2, 3))), (2, 4))
check.equal("parameters, 3 to 4", sum(int(np.prod(_w.shape)) for _w in _wide.trainable_weights), 48, but={
    "The projection has no bias.": 52,
    "The projection is missing.": 36,
})
_kernels = [_w for _w in _block.trainable_weights if len(_w.shape) == 2]
check.that("the first kernel is not zero", any(tf.reduce_any(_w != 0) for _w in _kernels),
           "With two kernels of zeros no gradient would ever reach them: begin the second one alone with zeros.")
for _w in _block.trainable_weights:
    _w.assign(tf.fill(_w.shape, -1.0))
check.close("all weights −1, in training: x + f(x)", _block(_x, training=True), tf.constant([[-4.0, -7.0, -2.0, -9.0], [-1.0, 4.0, -1.0, -3.0]]), but={
    "ReLU is missing in the first layer.": tf.constant([[-4.0, -7.0, -2.0, -9.0], [15.0, 20.0, 15.0, 13.0]]),
    "No ReLU in the second layer.": _x,
})
check.serializes("saved and loaded, 4 to 4", _block, _x, hint="And the loader gives build the shape as a list, not as a tuple: [*shape[:-1], 4] takes both.")
check.equal("a twin's units", Residual.from_config(Residual(7).get_config()).units, 7)
check.equal("the units of the first block, after all this", _block.units, 4,
            hint="Each block keeps its own: an attribute of `self`, not of the class.")
_named = Residual(7, name="block", trainable=False)
check.equal("a twin's name, and whether it is trained",
            [getattr(Residual.from_config(_named.get_config()), _what) for _what in ("name", "trainable")], ["block", False],
            hint="Begin with the settings that every layer has: super().get_config().")
_large = Residual(300)
_large.build(tf.ones((1, 300)).shape)
check.equal("parameters, 300 to 300", sum(int(np.prod(_w.shape)) for _w in _large.trainable_weights), 180600,
            hint="Two widths are equal if they are the same number, be it one object or two.")
_later = Residual(4)
_later.trainable = False
_twin = Residual.from_config(_later.get_config())
check.equal("a block frozen after it was made: has its twin the same name, and is it trained?", [_twin.name == _later.name, _twin.trainable], [True, False],
            hint="The settings are those of the moment of saving, not those the block was made with.")
### BEGIN HIDDEN TESTS
for _d, _units in ((5, 5), (6, 3), (1, 7)):
    _block, _x = Residual(_units), 10 * check.inputs(9, _d)
    _block.build((None, _d))
    _before = sorted((tuple(_w.shape), bool(tf.reduce_any(_w != 0))) for _w in _block.trainable_weights)
    check.reference(
        f"{_d} to {_units}: shapes, and which are not zero", [[*_shape, int(_some)] for _shape, _some in _before]
    )
    if _d == _units:
        check.close(f"{_d} to {_units}: the input", _block(_x), _x)
    _draw = {_shape: check.inputs(*_shape) for _shape in sorted({tuple(_w.shape) for _w in _block.trainable_weights})}
    for _w in _block.trainable_weights:
        _w.assign(_draw[tuple(_w.shape)])
    check.reference(f"{_d} to {_units}: random weights", _block(_x), rtol=1e-3, atol=1e-2)
    check.reference(f"{_d} to {_units}: one row", _block(_x[:1]), rtol=1e-3, atol=1e-2)
    check.serializes(f"{_d} to {_units}: saved and loaded", _block, _x)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: two questions about two pictures
#
# `pair_model` shall read two pictures with one encoder and answer two questions, compiled. It stops with
#
# ```text
# ValueError: Cannot convert '64' to a shape.
# ```
#
# When that is put right, `fit` stops with a `KeyError` about the `loss` argument. And when that is put right, it has 4,160 parameters too many. Three faults; put them right.
#
# - **In**: `pair_model(pixels, units)`: two Python integers.
# - **Out**: a compiled functional `keras.Model`: ① its inputs are a dictionary: `"left"` and `"right"`, each `float32[n, pixels]`;
#   - ② both are encoded by one and the same `Dense` layer of `units` with ReLU, so the model has (pixels + 1) · units + (units + 1) + (2 · units + 1) parameters, and trains them all;
#   - ③ the output `"same"` is a `Dense` of one unit on the absolute difference of the codes, ④ the output `"sum"` one on both codes side by side, left first; both `float32[n, 1]`;
#   - ⑤ the loss of `"same"` is binary cross entropy from logits, that of `"sum"` the mean squared error; `fit` and `evaluate` run, with answers as a dictionary by these names, and no weight becomes `nan` with pictures from 0 to 1, also where both are the same.
#   - ⑥ Each call gives a new model, with weights and an optimizer of its own.
# - **Example**: `pair_model(64, 64)` has 4160 + 65 + 129 = 4354 parameters.
#
# <details><summary>Hint 1: the idea</summary>
#
# All three are traps of the chapter, and the messages say where: a shape, a layer that is made twice, a name.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A tuple of one number has a comma. A layer is shared if one object is called twice: make it once, before. And losses go by the keys of the outputs.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# left, right = keras.Input(____, name="left"), keras.Input(____, name="right")
# encoder = ____
# a, b = ____(left), ____(right)
#
# model.compile(optimizer="sgd", loss={____: same_loss, ____: "mse"})
# ```
#
# </details>


# %%
# exercise: pair_model
def pair_model(pixels, units):
    """Return a compiled model that reads two pictures with one encoder and answers same and sum.

    Args:
        pixels: how many numbers a picture has.
        units: units of the encoder.

    Returns:
        keras.Model, compiled.
    """
    ### BEGIN SOLUTION
    #| left, right = keras.Input((pixels), name="left"), keras.Input((pixels), name="right")
    #| a, b = layers.Dense(units, activation="relu")(left), layers.Dense(units, activation="relu")(right)
    #| outputs = {
    #|     "same": layers.Dense(1, name="same_logit")(ops.abs(a - b)),
    #|     "sum": layers.Dense(1, name="sum_of_two")(ops.concatenate([a, b], axis=-1)),
    #| }
    #| model = keras.Model({"left": left, "right": right}, outputs)
    #| same_loss = keras.losses.BinaryCrossentropy(from_logits=True)
    #| model.compile(optimizer="sgd", loss={"same_logit": same_loss, "sum_of_two": "mse"})
    #| return model
    pictures = {side: keras.Input((pixels,), name=side) for side in ("left", "right")}
    encode = layers.Dense(units, activation="relu")
    one, other = encode(pictures["left"]), encode(pictures["right"])
    alike = layers.Dense(1)(ops.absolute(ops.subtract(one, other)))
    added = layers.Dense(1)(layers.Concatenate()([one, other]))
    network = keras.Model(pictures, {"same": alike, "sum": added})
    losses = {"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": keras.losses.MeanSquaredError()}
    network.compile(optimizer="sgd", loss=losses)
    return network
    ### END SOLUTION


# %% points=1
# check: pair_model-1
_model = pair_model(64, 64)
check.equal(
    "its inputs",
    {_name: tuple(_x.shape) for _name, _x in _model.input.items()},
    {"left": (None, 64), "right": (None, 64)},
)
check.equal("parameters", _model.count_params(), 4354, but={
    "There are two encoders: make the layer once, and call it twice.": 8514,
})
check.equal("variables that are trained", len(_model.trainable_weights), 6, but={"The encoder is frozen.": 4})
_second = pair_model(64, 64)
check.equal("weights that a second model shares with the first", len({id(_w) for _w in _model.weights} & {id(_w) for _w in _second.weights}),
            0, hint="Make the encoder inside the function: each model has its own.")
check.equal("optimizers of the two models", len({id(_model.optimizer), id(_second.optimizer)}), 2,
            hint="An optimizer knows the weights of one model: with the same one, `fit` of the second model stops.")
### BEGIN HIDDEN TESTS
for _pixels, _units in ((5, 3), (12, 7)):
    _model = pair_model(_pixels, _units)
    check.reference(f"{_pixels} pixels, {_units} units: parameters", _model.count_params())
    check.reference(f"{_pixels} pixels, {_units} units: shapes", sorted(tuple(_w.shape) for _w in _model.weights))
### END HIDDEN TESTS

# %% points=2
# check: pair_model-2
_model = pair_model(1, 1)
for _w in _model.weights:
    _w.assign({(1, 1): [[1.0]], (2, 1): [[1.0], [2.0]], (1,): [0.0]}[tuple(_w.shape)])
_x = {"left": tf.constant([[3.0]]), "right": tf.constant([[5.0]])}
_answers = _model(_x)
check.close(
    "3 and 5: same", _answers["same"], tf.constant([[2.0]]), but={"The absolute difference.": tf.constant([[-2.0]])}
)
check.close(
    "3 and 5, weights 1 and 2: sum",
    _answers["sum"],
    tf.constant([[13.0]]),
    but={"Left comes first.": tf.constant([[11.0]])},
)
with tf.GradientTape() as _tape:
    _sum = tf.reduce_sum(_model(_x)["sum"])
_slopes = _tape.gradient(_sum, [_w for _w in _model.trainable_weights if tuple(_w.shape) == (1, 1)])
check.close("the slope of sum in the encoder's weight, 3 · 1 + 5 · 2", [_slope for _slope in _slopes if _slope is not None], [tf.constant([[13.0]])], but={
    "The encoder learns from the left picture alone.": [tf.constant([[3.0]])],
    "The encoder learns from the right picture alone.": [tf.constant([[10.0]])],
})
for _w in _model.weights:
    _w.assign({(1, 1): [[-1.0]], (2, 1): [[1.0], [2.0]], (1,): [1.5]}[tuple(_w.shape)])
_narrow = _model({"left": tf.constant([[3.0]]), "right": tf.constant([[1.0]])})
check.close("codes 0 and 0.5: same, weight −1, bias 1.5", _narrow["same"], tf.constant([[1.0]]), but={
    "ReLU is missing in the encoder.": tf.constant([[-0.5]]),
    "The absolute value belongs to the difference, before the last layer.": tf.constant([[2.0]]),
})
for _w in _model.weights:
    _w.assign({(1, 1): [[1.0]], (2, 1): [[1.0], [2.0]], (1,): [0.0]}[tuple(_w.shape)])
_report = _model.evaluate(_x, {"same": tf.zeros((1, 1)), "sum": tf.constant([[12.0]])}, return_dict=True, verbose=0)
check.close("loss of same, log(1 + e²), of sum, (13 − 12)², and both together", [_report["same_loss"], _report["sum_loss"], _report["loss"]],
            [2.126928, 1.0, 3.126928], but={
                "The cross entropy works on logits: from_logits=True.": [15.942385, 1.0, 16.942385],
            })
### BEGIN HIDDEN TESTS
_model = pair_model(4, 3)
_draw = {_shape: check.inputs(*_shape) for _shape in sorted({tuple(_w.shape) for _w in _model.weights})}
for _w in _model.weights:
    _w.assign(_draw[tuple(_w.shape)])
_x = {"left": 10 * check.inputs(6, 4), "right": 10 * check.inputs(6, 4)}
_y = {"same": tf.cast(check.inputs(6, 1, dtype="bool"), "float32"), "sum": check.inputs(6, 1)}
_answers = _model(_x, training=True)
check.reference("random weights: same", _answers["same"], rtol=1e-3, atol=1e-4)
check.reference("random weights: sum", _answers["sum"], rtol=1e-3, atol=1e-4)
_report = _model.evaluate(_x, _y, return_dict=True, verbose=0)
check.reference(
    "random weights: losses", [_report[_name] for _name in ("same_loss", "sum_loss", "loss")], rtol=1e-3, atol=1e-4
)
_sure = pair_model(1, 1)
for _w in _sure.weights:
    _w.assign({(1, 1): [[1.0]], (2, 1): [[1.0], [2.0]], (1,): [0.0]}[tuple(_w.shape)])
_far = {"left": tf.constant([[3e4]]), "right": tf.constant([[0.0]])}
_report = _sure.evaluate(_far, {"same": tf.ones((1, 1)), "sum": tf.constant([[3e4]])}, return_dict=True, verbose=0)
check.close("the logit 30,000 and the label 1: the loss of same", _report["same_loss"], 0.0)
_model.fit({**_x, "right": _x["left"]}, _y, verbose=0)
check.that("two pictures that are the same: no weight is nan after fit", all(tf.reduce_all(tf.math.is_finite(_w)) for _w in _model.weights))
check.that(
    "fit runs, and changes the weights", any(tf.reduce_any(_w != _draw[tuple(_w.shape)]) for _w in _model.weights)
)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: weights as text
#
# Write the weights of a model to a text that a person can read and another program can parse, and put them back. Not a digit may be lost, and nothing may be put into the wrong place.
#
# - **In**: `to_text(model)`: a built Keras model with one weight or more, all `float32`, and no space in a path. `from_text(model, text)`: such a model, and a text without blank lines, in which `float` can read each value.
# - **Out** of `to_text`: ① a string with one line for each of `model.weights`, in that order (with or without a line break at the end); ② a line is the `path` of the weight, its shape as numbers with `x` between them (`2x3`; for a single number without axes, where `len(weight.shape)` is 0, a `-`), and its values row by row, as decimal numbers; single spaces between all of these.
# - `from_text` puts the values into the model; ③ each `float32` comes back exactly, also the very small and the very large ones, infinity and `nan`.
# - It raises `ValueError`, and ④ leaves the model as it was, ⑤ if there are too few or too many lines, ⑥ if a path is not that of the weight in this place, ⑦ if a shape is not that of the weight, ⑧ or if a line has too few or too many values. All is checked before anything is put in.
# - **Example**: `sequential/dense/kernel 2x1 0.5 -1.25`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Nine significant digits are enough for every `float32`. And reading has two halves: first read and compare everything, then assign everything.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Writing: `weight.numpy().ravel()`, and `f"{value:.9g}"` for each value. Reading: `text.splitlines()`, and for each line `split()`: the first part is the path, the second the shape, the rest are values. Collect arrays in a list; only after the last comparison call `set_weights`. `zip` stops at the shorter list without a word.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# lines = text.____()
# if ____:
#     raise ValueError(____)
# values = []
# for line, weight in zip(lines, model.weights):
#     path, shape, *numbers = line.split()
#     if ____ or ____ or ____:
#         raise ValueError(____)
#     values.append(np.array(____, ____).reshape(____))
# model.____(values)
# ```
#
# </details>


# %%
# exercise: weights_text
def to_text(model):
    """Return the weights of a built Keras model as text, one line for each: path, shape, values."""
    ### BEGIN SOLUTION
    return "\n".join(
        " ".join([w.path, _written(w.shape), *(repr(float(v)) for v in w.numpy().flat)]) for w in model.weights
    )
    ### END SOLUTION


def from_text(model, text):
    """Put the weights that to_text has written into the model.

    Raises:
        ValueError: the text does not fit the model, which then stays as it was.
    """
    ### BEGIN SOLUTION
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError(f"{len(lines)} lines for {len(model.weights)} weights")
    arrays = []
    for row, w in zip(lines, model.weights):
        head, numbers = row.split(" ")[:2], row.split(" ")[2:]
        if head != [w.path, _written(w.shape)]:
            raise ValueError(f"{' '.join(head)} where {w.path} {_written(w.shape)} was expected")
        arrays.append(np.array(numbers, "float32").reshape(w.shape))
    for w, value in zip(model.weights, arrays):
        w.assign(value)


def _written(shape):
    """A shape as text: 2x3, and - for a single number."""
    return "x".join(str(n) for n in shape) or "-"
    ### END SOLUTION


# %% points=4
# check: weights_text-1
_model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="one")], name="small")
_model.set_weights([np.array([[0.5], [-1.25]], "float32"), np.array([3.0], "float32")])
_lines = to_text(_model).splitlines()
check.equal("how many lines", len(_lines), 2)
check.equal(
    "path and shape of each",
    [_line.split(" ")[:2] for _line in _lines],
    [[_model.weights[0].path, "2x1"], [_model.weights[1].path, "1"]],
)
check.close("the values of the first line", [float(_v) for _v in _lines[0].split(" ")[2:]], [0.5, -1.25])
_hard = [np.array([[0.1], [1e-45]], "float32"), np.array([3.4028235e38], "float32")]
_model.set_weights(_hard)
_text = to_text(_model)
_model.set_weights([np.zeros((2, 1), "float32"), np.zeros(1, "float32")])
from_text(_model, _text)
check.that("each comes back exactly", all(np.array_equal(_a, _b) for _a, _b in zip(_model.get_weights(), _hard)),
           "Write enough digits: nine significant ones. Digits after the point are not significant digits.")
_strange = [np.array([[np.inf], [-np.inf]], "float32"), np.array([np.nan], "float32")]
_model.set_weights(_strange)
_text = to_text(_model)
_model.set_weights(_hard)
from_text(_model, _text)
check.that("infinity and nan come back, too", all(np.array_equal(_a, _b, equal_nan=True) for _a, _b in zip(_model.get_weights(), _strange)),
           "Python writes them as inf and nan, and float reads them.")
_model.set_weights(_hard)
_path = [_w.path for _w in _model.weights]
_good = [f"{_path[0]} 2x1 7 8", f"{_path[1]} 1 9"]
check.raises("a line too few", ValueError, from_text, _model, _good[0])
check.raises("a line too many", ValueError, from_text, _model, "\n".join([*_good, _good[1]]))
check.raises("lines changed places", ValueError, from_text, _model, "\n".join(_good[::-1]))
check.raises("another path", ValueError, from_text, _model, "\n".join([_good[0], f"{_path[1]}s 1 9"]))
check.raises("the path of another model", ValueError, from_text, _model, "\n".join([_good[0], f"an{_path[1]} 1 9"]))
check.raises("the end of a path", ValueError, from_text, _model, "\n".join([_good[0], f"{_path[1].split('/')[-1]} 1 9"]))
check.raises("the shape 2 for 2x1", ValueError, from_text, _model, "\n".join([_good[0].replace("2x1", "2"), _good[1]]))
check.raises(
    "the shape 1x2 for 2x1", ValueError, from_text, _model, "\n".join([_good[0].replace("2x1", "1x2"), _good[1]])
)
check.raises("a value too few", ValueError, from_text, _model, "\n".join([f"{_path[0]} 2x1 7", _good[1]]))
check.raises("a value too many", ValueError, from_text, _model, "\n".join([_good[0], _good[1] + " 9"]))
check.that("after all these the model is as it was", all(np.array_equal(_a, _b) for _a, _b in zip(_model.get_weights(), _hard)),
           "Compare everything first, and assign only then.")
check.raises("the shape 1x1 for 1, in the second line", ValueError, from_text, _model, "\n".join([_good[0], f"{_path[1]} 1x1 9"]))
check.that("after this one, too", all(np.array_equal(_a, _b) for _a, _b in zip(_model.get_weights(), _hard)),
           "The shapes of all lines are compared before the first weight is changed.")
check.raises("a line that ends after its path", ValueError, from_text, _model, "\n".join([_path[0], _good[1]]))
### BEGIN HIDDEN TESTS
for _units in ((3, 4), (2, 5, 1)):
    _stack = [layers.Dense(_b, name=f"d{_i}") for _i, _b in enumerate(_units[1:])]
    _model = keras.Sequential(
        [keras.Input((_units[0],)), *_stack, layers.BatchNormalization(name="bn")], name=f"m{len(_units)}"
    )
    _hard = [
        (check.inputs(*_w.shape) * 10.0 ** check.inputs(*_w.shape, low=-30.0, high=30.0)).numpy()
        for _w in _model.weights
    ]
    _model.set_weights(_hard)
    _text = to_text(_model)
    check.reference(f"{_units}: paths and shapes", [_line.split(" ")[:2] for _line in _text.splitlines()])
    check.reference(f"{_units}: how many values", [len(_line.split(" ")) - 2 for _line in _text.splitlines()])
    check.reference(
        f"{_units}: the values", [[float(_v) for _v in _line.split(" ")[2:]] for _line in _text.splitlines()]
    )
    _model.set_weights([0 * _v for _v in _hard])
    from_text(_model, _text)
    check.that(f"{_units}: exactly", all(np.array_equal(_a, _b) for _a, _b in zip(_model.get_weights(), _hard)))
    _lines = _text.splitlines()
    for _bad in (_lines[:-1], [*_lines, _lines[-1]], [*_lines[:-2], _lines[-1], _lines[-2]], [*_lines[:-1], _lines[-1] + " 1"],
                 [*_lines[:-1], _lines[-1].rsplit(" ", 1)[0]]):
        _changed = [_line.rsplit(" ", 1)[0] + " 5" if _i == 0 else _line for _i, _line in enumerate(_bad)]
        check.raises(f"{_units}: {len(_bad)} lines that do not fit", ValueError, from_text, _model, "\n".join(_changed))
    check.that(f"{_units}: as it was", all(np.array_equal(_a, _b) for _a, _b in zip(_model.get_weights(), _hard)))


class _Single(layers.Layer):
    """One weight without axes."""

    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        return x * self.scale


_model = keras.Sequential([keras.Input((2,)), _Single(name="single")], name="scaled")
check.equal("a single number", to_text(_model).split(" ")[1:2], ["-"])
from_text(_model, f"{_model.weights[0].path} - 2.5")
check.close("a single number put back", _model.get_weights(), [2.5])
for _values in ("", " 1 2"):
    check.raises(f"a single number:{_values or ' no value'}", ValueError, from_text, _model, f"{_model.weights[0].path} -{_values}")
_model = keras.Sequential([keras.Input((40,)), layers.Dense(30, name="wide")], name="large")
_hard = [check.inputs(*_w.shape).numpy() for _w in _model.weights]
_model.set_weights(_hard)
_text = to_text(_model)
_model.set_weights([0 * _v for _v in _hard])
from_text(_model, _text)
check.that("1,200 values: exactly", all(np.array_equal(_a, _b) for _a, _b in zip(_model.get_weights(), _hard)))
### END HIDDEN TESTS
