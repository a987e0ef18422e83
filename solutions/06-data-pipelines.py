# %% [markdown]
# # Exercises: data pipelines
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other files, other sizes, nothing at all. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Any way of writing it counts, as long as what comes out is a `tf.data.Dataset` that keeps the contract in every epoch: it is read more than once.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from grader import check, datasets

folder = Path(tempfile.mkdtemp())


def elements(dataset):
    """Return what a dataset yields, as a list."""
    if not isinstance(dataset, tf.data.Dataset):
        check.that("a tf.data.Dataset is returned", False, f"This is a {type(dataset).__name__}.")
    return list(dataset.take(2000))


# %% [markdown]
# ## 1. Pictures in batches
#
# `picture_batches` makes batches for a model from an array of grey pictures.
#
# - **In**: `images`, `uint8[n, height, width]`; `labels`, `int64[n]`; `size`, a Python integer, 1 or more.
# - **Out**: a dataset of pairs: ① pictures, `float32[b, height, width, 1]`, ② each pixel divided by 255, ③ and their labels, `int64[b]`. ④ Each b is `size`, ⑤ the last one may be smaller. ⑥ The order stays. ⑦ No pictures give no batches.
# - **Example**: five pictures and `size = 2` give batches of 2, 2 and 1; a pixel of 51 becomes 0.2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Slice both arrays together; then a `batch` and a `map`, in whichever order you like better.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `from_tensor_slices` takes a pair. For pairs, the function given to `map` has two arguments and returns two values. Cast before you divide, and add the last axis with `tf.newaxis`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# pairs = tf.data.Dataset.from_tensor_slices((____, ____))
#
# def scale(image, label):
#     return tf.cast(image, ____)[..., ____] / ____, label
#
# return pairs.____(scale).____(size)
# ```
#
# </details>


# %%
# exercise: picture_batches
def picture_batches(images, labels, size):
    """Return a dataset of batches of pictures from 0 to 1 with a channel axis, and their labels.

    Args:
        images: uint8 array of shape [n, height, width].
        labels: int64 array of shape [n].
        size: the number of pictures in a batch, a Python integer >= 1.

    Returns:
        a tf.data.Dataset of pairs: float32[b, height, width, 1] and int64[b]; the last batch may be smaller.
    """
    ### BEGIN SOLUTION
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(size)
    return batches.map(lambda x, y: (tf.expand_dims(tf.cast(x, tf.float32), -1) / 255, y))
    ### END SOLUTION


# %% points=2
# check: picture_batches-1
_images = np.array([[[0, 51], [255, 102]]] * 5, np.uint8)
_labels = np.array([7, 8, 9, 6, 5])
_dataset = picture_batches(_images, _labels, 2)
_batches = elements(_dataset)
check.equal("the sizes of the batches", [len(y) for x, y in _batches], [2, 2, 1], but={
    "The last batch is smaller, but it belongs to the data: keep it.": [2, 2],
    "Whole batches are one element: slice the arrays, and batch by size.": [5],
})
_picture = [[[0.0], [0.2]], [[1.0], [0.4]]]
check.close("the first batch", _batches[0][0], tf.constant([_picture, _picture]), but={
    "The pixels still run from 0 to 255: divide by 255.":
        [[[[0.0], [51.0]], [[255.0], [102.0]]]] * 2,
    "The fractions are gone: cast to tf.float32 before you divide.": [[[[0.0], [0.0]], [[1.0], [0.0]]]] * 2,
})
check.equal("all labels in their order", tf.concat([y for x, y in _batches], axis=0), tf.constant(_labels))
check.equal("how many batches in the second epoch", len(elements(_dataset)), 3,
            hint="A dataset begins anew in each epoch; a generator that has ended does not.")
check.equal("batches of 4", [len(y) for x, y in elements(picture_batches(_images, _labels, 4))], [4, 1])
check.equal("no pictures, no batches", len(elements(picture_batches(_images[:0], _labels[:0], 2))), 0)
((_dark, _number),) = elements(picture_batches(np.array([[[0, 1]]], np.uint8), np.array([2**40 + 1]), 1))
check.close("a picture of 0 and 1", _dark, [[[[0.0], [1 / 255]]]], but={
    "A dark picture was taken for one that is scaled already: every picture is divided by 255.": [[[[0.0], [1.0]]]],
})
check.equal("a label beyond int32", _number, [2**40 + 1], hint="Labels stay what they are: no other dtype on their way, which may not hold them.")
elements(_dataset.take(1))
check.equal("how many batches after a look at the first", len(elements(_dataset)), 3, hint="Each epoch begins at the first picture, wherever the one before was left.")
_beside = [(one, other) for (_, one), (_, other) in elements(tf.data.Dataset.zip(_dataset, _dataset))]
check.equal("the labels of two epochs side by side", [tf.concat(labels, axis=0) for labels in zip(*_beside)], [tf.constant(_labels)] * 2,
            hint="Each epoch keeps a place of its own, also while another one is read.")
check.close("the last batch in a later epoch", elements(_dataset)[-1][0], [_picture],
            hint="What is kept for the next epoch must stay as it was: divide a copy, not the kept array itself.")
### BEGIN HIDDEN TESTS
_photos = check.inputs(7, 3, 4, dtype="uint8", low=0, high=256).numpy()
_marks = check.inputs(7, dtype="int64").numpy()
for _size in (3, 7, 1, 10):
    check.reference(f"seven random pictures in batches of {_size}", elements(picture_batches(_photos, _marks, _size)))
_specks = check.inputs(700, 1, 1, dtype="uint8", low=0, high=256).numpy()
check.reference("specks in batches of six hundred", elements(picture_batches(_specks, np.arange(700), 600)))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The thermometer's diary
#
# A thermometer writes a text file: a temperature in each line. People have added remarks, lines that begin with `#`, and empty lines. `readings` gives the temperatures.
#
# - **In**: `path`, a string, the name of the file, which is UTF-8. Numbers are written as `-4`, `+3`, `.5`, `0`, `1e2` or `1E-2`.
# - **Out**: ① a dataset of `float32` scalars: ② each number of the file, ③ in its order. ④ Blanks (spaces, tabs) before and after a number do no harm. ⑤ Empty lines and lines of blanks give nothing, ⑥ nor do remarks, indented ones too; ⑦ a file without a number gives an empty dataset.
# - **Example**: a file with the lines `# kitchen`, `20.5`, an empty one, `21` gives 20.5 and 21.0.
#
# <details><summary>Hint 1: the idea</summary>
#
# A dataset of lines, of which some stay; those that stay become numbers.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Take `tf.data.TextLineDataset`, and `tf.strings.strip` by `map`. The function given to `filter` returns a `bool` tensor: true where the line is neither empty nor begins with `#`; `tf.strings.length` and `tf.strings.substr` help, or `tf.strings.regex_full_match`. Then `tf.strings.to_number`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# lines = tf.data.____(path).map(tf.strings.____)
#
# def is_number(line):
#     return (line != ____) & (tf.strings.substr(____, 0, ____) != "#")
#
# return lines.____(is_number).____(tf.strings.____)
# ```
#
# </details>


# %%
# exercise: readings
def readings(path):
    """Return a dataset of the numbers in a text file, a float32 scalar for each line that holds one.

    Args:
        path: name of a text file; empty lines and lines that begin with # hold no number.
    """
    ### BEGIN SOLUTION
    lines = tf.data.TextLineDataset(path)
    remark = r"\s*(#.*)?"
    kept = lines.filter(lambda line: ~tf.strings.regex_full_match(line, remark))
    return kept.map(lambda line: tf.strings.to_number(tf.strings.strip(line)))
    ### END SOLUTION


# %% points=2
# check: readings-1
_diary = folder / "diary.txt"
_diary.write_text("# kitchen\n20.5\n\n21\n  # window open\n   \n  -3.5 \n")
_dataset = readings(str(_diary))
_found = elements(_dataset)
check.equal("how many readings", len(_found), 3, but={
    "These are all lines: keep those that hold a number.": 7,
    "Only the first line is left out: a remark can stand anywhere.": 6,
})
check.close("the readings", _found, [tf.constant(20.5), tf.constant(21.0), tf.constant(-3.5)])
check.equal("how many readings in the second epoch", len(elements(_dataset)), 3,
            hint="A dataset begins anew in each epoch; a file that was read to its end does not.")
_diary.write_text("-4\n+3\n.5\n0\n1e2\n1E-2")
check.close("-4, +3, .5, 0, 1e2 and 1E-2", elements(readings(str(_diary))), [-4.0, 3.0, 0.5, 0.0, 100.0, 0.01],
            hint="Do not describe what a number looks like; leave out what is none.")
_diary.write_text("# nothing but a remark\n\n")
check.equal("a file without a number", len(elements(readings(str(_diary)))), 0)
### BEGIN HIDDEN TESTS
_values = [f"{value:.2f}" for value in 10 * check.inputs(8).numpy()]
_diary.write_text("\n".join(_values[:3] + ["   ", "  # a remark behind blanks", "#"] + _values[3:]))
check.reference("random temperatures", elements(readings(str(_diary))))
_diary.write_text("-0.0\n\t7.5\t\n \t\n\t# noon\n2.5e+1\n+1E-3\n0\n-12e0\n1e10\n2.5E-12")
check.reference("zeros, tabs and exponents", elements(readings(str(_diary))), rtol=1e-5)
_notes = [f"{value:.4e}\n# {value:.0f} °C at the café" for value in check.inputs(300, low=1e-7, high=1e-3).numpy()]
_diary.write_text("\n".join(_notes), encoding="utf-8")
check.reference("three hundred small numbers, remarks with a degree sign", elements(readings(str(_diary))), rtol=1e-5)
_diary.write_text("5\n# 7\n")
check.reference("a remark that holds a number", elements(readings(str(_diary))))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Yesterday's numbers, tomorrow's number
#
# A model that forecasts learns from pairs: some days in a row, and the day after. `forecast_pairs` cuts a series into all such pairs.
#
# - **In**: `series`, `float32[n]`; `width`, a Python integer, 1 or more.
# - **Out**: a dataset of pairs: ① `float32[width]`, ② the days, the earliest first, ③ and `float32[]`, the day that follows them. ④ One pair for each place in the series where it fits, in each epoch, also after one that was left early, ⑤ in order; ⑥ none if the series is too short.
# - **Example**: `[1, 2, 3, 4, 5]` and `width = 3` give `([1, 2, 3], 4)` and `([2, 3, 4], 5)`.
#
# <details><summary>Hint 1: the idea</summary>
#
# A pair is `width + 1` days in a row, cut before the last.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Slice the series into days. Make windows of `width + 1`, each one day after the one before, and drop the short ones at the end. A window is a dataset: `flat_map` with a `batch` makes a vector of it. A `map` cuts the vector in two.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# days = tf.data.Dataset.____(series)
# windows = days.window(____, shift=____, drop_remainder=____)
# rows = windows.flat_map(lambda window: window.____(____))
# return rows.map(lambda row: (row[____], row[____]))
# ```
#
# </details>


# %%
# exercise: forecast_pairs
def forecast_pairs(series, width):
    """Return a dataset of pairs: width values in a row, and the value that follows.

    Args:
        series: float32 tensor of shape [n].
        width: how many values in a row, a Python integer >= 1.

    Returns:
        a tf.data.Dataset of pairs of float32 tensors of the shapes [width] and [].
    """
    ### BEGIN SOLUTION
    days = tf.data.Dataset.from_tensor_slices(series)
    windows = days.window(width + 1, shift=1, drop_remainder=True)
    joined = windows.flat_map(lambda window: window.batch(width + 1))
    return joined.map(lambda row: (row[:width], row[width]))
    ### END SOLUTION


# %% points=3
# check: forecast_pairs-1
_dataset = forecast_pairs(tf.constant([1.0, 2.0, 3.0, 4.0, 5.0]), 3)
_pairs = elements(_dataset)
check.equal("how many pairs from five days", len(_pairs), 2, but={
    "Windows that reach beyond the end are too short: drop them.": 5,
    "One pair is missing: they overlap, each begins one day after the one before.": 1,
    "The day that follows must lie in the series too: a window needs width + 1 days.": 3,
    "No pair at all, or all pairs in one batch: give single pairs.": 0,
})
check.close("the first pair", _pairs[0], [tf.constant([1.0, 2.0, 3.0]), tf.constant(4.0)], but={
    "The second part is the last day of the first: it must be the day after.":
        [tf.constant([1.0, 2.0, 3.0]), tf.constant(3.0)],
})
check.close("the second pair", _pairs[1], [tf.constant([2.0, 3.0, 4.0]), tf.constant(5.0)])
check.equal("how many pairs in the second epoch", len(elements(_dataset)), 2, but={
    "The last days of the first epoch are still there when the second begins: begin anew.": 5,
}, hint="A dataset begins anew in each epoch; a generator that has ended does not.")
check.equal("three days, four wanted", len(elements(forecast_pairs(tf.constant([1.0, 2.0, 3.0]), 4))), 0)
check.equal("six days, width 1: how many pairs", len(elements(forecast_pairs(tf.range(6.0), 1))), 5)
elements(_dataset.take(1))
check.equal("how many pairs after an epoch that was left early", len(elements(_dataset)), 2,
            hint="What an epoch has read it must not leave to the next one.")
check.close("the pairs of two epochs side by side", elements(tf.data.Dataset.zip(_dataset, _dataset)),
            [[([1.0, 2.0, 3.0], 4.0)] * 2, [([2.0, 3.0, 4.0], 5.0)] * 2], hint="Each epoch keeps days of its own, also while another one is read.")
### BEGIN HIDDEN TESTS
_random = check.inputs(9)
for _width in (1, 4, 8):
    check.reference(f"nine random days, width {_width}", elements(forecast_pairs(_random, _width)))
check.reference("as many days as the width", elements(forecast_pairs(_random, 9)))
_before, _after = forecast_pairs(_random, 5), forecast_pairs(_random + 1, 2)
check.reference("two datasets, read by turns", [elements(dataset) for dataset in (_before, _after, _before)])
check.reference("fewer days", elements(forecast_pairs(_random[:3], 6)))
check.reference("a width of four hundred days", elements(forecast_pairs(check.inputs(405), 400)))
_cases = tf.constant(datasets.load("epidemic")["confirmed"].to_numpy(), tf.float32)
_last = elements(forecast_pairs(_cases, 14))[-1]
check.reference("the last pair of the epidemic", _last)
check.reference("days without a case", elements(forecast_pairs(tf.constant([0.0, 2.0, 0.0, 0.0, 3.0, 0.0]), 2)))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. An album of one's own
#
# Somebody sends a folder of pictures and a listing, `index.csv`. Its first line is the heading `file,kind`, the others name a file and what it shows. The pictures differ in size, and some are grey. `make_album` writes such a folder, each picture of one colour; the colours are red, green and blue from 0 to 255.

# %%
def make_album(name, pictures):
    """Write pictures, each given as (file, kind, height, width, colour), and their listing; return the folder."""
    album = folder / name
    album.mkdir(exist_ok=True)
    for file, kind, height, width, colour in pictures:
        pixels = np.full((height, width, len(colour)), colour, np.uint8)
        (album / file).write_bytes(tf.io.encode_png(pixels).numpy())
    rows = ["file,kind"] + [f"{file},{kind}" for file, kind, *_ in pictures]
    (album / "index.csv").write_text("\n".join(rows) + "\n")
    return str(album)


print((Path(make_album("trial", [("a.png", "rose", 4, 6, [255, 0, 51])])) / "index.csv").read_text())

# %% [markdown]
# - **In**: `album_batches(album, kinds, size)`: `album`, a string, the folder; `kinds`, a list of one or more strings; `size`, a Python integer. Names and kinds hold no commas and no quotation marks. The pictures are PNG files, grey or in colour; transparency, which some have as well, counts for nothing: their colours are those of the file.
# - **Out**: ① a dataset of batches of `size`, the last may be smaller, ② in the order of the listing: ③ pictures, `float32[b, 16, 16, 3]`, ④ from 0 to 1, ⑤ the whole picture resized by `tf.image.resize` with its default method, ⑥ grey ones with three equal channels; ⑦ and labels, `int32[b]`, the position of the picture's kind in `kinds`. ⑧ Pictures of a kind that is not in `kinds` are left out, ⑨ even if none remains.
# - **Example**: for `kinds = ["sky", "rose"]` a line `a.png,rose` gives the label 1, and `b.png,cow` nothing.
#
# <details><summary>Hint 1: the idea</summary>
#
# Lines, without the first one. Each line splits into a file and a kind; lines of unknown kinds go before any picture is read.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `TextLineDataset`, `skip(1)`, and `tf.strings.split` at the comma. `kind == kinds` compares with all at once: `tf.reduce_any` of it tells whether to keep the line, `tf.argmax` where it stands. Read and decode with `decode_png` and `channels=3`, which makes three channels of grey (`decode_image` leaves even the number of axes open); resize, divide, batch.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def split(line):
#     file, kind = tf.unstack(tf.strings.split(line, ____), num=2)
#     return file, kind
#
# def load(file, kind):
#     picture = tf.io.decode_png(tf.io.read_file(album + "/" + ____), channels=____)
#     return tf.image.resize(picture, ____) / ____, tf.argmax(kind == ____, output_type=tf.int32)
#
# lines = tf.data.TextLineDataset(album + "/index.csv").____(1)
# known = lines.map(split).____(lambda file, kind: tf.reduce_any(____))
# return known.map(____).____(size)
# ```
#
# </details>


# %%
# exercise: album_batches
def album_batches(album, kinds, size):
    """Return a dataset of batches of the pictures that a folder's index.csv lists.

    Args:
        album: the folder, a string.
        kinds: list of one or more strings; pictures of other kinds are left out.
        size: the number of pictures in a batch, a Python integer >= 1.

    Returns:
        a tf.data.Dataset of pairs: float32[b, 16, 16, 3] from 0 to 1, and int32[b], the position in kinds.
    """
    ### BEGIN SOLUTION
    names = tf.constant(kinds)
    rows = tf.data.experimental.CsvDataset(f"{album}/index.csv", [tf.string, tf.string], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(names == kind))

    def load(file, kind):
        pixels = tf.io.decode_png(tf.io.read_file(tf.strings.join([album, file], "/")), channels=3)
        label = tf.argmax(tf.cast(names == kind, tf.int32), output_type=tf.int32)
        return tf.image.resize(pixels, (16, 16)) / 255, label

    return rows.map(load).batch(size)
    ### END SOLUTION


# %% points=3
# check: album_batches-1
_garden = make_album("garden", [
    ("d.png", "rose", 4, 6, [255, 0, 51]),
    ("b.png", "cow", 5, 5, [102, 51, 0]),
    ("c.png", "sky", 20, 30, [0, 102, 255]),
    ("a.png", "rose", 16, 16, [204, 0, 0]),
])
_batches = elements(album_batches(_garden, ["sky", "rose"], 2))
_labels = [y for x, y in _batches]
check.equal("the labels", _labels, [tf.constant([1, 0]), tf.constant([1])], but={
    "The cow is still there: tf.argmax gives 0 where nothing fits. Leave unknown kinds out first.":
        [tf.constant([1, 0]), tf.constant([0, 1])],
    "The first line is a heading, not a picture.": [tf.constant([0, 1]), tf.constant([0, 1])],
})
check.shape("the first batch", _batches[0][0], (2, 16, 16, 3))
_middle = [x[:, 8, 8] for x, y in _batches]
check.close("the colour in the middle of each", _middle, [
    tf.constant([[1.0, 0.0, 0.2], [0.0, 0.4, 1.0]]), tf.constant([[0.8, 0.0, 0.0]]),
], but={
    "The colours still run from 0 to 255: divide by 255.":
        [tf.constant([[255.0, 0.0, 51.0], [0.0, 102.0, 255.0]]), tf.constant([[204.0, 0.0, 0.0]])],
})
check.equal("no picture of a kind", len(elements(album_batches(_garden, ["tree"], 2))), 0)
check.equal("a kind that only the heading names", len(elements(album_batches(_garden, ["kind"], 2))), 0,
            hint="The first line is no picture, whatever it says.")
_pale = make_album("pale", [("x.png", "fog", 9, 7, [153]), ("y.png", "sky", 8, 8, [0, 102, 255])])
((_both, _),) = elements(album_batches(_pale, ["sky", "fog"], 4))
check.close("a grey picture and a blue one in a batch of 4", _both[:, 8, 8], [[0.6, 0.6, 0.6], [0.0, 0.4, 1.0]])
_glass = make_album("glass", [("x.png", "fog", 9, 7, [153, 255]), ("y.png", "sky", 8, 8, [0, 102, 255, 255])])
((_both, _),) = elements(album_batches(_glass, ["sky", "fog"], 4))
check.close("the same with a channel for transparency", _both[:, 8, 8], [[0.6, 0.6, 0.6], [0.0, 0.4, 1.0]],
            hint="Grey has two channels then, colour four: ask `decode_png` for three.")
_clear = make_album("clear", [("x.png", "fog", 8, 8, [255, 0, 51, 0])])
((_only, _),) = elements(album_batches(_clear, ["fog"], 1))
check.close("a picture that cannot be seen at all", _only[:, 8, 8], [[1.0, 0.0, 0.2]], but={
    "Transparency counts for nothing: the colours stay as they are.": [[0.0, 0.0, 0.0]],
})
_north = make_album("north", [("a polar bear.png", "polar bear", 8, 8, [51, 51, 51]), ("x.png", "polar", 8, 8, [0, 0, 51])])
check.equal("the labels of a kind of two words and of one", [y for x, y in elements(album_batches(_north, ["polar", "polar bear"], 2))],
            [tf.constant([1, 0])], hint="All of the line before the comma is the file's name, all behind it the kind.")
_rocks = make_album("rocks", [("rose #2.png", "rock (grey)", 8, 8, [51, 51, 51]), ("x.png", "sky", 8, 8, [0, 0, 51])])
check.equal("the labels of a kind with brackets, and of a file with a #", [y for x, y in elements(album_batches(_rocks, ["sky", "rock (grey)"], 2))],
            [tf.constant([1, 0])], hint="Names and kinds are taken as they are: no sign in them means anything.")
_twice = make_album("twice", [("x.png", "rose", 8, 8, [51, 0, 0]), ("y.png", "sky", 8, 8, [0, 0, 51]), ("x.png", "sky", 8, 8, [51, 0, 0])])
check.equal("the labels of a listing that names one file twice", [y for x, y in elements(album_batches(_twice, ["sky", "rose"], 3))],
            [tf.constant([1, 0, 0])], hint="Each line is a picture, also where two lines name the same file: no dictionary by file.")
_digits = make_album("digits", [("x.png", "7", 8, 8, [51, 0, 0]), ("y.png", "03", 8, 8, [0, 0, 51])])
check.equal("the labels of kinds that look like numbers", [y for x, y in elements(album_batches(_digits, ["03", "7"], 2))],
            [tf.constant([1, 0])], hint="A kind is text, also where it is made of digits: no reader may guess a type for it.")
### BEGIN HIDDEN TESTS
_shades = check.inputs(6, 3, dtype="int32", low=0, high=256).numpy().tolist()
_random = [(f"{i}.png", "abcab?"[i], 10 + 3 * i, 25 - 2 * i, shade) for i, shade in enumerate(_shades)]
_place = make_album("random", _random)
for _kinds in (["c", "b", "a"], ["b"], ["z"]):
    _dataset = album_batches(_place, _kinds, 3)
    check.reference(f"random colours, kinds {_kinds}", elements(_dataset))
    check.reference(f"kinds {_kinds}, in the second epoch", elements(_dataset))
_grey = make_album("grey", [("x.png", "fog", 9, 7, [153]), ("y.png", "sky", 8, 8, [0, 102, 255])])
check.reference("a grey picture in a batch", elements(album_batches(_grey, ["fog", "sky"], 4)))
_bits = check.inputs(12, 20, 3, dtype="int32", low=0, high=256).numpy().astype(np.uint8)
(Path(_grey) / "x.png").write_bytes(tf.io.encode_png(_bits).numpy())
check.reference("a picture that is not of one colour", elements(album_batches(_grey, ["fog"], 1)))
_alike = make_album("alike", [(f"{i}.png", kind, 6, 6, [9 * i, 0, 0]) for i, kind in enumerate(["primrose", "rose", "roses"])])
check.reference("kinds of which one ends or begins with another", elements(album_batches(_alike, ["rose"], 4)))
_capital = make_album("capital", [("x.png", "Fog", 6, 6, [51, 0, 0]), ("y.png", "fog", 6, 6, [0, 51, 0])])
check.reference("a kind with a capital letter is another kind", elements(album_batches(_capital, ["fog"], 4)))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: every epoch the same
#
# A training pipeline has two functions to call for each example: `prepare`, which is slow and always gives the same, and `augment`, which changes the example at random. The version below has three faults. Its author noticed:
#
# ```text
# epoch 1   first batch [2.3, 9.1, 4.8 …]   epoch 2   first batch [2.3, 9.1, 4.8 …]   the very same
# the first batch only ever holds examples from the beginning of the file
# 103 examples in batches of 20: only 100 arrive
# ```
#
# - **In**: `training_batches(examples, prepare, augment, size)`: `examples`, a dataset of 1 to 1,000 elements that knows how many it has; `prepare` and `augment`, functions from one element to one element (one tensor each, of one shape for all), made of TensorFlow; `size`, a Python integer.
# - **Out**: ① a dataset of batches of `size`, the last may be smaller. ② In every epoch each example comes exactly once, ③ in an order that is new each time; ④ any order may come, and any example first. ⑤ What comes is `augment` of `prepare` of the example. ⑥ In all epochs together `prepare` is called *once* for each example; ⑦ `augment` is called anew in every epoch.
# - **Example**: two epochs of 103 examples call `prepare` 103 times and `augment` 206 times.
#
# <details><summary>Hint 1: the idea</summary>
#
# What stands before `cache` happens once, what stands after it in every epoch. Sort the four steps by that.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `prepare` must come before the cache; the shuffle and `augment` behind it. The shuffle's buffer must hold all examples. The batch comes last, and keeps the rest.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# dataset = examples.map(____).____()
# dataset = dataset.____(1000).map(____)
# return dataset.____(size)
# ```
#
# </details>


# %%
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    """Return a dataset of batches for training, in a new order each epoch.

    Args:
        examples: tf.data.Dataset of 1 to 1000 elements, of known length.
        prepare: function from one element to one, called once for each example in all epochs together.
        augment: function from one element to one, called once for each example in every epoch.
        size: the number of examples in a batch, a Python integer >= 1.
    """
    ### BEGIN SOLUTION
    #| dataset = examples.map(prepare).map(augment)
    #| dataset = dataset.shuffle(10).batch(size, drop_remainder=True)
    #| return dataset.cache()
    ready = examples.map(prepare).cache()
    mixed = ready.shuffle(1000)
    return mixed.map(augment).batch(size).prefetch(1)
    ### END SOLUTION


# %% points=3
# check: training_batches-1
_calls = {"prepare": [], "augment": []}


def _counted(name, change):
    """Return a function that changes a float32 scalar, and counts its calls under the name."""
    def count(n):
        _calls[name].append(n)
        return n

    def function(n):
        n = tf.ensure_shape(tf.py_function(count, [n], tf.float32), [])
        return change(n)

    return function


def _two_epochs(n, size):
    """Return the batches of two epochs of the numbers 0 to n - 1, prepared by + 1000, augmented by up to 0.5."""
    _calls.update(prepare=[], augment=[])
    examples = tf.data.Dataset.range(n).map(lambda i: tf.cast(i, tf.float32))
    prepare = _counted("prepare", lambda x: x + 1000)
    augment = _counted("augment", lambda x: x + tf.random.uniform([], 0.0, 0.5))
    dataset = training_batches(examples, prepare, augment, size)
    return [elements(dataset) for _ in range(2)]


_epochs = _two_epochs(103, 20)
check.equal("the sizes of the batches", [len(batch) for batch in _epochs[0]], [20] * 5 + [3], but={
    "The last three examples are lost: keep the smaller batch.": [20] * 5,
})
_order = [tf.cast(tf.concat(epoch, axis=0), tf.int32) - 1000 for epoch in _epochs]
check.equal("each example once, in both epochs", [sorted(numbers.numpy().tolist()) for numbers in _order],
            [list(range(103))] * 2)
check.that("another order in the second epoch", tf.reduce_any(_order[0] != _order[1]),
           "The cache keeps the order of the first epoch: shuffle after it.")
check.that("the first batch holds examples from anywhere", tf.reduce_max(_order[0][:20]) > 60,
           "The shuffle sees only as many examples as its buffer holds.")
check.that("what comes is augmented", tf.reduce_any(tf.concat(_epochs[0], axis=0) % 1 > 0),
           "Each example is what augment returns for it.")
_firsts = training_batches(tf.data.Dataset.range(1000), tf.identity, tf.identity, 30)
_firsts = [int(tf.reduce_max(elements(_firsts)[0])) for _ in range(6)]
check.that("of 1,000 examples one of the last comes into a first batch", max(_firsts) > 930,
           "The buffer of the shuffle must have room for all examples, up to 1,000.")
_whole = training_batches(tf.data.Dataset.range(200), tf.identity, tf.identity, 2)
_firsts = {int(elements(_whole)[0][0]) for _ in range(40)}
check.that("of 200 examples, in batches of 2, most of forty epochs begin with another one", len(_firsts) >= 28,
           "The shuffle behind the cache must have room for all examples, in every epoch.")
check.equal("calls of prepare", len(_calls["prepare"]), 103, but={
    "`prepare` ran in both epochs: put the cache behind it.": 206,
})
check.equal("calls of augment", len(_calls["augment"]), 206, but={
    "`augment` ran in the first epoch only: it belongs behind the cache.": 103,
})
_twice = training_batches(tf.data.Dataset.range(60), tf.identity, tf.identity, 20)
_twice = zip(*[(one.numpy().tolist(), other.numpy().tolist()) for one, other in tf.data.Dataset.zip(_twice, _twice)])
check.equal("two epochs side by side, each example once in both", [sorted(sum(epoch, [])) for epoch in _twice],
            [list(range(60))] * 2, hint="Each epoch keeps an order of its own, also while another one is read.")
### BEGIN HIDDEN TESTS
for _n, _size in ((60, 7), (1, 4)):
    _epochs = _two_epochs(_n, _size)
    _numbers = [tf.sort(tf.cast(tf.concat(epoch, axis=0), tf.int32)) for epoch in _epochs]
    check.reference(f"{_n} examples in batches of {_size}", [[len(batch) for batch in _epochs[1]], _numbers])
    check.reference(f"the calls for {_n} examples", [len(made) for made in _calls.values()])
_whole = training_batches(tf.data.Dataset.range(1000), tf.identity, tf.identity, 1000)
_rows = [elements(_whole)[0].numpy() for _ in range(24)]
_leaps = [int(np.max(row - np.arange(1000))) for row in _rows]
check.reference("in 24 epochs an example comes 965 places or more too early", max(_leaps) >= 965)
_soonest = np.min([np.argsort(row) for row in _rows], axis=0)
check.reference("in 24 epochs each example comes once among the first 700", np.max(_soonest) < 700)
_whole = training_batches(tf.data.Dataset.range(1000), tf.identity, tf.identity, 4)
_fours = [np.concatenate(elements(_whole)) for _ in range(24)]
_leaps = [int(np.max(row - np.arange(1000))) for row in _fours]
check.reference("the same in batches of four, 965 places", max(_leaps) >= 965)
_soonest = np.min([np.argsort(row) for row in _fours], axis=0)
check.reference("in 24 epochs in batches of four each example comes once among the first 600", np.max(_soonest) < 600)
_beside = [{frozenset(pair) for pair in zip(row.tolist(), row[1:].tolist())} for row in [np.arange(1000), *_rows]]
_kept = [len(one & other) for one, other in zip(_beside, _beside[1:])]
check.reference("few examples stay beside each other from one epoch to the next", max(_kept) < 30)
_halves = elements(training_batches(tf.data.Dataset.range(6), tf.identity, lambda n: tf.cast(n, tf.float32) + 0.5, 4))
check.reference("an augment that returns another dtype", sorted(tf.concat(_halves, axis=0).numpy().tolist()))
_words = tf.data.Dataset.from_tensor_slices(["one", "two", "three"])
_words = elements(training_batches(_words, tf.strings.upper, lambda word: word + "!", 3))
check.reference("examples that are words", sorted(_words[0].numpy().tolist()))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: doodles in a record file
#
# Here are three doodles, each drawn in one stroke. A doodle is a name and a list of points; no two have the same number of points.

# %%
DOODLES = [
    ("house", [[0, 0], [4, 0], [0, 4], [4, 4], [2, 6], [0, 4], [0, 0], [4, 4], [4, 0]]),
    ("star", [[0, 0], [2.5, 7], [5, 0], [-1, 4.5], [6, 4.5], [0, 0]]),
    ("fish", [[6, 3], [4, 5], [2, 4.8], [-1, 1], [-1, 5], [2, 1.2], [4, 1], [6, 3]]),
]


def draw_doodles(names, strokes):
    """Draw each stroke, a list of points [x, y], below its name."""
    figure, axes = plt.subplots(1, len(names), figsize=(7, 2.3), layout="constrained")
    for ax, name, points in zip(axes, names, strokes):
        ax.plot(*np.transpose(points), color="#2F6DB5", linewidth=2.5)
        ax.set(title=name, aspect="equal")
        ax.axis("off")
    plt.show()


draw_doodles(*zip(*DOODLES))

# %% [markdown]
# *Figure: the target. Three doodles in blue lines: a house with crossed diagonals, a star with five points, and a fish that swims to the right.*
#
# `write_doodles` keeps doodles in a TFRecord file, and `read_doodles` makes batches of them, filled with zeros to the longest of the batch.
#
# - **In**: `write_doodles(path, doodles)`: a file name, and a list of pairs as above: a string, which may hold letters such as é, and a list of points `[x, y]`, which may be empty. `read_doodles(path, size)`: a file name, and a Python integer.
# - **Out**: `write_doodles` ① writes a `tf.train.Example` for each doodle, in their order, none for none, with two features: ② `"name"`, one bytes value (UTF-8), ③ and `"xy"`, floats: x and y of the first point, x and y of the second … (without points the feature may be empty or missing)
# - `read_doodles` returns a dataset of dictionaries, ④ in the order of the file, ⑤ in batches of `size`, the last may be smaller, in each epoch, also after one that was left early: ⑥ `"name"`, `string[b]`; ⑦ `"points"`, `float32[b, m, 2]`, ⑧ where m is the largest number of points in this batch; ⑨ `"count"`, `int32[b]`, how many points are real.
# - **Example**: a doodle with the points `[[1, 2], [3, 4]]` has `"xy"` `[1, 2, 3, 4]`. In a batch with one of three points it reads `[[1, 2], [3, 4], [0, 0]]`, and its count is 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Writing follows the chapter's `to_record`. In reading, the number of floats is not known beforehand: `tf.io.FixedLenFeature` cannot do it. Three other features can; `tf.io.RaggedFeature(tf.float32)` gives a plain vector.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# To write: flatten the points, encode the name, put both into features, write `SerializeToString()`. To read: parse one record, reshape `"xy"` to `[-1, 2]`, take its length as the count, and return a dictionary of three. Then `padded_batch`, which pads what has no fixed length.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# flat = [float(number) for point in points for number in ____]
# feature = {
#     "name": tf.train.Feature(bytes_list=tf.train.____(value=[name.____()])),
#     "xy": tf.train.Feature(float_list=tf.train.____(value=____)),
# }
#
# spec = {"name": tf.io.FixedLenFeature([], ____), "xy": tf.io.RaggedFeature(____)}
# found = tf.io.parse_single_example(record, ____)
# points = tf.reshape(found[____], ____)
# ```
#
# </details>


# %%
# exercise: doodles
def write_doodles(path, doodles):
    """Write doodles to a TFRecord file.

    Args:
        path: name of the file.
        doodles: list of pairs: a name, and a list of points [x, y].
    """
    ### BEGIN SOLUTION
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
            file.write(example.SerializeToString())
    ### END SOLUTION


def read_doodles(path, size):
    """Return a dataset of batches of doodles, padded with zeros.

    Args:
        path: name of a TFRecord file with the features "name" and "xy".
        size: the number of doodles in a batch, a Python integer >= 1.

    Returns:
        a tf.data.Dataset of dictionaries: "name", string[b]; "points", float32[b, m, 2]; "count", int32[b].
    """
    ### BEGIN SOLUTION
    wanted = {
        "name": tf.io.FixedLenFeature((), tf.string),
        "xy": tf.io.FixedLenSequenceFeature((2,), tf.float32, allow_missing=True),
    }

    def parse(record):
        doodle = tf.io.parse_single_example(record, wanted)
        stroke = doodle["xy"]
        return {"name": doodle["name"], "points": stroke, "count": tf.shape(stroke)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)
    ### END SOLUTION


# %% points=2
# check: doodles-1
def _raw_records(path):
    """Return the names and the floats in a file, as lists."""
    found = []
    for record in tf.data.TFRecordDataset(path):
        feature = tf.train.Example.FromString(record.numpy()).features.feature
        found.append([list(feature["name"].bytes_list.value), list(feature["xy"].float_list.value)])
    return found


_file = str(folder / "doodles.tfrecord")
_given = [("tick", [[1, 2], [3, 4]]), ("café", [[0.5, 0.25]])]
write_doodles(_file, _given)
_written = _raw_records(_file)
check.equal("how many records", len(_written), 2)
check.equal("the names", [names for names, numbers in _written], [[b"tick"], ["café".encode()]])
check.close("the floats of the first", _written[0][1], [1.0, 2.0, 3.0, 4.0], but={
    "All x come first here: write x and y of one point after the other.": [1.0, 3.0, 2.0, 4.0],
})
check.close("the floats of the second", _written[1][1], [0.5, 0.25])
check.equal("the points that were given, after writing", _given[0][1], [[1, 2], [3, 4]],
            hint="Build a list of your own: the caller's must stay as they were.")
write_doodles(_file, 2 * _given[:1])
check.equal("how many records of two doodles with the same name", len(_raw_records(_file)), 2, but={
    "Doodles of the same name are two doodles: no dictionary by name.": 1,
})
### BEGIN HIDDEN TESTS
_strokes = [check.inputs(n, 2).numpy().tolist() for n in (5, 1, 8)]
write_doodles(_file, [(f"number {i}", stroke) for i, stroke in enumerate(_strokes)] + [("nothing", []), ("  two  blanks\n", [[1, 2]])])
check.reference("random doodles and an empty one", _raw_records(_file))
write_doodles(_file, [])
check.reference("no doodles", _raw_records(_file))
### END HIDDEN TESTS

# %% points=3
# check: doodles-2
def _write_raw(path, doodles):
    """Write names and lists of floats as the contract says."""
    with tf.io.TFRecordWriter(path) as writer:
        for name, numbers in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(name.encode())
            example.features.feature["xy"].float_list.value.extend(numbers)
            writer.write(example.SerializeToString())


_source = str(folder / "raw.tfrecord")
_write_raw(_source, [("two", [1, 2, 3, 4]), ("three", [5, 6, 7, 8, 9, 10]), ("one", [11, 12])])
_batches = elements(read_doodles(_source, 2))
check.equal("the sizes of the batches", [len(batch["name"]) for batch in _batches], [2, 1])
check.equal("the names of the first batch", _batches[0]["name"], tf.constant(["two", "three"]))
check.close("the points of the first batch", _batches[0]["points"],
            tf.constant([[[1, 2], [3, 4], [0, 0]], [[5, 6], [7, 8], [9, 10]]], tf.float32), but={
    "The floats are still in one row: reshape them to [-1, 2].":
        tf.constant([[1, 2, 3, 4, 0, 0], [5, 6, 7, 8, 9, 10]], tf.float32),
})
check.equal("the counts of the first batch", _batches[0]["count"], tf.constant([2, 3]), but={
    "These are the numbers of floats: two make a point.": tf.constant([4, 6]),
    "The padding is counted too: take the length before you pad.": tf.constant([3, 3]),
})
check.shape("the points of the second batch", _batches[1]["points"], (1, 1, 2),
            hint="Pad to the longest of the batch, not of the file.")
_write_raw(_source, [(name, np.ravel(points)) for name, points in DOODLES])
(_batch,) = elements(read_doodles(_source, 3))
draw_doodles([name.numpy().decode() for name in _batch["name"]],
             [points[:count] for points, count in zip(_batch["points"].numpy(), _batch["count"])])
_write_raw(_source, [("long", [3, 4] * 12), ("short", [1, 2]), ("short", [5, 6]), ("two", [7, 8, 9, 10])])
_batches = elements(read_doodles(_source, 2))
check.equal("the names of a long one, two short ones and one of two points in batches of 2", [batch["name"] for batch in _batches],
            [tf.constant(["long", "short"]), tf.constant(["short", "two"])], but={
    "Doodles of the same name are two doodles: no dictionary by name.": [tf.constant(["long", "short"]), tf.constant(["two"])],
}, hint="The order of the file, however long the doodles are.")
check.close("the points of the last two", _batches[1]["points"], tf.constant([[[5, 6], [0, 0]], [[7, 8], [9, 10]]], tf.float32), but={
    "Points of the batch before stand in the padding: begin each batch with zeros.":
        tf.constant([[[5, 6], [3, 4]], [[7, 8], [9, 10]]], tf.float32),
})
_write_raw(_source, [("nothing", []), ("again nothing", [])])
check.shape("the points of two doodles without any", elements(read_doodles(_source, 2))[0]["points"], (2, 0, 2))
_write_raw(_source, [("a", [1, 2]), ("b", [3, 4]), ("c", [5, 6])])
_dataset = read_doodles(_source, 2)
elements(_dataset.take(1))
check.equal("the sizes of the batches after an epoch that was left early", [len(batch["name"]) for batch in elements(_dataset)], [2, 1], but={
    "What the first epoch had read is still there when the second begins: begin anew.": [5],
})
for _name in ("raw1", "raw[1]"):
    _write_raw(str(folder / f"{_name}.tfrecord"), [(_name, [1, 2])])
check.equal("the name in the file raw[1].tfrecord", elements(read_doodles(str(folder / "raw[1].tfrecord"), 1))[0]["name"],
            tf.constant(["raw[1]"]), but={
    "This is raw1.tfrecord: a file's name is taken as it is, not as a pattern in which brackets mean something.": tf.constant(["raw1"]),
})
### BEGIN HIDDEN TESTS
_lengths = [3, 0, 7, 2, 5]
_write_raw(_source, [(f" ü{n} ", check.inputs(2 * n).numpy()) for n in _lengths])
for _size in (2, 5, 8):
    _dataset = read_doodles(_source, _size)
    check.reference(f"random doodles in batches of {_size}", [elements(_dataset) for _ in range(2)])
_zeros = str(folder / "zeros.tfrecord")
_write_raw(_zeros, [("at the origin", [0, 0, 1, 1, 0, 0]), ("long", [1] * 8)])
check.reference("points that are zero", elements(read_doodles(_zeros, 2)))
_write_raw(_zeros, [])
check.reference("an empty file", elements(read_doodles(_zeros, 2)))
### END HIDDEN TESTS
