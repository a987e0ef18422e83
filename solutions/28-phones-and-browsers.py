# %% [markdown]
# # Exercises: phones and browsers
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Arrays are NumPy's here: a phone has no TensorFlow.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import subprocess
import sys
from importlib.util import find_spec

if "google.colab" in sys.modules and not find_spec("ai_edge_litert"):
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "ai-edge-litert"], check=True)
else:
    print("Not run: Colab would get LiteRT here.")

# %%
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from grader import check
from grader.quiet import quiet
from keras import layers

tf.get_logger().setLevel("ERROR")


# %%
def to_lite(model, **settings):
    """Return a model as the bytes of a file for LiteRT; `Interpreter(model_content=...)` takes them."""
    with quiet(), tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/model.tflite"
        spec = [tf.TensorSpec(each.shape, each.dtype, each.name) for each in model.inputs]
        model.export(path, format="litert", verbose=False, input_signature=spec, **settings)
        content = Path(path).read_bytes()
        Interpreter(model_content=content).allocate_tensors()
        return content


def in_bytes(model, examples):
    """Return a model as the bytes of a file for LiteRT that takes and gives int8, calibrated on the examples."""
    return to_lite(
        model,
        optimizations=[tf.lite.Optimize.DEFAULT],
        representative_dataset=lambda: ([example[np.newaxis]] for example in examples),
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]},
        inference_input_type=tf.int8,
        inference_output_type=tf.int8,
    )


# %%
def last_row(name):
    """Return a model that takes one picture of 3 × 2 at a time, by this name, and gives its last row, through tanh."""
    model = keras.Sequential([layers.Input(batch_shape=(1, 3, 2), name=name), layers.SimpleRNN(2)])
    model.set_weights([np.eye(2), np.zeros((2, 2)), np.zeros(2)])
    return model


def sums(name, weights):
    """Return a model that takes rows by this name and gives their products with the weights, added up."""
    weights = np.asarray(weights, "float32")
    model = keras.Sequential([layers.Input((len(weights),), name=name), layers.Dense(weights.shape[1], use_bias=False)])
    model.set_weights([weights])
    return model


# %%
open_file = to_lite(sums("row", [[1, 10], [2, 20], [3, 30]]))
fixed_file = to_lite(last_row("picture"))
ramp = np.linspace(0, 1, 8, dtype="float32").reshape(4, 2)
bytes_file = in_bytes(sums("pixels", [[1, 0], [0, 2]]), ramp)

# %% [markdown]
# ## 1. Eight bits for a number
#
# A byte `q` from −128 to 127 stands for the number `scale * (q - zero)`. Write both directions.
#
# - **In**: `x`, a float32 array of any shape, also without elements; `q`, an int8 array of any shape, also without elements; `scale`, a float above 0; `zero`, a whole number from −128 to 127.
# - **Out of `quantize`**: ① an int8 array of the shape of `x`: ② the byte that stands for the number nearest to `x` (exactly halfway, either of the two); ③ for numbers that are too small or too large the smallest or the largest byte.
# - **Out of `dequantize`**: ④ a float32 array of the shape of `q`: ⑤ the number that each byte stands for, ⑥ also where `q - zero` has no room in a byte.
# - **Example**: with scale 0.5 and zero point 10, the number 1.9 is nearest to 2.0, for which the byte 14 stands.
#
# <details><summary>Hint 1: the idea</summary>
#
# Solve the equation for `q`. Then ask what becomes of 7.8, and of 1000.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Divide, round to the nearest whole number, add the zero point, clip, and only then make int8 of it: a cast before that wraps round. On the way back it is the other way round: first a larger dtype, then subtract.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def quantize(x, scale, zero):
#     nearest = ____(x / ____) ____
#     return ____(nearest, ____, ____).astype(____)
#
# def dequantize(q, scale, zero):
#     steps = q.astype(____) - ____
#     return (____).astype("float32")
# ```
#
# </details>


# %%
# exercise: quantize
def quantize(x, scale, zero):
    """Return the bytes that stand for the numbers nearest to x.

    Args:
        x: float32 array of any shape.
        scale: distance of the numbers for which neighbouring bytes stand, above 0.
        zero: the byte that stands for 0.

    Returns:
        int8 array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.clip(np.rint(x / scale) + zero, -128, 127).astype(np.int8)
    ### END SOLUTION


def dequantize(q, scale, zero):
    """Return the numbers that bytes stand for.

    Args:
        q: int8 array of any shape.
        scale: distance of the numbers for which neighbouring bytes stand, above 0.
        zero: the byte that stands for 0.

    Returns:
        float32 array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.float32(scale * (q.astype("int32") - zero))
    ### END SOLUTION


# %% points=2
# check: quantize-1
_x = np.array([[0.0, 0.6, 1.9], [-0.6, -1.9, 7.8]], "float32")
check.equal("quantize with scale 0.5, zero point 10", quantize(_x, 0.5, 10), np.array([[10, 11, 14], [9, 6, 26]], "int8"), but={
    "Round to the nearest: a cast cuts the fraction off.": np.array([[10, 11, 13], [9, 7, 25]], "int8"),
    "0 is the byte 10: add the zero point.": np.array([[0, 1, 4], [-1, -4, 16]], "int8"),
})
check.equal("numbers that are too large or too small", quantize(np.array([1000, -1000], "float32"), 0.5, 10), np.array([127, -128], "int8"), but={
    "Clip before you make int8 of it: a cast wraps round.": np.array([-38, 58], "int8"),
    "The smallest byte is -128.": np.array([127, -127], "int8"),
})
### BEGIN HIDDEN TESTS
_steps = np.floor(check.inputs(7, 5, low=-300.0, high=300.0).numpy())
_parts = 0.48 * np.sign(check.inputs(7, 5).numpy())
for _scale, _zero in ((0.002, -128), (0.7, 3), (3.0, 127)):
    _drawn = (_scale * (_steps + _parts)).astype("float32")
    check.reference(f"35 drawn numbers, scale {_scale}, zero point {_zero}", quantize(_drawn, _scale, _zero))
check.reference("three axes", quantize(_drawn.reshape(7, 1, 5), 3.0, 0))
check.reference("a number without axes", quantize(np.array(1.9, "float32"), 0.5, 10))
check.reference("no elements", quantize(np.zeros((0, 3), "float32"), 0.5, 10))
check.reference("the dtype", str(quantize(_drawn, 3.0, 0).dtype))
check.reference("very large numbers", quantize(np.array([1e10, -1e10, 3e9, -3e30], "float32"), 0.5, 3))
### END HIDDEN TESTS

# %% points=1
# check: quantize-2
_q = np.array([[10, 14], [26, 9]], "int8")
check.close("dequantize with scale 0.5, zero point 10", dequantize(_q, 0.5, 10), np.array([[0.0, 2.0], [8.0, -0.5]], "float32"), but={
    "The zero point is subtracted before the scale is applied.": np.array([[-5.0, -3.0], [3.0, -5.5]], "float32"),
})
check.close("bytes far from the zero point", dequantize(np.array([127, 0], "int8"), 1.0, -128), np.array([255.0, 128.0], "float32"), but={
    "127 + 128 has no room in a byte: change the dtype before you subtract.": np.array([-1.0, -128.0], "float32"),
})
### BEGIN HIDDEN TESTS
_bytes = np.arange(-128, 128).astype("int8").reshape(4, 64)
for _scale, _zero in ((0.25, 100), (1.5, -100), (0.004, 0)):
    check.reference(f"all bytes, scale {_scale}, zero point {_zero}", dequantize(_bytes, _scale, _zero))
check.reference("no bytes", dequantize(np.zeros((2, 0), "int8"), 0.5, 10))
check.reference("a byte without axes", dequantize(np.array(14, "int8"), 0.5, 10))
check.reference("its dtype", str(dequantize(_bytes, 0.5, 1).dtype))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Find scale and zero point
#
# The converter has seen that a tensor takes values from `low` to `high`. `fit_scale(low, high)` finds the scale and the zero point that use the 256 bytes best.
#
# - **In**: `low` and `high`, floats.
# - **Out**: a pair of ① the scale: the width of the range divided by 255; ② the zero point, a whole number: the nearest to −128 − low / scale, so that −128 stands for `low` as nearly as can be.
# - **Zero belongs to it**: ③ a range that lies above 0 is first made to begin at 0, ④ a range below 0 is made to end at 0.
# - **Nothing but zeros**: ⑤ where both ends are 0, the pair is 1.0 and 0.
# - **Bad input**: ⑥ `low` above `high` raises `ValueError`.
# - **Example**: from −1 to 1.55 the scale is 0.01 and the zero point −28.
#
# <details><summary>Hint 1: the idea</summary>
#
# 256 bytes have 255 gaps between them. Before anything else, stretch the range until 0 is in it.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `min` and `max` with 0 do the stretching. A width of 0 is left over only where both ends are 0; divide in the other case. `int(round(…))` makes a whole number.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if ____:
#     raise ____
# low, high = min(____), max(____)
# if ____:
#     return 1.0, 0
# scale = ____
# return scale, int(round(____))
# ```
#
# </details>


# %%
# exercise: fit_scale
def fit_scale(low, high):
    """Return the scale and the zero point of bytes for numbers from low to high.

    Args:
        low: the smallest number, a float.
        high: the largest number, a float.

    Returns:
        scale, a float above 0, and zero point, a whole number from -128 to 127.

    Raises:
        ValueError: low is above high.
    """
    ### BEGIN SOLUTION
    if high < low:
        raise ValueError(f"the range from {low} to {high} is empty")
    first, _, last = sorted([low, 0.0, high])
    step = (last - first) / 255
    return (step, round(-first / step) - 128) if step else (1.0, 0)
    ### END SOLUTION


# %% points=3
# check: fit_scale-1
check.close("from -1 to 1.55", list(fit_scale(-1.0, 1.55)), [0.01, -28.0], but={
    "256 bytes have 255 gaps: divide by 255.": [2.55 / 256, -28.0],
    "The byte for `low` is -128, not 0.": [0.01, 100.0],
})
check.close("from 0 to 51", list(fit_scale(0.0, 51.0)), [0.2, -128.0])
check.close("from 10 to 51: it begins at 0", list(fit_scale(10.0, 51.0)), [0.2, -128.0], but={
    "0 must be in the range: let it begin there.": [41 / 255, -190.0],
})
check.close("from -51 to -10: it ends at 0", list(fit_scale(-51.0, -10.0)), [0.2, 127.0], but={
    "0 must be in the range: let it end there.": [41 / 255, 189.0],
})
check.equal("nothing but zeros", list(fit_scale(0.0, 0.0)), [1.0, 0])
check.equal("the zero point is a whole number", isinstance(fit_scale(-1.0, 1.55)[1], (int, np.integer)), True)
check.raises("from 2 to 1", ValueError, fit_scale, 2.0, 1.0)
### BEGIN HIDDEN TESTS
for _k, _zero in enumerate((-101, -3, 60, 126)):
    _scale = 0.01 + float(check.inputs(1, low=0.0, high=5.0).numpy()[0])
    for _shift in (-0.3, 0.3):
        _low = -(_zero + 128 + _shift) * _scale
        check.reference(f"a drawn range around 0, {_k}, {_shift}", list(fit_scale(_low, _low + 255 * _scale)))
_ends = 1.0 + np.sort(check.inputs(2, low=0.0, high=9.0).numpy().astype("float64"))
check.reference("a drawn range above 0", list(fit_scale(float(_ends[0]), float(_ends[1]))))
check.reference("a drawn range below 0", list(fit_scale(-float(_ends[1]), -float(_ends[0]))))
check.reference("one number, again and again", [list(fit_scale(3.0, 3.0)), list(fit_scale(-3.0, -3.0))])
check.raises("from 0 to -1", ValueError, fit_scale, 0.0, -1.0)
check.reference("a wide range", list(fit_scale(-1e9, 1.55e9)))
check.reference("a narrow range", list(fit_scale(-2.55e-8, 0.0)))
for _factor in (1e9, 1e12, 1e22):
    _scale, _zero = fit_scale(0.0, 51 / _factor)
    check.reference(f"51 through {_factor}", [_factor * float(_scale), _zero])
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Ask any file
#
# Colleagues send you files for LiteRT. Some take any number of rows at once. Others were exported with a fixed batch of one, because a recurrent layer is in them. `run_lite(content, x)` asks either kind.
#
# - **In**: `content`, the bytes of a file with one signature; that has one input and one output, both float32. `x`, an array of numbers `[n, …]`, with n of 1 or more.
# - **Out**: ① a float32 array with the file's answers to all n rows, in their order.
# - **Names**: ② signature, input and output have whatever names the file gives them.
# - **Fixed**: ③ a file with a fixed batch of one gets the rows one at a time.
# - **Numbers**: ④ `x` may be of another dtype, such as float64 or int32, too; its numbers count.
# - **Example**: `open_file`, which calls its input `row`, answers 1, 1, 1 with 6, 60.
#
# <details><summary>Hint 1: the idea</summary>
#
# `Interpreter(model_content=content).get_signature_runner()` can be asked what it takes and what it gives. One row at a time is always right, and not always needed.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `get_input_details()` of the runner is a dictionary: its key is the name; in its value, `shape_signature` begins with −1 where the batch is open. Pass a name that you have in a variable as `runner(**{name: rows})`. The answer is a dictionary, too, with a single value. `np.concatenate` puts the answers together.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# runner = Interpreter(____).get_signature_runner()
# (name, details), = runner.get_input_details().items()
# x = np.asarray(x, ____)
# size = len(x) if details["shape_signature"][0] == ____ else ____
# parts = [runner(**{____: x[i : ____]}) for i in range(0, len(x), size)]
# return np.concatenate([next(iter(____.values())) for part in parts])
# ```
#
# </details>


# %%
# exercise: run_lite
def run_lite(content, x):
    """Return the answers of a file for LiteRT to all rows.

    Args:
        content: the bytes of the file; one input and one output, float32.
        x: array of numbers [n, ...].

    Returns:
        float32 array [n, ...].
    """
    ### BEGIN SOLUTION
    ask = Interpreter(model_content=content).get_signature_runner()
    source = list(ask.get_input_details())[0]
    target = list(ask.get_output_details())[0]
    rows = np.array(x, dtype=np.float32)
    if ask.get_input_details()[source]["shape_signature"][0] < 0:
        return ask(**{source: rows})[target]
    return np.concatenate([ask(**{source: row[np.newaxis]})[target] for row in rows])
    ### END SOLUTION


# %% points=3
# check: run_lite-1
_rows = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 2]], "float32")
check.close("three rows, any number at once", run_lite(open_file, _rows), [[6.0, 60.0], [1.0, 10.0], [6.0, 60.0]])
check.close("one row of whole numbers", run_lite(open_file, np.array([[1, -200, 300]])), [[501.0, 5010.0]])
check.close("a row of int32, of uint8, of float16", [run_lite(open_file, np.array([[1, 2, 3]], _dtype))[0] for _dtype in ("int32", "uint8", "float16")],
            [[14.0, 140.0]] * 3, hint="Any dtype of numbers may come: make float32 of all.")
check.equal("the dtype of the answers", str(run_lite(open_file, np.array([[1.0, 2.0, 3.0]])).dtype), "float32")
_pictures = np.arctanh(np.array([[[0, 0], [0, 0], [0.5, 0.25]], [[0.9, 0.9], [0, 0], [0.1, 0.2]]], "float32"))
check.close("two pictures, one at a time", run_lite(fixed_file, _pictures), [[0.5, 0.25], [0.1, 0.2]])
check.close("one picture", run_lite(fixed_file, _pictures[:1]), [[0.5, 0.25]], hint="The axis of the rows stays where there is one row: np.squeeze would take it.")
_renamed = open_file.replace(b"serving_default", b"ask_me_anything")
check.close("a file whose signature is called `ask_me_anything`", run_lite(_renamed, _rows[1:2]), [[1.0, 10.0]], hint="`get_signature_runner()` needs no name where there is one signature.")
_old, _new = ([[1, 2, 3], [10, 20, 30]], [[3, 2, 1], [30, 20, 10]])
_turned = open_file.replace(np.array(_old, "float32").tobytes(), np.array(_new, "float32").tobytes())
check.close("a file as long as `open_file`, with other weights", run_lite(_turned, _rows[1:2]), [[3.0, 30.0]], but={
    "`open_file` has answered: ask the file that is handed in.": [[1.0, 10.0]],
})
_table = to_lite(keras.Sequential([layers.Input(batch_shape=(1, 4)), layers.Reshape((2, 2))]))
check.close("two rows, and for each a table of two rows", run_lite(_table, np.arange(8.0).reshape(2, 4)),
            [[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]], hint="A row's answer keeps its shape, whatever it is.")
_numbers = keras.Input(batch_shape=(1, None))
_total = to_lite(keras.Model(_numbers, keras.ops.reshape(keras.ops.sum(_numbers), (1,))))
check.close("a file with a fixed batch that adds up rows of any length: two rows of one number", run_lite(_total, np.array([[3.0], [5.0]])), [3.0, 5.0], but={
    "The batch is the first axis: a -1 behind it leaves the batch fixed, so ask for `shape_signature[0]`.": [8.0],
    "Where a row's answer is one number, n rows give `[n]`: np.vstack adds an axis, np.concatenate does not.": [[3.0], [5.0]],
})
### BEGIN HIDDEN TESTS
_weights = check.inputs(4, 3).numpy()
_many = check.inputs(70, 4).numpy()
_model = sums("features", _weights)
_other = to_lite(keras.Model(_model.inputs, layers.Reshape((1, 3))(_model.outputs[0])))
check.reference("seventy drawn rows, another file", run_lite(_other, _many))
check.reference("one of them", run_lite(_other, _many[4:5]))
check.reference("the dtype", str(run_lite(_other, _many.astype("float64")).dtype))
_flat = keras.Sequential([layers.Input(batch_shape=(1, 6), name="frames"), layers.Reshape((3, 2)), layers.SimpleRNN(2)])
_flat.set_weights(last_row("frames").get_weights())
check.reference("five drawn rows, one at a time", run_lite(to_lite(_flat), check.inputs(5, 6).numpy().astype("float64")))
_called = open_file.replace(b"output_0", b"logits_9")
check.reference("an output of another name", run_lite(_called, check.inputs(3, 3).numpy()))
_single = to_lite(sums("height", check.inputs(2, 1).numpy()))
check.reference("one number in the answer", run_lite(_single, check.inputs(3, 2).numpy()))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Typical pictures
#
# For an int8 model the converter wants a function that yields representative data. `representative(pictures, n)` makes one. The model was trained on pixels from 0 to 1, and the pictures are sorted by what they show: the first ones are all alike.
#
# - **In**: `pictures`, a uint8 array `[m, rows, columns]`, pixels from 0 to 255; `n`, from 1 to m.
# - **Out**: ① a function without arguments that yields n items; ② called again, it begins anew, and leaves alone what an earlier call still has to yield. ③ Each item is a list with one array in it, ④ float32 ⑤ of shape `[1, rows, columns]`, ⑥ its pixels divided by 255.
# - **Which**: ⑦ item number i, counted from 0, is the picture number `i * m // n`: spread over all of them.
# - **Example**: of six pictures and n = 3, the pictures 0, 2 and 4.
#
# <details><summary>Hint 1: the idea</summary>
#
# A function within a function: the inner one has a `yield`, and knows `pictures` and `n` from outside.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Loop over `range(n)` in the inner function. A slice of length one keeps the first axis. Divide, mind the dtype, and put the array into a list. Return the inner function, without calling it.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def examples():
#     for i in range(____):
#         place = ____
#         batch = pictures[____].astype(____) / ____
#         yield ____
#
# return ____
# ```
#
# </details>


# %%
# exercise: representative
def representative(pictures, n):
    """Return a function that yields n pictures for the converter, spread over all of them.

    Args:
        pictures: uint8 array [m, rows, columns], pixels from 0 to 255.
        n: how many, from 1 to m.

    Returns:
        function without arguments; its items are lists of one float32 array [1, rows, columns], from 0 to 1.
    """
    ### BEGIN SOLUTION
    chosen = pictures[[i * len(pictures) // n for i in range(n)]]

    def yield_them():
        for picture in chosen:
            yield [picture[None].astype(np.float32) / 255]

    return yield_them
    ### END SOLUTION


# %%
six = (np.arange(6)[:, np.newaxis, np.newaxis] * np.ones((6, 2, 3)) * 51).astype("uint8")     # picture k is k / 5 grey

# %% points=3
# check: representative-1
_function, _another = representative(six, 3), representative(six, 2)
check.equal("it is a function", callable(_function), True, hint="Return the inner function itself; the converter calls it.")
_items = list(_function())
check.equal("how many items of six, n = 3", len(_items), 3, but={"Each function keeps its own n, whatever is made after it.": 2})
check.equal("how many items of six, n = 2", len(list(_another())), 2)
check.equal("how many items on a second call", len(list(_function())), 3, hint="Each call must begin anew: put the loop into the inner function.")
check.equal("how many pairs two calls yield side by side", len(list(zip(_function(), _function()))), 3, hint="Each call keeps its own place: let nothing outside of it know where it stands.")
check.equal("each item is a list of one", [isinstance(item, list) and len(item) for item in _items], [1, 1, 1])
check.equal("shape and dtype of its array", [list(np.shape(_items[0][0])), str(np.asarray(_items[0][0]).dtype)], [[1, 2, 3], "float32"], but={
    "The batch axis is missing: a slice of length one keeps it.": [[2, 3], "float32"],
})
check.close("a pixel of each", [float(np.ravel(item[0])[0]) for item in _items], [0.0, 0.4, 0.8], but={
    "These are the first three: spread them over all.": [0.0, 0.2, 0.4],
    "Pixels go from 0 to 1 in this model.": [0.0, 102.0, 204.0],
})
_thirty = np.arange(30, dtype="uint8").reshape(30, 1, 1)
check.close("of 30 pictures, n = 22, item 11, 255 times its pixel", 255 * np.ravel(list(representative(_thirty, 22)())[11][0])[0], 15.0, but={
    "Compute the place in whole numbers, i * m // n: 11 times the fraction 30 / 22 comes out just below 15.": 14.0,
})
### BEGIN HIDDEN TESTS
_drawn = np.clip(check.inputs(23, 4, 3, low=0.0, high=256.0).numpy(), 0, 255).astype("uint8")
for _n in (1, 7, 10, 23):
    _made = representative(_drawn, _n)
    for _time in range(2):
        check.reference(f"{_n} of 23, call {_time}", [np.asarray(item[0]) for item in _made()])
_pairs = list(zip(representative(_drawn, 7)(), _made()))
check.reference("two of them side by side", [np.asarray(item[0]) for pair in _pairs for item in pair])
_pairs = list(zip(_made(), _made()))
check.reference("two calls side by side", [np.asarray(item[0]) for pair in _pairs for item in pair])
check.reference("dtypes", [str(np.asarray(item[0]).dtype) for item in representative(_drawn, 5)()])
_dark = np.array([[[0, 1]], [[1, 1]], [[0, 0]], [[255, 0]]], "uint8")
check.reference("pictures that are nearly black", [np.asarray(item[0]) for item in representative(_dark, 4)()])
check.reference("pictures that have pixels of 0 and 1 alone", [np.asarray(item[0]) for item in representative(_dark[:3], 3)()])
check.reference("lists of one", [isinstance(item, list) and len(item) == 1 for item in representative(_drawn, 5)()])
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: 12,700 percent
#
# A watch has a chip that knows bytes only. `read_bytes` asks the file in it, which takes and gives int8. Users report that "the answers do not depend on what I show", and a tester: "It is 12,700 percent sure."
#
# Put it right.
#
# - **In**: `content`, the bytes of a file with one int8 input and one int8 output, of any names and open batch; `x`, a float32 array `[n, …]`, with n of 1 or more.
# - **Out**: ① a float32 array `[n, …]`: ② each byte that the file gives, turned into the number that it stands for, by scale and zero point of the output.
# - **Into the file** goes each number of `x` as the byte that stands for it ③ by scale and zero point of the input, ④ rounded to the nearest (exactly halfway, either of the two), ⑤ and the smallest or the largest byte where it is out of range.
# - **Example**: `bytes_file` gives the first number as it is and the second one doubled, as exactly as bytes can.
#
# <details><summary>Hint 1: the idea</summary>
#
# The file itself says how its bytes are meant, those at the input and those at the output.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The details of an input or an output have a key `"quantization"`: a pair of scale and zero point. Before the call do what `quantize` of exercise 1 does, after it what `dequantize` does, each with its own pair.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# scale, zero = runner.get_input_details()[source]["quantization"]
# q = np.clip(____, -128, 127).astype(____)
# answer = ____
# scale, zero = runner.____()[target]["quantization"]
# return ____ * (answer.astype(____) - ____)
# ```
#
# </details>


# %%
# exercise: read_bytes
def read_bytes(content, x):
    """Return the answers of a file for LiteRT that takes and gives bytes, as numbers.

    Args:
        content: the bytes of the file; one int8 input and one int8 output.
        x: float32 array [n, ...].

    Returns:
        float32 array [n, ...].
    """
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    ### BEGIN SOLUTION
    #| answer = runner(**{source: x.astype("int8")})[target]
    #| return answer.astype("float32") * 100
    step, nought = runner.get_input_details()[source]["quantization"]
    inside = np.clip(np.rint(x / step) + nought, -128, 127)
    found = runner(**{source: inside.astype(np.int8)})[target]
    step, nought = runner.get_output_details()[target]["quantization"]
    return np.float32(step * (found.astype("float64") - nought))
    ### END SOLUTION


# %% points=3
# check: read_bytes-1
_x = np.array([[0.0, 0.0], [1.0, 0.5], [0.25, 1.0]], "float32")
_got = read_bytes(bytes_file, _x)
check.equal("shape and dtype", [list(_got.shape), str(_got.dtype)], [[3, 2], "float32"])
check.that("the first number as it is, the second doubled, to 0.02", np.abs(_got - _x * [1, 2]).max() < 0.02, f"for {_x.tolist()} it gives {_got.tolist()}: bytes go in, and numbers come out, by scale and zero point")
_out = read_bytes(bytes_file, np.array([[9.0, -9.0]], "float32"))
check.that("9 and -9 are out of range: the largest and the smallest byte", abs(_out[0, 0] - 1) < 0.02 and abs(_out[0, 1]) < 0.02, f"it gives {_out.tolist()}: clip before you make int8 of it")
_pair = keras.Input((2,))
_total = in_bytes(keras.Model(_pair, keras.ops.sum(_pair, axis=-1)), ramp)
check.close("a file that gives one number for each row, the sum, to 0.02", read_bytes(_total, _x), [0.0, 1.5, 1.25], atol=0.02, but={
    "One number for each of n rows is `[n]`: np.vstack adds an axis, np.concatenate does not.": [[0.0], [1.5], [1.25]],
})
### BEGIN HIDDEN TESTS
_low, _high = (float(_value) for _value in (-1.5 - check.inputs(1, low=0.0, high=1.0)[0], 3 + check.inputs(1, low=0.0, high=1.0)[0]))
_model = sums("signal", [[0, 0.5, 0], [0, 0, 0.5], [0.5, 0, 0]])
_model = keras.Model(_model.inputs, layers.Reshape((1, 3))(_model.outputs[0]))
_file = in_bytes(_model, np.linspace([_low] * 3, [_high] * 3, 9, dtype="float32"))
_scale, _zero = Interpreter(model_content=_file).get_input_details()[0]["quantization"]
_steps = np.floor(check.inputs(8, 3, low=-128.0, high=128.0).numpy()) - _zero
_near = _scale * (_steps + 0.3 * np.where(np.arange(24).reshape(8, 3) % 2, 1, -1))
check.reference("eight drawn rows", read_bytes(_file, _near.astype("float32")))
check.reference("one of them", read_bytes(_file, _near[3:4].astype("float32")))
_doubled = _file.replace(np.float32(_scale).tobytes(), np.float32(2 * _scale).tobytes())
check.reference("a file as long, with the same names and another scale", read_bytes(_doubled, (2 * _near).astype("float32")))
check.reference("out of range", read_bytes(_file, np.array([[50.0, -50.0, 0.0], [-50.0, 0.0, 50.0]], "float32")))
check.reference("the dtype", str(read_bytes(_file, _near.astype("float32")).dtype))
_mirror = in_bytes(sums("mirror", [[-0.5, 0], [0, -0.5]]), np.linspace([_low] * 2, [_high] * 2, 9, dtype="float32"))
check.reference("a file whose input and output have other zero points", read_bytes(_mirror, _near[:, :2].astype("float32")))
check.reference("far out of range", read_bytes(_file, np.array([[1e12, -1e12, 0.0]], "float32")))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: a dense layer in whole numbers
#
# What does the chip do inside? It multiplies bytes, adds up in int32, and comes back to bytes once, at the end. `dense_int8` does the same.
#
# Byte `q` of the input stands for `scale_in * (q - zero_in)`. The byte of `w` in column k stands for `scale_w[k]` times itself: each column has its own scale, and the zero point 0. The whole number `b[k]` stands for `scale_in * scale_w[k]` times itself.
#
# - **In**: `q`, `int8[n, d]`, with n of 1 or more; `w`, `int8[d, m]`; `b`, `int32[m]`; `scale_in`, `scale_out`, floats; `zero_in`, `zero_out`, whole numbers; `scale_w`, `float32[m]`.
# - **Out**: ① an int8 array `[n, m]`: each product of a row with a column, ② computed without overflow, ③ the zero point of the input taken off first, ④ with `b` added, ⑤ in steps of the output: its number, by `scale_in`, `scale_w` of its column and `scale_out`, ⑥ rounded to the nearest (exactly halfway, either of the two), ⑦ with `zero_out` added, ⑧ and the smallest or the largest byte where it is out of range.
# - **Not allowed**: nothing; LiteRT's own layer may differ from yours by one step, for it rounds in whole numbers, too.
# - **Example**: with `q = [[5, 7]]`, `zero_in = 3`, both weights 10 and `b = [4]` the sum is (2 + 4) · 10 + 4 = 64. With the scales 0.5, 0.1 and 0.25 that is 64 · 0.5 · 0.1 / 0.25 = 12.8 steps, rounded 13, and with `zero_out = −20` the byte −7.
#
# <details><summary>Hint 1: the idea</summary>
#
# Until the sum is complete everything is a whole number; all three scales together are one factor for each column.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make int32 of both matrices before anything else, then subtract, multiply with `@`, add. Multiply by `scale_in * scale_w / scale_out`, round, add the zero point, clip, int8.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# whole = (q.astype(____) - ____) @ w.astype(____) + ____
# steps = np.round(whole * (____)) + ____
# return np.clip(____).astype(____)
# ```
#
# </details>


# %%
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    """Return the output of a dense layer, computed with whole numbers.

    Args:
        q: int8 array [n, d], the input.
        w: int8 array [d, m], the kernel.
        b: int32 array [m], the bias, in steps of scale_in * scale_w.
        scale_in, zero_in: how the bytes of the input are meant.
        scale_w: float32 array [m], the scale of each column of w.
        scale_out, zero_out: how the bytes of the output are meant.

    Returns:
        int8 array [n, m].
    """
    ### BEGIN SOLUTION
    total = np.einsum("nd,dm->nm", q.astype("int32") - zero_in, w) + b
    found = np.rint(total * (scale_in * scale_w / scale_out)) + zero_out
    return np.clip(found, -128, 127).astype("int8")
    ### END SOLUTION


# %%
def in_litert(rows):
    """Return a dense layer in LiteRT as arguments for `dense_int8`, its input for these rows, and its output."""
    model = keras.Sequential([layers.Input((6,), name="x"), layers.Dense(3)])
    model.set_weights([np.linspace(-1, 2, 18).reshape(6, 3), np.array([0.5, -1.0, 2.0])])
    lite = Interpreter(model_content=in_bytes(model, rows))
    (entry,), (end,) = lite.get_input_details(), lite.get_output_details()
    (scale_in, zero_in), (scale_out, zero_out) = entry["quantization"], end["quantization"]
    q = np.clip(np.round(rows / scale_in) + zero_in, -128, 127).astype("int8")
    answer = lite.get_signature_runner()(x=q)["output_0"]
    lite.allocate_tensors()
    inner = [each for each in lite.get_tensor_details() if each["name"] not in (entry["name"], end["name"])]
    kernel = next(each for each in inner if list(each["shape"]) == [3, 6] and each["dtype"] == np.int8)
    bias = next(each for each in inner if list(each["shape"]) == [3] and each["dtype"] == np.int32)
    scale_w = kernel["quantization_parameters"]["scales"]
    w, b = lite.get_tensor(kernel["index"]).T, lite.get_tensor(bias["index"])
    return (w, b, scale_in, zero_in, scale_w, scale_out, zero_out), q, answer


# %%
lite_rest, lite_input, lite_output = in_litert(np.linspace(-1, 2, 60, dtype="float32").reshape(10, 6) ** 3)

# %% points=4
# check: dense_int8-1
_one = {"b": np.array([4], "int32"), "scale_in": 0.5, "zero_in": 3, "scale_w": np.array([0.1], "float32"), "scale_out": 0.25, "zero_out": -20}
_q, _w = np.array([[5, 7]], "int8"), np.array([[10], [10]], "int8")
check.equal("the example", dense_int8(_q, _w, **_one), np.array([[-7]], "int8"), but={
    "Take the zero point of the input off first.": np.array([[5]], "int8"),
    "Round to the nearest: a cast cuts the fraction off.": np.array([[-8]], "int8"),
    "Add b to the sum.": np.array([[-8]], "int8"),
})
check.equal("large weights, which need more than a byte", dense_int8(_q, 12 * _w, **_one), np.array([[125]], "int8"))
check.equal("out of range", dense_int8(np.array([[100, 100], [-100, -100]], "int8"), 12 * _w, **_one), np.array([[127], [-128]], "int8"))
_two = {**_one, "b": np.array([0, 0], "int32"), "scale_w": np.array([0.1, 0.3], "float32")}
check.equal("two columns, two scales", dense_int8(_q, np.array([[10, 10], [10, 10]], "int8"), **_two), np.array([[-8, 16]], "int8"))
_gap = np.abs(dense_int8(lite_input, *lite_rest).astype(int) - lite_output).max()
check.at_most("steps from LiteRT's own layer", _gap, 1)
### BEGIN HIDDEN TESTS
for _n, _d, _m, _zero in ((40, 7, 3, -128), (1, 40, 4, 9)):
    _bytes = np.floor(check.inputs(_n, _d, low=-128.0, high=128.0).numpy()).astype("int8")
    _kernel = np.floor(check.inputs(_d, _m, low=-127.0, high=128.0).numpy()).astype("int8")
    _kernel[0, 0] = -128
    _bias = np.floor(check.inputs(_m, low=-3000.0, high=3000.0).numpy()).astype("int32")
    # the factor of each column is one through an odd number: no sum lies halfway between two steps
    _scales = (0.5 / np.array([1501, 701, 1103, 907][:_m])).astype("float32")
    check.reference(f"{_n} drawn rows of {_d}", dense_int8(_bytes, _kernel, _bias, 0.5, _zero, _scales, 0.25, 11))
check.reference("the dtype", str(dense_int8(_bytes, _kernel, _bias, 0.5, 0, _scales, 0.25, 0).dtype))
_huge = dense_int8(np.array([[100, -100]], "int8"), np.array([[127, -127], [127, -127]], "int8"), np.array([2**30, -(2**30)], "int32"), 5.0, 0, np.array([3.0, 3.0], "float32"), 0.5, 7)
check.reference("sums beyond any byte", _huge)
### END HIDDEN TESTS
