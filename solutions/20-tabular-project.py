# %% [markdown]
# # Exercises: a tabular project
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows.
#
# NumPy or TensorFlow, as you like. Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import numpy as np
import tensorflow as tf
from grader import check

# %% [markdown]
# ## 1. One rule
#
# The baseline of one column: learn, for each value of it, what mostly happened.
#
# - **In**: `one_rule(values, labels, new)`: `values`, a list of n strings, the column in the training part, n ≥ 1; `labels`, `int32[n]`, a NumPy array of 0 and 1; `new`, a list of m strings, m ≥ 1, from other rows.
# - **Out**: ① a list or an array of m whole numbers, one for each of `new`, in order: ② the label that most training rows with this value have; ③ where both are equally frequent, the training *majority*, that is, the label that most of all training rows have; ④ for a value that does not occur in the training part, the majority, too; ⑤ should all training rows together have as many 0 as 1, the majority is 0.
# - **Example**: `values` Cork, Cork, Lisbon, `labels` 1, 1, 0: then Cork is 1, Lisbon is 0, and Genoa, which is new, is 1.
#
# <details><summary>Hint 1: the idea</summary>
#
# The mean of labels 0 and 1 is the share of 1. Compare it with one half, for all rows and for each value.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# First the majority. Then a dictionary from each value of the training part to its label: three cases, above, below, and exactly one half. Then look up the new ones; `dict.get` takes what to say where there is nothing.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# majority = ____
# rule = {}
# for value in ____:
#     share = ____
#     rule[value] = ____ if ____ else ____
# return [rule.____ for value in ____]
# ```
#
# </details>


# %%
# exercise: one_rule
def one_rule(values, labels, new):
    """Answer for new rows what mostly happened to training rows of the same value.

    Args:
        values: list of n strings, the column in the training part.
        labels: int32[n], 0 or 1.
        new: list of m strings.

    Returns:
        m whole numbers, 0 or 1: a list or an array.
    """
    ### BEGIN SOLUTION
    def mostly(some, otherwise):
        return otherwise if 2 * sum(some) == len(some) else max(some, key=some.count)

    usual = mostly(labels.tolist(), 0)
    members = {}
    for value, label in zip(values, labels.tolist()):
        members.setdefault(value, []).append(label)
    return [mostly(members.get(value, []), usual) for value in new]
    ### END SOLUTION


# %% points=2
# check: one_rule-1
_labels = np.array([1, 1, 0, 1, 0, 0, 1], "int32")
_values = ["C", "C", "C", "L", "L", "G", "D"]
check.equal("C, L, G, GX, which is new, C", one_rule(_values, _labels, ["C", "L", "G", "GX", "C"]), [1, 1, 0, 1, 1], but={
    "L has one of each: then the majority of all training rows, which is 1.": [1, 0, 0, 1, 1],
    "GX is new: then the majority of all training rows, which is 1.": [1, 1, 0, 0, 1],
    "Both a tie and a new value get the majority of all training rows, which is 1.": [1, 0, 0, 0, 1],
    "That is the majority for all: look at each value by itself.": [1, 1, 1, 1, 1],
})
check.equal("as many 0 as 1", one_rule(["C", "G"], np.array([1, 0], "int32"), ["C", "G", "X"]), [1, 0, 0], but={
    "With as many 0 as 1 the majority is 0.": [1, 0, 1],
})
check.equal("an empty string is a value like others", one_rule(["", "", "A", "B", "C"], np.array([0, 0, 1, 1, 1], "int32"), [""]), [0], but={
    "It occurs in the training part, so it is not new.": [1],
})
check.equal("a majority of 0", one_rule(list("AAABCCC"), np.array([1, 0, 0, 1, 0, 0, 0], "int32"), ["B", "A", "Y"]), [1, 0, 0], but={
    "A has two 0 and one 1: compare the counts within A, not the shares of all 0 and of all 1.": [1, 1, 0],
})
check.equal("a single A, which is 1, and nine B, which are 0", one_rule(list("ABBBBBBBBB"), np.array([1] + [0] * 9, "int32"), ["A", "B"]), [1, 0], but={
    "Of the rows with A most are 1, if only one: what the others are does not count for A.": [0, 0],
})
_answers = one_rule(["Cork, IE", "L", "G", "G", "G"], np.array([1, 1, 0, 0, 0], "int32"), ["Cork, IE", "Cork", "L", "L "])
check.equal("'Cork, IE', 'Cork', 'L', and 'L ' with a blank", _answers, [1, 0, 1, 0],
            hint="Values are the same only if each character is, commas and blanks too: cut nothing off.")
### BEGIN HIDDEN TESTS
for _n, _kinds in ((1, 1), (9, 2), (12, 3), (20, 9), (40, 12)):
    for _high in (2, 3):
        _draws = check.inputs(_n, dtype="int32", low=0, high=_kinds).numpy()
        _marks = np.minimum(check.inputs(_n, dtype="int32", low=0, high=_high).numpy(), 1).astype("int32")
        _new = [f"v{_k}" for _k in check.inputs(7, dtype="int32", low=0, high=_kinds + 3).numpy()]
        for _flipped in (_marks, 1 - _marks):
            check.reference(f"{_n} rows, {_kinds} values", list(map(int, one_rule([f"v{_k}" for _k in _draws], _flipped, _new))))
for _first in (0, 1):
    _marks = np.array([_first, 1 - _first, 1, 0, 1, 0, _first, _first], "int32")
    _answers = one_rule(["a", "a", "b", "b", "b", "b", "d", "e"], _marks, list("edcbaf"))
    check.reference(f"ties, most are {_first}", list(map(int, _answers)))
_answers = one_rule(["a", "a", "b", "b", "c", "d"], np.array([1, 0, 0, 1, 1, 0], "int32"), list("abcdz"))
check.reference("nothing but ties", list(map(int, _answers)))
_marks = np.array([1] * 26 + [0] * 25 + [1] * 2 + [0] * 9, "int32")
_answers = one_rule([*("A" * 51), *"BC", *("D" * 9)], _marks, list("AXD"))
check.reference("a frequent value, and a narrow majority", list(map(int, _answers)))
_long = "Saint-" * 200
check.reference("long values that begin alike", list(map(int, one_rule([f"{_long}a", f"{_long}a", f"{_long}b"], np.array([1, 1, 0], "int32"), [f"{_long}b", f"{_long}a"]))))
_words = ["Cork", "cork", " Cork", "Cork", "cork"]
check.reference("a capital and a blank are another value", list(map(int, one_rule(_words, np.array([1, 0, 0, 1, 0], "int32"), ["Cork", "cork", "", " Cork", "CORK"]))))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Three parts
#
# Split the rows so that each part has the same share of each class, small classes too.
#
# - **In**: `stratified_parts(labels, seed)`: `labels`, `int32[n]`, a NumPy array of class numbers ≥ 0, n ≥ 1; `seed`, a Python integer from 0 to 2³² − 1.
# - **Out**: three lists or arrays of row numbers: training, validation, test. ① Each row is in exactly one of them. Of a class with m rows ② m // 5 are in the test part and ③ m // 5 in the validation part, all others in the training part. ④ Row numbers ascend in each part. ⑤ The same labels and the same seed give the same parts. ⑥ Rows are drawn: over many seeds, each row of a class of five or more comes into the test part, and into the validation part. ⑦ Which rows come together is drawn, too: of the 45 pairs of rows in a class of ten, more than 25 come into the test part over a hundred seeds.
# - **Example**: with seven rows of class 0 and four of class 1, test and validation have one row each, of class 0, and the training part has nine.
#
# <details><summary>Hint 1: the idea</summary>
#
# Split each class by itself, then put the pieces together.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `np.random.default_rng(seed)` makes a generator; its `permutation` mixes the row numbers of a class. Cut what comes in three. One generator for all classes, made once.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# generator = ____
# training, validation, test = [], [], []
# for label in ____:
#     rows = generator.permutation(____)
#     fifth = ____
#     test += list(rows[____])
#     validation += list(rows[____])
#     training += list(rows[____])
# return ____
# ```
#
# </details>


# %%
# exercise: stratified_parts
def stratified_parts(labels, seed):
    """Split rows in three: training, validation and test, each class by itself.

    Args:
        labels: int32[n], class numbers.
        seed: a Python integer from 0 to 2**32 - 1.

    Returns:
        (training, validation, test): row numbers, ascending; lists or arrays.
    """
    ### BEGIN SOLUTION
    place = np.zeros(len(labels), int)
    order = np.random.default_rng(seed).permutation(len(labels))
    for label in set(labels.tolist()):
        rows = [row for row in order if labels[row] == label]
        share = len(rows) // 5
        place[rows[:share]] = 2
        place[rows[share:2 * share]] = 1
    return [np.flatnonzero(place == part) for part in range(3)]
    ### END SOLUTION


# %% points=3
# check: stratified_parts-1
def _as_lists(parts):
    return [[int(row) for row in part] for part in parts]


def _counts(labels, parts):
    """Return how many rows of each class are in each part."""
    return [[sum(1 for row in part if labels[row] == label) for part in parts] for label in sorted(set(labels.tolist()))]


_labels = np.array([0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0], "int32")
_parts = _as_lists(stratified_parts(_labels, 3))
check.equal("all rows of all parts, sorted", sorted(sum(_parts, [])), list(range(11)), hint="Each row is in exactly one part.")
check.equal("class 0, then class 1: training, validation, test", _counts(_labels, _parts), [[5, 1, 1], [4, 0, 0]], but={
    "The order is training, validation, test.": [[1, 1, 5], [0, 0, 4]],
    "m // 5 rows of each class: of four rows, none.": [[5, 1, 1], [2, 1, 1]],
})
_labels = np.arange(60, dtype="int32") % 4
_parts = _as_lists(stratified_parts(_labels, 3))
check.equal("four classes of fifteen", _counts(_labels, _parts), [[9, 3, 3]] * 4)
check.that("row numbers ascend", all(part == sorted(part) for part in _parts), "Sort each part at the end.")
check.that("the same seed gives the same parts", _as_lists(stratified_parts(_labels, 3)) == _parts, "Use the seed for all that is drawn.")
_tests = [_as_lists(stratified_parts(np.zeros(10, "int32"), _seed))[2] for _seed in range(100)]
check.equal("rows that some seed puts in the test part, of ten", sorted({row for _test in _tests for row in _test}), list(range(10)),
            hint="Mix the rows by the seed.")
check.at_least("pairs of rows that some seed puts in the test part, of ten rows", len(set(map(tuple, _tests))), 26,
               hint="Neighbours stay together where rows are only turned or moved: mix them.")
_runs = [_as_lists(stratified_parts(np.zeros(7, "int32"), _seed)) for _seed in range(200)]
_rows = [sorted({row for _run in _runs for row in _run[part]}) for part in (1, 2)]
check.equal("rows that some seed puts in validation, in test, of seven", _rows, [list(range(7))] * 2,
            hint="Rows 5 and 6 are rows like others: mix all rows of a class before you cut.")
### BEGIN HIDDEN TESTS
for _n, _kinds in ((1, 1), (23, 2), (50, 3), (101, 7)):
    _labels = check.inputs(_n, dtype="int32", low=0, high=_kinds).numpy()
    for _seed in (0, 11, 2**32 - 1):
        _parts = _as_lists(stratified_parts(_labels, _seed))
        check.reference(f"{_n} rows, {_kinds} classes: counts", _counts(_labels, _parts))
        check.reference(f"{_n} rows, {_kinds} classes: each row once", sorted(sum(_parts, [])))
        check.reference(f"{_n} rows, {_kinds} classes: ascending", [_part == sorted(_part) for _part in _parts])
        check.reference(f"{_n} rows, {_kinds} classes: again", _as_lists(stratified_parts(_labels, _seed)) == _parts)
_labels = np.repeat([4, 70, 2], [5, 64, 3]).astype("int32")
_runs = [_as_lists(stratified_parts(_labels, _seed)) for _seed in range(150)]
for _part, _name in ((1, "validation"), (2, "test")):
    check.reference(f"rows that come into the {_name} part", sorted({_row for _run in _runs for _row in _run[_part]}))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Fill the gaps
#
# Fill what is missing by what the training part knows, and keep the fact that it was missing.
#
# - **In**: `fill_gaps(train, other)`: two NumPy arrays, `float32[n, d]` and `float32[m, d]`, n, m, d ≥ 1; `nan` is a gap, and no number is infinite; they may be as large as 5,000,000.
# - **Out**: the two, filled, of shapes `[n, 2d]` and `[m, 2d]`: ① first the d columns, in which what is no gap stays as it is; ② the gaps of a column are filled by the *median* of its known numbers in `train` (for an even number of them, the mean of the two in the middle); ③ behind them d columns of flags, 1 where a number was known and 0 where there was a gap. ④ The gaps of `other` are filled by the same numbers as those of `train`. ⑤ A column that has only gaps in `train` is filled by 0. ⑥ The arrays that come in are not changed.
# - **Example**: `train` is the column 1, nan, 5, 3, and `other` the column nan, 9. The median is 3: `train` becomes (1, 1), (3, 0), (5, 1), (3, 1), and `other` (3, 0), (9, 1).
#
# <details><summary>Hint 1: the idea</summary>
#
# Two steps: learn d numbers from `train`; then one function that fills, used twice.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `np.isnan` tells the gaps, `np.median` of a column's known numbers is the filling. `np.where(gaps, fillings, x)` makes a new array, and so the old one does not change. `np.concatenate(…, axis=1)` puts flags behind numbers.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# fillings = []
# for column in train.T:
#     known = column[____]
#     fillings.append(____ if len(known) else ____)
#
# def filled(x):
#     gaps = ____
#     return np.concatenate([np.where(____), ____], axis=1)
#
# return ____
# ```
#
# </details>


# %%
# exercise: fill_gaps
def fill_gaps(train, other):
    """Fill gaps by the medians of the training part; add flags that say what was known.

    Args:
        train: float32[n, d], nan for a gap.
        other: float32[m, d], nan for a gap.

    Returns:
        (train, other), filled, of shapes [n, 2d] and [m, 2d].
    """
    ### BEGIN SOLUTION
    known = [np.sort(column[~np.isnan(column)]) for column in train.T]
    middle = [(c[(len(c) - 1) // 2] + c[len(c) // 2]) / 2 if len(c) else 0.0 for c in known]
    both = []
    for table in (train, other):
        there = np.isfinite(table)
        numbers = np.stack([np.where(there[:, k], table[:, k], middle[k]) for k in range(len(middle))], axis=1)
        both.append(np.hstack([numbers, there]))
    return both
    ### END SOLUTION


# %% points=3
# check: fill_gaps-1
_nan = float("nan")
_train, _other = np.array([[1], [_nan], [5], [3]], "float32"), np.array([[_nan], [9]], "float32")
_kept = _train.copy(), _other.copy()
_filled = fill_gaps(_train, _other)
check.close("train: 1, nan, 5, 3", _filled[0], [[1, 1], [3, 0], [5, 1], [3, 1]], but={
    "The flags are 1 where a number was known.": [[1, 0], [3, 1], [5, 0], [3, 0]],
    "First the numbers, then the flags.": [[1, 1], [0, 3], [1, 5], [1, 3]],
    "The median of the training part alone.": [[1, 1], [4, 0], [5, 1], [3, 1]],
})
check.close("other: nan, 9", _filled[1], [[3, 0], [9, 1]], but={
    "other is filled by the median of train, not by its own.": [[9, 0], [9, 1]],
    "The median of the training part alone.": [[4, 0], [9, 1]],
})
check.close("what came in", [_train, _other], [_kept[0], _kept[1]], hint="Work on copies.")
_filled = fill_gaps(np.array([[1, _nan], [2, _nan], [9, _nan], [0, _nan]], "float32"), np.array([[_nan, 7], [_nan, _nan]], "float32"))
check.close("0, 1, 2, 9 in other's first column", _filled[1], [[1.5, 7, 0, 1], [1.5, 0, 0, 0]], but={
    "The median, not the mean.": [[3, 7, 0, 1], [3, 0, 0, 0]],
    "Of an even number of values, the mean of the two in the middle.": [[2, 7, 0, 1], [2, 0, 0, 0]],
    "A column without any number in train is filled by 0.": [[1.5, 7, 0, 1], [1.5, 7, 0, 0]],
})
check.close("-999 in train", fill_gaps(np.array([[-999], [1], [2]], "float32"), np.array([[3]], "float32"))[0], [[-999, 1], [1, 1], [2, 1]], but={
    "-999 is a number: only nan is a gap.": [[1.5, 0], [1, 1], [2, 1]],
})
check.close("and in train", _filled[0], [[1, 0, 1, 0], [2, 0, 1, 0], [9, 0, 1, 0], [0, 0, 1, 0]])
check.close("-3, 1, 2, nan in train", fill_gaps(np.array([[-3], [1], [2], [_nan]], "float32"), np.array([[4]], "float32"))[0], [[-3, 1], [1, 1], [2, 1], [1, 0]],
            hint="Numbers that add up to 0 are known numbers all the same.")
check.close("0.1, 5000000, 5000000 in train", fill_gaps(np.array([[0.1], [5e6], [5e6]], "float32"), np.array([[4]], "float32"))[0], [[0.1, 1], [5e6, 1], [5e6, 1]],
            hint="What is known stays as it is: a way there and back in float32 loses digits.")
### BEGIN HIDDEN TESTS
for _n, _m, _d in ((7, 3, 2), (8, 1, 4), (1, 5, 3), (20, 20, 1)):
    _tables = []
    for _rows in (_n, _m):
        _table = np.round(check.inputs(_rows, _d).numpy() * 4) / 2
        _table[check.inputs(_rows, _d).numpy() > 0.5] = np.nan
        _tables.append(_table.astype("float32"))
    _tables[0][:, -1] = np.nan if _d > 2 else _tables[0][:, -1]
    _kept = [_table.copy() for _table in _tables]
    _filled = fill_gaps(*_tables)
    check.reference(f"{_n} rows and {_m}, {_d} columns: train", _filled[0])
    check.reference(f"{_n} rows and {_m}, {_d} columns: other", _filled[1])
    check.reference(f"{_n} rows and {_m}, {_d} columns: others do not matter", fill_gaps(_tables[0], 100 + _tables[1])[0])
    check.equal("what came in", all(np.array_equal(_a, _b, equal_nan=True) for _a, _b in zip(_tables, _kept)), True)
_marks = np.array([-1e6, -99999, -9999, -99, -9, _nan, 9, 99, 999, 9999, 99999, 999999, 1e6], "float32")[:, np.newaxis]
check.reference("numbers that others put for a gap", list(fill_gaps(_marks, _marks[::-1])))
check.reference("-1, 0 and 5,000,000 are no gaps", list(fill_gaps(np.array([[-1.0, 0.0], [-1.0, np.nan], [5e6, 0.0]], "float32"), np.array([[-1.0, 0.0], [np.nan, 3.0]], "float32"))))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. The cheapest threshold
#
# Two errors with two prices: which threshold would have cost least?
#
# - **In**: `cheapest_threshold(p, y, miss, alarm)`: `p`, `float32[n]`, chances between 0 and 1, n ≥ 1, some of them may be equal; `y`, `int32[n]`, 0 or 1; both NumPy arrays; `miss` and `alarm`, Python floats > 0, such that the rounding of `float32` never decides which of two costs is lower.
# - An alarm is raised ① for each row whose p is *greater* than the threshold. ② Each row with y = 1 and no alarm costs `miss`; ③ each row with y = 0 and an alarm costs `alarm`.
# - **Out**: a tuple `(threshold, cost)` of two numbers. ④ The threshold is 0 or one of the values of `p`; ⑤ the cost is the lowest that any of these gives; ⑥ where several give it, the smallest of them is taken.
# - **Example**: `p` 0.2, 0.6, 0.8 and `y` 0, 1, 0, with `miss` 3 and `alarm` 1. The threshold 0 costs 2, 0.2 costs 1, 0.6 costs 4, 0.8 costs 3: the answer is (0.2, 1).
#
# <details><summary>Hint 1: the idea</summary>
#
# There are at most n + 1 thresholds to try. Try all.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The candidates in ascending order, each once: `np.unique`. For each candidate two counts, times two prices. The first of the lowest costs belongs to the smallest threshold.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# candidates = np.unique(____)
# costs = []
# for threshold in candidates:
#     raised = ____
#     costs.append(miss * np.sum(____) + alarm * np.sum(____))
# best = ____
# return ____
# ```
#
# </details>


# %%
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    """Return the threshold that costs least on these rows, and what it costs.

    Args:
        p: float32[n], chances between 0 and 1.
        y: int32[n], 0 or 1.
        miss: the price of a 1 without an alarm, a Python float.
        alarm: the price of an alarm for a 0, a Python float.

    Returns:
        (threshold, cost): two numbers.
    """
    ### BEGIN SOLUTION
    cuts = np.unique([0.0, *p])
    raised = p > cuts[:, np.newaxis]
    missed, false = np.sum(~raised & (y == 1), axis=1), np.sum(raised & (y == 0), axis=1)
    price = miss * missed + alarm * false
    return cuts[price.argmin()], price.min()
    ### END SOLUTION


# %% points=3
# check: cheapest_threshold-1
def _cheapest(p, y, miss, alarm):
    return [float(value) for value in cheapest_threshold(np.array(p, "float32"), np.array(y, "int32"), miss, alarm)]


check.close("0.2, 0.6, 0.8", _cheapest([0.2, 0.6, 0.8], [0, 1, 0], 3.0, 1.0), [0.2, 1.0], but={
    "The prices have changed places.": [0.8, 1.0],
    "The alarm is raised where p is greater than the threshold, not where it is equal.": [0.6, 1.0],
    "The threshold is one of the values of p, or 0.": [0.4, 1.0],
})
check.close("every 1 is worth an alarm", _cheapest([0.6, 0.3, 0.5], [0, 1, 1], 9.0, 2.0), [0.0, 2.0], but={
    "0 is a threshold, too: then all are alarmed.": [0.3, 11.0],
})
check.close("false alarms are dear", _cheapest([0.6, 0.3, 0.5], [0, 1, 1], 1.0, 5.0), [0.6, 2.0])
check.close("two equal chances, one of each", _cheapest([0.4, 0.4, 0.1], [1, 0, 0], 2.0, 3.0), [0.4, 2.0], but={
    "Equal chances are on the same side.": [0.4, 0.0],
})
check.close("a chance of 0", _cheapest([0.0, 0.5], [1, 0], 1.0, 1.0), [0.5, 1.0], but={
    "0 is not greater than 0: a row with the chance 0 is never alarmed.": [0.0, 1.0],
})
check.close("two thresholds that cost the same", _cheapest([0.7, 0.1, 0.3], [0, 0, 1], 2.0, 2.0), [0.1, 2.0], but={
    "The smallest of them, please.": [0.7, 2.0],
})
check.close("chances near each other: 0.5, 0.500002, 0.500004", _cheapest([0.5, 0.500002, 0.500004], [0, 1, 0], 3.0, 1.0), [0.5, 1.0], but={
    "These are three chances, not one: compare them as they are.": [0.0, 2.0],
})
check.close("prices near each other: 100000 and 100000.5", _cheapest([0.3, 0.6], [1, 0], 100000.0, 100000.5), [0.6, 100000.0], but={
    "The lowest cost is the lowest, if only by a little: one that is nearly as low does not count.": [0.0, 100000.0],
})
### BEGIN HIDDEN TESTS
for _n, _steps, _miss, _alarm in ((1, 9, 1.0, 1.0), (2, 3, 2.0, 1.0), (8, 5, 3.0, 2.0), (15, 99, 1.0, 4.0), (40, 20, 5.0, 3.0), (150, 999, 1.0, 1.0)):
    for _turn in range(3):
        _p = ((1 + check.inputs(_n, dtype="int32", low=0, high=_steps).numpy()) / (_steps + 1)).astype("float32")
        _y = check.inputs(_n, dtype="int32", low=0, high=2).numpy()
        check.reference(f"{_n} rows, {_miss:g} and {_alarm:g}", _cheapest(_p, _y, _miss, _alarm))
        check.reference(f"{_n} rows, prices changed", _cheapest(_p, np.maximum(_y, _p > 0.6), _alarm, _miss))
_tied = [0.9, 0.3, 0.5, 0.1, 0.7]
check.reference("many thresholds that cost the same", [_cheapest(_tied, _y, 1.0, 1.0) for _y in ([0, 1, 0, 0, 1], [1, 1, 0, 0, 0], [0, 1, 1, 0, 0])])
for _p in ([0.1, 0.3, 0.7], [0.7, 0.3, 0.1], [0.3, 0.1, 0.7]):
    check.reference(f"{_p}, of which several cost the same", [_cheapest(_p, _y, 2.0, 2.0) for _y in ([0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1])])
check.reference("all are 1", _cheapest([0.5, 0.25], [1, 1], 0.5, 7.0))
check.reference("none is 1", _cheapest([1.0, 0.25], [0, 0], 0.5, 7.0))
check.reference("prices with a fraction", [_cheapest([0.2, 0.4, 0.6, 0.8], _y, 0.75, 0.5) for _y in ([0, 1, 0, 1], [1, 0, 0, 1], [1, 1, 0, 0])])
check.reference("very low prices", [_cheapest([0.2, 0.4, 0.6, 0.8], _y, 4 * _unit, 3 * _unit) for _unit in (1e-4, 1e-9) for _y in ([0, 0, 1, 1], [0, 1, 0, 0], [0, 0, 0, 1])])
check.reference("chances near 0", [1e8 * _value for _value in _cheapest([2e-8, 4e-8, 6e-8], [0, 1, 0], 3.0, 1.0)])
check.reference("chances with no float32 between them", _cheapest(0.5 + np.arange(3) / 2**24, [0, 1, 0], 3.0, 1.0))
_order = np.argsort(check.inputs(1100).numpy())
for _k in (601, 602):
    check.reference(f"1100 different chances, {_k}", _cheapest((_order + 1) / 1200, _order > _k, 1.0, 1.0))
check.reference("costs that are near each other", _cheapest([0.25, 0.5, 0.75], [1, 0, 0], 4095.0, 2048.0))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: two leaks
#
# `fair_parts` splits passengers into training and test, and standardises their numbers. Two leaks are in it. Families are torn apart, so that the model meets in the test whom it knows from training; and the test rows have a say in the scale. Put both right.
#
# - **In**: `fair_parts(x, tickets, drawn)`: `x`, a NumPy array `float32[n, d]`; `tickets`, a list of n strings, equal ones for a party; `drawn`, a list of different row numbers, one at least, drawn for the test part. No column of the training part is constant.
# - **Out**: two arrays, `train` and `test`: ① the test part has the drawn rows and all others with the ticket of a drawn one, ② the training part has all the rest, and ③ rows stand in both in the order in which they stand in `x`. In both, from each column is ④ subtracted the mean of the training part, and what is left is ⑤ divided by the standard deviation of the training part (the root of the *mean* squared distance), however small it is (1e-7 at least). ⑥ `x` is not changed.
# - **Example**: the column 1, 3, 8, 9 with tickets A, B, C, C, and `drawn` is `[2]`: the party C goes to the test part. The training rows 1 and 3 have the mean 2 and the deviation 1: they become −1 and 1, the test rows 6 and 7.
#
# <details><summary>Hint 1: the idea</summary>
#
# Everything in its order: who belongs where, what the training part knows, what is done to all.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The set of the drawn tickets decides for each row. A row of true and false picks the parts out of `x` without changing any order. Only then come mean and deviation, of the one part, for both.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# parties = {____ for row in drawn}
# closed = np.array([____ for ticket in tickets])
# mean, deviation = ____, ____
# return tuple((x[rows] - ____) / ____ for rows in (____, closed))
# ```
#
# </details>


# %%
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    """Split whole parties into training and test, and standardise both by the training part.

    Args:
        x: float32[n, d].
        tickets: list of n strings.
        drawn: list of row numbers for the test part.

    Returns:
        (train, test): two arrays.
    """
    ### BEGIN SOLUTION
    #| x = (x - x.mean(axis=0)) / x.std(axis=0)
    #| closed = np.zeros(len(x), bool)
    #| closed[drawn] = True
    #| return x[~closed], x[closed]
    tickets = np.array(tickets)
    test_rows = np.isin(tickets, tickets[drawn])
    train, test = x[~test_rows], x[test_rows]
    shift, scale = train.mean(axis=0), train.std(axis=0)
    return (train - shift) / scale, (test - shift) / scale
    ### END SOLUTION


# %% points=2
# check: fair_parts-1
def _pattern(part):
    """Return the first column from 0 to 1, whatever its mean and scale: it shows which rows came, in which order."""
    _column = np.asarray(part)[:, 0]
    return (_column - _column.min()) / max(_column.max() - _column.min(), 1e-6)


_x = np.array([[1], [8], [3], [9], [2], [4]], "float32")
_train, _test = fair_parts(_x, ["A", "C", "B", "C", "D", "D"], [3, 4])
check.equal("rows in training and test: C and D are drawn", [len(_train), len(_test)], [2, 4], but={
    "A party goes to the test part as a whole.": [4, 2],
    "The parties that are drawn go to the test part, not to training.": [4, 4],
})
check.close("the test rows 8, 9, 2, 4 on a scale from 0 to 1", _pattern(_test), [6 / 7, 1, 0, 2 / 7], hint="They stand as they stand in x.")
_train, _test = fair_parts(_x, ["E", "A", "B", "A", "D", "C"], [3])
check.close("training rows 1, 3, 2, 4 on a scale from 0 to 1", _pattern(_train), [0, 2 / 3, 1 / 3, 1], hint="They stand as they stand in x.")
_x, _tickets = np.arange(12, dtype="float32").reshape(12, 1), list("BBBABBBBABBB")
_left, _drawn = fair_parts(_x, _tickets, [0])[0], fair_parts(_x, _tickets, [3])[1]
check.close("rows 3 and 8 of twelve: left in training, drawn for the test", [_pattern(_left), _pattern(_drawn)], [[0, 1], [0, 1]],
            hint="They stand as they stand in x: a set of row numbers has no order, so sort them.")
### BEGIN HIDDEN TESTS
for _n, _parties, _drawn in ((8, 4, [1]), (20, 9, [3, 17, 5]), (30, 12, [0, 29]), (9, 6, [4, 4])):
    _x = check.inputs(_n, 2).numpy()
    _tickets = [f"T{_k}" for _k in check.inputs(_n, dtype="int32", low=0, high=_parties).numpy()]
    _tickets[-3:] = ["own", "own", "other"] if 29 not in _drawn else ["own", "other", "T1"]
    _parts = fair_parts(_x, _tickets, _drawn)
    check.reference(f"{_n} rows, {_drawn} drawn: sizes", [len(_part) for _part in _parts])
    for _part, _name in zip(_parts, ("train", "test")):
        check.reference(f"{_n} rows, {_drawn} drawn: {_name}", _pattern(_part), rtol=1e-3, atol=1e-3)
_parts = fair_parts(check.inputs(6, 1).numpy(), ["A 1", "A 11", "A 1", "BA 1", "A", "C"], [0])
check.reference("a ticket that is part of another one", [len(_part) for _part in _parts])
_parts = fair_parts(check.inputs(5, 1).numpy(), ["x" * 1200 + end for end in "1213"] + ["c"], [0])
check.reference("long tickets that begin alike", [len(_part) for _part in _parts])
_parts = fair_parts(check.inputs(5, 1).numpy(), ["", "A", "", "a", " A"], [0, 1])
check.reference("tickets: an empty string, a capital, a blank", [len(_part) for _part in _parts])
### END HIDDEN TESTS

# %% points=2
# check: fair_parts-2
_x = np.array([[1, 0], [3, 4], [8, 6]], "float32")
_kept = _x.copy()
_train, _test = fair_parts(_x, ["A", "B", "C"], [2])
check.close("training rows (1, 0) and (3, 4)", _train, [[-1, -1], [1, 1]], but={
    "Mean and deviation are those of all rows: take them from the training part alone.": [[-1.0190493, -1.3363062], [-0.3396831, 0.2672612]],
    "Divide by the root of the mean squared distance.": [[-0.70710677, -0.70710677], [0.70710677, 0.70710677]],
    "Subtract the mean first.": [[1, 0], [3, 2]],
    "Each column has a mean and a deviation of its own: axis=0.": [[-0.6324555, -1.2649111], [0.6324555, 1.2649111]],
})
check.close("the test row (8, 6)", _test, [[6, 2]], but={
    "Mean and deviation are those of all rows: take them from the training part alone.": [[1.3587324, 1.0690450]],
    "Divide the test rows by the deviation of the training part, too.": [[6, 4]],
    "Each column has a mean and a deviation of its own: axis=0.": [[3.7947332, 2.5298221]],
})
_left = fair_parts(np.array([[1], [3], [8], [9]], "float32"), ["A", "B", "C", "C"], [2])[0]
check.that("rows 1 and 3, when party C has gone, have the mean 0 and the deviation 1", len(_left) != 2 or np.allclose(_left, [[-1], [1]], atol=1e-3),
           "The other row of C still has a say: take mean and deviation when the whole party has left.")
_steps = fair_parts(np.array([[10000, 0], [10001, 1], [10002, 2], [7, 7]], "float32"), ["A", "B", "C", "D"], [3])[0]
check.close("training rows (10000, 0), (10001, 1), (10002, 2)", _steps, [[-1.224745, -1.224745], [0, 0], [1.224745, 1.224745]], atol=1e-3, but={
    "Each column has a mean of its own: axis=0.": [[6122.4995, -6124.9487], [6123.724, -6123.724], [6124.9487, -6122.4995]],
}, hint="In float32 nothing is left of the mean of x² less the square of the mean: take the mean away before you square.")
check.close("x", _x, _kept, hint="Make new arrays.")
_far = fair_parts(np.array([[0.001], [0.002], [1e6]], "float32"), ["A", "B", "C"], [2])[0]
check.close("training rows 0.001 and 0.002, a test row of a million", _far, [[-1], [1]], atol=1e-3,
            hint="The test rows have no say at all, not in a first scaling either.")
### BEGIN HIDDEN TESTS
for _n, _d in ((6, 3), (15, 1), (9, 4)):
    _x = (5 + 3 * check.inputs(_n, _d)).numpy()
    _kept, _tickets, _drawn = _x.copy(), [f"{_k}" for _k in range(_n)], [_n - 1, 1]
    _parts = fair_parts(_x, _tickets, _drawn)
    check.reference(f"{_n} rows of {_d}: train", _parts[0])
    check.reference(f"{_n} rows of {_d}: test", _parts[1])
    check.equal("x", np.array_equal(_x, _kept), True)
    _x[[1, _n - 1]] *= 100
    check.reference(f"{_n} rows of {_d}: another test part", fair_parts(_x, _tickets, _drawn)[0])
_tiny = 1e-6 * check.inputs(5, 2).numpy()
check.reference("columns that hardly differ", fair_parts(_tiny, list("ABCDE"), [4])[0], rtol=1e-2, atol=1e-2)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: the importance of what belongs together
#
# A word becomes several columns, one for each value. Shuffled one by one they make passengers who are man and woman at once. So shuffle all columns of a *group* together.
#
# - **In**: `group_importance(score, x, groups, orders)`: `score`, a function from an array `float32[n, d]` to a number, such as the share of right answers, which takes long; `x`, a NumPy array `float32[n, d]`; `groups`, a list of lists of column numbers, none empty, no column in two of them; `orders`, `int32[k, n]`, a NumPy array, k ≥ 1: in each row the numbers 0 … n − 1 in some order.
# - **Out**: ① a list or an array with one number for each group, in order: the score of `x` less the mean of k scores, one for each order. ② For an order, row i gets in the columns of the group what stands there in row `order[i]`, ③ in all columns of the group by the same order; ④ all other columns are as in `x`. ⑤ `x` is not changed, not even while `score` runs. ⑥ `score` is called once for `x` itself, and once for each group and order, no more and no less: it may draw lots.
# - **Example**: x is the column 1, 2, 3; the score is 10 times the number in row 0, so 10 for x. There is one order, 2, 0, 1: row 0 gets what stands in row 2, the 3, and the score is 30. The result is 10 − 30 = −20.
#
# <details><summary>Hint 1: the idea</summary>
#
# A fresh copy for each group and each order, in which one block of columns is replaced by the same block of other rows.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Score `x` once, before the loops. Inside: copy, then assign to `changed[:, group]` what `x[order][:, group]` gives. NumPy takes a list as column numbers.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# full = ____
# result = []
# for group in groups:
#     scores = []
#     for order in ____:
#         changed = ____
#         changed[:, group] = ____
#         scores.append(____)
#     result.append(full - ____)
# return ____
# ```
#
# </details>


# %%
# exercise: group_importance
def group_importance(score, x, groups, orders):
    """Return for each group of columns how much of the score is lost when its rows are shuffled.

    Args:
        score: a function from float32[n, d] to a number.
        x: float32[n, d].
        groups: list of lists of column numbers.
        orders: int32[k, n], orders of the rows.

    Returns:
        one number for each group: a list or an array.
    """
    ### BEGIN SOLUTION
    whole = score(x.copy())
    lost = []
    for columns in groups:
        belongs = np.isin(np.arange(x.shape[1]), columns)
        shuffled = [score(np.where(belongs, x[order], x)) for order in orders]
        lost.append(whole - np.mean(shuffled))
    return lost
    ### END SOLUTION


# %% points=4
# check: group_importance-1
_both = np.array([[1, 0], [0, 1], [1, 0]], "float32")
_ones = group_importance(lambda table: float(np.mean(table.sum(axis=1) == 1)), _both, [[0, 1]], np.array([[2, 0, 1]], "int32"))
check.close("rows with exactly one 1", list(map(float, _ones)), [0.0], hint="The columns of a group are shuffled by the same order.")
_x = np.array([[1, 10], [2, 20], [3, 40]], "float32")
_kept, _calls = _x.copy(), []


def _first_row(table):
    _calls.append(np.array(table))
    return float(table[0, 0] + table[0, 1])


_orders = np.array([[2, 0, 1], [1, 0, 2]], "int32")
_lost = group_importance(_first_row, _x, [[0], [1], [0, 1]], _orders)
check.close("the first row's sum, columns 0, 1, both", list(map(float, _lost)), [-1.5, -20.0, -21.5], but={
    "The score of x less the mean, not the reverse.": [1.5, 20.0, 21.5],
    "The mean over the orders, not the sum.": [-14.0, -51.0, -54.0],
    "Row i gets what stands in row order[i], not the reverse.": [-1.0, -10.0, -11.0],
    "Nothing was shuffled. A list in brackets makes a copy, so `changed[order][:, group] = …` writes into one: assign to `changed[:, group]`.":
        [0.0, 0.0, 0.0],
})
check.equal("calls of score", len(_calls), 7, but={
    "Score x itself once, for all groups.": 9,
    "Score x itself once, for all groups and orders.": 12,
})
check.close("x", _x, _kept, hint="Work on copies.")
_calls.clear()
group_importance(_first_row, _x, [[0], [1]], np.array([[0, 1, 2], [2, 0, 1], [2, 0, 1]], "int32"))
check.equal("calls of score for an order that changes nothing, and one that comes twice", len(_calls), 7,
            hint="Each order is scored, whether it was seen before or not.")
_calls.clear()
group_importance(_first_row, np.array([[5, 1], [5, 2], [5, 3]], "float32"), [[0], [1]], _orders)
check.equal("calls of score where a group is the same in all rows", len(_calls), 5, hint="Such a group, too, is scored once for each order.")
### BEGIN HIDDEN TESTS
for _n, _d, _groups, _k in ((5, 3, [[0], [2, 1]], 2), (8, 6, [[5, 0, 3], [1], [2, 4]], 3), (4, 2, [[1]], 1), (7, 5, [[4], [3], [0, 1]], 5)):
    _x, _kernel, _seen = check.inputs(_n, _d).numpy(), check.inputs(_n, _d).numpy(), []
    _orders = np.stack([np.argsort(check.inputs(_n).numpy()) for _ in range(_k)]).astype("int32")

    def _score(table):
        _seen.append(np.array(table, "float32"))
        return float(np.sum(_kernel * table) + np.sum(table[:, 0] * table[:, -1] * _kernel[:, 0]))

    _kept = _x.copy()
    _lost = group_importance(_score, _x, _groups, _orders)
    check.reference(f"{_n} rows of {_d}, groups {_groups}", list(map(float, _lost)), rtol=1e-3, atol=1e-4)
    check.reference(f"{_n} rows of {_d}, groups {_groups}: calls", len(_seen))
    check.equal("x", np.array_equal(_x, _kept), True)
_x = check.inputs(6, 3).numpy()
_lost = group_importance(lambda table: float(np.sum(table[:, 1] * np.arange(6))), _x, [[0, 2], [1]], np.array([[5, 4, 3, 2, 1, 0]], "int32"))
check.reference("columns that are not used", list(map(float, _lost)), rtol=1e-3, atol=1e-4)
_x, _same = check.inputs(5, 2).numpy(), []
_kept, _dtypes = _x.copy(), []


def _spy(table):
    _same.append(np.array_equal(_x, _kept))
    _dtypes.append(str(table.dtype))
    return float(np.sum(table))


group_importance(_spy, _x, [[0], [1]], np.array([[1, 0, 4, 2, 3]], "int32"))
check.equal("x while score runs, and what score gets", [all(_same), sorted(set(_dtypes))], [True, ["float32"]])
### END HIDDEN TESTS
