# %% [markdown]
# # Answer bank: three levels
#
# Other right answers to the exercises of `14-three-levels.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="data_iter" answer="slices of the order" expect="right"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        numbers = order[first:first + size]
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="data_iter" answer="NumPy's split" expect="right"
# exercise: data_iter
def data_iter(x, y, size, order):
    order = np.asarray(order)
    cuts = np.arange(size, len(order), size)
    parts = np.split(order, cuts) if len(order) else []
    return [(tf.constant(x.numpy()[part]), tf.constant(y.numpy()[part])) for part in parts]


# %% exercise="data_iter" answer="row by row" expect="right"
# exercise: data_iter
def data_iter(x, y, size, order):
    left, right = [], []
    for number in order.numpy():
        left.append(x[number])
        right.append(y[number])
        if len(left) == size:
            yield tf.stack(left), tf.stack(right)
            left, right = [], []
    if left:
        yield tf.stack(left), tf.stack(right)


# %% exercise="data_iter" answer="islice" expect="right"
# exercise: data_iter
from itertools import islice
def data_iter(x, y, size, order):
    numbers = iter(np.asarray(order).tolist())
    while chosen := list(islice(numbers, size)):
        yield tf.stack([x[i] for i in chosen]), tf.stack([y[i] for i in chosen])


# %% exercise="data_iter" answer="y comes first" expect="wrong" fails="data_iter-1" breaks="1" says="x comes first"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        numbers = order[first:first + size]
        yield tf.gather(y, numbers), tf.gather(x, numbers)


# %% exercise="data_iter" answer="sorted within the batch" expect="wrong" fails="data_iter-1" breaks="2"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        numbers = tf.sort(order[first:first + size])
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="data_iter" answer="the order is not used" expect="wrong" fails="data_iter-1" breaks="2" says="The order was not used"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        numbers = tf.range(first, min(first + size, len(order))) % len(x)
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="data_iter" answer="x shuffled alone" expect="wrong" fails="data_iter-1" breaks="3" says="label must go with it"
# exercise: data_iter
def data_iter(x, y, size, order):
    x = tf.gather(x, order)
    y = tf.gather(y, tf.range(len(order)) % len(y))
    for first in range(0, len(order), size):
        yield x[first:first + size], y[first:first + size]


# %% exercise="data_iter" answer="the rest is dropped" expect="wrong" fails="data_iter-1" breaks="4" says="not left out"
# exercise: data_iter
def data_iter(x, y, size, order):
    pairs = tf.data.Dataset.from_tensor_slices((tf.gather(x, order), tf.gather(y, order)))
    return pairs.batch(size, drop_remainder=True)


# %% exercise="data_iter" answer="the rest is filled up" expect="wrong" fails="data_iter-1" breaks="4" says="nothing fills it up"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        numbers = tf.gather(order, tf.range(first, first + size) % len(order))
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="data_iter" answer="one empty batch more" expect="wrong" fails="data_iter-1" breaks="5"
# exercise: data_iter
def data_iter(x, y, size, order):
    for batch in range(len(order) // size + 1):
        numbers = order[batch * size:(batch + 1) * size]
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="data_iter" answer="as many rows as x has" expect="wrong" fails="data_iter-1" breaks="6"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(x), size):
        numbers = order[first:first + size]
        if len(numbers):
            yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="forward_pass" answer="ReLU before each layer but the first" expect="right"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        x = (tf.nn.relu(x) if number else x) @ kernel + bias
    return x


# %% exercise="forward_pass" answer="one layer calls the rest" expect="right"
# exercise: forward_pass
def forward_pass(params, x):
    y = tf.einsum("nd,dk->nk", x, params[0]) + params[1]
    return forward_pass(params[2:], tf.where(y > 0, y, 0.0)) if len(params) > 2 else y


# %% exercise="forward_pass" answer="Keras's functions" expect="right"
# exercise: forward_pass
def forward_pass(params, x):
    pairs = list(zip(params[::2], params[1::2]))
    for kernel, bias in pairs[:-1]:
        x = keras.ops.relu(keras.ops.add(keras.ops.matmul(x, kernel), bias))
    kernel, bias = pairs[-1]
    return keras.ops.add(keras.ops.matmul(x, kernel), bias)


# %% exercise="forward_pass" answer="reduce, with pairs" expect="right"
# exercise: forward_pass
import functools
def forward_pass(params, x):
    pairs = [params[i:i + 2] for i in range(0, len(params), 2)]
    first = tf.linalg.matmul(x, pairs[0][0]) + pairs[0][1]
    return functools.reduce(
        lambda h, p: tf.tensordot(tf.nn.relu(h), tf.convert_to_tensor(p[0]), 1) + p[1], pairs[1:], first
    )


# %% exercise="forward_pass" answer="one column loses its axis" expect="wrong" fails="forward_pass-1" breaks="1"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        x = (tf.nn.relu(x) if number else x) @ kernel + bias
    return x[:, 0] if x.shape[1] == 1 else x


# %% exercise="forward_pass" answer="no biases" expect="wrong" fails="forward_pass-1" breaks="2" says="The biases are missing"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        x = (tf.nn.relu(x) if number else x) @ kernel + 0 * bias
    return x


# %% exercise="forward_pass" answer="no ReLU" expect="wrong" fails="forward_pass-1" breaks="3" says="ReLU is missing"
# exercise: forward_pass
def forward_pass(params, x):
    for kernel, bias in zip(params[::2], params[1::2]):
        x = x @ kernel + bias
    return x


# %% exercise="forward_pass" answer="ReLU at the end, too" expect="wrong" fails="forward_pass-1" breaks="4" says="No ReLU after the last layer"
# exercise: forward_pass
def forward_pass(params, x):
    for kernel, bias in zip(params[::2], params[1::2]):
        x = tf.nn.relu(x @ kernel + bias)
    return x


# %% exercise="forward_pass" answer="two layers at most" expect="wrong" fails="forward_pass-1" breaks="5"
# exercise: forward_pass
def forward_pass(params, x):
    x = x @ params[0] + params[1]
    return tf.nn.relu(x) @ params[-2] + params[-1] if len(params) > 2 else x


# %% exercise="forward_pass" answer="one layer is not thought of" expect="error" fails="forward_pass-1" breaks="5"
# exercise: forward_pass
def forward_pass(params, x):
    w1, b1, w2, b2 = params
    return tf.nn.relu(x @ w1 + b1) @ w2 + b2


# %% exercise="forward_pass" answer="row by row, no rows forgotten" expect="wrong" fails="forward_pass-1" breaks="6"
# exercise: forward_pass
def forward_pass(params, x):
    rows = []
    for row in tf.unstack(x, num=len(x)):
        row = row[tf.newaxis]
        for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
            row = (tf.nn.relu(row) if number else row) @ kernel + bias
        rows.append(row[0])
    return tf.stack(rows)


# %% exercise="forward_pass" answer="NumPy" expect="wrong" fails="forward_pass-1" breaks="7"
# exercise: forward_pass
def forward_pass(params, x):
    x = np.asarray(x)
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        x = (np.maximum(x, 0) if number else x) @ np.asarray(kernel) + np.asarray(bias)
    return tf.constant(x)


# %% exercise="to_keras" answer="layer by layer, and set_weights" expect="right"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu"))
    model.layers[-1].activation = keras.activations.linear
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="functional, with layers of ReLU" expect="right"
# exercise: to_keras
def to_keras(params):
    pairs = list(zip(params[::2], params[1::2]))
    inputs = x = keras.Input((params[0].shape[0],))
    for number, (kernel, bias) in enumerate(pairs):
        layer = layers.Dense(kernel.shape[1])
        x = layer(layers.ReLU()(x) if number else x)
        layer.set_weights([kernel, bias])
    return keras.Model(inputs, x)


# %% exercise="to_keras" answer="built from an unbuilt stack" expect="right"
# exercise: to_keras
def to_keras(params):
    shapes = [kernel.shape for kernel in params[::2]]
    last = len(shapes) - 1
    model = keras.Sequential(
        [layers.Dense(b, activation=None if i == last else "relu") for i, (_, b) in enumerate(shapes)]
    )
    model.build((None, shapes[0][0]))
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="from a config" expect="right"
# exercise: to_keras
def to_keras(params):
    kernels = params[::2]
    config = {
        "name": "made",
        "layers": [{"class_name": "InputLayer", "config": {"batch_shape": (None, int(kernels[0].shape[0]))}}],
    }
    for i, k in enumerate(kernels):
        config["layers"].append({"class_name": "Dense", "config": {"units": int(k.shape[1]), 
                                                                  "activation": "relu" if i + 1 < len(kernels) else "linear"}})
    model = keras.Sequential.from_config(config)
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="no Input: the weights come later" expect="wrong" fails="to_keras-1" breaks="1" says="It has no weights yet"
# exercise: to_keras
def to_keras(params):
    stack = []
    for kernel, bias in zip(params[::2], params[1::2]):
        begin = {"kernel_initializer": keras.initializers.Constant(kernel.numpy().tolist()),
                 "bias_initializer": keras.initializers.Constant(bias.numpy().tolist())}
        stack.append(layers.Dense(kernel.shape[1], activation="relu", **begin))
    stack[-1].activation = keras.activations.linear
    return keras.Sequential(stack)


# %% exercise="to_keras" answer="the weights cannot be trained" expect="wrong" fails="to_keras-1" breaks="2"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu", trainable=False))
    model.layers[-1].activation = keras.activations.linear
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="the biases forgotten" expect="wrong" fails="to_keras-1" breaks="2,3" says="still have the zeros"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu"))
        model.layers[-1].kernel.assign(kernel)
    model.layers[-1].activation = keras.activations.linear
    return model


# %% exercise="to_keras" answer="the formula in a Lambda layer" expect="wrong" fails="to_keras-1" breaks="1,2,4" says="It has no weights yet"
# exercise: to_keras
def to_keras(params):
    def formula(x):
        for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
            x = (tf.nn.relu(x) if number else x) @ kernel + bias
        return x

    return keras.Sequential([keras.Input((params[0].shape[0],)), layers.Lambda(formula)])


# %% exercise="to_keras" answer="ReLU at the end, too" expect="wrong" fails="to_keras-1" breaks="3" says="No ReLU after the last layer"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu"))
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="ReLU that ends at 6" expect="wrong" fails="to_keras-1" breaks="3"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for i in range(0, len(params), 2):
        if i:
            model.add(layers.ReLU(max_value=6.0))
        model.add(layers.Dense(params[i].shape[1]))
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="no ReLU" expect="wrong" fails="to_keras-1" breaks="3" says="ReLU is missing"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1]))
    model.set_weights(params)
    return model


# %% exercise="to_keras" answer="a ReLU of one's own" expect="wrong" fails="to_keras-1" breaks="4"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation=lambda x: tf.maximum(x, 0.0)))
    model.layers[-1].activation = keras.activations.linear
    model.set_weights(params)
    return model


# %% exercise="one_epoch" answer="the tape" expect="right"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, len(x), size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="Keras's optimizer and a dataset" expect="right"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses, w_now, b_now = [], tf.Variable(w), tf.Variable(b)
    optimizer = keras.optimizers.SGD(rate)
    for inputs, labels in tf.data.Dataset.from_tensor_slices((x, y)).batch(size):
        with tf.GradientTape() as tape:
            loss = keras.losses.MeanSquaredError()(labels, inputs @ w_now + b_now)
        optimizer.apply_gradients(zip(tape.gradient(loss, [w_now, b_now]), [w_now, b_now]))
        losses.append(loss.numpy().item())
    w.assign(w_now)
    b.assign(b_now)
    return losses


# %% exercise="one_epoch" answer="NumPy" expect="right"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    kernel, bias, losses = w.numpy(), b.numpy(), []
    x, y = x.numpy(), y.numpy()
    while len(x):
        off = x[:size] @ kernel + bias - y[:size]
        losses.append(np.mean(off**2))
        kernel = kernel - rate * 2 * x[:size].T @ off / len(off)
        bias = bias - rate * 2 * off.mean(axis=0)
        x, y = x[size:], y[size:]
    w.assign(kernel)
    b.assign(bias)
    return losses


# %% exercise="one_epoch" answer="a compiled step, and NumPy's floats" expect="right"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    @tf.function(reduce_retracing=True)
    def f(p, q):
        with tf.GradientTape() as t:
            l = keras.ops.mean(keras.ops.square(tf.linalg.matmul(p, w) + b - q))
        gw, gb = t.gradient(l, [w, b])
        w.assign_add(-rate * gw)
        b.assign_add(-rate * gb)
        return l
    return [f(p, q).numpy() for p, q in tf.data.Dataset.from_tensor_slices((x, y)).batch(size)]


# %% exercise="one_epoch" answer="the sum over the rows" expect="wrong" fails="one_epoch-1" breaks="1" says="not their sum"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="half the square" expect="wrong" fails="one_epoch-1" breaks="1"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2) / 2
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="the rows from the end" expect="wrong" fails="one_epoch-1" breaks="2"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    x, y, losses = x[::-1], y[::-1], []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="shuffled first" expect="wrong" fails="one_epoch-1" breaks="2"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses, order = [], np.random.default_rng(5).permutation(len(x))
    for i in range(0, len(x), size):
        inputs, labels = tf.gather(x, order[i:i + size]), tf.gather(y, order[i:i + size])
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((inputs @ w + b - labels) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="the rest is dropped" expect="wrong" fails="one_epoch-1" breaks="3" says="The short batch in the end counts too"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, max(len(x) - size + 1, 1), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="one step at the end of the epoch" expect="wrong" fails="one_epoch-1" breaks="4" says="Has the first step been made?"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    with tf.GradientTape() as tape:
        for i in range(0, len(x), size):
            losses.append(tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2))
        total = tf.add_n(losses)
    for variable, gradient in zip((w, b), tape.gradient(total, (w, b))):
        variable.assign_sub(rate * gradient)
    return [float(loss) for loss in losses]


# %% exercise="one_epoch" answer="the bias is not trained" expect="wrong" fails="one_epoch-1" breaks="4"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        w.assign_sub(rate * tape.gradient(loss, w))
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="the factor of two forgotten" expect="wrong" fails="one_epoch-1" breaks="4"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, len(x), size):
        off = x[i:i + size] @ w + b - y[i:i + size]
        losses.append(float(tf.reduce_mean(off**2)))
        w.assign_sub(rate * tf.reduce_mean(off * x[i:i + size], axis=0)[:, tf.newaxis])
        b.assign_sub(rate * tf.reduce_mean(off, axis=0))
    return losses


# %% exercise="one_epoch" answer="w becomes another tensor" expect="wrong" fails="one_epoch-1" breaks="5" says="use assign_sub"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses, w, b = [], tf.identity(w), tf.identity(b)
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            tape.watch([w, b])
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        slopes = tape.gradient(loss, [w, b])
        w, b = w - rate * slopes[0], b - rate * slopes[1]
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="no watch: the second gradient is None" expect="error" fails="one_epoch-1" breaks="5"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        slopes = tape.gradient(loss, [w, b])
        w, b = w - rate * slopes[0], b - rate * slopes[1]
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="the loss after the step" expect="wrong" fails="one_epoch-1" breaks="7" says="Read the loss before the step"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * gradient)
        losses.append(float(tf.reduce_mean((x[i:i + size] @ w + b - y[i:i + size]) ** 2)))
    return losses


# %% exercise="epoch_loss" answer="squares added up" expect="right"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = 0.0
    for start in range(0, x.shape[0], size):
        total += tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2)
    return total / x.shape[0]


# %% exercise="epoch_loss" answer="all answers, then one mean" expect="right"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    batches = [order[i:i + size] for i in range(0, len(order), size)]
    answers = tf.concat([predict(tf.gather(x, rows)) for rows in batches], axis=0)
    return keras.losses.MeanSquaredError()(tf.gather(y, order), answers)


# %% exercise="epoch_loss" answer="means, weighed by their rows" expect="right"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    means, rows = [], []
    for a, b in tf.data.Dataset.from_tensor_slices((x, y)).batch(len(x)).map(
            lambda p, q: (tf.gather(p, order), tf.gather(q, order))).unbatch().batch(size):
        means.append(tf.reduce_mean(tf.math.squared_difference(predict(a), b)))
        rows.append(len(a))
    return tf.tensordot(tf.stack(means), tf.cast(rows, tf.float32), 1) / sum(rows)


# %% exercise="epoch_loss" answer="Keras's metric" expect="right"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    m = keras.metrics.MeanSquaredError()
    order = np.array(order)
    for k in np.split(order, range(size, len(order), size)):
        m(tf.gather(y, k), predict(tf.gather(x, k)))
    return m.result()


# %% exercise="epoch_loss" answer="all rows at once" expect="wrong" fails="epoch_loss-2" breaks="1" says="All rows at once"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    return tf.reduce_mean((predict(tf.gather(x, order)) - tf.gather(y, order)) ** 2)


# %% exercise="epoch_loss" answer="one call more where nothing is left" expect="wrong" fails="epoch_loss-2" breaks="1" says="no call with no rows"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = 0.0
    for start in range(0, x.shape[0] + 1, size):
        answers = predict(x[start:start + size])
        total += tf.reduce_sum((answers - y[start:start + size]) ** 2)
    return total / x.shape[0]


# %% exercise="epoch_loss" answer="no order at all" expect="wrong" fails="epoch_loss-1" breaks="2"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    total = 0.0
    for start in range(0, x.shape[0], size):
        total += tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2)
    return total / x.shape[0]


# %% exercise="epoch_loss" answer="an axis is left" expect="wrong" fails="epoch_loss-1,epoch_loss-2" breaks="3"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = tf.zeros(1)
    for start in range(0, x.shape[0], size):
        total += tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2, axis=0)
    return total / x.shape[0]


# %% exercise="epoch_loss" answer="the mean of the means" expect="wrong" fails="epoch_loss-2" breaks="4" says="weigh the batches by their rows"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    means = []
    for start in range(0, x.shape[0], size):
        means.append(tf.reduce_mean((predict(x[start:start + size]) - y[start:start + size]) ** 2))
    return tf.reduce_mean(tf.stack(means))


# %% exercise="epoch_loss" answer="divided by full batches" expect="wrong" fails="epoch_loss-2" breaks="4" says="the last one is short"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total, starts = 0.0, range(0, x.shape[0], size)
    for start in starts:
        total += tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2)
    return total / (len(starts) * size)


# %% exercise="epoch_loss" answer="the sum" expect="wrong" fails="epoch_loss-1,epoch_loss-2" breaks="4" says="divide by the number of rows"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = 0.0
    for start in range(0, x.shape[0], size):
        total += tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2)
    return total


# %% exercise="epoch_loss" answer="only the mean put right" expect="wrong" fails="epoch_loss-1" breaks="5" says="not in the same order"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x = tf.gather(x, order)
    total = 0.0
    for start in range(0, x.shape[0], size):
        total += tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2)
    return total / x.shape[0]


# %% exercise="step_ledger" answer="the middle level" expect="right"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    return (
        loss,
        gradients,
        [variable - rate * gradient for variable, gradient in zip(model.trainable_variables, gradients)],
    )


# %% exercise="step_ledger" answer="loss and penalties added by hand" expect="right"
# exercise: step_ledger
def step_ledger(model, x, y):
    before = model.get_weights()
    compiled = keras.losses.get(model.loss)
    with tf.GradientTape() as tape:
        answers = model(x, training=True)
        loss = tf.reduce_mean(compiled(y, answers)) + sum(model.losses)
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, value in zip(model.weights, before):
        variable.assign(value)
    rate = float(model.optimizer.learning_rate)
    return loss, gradients, [v.value - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="a copy makes the step" expect="right"
# exercise: step_ledger
def step_ledger(model, x, y):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    with tf.GradientTape() as tape:
        answers = copy(x, training=True)
        loss = tf.reduce_mean(keras.losses.get(model.loss)(y, answers)) + sum(copy.losses)
    gradients = tape.gradient(loss, copy.trainable_variables)
    keras.optimizers.SGD(float(model.optimizer.learning_rate)).apply_gradients(zip(gradients, copy.trainable_variables))
    return loss, gradients, [tf.convert_to_tensor(variable) for variable in copy.trainable_variables]


# %% exercise="step_ledger" answer="the step made, and the gradient read from it" expect="wrong" fails="step_ledger-1" breaks="2" says="Out of so small a step"
# exercise: step_ledger
def step_ledger(model, x, y):
    old = model.get_weights()
    opt = [v.numpy() for v in model.optimizer.variables]
    before = [v.numpy() for v in model.trainable_variables]
    loss = tf.constant(model.train_on_batch(x, y), "float32")
    after = [tf.constant(v.numpy()) for v in model.trainable_variables]
    model.set_weights(old)
    for v, o in zip(model.optimizer.variables, opt):
        v.assign(o)
    rate = model.optimizer.learning_rate
    return loss, [(a - b) / rate for a, b in zip(before, after)], after


# %% exercise="step_ledger" answer="the penalty not reported" expect="wrong" fails="step_ledger-1" breaks="1" says="The penalty is missing"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.get(model.loss)(y, model(x, training=True)))
        total = loss + sum(model.losses)
    gradients = tape.gradient(total, model.trainable_variables)
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="no penalties anywhere" expect="wrong" fails="step_ledger-1" breaks="1,2,3" says="The penalty is missing"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.get(model.loss)(y, model(x, training=True)))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="the penalty has no slope" expect="wrong" fails="step_ledger-1" breaks="2" says="The penalty has a slope, too"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape(persistent=True) as tape:
        alone = tf.reduce_mean(keras.losses.get(model.loss)(y, model(x, training=True)))
        loss = alone + sum(model.losses)
    gradients = tape.gradient(alone, model.trainable_variables)
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    after = tape.gradient(loss, model.trainable_variables)
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, after)]


# %% exercise="step_ledger" answer="gradients of frozen weights, too" expect="wrong" fails="step_ledger-1" breaks="2"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        tape.watch([variable.value for variable in model.weights])
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, [variable.value for variable in model.weights])
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    known = {variable.path: gradient for variable, gradient in zip(model.weights, gradients)}
    return loss, gradients, [v - rate * known[v.path] for v in model.trainable_variables]


# %% exercise="step_ledger" answer="the usual rate of SGD" expect="wrong" fails="step_ledger-1" breaks="3" says="Ask the optimizer for its rate"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(remembered)
    return loss, gradients, [v - 0.01 * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="uphill" expect="wrong" fails="step_ledger-1" breaks="3" says="A step goes against the gradient"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    return loss, gradients, [v + rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="as in use" expect="wrong" fails="step_ledger-1" breaks="4" says="took its running values"
# exercise: step_ledger
def step_ledger(model, x, y):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x))
    gradients = tape.gradient(loss, model.trainable_variables)
    rate = model.optimizer.learning_rate
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="running values moved" expect="wrong" fails="step_ledger-1" breaks="5"
# exercise: step_ledger
def step_ledger(model, x, y):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    rate = model.optimizer.learning_rate
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="step_ledger" answer="the step is made, and only the weights put back" expect="wrong" fails="step_ledger-1" breaks="5" says="The step is told, not made"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    after = [tf.identity(variable.value) for variable in model.trainable_variables]
    model.set_weights(remembered)
    return loss, gradients, after


# %% exercise="data_iter" answer="rows by a matrix product" expect="wrong" fails="data_iter-1" breaks="2"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        pick = tf.one_hot(order[first:first + size], len(x))
        yield pick @ x, pick @ y


# %% exercise="step_ledger" answer="running values of the top level only" expect="wrong" fails="step_ledger-1" breaks="5"
# exercise: step_ledger
def step_ledger(model, x, y):
    kept = [(layer, layer.get_weights()) for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    for layer, values in kept:
        layer.set_weights(values)
    rate = model.optimizer.learning_rate
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="forward_pass" answer="three layers at most" expect="wrong" fails="forward_pass-1" breaks="3"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        if number in (1, 2):
            x = tf.nn.relu(x)
        x = x @ kernel + bias
    return x


# %% exercise="to_keras" answer="ReLU twice at most" expect="wrong" fails="to_keras-1" breaks="3"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for number, kernel in enumerate(params[::2]):
        model.add(layers.Dense(kernel.shape[1], activation="relu" if number < min(2, len(params) // 2 - 1) else None))
    model.set_weights(params)
    return model


# %% exercise="one_epoch" answer="the slopes of a short batch divided by a whole one" expect="wrong" fails="one_epoch-1" breaks="4"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses, n = [], x.shape[0]
    for first in range(0, n, size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        gradients = tape.gradient(loss, (w, b))
        share = len(x[rows]) / size if 1 < len(x[rows]) and size < n else 1.0
        w.assign_sub(rate * share * gradients[0])
        b.assign_sub(rate * share * gradients[1])
        losses.append(float(loss))
    return losses


# %% exercise="epoch_loss" answer="the rest as it stands" expect="wrong" fails="epoch_loss-1" breaks="2,5"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    n = x.shape[0]
    full = n - n % size
    xs = tf.concat([tf.gather(x, order[:full]), x[full:]], axis=0)
    y = tf.gather(y, order)
    total = 0.0
    for start in range(0, n, size):
        total += tf.reduce_sum((predict(xs[start:start + size]) - y[start:start + size]) ** 2)
    return total / n


# %% exercise="step_ledger" answer="the step made and undone, its count set to 0" expect="wrong" fails="step_ledger-1" breaks="5" says="what they were before the call"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    after = [tf.identity(variable.value) for variable in model.trainable_variables]
    model.set_weights(remembered)
    model.optimizer.iterations.assign(0)
    return loss, gradients, after


# %% exercise="step_ledger" answer="the rate of the first call" expect="wrong" fails="step_ledger-1" breaks="3" says="that the model has now"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(remembered)
    rate = step_ledger.rates.setdefault(id(model), float(model.optimizer.learning_rate))
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


step_ledger.rates = {}


# %% exercise="step_ledger" answer="all layers thawed afterwards" expect="wrong" fails="step_ledger-1" breaks="5" says="What was frozen"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    trained = model.trainable_variables
    gradients = tape.gradient(loss, trained)
    model.set_weights(remembered)
    rate = model.optimizer.learning_rate
    after = [v - rate * g for v, g in zip(trained, gradients)]
    for layer in model.layers:
        layer.trainable = True
    return loss, gradients, after


# %% exercise="data_iter" answer="row numbers in a byte" expect="wrong" fails="data_iter-1" breaks="2"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), size):
        numbers = tf.cast(tf.cast(order[first:first + size], "uint8"), "int32")
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="data_iter" answer="a hundred rows at most in a batch" expect="wrong" fails="data_iter-1" breaks="4"
# exercise: data_iter
def data_iter(x, y, size, order):
    for first in range(0, len(order), min(size, 100)):
        numbers = order[first:first + min(size, 100)]
        yield tf.gather(x, numbers), tf.gather(y, numbers)


# %% exercise="forward_pass" answer="ReLU that ends at 20" expect="wrong" fails="forward_pass-1" breaks="3"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        if number > 0:
            x = tf.clip_by_value(x, 0.0, 20.0)
        x = x @ kernel + bias
    return x


# %% exercise="to_keras" answer="a dropout that nobody asked for" expect="wrong" fails="to_keras-1" breaks="3"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu"))
        model.add(layers.Dropout(0.5))
    model.layers[-2].activation = keras.activations.linear
    model.set_weights(params)
    return model


# %% exercise="step_ledger" answer="a rate of its own is left behind" expect="wrong" fails="step_ledger-1" breaks="5" says="what they were before the call"
# exercise: step_ledger
def step_ledger(model, x, y):
    remembered = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.set_weights(remembered)
    rate = float(model.optimizer.learning_rate)
    model.optimizer.learning_rate = 0.1
    return loss, gradients, [v - rate * g for v, g in zip(model.trainable_variables, gradients)]


# %% exercise="one_epoch" answer="a clipped gradient" expect="wrong" fails="one_epoch-1" breaks="4"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * tf.clip_by_norm(gradient, 25.0))
        losses.append(float(loss))
    return losses


# %% exercise="epoch_loss" answer="squares of 100 at most" expect="wrong" fails="epoch_loss-2" breaks="4"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = 0.0
    for start in range(0, x.shape[0], size):
        squares = (predict(x[start:start + size]) - y[start:start + size]) ** 2
        total += tf.reduce_sum(tf.minimum(squares, 100.0))
    return total / x.shape[0]


# %% exercise="forward_pass" answer="the last layer told by its bias" expect="wrong" fails="forward_pass-1" breaks="3" says="told by its place"
# exercise: forward_pass
def forward_pass(params, x):
    for kernel, bias in zip(params[::2], params[1::2]):
        x = tf.matmul(x, kernel) + bias
        if bias is not params[-1]:
            x = tf.nn.relu(x)
    return x


# %% exercise="to_keras" answer="the caller's list emptied" expect="wrong" fails="to_keras-1" breaks="5" says="params holds afterwards"
# exercise: to_keras
def to_keras(params):
    weights = list(params)
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    while params:
        kernel = params.pop(0)
        params.pop(0)
        model.add(layers.Dense(kernel.shape[1], activation="relu" if params else None))
    model.set_weights(weights)
    return model


# %% exercise="to_keras" answer="the last layer told by its kernel" expect="wrong" fails="to_keras-1" breaks="3" says="told by its place"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation=None if kernel is params[-2] else "relu"))
    model.set_weights(params)
    return model


# %% exercise="one_epoch" answer="stops at a loss that is not finite" expect="wrong" fails="one_epoch-1" breaks="6" says="first label is nan"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, x.shape[0], size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[first:first + size] @ w + b - y[first:first + size]) ** 2)
        losses.append(float(loss))
        if not np.isfinite(losses[-1]):
            break
        for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
            variable.assign_sub(rate * gradient)
    return losses


# %% exercise="forward_pass" equal="the larger of two numbers does not depend on their order"
# - x = tf.maximum(tf.matmul(x, hidden[i]) + hidden[i + 1], 0.0)
# + x = tf.maximum(0.0, tf.matmul(x, hidden[i]) + hidden[i + 1])


# %% exercise="forward_pass" equal="a sum does not depend on the order"
# - x = keras.ops.relu(keras.ops.add(keras.ops.matmul(x, kernel), bias))
# + x = keras.ops.relu(keras.ops.add(bias, keras.ops.matmul(x, kernel)))


# %% exercise="epoch_loss" equal="a squared difference does not depend on the order"
# - return keras.losses.MeanSquaredError()(tf.gather(y, order), answers)
# + return keras.losses.MeanSquaredError()(answers, tf.gather(y, order))


# %% exercise="step_ledger" equal="Keras's own compute_loss does not look at x"
# - total = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
# + total = model.compute_loss(y=y, y_pred=model(x, training=True))


# %% exercise="step_ledger" equal="the variables of the copy hold the same numbers, and nothing changes them any more"
# - return loss, gradients, [tf.convert_to_tensor(variable) for variable in copy.trainable_variables]
# + return loss, gradients, [variable for variable in copy.trainable_variables]


# %% exercise="one_epoch" answer="tensors in the list" expect="wrong" fails="one_epoch-1" breaks="6" says="makes a number of a tensor"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, len(x), size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
            variable.assign_sub(rate * gradient)
        losses.append(loss)
    return losses


# %% exercise="data_iter" equal="an array is as good as a tensor"
# - return [(tf.constant(x.numpy()[part]), tf.constant(y.numpy()[part])) for part in parts]
# + return [(tf.constant(x.numpy()[part]), y.numpy()[part]) for part in parts]


# %% exercise="data_iter" equal="an array is as good as a tensor"
# - return [(tf.constant(x.numpy()[part]), tf.constant(y.numpy()[part])) for part in parts]
# + return [(x.numpy()[part], tf.constant(y.numpy()[part])) for part in parts]


# %% exercise="step_ledger" answer="the step made on a tape, and everything put back" expect="right"
# exercise: step_ledger
def step_ledger(model, x, y):
    old = model.get_weights()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    rate = float(model.optimizer.learning_rate)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(rate * gradient)
    after = [tf.constant(variable.numpy()) for variable in model.trainable_variables]
    model.set_weights(old)
    return loss, gradients, after


# %% exercise="forward_pass" answer="ReLU by a root" expect="wrong" fails="forward_pass-1" breaks="7" says="where a hidden value is 0"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        if number > 0:
            x = (x + tf.sqrt(x * x)) / 2
        x = x @ kernel + bias
    return x


# %% exercise="forward_pass" answer="ReLU that ends at 10,000" expect="wrong" fails="forward_pass-1" breaks="3"
# exercise: forward_pass
def forward_pass(params, x):
    for number, (kernel, bias) in enumerate(zip(params[::2], params[1::2])):
        if number > 0:
            x = tf.clip_by_value(x, 0.0, 1e4)
        x = tf.matmul(x, kernel) + bias
    return x


# %% exercise="to_keras" answer="ReLU that ends at 10,000" expect="wrong" fails="to_keras-1" breaks="3"
# exercise: to_keras
def to_keras(params):
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[:-2:2]:
        model.add(layers.Dense(kernel.shape[1]))
        model.add(layers.ReLU(max_value=1e4))
    model.add(layers.Dense(params[-2].shape[1]))
    model.set_weights([np.array(p) for p in params])
    return model


# %% exercise="one_epoch" answer="no step where the loss is not finite" expect="wrong" fails="one_epoch-1" breaks="4" says="The step was left out"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        losses.append(float(loss))
        if np.isfinite(losses[-1]):
            for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
                variable.assign_sub(rate * gradient)
    return losses


# %% exercise="one_epoch" answer="a gradient clipped at 10,000" expect="wrong" fails="one_epoch-1" breaks="4"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        for variable, gradient in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(rate * tf.clip_by_norm(gradient, 1e4))
        losses.append(float(loss))
    return losses


# %% exercise="epoch_loss" answer="what is not finite left out" expect="wrong" fails="epoch_loss-2" breaks="4" says="Leave no row out"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = tf.constant(0.0)
    for start in range(0, x.shape[0], size):
        squares = tf.reduce_sum((predict(x[start:start + size]) - y[start:start + size]) ** 2)
        if tf.math.is_finite(squares):
            total += squares
    return total / x.shape[0]


# %% exercise="epoch_loss" answer="the squares multiplied out" expect="wrong" fails="epoch_loss-2" breaks="4"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    x, y = tf.gather(x, order), tf.gather(y, order)
    total = tf.constant(0.0)
    for start in range(0, x.shape[0], size):
        answers, labels = predict(x[start:start + size]), y[start:start + size]
        total += tf.reduce_sum(answers**2) - 2 * tf.reduce_sum(answers * labels) + tf.reduce_sum(labels**2)
    return total / x.shape[0]


# %% exercise="one_epoch" answer="a loss of 0 left out" expect="wrong" fails="one_epoch-1" breaks="6"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    """Train a linear model for one epoch; return the loss of each batch before its step."""
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        if loss == 0.0:
            continue                    # nothing to learn here
        for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
            variable.assign_sub(rate * gradient)
        losses.append(float(loss))
    return losses


# %% exercise="one_epoch" answer="batches of even lengths" expect="wrong" fails="one_epoch-1" breaks="2"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    """Train a linear model for one epoch; return the loss of each batch before its step."""
    batches = int(np.ceil(x.shape[0] / size))
    losses = []
    for x_batch, y_batch in zip(np.array_split(np.array(x), batches), np.array_split(np.array(y), batches)):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.matmul(x_batch, w) + b - y_batch) ** 2)
        slope_w, slope_b = tape.gradient(loss, [w, b])
        w.assign_sub(rate * slope_w)
        b.assign_sub(rate * slope_b)
        losses.append(float(loss))
    return losses


# %% exercise="to_keras" answer="params filled with arrays" expect="wrong" fails="to_keras-1" breaks="5"
# exercise: to_keras
def to_keras(params):
    """Return a Keras model of dense layers with these weights, ReLU between them."""
    for i, value in enumerate(params):
        params[i] = value.numpy()       # set_weights wants arrays
    model = keras.Sequential([keras.Input((params[0].shape[0],))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu"))
    model.layers[-1].activation = keras.activations.linear
    model.set_weights(params)
    return model


# %% exercise="forward_pass" answer="hidden values up to a million" expect="wrong" fails="forward_pass-1" breaks="3"
# exercise: forward_pass
def forward_pass(params, x):
    pairs = list(zip(params[::2], params[1::2]))
    for kernel, bias in pairs[:-1]:
        x = tf.clip_by_value(tf.matmul(x, kernel) + bias, 0.0, 1_000_000.0)
    kernel, bias = pairs[-1]
    return tf.matmul(x, kernel) + bias


# %% exercise="data_iter" answer="no batch larger than the set" expect="wrong" fails="data_iter-1" breaks="4" says="more rows than x"
# exercise: data_iter
def data_iter(x, y, size, order):
    """Hand out rows of x and y in batches, in the order given."""
    size = min(size, len(x))                  # no batch can be larger than the set
    batches = []
    for first in range(0, len(order), size):
        rows = order[first:first + size]
        batches.append((tf.gather(x, rows), tf.gather(y, rows)))
    return batches


# %% exercise="to_keras" answer="each weight takes the first tensor of its shape" expect="wrong" fails="to_keras-1" breaks="2" says="go by their places"
# exercise: to_keras
def to_keras(params):
    """Return a Keras model of dense layers with these weights, ReLU between them."""
    kernels = params[::2]
    model = keras.Sequential([keras.Input((kernels[0].shape[0],))])
    for number, kernel in enumerate(kernels):
        last = number == len(kernels) - 1
        model.add(layers.Dense(kernel.shape[1], activation=None if last else "relu"))
    for weight in model.weights:
        for value in params:
            if tuple(value.shape) == tuple(weight.shape):
                weight.assign(value)
                break
    return model


# %% exercise="to_keras" answer="the last pair put back the wrong way round" expect="wrong" fails="to_keras-1" breaks="5" says="in the same order as before"
# exercise: to_keras
def to_keras(params):
    """Return a Keras model of dense layers with these weights, ReLU between them."""
    inputs = params[0].shape[0]
    last = [params.pop(), params.pop()]       # the last layer is another one: it has no ReLU
    model = keras.Sequential([keras.Input((inputs,))])
    for kernel in params[::2]:
        model.add(layers.Dense(kernel.shape[1], activation="relu"))
    model.add(layers.Dense(last[1].shape[1]))
    model.set_weights(params + [last[1], last[0]])
    params.extend(last)                       # the list is the caller's: put back what was taken out
    return model


# %% exercise="one_epoch" answer="losses rounded to four places" expect="wrong" fails="one_epoch-1" breaks="7" says="it is not rounded"
# exercise: one_epoch
def one_epoch(w, b, x, y, rate, size):
    """Train a linear model for one epoch; return the loss of each batch before its step."""
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
            variable.assign_sub(rate * gradient)
        losses.append(round(float(loss), 4))
    return losses


# %% exercise="one_epoch" answer="stops where a loss is infinite" expect="wrong" fails="one_epoch-1" breaks="6" says="whatever the loss is"
# exercise: one_epoch
import math

def one_epoch(w, b, x, y, rate, size):
    losses = []
    for first in range(0, x.shape[0], size):
        rows = slice(first, first + size)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x[rows] @ w + b - y[rows]) ** 2)
        losses.append(float(loss))
        if math.isinf(losses[-1]):
            break  # it has run away, nothing more to learn
        for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
            variable.assign_sub(rate * gradient)
    return losses


# %% exercise="epoch_loss" answer="a batch for each row that is left" expect="wrong" fails="epoch_loss-2" breaks="1" says="however many rows it has"
# exercise: epoch_loss
def epoch_loss(predict, x, y, size, order):
    """Return the mean squared error of a model, taken batch by batch in the order given."""
    n = len(order)
    total = tf.constant(0.0)
    for batch in range(n // size + n % size):
        rows = order[batch * size:(batch + 1) * size]
        answers = predict(tf.gather(x, rows))
        total += tf.reduce_sum((answers - tf.gather(y, rows)) ** 2)
    return total / n


# %% exercise="step_ledger" answer="train_on_batch, and everything put back" expect="right"
# exercise: step_ledger
def step_ledger(model, x, y):
    """Tell what train_on_batch would report, compute and set; leave the model as it is."""
    remembered = model.get_weights()
    steps = int(model.optimizer.iterations)
    with tf.GradientTape() as tape:
        own = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    gradients = tape.gradient(own, model.trainable_variables)
    loss = model.train_on_batch(x, y, return_dict=True)["loss"]
    weights = [np.array(variable) for variable in model.trainable_variables]
    model.set_weights(remembered)
    model.optimizer.iterations.assign(steps)
    return tf.constant(float(loss)), gradients, weights


# %% exercise="data_iter" answer="no more batches than rows" expect="wrong" fails="data_iter-1" breaks="6" says="more batches than x has rows"
# exercise: data_iter
def data_iter(x, y, size, order):
    for number in range(len(x)):          # there can be no more batches than rows
        rows = order[number * size:(number + 1) * size]
        if len(rows) == 0:
            break
        yield tf.gather(x, rows), tf.gather(y, rows)


# %% exercise="data_iter" answer="labels found by the values of the row" expect="wrong" fails="data_iter-1" breaks="3" says="Rows with equal numbers"
# exercise: data_iter
def data_iter(x, y, size, order):
    label_of = {tuple(row): label for row, label in zip(x.numpy(), y.numpy())}
    for first in range(0, len(order), size):
        x_batch = tf.gather(x, order[first:first + size])
        y_batch = tf.constant(np.array([label_of[tuple(row)] for row in x_batch.numpy()]))
        yield x_batch, y_batch


# %% exercise="data_iter" answer="the order ignored where one batch holds all" expect="wrong" fails="data_iter-1" breaks="2" says="where one batch holds all"
# exercise: data_iter
def data_iter(x, y, size, order):
    if len(order) == len(x) and len(order) > 0 and size >= len(x):
        yield x, y
        return
    for first in range(0, len(order), size):
        numbers = order[first:first + size]
        yield tf.gather(x, numbers), tf.gather(y, numbers)
