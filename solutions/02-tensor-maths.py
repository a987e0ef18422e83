# %% [markdown]
# # Exercises: tensor maths
#
# Six functions, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other numbers and other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Work the numbers out with TensorFlow, without `.numpy()` and NumPy's functions of your tensors: every function must also work in a compiled graph (chapter 04), where a tensor has no values yet (but a shape, unless a contract says otherwise). Nothing here needs a loop over rows or numbers.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import matplotlib.pyplot as plt
import tensorflow as tf
from grader import check, datasets

# %% [markdown]
# ## 1. The same scale for every column
#
# In the chapter, standardising made the wines far easier to tell apart. But a column in which all values are equal has a spread of 0, and 0 divided by 0 is not a number. `standardise(x)` must cope.
#
# - **In**: `x`, `float32[rows, columns]`, at least one row and one column.
# - **Out**: ① a `float32` tensor of the same shape: ② every column with mean 0 ③ and standard deviation 1 (the one of `tf.math.reduce_std`), however small its own is (1e-15 is enough), as exactly as a `float32` mean allows. ④ A column of equal values becomes zeros, whatever the value.
# - **In a graph**: ⑤ it gives the same in a `tf.function` that knows the shapes.
# - **Example**: `[[1, 5], [3, 5]]` becomes `[[-1, 0], [1, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Subtract a mean, divide by a spread: one of each for every column. A column of equal values needs care, and not only because of 0/0: the mean of seven times 0.3 is rounded, so it may differ from 0.3 by a rounding error, and one rounding error divided by another is not 0.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Reduce along the axis that counts rows, so that one number is left for each column; broadcasting does the rest. All values of a column are equal if its largest is its smallest. There take 0 in place of the fraction: `tf.where` chooses.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# centred = x - tf.____(x, axis=____)
# spread = tf.math.____(x, axis=____)
# flat = tf.____(x, axis=____) == tf.____(x, axis=____)
# return tf.where(____, ____, centred / ____)
# ```
#
# </details>


# %%
# exercise: standardise
def standardise(x):
    """Return x with mean 0 and standard deviation 1 in every column, and zeros in a column of equal values.

    Args:
        x: float32 tensor of shape [rows, columns], rows >= 1, columns >= 1.

    Returns:
        float32 tensor of the same shape.
    """
    ### BEGIN SOLUTION
    differs = tf.reduce_max(x, axis=0) > tf.reduce_min(x, axis=0)
    scaled = (x - tf.reduce_mean(x, axis=0)) / tf.math.reduce_std(x, axis=0)
    return tf.where(differs, scaled, 0.0)
    ### END SOLUTION


# %% points=2
# check: standardise-1
_table, _signs = tf.constant([[1.0, 10.0], [3.0, 50.0]]), tf.constant([[-1.0, -1.0], [1.0, 1.0]])
check.close("standardise of two rows", standardise(_table), _signs, but={
    "You standardised each row: the mean and the spread belong to the columns.": [[-1, 1], [-1, 1]],
    "One mean and one spread for the whole table: each column needs its own.":
        [[-0.7533, -0.3013], [-0.6529, 1.7075]],
    "The mean is gone, but the spread is not 1 yet: divide by it.": [[-1, -20], [1, 20]],
    "The spread is 1, but the mean is not 0: subtract it first.": [[1, 0.5], [3, 2.5]],
    "You divided by the variance: the spread is its square root.": [[-1, -0.05], [1, 0.05]],
}, rtol=1e-3, atol=1e-4)
check.close("a column of equal values", standardise(tf.constant([[1.0, 5.0], [3.0, 5.0]])), [[-1, 0], [1, 0]], but={
    "Zero divided by zero is not a number: put a zero where all values are equal.":
        [[-1, float("nan")], [1, float("nan")]],
})
check.close("values that hardly differ", standardise(tf.constant([[0.0], [1e-15]])), [[-1], [1]], rtol=1e-3,
            hint="A small number that is added to every spread, or taken for none, spoils such a column.")
check.close("8190 and 8190 1/1024", standardise(tf.constant([[8190.0], [8190 + 1 / 1024]])), [[-1], [1]], rtol=1e-3,
            hint="Values that differ are not equal, however large they are.")
_partly = tf.constant([[1.0, 2.0, 3.0], [4.0, 2.0, -3.0], [1.0, 5.0, 3.0]])
check.close("two of three values are equal, or all but for the sign", standardise(_partly),
            [[-0.70711, -0.70711, 0.70711], [1.41421, -0.70711, -1.41421], [-0.70711, 1.41421, 0.70711]], but={
    "A column of 3, -3 and 3 does not hold equal values.":
        [[-0.70711, -0.70711, 0], [1.41421, -0.70711, 0], [-0.70711, 1.41421, 0]],
}, hint="Equal values: all of them, not the first and the last, nor the first two.")
_flat, _zeros = tf.constant(7 * [[0.1, -0.3, 0.7, 7.7, 9.9, -0.9]]), tf.zeros((7, 6))
check.close("seven equal rows", standardise(_flat), _zeros,
            hint="The mean of equal values is rounded, so it may differ from them a little. Test whether they are equal.")
_beside = standardise(tf.concat([_flat, tf.range(7.0)[:, tf.newaxis]], axis=1))
check.close("the same beside a column that counts from 0 to 6", _beside[:, :6], _zeros, atol=1e-4,
            hint="Whether values are equal is asked of each column for itself.")
check.graph("standardise in a graph", standardise, _table)
### BEGIN HIDDEN TESTS
_table = check.inputs(9, 4) * tf.constant([1.0, 100.0, 0.01, 5.0]) + tf.constant([0.0, 7.0, 0.5, -3.0])
check.reference("standardise on random columns", standardise(_table), rtol=1e-3, atol=1e-4)
check.reference("on wider than high", standardise(_table[:3]), rtol=1e-3, atol=1e-4)
check.reference("on one row", standardise(_table[:1]))
_table = tf.concat([_table, tf.fill((9, 1), 2.5)], axis=1)
check.reference("with a column of equal values", standardise(_table), rtol=1e-3, atol=1e-4)
_middle = tf.constant([[2.0, 2.0, 1.0], [1.0, 3.0, 3.0], [3.0, 1.0, 2.0]])
check.reference("columns that begin or end with their mean", standardise(_middle))
check.reference("columns of zeros", standardise(tf.zeros((3, 2))))
_equal = tf.repeat(check.inputs(1, 40, low=1.0, high=9.0), 6, axis=0)
check.reference("random columns of equal values", standardise(_equal))
check.reference("a thousand equal numbers", standardise(tf.fill((1000, 2), 333333.3)))
check.graph("standardise in a graph, random columns", standardise, _table, rtol=1e-3, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A moving average
#
# Daily numbers jump about; the mean of each week shows where they are heading. `moving_average(x, width)` gives the mean of every `width` neighbours, for the first ones, the second ones and so on.
#
# - **In**: `x`, `float32[n]`, at most 1,000 values, from −100 to 100; `width`, a Python integer from 1 to n.
# - **Out**: ① a `float32` tensor ② of shape `[n - width + 1]`: ③ position i holds the mean of `x[i]` to `x[i + width - 1]`, right to 0.02.
# - **In a graph**: ④ it gives the same in a `tf.function` that does not know n beforehand.
# - **Example**: `moving_average([1, 3, 5, 10], 2)` is `[2, 4, 7.5]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# The sum of places 3, 4, 5 is the sum of everything up to 5 less the sum of everything before 3. One function of the chapter gives all these sums at once.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Take the running sum and put a zero in front (the sum of nothing). It now has n + 1 entries. Subtract it from itself, moved by `width`: two slices of equal length. Divide. Slices that count from the end, such as `[:-2]`, need no n.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# running = tf.concat([[0.0], tf.____(x)], axis=0)
# return (running[____:] - running[:____]) / ____
# ```
#
# </details>


# %%
# exercise: moving_average
def moving_average(x, width):
    """Return the mean of each `width` neighbouring values.

    Args:
        x: float32 tensor of shape [n], n <= 1000, values from -100 to 100.
        width: how many neighbours, a Python integer, 1 <= width <= n.

    Returns:
        float32 tensor of shape [n - width + 1], each value right to 0.02.
    """
    ### BEGIN SOLUTION
    sums = tf.pad(tf.cumsum(x), [[1, 0]])
    return (sums[width:] - sums[:-width]) / width
    ### END SOLUTION


# %% points=2
# check: moving_average-1
_days = tf.constant([1.0, 3.0, 5.0, 10.0, 0.0])
check.close("moving_average(days, 2)", moving_average(_days, 2), tf.constant([2.0, 4.0, 7.5, 5.0]), but={
    "These are the sums of neighbours: divide by the width.": [4, 8, 15, 10],
    "The first mean is missing: put a zero in front of the running sum.": [4, 7.5, 5],
    "These are means of everything so far: subtract what lies before the window.": [1, 2, 3, 4.75, 3.8],
    "The ends are filled up with zeros: give only the windows that lie within x.": [2, 4, 7.5, 5, 0],
    "The windows must overlap: each begins one place after the one before.": [2, 7.5],
})
check.close("moving_average(days, 5)", moving_average(_days, 5), [3.8])
check.close("moving_average(days, 1)", moving_average(_days, 1), [1, 3, 5, 10, 0])
_unknown = tf.function(lambda x: moving_average(x, 3), input_signature=[tf.TensorSpec([None])])
check.close("in a graph that does not know n", _unknown(_days), [3, 6, 5])
check.close("three values and the width 3, in a graph that does not know n", _unknown(_days[:3]), [3],
            hint="The only mean there is still has the shape [1], in a graph that does not know n, too.")
### BEGIN HIDDEN TESTS
_long = check.inputs(40, low=-100.0, high=100.0)
for _width in (1, 3, 7, 40):
    check.reference(f"moving_average of 40 values, width {_width}", moving_average(_long, _width), atol=0.025)
check.reference("11 values in a graph that does not know n", _unknown(_long[:11]), atol=0.025)
_long = check.inputs(1000, low=90.0, high=100.0)
check.reference("a thousand values, width 2", moving_average(_long, 2), rtol=0, atol=0.025)
for _width in (400, 1000):
    check.reference(f"a thousand values, width {_width}", moving_average(_long, _width), rtol=0, atol=0.025)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Right within the first k
#
# A classifier of a thousand breeds of dog is forgiven when the right breed is among its five best guesses. `hit_rate(scores, labels, k)` says how often that is so.
#
# - **In**: `scores`, `float32[n, classes]`, no two equal in a row; `labels`, `int64[n]`: the right class of each row; `k`, a Python integer from 1 to classes.
# - **Out**: ① a `float32` tensor of shape `[]`: ② the share of rows ③ whose label is among the `k` classes with the highest scores.
# - **In a graph**: ④ it gives the same in a `tf.function` that knows the shapes.
# - **Example**: for the rows `[0.5, 0.3, 0.2]` and `[0.1, 0.2, 0.7]` and the labels `[1, 0]`, it is 0 for k = 1, 0.5 for k = 2 and 1 for k = 3.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two questions for each row: which are its k best classes, and is the label any of them?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.math.top_k` returns values and places; the places are class numbers, `int32[n, k]`. Compare them with the labels: cast to one dtype, and give the labels a second axis, so that each row meets its own label. A row is a hit if any of its comparisons is true. The mean of hits needs numbers, not bools.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# _, best = tf.math.____(scores, k=____)
# same = best == tf.cast(labels, tf.int32)[____, ____]
# hits = tf.____(same, axis=____)
# return tf.____(tf.cast(hits, ____))
# ```
#
# </details>


# %%
# exercise: hit_rate
def hit_rate(scores, labels, k):
    """Return the share of rows whose label is among the k classes with the highest scores.

    Args:
        scores: float32 tensor of shape [n, classes], n >= 1.
        labels: int64 tensor of shape [n], values from 0 to classes - 1.
        k: how many guesses count, a Python integer, 1 <= k <= classes.

    Returns:
        float32 tensor of shape [].
    """
    ### BEGIN SOLUTION
    guesses = tf.math.top_k(scores, k=k).indices
    found = tf.reduce_any(tf.cast(guesses, labels.dtype) == labels[:, tf.newaxis], axis=1)
    return tf.reduce_mean(tf.cast(found, tf.float32))
    ### END SOLUTION


# %% points=3
# check: hit_rate-1
_scores = tf.constant([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.6, 0.1, 0.3], [0.3, 0.4, 0.31]])
_labels = tf.constant([1, 0, 0, 1], tf.int64)
check.close("the best guess alone", hit_rate(_scores, _labels, 1), tf.constant(0.5), but={
    "Each row was compared with all labels: give the labels a second axis.": tf.constant(0.75),
    "This is the number of rows: divide by how many rows there are.": tf.constant(2.0),
})
check.close("the two best guesses", hit_rate(_scores, _labels, 2), tf.constant(0.75), but={
    "You asked for rows in which all k guesses are the label: any one will do.": tf.constant(0.0),
    "You took the mean over all n × k comparisons: first decide for each row whether any is true.": tf.constant(0.375),
    "Only the k-th guess counts in yours: all of the first k do.": tf.constant(0.25),
    "Only the best guess counts in yours: all of the first k do.": tf.constant(0.5),
})
check.close("all three guesses", hit_rate(_scores, _labels, 3), tf.constant(1.0))
check.close("three hundred classes, the guesses 256 and 0, the labels 0 and 0", hit_rate(tf.one_hot([256, 0], 300), tf.constant([0, 0], tf.int64), 1), 0.5, but={
    "Class 256 is not class 0: the dtype that you compare in must hold both.": 1.0,
})
check.graph("hit_rate in a graph", lambda scores, labels: hit_rate(scores, labels, 2), _scores, _labels)
check.close("4,999 rows, all of them right", hit_rate(tf.one_hot([1] * 4999, 2), tf.ones([4999], tf.int64), 1), 1.0,
            hint="The dtype in which you count must hold the number of all rows.")
### BEGIN HIDDEN TESTS
_many = check.inputs(50, 8)
_truth = check.inputs(50, dtype="int64", low=0, high=8)
for _k in (1, 2, 5, 8):
    check.reference(f"hit_rate on random scores, k = {_k}", hit_rate(_many, _truth, _k))
check.reference("hit_rate on one row", hit_rate(_many[:1], _truth[:1], 3))
check.reference("hit_rate on as many rows as guesses", hit_rate(_many[:4], _truth[:4], 4))
_breeds = tf.cast(tf.argsort(check.inputs(30, 300)), tf.float32)
_truth_of_many = tf.argmax(_breeds, axis=1) + check.inputs(30, dtype="int64", low=-1, high=1) * 256
_truth_of_many = tf.where(_truth_of_many < 0, _truth_of_many + 256, _truth_of_many)
check.reference("three hundred classes", [hit_rate(_breeds, _truth_of_many, _k) for _k in (1, 40)])
for _near in (0.5 + 2.0**-23 * _breeds[:, :9], 2.0**-60 * _breeds[:, :9]):
    check.reference("scores that lie close together", [hit_rate(_near, _truth_of_many % 9, _k) for _k in (1, 2, 3, 4)])
check.graph("hit_rate in a graph, random scores", lambda scores, labels: hit_rate(scores, labels, 3), _many, _truth)
_low = -1000.0 * _breeds[:, :9] - 2000.0
check.reference("scores far apart and below 0", [hit_rate(_low, _truth_of_many % 9, _k) for _k in (1, 2, 3, 4)])
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: perfect, and yet wrong
#
# `rmse` should give the root of the mean squared error of a model's predictions. For the perfect predictions `[[1], [2], [6]]` of the targets `[1, 2, 6]` the version below gives 3.055 instead of 0. No error is raised. Put it right; and let it refuse what does not belong together.
#
# - **In**: `predicted`, `float32[n, 1]`, as a model with one output delivers it; `targets`, ① `float32[n]` or `int32[n]`.
# - **Out**: ② a `float32` tensor of shape `[]`: ③ the root of the mean of the squared differences, ④ each prediction against its own target.
# - **Bad input**: ⑤ a different number of predictions and targets raises `ValueError`, in a `tf.function` that knows the shapes, too.
# - **In a graph**: ⑥ it gives the same in a `tf.function` that knows the shapes.
# - **Example**: for `[[1], [2]]` and `[2, 4]` it is √2.5 = 1.5811.
#
# <details><summary>Hint 1: the idea</summary>
#
# Print the shape of `errors`. How many differences should there be?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Compare the first sizes of the two shapes and raise the error if they differ. Then bring both to shape `[n]`, and subtract. Remove exactly the last axis: squeezing all axes of size 1 would also remove n when there is one prediction.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if predicted.shape[0] != ____:
#     raise ____("as many targets as predictions, please")
# errors = predicted[____, ____] - tf.cast(targets, tf.float32)
# ```
#
# </details>


# %%
# exercise: rmse
def rmse(predicted, targets):
    """Return the root of the mean squared difference between predictions and their targets.

    Args:
        predicted: float32 tensor of shape [n, 1], n >= 1.
        targets: float32 or int32 tensor of shape [n].

    Returns:
        float32 tensor of shape [].

    Raises:
        ValueError: the numbers of predictions and targets differ.
    """
    ### BEGIN SOLUTION
    #| errors = predicted - tf.cast(targets, tf.float32)
    #| return tf.sqrt(tf.reduce_mean(errors**2))
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError(f"{predicted.shape[0]} predictions cannot be compared with {targets.shape[0]} targets")
    misses = tf.squeeze(predicted, axis=1) - tf.cast(targets, tf.float32)
    return tf.sqrt(tf.reduce_mean(tf.square(misses)))
    ### END SOLUTION


# %% points=2
# check: rmse-1
_perfect = tf.constant([[1.0], [2.0], [6.0]])
check.close("perfect predictions", rmse(_perfect, tf.constant([1.0, 2.0, 6.0])), tf.constant(0.0), but={
    "Every prediction is still compared with every target: (3, 1) against (3,) broadcasts to (3, 3).":
        tf.constant(3.0551),
})
_two, _targets = tf.constant([[1.0], [2.0]]), tf.constant([2.0, 4.0])
check.close("rmse of [[1], [2]] and [2, 4]", rmse(_two, _targets), tf.constant(1.5811), but={
    "This is the mean squared error: take its root.": tf.constant(2.5),
    "This is the mean of the absolute differences: square them, and take the root of the mean.": tf.constant(1.5),
    "This is the root of the sum: take the mean before the root.": tf.constant(2.2361),
})
check.close("whole-number targets", rmse(_perfect, tf.constant([1, 2, 3])), tf.constant(1.7321))
check.graph("rmse in a graph", rmse, _two, _targets)
### BEGIN HIDDEN TESTS
_guess, _real = check.inputs(12, 1), check.inputs(12)
check.reference("rmse of random numbers", rmse(_guess, _real))
check.reference("rmse of one prediction", rmse(_guess[:1], _real[:1]))
check.reference("rmse against whole numbers", rmse(_guess, check.inputs(12, dtype="int32")))
check.reference("rmse of a single column cut from a wider table", rmse(check.inputs(5, 3)[:, 1:2], _real[:5]))
check.graph("rmse in a graph, random numbers", rmse, _guess, _real)
check.reference("small differences of large numbers", rmse(_guess + 1e5, _real + 1e5), rtol=1e-3)
check.reference("small numbers", rmse(1e-9 * _guess, 1e-9 * _real), rtol=1e-3, atol=1e-13)
### END HIDDEN TESTS

# %% points=1
# check: rmse-2
_three = tf.constant([[1.0], [2.0], [6.0]])
check.raises("three predictions, two targets", ValueError, rmse, _three, tf.constant([1.0, 2.0]))
check.raises("three predictions, one target", ValueError, rmse, _three, tf.constant([1.0]))
check.raises("one prediction, three targets", ValueError, rmse, _three[:1], tf.constant([1.0, 2.0, 3.0]))
check.raises("one prediction, no targets", ValueError, rmse, _three[:1], tf.zeros(0),
             hint="0 is a number of targets like any other.")
### BEGIN HIDDEN TESTS
check.raises("one prediction, three targets, in a graph", ValueError, tf.function(rmse), _three[:1], tf.zeros(3))
check.raises("one prediction, no targets, in a graph", ValueError, tf.function(rmse), _three[:1], tf.zeros(0))
check.raises("no predictions, one target", ValueError, rmse, _three[:0], tf.zeros(1))
check.raises("two predictions, four targets", ValueError, rmse, _three[:2], tf.constant([1.0, 2.0, 3.0, 4.0]))
check.reference("a fitting pair after the bad ones", rmse(_three, tf.constant([2.0, 2.0, 2.0])))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Pictures from a few numbers
#
# Principal components also work backwards. Describe each picture by k numbers instead of 64, and rebuild it from them: much of it comes back. `rebuild(x, k)` does both. On six digits from the data your result should look like this:

# %%
def draw_rebuilt(**rows):
    """Draw rows of six pictures: each argument is a tensor of shape [6, 64], and its name the title."""
    figure, axes = plt.subplots(len(rows), 6, figsize=(5, 1.1 * len(rows)))
    for row, (title, batch) in zip(axes, rows.items()):
        row[0].set_title(title.replace("_", " "), fontsize=9, loc="left")
        for ax, picture in zip(row, tf.reshape(batch, (6, 8, 8))):
            ax.imshow(picture, cmap="gray", vmin=0, vmax=16)
            ax.axis("off")
    plt.show()


(x_train, _), _ = datasets.load("digits")
flat = tf.reshape(tf.constant(x_train), (-1, 64))

# %% [markdown]
# The target, one picture a line, one grey from 0 to f a pixel:

# %%
TARGET = """
01cd011004dd101003ef6100018da300002bb0000019f2000059eaa201cfefd5
004be70004d97e2007f46f2005ebc62004cf901002e9920001b5a600004cf600
000bc200019fb00003e6101005f5542006ffee4003ec6e60009fbe60000be710
003b3010019c101002f3011003c0200005cbea4004fb68a001b805c0003bdb50
019ded3005f8220006b0110007dadc4005d87f5000001d3000059c0001ad7200
00204e5000029f60000aef3002bdff3003e79e3002407f2000007f3000205b20
019d721004ce800005db8000039ba0000009e0000009d420006cea91018efd93
003bea3001cdaf4004e75b2003cc952001be711001ca651001cc7600004ba500
001a9100006e700001ca111004f7343006fbaa4004ea7960018a8860001ad830
002d8000019e300002c3000003c2232005ecba4003eb3690009d28c1002cdc61
019dc93003e8443004c2122005eb994004988f5000002c600022582001ae8000
0004ea200017de40003bcf40019fff400289cf5001316f5000017c200004d800
005bb620029ba820028797100279b720016ac72001599620016a9620006ba520
004bb610029ca720029877200299a720028ab82002799720016a9730005ba620
0008a200005e831001da143004f6374006f98a4004e98a500179a8400009d720
0019a300007d841002d9152004f6374006e77b5004c76b6001899a500019e720
006cb51002ca991003a56820039788300265794001633a5001977b50006cd820
005bb61002aba820039678200288a720027898300166783001799940006cb720
"""
target = [[int(grey, 16) * 16 / 15 for grey in line] for line in TARGET.split()]
draw_rebuilt(as_they_are=flat[:6], from_20_numbers=target[:6], from_8_numbers=target[6:12], from_2_numbers=target[12:])

# %% [markdown]
# *Figure: six handwritten digits in four rows: as they are, and rebuilt from 20, 8 and 2 numbers each. With 20 they are hardly changed, with 8 blurred but readable, with 2 mostly smudges.*
#
# - **In**: `x`, `float32[n, d]` with n ≥ d; `k`, a Python integer from 1 to d.
# - **Out**: ① a `float32` tensor of shape `[n, d]`: each row of `x` moved to the nearest place that the first k principal components can reach. That is: ② centre each column of `x`, ③ find its first k directions, take the k numbers of each row, go back to d numbers, ④ and undo the centring.
# - **In a graph**: ⑤ it gives the same in a `tf.function` that knows the shapes.
# - **Example**: the rows `[1, 2]`, `[3, 4]`, `[8, 9]` lie on a line, so k = 1 gives them back unchanged. Of `[4, 9]`, `[-4, 9]`, `[0, 10]`, `[0, 8]`, spread around `[0, 9]`, one component keeps the wide axis only: `[4, 9]`, `[-4, 9]`, `[0, 9]`, `[0, 9]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# The columns of `v` are directions of length 1 at right angles. `centred @ v` asks how far each row goes along each of them; multiplying by the transpose of `v` walks these distances again.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Keep the mean, for you need it twice. `tf.linalg.svd` returns three things; you want the last, and its first k columns. Two matrix products, there and back; then add the mean.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# mean = ____
# _, _, v = tf.linalg.svd(____)
# kept = v[____, ____]
# numbers = (x - mean) @ ____
# return ____ + numbers @ ____
# ```
#
# </details>


# %%
# exercise: rebuild
def rebuild(x, k):
    """Return the rows of x rebuilt from their first k principal components.

    Args:
        x: float32 tensor of shape [n, d], n >= d.
        k: how many components are kept, a Python integer, 1 <= k <= d.

    Returns:
        float32 tensor of shape [n, d].
    """
    ### BEGIN SOLUTION
    centre = tf.reduce_mean(x, axis=0)
    _, _, v = tf.linalg.svd(x - centre)
    basis = v[:, :k]
    return centre + (x - centre) @ basis @ tf.transpose(basis)
    ### END SOLUTION


# %% points=3
# check: rebuild-1
_cross = tf.constant([[4.0, 9.0], [-4.0, 9.0], [0.0, 10.0], [0.0, 8.0]])
_wide = tf.constant([[4.0, 9.0], [-4.0, 9.0], [0.0, 9.0], [0.0, 9.0]])
check.close("rebuild(cross, 1)", rebuild(_cross, 1), _wide, atol=1e-3, but={
    "The mean is missing: add it again at the end.": [[4, 0], [-4, 0], [0, 0], [0, 0]],
    "This keeps the narrow axis: centre x first, then keep the directions of the largest spread.":
        [[0, 9], [0, 9], [0, 10], [0, 8]],
    "You kept everything: only the first k columns of v.": [[4, 9], [-4, 9], [0, 10], [0, 8]],
    "One mean for the whole table: each column needs its own.":
        [[1.9921, 6.5861], [-2.7363, 10.5192], [-0.8637, 8.9616], [0.1196, 8.1437]],
})
_line = tf.constant([[1.0, 2.0], [3.0, 4.0], [8.0, 9.0]])
check.close("a cross of a ten-thousandth", rebuild(1e-4 * _cross, 1), 1e-4 * _wide, rtol=1e-3, atol=1e-7,
            hint="A small table has small spreads: none of them is too small to count.")
check.close("three points on a line, one component", rebuild(_line, 1), [[1, 2], [3, 4], [8, 9]], atol=1e-3)
check.close("all components give x back", rebuild(_cross, 2), [[4, 9], [-4, 9], [0, 10], [0, 8]], atol=1e-3)
check.graph("rebuild in a graph", lambda x: rebuild(x, 1), _cross, atol=1e-3)
_slanted = tf.constant([[3.0, -3.0], [-3.0, 3.0], [1.0, 1.0], [-1.0, -1.0]])
check.close("spread most from [3, -3] to [-3, 3]", rebuild(_slanted, 1), [[3, -3], [-3, 3], [0, 0], [0, 0]], atol=1e-3)
### BEGIN HIDDEN TESTS
_turned, _ = tf.linalg.qr(check.inputs(5, 5))
_cloud = check.inputs(30, 5) * tf.constant([16.0, 8.0, 4.0, 2.0, 1.0]) @ _turned + 20.0
for _k in (1, 2, 4, 5):
    check.reference(f"rebuild of a random cloud, k = {_k}", rebuild(_cloud, _k), rtol=1e-3, atol=1e-2)
_small = _cloud
_cloud = check.inputs(80, 64) * (tf.range(64.0) ** 2 / 64.0) + check.inputs(64) * 30.0
check.reference("another table of 64 columns", rebuild(_cloud, 3), rtol=1e-3, atol=0.05)
check.graph("rebuild of a random cloud in a graph", lambda x: rebuild(x, 2), _small, rtol=1e-3, atol=1e-2)
_flat_cloud = check.inputs(12, 3) * tf.constant([200.0, 20.0, 0.5])
check.reference("wide and narrow directions, k = 3", rebuild(_flat_cloud, 3), rtol=1e-3, atol=0.02)
_flat_cloud = check.inputs(12, 2, low=0.5, high=1.0) * tf.constant([[1000.0, 0.5], [-1000.0, 0.5], [500.0, -0.5]] * 4)
check.reference("a direction two thousand times wider than the other, k = 2", rebuild(_flat_cloud, 2), rtol=1e-3, atol=0.05)
_turned, _ = tf.linalg.qr(check.inputs(3, 3))
_remote = 1000.0 + check.inputs(30, 3) * tf.constant([0.4, 0.1, 0.02]) @ _turned
check.reference("a narrow cloud far from 0", rebuild(_remote, 1), rtol=0, atol=0.005)
check.reference("as many rows as columns", [rebuild(_small[:5], _k) for _k in (1, 5)], rtol=1e-3, atol=0.02)
check.reference("one row of one number", rebuild(_small[:1, :1], 1))
### END HIDDEN TESTS

# %% points=1
# check: rebuild-2
_errors = [float(tf.reduce_mean((rebuild(flat, k) - flat) ** 2)) for k in (2, 8, 20)]
check.at_most("mean squared error of the digits from 2 numbers", _errors[0], 13.5)
check.at_most("from 8 numbers", _errors[1], 6.2)
check.at_most("from 20 numbers", _errors[2], 2.0)
draw_rebuilt(as_they_are=flat[:6], **{f"from_{k}_numbers": rebuild(flat, k)[:6] for k in (20, 8, 2)})
### BEGIN HIDDEN TESTS
check.reference("the rebuilt digits", rebuild(flat, 6)[:20], rtol=1e-2, atol=0.05)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: clusters without labels
#
# *k-means* finds groups that nobody has labelled. Begin with some centres; give each point to its nearest centre (the straight-line distance); move each centre to the mean of its points; and again. `kmeans(x, centres, rounds)` does just that.
#
# - **In**: `x`, `float32[n, d]`; `centres`, `float32[k, d]`: where to begin; `rounds`, a Python integer, 0 or more.
# - **Out**: two tensors: ① the centres, `float32[k, d]`, ② after so many rounds; ③ and, for each point, the number of the nearest of *these* centres, ④ `int32[n]`. ⑤ A point equally near to two goes to the lower number. ⑥ A centre without points stays where it is.
# - **In a graph**: ⑦ it gives the same in a `tf.function` that knows the shapes.
# - **Aim**: you can do without a loop over points or centres; the loop over rounds is what the task is.
# - **Example**: points `[[0], [2], [10], [14]]` and centres `[[0], [2]]`. The first round gives the points 2, 10 and 14 to the second centre: `[[0], [8.667]]`. In the second the point 2 changes sides: `[[1], [12]]`, and the points are in clusters `[0, 0, 1, 1]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Each round is two steps you know: a table of all distances, as for the wines, with the position of the smallest in each row; and a mean for each group.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Write the first step as a small function; you need it once more at the end. For the second, `tf.one_hot` of the clusters is a table of points × centres; a matrix product with its transpose adds up the points of each centre, and summing it counts them. `tf.where` keeps a centre with a count of 0; divide by something harmless there.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def nearest(centres):
#     apart = tf.reduce_sum((x[____] - ____) ** 2, axis=____)
#     return tf.____(apart, axis=1, output_type=tf.int32)
#
# for _ in range(____):
#     member = tf.one_hot(nearest(centres), ____)
#     count = tf.reduce_sum(member, axis=____)[:, tf.newaxis]
#     total = tf.____(member) @ ____
#     centres = tf.where(count > 0, total / tf.maximum(____, ____), ____)
# return centres, nearest(____)
# ```
#
# </details>


# %%
# exercise: kmeans
def kmeans(x, centres, rounds):
    """Return the centres after some rounds of k-means, and the cluster of each point.

    Args:
        x: float32 tensor of shape [n, d].
        centres: float32 tensor of shape [k, d], where to begin.
        rounds: how often the centres move, a Python integer >= 0.

    Returns:
        (centres, clusters): float32 tensor of shape [k, d]; int32 tensor of shape [n], the nearest of these centres.
    """
    ### BEGIN SOLUTION
    def assign(centres):
        squares = tf.reduce_sum(tf.square(x[:, tf.newaxis] - centres), axis=-1)
        return tf.argmin(squares, axis=1, output_type=tf.int32)

    for _ in range(rounds):
        belongs = tf.one_hot(assign(centres), centres.shape[0])
        size = tf.reduce_sum(belongs, axis=0)[:, tf.newaxis]
        moved = tf.matmul(belongs, x, transpose_a=True) / tf.maximum(size, 1)
        centres = tf.where(size > 0, moved, centres)
    return centres, assign(centres)
    ### END SOLUTION


# %% points=4
# check: kmeans-1
_points = tf.constant([[0.0], [2.0], [10.0], [14.0]])
_begin = tf.constant([[0.0], [2.0]])
_centres, _clusters = kmeans(_points, _begin, 0)
check.close("no rounds: the centres", _centres, _begin, but={
    "You moved the centres although no round was asked for.": [[0], [26 / 3]],
})
check.equal("no rounds: the clusters", _clusters, [0, 1, 1, 1])
_centres, _clusters = kmeans(_points, _begin, 1)
check.close("one round: the centres", _centres, tf.constant([[0.0], [26 / 3]]), but={
    "You made two rounds where one was asked for.": [[1], [12]],
    "You divided by the number of all points: each centre is the mean of its own.": [[0], [6.5]],
    "You added the points up: divide by how many they are.": [[0], [26]],
})
check.equal("one round: the clusters", _clusters, [0, 0, 1, 1], but={
    "These are the clusters before the last move: find the nearest of the centres that you return.": [0, 1, 1, 1],
})
check.equal("the dtype of the clusters", _clusters.dtype, tf.int32, but={
    "tf.argmin gives int64 unless its output_type says otherwise.": tf.int64,
})
check.close("two rounds: the centres", kmeans(_points, _begin, 2)[0], [[1], [12]])
_lonely = tf.constant([[0.0], [12.0], [99.0]])
check.close("a centre without points", kmeans(_points, _lonely, 1)[0], [[1], [12], [99]], but={
    "A centre without points stays where it is; yours went to 0.": [[1], [12], [0]],
    "A centre without points stays where it is; yours is 0 divided by 0.": [[1], [12], [float("nan")]],
})
_alone = kmeans(_points, tf.constant([[0.0], [2.0], [20.0]]), 1)[0]
check.close("centres with a single point each", _alone, [[0], [6], [14]],
            hint="One point is enough for a mean.")
check.close("a centre between -1 and 1", kmeans(tf.constant([[-1.0], [1.0]]), tf.constant([[5.0]]), 1)[0], [[0]], but={
    "A mean of 0 is a mean, too: how many points a centre has says whether it stays.": [[5]],
})
_between = tf.constant([[1.0], [5.0]])
check.equal("a point between two centres", kmeans(_between, _begin, 0)[1], [0, 1], but={
    "A point equally near to two centres goes to the lower number.": [1, 1],
})
_line, _three = tf.constant([[6.0], [11.2], [5.0], [7.0], [13.0]]), tf.constant([[15.0], [8.0], [5.0]])
check.close("a centre that has moved, and loses its points", kmeans(_line, _three, 2)[0], [[12.1], [9.1], [6.0]], but={
    "A centre without points stays where it is, not where it began.": [[12.1], [8.0], [6.0]],
})
_remote = tf.constant([[8000.0], [8000.5]])
check.equal("points far from 0, half a step apart", kmeans(_remote, _remote, 0)[1], [0, 1],
            hint="Squares of large numbers are rounded: take the difference first, and square that.")
_tied = kmeans(tf.constant([[0.0], [1.0], [2.0]]), _begin, 1)[0]
check.close("one round with a point between two centres", _tied, [[0.5], [2]], but={
    "In the rounds, too, a point between two centres belongs to one of them only.": [[0.5], [1.5]],
    "In the rounds, too, a point between two centres belongs to the lower number.": [[0], [1.5]],
})
_sides = tf.constant([[-8000.0], [-7999.5], [8000.0], [8000.5]])
check.equal("points far from 0 on both sides", kmeans(_sides, _sides, 0)[1], [0, 1, 2, 3],
            hint="Nothing that you move the points by brings both sides near to 0.")
_single = kmeans(tf.constant([[3.0]]), tf.constant([[0.0], [5.0]]), 0)
check.equal("a single point: the clusters", _single[1], [1],
            hint="One point has a cluster, too, in a tensor of shape [1]: tf.squeeze takes every axis of size 1 away.")
### BEGIN HIDDEN TESTS
_stars = tf.concat([check.inputs(12, 2), check.inputs(15, 2) + 6.0, check.inputs(9, 2) - 6.0], axis=0)
for _rounds in (0, 1, 5):
    check.reference(f"random points, {_rounds} rounds", kmeans(_stars, _stars[:3], _rounds), rtol=1e-3, atol=1e-3)
check.reference("one centre", kmeans(_stars, _stars[5:6], 2), rtol=1e-3, atol=1e-3)
_wide = kmeans(check.inputs(20, 5), check.inputs(4, 5), 3)
check.reference("five dimensions, four centres", _wide, rtol=1e-3, atol=1e-3)
_triple = tf.constant([[0.0], [2.0], [9.0]])
check.reference("a point between two of three centres", kmeans(tf.constant([[1.0], [5.0]]), _triple, 0))
check.reference("centres that lose their points", kmeans(_line + 0.1 * check.inputs(1), _three, 2), rtol=1e-3, atol=1e-3)
_far = tf.constant([[0.0, 0.0], [500.0, 500.0]])
check.reference("a far centre", kmeans(_stars, _far, 2), rtol=1e-3, atol=1e-3)
_row = check.inputs(200, 1, low=0.0, high=60.0)
check.reference("fifteen rounds", kmeans(_row, tf.range(6.0)[:, tf.newaxis], 15), rtol=1e-3, atol=1e-3)
check.reference("points far from 0", kmeans(_stars + 4000.0, _stars[:3] + 4000.0, 1), rtol=1e-6, atol=1e-2)
_tiny = 2.0**-30
check.reference("points close together", kmeans(_tiny * _stars, _tiny * _stars[:3], 2), rtol=1e-3, atol=1e-12)
### END HIDDEN TESTS

# %% points=1
# check: kmeans-2
_points, _begin = tf.constant([[0.0], [2.0], [10.0], [14.0]]), tf.constant([[0.0], [2.0]])
check.graph("kmeans in a graph", lambda x, centres: kmeans(x, centres, 1), _points, _begin)
(_flowers, _), _ = datasets.load("iris")
_petals = tf.constant(_flowers[:, 2:])
_centres, _clusters = kmeans(_petals, tf.constant([[1.0, 0.0], [4.0, 1.0], [6.0, 2.0]]), 10)
plt.figure(figsize=(5, 3))
plt.scatter(_petals[:, 0], _petals[:, 1], c=_clusters, cmap="viridis", s=15)
plt.scatter(_centres[:, 0], _centres[:, 1], color="#C75B00", marker="x", s=90)
plt.xlabel("petal length (cm)")
plt.ylabel("petal width (cm)")
plt.show()
### BEGIN HIDDEN TESTS
_crowd = check.inputs(16, 3)
check.graph("kmeans in a graph, random points",
            lambda x, centres: kmeans(x, centres, 1), _crowd, _crowd[:3], rtol=1e-3, atol=1e-3)
check.reference("the centres of the petals", _centres, rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS
