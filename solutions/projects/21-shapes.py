# %% [markdown]
# # Project: angular or round?
#
# Pictures that nobody has seen: they are drawn as the `shapes` of the chapter, without its tables, from another seed. Build a model that says of each picture how
# likely it is that the shape on it is round. You train it in your own time, as long as you like, and hand in two files: **this
# notebook** and **`shapes.keras`**.
#
# - **The interface is fixed**: `predict(features)` takes `uint8[n, 32, 32, 3]`, pixels from 0 to 255, and gives n chances from 0 to 1 that the shape is round, in order.
# - **Nothing is trained when it is graded.** Your `predict` loads `shapes.keras` by `check.load_model` and is asked about 1,500 pictures that are drawn then. They are others in each grading run, so there is nothing to look up.
# - **The number** is the *accuracy*: the share of chances on the right side of one half. Ours gets 0.99 and more.
#
# | | accuracy at least | points |
# |---|--:|--:|
# | level 1: better than a guess | 0.60 | 3 |
# | level 2: a simple model | 0.80 | 4 |
# | level 3: near what is possible | 0.97 | 3 |
# | the report, read by a person | | 5 |
#
# A model file has at most 20 MB. Layers of your own and `Lambda` layers hold code and are refused: put such steps into `predict`, or use Keras's, such as `Rescaling`.

# %%
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from grader import check, datasets
from keras import layers

MODEL = "shapes.keras"

# %% [markdown]
# ## The data
#
# 1,600 pictures to train on, and 400 others on which the checks below tell where you stand. Label 0 is angular, 1 is round. Look at them
# before you model: put as many cells of your own in this notebook as you like. Cells of yours run when it is graded, too: what takes
# long in them belongs below a line `if not check.grading():`.

# %%
(x_train, y_train), (x_validation, y_validation) = datasets.project("shapes")
print(x_train.shape, x_train.dtype, "round:", y_train.mean())

# %% [markdown]
# ## Model and prediction
#
# `train()` makes the model and returns it; `predict(features)` uses the file. All that both need stands in this cell, or in cells
# of your own above it.
#
# <details><summary>Hint 1: where to begin</summary>
#
# With a linear model on the pixels. It guesses; you then know that no single pixel tells.
#
# </details>
#
# <details><summary>Hint 2: what lifts a simple model</summary>
#
# Small convolutions, stacked, with batch normalisation, and a mean over all places at the end.
#
# </details>
#
# <details><summary>Hint 3: the last step</summary>
#
# A shape that is mirrored, turned by a quarter, or has its colour channels in another order keeps its label: 1,600 pictures can be many
# more.
#
# </details>

# %%
# exercise: shapes
def train():
    """A trained Keras model."""
    ### BEGIN SOLUTION
    picture = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, -1)(picture)
    for filters in (8, 16, 32):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.MaxPooling2D(2)(x) if filters < 32 else x
    model = keras.Model(picture, layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling2D()(x)))

    def vary(picture, label):
        picture = tf.image.random_flip_left_right(tf.image.random_flip_up_down(picture))
        return tf.gather(picture, tf.random.shuffle([0, 1, 2]), axis=-1), label

    data = tf.data.Dataset.from_tensor_slices((x_train.astype("float32"), y_train)).cache()
    data = data.shuffle(1600).map(vary).batch(32)
    rate = keras.optimizers.schedules.CosineDecay(0.005, 8 * len(data))
    model.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy")
    model.fit(data, epochs=8, verbose=0)
    return model
    ### END SOLUTION


def predict(features):
    """The chance that the shape is round: one number from 0 to 1 for each picture."""
    ### BEGIN SOLUTION
    #| model = check.load_model(MODEL)
    #| raise NotImplementedError("shapes")
    model = check.load_model(MODEL)
    return model.predict(features.astype("float32"), batch_size=256, verbose=0)[:, 0]
    ### END SOLUTION


# %% [markdown]
# ## The model file
#
# This cell trains where there is no file yet. To train again, delete `shapes.keras` and run the cell.

# %%
if not check.grading() and not Path(MODEL).exists():
    train().save(MODEL)

# %% [markdown]
# ## Where you stand
#
# In your notebook these checks score `predict` on the validation part. You have looked at that part, perhaps often: expect a
# little less on pictures that nobody has seen.

# %% points=3
# check: shapes-1
check.score("Level 1, better than a guess", predict, "shapes", at_least=0.60)

# %% points=4
# check: shapes-2
check.score("Level 2, a simple model", predict, "shapes", at_least=0.80)

# %% points=3
# check: shapes-3
check.score("Level 3, near what is possible", predict, "shapes", at_least=0.97)

# %% [markdown]
# ## The report
#
# 150 to 300 words. ① What did you compare the model with, and what did each baseline reach? ② Which choice of yours helped most, and how
# do you know? ③ Look at its twenty-four worst mistakes: what do they have in common? ④ What does it say of pictures that are turned,
# larger or negative, and what must nobody use it for?

# %% [markdown] points=5
# <!-- written: shapes_report -->
# *What earns points.* One: a baseline is named with its number, on the validation part. One: a choice is judged by a comparison in
# which nothing else changes. Two: mistakes are shown and grouped, such as outlines, stray lines or little contrast. One: one change of
# the pictures is tried, and a limit of use follows from it.
