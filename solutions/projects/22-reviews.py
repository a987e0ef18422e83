# %% [markdown]
# # Project: pleased or not?
#
# 5,000 reviews that nobody has read: the forms are those of the chapter, the seed is not. Build a model that says of each text how
# likely it is that its writer was pleased. You train it in your own time, as long as you like, and hand in two files: **this
# notebook** and **`reviews.keras`**.
#
# - **The interface is fixed**: `predict(features)` takes a NumPy array of n strings and gives n chances from 0 to 1, in order.
# - **Nothing is trained when it is graded.** Your `predict` loads `reviews.keras` by `check.load_model` and is asked about 2,000 reviews that are written then. They are others in each grading run, so there is nothing to look up.
# - **The number** is the *accuracy*: the share of chances on the right side of one half. Two of 100 labels are wrong, as if the wrong star had been clicked: nobody gets much above 0.98.
#
# | | accuracy at least | points |
# |---|--:|--:|
# | level 1: better than a guess | 0.54 | 3 |
# | level 2: a simple model, which counts words | 0.64 | 4 |
# | level 3: near what is possible | 0.92 | 3 |
# | the report, read by a person | | 5 |
#
# A model file has at most 20 MB. Layers of your own and `Lambda` layers hold code and are refused; `TextVectorization` is Keras's, and keeps its vocabulary in the file.

# %%
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from grader import check, datasets
from keras import layers

MODEL = "reviews.keras"

# %% [markdown]
# ## The data
#
# 4,000 reviews to train on, and 1,000 others on which the checks below tell where you stand. Read some before you model: put as many
# cells of your own in this notebook as you like. Cells of yours run when it is graded, too: what takes long in them belongs below a
# line `if not check.grading():`.

# %%
(x_train, y_train), (x_validation, y_validation) = datasets.project("reviews")
for text, label in zip(x_train[:4], y_train[:4], strict=True):
    print(label, text)

# %% [markdown]
# ## Model and prediction
#
# `train()` makes the model and returns it; `predict(features)` uses the file. All that both need stands in this cell, or in cells
# of your own above it.
#
# <details><summary>Hint 1: where to begin</summary>
#
# With a bag of words. It says what words alone can do; the rest is in their order.
#
# </details>
#
# <details><summary>Hint 2: what lifts a simple model</summary>
#
# Something that looks at several words at once, wherever they stand, and keeps the best place.
#
# </details>
#
# <details><summary>Hint 3: the last step</summary>
#
# Put `TextVectorization` into the model, so that the file takes strings. Adapt it to the training texts alone, and mind its length: a
# clause that is cut off cannot decide.
#
# </details>

# %%
# exercise: reviews
def train():
    """A trained Keras model."""
    ### BEGIN SOLUTION
    vectorize = layers.TextVectorization(max_tokens=1000, output_sequence_length=60)
    vectorize.adapt(x_train)
    model = keras.Sequential(
        [
            keras.Input((), dtype="string"),
            vectorize,
            layers.Embedding(1000, 32),
            layers.Dropout(0.2),
            layers.Conv1D(96, 5, padding="same", activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    model.fit(tf.constant(x_train), y_train, batch_size=64, epochs=6, verbose=0)
    return model
    ### END SOLUTION


def predict(features):
    """The chance that the writer was pleased: one number from 0 to 1 for each text."""
    ### BEGIN SOLUTION
    #| model = check.load_model(MODEL)
    #| raise NotImplementedError("reviews")
    model = check.load_model(MODEL)
    return model.predict(tf.constant(features), batch_size=256, verbose=0)[:, 0]
    ### END SOLUTION


# %% [markdown]
# ## The model file
#
# This cell trains where there is no file yet. To train again, delete `reviews.keras` and run the cell.

# %%
if not check.grading() and not Path(MODEL).exists():
    train().save(MODEL)

# %% [markdown]
# ## Where you stand
#
# In your notebook these checks score `predict` on the validation part. You have looked at that part, perhaps often: expect a
# little less on reviews that nobody has seen.

# %% points=3
# check: reviews-1
check.score("Level 1, better than a guess", predict, "reviews", at_least=0.54)

# %% points=4
# check: reviews-2
check.score("Level 2, a simple model", predict, "reviews", at_least=0.64)

# %% points=3
# check: reviews-3
check.score("Level 3, near what is possible", predict, "reviews", at_least=0.92)

# %% [markdown]
# ## The report
#
# 150 to 300 words. ① What did you compare the model with, and what did each baseline reach? ② Has it learned words or their order?
# Show how you found out. ③ Read twenty of its mistakes: which kinds are there, and which labels are wrong? ④ On which texts must
# nobody use it?

# %% [markdown] points=5
# <!-- written: reviews_report -->
# *What earns points.* One: a baseline is named with its number, on the validation part. One: order is tested, as by reversed or
# shuffled words, with the number that comes of it. Two: mistakes are quoted and sorted, and wrong labels told from wrong answers. One: a
# limit of use that follows from the data, such as longer texts, other words, or people who write otherwise.
