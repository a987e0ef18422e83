# %% [markdown]
# # Exercises: saving and fine-tuning
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes, other models. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from grader import check
from keras import layers

tf.get_logger().setLevel("ERROR")       # so many small models would look like retracing


# %%
def stack(widths, columns=2, normal=False, seed=0, rate=0.1):
    """Return a compiled model: columns in, a Dense layer for each width, d0, d1 …, with normalisation after all but the last."""
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input((columns,), name="inputs")
    for place, width in enumerate(widths):
        x = layers.Dense(width, name=f"d{place}")(x)
        if normal and place < len(widths) - 1:
            x = layers.BatchNormalization(momentum=0.5, name=f"n{place}")(x)
    model = keras.Model(inputs, x)
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error", run_eagerly=True)
    return model


def weights_of(model):
    """Return all weights of a model in one row, float32."""
    return np.concatenate([weight.numpy().ravel() for weight in model.weights])


# %% [markdown]
# ## 1. Freeze the first layers
#
# - **In**: `freeze(model, n)`: `model`, a Keras model of layers one after the other, no model and no wrapper among them, any of them frozen or not, or the model as a whole by its own flag; `n`, a Python integer, 0 ≤ n.
# - **Out**: a tuple of two Python integers, the numbers of *values* (not of variables) in the model's weights that are ① trainable and ② not trainable. Afterwards ③ the first n layers of `model.layers` are frozen and ④ all others are trainable, whatever they and the model itself were before; ⑤ the input layer is in `model.layers`, but does not count among the n, and its own flag is free. ⑥ If n is more than there are layers, all are frozen.
# - **Example**: a model with an input of 2 numbers, `Dense(3)` and `Dense(1)`: 9 and 4 values. `freeze(model, 1)` gives `(4, 9)`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Every layer gets a flag, those that are to be trained as well. Counting comes after.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Leave out what is a `layers.InputLayer`. Set `trainable` for each of the rest by its place. A model has a flag of its own, too: while it is off, nothing in it is trained; set it first, for switching it on or off switches all layers, and setting what it was already changes none. The model has lists of its trainable and its other weights; a shape multiplied out is a number of values. The running values of a normalisation are weights that are never trainable; the seed of a `Dropout` is a variable, but no weight.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# model.trainable = ____
# real = [layer for layer in model.layers if ____]
# for place, layer in enumerate(real):
#     layer.trainable = ____
# trained = sum(int(np.prod(____)) for weight in ____)
# return trained, ____
# ```
#
# </details>


# %%
# exercise: freeze
def freeze(model, n):
    """Freeze the first n layers, and no other one.

    Args:
        model: a Keras model of layers one after the other.
        n: how many layers to freeze, not counting the input layer; a Python integer >= 0.

    Returns:
        (trainable, fixed): the numbers of values in the model's trainable and other weights, Python integers.
    """
    ### BEGIN SOLUTION
    model.trainable = True
    proper = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(proper):
        layer.trainable = place >= n
    trainable = sum(weight.numpy().size for weight in model.trainable_weights)
    return trainable, model.count_params() - trainable
    ### END SOLUTION


# %% points=2
# check: freeze-1
def _flags(model):
    return [bool(layer.trainable) for layer in model.layers if not isinstance(layer, layers.InputLayer)]


_model = stack([3, 1])
check.equal("one of two frozen", freeze(_model, 1), (4, 9), but={
    "Trainable values first, then the others.": (9, 4),
    "Count the values, not the variables.": (2, 2),
    "The input layer does not count among the n.": (13, 0),
})
check.equal("which are trainable", _flags(_model), [False, True])
check.equal("then none frozen", freeze(_model, 0), (13, 0), but={"Those after the first n are made trainable again.": (4, 9)})
check.equal("more than there are", freeze(_model, 5), (0, 13))
_model = stack([3, 1], normal=True)
check.equal("normalisation after the first", freeze(_model, 1), (10, 15), but={
    "The running values of a normalisation are not trainable.": (16, 9),
})
_model = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.Dropout(0.5), layers.Dense(1)])
check.equal("a dropout after the first, two frozen", freeze(_model, 2), (4, 9), but={
    "The seed of a dropout is no weight.": (4, 11),
    "The dropout is a layer, too, and counts among the n.": (0, 13),
})
check.equal("and which are trainable", _flags(_model), [False, False, True], hint="The dropout is one of the two: its flag, too, says that it is frozen.")
_whole = stack([3, 1])
_whole.trainable = False
check.equal("a model that was frozen as a whole, one frozen", freeze(_whole, 1), (4, 9), but={
    "The model has a flag of its own: while it is off, nothing in it is trained.": (0, 13),
})
check.equal("its variables that are trained then", len(_whole.trainable_weights), 2, hint="The model has a flag of its own: while it is off, nothing in it is trained.")
freeze(_model, 1)
check.equal("a dropout after the first, one frozen: which are trainable", _flags(_model), [False, True, True])
_model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(1)])
check.equal("a convolution with a kernel of the shape (3, 3, 1, 2), frozen", freeze(_model, 1), (9, 20),
            hint="A kernel may have more than two axes: all of them count.")
check.equal("then the flattening, too", freeze(_model, 2), (9, 20), but={
    "A layer without weights is a layer, too, and counts among the n.": (0, 29),
})
_whole.trainable = False
_whole.layers[-1].trainable = True
check.equal("a model that was frozen as a whole, then its head thawed, one frozen", freeze(_whole, 1), (4, 9), but={
    "The flags of the layers do not tell that of the model: switch the model's own on in any case.": (0, 13),
})
_layer = layers.Dense(1)
_layer.add_weight(name="seen", shape=(3,), trainable=False)
_model = keras.Sequential([keras.Input((2, 2)), layers.Flatten(), _layer])
check.equal("a flattening, then a dense layer with 3 more values that are never trained, one frozen", freeze(_model, 1), (5, 3), but={
    "Ask the model which of its weights are trained: neither their names nor the classes of layers tell.": (8, 0),
    "The first layer need not be the input layer, even where it has no weights: ask whether it is a `layers.InputLayer`.": (0, 8),
})
### BEGIN HIDDEN TESTS
for _widths in ((4, 2), (3, 5, 2), (2, 2, 2, 1)):
    for _n in (0, 1, 2, 3, 9):
        _model = stack(_widths, columns=3, normal=True)
        for _layer in _model.layers[::2]:
            _layer.trainable = False
        check.equal(f"{_widths}, {_n} frozen: a tuple of integers", [type(v) for v in freeze(_model, _n)] == [int, int], True)
        check.reference(f"{_widths}, {_n} frozen: counted", list(freeze(_model, _n)))
        check.reference(f"{_widths}, {_n} frozen: which", _flags(_model))
for _settings in ({"scale": False}, {"center": False}, {"scale": False, "center": False}):
    _model = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.BatchNormalization(**_settings), layers.Dense(1)])
    check.reference(f"a normalisation with {_settings}: counted", list(freeze(_model, 0)))
_start = check.inputs(3, 4)
_model = keras.Sequential([layers.Dense(2, name="input_mix"), layers.Dense(1)])
_model(_start)
check.reference("a Sequential without an input layer", [*freeze(_model, 1), *_flags(_model)])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Carry weights over
#
# Two networks have the same beginning and other heads. Carry over what fits.
#
# - **In**: `transplant(source, target)`: two Keras models that are built.
# - **Out**: ① each layer of the target gets the weights of the source's layer of the same name, whatever the classes of the two are (a layer may itself be a model: it counts as one layer, and its `weights` has all that is in it), ② if all their shapes are the same, running values included (the seed of a `Dropout` is no weight); ③ any other layer stays as it is. ④ The source does not change, then or later: the weights are copied. ⑤ Returns a sorted list of names: the layers of the target that have weights and got none.
# - **Example**: the source has `d0` from 2 to 3 numbers and `d1` from 3 to 1; the target has the same `d0`, and `d1` from 3 to 4. Then `d0` is carried over, and the list is `["d1"]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Go through the layers of the target, and look each of them up in the source, by name.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A dictionary from names to layers of the source. `get_weights` gives copies, and `set_weights` takes them. Compare the lists of shapes first: a kernel alone may fit where a bias does not. Layers without weights are of no interest.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# known = {layer.name: layer for layer in ____}
# left = []
# for layer in target.layers:
#     mine = layer.get_weights()
#     theirs = known[layer.name].get_weights() if ____ else []
#     if [w.shape for w in mine] == ____:
#         ____
#     elif mine:
#         left.append(____)
# return ____
# ```
#
# </details>


# %%
# exercise: transplant
def transplant(source, target):
    """Copy the weights of layers with the same name and the same shapes.

    Args:
        source: a Keras model, built.
        target: a Keras model, built; its weights are changed.

    Returns:
        sorted list of the names of the target's layers that have weights and got none.
    """
    ### BEGIN SOLUTION
    donors = {layer.name: layer.get_weights() for layer in source.layers}
    missed = []
    for part in target.layers:
        gift = donors.get(part.name, [])
        if part.weights and [w.shape for w in part.weights] != [w.shape for w in gift]:
            missed.append(part.name)
        elif part.weights:
            part.set_weights(gift)
    return sorted(missed)
    ### END SOLUTION


# %% points=2
# check: transplant-1
_source, _target = stack([3, 1], seed=1), stack([3, 4], seed=2)
_before, _head = weights_of(_source), _target.get_layer("d1").kernel.numpy()
check.equal("another head", transplant(_source, _target), ["d1"], but={
    "Layers without weights, as the input, are not in the list.": ["d1", "inputs"],
    "List what got no weights, not what got some.": ["d0"],
})
check.close("d0", _target.get_layer("d0").kernel, _source.get_layer("d0").kernel)
check.close("d1 as it was", _target.get_layer("d1").kernel, _head)
check.close("the source as it was", weights_of(_source), _before, hint="Copy from the source to the target.")
_source, _target = stack([3, 1], seed=1), stack([3, 4], seed=2)
_target.trainable = False
check.equal("a target that is frozen: the list, then the flag of d1", [*transplant(_source, _target), _target.get_layer("d1").trainable],
            ["d1", False], hint="A frozen layer has weights, too, and gets its own.", but={
    "Leave the flags as they are: a frozen layer takes weights, too.": ["d1", True],
})
check.close("d0 of a target that is frozen", _target.get_layer("d0").kernel, _source.get_layer("d0").kernel,
            hint="A frozen layer has weights, too, and gets its own.")
_source, _target = stack([3, 2, 1], seed=3), stack([2, 2, 1], seed=4)
check.equal("another first layer", transplant(_source, _target), ["d0", "d1"], hint="All shapes of a layer must agree.")
_x, _y = keras.Input((2,)), keras.Input((2,))
_source = keras.Model(_x, layers.Dense(2, name="two")(layers.Dense(2, name="one")(_x)))
_target = keras.Model(_y, layers.Dense(2, name="one")(layers.Dense(2, name="two")(_y)))
check.equal("the same layers in another order", transplant(_source, _target), [])
check.close("layer one", _target.get_layer("one").kernel, _source.get_layer("one").kernel, hint="Names decide, not places.")
_source = stack([3, 1], seed=1)
_target = keras.Sequential([keras.Input((2,)), layers.Dense(3, name="d0"), layers.Dropout(0.5, name="drop"), layers.Dense(4, name="d1")])
check.equal("a target with a dropout", transplant(_source, _target), ["d1"], but={
    "The seed of a dropout is a variable, but no weight: look at `layer.weights`.": ["d1", "drop"],
})
_turned = [keras.Sequential([keras.Input((n,)), layers.Dense(5 - n, use_bias=False, name="turn")]) for n in (2, 3)]
check.equal("a kernel of the shape (2, 3), and one of (3, 2)", transplant(*_turned), ["turn"],
            hint="As many numbers are not yet the same shape.")
_fans = [layers.EinsumDense("ac,cde->ade", output_shape=(2, 3), bias_axes=_axes, name="fan") for _axes in ("e", "d")]
_ends = [keras.Sequential([keras.Input((4,)), _fan]) for _fan in _fans]
_before = weights_of(_ends[1])
transplant(*_ends)
check.close("a kernel that fits, a bias that does not: the target as it was", weights_of(_ends[1]), _before,
            hint="Compare all shapes first: where one does not fit, `set_weights` stops half-way.")
_source = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="step")])
_target = keras.Sequential([keras.Input((2,)), layers.ReLU(name="step"), layers.Dense(2, name="right"), layers.Dense(2, name="left")])
check.equal("a ReLU with the name of a dense layer, then right, then left", transplant(_source, _target), ["left", "right"], but={
    "The list is sorted.": ["right", "left"],
    "A layer without weights has nothing to get, whatever its name is.": ["left", "right", "step"],
})
_x = keras.Input((2,))
_source = keras.Sequential([keras.Input((2,)), keras.Model(_x, layers.Dense(2)(_x), name="base")])
_target = keras.Sequential([keras.Input((2,)), keras.Sequential([keras.Input((2,)), layers.Dense(2), layers.Dropout(0.5)], name="base")])
check.equal("a base that is a keras.Model, to one that is a keras.Sequential with a dropout in it", transplant(_source, _target), [],
            hint="Names and the shapes of `weights` decide, not the class of a layer; the seed of a dropout in it is no weight.")
_source = keras.Sequential([keras.Input((2,)), layers.ReLU(name="step")])
_target = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="step")])
check.equal("a dense layer with the name of a ReLU", transplant(_source, _target), ["step"],
            hint="What has weights and got none is in the list, also where the source's layer has nothing to give.")
_source = keras.Sequential([keras.Input((2,)), layers.Dense(4, use_bias=False, name="table")])
_target = keras.Sequential([keras.Input((3,)), layers.Embedding(2, 4, name="table")])
check.equal("a kernel of the shape (2, 4), to the table of an embedding of the same shape", transplant(_source, _target), [],
            hint="The names of layers decide, not those of their weights: compare the shapes alone.")
### BEGIN HIDDEN TESTS
for _seed, (_from, _to) in enumerate((((4, 3, 2), (4, 3, 5)), ((3, 3), (3, 3, 3)), ((5, 1, 2), (5, 5, 2)), ((2,), (4, 2)))):
    _source, _target = stack(_from, normal=True, seed=_seed), stack(_to, normal=True, seed=_seed + 9)
    _x = check.inputs(6, 2).numpy()
    _source.fit(_x, np.ones((6, _from[-1]), "float32"), verbose=0)
    check.reference(f"{_from} to {_to}: the names", transplant(_source, _target))
    check.reference(f"{_from} to {_to}: the target", weights_of(_target))
    _target.fit(_x, np.ones((6, _to[-1]), "float32"), verbose=0)
    check.reference(f"{_from} to {_to}: the source, after training the target", weights_of(_source))
_x, _y = keras.Input((3,)), keras.Input((3,))
_source = keras.Model(_x, layers.Dense(3, name="b")(layers.Dense(3, name="a")(layers.Dense(3, name="c")(_x))))
_target = keras.Model(_y, layers.Dense(3, name="z")(layers.Dense(3, name="c", use_bias=False)(layers.Dense(3, name="b")(_y))))
_source.set_weights([check.inputs(*w.shape) for w in _source.get_weights()])
_target.set_weights([0.5 * np.ones_like(w) for w in _target.get_weights()])
check.reference("other places, a bias too many: the names", transplant(_source, _target))
check.reference("other places, a bias too many: the target", weights_of(_target))
_ends = []
for _axes in ("e", "d"):
    _x = keras.Input((4,))
    _ends.append(keras.Model(_x, layers.EinsumDense("ac,cde->ade", output_shape=(2, 3), bias_axes=_axes, name="fan")(_x)))
_ends[0].set_weights([check.inputs(*w.shape) for w in _ends[0].get_weights()])
check.reference("a kernel that fits and a bias that does not: the names", transplant(*_ends))
_ends[1].set_weights([0.25 * np.ones_like(w) for w in _ends[1].get_weights()])
transplant(*_ends)
check.reference("a kernel that fits and a bias that does not: the layer stays as it is", weights_of(_ends[1]))
_ends = []
for _free in (False, True):
    _parts = [layers.Dense(2), layers.BatchNormalization(), layers.Dense(2)]
    _ends.append(keras.Sequential([keras.Input((2,)), keras.Sequential([keras.Input((2,)), *_parts], name="block")]))
    _ends[-1].set_weights([check.inputs(*w.shape) for w in _ends[-1].get_weights()])
    _ends[-1].layers[0].trainable = _free
check.reference("a block that is frozen in the source only: the names", transplant(*_ends))
check.reference("a block that is frozen in the source only: the target", weights_of(_ends[1]))
check.reference("a block that is frozen in the target only: the names", transplant(_ends[1], _ends[0]))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. As if it had never been cut
#
# A training by hand that can be cut at any step, and taken up by the same call.
#
# - **In**: `resume(folder, total, rate, slopes)`: `folder`, a `Path` that exists, for checkpoints: all that is kept from call to call is in it; `total`, a Python integer ≥ 0; `rate`, a Python float, the same in all calls with a folder; `slopes`, a list of at least `total` Python floats, the gradients of the steps 0, 1, 2 …
# - It trains one weight w, which begins with 0.0, as `keras.optimizers.SGD(rate, momentum=0.9)` trains a `tf.Variable`, by this class or by a formula of your own: in step i it applies the gradient `slopes[i]`. It takes steps until `total` of them have been taken in all calls together with this folder.
# - **Out**: ① w at the end, as a Python float (0.0, no integer, before the first step). ② A call with a larger `total`, later, goes on where the last one stopped, and ③ the momentum goes on too, so that w is as if there had been one call only. ④ Each call takes the slopes of the steps that are still to come from its own list, whatever earlier lists held there; what stands before them no longer matters. ⑤ A call whose `total` is already reached changes nothing, and returns w as it is. ⑥ Another folder is another training, and so is the same one when it has been emptied.
# - **Example**: with rate 1 and the slopes 1, 1, 1, w is −1 after one step, −2.9 after two, −5.61 after three. `resume(folder, 1, 1.0, [1.0, 1.0, 1.0])` is −1, and a second call, with 3 in place of 1, is −5.61.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three things have a state: the weight, the optimizer, and the number of the next step. All three belong in the checkpoint.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make all of them new in each call, build the optimizer with the weight, and restore the latest checkpoint, if there is one: `tf.train.CheckpointManager` knows. `optimizer.iterations` counts the steps, and is restored with it. Save at the end.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# w = tf.Variable(0.0)
# optimizer = ____
# optimizer.build(____)
# manager = tf.train.CheckpointManager(tf.train.Checkpoint(____), ____, max_to_keep=1)
# manager.restore_or_initialize()
# for i in range(____, total):
#     optimizer.apply([____], [w])
# manager.____
# return ____
# ```
#
# </details>


# %%
# exercise: resume
def resume(folder, total, rate, slopes):
    """Take steps until `total` have been taken in this folder; keep what the next call needs.

    Args:
        folder: the Path of a folder that exists.
        total: how many steps are to be taken in all calls together, a Python integer >= 0.
        rate: the learning rate, a Python float.
        slopes: list of Python floats, the gradient of each step; at least `total`.

    Returns:
        the weight, a Python float.
    """
    ### BEGIN SOLUTION
    weight = tf.Variable(0.0)
    descent = keras.optimizers.SGD(rate, momentum=0.9)
    descent.build([weight])
    state = tf.train.Checkpoint(weight=weight, descent=descent)
    latest = tf.train.latest_checkpoint(folder)
    if latest:
        state.restore(latest).assert_consumed()
    for slope in slopes[int(descent.iterations):total]:
        descent.apply([slope], [weight])
    state.save(folder / "state")
    return float(weight)
    ### END SOLUTION


# %% points=3
# check: resume-1
def _calls(totals, rate, slopes):
    with tempfile.TemporaryDirectory() as _name:
        return [resume(Path(_name), total, rate, slopes) for total in totals]


check.close("three steps at once", _calls([3], 1.0, [1.0, 1.0, 1.0]), [-5.61])
check.close("one step, then the rest", _calls([1, 3], 1.0, [1.0, 1.0, 1.0]), [-1.0, -5.61], but={
    "The momentum was lost on the way: keep the optimizer, too.": [-1.0, -3.9],
    "The second call began anew: it takes 2 more steps, not 3.": [-1.0, -2.9],
    "The second call took 3 more steps: count the steps of all calls.": [-1.0, -9.049],
    "The weight began anew at 0.": [-1.0, -4.61],
})
check.close("slopes 1, 2, 4", _calls([1, 2, 3], 1.0, [1.0, 2.0, 4.0]), [-1.0, -3.9, -10.51], but={
    "Use the slopes that are still to come.": [-1.0, -2.9, -5.61],
})
with tempfile.TemporaryDirectory() as _name:
    _twice = [resume(Path(_name), 2, 1.0, [1.0, 1.0]), resume(Path(_name), 3, 1.0, [9.0, 9.0, 1.0])]
check.close("two steps, then one more, with 9 for the slopes that are done", _twice, [-2.9, -5.61], but={
    "The steps were taken anew: keep the weight and the optimizer, and go on from there.": [-2.9, -42.49],
})
check.close("the rate 1e-7: one step, then the rest, in units of 1e-7", [1e7 * w for w in _calls([1, 3], 1e-7, [1.0, 1.0, 1.0])], [-1.0, -5.61],
            hint="Keep the numbers as they are: a few digits behind the point are not enough for small ones.")
check.close("already reached", _calls([2, 1, 0, 2], 1.0, [1.0, 1.0]), [-2.9] * 4)
with tempfile.TemporaryDirectory() as _name:
    _folder = Path(_name) / "training"
    _folder.mkdir()
    resume(_folder, 2, 1.0, [1.0, 1.0])
    _folder.rename(Path(_name) / "elsewhere")
    _folder.mkdir()
    check.close("three steps in the same folder, emptied", resume(_folder, 3, 1.0, [2.0, 2.0, 2.0]), -11.22, hint="Nothing is left: it begins anew.")
check.equal("a Python float", type(_calls([1], 1.0, [1.0])[0]) is float, True)
check.equal("a Python float after no step at all", type(_calls([0], 1.0, [1.0])[0]) is float, True, hint="w begins with 0.0, which is no integer.")
with tempfile.TemporaryDirectory() as _name:
    _lists = [1.0, 1.0, 1.0], [9.0, 5.0, 1.0], [9.0, 9.0, 5.0]
    _thrice = [resume(Path(_name), total, 1.0, _list) for total, _list in enumerate(_lists, 1)]
check.close("three calls, a step each, with 9 for the slopes that are done, and the last two steps with 5", _thrice, [-1.0, -6.9, -17.21], but={
    "The list of this call holds for the steps still to come, not one of an earlier call.": [-1.0, -2.9, -5.61],
    "What stands in a list before the steps of this call does not matter: it must not be kept for the next call.": [-1.0, -6.9, -38.89],
})
### BEGIN HIDDEN TESTS
_slopes = check.inputs(12, low=0.5, high=2.0).numpy().tolist()
for _totals in ([9], [4, 9, 12, 10], [1, 2, 3, 9], [0, 5, 5, 7], [6, 2, 8]):
    check.reference(f"random slopes, cut at {_totals}", _calls(_totals, 0.3, _slopes))
check.reference("the same to six digits", _calls([1, 2, 3, 5, 8], 0.3, _slopes), rtol=5e-6, atol=0.0)
check.reference("small steps, in units of 1e-7", [1e7 * w for w in _calls([1, 2, 5], 1e-7, _slopes)])
check.reference("slopes below zero", _calls([2, 5], 0.7, [-slope for slope in _slopes]))
with tempfile.TemporaryDirectory() as _one, tempfile.TemporaryDirectory() as _two:
    _first = [resume(Path(_one), 3, 0.1, _slopes), resume(Path(_two), 2, 0.2, _slopes)]
    check.reference("two folders", [*_first, resume(Path(_one), 6, 0.1, _slopes), resume(Path(_two), 6, 0.2, _slopes)])
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Through the file and back
#
# Write a layer with settings that comes back from a `.keras` file as it was, even where nothing but the file and the registered class is known.
#
# - **In**: `Squeeze(low=0.0, high=1.0, slope=1.0, start=0.0)`, four settings, Python floats, low above high as well; called with `x`, `float32`, any shape.
# - **State**: ① one weight `middle`, a scalar that is trained (while the layer is not frozen) and begins with `start`.
# - **Out**: ② `low + (high − low) · σ(slope · (x − middle))`, of the shape of x; where x is far out, neither this nor a slope of it is `nan`. ③ All four settings, and ④ the trained weight, come back from the file; ⑤ so do a name, a dtype (such as `"float64"`, no mixed policy) and a `trainable` that were given to the layer. ⑥ The class is registered with Keras as `"course>Squeeze"`, so that `load_model` needs no `custom_objects`.
# - **Example**: `Squeeze(0.0, 10.0)` gives 5 for x = 0.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three parts: a line that registers the class, a `get_config` that returns whatever `__init__` takes, a weight made with `add_weight`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `@keras.saving.register_keras_serializable(package=…)` above the class registers it. Hand `**kwargs` on to `super().__init__`, and join `super().get_config()` with your settings: then name and dtype come back. A weight with the shape `()` and `keras.initializers.Constant` may be made in `build`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# @keras.saving.register_keras_serializable(package=____)
# class Squeeze(layers.Layer):
#     # __init__
#     super().__init__(____)
#     self.low, self.high, ____
#     # build
#     self.middle = self.add_weight(name="middle", shape=____, initializer=____)
#     # call
#     return ____ + ____ * tf.sigmoid(____)
#     # get_config
#     return {**____, "low": self.low, ____}
# ```
#
# </details>


# %%
# exercise: squeeze
class Squeeze(layers.Layer):
    """Squeezes numbers between two bounds: low + (high - low) · sigmoid(slope · (x - middle)).

    Args:
        low, high: the bounds, Python floats.
        slope: how steep it is in the middle, a Python float.
        start: where the weight `middle` begins, a Python float.
    """

    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        ### BEGIN SOLUTION
        super().__init__(**kwargs)
        self.settings = {"low": low, "high": high, "slope": slope, "start": start}
        ### END SOLUTION

    def build(self, input_shape):
        """Make the weight `middle`."""
        ### BEGIN SOLUTION
        begin = keras.initializers.Constant(self.settings["start"])
        self.middle = self.add_weight(name="middle", shape=(), initializer=begin)
        ### END SOLUTION

    def call(self, x):
        """Return x squeezed, of the same shape."""
        ### BEGIN SOLUTION
        low, high = self.settings["low"], self.settings["high"]
        return low + (high - low) * tf.sigmoid(self.settings["slope"] * (x - self.middle))
        ### END SOLUTION

    def get_config(self):
        """Return all settings."""
        ### BEGIN SOLUTION
        return super().get_config() | self.settings
        ### END SOLUTION


# Register the class here, or above it as a decorator.
### BEGIN SOLUTION
Squeeze = keras.saving.register_keras_serializable(package="course")(Squeeze)
### END SOLUTION


# %% points=3
# check: squeeze-1
def _loaded(layer, x, middle=None):
    """Return the layer after a .keras file was written and read."""
    _inputs = keras.Input(x.shape[1:])
    _whole = keras.Model(_inputs, layer(_inputs))
    if middle is not None:
        layer.middle.assign(middle)
    with tempfile.TemporaryDirectory() as _name:
        _whole.save(Path(_name) / "whole.keras")
        return keras.saving.load_model(Path(_name) / "whole.keras").layers[-1]


_x = tf.constant([[0.0, 1.0], [-1.0, 2.0]])
check.close("0 squeezed between 0 and 10", Squeeze(0.0, 10.0)(tf.zeros((1, 1))), [[5.0]])
check.close("as it is by default, [0, 1]", Squeeze()(tf.constant([0.0, 1.0])), [0.5, 0.731059])
check.close("far out, [-100, 100]", Squeeze()(tf.constant([-100.0, 100.0])), [0.0, 1.0],
            hint="e¹⁰⁰ is more than float32 holds: `tf.sigmoid` manages without it.")
check.close("steeper, and moved to 1", Squeeze(-1.0, 1.0, 2.0, 1.0)(_x), [[-0.761594, 0.0], [-0.964028, 0.761594]])
_layer = Squeeze(start=2.0)
_layer.build((None, 2))
check.equal("trained weights", [float(weight) for weight in _layer.trainable_weights], [2.0], hint="middle begins with start.")
check.equal("weights in all", len(_layer.weights), 1, hint="The settings are numbers, not weights.")
with tf.GradientTape() as _tape:
    _at_the_middle = tf.reduce_sum(_layer(tf.fill((1, 2), 2.0)))
_slopes = _tape.gradient(_at_the_middle, _layer.trainable_weights)
check.that("it has a slope with respect to middle", _slopes[0] is not None, hint="Without a slope no training moves it: nothing may stop the gradient.")
check.close("the slope with respect to middle, for two numbers there", _slopes[0], -0.5, hint="Each is -slope · (high - low) / 4.")
check.equal("the registered name", keras.saving.get_registered_name(Squeeze), "course>Squeeze")
_layer = _loaded(Squeeze(-1.0, 1.0, 2.0, 1.0, name="bounds", dtype="float32"), _x, middle=3.0)
check.close("loaded, with middle = 3", _layer(_x), [[-0.995055, -0.964028], [-0.999329, -0.761594]], but={
    "The trained weight is lost: make it with add_weight.": [[-0.761594, 0.0], [-0.964028, 0.761594]],
    "The settings are lost: return them from get_config.": [[0.047426, 0.119203], [0.017986, 0.268941]],
})
check.equal("its name", _layer.name, "bounds", hint="Join the settings with `super().get_config()`.")
check.equal("start after loading", _layer.get_config().get("start"), 1.0, hint="Return all four settings.")
_layer = Squeeze()
_layer.build((None,))
with tf.GradientTape() as _tape:
    _far_and_near = tf.reduce_sum(_layer(tf.constant([-100.0, 100.0, 0.0])))
check.close("the slope with respect to middle, for -100, 100 and 0", _tape.gradient(_far_and_near, _layer.trainable_weights)[0], -0.25,
            hint="Numbers far out have the slope 0, not `nan`: one of them would spoil middle in training.")
_layer = Squeeze(slope=10.0, start=1000.0)
_layer.build((None,))
with tf.GradientTape() as _tape:
    _around = tf.reduce_sum(_layer(tf.constant([900.0, 1000.0, 1100.0])))
check.close("the slope with respect to middle = 1000, for 900, 1000 and 1100, where slope is 10", _tape.gradient(_around, _layer.trainable_weights)[0], -2.5,
            hint="What is far out depends on middle and slope, not on x alone.")
check.close("Squeeze(-1.0, 0.0), loaded", _loaded(Squeeze(-1.0, 0.0), _x)(tf.zeros((1, 2))), [[-0.5, -0.5]], but={
    "A setting that is 0 is a setting, too: high has become 1.": [[0.0, 0.0]],
})
check.close("a slope of 0.01, for [-500, 500]", Squeeze(slope=0.01)(tf.constant([-500.0, 500.0])), [0.006693, 0.993307],
            hint="With a small slope 500 is not far out: it is slope · (x - middle) that may be cut off, not x - middle.")
### BEGIN HIDDEN TESTS
_settings = [float(v) for v in check.inputs(4, low=0.5, high=2.0)]
for _shape in ((3, 2), (1, 4, 5), (6, 1)):
    _x = check.inputs(*_shape)
    _layer = Squeeze(_settings[0], -_settings[1], -_settings[2], _settings[3], name="mine")
    check.reference(f"shape {_shape}", _layer(_x))
    _again = _loaded(_layer, _x, middle=0.3)
    check.reference(f"shape {_shape}, loaded", _again(_x))
    check.reference(f"shape {_shape}, the settings", [_again.get_config().get(k) for k in ("low", "high", "slope", "start")])
    check.reference(f"shape {_shape}, name", [_again.name, len(_again.trainable_weights)])
_pair = [Squeeze(_settings[0], 3.0, 0.5, 0.25), Squeeze(-2.0, _settings[1], 1.5, -0.5)]
check.reference("two layers, made before either is called", [_layer(_x) for _layer in _pair])
_half = _loaded(Squeeze(0.0, 2.0, dtype="float64"), tf.zeros((2, 2), "float64"))
check.equal("a layer in float64 comes back in float64", _half.dtype, "float64")
_plain = Squeeze.from_config(Squeeze(0.25, 0.75, 3.0, 0.5, trainable=False).get_config())
check.close("made from its settings", _plain(tf.fill((1, 1), 0.5)), [[0.5]])
_counts = [len(_plain.trainable_weights)]
_plain.trainable = True
check.equal("made from its settings, frozen, then thawed: how many weights are trained", [*_counts, len(_plain.trainable_weights)], [0, 1])
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: a fine-tuning that ruins the base
#
# `fine_tune` is to train the head of a network at first, and then all but the batch normalisations at a small rate. The frozen kernels move in the first phase, the thawed ones do not move in the second, and the running means are spoiled. Put it right.
#
# - **In**: `fine_tune(model, x, y, epochs, rate)`: `model`, a Keras model of layers one after the other, no model and no wrapper among them, without regularisation (dropout and noise included), that has been compiled and trained, any of its layers frozen or not, but not the model as a whole; its last layer is the head, a dense one. `x`, `y`, NumPy arrays, `float32`, y of the shape of the model's output; `epochs`, a pair of Python integers, for the two phases; `rate`, a Python float.
# - **Out**: the model, trained in two phases. First phase: ① at the rate `rate`, ② the head alone is trained. Second phase: ③ all layers are trained but batch normalisations, ④ at a tenth of the rate. ⑤ The running values of batch normalisations do not change in either phase, nor do their γ and β. ⑥ Phases take `epochs[0]` and `epochs[1]` epochs. ⑦ Whatever loss the model came with, both phases are for the squared error, and ⑧ by plain descent (`keras.optimizers.SGD`), as `fit` does it with batches of 4 in the order of the rows.
# - **Example**: with `epochs` (2, 0) the head has moved, and nothing else has.
#
# <details><summary>Hint 1: the idea</summary>
#
# `fit` knows the variables that were trainable when the model was compiled.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Three mistakes: where `compile` stands, how often, and which layers are thawed. A frozen batch normalisation uses its running values; one that is not frozen changes them in `fit`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# for phase in (0, 1):
#     for layer in model.layers[:-1]:
#         normal = isinstance(layer, ____)
#         layer.trainable = phase == ____ and not ____
#     model.____(keras.optimizers.SGD(____), ____)
#     model.fit(x, y, batch_size=4, epochs=____, shuffle=____, verbose=0)
# return model
# ```
#
# </details>


# %%
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    """Train the head, then all layers but batch normalisations at a tenth of the rate.

    Args:
        model: a Keras model, compiled and trained; its last layer is the head.
        x, y: float32 arrays.
        epochs: (first, second), the epochs of the two phases.
        rate: the learning rate of the first phase.

    Returns:
        the model.
    """
    ### BEGIN SOLUTION
    #| model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    #| for layer in model.layers[:-1]:
    #|     layer.trainable = False
    #| model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    #| for layer in model.layers:
    #|     layer.trainable = True
    #| model.optimizer.learning_rate = rate / 10
    #| model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    #| return model
    def phase(trained, number, rate):
        for layer in model.layers:
            layer.trainable = trained(layer)
        model.compile(keras.optimizers.SGD(rate), loss="mse")
        model.fit(x, y, batch_size=4, epochs=number, shuffle=False, verbose=0)

    phase(lambda layer: layer is model.layers[-1], epochs[0], rate)
    phase(lambda layer: not isinstance(layer, layers.BatchNormalization), epochs[1], 0.1 * rate)
    return model
    ### END SOLUTION


# %% points=3
# check: fine_tune-1
def _prepared(widths, columns, seed, frozen=(), loss="mean_squared_error"):
    """Return a model that has been compiled and trained, in graphs, some layers frozen meanwhile."""
    _model = stack(widths, columns, normal=True, seed=seed, rate=0.02)
    for _place in frozen:
        _model.layers[_place].trainable = False
    _model.compile(keras.optimizers.SGD(0.02), loss)
    _draw = np.random.default_rng(seed)
    _model.fit(_draw.normal(size=(8, columns)), _draw.normal(size=(8, widths[-1])), verbose=0, shuffle=False)
    return _model


def _moved(model, before):
    """Return the names of the layers whose weights are not what they were, and of normalisations' parts."""
    _names = []
    for _layer in model.layers:
        for _weight, _old in zip(_layer.weights, before.get(_layer.name, ())):
            if np.abs(_weight.numpy() - _old).max() > 1e-7:
                _names.append(f"{_layer.name}/{_weight.name}")
    return _names


def _kept(model):
    return {layer.name: layer.get_weights() for layer in model.layers}


_x = np.random.default_rng(1).normal(size=(10, 2)).astype("float32")
_y = np.ones((10, 1), "float32")
_model = _prepared((3, 1), 2, 0)
_before = _kept(_model)
fine_tune(_model, _x, _y, (2, 0), 0.1)
check.equal("what has moved in the first phase", _moved(_model, _before), ["d1/kernel", "d1/bias"], hint="Freeze, then compile.")
fine_tune(_model, _x, _y, (0, 2), 0.1)
_names = _moved(_model, _before)
check.that("the first kernel has moved in the second phase", "d0/kernel" in _names, hint="Thaw, then compile again.")
check.equal("parts of the normalisation that have moved", [name for name in _names if name.startswith("n0")], [],
            hint="A batch normalisation stays frozen in both phases.")
_model = _prepared((3, 1), 2, 0, frozen=(-1,))
_before = _kept(_model)
fine_tune(_model, _x, _y, (1, 0), 0.1)
check.equal("a head that came frozen: what has moved in the first phase", _moved(_model, _before), ["d1/kernel", "d1/bias"],
            hint="Set `trainable` of the head, too: the flag of the whole model does nothing where it is true already.")
for _epochs, _rate in (((1, 0), 0.1), ((0, 1), 1.0)):
    _model = _prepared((3, 1), 2, 0, loss="mean_absolute_error")
    _bias, _error = _model.layers[-1].bias.numpy(), tf.reduce_mean(_model(_x[:4]) - _y[:4])
    fine_tune(_model, _x[:4], _y[:4], _epochs, _rate)
    check.close(f"epochs {_epochs}, rate {_rate}: the head's bias, in a model that was compiled for the absolute error before",
                _model.layers[-1].bias, _bias - 0.1 * 2 * _error,
                hint="Both phases are for the squared error, the second at a tenth of the rate; `compile` without a loss keeps the loss of before.")
_model = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="d0"), layers.Dense(1, name="d1")])
_model.compile("sgd", "mean_squared_error", run_eagerly=True)
_model.fit(_x[:4], _y[:4], verbose=0)
_before = _kept(_model)
fine_tune(_model, _x[:4], _y[:4], (1, 0), 0.1)
check.equal("a keras.Sequential: what has moved in the first phase", _moved(_model, _before), ["d1/kernel", "d1/bias"],
            hint="A `keras.Sequential` does not list its input layer: the first of its layers is a proper one.")
### BEGIN HIDDEN TESTS
for _seed, (_widths, _columns, _epochs, _rate, _frozen) in enumerate((
    ((3, 1), 2, (1, 1), 0.1, ()), ((4, 3, 2), 3, (2, 1), 0.05, (1, 2)), ((3, 3, 1), 2, (2, 1), 0.2, (-1,)), ((2, 2), 4, (0, 2), 0.03, ()),
)):
    _x, _y = check.inputs(10, _columns).numpy(), check.inputs(10, _widths[-1]).numpy()
    _model = _prepared(_widths, _columns, _seed + 1, _frozen)
    _before = _kept(_model)
    check.that(f"{_widths}: the same model comes back", fine_tune(_model, _x, _y, _epochs, _rate) is _model)
    check.reference(f"{_widths}, epochs {_epochs}: the weights", weights_of(_model))
    check.reference(f"{_widths}, epochs {_epochs}: what has moved", _moved(_model, _before))
_middle = [layers.LayerNormalization(name="n0"), layers.BatchNormalization(name="d1"), layers.Dense(2, name="d2")]
_model = keras.Sequential([keras.Input((2,)), layers.Dense(3, name="d0"), *_middle, layers.Dense(1, name="d3")])
_model.compile("sgd", "mean_squared_error", run_eagerly=True)
_model.fit(_x[:4, :2], _y[:4, :1], verbose=0)
_before = _kept(_model)
fine_tune(_model, _x[:, :2], _y[:, :1], (0, 1), 0.5)
check.reference("two kinds of normalisation: what has moved", _moved(_model, _before))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: restore, or say what is missing
#
# `load_weights` and `restore` tell little, or late. Write a loader that looks first.
#
# - **In**: `restore_or_fail(model, path)`: `model`, a Keras model that is built, of layers with different names, none of them made of other layers; `path`, the `Path` of an `.npz` file that `np.savez` has written: for each weight an array under the name `layer/weight`, such as `d0/kernel`.
# - **Out**: ① each weight of the model gets its array. Returns `None`. Where the two do not agree it raises a `ValueError`, and ② no weight is changed. The message holds the names ③ of weights of the model that are not in the file, ④ of arrays in the file that the model has not, and ⑤ of those whose shapes differ; ⑥ all of them in one message, and no names of others. ⑦ Running values of normalisations are weights, too.
# - **Example**: the model has `d0` and `d1`; the file has `d0/kernel`, `d0/bias`, `d1/kernel` and `d7/bias`. The message names `d1/bias` and `d7/bias`, and `d0` is not changed.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two dictionaries, and two sets of names: what is only on one side, what is on both with other shapes. Assign at the very end.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `f"{layer.name}/{weight.name}"` for each weight of each layer. `np.load` of an `.npz` file gives something like a dictionary, with `files`. The difference of two sets is `a - b`; what is on one side only is `a ^ b`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# wanted = {____: weight for layer in model.layers for weight in ____}
# with np.load(path) as file:
#     found = {name: ____ for name in file.files}
# wrong = sorted(set(wanted) ^ ____)
# wrong += [name for name in ____ if ____ != ____]
# if wrong:
#     raise ____
# for ____
# ```
#
# </details>


# %%
# exercise: restore_or_fail
def restore_or_fail(model, path):
    """Give each weight of the model its array from the file; change nothing where they do not agree.

    Args:
        model: a Keras model, built.
        path: the Path of an .npz file with arrays named layer/weight.

    Raises:
        ValueError: a weight or an array is missing, or has another shape; the message names all of these.
    """
    ### BEGIN SOLUTION
    mine = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    stored = dict(np.load(path))
    missing = [name for name in mine if name not in stored]
    unknown = [name for name in stored if name not in mine]
    differs = [name for name in mine if name in stored and stored[name].shape != mine[name].shape]
    if missing or unknown or differs:
        raise ValueError(f"not in the file: {missing}; not in the model: {unknown}; other shapes: {differs}.")
    for name, weight in mine.items():
        weight.assign(stored[name])
    ### END SOLUTION


# %% points=4
# check: restore_or_fail-1
def _named(model):
    return {f"{layer.name}/{weight.name}": weight.numpy() for layer in model.layers for weight in layer.weights}


def _said(model, arrays):
    """Return what restore_or_fail does with these arrays: the names in its error, whether a weight has moved, the weights."""
    _before = weights_of(model)
    with tempfile.TemporaryDirectory() as _name:
        np.savez(Path(_name) / "w.npz", **arrays)
        try:
            _result, _text = restore_or_fail(model, Path(_name) / "w.npz"), None
        except ValueError as _error:
            _result, _text = None, str(_error)
    if _text is None:
        return ["no error", _result is None]
    _known = sorted({*arrays, *_named(model)})
    return [[name for name in _known if name in _text], bool(np.array_equal(weights_of(model), _before))]


_model, _other = stack([3, 1], seed=1), stack([3, 1], seed=2)
check.equal("a file that fits", _said(_model, _named(_other)), ["no error", True])
check.close("the weights", weights_of(_model), weights_of(_other))
_arrays = _named(stack([3, 1], seed=3))
_arrays["d7/bias"] = _arrays.pop("d1/bias")
check.equal("names in the message, and nothing changed", _said(_model, _arrays), [["d1/bias", "d7/bias"], True], but={
    "Name what the file has and the model has not, too.": [["d1/bias"], True],
    "Name what the model has and the file has not, too.": [["d7/bias"], True],
    "Weights were changed before the error: look at everything first.": [["d1/bias", "d7/bias"], False],
})
_arrays = _named(stack([4, 1], seed=3))
_drops = []
for _start in ("zeros", "ones"):
    _drops.append(keras.Sequential([keras.Input((2,)), layers.Dense(2, kernel_initializer=_start, name="d0"), layers.Dropout(0.5, name="drop")]))
check.that("a model with a dropout, and a file that fits", _said(_drops[0], _named(_drops[1])) == ["no error", True],
           "The seed of a dropout is a variable, but no weight: `weights`, not `variables`.")
_extras = {"optimizer/iteration": np.ones(1), "optimizer/d0_kernel": np.ones(3), "seed_generator/state": np.ones(2)}
check.equal("a file that also holds an optimizer and a seed", _said(_model, {**_named(_model), **_extras}), [sorted(_extras), True],
            hint="Whatever the model has not is named, also where it looks harmless.")
check.equal("another width", _said(_model, _arrays), [["d0/bias", "d0/kernel", "d1/kernel"], True], hint="Name all whose shapes differ.")
_model, _other = stack([3, 1], seed=4), stack([3, 1], seed=5)
_model.layers[1].trainable = False
check.equal("a model with a frozen layer, and a file that fits", _said(_model, _named(_other)), ["no error", True],
            hint="The weights of a frozen layer are weights of the model, too: `weights`, not `trainable_weights`.")
check.close("the weights of a model with a frozen layer", weights_of(_model), weights_of(_other), hint="A frozen layer gets its arrays, too.")
_arrays = {name: array.astype("float64") for name, array in _named(_other).items()}
check.equal("a file that fits, in float64", _said(_model, _arrays), ["no error", True], hint="Names and shapes must agree, dtypes need not.")
### BEGIN HIDDEN TESTS
for _seed, _widths in enumerate(((2, 1), (3, 2, 2), (4, 4, 1))):
    _model, _other = stack(_widths, 3, True, _seed), stack(_widths, 3, True, _seed + 20)
    _other.set_weights([check.inputs(*w.shape) if w.shape else w for w in _other.get_weights()])
    _arrays = _named(_other)
    check.reference(f"{_widths}: fits", _said(_model, _arrays))
    check.reference(f"{_widths}: the weights", weights_of(_model))
    check.reference(f"{_widths}: a file in another order", _said(_model, dict(reversed(_arrays.items()))))
    check.reference(f"{_widths}: no running mean", _said(_model, {k: v for k, v in _arrays.items() if k != "n0/moving_mean"}))
    check.reference(f"{_widths}: one too many", _said(_model, {**_arrays, "x9/gamma": np.ones(3)}))
    _turned = {**_arrays, "d0/kernel": _arrays["d0/kernel"].T, "d1/bias": np.float32(1)}
    check.reference(f"{_widths}: turned, and a scalar", _said(_model, _turned))
    _turned.pop("n0/beta")
    check.reference(f"{_widths}: all at once", _said(_model, {**_turned, "y/z": np.ones(1)}))
    check.reference(f"{_widths}: the weights after it all", weights_of(_model))
check.reference("an empty file", _said(_model, {}))
check.reference("an empty file for twenty layers", _said(stack([1] * 20), {}))
check.reference("two hundred too many", _said(_model, {**_named(_model), **{f"x{_k}/gamma": np.ones(1) for _k in range(200)}}))
### END HIDDEN TESTS
