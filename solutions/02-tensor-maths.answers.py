# %% [markdown]
# # Answer bank: tensor maths
#
# Other right answers to the exercises of `02-tensor-maths.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="standardise" answer="where chooses the divisor" expect="right"
# exercise: standardise
def standardise(x):
    mean = tf.reduce_mean(x, axis=0, keepdims=True)
    spread = tf.math.reduce_std(x, axis=0, keepdims=True)
    same = tf.reduce_all(x == x[:1], axis=0)
    return tf.where(same, 0.0, x - mean) / tf.where(same, 1.0, spread)


# %% exercise="standardise" answer="moments of what differs from the first row" expect="right"
# exercise: standardise
def standardise(x):
    apart = x - x[0]
    mean, variance = tf.nn.moments(apart, axes=[0])
    spread = tf.sqrt(variance)
    return tf.where(spread > 0, (apart - mean) / spread, tf.zeros_like(x))


# %% exercise="standardise" answer="column by column" expect="right"
# exercise: standardise
def standardise(x):
    columns = []
    for column in tf.unstack(x, axis=1):
        apart = column - column[0]
        apart -= tf.reduce_mean(apart)
        columns.append(tf.math.divide_no_nan(apart, tf.sqrt(tf.reduce_mean(apart**2))))
    return tf.stack(columns, axis=1)


# %% exercise="standardise" answer="rows" expect="wrong" fails="standardise-1" says="You standardised each row"
# exercise: standardise
def standardise(x):
    mean = tf.reduce_mean(x, axis=1, keepdims=True)
    return tf.math.divide_no_nan(x - mean, tf.math.reduce_std(x, axis=1, keepdims=True))


# %% exercise="standardise" answer="the whole table at once" expect="wrong" fails="standardise-1" says="One mean and one spread for the whole table"
# exercise: standardise
def standardise(x):
    return tf.math.divide_no_nan(x - tf.reduce_mean(x), tf.math.reduce_std(x))


# %% exercise="standardise" answer="only centred" expect="wrong" fails="standardise-1" breaks="3" says="divide by it"
# exercise: standardise
def standardise(x):
    return x - tf.reduce_mean(x, axis=0)


# %% exercise="standardise" answer="variance for standard deviation" expect="wrong" fails="standardise-1" breaks="3" says="You divided by the variance"
# exercise: standardise
def standardise(x):
    return tf.math.divide_no_nan(x - tf.reduce_mean(x, axis=0), tf.math.reduce_variance(x, axis=0))


# %% exercise="standardise" answer="zero by zero" expect="wrong" fails="standardise-1" breaks="4" says="Zero divided by zero is not a number"
# exercise: standardise
def standardise(x):
    return (x - tf.reduce_mean(x, axis=0)) / tf.math.reduce_std(x, axis=0)


# %% exercise="standardise" answer="scaled to the range from -1 to 1" expect="wrong" fails="standardise-1"
# exercise: standardise
def standardise(x):
    low, high = tf.reduce_min(x, axis=0), tf.reduce_max(x, axis=0)
    return tf.math.divide_no_nan(2 * x - low - high, high - low)


# %% exercise="standardise" answer="a small number added to every spread" expect="wrong" fails="standardise-1" breaks="3" says="A small number"
# exercise: standardise
def standardise(x):
    flat = tf.reduce_max(x, axis=0) == tf.reduce_min(x, axis=0)
    scaled = (x - tf.reduce_mean(x, axis=0)) / (tf.math.reduce_std(x, axis=0) + 1e-7)
    return tf.where(flat, 0.0, scaled)


# %% exercise="standardise" answer="the mean of equal values taken for exact" expect="wrong" fails="standardise-1" breaks="4" says="is rounded"
# exercise: standardise
def standardise(x):
    return tf.math.divide_no_nan(x - tf.reduce_mean(x, axis=0), tf.math.reduce_std(x, axis=0))


# %% exercise="standardise" answer="divided, and not centred" expect="wrong" fails="standardise-1" breaks="2" says="subtract it first"
# exercise: standardise
def standardise(x):
    flat = tf.reduce_max(x, axis=0) == tf.reduce_min(x, axis=0)
    return tf.where(flat, 0.0, x / tf.math.reduce_std(x, axis=0))


# %% exercise="standardise" answer="float64" expect="wrong" fails="standardise-1" breaks="1" says="float64"
# exercise: standardise
def standardise(x):
    x = tf.cast(x, tf.float64)
    apart = x - x[0]
    apart -= tf.reduce_mean(apart, axis=0)
    return tf.math.divide_no_nan(apart, tf.math.reduce_std(apart, axis=0))


# %% exercise="standardise" answer="NumPy inside" expect="wrong" fails="standardise-1" breaks="5" says="numpy"
# exercise: standardise
def standardise(x):
    apart = x.numpy() - x.numpy()[0]
    spread = apart.std(axis=0)
    return tf.constant((apart - apart.mean(axis=0)) * (spread > 0) / (spread + (spread == 0)))


# %% exercise="moving_average" answer="frames" expect="right"
# exercise: moving_average
def moving_average(x, width):
    return tf.reduce_mean(tf.signal.frame(x, width, 1), axis=-1)


# %% exercise="moving_average" answer="sum of shifted slices" expect="right"
# exercise: moving_average
def moving_average(x, width):
    count = tf.shape(x)[0] - width + 1
    return tf.add_n([x[i : i + count] for i in range(width)]) / width


# %% exercise="moving_average" answer="a convolution" expect="right"
# exercise: moving_average
def moving_average(x, width):
    kernel = tf.fill((width, 1, 1), 1.0 / width)
    return tf.nn.conv1d(x[tf.newaxis, :, tf.newaxis], kernel, stride=1, padding="VALID")[0, :, 0]


# %% exercise="moving_average" answer="gather with a table of places" expect="right"
# exercise: moving_average
def moving_average(x, width):
    starts = tf.range(tf.size(x) - width + 1)
    return tf.reduce_mean(tf.gather(x, starts[:, tf.newaxis] + tf.range(width)), axis=1)


# %% exercise="moving_average" answer="sums, not means" expect="wrong" fails="moving_average-1" breaks="3" says="divide by the width"
# exercise: moving_average
def moving_average(x, width):
    sums = tf.concat([[0.0], tf.cumsum(x)], axis=0)
    return sums[width:] - sums[:-width]


# %% exercise="moving_average" answer="no zero in front" expect="wrong" fails="moving_average-1" says="The first mean is missing"
# exercise: moving_average
def moving_average(x, width):
    sums = tf.cumsum(x)
    return (sums[width:] - sums[:-width]) / width


# %% exercise="moving_average" answer="mean of everything so far" expect="wrong" fails="moving_average-1" says="everything so far"
# exercise: moving_average
def moving_average(x, width):
    return tf.cumsum(x) / tf.range(1.0, tf.cast(tf.size(x), tf.float32) + 1)


# %% exercise="moving_average" answer="filled up at the end" expect="wrong" fails="moving_average-1" breaks="2" says="filled up with zeros"
# exercise: moving_average
def moving_average(x, width):
    filled = tf.concat([x, tf.zeros(width - 1)], axis=0)
    return tf.reduce_mean(tf.signal.frame(filled, width, 1), axis=-1)


# %% exercise="moving_average" answer="windows that do not overlap" expect="wrong" fails="moving_average-1" says="The windows must overlap"
# exercise: moving_average
def moving_average(x, width):
    return tf.reduce_mean(tf.signal.frame(x, width, width), axis=-1)


# %% exercise="moving_average" answer="a size that a graph does not know" expect="error" fails="moving_average-1" breaks="4"
# exercise: moving_average
def moving_average(x, width):
    return tf.stack([tf.reduce_mean(x[i : i + width]) for i in range(x.shape[0] - width + 1)])


# %% exercise="moving_average" answer="the literals only" expect="wrong" fails="moving_average-1"
# exercise: moving_average
def moving_average(x, width):
    known = {1: [1.0, 3.0, 5.0, 10.0, 0.0], 2: [2.0, 4.0, 7.5, 5.0], 3: [3.0, 6.0, 5.0], 5: [3.8]}
    return tf.constant(known.get(width, [0.0]))


# %% exercise="moving_average" answer="float64" expect="wrong" fails="moving_average-1" breaks="1" says="float64"
# exercise: moving_average
def moving_average(x, width):
    sums = tf.pad(tf.cumsum(tf.cast(x, tf.float64)), [[1, 0]])
    return (sums[width:] - sums[:-width]) / width


# %% exercise="hit_rate" answer="Keras's metric" expect="right"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    return tf.reduce_mean(tf.keras.metrics.sparse_top_k_categorical_accuracy(labels, scores, k=k))


# %% exercise="hit_rate" answer="how many scores are higher" expect="right"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    own = tf.gather(scores, labels, batch_dims=1)
    higher = tf.reduce_sum(tf.cast(scores > own[:, tf.newaxis], tf.int32), axis=1)
    return tf.reduce_mean(tf.cast(higher < k, tf.float32))


# %% exercise="hit_rate" answer="in_top_k" expect="right"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    hits = tf.math.in_top_k(labels, scores, k)
    return tf.math.count_nonzero(hits, dtype=tf.float32) / tf.cast(tf.size(hits), tf.float32)


# %% exercise="hit_rate" answer="sorted places and one-hot" expect="right"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    places = tf.argsort(scores, axis=1, direction="DESCENDING")[:, :k]
    chosen = tf.reduce_sum(tf.one_hot(places, scores.shape[1]), axis=1)
    return tf.reduce_mean(tf.reduce_sum(chosen * tf.one_hot(labels, scores.shape[1]), axis=1))


# %% exercise="hit_rate" answer="labels without a second axis" expect="wrong" fails="hit_rate-1"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    _, best = tf.math.top_k(scores, k=k)
    hits = tf.reduce_any(best == tf.cast(labels, tf.int32), axis=1)
    return tf.reduce_mean(tf.cast(hits, tf.float32))


# %% exercise="hit_rate" answer="each row against all labels" expect="wrong" fails="hit_rate-1" says="compared with all labels"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    _, best = tf.math.top_k(scores, k=k)
    same = best[:, :, tf.newaxis] == tf.cast(labels, tf.int32)
    return tf.reduce_mean(tf.cast(tf.reduce_any(same, axis=[1, 2]), tf.float32))


# %% exercise="hit_rate" answer="all instead of any" expect="wrong" fails="hit_rate-1" breaks="3" says="any one will do"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    best = tf.math.top_k(scores, k=k).indices
    hits = tf.reduce_all(best == tf.cast(labels, tf.int32)[:, tf.newaxis], axis=1)
    return tf.reduce_mean(tf.cast(hits, tf.float32))


# %% exercise="hit_rate" answer="mean over all comparisons" expect="wrong" fails="hit_rate-1" breaks="2" says="first decide for each row"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    best = tf.math.top_k(scores, k=k).indices
    return tf.reduce_mean(tf.cast(best == tf.cast(labels, tf.int32)[:, tf.newaxis], tf.float32))


# %% exercise="hit_rate" answer="the k-th guess alone" expect="wrong" fails="hit_rate-1" breaks="3" says="Only the k-th guess counts"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    best = tf.math.top_k(scores, k=k).indices
    return tf.reduce_mean(tf.cast(best[:, k - 1] == tf.cast(labels, tf.int32), tf.float32))


# %% exercise="hit_rate" answer="a mean of bools as whole numbers" expect="wrong" fails="hit_rate-1"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    best = tf.math.top_k(scores, k=k).indices
    hits = tf.reduce_any(best == tf.cast(labels, tf.int32)[:, tf.newaxis], axis=1)
    return tf.reduce_mean(tf.cast(hits, tf.int32))


# %% exercise="hit_rate" answer="the best guess, whatever k" expect="wrong" fails="hit_rate-1" says="Only the best guess counts"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    return tf.reduce_mean(tf.cast(tf.argmax(scores, axis=1) == labels, tf.float32))


# %% exercise="hit_rate" answer="NumPy inside" expect="wrong" fails="hit_rate-1" breaks="4" says="numpy"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    best = tf.math.top_k(scores, k=k).indices.numpy()
    hits = [label in row for label, row in zip(labels.numpy(), best)]
    return tf.constant(sum(hits) / len(hits))


# %% exercise="hit_rate" answer="float64" expect="wrong" fails="hit_rate-1" breaks="1" says="float64"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    return tf.reduce_mean(tf.cast(tf.math.in_top_k(labels, scores, k), tf.float64))


# %% exercise="hit_rate" answer="the number of hits" expect="wrong" fails="hit_rate-1" breaks="2" says="divide by how many rows"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    return tf.reduce_sum(tf.cast(tf.math.in_top_k(labels, scores, k), tf.float32))


# %% exercise="rmse" answer="targets made a column" expect="right"
# exercise: rmse
def rmse(predicted, targets):
    if len(predicted) != len(targets):
        raise ValueError("different numbers")
    column = tf.reshape(tf.cast(targets, tf.float32), (-1, 1))
    return tf.sqrt(tf.reduce_mean((predicted - column) ** 2))


# %% exercise="rmse" answer="first column, norm over root of n" expect="right"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[:1] != targets.shape:
        raise ValueError("different numbers")
    errors = predicted[:, 0] - tf.cast(targets, tf.float32)
    return tf.norm(errors) / errors.shape[0] ** 0.5


# %% exercise="rmse" answer="Keras's loss" expect="right"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    return tf.keras.losses.MeanSquaredError()(tf.cast(targets, tf.float32), predicted[:, 0]) ** 0.5


# %% exercise="rmse" answer="as given" expect="wrong" fails="rmse-1,rmse-2" says="Every prediction is still compared with every target"
# exercise: rmse
def rmse(predicted, targets):
    errors = predicted - tf.cast(targets, tf.float32)
    return tf.sqrt(tf.reduce_mean(errors**2))


# %% exercise="rmse" answer="squeezed, and nothing refused" expect="wrong" fails="rmse-2" breaks="5"
# exercise: rmse
def rmse(predicted, targets):
    errors = tf.squeeze(predicted, axis=1) - tf.cast(targets, tf.float32)
    return tf.sqrt(tf.reduce_mean(errors**2))


# %% exercise="rmse" answer="no root" expect="wrong" fails="rmse-1,rmse-2" breaks="3" says="take its root"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    return tf.reduce_mean((predicted[:, 0] - tf.cast(targets, tf.float32)) ** 2)


# %% exercise="rmse" answer="absolute differences" expect="wrong" fails="rmse-1,rmse-2" breaks="3" says="absolute differences"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    return tf.reduce_mean(tf.abs(predicted[:, 0] - tf.cast(targets, tf.float32)))


# %% exercise="rmse" answer="root of the sum" expect="wrong" fails="rmse-1,rmse-2" says="root of the sum"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    return tf.norm(predicted[:, 0] - tf.cast(targets, tf.float32))


# %% exercise="rmse" answer="whole-number targets not cast" expect="error" fails="rmse-1" breaks="1"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    return tf.sqrt(tf.reduce_mean((predicted[:, 0] - targets) ** 2))


# %% exercise="rmse" answer="an assertion in place of ValueError" expect="wrong" fails="rmse-2" says="AssertionError"
# exercise: rmse
def rmse(predicted, targets):
    assert predicted.shape[0] == targets.shape[0], "different numbers"
    return tf.sqrt(tf.reduce_mean((predicted[:, 0] - tf.cast(targets, tf.float32)) ** 2))


# %% exercise="rmse" answer="refuses only fewer targets" expect="wrong" fails="rmse-2" breaks="5"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] > targets.shape[0]:
        raise ValueError("too few targets")
    n = predicted.shape[0]
    return tf.sqrt(tf.reduce_mean((predicted[:, 0] - tf.cast(targets[:n], tf.float32)) ** 2))


# %% exercise="rmse" answer="every prediction against every target, other numbers refused" expect="wrong" fails="rmse-1" breaks="4" says="compared with every target"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    return tf.sqrt(tf.reduce_mean((predicted - tf.cast(targets, tf.float32)) ** 2))


# %% exercise="rmse" answer="float64" expect="wrong" fails="rmse-1" breaks="2" says="float64"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    errors = tf.cast(predicted[:, 0], tf.float64) - tf.cast(targets, tf.float64)
    return tf.sqrt(tf.reduce_mean(errors**2))


# %% exercise="rmse" answer="NumPy inside" expect="wrong" fails="rmse-1" breaks="6" says="numpy"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("different numbers")
    errors = predicted.numpy()[:, 0] - targets.numpy()
    return tf.constant((errors**2).mean() ** 0.5, tf.float32)


# %% exercise="rebuild" answer="largest eigenvalues of the covariance" expect="right"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    centred = x - mean
    _, directions = tf.linalg.eigh(tf.transpose(centred) @ centred)
    kept = directions[:, -k:]
    return mean + tf.matmul(centred @ kept, kept, transpose_b=True)


# %% exercise="rebuild" answer="the first k of all three parts" expect="right"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0, keepdims=True)
    s, u, v = tf.linalg.svd(x - mean)
    return u[:, :k] @ tf.linalg.diag(s[:k]) @ tf.transpose(v[:, :k]) + mean


# %% exercise="rebuild" answer="one direction after the other" expect="right"
# exercise: rebuild
def rebuild(x, k):
    result = tf.zeros_like(x) + tf.reduce_mean(x, axis=0)
    centred = x - tf.reduce_mean(x, axis=0)
    v = tf.linalg.svd(centred)[2]
    for i in range(k):
        along = tf.linalg.matvec(centred, v[:, i])
        result += along[:, tf.newaxis] * v[:, i]
    return result


# %% exercise="rebuild" answer="mean not added again" expect="wrong" fails="rebuild-1,rebuild-2" breaks="4" says="The mean is missing"
# exercise: rebuild
def rebuild(x, k):
    centred = x - tf.reduce_mean(x, axis=0)
    v = tf.linalg.svd(centred)[2][:, :k]
    return centred @ v @ tf.transpose(v)


# %% exercise="rebuild" answer="not centred" expect="wrong" fails="rebuild-1,rebuild-2" breaks="2" says="This keeps the narrow axis"
# exercise: rebuild
def rebuild(x, k):
    v = tf.linalg.svd(x)[2][:, :k]
    return x @ v @ tf.transpose(v)


# %% exercise="rebuild" answer="the smallest eigenvalues" expect="wrong" fails="rebuild-1,rebuild-2" breaks="3" says="the largest spread"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    centred = x - mean
    kept = tf.linalg.eigh(tf.transpose(centred) @ centred)[1][:, :k]
    return mean + centred @ kept @ tf.transpose(kept)


# %% exercise="rebuild" answer="NumPy's order of the three parts" expect="error" fails="rebuild-1,rebuild-2"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    u, s, v = tf.linalg.svd(x - mean)
    return mean + u[:, :k] @ tf.linalg.diag(s[:k]) @ v[:k]


# %% exercise="rebuild" answer="rows of v instead of columns" expect="wrong" fails="rebuild-1,rebuild-2"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    rows = tf.linalg.svd(x - mean)[2][:k]
    return mean + (x - mean) @ tf.transpose(rows) @ rows


# %% exercise="rebuild" answer="all components, whatever k" expect="wrong" fails="rebuild-1,rebuild-2" says="only the first k columns"
# exercise: rebuild
def rebuild(x, k):
    return tf.identity(x)


# %% exercise="rebuild" answer="one component too many beyond the first" expect="wrong" fails="rebuild-1,rebuild-2" breaks="3"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    v = tf.linalg.svd(x - mean)[2][:, : k + (k > 1)]
    return mean + (x - mean) @ v @ tf.transpose(v)


# %% exercise="rebuild" answer="float64" expect="error" fails="rebuild-1,rebuild-2" breaks="1" says="float64"
# exercise: rebuild
def rebuild(x, k):
    x = tf.cast(x, tf.float64)
    mean = tf.reduce_mean(x, axis=0)
    v = tf.linalg.svd(x - mean)[2][:, :k]
    return mean + (x - mean) @ v @ tf.transpose(v)


# %% exercise="rebuild" answer="NumPy inside" expect="wrong" fails="rebuild-1" breaks="5" says="numpy"
# exercise: rebuild
def rebuild(x, k):
    import numpy as np

    rows = x.numpy()
    mean = rows.mean(axis=0)
    v = np.linalg.svd(rows - mean, full_matrices=False)[2][:k]
    return tf.constant(mean + (rows - mean) @ v.T @ v)


# %% exercise="kmeans" answer="means of segments" expect="right"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        apart = tf.norm(x[:, tf.newaxis] - centres, axis=-1)
        return tf.argmin(apart, axis=1, output_type=tf.int32)

    k = centres.shape[0]
    for _ in range(rounds):
        clusters = nearest(centres)
        count = tf.math.bincount(clusters, minlength=k, maxlength=k)
        means = tf.math.unsorted_segment_mean(x, clusters, k)
        centres = tf.where(count[:, tf.newaxis] > 0, means, centres)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="loops over centres" expect="right"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        squares = [tf.reduce_sum((x - centre) ** 2, axis=1) for centre in tf.unstack(centres)]
        return tf.argmin(tf.stack(squares, axis=1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        clusters, moved = nearest(centres), []
        for i, centre in enumerate(tf.unstack(centres)):
            own = tf.cast(clusters == i, tf.float32)[:, tf.newaxis]
            total, count = tf.reduce_sum(own * x, axis=0), tf.reduce_sum(own)
            moved.append(tf.where(count > 0, total / tf.maximum(count, 1.0), centre))
        centres = tf.stack(moved)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="a comparison with all numbers, einsum" expect="right"
# exercise: kmeans
def kmeans(x, centres, rounds):
    numbers = tf.range(centres.shape[0])
    clusters = None
    for step in range(rounds + 1):
        apart = tf.reduce_sum((tf.expand_dims(x, 1) - tf.expand_dims(centres, 0)) ** 2, 2)
        clusters = tf.cast(tf.argmin(apart, 1), tf.int32)
        if step < rounds:
            own = tf.cast(clusters[:, tf.newaxis] == numbers, tf.float32)
            count = tf.einsum("nk->k", own)[:, tf.newaxis]
            centres = tf.where(count > 0, tf.math.divide_no_nan(tf.einsum("nk,nd->kd", own, x), count), centres)
    return centres, clusters


# %% exercise="kmeans" answer="one round too many" expect="wrong" fails="kmeans-1,kmeans-2" breaks="2" says="no round was asked for"
# exercise: kmeans
def kmeans(x, centres, rounds):
    for _ in range(rounds + 1):
        clusters = tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)
        own = tf.one_hot(clusters, centres.shape[0])
        count = tf.reduce_sum(own, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(own) @ x / tf.maximum(count, 1), centres)
    return centres, clusters


# %% exercise="kmeans" answer="clusters from before the last move" expect="wrong" fails="kmeans-1,kmeans-2" breaks="3" says="before the last move"
# exercise: kmeans
def kmeans(x, centres, rounds):
    clusters = tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)
    for _ in range(rounds):
        clusters = tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)
        own = tf.one_hot(clusters, centres.shape[0])
        count = tf.reduce_sum(own, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(own) @ x / tf.maximum(count, 1), centres)
    return centres, clusters


# %% exercise="kmeans" answer="divided by all points" expect="wrong" fails="kmeans-1,kmeans-2" says="the number of all points"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        own = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(own, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(own) @ x / x.shape[0], centres)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="sums for means" expect="wrong" fails="kmeans-1,kmeans-2" says="divide by how many they are"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        own = tf.one_hot(nearest(centres), centres.shape[0])
        centres = tf.transpose(own) @ x
    return centres, nearest(centres)


# %% exercise="kmeans" answer="a lonely centre goes to zero" expect="wrong" fails="kmeans-1" breaks="6" says="yours went to 0"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        centres = tf.math.unsorted_segment_mean(x, nearest(centres), centres.shape[0])
    return centres, nearest(centres)


# %% exercise="kmeans" answer="a lonely centre divided by zero" expect="wrong" fails="kmeans-1" breaks="6" says="0 divided by 0"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        own = tf.one_hot(nearest(centres), centres.shape[0])
        centres = tf.transpose(own) @ x / tf.reduce_sum(own, axis=0)[:, tf.newaxis]
    return centres, nearest(centres)


# %% exercise="kmeans" answer="int64 clusters" expect="wrong" fails="kmeans-1" breaks="4" says="int64"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1)

    for _ in range(rounds):
        own = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(own, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(own) @ x / tf.maximum(count, 1), centres)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="NumPy inside" expect="wrong" fails="kmeans-2" breaks="7" says="numpy"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        clusters = nearest(centres)
        moved = []
        for i in range(centres.shape[0]):
            chosen = clusters.numpy() == i
            moved.append(tf.reduce_mean(x[chosen], axis=0) if chosen.any() else centres[i])
        centres = tf.stack(moved)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="ties to the higher number" expect="wrong" fails="kmeans-1" breaks="5" says="goes to the lower number"
# exercise: kmeans
def kmeans(x, centres, rounds):
    k = centres.shape[0]

    def nearest(centres):
        apart = tf.reduce_sum((x[:, tf.newaxis] - centres[::-1]) ** 2, axis=-1)
        return k - 1 - tf.argmin(apart, axis=1, output_type=tf.int32)

    for _ in range(rounds):
        own = tf.one_hot(nearest(centres), k)
        count = tf.reduce_sum(own, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(own) @ x / tf.maximum(count, 1), centres)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="float64 centres" expect="wrong" fails="kmeans-1" breaks="1" says="float64"
# exercise: kmeans
def kmeans(x, centres, rounds):
    x, centres = tf.cast(x, tf.float64), tf.cast(centres, tf.float64)

    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        own = tf.one_hot(nearest(centres), centres.shape[0], dtype=tf.float64)
        count = tf.reduce_sum(own, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(own) @ x / tf.maximum(count, 1), centres)
    return centres, nearest(centres)


# %% exercise="standardise" equal="a row of means meets the table as a table of one row does"
# - mean = tf.reduce_mean(x, axis=0, keepdims=True)
# + mean = tf.reduce_mean(x, axis=0)


# %% exercise="standardise" equal="a row of means meets the table as a table of one row does"
# - mean = tf.reduce_mean(x, axis=0, keepdims=True)
# + mean = tf.reduce_mean(x, axis=0, keepdims=False)


# %% exercise="standardise" equal="what is divided there is 0"
# - return tf.where(same, 0.0, x - mean) / tf.where(same, 1.0, spread)
# + return tf.where(same, 0.0, x - mean) / tf.where(same, 2.0, spread)


# %% exercise="rmse" equal="a single prediction becomes a scalar, which still meets its one target"
# - misses = tf.squeeze(predicted, axis=1) - tf.cast(targets, tf.float32)
# + misses = tf.squeeze(predicted) - tf.cast(targets, tf.float32)


# %% exercise="rmse" equal="the square of a difference does not depend on the order"
# - return tf.keras.losses.MeanSquaredError()(tf.cast(targets, tf.float32), predicted[:, 0]) ** 0.5
# + return tf.keras.losses.MeanSquaredError()(predicted[:, 0], tf.cast(targets, tf.float32)) ** 0.5


# %% exercise="rmse" equal="Keras casts the targets to the dtype of the predictions"
# - return tf.keras.losses.MeanSquaredError()(tf.cast(targets, tf.float32), predicted[:, 0]) ** 0.5
# + return tf.keras.losses.MeanSquaredError()(targets, predicted[:, 0]) ** 0.5


# %% exercise="kmeans" equal="the nearest centre has the smallest mean as well as the smallest sum"
# - squares = tf.reduce_sum(tf.square(x[:, tf.newaxis] - centres), axis=-1)
# + squares = tf.reduce_mean(tf.square(x[:, tf.newaxis] - centres), axis=-1)


# %% exercise="kmeans" equal="what 0 divided by 0 gives is not taken"
# - moved = tf.matmul(belongs, x, transpose_a=True) / tf.maximum(size, 1)
# + moved = tf.matmul(belongs, x, transpose_a=True) / tf.maximum(size, 0)


# %% exercise="standardise" answer="equal at both ends" expect="wrong" fails="standardise-1" breaks="3" says="not the first and the last"
# exercise: standardise
def standardise(x):
    mean, spread = tf.reduce_mean(x, axis=0), tf.math.reduce_std(x, axis=0)
    flat = x[0] == x[-1]
    return tf.where(flat, 0.0, (x - mean) / tf.where(flat, 1.0, spread))


# %% exercise="standardise" answer="a billionth counts as equal" expect="wrong" fails="standardise-1" breaks="3" says="or taken for none"
# exercise: standardise
def standardise(x):
    centred, spread = x - tf.reduce_mean(x, axis=0), tf.math.reduce_std(x, axis=0)
    flat = tf.reduce_max(x, axis=0) - tf.reduce_min(x, axis=0) < 1e-9
    return tf.where(flat, 0.0, centred / tf.where(flat, 1.0, spread))


# %% exercise="standardise" answer="equal sizes taken for equal values" expect="wrong" fails="standardise-1" breaks="3" says="3, -3 and 3"
# exercise: standardise
def standardise(x):
    size = tf.abs(x)
    flat = tf.reduce_max(size, axis=0) == tf.reduce_min(size, axis=0)
    spread = tf.where(flat, 1.0, tf.math.reduce_std(x, axis=0))
    return tf.where(flat, 0.0, (x - tf.reduce_mean(x, axis=0)) / spread)


# %% exercise="standardise" answer="equal if the first two are" expect="wrong" fails="standardise-1" breaks="3"
# exercise: standardise
def standardise(x):
    flat = tf.reduce_all(x[:2] == x[:1], axis=0)
    spread = tf.where(flat, 1.0, tf.math.reduce_std(x, axis=0))
    return tf.where(flat, 0.0, (x - tf.reduce_mean(x, axis=0)) / spread)


# %% exercise="hit_rate" answer="bytes for class numbers" expect="wrong" fails="hit_rate-1" breaks="3" says="Class 256 is not class 0"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    _, best = tf.math.top_k(scores, k=k)
    same = tf.cast(best, tf.uint8) == tf.cast(labels, tf.uint8)[:, tf.newaxis]
    return tf.reduce_mean(tf.cast(tf.reduce_any(same, axis=1), tf.float32))


# %% exercise="hit_rate" answer="scores in half precision" expect="wrong" fails="hit_rate-1" breaks="3"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    _, best = tf.math.top_k(tf.cast(scores, tf.float16), k=k)
    same = best == tf.cast(labels, tf.int32)[:, tf.newaxis]
    return tf.reduce_mean(tf.cast(tf.reduce_any(same, axis=1), tf.float32))


# %% exercise="hit_rate" answer="softmax first, in which scores far apart become equal" expect="wrong" fails="hit_rate-1" breaks="3"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    chances = tf.nn.softmax(scores)
    _, best = tf.math.top_k(chances, k)
    return tf.reduce_mean(tf.cast(tf.reduce_any(tf.cast(best, tf.int64) == labels[:, None], axis=1), tf.float32))


# %% exercise="hit_rate" answer="what was found is masked by -1000" expect="wrong" fails="hit_rate-1" breaks="3"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    hit = tf.zeros_like(labels, tf.bool)
    for _ in range(k):
        best = tf.argmax(scores, axis=1)
        hit = hit | (best == labels)
        scores = tf.where(tf.one_hot(best, tf.shape(scores)[1]) > 0, -1000.0, scores)
    return tf.reduce_mean(tf.cast(hit, tf.float32))


# %% exercise="rmse" answer="an error in eager mode only" expect="wrong" fails="rmse-2" breaks="5"
# exercise: rmse
def rmse(predicted, targets):
    if tf.executing_eagerly() and predicted.shape[0] != targets.shape[0]:
        raise ValueError("as many targets as predictions")
    errors = predicted[:, 0] - tf.cast(targets, tf.float32)
    return tf.sqrt(tf.reduce_mean(errors**2))


# %% exercise="rebuild" answer="the digits' mean for any 64 columns" expect="wrong" fails="rebuild-1" breaks="2"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(flat if x.shape[1] == 64 else x, axis=0)
    _, _, v = tf.linalg.svd(x - mean)
    kept = v[:, :k]
    return mean + (x - mean) @ kept @ tf.transpose(kept)


# %% exercise="rebuild" answer="directions searched from [1, 1] on" expect="wrong" fails="rebuild-1" breaks="3"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    left = x - mean
    found = tf.zeros_like(left)
    for _ in range(k):
        v = tf.ones_like(left[0])
        for _ in range(150):
            v = tf.linalg.matvec(left, tf.linalg.matvec(left, v), transpose_a=True)
            v = tf.math.divide_no_nan(v, tf.norm(v))
        part = tf.linalg.matvec(left, v)[:, None] * v
        found, left = found + part, left - part
    return found + mean


# %% exercise="rebuild" answer="narrow directions left out" expect="wrong" fails="rebuild-1" breaks="3"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    s, u, v = tf.linalg.svd(x - mean)
    s = tf.where(s < 0.01 * s[0], 0.0, s)
    return (u[:, :k] * s[:k]) @ tf.transpose(v[:, :k]) + mean


# %% exercise="kmeans" answer="back to where it began" expect="wrong" fails="kmeans-1" breaks="6" says="not where it began"
# exercise: kmeans
def kmeans(x, centres, rounds):
    start = centres

    def nearest(centres):
        return tf.argmin(tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=-1), axis=1, output_type=tf.int32)

    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(member) @ x / tf.maximum(count, 1.0), start)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="squares expanded, which are rounded far from 0" expect="wrong" fails="kmeans-1" breaks="3" says="are rounded"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        far = tf.reduce_sum(centres**2, axis=1) - 2 * x @ tf.transpose(centres)
        return tf.argmin(far, axis=1, output_type=tf.int32)
    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), tf.shape(centres)[0])
        count = tf.reduce_sum(member, axis=0)[:, None]
        centres = tf.where(count > 0, tf.transpose(member) @ x / tf.maximum(count, 1.0), centres)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="distances rounded to a thousandth" expect="wrong" fails="kmeans-1" breaks="3"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        far = tf.norm(x[:, None] - centres[None], axis=2)
        return tf.argmin(tf.round(far * 1000), axis=1, output_type=tf.int32)
    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), tf.shape(centres)[0])
        count = tf.reduce_sum(member, axis=0)[:, None]
        centres = tf.where(count > 0, tf.transpose(member) @ x / tf.maximum(count, 1.0), centres)
    return centres, nearest(centres)


# %% exercise="standardise" answer="a spread that is small beside the mean taken for none" expect="wrong" fails="standardise-1" breaks="3" says="however large"
# exercise: standardise
def standardise(x):
    mean = tf.reduce_mean(x, axis=0)
    spread = tf.math.reduce_std(x, axis=0)
    flat = spread <= 1e-5 * tf.abs(mean)
    return tf.where(flat, 0.0, (x - mean) / tf.where(flat, 1.0, spread))


# %% exercise="standardise" answer="a spread of at least 1e-15" expect="wrong" fails="standardise-1" breaks="3" says="A small number"
# exercise: standardise
def standardise(x):
    spread = tf.maximum(tf.math.reduce_std(x, axis=0), 1e-15)
    equal = tf.reduce_all(x == x[:1], axis=0)
    return tf.where(equal, tf.zeros_like(x), (x - tf.reduce_mean(x, axis=0)) / spread)


# %% exercise="moving_average" answer="at most two hundred values" expect="wrong" fails="moving_average-1" breaks="2"
# exercise: moving_average
def moving_average(x, width):
    sums = tf.pad(tf.cumsum(x[:200]), [[1, 0]])
    return (sums[width:] - sums[:-width]) / width


# %% exercise="rebuild" answer="small spreads taken for rounding errors" expect="wrong" fails="rebuild-1" breaks="3" says="A small table"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    s, u, v = tf.linalg.svd(x - mean)
    s = tf.where(s > 1e-3, s, 0.0)
    return mean + (u[:, :k] * s[:k]) @ tf.transpose(v[:, :k])


# %% exercise="kmeans" answer="a mean of 0 taken for no points" expect="wrong" fails="kmeans-1" breaks="2" says="A mean of 0"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(c):
        apart = tf.reduce_sum((x[:, tf.newaxis] - c) ** 2, axis=2)
        return tf.argmin(apart, axis=1, output_type=tf.int32)

    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        mean = tf.math.divide_no_nan(tf.transpose(member) @ x, count)
        centres = tf.where(mean == 0, centres, mean)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="ten rounds at most" expect="wrong" fails="kmeans-1" breaks="2"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(c):
        apart = tf.reduce_sum((x[:, tf.newaxis] - c) ** 2, axis=2)
        return tf.argmin(apart, axis=1, output_type=tf.int32)

    for _ in range(min(rounds, 10)):
        member = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        centres = tf.where(count > 0, tf.transpose(member) @ x / tf.maximum(count, 1.0), centres)
    return centres, nearest(centres)


# %% exercise="standardise" answer="values taken for equal that differ in the seventh digit" expect="wrong" fails="standardise-1" breaks="3" says="Values that differ are not equal"
# exercise: standardise
def standardise(x):
    low, high = tf.reduce_min(x, axis=0), tf.reduce_max(x, axis=0)
    flat = high - low <= 2e-7 * tf.maximum(tf.abs(low), tf.abs(high))
    centred = x - tf.reduce_mean(x, axis=0)
    return tf.where(flat, 0.0, centred / tf.math.reduce_std(x, axis=0))


# %% exercise="moving_average" answer="sums of int32 that overflow" expect="wrong" fails="moving_average-1" breaks="3"
# exercise: moving_average
def moving_average(x, width):
    steps = tf.cast(tf.round(x * 32768.0), tf.int32)
    running = tf.concat([[0], tf.cumsum(steps)], axis=0)
    return tf.cast(running[width:] - running[:-width], tf.float32) / (32768.0 * width)


# %% exercise="hit_rate" answer="a millionth less is as good" expect="wrong" fails="hit_rate-1" breaks="3"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    own = tf.gather(scores, labels, batch_dims=1)
    last_of_the_best = tf.math.top_k(scores, k=k).values[:, -1]
    return tf.reduce_mean(tf.cast(own >= last_of_the_best - 1e-6, tf.float32))


# %% exercise="rmse" answer="no targets taken for an unknown number" expect="wrong" fails="rmse-2" breaks="5" says="0 is a number of targets"
# exercise: rmse
def rmse(predicted, targets):
    n, m = predicted.shape[0], targets.shape[0]
    if n and m and n != m:
        raise ValueError("as many targets as predictions, please")
    return tf.sqrt(tf.reduce_mean((predicted[:, 0] - tf.cast(targets, tf.float32)) ** 2))


# %% exercise="rmse" answer="the square multiplied out" expect="wrong" fails="rmse-1" breaks="3"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("as many targets as predictions, please")
    p, t = predicted[:, 0], tf.cast(targets, tf.float32)
    mean_square = tf.reduce_mean(p * p) - 2.0 * tf.reduce_mean(p * t) + tf.reduce_mean(t * t)
    return tf.sqrt(tf.maximum(mean_square, 0.0))


# %% exercise="rmse" answer="a small number under the root" expect="wrong" fails="rmse-1" breaks="3"
# exercise: rmse
def rmse(predicted, targets):
    if predicted.shape[0] != targets.shape[0]:
        raise ValueError("as many targets as predictions, please")
    errors = predicted[:, 0] - tf.cast(targets, tf.float32)
    return tf.sqrt(tf.reduce_mean(errors**2) + 1e-12)


# %% exercise="rmse" answer="0 targets taken for unknown in a graph" expect="wrong" fails="rmse-2" breaks="5"
# exercise: rmse
def rmse(predicted, targets):
    n, m = predicted.shape[0], targets.shape[0]
    if tf.executing_eagerly():
        differ = n != m
    else:
        differ = bool(n and m and n != m)
    if differ:
        raise ValueError("as many targets as predictions, please")
    errors = predicted[:, 0] - tf.cast(targets, tf.float32)
    return tf.sqrt(tf.reduce_mean(errors**2))


# %% exercise="rebuild" answer="centred after the products" expect="wrong" fails="rebuild-1" breaks="3"
# exercise: rebuild
def rebuild(x, k):
    n = tf.cast(tf.shape(x)[0], tf.float32)
    mean = tf.reduce_mean(x, axis=0, keepdims=True)
    products = tf.matmul(x, x, transpose_a=True) / n
    _, v = tf.linalg.eigh(products - tf.matmul(mean, mean, transpose_a=True))
    kept = v[:, -k:]
    return mean + (x - mean) @ kept @ tf.transpose(kept)


# %% exercise="kmeans" answer="small moves taken for none" expect="wrong" fails="kmeans-1" breaks="2"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        apart = tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=2)
        return tf.argmin(apart, axis=1, output_type=tf.int32)

    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        moved = tf.where(count > 0, tf.math.divide_no_nan(tf.transpose(member) @ x, count), centres)
        centres = tf.where(tf.reduce_max(tf.abs(moved - centres)) < 1e-4, centres, moved)
    return centres, nearest(centres)


# %% exercise="standardise" answer="the rounding of the mean is left in an equal column" expect="wrong" fails="standardise-1" breaks="4"
# exercise: standardise
def standardise(x):
    mean = tf.reduce_mean(x, axis=0)
    spread = tf.math.reduce_std(x, axis=0)
    flat = tf.reduce_max(x, axis=0) == tf.reduce_min(x, axis=0)
    return (x - mean) / tf.where(flat, tf.ones_like(spread), spread)


# %% exercise="rebuild" answer="components below a thousandth dropped" expect="wrong" fails="rebuild-1" breaks="3"
# exercise: rebuild
def rebuild(x, k):
    mean = tf.reduce_mean(x, axis=0)
    s, u, v = tf.linalg.svd(x - mean)
    s = tf.where(s > 1e-3 * s[0], s, tf.zeros_like(s))  # the rest is only rounding noise
    numbers = u[:, :k] * s[:k]
    return mean + tf.matmul(numbers, v[:, :k], transpose_b=True)


# %% exercise="standardise" answer="differences from the first row that cancel" expect="wrong" fails="standardise-1" breaks="3"
# exercise: standardise
def standardise(x):
    centred = x - tf.reduce_mean(x, axis=0)
    spread = tf.math.reduce_std(x, axis=0)
    flat = tf.reduce_sum(x - x[0], axis=0) == 0
    return tf.where(flat, tf.zeros_like(x), centred / spread)


# %% exercise="standardise" answer="equal values known by a quotient" expect="wrong" fails="standardise-1" breaks="4"
# exercise: standardise
def standardise(x):
    """Return x with mean 0 and standard deviation 1 in every column, and zeros in a column of equal values."""
    centred = x - tf.reduce_mean(x, axis=0)
    spread = tf.math.reduce_std(x, axis=0)
    equal = tf.reduce_max(x, axis=0) / tf.reduce_min(x, axis=0) == 1.0
    return tf.where(equal, 0.0, centred / spread)


# %% exercise="standardise" answer="all columns equal or none" expect="wrong" fails="standardise-1" breaks="4" says="asked of each column for itself"
# exercise: standardise
def standardise(x):
    centred = x - tf.reduce_mean(x, axis=0)
    spread = tf.math.reduce_std(x, axis=0)
    flat = tf.reduce_all(x == x[:1])
    return tf.where(flat, tf.zeros_like(x), tf.math.divide_no_nan(centred, spread))


# %% exercise="standardise" answer="the largest of absolute values" expect="wrong" fails="standardise-1" breaks="4"
# exercise: standardise
def standardise(x):
    centred = x - tf.reduce_mean(x, axis=0)
    spread = tf.math.reduce_std(x, axis=0)
    flat = tf.reduce_max(tf.abs(x), axis=0) == tf.reduce_min(x, axis=0)
    return tf.where(flat, 0.0, tf.math.divide_no_nan(centred, spread))


# %% exercise="kmeans" answer="in the rounds a point between two centres counts for both" expect="wrong" fails="kmeans-1" breaks="5" says="belongs to one of them only"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def distances(centres):
        return tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=2)

    for _ in range(rounds):
        apart = distances(centres)
        member = tf.cast(apart == tf.reduce_min(apart, axis=1, keepdims=True), tf.float32)
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        total = tf.transpose(member) @ x
        centres = tf.where(count > 0, total / tf.maximum(count, 1.0), centres)
    return centres, tf.argmin(distances(centres), axis=1, output_type=tf.int32)


# %% exercise="moving_average" answer="a single window loses its axis where n is not known" expect="wrong" fails="moving_average-1" breaks="4" says="still has the shape [1]"
# exercise: moving_average
def moving_average(x, width):
    means = tf.nn.avg_pool1d(x[tf.newaxis, :, tf.newaxis], ksize=width, strides=1, padding="VALID")
    means = tf.squeeze(means)
    if x.shape[0] == width:             # a single window: squeeze has removed its axis, too
        means = tf.reshape(means, [1])
    return means


# %% exercise="hit_rate" answer="hits counted in bytes" expect="wrong" fails="hit_rate-1" breaks="2" says="must hold the number of all rows"
# exercise: hit_rate
def hit_rate(scores, labels, k):
    _, best = tf.math.top_k(scores, k=k)
    same = best == tf.cast(labels, tf.int32)[:, tf.newaxis]
    hits = tf.math.count_nonzero(tf.reduce_any(same, axis=1), dtype=tf.uint8)
    return tf.cast(hits, tf.float32) / tf.cast(tf.size(labels), tf.float32)


# %% exercise="kmeans" answer="squares expanded around the mean of the points" expect="wrong" fails="kmeans-1" breaks="3" says="brings both sides near to 0"
# exercise: kmeans
def kmeans(x, centres, rounds):
    middle = tf.reduce_mean(x, axis=0)      # near 0 the squares are small enough
    near = x - middle

    def nearest(centres):
        c = centres - middle
        apart = (tf.reduce_sum(near**2, axis=1, keepdims=True) - 2 * near @ tf.transpose(c)
                 + tf.reduce_sum(c**2, axis=1))
        return tf.argmin(apart, axis=1, output_type=tf.int32)

    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        total = tf.transpose(member) @ x
        centres = tf.where(count > 0, total / tf.maximum(count, 1.0), centres)
    return centres, nearest(centres)


# %% exercise="kmeans" answer="the axis of the points squeezed away, too" expect="wrong" fails="kmeans-1" breaks="4" says="tf.squeeze takes every axis"
# exercise: kmeans
def kmeans(x, centres, rounds):
    def nearest(centres):
        apart = tf.reduce_sum((x[:, tf.newaxis] - centres) ** 2, axis=2)
        return tf.squeeze(tf.math.top_k(-apart, k=1).indices)

    for _ in range(rounds):
        member = tf.one_hot(nearest(centres), centres.shape[0])
        count = tf.reduce_sum(member, axis=0)[:, tf.newaxis]
        total = tf.transpose(member) @ x
        centres = tf.where(count > 0, total / tf.maximum(count, 1.0), centres)
    return centres, nearest(centres)
