# %% [markdown]
# # Exercises: many devices
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. The CPU is cut into four devices here, so one core is enough, and the strategy has two of them. If the first cell complains that devices cannot be modified, restart the kernel.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import json
import logging

import keras
import tensorflow as tf
from grader import check

logging.getLogger("tensorflow").setLevel("ERROR")
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 4)
DEVICES = ["CPU:0", "CPU:1", "CPU:2", "CPU:3"]
strategy = tf.distribute.MirroredStrategy(DEVICES[:2])


def place(tensor):
    """Return where a tensor lies, such as "CPU:1"."""
    return tensor.device.split("device:")[-1]


# %% [markdown]
# ## 1. Who is who
#
# Every worker of a cluster gets a text in its environment variable `TF_CONFIG`. `cluster_config(hosts, index)` writes it.
#
# - **In**: `hosts`, a list of addresses such as `"10.0.0.1:2222"` or `"[fd00::2]:2222"`, one for each worker; `index`, the number of this worker, a Python integer.
# - **Out**: ① a string in JSON, ② of an object with two entries, `"cluster"` and `"task"`. ③ `"cluster"` holds an object whose `"worker"` is the list of all addresses, as they are and in their order; ④ `"task"` holds an object with `"type"`, which is `"worker"`, ⑤ and `"index"`, the number.
# - **Bad input**: ⑥ an index that no host has raises `ValueError`, ⑦ a negative one too.
# - **Example**: `cluster_config(["a:1", "b:2"], 1)` is `'{"cluster": {"worker": ["a:1", "b:2"]}, "task": {"type": "worker", "index": 1}}'`; blanks and order do not matter.
#
# <details><summary>Hint 1: the idea</summary>
#
# Build a Python dictionary of dictionaries, then let `json.dumps` write it.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# First look whether the index is one of `range(len(hosts))`, and raise if not. The cluster is the same for every worker, only the task differs.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if index not in range(____):
#     raise ____(f"there is no worker {index}")
# cluster = {"worker": ____}
# task = {"type": "worker", "index": ____}
# return json.____({"cluster": ____, "task": ____})
# ```
#
# </details>


# %%
# exercise: cluster_config
def cluster_config(hosts, index):
    """Return the text that TF_CONFIG must hold for one worker.

    Args:
        hosts: list of addresses "host:port", one for each worker.
        index: number of this worker, from 0.

    Returns:
        JSON, a string.

    Raises:
        ValueError: there is no worker of this number.
    """
    ### BEGIN SOLUTION
    if not 0 <= index < len(hosts):
        raise ValueError(f"there are workers 0 to {len(hosts) - 1}, and no {index}")
    told = {"cluster": {"worker": list(hosts)}, "task": dict(type="worker", index=index)}
    return json.dumps(told)
    ### END SOLUTION


# %% points=2
# check: cluster_config-1
_text = cluster_config(["a:1", "b:2"], 1)
check.that("it is a text", isinstance(_text, str), hint="json.dumps makes a text of the dictionary.")
_told = json.loads(_text)
check.equal("its entries", sorted(_told), ["cluster", "task"])
check.equal("the cluster", _told["cluster"], {"worker": ["a:1", "b:2"]}, but={
    "The cluster lists all workers, this one too.": {"worker": ["a:1"]},
    "The addresses go under the key \"worker\".": ["a:1", "b:2"],
    "All workers list the addresses in the same order, whoever they are.": {"worker": ["b:2", "a:1"]},
})
check.equal("the task", _told["task"], {"type": "worker", "index": 1}, but={
    "The index is the number of this worker, counted from 0.": {"type": "worker", "index": 2},
    "The index is a number, not a text.": {"type": "worker", "index": "1"},
    "A task says of which type it is, too.": {"index": 1},
})
check.raises("a worker too many", ValueError, cluster_config, ["a:1", "b:2"], 2)
check.raises("an index far too large", ValueError, cluster_config, ["a:1", "b:2"], 7)
check.raises("a negative index", ValueError, cluster_config, ["a:1", "b:2"], -1)
check.raises("another negative index", ValueError, cluster_config, ["a:1", "b:2"], -2)
### BEGIN HIDDEN TESTS
_names = [f"10.0.0.{int(_number)}:2222" for _number in check.inputs(5, dtype="int32", low=1, high=250)]
for _number in range(5):
    check.reference(f"worker {_number} of five", json.loads(cluster_config(_names, _number)))
check.reference("one worker", json.loads(cluster_config(["localhost:9"], 0)))
check.reference("addresses of the sixth version", json.loads(cluster_config(["[fd00::2]:2222", "[::1]:9"], 1)))
_names = [f"10.0.{_number // 250}.{_number % 250}:2222" for _number in range(300)]
check.reference("the last of three hundred", json.loads(cluster_config(_names, 299)))
_odd = ["Worker-A.Example.org:2222", "b:1", "b:1"]
check.reference("an address in capitals, and one that comes twice", json.loads(cluster_config(_odd, 2)))
check.equal("the addresses afterwards", _odd, ["Worker-A.Example.org:2222", "b:1", "b:1"])
check.raises("no workers", ValueError, cluster_config, [], 0)
check.raises("minus three of three hundred", ValueError, cluster_config, _names, -3)
check.raises("minus three of two", ValueError, cluster_config, _names[:2], -3)
check.raises("the thousandth of three hundred", ValueError, cluster_config, _names, 1000)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. One mean of many sums
#
# Each replica reports two numbers: the sum of the losses of its rows, and how many rows it had. `global_mean(sums, counts)` is the mean loss over all rows, whatever the shards.
#
# - **In**: `sums`, `float32[n]`, one for each replica; `counts`, `int32[n]`, each ≥ 0, a few million rows in all at most. A replica without rows reports the sum 0; a sum may be negative, infinite or `nan`.
# - **Out**: ① the mean over all rows, ② one number: a tensor of shape `[]` or a Python float; ③ 0 if there were no rows at all, and only then.
# - **Example**: for sums `[6, 2]` and counts `[3, 1]` it is 8 / 4 = 2; for sums `[9, 1, 0]` and counts `[3, 1, 0]` it is 2.5.
#
# <details><summary>Hint 1: the idea</summary>
#
# Add first, divide once. A mean of means lets the rows of a small shard weigh more.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Sum the sums, sum the counts, bring the count to `float32`, divide with `tf.math.divide_no_nan`, which makes 0 of a division by zero.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# rows = tf.cast(tf.reduce_sum(____), ____)
# return tf.math.____(tf.____(sums), rows)
# ```
#
# </details>


# %%
# exercise: global_mean
def global_mean(sums, counts):
    """Return the mean over all rows from each replica's sum and number of rows.

    Args:
        sums: float32 tensor of shape [n].
        counts: int32 tensor of shape [n], each at least 0.

    Returns:
        float32, one number; 0 where there are no rows.
    """
    ### BEGIN SOLUTION
    total, number = tf.reduce_sum(sums), tf.reduce_sum(counts)
    return tf.math.divide_no_nan(total, tf.cast(number, sums.dtype))
    ### END SOLUTION


# %% points=2
# check: global_mean-1
check.close("sums [6, 2], counts [3, 1]", global_mean(tf.constant([6.0, 2.0]), tf.constant([3, 1])), 2.0, but={
    "Divide by the number of rows, not of replicas.": 4.0,
})
_mean = global_mean(tf.constant([9.0, 1.0, 0.0]), tf.constant([3, 1, 0]))
check.close("sums [9, 1, 0], counts [3, 1, 0]", _mean, 2.5, but={
    "A mean of the means: the single row of one shard weighs as much as three of another.": 2.0,
    "A mean of the means, with 0 for the empty shard.": 4 / 3,
    "The empty shard gave 0 / 0.": float("nan"),
})
check.close("no rows at all", global_mean(tf.zeros([2]), tf.zeros([2], tf.int32)), 0.0, but={
    "0 / 0 is not a number: tf.math.divide_no_nan makes 0 of it.": float("nan"),
})
check.close("a sum that is not a number", global_mean(tf.constant([float("nan"), 2.0]), tf.constant([3, 1])), float("nan"), but={
    "0 is for no rows at all: a loss that is not a number must be seen.": 0.0,
})
check.close("an infinite sum", global_mean(tf.constant([float("inf"), 2.0]), tf.constant([3, 1])), float("inf"), but={
    "0 is for no rows at all: a loss that is infinite must be seen.": 0.0,
})
check.close("a sum below zero", global_mean(tf.constant([-6.0, 2.0]), tf.constant([3, 1])), -1.0, but={
    "0 is for no rows at all: a loss may be negative.": 0.0,
})
check.close("an infinite sum below zero", global_mean(tf.constant([-float("inf"), 2.0]), tf.constant([3, 1])), -float("inf"), but={
    "This loss is infinite the other way: the sign counts.": float("inf"),
})
check.close("one row in all", global_mean(tf.constant([0.0, 5.0]), tf.constant([0, 1])), 5.0)
### BEGIN HIDDEN TESTS
_sums, _counts = check.inputs(6), check.inputs(6, dtype="int32", low=1, high=20)
check.reference("random sums and counts", global_mean(_sums, _counts))
check.reference("the first two and the last two without rows", global_mean(tf.pad(_sums, [[2, 2]]), tf.pad(_counts, [[2, 2]])))
check.reference("one replica", global_mean(_sums[:1], tf.constant([7])))
check.reference("two without a loss, but with rows", global_mean(tf.pad(_sums, [[1, 1]]), tf.pad(_counts, [[1, 1]], constant_values=5)))
_large = tf.constant([100_003, 1, 30_001, 2, 700_001, 2_047])
check.reference("hundreds of thousands of rows", global_mean(1e5 * _sums, _large))
check.close("two infinite sums of both signs", global_mean(tf.constant([float("inf"), -float("inf")]), tf.constant([1, 1])), float("nan"))
check.reference("three hundred replicas", global_mean(tf.tile(_sums, [50]), tf.tile(_counts, [50])))
check.reference("sums of a billionth", global_mean(1e-9 * _sums, _counts), rtol=1e-3, atol=0.0)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Four gradients that are one
#
# `replica_gradient(loss, w, x, y, devices)` computes the gradient of the mean loss over all rows, with a share of the rows on each device. No strategy: by hand.
#
# - **In**: `loss(w, x, y)`, a function that returns the loss of each row, `float32[rows]`, and does not pick rows of `w` by `tf.gather`; `w`, a `float32` tensor; `x`, `float32[n, k]`, n ≥ 1; `y`, `float32[n]`; `devices`, a list of N names. The rows need not divide evenly.
# - **Out**: ① the gradient of `tf.reduce_mean(loss(w, x, y))` with respect to `w`, ② in the shape of `w`.
# - ③ The i-th of the devices computes the loss of the i-th shard: ④ with ⌈n / N⌉ = s rows a shard, the rows i·s up to (i + 1)·s, as far as there are rows. ⑤ Every device gets one call of `loss`, ⑥ even for no rows.
# - **Example**: with `loss` w·x·y, w = 1, x = `[[1], [2], [3], [6]]`, y all 1 and two devices, each takes two rows, and the gradient is (1 + 2 + 3 + 6) / 4 = 3.
#
# <details><summary>Hint 1: the idea</summary>
#
# The sum over all rows is the sum of the shards' sums; so is its gradient. Divide by the number of *all* rows, and let each device handle a slice.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Compute the size of a shard, rounded up: `-(-n // N)`. Loop over the devices with their number; inside `tf.device`, cut the slice of x and y, and take the gradient of the sum of the losses, divided by n. Add up the gradients.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# n, size = len(x), -(-len(x) // ____)
# total = tf.zeros_like(w)
# for i, device in enumerate(devices):
#     mine = slice(____, ____)
#     with tf.device(device), tf.GradientTape() as tape:
#         tape.____(w)
#         share = tf.reduce_sum(loss(w, x[____], y[____])) / ____
#     total += tape.gradient(____, w)
# return total
# ```
#
# </details>


# %%
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    """Return the gradient of the mean loss over all rows, each device computing a share of the rows.

    Args:
        loss: function of w, rows and targets that returns the loss of each row, float32 of shape [rows].
        w: float32 tensor.
        x: rows, float32 tensor of shape [n, k].
        y: targets, float32 tensor of shape [n].
        devices: list of device names.

    Returns:
        float32 tensor of the shape of w.
    """
    ### BEGIN SOLUTION
    rows, size = len(x), -(-len(x) // len(devices))
    gradients = []
    for number, device in enumerate(devices):
        start, stop = number * size, (number + 1) * size
        with tf.device(device), tf.GradientTape() as recorded:
            recorded.watch(w)
            part = tf.reduce_sum(loss(w, x[start:stop], y[start:stop])) / rows
        gradients.append(recorded.gradient(part, w))
    return tf.add_n(gradients)
    ### END SOLUTION


# %% points=4
# check: replica_gradient-1
_calls = []


def _spied(w, x, y):
    """w·x·y for each row; notes where it was computed, and for which rows, by their first number."""
    _losses = tf.reduce_sum(w * x, axis=1) * y
    _calls.append((place(_losses), [int(_row) for _row in x[:, 0]]))
    return _losses


_x, _y = tf.constant([[1.0], [2.0], [3.0], [6.0]]), tf.ones([4])
_gradient = replica_gradient(_spied, tf.constant([1.0]), _x, _y, DEVICES[:2])
check.close("two rows on each of two devices", _gradient, [3.0], but={
    "Each share was divided by its own rows: divide by the rows of all.": [6.0],
    "The sum over all rows: divide by their number.": [12.0],
    "Divided twice: once by the rows of a share, or of all, is enough.": [1.5],
})
check.equal("where, and for which rows", sorted(_calls), [("CPU:0", [1, 2]), ("CPU:1", [3, 6])], but={
    "All was computed on the first device.": [("CPU:0", [1, 2]), ("CPU:0", [3, 6])],
    "Each device computed all rows.": [("CPU:0", [1, 2, 3, 6]), ("CPU:1", [1, 2, 3, 6])],
    "A shard is a run of rows that follow one another.": [("CPU:0", [1, 3]), ("CPU:1", [2, 6])],
})
_calls.clear()
_gradient = replica_gradient(_spied, tf.constant([1.0]), _x[:3], tf.constant([1.0, -1.0, 4.0]), ["CPU:3", "CPU:2"])
check.close("two rows and one row", _gradient, [11 / 3], but={
    "A mean of the shares' means: the single row weighs as much as two.": [5.75],
})
check.equal("the shards", sorted(_calls), [("CPU:2", [3]), ("CPU:3", [1, 2])], but={
    "The devices are those of the list, in its order.": [("CPU:2", [1, 2]), ("CPU:3", [3])],
}, hint="The size of a shard is rounded up.")
_calls.clear()
replica_gradient(_spied, tf.constant([1.0]), _x[:2], _y[:2], DEVICES[:3])
check.equal("two rows for three devices", sorted(_calls), [("CPU:0", [1]), ("CPU:1", [2]), ("CPU:2", [])], but={
    "A device without rows gets its call of `loss`, too.": [("CPU:0", [1]), ("CPU:1", [2])],
})


def _product(w, x, y):
    return tf.squeeze(x @ w, axis=1) * y


_gradient = replica_gradient(_product, tf.ones([2, 1]), tf.constant([[1.0, 2.0], [3.0, 4.0]]), _y[:2], DEVICES[:2])
check.close("a column of weights", _gradient, [[2.0], [3.0]])
### BEGIN HIDDEN TESTS
def _squares(w, x, y):
    _losses = (tf.linalg.matvec(x, w) - y) ** 2
    _calls.append((place(_losses), [int(_row) for _row in y]))
    return _losses


_w = check.inputs(5)
_x, _y = check.inputs(32, 5), tf.range(32.0)
for _rows, _count in ((32, 4), (32, 1), (30, 4), (9, 4), (2, 4), (7, 3)):
    _calls.clear()
    _gradient = replica_gradient(_squares, _w, _x[:_rows], _y[:_rows], DEVICES[:_count])
    check.reference(f"{_rows} random rows on {_count} devices", _gradient)
    _size = -(-_rows // _count)
    _dealt = [(DEVICES[_i], list(range(_rows))[_i * _size :][:_size]) for _i in range(_count)]
    check.equal(f"how {_rows} rows are dealt to {_count} devices", sorted(_calls), _dealt)
_calls.clear()
check.reference("a device that is named twice", replica_gradient(_squares, _w, _x[:5], _y[:5], ["CPU:1", "CPU:2", "CPU:1"]))
check.equal("which rows it got", sorted(_calls), [("CPU:1", [0, 1]), ("CPU:1", [4]), ("CPU:2", [2, 3])])
_many = check.inputs(301, 2), check.inputs(301)
check.reference("301 rows, one number for w", replica_gradient(_spied, check.inputs(), *_many, DEVICES[:3]))
_table = lambda w, x, y: 100.0 * tf.reduce_sum((x @ w) ** 2, axis=1) - y
check.reference("a table of weights", replica_gradient(_table, check.inputs(2, 3), *_many, DEVICES))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Training on all replicas
#
# `train_replicated(strategy, x, y, batch, rate)` does gradient descent on the mean squared error of `x @ w` under a strategy, one pass through the data in their order. The result must be the one of a single device.
#
# - **In**: `strategy`, a `tf.distribute` strategy ① of any number of replicas; `x`, `float32[n, k]`; `y`, `float32[n, 1]`; `batch`, the global batch, a Python integer that divides by the number of replicas; `rate`, a Python float.
# - **Out**: ② the weights after the pass, of shape `[k, 1]`; ③ they start at zero. ④ There is one step for each batch, ⑤ the batches come in the order of the data, ⑥ and the loss of each is the mean over its rows. ⑦ The last batch may be a short one, and its loss is the mean over the rows that it *has*.
# - The replicas do the work: ⑧ the rows of a batch and their targets reach them as arguments of `strategy.run` (a single replica may do without), and the steps are made of what arrives; ⑨ each row goes to one replica, those of a short batch too, and all get as many where that is possible; ⑩ no tensor that a replica returns has more numbers than the weights; ⑪ nor has one that the replicas add up or gather among themselves (a count beside the weights is fine).
# - **Example**: with x = `[[1], [1], [1], [1]]`, y all 8, batch 4 and rate 0.25, one step leads from 0 to 4.
#
# <details><summary>Hint 1: the idea</summary>
#
# What a replica computes is a share: the sum over its rows, divided by the rows of the global batch. How many these are it learns by an all-reduce.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make the variable in the scope and the dataset with `batch`; distribute it. Write a function for one replica: its number of rows, summed over all replicas; the tape with the sum of squares divided by that; the gradient, summed over all replicas; the step. Run it by `strategy.run` inside a `tf.function` for every batch.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with strategy.____():
#     w = tf.Variable(____)
#
# def replica_step(rows, targets):
#     context = tf.distribute.get_replica_context()
#     count = context.all_reduce("SUM", ____)
#     with tf.GradientTape() as tape:
#         share = ____ / count
#     gradient = context.____("SUM", ____)
#     w.assign_sub(____)
#
# step = tf.function(lambda rows, targets: strategy.run(____, args=(rows, targets)))
# for rows, targets in strategy.____(dataset):
#     step(rows, targets)
# return tf.convert_to_tensor(____)
# ```
#
# </details>


# %%
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    """Return the weights after one pass of gradient descent under a strategy.

    Args:
        strategy: a tf.distribute strategy.
        x: float32 tensor of shape [n, k].
        y: float32 tensor of shape [n, 1].
        batch: rows in a global batch; the last batch may have fewer.
        rate: the learning rate.

    Returns:
        float32 tensor of shape [k, 1].
    """
    ### BEGIN SOLUTION
    with strategy.scope():
        weights = tf.Variable(tf.zeros([x.shape[1], 1]))

    def on_one_replica(rows, targets):
        replica = tf.distribute.get_replica_context()
        number = replica.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as recorded:
            part = tf.reduce_sum(tf.square(rows @ weights - targets)) / number
        slope = replica.all_reduce("SUM", recorded.gradient(part, weights))
        weights.assign_sub(rate * slope)

    @tf.function(reduce_retracing=True)
    def everywhere(rows, targets):
        strategy.run(on_one_replica, args=(rows, targets))

    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(batches):
        everywhere(rows, targets)
    return weights.read_value()
    ### END SOLUTION


# %% points=4
# check: train_replicated-1
from unittest import mock as _mock

_seen, _returned, _run = [], [], strategy.run


def _watched(function, args=(), kwargs=None, options=None):
    """Do what strategy.run does, all rows and targets doubled; note which replica gets how many, and what it returns."""
    _dealt = [isinstance(_each, tf.distribute.DistributedValues) for _each in tf.nest.flatten((args, kwargs))]

    def _note(replica, rows):
        _seen.append((int(replica), int(rows)))
        return rows

    def _is_rows(value, dealt):
        return isinstance(value, tf.Tensor) and value.shape.rank == 2 and (dealt or not any(_dealt))

    def _on_replica(*args, **kwargs):
        _values = tf.nest.flatten((args, kwargs))
        _rows = [_is_rows(*_pair) for _pair in zip(_values, _dealt)]
        _count = tf.shape(_values[_rows.index(True)])[0] if any(_rows) else -1
        tf.numpy_function(_note, [tf.distribute.get_replica_context().replica_id_in_sync_group, _count], tf.int32)
        _values = [2 * _value if _double else _value for _value, _double in zip(_values, _rows)]
        args, kwargs = tf.nest.pack_sequence_as((args, kwargs), _values)
        _results = function(*args, **kwargs)
        _returned.extend(_each.shape for _each in tf.nest.flatten(_results) if isinstance(_each, tf.Tensor))
        return _results

    return _run(_on_replica, args, kwargs, options)


_x, _y = tf.ones([5, 1]), tf.constant([[8.0], [8.0], [8.0], [8.0], [16.0]])
check.close("one step to 4", train_replicated(strategy, _x[:4], _y[:4], 4, 0.25), [[4.0]], but={
    "Each replica took the mean over its own rows, and the gradients were added: divide by the global batch.": [[8.0]],
    "A share of the gradient is lost: divide by the global batch once, and add up over all replicas.": [[2.0]],
})
check.close("a second step, with one row for two replicas", train_replicated(strategy, _x, _y, 4, 0.25), [[10.0]], but={
    "The last batch has one row: divide by the rows it has, not by four.": [[5.5]],
    "A mean of the replicas' means: one of them had no row, and halves the step.": [[7.0]],
    "The last batch counts, too, although it is short.": [[4.0]],
    "The last batch came first: keep the order of the rows.": [[8.0]],
})
check.close("one replica", train_replicated(tf.distribute.get_strategy(), _x, _y, 4, 0.25), [[10.0]])
_zeros = train_replicated(tf.distribute.get_strategy(), tf.constant([[1.0], [0.0], [1.0], [0.0]]), tf.constant([[8.0], [8.0], [0.0], [0.0]]), 4, 0.5)
check.close("four rows, two of them 0, and two with the target 0", _zeros, [[2.0]], but={
    "A row of zeros is a row, and so is one with the target 0: divide by 4.": [[4.0]],
    "A row of zeros with the target 0 is a row, too: divide by 4.": [[8 / 3]],
})
with _mock.patch.object(strategy, "run", _watched):
    _doubled = train_replicated(strategy, _x[:4], _y[:4], 4, 0.0625)
check.equal("which replica got how many rows", sorted(_seen), [(0, 2), (1, 2)], but={
    "strategy.run was not called: nothing was done on the replicas.": [],
    "Each replica got the whole batch: distribute the dataset.": [(0, 4), (1, 4)],
    "The rows have to reach the replicas as arguments of strategy.run.": [(0, -1), (1, -1)],
}, hint="strategy.experimental_distribute_dataset deals out the rows.")
check.close("one step to 4, the rows doubled on their way to the replicas", _doubled, [[4.0]], but={
    "The step was made of other rows than those that the replicas got.": [[1.0]],
})
_large = [str(_shape) for _shape in _returned if _shape.num_elements() not in (0, 1)]
check.equal("what the replicas return that is larger than the one weight", _large, [], hint="Rows that come back are computed with on one device: let each replica make its share of the gradient.")
_seen.clear()
with _mock.patch.object(strategy, "run", _watched):
    train_replicated(strategy, _x, _y, 4, 0.0625)
check.equal("how many rows came at a time, of five in batches of four", sorted(_rows for _, _rows in _seen), [0, 1, 2, 2], but={
    "The row of the short batch went to both replicas: each row goes to one.": [1, 1, 2, 2],
}, hint="A short batch is dealt out, too: strategy.experimental_distribute_dataset does it.")
_seen.clear()
with _mock.patch.object(strategy, "run", _watched):
    train_replicated(tf.distribute.get_strategy(), _x[:4], _y[:4], 4, 0.25)
check.equal("what the notebook's strategy did while another one was handed in", _seen, [], hint="Use the strategy that is handed in.")
_four = tf.distribute.MirroredStrategy(DEVICES, tf.distribute.ReductionToOneDevice())
_run = _four.run
with _mock.patch.object(_four, "run", _watched):
    check.close("four replicas", train_replicated(_four, _x, _y, 4, 0.0625), [[10.0]], hint="How many replicas there are, the strategy knows.")
check.equal("how many rows came at a time to four replicas", sorted(_rows for _, _rows in _seen), [0, 0, 0, 1, 1, 1, 1, 1],
            hint="All replicas get as many rows where that is possible.")
_returned.clear()
with _mock.patch.object(_four, "run", _watched):
    train_replicated(_four, tf.ones([4, 5]), tf.ones([4, 1]), 4, 0.0625)
_large = [str(_shape) for _shape in _returned if _shape.num_elements() not in range(7)]
check.equal("what four replicas return that is larger than five weights and a count", _large, [], hint="x'x has 25 numbers: let each replica make its share of the gradient.")
### BEGIN HIDDEN TESTS
_swapped, _context = [], tf.distribute.ReplicaContext


def _noting(method):
    """Do what a method of a replica's context does; note the shapes of the tensors that are handed over."""

    @tf.autograph.experimental.do_not_convert
    def _noted(self, *args, **kwargs):
        _swapped.extend(_each.shape for _each in tf.nest.flatten((args, kwargs)) if isinstance(_each, tf.Tensor))
        return method(self, *args, **kwargs)

    return _noted


_x, _y = check.inputs(21, 3), check.inputs(21, 1)
_methods = {_name: _noting(getattr(_context, _name)) for _name in ("all_gather", "all_reduce", "merge_call")}
with _mock.patch.multiple(_context, **_methods):
    check.reference("random rows, two replicas", train_replicated(strategy, _x, _y, 8, 0.1))
_large = [str(_shape) for _shape in _swapped if (_shape.num_elements() or 9) > 4]
check.equal("what went from replica to replica that is larger than three weights and a count", _large, [])
check.reference("eleven steps", train_replicated(strategy, 3 * _x, 20 * _y, 2, 0.01))
check.reference("one replica, and fewer rows than a batch", train_replicated(tf.distribute.get_strategy(), _x, _y, 32, 0.1))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: fit on two devices
#
# `fit_replicated` is to train a model with one `Dense(1)` layer by `fit`, so that the weights are those of one device. The version below stops with an `AssertionError` without a word. Behind it wait two faults that say nothing: batches of the wrong size, and rows in a random order.
#
# - **In**: `strategy`; `x`, a NumPy array or tensor, `float32[n, k]`; `y`, `float32[n, 1]`; `batch`, the global batch; `epochs`. Here n divides by `batch`, and `batch` by the number of replicas.
# - **Out**: ① `fit_replicated(strategy, x, y, batch, epochs)` returns the trained Keras model; ② it has a kernel and a bias, ③ and the kernel starts at zeros. ④ The optimizer is `SGD` with learning rate 0.1, ⑤ the loss the mean squared error; ⑥ rows come in their order, ⑦ `batch` of them a step, ⑧ and `epochs` times.
# - The replicas do the work: ⑨ each weight has a copy on every device of the strategy, ⑩ and the optimizer of this model made the steps.
# - **Example**: with x all 1, y all 10, batch 4 and one epoch of four rows, kernel and bias are both 2 afterwards.
#
# <details><summary>Hint 1: the idea</summary>
#
# Where must the variables be made that are to be mirrored? And which batch does `fit` ask for, the global one or a replica's?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Move what makes the model into the scope. Hand `fit` the global batch as it is: it deals out the rows by itself. Look up in its documentation how to keep the order.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with strategy.____():
#     model = ____
#     model.compile(____, ____)
# model.fit(x, y, batch_size=____, epochs=epochs, ____=False, verbose=0)
# return model
# ```
#
# </details>


# %%
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    """Train a model with one Dense(1) layer under a strategy, and return it.

    Args:
        strategy: a tf.distribute strategy.
        x: float32 of shape [n, k].
        y: float32 of shape [n, 1].
        batch: rows in a global batch.
        epochs: how many passes.

    Returns:
        a Keras model.
    """
    ### BEGIN SOLUTION
    #| layer = keras.layers.Dense(1, kernel_initializer="zeros")
    #| model = keras.Sequential([keras.Input((x.shape[1],)), layer])
    #| scope = strategy.scope()
    #| with scope:
    #|     model.compile(keras.optimizers.SGD(0.1), "mse")
    #| model.fit(x, y, batch_size=batch // strategy.num_replicas_in_sync, epochs=epochs, verbose=0)
    #| return model
    with strategy.scope():
        inputs = keras.Input((x.shape[1],))
        made = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="zeros")(inputs))
        made.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    made.fit(x, y, epochs=epochs, shuffle=False, batch_size=batch, verbose=0)
    return made
    ### END SOLUTION


# %% points=3
# check: fit_replicated-1
_model = fit_replicated(strategy, tf.ones([4, 1]), tf.fill([4, 1], 10.0), 4, 1)
check.close("kernel and bias after one step", [_weight.numpy() for _weight in _model.weights], [[[2.0]], [2.0]], but={
    "There were two steps: batch_size is the global batch.": [[[3.2]], [3.2]],
    "The learning rate is 0.1, however many replicas there are.": [[[4.0]], [4.0]],
})
_maker = _model.optimizer
check.close("the learning rate of its optimizer", float(_maker.learning_rate.numpy()), 0.1)
check.that("the optimizer is an SGD", isinstance(_maker, keras.optimizers.SGD))
_copies = [len(strategy.experimental_local_results(_weight.value)) for _weight in _model.weights]
check.equal("how many copies of kernel and bias there are", _copies, [2, 2], but={
    "There is one copy of each: the model was made outside the scope of the strategy.": [1, 1],
})
check.at_least("steps that its optimizer has made", int(_model.optimizer.iterations.numpy()), 1,
               hint="The weights come from elsewhere: call fit of this very model.")
from unittest import mock as _mock

_seen, _got, _run = [], [], strategy.run


def _watched(function, args=(), kwargs=None, options=None):
    """Do what strategy.run does, and note how many rows each replica gets, and which."""

    def _note(count, rows):
        _seen.append(int(count))
        _got.append(rows.ravel().tolist())
        return count

    def _on_replica(*args, **kwargs):
        _given = [_each for _each in tf.nest.flatten((args, kwargs)) if isinstance(_each, tf.Tensor) and _each.shape.rank == 2]
        if _given:
            tf.numpy_function(_note, [tf.shape(_given[0])[0], _given[0]], tf.int32)
        return function(*args, **kwargs)

    return _run(_on_replica, args, kwargs, options)


with _mock.patch.object(strategy, "run", _watched):
    fit_replicated(strategy, tf.ones([4, 1]), tf.fill([4, 1], 10.0), 4, 2)
check.equal("rows that came to the replicas in two epochs of one step", _seen, [2, 2, 2, 2], but={
    "The replicas have done nothing: call fit of the model that was made in the scope.": [],
})
_got.clear()
with _mock.patch.object(strategy, "run", _watched):
    fit_replicated(strategy, tf.constant([[0.0], [1.0], [2.0], [3.0]]), tf.ones([4, 1]), 4, 10)
check.equal("which rows they were, of 0, 1, 2, 3, in ten epochs", sorted(_got), 10 * [[0.0, 1.0]] + 10 * [[2.0, 3.0]],
            hint="Rows come in their order within a batch, too: no shuffling at all.")
_arrays = tf.ones([4, 1]).numpy(), tf.fill([4, 1], 10.0).numpy()
_single = fit_replicated(tf.distribute.get_strategy(), *_arrays, 4, 1)
_copies = [len(strategy.experimental_local_results(_weight.value)) for _weight in _single.weights]
check.equal("copies where a strategy with one device is handed in", _copies, [1, 1], but={
    "This is the notebook's strategy: use the one that is handed in.": [2, 2],
})
_idle = fit_replicated(tf.distribute.get_strategy(), tf.ones([8, 1]), tf.zeros([8, 1]), 4, 6)
check.equal("one device, six epochs of two steps, the loss 0 from the first: steps", int(_idle.optimizer.iterations.numpy()), 12, but={
    "`batch` rows a step, whatever the strategy: batch_size is the global batch.": 6,
}, hint="`epochs` passes, whatever the loss does.")
check.close("the learning rate after them", float(_idle.optimizer.learning_rate.numpy()), 0.1, hint="It stays, whatever the loss does.")
_targets = 2.0 ** tf.reshape(tf.range(8.0), [8, 1])     # a batch has the mean 1.5, then 6, 24 and 96
_model = fit_replicated(strategy, tf.ones([8, 1]), _targets, 2, 2)
check.close("twice four steps, in their order", [_weight.numpy() for _weight in _model.weights], [[[25.502753]], [25.502753]], but={
    "This is one epoch: hand `epochs` on.": [[[22.5768]], [22.5768]],
}, hint="fit shuffles the rows, if nobody tells it not to.")
### BEGIN HIDDEN TESTS
_x, _y = check.inputs(24, 3), 1e5 * check.inputs(24, 1)
_model = fit_replicated(strategy, _x, _y, 12, 3)
check.reference("random rows, large targets, three epochs", [_weight.numpy() for _weight in _model.weights], atol=1.0)
_lost = fit_replicated(tf.distribute.get_strategy(), tf.fill([2, 1], 1e6), tf.ones([2, 1]), 2, 30)
check.equal("steps in thirty epochs of one step, the loss beyond all bounds", int(_lost.optimizer.iterations.numpy()), 30)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: round the ring
#
# How do N replicas add up their gradients when each has a wire to the next one only, and the wires are the slow part? Cut every gradient into N chunks. In N − 1 rounds every replica sends one chunk to its neighbour, which adds it to its own; then each chunk is complete at one replica. In N − 1 further rounds the complete chunks travel on, and are copied. Each replica sends 2 (N − 1) chunks, however many replicas there are, less than twice its gradient.
#
# `ring_all_reduce(values, send)` does this.
#
# - **In**: `values`, a list of N ≥ 1 tensors, `float32[N * k]`, one for each replica; `send(i, chunk)`, which carries a chunk from replica i over the wire to replica i + 1 (the last one's neighbour is replica 0), and returns it as it arrives there.
# - **Out**: ① a list of N results, each of N * k numbers, one for each replica: ② the sum of all values.
# - ③ Whatever a replica learns of another one came through `send`: it goes on with what `send` returned, even where the wire has changed the numbers. ④ Each replica sends exactly 2 (N − 1) chunks, ⑤ of k numbers each, ⑥ and none if N = 1.
# - **Example**: for `[1, 2]` and `[10, 20]` both replicas hold `[11, 22]`, after each has sent two chunks of one number.
#
# <details><summary>Hint 1: the idea</summary>
#
# Follow one chunk. It starts at some replica, is added to at each neighbour, and after N − 1 hops the sum is complete. All N chunks do that at once, each starting at another replica.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Let `parts[i][c]` be chunk c at replica i, made with `tf.split`. In round r of the first half replica i sends chunk (i − r) mod N, and its neighbour adds it. After that chunk (i + 1) mod N is complete at replica i. In round r of the second half replica i sends chunk (i + 1 − r) mod N, and its neighbour replaces its own by it. In each round, collect all that is sent before anything is changed.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# n = len(values)
# parts = [tf.split(value, ____) for value in values]
# for r in range(2 * (n - 1)):
#     adding = r < ____
#     arrived = []
#     for i in range(n):
#         c = (i - r) % n                     # the second half goes on where the first one ended
#         arrived.append((____, c, send(i, ____)))
#     for to, c, chunk in arrived:
#         parts[to][c] = ____ if adding else ____
# return [tf.____(part, 0) for part in parts]
# ```
#
# </details>


# %%
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    """Return for each replica the sum of all values, each replica sending to its neighbour only.

    Args:
        values: list of N tensors, float32 of shape [N * k].
        send: function of a replica's number and a chunk; returns the chunk at the next replica.

    Returns:
        list of N tensors, float32 of shape [N * k].
    """
    ### BEGIN SOLUTION
    count = len(values)
    held = [list(tf.split(value, count)) for value in values]
    for turn in range(2 * count - 2):
        sent = [send(i, held[i][(i - turn) % count]) for i in range(count)]
        for i, chunk in enumerate(sent):
            target, place_in = (i + 1) % count, (i - turn) % count
            held[target][place_in] = held[target][place_in] + chunk if turn < count - 1 else chunk
    return [tf.concat(chunks, axis=0) for chunks in held]
    ### END SOLUTION


# %% points=4
# check: ring_all_reduce-1
_log = []


def _send(i, chunk):
    """Carry a chunk from replica i to the next one, and note it."""
    _log.append((i, len(chunk)))
    return tf.identity(chunk)


_two = [tf.constant([1.0, 2.0]), tf.constant([10.0, 20.0])]
check.close("two replicas", ring_all_reduce(_two, _send), [[11.0, 22.0], [11.0, 22.0]], but={
    "Half is missing: after the adding, the complete chunks have to travel on.": [[1.0, 22.0], [11.0, 20.0]],
    "The other half is missing: after the adding, the complete chunks have to travel on.": [[11.0, 2.0], [10.0, 22.0]],
})
check.equal("what was sent", sorted(_log), [(0, 1), (0, 1), (1, 1), (1, 1)], but={
    "Each replica sent its whole gradient: send chunks.": [(0, 2), (1, 2)],
    "Each replica sent its whole gradient, twice: send chunks.": [(0, 2), (0, 2), (1, 2), (1, 2)],
})


def _longer(i, chunk):
    """A wire that adds 100 to every number that it carries."""
    return chunk + 100


_found = tf.sort(tf.stack(list(ring_all_reduce(_two, _longer))), axis=0)
check.close("a wire that adds 100, each column sorted", _found, [[111.0, 122.0], [211.0, 222.0]], but={
    "The sums were not made of what arrived: none of the wire's hundreds is in them.": [[11.0, 22.0], [11.0, 22.0]],
    "A complete chunk has to go over the wire as well.": [[111.0, 122.0], [111.0, 122.0]],
})
_log.clear()
check.close("two replicas, all zeros", ring_all_reduce([tf.zeros([2])] * 2, _send), [[0.0, 0.0]] * 2)
check.equal("what was sent then", sorted(_log), [(0, 1), (0, 1), (1, 1), (1, 1)], hint="Whatever the numbers are: the neighbour waits for each chunk.")
_ones = [tf.fill([3], 10.0**_i) for _i in range(3)]
_log.clear()
check.close("three replicas", ring_all_reduce(_ones, _send), [[111.0] * 3] * 3, but={
    "Something was added twice: in the second half a chunk replaces the neighbour's own.": [[222.0] * 3] * 3,
})
check.equal("how many chunks each replica sent", [sum(_i == _j for _i, _ in _log) for _j in range(3)], [4, 4, 4])
_steps = tf.constant([1000.0, 2000.0, 3000.0])
_found = tf.stack(list(ring_all_reduce(_ones, lambda _i, _chunk: _chunk + _steps[_i])))
_grown = tf.abs(tf.roll(_found, -1, 0) - _found - _steps[:, None]) < 1
check.equal("numbers that have grown on the way from a replica to its neighbour by what the wire adds", tf.reduce_sum(tf.cast(_grown, tf.int32)), 6, but={
    "What replica i sends arrives at replica i + 1, and at no other one: go round the ring that way.": 0,
})
_log.clear()
check.close("a replica alone", ring_all_reduce(_two[:1], _send), [[1.0, 2.0]])
check.equal("what it sent", _log, [])
### BEGIN HIDDEN TESTS
for _count, _width in ((4, 3), (5, 2), (1, 4), (2, 7)):
    _log.clear()
    _numbers = list(check.inputs(_count, _count * _width))
    check.reference(f"{_count} replicas, chunks of {_width}", ring_all_reduce(_numbers, _send))
    check.reference(f"what {_count} replicas sent", sorted(_log))
    _found = tf.sort(tf.stack(list(ring_all_reduce(_numbers, _longer))), axis=0)
    check.reference(f"{_count} replicas, on a wire that adds 100", _found)
_numbers = list(check.inputs(3, 6))
_alone = ring_all_reduce(_numbers, lambda i, chunk: tf.zeros_like(chunk) if i == 0 else chunk)[1]
_left = tf.minimum(tf.abs(_alone), tf.abs(_alone - _numbers[1]))
check.at_most("the wire to replica 1 carries zeros: what replica 1 knows of the others", float(tf.reduce_max(_left)), 1e-5,
              hint="send(i, chunk) arrives at replica i + 1, and nowhere else.")
check.reference("nine replicas, chunks of 40", ring_all_reduce(list(check.inputs(9, 360)), _send))
### END HIDDEN TESTS
