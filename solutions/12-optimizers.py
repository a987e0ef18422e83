# %% [markdown]
# # Exercises: optimizers
#
# Six tasks, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded, on other numbers and other models. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Some of your answers will be compiled: there the contract asks for TensorFlow's functions. Elsewhere NumPy's will do.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from grader import check

tf.get_logger().setLevel("ERROR")    # a compiled step for each of many models would look like retracing

# %% [markdown]
# ## 1. One factor for all
#
# Write `global_clipnorm` yourself. (An answer that leaves the work to TensorFlow's function counts too, but teaches you less.) All gradients together are one long arrow. If it is longer than the limit, shorten it to the limit, and keep its direction.
#
# - **In**: `clip_together(gradients, limit)`: a list whose entries are `float32` tensors ① of any shapes, with squares (and a sum of all of them) that `float32` can hold, or `None` for a variable without a gradient (at least one is a tensor); `limit`, a Python float from 10⁻¹⁸ to 10¹⁸.
# - **Out**: a list of the same length: ② the tensors, all multiplied by the same factor, ③ so that their joint length is the limit, ④ or unchanged where it is not longer than that, ⑤ as where all are zero. ⑥ `None` stays `None`, in its place.
# - **Not allowed**: ⑦ `.numpy()` and NumPy: the function is compiled, perhaps before the lengths of all axes are known.
# - **Example**: `[[3, 0], [4]]` has the length √(3² + 0² + 4²) = 5. With the limit 1 it becomes `[[0.6, 0], [0.8]]`; with the limit 10 it stays.
#
# <details><summary>Hint 1: the idea</summary>
#
# First one number: the length of everything. Then one factor from it, and the limit.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Sum the squares within each tensor, then over the tensors, and take the root. The factor is limit / length, but never more than 1. A way to write this without a test: divide the limit by the larger of length and limit. It also survives gradients that are all zero.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# squares = [tf.reduce_sum(____) for g in gradients if g is not ____]
# length = tf.sqrt(tf.add_n(____))
# factor = ____ / tf.maximum(____, ____)
# return [None if ____ else ____ for g in gradients]
# ```
#
# </details>


# %%
# exercise: clip_together
def clip_together(gradients, limit):
    """Shorten all gradients by one factor, so that their joint length is at most the limit.

    Args:
        gradients: list of float32 tensors of any shapes, or None.
        limit: the greatest length, a Python float > 0.

    Returns:
        list of the same length; None where the gradient is None.
    """
    ### BEGIN SOLUTION
    known = [gradient for gradient in gradients if gradient is not None]
    joint = tf.norm(tf.concat([tf.reshape(gradient, [-1]) for gradient in known], axis=0))
    shrink = limit / tf.maximum(joint, limit)
    return [gradient if gradient is None else shrink * gradient for gradient in gradients]
    ### END SOLUTION


# %% points=2
# check: clip_together-1
_gradients = [tf.constant([3.0, 0.0]), tf.constant([4.0])]
check.close("[3, 0] and [4], limit 1", clip_together(_gradients, 1.0), [[0.6, 0.0], [0.8]], but={
    "Each tensor was shortened by itself: there is one length, and one factor, for all.": [[1.0, 0.0], [1.0]],
    "You divided by the square of the length: take the root.": [[0.12, 0.0], [0.16]],
    "The tensors' lengths do not add up: add their squares, then take the root.": [[3 / 7, 0.0], [4 / 7]],
})
check.close("limit 2", clip_together(_gradients, 2.0), [[1.2, 0.0], [1.6]])
check.close("limit 10", clip_together(_gradients, 10.0), [[3.0, 0.0], [4.0]], but={
    "A short gradient was lengthened: the factor is never more than 1.": [[6.0, 0.0], [8.0]],
})
check.close("with a None", clip_together([_gradients[0], None, _gradients[1]], 1.0), [[0.6, 0.0], None, [0.8]])
check.close("nothing but zeros", clip_together([tf.zeros(2), tf.zeros(1)], 1.0), [[0.0, 0.0], [0.0]], but={
    "0 divided by 0: a length of zero needs no shortening.": [[float("nan")] * 2, [float("nan")]],
})
_mixed = clip_together([tf.constant([[3.0, 0.0], [0.0, 0.0]]), tf.constant(4.0)], 1.0)
check.close("a matrix and a single number", _mixed, [[[0.6, 0.0], [0.0, 0.0]], 0.8])
check.graph("clip_together in a graph", lambda g: clip_together([g, 2 * g], 1.0), _gradients[0])
_any_length = tf.function(lambda g: clip_together([g, 2 * g], 1.0), input_signature=[tf.TensorSpec([None])])
check.graph("clip_together in a graph that does not know the length", _any_length, _gradients[0],
            hint="There the entry of g.shape is None: tf.reshape(g, [-1]) needs no number.")
_two_unknown = tf.function(lambda g: clip_together([g, 2 * g], 1.0), input_signature=[tf.TensorSpec([None, None])])
check.graph("clip_together in a graph that does not know two lengths", _two_unknown, tf.constant([[3.0, 0.0], [4.0, 0.0]]),
            hint="Several lengths may be unknown there: a new shape may hold only one -1.")
### BEGIN HIDDEN TESTS
for _scale in (0.1, 3.0):
    _several = [_scale * check.inputs(4, 3), None, _scale * check.inputs(3), _scale * check.inputs()]
    check.reference(f"random gradients, times {_scale}", clip_together(_several, 2.5))
for _scale in (1e-12, 1e12):
    _several = [_scale * check.inputs(4, 3), _scale * check.inputs(2, 1, 2, 3, 2)]
    check.reference(f"random gradients and limit, times {_scale}", clip_together(_several, 0.5 * _scale), rtol=1e-3, atol=0.0)
for _several in ([None, check.inputs(3), None], [None, None, check.inputs(2, 2)], [check.inputs(4), None]):
    check.reference(f"None first or last, {len(_several)} entries", clip_together(_several, 0.5))
check.reference("forty gradients", clip_together([_row for _row in check.inputs(40, 3)], 2.0))
check.reference("more zeros", clip_together([tf.zeros(3), tf.zeros((2, 2))], 1.0))
check.graph("in a graph, random gradients", lambda g: clip_together([g, 2 * g], 1.0), check.inputs(5))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Warm up, then cool down
#
# Large models are often trained with a rate that first rises in a straight line, so that Adam's averages can settle, and then falls like half a cosine wave. For a peak of 0.1, a warm-up of 20 steps and 100 steps in all:


# %%
def draw_rates(rates):
    """Draw one learning rate for each step."""
    figure, ax = plt.subplots(figsize=(7, 2.4), layout="constrained")
    ax.plot(rates, color="#2F6DB5", linewidth=2.5)
    ax.set(xlabel="step", ylabel="learning rate")
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()


TARGET = [0.5, 10, 9.9, 9.62, 9.16, 8.54, 7.78, 6.91, 5.98, 5, 4.02, 3.09, 2.22, 1.46, 0.84, 0.38, 0.1, 0, 0]
draw_rates(np.interp(np.arange(110), [0, *range(20, 105, 5), 110], np.array(TARGET) / 100))

# %% [markdown]
# *Figure: the target. The rate rises in a straight line from 0.005 to 0.1 in 20 steps, falls slowly at first, fast in the middle and slowly again to 0 at step 100, and stays there.*
#
# - **In**: `warm_cosine(step, peak, warmup, total)`: `step`, an integer tensor ① of any shape, ② `int32` or `int64`, steps counted from 0, 10¹⁸ at most; `peak`, a Python float; `warmup` and `total`, Python integers, 1 ≤ warmup < total, `warmup` up to 10⁹ and `total` up to 10¹⁵.
# - **Out**: ③ a `float32` tensor of the same shape. ④ In the warm-up (`step < warmup`): peak · (step + 1) / warmup. ⑤ After it: peak · (1 + cos(π · p)) / 2, where p is the part of the way from `warmup` to `total` that is done, as `float32` computes it. ⑥ From `total` on: 0.
# - **Not allowed**: ⑦ `.numpy()` and NumPy's functions: an optimizer compiles its schedule.
# - **Example**: with the peak 1, warm-up 4 and 8 in all, steps 0, 3, 4, 6, 8 and 20 have the rates 0.25, 1, 1, 0.5, 0 and 0.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two formulas, and a function from chapter 01 that chooses between them element by element.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Cast the step to `float32` first: whole numbers and a float do not mix. π is `np.pi`, a plain number: that is allowed. Compute the rising line and the wave for all steps, then choose. The part done is (step − warmup) / (total − warmup); clip it at 1, or the wave rises again.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# step = tf.cast(____)
# rising = peak * ____ / warmup
# done = tf.minimum((____) / (____), 1.0)
# falling = peak * (1 + tf.cos(____)) / 2
# return tf.where(____, ____, ____)
# ```
#
# </details>


# %%
# exercise: warm_cosine
def warm_cosine(step, peak, warmup, total):
    """Return the learning rate of a step: a straight rise, then half a cosine wave down to zero.

    Args:
        step: int32 or int64 tensor of any shape, counted from 0.
        peak: the highest rate, a Python float.
        warmup: how many steps the rise takes, a Python integer >= 1.
        total: the step from which on the rate is 0, a Python integer > warmup.

    Returns:
        float32 tensor of the shape of step.
    """
    ### BEGIN SOLUTION
    now = tf.cast(step, tf.float32)
    part = tf.clip_by_value((now - warmup) / (total - warmup), 0.0, 1.0)
    wave = 0.5 + 0.5 * tf.cos(np.pi * part)
    return peak * tf.minimum((now + 1.0) / warmup, wave)
    ### END SOLUTION


# %% points=3
# check: warm_cosine-1
_steps = tf.range(9)
check.close("steps 0 to 8", warm_cosine(_steps, 1.0, 4, 8),
            tf.constant([0.25, 0.5, 0.75, 1.0, 1.0, 0.853553, 0.5, 0.146447, 0.0]), but={
    "The first step has the rate 0 and does nothing: take step + 1 in the warm-up.":
        [0.0, 0.25, 0.5, 0.75, 1.0, 0.853553, 0.5, 0.146447, 0.0],
    "The wave began at step 0: it begins where the warm-up ends.":
        [0.25, 0.5, 0.75, 1.0, 0.5, 0.308658, 0.146447, 0.038060, 0.0],
    "This falls in a straight line: use the cosine.": [0.25, 0.5, 0.75, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0],
})
check.close("after the end", warm_cosine(tf.constant([8, 10, 20]), 1.0, 4, 8), [0.0, 0.0, 0.0], but={
    "The wave rises again: clip the part that is done at 1.": [0.0, 0.5, 1.0],
})
check.close("int32 steps of three billion in all", warm_cosine(tf.constant([0, 1_500_000_001]), 1.0, 1, 3_000_000_001), [1.0, 0.5],
            hint="`total` may be larger than int32 holds: cast the step to float32 before you compare them.")
check.close("one int64, as an optimizer counts", warm_cosine(tf.constant(6, tf.int64), 2.0, 4, 8), 1.0)
check.graph("warm_cosine in a graph", lambda step: warm_cosine(step, 1.0, 4, 8), _steps)
draw_rates(warm_cosine(tf.range(110), 0.1, 20, 100))
check.close("the last step that int32 holds, of four billion", warm_cosine(tf.constant(2_147_483_647), 1.0, 1, 4_000_000_000), 0.442213,
            hint="One step more is beyond int32: cast the step to float32 before you add 1.")
check.shape("the rate of steps of shape [1, 2]", warm_cosine(tf.constant([[3, 4]]), 1.0, 4, 8), (1, 2),
            hint="The shape of step stays, with axes of size 1 as well: tf.squeeze would take them.")
### BEGIN HIDDEN TESTS
_many = check.inputs(6, 5, dtype="int64", low=0, high=130)
check.reference("random steps", warm_cosine(_many, 0.3, 17, 90))
check.reference("a warm-up of one step", warm_cosine(tf.range(6), 0.5, 1, 4))
check.reference("a peak of a millionth", warm_cosine(tf.range(11), 1e-6, 4, 8), rtol=1e-3, atol=1e-12)
_far = tf.reshape(tf.range(0, 1_200_000, 50_000, dtype=tf.int64), [2, 3, 4])
check.reference("a million steps", warm_cosine(_far, 0.3, 120_000, 1_000_000), rtol=1e-3, atol=1e-4)
check.reference("no step", warm_cosine(tf.zeros([0], tf.int32), 0.3, 2, 9))
check.graph("in a graph, random steps", lambda step: warm_cosine(step, 0.1, 20, 100), _many)


class _Warm(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return warm_cosine(tf.convert_to_tensor(step), 0.5, 2, 6)


_weight, _schedule_driven = tf.Variable(0.0), keras.optimizers.SGD(_Warm())
for _ in range(7):
    _schedule_driven.apply_gradients([(tf.constant(1.0), _weight)])
    check.reference("as the schedule of an optimizer", _weight.value())
check.reference("steps beyond int32", warm_cosine(tf.constant([2**33, 2**40 + 3], tf.int64), 0.3, 17, 90))
_long = tf.constant([0, 1, 2 * 10**14, 5 * 10**14, 10**15, 2 * 10**15], tf.int64)
_short = tf.constant([0, 1, 7, 2_000_000_000], tf.int32)
check.reference("int32 steps of a training without end", warm_cosine(_short, 0.3, 2, 10**12), rtol=1e-3, atol=1e-4)
check.reference("a training without end", warm_cosine(_long, 0.3, 2, 10**15), rtol=1e-3, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A rule from a paper
#
# *Lion* (2023) was found by a computer that searched through programs. It needs half of Adam's memory, for it keeps one average only, and every step has the same length in every weight:
#
# $$c = \beta_1 m + (1 - \beta_1)\, g \qquad w \leftarrow w - lr \cdot (\operatorname{sign}(c) + \lambda w) \qquad m \leftarrow \beta_2 m + (1 - \beta_2)\, g$$
#
# On the right of each arrow stand the values from before the step.
#
# - **In**: `lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0)`: `w`, `g`, `m`, `float32` tensors of one shape: weight, gradient, memory; the others Python floats, the betas above 0 and below 1; `decay` is λ.
# - **Out**: `(w, m)`, ① `float32` tensors of the same shape: the new weight, ② by the sign of c, which is 0 for 0, ③ which is made with β₁, ④ and with decay; ⑤ and the new memory, by its own formula with β₂.
# - **Example**: w = 1, g = 0.5, m = −1, lr = 0.1: c = −0.9 + 0.05 = −0.85, its sign is −1, so w becomes 1.1; m becomes −0.99 + 0.005 = −0.985.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three formulas, three lines. Mind which β stands where, and which m.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Compute c from the old memory. Compute the new weight from the sign of c and the old weight. Then the new memory from the old one, by the other β; c takes no part in it.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# c = ____ * m + ____ * g
# new_w = w - ____ * (tf.____(c) + ____)
# new_m = ____
# return new_w, new_m
# ```
#
# </details>


# %%
# exercise: lion_step
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    """Take one step of Lion.

    Args:
        w, g, m: weight, gradient and memory, float32 tensors of one shape.
        lr: the learning rate, a Python float.
        beta1, beta2: how much of the memory counts for the step, and how much is kept, Python floats.
        decay: the weight decay, a Python float.

    Returns:
        (w, m): the new weight and the new memory, float32 tensors of the same shape.
    """
    ### BEGIN SOLUTION
    direction = tf.sign(g + beta1 * (m - g))
    return (1 - lr * decay) * w - lr * direction, m + (1 - beta2) * (g - m)
    ### END SOLUTION


# %% points=3
# check: lion_step-1
_w, _g, _m = tf.constant([1.0, -2.0]), tf.constant([0.5, -3.0]), tf.constant([-1.0, 0.1])
check.close("the example, and another weight", lion_step(_w, _g, _m, 0.1), (tf.constant([1.1, -1.9]), tf.constant([-0.985, 0.069])), but={
    "The sign was taken of the gradient alone: c comes first.": ([0.9, -1.9], [-0.985, 0.069]),
    "The sign is missing: every step must have the length lr.": ([1.085, -1.979], [-0.985, 0.069]),
    "This walks uphill: the step is subtracted.": ([0.9, -2.1], [-0.985, 0.069]),
    "The two betas are swapped.": ([1.1, -2.1], [-0.85, -0.21]),
    "The memory became c: it has its own formula, with beta2.": ([1.1, -1.9], [-0.85, -0.21]),
    "The new memory was built on c: begin with the old m.": ([1.1, -1.9], [-0.8365, -0.2379]),
})
check.close("with weight decay", lion_step(_w, _g, _m, 0.1, decay=0.5), ([1.05, -1.8], [-0.985, 0.069]), but={
    "The decay is missing.": ([1.1, -1.9], [-0.985, 0.069]),
    "The decay must be multiplied by lr as well.": ([0.6, -0.9], [-0.985, 0.069]),
})
check.close("with both betas 0.2", lion_step(_w, _g, _m, 0.1, 0.2, 0.2), ([0.9, -1.9], [0.2, -2.38]), but={
    "beta1 has no effect on the step.": ([1.1, -1.9], [0.2, -2.38]),
    "beta2 has no effect on the memory.": ([0.9, -1.9], [-0.985, 0.069]),
    "Neither beta has an effect.": ([1.1, -1.9], [-0.985, 0.069]),
})
check.close("no gradient, and no memory yet", lion_step(_w, tf.zeros(2), tf.zeros(2), 0.1), ([1.0, -2.0], [0.0, 0.0]), but={
    "The sign of 0 is 0: such a weight stays where it is.": ([1.1, -1.9], [0.0, 0.0]),
    "The sign of 0 is 0, not 1: such a weight stays where it is.": ([0.9, -2.1], [0.0, 0.0]),
})
check.close("no gradient, but a memory", lion_step(_w, tf.zeros(2), _m, 0.1), ([1.1, -2.1], [-0.99, 0.099]), but={
    "Without a gradient there is a step, too, where the memory makes c other than 0.": ([1.0, -2.0], [-0.99, 0.099]),
})
check.close("no gradient, no memory yet, with weight decay", lion_step(_w, tf.zeros(2), tf.zeros(2), 0.1, decay=0.5)[0], [0.95, -1.9], but={
    "Where c is 0 there is no step by its sign, but the decay goes on.": [1.0, -2.0],
})
check.close("memory -1 and gradient 1 with beta1 0.5, so that c is 0", lion_step(tf.constant([1.0]), tf.constant([1.0]), tf.constant([-1.0]), 0.1, beta1=0.5), ([1.0], [-0.98]), but={
    "Where c is 0 there is no step by its sign, even if gradient and memory are not 0.": ([1.1], [-0.98]),
})
check.close("two weights with beta1 0.5: c is 0 in the first only", lion_step(tf.ones(2), tf.constant([0.0, 1.0]), tf.constant([0.0, 1.0]), 0.1, beta1=0.5), ([1.0, 0.9], [0.0, 1.0]), but={
    "The sign of 0 is 0 in each weight by itself, whatever c is in the others.": ([1.1, 0.9], [0.0, 1.0]),
    "Gradient and memory of one sign make a c of that sign, also where both count the same.": ([1.0, 1.0], [0.0, 1.0]),
})
### BEGIN HIDDEN TESTS
for _scale in (1e-12, 1e12):
    _small = [_scale * check.inputs(2, 3, 4), _scale * check.inputs(2, 3, 4)]
    check.reference(f"gradients and memory times {_scale}: the weight", lion_step(tf.ones([2, 3, 4]), *_small, 0.05)[0])
_w, _m = check.inputs(4, 3), tf.zeros((4, 3))
for _k in range(5):
    _w, _m = lion_step(_w, check.inputs(4, 3), _m, 0.05, 0.8, 0.95, 0.3)
    check.reference(f"random gradients, step {_k}", (_w, _m))
_w, _m = check.inputs(4, 3), tf.zeros((4, 3))
_variable, _optimizer = tf.Variable(_w), keras.optimizers.Lion(0.02, beta_1=0.9, beta_2=0.99)
for _k in range(3):
    _g = check.inputs(4, 3)
    _optimizer.apply_gradients([(_g, _variable)])
    _w, _m = lion_step(_w, _g, _m, 0.02)
check.close("three steps, as Keras takes them", _w, _variable.value())
check.reference("one weight alone", lion_step(tf.constant(2.0), tf.constant(-1.0), tf.constant(0.3), 0.1))
check.reference("one weight alone, with decay", lion_step(tf.constant(2.0), tf.constant(-1.0), tf.constant(0.3), 0.1, decay=0.5))
check.reference("a tensor of four axes, with decay", lion_step(check.inputs(2, 1, 3, 2), check.inputs(2, 1, 3, 2), check.inputs(2, 1, 3, 2), 0.1, decay=0.5))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fix it: Adam goes nowhere
#
# Someone wrote Adam from memory and let it walk by gradients that are given. For the gradients 4, 4, 4 and the rate 0.1 it should go to −0.1, −0.2, −0.3. It prints
#
# ```text
# [[nan] [nan] [nan]]
# ```
#
# Counted from 1 the `nan` goes away, yet the second place is wrong; and where the gradient is zero there is still a `nan`. There are three mistakes in all. Cure them.
#
# - **In**: `adam_walk(gradients, lr, beta1=0.9, beta2=0.999)`: `gradients`, `float32[n, d]`, n ≥ 1, one row for each step; the others Python floats, the betas at least 0 and below 1.
# - **Out**: ① a `float32` tensor of shape `[n, d]`: ② where Adam stands after each step, from a weight of zeros, ③ with averages that keep the parts `beta1` and `beta2`, ④ each corrected for its beginning at zero. ⑤ Use ε = 10⁻⁷, outside the root; whether that is the root of the corrected v, as in the chapter, or of v, as in Keras, is left open.
# - **Example**: `adam_walk([[4], [4], [4]], 0.1)` is `[[-0.1], [-0.2], [-0.3]]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Put the chapter's `adam` next to it and compare the lines, one by one. Which names come up twice?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# First, the count: `enumerate` takes a start. Second, the averages must go on uncorrected: give the corrected ones names of their own. Third, a small number keeps the division from being 0/0.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# for t, g in enumerate(gradients, start=____):
#     m = …
#     v = …
#     m_hat = ____
#     v_hat = ____
#     w = w - lr * ____ / (____)
# ```
#
# </details>


# %%
# exercise: adam_walk
def adam_walk(gradients, lr, beta1=0.9, beta2=0.999):
    """Return where Adam stands after each step, from zeros on, if it meets these gradients.

    Args:
        gradients: float32 tensor of shape [n, d], n >= 1, one row for each step.
        lr: the learning rate, a Python float.
        beta1, beta2: how much of the averages is kept, Python floats.

    Returns:
        float32 tensor of shape [n, d].
    """
    ### BEGIN SOLUTION
    #| w = m = v = tf.zeros_like(gradients[0])
    #| places = []
    #| for t, g in enumerate(gradients):
    #|     m = beta1 * m + (1 - beta1) * g
    #|     v = beta2 * v + (1 - beta2) * g**2
    #|     m = m / (1 - beta1**t)
    #|     v = v / (1 - beta2**t)
    #|     w = w - lr * m / tf.sqrt(v)
    #|     places.append(w)
    #| return tf.stack(places)
    w = m = v = tf.zeros_like(gradients[0])
    places = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        fair_m = m / (1 - beta1**t)
        fair_v = v / (1 - beta2**t)
        w = w - lr * fair_m / (tf.sqrt(fair_v) + 1e-7)
        places.append(w)
    return tf.stack(places)
    ### END SOLUTION


# %% points=3
# check: adam_walk-1
_fours = tf.constant([[4.0], [4.0], [4.0]])
check.close("the gradients 4, 4, 4", adam_walk(_fours, 0.1), tf.constant([[-0.1], [-0.2], [-0.3]]), atol=1e-4, but={
    "Still nan everywhere: count the steps from 1.": [[float("nan")]] * 3,
    "Without correction the first steps are too long or too short.": [[-0.316228], [-0.741186], [-1.23621]],
    "Only the first place is right: the averages must go on uncorrected.": [[-0.1], [-0.123532], [-0.127902]],
})
check.close("4 and then 0, with both betas 0.5", adam_walk(tf.constant([[4.0], [0.0]]), 0.1, 0.5, 0.5),
            [[-0.1], [-0.157735]], atol=1e-4, but={
    "The first place is right, the second is not: the averages must go on uncorrected.": [[-0.1], [-0.18165]],
    "v must be corrected too, with beta2.": [[-0.141421], [-0.208088]],
    "Without correction the first steps are too long or too short.": [[-0.070711], [-0.120711]],
})
check.close("no gradient in one direction", adam_walk(tf.constant([[2.0, 0.0]]), 0.1), [[-0.1, 0.0]], atol=1e-4, but={
    "0/0 again: add the small number 1e-7 to the root.": [[-0.1, float("nan")]],
})
check.close("a gradient of 0.0001", adam_walk(tf.constant([[1e-4]]), 0.1), [[-0.0999]], atol=0.005, but={
    "The small number belongs outside the root.": [[-0.030151]],
})
check.close("120 gradients of 4: the last place", adam_walk(tf.fill([120, 1], 4.0), 0.1)[-1], [-12.0], atol=0.01,
            hint="Both averages are corrected at every step: with beta2 0.999, v remembers its beginning for long.")
check.close("4 and then -2, with beta1 0", adam_walk(tf.constant([[4.0], [-2.0]]), 0.1, 0.0), [[-0.1], [-0.036745]], atol=1e-4,
            hint="With beta1 0 nothing is kept: the average is the gradient of the step.")
### BEGIN HIDDEN TESTS
_size = check.inputs(8, 3, low=0.5, high=2.0)
_walk = tf.where(check.inputs(8, 3, dtype="bool"), _size, -_size)
check.reference("random gradients", adam_walk(_walk, 0.05), atol=1e-4)
check.reference("other betas", adam_walk(_walk, 0.2, 0.7, 0.9), atol=1e-4)
check.reference("gradients of very different size", adam_walk(_walk * [1e3, 1.0, 0.1], 0.1), atol=1e-4)
check.reference("one step", adam_walk(_walk[:1], 0.1), atol=1e-4)
check.reference("sixty-four steps", adam_walk(tf.concat([_walk] * 8, axis=0), 0.01), atol=1e-3)
_variable, _optimizer = tf.Variable(tf.zeros(3)), keras.optimizers.Adam(0.05)
for _row in _walk:
    _optimizer.apply_gradients([(_row, _variable)])
check.close("the last place, as Keras's Adam has it", adam_walk(_walk, 0.05)[-1], _variable.value(), atol=1e-4)
_slow = adam_walk(tf.fill([40, 1], 1e-6), 0.1, 0.5, 0.5)
check.reference("gradients of a millionth, the fortieth step", _slow[-1] - _slow[-2], rtol=1e-2)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. The step inside fit
#
# `make_step` returns a compiled training step for a model: what `fit` does with each batch. Two things are easily forgotten. A layer may add a penalty to the loss: they are gathered in `model.losses`, a list of numbers, which may be empty. And layers such as batch normalisation behave differently in training.
#
# - **In**: `model`, a Keras model with its weights already made; which of them are trainable does not change any more; `loss`, a function or Keras loss of `(y_true, y_pred)` that returns one number; `optimizer`, a Keras optimizer that has not been used yet.
# - **Out**: ① a `tf.function` of `(x, y)`, one batch of `float32` numbers in any shapes that model and loss take, which more calls with the same shapes do not trace again. It ② takes one step with the optimizer ③ down the slope of loss and penalties, ④ for the variables that are trainable, ⑤ with the model in training mode, ⑥ and returns the loss from before the step, ⑦ penalties included. ⑧ Steps made for different models must not disturb one another.
# - **Example**: for the model 2·x with a bias of 0, the mean squared error, SGD with the rate 0.1, x = [[1], [3]] and y = [[1], [5]]: both predictions are 1 too high, so the loss is 1; the slope in the factor is 4 and in the bias 2; after the step they are 1.6 and −0.2.
#
# <details><summary>Hint 1: the idea</summary>
#
# The chapter's `step`, written inside `make_step` and decorated there.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Inside the tape: call the model with `training=True`, compute the loss, and add the sum of `model.losses`, read after the call. Outside: gradients for the trainable variables, and pairs of gradient and variable for the optimizer, in this order. Python's `sum` of an empty list is 0.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# @____
# def step(x, y):
#     with tf.GradientTape() as tape:
#         value = loss(y, model(____, ____))
#         value += ____
#     gradients = tape.gradient(value, ____)
#     optimizer.apply_gradients(zip(____, ____))
#     return ____
#
# return step
# ```
#
# </details>


# %%
# exercise: make_step
def make_step(model, loss, optimizer):
    """Return a compiled training step for the model.

    Args:
        model: a Keras model whose weights have been made.
        loss: function of (y_true, y_pred) that returns one float32 number.
        optimizer: a Keras optimizer that has not been used yet.

    Returns:
        tf.function of (x, y) that trains the model on one batch, and returns the loss from before the step.
    """
    ### BEGIN SOLUTION
    @tf.function
    def train(x, y):
        with tf.GradientTape() as record:
            total = tf.add_n([loss(y, model(x, training=True)), *model.losses])
        weights = model.trainable_variables
        optimizer.apply(record.gradient(total, weights), weights)
        return total

    return train
    ### END SOLUTION


# %% points=3
# check: make_step-1
def _line(penalty=None):
    """Return the model 2·x + 0, with an L2 penalty on the factor or without."""
    dense = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(2.0), kernel_regularizer=penalty)
    return keras.Sequential([keras.Input((1,)), dense])


_mean_square = keras.losses.MeanSquaredError()
_x, _y = tf.constant([[1.0], [3.0]]), tf.constant([[1.0], [5.0]])
_model = _line()
_step = make_step(_model, _mean_square, keras.optimizers.SGD(0.1))
check.close("the loss of the example", _step(_x, _y), 1.0, but={
    "This is the loss after the step: return the one from before it.": 0.16,
    "The step returned nothing.": None,
    "model.losses is a list: add its sum.": [],
})
check.close("factor and bias after the step", _model.get_weights(), [[[1.6]], [-0.2]], but={
    "The weights have not changed.": [[[2.0]], [0.0]],
    "This walks uphill.": [[[2.4]], [0.2]],
})
check.traces("four more steps", _step, [(_x, _y)] * 4, at_most=0)
_step = make_step(_line(), lambda label, output: tf.reduce_mean(label**2 * output), keras.optimizers.SGD(0.1))
check.close("another loss: the mean of label² · output", _step(_x, _y), 76.0, but={
    "A loss takes the labels first, then the outputs of the model.": 92.0,
})
_model = _line(keras.regularizers.L2(0.5))
_step = make_step(_model, _mean_square, keras.optimizers.SGD(0.1))
check.close("with the penalty 0.5 · 2²: the loss", _step(_x, _y), 3.0, but={
    "The penalty is missing: add what is in model.losses.": 1.0,
})
check.close("with the penalty: the weights", _model.get_weights(), [[[1.4]], [-0.2]], but={
    "The penalty must be added inside the tape: it has a slope too.": [[[1.6]], [-0.2]],
})


class _Costs(keras.layers.Layer):
    def call(self, x):
        self.add_loss(0.5 * tf.reduce_sum(x))
        return x


_model = keras.Sequential([keras.Input((1,)), _line().layers[0], _Costs()])
_step = make_step(_model, _mean_square, keras.optimizers.SGD(0.1))
check.close("a layer that adds half the sum of 2 and 6 when it is called: the loss", _step(_x, _y), 5.0, but={
    "This penalty is missing: it comes with the call, so look into model.losses after it.": 1.0,
})
check.close("its weights after the step", _model.get_weights(), [[[1.4]], [-0.3]])
### BEGIN HIDDEN TESTS
_inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones", bias_regularizer="l2"), _Costs()])
_model = keras.Sequential([keras.Input((3,)), _inner, keras.layers.Dense(1, kernel_initializer="ones", activity_regularizer="l2")])
_step = make_step(_model, _mean_square, keras.optimizers.SGD(0.01))
for _k in range(3):
    check.reference(f"penalties of many kinds, step {_k}", _step(check.inputs(4, 3), check.inputs(4, 1)), rtol=1e-3, atol=1e-3)


class _Priced(keras.Model):
    def __init__(self):
        super().__init__(name="priced")
        self.dense = keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")

    def call(self, x):
        y = self.dense(x)
        self.add_loss(0.5 * tf.reduce_sum(y))
        return y


_model = _Priced()
_model(tf.zeros((1, 3)))
_step = make_step(_model, _mean_square, keras.optimizers.SGD(0.01))
for _k in range(2):
    check.reference(f"a model that adds a penalty itself, step {_k}", _step(check.inputs(4, 3), check.inputs(4, 1)), rtol=1e-3, atol=1e-3)
check.reference("a model that adds a penalty itself: the weights", _model.get_weights(), rtol=1e-3, atol=1e-4)
_model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones"), keras.layers.Dense(1, kernel_initializer="ones")])
_step = make_step(_model, _mean_square, keras.optimizers.Adam(0.01))
for _n in (8, 8, 5):
    check.reference(f"Adam, a batch of {_n}: the loss", _step(check.inputs(_n, 3), check.inputs(_n, 1)), atol=1e-4)
check.reference("Adam: the weights", _model.get_weights(), rtol=1e-3, atol=1e-4)
_model = keras.Sequential([keras.Input((3, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(4, kernel_initializer="ones")])
_step = make_step(_model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), keras.optimizers.SGD(0.1))
_value = _step(check.inputs(5, 3, 2, 1), check.inputs(5, dtype="int32", low=0, high=4))
check.reference("pictures, and labels that are whole numbers: the loss", _value)
_model = _line()
make_step(_model, _mean_square, keras.optimizers.SGD(1e-4))(_x, 1000 * _y)
check.reference("a steep slope: the weights", _model.get_weights(), rtol=1e-3)
### END HIDDEN TESTS

# %% points=2
# check: make_step-2
def _line():
    """Return the model 2·x + 0."""
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(2.0))])


_mean_square = keras.losses.MeanSquaredError()
_x, _y = tf.constant([[1.0], [3.0]]), tf.constant([[1.0], [5.0]])
_model = keras.Sequential([keras.Input((2,)), keras.layers.BatchNormalization(momentum=0.5), keras.layers.Dense(1, kernel_initializer="ones")])
_step = make_step(_model, _mean_square, keras.optimizers.SGD(0.0))
_loss = _step(tf.constant([[0.0, 4.0], [2.0, 8.0]]), tf.zeros((2, 1)))
check.close("the running mean of batch normalisation", _model.layers[0].moving_mean.numpy(), [0.5, 3.0], but={
    "It has not moved: call the model with training=True.": [0.0, 0.0],
})
check.close("the loss of a model with batch normalisation", _loss, 3.9975, atol=0.01, but={
    "This is the loss of the model in use: return the one whose slope is taken, in training mode.": 57.942,
})
_model, _other = _line(), _line()
_first, _second = (make_step(m, _mean_square, keras.optimizers.SGD(0.1, momentum=0.5)) for m in (_model, _other))
_first(_x, _y), _second(_x, 3 * _y), _first(_x, _y)
check.close("two steps of one model, with one of another between", _model.get_weights(), [[[1.48]], [-0.3]], atol=1e-3)
_model = _line()
_model.layers[0].trainable = False
_still = keras.Sequential([keras.Input((1,)), _model.layers[0], keras.layers.Dense(1, kernel_initializer="ones")])
make_step(_still, _mean_square, keras.optimizers.SGD(0.1))(_x, _y)
check.close("a layer that is not trainable", _model.get_weights(), [[[2.0]], [0.0]],
            hint="Ask the model for its trainable variables only.")


class _Own(keras.Model):
    def __init__(self):
        super().__init__(name="own")
        self.factor = self.add_weight(shape=(), initializer="ones", name="factor")
        self.dense = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)

    def call(self, x):
        return self.factor * self.dense(x)


_model = _Own()
_model(_x)
make_step(_model, _mean_square, keras.optimizers.SGD(0.1))(_x, _y)
check.close("a factor that belongs to the model itself, and that of its layer", [_model.factor.value, _model.dense.kernel.value], [1.6, [[1.6]]],
            hint="A model may have weights besides those of its layers: ask the model.")
### BEGIN HIDDEN TESTS
_frozen = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, kernel_initializer="ones", trainable=False), keras.layers.Dense(1, kernel_initializer="ones")])
_inside = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, kernel_initializer="ones", trainable=False)])
_nested = keras.Sequential([keras.Input((2,)), _inside, keras.layers.Dense(1, kernel_initializer="ones")])
make_step(_nested, _mean_square, keras.optimizers.SGD(0.1))(check.inputs(6, 2), check.inputs(6, 1))
check.reference("a frozen layer inside a model inside the model: all weights", _nested.get_weights(), rtol=1e-3, atol=1e-4)
_step = make_step(_frozen, _mean_square, keras.optimizers.RMSprop(0.01))
for _ in range(3):
    check.reference("a model with frozen weights: the loss", _step(check.inputs(6, 2), check.inputs(6, 1)), atol=1e-4)
check.reference("a model with frozen weights: all weights", _frozen.get_weights(), rtol=1e-3, atol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: an optimizer of your own
#
# *Rprop* (1993) looks at the sign of the slope only. Each number in each variable has a step length of its own. As long as its slope keeps its sign, it strides out; when the sign changes, it has jumped over something, and shortens its step. In the chapter's valley it finds the lowest point almost at a run:


# %%
def draw_path(path):
    """Draw places, float[n, 2], in the chapter's valley."""
    x, y = np.meshgrid(np.linspace(-8, 9, 100), np.linspace(-1.2, 3.2, 100))
    figure, ax = plt.subplots(figsize=(7, 2.6), layout="constrained")
    height = 0.05 * (x - 3) ** 2 + 2.5 * (y - 1) ** 2
    ax.contour(x, y, height, levels=[0.05, 0.4, 1.5, 4, 9], colors="#B8C2D0", linewidths=1)
    ax.plot(*np.transpose(path), color="#2F6DB5", linewidth=1.2, marker="o", markersize=4)
    ax.plot(*path[-1], color="#C75B00", marker="o", markersize=8)
    plt.show()


ALONG = "-7 -6.8 -6.56 -6.272 -5.926 -5.512 -5.014 -4.417 -3.7 -2.84 -1.808 -0.57 0.916 2.699 4.839 3.769 2.485 3.127"
ACROSS = "2.5 2.3 2.06 1.772 1.426 1.012 0.514 0.763 1.061 0.912 0.987 1.076 1.032 0.978 1.005 0.991 0.998 1.006"
draw_path([[float(a), float(b)] for a, b in zip(ALONG.split(), ACROSS.split())])

# %% [markdown]
# *Figure: the target. From the upper left the path runs down to the floor of the valley, with each step longer than the last, swings about the floor in ever smaller zigzags while it gains speed along the valley, overshoots the lowest point, turns back, and is close to it after 17 steps.*
#
# Write it as a Keras optimizer, so that `apply_gradients` and `fit` can use it. A Keras optimizer makes its memory in `build(variables)`, and changes one variable in `update_step(gradient, variable, learning_rate)`; `get_config`, which is given, returns what the constructor needs to make another one like it. For the memory, `self.add_variable_from_reference(variable, name=…, initializer=…)` in `build` makes one the shape of a variable, and `self._get_variable_index(variable)` in `update_step` says which variable it is.
#
# - **In**: `Rprop(learning_rate=0.1, grow=1.2, shrink=0.5)`; the rate may be a schedule; the variables are `float32`.
# - **Out**: a `keras.optimizers.Optimizer`. ① Each number in each variable has a factor of its own, at first 1. At each step: ② if the sign of its slope is that of the step before, multiply the factor by `grow`; ③ if it is the opposite, by `shrink`; ④ if either slope is zero, or there was no step before, leave the factor. ⑤ Then subtract ⑥ learning_rate · the new factor · sign(slope) from the number. ⑦ All this works in a graph, too.
# - **Example**: with the slopes 3, 2, −1, −5, 0, 1 a weight walks from 0 to −0.1, −0.22, −0.16, −0.088, −0.088 and −0.16; the factors are 1, 1.2, 0.6, 0.72, 0.72, 0.72.
#
# <details><summary>Hint 1: the idea</summary>
#
# The product of the two signs is 1, −1 or 0: exactly the three cases. Zero is also the sign of "no step before".
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# In `build` make two lists with one entry for each variable, by `self.add_variable_from_reference(variable, name=…, initializer=…)`: factors that begin at `"ones"` and last signs that begin at `"zeros"`. In `update_step`, `self._get_variable_index(variable)` gives the place in the lists. Compute with `tf.sign` and `tf.where`; change everything with `assign`: Python attributes would be frozen in a graph.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# # in build
# self.factors = [self.add_variable_from_reference(v, name="factor", initializer=____) for v in variables]
# self.signs = ____
#
# # in update_step
# i = self._get_variable_index(variable)
# sign = tf.sign(____)
# agree = sign * self.signs[i]
# change = tf.where(agree > 0, ____, tf.where(____, ____, 1.0))
# self.factors[i].assign(____)
# self.signs[i].assign(____)
# variable.assign_sub(____)
# ```
#
# </details>


# %%
# exercise: rprop
class Rprop(keras.optimizers.Optimizer):
    """Steps by the signs of the slopes; each number has a step length that grows and shrinks.

    Args:
        learning_rate: length of the first step, a float or a schedule.
        grow: the factor when a slope keeps its sign.
        shrink: the factor when it changes its sign.
    """

    def __init__(self, learning_rate=0.1, grow=1.2, shrink=0.5, name="rprop", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.grow = grow
        self.shrink = shrink

    def get_config(self):
        return {**super().get_config(), "grow": self.grow, "shrink": self.shrink}

    def build(self, variables):
        """Make what is remembered for each number of each variable."""
        super().build(variables)
        ### BEGIN SOLUTION
        self.memory = []
        for weights in variables:
            factor = self.add_variable_from_reference(weights, name="factor", initializer="ones")
            last = self.add_variable_from_reference(weights, name="last", initializer="zeros")
            self.memory.append((factor, last))
        ### END SOLUTION

    def update_step(self, gradient, variable, learning_rate):
        """Change one variable by its gradient, and what is remembered for it."""
        ### BEGIN SOLUTION
        factor, last = self.memory[self._get_variable_index(variable)]
        towards = tf.sign(gradient)
        both = towards * last
        stretch = tf.where(both > 0, self.grow, tf.where(both < 0, self.shrink, 1.0))
        factor.assign(factor * stretch)
        last.assign(towards)
        variable.assign_sub(learning_rate * factor * towards)
        ### END SOLUTION


# %% points=3
# check: rprop-1
def _rprop_walk(optimizer, slopes):
    """Return where a weight stands after each of the slopes."""
    weight, places = tf.Variable(tf.zeros_like(slopes[0])), []
    for slope in slopes:
        optimizer.apply_gradients([(slope, weight)])
        places.append(weight.numpy())
    return np.stack(places)


_slopes = tf.constant([3.0, 2.0, -1.0, -5.0, 0.0, 1.0])
check.close("the example", _rprop_walk(Rprop(0.1), _slopes), [-0.1, -0.22, -0.16, -0.088, -0.088, -0.16], but={
    "The length never changes: multiply the factor by grow or shrink, and keep it.": [-0.1, -0.2, -0.1, 0, 0, -0.1],
    "The factors forget: each one builds on the factor before.": [-0.1, -0.22, -0.17, -0.05, -0.05, -0.15],
    "The new factor must count in this very step.": [-0.1, -0.2, -0.08, -0.02, -0.02, -0.092],
})
_schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0], [1.0, 10.0])
check.close("with a rate that is a schedule: 1, then 10", _rprop_walk(Rprop(_schedule), tf.constant([1.0, 0.5])), [-1.0, -13.0],
            hint="The third argument of update_step is the rate of this step.")
check.close("two weights at once", _rprop_walk(Rprop(1.0, grow=2.0), tf.constant([[1.0, 9.0], [1.0, -9.0]])),
            [[-1.0, -1.0], [-3.0, -0.5]])
_a, _b, _optimizer = tf.Variable([0.0]), tf.Variable([0.0, 0.0]), Rprop(1.0, shrink=0.25)
for _slope in (1.0, -1.0):
    _optimizer.apply_gradients([(tf.constant([1.0]), _a), (_slope * tf.constant([2.0, 0.0]), _b)])
check.close("two variables", [_a.numpy(), _b.numpy()], [[-2.2], [-0.75, 0.0]])
_w, _path, _optimizer = tf.Variable([-7.0, 2.5]), [[-7.0, 2.5]], Rprop(0.2)
for _ in range(17):
    _optimizer.apply_gradients([(tf.constant([0.1, 5.0]) * (_w - [3.0, 1.0]), _w)])
    _path.append(_w.numpy())
draw_path(_path)
### BEGIN HIDDEN TESTS
check.reference("random slopes", _rprop_walk(Rprop(0.1), check.inputs(12, 2, 3)))
check.reference("the settings if none are given", _rprop_walk(Rprop(), check.inputs(9, 4)))
check.reference("other settings", _rprop_walk(Rprop(0.3, grow=1.5, shrink=0.1), check.inputs(9, 4)))
_fresh = Rprop.from_config(Rprop(0.2, grow=1.3, shrink=0.6).get_config())
check.reference("made anew from its config", _rprop_walk(_fresh, check.inputs(7, 2)))
_decay = keras.optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)
check.reference("with a schedule", _rprop_walk(Rprop(_decay), check.inputs(5, 2)))
check.reference("the valley", np.stack(_path), atol=1e-3)
_a, _b, _optimizer = tf.Variable([0.0]), tf.Variable([0.0, 0.0]), Rprop(1.0, grow=2.0)
_optimizer.build([_a, _b])
_optimizer.apply_gradients([(tf.constant([1.0]), _a)])
for _ in range(2):
    _optimizer.apply_gradients([(tf.constant([1.0]), _a), (tf.constant([2.0, -2.0]), _b)])
check.reference("a variable that joins at the second step", [_a.numpy(), _b.numpy()])
_pair = [(Rprop(1.0, grow=2.0), tf.Variable([0.0])), (Rprop(1.0, grow=3.0, shrink=0.25), tf.Variable([0.0]))]
for _slope in (1.0, 1.0, -1.0, -1.0):
    for _optimizer, _weight in _pair:
        _optimizer.apply_gradients([(tf.constant([_slope]), _weight)])
check.reference("two optimizers in turns", [_weight.numpy() for _, _weight in _pair])
check.reference("tiny slopes", _rprop_walk(Rprop(0.1), 1e-30 * check.inputs(9, 4)))
check.reference("thirty slopes of one sign", _rprop_walk(Rprop(1e-6, grow=2.0), tf.fill([30, 1], 0.5)), rtol=1e-3)
_turns = tf.constant([1.0, -1.0] * 4 + [-1.0] * 8)
check.reference("a factor that shrinks and grows again", _rprop_walk(Rprop(0.1, grow=10.0, shrink=0.1), _turns), rtol=1e-3)
### END HIDDEN TESTS

# %% points=2
# check: rprop-2
_slopes = tf.constant([3.0, 2.0, -1.0, -5.0, 0.0, 1.0])
_weight, _optimizer = tf.Variable(0.0), Rprop(0.1)
_optimizer.build([_weight])


@tf.function
def _compiled_step(slope):
    _optimizer.apply_gradients([(slope, _weight)])
    return _weight.read_value()


_places = [_compiled_step(slope).numpy() for slope in tf.unstack(_slopes)]
check.close("the example, in a graph", _places, [-0.1, -0.22, -0.16, -0.088, -0.088, -0.16], but={
    "What Python remembers is frozen in a graph: keep it in variables.": [-0.1, -0.2, -0.1, 0, 0, -0.1],
})
_model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
_model.compile(optimizer=Rprop(0.1), loss="mse")
_x = tf.constant([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
_history = _model.fit(_x, _x @ [[3.0], [-2.0]] + 1, epochs=60, batch_size=4, verbose=0)
check.at_most("the loss after 60 epochs of fit", _history.history["loss"][-1], 0.01)
### BEGIN HIDDEN TESTS
_weight, _optimizer = tf.Variable([0.0, 0.0]), Rprop(0.2, shrink=0.4)
_optimizer.build([_weight])
_compiled_step = tf.function(_compiled_step.python_function)
for _slope in tf.unstack(check.inputs(6, 2)):
    check.reference("random slopes in a graph", _compiled_step(_slope))
### END HIDDEN TESTS
