# %% [markdown]
# # Exercises: a time-series project
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
import keras
import numpy as np
import tensorflow as tf
from grader import check

# %% [markdown]
# ## 1. Worth having
#
# Several people send forecasts. Read them against what came, and choose: which are better than "as last week", and in which order?
#
# - **In**: `worth_having(forecasts, counts)`: `forecasts`, a dictionary with one or more entries, from a name to the forecasts of the same n days, a NumPy array `float32[n]`, n ≥ 1; `counts`, a NumPy array `float32[n + 7]`: the counts of the seven days before, and then of these n days. The naive forecast of a day is the count seven days before it; it is not right on all days, and no two entries have the same error.
# - **Out**: ① a list or a tuple of pairs `(name, skill)`. The skill is ② 1 less the mean of |forecast − count| over the n days, divided by ③ the mean of |naive forecast − count| over the same days. ④ The best comes first. ⑤ Whoever has a skill of 0 or less is left out.
# - **Example**: `counts` are seven times 10, then 20 and 40. The naive forecast is off by 10 and 30. Who says 22 and 36 is off by 2 and 4: the skill is 1 − 3/20 = 0.85.
#
# <details><summary>Hint 1: the idea</summary>
#
# One number for the naive forecast, one for each name, and a division.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The days of the forecasts are all counts but the first seven; their naive forecasts are all counts but the last seven. Build the list, keep what is above 0, sort it by the second part of the pair.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# came, naive = counts[____], counts[____]
# usual = ____
# pairs = []
# for name, forecast in ____:
#     skill = 1 - ____ / usual
#     if ____:
#         pairs.append(____)
# return sorted(pairs, key=____, reverse=____)
# ```
#
# </details>


# %%
# exercise: worth_having
def worth_having(forecasts, counts):
    """Return who is better than "as last week", with the skill, the best first.

    Args:
        forecasts: dictionary from a name to float32[n].
        counts: float32[n + 7], the seven days before, and the n days of the forecasts.

    Returns:
        a list of pairs (name, skill).
    """
    ### BEGIN SOLUTION
    off_by = {name: np.abs(said - counts[7:]).sum() for name, said in forecasts.items()}
    limit = np.abs(counts[7:] - counts[:-7]).sum()
    better = [name for name in sorted(off_by, key=off_by.get) if off_by[name] < limit]
    return [(name, 1 - off_by[name] / limit) for name in better]
    ### END SOLUTION


# %% points=2
# check: worth_having-1
def _names(pairs):
    return [name for name, _ in pairs]


def _skills(pairs):
    return [float(skill) for _, skill in pairs]


_counts = np.array([10] * 7 + [20, 40], "float32")
_people = {"low": [16, 10], "near": [22, 36], "late": [10, 20], "last week": [10, 10], "wild": [10, 80]}
_pairs = worth_having({_name: np.array(_said, "float32") for _name, _said in _people.items()}, _counts)
check.equal("who is better than last week", _names(_pairs), ["near", "late", "low"], but={
    "The best first, please.": ["low", "late", "near"],
    "A skill of 0 is not better than last week.": ["near", "late", "low", "last week"],
    "Leave out whoever is no better than last week.": ["near", "late", "low", "last week", "wild"],
    "In the order of their skill, not of the dictionary.": ["low", "near", "late"],
    "Compare with seven days before, not with the day before.": ["near"],
    "Divide one mean by the other; the mean of the quotients is something else.": ["near", "low", "late"],
})
check.close("their skills", _skills(_pairs), [0.85, 0.25, 0.15], but={
    "Distances, not their squares.": [0.98, 0.5, 0.084],
    "Distances, not the root of their squares.": [0.8585786, 0.2928932, 0.0429177],
    "1 less the quotient.": [0.15, 0.75, 0.85],
})
check.close("the skill of one who was right on both days", _skills(worth_having({"sure": np.array([20, 40], "float32")}, _counts)), [1.0], hint="A skill of 1 is above 0 and stays in the list.")
_counts = np.array([10] * 7 + [0, 20], "float32")
check.close("a day with the count 0: said 4, then 20", _skills(worth_having({"near": np.array([4, 20], "float32")}, _counts)), [0.8], but={
    "The mean is over all days, those with the count 0, too.": [1.0],
})
_counts = np.array([5, 6, 7, 8, 9, 10, 11, 9, 8, 9, 12, 9, 14, 13, 19, 10], "float32")
_pairs = worth_having({"late": _counts[6:-1], "high": _counts[7:] + 3, "flat": np.array([11] * 8 + [12], "float32")}, _counts)
check.close("nine days: the naive forecast of the last is a count from among them", _skills(_pairs), [1 / 6, 0.1], but={
    "The naive forecast of a day is the count seven days before that day, not always one of the first seven.": [11 / 36, 0.25, 5 / 36],
    "The order is that of the skill; a high correlation may go with large errors.": [0.1, 1 / 6],
})
_counts = np.array([0] * 7 + [1, 0, 0, 0], "float32")
check.close("one case in four days, said 0.5", _skills(worth_having({"near": np.array([0.5, 0, 0, 0], "float32")}, _counts)), [0.5], but={
    "Divide by the naive error as it is, even if it is below 1.": [0.875],
})
### BEGIN HIDDEN TESTS
for _n, _many in ((1, 3), (7, 4), (20, 6), (40, 5)):
    for _noise in (2, 9, 25):
        _counts = (20 + check.inputs(_n + 7, dtype="int32", low=0, high=9).numpy() + np.arange(_n + 7) % 7).astype("float32")
        _counts[7:] += 9.5
        _forecasts = {}
        for _k in range(_many):
            _off = check.inputs(_n, dtype="int32", low=-_noise, high=_noise + 1).numpy()
            _forecasts[f"n{_k * 7 % 5}{_k}"] = (_counts[7:] + _off + 0.2 * check.inputs(_n).numpy()).astype("float32")
        _forecasts["as it was"] = _counts[:-7].copy()
        _pairs = worth_having(_forecasts, _counts)
        check.reference(f"{_n} days, {_many} people, noise {_noise}: names", _names(_pairs))
        check.reference(f"{_n} days, {_many} people, noise {_noise}: skills", _skills(_pairs), rtol=1e-3, atol=1e-5)
_counts = np.array([9, 8, 7, 6, 5, 4, 3, 2, 30, 1, 40], "float32")
_pairs = worth_having({"low": _counts[7:] - np.array([5, 1, 3, 2], "float32"), "near": _counts[7:] + 3}, _counts)
check.reference("forecasts below 0: names", _names(_pairs))
check.reference("forecasts below 0: skills", _skills(_pairs), rtol=1e-3, atol=1e-5)
_people = {"bad": np.array([90.0], "float32"), "barely": np.array([0.005], "float32")}
check.reference("one, barely", _names(worth_having(_people, np.arange(8, dtype="float32"))))
check.reference("nobody", _names(worth_having({"bad": _people["bad"]}, np.arange(8, dtype="float32"))))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Walk forward
#
# Many cuts, many small tests. And at each cut the last days are not known in full: offices report late.
#
# - **In**: `walk_forward(n, first, step, horizon, late)`: Python integers. The days are numbered 0 … n − 1, n ≤ 500. `first`, `step` and `horizon` are ≥ 1, `late` is ≥ 0.
# - **Out**: a list, a tuple or a generator of pairs `(train, test)` of day numbers, one pair for each cut, in order. ① Cuts are the days `first`, `first + step`, `first + 2·step`, …; ② the test part has the `horizon` days that begin with the cut; ③ the training part all days before the cut, ④ but not the last `late` of them. Left out is a cut ⑤ whose test part would reach beyond day n − 1, ⑥ or whose training part would be empty. Parts are lists or arrays of their own, their days in order.
# - **Example**: n = 10, `first` 4, `step` 2, `horizon` 3, `late` 1: training 0, 1, 2 with test 4, 5, 6; training 0 … 4 with test 6, 7, 8. The cut 8 would need day 10.
#
# <details><summary>Hint 1: the idea</summary>
#
# Walk over the cuts with `range`. Three numbers say all about a pair: where training ends, where the test begins, where it ends.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The last cut that is possible is n − horizon, and `range` excludes its end. The training part ends before cut − late. Skip the cut if that is not above 0.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# pairs = []
# for cut in range(____, ____, ____):
#     if ____:
#         pairs.append((list(range(____)), list(range(____, ____))))
# return pairs
# ```
#
# </details>


# %%
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    """Return the training and the test days of each cut.

    Args:
        n: how many days there are.
        first: the first cut.
        step: how many days lie between two cuts.
        horizon: how many days are forecast at a cut.
        late: how many days before a cut are not known yet.

    Returns:
        a list of pairs (train, test) of day numbers.
    """
    ### BEGIN SOLUTION
    all_days = np.arange(n)
    return [
        (all_days[:cut - late], all_days[cut:cut + horizon])
        for cut in all_days[first::step]
        if cut > late and cut + horizon <= n
    ]
    ### END SOLUTION


# %% points=2
# check: walk_forward-1
def _days(pairs):
    return [[[int(day) for day in part] for part in pair] for pair in list(pairs)]


check.equal("10 days, from 4, every 2nd, 3 ahead, 1 late", _days(walk_forward(10, 4, 2, 3, 1)), [[[0, 1, 2], [4, 5, 6]], [[0, 1, 2, 3, 4], [6, 7, 8]]], but={
    "The last days before the cut are not known yet: leave them out of the training part.": [[[0, 1, 2, 3], [4, 5, 6]], [[0, 1, 2, 3, 4, 5], [6, 7, 8]]],
    "Day 10 does not exist: leave out the cut 8.": [[[0, 1, 2], [4, 5, 6]], [[0, 1, 2, 3, 4], [6, 7, 8]], [[0, 1, 2, 3, 4, 5, 6], [8, 9]]],
    "The test part begins with the cut; late takes days from the training part alone.": [[[0, 1, 2], [3, 4, 5]], [[0, 1, 2, 3, 4], [5, 6, 7]]],
    "Late days are missing at the end of the training part; the test part still begins with the cut.": [[[0, 1, 2, 3], [5, 6, 7]], [[0, 1, 2, 3, 4, 5], [7, 8, 9]]],
    "The training part has all days before the cut, from day 0 on.": [[[0, 1, 2], [4, 5, 6]], [[2, 3, 4], [6, 7, 8]]],
    "All training parts are one list, which has grown: make a new one for each cut.": [[[0, 1, 2, 3, 4], [4, 5, 6]], [[0, 1, 2, 3, 4], [6, 7, 8]]],
})
check.equal("the last day is used: 6 days, from 2, every 3rd, 1 ahead", _days(walk_forward(6, 2, 3, 1, 0)), [[[0, 1], [2]], [[0, 1, 2, 3, 4], [5]]], but={
    "A test part may end with the last day.": [[[0, 1], [2]]],
})
check.equal("3 days, each a cut, from 1", _days(walk_forward(3, 1, 1, 1, 0)), [[[0], [1]], [[0, 1], [2]]], but={
    "A training part of one day is not empty.": [[[0, 1], [2]]],
})
check.equal("2 days late, from 1", _days(walk_forward(5, 1, 1, 1, 2)), [[[0], [3]], [[0, 1], [4]]], but={
    "Leave out the cuts whose training part is empty.": [[[], [1]], [[], [2]], [[0], [3]], [[0, 1], [4]]],
    "With two days late, the cut 1 has no training day: watch negative numbers in a slice.": [[[0, 1, 2, 3], [1]], [[], [2]], [[0], [3]], [[0, 1], [4]]],
})
check.equal("2 days late, from 1, every 3rd", _days(walk_forward(9, 1, 3, 1, 2)), [[[0, 1], [4]], [[0, 1, 2, 3, 4], [7]]], but={
    "A cut that is left out does not shift the others: here they are 1, 4 and 7.": [[[0], [3]], [[0, 1, 2, 3], [6]]],
})
check.equal("4 days, from 3, every 2nd, 2 ahead", _days(walk_forward(4, 3, 2, 2, 0)), [], but={
    "Day 4 does not exist: leave out the cut 3. (int cuts off towards 0, and makes −0.5 to 0.)": [[[0, 1, 2], [3, 4]]],
})
### BEGIN HIDDEN TESTS
for _turn in range(12):
    _n = int(check.inputs(dtype="int32", low=1, high=40))
    _first, _step, _horizon = check.inputs(3, dtype="int32", low=1, high=9).numpy().tolist()
    _late = int(check.inputs(dtype="int32", low=0, high=6))
    check.reference(f"{_n} days, from {_first}, every {_step}, {_horizon} ahead, {_late} late", _days(walk_forward(_n, _first, _step, _horizon, _late)))
check.reference("eight weeks", _days(walk_forward(182, 126, 7, 7, 0)))
check.reference("500 days, each a cut, all but six late", _days(walk_forward(500, 1, 1, 1, 494)))
check.reference("a horizon longer than all days", _days(walk_forward(3, 1, 1, 5, 0)))
check.reference("a long delay", _days(walk_forward(30, 2, 5, 4, 12)))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A loss of percentages
#
# The mean squared percentage error as a class, with a floor for small counts.
#
# - **In**: `Mspe(floor)`, a loss like Keras's own; `floor`, a Python float > 0. Labels and predictions are float tensors of shape `[n, m]`; `call` gets both in one dtype.
# - **Out**: ① the method `call` returns one value for each example, shape `[n]`: the mean over the m numbers of ② the square of (label − prediction) / label, ③ where the label is below the floor, the difference is divided by the floor instead, and nothing else changes. ④ The loss, made again from its `get_config()`, has the same floor, name and reduction. ⑤ `name`, `"mspe"` if none is given, and other arguments of `keras.losses.Loss`, such as `reduction`, work as usual. ⑥ A model can be trained with it, also compiled by XLA, as `fit` does on a GPU: its gradient is that of the value.
# - **Example**: with `floor` 5 the labels (10, 0) and the predictions (9, 1) give the errors 0.1 and 1/5: (0.01 + 0.04) / 2 = 0.025.
#
# <details><summary>Hint 1: the idea</summary>
#
# Only the divisor has a floor. And a class that Keras can save keeps its argument and tells it in `get_config`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `__init__` hands `name` and the rest to `super().__init__` and keeps the floor. `call` divides by the larger of label and floor, squares, and takes the mean over axis −1. `get_config` adds one entry to what `super()` says.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# super().__init__(____=name, **____)
# self.floor = ____
#
# share = (____ - ____) / tf.maximum(____, ____)
# return tf.reduce_mean(____, axis=____)
#
# return {**super().____(), "floor": ____}
# ```
#
# </details>


# %%
# exercise: mspe
class Mspe(keras.losses.Loss):
    """The mean squared percentage error of each example.

    Attributes:
        floor: a label below it is divided by it instead, a Python float > 0.
    """

    def __init__(self, floor, name="mspe", **kwargs):
        """Keep the floor; name and the other arguments are those of keras.losses.Loss."""
        ### BEGIN SOLUTION
        super().__init__(name=name, **kwargs)
        self.floor = floor
        ### END SOLUTION

    def call(self, y_true, y_pred):
        """Return the loss of each example, shape [n], of labels and predictions of shape [n, m]."""
        ### BEGIN SOLUTION
        divisor = keras.ops.where(y_true < self.floor, self.floor, y_true)
        return tf.reduce_mean(((y_true - y_pred) / divisor) ** 2, axis=-1)
        ### END SOLUTION

    def get_config(self):
        """Return the arguments of __init__ as a dictionary."""
        ### BEGIN SOLUTION
        return super().get_config() | {"floor": self.floor}
        ### END SOLUTION


# %% points=3
# check: mspe-1
_y, _p = tf.constant([[10.0, 0.0], [20.0, 40.0]]), tf.constant([[9.0, 1.0], [10.0, 60.0]])
check.close("two examples, floor 5", Mspe(5.0).call(_y, _p), [0.025, 0.25], but={
    "One value for each example, not one for all.": 0.1375,
    "Divide by the label, not by the prediction.": [0.02617284, 0.5555556],
    "The floor is for the divisor alone: the error keeps its label.": [0.325, 0.25],
    "The squares are missing.": [0.15, 0.5],
    "The mean over an example's numbers, not the sum.": [0.05, 0.5],
    "The floor replaces small labels; it is not added to all.": [0.0222222, 0.1787654],
    "The mean runs over the last axis.": [0.13, 0.145],
})
check.close("a label of 3 is below a floor of 5", Mspe(5.0).call(tf.constant([[3.0]]), tf.constant([[4.0]])), [0.04], but={
    "Not only a label of 0 is too small: each label below the floor.": [1 / 9],
})
check.close("a correction, -10, is below a floor of 5", Mspe(5.0).call(tf.constant([[-10.0]]), tf.constant([[0.0]])), [4.0], but={
    "A label below the floor is replaced by the floor, whatever its sign.": [1.0],
})
check.close("the floor is 1", Mspe(1.0).call(tf.constant([[0.0, 4.0]]), tf.constant([[2.0, 4.0]])), [2.0])
_traced = tf.function(Mspe(5.0).call, input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec([None, 2])])
check.close("in a graph that does not know how many examples there are, as in fit", _traced(_y, _p), [0.025, 0.25],
            hint="Work on the whole table at once: in fit a Python loop finds no number of examples.")
_five, _one = Mspe(5.0), Mspe(1.0)
check.close("a loss with floor 5, after another one was made", _five.call(tf.constant([[0.0]]), tf.constant([[1.0]])), [0.04], but={
    "Each loss has a floor of its own: keep it in self, not in the class.": [1.0],
})
check.close("the second example alone has a weight", Mspe(5.0)(_y, _p, sample_weight=tf.constant([0.0, 1.0])), 0.125, but={
    "Weights cannot choose examples, since there is one value for all.": 0.06875,
})
check.close("made again from its config", Mspe.from_config(Mspe(2.0).get_config()).call(tf.constant([[0.0]]), tf.constant([[4.0]])), [4.0])
check.close("reduction=\"sum\"", Mspe(5.0, reduction="sum")(_y, _p), 0.275, hint="Hand the other arguments on to super().__init__.")
check.equal("dtype=\"float64\"", Mspe(5.0, dtype="float64").dtype, "float64", hint="Hand all other arguments on to super().__init__.")
_row, _said = tf.constant([[10.0, 0.0]]), tf.Variable([[9.0, 1.0]])
with tf.GradientTape() as _tape:
    _value = Mspe(5.0).call(_row, _said)
check.close("how the loss of (9, 1) changes with the two predictions", _tape.gradient(_value, _said), [[-0.01, 0.04]], but={
    "Half of it is missing: let the gradient through both factors of the square.": [[-0.005, 0.02]],
})
_wide = tf.constant([[2.0**24]], tf.float64)
check.close("dtype=\"float64\": the label 2²⁴, the prediction 1 more, the loss times 2⁴⁸", 2.0**48 * Mspe(1.0, dtype="float64")(_wide, _wide + 1), 1.0, but={
    "float32 does not have the number 2²⁴ + 1: compute in the dtype in which labels and predictions come.": 0.0,
})
check.equal("two names", [Mspe(5.0).name, Mspe(5.0, name="own").name], ["mspe", "own"], hint="Hand the name on to super().__init__.")
_again = Mspe.from_config(Mspe(2.0, name="own", reduction="sum").get_config())
check.equal("name and reduction, made again", [_again.name, _again.reduction], ["own", "sum"], hint="Begin with what super().get_config() says.")
check.close("reduction=\"none\"", Mspe(5.0, reduction="none")(_y, _p), [0.025, 0.25], but={
    "With \"none\" the values of the examples stay apart: leave the reduction to Keras.": 0.1375,
})
_weighted = Mspe(5.0, reduction="mean_with_sample_weight")(_y, _p, sample_weight=tf.constant([1.0, 3.0]))
check.close("reduction=\"mean_with_sample_weight\", the weights 1 and 3", _weighted, 0.19375, but={
    "Keras has more reductions than these: leave `__call__` to it.": 0.3875,
})


@tf.function(jit_compile=True)
def _slope(labels, said):
    with tf.GradientTape() as tape:
        tape.watch(said)
        value = Mspe(5.0).call(labels, said)
    return tape.gradient(value, said)


_row = tf.constant([[10.0, 20.0]])
check.close("compiled by XLA, as in fit on a GPU: how the loss changes with two predictions that are right", _slope(_row, _row), [[0.0, 0.0]],
            hint="Where the error is 0, so is the slope of its square; a square root has no finite slope there.")
### BEGIN HIDDEN TESTS
for _n, _m, _floor in ((1, 1, 2.0), (5, 3, 4.0), (8, 7, 0.25), (4, 2, 30.0)):
    _y = tf.cast(check.inputs(_n, _m, dtype="int32", low=0, high=12), tf.float32)
    _p = _y + check.inputs(_n, _m)
    check.reference(f"{_n} examples of {_m}, floor {_floor:g}", Mspe(_floor).call(_y, _p), rtol=1e-3, atol=1e-6)
    check.reference(f"{_n} examples of {_m}, weights", Mspe(_floor)(_y, _p, sample_weight=check.inputs(_n, low=0.0, high=1.0)), rtol=1e-3, atol=1e-6)
_small = tf.constant([[0.0, 1e-6, 5e-6]])
check.reference("a floor of a millionth", Mspe(1e-6).call(_small, _small + tf.constant([[1e-6, 5e-7, 1e-6]])), rtol=1e-3, atol=0.0)
check.reference("made again, floor 2.5", Mspe.from_config(Mspe(2.5).get_config()).call(tf.constant([[0.0, 2.0]]), tf.constant([[1.0, 4.0]])))
_again = Mspe.from_config(Mspe(3.0, name="mine", reduction="sum").get_config())
check.reference("config: sum", _again(_y, _p), rtol=1e-3, atol=1e-6)
check.reference("config: name and reduction", [_again.name, _again.reduction])
check.reference("in a graph", tf.function(lambda y, p: Mspe(7.0).call(y, p))(_y, _p), rtol=1e-3, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Its own past
#
# A recursive forecast with a model that is told the weekday, too.
#
# - **In**: `recursive(model, start, days, weekday)`: `model`, a function from `(window, day)` to a number, which keeps no window: `window` is a NumPy array `float32[w]`, the last w counts, the oldest first, and `day` an integer from 0 to 6, Python's or NumPy's, the weekday of the day to forecast; `start`, a NumPy array `float32[w]`, w ≥ 1, the last counts that are known (corrections among them may be below 0); `days`, a Python integer from 1 to 500; `weekday`, a Python integer from 0 to 6, the weekday of the first day to forecast.
# - **Out**: ① a list or an array of as many numbers as `days`, the forecasts in order. ② The first window is `start`; ③ for each next day the forecast is put at its end and the oldest number leaves it. ④ The weekday moves on by one day, and from 6 to 0. ⑤ A forecast below 0 is taken for 0, in the result and in the windows that follow. ⑥ `start` is not changed, even if `model` writes into its window; whether the next window keeps what it wrote is left open. ⑦ `model` is called once for each day.
# - **Example**: a model that says twice the last count, from `start` (1, 3): 6, 12, 24.
#
# <details><summary>Hint 1: the idea</summary>
#
# The same step again and again: ask, put a floor, note, move the window.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Keep a window that is yours, made anew at each step, so that nobody's array changes. `np.append(window[1:], number)` moves it; `max(0.0, …)` is the floor; `% 7` brings the weekday home.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# window, said = np.array(____, "float32"), []
# for k in range(____):
#     number = max(____, float(model(____, ____)))
#     said.append(____)
#     window = np.append(____, ____).astype("float32")
# return said
# ```
#
# </details>


# %%
# exercise: recursive
def recursive(model, start, days, weekday):
    """Forecast day by day; what the model says becomes its own past.

    Args:
        model: a function from (float32[w], weekday from 0 to 6) to a number.
        start: float32[w], the last counts, the oldest first.
        days: how many days to forecast.
        weekday: the weekday of the first of them, from 0 to 6.

    Returns:
        the forecasts: a list or an array of numbers, none below 0.
    """
    ### BEGIN SOLUTION
    past = list(start)
    for k in range(days):
        window = np.array(past[-len(start):], "float32")
        past.append(max(0.0, model(window, (weekday + k) % 7)))
    return past[len(start):]
    ### END SOLUTION


# %% points=3
# check: recursive-1
def _told(numbers):
    return [float(number) for number in numbers]


check.close("twice the last count, from (1, 3)", _told(recursive(lambda window, day: 2 * window[-1], np.array([1, 3], "float32"), 3, 0)), [6, 12, 24], but={
    "The window must move: the model was asked about start each time.": [6, 6, 6],
    "The window goes from the oldest to the newest: the last one is the newest.": [2, 6, 4],
})
check.close("half the last count, from 3", _told(recursive(lambda window, day: window[-1] / 2, np.array([3], "float32"), 3, 0)), [1.5, 0.75, 0.375], but={
    "Forecasts stay as they are: nothing is rounded.": [2, 1, 0],
    "Windows get the forecasts as they are: nothing is rounded.": [1.5, 1, 0.5],
})
check.close("the oldest, from (1, 3, 2)", _told(recursive(lambda window, day: window[0], np.array([1, 3, 2], "float32"), 5, 0)), [1, 3, 2, 1, 3], but={
    "The oldest number leaves the window.": [1, 1, 1, 1, 1],
})
check.close("the weekday, from Saturday on", _told(recursive(lambda window, day: float(day), np.array([4], "float32"), 4, 5)), [5, 6, 0, 1], but={
    "After 6 comes 0.": [5, 6, 7, 8],
    "The weekday moves on.": [5, 5, 5, 5],
    "The first call gets the weekday of the first day to forecast.": [6, 0, 1, 2],
    "Begin with the weekday that is given.": [0, 1, 2, 3],
})
check.close("the last count less 3, from 4", _told(recursive(lambda window, day: window[-1] - 3, np.array([4], "float32"), 3, 0)), [1, 0, 0], but={
    "A forecast below 0 is taken for 0.": [1, -2, -5],
})
check.close("3 less the last count, from 5", _told(recursive(lambda window, day: 3 - window[-1], np.array([5], "float32"), 3, 0)), [0, 3, 0], but={
    "The windows that follow see the 0, too, not what the model said.": [0, 5, 0],
})
_start, _seen = np.array([1, 2, 3], "float32"), []


def _watched(window, day):
    _seen.append(np.array(window))
    return window.sum()


recursive(_watched, _start, 4, 2)
check.equal("the shapes of the windows", [list(window.shape) for window in _seen], [[3]] * 4, hint="One call for each day, with as many counts as start has.")
check.equal("the dtypes of the windows", [str(window.dtype) for window in _seen], ["float32"] * 4, hint="`np.append` makes float64 of float32 and a number: turn it back.")
check.close("start", _start, [1, 2, 3], hint="Work on a copy.")


def _scaled(window, day):
    window /= 4
    return 4 * window[-1]


_start = np.array([4, 8], "float32")
_first = _told(recursive(_scaled, _start, 2, 0))[0]
check.close("start, after a model that divides its window by 4", _start, [4, 8], but={
    "The first window is a copy, too: the model may write into it.": [1, 2],
})
check.close("its first forecast, of two", _first, 8.0, hint="The model may write into its window: give it a copy, not a view of your forecasts.")
### BEGIN HIDDEN TESTS
for _w, _n, _day in ((1, 3, 0), (3, 9, 6), (7, 20, 2), (5, 4, 4), (4, 1, 3), (10, 5, 1)):
    _start = (4 + check.inputs(_w).numpy()).astype("float32")
    _kernel, _rhythm = (check.inputs(_w).numpy() / _w).astype("float32"), check.inputs(7).numpy()
    _asked, _kept = [], _start.copy()

    def _linear(window, day):
        _asked.append([float(number) for number in window] + [float(day)])
        return float(_kernel @ np.asarray(window, "float32") + _rhythm[day])

    check.reference(f"{_n} days from {_w} counts, weekday {_day}", _told(recursive(_linear, _start, _n, _day)), rtol=1e-3, atol=1e-4)
    check.reference(f"{_n} days from {_w} counts: what the model saw", _asked, rtol=1e-3, atol=1e-4)
    check.equal("start", np.array_equal(_start, _kept), True)
_large = recursive(lambda window, day: 1.5 * window[-1], np.array([0, 200000], "float32"), 3, 0)
check.reference("large counts", _told(_large))
_windows = []
recursive(lambda window, day: _windows.append([float(number) for number in window]) or 4.0, np.array([5, -10, 3], "float32"), 3, 2)
check.reference("a correction of -10 among the counts: what the model saw", _windows)
_down = recursive(lambda window, day: window[-1] - 2.5 + window[0] / 8, np.array([-2, 6], "float32"), 6, 1)
check.reference("down to 0", _told(_down))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: three looks into the future
#
# `fair_windows` makes pairs for training and for the test. It knows the future in three ways: its scale is that of all days, its training windows reach over the border, and its answers lie in the windows that should forecast them. Put all three right.
#
# - **In**: `fair_windows(series, border, width, horizon)`: `series`, a NumPy array `float32[n]`; Python integers ≥ 1. The training days are those before day `border`; they are not all equal (their standard deviation is a hundred-thousandth of their mean or more), there are `width + horizon` or more of them, and `horizon` or more days from `border` on.
# - **Out**: four arrays `x_train, y_train, x_test, y_test`, `[a, width]`, `[a, horizon]`, `[b, width]`, `[b, horizon]`. A pair is a window x of `width` days and ① the `horizon` days that follow it, y. Windows begin one day after the other, in order. ② In training are all pairs that lie before the border, x and y. ③ In the test are all pairs of which y lies on or after the border; x may reach back. From each number is ④ subtracted the mean of the training days, and it is then ⑤ divided by their standard deviation (the root of the *mean* squared distance). ⑥ `series` is not changed.
# - **Example**: the series 1, 3, 1, 3, 6, 8 with border 4, width 2, horizon 1: the mean is 2, the deviation 1. Training: (−1, 1) → −1 and (1, −1) → 1. Test: (−1, 1) → 4 and (1, 4) → 6.
#
# <details><summary>Hint 1: the idea</summary>
#
# First the scale, from the training days. Then make all pairs of the whole series, and ask of each on which side of the border it lies.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A pair that begins on day s ends before day s + width + horizon, and its y begins on day s + width. Training: the end is not beyond the border. Test: y does not begin before the border. Pairs in between are in neither part.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# known = series[____]
# scaled = (series - ____) / ____
# rows = np.lib.stride_tricks.sliding_window_view(scaled, ____)
# begins = np.arange(len(rows))
# train, test = rows[begins + ____ <= border], rows[begins + ____ >= border]
# return train[:, ____], train[:, ____], test[:, ____], test[:, ____]
# ```
#
# </details>


# %%
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    """Return windows and what followed them, scaled by the training days, for training and test.

    Args:
        series: float32[n].
        border: the first day that is not for training.
        width: how many days a window has.
        horizon: how many days are to be forecast.

    Returns:
        x_train, y_train, x_test, y_test: [a, width], [a, horizon], [b, width], [b, horizon].
    """
    ### BEGIN SOLUTION
    #| scaled = (series - series.mean()) / series.std()
    #| parts = [[], [], [], []]
    #| for begin in range(len(series) - width - horizon + 1):
    #|     x = scaled[begin:begin + width]
    #|     y = scaled[begin + width - 1:begin + width + horizon - 1]
    #|     part = 0 if begin < border else 2
    #|     parts[part].append(x)
    #|     parts[part + 1].append(y)
    #| return tuple(np.array(part) for part in parts)
    level = (series - series[:border].mean()) / series[:border].std()
    parts = []
    for first, last in ((0, border), (border - width, len(series))):
        rows = np.array([level[s:s + width + horizon] for s in range(first, last - width - horizon + 1)])
        parts += [rows[:, :width], rows[:, width:]]
    return parts
    ### END SOLUTION


# %% points=2
# check: fair_windows-1
def _ranks(parts):
    """Return each part with its numbers replaced by their rank among all: it shows which days came, whatever the scale."""
    values = np.unique(np.round(np.concatenate([np.ravel(part) for part in parts]), 3))
    return [np.searchsorted(values, np.round(np.asarray(part), 3)).tolist() for part in parts]


_parts = _ranks(fair_windows(np.array([1, 2, 4, 5, 7, 9, 10, 12], "float32"), 5, 2, 1))
check.equal("day numbers of the training windows", _parts[0], [[0, 1], [1, 2], [2, 3]], but={
    "Training pairs end before the border, x and y: this window's answer lies behind it.": [[0, 1], [1, 2], [2, 3], [3, 4]],
    "Training pairs end before the border, x and y: some of these windows lie on both sides.": [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]],
    "All pairs before the border: one is missing.": [[0, 1], [1, 2]],
})
check.equal("day numbers of the training answers", _parts[1], [[2], [3], [4]], but={
    "The answer is the day after the window, not the window's last day.": [[1], [2], [3]],
    "The answer is the first day after the window, not the second.": [[3], [4], [5]],
})
check.equal("day numbers of the test windows", _parts[2], [[3, 4], [4, 5], [5, 6]], but={
    "A test window may reach back over the border: its past is known.": [[5, 6]],
    "All pairs whose answer lies behind the border: the first is missing.": [[4, 5], [5, 6]],
})
check.equal("day numbers of the test answers", _parts[3], [[5], [6], [7]])
_parts = _ranks(fair_windows(np.arange(9, dtype="float32") ** 2, 5, 2, 2))
check.equal("horizon 2: training and test answers", [_parts[1], _parts[3]], [[[2, 3], [3, 4]], [[5, 6], [6, 7], [7, 8]]], but={
    "A pair with one answer before the border and one behind it belongs to neither part.": [[[2, 3], [3, 4]], [[4, 5], [5, 6], [6, 7], [7, 8]]],
})
_level = np.array([1, 3, 3, 3, 3, 5, 5, 5, 5], "float32")
_shapes = [list(np.shape(_part)) for _part in fair_windows(_level, 5, 2, 1)]
check.equal("days that are alike: shapes", _shapes, [[3, 2], [3, 1], [4, 2], [4, 1]], hint="A pair whose days are all alike is a pair, too.")
### BEGIN HIDDEN TESTS
for _n, _border, _width, _horizon in ((12, 7, 3, 2), (20, 11, 1, 1), (30, 14, 4, 7), (25, 9, 5, 4), (9, 8, 2, 1)):
    _series = np.cumsum(1 + check.inputs(_n, low=0.0, high=3.0).numpy()).astype("float32")
    _parts = fair_windows(_series, _border, _width, _horizon)
    check.reference(f"{_n} days, border {_border}, {_width} for {_horizon}: shapes", [list(np.shape(_part)) for _part in _parts])
    check.reference(f"{_n} days, border {_border}, {_width} for {_horizon}: days", _ranks(_parts))
_parts = fair_windows(np.arange(460, dtype="float32"), 300, 5, 2)
check.reference("460 days: shapes", [list(np.shape(_part)) for _part in _parts])
### END HIDDEN TESTS

# %% points=2
# check: fair_windows-2
_series = np.array([1, 6, 1, 1, 1, 10, 12, 14], "float32")
_kept = _series.copy()
_parts = fair_windows(_series, 5, 2, 1)
check.close("the first training window, 1 and 6", _parts[0][0], [-0.5, 2], but={
    "Mean and deviation are those of all days: take them from the training days alone.": [-0.9151978, 0.0481683],
    "Divide by the root of the mean squared distance.": [-0.4472136, 1.7888544],
    "Subtract the mean first.": [0.5, 3],
    "Subtract the mean, not the median.": [0, 2.5],
    "Each training day counts once: take mean and deviation of the days, not of the windows.": [-0.7071068, 1.4142136],
})
check.close("the last test answer, 14", _parts[3][-1], [6], but={
    "Mean and deviation are those of all days: take them from the training days alone.": [1.5895541],
    "Test numbers are scaled by the training days, not by their own.": [1.2247449],
    "The answers are scaled, too.": [14],
})
check.close("series", _series, _kept, hint="Make a new array.")
### BEGIN HIDDEN TESTS
for _n, _border, _width, _horizon in ((10, 6, 2, 1), (18, 9, 3, 2), (22, 15, 5, 4)):
    _series = (0.05 * np.cumsum(1 + check.inputs(_n, low=0.0, high=3.0).numpy())).astype("float32")
    _kept = _series.copy()
    _parts = fair_windows(_series, _border, _width, 1)
    check.reference(f"{_n} days: first training window", _parts[0][0], rtol=1e-3, atol=1e-4)
    check.reference(f"{_n} days: last test pair", [_parts[2][-1], _parts[3][-1]], rtol=1e-3, atol=1e-4)
    check.equal("series", np.array_equal(_series, _kept), True)
    _parts = fair_windows(1e-4 * _series, _border, _width, 1)
    check.reference(f"{_n} days, ten thousand times smaller", _parts[0][0], rtol=1e-3, atol=1e-4)
    _high = np.round(100_000 + 40 * _series).astype("float32")
    _parts = fair_windows(_high, _border, _width, 1)
    check.reference(f"{_n} days, near 100,000: first training window", _parts[0][0], rtol=1e-2, atol=1e-2)
    _series[_border:] *= 50
    check.reference(f"{_n} days, {_horizon} ahead: another future", fair_windows(_series, _border, _width, _horizon)[0][0], rtol=1e-3, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: a band, and whether it holds
#
# An interval made of earlier errors, and its coverage judged on cuts that it has not seen.
#
# - **In**: `error_band(forecasts, counts, coming, share)`: `forecasts` and `counts`, NumPy arrays `float32[k, h]`, all above 0: what was said at k earlier cuts for h days, and what came, k ≥ 3; `coming`, `float32[h]`, a new forecast; `share`, a Python float between 0 and 1, what the band should cover.
# - The *factors* of some cuts are two numbers for each of the h days: the quantiles (1 − `share`)/2 and (1 + `share`)/2, as `np.quantile` computes them, of count / forecast over these cuts, each day by itself.
# - **Out**: a tuple `(low, high, covered)`. ① `low` and `high` are arrays of h numbers: `coming` times the factors of all k cuts. ② Each day has factors of its own, ③ made of the quotients, not of differences, ④ with the quantiles as above. `covered` is a number, the share of all k·h counts that lie in their band: ⑤ the band of a cut has the factors of the *other* k − 1 cuts, times ⑥ the cut's own forecast; ⑦ a count on the edge lies in it, be it small or large; whether one outside by less than a hundred-thousandth of its forecast does is left open.
# - **Example**: one day, four cuts; the forecasts are all 8, the counts 6, 8, 10 and 11, `share` 0.5. The factors of all cuts are 0.9375 and 1.28125: for `coming` 100 the band is 93.75 to 128.125. The first cut's band, from 8, 10 and 11, is 9 to 10.5, and 6 is not in it; the second's is 8 to 10.5, and 8 is on its edge; the third's is 7 to 9.5, and 10 is not in it; the last's is 7 to 9, and 11 is not in it. One of four: 0.25.
#
# <details><summary>Hint 1: the idea</summary>
#
# A small function that gives the factors of some quotients, used k + 1 times.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The quotients are a table `[k, h]`. `np.quantile(table, [a, b], axis=0)` gives both factors of each day. `np.delete(table, k, axis=0)` leaves a cut out. A count lies in its band if its quotient lies between the factors; compare quotients, not products.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# quotient = ____
# edges = [____, ____]
# low, high = np.quantile(____, edges, axis=____)
# inside = []
# for k in range(____):
#     lower, upper = np.quantile(____, edges, axis=____)
#     inside.append((____ >= lower) & (____ <= upper))
# return ____ * low, ____ * high, np.mean(inside)
# ```
#
# </details>


# %%
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    """Return a band around a new forecast, made of earlier errors, and its coverage of cuts left out.

    Args:
        forecasts: float32[k, h], what was said.
        counts: float32[k, h], what came.
        coming: float32[h], the new forecast.
        share: what the band should cover, from 0 to 1.

    Returns:
        (low, high, covered): h numbers, h numbers, and a number.
    """
    ### BEGIN SOLUTION
    ratio = np.asarray(counts, "float64") / np.asarray(forecasts, "float64")

    def factors(some):
        return np.quantile(some, [(1 - share) / 2, (1 + share) / 2], axis=0)

    hits = 0
    for k, own in enumerate(ratio):
        least, most = factors(ratio[np.arange(len(ratio)) != k])
        hits += np.sum((own >= least) & (own <= most))
    low, high = factors(ratio)
    return coming * low, coming * high, hits / ratio.size
    ### END SOLUTION


# %% points=4
# check: error_band-1
def _band(forecasts, counts, coming, share):
    low, high, covered = error_band(*(np.array(part, "float32") for part in (forecasts, counts, coming)), share)
    return [[float(x) for x in low], [float(x) for x in high]], float(covered)


_edges, _covered = _band([[10, 10], [20, 50], [40, 20]], [[10, 20], [10, 50], [60, 10]], [10, 100], 0.8)
check.close("two days: the low edges", _edges[0], [6, 60], but={
    "Each day has its own factors.": [5, 50],
    "The factors are those of count / forecast: what came over what was said.": [7.3333333, 60],
    "The errors count as factors, not as differences.": [2, 92],
    "Half of what is left out lies on each side: (1 - share) / 2.": [7, 70],
    "The quantiles of the quotients, not of their logarithms.": [5.7434918, 57.4349178],
})
check.close("two days: the high edges", _edges[1], [14, 180], but={
    "Each day has its own factors.": [17.5, 175],
})
check.close("two days: covered", _covered, 1 / 3, but={
    "The band of a cut is made with that cut's own forecast.": 1 / 6,
})
_edges, _covered = _band([[8], [8], [8], [8]], [[6], [8], [10], [11]], [100], 0.5)
check.close("the band around 100", _edges, [[93.75], [128.125]])
check.close("share of the four counts in their bands", _covered, 0.25, but={
    "Leave out the cut that is judged: its own error has a say in its band.": 0.5,
    "A count on the edge lies in its band.": 0.0,
})
check.close("four others, one on the upper edge", _band([[8], [8], [8], [8]], [[5], [6], [8], [10]], [100], 0.5)[1], 0.25, but={
    "A count on the edge lies in its band.": 0.0,
})
check.close("quotients 1, 1, 1 and 5", _band([[8], [8], [8], [8]], [[8], [8], [8], [40]], [100], 0.5)[1], 0.75, but={
    "Leave out the cut that is judged, and no other: those with the same quotient stay.": 0.0,
})
check.close("four others, one just below its band", _band([[8000]] * 4, [[6000], [7999], [10000], [11000]], [100], 0.5)[1], 0.0, but={
    "The second is at 0.999875 of its forecast, its band begins at 1: there is no tolerance.": 0.25,
})
check.close("large counts on the edge: all forecasts 70000, all counts 10000", _band([[70000]] * 4, [[10000]] * 4, [100], 0.5)[1], 1.0, but={
    "All quotients are 1/7 and lie on the edge: rounding must not put large counts outside.": 0.0,
})
check.close("counts a hundred times the forecast, one a little above the others", _band([[1000]] * 4, [[1e5], [1e5], [1e5], [100000.5]], [100], 0.5)[1], 0.75, but={
    "The last lies above its band by 0.0005 of its forecast: the tolerance of `np.isclose` grows with the quotient.": 1.0,
})
### BEGIN HIDDEN TESTS
for _k, _h, _share in ((6, 1, 0.8), (9, 4, 0.5), (24, 7, 0.975), (13, 3, 0.6666)):
    _said = (20 + 15 * check.inputs(_k, _h, low=0.0, high=1.0)).numpy()
    _came = (_said * np.exp(0.3 * check.inputs(_k, _h).numpy() + 0.1 * np.arange(_h))).astype("float32")
    _next = (50 + 30 * check.inputs(_h, low=0.0, high=1.0)).numpy()
    _edges, _covered = _band(_said, _came, _next, _share)
    check.reference(f"{_k} cuts, {_h} days, {_share:.1%}: band", _edges, rtol=1e-3, atol=1e-3)
    check.reference(f"{_k} cuts, {_h} days, {_share:.1%}: covered", _covered)
check.reference("thousandths of a case, one just below its band", _band([[0.008]] * 4, [[0.006], [0.0079], [0.01], [0.011]], [100], 0.5)[1])
check.reference("one quotient, 1 / 41, so each count is on the edge", _band([[41]] * 4, [[1]] * 4, [100], 0.5)[1])
_said = (20 + 200 * check.inputs(300, 4, low=0.0, high=1.0)).numpy()
_edges, _covered = _band(_said, _said * np.exp(0.2 * check.inputs(300, 4).numpy()), [100] * 4, 0.8)
check.at_least("coverage of a process that does not change", _covered, 0.75)
check.at_most("coverage of a process that does not change", _covered, 0.85)
check.reference("300 cuts: band", _edges, rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS
