# %% [markdown]
# # Exercises: gradients
#
# Six functions, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other functions and other numbers. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Inside the functions use TensorFlow: NumPy and `.numpy()` lose the gradient. Loops over steps are welcome.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import matplotlib.pyplot as plt
import tensorflow as tf
from grader import check

tf.get_logger().setLevel("ERROR")    # tape.jacobian warns when it is called often

# %% [markdown]
# ## 1. Any slope
#
# `slopes(f, x)` gives the slope of a function at many places at once.
#
# - **In**: `f`, a function that takes a `float32` tensor and returns one of the same shape, each value worked out from the one in the same place, and perhaps by numbers from outside (not `x` itself), which change from call to call; `x`, a `float32` tensor of any shape.
# - **Out**: ① a `float32` tensor of the shape of `x`: ② the slope of `f` at each value. ③ Where `f` does not depend on `x` at all, zeros.
# - **Also**: ④ `slopes` gives slopes of slopes: `f` may call it. ⑤ It gives the same in a `tf.function`, where `x` has no values yet and its size may be unknown.
# - **Example**: `slopes(tf.square, tf.constant([3.0, -1.0]))` is `[6, -2]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three lines of the chapter. What has to be done for a tensor that is no variable?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Open a tape, watch `x`, and call `f` while the tape is recording. Then ask for the gradient. The tape answers `None` where nothing is connected, unless you tell it in its call to give zero.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with tf.GradientTape() as tape:
#     tape.____(x)
#     y = ____
# return tape.gradient(____, ____, unconnected_gradients=____)
# ```
#
# </details>


# %%
# exercise: slopes
def slopes(f, x):
    """Return the slope of f at each value of x.

    Args:
        f: function from a float32 tensor to one of the same shape, each value worked out from the one in its place.
        x: float32 tensor of any shape.

    Returns:
        float32 tensor of the shape of x; zeros where f does not depend on x.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as record:
        record.watch(x)
        values = f(x)
    return record.gradient(values, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    ### END SOLUTION


# %% points=2
# check: slopes-1
_places = tf.constant([3.0, -1.0])
check.close("the slopes of w² at 3 and -1", slopes(tf.square, _places), tf.constant([6.0, -2.0]), but={
    "The tape saw no way from x to f(x): watch x, and call f inside the block.": None,
    "These are the values of f: ask the tape for the gradient.": [9, 1],
    "The slopes were added up: return one for each x.": 4.0,
})
check.close("the slope of w³ at 2", slopes(lambda w: w**3, tf.constant(2.0)), tf.constant(12.0))
_alike = slopes(lambda w: tf.ones_like(w), tf.constant([1.0, 2.0]))
check.close("a function that ignores x", _alike, tf.constant([0.0, 0.0]), but={
    "Nothing connects the result to x, so the tape answers None: ask it for zero instead.": None,
})
_twice = slopes(lambda w: slopes(lambda v: v**3, w), _places)
check.close("the slopes of the slopes of w³", _twice, tf.constant([18.0, -6.0]), but={
    "The inner slopes are cut off from x: leave them as the tape made them.": [0, 0],
})
_weighted = slopes(lambda w: w * [1.0, 2.0], _places)
check.close("the slopes of 1w and 2w, each in its place", _weighted, [1, 2], but={
    "f was called with one value at a time: call it once, with all of x.": [3, 3],
})
_table = tf.constant([[1.0, 2.0], [3.0, 4.0]])
check.close("the slopes of 1w, 2w, 3w and 4w in a table", slopes(lambda w: w * _table, tf.ones((2, 2))), _table,
            hint="f takes x in its own shape.")
check.shape("the slope at a single place, x of shape [1]", slopes(tf.square, tf.constant([3.0])), (1,),
            hint="The shape of x stays, with axes of size 1 as well: tf.squeeze would take them.")
check.graph("slopes in a graph", lambda x: slopes(tf.square, x), _places)
_unknown = tf.function(lambda x: slopes(tf.ones_like, x), input_signature=[tf.TensorSpec([None])])
check.close("a function that ignores x, in a graph that does not know its size", _unknown(_places), [0, 0])
_factor, _changing = [1.0], []
_line = lambda w: _factor[0] * w
for _number in (1.0, 5.0):
    _factor[0] = _number
    _changing.append(tf.convert_to_tensor(slopes(_line, _places)).numpy().tolist())
check.equal("w times 1, then w times 5, by a number from outside", _changing, [[1.0, 1.0], [5.0, 5.0]],
            hint="Call f anew each time: a graph would keep the number that it saw first.")
check.close("the slope of w² at -0.5", slopes(tf.square, tf.constant([-0.5])), [-1.0],
            hint="Equal values at two places do not mean that f does not depend on x: the tape knows.")
_outside = slopes(lambda w: slopes(lambda v: w * v**2, 3.0 * tf.ones_like(w)), _places)
check.close("the slopes at 3 of w · v², by w", _outside, [6.0, 6.0],
            hint="The inner slopes depend on w, which their f has from outside: let the tapes find the way.")
### BEGIN HIDDEN TESTS
_places = check.inputs(4, 3)
check.reference("slopes of exp(2x)", slopes(lambda x: tf.exp(2 * x), _places))
check.reference("slopes of a wave", slopes(lambda x: tf.sin(3 * x) * x, _places))
check.reference("slopes of slopes", slopes(lambda x: slopes(lambda t: t**4, x), _places), rtol=1e-3, atol=1e-3)
check.reference("slopes of a constant", slopes(lambda x: tf.zeros_like(x), _places))
check.reference("slopes of slopes of a line", slopes(lambda x: slopes(lambda t: 3 * t, x), _places))
_block = 3 * check.inputs(2, 150, 2)
check.reference("slopes at six hundred places, three axes", slopes(lambda x: tf.cos(x) + x, _block))
check.reference("slopes at no places", slopes(tf.square, _places[:0]))
check.reference("slopes in a column", slopes(tf.square, _places[:, :1]))
check.graph("slopes of tanh in a graph", lambda x: slopes(tf.tanh, x), _places)
_unknown = tf.function(lambda x: slopes(tf.sin, x), input_signature=[tf.TensorSpec([None, None], tf.float32)])
check.reference("slopes of a wave in a graph, of any size", _unknown(_places))
check.reference("a nearly level one", slopes(lambda x: 1e-12 * tf.sin(3 * x), _places), rtol=1e-3, atol=1e-16)
check.reference("a steep function", slopes(lambda x: tf.exp(5 * x), 4.0 + tf.abs(check.inputs(5))), rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Downhill with a shrinking rate
#
# Write the descent of the chapter for any loss, with exponential decay, and keep the places it passes.
#
# - **In**: `path_downhill(loss, start, base, rate, steps)`: `loss`, a function of one `float32` number (a tensor or variable of shape `[]`), made from it by TensorFlow; `start`, `base` and `rate`, Python floats, of which no step leads beyond what `float32` holds; `steps`, a Python integer from 0 to 300.
# - **Out**: ① a `float32` tensor of shape `[steps + 1]`: ② `start`, ③ then `w` after each step: `w` less the learning rate times the slope. ④ Step number k, counted from 0, has the learning rate base · rateᵏ.
# - **Example**: for the loss (w + 1)², start 5, base 0.25 and rate 0.5: the slope at 5 is 12, so the first step leads to 5 − 0.25 · 12 = 2; the slope there is 6, and the second step leads to 2 − 0.125 · 6 = 1.25.
#
# <details><summary>Hint 1: the idea</summary>
#
# The table of the chapter, with the loss as an argument, and a list in place of `print`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make a variable with the start in it and a list with the start in it. In each step: the loss inside a tape, the slope, the step with this step's rate. Then append a *copy* of the variable's value, by `tf.identity`: the variable itself will change again. Stack the list at the end.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# w = tf.____(start)
# places = [tf.identity(w)]
# for step in range(____):
#     with tf.GradientTape() as tape:
#         height = ____
#     w.____(base * ____ * tape.gradient(____, ____))
#     places.____(tf.identity(w))
# return tf.stack(____)
# ```
#
# </details>


# %%
# exercise: path_downhill
def path_downhill(loss, start, base, rate, steps):
    """Return the places that gradient descent with exponential decay of the learning rate passes.

    Args:
        loss: function from a float32 tensor of shape [] to one of shape [].
        start: where to begin, a Python float.
        base: the learning rate of step 0, a Python float.
        rate: the factor between the learning rates of two steps, a Python float.
        steps: how many steps, a Python integer from 0 to 300.

    Returns:
        float32 tensor of shape [steps + 1], which begins with start.
    """
    ### BEGIN SOLUTION
    here = tf.Variable(start, dtype=tf.float32)
    passed = [here.value()]
    for k in range(steps):
        with tf.GradientTape() as record:
            y = loss(here)
        here.assign_sub(base * rate**k * record.gradient(y, here))
        passed.append(here.value())
    return tf.stack(passed)
    ### END SOLUTION


# %% points=3
# check: path_downhill-1
def _bowl(w):
    return (w + 1) ** 2


_path = path_downhill(_bowl, 5.0, 0.25, 0.5, 2)
check.shape("two steps", _path, (3,), hint="The first entry is the start, before any step.")
check.close("two steps with decay", _path, tf.constant([5.0, 2.0, 1.25]), but={
    "This walks uphill: the slope must be subtracted.": [5, 8, 10.25],
    "The rate decayed before the first step: count the steps from 0.": [5, 3.5, 2.9375],
    "The rate stays the same: multiply it by rate at each step.": [5, 2, 0.5],
    "The first entry is the start, before any step.": [2, 1.25, 0.96875],
    "All places are the last one: append a copy of the value, not the variable.": [1.25, 1.25, 1.25],
})
check.close("two steps without decay", path_downhill(_bowl, 5.0, 0.25, 1.0, 2), [5, 2, 0.5])
check.close("two steps that lead further away", path_downhill(_bowl, 5.0, 1.25, 1.0, 2), [5, -10, 12.5],
            hint="Take every step, also one after which the loss is larger.")
check.close("a rate of 0", path_downhill(_bowl, 5.0, 0.25, 0.0, 2), [5, 2, 2],
            hint="rate⁰ is 1 whatever the rate: step number 0 has the learning rate base.")
check.close("a step that hardly moves, then a long one", path_downhill(_bowl, 5.0, 1e-8, 1e8, 2), [5, 5, -7],
            hint="Take every step, also after one that was tiny.")
check.close("no step at all", path_downhill(_bowl, 5.0, 0.25, 0.5, 0), [5])
check.close("two steps from the bottom of the bowl", path_downhill(_bowl, -1.0, 0.25, 0.5, 2), [-1, -1, -1],
            hint="Take every step, also where nothing moves any more.")
_long = path_downhill(lambda w: w**2, 1e6, 0.25, 1.0, 30)
check.close("thirty steps from a million, each to half of w: the last place", _long[-1], 0.00093132, rtol=1e-3, atol=0.0,
            hint="Note w itself after each step: a sum of all moves is rounded like the largest of them.")
_pair = path_downhill(lambda w: tf.reduce_sum((tf.stack([w, 2.0 * w]) - [1.0, 3.0]) ** 2), 0.0, 0.05, 0.5, 2)
check.close("two steps for (w - 1)² + (2w - 3)²", _pair, [0.0, 0.7, 0.875], hint="The loss takes a number, of shape [], not a row with one number.")
check.close("two steps for |w|, near its kink", path_downhill(tf.abs, 0.02, 0.015, 1.0, 2), [0.02, 0.005, -0.01],
            hint="Differences of the loss mix slopes of places near w: ask the tape for the one at w.")
check.close("two steps, the first to the bottom", path_downhill(_bowl, 5.0, 0.5, 1.0, 2), [5, -1, -1], hint="Where w rests, it is still at its place after each step.")
### BEGIN HIDDEN TESTS
check.reference("the table of the chapter", path_downhill(_bowl, 5.0, 0.2, 0.99, 16))
_begin, _factor = float(check.inputs(low=1.0, high=3.0)), float(check.inputs(low=0.8, high=0.95))
check.reference("a random start, a random rate", path_downhill(_bowl, _begin, 0.3, _factor, 12))
check.reference("a loss of another shape", path_downhill(lambda w: w**4 / 20 - tf.sin(w), 1.5, 0.4, 0.9, 8))
check.reference("a rate that shrinks fast on a steep slope", path_downhill(lambda w: 1e6 * w, 0.5, 1e-4, 0.2, 12))
check.reference("a rate that grows", path_downhill(_bowl, _begin, 0.1, 1.1, 7))
check.reference("a rate that grows from almost nothing", path_downhill(_bowl, _begin, 1e-7, 5.0, 9))
check.reference("a rate below 0", path_downhill(_bowl, _begin, 0.1, -0.6, 5))
check.reference("three hundred steps", path_downhill(_bowl, _begin, 0.02, 0.995, 300))
check.reference("one step", path_downhill(tf.exp, 0.5, 0.1, 0.3, 1))
check.reference("a flat slope and a large rate", path_downhill(lambda w: 1e-10 * w, 0.0, 1e6, 0.9, 4), atol=1e-8)
_slant = tf.constant([0.7, -0.2])
check.reference("a loss with numbers of float32", path_downhill(lambda w: tf.reduce_sum(_slant * w**3), 0.5, 0.1, 0.9, 4))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Fix it: two errors in one loop
#
# `fit_line` should find the line y = a·x + b that fits some points, by descent on the mean squared error. The version below stops with
#
# ```text
# RuntimeError: A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)
# ```
#
# and when that is cured, with
#
# ```text
# TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'
# ```
#
# Cure both.
#
# - **Each step**: ① both slopes belong to the same `a` and `b`, those before the step.
# - **In**: `x` and `y`, `float32[n]`, n ≥ 1; `lr`, a Python float; `steps`, a Python integer from 0 to 300.
# - **Out**: `a` and `b`, ② two `float32` tensors or variables of shape `[]`: ③ where the descent on ④ the mean squared error stands after ⑤ so many steps ⑥ from `a = 0`, `b = 0`.
# - **Example**: for the points (1, 3) and (0, 1) and `lr = 0.5`, `fit_line(x, y, lr, 1)` gives 1.5 and 2. After 200 steps it is close to 2 and 1, whose line goes through both points.
#
# <details><summary>Hint 1: the idea</summary>
#
# A tape may be asked once, but for several slopes at once. And `w = w - …` is a trap of the chapter.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Ask for both slopes in one call, with a list. Then change the variables in place; do not put new tensors under their names.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# slope_a, slope_b = tape.gradient(error, [____, ____])
# a.____(lr * ____)
# b.____(lr * ____)
# ```
#
# </details>


# %%
# exercise: fit_line
def fit_line(x, y, lr, steps):
    """Return a and b of the line a * x + b after some steps of descent on the mean squared error.

    Args:
        x, y: float32 tensors of shape [n], n >= 1.
        lr: the learning rate, a Python float.
        steps: how many steps, from a = 0 and b = 0, a Python integer from 0 to 300.

    Returns:
        (a, b): two float32 tensors of shape [].
    """
    ### BEGIN SOLUTION
    #| a, b = tf.Variable(0.0), tf.Variable(0.0)
    #| for _ in range(steps):
    #|     with tf.GradientTape() as tape:
    #|         error = tf.reduce_mean((a * x + b - y) ** 2)
    #|     a = a - lr * tape.gradient(error, a)
    #|     b = b - lr * tape.gradient(error, b)
    #| return a, b
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(steps):
        with tf.GradientTape() as record:
            error = tf.reduce_mean((a * x + b - y) ** 2)
        for variable, slope in zip([a, b], record.gradient(error, [a, b])):
            variable.assign_sub(lr * slope)
    return a.value(), b.value()
    ### END SOLUTION


# %% points=3
# check: fit_line-1
_x, _y = tf.constant([1.0, 0.0]), tf.constant([3.0, 1.0])
check.close("a and b after one step", fit_line(_x, _y, 0.5, 1), [tf.constant(1.5), tf.constant(2.0)], but={
    "The slope of b was worked out with the new a: take both slopes before you change anything.": [1.5, 1.25],
    "a and b have swapped their slopes.": [2.0, 1.5],
    "This walks uphill: subtract the slopes.": [-1.5, -2.0],
    "You took the sum of the squares: the error is their mean.": [3.0, 4.0],
    "This is one step too many.": [1.25, 1.25],
    "The descent begins at a = 0 and b = 0.": [1.5, 1.5],
})
check.close("a and b after two steps", fit_line(_x, _y, 0.5, 2), [1.25, 1.25])
check.close("a and b after 200 steps", fit_line(_x, _y, 0.5, 200), [2.0, 1.0], atol=1e-3)
check.close("a and b after two steps with the rate 2", fit_line(_x, _y, 2.0, 2), [-16.0, -28.0], but={
    "The error has grown, and yet another step was asked for.": [6.0, 8.0],
})
check.close("a and b after no step", fit_line(_x, _y, 0.5, 0), [0.0, 0.0])
_one, _ = fit_line(_x, _y, 0.5, 1), fit_line(_x, _y, 0.5, 2)
check.close("a and b after one step, when a further call has been made", list(_one), [1.5, 2.0],
            hint="Each call has variables of its own: what it returned stays as it is.")
_odd = tf.constant([-1.0, 1.0])
check.close("a and b after one step, where the slope of b is 0", fit_line(_odd, _odd, 0.1, 1), [0.2, 0.0],
            hint="One slope may be 0 while the other is not: take every step.")
_large = fit_line(tf.constant([1000.0, 2000.0]), tf.constant([3000.0, 5000.0]), 0.5, 1)
check.close("a and b after one large step", _large, [6.5e6, 4000.0], hint="a and b may become large: nothing is cut off.")
_across = fit_line(tf.constant([0.0]), tf.constant([1.0]), 1.0, 2)
check.close("a and b after two steps across the valley and back", _across, [0.0, 0.0], hint="The same error twice is no reason to stop: take every step.")
### BEGIN HIDDEN TESTS
_xs, _ys = check.inputs(20), check.inputs(20)
check.reference("random points, three steps", fit_line(_xs, _ys, 0.1, 3))
check.reference("random points, forty steps", fit_line(_xs, _ys, 0.1, 40))
check.reference("random points, 300 small steps", fit_line(_xs, _ys, 0.001, 300))
check.reference("three hundred points far from 0", fit_line(20 * check.inputs(300), 20 * check.inputs(300) + 30, 0.0005, 20))
check.reference("one point", fit_line(_xs[:1], _ys[:1], 0.05, 5))
check.reference("points very far from 0", fit_line(_xs, 1e6 * _ys, 0.1, 3), rtol=1e-3)
check.reference("points very close to 0", fit_line(_xs, 1e-9 * _ys, 0.1, 3), rtol=1e-3, atol=1e-13)
check.reference("a rate above a half", fit_line(_xs, _ys, 0.9, 1))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. All second derivatives
#
# For a function of several numbers, the second derivatives fill a square: entry [i, j] says how the slope in xᵢ changes with xⱼ. This matrix, the *Hessian*, tells valleys from saddles.
#
# - **In**: `hessian(f, x)`: `f`, a function from `float32[n]` to one `float32` number, worked out by TensorFlow from its argument (from it, and never from the outer `x`); `x`, `float32[n]`, n ≥ 1.
# - **Out**: ① a `float32` tensor of shape `[n, n]`: ② the second derivatives of `f` at `x`, the mixed ones too. ③ Zeros where the slope does not change at all.
# - **In a graph**: ④ it gives the same in a `tf.function` that knows n.
# - **Example**: f(x) = x₀²·x₁ has the slopes 2·x₀·x₁ and x₀². At `[2, 3]` the Hessian is `[[6, 4], [4, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# The slopes of f are n numbers. The Hessian has every slope of every one of them.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A tape inside a tape, both watching `x`. The inner one gives the gradient, within the outer one's block. The outer one must not sum over it: the chapter has a method for that, and it takes `unconnected_gradients` as well.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# with tf.GradientTape() as outer:
#     outer.____(x)
#     with tf.GradientTape() as inner:
#         inner.____(x)
#         y = ____
#     first = inner.____(y, x)
# return outer.____(first, ____, unconnected_gradients="____")
# ```
#
# </details>


# %%
# exercise: hessian
def hessian(f, x):
    """Return the matrix of second derivatives of f at x.

    Args:
        f: function from a float32 tensor of shape [n] to one of shape [].
        x: float32 tensor of shape [n], n >= 1.

    Returns:
        float32 tensor of shape [n, n]; zeros where a slope does not change.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as slow:
        slow.watch(x)
        with tf.GradientTape() as quick:
            quick.watch(x)
            value = f(x)
        gradient = quick.gradient(value, x)
    return slow.jacobian(gradient, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    ### END SOLUTION


# %% points=3
# check: hessian-1
_at = tf.constant([2.0, 3.0])
_want = tf.constant([[6.0, 4.0], [4.0, 0.0]])
check.close("the Hessian of x0² x1 at [2, 3]", hessian(lambda x: x[0] ** 2 * x[1], _at), _want, but={
    "The rows were added up: tape.gradient sums over the slopes, tape.jacobian does not.": [10, 4],
    "These are the first derivatives: differentiate once more.": [12, 4],
    "These are the second derivatives along the axes only, without the mixed ones.": [[6, 0], [0, 0]],
    "The inner tape's gradient must be taken inside the outer tape's block.": None,
})
_level = hessian(lambda x: x[0] ** 2 * x[1], tf.constant([0.0, 3.0]))
check.close("the Hessian of x0² x1 at [0, 3]", _level, [[6, 0], [0, 0]])
check.close("the Hessian of 5 x0 + x1²", hessian(lambda x: 5 * x[0] + x[1] ** 2, _at), [[0, 0], [0, 2]])
check.close("the Hessian of a sum", hessian(lambda x: tf.reduce_sum(3 * x), _at), [[0, 0], [0, 0]], but={
    "The slopes of a sum are constant, so the tape answers None: ask it for zero instead.": None,
})
_steep = hessian(lambda x: tf.math.log(x[0]), tf.constant([0.01]))
check.close("the Hessian of log x0 at 0.01", _steep, [[-10_000]], rtol=1e-3,
            hint="Let a tape differentiate the slopes, too: their difference between two places is not their slope.")
check.close("the Hessian of sin x0 at 100", hessian(lambda x: tf.sin(x[0]), tf.constant([100.0])), [[0.506366]], rtol=1e-3,
            hint="Let a tape differentiate the slopes, too: their difference between two places is not their slope.")
check.graph("hessian in a graph", lambda x: hessian(lambda x: x[0] ** 2 * x[1], x), _at)
_factor = [1.0]


def _outside(x):
    return _factor[0] * x[0] ** 2


hessian(_outside, _at)
_factor[0] = 5.0
check.close("a function that reads a number from outside, which has become 5", hessian(_outside, _at), [[10, 0], [0, 0]],
            hint="A graph that is kept from call to call keeps the old number, too.")
### BEGIN HIDDEN TESTS
_spot, _m = check.inputs(4), check.inputs(4, 4)
_form = hessian(lambda x: tf.reduce_sum(x * tf.linalg.matvec(_m, x)), _spot)
check.reference("a quadratic form", _form, atol=1e-4)
check.reference("log of a sum of exponentials", hessian(tf.reduce_logsumexp, _spot), atol=1e-4)
check.reference("a product", hessian(lambda x: x[0] * x[1] * x[2] * x[3], _spot), atol=1e-4)
_twelve = hessian(lambda x: tf.reduce_sum(tf.sin(x) * tf.roll(x, 1, axis=0)), check.inputs(12))
check.reference("twelve numbers", _twelve, atol=1e-4)
check.graph("the Hessian of a sum in a graph", lambda x: hessian(lambda x: tf.reduce_sum(3 * x), x), _spot)
for _scale in (1e-12, 1e12):
    _scaled = hessian(lambda x: _scale * x[0] * x[1] * x[2] * x[3], _spot)
    check.reference(f"a product, times {_scale}", _scaled, rtol=1e-3, atol=1e-7 * _scale)
check.reference("a single number", hessian(lambda x: x[0] ** 3, _spot[:1]), atol=1e-4)
check.graph("hessian of another function in a graph", lambda x: hessian(tf.reduce_logsumexp, x), _spot, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. A length with a slope everywhere
#
# The length of a row is √(x₀² + x₁² + …), and its slope in xᵢ is xᵢ divided by the length. For a row of zeros this is 0/0, and `tf.norm` hands on a `nan`, which then ruins every weight. Give the length a slope of 0 there.
#
# - **In**: `row_lengths(x)`: `x`, a tensor of shape `[n, d]`, `float32` or `float64`; a row is all zeros or from 10⁻¹⁵ to 10¹⁵ long.
# - **Out**: ① a tensor of the same dtype, shape `[n]`: ② the length of each row, of short and of long ones too. ③ Its gradient is x divided by the length in each row, ④ times the gradient that comes from above, ⑤ and 0 in rows of zeros.
# - **In a graph**: ⑥ it gives the same, the gradient included, in a `tf.function`, even if that does not know n.
# - **Example**: for `[[3, 4], [0, 0]]` the lengths are `[5, 0]`, and the gradient of their sum is `[[0.6, 0.8], [0, 0]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# There are two ways: write the slope yourself, or make the input of the root harmless where it is zero. The chapter has an example of each.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# With a custom gradient: the function returns the lengths and an inner function. That one takes `upstream`, one number for each row: give it a second axis, and multiply it by x divided by the length. `tf.math.divide_no_nan` gives 0 for 0/0.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# @tf.____
# def safe(x):
#     lengths = tf.norm(x, axis=____)
#     def slope(upstream):
#         return upstream[____, ____] * tf.math.divide_no_nan(____, lengths[____, ____])
#     return ____, ____
#
# return safe(x)
# ```
#
# </details>


# %%
# exercise: row_lengths
def row_lengths(x):
    """Return the length of each row, with the gradient 0 for rows of zeros.

    Args:
        x: tensor of shape [n, d], float32 or float64; a row is all zeros or from 1e-15 to 1e15 long.

    Returns:
        tensor of the same dtype, shape [n].
    """
    ### BEGIN SOLUTION
    @tf.custom_gradient
    def length(rows):
        result = tf.norm(rows, axis=1, keepdims=True)

        def backwards(upstream):
            return upstream[:, tf.newaxis] * tf.math.divide_no_nan(rows, result)

        return tf.squeeze(result, axis=1), backwards

    return length(x)
    ### END SOLUTION


# %% points=3
# check: row_lengths-1
_rows = tf.constant([[3.0, 4.0], [0.0, 0.0], [-5.0, 12.0]])
check.close("the lengths", row_lengths(_rows), tf.constant([5.0, 0.0, 13.0]), but={
    "These are the squares of the lengths: take the root.": [25, 0, 169],
    "You took the length of each column: the rows have the lengths.": [5.83095, 12.64911],
})
check.close("the length of a single row", row_lengths(_rows[2:]), tf.constant([13.0]))
_short = tf.constant([[3e-6, -4e-6], [0.0, 0.0], [-3e-14, 4e-14]])
check.close("the lengths of two short rows and of zeros", row_lengths(_short), [5e-6, 0, 5e-14], rtol=1e-3, atol=1e-17, but={
    "A short row is not a row of zeros.": [5e-6, 0, 0],
    "Short rows are not rows of zeros.": [0, 0, 0],
}, hint="A small number under the root makes short rows longer.")
_even = tf.constant([[1.0, 1.0, -1.0, -1.0], [0.0, 0.0, 0.0, -4.0]])
check.close("the lengths of a row that adds up to 0, and of one with a single number", row_lengths(_even), [2, 4], but={
    "A sum of 0 does not make a row of zeros.": [0, 4],
})
_double = tf.constant([5.0, 0.0, 13.0], tf.float64)
check.close("the lengths as float64", row_lengths(tf.cast(_rows, tf.float64)), _double)
with tf.GradientTape() as _tape:
    _tape.watch(_rows)
    _total = tf.reduce_sum(row_lengths(_rows) * [1.0, 2.0, 10.0])
check.close("the gradient of 1, 2 and 10 times the lengths", _tape.gradient(_total, _rows),
            [[0.6, 0.8], [0, 0], [-50 / 13, 120 / 13]], but={
    "The row of zeros still has nan in its gradient.":
        [[0.6, 0.8], [float("nan"), float("nan")], [-50 / 13, 120 / 13]],
    "The gradient from above is missing: multiply by upstream.": [[0.6, 0.8], [0, 0], [-5 / 13, 12 / 13]],
    "There is no gradient: use TensorFlow operations throughout.": None,
})
check.gradient("the gradient, against nudges", row_lengths, _rows)
check.graph("row_lengths in a graph", row_lengths, _rows)
_unknown = tf.function(row_lengths, input_signature=[tf.TensorSpec([None, 2])])
check.close("in a graph that does not know n", _unknown(_rows), [5, 0, 13])


@tf.function(input_signature=[tf.TensorSpec([None, 2])])
def _steepness(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(row_lengths(x))
    return tape.gradient(total, x)


check.close("the gradient in such a graph", _steepness(_rows), [[0.6, 0.8], [0, 0], [-5 / 13, 12 / 13]])
### BEGIN HIDDEN TESTS
_random = tf.concat([check.inputs(5, 3), tf.zeros((2, 3)), 0.01 * check.inputs(2, 3)], axis=0)
check.reference("the lengths of random rows", row_lengths(_random))
check.gradient("the gradient of a function of the lengths", lambda x: tf.sin(row_lengths(x)) * 4, _random[:7])
with tf.GradientTape() as _tape:
    _tape.watch(_random)
    _total = tf.reduce_sum(tf.exp(row_lengths(_random)))
check.reference("the gradient on random rows", _tape.gradient(_total, _random))
with tf.GradientTape() as _tape:
    _tape.watch(_random)
    _total = tf.reduce_sum(row_lengths(_random[:3]) ** 3)
check.reference("the gradient on as many rows as columns", _tape.gradient(_total, _random))
_double = tf.cast(_random, tf.float64)
check.reference("random rows as float64", row_lengths(_double))
with tf.GradientTape() as _tape:
    _tape.watch(_double)
    _total = tf.reduce_sum(row_lengths(_double) ** 2)
check.reference("the gradient on random rows as float64", _tape.gradient(_total, _double))
for _scale in (1e-15, 1e14):
    _scaled = _scale * check.inputs(300, 40)
    with tf.GradientTape() as _tape:
        _tape.watch(_scaled)
        _total = tf.reduce_sum(row_lengths(_scaled))
    check.reference(f"rows times {_scale}", row_lengths(_scaled) / _scale)
    check.reference(f"their gradient, times {_scale}", _tape.gradient(_total, _scaled))
_uneven = check.inputs(4, 3, low=1.0, high=2.0) * tf.constant([[1e14], [1e-15], [1.0], [1e-8]])
check.reference("long and short rows together", row_lengths(_uneven) / tf.constant([1e14, 1e-15, 1.0, 1e-8]))
check.reference("rows of one number", row_lengths(check.inputs(6, 1)))
check.reference("no rows", row_lengths(tf.zeros((0, 3))))
check.reference("no rows of float64", row_lengths(tf.zeros((0, 3), tf.float64)))
check.graph("row_lengths of random rows in a graph", row_lengths, _random)
with tf.GradientTape() as _tape:
    _tape.watch(_even)
    _total = tf.reduce_sum(row_lengths(_even))
check.reference("the gradient of a row that adds up to 0", _tape.gradient(_total, _even))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: the curve in the noise
#
# Sixty measurements jump about a curve that nobody has told us. A good curve stays near the measurements *and* does not jump. So look for the numbers z that make this loss as small as possible:
#
# $$\sum_i (z_i - y_i)^2 + s \cdot \sum_i (z_{i+1} - z_i)^2$$
#
# The first sum counts every measurement, the second every pair of neighbours; the strength s says how much smoothness is worth. Here z has as many entries as there are measurements, and all of them are found by descent. With the data below and s = 10, your curve should look like this:

# %%
def draw_curve(z):
    """Draw the measurements as dots and z as a line."""
    plt.figure(figsize=(7, 2.8))
    plt.scatter(t, noisy, color="#9AA7B8", s=14)
    plt.plot(t, z, color="#2F6DB5", linewidth=2.5)
    plt.show()


t = tf.linspace(0.0, 6.0, 60)
noisy = tf.sin(t) + 0.3 * tf.random.stateless_normal([60], seed=[3, 7])

# %%
TARGET = """
28 30 33 38 42 47 48 51 56 62 72 81 88 91 89 83 81 82 86 88
90 90 86 77 71 64 52 39 25 14 7 -1 -8 -19 -30 -43 -54 -61 -69 -73
-80 -85 -88 -91 -94 -96 -93 -88 -85 -83 -83 -82 -81 -79 -77 -76 -72 -71 -67 -64
"""
draw_curve([int(number) / 100 for number in TARGET.split()])

# %% [markdown]
# *Figure: sixty grey dots scattered about a wave, and a smooth blue line through them which rises to a summit, falls to a valley and rises again.*
#
# - **In**: `smooth(noisy, strength)`: `noisy`, `float32[n]`, n ≥ 1, values from −10 to 10; `strength`, a Python float, 0 or from 0.01 to 10.
# - **Out**: ① a `float32` tensor of shape `[n]`: ② the z with the smallest loss, ③ each value right to 0.01, ④ whatever the strength. How you get there is your choice: by hand or with an optimizer, in a graph or not.
# - **Example**: `smooth([0, 0, 4], 1)` is `[0.5, 1, 2.5]`, and `smooth([0, 0, 4], 0)` is `[0, 0, 4]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# It is `w ← w − lr · g` once more, where `w` is a whole curve. Begin with the measurements themselves.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Put the measurements into a variable. The neighbours' differences are two slices, one without the first value and one without the last. The larger the strength, the steeper the loss, so the smaller the learning rate must be: 1 / (2 + 8 · strength) never swings. With it, a few hundred steps are enough for any strength up to 10.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# z = tf.Variable(____)
# for _ in range(____):
#     with tf.GradientTape() as tape:
#         far = tf.reduce_sum((z - ____) ** 2)
#         rough = tf.reduce_sum((z[____] - z[____]) ** 2)
#         loss = far + ____ * rough
#     z.assign_sub(tape.gradient(____, ____) / (2 + 8 * ____))
# return tf.identity(z)
# ```
#
# </details>


# %%
# exercise: smooth
def smooth(noisy, strength):
    """Return the curve that is near the measurements and smooth.

    Args:
        noisy: float32 tensor of shape [n], n >= 1, the measurements.
        strength: how much smoothness is worth, a Python float from 0 to 10.

    Returns:
        float32 tensor of shape [n], each value right to 0.01.
    """
    ### BEGIN SOLUTION
    curve = tf.Variable(noisy)

    @tf.function
    def step():
        with tf.GradientTape() as record:
            misfit = tf.reduce_sum(tf.square(curve - noisy))
            jumps = tf.reduce_sum(tf.square(curve[1:] - curve[:-1]))
            total = misfit + strength * jumps
        curve.assign_sub(record.gradient(total, curve) / (2.0 + 8.0 * strength))

    for _ in range(400):
        step()
    return curve.value()
    ### END SOLUTION


# %% points=3
# check: smooth-1
_three = tf.constant([0.0, 0.0, 4.0])
check.close("smooth([0, 0, 4], 1)", smooth(_three, 1.0), tf.constant([0.5, 1.0, 2.5]), atol=0.01, but={
    "These are the measurements: has z changed at all?": [0.0, 0.0, 4.0],
    "The last value counts as a neighbour of the first: the curve has two ends.": [1.0, 1.0, 2.0],
    "You took means in place of the two sums.": [0.6545, 1.0909, 2.2545],
    "This keeps the line straight, not level: the second sum has differences of neighbours.":
        [-0.5714, 1.1429, 3.4286],
})
check.close("smooth([0, 0, 4], 2)", smooth(_three, 2.0), [0.7619, 1.1429, 2.0952], atol=0.01, but={
    "The strength stands at the wrong sum.": [0.2667, 0.8, 2.9333],
    "The strength has no effect.": [0.5, 1.0, 2.5],
})
check.close("smooth([0, 0, 4], 0)", smooth(_three, 0.0), [0.0, 0.0, 4.0], atol=0.01)
check.close("five values of 10, strength 10", smooth(tf.fill([5], 10.0), 10.0), [10.0] * 5, atol=0.01,
            hint="Go on until nothing moves any more: each value must be right to 0.01.")
check.close("smooth([-10, 10, -10], 0.01)", smooth(tf.constant([-10.0, 10.0, -10.0]), 0.01), [-9.8058, 9.6117, -9.8058], atol=0.01,
            hint="A little strength is not none.")
### BEGIN HIDDEN TESTS
_jumps = 2 * check.inputs(30)
for _strength in (0.3, 4.0, 10.0):
    check.reference(f"thirty random values, strength {_strength}", smooth(_jumps, _strength), atol=0.02)
check.reference("fifteen hundred values, strength 7.5", smooth(check.inputs(1500, low=-10.0, high=10.0), 7.5), atol=0.02)
_slow = 10.0 * tf.sin(0.17 * tf.range(60.0))
check.reference("a slow wave, strength 10", smooth(_slow, 10.0), rtol=0, atol=0.0105)
check.reference("one value", smooth(_jumps[:1], 5.0), atol=0.02)
check.reference("two values", smooth(_jumps[:2], 5.0), atol=0.02)
### END HIDDEN TESTS

# %% points=2
# check: smooth-2
_z = smooth(noisy, 10.0)
draw_curve(_z)
_rough = tf.reduce_sum((_z[1:] - _z[:-1]) ** 2)
check.at_most("distance from the wave behind the noise", tf.sqrt(tf.reduce_mean((_z - tf.sin(t)) ** 2)), 0.2)
check.close("the loss of your curve", tf.reduce_sum((_z - noisy) ** 2) + 10 * _rough, 6.12, atol=0.01)
### BEGIN HIDDEN TESTS
check.reference("the curve", _z, atol=0.02)
### END HIDDEN TESTS
