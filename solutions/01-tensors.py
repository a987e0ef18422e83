# %% [markdown]
# # Exercises: tensors
#
# Six functions, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes, an empty input. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. A function that keeps its contract passes them too. Loop or no loop, any way of writing it counts, unless the contract rules one out.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import matplotlib.pyplot as plt
import tensorflow as tf
from grader import check, datasets

# %% [markdown]
# ## 1. A board of any size
#
# `checkerboard(n)` makes the board on which every cell differs from the cells beside, above and below it.
#
# - **In**: `n`, a Python integer from 0 to 300.
# - **Out**: ① an `int32` tensor of shape `[n, n]`, ② on which 0 and 1 take turns in both directions, ③ with 0 in the top left corner. ④ For `n = 0` its shape is `[0, 0]`.
# - **Example**: `checkerboard(3)` is `[[0, 1, 0], [1, 0, 1], [0, 1, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Row number plus column number is even in one kind of cell and odd in the other.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Count from 0 to n − 1 once. Give the count a second axis, so that adding the count as it was pairs every row with every column, as the factors met the pictures in the chapter. Take the remainder after division by 2.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# index = tf.____(____)
# sums = index[____, tf.newaxis] + ____
# return sums % ____
# ```
#
# </details>


# %%
# exercise: checkerboard
def checkerboard(n):
    """Return an int32 tensor of shape [n, n]: 0 and 1 in turn in both directions, 0 in the top left corner.

    Args:
        n: the number of rows and of columns, a Python integer from 0 to 300.
    """
    ### BEGIN SOLUTION
    index = tf.range(n)
    return (index[:, tf.newaxis] + index) % 2
    ### END SOLUTION


# %% points=2
# check: checkerboard-1
three = tf.constant([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
check.equal("checkerboard(3)", checkerboard(3), three, but={
    "The colours are swapped: the top left corner must be 0.":
        [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
    "All rows are alike: the row number must count as well as the column number.":
        [[0, 1, 0], [0, 1, 0], [0, 1, 0]],
})
check.equal("checkerboard(2)", checkerboard(2), tf.constant([[0, 1], [1, 0]]), but={
    "Counting on through all the cells goes wrong where a row has an even number of cells.":
        [[0, 1], [0, 1]],
})
check.equal("checkerboard(0)", checkerboard(0), tf.zeros((0, 0), tf.int32))
### BEGIN HIDDEN TESTS
for n in (1, 9, 98, 300):
    check.reference(f"checkerboard({n})", checkerboard(n))
board = checkerboard(4)
if getattr(getattr(board, "flags", None), "writeable", False):  # a NumPy array, which can be changed
    board[:] = 7
check.reference("checkerboard(4) after an earlier board was changed", checkerboard(4))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. One picture, ready for a model
#
# A model wants pictures in batches, with a channel axis, as numbers from 0 to 1. `to_batch(image)` makes a batch of one from a grey picture.
#
# - **In**: `image`, a `uint8` tensor of shape `[height, width]`.
# - **Out**: ① a `float32` tensor ② of shape `[1, height, width, 1]`: ③ each pixel divided by 255.
# - **Bad input**: ④ an image whose rank is not 2 raises `ValueError`.
# - **Example**: `[[0, 51], [255, 102]]` becomes `[[[[0.0], [0.2]], [[1.0], [0.4]]]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three changes, one after the other: the kind of number, the range, the shape. The number of values stays the same.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Test the rank first and raise the error. Then turn the pixels into `float32`, divide, and add an axis of size 1 at the front and another at the back.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if image.shape.rank != ____:
#     raise ____("to_batch needs one picture of shape [height, width]")
# pixels = tf.cast(____, ____) / ____
# return pixels[____, :, :, ____]
# ```
#
# </details>


# %%
# exercise: to_batch
def to_batch(image):
    """Return one grey picture as a batch of one, with a channel axis and values from 0 to 1.

    Args:
        image: uint8 tensor of shape [height, width].

    Returns:
        float32 tensor of shape [1, height, width, 1].

    Raises:
        ValueError: the rank of image is not 2.
    """
    ### BEGIN SOLUTION
    if len(image.shape) != 2:
        raise ValueError(f"to_batch needs a picture of shape [height, width], not {image.shape}")
    scaled = tf.cast(image, tf.float32) / 255
    return scaled[tf.newaxis, ..., tf.newaxis]
    ### END SOLUTION


# %% points=2
# check: to_batch-1
picture = tf.constant([[0, 51], [255, 102], [51, 0]], tf.uint8)
batch = tf.constant([[[[0.0], [0.2]], [[1.0], [0.4]], [[0.2], [0.0]]]])
check.close("to_batch(picture)", to_batch(picture), batch, but={
    "The pixels still run from 0 to 255: divide by 255.":
        [[[[0.0], [51.0]], [[255.0], [102.0]], [[51.0], [0.0]]]],
    "The fractions are gone: you divided whole numbers. Cast to tf.float32 before you divide.":
        [[[[0.0], [0.0]], [[1.0], [0.0]], [[0.0], [0.0]]]],
})
check.close("a picture of 0 and 1", to_batch(tf.constant([[0, 1]], tf.uint8)), [[[[0.0], [1 / 255]]]], but={
    "A dark picture was taken for one that is scaled already: every picture is divided by 255.": [[[[0.0], [1.0]]]],
})
### BEGIN HIDDEN TESTS
photo = check.inputs(4, 7, dtype="uint8", low=0, high=256)
check.reference("to_batch on a random picture", to_batch(photo))
check.reference("to_batch on a picture of one row", to_batch(photo[:1]))
check.reference("to_batch on a picture of no rows", to_batch(photo[:0]))
check.reference("to_batch on a picture of three columns", to_batch(photo[:, :3]))
check.reference("to_batch on a large picture", to_batch(check.inputs(260, 300, dtype="uint8", low=0, high=256)))
### END HIDDEN TESTS

# %% points=1
# check: to_batch-2
colour, grey = tf.zeros((2, 2, 3), tf.uint8), tf.zeros((2, 2), tf.uint8)
check.raises("a colour picture, shape [2, 2, 3]", ValueError, to_batch, colour)
check.that("a grey picture, shape [2, 2], is not refused", to_batch(grey) is not None, "Return the batch.")
### BEGIN HIDDEN TESTS
check.raises("a row of pixels", ValueError, to_batch, tf.zeros((4,), tf.uint8))
check.raises("a single pixel", ValueError, to_batch, tf.constant(7, tf.uint8))
check.raises("a picture with a channel axis already", ValueError, to_batch, tf.zeros((2, 2, 1), tf.uint8))
check.raises("a batch of pictures", ValueError, to_batch, tf.zeros((1, 2, 2, 1), tf.uint8))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. How sure was the model of the truth?
#
# A classifier gives each picture a row of probabilities, one for each class. How much of it went to the right class? `true_class(probabilities, labels)` takes one number from each row. (Its logarithm is the loss that most classifiers are trained with.)
#
# - **In**: `probabilities`, `float32[n, classes]`; `labels`, the right class of each row, from 0 to classes − 1: ① `int32[n]` or `int64[n]`.
# - **Out**: ② a `float32` tensor of shape `[n]`: ③ of each row the number that stands at its label. ④ For `n = 0` its shape is `[0]`.
# - **Example**: for the rows `[0.7, 0.2, 0.1]` and `[0.1, 0.3, 0.6]` and the labels `[1, 2]` it is `[0.2, 0.6]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# You need one cell from each row: row 0 at its label, row 1 at its label, and so on. One function in the chapter takes scattered cells.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Number the rows with `tf.range`. Stack the row numbers and the labels into pairs, shape `[n, 2]`; both must have the same dtype. Hand the pairs to `tf.gather_nd`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# columns = tf.cast(____, tf.int32)
# rows = tf.____(____.shape[0])
# pairs = tf.stack([____, ____], axis=____)
# return tf.____(probabilities, ____)
# ```
#
# </details>


# %%
# exercise: true_class
def true_class(probabilities, labels):
    """Return, for each row of probabilities, the one that stands at the row's label.

    Args:
        probabilities: float32 tensor of shape [n, classes].
        labels: int32 or int64 tensor of shape [n], values from 0 to classes - 1.

    Returns:
        float32 tensor of shape [n].
    """
    ### BEGIN SOLUTION
    labels = tf.cast(labels, tf.int32)
    cells = tf.stack([tf.range(labels.shape[0]), labels], axis=1)
    return tf.gather_nd(probabilities, cells)
    ### END SOLUTION


# %% points=3
# check: true_class-1
rows = tf.constant([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.5, 0.4, 0.1]])
chosen = true_class(rows, tf.constant([1, 2, 0]))
check.close("true_class(rows, [1, 2, 0])", chosen, tf.constant([0.2, 0.6, 0.5]), but={
    "You took the largest number of each row, whatever its label.": [0.7, 0.6, 0.5],
    "Row and column are swapped: a position is (row, column).": [0.1, 0.4, 0.1],
    "You took whole rows: the labels choose columns, one in each row.":
        [[0.1, 0.3, 0.6], [0.5, 0.4, 0.1], [0.7, 0.2, 0.1]],
    "You took whole columns: each label counts for its own row only.":
        [[0.2, 0.1, 0.7], [0.3, 0.6, 0.1], [0.4, 0.1, 0.5]],
})
chosen = true_class(rows, tf.constant([0, 0, 1], tf.int64))
check.close("true_class with int64 labels", chosen, tf.constant([0.7, 0.1, 0.4]))
check.close("true_class of no rows", true_class(rows[:0], tf.constant([], tf.int32)), tf.zeros(0))
check.close("true_class of no rows with int64 labels", true_class(rows[:0], tf.constant([], tf.int64)), tf.zeros(0))
### BEGIN HIDDEN TESTS
many = check.inputs(8, 5)
truth = check.inputs(8, dtype="int32", low=0, high=5)
check.reference("true_class on random rows", true_class(many, truth))
many = check.inputs(400, 300)
truth = check.inputs(400, dtype="int64", low=0, high=300)
check.reference("true_class with three hundred classes", true_class(many, truth))
check.reference("true_class on one row", true_class(rows[:1], tf.constant([2])))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Sentences into a block
#
# Each word of a sentence has been replaced by its number. Sentences differ in length, a tensor does not allow that, so `pad_sentences(sentences)` fills the short ones up with zeros and makes a mask that remembers which numbers are real. Beware: 0 may be a real number too.
#
# - **In**: `sentences`, a Python list of one or more lists of integers, below 0 too, which fit into `int32`. A sentence may be empty.
# - **Out**: ① two tensors of shape `[sentences, longest]`: ② `tokens`, `int32`, ③ the numbers, and zeros *after* the end of a sentence; ④ `real`, `bool`, ⑤ true where a token comes from a sentence. ⑥ If all sentences are empty, `longest` is 0, and the dtypes stay.
# - **Example**: `[[5, 0, 3], [8]]` gives `[[5, 0, 3], [8, 0, 0]]` and `[[True, True, True], [True, False, False]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# The chapter's section on rows of different lengths has all the parts. The mask depends on the lengths, not on the tokens.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make a ragged tensor and tell it the dtype (an empty list has none of its own). Ask it for a padded tensor, and for the lengths of its rows; a function called *sequence mask* turns lengths into a mask. Return both.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# ragged = tf.____.constant(sentences, dtype=____)
# real = tf.sequence_mask(ragged.____())
# return ragged.____(), ____
# ```
#
# </details>


# %%
# exercise: pad_sentences
def pad_sentences(sentences):
    """Return sentences of different lengths as one block, and a mask of what is real in it.

    Args:
        sentences: list of one or more lists of Python integers of the range of int32, each of any length.

    Returns:
        (tokens, real): int32 and bool tensors of shape [sentences, longest].
    """
    ### BEGIN SOLUTION
    words = tf.ragged.constant(sentences, dtype=tf.int32)
    mask = tf.sequence_mask(words.row_lengths())
    return words.to_tensor(), mask
    ### END SOLUTION


# %% points=3
# check: pad_sentences-1
result = pad_sentences([[5, 0, 3], [8], []])
is_pair = isinstance(result, (tuple, list)) and len(result) == 2
check.that("pad_sentences returns two things", is_pair, "End it with: return tokens, real")
tokens = tf.constant([[5, 0, 3], [8, 0, 0], [0, 0, 0]])
check.equal("the tokens of [[5, 0, 3], [8], []]", result[0], tokens, but={
    "The zeros belong after the end of a sentence, not before its beginning.":
        [[5, 0, 3], [0, 0, 8], [0, 0, 0]],
})
mask = tf.constant([[True, True, True], [True, False, False], [False, False, False]])
check.equal("the mask of [[5, 0, 3], [8], []]", result[1], mask, but={
    "A real token may be 0: make the mask from the lengths, not from the tokens.":
        [[True, False, True], [True, False, False], [False, False, False]],
    "The mask is upside down: it is true where a token is real.":
        [[False, False, False], [False, True, True], [True, True, True]],
})
result = pad_sentences([[-1, 2], [7]])
check.equal("the mask of [[-1, 2], [7]]", result[1], tf.constant([[True, True], [True, False]]), but={
    "Any integer may be a real token, -1 too: make the mask from the lengths.": [[False, True], [True, False]],
})
nothing = pad_sentences([[], []])
check.equal("two empty sentences", list(nothing), [tf.zeros((2, 0), tf.int32), tf.zeros((2, 0), tf.bool)])
check.equal("the mask of [[0, 0], [0]]", pad_sentences([[0, 0], [0]])[1], tf.constant([[True, True], [True, False]]),
            hint="A sentence is empty if it has no tokens, not if all of them are 0.")
check.equal("the tokens of [[1, 2], [3], [1, 2]]", pad_sentences([[1, 2], [3], [1, 2]])[0],
            tf.constant([[1, 2], [3, 0], [1, 2]]),
            hint="Sentences may be equal: `list.index` finds only the first of them. Count with `enumerate`.")
### BEGIN HIDDEN TESTS
words = check.inputs(6, 4, dtype="int32", low=0, high=9).numpy().tolist()
book = [row[:length] for row, length in zip(words, check.inputs(6, dtype="int32", low=0, high=5).numpy())]
book = [[6], *book, [3, 0, 1, 0, 2]]  # so that the longest sentence is neither the first nor a drawn one
check.reference("pad_sentences on random lengths", pad_sentences(book))
check.reference("the least and the greatest integers", pad_sentences([[-2147483648, 2147483647], [-1], [16777217, 0, -2147483648]]))
markers = [-2, -99, -100, -999, -1000, -9999, -(10**5), -(10**6), -999999, -(10**9), -999999999, -123456789, -987654321]
markers += [-2147483647, 2147483646, 2**30, -(2**30), *[-number for number in markers]]
check.reference("numbers that might mark the end of a sentence", pad_sentences([markers, [5], [0]]))
check.reference("a sentence of 300 words", pad_sentences([*book, check.inputs(300, dtype="int32", low=-9, high=9).numpy().tolist()]))
check.reference("pad_sentences on one sentence", pad_sentences([[4, 0, 0, 9]]))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: colours in the wrong place
#
# A camera delivers colour pictures with the channels *first*, as `uint8`. `channels_last(images, gain)` should brighten them and move the channels to the end. The version below stops with
#
# ```text
# TypeError: Cannot convert 1.5 to EagerTensor of dtype uint8
# ```
#
# Put it right. Once the error is gone there is a second fault, about which no message tells you: the shape comes out right and the colours do not.
#
# - **In**: `images`, `uint8[n, 3, height, width]`; `gain`, ① a Python float or integer.
# - **Out**: ② a `float32` tensor of shape `[n, height, width, 3]`: ③ each value times `gain`, with its channel last. ④ Values above 255 stay as they are.
# - **Not allowed**: ⑤ `.numpy()`, in a `tf.py_function` too, and a Python loop over the pictures. Models call such functions from a compiled graph (chapter 04), where a tensor has no values and a batch no fixed size yet; a hidden check does the same.
# - **Example**: one picture of one row and two pixels, red `[10, 20]`, green `[30, 40]`, blue `[50, 60]`, with a gain of 2: the first pixel becomes `[20, 60, 100]`, the second `[40, 80, 120]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# The error is about a dtype, the silent fault about the order of axes. Both are traps of the chapter.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Convert the pictures before you multiply. Then ask, for each axis of the result, which axis of the input it was: the answers, in order, are what `tf.transpose` wants.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# brighter = tf.____(images, ____) * gain
# return tf.____(brighter, (0, ____, ____, ____))
# ```
#
# </details>


# %%
# exercise: channels_last
def channels_last(images, gain):
    """Return pictures brightened by gain, with the channels as the last axis.

    Args:
        images: uint8 tensor of shape [n, 3, height, width].
        gain: the factor, a Python number.

    Returns:
        float32 tensor of shape [n, height, width, 3].
    """
    ### BEGIN SOLUTION
    #| brighter = images * gain
    #| n, channels, height, width = images.shape
    #| return tf.reshape(brighter, (n, height, width, channels))
    pixels = tf.cast(images, tf.float32) * gain
    return tf.transpose(pixels, (0, 2, 3, 1))
    ### END SOLUTION


# %% points=3
# check: channels_last-1
camera = tf.constant([[[[10, 20]], [[30, 40]], [[50, 200]]]], tf.uint8)  # 1 picture, 1 row, 2 pixels
seen = tf.constant([[[[15.0, 45.0, 75.0], [30.0, 60.0, 300.0]]]])
check.close("channels_last(camera, 1.5)", channels_last(camera, 1.5), seen, but={
    "The colours are mixed up: reshape keeps the reading order. Move the axis with tf.transpose.":
        [[[[15.0, 30.0, 45.0], [60.0, 75.0, 300.0]]]],
    "The gain has lost its fraction: convert the pictures to tf.float32, not the gain to uint8.":
        [[[[10.0, 30.0, 50.0], [20.0, 40.0, 200.0]]]],
    "A large value began again at 0: convert to tf.float32 before you multiply.":
        [[[[15.0, 45.0, 75.0], [30.0, 60.0, 44.0]]]],
})
check.close("channels_last(camera, 2)", channels_last(camera, 2)[0, 0, 0], tf.constant([20.0, 60.0, 100.0]))
check.close("channels_last(camera, 0)", channels_last(camera, 0)[0, 0, 0], [0, 0, 0], but={
    "0 is a gain like any other: it makes the pictures black.": [10, 30, 50],
})
### BEGIN HIDDEN TESTS
shots = check.inputs(2, 3, 4, 5, dtype="uint8", low=0, high=256)
check.reference("channels_last with a whole number as gain", channels_last(shots, 3))
check.reference("channels_last inside a graph", tf.function(channels_last)(shots, 1.5))
batches = [tf.TensorSpec([None, 3, 4, 5], tf.uint8)]
compiled = tf.function(lambda images: channels_last(images, 1.5), input_signature=batches, jit_compile=True)
check.reference("channels_last inside a compiled graph for batches of any size", compiled(shots))
check.reference("channels_last with a gain of 300", channels_last(shots, 300))
check.reference("channels_last with a small gain", channels_last(shots, 0.004))
check.reference("channels_last on no pictures", channels_last(shots[:0], 1.25))
check.reference("channels_last with a gain below 0", channels_last(shots, -0.5))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: a contact sheet
#
# Photographers print all pictures of a film on one sheet. `contact_sheet(images, columns)` lays a batch of pictures out in rows of `columns` pictures each, from left to right and from top to bottom, and fills the last row up with zeros. With the seven digits below and three columns, your result should look like this:

# %%
(x_train, y_train), _ = datasets.load("digits")
digits = tf.constant(x_train[:7])
figure, ax = plt.subplots(figsize=(3, 3), layout="constrained")
for place, picture in enumerate([*digits, *tf.zeros((2, 8, 8))]):
    left, top = place % 3, place // 3
    ax.imshow(picture, cmap="gray", vmin=0, vmax=16, extent=(left, left + 1, top + 1, top))
ax.set(xlim=(0, 3), ylim=(3, 0))
ax.axis("off")
plt.show()

# %% [markdown]
# *Figure: a sheet of three rows and three columns without gaps: the first seven digits in reading order, then two black places.*
#
# - **In**: `images`, a tensor `[n, height, width]` of any integer or float dtype, n ≥ 1; `columns`, a Python integer.
# - **Out**: ① a tensor of the same dtype, ② of shape `[rows * height, columns * width]`, with as few rows of pictures as will do: ③ the pictures from left to right and from top to bottom, ④ then zeros.
# - **Bad input**: ⑤ `columns` below 1 raises `ValueError`.
# - **Example**: the three pictures `[[1, 1]]`, `[[2, 2]]`, `[[3, 3]]` of one row each, in two columns, give `[[1, 1, 2, 2], [3, 3, 0, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# First make the number of pictures fit: add black ones. Then it is the strip of the chapter once more, with one axis more: a row of pixels on the sheet runs through several pictures.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Round the number of rows up. Concatenate zeros of the same dtype until there are rows × columns pictures. Reshape to `[rows, columns, height, width]`; bring the axes into the order in which the sheet is read, picture row, pixel row, picture column, pixel column; reshape to two axes.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# n, height, width = ____
# rows = (n + columns - 1) // ____
# black = tf.zeros((____, height, width), dtype=____)
# grid = tf.reshape(tf.concat([images, ____], axis=____), (rows, columns, ____, ____))
# grid = tf.transpose(grid, (____, ____, ____, ____))
# return tf.reshape(grid, (____, ____))
# ```
#
# </details>


# %%
# exercise: contact_sheet
def contact_sheet(images, columns):
    """Return pictures in rows of `columns`, in reading order, the last row filled up with zeros.

    Args:
        images: tensor of shape [n, height, width], n >= 1, of any integer or float dtype.
        columns: how many pictures stand side by side, a Python integer >= 1.

    Returns:
        tensor of the dtype of images, shape [rows * height, columns * width].

    Raises:
        ValueError: columns is below 1.
    """
    ### BEGIN SOLUTION
    if columns < 1:
        raise ValueError(f"a sheet needs at least one column, not {columns}")
    count, height, width = images.shape
    rows = -(-count // columns)
    blanks = tf.zeros((rows * columns - count, height, width), images.dtype)
    full = tf.concat([images, blanks], axis=0)
    places = tf.reshape(full, (rows, columns, height, width))
    in_reading_order = tf.transpose(places, (0, 2, 1, 3))
    return tf.reshape(in_reading_order, (rows * height, columns * width))
    ### END SOLUTION


# %% points=4
# check: contact_sheet-1
film = tf.constant(
    [[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[10, 20], [30, 40]], [[50, 60], [70, 80]]])
sheet = tf.constant([[1, 2, 5, 6], [3, 4, 7, 8], [10, 20, 50, 60], [30, 40, 70, 80]])
check.equal("four 2 x 2 pictures in two columns", contact_sheet(film, 2), sheet, but={
    "A reshape alone makes the pixel rows of one picture run along the sheet.":
        [[1, 2, 3, 4], [5, 6, 7, 8], [10, 20, 30, 40], [50, 60, 70, 80]],
    "The pictures run down the columns: the second one belongs to the right of the first.":
        [[1, 2, 10, 20], [3, 4, 30, 40], [5, 6, 50, 60], [7, 8, 70, 80]],
    "Each picture is lying on its side: height and width of the pictures are swapped.":
        [[1, 3, 5, 7], [2, 4, 6, 8], [10, 30, 50, 70], [20, 40, 60, 80]],
})
### BEGIN HIDDEN TESTS
pictures = check.inputs(6, 2, 5)
check.reference("six pictures in three columns", contact_sheet(pictures, 3))
check.reference("four pictures in one column", contact_sheet(film, 1))
check.reference("three hundred pictures in 20 columns", contact_sheet(check.inputs(300, 1, 2), 20))
### END HIDDEN TESTS

# %% points=2
# check: contact_sheet-2
film = tf.constant([[[1, 1]], [[2, 2]], [[3, 3]]])
sheet = tf.constant([[1, 1, 2, 2], [3, 3, 0, 0]])
check.equal("three 1 x 2 pictures in two columns", contact_sheet(film, 2), sheet, but={
    "The last picture is missing: round the number of rows up.": [[1, 1, 2, 2]],
    "The black place belongs at the end of the sheet, not at its beginning.":
        [[0, 0, 1, 1], [2, 2, 3, 3]],
})
check.raises("no columns at all", ValueError, contact_sheet, film, 0)
figure, ax = plt.subplots(figsize=(3, 3), layout="constrained")
ax.imshow(contact_sheet(digits, 3), cmap="gray")
ax.axis("off")
plt.show()
### BEGIN HIDDEN TESTS
pictures = check.inputs(7, 3, 2)
check.reference("two pictures in five columns", contact_sheet(pictures[:2], 5))
check.reference("three pictures of one row in five columns", contact_sheet(film, 5))
check.reference("uint8 pictures", contact_sheet(check.inputs(5, 2, 3, dtype="uint8", low=0, high=256), 2))
large = 2**60 + check.inputs(5, 3, 2, dtype="int64", low=0, high=9)
check.reference("large int64 numbers", contact_sheet(large, 4))
check.reference("float64 pictures", contact_sheet(tf.cast(pictures, tf.float64), 3))
check.reference("bfloat16 pictures", tf.cast(contact_sheet(tf.cast(pictures, tf.bfloat16), 3), tf.float32))
check.raises("a negative number of columns", ValueError, contact_sheet, pictures, -2)
### END HIDDEN TESTS
