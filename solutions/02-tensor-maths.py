# %% [markdown]
# # Exercises: tensor maths
#
# Six functions, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other numbers and other sizes. Write the answers with TensorFlow alone: no NumPy and no `.numpy()` inside the functions, because some checks also call them from a compiled graph. Nothing here needs a loop over rows or numbers.
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
# - **In**: `x`, `float32[rows, columns]`, at least one row.
# - **Out**: `float32[rows, columns]`: every column with mean 0 and standard deviation 1 (the one of `tf.math.reduce_std`). A column of equal values becomes zeros.
# - **Example**: `[[1, 5], [3, 5]]` becomes `[[-1, 0], [1, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Subtract a mean, divide by a spread: one of each for every column. For a column of equal values the top of the fraction is 0 already; only the bottom is trouble.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Reduce along the axis that counts rows, so that one number is left for each column; broadcasting does the rest. Where the spread is 0, divide by 1 instead: `tf.where` chooses. Or look up `tf.math.divide_no_nan`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# centred = x - tf.____(x, axis=____)
# spread = tf.math.____(x, axis=____)
# return centred / tf.where(spread > ____, ____, ____)
# ```
#
# </details>


# %%
# exercise: standardise
def standardise(x):
    """Return x with mean 0 and standard deviation 1 in every column, and zeros in a column of equal values.

    Args:
        x: float32 tensor of shape [rows, columns], rows >= 1.

    Returns:
        float32 tensor of the same shape.
    """
    ### BEGIN SOLUTION
    deviation = x - tf.reduce_mean(x, axis=0)
    return tf.math.divide_no_nan(deviation, tf.math.reduce_std(x, axis=0))
    ### END SOLUTION


# %% points=2
# check: standardise-1
check.close("standardise of two rows", standardise(tf.constant([[1.0, 10.0], [3.0, 50.0]])), [[-1, -1], [1, 1]], but={
    "You standardised each row: the mean and the spread belong to the columns.": [[-1, 1], [-1, 1]],
    "One mean and one spread for the whole table: each column needs its own.":
        [[-0.7533, -0.3013], [-0.6529, 1.7075]],
    "The mean is gone, but the spread is not 1 yet: divide by it.": [[-1, -20], [1, 20]],
    "You divided by the variance: the spread is its square root.": [[-1, -0.05], [1, 0.05]],
}, rtol=1e-3, atol=1e-4)
check.close("a column of equal values", standardise(tf.constant([[1.0, 5.0], [3.0, 5.0]])), [[-1, 0], [1, 0]], but={
    "Zero divided by zero is not a number: divide by something else where the spread is 0.":
        [[-1, float("nan")], [1, float("nan")]],
})
### BEGIN HIDDEN TESTS
table = check.inputs(9, 4) * tf.constant([1.0, 100.0, 0.01, 5.0]) + tf.constant([0.0, 7.0, 0.5, -3.0])
check.reference("standardise on random columns", standardise(table), rtol=1e-3, atol=1e-4)
check.reference("on wider than high", standardise(table[:3]), rtol=1e-3, atol=1e-4)
check.reference("on one row", standardise(table[:1]))
flat_column = tf.concat([table, tf.fill((9, 1), 2.5)], axis=1)
check.reference("with a column of equal values", standardise(flat_column), rtol=1e-3, atol=1e-4)
check.graph("standardise in a graph", standardise, table, rtol=1e-3, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A moving average
#
# Daily numbers jump about; the mean of each week shows where they are heading. `moving_average(x, width)` gives the mean of every `width` neighbours, for the first ones, the second ones and so on.
#
# - **In**: `x`, `float32[n]`; `width`, a Python integer from 1 to n.
# - **Out**: `float32[n - width + 1]`: position i holds the mean of `x[i]` to `x[i + width - 1]`.
# - **Also**: it works in a graph that does not know n beforehand.
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
        x: float32 tensor of shape [n].
        width: how many neighbours, a Python integer, 1 <= width <= n.

    Returns:
        float32 tensor of shape [n - width + 1].
    """
    ### BEGIN SOLUTION
    sums = tf.pad(tf.cumsum(x), [[1, 0]])
    return (sums[width:] - sums[:-width]) / width
    ### END SOLUTION


# %% points=2
# check: moving_average-1
days = tf.constant([1.0, 3.0, 5.0, 10.0, 0.0])
check.close("moving_average(days, 2)", moving_average(days, 2), [2, 4, 7.5, 5], but={
    "These are the sums of neighbours: divide by the width.": [4, 8, 15, 10],
    "The first mean is missing: put a zero in front of the running sum.": [4, 7.5, 5],
    "These are means of everything so far: subtract what lies before the window.": [1, 2, 3, 4.75, 3.8],
    "The ends are filled up with zeros: give only the windows that lie within x.": [2, 4, 7.5, 5, 0],
    "The windows must overlap: each begins one place after the one before.": [2, 7.5],
})
check.close("moving_average(days, 5)", moving_average(days, 5), [3.8])
check.close("moving_average(days, 1)", moving_average(days, 1), [1, 3, 5, 10, 0])
unknown = tf.function(lambda x: moving_average(x, 3), input_signature=[tf.TensorSpec([None])])
check.close("in a graph that does not know n", unknown(days), [3, 6, 5])
### BEGIN HIDDEN TESTS
long = check.inputs(40)
for width in (1, 3, 7, 40):
    check.reference(f"moving_average of 40 values, width {width}", moving_average(long, width), atol=1e-4)
check.reference("11 values in a graph that does not know n", unknown(long[:11]), atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Right within the first k
#
# A classifier of a thousand breeds of dog is forgiven when the right breed is among its five best guesses. `hit_rate(scores, labels, k)` says how often that is so.
#
# - **In**: `scores`, `float32[n, classes]`, no two equal in a row; `labels`, `int64[n]`: the right class of each row; `k`, a Python integer from 1 to classes.
# - **Out**: a `float32` number (shape `[]`): the share of rows whose label is among the `k` classes with the highest scores.
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
scores = tf.constant([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.6, 0.1, 0.3], [0.3, 0.4, 0.3001]])
labels = tf.constant([1, 0, 0, 1], tf.int64)
check.close("the best guess alone", hit_rate(scores, labels, 1), 0.5, but={
    "Each row was compared with all labels: give the labels a second axis.": 0.75,
})
check.close("the two best guesses", hit_rate(scores, labels, 2), 0.75, but={
    "You asked for rows in which all k guesses are the label: any one will do.": 0.0,
    "You took the mean over all n × k comparisons: first decide for each row whether any is true.": 0.375,
    "Only the k-th guess counts in yours: all of the first k do.": 0.25,
    "Only the best guess counts in yours: all of the first k do.": 0.5,
})
check.close("all three guesses", hit_rate(scores, labels, 3), 1.0)
check.equal("the dtype of the result", hit_rate(scores, labels, 1).dtype, tf.float32)
### BEGIN HIDDEN TESTS
many = check.inputs(50, 8)
truth = check.inputs(50, dtype="int64", low=0, high=8)
for k in (1, 2, 5, 8):
    check.reference(f"hit_rate on random scores, k = {k}", hit_rate(many, truth, k))
check.reference("hit_rate on one row", hit_rate(many[:1], truth[:1], 3))
check.reference("hit_rate on as many rows as guesses", hit_rate(many[:4], truth[:4], 4))
check.graph("hit_rate in a graph", lambda scores, labels: hit_rate(scores, labels, 3), many, truth)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: perfect, and yet wrong
#
# `rmse` should give the root of the mean squared error of a model's predictions. For the perfect predictions `[[1], [2], [6]]` of the targets `[1, 2, 6]` the version below gives 3.055 instead of 0. No error is raised. Put it right; and let it refuse what does not belong together.
#
# - **In**: `predicted`, `float32[n, 1]`, as a model with one output delivers it; `targets`, `float32[n]` or `int32[n]`.
# - **Out**: a `float32` number (shape `[]`): the root of the mean of the squared differences, each prediction against its own target.
# - **Bad input**: a different number of predictions and targets raises `ValueError`.
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
perfect = tf.constant([[1.0], [2.0], [6.0]])
check.close("perfect predictions", rmse(perfect, tf.constant([1.0, 2.0, 6.0])), 0.0, but={
    "Every prediction is still compared with every target: (3, 1) against (3,) broadcasts to (3, 3).": 3.0551,
})
check.close("rmse of [[1], [2]] and [2, 4]", rmse(tf.constant([[1.0], [2.0]]), tf.constant([2.0, 4.0])), 1.5811, but={
    "This is the mean squared error: take its root.": 2.5,
    "This is the mean of the absolute differences: square them, and take the root of the mean.": 1.5,
    "This is the root of the sum: take the mean before the root.": 2.2361,
})
check.close("whole-number targets", rmse(perfect, tf.constant([1, 2, 3])), 1.7321)
### BEGIN HIDDEN TESTS
guess, real = check.inputs(12, 1), check.inputs(12)
check.reference("rmse of random numbers", rmse(guess, real))
check.reference("rmse of one prediction", rmse(guess[:1], real[:1]))
check.reference("rmse against whole numbers", rmse(guess, check.inputs(12, dtype="int32")))
check.reference("rmse of a single column cut from a wider table", rmse(check.inputs(5, 3)[:, 1:2], real[:5]))
check.graph("rmse in a graph", rmse, guess, real)
### END HIDDEN TESTS

# %% points=1
# check: rmse-2
perfect = tf.constant([[1.0], [2.0], [6.0]])
check.raises("three predictions, two targets", ValueError, rmse, perfect, tf.constant([1.0, 2.0]))
check.raises("three predictions, one target", ValueError, rmse, perfect, tf.constant([1.0]))
### BEGIN HIDDEN TESTS
check.raises("one prediction, three targets", ValueError, rmse, perfect[:1], tf.constant([1.0, 2.0, 3.0]))
check.raises("two predictions, four targets", ValueError, rmse, perfect[:2], tf.constant([1.0, 2.0, 3.0, 4.0]))
check.reference("a fitting pair after the bad ones", rmse(perfect, tf.constant([2.0, 2.0, 2.0])))
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
# - **Out**: `float32[n, d]`: each row of `x` moved to the nearest place that the first k principal components can reach. That is: centre `x`, find its first k directions, take the k numbers of each row, go back to d numbers, and undo the centring.
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
cross = tf.constant([[4.0, 9.0], [-4.0, 9.0], [0.0, 10.0], [0.0, 8.0]])
check.close("rebuild(cross, 1)", rebuild(cross, 1), [[4, 9], [-4, 9], [0, 9], [0, 9]], atol=1e-3, but={
    "The mean is missing: add it again at the end.": [[4, 0], [-4, 0], [0, 0], [0, 0]],
    "This keeps the narrow axis: centre x first, then keep the directions of the largest spread.":
        [[0, 9], [0, 9], [0, 10], [0, 8]],
    "You kept everything: only the first k columns of v.": [[4, 9], [-4, 9], [0, 10], [0, 8]],
    "One mean for the whole table: each column needs its own.":
        [[1.9921, 6.5861], [-2.7363, 10.5192], [-0.8637, 8.9616], [0.1196, 8.1437]],
})
line = tf.constant([[1.0, 2.0], [3.0, 4.0], [8.0, 9.0]])
check.close("three points on a line, one component", rebuild(line, 1), line, atol=1e-3)
check.close("all components give x back", rebuild(cross, 2), cross, atol=1e-3)
### BEGIN HIDDEN TESTS
turned, _ = tf.linalg.qr(check.inputs(5, 5))
cloud = check.inputs(30, 5) * tf.constant([16.0, 8.0, 4.0, 2.0, 1.0]) @ turned + 20.0
for k in (1, 2, 4, 5):
    check.reference(f"rebuild of a random cloud, k = {k}", rebuild(cloud, k), rtol=1e-3, atol=1e-2)
check.graph("rebuild in a graph", lambda x: rebuild(x, 2), cloud, rtol=1e-3, atol=1e-2)
### END HIDDEN TESTS

# %% points=1
# check: rebuild-2
errors = [float(tf.reduce_mean((rebuild(flat, k) - flat) ** 2)) for k in (2, 8, 20)]
check.at_most("mean squared error of the digits from 2 numbers", errors[0], 13.5)
check.at_most("from 8 numbers", errors[1], 6.2)
check.at_most("from 20 numbers", errors[2], 2.0)
draw_rebuilt(as_they_are=flat[:6], **{f"from_{k}_numbers": rebuild(flat, k)[:6] for k in (20, 8, 2)})
### BEGIN HIDDEN TESTS
check.reference("the rebuilt digits", rebuild(flat, 6)[:20], rtol=1e-2, atol=0.05)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: clusters without labels
#
# *k-means* finds groups that nobody has labelled. Begin with some centres; give each point to its nearest centre; move each centre to the mean of its points; and again. `kmeans(x, centres, rounds)` does just that.
#
# - **In**: `x`, `float32[n, d]`; `centres`, `float32[k, d]`: where to begin; `rounds`, a Python integer, 0 or more.
# - **Out**: two tensors: the centres after so many rounds, `float32[k, d]`, and, for each point, the number of the nearest of *these* centres, `int32[n]`. A point equally near to two goes to the lower number. A centre without points stays where it is.
# - **Aim**: no loop over points or centres; the loop over rounds is what the task is.
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
points = tf.constant([[0.0], [2.0], [10.0], [14.0]])
begin = tf.constant([[0.0], [2.0]])
centres, clusters = kmeans(points, begin, 0)
check.close("no rounds: the centres", centres, [[0], [2]], but={
    "You moved the centres although no round was asked for.": [[0], [26 / 3]],
})
check.equal("no rounds: the clusters", clusters, [0, 1, 1, 1])
centres, clusters = kmeans(points, begin, 1)
check.close("one round: the centres", centres, [[0], [26 / 3]], but={
    "You made two rounds where one was asked for.": [[1], [12]],
    "You divided by the number of all points: each centre is the mean of its own.": [[0], [6.5]],
    "You added the points up: divide by how many they are.": [[0], [26]],
})
check.equal("one round: the clusters", clusters, [0, 0, 1, 1], but={
    "These are the clusters before the last move: find the nearest of the centres that you return.": [0, 1, 1, 1],
})
check.equal("the dtype of the clusters", clusters.dtype, tf.int32, but={
    "tf.argmin gives int64 unless its output_type says otherwise.": tf.int64,
})
check.close("two rounds: the centres", kmeans(points, begin, 2)[0], [[1], [12]])
lonely = tf.constant([[0.0], [12.0], [99.0]])
check.close("a centre without points", kmeans(points, lonely, 1)[0], [[1], [12], [99]], but={
    "A centre without points stays where it is; yours went to 0.": [[1], [12], [0]],
    "A centre without points stays where it is; yours is 0 divided by 0.": [[1], [12], [float("nan")]],
})
### BEGIN HIDDEN TESTS
stars = tf.concat([check.inputs(12, 2), check.inputs(15, 2) + 6.0, check.inputs(9, 2) - 6.0], axis=0)
for rounds in (0, 1, 5):
    check.reference(f"random points, {rounds} rounds", kmeans(stars, stars[:3], rounds), rtol=1e-3, atol=1e-3)
check.reference("one centre", kmeans(stars, stars[5:6], 2), rtol=1e-3, atol=1e-3)
check.reference("five dimensions, four centres", kmeans(check.inputs(20, 5), check.inputs(4, 5), 3), rtol=1e-3, atol=1e-3)
check.reference("a point between two centres", kmeans(tf.constant([[1.0], [5.0]]), tf.constant([[0.0], [2.0], [9.0]]), 0))
check.reference("a far centre", kmeans(stars, tf.constant([[0.0, 0.0], [500.0, 500.0]]), 2), rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS

# %% points=1
# check: kmeans-2
points, begin = tf.constant([[0.0], [2.0], [10.0], [14.0]]), tf.constant([[0.0], [2.0]])
check.graph("kmeans in a graph", lambda x, centres: kmeans(x, centres, 1), points, begin)
(flowers, _), _ = datasets.load("iris")
petals = tf.constant(flowers[:, 2:])
centres, clusters = kmeans(petals, tf.constant([[1.0, 0.0], [4.0, 1.0], [6.0, 2.0]]), 10)
plt.figure(figsize=(5, 3))
plt.scatter(petals[:, 0], petals[:, 1], c=clusters, cmap="viridis", s=15)
plt.scatter(centres[:, 0], centres[:, 1], color="#C75B00", marker="x", s=90)
plt.xlabel("petal length (cm)")
plt.ylabel("petal width (cm)")
plt.show()
### BEGIN HIDDEN TESTS
crowd = check.inputs(16, 3)
check.graph("kmeans in a graph, random points",
            lambda x, centres: kmeans(x, centres, 1), crowd, crowd[:3], rtol=1e-3, atol=1e-3)
check.reference("the centres of the petals", centres, rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS
