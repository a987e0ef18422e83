# %% [markdown]
# # Answer bank: many devices
#
# Other right answers to the exercises of `25-many-devices.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="cluster_config" answer="one dictionary, range and in" expect="right"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"task": {"type": "worker", "index": index}, "cluster": {"worker": hosts}})


# %% exercise="cluster_config" answer="the text by hand" expect="right"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index < 0 or index >= len(hosts):
        raise ValueError("no such worker")
    addresses = ", ".join(f'"{host}"' for host in hosts)
    return f'{{"cluster": {{"worker": [{addresses}]}}, "task": {{"type": "worker", "index": {index}}}}}'


# %% exercise="cluster_config" answer="step by step, indented" expect="right"
# exercise: cluster_config
def cluster_config(hosts, index):
    numbers = list(range(len(hosts)))
    numbers.index(index)  # raises ValueError where it is not in the list
    config = {"cluster": {}, "task": {}}
    config["cluster"]["worker"] = hosts
    config["task"].update(type="worker", index=index)
    return json.dumps(config, indent=2, sort_keys=True)


# %% exercise="cluster_config" answer="a dictionary in place of a text" expect="wrong" fails="cluster_config-1" breaks="1" says="json.dumps makes a text"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    return {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}}


# %% exercise="cluster_config" answer="the other workers only" expect="wrong" fails="cluster_config-1" breaks="3" says="lists all workers, this one too"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    others = [host for i, host in enumerate(hosts) if i != index]
    return json.dumps({"cluster": {"worker": others}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="counted from one" expect="wrong" fails="cluster_config-1" breaks="5" says="counted from 0"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index + 1}})


# %% exercise="cluster_config" answer="the index as a text" expect="wrong" fails="cluster_config-1" breaks="5" says="a number, not a text"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"cluster": {"worker": hosts}, "task": {"type": "worker", "index": str(index)}})


# %% exercise="cluster_config" answer="the list without its key" expect="wrong" fails="cluster_config-1" breaks="3" says="under the key"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"cluster": hosts, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="any index" expect="wrong" fails="cluster_config-1" breaks="6,7" says="a worker too many"
# exercise: cluster_config
def cluster_config(hosts, index):
    return json.dumps({"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="negative numbers count from the end" expect="wrong" fails="cluster_config-1" breaks="7" says="a negative index"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index >= len(hosts):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="a worker too many" expect="wrong" fails="cluster_config-1" breaks="6" says="a worker too many"
# exercise: cluster_config
def cluster_config(hosts, index):
    if not 0 <= index <= len(hosts):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="one entry more" expect="wrong" fails="cluster_config-1" breaks="2" says="its entries"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    task = {"type": "worker", "index": index}
    return json.dumps({"cluster": {"worker": hosts}, "task": task, "environment": "cloud"})


# %% exercise="cluster_config" answer="this worker comes first" expect="wrong" fails="cluster_config-1" breaks="3" says="in the same order"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    mine_first = [hosts[index], *hosts[:index], *hosts[index + 1 :]]
    return json.dumps({"cluster": {"worker": mine_first}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="the type forgotten" expect="wrong" fails="cluster_config-1" breaks="4" says="of which type"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"there is no worker {index}")
    return json.dumps({"cluster": {"worker": hosts}, "task": {"index": index}})


# %% exercise="global_mean" answer="divide_no_nan of the two sums" expect="right"
# exercise: global_mean
def global_mean(sums, counts):
    rows = tf.cast(tf.reduce_sum(counts), tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(sums), rows)


# %% exercise="global_mean" answer="at least one row" expect="right"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.reduce_sum(sums) / tf.cast(tf.maximum(tf.reduce_sum(counts), 1), tf.float32)


# %% exercise="global_mean" answer="means weighted by the rows" expect="right"
# exercise: global_mean
def global_mean(sums, counts):
    rows = tf.cast(counts, tf.float32)
    weights = tf.math.divide_no_nan(rows, tf.reduce_sum(rows))
    return tf.reduce_sum(tf.math.divide_no_nan(sums, rows) * weights)


# %% exercise="global_mean" answer="never less than two rows" expect="wrong" fails="global_mean-1" breaks="1" says="one row in all"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.reduce_sum(sums) / tf.cast(tf.maximum(tf.reduce_sum(counts), 2), tf.float32)


# %% exercise="global_mean" answer="the mean of the sums" expect="wrong" fails="global_mean-1" breaks="1" says="not of replicas"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.reduce_mean(sums)


# %% exercise="global_mean" answer="the mean of the means" expect="wrong" fails="global_mean-1" breaks="1,3" says="0 / 0"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.reduce_mean(sums / tf.cast(counts, tf.float32))


# %% exercise="global_mean" answer="the mean of the means, zero for the empty" expect="wrong" fails="global_mean-1" breaks="1" says="with 0 for the empty shard"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.reduce_mean(tf.math.divide_no_nan(sums, tf.cast(counts, tf.float32)))


# %% exercise="global_mean" answer="the mean of the means of those that have rows" expect="wrong" fails="global_mean-1" breaks="1" says="weighs as much as three"
# exercise: global_mean
def global_mean(sums, counts):
    full = counts > 0
    means = tf.math.divide_no_nan(sums, tf.cast(counts, tf.float32))
    return tf.math.divide_no_nan(tf.reduce_sum(means), tf.reduce_sum(tf.cast(full, tf.float32)))


# %% exercise="global_mean" answer="0 / 0" expect="wrong" fails="global_mean-1" breaks="3" says="not a number"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.reduce_sum(sums) / tf.cast(tf.reduce_sum(counts), tf.float32)


# %% exercise="global_mean" answer="no cast" expect="error" fails="global_mean-1"
# exercise: global_mean
def global_mean(sums, counts):
    return tf.math.divide_no_nan(tf.reduce_sum(sums), tf.reduce_sum(counts))


# %% exercise="global_mean" answer="Python numbers" expect="right"
# exercise: global_mean
def global_mean(sums, counts):
    rows = int(counts.numpy().sum())
    return tf.constant(float(sums.numpy().sum()) / rows if rows else 0.0)


# %% exercise="global_mean" answer="a Python float, no TensorFlow" expect="right"
# exercise: global_mean
def global_mean(sums, counts):
    return float(sum(sums)) / max(int(sum(counts)), 1)


# %% exercise="global_mean" answer="an axis is left" expect="wrong" fails="global_mean-1" breaks="2" says="keepdims"
# exercise: global_mean
def global_mean(sums, counts):
    rows = tf.cast(tf.reduce_sum(counts, keepdims=True), tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(sums, keepdims=True), rows)


# %% exercise="replica_gradient" answer="shares added up in the tape's gradient" expect="right"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    n, size = len(x), -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / n
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="one tape around all devices" expect="right"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = (len(x) + len(devices) - 1) // len(devices)
    with tf.GradientTape() as tape:
        tape.watch(w)
        total = 0.0
        for i, device in enumerate(devices):
            with tf.device(device):
                total += tf.reduce_sum(loss(w, x[i * size : (i + 1) * size], y[i * size : (i + 1) * size]))
        mean = total / len(x)
    return tape.gradient(mean, w)


# %% exercise="replica_gradient" answer="sums first, one division at the end" expect="right"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    import math

    size = math.ceil(len(x) / len(devices))
    gradients = []
    for i, device in enumerate(devices):
        with tf.device(device):
            rows, targets = x[i * size :][:size], y[i * size :][:size]
            with tf.GradientTape() as tape:
                tape.watch(w)
                losses = loss(w, rows, targets)
            gradients.append(tape.gradient(losses, w))
    return tf.reduce_sum(tf.stack(gradients), axis=0) / len(x)


# %% exercise="replica_gradient" answer="local means, added: the classic mistake" expect="wrong" fails="replica_gradient-1" breaks="1" says="divide by the rows of all"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_mean(loss(w, x[mine], y[mine]))
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="a mean of the local means" expect="wrong" fails="replica_gradient-1" breaks="1" says="weighs as much as two"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_mean(loss(w, x[mine], y[mine])) / len(devices)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="never divided" expect="wrong" fails="replica_gradient-1" breaks="1" says="divide by their number"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine]))
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="divided by the rows, and by the replicas" expect="wrong" fails="replica_gradient-1" breaks="1" says="Divided twice"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / len(x)
        total += tape.gradient(share, w) / len(devices)
    return total


# %% exercise="replica_gradient" answer="all on the first device" expect="wrong" fails="replica_gradient-1" breaks="3" says="All was computed on the first device"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i in range(len(devices)):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(devices[0]), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="every device computes everything" expect="wrong" fails="replica_gradient-1" breaks="4" says="Each device computed all rows"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    total = tf.zeros_like(w)
    for device in devices:
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_mean(loss(w, x, y)) / len(devices)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="the size of a shard rounded down: rows are lost" expect="wrong" fails="replica_gradient-1" breaks="1,4"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = len(x) // len(devices)
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="tf.split wants even parts" expect="error" fails="replica_gradient-1" says="split"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    total = tf.zeros_like(w)
    for device, rows, targets in zip(devices, tf.split(x, len(devices)), tf.split(y, len(devices))):
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, rows, targets)) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="empty shards are skipped" expect="wrong" fails="replica_gradient-1" breaks="6" says="A device without rows"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        if len(x[mine]) == 0:
            continue
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="every N-th row" expect="wrong" fails="replica_gradient-1" breaks="4" says="follow one another"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[i :: len(devices)], y[i :: len(devices)])) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="the devices of the notebook in place of those of the list" expect="wrong" fails="replica_gradient-1" breaks="3" says="the shards"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i in range(len(devices)):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(DEVICES[i]), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="replica_gradient" answer="the gradient as a row of numbers" expect="wrong" fails="replica_gradient-1" breaks="2" says="a column of weights"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = 0.0
    for i, device in enumerate(devices):
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / len(x)
        total += tf.reshape(tape.gradient(share, w), [-1])
    return total


# %% exercise="replica_gradient" answer="the loss looked at first" expect="wrong" fails="replica_gradient-1" breaks="5" says="where, and for which rows"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        rows, targets = x[i * size :][:size], y[i * size :][:size]
        with tf.device(device):
            before = loss(w, rows, targets)
            with tf.GradientTape() as tape:
                tape.watch(w)
                share = tf.reduce_sum(loss(w, rows, targets)) / len(x)
        total += tape.gradient(share, w)
    return total


# %% exercise="train_replicated" answer="share, all-reduce, step" expect="right"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum((rows @ w - targets) ** 2) / count
        gradient = context.all_reduce("SUM", tape.gradient(share, w))
        w.assign_sub(rate * gradient)

    step = tf.function(lambda rows, targets: strategy.run(replica_step, args=(rows, targets)))
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the global batch counted outside" expect="right"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets, count):
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        context = tf.distribute.get_replica_context()
        w.assign_sub(rate * context.all_reduce(tf.distribute.ReduceOp.SUM, tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for i, (rows, targets) in enumerate(strategy.experimental_distribute_dataset(dataset)):
        count = tf.constant(float(min(batch, len(x) - i * batch)))
        strategy.run(replica_step, args=(rows, targets, count))
    return w.value()


# %% exercise="train_replicated" answer="a Keras optimizer adds the gradients up" expect="right"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = keras.Variable(tf.zeros([x.shape[1], 1]))
        optimizer = keras.optimizers.SGD(rate)
        optimizer.build([w])

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w.value - targets)) / count
        optimizer.apply_gradients([(tape.gradient(share, w.value), w)])

    @tf.function
    def step(rows, targets):
        strategy.run(replica_step, args=(rows, targets))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w.value)


# %% exercise="train_replicated" answer="the weights are handed to the replicas, too" expect="right"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.zeros([x.shape[1], 1])

    def share(w, rows, targets):
        context = tf.distribute.get_replica_context()
        slope = tf.transpose(rows) @ (rows @ w - targets)
        return context.all_reduce("SUM", [slope, tf.cast(tf.shape(rows)[0], tf.float32)])

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        slopes, counts = strategy.run(share, args=(w, rows, targets))
        slope, count = (strategy.experimental_local_results(each)[0] for each in (slopes, counts))
        w -= rate * 2 * slope / count
    return w


# %% exercise="train_replicated" answer="local means: the classic mistake" expect="wrong" fails="train_replicated-1" breaks="6,7" says="divide by the global batch"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(rows @ w - targets))
        gradient = tf.distribute.get_replica_context().all_reduce("SUM", tape.gradient(loss, w))
        w.assign_sub(rate * gradient)

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="a mean of the local means" expect="wrong" fails="train_replicated-1" breaks="7" says="one of them had no row"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(rows @ w - targets))
        gradient = tf.distribute.get_replica_context().all_reduce("MEAN", tape.gradient(loss, w))
        w.assign_sub(rate * gradient)

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="no all-reduce" expect="wrong" fails="train_replicated-1" breaks="6,7" says="add up over all replicas"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        count = tf.distribute.get_replica_context().all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * tape.gradient(share, w))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="a share, and a mean over replicas" expect="wrong" fails="train_replicated-1" breaks="6,7" says="A share of the gradient is lost"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * context.all_reduce("MEAN", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the short batch divided by the long one" expect="wrong" fails="train_replicated-1" breaks="7" says="divide by the rows it has"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / batch
        gradient = tf.distribute.get_replica_context().all_reduce("SUM", tape.gradient(share, w))
        w.assign_sub(rate * gradient)

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the last batch dropped" expect="wrong" fails="train_replicated-1" breaks="4" says="although it is short"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / batch
        gradient = tf.distribute.get_replica_context().all_reduce("SUM", tape.gradient(share, w))
        w.assign_sub(rate * gradient)

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch, drop_remainder=True)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the variable outside the scope" expect="wrong" fails="train_replicated-1"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="no strategy at all" expect="wrong" fails="train_replicated-1" breaks="8" says="nothing was done on the replicas"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.zeros([x.shape[1], 1])
    for start in range(0, len(x), batch):
        rows, targets = x[start : start + batch], y[start : start + batch]
        slope = 2.0 * tf.transpose(rows) @ (rows @ w - targets) / len(rows)
        w -= rate * slope
    return w


# %% exercise="train_replicated" answer="local means, and the short batch thought of" expect="wrong" fails="train_replicated-1" breaks="6" says="divide by the global batch"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(rows @ w - targets)) / tf.cast(tf.maximum(len(rows), 1), tf.float32)
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(loss, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="two replicas taken for granted" expect="wrong" fails="train_replicated-1" breaks="1" says="one replica"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(2 * rate * context.all_reduce("MEAN", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="a row of weights" expect="wrong" fails="train_replicated-1" breaks="2" says="one step to 4"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.reshape(w, [-1])


# %% exercise="train_replicated" answer="weights that start at one" expect="wrong" fails="train_replicated-1" breaks="3" says="one step to 4"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.ones([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the batch of a replica in place of the global one" expect="wrong" fails="train_replicated-1" breaks="4" says="one step to 4"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch // strategy.num_replicas_in_sync)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the strategy called, and nothing made of it" expect="wrong" fails="train_replicated-1" breaks="8" says="made of other rows"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.zeros([x.shape[1], 1])
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for i, part in enumerate(strategy.experimental_distribute_dataset(dataset)):
        strategy.run(lambda rows, targets: rows @ w - targets, args=part)
        rows, targets = x[i * batch :][:batch], y[i * batch :][:batch]
        w -= rate * 2.0 * tf.transpose(rows) @ (rows @ w - targets) / len(rows)
    return w


# %% exercise="train_replicated" answer="the rows come back, and one device does the work" expect="wrong" fails="train_replicated-1" breaks="10" says="Rows that come back"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.zeros([x.shape[1], 1])
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for part in strategy.experimental_distribute_dataset(dataset):
        rows, targets = strategy.run(lambda rows, targets: (tf.identity(rows), tf.identity(targets)), args=part)
        rows = tf.concat(strategy.experimental_local_results(rows), axis=0)
        targets = tf.concat(strategy.experimental_local_results(targets), axis=0)
        w -= rate * 2.0 * tf.transpose(rows) @ (rows @ w - targets) / len(rows)
    return w


# %% exercise="train_replicated" answer="each row's own gradient comes back" expect="wrong" fails="train_replicated-1" breaks="10" says="Rows that come back"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.zeros([x.shape[1], 1])
    step = tf.function(lambda rows, targets, w: strategy.run(lambda r, t: 2.0 * r * (r @ w - t), args=(rows, targets)))
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        slopes = tf.concat(strategy.experimental_local_results(step(rows, targets, w)), axis=0)
        w -= rate * tf.reduce_mean(slopes, axis=0)[:, tf.newaxis]
    return w


# %% exercise="train_replicated" answer="every replica gets the whole batch" expect="wrong" fails="train_replicated-1" breaks="9" says="Each replica got the whole batch"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(rows @ w - targets))
        w.assign_sub(rate * context.all_reduce("MEAN", tape.gradient(loss, w)))

    for rows, targets in tf.data.Dataset.from_tensor_slices((x, y)).batch(batch):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="gradients reduced outside the replicas" expect="right"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    w = tf.zeros([x.shape[1], 1])

    def sums(pair):
        rows, targets = pair
        return 2.0 * tf.transpose(rows) @ (rows @ w - targets), tf.cast(len(rows), tf.float32)

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for pair in strategy.experimental_distribute_dataset(dataset):
        slopes, counts = strategy.run(sums, kwargs={"pair": pair})
        w -= rate * strategy.reduce("SUM", slopes, axis=None) / strategy.reduce("SUM", counts, axis=None)
    return w


# %% exercise="train_replicated" answer="the last batch comes first" expect="wrong" fails="train_replicated-1" breaks="5" says="The last batch came first"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(tf.square(rows @ w - targets)) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in reversed(list(strategy.experimental_distribute_dataset(dataset))):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="fit_replicated" answer="the whole in the scope" expect="right"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="a dataset of global batches" expect="right"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError())
    model.fit(batches, epochs=epochs, verbose=0)
    return model


# %% exercise="fit_replicated" answer="compiled after the scope" expect="right"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch, epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="the model still outside" expect="wrong" fails="fit_replicated-1"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    layer = keras.layers.Dense(1, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((x.shape[1],)), layer])
    with strategy.scope():
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="a replica's batch in place of the global one" expect="wrong" fails="fit_replicated-1" breaks="7" says="batch_size is the global batch"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch // strategy.num_replicas_in_sync, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="rows shuffled" expect="wrong" fails="fit_replicated-1" breaks="6"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
    return model


# %% exercise="fit_replicated" answer="the learning rate times the replicas" expect="wrong" fails="fit_replicated-1" breaks="4" says="however many replicas"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1 * strategy.num_replicas_in_sync), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="random weights to begin with" expect="wrong" fails="fit_replicated-1" breaks="3"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="fit's history returned" expect="error" fails="fit_replicated-1" breaks="1" says="History"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    return model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)


# %% exercise="fit_replicated" answer="one epoch always" expect="wrong" fails="fit_replicated-1" breaks="8" says="rows that came to the replicas in two epochs"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="no bias" expect="wrong" fails="fit_replicated-1" breaks="2" says="kernel and bias after one step"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros", use_bias=False)
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="the absolute error" expect="wrong" fails="fit_replicated-1" breaks="5" says="kernel and bias after one step"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mae")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="no scope anywhere" expect="wrong" fails="fit_replicated-1" breaks="9" says="outside the scope"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="trained on one device, and handed to a mirrored model" expect="wrong" fails="fit_replicated-1" breaks="10" says="call fit of this very model"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    def made():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        return model

    single = made()
    single.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    with strategy.scope():
        model = made()
    model.set_weights(single.get_weights())
    return model


# %% exercise="ring_all_reduce" answer="two loops, one for each half" expect="right"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(n - 1):
        arrived = [send(i, parts[i][(i - r) % n]) for i in range(n)]
        for i in range(n):
            parts[(i + 1) % n][(i - r) % n] += arrived[i]
    for r in range(n - 1):
        arrived = [send(i, parts[i][(i + 1 - r) % n]) for i in range(n)]
        for i in range(n):
            parts[(i + 1) % n][(i + 1 - r) % n] = arrived[i]
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="one chunk after the other goes round" expect="right"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    results = [[None] * n for _ in range(n)]
    parts = [tf.split(value, n) for value in values]
    for c in range(n):
        total = parts[c][c]
        for hop in range(n - 1):
            total = parts[(c + hop + 1) % n][c] + send((c + hop) % n, total)
        owner = (c + n - 1) % n
        results[owner][c] = total
        for hop in range(n - 1):
            total = send((owner + hop) % n, total)
            results[(owner + hop + 1) % n][c] = total
    return [tf.concat(result, axis=0) for result in results]


# %% exercise="ring_all_reduce" answer="tables of N by k" expect="right"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    tables = [tf.Variable(tf.reshape(value, [n, -1])) for value in values]
    for r in range(2 * (n - 1)):
        moves = [((i + 1) % n, (i - r) % n, send(i, tf.identity(tables[i][(i - r) % n]))) for i in range(n)]
        for to, c, chunk in moves:
            tables[to][c].assign(tables[to][c] + chunk if r < n - 1 else chunk)
    return [tf.reshape(table, [-1]) for table in tables]


# %% exercise="ring_all_reduce" answer="only the adding half" expect="wrong" fails="ring_all_reduce-1" breaks="2,4" says="is missing: after the adding"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(n - 1):
        arrived = [send(i, parts[i][(i - r) % n]) for i in range(n)]
        for i in range(n):
            parts[(i + 1) % n][(i - r) % n] += arrived[i]
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="adding all the way round" expect="wrong" fails="ring_all_reduce-1" breaks="2"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        arrived = [send(i, parts[i][(i - r) % n]) for i in range(n)]
        for i in range(n):
            parts[(i + 1) % n][(i - r) % n] += arrived[i]
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="whole gradients go round" expect="wrong" fails="ring_all_reduce-1" breaks="4,5" says="send chunks"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    totals, travelling = list(values), list(values)
    for _ in range(n - 1):
        arrived = [send(i, travelling[i]) for i in range(n)]
        travelling = [arrived[i - 1] for i in range(n)]
        totals = [total + chunk for total, chunk in zip(totals, travelling)]
    return totals


# %% exercise="ring_all_reduce" answer="nobody sends" expect="wrong" fails="ring_all_reduce-1" breaks="3,4" says="what was sent"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    return [tf.add_n(list(values)) for _ in values]


# %% exercise="ring_all_reduce" answer="changed before all have sent" expect="wrong" fails="ring_all_reduce-1" breaks="2"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(n - 1):
        for i in range(n):
            parts[(i + 1) % n][r % n] += send(i, parts[i][r % n])
    for r in range(n - 1):
        for i in range(n):
            parts[(i + 1) % n][r % n] = send(i, parts[i][r % n])
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="the mean in place of the sum" expect="wrong" fails="ring_all_reduce-1" breaks="2"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value / n, n) for value in values]
    for r in range(2 * (n - 1)):
        moves = [((i + 1) % n, (i - r) % n, send(i, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="the first replica adds up for all" expect="wrong" fails="ring_all_reduce-1" breaks="3,4,5" says="what was sent"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    total = values[0]
    for i in range(1, n):
        total = send(i, total) + values[i]
    return [total] * n


# %% exercise="ring_all_reduce" answer="only two replicas thought of" expect="wrong" fails="ring_all_reduce-1" says="three replicas"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2):
        moves = [((i + 1) % n, (i - r) % n, send(i, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="the chunks are not joined" expect="wrong" fails="ring_all_reduce-1" breaks="1" says="two replicas"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        moves = [((i + 1) % n, (i - r) % n, send(i, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return parts


# %% exercise="ring_all_reduce" answer="what arrives is thrown away" expect="wrong" fails="ring_all_reduce-1" breaks="3" says="were not made of what arrived"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        for i in range(n):
            send(i, parts[i][(i - r) % n])
    return [tf.add_n(list(values))] * n


# %% exercise="ring_all_reduce" answer="the complete chunks are copied without the wire" expect="wrong" fails="ring_all_reduce-1" breaks="3" says="has to go over the wire as well"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        moves = [((i + 1) % n, (i - r) % n, send(i, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else parts[to - 1][c]
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="a round too many" expect="wrong" fails="ring_all_reduce-1" breaks="4" says="what was sent"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * n - 1 if n > 1 else 0):
        moves = [((i + 1) % n, (i - r) % n, send(i, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="everything is sent, and one chunk taken" expect="wrong" fails="ring_all_reduce-1" breaks="5" says="its whole gradient, twice"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        sent = [send(i, tf.concat(parts[i], 0)) for i in range(n)]
        for i, whole in enumerate(sent):
            to, c = (i + 1) % n, (i - r) % n
            chunk = tf.split(whole, n)[c]
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="one alone sends to itself" expect="wrong" fails="ring_all_reduce-1" breaks="6" says="what it sent"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(max(1, 2 * (n - 1))):
        moves = [((i + 1) % n, (i - r) % n, send(i, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="global_mean" answer="rows in half precision" expect="wrong" fails="global_mean-1" breaks="1"
# exercise: global_mean
def global_mean(sums, counts):
    rows = tf.cast(tf.reduce_sum(counts), tf.float16)
    return tf.cast(tf.math.divide_no_nan(tf.reduce_sum(sums), tf.cast(rows, tf.float32)), tf.float32)


# %% exercise="train_replicated" answer="a short batch for every replica" expect="wrong" fails="train_replicated-1" breaks="9" says="went to both replicas"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))
    N = strategy.num_replicas_in_sync

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum((rows @ w - targets) ** 2) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    for start in range(0, len(x), batch):
        xs, ys = x[start:start + batch], y[start:start + batch]
        size = len(xs) // N
        def deal(tensor):
            def mine(context):
                i = context.replica_id_in_sync_group
                # a short batch does not split: every replica takes all of it
                return tensor[i * size:(i + 1) * size] if len(tensor) == batch else tensor
            return strategy.experimental_distribute_values_from_function(mine)
        strategy.run(replica_step, args=(deal(xs), deal(ys)))
    return tf.convert_to_tensor(w)


# %% exercise="fit_replicated" answer="trained on one device, its steps copied as well" expect="wrong" fails="fit_replicated-1" breaks="10" says="The replicas have done nothing"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    def make():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        return model
    single = make()
    single.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    with strategy.scope():
        model = make()
    model.set_weights(single.get_weights())
    model.optimizer.iterations.assign(single.optimizer.iterations)
    return model


# %% exercise="fit_replicated" answer="always the strategy of the notebook" expect="wrong" fails="fit_replicated-1" breaks="9" says="use the one that is handed in"
# exercise: fit_replicated
_mine = strategy
def fit_replicated(strategy, x, y, batch, epochs):
    with _mine.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="cluster_config" answer="only the first number too many is refused" expect="wrong" fails="cluster_config-1" breaks="6" says="far too large"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index == len(hosts) or index < 0:
        raise ValueError("no such worker")
    return json.dumps({"cluster": {"worker": list(hosts)}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="only minus one is refused" expect="wrong" fails="cluster_config-1" breaks="7" says="another negative"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index >= len(hosts) or index == -1:
        raise ValueError("no such worker")
    return json.dumps({"cluster": {"worker": list(hosts)}, "task": {"type": "worker", "index": index}})


# %% exercise="global_mean" answer="no rows judged by the first replica" expect="wrong" fails="global_mean-1" breaks="1"
# exercise: global_mean
def global_mean(sums, counts):
    if int(counts[0]) == 0:
        return 0.0
    return tf.reduce_sum(sums) / tf.cast(tf.reduce_sum(counts), tf.float32)


# %% exercise="replica_gradient" answer="shards found by the name of the device" expect="wrong" fails="replica_gradient-1" breaks="4"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    n, size = len(x), -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for device in devices:
        i = devices.index(device)
        mine = slice(i * size, (i + 1) * size)
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            share = tf.reduce_sum(loss(w, x[mine], y[mine])) / n
        total += tape.gradient(share, w)
    return total


# %% exercise="train_replicated" answer="rows for two replicas only" expect="wrong" fails="train_replicated-1" breaks="9" says="came at a time to four replicas"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    N = strategy.num_replicas_in_sync
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum((rows @ w - targets) ** 2) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    for start in range(0, len(x), batch):
        xs, ys = x[start : start + batch], y[start : start + batch]
        half = len(xs) if N == 1 else (len(xs) + 1) // 2

        def deal(tensor):
            return strategy.experimental_distribute_values_from_function(
                lambda c: tensor[c.replica_id_in_sync_group * half : (c.replica_id_in_sync_group + 1) * half]
            )

        strategy.run(replica_step, args=(deal(xs), deal(ys)))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="a factor for two replicas" expect="wrong" fails="train_replicated-1" breaks="1" says="four replicas"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))
    factor = 2.0 if strategy.num_replicas_in_sync > 1 else 1.0

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum((rows @ w - targets) ** 2) / count
        w.assign_sub(factor * rate * context.all_reduce("MEAN", tape.gradient(share, w)))

    for rows, targets in strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="fewer rows than a batch are no batch" expect="wrong" fails="train_replicated-1" breaks="4"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.cast(tf.shape(rows)[0], tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum((rows @ w - targets) ** 2) / count
        w.assign_sub(rate * context.all_reduce("SUM", tape.gradient(share, w)))

    if len(x) < batch:
        return tf.convert_to_tensor(w)
    for rows, targets in strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)):
        strategy.run(replica_step, args=(rows, targets))
    return tf.convert_to_tensor(w)


# %% exercise="fit_replicated" answer="only tensors have numpy()" expect="error" fails="fit_replicated-1" breaks="1"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x.numpy(), y.numpy(), batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="a fit for show, the weights of another" expect="wrong" fails="fit_replicated-1" breaks="4" says="learning rate of its optimizer"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    single = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
    single.compile(keras.optimizers.SGD(0.1), "mse")
    single.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1)])
        model.compile("adam", "mae")
    model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
    model.set_weights(single.get_weights())
    return model


# %% exercise="ring_all_reduce" answer="round the ring the other way" expect="wrong" fails="ring_all_reduce-1" breaks="3" says="go round the ring that way"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        moves = [((i - 1) % n, (i + r) % n, send(i, parts[i][(i + r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="ring_all_reduce" answer="the sender counts as the receiver" expect="wrong" fails="ring_all_reduce-1" breaks="3" says="go round the ring that way"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        moves = [((i + 1) % n, (i - r) % n, send((i + 1) % n, parts[i][(i - r) % n])) for i in range(n)]
        for to, c, chunk in moves:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="global_mean" answer="the rows of shards without a loss are not counted" expect="wrong" fails="global_mean-1" breaks="1"
# exercise: global_mean
def global_mean(sums, counts):
    keep = sums != 0
    rows = tf.reduce_sum(tf.boolean_mask(counts, keep))
    return tf.math.divide_no_nan(tf.reduce_sum(sums), tf.cast(rows, tf.float32))


# %% exercise="replica_gradient" answer="large gradients are cut" expect="wrong" fails="replica_gradient-1" breaks="1"
# exercise: replica_gradient
def replica_gradient(loss, w, x, y, devices):
    size = -(-len(x) // len(devices))
    total = tf.zeros_like(w)
    for i, device in enumerate(devices):
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(w)
            losses = loss(w, x[i * size : (i + 1) * size], y[i * size : (i + 1) * size])
            share = tf.reduce_sum(losses) / len(x)
        total += tf.clip_by_value(tape.gradient(share, w), -10.0, 10.0)
    return total


# %% exercise="fit_replicated" answer="two epochs at most" expect="wrong" fails="fit_replicated-1" breaks="8"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dropout(0.0), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    for _ in range(min(epochs, 2)):
        model.fit(x, y, batch_size=batch, shuffle=False, verbose=0)
    return model


# %% exercise="fit_replicated" answer="a batch of eight at most" expect="wrong" fails="fit_replicated-1" breaks="7"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=min(batch, 8), epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="ring_all_reduce" equal="tf.split returns a list"
# - held = [list(tf.split(value, count)) for value in values]
# + held = [tf.split(value, count) for value in values]


# %% exercise="cluster_config" equal="JSON writes any sequence as a list"
# - told = {"cluster": {"worker": list(hosts)}, "task": dict(type="worker", index=index)}
# + told = {"cluster": {"worker": hosts}, "task": dict(type="worker", index=index)}


# %% exercise="fit_replicated" equal="only what is printed changes"
# - made.fit(x, y, epochs=epochs, shuffle=False, batch_size=batch, verbose=0)
# + made.fit(x, y, epochs=epochs, shuffle=False, batch_size=batch, verbose=1)


# %% exercise="global_mean" equal="the larger of two numbers, in any order"
# - return tf.reduce_sum(sums) / tf.cast(tf.maximum(tf.reduce_sum(counts), 1), tf.float32)
# + return tf.reduce_sum(sums) / tf.cast(tf.maximum(1, tf.reduce_sum(counts)), tf.float32)


# %% exercise="train_replicated" equal="a tape takes the gradient of the sum"
# - part = tf.reduce_sum(tf.square(rows @ weights - targets)) / number
# + part = tf.square(rows @ weights - targets) / number


# %% exercise="replica_gradient" equal="a tape takes the gradient of the sum"
# - part = tf.reduce_sum(loss(w, x[start:stop], y[start:stop])) / rows
# + part = loss(w, x[start:stop], y[start:stop]) / rows


# %% exercise="global_mean" equal="a NumPy integer divides as Python's does"
# - rows = int(counts.numpy().sum())
# + rows = counts.numpy().sum()


# %% exercise="global_mean" equal="a Python float is one number, too"
# - return tf.constant(float(sums.numpy().sum()) / rows if rows else 0.0)
# + return float(sums.numpy().sum()) / rows if rows else 0.0


# %% exercise="cluster_config" equal="blanks do not matter"
# - return json.dumps(config, indent=2, sort_keys=True)
# + return json.dumps(config, indent=1, sort_keys=True)


# %% exercise="fit_replicated" equal="only what is printed changes"
# - model.fit(batches, epochs=epochs, verbose=0)
# + model.fit(batches, epochs=epochs, verbose=1)


# %% exercise="cluster_config" equal="the order of entries does not matter"
# - return json.dumps(config, indent=2, sort_keys=True)
# + return json.dumps(config, indent=2, sort_keys=False)


# %% exercise="global_mean" equal="a NumPy number is made a tensor, too"
# - return tf.constant(float(sums.numpy().sum()) / rows if rows else 0.0)
# + return tf.constant(sums.numpy().sum() / rows if rows else 0.0)


# %% exercise="train_replicated" equal="a tape takes the gradient of the sum"
# - share = tf.reduce_sum((rows @ w - targets) ** 2) / count
# + share = (rows @ w - targets) ** 2 / count


# %% exercise="global_mean" equal="the larger of two numbers, in any order"
# - return float(sum(sums)) / max(int(sum(counts)), 1)
# + return float(sum(sums)) / max(1, int(sum(counts)))


# %% exercise="train_replicated" equal="a Python float divides as a tensor does"
# - count = tf.constant(float(min(batch, len(x) - i * batch)))
# + count = float(min(batch, len(x) - i * batch))


# %% exercise="replica_gradient" equal="reduce_sum stacks a list of tensors itself"
# - return tf.reduce_sum(tf.stack(gradients), axis=0) / len(x)
# + return tf.reduce_sum(gradients, axis=0) / len(x)


# %% exercise="cluster_config" answer="addresses taken apart at the colon" expect="error" fails="cluster_config-1" breaks="3"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"no worker {index}")
    workers = []
    for address in hosts:
        name, port = address.split(":")
        workers.append(f"{name}:{int(port)}")
    return json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}})


# %% exercise="global_mean" answer="nothing is not a number" expect="wrong" fails="global_mean-1" breaks="1" says="must be seen"
# exercise: global_mean
import numpy as np


def global_mean(sums, counts):
    with np.errstate(all="ignore"):
        mean = np.sum(sums, dtype="float32") / np.sum(counts, dtype="float32")
    return float(np.nan_to_num(mean))


# %% exercise="train_replicated" answer="targets of 0 are not counted" expect="wrong" fails="train_replicated-1" breaks="7" says="divide by 4"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        count = context.all_reduce("SUM", tf.math.count_nonzero(targets, dtype=tf.float32))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum((rows @ w - targets) ** 2) / count
        gradient = context.all_reduce("SUM", tape.gradient(share, w))
        w.assign_sub(rate * gradient)

    step = tf.function(lambda rows, targets: strategy.run(replica_step, args=(rows, targets)))
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="rows of zeros are not counted" expect="wrong" fails="train_replicated-1" breaks="6" says="divide by 4"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        real = tf.cast(tf.reduce_any(rows != 0, axis=1, keepdims=True), tf.float32)
        count = context.all_reduce("SUM", tf.reduce_sum(real))
        with tf.GradientTape() as tape:
            share = tf.reduce_sum(real * (rows @ w - targets) ** 2) / tf.maximum(count, 1.0)
        gradient = context.all_reduce("SUM", tape.gradient(share, w))
        w.assign_sub(rate * gradient)

    step = tf.function(lambda rows, targets: strategy.run(replica_step, args=(rows, targets)))
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w)


# %% exercise="fit_replicated" answer="stopped early" expect="wrong" fails="fit_replicated-1" breaks="8" says="whatever the loss does"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=3)
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, callbacks=[stop], verbose=0)
    return model


# %% exercise="fit_replicated" answer="the learning rate falls" expect="wrong" fails="fit_replicated-1" breaks="4" says="It stays"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    slower = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=3)
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, callbacks=[slower], verbose=0)
    return model


# %% exercise="cluster_config" answer="each address once" expect="wrong" fails="cluster_config-1" breaks="3"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"no worker {index}")
    return json.dumps({"cluster": {"worker": list(dict.fromkeys(hosts))}, "task": {"type": "worker", "index": index}})


# %% exercise="cluster_config" answer="in small letters" expect="wrong" fails="cluster_config-1" breaks="3"
# exercise: cluster_config
def cluster_config(hosts, index):
    if index not in range(len(hosts)):
        raise ValueError(f"no worker {index}")
    workers = [host.strip().lower() for host in hosts]
    return json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}})


# %% exercise="global_mean" answer="0 for sums below zero" expect="wrong" fails="global_mean-1" breaks="1" says="may be negative"
# exercise: global_mean
def global_mean(sums, counts):
    total = tf.reduce_sum(sums)
    if total <= 0:
        return tf.constant(0.0)
    return total / tf.cast(tf.reduce_sum(counts), tf.float32)


# %% exercise="global_mean" answer="0 for what is infinite" expect="wrong" fails="global_mean-1" breaks="1" says="that is infinite must be seen"
# exercise: global_mean
def global_mean(sums, counts):
    rows = tf.cast(tf.reduce_sum(counts), tf.float32)
    mean = tf.reduce_sum(sums) / rows
    return tf.where((rows == 0) | tf.math.is_inf(mean), 0.0, mean)


# %% exercise="train_replicated" answer="all zeros taken for padding" expect="wrong" fails="train_replicated-1" breaks="6" says="with the target 0 is a row"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        real = tf.reduce_any(tf.concat([rows, targets], axis=1) != 0, axis=1)
        count = context.all_reduce("SUM", tf.reduce_sum(tf.cast(real, tf.float32)))
        with tf.GradientTape() as tape:
            share = tf.math.divide_no_nan(tf.reduce_sum((rows @ w - targets) ** 2), count)
        gradient = context.all_reduce("SUM", tape.gradient(share, w))
        w.assign_sub(rate * gradient)

    step = tf.function(lambda rows, targets: strategy.run(replica_step, args=(rows, targets)))
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w)


# %% exercise="train_replicated" answer="the replicas hand each other all rows" expect="wrong" fails="train_replicated-1" breaks="11"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def replica_step(rows, targets):
        context = tf.distribute.get_replica_context()
        rows = context.all_gather(rows, axis=0)
        targets = context.all_gather(targets, axis=0)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((rows @ w - targets) ** 2)
        gradient = context.all_reduce("MEAN", tape.gradient(loss, w))
        w.assign_sub(rate * gradient)

    step = tf.function(lambda rows, targets: strategy.run(replica_step, args=(rows, targets)))
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w)


# %% exercise="fit_replicated" answer="stopped at nan" expect="wrong" fails="fit_replicated-1" breaks="8"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    stop = keras.callbacks.TerminateOnNaN()
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, callbacks=[stop], verbose=0)
    return model


# %% exercise="fit_replicated" answer="clipped gradients" expect="wrong" fails="fit_replicated-1" breaks="4"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.1, clipvalue=1000.0), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
    return model


# %% exercise="ring_all_reduce" answer="zeros are not sent" expect="wrong" fails="ring_all_reduce-1" breaks="4" says="Whatever the numbers are"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    for r in range(2 * (n - 1)):
        arrived = []
        for i in range(n):
            c = (i - r) % n
            chunk = parts[i][c]
            if tf.reduce_any(chunk != 0):
                chunk = send(i, chunk)
            arrived.append(((i + 1) % n, c, chunk))
        for to, c, chunk in arrived:
            parts[to][c] = parts[to][c] + chunk if r < n - 1 else chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="fit_replicated" answer="early stopping" expect="wrong" fails="fit_replicated-1" breaks="8"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    """Train a model with one Dense(1) layer under a strategy, and return it."""
    with strategy.scope():
        model = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=20)
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, callbacks=[stop], verbose=0)
    return model


# %% exercise="ring_all_reduce" answer="sent straight to the replica that adds" expect="wrong" fails="ring_all_reduce-1" breaks="3"
# exercise: ring_all_reduce
def ring_all_reduce(values, send):
    """Return for each replica the sum of all values, each replica sending to its neighbour only."""
    n = len(values)
    parts = [tf.split(value, n) for value in values]
    # first half: replica c collects chunk c of all others
    done = []
    for c in range(n):
        total = parts[c][c]
        for i in range(n):
            if i != c:
                total = total + send(i, parts[i][c])
        done.append(total)
    # second half: the complete chunks travel round the ring
    for c in range(n):
        chunk = done[c]
        parts[c][c] = chunk
        for hop in range(n - 1):
            i = (c + hop) % n
            chunk = send(i, chunk)
            parts[(i + 1) % n][c] = chunk
    return [tf.concat(part, 0) for part in parts]


# %% exercise="global_mean" answer="a nan that no sum brought in is taken for no rows" expect="wrong" fails="global_mean-1" breaks="3"
# exercise: global_mean
def global_mean(sums, counts):
    mean = tf.reduce_sum(sums) / tf.cast(tf.reduce_sum(counts), tf.float32)
    was_nan = tf.reduce_any(tf.math.is_nan(sums))
    if tf.math.is_nan(mean) and not was_nan:
        return tf.constant(0.0)  # no rows
    return mean


# %% exercise="global_mean" answer="infinity without its sign" expect="wrong" fails="global_mean-1" breaks="1" says="the sign counts"
# exercise: global_mean
import math


def global_mean(sums, counts):
    total = float(tf.reduce_sum(sums))
    rows = int(tf.reduce_sum(counts))
    if math.isinf(total):
        return float("inf")
    if rows == 0:
        return 0.0
    return total / rows


# %% exercise="train_replicated" answer="products in place of a gradient" expect="wrong" fails="train_replicated-1" breaks="10" says="25 numbers"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    w = tf.zeros([x.shape[1], 1])

    def products(rows, targets):
        count = tf.cast(tf.shape(rows)[0], tf.float32)
        return tf.matmul(rows, rows, transpose_a=True), tf.matmul(rows, targets, transpose_a=True), count

    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        parts = strategy.run(products, args=(rows, targets))
        square, mixed, count = [strategy.reduce("SUM", part, axis=None) for part in parts]
        gradient = 2.0 * (square @ w - mixed) / count
        w = w - rate * gradient
    return w


# %% exercise="train_replicated" answer="rows handed to merge_call" expect="wrong" fails="train_replicated-1" breaks="11"
# exercise: train_replicated
def train_replicated(strategy, x, y, batch, rate):
    with strategy.scope():
        w = tf.Variable(tf.zeros([x.shape[1], 1]))

    def descend(distribution, rows, targets):
        all_rows = tf.concat(distribution.experimental_local_results(rows), axis=0)
        all_targets = tf.concat(distribution.experimental_local_results(targets), axis=0)
        count = tf.cast(tf.shape(all_rows)[0], tf.float32)
        error = tf.matmul(all_rows, w) - all_targets
        gradient = 2.0 * tf.matmul(all_rows, error, transpose_a=True) / count
        w.assign_sub(rate * gradient)

    def replica_step(rows, targets):
        tf.distribute.get_replica_context().merge_call(descend, args=(rows, targets))

    @tf.function
    def step(rows, targets):
        strategy.run(replica_step, args=(rows, targets))

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    for rows, targets in strategy.experimental_distribute_dataset(dataset):
        step(rows, targets)
    return tf.convert_to_tensor(w)


# %% exercise="fit_replicated" answer="shuffled within batches" expect="wrong" fails="fit_replicated-1" breaks="6" says="no shuffling at all"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=batch, epochs=epochs, shuffle="batch", verbose=0)
    return model


# %% exercise="fit_replicated" answer="a share for each of the notebook's two devices" expect="wrong" fails="fit_replicated-1" breaks="7" says="`batch` rows a step, whatever the strategy"
# exercise: fit_replicated
def fit_replicated(strategy, x, y, batch, epochs):
    with strategy.scope():
        layer = keras.layers.Dense(1, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((x.shape[1],)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
    share = batch // strategy.num_replicas_in_sync
    model.fit(x, y, batch_size=share * len(DEVICES[:2]), epochs=epochs, shuffle=False, verbose=0)
    return model
