# %% [markdown]
# # Answer bank: convolutional networks
#
# Other right answers to the exercises of `17-convolutional-networks.py`, which must earn every point, and wrong ones that people give, each with the graded cell that must fail. Every cell is the content of a whole solution cell.


# %% exercise="vgg_features" answer="functional" expect="right"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="blocks as models" expect="right"
# exercise: vgg_features
def vgg_features(filters, convs):
    def block(number):
        inside = [part for _ in range(convs) for part in (layers.Conv2D(number, (3, 3), padding="same"), layers.ReLU())]
        return keras.Sequential([*inside, layers.MaxPool2D()])

    model = keras.Sequential([block(number) for number in filters] + [layers.GlobalAveragePooling2D()])
    model.build((None, 32, 32, 3))
    return model


# %% exercise="vgg_features" answer="the mean by an operation" expect="right"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, ops.mean(x, axis=(1, 2)))


# %% exercise="vgg_features" answer="always two convolutions" expect="wrong" fails="vgg_features-1" breaks="1"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(2):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="one convolution more" expect="wrong" fails="vgg_features-1" breaks="1"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs + 1):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="filters of 5" expect="wrong" fails="vgg_features-1" breaks="2" says="these are 5 × 5"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 5, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="no padding" expect="error" fails="vgg_features-1" breaks="3"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="no ReLU" expect="wrong" fails="vgg_features-1" breaks="4" says="There is no ReLU behind the convolution"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="ReLU once a block" expect="wrong" fails="vgg_features-1" breaks="4"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same")(x)
        x = layers.MaxPooling2D(2)(layers.ReLU()(x))
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="average pooling" expect="wrong" fails="vgg_features-1" breaks="5" says="a mean was taken"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.AveragePooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="no pooling in the last block" expect="wrong" fails="vgg_features-1" breaks="5" says="or no pooling"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for block, number in enumerate(filters):
        if block > 0:
            x = layers.MaxPooling2D(2)(x)
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="a pooling after each convolution" expect="error" fails="vgg_features-1" breaks="5"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
            x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="vgg_features" answer="the largest at the end" expect="wrong" fails="vgg_features-1" breaks="6"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalMaxPooling2D()(x))


# %% exercise="vgg_features" answer="Flatten at the end" expect="wrong" fails="vgg_features-1" breaks="6"
# exercise: vgg_features
def vgg_features(filters, convs):
    picture = x = keras.Input((32, 32, 3))
    for number in filters:
        for _ in range(convs):
            x = layers.Conv2D(number, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.Flatten()(x))


# %% exercise="inception" answer="Keras operations" expect="right"
# exercise: inception
def inception(x, kernels):
    def conv(signal, *names):
        for name in names:
            signal = ops.relu(ops.conv(signal, kernels[name], padding="same"))
        return signal

    pooled = ops.max_pool(x, 3, strides=1, padding="same")
    return ops.concatenate([conv(x, "1"), conv(x, "reduce 3", "3"), conv(x, "reduce 5", "5"), conv(pooled, "pool")], 3)


# %% exercise="inception" answer="small convolutions as products, the largest of nine moved pictures" expect="right"
# exercise: inception
def inception(x, kernels):
    def mix(signal, name):
        return tf.nn.relu(tf.einsum("nhwc,cf->nhwf", signal, kernels[name][0, 0]))

    def large(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], 1, "SAME"))

    h, w = x.shape[1:3]
    around = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=x.dtype.min)
    pooled = tf.reduce_max([around[:, i:i + h, j:j + w] for i in range(3) for j in range(3)], axis=0)
    branches = mix(x, "1"), large(mix(x, "reduce 3"), "3"), large(mix(x, "reduce 5"), "5"), mix(pooled, "pool")
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="layers with the kernels set" expect="right"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        layer = layers.Conv2D(kernels[name].shape[-1], kernels[name].shape[0], padding="same", use_bias=False, activation="relu")
        layer.build(signal.shape)
        layer.kernel.assign(kernels[name])
        return layer(signal)

    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    return layers.concatenate([conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")])


# %% exercise="inception" answer="added up, not joined" expect="wrong" fails="inception-1" breaks="1"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat([sum(branches[1:], branches[0])] * 4, axis=-1)


# %% exercise="inception" answer="joined along the rows" expect="wrong" fails="inception-1" breaks="1"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=1)


# %% exercise="inception" answer="the pooling before the others" expect="wrong" fails="inception-1" breaks="2" says="another order"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches[::-1], axis=-1)


# %% exercise="inception" answer="3 and 5 exchanged" expect="wrong" fails="inception-1" breaks="2"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat([branches[i] for i in (0, 2, 1, 3)], axis=-1)


# %% exercise="inception" answer="no padding, then zeros around" expect="wrong" fails="inception-1" breaks="3"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        kernel = kernels[name]
        result = tf.nn.relu(tf.nn.conv2d(tf.pad(signal, [[0, 0], [kernel.shape[0] - 1, 0], [kernel.shape[0] - 1, 0], [0, 0]]), kernel, 1, "VALID"))
        return result

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="turned around, as in mathematics" expect="wrong" fails="inception-1" breaks="3"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name][::-1, ::-1], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="no ReLU at all" expect="wrong" fails="inception-1" breaks="4"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME")

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="ReLU at the end only" expect="wrong" fails="inception-1" breaks="4"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME")

    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.nn.relu(tf.concat(branches, axis=-1))


# %% exercise="inception" answer="the mean pooled" expect="wrong" fails="inception-1" breaks="5" says="take the largest"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.avg_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="no pooling" expect="wrong" fails="inception-1" breaks="5" says="pooling is missing"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = x
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="the largest of 2 × 2" expect="wrong" fails="inception-1" breaks="5"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(x, 2, 1, "SAME")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="inception" answer="zeros around before the pooling" expect="wrong" fails="inception-1" breaks="6" says="Zeros beyond the border"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 1, "VALID")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="residual_block" answer="attributes, and a projection or none" expect="right"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="all in build, training handed on" expect="right"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride

    def build(self, input_shape):
        def conv(size, stride):
            return layers.Conv2D(self.filters, size, stride, "same", use_bias=False)

        self.main = [conv(3, self.stride), layers.BatchNormalization(), layers.ReLU(), conv(3, 1)]
        self.last = layers.BatchNormalization(gamma_initializer=keras.initializers.Zeros())
        self.side = []
        if self.stride != 1 or self.filters != input_shape[-1]:
            self.side.append(conv(1, self.stride))

    def call(self, x, training=False):
        y = x
        for layer in self.main:
            y = layer(y, training=training) if isinstance(layer, layers.BatchNormalization) else layer(y)
        for layer in self.side:
            x = layer(x)
        return ops.maximum(x + self.last(y, training=training), 0)


# %% exercise="residual_block" answer="a functional model inside" expect="right"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride

    def build(self, input_shape):
        x = keras.Input((None, None, input_shape[-1]))
        y = layers.Conv2D(self.filters, 3, strides=self.stride, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(self.filters, 3, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization(gamma_initializer="zeros")(y)
        if self.stride == 1 and input_shape[-1] == self.filters:
            way = x
        else:
            way = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)(x)
        self.block = keras.Model(x, layers.ReLU()(layers.Add()([way, y])))

    def call(self, x):
        return self.block(x)


# %% exercise="residual_block" answer="with biases" expect="wrong" fails="residual_block-1" breaks="1"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same")
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same")
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="the stride twice" expect="error" fails="residual_block-1" breaks="2"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="the stride twice, the projection made to fit" expect="wrong" fails="residual_block-1" breaks="2"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride**2, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="the stride in the second convolution" expect="wrong" fails="residual_block-1" breaks="2"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="no ReLU in the middle" expect="wrong" fails="residual_block-1" breaks="3" says="ReLU in the middle is missing"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = self.norm1(self.conv1(x))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="ReLU before the addition" expect="wrong" fails="residual_block-1" breaks="4" says="after the addition"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return shortcut + tf.nn.relu(y)


# %% exercise="residual_block" answer="no ReLU at the end" expect="wrong" fails="residual_block-1" breaks="4" says="after the addition"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return shortcut + y


# %% exercise="residual_block" answer="the usual scale" expect="wrong" fails="residual_block-1" breaks="5"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization()
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="always a projection" expect="wrong" fails="residual_block-1" breaks="6"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if True:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="a projection for other channels only" expect="error" fails="residual_block-1" breaks="6"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="a projection for a stride only" expect="error" fails="residual_block-1" breaks="6"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="the projection with a bias" expect="wrong" fails="residual_block-1" breaks="6"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="pooled instead of projected" expect="wrong" fails="residual_block-1" breaks="6"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = keras.Sequential([layers.MaxPooling2D(self.stride, padding="same"), layers.Conv2D(self.filters, 1, use_bias=False)])

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(shortcut + y)


# %% exercise="residual_block" answer="joined, not added" expect="wrong" fails="residual_block-1"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        y = tf.nn.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        shortcut = x if self.project is None else self.project(x)
        return tf.nn.relu(tf.concat([shortcut, y], axis=-1))


# %% exercise="activation_map" answer="einsum" expect="right"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="Keras operations, zero replaced by one" expect="right"
# exercise: activation_map
def activation_map(features, kernel, size):
    large = ops.image.resize(ops.matmul(features, kernel), size, interpolation="bilinear")
    peak = ops.maximum(ops.amax(large, axis=[1, 2], keepdims=True), -ops.amin(large, axis=[1, 2], keepdims=True))
    return large / ops.where(peak == 0, 1.0, peak)


# %% exercise="activation_map" answer="a convolution of 1 × 1, class by class" expect="right"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.nn.conv2d(features, kernel[tf.newaxis, tf.newaxis], strides=1, padding="VALID")
    scaled = []
    for one in tf.unstack(tf.image.resize(maps, list(size)), axis=-1):
        peak = tf.reduce_max(tf.abs(one), axis=[1, 2], keepdims=True)
        scaled.append(tf.where(peak > 0, one / tf.where(peak > 0, peak, 1.0), 0.0))
    return tf.stack(scaled, axis=-1)


# %% exercise="activation_map" answer="resized first" expect="right"
# exercise: activation_map
def activation_map(features, kernel, size):
    large = tf.image.resize(features, size) @ kernel
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return tf.where(strongest == 0, 0.0, large / tf.where(strongest == 0, 1.0, strongest))


# %% exercise="activation_map" answer="the kernel's sign lost" expect="wrong" fails="activation_map-1" breaks="1"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, tf.abs(kernel))
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="only what speaks for the class" expect="wrong" fails="activation_map-1" breaks="1"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.nn.relu(tf.einsum("nhwc,ck->nhwk", features, kernel))
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="nearest" expect="wrong" fails="activation_map-1" breaks="2" says="Bilinear, not nearest"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size, method="nearest")
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="height and width exchanged" expect="wrong" fails="activation_map-1" breaks="2"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size[::-1])
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="divided first" expect="wrong" fails="activation_map-1" breaks="3" says="Divide after the resize"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    strongest = tf.reduce_max(tf.abs(maps), axis=(1, 2), keepdims=True)
    return tf.image.resize(tf.math.divide_no_nan(maps, strongest), size)


# %% exercise="activation_map" answer="not divided" expect="wrong" fails="activation_map-1" breaks="3" says="Divide by the largest absolute value"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return large


# %% exercise="activation_map" answer="the largest, not the largest absolute" expect="wrong" fails="activation_map-1" breaks="3" says="not the largest absolute value"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(large, axis=(1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="one scale for the batch" expect="wrong" fails="activation_map-1" breaks="4" says="for the whole batch"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(0, 1, 2), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="one scale for a picture's classes" expect="wrong" fails="activation_map-1" breaks="4" says="for all classes of a picture"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2, 3), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="one scale for all" expect="wrong" fails="activation_map-1" breaks="4" says="for all classes and pictures"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="activation_map" answer="not a number for zeros" expect="wrong" fails="activation_map-1" breaks="5"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return large / strongest


# %% exercise="two_scales" answer="three words changed" expect="right"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="operations for what has no weights" expect="right"
# exercise: two_scales
def two_scales(filters):
    def conv(x, number, size, stride=1, activation="relu"):
        return layers.Conv2D(number, size, strides=stride, padding="same", use_bias=False, activation=activation)(x)

    picture = keras.Input((None, None, 3))
    joined = ops.concatenate([conv(picture, filters, 1), conv(picture, filters, 3)], axis=3)
    change = conv(conv(joined, filters, 3, 2), 2 * filters, 3, activation=None)
    block = ops.relu(ops.max_pool(joined, 2, padding="same") + change)
    return keras.Model(inputs=picture, outputs=layers.Dense(1)(ops.mean(block, axis=[1, 2])))


# %% exercise="two_scales" answer="for 32 × 32 only" expect="wrong" fails="two_scales-1" breaks="1"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((32, 32, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="Flatten left, the size fixed" expect="wrong" fails="two_scales-1" breaks="1,4"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((32, 32, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.Flatten()(block)))


# %% exercise="two_scales" answer="joined along the rows" expect="error" fails="two_scales-1" breaks="2"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="joined along the columns" expect="error" fails="two_scales-1" breaks="2"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=2)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="added, not joined" expect="error" fails="two_scales-1" breaks="2"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Add()([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="no stride at all" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(1, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="stride twice, pooled by 4" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, strides=2, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(4, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="the stride in the second convolution" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, strides=2, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="no ReLU after the addition" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.Add()([shortcut, change])
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="ReLU before the addition" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.Add()([shortcut, layers.ReLU()(change)])
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="the mean pooled beside the block" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.AveragePooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="the largest at the end" expect="wrong" fails="two_scales-1" breaks="4" says="not the largest"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalMaxPooling2D()(block)))


# %% exercise="two_scales" answer="stride still twice" expect="error" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, strides=2, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="favourite_patches" answer="loops and NumPy" expect="right"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="all places sorted, pictures seen are left out" expect="right"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy()
    padded = tf.pad(images, [[0, 0], [r, r], [r, r], [0, 0]])
    found = []
    for f in range(conv.filters):
        seen, mine = set(), []
        for flat in answers[..., f].ravel().argsort()[::-1]:
            i, y, x = np.unravel_index(flat, answers.shape[:3])
            if i not in seen and len(mine) < k:
                seen.add(i)
                mine.append(padded[i, y:y + s, x:x + s])
        found.append(tf.stack(mine))
    return tf.stack(found)


# %% exercise="favourite_patches" answer="sorted in Python" expect="right"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    s = conv.kernel_size[0]
    padded = tf.image.resize_with_crop_or_pad(images, images.shape[1] + s - 1, images.shape[2] + s - 1)
    result = []
    for answers in tf.unstack(conv(images), axis=-1):
        tops = []
        for i, answer in enumerate(answers.numpy()):
            y, x = np.unravel_index(answer.argmax(), answer.shape)
            tops.append((answer[y, x], i, y, x))
        tops.sort(reverse=True)
        result.append([padded[i, y:y + s, x:x + s] for _, i, y, x in tops[:k]])
    return tf.convert_to_tensor(result)


# %% exercise="favourite_patches" answer="all filters like the first" expect="wrong" fails="favourite_patches-1" breaks="1" says="patches of the first one"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, 0])[:k]:
            y, x = divmod(place[i, 0], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the sign of the answer ignored" expect="wrong" fails="favourite_patches-1" breaks="1"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = abs(conv(images).numpy()).reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the lightest places" expect="wrong" fails="favourite_patches-1" breaks="1" says="where the picture is lightest"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = np.repeat(images.numpy().mean(axis=-1).reshape(n, h * w, 1), conv.filters, axis=-1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="several from one picture" expect="wrong" fails="favourite_patches-1" breaks="2" says="Two patches come from one picture"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy()
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(conv.filters):
        row = []
        for flat in np.argsort(-answers[..., f].ravel())[:k]:
            i, y, x = np.unravel_index(flat, (n, h, w))
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the weakest first" expect="wrong" fails="favourite_patches-1" breaks="3" says="The weakest stands first"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(best[:, f])[-k:]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="in the order of the pictures" expect="wrong" fails="favourite_patches-1" breaks="3" says="in the order of the pictures"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in sorted(np.argsort(-best[:, f])[:k]):
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the first k pictures, sorted" expect="wrong" fails="favourite_patches-1" breaks="3"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:k, f]):
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the mean answer of a picture" expect="wrong" fails="favourite_patches-1" breaks="3"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.mean(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the patch begins at the place" expect="wrong" fails="favourite_patches-1" breaks="4" says="should have it in its middle"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (0, s), (0, s), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="row and column exchanged" expect="wrong" fails="favourite_patches-1" breaks="4"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            x, y = divmod(place[i, f], h)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="divided by the height" expect="wrong" fails="favourite_patches-1" breaks="4"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], h)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="the border repeated" expect="wrong" fails="favourite_patches-1" breaks="5"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)), mode="edge")
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="mirrored at the border" expect="wrong" fails="favourite_patches-1" breaks="5"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)), mode="symmetric")
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="favourite_patches" answer="pushed inside the picture" expect="wrong" fails="favourite_patches-1" breaks="5"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    r = s // 2
    answers = conv(images).numpy().reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    rows = []
    for f in range(answers.shape[-1]):
        row = []
        for i in np.argsort(-best[:, f])[:k]:
            y, x = divmod(place[i, f], w)
            y, x = np.clip(y, r, max(r, h - 1 - r)), np.clip(x, r, max(r, w - 1 - r))
            row.append(padded[i, y:y + s, x:x + s])
        rows.append(row)
    return tf.constant(np.array(rows))


# %% exercise="inception" answer="kernels by their order" expect="error" fails="inception-1"
# exercise: inception
def inception(x, kernels):
    def conv(signal, kernel):
        return tf.nn.relu(tf.nn.conv2d(signal, kernel, 1, "SAME"))

    one, reduce_3, three, reduce_5, five, pool = kernels.values()
    pooled = tf.nn.max_pool2d(x, 3, 1, "SAME")
    branches = [conv(x, one), conv(conv(x, reduce_3), three), conv(conv(x, reduce_5), five), conv(pooled, pool)]
    return tf.concat(branches, axis=-1)


# %% exercise="activation_map" answer="never divided by less than 1e-7" expect="wrong" fails="activation_map-1" breaks="3"
# exercise: activation_map
def activation_map(features, kernel, size):
    large = tf.image.resize(features @ kernel, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True)
    return large / tf.maximum(strongest, 1e-7)


# %% exercise="favourite_patches" answer="the kernel alone, without bias and activation" expect="wrong" fails="favourite_patches-1" breaks="1"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    n, h, w, c = images.shape
    s = conv.kernel.shape[0]
    answers = tf.reshape(tf.nn.conv2d(images, conv.kernel, 1, "SAME"), (n, h * w, -1)).numpy()
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    padded = np.pad(images, [(0, 0), (s // 2, s // 2), (s // 2, s // 2), (0, 0)])
    out = []
    for f in range(answers.shape[-1]):
        for i in np.argsort(-best[:, f])[:k]:
            row, column = divmod(place[i, f], w)
            out.append(padded[i, row:row + s, column:column + s])
    return tf.reshape(tf.stack(out), (-1, k, s, s, c))


# %% exercise="vgg_features" answer="dropout after each block" expect="wrong" fails="vgg_features-1" breaks="7" says="the same in training"
# exercise: vgg_features
def vgg_features(filters, convs):
    stack = [keras.Input((32, 32, 3))]
    for number in filters:
        for i in range(convs):
            stack.append(layers.Conv2D(number, 3, padding="same", activation="relu"))
        stack.append(layers.MaxPooling2D(2))
        stack.append(layers.Dropout(0.25))
    stack.append(layers.GlobalAveragePooling2D())
    return keras.Sequential(stack)


# %% exercise="vgg_features" answer="the first block frozen" expect="wrong" fails="vgg_features-1" breaks="7" says="how many of its weights are trained"
# exercise: vgg_features
def vgg_features(filters, convs):
    stack = [keras.Input((32, 32, 3))]
    for number in filters:
        for i in range(convs):
            stack.append(layers.Conv2D(number, 3, padding="same", trainable=number > filters[0], activation="relu"))
        stack.append(layers.MaxPooling2D(2))
    stack.append(layers.GlobalAveragePooling2D())
    return keras.Sequential(stack)


# %% exercise="residual_block" answer="another momentum" expect="wrong" fails="residual_block-1" breaks="5"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization(momentum=0.9)
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.norm1(self.first(x)))
        change = self.norm2(self.second(change))
        shortcut = x if self.project is None else self.project(x)
        return ops.relu(shortcut + change)


# %% exercise="residual_block" answer="the second kernel begins with zeros" expect="wrong" fails="residual_block-1" breaks="5" says="The kernels begin as Keras begins them"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="zeros")
        self.norm2 = layers.BatchNormalization()
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.norm1(self.first(x)))
        change = self.norm2(self.second(change))
        shortcut = x if self.project is None else self.project(x)
        return ops.relu(shortcut + change)


# %% exercise="residual_block" answer="both scales begin with zeros" expect="wrong" fails="residual_block-1" breaks="5" says="of the first normalisation"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization(gamma_initializer="zeros")
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.norm1(self.first(x)))
        change = self.norm2(self.second(change))
        shortcut = x if self.project is None else self.project(x)
        return ops.relu(shortcut + change)


# %% exercise="residual_block" answer="ReLU on the shortcut" expect="wrong" fails="residual_block-1" breaks="4"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.norm1(self.first(x)))
        change = self.norm2(self.second(change))
        shortcut = ops.relu(x) if self.project is None else self.project(x)
        return ops.relu(shortcut + change)


# %% exercise="activation_map" answer="one scale for the batch where there is one class" expect="wrong" fails="activation_map-1" breaks="4"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=(1, 2) if kernel.shape[1] > 1 else None, keepdims=True)
    return tf.math.divide_no_nan(large, strongest)


# %% exercise="two_scales" answer="dropout before the last layer" expect="wrong" fails="two_scales-1"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(block))))


# %% exercise="vgg_features" answer="a penalty besides" expect="wrong" fails="vgg_features-1" breaks="7"
# exercise: vgg_features
def vgg_features(filters, convs):
    stack = [keras.Input((32, 32, 3))]
    for number in filters:
        for i in range(convs):
            stack.append(layers.Conv2D(number, 3, padding="same", activation="relu", kernel_regularizer="l2"))
        stack.append(layers.MaxPooling2D(2))
    stack.append(layers.GlobalAveragePooling2D())
    return keras.Sequential(stack)


# %% exercise="residual_block" answer="kernels begin otherwise" expect="wrong" fails="residual_block-1" breaks="5"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        kernels = {"use_bias": False, "kernel_initializer": "he_normal"}
        self.second = layers.Conv2D(filters, 3, padding="same", **kernels)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.norm1(self.first(x)))
        change = self.norm2(self.second(change))
        shortcut = x if self.project is None else self.project(x)
        return ops.relu(shortcut + change)


# %% exercise="residual_block" answer="a penalty besides" expect="wrong" fails="residual_block-1" breaks="5"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        kernels = {"use_bias": False, "kernel_regularizer": "l2"}
        self.second = layers.Conv2D(filters, 3, padding="same", **kernels)
        self.norm2 = layers.BatchNormalization(gamma_initializer="zeros")
        self.project = None

    def build(self, input_shape):
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.norm1(self.first(x)))
        change = self.norm2(self.second(change))
        shortcut = x if self.project is None else self.project(x)
        return ops.relu(shortcut + change)


# %% exercise="two_scales" answer="large numbers cut" expect="wrong" fails="two_scales-1" breaks="3"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU(max_value=100.0)(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="two_scales" answer="a branch frozen" expect="wrong" fails="two_scales-1"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, trainable=False, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = layers.MaxPooling2D(2, padding="same")(joined)
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="favourite_patches" answer="the first eight pictures" expect="wrong" fails="favourite_patches-1" breaks="3"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    images = np.array(images)[:8]
    n, h, w, c = images.shape
    s = conv.kernel_size[0]
    answers = np.array(conv(images)).reshape(n, h * w, -1)
    best, place = answers.max(axis=1), answers.argmax(axis=1)
    r = s // 2
    padded = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)))
    out = []
    for f in range(answers.shape[-1]):
        rows = []
        for i in np.argsort(-best[:, f])[:k]:
            row, column = divmod(int(place[i, f]), w)
            rows.append(padded[i, row : row + s, column : column + s])
        out.append(rows)
    return tf.constant(np.array(out), tf.float32)


# %% exercise="inception" answer="-999 around before the pooling" expect="wrong" fails="inception-1" breaks="6" says="No number of yours beyond the border"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    pooled = tf.nn.max_pool2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=-999.0), 3, 1, "VALID")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)


# %% exercise="activation_map" answer="divided by 1e-12 at least" expect="wrong" fails="activation_map-1" breaks="5" says="look for 0 itself"
# exercise: activation_map
def activation_map(features, kernel, size):
    maps = tf.einsum("nhwc,ck->nhwk", features, kernel)
    large = tf.image.resize(maps, size)
    strongest = tf.reduce_max(tf.abs(large), axis=[1, 2], keepdims=True)
    return large / tf.maximum(strongest, 1e-12)


# %% exercise="favourite_patches" answer="always a bias" expect="error" fails="favourite_patches-1" breaks="1"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    kernel, bias = conv.get_weights()
    s = kernel.shape[0]
    answers = conv.activation(tf.nn.conv2d(images, kernel, 1, "SAME") + bias)
    n, h, w, filters = answers.shape
    flat = tf.reshape(answers, (n, h * w, filters)).numpy()
    edge = s // 2
    padded = np.pad(images, [(0, 0), (edge, edge), (edge, edge), (0, 0)])
    out = np.zeros((filters, k, s, s, images.shape[-1]), "float32")
    for f in range(filters):
        order = np.argsort(flat[:, :, f].max(axis=1))[::-1][:k]
        for j, i in enumerate(order):
            row, column = divmod(int(flat[i, :, f].argmax()), w)
            out[f, j] = padded[i, row : row + s, column : column + s]
    return out


# %% exercise="favourite_patches" answer="the place of an answer among those of all filters" expect="wrong" fails="favourite_patches-1" breaks="1" says="Two filters may give the same answer"
# exercise: favourite_patches
def favourite_patches(conv, images, k):
    answers = np.asarray(conv(images))
    s = conv.kernel_size[0]
    half = s // 2
    padded = np.pad(np.asarray(images), [(0, 0), (half, half), (half, half), (0, 0)])
    strongest = np.sort(answers.max(axis=(1, 2)), axis=0)[::-1][:k]
    result = []
    for f in range(answers.shape[-1]):
        patches = []
        for value in strongest[:, f]:
            picture, row, column, _ = np.argwhere(answers == value)[0]
            patches.append(padded[picture, row:row + s, column:column + s])
        result.append(patches)
    return tf.constant(np.array(result), tf.float32)


# %% exercise="inception" equal="a new bias is zero, and nothing trains it"
# - layer = layers.Conv2D(kernels[name].shape[-1], kernels[name].shape[0], padding="same", use_bias=False, activation="relu")
# + layer = layers.Conv2D(kernels[name].shape[-1], kernels[name].shape[0], padding="same", use_bias=True, activation="relu")


# %% exercise="inception" equal="a new bias is zero, and nothing trains it"
# - layer = layers.Conv2D(kernels[name].shape[-1], kernels[name].shape[0], padding="same", use_bias=False, activation="relu")
# + layer = layers.Conv2D(kernels[name].shape[-1], kernels[name].shape[0], padding='same', activation='relu')


# %% exercise="residual_block" equal="Keras hands training on to a layer that is called inside call"
# - y = layer(y, training=training) if isinstance(layer, layers.BatchNormalization) else layer(y)
# + y = layer(y) if isinstance(layer, layers.BatchNormalization) else layer(y)


# %% exercise="activation_map" equal="the larger of two numbers does not depend on their order"
# - peak = ops.maximum(ops.amax(large, axis=[1, 2], keepdims=True), -ops.amin(large, axis=[1, 2], keepdims=True))
# + peak = ops.maximum(-ops.amin(large, axis=[1, 2], keepdims=True), ops.amax(large, axis=[1, 2], keepdims=True))


# %% exercise="activation_map" equal="a map of zeros stays zeros, whatever it is divided by"
# - return large / ops.where(peak == 0, 1.0, peak)
# + return large / ops.where(peak == 0, 2.0, peak)


# %% exercise="favourite_patches" equal="the kernel is as wide as it is high"
# - side, filters = conv.kernel_size[0], conv.filters
# + side, filters = conv.kernel_size[1], conv.filters


# %% exercise="favourite_patches" equal="the kernel is as wide as it is high"
# - s = conv.kernel_size[0]
# + s = conv.kernel_size[1]


# %% exercise="vgg_features" answer="blocks alike share their convolutions" expect="wrong" fails="vgg_features-1" breaks="1"
# exercise: vgg_features
def vgg_features(filters, convs):
    made = {}

    def conv(place, before, number):
        if (place, before, number) not in made:
            made[place, before, number] = layers.Conv2D(number, 3, padding="same", activation="relu")
        return made[place, before, number]

    x = picture = keras.Input((32, 32, 3))
    for number in filters:
        for place in range(convs):
            x = conv(place, x.shape[-1], number)(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))


# %% exercise="residual_block" answer="no slope through the shortcut" expect="wrong" fails="residual_block-1" says="No slope comes back"
# exercise: residual_block
class ResidualBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride = filters, stride
        self.first = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.first_norm = layers.BatchNormalization()
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.second_norm = layers.BatchNormalization(gamma_initializer="zeros")

    def build(self, input_shape):
        self.project = None
        if self.stride > 1 or input_shape[-1] != self.filters:
            self.project = layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)

    def call(self, x):
        change = ops.relu(self.first_norm(self.first(x)))
        change = self.second_norm(self.second(change))
        shortcut = ops.stop_gradient(x)
        if self.project is not None:
            shortcut = self.project(shortcut)
        return ops.relu(shortcut + change)


# %% exercise="activation_map" answer="1e-30 added below" expect="wrong" fails="activation_map-1" breaks="5" says="look for 0 itself"
# exercise: activation_map
def activation_map(features, kernel, size):
    large = tf.image.resize(tf.einsum("nhwc,ck->nhwk", features, kernel), size)
    return large / (tf.reduce_max(tf.abs(large), axis=(1, 2), keepdims=True) + 1e-30)


# %% exercise="two_scales" answer="no slope through the shortcut" expect="wrong" fails="two_scales-1" says="No slope comes back"
# exercise: two_scales
def two_scales(filters):
    picture = keras.Input((None, None, 3))
    small = layers.Conv2D(filters, 1, padding="same", use_bias=False, activation="relu")(picture)
    large = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(picture)
    joined = layers.Concatenate(axis=-1)([small, large])
    change = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, activation="relu")(joined)
    change = layers.Conv2D(2 * filters, 3, padding="same", use_bias=False)(change)
    shortcut = ops.stop_gradient(layers.MaxPooling2D(2, padding="same")(joined))
    block = layers.ReLU()(layers.Add()([shortcut, change]))
    return keras.Model(picture, layers.Dense(1)(layers.GlobalAveragePooling2D()(block)))


# %% exercise="inception" answer="the border filled with -9999" expect="wrong" fails="inception-1" breaks="6" says="No number of yours"
# exercise: inception
def inception(x, kernels):
    def conv(signal, name):
        return tf.nn.relu(tf.nn.conv2d(signal, kernels[name], strides=1, padding="SAME"))

    framed = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=-9999.0)
    pooled = tf.nn.max_pool2d(framed, 3, 1, "VALID")
    branches = [conv(x, "1"), conv(conv(x, "reduce 3"), "3"), conv(conv(x, "reduce 5"), "5"), conv(pooled, "pool")]
    return tf.concat(branches, axis=-1)
