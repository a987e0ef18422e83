# %% [markdown]
# # Exercises: graphs
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Several checks run your function in a graph, even where you did not ask for one: what works line by line must work there too, and without going back to Python by `tf.py_function` or `tf.numpy_function`.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import matplotlib.pyplot as plt
import tensorflow as tf
from grader import check

tf.get_logger().setLevel("ERROR")  # the checks trace a lot, on purpose: no warnings about it

# %% [markdown]
# ## 1. One graph for any number of rows
#
# The last batch of an epoch is often a short one. `any_rows(function, columns)` turns a function of a table into a `tf.function` that is traced once, however many rows the tables have.
#
# - **In**: `function`, a Python function of one tensor `float32[n, columns]`; `columns`, a Python integer.
# - **Out**: ① a `tf.function` that takes `float32[n, columns]`, n ≥ 0: ② it has one graph for all n, ③ and returns what `function` returns, even if `function` has an `if` or a loop over the rows.
# - **Bad input**: ④ a tensor of integers, or a table with another number of columns, makes the returned function raise `TypeError`. It does so by itself if you tell it what to expect.
# - **Example**: if `function` adds up each row, `any_rows(function, 2)` gives `[3.0, 7.0]` for `[[1.0, 2.0], [3.0, 4.0]]`, and `[0.0]` for `[[0.0, 0.0]]` without tracing again.
#
# <details><summary>Hint 1: the idea</summary>
#
# `tf.function` can be used without the `@`: it takes a function and gives one back. The chapter names two options that keep it from tracing again; only one of them also refuses what does not fit.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Describe the table by a `tf.TensorSpec`: the number of rows is left open with `None`, the number of columns is not. Hand `tf.function` a list with this one specification.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# table = tf.TensorSpec([____, ____], ____)
# return tf.function(____, ____=[table])
# ```
#
# </details>


# %%
# exercise: any_rows
def any_rows(function, columns):
    """Return function as a tf.function with one graph for tables of any number of rows.

    Args:
        function: Python function of one tensor, float32 of shape [n, columns].
        columns: number of columns, a Python integer.

    Returns:
        a tf.function of one tensor, which raises TypeError for another dtype or another number of columns.
    """
    ### BEGIN SOLUTION
    signature = [tf.TensorSpec((None, columns), tf.float32)]
    return tf.function(function, input_signature=signature)
    ### END SOLUTION


# %% points=2
# check: any_rows-1
def _row_sums(table):
    return tf.reduce_sum(table, axis=1)


def _largest_first(table):
    largest = tf.constant(0.0)
    for row in table:
        if row[0] > largest:
            largest = row[0]
    return largest


_sums = any_rows(_row_sums, 2)
check.close("the sums of two rows", _sums(tf.constant([[1.0, 2.0], [3.0, 4.0]])), [3.0, 7.0])
check.traces("tables of one, two and five rows", _sums, [tf.zeros((n, 2)) for n in (1, 2, 5)], 1)
check.raises("a table of integers", TypeError, _sums, tf.constant([[1, 2]]))
check.raises("a table of three columns", TypeError, _sums, tf.zeros((4, 3)))
_first = any_rows(_largest_first, 2)(tf.constant([[3.0, 9.0], [5.0, 0.0], [4.0, 7.0]]))
check.close("a function with a loop and an if", _first, 5.0)
check.close("one that calls a function with them", any_rows(lambda table: 2.0 * _largest_first(table), 2)(tf.constant([[3.0, 9.0]])), 6.0,
            hint="Hand the function itself to tf.function, which rewrites what it calls, too.")
for _dtype in (tf.int64, tf.uint8):
    check.raises(f"a table of integers, {_dtype.name}", TypeError, _sums, tf.constant([[1, 2]], _dtype))
### BEGIN HIDDEN TESTS
_norms = any_rows(lambda table: tf.norm(table, axis=1), 4)
check.reference("four columns, six rows", _norms(check.inputs(6, 4)))
check.reference("four columns, no rows", _norms(tf.zeros((0, 4))))
check.traces("six numbers of rows, one graph", _norms, [tf.ones((n, 4)) for n in (1, 2, 3, 7, 8, 9)], 1)
check.traces("its first calls, with 2 and 5 rows", any_rows(tf.square, 2), [tf.ones((2, 2)), tf.ones((5, 2))], 1)
check.raises("two columns where there should be four", TypeError, _norms, tf.zeros((5, 2)))
_parts = any_rows(lambda table: {"sums": tf.reduce_sum(table, axis=1), "both": (table[:1], tf.shape(table)[0])}, 3)
check.reference("a function that returns a dictionary with a pair", _parts(check.inputs(5, 3)))
check.reference("a loop over random rows", any_rows(_largest_first, 3)(check.inputs(7, 3)))
check.reference("a loop over no rows", any_rows(_largest_first, 3)(tf.zeros((0, 3))))
check.reference("a function that makes text", any_rows(tf.strings.as_string, 2)(tf.constant([[1.0, 2.0], [3.0, 4.0]])))
def _times(factor):
    return lambda table: factor * table


_scaled = [any_rows(_times(factor), 3) for factor in (2.0, 3.0)]
check.reference("two functions of the same text", [f(check.inputs(2, 3)) for f in _scaled])
_largest = any_rows(lambda table: tf.reduce_max(table, axis=1), 4)
check.reference("another function without a name", _largest(check.inputs(6, 4)))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. How many graphs?
#
# A plain `tf.function` of one argument is called several times. `graph_count(arguments)` says how many graphs it has made by the end, that is, how often it was traced. This one is ordinary Python; no graph is needed to write it.
#
# - **In**: `arguments`, a list with the argument of each call in order. An argument is a Python integer, a Python string, or a tensor.
# - **Out**: a whole number: the graphs ① that Python values make, ② that tensors make, ③ and that any mixture makes: 2 and "2" are two values, and neither is a tensor. ④ For no calls it is 0.
# - **Example**: `[2, 3, 2]` makes 2 graphs; `[tf.constant(2), tf.constant(3), tf.constant([2, 3])]` also makes 2, for the first two tensors have the same signature.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two calls share a graph if their arguments have the same signature. So count signatures, each of them once.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# For a tensor (`tf.is_tensor` tells) the signature is its dtype together with its shape; for anything else it is the value. Put the signatures into a Python set: it keeps each one once.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# signatures = set()
# for argument in arguments:
#     if tf.is_tensor(argument):
#         signatures.add((____, tuple(____)))
#     else:
#         signatures.add(____)
# return ____
# ```
#
# </details>


# %%
# exercise: graph_count
def graph_count(arguments):
    """Return how often a tf.function of one argument is traced when called with these arguments in turn.

    Args:
        arguments: list of Python integers, Python strings and tensors, in any mixture.

    Returns:
        the number of traces.
    """
    ### BEGIN SOLUTION
    met = []
    for given in arguments:
        signature = (given.dtype, given.shape.as_list()) if tf.is_tensor(given) else given
        if signature not in met:
            met.append(signature)
    return len(met)
    ### END SOLUTION


# %% points=2
# check: graph_count-1
check.equal("2, 3, 2, 'a', 'a'", graph_count([2, 3, 2, "a", "a"]), 3, but={
    "Python values do not retrace every time, only when a new one comes.": 5,
    "For a Python argument the value counts, not its type.": 2,
})
_tensors = [tf.constant(2), tf.constant(3), tf.constant(2.0), tf.ones(2), tf.ones(3), tf.constant([1, 2, 3])]
check.equal("three scalars and three vectors", graph_count(_tensors), 5, but={
    "For a tensor the values do not count, only the dtype and the shape.": 6,
    "The dtype is not all: another shape needs another graph.": 2,
    "The shape is not all: another dtype needs another graph.": 3,
    "The number of axes is not all: a vector of 2 and a vector of 3 have different shapes.": 4,
})
check.equal("2 and '2', as values and as tensors", graph_count([2, "2", tf.constant(2), tf.constant("2"), 2]), 4, but={
    "The number 2 and the text '2' are two values.": 3,
})
_widths = [tf.constant(2), tf.constant(2, tf.int64), tf.constant(2.0), tf.constant(2.0, tf.float64)]
check.equal("int32, int64, float32 and float64", graph_count(_widths), 4, but={
    "int32 and int64 are two dtypes, and so are float32 and float64.": 2,
})
check.equal("no calls", graph_count([]), 0)
### BEGIN HIDDEN TESTS
_sizes = [int(size) for size in check.inputs(9, dtype="int32", low=0, high=4)]
check.reference("random Python integers", graph_count(_sizes))
check.reference("tensors of random lengths", graph_count([tf.zeros(size) for size in _sizes]))
check.reference("numbers as tensors", graph_count([tf.constant(size) for size in _sizes]))
check.reference("numbers, text and tensors", graph_count([*_sizes, *map(str, _sizes), *map(tf.constant, _sizes)]))
check.reference("strings and string tensors", graph_count(["a", tf.constant("a"), tf.constant("b"), "b", "a"]))
_row, _column = tf.zeros((1, 3)), tf.zeros((3, 1))
_kinds = [tf.zeros(size, kind) for size in _sizes for kind in ("int32", "int64", "float32", "float64", "uint8")]
check.reference("vectors of many dtypes", graph_count(_kinds))
check.reference("a row and a column", graph_count([_row, _column, _row, _row[0]]))
_blocks = [tf.zeros(shape) for shape in ((2, 3), (2, 4), (3, 3), (2, 3, 4), (2, 3, 5), (2, 4, 5), (3, 3, 5), (2, 3))]
check.reference("tables and blocks of many shapes", graph_count(_blocks))
check.reference("numbers with the same hash", graph_count([-1, -2, 0, -1, 2**61 - 1]))
_spelt = str(tf.TensorSpec([], tf.int32))
check.reference("a text that reads like a signature", graph_count([tf.constant(2), _spelt, "2", tf.constant(3), _spelt]))
_names, _gaps, _ends = ("int32", str(tf.int32), repr(tf.int32)), ("", " ", ",", ", ", "_", "-", ":"), ("()", "[]")
_texts = [name + gap + end for name in _names for gap in _gaps for end in _ends]
_texts += [repr(pair) for pair in ((tf.int32, ()), ("int32", ()), ("int32", []), (tf.int32, []))]
check.reference("texts that read like a dtype and a shape", graph_count([tf.constant(2), *_texts, tf.constant(3)]))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. The longest run
#
# A sensor says at each tick whether the machine was up. `longest_run(up)` is the length of the longest stretch without a stop. It must give the same in a graph as line by line: there `up` is a stand-in, and its values are unknown while your Python runs.
#
# - **In**: `up`, `bool[n]`, n ≥ 0.
# - **Out**: ① an `int32` tensor of shape `[]`: ② the length of the longest run of `True`, ③ 0 if there is no tick.
# - **In a graph**: ④ it gives the same in a `tf.function` that does not know n beforehand.
# - **Example**: for `[True, False, True, True, False]` it is 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# Go through the ticks once with two numbers: how long the present run is, and how long the longest so far. Both are tensors from the start.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Begin with `tf.constant(0)` twice. `for tick in up:` over a tensor becomes a loop in the graph, `if tick:` a branch. When the machine is up, the run grows by 1, otherwise it falls back to 0; after *each* tick, keep the larger of the two numbers with `tf.maximum`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# run, longest = tf.constant(0), ____
# for tick in ____:
#     if tick:
#         run += 1
#     else:
#         run = ____
#     longest = ____(longest, run)
# return ____
# ```
#
# </details>


# %%
# exercise: longest_run
def longest_run(up):
    """Return the length of the longest stretch of True in up.

    Args:
        up: bool tensor of shape [n], n >= 0.

    Returns:
        int32 tensor of shape [].
    """
    ### BEGIN SOLUTION
    streak = tf.constant(0)
    best = tf.constant(0)
    for running in up:
        streak = (streak + 1) * tf.cast(running, tf.int32)
        best = tf.maximum(best, streak)
    return best
    ### END SOLUTION


# %% points=3
# check: longest_run-1
_ticks = tf.constant([True, False, False, False, True, True, False, True])
check.equal("longest_run(ticks)", longest_run(_ticks), tf.constant(2), but={
    "You counted every True: the count must fall back to 0 at a False.": tf.constant(4),
    "This is the last run, not the longest.": tf.constant(1),
    "This is the longest run of False.": tf.constant(3),
})
_to_the_end = tf.constant([True, False, True, True, True])
check.equal("a run that lasts to the end", longest_run(_to_the_end), tf.constant(3), but={
    "The run at the end is missing: compare after every tick, not only when a run ends.": tf.constant(1),
})
check.equal("no ticks at all", longest_run(tf.constant([], tf.bool)), tf.constant(0))
check.graph("longest_run in a graph", longest_run, _ticks)
_any_length = tf.function(longest_run, input_signature=[tf.TensorSpec([None], tf.bool)])
check.equal("in a graph that does not know n", _any_length(_ticks), tf.constant(2))
### BEGIN HIDDEN TESTS
_many = check.inputs(40, low=0.0, high=1.0) < 0.7
check.reference("longest_run of random ticks", longest_run(_many))
check.graph("longest_run of random ticks in a graph", longest_run, _many)
for _size in (0, 1, 13, 40):
    check.reference(f"longest_run of {_size} ticks, length unknown while tracing", _any_length(_many[:_size]))
_long = tf.concat([check.inputs(50) > 0, tf.ones(300, tf.bool), check.inputs(30) > 0], axis=0)
check.reference("a run of more than three hundred ticks", longest_run(_long))
check.reference("the same, length unknown while tracing", _any_length(_long[60:]))
_longest = tf.concat([check.inputs(1000) > 0, tf.ones(9000, tf.bool)], axis=0)
check.reference("ten thousand ticks, length unknown while tracing", _any_length(_longest))
_operations = str(_any_length.get_concrete_function().graph.as_graph_def())
check.that("the graph does not go back to Python", "PyFunc" not in _operations,
           "Use TensorFlow operations alone, without tf.py_function and tf.numpy_function.")
check.reference("longest_run when always down", longest_run(tf.zeros(5, tf.bool)))
check.reference("longest_run when always up", longest_run(tf.ones(5, tf.bool)))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: an average that keeps up
#
# `make_average()` makes a `tf.function`; called with one number after the other, this function returns the mean of all numbers it was given so far. The version below stops at the first call with
#
# ```text
# ValueError: tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is only created once or created outside tf.function.
# ```
#
# Put it right. Behind the error waits a second fault, which raises nothing: the numbers are wrong from the second call on. And a third, which only costs time: Python numbers are traced again and again.
#
# - **In**: `make_average` takes nothing; the function that it returns takes one number, a Python float or a `float32` tensor of shape `[]`.
# - **Out**: `make_average` returns ① a `tf.function`. This returns ② a `float32` tensor of shape `[]`: ③ the mean of all numbers that it was given so far. ④ It is not traced anew when another number comes, be it a Python float or a tensor. ⑤ Two averages made by two calls of `make_average` know nothing of each other.
# - **Example**: called with 2, then 4, then 9, it returns 2, then 3, then 5.
#
# <details><summary>Hint 1: the idea</summary>
#
# Whatever changes from call to call must be a variable, made once for each average. Which two things change here?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make two variables in `make_average`, before the inner function: the total and the number of calls. The inner function adds to both with `assign_add` and divides. An input signature of one `float32` without axes makes one graph serve every number.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# total = tf.Variable(____)
# count = tf.Variable(____)
#
# @tf.function(input_signature=[____([], ____)])
# def average(x):
#     total.____(x)
#     count.____(1.0)
#     return ____
#
# return ____
# ```
#
# </details>


# %%
# exercise: make_average
def make_average():
    """Return a tf.function that gives the mean of all numbers it has been called with.

    Returns:
        a tf.function from a Python float, or a float32 tensor of shape [], to a float32 tensor of shape [].
    """
    ### BEGIN SOLUTION
    #| count = 0
    #|
    #| @tf.function
    #| def average(x):
    #|     nonlocal count
    #|     total = tf.Variable(0.0)
    #|     total.assign_add(x)
    #|     count += 1
    #|     return total / count
    #|
    #| return average
    mean = tf.Variable(0.0)
    count = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def average(x):
        count.assign_add(1.0)
        mean.assign_add((x - mean) / count)
        return mean.read_value()

    return average
    ### END SOLUTION


# %% points=3
# check: make_average-1
_average = make_average()
check.close("the first call, with 2", _average(tf.constant(2.0)), tf.constant(2.0))
check.close("the second call, with 4", _average(tf.constant(4.0)), tf.constant(3.0), but={
    "The count was 1 again: Python's count += 1 ran only while tracing. Make it a variable.": tf.constant(6.0),
    "The total began at 0 again: the variable must live on between the calls.": tf.constant(2.0),
    "This is just the number of this call: both the total and the count began anew.": tf.constant(4.0),
})
check.close("the third call, with 9", _average(tf.constant(9.0)), tf.constant(5.0), but={
    "This is the mean of the last mean and the new number: keep the total and the count.": tf.constant(6.0),
})
_other = make_average()
check.close("another average, called with 7", _other(tf.constant(7.0)), tf.constant(7.0), but={
    "The two averages share their variables: make them inside make_average.": tf.constant(5.5),
})
check.close("the fourth call, with 0", _average(tf.constant(0.0)), 3.75, but={"0 is a number, too: it counts.": 5.0})
_around = make_average()
check.close("another one, called with 1, -1, 4", [_around(tf.constant(_x)) for _x in (1.0, -1.0, 4.0)], [1, 0, 4 / 3], but={
    "A mean of 0 is not a beginning: how many numbers came, the count says.": [1, 0, 4],
})
### BEGIN HIDDEN TESTS
_so_far = make_average()
for _i, _x in enumerate(check.inputs(6)):
    check.reference(f"call {_i + 1} with a random number", _so_far(_x))
_many = make_average()
for _x in check.inputs(300, low=0.0, high=10.0) + tf.range(300.0):
    _mean = _many(_x)
check.reference("the three hundredth call", _mean, rtol=1e-3)
_crowd = [make_average() for _ in range(129)]
check.reference("the first, the last and others of many averages", [float(_crowd[i](i + 1.0)) for i in (0, 128, 100, 64)])
_first, _second = make_average(), make_average()
for _x in check.inputs(3):
    check.reference("one average, called in turn with another", _first(_x))
    check.reference("the other, called with the square", _second(_x * _x))
### END HIDDEN TESTS

# %% points=2
# check: make_average-2
check.traces("the Python numbers 1, 2, 3 and 4", make_average(), [1.0, 2.0, 3.0, 4.0], 2)
### BEGIN HIDDEN TESTS
_mixed = make_average()
check.traces("Python numbers and tensors in turn", _mixed, [5.0, tf.constant(6.0), 7.0, tf.constant(5.0)], 2)
check.reference("the mean after these calls", _mixed(2.0))
_many = make_average()
_many(400.0)


@tf.function
def _mean_of_all(numbers):
    mean = _many(numbers[0])
    for number in numbers[1:]:
        mean = _many(number)
    return mean


check.reference("five thousand calls more, in a graph", _mean_of_all(tf.range(401.0, 5401.0)), rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Order, then chaos
#
# The rule $x \leftarrow r\,x\,(1 - x)$ describes how an animal population, a share $x$ of what its island can feed, changes from year to year; $r$ says how fast it grows. Run it for many growth rates at once, let the first years pass, and plot the years that follow above each $r$. `orbits` computes the points of this famous picture:

# %%
rates, share = [], []
for step in range(700):
    x, r = 0.5, 2.4 + 1.6 * step / 700
    for year in range(190):
        x = r * x * (1 - x)
        if year >= 150:
            rates.append(r)
            share.append(x)
figure, ax = plt.subplots(figsize=(9, 3.6), layout="constrained")
ax.plot(rates, share, ",", color="#2F6DB5", alpha=0.5)
ax.set(xlabel="growth rate r", ylabel="share x")
plt.show()

# %% [markdown]
# *Figure: the target. Above each growth rate from 2.4 to 4, the last forty values of x: one curve up to r = 3, where it forks into two, then four, then more and more branches, until from about 3.57 on the points fill whole bands, with a few clear gaps.*
#
# Plain Python took 133 000 steps for it, one rate after the other. Yours takes 190, all rates at once, in a graph.
#
# - **In**: `r`, `float32[n]`, growth rates from 0 to 4; `skip` and `keep`, `int32` tensors of shape `[]` or Python integers, from 0 to 500.
# - **Out**: ① a `float32` tensor of shape `[keep, n]`. ② Every rate starts at x = 0.5, year 0, and follows the rule. ③ The first row is x after `skip` + 1 years, each next row one year later, the last one after `skip` + `keep` years. ④ For `keep` = 0 its shape is `[0, n]`.
# - **In a graph**: ⑤ it gives the same in a `tf.function` *where `skip` and `keep` are tensors*, so that their values are unknown while tracing.
# - **Example**: `orbits([2.0, 4.0], 0, 2)` is `[[0.5, 1.0], [0.5, 0.0]]`: with r = 2 the share stays 0.5, with r = 4 it goes to 1 and then to 0.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two loops, one after the other: the first only moves x on, the second also writes it down. The loops must turn in the graph, and a Python list cannot be filled there.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Start with a half for every rate, as a tensor like `r`. Loop over `tf.range(skip)`, then over `tf.range(keep)`; in the second loop write x into a `tf.TensorArray`, and keep what `write` returns. Where nothing is written, only its `element_shape` says how wide a row is. Stack the array at the end.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# x = tf.fill(tf.shape(r), ____)
# for _ in tf.range(____):
#     x = ____
# rows = tf.TensorArray(tf.float32, size=____, element_shape=____)
# for year in tf.range(____):
#     x = ____
#     rows = rows.____(____, x)
# return rows.____()
# ```
#
# </details>


# %%
# exercise: orbits
def orbits(r, skip, keep):
    """Return `keep` successive values of x <- r x (1 - x) for each growth rate, after `skip` values left out.

    Args:
        r: growth rates from 0 to 4, float32 tensor of shape [n].
        skip: how many years to leave out, an int32 tensor of shape [] or a Python integer.
        keep: how many years to return, likewise.

    Returns:
        float32 tensor of shape [keep, n]; x is 0.5 in year 0, which is never returned.
    """
    ### BEGIN SOLUTION
    x = 0.5 * tf.ones_like(r)
    for _ in tf.range(skip):
        x = r * x * (1 - x)
    years = tf.TensorArray(tf.float32, size=keep, element_shape=r.shape)
    for year in tf.range(keep):
        x = r * x * (1 - x)
        years = years.write(year, x)
    return years.stack()
    ### END SOLUTION


# %% points=4
# check: orbits-1
_two = tf.constant([2.0, 4.0])
check.close("orbits([2, 4], 0, 2)", orbits(_two, 0, 2), tf.constant([[0.5, 1.0], [0.5, 0.0]]), but={
    "The rows begin one year early: year 0 is not returned.": [[0.5, 0.5], [0.5, 1.0]],
    "Years belong in the rows and rates in the columns.": [[0.5, 0.5], [1.0, 0.0]],
})
check.close("orbits([2, 4], 1, 2)", orbits(_two, 1, 2), tf.constant([[0.5, 0.0], [0.5, 0.0]]), but={
    "The years to skip are not skipped.": [[0.5, 1.0], [0.5, 0.0]],
})
check.graph("orbits in a graph where skip and keep are tensors",
            orbits, tf.constant([2.0, 3.0]), tf.constant(1), tf.constant(3),
            hint="Loop over tf.range and write into a tf.TensorArray: a graph cannot fill a Python list.")
check.shape("nothing to keep", orbits(_two, 1, 0), (0, 2))
check.shape("nothing to skip, nothing to keep", orbits(_two, 0, 0), (0, 2), hint="Nothing is written then: `element_shape=` tells a TensorArray how long its rows are.")
_in_graph = tf.function(orbits)
check.shape("nothing to keep, in a graph", _in_graph(_two, tf.constant(1), tf.constant(0)), (0, 2))
_years = [(_two, tf.constant(skip), tf.constant(keep)) for skip, keep in ((1, 2), (0, 4))]
check.traces("other numbers of years, no other graph", _in_graph, _years, 0)
_rates = tf.linspace(2.4, 4.0, 700)
_figure, _ax = plt.subplots(figsize=(9, 3.6), layout="constrained")
_ax.plot(_rates, tf.transpose(orbits(_rates, 150, 40)), ",", color="#2F6DB5", alpha=0.5)
plt.show()
### BEGIN HIDDEN TESTS
_growth = check.inputs(6, low=1.0, high=3.4)
check.reference("orbits of random rates", orbits(_growth, 3, 4))
check.graph("orbits of random rates in a graph", orbits, _growth, tf.constant(2), tf.constant(5))
_in_graph = tf.function(orbits)
_years = [(_growth, tf.constant(skip), tf.constant(skip + 1)) for skip in (0, 2, 4)]
check.traces("other numbers of years, one graph", _in_graph, _years, 1)
check.reference("orbits of one rate for one year", orbits(_growth[:1], tf.constant(2), tf.constant(1)))
_forked = check.inputs(5, low=3.15, high=3.4)
check.reference("orbits after five hundred years", orbits(_forked, 500, 2), rtol=1e-3, atol=1e-3)
check.reference("five hundred years of them", orbits(_forked, 1, 500)[-3:], rtol=1e-3, atol=1e-3)
check.reference("animals that nearly die out", orbits(tf.constant([0.01]), 0, 3), rtol=1e-3, atol=1e-12)
_shrinking = check.inputs(5, low=0.96, high=1.0)
check.reference("rates near 1, after five hundred years", orbits(_shrinking, 500, 2), rtol=1e-2, atol=1e-15)
_operations = str(_in_graph.get_concrete_function(_growth, tf.constant(3), tf.constant(0)).graph.as_graph_def())
check.that("the graph does not go back to Python", "PyFunc" not in _operations,
           "Use TensorFlow operations alone, without tf.py_function and tf.numpy_function.")
check.reference("orbits with nothing to keep", _in_graph(_growth, tf.constant(3), tf.constant(0)))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: Newton's method in one graph
#
# To find where $f(x) = 0$, follow the tangent down to the axis: $x \leftarrow x - f(x) / f'(x)$, until $|f(x)|$ is small enough. How many steps that takes depends on the numbers, so the loop belongs in the graph. The derivative can come from a `tf.GradientTape` inside it. Write `newton(f, start, tolerance, most)`.
#
# - **In**: `f`, a function from a `float32` tensor of shape `[]` to another, which may have an `if` on it; `start`, a `float32` tensor of shape `[]`; `tolerance`, a Python float; `most`, a Python integer.
# - **Out**: a pair: ① the x where it stopped, a `float32` tensor of shape `[]`, and ② the number of steps taken, an `int32` tensor of shape `[]`. ③ Each step follows the tangent. ④ It stops as soon as $|f(x)|$ ≤ `tolerance`, without a further step, ⑤ and in any case after `most` steps.
# - **In a graph**: ⑥ it gives the same in a `tf.function` where `start` is an argument; ⑦ the loop turns in the graph, so the graph is as large for `most` = 60 as for 10. f′(x) is not 0 on the way.
# - **Example**: for $f(x) = 2x - 6$ from 0, one step leads to x = 3: `(3.0, 1)`. From 3 it takes none.
#
# <details><summary>Hint 1: the idea</summary>
#
# A `while` on tensors becomes a loop of the graph: *while not good enough and steps are left, take a step*. A constant is not watched by the tape unless you say so.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Start with x and a step counter, both tensors. The condition has two parts joined by `and`. In the loop: open a tape, watch x, compute the value; ask for the gradient; move x; count the step. Return both tensors.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# x, steps = tf.identity(start), tf.constant(0)
# while tf.abs(____) > ____ and steps < ____:
#     with tf.GradientTape() as tape:
#         tape.____(x)
#         value = ____
#     slope = tape.gradient(____, ____)
#     x = ____
#     steps += ____
# return ____
# ```
#
# </details>


# %%
# exercise: newton
def newton(f, start, tolerance, most):
    """Find a zero of f by Newton's method.

    Args:
        f: function from a float32 tensor of shape [] to a float32 tensor of shape [].
        start: where to start, a float32 tensor of shape [].
        tolerance: stop as soon as |f(x)| is at most this, a Python float.
        most: stop after so many steps in any case, a Python integer.

    Returns:
        (x, steps): where it stopped, float32 of shape [], and the number of steps taken, int32 of shape [].
    """
    ### BEGIN SOLUTION
    x = tf.identity(start)
    taken = tf.constant(0)
    while tf.logical_and(tf.abs(f(x)) > tolerance, taken < most):
        with tf.GradientTape() as recorded:
            recorded.watch(x)
            height = f(x)
        x -= height / recorded.gradient(height, x)
        taken += 1
    return x, taken
    ### END SOLUTION


# %% points=4
# check: newton-1
def _line(x):
    return 2.0 * x - 6.0


def _parabola(x):
    return x * x - 4.0


_x, _steps = newton(_line, tf.constant(0.0), 1e-6, 10)
check.close("2x - 6 from 0: x", _x, tf.constant(3.0), but={
    "You went up the tangent instead of down: subtract f(x) / f'(x).": tf.constant(-3.0),
    "You stopped before the first step.": tf.constant(0.0),
})
check.equal("2x - 6 from 0: steps", _steps, tf.constant(1), but={
    "One step too many was counted: the test comes before the step.": tf.constant(2),
})
_, _steps = newton(_line, tf.constant(3.0), 1e-6, 10)
check.equal("2x - 6 from 3, where it is 0: steps", _steps, tf.constant(0), but={
    "It stood on the zero and took a step all the same: test before the first step.": tf.constant(1),
})
_, _steps = newton(_line, tf.constant(4.0), 2.0, 10)
check.equal("2x - 6 from 4, where it is 2, with the tolerance 2: steps", _steps, tf.constant(0), but={
    "A value as large as the tolerance is small enough.": tf.constant(1),
})
_x, _ = newton(_parabola, tf.constant(4.0), 1e-6, 1)
check.close("x² - 4 from 4, one step at most: x", _x, tf.constant(2.5), but={
    "It went on until it was good enough: stop after `most` steps.": tf.constant(2.0),
})
_x, _ = newton(tf.math.log, tf.constant(0.01), 1e-6, 1)
check.close("log x from 0.01, where it is -4.60517 and its slope 100, one step: x", _x, 0.0560517, rtol=1e-3,
            hint="The slope is that of the tangent at x: a tape gives it, two places near x do not.")
_, _steps = newton(tf.square, tf.constant(2.0**-10), 2.0**-80, 50)
check.equal("x² from 2^-10, each step halves x, with the tolerance 2^-80: steps", _steps, 30,
            hint="It stops where f(x) is small enough, not where the steps are small.")
_, _steps = newton(lambda x: 1000.0 * (x - 1.0) + 1e-5, tf.constant(1.0), 1e-6, 7)
check.equal("1000(x - 1) + 1e-5 from 1, with the tolerance 1e-6, seven steps at most: steps", _steps, 7,
            hint="While f(x) is too large and steps are left it goes on, even where x stays as it is: a step of 1e-8 is lost on 1.")
check.graph("x² - 4 in a graph", lambda start: newton(_parabola, start, 1e-3, 20), tf.constant(4.0))
_sizes = [
    len(tf.function(lambda start: newton(_parabola, start, 1e-3, most)).get_concrete_function(tf.constant(4.0)).graph.get_operations())
    for most in (10, 60)
]
check.that("the graph for 60 steps is as large as that for 10", _sizes[0] == _sizes[1],
           "Python's for writes each step into the graph. Loop with while on a tensor, or with for over tf.range.")
def _bent(x):
    if x > 0.0:
        return x * x - 4.0
    return -x - 4.0


_x, _ = newton(_bent, tf.constant(4.0), 1e-3, 20)
check.close("a function with an if, from 4: x", _x, 2.0, rtol=1e-3)
check.graph("a function with an if, in a graph", lambda start: newton(_bent, start, 1e-3, 20), tf.constant(4.0))
### BEGIN HIDDEN TESTS
def _cubic(x):
    return x**3 + x - 2.5


_one_number = [tf.TensorSpec([], tf.float32)]
_in_graph = tf.function(lambda start: newton(_cubic, start, 1e-3, 30), input_signature=_one_number)
for _start in check.inputs(4, low=1.5, high=4.0):
    check.reference("a cubic from a random start, in a graph", _in_graph(_start), rtol=1e-3)
check.reference("at most two steps", newton(_cubic, tf.constant(3.0), 1e-3, 2))
check.reference("no steps allowed", newton(_cubic, tf.constant(3.0), 1e-3, 0))
check.reference("from the other side", newton(_parabola, tf.constant(-5.0), 1e-3, 20), rtol=1e-3)
check.reference("from 0.5, where the first step leads far away", newton(_parabola, tf.constant(0.5), 1e-3, 20), rtol=1e-3)
check.reference("on the zero, without tolerance", newton(_parabola, tf.constant(2.0), 0.0, 3))
check.traces("other starts, one graph", _in_graph, [tf.constant(2.0), tf.constant(2.5)], 1)
_flat = newton(lambda x: 1e-6 * _parabola(x), tf.constant(4.0), 1e-9, 20)
check.reference("a flat parabola, with a tolerance of a billionth", _flat, rtol=1e-3)
_operations = str(_in_graph.get_concrete_function().graph.as_graph_def())
check.that("the graph does not go back to Python", "PyFunc" not in _operations,
           "Use TensorFlow operations alone, without tf.py_function and tf.numpy_function.")
check.reference("a line from far away", newton(_line, tf.constant(1000.0), 1e-3, 5), rtol=1e-3)
### END HIDDEN TESTS
