# %% [markdown]
# # Project: next week
#
# Many regions, each with an epidemic and with measures of its own: the process is that of the chapter, the seeds and the days on which
# something closes or opens are not. Build a model that sees eight weeks of one region and says how many people are newly confirmed
# on each day of the week that follows. You train it in your own time, as long as you like, and hand in two files: **this notebook**
# and **`epidemic.keras`**.
#
# - **The interface is fixed**: `predict(features)` takes `float32[n, 56]`, daily counts from a Monday to a Sunday eight weeks later, one region in each row, and gives n × 7 counts of 0 or more: Monday to Sunday of the next week.
# - **Nothing is trained when it is graded.** Your `predict` loads `epidemic.keras` by `check.load_model` and is asked about 1,000 weeks of regions that are drawn then. They are others in each grading run, so there is nothing to look up.
# - **The number** is the *log error*: the mean distance between log(count + 1) as you say it and as it came; less is better, and 0.1 is about ten per cent. "As last week" gets about 0.28. The best of ours gets about 0.13; the reports themselves are noisy, and nobody knows when a measure will change.
#
# | | log error at most | points |
# |---|--:|--:|
# | level 1: better than "as last week" | 0.24 | 3 |
# | level 2: a simple model, which lets growth go on | 0.21 | 4 |
# | level 3: near what is possible | 0.15 | 3 |
# | the report, read by a person | | 5 |
#
# A model file has at most 20 MB. Layers of your own and `Lambda` layers hold code and are refused: put such steps into `predict`.

# %%
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from grader import check, datasets
from keras import layers

MODEL = "epidemic.keras"

# %% [markdown]
# ## The data
#
# 2,000 pairs to train on, and 500 of other regions on which the checks below tell where you stand. Draw some before you model: put as
# many cells of your own in this notebook as you like. Cells of yours run when it is graded, too: what takes long in them belongs below
# a line `if not check.grading():`.

# %%
(x_train, y_train), (x_validation, y_validation) = datasets.project("epidemic")
print("eight weeks:", x_train[0].reshape(8, 7).astype(int).tolist())
print("the next:", y_train[0].astype(int).tolist())

# %% [markdown]
# ## Model and prediction
#
# `train()` makes the model and returns it; `predict(features)` uses the file. All that both need stands in this cell, or in cells
# of your own above it. `level` is an offer: fill it in, or do without it.
#
# <details><summary>Hint 1: where to begin</summary>
#
# With "as last week", then with "as last week, times the growth from the week before". A model that loses to one of them has learned
# nothing.
#
# </details>
#
# <details><summary>Hint 2: what lifts a simple model</summary>
#
# Let the model see logarithms, and say the change against the last week's mean: regions of 100 and of 10,000 cases are then alike.
#
# </details>
#
# <details><summary>Hint 3: the last step</summary>
#
# The number is a mean of absolute distances: so is a loss that Keras has.
#
# </details>

# %%
# exercise: epidemic
def level(counts):
    """The mean of the last week's logarithms, shape (rows, 1)."""
    ### BEGIN SOLUTION
    return np.log1p(counts[:, -7:]).mean(axis=1, keepdims=True)
    ### END SOLUTION


def train():
    """A trained Keras model."""
    ### BEGIN SOLUTION
    inputs, outputs = (np.log1p(counts) - level(x_train) for counts in (x_train, y_train))
    seen = tuple(np.log1p(counts) - level(x_validation) for counts in (x_validation, y_validation))
    model = keras.Sequential(
        [keras.Input((56,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(7)]
    )
    model.compile(keras.optimizers.Adam(0.002), loss="mae")
    stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
    model.fit(inputs, outputs, batch_size=64, epochs=50, validation_data=seen, callbacks=[stop], verbose=0)
    return model
    ### END SOLUTION


def predict(features):
    """The counts of the next seven days, shape (rows, 7)."""
    ### BEGIN SOLUTION
    #| model = check.load_model(MODEL)
    #| raise NotImplementedError("epidemic")
    model = check.load_model(MODEL)
    change = model.predict(np.log1p(features) - level(features), batch_size=256, verbose=0)
    return np.maximum(np.expm1(change + level(features)), 0)
    ### END SOLUTION


# %% [markdown]
# ## The model file
#
# This cell trains where there is no file yet. To train again, delete `epidemic.keras` and run the cell.

# %%
if not check.grading() and not Path(MODEL).exists():
    train().save(MODEL)

# %% [markdown]
# ## Where you stand
#
# In your notebook these checks score `predict` on the validation part. You have looked at that part, perhaps often: expect a
# little less on regions that nobody has seen.

# %% points=3
# check: epidemic-1
check.score("Level 1, better than as last week", predict, "epidemic", at_most=0.24)

# %% points=4
# check: epidemic-2
check.score("Level 2, a simple model", predict, "epidemic", at_most=0.21)

# %% points=3
# check: epidemic-3
check.score("Level 3, near what is possible", predict, "epidemic", at_most=0.15)

# %% [markdown]
# ## The report
#
# 150 to 300 words. ① What did you compare the model with, and what did each naive forecast reach? ② Which choice of yours helped most,
# and how do you know? ③ In which weeks is the model most often wrong, and could it have known? ④ What must nobody use it for?

# %% [markdown] points=5
# <!-- written: epidemic_report -->
# *What earns points.* One: a naive forecast is named with its number, on the validation part. One: a choice is judged by a comparison
# in which nothing else changes. Two: errors are looked at by day or by week, and the weeks after a change of measures are found. One: a
# limit of use that follows from the data, such as more than a week ahead, or a measure that is yet to come.
