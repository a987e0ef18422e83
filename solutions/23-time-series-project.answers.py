# %% [markdown]
# # Answer bank: a time-series project
#
# Other right answers to the exercises of `23-time-series-project.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="worth_having" answer="a list, filtered and sorted" expect="right"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="loops over days" expect="right"
# exercise: worth_having
def worth_having(forecasts, counts):
    n = len(counts) - 7
    usual = sum(abs(float(counts[d]) - float(counts[d + 7])) for d in range(n))
    skills = {}
    for name in forecasts:
        skills[name] = 1 - sum(abs(float(forecasts[name][d]) - float(counts[d + 7])) for d in range(n)) / usual
    best_first = sorted(skills, key=lambda name: -skills[name])
    return [(name, skills[name]) for name in best_first if skills[name] > 0]


# %% exercise="worth_having" answer="pandas" expect="right"
# exercise: worth_having
import pandas as pd
def worth_having(forecasts, counts):
    series = pd.Series(counts.astype("float64"))
    usual = series.diff(7).abs().mean()
    table = pd.DataFrame(forecasts).sub(series[7:].to_numpy(), axis=0).abs().mean()
    skills = (1 - table / usual).sort_values(ascending=False)
    return list(skills[skills > 0].items())


# %% exercise="worth_having" answer="TensorFlow and keras.losses" expect="right"
# exercise: worth_having
def worth_having(forecasts, counts):
    names = list(forecasts)
    errors = keras.losses.mean_absolute_error(counts[7:], tf.stack([forecasts[name] for name in names]))
    skills = 1 - errors / keras.losses.mean_absolute_error(counts[7:], counts[:-7])
    order = tf.argsort(skills, direction="DESCENDING").numpy()
    return [(names[k], float(skills[k])) for k in order if skills[k] > 0]


# %% exercise="worth_having" answer="names without skills" expect="error" fails="worth_having-1" breaks="1"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return [name for name, _ in sorted(pairs, key=lambda pair: pair[1], reverse=True)]


# %% exercise="worth_having" answer="squared errors" expect="wrong" fails="worth_having-1" breaks="2,3" says="not their squares"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean((naive - came) ** 2)
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean((forecast - came) ** 2) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="root mean squared errors" expect="wrong" fails="worth_having-1" breaks="2,3" says="not the root of their squares"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.sqrt(np.mean((naive - came) ** 2))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.sqrt(np.mean((forecast - came) ** 2)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="the median of the forecast's errors" expect="wrong" fails="worth_having-1" breaks="2"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.median(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="errors with their sign" expect="wrong" fails="worth_having-1" breaks="2"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - abs(np.mean(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="percentage errors" expect="wrong" fails="worth_having-1" breaks="2,3"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came) / came)
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came) / came) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="the mean of the quotients" expect="wrong" fails="worth_having-1" breaks="2" says="mean of the quotients"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.abs(naive - came)
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came) / np.maximum(usual, 1e-3))
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="the quotient, not 1 less it" expect="wrong" fails="worth_having-1" breaks="2" says="1 less the quotient"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    quotients = [(name, np.mean(np.abs(forecast - came)) / usual) for name, forecast in forecasts.items()]
    return sorted([pair for pair in quotients if pair[1] < 1], key=lambda pair: pair[1])


# %% exercise="worth_having" answer="cumulated curves" expect="wrong" fails="worth_having-1" breaks="2,3"
# exercise: worth_having
def worth_having(forecasts, counts):
    total = np.cumsum(counts)
    came, naive = total[7:], total[6:-1] + counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(total[6] + np.cumsum(forecast) - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="as yesterday" expect="wrong" fails="worth_having-1" breaks="3" says="seven days before"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[6:-1]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="always the first seven days" expect="wrong" fails="worth_having-1" breaks="3" says="not always one of the first seven"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], np.tile(counts[:7], len(counts))[:len(counts) - 7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="against the mean of the week before" expect="wrong" fails="worth_having-1" breaks="3"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], np.mean(counts[:7])
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="the worst first" expect="wrong" fails="worth_having-1" breaks="4" says="The best first"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1])


# %% exercise="worth_having" answer="in the order of the dictionary" expect="wrong" fails="worth_having-1" breaks="4" says="not of the dictionary"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return pairs


# %% exercise="worth_having" answer="by name" expect="wrong" fails="worth_having-1" breaks="4"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs)


# %% exercise="worth_having" answer="by correlation" expect="wrong" fails="worth_having-1" breaks="4" says="a high correlation may go with large errors"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: np.sum((forecasts[pair[0]] - forecasts[pair[0]].mean()) * (came - came.mean())) / (1e-9 + forecasts[pair[0]].std()), reverse=True)


# %% exercise="worth_having" answer="a skill of 0 stays" expect="wrong" fails="worth_having-1" breaks="5" says="not better than last week"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill >= 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="nobody is left out" expect="wrong" fails="worth_having-1" breaks="5" says="Leave out whoever"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if True:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="walk_forward" answer="range" expect="right"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="while" expect="right"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    result, cut = [], first
    while cut + horizon <= n:
        train = [day for day in range(n) if day < cut - late]
        test = [day for day in range(n) if cut <= day < cut + horizon]
        if train:
            result.append((train, test))
        cut += step
    return result


# %% exercise="walk_forward" answer="a generator of ranges" expect="right"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    def cuts():
        for k in range(n):
            cut = first + k * step
            if late < cut <= n - horizon:
                yield range(0, cut - late), range(cut, cut + horizon)

    return list(cuts())


# %% exercise="walk_forward" answer="tf.range" expect="right"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    cuts = [cut for cut in range(first, n, step) if cut > late and cut + horizon - 1 < n]
    return [(tf.range(cut - late), tf.range(cut, cut + horizon)) for cut in cuts]


# %% exercise="walk_forward" answer="the step is the horizon" expect="wrong" fails="walk_forward-1" breaks="1"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, horizon):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the first cut comes after a step" expect="wrong" fails="walk_forward-1" breaks="1"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first + step, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="cuts at multiples of the step" expect="wrong" fails="walk_forward-1" breaks="1"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(-(-first // step) * step, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the first cut is moved until training is possible" expect="wrong" fails="walk_forward-1" breaks="1"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(max(first, late + 1), n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="one test day" expect="wrong" fails="walk_forward-1" breaks="2"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + 1))))
    return pairs


# %% exercise="walk_forward" answer="the test part is late, too" expect="wrong" fails="walk_forward-1" breaks="2" says="late takes days from the training part alone"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut - late, cut - late + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the test part begins after the cut" expect="wrong" fails="walk_forward-1" breaks="2"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut + 1, cut + horizon + 1))))
    return pairs


# %% exercise="walk_forward" answer="a gap after the cut" expect="wrong" fails="walk_forward-1" breaks="2,4" says="the test part still begins with the cut"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon - late + 1, step):
        pairs.append((list(range(cut)), list(range(cut + late, cut + late + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the test part has all days to come" expect="wrong" fails="walk_forward-1" breaks="2"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, n))))
    return pairs


# %% exercise="walk_forward" answer="training begins with the cut before" expect="wrong" fails="walk_forward-1" breaks="3" says="from day 0 on"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for k, cut in enumerate(range(first, n - horizon + 1, step)):
        if cut - late > 0:
            pairs.append((list(range(k * step, cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="earlier test days are not used for training" expect="wrong" fails="walk_forward-1" breaks="3"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs, tested = [], set()
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append(([day for day in range(cut - late) if day not in tested], list(range(cut, cut + horizon))))
            tested |= set(range(cut, cut + horizon))
    return pairs


# %% exercise="walk_forward" answer="days up to the first cut only" expect="wrong" fails="walk_forward-1" breaks="3"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(max(first - late, 1))), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the delay is forgotten in the training part" expect="wrong" fails="walk_forward-1" breaks="4" says="not known yet"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(cut)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="one day too much is left out" expect="wrong" fails="walk_forward-1" breaks="4"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(max(1, cut - late - 1))), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="one day too little is left out" expect="wrong" fails="walk_forward-1" breaks="4"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 0:
            pairs.append((list(range(min(cut, cut - late + 1))), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the test part is cut off at the end" expect="wrong" fails="walk_forward-1" breaks="5" says="Day 10 does not exist"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, min(n, cut + horizon)))))
    return pairs


# %% exercise="walk_forward" answer="days that do not exist" expect="wrong" fails="walk_forward-1" breaks="5"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="the last possible cut is left out" expect="wrong" fails="walk_forward-1" breaks="5" says="may end with the last day"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon, step):
        if cut - late > 0:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="empty training parts" expect="wrong" fails="walk_forward-1" breaks="6" says="whose training part is empty"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    return [
        (list(range(max(0, cut - late))), list(range(cut, cut + horizon)))
        for cut in range(first, n - horizon + 1, step)
    ]


# %% exercise="walk_forward" answer="a negative end of a slice" expect="wrong" fails="walk_forward-1" breaks="6" says="watch negative numbers"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    days = list(range(n))
    return [(days[:cut - late], days[cut:cut + horizon]) for cut in range(first, n - horizon + 1, step)]


# %% exercise="walk_forward" answer="one training day is too few" expect="wrong" fails="walk_forward-1" breaks="6"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut - late > 1:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="mspe" answer="the larger of label and floor" expect="right"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="keras.ops" expect="right"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = keras.ops.divide(keras.ops.subtract(y_pred, y_true), keras.ops.maximum(y_true, self.floor))
        return keras.ops.mean(share * share, axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="two functions of TensorFlow and Keras" expect="right"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        weights = tf.clip_by_value(y_true, self.floor, y_true.dtype.max)
        return keras.losses.mean_squared_error(y_true / weights, y_pred / weights)

    def get_config(self):
        config = super().get_config()
        config["floor"] = self.floor
        return config


# %% exercise="mspe" answer="one value for all" expect="wrong" fails="mspe-1" breaks="1" says="not one for all"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share))

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the mean over the examples" expect="wrong" fails="mspe-1" breaks="1" says="over the last axis"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=0)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="one value for each number" expect="wrong" fails="mspe-1" breaks="1"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.square(share)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the sum over an example" expect="wrong" fails="mspe-1" breaks="1" says="not the sum"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_sum(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the axis is kept" expect="wrong" fails="mspe-1" breaks="1"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1, keepdims=True)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="distances without a square" expect="wrong" fails="mspe-1" breaks="2" says="squares are missing"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.abs(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the root of the mean" expect="wrong" fails="mspe-1" breaks="2"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.sqrt(tf.reduce_mean(tf.square(share), axis=-1))

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="divided by the prediction" expect="wrong" fails="mspe-1" breaks="2,3" says="not by the prediction"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_pred, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the square of the error over the label" expect="wrong" fails="mspe-1" breaks="2"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(share * (y_true - y_pred), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="in percent" expect="wrong" fails="mspe-1" breaks="2"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = 100 * (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the floor for the label of the error, too" expect="wrong" fails="mspe-1" breaks="3" says="the error keeps its label"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        y_true = tf.maximum(y_true, self.floor)
        share = (y_true - y_pred) / y_true
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the floor is added" expect="wrong" fails="mspe-1" breaks="3" says="not added to all"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / (y_true + self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="only a label of zero gets the floor" expect="wrong" fails="mspe-1" breaks="3" says="each label below the floor"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.where(y_true == 0, self.floor, y_true)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the floor is always 5" expect="wrong" fails="mspe-1" breaks="3"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, 5.0)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the size of a negative label" expect="wrong" fails="mspe-1" breaks="3" says="whatever its sign"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(tf.abs(y_true), self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="small labels are left out" expect="wrong" fails="mspe-1" breaks="3"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.where(y_true < self.floor, 0.0, tf.square(share)), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="divide_no_nan" expect="wrong" fails="mspe-1" breaks="3"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = tf.math.divide_no_nan(y_true - y_pred, y_true)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="no get_config" expect="error" fails="mspe-1" breaks="4"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square((y_true - y_pred) / tf.maximum(y_true, self.floor)), axis=-1)

    def get_config(self):
        return super().get_config()


# %% exercise="mspe" answer="a config of the floor alone" expect="wrong" fails="mspe-1" breaks="4"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {"floor": self.floor}


# %% exercise="mspe" answer="a config with the floor of the lesson" expect="wrong" fails="mspe-1" breaks="4"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": 1.0}


# %% exercise="mspe" answer="a config without the name" expect="wrong" fails="mspe-1" breaks="4"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {"reduction": self.reduction, "floor": self.floor}


# %% exercise="mspe" answer="the other arguments are swallowed" expect="wrong" fails="mspe-1" breaks="5" says="Hand the other arguments on"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the name is swallowed" expect="wrong" fails="mspe-1" breaks="5" says="Hand the name on"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(**kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the reduction is fixed" expect="wrong" fails="mspe-1" breaks="5"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        kwargs["reduction"] = "sum_over_batch_size"
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="recursive" answer="a window made anew" expect="right"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="a deque" expect="right"
# exercise: recursive
from collections import deque
def recursive(model, start, days, weekday):
    window, said = deque(start, maxlen=len(start)), []
    while len(said) < days:
        said.append(max(float(model(np.array(window, "float32"), weekday)), 0.0))
        window.append(said[-1])
        weekday = (weekday + 1) % 7
    return said


# %% exercise="recursive" answer="one long array" expect="right"
# exercise: recursive
def recursive(model, start, days, weekday):
    w = len(start)
    path = np.zeros(w + days, "float32")
    path[:w] = start
    for day in range(days):
        path[w + day] = np.maximum(model(path[day:day + w].copy(), (day + weekday) % 7), 0)
    return path[w:]


# %% exercise="recursive" answer="recursion" expect="right"
# exercise: recursive
def recursive(model, start, days, weekday):
    number = max(0.0, float(model(np.array(start, "float32"), weekday)))
    if days == 1:
        return [number]
    return [number] + recursive(model, np.append(start[1:], number), days - 1, (weekday + 1) % 7)


# %% exercise="recursive" answer="tf.roll" expect="right"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, result = tf.constant(start, tf.float32), []
    for k in range(days):
        number = tf.nn.relu(tf.cast(model(window.numpy(), (weekday + k) % 7), tf.float32))
        window = tf.concat([tf.roll(window, -1, axis=0)[:-1], [number]], axis=0)
        result.append(number)
    return tf.stack(result)


# %% exercise="recursive" answer="one day too many" expect="wrong" fails="recursive-1" breaks="1,7"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days + 1):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="only the last forecast" expect="wrong" fails="recursive-1" breaks="1"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said[-1:]


# %% exercise="recursive" answer="start comes along" expect="wrong" fails="recursive-1" breaks="1"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return list(start) + said


# %% exercise="recursive" answer="the first forecast is lost" expect="wrong" fails="recursive-1" breaks="1"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said[1:]


# %% exercise="recursive" answer="the newest first" expect="wrong" fails="recursive-1" breaks="1"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said[::-1]


# %% exercise="recursive" answer="the first window lacks the last count" expect="wrong" fails="recursive-1" breaks="2"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.append(start[:1], start[:-1]).astype("float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="the newest first in the window" expect="wrong" fails="recursive-1" breaks="2,3" says="the last one is the newest"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start[::-1], "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(number, window[:-1]).astype("float32")
    return said


# %% exercise="recursive" answer="always the same window" expect="wrong" fails="recursive-1" breaks="3" says="The window must move"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
    return said


# %% exercise="recursive" answer="the window grows" expect="wrong" fails="recursive-1" breaks="3" says="The oldest number leaves"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window, number).astype("float32")
    return said


# %% exercise="recursive" answer="the window is a week" expect="error" fails="recursive-1" breaks="3"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number)[-7:].astype("float32")
    return said


# %% exercise="recursive" answer="the newest count is replaced" expect="wrong" fails="recursive-1" breaks="3"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[:-1], number).astype("float32")
    return said


# %% exercise="recursive" answer="the forecast goes to the front" expect="wrong" fails="recursive-1" breaks="3"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(number, window[:-1]).astype("float32")
    return said


# %% exercise="recursive" answer="the last count again in place of the forecast" expect="wrong" fails="recursive-1" breaks="3"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], window[-1]).astype("float32")
    return said


# %% exercise="recursive" answer="rounded forecasts" expect="wrong" fails="recursive-1" breaks="1" says="nothing is rounded"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0, round(float(model(window, (weekday + k) % 7))))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="rounded forecasts in the windows" expect="wrong" fails="recursive-1" breaks="3" says="Windows get the forecasts"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], round(number)).astype("float32")
    return said


# %% exercise="recursive" answer="the weekday stands still" expect="wrong" fails="recursive-1" breaks="4" says="The weekday moves on"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, weekday)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="the week has no end" expect="wrong" fails="recursive-1" breaks="4" says="After 6 comes 0"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, weekday + k)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="one day ahead" expect="wrong" fails="recursive-1" breaks="4" says="the weekday of the first day to forecast"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k + 1) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="always from Monday" expect="wrong" fails="recursive-1" breaks="4" says="the weekday that is given"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, k % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="a week from 1 to 7" expect="wrong" fails="recursive-1" breaks="4"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k - 1) % 7 + 1)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="no floor" expect="wrong" fails="recursive-1" breaks="5" says="below 0 is taken for 0"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = float(model(window, (weekday + k) % 7))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="a floor at the end" expect="wrong" fails="recursive-1" breaks="5" says="windows that follow see the 0"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = float(model(window, (weekday + k) % 7))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return [max(0.0, number) for number in said]


# %% exercise="recursive" answer="a floor in the windows alone" expect="wrong" fails="recursive-1" breaks="5"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = float(model(window, (weekday + k) % 7))
        said.append(number)
        window = np.append(window[1:], max(0.0, number)).astype("float32")
    return said


# %% exercise="recursive" answer="the absolute value" expect="wrong" fails="recursive-1" breaks="5"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = abs(float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="start is moved itself" expect="wrong" fails="recursive-1" breaks="6" says="Work on a copy"
# exercise: recursive
def recursive(model, start, days, weekday):
    said = []
    for k in range(days):
        said.append(max(0.0, float(model(start.copy(), (weekday + k) % 7))))
        start[:-1] = start[1:]
        start[-1] = said[-1]
    return said


# %% exercise="recursive" answer="the model is asked twice" expect="wrong" fails="recursive-1" breaks="7" says="One call for each day"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(max(0.0, float(model(window, (weekday + k) % 7))))
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="recursive" answer="asked once more at the end" expect="wrong" fails="recursive-1" breaks="7"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    model(window, (weekday + days) % 7)
    return said


# %% exercise="fair_windows" answer="all pairs, then the border" expect="right"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="a loop over days" expect="right"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    scaled = (series - np.mean(series[:border])) / np.std(series[:border])
    parts = [[], [], [], []]
    for day in range(width, len(series) - horizon + 1):
        if day + horizon <= border:
            part = 0
        elif day >= border:
            part = 2
        else:
            continue
        parts[part].append(scaled[day - width:day])
        parts[part + 1].append(scaled[day:day + horizon])
    return tuple(np.array(part) for part in parts)


# %% exercise="fair_windows" answer="tf.signal.frame and moments" expect="right"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    mean, variance = tf.nn.moments(tf.constant(series[:border]), axes=0)
    scaled = (series - mean) / tf.sqrt(variance)
    train = tf.signal.frame(scaled[:border], width + horizon, 1)
    test = tf.signal.frame(scaled[border - width:], width + horizon, 1)
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="tf.data" expect="right"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    centre, spread = series[:border].mean(), series[:border].std()
    result = []
    for days in (series[:border], series[border - width:]):
        dataset = tf.data.Dataset.from_tensor_slices((days - centre) / spread)
        dataset = dataset.window(width + horizon, shift=1, drop_remainder=True)
        rows = list(dataset.flat_map(lambda window: window.batch(width + horizon)).as_numpy_iterator())
        result += [np.stack(rows)[:, :width], np.stack(rows)[:, width:]]
    return result


# %% exercise="fair_windows" answer="as it was" expect="wrong" fails="fair_windows-1,fair_windows-2" breaks="1,2,3,4,5" says="some of these windows lie on both sides"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    scaled = (series - series.mean()) / series.std()
    parts = [[], [], [], []]
    for begin in range(len(series) - width - horizon + 1):
        x = scaled[begin:begin + width]
        y = scaled[begin + width - 1:begin + width + horizon - 1]
        part = 0 if begin < border else 2
        parts[part].append(x)
        parts[part + 1].append(y)
    return tuple(np.array(part) for part in parts)


# %% exercise="fair_windows" answer="the answer begins in the window" expect="wrong" fails="fair_windows-1,fair_windows-2" breaks="1" says="not the window's last day"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width - 1:-1], test[:, :width], test[:, width - 1:-1]


# %% exercise="fair_windows" answer="only the scale and the answers are put right" expect="wrong" fails="fair_windows-1" breaks="2,3" says="some of these windows lie on both sides"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    scaled = (series - series[:border].mean()) / series[:border].std()
    parts = [[], [], [], []]
    for begin in range(len(series) - width - horizon + 1):
        part = 0 if begin < border else 2
        parts[part].append(scaled[begin:begin + width])
        parts[part + 1].append(scaled[begin + width:begin + width + horizon])
    return tuple(np.array(part) for part in parts)


# %% exercise="fair_windows" answer="a horizon of one" expect="wrong" fails="fair_windows-1" breaks="1"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:width + 1], test[:, :width], test[:, width:width + 1]


# %% exercise="fair_windows" answer="training windows lie before the border, answers do not" expect="wrong" fails="fair_windows-1" breaks="2" says="this window's answer lies behind it"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="training windows begin before the border" expect="wrong" fails="fair_windows-1" breaks="2" says="some of these windows lie on both sides"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins < border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the first answer lies before the border" expect="wrong" fails="fair_windows-1" breaks="2"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width < border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the last training pair is missing" expect="wrong" fails="fair_windows-1" breaks="2" says="one is missing"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon < border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="windows that do not overlap" expect="wrong" fails="fair_windows-1" breaks="2"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[::width, :width], train[::width, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the test does not reach back" expect="wrong" fails="fair_windows-1" breaks="3" says="may reach back"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="pairs on the border go to the test" expect="wrong" fails="fair_windows-1" breaks="3" says="belongs to neither part"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width + horizon > border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the first test pair is missing" expect="wrong" fails="fair_windows-1" breaks="3" says="the first is missing"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width > border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the last test pair is missing" expect="wrong" fails="fair_windows-1,fair_windows-2" breaks="3"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:-1, :width], test[:-1, width:]


# %% exercise="fair_windows" answer="the mean of all days" expect="wrong" fails="fair_windows-2" breaks="4"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - series.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the mean is not subtracted" expect="wrong" fails="fair_windows-2" breaks="4" says="Subtract the mean first"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the median is subtracted" expect="wrong" fails="fair_windows-2" breaks="4" says="not the median"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - np.median(known)) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the smallest is subtracted" expect="wrong" fails="fair_windows-2" breaks="4"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.min()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="mean and deviation of all days" expect="wrong" fails="fair_windows-2" breaks="4,5" says="from the training days alone"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the deviation of all days" expect="wrong" fails="fair_windows-2" breaks="5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / series.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the deviation with n - 1" expect="wrong" fails="fair_windows-2" breaks="5" says="mean squared distance"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std(ddof=1)
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="divided by the span" expect="wrong" fails="fair_windows-2" breaks="5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / (known.max() - known.min())
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the test is scaled by itself" expect="wrong" fails="fair_windows-1,fair_windows-2" breaks="4,5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    later = series[border:]
    scaled[border:] = (later - later.mean()) / (later.std() + 1e-6)
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="the answers are not scaled" expect="wrong" fails="fair_windows-1,fair_windows-2" breaks="4,5" says="The answers are scaled, too"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    raw = np.lib.stride_tricks.sliding_window_view(series, width + horizon)[:, width:]
    before, after = begins + width + horizon <= border, begins + width >= border
    return train[:, :width], raw[before], test[:, :width], raw[after]


# %% exercise="fair_windows" answer="statistics of the training windows, which count some days twice" expect="wrong" fails="fair_windows-2" breaks="4,5" says="Each training day counts once"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    inner = np.lib.stride_tricks.sliding_window_view(series[:border], width + horizon)[:, :width]
    scaled = (series - inner.mean()) / inner.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="series is scaled itself" expect="wrong" fails="fair_windows-2" breaks="6" says="Make a new array"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    middle, spread = known.mean(), known.std()
    series -= middle
    series /= spread
    scaled = series.copy()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="error_band" answer="np.delete" expect="right"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="quantiles by hand" expect="right"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    k, h = forecasts.shape
    quotients = [[float(counts[i, j]) / float(forecasts[i, j]) for i in range(k)] for j in range(h)]

    def quantile(values, q):
        values, place = sorted(values), q * (len(values) - 1)
        below = int(place)
        above = min(below + 1, len(values) - 1)
        return values[below] + (place - below) * (values[above] - values[below])

    a, b = (1 - share) / 2, (1 + share) / 2
    low = [float(coming[j]) * quantile(quotients[j], a) for j in range(h)]
    high = [float(coming[j]) * quantile(quotients[j], b) for j in range(h)]
    hits = 0
    for j in range(h):
        for i, own in enumerate(quotients[j]):
            others = quotients[j][:i] + quotients[j][i + 1:]
            hits += quantile(others, a) <= own <= quantile(others, b)
    return low, high, hits / (k * h)


# %% exercise="error_band" answer="all left out at once" expect="right"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    ratio = counts / forecasts
    k = len(ratio)
    others = np.stack([ratio[np.arange(k) != i] for i in range(k)])
    tail = (1 - share) / 2
    lower, upper = np.quantile(others, tail, axis=1), np.quantile(others, 1 - tail, axis=1)
    covered = np.mean((lower <= ratio) & (ratio <= upper))
    return coming * np.quantile(ratio, tail, axis=0), coming * np.quantile(ratio, 1 - tail, axis=0), covered


# %% exercise="error_band" answer="pandas" expect="right"
# exercise: error_band
import pandas as pd
def error_band(forecasts, counts, coming, share):
    table = pd.DataFrame(counts.astype("float64") / forecasts)
    tails = [(1 - share) / 2, (1 + share) / 2]
    bands = [table.drop(index=k).quantile(tails) for k in table.index]
    inside = [table.loc[k].between(band.iloc[0], band.iloc[1]) for k, band in zip(table.index, bands)]
    low, high = table.quantile(tails).to_numpy()
    return low * coming, high * coming, float(np.mean(inside))


# %% exercise="error_band" answer="the factors without the new forecast" expect="wrong" fails="error_band-1" breaks="1"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return low, high, np.mean(inside)


# %% exercise="error_band" answer="the edges the other way round" expect="wrong" fails="error_band-1" breaks="1"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * high, coming * low, np.mean(inside)


# %% exercise="error_band" answer="the last cut is left out of the band, too" expect="wrong" fails="error_band-1" breaks="1"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient[:-1], edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="one pair of factors for all days" expect="wrong" fails="error_band-1" breaks="2" says="Each day has its own factors"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="one pair of factors for the new forecast" expect="wrong" fails="error_band-1" breaks="2" says="Each day has its own factors"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="differences" expect="wrong" fails="error_band-1" breaks="3" says="not as differences"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    error = counts - forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(error, edges, axis=0)
    inside = []
    for k in range(len(error)):
        lower, upper = np.quantile(np.delete(error, k, axis=0), edges, axis=0)
        inside.append((error[k] >= lower) & (error[k] <= upper))
    return coming + low, coming + high, np.mean(inside)


# %% exercise="error_band" answer="forecast over count" expect="wrong" fails="error_band-1" breaks="3" says="what came over what was said"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = forecasts / counts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="shares of the forecast, both sides alike" expect="wrong" fails="error_band-1" breaks="3,4"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    half = np.quantile(np.abs(quotient - 1), share, axis=0)
    inside = []
    for k in range(len(quotient)):
        others = np.quantile(np.abs(np.delete(quotient, k, axis=0) - 1), share, axis=0)
        inside.append(np.abs(quotient[k] - 1) <= others)
    return coming * (1 - half), coming * (1 + half), np.mean(inside)


# %% exercise="error_band" answer="quantiles of logarithms" expect="wrong" fails="error_band-1" breaks="4" says="not of their logarithms"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.exp(np.quantile(np.log(quotient), edges, axis=0))
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="tails as large as what is left out" expect="wrong" fails="error_band-1" breaks="4" says="on each side"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [1 - share, share]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="always 80 percent" expect="wrong" fails="error_band-1" breaks="4"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [0.1, 0.9]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="mean and deviation of a bell" expect="wrong" fails="error_band-1" breaks="4"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    reach = 1.2816
    middle, spread = quotient.mean(axis=0), quotient.std(axis=0)
    inside = []
    for k in range(len(quotient)):
        others = np.delete(quotient, k, axis=0)
        inside.append(np.abs(quotient[k] - others.mean(axis=0)) <= reach * others.std(axis=0))
    return coming * (middle - reach * spread), coming * (middle + reach * spread), np.mean(inside)


# %% exercise="error_band" answer="quantiles that are always a cut's own quotient" expect="wrong" fails="error_band-1" breaks="4"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0, method="nearest")
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="nobody is left out" expect="wrong" fails="error_band-1" breaks="5" says="Leave out the cut that is judged"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(quotient, edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="only the earlier cuts" expect="wrong" fails="error_band-1" breaks="5"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(quotient[:max(k, 1)], edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="covered is what was asked for" expect="wrong" fails="error_band-1" breaks="5,6,7"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    low, high = np.quantile(counts / forecasts, [(1 - share) / 2, (1 + share) / 2], axis=0)
    return coming * low, coming * high, share


# %% exercise="error_band" answer="counts against the band of the new forecast" expect="wrong" fails="error_band-1" breaks="6" says="that cut's own forecast"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((counts[k] >= coming * lower) & (counts[k] <= coming * upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="the band around the mean of the forecasts" expect="wrong" fails="error_band-1" breaks="6"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((counts[k] >= forecasts.mean(axis=0) * lower) & (counts[k] <= forecasts.mean(axis=0) * upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="the edge is outside" expect="wrong" fails="error_band-1" breaks="7" says="on the edge lies in it"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] > lower) & (quotient[k] < upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="the upper edge is outside" expect="wrong" fails="error_band-1" breaks="7" says="on the edge lies in it"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] < upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="a cut counts only if all its days are covered" expect="wrong" fails="error_band-1" breaks="5,6"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append(np.all((quotient[k] >= lower) & (quotient[k] <= upper)))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="the number of covered counts" expect="wrong" fails="error_band-1" breaks="5,6"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.sum(inside)


# %% exercise="walk_forward" equal="a range holds the same days as its list"
# - pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
# + pairs.append((range(cut - late), list(range(cut, cut + horizon))))


# %% exercise="walk_forward" equal="a generator gives the same pairs one after the other"
# - return list(cuts())
# + return cuts()


# %% exercise="mspe" equal="a label that equals the floor is divided by the same number"
# - divisor = keras.ops.where(y_true < self.floor, self.floor, y_true)
# + divisor = keras.ops.where(y_true <= self.floor, self.floor, y_true)


# %% exercise="recursive" equal="the larger of two numbers, in any order"
# - past.append(max(0.0, model(window, (weekday + k) % 7)))
# + past.append(max(model(window, (weekday + k) % 7), 0.0))


# %% exercise="recursive" equal="a list of the numbers is as good as a tensor"
# - return tf.stack(result)
# + return result


# %% exercise="error_band" equal="the mean of all is the same, in rows or in one list"
# - inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
# + inside.extend((quotient[k] >= lower) & (quotient[k] <= upper))


# %% exercise="worth_having" equal="a NumPy number is as good as a Python one"
# - return [(names[k], float(skills[k])) for k in order if skills[k] > 0]
# + return [(names[k], skills[k]) for k in order if skills[k] > 0]


# %% exercise="mspe" equal="the larger of two numbers, in any order"
# - share = keras.ops.divide(keras.ops.subtract(y_pred, y_true), keras.ops.maximum(y_true, self.floor))
# + share = keras.ops.divide(keras.ops.subtract(y_pred, y_true), keras.ops.maximum(self.floor, y_true))


# %% exercise="mspe" equal="a square is the same in both directions"
# - share = keras.ops.divide(keras.ops.subtract(y_pred, y_true), keras.ops.maximum(y_true, self.floor))
# + share = keras.ops.divide(keras.ops.subtract(y_true, y_pred), keras.ops.maximum(y_true, self.floor))


# %% exercise="recursive" equal="what stands there at first is written over before it is read"
# - path = np.zeros(w + days, "float32")
# + path = np.ones(w + days, "float32")


# %% exercise="recursive" equal="a NumPy number is as good as a Python one"
# - number = max(0.0, float(model(np.array(start, "float32"), weekday)))
# + number = max(0.0, model(np.array(start, 'float32'), weekday))


# %% exercise="recursive" equal="what the models of the checks say becomes a float32 tensor by itself"
# - number = tf.nn.relu(tf.cast(model(window.numpy(), (weekday + k) % 7), tf.float32))
# + number = tf.nn.relu(model(window.numpy(), (weekday + k) % 7))


# %% exercise="worth_having" answer="counts as whole numbers" expect="wrong" fails="worth_having-1" breaks="2,3"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:].astype("int32"), counts[:-7].astype("int32")
    usual = np.abs(naive - came).mean()
    pairs = [(name, 1 - np.abs(said - came).mean() / usual) for name, said in forecasts.items()]
    return sorted([pair for pair in pairs if pair[1] > 0], key=lambda pair: pair[1], reverse=True)


# %% exercise="worth_having" answer="a hundredth at least" expect="wrong" fails="worth_having-1" breaks="5"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.abs(naive - came).mean()
    pairs = [(name, 1 - np.abs(said - came).mean() / usual) for name, said in forecasts.items()]
    return sorted([pair for pair in pairs if pair[1] >= 0.01], key=lambda pair: pair[1], reverse=True)


# %% exercise="mspe" answer="name and reduction alone are handed on" expect="wrong" fails="mspe-1" breaks="5" says="all other arguments"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", reduction="sum_over_batch_size", **kwargs):
        super().__init__(name=name, reduction=reduction)
        self.floor = floor

    def call(self, y_true, y_pred):
        return tf.reduce_mean(((y_true - y_pred) / tf.maximum(y_true, self.floor)) ** 2, axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="no floor below one half" expect="wrong" fails="mspe-1" breaks="3"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        return tf.reduce_mean(((y_true - y_pred) / tf.maximum(y_true, max(self.floor, 0.5))) ** 2, axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="recursive" answer="a start below 0 is taken for 0" expect="wrong" fails="recursive-1" breaks="2"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.maximum(start, 0).astype("float32"), []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.append(window[1:], number).astype("float32")
    return said


# %% exercise="fair_windows" answer="with a longer horizon all days make the scale" expect="wrong" fails="fair_windows-2" breaks="4,5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border] if horizon == 1 else series
    scaled = (series - known.mean()) / known.std()
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="fair_windows" answer="never divided by less than 1" expect="wrong" fails="fair_windows-2" breaks="5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / max(known.std(), 1.0)
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="worth_having" answer="a skill lies below 1" expect="wrong" fails="worth_having-1" breaks="5" says="A skill of 1 is above 0"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = np.abs(naive - came).sum()
    pairs = []
    for name, said in forecasts.items():
        skill = 1 - np.abs(said - came).sum() / usual
        if 0 < skill < 1:
            pairs.append((name, float(skill)))
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    return pairs


# %% exercise="walk_forward" answer="cuts counted with int" expect="wrong" fails="walk_forward-1" breaks="5" says="int cuts off towards 0"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    how_many = int((n - horizon - first) / step) + 1
    pairs = []
    for k in range(how_many):
        cut = first + k * step
        if cut > late:
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="walk_forward" answer="a year of days" expect="wrong" fails="walk_forward-1" breaks="1"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    days = list(range(365))
    cuts = range(first, min(n, 365) - horizon + 1, step)
    return [(days[:cut - late], days[cut:cut + horizon]) for cut in cuts if cut > late]


# %% exercise="mspe" answer="the floor in the class" expect="wrong" fails="mspe-1" breaks="3" says="keep it in self"
# exercise: mspe
class Mspe(keras.losses.Loss):
    floor = None

    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        Mspe.floor = floor

    def call(self, y_true, y_pred):
        divisor = tf.where(y_true < self.floor, self.floor, y_true)
        return tf.reduce_mean(tf.square((y_true - y_pred) / divisor), axis=-1)

    def get_config(self):
        config = super().get_config()
        config["floor"] = self.floor
        return config


# %% exercise="mspe" answer="always in float32" expect="wrong" fails="mspe-1" breaks="5" says="compute in the dtype"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        y_true, y_pred = tf.cast(y_true, tf.float32), tf.cast(y_pred, tf.float32)
        return tf.reduce_mean(((y_true - y_pred) / tf.maximum(y_true, self.floor)) ** 2, axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="fair_windows" answer="a little is added to the deviation" expect="wrong" fails="fair_windows-2" breaks="5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / (known.std() + 1e-6)
    rows = np.lib.stride_tricks.sliding_window_view(scaled, width + horizon)
    begins = np.arange(len(rows))
    train, test = rows[begins + width + horizon <= border], rows[begins + width >= border]
    return train[:, :width], train[:, width:], test[:, :width], test[:, width:]


# %% exercise="error_band" answer="all with the same quotient are left out" expect="wrong" fails="error_band-1" breaks="5" says="and no other"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = 0
    for column in quotient.T:
        for mine in column:
            others = column[column != mine]
            lower, upper = np.quantile(others, edges)
            inside += lower <= mine <= upper
    return coming * low, coming * high, inside / quotient.size


# %% exercise="error_band" answer="whole percentages" expect="wrong" fails="error_band-1" breaks="4"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    below = round(50 * (1 - share))
    edges = [below, 100 - below]
    low, high = np.percentile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.percentile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="worth_having" answer="days with the count 0 left out" expect="wrong" fails="worth_having-1" breaks="2,3" says="those with the count 0, too"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    is_open = came != 0
    usual = np.abs(naive - came)[is_open].mean()
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - np.abs(forecast - came)[is_open].mean() / usual
        if skill > 0:
            pairs.append((name, float(skill)))
    return sorted(pairs, key=lambda pair: -pair[1])


# %% exercise="walk_forward" answer="two training days at least" expect="wrong" fails="walk_forward-1" breaks="6" says="one day is not empty"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    pairs = []
    for cut in range(first, n - horizon + 1, step):
        if cut > max(late, 1):
            pairs.append((list(range(cut - late)), list(range(cut, cut + horizon))))
    return pairs


# %% exercise="mspe" answer="half of the gradient" expect="wrong" fails="mspe-1" breaks="6" says="through both factors"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(share * tf.stop_gradient(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="recursive" answer="windows of float64" expect="wrong" fails="recursive-1" breaks="3" says="turn it back"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        said.append(max(0.0, float(model(window, (weekday + k) % 7))))
        window = np.append(window[1:], said[-1])
    return said


# %% exercise="recursive" answer="a hundred thousand at most" expect="wrong" fails="recursive-1" breaks="1,3"
# exercise: recursive
def recursive(model, start, days, weekday):
    window, said = np.array(start, "float32"), []
    for k in range(days):
        said.append(float(np.clip(float(model(window, (weekday + k) % 7)), 0.0, 1e5)))
        window = np.append(window[1:], said[-1]).astype("float32")
    return said


# %% exercise="fair_windows" answer="pairs of equal days left out" expect="wrong" fails="fair_windows-1" breaks="2,3" says="A pair whose days are all alike"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    known = series[:border]
    scaled = (series - known.mean()) / known.std()
    parts = [[], [], [], []]
    for begin in range(len(series) - width - horizon + 1):
        x = scaled[begin : begin + width]
        y = scaled[begin + width : begin + width + horizon]
        if np.ptp(scaled[begin : begin + width + horizon]) == 0:
            continue
        if begin + width + horizon <= border:
            parts[0].append(x)
            parts[1].append(y)
        elif begin + width >= border:
            parts[2].append(x)
            parts[3].append(y)
    return tuple(np.array(part) for part in parts)


# %% exercise="error_band" answer="rounded to whole percents" expect="wrong" fails="error_band-1" breaks="4"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    percent = round(100 * share)
    edges = [(100 - percent) / 2, (100 + percent) / 2]
    low, high = np.percentile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.percentile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower) & (quotient[k] <= upper))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="half a percent of tolerance" expect="wrong" fails="error_band-1" breaks="7" says="there is no tolerance"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        inside.append((quotient[k] >= lower - 5e-3) & (quotient[k] <= upper + 5e-3))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="worth_having" answer="forecasts below 0 raised before the comparison" expect="wrong" fails="worth_having-1" breaks="2"
# exercise: worth_having
def worth_having(forecasts, counts):
    """Return who is better than "as last week", with the skill, the best first."""
    came, naive = counts[7:], counts[:-7]
    usual = np.mean(np.abs(naive - came))
    pairs = []
    for name, forecast in forecasts.items():
        forecast = np.maximum(forecast, 0)      # a count is never negative
        skill = 1 - np.mean(np.abs(forecast - came)) / usual
        if skill > 0:
            pairs.append((name, float(skill)))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="mspe" answer="1e-7 added to the divisor" expect="wrong" fails="mspe-1" breaks="3"
# exercise: mspe
class Mspe(keras.losses.Loss):
    """The mean squared percentage error of each example."""

    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        divisor = tf.maximum(y_true, self.floor) + 1e-7     # never divide by zero
        return tf.reduce_mean(tf.square((y_true - y_pred) / divisor), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="fair_windows" answer="mean of squares less square of mean" expect="wrong" fails="fair_windows-2" breaks="5"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    """Return windows and what followed them, scaled by the training days, for training and test."""
    known = series[:border]
    mean = np.mean(known)
    deviation = np.sqrt(np.mean(known**2) - mean**2)
    scaled = (series - mean) / deviation
    parts = [[], [], [], []]
    for begin in range(len(series) - width - horizon + 1):
        x = scaled[begin:begin + width]
        y = scaled[begin + width:begin + width + horizon]
        if begin + width + horizon <= border:
            parts[0].append(x)
            parts[1].append(y)
        elif begin + width >= border:
            parts[2].append(x)
            parts[3].append(y)
    return tuple(np.array(part) for part in parts)


# %% exercise="fair_windows" answer="the first batch of the data set" expect="wrong" fails="fair_windows-1" breaks="2"
# exercise: fair_windows
def fair_windows(series, border, width, horizon):
    """Return windows and what followed them, scaled by the training days, for training and test."""
    known = series[:border]
    scaled = (series - known.mean()) / known.std()

    def windows(days):
        data = keras.utils.timeseries_dataset_from_array(days, None, sequence_length=width + horizon)
        rows = next(iter(data)).numpy()
        return rows[:, :width], rows[:, width:]

    x_train, y_train = windows(scaled[:border])
    x_test, y_test = windows(scaled[border - width:])
    return x_train, y_train, x_test, y_test


# %% exercise="walk_forward" answer="a horizon longer than n is an error" expect="error" fails="walk_forward-1" breaks="5"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    """Return the training and the test days of each cut."""
    tests = np.lib.stride_tricks.sliding_window_view(np.arange(n), horizon)
    pairs = []
    for test in tests[first::step]:
        known = test[0] - late
        if known > 0:
            pairs.append((np.arange(known), test))
    return pairs


# %% exercise="walk_forward" answer="one list for all training parts" expect="wrong" fails="walk_forward-1" breaks="3" says="one list, which has grown"
# exercise: walk_forward
def walk_forward(n, first, step, horizon, late):
    train = []
    for cut in range(first, n - horizon + 1, step):
        train.extend(range(len(train), cut - late))  # the days that have become known since the last cut
        if train:
            yield train, list(range(cut, cut + horizon))


# %% exercise="recursive" answer="the floor under the whole window" expect="wrong" fails="recursive-1" breaks="3"
# exercise: recursive
def recursive(model, start, days, weekday):
    """Forecast day by day; what the model says becomes its own past."""
    window = start.copy()
    said = []
    for k in range(days):
        number = model(window, (weekday + k) % 7)
        window = np.maximum(np.append(window[1:], number), 0).astype("float32")
        said.append(float(window[-1]))
    return said


# %% exercise="mspe" answer="a loop over the examples" expect="error" fails="mspe-1"
# exercise: mspe
class Mspe(keras.losses.Loss):
    """The mean squared percentage error of each example."""

    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        losses = []
        for i in range(len(y_true)):
            divisor = tf.maximum(y_true[i], self.floor)
            losses.append(tf.reduce_mean(tf.square((y_true[i] - y_pred[i]) / divisor)))
        return tf.stack(losses)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="error_band" answer="a thousandth of a count for tolerance" expect="wrong" fails="error_band-1" breaks="7"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0) * forecasts[k]
        inside.append((counts[k] >= lower - 1e-3) & (counts[k] <= upper + 1e-3))
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="products for quotients, without tolerance" expect="wrong" fails="error_band-1" breaks="7"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    a, b = (1 - share) / 2, (1 + share) / 2
    low, high = np.quantile(quotient, a, axis=0), np.quantile(quotient, b, axis=0)
    covered = 0
    for k in range(len(forecasts)):
        others = np.delete(quotient, k, axis=0)
        lower = forecasts[k] * np.quantile(others, a, axis=0)
        upper = forecasts[k] * np.quantile(others, b, axis=0)
        covered += np.sum((lower <= counts[k]) & (counts[k] <= upper))
    return coming * low, coming * high, covered / counts.size


# %% exercise="mspe" answer="a whole number in the configuration" expect="wrong" fails="mspe-1" breaks="4"
# exercise: mspe
class Mspe(keras.losses.Loss):
    """The mean squared percentage error of each example."""

    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(share ** 2, axis=-1)

    def get_config(self):
        config = super().get_config()
        config["floor"] = int(self.floor)
        return config


# %% exercise="worth_having" answer="never divided by an error below 1" expect="wrong" fails="worth_having-1" breaks="3" says="even if it is below 1"
# exercise: worth_having
def worth_having(forecasts, counts):
    came, naive = counts[7:], counts[:-7]
    usual = max(float(np.mean(np.abs(naive - came))), 1.0)  # never divide by (almost) nothing
    pairs = []
    for name, forecast in forecasts.items():
        skill = 1 - float(np.mean(np.abs(forecast - came))) / usual
        if skill > 0:
            pairs.append((name, skill))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


# %% exercise="mspe" answer="a reduction of its own" expect="wrong" fails="mspe-1" breaks="5" says="leave the reduction to Keras"
# exercise: mspe
class Mspe(keras.losses.Loss):
    """The mean squared percentage error of each example."""

    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def __call__(self, y_true, y_pred, sample_weight=None):
        values = self.call(tf.cast(y_true, self.dtype), tf.cast(y_pred, self.dtype))
        if sample_weight is not None:
            values = values * tf.reshape(tf.cast(sample_weight, values.dtype), [-1])
        if self.reduction == "sum":
            return tf.reduce_sum(values)
        return tf.reduce_mean(values)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="mspe" answer="the square of a norm" expect="wrong" fails="mspe-1" breaks="6" says="a square root has no finite slope there"
# exercise: mspe
class Mspe(keras.losses.Loss):
    """The mean squared percentage error of each example."""

    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        m = tf.cast(tf.shape(share)[-1], share.dtype)
        return tf.square(tf.norm(share, axis=-1)) / m

    def get_config(self):
        config = super().get_config()
        config["floor"] = self.floor
        return config


# %% exercise="mspe" answer="a __call__ that knows three reductions" expect="wrong" fails="mspe-1" breaks="5" says="leave `__call__` to it"
# exercise: mspe
class Mspe(keras.losses.Loss):
    def __init__(self, floor, name="mspe", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor

    def __call__(self, y_true, y_pred, sample_weight=None):
        y_true, y_pred = tf.cast(y_true, self.dtype), tf.cast(y_pred, self.dtype)
        values = self.call(y_true, y_pred)
        if sample_weight is not None:
            values = values * tf.cast(sample_weight, self.dtype)
        if self.reduction == "sum":
            return tf.reduce_sum(values)
        if self.reduction is None or self.reduction == "none":
            return values
        return tf.reduce_mean(values)

    def call(self, y_true, y_pred):
        share = (y_true - y_pred) / tf.maximum(y_true, self.floor)
        return tf.reduce_mean(tf.square(share), axis=-1)

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}


# %% exercise="recursive" answer="the first window is start itself" expect="wrong" fails="recursive-1" breaks="6" says="The first window is a copy"
# exercise: recursive
def recursive(model, start, days, weekday):
    window = np.asarray(start, dtype="float32")
    said = []
    for k in range(days):
        number = max(0.0, float(model(window, (weekday + k) % 7)))
        said.append(number)
        window = np.concatenate([window[1:], [number]]).astype("float32")  # a new array, start stays
    return said


# %% exercise="recursive" answer="windows that are views of the forecasts" expect="wrong" fails="recursive-1" breaks="1" says="not a view of your forecasts"
# exercise: recursive
def recursive(model, start, days, weekday):
    w = len(start)
    numbers = np.concatenate([start, np.zeros(days, "float32")])
    for k in range(days):
        numbers[w + k] = max(0.0, float(model(numbers[k:k + w], (weekday + k) % 7)))
    return numbers[w:]


# %% exercise="error_band" answer="a fixed tolerance for products" expect="wrong" fails="error_band-1" breaks="7" says="must not put large counts outside"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        above = counts[k] >= forecasts[k] * lower - 0.00001
        below = counts[k] <= forecasts[k] * upper + 0.00001
        inside.append(above & below)
    return coming * low, coming * high, np.mean(inside)


# %% exercise="error_band" answer="a tolerance that grows with the quotient" expect="wrong" fails="error_band-1" breaks="7" says="grows with the quotient"
# exercise: error_band
def error_band(forecasts, counts, coming, share):
    quotient = counts.astype("float64") / forecasts
    edges = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(quotient, edges, axis=0)
    inside = []
    for k in range(len(quotient)):
        lower, upper = np.quantile(np.delete(quotient, k, axis=0), edges, axis=0)
        q = quotient[k]
        between = (q >= lower) & (q <= upper)
        on_edge = np.isclose(q, lower) | np.isclose(q, upper)
        inside.append(between | on_edge)
    return coming * low, coming * high, np.mean(inside)
