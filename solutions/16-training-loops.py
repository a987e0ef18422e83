# %% [markdown]
# # Exercises: training loops
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
import keras
import numpy as np
import tensorflow as tf
from grader import check
from keras import layers

tf.get_logger().setLevel("ERROR")       # so many small models would look like retracing


# %%
def line_model(kind=keras.Model, start="zeros", bias=False, penalty=0.0, rate=0.1, loss="mse", metrics=None):
    """Return a compiled model with one output for one input, a number: w · x, or w · x + b."""
    x = keras.Input((1,))
    regularizer = keras.regularizers.L2(penalty) if penalty else None
    layer = layers.Dense(1, use_bias=bias, kernel_initializer=start, kernel_regularizer=regularizer, name="line")
    model = kind(x, layer(x))
    model.compile(keras.optimizers.SGD(rate), loss, metrics=metrics, run_eagerly=True)
    return model


# %%
def wide_model(kind=keras.Model, columns=3, penalty=0.1, rate=0.05, loss="mse", metrics=None):
    """Return a compiled model with two outputs and weights that are always the same; it normalises its batches."""
    x = keras.Input((columns,))
    kernel = keras.initializers.RandomUniform(-0.8, 0.8, seed=3)
    regularizer = keras.regularizers.L2(penalty)
    hidden = layers.Dense(4, activation="tanh", kernel_initializer=kernel, kernel_regularizer=regularizer)(x)
    normal = layers.BatchNormalization(momentum=0.6)(hidden)
    model = kind(x, layers.Dense(2, kernel_initializer=kernel)(normal))
    model.compile(keras.optimizers.SGD(rate, momentum=0.5), loss, metrics=metrics, run_eagerly=True)
    return model


def weights_of(model):
    """Return all weights of a model in one row, float32."""
    return np.concatenate([weight.numpy().ravel() for weight in model.weights])


# %%
class Largest(keras.metrics.Metric):
    """The largest number seen so far."""

    def __init__(self, name="largest", **kwargs):
        super().__init__(name=name, **kwargs)
        self.value = self.add_weight(name="value", shape=(), initializer="zeros")

    def update_state(self, numbers, sample_weight=None):
        """Look at a tensor of numbers, none of them below 0."""
        self.value.assign(tf.maximum(self.value, tf.reduce_max(numbers)))

    def result(self):
        return self.value


# %% [markdown]
# ## 1. The loss of an epoch
#
# You have the loss of each batch and the size of each batch. What is the loss of the epoch, as `fit` reports it?
#
# - **In**: `epoch_mean(losses, sizes)`: two lists; `losses`, Python floats, the mean loss of the examples of each batch; `sizes`, Python integers ≥ 0, how many examples each batch has.
# - **Out**: one number (Python's, NumPy's or a tensor): ① the mean loss of an example, so each batch counts by its size, and a loss that is `nan` or infinite is not hidden; ② a batch of size 0 does not count at all, even if its loss is `nan` or infinite; ③ 0 if there is no example. ④ Lists of different lengths raise a `ValueError`.
# - **Example**: a batch of 3 with the loss 2 and a batch of 1 with the loss 6: `epoch_mean([2.0, 6.0], [3, 1])` is (3 · 2 + 1 · 6) / 4 = 3.
#
# <details><summary>Hint 1: the idea</summary>
#
# From a mean and a size you get back the sum over the batch. Sums may be added.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Compare the lengths first. Keep a total and a count, as a metric does. Skip empty batches: `0 * nan` is `nan`. Look at the count before you divide.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if ____:
#     raise ValueError(____)
# total, count = 0.0, 0
# for loss, size in ____:
#     if size:
#         total += ____
#         count += ____
# return ____ if count else ____
# ```
#
# </details>


# %%
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    """Return the mean loss of an example over all batches.

    Args:
        losses: list of Python floats, the mean loss of each batch.
        sizes: list of Python integers >= 0, the size of each batch.

    Returns:
        a number; 0 if there is no example.

    Raises:
        ValueError: the lists differ in length.
    """
    ### BEGIN SOLUTION
    pairs = [(loss * size, size) for loss, size in zip(losses, sizes, strict=True) if size > 0]
    return sum(whole for whole, _ in pairs) / max(1, sum(size for _, size in pairs))
    ### END SOLUTION


# %% points=2
# check: epoch_mean-1
check.close("a batch of 3, a batch of 1", float(epoch_mean([2.0, 6.0], [3, 1])), 3.0, but={
    "Each batch counts by its size: this is the mean of the batch means.": 4.0,
    "Divide by the number of examples, not of batches.": 6.0,
    "This is the last batch alone.": 6.0,
    "This is the sum: divide by the number of examples.": 12.0,
})
_mean = epoch_mean([2.0, float("nan"), float("nan"), 5.0, 0.0], [1, 0, 0, 2, 1])
check.close("two empty batches, and one with the loss 0", float(_mean), 3.0, but={
    "0 times nan is nan: leave empty batches out.": float("nan"),
    "A loss of 0 counts, too: its examples are perfect, but they are there.": 4.0,
})
check.close("an example whose loss is nan", float(epoch_mean([2.0, float("nan")], [1, 1])), float("nan"),
            hint="A batch of some size with the loss nan says that something is wrong: let it be seen.")
check.close("one whose loss is infinite", float(epoch_mean([float("inf"), 1.0], [1, 2])), float("inf"), but={
    "An infinite loss says that something is wrong: let it be seen.": 1.0,
})
check.close("one example alone", float(epoch_mean([2.5], [1])), 2.5)
check.close("the same loss twice, the same size twice", float(epoch_mean([2.0, 2.0, 5.0], [1, 3, 1])), 2.6, but={
    "Two batches may have the same loss or the same size: a dictionary by one of these loses a batch.": 2.75,
})
check.close("no batch", float(epoch_mean([], [])), 0.0)
check.raises("one loss, two sizes", ValueError, epoch_mean, [1.0], [2, 3])
### BEGIN HIDDEN TESTS
for _n in (1, 4, 11):
    _losses = check.inputs(_n, low=0.5, high=3.0).numpy().tolist()
    _sizes = check.inputs(_n, dtype="int32", low=1, high=4000).numpy().tolist()
    check.reference(f"{_n} random batches", float(epoch_mean(_losses, _sizes)))
    check.reference(f"{_n} batches, and empty ones", float(epoch_mean([float("nan"), *_losses, float("inf")], [0, *_sizes, 0])))
    check.reference(f"{_n} small losses below zero", float(epoch_mean([-loss / 1000 for loss in _losses], _sizes)))
check.reference("all batches empty", float(epoch_mean([float("nan"), 3.0], [0, 0])))
check.raises("two losses, one size", ValueError, epoch_mean, [1.0, 2.0], [3])
check.raises("a loss, no size", ValueError, epoch_mean, [1.0], [])
check.raises("no loss, a size", ValueError, epoch_mean, [], [3])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A loop around Keras's step
#
# Train a compiled model for one epoch, batch by batch.
#
# - **In**: `train_by_batches(model, x, y, size)`: `model`, a compiled Keras model with Keras's own `train_step`; `x`, `float32[n, d]`, and `y`, `float32[n, k]`, NumPy arrays with n ≥ 1; `size`, a Python integer ≥ 1.
# - **Out**: ① a list of Python floats, ② one for each batch: the loss of this batch alone, in training, ③ before its step. Batches are taken ④ in the order of the rows, `size` rows each; ⑤ the last one may be shorter, and is trained on too. ⑥ Each step is the one that `fit` would take: in training, penalties included, what is frozen left alone. ⑦ A model that was compiled with metrics gives losses only, too.
# - **Example**: one weight w = 0, the squared error, rate 0.1; x is 1, 2, 1 and y is 2, 2, 2, in batches of 2. The first loss is (4 + 4) / 2 = 4, its slope is −6, so w becomes 0.6. The second is (2 − 0.6)² = 1.96. So the list is `[4.0, 1.96]`, and w ends at 0.88.
#
# <details><summary>Hint 1: the idea</summary>
#
# Keras has a method that takes one step on one batch and tells its loss.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `range` with three arguments gives the first row of each batch; a slice may go beyond the end. With metrics `train_on_batch` returns several values: `return_dict=True` gives them names. Before Keras 3.15, as in Colab, they are means since the metrics were last reset: the model's `reset_metrics`, before each batch, makes them those of one batch.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# losses = []
# for first in range(0, ____, ____):
#     rows = slice(first, ____)
#     model.____()
#     report = model.____(x[rows], ____, return_dict=____)
#     losses.append(float(____))
# return losses
# ```
#
# </details>


# %%
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    """Train for one epoch, batch by batch in the order of the rows; return each batch's loss.

    Args:
        model: a compiled Keras model, with metrics or without.
        x: float32 array of shape [n, d], n >= 1.
        y: float32 array of shape [n, k].
        size: how many rows a batch has, a Python integer >= 1.

    Returns:
        list of Python floats, one for each batch: its loss before its step.
    """
    ### BEGIN SOLUTION
    losses = []
    for rows, targets in tf.data.Dataset.from_tensor_slices((x, y)).batch(size):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(rows, targets, return_dict=True)["loss"]))
    return losses
    ### END SOLUTION


# %% points=2
# check: train_by_batches-1
_model = line_model()
_x, _y = np.array([[1.0], [2.0], [1.0]], "float32"), np.full((3, 1), 2.0, "float32")
_losses = train_by_batches(_model, _x, _y, 2)
check.that("a list of Python floats", isinstance(_losses, list) and all(isinstance(loss, float) for loss in _losses))
check.close("the losses", _losses, [4.0, 1.96], but={
    "The last, shorter batch is missing.": [4.0],
    "These are means over all batches so far. Give the loss of each batch alone: reset the metrics before it.": [4.0, 3.32],
    "This is the loss after the step.": [1.3, 1.2544],
    "The model has not learned between the batches.": [4.0, 4.0],
})
check.close("the weight", weights_of(_model), [0.88], but={"Train on the last, shorter batch, too.": [0.6]})
_model = line_model(metrics=["mae"])
check.close("with a metric", train_by_batches(_model, _x, _y, 2), [4.0, 1.96])
_model = line_model(penalty=0.5, start="ones")
check.close("weight 1 with the penalty 0.5 · w², one batch", train_by_batches(_model, _x[:2], _y[:2], 2), [1.0], but={
    "The penalty is missing: Keras's own step adds it.": [0.5],
})
_model = line_model()
_model.compile(keras.optimizers.SGD(0.1), "mse", loss_weights=0.5, run_eagerly=True)
check.close("compiled with loss_weights=0.5", train_by_batches(_model, _x, _y, 2), [2.0, 1.445], but={
    "`compile` has given the loss a weight: Keras's own step, and `compute_loss`, know it.": [4.0, 1.96],
})
### BEGIN HIDDEN TESTS
for _n, _d, _size in ((7, 3, 3), (9, 2, 4), (4, 5, 9), (6, 3, 2), (40, 2, 40)):
    _x, _y = check.inputs(_n, _d).numpy(), check.inputs(_n, 2).numpy()
    _model = wide_model(columns=_d, metrics=["mae"] if _n == 9 else None)
    _model.layers[1].trainable = _n != 6
    check.reference(f"{_n} random rows in batches of {_size}", train_by_batches(_model, _x, _y, _size))
    check.reference(f"{_n} random rows, another epoch", train_by_batches(_model, _x, _y, _size))
    check.reference(f"{_n} random rows: the weights", weights_of(_model))
_x, _y = check.inputs(5, 1).numpy(), check.inputs(5, 1).numpy()
_model = line_model(penalty=0.2, loss="mae", rate=0.03, start="ones")
check.reference("another loss, another rate", train_by_batches(_model, _x, _y, 1))
check.reference("another loss: the weight", weights_of(_model))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. How long is the gradient?
#
# A model that is trained by `fit` as always, and also reports how long its gradient is.
#
# - **In**: `GradientNorm(inputs, outputs)`, made and compiled as any `keras.Model`, so its steps may run in a graph; `fit` is given `x`, one array, and `y`, and no weights of examples.
# - **Out**: `fit` ① trains as it would train a `keras.Model`, in training and with penalties, and ② reports the same loss and metrics. ③ It also reports `gradient_norm`: the length of the gradient by all trainable variables together, the root of the sum of all squares; ④ the mean over the batches of this epoch alone, each batch counts the same. ⑤ `evaluate` reports no `gradient_norm`.
# - **Example**: w · x + b with both at 0, the squared error, rate 0.1, two batches of one example, each with x = 0.75 and y = 1. The first gradient is (−1.5, −2), of length 2.5. Then w = 0.15, b = 0.2; the second has the length 1.71875. `gradient_norm` is 2.109375.
#
# <details><summary>Hint 1: the idea</summary>
#
# Take the `train_step` of the chapter. The number of your own needs a tracker that adds up over batches and is reset for each epoch.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A `keras.metrics.Mean` with the name `gradient_norm`, made in `__init__`, is in `self.metrics`: so it is reset, and reported. `tf.linalg.global_norm` takes a list of gradients. That of an `Embedding` is no tensor: it lists the slope of each use of a row; `tf.convert_to_tensor` adds them up. In `test_step`, call the one of `keras.Model`, and take the name out of what it returns.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# # train_step
# x, y = data
# with tf.GradientTape() as ____:
#     outputs = self(x, training=____)
#     loss = self.____(x=x, y=y, y_pred=outputs)
# slopes = ____.gradient(loss, ____)
# self.optimizer.apply(____, ____)
# for metric in self.metrics:
#     if metric is ____:
#         metric.update_state(tf.linalg.____([tf.convert_to_tensor(slope) for slope in ____]))
#     elif metric.name == "loss":
#         metric.update_state(loss, sample_weight=____)
#     else:
#         metric.update_state(____, ____)
# return ____
# # test_step
# return {name: value for name, value in ____ if name != ____}
# ```
#
# </details>


# %%
# exercise: gradient_norm
class GradientNorm(keras.Model):
    """A model that fit trains as always, and that reports the length of its gradient as gradient_norm."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ### BEGIN SOLUTION
        self.lengths = keras.metrics.Mean(name="gradient_norm")
        ### END SOLUTION

    def train_step(self, data):
        """Take one step on the batch (x, y); return a dictionary of all numbers to report."""
        ### BEGIN SOLUTION
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        squares = [tf.reduce_sum(tf.square(tf.convert_to_tensor(gradient))) for gradient in gradients]
        self.lengths.update_state(tf.sqrt(tf.add_n(squares)))
        self.optimizer.apply(gradients, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, y_pred)
        ### END SOLUTION

    def test_step(self, data):
        """Judge the batch (x, y); return a dictionary of all numbers to report."""
        ### BEGIN SOLUTION
        report = super().test_step(data)
        del report["gradient_norm"]
        return report
        ### END SOLUTION


# %% points=2
# check: gradient_norm-1
_model = line_model(GradientNorm, bias=True)
_model.run_eagerly = False              # its step is traced, as always
_x, _y = np.full((2, 1), 0.75, "float32"), np.ones((2, 1), "float32")
_report = _model.fit(_x, _y, batch_size=1, epochs=2, shuffle=False, verbose=0).history
check.equal("what fit reports", sorted(_report), ["gradient_norm", "loss"])
check.close("the lengths in two epochs", _report["gradient_norm"], [2.109375, 0.996933], but={
    "This is the last batch of each epoch: keep the lengths in a `keras.metrics.Mean`.": [1.71875, 0.812317],
    "Take the root of the sum of the squares.": [4.602051, 1.028089],
    "All variables together make one gradient: this is the mean of the lengths of the two.": [1.476562, 0.697906],
    "Each epoch begins anew.": [2.109375, 1.553154],
    "These are sums over the batches: take the mean.": [4.21875, 1.993866],
})
check.close("the loss in two epochs", _report["loss"], [0.736328, 0.164494])
check.close("the weights", weights_of(_model), [0.372766, 0.497021])
_line = _model
check.equal("what evaluate reports", sorted(_model.evaluate(_x, _y, verbose=0, return_dict=True)), ["loss"],
            hint="`evaluate` trains nothing, so it has no gradient to report.")
check.equal("how many numbers evaluate returns without names", np.size(_model.evaluate(_x, _y, verbose=0)), 1,
            hint="Take the name out of what `test_step` returns: then it is missing however `evaluate` reports.")
_words = keras.Input((2,), dtype="int32")
_pair = layers.Embedding(3, 1, embeddings_initializer="zeros")(_words)
_model = GradientNorm(_words, layers.GlobalAveragePooling1D()(_pair))
_model.compile("sgd", "mse", run_eagerly=True)
_report = _model.fit(np.array([[1, 1]]), np.array([[2.0]]), verbose=0).history
check.close("an embedding, the same word twice", _report["gradient_norm"], [4.0], but={
    "A row that is used twice has its slopes added up first: `tf.convert_to_tensor` does it.": [2.828427],
})
### BEGIN HIDDEN TESTS
for _n, _d, _size, _loss in ((7, 3, 3, "mae"), (5, 2, 5, "mse"), (9, 4, 4, keras.losses.Huber(0.3))):
    _x, _y = check.inputs(_n, _d).numpy(), check.inputs(_n, 2).numpy() * (100 if _n == 5 else 1)
    _model = wide_model(GradientNorm, columns=_d, loss=_loss, metrics=["mae"])
    _report = _model.fit(_x, _y, batch_size=_size, epochs=2, shuffle=False, verbose=0).history
    for _name in ("gradient_norm", "loss", "mae"):
        check.reference(f"{_n} random rows, two epochs: {_name}", _report.get(_name))
    check.reference(f"{_n} random rows: the weights", weights_of(_model))
_judged = _model.evaluate(_x, _y, batch_size=4, verbose=0, return_dict=True)
_report = _line.fit(check.inputs(7, 1).numpy(), check.inputs(7, 1).numpy(), batch_size=3, shuffle=False, verbose=0).history
check.reference("in a graph, a short batch: the loss and the length", [_report.get("loss"), _report.get("gradient_norm")])
check.reference("evaluate: the loss and the metric", [_judged.get("loss"), _judged.get("mae")])
check.equal("evaluate: the names", sorted(_judged), ["loss", "mae"])
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A task that fades away
#
# A model with two outputs learns a main task, and in the beginning a second one that helps.
#
# - **In**: `FadingTask(inputs, outputs)`; `outputs` is a dictionary with `"main"` and `"aid"`, each `float32[n, k]` with a k of its own, and so is the `y` in `fit`. It is compiled with an optimizer alone. `Fade(epochs)` is a callback for it; `epochs` is a Python integer ≥ 1.
# - **Out**: ① the loss, in `fit` and in `evaluate`, is the mean squared error of `main` plus `share` times the mean squared error of `aid`, ② plus the penalties of the layers, if there are any. `share`, an attribute of the model and a variable that `assign` changes, ③ is 1 at first ④ and is not trained. With `Fade(epochs)` ⑤ `share` is 1 − e / epochs during epoch e; `fit` counts the epochs from 0, or from its `initial_epoch`; ⑥ it does not go below 0. ⑦ Each step uses the value that `share` has then.
# - **Example**: both outputs are w · x with w = 0, for x = 1; `main` is to be 1, `aid` is to be 3; rate 0.1, `Fade(2)`. Epoch 0: the slope is −2 + 1 · (−6) = −8, so w = 0.8. Epoch 1: −0.4 + 0.5 · (−4.4) = −2.6, so w = 1.06. Epoch 2: only 0.12 is left, so w = 1.048.
#
# <details><summary>Hint 1: the idea</summary>
#
# The step is Keras's own; only the loss is new. A number that changes between epochs must not be fixed when the step is traced.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A `keras.Variable`, or `add_weight` with an empty shape, either with `trainable=False`, made in `__init__`. Override `compute_loss`; the penalties are in `self.losses`, a list that may be empty. The callback assigns in `on_epoch_begin`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# # FadingTask.__init__
# self.share = self.add_weight(name="share", shape=____, initializer=____, trainable=____)
# # FadingTask.compute_loss
# main = tf.reduce_mean(tf.square(y["main"] - ____))
# aid = ____
# return main + ____ + sum(____)
# # Fade.on_epoch_begin
# self.model.share.____(max(____, 1 - ____ / ____))
# ```
#
# </details>


# %%
# exercise: fading_task
class FadingTask(keras.Model):
    """A model with outputs "main" and "aid"; the loss of the second is multiplied by the variable share."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ### BEGIN SOLUTION
        self.share = keras.Variable(1.0, trainable=False, name="share")
        ### END SOLUTION

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of a batch, a float32 scalar."""
        ### BEGIN SOLUTION
        error = keras.losses.MeanSquaredError()
        both = error(y["main"], y_pred["main"]) + self.share * error(y["aid"], y_pred["aid"])
        return tf.add_n([both, *self.losses])
        ### END SOLUTION


class Fade(keras.callbacks.Callback):
    """Lowers the model's share from 1, in epoch 0, to 0, in epoch `epochs` and after it."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        """Set the share for this epoch."""
        ### BEGIN SOLUTION
        self.model.share.assign(max(self.epochs - epoch, 0) / self.epochs)
        ### END SOLUTION


# %% points=3
# check: fading_task-1
def _fading(columns=1, start="zeros", penalty=0.0, rate=0.1, widths=(1, 1), activity=None):
    _x = keras.Input((columns,))
    _regularizer = keras.regularizers.L2(penalty) if penalty else None
    _shared = layers.Dense(1, use_bias=False, kernel_initializer=start, kernel_regularizer=_regularizer,
                           activity_regularizer=activity)(_x)
    _model = FadingTask(_x, {"main": layers.RepeatVector(widths[0])(_shared)[:, :, 0],
                             "aid": layers.RepeatVector(widths[1])(_shared)[:, :, 0]})
    _model.compile(keras.optimizers.SGD(rate))
    return _model


def _followed(model, x, y, callbacks, **settings):
    _seen = []

    class _Note(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            _seen.append((float(model.share), float(model.trainable_weights[0].numpy()[0, 0])))

    model.fit(x, y, shuffle=False, callbacks=[*callbacks, _Note()], verbose=0, **settings)
    return _seen


_model = _fading()
check.close("the share at first", float(_model.share), 1.0)
check.equal("variables that are trained", len(_model.trainable_variables), 1, but={
    "The share is trained: descent would make it smaller and smaller.": 2,
})
_x, _y = np.ones((1, 1), "float32"), {"main": np.ones((1, 1), "float32"), "aid": np.full((1, 1), 3.0, "float32")}
_path = _followed(_model, _x, _y, [Fade(2)], epochs=4)
check.close("the share in four epochs", [share for share, _ in _path], [1.0, 0.5, 0.0, 0.0], but={
    "It goes below 0.": [1.0, 0.5, 0.0, -0.5],
    "In epoch 0 it is still 1: set it when an epoch begins.": [0.5, 0.0, 0.0, 0.0],
})
check.close("the weight in four epochs", [weight for _, weight in _path], [0.8, 1.06, 1.048, 1.0384], but={
    "The steps use the share of the first epoch: a Python number is fixed in the graph, a variable is not.":
        [0.8, 1.28, 1.568, 1.7408],
    "The second loss is missing.": [0.2, 0.36, 0.488, 0.5904],
})
_model.share.assign(2.0)
check.close("evaluate, with the share 2", _model.evaluate(_x, _y, verbose=0), 7.697224, but={
    "The second loss counts in `evaluate`, too.": 0.001475,
    "The share counts as it is, whatever it is set to.": 3.849349,
})
_model.share.assign(-1.0)
check.close("evaluate, with the share −1", _model.evaluate(_x, _y, verbose=0), -3.8464, but={
    "It is `Fade` that does not go below 0; in the loss the share counts as it is.": 0.001475,
})
_late = _followed(_fading(), _x, _y, [Fade(2)], initial_epoch=5, epochs=6)
check.close("Fade(2), the share in a fit that begins with epoch 5", [share for share, _ in _late], [0.0], but={
    "Set it in every epoch: nobody has set it to 0 before.": [1.0],
})
_model = _fading(start="ones", penalty=0.5)
check.close("w = 1 with the penalty w² / 2", _followed(_model, _x, _y, [], epochs=1), [(1.0, 1.3)], but={
    "The penalties are missing.": [(1.0, 1.4)],
})
check.close("evaluate then, w = 1.3: 0.09 + 2.89 + 0.845", _model.evaluate(_x, _y, verbose=0), 3.825, but={
    "The penalties belong to the loss in `evaluate`, too.": 2.98,
})
### BEGIN HIDDEN TESTS
_seed = keras.initializers.RandomUniform(0.2, 0.9, seed=5)
for _n, _d, _e, _widths in ((6, 2, 3, (1, 1)), (5, 3, 4, (2, 3)), (4, 2, 1, (3, 1))):
    _x = check.inputs(_n, _d).numpy()
    _y = {"main": 10 * check.inputs(_n, _widths[0]).numpy(), "aid": check.inputs(_n, _widths[1]).numpy()}
    _model = _fading(_d, _seed, penalty=0.1 if _n > 5 else 0.0, rate=0.05, widths=_widths,
                     activity="l2" if _n > 5 else None)
    check.reference(f"{_n} random rows, Fade({_e})", _followed(_model, _x, _y, [Fade(_e)], epochs=5, batch_size=2))
    _loss = _model.compute_loss(x=_x, y={k: tf.constant(v) for k, v in _y.items()}, y_pred=_model(_x))
    check.reference(f"{_n} random rows: the loss at the end", float(_loss))
_model.share.assign(0.25)
_path = _followed(_model, _x, _y, [], epochs=1)
check.reference("a share set by hand", _path)
check.reference("another fit begins anew", _followed(_model, _x, _y, [Fade(3)], epochs=2))
check.reference("a fit that goes on from epoch 1", _followed(_model, _x, _y, [Fade(3)], initial_epoch=1, epochs=3))
_other = _fading()
_other.share.assign(0.125)
check.reference("its share, after another model's is set", float(_model.share))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: an evaluation that tells the last batch
#
# `Judge` is a model whose `evaluate` is to report the loss, the compiled metrics, and `worst`, the largest error of all. After a training, on four examples in batches of two, with the true loss 7.5, it says:
#
# ```
# {'loss': 12.5, 'worst': 4.0}
# ```
#
# And on the same examples in another order `worst` is 2. `Largest` is a metric that keeps the largest number that it was shown; it stands in a cell at the top, and is right. Put `test_step` right.
#
# - **In**: `Judge(inputs, outputs)`, made, compiled and trained as any `keras.Model`, so its steps may run in a graph; there are `x`, one array, and `y`, of the shape of the output, and no weights of examples.
# - **Out**: `evaluate` reports ① the loss that was compiled, as a mean over all examples, so a short batch counts less; ② with the penalties; ③ the compiled metrics; ④ `worst`, the largest |y − output| of all batches. ⑤ The model is not in training. What `fit` reports as `worst` for its own batches does not matter.
# - **Example**: a model that hands its input through, on the inputs 1, 2, 3, 4 with all targets 0: the loss is (1 + 4 + 9 + 16) / 4 = 7.5 and `worst` is 4, in any order and for any batch size.
#
# <details><summary>Hint 1: the idea</summary>
#
# Keras does not add up what a step returns. It reports its trackers, if they are what the step returns.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Show the largest error of the batch to `self.worst`. For everything else there is the step of `keras.Model`: either call it by `super()`, or do what it does with `compute_loss` and with each metric in `self.metrics`, as in the chapter.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# x, y = data
# outputs = self(x, ____)
# loss = self.____(x=x, y=y, y_pred=outputs, training=____)
# for metric in self.metrics:
#     if metric is self.worst:
#         metric.update_state(____)
#     elif metric.name == ____:
#         metric.update_state(loss, sample_weight=____)
#     else:
#         metric.____
# return self.____
# ```
#
# </details>


# %%
# exercise: judge
class Judge(keras.Model):
    """A model whose evaluate reports loss, metrics, and the largest error of all, as worst."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        """Judge the batch (x, y); return a dictionary of all numbers to report."""
        ### BEGIN SOLUTION
        #| x, y = data
        #| outputs = self(x, training=True)
        #| loss = tf.reduce_mean((y - outputs) ** 2)
        #| return {"loss": loss, "worst": tf.reduce_max(tf.abs(y - outputs))}
        x, y = data
        outputs = self(x, training=False)
        self.worst.update_state(tf.abs(y - outputs))
        return super().test_step(data)
        ### END SOLUTION


# %% points=3
# check: judge-1
def _judged(model, x, y, size):
    return model.evaluate(x, y, batch_size=size, verbose=0, return_dict=True)


class _Rows(keras.metrics.Sum):
    """How many rows it was shown."""

    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(tf.ones_like(y_pred[:, 0]))


_x, _zeros = np.array([[1.0], [2.0], [3.0], [4.0]], "float32"), np.zeros((4, 1), "float32")
_model = line_model(Judge, start="ones", rate=0.0, metrics=["mae", _Rows(name="rows")])
_model.fit(_x, _zeros, verbose=0)
_report = _judged(_model, _x, _zeros, 2)
check.equal("the names", sorted(_report), ["loss", "mae", "rows", "worst"])
check.close("loss of 1, 2, 3, 4 in batches of 2", _report["loss"], 7.5, but={
    "This is the last batch.": 12.5,
    "Nobody has updated the tracker of the loss.": 0.0,
})
check.close("the mean absolute error", _report["mae"], 2.5, but={"Nobody has updated this metric.": 0.0})
check.close("a metric that counts rows", _report["rows"], 4.0, but={"This metric was shown each batch twice.": 8.0})
check.close("the largest error", _report["worst"], 4.0, but={"Show the errors to `self.worst`.": 0.0})
_report = _judged(_model, _x[::-1], _zeros, 3)
check.close("loss of 4, 3, 2, 1 in batches of 3", _report["loss"], 7.5, but={
    "A short batch counts less: give the size of the batch as `sample_weight`.": 5.333333,
    "This is the last batch.": 1.0,
})
check.close("the largest error of 4, 3, 2, 1", _report["worst"], 4.0, but={"This is the last batch.": 1.0})
_model = line_model(Judge, start="ones", penalty=0.5, rate=0.0)
_model.fit(_x, _zeros, verbose=0)
_model.run_eagerly = False              # its step is traced, as always
check.close("the loss with the penalty w² / 2", _judged(_model, _x, _zeros, 3)["loss"], 8.0, but={
    "The penalties are missing.": 7.5,
    "A short batch counts less. In a graph `x.shape[0]` is None, `tf.shape(x)[0]` is the size.": 10.833333,
})
_in = keras.Input((1,))
_model = Judge(_in, layers.Dense(1, use_bias=False, kernel_initializer="ones")(layers.Dropout(0.5)(_in)))
_model.compile("sgd", "mse", run_eagerly=True)
check.close("a model with dropout: the loss of 1, 2, 3, 4", _judged(_model, _x, _zeros, 4)["loss"], 7.5,
            hint="`evaluate` is no training: all layers must know that, dropout, too.")
_model = Judge(_in, layers.Dense(1, use_bias=False, kernel_initializer="ones")(_in))
_model.compile("sgd", "mse", loss_weights=0.5, run_eagerly=True)
check.close("compiled with half the weight of the loss: the loss", _judged(_model, _x, _zeros, 4)["loss"], 3.75, but={
    "Ask `compute_loss`: it knows all that was compiled.": 7.5,
})
### BEGIN HIDDEN TESTS
for _n, _d, _size, _loss in ((7, 3, 3, "mse"), (9, 2, 4, "mae"), (4, 4, 9, keras.losses.Huber(0.3))):
    _x, _y = check.inputs(_n, _d).numpy(), check.inputs(_n, 2).numpy()
    _model = wide_model(Judge, columns=_d, loss=_loss, metrics=["mae", "mse"])
    _model.fit(_x, _y, batch_size=_size, epochs=2, shuffle=False, verbose=0)
    _before = weights_of(_model)
    _report = _judged(_model, _x, _y, _size)
    check.reference(f"{_n} random rows", [_report.get(name) for name in ("loss", "mae", "mse", "worst")])
    check.close(f"{_n} random rows: evaluate changes no weight", weights_of(_model), _before)
    _report = _judged(_model, _x[::-1], _y[::-1], 1)
    check.reference(f"{_n} rows one by one, from the last", [_report.get(name) for name in ("loss", "mae", "worst")])
_model = line_model(Judge, penalty=0.5, rate=0.2, start="ones")
_history = _model.fit(_x[:, :1], _y[:, :1], validation_data=(2 * _x[:, :1], _y[:, :1]), epochs=2, verbose=0).history
check.reference("val_loss and val_worst in fit", [_history["val_loss"], _history["val_worst"]])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: one round of a duel
#
# One step for the discriminator, then one for the generator.
#
# - **In**: `gan_step(generator, discriminator, makes, tells, real, noise)`: two Keras models without layers that act otherwise in training (dropout, batch normalisation), whose layers' penalties, if any, do not count; the discriminator has one output, a logit; `makes` and `tells`, the optimizers of the generator and of the discriminator; `real`, `float32[n, d]`; `noise`, `float32[m, k]`, what the generator makes its m points from.
# - **Out**: `(told, fooled)`, two float32 scalars. *First* the discriminator: ① `told` is the binary cross entropy of `real`, to be called 1, plus that of the made points, to be called 0, each a mean over its points; ② `tells` takes one step that makes it smaller. *Then* the generator, from the same `noise`: ③ `fooled` is the binary cross entropy of the made points, to be called 1, ④ by the discriminator as it is after its step; ⑤ `makes` takes one step that makes it smaller. ⑥ No step changes the other model, or a layer that is frozen; and no model is left frozen. ⑦ It works inside `tf.function`, also in one for any n and m.
# - **Example**: the generator is g · z with g = 1, the discriminator d · x with d = 0; plain descent with the rates 0.4 for `makes` and 1 for `tells`; `real` is 2, `noise` is 1. `told` is 2 · log 2 = 1.386294; the slope by d is −1 + 0.5, so d = 0.5. Then `fooled` is −log σ(0.5) = 0.474077, its slope by g is −0.188770, so g = 1.075508.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two tapes, one after the other. Each is asked for the variables of one model.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `keras.losses.BinaryCrossentropy(from_logits=True)` takes targets of the shape of the logits: `tf.ones_like` and `tf.zeros_like`. Make the points inside the second tape, so that it sees the generator at work.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# cost = keras.losses.BinaryCrossentropy(from_logits=____)
# with tf.GradientTape() as ____:
#     is_real, is_made = discriminator(____), discriminator(____)
#     told = cost(____, is_real) + cost(____, is_made)
# variables = ____
# ____.apply(____.gradient(told, variables), variables)
# with tf.GradientTape() as ____:
#     is_made = ____
#     fooled = cost(____, is_made)
# ____
# return ____
# ```
#
# </details>


# %%
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    """Train the discriminator by one step, then the generator by one step.

    Args:
        generator: Keras model from float32 [m, k] to float32 [m, d].
        discriminator: Keras model from float32 [n, d] to logits, float32 [n, 1].
        makes: the optimizer of the generator.
        tells: the optimizer of the discriminator.
        real: float32 tensor of shape [n, d].
        noise: float32 tensor of shape [m, k].

    Returns:
        (told, fooled): the loss of the discriminator and that of the generator, each before its step; float32 scalars.
    """
    ### BEGIN SOLUTION
    judges, makers = discriminator.trainable_variables, generator.trainable_variables
    with tf.GradientTape() as tape:
        trusted = tf.reduce_mean(tf.nn.softplus(-discriminator(real)))
        told = trusted + tf.reduce_mean(tf.nn.softplus(discriminator(generator(noise))))
    tells.apply(tape.gradient(told, judges), judges)
    with tf.GradientTape() as tape:
        fooled = tf.reduce_mean(tf.nn.softplus(-discriminator(generator(noise))))
    makes.apply(tape.gradient(fooled, makers), makers)
    return told, fooled
    ### END SOLUTION


# %% points=4
# check: gan_step-1
def _multiplies(by):
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer=by)])


_g, _d = _multiplies("ones"), _multiplies("zeros")
_makes, _tells = keras.optimizers.SGD(0.4), keras.optimizers.SGD(1.0)
_told, _fooled = gan_step(_g, _d, _makes, _tells, tf.constant([[2.0]]), tf.constant([[1.0]]))
check.close("told", _told, tf.constant(1.386294), but={
    "Two terms, added: what is real, and what is made.": 0.693147,
    "The outputs are logits: say so.": 15.424949,
})
check.close("the discriminator's weight", weights_of(_d), [0.5], but={
    "Its two losses are added, not averaged.": [0.25],
    "The labels are the other way round: real is 1, made is 0.": [-0.5],
    "It moved in the generator's half, too.": [0.877541],
    "`makes` is the generator's optimizer, `tells` the discriminator's.": [0.2],
})
check.close("fooled", _fooled, tf.constant(0.474077), but={
    "The generator wants its points to be called 1.": 0.974077,
    "The discriminator has taken its step already.": 0.693147,
})
check.close("the generator's weight", weights_of(_g), [1.075508], but={
    "The generator wants its points to be called 1.": [0.875508],
    "The discriminator has taken its step already.": [1.0],
    "`makes` is the generator's optimizer, `tells` the discriminator's.": [1.090033],
})
_compiled = tf.function(gan_step)
_told, _fooled = _compiled(_g, _d, _makes, _tells, tf.constant([[2.0]]), tf.constant([[1.0]]))
check.close("a second step, in a graph", [_told, _fooled], [1.311006, 0.518646])
check.that("Both models can still be trained", _g.trainable and _d.trainable,
           hint="Freeze nothing: only the variables that a tape is asked for move.")
_compiled = tf.function(lambda real, noise: gan_step(_g, _d, _makes, _tells, real, noise), input_signature=[tf.TensorSpec([None, 1])] * 2)
check.close("a third step, in a graph for any number of points", _compiled(tf.constant([[2.0]]), tf.constant([[1.0]])), [1.314438, 0.521598],
            hint="In such a graph the first number of a shape is None: tf.ones_like and tf.zeros_like do without it.")
### BEGIN HIDDEN TESTS
def _network(columns, outputs, seed):
    _start = keras.initializers.RandomUniform(-1.0, 1.0, seed=seed)
    _hidden = layers.Dense(5, activation="tanh", kernel_initializer=_start, kernel_regularizer="l2")
    return keras.Sequential([keras.Input((columns,)), _hidden, layers.Dense(outputs, kernel_initializer=_start)])


for _n, _m, _k in ((6, 4, 2), (3, 12, 4), (1, 2, 1)):
    _g, _d = _network(_k, 3, seed=_n), _network(3, 1, seed=_m + 20)
    _d.layers[0].trainable = _n != 3
    _makes, _tells = keras.optimizers.SGD(0.3, momentum=0.5), keras.optimizers.SGD(0.7)
    _real, _noise = check.inputs(_n, 3), check.inputs(_m, _k)
    check.reference(f"{_n} real, {_m} made: the losses", gan_step(_g, _d, _makes, _tells, _real, _noise))
    check.reference(f"{_n} real, {_m} made: the weights", [weights_of(_g), weights_of(_d)])
    check.reference("a second round", gan_step(_g, _d, _makes, _tells, _real, _noise))
    check.reference("a second round: the weights", [weights_of(_g), weights_of(_d)])
_compiled = tf.function(gan_step)
check.reference("in a graph", _compiled(_g, _d, _makes, _tells, _real, _noise))
check.reference("in a graph: the weights", [weights_of(_g), weights_of(_d)])
_g, _d = _multiplies("ones"), _multiplies("ones")
_far = gan_step(_g, _d, keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), tf.constant([[-60.0]]), tf.constant([[40.0]]))
check.reference("logits far out", _far)
### END HIDDEN TESTS
