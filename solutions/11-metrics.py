# %% [markdown]
# # Exercises: metrics
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other batches. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Functions may use NumPy or TensorFlow as you like; the metric classes are also used inside `evaluate`, which turns them into graphs, so there it has to be TensorFlow.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from grader import check

tf.get_logger().setLevel("ERROR")    # small models are evaluated again and again, which would warn


def evaluated(metric, labels, outputs, batch_size, sample_weight=None):
    """Return what the metric says in model.evaluate, batch by batch, for a model with these outputs."""
    model = keras.Sequential([keras.Input(outputs.shape[1:]), keras.layers.Identity()])
    model.compile(loss=lambda y, p: 0.0 * tf.reduce_sum(p), weighted_metrics=[metric])
    report = model.evaluate(np.array(outputs), np.array(labels), batch_size=batch_size, sample_weight=sample_weight,
                            verbose=0, return_dict=True)
    return report[metric.name]


# %% [markdown]
# ## 1. Four counts
#
# Precision, recall, F1 and accuracy of yes-or-no answers are made from four counts: hits (called yes, and yes), false alarms (called yes, but no), misses (called no, but yes) and rightly left alone (called no, and no).
#
# - **In**: `four_counts(y_true, y_pred, threshold=0.5)`: `y_true`, labels 0 or 1, ① of any number dtype, shape `[n]`; `y_pred`, `float32`, shape `[n]` ② or `[n, 1]`; `threshold`, any Python float, below 0 too. An answer is called yes where it is ③ *above* ④ the threshold, both as `float32`.
# - **Out**: ⑤ an `int32` tensor of shape `[4]`: ⑥ hits, false alarms, misses, rightly left alone.
# - **Example**: for the labels `[1, 1, 0, 0, 0]`, the outputs `[0.9, 0.2, 0.8, 0.1, 0.5]` and the threshold 0.5 it is `[1, 1, 1, 2]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two vectors of true and false, and four ways to combine them. Mind the column.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Flatten `y_pred` with `tf.reshape` to `[-1]` and compare it with the threshold; compare the labels with 0 or 1. Combine with `&` and `~`, and count the true ones with `tf.math.count_nonzero`, which takes a `dtype`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# real = y_true == ____
# called = tf.reshape(____) > ____
# groups = [real & called, ____ & called, ____, ____]
# return tf.stack([tf.math.count_nonzero(group, dtype=____) for group in groups])
# ```
#
# </details>


# %%
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    """Return the hits, false alarms, misses and those rightly left alone.

    Args:
        y_true: tensor of shape [n], labels 0 or 1 of any number dtype.
        y_pred: float32 tensor of shape [n] or [n, 1].
        threshold: outputs above it are called yes, a Python float.

    Returns:
        int32 tensor of shape [4].
    """
    ### BEGIN SOLUTION
    real = tf.cast(y_true, tf.int32)
    called = tf.cast(tf.reshape(y_pred, [-1]) > threshold, tf.int32)
    return tf.math.bincount(2 * (1 - called) + (1 - real), minlength=4)
    ### END SOLUTION


# %% points=2
# check: four_counts-1
_labels, _outputs = tf.constant([1, 1, 0, 0, 0]), tf.constant([0.9, 0.2, 0.8, 0.1, 0.5])
check.equal("five answers, threshold 0.5", four_counts(_labels, _outputs, 0.5), tf.constant([1, 1, 1, 2]), but={
    "What is exactly at the threshold is not above it.": tf.constant([1, 2, 1, 1]),
})
check.equal("an output of 0.1, label 0, threshold 0.1", four_counts(tf.constant([0]), tf.constant([0.1]), 0.1), tf.constant([0, 0, 0, 1]), but={
    "0.1 is not above 0.1: compare both as `float32`; as Python floats 0.1 from a tensor is 0.10000000149.": tf.constant([0, 1, 0, 0]),
})
_more = tf.constant([1, 1, 1, 0, 0, 0])
_some = tf.constant([0.1, 0.2, 0.3, 0.9, 0.1, 0.2])
check.equal("six answers, threshold 0.25", four_counts(_more, _some, 0.25), tf.constant([1, 1, 2, 2]), but={
    "False alarms and misses have changed places.": tf.constant([1, 2, 1, 2]),
    "It works with 0.5 whatever the threshold is.": tf.constant([0, 1, 3, 2]),
})
check.equal("the same from a column", four_counts(_more, _some[:, tf.newaxis], 0.25), tf.constant([1, 1, 2, 2]), but={
    "[n] met [n, 1] and became [n, n]: flatten y_pred first.": tf.constant([6, 6, 12, 12]),
})
check.equal("labels that are floats", four_counts(tf.cast(_more, tf.float32), _some, 0.25), tf.constant([1, 1, 2, 2]))
check.equal("an output of a billionth, label 1, threshold 0", four_counts(tf.constant([1]), tf.constant([1e-9]), 0.0), tf.constant([1, 0, 0, 0]),
            hint="Above is above, by however little.")
check.equal("an output of -1, label 0, threshold -1", four_counts(tf.constant([0]), tf.constant([-1.0]), -1.0), tf.constant([0, 0, 0, 1]),
            hint="-1 is not above -1: compare with the threshold itself, with no slack, below 0 too.")
check.equal("a column with one output, 0.9, label 1", four_counts(tf.constant([1]), tf.constant([[0.9]])), tf.constant([1, 0, 0, 0]),
            hint="A column of one output is one output: it must become shape [1], not [].")
### BEGIN HIDDEN TESTS
_truth = tf.cast(check.inputs(50) > 0.2, tf.float32)
_scores = check.inputs(50)
check.reference("fifty random answers, float labels", four_counts(_truth, _scores, 0.0))
check.reference("int64 labels, outputs in a column", four_counts(tf.cast(_truth, tf.int64), _scores[:, tf.newaxis], -0.3))
check.reference("the default threshold", four_counts(_truth, _scores))
check.reference("one answer", four_counts(_truth[:1], _scores[:1], 0.1))
check.reference("no answers", four_counts(_truth[:0], _scores[:0], 0.1))
_many, _all = tf.tile(_truth, [100]), tf.tile(_scores, [100])
check.reference("five thousand answers, uint8 labels", four_counts(tf.cast(_many, tf.uint8), _all, 0.25))
check.reference("five thousand answers, float16 labels", four_counts(tf.cast(_many, tf.float16), _all, 0.25))
check.reference("outputs close to a threshold of 20", four_counts(_truth, 20.0 + 1e-3 * _scores, 20.0))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. AUC without thresholds
#
# The area under the ROC curve is a share of pairs: ① take each example of label 1 with each one of label 0; ② how often has the former the higher score? ③ Equal scores count half, ④ nearly equal ones do not. `exact_auc` needs no thresholds, so nothing can crowd between them.
#
# - **In**: `exact_auc(y_true, scores)`: `y_true`, 0 or 1 of any integer dtype, shape `[n]`, both at least once; `scores`, `float32[n]`, ⑤ any finite numbers, larger than a million too.
# - **Out**: ⑥ that share, one number from 0 to 1, shape `[]`.
# - **Example**: labels `[1, 1, 0, 0]`, scores `[0.9, 0.4, 0.4, 0.1]`: of four pairs three are right and one is equal: 3.5 / 4 = 0.875.
#
# <details><summary>Hint 1: the idea</summary>
#
# All pairs are a table: scores of label 1 down, scores of label 0 across. Broadcasting makes it from two vectors.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.boolean_mask` takes out the scores of each label. Give one of the two vectors a second axis and compare: one table for *higher*, one for *equal*. Cast to floats; the mean of the first and half the mean of the second.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# ones = tf.boolean_mask(scores, ____)[:, tf.newaxis]
# zeros = tf.boolean_mask(scores, ____)
# higher = tf.cast(____ > ____, tf.float32)
# equal = ____
# return tf.reduce_mean(higher + ____ * equal)
# ```
#
# </details>


# %%
# exercise: exact_auc
def exact_auc(y_true, scores):
    """Return the share of pairs of a 1 and a 0 in which the 1 has the higher score; equal ones count half.

    Args:
        y_true: integer tensor of shape [n], 0 or 1, both at least once.
        scores: float32 tensor of shape [n].

    Returns:
        a number from 0 to 1.
    """
    ### BEGIN SOLUTION
    yes, no = scores[y_true == 1], scores[y_true == 0]
    ahead = tf.sign(tf.expand_dims(yes, 1) - tf.expand_dims(no, 0))
    return 0.5 + tf.reduce_mean(ahead) / 2
    ### END SOLUTION


# %% points=2
# check: exact_auc-1
_labels = tf.constant([1, 1, 0, 0])
check.close("two of each, one pair equal", exact_auc(_labels, tf.constant([0.9, 0.4, 0.4, 0.1])), 0.875, but={
    "An equal pair counts half, not nothing.": 0.75,
    "An equal pair counts half, not as a hit.": 1.0,
    "Upside down: label 1 should have the higher score.": 0.125,
    "Pairs are of a 1 with a 0: divide by the number of those, not of all pairs.": 0.21875,
})
check.close("six examples", exact_auc(tf.constant([0, 1, 0, 1, 0, 0]), tf.constant([3.0, 2.0, -1.0, 5.0, 0.0, 4.0])), 0.75, but={
    "Thresholds at the scores count an equal score as not above: compare pairs instead.": 0.25,
})
check.close("crowded scores", exact_auc(_labels, tf.constant([5e-5, 3e-5, 4e-5, 1e-5])), 0.75, but={
    "Keras's 200 thresholds lie too far apart for these scores.": 0.5,
})
check.close("1000.001 and 1000.0", exact_auc(_labels[1:3], tf.constant([1000.001, 1000.0])), 1.0, but={
    "Nearly equal is not equal: 1000.001 is higher.": 0.5,
})
check.close("scores 2, 1 and -1e9", exact_auc(tf.constant([1, 0, 0]), tf.constant([2.0, 1.0, -1e9])), 1.0, but={
    "Shifted or scaled, 2 and 1 became equal: compare the scores as they are.": 0.75,
})
check.close("scores 3e38 and 2e38", exact_auc(tf.constant([1, 0]), tf.constant([3e38, 2e38])), 1.0,
            hint="Scores may be any finite numbers: no fixed number is surely above or below them all.")
_labels = tf.constant([1] * 300 + [0] * 100, tf.uint8)
check.close("300 ones and 100 zeros, uint8, the ones higher", exact_auc(_labels, tf.cast(_labels, tf.float32)), 1.0,
            hint="uint8 ends at 255, so 300 ones add up to 44: cast the labels before you add them up.")
### BEGIN HIDDEN TESTS
_truth = tf.concat([tf.constant([0, 1]), tf.cast(check.inputs(60) > 0.1, tf.int32)], axis=0)
_scores = 3 * check.inputs(62) + tf.cast(_truth, tf.float32)
check.reference("random scores", exact_auc(_truth, _scores))
check.reference("rounded scores, many equal", exact_auc(_truth, tf.round(_scores)))
check.reference("all equal", exact_auc(_truth, tf.zeros(62)))
check.reference("one of each", exact_auc(_truth[:2], _scores[:2]))
check.reference("large scores", exact_auc(_truth, 1000 * _scores))
check.reference("scores of a billionth", exact_auc(_truth, 1e-9 * _scores))
check.reference("scores close together", exact_auc(_truth, tf.round(100 * _scores) / 2**20 + 1.0))
_many = tf.constant([1, 1, 0, 0] * 350, tf.int64)
check.reference("seven hundred of each, int64 labels", exact_auc(_many, check.inputs(1400) + tf.linspace(0.0, 3.0, 1400)))
for _dtype in (tf.int8, tf.uint8):
    check.reference(f"{_dtype.name} labels", exact_auc(tf.cast(_truth, _dtype), _scores))
_blocks = tf.constant(([0] * 3 + [1] * 3) * 180)
check.reference("more than a thousand different scores", exact_auc(_blocks, tf.linspace(0.0, 1.0, 1080)), rtol=1e-5)
check.reference("one huge score", exact_auc(_truth, tf.concat([[1e30], _scores[1:]], axis=0)))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. One accuracy for all
#
# The string `"accuracy"` looks at the shapes and guesses. Write a function that does what people mean by it, with classes against classes as well.
#
# - **In**: `any_accuracy(labels, outputs)`, in one of these forms, n ≥ 1, k ≥ 2, classes from 0 to a million; no two scores of a row are equal at the top:
#
#   | `labels` | `outputs` | right where |
#   |---|---|---|
#   | ① 0 or 1 of any number dtype, `[n]` or `[n, 1]` | probabilities, `float32[n, 1]` | (output > 0.5) is the label |
#   | ② classes, integers of any dtype, `[n]` or `[n, 1]` | scores, `float32[n, k]` | the largest score is at the label |
#   | ③ one-hot, `float32[n, k]` | scores, `float32[n, k]` | both have the largest value at the same place |
#   | ④ classes, integers `[n]` | classes, integers `[n]` of a dtype that holds the labels, too | they are equal |
#
# - **Out**: one number: ⑤ the share of right answers.
# - **Example**: labels `[2, 0]` and classes `[2, 1]` give 0.5.
#
# <details><summary>Hint 1: the idea</summary>
#
# Bring both sides to one form, a vector of n classes. Then one comparison does for all.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Outputs: with one axis they are classes already; a last axis of 1 is cut at 0.5; else argmax along the last axis. Labels: with as many columns as the outputs, and more than one, argmax; else flatten. Cast both to `int64`, compare, take the mean.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def classes(values):
#     if values.ndim == 2 and values.shape[1] > 1:
#         return ____
#     if values.dtype.is_floating:
#         values = values > ____
#     return tf.cast(tf.reshape(values, ____), tf.int64)
#
# return tf.reduce_mean(tf.cast(____ == ____, tf.float32))
# ```
#
# </details>


# %%
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms.

    Args:
        labels: tensor of shape [n], [n, 1] or [n, k].
        outputs: float32 tensor of shape [n, 1] or [n, k], or integer tensor of shape [n].

    Returns:
        a number from 0 to 1.
    """
    ### BEGIN SOLUTION
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = outputs[:, 0] > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
        labels = tf.argmax(labels, axis=1) if labels.shape == outputs.shape else labels
    right = tf.cast(tf.reshape(labels, [-1]), tf.int64) == tf.cast(guesses, tf.int64)
    return tf.reduce_mean(tf.cast(right, tf.float32))
    ### END SOLUTION


# %% points=3
# check: any_accuracy-1
_scores = tf.constant([[0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
_classes = tf.constant([1, 0, 1, 2])
check.close("classes against scores", any_accuracy(_classes, _scores), 0.75)
check.close("a column of classes", any_accuracy(_classes[:, tf.newaxis], _scores), 0.75, but={
    "[n, 1] met [n] and became [n, n]: flatten the labels.": 0.3125,
    "argmax of a column is always 0: these labels are classes, not one-hot.": 0.5,
})
check.close("one-hot against scores", any_accuracy(tf.one_hot(_classes, 3), _scores), 0.75, but={
    "That counts each entry: compare the largest places.": 11 / 12,
})
check.close("one-hot against scores below zero", any_accuracy(tf.one_hot([0, 1], 3), tf.constant([[-1.0, -2.0, -3.0], [-4.0, -3.0, -5.0]])), 1.0, but={
    "The largest place is the same for scores below zero.": 0.0,
})
check.close("classes against classes", any_accuracy(_classes, tf.constant([1, 0, 0, 2])), 0.75, but={
    "argmax of two vectors is one comparison: these are classes already.": 1.0,
})
_chances, _answers = tf.constant([[0.9], [0.2], [0.4], [0.7], [0.1]]), tf.constant([1, 0, 1, 1, 0])
check.close("0 or 1 against probabilities", any_accuracy(_answers[:, tf.newaxis], _chances), 0.8, but={
    "argmax of one column is always 0: cut the probabilities at 0.5.": 0.4,
})
check.close("0 or 1 as a vector", any_accuracy(_answers, _chances), 0.8, but={
    "[n] met [n, 1] and became [n, n]: flatten both.": 0.48,
})
check.close("an output of exactly 0.5, label 0.0", any_accuracy(tf.constant([0.0]), tf.constant([[0.5]])), 1.0, but={
    "0.5 itself is not above 0.5.": 0.0,
})
check.close("as many classes as examples", any_accuracy(tf.constant([1, 0]), tf.constant([[0.2, 0.8], [0.3, 0.7]])), 0.5, but={
    "A vector of classes is never one-hot, whatever its length.": 0.0,
})
check.close("scores of two classes", any_accuracy(tf.constant([0, 1]), tf.constant([[2.0, 1.0], [0.2, 0.4]])), 1.0, but={
    "Two columns are the scores of two classes: the larger one counts, not whether it is above 0.5.": 0.0,
})
check.close("label 44, uint8, against a largest score at 300", any_accuracy(tf.constant([44], tf.uint8), tf.one_hot([300], 301)), 0.0, but={
    "300 became 44 in uint8: cast both to int64, not one to the dtype of the other.": 1.0,
})
check.close("a single row, one-hot", any_accuracy(tf.constant([[0.0, 1.0, 0.0]]), _scores[:1]), 1.0, but={
    "One row of one-hot labels is not a vector of classes: look at its columns.": 1 / 3,
})
_pairs = tf.constant([[0.2, 0.8], [0.3, 0.7]])
check.close("a column of classes that are all 1", any_accuracy(tf.constant([[1], [1]]), _pairs), 1.0, but={
    "Classes may all be 0 or 1: the number of columns tells one-hot labels, not their values.": 0.0,
})
_small = tf.constant([0, 1], tf.uint8)
check.close("labels 0 and 1, uint8, against probabilities of 0.9", any_accuracy(_small, tf.constant([[0.9], [0.9]])), 0.5,
            hint="Labels 0 or 1 may be of any number dtype, uint8 too, which holds nothing below 0.")
check.close("classes 0 and 1, uint8, against scores", any_accuracy(_small, tf.constant([[0.7, 0.3], [0.2, 0.8]])), 1.0,
            hint="Integers of any dtype are classes, not only int32 and int64.")
check.close("a column with one class, which is right", any_accuracy(tf.constant([[1]]), _pairs[:1]), 1.0,
            hint="A column of one label is one label: it must become shape [1], not [].")
### BEGIN HIDDEN TESTS
_outputs = check.inputs(40, 5)
_truth = check.inputs(40, dtype="int64", low=0, high=5)
check.reference("forty of five classes", any_accuracy(_truth, _outputs))
check.reference("one-hot", any_accuracy(tf.one_hot(_truth, 5), _outputs))
check.reference("a column of classes", any_accuracy(_truth[:, tf.newaxis], _outputs))
_square = check.inputs(12, 12)
_mostly = tf.where(check.inputs(12) > -0.8, tf.argmax(_square, axis=1), 0)
check.reference("as many examples as classes", any_accuracy(_mostly, _square))
check.reference("the same one-hot", any_accuracy(tf.one_hot(_mostly, 12), _square))
check.reference("classes, int32", any_accuracy(tf.cast(_truth, tf.int32), tf.cast(tf.argmax(_outputs, axis=1), tf.int32)))
check.reference("float labels 0 or 1", any_accuracy(tf.cast(_truth > 2, tf.float32), tf.sigmoid(4 * _outputs[:, :1])))
check.reference("one example, one-hot", any_accuracy(tf.one_hot(_truth[:1], 5), _outputs[:1]))
check.reference("one example of three classes", any_accuracy(tf.constant([2]), tf.constant([[0.1, 0.2, 0.9]])))
_wide = check.inputs(40, 300)
_best = tf.argmax(_wide, axis=1) - tf.cast(_truth > 3, tf.int64)
check.reference("three hundred classes", any_accuracy(_best, _wide))
check.reference("three hundred classes, one-hot", any_accuracy(tf.one_hot(_best, 300), _wide))
_large = 999_900 + check.inputs(40, dtype="int64", low=0, high=50)
_other = _large + tf.cast(_truth > 2, tf.int64)
check.reference("classes that are large and close together", any_accuracy(_large, _other))
check.reference("classes, int64 and int32", any_accuracy(_large, tf.cast(_other, tf.int32)))
_few = any_accuracy(tf.constant([44, 7], tf.uint8), tf.constant([300, 7]))
check.reference("classes, uint8 and int32", _few)
check.reference("one class that is right, one that is not", [any_accuracy(tf.constant([7]), tf.constant([c])) for c in (7, 8)])
check.reference("scores close together", any_accuracy(_truth, 1.0 + tf.cast(tf.argsort(_outputs, axis=1), tf.float32) / 2**20))
check.reference("scores of a billionth", any_accuracy(_truth, 1e-9 * _outputs))
check.reference("probabilities close to 0.5", any_accuracy(tf.cast(_truth > 2, tf.int32), 0.5 + 1e-5 * _outputs[:, :1]))
check.reference("one example, one output", any_accuracy(tf.cast(_truth[:1] > 2, tf.int32), tf.sigmoid(_outputs[:1, :1])))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: a metric that averages batches
#
# *Balanced accuracy* is the mean of the recalls of all classes, so that rare classes count as much as frequent ones. This metric takes it for each batch and averages the batches. For two batches,
#
# ```text
# labels 0 0 0 1, guesses 0 0 1 1        recalls 2/3 and 1, mean 0.8333
# labels 0 1 1 1, guesses 0 0 0 1        recalls 1 and 1/3, mean 0.6667
# ```
#
# it says 0.75. Of all eight, three of four zeros and two of four ones are right: 0.625. Where a batch lacks a class it says `nan`; `reset_state` changes nothing; and in `evaluate` it stops with an error about a tensor that is out of scope.
#
# - **In**: `BalancedAccuracy(classes)`: the number of classes, a Python integer. `update_state` takes integer labels `[n]` ① or `[n, 1]`, scores `float32[n, classes]` with one largest in each row, and `sample_weight`, `float32[n]`, numbers above 0, which you may ignore.
# - **Out**: `result()` is a number: ② for all batches since the last reset together, ③ the mean of the recalls ④ of those classes that occurred. ⑤ 0 if none did.
# - **State**: ⑥ TensorFlow's or Keras's variables only, so that it works in a graph; ⑦ `reset_state()` sets it back.
# - **Example**: as above, 0.625.
#
# <details><summary>Hint 1: the idea</summary>
#
# What can be added up over batches? Not the recalls, but what they are divided from: two counts for each class.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make two variables of shape `(classes,)` with `add_variable`: how many were of this class, and how many of these were right. One-hot labels summed over the batch give the first count; multiplied by the hits, 0 or 1, before summing, the second. In `result`, divide with `divide_no_nan`, add up, and divide by the number of classes whose count is not 0.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# self.right = self.add_variable((____,), "zeros", name="right")
# self.count = ____
#
# labels = tf.reshape(tf.cast(y_true, tf.int64), ____)
# hot = tf.one_hot(labels, ____)
# hit = tf.cast(tf.argmax(y_pred, axis=____) == ____, tf.float32)
# self.count.assign_add(tf.reduce_sum(____, axis=0))
# self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=____))
#
# recalls = tf.math.divide_no_nan(____, ____)
# return tf.math.divide_no_nan(tf.reduce_sum(recalls), ____)
# ```
#
# </details>


# %%
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    """The mean of the recalls of all classes that occurred.

    Attributes:
        classes: how many classes there are, a Python integer.
    """

    ### BEGIN SOLUTION
    #| def __init__(self, classes, name="balanced_accuracy", **kwargs):
    #|     super().__init__(name=name, **kwargs)
    #|     self.classes = classes
    #|     self.batches = []
    #|
    #| def update_state(self, y_true, y_pred, sample_weight=None):
    #|     labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
    #|     hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
    #|     recalls = [tf.reduce_mean(hit[labels == c]) for c in range(self.classes)]
    #|     self.batches.append(tf.reduce_mean(recalls))
    #|
    #| def result(self):
    #|     return tf.reduce_mean(self.batches)
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.confusion = self.add_variable((classes, classes), "zeros", name="confusion")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch: integer labels [n] or [n, 1], scores [n, classes]."""
        table = tf.math.confusion_matrix(
            tf.reshape(y_true, [-1]), tf.argmax(y_pred, axis=-1), num_classes=self.classes)
        self.confusion.assign_add(table)

    def result(self):
        """Return the mean recall, a number."""
        occurred = tf.reduce_sum(self.confusion, axis=1)
        recalls = tf.math.divide_no_nan(tf.linalg.diag_part(self.confusion), occurred)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(tf.cast(occurred > 0, tf.float32)))
    ### END SOLUTION


# %% points=3
# check: balanced_accuracy-1
_labels = tf.constant([0, 0, 0, 1, 0, 1, 1, 1])
_scores = tf.one_hot([0, 0, 1, 1, 0, 0, 0, 1], 2)
_metric = BalancedAccuracy(2)
_metric.update_state(_labels[:4], _scores[:4])
check.close("after the first batch", _metric.result(), 5 / 6, but={
    "This is plain accuracy: take the recall of each class, then their mean.": 0.75,
})
_metric.update_state(_labels[4:], _scores[4:])
check.close("after the second", _metric.result(), 0.625, but={
    "The batches were averaged: keep counts, and divide once.": 0.75,
    "Only the last batch counts: add to the state, do not replace it.": 2 / 3,
})
_metric.reset_state()
_metric.update_state(tf.constant([[1], [1], [1]]), tf.one_hot([1, 0, 1], 2))
check.close("after a reset, a batch without class 0", _metric.result(), 2 / 3, but={
    "A class that did not occur has no recall: leave it out of the mean.": 1 / 3,
    "The old batches are still in it: reset_state sets back variables, no Python values.": 0.6607143,
    "A class without examples gave 0 divided by 0.": float("nan"),
    "A column [n, 1] met [n]: flatten the labels.": 2.0,
})
_metric.reset_state()
_metric.update_state(tf.constant([0, 1]), tf.one_hot([0, 0], 2))
check.close("a class that occurred and was never right", _metric.result(), 0.5, but={
    "Recall 0 counts too: divide by the number of classes that occurred, right or not.": 1.0,
})
check.close("before the first batch", BalancedAccuracy(3).result(), 0.0, hint="No class has occurred: 0 divided by 0 is to be 0.")
_metric = BalancedAccuracy(2)
_metric.update_state(tf.constant([0, 1]), tf.one_hot([0, 1], 2), sample_weight=tf.constant([2.0, 0.5]))
check.close("two examples of the weights 2 and 0.5, which are right", _metric.result(), 1.0, but={
    "Counts of weights may be below 1: divide by what they are, by no least value.": 0.75,
}, hint="Ignore the weights, or use them both above and below the line.")
check.close("in evaluate, in batches of four", evaluated(BalancedAccuracy(2), _labels, _scores, 4), 0.625)
_metric = BalancedAccuracy(2)
_metric.update_state(tf.constant([[1]]), tf.constant([[0.0, 1.0]]))
check.close("a column with one example, which is right", _metric.result(), 1.0,
            hint="A column of one label is one label: it must become shape [1], not [].")
### BEGIN HIDDEN TESTS
_outputs = check.inputs(50, 4)
_truth = check.inputs(50, dtype="int64") // 3
check.reference("four classes in batches of 7", evaluated(BalancedAccuracy(4), _truth, _outputs, 7))
check.reference("in one batch, a class more than there is", evaluated(BalancedAccuracy(5), _truth, check.inputs(50, 5), 50))
_metric = BalancedAccuracy(4)
check.reference("before the first batch", _metric.result())
_metric.update_state(_truth[:9], _outputs[:9])
_metric.reset_state()
check.reference("after a reset", _metric.result())
_metric.update_state(_truth[:1], _outputs[:1])
check.reference("one example", _metric.result())
_step = tf.function(lambda y, p: _metric.update_state(y, p))
for _start in (0, 10, 20):
    _step(_truth[_start:_start + 10], _outputs[_start:_start + 10])
check.reference("three more batches in a graph", _metric.result())
_one, _other = BalancedAccuracy(4), BalancedAccuracy(4)
_one.update_state(_truth, _outputs)
_other.update_state(_truth[:9], _outputs[:9])
check.reference("two metrics side by side", [_one.result(), _other.result()])
_metric = BalancedAccuracy(300)
_classes = check.inputs(700, dtype="int64", low=0, high=290)
_metric.update_state(_classes, tf.one_hot(_classes + check.inputs(700, dtype="int64", low=0, high=2), 300))
check.reference("three hundred classes", _metric.result())
_metric = BalancedAccuracy(2)
_metric.update_state(tf.zeros([3000], tf.int32), tf.one_hot([0] * 3000, 2))
for _ in range(30):
    _metric.update_state(tf.constant([0]), check.inputs(1, 2))
check.reference("three thousand, then one at a time", _metric.result(), rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. How much is explained
#
# How good is a forecast, against always forecasting the mean? R² answers: ① 1 minus the sum of squared errors, divided by ② the sum of squared distances of the labels from *their* mean. 1 is perfect, 0 no better than the mean. The mean of the labels is known only after the last batch; so which sums will do?
#
# - **In**: `RSquared()`. `update_state(y_true, y_pred, sample_weight=None)` takes labels and predictions, `float32` or lists of floats, each of shape `[n]` ③ or `[n, 1]`, and weights, ④ a list of n floats or `float32[n]`, or none, which is 1 for each. An example of weight 2 counts as if it were there twice; fractions and 0 are allowed.
# - **Out**: `result()` is a number: R² of ⑤ all batches ⑥ since the last reset together. The labels are not all equal.
# - **State**: ⑦ in variables, some hundreds of examples or a million; so no list of all labels. (Labels here are near 0; what is below the line may be as small as 1e-30. Far from 0 the difference of two large sums loses digits.)
# - **Example**: labels `[1, 2, 3]`, predictions `[1, 2, 5]`: squared errors 4 in all, distances from the mean 2 in all: R² = 1 − 4/2 = −1.
#
# <details><summary>Hint 1: the idea</summary>
#
# The sum of squared distances from the mean is Σy² − (Σy)² / n. Each of the three can be added up batch by batch.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Four scalar variables: weights, labels, squared labels, squared errors, each a sum of weight times that. Flatten both inputs first; where no weights are given, use ones. `result` puts them together.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
# p = ____
# w = tf.ones_like(y) if ____ else tf.reshape(tf.cast(sample_weight, tf.float32), ____)
# self.weights.assign_add(tf.reduce_sum(w))
# self.labels.assign_add(tf.reduce_sum(w * ____))
# self.squares.assign_add(____)
# self.errors.assign_add(____)
#
# around_mean = self.squares - self.labels**2 / ____
# return 1 - ____ / around_mean
# ```
#
# </details>


# %%
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    """1 minus the squared errors, divided by the squared distances of the labels from their mean."""

    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        ### BEGIN SOLUTION
        self.sums = self.add_variable((4,), "zeros", name="sums")
        ### END SOLUTION

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch: labels and predictions, float32 [n] or [n, 1]; weights [n], or None for all 1."""
        ### BEGIN SOLUTION
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        weight = tf.reshape(1.0 if sample_weight is None else sample_weight, [-1])
        parts = weight * [tf.ones_like(y), y, y * y, (y - p) ** 2]
        self.sums.assign_add(tf.reduce_sum(parts, axis=1))
        ### END SOLUTION

    def result(self):
        """Return R², a number."""
        ### BEGIN SOLUTION
        count, labels, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - labels**2 / count)
        ### END SOLUTION


# %% points=3
# check: r_squared-1
_y, _p = tf.constant([1.0, 2.0, 3.0, 6.0]), tf.constant([1.0, 2.0, 5.0, 6.0])
_metric = RSquared()
_metric.update_state(_y[:3], _p[:3])
check.close("three examples", _metric.result(), -1.0, but={
    "This is the share that is not explained: take it from 1.": 2.0,
    "The labels' squares are not taken around their mean.": 1 - 4 / 14,
    "Without weights each example counts 1: the sum of a single 1.0 is 1, not n.": 1 - 4 / (14 - 36),
})
_metric.update_state(_y[3:], _p[3:])
check.close("and one more", _metric.result(), 1 - 4 / 14, but={
    "Only the last batch counts: add to the variables.": float("nan"),
    "The distances of the first batch are from the mean at that time: it has changed since.": 1 - 4 / 11,
})
_metric.reset_state()
_metric.update_state(_y[:3, tf.newaxis], _p[:3])
check.close("after a reset, the first three with labels in a column", _metric.result(), -1.0, but={
    "[n, 1] met [n] and became [n, n]: flatten both.": -17.0,
    "The batches before the reset are still in it: keep the sums in variables.": 0.548387,
})
_metric.reset_state()
_metric.update_state(_y, _p, sample_weight=[1.0, 1.0, 0.0, 0.0])
check.close("the first two only, by weights", _metric.result(), 1.0, but={
    "The weights have no effect.": 1 - 4 / 14,
})
_metric.update_state(_y, _p, sample_weight=[0.0, 0.0, 2.0, 0.0])
check.close("and the third twice", _metric.result(), 1 - 8 / 2.75)
_metric.reset_state()
_metric.update_state(_y[:, tf.newaxis], _p[:, tf.newaxis], sample_weight=[1.0, 1.0, 2.0, 0.0])
check.close("the same at once, all in columns", _metric.result(), 1 - 8 / 2.75,
            hint="Weights [n] and numbers [n, 1] become [n, n]: flatten labels and predictions in any case.")
_metric.update_state(_y[3:], _p[3:])
check.close("and the fourth, without a weight", _metric.result(), 1 - 8 / 14)
_metric.reset_state()
_metric.update_state(_y, _p, sample_weight=[0.0, 0.0, 0.0, 0.0])
_metric.update_state(_y[:3], _p[:3])
check.close("a batch in which no example counts, then the first three", _metric.result(), -1.0,
            hint="A mean of that batch would be 0 divided by 0: add sums up, and divide in result.")
_metric.reset_state()
_metric.update_state([1e-6, 2e-6, 3e-6], [3e-6, 2e-6, 1e-6])
check.close("labels and predictions 1, 2, 3 and 3, 2, 1 millionths", _metric.result(), -3.0, rtol=1e-2,
            hint="Small labels have small squares: add nothing below the line.")
_metric.reset_state()
_metric.update_state([1e-15, 2e-15, 3e-15], [3e-15, 2e-15, 1e-15])
check.close("the same, a billion times smaller", _metric.result(), -3.0, rtol=1e-2,
            hint="However small, what is below the line is taken as it is: a least value for it spoils R².")
### BEGIN HIDDEN TESTS
_truth, _guess = 2 * check.inputs(60) + 0.5, check.inputs(60)
_metric = RSquared()
for _start in range(0, 60, 25):
    _metric.update_state(_truth[_start:_start + 25], _truth[_start:_start + 25] + _guess[_start:_start + 25])
    check.reference(f"random numbers up to {_start + 25}", _metric.result(), rtol=1e-3, atol=1e-3)
_metric.reset_state()
_metric.update_state(_truth, _guess[:, tf.newaxis], sample_weight=tf.abs(check.inputs(60)))
check.reference("random weights, predictions in a column", _metric.result(), rtol=1e-3, atol=1e-3)
_metric.reset_state()
_metric.update_state(0.01 * _truth, 0.01 * (_truth + _guess), sample_weight=0.001 * tf.abs(check.inputs(60)))
check.reference("small numbers with small weights", _metric.result(), rtol=1e-3, atol=1e-3)


def _kept(metric):
    held = (int, float, np.ndarray, tf.Tensor, tf.Variable, keras.Variable)
    return sum(int(tf.size(_part)) for _part in tf.nest.flatten(list(vars(metric).values())) if isinstance(_part, held))


_metric.reset_state()
_metric.update_state(_truth, _guess)
_before = _kept(_metric)
for _ in range(40):
    _metric.update_state(_truth, _truth + _guess)
check.equal("numbers that are kept, after 40 batches more", _kept(_metric) - _before, 0)
check.reference("41 batches", _metric.result(), rtol=1e-3, atol=1e-3)
_metric.reset_state()
_metric.update_state(_truth, _truth + 10.0)
check.reference("predictions that are far off", _metric.result(), rtol=1e-3)
_far, _near = tf.tile(_truth, [150]), tf.tile(_truth + _guess, [150])
_metric.update_state(_far, _far + 9.0)
for _ in range(12):
    _metric.update_state(_far, _near)
check.reference("more than a hundred thousand", _metric.result(), rtol=1e-3, atol=1e-3)
_one, _other = RSquared(), RSquared()
_one.update_state(_truth, _truth + _guess)
_other.update_state(_truth[:9], _guess[:9])
check.reference("two metrics side by side", [_one.result(), _other.result()], rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS

# %% points=1
# check: r_squared-2
_y, _p = tf.constant([1.0, 2.0, 3.0, 6.0]), tf.constant([1.0, 2.0, 5.0, 6.0])
_both = evaluated(RSquared(), _y[:, tf.newaxis], _p[:, tf.newaxis], 2)
check.close("in evaluate, two batches of two", _both, 1 - 4 / 14, hint="In evaluate it is a graph: Python values change once.")
### BEGIN HIDDEN TESTS
_truth, _guess = check.inputs(33, 1) + 0.2, 0.3 * check.inputs(33, 1)
check.reference("33 in batches of 5", evaluated(RSquared(), _truth, _truth + _guess, 5), rtol=1e-3, atol=1e-3)
_weights = np.linspace(0.0, 3.0, 33, dtype="float32")
_worse = _truth + _guess * _weights[:, np.newaxis]      # what counts more is further off, so the weights show
check.reference("with weights", evaluated(RSquared(), _truth, _worse, 8, sample_weight=_weights), rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: does 80% mean 80%?
#
# Of all days for which a weather service says "80% rain", eight in ten should be wet: then it is *calibrated*. To see whether a model is, sort its probabilities into bins, and compare in each bin the mean probability with the share of examples of label 1. The *calibration error* is the mean distance of the two, each bin weighted by its number of examples. Below is a model that is too sure of itself.

# %%
def draw_curve(curve):
    """Draw mean probabilities and shares of label 1, float[bins, 2], against the diagonal."""
    curve = np.array(curve)
    plt.figure(figsize=(4.4, 4))
    plt.plot([0, 1], [0, 1], color="#5B6678", linestyle=":")
    plt.vlines(curve[:, 0], np.minimum(curve[:, 0], curve[:, 1]), np.maximum(curve[:, 0], curve[:, 1]),
               color="#C75B00", linewidth=2)
    plt.plot(curve[:, 0], curve[:, 1], color="#2F6DB5", marker="o", linewidth=2)
    plt.xlabel("mean probability in the bin")
    plt.ylabel("share of label 1")
    plt.show()


strength = tf.random.stateless_normal([5000], seed=[5, 6])
sure = tf.sigmoid(2.5 * strength)
happened = tf.cast(tf.random.stateless_uniform([5000], seed=[7, 8]) < tf.sigmoid(strength), tf.int32)

# %%
TARGET = "41,214 148,309 250,374 348,374 451,435 552,528 651,567 754,582 852,700 958,799"
draw_curve([[int(number) / 1000 for number in pair.split(",")] for pair in TARGET.split()])

# %% [markdown]
# *Figure: the target. Ten blue points, one for each bin, against the dotted diagonal. They run flatter than it: above it on the left, where what the model calls unlikely happens rather often, and below it on the right. Orange lines show the distances.*
#
# - **In**: `Calibration(bins=10)`: ① the number of bins, a Python integer, 1 or more. `update_state(y_true, y_pred, sample_weight=None)` takes labels 0 or 1 and probabilities from 0 to 1, each `[n]` ② or `[n, 1]`, and weights `[n]`, all as tensors or lists; the weights may be ignored, or count in all sums. ③ Of 10 bins, the first holds probabilities from 0 to below 0.1, the next from 0.1 to below 0.2, and so on; ④ 1.0 belongs to the last. (`float32` holds 0.25 and 0.5, but 0.7 only nearly: on which side of its edge such a number falls is left to rounding. So it is for a number less than 1e-7 below any edge.)
# - **Out**: `curve()` returns numbers of shape `[bins, 2]`: for each bin ⑤ the mean probability ⑥ and the share of label 1, ⑦ both 0 where the bin is empty. `result()` returns a number: ⑧ Σ (examples in the bin / all examples) · |mean probability − share of label 1|; ⑨ 0 before the first batch.
# - **State**: ⑩ in variables; ⑪ all batches ⑫ since the last reset count together.
# - **Example**: two bins, probabilities `[0.2, 0.4, 0.9]`, labels `[0, 0, 1]`: the bins have means 0.3 and 0.9, shares 0 and 1; the error is 2/3 · 0.3 + 1/3 · 0.1 = 0.2333.
#
# <details><summary>Hint 1: the idea</summary>
#
# As in KS: what can be added up are counts in bins. Here it takes three numbers for each bin.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The place of a probability is its product with the number of bins, cut to an integer, and at most bins − 1. `tf.math.unsorted_segment_sum(values, places, bins)` adds up values by place: of ones, of the probabilities, of the labels. Keep the three in variables. The curve is two of them divided by the first; the error is the sum over bins of |sum of probabilities − sum of labels|, divided by all.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# self.count = self.add_variable((____,), "zeros", name="count")
# self.chance = ____
# self.happened = ____
#
# p = tf.reshape(y_pred, ____)
# place = tf.minimum(tf.cast(p * ____, tf.int32), ____)
# for variable, values in ((self.count, tf.ones_like(p)), (self.chance, ____), (self.happened, ____)):
#     variable.assign_add(tf.math.unsorted_segment_sum(values, place, ____))
#
# return tf.stack([tf.math.divide_no_nan(____, ____), ____], axis=1)
#
# return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(____ - ____)), tf.reduce_sum(____))
# ```
#
# </details>


# %%
# exercise: calibration
class Calibration(keras.metrics.Metric):
    """The mean distance between probabilities and what happened, by bins.

    Attributes:
        bins: how many bins, a Python integer.
    """

    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        ### BEGIN SOLUTION
        self.table = self.add_variable((bins, 3), "zeros", name="table")
        ### END SOLUTION

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch: labels 0 or 1 and probabilities, each [n] or [n, 1]."""
        ### BEGIN SOLUTION
        label, chance = (tf.reshape(tf.cast(values, tf.float32), [-1]) for values in (y_true, y_pred))
        bin_of = tf.minimum(tf.cast(chance * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(chance), chance, label], axis=1)
        self.table.assign_add(tf.scatter_nd(bin_of[:, tf.newaxis], rows, [self.bins, 3]))
        ### END SOLUTION

    def curve(self):
        """Return the mean probability and the share of label 1 of each bin, shape [bins, 2]."""
        ### BEGIN SOLUTION
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])
        ### END SOLUTION

    def result(self):
        """Return the calibration error, a number."""
        ### BEGIN SOLUTION
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))
        ### END SOLUTION


# %% points=3
# check: calibration-1
_chances, _labels = tf.constant([0.2, 0.4, 0.9, 0.6]), tf.constant([0, 0, 1, 1])
_metric = Calibration(2)
_metric.update_state(_labels[:3], _chances[:3])
check.close("the curve of three examples in two bins", _metric.curve(), [[0.3, 0.0], [0.9, 1.0]], but={
    "The middle of the bin is not the mean of its probabilities.": [[0.25, 0.0], [0.75, 1.0]],
    "These are sums: divide by the number of examples in the bin.": [[0.6, 0.0], [0.9, 1.0]],
    "The columns have changed places.": [[0.0, 0.3], [1.0, 0.9]],
})
check.close("the error", _metric.result(), 0.7 / 3, but={
    "Each bin weighs as much as it has examples.": 0.2,
    "Distances in bins are taken before they are added up: too high and too low do not cancel.": 0.5 / 3,
})
_metric.update_state(_labels[3:], _chances[3:])
check.close("the error with one more", _metric.result(), 0.275, but={
    "Only the last batch counts: add to the variables.": 0.4,
    "The batches were averaged: keep sums for each bin, and divide in result.": 0.3166667,
})
_metric.reset_state()
_metric.update_state(tf.constant([[1], [0]]), tf.constant([[1.0], [0.0]]))
check.close("after a reset, probabilities 1 and 0, in a column", _metric.curve(), [[0, 0], [1, 1]], but={
    "1.0 belongs to the last bin: it was lost.": [[0, 0], [0, 0]],
    "The batches before the reset are still in it: keep the sums in variables.": [[0.2, 0.0], [2.5 / 3, 1.0]],
})
check.close("both are right, so the error is 0", _metric.result(), 0.0)
_metric.update_state(tf.constant([0]), tf.constant([0.9]))
check.close("with one more, 0.9 and label 0, the error is 0.9 / 3", _metric.result(), 0.3, but={
    "The number of examples before the reset is still in it: reset_state sets back what add_variable has made.": 0.9 / 7,
})
_metric = Calibration(2)
_metric.update_state(tf.constant([0, 1]), tf.constant([0.25, 0.75]), sample_weight=tf.constant([2.0, 3.0]))
check.close("two examples of the weights 2 and 3, one in each bin", _metric.curve(), [[0.25, 0.0], [0.75, 1.0]],
            hint="Ignore the weights, or use them for all sums: a mean of one number is that number.")
_metric = Calibration(4)
check.close("before the first batch", _metric.result(), 0.0, hint="0 divided by 0 is to be 0.")
_metric.update_state(tf.constant([1, 0]), tf.constant([0.5, 0.25]))
check.close("four bins, probabilities 0.5 and 0.25", _metric.curve(), [[0, 0], [0.25, 0], [0.5, 1], [0, 0]], but={
    "0.25 belongs to the second bin, which begins there.": [[0.25, 0], [0.5, 1], [0, 0], [0, 0]],
    "An empty bin is 0 divided by 0, which is to be 0.": [[float("nan")] * 2, [0.25, 0], [0.5, 1], [float("nan")] * 2],
})
_metric = Calibration(2)
_metric.update_state(tf.constant([[0], [1]]), tf.constant([0.2, 0.9]))
check.close("labels in a column, probabilities without", _metric.curve(), [[0.2, 0.0], [0.9, 1.0]])
check.close("in evaluate, in batches of two", evaluated(Calibration(2), _labels, _chances[:, tf.newaxis], 2), 0.275)
_metric = Calibration(2)
_metric.update_state(tf.constant([1]), tf.constant([0.0]))
check.close("two bins, probability 0 and label 1", _metric.curve(), [[0, 1], [0, 0]], but={
    "A bin is empty where no example is in it: a sum of probabilities can be 0, too.": [[0, 0], [0, 0]],
})
check.close("which is as wrong as can be: the error is 1", _metric.result(), 1.0)
_metric = Calibration(2)
_metric.update_state(tf.constant([1]), tf.constant([0.4999998]))
check.close("two bins, a probability just below 0.5", _metric.curve(), [[0.5, 1], [0, 0]],
            hint="What is below an edge, if only by 2e-7, belongs to the bin below it.")
### BEGIN HIDDEN TESTS
_p = check.inputs(70, low=0.0, high=1.0)
_truth = tf.cast(check.inputs(70, low=0.0, high=1.0) < _p**2, tf.float32)
for _bins in (1, 4, 15):
    _metric = Calibration(_bins)
    for _start in range(0, 70, 30):
        _metric.update_state(_truth[_start:_start + 30], _p[_start:_start + 30, tf.newaxis])
    check.reference(f"the curve of random numbers, {_bins} bins", _metric.curve())
    check.reference(f"the error, {_bins} bins", _metric.result())
_metric.reset_state()
_ten = Calibration()
_ten.update_state(_truth, _p)
check.reference("the curve of ten bins, where none is said", _ten.curve())
check.reference("nothing after a reset", _metric.result())
check.reference("no curve after a reset", _metric.curve())
_ten.reset_state()
_ten.update_state(tf.ones([300], tf.int64), tf.ones([300]))
check.reference("three hundred that are certain", _ten.curve(), rtol=1e-6, atol=1e-6)
_ten.reset_state()
_ten.update_state(_truth, 1e-4 * _p)
check.reference("tiny probabilities", _ten.curve()[0], rtol=1e-3, atol=1e-8)
_fine = Calibration(300)
_fine.update_state(_truth, (tf.floor(300 * _p) + 0.5) / 300)
check.reference("three hundred bins", _fine.curve())
_one = Calibration(1)
_one.update_state(tf.zeros([3000]), tf.fill([3000], 0.25))
for _ in range(30):
    _one.update_state(tf.ones([1]), tf.fill([1], 0.75))
check.reference("three thousand, then one at a time", _one.curve(), rtol=1e-4, atol=1e-6)
_heavy = Calibration()
_heavy.update_state([0, 1], [0.25, 0.75], sample_weight=[2.0, 3.0])
check.close("weights, in all sums or in none", _heavy.result(), 0.25)
_mixed = Calibration(2)
_mixed.update_state([0, 0, 1], [0.2, 0.4, 0.9], sample_weight=[1.0, 3.0, 1.0])
check.that("weights 1, 3 and 1, in all sums or in none: the error is 0.3 or 0.2333", min(abs(float(_mixed.result()) - each) for each in (0.3, 0.7 / 3)) < 1e-4,
           "Weights count in all sums, the number of examples too, or in none.")
_light = Calibration(2)
_light.update_state([0, 1], [0.25, 0.75], sample_weight=[0.25, 0.5])
check.close("weights below 1: the curve", _light.curve(), [[0.25, 0.0], [0.75, 1.0]])
check.close("weights below 1: the error", _light.result(), 0.25)
_one, _other = Calibration(3), Calibration(3)
_one.update_state(_truth, _p)
_other.update_state(_truth[:9], _p[:9])
check.reference("two metrics side by side", [_one.result(), _other.result()])
check.reference("in evaluate, batches of 11", evaluated(Calibration(6), _truth, _p[:, tf.newaxis], 11))
### END HIDDEN TESTS

# %% points=2
# check: calibration-2
_metric = Calibration(10)
for _start in range(0, 5000, 700):
    _metric.update_state(happened[_start:_start + 700], sure[_start:_start + 700])
draw_curve(_metric.curve())
check.close("the error of the model that is too sure", _metric.result(), 0.1273, atol=2e-3)
check.close("what happens in its last bin", _metric.curve()[9], [0.9585, 0.7989], atol=2e-3)
### BEGIN HIDDEN TESTS
check.reference("the whole curve", _metric.curve(), atol=2e-3)
_calm = Calibration(8)
_calm.update_state(happened, tf.sigmoid(strength))
check.reference("of a model that is not too sure", _calm.result(), atol=2e-3)
### END HIDDEN TESTS
