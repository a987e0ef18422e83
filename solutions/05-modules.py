# %% [markdown]
# # Exercises: modules
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Several of them save what you made, load it, and use it as a program would that has never seen your code.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import tempfile

import matplotlib.pyplot as plt
import tensorflow as tf
from grader import check
from matplotlib.colors import ListedColormap

tf.get_logger().setLevel("ERROR")

# %% [markdown]
# ## 1. An amplifier that counts
#
# `Gain` is a module that multiplies whatever it is given by a factor, and counts how often it was called. Training may change the factor but never the count. It must count in a graph as well, where Python runs only once.
#
# - **In**: `Gain()` takes nothing. Calling the module takes `x`, a `float32` tensor of any shape.
# - **Out**: ① the call returns `x` times the factor, same shape and dtype, ② and adds 1 to the count, in a graph too, also in one for any number of rows.
# - **State**: ③ `factor`, a variable, `float32`, shape `[]`, 1.0 at first, ④ trainable: the gradient of the result reaches it; ⑤ `calls`, a variable, `int32`, shape `[]`, 0 at first, ⑥ not trainable. ⑦ No other variables.
# - **Example**: after `gain.factor.assign(3.0)`, `gain` gives `[3.0, 6.0]` for `[1.0, 2.0]`, and `gain.calls` is 1.
#
# <details><summary>Hint 1: the idea</summary>
#
# Both numbers change and must survive, so both are variables. One of them says of itself that it is not to be trained.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make the two variables in `__init__` and keep them as attributes. In `__call__`, add 1 to the count with `assign_add`, then return the product.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# self.factor = tf.Variable(____)
# self.calls = tf.Variable(____, ____=False)
#
# self.calls.____(1)
# return ____
# ```
#
# </details>


# %%
# exercise: gain
class Gain(tf.Module):
    """Multiplies by a trainable factor, and counts its calls.

    Attributes:
        factor: trainable variable, float32, shape [], 1.0 at first.
        calls: variable that is not trainable, int32, shape [], 0 at first.
    """

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)
        ### END SOLUTION

    def __call__(self, x):
        """Return x times the factor, and count the call. x: float32 tensor of any shape."""
        ### BEGIN SOLUTION
        self.calls.assign_add(1)
        return x * self.factor
        ### END SOLUTION


# %% points=2
# check: gain-1
_gain = Gain()
check.variables("Gain() has two scalars", _gain, [(), ()])
check.equal("the number of trainable variables", len(_gain.trainable_variables), 1, but={
    "The count must not be trained: make it with trainable=False.": 2,
    "The factor is to be trained: only the count is made with trainable=False.": 0,
})
_two = tf.constant([1.0, 2.0])
check.close("a new Gain() changes nothing", _gain(_two), tf.constant([1.0, 2.0]))
_gain.factor.assign(3.0)
check.close("with the factor 3", _gain(_two), tf.constant([3.0, 6.0]))
check.equal("calls after two calls", _gain.calls, tf.constant(2))
_in_graph = tf.function(_gain)
for _ in range(3):
    _in_graph(_two)
check.equal("calls after three more in a graph", _gain.calls, tf.constant(5), but={
    "It counted the trace, not the calls: Python ran once. Use assign_add on a variable.": tf.constant(3),
})
_other = Gain()
check.equal("calls of another Gain()", _other.calls, tf.constant(0), but={
    "Two Gains share one count: make the variables in __init__, not in a default argument or in the class.": tf.constant(5),
})
check.close("the factor of another Gain()", _other.factor, tf.constant(1.0), hint="Each Gain has a factor of its own.")
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_gain(_two))
check.close("the gradient of the sum by the factor", _tape.gradient(_total, _gain.factor), 3.0, but={
    "Nothing connects the result to the factor.": None,
})
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_other(_two))
check.close("the same of a new Gain(), with the factor 1", _tape.gradient(_total, _other.factor), 3.0,
            hint="The factor counts, too, while it is 1: multiply in any case.")
_any = Gain()
_in_graph = tf.function(_any, input_signature=[tf.TensorSpec([None])])
check.close("in a graph for any number of numbers", [*_in_graph(_two), *_in_graph(_two[:1])], [1.0, 2.0, 1.0],
            hint="In such a graph `x.shape` holds None: do without it.")
check.equal("the calls of it", _any.calls, tf.constant(2))
_twice = Gain()
tf.function(lambda x: _twice(_twice(x)))(_two)
check.equal("called twice in one graph: the calls", _twice.calls, tf.constant(2),
            hint="Each call counts, not each graph: no `if` around the assign_add.")
_twice.factor.assign(0.0)
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_twice(_two))
check.close("the gradient while the factor is 0", _tape.gradient(_total, _twice.factor), 3.0,
            hint="The factor learns at 0, too: multiply in any case.")
### BEGIN HIDDEN TESTS
_block = check.inputs(2, 3, 4)
_gain = Gain()
_gain.factor.assign(-0.5)
check.reference("gain on a block of random numbers", _gain(_block))
check.reference("gain on a scalar", _gain(_block[0, 0, 0]))
_faint = Gain()
_faint.factor.assign(1e-9)
check.reference("gain with a factor of a billionth", _faint(_block), rtol=1e-3, atol=1e-14)
check.reference("the count then", _gain.calls)
check.reference("gain on no numbers, with five axes", _gain(tf.zeros((1, 0, 2, 3, 1))))
_in_graph = tf.function(_gain)
for _ in range(300):
    _in_graph(_block)
check.reference("the count after three hundred more calls", _gain.calls)
with tf.GradientTape() as _tape:
    _total = tf.reduce_sum(_gain(_block))
check.reference("the gradient of the factor", _tape.gradient(_total, _gain.trainable_variables))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. How large is it?
#
# The size of a model is the number of numbers that training can change. `trainable_size(module)` counts them, in the module and in all modules inside it.
#
# - **In**: `module`, any `tf.Module` whose variables have shapes without `None`.
# - **Out**: a whole number, Python's or a tensor of shape `[]`: ① how many numbers all its trainable variables hold, ② and those of its parts; ③ what is not trained does not count. ④ A part or a variable that is used in two places counts once. ⑤ It is 0 for a module without trainable variables.
# - **Example**: a module with a trainable variable of shape `[4, 3]`, another of shape `[3]` and a count that is not trained has the size 12 + 3 = 15.
#
# <details><summary>Hint 1: the idea</summary>
#
# The module itself has already found all its variables, each of them once. You only need to know how many numbers each one holds.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Go through one of the module's two lists of variables. `tf.size` gives the number of elements as a tensor, `shape.num_elements()` as a Python integer. Add up.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# return sum(variable.____.____() for variable in module.____)
# ```
#
# </details>


# %%
# exercise: trainable_size
def trainable_size(module):
    """Return how many numbers the trainable variables of the module hold, those of its parts among them.

    Args:
        module: a tf.Module.

    Returns:
        a whole number.
    """
    ### BEGIN SOLUTION
    sizes = [int(tf.size(variable)) for variable in module.trainable_variables]
    return sum(sizes)
    ### END SOLUTION


# %% points=2
# check: trainable_size-1
_part = tf.Module()
_part.kernel = tf.Variable(tf.zeros((4, 3)))
_part.bias = tf.Variable(tf.zeros(3))
_part.count = tf.Variable(0, trainable=False)
check.equal("a kernel of 4 × 3, a bias of 3, an untrained count", trainable_size(_part), 15, but={
    "This is the number of variables: count the numbers in each of them.": 2,
    "The count is not trained, so it does not belong to the size.": 16,
    "Every axis matters: the kernel holds 4 × 3 numbers.": 7,
})
_whole = tf.Module()
_whole.parts = [_part, _part]
_whole.scale = tf.Variable(tf.ones(2))
check.equal("a module that holds this part twice, and a variable of 2", trainable_size(_whole), 17, but={
    "The part is one and the same object in both places: it counts once.": 32,
    "The variables of the parts belong to the whole.": 2,
})
check.equal("an empty module", trainable_size(tf.Module()), 0)
_alike = tf.Module()
_alike.left, _alike.right = tf.Variable(tf.zeros(4)), tf.Variable(tf.zeros(4))
check.equal("a module of two variables of the same shape", trainable_size(_alike), 8, but={
    "Two variables that look alike are two: what counts once is one and the same variable.": 4,
})
### BEGIN HIDDEN TESTS
_sizes = [int(size) for size in check.inputs(3, dtype="int32", low=2, high=7)]
_tower = tf.Module()
_tower.inner = tf.Module()
_tower.inner.cube = tf.Variable(tf.zeros(_sizes))
_frozen = tf.Variable(tf.zeros(9), trainable=False)
_tower.inner.inner = {"part": _part, "scalar": tf.Variable(1.0), "frozen": _frozen}
check.reference("three storeys", trainable_size(_tower))
_untrained = tf.Module()
_untrained.frozen = _frozen
check.reference("a module without trainable variables", trainable_size(_untrained))
_tower.inner.nothing = tf.Variable(tf.zeros((0, 5)))
check.reference("with an empty variable", trainable_size(_tower))
_tower.inner.many = [tf.Variable(tf.zeros((300, 300), tf.float64)), tf.Variable(tf.zeros(7, tf.float16))]
check.reference("with more than ninety thousand numbers of other dtypes", trainable_size(_tower))
_tower.inner.many += [tf.Variable([3, 4]), tf.Variable([1j])]
check.reference("with whole and complex numbers", trainable_size(_tower))
_tower.inner.whole = _tower
check.reference("where a part points back to its whole", trainable_size(_tower))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A stack of layers
#
# Here is the `Linear` of the chapter; to let you verify results in your head, its kernel starts with ones. `Stack(sizes)` puts several of them on top of each other, with $\max(0, x)$, called ReLU, *between* two layers, not after the last one.

# %%
class Linear(tf.Module):
    """Returns x @ kernel + bias. The kernel starts with ones, the bias with zeros."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = tf.Variable(tf.ones([inputs, outputs]))
        self.bias = tf.Variable(tf.zeros(outputs))

    def __call__(self, x):
        return x @ self.kernel + self.bias


# %% [markdown]
# - **In**: `Stack(sizes)`: a list of two or more Python integers. `Stack([4, 8, 3])` has two layers, from 4 to 8 numbers and from 8 to 3. Calling it takes `x`, `float32[n, sizes[0]]`.
# - **Out**: ① the call returns `float32[n, sizes[-1]]`: x after all layers in turn, ② with ReLU between two layers, ③ and none after the last.
# - **State**: ④ the variables of the layers, each layer its own, and no others.
# - **In a graph**: ⑤ it gives the same in a `tf.function`, also in one for any number of rows.
# - **Example**: `Stack([2, 2, 1])` gives 6 for the row `[1, 2]`: both numbers in the middle are 3, and 3 + 3 is 6. For `[1, -2]` it gives 0, because ReLU makes 0 of the two −1 in the middle.
#
# <details><summary>Hint 1: the idea</summary>
#
# A list of modules is an attribute like any other: the module finds the variables of all its elements. The sizes, taken in neighbouring pairs, are the sizes of the layers.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# In `__init__`, make one `Linear` for each pair; `zip(sizes, sizes[1:])` gives the pairs. In `__call__`, send x through all layers but the last, each followed by `tf.nn.relu`, then through the last.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# self.layers = [Linear(____, ____) for inputs, outputs in zip(____, ____)]
#
# for layer in self.layers[____]:
#     x = ____(layer(x))
# last = self.layers[____]
# return ____(x)
# ```
#
# </details>


# %%
# exercise: layer_stack
class Stack(tf.Module):
    """Linear layers on top of each other, with ReLU between them and nothing after the last."""

    def __init__(self, sizes):
        """Make the layers. sizes: a list of integers, the number of inputs and each layer's number of outputs."""
        super().__init__()
        ### BEGIN SOLUTION
        self.first, *middle = [Linear(*pair) for pair in zip(sizes[:-1], sizes[1:])]
        self.rest = middle
        ### END SOLUTION

    def __call__(self, x):
        """Return float32[n, sizes[-1]] for x, float32[n, sizes[0]]."""
        ### BEGIN SOLUTION
        x = self.first(x)
        for layer in self.rest:
            x = layer(tf.maximum(x, 0.0))
        return x
        ### END SOLUTION


# %% points=3
# check: layer_stack-1
_rows = tf.constant([[1.0, 2.0], [1.0, -2.0]])
_two, _one = Stack([2, 2, 1]), Stack([2, 1])
check.variables("Stack([4, 8, 3])", Stack([4, 8, 3]), [(4, 8), (8,), (8, 3), (3,)])
check.close("Stack([2, 2, 1]) for [1, 2] and [1, -2]", _two(_rows), tf.constant([[6.0], [0.0]]), but={
    "ReLU is missing between the layers.": [[6.0], [-2.0]],
})
check.close("Stack([2, 1]) for [1, 2] and [1, -2]", _one(_rows), tf.constant([[3.0], [-1.0]]), but={
    "There must be no ReLU after the last layer.": [[3.0], [0.0]],
})
check.close("Stack([2, 2, 2, 1]) for [1, 2] and [1, -2]", Stack([2, 2, 2, 1])(_rows), [[12.0], [0.0]], but={
    "A layer in the middle is missing.": [[6.0], [0.0]],
})
check.close("Stack([2, 2, 2]) for [1, 2] and [1, -2]", Stack([2, 2, 2])(_rows), [[6.0, 6.0], [0.0, 0.0]], but={
    "ReLU is missing behind a layer that is as wide as the last one.": [[6.0, 6.0], [-2.0, -2.0]],
})
check.variables("Stack([2, 2, 2])", Stack([2, 2, 2]), [(2, 2), (2,), (2, 2), (2,)])
check.shape("what a stack of twelve layers gives", Stack(list(range(2, 15)))(_rows), (2, 14))
check.graph("a stack in a graph", _two, _rows)
check.close("Stack([2, 2]) for [1, 2] and [1, -2]", Stack([2, 2])(_rows), [[3.0, 3.0], [-1.0, -1.0]], but={
    "The last layer is the last by its place, not by its size: no ReLU after it.": [[3.0, 3.0], [0.0, 0.0]],
})
_open = tf.function(_two, input_signature=[tf.TensorSpec([None, 2])])
check.close("a stack in a graph for any number of rows", _open(_rows), [[6.0], [0.0]],
            hint="In such a graph the first number of `x.shape` is None: do without it.")
### BEGIN HIDDEN TESTS
for _sizes in ([3, 5, 4, 2], [2, 3, 1], [4, 2], [3, 3, 3, 3, 3, 3, 3, 3, 2]):
    _stack = Stack(_sizes)
    _shapes = [*zip(_sizes, _sizes[1:]), *[(size,) for size in _sizes[1:]]]
    check.variables(f"the variables of Stack({_sizes})", _stack, _shapes)
    for _variable in _stack.trainable_variables:
        _ramp = tf.range(tf.cast(tf.size(_variable), tf.float32))
        _variable.assign(tf.reshape(tf.sin(_ramp + len(_variable.shape)), _variable.shape))
    check.reference(f"Stack({_sizes}) on random rows", _stack(check.inputs(6, _sizes[0])))
    check.reference(f"Stack({_sizes}) on larger numbers", _stack(50 * check.inputs(6, _sizes[0])))
    check.reference(f"Stack({_sizes}) in a graph, on one row", tf.function(_stack)(check.inputs(1, _sizes[0])))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: learned, saved, lost
#
# A `Rescaler` learns the smallest and the largest number it has seen, and maps numbers to the range between: the smallest becomes 0, the largest 1. In the notebook the version below works. Saved, loaded and called, it says
#
# ```text
# TypeError: '_UserObject' object is not callable
# ```
#
# Put it right: the loaded object must rescale *and go on learning*. Mind the second fault, which comes to light only when that error is gone: what has been learned since the first call has no effect.
#
# - **In**: `Rescaler()` takes nothing; `learn(x)` and the call take `x`, `float32[n]` with n ≥ 1, where n may differ each time. Nothing is rescaled before something was learned.
# - **Out**: ① the call returns `float32[n]`: ② $(x - \mathit{low}) / (\mathit{high} - \mathit{low})$, where low and high are the smallest and the largest of all numbers learned so far. ③ Where all these are equal, it returns 0 for every x.
# - **Saved**: ④ both work after saving and loading, in another program too, on any n: what was learned is kept, and learning goes on; ⑤ even if neither was called before saving. (A `tf.function` without an input signature has no graph to save until it is called.)
# - **Example**: after learning `[2, 4]`, 3 becomes 0.5. After learning `[10]` as well, 6 becomes 0.5.
#
# <details><summary>Hint 1: the idea</summary>
#
# Only what is a `tf.function` is saved, and what a graph is to remember must be a variable. Python's numbers are read once, while tracing.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make `low` and `high` variables, infinity and minus infinity at first. Let `learn` assign to them. Decorate both methods, with an input signature of any length so that they are saved without having been called.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# self.low = tf.Variable(float("inf"), ____)
# self.high = ____
#
# @tf.function(input_signature=[tf.TensorSpec(____, ____)])
# def learn(self, x):
#     self.low.____(tf.minimum(____, tf.reduce_min(x)))
#     self.high.____(____)
#
# @tf.function(____)
# def __call__(self, x):
#     ____
# ```
#
# </details>


# %%
# exercise: rescaler
class Rescaler(tf.Module):
    """Learns the range of the numbers it sees, and maps numbers from there to 0 … 1."""

    ### BEGIN SOLUTION
    #| def __init__(self):
    #|     super().__init__()
    #|     self.low, self.high = float("inf"), float("-inf")
    #|
    #| def learn(self, x):
    #|     self.low = min(self.low, float(tf.reduce_min(x)))
    #|     self.high = max(self.high, float(tf.reduce_max(x)))
    #|
    #| def __call__(self, x):
    #|     return tf.math.divide_no_nan(x - self.low, self.high - self.low)
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(float("inf"), trainable=False)
        self.high = tf.Variable(float("-inf"), trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)
    ### END SOLUTION


# %% points=3
# check: rescaler-1
_rescaler = Rescaler()
_rescaler.learn(tf.constant([2.0, 4.0]))
check.close("3 after learning [2, 4]", _rescaler(tf.constant([3.0])), tf.constant([0.5]))
_rescaler.learn(tf.constant([10.0]))
check.close("6 after learning [10] too", _rescaler(tf.constant([6.0])), tf.constant([0.5]), but={
    "It still works with the range of the first call: Python numbers are frozen into the graph.": [2.0],
})
check.close("0, 2, 10 and 12", _rescaler(tf.constant([0.0, 2.0, 10.0, 12.0])), [-0.25, 0.0, 1.0, 1.25], but={
    "What is below the range comes out below 0.": [0.0, 0.0, 1.0, 1.25],
})
_single = Rescaler()
for _number in (7.0, 9.0):
    _single.learn(tf.constant([_number]))
check.close("8 after learning [7] and then [9]", _single(tf.constant([8.0])), [0.5],
            hint="The numbers of all batches count together: 0 is for when all of them are equal.")
_wider = Rescaler()
for _batch in ([2.0, 4.0], [0.0, 10.0]):
    _wider.learn(tf.constant(_batch))
check.close("5 after learning [2, 4] and [0, 10]", _wider(tf.constant([5.0])), [0.5],
            hint="One call of learn may move both ends of the range.")
check.serializes("the rescaler, saved and loaded", _rescaler, tf.constant([2.0, 6.0, 10.0]))
_below, _narrow = Rescaler(), Rescaler()
_below.learn(tf.constant([-4.0, -2.0]))
check.close("-3 after learning [-4, -2]", _below(tf.constant([-3.0])), [0.5],
            hint="The largest number so far may be below 0: begin with minus infinity.")
_narrow.learn(tf.constant([0.0, 0.000001]))
check.close("half a millionth after learning 0 and a millionth", _narrow(tf.constant([0.0000005])), [0.5],
            hint="A small range is a range: only equal numbers give 0.")
_remote = Rescaler()
_remote.learn(tf.constant([1_000_000.0, 1_000_003.0]))
check.close("1,000,001 after learning 1,000,000 and 1,000,003", _remote(tf.constant([1_000_001.0])), [1 / 3],
            hint="Subtract low before you divide: quotients of large numbers are rounded.")
_flat = Rescaler()
_flat.learn(tf.constant([7.0, 7.0]))
check.close("7 and 9 after learning [7, 7]", _flat(tf.constant([7.0, 9.0])), [0.0, 0.0])
### BEGIN HIDDEN TESTS
_seasoned = Rescaler()
for _batch in (check.inputs(5), 3 * check.inputs(1), check.inputs(8)):
    _seasoned.learn(_batch)
    check.reference("rescaled after a random batch", _seasoned(check.inputs(4)))
_flat = Rescaler()
_flat.learn(tf.constant([-3.0]))
check.reference("when all numbers are equal", _flat(tf.constant([-3.0, 0.0, -4.0])))
for _sign in (1.0, -1.0):
    _distant = Rescaler()
    _distant.learn(_sign * tf.constant([2e12, 4e12]))
    check.reference(f"numbers of {_sign * 1e12:.0e} and beyond", _distant(_sign * tf.constant([3e12, 5e12])))
_close = Rescaler()
_close.learn(tf.constant([0.0, 1e-30]))
check.reference("a very narrow range", _close(tf.constant([5e-31, 2e-30])))
### END HIDDEN TESTS

# %% points=3
# check: rescaler-2
with tempfile.TemporaryDirectory() as _folder:
    _young = Rescaler()
    tf.saved_model.save(_young, _folder)
    _loaded = tf.saved_model.load(_folder)
    with open(f"{_folder}/saved_model.pb", "rb") as _file:
        _python = b"PyFunc" in _file.read()
_loaded.learn(tf.constant([2.0, 4.0]))
check.close("loaded before it learned anything, then taught [2, 4]: 3", _loaded(tf.constant([3.0])), [0.5])
_loaded.learn(tf.constant([10.0]))
check.close("taught [10] as well: 6", _loaded(tf.constant([6.0])), [0.5], but={
    "The loaded object goes on with the old range: keep it in variables.": [2.0],
})
check.that("what was saved needs no Python", not _python,
           "`tf.numpy_function` and `tf.py_function` call this very Python, which another program lacks: use TensorFlow's functions.")
### BEGIN HIDDEN TESTS
with tempfile.TemporaryDirectory() as _folder:
    _taught = Rescaler()
    _taught.learn(check.inputs(6) - 7.0)
    tf.saved_model.save(_taught, _folder)
    _again = tf.saved_model.load(_folder)
check.reference("loaded after it has learned", _again(check.inputs(3)))
_again.learn(5 * check.inputs(4))
check.reference("and taught more after loading", _again(check.inputs(7)))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. A world that can be saved
#
# Conway's *Game of Life* is played on a board of cells, each alive or dead. At each step all cells change at once: ① a dead cell with exactly three living neighbours comes alive, ② a living cell with two or three stays alive, ③ every other cell is dead. ④ A cell has eight neighbours, ⑤ and the board wraps around: left of the first column is the last, above the top row the bottom one.
#
# `Life` holds a board as its state; saved in mid-game and loaded, the game goes on. This figure is called a *glider*, for after four steps it has moved one cell down and one to the right:

# %%
GLIDER = [
    [(0, 1), (1, 2), (2, 0), (2, 1), (2, 2)],
    [(1, 0), (1, 2), (2, 1), (2, 2), (3, 1)],
    [(1, 2), (2, 0), (2, 2), (3, 1), (3, 2)],
    [(1, 1), (2, 2), (2, 3), (3, 1), (3, 2)],
    [(1, 2), (2, 3), (3, 1), (3, 2), (3, 3)],
]


def board_of(cells, rows=6, columns=6):
    """Return a bool tensor of shape [rows, columns] that is true at the cells."""
    return tf.scatter_nd(cells, [1] * len(cells), [rows, columns]) > 0


def draw_boards(boards):
    """Draw boards side by side, living cells blue."""
    figure, axes = plt.subplots(1, len(boards), figsize=(9, 2.1), layout="constrained")
    for step, (ax, board) in enumerate(zip(axes, boards)):
        ax.pcolormesh(board, cmap=ListedColormap(["#E6EAF0", "#2F6DB5"]), edgecolor="white", linewidth=2)
        ax.set(title=f"step {step}", aspect="equal", ylim=(6, 0))
        ax.axis("off")


draw_boards([board_of(cells) for cells in GLIDER])
plt.show()

# %% [markdown]
# *Figure: the target. Five boards of six by six cells, steps 0 to 4. Five living cells, in the shape of an arrow to the lower right, change their places at each step; in the last board the arrow of the first stands one cell lower and one further to the right.*
#
# - **In**: `Life(board)`: a `bool` tensor `[rows, columns]`, at least 3 × 3. `step()` takes nothing.
# - **Out**: `step()` ⑥ moves the world on by one step ⑦ and returns the new board, `bool[rows, columns]`.
# - **State**: ⑧ `board`, a `bool` variable, and no others, ⑨ not trainable.
# - **Saved**: ⑩ `step` must be there after saving and loading, even if it has never been called before.
# - **Example**: three living cells in a column become three in a row, and the other way round.
#
# <details><summary>Hint 1: the idea</summary>
#
# The number of living neighbours of all cells at once is a sum of eight copies of the board, each shifted by one cell in another direction. `tf.roll` shifts and wraps around.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Cast the board to integers. Add up `tf.roll(cells, (down, right), axis=(0, 1))` for all eight pairs of −1, 0 and 1 except (0, 0). Combine: three neighbours, or alive and two neighbours. Assign to the variable and return its value. `step` must be a `tf.function`; having no arguments, it needs no input signature (`[]` would be one).
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# cells = tf.cast(self.board, ____)
# neighbours = sum(
#     tf.roll(cells, (down, right), axis=____)
#     for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != ____
# )
# self.board.____((neighbours == ____) | (____ & (neighbours == ____)))
# return self.board.____()
# ```
#
# </details>


# %%
# exercise: life
class Life(tf.Module):
    """Conway's Game of Life on a board that wraps around.

    Attributes:
        board: bool variable of shape [rows, columns], not trainable; true where a cell is alive.

    Methods:
        step(): a tf.function; moves on by one step and returns the new board, bool of shape [rows, columns].
    """

    def __init__(self, board):
        """Begin with this board, a bool tensor of shape [rows, columns]."""
        super().__init__()
        # Make the variable here, and write the method step below.
        ### BEGIN SOLUTION
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        """Move on by one step; return the new board, bool[rows, columns]."""
        alive = tf.cast(self.board, tf.int32)
        rows = alive + tf.roll(alive, 1, axis=0) + tf.roll(alive, -1, axis=0)
        block = rows + tf.roll(rows, 1, axis=1) + tf.roll(rows, -1, axis=1)
        around = block - alive
        return self.board.assign((around == 3) | (self.board & (around == 2))).read_value()
        ### END SOLUTION


# %% points=3
# check: life-1
_column, _row = board_of([(1, 2), (2, 2), (3, 2)], 5, 5), board_of([(2, 1), (2, 2), (2, 3)], 5, 5)
_world = Life(_column)
check.variables("Life(board)", _world, [(5, 5)])
check.equal("the dtype of the board", _world.board.dtype, tf.bool)
check.equal("the number of trainable variables", len(_world.trainable_variables), 0, but={
    "The board is not to be trained: make it with trainable=False.": 1,
})
_self_counted = board_of([(1, 2), (2, 1), (2, 2), (2, 3), (3, 2)], 5, 5)
check.equal("three in a column become three in a row", _world.step(), _row, but={
    "A cell is not its own neighbour.": _self_counted,
    "No cell came alive: a dead cell with three living neighbours does.": board_of([(2, 2)], 5, 5),
    "A living cell with two living neighbours stays alive.": board_of([(2, 1), (2, 3)], 5, 5),
    "This is the board before the step: return the new one.": _column,
})
check.equal("and a column again", _world.step(), _column, but={
    "The new board was not kept: assign it to the variable.": _row,
})
_first, _second = Life(_column), Life(_row)
_first.step()
check.equal("the board of one world after a step of another", _second.board, _row,
            hint="Each world has a board of its own.")
_across, _turned = Life(board_of([(5, 0), (0, 0), (1, 0)])), board_of([(0, 5), (0, 0), (0, 1)])
check.equal("three cells across the edge", _across.step(), _turned,
            hint="The board wraps around: above the top row is the bottom one, and beyond a corner the opposite corner.")
_full = Life(tf.ones((4, 3), tf.bool))
check.equal("a board full of life", _full.step(), tf.zeros((4, 3), tf.bool),
            hint="A living cell with more than three living neighbours dies.")
_glider = Life(board_of(GLIDER[0]))
_boards = [board_of(GLIDER[0])] + [_glider.step() for _ in range(4)]
check.equal("the glider after four steps", _boards[4], board_of(GLIDER[4]))
draw_boards(_boards)
plt.show()
### BEGIN HIDDEN TESTS
for _size in ((6, 9), (9, 6), (3, 3), (12, 5), (20, 300)):
    _world = Life(check.inputs(*_size, low=0.0, high=1.0) < (0.4 if _size[0] < 20 else 0.6))
    for _ in range(4):
        check.reference(f"a random board of {_size[0]} × {_size[1]}", _world.step())
### END HIDDEN TESTS

# %% points=2
# check: life-2
_glider = Life(board_of(GLIDER[0]))
with tempfile.TemporaryDirectory() as _folder:
    tf.saved_model.save(_glider, _folder)
    _loaded = tf.saved_model.load(_folder)
_operations = str(_loaded.step.concrete_functions[0].graph.as_graph_def())
check.that("the saved step does not go back to Python", "PyFunc" not in _operations,
           "What `tf.py_function` and `tf.numpy_function` call is not saved: use TensorFlow's operations alone.")
check.equal("saved at step 0, loaded, one step", _loaded.step(), board_of(GLIDER[1]))
check.equal("another step", _loaded.step(), board_of(GLIDER[2]))
### BEGIN HIDDEN TESTS
_inner = tf.pad(check.inputs(11, 24, low=0.0, high=1.0) < 0.5, [[3, 3], [3, 3]])
_world = Life(_inner | board_of([(0, 0), (0, 29), (16, 29)], 17, 30))
_world.step()
with tempfile.TemporaryDirectory() as _folder:
    tf.saved_model.save(_world, _folder)
    _world.step()
    _resumed = tf.saved_model.load(_folder)
check.reference("saved in mid-game: the board", _resumed.board)
check.reference("saved in mid-game: the next step", _resumed.step())
check.reference("and the one after", _resumed.step())
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: two entrances
#
# A web service is to offer a scorer of yours in two ways: with all its scores, or with the name of the best class only. `publish(scorer, labels, folder)` saves it with two signatures.
#
# - **In**: `scorer`, a `tf.Module`; calling it takes `float32[n, inputs]` and returns `float32[n, classes]`; it has the attribute `inputs`, a Python integer. `labels`, a list of Python strings, one for each class. `folder`, a string.
# - **Out**: nothing is returned. `folder` then holds a SavedModel ① with exactly these signatures, ② both for any n, ③ both with one input named `x`:
#   - `scores` returns ④ `{"scores": float32[n, classes]}`;
#   - `best` returns ⑤ `{"label": string[n], "score": float32[n]}`: for each row ⑥ the name of the class with the highest score (two of a row are never equal), ⑦ and this score.
# - **Example**: where the scores of a row are `[0.1, 0.7, 0.2]` and the labels `["ant", "bee", "fly"]`, `best` answers `bee` and 0.7.
#
# <details><summary>Hint 1: the idea</summary>
#
# A signature is a `tf.function` with an input signature that returns a dictionary. It may be written inside `publish`, as a function that uses `scorer` and `labels`.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make one `tf.TensorSpec` with the name `x`: any number of rows, `scorer.inputs` columns. Write two decorated functions of `x`. The best score is a maximum along the last axis; the label is gathered from the labels at the position of that maximum. Save the scorer, and hand the two over as `signatures`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# rows = tf.TensorSpec([____, ____], tf.float32, name=____)
#
# @tf.function(input_signature=[rows])
# def scores(x):
#     return {____: scorer(x)}
#
# @tf.function(____)
# def best(x):
#     found = ____
#     return {"label": tf.gather(labels, tf.____(found, axis=____)), "score": ____}
#
# tf.saved_model.save(____, folder, signatures={____: scores, ____: best})
# ```
#
# </details>


# %%
# exercise: publish
def publish(scorer, labels, folder):
    """Save the scorer with the signatures "scores" and "best".

    Args:
        scorer: a tf.Module from float32[n, scorer.inputs] to float32[n, classes].
        labels: list of strings, one for each class.
        folder: where to save, a string.
    """
    ### BEGIN SOLUTION
    spec = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")
    every_score = tf.function(lambda x: {"scores": scorer(x)}, input_signature=[spec])

    @tf.function(input_signature=[spec])
    def best_only(x):
        ranking = tf.math.top_k(scorer(x), k=1)
        return {"label": tf.gather(labels, ranking.indices[:, 0]), "score": ranking.values[:, 0]}

    tf.saved_model.save(scorer, folder, signatures={"scores": every_score, "best": best_only})
    ### END SOLUTION


# %% points=4
# check: publish-1
class _Insects(tf.Module):
    """Scores by a kernel: row [1, 0] scores 0.1, 0.7, 0.2; row [0, 1] scores 0.5, 0.3, 0.4."""

    def __init__(self):
        super().__init__()
        self.inputs = 2
        self.kernel = tf.Variable([[0.1, 0.7, 0.2], [0.5, 0.3, 0.4]])

    def __call__(self, x):
        return x @ self.kernel


with tempfile.TemporaryDirectory() as _folder:
    publish(_Insects(), ["ant", "bee", "fly"], _folder)
    _loaded = tf.saved_model.load(_folder)
check.equal("the names of the signatures", sorted(_loaded.signatures), ["best", "scores"])
_rows = tf.constant([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
_answer = _loaded.signatures["scores"](x=_rows)
check.equal("what scores returns", sorted(_answer), ["scores"], but={
    "Return a dictionary: without one TensorFlow invents a name.": ["output_0"],
})
_want = tf.constant([[0.1, 0.7, 0.2], [0.5, 0.3, 0.4], [0.6, 1.0, 0.6]])
check.close("scores of three rows", _answer["scores"], _want)
_answer = _loaded.signatures["best"](x=_rows)
check.equal("what best returns", sorted(_answer), ["label", "score"])
check.equal("best of three rows: label", _answer["label"], ["bee", "ant", "bee"])
check.close("best of three rows: score", _answer["score"], tf.constant([0.7, 0.5, 1.0]))
_answer = _loaded.signatures["best"](x=_rows[1:2])
check.equal("best of one row: label", _answer["label"], ["ant"])
_answer = _loaded.signatures["best"](x=_rows[:2] * 1e-8)
check.equal("best of scores of a hundred-millionth: label", _answer["label"], ["bee", "ant"],
            hint="Close scores become equal in a softmax: compare the scores themselves.")
### BEGIN HIDDEN TESTS
class _Shifted(tf.Module):
    def __init__(self, inputs, classes):
        super().__init__(name="shifted")
        self.inputs = inputs
        self.shift = tf.Variable(check.inputs(classes))

    @tf.function
    def __call__(self, rows):
        totals = tf.reduce_sum(rows, axis=1, keepdims=True)
        return totals * tf.range(1.0, self.shift.shape[0] + 1.0) + self.shift


_scorer = _Shifted(5, 4)
with tempfile.TemporaryDirectory() as _folder:
    publish(_scorer, ["nørd", "east", "süd", "väst"], _folder)
    _scorer.shift.assign_add([9.0, 0.0, 0.0, 0.0])
    _winds = tf.saved_model.load(_folder)
for _n in (6, 1):
    _sample = check.inputs(_n, 5)
    for _name in ("scores", "best"):
        check.reference(f"{_name} of {_n} random rows", dict(_winds.signatures[_name](x=_sample)))
check.reference("best of no rows", dict(_winds.signatures["best"](x=tf.zeros((0, 5)))))
with tempfile.TemporaryDirectory() as _folder:
    publish(_scorer, ["north", "east", "south", "west"], _folder)
    _renamed = tf.saved_model.load(_folder)
check.reference("best, published again with other labels", dict(_renamed.signatures["best"](x=check.inputs(6, 5))))
_large = _Shifted(3, 300)
with tempfile.TemporaryDirectory() as _folder:
    publish(_large, [f"class {i}" for i in range(300)], _folder)
    _classes = tf.saved_model.load(_folder)
_signs = tf.where(tf.range(40)[:, tf.newaxis] % 2 == 0, 1.0, -1.0)
_sample = _signs * check.inputs(40, 3, low=1.0, high=3.0)
for _name in ("scores", "best"):
    check.reference(f"{_name} of forty rows, three hundred classes", dict(_classes.signatures[_name](x=_sample)))
_lone = _Shifted(2, 1)
with tempfile.TemporaryDirectory() as _folder:
    publish(_lone, ["all"], _folder)
    _only = tf.saved_model.load(_folder)
check.reference("best of two rows where there is one class", dict(_only.signatures["best"](x=check.inputs(2, 2))))
for _name in ("scores", "best"):
    _, _inputs = _winds.signatures[_name].structured_input_signature
    check.reference(f"the input of {_name}", {key: [spec.dtype, str(spec.shape)] for key, spec in _inputs.items()})
### END HIDDEN TESTS
