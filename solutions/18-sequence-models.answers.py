# %% [markdown]
# # Answer bank: sequence models
#
# Other right answers to the exercises of `18-sequence-models.py`, which must earn every point, and wrong ones that people give, each with the graded cell that must fail. Every cell is the content of a whole solution cell.


# %% exercise="rnn" answer="a loop" expect="right"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="Keras's layer with the weights set" expect="right"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    layer = layers.SimpleRNN(kernel.shape[1], return_sequences=True)
    layer.build(x.shape)
    layer.set_weights([kernel, recurrent, bias])
    return layer(x, initial_state=[start])


# %% exercise="rnn" answer="one product for both" expect="right"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    both = tf.concat([kernel, recurrent], axis=0)
    states = [start]
    for now in tf.unstack(x, axis=1):
        states.append(tf.math.tanh(tf.nn.bias_add(tf.matmul(tf.concat([now, states[-1]], axis=1), both), bias)))
    return tf.concat([state[:, tf.newaxis] for state in states[1:]], axis=1)


# %% exercise="rnn" answer="the last state alone" expect="wrong" fails="rnn-1" breaks="1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return state


# %% exercise="rnn" answer="the steps first" expect="wrong" fails="rnn-1" breaks="1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=0)


# %% exercise="rnn" answer="the start among the states" expect="wrong" fails="rnn-1" breaks="1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, [start]
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states[:-1], axis=1)


# %% exercise="rnn" answer="tanh forgotten" expect="wrong" fails="rnn-1" breaks="2" says="tanh is missing"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = x[:, step] @ kernel + state @ recurrent + bias
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="sigmoid" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.sigmoid(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="recurrent turned" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ tf.transpose(recurrent) + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="no bias" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="the bias outside tanh" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent) + bias
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="zeros at the start" expect="wrong" fails="rnn-1" breaks="3" says="begin with `start`"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = tf.zeros_like(start), []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="always from the start" expect="wrong" fails="rnn-1" breaks="3"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + start @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="read from the end" expect="wrong" fails="rnn-1" breaks="1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in reversed(range(x.shape[1])):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="lstm" answer="a loop, and split" expect="right"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="Keras's layer with the weights set" expect="right"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    layer = layers.LSTM(recurrent.shape[0], return_state=True)
    layer.build(x.shape)
    layer.set_weights([kernel, recurrent, bias])
    _, h, c = layer(x)
    return h, c


# %% exercise="lstm" answer="slices, and a scan" expect="right"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    u = recurrent.shape[0]

    def step(state, now):
        z = now + state[0] @ recurrent
        c = state[1] * ops.sigmoid(z[:, u:2 * u]) + ops.sigmoid(z[:, :u]) * ops.tanh(z[:, 2 * u:3 * u])
        return ops.tanh(c) * ops.sigmoid(z[:, 3 * u:]), c

    nothing = tf.zeros((x.shape[0], u))
    h, c = tf.scan(step, tf.transpose(x @ kernel + bias, [1, 0, 2]), initializer=(nothing, nothing))
    return h[-1], c[-1]


# %% exercise="lstm" answer="c before h" expect="wrong" fails="lstm-1" breaks="1" says="c stands before h"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return c, h


# %% exercise="lstm" answer="the states after the first step" expect="wrong" fails="lstm-1" breaks="1"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
        break
    return h, c


# %% exercise="lstm" answer="a start of ones" expect="wrong" fails="lstm-1" breaks="2"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.ones((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="forgets at each step" expect="wrong" fails="lstm-1" breaks="5" says="The old cell state is lost"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        c = tf.zeros_like(h)
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="order i, f, o, proposal" expect="wrong" fails="lstm-1" breaks="3"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, o, new = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="order f, i, proposal, o" expect="wrong" fails="lstm-1" breaks="3"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        f, i, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="units before gates" expect="wrong" fails="lstm-1" breaks="3"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.unstack(tf.reshape(x[:, step] @ kernel + h @ recurrent + bias, (x.shape[0], -1, 4)), axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="the proposal through the sigmoid" expect="wrong" fails="lstm-1" breaks="4"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.sigmoid(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="the proposal as it is" expect="wrong" fails="lstm-1" breaks="4" says="The proposal goes through tanh"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * new
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="gates through tanh" expect="wrong" fails="lstm-1" breaks="4"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.tanh(f) * c + tf.tanh(i) * tf.tanh(new)
        h = tf.tanh(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="1 - forget in place of the input gate" expect="wrong" fails="lstm-1" breaks="5"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + (1 - tf.sigmoid(f)) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="lstm" answer="h without tanh" expect="wrong" fails="lstm-1" breaks="6" says="h is output"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * c
    return h, c


# %% exercise="lstm" answer="h of the old c" expect="wrong" fails="lstm-1" breaks="6"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, new, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        old = c
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.sigmoid(o) * tf.tanh(old)
    return h, c


# %% exercise="attention" answer="softmax between two where" expect="right"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9))
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="minus infinity, and nan put right" expect="right"
# exercise: attention
def attention(q, k, v, mask):
    scores = ops.einsum("bnd,bmd->bnm", q, k) / k.shape[2] ** 0.5
    weights = tf.nn.softmax(tf.where(mask, scores, -np.inf))
    weights = tf.where(tf.math.is_nan(weights), 0.0, weights)
    return ops.einsum("bnm,bme->bne", weights, v), weights


# %% exercise="attention" answer="query by query" expect="right"
# exercise: attention
def attention(q, k, v, mask):
    outputs, shares = [], []
    for queries, keys, values, look in zip(q, k, v, mask):
        rows = []
        for query, may in zip(queries, look):
            scores = tf.linalg.matvec(keys, query) / keys.shape[-1] ** 0.5
            places = tf.where(may)
            row = tf.nn.softmax(tf.boolean_mask(scores, may))
            rows.append(tf.scatter_nd(places, row, [tf.shape(keys, tf.int64)[0]]))
        shares.append(tf.stack(rows))
        outputs.append(shares[-1] @ values)
    return tf.stack(outputs), tf.stack(shares)


# %% exercise="attention" answer="the distance in place of the product" expect="wrong" fails="attention-1" breaks="1"
# exercise: attention
def attention(q, k, v, mask):
    scores = -tf.reduce_sum((q[:, :, None] - k[:, None]) ** 2, axis=-1) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="lengths divided out, as in a cosine" expect="wrong" fails="attention-1" breaks="1"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(tf.math.l2_normalize(q, axis=-1), tf.math.l2_normalize(k, axis=-1), transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="not divided" expect="wrong" fails="attention-1" breaks="2" says="not divided by √d"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True)
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="divided by d" expect="wrong" fails="attention-1" breaks="2" says="the root of d, not by d"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / float(q.shape[-1])
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="the root of how many keys" expect="wrong" fails="attention-1" breaks="2" says="not of how many there are"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(k.shape[1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="softmax over the queries" expect="wrong" fails="attention-1" breaks="3" says="went over the queries"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="softmax over everything" expect="wrong" fails="attention-1" breaks="3"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.exp(tf.where(mask, scores, -1e9)) / tf.reduce_sum(tf.exp(tf.where(mask, scores, -1e9)), axis=(1, 2), keepdims=True)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="the mask after the softmax" expect="wrong" fails="attention-1" breaks="4" says="has taken its share"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="the mask turned around" expect="wrong" fails="attention-1" breaks="4"
# exercise: attention
def attention(q, k, v, mask):
    mask = ~mask
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="scores multiplied by the mask" expect="wrong" fails="attention-1" breaks="4" says="still has a share"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(scores * tf.cast(mask, tf.float32), axis=-1)
    weights = tf.where(tf.reduce_any(mask, axis=-1, keepdims=True), weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="masked scores of -5" expect="wrong" fails="attention-1" breaks="4"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -5.0), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="the sum of the values" expect="wrong" fails="attention-1" breaks="5" says="The sum of the values"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(tf.ones_like(weights) * tf.cast(mask, tf.float32), v), weights


# %% exercise="attention" answer="values of the best key" expect="wrong" fails="attention-1" breaks="5"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.gather(v, tf.argmax(weights, axis=-1), batch_dims=1), weights


# %% exercise="attention" answer="nan where there is no key" expect="wrong" fails="attention-1" breaks="6"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -np.inf), axis=-1)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="equal shares where there is no key" expect="wrong" fails="attention-1" breaks="6"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    return tf.matmul(weights, v), weights


# %% exercise="positions" answer="broadcasting" expect="right"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="column by column" expect="right"
# exercise: positions
def positions(places, d, base=10000.0):
    places = tf.cast(places, tf.float32)
    columns = []
    for wave in (tf.sin, tf.cos):
        for j in range(d // 2):
            columns.append(wave(places / base ** (2 * j / d)))
    return tf.stack(columns, axis=-1)


# %% exercise="positions" answer="NumPy, then float32" expect="right"
# exercise: positions
def positions(places, d, base=10000.0):
    angles = np.multiply.outer(places.numpy(), np.exp(-np.log(base) * np.arange(0, d, 2) / d))
    return tf.constant(np.concatenate([np.sin(angles), np.cos(angles)], axis=-1), tf.float32)


# %% exercise="positions" answer="for rows only" expect="wrong" fails="positions-1" breaks="1"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.reshape(tf.cast(places, tf.float32), (-1, 1)) * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="counted, not read" expect="wrong" fails="positions-1" breaks="3"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    counted = tf.reshape(tf.range(tf.size(places)), tf.shape(places))
    angles = tf.cast(counted, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="float64" expect="wrong" fails="positions-1" breaks="1"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.cast(tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1), tf.float64)


# %% exercise="positions" answer="sines and cosines in turn" expect="wrong" fails="positions-1" breaks="3" says="before the cosines"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.reshape(tf.stack([tf.sin(angles), tf.cos(angles)], axis=-1), (*places.shape, d))


# %% exercise="positions" answer="cosines first" expect="wrong" fails="positions-1" breaks="3" says="Sines come first"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.cos(angles), tf.sin(angles)], axis=-1)


# %% exercise="positions" answer="the exponent without its 2" expect="wrong" fails="positions-1" breaks="2" says="The exponent is"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-1.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="base not used" expect="wrong" fails="positions-1" breaks="2" says="was not used"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = 10000.0 ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="waves that become shorter" expect="wrong" fails="positions-1" breaks="2"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="from j = 1 on" expect="wrong" fails="positions-1" breaks="2"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(1, d // 2 + 1, dtype=tf.float32) / d)
    angles = tf.cast(places, tf.float32)[..., tf.newaxis] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="reader" answer="three words changed" expect="right"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="an own mean, with the mask" expect="right"
# exercise: reader
class WordMean(layers.Layer):
    def call(self, states, mask=None):
        real = ops.cast(mask, "float32")[..., None]
        return ops.sum(states * real, axis=1) / ops.sum(real, axis=1)


def reader(words, units):
    parts = [layers.Embedding(words, 8, mask_zero=True), layers.LSTM(units, return_sequences=True), WordMean()]
    return keras.Sequential([keras.Input((None,), dtype="int32"), *parts, layers.Dense(1, activation="sigmoid")])


# %% exercise="reader" answer="the mask handed on by hand" expect="right"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    real = ops.not_equal(text, 0)
    states = layers.LSTM(units, return_sequences=True)(layers.Embedding(words, 8)(text), mask=real)
    mean = layers.GlobalAveragePooling1D()(states, mask=real)
    return keras.Model(text, ops.sigmoid(layers.Dense(1)(mean)))


# %% exercise="reader" answer="twenty words" expect="wrong" fails="reader-1" breaks="1"
# exercise: reader
def reader(words, units):
    text = keras.Input((20,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="the last state" expect="wrong" fails="reader-1" breaks="2" says="This is the last state"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units)(vectors)
    whole = states
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="the largest left" expect="wrong" fails="reader-1" breaks="2"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalMaxPooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="both ends of reading" expect="wrong" fails="reader-1" breaks="2"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True, go_backwards=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="no sigmoid" expect="wrong" fails="reader-1" breaks="3"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1)(whole))


# %% exercise="reader" answer="tanh for the sigmoid" expect="wrong" fails="reader-1" breaks="3"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="tanh")(whole))


# %% exercise="reader" answer="no mask" expect="wrong" fails="reader-1" breaks="4"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="the mask lost before the mean" expect="wrong" fails="reader-1" breaks="4"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = ops.mean(states, axis=1)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="vectors of zeros, but no mask" expect="wrong" fails="reader-1" breaks="4"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    real = ops.expand_dims(ops.cast(ops.not_equal(text, 0), "float32"), -1)
    states = layers.LSTM(units, return_sequences=True)(layers.Embedding(words, 8)(text) * real)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling1D()(states)))


# %% exercise="causal_block" answer="layers made in build" expect="right"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="a triangle as mask" expect="right"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        places = tf.range(tf.shape(x)[1])
        triangle = places[:, tf.newaxis] >= places
        x = self.norms[0](layers.add([self.attention(x, x, attention_mask=triangle[tf.newaxis]), x]))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="a functional model inside" expect="right"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[2]
        x = keras.Input((None, width))
        seen = layers.MultiHeadAttention(num_heads=self.heads, key_dim=width // self.heads)(x, x, use_causal_mask=True)
        middle = layers.LayerNormalization()(layers.Add()([x, seen]))
        inner = layers.ReLU()(layers.Dense(width * 2)(middle))
        end = layers.LayerNormalization()(layers.Add()([middle, layers.Dense(width)(inner)]))
        self.block = keras.Model(x, end)

    def call(self, x):
        return self.block(x)


# %% exercise="causal_block" answer="each head as wide as all" expect="wrong" fails="causal_block-1" breaks="1"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="one head" expect="wrong" fails="causal_block-1" breaks="1"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(1, width)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="sees everything" expect="wrong" fails="causal_block-1" breaks="2"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="sees what comes, not what was" expect="wrong" fails="causal_block-1" breaks="2"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, attention_mask=tf.linalg.band_part(tf.ones((1, x.shape[1], x.shape[1]), tf.bool), 0, -1)))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="sees itself only" expect="wrong" fails="causal_block-1" breaks="2"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, attention_mask=tf.eye(x.shape[1], dtype=tf.bool)[tf.newaxis]))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="sees only what was before" expect="wrong" fails="causal_block-1" breaks="2"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, attention_mask=tf.linalg.band_part(tf.ones((1, x.shape[1], x.shape[1])), -1, 0) - tf.eye(x.shape[1]) > 0))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="no first shortcut" expect="wrong" fails="causal_block-1" breaks="3"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="normalised before" expect="wrong" fails="causal_block-1" breaks="3,5"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        y = self.norms[0](x)
        x = x + self.attention(y, y, use_causal_mask=True)
        return x + self.outer(self.inner(self.norms[1](x)))


# %% exercise="causal_block" answer="added after the first normalisation" expect="wrong" fails="causal_block-1" breaks="3"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = x + self.norms[0](self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="no ReLU" expect="wrong" fails="causal_block-1" breaks="4"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width)
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="ReLU at both" expect="wrong" fails="causal_block-1" breaks="4"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width, activation="relu")
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="four times as wide inside" expect="wrong" fails="causal_block-1" breaks="4"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(4 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="no second shortcut" expect="wrong" fails="causal_block-1" breaks="5"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](self.outer(self.inner(x)))


# %% exercise="causal_block" answer="the second shortcut from the very beginning" expect="wrong" fails="causal_block-1" breaks="5"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        first = x
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](first + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="no second normalisation" expect="wrong" fails="causal_block-1" breaks="5"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return x + self.outer(self.inner(x)) + 0 * self.norms[1](x)


# %% exercise="rnn" answer="reshaped in place of turned" expect="wrong" fails="rnn-1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.reshape(tf.stack(states), (x.shape[0], x.shape[1], -1))


# %% exercise="attention" answer="masked scores are -50" expect="wrong" fails="attention-1"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    weights = tf.nn.softmax(tf.where(mask, scores, -50.0), axis=-1)
    weights = tf.where(tf.reduce_any(mask, axis=-1, keepdims=True), weights, 0.0)
    return weights @ v, weights


# %% exercise="attention" answer="put to 0 after the output" expect="wrong" fails="attention-1"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    return weights @ v, tf.where(mask, weights, 0.0)


# %% exercise="positions" answer="a table up to the largest place" expect="error" fails="positions-1"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2 * tf.range(d // 2, dtype=tf.float32) / d)
    last = int(tf.reduce_max(places))
    angles = tf.range(last + 1, dtype=tf.float32)[:, tf.newaxis] * rates
    table = tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)
    return tf.gather(table, places)


# %% exercise="positions" answer="another base by itself" expect="wrong" fails="positions-1"
# exercise: positions
def positions(places, d, base=1000.0):
    rates = base ** (-2 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places[..., tf.newaxis], tf.float32) * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="reader" answer="divided by the longest text" expect="wrong" fails="reader-1"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    words_there = ops.cast(text > 0, "float32")[:, :, None]
    whole = ops.sum(states * words_there, axis=1) / ops.max(ops.sum(words_there, axis=1))
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="numbers in place of words" expect="wrong" fails="reader-1" says="unless it is told"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,))
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="causal_block" answer="a mask of the first length" expect="error" fails="causal_block-1"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        _, places, width = input_shape
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.hidden = layers.Dense(2 * width, activation="relu")
        self.back = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
        self.mask = np.tri(places, dtype=bool)[None]

    def call(self, x):
        first, second = self.norms
        x = first(x + self.attention(x, x, attention_mask=self.mask))
        return second(x + self.back(self.hidden(x)))


# %% exercise="causal_block" answer="another epsilon" expect="wrong" fails="causal_block-1" says="in both normalisations"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.hidden = layers.Dense(2 * width, activation="relu")
        self.back = layers.Dense(width)
        self.norms = [layers.LayerNormalization(epsilon=1e-6), layers.LayerNormalization(epsilon=1e-6)]

    def call(self, x):
        first, second = self.norms
        x = first(x + self.attention(x, x, use_causal_mask=True))
        return second(x + self.back(self.hidden(x)))


# %% exercise="attention" answer="asked for all queries at once whether there is a key" expect="wrong" fails="attention-1" breaks="6" says="Each query for itself"
# exercise: attention
def attention(q, k, v, mask):
    if not tf.reduce_any(mask):
        return tf.zeros((*q.shape[:2], v.shape[-1])), tf.zeros(mask.shape)
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    weights = tf.nn.softmax(tf.where(mask, scores, -1e9), axis=-1)
    return weights @ v, weights


# %% exercise="attention" answer="masked scores are -1000" expect="wrong" fails="attention-1" breaks="4" says="take a far lower one"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    weights = tf.nn.softmax(tf.where(mask, scores, -1000.0), axis=-1)
    weights = tf.where(tf.reduce_any(mask, axis=-1, keepdims=True), weights, 0.0)
    return weights @ v, weights


# %% exercise="positions" answer="places up to a hundred" expect="wrong" fails="positions-1" breaks="3"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(tf.minimum(places, 100), tf.float32)[..., None] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="positions" answer="places in half precision" expect="wrong" fails="positions-1" breaks="3"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(tf.cast(places, tf.float16), tf.float32)[..., None] * rates
    return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


# %% exercise="reader" answer="dropout while it trains" expect="wrong" fails="reader-1" breaks="5" says="not in training either"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True, dropout=0.5)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="sixteen words are read" expect="wrong" fails="reader-1" breaks="1"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    cut = layers.Lambda(lambda t: t[:, :16])(text)
    vectors = layers.Embedding(words, 8, mask_zero=True)(cut)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="causal_block" answer="one normalisation, used twice" expect="wrong" fails="causal_block-1" breaks="5" says="a layer of its own"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.first, self.second = layers.LayerNormalization(), layers.LayerNormalization()
        self.first.build(input_shape)
        self.second.build(input_shape)

    def call(self, x):
        x = self.first(x + self.attention(x, x, use_causal_mask=True))
        return self.first(x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="dropout while it trains" expect="wrong" fails="causal_block-1" breaks="6" says="not in training either"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.look = layers.MultiHeadAttention(self.heads, width // self.heads, dropout=0.5)
        self.think = keras.Sequential([layers.Dense(2 * width, activation="relu"), layers.Dense(width)])
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        seen = self.norms[0](x + self.look(x, x, use_causal_mask=True))
        return self.norms[1](seen + self.think(seen))


# %% exercise="causal_block" answer="sees the last eight places only" expect="wrong" fails="causal_block-1" breaks="2"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.look = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.think = keras.Sequential([layers.Dense(2 * width, activation="relu"), layers.Dense(width)])
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        places = tf.range(tf.shape(x)[1])
        behind = places[:, tf.newaxis] - places
        seen = self.norms[0](x + self.look(x, x, attention_mask=((behind >= 0) & (behind < 8))[tf.newaxis]))
        return self.norms[1](seen + self.think(seen))


# %% exercise="rnn" answer="the two kernels change places where they fit" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    if kernel.shape == recurrent.shape and kernel.shape[0] > 1:
        kernel, recurrent = recurrent, kernel
    state, states = start, []
    for step in range(x.shape[1]):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="attention" answer="scores cut at 80" expect="wrong" fails="attention-1" breaks="3" says="lose their difference"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    scores = tf.clip_by_value(scores, -80.0, 80.0)
    shares = tf.exp(scores) * tf.cast(mask, tf.float32)
    weights = tf.math.divide_no_nan(shares, tf.reduce_sum(shares, -1, keepdims=True))
    return weights @ v, weights


# %% exercise="rnn" answer="tanh by its formula" expect="wrong" fails="rnn-1" breaks="2" says="more than float32 holds"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    def tanh(z):
        up, down = tf.exp(z), tf.exp(-z)
        return (up - down) / (up + down)

    state, states = start, []
    for step in range(x.shape[1]):
        state = tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="lstm" answer="the sigmoid by its formula" expect="wrong" fails="lstm-1" breaks="4" says="more than float32 holds"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    def sigmoid(z):
        return tf.exp(z) / (1.0 + tf.exp(z))

    h = c = tf.zeros((x.shape[0], bias.shape[0] // 4))
    for step in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * tf.tanh(g)
        h = sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="reader" answer="a vector of zeros counts as no word" expect="wrong" fails="reader-1" breaks="2"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8)(text)
    vectors = vectors * ops.cast(text != 0, "float32")[:, :, None]
    states = layers.LSTM(units, return_sequences=True)(layers.Masking(0.0)(vectors))
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="causal_block" answer="a triangle for a length that is known" expect="error" fails="causal_block-1" breaks="7"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        n = x.shape[1]
        triangle = np.tril(np.ones((1, n, n), bool))
        x = self.norms[0](x + self.attention(x, x, attention_mask=triangle))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="causal_block" answer="256 places at most" expect="error" fails="causal_block-1" breaks="2"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner, self.outer = layers.Dense(2 * width, activation="relu"), layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
        self.triangle = np.tril(np.ones((256, 256), bool))

    def call(self, x):
        n = ops.shape(x)[1]
        triangle = ops.convert_to_tensor(self.triangle)[None, :n, :n]
        x = self.norms[0](x + self.attention(x, x, attention_mask=triangle))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="lstm" answer="c kept within ten" expect="wrong" fails="lstm-1" breaks="5" says="c has no bounds"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = tf.clip_by_value(tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g), -10.0, 10.0)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h, c


# %% exercise="rnn" answer="a hundred steps at most" expect="wrong" fails="rnn-1" breaks="1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    state, states = start, []
    for step in range(min(x.shape[1], 100)):
        state = tf.tanh(x[:, step] @ kernel + state @ recurrent + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="positions" answer="the cosine as a shifted sine" expect="wrong" fails="positions-1" breaks="3" says="of the angle itself"
# exercise: positions
def positions(places, d, base=10000.0):
    rates = base ** (-2.0 * tf.range(d // 2, dtype=tf.float32) / d)
    angles = tf.cast(places[..., tf.newaxis], tf.float32) * rates
    return tf.sin(tf.concat([angles, angles + np.float32(np.pi / 2)], axis=-1))


# %% exercise="reader" answer="256 words are read" expect="wrong" fails="reader-1" breaks="1"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text[:, :256])
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = layers.GlobalAveragePooling1D()(states)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="only the dense layer learns" expect="wrong" fails="reader-1" breaks="5" says="nothing stops their gradients"
# exercise: reader
def reader(words, units):
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True)(vectors)
    whole = ops.stop_gradient(layers.GlobalAveragePooling1D()(states))
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="reader" answer="words counted by states other than 0" expect="wrong" fails="reader-1" breaks="2" says="let the mask count them"
# exercise: reader
def reader(words, units):
    """Return a model that reads padded texts."""
    text = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(words, 8, mask_zero=True)(text)
    states = layers.LSTM(units, return_sequences=True, zero_output_for_mask=True)(vectors)
    is_word = ops.cast(ops.any(ops.not_equal(states, 0.0), axis=-1, keepdims=True), "float32")
    whole = ops.sum(states, axis=1) / ops.sum(is_word, axis=1)
    return keras.Model(text, layers.Dense(1, activation="sigmoid")(whole))


# %% exercise="causal_block" answer="one number of heads for all blocks" expect="wrong" fails="causal_block-1" breaks="1"
# exercise: causal_block
class CausalBlock(layers.Layer):
    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        CausalBlock.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]

    def call(self, x):
        x = self.norms[0](x + self.attention(x, x, use_causal_mask=True))
        return self.norms[1](x + self.outer(self.inner(x)))


# %% exercise="reader" equal="the LSTM hands the mask that it was given on to the next layer"
# - mean = layers.GlobalAveragePooling1D()(states, mask=real)
# + mean = layers.GlobalAveragePooling1D()(states)


# %% exercise="lstm" answer="the sigmoid overflows in float64, too" expect="wrong" fails="lstm-1" breaks="4"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    x, kernel, recurrent, bias = [np.array(a, "float64") for a in (x, kernel, recurrent, bias)]
    units = recurrent.shape[0]
    h = c = np.zeros((x.shape[0], units))

    def sigmoid(z):
        return np.exp(z) / (1 + np.exp(z))

    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent + bias
        i, f, g, o = np.split(z, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return tf.constant(h, tf.float32), tf.constant(c, tf.float32)


# %% exercise="lstm" answer="tanh by exp" expect="wrong" fails="lstm-1" breaks="6"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    x, kernel, recurrent, bias = [np.array(a, "float64") for a in (x, kernel, recurrent, bias)]
    units = kernel.shape[1] // 4
    h = np.zeros((len(x), units))
    c = np.zeros((len(x), units))

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def tanh(z):
        return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)

    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent + bias
        gate_in = sigmoid(z[:, :units])
        gate_forget = sigmoid(z[:, units:2 * units])
        proposal = tanh(z[:, 2 * units:3 * units])
        gate_out = sigmoid(z[:, 3 * units:])
        c = gate_forget * c + gate_in * proposal
        h = gate_out * tanh(c)
    return tf.constant(h, tf.float32), tf.constant(c, tf.float32)


# %% exercise="rnn" answer="tanh by exp" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    x, state, kernel, recurrent, bias = [np.array(a, "float64") for a in (x, start, kernel, recurrent, bias)]
    states = []
    for step in range(x.shape[1]):
        e = np.exp(2 * (x[:, step] @ kernel + state @ recurrent + bias))
        state = (e - 1) / (e + 1)
        states.append(state)
    return tf.constant(np.stack(states, axis=1), tf.float32)


# %% exercise="lstm" answer="NumPy returns" expect="right"
# exercise: lstm
import functools


def lstm(x, kernel, recurrent, bias):
    x, kernel, recurrent, bias = [np.array(a, "float64") for a in (x, kernel, recurrent, bias)]

    def step(state, now):
        h, c = state
        parts = np.split(now @ kernel + h @ recurrent + bias, 4, axis=-1)
        i, f, o = [0.5 + 0.5 * np.tanh(parts[place] / 2) for place in (0, 1, 3)]
        c = f * c + i * np.tanh(parts[2])
        return o * np.tanh(c), c

    zeros = np.zeros((len(x), len(recurrent)))
    h, c = functools.reduce(step, np.swapaxes(x, 0, 1), (zeros, zeros))
    return h.astype("float32"), c.astype("float32")


# %% exercise="causal_block" answer="a triangle for the first length" expect="error" fails="causal_block-1"
# exercise: causal_block
class CausalBlock(layers.Layer):
    """A Transformer block in which no place sees a later one."""

    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape):
        width = input_shape[-1]
        longest = input_shape[1] or 1000
        self.triangle = np.tril(np.ones((1, longest, longest), dtype="bool"))
        self.attention = layers.MultiHeadAttention(self.heads, width // self.heads)
        self.inner = layers.Dense(2 * width, activation="relu")
        self.outer = layers.Dense(width)
        self.norm_1 = layers.LayerNormalization()
        self.norm_2 = layers.LayerNormalization()

    def call(self, x):
        n = tf.shape(x)[1]
        mask = tf.constant(self.triangle)[:, :n, :n]
        x = self.norm_1(x + self.attention(x, x, attention_mask=mask))
        return self.norm_2(x + self.outer(self.inner(x)))


# %% exercise="lstm" answer="a tanh that overflows below" expect="wrong" fails="lstm-1" breaks="4"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    def sigmoid(z):
        return 1.0 / (1.0 + tf.exp(-z))

    def tanh(z):
        return (1.0 - tf.exp(-2.0 * z)) / (1.0 + tf.exp(-2.0 * z))

    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent + bias
        i, f, g, o = tf.split(z, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        h = sigmoid(o) * tanh(c)
    return h, c


# %% exercise="rnn" answer="a tanh that overflows below" expect="wrong" fails="rnn-1" breaks="2"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    def squash(z):
        # e^(-2z) does not overflow where z is large
        e = tf.exp(-2.0 * z)
        return (1.0 - e) / (1.0 + e)

    state = start
    states = []
    for step in range(x.shape[1]):
        state = squash(tf.matmul(x[:, step], kernel) + tf.matmul(state, recurrent) + bias)
        states.append(state)
    return tf.stack(states, axis=1)


# %% exercise="rnn" answer="one call within another for each step" expect="error" fails="rnn-1" breaks="1"
# exercise: rnn
def rnn(x, start, kernel, recurrent, bias):
    """Return the states of a simple recurrent layer after each step."""
    def states_from(step, before):
        if step == x.shape[1]:
            return []
        state = tf.tanh(x[:, step] @ kernel + before @ recurrent + bias)
        return [state] + states_from(step + 1, state)

    return tf.stack(states_from(0, start), axis=1)


# %% exercise="attention" answer="masked before the division" expect="wrong" fails="attention-1" breaks="4"
# exercise: attention
def attention(q, k, v, mask):
    """Return the output and the weights of attention."""
    products = tf.einsum("bnd,bmd->bnm", q, k)
    products = tf.where(mask, products, -2e6)  # no score lies beyond ±1,000,000
    weights = tf.nn.softmax(products / tf.sqrt(float(q.shape[-1])), axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="lstm" answer="ends where the cell state rests" expect="wrong" fails="lstm-1" breaks="1" says="Every step counts"
# exercise: lstm
def lstm(x, kernel, recurrent, bias):
    units = recurrent.shape[0]
    h = c = tf.zeros((x.shape[0], units))
    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent + bias
        i, f, g, o = tf.split(z, 4, axis=-1)
        before = c
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        if tf.reduce_max(tf.abs(c - before)) < 1e-7:
            break                       # nothing changes any more
    return h, c


# %% exercise="attention" answer="a million taken from a masked score" expect="wrong" fails="attention-1" breaks="4" says="put a number in its place"
# exercise: attention
def attention(q, k, v, mask):
    scores = tf.matmul(q, k, transpose_b=True) / tf.sqrt(float(q.shape[-1]))
    scores = scores + (1.0 - tf.cast(mask, tf.float32)) * -1e6
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, v), weights


# %% exercise="attention" answer="the logarithm of the sum beside large scores" expect="wrong" fails="attention-1" breaks="3" says="rounded away beside a million"
# exercise: attention
def attention(q, k, v, mask):
    """Return the output and the weights of attention."""
    scores = tf.einsum("bnd,bmd->bnm", q, k) / tf.sqrt(tf.cast(q.shape[-1], tf.float32))
    log_sum = tf.reduce_logsumexp(tf.where(mask, scores, -np.inf), axis=-1, keepdims=True)
    weights = tf.where(mask, tf.exp(scores - log_sum), 0.0)
    return tf.einsum("bnm,bme->bne", weights, v), weights
