# %% [markdown]
# # Answer bank: graphs
#
# Other right answers to the exercises of `04-graphs.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="any_rows" answer="a decorated function inside" expect="right"
# exercise: any_rows
def any_rows(function, columns):
    @tf.function(input_signature=[tf.TensorSpec([None, columns], tf.float32)])
    def in_graph(table):
        return function(table)

    return in_graph


# %% exercise="any_rows" answer="the signature spelt out" expect="right"
# exercise: any_rows
def any_rows(function, columns):
    shape = tf.TensorShape([None, columns])
    return tf.function(lambda table: function(table), input_signature=(tf.TensorSpec(shape=shape, dtype="float32"),))


# %% exercise="any_rows" answer="options given beforehand" expect="right"
# exercise: any_rows
def any_rows(function, columns):
    make_graph = tf.function(input_signature=[tf.TensorSpec([None, columns])])
    return make_graph(function)


# %% exercise="any_rows" answer="no signature: a graph for each size" expect="wrong" fails="any_rows-1" says="expected at most 1"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function)


# %% exercise="any_rows" answer="reduce_retracing refuses nothing" expect="wrong" fails="any_rows-1" says="a table of integers"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, reduce_retracing=True)


# %% exercise="any_rows" answer="the number of columns left open" expect="wrong" fails="any_rows-1" breaks="4" says="a table of three columns"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, input_signature=[tf.TensorSpec([None, None], tf.float32)])


# %% exercise="any_rows" answer="two rows only" expect="error" fails="any_rows-1" says="Can not cast TensorSpec(shape=(1, 2)"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, input_signature=[tf.TensorSpec([2, columns], tf.float32)])


# %% exercise="any_rows" answer="two columns always" expect="error" fails="any_rows-1"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, input_signature=[tf.TensorSpec([None, 2], tf.float32)])


# %% exercise="any_rows" answer="rows and columns swapped" expect="error" fails="any_rows-1"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, input_signature=[tf.TensorSpec([columns, None], tf.float32)])


# %% exercise="any_rows" answer="no graph, only a look at the table" expect="wrong" fails="any_rows-1" breaks="1" says="expected a tf.function"
# exercise: any_rows
def any_rows(function, columns):
    def careful(table):
        if table.dtype != tf.float32 or table.shape[1] != columns:
            raise TypeError("another table, please")
        return function(table)

    return careful


# %% exercise="any_rows" answer="a look at the table, and a graph for each size" expect="wrong" fails="any_rows-1" breaks="2" says="expected at most 1"
# exercise: any_rows
def any_rows(function, columns):
    @tf.function
    def careful(table):
        if table.dtype != tf.float32 or table.shape[1] != columns:
            raise TypeError("another table, please")
        return function(table)

    return careful


# %% exercise="any_rows" answer="without AutoGraph" expect="error" fails="any_rows-1" breaks="3" says="Iterating over a symbolic"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, input_signature=[tf.TensorSpec([None, columns])], autograph=False)


# %% exercise="graph_count" answer="a set of signatures" expect="right"
# exercise: graph_count
def graph_count(arguments):
    signatures = set()
    for argument in arguments:
        if tf.is_tensor(argument):
            signatures.add((argument.dtype, tuple(argument.shape)))
        else:
            signatures.add(argument)
    return len(signatures)


# %% exercise="graph_count" answer="an experiment: count the traces of a real tf.function" expect="right"
# exercise: graph_count
def graph_count(arguments):
    watched = tf.function(lambda argument: tf.constant(0))
    for argument in arguments:
        watched(argument)
    return watched.experimental_get_tracing_count()


# %% exercise="graph_count" answer="a Python side effect counts" expect="right"
# exercise: graph_count
def graph_count(arguments):
    traces = []

    @tf.function
    def watched(argument):
        traces.append(argument)
        return 0

    for argument in arguments:
        watched(argument)
    return len(traces)


# %% exercise="graph_count" answer="signatures as text" expect="right"
# exercise: graph_count
def graph_count(arguments):
    return len({str(tf.TensorSpec.from_tensor(a)) if tf.is_tensor(a) else repr(a) for a in arguments})


# %% exercise="graph_count" answer="every Python argument retraces" expect="wrong" fails="graph_count-1" breaks="1" says="only when a new one comes"
# exercise: graph_count
def graph_count(arguments):
    tensors = {(a.dtype, tuple(a.shape)) for a in arguments if tf.is_tensor(a)}
    return len(tensors) + sum(not tf.is_tensor(a) for a in arguments)


# %% exercise="graph_count" answer="the type of a Python argument" expect="wrong" fails="graph_count-1" breaks="1" says="the value counts, not its type"
# exercise: graph_count
def graph_count(arguments):
    return len({(a.dtype, tuple(a.shape)) if tf.is_tensor(a) else type(a) for a in arguments})


# %% exercise="graph_count" answer="the values of tensors" expect="wrong" fails="graph_count-1" says="the values do not count"
# exercise: graph_count
def graph_count(arguments):
    return len({str(a) for a in arguments})


# %% exercise="graph_count" answer="only the dtype" expect="wrong" fails="graph_count-1" breaks="2" says="another shape needs another graph"
# exercise: graph_count
def graph_count(arguments):
    return len({a.dtype if tf.is_tensor(a) else a for a in arguments})


# %% exercise="graph_count" answer="only the shape" expect="wrong" fails="graph_count-1" breaks="2" says="another dtype needs another graph"
# exercise: graph_count
def graph_count(arguments):
    return len({tuple(a.shape) if tf.is_tensor(a) else a for a in arguments})


# %% exercise="graph_count" answer="the rank in place of the shape" expect="wrong" fails="graph_count-1" breaks="2" says="The number of axes is not all"
# exercise: graph_count
def graph_count(arguments):
    return len({(a.dtype, a.shape.rank) if tf.is_tensor(a) else a for a in arguments})


# %% exercise="graph_count" answer="the number of elements in place of the shape" expect="wrong" fails="graph_count-1" breaks="2"
# exercise: graph_count
def graph_count(arguments):
    return len({(a.dtype, a.shape.num_elements(), a.shape.rank) if tf.is_tensor(a) else a for a in arguments})


# %% exercise="graph_count" answer="compares with the last call only" expect="wrong" fails="graph_count-1"
# exercise: graph_count
def graph_count(arguments):
    count, last = 0, None
    for a in arguments:
        signature = (a.dtype, tuple(a.shape)) if tf.is_tensor(a) else a
        count += signature != last
        last = signature
    return count


# %% exercise="graph_count" answer="one graph even without a call" expect="wrong" fails="graph_count-1" breaks="4"
# exercise: graph_count
def graph_count(arguments):
    return max(1, len({(a.dtype, tuple(a.shape)) if tf.is_tensor(a) else a for a in arguments}))


# %% exercise="graph_count" answer="Python strings taken for string tensors" expect="wrong" fails="graph_count-1" breaks="3"
# exercise: graph_count
def graph_count(arguments):
    signatures = set()
    for a in arguments:
        a = tf.constant(a) if isinstance(a, str) else a
        signatures.add((a.dtype, tuple(a.shape)) if tf.is_tensor(a) else a)
    return len(signatures)


# %% exercise="graph_count" answer="Python values as text" expect="wrong" fails="graph_count-1" breaks="3" says="are two values"
# exercise: graph_count
def graph_count(arguments):
    return len({(a.dtype, tuple(a.shape)) if tf.is_tensor(a) else str(a) for a in arguments})


# %% exercise="longest_run" answer="if and else" expect="right"
# exercise: longest_run
def longest_run(up):
    run, longest = tf.constant(0), tf.constant(0)
    for tick in up:
        if tick:
            run += 1
        else:
            run = tf.constant(0)
        longest = tf.maximum(longest, run)
    return longest


# %% exercise="longest_run" answer="scan" expect="right"
# exercise: longest_run
def longest_run(up):
    runs = tf.scan(lambda run, tick: tf.where(tick, run + 1, 0), up, initializer=0)
    return tf.reduce_max(tf.concat([[0], runs], axis=0))


# %% exercise="longest_run" answer="numbered stretches, summed" expect="right"
# exercise: longest_run
def longest_run(up):
    ones = tf.cast(up, tf.int32)
    stretch = tf.cumsum(1 - ones)
    return tf.reduce_max(tf.math.unsorted_segment_sum(ones, stretch, tf.size(up) + 1))


# %% exercise="longest_run" answer="while_loop" expect="right"
# exercise: longest_run
def longest_run(up):
    def step(i, run, longest):
        run = tf.where(up[i], run + 1, 0)
        return i + 1, run, tf.maximum(longest, run)

    zero = tf.constant(0)
    return tf.while_loop(lambda i, *_: i < tf.size(up), step, (zero, zero, zero))[2]


# %% exercise="longest_run" answer="counts every True" expect="wrong" fails="longest_run-1" breaks="2" says="fall back to 0"
# exercise: longest_run
def longest_run(up):
    return tf.reduce_sum(tf.cast(up, tf.int32))


# %% exercise="longest_run" answer="the last run" expect="wrong" fails="longest_run-1" says="not the longest"
# exercise: longest_run
def longest_run(up):
    run = tf.constant(0)
    for tick in up:
        run = tf.where(tick, run + 1, 0)
    return run


# %% exercise="longest_run" answer="compares only when a run ends" expect="wrong" fails="longest_run-1" breaks="2" says="The run at the end is missing"
# exercise: longest_run
def longest_run(up):
    run, longest = tf.constant(0), tf.constant(0)
    for tick in up:
        if tick:
            run += 1
        else:
            longest = tf.maximum(longest, run)
            run = tf.constant(0)
    return longest


# %% exercise="longest_run" answer="through NumPy" expect="wrong" fails="longest_run-1" breaks="4" says="numpy"
# exercise: longest_run
def longest_run(up):
    run = longest = 0
    for tick in up.numpy():
        run = run + 1 if tick else 0
        longest = max(longest, run)
    return tf.constant(longest)


# %% exercise="longest_run" answer="a Python loop over a size that the graph does not know" expect="error" fails="longest_run-1" breaks="4"
# exercise: longest_run
def longest_run(up):
    run, longest = tf.constant(0), tf.constant(0)
    for i in range(up.shape[0]):
        run = tf.where(up[i], run + 1, 0)
        longest = tf.maximum(longest, run)
    return longest


# %% exercise="longest_run" answer="runs collected in a list" expect="wrong" fails="longest_run-1" says="graph"
# exercise: longest_run
def longest_run(up):
    run, runs = tf.constant(0), [tf.constant(0)]
    for tick in up:
        run = tf.where(tick, run + 1, 0)
        runs.append(run)
    return tf.reduce_max(tf.stack(runs))


# %% exercise="longest_run" answer="int64" expect="wrong" fails="longest_run-1" breaks="1" says="int64"
# exercise: longest_run
def longest_run(up):
    run, longest = tf.constant(0, tf.int64), tf.constant(0, tf.int64)
    for tick in up:
        run = tf.where(tick, run + 1, tf.constant(0, tf.int64))
        longest = tf.maximum(longest, run)
    return longest


# %% exercise="longest_run" answer="segments without one for the beginning" expect="wrong" fails="longest_run-1" breaks="3"
# exercise: longest_run
def longest_run(up):
    ones = tf.cast(up, tf.int32)
    return tf.reduce_max(tf.math.segment_sum(ones, tf.cumsum(1 - ones)))


# %% exercise="make_average" answer="total and count" expect="right"
# exercise: make_average
def make_average():
    total, count = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        total.assign_add(x)
        count.assign_add(1.0)
        return total / count

    return average


# %% exercise="make_average" answer="one variable holds both" expect="right"
# exercise: make_average
def make_average():
    state = tf.Variable([0.0, 0.0])

    def average(x):
        state.assign_add(tf.stack([x, 1.0]))
        return state[0] / state[1]

    return tf.function(average, input_signature=[tf.TensorSpec((), tf.float32)])


# %% exercise="make_average" answer="a module's method" expect="right"
# exercise: make_average
class Average(tf.Module):
    def __init__(self):
        super().__init__()
        self.total = tf.Variable(0.0)
        self.count = tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def __call__(self, x):
        self.total.assign_add(x)
        self.count.assign_add(1)
        return self.total / tf.cast(self.count, tf.float32)


def make_average():
    return Average()


# %% exercise="make_average" answer="variables made once, on the first call" expect="right"
# exercise: make_average
def make_average():
    kept = []

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        if not kept:
            kept.extend([tf.Variable(0.0), tf.Variable(0.0)])
        kept[0].assign_add(x)
        kept[1].assign_add(1.0)
        return kept[0] / kept[1]

    return average


# %% exercise="make_average" answer="Python counts" expect="wrong" fails="make_average-1,make_average-2" says="ran only while tracing"
# exercise: make_average
def make_average():
    total = tf.Variable(0.0)
    count = 0

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        nonlocal count
        count += 1
        total.assign_add(x)
        return total / count

    return average


# %% exercise="make_average" answer="the total begins anew" expect="wrong" fails="make_average-1,make_average-2" breaks="3" says="must live on between the calls"
# exercise: make_average
def make_average():
    count = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        count.assign_add(1.0)
        return x / count

    return average


# %% exercise="make_average" answer="gives the number back" expect="wrong" fails="make_average-1,make_average-2" says="began anew"
# exercise: make_average
def make_average():
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        total = tf.zeros([]) + x
        count = tf.ones([])
        return total / count

    return average


# %% exercise="make_average" answer="halfway from the last mean" expect="wrong" fails="make_average-1,make_average-2" breaks="3" says="the last mean and the new number"
# exercise: make_average
def make_average():
    mean, first = tf.Variable(0.0), tf.Variable(True)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        mean.assign(tf.where(first, x, (mean + x) / 2))
        first.assign(False)
        return mean.read_value()

    return average


# %% exercise="make_average" answer="variables shared by all averages" expect="wrong" fails="make_average-1,make_average-2" breaks="5" says="share their variables"
# exercise: make_average
total, count = tf.Variable(0.0), tf.Variable(0.0)


def make_average():
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        total.assign_add(x)
        count.assign_add(1.0)
        return total / count

    return average


# %% exercise="make_average" answer="no input signature" expect="wrong" fails="make_average-2" breaks="4" says="4 calls made 4 traces, expected at most 2"
# exercise: make_average
def make_average():
    total, count = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function
    def average(x):
        total.assign_add(x)
        count.assign_add(1.0)
        return total / count

    return average


# %% exercise="make_average" answer="not a graph at all" expect="wrong" fails="make_average-2" breaks="1" says="expected a tf.function"
# exercise: make_average
def make_average():
    numbers = []

    def average(x):
        numbers.append(x)
        return tf.reduce_mean(tf.stack(numbers))

    return average


# %% exercise="make_average" answer="not repaired" expect="error" fails="make_average-1,make_average-2"
# exercise: make_average
def make_average():
    count = 0

    @tf.function
    def average(x):
        nonlocal count
        total = tf.Variable(0.0)
        total.assign_add(x)
        count += 1
        return total / count

    return average


# %% exercise="make_average" answer="answers learned by heart" expect="wrong" fails="make_average-1,make_average-2"
# exercise: make_average
def make_average():
    calls = tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        calls.assign_add(1)
        return tf.where(x == 7.0, 7.0, tf.gather([2.0, 3.0, 5.0], tf.minimum(calls, 3) - 1))

    return average


# %% exercise="make_average" answer="float64" expect="wrong" fails="make_average-1" breaks="2" says="float64"
# exercise: make_average
def make_average():
    total, count = tf.Variable(0.0, dtype=tf.float64), tf.Variable(0.0, dtype=tf.float64)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        total.assign_add(tf.cast(x, tf.float64))
        count.assign_add(1.0)
        return total / count

    return average


# %% exercise="orbits" answer="one TensorArray, skipped rows left out" expect="right"
# exercise: orbits
def orbits(r, skip, keep):
    x = tf.fill(tf.shape(r), 0.5)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(skip + keep):
        x = r * x * (1.0 - x)
        if year >= skip:
            rows = rows.write(year - skip, x)
    return rows.stack()


# %% exercise="orbits" answer="scan over all years, then a slice" expect="right"
# exercise: orbits
def orbits(r, skip, keep):
    years = tf.zeros(skip + keep)
    every = tf.scan(lambda x, _: r * x * (1 - x), years, initializer=tf.fill(tf.shape(r), 0.5))
    return every[skip:]


# %% exercise="orbits" answer="rows scattered into a block of zeros" expect="right"
# exercise: orbits
def orbits(r, skip, keep):
    x = tf.zeros_like(r) + 0.5
    block = tf.zeros([keep, tf.size(r)])
    for year in tf.range(skip + keep):
        x = r * (x - x * x)
        if year >= skip:
            block = tf.tensor_scatter_nd_update(block, [[year - skip]], x[tf.newaxis])
    return block


# %% exercise="orbits" answer="rows appended with concat, shape left open" expect="right"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    rows = tf.zeros([0, tf.size(r)])
    for _ in tf.range(keep):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(rows, tf.TensorShape([None, r.shape[0]]))])
        x = r * x * (1 - x)
        rows = tf.concat([rows, x[tf.newaxis]], axis=0)
    return rows


# %% exercise="orbits" answer="a Python list" expect="wrong" fails="orbits-1" breaks="5"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    rows = []
    for _ in tf.range(keep):
        x = r * x * (1 - x)
        rows.append(x)
    return tf.stack(rows)


# %% exercise="orbits" answer="Python's range" expect="wrong" fails="orbits-1" breaks="5" says="as a tf.function it raises"
# exercise: orbits
def orbits(r, skip, keep):
    x, rows = 0.5 * tf.ones_like(r), []
    for year in range(int(skip) + int(keep)):
        x = r * x * (1 - x)
        if year >= skip:
            rows.append(x)
    return tf.stack(rows) if rows else tf.zeros((0, *r.shape))


# %% exercise="orbits" answer="write without keeping what it returns" expect="wrong" fails="orbits-1"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        rows.write(year, x)
    return rows.stack()


# %% exercise="orbits" answer="one year early" expect="wrong" fails="orbits-1" breaks="3" says="year 0 is not returned"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(keep):
        rows = rows.write(year, x)
        x = r * x * (1 - x)
    return rows.stack()


# %% exercise="orbits" answer="nothing skipped" expect="wrong" fails="orbits-1" breaks="3" says="are not skipped"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        rows = rows.write(year, x)
    return rows.stack()


# %% exercise="orbits" answer="years in the columns" expect="wrong" fails="orbits-1" breaks="1" says="rates in the columns"
# exercise: orbits
def orbits(r, skip, keep):
    years = tf.zeros(skip + keep)
    every = tf.scan(lambda x, _: r * x * (1 - x), years, initializer=tf.fill(tf.shape(r), 0.5))
    return tf.transpose(every[skip:])


# %% exercise="orbits" answer="one year too many skipped" expect="wrong" fails="orbits-1" breaks="3"
# exercise: orbits
def orbits(r, skip, keep):
    years = tf.zeros(skip + keep + 1)
    every = tf.scan(lambda x, _: r * x * (1 - x), years, initializer=tf.fill(tf.shape(r), 0.5))
    return every[skip + 1 :]


# %% exercise="orbits" answer="an array that learns its shape from the writes" expect="wrong" fails="orbits-1" breaks="4"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    rows = tf.TensorArray(tf.float32, size=keep)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        rows = rows.write(year, x)
    return rows.stack()


# %% exercise="orbits" answer="begins at a quarter" expect="wrong" fails="orbits-1" breaks="2"
# exercise: orbits
def orbits(r, skip, keep):
    years = tf.zeros(skip + keep)
    every = tf.scan(lambda x, _: r * x * (1 - x), years, initializer=tf.fill(tf.shape(r), 0.25))
    return every[skip:]


# %% exercise="orbits" answer="float64" expect="wrong" fails="orbits-1" breaks="1" says="float64"
# exercise: orbits
def orbits(r, skip, keep):
    years = tf.zeros(skip + keep)
    every = tf.scan(lambda x, _: r * x * (1 - x), years, initializer=tf.fill(tf.shape(r), 0.5))
    return tf.cast(every[skip:], tf.float64)


# %% exercise="orbits" answer="a first row in any case" expect="error" fails="orbits-1" breaks="4"
# exercise: orbits
def orbits(r, skip, keep):
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip + 1):
        x = r * x * (1 - x)
    rows = tf.TensorArray(tf.float32, size=tf.maximum(keep, 1), element_shape=r.shape).write(0, x)
    for year in tf.range(1, keep):
        x = r * x * (1 - x)
        rows = rows.write(year, x)
    return rows.stack()


# %% exercise="newton" answer="break out of a for loop" expect="right"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = start, tf.constant(0)
    for _ in tf.range(most):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        if tf.abs(value) <= tolerance:
            break
        x = x - value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="while_loop" expect="right"
# exercise: newton
def newton(f, start, tolerance, most):
    def step(x, steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        return x - value / tape.gradient(value, x), steps + 1

    def go_on(x, steps):
        return (tf.abs(f(x)) > tolerance) & (steps < most)

    return tuple(tf.while_loop(go_on, step, (start, tf.constant(0))))


# %% exercise="newton" answer="value and slope carried along" expect="right"
# exercise: newton
def newton(f, start, tolerance, most):
    def look(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        return value, tape.gradient(value, x)

    x, steps = tf.identity(start), tf.constant(0)
    value, slope = look(x)
    while steps < most and tf.abs(value) > tolerance:
        x -= value / slope
        steps += 1
        value, slope = look(x)
    return x, steps


# %% exercise="newton" answer="upwards" expect="wrong" fails="newton-1" breaks="3" says="up the tangent"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0)
    while tf.abs(f(x)) > tolerance and steps < tf.minimum(most, 1):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x += value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="the step before the test" expect="wrong" fails="newton-1" breaks="4" says="test before the first step"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps, good = tf.identity(start), tf.constant(0), tf.constant(False)
    while not good and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x -= value / tape.gradient(value, x)
        steps += 1
        good = tf.abs(f(x)) <= tolerance
    return x, steps


# %% exercise="newton" answer="no limit" expect="wrong" fails="newton-1" breaks="5" says="stop after `most` steps"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0)
    while tf.abs(f(x)) > tolerance:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x -= value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="the tape does not watch" expect="error" fails="newton-1"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0)
    while tf.abs(f(x)) > tolerance and steps < most:
        with tf.GradientTape() as tape:
            value = f(x)
        x -= value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="Python numbers decide" expect="wrong" fails="newton-1" breaks="6" says="as a tf.function it raises"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = start, 0
    while abs(float(f(x))) > tolerance and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x = x - value / tape.gradient(value, x)
        steps += 1
    return x, tf.constant(steps)


# %% exercise="newton" answer="the slope of the start for ever" expect="wrong" fails="newton-1" breaks="3"
# exercise: newton
def newton(f, start, tolerance, most):
    with tf.GradientTape() as tape:
        tape.watch(start)
        value = f(start)
    slope = tape.gradient(value, start)
    x, steps = tf.identity(start), tf.constant(0)
    while tf.abs(f(x)) > tolerance and steps < most:
        x -= f(x) / slope
        steps += 1
    return x, steps


# %% exercise="newton" answer="always all the steps" expect="wrong" fails="newton-1" breaks="4"
# exercise: newton
def newton(f, start, tolerance, most):
    x = tf.identity(start)
    for _ in tf.range(most):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x -= value / tape.gradient(value, x)
    return x, tf.constant(most)


# %% exercise="newton" answer="a value as large as the tolerance is too large" expect="wrong" fails="newton-1" breaks="4" says="is small enough"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0)
    while tf.abs(f(x)) >= tolerance and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x -= value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="x as float64" expect="wrong" fails="newton-1" breaks="1" says="float64"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.cast(start, tf.float64), tf.constant(0)
    while tf.abs(f(x)) > tolerance and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x -= value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="steps as float32" expect="wrong" fails="newton-1" breaks="2" says="float32"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0.0)
    while tf.abs(f(x)) > tolerance and steps < float(most):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x -= value / tape.gradient(value, x)
        steps += 1.0
    return x, steps


# %% exercise="any_rows" answer="one tensor out of everything" expect="error" fails="any_rows-1" breaks="3"
# exercise: any_rows
def any_rows(function, columns):
    table = tf.TensorSpec([None, columns], tf.float32)
    return tf.function(lambda t: tf.convert_to_tensor(function(t)), input_signature=[table])


# %% exercise="any_rows" answer="functions of one name share a graph" expect="wrong" fails="any_rows-1" breaks="3"
# exercise: any_rows
_made = {}
def any_rows(function, columns):
    key = function.__name__, columns
    if key not in _made:
        _made[key] = tf.function(function, input_signature=[tf.TensorSpec([None, columns], tf.float32)])
    return _made[key]


# %% exercise="graph_count" answer="the kind of number in place of the dtype" expect="wrong" fails="graph_count-1" breaks="2" says="int32 and int64 are two dtypes"
# exercise: graph_count
def graph_count(arguments):
    signatures = set()
    for argument in arguments:
        if tf.is_tensor(argument):
            signatures.add((argument.numpy().dtype.kind if argument.dtype != tf.string else "s", tuple(argument.shape)))
        else:
            signatures.add(argument)
    return len(signatures)


# %% exercise="graph_count" answer="values with the same hash taken for one" expect="wrong" fails="graph_count-1" breaks="1"
# exercise: graph_count
def graph_count(arguments):
    seen = set()
    for argument in arguments:
        if tf.is_tensor(argument):
            seen.add(hash(("tensor", argument.dtype.name, tuple(argument.shape))))
        else:
            seen.add(hash((type(argument).__name__, hash(argument))))
    return len(seen)


# %% exercise="longest_run" answer="counted in bytes" expect="wrong" fails="longest_run-1" breaks="2"
# exercise: longest_run
def longest_run(up):
    run = tf.constant(0, tf.int8)
    longest = tf.constant(0, tf.int8)
    for tick in tf.cast(up, tf.int8):
        run = (run + 1) * tick
        longest = tf.maximum(longest, run)
    return tf.cast(longest, tf.int32)


# %% exercise="longest_run" answer="no run beyond twenty" expect="wrong" fails="longest_run-1" breaks="2"
# exercise: longest_run
def longest_run(up):
    longest = tf.constant(0)
    run = tf.cast(up, tf.int32)
    for width in range(1, 21):
        if tf.reduce_any(run > 0):
            longest = tf.constant(width)
        run = run[1:] * tf.cast(up, tf.int32)[:-width]
    return longest


# %% exercise="make_average" answer="the last 64 numbers" expect="wrong" fails="make_average-1,make_average-2" breaks="3"
# exercise: make_average
def make_average():
    last = tf.Variable(tf.zeros(64))
    count = tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        last.assign(tf.concat([[x], last[:-1]], axis=0))
        count.assign(tf.minimum(count + 1, 64))
        return tf.reduce_mean(last[:count])

    return average


# %% exercise="make_average" answer="counted in a byte" expect="wrong" fails="make_average-1,make_average-2" breaks="3"
# exercise: make_average
def make_average():
    total = tf.Variable(0.0)
    count = tf.Variable(0, dtype=tf.int8)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        total.assign_add(x)
        count.assign_add(1)
        return total / tf.cast(count, tf.float32)

    return average


# %% exercise="make_average" answer="zeros do not count" expect="wrong" fails="make_average-1" breaks="3" says="0 is a number"
# exercise: make_average
def make_average():
    count, total = tf.Variable(0.0), tf.Variable(0.0)
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        total.assign_add(x)
        count.assign_add(tf.cast(x != 0, tf.float32))
        return tf.math.divide_no_nan(total, count)
    return average


# %% exercise="orbits" answer="at most the picture's 150 years" expect="wrong" fails="orbits-1" breaks="3"
# exercise: orbits
def orbits(r, skip, keep):
    x = tf.fill(tf.shape(r), 0.5)
    for _ in tf.range(tf.minimum(skip, 150)):
        x = r * x * (1 - x)
    rows = tf.TensorArray(tf.float32, size=keep)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        rows = rows.write(year, x)
    return rows.stack()


# %% exercise="newton" answer="unrolled" expect="wrong" fails="newton-1" breaks="7" says="writes each step into the graph"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0)
    for _ in range(most):
        going = tf.abs(f(x)) > tolerance
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x = tf.where(going, x - value / tape.gradient(value, x), x)
        steps += tf.cast(going, tf.int32)
    return x, steps


# %% exercise="newton" answer="no tolerance below a millionth" expect="wrong" fails="newton-1" breaks="4"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = start, tf.constant(0)
    tolerance = max(tolerance, 1e-6)
    while tf.abs(f(x)) > tolerance and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        x = x - y / tape.gradient(y, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="steps of at most 100" expect="wrong" fails="newton-1" breaks="3"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = start, tf.constant(0)
    while tf.abs(f(x)) > tolerance and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        x = x - tf.clip_by_value(y / tape.gradient(y, x), -100.0, 100.0)
        steps += 1
    return x, steps


# %% exercise="graph_count" answer="signatures as text among the texts" expect="wrong" fails="graph_count-1" breaks="3"
# exercise: graph_count
def graph_count(arguments):
    return len({str(tf.TensorSpec.from_tensor(a)) if tf.is_tensor(a) else a for a in arguments})


# %% exercise="any_rows" equal="float32 is the dtype that a TensorSpec takes by itself"
# - return tf.function(lambda table: function(table), input_signature=(tf.TensorSpec(shape=shape, dtype="float32"),))
# + return tf.function(lambda table: function(table), input_signature=(tf.TensorSpec(shape=shape),))


# %% exercise="graph_count" equal="what the watched function returns does not change how often it is traced"
# - watched = tf.function(lambda argument: tf.constant(0))
# + watched = tf.function(lambda argument: 0)


# %% exercise="graph_count" equal="what the watched function returns does not change how often it is traced"
# - watched = tf.function(lambda argument: tf.constant(0))
# + watched = tf.function(lambda argument: tf.constant(1))


# %% exercise="graph_count" equal="a TensorSpec is equal to another one where their texts are, and never to a text"
# - return len({str(tf.TensorSpec.from_tensor(a)) if tf.is_tensor(a) else repr(a) for a in arguments})
# + return len({tf.TensorSpec.from_tensor(a) if tf.is_tensor(a) else repr(a) for a in arguments})


# %% exercise="longest_run" equal="it becomes a tensor with the first tick, and without a tick it is not returned"
# - streak = tf.constant(0)
# + streak = 0


# %% exercise="longest_run" equal="it becomes a tensor with the first tick, and without a tick a Python 0 is accepted"
# - best = tf.constant(0)
# + best = 0


# %% exercise="longest_run" equal="the larger of two numbers does not depend on their order"
# - best = tf.maximum(best, streak)
# + best = tf.maximum(streak, best)


# %% exercise="longest_run" equal="it becomes a tensor with the first tick, and without a tick a Python 0 is accepted"
# - run, longest = tf.constant(0), tf.constant(0)
# + run, longest = tf.constant(0), 0


# %% exercise="longest_run" equal="the larger of two numbers does not depend on their order"
# - longest = tf.maximum(longest, run)
# + longest = tf.maximum(run, longest)


# %% exercise="longest_run" equal="one more stretch, in which nothing is added up, has the sum 0"
# - return tf.reduce_max(tf.math.unsorted_segment_sum(ones, stretch, tf.size(up) + 1))
# + return tf.reduce_max(tf.math.unsorted_segment_sum(ones, stretch, tf.size(up) + 2))


# %% exercise="make_average" equal="the first call moves the mean to its number, wherever it began"
# - mean = tf.Variable(0.0)
# + mean = tf.Variable(1.0)


# %% exercise="make_average" equal="what tf.Module does there, naming the module, is not used here"
# - super().__init__()
# + pass


# %% exercise="orbits" equal="a half divided by 1 is a half, too"
# - x = 0.5 * tf.ones_like(r)
# + x = 0.5 / tf.ones_like(r)


# %% exercise="orbits" equal="each row of the block is written over"
# - block = tf.zeros([keep, tf.size(r)])
# + block = tf.ones([keep, tf.size(r)])


# %% exercise="newton" equal="no step changes the tensor itself: x is bound to a new one"
# - x = tf.identity(start)
# + x = start


# %% exercise="newton" equal="it becomes a tensor with the first step, and without a step a Python 0 is accepted"
# - taken = tf.constant(0)
# + taken = 0


# %% exercise="newton" equal="both sides are worked out in any case, so their order does not matter"
# - while tf.logical_and(tf.abs(f(x)) > tolerance, taken < most):
# + while tf.logical_and(taken < most, tf.abs(f(x)) > tolerance):


# %% exercise="newton" equal="no step changes the tensor itself: x is bound to a new one"
# - x, steps = tf.identity(start), tf.constant(0)
# + x, steps = start, tf.constant(0)


# %% exercise="newton" equal="it becomes a tensor with the first step, and without a step a Python 0 is accepted"
# - x, steps = tf.identity(start), tf.constant(0)
# + x, steps = tf.identity(start), 0


# %% exercise="any_rows" answer="compiled with XLA, which has no text" expect="error" fails="any_rows-1" breaks="3"
# exercise: any_rows
def any_rows(function, columns):
    return tf.function(function, input_signature=[tf.TensorSpec([None, columns], tf.float32)], jit_compile=True)


# %% exercise="make_average" answer="a mean of 0 taken for nothing seen yet" expect="wrong" fails="make_average-1" breaks="3" says="A mean of 0"
# exercise: make_average
def make_average():
    mean = tf.Variable(0.0)
    count = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        count.assign_add(1.0)
        if mean == 0.0:
            mean.assign(x)
        else:
            mean.assign_add((x - mean) / count)
        return mean.read_value()

    return average


# %% exercise="orbits" answer="never more than 450 years skipped" expect="wrong" fails="orbits-1" breaks="3"
# exercise: orbits
def orbits(r, skip, keep):
    x = tf.fill(tf.shape(r), 0.5)
    for _ in tf.range(tf.minimum(skip, 451)):
        x = r * x * (1 - x)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        rows = rows.write(year, x)
    return rows.stack()


# %% exercise="orbits" answer="few animals taken for none" expect="wrong" fails="orbits-1" breaks="2"
# exercise: orbits
def orbits(r, skip, keep):
    x = tf.fill(tf.shape(r), 0.5)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(skip + keep):
        x = r * x * (1 - x)
        x = tf.where(x < 1e-6, 0.0, x)
        if year >= skip:
            rows = rows.write(year - skip, x)
    return rows.stack()


# %% exercise="newton" answer="stops where x hardly moves" expect="wrong" fails="newton-1" breaks="4" says="not where the steps are small"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps, moved = tf.identity(start), tf.constant(0), tf.constant(1.0)
    while tf.abs(f(x)) > tolerance and steps < most and moved > 1e-6:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        step = value / tape.gradient(value, x)
        x = x - step
        moved = tf.abs(step)
        steps += 1
    return x, steps


# %% exercise="newton" answer="a secant in place of the tangent" expect="wrong" fails="newton-1" breaks="3" says="two places near x"
# exercise: newton
def newton(f, start, tolerance, most):
    h = 1 / 64
    x, steps = tf.identity(start), tf.constant(0)
    while tf.abs(f(x)) > tolerance and steps < most:
        slope = (f(x + h) - f(x - h)) / (2 * h)
        x = x - f(x) / slope
        steps += 1
    return x, steps


# %% exercise="any_rows" answer="functions of the same code share a graph" expect="wrong" fails="any_rows-1" breaks="3"
# exercise: any_rows
_made = {}


def any_rows(function, columns):
    key = getattr(function, "__code__", function), columns
    if key not in _made:
        _made[key] = tf.function(function, input_signature=[tf.TensorSpec([None, columns], tf.float32)])
    return _made[key]


# %% exercise="graph_count" answer="dtype and shape as text among the texts" expect="wrong" fails="graph_count-1" breaks="3"
# exercise: graph_count
def graph_count(arguments):
    signatures = set()
    for argument in arguments:
        if tf.is_tensor(argument):
            signatures.add(argument.dtype.name + str(tuple(argument.shape)))
        else:
            signatures.add(argument)
    return len(signatures)


# %% exercise="longest_run" answer="a thousand ticks and no more" expect="wrong" fails="longest_run-1" breaks="2"
# exercise: longest_run
def longest_run(up):
    def look(place, run, longest):
        run = tf.where(up[place], run + 1, 0)
        return place + 1, run, tf.maximum(longest, run)

    zero = tf.constant(0)
    n = tf.size(up)
    return tf.while_loop(lambda i, *_: i < n, look, (zero, zero, zero), maximum_iterations=1000)[2]


# %% exercise="longest_run" answer="back to Python from the graph" expect="wrong" fails="longest_run-1"
# exercise: longest_run
def longest_run(up):
    import itertools

    import numpy as np

    def count(ticks):
        runs = [len(list(group)) for value, group in itertools.groupby(ticks.tolist()) if value]
        return np.int32(max(runs, default=0))

    return tf.ensure_shape(tf.numpy_function(count, [up], tf.int32), [])


# %% exercise="make_average" answer="the last thousand numbers" expect="wrong" fails="make_average-2" breaks="3"
# exercise: make_average
def make_average():
    numbers, count = tf.Variable(tf.zeros(1000)), tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        numbers.scatter_nd_update([[count % 1000]], [x])
        count.assign_add(1)
        return tf.reduce_sum(numbers) / tf.cast(tf.minimum(count, 1000), tf.float32)

    return average


# %% exercise="make_average" answer="places for sixty-four averages" expect="wrong" fails="make_average-1" breaks="5"
# exercise: make_average
import itertools

_totals, _counts, _places = tf.Variable(tf.zeros(64)), tf.Variable(tf.zeros(64)), itertools.cycle(range(64))


def make_average():
    place = next(_places)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        _totals.scatter_nd_add([[place]], [x])
        _counts.scatter_nd_add([[place]], [1.0])
        return _totals[place] / _counts[place]

    return average


# %% exercise="orbits" answer="rates below 1 taken for extinction" expect="wrong" fails="orbits-1" breaks="2"
# exercise: orbits
def orbits(r, skip, keep):
    skip, keep = tf.convert_to_tensor(skip), tf.convert_to_tensor(keep)
    x = tf.fill(tf.shape(r), 0.5)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    x = tf.where(tf.logical_and(skip >= 50, r < 1.0), tf.zeros_like(x), x)
    rows = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        rows = rows.write(year, x)
    return rows.stack()


# %% exercise="orbits" answer="back to Python from the graph" expect="wrong" fails="orbits-1"
# exercise: orbits
def orbits(r, skip, keep):
    import numpy as np

    def run(rates, left_out, wanted):
        x, rows = np.full_like(rates, 0.5), []
        for year in range(int(left_out) + int(wanted)):
            x = rates * x * (1 - x)
            rows.append(x)
        return np.reshape(rows[int(left_out):], (int(wanted), len(rates))).astype(np.float32)

    rows = tf.numpy_function(run, [r, skip, keep], tf.float32)
    return tf.ensure_shape(rows, [None, r.shape[0]])


# %% exercise="newton" answer="stops where x stays as it is" expect="wrong" fails="newton-1" breaks="4" says="even where x stays"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps = tf.identity(start), tf.constant(0)
    before = tf.constant(float("nan"))
    while tf.abs(f(x)) > tolerance and steps < most and x != before:
        before = x
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        x = x - value / tape.gradient(value, x)
        steps += 1
    return x, steps


# %% exercise="newton" answer="back to Python from the graph" expect="wrong" fails="newton-1"
# exercise: newton
def newton(f, start, tolerance, most):
    def search(x):
        steps = 0
        while abs(f(x)) > tolerance and steps < most:
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = f(x)
            x = x - value / tape.gradient(value, x)
            steps += 1
        return x, tf.constant(steps)

    x, steps = tf.py_function(search, [start], [tf.float32, tf.int32])
    return tf.ensure_shape(x, []), tf.ensure_shape(steps, [])


# %% exercise="any_rows" answer="reduce_retracing" expect="wrong" fails="any_rows-1" breaks="2"
# exercise: any_rows
def any_rows(function, columns):
    @tf.function(reduce_retracing=True)
    def checked(table):
        if table.dtype != tf.float32:
            raise TypeError("a table of float32, please")
        if table.shape[1] != columns:
            raise TypeError("another number of columns")
        return function(table)

    return checked


# %% exercise="graph_count" answer="rank and first axis only" expect="wrong" fails="graph_count-1" breaks="2"
# exercise: graph_count
def graph_count(arguments):
    seen = []
    for argument in arguments:
        if tf.is_tensor(argument):
            rank = len(argument.shape)
            signature = (argument.dtype.name, rank, argument.shape[0] if rank > 0 else None)
        else:
            signature = argument
        if signature not in seen:
            seen.append(signature)
    return len(seen)


# %% exercise="newton" answer="stops where the value has grown" expect="wrong" fails="newton-1" breaks="4"
# exercise: newton
def newton(f, start, tolerance, most):
    x, steps, better = tf.identity(start), tf.constant(0), tf.constant(True)
    while better and tf.abs(f(x)) > tolerance and steps < most:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        slope = tape.gradient(value, x)
        x = x - value / slope
        better = tf.abs(f(x)) <= tf.abs(value)
        steps += 1
    return x, steps


# %% exercise="orbits" answer="an array that never learns its shape" expect="wrong" fails="orbits-1" breaks="4"
# exercise: orbits
def orbits(r, skip, keep):
    """Return `keep` successive values of x <- r x (1 - x) for each growth rate, after `skip` values left out."""
    x = tf.fill(tf.shape(r), 0.5)
    rows = tf.TensorArray(tf.float32, size=skip + keep)
    for year in tf.range(skip + keep):
        x = r * x * (1.0 - x)
        rows = rows.write(year, x)
    return rows.stack()[skip:]


# %% exercise="any_rows" answer="int32 refused, no other integers" expect="wrong" fails="any_rows-1" breaks="4"
# exercise: any_rows
def any_rows(function, columns):
    @tf.function
    def table_function(table):
        if table.dtype == tf.int32:
            raise TypeError("a table of integers")
        if table.shape[-1] != columns:
            raise TypeError("another number of columns")
        return function(table)

    # trace it here, once, for any number of rows
    table_function.get_concrete_function(tf.TensorSpec([None, columns], tf.float32))
    return table_function


# %% exercise="any_rows" answer="only the outermost function rewritten" expect="error" fails="any_rows-1" breaks="3"
# exercise: any_rows
def any_rows(function, columns):
    converted = tf.autograph.to_graph(function, recursive=False)
    return tf.function(converted, autograph=False, input_signature=[tf.TensorSpec([None, columns], tf.float32)])


# %% exercise="newton" answer="no autograph, so no if in f" expect="error" fails="newton-1" breaks="6"
# exercise: newton
def newton(f, start, tolerance, most):
    def not_yet(x, steps):
        return tf.logical_and(tf.abs(f(x)) > tolerance, steps < most)

    def step(x, steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = f(x)
        return x - value / tape.gradient(value, x), steps + 1

    @tf.function(autograph=False)  # the loop is written for the graph already
    def solve(x):
        return tf.while_loop(not_yet, step, (x, tf.constant(0)))

    return solve(start)
