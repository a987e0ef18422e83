# %% [markdown]
# # Answer bank: training loops
#
# Other right answers to the exercises of `16-training-loops.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="epoch_mean" answer="a total and a count" expect="right"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) != len(sizes):
        raise ValueError("as many losses as sizes, please")
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        if size:
            total += loss * size
            count += size
    return total / count if count else 0.0


# %% exercise="epoch_mean" answer="NumPy's weighted mean" expect="right"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    losses, sizes = np.array(losses, "float64"), np.array(sizes, "float64")
    if losses.shape != sizes.shape:
        raise ValueError(f"{len(losses)} losses and {len(sizes)} sizes")
    full = sizes > 0
    return np.average(losses[full], weights=sizes[full]) if full.any() else 0.0


# %% exercise="epoch_mean" answer="a metric of Keras" expect="right"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    mean = keras.metrics.Mean()
    for loss, size in zip(losses, sizes, strict=True):
        if size > 0:
            mean.update_state(loss, sample_weight=size)
    return mean.result()


# %% exercise="epoch_mean" answer="mean of the batch means" expect="wrong" fails="epoch_mean-1" says="the mean of the batch means" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    full = [loss for loss, size in zip(losses, sizes, strict=True) if size]
    return sum(full) / len(full) if full else 0.0


# %% exercise="epoch_mean" answer="divided by the number of batches" expect="wrong" fails="epoch_mean-1" says="number of examples, not of batches" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    full = [loss * size for loss, size in zip(losses, sizes, strict=True) if size]
    return sum(full) / len(full) if full else 0.0


# %% exercise="epoch_mean" answer="divided by two at least" expect="wrong" fails="epoch_mean-1" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    full = [(loss * size, size) for loss, size in zip(losses, sizes, strict=True) if size]
    return sum(whole for whole, _ in full) / max(2, sum(size for _, size in full))


# %% exercise="epoch_mean" answer="the sum" expect="wrong" fails="epoch_mean-1" says="This is the sum" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    return sum([loss * size for loss, size in zip(losses, sizes, strict=True) if size])


# %% exercise="epoch_mean" answer="all batches as large as the first" expect="wrong" fails="epoch_mean-1" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    full = [(loss, size) for loss, size in zip(losses, sizes, strict=True) if size]
    if not full:
        return 0.0
    largest = max(size for _, size in full)
    return sum(loss * largest for loss, _ in full) / (largest * len(full))


# %% exercise="epoch_mean" answer="0 times nan" expect="wrong" fails="epoch_mean-1" says="0 times nan" breaks="2"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if not any(sizes) and len(losses) == len(sizes):
        return 0.0
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


# %% exercise="epoch_mean" answer="nan thrown out, the size kept" expect="wrong" fails="epoch_mean-1" breaks="2"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    total = sum(loss * size for loss, size in zip(losses, sizes, strict=True) if size)
    count = sum(max(size, 1) for size in sizes)
    return total / count if count else 0.0


# %% exercise="epoch_mean" answer="nan for nothing" expect="wrong" fails="epoch_mean-1" breaks="3"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    pairs = [pair for pair in zip(losses, sizes, strict=True) if pair[1]]
    count = sum(size for _, size in pairs)
    return sum(loss * size for loss, size in pairs) / count if count else float("nan")


# %% exercise="epoch_mean" answer="divided by zero" expect="error" fails="epoch_mean-1" breaks="3"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    pairs = [pair for pair in zip(losses, sizes, strict=True) if pair[1]]
    return sum(loss * size for loss, size in pairs) / sum(size for _, size in pairs)


# %% exercise="epoch_mean" answer="zip cuts in silence" expect="wrong" fails="epoch_mean-1" breaks="4"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    pairs = [pair for pair in zip(losses, sizes) if pair[1]]
    return sum(loss * size for loss, size in pairs) / max(1, sum(size for _, size in pairs))


# %% exercise="epoch_mean" answer="only too few losses are refused" expect="wrong" fails="epoch_mean-1" breaks="4"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) < len(sizes):
        raise ValueError("a loss is missing")
    pairs = [pair for pair in zip(losses, sizes) if pair[1]]
    return sum(loss * size for loss, size in pairs) / max(1, sum(size for _, size in pairs))


# %% exercise="epoch_mean" answer="only nan is left out of empty batches" expect="wrong" fails="epoch_mean-1" breaks="2"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    pairs = [(loss, size) for loss, size in zip(losses, sizes, strict=True) if size or loss == loss]
    return sum(loss * size for loss, size in pairs) / max(1, sum(sizes))


# %% exercise="epoch_mean" answer="a loss of 0 is no loss" expect="wrong" fails="epoch_mean-1" says="A loss of 0 counts, too" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    pairs = [(loss, size) for loss, size in zip(losses, sizes, strict=True) if loss and size]
    return sum(loss * size for loss, size in pairs) / max(1, sum(size for _, size in pairs))


# %% exercise="train_by_batches" answer="slices" expect="right"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for first in range(0, len(x), size):
        model.reset_metrics()
        values = model.train_on_batch(x[first : first + size], y[first : first + size])
        losses.append(float(np.ravel(values)[0]))
    return losses


# %% exercise="train_by_batches" answer="a tape" expect="right"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for start in range(0, x.shape[0], size):
        some, wanted = tf.constant(x[start : start + size]), tf.constant(y[start : start + size])
        with tf.GradientTape() as tape:
            outputs = model(some, training=True)
            loss = model.compute_loss(x=some, y=wanted, y_pred=outputs)
        model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        losses.append(loss.numpy().item())
    return losses


# %% exercise="train_by_batches" answer="one fit for each batch" expect="right"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    found = []
    while len(x):
        found += model.fit(x[:size], y[:size], batch_size=size, verbose=0).history["loss"]
        x, y = x[size:], y[size:]
    return found


# %% exercise="train_by_batches" answer="numbers of NumPy" expect="wrong" fails="train_by_batches-1" says="a list of Python floats" breaks="1"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    starts = range(0, len(x), size)
    return np.array([model.train_on_batch(x[i : i + size], y[i : i + size], return_dict=True)["loss"] for i in starts])


# %% exercise="train_by_batches" answer="tensors" expect="wrong" fails="train_by_batches-1" says="a list of Python floats" breaks="1"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    starts = range(0, len(x), size)
    losses = [model.train_on_batch(x[i : i + size], y[i : i + size], return_dict=True)["loss"] for i in starts]
    return [tf.constant(loss) for loss in losses]


# %% exercise="train_by_batches" answer="means so far" expect="wrong" fails="train_by_batches-1" says="means over all batches so far" breaks="2"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    mean, losses = keras.metrics.Mean(), []
    for i in range(0, len(x), size):
        rows = x[i : i + size]
        model.reset_metrics()
        loss = model.train_on_batch(rows, y[i : i + size], return_dict=True)["loss"]
        mean.update_state(loss, sample_weight=len(rows))
        losses.append(float(mean.result()))
    return losses


# %% exercise="train_by_batches" answer="what fit logs" expect="wrong" fails="train_by_batches-1" says="means over all batches so far" breaks="2"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    note = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(float(logs["loss"])))
    model.fit(x, y, batch_size=size, shuffle=False, callbacks=[note], verbose=0)
    return losses


# %% exercise="train_by_batches" answer="the loss of the epoch alone" expect="wrong" fails="train_by_batches-1" breaks="2"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    return [float(loss) for loss in model.fit(x, y, batch_size=size, shuffle=False, verbose=0).history["loss"]]


# %% exercise="train_by_batches" answer="the loss after the step" expect="wrong" fails="train_by_batches-1" says="the loss after the step" breaks="3"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for i in range(0, len(x), size):
        model.reset_metrics()
        model.train_on_batch(x[i : i + size], y[i : i + size])
        model.reset_metrics()
        losses.append(float(model.test_on_batch(x[i : i + size], y[i : i + size], return_dict=True)["loss"]))
    return losses


# %% exercise="train_by_batches" answer="nothing is learned" expect="wrong" fails="train_by_batches-1" says="has not learned" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    starts = range(0, len(x), size)
    return [float(model.test_on_batch(x[i : i + size], y[i : i + size], return_dict=True)["loss"]) for i in starts]


# %% exercise="train_by_batches" answer="from the last row" expect="wrong" fails="train_by_batches-1" breaks="4"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    x, y, losses = x[::-1], y[::-1], []
    for i in range(0, len(x), size):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[i : i + size], y[i : i + size], return_dict=True)["loss"]))
    return losses


# %% exercise="train_by_batches" answer="shuffled" expect="wrong" fails="train_by_batches-1" breaks="4"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    order, losses = np.roll(np.arange(len(x)), 1), []
    for i in range(0, len(x), size):
        rows = order[i : i + size]
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[rows], y[rows], return_dict=True)["loss"]))
    return losses


# %% exercise="train_by_batches" answer="last batch dropped" expect="wrong" fails="train_by_batches-1" says="The last, shorter batch is missing" breaks="5"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for k in range(len(x) // size):
        rows = slice(k * size, (k + 1) * size)
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[rows], y[rows], return_dict=True)["loss"]))
    return losses


# %% exercise="train_by_batches" answer="last batch looked at only" expect="wrong" fails="train_by_batches-1" says="Train on the last, shorter batch, too" breaks="5"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for i in range(0, len(x), size):
        rows = slice(i, i + size)
        act = model.train_on_batch if i + size <= len(x) else model.test_on_batch
        model.reset_metrics()
        losses.append(float(act(x[rows], y[rows], return_dict=True)["loss"]))
    return losses


# %% exercise="train_by_batches" answer="penalties forgotten" expect="wrong" fails="train_by_batches-1" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    cost, losses = keras.losses.get(model.loss), []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(cost(y[i : i + size], model(x[i : i + size], training=True)))
        model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        losses.append(float(loss))
    return losses


# %% exercise="train_by_batches" answer="not in training" expect="wrong" fails="train_by_batches-1" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for i in range(0, len(x), size):
        some, wanted = tf.constant(x[i : i + size]), tf.constant(y[i : i + size])
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=some, y=wanted, y_pred=model(some))
        model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        losses.append(float(loss))
    return losses


# %% exercise="train_by_batches" answer="the squared error, whatever was compiled" expect="wrong" fails="train_by_batches-1" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for i in range(0, len(x), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((y[i : i + size] - model(x[i : i + size], training=True)) ** 2)
            loss += sum(model.losses)
        model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        losses.append(float(loss))
    return losses


# %% exercise="train_by_batches" answer="plain descent, whatever was compiled" expect="wrong" fails="train_by_batches-1" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for first in range(0, len(x), size):
        rows, targets = tf.constant(x[first : first + size]), tf.constant(y[first : first + size])
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=rows, y=targets, y_pred=model(rows, training=True))
        for weight, slope in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
            weight.assign_sub(model.optimizer.learning_rate * slope)
        losses.append(float(loss))
    return losses


# %% exercise="train_by_batches" answer="each call with an optimizer of its own" expect="wrong" fails="train_by_batches-1" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    losses = []
    for first in range(0, len(x), size):
        rows, targets = tf.constant(x[first : first + size]), tf.constant(y[first : first + size])
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=rows, y=targets, y_pred=model(rows, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        losses.append(float(loss))
    return losses


# %% exercise="train_by_batches" answer="loss and metric averaged" expect="wrong" fails="train_by_batches-1" says="with a metric" breaks="7"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for i in range(0, len(x), size):
        model.reset_metrics()
        losses.append(float(np.mean(model.train_on_batch(x[i : i + size], y[i : i + size]))))
    return losses


# %% exercise="train_by_batches" answer="no metrics expected" expect="error" fails="train_by_batches-1" breaks="7"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for i in range(0, len(x), size):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[i : i + size], y[i : i + size])))
    return losses


# %% exercise="gradient_norm" answer="the chapter's loop over the metrics" expect="right"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.optimizer.apply(slopes, self.trainable_variables)
        for metric in self.metrics:
            if metric is self.norm:
                metric.update_state(tf.linalg.global_norm(slopes))
            elif metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, outputs)
        return self.get_metrics_result()

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="a total and a count, reset by hand" expect="right"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.total = tf.Variable(0.0, trainable=False)
        self.count = tf.Variable(0.0, trainable=False)

    def reset_metrics(self):
        super().reset_metrics()
        self.total.assign(0.0)
        self.count.assign(0.0)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.total.assign_add(tf.norm(tf.concat([tf.reshape(slope, [-1]) for slope in slopes], axis=0)))
        self.count.assign_add(1.0)
        self.optimizer.apply_gradients(zip(slopes, self.trainable_variables))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, outputs)
        return {**self.get_metrics_result(), "gradient_norm": self.total / self.count}

    def test_step(self, data):
        return super().test_step(data)


# %% exercise="gradient_norm" answer="Keras's own step, the gradient twice" expect="right"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        fixed = [(weight, tf.convert_to_tensor(weight)) for weight in self.non_trainable_variables]
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
        self.norm.update_state(tf.linalg.global_norm([*map(tf.convert_to_tensor, tape.gradient(loss, self.trainable_variables))]))
        for weight, value in fixed:
            if weight.path.split("/")[-1].startswith("moving"):
                weight.assign(value)
        return super().train_step(data)

    def test_step(self, data):
        report = super().test_step(data)
        report.pop("gradient_norm")
        return report


# %% exercise="gradient_norm" answer="not in training" expect="wrong" fails="gradient_norm-1" breaks="1"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="penalties forgotten" expect="wrong" fails="gradient_norm-1" breaks="1"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = tf.reduce_mean(keras.losses.get(self.loss)(y, outputs))
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss + sum(self.losses), sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="no step is taken" expect="wrong" fails="gradient_norm-1" breaks="1"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        self.norm.update_state(tf.linalg.global_norm([*map(tf.convert_to_tensor, tape.gradient(loss, self.trainable_variables))]))
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="the loss is not noted" expect="wrong" fails="gradient_norm-1" says="the loss in two epochs" breaks="2"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="a short batch counts like a full one in the loss" expect="wrong" fails="gradient_norm-1" breaks="2"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss)
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="only loss and length are noted" expect="error" fails="gradient_norm-1" breaks="2"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.get_metrics_result()

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="no root" expect="wrong" fails="gradient_norm-1" says="Take the root" breaks="3"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.add_n([tf.reduce_sum(slope**2) for slope in slopes]))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="mean of the lengths" expect="wrong" fails="gradient_norm-1" says="mean of the lengths of the two" breaks="3"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        for slope in slopes:
            self.norm.update_state(tf.norm(slope))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="without the penalties' part" expect="wrong" fails="gradient_norm-1" breaks="3"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape(persistent=True) as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
            bare = tf.reduce_mean((y - outputs) ** 2)
        self.norm.update_state(tf.linalg.global_norm([*map(tf.convert_to_tensor, tape.gradient(bare, self.trainable_variables))]))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="the last batch" expect="wrong" fails="gradient_norm-1" says="the last batch of each epoch" breaks="4"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {**self.compute_metrics(x, y, outputs), "gradient_norm": tf.linalg.global_norm(slopes)}

    def test_step(self, data):
        return super().test_step(data)


# %% exercise="gradient_norm" answer="never reset" expect="wrong" fails="gradient_norm-1" says="Each epoch begins anew" breaks="4"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sums = tf.Variable([0.0, 0.0], trainable=False)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.optimizer.apply(slopes, self.trainable_variables)
        self.sums.assign_add(tf.stack([tf.linalg.global_norm(slopes), 1.0]))
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {**self.compute_metrics(x, y, outputs), "gradient_norm": self.sums[0] / self.sums[1]}

    def test_step(self, data):
        return super().test_step(data)


# %% exercise="gradient_norm" answer="a sum" expect="wrong" fails="gradient_norm-1" says="sums over the batches" breaks="4"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Sum(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="weighed by the size of the batch" expect="wrong" fails="gradient_norm-1" breaks="4"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes), sample_weight=tf.shape(x)[0])
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="in evaluate, too" expect="wrong" fails="gradient_norm-1" says="trains nothing" breaks="5"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return super().test_step(data)


# %% exercise="gradient_norm" answer="each use of a row of an embedding counted by itself" expect="wrong" fails="gradient_norm-1" says="has its slopes added up" breaks="3"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = tape.gradient(loss, self.trainable_variables)
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="the squared error, whatever was compiled" expect="wrong" fails="gradient_norm-1" breaks="1"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = tf.reduce_mean((y - outputs) ** 2) + sum(self.losses)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="long gradients cut short" expect="wrong" fails="gradient_norm-1" breaks="1"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        slopes, length = tf.clip_by_global_norm(slopes, 10.0)
        self.norm.update_state(length)
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="plain descent, whatever was compiled" expect="wrong" fails="gradient_norm-1" breaks="1"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(tf.linalg.global_norm(slopes))
        for weight, slope in zip(self.trainable_variables, slopes):
            weight.assign_sub(self.optimizer.learning_rate * slope)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="the length by NumPy, in no graph" expect="error" fails="gradient_norm-1" breaks="3"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, self.trainable_variables)]
        self.norm.update_state(np.sqrt(sum(np.sum(slope.numpy() ** 2) for slope in slopes)))
        self.optimizer.apply(slopes, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return self.compute_metrics(x, y, outputs)

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="fading_task" answer="add_weight, and the means written out" expect="right"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="TensorFlow's variable, the mean of each row first" expect="right"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = tf.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        rows = {name: keras.losses.mean_squared_error(y[name], y_pred[name]) for name in ("main", "aid")}
        total = tf.reduce_mean(rows["main"] + self.share * rows["aid"])
        for penalty in self.losses:
            total += penalty
        return total


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        left = 1 - epoch / self.epochs
        self.model.share.assign(left if left > 0 else 0.0)


# %% exercise="fading_task" answer="Keras's own function for the mean" expect="right"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(shape=(), initializer=keras.initializers.Constant(1.0), trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        square = keras.ops.square
        main = keras.ops.mean(square(y_pred["main"] - y["main"]))
        weighted = keras.ops.mean(self.share * square(y_pred["aid"] - y["aid"]))
        return main + weighted + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(float(np.clip((self.epochs - epoch) / self.epochs, 0, 1)))


# %% exercise="fading_task" answer="sums over the outputs" expect="wrong" fails="fading_task-1" breaks="1"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.reduce_sum(tf.square(y["main"] - y_pred["main"]), axis=-1))
        aid = tf.reduce_mean(tf.reduce_sum(tf.square(y["aid"] - y_pred["aid"]), axis=-1))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="shares that add to 1" expect="wrong" fails="fading_task-1" breaks="1"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return (1 - self.share) * main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="penalties forgotten" expect="wrong" fails="fading_task-1" says="The penalties are missing" breaks="2"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        return main + self.share * tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="begins at 0" expect="wrong" fails="fading_task-1" says="the share at first" breaks="3"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="zeros", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="the share is trained" expect="wrong" fails="fading_task-1" says="The share is trained" breaks="4"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="an epoch too early" expect="wrong" fails="fading_task-1" says="In epoch 0 it is still 1" breaks="5"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - (epoch + 1) / self.epochs))


# %% exercise="fading_task" answer="always in two epochs" expect="wrong" fails="fading_task-1" breaks="5"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / 2))


# %% exercise="fading_task" answer="halved each time" expect="wrong" fails="fading_task-1" breaks="5"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(0.5**epoch if epoch < self.epochs else 0.0)


# %% exercise="fading_task" answer="lowered from where it is" expect="wrong" fails="fading_task-1" breaks="5"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        if epoch:
            self.model.share.assign(tf.maximum(0.0, self.model.share - 1 / self.epochs))


# %% exercise="fading_task" answer="below 0" expect="wrong" fails="fading_task-1" says="It goes below 0" breaks="6"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(1 - epoch / self.epochs)


# %% exercise="fading_task" answer="a Python number" expect="wrong" fails="fading_task-1" says="a Python number is fixed in the graph" breaks="7"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = 1.0

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share = max(0.0, 1 - epoch / self.epochs)


# %% exercise="fading_task" answer="read once, by float" expect="wrong" fails="fading_task-1" says="the share of the first epoch" breaks="7"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)
        self.weight = float(self.share)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.weight * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="the second loss forgotten" expect="wrong" fails="fading_task-1" says="The second loss is missing" breaks="1"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return tf.reduce_mean(tf.square(y["main"] - y_pred["main"])) + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="counts the epochs by itself" expect="wrong" fails="fading_task-1" breaks="5"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs
        self.seen = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - self.seen / self.epochs))
        self.seen += 1


# %% exercise="fading_task" answer="evaluate judges the main task alone" expect="wrong" fails="fading_task-1" says="The second loss counts in `evaluate`, too" breaks="1"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        share = self.share if training else 0.0
        return main + share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="a share above 1 is cut" expect="wrong" fails="fading_task-1" says="whatever it is set to" breaks="1"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        share = tf.clip_by_value(tf.convert_to_tensor(self.share), 0.0, 1.0)
        return main + share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="one penalty alone" expect="wrong" fails="fading_task-1" breaks="2"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + (self.losses[0] if self.losses else 0.0)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="judge" answer="the chapter's loop over the metrics" expect="right"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, training=False)
        for metric in self.metrics:
            if metric is self.worst:
                metric.update_state(tf.abs(y - outputs))
            elif metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, outputs)
        return self.get_metrics_result()


# %% exercise="judge" answer="Keras's trackers by name" expect="right"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        loss = self.compute_loss(x, y, outputs)
        self._loss_tracker.update_state(loss, sample_weight=keras.ops.shape(x)[0])
        self.worst.update_state(keras.ops.max(keras.ops.abs(outputs - y)))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="only the worst is new; in compute_loss" expect="right"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        self.worst.update_state(tf.abs(y - y_pred))
        return super().compute_loss(x, y, y_pred, sample_weight, training)


# %% exercise="judge" answer="as it was" expect="wrong" fails="judge-1" says="the names"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=True)
        loss = tf.reduce_mean((y - outputs) ** 2)
        return {"loss": loss, "worst": tf.reduce_max(tf.abs(y - outputs))}


# %% exercise="judge" answer="always the squared error" expect="wrong" fails="judge-1" breaks="1"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        loss = tf.reduce_mean((y - outputs) ** 2) + sum(self.losses)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        self.worst.update_state(tf.abs(y - outputs))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="a short batch counts like a full one" expect="wrong" fails="judge-1" says="A short batch counts less" breaks="1"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        self._loss_tracker.update_state(self.compute_loss(x=x, y=y, y_pred=outputs, training=False))
        self.worst.update_state(tf.abs(y - outputs))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="the loss of the last batch" expect="wrong" fails="judge-1" says="This is the last batch" breaks="1"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        self._loss_tracker.reset_state()
        self._loss_tracker.update_state(self.compute_loss(x=x, y=y, y_pred=outputs, training=False))
        self.worst.update_state(tf.abs(y - outputs))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="the loss is not noted" expect="wrong" fails="judge-1" says="Nobody has updated the tracker" breaks="1"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        self.worst.update_state(tf.abs(y - outputs))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="penalties forgotten" expect="wrong" fails="judge-1" says="The penalties are missing" breaks="2"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        loss = tf.reduce_mean(keras.losses.get(self.loss)(y, outputs))
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        self.worst.update_state(tf.abs(y - outputs))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="compiled metrics forgotten" expect="wrong" fails="judge-1" says="Nobody has updated this metric" breaks="3"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, training=False)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        self.worst.update_state(tf.abs(y - outputs))
        return self.get_metrics_result()


# %% exercise="judge" answer="metrics left out of the report" expect="wrong" fails="judge-1" says="the names" breaks="3"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        self.worst.update_state(tf.abs(y - outputs))
        report = super().test_step(data)
        return {"loss": report["loss"], "worst": report["worst"]}


# %% exercise="judge" answer="nobody shows the errors" expect="wrong" fails="judge-1" says="Show the errors" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        return super().test_step(data)


# %% exercise="judge" answer="the worst of the last batch" expect="wrong" fails="judge-1" says="This is the last batch" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        self.worst.reset_state()
        self.worst.update_state(tf.abs(y - self(x, training=False)))
        return super().test_step(data)


# %% exercise="judge" answer="errors with their sign" expect="wrong" fails="judge-1" says="Show the errors" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        self.worst.update_state(y - self(x, training=False))
        return super().test_step(data)


# %% exercise="judge" answer="errors with the other sign" expect="wrong" fails="judge-1" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        self.worst.update_state(self(x, training=False) - y)
        return super().test_step(data)


# %% exercise="judge" answer="the worst mean of a batch" expect="wrong" fails="judge-1" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        self.worst.update_state(tf.reduce_mean(tf.abs(y - self(x, training=False))))
        return super().test_step(data)


# %% exercise="judge" answer="only the first output" expect="wrong" fails="judge-1" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        self.worst.update_state(tf.abs(y - self(x, training=False))[:, 0])
        return super().test_step(data)


# %% exercise="judge" answer="in training" expect="wrong" fails="judge-1" breaks="5"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=True)
        loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        self.worst.update_state(tf.abs(y - outputs))
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="metrics updated twice" expect="wrong" fails="judge-1" says="This metric was shown each batch twice" breaks="3"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        self.worst.update_state(tf.abs(y - outputs))
        super().test_step(data)
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="the worst by NumPy, in no graph" expect="error" fails="judge-1" breaks="4"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        self.worst.update_state(np.abs(y.numpy() - self(x, training=False).numpy()))
        return super().test_step(data)


# %% exercise="gan_step" answer="binary cross entropy of Keras" expect="right"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    slopes = tape.gradient(told, discriminator.trainable_variables)
    tells.apply(slopes, discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    slopes = tape.gradient(fooled, generator.trainable_variables)
    makes.apply(slopes, generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="points made once, the generator's tape kept" expect="right"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    def cross(label, logits):
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), label), logits))

    with tf.GradientTape() as outer:
        made = generator(noise)
        with outer.stop_recording(), tf.GradientTape() as inner:
            told = cross(1.0, discriminator(real)) + cross(0.0, discriminator(made))
        with outer.stop_recording():
            variables = discriminator.trainable_variables
            tells.apply_gradients(zip(inner.gradient(told, variables), variables))
        fooled = cross(1.0, discriminator(made))
    variables = generator.trainable_variables
    makes.apply_gradients(zip(outer.gradient(fooled, variables), variables))
    return told, fooled


# %% exercise="gan_step" answer="one helper for both halves" expect="right"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    def descend(model, optimizer, loss_of):
        with tf.GradientTape() as tape:
            loss = loss_of()
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    def judged():
        mine = tf.math.log_sigmoid(discriminator(real))
        yours = tf.math.log_sigmoid(-discriminator(generator(noise)))
        return -tf.reduce_mean(mine) - tf.reduce_mean(yours)

    told = descend(discriminator, tells, judged)
    fooled = descend(generator, makes, lambda: -tf.reduce_mean(tf.math.log_sigmoid(discriminator(generator(noise)))))
    return told, fooled


# %% exercise="gan_step" answer="the two terms averaged" expect="wrong" fails="gan_step-1" says="Two terms, added" breaks="1"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = (cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)) / 2
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="one mean over all points" expect="wrong" fails="gan_step-1" breaks="1"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        labels = tf.concat([tf.ones_like(is_real), tf.zeros_like(is_made)], axis=0)
        told = 2 * cost(labels, tf.concat([is_real, is_made], axis=0))
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="labels the other way round" expect="wrong" fails="gan_step-1" says="The labels are the other way round" breaks="1"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.zeros_like(is_real), is_real) + cost(tf.ones_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="logits taken for probabilities" expect="wrong" fails="gan_step-1" says="told" breaks="1"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy()
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="log of the sigmoid, which becomes 0" expect="wrong" fails="gan_step-1" breaks="1"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    def cost(label, logits):
        chance = tf.clip_by_value(tf.sigmoid(logits), 1e-7, 1 - 1e-7)
        return -tf.reduce_mean(tf.math.log(chance if label else 1 - chance))

    with tf.GradientTape() as tape:
        told = cost(1, discriminator(real)) + cost(0, discriminator(generator(noise)))
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        fooled = cost(1, discriminator(generator(noise)))
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the discriminator climbs" expect="wrong" fails="gan_step-1" breaks="2"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    slopes = tape.gradient(told, discriminator.trainable_variables)
    tells.apply([-slope for slope in slopes], discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="optimizers exchanged" expect="wrong" fails="gan_step-1" says="is the generator's optimizer" breaks="2,5"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    makes.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    tells.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the generator wants to be called 0" expect="wrong" fails="gan_step-1" says="wants its points to be called 1" breaks="3"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.zeros_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="minus the discriminator's loss" expect="wrong" fails="gan_step-1" breaks="3"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = -cost(tf.zeros_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="both gradients before both steps" expect="wrong" fails="gan_step-1" says="has taken its step already" breaks="4"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape(persistent=True) as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
        fooled = cost(tf.ones_like(is_made), is_made)
    first = tape.gradient(told, discriminator.trainable_variables)
    second = tape.gradient(fooled, generator.trainable_variables)
    tells.apply(first, discriminator.trainable_variables)
    makes.apply(second, generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the generator first" expect="wrong" fails="gan_step-1" breaks="4"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the generator does not move" expect="wrong" fails="gan_step-1" breaks="5"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    is_made = discriminator(generator(noise))
    return told, cost(tf.ones_like(is_made), is_made)


# %% exercise="gan_step" answer="points made outside the tape" expect="error" fails="gan_step-1" breaks="5"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    made = generator(noise)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(made)
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(made)
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the discriminator moves twice" expect="wrong" fails="gan_step-1" says="It moved in the generator's half, too" breaks="6"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape(persistent=True) as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    tells.apply(tape.gradient(fooled, discriminator.trainable_variables), discriminator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the generator is drawn along by the discriminator's loss" expect="wrong" fails="gan_step-1" breaks="6"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape(persistent=True) as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    makes.apply(tape.gradient(told, generator.trainable_variables), generator.trainable_variables)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="the discriminator is left frozen" expect="wrong" fails="gan_step-1" says="Both models can still be trained" breaks="6"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminator.trainable = True
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    judges = discriminator.trainable_variables
    tells.apply(tape.gradient(told, judges), judges)
    discriminator.trainable = False
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="only as many real points as made ones" expect="wrong" fails="gan_step-1" breaks="1"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        is_real = discriminator(real[: len(is_made)])
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    judges = discriminator.trainable_variables
    tells.apply(tape.gradient(told, judges), judges)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="gan_step" answer="numbers of NumPy" expect="error" fails="gan_step-1" breaks="7"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    tells.apply(tape.gradient(told, discriminator.trainable_variables), discriminator.trainable_variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told.numpy(), fooled.numpy()


# %% exercise="epoch_mean" answer="every nan left out" expect="wrong" fails="epoch_mean-1" breaks="1" says="let it be seen"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) != len(sizes):
        raise ValueError("a loss and a size for each batch")
    count = sum(sizes)
    return float(np.nansum(np.array(losses) * np.array(sizes)) / count) if count else 0.0


# %% exercise="epoch_mean" answer="sizes without losses let through" expect="wrong" fails="epoch_mean-1" breaks="4"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if losses and len(losses) != len(sizes):
        raise ValueError("lengths")
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        if size:
            total += loss * size
            count += size
    return total / count if count else 0.0


# %% exercise="epoch_mean" answer="infinite losses left out" expect="wrong" fails="epoch_mean-1" breaks="1" says="An infinite loss says"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) != len(sizes):
        raise ValueError("lengths")
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        if size and abs(loss) != float("inf"):
            total += loss * size
            count += size
    return total / count if count else 0.0


# %% exercise="epoch_mean" answer="rounded to four digits" expect="wrong" fails="epoch_mean-1" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) != len(sizes):
        raise ValueError("lengths")
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        if size:
            total += loss * size
            count += size
    return round(total / count, 4) if count else 0.0


# %% exercise="epoch_mean" answer="sizes kept in a byte" expect="wrong" fails="epoch_mean-1" breaks="1"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) != len(sizes):
        raise ValueError("lengths")
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        size = int(np.uint8(size % 256))
        if size:
            total += loss * size
            count += size
    return total / count if count else 0.0


# %% exercise="train_by_batches" answer="fit with its own batches of 32" expect="wrong" fails="train_by_batches-1" breaks="4"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    losses = []
    for first in range(0, len(x), size):
        history = model.fit(x[first : first + size], y[first : first + size], shuffle=False, verbose=0).history
        losses.append(float(history["loss"][0]))
    return losses


# %% exercise="train_by_batches" answer="frozen layers trained, too" expect="wrong" fails="train_by_batches-1" breaks="6"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    for layer in model.layers:
        layer.trainable = True
    losses = []
    for first in range(0, len(x), size):
        rows = slice(first, first + size)
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[rows], y[rows], return_dict=True)["loss"]))
    return losses


# %% exercise="fading_task" answer="large errors cut" expect="wrong" fails="fading_task-1" breaks="1"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(tf.clip_by_value(y["main"] - y_pred["main"], -5.0, 5.0)))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="gan_step" answer="frozen layers trained, too" expect="wrong" fails="gan_step-1" breaks="6"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    for layer in discriminator.layers:
        layer.trainable = True
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made)
    judges = discriminator.trainable_variables
    tells.apply(tape.gradient(told, judges), judges)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made)
    makes.apply(tape.gradient(fooled, generator.trainable_variables), generator.trainable_variables)
    return told, fooled


# %% exercise="train_by_batches" answer="the loss made anew, without its weight" expect="wrong" fails="train_by_batches-1" breaks="6" says="has given the loss a weight"
# exercise: train_by_batches
def train_by_batches(model, x, y, size):
    cost = keras.losses.get(model.loss)
    losses = []
    for first in range(0, len(x), size):
        with tf.GradientTape() as tape:
            outputs = model(x[first:first + size], training=True)
            loss = tf.reduce_mean(cost(y[first:first + size], outputs)) + sum(model.losses)
        variables = model.trainable_variables
        model.optimizer.apply(tape.gradient(loss, variables), variables)
        losses.append(float(loss))
    return losses


# %% exercise="fading_task" answer="a share below 0 is cut in the loss" expect="wrong" fails="fading_task-1" breaks="1" says="in the loss the share counts as it is"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + tf.maximum(self.share, 0.0) * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="fading_task" answer="nothing is set behind the last epoch" expect="wrong" fails="fading_task-1" breaks="6" says="Set it in every epoch"
# exercise: fading_task
class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = keras.Variable(1.0, trainable=False, name="share")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        parts = {name: tf.reduce_mean((y[name] - y_pred[name]) ** 2) for name in ("main", "aid")}
        return parts["main"] + self.share * parts["aid"] + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        if epoch <= self.epochs:
            self.model.share.assign(1 - epoch / self.epochs)


# %% exercise="epoch_mean" equal="the larger of two numbers does not depend on their order"
# - return sum(whole for whole, _ in pairs) / max(1, sum(size for _, size in pairs))
# + return sum(whole for whole, _ in pairs) / max(sum((size for _, size in pairs)), 1)


# %% exercise="gradient_norm" equal="Keras's own compute_loss does not look at x"
# - loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
# + loss = self.compute_loss(y=y, y_pred=y_pred)


# %% exercise="fading_task" equal="nothing in this method looks at training"
# - def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
# + def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=False):


# %% exercise="fading_task" equal="a squared difference does not depend on the order"
# - both = error(y["main"], y_pred["main"]) + self.share * error(y["aid"], y_pred["aid"])
# + both = error(y["main"], y_pred["main"]) + self.share * error(y_pred['aid'], y['aid'])


# %% exercise="fading_task" equal="a squared difference does not depend on the order"
# - both = error(y["main"], y_pred["main"]) + self.share * error(y["aid"], y_pred["aid"])
# + both = error(y_pred['main'], y['main']) + self.share * error(y["aid"], y_pred["aid"])


# %% exercise="fading_task" equal="Keras sets what Callback's own __init__ makes before any hook is called"
# - super().__init__()
# + pass


# %% exercise="fading_task" equal="the larger of two numbers does not depend on their order"
# - self.model.share.assign(max(self.epochs - epoch, 0) / self.epochs)
# + self.model.share.assign(max(0, self.epochs - epoch) / self.epochs)


# %% exercise="fading_task" equal="the larger of two numbers does not depend on their order"
# - self.model.share.assign(max(0.0, 1 - epoch / self.epochs))
# + self.model.share.assign(max(1 - epoch / self.epochs, 0.0))


# %% exercise="fading_task" equal="where nothing is left it is 0 either way"
# - self.model.share.assign(left if left > 0 else 0.0)
# + self.model.share.assign(left if left >= 0 else 0.0)


# %% exercise="judge" equal="a call is not in training unless it is told so, and test_step tells it nothing"
# - outputs = self(x, training=False)
# + outputs = self(x)


# %% exercise="judge" equal="Keras's own compute_loss does the same whatever training is"
# - loss = self.compute_loss(x=x, y=y, y_pred=outputs, training=False)
# + loss = self.compute_loss(x=x, y=y, y_pred=outputs)


# %% exercise="judge" equal="Keras's own compute_loss does the same whatever training is"
# - def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
# + def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=False):


# %% exercise="train_by_batches" equal="only what is printed changes"
# - found += model.fit(x[:size], y[:size], batch_size=size, verbose=0).history["loss"]
# + found += model.fit(x[:size], y[:size], batch_size=size, verbose=1).history["loss"]


# %% exercise="gradient_norm" equal="tf.square makes a tensor of an embedding's slopes by itself"
# - squares = [tf.reduce_sum(tf.square(tf.convert_to_tensor(gradient))) for gradient in gradients]
# + squares = [tf.reduce_sum(tf.square(gradient)) for gradient in gradients]


# %% exercise="epoch_mean" answer="sizes by their loss" expect="wrong" fails="epoch_mean-1" breaks="1" says="may have the same loss"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    if len(losses) != len(sizes):
        raise ValueError("the lists differ in length")
    size_of = {loss: size for loss, size in zip(losses, sizes) if size}
    count = sum(size_of.values())
    return sum(loss * size for loss, size in size_of.items()) / count if count else 0.0


# %% exercise="epoch_mean" answer="removes from the list that it goes through" expect="wrong" fails="epoch_mean-1" breaks="2" says="leave empty batches out"
# exercise: epoch_mean
def epoch_mean(losses, sizes):
    """Return the mean loss of an example over all batches."""
    if len(losses) != len(sizes):
        raise ValueError("losses and sizes differ in length")
    batches = list(zip(losses, sizes))
    for batch in batches:
        if batch[1] == 0:
            batches.remove(batch)
    count = sum(size for _, size in batches)
    if count == 0:
        return 0.0
    return sum(loss * size for loss, size in batches) / count


# %% exercise="gradient_norm" answer="the size of a batch as the graph knows it" expect="wrong" fails="gradient_norm-1" breaks="2"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.length = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(slopes, self.trainable_variables)
        for metric in self.metrics:
            if metric is self.length:
                metric.update_state(tf.linalg.global_norm([tf.convert_to_tensor(slope) for slope in slopes]))
            elif metric.name == "loss":
                metric.update_state(loss, sample_weight=x.shape[0])
            else:
                metric.update_state(y, outputs)
        return self.get_metrics_result()

    def test_step(self, data):
        return {name: value for name, value in super().test_step(data).items() if name != "gradient_norm"}


# %% exercise="gradient_norm" answer="taken out of the dictionary of evaluate" expect="wrong" fails="gradient_norm-1" breaks="5" says="however `evaluate` reports"
# exercise: gradient_norm
class GradientNorm(keras.Model):
    """A model that fit trains as always, and that reports the length of its gradient as gradient_norm."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm_tracker = keras.metrics.Mean(name="gradient_norm")

    def train_step(self, data):
        """Take one step on the batch (x, y); return a dictionary of all numbers to report."""
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=outputs)
        slopes = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(slopes, self.trainable_variables)
        for metric in self.metrics:
            if metric is self.norm_tracker:
                metric.update_state(tf.linalg.global_norm([tf.convert_to_tensor(slope) for slope in slopes]))
            elif metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, outputs)
        return self.get_metrics_result()

    def test_step(self, data):
        """Judge the batch (x, y); return a dictionary of all numbers to report."""
        return super().test_step(data)

    def evaluate(self, *args, **kwargs):
        """Evaluate as always, without the length of the gradient."""
        report = super().evaluate(*args, **kwargs)
        if isinstance(report, dict):
            report.pop("gradient_norm", None)
        return report


# %% exercise="fading_task" answer="one share for all models" expect="wrong" fails="fading_task-1" breaks="3"
# exercise: fading_task
_SHARE = keras.Variable(1.0, trainable=False, name="share")


class FadingTask(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _SHARE.assign(1.0)
        self.share = _SHARE

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        return main + self.share * aid + sum(self.losses)


class Fade(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="judge" answer="the size of a batch as the graph knows it" expect="wrong" fails="judge-1" breaks="1" says="is the size"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        outputs = self(x, training=False)
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, training=False)
        for metric in self.metrics:
            if metric is self.worst:
                metric.update_state(tf.abs(y - outputs))
            elif metric.name == "loss":
                metric.update_state(loss, sample_weight=x.shape[0])
            else:
                metric.update_state(y, outputs)
        return self.get_metrics_result()


# %% exercise="judge" answer="in training, the normalisations held" expect="wrong" fails="judge-1" breaks="5" says="dropout, too"
# exercise: judge
class Judge(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        x, y = data
        normal = [layer for layer in self.layers if isinstance(layer, layers.BatchNormalization)]
        for layer in normal:
            layer.trainable = False
        outputs = self(x, training=True)
        for layer in normal:
            layer.trainable = True
        loss = self.compute_loss(x=x, y=y, y_pred=outputs, training=False)
        self.worst.update_state(tf.abs(y - outputs))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
                break
        return self.compute_metrics(x, y, outputs)


# %% exercise="judge" answer="the weight of the loss left out" expect="wrong" fails="judge-1" breaks="1" says="it knows all that was compiled"
# exercise: judge
class Judge(keras.Model):
    """A model whose evaluate reports loss, metrics, and the largest error of all, as worst."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worst = Largest(name="worst")

    def test_step(self, data):
        """Judge the batch (x, y); return a dictionary of all numbers to report."""
        x, y = data
        outputs = self(x, training=False)
        loss = tf.reduce_mean(keras.losses.get(self.loss)(y, outputs)) + sum(self.losses)
        for metric in self.metrics:
            if metric is self.worst:
                metric.update_state(tf.abs(y - outputs))
            elif metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, outputs)
        return self.get_metrics_result()


# %% exercise="gan_step" answer="the penalties of the layers added" expect="wrong" fails="gan_step-1" breaks="1,3"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        is_real, is_made = discriminator(real), discriminator(generator(noise))
        told = cost(tf.ones_like(is_real), is_real) + cost(tf.zeros_like(is_made), is_made) + sum(discriminator.losses)
    variables = discriminator.trainable_variables
    tells.apply(tape.gradient(told, variables), variables)
    with tf.GradientTape() as tape:
        is_made = discriminator(generator(noise))
        fooled = cost(tf.ones_like(is_made), is_made) + sum(generator.losses)
    variables = generator.trainable_variables
    makes.apply(tape.gradient(fooled, variables), variables)
    return told, fooled


# %% exercise="fading_task" answer="penalties in training only" expect="wrong" fails="fading_task-1" breaks="2" says="in `evaluate`, too"
# exercise: fading_task
class FadingTask(keras.Model):
    """A model with outputs "main" and "aid"; the loss of the second is multiplied by the variable share."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = self.add_weight(name="share", shape=(), initializer="ones", trainable=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        main = tf.reduce_mean(tf.square(y["main"] - y_pred["main"]))
        aid = tf.reduce_mean(tf.square(y["aid"] - y_pred["aid"]))
        loss = main + self.share * aid
        if training:
            loss += sum(self.losses)
        return loss


class Fade(keras.callbacks.Callback):
    """Lowers the model's share from 1, in epoch 0, to 0, in epoch `epochs` and after it."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.share.assign(max(0.0, 1 - epoch / self.epochs))


# %% exercise="gan_step" answer="targets made by .shape" expect="error" fails="gan_step-1" breaks="7"
# exercise: gan_step
def gan_step(generator, discriminator, makes, tells, real, noise):
    """Train the discriminator by one step, then the generator by one step."""
    cost = keras.losses.BinaryCrossentropy(from_logits=True)
    ones_real = tf.ones((real.shape[0], 1))
    zeros_made = tf.zeros((noise.shape[0], 1))
    ones_made = tf.ones((noise.shape[0], 1))

    with tf.GradientTape() as tape:
        made = generator(noise)
        told = cost(ones_real, discriminator(real)) + cost(zeros_made, discriminator(made))
    variables = discriminator.trainable_variables
    tells.apply(tape.gradient(told, variables), variables)

    with tf.GradientTape() as tape:
        fooled = cost(ones_made, discriminator(generator(noise)))
    variables = generator.trainable_variables
    makes.apply(tape.gradient(fooled, variables), variables)
    return told, fooled
