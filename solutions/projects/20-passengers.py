# %% [markdown]
# # Project: who is saved?
#
# Another voyage of the liner Calliope, with passengers whom nobody has seen: the process is that of the chapter, the seed is not.
# Build a model that says for each passenger how likely it is that he or she is saved. You train it in your own time, as long as
# you like, and hand in two files: **this notebook** and **`passengers.keras`**.
#
# - **The interface is fixed**: `predict(features)` takes a pandas frame as below, without `survived`, of any number of rows, and gives one chance from 0 to 1 for each row, in order.
# - **Nothing is trained when it is graded.** Your `predict` loads `passengers.keras` by `check.load_model` and is asked about 8,000 passengers that are drawn then. They are others in each grading run, so there is nothing to look up.
# - **The number** is the *log loss*, the mean of −log of the chance that you gave to what came; less is better. Somebody who says for all of them that 38 of 100 are saved gets 0.66. Somebody who knows the process gets 0.36: nobody can do better than that, but by luck.
#
# | | log loss at most | points |
# |---|--:|--:|
# | level 1: better than one chance for all | 0.60 | 3 |
# | level 2: a simple model | 0.47 | 4 |
# | level 3: near what is possible | 0.39 | 3 |
# | the report, read by a person | | 5 |
#
# A model file has at most 20 MB. Layers of your own and `Lambda` layers hold code and are refused: put such steps into `predict`.

# %%
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from grader import check, datasets
from keras import layers

MODEL = "passengers.keras"

# %% [markdown]
# ## The data
#
# 2,000 passengers to train on, and 1,000 others on which the checks below tell where you stand. Look at them before you model:
# put as many cells of your own in this notebook as you like. Cells of yours run when it is graded, too: what takes long in them
# belongs below a line `if not check.grading():`.

# %%
(x_train, y_train), (x_validation, y_validation) = datasets.project("passengers")
print(x_train.head(4).to_string(index=False))
print("saved:", y_train.mean())

# %% [markdown]
# ## Model and prediction
#
# `train()` makes the model and returns it; `predict(features)` uses the file. All that both need stands in this cell, or in cells
# of your own above it. `columns` is an offer: fill it in, or do without it.
#
# <details><summary>Hint 1: where to begin</summary>
#
# With a baseline: what does a model reach that knows sex and class alone? Then say what else the chapter has found to count.
#
# </details>
#
# <details><summary>Hint 2: what lifts a simple model</summary>
#
# Women and children first is one rule, not a sum of two. A child can be seen by more than the age, which is missing for one in five.
#
# </details>
#
# <details><summary>Hint 3: the last step</summary>
#
# The log loss punishes a model that is too sure. Stop training when the validation part says so.
#
# </details>

# %%
# exercise: passengers
def columns(features):
    """The features as float32 numbers, shape (rows, columns)."""
    ### BEGIN SOLUTION
    age, name = features["age"], features["name"]
    child = name.str.startswith("Master") | (age < 13)
    woman = (features["sex"] == "female") & ~child
    party = features["siblings"] + features["parents"] + 1
    parts = [
        *(features["ticket_class"] == number for number in (1, 2, 3)),
        child,
        woman,
        woman & (features["ticket_class"] == 3),
        name.str.startswith("Mrs"),
        age.isna(),
        age.fillna(30) / 40,
        party >= 5,
        (party >= 2) & (party <= 4),
        np.log(features["fare"]) / 3,
    ]
    return np.stack(parts, axis=1).astype("float32")
    ### END SOLUTION


def train():
    """A trained Keras model."""
    ### BEGIN SOLUTION
    inputs, outputs = columns(x_train), y_train.astype("float32")
    seen = (columns(x_validation), y_validation.astype("float32"))
    model = keras.Sequential(
        [
            keras.Input((inputs.shape[1],)),
            layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-3)),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
    model.fit(inputs, outputs, batch_size=100, epochs=60, validation_data=seen, callbacks=[stop], verbose=0)
    return model
    ### END SOLUTION


def predict(features):
    """The chance of being saved: one number from 0 to 1 for each row of the frame."""
    ### BEGIN SOLUTION
    #| model = check.load_model(MODEL)
    #| raise NotImplementedError("passengers")
    model = check.load_model(MODEL)
    return model.predict(columns(features), verbose=0)[:, 0]
    ### END SOLUTION


# %% [markdown]
# ## The model file
#
# This cell trains where there is no file yet. To train again, delete `passengers.keras` and run the cell.

# %%
if not check.grading() and not Path(MODEL).exists():
    train().save(MODEL)

# %% [markdown]
# ## Where you stand
#
# In your notebook these checks score `predict` on the validation part. You have looked at that part, perhaps often: expect a
# little less on passengers that nobody has seen.

# %% points=3
# check: passengers-1
check.score("Level 1, better than one chance for all", predict, "passengers", at_most=0.60)

# %% points=4
# check: passengers-2
check.score("Level 2, a simple model", predict, "passengers", at_most=0.47)

# %% points=3
# check: passengers-3
check.score("Level 3, near what is possible", predict, "passengers", at_most=0.39)

# %% [markdown]
# ## The report
#
# 150 to 300 words. ① What did you compare the model with, and what did each baseline reach? ② Which choice of yours helped
# most, and how do you know? ③ For whom is the model most often wrong? ④ What must nobody use it for?

# %% [markdown] points=5
# <!-- written: passengers_report -->
# *What earns points.* One: a baseline is named with its number, on the validation part. One: a choice is judged by a comparison in
# which nothing else changes. Two: mistakes are looked at by group, and one group is named with a number and a reason. One: a limit of
# use that follows from the data, such as another ship, or a decision about a person.
