# %% [markdown]
# # Answer bank: callbacks
#
# Other right answers to the exercises of `13-callbacks.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="best_epoch" answer="a loop" expect="right"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    best = None
    for number, value in enumerate(history[monitor], start=1):
        if value != value:
            continue
        if best is None or (value < best[1] if mode == "min" else value > best[1]):
            best = number, value
    return best


# %% exercise="best_epoch" answer="sorted pairs" expect="right"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    sign = {"min": 1, "max": -1}[mode]
    pairs = [(sign * value, number) for number, value in enumerate(history[monitor], 1) if not np.isnan(value)]
    value, number = min(pairs)
    return number, sign * value


# %% exercise="best_epoch" answer="counted from 0" expect="wrong" fails="best_epoch-1" breaks="3" says="Epochs count from 1"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    place = int(np.nanargmin(values) if mode == "min" else np.nanargmax(values))
    return place, values[place]


# %% exercise="best_epoch" answer="the last of equal ones" expect="wrong" fails="best_epoch-1" breaks="5" says="the first counts"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    best = np.nanmin(values) if mode == "min" else np.nanmax(values)
    place = max(i for i, value in enumerate(values) if value == best)
    return place + 1, float(best)


# %% exercise="best_epoch" answer="the highest by default" expect="wrong" fails="best_epoch-1" says="This is the highest value"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    place = int(np.nanargmax(values))
    return place + 1, values[place]


# %% exercise="best_epoch" answer="mode ignored" expect="wrong" fails="best_epoch-1" breaks="2" says="mode must be looked at"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    place = int(np.nanargmin(values))
    return place + 1, values[place]


# %% exercise="best_epoch" answer="monitor ignored" expect="wrong" fails="best_epoch-1" breaks="1" says="monitor must be looked at"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history["val_loss"]
    place = int(np.nanargmin(values) if mode == "min" else np.nanargmax(values))
    return place + 1, values[place]


# %% exercise="best_epoch" answer="argmin takes the nan" expect="wrong" fails="best_epoch-1" breaks="6" says="A nan is never the best"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    place = int(np.argmin(values) if mode == "min" else np.argmax(values))
    return place + 1, values[place]


# %% exercise="best_epoch" answer="Python min, nan first" expect="wrong" fails="best_epoch-1" says="A nan is never the best"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    best = min(values) if mode == "min" else max(values)
    return values.index(best) + 1, best


# %% exercise="best_epoch" answer="a running best that begins at zero" expect="wrong" fails="best_epoch-1"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    best, number = (float("inf"), 0) if mode == "min" else (0.0, 0)
    for k, value in enumerate(history[monitor], start=1):
        if (mode == "min" and value < best) or (mode == "max" and value > best):
            best, number = value, k
    return number, best


# %% exercise="usual" answer="by their defaults, another order" expect="right"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.CSVLogger(folder / "log.csv"),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
    ]


# %% exercise="usual" answer="a best of our own, written by LambdaCallback" expect="right"
# exercise: usual
def usual(folder, patience):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.lowest = float("inf")

        def on_epoch_end(self, epoch, logs=None):
            if logs["val_loss"] < self.lowest:
                self.lowest = logs["val_loss"]
                self.model.save(folder / "best.keras")

    lines = ["epoch,val_loss"]

    def note(epoch, logs):
        lines.append(f"{epoch},{logs['val_loss']}")
        (folder / "log.csv").write_text("\n".join(lines) + "\n")

    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    return [stop, Best(), keras.callbacks.LambdaCallback(on_epoch_end=note)]


# %% exercise="usual" answer="the weights put back from the file" expect="right"
# exercise: usual
def usual(folder, patience):
    path = folder / "best.keras"

    class Back(keras.callbacks.Callback):
        def on_train_end(self, logs=None):
            self.model.set_weights(keras.models.load_model(path).get_weights())

    save = keras.callbacks.ModelCheckpoint(path, save_best_only=True)
    return [keras.callbacks.EarlyStopping(patience=patience), save, keras.callbacks.CSVLogger(folder / "log.csv"), Back()]


# %% exercise="usual" answer="best weights not restored" expect="wrong" fails="usual-1" breaks="4" says="tell EarlyStopping to restore"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=patience),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="every epoch saved" expect="wrong" fails="usual-1" breaks="5" says="tell ModelCheckpoint to save only the best"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras"),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="neither option" expect="wrong" fails="usual-1" says="each callback needs an option"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=patience),
        keras.callbacks.ModelCheckpoint(folder / "best.keras"),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="one epoch of patience more" expect="wrong" fails="usual-1" breaks="2" says="one epoch too long"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience + 1, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="default patience" expect="wrong" fails="usual-1" breaks="2" says="use the patience"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="no log" expect="wrong" fails="usual-1" breaks="6" says="the folder holds"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.TerminateOnNaN(),
    ]


# %% exercise="usual" answer="weights alone" expect="wrong" fails="usual-1" breaks="5" says="the folder holds"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.weights.h5", save_best_only=True, save_weights_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="a patience of two, whatever is asked" expect="wrong" fails="usual-1" breaks="2" says="with patience 3"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="stop_when_worse" answer="the skeleton filled in" expect="right"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = logs.get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="a list of all epochs" expect="right"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.seen, self.best_epoch = [], None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            return
        value = logs[self.monitor]
        self.seen.append((np.inf if np.isnan(value) else value, epoch, self.model.get_weights()))
        best, number, _ = min(self.seen)
        self.best_epoch = number + 1
        if np.isnan(value) or value / best > self.limit:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.seen:
            self.model.set_weights(min(self.seen)[2])


# %% exercise="stop_when_worse" answer="a file for the weights" expect="right"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.folder = Path(tempfile.mkdtemp())
        self.best, self.best_epoch = np.inf, None

    def on_epoch_end(self, epoch, logs=None):
        value = logs.get(self.monitor, self.best)
        if value < self.best:
            self.best, self.best_epoch = value, epoch + 1
            self.model.save_weights(self.folder / "best.weights.h5")
        if not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.best < np.inf:
            self.model.load_weights(self.folder / "best.weights.h5")


# %% exercise="stop_when_worse" answer="weights not put back" expect="wrong" fails="stop_when_worse-1" breaks="6" says="put the best ones back"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        pass


# %% exercise="stop_when_worse" answer="epoch from 0" expect="wrong" fails="stop_when_worse-1" breaks="8" says="best_epoch counts from 1"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="stop_training of the callback" expect="wrong" fails="stop_when_worse-1" breaks="3,4" says="set stop_training of the model"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="stops at anything worse" expect="wrong" fails="stop_when_worse-1" breaks="3" says="but within the limit"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        else:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="the limit itself is too much" expect="wrong" fails="stop_when_worse-1" breaks="3" says="6 is the limit itself"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value < self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="nan goes unnoticed" expect="wrong" fails="stop_when_worse-1" breaks="4" says="nan is neither above nor below"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif value > self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="memory made in __init__" expect="wrong" fails="stop_when_worse-1" breaks="9" says="begin anew in on_train_begin"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_train_begin(self, logs=None):
        pass

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="compared with the epoch before" expect="wrong" fails="stop_when_worse-1" breaks="3"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights, self.last = float("inf"), 0, None, float("inf")

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if not value <= self.limit * self.last:
            self.model.stop_training = True
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        self.last = value

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="no copy of the weights" expect="wrong" fails="stop_when_worse-1" breaks="2" says="put the best ones back"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.weights
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights([weight.numpy() for weight in self.weights])


# %% exercise="stop_when_worse" answer="fails without the value" expect="error" fails="stop_when_worse-1" breaks="5"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = logs[self.monitor]
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="warm_up" answer="the skeleton filled in" expect="right"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count, self.steps) / self.steps


# %% exercise="warm_up" answer="the steps of the optimizer, from where they stood" expect="right"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.start = int(self.model.optimizer.iterations)

    def on_train_batch_begin(self, batch, logs=None):
        k = int(self.model.optimizer.iterations) - self.start + 1
        rate = self.peak if k >= self.steps else self.peak * k / self.steps
        self.model.optimizer.learning_rate.assign(rate)


# %% exercise="warm_up" answer="epochs times batches" expect="wrong" fails="warm_up-1" breaks="8" says="The number of an epoch does not tell"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_epoch_begin(self, epoch, logs=None):
        self.before = epoch * self.params["steps"]

    def on_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.peak * np.clip((self.before + batch + 1) / self.steps, 0, 1)


# %% exercise="warm_up" answer="as given" expect="wrong" fails="warm_up-1" breaks="1,2,3" says="Keras's name for it is learning_rate"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_batch_begin(self, batch, logs=None):
        if batch < self.steps:
            self.model.optimizer.lr = self.peak * batch / self.steps
        else:
            self.model.optimizer.lr = self.peak


# %% exercise="warm_up" answer="only the name cured" expect="wrong" fails="warm_up-1" breaks="2,3" says="and each epoch begins anew"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_batch_begin(self, batch, logs=None):
        if batch < self.steps:
            self.model.optimizer.learning_rate = self.peak * batch / self.steps
        else:
            self.model.optimizer.learning_rate = self.peak


# %% exercise="warm_up" answer="counted from 0" expect="wrong" fails="warm_up-1" breaks="2" says="count from 1"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.peak * min(self.count / self.steps, 1.0)
        self.count += 1


# %% exercise="warm_up" answer="anew in each epoch" expect="wrong" fails="warm_up-1" breaks="3" says="count them yourself"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.peak * min((batch + 1) / self.steps, 1.0)


# %% exercise="warm_up" answer="counter made in __init__" expect="wrong" fails="warm_up-1" breaks="6" says="Each fit is a training of its own"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count, self.steps) / self.steps


# %% exercise="warm_up" answer="all the steps the optimizer ever took" expect="wrong" fails="warm_up-1" breaks="7"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_batch_begin(self, batch, logs=None):
        k = int(self.model.optimizer.iterations) + 1
        self.model.optimizer.learning_rate = self.peak * min(k / self.steps, 1.0)


# %% exercise="warm_up" answer="set after the batch" expect="wrong" fails="warm_up-1" breaks="1"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_end(self, batch, logs=None):
        self.count += 1
        rate = self.peak * min((self.count + 1) / self.steps, 1.0)
        self.model.optimizer.learning_rate = rate


# %% exercise="warm_up" answer="beyond the peak" expect="wrong" fails="warm_up-1" breaks="5"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * self.count / self.steps


# %% exercise="fit_safely" answer="as in the chapter" expect="right"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="two backups, epochs noted by a callback" expect="right"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    ran = []
    guard = keras.callbacks.BackupAndRestore(backup_dir=folder, double_checkpoint=True)
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ran.append(epoch))
    model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, note] + list(callbacks), verbose=0)
    return ran


# %% exercise="fit_safely" answer="by hand: a file, and initial_epoch" expect="right"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(parents=True, exist_ok=True)
    weights, number, first = folder / "w.weights.h5", folder / "epoch", 0
    if number.exists():
        model.optimizer.build(model.trainable_variables)
        model.load_weights(weights)
        first = int(number.read_text())

    def save(epoch, logs):
        model.save_weights(weights, overwrite=True)
        number.write_text(str(epoch + 1))

    note = keras.callbacks.LambdaCallback(on_epoch_end=save)
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[note, *callbacks], verbose=0)
    weights.unlink(missing_ok=True)
    number.unlink(missing_ok=True)
    return history.epoch


# %% exercise="fit_safely" answer="no backup" expect="wrong" fails="fit_safely-1" breaks="5,6,7" says="use a backup"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=list(callbacks), verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="weights alone, from epoch 0 again" expect="wrong" fails="fit_safely-1" breaks="5,7" says="use a backup"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(exist_ok=True)
    path = folder / "last.weights.h5"
    if path.exists():
        model.load_weights(path)
    save = keras.callbacks.ModelCheckpoint(path, save_weights_only=True)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[save, *callbacks], verbose=0)
    path.unlink()
    return history.epoch


# %% exercise="fit_safely" answer="the next epoch" expect="wrong" fails="fit_safely-1" breaks="5" says="but epoch 2 was not finished"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(parents=True, exist_ok=True)
    weights, number, first = folder / "w.weights.h5", folder / "epoch", 0
    if number.exists():
        model.optimizer.build(model.trainable_variables)
        model.load_weights(weights)
        first = int(number.read_text()) + 1

    def save(epoch, logs):
        model.save_weights(weights, overwrite=True)
        number.write_text(str(epoch + 1))

    note = keras.callbacks.LambdaCallback(on_epoch_end=save)
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[note, *callbacks], verbose=0)
    number.unlink(missing_ok=True)
    return history.epoch


# %% exercise="fit_safely" answer="the optimizer's memory lost" expect="wrong" fails="fit_safely-1" breaks="7" says="must both come back"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(exist_ok=True)
    kept, first = folder / "kept.npz", 0
    if kept.exists():
        with np.load(kept) as file:
            model.set_weights([file["w"]])
            first = int(file["epoch"])
    note = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: np.savez(kept, w=model.get_weights()[0], epoch=epoch + 1)
    )
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[note, *callbacks], verbose=0)
    kept.unlink(missing_ok=True)
    return history.epoch


# %% exercise="fit_safely" answer="the backup stays" expect="wrong" fails="fit_safely-1" breaks="10" says="leaves no backup behind"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder, delete_checkpoint=False)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="other callbacks forgotten" expect="wrong" fails="fit_safely-1"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard], verbose=0).epoch


# %% exercise="fit_safely" answer="the error swallowed" expect="wrong" fails="fit_safely-1" breaks="9"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    note = keras.callbacks.History()
    try:
        model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, note, *callbacks], verbose=0)
    except Exception:
        pass
    return note.epoch


# %% exercise="fit_safely" answer="the history and not its epochs" expect="wrong" fails="fit_safely-1" breaks="3"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0).history


# %% exercise="rate_finder" answer="the skeleton filled in" expect="right"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="all rates beforehand, by geomspace" expect="right"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)
        self.plan, self.means = np.geomspace(self.low, self.high, self.steps), [0.0]

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate.assign(self.plan[batch])

    def on_train_batch_end(self, batch, logs=None):
        self.means.append(logs["loss"])
        loss = (batch + 1) * self.means[-1] - batch * self.means[-2]
        self.rates.append(float(self.plan[batch]))
        self.losses.append(loss)
        smallest = np.nanmin(self.losses)
        self.model.stop_training = bool(np.isnan(loss) or loss > 4 * smallest)

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="the metrics reset at each batch" expect="right"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        loss = logs["loss"]
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if loss != loss or loss > 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="running means" expect="wrong" fails="rate_finder-1" breaks="3" says="These are running means"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"])
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="rates in equal steps" expect="wrong" fails="rate_finder-1" breaks="1" says="by equal factors"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low + (self.high - self.low) * batch / (self.steps - 1)
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="steps for steps - 1" expect="wrong" fails="rate_finder-1" breaks="1" says="divide by steps - 1"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / self.steps)
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="the rate never set" expect="wrong" fails="rate_finder-1" says="All rates are equal"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.lr = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="weights not put back" expect="wrong" fails="rate_finder-1" breaks="7" says="the weight afterwards"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="rate not put back" expect="wrong" fails="rate_finder-1" breaks="8" says="the rate afterwards"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)


# %% exercise="rate_finder" answer="never stops" expect="wrong" fails="rate_finder-1" breaks="4,5" says="more than 4 times 0.36"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="stops only for nan" expect="wrong" fails="rate_finder-1" breaks="5" says="more than 4 times 0.36"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if np.isnan(loss):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="compared with the first loss" expect="wrong" fails="rate_finder-1" breaks="6" says="not with the first"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * self.losses[0]:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="nan goes unnoticed" expect="wrong" fails="rate_finder-1" breaks="4"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if loss > 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="lists made in __init__" expect="wrong" fails="rate_finder-1" breaks="9"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps
        self.rates, self.losses = [], []

    def on_train_begin(self, logs=None):
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses[-batch:] if batch else []))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="warm_up" answer="set at the end of a batch, so that each rate is late" expect="wrong" fails="warm_up-1" breaks="1" says="a batch late"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_end(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count, self.steps) / self.steps


# %% exercise="fit_safely" answer="added as a list, which a tuple is not" expect="error" fails="fit_safely-1" breaks="2"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard] + callbacks, verbose=0)
    return history.epoch


# %% exercise="best_epoch" answer="the sign of the search left on the value" expect="wrong" fails="best_epoch-1" breaks="4"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history[monitor]
    place = int(np.nanargmin(values) if mode == "min" else np.nanargmax(values))
    return place + 1, values[place] if mode == "min" else -values[place]


# %% exercise="usual" answer="stops by the training loss" expect="wrong" fails="usual-1" breaks="1"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(monitor="loss", patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="only a large step counts as lower" expect="wrong" fails="usual-1" breaks="3" says="any lower value counts"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=patience, min_delta=0.05, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="the best weights only where training was stopped" expect="wrong" fails="usual-1" breaks="4" says="also where training was not stopped"
# exercise: usual
def usual(folder, patience):
    class Stop(keras.callbacks.EarlyStopping):
        def on_train_end(self, logs=None):
            if self.stopped_epoch > 0:
                super().on_train_end(logs)

    return [
        Stop(patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="the best model saved when training ends" expect="wrong" fails="usual-1" breaks="5" says="not when training ends"
# exercise: usual
def usual(folder, patience):
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    save = keras.callbacks.LambdaCallback(on_train_end=lambda logs: stop.model.save(folder / "best.keras"))
    return [stop, save, keras.callbacks.CSVLogger(folder / "log.csv")]


# %% exercise="stop_when_worse" answer="always val_loss" expect="wrong" fails="stop_when_worse-1" breaks="1" says="another monitor"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get("val_loss")
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="an equal loss is a new best" expect="wrong" fails="stop_when_worse-1" breaks="2" says="An equal loss is not lower"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value <= self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="a missing value taken for nan" expect="wrong" fails="stop_when_worse-1" breaks="5"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        value = float("nan") if value is None else value
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="the best weights only where it stopped" expect="wrong" fails="stop_when_worse-1" breaks="6"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True
            if self.weights is not None:
                self.model.set_weights(self.weights)

    def on_train_end(self, logs=None):
        pass


# %% exercise="stop_when_worse" answer="puts back what is not there" expect="wrong" fails="stop_when_worse-1" breaks="7"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights or [np.zeros((1, 1))])


# %% exercise="warm_up" answer="from half the peak on" expect="wrong" fails="warm_up-1" breaks="4"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * max(0.5, min(self.count, self.steps) / self.steps)


# %% exercise="warm_up" answer="rates made beforehand" expect="right"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.rates = iter(np.linspace(0, self.peak, self.steps + 1)[1:].tolist())

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = next(self.rates, self.peak)


# %% exercise="fit_safely" answer="added as a tuple, which a list is not" expect="error" fails="fit_safely-1" breaks="2"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=list((guard,) + callbacks), verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="counted from the end" expect="wrong" fails="fit_safely-1" breaks="4" says="The History knows"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return list(range(epochs - len(history.epoch), epochs))


# %% exercise="fit_safely" answer="counted from 1" expect="wrong" fails="fit_safely-1" breaks="3"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return [epoch + 1 for epoch in history.epoch]


# %% exercise="fit_safely" answer="one folder for all" expect="wrong" fails="fit_safely-1" breaks="8" says="in its own folder"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder = folder.parent
    guard = keras.callbacks.BackupAndRestore(folder / "backup")
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="a RuntimeError swallowed" expect="wrong" fails="fit_safely-1" breaks="9"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    note = keras.callbacks.History()
    try:
        model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, note, *callbacks], verbose=0)
    except RuntimeError:
        pass
    return note.epoch


# %% exercise="fit_safely" answer="a folder that is not made" expect="error" fails="fit_safely-1" breaks="1"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder = str(folder)
    weights, number, first = Path(folder, "w.weights.h5"), Path(folder, "epoch"), 0
    if number.exists():
        model.optimizer.build(model.trainable_variables)
        model.load_weights(weights)
        first = int(number.read_text())

    def save(epoch, logs):
        number.write_text(str(epoch + 1))
        model.save_weights(weights, overwrite=True)

    note = keras.callbacks.LambdaCallback(on_epoch_end=save)
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[note, *callbacks], verbose=0)
    weights.unlink(missing_ok=True)
    number.unlink(missing_ok=True)
    return history.epoch


# %% exercise="fit_safely" answer="the weights lost, the optimizer's memory kept" expect="wrong" fails="fit_safely-1" breaks="6" says="must both come back"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(exist_ok=True)
    fresh = model.get_weights()

    class Backup(keras.callbacks.BackupAndRestore):
        def on_train_begin(self, logs=None):
            super().on_train_begin(logs)
            self.model.set_weights(fresh)

    guard = Backup(folder / "backup")
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0).epoch


# %% exercise="rate_finder" answer="the rates of the next batch" expect="wrong" fails="rate_finder-1" breaks="2"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(self.low * (self.high / self.low) ** ((batch + 1) / (self.steps - 1)))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="four times the smallest is too much" expect="wrong" fails="rate_finder-1" breaks="5" says="not above it"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)
        loss = float(total - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss < 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="best_epoch" answer="infinity passed over" expect="wrong" fails="best_epoch-1" breaks="3" says="an infinite gain"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    candidates = [(number, value) for number, value in enumerate(history[monitor], start=1) if np.isfinite(value)]
    pick = max if mode == "max" else min
    number, value = pick(candidates, key=lambda pair: pair[1])
    return number, float(value)


# %% exercise="stop_when_worse" answer="forgets when training ends, and not when it begins" expect="wrong" fails="stop_when_worse-1" breaks="9" says="cut off with a loss of 1"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor
        self.best, self.weights = float("inf"), None

    def on_train_begin(self, logs=None):
        self.best_epoch = None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)
        self.best, self.weights = float("inf"), None


# %% exercise="fit_safely" answer="a backup in memory" expect="wrong" fails="fit_safely-1" says="only files are left"
# exercise: fit_safely
MEMORY = {}


def fit_safely(model, data, epochs, folder, callbacks=()):
    place = str(folder)
    optimizer = model.optimizer
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    first = 0
    if place in MEMORY:
        first, weights, states = MEMORY[place]
        model.set_weights(weights)
        for variable, value in zip(optimizer.variables, states):
            variable.assign(value)

    class Backup(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            MEMORY[place] = (epoch + 1, self.model.get_weights(), [np.array(v) for v in optimizer.variables])

    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[Backup(), *callbacks], verbose=0)
    MEMORY.pop(place, None)
    return history.epoch


# %% exercise="fit_safely" answer="the newest backup by its name" expect="wrong" fails="fit_safely-1" breaks="5"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(parents=True, exist_ok=True)
    optimizer = model.optimizer
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    state = [*model.weights, *optimizer.variables]
    first = 0
    backups = sorted(folder.glob("epoch_*.npz"))
    if backups:
        first = int(backups[-1].stem.split("_")[1])
        with np.load(backups[-1]) as kept:
            for i, variable in enumerate(state):
                variable.assign(kept[f"arr_{i}"])

    def save(epoch, logs):
        np.savez(folder / f"epoch_{epoch + 1}.npz", *[np.array(variable) for variable in state])

    backup = keras.callbacks.LambdaCallback(on_epoch_end=save)
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[backup, *callbacks], verbose=0)
    for file in folder.glob("epoch_*.npz"):
        file.unlink()
    return history.epoch


# %% exercise="rate_finder" answer="the first loss not tested" expect="wrong" fails="rate_finder-1" breaks="4" says="the very first loss is nan"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights = self.model.get_weights()
        self.rate = float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if len(self.losses) > 1 and not loss <= 4 * min(self.losses[:-1]):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="stop_when_worse" equal="Keras sets what Callback's own __init__ makes before any hook is called"
# - super().__init__()
# + pass


# %% exercise="warm_up" equal="Keras sets what Callback's own __init__ makes before any hook is called"
# - super().__init__()
# + pass


# %% exercise="rate_finder" equal="Keras sets what Callback's own __init__ makes before any hook is called"
# - super().__init__()
# + pass


# %% exercise="warm_up" equal="the smaller of two numbers does not depend on their order"
# - part = min(1.0, self.seen / self.steps)
# + part = min(self.seen / self.steps, 1.0)


# %% exercise="fit_safely" equal="only what is printed changes"
# - return model.fit(data, epochs=epochs, shuffle=False, callbacks=every, verbose=0).epoch
# + return model.fit(data, epochs=epochs, shuffle=False, callbacks=every, verbose=1).epoch


# %% exercise="fit_safely" equal="the batches of a dataset are not shuffled by fit, whatever it is told"
# - return model.fit(data, epochs=epochs, shuffle=False, callbacks=every, verbose=0).epoch
# + return model.fit(data, epochs=epochs, shuffle=True, callbacks=every, verbose=0).epoch


# %% exercise="fit_safely" equal="the batches of a dataset are not shuffled by fit, whatever it is told"
# - return model.fit(data, epochs=epochs, shuffle=False, callbacks=every, verbose=0).epoch
# + return model.fit(data, epochs=epochs, callbacks=every, verbose=0).epoch


# %% exercise="fit_safely" equal="only what is printed changes"
# - history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
# + history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=1)


# %% exercise="fit_safely" equal="the batches of a dataset are not shuffled by fit, whatever it is told"
# - history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
# + history = model.fit(data, epochs=epochs, shuffle=True, callbacks=[guard, *callbacks], verbose=0)


# %% exercise="fit_safely" equal="the batches of a dataset are not shuffled by fit, whatever it is told"
# - history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
# + history = model.fit(data, epochs=epochs, callbacks=[guard, *callbacks], verbose=0)


# %% exercise="fit_safely" equal="the batches of a dataset are not shuffled by fit, whatever it is told"
# - history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[note, *callbacks], verbose=0)
# + history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=True, callbacks=[note, *callbacks], verbose=0)


# %% exercise="best_epoch" answer="a nan counts as 0" expect="wrong" fails="best_epoch-1" breaks="6"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    if mode == "min":
        values = np.nan_to_num(history[monitor], nan=np.inf)
        place = np.argmin(values)
    else:
        values = np.nan_to_num(history[monitor], nan=0.0)
        place = np.argmax(values)
    return int(place) + 1, float(values[place])


# %% exercise="best_epoch" answer="compared as float32" expect="wrong" fails="best_epoch-1" breaks="3"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = np.array(history[monitor], dtype="float32")
    place = np.nanargmin(values) if mode == "min" else np.nanargmax(values)
    return int(place) + 1, float(history[monitor][place])


# %% exercise="usual" answer="a thousandth lower is not lower" expect="wrong" fails="usual-1" breaks="3"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True, min_delta=1e-3),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="the log goes on below the old one" expect="wrong" fails="usual-1" breaks="6"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv", append=True),
    ]


# %% exercise="stop_when_worse" answer="trained weights alone" expect="wrong" fails="stop_when_worse-1" breaks="6" says="The weights that are not trained"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit, self.monitor = limit, monitor
    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), None, None
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch = value, epoch + 1
            self.weights = [v.numpy() for v in self.model.trainable_variables]
        elif not value <= self.limit * self.best:
            self.model.stop_training = True
    def on_train_end(self, logs=None):
        if self.weights is not None:
            for v, w in zip(self.model.trainable_variables, self.weights):
                v.assign(w)


# %% exercise="stop_when_worse" answer="the first value is the best, nan or not" expect="wrong" fails="stop_when_worse-1" breaks="4"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit, self.monitor = limit, monitor
    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = None, None, None
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if self.best is None or value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True
    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="warm_up" answer="the counter set back in epoch 0 only" expect="wrong" fails="warm_up-1" breaks="6"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps, self.peak = steps, peak
        self.count = 0
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            self.count = 0
    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count / self.steps, 1)


# %% exercise="warm_up" answer="the rate left alone after the warm-up" expect="wrong" fails="warm_up-1" breaks="5" says="also once the warm-up is over"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps, self.peak = steps, peak
    def on_train_begin(self, logs=None):
        self.count = 0
    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        if self.count <= self.steps:
            self.model.optimizer.learning_rate = self.peak * self.count / self.steps


# %% exercise="fit_safely" answer="a place by the name of the folder" expect="wrong" fails="fit_safely-1" breaks="8"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    place = Path(tempfile.gettempdir()) / "backups" / folder.name
    guard = keras.callbacks.BackupAndRestore(place)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="a KeyboardInterrupt swallowed" expect="wrong" fails="fit_safely-1" breaks="9"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    try:
        history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    except KeyboardInterrupt:
        return []
    return history.epoch


# %% exercise="rate_finder" answer="trained weights alone" expect="wrong" fails="rate_finder-1" breaks="7" says="keep all of them"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low, self.high, self.steps = low, high, steps
    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights = [v.numpy() for v in self.model.trainable_variables]
        self.rate = float(self.model.optimizer.learning_rate)
    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True
    def on_train_end(self, logs=None):
        for v, w in zip(self.model.trainable_variables, self.weights):
            v.assign(w)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="the smallest loss of all trainings" expect="wrong" fails="rate_finder-1" breaks="9"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low, self.high, self.steps = low, high, steps
        self.lowest = float("inf")
    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)
    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        self.lowest = min(self.lowest, loss)
        if not loss <= 4 * self.lowest:
            self.model.stop_training = True
    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="best_epoch" answer="max for everything with accuracy in its name" expect="wrong" fails="best_epoch-1" breaks="2" says="not the name"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    find = np.nanargmax if mode == "max" or "acc" in monitor else np.nanargmin
    first = int(find(history[monitor]))
    return first + 1, history[monitor][first]


# %% exercise="best_epoch" answer="rounded to four places" expect="wrong" fails="best_epoch-1" breaks="4"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    find = np.nanargmin if mode == "min" else np.nanargmax
    first = int(find(history[monitor]))
    return first + 1, round(history[monitor][first], 4)


# %% exercise="usual" answer="a patience of at least two" expect="wrong" fails="usual-1" breaks="2" says="with patience 1"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=max(patience, 2), restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="a patience of three at most" expect="wrong" fails="usual-1" breaks="2"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=min(patience, 3), restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="a ten-millionth lower is not lower" expect="wrong" fails="usual-1" breaks="3"
# exercise: usual
def usual(folder, patience):
    return [
        keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True, min_delta=1e-7),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="stop_when_worse" answer="a limit of at least 1.1" expect="wrong" fails="stop_when_worse-1" breaks="3"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = max(limit, 1.1)
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), None, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="weights and best_epoch of an earlier training stay" expect="wrong" fails="stop_when_worse-1" breaks="9" says="The weights of an earlier training"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best = float("inf")
        if not hasattr(self, "best_epoch"):
            self.weights = None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="the limit counts from the third epoch on" expect="wrong" fails="stop_when_worse-1" breaks="3" says="1, 5, 0.5"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.weights = float("inf"), None, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best and (epoch > 1 or value != value or self.monitor != "val_loss"):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="warm_up" answer="after the warm-up only the first batch of an epoch" expect="wrong" fails="warm_up-1" breaks="5" says="also once the warm-up is over"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.seen = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.seen += 1
        if self.seen <= self.steps or batch == 0:
            self.model.optimizer.learning_rate = min(1.0, self.seen / self.steps) * self.peak


# %% exercise="fit_safely" answer="added to the caller's list" expect="wrong" fails="fit_safely-1" breaks="2" says="make a new one"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    callbacks += [guard] if isinstance(callbacks, list) else (guard,)
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=list(callbacks), verbose=0).epoch


# %% exercise="fit_safely" answer="one further callback only" expect="wrong" fails="fit_safely-1" breaks="2"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    guard = keras.callbacks.BackupAndRestore(folder)
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks[:1]], verbose=0).epoch


# %% exercise="rate_finder" answer="the rate put back is the one of the first training" expect="wrong" fails="rate_finder-1" breaks="9"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low, self.high, self.steps = low, high, steps
        self.rate = None

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights = self.model.get_weights()
        if self.rate is None:
            self.rate = float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="weights kept at the first use only" expect="wrong" fails="rate_finder-1" breaks="9"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low, self.high, self.steps = low, high, steps
        self.weights = None

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.rate = float(self.model.optimizer.learning_rate)
        if self.weights is None:
            self.weights = self.model.get_weights()

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="stop_when_worse" answer="best_epoch of an earlier training stays" expect="wrong" fails="stop_when_worse-1" breaks="9" says="Set best_epoch back"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        self.best, self.weights = float("inf"), None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="best_epoch" answer="a nan counts as -1 where large is good" expect="wrong" fails="best_epoch-1" breaks="6"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = np.nan_to_num(history[monitor], nan=np.inf if mode == "min" else -1.0, posinf=np.inf)
    place = int(np.argmin(values) if mode == "min" else np.argmax(values))
    return place + 1, float(values[place])


# %% exercise="warm_up" answer="the counter set to zero at the end of a training" expect="wrong" fails="warm_up-1" breaks="6" says="the first was cut off"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak
        self.seen = 0

    def on_train_end(self, logs=None):
        self.seen = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.seen += 1
        self.model.optimizer.learning_rate = min(1.0, self.seen / self.steps) * self.peak


# %% exercise="rate_finder" answer="the smallest loss begins at a million" expect="wrong" fails="rate_finder-1" breaks="6"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low, self.high, self.steps = low, high, steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses, self.smallest = [], [], 1e6
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        self.smallest = min(self.smallest, loss)
        if not loss <= 4 * self.smallest:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="the first batches may explode" expect="wrong" fails="rate_finder-1" breaks="5"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low, self.high, self.steps = low, high, steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if batch > 1 and not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="fit_safely" equal="only what is printed changes"
# - model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, note] + list(callbacks), verbose=0)
# + model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, note] + list(callbacks), verbose=1)


# %% exercise="fit_safely" equal="the batches of a dataset are not shuffled by fit, whatever it is told"
# - model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, note] + list(callbacks), verbose=0)
# + model.fit(data, epochs=epochs, callbacks=[guard, note] + list(callbacks), verbose=0)


# %% exercise="fit_safely" equal="the second backup serves only where the power fails while the first one is written"
# - guard = keras.callbacks.BackupAndRestore(backup_dir=folder, double_checkpoint=True)
# + guard = keras.callbacks.BackupAndRestore(backup_dir=folder, double_checkpoint=False)


# %% exercise="best_epoch" answer="the nan replaced in the list itself" expect="wrong" fails="best_epoch-1" breaks="7" says="The history is not yours"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values, sign = history[monitor], 1 if mode == "min" else -1
    for place, value in enumerate(values):
        if np.isnan(value):
            values[place] = sign * float("inf")
    best = min(values) if mode == "min" else max(values)
    return values.index(best) + 1, best


# %% exercise="best_epoch" answer="the list taken out of the history" expect="error" fails="best_epoch-1" breaks="7"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    values = history.pop(monitor)
    place = int(np.nanargmin(values) if mode == "min" else np.nanargmax(values))
    return place + 1, values[place]


# %% exercise="stop_when_worse" answer="the memory of the class" expect="wrong" fails="stop_when_worse-1" breaks="8" says="not of the class"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    best, best_epoch, weights = float("inf"), None, None

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        StopWhenWorse.best, StopWhenWorse.best_epoch, StopWhenWorse.weights = float("inf"), None, None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < StopWhenWorse.best:
            StopWhenWorse.best = value
            StopWhenWorse.best_epoch = epoch + 1
            StopWhenWorse.weights = self.model.get_weights()
        elif not value <= self.limit * StopWhenWorse.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if StopWhenWorse.weights is not None:
            self.model.set_weights(StopWhenWorse.weights)


# %% exercise="warm_up" answer="the settings of the class" expect="wrong" fails="warm_up-1" breaks="4"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        WarmUp.steps, WarmUp.peak = steps, peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count / self.steps, 1.0)


# %% exercise="fit_safely" answer="a folder made in one that must exist" expect="error" fails="fit_safely-1" breaks="1"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    folder.mkdir(exist_ok=True)
    guard = keras.callbacks.BackupAndRestore(folder)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return history.epoch


# %% exercise="fit_safely" answer="the number in the folder, the weights in memory" expect="wrong" fails="fit_safely-1" says="the folder moved meanwhile"
# exercise: fit_safely
BACKUPS = {}


def fit_safely(model, data, epochs, folder, callbacks=()):
    key = str(folder.resolve())
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "epoch.txt"
    model.optimizer.build(model.trainable_variables)
    first = 0
    if note.exists() and key in BACKUPS:
        first = int(note.read_text())
        weights, states = BACKUPS[key]
        model.set_weights(weights)
        for variable, value in zip(model.optimizer.variables, states):
            variable.assign(value)

    def keep(epoch, logs=None):
        BACKUPS[key] = (model.get_weights(), [np.array(v) for v in model.optimizer.variables])
        note.write_text(str(epoch + 1))

    guard = keras.callbacks.LambdaCallback(on_epoch_end=keep)
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    BACKUPS.pop(key, None)
    note.unlink(missing_ok=True)
    return history.epoch


# %% exercise="rate_finder" answer="the smallest loss begins at a billion" expect="wrong" fails="rate_finder-1" breaks="6"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses, self.smallest = [], [], 1e9
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        self.smallest = min(self.smallest, loss)
        if not loss <= 4 * self.smallest:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="rates rounded to eight places" expect="wrong" fails="rate_finder-1" breaks="2"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.rates, self.losses = [], []
        self.weights, self.rate = self.model.get_weights(), float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.now = self.low * (self.high / self.low) ** (batch / (self.steps - 1))
        self.model.optimizer.learning_rate = self.now

    def on_train_batch_end(self, batch, logs=None):
        loss = float(logs["loss"] * (batch + 1) - sum(self.losses))
        self.rates.append(round(self.now, 8))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="stop_when_worse" answer="one file for the best weights of all" expect="wrong" fails="stop_when_worse-1" breaks="6"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    """Stops when the loss is much worse than the best so far, and puts the best weights back."""

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor
        self.file = Path(tempfile.gettempdir()) / "stop_when_worse.weights.h5"

    def on_train_begin(self, logs=None):
        self.best = float("inf")
        self.best_epoch = None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best, self.best_epoch = value, epoch + 1
            self.model.save_weights(self.file, overwrite=True)
        elif np.isnan(value) or value > self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.best_epoch is not None:
            self.model.load_weights(self.file)


# %% exercise="warm_up" answer="squeezed into a short training" expect="wrong" fails="warm_up-1" breaks="4"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    """Lets the learning rate rise in a straight line over the first batches of a training."""

    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0
        self.rise = self.steps
        if self.params.get("steps"):       # the peak must be reached before the end
            self.rise = min(self.steps, self.params["steps"] * self.params["epochs"])

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count, self.rise) / self.rise


# %% exercise="warm_up" answer="only raises the rate once it is warm" expect="wrong" fails="warm_up-1" breaks="5"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak

    def on_train_begin(self, logs=None):
        self.count = 0

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        if self.count <= self.steps:
            self.model.optimizer.learning_rate = self.peak * self.count / self.steps
        elif float(self.model.optimizer.learning_rate) < self.peak:
            self.model.optimizer.learning_rate = self.peak


# %% exercise="fit_safely" answer="a backup only where an Exception comes by" expect="wrong" fails="fit_safely-1" breaks="5" says="no line of Python"
# exercise: fit_safely
import pickle


class _Keeper(keras.callbacks.Callback):
    state = None

    def on_epoch_end(self, epoch, logs=None):
        self.state = (epoch + 1, self.model.get_weights(), [variable.numpy() for variable in self.model.optimizer.variables])


def fit_safely(model, data, epochs, folder, callbacks=()):
    file = folder / "backup.pickle"
    start = 0
    if file.exists():
        start, weights, memory = pickle.loads(file.read_bytes())
        model.set_weights(weights)
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        for variable, value in zip(model.optimizer.variables, memory):
            variable.assign(value)
    keeper = _Keeper()
    try:
        history = model.fit(data, epochs=epochs, initial_epoch=start, shuffle=False, callbacks=[keeper, *callbacks], verbose=0)
    except Exception:
        if keeper.state is not None:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(pickle.dumps(keeper.state))
        raise
    if file.exists():
        file.unlink()
    return history.epoch


# %% exercise="warm_up" answer="a new training known by its epoch" expect="wrong" fails="warm_up-1" breaks="6"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak
        self.count = 0
        self.last_epoch = None

    def on_epoch_begin(self, epoch, logs=None):
        if self.last_epoch is None or epoch <= self.last_epoch:
            self.count = 0
        self.last_epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.peak * min(self.count, self.steps) / self.steps


# %% exercise="stop_when_worse" answer="weights put back by whom it stops alone" expect="wrong" fails="stop_when_worse-1" breaks="6" says="Whoever ends a training"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    """Stops when the loss is much worse than the best so far, and puts the best weights back."""

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        """Forget what an earlier training left."""
        self.best, self.best_epoch, self.weights = float("inf"), None, None

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best; stop if the loss is far worse than the best."""
        value = (logs or {}).get(self.monitor)
        over = epoch + 1 == self.params["epochs"]
        if value is not None:
            if value < self.best:
                self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
            elif not value <= self.limit * self.best:
                self.model.stop_training = True
                over = True
        if over and self.weights is not None:
            self.model.set_weights(self.weights)

    def on_train_end(self, logs=None):
        """Nothing is left to do."""


# %% exercise="fit_safely" answer="a backup of the trainable weights" expect="wrong" fails="fit_safely-1" breaks="6"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    """Train a model; called again after an interruption, go on where it was cut off."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "backup.npz"
    model.optimizer.build(model.trainable_variables)
    state = [*model.trainable_variables, *model.optimizer.variables]
    first = 0
    if file.exists():
        with np.load(file) as kept:
            first = int(kept["epoch"])
            for number, variable in enumerate(state):
                variable.assign(kept[f"v{number}"])

    def save(epoch, logs=None):
        arrays = {f"v{number}": variable.numpy() for number, variable in enumerate(state)}
        np.savez(file, epoch=epoch + 1, **arrays)

    guard = keras.callbacks.LambdaCallback(on_epoch_end=save)
    history = model.fit(data, initial_epoch=first, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    file.unlink(missing_ok=True)
    return history.epoch


# %% exercise="usual" answer="the old log deleted when the list is made" expect="wrong" fails="usual-1" breaks="6" says="when training begins"
# exercise: usual
def usual(folder, patience):
    """Return callbacks that stop in time, keep the best model, and write a log."""
    log = folder / "log.csv"
    log.unlink(missing_ok=True)
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(log, append=True),
    ]


# %% exercise="stop_when_worse" answer="the last value stands in for a missing one" expect="wrong" fails="stop_when_worse-1" breaks="9" says="nothing takes its place"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    """Stops when the loss is much worse than the best so far, and puts the best weights back."""

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor
        self.value = None

    def on_train_begin(self, logs=None):
        """Forget what an earlier training left."""
        self.best = float("inf")
        self.best_epoch = None
        self.weights = None

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best; stop if the loss is far worse than the best."""
        self.value = (logs or {}).get(self.monitor, self.value)    # no news: it is what it was
        if self.value is None:
            return
        if self.value < self.best:
            self.best = self.value
            self.best_epoch = epoch + 1
            self.weights = self.model.get_weights()
        elif not self.value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Put the best weights back."""
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="fit_safely" answer="the backup kept where a callback stops" expect="wrong" fails="fit_safely-1" breaks="10" says="is over, not cut off"
# exercise: fit_safely
def fit_safely(model, data, epochs, folder, callbacks=()):
    """Train a model; called again after an interruption, go on where it was cut off."""
    import shutil

    guard = keras.callbacks.BackupAndRestore(folder, delete_checkpoint=False)
    history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    if epochs - 1 in history.epoch:        # all is done: the backup is not needed any more
        shutil.rmtree(folder)
    return history.epoch


# %% exercise="rate_finder" answer="the last mean of the search before" expect="wrong" fails="rate_finder-1" breaks="9" says="set back all"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    """Raises the learning rate at each batch, and notes the loss of each."""

    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps
        self.mean = 0.0

    def on_train_begin(self, logs=None):
        """Keep what has to be put back."""
        self.rates, self.losses = [], []
        self.weights = self.model.get_weights()
        self.rate = float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        """Set the rate of this batch."""
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        """Note rate and loss of this batch; stop if the loss explodes."""
        mean = float(logs["loss"])
        loss = (batch + 1) * mean - batch * self.mean
        self.mean = mean
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if not loss <= 4 * min(self.losses):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Put weights and rate back."""
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="rate_finder" answer="a smallest loss of 0 taken for none" expect="wrong" fails="rate_finder-1" breaks="6" says="a smallest loss of 0 counts"
# exercise: rate_finder
class RateFinder(keras.callbacks.Callback):
    """Raises the learning rate at each batch, and notes the loss of each."""

    def __init__(self, low, high, steps):
        super().__init__()
        self.low = low
        self.high = high
        self.steps = steps

    def on_train_begin(self, logs=None):
        """Keep what has to be put back."""
        self.rates, self.losses = [], []
        self.smallest = None
        self.total = 0.0
        self.weights = self.model.get_weights()
        self.rate = float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        """Set the rate of this batch."""
        self.model.optimizer.learning_rate = self.low * (self.high / self.low) ** (batch / (self.steps - 1))

    def on_train_batch_end(self, batch, logs=None):
        """Note rate and loss of this batch; stop if the loss explodes."""
        total = float(logs["loss"]) * (batch + 1)
        loss = total - self.total
        self.total = total
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.losses.append(loss)
        if np.isnan(loss):
            self.model.stop_training = True
        elif self.smallest and loss > 4 * self.smallest:
            self.model.stop_training = True
        if not self.smallest or loss < self.smallest:
            self.smallest = loss

    def on_train_end(self, logs=None):
        """Put weights and rate back."""
        self.model.set_weights(self.weights)
        self.model.optimizer.learning_rate = self.rate


# %% exercise="best_epoch" answer="minus infinity written into the list, with max alone" expect="wrong" fails="best_epoch-1" breaks="7" says="with each mode"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    """Return the number of the best epoch, counted from 1, and its value."""
    if mode == "max":
        values = history[monitor]
    else:
        values = [-value for value in history[monitor]]    # the smallest is the largest of the negatives
    for place, value in enumerate(values):
        if value != value:
            values[place] = -float("inf")
    best = max(values)
    place = values.index(best)
    return place + 1, best if mode == "max" else -best


# %% exercise="best_epoch" answer="the worst value for a nan" expect="wrong" fails="best_epoch-1" breaks="6" says="Pass over the nan"
# exercise: best_epoch
def best_epoch(history, monitor="val_loss", mode="min"):
    """Return the number of the best epoch, counted from 1, and its value."""
    values = np.array(history[monitor], dtype="float64")
    if mode == "min":
        filled = np.nan_to_num(values, nan=np.nanmax(values))
        place = int(np.argmin(filled))
    else:
        filled = np.nan_to_num(values, nan=np.nanmin(values))
        place = int(np.argmax(filled))
    return place + 1, float(values[place])


# %% exercise="best_epoch" answer="the list of the validation preferred" expect="wrong" fails="best_epoch-1" breaks="1" says="monitor is the key itself"
# exercise: best_epoch
import numpy as np


def best_epoch(history, monitor="val_loss", mode="min"):
    # "accuracy" means that of the validation, if there was one
    key = "val_" + monitor if "val_" + monitor in history else monitor
    values = history[key]
    place = np.nanargmin(values) if mode == "min" else np.nanargmax(values)
    return int(place) + 1, float(values[place])


# %% exercise="usual" answer="the trainable weights alone put back" expect="wrong" fails="usual-1" breaks="4" says="all of them must come back"
# exercise: usual
class KeepBest(keras.callbacks.Callback):
    """Keeps the weights of the best epoch and puts them back in the end."""

    def on_train_begin(self, logs=None):
        self.best = float("inf")
        self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.best:
            self.best = logs["val_loss"]
            self.kept = [np.array(variable.numpy()) for variable in self.model.trainable_variables]

    def on_train_end(self, logs=None):
        if self.kept is not None:
            for variable, value in zip(self.model.trainable_variables, self.kept):
                variable.assign(value)


def usual(folder, patience):
    """Return callbacks that stop in time, keep the best model, and write a log."""
    return [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
        KeepBest(),
    ]


# %% exercise="usual" answer="a clone saved, with a new optimizer" expect="wrong" fails="usual-1" breaks="5" says="a copy of it has a new optimizer"
# exercise: usual
class BestModel(keras.callbacks.Callback):
    """Keeps a copy of the best model, in memory and as a file."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.best = float("inf")
        self.copy = None

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.best:
            self.best = logs["val_loss"]
            self.copy = keras.models.clone_model(self.model)
            self.copy.set_weights(self.model.get_weights())
            self.copy.save(self.path)

    def on_train_end(self, logs=None):
        if self.copy is not None:
            self.model.set_weights(self.copy.get_weights())


def usual(folder, patience):
    """Return callbacks that stop in time, keep the best model, and write a log."""
    return [
        keras.callbacks.EarlyStopping(patience=patience),
        BestModel(folder / "best.keras"),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="usual" answer="a heading in epoch 0 alone" expect="wrong" fails="usual-1" breaks="6" says="whatever number the first epoch"
# exercise: usual
class Log(keras.callbacks.Callback):
    """Writes a line for each epoch."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        with open(self.path, "w" if epoch == 0 else "a") as file:
            if epoch == 0:
                file.write(",".join(["epoch", *logs]) + "\n")
            file.write(",".join(str(value) for value in [epoch, *logs.values()]) + "\n")


def usual(folder, patience):
    """Return callbacks that stop in time, keep the best model, and write a log."""
    return [
        keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
        Log(folder / "log.csv"),
    ]


# %% exercise="usual" answer="best weights after its own stop or the last planned epoch" expect="wrong" fails="usual-1" breaks="4" says="Whoever ends a training"
# exercise: usual
class StopAndRestore(keras.callbacks.Callback):
    """Stops after some epochs without improvement; at the last epoch the best weights come back."""

    def __init__(self, patience):
        super().__init__()
        self.patience = patience

    def on_train_begin(self, logs=None):
        self.best = float("inf")
        self.wait = 0
        self.weights = None

    def on_epoch_end(self, epoch, logs=None):
        loss = logs["val_loss"]
        if loss < self.best:
            self.best = loss
            self.wait = 0
            self.weights = self.model.get_weights()
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.model.stop_training = True
        last = epoch + 1 == self.params["epochs"]
        if self.model.stop_training or last:
            self.model.set_weights(self.weights)


def usual(folder, patience):
    """Return callbacks that stop in time, keep the best model, and write a log."""
    return [
        keras.callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
        StopAndRestore(patience),
    ]


# %% exercise="usual" answer="a best loss of 0 taken for none yet" expect="wrong" fails="usual-1" breaks="4" says="A loss of 0 is the best so far"
# exercise: usual
import keras


class KeepBest(keras.callbacks.Callback):
    def __init__(self, path, patience):
        super().__init__()
        self.path = path
        self.patience = patience

    def on_train_begin(self, logs=None):
        self.best = None
        self.weights = None
        self.wait = 0

    def on_epoch_end(self, epoch, logs=None):
        value = logs["val_loss"]
        if not self.best or value < self.best:
            self.best = value
            self.weights = self.model.get_weights()
            self.model.save(self.path)
            self.wait = 0
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.weights is not None:
            self.model.set_weights(self.weights)


def usual(folder, patience):
    return [
        KeepBest(folder / "best.keras", patience),
        keras.callbacks.CSVLogger(folder / "log.csv"),
    ]


# %% exercise="stop_when_worse" answer="takes back the stop of another callback" expect="wrong" fails="stop_when_worse-1" breaks="5" says="has asked for stands"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    """Stops when the loss is much worse than the best so far, and puts the best weights back."""

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        """Forget what an earlier training left."""
        self.best, self.best_epoch, self.weights = float("inf"), None, None

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best; stop if the loss is far worse than the best."""
        value = (logs or {}).get(self.monitor, self.best)    # no value: as good as the best, so nothing happens
        if value < self.best:
            self.best, self.best_epoch, self.weights = value, epoch + 1, self.model.get_weights()
        self.model.stop_training = not value <= self.limit * self.best

    def on_train_end(self, logs=None):
        """Put the best weights back."""
        if self.weights is not None:
            self.model.set_weights(self.weights)


# %% exercise="stop_when_worse" answer="the weights of the first layer" expect="wrong" fails="stop_when_worse-1" breaks="6" says="keep those of the whole model"
# exercise: stop_when_worse
class StopWhenWorse(keras.callbacks.Callback):
    """Stops when the loss is much worse than the best so far, and puts the best weights back."""

    def __init__(self, limit, monitor="val_loss"):
        super().__init__()
        self.limit = limit
        self.monitor = monitor

    def on_train_begin(self, logs=None):
        """Forget what an earlier training left."""
        self.best = float("inf")
        self.best_epoch = None
        self.weights = None

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best; stop if the loss is far worse than the best."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            return
        if value < self.best:
            self.best = value
            self.best_epoch = epoch + 1
            self.weights = self.model.layers[0].get_weights()
        elif not value <= self.limit * self.best:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Put the best weights back."""
        if self.weights is not None:
            self.model.layers[0].set_weights(self.weights)


# %% exercise="warm_up" answer="the optimizer of the first training kept" expect="wrong" fails="warm_up-1" breaks="6" says="Another model has another optimizer"
# exercise: warm_up
class WarmUp(keras.callbacks.Callback):
    """Lets the learning rate rise in a straight line over the first batches of a training."""

    def __init__(self, steps, peak):
        super().__init__()
        self.steps = steps
        self.peak = peak
        self.optimizer = None

    def on_train_begin(self, logs=None):
        self.count = 0
        if self.optimizer is None:
            self.optimizer = self.model.optimizer

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.optimizer.learning_rate = self.peak * min(self.count, self.steps) / self.steps


# %% exercise="fit_safely" answer="the backup deleted after a KeyboardInterrupt" expect="wrong" fails="fit_safely-1" breaks="5" says="The backup stays whatever"
# exercise: fit_safely
import shutil


def fit_safely(model, data, epochs, folder, callbacks=()):
    """Train a model; called again after an interruption, go on where it was cut off."""
    guard = keras.callbacks.BackupAndRestore(folder, delete_checkpoint=False)
    complete = True
    try:
        history = model.fit(data, epochs=epochs, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    except Exception:
        complete = False    # keep the backup for the next call
        raise
    finally:
        if complete:
            shutil.rmtree(folder, ignore_errors=True)
    return history.epoch


# %% exercise="fit_safely" answer="put back only into a model without a step" expect="wrong" fails="fit_safely-1" breaks="6" says="a part of epoch 2 already"
# exercise: fit_safely
import pickle


def fit_safely(model, data, epochs, folder, callbacks=()):
    """Train a model; called again after an interruption, go on where it was cut off."""
    new = int(model.optimizer.iterations) == 0
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    variables = [*model.weights, *model.optimizer.variables]
    backup = folder / "backup.pkl"
    first = 0
    if backup.exists():
        first, values = pickle.loads(backup.read_bytes())
        if new:  # Python has forgotten everything; otherwise the model still has its weights
            for variable, value in zip(variables, values):
                variable.assign(value)

    def keep(epoch, logs=None):
        folder.mkdir(parents=True, exist_ok=True)
        backup.write_bytes(pickle.dumps((epoch + 1, [variable.numpy() for variable in variables])))

    def forget(logs=None):
        backup.unlink(missing_ok=True)

    guard = keras.callbacks.LambdaCallback(on_epoch_end=keep, on_train_end=forget)
    history = model.fit(data, epochs=epochs, initial_epoch=first, shuffle=False, callbacks=[guard, *callbacks], verbose=0)
    return list(history.epoch)


# %% exercise="fit_safely" answer="a fit of its own for each epoch" expect="wrong" fails="fit_safely-1" breaks="4" says="EarlyStopping forgets its count"
# exercise: fit_safely
import shutil


def fit_safely(model, data, epochs, folder, callbacks=()):
    weights = folder / "state.weights.h5"
    number = folder / "next_epoch.txt"
    start = 0
    if number.exists():
        start = int(number.read_text())
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        model.load_weights(weights)
    folder.mkdir(parents=True, exist_ok=True)
    ran = []
    for epoch in range(start, epochs):
        history = model.fit(data, initial_epoch=epoch, epochs=epoch + 1, shuffle=False, callbacks=list(callbacks), verbose=0)
        ran += history.epoch
        model.save_weights(weights)
        number.write_text(str(epoch + 1))
        if model.stop_training:
            break
    shutil.rmtree(folder)
    return ran
