# %% [markdown]
# # Answer bank: the TPU
#
# Other right answers to the exercises of `26-tpu.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="masked_mean" answer="where, cast, divide_no_nan" expect="right"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, x, 0.0)
    count = tf.reduce_sum(tf.cast(mask, tf.float32))
    return tf.math.divide_no_nan(tf.reduce_sum(kept), count)


# %% exercise="masked_mean" answer="at least one" expect="right"
# exercise: masked_mean
def masked_mean(x, mask):
    count = tf.maximum(tf.reduce_sum(tf.where(mask, 1.0, 0.0)), 1.0)
    return tf.reduce_sum(tf.where(mask, x, 0.0) / count)


# %% exercise="masked_mean" answer="segments: true and false" expect="right"
# exercise: masked_mean
def masked_mean(x, mask):
    where = tf.cast(mask, tf.int32)
    sums = tf.math.unsorted_segment_sum(x, where, 2)
    counts = tf.math.unsorted_segment_sum(tf.ones_like(x), where, 2)
    return tf.math.divide_no_nan(sums[1], counts[1])


# %% exercise="masked_mean" answer="boolean_mask" expect="wrong" fails="masked_mean-1" breaks="2,4" says="nothing counts"
# exercise: masked_mean
def masked_mean(x, mask):
    return tf.reduce_mean(tf.boolean_mask(x, mask))


# %% exercise="masked_mean" answer="boolean_mask, careful about nothing" expect="wrong" fails="masked_mean-1" breaks="2" says="make the condition a mask"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.boolean_mask(x, mask)
    return tf.math.divide_no_nan(tf.reduce_sum(kept), tf.cast(tf.size(kept), tf.float32))


# %% exercise="masked_mean" answer="divided by all" expect="wrong" fails="masked_mean-1" breaks="1" says="Divide by how many count"
# exercise: masked_mean
def masked_mean(x, mask):
    return tf.reduce_mean(tf.where(mask, x, 0.0))


# %% exercise="masked_mean" answer="multiplied by the mask" expect="wrong" fails="masked_mean-1" breaks="5" says="Infinity times 0"
# exercise: masked_mean
def masked_mean(x, mask):
    weights = tf.cast(mask, tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(weights * x), tf.reduce_sum(weights))


# %% exercise="masked_mean" answer="0 / 0" expect="wrong" fails="masked_mean-1" breaks="4" says="0 / 0"
# exercise: masked_mean
def masked_mean(x, mask):
    return tf.reduce_sum(tf.where(mask, x, 0.0)) / tf.reduce_sum(tf.cast(mask, tf.float32))


# %% exercise="masked_mean" answer="the others" expect="wrong" fails="masked_mean-1" breaks="1" says="those that do not count"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, 0.0, x)
    return tf.math.divide_no_nan(tf.reduce_sum(kept), tf.reduce_sum(tf.where(mask, 0.0, 1.0)))


# %% exercise="masked_mean" answer="the sum" expect="wrong" fails="masked_mean-1" breaks="1" says="This is the sum"
# exercise: masked_mean
def masked_mean(x, mask):
    return tf.reduce_sum(tf.where(mask, x, 0.0))


# %% exercise="masked_mean" answer="NumPy" expect="wrong" fails="masked_mean-1" breaks="2"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = x.numpy()[mask.numpy()]
    return tf.constant(kept.mean() if len(kept) else 0.0, tf.float32)


# %% exercise="masked_mean" answer="in double precision" expect="wrong" fails="masked_mean-1" breaks="2" says="float64"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, tf.cast(x, tf.float64), 0.0)
    count = tf.reduce_sum(tf.cast(mask, tf.float64))
    return tf.cast(tf.math.divide_no_nan(tf.reduce_sum(kept), count), tf.float32)


# %% exercise="masked_mean" answer="an axis kept" expect="wrong" fails="masked_mean-1" breaks="3" says="keepdims"
# exercise: masked_mean
def masked_mean(x, mask):
    count = tf.reduce_sum(tf.cast(mask, tf.float32), keepdims=True)
    return tf.math.divide_no_nan(tf.reduce_sum(tf.where(mask, x, 0.0), keepdims=True), count)


# %% exercise="masked_mean" answer="infinities dropped wherever they stand" expect="wrong" fails="masked_mean-1" breaks="6" says="The mask says what counts"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask & tf.math.is_finite(x), x, 0.0)
    return tf.math.divide_no_nan(tf.reduce_sum(kept), tf.reduce_sum(tf.cast(mask, tf.float32)))


# %% exercise="pad_batch" answer="tf.pad, ensure_shape, sequence_mask" expect="right"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.pad(x, [[0, size - rows], [0, 0]])
    y = tf.pad(y, [[0, size - rows]])
    weights = tf.sequence_mask(rows, size, tf.float32)
    return tf.ensure_shape(x, [size, x.shape[1]]), tf.ensure_shape(y, [size]), tf.ensure_shape(weights, [size])


# %% exercise="pad_batch" answer="zeros joined on, then reshaped" expect="right"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows, columns = tf.shape(x)[0], x.shape[1]
    more = size - rows
    x = tf.reshape(tf.concat([x, tf.zeros([more, columns])], axis=0), [size, columns])
    y = tf.reshape(tf.concat([y, tf.zeros([more], tf.int64)], axis=0), [size])
    weights = tf.reshape(tf.concat([tf.ones([rows]), tf.zeros([more])], axis=0), [size])
    return x, y, weights


# %% exercise="pad_batch" answer="scattered into zeros" expect="right"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    places = tf.range(rows)[:, None]
    weights = tf.tensor_scatter_nd_update(tf.zeros([size]), places, tf.ones([rows]))
    x = tf.tensor_scatter_nd_update(tf.zeros([size, x.shape[1]]), places, x)
    return x, tf.tensor_scatter_nd_update(tf.zeros([size], tf.int64), places, y), weights


# %% exercise="pad_batch" answer="the shape is not known beforehand" expect="wrong" fails="pad_batch-1" breaks="6" says="tells the graph a shape that you know"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.pad(x, [[0, size - rows], [0, 0]])
    y = tf.pad(y, [[0, size - rows]])
    return x, y, tf.sequence_mask(rows, size, tf.float32)


# %% exercise="pad_batch" answer="x.shape in place of tf.shape" expect="error" fails="pad_batch-1" breaks="1" says="NoneType"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = x.shape[0]
    x = tf.pad(x, [[0, size - rows], [0, 0]])
    y = tf.pad(y, [[0, size - rows]])
    return x, y, tf.sequence_mask(rows, size, tf.float32)


# %% exercise="pad_batch" answer="padding in front" expect="wrong" fails="pad_batch-1" breaks="2,3,5" says="after the rows, not before"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.pad(x, [[size - rows, 0], [0, 0]])
    y = tf.pad(y, [[size - rows, 0]])
    weights = tf.sequence_mask(rows, size, tf.float32)[::-1]
    return tf.ensure_shape(x, [size, x.shape[1]]), tf.ensure_shape(y, [size]), weights


# %% exercise="pad_batch" answer="all rows weigh 1" expect="wrong" fails="pad_batch-1" breaks="5" says="Rows that were added weigh nothing"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.ensure_shape(tf.pad(x, [[0, size - rows], [0, 0]]), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]]), [size])
    return x, y, tf.ones([size])


# %% exercise="pad_batch" answer="the weights the other way round" expect="wrong" fails="pad_batch-1" breaks="5" says="the other way round"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.ensure_shape(tf.pad(x, [[0, size - rows], [0, 0]]), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]]), [size])
    return x, y, 1.0 - tf.sequence_mask(rows, size, tf.float32)


# %% exercise="pad_batch" answer="the last row repeated" expect="wrong" fails="pad_batch-1" breaks="2" says="the features"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    places = tf.minimum(tf.range(size), rows - 1)
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]]), [size])
    return tf.gather(x, places), y, tf.sequence_mask(rows, size, tf.float32)


# %% exercise="pad_batch" answer="labels padded with -1" expect="wrong" fails="pad_batch-1" breaks="3" says="the labels"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.ensure_shape(tf.pad(x, [[0, size - rows], [0, 0]]), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]], constant_values=-1), [size])
    return x, y, tf.sequence_mask(rows, size, tf.float32)


# %% exercise="pad_batch" answer="weights are bools" expect="wrong" fails="pad_batch-1" breaks="4" says="the weights"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.ensure_shape(tf.pad(x, [[0, size - rows], [0, 0]]), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]]), [size])
    return x, y, tf.sequence_mask(rows, size)


# %% exercise="class_counts" answer="one_hot and a sum" expect="right"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.reduce_sum(tf.one_hot(labels, classes, dtype=tf.int32), axis=0)


# %% exercise="class_counts" answer="one segment more for what does not count" expect="right"
# exercise: class_counts
def class_counts(labels, classes):
    inside = (labels >= 0) & (labels < classes)
    safe = tf.where(inside, labels, classes)
    return tf.math.unsorted_segment_sum(tf.ones_like(labels), safe, classes + 1)[:classes]


# %% exercise="class_counts" answer="a Python loop over the classes" expect="right"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.stack([tf.reduce_sum(tf.cast(labels == number, tf.int32)) for number in range(classes)])


# %% exercise="class_counts" answer="unique_with_counts" expect="wrong" fails="class_counts-1" breaks="4" says="Count in a number of classes that you state"
# exercise: class_counts
def class_counts(labels, classes):
    found, _, counts = tf.unique_with_counts(labels)
    table = found[:, None] == tf.range(classes)[None, :]
    return tf.reduce_sum(tf.where(table, counts[:, None], 0), axis=0)


# %% exercise="class_counts" answer="bincount of those in range" expect="wrong" fails="class_counts-1" breaks="4" says="a TPU cannot run it"
# exercise: class_counts
def class_counts(labels, classes):
    inside = tf.boolean_mask(labels, (labels >= 0) & (labels < classes))
    return tf.math.bincount(inside, minlength=classes, maxlength=classes)


# %% exercise="class_counts" answer="-1 counted as class 0" expect="wrong" fails="class_counts-1" breaks="3" says="not as class 0"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.reduce_sum(tf.one_hot(tf.maximum(labels, 0), classes, dtype=tf.int32), axis=0)


# %% exercise="class_counts" answer="-1 counted from the end" expect="wrong" fails="class_counts-1" breaks="3" says="not as the last class"
# exercise: class_counts
def class_counts(labels, classes):
    safe = tf.where(labels < 0, labels + classes, labels)
    return tf.reduce_sum(tf.one_hot(safe, classes, dtype=tf.int32), axis=0)


# %% exercise="class_counts" answer="labels clipped to the last class" expect="wrong" fails="class_counts-1" breaks="3" says="A label of 9 counts nowhere"
# exercise: class_counts
def class_counts(labels, classes):
    table = tf.one_hot(tf.minimum(labels, classes - 1), classes, dtype=tf.int32)
    return tf.reduce_sum(table, axis=0)


# %% exercise="class_counts" answer="whether, not how often" expect="wrong" fails="class_counts-1" breaks="2" says="not how often"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.cast(tf.reduce_any(labels[:, None] == tf.range(classes), axis=0), tf.int32)


# %% exercise="class_counts" answer="floats" expect="wrong" fails="class_counts-1" breaks="1" says="the dtype is float32"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.reduce_sum(tf.one_hot(labels, classes), axis=0)


# %% exercise="class_counts" answer="summed over the wrong axis" expect="wrong" fails="class_counts-1" breaks="1,2"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.reduce_sum(tf.one_hot(labels, classes, dtype=tf.int32), axis=1)


# %% exercise="first_true" answer="where, sort, slice, where" expect="right"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    places = tf.where(mask, tf.range(n), n)
    first = tf.sort(places)[:k]
    return tf.where(first < n, first, -1)


# %% exercise="first_true" answer="top_k of the negative places" expect="right"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    smallest = -tf.math.top_k(tf.where(mask, -tf.range(n), -n), k).values
    return tf.where(smallest == n, -1, smallest)


# %% exercise="first_true" answer="each place's rank by a running count" expect="right"
# exercise: first_true
def first_true(mask, k):
    rank = tf.cumsum(tf.cast(mask, tf.int32)) - 1
    hit = (rank[None, :] == tf.range(k)[:, None]) & mask[None, :]
    place = tf.reduce_sum(tf.where(hit, tf.range(mask.shape[0])[None, :], 0), axis=1)
    return tf.where(tf.reduce_any(hit, axis=1), place, -1)


# %% exercise="first_true" answer="a stable sort of the mask itself" expect="right"
# exercise: first_true
def first_true(mask, k):
    order = tf.argsort(tf.cast(mask, tf.int32), direction="DESCENDING", stable=True)[:k]
    return tf.where(tf.gather(mask, order), order, -1)


# %% exercise="first_true" answer="tf.where with one argument, padded" expect="wrong" fails="first_true-1" breaks="5" says="make the condition a mask"
# exercise: first_true
def first_true(mask, k):
    places = tf.cast(tf.where(mask)[:, 0], tf.int32)
    return tf.concat([places, -tf.ones([k], tf.int32)], axis=0)[:k]


# %% exercise="first_true" answer="the last ones" expect="wrong" fails="first_true-1" breaks="2" says="These are the last two"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    last = tf.math.top_k(tf.where(mask, tf.range(n), -1), k).values
    return tf.sort(last)


# %% exercise="first_true" answer="in falling order" expect="wrong" fails="first_true-1" breaks="3" says="In rising order"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    first = tf.sort(tf.where(mask, tf.range(n), n))[:k][::-1]
    return tf.where(first < n, first, -1)


# %% exercise="first_true" answer="filled with n" expect="wrong" fails="first_true-1" breaks="4" says="What is missing is -1"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    return tf.sort(tf.where(mask, tf.range(n), n))[:k]


# %% exercise="first_true" answer="-1 sorts to the front" expect="wrong" fails="first_true-1" breaks="2,4"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    return tf.sort(tf.where(mask, tf.range(n), -1))[:k]


# %% exercise="first_true" answer="what is missing in front" expect="wrong" fails="first_true-1" breaks="4" says="What is missing comes at the end"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    first = tf.sort(tf.where(mask, tf.range(n), n))[:k]
    return tf.sort(tf.where(first < n, first, -1))


# %% exercise="first_true" answer="a Python loop over values" expect="wrong" fails="first_true-1" breaks="5"
# exercise: first_true
def first_true(mask, k):
    places = [i for i, holds in enumerate(mask.numpy()) if holds][:k]
    return tf.constant(places + [-1] * (k - len(places)))


# %% exercise="first_true" answer="64-bit places" expect="wrong" fails="first_true-1" breaks="1" says="the dtype is int64"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    first = tf.sort(tf.where(mask, tf.range(n, dtype=tf.int64), n))[:k]
    return tf.where(first < n, first, -1)


# %% exercise="first_true" answer="100 taken for large" expect="wrong" fails="first_true-1" breaks="2" says="larger than any place"
# exercise: first_true
def first_true(mask, k):
    first = tf.sort(tf.where(mask, tf.range(mask.shape[0]), 100))[:k]
    return tf.where(first < 100, first, -1)


# %% exercise="masked_step" answer="errors of missing targets are zero" expect="right"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    filled = tf.where(there, y, 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(errors**2) / count
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="the gradient by hand" expect="right"
# exercise: masked_step
def masked_step(w, x, y):
    weights = tf.where(tf.math.is_nan(y), 0.0, 1.0)
    errors = weights * (x @ w - tf.where(tf.math.is_nan(y), 0.0, y))
    count = tf.reduce_sum(weights)
    slope = tf.math.divide_no_nan(2.0 * tf.transpose(x) @ errors, count)
    return tf.math.divide_no_nan(tf.reduce_sum(errors**2), count), w - 0.1 * slope


# %% exercise="masked_step" answer="inputs of missing rows set to zero" expect="right"
# exercise: masked_step
def masked_step(w, x, y):
    there = tf.cast(y == y, tf.float32)
    rows = x * there
    targets = tf.where(y == y, y, 0.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum(tf.square(rows @ w - targets)) / tf.maximum(tf.reduce_sum(there), 1.0)
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="rows still picked" expect="wrong" fails="masked_step-1" breaks="6" says="make the condition a mask"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y[:, 0])
    rows, targets = tf.boolean_mask(x, there), tf.boolean_mask(y, there)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum((rows @ w - targets) ** 2) / tf.maximum(tf.cast(tf.size(targets), tf.float32), 1.0)
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="still in double precision" expect="wrong" fails="masked_step-1" breaks="7" says="float64"
# exercise: masked_step
def masked_step(w, x, y):
    rate = tf.constant(np.float64(0.1))
    there = ~tf.math.is_nan(y)
    filled = tf.where(there, y, 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(errors**2) / count
    slope = tape.gradient(loss, w)
    return loss, tf.cast(tf.cast(w, tf.float64) - rate * tf.cast(slope, tf.float64), tf.float32)


# %% exercise="masked_step" answer="still printing" expect="wrong" fails="masked_step-1" breaks="5" says="print it after the call"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    filled = tf.where(there, y, 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(errors**2) / count
    tf.print("loss", loss)
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="the loss divided by all rows" expect="wrong" fails="masked_step-1" breaks="1" says="targets that are there"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        squares = tf.where(there, x @ w - tf.where(there, y, 0.0), 0.0) ** 2
        total = tf.reduce_sum(squares)
    return tf.reduce_mean(squares), w - 0.1 * tape.gradient(total, w) / count


# %% exercise="masked_step" answer="only the loss divided by the count" expect="wrong" fails="masked_step-1" breaks="2" says="a mean over all rows"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        squares = tf.where(there, x @ w - tf.where(there, y, 0.0), 0.0) ** 2
        mean = tf.reduce_mean(squares)
    return tf.reduce_sum(squares) / count, w - 0.1 * tape.gradient(mean, w)


# %% exercise="masked_step" answer="nan times 0" expect="wrong" fails="masked_step-1" breaks="1,2" says="reached the loss"
# exercise: masked_step
def masked_step(w, x, y):
    weights = tf.cast(~tf.math.is_nan(y), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum(weights * (x @ w - y) ** 2) / tf.maximum(tf.reduce_sum(weights), 1.0)
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="nan hidden from the loss, not from the gradient" expect="wrong" fails="masked_step-1" breaks="2" says="Only the loss is free of nan"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum(tf.where(there, (x @ w - y) ** 2, 0.0)) / count
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="0 / 0 for no target" expect="wrong" fails="masked_step-1" breaks="3" says="divide by 1 at least"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    filled = tf.where(there, y, 0.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(errors**2) / tf.reduce_sum(tf.cast(there, tf.float32))
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="the gradient by hand, 0 / 0 for no target" expect="wrong" fails="masked_step-1" breaks="4" says="the gradient is 0 / 0"
# exercise: masked_step
def masked_step(w, x, y):
    there = tf.where(tf.math.is_nan(y), 0.0, 1.0)
    errors = there * (x @ w - tf.where(tf.math.is_nan(y), 0.0, y))
    count = tf.reduce_sum(there)
    slope = 2.0 * tf.transpose(x) @ errors / count
    return tf.math.divide_no_nan(tf.reduce_sum(errors**2), count), w - 0.1 * slope


# %% exercise="run_steps" answer="tf.range and a TensorArray" expect="right"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        losses = losses.write(i, loss)
    return w, losses.stack()


# %% exercise="run_steps" answer="tf.while_loop" expect="right"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    steps = xs.shape[0]

    def body(i, w, losses):
        error = xs[i] @ w - ys[i]
        slope = 2.0 * tf.transpose(xs[i]) @ error / tf.cast(tf.size(error), tf.float32)
        return i + 1, w - rate * slope, losses.write(i, tf.reduce_mean(error**2))

    start = (tf.constant(0), w, tf.TensorArray(tf.float32, size=steps))
    _, w, losses = tf.while_loop(lambda i, *_: i < steps, body, start, maximum_iterations=steps)
    return w, losses.stack()


# %% exercise="run_steps" answer="losses added into a vector" expect="right"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    steps = xs.shape[0]
    losses = tf.zeros([steps])
    for i in tf.range(steps):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean((tf.gather(xs, i) @ w - tf.gather(ys, i)) ** 2)
        w = w - rate * tape.gradient(loss, w)
        losses += loss * tf.one_hot(i, steps)
    return w, losses


# %% exercise="run_steps" answer="Python's range: written out" expect="wrong" fails="run_steps-1" breaks="6" says="written out n times"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = []
    for i in range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        losses.append(loss)
    return w, tf.stack(losses)


# %% exercise="run_steps" answer="the first batch only" expect="wrong" fails="run_steps-1" breaks="1,3" says="what one step gives"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean(tf.square(xs[0] @ w - ys[0]))
    return w - rate * tape.gradient(loss, w), tf.repeat(loss, xs.shape[0])


# %% exercise="run_steps" answer="all gradients at the first weights" expect="wrong" fails="run_steps-1" breaks="1,4" says="taken at the first weights"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    with tf.GradientTape() as tape:
        tape.watch(w)
        losses = tf.reduce_mean(tf.square(xs @ w - ys), axis=[1, 2])
    return w - rate * tape.gradient(losses, w), losses


# %% exercise="run_steps" answer="the losses after the steps" expect="wrong" fails="run_steps-1" breaks="4" says="Each loss belongs before its step"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        losses = losses.write(i, tf.reduce_mean(tf.square(xs[i] @ w - ys[i])))
    return w, losses.stack()


# %% exercise="run_steps" answer="a TensorArray that grows" expect="wrong" fails="run_steps-1" breaks="5" says="a TPU cannot run it"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        losses = losses.write(i, loss)
    return w, losses.stack()


# %% exercise="run_steps" answer="sums in place of means" expect="wrong" fails="run_steps-1" breaks="1,3" says="that of the sum over the rows"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        losses = losses.write(i, loss)
    return w, losses.stack()


# %% exercise="run_steps" answer="uphill" expect="wrong" fails="run_steps-1" breaks="1,3" says="the weights after two steps"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w += rate * tape.gradient(loss, w)
        losses = losses.write(i, loss)
    return w, losses.stack()


# %% exercise="run_steps" answer="one loss for all" expect="wrong" fails="run_steps-1" breaks="2" says="the losses"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    total = tf.constant(0.0)
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        total += loss
    return w, total


# %% exercise="run_steps" answer="the weights before the last step" expect="wrong" fails="run_steps-1" breaks="1" says="what one step gives"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    before = w
    for i in tf.range(xs.shape[0]):
        before = w
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= rate * tape.gradient(loss, w)
        losses = losses.write(i, loss)
    return before, losses.stack()


# %% exercise="run_steps" answer="the loss is the sum, the step that of the mean" expect="wrong" fails="run_steps-1" breaks="3" says="These are sums over the rows"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            squares = tf.square(xs[i] @ w - ys[i])
            mean = tf.reduce_mean(squares)
        w -= rate * tape.gradient(mean, w)
        losses = losses.write(i, tf.reduce_sum(squares))
    return w, losses.stack()


# %% exercise="masked_mean" answer="counted in bfloat16" expect="wrong" fails="masked_mean-1" breaks="1"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, x, 0.0)
    count = tf.reduce_sum(tf.cast(mask, tf.bfloat16))       # a TPU likes bfloat16
    return tf.math.divide_no_nan(tf.reduce_sum(kept), tf.cast(count, tf.float32))


# %% exercise="pad_batch" answer="a row of zeros weighs nothing" expect="wrong" fails="pad_batch-1"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.ensure_shape(tf.pad(x, [[0, size - rows], [0, 0]]), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]]), [size])
    weights = tf.cast(tf.reduce_any(x != 0, axis=1), tf.float32)
    return x, y, weights


# %% exercise="class_counts" answer="counted in bfloat16" expect="wrong" fails="class_counts-1" breaks="2"
# exercise: class_counts
def class_counts(labels, classes):
    table = tf.one_hot(labels, classes, dtype=tf.bfloat16)
    return tf.cast(tf.reduce_sum(table, axis=0), tf.int32)


# %% exercise="first_true" answer="a thousand for no place" expect="wrong" fails="first_true-1" breaks="2"
# exercise: first_true
def first_true(mask, k):
    places = tf.where(mask, tf.range(mask.shape[0]), 1000)
    first = tf.sort(places)[:k]
    return tf.where(first < 1000, first, -1)


# %% exercise="masked_step" answer="an infinite target is missing" expect="wrong" fails="masked_step-1"
# exercise: masked_step
def masked_step(w, x, y):
    there = tf.math.is_finite(y)
    filled = tf.where(there, y, 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(errors**2) / count
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="run_steps" answer="two steps a turn" expect="error" fails="run_steps-1"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0] // 2):
        for j in (2 * i, 2 * i + 1):        # two at a time is faster
            with tf.GradientTape() as tape:
                tape.watch(w)
                loss = tf.reduce_mean(tf.square(xs[j] @ w - ys[j]))
            w -= rate * tape.gradient(loss, w)
            losses = losses.write(j, loss)
    return w, losses.stack()


# %% exercise="masked_mean" answer="nan becomes zero wherever it stands" expect="wrong" fails="masked_mean-1" breaks="6"
# exercise: masked_mean
def masked_mean(x, mask):
    x = tf.where(tf.math.is_nan(x), 0.0, x)
    kept = tf.where(mask, x, 0.0)
    count = tf.reduce_sum(tf.cast(mask, tf.float32))
    return tf.math.divide_no_nan(tf.reduce_sum(kept), count)


# %% exercise="pad_batch" answer="padding made of the first row" expect="error" fails="pad_batch-1"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    zeros = tf.repeat(x[:1] * 0, size - rows, axis=0)
    x = tf.ensure_shape(tf.concat([x, zeros], 0), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, size - rows]]), [size])
    return x, y, tf.ensure_shape(tf.sequence_mask(rows, size, tf.float32), [size])


# %% exercise="class_counts" answer="counted in int8" expect="wrong" fails="class_counts-1" breaks="2"
# exercise: class_counts
def class_counts(labels, classes):
    table = tf.one_hot(labels, classes, dtype=tf.int8)
    return tf.cast(tf.reduce_sum(table, axis=0), tf.int32)


# %% exercise="first_true" answer="places in half precision" expect="wrong" fails="first_true-1" breaks="2"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    places = tf.where(mask, tf.range(n), n)
    values, _ = tf.math.top_k(-tf.cast(places, tf.float16), k)
    first = tf.cast(-values, tf.int32)
    return tf.where(first < n, first, -1)


# %% exercise="masked_step" answer="a target of zero is missing" expect="wrong" fails="masked_step-1"
# exercise: masked_step
def masked_step(w, x, y):
    filled = tf.where(tf.math.is_nan(y), 0.0, y)
    there = filled != 0
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(errors**2) / count
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="run_steps" answer="a clipped step" expect="wrong" fails="run_steps-1"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w -= tf.clip_by_norm(rate * tape.gradient(loss, w), 10.0)
        losses = losses.write(i, loss)
    return w, losses.stack()


# %% exercise="masked_mean" answer="the mean of nothing at all" expect="wrong" fails="masked_mean-1" breaks="4"
# exercise: masked_mean
def masked_mean(x, mask):
    chosen = tf.reduce_mean(tf.where(mask, x, 0.0))
    return tf.where(tf.reduce_any(mask), chosen, 0.0 * chosen) / tf.maximum(tf.reduce_mean(tf.cast(mask, tf.float32)), 1e-9)


# %% exercise="pad_batch" answer="labels padded as int32" expect="wrong" fails="pad_batch-1" breaks="3"
# exercise: pad_batch
def pad_batch(x, y, size):
    rows = tf.shape(x)[0]
    x = tf.pad(x, [[0, size - rows], [0, 0]])
    y = tf.cast(tf.pad(tf.cast(y, tf.int32), [[0, size - rows]]), tf.int64)
    weights = tf.sequence_mask(rows, size, tf.float32)
    return tf.ensure_shape(x, [size, x.shape[1]]), tf.ensure_shape(y, [size]), tf.ensure_shape(weights, [size])


# %% exercise="class_counts" answer="labels in a byte" expect="wrong" fails="class_counts-1" breaks="3"
# exercise: class_counts
def class_counts(labels, classes):
    small = tf.cast(labels, tf.uint8)
    return tf.reduce_sum(tf.one_hot(tf.cast(small, tf.int32), classes, dtype=tf.int32), axis=0)


# %% exercise="masked_step" answer="an error of 0 is a missing target" expect="wrong" fails="masked_step-1" breaks="1,2" says="that is met"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    errors = tf.where(there, x @ w - tf.where(there, y, 0.0), 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(errors != 0.0, tf.float32)), 1.0)
    return tf.reduce_sum(errors**2) / count, w - 0.2 * tf.transpose(x) @ errors / count


# %% exercise="masked_step" answer="a clipped gradient" expect="wrong" fails="masked_step-1" breaks="2"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    errors = tf.where(there, x @ w - tf.where(there, y, 0.0), 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    slope = 2 * tf.transpose(x) @ errors / count
    return tf.reduce_sum(errors**2) / count, w - 0.1 * tf.clip_by_value(slope, -10.0, 10.0)


# %% exercise="run_steps" answer="twenty steps at most" expect="wrong" fails="run_steps-1" breaks="1"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    losses = tf.TensorArray(tf.float32, size=xs.shape[0])
    for i in tf.range(xs.shape[0]):
        errors = xs[i] @ w - ys[i]
        losses = losses.write(i, tf.reduce_mean(errors**2))
        step = 2 * rate * tf.transpose(xs[i]) @ errors / xs.shape[1]
        w -= tf.where(i < 20, step, 0.0)
    return w, losses.stack()


# %% exercise="masked_mean" answer="a count that is never 0" expect="wrong" fails="masked_mean-1" breaks="1"
# exercise: masked_mean
def masked_mean(x, mask):
    return tf.reduce_sum(tf.where(mask, x, 0.0)) / (tf.reduce_sum(tf.cast(mask, tf.float32)) + 1e-4)


# %% exercise="class_counts" answer="counted in half precision" expect="wrong" fails="class_counts-1" breaks="2"
# exercise: class_counts
def class_counts(labels, classes):
    return tf.cast(tf.reduce_sum(tf.one_hot(labels, classes, dtype=tf.float16), axis=0), tf.int32)


# %% exercise="class_counts" equal="equality does not depend on the order"
# - hits = tf.equal(tf.expand_dims(labels, 1), tf.range(classes))
# + hits = tf.equal(tf.range(classes), tf.expand_dims(labels, 1))


# %% exercise="class_counts" equal="a label that is the number of classes keeps that number, which is where it is put otherwise"
# - inside = (labels >= 0) & (labels < classes)
# + inside = (labels >= 0) & (labels <= classes)


# %% exercise="first_true" equal="equality does not depend on the order"
# - return tf.where(tf.equal(front, none), -1, front)
# + return tf.where(tf.equal(none, front), -1, front)


# %% exercise="first_true" equal="tf.argsort is stable without being asked, too; TensorFlow has no other sort yet"
# - order = tf.argsort(tf.cast(mask, tf.int32), direction="DESCENDING", stable=True)[:k]
# + order = tf.argsort(tf.cast(mask, tf.int32), direction='DESCENDING')[:k]


# %% exercise="masked_step" equal="any number will do in place of a missing target: the weight of its error is 0"
# - errors = weights * (x @ w - tf.where(tf.math.is_nan(y), 0.0, y))
# + errors = weights * (x @ w - tf.where(tf.math.is_nan(y), 1.0, y))


# %% exercise="run_steps" equal="a Python float becomes the same float32 tensor"
# - path, losses = tf.scan(one, (xs, ys), initializer=(w, tf.constant(0.0)))
# + path, losses = tf.scan(one, (xs, ys), initializer=(w, 0.0))


# %% exercise="run_steps" equal="no step reads the loss of the step before it, nor does the first one read this number"
# - path, losses = tf.scan(one, (xs, ys), initializer=(w, tf.constant(0.0)))
# + path, losses = tf.scan(one, (xs, ys), initializer=(w, tf.constant(1.0)))


# %% exercise="masked_mean" answer="what is not 0 is counted" expect="wrong" fails="masked_mean-1" breaks="1" says="count the mask"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, x, tf.zeros_like(x))
    count = tf.math.count_nonzero(kept, dtype=tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(kept), count)


# %% exercise="first_true" answer="sorted in bfloat16" expect="wrong" fails="first_true-1" breaks="2" says="nor in bfloat16"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    score = tf.where(mask, tf.cast(n - tf.range(n), tf.bfloat16), 0)
    best = tf.cast(tf.math.top_k(score, k).values, tf.int32)
    return tf.where(best > 0, n - best, -1)


# %% exercise="masked_step" answer="-1 marks what is missing" expect="wrong" fails="masked_step-1" breaks="1" says="no number may stand"
# exercise: masked_step
def masked_step(w, x, y):
    filled = tf.where(tf.math.is_nan(y), -1.0, y)
    weight = tf.cast(filled != -1.0, tf.float32)
    count = tf.maximum(tf.reduce_sum(weight), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum(weight * tf.square(x @ w - filled)) / count
    slope = tape.gradient(loss, w)
    return loss, w - tf.constant(0.1) * slope


# %% exercise="run_steps" answer="a hundred steps at most" expect="wrong" fails="run_steps-1" breaks="1"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    steps = xs.shape[0]

    def body(i, w, losses):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        return i + 1, w - rate * tape.gradient(loss, w), losses.write(i, loss)

    start = (tf.constant(0), w, tf.TensorArray(tf.float32, size=steps, element_shape=[]))
    _, w, losses = tf.while_loop(lambda i, *_: i < steps, body, start, maximum_iterations=100)
    return w, losses.stack()


# %% exercise="masked_mean" answer="every infinity a positive one" expect="wrong" fails="masked_mean-1" breaks="6" says="Infinity has a sign"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, x, tf.zeros_like(x))
    endless = tf.math.is_inf(kept)
    total = tf.reduce_sum(tf.where(endless, tf.zeros_like(x), kept))
    mean = tf.math.divide_no_nan(total, tf.reduce_sum(tf.cast(mask, tf.float32)))
    return tf.where(tf.reduce_any(endless), float("inf"), mean)


# %% exercise="masked_mean" answer="counted in float16" expect="wrong" fails="masked_mean-1" breaks="1"
# exercise: masked_mean
def masked_mean(x, mask):
    kept = tf.where(mask, x, tf.zeros_like(x))
    count = tf.cast(tf.reduce_sum(tf.cast(mask, tf.float16)), tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(kept), count)


# %% exercise="first_true" answer="ranks in float16" expect="wrong" fails="first_true-1" breaks="2"
# exercise: first_true
def first_true(mask, k):
    rank = tf.cast(tf.cumsum(tf.cast(mask, tf.float16)), tf.float32)
    wanted = tf.cast(tf.range(1, k + 1), tf.float32)[:, tf.newaxis]
    hit = tf.logical_and(rank[tf.newaxis, :] == wanted, mask[tf.newaxis, :])
    place = tf.argmax(tf.cast(hit, tf.int32), axis=1, output_type=tf.int32)
    return tf.where(tf.reduce_any(hit, axis=1), place, -1)


# %% exercise="first_true" answer="the largest number taken for the filler" expect="wrong" fails="first_true-1" breaks="4" says="The largest number is a place"
# exercise: first_true
def first_true(mask, k):
    n = mask.shape[0]
    places = tf.where(mask, tf.range(n), n)
    first = tf.sort(places)[:k]
    missing = tf.reduce_max(places)
    return tf.where(first == missing, -1, first)


# %% exercise="masked_step" answer="Python's print" expect="wrong" fails="masked_step-1" breaks="5" says="print it after the call"
# exercise: masked_step
def masked_step(w, x, y):
    there = ~tf.math.is_nan(y)
    filled = tf.where(there, y, 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum(tf.where(there, x @ w - filled, 0.0) ** 2) / count
    print("loss", loss)
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="run_steps" answer="a loop for each fifty steps" expect="wrong" fails="run_steps-1" breaks="6" says="operations 200 steps need"
# exercise: run_steps
def run_steps(w, xs, ys, rate):
    steps = xs.shape[0]

    def body(i, w, losses):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        losses = tf.tensor_scatter_nd_update(losses, tf.reshape(i, [1, 1]), tf.reshape(loss, [1]))
        return i + 1, w - rate * tape.gradient(loss, w), losses

    i, losses = tf.constant(0), tf.zeros([steps])
    for end in [min(begin + 50, steps) for begin in range(0, steps, 50)]:
        i, w, losses = tf.while_loop(lambda i, w, losses, end=end: i < end, body, (i, w, losses))
    return w, losses


# %% exercise="run_steps" answer="copies of a step in a function of its own" expect="wrong" fails="run_steps-1" breaks="6" says="written out n times"
# exercise: run_steps
@tf.function
def run_steps(w, xs, ys, rate):
    losses = []
    for i in range(xs.shape[0]):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(xs[i] @ w - ys[i]))
        w = w - rate * tape.gradient(loss, w)
        losses.append(loss)
    return w, tf.stack(losses)


# %% exercise="pad_batch" answer="labels below 0 taken for added rows" expect="wrong" fails="pad_batch-1" breaks="5"
# exercise: pad_batch
def pad_batch(x, y, size):
    missing = size - tf.shape(y)[0]
    # mark the missing labels by -1 first, so that they can be told from class 0
    marked = tf.pad(y, [[0, missing]], constant_values=-1)
    weights = tf.cast(marked >= 0, tf.float32)
    y = tf.pad(y, [[0, missing]])
    x = tf.pad(x, [[0, missing], [0, 0]])
    return tf.ensure_shape(x, [size, x.shape[1]]), tf.ensure_shape(y, [size]), tf.ensure_shape(weights, [size])


# %% exercise="masked_step" answer="-999 stands for a missing target" expect="wrong" fails="masked_step-1" breaks="1"
# exercise: masked_step
def masked_step(w, x, y):
    filled = tf.where(tf.math.is_nan(y), -999.0, y)
    there = tf.cast(tf.not_equal(filled, -999.0), tf.float32)
    count = tf.maximum(tf.reduce_sum(there), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = (x @ w - filled) * there
        loss = tf.reduce_sum(tf.square(errors)) / count
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_step" answer="prints while it is traced" expect="wrong" fails="masked_step-1" breaks="5" says="neither `tf.print` nor `print`"
# exercise: masked_step
@tf.function
def masked_step(w, x, y):
    print("tracing masked_step for", x.shape[0], "rows")
    there = ~tf.math.is_nan(y)
    filled = tf.where(there, y, 0.0)
    count = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        errors = tf.where(there, x @ w - filled, 0.0)
        loss = tf.reduce_sum(tf.square(errors)) / count
    return loss, w - 0.1 * tape.gradient(loss, w)


# %% exercise="masked_mean" answer="minus infinity times 0" expect="wrong" fails="masked_mean-1" breaks="5" says="Minus infinity times 0"
# exercise: masked_mean
def masked_mean(x, mask):
    """Return the mean of x where the mask is true, with sizes that are known beforehand."""
    weights = tf.cast(mask, tf.float32)
    bad = tf.math.is_nan(x) | (x == float("inf"))
    clean = tf.where(bad & ~mask, 0.0, x)
    return tf.math.divide_no_nan(tf.reduce_sum(clean * weights), tf.reduce_sum(weights))


# %% exercise="pad_batch" answer="the weights squeezed" expect="wrong" fails="pad_batch-1" breaks="4" says="axis of the rows stays"
# exercise: pad_batch
def pad_batch(x, y, size):
    """Return a batch padded with zeros to a known size, and weights that tell real rows from added ones."""
    missing = size - tf.shape(x)[0]
    ones = tf.ones_like(x[:, :1])
    weights = tf.squeeze(tf.ensure_shape(tf.pad(ones, [[0, missing], [0, 0]]), [size, 1]))
    x = tf.ensure_shape(tf.pad(x, [[0, missing], [0, 0]]), [size, x.shape[1]])
    y = tf.ensure_shape(tf.pad(y, [[0, missing]]), [size])
    return x, y, weights
