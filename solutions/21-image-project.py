# %% [markdown]
# # Exercises: an image project
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Nothing is trained here.
#
# NumPy or TensorFlow, as you like. Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import numpy as np
import tensorflow as tf
from grader import check


def numbered(n):
    """Return n pictures of 2 × 2 × 1; all pixels of picture k are k."""
    return np.ones((n, 2, 2, 1), "float32") * np.arange(n, dtype="float32")[:, np.newaxis, np.newaxis, np.newaxis]


def pairs(data):
    """Return the first pixel and the label of each pair."""
    return [[round(float(np.asarray(x).ravel()[0]), 3), int(y)] for x, y in data]


# %% [markdown]
# ## 1. Split by name
#
# A file's side depends on its name alone, today and next year.
#
# - **In**: `split_by_name(paths, share)`: `paths`, a list of n different strings such as `"angular/003.jpg"`, with one `/`; `share`, a Python float between 0 and 1.
# - A file's *number* is made ① of its name without the folder, here `"003.jpg"`, so that a file which is put into another folder keeps its side: ② the SHA-256 of the name's UTF-8 bytes in hexadecimal digits, of these the first eight, read as one hexadecimal number, divided by 2³².
# - **Out**: a tuple or list of two lists of strings, training and validation: ③ to validation go the paths whose number is below `share`, ④ to training all others; ⑤ both in the order in which they stand in `paths`.
# - **Example**: the number of `"005.jpg"` is 0.9138…, that of `"000.jpg"` is 0.1870…: with a share of 0.2 the path `"round/000.jpg"` goes to validation, `"round/005.jpg"` to training.
#
# <details><summary>Hint 1: the idea</summary>
#
# First a function for one path that gives its number. The rest is a comparison.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `hashlib.sha256(data).hexdigest()` takes bytes and gives the digits; `text.encode()` gives UTF-8 bytes; `int(digits, 16)` reads hexadecimal digits. Python's own `hash` is another one in each process.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# import hashlib
#
# def number(path):
#     name = path.____
#     return int(hashlib.sha256(____).hexdigest()[____], 16) / ____
#
# training = [path for path in paths if ____]
# ____
# return ____
# ```
#
# </details>


# %%
# exercise: split_by_name
def split_by_name(paths, share):
    """Split paths of files in training and validation by a hash of their names.

    Args:
        paths: list of n strings, "folder/name".
        share: a Python float between 0 and 1, roughly the share of the validation part.

    Returns:
        (training, validation): two lists of strings.
    """
    ### BEGIN SOLUTION
    import hashlib
    sides = ([], [])
    for path in paths:
        digest = hashlib.sha256(bytes(path.partition("/")[2], "utf-8")).digest()
        sides[int.from_bytes(digest[:4], "big") < share * 2**32].append(path)
    return sides
    ### END SOLUTION


# %% points=2
# check: split_by_name-1
_paths = [f"round/{_k:03d}.jpg" for _k in (4, 3, 2, 1, 0)]
_parts = [list(_part) for _part in split_by_name(_paths, 0.2)]
check.equal("004 to 000 with a share of 0.2", _parts, [["round/004.jpg", "round/002.jpg", "round/001.jpg"], ["round/003.jpg", "round/000.jpg"]], but={
    "Training first, then validation.": [["round/003.jpg", "round/000.jpg"], ["round/004.jpg", "round/002.jpg", "round/001.jpg"]],
    "The hash of the name alone: leave the folder out.": [["round/004.jpg", "round/003.jpg", "round/002.jpg", "round/000.jpg"], ["round/001.jpg"]],
})
_parts = [list(_part) for _part in split_by_name(["angular/000.jpg", "round/000.jpg", "angular/005.jpg", "round/005.jpg"], 0.5)]
check.equal("two names, each in two folders", _parts, [["angular/005.jpg", "round/005.jpg"], ["angular/000.jpg", "round/000.jpg"]],
            hint="The hash of the name alone: leave the folder out.")
_share = int("2fdccfa1", 16) / 2**32     # the number of 000.jpg: 2fdccfa1 are the first eight digits
_parts = [list(_part) for _part in split_by_name(["round/000.jpg"], _share)]
check.equal("000.jpg with its own number as share", _parts, [["round/000.jpg"], []], but={
    "A number that equals the share is not below it.": [[], ["round/000.jpg"]],
})
_parts = [list(_part) for _part in split_by_name(["round/000.jpg"], float(np.nextafter(_share, 1)))]
check.equal("000.jpg with a share just above its number", _parts, [[], ["round/000.jpg"]], but={
    "Divide by 2**32, which is 4,294,967,296: 0xFFFFFFFF is one less. And round nothing.": [["round/000.jpg"], []],
})
### BEGIN HIDDEN TESTS
_paths = [f"round/{_name}.jpg" for _name in ("dog", "under", "nor", "our", "unround", "round")]
check.reference("names that begin like the folder", [list(_part) for _part in split_by_name(_paths, 0.5)])
_kinds = ("angular", "round", "été")
for _n, _share in ((1, 0.5), (30, 0.2), (60, 0.75), (40, 0.01), (12, 0.999)):
    _codes = check.inputs(_n, 2, dtype="int32", low=0, high=100000).numpy()
    _paths = list(dict.fromkeys(f"{_kinds[_a % 3]}/Part-{_b}üu\u0308.png" for _a, _b in _codes))
    check.reference(f"{_n} paths, share {_share}", [list(_part) for _part in split_by_name(_paths, _share)])
    _both = sorted([*_paths, *[f"twin/{_path.split('/')[1]}" for _path in _paths]])
    check.reference(f"{_n} names, some of them twice", [list(_part) for _part in split_by_name(_both, _share)])
    _again = [_path.replace("angular/", "other/") for _path in _paths[::-1]]
    check.reference(f"{_n} paths, in another order and folder", [list(_part) for _part in split_by_name(_again, _share)])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. One pass
#
# Chances and labels that belong together, whatever the dataset does.
#
# - **In**: `one_pass(model, data)`: `model`, a built Keras model from `float32[b, d]` to `float32[b, 1]`; `data`, a `tf.data.Dataset` of batches `(x, y)`: `x`, `float32[b, d]`, and `y`, `float32[b, 1]`, any numbers. It may shuffle, anew in each pass; the last batch may be smaller.
# - **Out**: two tensors or arrays `p` and `y`, ① both of shape `[n]`, n rows in all; ② `p[i]` is the answer of the model for the row whose label is `y[i]`; ③ every row is there, those of the last batch too; ④ the order is that of the pass. ⑤ The dataset is read once only. ⑥ The model answers as in use, not as in training: dropout drops nothing, batch normalization takes the mean that it has learned.
# - **Example**: a model that doubles its input, and two batches, `x` 1 and 2, then 3, with labels 0 and 1, then 0: `p` is 2, 4, 6, and `y` is 0, 1, 0.
#
# <details><summary>Hint 1: the idea</summary>
#
# One loop over the dataset. What belongs together comes together.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Two lists grow by a batch each. A call `model(x, training=False)` answers for a batch. In the end join each list and take the last axis away.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# chances, labels = [], []
# for ____ in data:
#     chances.append(____)
#     labels.append(____)
# return tf.concat(____, axis=0)____, ____
# ```
#
# </details>


# %%
# exercise: one_pass
def one_pass(model, data):
    """Return the answers of a model and the labels, of one pass through a dataset.

    Args:
        model: a Keras model, float32[b, d] to float32[b, 1].
        data: a tf.data.Dataset of batches (x, y): float32[b, d], float32[b, 1].

    Returns:
        (p, y), both float32[n].
    """
    ### BEGIN SOLUTION
    both = []
    for x, y in data:
        both += zip(model(x)[:, 0], y[:, 0])
    p, labels = zip(*both)
    return tf.stack(p), tf.stack(labels)
    ### END SOLUTION


# %% points=3
# check: one_pass-1
def _doubler():
    _x = keras.Input((1,))
    return keras.Model(_x, 2.0 * keras.layers.Dropout(0.9)(_x))


def _counted(x, y, batch, passes, shuffle=True):
    """Return batches of a dataset that notes each pass in `passes`."""
    def rows():
        passes.append(1)
        yield from zip(x, y)

    spec = (tf.TensorSpec(x.shape[1:]), tf.TensorSpec(y.shape[1:]))
    data = tf.data.Dataset.from_generator(rows, output_signature=spec)
    return (data.shuffle(len(x)) if shuffle else data).batch(batch)


_x, _passes = np.array([[1], [2], [3]], "float32"), []
_p, _y = one_pass(_doubler(), _counted(_x, np.array([[0], [1], [0]], "float32"), 2, _passes, shuffle=False))
check.close("p for 1, 2 and 3", _p, [2, 4, 6], but={
    "The last batch is smaller; it counts, too.": [2, 4],
    "The shape is [n], not [n, 1].": [[2], [4], [6]],
})
check.close("y", _y, [0, 1, 0], but={
    "The last batch is smaller; it counts, too.": [0, 1],
    "The shape is [n], not [n, 1].": [[0], [1], [0]],
})
check.equal("passes through the data", len(_passes), 1, hint="Each pass may come in another order.")
_x = np.arange(20, dtype="float32")[:, np.newaxis] + 1
_p, _y = one_pass(_doubler(), tf.data.Dataset.from_tensor_slices((_x, -_x)).shuffle(20).batch(8))
check.close("a shuffled dataset, labels minus x: p + 2y", np.add(_p, 2 * np.asarray(_y)), [0] * 20, hint="Take answers and labels from the same pass.")
_x = np.arange(1500, dtype="float32")[:, np.newaxis]
check.equal("rows of 1,500, in batches of 500", len(one_pass(_doubler(), tf.data.Dataset.from_tensor_slices((_x, _x)).batch(500))[0]), 1500,
            hint="However many rows there are, all of them count.")
### BEGIN HIDDEN TESTS
for _n, _d, _batch in ((1, 1, 4), (7, 3, 2), (24, 2, 2), (30, 4, 30)):
    _input = keras.Input((_d,))
    _inner = keras.layers.BatchNormalization()(keras.layers.Dropout(0.5)(_input))
    _model = keras.Model(_input, keras.layers.Dense(1, activation="sigmoid")(_inner))
    _model.layers[-1].set_weights([check.inputs(_d, 1).numpy(), np.array([0.1], "float32")])
    _x, _y, _passes = check.inputs(_n, _d).numpy(), check.inputs(_n, 1).numpy(), []
    _got = one_pass(_model, _counted(_x, _y, _batch, _passes, shuffle=False))
    check.reference(f"{_n} rows, batches of {_batch}: p", _got[0], rtol=1e-4, atol=1e-5)
    check.reference(f"{_n} rows, batches of {_batch}: y", _got[1])
    check.reference(f"{_n} rows, batches of {_batch}: passes", len(_passes))
    _got = [np.asarray(_part) for _part in one_pass(_model, _counted(_x, _y, _batch, _passes))]
    _order = np.argsort(_got[1])
    check.reference(f"{_n} rows, shuffled: p by label", _got[0][_order], rtol=1e-4, atol=1e-5)
    check.reference(f"{_n} rows, shuffled: labels in order", _got[1][_order])
### END HIDDEN TESTS

# %% [markdown]
# ## 3. The largest losses
#
# Which pictures belong on the wall of mistakes?
#
# - **In**: `largest_losses(y, p, k)`: `y`, `int32[n]`, 0 or 1, and `p`, `float32[n]`, the chances that the label is 1, from 0 to 1, *both ends included*, none between 0 and 10⁻³⁰; NumPy arrays; n ≥ 1; no two losses differ by less than 10⁻⁴, unless they are equal; `k`, a Python integer ≥ 1.
# - The loss of a row is the cross entropy: minus the logarithm of the chance that the model gave to the row's *own* label. It is infinite where that chance is 0.
# - **Out**: ① the places (row numbers) of the k largest losses, a list or an array of whole numbers: ② the largest loss first; ③ of equal losses the smaller place first, also where ④ they are infinite. ⑤ If k is above n, all n places. ⑥ Nothing is printed and no warning is raised. ⑦ `y` and `p` stay as they are.
# - **Example**: labels 1, 0, 1 and chances 0.9, 0.8, 0.3: the own labels got 0.9, 0.2 and 0.3. With k = 2 the answer is 1, 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# The loss falls as the chance of the own label grows. So no logarithm is needed to sort.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `np.where` picks p or 1 − p. `np.argsort` with `kind="stable"` keeps equal ones in their order; turned round with `[::-1]` it does not.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# own = np.where(____, ____, ____)
# return np.argsort(____, kind=____)[____]
# ```
#
# </details>


# %%
# exercise: largest_losses
def largest_losses(y, p, k):
    """Return the places of the k rows with the largest cross entropy, the largest first.

    Args:
        y: int32[n], 0 or 1.
        p: float32[n], chances of 1, from 0 to 1.
        k: a Python integer >= 1.

    Returns:
        min(k, n) row numbers: a list or an array.
    """
    ### BEGIN SOLUTION
    given = [chance if label else 1 - chance for label, chance in zip(y.tolist(), p.tolist())]
    return sorted(range(len(given)), key=given.__getitem__)[:k]
    ### END SOLUTION


# %% points=2
# check: largest_losses-1
import contextlib
import io
import warnings

_printed = io.StringIO()


def _places(y, p, k):
    with warnings.catch_warnings(), contextlib.redirect_stdout(_printed):
        warnings.simplefilter("error")
        return [int(place) for place in largest_losses(np.array(y, "int32"), np.array(p, "float32"), k)]


check.equal("labels 1, 0, 1, 0 and chances 0.9, 0.8, 0.3, 0.4", _places([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.4], 3), [1, 2, 3], but={
    "The largest loss comes first.": [0, 3, 2],
    "That is by the chance of 1: what counts is the chance of the row's own label.": [0, 1, 3],
    "Those are the smallest chances of 1: of a row with label 0 the own chance is 1 - p.": [2, 3, 1],
})
check.equal("own chances 0.5, 0.25, 0.5, 0.25", _places([1, 0, 0, 1], [0.5, 0.75, 0.5, 0.25], 4), [1, 3, 0, 2], but={
    "Of equal losses the smaller place comes first.": [3, 1, 2, 0],
})
check.equal("sure and wrong, twice", _places([1, 0, 1, 0], [1.0, 1.0, 0.0, 0.0], 3), [1, 2, 0], hint="Where the own chance is 0, the loss is infinite; 1 gives no loss.")
check.equal("own chances 0.000000001 and 0", _places([1, 1], [1e-9, 0.0], 2), [1, 0], but={
    "A chance that is nearly 0 is not 0: nothing is rounded up.": [0, 1],
})
check.equal("k above n", _places([1, 0], [0.75, 0.5], 5), [1, 0])
check.equal("all sure and wrong", _places([1, 0], [0.0, 1.0], 2), [0, 1], hint="All losses may be infinite: there may be no finite one.")
check.equal("what was printed", _printed.getvalue(), "")
_labels, _chances = np.array([1, 0, 1], "int32"), np.array([0.25, 1.0, 0.0], "float32")
largest_losses(_labels, _chances, 1)
check.equal("y and p afterwards", [*_labels.tolist(), *_chances.tolist()], [1, 0, 1, 0.25, 1.0, 0.0], hint="Work on copies.")
### BEGIN HIDDEN TESTS
for _n, _k, _steps in ((1, 1, 4), (16, 3, 8), (32, 32, 4), (16, 99, 2), (32, 12, 16)):   # many ties
    _y = check.inputs(_n, dtype="int32", low=0, high=2).numpy()
    _p = check.inputs(_n, dtype="int32", low=0, high=_steps + 1).numpy() / _steps
    check.reference(f"{_n} rows, ties, the {_k} largest", _places(_y, _p, _k))
for _n, _k in ((2, 1), (9, 4), (25, 25), (40, 7), (1000, 1000)):                                         # no two are equal
    _y = check.inputs(_n, dtype="int32", low=0, high=2).numpy()
    _p = (np.argsort(check.inputs(_n).numpy()) + 0.3) / _n
    check.reference(f"{_n} rows, the {_k} largest", _places(_y, _p, _k))
_y, _p = [1, 0, 1, 1, 0, 1], [0.0, 0.75, 1e-9, 1e-30, 1.0, 1e-8]
check.reference("nearly 0 and 0", _places(_y, _p, 6))
check.reference("nothing wrong at all", _places([1, 0, 1], [1.0, 0.0, 1.0], 2))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. By group
#
# One number for all hides the group that is worst off.
#
# - **In**: `by_group(hits, groups)`: `hits`, `bool[n]`, whether each row was answered rightly, n ≥ 1; `groups`, a dictionary, which may be empty, from names to `bool[n]`, whether each row belongs to the group; NumPy arrays. A row may be in several groups, or in none; no group is called `"rest"`.
# - **Out**: a list of tuples `(name, rows, share)`: ① one for each group, ② and one with the name `"rest"` for the rows that are in no group. ③ `rows` is the number of rows in the group, a whole number, ④ `share` the share of them that was answered rightly, a number from 0 to 1; ⑤ of a group without rows it is `None`. ⑥ The lowest share comes first, groups without rows last. ⑦ Groups with equal shares, and groups without rows, keep the order of `groups` among themselves, as if `"rest"` were the last of them. ⑧ `hits` and `groups` stay as they are.
# - **Example**: hits true, false, true, and one group `"small"` with the last two rows: `[("small", 2, 0.5), ("rest", 1, 1.0)]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# "rest" is a group like the others, once its rows are known. First all tuples, then the order.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Start from "in no group" for all rows, and take away the members of each group. Python's `sorted` keeps the order of what is equal; give it a key that is large where the share is `None`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# rest = np.ones(len(hits), bool)
# for members in groups.values():
#     rest = ____
# table = []
# for name, members in ____:
#     rows = ____
#     table.append((name, rows, ____ if rows else ____))
# return sorted(table, key=____)
# ```
#
# </details>


# %%
# exercise: by_group
def by_group(hits, groups):
    """Return the share of right answers in each group and in the rest, the worst first.

    Args:
        hits: bool[n].
        groups: dictionary from names to bool[n].

    Returns:
        list of (name, rows, share).
    """
    ### BEGIN SOLUTION
    claimed = np.sum([np.zeros(len(hits)), *groups.values()], axis=0)
    full, empty = [], []
    for name, members in [*groups.items(), ("rest", claimed == 0)]:
        inside = hits[members]
        if inside.size:
            full.append((name, inside.size, np.count_nonzero(inside) / inside.size))
        else:
            empty.append((name, 0, None))
    full.sort(key=lambda row: row[2])
    return full + empty
    ### END SOLUTION


# %% points=3
# check: by_group-1
_changed = []


def _table(hits, **groups):
    hits, groups = np.array(hits, bool), {name: np.array(members, bool) for name, members in groups.items()}
    before = repr((hits, groups))
    found = by_group(hits, groups)
    _changed.append(repr((hits, groups)) != before)
    return [(name, _plain(rows), None if share is None else round(float(share), 6)) for name, rows, share in found]


def _plain(rows):
    return rows.item() if isinstance(rows, np.generic) else rows


check.equal("two groups that share a row", _table([1, 0, 1, 1], outlined=[1, 0, 1, 0], small=[0, 1, 1, 0]),
            [("small", 2, 0.5), ("outlined", 2, 1.0), ("rest", 1, 1.0)], but={
    "The worst group comes first.": [("outlined", 2, 1.0), ("small", 2, 0.5), ("rest", 1, 1.0)],
    "rest has the rows that are in no group.": [("small", 2, 0.5), ("outlined", 2, 1.0)],
    "The share is taken within the group, not of all rows.": [("small", 2, 0.25), ("rest", 1, 0.25), ("outlined", 2, 0.5)],
})
check.equal("a group without rows, and no rest", _table([1, 0, 0], nobody=[0, 0, 0], all=[1, 1, 1]),
            [("all", 3, 0.333333), ("nobody", 0, None), ("rest", 0, None)], but={
    "A group without rows has the share None.": [("nobody", 0, 0.0), ("rest", 0, 0.0), ("all", 3, 0.333333)],
})
check.equal("nobody, and a group in which all is right", _table([1, 1], nobody=[0, 0], all=[1, 1]),
            [("all", 2, 1.0), ("nobody", 0, None), ("rest", 0, None)], but={
    "Groups without rows come last, behind a share of 1, too.": [("nobody", 0, None), ("all", 2, 1.0), ("rest", 0, None)],
})
check.equal("equal shares", _table([1, 1, 0], z=[1, 0, 0], a=[1, 1, 0], b=[0, 0, 1], m=[0, 1, 0]),
            [("b", 1, 0.0), ("z", 1, 1.0), ("a", 2, 1.0), ("m", 1, 1.0), ("rest", 0, None)], hint="What is equal stays in the order of the dictionary.")
check.that("hits and groups are as they were", not any(_changed), "The dictionary is the caller's: put nothing in it, and change none of its arrays.")
_many = np.arange(3999)
_hits = (_many != 0) & (_many != 2000)     # all but one of 2,000, and all but one of 1,999
check.equal("0.9995 and 0.99949975", [_row[0] for _row in _table(_hits, more=_many < 2000, fewer=_many >= 2000)], ["fewer", "more", "rest"],
            hint="Sort by the shares as they are, not rounded.")
check.equal("one of one, six of six", [_row[0] for _row in _table([1] * 7, one=[0] * 6 + [1], six=[1] * 6 + [0])], ["one", "six", "rest"],
            hint="Count first and divide once: six sixths, added up, are a little less than 1.")
### BEGIN HIDDEN TESTS
for _n, _kinds in ((1, 1), (6, 2), (12, 4), (40, 6), (5, 0)):
    _hits = check.inputs(_n, dtype="int32", low=0, high=2).numpy()
    _groups = {f"g{7 - _k}": check.inputs(_n, dtype="int32", low=0, high=4).numpy() == 0 for _k in range(_kinds)}
    _rows = _table(_hits, **_groups)
    check.reference(f"{_n} rows, {_kinds} groups: names", [_row[0] for _row in _rows])
    check.reference(f"{_n} rows, {_kinds} groups: rows", [_row[1] for _row in _rows])
    check.reference(f"{_n} rows, {_kinds} groups: shares", [-1.0 if _row[2] is None else _row[2] for _row in _rows])
_rows = _table(np.arange(10000) < 3333, third=np.isin(np.arange(10000), (0, 5000, 6000)), all=np.ones(10000, bool))
check.reference("0.3333 of ten thousand, and a third: names", [_row[0] for _row in _rows])
check.reference("0.3333 of ten thousand, and a third", [[_row[1], str(_row[2])] for _row in _rows])
_ten = np.arange(10)
check.reference("one of three and three of nine are equal", [_row[0] for _row in _table(np.isin(_ten, (0, 3, 4, 5)), three=_ten < 3, nine=_ten > 0)])
_rows = _table([0, 1, 0, 1], none=[0] * 4, wrong=[1, 0, 1, 0], never=[0] * 4)
check.reference("nothing right, and nobody", [[_row[0], _row[1], str(_row[2])] for _row in _rows])
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: two parts of one folder
#
# `picture_parts` makes training and validation data of the pictures of a folder. It runs, a network trains on it, and it has three faults: the loss never falls; validation wanders without reason; and the same folder, read in another order, gives the classes other numbers. Put all three right.
#
# - **In**: `picture_parts(pictures, kinds, held, vary)`: `pictures`, `float32[n, h, w, c]`, and `held`, `bool[n]`, the rows for validation; NumPy arrays, some rows are held, some are not; `kinds`, a list of n strings, the class of each picture; `vary`, a function from a picture, `float32[h, w, c]`, to a version of it, written in TensorFlow.
# - **Out**: a tuple `(training, validation, classes)`. ① `classes`: the list of the different strings in `kinds`, in the order of the alphabet as Python's `sorted` has it; ② a picture's label is the place of its kind in `classes`. The other two are `tf.data.Dataset`s of pairs `(picture, label)`, not batched. ③ `training` has each row that is not held once in a pass, each with its own label, ④ in a new order in each pass, ⑤ each picture varied by one call of `vary`, anew in each pass; ⑥ `validation` has the held rows in the order in which they stand in `pictures`, as they are.
# - **Example**: kinds `"round"`, `"angular"`: the classes are `["angular", "round"]`, and the first picture has the label 1.
#
# <details><summary>Hint 1: the idea</summary>
#
# Follow one picture and its label through each line. Do they ever part? Then follow a picture that is held.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make pairs first, then shuffle pairs. `map` gets both parts of a pair and returns both. What is not for training has neither shuffle nor map.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# classes = ____
# labels = np.array([____ for kind in kinds])
# training = tf.data.Dataset.from_tensor_slices((____, ____)).shuffle(____).map(lambda picture, label: ____)
# validation = ____
# return training, validation, classes
# ```
#
# </details>


# %%
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    """Return training and validation data of labelled pictures, and the classes.

    Args:
        pictures: float32[n, h, w, c].
        kinds: list of n strings.
        held: bool[n], the rows for validation.
        vary: a function from float32[h, w, c] to float32[h, w, c].

    Returns:
        (training, validation, classes): two datasets of (picture, label), a list of strings.
    """
    ### BEGIN SOLUTION
    #| classes = list(dict.fromkeys(kinds))
    #| labels = np.array([classes.index(kind) for kind in kinds])
    #| parts = []
    #| for rows in (~held, held):
    #|     x = tf.data.Dataset.from_tensor_slices(pictures[rows]).shuffle(len(pictures)).map(vary)
    #|     y = tf.data.Dataset.from_tensor_slices(labels[rows]).shuffle(len(pictures))
    #|     parts.append(tf.data.Dataset.zip(x, y))
    #| return parts[0], parts[1], classes
    classes, labels = np.unique(kinds, return_inverse=True)
    x, y = tf.constant(pictures), tf.constant(labels)
    rows = tf.data.Dataset.from_tensor_slices(np.flatnonzero(~held)).shuffle(len(held))
    training = rows.map(lambda row: (vary(x[row]), y[row]))
    validation = tf.data.Dataset.from_tensors((x[held], y[held])).unbatch()
    return training, validation, classes.tolist()
    ### END SOLUTION


# %% points=2
# check: picture_parts-1
_kinds = ["round", "angular", "round", "star", "angular", "round", "angular", "star", "round", "angular"]
_held = np.isin(np.arange(10), [1, 3, 8])
_training, _validation, _classes = picture_parts(numbered(10), _kinds, _held, lambda x: x)
check.equal("classes", list(map(str, _classes)), ["angular", "round", "star"], but={
    "The order of the alphabet, not that of their first picture.": ["round", "angular", "star"],
})
_first = pairs(_training)
check.close("picture numbers and labels in training, sorted", sorted(_first), [[0, 1], [2, 1], [4, 0], [5, 1], [6, 0], [7, 2], [9, 0]],
            hint="Each picture with its own label: do not shuffle them by themselves.")
_orders = {tuple(_number for _number, _ in pairs(_training)) for _ in range(6)} | {tuple(_number for _number, _ in _first)}
check.that("passes come in different orders", len(_orders) > 1, "Shuffle the training pairs, anew in each pass.")
check.close("picture numbers and labels in validation", pairs(_validation), [[1, 0], [3, 2], [8, 1]], hint="As they stand, and as they are.")
### BEGIN HIDDEN TESTS
for _n, _many in ((12, 2), (20, 3), (40, 7)):
    _draws = check.inputs(_n, dtype="int32", low=0, high=_many).numpy()
    _draws[0], _draws[-1] = _many, _many + 1        # one kind is held altogether, one not at all
    _kinds = [f"{'zcQahBxDy'[_k]}{_k}" for _k in _draws]
    _held = check.inputs(_n, dtype="int32", low=0, high=4).numpy() == 0
    _held[:3], _held[-3:] = True, False
    _training, _validation, _classes = picture_parts(numbered(_n), _kinds, _held, lambda x: x)
    check.reference(f"{_n} pictures: classes", list(map(str, _classes)))
    check.reference(f"{_n} pictures: training, sorted", sorted(pairs(_training)))
    check.reference(f"{_n} pictures: validation", pairs(_validation))
    check.reference(f"{_n} pictures: validation again", pairs(_validation))
_training, _, _ = picture_parts(numbered(12), list("ab" * 6), np.arange(12) == 7, lambda x: x)
_orders = {tuple(_number for _number, _ in pairs(_training)) for _ in range(4)}
check.that("one row is held: passes come in different orders", len(_orders) > 1)
_, _validation, _classes = picture_parts(numbered(300), [f"kind {_k}" for _k in range(300)], np.arange(300) % 6 == 3, lambda x: x)
check.reference("300 kinds: validation", pairs(_validation))
check.reference("300 kinds: classes", list(map(str, _classes)))
### END HIDDEN TESTS

# %% points=2
# check: picture_parts-2
_held = np.isin(np.arange(8), [0, 5])
_training, _validation, _ = picture_parts(numbered(8), list("abababab"), _held, lambda x: 10.0 * x + 1.0)
check.close("vary gives 10x + 1: numbers in training", sorted(_number for _number, _ in pairs(_training)), [11, 21, 31, 41, 61, 71], but={
    "Training pictures are varied.": [1, 2, 3, 4, 6, 7],
})
check.close("vary gives 10x + 1: numbers in validation", [_number for _number, _ in pairs(_validation)], [0, 5], but={
    "Validation pictures stay as they are.": [1, 51],
    "Validation pictures stay as they are, and in their order: neither `map` nor `shuffle`.": [51, 1],
    "Validation pictures stay in the order in which they stand in `pictures`: no `shuffle`.": [5, 0],
})
_noisy, _, _ = picture_parts(numbered(8), list("abababab"), _held, lambda x: x + tf.random.uniform((), 0.0, 0.5))
_passes = [np.array(sorted(pairs(_noisy)))[:, 0] for _ in range(3)]
check.that("vary draws anew in each pass", not np.allclose(_passes[0], _passes[1], atol=2e-3) or not np.allclose(_passes[1], _passes[2], atol=2e-3), "Let map call vary in each pass: a version that is kept is always the same one.")
_called = tf.Variable(0.0)
_counted, _, _ = picture_parts(numbered(8), list("abababab"), _held, lambda x: x + 0.01 * _called.assign_add(1.0))
pairs(_counted)
_before = float(_called.numpy())
pairs(_counted)
check.equal("calls of vary in a second pass, for six pictures", round(float(_called.numpy()) - _before), 6, hint="Let map call vary in each pass: do not draw among versions that were made beforehand.")
check.that("and for each picture", np.ptp(_passes[0] - np.floor(_passes[0])) > 0.005, "Each picture is varied by itself.")
### BEGIN HIDDEN TESTS
for _n in (9, 16):
    _pixels = check.inputs(_n, 3, 2, 3).numpy()
    _held = np.arange(_n) % 4 == 1
    _training, _validation, _ = picture_parts(_pixels, [f"{(_k * 7) % 5}" for _k in range(_n)], _held, lambda x: tf.reverse(x, [1]) * 2.0)
    _whole = sorted((np.asarray(_x).ravel().tolist() for _x, _ in _training))
    check.reference(f"{_n} pictures, mirrored and doubled: training", np.array(_whole))
    check.reference(f"{_n} pictures, mirrored and doubled: validation", np.stack([np.asarray(_x) for _x, _ in _validation]))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: how much is decided by the background?
#
# Put each shape on the background of another picture, pixel by pixel, and see whose answer comes out.
#
# - **In**: `background_share(model, pictures, masks, partners)`: `model`, a function from `float32[m, h, w, c]` to chances `float32[m, 1]`, an array or a tensor, for any m ≥ 1; `pictures`, `float32[n, h, w, c]`; `masks`, `bool[n, h, w]`, true where the shape is; each mask has both true and false; `partners`, `int32[n]`, row numbers; all NumPy arrays.
# - The *composite* of picture i and its partner j has at each place ① where the mask of i is true: the pixel of i; ② elsewhere, where the mask of j is false: the pixel of j; ③ elsewhere, under the shape of j: the mean of j's background, that is, for each channel, the mean over the places where j's mask is false.
# - An answer is *yes* where the chance is above 0.5. Only such pictures count ④ whose answer differs from that of their partner, both as they are.
# - **Out**: ⑤ a number: of the pictures that count, the share whose composite gets the answer of the partner; ⑥ `None` if no picture counts. ⑦ `pictures` and `masks` are not changed.
# - **Example**: a model that looks at one place which belongs to every background gives 1.0; one that looks at a place which belongs to every shape gives 0.0.
#
# <details><summary>Hint 1: the idea</summary>
#
# Make for each picture its background alone first, with the hole under its shape filled. Then a composite is a choice between two pictures.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `picture[~mask]` is a list of pixels, `[k, c]`; its mean over the first axis fills the hole. `np.where` wants the mask with one more axis, so that it fits the channels. Three answers: of the pictures, of the pictures at `partners`, and of the composites.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# grounds = np.stack([np.where(____, picture[~mask].____, picture) for picture, mask in zip(pictures, masks)])
# composites = np.where(____, pictures, ____)
# before = ____
# after = ____
# counts = before != ____
# return ____ if ____ else None
# ```
#
# </details>


# %%
# exercise: background_share
def background_share(model, pictures, masks, partners):
    """Return how often the answer for a shape on another background is that of the other picture.

    Args:
        model: a function from float32[m, h, w, c] to float32[m, 1].
        pictures: float32[n, h, w, c].
        masks: bool[n, h, w], true where the shape is.
        partners: int32[n], row numbers.

    Returns:
        a number from 0 to 1, or None.
    """
    ### BEGIN SOLUTION
    yes = np.asarray(model(pictures))[:, 0] > 0.5
    chosen = [i for i, j in enumerate(partners) if yes[i] != yes[j]]
    if not chosen:
        return None
    followed = 0
    for i in chosen:
        j = partners[i]
        scene = pictures[j].copy()
        scene[masks[j]] = scene[~masks[j]].mean(axis=0)
        scene[masks[i]] = pictures[i][masks[i]]
        followed += (np.asarray(model(scene[np.newaxis]))[0, 0] > 0.5) == yes[j]
    return followed / len(chosen)
    ### END SOLUTION


# %% points=4
# check: background_share-1
def _looks_at(*places):
    """Return a model that says yes where the mean of the given places of the first channel is above 0.5."""
    return lambda x: np.mean([np.asarray(x)[:, r, c, :1] for r, c in places], axis=0)


# pictures of 1 × 4 pixels; the shape of the first is at place 1, that of the second at place 2
_pictures = np.array([[0.9, 0.8, 0.9, 0.6], [0.1, 0.2, 0.3, 0.4]], "float32").reshape(2, 1, 4, 1)
_masks = np.array([[0, 1, 0, 0], [0, 0, 1, 0]], bool).reshape(2, 1, 4)
_swap = np.array([1, 0], "int32")
_kept = _pictures.copy(), _masks.copy()
check.close("a model that looks at place 3, always ground", background_share(_looks_at((0, 3)), _pictures, _masks, _swap), 1.0, but={
    "The shape is kept and the ground changes, not the reverse.": 0.0,
})
_tensor_model = lambda x: tf.matmul(tf.reshape(x, (-1, 4)), tf.constant([[0.0], [0.0], [0.0], [1.0]]))
check.close("the same, answered by a tensor", background_share(_tensor_model, _pictures, _masks, _swap), 1.0, hint="A Keras model answers with a tensor. This one stops if it gets float64.")
check.close("pictures and masks", [_pictures, _masks.astype(int)], [_kept[0], _kept[1].astype(int)], hint="Work on copies.")
check.close("at place 1, the shape of the first", background_share(_looks_at((0, 1)), _pictures, _masks, _swap), 0.5)
_composites = []


def _notes(x):
    _composites.extend(np.asarray(x, "float32").reshape(-1, 4).tolist())
    return np.asarray(x)[:, 0, 0]


background_share(_notes, _pictures, _masks, _swap)
check.that("the model sees the first composite: 0.1, 0.8, 0.2333, 0.4", any(np.allclose(row, [0.1, 0.8, 0.7 / 3, 0.4], atol=1e-3) for row in _composites),
           "Place 1 is the shape of the first. Under the shape of the second stands the mean of its ground, of 0.1, 0.2 and 0.4.")
_dark = _pictures.copy()
_dark[1, 0, 3] = 0.0
background_share(_notes, _dark, _masks, _swap)
check.that("with 0 at place 3 of the second: 0.1, 0.8, 0.1, 0", any(np.allclose(row, [0.1, 0.8, 0.1, 0.0], atol=1e-3) for row in _composites),
           "Its ground is 0.1, 0.2 and 0: black places count in the mean, too.")
check.equal("one picture, which is its own partner", background_share(_looks_at((0, 0)), _pictures[:1], _masks[:1], np.array([0], "int32")), None)
check.equal("a model that always says yes", background_share(lambda x: np.ones((len(x), 1), "float32"), _pictures, _masks, _swap), None)
_three = np.array([0.9, 0.8, 0.1], "float32").reshape(3, 1, 1, 1) * np.ones((3, 1, 2, 1), "float32")
_left = np.array([[[1, 0]]] * 3, bool)
check.close("answers yes, yes, no; partners 1, 2, 0; it looks at the ground", background_share(_looks_at((0, 1)), _three, _left, np.array([1, 2, 0])), 1.0)
check.close("it looks at the shape", background_share(_looks_at((0, 0)), _three, _left, np.array([1, 2, 0])), 0.0, but={
    "Only pictures whose answer differs from their partner's count.": 1 / 3,
})
_fifty = np.array([0.75, 0.5], "float32").reshape(2, 1, 1, 1) * np.ones((2, 1, 2, 1), "float32")
check.close("chances 0.75 and 0.5, it looks at the ground", background_share(_looks_at((0, 1)), _fifty, _left[:2], _swap), 1.0,
            hint="Yes is above 0.5, so 0.5 is no: these two count.")
def _awake(x):
    assert len(x) > 0, "the model was asked about no picture: m is 1 or more"
    return np.ones((len(x), 1), "float32")


check.equal("a model that always says yes, and must be asked about something", background_share(_awake, _pictures, _masks, _swap), None)
### BEGIN HIDDEN TESTS
for _n, _h, _w, _c in ((2, 3, 3, 1), (9, 4, 3, 2), (16, 3, 5, 3), (12, 2, 2, 2)):
    _pictures = check.inputs(_n, _h, _w, _c).numpy()
    _masks = check.inputs(_n, _h, _w).numpy() > 0.2
    _masks[:, 0, 0], _masks[:, -1, -1] = False, True
    for _turn in range(3):
        _kernel = check.inputs(_h, _w, _c).numpy()
        _partners = np.argsort(check.inputs(_n).numpy()).astype("int32")
        _partners[0] = _partners[-1]
        _bend = lambda x: 1 / (1 + np.exp(-np.sum(np.asarray(x) * _kernel, axis=(1, 2, 3))[:, np.newaxis]))
        _kept = _pictures.copy(), _masks.copy()
        _share = background_share(_bend, _pictures, _masks, _partners)
        check.reference(f"{_n} pictures of {_h} × {_w}, any model {_turn}", -1.0 if _share is None else float(_share))
        check.equal("pictures and masks", [bool(np.array_equal(*_both)) for _both in zip(_kept, (_pictures, _masks))], [True, True])
    for _r, _c2 in ((0, 0), (_h - 1, _w - 1), (0, 1)):
        _share = background_share(lambda x: (np.asarray(x)[:, _r, _c2, -1:] > 0).astype("float32"), _pictures, _masks, _partners)
        check.reference(f"{_n} pictures of {_h} × {_w}: it looks at ({_r}, {_c2})", -1.0 if _share is None else float(_share))
check.reference("each is its own partner", str(background_share(_looks_at((0, 0)), _pictures, _masks, np.arange(_n))))
### END HIDDEN TESTS
