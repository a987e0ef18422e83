# %% [markdown]
# # Exercises: metrics
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other batches. Functions may use NumPy or TensorFlow as you like; the metric classes are also used inside `evaluate`, which turns them into graphs, so there it has to be TensorFlow.
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
# - **In**: `four_counts(y_true, y_pred, threshold)`: `y_true`, labels 0 or 1, of any number dtype, shape `[n]`; `y_pred`, `float32`, shape `[n]` or `[n, 1]`; `threshold`, a Python float. An answer is called yes where it is *above* the threshold.
# - **Out**: an `int32` tensor of shape `[4]`: hits, false alarms, misses, rightly left alone.
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
    table = tf.math.bincount(2 * (1 - called) + (1 - real), minlength=4)
    return tf.reshape(table, [4])
    ### END SOLUTION


# %% points=2
# check: four_counts-1
labels, outputs = tf.constant([1, 1, 0, 0, 0]), tf.constant([0.9, 0.2, 0.8, 0.1, 0.5])
check.equal("five answers, threshold 0.5", four_counts(labels, outputs, 0.5), tf.constant([1, 1, 1, 2]), but={
    "What is exactly at the threshold is not above it.": tf.constant([1, 2, 1, 1]),
})
more = tf.constant([1, 1, 1, 0, 0, 0])
some = tf.constant([0.1, 0.2, 0.3, 0.9, 0.1, 0.2])
check.equal("six answers, threshold 0.25", four_counts(more, some, 0.25), tf.constant([1, 1, 2, 2]), but={
    "False alarms and misses have changed places.": tf.constant([1, 2, 1, 2]),
    "It works with 0.5 whatever the threshold is.": tf.constant([0, 1, 3, 2]),
})
check.equal("the same from a column", four_counts(more, some[:, tf.newaxis], 0.25), tf.constant([1, 1, 2, 2]), but={
    "[n] met [n, 1] and became [n, n]: flatten y_pred first.": tf.constant([6, 6, 12, 12]),
})
### BEGIN HIDDEN TESTS
truth = tf.cast(check.inputs(50) > 0.2, tf.float32)
scores = check.inputs(50)
check.reference("fifty random answers, float labels", four_counts(truth, scores, 0.0))
check.reference("int64 labels, outputs in a column", four_counts(tf.cast(truth, tf.int64), scores[:, tf.newaxis], -0.3))
check.reference("the default threshold", four_counts(truth, scores))
check.reference("one answer", four_counts(truth[:1], scores[:1], 0.1))
check.reference("no answers", four_counts(truth[:0], scores[:0], 0.1))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. AUC without thresholds
#
# The area under the ROC curve is a share of pairs: take each example of label 1 with each one of label 0; how often has the former the higher score? Equal scores count half. `exact_auc` needs no thresholds, so nothing can crowd between them.
#
# - **In**: `exact_auc(y_true, scores)`: `y_true`, integers 0 or 1, shape `[n]`, both at least once; `scores`, `float32[n]`, any numbers.
# - **Out**: a `float32` number of shape `[]`, from 0 to 1.
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
        float32 tensor of shape [].
    """
    ### BEGIN SOLUTION
    yes, no = scores[y_true == 1], scores[y_true == 0]
    ahead = tf.sign(tf.expand_dims(yes, 1) - tf.expand_dims(no, 0))
    return 0.5 + tf.reduce_mean(ahead) / 2
    ### END SOLUTION


# %% points=2
# check: exact_auc-1
labels = tf.constant([1, 1, 0, 0])
check.close("two of each, one pair equal", exact_auc(labels, tf.constant([0.9, 0.4, 0.4, 0.1])), 0.875, but={
    "An equal pair counts half, not nothing.": 0.75,
    "An equal pair counts half, not as a hit.": 1.0,
    "Upside down: label 1 should have the higher score.": 0.125,
    "Pairs are of a 1 with a 0: divide by the number of those, not of all pairs.": 0.21875,
})
check.close("six examples", exact_auc(tf.constant([0, 1, 0, 1, 0, 0]), tf.constant([3.0, 2.0, -1.0, 5.0, 0.0, 4.0])), 0.75, but={
    "Thresholds at the scores count an equal score as not above: compare pairs instead.": 0.25,
})
check.close("crowded scores", exact_auc(labels, tf.constant([5e-5, 3e-5, 4e-5, 1e-5])), 0.75, but={
    "Keras's 200 thresholds lie too far apart for these scores.": 0.5,
})
### BEGIN HIDDEN TESTS
truth = tf.concat([tf.constant([0, 1]), tf.cast(check.inputs(60) > 0.1, tf.int32)], axis=0)
scores = 3 * check.inputs(62) + tf.cast(truth, tf.float32)
check.reference("random scores", exact_auc(truth, scores))
check.reference("rounded scores, many equal", exact_auc(truth, tf.round(scores)))
check.reference("all equal", exact_auc(truth, tf.zeros(62)))
check.reference("one of each", exact_auc(truth[:2], scores[:2]))
check.reference("large scores", exact_auc(truth, 1000 * scores))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. One accuracy for all
#
# The string `"accuracy"` looks at the shapes and guesses. Write a function that does what people mean by it, with classes against classes as well.
#
# - **In**: `any_accuracy(labels, outputs)`, in one of these forms, n ≥ 1, k ≥ 2:
#
#   | `labels` | `outputs` | right where |
#   |---|---|---|
#   | 0 or 1, `[n]` or `[n, 1]` | probabilities, `float32[n, 1]` | (output > 0.5) is the label |
#   | classes, integers `[n]` or `[n, 1]` | scores, `float32[n, k]` | the largest score is at the label |
#   | one-hot, `float32[n, k]` | scores, `float32[n, k]` | both have the largest value at the same place |
#   | classes, integers `[n]` | classes, integers `[n]` | they are equal |
#
# - **Out**: a `float32` number of shape `[]`: the share of right answers.
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
        float32 tensor of shape [].
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
scores = tf.constant([[0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
classes = tf.constant([1, 0, 1, 2])
check.close("classes against scores", any_accuracy(classes, scores), 0.75)
check.close("a column of classes", any_accuracy(classes[:, tf.newaxis], scores), 0.75, but={
    "[n, 1] met [n] and became [n, n]: flatten the labels.": 0.3125,
    "argmax of a column is always 0: these labels are classes, not one-hot.": 0.5,
})
check.close("one-hot against scores", any_accuracy(tf.one_hot(classes, 3), scores), 0.75, but={
    "That counts each entry: compare the largest places.": 11 / 12,
})
check.close("classes against classes", any_accuracy(classes, tf.constant([1, 0, 0, 2])), 0.75, but={
    "argmax of two vectors is one comparison: these are classes already.": 1.0,
})
chances, answers = tf.constant([[0.9], [0.2], [0.4], [0.7], [0.1]]), tf.constant([1, 0, 1, 1, 0])
check.close("0 or 1 against probabilities", any_accuracy(answers[:, tf.newaxis], chances), 0.8, but={
    "argmax of one column is always 0: cut the probabilities at 0.5.": 0.4,
})
check.close("0 or 1 as a vector", any_accuracy(answers, chances), 0.8, but={
    "[n] met [n, 1] and became [n, n]: flatten both.": 0.48,
})
### BEGIN HIDDEN TESTS
outputs = check.inputs(40, 5)
truth = check.inputs(40, dtype="int64", low=0, high=5)
check.reference("forty of five classes", any_accuracy(truth, outputs))
check.reference("one-hot", any_accuracy(tf.one_hot(truth, 5), outputs))
check.reference("a column of classes", any_accuracy(truth[:, tf.newaxis], outputs))
square = check.inputs(12, 12)
mostly = tf.where(check.inputs(12) > -0.8, tf.argmax(square, axis=1), 0)
check.reference("as many examples as classes", any_accuracy(mostly, square))
check.reference("the same one-hot", any_accuracy(tf.one_hot(mostly, 12), square))
check.reference("classes, int32", any_accuracy(tf.cast(truth, tf.int32), tf.cast(tf.argmax(outputs, axis=1), tf.int32)))
check.reference("float labels 0 or 1", any_accuracy(tf.cast(truth > 2, tf.float32), tf.sigmoid(4 * outputs[:, :1])))
check.reference("one example, one-hot", any_accuracy(tf.one_hot(truth[:1], 5), outputs[:1]))
check.reference("one example, one output", any_accuracy(tf.cast(truth[:1] > 2, tf.int32), tf.sigmoid(outputs[:1, :1])))
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
# - **In**: `BalancedAccuracy(classes)`: the number of classes, a Python integer. `update_state` takes integer labels `[n]` or `[n, 1]`, scores `float32[n, classes]`, and `sample_weight`, which you may ignore.
# - **Out**: `result()` is a `float32` number: for all batches since the last reset together, the mean of the recalls of those classes that occurred. 0 if none did.
# - **State**: TensorFlow's or Keras's variables only, so that it works in a graph and `reset_state()` sets it back.
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
            tf.reshape(y_true, [-1]), tf.argmax(y_pred, axis=-1), num_classes=self.classes, dtype=tf.float32)
        self.confusion.assign_add(table)

    def result(self):
        """Return the mean recall, a float32 number."""
        occurred = tf.reduce_sum(self.confusion, axis=1)
        recalls = tf.math.divide_no_nan(tf.linalg.diag_part(tf.convert_to_tensor(self.confusion)), occurred)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(tf.cast(occurred > 0, tf.float32)))
    ### END SOLUTION


# %% points=3
# check: balanced_accuracy-1
labels = tf.constant([0, 0, 0, 1, 0, 1, 1, 1])
scores = tf.one_hot([0, 0, 1, 1, 0, 0, 0, 1], 2)
metric = BalancedAccuracy(2)
metric.update_state(labels[:4], scores[:4])
check.close("after the first batch", metric.result(), 5 / 6, but={
    "This is plain accuracy: take the recall of each class, then their mean.": 0.75,
})
metric.update_state(labels[4:], scores[4:])
check.close("after the second", metric.result(), 0.625, but={
    "The batches were averaged: keep counts, and divide once.": 0.75,
    "Only the last batch counts: add to the state, do not replace it.": 2 / 3,
})
metric.reset_state()
metric.update_state(tf.constant([[1], [1], [1]]), tf.one_hot([1, 0, 1], 2))
check.close("after a reset, a batch without class 0", metric.result(), 2 / 3, but={
    "A class that did not occur has no recall: leave it out of the mean.": 1 / 3,
    "The old batches are still in it: reset_state sets back variables, no Python values.": 0.6607143,
    "A class without examples gave 0 divided by 0.": float("nan"),
    "A column [n, 1] met [n]: flatten the labels.": 2.0,
})
check.close("in evaluate, in batches of four", evaluated(BalancedAccuracy(2), labels, scores, 4), 0.625)
### BEGIN HIDDEN TESTS
outputs = check.inputs(50, 4)
truth = check.inputs(50, dtype="int64") // 3
check.reference("four classes in batches of 7", evaluated(BalancedAccuracy(4), truth, outputs, 7))
check.reference("in one batch, a class more than there is", evaluated(BalancedAccuracy(5), truth, check.inputs(50, 5), 50))
metric = BalancedAccuracy(4)
check.reference("before the first batch", metric.result())
metric.update_state(truth[:9], outputs[:9])
metric.reset_state()
check.reference("after a reset", metric.result())
metric.update_state(truth[:1], outputs[:1])
check.reference("one example", metric.result())
step = tf.function(lambda y, p: metric.update_state(y, p))
for start in (0, 10, 20):
    step(truth[start:start + 10], outputs[start:start + 10])
check.reference("three more batches in a graph", metric.result())
### END HIDDEN TESTS

# %% [markdown]
# ## 5. How much is explained
#
# How good is a forecast, against always forecasting the mean? R² answers: 1 minus the sum of squared errors, divided by the sum of squared distances of the labels from *their* mean. 1 is perfect, 0 no better than the mean. The mean of the labels is known only after the last batch; so which sums will do?
#
# - **In**: `RSquared()`. `update_state(y_true, y_pred, sample_weight=None)` takes labels and predictions, `float32`, each of shape `[n]` or `[n, 1]`, and weights `[n]` or none. An example of weight 2 counts as if it were there twice.
# - **Out**: `result()` is a `float32` number: R² of all batches since the last reset together. The labels are not all equal.
# - **State**: in variables, some hundreds of examples or a million; so no list of all labels. (Labels here are near 0. Far from 0 the difference of two large sums loses digits.)
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
        y, p = (tf.reshape(tf.cast(values, tf.float32), [-1]) for values in (y_true, y_pred))
        weight = tf.reshape(tf.cast(1.0 if sample_weight is None else sample_weight, tf.float32), [-1])
        parts = weight * tf.stack([tf.ones_like(y), y, y * y, (y - p) ** 2])
        self.sums.assign_add(tf.reduce_sum(parts, axis=1))
        ### END SOLUTION

    def result(self):
        """Return R², a float32 number."""
        ### BEGIN SOLUTION
        count, labels, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - labels**2 / count)
        ### END SOLUTION


# %% points=3
# check: r_squared-1
y, p = tf.constant([1.0, 2.0, 3.0, 6.0]), tf.constant([1.0, 2.0, 5.0, 6.0])
metric = RSquared()
metric.update_state(y[:3], p[:3])
check.close("three examples", metric.result(), -1.0, but={
    "This is the share that is not explained: take it from 1.": 2.0,
    "The labels' squares are not taken around their mean.": 1 - 4 / 14,
    "Without weights each example counts 1: the sum of a single 1.0 is 1, not n.": 1 - 4 / (14 - 36),
})
metric.update_state(y[3:], p[3:])
check.close("and one more", metric.result(), 1 - 4 / 14, but={
    "Only the last batch counts: add to the variables.": float("nan"),
    "The distances of the first batch are from the mean at that time: it has changed since.": 1 - 4 / 11,
})
metric.reset_state()
metric.update_state(y[:3, tf.newaxis], p[:3])
check.close("after a reset, the first three with labels in a column", metric.result(), -1.0, but={
    "[n, 1] met [n] and became [n, n]: flatten both.": -17.0,
    "The batches before the reset are still in it: keep the sums in variables.": 0.548387,
})
metric.reset_state()
metric.update_state(y, p, sample_weight=[1.0, 1.0, 0.0, 0.0])
check.close("the first two only, by weights", metric.result(), 1.0, but={
    "The weights have no effect.": 1 - 4 / 14,
})
metric.update_state(y, p, sample_weight=[0.0, 0.0, 2.0, 0.0])
check.close("and the third twice", metric.result(), 1 - 8 / 2.75)
### BEGIN HIDDEN TESTS
truth, guess = 2 * check.inputs(60) + 0.5, check.inputs(60)
metric = RSquared()
for start in range(0, 60, 25):
    metric.update_state(truth[start:start + 25], truth[start:start + 25] + guess[start:start + 25])
    check.reference(f"random numbers up to {start + 25}", metric.result(), rtol=1e-3, atol=1e-3)
metric.reset_state()
metric.update_state(truth, guess[:, tf.newaxis], sample_weight=tf.abs(check.inputs(60)))
check.reference("random weights, predictions in a column", metric.result(), rtol=1e-3, atol=1e-3)
### END HIDDEN TESTS

# %% points=1
# check: r_squared-2
y, p = tf.constant([1.0, 2.0, 3.0, 6.0]), tf.constant([1.0, 2.0, 5.0, 6.0])
both = evaluated(RSquared(), y[:, tf.newaxis], p[:, tf.newaxis], 2)
check.close("in evaluate, two batches of two", both, 1 - 4 / 14, hint="In evaluate it is a graph: Python values change once.")
### BEGIN HIDDEN TESTS
truth, guess = check.inputs(33, 1) + 0.2, 0.3 * check.inputs(33, 1)
check.reference("33 in batches of 5", evaluated(RSquared(), truth, truth + guess, 5), rtol=1e-3, atol=1e-3)
weights = np.abs(check.inputs(33))
check.reference("with weights", evaluated(RSquared(), truth, truth + guess, 8, sample_weight=weights), rtol=1e-3, atol=1e-3)
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
# - **In**: `Calibration(bins)`: the number of bins, a Python integer. `update_state(y_true, y_pred, sample_weight=None)` takes labels 0 or 1 and probabilities from 0 to 1, each `[n]` or `[n, 1]`; the weights may be ignored. Of 10 bins, the first holds probabilities from 0 to below 0.1, the next from 0.1 to below 0.2, and so on; 1.0 belongs to the last.
# - **Out**: `curve()` returns `float32[bins, 2]`: for each bin the mean probability and the share of label 1, both 0 where the bin is empty. `result()` returns a `float32` number: Σ (examples in the bin / all examples) · |mean probability − share of label 1|; 0 before the first batch.
# - **State**: in variables; all batches since the last reset count together.
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
        bin_of = tf.clip_by_value(tf.cast(tf.floor(chance * self.bins), tf.int32), 0, self.bins - 1)
        rows = tf.stack([tf.ones_like(chance), chance, label], axis=1)
        self.table.assign_add(tf.scatter_nd(bin_of[:, tf.newaxis], rows, [self.bins, 3]))
        ### END SOLUTION

    def curve(self):
        """Return the mean probability and the share of label 1 of each bin, float32[bins, 2]."""
        ### BEGIN SOLUTION
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])
        ### END SOLUTION

    def result(self):
        """Return the calibration error, a float32 number."""
        ### BEGIN SOLUTION
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))
        ### END SOLUTION


# %% points=3
# check: calibration-1
chances, labels = tf.constant([0.2, 0.4, 0.9, 0.6]), tf.constant([0, 0, 1, 1])
metric = Calibration(2)
metric.update_state(labels[:3], chances[:3])
check.close("the curve of three examples in two bins", metric.curve(), [[0.3, 0.0], [0.9, 1.0]], but={
    "The middle of the bin is not the mean of its probabilities.": [[0.25, 0.0], [0.75, 1.0]],
    "These are sums: divide by the number of examples in the bin.": [[0.6, 0.0], [0.9, 1.0]],
    "The columns have changed places.": [[0.0, 0.3], [1.0, 0.9]],
})
check.close("the error", metric.result(), 0.7 / 3, but={
    "Each bin weighs as much as it has examples.": 0.2,
    "Distances in bins are taken before they are added up: too high and too low do not cancel.": 0.5 / 3,
})
metric.update_state(labels[3:], chances[3:])
check.close("the error with one more", metric.result(), 0.275, but={
    "Only the last batch counts: add to the variables.": 0.4,
    "The batches were averaged: keep sums for each bin, and divide in result.": 0.3166667,
})
metric.reset_state()
metric.update_state(tf.constant([[1], [0]]), tf.constant([[1.0], [0.0]]))
check.close("after a reset, probabilities 1 and 0, in a column", metric.curve(), [[0, 0], [1, 1]], but={
    "1.0 belongs to the last bin: it was lost.": [[0, 0], [0, 0]],
    "The batches before the reset are still in it: keep the sums in variables.": [[0.2, 0.0], [2.5 / 3, 1.0]],
})
check.close("both are right, so the error is 0", metric.result(), 0.0)
check.close("in evaluate, in batches of two", evaluated(Calibration(2), labels, chances[:, tf.newaxis], 2), 0.275)
### BEGIN HIDDEN TESTS
p = check.inputs(70, low=0.0, high=1.0)
truth = tf.cast(check.inputs(70, low=0.0, high=1.0) < p**2, tf.float32)
for bins in (1, 4, 15):
    metric = Calibration(bins)
    for start in range(0, 70, 30):
        metric.update_state(truth[start:start + 30], p[start:start + 30, tf.newaxis])
    check.reference(f"the curve of random numbers, {bins} bins", metric.curve())
    check.reference(f"the error, {bins} bins", metric.result())
metric.reset_state()
check.reference("nothing after a reset", metric.result())
check.reference("no curve after a reset", metric.curve())
check.reference("in evaluate, batches of 11", evaluated(Calibration(6), truth, p[:, tf.newaxis], 11))
### END HIDDEN TESTS

# %% points=2
# check: calibration-2
metric = Calibration(10)
for start in range(0, 5000, 700):
    metric.update_state(happened[start:start + 700], sure[start:start + 700])
draw_curve(metric.curve())
check.close("the error of the model that is too sure", metric.result(), 0.1273, atol=2e-3)
check.close("what happens in its last bin", metric.curve()[9], [0.9585, 0.7989], atol=2e-3)
### BEGIN HIDDEN TESTS
check.reference("the whole curve", metric.curve(), atol=2e-3)
calm = Calibration(8)
calm.update_state(happened, tf.sigmoid(strength))
check.reference("of a model that is not too sure", calm.result(), atol=2e-3)
### END HIDDEN TESTS
