# %% [markdown]
# # Answer bank: gradients
#
# Other right answers to the exercises of `03-gradients.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="slopes" answer="None replaced afterwards" expect="right"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        y = tf.reduce_sum(f(x))
    slope = tape.gradient(y, x)
    return tf.zeros_like(x) if slope is None else slope


# %% exercise="slopes" answer="forward mode" expect="right"
# exercise: slopes
def slopes(f, x):
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as forward:
        y = f(x)
    return forward.jvp(y, unconnected_gradients=tf.UnconnectedGradients.ZERO)


# %% exercise="slopes" answer="zero added, which connects everything" expect="right"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x) + 0 * x
    return tape.gradient(y, x)


# %% exercise="slopes" answer="not watched" expect="wrong" fails="slopes-1" says="watch x"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        y = f(x)
    return tape.gradient(y, x)


# %% exercise="slopes" answer="called after the block" expect="wrong" fails="slopes-1" says="call f inside the block"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(f(x), x)


# %% exercise="slopes" answer="None for a constant" expect="wrong" fails="slopes-1" breaks="3" says="ask it for zero instead"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


# %% exercise="slopes" answer="values, not slopes" expect="wrong" fails="slopes-1" breaks="2" says="These are the values of f"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return y


# %% exercise="slopes" answer="all slopes added up" expect="wrong" fails="slopes-1" breaks="1" says="The slopes were added up"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tf.reduce_sum(tape.gradient(y, x, unconnected_gradients="zero"))


# %% exercise="slopes" answer="nudges" expect="wrong" fails="slopes-1"
# exercise: slopes
def slopes(f, x):
    h = 1e-2
    return (f(x + h) - f(x - h)) / (2 * h)


# %% exercise="slopes" answer="float64" expect="wrong" fails="slopes-1" breaks="1" says="float64"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tf.cast(tape.gradient(y, x, unconnected_gradients="zero"), tf.float64)


# %% exercise="slopes" answer="slopes that have no slopes" expect="wrong" fails="slopes-1" breaks="4" says="cut off from x"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tf.stop_gradient(tape.gradient(y, x, unconnected_gradients="zero"))


# %% exercise="slopes" answer="a look at the values first" expect="wrong" fails="slopes-1" breaks="5" says="numpy"
# exercise: slopes
def slopes(f, x):
    if (x.numpy() != x.numpy()).any():
        raise ValueError("x is not a number")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x, unconnected_gradients="zero")


# %% exercise="path_downhill" answer="a rate that shrinks" expect="right"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w, lr, places = tf.Variable(start), base, [start]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(lr * tape.gradient(y, w))
        places.append(float(w))
        lr *= rate
    return tf.constant(places, tf.float32)


# %% exercise="path_downhill" answer="Keras's schedule and optimizer" expect="right"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(base, decay_steps=1, decay_rate=rate)
    optimizer = tf.keras.optimizers.SGD(learning_rate=schedule)
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        optimizer.apply_gradients([(tape.gradient(y, w), w)])
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="tensors, watched anew" expect="right"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    places = [tf.constant(start)]
    for k in range(steps):
        w = places[-1]
        with tf.GradientTape() as tape:
            tape.watch(w)
            y = loss(w)
        places.append(w - base * rate**k * tape.gradient(y, w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="uphill" expect="wrong" fails="path_downhill-1" breaks="3" says="This walks uphill"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for k in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_add(base * rate**k * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="steps counted from 1" expect="wrong" fails="path_downhill-1" breaks="4" says="count the steps from 0"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for k in range(1, steps + 1):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base * rate**k * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="no decay" expect="wrong" fails="path_downhill-1" breaks="4" says="The rate stays the same"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="the variable itself in the list" expect="wrong" fails="path_downhill-1" says="append a copy"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [w]
    for k in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base * rate**k * tape.gradient(y, w))
        places.append(w)
    return tf.stack(places)


# %% exercise="path_downhill" answer="without the start" expect="wrong" fails="path_downhill-1" says="The first entry is the start"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w, places = tf.Variable(start), []
    for k in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base * rate**k * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="a variable turned into a tensor" expect="error" fails="path_downhill-1"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for k in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w = w - base * rate**k * tape.gradient(y, w)
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="the rate divided by the step" expect="error" fails="path_downhill-1"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for k in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base / (1 + k * (1 / rate - 1)) * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="only for the bowl of the visible check" expect="wrong" fails="path_downhill-1"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    places = [start]
    for k in range(steps):
        places.append(places[-1] - base * rate**k * 2 * (places[-1] + 1))
    return tf.constant(places, tf.float32)


# %% exercise="path_downhill" answer="one step more, in place of the start" expect="wrong" fails="path_downhill-1" breaks="2" says="before any step"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w, places = tf.Variable(start), []
    for k in range(steps + 1):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base * rate**k * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="float64" expect="wrong" fails="path_downhill-1" breaks="1" says="float64"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start, dtype=tf.float64)
    places = [tf.identity(w)]
    for k in range(steps):
        with tf.GradientTape() as tape:
            y = loss(w)
        w.assign_sub(base * rate**k * tape.gradient(y, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="fit_line" answer="a persistent tape" expect="right"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape(persistent=True) as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        a.assign_sub(lr * tape.gradient(error, a))
        b.assign_sub(lr * tape.gradient(error, b))
    return a, b


# %% exercise="fit_line" answer="watched tensors" expect="right"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    line = tf.zeros(2)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(line)
            error = tf.reduce_mean((line[0] * x + line[1] - y) ** 2)
        line -= lr * tape.gradient(error, line)
    return line[0], line[1]


# %% exercise="fit_line" answer="an optimizer" expect="right"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    optimizer = tf.keras.optimizers.SGD(learning_rate=lr)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.keras.losses.MeanSquaredError()(y, a * x + b)
        optimizer.apply_gradients(zip(tape.gradient(error, [a, b]), [a, b]))
    return a.read_value(), b.read_value()


# %% exercise="fit_line" answer="the slopes by formula" expect="right"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.constant(0.0), tf.constant(0.0)
    for _ in range(steps):
        off = a * x + b - y
        a, b = a - lr * 2 * tf.reduce_mean(off * x), b - lr * 2 * tf.reduce_mean(off)
    return a, b


# %% exercise="fit_line" answer="as given" expect="error" fails="fit_line-1" says="non-persistent"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        a = a - lr * tape.gradient(error, a)
        b = b - lr * tape.gradient(error, b)
    return a, b


# %% exercise="fit_line" answer="only the first error cured" expect="error" fails="fit_line-1"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape(persistent=True) as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        a = a - lr * tape.gradient(error, a)
        b = b - lr * tape.gradient(error, b)
    return a, b


# %% exercise="fit_line" answer="a first, then b with the new a" expect="wrong" fails="fit_line-1" breaks="1" says="take both slopes before"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        for variable in (a, b):
            with tf.GradientTape() as tape:
                error = tf.reduce_mean((a * x + b - y) ** 2)
            variable.assign_sub(lr * tape.gradient(error, variable))
    return a, b


# %% exercise="fit_line" answer="slopes swapped" expect="wrong" fails="fit_line-1" breaks="3" says="swapped their slopes"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        slope_b, slope_a = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="fit_line" answer="uphill" expect="wrong" fails="fit_line-1" breaks="3" says="subtract the slopes"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(min(steps, 20)):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_add(lr * slope_a)
        b.assign_add(lr * slope_b)
    return a, b


# %% exercise="fit_line" answer="the sum of squares" expect="wrong" fails="fit_line-1" breaks="4" says="the error is their mean"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_sum((a * x + b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="fit_line" answer="right for two points only" expect="wrong" fails="fit_line-1" breaks="4"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.constant(0.0), tf.constant(0.0)
    for _ in range(steps):
        off = a * x + b - y
        a, b = a - lr * tf.reduce_sum(off * x), b - lr * tf.reduce_sum(off)
    return a, b


# %% exercise="fit_line" answer="one step too many" expect="wrong" fails="fit_line-1" breaks="5" says="one step too many"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    line = tf.zeros(2)
    for _ in range(steps + 1):
        off = line[0] * x + line[1] - y
        line -= 2 * lr * tf.stack([tf.reduce_mean(off * x), tf.reduce_mean(off)])
    return line[0], line[1]


# %% exercise="fit_line" answer="begins at 1 and 1" expect="wrong" fails="fit_line-1" breaks="6" says="begins at a = 0"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="fit_line" answer="float64" expect="wrong" fails="fit_line-1" breaks="2" says="float64"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    x, y, line = tf.cast(x, tf.float64), tf.cast(y, tf.float64), tf.zeros(2, tf.float64)
    for _ in range(steps):
        off = line[0] * x + line[1] - y
        line -= 2 * lr * tf.stack([tf.reduce_mean(off * x), tf.reduce_mean(off)])
    return line[0], line[1]


# %% exercise="hessian" answer="row by row from a persistent tape" expect="right"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slopes_of_f = tf.unstack(inner.gradient(y, x))
    return tf.stack([outer.gradient(slope, x, unconnected_gradients="zero") for slope in slopes_of_f])


# %% exercise="hessian" answer="connected by adding zero, without pfor" expect="right"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x) + 0 * x
    return outer.jacobian(first, x, experimental_use_pfor=False)


# %% exercise="hessian" answer="forward over backward" expect="right"
# exercise: hessian
def hessian(f, x):
    columns = []
    for direction in tf.unstack(tf.eye(x.shape[0])):
        with tf.autodiff.ForwardAccumulator(x, direction) as forward:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            first = tape.gradient(y, x)
        columns.append(forward.jvp(first, unconnected_gradients=tf.UnconnectedGradients.ZERO))
    return tf.stack(columns, axis=1)


# %% exercise="hessian" answer="gradient of the gradient" expect="wrong" fails="hessian-1" says="The rows were added up"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return outer.gradient(first, x, unconnected_gradients="zero")


# %% exercise="hessian" answer="first derivatives" expect="wrong" fails="hessian-1" says="differentiate once more"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.jacobian(y, x)


# %% exercise="hessian" answer="the diagonal alone" expect="wrong" fails="hessian-1" breaks="2" says="without the mixed ones"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    square = outer.jacobian(first, x, unconnected_gradients="zero")
    return tf.linalg.diag(tf.linalg.diag_part(square))


# %% exercise="hessian" answer="inner gradient after the outer block" expect="wrong" fails="hessian-1" says="inside the outer tape's block"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
    first = inner.gradient(y, x)
    return outer.jacobian(first, x)


# %% exercise="hessian" answer="None for a sum" expect="wrong" fails="hessian-1" breaks="3" says="ask it for zero instead"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return outer.jacobian(first, x)


# %% exercise="hessian" answer="the upper triangle alone" expect="wrong" fails="hessian-1" breaks="2"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return tf.linalg.band_part(outer.jacobian(first, x, unconnected_gradients="zero"), 0, -1)


# %% exercise="hessian" answer="float64" expect="wrong" fails="hessian-1" breaks="1" says="float64"
# exercise: hessian
def hessian(f, x):
    x = tf.cast(x, tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return outer.jacobian(first, x, unconnected_gradients="zero")


# %% exercise="hessian" answer="rows put into a NumPy array" expect="wrong" fails="hessian-1" breaks="4" says="numpy"
# exercise: hessian
def hessian(f, x):
    import numpy as np

    square = np.zeros((x.shape[0], x.shape[0]), "float32")
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = tf.unstack(inner.gradient(y, x))
    for i, slope in enumerate(first):
        square[i] = outer.gradient(slope, x, unconnected_gradients="zero").numpy()
    return tf.constant(square)


# %% exercise="row_lengths" answer="harmless before the root" expect="right"
# exercise: row_lengths
def row_lengths(x):
    squares = tf.reduce_sum(x**2, axis=1)
    zero = squares == 0
    return tf.where(zero, tf.zeros_like(squares), tf.sqrt(tf.where(zero, tf.ones_like(squares), squares)))


# %% exercise="row_lengths" answer="custom gradient of the root" expect="right"
# exercise: row_lengths
@tf.custom_gradient
def gentle_root(squares):
    root = tf.sqrt(squares)
    return root, lambda upstream: tf.math.divide_no_nan(upstream, 2 * root)


def row_lengths(x):
    return gentle_root(tf.reduce_sum(x * x, axis=-1))


# %% exercise="row_lengths" answer="directions held fast, times x" expect="right"
# exercise: row_lengths
def row_lengths(x):
    lengths = tf.norm(x, axis=1, keepdims=True)
    directions = tf.stop_gradient(tf.math.divide_no_nan(x, lengths))
    return tf.reduce_sum(directions * x, axis=1)


# %% exercise="row_lengths" answer="plain norm" expect="wrong" fails="row_lengths-1" breaks="5" says="still has nan"
# exercise: row_lengths
def row_lengths(x):
    return tf.norm(x, axis=1)


# %% exercise="row_lengths" answer="upstream forgotten" expect="wrong" fails="row_lengths-1" breaks="4" says="multiply by upstream"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def safe(x):
        lengths = tf.norm(x, axis=1)
        return lengths, lambda upstream: tf.math.divide_no_nan(x, lengths[:, tf.newaxis])

    return safe(x)


# %% exercise="row_lengths" answer="upstream along the wrong axis" expect="wrong" fails="row_lengths-1"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def safe(x):
        lengths = tf.norm(x, axis=1)
        rows = tf.math.divide_no_nan(x, lengths[:, tf.newaxis])
        return lengths, lambda upstream: tf.reduce_sum(upstream) / x.shape[0] * rows

    return safe(x)


# %% exercise="row_lengths" answer="no root" expect="wrong" fails="row_lengths-1" breaks="2" says="squares of the lengths"
# exercise: row_lengths
def row_lengths(x):
    return tf.reduce_sum(x**2, axis=1)


# %% exercise="row_lengths" answer="columns" expect="wrong" fails="row_lengths-1"
# exercise: row_lengths
def row_lengths(x):
    return tf.sqrt(tf.reduce_sum(x**2, axis=0))


# %% exercise="row_lengths" answer="a small number under the root" expect="wrong" fails="row_lengths-1" breaks="2" says="makes short rows longer"
# exercise: row_lengths
def row_lengths(x):
    return tf.sqrt(tf.reduce_sum(x**2, axis=1) + 1e-12)


# %% exercise="row_lengths" answer="the norm's slope left out" expect="wrong" fails="row_lengths-1" says="There is no gradient"
# exercise: row_lengths
def row_lengths(x):
    return tf.stop_gradient(tf.norm(x, axis=1))


# %% exercise="row_lengths" answer="signs for slopes" expect="wrong" fails="row_lengths-1" breaks="3"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def safe(x):
        return tf.norm(x, axis=1), lambda upstream: upstream[:, tf.newaxis] * tf.sign(x)

    return safe(x)


# %% exercise="row_lengths" answer="float32 always" expect="wrong" fails="row_lengths-1" breaks="1" says="float32"
# exercise: row_lengths
def row_lengths(x):
    squares = tf.reduce_sum(tf.cast(x, tf.float32) ** 2, axis=1)
    zero = squares == 0
    return tf.where(zero, 0.0, tf.sqrt(tf.where(zero, 1.0, squares)))


# %% exercise="row_lengths" answer="rows of zeros looked for with NumPy" expect="wrong" fails="row_lengths-1" breaks="6" says="numpy"
# exercise: row_lengths
def row_lengths(x):
    zero = (x.numpy() == 0).all(axis=1)
    squares = tf.reduce_sum(x**2, axis=1)
    return tf.where(zero, tf.zeros_like(squares), tf.sqrt(tf.where(zero, tf.ones_like(squares), squares)))


# %% exercise="smooth" answer="the equations solved" expect="right"
# exercise: smooth
def smooth(noisy, strength):
    n = noisy.shape[0]
    jumps = tf.eye(n)[1:] - tf.eye(n)[:-1]
    matrix = tf.eye(n) + strength * tf.transpose(jumps) @ jumps
    return tf.linalg.solve(matrix, noisy[:, tf.newaxis])[:, 0]


# %% exercise="smooth" answer="Keras's optimizer in a graph" expect="right"
# exercise: smooth
def smooth(noisy, strength):
    z = tf.Variable(noisy)
    optimizer = tf.keras.optimizers.SGD(learning_rate=1 / (2 + 8 * strength))

    @tf.function
    def train():
        for _ in tf.range(500):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
            optimizer.apply_gradients([(tape.gradient(loss, z), z)])

    train()
    return tf.identity(z)


# %% exercise="smooth" answer="plain descent on a watched tensor" expect="right"
# exercise: smooth
def smooth(noisy, strength):
    z = noisy
    for _ in range(300):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z = z - tape.gradient(loss, z) / (2 + 8 * strength)
    return z


# %% exercise="smooth" answer="nothing done" expect="wrong" fails="smooth-1,smooth-2" says="has z changed at all"
# exercise: smooth
def smooth(noisy, strength):
    return tf.identity(noisy)


# %% exercise="smooth" answer="the ends are neighbours" expect="wrong" fails="smooth-1,smooth-2" breaks="2" says="the curve has two ends"
# exercise: smooth
def smooth(noisy, strength):
    z = noisy
    for _ in range(300):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((tf.roll(z, 1, axis=0) - z) ** 2)
        z = z - tape.gradient(loss, z) / (2 + 8 * strength)
    return z


# %% exercise="smooth" answer="means for sums" expect="wrong" fails="smooth-1" says="means in place of the two sums"
# exercise: smooth
def smooth(noisy, strength):
    z, n = noisy, noisy.shape[0]
    for _ in range(300):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = tf.reduce_mean((z - noisy) ** 2) + strength * tf.reduce_mean((z[1:] - z[:-1]) ** 2)
        z = z - n * tape.gradient(loss, z) / (2 + 12 * strength)
    return z


# %% exercise="smooth" answer="strength at the wrong sum" expect="wrong" fails="smooth-1,smooth-2" breaks="2" says="The strength stands at the wrong sum"
# exercise: smooth
def smooth(noisy, strength):
    z = noisy
    for _ in range(300):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = strength * tf.reduce_sum((z - noisy) ** 2) + tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z = z - tape.gradient(loss, z) / (8 + 2 * strength)
    return z


# %% exercise="smooth" answer="second differences" expect="wrong" fails="smooth-1,smooth-2" breaks="2" says="straight, not level"
# exercise: smooth
def smooth(noisy, strength):
    z = noisy
    for _ in range(200):
        with tf.GradientTape() as tape:
            tape.watch(z)
            bend = z[2:] - 2 * z[1:-1] + z[:-2]
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum(bend**2)
        z = z - tape.gradient(loss, z) / (2 + 32 * strength)
    return z


# %% exercise="smooth" answer="far too few steps" expect="wrong" fails="smooth-1,smooth-2" breaks="3"
# exercise: smooth
def smooth(noisy, strength):
    z = noisy
    for _ in range(3):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z = z - tape.gradient(loss, z) / (2 + 8 * strength)
    return z


# %% exercise="smooth" answer="a rate too large for strong smoothing" expect="wrong" fails="smooth-1,smooth-2" breaks="4"
# exercise: smooth
def smooth(noisy, strength):
    z = noisy
    for _ in range(300):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z = z - 0.1 * tape.gradient(loss, z)
    return z


# %% exercise="smooth" answer="strength without effect beyond one" expect="wrong" fails="smooth-1,smooth-2" breaks="4" says="The strength has no effect"
# exercise: smooth
def smooth(noisy, strength):
    z, weight = noisy, min(strength, 1.0)
    for _ in range(300):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = tf.reduce_sum((z - noisy) ** 2) + weight * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z = z - tape.gradient(loss, z) / (2 + 8 * weight)
    return z


# %% exercise="smooth" answer="float64" expect="error" fails="smooth-1,smooth-2" breaks="1" says="float64"
# exercise: smooth
def smooth(noisy, strength):
    n = noisy.shape[0]
    jumps = tf.eye(n, dtype=tf.float64)[1:] - tf.eye(n, dtype=tf.float64)[:-1]
    matrix = tf.eye(n, dtype=tf.float64) + strength * tf.transpose(jumps) @ jumps
    return tf.linalg.solve(matrix, tf.cast(noisy, tf.float64)[:, tf.newaxis])[:, 0]


# %% exercise="slopes" equal="nothing less nothing"
# - y = f(x) + 0 * x
# + y = f(x) - 0 * x


# %% exercise="path_downhill" equal="a variable made of a Python float is float32"
# - here = tf.Variable(start, dtype=tf.float32)
# + here = tf.Variable(start)


# %% exercise="fit_line" equal="the square of a difference does not depend on the order"
# - error = tf.keras.losses.MeanSquaredError()(y, a * x + b)
# + error = tf.keras.losses.MeanSquaredError()(a * x + b, y)


# %% exercise="fit_line" equal="it becomes a tensor with the first step, and without a step a Python 0.0 is accepted"
# - a, b = tf.constant(0.0), tf.constant(0.0)
# + a, b = 0.0, tf.constant(0.0)


# %% exercise="hessian" equal="the other way to the same numbers"
# - return outer.jacobian(first, x, experimental_use_pfor=False)
# + return outer.jacobian(first, x)


# %% exercise="hessian" equal="the matrix is symmetric"
# - return tf.stack(columns, axis=1)
# + return tf.stack(columns, axis=0)


# %% exercise="row_lengths" equal="the square of a row of zeros is 0 and has no slope there"
# - return tf.where(zero, tf.zeros_like(squares), tf.sqrt(tf.where(zero, tf.ones_like(squares), squares)))
# + return tf.where(zero, squares, tf.sqrt(tf.where(zero, tf.ones_like(squares), squares)))


# %% exercise="row_lengths" equal="where the root is not taken, TensorFlow hands no slope to it"
# - return tf.where(zero, tf.zeros_like(squares), tf.sqrt(tf.where(zero, tf.ones_like(squares), squares)))
# + return tf.where(zero, tf.zeros_like(squares), tf.sqrt(tf.where(zero, squares, squares)))


# %% exercise="row_lengths" equal="a direction of length 1 changes at right angles to itself, so this adds nothing"
# - directions = tf.stop_gradient(tf.math.divide_no_nan(x, lengths))
# + directions = tf.math.divide_no_nan(x, lengths)


# %% exercise="smooth" equal="a smaller rate, and still steps enough"
# - curve.assign_sub(record.gradient(total, curve) / (2.0 + 8.0 * strength))
# + curve.assign_sub(record.gradient(total, curve) / (2.0 + 16.0 * strength))


# %% exercise="smooth" equal="a smaller rate, and still steps enough"
# - curve.assign_sub(record.gradient(total, curve) / (2.0 + 8.0 * strength))
# + curve.assign_sub(record.gradient(total, curve) / (4.0 + 8.0 * strength))


# %% exercise="smooth" equal="a step less, and still enough"
# - for _ in range(400):
# + for _ in range(399):


# %% exercise="smooth" equal="a step more"
# - for _ in range(400):
# + for _ in range(401):


# %% exercise="smooth" equal="a smaller rate, and still steps enough"
# - optimizer = tf.keras.optimizers.SGD(learning_rate=1 / (2 + 8 * strength))
# + optimizer = tf.keras.optimizers.SGD(learning_rate=1 / (3 + 8 * strength))


# %% exercise="slopes" answer="two zeros for a constant" expect="wrong" fails="slopes-1" breaks="3"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    slope = tape.gradient(y, x)
    return tf.zeros([2]) if slope is None else slope


# %% exercise="slopes" answer="no slope above a thousand" expect="wrong" fails="slopes-1" breaks="2"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    slope = tape.gradient(y, x, unconnected_gradients="zero")
    return tf.clip_by_value(slope, -1000.0, 1000.0)


# %% exercise="path_downhill" answer="stops where it is level" expect="wrong" fails="path_downhill-1" says="Take every step"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        slope = tape.gradient(height, w)
        if abs(slope) < 1e-4:
            break
        w.assign_sub(base * rate**step * slope)
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="a rate that does not fall below a thousandth" expect="wrong" fails="path_downhill-1" breaks="4"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        w.assign_sub(max(base * rate**step, 1e-3) * tape.gradient(height, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="a hundred steps at most" expect="wrong" fails="path_downhill-1"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for step in range(min(steps, 100)):
        with tf.GradientTape() as tape:
            height = loss(w)
        w.assign_sub(base * rate**step * tape.gradient(height, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="stands still where it is nearly level" expect="wrong" fails="path_downhill-1" breaks="3"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.constant(start)
    path = [w]
    for k in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(w)
            value = loss(w)
        slope = tape.gradient(value, w)
        if abs(slope) > 1e-3:
            w = w - base * rate**k * slope
        path.append(w)
    return tf.stack(path)


# %% exercise="fit_line" answer="the end of the descent by formula" expect="wrong" fails="fit_line-1" breaks="5"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    if steps >= 100:
        table = tf.stack([x, tf.ones_like(x)], axis=1)
        a, b = tf.unstack(tf.linalg.lstsq(table, y[:, tf.newaxis], fast=False)[:, 0])
        return a, b
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return tf.identity(a), tf.identity(b)


# %% exercise="fit_line" answer="no rate above a half" expect="wrong" fails="fit_line-1" breaks="3"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.constant(0.0), tf.constant(0.0)
    lr = min(lr, 0.5)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            error = tf.reduce_mean((a * x + b - y) ** 2)
        da, db = tape.gradient(error, [a, b])
        a, b = a - lr * da, b - lr * db
    return a, b


# %% exercise="hessian" answer="squeezed, so that one number has no axes" expect="wrong" fails="hessian-1" breaks="1"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return tf.squeeze(outer.jacobian(first, x, unconnected_gradients="zero"))


# %% exercise="row_lengths" answer="short rows taken for zeros" expect="wrong" fails="row_lengths-1" breaks="2" says="A short row is not"
# exercise: row_lengths
def row_lengths(x):
    squares = tf.reduce_sum(x**2, axis=1)
    some = squares > 1e-14
    return tf.where(some, tf.sqrt(tf.where(some, squares, tf.ones_like(squares))), tf.zeros_like(squares))


# %% exercise="row_lengths" answer="rows that add up to 0 taken for zeros" expect="wrong" fails="row_lengths-1" breaks="2" says="A sum of 0"
# exercise: row_lengths
def row_lengths(x):
    empty = tf.reduce_sum(x, axis=1) == 0
    safe = tf.where(empty[:, tf.newaxis], tf.ones_like(x), x)
    return tf.where(empty, tf.zeros_like(x[:, 0]), tf.norm(safe, axis=1))


# %% exercise="row_lengths" answer="no gradient for a row that adds up to 0" expect="wrong" fails="row_lengths-1" breaks="3"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def lengths(x):
        length = tf.sqrt(tf.reduce_sum(x * x, axis=1))
        def grad(upstream):
            flat = tf.reduce_sum(x, axis=1, keepdims=True) == 0
            return tf.where(flat, tf.zeros_like(x), tf.math.divide_no_nan(x, length[:, None])) * upstream[:, None]
        return length, grad
    return lengths(x)


# %% exercise="smooth" answer="the strength without its fraction" expect="wrong" fails="smooth-1" breaks="4"
# exercise: smooth
def smooth(noisy, strength):
    strength = int(strength)
    z = tf.Variable(noisy)
    for _ in range(600):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z.assign_sub(tape.gradient(loss, z) / (2 + 8 * strength))
    return tf.identity(z)


# %% exercise="smooth" answer="too few steps for large values" expect="wrong" fails="smooth-1" breaks="3" says="until nothing moves"
# exercise: smooth
def smooth(noisy, strength):
    rate = 1 / (2 + 8 * strength)
    z = tf.zeros_like(noisy)
    for _ in range(250):
        jump = strength * (z[1:] - z[:-1])
        slope = 2 * (z - noisy) + 2 * (tf.concat([[0.0], jump], 0) - tf.concat([jump, [0.0]], 0))
        z = z - rate * slope
    return z


# %% exercise="slopes" answer="one value at a time" expect="wrong" fails="slopes-1" breaks="2" says="one value at a time"
# exercise: slopes
def slopes(f, x):
    def one(v):
        with tf.GradientTape() as tape:
            tape.watch(v)
            y = f(v)
        return tape.gradient(y, v, unconnected_gradients="zero")

    return tf.reshape(tf.map_fn(one, tf.reshape(x, [-1])), tf.shape(x))


# %% exercise="slopes" answer="zeros of a size that a graph may not know" expect="error" fails="slopes-1" breaks="5"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    slope = tape.gradient(y, x)
    return tf.zeros(x.shape) if slope is None else slope


# %% exercise="path_downhill" answer="slopes clipped" expect="wrong" fails="path_downhill-1" breaks="3"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start, dtype=tf.float32)
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        slope = tf.clip_by_value(tape.gradient(height, w), -1000.0, 1000.0)
        w.assign_sub(base * rate**step * slope)
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="fit_line" answer="stops when the error grows" expect="wrong" fails="fit_line-1" breaks="5" says="has grown"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    best = float("inf")
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        if error > best:
            break
        best = error
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="fit_line" answer="slopes clipped" expect="wrong" fails="fit_line-1" breaks="3"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        for variable, slope in zip([a, b], tape.gradient(error, [a, b])):
            variable.assign_sub(lr * tf.clip_by_value(slope, -10000.0, 10000.0))
    return a, b


# %% exercise="hessian" answer="differences of slopes" expect="wrong" fails="hessian-1" breaks="2" says="Let a tape"
# exercise: hessian
def hessian(f, x):
    def slope(at):
        with tf.GradientTape() as tape:
            tape.watch(at)
            y = f(at)
        return tape.gradient(y, at)

    h = 1 / 64
    nudges = h * tf.eye(tf.shape(x)[0])
    return tf.map_fn(lambda nudge: (slope(x + nudge) - slope(x - nudge)) / (2 * h), nudges)


# %% exercise="row_lengths" answer="divided by a trillionth at least" expect="wrong" fails="row_lengths-1" breaks="3"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def safe(x):
        lengths = tf.norm(x, axis=1)

        def slope(upstream):
            return upstream[:, tf.newaxis] * x / tf.maximum(lengths, 1e-12)[:, tf.newaxis]

        return lengths, slope

    return safe(x)


# %% exercise="smooth" answer="stops where the steps are small" expect="wrong" fails="smooth-1" breaks="3"
# exercise: smooth
def smooth(noisy, strength):
    z = tf.Variable(noisy, dtype=tf.float32)
    while True:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        step = tape.gradient(loss, z) / (2 + 8 * strength)
        z.assign_sub(step)
        if tf.reduce_max(tf.abs(step)) < 5e-4:
            return tf.identity(z)


# %% exercise="smooth" answer="a hundred steps" expect="wrong" fails="smooth-1" breaks="3"
# exercise: smooth
def smooth(noisy, strength):
    z = tf.Variable(noisy, dtype=tf.float32)
    for _ in range(100):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((z - noisy) ** 2) + strength * tf.reduce_sum((z[1:] - z[:-1]) ** 2)
        z.assign_sub(tape.gradient(loss, z) / (2 + 8 * strength))
    return tf.identity(z)


# %% exercise="slopes" answer="f called with one long row" expect="error" fails="slopes-1" breaks="2"
# exercise: slopes
def slopes(f, x):
    line = tf.reshape(x, [-1])
    with tf.GradientTape() as tape:
        tape.watch(line)
        y = f(line)
    return tf.reshape(tape.gradient(y, line, unconnected_gradients="zero"), tf.shape(x))


# %% exercise="slopes" answer="small slopes rounded to zero" expect="wrong" fails="slopes-1" breaks="2"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    slope = tape.gradient(y, x, unconnected_gradients="zero")
    return tf.where(tf.abs(slope) < 1e-7, 0.0, slope)


# %% exercise="path_downhill" answer="arrived where the slope is below a millionth" expect="wrong" fails="path_downhill-1" breaks="3"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start, dtype=tf.float32)
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        slope = tape.gradient(height, w)
        if 0 < abs(slope) < 1e-6:
            slope = tf.constant(0.0)
        w.assign_sub(base * rate**step * slope)
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="differences in float64" expect="error" fails="path_downhill-1" breaks="3"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    nudge = 1e-6
    w = tf.constant(start, tf.float64)
    places = [w]
    for step in range(steps):
        w = w - base * rate**step * (loss(w + nudge) - loss(w - nudge)) / (2 * nudge)
        places.append(w)
    return tf.cast(tf.stack(places), tf.float32)


# %% exercise="fit_line" answer="stops where the error is small" expect="wrong" fails="fit_line-1" breaks="5"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        if error < 1e-10:
            break
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="hessian" answer="small entries rounded to zero" expect="wrong" fails="hessian-1" breaks="2"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    second = outer.jacobian(first, x, unconnected_gradients="zero")
    return tf.where(tf.abs(second) < 1e-6, 0.0, second)


# %% exercise="hessian" answer="entries clipped at a million" expect="wrong" fails="hessian-1" breaks="2"
# exercise: hessian
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return tf.clip_by_value(outer.jacobian(first, x, unconnected_gradients="zero"), -1e6, 1e6)


# %% exercise="row_lengths" answer="row by row, as many as the graph knows" expect="error" fails="row_lengths-1" breaks="6"
# exercise: row_lengths
def row_lengths(x):
    lengths = [tf.zeros([0], x.dtype)]
    for row in tf.unstack(x):
        zero = tf.reduce_all(row == 0)
        harmless = tf.where(zero, tf.ones_like(row), row)
        lengths.append(tf.where(zero, tf.zeros([], row.dtype), tf.norm(harmless))[tf.newaxis])
    return tf.concat(lengths, axis=0)


# %% exercise="row_lengths" answer="row by row, float32 where there are none" expect="wrong" fails="row_lengths-1" breaks="1"
# exercise: row_lengths
def row_lengths(x):
    if x.shape[0] == 0:
        return tf.zeros([0])
    zero = tf.reduce_all(x == 0, axis=1, keepdims=True)
    return tf.where(zero[:, 0], tf.zeros([], x.dtype), tf.norm(tf.where(zero, tf.ones([], x.dtype), x), axis=1))


# %% exercise="slopes" answer="the size as it is known beforehand" expect="error" fails="slopes-1" breaks="5"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    jacobian = tape.jacobian(y, x)
    if jacobian is None:
        return tf.zeros_like(x)
    size = x.shape.num_elements()
    square = tf.reshape(jacobian, (size, size))
    return tf.reshape(tf.linalg.diag_part(square), x.shape)


# %% exercise="row_lengths" answer="one scale for the whole table" expect="wrong" fails="row_lengths-1" breaks="2"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def safe(x):
        scale = tf.reduce_max(tf.abs(x))
        lengths = scale * tf.norm(tf.math.divide_no_nan(x, scale), axis=1)

        def slope(upstream):
            return upstream[:, tf.newaxis] * tf.math.divide_no_nan(x, lengths[:, tf.newaxis])

        return lengths, slope

    return safe(x)


# %% exercise="slopes" answer="squeezes the slope" expect="wrong" fails="slopes-1" breaks="1"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    # the tape answers with a list of one tensor: squeeze gets rid of the list
    return tf.squeeze(tape.gradient(y, [x], unconnected_gradients="zero"))


# %% exercise="row_lengths" answer="zeros of float32 in the gradient" expect="error" fails="row_lengths-1"
# exercise: row_lengths
@tf.custom_gradient
def row_lengths(x):
    lengths = tf.norm(x, axis=1)

    def slope(upstream):
        long = lengths[:, tf.newaxis]
        return upstream[:, tf.newaxis] * tf.where(long > 0, x / long, tf.zeros(tf.shape(x)))

    return lengths, slope


# %% exercise="path_downhill" answer="only steps that lower the loss" expect="wrong" fails="path_downhill-1" breaks="3" says="after which the loss is larger"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        slope = tape.gradient(height, w)
        new = w - base * rate ** step * slope
        if loss(new) <= height:
            w.assign(new)
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="the rate by a logarithm" expect="wrong" fails="path_downhill-1" breaks="4" says="whatever the rate"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        lr = base * tf.exp(step * tf.math.log(rate))
        w.assign_sub(lr * tape.gradient(height, w))
        places.append(tf.identity(w))
    return tf.stack(places)


# %% exercise="path_downhill" answer="ends after a tiny step" expect="wrong" fails="path_downhill-1" breaks="3" says="also after one that was tiny"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [tf.identity(w)]
    lr = base
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        move = lr * tape.gradient(height, w)
        w.assign_sub(move)
        places.append(tf.identity(w))
        lr *= rate
        if tf.abs(move) < 1e-6:  # arrived: the rest of the path is this place
            break
    while len(places) < steps + 1:
        places.append(places[-1])
    return tf.stack(places)


# %% exercise="row_lengths" answer="a gradient that must know n" expect="error" fails="row_lengths-1" breaks="6"
# exercise: row_lengths
def row_lengths(x):
    @tf.custom_gradient
    def safe(x):
        lengths = tf.norm(x, axis=1)

        def slope(upstream):
            rows = (x.shape[0], 1)
            return tf.reshape(upstream, rows) * tf.math.divide_no_nan(x, tf.reshape(lengths, rows))

        return lengths, slope

    return safe(x)


# %% exercise="fit_line" answer="the same two variables for all calls" expect="wrong" fails="fit_line-1" breaks="3" says="variables of its own"
# exercise: fit_line
_a, _b = tf.Variable(0.0), tf.Variable(0.0)


def fit_line(x, y, lr, steps):
    _a.assign(0.0)
    _b.assign(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((_a * x + _b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [_a, _b])
        _a.assign_sub(lr * slope_a)
        _b.assign_sub(lr * slope_b)
    return _a, _b


# %% exercise="fit_line" answer="stops where one slope is 0" expect="wrong" fails="fit_line-1" breaks="5" says="One slope may be 0"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [a, b])
        if slope_a == 0.0 or slope_b == 0.0:  # at the bottom, nothing moves any more
            break
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="fit_line" answer="a and b kept within a million" expect="wrong" fails="fit_line-1" breaks="3" says="nothing is cut off"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign(tf.clip_by_value(a - lr * slope_a, -1e6, 1e6))
        b.assign(tf.clip_by_value(b - lr * slope_b, -1e6, 1e6))
    return a, b


# %% exercise="fit_line" answer="stops where the error stays the same" expect="wrong" fails="fit_line-1" breaks="5" says="The same error twice"
# exercise: fit_line
def fit_line(x, y, lr, steps):
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    last = float("inf")
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        if float(error) == last:
            break
        last = float(error)
        slope_a, slope_b = tape.gradient(error, [a, b])
        a.assign_sub(lr * slope_a)
        b.assign_sub(lr * slope_b)
    return a, b


# %% exercise="smooth" answer="no steps for a small strength" expect="wrong" fails="smooth-1" breaks="4" says="is not none"
# exercise: smooth
def smooth(noisy, strength):
    z = tf.Variable(noisy)
    for _ in range(int(50 * strength)):          # strength 0: the measurements themselves
        with tf.GradientTape() as tape:
            far = tf.reduce_sum((z - noisy) ** 2)
            rough = tf.reduce_sum((z[1:] - z[:-1]) ** 2)
            loss = far + strength * rough
        z.assign_sub(tape.gradient(loss, z) / (2 + 8 * strength))
    return tf.identity(z)


# %% exercise="smooth" answer="one call within another for each value" expect="error" fails="smooth-1" breaks="1"
# exercise: smooth
def smooth(noisy, strength):
    values = tf.unstack(noisy)
    last = len(values) - 1

    def solve(i, factor, right):
        neighbours = (i > 0) + (i < last)
        new_factor = 1.0 + strength * neighbours
        new_right = values[i]
        if i > 0:
            new_factor = new_factor - strength * strength / factor
            new_right = new_right + strength * right / factor
        if i == last:
            return [new_right / new_factor]
        rest = solve(i + 1, new_factor, new_right)
        return [(new_right + strength * rest[0]) / new_factor] + rest

    return tf.stack(solve(0, 1.0, 0.0))


# %% exercise="path_downhill" answer="the start less the sum of all moves" expect="wrong" fails="path_downhill-1" breaks="3" says="Note w itself"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    moves = [tf.constant(0.0)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        move = base * rate**step * tape.gradient(height, w)
        w.assign_sub(move)
        moves.append(move)
    return start - tf.cumsum(tf.stack(moves))


# %% exercise="hessian" answer="one graph kept for all calls" expect="wrong" fails="hessian-1" breaks="2" says="keeps the old number"
# exercise: hessian
@tf.function
def hessian(f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return outer.jacobian(first, x, unconnected_gradients="zero")


# %% exercise="hessian" answer="differences of slopes a hundredth of x apart" expect="wrong" fails="hessian-1" breaks="2" says="is not their slope"
# exercise: hessian
def hessian(f, x):
    def slopes_at(place):
        with tf.GradientTape() as tape:
            tape.watch(place)
            y = f(place)
        return tape.gradient(y, place)

    n = x.shape[0]
    rows = []
    for i in range(n):
        nudge = tf.one_hot(i, n) * (0.01 * tf.abs(x) + 1e-4)
        ahead, behind = x + nudge, x - nudge
        rows.append((slopes_at(ahead) - slopes_at(behind)) / (ahead[i] - behind[i]))
    return tf.stack(rows)


# %% exercise="slopes" answer="a graph kept from call to call" expect="wrong" fails="slopes-1" breaks="2" says="Call f anew each time"
# exercise: slopes
@tf.function
def slopes(f, x):
    """Return the slope of f at each value of x."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x, unconnected_gradients="zero")


# %% exercise="slopes" answer="no slope where f is the same one further on" expect="wrong" fails="slopes-1" breaks="2" says="Equal values at two places"
# exercise: slopes
def slopes(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    slope = tape.gradient(y, x, unconnected_gradients="zero")
    does_not_depend = tf.equal(y, f(x + 1.0))
    return tf.where(does_not_depend, tf.zeros_like(slope), slope)


# %% exercise="slopes" answer="a custom gradient that knows x only" expect="wrong" fails="slopes-1" breaks="4" says="The inner slopes depend on w"
# exercise: slopes
def slopes(f, x):
    def once(v):
        with tf.GradientTape() as tape:
            tape.watch(v)
            y = f(v)
        return tape.gradient(y, v, unconnected_gradients="zero")

    @tf.custom_gradient
    def slope_at(v):
        def slope_of_slope(upstream):
            with tf.GradientTape() as tape:
                tape.watch(v)
                first = once(v)
            return upstream * tape.gradient(first, v, unconnected_gradients="zero")

        return once(v), slope_of_slope

    return slope_at(x)


# %% exercise="path_downhill" answer="a row with one number" expect="wrong" fails="path_downhill-1" breaks="3" says="not a row with one number"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    """Return the places that gradient descent with exponential decay of the learning rate passes."""
    w = tf.Variable([start])
    places = [tf.identity(w)]
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        slope = tape.gradient(height, w)
        w.assign(w - base * rate ** step * slope)
        places.append(tf.identity(w))
    return tf.concat(places, axis=0)


# %% exercise="path_downhill" answer="differences in place of the slope" expect="wrong" fails="path_downhill-1" breaks="3" says="Differences of the loss"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.constant(start)
    places = [w]
    for step in range(steps):
        h = 0.02 * (1.0 + tf.abs(w))
        near = loss(w + h) - loss(w - h)
        far = loss(w + 2.0 * h) - loss(w - 2.0 * h)
        slope = (8.0 * near - far) / (12.0 * h)
        w = w - base * rate ** step * slope
        places.append(w)
    return tf.stack(places)


# %% exercise="path_downhill" answer="the start in all places that are left" expect="wrong" fails="path_downhill-1" breaks="3" says="Where w rests"
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    w = tf.Variable(start)
    places = [start] * (steps + 1)
    for step in range(steps):
        with tf.GradientTape() as tape:
            height = loss(w)
        slope = tape.gradient(height, w)
        if float(slope) == 0.0:
            break
        w.assign_sub(base * rate**step * slope)
        places[step + 1] = float(w)
    return tf.constant(places, tf.float32)
