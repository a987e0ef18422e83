# %% [markdown]
# # Answer bank: optimizers
#
# Other right answers to the exercises of `12-optimizers.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="clip_together" answer="TensorFlow's own function" expect="right"
# exercise: clip_together
def clip_together(gradients, limit):
    clipped, _ = tf.clip_by_global_norm(gradients, limit)
    return clipped


# %% exercise="clip_together" answer="a loop, and a factor of at most 1" expect="right"
# exercise: clip_together
def clip_together(gradients, limit):
    squares = tf.constant(0.0)
    for g in gradients:
        if g is not None:
            squares += tf.reduce_sum(g * g)
    factor = tf.minimum(1.0, tf.math.divide_no_nan(limit, tf.sqrt(squares)))
    factor = tf.where(squares == 0, 1.0, factor)
    return [g * factor if g is not None else None for g in gradients]


# %% exercise="clip_together" answer="the norm of the norms" expect="right"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.norm([tf.norm(g) for g in gradients if g is not None])
    return [None if g is None else tf.where(length > limit, g * limit / length, g) for g in gradients]


# %% exercise="clip_together" answer="each by itself" expect="wrong" fails="clip_together-1" breaks="2" says="one length, and one factor, for all"
# exercise: clip_together
def clip_together(gradients, limit):
    return [None if g is None else tf.clip_by_norm(g, limit) for g in gradients]


# %% exercise="clip_together" answer="no root" expect="wrong" fails="clip_together-1" breaks="3" says="take the root"
# exercise: clip_together
def clip_together(gradients, limit):
    squares = tf.add_n([tf.reduce_sum(g**2) for g in gradients if g is not None])
    factor = tf.where(squares > limit, limit / tf.maximum(squares, 1e-9), 1.0)
    return [None if g is None else g * factor for g in gradients]


# %% exercise="clip_together" answer="lengths added" expect="wrong" fails="clip_together-1" breaks="3" says="add their squares"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.add_n([tf.norm(g) for g in gradients if g is not None])
    return [None if g is None else g * limit / tf.maximum(length, limit) for g in gradients]


# %% exercise="clip_together" answer="always to the limit" expect="wrong" fails="clip_together-1" breaks="4,5" says="A short gradient was lengthened"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.linalg.global_norm(gradients)
    return [None if g is None else g * limit / length for g in gradients]


# %% exercise="clip_together" answer="normalised to 1 where long" expect="wrong" fails="clip_together-1" breaks="3" says="limit 2"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.linalg.global_norm(gradients)
    return [None if g is None else tf.where(length > limit, g / length, g) for g in gradients]


# %% exercise="clip_together" answer="None dropped" expect="wrong" fails="clip_together-1" breaks="6"
# exercise: clip_together
def clip_together(gradients, limit):
    known = [g for g in gradients if g is not None]
    return tf.clip_by_global_norm(known, limit)[0]


# %% exercise="clip_together" answer="nan for zeros" expect="wrong" fails="clip_together-1" breaks="5" says="0 divided by 0"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.linalg.global_norm(gradients)
    shrunk = [None if g is None else g / length for g in gradients]
    return [None if g is None else g * tf.minimum(length, limit) for g in shrunk]


# %% exercise="clip_together" answer="leaves TensorFlow" expect="wrong" fails="clip_together-1" breaks="7" says="in a graph"
# exercise: clip_together
def clip_together(gradients, limit):
    length = sum(float(np.sum(g.numpy() ** 2)) for g in gradients if g is not None) ** 0.5
    return [None if g is None else g * limit / max(length, limit) for g in gradients]


# %% exercise="warm_cosine" answer="two formulas and a choice" expect="right"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    rising = peak * (step + 1) / warmup
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    return tf.where(step < warmup, rising, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="warm_cosine" answer="Keras's cosine after the warm-up" expect="right"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    cosine = keras.optimizers.schedules.CosineDecay(peak, total - warmup)
    late = tf.cast(tf.maximum(step - warmup, 0), tf.float32)
    early = peak * tf.cast(step + 1, tf.float32) / warmup
    return tf.where(step < warmup, early, cosine(late))


# %% exercise="warm_cosine" answer="half angle" expect="right"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    angle = np.pi / 2 * tf.clip_by_value((step - warmup) / (total - warmup), 0, 1)
    return tf.where(step >= warmup, peak * tf.cos(angle) ** 2, peak * (step + 1) / warmup)


# %% exercise="warm_cosine" answer="begins at rate 0" expect="wrong" fails="warm_cosine-1" breaks="4" says="The first step has the rate 0"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    return tf.where(step < warmup, peak * step / warmup, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="warm_cosine" answer="the wave begins at step 0" expect="wrong" fails="warm_cosine-1" breaks="5" says="where the warm-up ends"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    done = tf.minimum(step / total, 1.0)
    return tf.where(step < warmup, peak * (step + 1) / warmup, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="warm_cosine" answer="the wave rises again" expect="wrong" fails="warm_cosine-1" breaks="6" says="The wave rises again"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    done = (step - warmup) / (total - warmup)
    return tf.where(step < warmup, peak * (step + 1) / warmup, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="warm_cosine" answer="a straight fall" expect="wrong" fails="warm_cosine-1" breaks="5" says="use the cosine"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    return tf.where(step < warmup, peak * (step + 1) / warmup, peak * (1 - done))


# %% exercise="warm_cosine" answer="no cast" expect="error" fails="warm_cosine-1"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    return tf.where(step < warmup, peak * (step + 1) / warmup, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="warm_cosine" answer="Python's if" expect="error" fails="warm_cosine-1" breaks="1"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    if step < warmup:
        return peak * (step + 1) / warmup
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    return peak * (1 + tf.cos(np.pi * done)) / 2


# %% exercise="warm_cosine" answer="int32 only" expect="error" fails="warm_cosine-1" breaks="2"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    end = tf.constant(total)
    step = tf.cast(tf.minimum(step, end), tf.float32)
    done = (step - warmup) / (total - warmup)
    return tf.where(step < warmup, peak * (step + 1) / warmup, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="warm_cosine" answer="a list comprehension" expect="wrong" fails="warm_cosine-1" breaks="7" says="in a graph"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    def one(s):
        if s < warmup:
            return peak * (s + 1) / warmup
        return peak * (1 + np.cos(np.pi * min(1, (s - warmup) / (total - warmup)))) / 2

    values = [one(int(s)) for s in np.ravel(step.numpy())]
    return tf.reshape(tf.constant(values, tf.float32), step.shape)


# %% exercise="lion_step" answer="as the formulas stand" expect="right"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    return w - lr * (tf.sign(c) + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="Keras's optimizer with its memory set" expect="right"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    optimizer = keras.optimizers.Lion(lr, beta_1=beta1, beta_2=beta2, weight_decay=decay)
    variable = tf.Variable(w)
    optimizer.build([variable])
    memory = optimizer.variables[-1]
    memory.assign(m)
    optimizer.apply_gradients([(g, variable)])
    return variable.read_value(), tf.convert_to_tensor(memory)


# %% exercise="lion_step" answer="signs by comparison" expect="right"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    sign = tf.cast(c > 0, tf.float32) - tf.cast(c < 0, tf.float32)
    m = tf.add(beta2 * m, (1 - beta2) * g)
    w = w - lr * decay * w
    return w - lr * sign, m


# %% exercise="lion_step" answer="the sign of the gradient" expect="wrong" fails="lion_step-1" breaks="3" says="The sign was taken of the gradient alone"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    return w - lr * (tf.sign(g) + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="no sign" expect="wrong" fails="lion_step-1" breaks="2" says="The sign is missing"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    return w - lr * (c + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="uphill" expect="wrong" fails="lion_step-1" breaks="2" says="This walks uphill"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    return w + lr * (tf.sign(c) + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="betas swapped" expect="wrong" fails="lion_step-1" breaks="3,5" says="The two betas are swapped"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta2 * m + (1 - beta2) * g
    return w - lr * (tf.sign(c) + decay * w), beta1 * m + (1 - beta1) * g


# %% exercise="lion_step" answer="c kept as the memory" expect="wrong" fails="lion_step-1" breaks="5" says="The memory became c"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    m = beta1 * m + (1 - beta1) * g
    return w - lr * (tf.sign(m) + decay * w), m


# %% exercise="lion_step" answer="no decay" expect="wrong" fails="lion_step-1" breaks="4" says="The decay is missing"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    return w - lr * tf.sign(c), beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="decay without the rate" expect="wrong" fails="lion_step-1" breaks="4" says="The decay must be multiplied by lr"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    return w - lr * tf.sign(c) - decay * w, beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="betas fixed inside" expect="wrong" fails="lion_step-1" breaks="3,5" says="Neither beta"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = 0.9 * m + 0.1 * g
    return w - lr * (tf.sign(c) + decay * w), 0.99 * m + 0.01 * g


# %% exercise="adam_walk" answer="an optimizer of Keras's" expect="right"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w, places = tf.Variable(tf.zeros_like(gradients[0])), []
    optimizer = keras.optimizers.Adam(lr, beta_1=beta1, beta_2=beta2, epsilon=1e-7)
    for g in gradients:
        optimizer.apply_gradients([(g, w)])
        places.append(w.read_value())
    return tf.stack(places)


# %% exercise="adam_walk" answer="mended, line by line" expect="right"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1 ** (t + 1))
        v_hat = v / (1 - beta2 ** (t + 1))
        w = w - lr * m_hat / (tf.sqrt(v_hat) + 1e-7)
        places.append(w)
    return tf.stack(places)


# %% exercise="adam_walk" answer="steps first, then a running sum" expect="right"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    n = gradients.shape[0]
    ages = np.arange(n)[:, None] - np.arange(n)

    def average(values, beta):
        kept = np.tril(beta**ages)
        return tf.constant(kept / kept.sum(axis=1, keepdims=True), tf.float32) @ values

    m, v = average(gradients, beta1), average(gradients**2, beta2)
    return tf.cumsum(-lr * m / (tf.sqrt(v) + 1e-7))


# %% exercise="adam_walk" answer="as given" expect="wrong" fails="adam_walk-1" breaks="4,5" says="count the steps from 1"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m = m / (1 - beta1**t)
        v = v / (1 - beta2**t)
        w = w - lr * m / tf.sqrt(v)
        places.append(w)
    return tf.stack(places)


# %% exercise="adam_walk" answer="counted from 1, averages overwritten" expect="wrong" fails="adam_walk-1" breaks="4" says="the averages must go on uncorrected"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m = m / (1 - beta1**t)
        v = v / (1 - beta2**t)
        w = w - lr * m / (tf.sqrt(v) + 1e-7)
        places.append(w)
    return tf.stack(places)


# %% exercise="adam_walk" answer="no small number" expect="wrong" fails="adam_walk-1" breaks="5" says="0/0 again"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / tf.sqrt(v / (1 - beta2**t))
        places.append(w)
    return tf.stack(places)


# %% exercise="adam_walk" answer="no correction" expect="wrong" fails="adam_walk-1" breaks="4" says="Without correction"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for g in gradients:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (tf.sqrt(v) + 1e-7)
        places.append(w)
    return tf.stack(places)


# %% exercise="adam_walk" answer="v not corrected" expect="wrong" fails="adam_walk-1" breaks="4"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / (tf.sqrt(v) + 1e-7)
        places.append(w)
    return tf.stack(places)


# %% exercise="adam_walk" answer="the average of all gradients so far" expect="wrong" fails="adam_walk-1" breaks="3"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    count = tf.range(1.0, gradients.shape[0] + 1.0)[:, tf.newaxis]
    m, v = tf.cumsum(gradients) / count, tf.cumsum(gradients**2) / count
    return tf.cumsum(-lr * m / (tf.sqrt(v) + 1e-7))


# %% exercise="adam_walk" answer="a large small number" expect="wrong" fails="adam_walk-1" breaks="5"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / (tf.sqrt(v / (1 - beta2**t)) + 1e-3)
        places.append(w)
    return tf.stack(places)


# %% exercise="make_step" answer="the skeleton filled in" expect="right"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            value += sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="make_step" answer="tf.function around an inner function" expect="right"
# exercise: make_step
def make_step(model, loss, optimizer):
    weights = model.trainable_weights

    def step(x, y):
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            value = loss(y, predictions) + tf.reduce_sum([0.0, *model.losses])
        optimizer.apply(tape.gradient(value, weights), weights)
        return value

    return tf.function(step)


# %% exercise="make_step" answer="compute_loss of a compiled model" expect="right"
# exercise: make_step
def make_step(model, loss, optimizer):
    model.compile(loss=loss)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = model.compute_loss(x, y, model(x, training=True))
        optimizer.apply_gradients(
            [(g, v) for g, v in zip(tape.gradient(value, model.trainable_variables), model.trainable_variables)]
        )
        return value

    return step


# %% exercise="make_step" answer="not compiled" expect="wrong" fails="make_step-1" breaks="1" says="expected a tf.function"
# exercise: make_step
def make_step(model, loss, optimizer):
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="make_step" answer="penalties forgotten" expect="wrong" fails="make_step-1" breaks="3,7" says="The penalty is missing"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="make_step" answer="penalties added after the tape" expect="wrong" fails="make_step-1" breaks="3" says="inside the tape"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        total = value + sum(model.losses)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return total

    return step


# %% exercise="make_step" answer="not in training mode" expect="wrong" fails="make_step-2" breaks="5" says="call the model with training=True"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="make_step" answer="outputs first, then labels" expect="wrong" fails="make_step-1" breaks="3,6" says="the labels first"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(model(x, training=True), y) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return value

    return step


# %% exercise="make_step" answer="the loss after the step" expect="wrong" fails="make_step-1,make_step-2" breaks="6" says="the loss after the step"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss(y, model(x)) + sum(model.losses)

    return step


# %% exercise="make_step" answer="nothing returned" expect="wrong" fails="make_step-1,make_step-2" breaks="6" says="The step returned nothing"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    return step


# %% exercise="make_step" answer="no step taken" expect="wrong" fails="make_step-1,make_step-2" breaks="2" says="The weights have not changed"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        return loss(y, model(x, training=True)) + sum(model.losses)

    return step


# %% exercise="make_step" answer="uphill" expect="wrong" fails="make_step-1,make_step-2" breaks="3" says="This walks uphill"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients([(-g, v) for g, v in zip(gradients, model.trainable_variables)])
        return value

    return step


# %% exercise="make_step" answer="one model kept for all" expect="wrong" fails="make_step-2" breaks="8" says="with one of another between"
# exercise: make_step
kept = {}


def make_step(model, loss, optimizer):
    kept["model"], kept["optimizer"] = model, optimizer

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, kept["model"](x, training=True)) + sum(kept["model"].losses)
        weights = kept["model"].trainable_variables
        kept["optimizer"].apply_gradients(zip(tape.gradient(value, weights), weights))
        return value

    return step


# %% exercise="make_step" answer="descent by hand in place of the optimizer" expect="wrong" fails="make_step-1,make_step-2" breaks="2"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        for g, v in zip(tape.gradient(value, model.trainable_variables), model.trainable_variables):
            v.assign_sub(optimizer.learning_rate * g)
        return value

    return step


# %% exercise="make_step" answer="pairs the wrong way round" expect="error" fails="make_step-1,make_step-2" breaks="2"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(model.trainable_variables, gradients))
        return value

    return step


# %% exercise="rprop" answer="the skeleton filled in" expect="right"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="rprop" answer="last gradients, keras.ops, powers" expect="right"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self._last = [self.add_variable_from_reference(v, name="last") for v in variables]
        self._sizes = [self.add_variable_from_reference(v, name="size", initializer="ones") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        ops = keras.ops
        last = self._last[self._get_variable_index(variable)]
        size = self._sizes[self._get_variable_index(variable)]
        agree = ops.sign(gradient) * ops.sign(last)
        up, down = ops.maximum(agree, 0.0), ops.maximum(-agree, 0.0)
        self.assign(size, size * ops.power(self.grow, up) * ops.power(self.shrink, down))
        self.assign(last, gradient)
        self.assign_sub(variable, learning_rate * size * ops.sign(gradient))


# %% exercise="rprop" answer="lists in a dictionary by name, three wheres" expect="right"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.kept = {
            "factor": [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables],
            "slope": [self.add_variable_from_reference(v, name="slope", initializer="zeros") for v in variables],
        }

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        factor, before = self.kept["factor"][i], tf.convert_to_tensor(self.kept["slope"][i])
        old = tf.convert_to_tensor(factor)
        same, turned = tf.sign(gradient) == tf.sign(before), tf.sign(gradient) == -tf.sign(before)
        moving = gradient != 0
        new = tf.where(moving & same, old * self.grow, old)
        new = tf.where(moving & turned, old * self.shrink, new)
        factor.assign(new)
        self.kept["slope"][i].assign(gradient)
        variable.assign(variable - learning_rate * new * tf.sign(gradient))


# %% exercise="rprop" answer="steps of one length" expect="wrong" fails="rprop-1,rprop-2" breaks="2,3" says="The length never changes"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def update_step(self, gradient, variable, learning_rate):
        variable.assign_sub(learning_rate * tf.sign(gradient))


# %% exercise="rprop" answer="factors forget" expect="wrong" fails="rprop-1,rprop-2" breaks="2,3" says="The factors forget"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * change * sign)


# %% exercise="rprop" answer="the factor counts one step late" expect="wrong" fails="rprop-1,rprop-2" breaks="6" says="count in this very step"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        variable.assign_sub(learning_rate * self.factors[i] * sign)
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)


# %% exercise="rprop" answer="memory in Python" expect="wrong" fails="rprop-1,rprop-2" breaks="1" says="two variables"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink
        self.factor, self.sign = 1.0, 0.0

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def update_step(self, gradient, variable, learning_rate):
        sign = tf.sign(gradient)
        same = sign.shape == getattr(self.sign, "shape", sign.shape)
        agree = sign * self.sign if same else tf.zeros_like(sign)
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factor = (self.factor if same else 1.0) * change
        self.sign = sign
        variable.assign_sub(learning_rate * self.factor * sign)


# %% exercise="rprop" answer="memory in Python, one entry for each variable" expect="wrong" fails="rprop-2" breaks="7" says="is frozen in a graph"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink
        self.seen = [{} for _ in range(20)]

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def update_step(self, gradient, variable, learning_rate):
        seen = self.seen[self._get_variable_index(variable)]
        sign = tf.sign(gradient)
        agree = sign * seen.get("sign", tf.zeros_like(sign))
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        seen["factor"] = seen.get("factor", tf.ones_like(sign)) * change
        seen["sign"] = sign
        variable.assign_sub(learning_rate * seen["factor"] * sign)


# %% exercise="rprop" answer="always counts a zero as a change of sign" expect="wrong" fails="rprop-1,rprop-2" breaks="4"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]
        self.begun = self.add_variable((), name="begun")

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(tf.convert_to_tensor(self.iterations) > 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="rprop" answer="grow and shrink fixed" expect="wrong" fails="rprop-1,rprop-2" breaks="2,3"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, 1.2, tf.where(agree < 0, 0.5, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="rprop" answer="one factor for a whole variable" expect="wrong" fails="rprop-1,rprop-2" breaks="1" says="two weights at once"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = tf.reduce_sum(sign * self.signs[i])
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="adam_walk" answer="the small number inside the root" expect="wrong" fails="adam_walk-1" breaks="5" says="outside the root"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / tf.sqrt(v / (1 - beta2**t) + 1e-7)
        places.append(w)
    return tf.stack(places)


# %% exercise="clip_together" answer="vectors only" expect="error" fails="clip_together-1" breaks="1"
# exercise: clip_together
def clip_together(gradients, limit):
    squares = tf.constant(0.0)
    for g in gradients:
        if g is not None:
            squares += tf.tensordot(g, g, 1)
    factor = tf.minimum(1.0, tf.math.divide_no_nan(limit, tf.sqrt(squares)))
    factor = tf.where(squares == 0, 1.0, factor)
    return [g * factor if g is not None else None for g in gradients]


# %% exercise="clip_together" answer="lengthened too, but zeros left" expect="wrong" fails="clip_together-1" breaks="4" says="A short gradient was lengthened"
# exercise: clip_together
def clip_together(gradients, limit):
    squares = tf.constant(0.0)
    for g in gradients:
        if g is not None:
            squares += tf.reduce_sum(g * g)
    factor = tf.math.divide_no_nan(limit, tf.sqrt(squares))
    factor = tf.where(squares == 0, 1.0, factor)
    return [g * factor if g is not None else None for g in gradients]


# %% exercise="warm_cosine" answer="float64" expect="wrong" fails="warm_cosine-1" breaks="3" says="float64"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float64)
    rising = peak * (step + 1) / warmup
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    return tf.where(step < warmup, rising, peak * (1 + tf.cos(np.pi * done)) / 2)


# %% exercise="lion_step" answer="float64" expect="wrong" fails="lion_step-1" breaks="1" says="float64"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    w, m, g, c = (tf.cast(values, tf.float64) for values in (w, m, g, c))
    return w - lr * (tf.sign(c) + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="adam_walk" answer="float64" expect="wrong" fails="adam_walk-1" breaks="1" says="float64"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    n = gradients.shape[0]
    ages = np.arange(n)[:, None] - np.arange(n)[None, :]

    def average(values, beta):
        kept = np.where(ages >= 0, (1 - beta) * beta ** np.maximum(ages, 0), 0.0)
        return tf.constant(kept / kept.sum(axis=1, keepdims=True), tf.float32) @ values

    m, v = average(gradients, beta1), average(gradients**2, beta2)
    return tf.cast(tf.cumsum(-lr * m / (tf.sqrt(v) + 1e-7)), tf.float64)


# %% exercise="adam_walk" answer="the steps, not the places" expect="wrong" fails="adam_walk-1" breaks="2"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    n = gradients.shape[0]
    ages = np.arange(n)[:, None] - np.arange(n)[None, :]

    def average(values, beta):
        kept = np.where(ages >= 0, (1 - beta) * beta ** np.maximum(ages, 0), 0.0)
        return tf.constant(kept / kept.sum(axis=1, keepdims=True), tf.float32) @ values

    m, v = average(gradients, beta1), average(gradients**2, beta2)
    return -lr * m / (tf.sqrt(v) + 1e-7)


# %% exercise="make_step" answer="the loss without penalties returned" expect="wrong" fails="make_step-1" breaks="7" says="The penalty is missing"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            total = value + sum(model.losses)
        gradients = tape.gradient(total, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="make_step" answer="every layer made trainable" expect="wrong" fails="make_step-2" breaks="4" says="trainable variables only"
# exercise: make_step
def make_step(model, loss, optimizer):
    for layer in model.layers:
        layer.trainable = True

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            value += sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="rprop" answer="grow fixed" expect="wrong" fails="rprop-1" breaks="2" says="two weights at once"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, 1.2, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="rprop" answer="shrink fixed" expect="wrong" fails="rprop-1,rprop-2" breaks="3" says="two variables"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, 0.5, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="rprop" answer="added, not subtracted" expect="wrong" fails="rprop-1,rprop-2" breaks="5"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_add(learning_rate * self.factors[i] * sign)


# %% exercise="rprop" answer="the rate of the beginning" expect="wrong" fails="rprop-1" breaks="6" says="the rate of this step"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink
        self.first = learning_rate if isinstance(learning_rate, float) else learning_rate(0)

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.signs[i].assign(sign)
        variable.assign_sub(self.first * self.factors[i] * sign)


# %% exercise="clip_together" answer="the number of entries from the static shape" expect="wrong" fails="clip_together-1" breaks="7" says="does not know the length"
# exercise: clip_together
def clip_together(gradients, limit):
    flat = [tf.reshape(g, [g.shape.num_elements()]) for g in gradients if g is not None]
    length = tf.norm(tf.concat(flat, axis=0))
    factor = limit / tf.maximum(length, limit)
    return [g if g is None else factor * g for g in gradients]


# %% exercise="warm_cosine" answer="a NumPy table of all rates" expect="error" fails="warm_cosine-1" breaks="7"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    rising = peak * np.arange(1, warmup + 1) / warmup
    falling = peak * (1 + np.cos(np.pi * np.arange(total - warmup + 1) / (total - warmup))) / 2
    table = tf.constant(np.concatenate([rising, falling]), tf.float32)
    return tf.gather(table, tf.minimum(step, total))


# %% exercise="lion_step" answer="a weight alone is not decayed" expect="wrong" fails="lion_step-1" breaks="4"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    shrink = decay if len(w.shape) > 0 else 0.0
    return w - lr * (tf.sign(c) + shrink * w), beta2 * m + (1 - beta2) * g


# %% exercise="make_step" answer="the penalties of the layers alone" expect="wrong" fails="make_step-1" breaks="3,7"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            for layer in model.layers:
                value += sum(layer.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step


# %% exercise="make_step" answer="the loss of the model in use" expect="wrong" fails="make_step-2" breaks="6" says="the loss of the model in use"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        before = loss(y, model(x, training=False)) + sum(model.losses)
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return before

    return step


# %% exercise="rprop" answer="no step before: only at the optimizer's first" expect="wrong" fails="rprop-1" breaks="4"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="ones") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i] * tf.cast(tf.convert_to_tensor(self.iterations) > 0, sign.dtype)
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        factor = self.factors[i] * change
        self.factors[i].assign(factor)
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * factor * sign)


# %% exercise="clip_together" equal="the larger of two numbers does not depend on their order"
# - shrink = limit / tf.maximum(joint, limit)
# + shrink = limit / tf.maximum(limit, joint)


# %% exercise="warm_cosine" equal="the smaller of two numbers does not depend on their order"
# - return peak * tf.minimum((now + 1.0) / warmup, wave)
# + return peak * tf.minimum(wave, (now + 1.0) / warmup)


# %% exercise="clip_together" answer="a small number added to the length" expect="wrong" fails="clip_together-1" breaks="3"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.sqrt(tf.add_n([tf.reduce_sum(g**2) for g in gradients if g is not None]))
    factor = tf.minimum(1.0, limit / (length + 1e-7))
    return [None if g is None else g * factor for g in gradients]


# %% exercise="clip_together" answer="a small number added to the squares" expect="wrong" fails="clip_together-1" breaks="3"
# exercise: clip_together
def clip_together(gradients, limit):
    length = tf.sqrt(tf.add_n([tf.reduce_sum(g**2) for g in gradients if g is not None]) + 1e-8)
    factor = limit / tf.maximum(length, limit)
    return [None if g is None else g * factor for g in gradients]


# %% exercise="warm_cosine" answer="never quite 0" expect="wrong" fails="warm_cosine-1" breaks="6"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(step, tf.float32)
    rising = peak * (step + 1) / warmup
    done = tf.minimum((step - warmup) / (total - warmup), 1.0)
    falling = peak * (1 + tf.cos(np.pi * done)) / 2
    return tf.maximum(tf.where(step < warmup, rising, falling), 1e-6)


# %% exercise="warm_cosine" answer="one row of steps at most" expect="error" fails="warm_cosine-1" breaks="1"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    def one(s):
        s = tf.cast(s, tf.float32)
        done = tf.minimum((s - warmup) / (total - warmup), 1.0)
        return tf.cond(s < warmup, lambda: peak * (s + 1) / warmup, lambda: peak * (1 + tf.cos(np.pi * done)) / 2)
    if step.shape.rank == 0:
        return one(step)
    return tf.map_fn(one, step, fn_output_signature=tf.float32)


# %% exercise="warm_cosine" answer="steps by way of int32" expect="wrong" fails="warm_cosine-1" breaks="2"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    step = tf.cast(tf.cast(step, tf.int32), tf.float32)
    done = tf.clip_by_value((step - warmup) / (total - warmup), 0.0, 1.0)
    wave = peak * (1 + tf.cos(3.141592653589793 * done)) / 2
    return tf.where(step < warmup, peak * (step + 1) / warmup, wave)


# %% exercise="lion_step" answer="nearly the sign" expect="wrong" fails="lion_step-1" breaks="2"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    sign = c / (tf.abs(c) + 1e-8)
    return w - lr * (sign + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="lion_step" answer="0 counts as negative" expect="wrong" fails="lion_step-1" breaks="2" says="The sign of 0 is 0"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    return w - lr * (tf.where(c > 0, 1.0, -1.0) + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="adam_walk" answer="NumPy" expect="right"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    g = np.array(gradients)
    w = m = v = np.zeros_like(g[0])
    places = []
    for t, g in enumerate(g, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + 1e-7)
        places.append(w)
    return tf.constant(np.stack(places), tf.float32)


# %% exercise="adam_walk" answer="a small number of 1e-8" expect="wrong" fails="adam_walk-1" breaks="5"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(tf.unstack(gradients), start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        w = w - lr * (m / (1 - beta1**t)) / (tf.sqrt(v / (1 - beta2**t)) + 1e-8)
        places.append(w)
    return tf.stack(places)


# %% exercise="make_step" answer="penalties read before the call" expect="wrong" fails="make_step-1" breaks="3,7" says="it comes with the call"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            penalty = sum(model.losses)
            value = loss(y, model(x, training=True)) + penalty
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value
    return step


# %% exercise="make_step" answer="kernel penalties alone" expect="wrong" fails="make_step-1" breaks="3,7" says="it comes with the call"
# exercise: make_step
def make_step(model, loss, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            for layer in model.layers:
                if getattr(layer, "kernel_regularizer", None):
                    value += layer.kernel_regularizer(layer.kernel)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value
    return step


# %% exercise="make_step" answer="slopes of at most 100" expect="wrong" fails="make_step-1" breaks="3"
# exercise: make_step
def make_step(model, loss, optimizer):
    optimizer.build(model.trainable_variables)
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            answers = model(x, training=True)
            value = tf.add_n([loss(y, answers), *model.losses])
        slopes = tape.gradient(value, model.trainable_variables)
        slopes = [tf.clip_by_value(slope, -100.0, 100.0) for slope in slopes]
        optimizer.apply_gradients(zip(slopes, model.trainable_variables))
        return value
    return step


# %% exercise="rprop" answer="the product of the slopes" expect="wrong" fails="rprop-1" breaks="2"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.last = [self.add_variable_from_reference(v, name="last", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        agree = gradient * self.last[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(self.factors[i] * change)
        self.last[i].assign(gradient)
        variable.assign_sub(learning_rate * self.factors[i] * tf.sign(gradient))


# %% exercise="rprop" answer="factors within bounds" expect="wrong" fails="rprop-1" breaks="2"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        super().build(variables)
        self.factors = [self.add_variable_from_reference(v, name="factor", initializer="ones") for v in variables]
        self.signs = [self.add_variable_from_reference(v, name="sign", initializer="zeros") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        sign = tf.sign(gradient)
        agree = sign * self.signs[i]
        change = tf.where(agree > 0, self.grow, tf.where(agree < 0, self.shrink, 1.0))
        self.factors[i].assign(tf.clip_by_value(self.factors[i] * change, 1e-2, 50.0))
        self.signs[i].assign(sign)
        variable.assign_sub(learning_rate * self.factors[i] * sign)


# %% exercise="adam_walk" equal="1e-7 is Keras's own epsilon"
# - optimizer = keras.optimizers.Adam(lr, beta_1=beta1, beta_2=beta2, epsilon=1e-7)
# + optimizer = keras.optimizers.Adam(lr, beta_1=beta1, beta_2=beta2)


# %% exercise="rprop" equal="zeros are what such a variable begins with where nothing is said"
# - last = self.add_variable_from_reference(weights, name="last", initializer="zeros")
# + last = self.add_variable_from_reference(weights, name='last')


# %% exercise="warm_cosine" answer="computed in the dtype of the step" expect="wrong" fails="warm_cosine-1" breaks="2"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    """Return the learning rate of a step: a straight rise, then half a cosine wave down to zero."""
    rising = peak * tf.cast(step + 1, tf.float32) / warmup
    done = tf.cast((step - warmup) / (total - warmup), tf.float32)
    falling = peak * (1 + tf.cos(np.pi * tf.minimum(done, 1.0))) / 2
    return tf.where(step < warmup, rising, falling)


# %% exercise="clip_together" answer="the dtype asked of the first entry" expect="error" fails="clip_together-1" breaks="6"
# exercise: clip_together
def clip_together(gradients, limit):
    """Shorten all gradients by one factor, so that their joint length is at most the limit."""
    total = tf.zeros((), gradients[0].dtype)
    for g in gradients:
        if g is not None:
            total += tf.reduce_sum(tf.square(g))
    length = tf.sqrt(total)
    factor = limit / tf.maximum(length, limit)
    return [g if g is None else factor * g for g in gradients]


# %% exercise="lion_step" answer="no decay where c is 0" expect="wrong" fails="lion_step-1" breaks="4" says="the decay goes on"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    moved = w - lr * (tf.where(c > 0, 1.0, -1.0) + decay * w)
    new_w = tf.where(c == 0, w, moved)  # the sign of 0 is 0: such a weight stays
    new_m = beta2 * m + (1 - beta2) * g
    return new_w, new_m


# %% exercise="make_step" answer="a signature for tables of float32" expect="error" fails="make_step-1"
# exercise: make_step
def make_step(model, loss, optimizer):
    batch = tf.TensorSpec([None, None], tf.float32)

    @tf.function(input_signature=[batch, batch])
    def step(x, y):
        with tf.GradientTape() as tape:
            predicted = model(x, training=True)
            value = loss(y, predicted) + sum(model.losses)
        variables = model.trainable_variables
        gradients = tape.gradient(value, variables)
        optimizer.apply_gradients(zip(gradients, variables))
        return value

    return step


# %% exercise="rprop" answer="the settings belong to the class" expect="wrong" fails="rprop-1" breaks="2"
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    """Steps by the signs of the slopes; each number has a step length that grows and shrinks.

    Args:
        learning_rate: length of the first step, a float or a schedule.
        grow: the factor when a slope keeps its sign.
        shrink: the factor when it changes its sign.
    """

    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        type(self).grow = grow
        type(self).shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        """Make what is remembered for each number of each variable."""
        super().build(variables)
        type(self).memory = []
        for weights in variables:
            factor = self.add_variable_from_reference(weights, name="factor", initializer="ones")
            last = self.add_variable_from_reference(weights, name="last", initializer="zeros")
            self.memory.append((factor, last))

    def update_step(self, gradient, variable, learning_rate):
        """Change one variable by its gradient, and what is remembered for it."""
        factor, last = self.memory[self._get_variable_index(variable)]
        towards = tf.sign(gradient)
        both = towards * last
        stretch = tf.where(both > 0, self.grow, tf.where(both < 0, self.shrink, 1.0))
        factor.assign(factor * stretch)
        last.assign(towards)
        variable.assign_sub(learning_rate * factor * towards)


# %% exercise="make_step" answer="the outer flags alone" expect="wrong" fails="make_step-2" breaks="4"
# exercise: make_step
def make_step(model, loss, optimizer):
    variables = [v for layer in model.layers if layer.trainable for v in layer.weights]

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            value += sum(model.losses)
        gradients = tape.gradient(value, variables)
        optimizer.apply_gradients(zip(gradients, variables))
        return value

    return step


# %% exercise="warm_cosine" answer="total beside int32" expect="wrong" fails="warm_cosine-1" breaks="2" says="larger than int32 holds"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    """Return the learning rate of a step: a straight rise, then half a cosine wave down to zero."""
    rising = peak * tf.cast(step + 1, tf.float32) / warmup
    done = tf.cast(tf.minimum(step, total) - warmup, tf.float32) / (total - warmup)
    falling = peak * (1 + tf.cos(np.pi * done)) / 2
    return tf.where(step < warmup, rising, falling)


# %% exercise="lion_step" answer="no gradient, no step" expect="wrong" fails="lion_step-1" breaks="2" says="Without a gradient there is a step"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    """Take one step of Lion."""
    c = beta1 * m + (1 - beta1) * g
    direction = tf.where(c > 0, 1.0, -1.0)
    direction = tf.where(g == 0, 0.0, direction)  # no gradient, no step
    new_w = w - lr * (direction + decay * w)
    new_m = beta2 * m + (1 - beta2) * g
    return new_w, new_m


# %% exercise="make_step" answer="the layers, not the model" expect="wrong" fails="make_step-2" breaks="4" says="ask the model"
# exercise: make_step
def make_step(model, loss, optimizer):
    """Return a compiled training step for the model."""
    variables = []
    for layer in model.layers:
        variables.extend(layer.trainable_variables)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, variables)
        optimizer.apply_gradients(zip(gradients, variables))
        return value

    return step


# %% exercise="lion_step" answer="no step where gradient and memory are 0, only there" expect="wrong" fails="lion_step-1" breaks="2" says="even if gradient and memory are not 0"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    c = beta1 * m + (1 - beta1) * g
    sign = tf.where(c > 0, 1.0, -1.0)
    sign = tf.where((g == 0) & (m == 0), 0.0, sign)
    return w - lr * (sign + decay * w), beta2 * m + (1 - beta2) * g


# %% exercise="warm_cosine" answer="1 added in int32" expect="wrong" fails="warm_cosine-1" breaks="2" says="before you add 1"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    rise = tf.minimum(tf.cast(step + 1, tf.float32) / warmup, 1.0)
    done = tf.clip_by_value((tf.cast(step, tf.float32) - warmup) / (total - warmup), 0.0, 1.0)
    return peak * rise * (1 + tf.cos(np.pi * done)) / 2


# %% exercise="warm_cosine" answer="axes of size 1 squeezed away" expect="wrong" fails="warm_cosine-1" breaks="3" says="tf.squeeze would take them"
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    """Return the learning rate of a step: a straight rise, then half a cosine wave down to zero."""
    step = tf.cast(step, tf.float32)
    rising = peak * (step + 1.0) / float(warmup)
    done = tf.minimum((step - float(warmup)) / float(total - warmup), 1.0)
    falling = peak * (1.0 + tf.cos(np.pi * done)) / 2.0
    both = tf.stack([rising, falling], axis=-1)
    which = tf.cast(step >= float(warmup), tf.int32)
    chosen = tf.gather(both, which[..., tf.newaxis], axis=-1, batch_dims=step.shape.rank)
    return tf.squeeze(chosen)


# %% exercise="clip_together" answer="a -1 for every unknown length" expect="wrong" fails="clip_together-1" breaks="7" says="only one -1"
# exercise: clip_together
def clip_together(gradients, limit):
    """Shorten all gradients by one factor, so that their joint length is at most the limit."""
    present = [g for g in gradients if g is not None]
    flat = tf.concat([tf.reshape(g, [-1]) for g in present], axis=0)
    flat = flat * (limit / tf.maximum(tf.norm(flat), limit))
    pieces = tf.split(flat, [tf.size(g) for g in present])
    result, i = [], 0
    for g in gradients:
        if g is None:
            result.append(None)
        else:
            shape = [-1 if n is None else n for n in g.shape]
            result.append(tf.reshape(pieces[i], shape))
            i += 1
    return result


# %% exercise="lion_step" answer="the sign of 0 only where all of c is 0" expect="wrong" fails="lion_step-1" breaks="2" says="in each weight by itself"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    """Take one step of Lion."""
    c = beta1 * m + (1 - beta1) * g
    if tf.reduce_all(c == 0):
        direction = tf.zeros_like(c)
    else:
        direction = tf.where(c > 0, 1.0, -1.0)
    new_w = w - lr * (direction + decay * w)
    new_m = beta2 * m + (1 - beta2) * g
    return new_w, new_m


# %% exercise="lion_step" answer="the stronger of the two wins" expect="wrong" fails="lion_step-1" breaks="2" says="make a c of that sign"
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    """Take one step of Lion."""
    memory, fresh = beta1 * m, (1 - beta1) * g
    # the stronger one wins; if they are equally strong they cancel
    sign = tf.where(tf.abs(memory) > tf.abs(fresh), tf.sign(memory),
                    tf.where(tf.abs(fresh) > tf.abs(memory), tf.sign(fresh), 0.0))
    new_w = w - lr * (sign + decay * w)
    new_m = beta2 * m + (1 - beta2) * g
    return new_w, new_m


# %% exercise="adam_walk" answer="closed form divided by powers of beta" expect="wrong" fails="adam_walk-1" breaks="3" says="With beta1 0 nothing is kept"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    """Return where Adam stands after each step, from zeros on, if it meets these gradients."""
    g = np.asarray(gradients, dtype=np.float64)
    t = np.arange(1, len(g) + 1)[:, None]

    def average(values, beta):
        # m_t = (1 - beta) * sum of beta**(t - i) * g_i
        return (1 - beta) * beta**t * np.cumsum(values / beta**t, axis=0)

    m_hat = average(g, beta1) / (1 - beta1**t)
    v_hat = average(g**2, beta2) / (1 - beta2**t)
    steps = lr * m_hat / (np.sqrt(v_hat) + 1e-7)
    return tf.constant(-np.cumsum(steps, axis=0), dtype=tf.float32)


# %% exercise="adam_walk" answer="corrected in the first steps only" expect="wrong" fails="adam_walk-1" breaks="4" says="Both averages are corrected at every step"
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    """Return where Adam stands after each step, from zeros on, if it meets these gradients."""
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m, v
        if beta1**t > 1e-4:    # later the averages have forgotten that they began at zero
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
        w = w - lr * m_hat / (tf.sqrt(v_hat) + 1e-7)
        places.append(w)
    return tf.stack(places)
