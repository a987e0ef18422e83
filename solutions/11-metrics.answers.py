# %% [markdown]
# # Answer bank: metrics
#
# Other right answers to the exercises of `11-metrics.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="four_counts" answer="groups counted" expect="right"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = y_true == 1
    called = tf.reshape(y_pred, [-1]) > threshold
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="four_counts" answer="a confusion matrix" expect="right"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    called = tf.reshape(y_pred, [-1]) > threshold
    matrix = tf.math.confusion_matrix(tf.cast(y_true, tf.int32), called, num_classes=2)
    return tf.stack([matrix[1, 1], matrix[0, 1], matrix[1, 0], matrix[0, 0]])


# %% exercise="four_counts" answer="NumPy" expect="right"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = np.array(y_true).astype(bool)
    called = np.array(y_pred).ravel() > threshold
    counts = [np.sum(real & called), np.sum(~real & called), np.sum(real & ~called), np.sum(~real & ~called)]
    return tf.constant(counts, tf.int32)


# %% exercise="four_counts" answer="at the threshold" expect="wrong" fails="four_counts-1" breaks="3" says="exactly at the threshold"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = y_true == 1
    called = tf.reshape(y_pred, [-1]) >= threshold
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="four_counts" answer="misses second" expect="wrong" fails="four_counts-1" breaks="6" says="have changed places"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = y_true == 1
    called = tf.reshape(y_pred, [-1]) > threshold
    groups = [real & called, real & ~called, ~real & called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="four_counts" answer="rounded" expect="wrong" fails="four_counts-1" breaks="4" says="whatever the threshold is"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = y_true == 1
    called = tf.reshape(tf.round(y_pred), [-1]) == 1
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="four_counts" answer="not flattened" expect="wrong" fails="four_counts-1" breaks="2" says="flatten y_pred first"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = y_true == 1
    called = y_pred > threshold
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="four_counts" answer="int64 counts" expect="wrong" fails="four_counts-1" breaks="5" says="int64"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = y_true == 1
    called = tf.reshape(y_pred, [-1]) > threshold
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group) for group in groups])


# %% exercise="exact_auc" answer="higher and equal" expect="right"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones = tf.boolean_mask(scores, y_true == 1)[:, tf.newaxis]
    zeros = tf.boolean_mask(scores, y_true == 0)
    higher = tf.cast(ones > zeros, tf.float32)
    equal = tf.cast(ones == zeros, tf.float32)
    return tf.reduce_mean(higher + 0.5 * equal)


# %% exercise="exact_auc" answer="a loop over pairs" expect="right"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones = [s for s, y in zip(scores.numpy(), y_true.numpy()) if y == 1]
    zeros = [s for s, y in zip(scores.numpy(), y_true.numpy()) if y == 0]
    wins = sum(1.0 if one > zero else 0.5 if one == zero else 0.0 for one in ones for zero in zeros)
    return tf.constant(wins / (len(ones) * len(zeros)), tf.float32)


# %% exercise="exact_auc" answer="Keras, a threshold at each score" expect="right"
# exercise: exact_auc
def exact_auc(y_true, scores):
    _, places = np.unique(np.array(scores), return_inverse=True)
    ranks = (places + 1) / (places.max() + 2)
    middles = (np.arange(places.max() + 1) + 0.5) / (places.max() + 2)
    return keras.metrics.AUC(thresholds=list(middles))(y_true, ranks.astype(np.float32))


# %% exercise="exact_auc" answer="ranks" expect="right"
# exercise: exact_auc
def exact_auc(y_true, scores):
    values, y = np.array(scores), np.array(y_true)
    low = np.searchsorted(np.sort(values), values, side="left")
    high = np.searchsorted(np.sort(values), values, side="right")
    ranks = (low + high + 1) / 2
    ones = int(y.sum())
    return tf.constant((ranks[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)), tf.float32)


# %% exercise="exact_auc" answer="equal counts nothing" expect="wrong" fails="exact_auc-1" breaks="3" says="counts half, not nothing"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones, zeros = scores[y_true == 1], scores[y_true == 0]
    return tf.reduce_mean(tf.cast(ones[:, tf.newaxis] > zeros, tf.float32))


# %% exercise="exact_auc" answer="equal counts as a hit" expect="wrong" fails="exact_auc-1" breaks="3" says="not as a hit"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones, zeros = scores[y_true == 1], scores[y_true == 0]
    return tf.reduce_mean(tf.cast(ones[:, tf.newaxis] >= zeros, tf.float32))


# %% exercise="exact_auc" answer="upside down" expect="wrong" fails="exact_auc-1" breaks="2" says="Upside down"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones, zeros = scores[y_true == 1], scores[y_true == 0]
    return 0.5 - tf.reduce_mean(tf.sign(ones[:, tf.newaxis] - zeros)) / 2


# %% exercise="exact_auc" answer="all with all" expect="wrong" fails="exact_auc-1" breaks="1" says="not of all pairs"
# exercise: exact_auc
def exact_auc(y_true, scores):
    y = tf.cast(y_true, tf.float32)
    above = tf.cast(scores[:, tf.newaxis] > scores, tf.float32) + 0.5 * tf.cast(scores[:, tf.newaxis] == scores, tf.float32)
    return tf.reduce_mean(above * y[:, tf.newaxis] * (1 - y))


# %% exercise="exact_auc" answer="one with its neighbour" expect="wrong" fails="exact_auc-1" breaks="1"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones, zeros = scores[y_true == 1], scores[y_true == 0]
    n = min(len(ones), len(zeros))
    return 0.5 + tf.reduce_mean(tf.sign(ones[:n] - zeros[:n])) / 2


# %% exercise="exact_auc" answer="Keras's thresholds" expect="wrong" fails="exact_auc-1" breaks="4" says="200 thresholds lie too far apart"
# exercise: exact_auc
def exact_auc(y_true, scores):
    outside = tf.reduce_any((scores < 0) | (scores > 1))
    return keras.metrics.AUC(from_logits=bool(outside))(y_true, scores)


# %% exercise="exact_auc" answer="a threshold for each score, scores from 0 to 1 only" expect="wrong" fails="exact_auc-1" breaks="5"
# exercise: exact_auc
def exact_auc(y_true, scores):
    middles = np.unique(np.clip(np.array(scores) * 1.0001, 0, 1))
    return keras.metrics.AUC(thresholds=[float(m) for m in middles])(y_true, tf.clip_by_value(scores, 0, 1))


# %% exercise="any_accuracy" answer="everything to classes" expect="right"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    def classes(values):
        if values.ndim == 2 and values.shape[1] > 1:
            return tf.argmax(values, axis=1)
        if values.dtype.is_floating:
            values = values > 0.5
        return tf.cast(tf.reshape(values, [-1]), tf.int64)

    return tf.reduce_mean(tf.cast(classes(labels) == classes(outputs), tf.float32))


# %% exercise="any_accuracy" answer="Keras's classes by name" expect="right"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        metric = keras.metrics.Accuracy()
    elif outputs.shape[-1] == 1:
        metric, labels = keras.metrics.BinaryAccuracy(), tf.reshape(labels, [-1, 1])
    elif labels.shape == outputs.shape:
        metric = keras.metrics.CategoricalAccuracy()
    else:
        metric = keras.metrics.SparseCategoricalAccuracy()
    return metric(labels, outputs)


# %% exercise="any_accuracy" answer="NumPy" expect="right"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    labels, outputs = np.array(labels), np.array(outputs)
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = (outputs[:, 0] > 0.5).astype(int)
    else:
        guesses = outputs.argmax(axis=1)
        if labels.shape == outputs.shape:
            labels = labels.argmax(axis=1)
    return tf.constant(np.mean(labels.ravel() == guesses))


# %% exercise="any_accuracy" answer="as the string chooses" expect="wrong" fails="any_accuracy-1" breaks="4" says="these are classes already"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.shape[-1] == 1:
        return keras.metrics.BinaryAccuracy()(tf.reshape(labels, [-1, 1]), outputs)
    if labels.ndim < outputs.ndim or labels.shape[-1] == 1:
        return keras.metrics.SparseCategoricalAccuracy()(labels, outputs)
    return keras.metrics.CategoricalAccuracy()(labels, outputs)


# %% exercise="any_accuracy" answer="columns not flattened" expect="wrong" fails="any_accuracy-1" breaks="1,2" says="flatten the labels"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        guesses = tf.cast(outputs, tf.int64)
    elif outputs.shape[1] == 1:
        guesses = tf.cast(outputs > 0.5, tf.int64)
    else:
        guesses = tf.argmax(outputs, axis=1)
        labels = tf.argmax(labels, axis=1) if labels.shape == outputs.shape else labels
    return tf.reduce_mean(tf.cast(tf.cast(labels, tf.int64) == guesses, tf.float32))


# %% exercise="any_accuracy" answer="a column of labels taken for one-hot" expect="wrong" fails="any_accuracy-1" breaks="2" says="argmax of a column is always 0"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        return keras.metrics.Accuracy()(labels, outputs)
    if outputs.shape[1] == 1:
        return keras.metrics.BinaryAccuracy()(tf.reshape(labels, [-1, 1]), outputs)
    if labels.ndim == 2:
        return tf.reduce_mean(tf.cast(tf.argmax(labels, axis=1) == tf.argmax(outputs, axis=1), tf.float32))
    return keras.metrics.SparseCategoricalAccuracy()(labels, outputs)


# %% exercise="any_accuracy" answer="entry by entry" expect="wrong" fails="any_accuracy-1" breaks="3" says="counts each entry"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        return keras.metrics.Accuracy()(labels, outputs)
    if outputs.shape[1] == 1 or labels.shape == outputs.shape:
        return keras.metrics.BinaryAccuracy()(tf.reshape(labels, outputs.shape), outputs)
    return keras.metrics.SparseCategoricalAccuracy()(labels, outputs)


# %% exercise="any_accuracy" answer="argmax of a single output" expect="wrong" fails="any_accuracy-1" breaks="1" says="cut the probabilities at 0.5"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    guesses = outputs if outputs.ndim == 1 else tf.argmax(outputs, axis=1)
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = tf.argmax(labels, axis=1)
    right = tf.cast(tf.reshape(labels, [-1]), tf.int64) == tf.cast(guesses, tf.int64)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="any_accuracy" answer="a vector against a column" expect="wrong" fails="any_accuracy-1" breaks="1" says="flatten both"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 2 and outputs.shape[1] == 1:
        called = tf.cast(outputs > 0.5, tf.int64)
        return tf.reduce_mean(tf.cast(tf.cast(labels, tf.int64) == called, tf.float32))
    guesses = outputs if outputs.ndim == 1 else tf.argmax(outputs, axis=1)
    if labels.shape == outputs.shape and outputs.ndim == 2:
        labels = tf.argmax(labels, axis=1)
    right = tf.cast(tf.reshape(labels, [-1]), tf.int64) == tf.cast(guesses, tf.int64)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="any_accuracy" answer="floats are always cut" expect="wrong" fails="any_accuracy-1" breaks="1"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 2 and outputs.shape[1] == 1:
        guesses = tf.cast(outputs[:, 0], tf.int64)
    else:
        guesses = outputs if outputs.ndim == 1 else tf.argmax(outputs, axis=1)
    if labels.shape == outputs.shape and outputs.ndim == 2 and outputs.shape[1] > 1:
        labels = tf.argmax(labels, axis=1)
    right = tf.cast(tf.reshape(labels, [-1]), tf.int64) == tf.cast(guesses, tf.int64)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="any_accuracy" answer="one-hot by the last axis" expect="wrong" fails="any_accuracy-1" breaks="2" says="A vector of classes is never one-hot"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = outputs[:, 0] > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
        if labels.shape[-1] == outputs.shape[-1]:
            labels = tf.argmax(labels, axis=-1)
    right = tf.cast(tf.reshape(labels, [-1]), tf.int64) == tf.cast(guesses, tf.int64)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="balanced_accuracy" answer="two counts" expect="right"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        occurred = tf.cast(self.count > 0, tf.float32)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(occurred))


# %% exercise="balanced_accuracy" answer="one Mean for each class" expect="right"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.recalls = [keras.metrics.Mean(name=f"recall_{c}") for c in range(classes)]

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        for c, recall in enumerate(self.recalls):
            recall.update_state(hit, sample_weight=tf.cast(labels == c, tf.float32))

    def result(self):
        values = [recall.result() for recall in self.recalls]
        occurred = [tf.cast(recall.count > 0, tf.float32) for recall in self.recalls]
        return tf.math.divide_no_nan(tf.add_n(values), tf.add_n(occurred))

    def reset_state(self):
        for recall in self.recalls:
            recall.reset_state()


# %% exercise="balanced_accuracy" answer="segments, tf.Variable and a reset of its own" expect="right"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.seen = tf.Variable(tf.zeros((2, classes)), trainable=False)

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        right = tf.math.unsorted_segment_sum(hit, labels, self.classes)
        count = tf.math.unsorted_segment_sum(tf.ones_like(hit), labels, self.classes)
        self.seen.assign_add(tf.stack([right, count]))

    def result(self):
        recalls = tf.math.divide_no_nan(self.seen[0], self.seen[1])
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(tf.cast(self.seen[1] > 0, tf.float32)))

    def reset_state(self):
        self.seen.assign(tf.zeros_like(self.seen))


# %% exercise="balanced_accuracy" answer="as given" expect="wrong" fails="balanced_accuracy-1" breaks="2,4,6,7" says="The batches were averaged"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.batches = []

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        recalls = [tf.reduce_mean(hit[labels == c]) for c in range(self.classes)]
        self.batches.append(tf.reduce_mean(recalls))

    def result(self):
        return tf.reduce_mean(self.batches)


# %% exercise="balanced_accuracy" answer="the average of batches, in variables" expect="wrong" fails="balanced_accuracy-1" breaks="2" says="keep counts, and divide once"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.mean = keras.metrics.Mean()

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        count = tf.reduce_sum(hot, axis=0)
        recalls = tf.math.divide_no_nan(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0), count)
        self.mean.update_state(tf.reduce_sum(recalls) / tf.reduce_sum(tf.cast(count > 0, tf.float32)))

    def result(self):
        return self.mean.result()


# %% exercise="balanced_accuracy" answer="plain accuracy" expect="wrong" fails="balanced_accuracy-1" breaks="3" says="This is plain accuracy"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.SparseCategoricalAccuracy):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes


# %% exercise="balanced_accuracy" answer="assign in place of assign_add" expect="wrong" fails="balanced_accuracy-1" breaks="2" says="add to the state"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign(tf.reduce_sum(hot, axis=0))
        self.right.assign(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        occurred = tf.cast(self.count > 0, tf.float32)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(occurred))


# %% exercise="balanced_accuracy" answer="absent classes count as 0" expect="wrong" fails="balanced_accuracy-1" breaks="4" says="leave it out of the mean"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        return tf.reduce_mean(tf.math.divide_no_nan(self.right, self.count))


# %% exercise="balanced_accuracy" answer="0 divided by 0" expect="wrong" fails="balanced_accuracy-1" breaks="4,5" says="0 divided by 0"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        return tf.reduce_mean(self.right / self.count)


# %% exercise="balanced_accuracy" answer="Python counts" expect="wrong" fails="balanced_accuracy-1" breaks="6,7" says="The old batches are still in it"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right, self.count = 0.0, 0.0

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count = self.count + tf.reduce_sum(hot, axis=0)
        self.right = self.right + tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0)

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        return tf.reduce_sum(recalls) / tf.reduce_sum(tf.cast(self.count > 0, tf.float32))


# %% exercise="balanced_accuracy" answer="labels in a column" expect="wrong" fails="balanced_accuracy-1" breaks="1" says="flatten the labels"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        hit = tf.cast(tf.argmax(y_pred, axis=1) == tf.cast(y_true, tf.int64), tf.float32)
        for c in range(self.classes):
            here = tf.cast(tf.cast(y_true, tf.int64) == c, tf.float32)
            self.count.assign_add(tf.one_hot(c, self.classes) * tf.reduce_sum(here))
            self.right.assign_add(tf.one_hot(c, self.classes) * tf.reduce_sum(here * hit))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        occurred = tf.cast(self.count > 0, tf.float32)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(occurred))


# %% exercise="balanced_accuracy" answer="NumPy inside" expect="error" fails="balanced_accuracy-1" breaks="6"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = y_true.numpy().ravel()
        hit = y_pred.numpy().argmax(axis=1) == labels
        self.count.assign_add(np.bincount(labels, minlength=self.classes))
        self.right.assign_add(np.bincount(labels[hit], minlength=self.classes))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        occurred = tf.cast(self.count > 0, tf.float32)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(occurred))


# %% exercise="r_squared" answer="four variables" expect="right"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.weights, self.labels, self.squares, self.errors = (
            self.add_variable((), "zeros", name=part) for part in ("weights", "labels", "squares", "errors"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(y_true, [-1])
        p = tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        self.weights.assign_add(tf.reduce_sum(w))
        self.labels.assign_add(tf.reduce_sum(w * y))
        self.squares.assign_add(tf.reduce_sum(w * y**2))
        self.errors.assign_add(tf.reduce_sum(w * (y - p) ** 2))

    def result(self):
        return 1 - self.errors / (self.squares - self.labels**2 / self.weights)


# %% exercise="r_squared" answer="three means" expect="right"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.label, self.square, self.error = (keras.metrics.Mean(name=part) for part in ("label", "square", "error"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        for mean, values in ((self.label, y), (self.square, y**2), (self.error, (y - p) ** 2)):
            mean.update_state(values, sample_weight=sample_weight)

    def result(self):
        return 1 - self.error.result() / (self.square.result() - self.label.result() ** 2)

    def reset_state(self):
        for mean in (self.label, self.square, self.error):
            mean.reset_state()


# %% exercise="r_squared" answer="Keras's own on columns" expect="right"
# exercise: r_squared
class RSquared(keras.metrics.R2Score):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(tf.reshape(y_true, [-1, 1]), tf.reshape(y_pred, [-1, 1]), sample_weight)


# %% exercise="r_squared" answer="the share that is not explained" expect="wrong" fails="r_squared-1,r_squared-2" breaks="1" says="take it from 1"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]), tf.float32)
        self.sums.assign_add(tf.reduce_sum(w * tf.stack([tf.ones_like(y), y, y**2, (y - p) ** 2]), axis=1))

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return errors / (squares - y**2 / n)


# %% exercise="r_squared" answer="squares not around the mean" expect="wrong" fails="r_squared-1,r_squared-2" breaks="2" says="not taken around their mean"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((2,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]), tf.float32)
        self.sums.assign_add(tf.reduce_sum(w * tf.stack([y**2, (y - p) ** 2]), axis=1))

    def result(self):
        return 1 - self.sums[1] / self.sums[0]


# %% exercise="r_squared" answer="assign in place of assign_add" expect="wrong" fails="r_squared-1,r_squared-2" breaks="5" says="Only the last batch counts"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]), tf.float32)
        self.sums.assign(tf.reduce_sum(w * tf.stack([tf.ones_like(y), y, y**2, (y - p) ** 2]), axis=1))

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return 1 - tf.math.divide(errors, squares - y**2 / n)


# %% exercise="r_squared" answer="distances from the mean so far" expect="wrong" fails="r_squared-1,r_squared-2" breaks="5" says="it has changed since"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]), tf.float32)
        n, total = self.sums[0] + tf.reduce_sum(w), self.sums[1] + tf.reduce_sum(w * y)
        away = tf.reduce_sum(w * (y - total / n) ** 2)
        self.sums.assign_add(tf.stack([tf.reduce_sum(w), tf.reduce_sum(w * y), away, tf.reduce_sum(w * (y - p) ** 2)]))

    def result(self):
        return 1 - self.sums[3] / self.sums[2]


# %% exercise="r_squared" answer="not flattened" expect="wrong" fails="r_squared-1" breaks="3" says="flatten both"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(y_true, [-1])
        error = tf.reshape((y_true - y_pred) ** 2, [tf.size(y), -1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]), tf.float32)
        sums = [tf.reduce_sum(w), tf.reduce_sum(w * y), tf.reduce_sum(w * y**2), tf.reduce_sum(w[:, tf.newaxis] * error)]
        self.sums.assign_add(tf.stack(sums))

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - y**2 / n)


# %% exercise="r_squared" answer="weights ignored" expect="wrong" fails="r_squared-1,r_squared-2" breaks="4" says="The weights have no effect"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        self.sums.assign_add(tf.reduce_sum(tf.stack([tf.ones_like(y), y, y**2, (y - p) ** 2]), axis=1))

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - y**2 / n)


# %% exercise="r_squared" answer="a weight of 2 counts once" expect="wrong" fails="r_squared-1,r_squared-2" breaks="4"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]) != 0, tf.float32)
        self.sums.assign_add(tf.reduce_sum(w * tf.stack([tf.ones_like(y), y, y**2, (y - p) ** 2]), axis=1))

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - y**2 / n)


# %% exercise="r_squared" answer="sums in Python" expect="error" fails="r_squared-1,r_squared-2" breaks="6,7" says="The batches before the reset"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = 0.0

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(tf.reshape(sample_weight, [-1]), tf.float32)
        self.sums = self.sums + tf.reduce_sum(w * tf.stack([tf.ones_like(y), y, y**2, (y - p) ** 2]), axis=1)

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - y**2 / n)


# %% exercise="r_squared" answer="Python numbers, with a reset" expect="error" fails="r_squared-2" breaks="7"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = np.zeros(4)

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.convert_to_tensor(y_true).numpy().ravel(), tf.convert_to_tensor(y_pred).numpy().ravel()
        w = np.ones_like(y) if sample_weight is None else np.array(sample_weight).ravel()
        self.sums += np.sum(w * np.stack([np.ones_like(y), y, y**2, (y - p) ** 2]), axis=1)

    def result(self):
        n, y, squares, errors = self.sums
        return tf.constant(1 - errors / (squares - y**2 / n), tf.float32)

    def reset_state(self):
        self.sums = np.zeros(4)


# %% exercise="calibration" answer="three variables" expect="right"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(y_pred, [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        return tf.stack([tf.math.divide_no_nan(self.chance, self.count),
                         tf.math.divide_no_nan(self.happened, self.count)], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count))


# %% exercise="calibration" answer="one-hot places and a matrix product" expect="right"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(y_pred, [-1])
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign_add(tf.matmul(tf.one_hot(place, self.bins), rows, transpose_a=True))

    def curve(self):
        count = tf.maximum(self.table[:, :1], 1.0)
        return self.table[:, 1:] / count

    def result(self):
        curve = self.curve()
        gaps = tf.abs(curve[:, 0] - curve[:, 1]) * self.table[:, 0]
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="bin by bin" expect="right"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.means = [[keras.metrics.Mean(), keras.metrics.Mean()] for _ in range(bins)]
        self.parts = [mean for pair in self.means for mean in pair]

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(y_pred, [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.floor(p * self.bins), self.bins - 1.0)
        for number, (chance, happened) in enumerate(self.means):
            here = tf.cast(place == number, tf.float32)
            chance.update_state(p, sample_weight=here)
            happened.update_state(y, sample_weight=here)

    def curve(self):
        return tf.stack([tf.stack([chance.result(), happened.result()]) for chance, happened in self.means])

    def result(self):
        curve = self.curve()
        count = tf.stack([tf.convert_to_tensor(chance.count) for chance, _ in self.means])
        return tf.math.divide_no_nan(tf.reduce_sum(count * tf.abs(curve[:, 0] - curve[:, 1])), tf.reduce_sum(count))

    def reset_state(self):
        for mean in self.parts:
            mean.reset_state()


# %% exercise="calibration" answer="the middles of the bins" expect="wrong" fails="calibration-1,calibration-2" breaks="5" says="not the mean of its probabilities"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 2), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        self.table.assign_add(tf.math.unsorted_segment_sum(tf.stack([tf.ones_like(p), y], axis=1), place, self.bins))

    def curve(self):
        middles = (tf.range(self.bins, dtype=tf.float32) + 0.5) / self.bins
        return tf.stack([middles, tf.math.divide_no_nan(self.table[:, 1], self.table[:, 0])], axis=1)

    def result(self):
        curve = self.curve()
        gaps = tf.abs(curve[:, 0] - curve[:, 1]) * self.table[:, 0]
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="the curve of sums" expect="wrong" fails="calibration-1,calibration-2" breaks="5,6" says="These are sums"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign_add(tf.math.unsorted_segment_sum(rows, place, self.bins))

    def curve(self):
        return self.table[:, 1:]

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="columns swapped" expect="wrong" fails="calibration-1,calibration-2" breaks="5,6" says="The columns have changed places"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), y, p], axis=1)
        self.table.assign_add(tf.math.unsorted_segment_sum(rows, place, self.bins))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="all bins weigh the same" expect="wrong" fails="calibration-1,calibration-2" breaks="8" says="Each bin weighs as much as it has examples"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign_add(tf.math.unsorted_segment_sum(rows, place, self.bins))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        curve = self.curve()
        return tf.reduce_mean(tf.abs(curve[:, 0] - curve[:, 1]))


# %% exercise="calibration" answer="too high and too low cancel" expect="wrong" fails="calibration-1,calibration-2" breaks="8" says="do not cancel"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign_add(tf.math.unsorted_segment_sum(rows, place, self.bins))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gap = tf.abs(tf.reduce_sum(self.table[:, 2]) - tf.reduce_sum(self.table[:, 1]))
        return tf.math.divide_no_nan(gap, tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="the last batch only" expect="wrong" fails="calibration-1,calibration-2" breaks="11" says="Only the last batch counts"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign(tf.math.unsorted_segment_sum(rows, place, self.bins))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="the average of batches" expect="wrong" fails="calibration-1,calibration-2" breaks="11" says="The batches were averaged"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")
        self.error = keras.metrics.Mean()

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        sums = tf.math.unsorted_segment_sum(rows, place, self.bins)
        self.table.assign_add(sums)
        self.error.update_state(tf.reduce_sum(tf.abs(sums[:, 1] - sums[:, 2])) / tf.reduce_sum(sums[:, 0]))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        return self.error.result()


# %% exercise="calibration" answer="1.0 is lost" expect="wrong" fails="calibration-1" breaks="4" says="1.0 belongs to the last bin"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.cast(p * self.bins, tf.int32)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign_add(tf.matmul(tf.one_hot(place, self.bins), rows, transpose_a=True))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="lists in Python" expect="wrong" fails="calibration-1" breaks="10,12" says="The batches before the reset"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = tf.zeros((bins, 3))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table = self.table + tf.math.unsorted_segment_sum(rows, place, self.bins)

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="ten bins always" expect="wrong" fails="calibration-1" breaks="1"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = 10
        self.table = self.add_variable((10, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(tf.reshape(y_pred, [-1]), tf.float32)
        y = tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.minimum(tf.cast(p * 10, tf.int32), 9)
        rows = tf.stack([tf.ones_like(p), p, y], axis=1)
        self.table.assign_add(tf.math.unsorted_segment_sum(rows, place, 10))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="calibration" answer="a Python table, with a reset" expect="error" fails="calibration-1" breaks="10"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = np.zeros((bins, 3), np.float32)

    def update_state(self, y_true, y_pred, sample_weight=None):
        p, y = tf.reshape(y_pred, [-1]).numpy(), tf.reshape(y_true, [-1]).numpy()
        place = np.minimum((p * self.bins).astype(int), self.bins - 1)
        np.add.at(self.table, place, np.stack([np.ones_like(p), p, y.astype(np.float32)], axis=1))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))

    def reset_state(self):
        self.table = np.zeros((self.bins, 3), np.float32)


# %% exercise="four_counts" answer="bits of int32 labels only" expect="error" fails="four_counts-1" breaks="1"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    called = tf.cast(tf.reshape(y_pred, [-1]) > threshold, tf.int32)
    return tf.math.bincount(3 - 2 * called - y_true, minlength=4)


# %% exercise="exact_auc" answer="nearly equal taken for equal" expect="wrong" fails="exact_auc-1" breaks="4" says="Nearly equal is not equal"
# exercise: exact_auc
def exact_auc(y_true, scores):
    y, s = np.array(y_true), np.array(scores)
    ones, zeros = s[y == 1][:, np.newaxis], s[y == 0]
    return np.mean(np.where(np.isclose(ones, zeros, atol=0.0), 0.5, ones > zeros))


# %% exercise="exact_auc" answer="NumPy, float64" expect="right"
# exercise: exact_auc
def exact_auc(y_true, scores):
    s = np.array(scores)
    ahead = np.sign(s[y_true == 1][:, np.newaxis] - s[y_true == 0])
    return tf.constant(0.5 + np.mean(ahead, dtype="float64") / 2)


# %% exercise="any_accuracy" answer="0.5 is above 0.5" expect="wrong" fails="any_accuracy-1" breaks="1" says="0.5 itself is not above"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    def classes(values):
        if values.ndim == 2 and values.shape[1] > 1:
            return tf.argmax(values, axis=1)
        if values.dtype.is_floating:
            values = values >= 0.5
        return tf.cast(tf.reshape(values, [-1]), tf.int64)

    return tf.reduce_mean(tf.cast(classes(labels) == classes(outputs), tf.float32))


# %% exercise="any_accuracy" answer="how many are right" expect="wrong" fails="any_accuracy-1" breaks="5"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    def classes(values):
        if values.ndim == 2 and values.shape[1] > 1:
            return tf.argmax(values, axis=1)
        if values.dtype.is_floating:
            values = values > 0.5
        return tf.cast(tf.reshape(values, [-1]), tf.int64)

    return tf.reduce_sum(tf.cast(classes(labels) == classes(outputs), tf.float32))


# %% exercise="balanced_accuracy" answer="nan before the first batch" expect="wrong" fails="balanced_accuracy-1" breaks="5" says="No class has occurred"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        occurred = tf.cast(self.count > 0, tf.float32)
        return tf.reduce_sum(recalls) / tf.reduce_sum(occurred)


# %% exercise="balanced_accuracy" answer="tf.Variable, and no reset" expect="wrong" fails="balanced_accuracy-1" breaks="7" says="The old batches are still in it"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.seen = tf.Variable(tf.zeros((2, classes)), trainable=False)

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        right = tf.math.unsorted_segment_sum(hit, labels, self.classes)
        count = tf.math.unsorted_segment_sum(tf.ones_like(hit), labels, self.classes)
        self.seen.assign_add(tf.stack([right, count]))

    def result(self):
        recalls = tf.math.divide_no_nan(self.seen[0], self.seen[1])
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.reduce_sum(tf.cast(self.seen[1] > 0, tf.float32)))


# %% exercise="r_squared" answer="a reset that keeps the sums" expect="wrong" fails="r_squared-1" breaks="6" says="The batches before the reset"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.weights, self.labels, self.squares, self.errors = (
            self.add_variable((), "zeros", name=part) for part in ("weights", "labels", "squares", "errors"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        self.weights.assign_add(tf.reduce_sum(w))
        self.labels.assign_add(tf.reduce_sum(w * y))
        self.squares.assign_add(tf.reduce_sum(w * y**2))
        self.errors.assign_add(tf.reduce_sum(w * (y - p) ** 2))

    def reset_state(self):
        self.built = True

    def result(self):
        return 1 - self.errors / (self.squares - self.labels**2 / self.weights)


# %% exercise="r_squared" answer="flattened only where the shapes differ" expect="wrong" fails="r_squared-1,r_squared-2" breaks="3" says="flatten labels and predictions in any case"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = y_true, y_pred
        if y.shape.rank != p.shape.rank:
            y, p = tf.reshape(y, [-1]), tf.reshape(p, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.cast(sample_weight, tf.float32)
        parts = [w, w * y, w * y**2, w * (y - p) ** 2]
        self.sums.assign_add(tf.stack([tf.reduce_sum(part) for part in parts]))

    def result(self):
        n, y, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - y**2 / n)


# %% exercise="calibration" answer="probabilities not flattened" expect="error" fails="calibration-1" breaks="2"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.cast(y_pred, tf.float32)
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        return tf.stack([tf.math.divide_no_nan(self.chance, self.count),
                         tf.math.divide_no_nan(self.happened, self.count)], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count))


# %% exercise="calibration" answer="an edge belongs to the bin below" expect="wrong" fails="calibration-1" breaks="3" says="which begins there"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.maximum(tf.cast(tf.math.ceil(p * self.bins), tf.int32) - 1, 0)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        return tf.stack([tf.math.divide_no_nan(self.chance, self.count),
                         tf.math.divide_no_nan(self.happened, self.count)], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count))


# %% exercise="calibration" answer="the share of all examples" expect="wrong" fails="calibration-1,calibration-2" breaks="6"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        return tf.stack([tf.math.divide_no_nan(self.chance, self.count),
                         tf.math.divide_no_nan(self.happened, tf.reduce_sum(self.count))], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count))


# %% exercise="calibration" answer="nan where a bin is empty" expect="wrong" fails="calibration-1" breaks="7" says="An empty bin"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        return tf.stack([self.chance / self.count,
                         self.happened / self.count], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count))


# %% exercise="calibration" answer="nan before the first batch" expect="wrong" fails="calibration-1" breaks="9" says="before the first batch"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        return tf.stack([tf.math.divide_no_nan(self.chance, self.count),
                         tf.math.divide_no_nan(self.happened, self.count)], axis=1)

    def result(self):
        return tf.reduce_sum(tf.abs(self.chance - self.happened)) / tf.reduce_sum(self.count)


# %% exercise="calibration" answer="a reset that keeps the sums" expect="wrong" fails="calibration-1" breaks="12" says="The batches before the reset"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (
            self.add_variable((bins,), "zeros", name=part) for part in ("count", "chance", "happened"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def reset_state(self):
        self.built = True

    def curve(self):
        return tf.stack([tf.math.divide_no_nan(self.chance, self.count),
                         tf.math.divide_no_nan(self.happened, self.count)], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count))


# %% exercise="exact_auc" answer="a share for each example of label 1" expect="wrong" fails="exact_auc-1" breaks="6"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones = tf.boolean_mask(scores, y_true == 1)[:, tf.newaxis]
    zeros = tf.boolean_mask(scores, y_true == 0)
    higher = tf.cast(ones > zeros, tf.float32)
    equal = tf.cast(ones == zeros, tf.float32)
    return tf.reduce_mean(higher + 0.5 * equal, axis=1)


# %% exercise="exact_auc" answer="scores brought to the range from 0 to 1" expect="wrong" fails="exact_auc-1" breaks="5" says="2 and 1 became equal"
# exercise: exact_auc
def exact_auc(y_true, scores):
    low, high = tf.reduce_min(scores), tf.reduce_max(scores)
    p = tf.math.divide_no_nan(scores - low, high - low)
    ones = tf.boolean_mask(p, tf.equal(y_true, 1))[:, tf.newaxis]
    zeros = tf.boolean_mask(p, tf.equal(y_true, 0))[tf.newaxis, :]
    return tf.reduce_mean(tf.cast(ones > zeros, tf.float32) + 0.5 * tf.cast(ones == zeros, tf.float32))


# %% exercise="any_accuracy" answer="guesses in the dtype of the labels" expect="wrong" fails="any_accuracy-1" breaks="2" says="300 became 44"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = outputs[:, 0] > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
        labels = tf.argmax(labels, axis=1) if labels.shape == outputs.shape else labels
    right = tf.reshape(labels, [-1]) == tf.cast(guesses, labels.dtype)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="r_squared" answer="a little below the line" expect="wrong" fails="r_squared-1" breaks="1" says="add nothing below the line"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        weight = tf.reshape(1.0 if sample_weight is None else sample_weight, [-1])
        parts = weight * [tf.ones_like(y), y, y * y, (y - p) ** 2]
        self.sums.assign_add(tf.reduce_sum(parts, axis=1))

    def result(self):
        count, labels, squares, errors = tf.unstack(self.sums)
        return 1 - errors / (squares - labels**2 / count + keras.config.epsilon())


# %% exercise="r_squared" answer="a running mean, which a batch of weight 0 makes nan" expect="wrong" fails="r_squared-1" breaks="4" says="no example counts"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.total = self.add_variable((), "zeros", name="total")
        self.mean = self.add_variable((), "zeros", name="mean")
        self.around = self.add_variable((), "zeros", name="around")
        self.errors = self.add_variable((), "zeros", name="errors")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        n = tf.reduce_sum(w)
        mean = tf.reduce_sum(w * y) / n
        step = mean - self.mean
        new_total = self.total + n
        self.around.assign_add(tf.reduce_sum(w * (y - mean) ** 2) + step**2 * self.total * n / new_total)
        self.mean.assign_add(step * n / new_total)
        self.total.assign(new_total)
        self.errors.assign_add(tf.reduce_sum(w * (y - p) ** 2))

    def result(self):
        return 1 - self.errors / self.around


# %% exercise="calibration" answer="all examples in a variable that no reset knows" expect="wrong" fails="calibration-1" breaks="12" says="what add_variable has made"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")
        self.total = tf.Variable(0.0)

    def update_state(self, y_true, y_pred, sample_weight=None):
        label, chance = (tf.reshape(tf.cast(values, tf.float32), [-1]) for values in (y_true, y_pred))
        bin_of = tf.minimum(tf.cast(chance * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([tf.ones_like(chance), chance, label], axis=1)
        self.table.assign_add(tf.scatter_nd(bin_of[:, tf.newaxis], rows, [self.bins, 3]))
        self.total.assign_add(tf.cast(tf.size(chance), tf.float32))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), self.total)


# %% exercise="calibration" answer="weights for the counts and not for the probabilities" expect="wrong" fails="calibration-1" breaks="5" says="weights 2 and 3"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.table = self.add_variable((bins, 3), "zeros", name="table")

    def update_state(self, y_true, y_pred, sample_weight=None):
        label, chance = (tf.reshape(tf.cast(values, tf.float32), [-1]) for values in (y_true, y_pred))
        w = tf.ones_like(chance) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        bin_of = tf.minimum(tf.cast(chance * self.bins, tf.int32), self.bins - 1)
        rows = tf.stack([w, chance, w * label], axis=1)
        self.table.assign_add(tf.scatter_nd(bin_of[:, tf.newaxis], rows, [self.bins, 3]))

    def curve(self):
        return tf.math.divide_no_nan(self.table[:, 1:], self.table[:, :1])

    def result(self):
        gaps = tf.abs(self.table[:, 1] - self.table[:, 2])
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(self.table[:, 0]))


# %% exercise="exact_auc" answer="pairs counted in the dtype of the labels" expect="wrong" fails="exact_auc-1" breaks="6"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones = tf.boolean_mask(scores, y_true == 1)[:, tf.newaxis]
    zeros = tf.boolean_mask(scores, y_true == 0)
    higher = tf.reduce_sum(tf.cast(ones > zeros, tf.float32))
    equal = tf.reduce_sum(tf.cast(ones == zeros, tf.float32))
    pairs = tf.reduce_sum(y_true) * tf.reduce_sum(1 - y_true)
    return (higher + 0.5 * equal) / tf.cast(pairs, tf.float32)


# %% exercise="exact_auc" answer="whole blocks only" expect="wrong" fails="exact_auc-1" breaks="1"
# exercise: exact_auc
def exact_auc(y_true, scores):
    labels, values = np.asarray(y_true), np.asarray(scores)
    ones, zeros = values[labels == 1], values[labels == 0]
    shares = []
    for block in range(max(1, len(ones) // 512)):
        some = ones[512 * block:512 * (block + 1), np.newaxis]
        shares.append(np.mean((some > zeros) + 0.5 * (some == zeros)))
    return float(np.mean(shares))


# %% exercise="r_squared" answer="the last 8192 examples" expect="wrong" fails="r_squared-1" breaks="5"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.memory = self.add_variable((8192, 3), "zeros", name="memory")
        self.place = self.add_variable((), "zeros", dtype="int32", name="place")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        rows = tf.stack([y, p, w], axis=1)[-8192:]
        start = tf.convert_to_tensor(self.place)
        where = (start + tf.range(tf.shape(rows)[0])) % 8192
        self.memory.assign(tf.tensor_scatter_nd_update(tf.convert_to_tensor(self.memory), where[:, tf.newaxis], rows))
        self.place.assign((start + tf.shape(rows)[0]) % 8192)

    def result(self):
        y, p, w = tf.unstack(tf.convert_to_tensor(self.memory), axis=1)
        mean = tf.reduce_sum(w * y) / tf.reduce_sum(w)
        return 1 - tf.reduce_sum(w * (y - p) ** 2) / tf.reduce_sum(w * (y - mean) ** 2)


# %% exercise="calibration" answer="empty where the probabilities add up to 0" expect="wrong" fails="calibration-1" breaks="6,8" says="A bin is empty where no example"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (self.add_variable((bins,), "zeros", name=k) for k in "ncy")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p, y = (tf.reshape(tf.cast(values, tf.float32), [-1]) for values in (y_pred, y_true))
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        count, chance, happened = (tf.convert_to_tensor(v) for v in (self.count, self.chance, self.happened))
        filled = chance > 0
        count = tf.where(filled, count, 1.0)
        return tf.stack([tf.where(filled, chance / count, 0.0), tf.where(filled, happened / count, 0.0)], axis=1)

    def result(self):
        curve, count = self.curve(), tf.convert_to_tensor(self.count)
        return tf.math.divide_no_nan(tf.reduce_sum(count * tf.abs(curve[:, 0] - curve[:, 1])), tf.reduce_sum(count))


# %% exercise="four_counts" equal="no answer is in a third class, and its row and column are not read"
# - matrix = tf.math.confusion_matrix(tf.cast(y_true, tf.int32), called, num_classes=2)
# + matrix = tf.math.confusion_matrix(tf.cast(y_true, tf.int32), called, num_classes=3)


# %% exercise="calibration" equal="the smaller of two numbers does not depend on their order"
# - bin_of = tf.minimum(tf.cast(chance * self.bins, tf.int32), self.bins - 1)
# + bin_of = tf.minimum(self.bins - 1, tf.cast(chance * self.bins, tf.int32))


# %% exercise="calibration" equal="the smaller of two numbers does not depend on their order"
# - place = tf.minimum(tf.floor(p * self.bins), self.bins - 1.0)
# + place = tf.minimum(self.bins - 1.0, tf.floor(p * self.bins))


# %% exercise="exact_auc" equal="a rank lower by one, each is still between the same two thresholds"
# - ranks = (places + 1) / (places.max() + 2)
# + ranks = (places + 0) / (places.max() + 2)


# %% exercise="four_counts" answer="counts in the dtype of the labels" expect="wrong" fails="four_counts-1" breaks="1"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    called = tf.cast(tf.reshape(y_pred, [-1]) > threshold, y_true.dtype)
    hits = tf.reduce_sum(y_true * called)
    alarms = tf.reduce_sum((1 - y_true) * called)
    misses = tf.reduce_sum(y_true * (1 - called))
    rest = tf.reduce_sum((1 - y_true) * (1 - called))
    return tf.cast(tf.stack([hits, alarms, misses, rest]), tf.int32)


# %% exercise="exact_auc" answer="scores rounded to six decimals" expect="wrong" fails="exact_auc-1" breaks="4"
# exercise: exact_auc
def exact_auc(y_true, scores):
    scores = np.round(np.asarray(scores, np.float64), 6)
    y = np.asarray(y_true)
    a, b = scores[y == 1][:, None], scores[y == 0]
    return np.mean((a > b) + 0.5 * (a == b))


# %% exercise="exact_auc" answer="only neighbours are compared" expect="wrong" fails="exact_auc-1" breaks="3"
# exercise: exact_auc
def exact_auc(y_true, scores):
    order = np.lexsort((np.asarray(y_true), np.asarray(scores)))
    y, s = np.asarray(y_true)[order], np.asarray(scores)[order]
    zeros = np.cumsum(y == 0)
    pairs = zeros[y == 1].sum()
    ties = np.sum((s[1:] == s[:-1]) & (y[1:] != y[:-1]))
    return (pairs - 0.5 * ties) / ((y == 1).sum() * (y == 0).sum())


# %% exercise="exact_auc" answer="scores scaled to 0 … 1, where one is huge" expect="wrong" fails="exact_auc-1" breaks="5"
# exercise: exact_auc
def exact_auc(y_true, scores):
    scores = (scores - tf.reduce_min(scores)) / (tf.reduce_max(scores) - tf.reduce_min(scores))
    ones, zeros = scores[y_true == 1], scores[y_true == 0]
    higher = tf.cast(ones[:, None] > zeros, tf.float32) + 0.5 * tf.cast(ones[:, None] == zeros, tf.float32)
    return tf.reduce_mean(higher)


# %% exercise="any_accuracy" answer="a single row squeezed" expect="wrong" fails="any_accuracy-1" breaks="2,3"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    outputs = tf.squeeze(outputs)
    if outputs.ndim == 2:
        if labels.ndim == 2 and labels.shape[1] > 1:
            labels = tf.argmax(labels, axis=1)
        outputs = tf.argmax(outputs, axis=1)
    elif outputs.dtype.is_floating:
        outputs = outputs > 0.5
    labels = tf.cast(tf.reshape(labels, [-1]), tf.int64)
    return tf.reduce_mean(tf.cast(labels == tf.cast(outputs, tf.int64), tf.float32))


# %% exercise="any_accuracy" answer="classes in half precision" expect="wrong" fails="any_accuracy-1" breaks="2,4"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    def classes(values):
        if values.ndim == 2 and values.shape[1] > 1:
            values = tf.argmax(values, axis=1)
        elif values.dtype.is_floating:
            values = values > 0.5
        return tf.cast(tf.reshape(values, [-1]), tf.bfloat16)

    return tf.reduce_mean(tf.cast(classes(labels) == classes(outputs), tf.float32))


# %% exercise="balanced_accuracy" answer="classes that were never right left out" expect="wrong" fails="balanced_accuracy-1" breaks="4" says="Recall 0 counts too"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right.value, self.count.value)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.cast(tf.math.count_nonzero(recalls), tf.float32))


# %% exercise="balanced_accuracy" answer="a batch of one squeezed" expect="wrong" fails="balanced_accuracy-1" breaks="1,6"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.squeeze(tf.cast(y_true, tf.int64))
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right.value, self.count.value)
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), tf.cast(tf.math.count_nonzero(self.count.value), tf.float32))


# %% exercise="r_squared" answer="a variable that grows" expect="wrong" fails="r_squared-1" breaks="7"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.all = tf.Variable(tf.zeros([0, 3]), shape=[None, 3], trainable=False)

    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        self.all.assign(tf.concat([self.all, tf.stack([y, p, w], axis=1)], 0))

    def reset_state(self):
        self.all.assign(tf.zeros([0, 3]))

    def result(self):
        y, p, w = tf.unstack(self.all, axis=1)
        mean = tf.reduce_sum(w * y) / tf.reduce_sum(w)
        return 1 - tf.reduce_sum(w * (y - p)**2) / tf.reduce_sum(w * (y - mean)**2)


# %% exercise="r_squared" answer="never below -5" expect="wrong" fails="r_squared-1" breaks="1"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.sums = self.add_variable((4,), "zeros", name="sums")
    def update_state(self, y_true, y_pred, sample_weight=None):
        y, p = tf.reshape(y_true, [-1]), tf.reshape(y_pred, [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        self.sums.assign_add(tf.stack([tf.reduce_sum(part) for part in (w, w * y, w * y * y, w * (y - p) ** 2)]))
    def result(self):
        n, total, squares, errors = tf.unstack(tf.convert_to_tensor(self.sums))
        return tf.maximum(1 - errors / (squares - total**2 / n), -5.0)


# %% exercise="calibration" answer="edges added up" expect="right"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.edges = tf.cumsum(tf.fill([bins - 1], 1 / bins))
        self.count, self.chance, self.happened = (self.add_variable((bins,), "zeros", name=k) for k in "ncy")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p, y = tf.reshape(y_pred, [-1]), tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.searchsorted(self.edges, p, side="right")
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        n = self.count.value
        return tf.stack([tf.math.divide_no_nan(self.chance.value, n), tf.math.divide_no_nan(self.happened.value, n)], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count.value))


# %% exercise="calibration" answer="cut below 1" expect="wrong" fails="calibration-1" breaks="5"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count, self.chance, self.happened = (self.add_variable((bins,), "zeros", name=k) for k in "ncy")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p, y = tf.minimum(tf.reshape(y_pred, [-1]), 0.9999), tf.cast(tf.reshape(y_true, [-1]), tf.float32)
        place = tf.cast(p * self.bins, tf.int32)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        n = self.count.value
        return tf.stack([tf.math.divide_no_nan(self.chance.value, n), tf.math.divide_no_nan(self.happened.value, n)], axis=1)

    def result(self):
        return tf.math.divide_no_nan(tf.reduce_sum(tf.abs(self.chance - self.happened)), tf.reduce_sum(self.count.value))


# %% exercise="any_accuracy" answer="outputs cast to the dtype of the labels" expect="wrong" fails="any_accuracy-1" breaks="4"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms."""
    if len(outputs.shape) == 1:                                     # classes against classes
        right = labels == tf.cast(outputs, labels.dtype)
    elif outputs.shape[1] == 1:                                     # probabilities
        right = tf.reshape(tf.cast(labels, tf.float32), [-1]) == tf.cast(tf.reshape(outputs, [-1]) > 0.5, tf.float32)
    elif len(labels.shape) == 2 and labels.shape[1] > 1:            # one-hot
        right = tf.argmax(labels, axis=1) == tf.argmax(outputs, axis=1)
    else:                                                           # classes against scores
        right = tf.reshape(tf.cast(labels, tf.int64), [-1]) == tf.argmax(outputs, axis=1)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="any_accuracy" answer="a single class taken for a probability" expect="wrong" fails="any_accuracy-1" breaks="4"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms."""
    labels, outputs = np.array(labels), np.array(outputs)
    if outputs.shape[-1] == 1:
        guesses = (outputs > 0.5).reshape(-1)
    elif outputs.ndim == 2:
        guesses = outputs.argmax(axis=-1)
    else:
        guesses = outputs
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = labels.argmax(axis=-1)
    return float(np.mean(labels.reshape(-1) == guesses))


# %% exercise="calibration" answer="weights in some sums only" expect="wrong" fails="calibration-1" breaks="8"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    """The mean distance between probabilities and what happened, by bins."""

    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count = self.add_variable((bins,), "zeros", name="count")
        self.chance = self.add_variable((bins,), "zeros", name="chance")
        self.happened = self.add_variable((bins,), "zeros", name="happened")
        self.examples = self.add_variable((), "zeros", name="examples")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        w = tf.ones_like(p) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        self.count.assign_add(tf.math.unsorted_segment_sum(w, place, self.bins))
        self.chance.assign_add(tf.math.unsorted_segment_sum(w * p, place, self.bins))
        self.happened.assign_add(tf.math.unsorted_segment_sum(w * y, place, self.bins))
        self.examples.assign_add(tf.cast(tf.size(p), tf.float32))

    def curve(self):
        count = tf.convert_to_tensor(self.count)
        chance = tf.math.divide_no_nan(tf.convert_to_tensor(self.chance), count)
        share = tf.math.divide_no_nan(tf.convert_to_tensor(self.happened), count)
        return tf.stack([chance, share], axis=1)

    def result(self):
        gap = tf.abs(tf.convert_to_tensor(self.chance) - tf.convert_to_tensor(self.happened))
        return tf.math.divide_no_nan(tf.reduce_sum(gap), tf.convert_to_tensor(self.examples))


# %% exercise="calibration" answer="sums of weights below 1 taken for 1" expect="wrong" fails="calibration-1" breaks="5"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    """The mean distance between probabilities and what happened, by bins."""

    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count = self.add_variable((bins,), "zeros", name="count")
        self.chance = self.add_variable((bins,), "zeros", name="chance")
        self.happened = self.add_variable((bins,), "zeros", name="happened")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        w = tf.ones_like(p) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        for variable, values in ((self.count, w), (self.chance, w * p), (self.happened, w * y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        count = tf.maximum(tf.convert_to_tensor(self.count), 1.0)      # an empty bin: 0 divided by 1
        return tf.stack([self.chance / count, self.happened / count], axis=1)

    def result(self):
        far = tf.reduce_sum(tf.abs(self.chance - self.happened))
        return far / tf.maximum(tf.reduce_sum(tf.convert_to_tensor(self.count)), 1.0)


# %% exercise="exact_auc" answer="ranks for Keras's 200 thresholds" expect="wrong" fails="exact_auc-1" breaks="4"
# exercise: exact_auc
def exact_auc(y_true, scores):
    """Return the share of pairs of a 1 and a 0 in which the 1 has the higher score; equal ones count half."""
    values, rank = np.unique(np.array(scores), return_inverse=True)
    rank = rank.reshape(-1) / max(len(values) - 1, 1)
    auc = keras.metrics.AUC(num_thresholds=200)
    auc.update_state(np.array(y_true).astype("float32"), rank.astype("float32"))
    return float(auc.result())


# %% exercise="any_accuracy" answer="two columns cut at 0.5" expect="wrong" fails="any_accuracy-1" breaks="2" says="scores of two classes"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms."""
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] <= 2:
        guesses = outputs[:, -1] > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = tf.argmax(labels, axis=1)
    labels = tf.reshape(tf.cast(labels, tf.int64), [-1])
    return tf.reduce_mean(tf.cast(labels == tf.cast(guesses, tf.int64), tf.float32))


# %% exercise="four_counts" answer="compared as float64" expect="wrong" fails="four_counts-1" breaks="4"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    """Return the hits, false alarms, misses and those rightly left alone."""
    real = np.array(y_true).reshape(-1) == 1
    called = np.array(y_pred).astype(float).reshape(-1) > threshold
    counts = [np.sum(real & called), np.sum(~real & called), np.sum(real & ~called), np.sum(~real & ~called)]
    return tf.constant(counts, tf.int32)


# %% exercise="any_accuracy" answer="the largest entry of a product" expect="wrong" fails="any_accuracy-1" breaks="3"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms."""
    if outputs.shape.rank == 2 and outputs.shape[1] > 1 and labels.shape == outputs.shape:
        right = tf.reduce_max(labels * outputs, axis=1) == tf.reduce_max(outputs, axis=1)
        return tf.reduce_mean(tf.cast(right, tf.float32))
    if outputs.shape.rank == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = tf.reshape(outputs, [-1]) > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
    right = tf.cast(tf.reshape(labels, [-1]), tf.int64) == tf.cast(guesses, tf.int64)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="calibration" answer="weights in the means only" expect="wrong" fails="calibration-1" breaks="8"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    """The mean distance between probabilities and what happened, by bins."""

    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.examples = self.add_variable((bins,), "zeros", name="examples")
        self.weight = self.add_variable((bins,), "zeros", name="weight")
        self.chance = self.add_variable((bins,), "zeros", name="chance")
        self.happened = self.add_variable((bins,), "zeros", name="happened")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        w = tf.ones_like(p) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        self.examples.assign_add(tf.math.unsorted_segment_sum(tf.ones_like(p), place, self.bins))
        self.weight.assign_add(tf.math.unsorted_segment_sum(w, place, self.bins))
        self.chance.assign_add(tf.math.unsorted_segment_sum(w * p, place, self.bins))
        self.happened.assign_add(tf.math.unsorted_segment_sum(w * y, place, self.bins))

    def curve(self):
        weight = tf.convert_to_tensor(self.weight)
        return tf.stack([tf.math.divide_no_nan(tf.convert_to_tensor(self.chance), weight),
                         tf.math.divide_no_nan(tf.convert_to_tensor(self.happened), weight)], axis=1)

    def result(self):
        curve = self.curve()
        examples = tf.convert_to_tensor(self.examples)
        apart = tf.abs(curve[:, 0] - curve[:, 1])
        return tf.math.divide_no_nan(tf.reduce_sum(examples * apart), tf.reduce_sum(examples))


# %% exercise="r_squared" answer="1e-10 below the line" expect="wrong" fails="r_squared-1" breaks="1"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    """1 minus the squared errors, divided by the squared distances of the labels from their mean."""

    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.total = self.add_variable((), "zeros", name="total")
        self.labels = self.add_variable((), "zeros", name="labels")
        self.squares = self.add_variable((), "zeros", name="squares")
        self.errors = self.add_variable((), "zeros", name="errors")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        self.total.assign_add(tf.reduce_sum(w))
        self.labels.assign_add(tf.reduce_sum(w * y))
        self.squares.assign_add(tf.reduce_sum(w * y * y))
        self.errors.assign_add(tf.reduce_sum(w * tf.square(y - p)))

    def result(self):
        around_mean = self.squares - self.labels**2 / (self.total + 1e-10)
        return 1 - self.errors / (around_mean + 1e-10)    # never 0 / 0


# %% exercise="calibration" answer="labels flattened with the probabilities" expect="error" fails="calibration-1" breaks="2"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    """The mean distance between probabilities and what happened, by bins."""

    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count = self.add_variable((bins,), "zeros", name="count")
        self.chance = self.add_variable((bins,), "zeros", name="chance")
        self.happened = self.add_variable((bins,), "zeros", name="happened")

    def update_state(self, y_true, y_pred, sample_weight=None):
        p, y = tf.cast(y_pred, tf.float32), tf.cast(y_true, tf.float32)
        if len(p.shape) == 2:
            p, y = tf.reshape(p, [-1]), tf.reshape(y, [-1])
        place = tf.minimum(tf.cast(p * self.bins, tf.int32), self.bins - 1)
        self.count.assign_add(tf.math.unsorted_segment_sum(tf.ones_like(p), place, self.bins))
        self.chance.assign_add(tf.math.unsorted_segment_sum(p, place, self.bins))
        self.happened.assign_add(tf.math.unsorted_segment_sum(y, place, self.bins))

    def curve(self):
        count = tf.convert_to_tensor(self.count)
        return tf.stack([tf.math.divide_no_nan(tf.convert_to_tensor(self.chance), count),
                         tf.math.divide_no_nan(tf.convert_to_tensor(self.happened), count)], axis=1)

    def result(self):
        distance = tf.abs(tf.convert_to_tensor(self.chance) - tf.convert_to_tensor(self.happened))
        return tf.math.divide_no_nan(tf.reduce_sum(distance), tf.reduce_sum(tf.convert_to_tensor(self.count)))


# %% exercise="any_accuracy" answer="one-hot labels of a single row squeezed" expect="wrong" fails="any_accuracy-1" breaks="3" says="look at its columns"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    labels = tf.squeeze(labels)
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = outputs[:, 0] > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
    if labels.ndim == 2:
        labels = tf.argmax(labels, axis=1)
    return tf.reduce_mean(tf.cast(tf.cast(labels, tf.int64) == tf.cast(guesses, tf.int64), tf.float32))


# %% exercise="calibration" answer="a margin at the edges" expect="wrong" fails="calibration-1" breaks="3" says="What is below an edge"
# exercise: calibration
class Calibration(keras.metrics.Metric):
    def __init__(self, bins=10, name="calibration", **kwargs):
        super().__init__(name=name, **kwargs)
        self.bins = bins
        self.count = self.add_variable((bins,), "zeros", name="count")
        self.chance = self.add_variable((bins,), "zeros", name="chance")
        self.happened = self.add_variable((bins,), "zeros", name="happened")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        # 0.7 * 10 may be 6.9999: a little more, so that it is in bin 7
        place = tf.minimum(tf.cast(p * self.bins + 1e-4, tf.int32), self.bins - 1)
        for variable, values in ((self.count, tf.ones_like(p)), (self.chance, p), (self.happened, y)):
            variable.assign_add(tf.math.unsorted_segment_sum(values, place, self.bins))

    def curve(self):
        count = tf.convert_to_tensor(self.count)
        return tf.stack([tf.math.divide_no_nan(tf.convert_to_tensor(self.chance), count),
                         tf.math.divide_no_nan(tf.convert_to_tensor(self.happened), count)], axis=1)

    def result(self):
        gaps = tf.abs(tf.convert_to_tensor(self.chance) - tf.convert_to_tensor(self.happened))
        return tf.math.divide_no_nan(tf.reduce_sum(gaps), tf.reduce_sum(tf.convert_to_tensor(self.count)))


# %% exercise="r_squared" answer="at least 1e-12 below the line" expect="wrong" fails="r_squared-1" breaks="2" says="a least value for it"
# exercise: r_squared
class RSquared(keras.metrics.Metric):
    def __init__(self, name="r_squared", **kwargs):
        super().__init__(name=name, **kwargs)
        self.count = self.add_variable((), "zeros", name="count")
        self.labels = self.add_variable((), "zeros", name="labels")
        self.squares = self.add_variable((), "zeros", name="squares")
        self.errors = self.add_variable((), "zeros", name="errors")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        p = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        w = tf.ones_like(y) if sample_weight is None else tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        self.count.assign_add(tf.reduce_sum(w))
        self.labels.assign_add(tf.reduce_sum(w * y))
        self.squares.assign_add(tf.reduce_sum(w * y**2))
        self.errors.assign_add(tf.reduce_sum(w * (y - p) ** 2))

    def result(self):
        around_mean = self.squares - self.labels**2 / self.count
        return 1 - self.errors / tf.maximum(around_mean, 1e-12)     # never divide by 0


# %% exercise="four_counts" answer="a margin above the threshold" expect="wrong" fails="four_counts-1" breaks="3" says="Above is above"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    real = np.asarray(y_true) == 1
    # 0.1 from a float32 tensor is 0.10000000149: a little more than the threshold is needed
    called = np.asarray(y_pred, dtype=np.float64).reshape(-1) > threshold + 1e-6
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.constant([int(group.sum()) for group in groups], tf.int32)


# %% exercise="any_accuracy" answer="one-hot by its values" expect="wrong" fails="any_accuracy-1" breaks="2" says="the number of columns tells"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        guesses = outputs
    elif outputs.shape[1] == 1:
        guesses = outputs[:, 0] > 0.5
    else:
        guesses = tf.argmax(outputs, axis=1)
        if labels.ndim == 2 and tf.reduce_all((labels == 0) | (labels == 1)):   # one-hot: zeros and ones
            labels = tf.argmax(labels, axis=1)
    labels = tf.cast(tf.reshape(labels, [-1]), tf.int64)
    return tf.reduce_mean(tf.cast(labels == tf.cast(guesses, tf.int64), tf.float32))


# %% exercise="any_accuracy" answer="label minus guess in the dtype of the labels" expect="wrong" fails="any_accuracy-1" breaks="1" says="which holds nothing below 0"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms."""
    if len(outputs.shape) == 2 and outputs.shape[1] == 1:
        guesses = tf.cast(outputs > 0.5, labels.dtype)
        wrong = tf.reshape(labels, [-1]) - tf.reshape(guesses, [-1])
        return 1 - tf.reduce_mean(tf.abs(tf.cast(wrong, tf.float32)))
    if len(outputs.shape) == 2:
        outputs = tf.argmax(outputs, axis=1)
    if len(labels.shape) == 2 and labels.shape[1] > 1:
        labels = tf.argmax(labels, axis=1)
    labels = tf.cast(tf.reshape(labels, [-1]), tf.int64)
    return tf.reduce_mean(tf.cast(labels == tf.cast(outputs, tf.int64), tf.float32))


# %% exercise="any_accuracy" answer="only int32 and int64 are classes" expect="wrong" fails="any_accuracy-1" breaks="2" says="not only int32 and int64"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    """Return the share of right answers, for labels and outputs in any of the four forms."""
    if outputs.dtype.is_integer:
        guesses = tf.cast(outputs, tf.int64)
        truth = tf.cast(labels, tf.int64)
    elif outputs.shape[-1] == 1:
        guesses = tf.cast(tf.reshape(outputs, [-1]) > 0.5, tf.int64)
        truth = tf.cast(tf.reshape(labels, [-1]), tf.int64)
    else:
        guesses = tf.argmax(outputs, axis=-1)
        if labels.dtype in (tf.int32, tf.int64):
            truth = tf.cast(tf.reshape(labels, [-1]), tf.int64)
        else:
            truth = tf.argmax(labels, axis=-1)
    return tf.reduce_mean(tf.cast(truth == guesses, tf.float32))


# %% exercise="any_accuracy" answer="a column of one class squeezed to a scalar" expect="error" fails="any_accuracy-1" breaks="2"
# exercise: any_accuracy
def any_accuracy(labels, outputs):
    if outputs.ndim == 1:
        right = tf.cast(labels, tf.int64) == tf.cast(outputs, tf.int64)
    elif labels.ndim == 2 and labels.shape[1] > 1:
        right = tf.argmax(labels, axis=1) == tf.argmax(outputs, axis=1)
    else:
        if labels.ndim == 2:
            labels = tf.squeeze(labels)
        if outputs.shape[1] == 1:
            right = tf.cast(outputs[:, 0] > 0.5, labels.dtype) == labels
        else:
            right = tf.math.in_top_k(tf.cast(labels, tf.int64), outputs, 1)
    return tf.reduce_mean(tf.cast(right, tf.float32))


# %% exercise="balanced_accuracy" answer="a column of one label squeezed to a scalar" expect="wrong" fails="balanced_accuracy-1" breaks="1" says="it must become shape [1]"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    """The mean of the recalls of all classes that occurred."""

    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.cast(y_true, tf.int64)
        if len(labels.shape) == 2:
            labels = tf.squeeze(labels)
        hot = tf.one_hot(labels, self.classes)
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        recalls = tf.math.divide_no_nan(self.right, self.count)
        occurred = tf.reduce_sum(tf.cast(tf.convert_to_tensor(self.count) > 0, tf.float32))
        return tf.math.divide_no_nan(tf.reduce_sum(recalls), occurred)


# %% exercise="balanced_accuracy" answer="a count of at least 1" expect="wrong" fails="balanced_accuracy-1" breaks="3" says="by no least value"
# exercise: balanced_accuracy
class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.right = self.add_variable((classes,), "zeros", name="right")
        self.count = self.add_variable((classes,), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.reshape(tf.cast(y_true, tf.int64), [-1])
        hot = tf.one_hot(labels, self.classes)
        if sample_weight is not None:
            hot = hot * tf.reshape(tf.cast(sample_weight, tf.float32), [-1, 1])
        hit = tf.cast(tf.argmax(y_pred, axis=1) == labels, tf.float32)
        self.count.assign_add(tf.reduce_sum(hot, axis=0))
        self.right.assign_add(tf.reduce_sum(hot * hit[:, tf.newaxis], axis=0))

    def result(self):
        right, count = tf.convert_to_tensor(self.right), tf.convert_to_tensor(self.count)
        recalls = right / tf.maximum(count, 1.0)
        occurred = tf.math.count_nonzero(count, dtype=tf.float32)
        return tf.reduce_sum(recalls) / tf.maximum(occurred, 1.0)


# %% exercise="four_counts" answer="a slack that is a factor" expect="wrong" fails="four_counts-1" breaks="4" says="with no slack"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    """Return the hits, false alarms, misses and those rightly left alone."""
    real = tf.cast(y_true, tf.bool)
    # 0.1 in a tensor is 0.10000000149, so allow for the rounding
    called = tf.reshape(y_pred, [-1]) > threshold * (1 + 1e-6)
    groups = [real & called, ~real & called, real & ~called, ~real & ~called]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="four_counts" answer="a column of one output squeezed to a scalar" expect="error" fails="four_counts-1" breaks="2"
# exercise: four_counts
def four_counts(y_true, y_pred, threshold=0.5):
    if len(y_pred.shape) == 2:
        y_pred = tf.squeeze(y_pred)
    called = y_pred > threshold
    called_ones = tf.boolean_mask(called, y_true == 1)
    called_zeros = tf.boolean_mask(called, y_true == 0)
    groups = [called_ones, called_zeros, ~called_ones, ~called_zeros]
    return tf.stack([tf.math.count_nonzero(group, dtype=tf.int32) for group in groups])


# %% exercise="exact_auc" answer="others filled with ten billions" expect="wrong" fails="exact_auc-1" breaks="5" says="no fixed number is surely above"
# exercise: exact_auc
def exact_auc(y_true, scores):
    """Return the share of pairs of a 1 and a 0 in which the 1 has the higher score; equal ones count half."""
    big = tf.constant(1e10)
    ones = tf.where(y_true == 1, scores, -big)[:, tf.newaxis]   # the others never win ...
    zeros = tf.where(y_true == 0, scores, big)[tf.newaxis, :]   # ... and are never beaten
    points = tf.cast(ones > zeros, tf.float32) + 0.5 * tf.cast(ones == zeros, tf.float32)
    n_ones = tf.reduce_sum(tf.cast(y_true == 1, tf.float32))
    n_zeros = tf.reduce_sum(tf.cast(y_true == 0, tf.float32))
    return tf.reduce_sum(points) / (n_ones * n_zeros)


# %% exercise="exact_auc" answer="ones added up in the dtype of the labels" expect="wrong" fails="exact_auc-1" breaks="6" says="add up to 44"
# exercise: exact_auc
def exact_auc(y_true, scores):
    ones = tf.boolean_mask(scores, y_true == 1)[:, tf.newaxis]
    zeros = tf.boolean_mask(scores, y_true == 0)
    higher = tf.reduce_sum(tf.cast(ones > zeros, tf.float32))
    equal = tf.reduce_sum(tf.cast(ones == zeros, tf.float32))
    how_many_ones = tf.cast(tf.reduce_sum(y_true), tf.float32)
    how_many_zeros = tf.cast(tf.size(y_true), tf.float32) - how_many_ones
    return (higher + 0.5 * equal) / (how_many_ones * how_many_zeros)
