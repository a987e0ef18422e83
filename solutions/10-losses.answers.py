# %% [markdown]
# # Answer bank: losses
#
# Other right answers to the exercises of `10-losses.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="example_errors" answer="flattened first" expect="right"
# exercise: example_errors
def example_errors(y_true, y_pred):
    flat = tf.reshape((y_true - y_pred) ** 2, (tf.shape(y_true)[0], -1))
    return tf.reduce_mean(flat, axis=1)


# %% exercise="example_errors" answer="one axis after another" expect="right"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = tf.square(y_pred - y_true)
    while squares.ndim > 1:
        squares = tf.reduce_mean(squares, axis=-1)
    return squares


# %% exercise="example_errors" answer="Keras's loss of flattened examples" expect="right"
# exercise: example_errors
def example_errors(y_true, y_pred):
    flatten = keras.layers.Flatten()
    return keras.losses.MeanSquaredError(reduction=None)(flatten(y_true), flatten(y_pred))


# %% exercise="example_errors" answer="map over the examples" expect="right"
# exercise: example_errors
def example_errors(y_true, y_pred):
    return tf.map_fn(tf.reduce_mean, (y_true - y_pred) ** 2)


# %% exercise="example_errors" answer="Keras's function" expect="wrong" fails="example_errors-1" breaks="3" says="Only the last axis was reduced"
# exercise: example_errors
def example_errors(y_true, y_pred):
    if y_true.ndim == 1:
        return tf.square(y_true - y_pred)
    return keras.losses.mean_squared_error(y_true, y_pred)


# %% exercise="example_errors" answer="the last axis, of vectors too" expect="wrong" fails="example_errors-1" breaks="1"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = tf.square(y_true - y_pred)
    return tf.reduce_mean(squares, axis=list(range(1, squares.ndim)) or None)


# %% exercise="example_errors" answer="the sum" expect="wrong" fails="example_errors-1" breaks="3" says="You took the sum of each example"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = tf.square(y_true - y_pred)
    return tf.reduce_sum(squares, axis=list(range(1, squares.ndim)))


# %% exercise="example_errors" answer="over the batch" expect="wrong" fails="example_errors-1" breaks="3" says="it must be within them"
# exercise: example_errors
def example_errors(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=0)


# %% exercise="example_errors" answer="one number" expect="wrong" fails="example_errors-1" breaks="3" says="one step too far"
# exercise: example_errors
def example_errors(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))


# %% exercise="example_errors" answer="absolute errors" expect="wrong" fails="example_errors-1" breaks="4" says="absolute errors: square them"
# exercise: example_errors
def example_errors(y_true, y_pred):
    errors = tf.abs(y_true - y_pred)
    return tf.reduce_mean(errors, axis=list(range(1, errors.ndim)))


# %% exercise="example_errors" answer="two and three axes only" expect="wrong" fails="example_errors-1" breaks="1"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = tf.square(y_true - y_pred)
    if squares.ndim == 1:
        return squares
    if squares.ndim == 2:
        return tf.reduce_mean(squares, axis=1)
    return tf.reduce_mean(squares, axis=[1, 2])


# %% exercise="balanced_weights" answer="a table of equal labels" expect="right"
# exercise: balanced_weights
def balanced_weights(labels):
    classes, _ = tf.unique(labels)
    same = tf.cast(labels[:, tf.newaxis] == classes, tf.float32)
    share = tf.reduce_mean(same, axis=0)
    return tf.linalg.matvec(same, 1 / share) / len(classes)


# %% exercise="balanced_weights" answer="bincount" expect="right"
# exercise: balanced_weights
def balanced_weights(labels):
    counts = tf.math.bincount(labels, dtype=tf.float32)
    present = tf.reduce_sum(tf.cast(counts > 0, tf.float32))
    return len(labels) / (present * tf.gather(counts, labels))


# %% exercise="balanced_weights" answer="Python counts" expect="right"
# exercise: balanced_weights
def balanced_weights(labels):
    values = labels.numpy().tolist()
    return tf.constant([len(values) / (len(set(values)) * values.count(v)) for v in values], tf.float32)


# %% exercise="balanced_weights" answer="not scaled" expect="wrong" fails="balanced_weights-1" breaks="4" says="so that the mean is 1"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    return 1 / tf.cast(tf.gather(found.count, found.idx), tf.float32)


# %% exercise="balanced_weights" answer="by class" expect="wrong" fails="balanced_weights-1" breaks="3" says="gather one for each example"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    return tf.cast(tf.size(labels), tf.float32) / tf.cast(tf.size(found.y) * found.count, tf.float32)


# %% exercise="balanced_weights" answer="upside down" expect="wrong" fails="balanced_weights-1" breaks="6" says="The frequent class weighs more"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    count = tf.cast(tf.gather(found.count, found.idx), tf.float32)
    return count * tf.cast(tf.size(found.y), tf.float32) / tf.cast(tf.size(labels), tf.float32)


# %% exercise="balanced_weights" answer="classes not counted" expect="wrong" fails="balanced_weights-1" breaks="5" says="each should add up to 2"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    return tf.cast(tf.size(labels), tf.float32) / tf.cast(tf.gather(found.count, found.idx), tf.float32)


# %% exercise="balanced_weights" answer="absent classes counted" expect="wrong" fails="balanced_weights-1" breaks="2" says="two classes, not six"
# exercise: balanced_weights
def balanced_weights(labels):
    labels = tf.cast(labels, tf.int32)
    counts = tf.math.bincount(labels, dtype=tf.float32)
    return tf.cast(len(labels), tf.float32) / (len(counts) * tf.gather(counts, labels))


# %% exercise="balanced_weights" answer="two classes always" expect="wrong" fails="balanced_weights-1" breaks="5" says="there are not always two"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    return tf.cast(tf.size(labels), tf.float32) / (2 * tf.cast(tf.gather(found.count, found.idx), tf.float32))


# %% exercise="balanced_weights" answer="float64" expect="wrong" fails="balanced_weights-1" breaks="3"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    return tf.size(labels) / (tf.size(found.y) * tf.gather(found.count, found.idx))


# %% exercise="pinball" answer="the larger price" expect="right"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="where, and named arguments" expect="right"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", reduction="sum_over_batch_size", dtype=None):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_pred - y_true
        price = tf.where(error < 0, -self.quantile * error, (1 - self.quantile) * error)
        return keras.ops.mean(price, axis=-1)

    def get_config(self):
        config = super().get_config()
        config["quantile"] = self.quantile
        return config


# %% exercise="pinball" answer="half the absolute error and a tilt" expect="right"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.abs(error) / 2 + (self.quantile - 0.5) * error, axis=-1)

    def get_config(self):
        return dict(super().get_config(), quantile=self.quantile)


# %% exercise="pinball" answer="prices swapped" expect="wrong" fails="pinball-1" breaks="1,2" says="The two prices have swapped"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_pred - y_true
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="negative where too high" expect="wrong" fails="pinball-1" breaks="2" says="A loss is never negative"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.where(error > 0, self.quantile * error, (1 - self.quantile) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="a scalar" expect="wrong" fails="pinball-1" breaks="5" says="call returns one value for each example"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error))

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="a scalar where nothing asks for more" expect="wrong" fails="pinball-1" breaks="5" says="before the weights"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        price = tf.maximum(self.quantile * error, (self.quantile - 1) * error)
        return tf.reduce_mean(price, axis=-1 if self.reduction is None else None)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="the outputs added up" expect="wrong" fails="pinball-1" breaks="6" says="You took the sum of the outputs"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_sum(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="Keras's __init__ not called" expect="error" fails="pinball-1,pinball-2"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="only None is handed on" expect="wrong" fails="pinball-1,pinball-2" breaks="4" says="hand **kwargs on"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", reduction="sum_over_batch_size"):
        super().__init__(name=name, reduction=None if reduction is None else "sum_over_batch_size")
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="no configuration" expect="error" fails="pinball-2" breaks="7"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)


# %% exercise="pinball" answer="a configuration of the quantile alone" expect="wrong" fails="pinball-2" breaks="8"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {"quantile": self.quantile}


# %% exercise="pinball" answer="the name forgotten" expect="wrong" fails="pinball-2" breaks="3"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, **kwargs):
        super().__init__(**kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile, "name": self.name + "_0"[:0]}


# %% exercise="pinball" answer="0.9 whatever is asked for" expect="wrong" fails="pinball-1,pinball-2" breaks="1,2,7"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = 0.9

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(0.9 * error, -0.1 * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="focal_loss" answer="where" expect="right"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = -tf.math.log(tf.maximum(right, 1e-7))
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="Keras's" expect="right"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    return keras.losses.binary_focal_crossentropy(y, p, apply_class_balancing=True, alpha=alpha, gamma=gamma)


# %% exercise="focal_loss" answer="Keras's cross entropy, output by output" expect="right"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    cross_entropy = keras.losses.binary_crossentropy(y[..., tf.newaxis], p[..., tf.newaxis])
    right = y * p + (1 - y) * (1 - p)
    weight = y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="as given" expect="wrong" fails="focal_loss-1" breaks="2" says="[n] times [n, 1] is [n, n]"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    cross_entropy = keras.losses.binary_crossentropy(y, p)
    right = y * p + (1 - y) * (1 - p)
    weight = y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="right for one output only" expect="wrong" fails="focal_loss-1" breaks="2" says="were averaged first"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    cross_entropy = keras.losses.binary_crossentropy(y, p)[:, tf.newaxis]
    right = y * p + (1 - y) * (1 - p)
    weight = y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="alpha upside down" expect="wrong" fails="focal_loss-1" breaks="5" says="have swapped"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    weight = tf.where(y == 1, 1 - alpha, alpha)
    losses = -tf.math.log(tf.clip_by_value(right, 1e-7, 1 - 1e-7))
    return tf.reduce_mean(weight * (1 - right) ** gamma * losses, axis=-1)


# %% exercise="focal_loss" answer="the probability as factor" expect="wrong" fails="focal_loss-1" breaks="3" says="1 minus that"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    weight = tf.where(y == 1, alpha, 1 - alpha)
    losses = -tf.math.log(tf.clip_by_value(right, 1e-7, 1 - 1e-7))
    return tf.reduce_mean(weight * right**gamma * losses, axis=-1)


# %% exercise="focal_loss" answer="no alpha" expect="wrong" fails="focal_loss-1" breaks="5" says="The weight alpha is missing"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    return keras.losses.binary_focal_crossentropy(y, p, gamma=gamma)


# %% exercise="focal_loss" answer="the outputs added up" expect="wrong" fails="focal_loss-1" breaks="2" says="were added up"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.clip_by_value(tf.where(y == 1, p, 1 - p), 1e-7, 1 - 1e-7)
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_sum(-weight * (1 - right) ** gamma * tf.math.log(right), axis=-1)


# %% exercise="focal_loss" answer="not clipped" expect="wrong" fails="focal_loss-1" breaks="6" says="clip before it"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(-weight * (1 - right) ** gamma * tf.math.log(right), axis=-1)


# %% exercise="focal_loss" answer="gamma fixed" expect="wrong" fails="focal_loss-1" breaks="3" says="gamma has no effect"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    return keras.losses.binary_focal_crossentropy(y, p, apply_class_balancing=True, alpha=alpha)


# %% exercise="focal_loss" answer="NumPy inside" expect="wrong" fails="focal_loss-1" breaks="7" says="in a graph"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    y, p = y.numpy(), p.numpy()
    right = (y * p + (1 - y) * (1 - p)).clip(1e-7, 1 - 1e-7)
    weight = y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(-weight * (1 - right) ** gamma * tf.math.log(right), axis=-1)


# %% exercise="smoothed_cross_entropy" answer="log_softmax and targets" expect="right"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    target = (1 - smoothing) * tf.one_hot(labels, k, dtype=logits.dtype) + smoothing / k
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="smoothed_cross_entropy" answer="Keras's" expect="right"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    target = tf.one_hot(labels, logits.shape[-1], dtype=logits.dtype)
    return keras.losses.categorical_crossentropy(target, logits, from_logits=True, label_smoothing=smoothing)


# %% exercise="smoothed_cross_entropy" answer="shifted by the maximum" expect="right"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    z = logits - tf.stop_gradient(tf.reduce_max(logits, axis=-1, keepdims=True))
    log_p = z - tf.math.log(tf.reduce_sum(tf.exp(z), axis=-1, keepdims=True))
    k = logits.shape[-1]
    target = tf.one_hot(labels, k, 1 - smoothing + smoothing / k, smoothing / k, dtype=logits.dtype)
    return -tf.reduce_sum(target * log_p, axis=-1)


# %% exercise="smoothed_cross_entropy" answer="TensorFlow's" expect="right"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    target = (1 - smoothing) * tf.one_hot(labels, k, dtype=logits.dtype) + smoothing / k
    return tf.nn.softmax_cross_entropy_with_logits(labels=target, logits=logits)


# %% exercise="smoothed_cross_entropy" answer="averaged" expect="wrong" fails="smoothed_cross_entropy-1" breaks="4" says="Return one value for each example"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    return loss(tf.one_hot(labels, logits.shape[-1]), logits)


# %% exercise="smoothed_cross_entropy" answer="logits called probabilities" expect="wrong" fails="smoothed_cross_entropy-1" breaks="5" says="taken for probabilities"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    return keras.losses.SparseCategoricalCrossentropy(reduction=None)(labels, logits)


# %% exercise="smoothed_cross_entropy" answer="no smoothing" expect="wrong" fails="smoothed_cross_entropy-1" breaks="1,2" says="Smoothing has no effect"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)


# %% exercise="smoothed_cross_entropy" answer="to the other classes only" expect="wrong" fails="smoothed_cross_entropy-1" breaks="1" says="all k classes get s/k"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    hot = tf.one_hot(labels, k)
    target = (1 - smoothing) * hot + smoothing / (k - 1) * (1 - hot)
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="smoothed_cross_entropy" answer="not divided by the classes" expect="wrong" fails="smoothed_cross_entropy-1" breaks="1" says="divide by the number of classes"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    target = (1 - smoothing) * tf.one_hot(labels, logits.shape[-1]) + smoothing
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="smoothed_cross_entropy" answer="log after softmax, summed" expect="wrong" fails="smoothed_cross_entropy-1" breaks="6" says="take log and softmax together"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    logs = tf.math.log(tf.nn.softmax(logits))
    right = tf.gather(logs, labels, batch_dims=1)
    return -(1 - smoothing) * right - smoothing * tf.reduce_mean(logs, axis=-1) if smoothing else -right


# %% exercise="smoothed_cross_entropy" answer="clipped" expect="wrong" fails="smoothed_cross_entropy-1" breaks="6" says="cuts the loss off"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    logs = tf.math.log(tf.clip_by_value(tf.nn.softmax(logits), 1e-7, 1.0))
    k = logits.shape[-1]
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    return -tf.reduce_sum(target * logs, axis=-1)


# %% exercise="smoothed_cross_entropy" answer="the exact value with a slope cut off" expect="wrong" fails="smoothed_cross_entropy-1" breaks="6"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    exact = tf.nn.softmax_cross_entropy_with_logits(target, logits)
    slope_from = -tf.reduce_sum(target * tf.math.log(tf.clip_by_value(tf.nn.softmax(logits), 1e-7, 1.0)), axis=-1)
    return slope_from + tf.stop_gradient(exact - slope_from)


# %% exercise="smoothed_cross_entropy" answer="two classes only" expect="wrong" fails="smoothed_cross_entropy-1" breaks="1"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    target = (1 - smoothing) * tf.one_hot(labels, logits.shape[-1]) + smoothing / 2
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="lasso" answer="a tape, as in the hints" expect="right"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))
    lr = x.shape[0] / (2 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for _ in tf.range(2000):
            with tf.GradientTape() as tape:
                squares = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)
            stepped = w - lr * tape.gradient(squares, w)
            w.assign(tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0))

    descend()
    return w.read_value()


# %% exercise="lasso" answer="one weight at a time" expect="right"
# exercise: lasso
def lasso(x, y, strength):
    n, d = x.shape
    x, y = x.numpy(), y.numpy()
    w = [0.0] * d
    left = y.copy()
    for _ in range(300):
        for j in range(d):
            left += x[:, j] * w[j]
            pull, size = 2 * (x[:, j] @ left) / n, 2 * (x[:, j] @ x[:, j]) / n
            w[j] = (1 if pull > 0 else -1) * max(abs(pull) - strength, 0.0) / size
            left -= x[:, j] * w[j]
    return tf.constant(w, tf.float32)


# %% exercise="lasso" answer="the difference of two that may not be negative" expect="right"
# exercise: lasso
def lasso(x, y, strength):
    up, down = tf.Variable(tf.zeros(x.shape[1])), tf.Variable(tf.zeros(x.shape[1]))
    lr = x.shape[0] / (4 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for _ in tf.range(6000):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((tf.linalg.matvec(x, up - down) - y) ** 2)
                loss += strength * tf.reduce_sum(up + down)
            slopes = tape.gradient(loss, [up, down])
            for variable, slope in zip([up, down], slopes):
                variable.assign(tf.nn.relu(variable - lr * slope))

    descend()
    return up - down


# %% exercise="lasso" answer="no penalty" expect="wrong" fails="lasso-1,lasso-2" breaks="2" says="the penalty has no effect"
# exercise: lasso
def lasso(x, y, strength):
    return tf.linalg.lstsq(x, y[:, tf.newaxis])[:, 0]


# %% exercise="lasso" answer="L2" expect="wrong" fails="lasso-1,lasso-2" breaks="2" says="This is the L2 penalty"
# exercise: lasso
def lasso(x, y, strength):
    n, d = x.shape
    a = tf.matmul(x, x, transpose_a=True) / n + strength * tf.eye(d)
    return tf.linalg.solve(a, tf.matmul(x, y[:, tf.newaxis], transpose_a=True) / n)[:, 0]


# %% exercise="lasso" answer="not stopped at zero" expect="wrong" fails="lasso-1,lasso-2" breaks="2" says="stop at zero"
# exercise: lasso
def lasso(x, y, strength):
    squares = tf.linalg.lstsq(x, y[:, tf.newaxis])[:, 0]
    return squares - strength * tf.sign(squares) * x.shape[0] / tf.reduce_sum(x**2, axis=0) / 2


# %% exercise="lasso" answer="the sum of squares" expect="wrong" fails="lasso-1,lasso-2" breaks="2" says="added up, not averaged"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))
    lr = 1 / (2 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for _ in tf.range(2000):
            slope = 2 * tf.linalg.matvec(x, tf.linalg.matvec(x, w) - y, transpose_a=True)
            stepped = w - lr * slope
            w.assign(tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0))

    descend()
    return w.read_value()


# %% exercise="lasso" answer="the sign lost" expect="wrong" fails="lasso-1,lasso-2" breaks="2" says="keep the sign"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))
    lr = x.shape[0] / (2 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for _ in tf.range(2000):
            slope = 2 * tf.linalg.matvec(x, tf.linalg.matvec(x, w) - y, transpose_a=True) / x.shape[0]
            w.assign(tf.nn.relu(w - lr * slope - lr * strength))

    descend()
    return w.read_value()


# %% exercise="lasso" answer="the slope of the penalty, to and fro" expect="wrong" fails="lasso-1,lasso-2" breaks="4"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]) + 0.0001)
    lr = 0.3 * x.shape[0] / (2 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for step in tf.range(8000):
            rate = lr / (1 + tf.cast(step, tf.float32) / 1000)
            slope = 2 * tf.linalg.matvec(x, tf.linalg.matvec(x, w) - y, transpose_a=True) / x.shape[0]
            w.assign_sub(rate * (slope + strength * tf.sign(w)))

    descend()
    return w.read_value()


# %% exercise="lasso" answer="ten steps" expect="wrong" fails="lasso-1,lasso-2" breaks="3"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.zeros(x.shape[1])
    lr = x.shape[0] / (2 * tf.reduce_sum(x**2))
    for _ in range(5):
        stepped = w - lr * 2 * tf.linalg.matvec(x, tf.linalg.matvec(x, w) - y, transpose_a=True) / x.shape[0]
        w = tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0)
    return w


# %% exercise="lasso" answer="as if the causes were independent" expect="wrong" fails="lasso-1,lasso-2" breaks="2"
# exercise: lasso
def lasso(x, y, strength):
    n = x.shape[0]
    size = tf.reduce_sum(x**2, axis=0) / n
    alone = tf.linalg.matvec(x, y, transpose_a=True) / n
    return tf.sign(alone) * tf.maximum(tf.abs(alone) - strength / 2, 0) / size


# %% exercise="example_errors" answer="float64" expect="wrong" fails="example_errors-1" breaks="2" says="float64"
# exercise: example_errors
def example_errors(y_true, y_pred):
    flat = tf.reshape(tf.cast(y_true - y_pred, tf.float64) ** 2, (tf.shape(y_true)[0], -1))
    return tf.reduce_mean(flat, axis=1)


# %% exercise="example_errors" answer="NumPy inside" expect="wrong" fails="example_errors-1" breaks="5" says="in a graph"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = (y_true.numpy() - y_pred.numpy()) ** 2
    return tf.constant(squares.reshape(len(squares), -1).mean(axis=1))


# %% exercise="balanced_weights" answer="int32 labels only" expect="error" fails="balanced_weights-1" breaks="1"
# exercise: balanced_weights
def balanced_weights(labels):
    same = tf.cast(labels[:, tf.newaxis] == tf.range(100, dtype=tf.int32), tf.float32)
    counts = tf.reduce_sum(same, axis=0)
    present = tf.reduce_sum(tf.cast(counts > 0, tf.float32))
    return tf.cast(tf.size(labels), tf.float32) / (present * tf.linalg.matvec(same, counts))


# %% exercise="pinball" answer="too low costs the whole error" expect="wrong" fails="pinball-1" breaks="1"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="focal_loss" answer="float64" expect="wrong" fails="focal_loss-1" breaks="1" says="float64"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = -tf.math.log(tf.clip_by_value(right, 1e-7, 1 - 1e-7))
    right, cross_entropy = tf.cast(right, tf.float64), tf.cast(cross_entropy, tf.float64)
    weight = tf.where(y == 1, tf.constant(alpha, tf.float64), 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="the logarithm of p for both labels" expect="wrong" fails="focal_loss-1" breaks="4"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = -tf.math.log(tf.clip_by_value(p, 1e-7, 1 - 1e-7))
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="clipped at a thousandth" expect="wrong" fails="focal_loss-1" breaks="4"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = -tf.math.log(tf.clip_by_value(right, 1e-3, 1 - 1e-3))
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="smoothed_cross_entropy" answer="the share on top of the whole 1" expect="wrong" fails="smoothed_cross_entropy-1" breaks="2" says="on top of the whole 1"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    target = tf.one_hot(labels, k, dtype=logits.dtype) + smoothing / k
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="smoothed_cross_entropy" answer="int64 labels beside int32 row numbers" expect="error" fails="smoothed_cross_entropy-1" breaks="3"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    logs = tf.nn.log_softmax(logits)
    at_label = tf.gather_nd(logs, tf.stack([tf.range(logits.shape[0]), labels], axis=1))
    return -(1 - smoothing) * at_label - smoothing * tf.reduce_mean(logs, axis=-1)


# %% exercise="lasso" answer="float64" expect="wrong" fails="lasso-1" breaks="1" says="float64"
# exercise: lasso
def lasso(x, y, strength):
    n, d = x.shape
    x, y = x.numpy().astype("float64"), y.numpy().astype("float64")
    w = [0.0] * d
    left = y.copy()
    for _ in range(300):
        for j in range(d):
            left += x[:, j] * w[j]
            pull, size = 2 * (x[:, j] @ left) / n, 2 * (x[:, j] @ x[:, j]) / n
            w[j] = (1 if pull > 0 else -1) * max(abs(pull) - strength, 0.0) / size
            left -= x[:, j] * w[j]
    return tf.constant(w, tf.float64)


# %% exercise="example_errors" answer="the number of examples from the static shape" expect="wrong" fails="example_errors-1" breaks="5" says="does not know n"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = (y_true - y_pred) ** 2
    return tf.reduce_mean(tf.reshape(squares, [squares.shape[0], -1]), axis=1)


# %% exercise="pinball" answer="squeezed" expect="wrong" fails="pinball-1" breaks="5" says="for one example"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        price = tf.where(error > 0, self.quantile * error, (self.quantile - 1) * error)
        return tf.squeeze(tf.reduce_mean(price, axis=-1, keepdims=True))

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="smoothed_cross_entropy" answer="targets in NumPy" expect="wrong" fails="smoothed_cross_entropy-1" breaks="7" says="does not know n"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    import numpy as np
    k = logits.shape[-1]
    target = np.full((len(labels), k), smoothing / k, dtype=np.float32)
    target[np.arange(len(labels)), np.asarray(labels)] += 1 - smoothing
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="lasso" answer="one learning rate for all" expect="wrong" fails="lasso-1" breaks="3" says="x and y ten times as large"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))

    @tf.function
    def descend():
        for _ in tf.range(3000):
            with tf.GradientTape() as tape:
                squares = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)
            stepped = w - 0.05 * tape.gradient(squares, w)
            w.assign(tf.sign(stepped) * tf.maximum(tf.abs(stepped) - 0.05 * strength, 0))

    descend()
    return w.read_value()


# %% exercise="example_errors" answer="large errors cut off" expect="wrong" fails="example_errors-1" breaks="4"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = tf.minimum(tf.square(y_true - y_pred), 1e6)
    return tf.reduce_mean(squares, axis=list(range(1, squares.ndim)))


# %% exercise="balanced_weights" answer="no weight above 100" expect="wrong" fails="balanced_weights-1" breaks="4"
# exercise: balanced_weights
def balanced_weights(labels):
    found = tf.unique_with_counts(labels)
    count = tf.cast(tf.gather(found.count, found.idx), tf.float32)
    classes = tf.cast(tf.size(found.y), tf.float32)
    return tf.minimum(tf.cast(tf.size(labels), tf.float32) / (classes * count), 100.0)


# %% exercise="pinball" answer="the dtype swallowed" expect="wrong" fails="pinball-1" breaks="4" says="the dtype"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", reduction="sum_over_batch_size", **kwargs):
        super().__init__(name=name, reduction=reduction)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="the quantile rounded in the configuration" expect="wrong" fails="pinball-2" breaks="7"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": round(self.quantile, 3)}


# %% exercise="focal_loss" answer="an alpha of 0 taken for none" expect="wrong" fails="focal_loss-1" breaks="5"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    alpha = alpha or 0.75
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = -tf.math.log(tf.clip_by_value(right, 1e-7, 1 - 1e-7))
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="lasso" answer="eight hundred steps" expect="wrong" fails="lasso-1" breaks="3" says="sizes 16 and 1"
# exercise: lasso
def lasso(x, y, strength):
    @tf.function
    def descend(w):
        lr = x.shape[0] / (2 * tf.reduce_sum(x**2))
        for _ in tf.range(800):
            w -= lr * 2 / x.shape[0] * tf.linalg.matvec(x, tf.linalg.matvec(x, w) - y, transpose_a=True)
            w = tf.sign(w) * tf.maximum(tf.abs(w) - lr * strength, 0)
        return w

    return descend(tf.zeros(x.shape[1]))


# %% exercise="lasso" answer="small weights put to 0" expect="wrong" fails="lasso-1" breaks="3" says="a second weight of 0.02"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))
    lr = x.shape[0] / (2 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for _ in tf.range(4000):
            with tf.GradientTape() as tape:
                squares = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)
            stepped = w - lr * tape.gradient(squares, w)
            w.assign(tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0))

    descend()
    return tf.where(tf.abs(w) < 0.03, 0.0, w)


# %% exercise="focal_loss" equal="where p is exactly 0 the contract asks for a large finite number, not for which"
# - chance = tf.maximum(y * p + (1 - y) * (1 - p), 1e-7)
# + chance = tf.maximum(y * p + (1 - y) * (1 - p), 2e-07)


# %% exercise="focal_loss" equal="the larger of two numbers does not depend on their order"
# - chance = tf.maximum(y * p + (1 - y) * (1 - p), 1e-7)
# + chance = tf.maximum(1e-07, y * p + (1 - y) * (1 - p))


# %% exercise="pinball" equal="the larger of two numbers does not depend on their order"
# - return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)
# + return tf.reduce_mean(tf.maximum((self.quantile - 1) * error, self.quantile * error), axis=-1)


# %% exercise="example_errors" equal="a squared difference does not depend on the order"
# - return keras.losses.MeanSquaredError(reduction=None)(flatten(y_true), flatten(y_pred))
# + return keras.losses.MeanSquaredError(reduction=None)(flatten(y_pred), flatten(y_true))


# %% exercise="lasso" equal="the weights have settled long before the last step"
# - for _ in tf.range(3000):
# + for _ in tf.range(2999):


# %% exercise="lasso" equal="the weights have settled long before the last step"
# - for _ in tf.range(3000):
# + for _ in tf.range(3001):


# %% exercise="lasso" equal="the weights have settled long before the last round"
# - for _ in range(300):
# + for _ in range(301):


# %% exercise="lasso" equal="the loss is convex, so that every start ends at the same place"
# - return settle(tf.zeros_like(pull))
# + return settle(pull)


# %% exercise="lasso" equal="the loss is convex, so that every start ends at the same place"
# - return settle(tf.zeros_like(pull))
# + return settle(tf.ones_like(pull))


# %% exercise="lasso" equal="the loss is convex, so that every start ends at the same place"
# - up, down = tf.Variable(tf.zeros(x.shape[1])), tf.Variable(tf.zeros(x.shape[1]))
# + up, down = tf.Variable(tf.ones(x.shape[1])), tf.Variable(tf.zeros(x.shape[1]))


# %% exercise="example_errors" answer="three axes at most" expect="wrong" fails="example_errors-1" breaks="1"
# exercise: example_errors
def example_errors(y_true, y_pred):
    squares = tf.square(y_true - y_pred)
    return tf.reduce_mean(squares, axis=[1, 2, 3][: squares.ndim - 1])


# %% exercise="example_errors" answer="NumPy inside a graph" expect="wrong" fails="example_errors-1" breaks="5" says="its slope"
# exercise: example_errors
def example_errors(y_true, y_pred):
    def mean(a, b):
        return ((a - b) ** 2).reshape(len(a), -1).mean(axis=1)

    out = tf.numpy_function(mean, [y_true, y_pred], tf.float32)
    out.set_shape(y_true.shape[:1])
    return out


# %% exercise="balanced_weights" answer="classes compared as float32" expect="wrong" fails="balanced_weights-1" breaks="1"
# exercise: balanced_weights
def balanced_weights(labels):
    labels = tf.cast(labels, tf.float32)
    count = tf.reduce_sum(tf.cast(labels[:, tf.newaxis] == labels, tf.float32), axis=1)
    return (1 / count) / tf.reduce_mean(1 / count)


# %% exercise="smoothed_cross_entropy" answer="logits clipped" expect="wrong" fails="smoothed_cross_entropy-1" breaks="6"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    logits = tf.clip_by_value(logits, -5000.0, 5000.0)
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="balanced_weights" answer="labels kept in a byte" expect="wrong" fails="balanced_weights-1" breaks="1"
# exercise: balanced_weights
def balanced_weights(labels):
    _, place, count = tf.unique_with_counts(tf.cast(labels, tf.uint8))
    return tf.cast(tf.size(labels), tf.float32) / tf.cast(tf.size(count) * tf.gather(count, place), tf.float32)


# %% exercise="balanced_weights" answer="squared differences of labels" expect="wrong" fails="balanced_weights-1" breaks="1" says="65536 was taken for 0"
# exercise: balanced_weights
def balanced_weights(labels):
    classes = tf.unique(labels).y
    n = tf.cast(tf.size(labels), tf.float32)
    k = tf.cast(tf.size(classes), tf.float32)
    weights = tf.zeros(tf.shape(labels))
    for c in classes:
        distance = tf.cast((labels - c) ** 2, tf.float32)
        is_c = 1.0 - tf.minimum(distance, 1.0)      # 1 for this class, 0 for all others
        weights += is_c * n / (k * tf.reduce_sum(is_c))
    return weights


# %% exercise="focal_loss" answer="the logarithm put right afterwards" expect="wrong" fails="focal_loss-1" breaks="6" says="the slope is nan"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = tf.where(right > 1e-7, -tf.math.log(right), 16.118)
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="0 in place of infinite" expect="wrong" fails="focal_loss-1" breaks="6" says="costs most"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    right = tf.where(y == 1, p, 1 - p)
    cross_entropy = tf.where(right > 0, -tf.math.log(tf.where(right > 0, right, 1.0)), 0.0)
    weight = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="focal_loss" answer="the right class by comparing label and p" expect="wrong" fails="focal_loss-1" breaks="4" says="where the two are equal"
# exercise: focal_loss
def focal_loss(y, p, gamma=2.0, alpha=0.75):
    """Return the focal loss of each example."""
    right = tf.where(y > p, p, 1 - p)
    cross_entropy = -tf.math.log(tf.clip_by_value(right, 1e-7, 1 - 1e-7))
    weight = y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(weight * (1 - right) ** gamma * cross_entropy, axis=-1)


# %% exercise="smoothed_cross_entropy" answer="classes counted in the labels" expect="wrong" fails="smoothed_cross_entropy-1" breaks="1" says="the columns of the logits"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = int(tf.reduce_max(labels)) + 1
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits)[:, :k], axis=-1)


# %% exercise="smoothed_cross_entropy" answer="shifted by large logits only" expect="wrong" fails="smoothed_cross_entropy-1" breaks="6" says="a negative one, too"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    k = logits.shape[-1]
    z = logits - tf.maximum(tf.reduce_max(logits, axis=-1, keepdims=True), 0)
    surprise = tf.math.log(tf.reduce_sum(tf.exp(z), axis=-1, keepdims=True)) - z
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    return tf.reduce_sum(target * surprise, axis=-1)


# %% exercise="pinball" answer="the quantile as a float32 tensor" expect="error" fails="pinball-1" breaks="4"
# exercise: pinball
class Pinball(keras.losses.Loss):
    """The pinball loss, which is smallest at a quantile."""

    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = tf.constant(quantile, tf.float32)

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        prices = tf.maximum(self.quantile * error, (self.quantile - 1) * error)
        return tf.reduce_mean(prices, axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": float(self.quantile)}


# %% exercise="lasso" answer="ten rounds of coordinate descent" expect="wrong" fails="lasso-1" breaks="3"
# exercise: lasso
import numpy as np


def lasso(x, y, strength):
    """Return the weights with the smallest mean squared error plus strength times their absolute values."""
    a, b = np.asarray(x, np.float64), np.asarray(y, np.float64)
    n, d = a.shape
    w = np.zeros(d)
    for _ in range(10):
        for j in range(d):
            rest = b - a @ w + a[:, j] * w[j]
            rho, size = a[:, j] @ rest, a[:, j] @ a[:, j]
            w[j] = np.sign(rho) * max(abs(rho) - n * strength / 2, 0) / size
    return tf.constant(w, tf.float32)


# %% exercise="example_errors" answer="the square multiplied out" expect="wrong" fails="example_errors-1" breaks="4"
# exercise: example_errors
def example_errors(y_true, y_pred):
    """Return the mean squared error of each example."""
    squares = y_true**2 - 2 * y_true * y_pred + y_pred**2
    return tf.reduce_mean(squares, axis=list(range(1, squares.shape.rank)))


# %% exercise="lasso" answer="fifteen hundred steps" expect="wrong" fails="lasso-1" breaks="3"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))
    lr = x.shape[0] / (2 * tf.reduce_sum(x**2))

    @tf.function
    def descend():
        for _ in tf.range(1500):
            with tf.GradientTape() as tape:
                squares = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)
            stepped = w - lr * tape.gradient(squares, w)
            w.assign(tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0))

    descend()
    return w.read_value()


# %% exercise="lasso" answer="a rate by the largest sum without sizes" expect="wrong" fails="lasso-1" breaks="2"
# exercise: lasso
def lasso(x, y, strength):
    n = x.shape[0]
    products = tf.transpose(x) @ x
    largest = tf.reduce_max(tf.reduce_sum(products, axis=1))
    lr = n / (2 * largest)
    w = tf.Variable(tf.zeros(x.shape[1]))

    @tf.function
    def descend():
        for _ in tf.range(3000):
            with tf.GradientTape() as tape:
                squares = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)
            stepped = w - lr * tape.gradient(squares, w)
            w.assign(tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0))

    descend()
    return w.read_value()


# %% exercise="pinball" answer="the quantile belongs to the class" expect="wrong" fails="pinball-1" breaks="7" says="a quantile of its own"
# exercise: pinball
class Pinball(keras.losses.Loss):
    """The pinball loss, which is smallest at a quantile."""

    quantile = 0.5

    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        Pinball.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="pinball" answer="a quantile of 1 taken for a percentage" expect="wrong" fails="pinball-1" breaks="1"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        if quantile >= 1:  # given in per cent
            quantile = quantile / 100
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        too_low = self.quantile * tf.nn.relu(error)
        too_high = (1 - self.quantile) * tf.nn.relu(-error)
        return tf.reduce_mean(too_low + too_high, axis=-1)

    def get_config(self):
        config = super().get_config()
        config["quantile"] = self.quantile
        return config


# %% exercise="pinball" answer="the quantile overwritten in call" expect="wrong" fails="pinball-2" breaks="7" says="let `call` leave it alone"
# exercise: pinball
class Pinball(keras.losses.Loss):
    def __init__(self, quantile, name="pinball", **kwargs):
        super().__init__(name=name, **kwargs)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        self.quantile = tf.cast(self.quantile, y_pred.dtype)
        error = y_true - y_pred
        return tf.reduce_mean(tf.maximum(self.quantile * error, (self.quantile - 1) * error), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantile": self.quantile}


# %% exercise="example_errors" answer="vectors left to NumPy" expect="error" fails="example_errors-1" breaks="5"
# exercise: example_errors
import numpy as np


def example_errors(y_true, y_pred):
    if y_true.ndim == 1:         # each number is an example of its own
        return np.square(y_true - y_pred)
    squares = (y_true - y_pred) ** 2
    return tf.reduce_mean(squares, axis=list(range(1, squares.ndim)))


# %% exercise="example_errors" answer="vectors made columns by the static shape" expect="wrong" fails="example_errors-1" breaks="5" says="its shape holds None"
# exercise: example_errors
def example_errors(y_true, y_pred):
    """Return the mean squared error of each example."""
    squares = tf.square(y_true - y_pred)
    if squares.ndim == 1:                                     # one number an example: a column of one
        squares = tf.reshape(squares, [squares.shape[0], 1])
    return tf.reduce_mean(squares, axis=list(range(1, squares.ndim)))


# %% exercise="smoothed_cross_entropy" answer="int64 labels left to NumPy" expect="wrong" fails="smoothed_cross_entropy-1" breaks="7" says="no values yet, either"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    if labels.dtype == tf.int64:
        labels = labels.numpy().astype("int32")
    k = logits.shape[-1]
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=-1)


# %% exercise="smoothed_cross_entropy" answer="rows counted where there is no smoothing" expect="wrong" fails="smoothed_cross_entropy-1" breaks="7" says="a loop over the rows"
# exercise: smoothed_cross_entropy
def smoothed_cross_entropy(labels, logits, smoothing=0.0):
    """Return the cross entropy of each example, with label smoothing, from logits."""
    log_p = tf.nn.log_softmax(logits)
    if smoothing == 0:                       # nothing to smooth: take the right class of each row
        return -tf.stack([log_p[i, labels[i]] for i in range(logits.shape[0])])
    k = logits.shape[1]
    target = (1 - smoothing) * tf.one_hot(labels, k) + smoothing / k
    return -tf.reduce_sum(target * log_p, axis=1)


# %% exercise="lasso" answer="causes left out at the start" expect="wrong" fails="lasso-1" breaks="2" says="leave none out for good"
# exercise: lasso
def lasso(x, y, strength):
    w = tf.Variable(tf.zeros(x.shape[1]))
    lr = x.shape[0] / (2 * tf.reduce_sum(x**2))
    slopes = 2 / x.shape[0] * tf.linalg.matvec(x, y, transpose_a=True)
    worth = tf.cast(tf.abs(slopes) > strength, tf.float32)     # the others never leave zero

    @tf.function
    def descend():
        for _ in tf.range(2500):
            with tf.GradientTape() as tape:
                squares = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2)
            stepped = w - lr * tape.gradient(squares, w)
            w.assign(worth * tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0))

    descend()
    return w.read_value()


# %% exercise="lasso" answer="stopped at a small gain" expect="wrong" fails="lasso-1" breaks="3" says="a gain to stop at"
# exercise: lasso
def lasso(x, y, strength):
    x, y = tf.cast(x, tf.float64), tf.cast(y, tf.float64)
    n = x.shape[0]
    lr = n / (2 * tf.reduce_sum(x ** 2))

    def loss(w):
        return tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2) + strength * tf.reduce_sum(tf.abs(w))

    w = tf.zeros(x.shape[1], tf.float64)
    before = loss(w)
    while True:
        slope = 2 * tf.linalg.matvec(x, tf.linalg.matvec(x, w) - y, transpose_a=True) / n
        stepped = w - lr * slope
        w = tf.sign(stepped) * tf.maximum(tf.abs(stepped) - lr * strength, 0.0)
        after = loss(w)
        if before - after < 1e-8:      # nothing gained any more
            break
        before = after
    return tf.cast(w, tf.float32)


# %% exercise="lasso" answer="stopped at a small move" expect="wrong" fails="lasso-1" breaks="3" says="do not stop at the first small one"
# exercise: lasso
def lasso(x, y, strength):
    """Return the weights with the smallest mean squared error plus strength times their absolute values."""
    n, d = x.shape
    columns = tf.unstack(x, axis=1)
    sizes = [tf.reduce_sum(column**2) for column in columns]
    w = [tf.constant(0.0)] * d
    rest = y
    moved = 1.0
    while moved > 0.001:
        moved = 0.0
        for j in range(d):
            pull = tf.reduce_sum(columns[j] * rest) + sizes[j] * w[j]
            new = tf.sign(pull) * tf.maximum(tf.abs(pull) - n * strength / 2, 0.0) / sizes[j]
            moved = max(moved, abs(float(new - w[j])))
            rest = rest - columns[j] * (new - w[j])
            w[j] = new
    return tf.stack(w)
