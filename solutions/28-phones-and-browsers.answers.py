# %% [markdown]
# # Answer bank: phones and browsers
#
# Other right answers to the exercises of `28-phones-and-browsers.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="quantize" answer="as in the chapter" expect="right"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="floor of a half more, int32 on the way back" expect="right"
# exercise: quantize
def quantize(x, scale, zero):
    q = np.floor(np.asarray(x) / scale + 0.5).clip(-128 - zero, 127 - zero)
    return (q + zero).astype(np.int8)


def dequantize(q, scale, zero):
    return np.array((q.astype("int16") - zero) * scale, dtype="float32")


# %% exercise="quantize" answer="TensorFlow's operations" expect="right"
# exercise: quantize
def quantize(x, scale, zero):
    steps = tf.round(x / scale) + zero
    return tf.cast(tf.clip_by_value(steps, -128.0, 127.0), tf.int8).numpy()


def dequantize(q, scale, zero):
    return (scale * (tf.cast(q, tf.float32) - zero)).numpy()


# %% exercise="quantize" answer="a table of all bytes" expect="right"
# exercise: quantize
def quantize(x, scale, zero):
    values = scale * (np.arange(-128, 128) - zero)
    nearest = np.abs(np.asarray(x)[..., np.newaxis] - values).argmin(axis=-1)
    return (nearest - 128).astype("int8")


def dequantize(q, scale, zero):
    table = (scale * (np.arange(-128, 128) - zero)).astype("float32")
    return table[q.astype(int) + 128]


# %% exercise="quantize" answer="int64" expect="wrong" fails="quantize-1" breaks="1"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int64")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="flat" expect="wrong" fails="quantize-1" breaks="1"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8").ravel()


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="cut off in place of rounded" expect="wrong" fails="quantize-1" says="cuts the fraction off" breaks="2"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.trunc(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="without the zero point" expect="wrong" fails="quantize-1" says="add the zero point" breaks="2"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale), -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="always rounded down" expect="wrong" fails="quantize-1" breaks="2"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.floor(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="multiplied by the scale" expect="wrong" fails="quantize-1" breaks="2"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x * scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="wraps round" expect="wrong" fails="quantize-1" says="a cast wraps round" breaks="3"
# exercise: quantize
def quantize(x, scale, zero):
    return (np.round(x / scale) + zero).astype("int64").astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="from -127" expect="wrong" fails="quantize-1" says="The smallest byte" breaks="3"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -127, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="clipped before the zero point" expect="wrong" fails="quantize-1" breaks="3"
# exercise: quantize
def quantize(x, scale, zero):
    return (np.clip(np.round(x / scale), -128, 127) + zero).astype("int64").astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32")


# %% exercise="quantize" answer="float64 without the shape" expect="wrong" fails="quantize-2" breaks="4"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("float32").ravel()


# %% exercise="quantize" answer="whole numbers" expect="wrong" fails="quantize-2" breaks="4,5"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("float32") - zero)).astype("int32")


# %% exercise="quantize" answer="zero point last" expect="wrong" fails="quantize-2" says="before the scale is applied" breaks="5"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * q.astype("float32") - zero).astype("float32")


# %% exercise="quantize" answer="without the zero point on the way back" expect="wrong" fails="quantize-2" breaks="5"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return np.float32(scale) * q.astype("float32")


# %% exercise="quantize" answer="subtracted as bytes" expect="wrong" fails="quantize-2" says="no room in a byte" breaks="6"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return ((q - np.int8(zero)).astype("float32") * scale).astype("float32")


# %% exercise="fit_scale" answer="as the skeleton says" expect="right"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="zero found between the ends" expect="right"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("the ends are exchanged")
    if low == high == 0:
        return 1.0, 0
    place = np.interp(0.0, [low, high], [-128.0, 127.0])
    return float(np.ptp([low, 0.0, high]) / 255), int(np.rint(place))


# %% exercise="fit_scale" answer="from the upper end" expect="right"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError(low, high)
    ends = np.array([low, high, 0.0], dtype="float64")
    width = ends.max() - ends.min()
    if width == 0:
        return (1.0, 0)
    scale = float(width / 255)
    return scale, int(np.rint(127 - ends.max() / scale))


# %% exercise="fit_scale" answer="256 gaps" expect="wrong" fails="fit_scale-1" says="divide by 255" breaks="1"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    zero = int(round(-128 - low / scale))
    return (high - low) / 256, zero
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="scale of the larger end, symmetric" expect="wrong" fails="fit_scale-1" breaks="1"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return max(-low, high) / 127, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="from 0 to 255" expect="wrong" fails="fit_scale-1" says="not 0" breaks="2"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-low / scale))


# %% exercise="fit_scale" answer="always -128" expect="wrong" fails="fit_scale-1" breaks="2"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, -128


# %% exercise="fit_scale" answer="a float" expect="wrong" fails="fit_scale-1" breaks="2"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, -128.0 - low / scale


# %% exercise="fit_scale" answer="cut off in place of rounded" expect="wrong" fails="fit_scale-1" breaks="2"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(-128 - low / scale)


# %% exercise="fit_scale" answer="a range above 0 as it is" expect="wrong" fails="fit_scale-1" says="let it begin there" breaks="3"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = low, max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="a range below 0 as it is" expect="wrong" fails="fit_scale-1" says="let it end there" breaks="4"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), high
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="divides by nothing" expect="error" fails="fit_scale-1" breaks="5"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="zero point -128 for nothing" expect="wrong" fails="fit_scale-1" breaks="5"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, -128
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="exchanged ends put right" expect="wrong" fails="fit_scale-1" breaks="6"
# exercise: fit_scale
def fit_scale(low, high):
    low, high = min(low, high), max(low, high)
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="ends not looked at" expect="wrong" fails="fit_scale-1" breaks="6"
# exercise: fit_scale
def fit_scale(low, high):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="run_lite" answer="always one at a time" expect="right"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x).astype("float32")
    return np.concatenate([list(runner(**{name: x[i : i + 1]}).values())[0] for i in range(len(x))])


# %% exercise="run_lite" answer="tensors by their number" expect="right"
# exercise: run_lite
def run_lite(content, x):
    interpreter = Interpreter(model_content=content)
    entry, end = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    x = np.array(x, "float32")
    step = 1 if entry["shape_signature"][0] == 1 else len(x)
    if step != 1:
        interpreter.resize_tensor_input(entry["index"], x.shape)
    interpreter.allocate_tensors()
    found = []
    for start in range(0, len(x), step):
        interpreter.set_tensor(entry["index"], x[start : start + step])
        interpreter.invoke()
        found.append(interpreter.get_tensor(end["index"]).copy())
    return np.concatenate(found)


# %% exercise="run_lite" answer="as the skeleton says" expect="right"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    ((name, details),) = runner.get_input_details().items()
    x = np.asarray(x, "float32")
    size = len(x) if details["shape_signature"][0] == -1 else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="run_lite" answer="the first row only" expect="wrong" fails="run_lite-1" breaks="1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return next(iter(runner(**{name: x[:1]}).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="run_lite" answer="in reverse order" expect="wrong" fails="run_lite-1" breaks="1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return next(iter(runner(**{name: x}).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x[::-1]])


# %% exercise="run_lite" answer="stacked, an axis too many" expect="wrong" fails="run_lite-1" breaks="1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return next(iter(runner(**{name: x}).values()))
    return np.stack([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="run_lite" answer="named row" expect="error" fails="run_lite-1" breaks="2"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return next(iter(runner(row=x).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="run_lite" answer="any number at once, always" expect="error" fails="run_lite-1" breaks="3"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    if runner.get_input_details()[name]["shape_signature"][0] != 0:
        return next(iter(runner(**{name: x}).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="run_lite" answer="the shape in place of its signature" expect="error" fails="run_lite-1" breaks="3"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    if runner.get_input_details()[name]["shape"][0] == 1:
        return next(iter(runner(**{name: x}).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="run_lite" answer="the dtype as it comes" expect="error" fails="run_lite-1" breaks="4"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x)
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return next(iter(runner(**{name: x}).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="run_lite" answer="bytes taken for floats" expect="wrong" fails="run_lite-1" breaks="4"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x).view("float32").reshape(np.shape(x)[0], -1, *np.shape(x)[2:])[:, : np.shape(x)[1]]
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return next(iter(runner(**{name: x}).values()))
    return np.concatenate([next(iter(runner(**{name: row[np.newaxis]}).values())) for row in x])


# %% exercise="representative" answer="as the skeleton says" expect="right"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="a lambda and a generator expression" expect="right"
# exercise: representative
def representative(pictures, n):
    places = np.arange(n) * len(pictures) // n
    return lambda: ([(pictures[p] / 255.0).astype(np.float32)[np.newaxis]] for p in places)


# %% exercise="representative" answer="a list in advance" expect="right"
# exercise: representative
def representative(pictures, n):
    scaled = pictures.astype("float32") / 255
    items = [[np.expand_dims(scaled[i * len(scaled) // n], 0)] for i in range(n)]

    def function():
        yield from items

    return function


# %% exercise="representative" answer="one too many" expect="wrong" fails="representative-1" breaks="1,7"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n + 1):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="the generator, not a function" expect="wrong" fails="representative-1" says="the inner function itself" breaks="1,2"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples()


# %% exercise="representative" answer="one at the end twice" expect="wrong" fails="representative-1" breaks="1"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32") / 255]

    def again():
        *_, last = examples()
        yield from examples()
        yield last

    return again


# %% exercise="representative" answer="used up by the first call" expect="wrong" fails="representative-1" says="begin anew" breaks="2"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32") / 255]

    items = examples()
    return lambda: items


# %% exercise="representative" answer="goes on where it stopped" expect="wrong" fails="representative-1" breaks="2"
# exercise: representative
def representative(pictures, n):
    state = {"i": 0}

    def examples():
        for _ in range(n):
            place = state["i"] % n * len(pictures) // n
            state["i"] += 1
            yield [pictures[place : place + 1].astype("float32") / 255]
            if state["i"] == n:
                state["i"] += 1

    return examples


# %% exercise="representative" answer="an array, no list" expect="wrong" fails="representative-1" breaks="3"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield pictures[place : place + 1].astype("float32") / 255

    return examples


# %% exercise="representative" answer="float64" expect="wrong" fails="representative-1" breaks="4"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1] / 255]

    return examples


# %% exercise="representative" answer="no batch axis" expect="wrong" fails="representative-1" says="batch axis is missing" breaks="5"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="a channel axis" expect="wrong" fails="representative-1" breaks="5"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1, :, :, np.newaxis].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="from 0 to 255" expect="wrong" fails="representative-1" says="from 0 to 1 in this model" breaks="6"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32")]

    return examples


# %% exercise="representative" answer="from -1 to 1" expect="wrong" fails="representative-1" breaks="6"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].astype("float32") / 127.5 - 1]

    return examples


# %% exercise="representative" answer="divided as whole numbers" expect="wrong" fails="representative-1" breaks="6"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [pictures[place : place + 1].__floordiv__(255).astype("float32")]

    return examples


# %% exercise="representative" answer="the first n" expect="wrong" fails="representative-1" says="the first three" breaks="7"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="one again and again" expect="wrong" fails="representative-1" breaks="7"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = 0
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="a step rounded down first" expect="wrong" fails="representative-1" breaks="7"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * (len(pictures) // n)
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="representative" answer="from the first to the last" expect="wrong" fails="representative-1" breaks="7"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = round(i * (len(pictures) - 1) / max(n - 1, 1))
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="read_bytes" answer="as the skeleton says" expect="right"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="row by row, quantization_parameters" expect="right"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    def how(details):
        found = details["quantization_parameters"]
        return float(found["scales"][0]), int(found["zero_points"][0])

    s_in, z_in = how(runner.get_input_details()[source])
    s_out, z_out = how(runner.get_output_details()[target])
    rows = []
    for row in x:
        steps = np.clip(np.floor(row / s_in + 0.5) + z_in, -128, 127)
        rows.append(runner(**{source: steps.astype("int8")[np.newaxis]})[target][0])
    return np.array([s_out * (row.astype("float64") - z_out) for row in rows], "float32")


# %% exercise="read_bytes" answer="in TensorFlow" expect="right"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    s, z = runner.get_input_details()[source]["quantization"]
    q = tf.cast(tf.clip_by_value(tf.round(x / s) + z, -128, 127), tf.int8).numpy()
    s, z = runner.get_output_details()[target]["quantization"]
    return ((tf.cast(runner(**{source: q})[target], tf.float32) - z) * s).numpy()


# %% exercise="read_bytes" answer="flat" expect="wrong" fails="read_bytes-1" breaks="1"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return (scale * (answer.astype("float32") - zero)).ravel()


# %% exercise="read_bytes" answer="whole numbers come out" expect="wrong" fails="read_bytes-1" breaks="1,2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return (scale * (answer.astype("float32") - zero)).astype("int32")


# %% exercise="read_bytes" answer="bytes come out, as floats" expect="wrong" fails="read_bytes-1" breaks="2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return answer.astype("float32")


# %% exercise="read_bytes" answer="a hundredth of the byte" expect="wrong" fails="read_bytes-1" breaks="2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return answer.astype("float32") / 127


# %% exercise="read_bytes" answer="the input's scale for both" expect="wrong" fails="read_bytes-1" breaks="2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="output without zero point" expect="wrong" fails="read_bytes-1" breaks="2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * answer.astype("float32")


# %% exercise="read_bytes" answer="subtracted as bytes" expect="wrong" fails="read_bytes-1" breaks="2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer - np.int8(zero)).astype("float32")


# %% exercise="read_bytes" answer="a cast goes in" expect="wrong" fails="read_bytes-1" breaks="3"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x), -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="the output's scale for both" expect="wrong" fails="read_bytes-1" breaks="3"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_output_details()[target]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="the zero point forgotten at the input" expect="wrong" fails="read_bytes-1" breaks="3"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale), -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="as from 0 to 255" expect="wrong" fails="read_bytes-1" breaks="3"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x * 255) - 128, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="cut off" expect="wrong" fails="read_bytes-1" breaks="4"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.trunc(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="rounded down" expect="wrong" fails="read_bytes-1" breaks="4"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.floor(x / scale) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="wraps round" expect="wrong" fails="read_bytes-1" says="clip before you make int8" breaks="5"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = (np.round(x / scale) + zero).astype("int64").astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="read_bytes" answer="from -100" expect="wrong" fails="read_bytes-1" breaks="5"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale) + zero, -100, 100).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return scale * (answer.astype("float32") - zero)


# %% exercise="run_lite" equal="one row at a time is right where the batch is open, too"
# - if ask.get_input_details()[source]["shape_signature"][0] < 0: return ask(**{source: rows})[target]
# + pass


# %% exercise="run_lite" equal="one row at a time is right where the batch is open, too"
# - size = len(x) if details["shape_signature"][0] == -1 else 1
# + size = 1


# %% exercise="run_lite" equal="a batch of 0 is none"
# - if ask.get_input_details()[source]["shape_signature"][0] < 0:
# + if ask.get_input_details()[source]["shape_signature"][0] < 1:


# %% exercise="run_lite" equal="a batch of 0 is none"
# - if ask.get_input_details()[source]["shape_signature"][0] < 0:
# + if ask.get_input_details()[source]['shape_signature'][0] <= 0:


# %% exercise="dense_int8" answer="as the skeleton says" expect="right"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="three loops" expect="right"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    out = np.zeros((q.shape[0], w.shape[1]), "int8")
    for n in range(q.shape[0]):
        for k in range(w.shape[1]):
            total = int(b[k])
            for d in range(q.shape[1]):
                total += (int(q[n, d]) - zero_in) * int(w[d, k])
            step = round(total * scale_in * float(scale_w[k]) / scale_out) + zero_out
            out[n, k] = min(max(step, -128), 127)
    return out


# %% exercise="dense_int8" answer="the zero point taken off at the end" expect="right"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    w = w.astype("int64")
    total = q.astype("int64") @ w - zero_in * w.sum(axis=0) + b
    found = np.floor(total * np.float64(scale_in) * scale_w.astype("float64") / scale_out + 0.5)
    return np.clip(found + zero_out, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="in TensorFlow" expect="right"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    total = tf.matmul(tf.cast(q, tf.int32) - zero_in, w) + b
    steps = tf.round(tf.cast(total, tf.float64) * (scale_in * scale_w / scale_out)) + zero_out
    return tf.cast(tf.clip_by_value(steps, -128, 127), tf.int8).numpy()


# %% exercise="dense_int8" answer="int32 comes out" expect="wrong" fails="dense_int8-1" breaks="1"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int32")


# %% exercise="dense_int8" answer="turned" expect="wrong" fails="dense_int8-1" breaks="1"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).T.astype("int8")


# %% exercise="dense_int8" answer="bytes multiplied as bytes" expect="wrong" fails="dense_int8-1" breaks="2"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = q @ w.astype("int8") - zero_in * w.astype("int32").sum(axis=0) + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="sums of 16 bits" expect="wrong" fails="dense_int8-1" breaks="2"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = ((q.astype("int16") - np.int16(zero_in)) @ w.astype("int16")) + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="zero point forgotten" expect="wrong" fails="dense_int8-1" says="zero point of the input off" breaks="3"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") ) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="zero point added" expect="wrong" fails="dense_int8-1" breaks="3"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") + zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="without b" expect="wrong" fails="dense_int8-1" breaks="4"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32")
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="b taken for a step" expect="wrong" fails="dense_int8-1" breaks="4"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32")
    zero_out = zero_out + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="one scale for all columns" expect="wrong" fails="dense_int8-1" breaks="5"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * float(scale_w[0]) / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="without the output's scale" expect="wrong" fails="dense_int8-1" breaks="5"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64"))) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="multiplied by the output's scale" expect="wrong" fails="dense_int8-1" breaks="5"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") * scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="without the input's scale" expect="wrong" fails="dense_int8-1" breaks="5"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="cut off" expect="wrong" fails="dense_int8-1" says="cuts the fraction off" breaks="6"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.trunc(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="rounded up" expect="wrong" fails="dense_int8-1" breaks="6"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.ceil(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="zero point of the output forgotten" expect="wrong" fails="dense_int8-1" breaks="7"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out))
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="zero point of the output scaled, too" expect="wrong" fails="dense_int8-1" breaks="7"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round((whole + zero_out) * (scale_in * np.asarray(scale_w, "float64") / scale_out))
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="wraps round" expect="wrong" fails="dense_int8-1" breaks="8"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return steps.astype("int64").astype("int8")


# %% exercise="dense_int8" answer="ReLU" expect="wrong" fails="dense_int8-1" breaks="8"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * np.asarray(scale_w, "float64") / scale_out)) + zero_out
    return np.clip(steps, zero_out, 127).astype("int8")


# %% exercise="quantize" answer="a whole number before clipping" expect="wrong" fails="quantize-1"
# exercise: quantize
def quantize(x, scale, zero):
    nearest = np.round(x / scale).astype("int32") + zero
    return np.clip(nearest, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("int32") - zero)).astype("float32")


# %% exercise="quantize" answer="a half added, then cut" expect="wrong" fails="quantize-1"
# exercise: quantize
def quantize(x, scale, zero):
    nearest = np.clip(x / scale + zero + 0.5, -128, 127)
    return nearest.astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("int32") - zero)).astype("float32")


# %% exercise="fit_scale" answer="one number is all zeros" expect="wrong" fails="fit_scale-1"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    if low == high:
        return 1.0, 0
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="fit_scale" answer="a narrow range is nothing" expect="wrong" fails="fit_scale-1"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-6:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="run_lite" answer="every axis of length 1 dropped" expect="wrong" fails="run_lite-1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    (answer,) = runner.get_output_details()
    x = np.asarray(x, "float32")
    return np.stack([np.squeeze(runner(**{name: x[i:i + 1]})[answer]) for i in range(len(x))])


# %% exercise="representative" answer="divided by the brightest pixel" expect="wrong" fails="representative-1"
# exercise: representative
def representative(pictures, n):
    def examples():
        for i in range(n):
            place = i * len(pictures) // n
            yield [(pictures[place:place + 1] / pictures.max()).astype("float32")]

    return examples


# %% exercise="representative" answer="whole steps of the number of pictures" expect="wrong" fails="representative-1"
# exercise: representative
def representative(pictures, n):
    step = len(pictures) // n

    def examples():
        for i in range(n):
            yield [pictures[i * step:i * step + 1].astype("float32") / 255]

    return examples


# %% exercise="read_bytes" answer="cut, not rounded" expect="wrong" fails="read_bytes-1"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(x / scale + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return (scale * (answer.astype("float32") - zero)).astype("float32")


# %% exercise="read_bytes" answer="a whole number before clipping" expect="wrong" fails="read_bytes-1"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    q = np.clip(np.round(x / scale).astype("int32") + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    scale, zero = runner.get_output_details()[target]["quantization"]
    return (scale * (answer.astype("float32") - zero)).astype("float32")


# %% exercise="dense_int8" answer="sums in sixteen bits" expect="wrong" fails="dense_int8-1"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int16") - zero_in) @ w.astype("int16") + b
    steps = np.round(whole * (scale_in * scale_w / scale_out)) + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="dense_int8" answer="a whole number before clipping" expect="wrong" fails="dense_int8-1"
# exercise: dense_int8
def dense_int8(q, w, b, scale_in, zero_in, scale_w, scale_out, zero_out):
    whole = (q.astype("int32") - zero_in) @ w.astype("int32") + b
    steps = np.round(whole * (scale_in * scale_w / scale_out)).astype("int32") + zero_out
    return np.clip(steps, -128, 127).astype("int8")


# %% exercise="quantize" answer="half precision" expect="wrong" fails="quantize-1" breaks="2"
# exercise: quantize
def quantize(x, scale, zero):
    nearest = np.round(x.astype("float16") / np.float16(scale)) + zero
    return np.clip(nearest, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    steps = q.astype("int32") - zero
    return (scale * steps).astype("float32")


# %% exercise="quantize" answer="one axis at least" expect="wrong" fails="quantize-1" breaks="1"
# exercise: quantize
def quantize(x, scale, zero):
    nearest = np.round(x / scale) + zero
    return np.clip(np.atleast_1d(nearest), -128, 127).astype("int8")


def dequantize(q, scale, zero):
    steps = q.astype("int32") - zero
    return (scale * steps).astype("float32")


# %% exercise="run_lite" answer="whole numbers as bytes" expect="wrong" fails="run_lite-1" breaks="4" says="one row of whole numbers"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    ((name, details),) = runner.get_input_details().items()
    x = np.asarray(x)
    x = x.astype("uint8" if x.dtype.kind in "iu" else "float32").astype("float32")
    size = len(x) if details["shape_signature"][0] == -1 else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="representative" answer="n of the function that was made last" expect="wrong" fails="representative-1" breaks="1" says="keeps its own n"
# exercise: representative
def representative(pictures, n):
    global number
    number = n

    def examples():
        for i in range(number):
            place = i * len(pictures) // number
            yield [pictures[place : place + 1].astype("float32") / 255]

    return examples


# %% exercise="quantize" answer="very small scales made larger" expect="wrong" fails="quantize-1" breaks="2"
# exercise: quantize
def quantize(x, scale, zero):
    nearest = np.round(x / max(scale, 0.01)) + zero
    return np.clip(nearest, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    steps = q.astype("int32") - zero
    return (scale * steps).astype("float32")


# %% exercise="quantize" answer="one axis at least, on the way back" expect="wrong" fails="quantize-2" breaks="4"
# exercise: quantize
def quantize(x, scale, zero):
    nearest = np.round(x / scale) + zero
    return np.clip(nearest, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    steps = np.atleast_1d(q).astype("int32") - zero
    return (scale * steps).astype("float32")


# %% exercise="fit_scale" answer="a scale of 1000 at most" expect="wrong" fails="fit_scale-1" breaks="1"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = min((high - low) / 255, 1e3)
    return scale, int(round(-128 - low / scale))


# %% exercise="run_lite" answer="fifty rows at most" expect="wrong" fails="run_lite-1" breaks="1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    ((name, details),) = runner.get_input_details().items()
    x = np.asarray(x[:50], "float32")
    size = len(x) if details["shape_signature"][0] == -1 else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="run_lite" answer="negative numbers cut" expect="wrong" fails="run_lite-1" breaks="4" says="one row of whole numbers"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    ((name, details),) = runner.get_input_details().items()
    x = np.maximum(np.asarray(x, "float32"), -100)
    size = len(x) if details["shape_signature"][0] == -1 else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="run_lite" answer="a runner kept for each length of a file" expect="wrong" fails="run_lite-1" breaks="1" says="ask the file that is handed in"
# exercise: run_lite
kept = {}


def run_lite(content, x):
    if len(content) not in kept:
        kept[len(content)] = Interpreter(model_content=content).get_signature_runner()
    runner = kept[len(content)]
    ((name, details),) = runner.get_input_details().items()
    x = np.asarray(x, "float32")
    size = len(x) if details["shape_signature"][0] == -1 else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="read_bytes" answer="a table of answers, whatever their axes" expect="wrong" fails="read_bytes-1" breaks="1"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale, zero = runner.get_input_details()[source]["quantization"]
    rows = [np.clip(np.round(row / scale) + zero, -128, 127).astype("int8") for row in x]
    scale, zero = runner.get_output_details()[target]["quantization"]
    answers = [runner(**{source: row[np.newaxis]})[target].astype("float32") for row in rows]
    return np.array([np.ravel(scale * (answer - zero)) for answer in answers], "float32")


# %% exercise="representative" answer="a step with a fraction" expect="wrong" fails="representative-1" breaks="7" says="in whole numbers"
# exercise: representative
def representative(pictures, n):
    step = len(pictures) / n

    def examples():
        for i in range(n):
            place = int(i * step)
            yield [(pictures[place] / 255).astype("float32")[np.newaxis]]

    return examples


# %% exercise="run_lite" answer="a table of answers, whatever their axes" expect="wrong" fails="run_lite-1" breaks="1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    x = np.asarray(x, "float32")
    answers = [next(iter(runner(**{name: row[np.newaxis]}).values())).copy() for row in x]
    return np.array(answers).reshape(len(x), -1)


# %% exercise="run_lite" answer="pictures are fixed, rows are not" expect="error" fails="run_lite-1" breaks="3"
# exercise: run_lite
def run_lite(content, x):
    x = np.asarray(x).astype("float32")
    runner = Interpreter(model_content=content).get_signature_runner()
    name = list(runner.get_input_details())[0]
    size = 1 if x.ndim > 2 else len(x)
    parts = []
    for i in range(0, len(x), size):
        parts += list(next(iter(runner(**{name: x[i:i + size]}).values())).copy())
    return np.array(parts)


# %% exercise="quantize" answer="vectorized, which needs an element" expect="error" fails="quantize-1" breaks="1"
# exercise: quantize
def quantize(x, scale, zero):
    @np.vectorize
    def byte(value):
        return round(min(max(float(value) / scale + zero, -128.0), 127.0))

    return np.asarray(byte(x)).astype("int8")


def dequantize(q, scale, zero):
    return (scale * (q.astype("int32") - zero)).astype("float32")


# %% exercise="quantize" answer="vectorized on the way back" expect="error" fails="quantize-2" breaks="4"
# exercise: quantize
def quantize(x, scale, zero):
    return np.clip(np.round(x / scale) + zero, -128, 127).astype("int8")


def dequantize(q, scale, zero):
    return np.asarray(np.vectorize(lambda byte: float(scale * (int(byte) - zero)))(q)).astype("float32")


# %% exercise="fit_scale" answer="ends that are close are equal" expect="wrong" fails="fit_scale-1" breaks="1,2"
# exercise: fit_scale
def fit_scale(low, high):
    if low > high:
        raise ValueError("low is above high")
    low, high = min(low, 0.0), max(high, 0.0)
    if np.isclose(low, high):
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


# %% exercise="run_lite" answer="a signature of the usual name" expect="error" fails="run_lite-1" breaks="2"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner("serving_default")
    ((name, details),) = runner.get_input_details().items()
    x = np.asarray(x, "float32")
    size = len(x) if details["shape_signature"][0] == -1 else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="representative" answer="one place for all calls" expect="wrong" fails="representative-1" breaks="2" says="Each call keeps its own place"
# exercise: representative
def representative(pictures, n):
    class Examples:
        def __call__(self):
            self.i = 0
            return self

        def __iter__(self):
            return self

        def __next__(self):
            if self.i >= n:
                raise StopIteration
            place = self.i * len(pictures) // n
            self.i += 1
            return [pictures[place : place + 1].astype("float32") / 255]

    return Examples()


# %% exercise="read_bytes" answer="scales kept by the names" expect="wrong" fails="read_bytes-1" breaks="2,3"
# exercise: read_bytes
meant = {}


def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    if (source, target) not in meant:
        details = runner.get_input_details()[source], runner.get_output_details()[target]
        meant[source, target] = [each["quantization"] for each in details]
    (scale_in, zero_in), (scale_out, zero_out) = meant[source, target]
    q = np.clip(np.round(x / scale_in) + zero_in, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    return (scale_out * (answer.astype("float32") - zero_out)).astype("float32")


# %% exercise="run_lite" answer="the output is always output_0" expect="error" fails="run_lite-1" breaks="2"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name, details), = runner.get_input_details().items()
    x = np.asarray(x, dtype=np.float32)
    if details["shape_signature"][0] == -1:
        return runner(**{name: x})["output_0"]
    return np.concatenate([runner(**{name: x[i : i + 1]})["output_0"] for i in range(len(x))])


# %% exercise="representative" answer="a picture of pixels 0 and 1 is taken as scaled" expect="wrong" fails="representative-1" breaks="6"
# exercise: representative
def representative(pictures, n):
    m = len(pictures)

    def examples():
        for i in range(n):
            place = i * m // n
            batch = pictures[place : place + 1].astype("float32")
            if batch.max() > 1:                # from 0 to 1 already? then leave it
                batch = batch / 255
            yield [batch]

    return examples


# %% exercise="run_lite" answer="squeezes the answers of a fixed file" expect="wrong" fails="run_lite-1" breaks="1"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    name = list(runner.get_input_details())[0]
    output = list(runner.get_output_details())[0]
    x = np.array(x, dtype=np.float32)
    if runner.get_input_details()[name]["shape_signature"][0] == -1:
        return runner(**{name: x})[output]
    answers = [runner(**{name: row[np.newaxis]})[output] for row in x]
    return np.squeeze(np.array(answers))


# %% exercise="representative" answer="pictures of 0 and 1 taken for scaled" expect="wrong" fails="representative-1" breaks="6"
# exercise: representative
def representative(pictures, n):
    scaled = pictures.astype("float32")
    if scaled.max() > 1:
        scaled = scaled / 255.0

    def examples():
        for i in range(n):
            place = i * len(scaled) // n
            yield [scaled[place:place + 1]]

    return examples


# %% exercise="read_bytes" answer="the zero point of the input for both" expect="wrong" fails="read_bytes-1" breaks="2"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale_in, zero = runner.get_input_details()[source]["quantization"]
    scale_out = runner.get_output_details()[target]["quantization"][0]
    q = np.clip(np.round(x / scale_in) + zero, -128, 127).astype("int8")
    answer = runner(**{source: q})[target]
    return (scale_out * (answer.astype("float32") - zero)).astype("float32")


# %% exercise="read_bytes" answer="stacked by np.vstack" expect="wrong" fails="read_bytes-1" breaks="1" says="np.vstack adds an axis"
# exercise: read_bytes
def read_bytes(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (source,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    scale_in, zero_in = runner.get_input_details()[source]["quantization"]
    scale_out, zero_out = runner.get_output_details()[target]["quantization"]
    q = np.clip(np.round(x / scale_in) + zero_in, -128, 127).astype("int8")
    answers = np.vstack([runner(**{source: q[i : i + 1]})[target] for i in range(len(q))])
    return (scale_out * (answers.astype("float32") - zero_out)).astype("float32")


# %% exercise="run_lite" answer="two dtypes that are changed, and no others" expect="error" fails="run_lite-1"
# exercise: run_lite
def run_lite(content, x):
    """Return the answers of a file for LiteRT to all rows."""
    runner = Interpreter(model_content=content).get_signature_runner()
    (name, details), = runner.get_input_details().items()
    if x.dtype == np.float64 or x.dtype == np.int64:
        x = x.astype("float32")
    if details["shape_signature"][0] == -1:
        return next(iter(runner(**{name: x}).values()))
    answers = []
    for i in range(len(x)):
        answer = runner(**{name: x[i : i + 1]})
        answers.append(next(iter(answer.values())))
    return np.concatenate(answers)


# %% exercise="run_lite" answer="each row's answer made flat" expect="wrong" fails="run_lite-1" breaks="1" says="row's answer keeps its shape"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    name, details = next(iter(runner.get_input_details().items()))
    target = next(iter(runner.get_output_details()))
    x = np.asarray(x).astype("float32")
    if details["shape_signature"][0] == -1:
        return runner(**{name: x})[target]
    answers = [runner(**{name: x[i : i + 1]})[target] for i in range(len(x))]
    return np.array(answers).reshape(len(x), -1)


# %% exercise="run_lite" answer="a -1 anywhere in the shape" expect="wrong" fails="run_lite-1" breaks="3" says="The batch is the first axis"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    ((name, details),) = runner.get_input_details().items()
    x = np.asarray(x, "float32")
    size = len(x) if -1 in details["shape_signature"] else 1
    parts = [runner(**{name: x[i : i + size]}) for i in range(0, len(x), size)]
    return np.concatenate([next(iter(part.values())) for part in parts])


# %% exercise="run_lite" answer="stacked by np.vstack" expect="wrong" fails="run_lite-1" breaks="1" says="np.vstack adds an axis"
# exercise: run_lite
def run_lite(content, x):
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    (target,) = runner.get_output_details()
    x = np.asarray(x, dtype="float32")
    answers = []
    for i in range(len(x)):
        answers.append(runner(**{name: x[i : i + 1]})[target])
    return np.vstack(answers)
