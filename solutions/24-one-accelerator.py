# %% [markdown]
# # Exercises: one accelerator
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. No GPU is needed: the CPU is split in two here, and `CPU:1` plays the accelerator.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import tensorflow as tf
from grader import check

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)


def place(tensor):
    """Return where a tensor lies, such as "CPU:1"."""
    return tensor.device.split("device:")[-1]


def faint(w):
    """Return a loss whose true gradient is 2⁻³⁰ in every element; exercise 3 is about it."""
    half = tf.cast(w, tf.float16) * tf.constant(2.0**-10, tf.float16)
    return 2.0**-20 * tf.reduce_sum(tf.cast(half, tf.float32))


# %% [markdown]
# ## 1. Over there
#
# `run_on(device, function, *arguments)` calls a function so that all it computes is computed on the device.
#
# - **In**: `device`, a string such as `"CPU:1"`; `function`, a Python function of tensors; its arguments, none or more tensors that may lie anywhere.
# - **Out**: ① what the function returns. ② It is called once, also where it fails: its error is let through. ③ It is called as it is: no graph is made of it, and one that is a `tf.function` keeps its graph. ④ Every operation in it runs on the device, unless the function itself names another, so what it computes lies there. Where an argument lies that it only hands back is left open. ⑤ After the call, also after an error, operations run where they did before it.
# - **Example**: `run_on("CPU:1", tf.square, tf.constant(3.0))` is 9, and its place is `CPU:1`.
#
# <details><summary>Hint 1: the idea</summary>
#
# It is not the arguments that have to be moved: TensorFlow copies operands by itself. What decides is where the operation is told to run.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Open a `with` block that names the device, and call the function inside it, with the star in front of the arguments.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with tf.____(device):
#     result = ____(*____)
# return ____
# ```
#
# </details>


# %%
# exercise: run_on
def run_on(device, function, *arguments):
    """Return function(*arguments), computed on a device.

    Args:
        device: the name of a device, such as "CPU:1".
        function: Python function of tensors.
        arguments: tensors, wherever they lie.

    Returns:
        what function returns, every operation of it computed on the device.
    """
    ### BEGIN SOLUTION
    with tf.device(device):
        return function(*arguments)
    ### END SOLUTION


# %% points=2
# check: run_on-1
_seen = []


def _spied(x, y):
    total = x + y
    _seen.append(place(total))
    return tf.reduce_sum(total)


_result = run_on("CPU:1", _spied, tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0]))
check.close("the sum of [1, 2] + [3, 4]", _result, 10.0)
check.equal("where the result lies", place(_result), "CPU:1", but={
    "It was computed where everything is: nothing named the device.": "CPU:0",
})
check.equal("where the step before it was computed", _seen, ["CPU:1"], but={
    "Only the result was brought over: call the function inside the block.": ["CPU:0"],
    "A graph was made of the function: call it as it is.": [""],
})
_list = run_on("CPU:1", lambda *given: [len(given), None, "text"], *tf.unstack(tf.ones([3])))
check.equal("three arguments, and a list that is no tensor", _list, [3, None, "text"], hint="Return what the function returns, whatever it is.")
_held = tf.Variable(1.0)
check.equal("a function that returns a variable: is it that variable?", run_on("CPU:1", lambda: _held) is _held, True, hint="Return what the function returns, not a copy of its value.")
_calls = []


def _fails(x):
    _calls.append(place(x + 1))
    raise ValueError("not today")


check.raises("a function that fails", ValueError, run_on, "CPU:1", _fails, tf.constant(1.0), hint="Its error is let through.")
check.equal("where it was called", _calls, ["CPU:1"], but={
    "It was called a second time: after an error, too, one call is enough.": ["CPU:1", "CPU:0"],
})
_eager = []


@tf.function(autograph=False)
def _traced(x):
    _eager.append(tf.executing_eagerly())
    return x + 1


check.close("a tf.function of 1", run_on("CPU:1", _traced, tf.constant(1.0)), 2.0)
check.equal("whether it was run line by line", _eager, [False], hint="Call it as it is: a tf.function has its graph, and nothing has to be switched off for it.")
_made = []


@tf.function(autograph=False)
def _keeps(x):
    if not _made:
        _made.append(tf.Variable(2.0))
    return _made[0] * x


check.close("a tf.function that makes a variable", run_on("CPU:1", _keeps, tf.constant(3.0)), 6.0)
check.equal("where the variable lies", place(_made[0]), "CPU:1", hint="What a tf.function computes is computed there, too: call it inside the block.")


def _names_another(x):
    with tf.device("CPU:0"):
        return x + 1


_placed = place(run_on("CPU:1", _names_another, tf.constant(1.0)))
check.equal("where the result lies if the function itself names CPU:0", _placed, "CPU:0", hint="What the function places elsewhere stays there: its result is not moved.")
_eager.clear()
for _number in (1.0, 2.0, 3.0):
    run_on("CPU:1", _traced, tf.constant(_number))
check.equal("new graphs in three further calls of the same tf.function", len(_eager), 0, hint="A tf.function keeps its graph from call to call, if it is handed on as it is.")
with tf.device("CPU:1"):
    _there = tf.constant(3.0)
_places = [place(run_on("CPU:1", lambda: tf.zeros([3]))), place(run_on("CPU:1", tf.square, _there))]
check.equal("where tf.zeros([3]) lies, and the square of a number that lay on CPU:1", _places, ["CPU:1", "CPU:1"], hint="An operation does not follow its operands: name the device at every call, wherever the arguments lie.")
check.equal("a function that returns a list with a variable: is it that variable?", run_on("CPU:1", lambda: [_held])[0] is _held, True, hint="What is in a list is returned as it came, too, without a copy.")
check.equal("where tf.zeros([3]) lies after all these calls", place(tf.zeros([3])), "CPU:0", hint="The device is named for the call alone: afterwards all is as it was.")


def _slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


check.close("a function that asks a tape of its own for the slope of x² at 3", run_on("CPU:1", _slope, tf.constant(3.0)), 6.0,
            hint="Only the device is named: `tf.init_scope` would stop every tape as well.")
### BEGIN HIDDEN TESTS
_seen.clear()
_on_first = run_on("CPU:0", _spied, check.inputs(5), check.inputs(5))
check.reference("a random sum on the first device", _on_first)
check.equal("where it was computed", [*_seen, place(_on_first)], ["CPU:0", "CPU:0"])
for _kind in (KeyError, NotImplementedError, ZeroDivisionError):

    def _stops(kind=_kind):
        raise kind("not today")

    check.raises(f"a function that raises {_kind.__name__}", _kind, run_on, "CPU:1", _stops)
_calls.clear()
check.raises("an operation that fails", tf.errors.InvalidArgumentError, run_on, "CPU:1", lambda x: tf.reshape(_calls.append(1) or x, [2]), tf.ones([3]))
check.equal("how often it was called", len(_calls), 1)
check.reference("a function of one argument", run_on("CPU:1", tf.sort, check.inputs(6)))
check.reference("a function of none", run_on("CPU:1", lambda: tf.range(3)))
_pair = run_on("CPU:1", lambda x: {"sorted": tf.sort(x), "ends": (x[0], x[-1])}, check.inputs(4))
check.reference("a function that returns a dictionary with a pair", _pair)
with tf.device("CPU:1"):
    _seen.clear()
    _back = run_on("CPU:0", _spied, tf.constant([1.0]), tf.constant([2.0]))
check.equal("asked from the block of another device", [*_seen, place(_back)], ["CPU:0", "CPU:0"])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. What 16 bits do to you
#
# Before you train in 16 bits you want to know what becomes of your numbers. `damage(x, dtype)` counts the two worst things.
#
# - **In**: `x`, `float32` of any shape, with whatever `float32` can hold (numbers nearer to zero than 2·10⁻³⁸ need not be told from it); `dtype`, `tf.float16` or `tf.bfloat16`.
# - **Out**: a pair of ① `int32` tensors of shape `[]`: ② how many numbers were *lost*, that is, zero after the cast ③ to `dtype` ④ and not zero before; and ⑤ how many went *over*, infinite after ⑥ and finite before. ⑦ `nan` is neither.
# - **Example**: for `[1e-8, 0.0, 1.0, 1e5]` and `tf.float16` it is `(1, 1)`: 10⁻⁸ becomes zero, 10⁵ infinite. For `tf.bfloat16` it is `(0, 0)`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Cast, and compare before with after, number by number. A zero that was zero before is no loss, an infinity that was one before did not go over.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make two conditions, tensors of bools, each out of two parts joined by `&`. `tf.math.is_finite` and `tf.math.is_inf` help. To count: cast the bools to `tf.int32` and sum, or `tf.math.count_nonzero` with a dtype.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# after = tf.cast(____, ____)
# lost = (x != 0) & (after ____ 0)
# over = tf.math.is_finite(____) & tf.math.____(____)
# return count(lost), count(over)
# ```
#
# </details>


# %%
# exercise: damage
def damage(x, dtype):
    """Count what a cast to fewer bits loses and sends to infinity.

    Args:
        x: float32 tensor of any shape.
        dtype: tf.float16 or tf.bfloat16.

    Returns:
        (lost, over), two int32 tensors of shape []: numbers that become zero, numbers that become infinite.
    """
    ### BEGIN SOLUTION
    cut = tf.cast(x, dtype)
    gone = tf.logical_and(tf.not_equal(x, 0.0), tf.equal(cut, 0))
    beyond = tf.logical_and(tf.math.is_finite(x), tf.math.is_inf(cut))
    return tuple(tf.reduce_sum(tf.cast(found, tf.int32)) for found in (gone, beyond))
    ### END SOLUTION


# %% points=2
# check: damage-1
_numbers = tf.constant([1e-8, -1e-9, 0.0, 1.0, 1e5])
check.equal("in float16", damage(_numbers, tf.float16), (tf.constant(2), tf.constant(1)), but={
    "The zero was zero before: it is not lost.": (tf.constant(3), tf.constant(1)),
    "A negative number can be lost, too.": (tf.constant(1), tf.constant(1)),
})
check.equal("in bfloat16", damage(_numbers, tf.bfloat16), (tf.constant(0), tf.constant(0)), but={
    "Cast to the dtype that was asked for.": (tf.constant(2), tf.constant(1)),
})
_endless = tf.constant([float("inf"), float("-inf"), 7e4, -7e4])
check.equal("numbers around infinity", damage(_endless, tf.float16), (tf.constant(0), tf.constant(2)), but={
    "What was infinite before did not go over.": (tf.constant(0), tf.constant(4)),
    "There are two infinities, and neither of them went over.": (tf.constant(0), tf.constant(3)),
    "A negative number can go over, too.": (tf.constant(0), tf.constant(1)),
})
_edges = tf.constant([2e-8, 4e-8, 65510.0, 65530.0])
check.equal("2e-8, 4e-8, 65510 and 65530", damage(_edges, tf.float16), (tf.constant(1), tf.constant(1)), but={
    "4e-8 is nearer to 6e-8, the smallest number of float16, than to 0: look at what the cast gives.": (tf.constant(2), tf.constant(1)),
    "65510 is nearer to 65504, the largest number of float16: look at what the cast gives.": (tf.constant(1), tf.constant(2)),
})
_neither = damage(tf.constant([float("nan"), 1e-9, 7e4, tf.float32.max, -0.0]), tf.float16)
check.equal("not a number is neither; beside it 1e-9, 7e4, the largest float32, and -0", _neither, (tf.constant(1), tf.constant(2)),
            hint="The largest number is finite, and -0 is zero.")
_halfway = tf.constant([2.0**-25, 65520.0, -65520.0])
check.equal("2⁻²⁵, 65520 and -65520", damage(_halfway, tf.float16), (tf.constant(1), tf.constant(2)), hint="Each lies just halfway between two steps of float16, and only the cast itself tells to which side it falls.")
check.equal("3.392e38 and 3.4e38 in bfloat16", damage(tf.constant([3.392e38, 3.4e38]), tf.bfloat16), (tf.constant(0), tf.constant(1)), hint="Only the second goes over: a number a little beyond the largest of bfloat16 is rounded down to it.")
### BEGIN HIDDEN TESTS
_powers = check.inputs(20, 30, low=-11.0, high=7.0)
_wide = tf.sign(check.inputs(20, 30)) * 10.0**_powers
check.reference("random powers of ten in float16", damage(_wide, tf.float16))
check.reference("random powers of ten in bfloat16", damage(_wide, tf.bfloat16))
check.reference("numbers beyond bfloat16", damage(tf.constant([3.4e38, 1e-40, 1.0]), tf.bfloat16))
check.reference("one number", damage(tf.constant(1e-12), tf.float16))
check.reference("no numbers", damage(tf.zeros([0, 3]), tf.float16))
check.reference("tens of thousands that are equal", damage(tf.concat([tf.fill([40001], 1e-9), tf.fill([70057], -1e9)], 0), tf.float16))
_spread = tf.reshape(tf.constant([1e5, 1e-9, 0.0, 1.0, -1e6, 1e-30, 2.0, 1e9]), (2, 2, 2))
check.reference("three axes", damage(_spread, tf.float16))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A gradient that gets through
#
# `faint`, in the first cell, computes in `float16`, and its gradient, 2⁻³⁰ everywhere, is lost on the way. Loss scaling saves it. `scaled_gradient(loss, w, scale)` takes the gradient that way, and says whether it can be used.
#
# - **In**: `loss`, a function of a `float32` tensor that returns a `float32` tensor of shape `[]` which depends on it, whatever it computes in between, by operations that have a gradient (but without `tf.gather` of its argument, whose gradient is no plain tensor); `w`, a `float32` tensor; `scale`, a Python float, 1 or more.
# - **Out**: a pair. First the gradient of `loss` at `w`, ① `float32` of the shape of `w`, found by ② taking the gradient of the loss multiplied by `scale`, ③ and dividing it by `scale`. ④ If any element of it is infinite ⑤ or not a number: zeros in place of the whole gradient. Second ⑥ a `bool` tensor of shape `[]`: ⑦ whether all elements were finite.
# - **Example**: for `faint`, `w` of three elements and the scale 2¹² it is three times 2⁻³⁰, and true. With the scale 1 it is zeros and true; with the scale 2⁴⁰ zeros and false.
#
# <details><summary>Hint 1: the idea</summary>
#
# What is multiplied before the tape looks makes every gradient behind it larger by the same factor.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Watch `w`, for it is no variable. Inside the tape, multiply the loss; outside, take the gradient and divide. Then ask whether every element is finite, and choose between the gradient and zeros with `tf.where`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with tf.GradientTape() as tape:
#     tape.____(w)
#     value = ____ * ____
# g = tape.gradient(____, ____) ____ scale
# fine = tf.reduce_all(tf.math.____(g))
# return tf.where(____, ____, tf.zeros_like(____)), fine
# ```
#
# </details>


# %%
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    """Return the gradient of a loss by loss scaling, and whether it is finite.

    Args:
        loss: function from a float32 tensor to a float32 tensor of shape [].
        w: float32 tensor.
        scale: what to multiply the loss by, a Python float.

    Returns:
        (gradient, finite): float32 of the shape of w, all zeros if an element is not finite; bool of shape [].
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as recorded:
        recorded.watch(w)
        larger = tf.multiply(loss(w), scale)
    slope = recorded.gradient(larger, w)
    usable = tf.reduce_all(tf.math.is_finite(slope))
    return (slope / scale if usable else tf.zeros_like(w)), usable
    ### END SOLUTION


# %% points=3
# check: scaled_gradient-1
_w = tf.constant([1.0, 2.0, 3.0])
_gradient, _finite = scaled_gradient(faint, _w, 2.0**12)
check.close("the gradient of faint, times 2³⁰", 2.0**30 * _gradient, [1.0, 1.0, 1.0], but={
    "The gradient was lost: multiply the loss inside the tape.": [0.0, 0.0, 0.0],
    "You forgot to divide by the scale.": [4096.0, 4096.0, 4096.0],
    "You divided by the scale, but did not multiply.": [2.0**-12] * 3,
})
check.equal("whether it is finite", _finite, tf.constant(True))
check.equal("scale 1, the gradient lost: whether it is finite", scaled_gradient(faint, _w, 1.0)[1], tf.constant(True), hint="Zeros are finite.")
_gradient, _finite = scaled_gradient(faint, _w, 2.0**40)
check.close("a scale that is too large: the gradient", _gradient, [0.0, 0.0, 0.0])
check.equal("a scale that is too large: whether it is finite", _finite, tf.constant(False))
_gradient, _ = scaled_gradient(lambda w: tf.reduce_sum(w**2), tf.constant([[1.0, 2.0], [3.0, 4.0]]), 8.0)
check.close("the gradient of the sum of squares", _gradient, tf.constant([[2.0, 4.0], [6.0, 8.0]]), but={
    "You forgot to divide by the scale.": tf.constant([[16.0, 32.0], [48.0, 64.0]]),
})
for _what, _first, _sign in (("infinite", 0.0, 1.0), ("not a number", -1.0, 1.0), ("minus infinity", 0.0, -1.0)):
    _gradient, _finite = scaled_gradient(lambda w: _sign * tf.reduce_sum(tf.sqrt(w)), tf.constant([_first, 1.0, 4.0]), 2.0)
    check.close(f"only the first element is {_what}: the gradient", _gradient, [0.0, 0.0, 0.0], but={
        "One bad element spoils the whole gradient: zeros everywhere.": [0.0, _sign * 0.5, _sign * 0.25],
        "Infinity is not finite, of either sign: zeros everywhere.": [_sign * float("inf"), _sign * 0.5, _sign * 0.25],
    })
    check.equal(f"only the first element is {_what}: whether it is finite", _finite, tf.constant(False))
_gradient, _ = scaled_gradient(lambda w: tf.reduce_sum(tf.sqrt(w)), tf.constant([[0.0, 1.0], [4.0, 9.0], [1.0, 1.0]]), 2.0)
check.close("three rows of two, one element infinite: the gradient", _gradient, [[0.0, 0.0]] * 3, hint="The zeros, too, have the shape of w.")
_gradient, _finite = scaled_gradient(lambda w: tf.cast(tf.cast(w[0], tf.float16) ** 2, tf.float32), tf.constant([300.0]), 1.0)
check.close("a loss of 300² in float16, which is infinite: the gradient", _gradient, [600.0],
            hint="The elements of the gradient decide, and they are finite: the loss may be infinite.")
### BEGIN HIDDEN TESTS
def _two_parts(w):
    """Its gradient is finite in one half only, if the scale is large."""
    strong = tf.cast(tf.cast(w[0], tf.float16) * tf.constant(512.0, tf.float16), tf.float32)
    return strong + tf.reduce_sum(tf.sin(w))


_matrix = check.inputs(3, 4)
for _power in (0, 3, 10, 20):
    check.reference(f"a row, scale 2 to the {_power}", scaled_gradient(_two_parts, _matrix[0], 2.0**_power))
_gradient, _finite = scaled_gradient(faint, _matrix, 2.0**12)
check.reference("a matrix, times 2³⁰", 2.0**30 * _gradient)
_gradient, _finite = scaled_gradient(lambda w: tf.sqrt(tf.reduce_sum(w)), tf.zeros([2]), 1.0)
check.reference("an infinite gradient", (_gradient, _finite))
check.reference("an infinite loss, a finite gradient", scaled_gradient(lambda w: tf.reduce_sum(w) + 1e38, tf.ones([2]), 8.0))
check.reference("a single number, scale 1000", scaled_gradient(tf.sin, check.inputs(), 1000.0))
check.reference("all finite, and their sum is not", scaled_gradient(lambda w: tf.reduce_sum(w * 3e38), tf.zeros([4]), 1.0))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A scale that finds its way
#
# A scale that is too small loses gradients, one that is too large makes them infinite. The rule: ① after an infinite gradient take half; ② after `growth` good steps in a row, double. `next_scale(scale, good, finite, growth)` is one step of this rule, ③ for use inside a `tf.function` with AutoGraph, as usual, also in a loop there, which has to know both shapes.
#
# - **In**: `scale`, `float32` of shape `[]`, 1 or more; `good`, how many good steps there were since the scale last changed, `int32` of shape `[]`, fewer than `growth`; `finite`, whether this step's gradients are finite, `bool` of shape `[]`; `growth`, a Python integer, 1 or more.
# - **Out**: a pair: the new scale, ④ `float32` of shape `[]`, ⑤ never below 1, and the new count, ⑥ `int32` of shape `[]`. ⑦ The count is one more after a good step that leaves the scale alone; ⑧ it is 0 after doubling, ⑨ and after an infinite gradient, at scale 1 as well.
# - **Example**: with growth 3: `(8, 0, True)` → `(8, 1)`; `(8, 2, True)` → `(16, 0)`; `(8, 2, False)` → `(4, 0)`; `(1, 1, False)` → `(1, 0)`.
#
# <details><summary>Hint 1: the idea</summary>
#
# There are three cases: not finite; finite, and the count is full; finite, and it is not. In a graph a tensor cannot be asked by Python alone, but AutoGraph turns `if` on a tensor into a branch; `tf.where` chooses without one.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Count this step first, if it is good. Is the count full? Then multiply the scale by 2, 1 or a half, and set the count to 0 wherever the scale changed. `tf.maximum` keeps the scale at 1.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# full = finite & (good + 1 == ____)
# larger, smaller = 2.0 * scale, tf.maximum(____, ____)
# new_scale = tf.where(finite, tf.where(____, ____, ____), ____)
# new_good = tf.where(finite & ____, ____, 0)
# return ____
# ```
#
# </details>


# %%
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    """Return the loss scale and the count of good steps after one more step.

    Args:
        scale: the loss scale, float32 tensor of shape [].
        good: good steps since the scale last changed, int32 tensor of shape [].
        finite: whether the gradients of this step are finite, bool tensor of shape [].
        growth: after how many good steps to double the scale, a Python integer.

    Returns:
        (scale, good): float32 of shape [], at least 1; int32 of shape [].
    """
    ### BEGIN SOLUTION
    count = good + 1
    if not finite:
        scale, count = tf.maximum(scale / 2.0, 1.0), tf.constant(0)
    elif count >= growth:
        scale, count = scale * 2.0, tf.constant(0)
    return scale, count
    ### END SOLUTION


# %% points=3
# check: next_scale-1
def _after(scale, good, finite, growth=3):
    return next_scale(tf.constant(scale), tf.constant(good), tf.constant(finite), growth)


check.equal("a good step", _after(8.0, 0, True), (tf.constant(8.0), tf.constant(1)))
check.equal("the third good step", _after(8.0, 2, True), (tf.constant(16.0), tf.constant(0)), but={
    "The count begins anew when the scale has changed.": (tf.constant(16.0), tf.constant(3)),
    "This step counts: the third good step is the one that doubles.": (tf.constant(8.0), tf.constant(3)),
})
check.equal("the third good step, growth 4", _after(8.0, 2, True, 4), (tf.constant(8.0), tf.constant(3)), but={
    "`growth` says how many good steps it takes, not always 3.": (tf.constant(16.0), tf.constant(0)),
})
check.equal("an infinite gradient", _after(8.0, 2, False), (tf.constant(4.0), tf.constant(0)), but={
    "The count begins anew when the scale has changed.": (tf.constant(4.0), tf.constant(2)),
})
check.equal("an infinite gradient at scale 3", _after(3.0, 0, False), (tf.constant(1.5), tf.constant(0)))
check.equal("an infinite gradient at scale 1", _after(1.0, 1, False), (tf.constant(1.0), tf.constant(0)), but={
    "Not below 1.": (tf.constant(0.5), tf.constant(0)),
    "Good steps in a row: an infinite gradient breaks the row at scale 1, too.": (tf.constant(1.0), tf.constant(1)),
})
check.equal("an infinite gradient at scale 1.5", _after(1.5, 1, False), (tf.constant(1.0), tf.constant(0)), but={
    "Half of it is below 1.": (tf.constant(0.75), tf.constant(0)),
})


def _in_graph(scale, good, finite):
    return next_scale(scale, good, finite, 3)


check.graph("in a graph", _in_graph, tf.constant(8.0), tf.constant(2), tf.constant(True))
_graph = tf.function(_in_graph).get_concrete_function(tf.constant(8.0), tf.constant(2), tf.constant(True))
check.equal("the two shapes, as a graph knows them", [str(_part.shape) for _part in _graph.structured_outputs], ["()", "()"], hint="A loop in a `tf.function` has to know both shapes while its graph is made.")
check.equal("a good step at scale 1", _after(1.0, 0, True), (tf.constant(1.0), tf.constant(1)), hint="At scale 1, too, good steps are counted.")
### BEGIN HIDDEN TESTS
_step = tf.function(lambda scale, good, finite: next_scale(scale, good, finite, 4))
_scale, _good = tf.constant(4.0), tf.constant(0)
for _number, _draw in enumerate(check.inputs(30, low=0.0, high=1.0)):
    _scale, _good = _step(_scale, _good, _draw < 0.8)
    if _number % 5 == 4:
        check.reference(f"after {_number + 1} random steps", (_scale, _good))
check.reference("growth 1 at scale 1", next_scale(tf.constant(1.0), tf.constant(0), tf.constant(True), 1))
check.traces("one graph for all steps", _step, [(_scale, _good, tf.constant(_flag)) for _flag in (True, False, True)], 1)
for _number in (300, 1999):
    check.reference(f"{_number} good steps, and one more, growth 2000", _after(8.0, _number, True, 2000))
check.reference("a large scale", next_scale(tf.constant(2.0**60), tf.constant(4), tf.constant(True), 5))
check.reference("a large scale, infinite", next_scale(tf.constant(2.0**24), tf.constant(400), tf.constant(False), 500))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: a step in half precision
#
# `half_step` is to do one step of gradient descent on the mean squared error of `x @ w`: the product in `float16`, everything else in `float32`, with loss scaling. The version below runs and is wrong in three ways: its loss is `inf` for an error of 400; small steps leave `w` as it was; and the larger the scale, the larger the step.
#
# - **In**: `w`, a `tf.Variable`, `float32[n, 1]`; `x`, `float32[m, n]`; `y`, `float32[m, 1]`; `rate` and `scale`, Python floats, `scale` from 1 to 2²⁴.
# - **Out**: ① the loss before the step, the mean of the squared errors of all rows, ② `float32` of shape `[]`, ③ not scaled.
# - `half_step(w, x, y, rate, scale)` ④ changes `w` by one step, `rate` times the gradient of this mean, downhill; ⑤ the step is as long, whatever the scale, while the scaled gradients of the product and of `w` fit into `float16`. ⑥ A gradient that is too small for `float16` is saved by the scale.
# - ⑦ The product `x @ w` is computed in `float16`: with x = 2049 and w = 1 it is 2048. ⑧ Errors and their squares are `float32`, ⑨ and so is the step. ⑩ The gradient of the errors is rounded to `float16` and then comes back through the product, in `float16`: with the scale 1 a gradient of 2⁻²⁷ becomes 0.
# - **Example**: with w = 0, x = 1, y = 400 the loss is 160,000, and a rate of 0.25 moves w to 200, with the scale 1 as with 64.
#
# <details><summary>Hint 1: the idea</summary>
#
# Only one operation belongs in `float16`. Which lines would be infinite, or round a small step away, in 16 bits?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Cast `x` and `w` down, multiply, and cast the product up at once. Take the gradient with respect to `w` itself: it is `float32`, for a cast is differentiated, too. Divide it by the scale, and subtract it from the variable in place.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with tf.GradientTape() as tape:
#     product = tf.cast(x, ____) @ tf.cast(____, ____)
#     error = tf.cast(____, tf.float32) - ____
#     loss = ____
#     larger = ____
# slope = tape.gradient(____, w) / ____
# w.____(rate * slope)
# return ____
# ```
#
# </details>


# %%
# exercise: half_step
def half_step(w, x, y, rate, scale):
    """Do one step of gradient descent on the mean squared error of x @ w, the product in float16.

    Args:
        w: tf.Variable, float32 of shape [n, 1]; it is changed.
        x: float32 tensor of shape [m, n].
        y: float32 tensor of shape [m, 1].
        rate: the learning rate, a Python float.
        scale: the loss scale, a Python float.

    Returns:
        the loss before the step, float32 of shape [], not scaled.
    """
    ### BEGIN SOLUTION
    #| half = tf.cast(w, tf.float16)
    #| with tf.GradientTape() as tape:
    #|     tape.watch(half)
    #|     error = tf.cast(x, tf.float16) @ half - tf.cast(y, tf.float16)
    #|     loss = tf.reduce_mean(error * error)
    #|     scaled = scale * loss
    #| gradient = tape.gradient(scaled, half)
    #| w.assign(tf.cast(half - rate * gradient, tf.float32))
    #| return tf.cast(loss, tf.float32)
    with tf.GradientTape() as recorded:
        product = tf.matmul(tf.cast(x, tf.float16), tf.cast(w, tf.float16))
        wrong = tf.cast(product, tf.float32) - y
        mean = tf.reduce_mean(tf.square(wrong))
        larger = mean * scale
    w.assign_sub(rate / scale * recorded.gradient(larger, w))
    return mean
    ### END SOLUTION


# %% points=3
# check: half_step-1
def _one_step(w, x, y, rate, scale):
    """The loss and the weight of a model with one weight, after one step."""
    weight = tf.Variable([[float(w)]])
    return half_step(weight, tf.constant([[float(x)]]), tf.constant([[float(y)]]), rate, scale), weight[0, 0]


_loss, _w = _one_step(0, 1, 400, 0.25, 1.0)
check.close("w = 0, x = 1, y = 400: the loss", _loss, 160000.0, but={
    "400² is beyond float16: square the error in float32.": float("inf"),
})
check.close("w after a step at rate 0.25", _w, 200.0, but={
    "Uphill: subtract the gradient.": -200.0,
})
_, _w = _one_step(0, 1, 400, 0.1, 1.0)
check.close("w after a step at rate 0.1", _w, 80.0, rtol=2e-5, but={
    "The rate was rounded to float16: the step is float32.": 800 * 0.0999755859375,
})
_loss, _w = _one_step(1, 1, 0, 0.25, 64.0)
check.close("the loss, with scale 64", _loss, 1.0, but={"Return the loss as it was before scaling.": 64.0})
check.close("w after a step, with scale 64", _w, 0.5, but={
    "The gradient is 64 times as large as it should be: divide it by the scale.": -31.0,
})
_, _w = _one_step(1, 1, 0, 2.0**-14, 1.0)
check.close("a step of 2⁻¹³, times 2¹³", 2.0**13 * (1 - _w), 1.0, but={
    "The step was rounded away: subtract it from w in float32.": 0.0,
})
_, _w = _one_step(0, 1, 2.0**-26, 1.0, 1024.0)
check.close("a gradient of 2⁻²⁵ with scale 1024, the step times 2²⁵", 2.0**25 * _w, 1.0, but={
    "A gradient this small is lost in float16: multiply the loss by the scale, inside the tape.": 0.0,
})
_, _w = _one_step(1 + 2.0**-13, 1, 0, 0.0, 1.0)
check.close("a step of 0 from 1 + 2⁻¹³, 2¹³ times what w has above 1", 2.0**13 * (_w - 1), 1.0, but={
    "w itself was rounded to float16: only the product is made of a rounded copy.": 0.0,
})
_weight = tf.Variable([[0.0]])
_loss = half_step(_weight, tf.constant([[1.0], [1.0]]), tf.constant([[0.0], [2.0]]), 0.25, 2.0)
check.close("two rows, errors of 0 and 2: the loss", _loss, 2.0, but={"This is the sum of the squares: take their mean.": 4.0})
check.close("two rows: w after the step", _weight, [[0.5]], but={"The gradient is that of the sum: take the mean.": [[1.0]]})
check.equal("the product is computed in float16", _one_step(1, 2049, 2048, 0.0, 1.0)[0], tf.constant(0.0), but={
    "The product was computed in float32.": tf.constant(1.0),
})
_loss = half_step(tf.Variable([[1.0], [1.0]]), tf.constant([[2048.0, 1.0]]), tf.constant([[2048.0]]), 0.0, 1.0)
check.equal("x = (2048, 1), w = (1, 1), y = 2048: the loss", _loss, tf.constant(0.0), but={
    "x and w were rounded, and multiplied in float32: as float16 the product is 2048, not 2049.": tf.constant(1.0),
})
_, _w = _one_step(0, 1, 2.0**-28, 1.0, 1.0)
check.close("a gradient of 2⁻²⁷ with scale 1, the step times 2²⁷", 2.0**27 * _w, 0.0, but={
    "This gradient was computed in float32: let the tape go back through the product in float16.": 1.0,
})
_, _w = _one_step(0, 2.0**-10, 2.0**-18, 1.0, 1.0)
check.close("x = 2⁻¹⁰, y = 2⁻¹⁸: a gradient of 2⁻²⁷ with scale 1, the step times 2²⁷", 2.0**27 * _w, 0.0, hint="On the way back, too, the multiplication by x is one in float16, and so is its result.")
### BEGIN HIDDEN TESTS
_x, _y = check.inputs(16, 5), check.inputs(16, 1)
_start = check.inputs(5, 1)
for _scale in (1.0, 1024.0):
    _weights = tf.Variable(_start)
    _losses = [half_step(_weights, _x, _y, 0.1, _scale) for _ in range(4)]
    check.reference(f"four losses, scale {_scale:.0f}", _losses, rtol=5e-3, atol=1e-3)
    check.reference(f"the weights after four steps, scale {_scale:.0f}", _weights, rtol=1e-2, atol=2e-3)
_weights = tf.Variable(tf.zeros([5, 1]))
half_step(_weights, _x, 1e-6 * _y, 1.0, 2.0**14)
check.reference("tiny targets, the weights times 10⁶", 1e6 * _weights, rtol=1e-2, atol=1e-2)
_, _w = _one_step(0.0, 1.0, 2.0**-48, 1.0, 2.0**24)
check.close("a gradient of 2⁻⁴⁷ with scale 2²⁴, the step times 2⁴⁷", 2.0**47 * _w, 1.0)
check.reference("an error of 30000", _one_step(0.0, 1.0, 30000.0, 0.25, 1.0))
_loss = half_step(tf.Variable([[1.0], [1.0]]), tf.constant([[2049.0, -2048.0]]), tf.zeros([1, 1]), 0.0, 1.0)
check.close("features and weights are cast, then multiplied", _loss, 0.0)
_, _w = _one_step(0.0, 1024.0, 2.0**-28, 1.0, 1.0)
check.close("x = 1024, a gradient of 2⁻²⁷ at the product, scale 1, the step times 2¹⁷", 2.0**17 * _w, 0.0)
_, _w = _one_step(4.0, 1.0, 0.0, 2.0**-20, 1.0)
check.close("a step of 2⁻¹⁷ is taken in float32, times 2¹⁷", 2.0**17 * (4.0 - _w), 1.0)
_, _w = _one_step(0.0, 1.0, 400.0, 1e-9, 1.0)
check.close("a step at rate 10⁻⁹, times 10⁶", 1e6 * _w, 0.8)
_loss = half_step(tf.Variable([[0.0]]), tf.ones([3001, 1]), tf.fill([3001, 1], 2.0), 0.0, 1.0)
check.close("3001 rows: the loss", _loss, 4.0)
_, _w = _one_step(0.0, 1.0, 2.0**-9, 5 * 2.0**-17, 1.0)
check.close("rate times gradient, 5 · 2⁻²⁵, is no matter of float16", 2.0**25 * _w, 5.0)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: how busy was it?
#
# A profile says when each operation began and ended. Operations overlap, for several run at once, and they come in any order. `busy_share(start, end)` says during which share of the time at least one of them ran.
#
# - **In**: `start` and `end`, `float32[n]`, n ≥ 1; event i ran from `start[i]` to `end[i]`, and `end[i] >= start[i]`. From the first start to the last end it is 0, or more than 10⁻⁹.
# - **Out**: ① a `float32` tensor of shape `[]`: ② the time in which at least one event ran, ③ divided by the time from the first start to the last end. ④ If that is exactly zero, the share is 0.
# - ⑤ It must work in a graph, also in one that does not know n.
# - **Example**: events from 0 to 4, 2 to 6 and 10 to 12 cover 8 of 12 units: 0.6667.
#
# <details><summary>Hint 1: the idea</summary>
#
# Count the idle time instead. In the order of their starts, there is a gap before an event if it starts after *everything before it* has ended.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.argsort` gives the order, `tf.gather` applies it. For every event you need the latest end among the events up to it: a running maximum, by `tf.scan` or by a loop. A gap is the next start minus that, where positive. Then 1 minus all gaps over the whole span, with `tf.math.divide_no_nan`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# order = tf.argsort(____)
# start, end = tf.gather(____, order), ____
# latest = tf.scan(tf.____, end)
# gaps = tf.maximum(start[1:] - latest[____], ____)
# span = ____ - start[0]
# return tf.math.divide_no_nan(____, span)
# ```
#
# </details>


# %%
# exercise: busy_share
def busy_share(start, end):
    """Return the share of the time in which at least one event ran.

    Args:
        start: when each event began, float32 tensor of shape [n], n >= 1.
        end: when each event ended, float32 tensor of shape [n].

    Returns:
        float32 tensor of shape []; 0 where all events are at one moment.
    """
    ### BEGIN SOLUTION
    by_start = tf.argsort(start)
    begun = tf.gather(start, by_start)
    until = tf.scan(tf.maximum, tf.gather(end, by_start))
    idle = tf.reduce_sum(tf.nn.relu(begun[1:] - until[:-1]))
    whole = until[-1] - begun[0]
    return tf.math.divide_no_nan(whole - idle, whole)
    ### END SOLUTION


# %% points=4
# check: busy_share-1
_share = busy_share(tf.constant([0.0, 2.0, 10.0]), tf.constant([4.0, 6.0, 12.0]))
check.close("0 to 4, 2 to 6, 10 to 12", _share, tf.constant(8 / 12), but={
    "Time in which two events ran is counted twice.": tf.constant(10 / 12),
    "This is the idle share.": tf.constant(4 / 12),
})
_inside = busy_share(tf.constant([0.0, 1.0, 9.0]), tf.constant([8.0, 2.0, 10.0]))
check.close("0 to 8, 1 to 2 inside it, 9 to 10", _inside, 0.9, but={
    "A short event lies inside a long one: look at the latest end so far, not at the end of the event before.": 0.3,
})
check.close("any order", busy_share(tf.constant([10.0, 0.0, 2.0]), tf.constant([12.0, 4.0, 6.0])), 8 / 12, but={
    "The events come in any order: sort them by their start.": 1.0,
})
check.close("10 to 12, 13 to 14", busy_share(tf.constant([10.0, 13.0]), tf.constant([12.0, 14.0])), 0.75, but={
    "The time begins with the first start, not at 0.": 3 / 14,
})
check.close("twice at moment 5, for no time", busy_share(tf.constant([5.0, 5.0]), tf.constant([5.0, 5.0])), 0.0)
check.graph("in a graph", busy_share, tf.constant([3.0, 0.0]), tf.constant([4.0, 1.0]))
check.close("0 to 1 and 3 to 4 nanoseconds, in seconds", busy_share(tf.constant([0.0, 3e-9]), tf.constant([1e-9, 4e-9])), 0.5, hint="A short time is not zero: its share is computed as any other.")
check.close("0 to 0, 2 to 4, 8 to 8", busy_share(tf.constant([0.0, 2.0, 8.0]), tf.constant([0.0, 4.0, 8.0])), 0.25, hint="An event that takes no time may be the first to start or the last to end, too.")
### BEGIN HIDDEN TESTS
_begin = check.inputs(40, low=0.0, high=100.0)
_length = check.inputs(40, low=0.0, high=3.0)
check.reference("forty random events", busy_share(_begin, _begin + _length))
check.reference("the same, longer", busy_share(_begin, _begin + 3 * _length))
check.reference("not from zero", busy_share(_begin + 50, _begin + 50 + _length))
check.reference("in millionths", busy_share(1e-6 * _begin, 1e-6 * (_begin + _length)))
check.reference("two that start at once, the short one first", busy_share(tf.constant([0.0, 0.0, 5.0]), tf.constant([1.0, 3.0, 6.0])))
check.reference("one event", busy_share(tf.constant([5.0]), tf.constant([7.0])))
check.reference("one event of no time", busy_share(tf.constant([3.0]), tf.constant([3.0])))
check.reference("one long event over all", busy_share(tf.concat([_begin, [0.0]], 0), tf.concat([_begin, [200.0]], 0)))
_any_number = tf.function(busy_share, input_signature=[tf.TensorSpec([None], tf.float32)] * 2)
check.reference("in a graph for any number", _any_number(_begin, _begin + _length))
check.reference("the event that starts last ends early", busy_share(tf.constant([0.0, 1.0, 4.0]), tf.constant([9.0, 2.0, 5.0])))
check.reference("moments below zero", busy_share(_begin - 200.0, _begin - 200.0 + _length))
check.reference("the last two nested, a gap before", busy_share(tf.constant([0.0, 5.0, 6.0]), tf.constant([1.0, 20.0, 7.0])))
### END HIDDEN TESTS
