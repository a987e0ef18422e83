# %% [markdown]
# # Answer bank: activations
#
# Other right answers to the exercises of `08-activations.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="leaky" answer="a condition" expect="right"
# exercise: leaky
def leaky(x, slope):
    return tf.where(x > 0, x, slope * x)


# %% exercise="leaky" answer="the larger of the two" expect="right"
# exercise: leaky
def leaky(x, slope):
    return tf.maximum(x, slope * x)


# %% exercise="leaky" answer="TensorFlow's own" expect="right"
# exercise: leaky
def leaky(x, slope):
    return tf.nn.leaky_relu(x, alpha=slope)


# %% exercise="leaky" answer="a factor of 1 or slope" expect="right"
# exercise: leaky
def leaky(x, slope):
    return x * (slope + (1 - slope) * tf.cast(x > 0, x.dtype))


# %% exercise="leaky" answer="sides swapped" expect="wrong" fails="leaky-1" says="The sides are swapped"
# exercise: leaky
def leaky(x, slope):
    return tf.minimum(x, slope * x)


# %% exercise="leaky" answer="the left side goes up" expect="wrong" fails="leaky-1" breaks="3" says="The left side went up"
# exercise: leaky
def leaky(x, slope):
    return tf.maximum(x, -slope * x)


# %% exercise="leaky" answer="Keras's slope" expect="wrong" fails="leaky-1" breaks="3" says="The slope is fixed"
# exercise: leaky
def leaky(x, slope):
    return tf.nn.leaky_relu(x)


# %% exercise="leaky" answer="ReLU" expect="wrong" fails="leaky-1" breaks="3" says="without the leak"
# exercise: leaky
def leaky(x, slope):
    return tf.nn.relu(x)


# %% exercise="leaky" answer="through NumPy" expect="wrong" fails="leaky-1" breaks="4" says="no gradient"
# exercise: leaky
def leaky(x, slope):
    import numpy as np
    return tf.constant(np.where(x > 0, x, slope * x), x.dtype)


# %% exercise="leaky" answer="only float32" expect="wrong" fails="leaky-1" breaks="1" says="in float64"
# exercise: leaky
def leaky(x, slope):
    return tf.where(tf.cast(x, tf.float32) > 0, tf.cast(x, tf.float32), slope * tf.cast(x, tf.float32))


# %% exercise="leaky" answer="a Python loop over a vector" expect="error" fails="leaky-1"
# exercise: leaky
def leaky(x, slope):
    return tf.stack([v if v > 0 else slope * v for v in x])


# %% exercise="leaky" answer="the slope rounded away" expect="wrong" fails="leaky-1"
# exercise: leaky
def leaky(x, slope):
    return tf.where(x > 0, x, round(slope, 1) * x)


# %% exercise="leaky" answer="never zero slope" expect="wrong" fails="leaky-1" says="leaky([-2, 0, 3], 0) is ReLU"
# exercise: leaky
def leaky(x, slope):
    return tf.maximum(x, max(slope, 0.01) * x)


# %% exercise="tempered" answer="softmax of the quotient" expect="right"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(logits / temperature)


# %% exercise="tempered" answer="by hand, the largest subtracted" expect="right"
# exercise: tempered
def tempered(logits, temperature):
    x = logits / temperature
    x = tf.exp(x - tf.reduce_max(x, axis=1, keepdims=True))
    return x / tf.reduce_sum(x, axis=1, keepdims=True)


# %% exercise="tempered" answer="Keras's softmax" expect="right"
# exercise: tempered
def tempered(logits, temperature):
    return keras.activations.softmax(logits * (1 / temperature), axis=-1)


# %% exercise="tempered" answer="by logsumexp" expect="right"
# exercise: tempered
def tempered(logits, temperature):
    x = logits / temperature
    return tf.exp(x - tf.reduce_logsumexp(x, axis=-1, keepdims=True))


# %% exercise="tempered" answer="multiplied" expect="wrong" fails="tempered-1" breaks="3" says="this multiplies"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(logits * temperature)


# %% exercise="tempered" answer="no temperature" expect="wrong" fails="tempered-1" breaks="3" says="has no effect"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(logits)


# %% exercise="tempered" answer="probabilities divided" expect="wrong" fails="tempered-1" breaks="3" says="not the probabilities"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(logits) / temperature


# %% exercise="tempered" answer="along the batch" expect="wrong" fails="tempered-1" breaks="2" says="The columns add up to 1"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(logits / temperature, axis=0)


# %% exercise="tempered" answer="sigmoid" expect="wrong" fails="tempered-1" breaks="2" says="sigmoid of each logit"
# exercise: tempered
def tempered(logits, temperature):
    return tf.sigmoid(logits / temperature)


# %% exercise="tempered" answer="as written in the formula" expect="wrong" fails="tempered-1" breaks="4" says="too large for float32"
# exercise: tempered
def tempered(logits, temperature):
    x = tf.exp(logits / temperature)
    return x / tf.reduce_sum(x, axis=1, keepdims=True)


# %% exercise="tempered" answer="clipped" expect="wrong" fails="tempered-1" breaks="4"
# exercise: tempered
def tempered(logits, temperature):
    x = tf.exp(tf.clip_by_value(logits / temperature, -80, 80))
    return x / tf.reduce_sum(x, axis=1, keepdims=True)


# %% exercise="tempered" answer="one maximum for all rows" expect="wrong" fails="tempered-1" breaks="4"
# exercise: tempered
def tempered(logits, temperature):
    x = logits / temperature
    x = tf.exp(x - tf.reduce_max(x))
    return x / tf.reduce_sum(x, axis=1, keepdims=True)


# %% exercise="dead_units" answer="layer by layer" expect="right"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        dead = tf.reduce_all(x == 0, axis=0)
        counts.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
    return counts


# %% exercise="dead_units" answer="NumPy and kernels" expect="right"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    x = x.numpy()
    for layer in model.layers[:-1]:
        x = x @ layer.kernel.numpy()
        if layer.use_bias:
            x = x + layer.bias.numpy()
        x = x.clip(0)
        counts.append(int((x.sum(axis=0) == 0).sum()))
    return counts


# %% exercise="dead_units" answer="a model that gives every hidden layer" expect="right"
# exercise: dead_units
def dead_units(model, x):
    hidden = [layer.output for layer in model.layers[:-1]]
    if not hidden:
        return []
    outs = keras.Model(model.inputs, hidden)(x)
    outs = outs if isinstance(outs, list) else [outs]
    return [sum(not bool(tf.reduce_any(out[:, unit] > 0)) for unit in range(out.shape[1])) for out in outs]


# %% exercise="dead_units" answer="zeros counted" expect="wrong" fails="dead_units-1" breaks="2" says="count columns that are zero"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(x == 0, tf.int32))))
    return counts


# %% exercise="dead_units" answer="zero for some example" expect="wrong" fails="dead_units-1" breaks="2" says="zero for some examples is alive"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_any(x == 0, axis=0), tf.int32))))
    return counts


# %% exercise="dead_units" answer="examples counted" expect="wrong" fails="dead_units-1" breaks="2" says="You counted examples"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=1), tf.int32))))
    return counts


# %% exercise="dead_units" answer="the last layer too" expect="wrong" fails="dead_units-1" breaks="3" says="The last layer was counted too"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=0), tf.int32))))
    return counts


# %% exercise="dead_units" answer="below zero only" expect="wrong" fails="dead_units-1" breaks="2" says="gives exactly 0 for all is dead as well"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        sums = x @ layer.kernel + (layer.bias if layer.use_bias else 0.0)
        x = tf.nn.relu(sums)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(sums < 0, axis=0), tf.int32))))
    return counts


# %% exercise="dead_units" answer="the bias forgotten" expect="wrong" fails="dead_units-1"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = tf.nn.relu(x @ layer.kernel)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=0), tf.int32))))
    return counts


# %% exercise="dead_units" answer="the examples into each layer" expect="error" fails="dead_units-1"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        out = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(out == 0, axis=0), tf.int32))))
    return counts


# %% exercise="dead_units" answer="only the first hidden layer" expect="wrong" fails="dead_units-1"
# exercise: dead_units
def dead_units(model, x):
    out = model.layers[0](x)
    return [int(tf.reduce_sum(tf.cast(tf.reduce_all(out == 0, axis=0), tf.int32)))]


# %% exercise="dead_units" answer="fails without hidden layers" expect="wrong" fails="dead_units-1" breaks="4" says="without hidden layers"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:max(1, len(model.layers) - 1)]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=0), tf.int32))))
    return counts


# %% exercise="gradient_profile" answer="a tape over the list" expect="right"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="variables, and a list of scalars" expect="right"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    kernels = [tf.Variable(kernel) for kernel in kernels]
    with tf.GradientTape() as tape:
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return [tf.norm(g) for g in tape.gradient(loss, kernels)]


# %% exercise="gradient_profile" answer="a tape for each kernel" expect="right"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    sizes = []
    for kernel in kernels:
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            signal = x
            for matrix in kernels:
                signal = activation(signal @ matrix)
            loss = tf.reduce_mean(signal * signal)
        sizes.append(tf.linalg.global_norm([tape.gradient(loss, kernel)]))
    return tf.convert_to_tensor(sizes)


# %% exercise="gradient_profile" answer="backwards by hand" expect="right"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    inputs, sums = [], []
    for kernel in kernels:
        inputs.append(x)
        sums.append(x @ kernel)
        x = activation(sums[-1])
    above = 2 * x / tf.cast(tf.size(x), tf.float32)
    sizes = []
    for kernel, entering, total in zip(kernels[::-1], inputs[::-1], sums[::-1]):
        with tf.GradientTape() as tape:
            tape.watch(total)
            y = activation(total)
        above = tape.gradient(y, total, output_gradients=above)
        sizes.append(tf.norm(tf.transpose(entering) @ above))
        above = above @ tf.transpose(kernel)
    return tf.stack(sizes[::-1])


# %% exercise="gradient_profile" answer="the sum of the squares" expect="wrong" fails="gradient_profile-1" breaks="3" says="not their sum"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_sum(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="no activation" expect="wrong" fails="gradient_profile-1" breaks="1" says="The activation is missing"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = x @ kernel
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="last layer first" expect="wrong" fails="gradient_profile-1" breaks="4" says="The order is wrong"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)][::-1])


# %% exercise="gradient_profile" answer="nothing watched" expect="error" fails="gradient_profile-1"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="signals, not gradients" expect="wrong" fails="gradient_profile-1" says="These are the signals"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    sizes = []
    for kernel in kernels:
        x = activation(x @ kernel)
        sizes.append(tf.norm(x))
    return tf.stack(sizes)


# %% exercise="gradient_profile" answer="a size for each column" expect="wrong" fails="gradient_profile-1" breaks="5"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g, axis=0) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="no activation after the last layer" expect="wrong" fails="gradient_profile-1" breaks="2" says="The last layer has its activation"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels[:-1]:
            x = activation(x @ kernel)
        loss = tf.reduce_mean((x @ kernels[-1]) ** 2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="the mean over examples only" expect="wrong" fails="gradient_profile-1" breaks="3"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(tf.reduce_sum(x**2, axis=1))
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="the largest entry" expect="wrong" fails="gradient_profile-1" breaks="5" says="not the largest entry"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.reduce_max(tf.abs(g)) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="always ReLU" expect="wrong" fails="gradient_profile-1" breaks="1" says="ten sigmoid layers"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = tf.nn.relu(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="sizes as Python floats" expect="right"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.constant([float(tf.norm(g)) for g in tape.gradient(loss, kernels)])


# %% exercise="ring_model" answer="repaired in place" expect="right"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="tanh, default start" expect="right"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="activations as layers, one wide hidden layer" expect="right"
# exercise: ring_model
def ring_model():
    inputs = keras.Input((2,))
    x = keras.layers.Dense(100)(inputs)
    x = keras.layers.LeakyReLU(negative_slope=0.1)(x)
    x = keras.layers.Dense(1)(x)
    model = keras.Model(inputs, keras.layers.Activation("sigmoid")(x))
    model.compile(keras.optimizers.Adam(0.03), keras.losses.BinaryCrossentropy())
    return model


# %% exercise="ring_model" answer="a class, gelu" expect="right"
# exercise: ring_model
class Rings(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [keras.layers.Dense(24, activation="gelu") for _ in range(2)]
        self.last = keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.last(x)


def ring_model():
    model = Rings()
    model.compile("adam", "binary_crossentropy")
    model.optimizer.learning_rate = 0.03
    return model


# %% exercise="ring_model" answer="not repaired" expect="wrong" fails="ring_model-1,ring_model-2" says="always 1"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, kernel_initializer="zeros"),
        keras.layers.Dense(16, kernel_initializer="zeros"),
        keras.layers.Dense(1, activation="softmax"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="only the last layer repaired" expect="wrong" fails="ring_model-1,ring_model-2" says="begins with zeros"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, kernel_initializer="zeros"),
        keras.layers.Dense(16, kernel_initializer="zeros"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="zeros and softmax gone, still no bend" expect="wrong" fails="ring_model-2" breaks="5" says="a straight line"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16),
        keras.layers.Dense(16),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="the zeros left in place" expect="wrong" fails="ring_model-1,ring_model-2" says="begins with zeros"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu", kernel_initializer="zeros"),
        keras.layers.Dense(16, activation="relu", kernel_initializer="zeros"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="softmax left in place" expect="wrong" fails="ring_model-1,ring_model-2" breaks="6" says="Softmax of a single number"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="softmax"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="no activation at the end" expect="wrong" fails="ring_model-1,ring_model-2" breaks="3" says="must give a probability"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="two outputs" expect="wrong" fails="ring_model-1,ring_model-2" breaks="2" says="(4, 2)"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "sparse_categorical_crossentropy")
    return model


# %% exercise="ring_model" answer="twenty sigmoid layers" expect="wrong" fails="ring_model-1,ring_model-2"
# exercise: ring_model
def ring_model():
    hidden = [keras.layers.Dense(5, activation="sigmoid") for _ in range(20)]
    model = keras.Sequential([keras.Input((2,)), *hidden, keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="far too many weights" expect="wrong" fails="ring_model-1" breaks="4" says="number of weights"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="not compiled" expect="wrong" fails="ring_model-2" breaks="1" says="compile"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    return model


# %% exercise="ring_model" answer="learning rate too small" expect="wrong" fails="ring_model-2" breaks="5" says="0.2"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.SGD(0.001), "binary_crossentropy")
    return model


# %% exercise="fitting_gain" answer="a million draws" expect="right"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.random.stateless_normal([2_000_000], seed=[3, 1])
    return float(1 / tf.sqrt(tf.reduce_mean(activation(z) ** 2)))


# %% exercise="fitting_gain" answer="a grid" expect="right"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 4001)
    w = tf.exp(-(z**2) / 2)
    w = w / tf.reduce_sum(w)
    return 1 / tf.sqrt(tf.reduce_sum(w * activation(z) ** 2))


# %% exercise="fitting_gain" answer="equal shares of the bell" expect="right"
# exercise: fitting_gain
def fitting_gain(activation):
    p = (tf.range(200_000.0) + 0.5) / 200_000
    z = tf.math.ndtri(p)
    return float(tf.reduce_mean(activation(z) ** 2)) ** -0.5


# %% exercise="fitting_gain" answer="Gauss and Hermite" expect="right"
# exercise: fitting_gain
def fitting_gain(activation):
    import numpy as np
    z, w = np.polynomial.hermite_e.hermegauss(150)
    f = np.asarray(activation(tf.constant(z, tf.float32)), np.float64)
    if np.abs(np.diff(f)).max() > 0.2:
        z = np.linspace(-8, 8, 40001)
        w = np.exp(-(z**2) / 2)
        f = np.asarray(activation(tf.constant(z, tf.float32)), np.float64)
    return float((w @ f**2 / w.sum()) ** -0.5)


# %% exercise="fitting_gain" answer="no root" expect="wrong" fails="fitting_gain-1" breaks="2" says="Take the root"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 4001)
    w = tf.exp(-(z**2) / 2)
    w = w / tf.reduce_sum(w)
    return 1 / tf.reduce_sum(w * activation(z) ** 2)


# %% exercise="fitting_gain" answer="not one over it" expect="wrong" fails="fitting_gain-1" breaks="2" says="One over it"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 4001)
    w = tf.exp(-(z**2) / 2)
    w = w / tf.reduce_sum(w)
    return tf.sqrt(tf.reduce_sum(w * activation(z) ** 2))


# %% exercise="fitting_gain" answer="the standard deviation" expect="wrong" fails="fitting_gain-1" breaks="3" says="not the variance"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.random.stateless_normal([1_000_000], seed=[3, 1])
    return float(1 / tf.math.reduce_std(activation(z)))


# %% exercise="fitting_gain" answer="uniform places" expect="wrong" fails="fitting_gain-1" breaks="4" says="expected 1.41421"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-4.0, 4.0, 100_001)
    return float(1 / tf.sqrt(tf.reduce_mean(activation(z) ** 2)))


# %% exercise="fitting_gain" answer="the mean size" expect="wrong" fails="fitting_gain-1" breaks="3" says="not of the sizes"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 4001)
    w = tf.exp(-(z**2) / 2)
    w = w / tf.reduce_sum(w)
    return 1 / tf.reduce_sum(w * tf.abs(activation(z)))


# %% exercise="fitting_gain" answer="a handful of draws" expect="wrong" fails="fitting_gain-1" breaks="5"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.random.stateless_normal([100], seed=[3, 1])
    return float(1 / tf.sqrt(tf.reduce_mean(activation(z) ** 2)))


# %% exercise="fitting_gain" answer="the bell too wide" expect="wrong" fails="fitting_gain-1" breaks="4"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 4001)
    w = tf.nn.softmax(-tf.abs(z))
    return 1 / tf.sqrt(tf.reduce_sum(w * activation(z) ** 2))


# %% exercise="fitting_gain" answer="a table of what is known" expect="wrong" fails="fitting_gain-1"
# exercise: fitting_gain
def fitting_gain(activation):
    if activation is tf.nn.relu:
        return 2.0**0.5
    if activation is tf.square:
        return 3**-0.5
    if activation is tf.tanh:
        return 5 / 3
    return 1.0


# %% exercise="fitting_gain" answer="a bell that is cut off at 1" expect="wrong" fails="fitting_gain-1" breaks="4"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-1.0, 1.0, 4001)
    w = tf.nn.softmax(-(z**2) / 2)
    return 1 / tf.sqrt(tf.reduce_sum(w * activation(z) ** 2))


# %% exercise="leaky" answer="the slope on both sides" expect="wrong" fails="leaky-1" breaks="2" says="On the right"
# exercise: leaky
def leaky(x, slope):
    return slope * x


# %% exercise="tempered" answer="float64" expect="wrong" fails="tempered-1" breaks="1" says="float64"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(tf.cast(logits, tf.float64) / temperature)


# %% exercise="dead_units" answer="the last hidden layer first" expect="wrong" fails="dead_units-1" breaks="1" says="The first layer comes first"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        dead = tf.reduce_all(x == 0, axis=0)
        counts.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
    return counts[::-1]


# %% exercise="fitting_gain" answer="a vector of one" expect="wrong" fails="fitting_gain-1" breaks="1" says="the shape is (1,)"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 4001)[tf.newaxis]
    weights = tf.nn.softmax(-(z**2) / 2)
    return tf.math.rsqrt(tf.reduce_sum(weights * activation(z) ** 2, axis=1))


# %% exercise="leaky" answer="the slope in float32, or in float64" expect="error" fails="leaky-1" breaks="1"
# exercise: leaky
def leaky(x, slope):
    slope = tf.constant(slope, tf.float64 if x.dtype == tf.float64 else tf.float32)
    return tf.where(x > 0, x, slope * x)


# %% exercise="leaky" answer="the gradient from above not multiplied" expect="wrong" fails="leaky-1" breaks="4" says="The gradient from above is missing"
# exercise: leaky
def leaky(x, slope):
    @tf.custom_gradient
    def function(x):
        return tf.where(x > 0, x, slope * x), lambda upstream: tf.where(x > 0, tf.ones_like(x), slope * tf.ones_like(x))
    return function(x)


# %% exercise="tempered" answer="never below a hundredth" expect="wrong" fails="tempered-1" breaks="3"
# exercise: tempered
def tempered(logits, temperature):
    return tf.nn.softmax(logits / max(temperature, 0.01), axis=-1)


# %% exercise="dead_units" answer="little counts as nothing" expect="wrong" fails="dead_units-1" breaks="2" says="A unit that gives little"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_max(x, axis=0) < 1e-3, tf.int32))))
    return counts


# %% exercise="dead_units" answer="counted in bytes" expect="wrong" fails="dead_units-1" breaks="2"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=0), tf.uint8))))
    return counts


# %% exercise="dead_units" answer="less than a hundred-millionth taken for 0" expect="wrong" fails="dead_units-1" breaks="2" says="is not dead"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x < 1e-8, axis=0), tf.int32))))
    return counts


# %% exercise="gradient_profile" answer="the largest singular value" expect="wrong" fails="gradient_profile-1" breaks="5" says="not the largest singular value"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.reduce_max(tf.linalg.svd(slope, compute_uv=False)) for slope in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="a little added under the root" expect="wrong" fails="gradient_profile-1" breaks="5" says="add nothing under the root"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.sqrt(tf.reduce_sum(slope**2) + 1e-14) for slope in tape.gradient(loss, kernels)])


# %% exercise="gradient_profile" answer="gradients of at most a thousand" expect="wrong" fails="gradient_profile-1" breaks="5"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    gradients = tape.gradient(loss, kernels, unconnected_gradients="zero")
    return tf.stack([tf.norm(tf.clip_by_norm(gradient, 1000.0)) for gradient in gradients])


# %% exercise="ring_model" answer="the mean square as its loss" expect="right"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model


# %% exercise="ring_model" answer="a hundredth of the loss, and too little learned" expect="wrong" fails="ring_model-2" breaks="5" says="A small loss alone"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.SGD(0.001), lambda y, p: 0.01 * keras.losses.binary_crossentropy(y, p))
    return model


# %% exercise="ring_model" answer="weights by hand that learn nothing" expect="wrong" fails="ring_model-2" breaks="5"
# exercise: ring_model
def ring_model():
    inputs = keras.Input((2,))
    far = keras.ops.sqrt(keras.ops.sum(inputs**2, axis=1, keepdims=True))
    start = keras.layers.Dense(1, activation="sigmoid", kernel_initializer=keras.initializers.Constant(8.0),
                               bias_initializer=keras.initializers.Constant(-14.0))(far)
    model = keras.Model(inputs, start)
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
    return model


# %% exercise="fitting_gain" answer="a grid from -4 to 4" expect="right"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-4.0, 4.0, 2001)
    weights = tf.exp(-z**2 / 2)
    weights = weights / tf.reduce_sum(weights)
    return 1 / tf.sqrt(tf.reduce_sum(weights * activation(z) ** 2))


# %% exercise="fitting_gain" answer="a grid of forty places" expect="wrong" fails="fitting_gain-1" breaks="5"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 40)
    weights = tf.exp(-z**2 / 2)
    weights = weights / tf.reduce_sum(weights)
    return 1 / tf.sqrt(tf.reduce_sum(weights * activation(z) ** 2))


# %% exercise="leaky" answer="half of x plus its size" expect="wrong" fails="leaky-1" breaks="2" says="-40,000 and 40,000"
# exercise: leaky
def leaky(x, slope):
    size = tf.abs(x)
    return (x + size) / 2 + slope * (x - size) / 2


# %% exercise="leaky" answer="a gradient of one's own, in float32" expect="error" fails="leaky-1" breaks="4"
# exercise: leaky
def leaky(x, slope):
    @tf.custom_gradient
    def f(z):
        def grad(upstream):
            return upstream * tf.where(z > 0, tf.constant(1.0), tf.constant(slope, tf.float32))
        return tf.where(z > 0, z, slope * z), grad
    return f(x)


# %% exercise="dead_units" answer="no gradient for the kernel" expect="wrong" fails="dead_units-1" breaks="2" says="whatever its gradient"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        with tf.GradientTape() as tape:
            y = layer(x)
            total = tf.reduce_sum(y)
        dead = tf.reduce_all(tape.gradient(total, layer.kernel) == 0, axis=0)
        counts.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
        x = y
    return counts


# %% exercise="gradient_profile" answer="variables put into the caller's list" expect="wrong" fails="gradient_profile-1" breaks="6" says="The list is the caller's"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    for i in range(len(kernels)):
        kernels[i] = tf.Variable(kernels[i])
    with tf.GradientTape() as tape:
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.norm(g) for g in tape.gradient(loss, kernels)])


# %% exercise="ring_model" answer="softplus at the end" expect="wrong" fails="ring_model-2" breaks="3" says="no answer is above 1"
# exercise: ring_model
def ring_model():
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(24, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(24, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(1, activation="softplus", kernel_initializer=keras.initializers.RandomNormal(stddev=0.01)),
    ])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


# %% exercise="fitting_gain" answer="a grid of three hundred places" expect="wrong" fails="fitting_gain-1" breaks="5"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-8.0, 8.0, 300)
    weights = tf.exp(-(z**2) / 2)
    weights = weights / tf.reduce_sum(weights)
    return 1 / tf.sqrt(tf.reduce_sum(weights * activation(z) ** 2))


# %% exercise="fitting_gain" answer="a grid in NumPy" expect="wrong" fails="fitting_gain-1" says="NumPy's numbers are float64"
# exercise: fitting_gain
def fitting_gain(activation):
    import numpy as np
    z = np.linspace(-8, 8, 20000)
    weights = np.exp(-(z**2) / 2)
    return float(1 / np.sqrt(np.sum(weights * activation(z) ** 2) / weights.sum()))


# %% exercise="leaky" equal="at 0 both sides are 0, and which slope counts there is left open"
# - return tf.where(x > 0, x, slope * x)
# + return tf.where(x >= 0, x, slope * x)


# %% exercise="leaky" equal="the larger of two numbers does not depend on their order"
# - return tf.maximum(x, slope * x)
# + return tf.maximum(slope * x, x)


# %% exercise="tempered" equal="softmax takes the last axis by itself"
# - return keras.activations.softmax(logits * (1 / temperature), axis=-1)
# + return keras.activations.softmax(logits * (1 / temperature))


# %% exercise="dead_units" equal="the layers are a list already"
# - for dense in list(model.layers)[:-1]:
# + for dense in model.layers[:-1]:


# %% exercise="dead_units" equal="a whole number is as good as a tensor of one, and the check asks for no Python integer"
# - found.append(int(tf.math.count_nonzero(highest <= 0)))
# + found.append(tf.math.count_nonzero(highest <= 0))


# %% exercise="dead_units" equal="Python's not makes a bool of a tensor itself"
# - return [sum(not bool(tf.reduce_any(out[:, unit] > 0)) for unit in range(out.shape[1])) for out in outs]
# + return [sum(not tf.reduce_any(out[:, unit] > 0) for unit in range(out.shape[1])) for out in outs]


# %% exercise="gradient_profile" equal="a list of the sizes is allowed"
# - return tf.stack([tf.sqrt(tf.reduce_sum(tf.square(slope))) for slope in slopes])
# + return [tf.sqrt(tf.reduce_sum(tf.square(slope))) for slope in slopes]


# %% exercise="gradient_profile" equal="a list of the sizes is allowed"
# - return tf.constant([float(tf.norm(g)) for g in tape.gradient(loss, kernels)])
# + return [float(tf.norm(g)) for g in tape.gradient(loss, kernels)]


# %% exercise="ring_model" equal="how many hidden layers there are is left open, and one with ReLU can bend the border round the middle"
# - for _ in range(2):
# + for _ in range(1):


# %% exercise="ring_model" equal="how many hidden layers there are is left open, and three learn it, too"
# - for _ in range(2):
# + for _ in range(3):


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - model.add(keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"))
# + model.add(keras.layers.Dense(15, activation="relu", kernel_initializer="he_normal"))


# %% exercise="ring_model" equal="how the kernels begin is left open, and Keras's usual start learns it, too"
# - model.add(keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"))
# + model.add(keras.layers.Dense(16, activation='relu'))


# %% exercise="ring_model" equal="how many hidden layers there are is left open, and one with ReLU can bend the border round the middle"
# - model.add(keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"))
# + model.add(keras.layers.Dense(16, activation='relu', kernel_initializer='he_normal')) break


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - model.add(keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"))
# + model.add(keras.layers.Dense(17, activation="relu", kernel_initializer="he_normal"))


# %% exercise="ring_model" equal="the rate is left open, and twice as large learns it, too"
# - model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
# + model.compile(keras.optimizers.Adam(0.06), "binary_crossentropy")


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
# + keras.layers.Dense(15, activation="relu", kernel_initializer="he_normal"),


# %% exercise="ring_model" equal="how the kernels begin is left open, and Keras's usual start learns it, too"
# - keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
# + keras.layers.Dense(16, activation='relu'),


# %% exercise="ring_model" equal="one bent layer is enough for a border round the middle: what follows may be straight"
# - keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
# + keras.layers.Dense(16, kernel_initializer='he_normal'),


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - keras.layers.Dense(16, activation="tanh"),
# + keras.layers.Dense(15, activation="tanh"),


# %% exercise="ring_model" equal="one bent layer is enough for a border round the middle: what follows may be straight"
# - keras.layers.Dense(16, activation="tanh"),
# + keras.layers.Dense(16),


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - keras.layers.Dense(16, activation="tanh"),
# + keras.layers.Dense(17, activation="tanh"),


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - x = keras.layers.Dense(100)(inputs)
# + x = keras.layers.Dense(101)(inputs)


# %% exercise="ring_model" equal="the width of a hidden layer is left open, and one unit more or less learns it, too"
# - x = keras.layers.Dense(100)(inputs)
# + x = keras.layers.Dense(99)(inputs)


# %% exercise="ring_model" equal="the rate is left open, and twice as large learns it, too"
# - model.compile(keras.optimizers.Adam(0.03), keras.losses.BinaryCrossentropy())
# + model.compile(keras.optimizers.Adam(0.06), keras.losses.BinaryCrossentropy())


# %% exercise="ring_model" equal="the rate is left open, and twice as large learns it, too"
# - model.optimizer.learning_rate = 0.03
# + model.optimizer.learning_rate = 0.06


# %% exercise="fitting_gain" equal="the bell is as good as zero out there"
# - places = tf.linspace(-9.0, 9.0, 20_001)
# + places = tf.linspace(-18.0, 9.0, 20_001)


# %% exercise="fitting_gain" equal="the bell is as good as zero out there"
# - places = tf.linspace(-9.0, 9.0, 20_001)
# + places = tf.linspace(-9.0, 18.0, 20_001)


# %% exercise="fitting_gain" equal="a point more or less in so many changes far less than one percent"
# - places = tf.linspace(-9.0, 9.0, 20_001)
# + places = tf.linspace(-9.0, 9.0, 20000)


# %% exercise="fitting_gain" equal="a point more or less in so many changes far less than one percent"
# - places = tf.linspace(-9.0, 9.0, 20_001)
# + places = tf.linspace(-9.0, 9.0, 20002)


# %% exercise="fitting_gain" equal="a product of two vectors does not depend on their order"
# - return tf.math.rsqrt(tf.tensordot(bell, tf.square(activation(places)), axes=1))
# + return tf.math.rsqrt(tf.tensordot(tf.square(activation(places)), bell, axes=1))


# %% exercise="fitting_gain" equal="a draw less in two million changes far less than one percent"
# - z = tf.random.stateless_normal([2_000_000], seed=[3, 1])
# + z = tf.random.stateless_normal([1999999], seed=[3, 1])


# %% exercise="fitting_gain" equal="the seed is left open, and two million draws are enough with each"
# - z = tf.random.stateless_normal([2_000_000], seed=[3, 1])
# + z = tf.random.stateless_normal([2_000_000], seed=[3, 0])


# %% exercise="fitting_gain" equal="the seed is left open, and two million draws are enough with each"
# - z = tf.random.stateless_normal([2_000_000], seed=[3, 1])
# + z = tf.random.stateless_normal([2_000_000], seed=[3, 2])


# %% exercise="fitting_gain" equal="a point more or less in so many changes far less than one percent"
# - z = tf.linspace(-8.0, 8.0, 4001)
# + z = tf.linspace(-8.0, 8.0, 4000)


# %% exercise="fitting_gain" equal="each share moves by no more than a part in 200,000"
# - p = (tf.range(200_000.0) + 0.5) / 200_000
# + p = (tf.range(200_000.0) + 0.5) / 200001


# %% exercise="fitting_gain" equal="a point more or less in so many changes far less than one percent"
# - z = np.linspace(-8, 8, 40001)
# + z = np.linspace(-8, 8, 40000)


# %% exercise="fitting_gain" equal="below -4 there is hardly anything of the bell, so it may be left out or not"
# - z = tf.linspace(-4.0, 4.0, 2001)
# + z = tf.linspace(-8.0, 4.0, 2001)


# %% exercise="tempered" answer="no class without a millionth" expect="wrong" fails="tempered-1" breaks="2"
# exercise: tempered
def tempered(logits, temperature):
    return tf.maximum(tf.nn.softmax(logits / temperature, axis=-1), 1e-6)


# %% exercise="dead_units" answer="the first thousand examples" expect="wrong" fails="dead_units-1" breaks="2"
# exercise: dead_units
def dead_units(model, x):
    x = x[:1000]
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        counts.append(int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=0), tf.int32))))
    return counts


# %% exercise="dead_units" answer="a generator" expect="wrong" fails="dead_units-1" breaks="1" says="Turn it into a list"
# exercise: dead_units
def dead_units(model, x):
    for layer in model.layers[:-1]:
        x = layer(x)
        yield int(tf.reduce_sum(tf.cast(tf.reduce_all(x == 0, axis=0), tf.int32)))


# %% exercise="gradient_profile" answer="1e-20 added under the root" expect="wrong" fails="gradient_profile-1" breaks="5" says="add nothing"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    with tf.GradientTape() as tape:
        tape.watch(kernels)
        for kernel in kernels:
            x = activation(x @ kernel)
        loss = tf.reduce_mean(x**2)
    return tf.stack([tf.sqrt(tf.reduce_sum(gradient**2) + 1e-20) for gradient in tape.gradient(loss, kernels)])


# %% exercise="ring_model" answer="capped at 1, and below 0" expect="wrong" fails="ring_model-2" breaks="3" says="none is below 0"
# exercise: ring_model
def ring_model():
    flat = keras.initializers.RandomNormal(stddev=0.01)
    half = keras.initializers.Constant(0.5)
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(1, activation=lambda z: tf.minimum(z, 1.0), kernel_initializer=flat, bias_initializer=half),
    ])
    model.compile(keras.optimizers.Adam(0.02), "mse")
    return model


# %% exercise="leaky" answer="half the sum and half the distance, in float16" expect="wrong" fails="leaky-1" breaks="3"
# exercise: leaky
def leaky(x, slope):
    """Return x where it is positive, slope times x elsewhere."""
    return (1 + slope) / 2 * x + (1 - slope) / 2 * tf.abs(x)


# %% exercise="leaky" answer="no values become float32" expect="wrong" fails="leaky-1" breaks="1"
# exercise: leaky
def leaky(x, slope):
    values = tf.unstack(tf.reshape(x, [-1]))
    bent = [tf.where(value > 0, value, slope * value) for value in values]
    return tf.reshape(tf.stack(bent), x.shape)


# %% exercise="dead_units" answer="hidden is what has an activation" expect="wrong" fails="dead_units-1" breaks="3"
# exercise: dead_units
def dead_units(model, x):
    """Return how many units of each hidden layer give 0 for every example."""
    counts = []
    for layer in model.layers:
        x = layer(x)
        if layer.activation == keras.activations.linear:     # the last one
            continue
        dead = tf.reduce_all(x == 0, axis=0)
        counts.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
    return counts


# %% exercise="ring_model" answer="scaled by the largest of the batch" expect="wrong" fails="ring_model-2" breaks="6"
# exercise: ring_model
def ring_model():
    """Return a compiled model that can learn to tell the ring from its middle."""
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Lambda(lambda x: x / keras.ops.max(keras.ops.abs(x))),      # from -1 to 1
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="ring_model" answer="a normalisation by the batch in use, too" expect="wrong" fails="ring_model-2" breaks="6"
# exercise: ring_model
def ring_model():
    """Return a compiled model that can learn to tell the ring from its middle."""
    inputs = keras.Input((2,))
    x = keras.layers.BatchNormalization()(inputs, training=True)
    x = keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal")(x)
    x = keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal")(x)
    outputs = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="dead_units" answer="a hidden layer known by the function of Keras" expect="wrong" fails="dead_units-1" breaks="1"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers:
        x = layer(x)
        if layer.activation is keras.activations.relu:
            dead = tf.reduce_all(x == 0, axis=0)
            counts.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
    return counts


# %% exercise="dead_units" answer="the smallest count of batches of 100" expect="wrong" fails="dead_units-1" breaks="2"
# exercise: dead_units
def dead_units(model, x):
    counts = None
    for start in range(0, x.shape[0], 100):
        batch = x[start:start + 100]
        found = []
        for layer in model.layers[:-1]:
            batch = layer(batch)
            dead = tf.reduce_all(batch == 0, axis=0)
            found.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
        counts = found if counts is None else [min(a, b) for a, b in zip(counts, found)]
    return counts


# %% exercise="gradient_profile" answer="in float64, whatever the activation takes" expect="error" fails="gradient_profile-1"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    own = [tf.Variable(tf.cast(kernel, tf.float64)) for kernel in kernels]
    signal = tf.cast(x, tf.float64)
    with tf.GradientTape() as tape:
        for kernel in own:
            signal = activation(signal @ kernel)
        loss = tf.reduce_mean(tf.square(signal))
    gradients = tape.gradient(loss, own)
    return tf.stack([tf.norm(gradient) for gradient in gradients])


# %% exercise="gradient_profile" answer="a number for the variable of an activation, too" expect="wrong" fails="gradient_profile-1" breaks="4" says="an activation may have variables"
# exercise: gradient_profile
def gradient_profile(activation, kernels, x):
    variables = [tf.Variable(kernel) for kernel in kernels]
    with tf.GradientTape() as tape:
        for variable in variables:
            x = activation(tf.matmul(x, variable))
        loss = tf.reduce_mean(tf.square(x))
    gradients = tape.gradient(loss, tape.watched_variables())
    return tf.stack([tf.norm(gradient) for gradient in gradients])


# %% exercise="ring_model" answer="mixed precision to the end" expect="wrong" fails="ring_model-1" breaks="2" says="Mixed precision"
# exercise: ring_model
def ring_model():
    fast = "mixed_bfloat16"
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal", dtype=fast),
        keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal", dtype=fast),
        keras.layers.Dense(1, activation="sigmoid", dtype=fast),
    ])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    return model


# %% exercise="dead_units" answer="small beside the largest of its layer" expect="wrong" fails="dead_units-1" breaks="2" says="However much its neighbours give"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers[:-1]:
        x = layer(x)
        noise = 1e-7 * tf.reduce_max(x)                            # floats are hardly ever exactly 0
        dead = tf.reduce_all(x <= noise, axis=0)
        counts.append(int(tf.math.count_nonzero(dead)))
    return counts


# %% exercise="dead_units" answer="hidden layers known by the name of their activation" expect="wrong" fails="dead_units-1" breaks="1" says="whatever their activation is called"
# exercise: dead_units
def dead_units(model, x):
    counts = []
    for layer in model.layers:
        x = layer(x)
        if getattr(layer.activation, "__name__", "") == "relu":
            dead = tf.reduce_all(x == 0, axis=0)
            counts.append(int(tf.reduce_sum(tf.cast(dead, tf.int32))))
    return counts


# %% exercise="fitting_gain" answer="a grid out to 100" expect="wrong" fails="fitting_gain-1" breaks="3" says="go no further"
# exercise: fitting_gain
def fitting_gain(activation):
    z = tf.linspace(-100.0, 100.0, 200_001)
    weights = tf.exp(-(z**2) / 2)
    return 1 / tf.sqrt(tf.reduce_sum(weights * activation(z) ** 2) / tf.reduce_sum(weights))
