# %% [markdown]
# # Exercises: Spark
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Five exercises need no Spark: what Spark calls is plain Python. The last one runs on Spark, too, where it is installed (`make spark`).
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import itertools
import math
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from grader import check
from grader.spark import java, session


# %%
class Loader:
    """Loads a model that adds up the pixels of a row and doubles them; counts its loads, and refuses what none can.

    The model takes an array or a tensor, float32[n, d], n at least 1 and at most `most`, and returns float32[n, 2].
    """

    def __init__(self, most=1000):
        self.loads, self.most, self.sizes = 0, most, []

    def __call__(self):
        self.loads += 1
        return self.predict

    def predict(self, pixels):
        if getattr(pixels, "dtype", None) != "float32":
            raise TypeError(f"this model takes a float32 array, not {getattr(pixels, 'dtype', type(pixels).__name__)}")
        pixels = np.asarray(pixels)
        if pixels.ndim != 2 or not 1 <= len(pixels) <= self.most:
            raise ValueError(f"this model takes from 1 to {self.most} rows of pixels at once, not shape {pixels.shape}")
        self.sizes.append(len(pixels))
        total = pixels.sum(axis=1)
        return np.stack([total, 2 * total], axis=1)


# %%
def frame(first, rows):
    """Return a batch as Spark hands it over: ids from `first` on, and pixels; None where a row has no pixels."""
    return pd.DataFrame({"id": range(first, first + len(rows)), "pixels": pd.Series(list(rows), dtype=object)})


def contents(folder):
    """Return what the files in a folder hold, by name."""
    return {path.name: path.read_text() for path in sorted(Path(folder).iterdir())}


# %% [markdown]
# ## 1. Batches
#
# A partition comes as an iterator of rows, which may be longer than memory. `by_batches(rows, size)` cuts it.
#
# - **In**: `rows`, any iterable, also one that can be read only once or cannot be sliced, of rows of any kind, also arrays; `size`, 1 or more.
# - **Out**: an iterator of lists: ① the rows in their order, `size` in each list, ② the last list with what remains; ③ no list is empty. ④ Not one row more is taken from `rows` than the lists asked for hold, so none before the first is asked for.
# - **Example**: five rows a, b, c, d, e in twos are `["a", "b"]`, `["c", "d"]`, `["e"]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# A generator: gather rows in a list; when it is full, hand it out and begin a new one. What is left at the end?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Hand out as soon as the list is full, not when the next row comes. After the loop, hand out the rest, if there is one. `itertools.islice` takes a few of an iterator, too.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# batch = []
# for row in rows:
#     batch.____(row)
#     if len(batch) == ____:
#         yield ____
#         batch = ____
# if ____:
#     yield ____
# ```
#
# </details>


# %%
# exercise: by_batches
def by_batches(rows, size):
    """Return an iterator of lists of `size` rows, the last with what remains.

    Args:
        rows: iterable, of any length.
        size: rows in a batch, 1 or more.
    """
    ### BEGIN SOLUTION
    source = iter(rows)
    while some := list(itertools.islice(source, size)):
        yield some
    ### END SOLUTION


# %% points=2
# check: by_batches-1
check.equal("five rows in twos", list(by_batches("abcde", 2)), [["a", "b"], ["c", "d"], ["e"]], but={
    "The remainder belongs to it: the last list may be shorter.": [["a", "b"], ["c", "d"]],
    "All lists are one and the same, emptied and filled again: begin a new list.": [["e"], ["e"], ["e"]],
})
check.equal("four rows in twos", list(by_batches(iter([1, 2, 3, 4]), 2)), [[1, 2], [3, 4]], but={
    "Nothing remains, so there is no further list.": [[1, 2], [3, 4], []],
})
check.equal("no rows", list(by_batches([], 3)), [])
check.equal("None, 1 and None in twos", list(by_batches([None, 1, None], 2)), [[None, 1], [None]], but={
    "None is a row as any other: do not drop it.": [[1]],
})
check.equal("True, False, 0 and an empty text in twos", list(by_batches([True, False, 0, ""], 2)), [[True, False], [0, ""]], hint="Whatever a row is, it is not the end: only the iterator knows where that is.")
check.equal("the keys of a dictionary in twos", list(by_batches({"a": 1, "b": 2, "c": 3}, 2)), [["a", "b"], ["c"]], hint="Any iterable will do: go through it with `for` or `next`; not all can be sliced.")
check.equal("how many lists five thousand rows in ones give", sum(1 for _ in by_batches(range(5000), 1)), 5000)
_source = iter(range(1000))
_first = next(iter(by_batches(_source, 3)))
check.equal("the first three of a thousand rows, and the row that is next", [_first, next(_source, "none")], [[0, 1, 2], 3], but={
    "One row too many was taken: hand the list out as soon as it is full.": [[0, 1, 2], 4],
    "All rows were taken for the first batch, and may not fit into memory.": [[0, 1, 2], "none"],
})
check.equal("rows [1], [2] and [] in twos", list(by_batches([[1], [2], []], 2)), [[[1], [2]], [[]]], hint="A row without values is a row as any other: what counts is how many rows remain, not what is in them.")
_lists = by_batches([1, 2, 3], 2)
check.that("an iterator comes out, which goes on where it stopped", iter(_lists) is _lists, hint="What only begins anew with each loop is no iterator: a function with `yield` in it returns one.")
### BEGIN HIDDEN TESTS
from collections import deque as _deque

_values = np.asarray(check.inputs(23, dtype="int32", low=0, high=100)).tolist()
for _size in (1, 5, 23, 40):
    check.reference(f"23 rows in batches of {_size}", list(by_batches(iter(_values), _size)))
check.reference("a deque, which cannot be sliced", list(by_batches(_deque(_values), 5)))
check.reference("rows that are arrays", list(by_batches(list(np.asarray(check.inputs(5, 3))), 2)))
check.reference("two at the same time", list(zip(by_batches(_values, 3), by_batches(iter(_values[::-1]), 4))))
_counted = iter(range(100))
_batches = by_batches(_counted, 4)
check.reference("nothing is asked for yet: what is next", next(_counted))
_batches = iter(_batches)
check.reference("two batches, and what is next", [next(_batches), next(_batches), next(_counted, "none")])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A partition with gaps
#
# Write what `mapInPandas` wants, `predict_partition(batches, load)`. In real tables some rows have no pixels, a batch may have none at all, and a partition may have no batch.
#
# - **In**: `batches`, an iterator of pandas frames with the columns `id`, whole numbers, no two alike, and `pixels`: lists of numbers, all of one length of 1 or more, or None where a row has none. A frame may have no rows; the index of each begins at 0, as Spark makes it. `load`, a function without arguments that returns a model: it takes `float32[n, d]`, ① n at least 1, and returns an array, `float32[n, 2]`.
# - **Out**: an iterator of pandas frames: ② one for each batch, with the columns `id` and `p` and no others, its ids in their order; in `p` ③ the model's two numbers for the row's pixels, as a list or an array, ④ and None for a row without pixels, neither `nan` nor `pd.NA`, which Spark refuses where it wants a list. ⑤ `load` is called once at most, ⑥ and not at all if no row has pixels. ⑦ The model gets an array or a tensor, of `float32`.
# - **Example**: of three rows with pixels `[1, 2]`, None and `[3, 4]` the model gets two.
#
# <details><summary>Hint 1: the idea</summary>
#
# For each batch: which rows have pixels? Ask the model for those alone, if there are any, and put its answers back to their places.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `batch["pixels"].notna()` tells which. Begin with a list of None, as long as the batch, and fill places. Keep the model in a variable that is None before the first load.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# model = None
# for each in batches:
#     answers = [None] * ____
#     places = [i for i, pixels in enumerate(each["pixels"]) if ____]
#     if ____:
#         if model is None:
#             model = ____
#         found = model(np.stack([____ for i in places]).astype(____))
#         for i, answer in zip(places, found):
#             ____
#     yield pd.DataFrame({"id": each[____], "p": ____})
# ```
#
# </details>


# %%
# exercise: predict_partition
def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch.

    Args:
        batches: iterator of frames with the columns "id" and "pixels", of which some may be None.
        load: function that returns a model, from float32[n, d] to float32[n, 2].
    """
    ### BEGIN SOLUTION
    loaded = []
    for piece in batches:
        known = piece[piece["pixels"].notna()]
        answers = pd.Series([None] * len(piece), index=piece.index, dtype=object)
        if len(known):
            if not loaded:
                loaded.append(load())
            block = np.array(known["pixels"].tolist(), dtype="float32")
            answers[known.index] = pd.Series(list(np.asarray(loaded[0](block))), index=known.index)
        yield pd.DataFrame({"id": piece["id"], "p": answers})
    ### END SOLUTION


# %% points=4
# check: predict_partition-1
def _told(frames):
    """Return frames as plain lists: for each frame its ids, and for each row two numbers or None."""
    told = []
    for each in frames:
        answers = [None if p is None or np.ndim(p) == 0 else [float(v) for v in p] for p in each["p"]]
        told.append([[int(i) for i in each["id"]], answers])
    return told


_loader = Loader()
_found = _told(predict_partition(iter([frame(0, [[1, 2], None, [3, 4]])]), _loader))
check.equal("pixels [1, 2], None, [3, 4]", _found, [[[0, 1, 2], [[3.0, 6.0], None, [7.0, 14.0]]]], but={
    "A row without pixels is still a row: its id stays, with None.": [[[0, 2], [[3.0, 6.0], [7.0, 14.0]]]],
    "The answers have slipped: put each back to the place of its row.": [[[0, 1, 2], [[3.0, 6.0], [7.0, 14.0], None]]],
})
_mixed = pd.DataFrame({"id": [3, 1, 2], "pixels": pd.Series([[1, 1], None, [2, 2]], dtype=object)})
check.equal("ids 3, 1, 2", _told(predict_partition(iter([_mixed]), Loader())), [[[3, 1, 2], [[2.0, 4.0], None, [4.0, 8.0]]]], but={
    "The ids keep the order in which they came: do not sort.": [[[1, 2, 3], [None, [4.0, 8.0], [2.0, 4.0]]]],
})
_loader = Loader()
_found = _told(predict_partition(iter([frame(5, [[1, 1]]), frame(6, []), frame(6, [None]), frame(7, [[2, 2]])]), _loader))
check.equal("four batches: one row, none, a gap, one row", _found, [
    [[5], [[2.0, 4.0]]], [[], []], [[6], [None]], [[7], [[4.0, 8.0]]],
])
check.equal("loads for four batches", _loader.loads, 1, but={
    "Load before the first prediction, and keep the model for all batches.": 2,
    "Load before the first prediction, and keep the model for all batches: not one for each.": 4,
})
_loader = Loader()
check.equal("no batch at all", list(predict_partition(iter([]), _loader)), [])
check.equal("only gaps", _told(predict_partition(iter([frame(0, [None, None])]), _loader)), [[[0, 1], [None, None]]])
check.equal("loads where no row has pixels", _loader.loads, 0)
_loader = Loader()
_found = _told(predict_partition(iter([frame(0, [[1, 2]] * 512), frame(512, [[1, 2]] * 1000)]), _loader))
check.equal("rows that the model got, of batches of 512 and 1000", sum(_loader.sizes), 1512, hint="Each row with pixels goes to the model once.")
_gaps = [each["p"].tolist()[-1] for each in predict_partition(iter([frame(0, [[1, 2], None]), frame(2, [None])]), Loader())]
check.that("rows without pixels, one behind another row and one alone, have None", all(p is None for p in _gaps),
           "No number stands for a missing answer, not 0 either, and in no batch. Spark refuses `nan` and `pd.NA`, too: write None.")


def _unsure():
    """Load a model that answers 0.25 and 0.75, whatever the pixels are."""
    return lambda pixels: np.float32([[0.25, 0.75]] * len(pixels))


_found = _told(predict_partition(iter([frame(0, [[1, 2], None])]), _unsure))
check.equal("whole numbers for pixels, and answers that are none", _found, [[[0, 1], [[0.25, 0.75], None]]], but={
    "The answers are cut to whole numbers: an array of the pixels' dtype cannot hold them.": [[[0, 1], [[0.0, 0.0], None]]],
})
### BEGIN HIDDEN TESTS
_numbers = np.asarray(check.inputs(40, 3, low=-4.0, high=4.0)).astype("float64")
_holes = np.asarray(check.inputs(40, dtype="int32", low=0, high=3))
_pixels = [None if hole == 0 else row.tolist() for hole, row in zip(_holes, _numbers)]
_cuts = [0, 1, 1, 9, 30, 40]
_parts = [frame(_a, _pixels[_a:_b]) for _a, _b in zip(_cuts, _cuts[1:])]
_loader = Loader()
_answers = _told(predict_partition(iter(_parts), _loader))
check.reference("ids of 40 rows with gaps", [ids for ids, _ in _answers])
check.reference("where the gaps are", [p is None for _, ps in _answers for p in ps])
check.reference("the answers", np.array([p for _, ps in _answers for p in ps if p is not None]))
check.reference("loads", _loader.loads)
check.reference("rows that the model got", sum(_loader.sizes))
_dark = _told(predict_partition(iter([frame(0, [[0, 0], None, [1, 0], [0, 0]])]), Loader()))
check.reference("rows whose pixels are all 0", _dark)
_columns = [sorted(each.columns) for each in predict_partition(iter([frame(0, [[1, 2], None]), frame(2, [None])]), Loader())]
check.equal("the columns of each frame", _columns, [["id", "p"], ["id", "p"]], hint="`id` and `p`, and no others.")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Kept, but not too many
#
# A worker process lives for many tasks, and a job may use several models, one for each language, say. `kept(load, room)` makes a function `get` that loads each model when it is first needed and keeps it, but never more than `room` of them.
#
# - **In**: `load`, a function from a path to a model; `room`, 1 or more.
# - **Out**: a function `get(path)`: ① it returns what `load(path)` returns, ② the same object again as long as it is kept, without a load; none goes while there is room. ③ Also None can be a model. ④ Where a further one does not fit, the one that was *asked for* longest ago goes. ⑤ If `load` raises, the error goes to the caller, all that was kept stays, and the next `get` of that path loads again. ⑥ What two calls of `kept` made has nothing in common, also where they were given the same.
# - **Example**: with room for two, and "a", "b", "a", "c" asked for in this order, "b" goes.
#
# <details><summary>Hint 1: the idea</summary>
#
# A dictionary inside `kept`, one for each call. To know which was asked for longest ago, keep them in the order in which they were asked for.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A dictionary keeps the order in which keys came. Take an entry out and put it in again at each `get`: then the first is the one that was asked for longest ago. Or look what `functools` has.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# models = {}
#
# def get(path):
#     if path in ____:
#         model = models.pop(____)
#     else:
#         model = ____
#         if len(models) == ____:
#             del models[next(iter(____))]
#     models[path] = ____
#     return ____
#
# return ____
# ```
#
# </details>


# %%
# exercise: kept
def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for.

    Args:
        load: function from a path to a model.
        room: how many are kept at most, 1 or more.
    """
    ### BEGIN SOLUTION
    models = {}

    def get(path):
        known = path in models
        found = models.pop(path) if known else load(path)
        models[path] = found
        while len(models) > room:
            models.pop(min(models, key=list(models).index))
        return found

    return get
    ### END SOLUTION


# %% points=3
# check: kept-1
def _asked(room, paths, make=kept):
    """Return what was loaded, in order, when these paths were asked for."""
    loaded = []
    get = make(lambda path: loaded.append(path) or [path], room)
    for path in paths:
        get(path)
    return "".join(loaded)


_get = kept(lambda path: [path], 2)
_one = _get("de")
check.equal("what get returns", _one, ["de"])
check.that("the same object again", _get("de") is _one, hint="Keep what load has returned, and return it.")
_get = kept(lambda path: path, 3)
_files = ["de/model.keras", "fr/model.keras", "de/model.h5"]
check.equal("files of one name, in two folders and with two endings", [_get(path) for path in _files], _files, but={
    "They lie in two folders: keep models by their whole path.": ["de/model.keras", "de/model.keras", "de/model.h5"],
    "They have two endings: keep models by their whole path, with the ending.": ["de/model.keras", "fr/model.keras", "de/model.keras"],
})
check.equal("room for two: loads for a b a b a", _asked(2, "ababa"), "ab", but={
    "Each get loads: look first whether the path is known.": "ababa",
    "There is room for two.": "ababa",
})
check.equal("room for two: loads for a b a c a b", _asked(2, "abacab"), "abcb", but={
    "When c came, b had been asked for longest ago: an ask counts, not only a load.": "abcab",
    "There is room for two: one has to go when c comes.": "abc",
})
check.equal("room for one: loads for a a b b a", _asked(1, "aabba"), "aba")
_loads = []
_get = kept(lambda path: _loads.append(path), 2)
check.equal("a model that is None, asked for twice", [_get("x"), _get("x"), len(_loads)], [None, None, 1], but={
    "None is a model, too: ask whether the path is known, not what it holds.": [None, None, 2],
})
_state = {"down": True}


def _fail_once(path):
    if _state["down"]:
        _state["down"] = False
        raise OSError("the disk is away")
    return "a model"


_get = kept(_fail_once, 2)
check.raises("a load that fails", OSError, _get, "x")
check.equal("the next try", _get("x"), "a model")
check.equal("two that have nothing in common", [kept(len, 2)("four"), kept(str.upper, 2)("four")], [4, "FOUR"], but={
    "They share one dictionary: make it inside of kept.": [4, 4],
})
_loads = []


def _noted(path):
    _loads.append(path)
    if path == "bad":
        raise OSError("no such file")
    return [path]


check.that("two of the same load and room have nothing in common", kept(_noted, 1)("a") is not kept(_noted, 1)("a"), hint="Each call of kept begins with no model.")
_loads.clear()
_get = kept(_noted, 1)
_get("a")
check.raises("room for one, which is taken: a load that fails", OSError, _get, "bad")
_get("a")
check.equal("loads for a, the one that failed, a", _loads, ["a", "bad"], but={
    "Nothing came, so nothing had to go: load first, then make room.": ["a", "bad", "a"],
})
_loads.clear()
_get = kept(_noted, 2)
_get("a"), _get("b")
check.raises("room for two, which is taken: a load that fails", OSError, _get, "bad")
_get("c"), _get("b")
check.equal("loads for a, b, the one that failed, c, b", _loads, ["a", "b", "bad", "c"], but={
    "A load that fails changes nothing: a had still been asked for longest ago when c came.": ["a", "b", "bad", "c", "b"],
})
for _kind in (ValueError, KeyboardInterrupt):

    def _stops(path, kind=_kind):
        _loads.append(path)
        if path == "bad":
            raise kind("no model")
        return [path]

    _loads.clear()
    _get = kept(_stops, 1)
    _get("a")
    check.raises(f"room for one, which is taken: a load that ends in {_kind.__name__}", _kind, _get, "bad")
    _get("a")
    check.equal(f"loads for a, the one that ended in {_kind.__name__}, a", _loads, ["a", "bad"], hint="Whatever ends a load, all that was kept stays.")
_loads.clear()
_get, _other = kept(_noted, 2), kept(_noted, 2)
_get("a"), _get("b"), _other("a"), _get("c"), _get("b")
check.equal("loads for a, b, then a by a second get, then c, b by the first", _loads, ["a", "b", "a", "c"], hint="Also the order of the asks is each get's own: what another one is asked for changes nothing.")
check.equal("room for three: loads for a b c b a d b", _asked(3, "abcbadb"), "abcd", but={
    "When d came, c had been asked for longest ago: each ask counts, not only one of the model that would be next to go.": "abcdb",
})
_get = kept(lambda path: [1], 2)
_one = _get("a")
_get("b"), _get("b")
check.that("the same object again, where the models of a and b are equal", _get("a") is _one, hint="Two models may be equal and are still two: find them by their paths (`list.remove` takes out the first that is equal).")
import gc as _gc
import weakref as _weakref

_alive = _weakref.WeakSet()


def _weighty(path):
    model = Loader()
    _alive.add(model)
    return model


_get = kept(_weighty, 2)
_get("a"), _get("b"), _get("c"), _get("d")
_gc.collect()
check.equal("room for two: models in memory after a b c d", len(_alive), 2, but={
    "All models are still held: what has to go must leave the dictionary, too, not only a list of paths.": 4,
})
### BEGIN HIDDEN TESTS
for _room in (1, 2, 3, 5):
    _picks = np.asarray(check.inputs(60, dtype="int32", low=0, high=6))
    check.reference(f"60 asks, room for {_room}", _asked(_room, ["abcdef"[k] for k in _picks]))
_seen = []


def _sometimes(path):
    _seen.append(path)
    if path == "bad":
        raise OSError("no")
    return path


_get = kept(_sometimes, 2)
for _path in ("a", "bad", "a", "bad", "bad"):
    try:
        _get(_path)
    except OSError:
        pass
check.reference("what a failed load leaves", _seen)
_seen.clear()
_get = kept(_sometimes, 1)
for _path in ("a", "bad", "a", "c", "a", "bad", "c", "a"):
    try:
        _get(_path)
    except OSError:
        pass
check.reference("after a failed load, a third path", _seen)
_get = kept(lambda path: np.zeros(2), 2)
check.reference("a model that is an array", [_get("a") is _get("a"), _get("b") is _get("a")])
### END HIDDEN TESTS

# %% [markdown]
# ## 4. How often does each line run?
#
# ```python
# path = "digits.keras"                                    # A
#
# def by_row(pixels):
#     model = load(path)                                   # B
#     return model(pixels)
#
# def by_partition(batches):
#     model = load(path)                                   # C
#     for batch in batches:
#         p = model(np.stack(batch["pixels"]))             # D
#         yield pd.DataFrame({"id": batch["id"], "p": p})
#
# def make_predictor():
#     model = load(path)                                   # E
#     return model
#
# table.withColumn("p", udf(by_row, FORM)("pixels")).count_all()
# table.mapInPandas(by_partition, FORM).count_all()
# table.withColumn("p", predict_batch_udf(make_predictor, ...)("pixels")).count_all()
# table.mapInPandas(lambda batches: spoil(batches), FORM)  # F: spoil is called
# ```
#
# `times_run(sizes, workers, batch)` tells. `count_all` is an action that needs every row's `p`. Nothing fails, and the workers live from the beginning to the end; each gets a task of every job.
#
# - **In**: `sizes`, a list with the number of rows of each partition, which may be 0; `workers`, 1 or more, no more than partitions; `batch`, the rows of a batch at most. Batches do not reach over the end of a partition.
# - **Out**: a dictionary: for each letter from A to F how often its line is run, in all processes together: ① A, ② B, ③ C, ④ D, ⑤ E (a task without rows asks for the predictor, too), ⑥ F (the function `spoil`).
# - **Example**: with partitions of 3 and 2 rows and batches of 2, line D is run for batches of 2, 1 and 2 rows.
#
# <details><summary>Hint 1: the idea</summary>
#
# Ask of each line: in which process does it stand, and what calls it? The driver, a row, a partition, a batch, a worker, or nobody.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A partition without rows is still a task, and its generator is started. Batches of a partition: its rows divided by `batch`, rounded up. The last line has no action behind it.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# return {
#     "A": ____,
#     "B": sum(____),
#     "C": len(____),
#     "D": sum(math.____(rows / ____) for rows in ____),
#     "E": ____,
#     "F": ____,
# }
# ```
#
# </details>


# %%
# exercise: times_run
def times_run(sizes, workers, batch):
    """Return how often each of the lines A to F is run.

    Args:
        sizes: list of the numbers of rows of the partitions.
        workers: number of worker processes.
        batch: rows of a batch at most.

    Returns:
        dictionary from letters to whole numbers.
    """
    ### BEGIN SOLUTION
    batches = [-(-rows // batch) for rows in sizes]
    return dict(zip("ABCDEF", (1, sum(sizes), len(sizes), sum(batches), workers, 0)))
    ### END SOLUTION


# %% points=3
# check: times_run-1
_times = times_run([2500, 1000, 0, 500], 2, 1000)
check.equal("the letters", sorted(_times), list("ABCDEF"))
check.equal("A, in the driver", _times["A"], 1, but={
    "The closure carries its value to the tasks; the line is run by the driver alone.": 4,
    "Workers get the value; they do not run the line.": 2,
})
check.equal("B, of 4000 rows in 4 partitions", _times["B"], 4000, but={
    "A UDF is called for each row, and loads each time.": 4,
    "A UDF is called for each row; nothing keeps the model for the worker.": 2,
})
check.equal("C, of 4 partitions", _times["C"], 4, but={
    "The empty partition is a task, too: its generator starts and loads.": 3,
    "The line stands before the loop: once for each partition, not for each batch.": 5,
    "The model is gone when the generator ends: the worker loads again for its next partition.": 2,
})
check.equal("D, of 2500, 1000, 0 and 500 rows", _times["D"], 5, but={
    "No batch reaches over the end of a partition: round up for each of them.": 4,
    "A last batch that is not full is a batch: round up.": 3,
    "A partition without rows has no batch.": 6,
    "Once for a batch, not for a row.": 4000,
})
check.equal("D, of 300,001 rows, 300,000 in a batch", times_run([300_001], 1, 300_000)["D"], 2, but={
    "One row more than a full batch makes another batch: round up.": 1,
})
check.equal("E, of 2 workers", _times["E"], 2, but={
    "What make_predictor returns is kept between the tasks of a worker.": 4,
    "Each worker is a process of its own, and has to load.": 1,
})
check.equal("F, without an action", _times["F"], 0, but={
    "It is a plan only: nobody asked for its result.": 4,
    "It is a plan only: nobody asked for its result; no task runs.": 1,
})
### BEGIN HIDDEN TESTS
for _count, _workers, _size in ((1, 1, 7), (5, 3, 10), (12, 4, 3), (6, 6, 1)):
    _rows = np.asarray(check.inputs(_count, dtype="int32", low=0, high=40)).tolist()
    check.reference(f"{_count} partitions, {_workers} workers", times_run(_rows, _workers, _size))
check.reference("nothing but empty partitions", times_run([0, 0, 0], 2, 5))
check.reference("many partitions", times_run([7, 0, 1] * 1000, 9, 3))
check.reference("whole batches", times_run([30, 60], 1, 30))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: the column that is too short
#
# A colleague's `pandas_udf` is slow, and now Spark says *"The length of output was 2,000, the length of input was 2,500"*. He wanted to ask the model for a few rows at a time, as its memory is small. Mend `answer_column(batches, load, most)`.
#
# - **In**: `batches`, an iterator of pandas series of pixels: lists of numbers, all of one length; a series may be empty, and its index begins at 0, as Spark makes it. `load`, a function that returns a model, from `float32[n, d]` to an array, `float32[n, 2]`; `most`, how many rows the model may get at once.
# - **Out**: an iterator of pandas series: ① one for each batch, as long as the batch, ② with the model's two numbers for each row, in order. ③ The model never gets more than `most` rows, ④ nor none. ⑤ `load` is called once at most (even where no row comes it may be called). ⑥ The model gets arrays or tensors, of `float32`.
# - **Example**: for a batch of 5 rows and `most` 2, the model gets 2, 2 and 1, and one series of 5 comes out.
#
# <details><summary>Hint 1: the idea</summary>
#
# Count for five rows and two at a time, on paper: which values has `start`? And what does the caller get for one batch?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `range(0, len(batch), most)` reaches the remainder, and a slice may end beyond the end. Gather the answers of a batch in a list, and hand out one series when the batch is done. The load stands before the loop.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# model = ____
# for batch in batches:
#     answers = []
#     for start in range(0, ____, most):
#         answers += list(model(np.stack(batch[____]).astype("float32")))
#     yield pd.Series(____, dtype=object)
# ```
#
# </details>


# %%
# exercise: answer_column
def answer_column(batches, load, most):
    """Return an iterator of series, one for each batch and as long, with the model's numbers for each row.

    Args:
        batches: iterator of series of pixels.
        load: function that returns a model, from float32[n, d] to float32[n, 2].
        most: rows that the model may get at once.
    """
    ### BEGIN SOLUTION
    #| for batch in batches:
    #|     model = load()
    #|     for start in range(0, len(batch) - most + 1, most):
    #|         few = batch.iloc[start:start + most]
    #|         yield pd.Series(list(model(np.stack(few).astype("float32"))))
    model = None
    for column in batches:
        rows, answers = list(column), []
        while rows:
            if model is None:
                model = load()
            block, rows = rows[:most], rows[most:]
            answers.extend(np.asarray(model(np.array(block, "float32"))))
        yield pd.Series(answers, dtype=object)
    ### END SOLUTION


# %% points=3
# check: answer_column-1
def _pixels_of(*totals):
    """Return a batch whose rows add up to these totals."""
    return pd.Series([[total - 1, 1] for total in totals], dtype=object)


def _numbers_in(column):
    """Return a column as lists of two numbers."""
    return [[float(v) for v in p] for p in column]


_loader = Loader(most=2)
_columns = [_numbers_in(each) for each in answer_column(iter([_pixels_of(1, 2, 3, 4, 5), _pixels_of(6)]), _loader, 2)]
check.equal("lengths of the columns for batches of 5 and 1, two at a time", list(map(len, _columns)), [5, 1], but={
    "The remainders are lost, and a batch gives several series.": [2, 2],
    "One series for each batch: gather its answers first.": [2, 2, 1, 1],
    "The remainders are lost: to where does the range go?": [4, 0],
})
check.equal("the numbers", _columns, [[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0], [5.0, 10.0]], [[6.0, 12.0]]])
check.equal("rows that the model got in all", sum(_loader.sizes), 6)
check.equal("loads for two batches", _loader.loads, 1, but={"Load once, before the loop over batches.": 2})
check.equal("an empty batch between others", [
    len(each) for each in answer_column(iter([_pixels_of(1), _pixels_of(), _pixels_of(2)]), Loader(), 3)
], [1, 0, 1])
_loader = Loader()
list(answer_column(iter([_pixels_of(1, 2, 3, 4)]), _loader, 3))
check.at_most("rows that the model got at once, of a batch of 4, three at a time", max(_loader.sizes), 3, hint="What does not fill a further piece still needs one: round their number up.")
_kinds = [[type(each).__name__, len(each)] for each in answer_column(iter([_pixels_of(), _pixels_of(1, 2)]), Loader(), 3)]
check.equal("an empty batch first", _kinds, [["Series", 0], ["Series", 2]], hint="Each batch gives a pandas series, an empty one, too: `pd.Series([], dtype=object)`.")


def _unsure():
    """Load a model that answers 0.25 and 0.75, whatever the pixels are."""
    return lambda pixels: np.float32([[0.25, 0.75]] * len(pixels))


check.equal("whole numbers for pixels, and answers that are none", [_numbers_in(each) for each in answer_column(iter([_pixels_of(5)]), _unsure, 3)], [[[0.25, 0.75]]], but={
    "The answers are cut to whole numbers: an array of the pixels' dtype cannot hold them.": [[[0.0, 0.0]]],
})
### BEGIN HIDDEN TESTS
for _most in (1, 4, 50):
    _blocks = [np.asarray(check.inputs(_n, 3, low=0.0, high=4.0)).tolist() if _n else [] for _n in (7, 1, 0, 12)]
    _loader = Loader(_most)
    _columns = list(answer_column((pd.Series(block, dtype=object) for block in _blocks), _loader, _most))
    check.reference(f"lengths, {_most} at a time", [len(each) for each in _columns])
    check.reference(f"numbers, {_most} at a time", np.array([p for each in _columns for p in _numbers_in(each)]))
    check.reference(f"loads, {_most} at a time", _loader.loads)
    check.reference(f"rows that the model got, {_most} at a time", sum(_loader.sizes))
_long = pd.Series(np.asarray(check.inputs(2500, 3, low=-4.0, high=4.0)).tolist(), dtype=object)
check.reference("2500 rows, one at a time", np.array(_numbers_in(next(iter(answer_column(iter([_long]), Loader(1), 1))))))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: written once
#
# A task may die in the middle and be tried again; a slow one may even run twice at the same time. Still, what it writes must be there once. Spark does this for its own formats by a *commit*: write elsewhere, and give the file its name when it is complete. Write it for lines of text.
#
# `commit(lines, folder, number, attempt)` writes the partition `number`.
#
# - **In**: `lines`, an iterator of strings without line ends, which may raise in the middle; `folder`, the path of a folder that is there, as text, maybe on another disk than temporary files; `number` and `attempt`, whole numbers from 0.
# - **Out**: ① The file `part-NUMBER` in the folder, as in `part-3`, then holds the lines in order, each with `"\n"` behind it; it is there also if there are none. ② Before all lines are written there is no file of that name: a reader sees a whole part or none. ③ If `lines` raises, or a line cannot be written, the error goes to the caller, and there is no part. ④ If the part is there already at the call it stays as it is, and no line is taken; one that comes later may be replaced by this attempt's. ⑤ Two attempts at the same time do not mix their lines, nor does one that dies take away the other's. ⑥ Files and folders of other names may be there while it writes; in the end none is left by an attempt that came to its end, or whose `lines` raised (what is left where a line cannot be written is open). ⑦ It returns the number of lines that it has written; 0 if the part was there already.
# - **Example**: attempt 0 dies after two of three lines; attempt 1 writes all three. `part-0` has three lines.
#
# <details><summary>Hint 1: the idea</summary>
#
# Write to a file whose name nobody else uses, and rename it at the end. A rename within a folder happens in one step.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# If the part is there, return 0. A name that says number and attempt is this attempt's own. Count while you write; after the `with`, `os.replace(own, part)`. Around all of it `try`, and on an error remove the file, and `raise`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# part = os.path.join(folder, f"part-____")
# own = os.path.join(folder, f"____")
# if os.path.exists(____):
#     return ____
# try:
#     with open(own, "w") as file:
#         count = 0
#         for line in lines:
#             ____
#     os.replace(____, ____)
# except BaseException:
#     os.remove(____)
#     ____
# return count
# ```
#
# </details>


# %%
# exercise: commit
def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many.

    Args:
        lines: iterator of strings.
        folder: path of a folder.
        number: the partition's.
        attempt: how often this partition was tried before.
    """
    ### BEGIN SOLUTION
    target = Path(folder) / f"part-{number}"
    if target.exists():
        return 0
    draft = Path(folder) / f".draft-{number}-{attempt}"
    written = 0
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(f"{line}\n")
                written += 1
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return written
    ### END SOLUTION


# %% points=4
# check: commit-1
def _dying(*lines):
    """Yield the lines, then die."""
    yield from lines
    raise OSError("the disk is full")


with tempfile.TemporaryDirectory() as _folder:
    _count = commit(iter(["a", "b", "c"]), _folder, 3, 0)
    check.equal("three lines of partition 3", contents(_folder), {"part-3": "a\nb\nc\n"}, but={
        "Each line has a line end behind it, the last one, too.": {"part-3": "a\nb\nc"},
    })
    check.equal("the number that it returns", _count, 3)
    _later = iter(["x"])
    check.equal("the part is there already: the number", commit(_later, _folder, 3, 1), 0)
    check.equal("the part stays as it is", contents(_folder), {"part-3": "a\nb\nc\n"}, but={
        "It was written anew: look first whether it is there.": {"part-3": "x\n"},
        "It was added to: look first whether it is there.": {"part-3": "a\nb\nc\nx\n"},
    })
    check.equal("the line that was not taken", list(_later), ["x"])
    check.equal("no lines: the number", commit(iter([]), _folder, 4, 0), 0)
    check.equal("no lines: the file", contents(_folder).get("part-4"), "")
    check.equal("a line with blanks, and an empty one", [commit(iter(["  x ", ""]), _folder, 5, 0), contents(_folder).get("part-5")], [2, "  x \n\n"], hint="Lines are written as they are.")
with tempfile.TemporaryDirectory() as _folder:
    check.raises("a task that dies", OSError, commit, _dying("a", "b"), _folder, 0, 0)
    check.equal("what it leaves", contents(_folder), {}, but={
        "Two lines of three look like a whole part: rename at the end only.": {"part-0": "a\nb\n"},
    })
    check.equal("the next attempt", [commit(iter("abc"), _folder, 0, 1), contents(_folder)], [3, {"part-0": "a\nb\nc\n"}])
with tempfile.TemporaryDirectory() as _folder:
    check.raises("a line that no file takes, half of a character", ValueError, commit, iter(["a", "\ud83d"]), _folder, 0, 0)
    check.equal("whether there is a part then", "part-0" in os.listdir(_folder), False, hint="Write under another name; a rename in the end gives the part its own.")
with tempfile.TemporaryDirectory() as _folder:
    _during = []

    def _watched(folder=_folder, during=_during):
        for line in "ab":
            yield line
            during.append("part-0" in os.listdir(folder))

    commit(_watched(), _folder, 0, 0)
    check.equal("whether the part is there after each of two lines", _during, [False, False], but={
        "A reader would see half of it: write under another name.": [True, True],
    })
with tempfile.TemporaryDirectory() as _folder:

    def _with_a_twin(folder=_folder):
        yield "a"
        commit(iter("ab"), folder, 0, 1)        # the second attempt overtakes the first
        yield "b"

    commit(_with_a_twin(), _folder, 0, 0)
    check.equal("two attempts at the same time", contents(_folder), {"part-0": "a\nb\n"}, hint="Each attempt needs a file of its own.")
with tempfile.TemporaryDirectory() as _folder:

    def _with_a_neighbour(folder=_folder):
        yield "a"
        commit(iter("xy"), folder, 1, 0)        # another partition, at its first attempt, too
        yield "b"

    commit(_with_a_neighbour(), _folder, 0, 0)
    check.equal("two partitions at the same time", contents(_folder), {"part-0": "a\nb\n", "part-1": "x\ny\n"}, hint="Each partition and each attempt needs a file of its own.")
with tempfile.TemporaryDirectory() as _folder:
    check.equal("a single line, which is empty", [commit(iter([""]), _folder, 0, 0), contents(_folder)], [1, {"part-0": "\n"}], hint="An empty line is a line as well, with a line end behind it.")
    commit(iter([]), _folder, 4, 0)
    _later = iter(["x"])
    _again = [commit(_later, _folder, 4, 1), contents(_folder).get("part-4"), list(_later)]
    check.equal("an empty part is there already: the number, the part, the lines not taken", _again, [0, "", ["x"]], hint="A part without lines is there, too, and stays as it is.")
import sys as _sys
from unittest import mock as _mock


def _seen_by_a_reader(folder):
    """Commit two lines; return all that a reader sees in the part, who looks at each step."""
    part, seen = Path(folder, "part-0"), set()

    def look(*_):
        if part.exists():
            seen.add(part.read_text())

    _sys.setprofile(look)           # Python calls it at the beginning and the end of each call within commit
    try:
        commit(iter("ab"), folder, 0, 0)
    finally:
        _sys.setprofile(None)
    return sorted(seen)


with tempfile.TemporaryDirectory() as _folder:
    check.equal("all that a reader sees in the part, who looks at each step", _seen_by_a_reader(_folder), ["a\nb\n"], hint="The part must be whole from the start. A copy is not, nor is a file that is still open, as its lines may wait in memory: close it, then rename it. A rename happens in one step.")


def _as_from_a_disk(move, folder):
    """Return a rename that fails between the folder and other places, as it does where the folder is on a disk of its own."""

    def moved(source, target, **others):
        inside = [Path(folder).resolve() in Path(path).resolve().parents for path in (source, target)]
        if inside[0] != inside[1]:
            raise OSError("Invalid cross-device link")
        return move(source, target, **others)

    return moved


with tempfile.TemporaryDirectory() as _folder:
    _moves = {name: _as_from_a_disk(getattr(os, name), _folder) for name in ("rename", "replace")}
    with _mock.patch.multiple(os, **_moves):
        try:
            _found = _seen_by_a_reader(_folder)
        except OSError as _error:
            _found = str(_error)
    check.equal("the same, where temporary files are on another disk", _found, ["a\nb\n"], hint="From one disk to another there is no rename: `os.replace` fails, and `shutil.move` copies, so that a reader sees half of it. Write to a file within `folder`.")


def _tried(lines, folder, number, attempt):
    """Commit; return the number of lines, or the name of the error."""
    try:
        return commit(lines, folder, number, attempt)
    except OSError as error:
        return type(error).__name__


with tempfile.TemporaryDirectory() as _folder:

    def _with_a_dying_twin(folder=_folder):
        yield "a"
        _tried(_dying("x"), folder, 0, 1)       # the second attempt dies, and so does another partition's first
        _tried(_dying("y"), folder, 1, 0)
        yield "b"

    _number = _tried(_with_a_dying_twin(), _folder, 0, 0)
    check.equal("an attempt while two others die: the number, the files", [_number, contents(_folder)], [2, {"part-0": "a\nb\n"}], hint="An attempt that dies removes its own file alone: the other ones are still being written.")
### BEGIN HIDDEN TESTS
class _Watching(str):
    """A line that looks, whenever it is used, whether there is a part already."""

    def __add__(self, other):
        _early.append("part-8" in os.listdir(_folder))
        return str.__add__(self, other)

    def __format__(self, form):
        _early.append("part-8" in os.listdir(_folder))
        return str.__format__(self, form)

    def __str__(self):
        _early.append("part-8" in os.listdir(_folder))
        return str.__str__(self)


_early = []
with tempfile.TemporaryDirectory() as _folder:
    check.reference("lines that look at the folder", commit(map(_Watching, "abc"), _folder, 8, 0))
    check.reference("whether one of them saw a part", any(_early))

    def _with_a_namesake(folder=_folder):
        yield "a"
        commit(iter("xy"), folder, 1, 11)
        yield "b"

    check.reference("attempt 1 of partition 11, attempt 11 of partition 1", [commit(_with_a_namesake(), _folder, 11, 1), contents(_folder)])
    check.reference("five thousand lines", [commit(map(str, range(5000)), _folder, 2, 0), contents(_folder)["part-2"]])
_draw = np.asarray(check.inputs(30, dtype="int32", low=0, high=1000))
with tempfile.TemporaryDirectory() as _folder:
    for _number in (0, 12, 1):
        _some = [f"row {_number}: {value}" for value in _draw[_number : _number + 12]]
        _raised = False
        try:
            commit(_dying(*_some[:5]), _folder, _number, 0)
        except OSError:
            _raised = True
        check.reference(f"what is left by a failure of {_number}, and whether it is raised", [contents(_folder), _raised])
        check.reference(f"lines of {_number}", commit(iter(_some), _folder, _number, 1))
        check.reference(f"again {_number}", commit(iter(_some), _folder, _number, 2))
    check.reference("the folder", contents(_folder))

    def _interrupted():
        yield "a"
        raise KeyboardInterrupt

    _raised = False
    try:
        commit(_interrupted(), _folder, 7, 0)
    except KeyboardInterrupt:
        _raised = True
    check.reference("what an interrupt leaves, and whether it is raised", [sorted(contents(_folder)), _raised])
### END HIDDEN TESTS

# %% [markdown]
# Now with a partition that dies at its first attempt: first a few lines here call your function as Spark would, then Spark itself, where it is installed.

# %% points=1
# check: commit-2
def _write(folder, context, ids):
    """Write one partition, with `commit`; partition 1 dies at its first attempt."""
    number, attempt = context()

    def lines():
        for value in ids:
            if (number, attempt) == (1, 0) and value % 10 == 5:
                raise OSError("a worker dies")
            yield f"row {value}"

    yield number, commit(lines(), folder, number, attempt)


def _on_spark(folder, rows, parts):
    """Have Spark write the rows; return how many lines each partition wrote."""
    from pyspark import TaskContext

    def context():
        here = TaskContext.get()
        return here.partitionId(), here.attemptNumber()

    # No table and no TensorFlow: an RDD is the plain row of values that a table is made of, at half the cost.
    spark = session.start(spark__python__daemon__module="pyspark.daemon")
    ids = spark.sparkContext.parallelize(range(rows), parts)
    return ids.mapPartitions(lambda values: _write(folder, context, values)).collect()


def _here_alone(folder, rows, parts):
    """Do the same in this process: each partition is tried up to four times."""
    counts = []
    for number, ids in enumerate(np.array_split(np.arange(rows), parts)):
        for attempt in range(4):
            try:
                counts += _write(folder, lambda: (number, attempt), ids)
                break
            except OSError:
                continue
    return counts


_places = {"here": _here_alone, "on Spark": _on_spark}
if java.missing():
    print(f"Not run: the same on Spark. {java.missing()}")
    del _places["on Spark"]
for _place, _run in _places.items():
    with tempfile.TemporaryDirectory() as _folder:
        _counts = _run(_folder, 40, 4)
        check.equal(f"lines of each partition, {_place}", _counts, [(0, 10), (1, 10), (2, 10), (3, 10)])
        check.equal(f"files, {_place}", sorted(contents(_folder)), ["part-0", "part-1", "part-2", "part-3"])
        _all = "".join(contents(_folder).values()).split("\n")[:-1]
        check.equal(f"each row once, in order, {_place}", _all, [f"row {value}" for value in range(40)])
### BEGIN HIDDEN TESTS
with tempfile.TemporaryDirectory() as _other:
    check.reference("thirty rows in three partitions", [_here_alone(_other, 30, 3), contents(_other)])
### END HIDDEN TESTS
