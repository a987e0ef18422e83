# %% [markdown]
# # Exercises: callbacks
#
# Six tasks, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other trainings. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Most of the trainings here are theatre: the model is a single number, and a script says what the loss shall be.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from grader import check


# %%
def tiny_model(weight=0.0, optimizer=None):
    """Return the model weight · x, compiled for the mean squared error."""
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(weight))
    model = keras.Sequential([keras.Input((1,)), dense])
    model.compile(optimizer=optimizer or keras.optimizers.SGD(0.0), loss="mse", run_eagerly=True)
    return model


def weight_of(model):
    """Return the one weight of a tiny model as a Python float."""
    return float(model.get_weights()[0][0, 0])


# %%
class Script(keras.callbacks.Callback):
    """Says what a loss is after each epoch (None: nothing), and sets the weight to the number of the epoch, from 1."""

    def __init__(self, values, name="val_loss"):
        super().__init__()
        self.values = values
        self.name = name

    def on_epoch_end(self, epoch, logs=None):
        if self.values[epoch] is not None:
            logs[self.name] = self.values[epoch]
        self.model.set_weights([np.full((1, 1), epoch + 1.0)])


# %%
def play(values, callbacks, name="val_loss"):
    """Act a training out by a script: call what fit calls; return the model and how many epochs were run."""
    model = tiny_model()
    cast = keras.callbacks.CallbackList([Script(values, name), *callbacks], True, model=model, epochs=len(values), steps=1)
    model.stop_training = False
    cast.on_train_begin()
    for epoch in range(len(values)):
        logs = {"loss": (weight_of(model) - 1.0) ** 2}
        cast.on_epoch_begin(epoch)
        cast.on_train_batch_begin(0)
        cast.on_train_batch_end(0, {**logs})
        cast.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    cast.on_train_end(logs)
    return model, epoch + 1


# %% [markdown]
# ## 1. The best epoch
#
# Which epoch was the best, and how good was it?
#
# - **In**: `best_epoch(history, monitor="val_loss", mode="min")`: `history`, a dictionary of lists of floats, one value for each epoch, as in `fit(…).history`; `monitor`, ① one of its keys; `mode`, ② `"min"` where small is good, `"max"` where large is good.
# - **Out**: `(epoch, value)`: ③ the number of the best epoch, counted from 1, ④ and its value. ⑤ Of equal values the first counts. ⑥ A `nan` is never the best; at least one value is finite. ⑦ The history stays as it is.
# - **Example**: `best_epoch({"val_loss": [0.9, 0.4, 0.5]})` is `(2, 0.4)`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Find the place of the smallest or of the largest value in a list. What does a comparison with `nan` give?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# NumPy has functions that find such a place and pass over `nan`: their names begin with `nanarg`. Places count from 0, epochs here from 1. Convert both to Python's own numbers.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# values = history[____]
# place = np.____(values) if mode == ____ else np.____(values)
# return ____, float(____)
# ```
#
# </details>


# %%
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    """Return the number of the best epoch, counted from 1, and its value.

    Args:
        history: dictionary from names to lists of floats, one for each epoch.
        monitor: which list to look at.
        mode: "min" or "max".

    Returns:
        (epoch, value): a whole number and a float.
    """
    ### BEGIN SOLUTION
    find = np.nanargmin if mode == "min" else np.nanargmax
    first = find(history[monitor])
    return first + 1, history[monitor][first]
    ### END SOLUTION


# %% points=2
# check: best_epoch-1
_record = {"val_loss": [0.9, 0.4, 0.5, 0.4], "val_accuracy": [0.6, 0.8, 0.85, 0.7]}
check.close("the lowest val_loss", best_epoch(_record), (2, 0.4), but={
    "Epochs count from 1 here, places in a list from 0.": (1, 0.4),
    "Of equal values the first counts.": (4, 0.4),
    "This is the highest value.": (1, 0.9),
})
check.close("the highest val_accuracy", best_epoch(_record, "val_accuracy", "max"), (3, 0.85), but={
    "mode must be looked at.": (1, 0.6),
    "monitor must be looked at.": (1, 0.9),
})
check.close("the lowest val_accuracy", best_epoch(_record, "val_accuracy"), (1, 0.6), but={
    "mode says which is good, not the name.": (3, 0.85),
})
check.close("the highest, twice", best_epoch({"auc": [0.6, 0.8, 0.8]}, "auc", "max"), (2, 0.8), but={
    "Of equal values the first counts.": (3, 0.8),
})
check.close("an infinite gain", best_epoch({"gain": [1.0, float("inf")]}, "gain", "max"), (2, float("inf")),
            hint="Only nan is passed over: infinity is larger than 1.")
_nan = float("nan")
_gaps = {"val_loss": [_nan, 0.7, 0.3, _nan]}
check.close("after a nan", best_epoch(_gaps), (3, 0.3), but={
    "A nan is never the best, though NumPy's argmin takes it and comparisons with it are False.": (1, _nan),
})
check.equal("the history afterwards", _gaps, {"val_loss": [_nan, 0.7, 0.3, _nan]}, hint="The history is not yours: change a copy.")
_gaps = {"auc": [0.6, _nan, 0.8]}
check.close("the highest, a nan between", best_epoch(_gaps, "auc", "max"), (3, 0.8))
check.equal("that history afterwards", _gaps, {"auc": [0.6, _nan, 0.8]}, hint="The history stays as it is with each mode.")
check.close("a nan, then 0.5 alone, with each mode", [best_epoch({"auc": [_nan, 0.5]}, "auc", _mode) for _mode in ("min", "max")], [(2, 0.5)] * 2,
            hint="Pass over the nan: a number that takes its place may tie with the best one, and comes before it here.")
check.close("the lowest loss, where there is a val_loss too", best_epoch({"loss": [3.0, 2.0, 1.0], "val_loss": [3.0, 2.0, 4.0]}, "loss"), (3, 1.0), but={
    "monitor is the key itself: this is the best val_loss, though the loss was asked for.": (2, 2.0),
})
### BEGIN HIDDEN TESTS
_losses = check.inputs(12, low=0.1, high=2.0).numpy().tolist()
check.reference("random values, min", best_epoch({"loss": _losses}, "loss"))
check.reference("random values, max", best_epoch({"loss": _losses}, "loss", "max"))
check.reference("the highest, with nan", best_epoch({"auc": [_nan, *_losses, _nan]}, "auc", mode="max"))
check.reference("all below zero", best_epoch({"score": [-value for value in _losses]}, "score", "max"))
check.reference("one epoch", best_epoch({"val_loss": [3.0]}))
_below = [-1e12 * value for value in _losses]
check.reference("all far below zero, with nan", best_epoch({"score": [_nan, *_below, _nan]}, "score", "max"))
check.reference("two that are close together", best_epoch({"val_loss": [0.5, 0.4, 0.4 - 1e-10, 0.6]}))
check.reference("tiny ones", best_epoch({"val_loss": [2.34567e-5, 1.23456e-5]}), atol=0.0)
check.reference("large ones, and infinity", best_epoch({"val_loss": [float("inf"), _nan, 3e12, 2e12]}))
check.reference("three hundred epochs", best_epoch({"val_loss": [2.0 + 1 / (_k + 1) for _k in range(300)]}))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The usual three
#
# Nearly every training wants the same callbacks. Pack them once.
#
# - **In**: `usual(folder, patience)`: `folder`, a `Path` that exists; `patience`, a Python integer ≥ 1.
# - **Out**: a list of callbacks for one call of `fit`, with a model that `load_model` can load without more arguments (so no `Lambda` layer, no loss function of your own); a further training asks for a further list. With them
#   - training stops as soon as ① `val_loss`, a finite number after each epoch, has not been lower than its best so far ② for `patience` epochs; ③ any lower value counts, however little lower;
#   - ④ when training ends, stopped or not, the model has all weights of the best epoch, of equal ones the first;
#   - ⑤ after each epoch the file `best.keras` in the folder holds the whole model of the best epoch so far, with what its optimizer remembers;
#   - ⑥ the file `log.csv` in the folder holds a heading and a line for each epoch of this training, also where an earlier one has left a file there, even after this list was made, and where `initial_epoch` is not 0.
# - **Example**: with a patience of 2 and the losses 5, 3, 4, 4, 2, training stops after the fourth epoch; the model and `best.keras` have the weights of the second; `log.csv` has five lines.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three callbacks that Keras has already; the chapter uses all three in one list.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# EarlyStopping, ModelCheckpoint, CSVLogger. Two of them have an option without which they keep the last epoch and not the best.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# return [
#     keras.callbacks.EarlyStopping(patience=____, ____=True),
#     keras.callbacks.____(folder / ____, ____=True),
#     keras.callbacks.____(folder / ____),
# ]
# ```
#
# </details>


# %%
# exercise: usual
def usual(folder, patience):
    """Return callbacks that stop in time, keep the best model, and write a log.

    Args:
        folder: the Path of a folder that exists, for best.keras and log.csv.
        patience: how many epochs without improvement end the training, a Python integer >= 1.

    Returns:
        list of callbacks.
    """
    ### BEGIN SOLUTION
    stop = keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
    save = keras.callbacks.ModelCheckpoint(folder / "best.keras", "val_loss", save_best_only=True)
    note = keras.callbacks.CSVLogger(folder / "log.csv")
    return [stop, save, note]
    ### END SOLUTION


# %% points=3
# check: usual-1
def _staged(values, patience):
    """Return epochs run, the model's weight, the saved weight, and the lines of the log, for a script."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, epochs = play(values, usual(folder, patience))
        files = sorted(file.name for file in folder.iterdir())
        if not {"best.keras", "log.csv"} <= {*files}:
            return f"the folder holds {files}"
        saved = keras.models.load_model(folder / "best.keras")
        return epochs, weight_of(model), weight_of(saved), len((folder / "log.csv").read_text().splitlines())


check.close("losses 5, 3, 4, 4, 2 with patience 2", _staged([5.0, 3.0, 4.0, 4.0, 2.0], 2), (4, 2.0, 2.0, 5), but={
    "The model has its last weights: tell EarlyStopping to restore the best ones.": (4, 4.0, 2.0, 5),
    "best.keras holds the last model: tell ModelCheckpoint to save only the best.": (4, 2.0, 4.0, 5),
    "Neither the model nor best.keras is the best: each callback needs an option.": (4, 4.0, 4.0, 5),
    "Training went on one epoch too long: the patience is right as it comes.": (5, 5.0, 5.0, 6),
    "Training ended too soon: use the patience.": (3, 2.0, 2.0, 4),
})
check.close("losses 5, 3, 4, 4, 2 with patience 3", _staged([5.0, 3.0, 4.0, 4.0, 2.0], 3), (5, 5.0, 5.0, 6), but={
    "val_loss is to be watched, not loss.": (5, 2.0, 5.0, 6),
})
check.close("losses 5, 0, 4 with patience 2, which end before it stops", _staged([5.0, 0.0, 4.0], 2), (3, 2.0, 2.0, 4), but={
    "The model has its last weights: it needs the best ones, also where training was not stopped.": (3, 3.0, 2.0, 4),
    "A loss of 0 is the best so far, not the lack of one: compare the best with None, as 0 counts as False.": (3, 3.0, 3.0, 4),
})
check.close("losses 3, 2.99, 2.98, 4, 1 with patience 1", _staged([3.0, 2.99, 2.98, 4.0, 1.0], 1), (4, 3.0, 3.0, 5), but={
    "2.99 is lower than 3: any lower value counts.": (2, 1.0, 2.0, 3),
})
with tempfile.TemporaryDirectory() as _name:
    for _list, _values in [(usual(Path(_name), 2), [5.0, 4.0]), (usual(Path(_name), 2), [3.0])]:
        play(_values, _list)
    check.equal("two lists made, then two trainings, the second of one epoch: lines of the log", len((Path(_name) / "log.csv").read_text().splitlines()), 2,
                hint="The log is that of this training alone: it begins anew when training begins, not when the list is made.")
_staying = keras.Sequential([keras.Input((1,)), keras.layers.BatchNormalization(momentum=0.5)])
_staying.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=True)
_says = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(val_loss=[2.0, 1.0, 1.5][epoch - 2]))
with tempfile.TemporaryDirectory() as _name:
    _staying.fit(np.ones((4, 1)), np.ones((4, 1)), initial_epoch=2, epochs=5, callbacks=[_says, *usual(Path(_name), 2)], verbose=0)
    check.equal("three epochs, the first has the number 2: lines of the log", len((Path(_name) / "log.csv").read_text().splitlines()), 4,
                hint="The log has its heading whatever number the first epoch of the training has.")
    _saved = keras.models.load_model(Path(_name) / "best.keras")
check.equal("steps that the optimizer in best.keras remembers, saved after two", int(_saved.optimizer.iterations) if _saved.compiled else "none", 2, but={
    "Save the model itself: a copy of it has a new optimizer.": 0,
    "Save the model after its best epoch, not when training ends.": 3,
})
check.close("losses 2, 1, 1.5: the mean that a BatchNormalization keeps", _staying.layers[0].moving_mean.numpy(), [0.75], but={
    "The weights that are not trained are still the last ones: all of them must come back.": [0.875],
})
_ends = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(_ends.model, "stop_training", epoch == 2))
with tempfile.TemporaryDirectory() as _name:
    _model, _ = play([3.0, 1.0, 2.0, 4.0, 5.0], [*usual(Path(_name), 9), _ends])
check.close("another callback ends the training after three epochs of five, with the losses 3, 1, 2: the weight", weight_of(_model), 2.0, but={
    "Whoever ends a training, the best weights must come back: put them back when it ends, in on_train_end.": 3.0,
})
### BEGIN HIDDEN TESTS
_script = check.inputs(9, low=0.1, high=2.0).numpy().tolist()
check.reference("random losses", _staged(_script, 2))
check.reference("one epoch, then equal ones", _staged([1.0, 1.0, 1.0, 1.0], 2))
check.reference("each lower by a billionth", _staged([1e-3, 1e-3 - 1e-9, 1e-3 - 2e-9], 1))
check.reference("losses below zero", _staged([-1.0, -2.0, -1.5, -1.2, -3.0], 2))


class _PullsThePlug(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 3:
            raise InterruptedError


with tempfile.TemporaryDirectory() as _name:
    try:
        play([5.0, 3.0, 4.0, 2.0], [*usual(Path(_name), 4), _PullsThePlug()])
    except InterruptedError:
        pass
    check.reference("best.keras after a training that was cut off", weight_of(keras.models.load_model(Path(_name) / "best.keras")))
with tempfile.TemporaryDirectory() as _name:
    play([1.0], usual(Path(_name), 2))
    play([5.0, 4.0], usual(Path(_name), 2))
    check.reference("lines of the log after a second training", len((Path(_name) / "log.csv").read_text().splitlines()))
    check.reference("best.keras after a second training", weight_of(keras.models.load_model(Path(_name) / "best.keras")))
check.reference("losses that only rise", _staged([1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5], 6))
check.reference("large losses that only fall", _staged([4e4, 300.0, 20.0], 1))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Stop when it gets worse
#
# Write a callback that looks at how much is lost, not at how long it takes: it stops as soon as the loss is more than `limit` times the best one so far, and puts the best weights back.
#
# - **In**: `StopWhenWorse(limit, monitor="val_loss")`: `limit`, a Python float ≥ 1; `monitor`, the name of a loss in the logs, whose values are positive or `nan`.
# - **Out**: a callback. After each epoch: ① if the monitored value is ② lower than the best so far, it is the new best, and its weights are kept. ③ If it is above `limit` · best, ④ or `nan`, training stops. ⑤ An epoch without the monitored value in its logs changes nothing. (In no epoch is a stop taken back that another callback has asked for.) ⑥ When training ends, early or after all its epochs, the best weights are put back, ⑦ if there are any. ⑧ After training, `best_epoch` is the number of the best epoch, if there is one, counted from 1: always one more than Keras's own number `epoch`. ⑨ Used for another training, it begins anew: nothing of the one before is left, not its `best_epoch` either.
# - **Example**: with the limit 1.2 and the losses 5, 3, 3.5, 3.7, 2, training stops after the fourth epoch, for 3.7 > 1.2 · 3; the weights are those of epoch 2, and `best_epoch` is 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three hooks: one sets up the memory, one looks at each epoch, one puts the weights back.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# At the beginning the best is infinity, and there are no weights. After an epoch, take the value from the logs with `get`; if it is `None`, return. If it is lower, keep value, epoch + 1 and `self.model.get_weights()`, which is a copy. Otherwise compare with the limit; `nan` compares as `False` with everything, so ask *not (value <= limit · best)*. At the end, `set_weights`, if there are any.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# # on_train_begin
# self.best, self.best_epoch, self.weights = float("inf"), ____, ____
# # on_epoch_end
# value = (logs or {}).get(____)
# if value is None:
#     return
# if value < ____:
#     self.best, self.best_epoch, self.weights = ____
# elif not value <= ____:
#     self.model.____ = True
# # on_train_end
# if self.weights is not None:
#     self.model.____(self.weights)
# ```
#
# </details>


# %%
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    """Stops when the loss is much worse than the best so far, and puts the best weights back.

    Args:
        limit: how many times the best loss is too much, a Python float >= 1.
        monitor: the name of the loss in the logs.

    Attributes:
        best_epoch: the number of the best epoch, counted from 1, once there is one.
    """

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        """Forget what an earlier training left."""
        ### BEGIN SOLUTION
        self.kept = self.best_epoch = None
        self.best_value = np.inf
        ### END SOLUTION

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best; stop if the loss is far worse than the best."""
        ### BEGIN SOLUTION
        now = logs.get(self.monitor)
        if now is None:
            return
        if now < self.best_value:
            self.best_value, self.best_epoch = now, epoch + 1
            self.kept = self.model.get_weights()
        if np.isnan(now) or now > self.limit * self.best_value:
            self.model.stop_training = True
        ### END SOLUTION

    def on_train_end(self, logs=None):
        """Put the best weights back."""
        ### BEGIN SOLUTION
        if self.kept:
            self.model.set_weights(self.kept)
        ### END SOLUTION


# %% points=3
# check: stop_when_worse-1
def _watched(values, callback, name="val_loss"):
    """Return epochs run, the weight in the end, and best_epoch, for a script."""
    StopWhenWorse(1.0, "another")    # has nothing to do with the first one
    model, epochs = play(values, [callback], name)
    return epochs, weight_of(model), callback.best_epoch


check.close("losses 5, 3, 3.5, 3.7, 2 with the limit 1.2", _watched([5.0, 3.0, 3.5, 3.7, 2.0], StopWhenWorse(1.2)),
            (4, 2.0, 2), but={
    "The last weights are still there: put the best ones back (a copy, from get_weights(); weights change).": (4, 4.0, 2),
    "best_epoch counts from 1.": (4, 2.0, 1),
    "It never stopped: set stop_training of the model.": (5, 5.0, 5),
    "It stopped at 3.5, which is worse than 3, but within the limit.": (3, 2.0, 2),
})
check.close("6 is the limit itself", _watched([3.0, 6.0, 2.0, 2.1], StopWhenWorse(2.0)), (4, 3.0, 3))
check.close("a nan", _watched([2.0, float("nan"), 1.0], StopWhenWorse(9.0)), (2, 1.0, 1), but={
    "nan is neither above nor below the limit: ask for it.": (3, 3.0, 3),
})
check.close("2, 2, 3, with the limit 9", _watched([2.0, 2.0, 3.0], StopWhenWorse(9.0)), (3, 1.0, 1), but={
    "An equal loss is not lower: the first of them stays the best.": (3, 2.0, 2),
})
check.close("epochs without a value between", _watched([3.0, None, 2.0, None, 7.0, 1.0], StopWhenWorse(2.0)), (5, 3.0, 3))
check.close("another monitor", _watched([1.0, 9.0, 2.0], StopWhenWorse(2.0, "val_mae"), "val_mae"), (2, 1.0, 1),
            hint="Look in the logs for the name that monitor says.")
_norms = [keras.layers.BatchNormalization(momentum=0.5, beta_initializer="ones") for _ in range(2)]
_staying = keras.Sequential([keras.Input((1,)), *_norms])
_staying.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=True)
_says = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(val_loss=[2.0, 1.0, 1.5][epoch]))
_staying.fit(np.ones((4, 1)), np.ones((4, 1)), epochs=3, callbacks=[_says, StopWhenWorse(9.0)], verbose=0)
check.close("losses 2, 1, 1.5: the means that two BatchNormalizations keep", [float(_norm.moving_mean[0]) for _norm in _norms], [0.75, 0.75], but={
    "The weights that are not trained are still the last ones: keep all of them, with get_weights().": [0.875, 0.875],
    "Only the first layer has its best weights: keep those of the whole model.": [0.75, 0.875],
})
_twice = StopWhenWorse(2.0)
check.close("losses 1, 5, 0.5 with the limit 2", _watched([1.0, 5.0, 0.5], _twice), (2, 1.0, 1))
check.close("used for a second training", _watched([4.0, 3.0, 7.0], _twice), (3, 2.0, 2), but={
    "It still remembers the first training: begin anew in on_train_begin.": (1, 1.0, 1),
})
_model, _ = play([float("nan")], [_twice])
check.close("a third training, of one nan: the weight", weight_of(_model), 1.0, hint="The weights of an earlier training are not put back.")
check.that("best_epoch is not that of the second one any more", getattr(_twice, "best_epoch", None) != 2,
           "Set best_epoch back, too, when training begins.")


_two = [StopWhenWorse(9.0), StopWhenWorse(9.0, "val_mae")]
_also = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(val_mae=[1.0, 3.0, 2.0][epoch]))
play([3.0, 1.0, 2.0], [_also, *_two])
check.equal("two of them in one training, each with its own monitor: the best epochs", [_one.best_epoch for _one in _two], [2, 1],
            hint="Each keeps its own: attributes of `self`, not of the class.")


class _EndsEarly(keras.callbacks.Callback):
    """Ends a training after its third epoch, as another callback may."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 2


_model, _epochs = play([3.0, 1.0, 2.0, 2.5, 2.6], [StopWhenWorse(9.0), _EndsEarly()])
check.close("another callback ends the training after three epochs of five: the weight", weight_of(_model), 2.0, but={
    "Whoever ends a training, the best weights are put back: in on_train_end.": 3.0,
})


def _cuts_off(epoch, logs=None):
    raise InterruptedError


_cut = StopWhenWorse(2.0)
try:
    play([1.0], [_cut, keras.callbacks.LambdaCallback(on_epoch_end=_cuts_off)])
except InterruptedError:
    pass
check.close("losses 4, 3, after a training that was cut off with a loss of 1", _watched([4.0, 3.0], _cut), (2, 2.0, 2),
            hint="Training that is cut off has no on_train_end: begin anew in on_train_begin.")
_silent = StopWhenWorse(9.0)
play([4.0, 3.0], [_silent])
check.close("a second training, whose first epoch has no value and whose second has the loss 5", _watched([None, 5.0], _silent), (2, 2.0, 2),
            hint="No value means no news: nothing takes its place, least of all a value of the training before.")
_ran = [play([3.0, 2.0, _value, 2.5, 2.6], [_EndsEarly(), StopWhenWorse(9.0)])[1] for _value in (2.2, None)]
check.equal("a callback before it ends the training after three epochs of five, the third with a value, or without: epochs run", _ran, [3, 3],
            hint="A stop that another callback has asked for stands: only ever set stop_training to True.")
### BEGIN HIDDEN TESTS
_script = check.inputs(12, low=0.5, high=2.0).numpy().tolist()
check.reference("random losses, limit 1.5", _watched(_script, StopWhenWorse(1.5)))
check.reference("random losses, limit 3", _watched(_script, StopWhenWorse(3.0)))
check.reference("worse again and again, a little", _watched([1.0, 1.2, 1.4, 1.6, 1.8], StopWhenWorse(1.5)))
check.reference("losses that only fall", _watched([4.0, 3.0, 2.0], StopWhenWorse(1.0)))
check.reference("a little worse, with the limit 1", _watched([4.0, 3.0, 2.0, 2.001, 1.0], StopWhenWorse(1.0)))
check.reference("tiny losses", _watched([5e-9, 3e-9, 3.5e-9, 3.7e-9, 2e-9], StopWhenWorse(1.2)))
check.reference("large losses", _watched([5e12, 3e12, 3.5e12, 3.7e12, 2e12], StopWhenWorse(1.2)))
_model, _epochs = play([1.0, 2.0, 3.0], [StopWhenWorse(1.1, monitor="val_error")])
check.reference("without the monitored value", (_epochs, weight_of(_model)))
_errors = iter([1.0, 3.0, 2.0])
_tell = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(val_error=next(_errors)))
_two = [StopWhenWorse(9.0), StopWhenWorse(9.0, monitor="val_error")]
_model, _epochs = play([3.0, 1.0, 2.0], [_tell, *_two])
check.reference("two in one training", (_epochs, weight_of(_model), [one.best_epoch for one in _two]))
_model, _epochs = play([float("nan"), 2.0], [StopWhenWorse(1.1)])
check.reference("a nan in the first epoch", (_epochs, weight_of(_model)))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: a warm-up that warms nothing
#
# This callback, from an old forum, should let the learning rate rise in a straight line over the first `steps` batches of a training. With `WarmUp(4, 0.8)` and two epochs of three batches, the optimizer should have the rates 0.2, 0.4, 0.6, 0.8, 0.8, 0.8. It has
#
# ```text
# 0.1 0.1 0.1 0.1 0.1 0.1
# ```
#
# the rate it was made with, and there is no error. When that is right, two more faults come to light: the first batch has a rate of 0, and each epoch begins to warm up anew. Correct all three.
#
# - **In**: `WarmUp(steps, peak)`: `steps`, a Python integer ≥ 1; `peak`, a Python float. How many batches an epoch has is known beforehand (`self.params["steps"]`); the optimizer makes a step at each of them.
# - **Out**: a callback. ① Batch number k since the beginning of this training, ② counted from 1 ③ and on through all epochs, ④ is trained with the rate peak · k / steps, ⑤ or with `peak` once k ≥ steps, also where something else has changed the rate since. ⑥ Each call of `fit`, for the same model or another, is a training of its own, ⑦ also for a model that has been trained before, ⑧ and also where `initial_epoch` is not 0.
# - **Example**: see above.
#
# <details><summary>Hint 1: the idea</summary>
#
# The box "Changed since TensorFlow 2.1" has the first fault; what Python does when you set an attribute that does not exist explains the silence. "Who is called when" has the second.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Set `learning_rate`. And count the batches yourself: a counter that is set to zero when training begins, and goes up by one at each batch.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def on_train_begin(self, logs=None):
#     self.count = ____
#
# def on_train_batch_begin(self, batch, logs=None):
#     self.count += ____
#     self.model.optimizer.____ = self.peak * min(____, ____)
# ```
#
# </details>


# %%
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    """Lets the learning rate rise in a straight line over the first batches of a training.

    Args:
        steps: how many batches the rise takes, a Python integer >= 1.
        peak: the rate of the last of them and of all later ones, a Python float.
    """

    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    ### BEGIN SOLUTION
    #| def on_train_batch_begin(self, batch, logs=None):
    #|     if batch < self.steps:
    #|         self.model.optimizer.lr = self.peak * batch / self.steps
    #|     else:
    #|         self.model.optimizer.lr = self.peak
    def on_train_begin(self, logs=None):
        self.seen = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.seen += 1
        part = min(1.0, self.seen / self.steps)
        self.model.optimizer.learning_rate = part * self.peak
    ### END SOLUTION


# %% points=3
# check: warm_up-1
def _rates_seen(callback, epochs, batches, model=None, first=0, others=()):
    """Return the learning rate with which each batch was trained, from the epoch `first` on, `others` called before."""
    seen = []
    spy = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: seen.append(float(model.optimizer.learning_rate))
    )
    model = model or tiny_model(optimizer=keras.optimizers.SGD(0.1))
    x = np.ones((batches, 1), "float32")
    WarmUp(9, 7.0)    # has nothing to do with the first one
    model.fit(x, x, batch_size=1, epochs=epochs, initial_epoch=first, callbacks=[*others, callback, spy], verbose=0)
    return seen


check.close("WarmUp(4, 0.8), two epochs of three batches", _rates_seen(WarmUp(4, 0.8), 2, 3),
            [0.2, 0.4, 0.6, 0.8, 0.8, 0.8], but={
    "The rate has not changed: Keras's name for it is learning_rate.": [0.1] * 6,
    "The first batch has the rate 0, and each epoch begins anew.": [0.0, 0.2, 0.4, 0.0, 0.2, 0.4],
    "The first batch has the rate 0: count from 1.": [0.0, 0.2, 0.4, 0.6, 0.8, 0.8],
    "Each epoch begins anew: batches count from 0 in every epoch, so count them yourself.":
        [0.2, 0.4, 0.6, 0.2, 0.4, 0.6],
    "Each rate comes a batch late: set it in on_train_batch_begin.": [0.1, 0.2, 0.4, 0.6, 0.8, 0.8],
})
check.close("WarmUp(1, 1.5)", _rates_seen(WarmUp(1, 1.5), 1, 2), [1.5, 1.5])
_used, _trained = WarmUp(2, 0.8), tiny_model(optimizer=keras.optimizers.SGD(0.1))


class _CutsOff(keras.callbacks.Callback):
    """Ends a training in its second batch, by an error."""

    def on_train_batch_end(self, batch, logs=None):
        if batch == 1:
            raise InterruptedError


try:
    _rates_seen(_used, 1, 3, _trained, others=[_CutsOff()])
except InterruptedError:
    pass
check.close("WarmUp(2, 0.8) in a second training, the first was cut off", _rates_seen(_used, 1, 3, _trained), [0.4, 0.8, 0.8],
            hint="Each fit is a training of its own: set the counter to zero in on_train_begin.")
check.close("WarmUp(4, 0.8) with initial_epoch=2", _rates_seen(WarmUp(4, 0.8), 4, 3, first=2), [0.2, 0.4, 0.6, 0.8, 0.8, 0.8],
            hint="The number of an epoch does not tell how many batches there were: count them.")
_lowered = tiny_model(optimizer=keras.optimizers.SGD(0.1))
_lowers = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: setattr(_lowered.optimizer, "learning_rate", 0.3))
check.close("WarmUp(2, 0.8), and something else that sets 0.3 at each batch",
            _rates_seen(WarmUp(2, 0.8), 2, 2, _lowered, others=[_lowers]), [0.4, 0.8, 0.8, 0.8], hint="Set the rate before each batch, also once the warm-up is over.")
check.close("the WarmUp(2, 0.8) from above, for another model", _rates_seen(_used, 1, 3), [0.4, 0.8, 0.8],
            hint="Another model has another optimizer: do not keep that of an earlier training.")
### BEGIN HIDDEN TESTS
_peak = float(check.inputs(low=0.05, high=0.3))
check.reference("a random peak", _rates_seen(WarmUp(11, _peak), 3, 4))
_again = WarmUp(3, 0.6)
_veteran = tiny_model(optimizer=keras.optimizers.SGD(0.1))
for _training in range(2):
    check.reference(f"training {_training} of one model", _rates_seen(_again, 2, 2, _veteran))
check.reference("one more, with initial_epoch=1", _rates_seen(_again, 3, 2, _veteran, first=1))
_later = WarmUp(3, 0.6)
_both = [_rates_seen(_later, 1, 2, _veteran), _rates_seen(_later, 2, 2, _veteran, first=1)]
check.reference("a training of epoch 0, then one that begins with epoch 1", _both)
check.reference("a rise longer than the training", _rates_seen(WarmUp(10, 0.5), 2, 3))
check.reference("a tiny peak", _rates_seen(WarmUp(3, 2e-7), 2, 2), atol=0.0)
_raised = tiny_model(optimizer=keras.optimizers.SGD(0.1))
_raises = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: setattr(_raised.optimizer, "learning_rate", 2.0))
check.reference("something else sets 2 at each batch", _rates_seen(WarmUp(2, 0.8), 2, 3, _raised, others=[_raises]))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. A training that survives
#
# Write a function that can simply be called again after a power cut.
#
# - **In**: `fit_safely(model, data, epochs, folder, callbacks=())`: `model`, compiled and built, without random layers such as `Dropout`; `data`, a dataset of batches, in the same order each time; `epochs`, how many the whole training has, the same until it is complete; `folder`, a `Path` for the backup, ① which may not exist yet, nor the folder above it; `callbacks`, more callbacks for `fit`, ② a list or a tuple, which stays as it is.
# - **Out**: ③ the numbers of the epochs that *this* call has run, a list, counted from 0; ④ where a callback stops training early, only those up to there. If an earlier call with the same folder was cut off, by whatever error, ⑤ training goes on with the epoch that was not finished, ⑥ with the weights ⑦ and the state of the optimizer from before it; in the end the weights are as if nothing had happened. What is needed for that lies in the folder, which may have been moved meanwhile, for after a power cut Python has forgotten everything. ⑧ Another folder is another training. ⑨ Errors from inside, whatever they are, a `KeyboardInterrupt` too, are let through. (Left open: whether an epoch counts as finished where a callback fails at its very end, and whether weights that a callback sets there come back.) ⑩ Once a training is complete, or a callback has stopped it early, a further call with the same folder begins a new one.
# - **Example**: five epochs; the power fails in epoch 2. The second call returns `[2, 3, 4]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# One of the callbacks of the chapter does all of it.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Add BackupAndRestore to the callbacks, and leave its options as they are. `fit` returns the History, whose attribute `epoch` has the numbers.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# guard = keras.callbacks.____(____)
# history = model.fit(data, epochs=____, shuffle=False, callbacks=[____, *____], verbose=0)
# return history.____
# ```
#
# </details>


# %%
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    """Train a model; called again after an interruption, go on where it was cut off.

    Args:
        model: a Keras model, compiled and built.
        data: a dataset of batches.
        epochs: how many epochs the whole training has, a Python integer.
        folder: the Path of the backup.
        callbacks: more callbacks, a list or a tuple.

    Returns:
        list of the numbers of the epochs that this call has run, counted from 0.
    """
    ### BEGIN SOLUTION
    every = [*callbacks, keras.callbacks.BackupAndRestore(folder)]
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=every, verbose=0).epoch
    ### END SOLUTION


# %%
class PowerCut(Exception):
    """The power has failed."""


def fails_in(epoch):
    """Return a callback that cuts the power in the middle of an epoch."""
    def cut(batch, logs):
        if fuse.epoch == epoch and batch == 1:
            raise PowerCut

    fuse = keras.callbacks.LambdaCallback(on_train_batch_end=cut)
    fuse.on_epoch_begin = lambda number, logs=None: setattr(fuse, "epoch", number)
    return fuse


# %%
def life(epochs, cuts, data, make_optimizer, folder):
    """Train with these power cuts, a new model after each; return the weight, and the epochs of the last call."""
    for cut in [*cuts, None]:
        model = tiny_model(0.5, make_optimizer())
        try:
            ran = fit_safely(model, data, epochs, folder, (fails_in(cut),))
        except PowerCut:
            ran = "cut off"
    return weight_of(model), ran


def momentum():
    return keras.optimizers.SGD(0.05, momentum=0.9)


# %% points=4
# check: fit_safely-1
_x = tf.constant([[1.0], [2.0], [-1.0], [3.0], [0.5], [1.5]])
_data = tf.data.Dataset.from_tensor_slices((_x, 3 * _x)).batch(2)


def _keep_a_copy(folder, epoch):
    """Copy the backup as it is when epoch 2 begins."""
    import shutil

    if epoch == 2 and (folder / "f").exists():
        shutil.copytree(folder / "f", folder / "copy", dirs_exist_ok=True)


with tempfile.TemporaryDirectory() as _name:
    _whole, _ran = life(5, [], _data, momentum, Path(_name) / "a")
    check.equal("the epochs of a training without a cut", _ran, [0, 1, 2, 3, 4])
    try:
        fit_safely(tiny_model(0.5, momentum()), _data, 5, Path(_name) / "b", (fails_in(2),))
    except PowerCut:
        pass
    _kept = [file.name for file in (Path(_name) / "b").rglob("*") if file.is_file()]
    _, _ran = life(3, [], _data, momentum, Path(_name) / "c")
    check.equal("meanwhile, a training in another folder", _ran, [0, 1, 2], hint="Keep each backup in its own folder.")
    _cut, _ran = life(5, [], _data, momentum, Path(_name) / "b")
    check.equal("the epochs after a cut in epoch 2", _ran, [2, 3, 4], but={
        "It began again from the start: use a backup.": [0, 1, 2, 3, 4],
        "It went on with the epoch after the cut, but epoch 2 was not finished.": [3, 4],
    })
    check.close("the weight with a cut, and without one", _cut, _whole, rtol=1e-3,
                hint="The weights and the optimizer's memory must both come back.")
    check.that("after the cut, there was a file in the folder", len(_kept) > 0,
               "After a power cut only files are left: write the backup into the folder.")
    try:
        fit_safely(tiny_model(0.5, momentum()), _data, 5, Path(_name) / "e", (fails_in(2),))
    except PowerCut:
        pass
    _cut, _ran = life(5, [], _data, momentum, (Path(_name) / "e").rename(Path(_name) / "moved"))
    check.equal("the epochs after a cut in epoch 2, the folder moved meanwhile", _ran, [2, 3, 4],
                hint="All that is needed must lie in the folder: Python forgets everything in a power cut.")
    check.close("the weight then", _cut, _whole, rtol=1e-3, hint="Weights and optimizer come from the folder, too.")
    _fuse = fails_in(2)
    _fuse.on_train_batch_begin = lambda batch, logs=None: _keep_a_copy(Path(_name), _fuse.epoch)
    try:
        fit_safely(tiny_model(0.5, momentum()), _data, 5, Path(_name) / "f", (_fuse,))
    except PowerCut:
        pass
    _, _ran = life(5, [], _data, momentum, Path(_name) / "copy")
    check.equal("the epochs with what the folder held when epoch 2 began", _ran, [2, 3, 4],
                hint="In a real power cut no line of Python runs any more: the backup must be written after each epoch.")
    _, _ran = life(2, [], _data, momentum, Path(_name) / "b")
    check.equal("the epochs of a further call for two, once the training is complete", _ran, [0, 1],
                hint="A complete training leaves no backup behind: BackupAndRestore deletes it unless told otherwise.")
    _brief = tiny_model(0.5)
    _stop = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(_brief, "stop_training", epoch == 1))
    _others = [_stop]
    check.equal("a callback stops after epoch 1", fit_safely(_brief, _data, 5, Path(_name) / "d", _others), [0, 1], but={
        "The History knows which epochs were run; do not work them out from how many there are.": [3, 4],
        "Not all five epochs were run.": [0, 1, 2, 3, 4],
    })
    check.equal("how many callbacks the list has afterwards", len(_others), 1, hint="The list is the caller's: make a new one.")
    _, _ran = life(2, [], _data, momentum, Path(_name) / "d")
    check.equal("the epochs of a further call for two, after that early stop", _ran, [0, 1],
                hint="A training that a callback has stopped is over, not cut off: it leaves no backup behind either.")
    def _by_hand(epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt

    try:
        fit_safely(tiny_model(0.5, momentum()), _data, 5, Path(_name) / "g", [keras.callbacks.LambdaCallback(on_epoch_begin=_by_hand)])
    except KeyboardInterrupt:
        pass
    _, _ran = life(5, [], _data, momentum, Path(_name) / "g")
    check.equal("the epochs after a KeyboardInterrupt in epoch 2", _ran, [2, 3, 4],
                hint="The backup stays whatever has cut the training off: a KeyboardInterrupt is not an Exception.")
    _same = tiny_model(0.5, momentum())
    try:
        fit_safely(_same, _data, 5, Path(_name) / "h", [fails_in(2)])
    except PowerCut:
        pass
    fit_safely(_same, _data, 5, Path(_name) / "h")
    check.close("the weight after a cut in epoch 2, the same model given again", weight_of(_same), _whole, rtol=1e-3,
                hint="This model has done a part of epoch 2 already: put its weights and its optimizer back, too, not those of a new model alone.")
    _ran = fit_safely(tiny_model(0.5), _data, 5, Path(_name) / "i", [keras.callbacks.EarlyStopping("loss", patience=2)])
    check.equal("EarlyStopping with patience 2, a model that learns nothing", _ran, [0, 1, 2], but={
        "EarlyStopping forgets its count where a call of fit begins: let one call of fit run all the epochs.": [0, 1, 2, 3, 4],
    })
### BEGIN HIDDEN TESTS
_x = check.inputs(8, 1)
_data = tf.data.Dataset.from_tensor_slices((_x, _x + check.inputs(8, 1))).batch(4)
with tempfile.TemporaryDirectory() as _name:
    check.reference("two cuts", life(5, [1, 3], _data, momentum, Path(_name) / "new" / "b"), rtol=1e-3)
    check.reference("cut in epoch 11", life(13, [11], _data, momentum, Path(_name) / "long"), rtol=1e-3)
    check.reference("cut before anything was saved", life(2, [0], _data, momentum, Path(_name) / "c"), rtol=1e-3)
    _adam = lambda: keras.optimizers.Adam(0.1)
    check.reference("Adam, cut in the last epoch", life(3, [2], _data, _adam, Path(_name) / "d"), rtol=1e-3)
    check.reference("a new training in the same folder", life(2, [], _data, _adam, Path(_name) / "d"), rtol=1e-3)
    for _place in ("left", "right"):
        (Path(_name) / _place).mkdir()
    try:
        fit_safely(tiny_model(0.5), _data, 3, Path(_name) / "left" / "run", [fails_in(1)])
    except PowerCut:
        pass
    check.reference("another folder of the same name", life(2, [], _data, momentum, Path(_name) / "right" / "run"), rtol=1e-3)
    _ends = []
    for _cuts in ([None], [2, None]):
        for _cut in _cuts:
            _parts = [keras.Input((1,)), keras.layers.BatchNormalization(momentum=0.5), keras.layers.Dense(1, kernel_initializer="ones")]
            _normal = keras.Sequential(_parts)
            _normal.compile(momentum(), "mse", run_eagerly=True)
            try:
                fit_safely(_normal, _data, 4, Path(_name) / f"normal {len(_cuts)}", [fails_in(_cut)])
            except PowerCut:
                pass
        _ends.append(_normal.get_weights())
    check.close("all weights of a model with batch normalisation, with a cut and without", _ends[1], _ends[0], rtol=1e-3, atol=1e-4)
    _seen = []
    _counter = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: _seen.append(epoch))
    _second = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: _seen.append(10 + epoch))
    fit_safely(tiny_model(0.5), _data, 2, Path(_name) / "e", (_counter, _second))
    check.reference("further callbacks", _seen)


    class _Breaks(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise self.error


    for _error in (PowerCut, RuntimeError, ValueError, OSError, TypeError, KeyError, MemoryError, SystemExit):
        _broken = _Breaks()
        _broken.error = _error("inside")
        check.raises(f"{_error.__name__} is let through", _error, fit_safely, tiny_model(0.5), _data, 2, Path(_name) / _error.__name__, [_broken])
    _broken = _Breaks()
    _broken.error = KeyboardInterrupt()
    try:
        _came = fit_safely(tiny_model(0.5), _data, 2, Path(_name) / "stopped by hand", [_broken])
    except KeyboardInterrupt:
        _came = "let through"
    check.equal("a KeyboardInterrupt", _came, "let through")
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: the rate finder
#
# Which learning rate? Chapter 12 trained thirteen times to draw one curve. There is a way to get it from a single training of a few dozen batches: raise the rate a little at each batch, and watch the loss. While it is too small nothing happens; then the loss falls; and when it explodes, stop. For a small regression, with 40 batches at most, it looks like this:


# %%
def draw_search(rates, losses):
    """Draw the loss of each batch against its learning rate."""
    figure, ax = plt.subplots(figsize=(7, 2.6), layout="constrained")
    ax.semilogx(rates, losses, color="#2F6DB5", linewidth=2, marker="o", markersize=3)
    ax.set(xlabel="learning rate", ylabel="loss of the batch", ylim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()


def regression():
    """Return a model that knows nothing yet, and batches of a small regression."""
    random = np.random.default_rng(0)
    x = random.normal(size=(600, 3)).astype("float32")
    y = (x @ [[1.0], [-2.0], [0.5]] + random.normal(0, 0.8, (600, 1))).astype("float32")
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((3,)), dense])
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse", run_eagerly=True)
    return model, tf.data.Dataset.from_tensor_slices((x, y)).batch(150)


# %%
TARGET = """
643 465 494 671 631 454 480 648 605 430 450 601 549 381 390 505 442 290 284
346 278 166 151 163 122 76 74 73 72 65 68 66 74 69 79 113 270
"""
losses = [int(number) / 100 for number in TARGET.split()]
draw_search(np.geomspace(0.001, 3.0, 40)[:len(losses)], losses)

# %% [markdown]
# *Figure: the target. The loss of each batch against the learning rate on a logarithmic axis: high and wavy for small rates, then a fall to a low plateau, a short stay there, and a sharp rise at the end, where the curve stops.*
#
# - **In**: `RateFinder(low, high, steps)`: two Python floats, 0 < low < high, and a Python integer ≥ 2. It is used as in `model.fit(batches.repeat(), steps_per_epoch=steps, epochs=1, callbacks=[finder])`; all batches have the same size.
# - **Out**: a callback. ① Batch k, counted from 0, is trained with the rate low · (high / low)^(k / (steps − 1)). After each batch ② its rate ③ and *its own* loss, finite and ≥ 0 or `nan`, are appended to the lists `rates` and `losses`. ④ If that loss is `nan`, ⑤ or above four times ⑥ the smallest so far, training stops. When training ends, ⑦ the model's weights ⑧ and the optimizer's rate are what they were before (what else the optimizer remembers need not be). ⑨ Used again, it begins anew.
# - **Example**: a model w · x with w = 1, one datum x = 1, y = 0, and SGD: the loss is w², its slope 2w. With `RateFinder(0.1, 0.4, 3)` the rates are 0.1, 0.2, 0.4; w goes from 1 to 0.8 and 0.48, so the losses are 1, 0.64 and 0.2304. Then w is 1 again.
#
# <details><summary>Hint 1: the idea</summary>
#
# Four hooks: begin and end of training, begin and end of a batch. And one trap of the chapter: what is `logs["loss"]` at the end of a batch?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# At the beginning keep the weights and the rate, and empty the lists. Before a batch, set the rate. After it, get its own loss from the running mean: batch number n (from 1) adds n · mean minus the sum of what was there before. Append, then test. At the end put weights and rate back.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# # on_train_begin
# self.rates, self.losses = [], []
# self.weights, self.rate = ____, float(____)
# # on_train_batch_begin
# self.model.optimizer.learning_rate = self.low * (____) ** (____)
# # on_train_batch_end
# total = logs["loss"] * (batch + 1)
# loss = float(total - sum(____))
# self.rates.append(float(____))
# self.losses.append(____)
# if not loss <= 4 * min(____):
#     ____
# # on_train_end
# self.model.set_weights(____)
# self.model.optimizer.learning_rate = ____
# ```
#
# </details>


# %%
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    """Raises the learning rate at each batch, and notes the loss of each.

    Args:
        low, high: the first and the last learning rate, Python floats.
        steps: how many batches there are from the one to the other, a Python integer >= 2.

    Attributes:
        rates, losses: lists of floats, one for each batch that was trained.
    """

    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        """Keep what has to be put back."""
        ### BEGIN SOLUTION
        self.rates, self.losses, self.sum = [], [], 0.0
        self.before = self.model.get_weights(), float(self.model.optimizer.learning_rate)
        ### END SOLUTION

    def on_train_batch_begin(self, batch, logs=None):
        """Set the rate of this batch."""
        ### BEGIN SOLUTION
        power = batch / (self.steps - 1)
        self.model.optimizer.learning_rate = self.low ** (1 - power) * self.high**power
        ### END SOLUTION

    def on_train_batch_end(self, batch, logs=None):
        """Note rate and loss of this batch; stop if the loss explodes."""
        ### BEGIN SOLUTION
        so_far = logs["loss"] * (batch + 1)
        own, self.sum = so_far - self.sum, so_far
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(own)
        if np.isnan(own) or own > 4 * np.nanmin(self.losses):
            self.model.stop_training = True
        ### END SOLUTION

    def on_train_end(self, logs=None):
        """Put weights and rate back."""
        ### BEGIN SOLUTION
        weights, rate = self.before
        self.model.set_weights(weights)
        self.model.optimizer.learning_rate = rate
        ### END SOLUTION


# %% points=3
# check: rate_finder-1
def _search(finder, model, data):
    """Let the finder look for a rate; return what it has noted."""
    RateFinder(5.0, 7.0, 2)    # has nothing to do with the first one
    model.fit(data.repeat(), steps_per_epoch=finder.steps, epochs=1, shuffle=False, callbacks=[finder], verbose=0)
    return finder.rates, finder.losses


_one = tf.data.Dataset.from_tensors((tf.constant([[1.0]]), tf.constant([[0.0]])))
_model, _finder = tiny_model(1.0, keras.optimizers.SGD(0.05)), RateFinder(0.1, 0.4, 3)
_rates, _losses = _search(_finder, _model, _one)
check.close("the rates of the example", _rates, [0.1, 0.2, 0.4], but={
    "The rates rise by equal amounts: they must rise by equal factors.": [0.1, 0.25, 0.4],
    "The last rate must be high: divide by steps - 1.": [0.1, 0.158740, 0.251984],
    "All rates are equal: set the rate before each batch.": [0.05, 0.05, 0.05],
})
check.close("the losses of the example", _losses, [1.0, 0.64, 0.2304], rtol=1e-3, but={
    "These are running means: get the loss of the batch itself from them.": [1.0, 0.82, 0.623467],
})
check.close("the weight afterwards", weight_of(_model), 1.0, hint="Put the weights back when training ends.")
_staying = keras.Sequential([keras.Input((1,)), keras.layers.BatchNormalization(momentum=0.5)])
_staying.compile(keras.optimizers.SGD(0.05), "mse", run_eagerly=True)
_search(RateFinder(0.1, 0.4, 3), _staying, _one)
check.close("the mean that a BatchNormalization keeps, afterwards", _staying.layers[0].moving_mean.numpy(), [0.0],
            hint="Weights that are not trained change as well: keep all of them, with get_weights().")
check.close("the rate afterwards", float(_model.optimizer.learning_rate), 0.05, 
            hint="Put the rate back when training ends. optimizer.learning_rate is a variable that changes: keep float(…) of it.")
_finder = RateFinder(0.8, 12.8, 5)
_, _losses = _search(_finder, tiny_model(1.0, keras.optimizers.SGD(0.05)), _one)
check.close("a loss that explodes ends the search", _losses, [1.0, 0.36, 1.7424], rtol=1e-3, but={
    "It should have stopped at 1.7424, which is more than 4 times 0.36.": [1.0, 0.36, 1.7424, 50.808384, 7074.558],
    "Compare with the smallest loss so far, not with the first.": [1.0, 0.36, 1.7424, 50.808384],
})
_own = tf.data.Dataset.from_tensor_slices(([[[1.0]]] * 4, [[[1.0]], [[2.0]], [[3.0]], [[0.0]]]))
_, _losses = _search(RateFinder(1e-9, 1e-8, 4), tiny_model(0.0, keras.optimizers.SGD(0.05)), _own)
check.close("losses 1, 4, 9, at rates of nearly zero", _losses, [1.0, 4.0, 9.0], but={
    "4 is four times the smallest, not above it.": [1.0, 4.0],
})
_spoiled = tf.data.Dataset.from_tensors((tf.constant([[1.0]]), tf.constant([[float("nan")]])))
_rates, _ = _search(RateFinder(0.1, 0.4, 3), tiny_model(1.0, keras.optimizers.SGD(0.05)), _spoiled)
check.close("the rates where the very first loss is nan", _rates, [0.1], hint="Test the first loss, too: nan ends the search at once.")
_finder = RateFinder(0.1, 0.4, 3)
_search(_finder, tiny_model(1.0, keras.optimizers.SGD(0.05)), _spoiled)
_, _losses = _search(_finder, tiny_model(1.0, keras.optimizers.SGD(0.05)), _one)
check.close("the losses of the example, by a finder whose last search ended with nan", _losses, [1.0, 0.64, 0.2304], rtol=1e-3,
            hint="Used again, it begins anew: set back all that it remembers, for 0 times nan is nan.")
_own = tf.data.Dataset.from_tensor_slices(([[[1.0]]] * 4, [[[0.0]], [[1.0]], [[1.0]], [[1.0]]]))
_, _losses = _search(RateFinder(1e-9, 1e-8, 4), tiny_model(0.0, keras.optimizers.SGD(0.05)), _own)
check.close("losses 0, 1, at rates of nearly zero", _losses, [0.0, 1.0], but={
    "1 is above four times 0: a smallest loss of 0 counts, though Python takes 0 for False; ask whether it is None.": [0.0, 1.0, 1.0, 1.0],
})
draw_search(*_search(RateFinder(0.001, 3.0, 40), *regression()))
### BEGIN HIDDEN TESTS
_model, _data = regression()
check.reference("the figure", _search(RateFinder(0.001, 3.0, 40), _model, _data), rtol=1e-2, atol=1e-3)
_x = check.inputs(24, 3)
_data = tf.data.Dataset.from_tensor_slices((_x, _x @ check.inputs(3, 1))).batch(4)
_finder = RateFinder(0.002, 0.3, 9)
check.reference("random data", _search(_finder, _model, _data), rtol=1e-2, atol=1e-3)
check.reference("the same finder again", _search(_finder, _model, _data), rtol=1e-2, atol=1e-3)
check.reference("weights and rate afterwards", (_model.get_weights(), float(_model.optimizer.learning_rate)))
_finder = RateFinder(0.1, 0.4, 3)
check.reference("small losses", _search(_finder, tiny_model(0.1, keras.optimizers.SGD(0.05)), _one), rtol=1e-2)
_model = tiny_model(1e6, keras.optimizers.SGD(0.07))
check.reference("and larger ones with the same finder", _search(_finder, _model, _one), rtol=1e-2)
check.reference("weight and rate after that", (weight_of(_model), float(_model.optimizer.learning_rate)))
_rates, _ = _search(RateFinder(2.0, 12.8, 5), tiny_model(1e-4, keras.optimizers.SGD(0.05)), _one)
check.reference("losses of a hundred-millionth that explode", _rates, rtol=1e-3)
_rates, _ = _search(RateFinder(3e-10, 2e-8, 4), tiny_model(1.0, keras.optimizers.SGD(0.05)), _one)
check.reference("rates of a billionth", _rates, rtol=1e-3, atol=0.0)
_spoiled = tf.data.Dataset.from_tensor_slices(([[[1.0]]] * 4, [[[0.0]], [[0.0]], [[float("nan")]], [[0.0]]]))
_finder, _model = RateFinder(0.1, 0.2, 4), tiny_model(2.0, keras.optimizers.SGD(0.3))
check.reference("a batch that gives nan", _search(_finder, _model, _spoiled), rtol=1e-3)
check.reference("the weight after nan", weight_of(_model))
### END HIDDEN TESTS
