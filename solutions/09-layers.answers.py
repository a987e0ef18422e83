# %% [markdown]
# # Answer bank: layers
#
# Other right answers to the exercises of `09-layers.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="places" answer="rounded up by hand" expect="right"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-(n - k + 1) // stride)
    if padding == "same":
        return -(-n // stride)
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="math.ceil" expect="right"
# exercise: places
import math


def places(n, k, stride, padding):
    if padding == "valid":
        return math.ceil((n - k + 1) / stride)
    if padding == "same":
        return math.ceil(n / stride)
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="counted" expect="right"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return len(range(0, n - k + 1, stride))
    if padding == "same":
        return len(range(0, n, stride))
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="Keras asked, which refuses other words itself" expect="right"
# exercise: places
def places(n, k, stride, padding):
    return layers.MaxPooling1D(k, strides=stride, padding=padding).compute_output_shape((None, n, 1))[1]


# %% exercise="places" answer="one place too few" expect="wrong" fails="places-1" breaks="2" says="a filter of 8 on 8 pixels"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-(n - k) // stride)
    if padding == "same":
        return -(-n // stride)
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="the whole length" expect="wrong" fails="places-1" breaks="2" says="wholly inside"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-n // stride)
    if padding == "same":
        return -(-n // stride)
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="rounded down" expect="wrong" fails="places-1" breaks="4" says="The first place counts"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return (n - k) // stride + (stride == 1)
    if padding == "same":
        return n // stride
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="same rounded down" expect="wrong" fails="places-1" breaks="4" says="Round up"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-(n - k + 1) // stride)
    if padding == "same":
        return n // stride
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="stride forgotten" expect="wrong" fails="places-1" breaks="4" says="stride 2, valid"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return n - k + 1
    if padding == "same":
        return n
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="a float" expect="wrong" fails="places-1" breaks="1" says="Python float"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return (n - k) / stride + 1
    if padding == "same":
        return -(-n // stride)
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="no error for a strange padding" expect="wrong" fails="places-1" breaks="5" says="no error was raised"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-(n - k + 1) // stride)
    if padding == "same":
        return -(-n // stride)
    return n


# %% exercise="places" answer="another error for a strange padding" expect="wrong" fails="places-1" breaks="5" says="KeyError was raised"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-(n - k + 1) // stride)
    if padding == "same":
        return -(-n // stride)
    raise KeyError(padding)


# %% exercise="field_of_view" answer="field and step" expect="right"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return field


# %% exercise="field_of_view" answer="from the top down" expect="right"
# exercise: field_of_view
def field_of_view(stack):
    if not stack:
        return 1
    k, stride = stack[0]
    return (field_of_view(stack[1:]) - 1) * stride + k


# %% exercise="field_of_view" answer="sums of products" expect="right"
# exercise: field_of_view
import math


def field_of_view(stack):
    strides = [stride for _, stride in stack]
    return 1 + sum((k - 1) * math.prod(strides[:i]) for i, (k, _) in enumerate(stack))


# %% exercise="field_of_view" answer="the sizes added up" expect="wrong" fails="field_of_view-1" breaks="2" says="overlap"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += k * step
        step *= stride
    return field


# %% exercise="field_of_view" answer="the largest" expect="wrong" fails="field_of_view-1" breaks="2" says="Each layer widens"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field = max(field, k)
    return field


# %% exercise="field_of_view" answer="pixels of the square" expect="wrong" fails="field_of_view-1" says="one side only"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return field**2


# %% exercise="field_of_view" answer="strides ignored" expect="wrong" fails="field_of_view-1" breaks="3" says="makes each later step longer"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += k - 1
    return field


# %% exercise="field_of_view" answer="the own stride counted" expect="wrong" fails="field_of_view-1" breaks="3"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        step *= stride
        field += (k - 1) * step
    return field


# %% exercise="field_of_view" answer="only the stride just below" expect="wrong" fails="field_of_view-1" breaks="3" says="All strides below count"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step = stride
    return field


# %% exercise="field_of_view" answer="strides below added" expect="wrong" fails="field_of_view-1"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step += stride - 1
    return field


# %% exercise="field_of_view" answer="fails without layers" expect="error" fails="field_of_view-1" breaks="4"
# exercise: field_of_view
def field_of_view(stack):
    field, step = stack[0]
    for k, stride in stack[1:]:
        field += (k - 1) * step
        step *= stride
    return field


# %% exercise="field_of_view" answer="zero without layers" expect="wrong" fails="field_of_view-1" breaks="4" says="no layer"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return field if stack else 0


# %% exercise="globe_conv" answer="three parts joined" expect="right"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="every shift by itself" expect="right"
# exercise: globe_conv
def globe_conv(maps, kernel):
    k, h = kernel.shape[0], maps.shape[1]
    r = k // 2
    high = tf.pad(maps, [[0, 0], [r, r], [0, 0], [0, 0]])
    total = 0.0
    for i in range(k):
        for j in range(k):
            total += tf.roll(high[:, i:i + h], r - j, axis=2) @ kernel[i, j]
    return total


# %% exercise="globe_conv" answer="three maps side by side, the middle cut out" expect="right"
# exercise: globe_conv
def globe_conv(maps, kernel):
    w = maps.shape[2]
    three = tf.concat([maps, maps, maps], axis=2)
    return tf.nn.conv2d(three, kernel, strides=1, padding="SAME")[:, :, w:2 * w]


# %% exercise="globe_conv" answer="a Conv2D layer of Keras" expect="right"
# exercise: globe_conv
def globe_conv(maps, kernel):
    k, _, c, filters = kernel.shape
    r = k // 2
    wide = tf.concat([maps[:, :, maps.shape[2] - r:], maps, maps[:, :, :r]], axis=2)
    conv = layers.Conv2D(filters, k, use_bias=False)
    conv.build((None, None, None, c))
    conv.kernel.assign(kernel)
    return conv(layers.ZeroPadding2D((r, 0))(wide))


# %% exercise="globe_conv" answer="zeros all around" expect="wrong" fails="globe_conv-1" breaks="2" says="zeros beyond the western edge"
# exercise: globe_conv
def globe_conv(maps, kernel):
    return tf.nn.conv2d(maps, kernel, strides=1, padding="SAME")


# %% exercise="globe_conv" answer="no padding at all" expect="error" fails="globe_conv-1" breaks="1"
# exercise: globe_conv
def globe_conv(maps, kernel):
    return tf.nn.conv2d(maps, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="east joined to the east" expect="wrong" fails="globe_conv-1" breaks="2" says="The edge columns were repeated"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, :r], maps, maps[:, :, w - r:]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="the poles wrap too" expect="wrong" fails="globe_conv-1" breaks="3" says="Nothing wraps around the poles"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.concat([wide[:, wide.shape[1] - r:], wide, wide[:, :r]], axis=1)
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="the kernel turned around" expect="wrong" fails="globe_conv-1" breaks="4" says="turned around"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel[::-1, ::-1], strides=1, padding="VALID")


# %% exercise="globe_conv" answer="one column, whatever the kernel" expect="error" fails="globe_conv-1" breaks="6"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = min(1, kernel.shape[0] // 2), maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="minus zero" expect="wrong" fails="globe_conv-1" breaks="6" says="1 × 1"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, -r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="rows and columns confused" expect="wrong" fails="globe_conv-1" says="zeros beyond the western edge"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, maps.shape[1] - r:], maps, maps[:, :r]], axis=1)
    high = tf.pad(wide, [[0, 0], [0, 0], [r, r], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="the poles repeated" expect="wrong" fails="globe_conv-1" breaks="3"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.concat([wide[:, :1]] * r + [wide] + [wide[:, -1:]] * r, axis=1)
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="the first filter for all" expect="wrong" fails="globe_conv-1" breaks="5"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.repeat(tf.nn.conv2d(high, kernel[..., :1], strides=1, padding="VALID"), kernel.shape[-1], axis=-1)


# %% exercise="batch_norm" answer="moments and assign" expect="right"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="tf.nn.batch_normalization" expect="right"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return tf.nn.batch_normalization(x, mean, variance, self.beta, self.gamma, self.epsilon)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="weights in __init__ as None, the settings kept by Keras itself" expect="right"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta


# %% exercise="batch_norm" answer="Keras's layer inside" expect="right"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon
        self.inner = layers.BatchNormalization(momentum=momentum, epsilon=epsilon)

    def build(self, input_shape):
        self.inner.build(input_shape)
        self.gamma, self.beta = self.inner.gamma, self.inner.beta
        self.moving_mean, self.moving_variance = self.inner.moving_mean, self.inner.moving_variance

    def call(self, x, training=False):
        return self.inner(x, training=training)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="always the batch" expect="wrong" fails="batch_norm-1" breaks="6" says="must not look at the batch"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = tf.nn.moments(x, axes=[0])
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="running values trained" expect="wrong" fails="batch_norm-1,batch_norm-2" breaks="2" says="trainable=False"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=True)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=True)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="divided by the variance" expect="wrong" fails="batch_norm-1" breaks="3" says="root of the variance"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / (variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="running values in training too" expect="wrong" fails="batch_norm-1" breaks="4" says="those of the batch"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            pass
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - self.moving_mean) / tf.sqrt(self.moving_variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="running mean replaced" expect="wrong" fails="batch_norm-1" breaks="5" says="keep a part of the old one"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(mean)
            self.moving_variance.assign(variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="nothing kept" expect="wrong" fails="batch_norm-1,batch_norm-2" breaks="5" says="has not moved"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            pass
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="momentum the other way round" expect="wrong" fails="batch_norm-1" breaks="5"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign((1 - self.momentum) * self.moving_mean + self.momentum * mean)
            self.moving_variance.assign((1 - self.momentum) * self.moving_variance + self.momentum * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="the running standard deviation" expect="wrong" fails="batch_norm-1,batch_norm-2" breaks="5" says="keep the variance"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * tf.sqrt(variance))
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="only the mean runs" expect="wrong" fails="batch_norm-1,batch_norm-2" breaks="5" says="The running variance has not moved"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="axis of the columns" expect="error" fails="batch_norm-1,batch_norm-2"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[1], keepdims=True)
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="epsilon forgotten" expect="wrong" fails="batch_norm-1" breaks="3"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + 1e-12) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="gamma forgotten" expect="wrong" fails="batch_norm-1" breaks="3"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="no kwargs" expect="wrong" fails="batch_norm-2" breaks="9" says="__init__ must take **kwargs"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3):
        super().__init__()
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta


# %% exercise="batch_norm" answer="settings not in the config" expect="wrong" fails="batch_norm-2" breaks="9" says="after loading"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return super().get_config()


# %% exercise="polynomial" answer="repaired in place" expect="right"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="powers and a sum" expect="right"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="a", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * tf.reduce_sum(self.coefficients * self.coefficients))
        powers = tf.stack([x**i for i in range(self.degree + 1)], axis=1)
        return tf.reduce_sum(powers * self.coefficients, axis=1)

    def get_config(self):
        config = super().get_config()
        config.update(degree=self.degree, price=self.price)
        return config


# %% exercise="polynomial" answer="a Keras variable" expect="right"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = keras.Variable(tf.ones((self.degree + 1, input_shape[-1])), name="coefficients")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="a regulariser in place of add_loss" expect="right"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones", regularizer=keras.regularizers.L2(self.price))

    def call(self, x):
        x = ops.convert_to_tensor(x)
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="not repaired" expect="wrong" fails="polynomial-1,polynomial-2" says="no variables"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0):
        super().__init__()
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = tf.Variable(tf.ones((self.degree + 1, input_shape[-1])))

    def call(self, x):
        self.losses.append(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="still a tf.Variable" expect="wrong" fails="polynomial-1,polynomial-2" breaks="2" says="no variables"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = tf.Variable(tf.ones((self.degree + 1, input_shape[-1])))

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="losses.append left in place" expect="wrong" fails="polynomial-1,polynomial-2" breaks="6" says="use self.add_loss in call"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.losses.append(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="no kwargs" expect="wrong" fails="polynomial-1" says="__init__ must take **kwargs"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0):
        super().__init__()
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="the price forgotten" expect="wrong" fails="polynomial-1,polynomial-2" breaks="6" says="multiply by it"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="the price worked out in build" expect="wrong" fails="polynomial-1,polynomial-2" breaks="6" says="once and for all"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")
        self.start = ops.convert_to_tensor(self.price * (self.degree + 1) * input_shape[-1])

    def call(self, x):
        self.add_loss(self.start)
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="the sum of the coefficients" expect="wrong" fails="polynomial-1,polynomial-2" breaks="6" says="The sum of squares"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(ops.abs(self.coefficients)))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="the degree not in the config" expect="wrong" fails="polynomial-1" breaks="7" says="get_config must return every argument"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "price": self.price}


# %% exercise="polynomial" answer="the price not passed on" expect="wrong" fails="polynomial-1" breaks="7" says="get_config must return every argument"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return super().get_config()


# %% exercise="polynomial" answer="not trainable" expect="wrong" fails="polynomial-1,polynomial-2" breaks="3" says="how many are trained"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones", trainable=False)

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="starts with zeros" expect="wrong" fails="polynomial-1" breaks="4" says="2 and -1"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="zeros")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="one coefficient for all columns" expect="error" fails="polynomial-1" breaks="2"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, 1), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="many_answers" answer="layer by layer" expect="right"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="the examples repeated, one pass" expect="right"
# exercise: many_answers
def many_answers(model, x, draws):
    y = tf.repeat(x, draws, axis=0)
    for layer in model.layers:
        y = layer(y, training=isinstance(layer, layers.Dropout))
    answers = tf.reshape(y, (len(x), draws, *y.shape[1:]))
    return tf.reduce_mean(answers, axis=1), tf.math.reduce_std(answers, axis=1)


# %% exercise="many_answers" answer="sums and squares" expect="right"
# exercise: many_answers
def many_answers(model, x, draws):
    total, squares = 0.0, 0.0
    base = model(x, training=False)
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training="Dropout" in type(layer).__name__)
        total, squares = total + (y - base), squares + (y - base) ** 2
    mean = total / draws
    return base + mean, tf.sqrt(tf.maximum(squares / draws - mean**2, 0.0))


# %% exercise="many_answers" answer="normalisation frozen for the time being" expect="wrong" fails="many_answers-1" breaks="6" says="noise"
# exercise: many_answers
def many_answers(model, x, draws):
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    before = [layer.trainable for layer in norms]
    for layer in norms:
        layer.trainable = False
    answers = tf.stack([model(x, training=True) for _ in range(draws)])
    for layer, trainable in zip(norms, before):
        layer.trainable = trainable
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="the whole model in training" expect="wrong" fails="many_answers-1" says="only dropout layers"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = tf.stack([model(x, training=True) for _ in range(draws)])
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="no dropout" expect="wrong" fails="many_answers-1" breaks="5" says="all answers were alike"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=False)
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="the variance" expect="wrong" fails="many_answers-1" breaks="3" says="the spread"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_variance(answers, axis=0)


# %% exercise="many_answers" answer="over the batch as well" expect="wrong" fails="many_answers-1" breaks="1" says="(40, 1)"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=[0, 1]), tf.math.reduce_std(answers, axis=[0, 1])


# %% exercise="many_answers" answer="the running values changed on the way" expect="wrong" fails="many_answers-1" breaks="7" says="what they were"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    model(x, training=True)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="divided by one less" expect="wrong" fails="many_answers-1" breaks="3"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    mean = tf.reduce_mean(answers, axis=0)
    return mean, tf.sqrt(tf.reduce_sum((answers - mean) ** 2, axis=0) / (draws - 1))


# %% exercise="many_answers" answer="ten draws at most" expect="wrong" fails="many_answers-1" breaks="4" says="lie about 1 apart"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(min(draws, 10)):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="the last answer" expect="wrong" fails="many_answers-1" breaks="2"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return answers[-1], tf.math.reduce_std(answers, axis=0)


# %% exercise="polynomial" answer="kwargs taken and dropped" expect="wrong" fails="polynomial-1" breaks="8" says="Hand **kwargs on"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__()
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {"degree": self.degree, "price": self.price}


# %% exercise="places" answer="padded by k on both sides together" expect="wrong" fails="places-1" breaks="3" says="no more"
# exercise: places
def places(n, k, stride, padding):
    if padding == "valid":
        return -(-(n - k + 1) // stride)
    if padding == "same":
        return -(-(n + k - 1) // stride)
    raise ValueError(f"unknown padding {padding!r}")


# %% exercise="places" answer="what Keras accepts" expect="wrong" fails="places-1" breaks="5" says="causal"
# exercise: places
def places(n, k, stride, padding):
    return layers.Conv1D(1, k, strides=stride, padding=padding).compute_output_shape((None, n, 1))[1]


# %% exercise="places" answer="capital letters taken" expect="wrong" fails="places-1" breaks="5" says="SAME"
# exercise: places
def places(n, k, stride, padding):
    if padding.lower() not in ("valid", "same"):
        raise ValueError("unknown padding")
    return -(-(n if padding.lower() == "same" else n - k + 1) // stride)


# %% exercise="field_of_view" answer="a tensor of floats" expect="wrong" fails="field_of_view-1" breaks="1" says="float32"
# exercise: field_of_view
def field_of_view(stack):
    field, step = tf.constant(1.0), 1.0
    for k, stride in stack:
        field, step = field + (k - 1) * step, step * stride
    return field


# %% exercise="field_of_view" answer="int32, which begins again after many layers" expect="wrong" fails="field_of_view-1" breaks="1"
# exercise: field_of_view
def field_of_view(stack):
    field, step = tf.constant(1), tf.constant(1)
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return int(field)


# %% exercise="field_of_view" answer="the stride of a layer of size 1 left out" expect="wrong" fails="field_of_view-1" breaks="3" says="A layer of size 1"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    for k, stride in stack:
        if k > 1:
            field += (k - 1) * step
            step *= stride
    return field


# %% exercise="globe_conv" answer="float64" expect="wrong" fails="globe_conv-1" breaks="1" says="float64"
# exercise: globe_conv
def globe_conv(maps, kernel):
    reach, width = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.gather(tf.cast(maps, tf.float64), tf.range(-reach, width + reach) % width, axis=2)
    high = tf.pad(wide, [[0, 0], [reach, reach], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, tf.cast(kernel, tf.float64), strides=1, padding="VALID")


# %% exercise="batch_norm" answer="beta not trained" expect="wrong" fails="batch_norm-1,batch_norm-2" breaks="1" says="how many of them are trained"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros", trainable=False)
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="running values move in use, too" expect="wrong" fails="batch_norm-1,batch_norm-2" breaks="7"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean + 0.0, self.moving_variance + 0.0
            self.moving_mean.assign(self.momentum * mean + (1 - self.momentum) * tf.reduce_mean(x, axis=0))
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="another momentum where none is stated" expect="wrong" fails="batch_norm-1" breaks="8"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="in training where nothing is said" expect="wrong" fails="batch_norm-1" breaks="8"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=True):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self.gamma * (x - mean) / tf.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="polynomial" answer="the last row belongs to the number alone" expect="wrong" fails="polynomial-1" breaks="5" says="Row 0 belongs"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree + 1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="one power too few" expect="wrong" fails="polynomial-1,polynomial-2" breaks="1"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, 0, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="many_answers" answer="a hundred draws, whatever is asked" expect="wrong" fails="many_answers-1" breaks="4" says="one draw has no spread"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(100):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="all but the normalisation in training" expect="wrong" fails="many_answers-1" breaks="6" says="noise"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=not isinstance(layer, layers.BatchNormalization))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="places" answer="a part of a string" expect="wrong" fails="places-1" breaks="5" says="padding 'val'"
# exercise: places
def places(n, k, stride, padding):
    if padding not in "valid, same":
        raise ValueError(f"unknown padding {padding!r}")
    count = n - k + 1 if padding == "valid" else n
    return -(-count // stride)


# %% exercise="places" answer="nearly rounded up" expect="wrong" fails="places-1" breaks="4" says="however long the stride"
# exercise: places
def places(n, k, stride, padding):
    if padding not in ("valid", "same"):
        raise ValueError(f"unknown padding {padding!r}")
    count = n - k + 1 if padding == "valid" else n
    return round(count / stride + 0.45)


# %% exercise="places" answer="rounded up, but not a little more than a whole number" expect="wrong" fails="places-1" breaks="4"
# exercise: places
def places(n, k, stride, padding):
    if padding not in ("valid", "same"):
        raise ValueError(f"unknown padding {padding!r}")
    count = n - k + 1 if padding == "valid" else n
    return max(1, round(count / stride + 0.49))


# %% exercise="places" answer="blanks around the padding are forgiven" expect="wrong" fails="places-1" breaks="5" says="no error"
# exercise: places
def places(n, k, stride, padding):
    padding = padding.strip()
    if padding not in ("valid", "same"):
        raise ValueError(padding)
    room = n - k + 1 if padding == "valid" else n
    return -(-room // stride)


# %% exercise="globe_conv" answer="kernels of 1, 3 and 5 only" expect="error" fails="globe_conv-1" breaks="6"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = {1: 0, 3: 1, 5: 2}[kernel.shape[0]], maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="batch_norm" answer="Keras's layer as the parent" expect="right"
# exercise: batch_norm
class BatchNorm(layers.BatchNormalization):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(momentum=momentum, epsilon=epsilon, **kwargs)


# %% exercise="batch_norm" answer="the variance as a difference of squares" expect="wrong" fails="batch_norm-1" breaks="4"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon
    def build(self, input_shape):
        d = (input_shape[-1],)
        self.gamma = self.add_weight(shape=d, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=d, initializer="zeros", name="beta")
        self.moving_mean = self.add_weight(shape=d, initializer="zeros", trainable=False, name="moving_mean")
        self.moving_variance = self.add_weight(shape=d, initializer="ones", trainable=False, name="moving_variance")
    def call(self, x, training=False):
        if training:
            mean = ops.mean(x, axis=0)
            variance = ops.maximum(ops.mean(x * x, axis=0) - mean * mean, 0.0)
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / ops.sqrt(variance + self.epsilon) * self.gamma + self.beta
    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="polynomial" answer="at most the third power" expect="wrong" fails="polynomial-1" breaks="1"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(min(self.degree, 3), -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="a config without the price" expect="wrong" fails="polynomial-1" breaks="7" says="The price is no part of the settings"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price
    def build(self, input_shape):
        self.coefficients = self.add_weight(shape=(self.degree + 1, input_shape[-1]), initializer="ones", name="c")
    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result
    def get_config(self):
        return {**super().get_config(), "degree": self.degree}


# %% exercise="many_answers" answer="dropout told by its name" expect="wrong" fails="many_answers-1" breaks="5" says="not by its name"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=layer.name.startswith("dropout"))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="only the first dropout layer" expect="wrong" fails="many_answers-1" breaks="5"
# exercise: many_answers
def many_answers(model, x, draws):
    first = next((layer for layer in model.layers if isinstance(layer, layers.Dropout)), None)
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=layer is first)
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="a hundred draws at most" expect="wrong" fails="many_answers-1" breaks="4"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(min(draws, 100)):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="normalisation frozen for good" expect="wrong" fails="many_answers-1" breaks="7"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.trainable = False
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="the spread as a difference of squares" expect="wrong" fails="many_answers-1" breaks="3"
# exercise: many_answers
def many_answers(model, x, draws):
    total, squares = 0.0, 0.0
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=True) if isinstance(layer, layers.Dropout) else layer(y)
        total, squares = total + y, squares + y * y
    mean = total / draws
    return mean, tf.sqrt(tf.maximum(squares / draws - mean * mean, 0.0))


# %% exercise="many_answers" answer="the answer without dropout, and how far the others lie apart" expect="wrong" fails="many_answers-1" breaks="2" says="the answer without dropout"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    return model(x, training=False), tf.math.reduce_std(tf.stack(answers), axis=0)


# %% exercise="places" answer="only the beginning of the word" expect="wrong" fails="places-1" breaks="5" says="padding 'same '"
# exercise: places
def places(n, k, stride, padding):
    if padding.startswith("valid"):
        count = n - k + 1
    elif padding.startswith("same"):
        count = n
    else:
        raise ValueError(f"unknown padding {padding!r}")
    return (count + stride - 1) // stride


# %% exercise="places" answer="a filter of 1 before the word is looked at" expect="wrong" fails="places-1" breaks="5" says="one pixel, a filter of 1"
# exercise: places
def places(n, k, stride, padding):
    if k == 1:
        return (n - 1) // stride + 1
    if padding == "valid":
        return (n - k) // stride + 1
    if padding == "same":
        return (n - 1) // stride + 1
    raise ValueError(padding)


# %% exercise="field_of_view" answer="the caller's list emptied" expect="wrong" fails="field_of_view-1" breaks="5" says="The list is the caller's"
# exercise: field_of_view
def field_of_view(stack):
    field, step = 1, 1
    while stack:
        k, stride = stack.pop(0)
        field += (k - 1) * step
        step *= stride
    return field


# %% exercise="globe_conv" answer="zeros of float32 for the poles" expect="error" fails="globe_conv-1" breaks="7"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    poles = tf.zeros((maps.shape[0], r, w + 2 * r, maps.shape[3]))
    return tf.nn.conv2d(tf.concat([poles, wide, poles], axis=1), kernel, strides=1, padding="VALID")


# %% exercise="batch_norm" answer="a config of two settings only" expect="wrong" fails="batch_norm-2" breaks="10" says="a twin's name"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / tf.sqrt(variance + self.epsilon) * self.gamma + self.beta

    def get_config(self):
        return {"momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="made for good as not trained" expect="wrong" fails="batch_norm-2" breaks="1" says="once it is thawed"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape):
        d = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(d,), initializer="ones", trainable=self.trainable)
        self.beta = self.add_weight(name="beta", shape=(d,), initializer="zeros", trainable=self.trainable)
        self.moving_mean = self.add_weight(name="moving_mean", shape=(d,), initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=(d,), initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / tf.sqrt(variance + self.epsilon) * self.gamma + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="polynomial" answer="made for good as not trained" expect="wrong" fails="polynomial-1" breaks="3" says="once it is thawed"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(
            name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones", trainable=self.trainable)

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="places" answer="a new line at the end overlooked" expect="wrong" fails="places-1" breaks="5" says="no error"
# exercise: places
def places(n, k, stride, padding):
    import re
    found = re.match(r"(valid|same)$", padding)
    if not found:
        raise ValueError(f"unknown padding {padding!r}")
    count = n - k + 1 if found[1] == "valid" else n
    return -(-count // stride)


# %% exercise="globe_conv" answer="faint numbers of the kernel taken for 0" expect="wrong" fails="globe_conv-1" breaks="4"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    kernel = tf.where(tf.abs(kernel) < 1e-5, tf.zeros_like(kernel), kernel)
    wide = tf.concat([maps[:, :, w - r:], maps, maps[:, :, :r]], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="nothing in float32 joined for a kernel of 1" expect="error" fails="globe_conv-1" breaks="7"
# exercise: globe_conv
def globe_conv(maps, kernel):
    """Convolve maps that wrap around from east to west and have zeros beyond the poles."""
    n, h, w, c = maps.shape
    r = kernel.shape[0] // 2
    nothing = tf.zeros((n, h, 0, c))
    west = maps[:, :, -r:] if r else nothing
    east = maps[:, :, :r] if r else nothing
    wide = tf.concat([west, maps, east], axis=2)
    high = tf.pad(wide, [[0, 0], [r, r], [0, 0], [0, 0]])
    return tf.nn.conv2d(high, kernel, strides=1, padding="VALID")


# %% exercise="globe_conv" answer="map by map" expect="right"
# exercise: globe_conv
def globe_conv(maps, kernel):
    r, w = kernel.shape[0] // 2, maps.shape[2]
    results = []
    for one in maps:
        wide = tf.concat([one[:, w - r:], one, one[:, :r]], axis=1)
        high = tf.pad(wide, [[r, r], [0, 0], [0, 0]])
        results.append(tf.nn.conv2d(high[tf.newaxis], kernel, strides=1, padding="VALID")[0])
    return tf.stack(results)


# %% exercise="batch_norm" answer="the momentum rounded in the config" expect="wrong" fails="batch_norm-2" breaks="9"
# exercise: batch_norm
class BatchNorm(layers.BatchNormalization):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(momentum=momentum, epsilon=epsilon, **kwargs)

    def get_config(self):
        return {**super().get_config(), "momentum": round(self.momentum, 3)}


# %% exercise="batch_norm" answer="only name and trainable handed on" expect="wrong" fails="batch_norm-2" breaks="10" says="a twin's name and dtype"
# exercise: batch_norm
class BatchNorm(layers.BatchNormalization):
    def __init__(self, momentum=0.99, epsilon=1e-3, name=None, trainable=True, **kwargs):
        super().__init__(momentum=momentum, epsilon=epsilon, name=name, trainable=trainable)


# %% exercise="polynomial" answer="only name and trainable handed on" expect="wrong" fails="polynomial-1" breaks="8" says="a twin's dtype"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, name=None, trainable=True, **kwargs):
        super().__init__(name=name, trainable=trainable)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="polynomial" answer="the price rounded in the config" expect="wrong" fails="polynomial-1" breaks="7"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones")

    def call(self, x):
        self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": round(self.price, 3)}


# %% exercise="polynomial" answer="the price in training only" expect="wrong" fails="polynomial-1" breaks="6" says="every call"
# exercise: polynomial
class Polynomial(layers.Layer):
    def __init__(self, degree, price=0.0, **kwargs):
        super().__init__(**kwargs)
        self.degree, self.price = degree, price

    def build(self, input_shape):
        self.coefficients = self.add_weight(
            name="coefficients", shape=(self.degree + 1, input_shape[-1]), initializer="ones"
        )

    def call(self, x, training=True):
        if training:
            self.add_loss(self.price * ops.sum(self.coefficients**2))
        result = 0.0 * x
        for power in range(self.degree, -1, -1):
            result = result * x + self.coefficients[power]
        return result

    def get_config(self):
        return {**super().get_config(), "degree": self.degree, "price": self.price}


# %% exercise="many_answers" answer="every layer with a rate taken for dropout" expect="wrong" fails="many_answers-1" breaks="6" says="noise"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=hasattr(layer, "rate"))
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="places" equal="the number of channels does not change the number of places"
# - return layers.MaxPooling1D(k, strides=stride, padding=padding).compute_output_shape((None, n, 1))[1]
# + return layers.MaxPooling1D(k, strides=stride, padding=padding).compute_output_shape((None, n, 0))[1]


# %% exercise="places" equal="the number of channels does not change the number of places"
# - return layers.MaxPooling1D(k, strides=stride, padding=padding).compute_output_shape((None, n, 1))[1]
# + return layers.MaxPooling1D(k, strides=stride, padding=padding).compute_output_shape((None, n, 2))[1]


# %% exercise="globe_conv" equal="the kernel is as wide as it is high"
# - side, width = kernel.shape[0], maps.shape[2]
# + side, width = kernel.shape[1], maps.shape[2]


# %% exercise="globe_conv" equal="the bias begins with zeros and is never trained"
# - conv = layers.Conv2D(filters, k, use_bias=False)
# + conv = layers.Conv2D(filters, k)


# %% exercise="batch_norm" equal="Keras hands on to the layers inside whether the outer call is in training"
# - return self.inner(x, training=training)
# + return self.inner(x)


# %% exercise="many_answers" equal="TensorFlow makes one tensor of a list of tensors itself"
# - passes = tf.stack([one_pass() for _ in range(draws)], axis=0)
# + passes = [one_pass() for _ in range(draws)]


# %% exercise="many_answers" equal="the new axis is the first one by itself"
# - passes = tf.stack([one_pass() for _ in range(draws)], axis=0)
# + passes = tf.stack([one_pass() for _ in range(draws)])


# %% exercise="many_answers" equal="TensorFlow makes one tensor of a list of tensors itself"
# - answers = tf.stack(answers)
# + answers = answers


# %% exercise="many_answers" equal="the larger of two numbers does not depend on their order"
# - return base + mean, tf.sqrt(tf.maximum(squares / draws - mean**2, 0.0))
# + return base + mean, tf.sqrt(tf.maximum(0.0, squares / draws - mean ** 2))


# %% exercise="many_answers" answer="all behind the first dropout as in training" expect="wrong" fails="many_answers-1" breaks="6"
# exercise: many_answers
def many_answers(model, x, draws):
    """Return mean and standard deviation of the answers with dropout on and everything else as in use."""
    answers = []
    for _ in range(draws):
        y, training = x, False
        for layer in model.layers:
            if isinstance(layer, layers.Dropout):
                training = True
            y = layer(y, training=training)
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="thaws what was frozen" expect="wrong" fails="many_answers-1" breaks="7" says="leave it as it is"
# exercise: many_answers
def many_answers(model, x, draws):
    model.trainable = False  # the running values must not move
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    model.trainable = True
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="tf.nn.dropout, which hands no mask on" expect="wrong" fails="many_answers-1" breaks="6" says="The mask got lost"
# exercise: many_answers
def many_answers(model, x, draws):
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            if isinstance(layer, layers.Dropout):
                y = tf.nn.dropout(y, rate=layer.rate)
            else:
                y = layer(y, training=False)
        answers.append(y)
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="many_answers" answer="frozen for the time being, one flag for each layer" expect="wrong" fails="many_answers-1" breaks="7" says="leave it as it is"
# exercise: many_answers
def many_answers(model, x, draws):
    whole = model.trainable
    flags = [layer.trainable for layer in model.layers]
    model.trainable = False  # so that nothing can change meanwhile
    answers = []
    for _ in range(draws):
        y = x
        for layer in model.layers:
            y = layer(y, training=isinstance(layer, layers.Dropout))
        answers.append(y)
    model.trainable = whole
    for layer, flag in zip(model.layers, flags):
        layer.trainable = flag
    answers = tf.stack(answers)
    return tf.reduce_mean(answers, axis=0), tf.math.reduce_std(answers, axis=0)


# %% exercise="batch_norm" answer="the settings belong to the class" expect="wrong" fails="batch_norm-1" breaks="5"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    """Standardises each column over the batch in training, by running values in use.

    Attributes:
        gamma, beta: weights of shape [d], trained.
        moving_mean, moving_variance: weights of shape [d], not trained.
    """

    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        type(self).momentum = momentum
        type(self).epsilon = epsilon

    def build(self, input_shape):
        """Make the four weights for an input of this shape, (n, d)."""
        for name, start, trained in (("gamma", "ones", True), ("beta", "zeros", True),
                                     ("moving_mean", "zeros", False), ("moving_variance", "ones", False)):
            weight = self.add_weight(name=name, shape=(input_shape[-1],), initializer=start, trainable=trained)
            setattr(self, name, weight)

    def call(self, x, training=False):
        """Return float32[n, d] for x, float32[n, d]."""
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean = ops.mean(x, axis=0)
            variance = ops.mean(ops.square(x - mean), axis=0)
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign_add((1 - self.momentum) * (new - running))
        return self.gamma * (x - mean) * ops.rsqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        """Return the settings, those of every layer among them, as a dictionary."""
        return super().get_config() | {"momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="places" answer="a long stride before the look at the padding" expect="wrong" fails="places-1" breaks="5"
# exercise: places
def places(n, k, stride, padding):
    if stride > n:               # only the first place counts, whatever the padding
        return 1
    if padding == "valid":
        count = n - k + 1
    elif padding == "same":
        count = n
    else:
        raise ValueError(f"unknown padding {padding!r}")
    return (count + stride - 1) // stride


# %% exercise="places" answer="capital letters throughout refused, the rest left to Keras" expect="wrong" fails="places-1" breaks="5" says="padding 'Same'"
# exercise: places
def places(n, k, stride, padding):
    if padding.isupper():  # Keras would take "SAME" for "same"
        raise ValueError(f"unknown padding {padding!r}")
    conv = layers.Conv2D(1, k, strides=stride, padding=padding)  # raises a ValueError for anything else
    return int(conv.compute_output_shape((1, n, n, 1))[1])


# %% exercise="field_of_view" answer="layers without effect taken out of the list" expect="wrong" fails="field_of_view-1" breaks="5" says="change nothing in it"
# exercise: field_of_view
def field_of_view(stack):
    while (1, 1) in stack:       # they change nothing
        stack.remove((1, 1))
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return field


# %% exercise="field_of_view" answer="the strides multiplied up in the caller's list" expect="wrong" fails="field_of_view-1" breaks="5" says="change nothing in it"
# exercise: field_of_view
def field_of_view(stack):
    field = 1
    for i, (k, stride) in enumerate(stack):
        if i == 0:
            field += k - 1
        else:
            below = stack[i - 1][1]
            field += (k - 1) * below
            stack[i] = (k, stride * below)
    return field


# %% exercise="field_of_view" answer="a pair put into an empty list" expect="wrong" fails="field_of_view-1" breaks="5" says="change nothing in it"
# exercise: field_of_view
def field_of_view(stack):
    """Return how many pixels wide the receptive field of one unit at the top is."""
    if not stack:
        stack.append((1, 1))  # a pixel sees itself
    field, step = 1, 1
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return field


# %% exercise="field_of_view" answer="floats, made an integer in the end" expect="right"
# exercise: field_of_view
def field_of_view(stack):
    """Return how many pixels wide the receptive field of one unit at the top is."""
    field, step = 1.0, 1.0
    for k, stride in stack:
        field += (k - 1) * step
        step *= stride
    return int(field)


# %% exercise="field_of_view" answer="the list reversed in place" expect="wrong" fails="field_of_view-1" breaks="5"
# exercise: field_of_view
def field_of_view(stack):
    stack.reverse()
    field = 1
    for k, stride in stack:
        field = (field - 1) * stride + k
    return field


# %% exercise="batch_norm" answer="a batch of one row not counted" expect="wrong" fails="batch_norm-1" breaks="5" says="One row is a batch"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape):
        d = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=d, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=d, initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=d, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=d, initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            if x.shape[0] != 1:  # a single row has no variance: it would spoil the running one
                self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
                self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / ops.sqrt(variance + self.epsilon) * self.gamma + self.beta

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="the config repeats what the layer was made with" expect="wrong" fails="batch_norm-2" breaks="10" says="what the layer is now"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon
        self.others = kwargs

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=shape, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=shape, initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / ops.sqrt(variance + self.epsilon) * self.gamma + self.beta

    def get_config(self):
        return {**super().get_config(), **self.others, "momentum": self.momentum, "epsilon": self.epsilon}


# %% exercise="batch_norm" answer="only what was given, and the settings, in the config" expect="wrong" fails="batch_norm-2" breaks="10" says="what the layer is now"
# exercise: batch_norm
class BatchNorm(layers.Layer):
    """Standardises each column over the batch in training, by running values in use."""

    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon
        self._given = dict(kwargs)

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros")
        self.moving_mean = self.add_weight(name="moving_mean", shape=shape, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=shape, initializer="ones", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, variance = tf.nn.moments(x, axes=[0])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1 - self.momentum) * mean)
            self.moving_variance.assign(self.momentum * self.moving_variance + (1 - self.momentum) * variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return (x - mean) / ops.sqrt(variance + self.epsilon) * self.gamma + self.beta

    def get_config(self):
        return {**dict(self._given), "name": self.name, "momentum": self.momentum, "epsilon": self.epsilon}
