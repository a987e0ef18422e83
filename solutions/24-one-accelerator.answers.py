# %% [markdown]
# # Answer bank: one accelerator
#
# Other right answers to the exercises of `24-one-accelerator.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="run_on" answer="the result first, then returned" expect="right"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        result = function(*arguments)
    return result


# %% exercise="run_on" answer="the device's full name" expect="right"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(f"/job:localhost/replica:0/task:0/device:{device}"):
        return function(*arguments)


# %% exercise="run_on" answer="arguments brought over as well" expect="right"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        return function(*[tf.identity(argument) for argument in arguments])


# %% exercise="run_on" answer="the device is ignored" expect="wrong" fails="run_on-1" breaks="4" says="nothing named the device"
# exercise: run_on
def run_on(device, function, *arguments):
    return function(*arguments)


# %% exercise="run_on" answer="only the result is brought over" expect="wrong" fails="run_on-1" breaks="4" says="Only the result was brought over"
# exercise: run_on
def run_on(device, function, *arguments):
    result = function(*arguments)
    with tf.device(device):
        return tf.identity(result)


# %% exercise="run_on" answer="only the arguments are brought over" expect="wrong" fails="run_on-1" breaks="4" says="nothing named the device"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        arguments = [tf.identity(argument) for argument in arguments]
    return function(*arguments)


# %% exercise="run_on" answer="always the second device" expect="wrong" fails="run_on-1" breaks="4"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device("CPU:1"):
        return function(*arguments)


# %% exercise="run_on" answer="the star forgotten" expect="error" fails="run_on-1" breaks="1" says="missing 1 required positional argument"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        return function(arguments)


# %% exercise="run_on" answer="called twice, here and there" expect="wrong" fails="run_on-1" breaks="2" says="where the step before it"
# exercise: run_on
def run_on(device, function, *arguments):
    function(*arguments)
    with tf.device(device):
        return function(*arguments)


# %% exercise="run_on" answer="nothing returned" expect="wrong" fails="run_on-1" breaks="1" says="forget to return"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        function(*arguments)


# %% exercise="run_on" answer="a graph made of it" expect="wrong" fails="run_on-1" breaks="3" says="call it as it is"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        return tf.function(function)(*arguments)


# %% exercise="damage" answer="count_nonzero" expect="right"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.math.count_nonzero(lost, dtype=tf.int32), tf.math.count_nonzero(over, dtype=tf.int32)


# %% exercise="damage" answer="differences of counts" expect="right"
# exercise: damage
def damage(x, dtype):
    def count(condition):
        return tf.reduce_sum(tf.cast(condition, tf.int32))

    after = tf.cast(x, dtype)
    return count(after == 0) - count(x == 0), count(tf.math.is_inf(after)) - count(tf.math.is_inf(x))


# %% exercise="damage" answer="there and back, with absolute values" expect="right"
# exercise: damage
def damage(x, dtype):
    size, after = tf.abs(x), tf.abs(tf.cast(tf.cast(x, dtype), tf.float32))
    lost = tf.where((size > 0) & (after == 0), 1, 0)
    over = tf.where((size < float("inf")) & (after == float("inf")), 1, 0)
    return tf.reduce_sum(lost), tf.reduce_sum(over)


# %% exercise="damage" answer="zeros that were zeros counted" expect="wrong" fails="damage-1" breaks="4" says="it is not lost"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(after == 0, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="infinities that were infinities counted" expect="wrong" fails="damage-1" breaks="6" says="did not go over"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(tf.math.is_inf(after), tf.int32))


# %% exercise="damage" answer="always float16" expect="wrong" fails="damage-1" breaks="3" says="Cast to the dtype that was asked for"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, tf.float16)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="positive numbers only, lost" expect="wrong" fails="damage-1" breaks="2" says="negative number can be lost"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x > 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="positive numbers only, over" expect="wrong" fails="damage-1" breaks="5" says="negative number can go over"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & (after == float("inf"))
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="float16's smallest number taken for the limit" expect="wrong" fails="damage-1" breaks="2" says="4e-8 is nearer to 6e-8"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (tf.abs(x) < 5.96e-8) if dtype == tf.float16 else (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="float16's largest number taken for the limit" expect="wrong" fails="damage-1" breaks="5" says="65510 is nearer to 65504"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & (tf.abs(x) > dtype.max)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="not a number counted as over" expect="wrong" fails="damage-1" breaks="7" says="not a number is neither"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = ~tf.math.is_inf(x) & ~tf.math.is_finite(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="64-bit counts" expect="wrong" fails="damage-1" breaks="1" says="the dtype is int64"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.math.count_nonzero(lost), tf.math.count_nonzero(over)


# %% exercise="scaled_gradient" answer="tf.where and zeros_like" expect="right"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    finite = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(finite, gradient, tf.zeros_like(gradient)), finite


# %% exercise="scaled_gradient" answer="the scale as output_gradients" expect="right"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w)
    gradient = tape.gradient(value, w, output_gradients=tf.constant(scale)) / scale
    finite = tf.math.logical_not(tf.reduce_any(tf.math.is_nan(gradient - gradient)))
    return (gradient if finite else 0 * w), finite


# %% exercise="scaled_gradient" answer="a variable in place of the tensor" expect="right"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    variable = tf.Variable(w)
    with tf.GradientTape() as tape:
        value = loss(variable) * scale
    gradient = tape.gradient(value, variable) / scale
    finite = tf.math.is_finite(tf.reduce_max(tf.abs(gradient))) & ~tf.reduce_any(tf.math.is_nan(gradient))
    return tf.cond(finite, lambda: gradient, lambda: tf.zeros(tf.shape(w))), finite


# %% exercise="scaled_gradient" answer="no scaling at all" expect="wrong" fails="scaled_gradient-1" breaks="2" says="multiply the loss inside the tape"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w)
    gradient = tape.gradient(value, w)
    finite = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(finite, gradient, tf.zeros_like(gradient)), finite


# %% exercise="scaled_gradient" answer="scaled after the tape" expect="wrong" fails="scaled_gradient-1" breaks="2" says="multiply the loss inside the tape"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w)
    gradient = scale * tape.gradient(value, w) / scale
    finite = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(finite, gradient, tf.zeros_like(gradient)), finite


# %% exercise="scaled_gradient" answer="never divided" expect="wrong" fails="scaled_gradient-1" breaks="3" says="forgot to divide"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w)
    finite = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(finite, gradient, tf.zeros_like(gradient)), finite


# %% exercise="scaled_gradient" answer="w is not watched" expect="error" fails="scaled_gradient-1" says="NoneType"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    finite = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(finite, gradient, tf.zeros_like(gradient)), finite


# %% exercise="scaled_gradient" answer="infinity handed on" expect="wrong" fails="scaled_gradient-1" breaks="4,5" says="a scale that is too large: the gradient"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    return gradient, tf.reduce_all(tf.math.is_finite(gradient))


# %% exercise="scaled_gradient" answer="only the infinite elements are zeros" expect="wrong" fails="scaled_gradient-1" breaks="4,5" says="One bad element spoils the whole gradient"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    fine = tf.math.is_finite(gradient)
    return tf.where(fine, gradient, 0.0), tf.reduce_all(fine)


# %% exercise="scaled_gradient" answer="one flag per element" expect="wrong" fails="scaled_gradient-1" breaks="6" says="whether it is finite"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    fine = tf.math.is_finite(gradient)
    return tf.where(tf.reduce_all(fine), gradient, 0.0), fine


# %% exercise="scaled_gradient" answer="always true" expect="wrong" fails="scaled_gradient-1" breaks="7" says="too large: whether it is finite"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    fine = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(fine, gradient, tf.zeros_like(gradient)), tf.constant(True)


# %% exercise="scaled_gradient" answer="infinity spoils only its own element" expect="wrong" fails="scaled_gradient-1" breaks="4" says="One bad element spoils the whole gradient"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    finite = tf.math.is_finite(gradient)
    gradient = tf.where(finite, gradient, tf.where(tf.math.is_nan(gradient), gradient, 0.0))
    bad = tf.reduce_any(tf.math.is_nan(gradient))
    return tf.where(bad, tf.zeros_like(gradient), gradient), tf.reduce_all(finite)


# %% exercise="scaled_gradient" answer="not a number let through" expect="wrong" fails="scaled_gradient-1" breaks="5" says="only the first element is not a number: the gradient"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    infinite = tf.reduce_any(tf.math.is_inf(gradient))
    return tf.where(infinite, tf.zeros_like(gradient), gradient), tf.reduce_all(tf.math.is_finite(gradient))


# %% exercise="scaled_gradient" answer="one long row" expect="wrong" fails="scaled_gradient-1" breaks="1" says="the gradient of the sum of squares"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tf.reshape(tape.gradient(value, w) / scale, [-1])
    fine = tf.reduce_all(tf.math.is_finite(gradient))
    return tf.where(fine, gradient, tf.zeros_like(gradient)), fine


# %% exercise="next_scale" answer="tf.where throughout" expect="right"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 >= growth)
    larger, smaller = 2.0 * scale, tf.maximum(1.0, scale / 2.0)
    new_scale = tf.where(finite, tf.where(full, larger, scale), smaller)
    new_good = tf.where(finite & ~full, good + 1, 0)
    return new_scale, new_good


# %% exercise="next_scale" answer="nested tf.cond" expect="right"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    def step_was_good():
        return tf.cond(good + 1 >= growth, lambda: (scale * 2.0, tf.constant(0)), lambda: (scale, good + 1))

    return tf.cond(finite, step_was_good, lambda: (tf.maximum(scale * 0.5, 1.0), tf.constant(0)))


# %% exercise="next_scale" answer="arithmetic with 0 and 1" expect="right"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    ok = tf.cast(finite, tf.int32)
    count = (good + 1) * ok
    full = count // growth
    factor = tf.pow(2.0, tf.cast(full + ok - 1, tf.float32))
    return tf.maximum(scale * factor, 1.0), count % growth


# %% exercise="next_scale" answer="the count goes on after doubling" expect="wrong" fails="next_scale-1" breaks="8" says="begins anew when the scale has changed"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    count = good + 1
    if not finite:
        scale, count = tf.maximum(scale / 2.0, 1.0), tf.constant(0)
    elif count % growth == 0:
        scale = scale * 2.0
    return scale, count


# %% exercise="next_scale" answer="the count goes on after halving" expect="wrong" fails="next_scale-1" breaks="9" says="begins anew when the scale has changed"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    if not finite:
        return tf.maximum(scale / 2.0, 1.0), good
    if good + 1 >= growth:
        return scale * 2.0, tf.constant(0)
    return scale, good + 1


# %% exercise="next_scale" answer="one good step too late" expect="wrong" fails="next_scale-1" breaks="2" says="This step counts"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    count = good + 1
    if not finite:
        scale, count = tf.maximum(scale / 2.0, 1.0), tf.constant(0)
    elif good >= growth:
        scale, count = scale * 2.0, tf.constant(0)
    return scale, count


# %% exercise="next_scale" answer="below 1" expect="wrong" fails="next_scale-1" breaks="5" says="Not below 1"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    count = good + 1
    if not finite:
        scale, count = scale / 2.0, tf.constant(0)
    elif count >= growth:
        scale, count = scale * 2.0, tf.constant(0)
    return scale, count


# %% exercise="next_scale" answer="Python asks the tensors" expect="wrong" fails="next_scale-1" breaks="3" says="in a graph"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    count = good.numpy() + 1
    if not finite.numpy():
        return tf.maximum(scale / 2.0, 1.0), tf.constant(0)
    if count >= growth:
        return scale * 2.0, tf.constant(0)
    return scale, tf.constant(count)


# %% exercise="next_scale" answer="doubles at every good step" expect="wrong" fails="next_scale-1" breaks="2,8" says="a good step"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    return tf.where(finite, 2.0 * scale, tf.maximum(scale / 2.0, 1.0)), tf.where(finite, good + 1, 0)


# %% exercise="next_scale" answer="a growth of three, always" expect="wrong" fails="next_scale-1" breaks="2" says="not always 3"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 >= 3)
    new_scale = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.maximum(1.0, scale / 2.0))
    return new_scale, tf.where(finite & ~full, good + 1, 0)


# %% exercise="next_scale" answer="half, rounded down" expect="wrong" fails="next_scale-1" breaks="1" says="an infinite gradient at scale 3"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 >= growth)
    new_scale = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.maximum(1.0, scale // 2.0))
    return new_scale, tf.where(finite & ~full, good + 1, 0)


# %% exercise="next_scale" answer="a wide scale" expect="wrong" fails="next_scale-1" breaks="4" says="float64"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 >= growth)
    new_scale = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.maximum(1.0, scale / 2.0))
    return tf.cast(new_scale, tf.float64), tf.where(finite & ~full, good + 1, 0)


# %% exercise="next_scale" answer="a wide count" expect="wrong" fails="next_scale-1" breaks="6" says="int64"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 >= growth)
    new_scale = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.maximum(1.0, scale / 2.0))
    return new_scale, tf.cast(tf.where(finite & ~full, good + 1, 0), tf.int64)


# %% exercise="next_scale" answer="it never counts" expect="wrong" fails="next_scale-1" breaks="7" says="a good step"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 >= growth)
    new_scale = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.maximum(1.0, scale / 2.0))
    return new_scale, tf.where(finite & ~full, good, 0)


# %% exercise="next_scale" answer="at scale 1 the count goes on" expect="wrong" fails="next_scale-1" breaks="9" says="breaks the row at scale 1"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    count = good + 1
    if not finite:
        if scale > 1.0:
            good = tf.constant(0)
        return tf.maximum(scale / 2.0, 1.0), good
    if count >= growth:
        return scale * 2.0, tf.constant(0)
    return scale, count


# %% exercise="half_step" answer="the float16 product in a function of its own" expect="right"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    def predict():
        return tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32)

    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict() - y) ** 2)
        scaled = scale * loss
    gradient = tape.gradient(scaled, w) / scale
    w.assign_sub(rate * gradient)
    return loss


# %% exercise="half_step" answer="the half weights watched, their gradient cast up" expect="right"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    half = tf.cast(w, tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(half)
        error = tf.cast(tf.cast(x, tf.float16) @ half, tf.float32) - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    gradient = tf.cast(tape.gradient(scaled, half), tf.float32) / scale
    w.assign(w - rate * gradient)
    return loss


# %% exercise="half_step" answer="an optimizer takes the step" expect="right"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    import keras

    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = tf.reduce_mean(tf.square(error))
        scaled = loss * scale
    gradient = tape.gradient(scaled, w)
    variable = keras.Variable(w)
    keras.optimizers.SGD(rate).apply([gradient / scale], [variable])
    w.assign(variable.value)
    return loss


# %% exercise="half_step" answer="squares in float16" expect="wrong" fails="half_step-1" breaks="8" says="square the error in float32"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16) - tf.cast(y, tf.float16)
        loss = tf.cast(tf.reduce_mean(error * error), tf.float32)
        scaled = scale * loss
    w.assign_sub(rate * tape.gradient(scaled, w) / scale)
    return loss


# %% exercise="half_step" answer="the gradient not divided" expect="wrong" fails="half_step-1" breaks="5" says="divide it by the scale"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    w.assign_sub(rate * tape.gradient(scaled, w))
    return loss


# %% exercise="half_step" answer="the scaled loss returned" expect="wrong" fails="half_step-1" breaks="3" says="as it was before scaling"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = scale * tf.reduce_mean(error * error)
    w.assign_sub(rate * tape.gradient(loss, w) / scale)
    return loss


# %% exercise="half_step" answer="the step rounded to float16" expect="wrong" fails="half_step-1" breaks="9" says="The step was rounded away"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    half = tf.cast(w, tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(half)
        error = tf.cast(tf.cast(x, tf.float16) @ half, tf.float32) - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    gradient = tape.gradient(scaled, half) / scale
    w.assign(tf.cast(half - tf.cast(rate, tf.float16) * gradient, tf.float32))
    return loss


# %% exercise="half_step" answer="everything in float32" expect="wrong" fails="half_step-1" breaks="7,10" says="The product was computed in float32"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(x @ w - y))
    w.assign_sub(rate * tape.gradient(loss, w))
    return loss


# %% exercise="half_step" answer="no loss scaling" expect="wrong" fails="half_step-1" breaks="6" says="lost in float16"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = tf.reduce_mean(error * error)
    w.assign_sub(rate * tape.gradient(loss, w))
    return loss


# %% exercise="half_step" answer="uphill" expect="wrong" fails="half_step-1" breaks="4" says="Uphill"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    w.assign_add(rate * tape.gradient(scaled, w) / scale)
    return loss


# %% exercise="half_step" answer="the sum of squares" expect="wrong" fails="half_step-1" breaks="1,4" says="take their mean"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = tf.reduce_sum(error * error)
        scaled = scale * loss
    w.assign_sub(rate * tape.gradient(scaled, w) / scale)
    return loss


# %% exercise="half_step" answer="the loss after the step" expect="wrong" fails="half_step-1" breaks="1" says="the loss"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    def mean():
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        return tf.reduce_mean(error * error)

    with tf.GradientTape() as tape:
        scaled = scale * mean()
    w.assign_sub(rate * tape.gradient(scaled, w) / scale)
    return mean()


# %% exercise="half_step" answer="a wide loss" expect="wrong" fails="half_step-1" breaks="2" says="float64"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        error = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32) - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    w.assign_sub(rate * tape.gradient(scaled, w) / scale)
    return tf.cast(loss, tf.float64)


# %% exercise="busy_share" answer="a loop with the latest end so far" expect="right"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest, busy = start[0], tf.constant(0.0)
    for i in tf.range(tf.shape(start)[0]):
        busy += tf.maximum(end[i] - tf.maximum(start[i], latest), 0.0)
        latest = tf.maximum(latest, end[i])
    return tf.math.divide_no_nan(busy, latest - start[0])


# %% exercise="busy_share" answer="stretches between all moments, each busy or not" expect="right"
# exercise: busy_share
def busy_share(start, end):
    moments = tf.sort(tf.concat([start, end], axis=0))
    middle = (moments[1:] + moments[:-1]) / 2
    running = (start[:, None] <= middle) & (middle <= end[:, None])
    length = moments[1:] - moments[:-1]
    busy = tf.reduce_sum(tf.where(tf.reduce_any(running, axis=0), length, 0.0))
    return tf.math.divide_no_nan(busy, moments[-1] - moments[0])


# %% exercise="busy_share" answer="how many run: plus one, minus one" expect="right"
# exercise: busy_share
def busy_share(start, end):
    moments = tf.concat([start, end], axis=0)
    change = tf.concat([tf.ones_like(start), -tf.ones_like(end)], axis=0)
    order = tf.argsort(moments, stable=True)
    moments, running = tf.gather(moments, order), tf.cumsum(tf.gather(change, order))
    length = moments[1:] - moments[:-1]
    busy = tf.reduce_sum(length * tf.cast(running[:-1] > 0.5, tf.float32))
    return tf.math.divide_no_nan(busy, tf.reduce_max(end) - tf.reduce_min(start))


# %% exercise="busy_share" answer="a wide share" expect="wrong" fails="busy_share-1" breaks="1" says="float64"
# exercise: busy_share
def busy_share(start, end):
    start, end = tf.cast(tf.sort(start), tf.float64), tf.cast(tf.sort(end), tf.float64)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - end[:-1], 0.0))
    span = end[-1] - start[0]
    return tf.math.divide_no_nan(span - gaps, span)


# %% exercise="busy_share" answer="overlaps counted twice" expect="wrong" fails="busy_share-1" breaks="2" says="counted twice"
# exercise: busy_share
def busy_share(start, end):
    return tf.math.divide_no_nan(tf.reduce_sum(end - start), tf.reduce_max(end) - tf.reduce_min(start))


# %% exercise="busy_share" answer="the idle share" expect="wrong" fails="busy_share-1" breaks="2" says="This is the idle share"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0))
    return tf.math.divide_no_nan(gaps, latest[-1] - start[0])


# %% exercise="busy_share" answer="compared with the end of the event before" expect="wrong" fails="busy_share-1" breaks="2" says="look at the latest end so far"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - end[:-1], 0.0))
    span = tf.reduce_max(end) - start[0]
    return tf.math.divide_no_nan(span - gaps, span)


# %% exercise="busy_share" answer="not sorted" expect="wrong" fails="busy_share-1" breaks="2" says="sort them by their start"
# exercise: busy_share
def busy_share(start, end):
    latest = tf.scan(tf.maximum, end)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0))
    span = tf.reduce_max(end) - tf.reduce_min(start)
    return tf.math.divide_no_nan(span - gaps, span)


# %% exercise="busy_share" answer="starts and ends sorted apart" expect="right"
# exercise: busy_share
def busy_share(start, end):
    start, end = tf.sort(start), tf.sort(end)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - end[:-1], 0.0))
    span = end[-1] - start[0]
    return tf.math.divide_no_nan(span - gaps, span)


# %% exercise="busy_share" answer="measured from zero" expect="wrong" fails="busy_share-1" breaks="3" says="begins with the first start"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    gaps = start[0] + tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0))
    return tf.math.divide_no_nan(latest[-1] - gaps, latest[-1])


# %% exercise="busy_share" answer="divided by zero" expect="wrong" fails="busy_share-1" breaks="4" says="twice at moment 5"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    span = latest[-1] - start[0]
    return 1.0 - tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0)) / span


# %% exercise="busy_share" answer="Python's own loop and sort" expect="wrong" fails="busy_share-1" breaks="5" says="in a graph"
# exercise: busy_share
def busy_share(start, end):
    pairs = sorted(zip(start.numpy(), end.numpy()))
    latest, busy = pairs[0][0], 0.0
    for begin, until in pairs:
        busy += max(0.0, until - max(begin, latest))
        latest = max(latest, until)
    span = latest - pairs[0][0]
    return tf.constant(busy / span if span else 0.0, tf.float32)


# %% exercise="run_on" answer="one tensor out of everything" expect="error" fails="run_on-1" breaks="1"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        return tf.identity(function(*arguments))


# %% exercise="damage" answer="bfloat16 takes no harm" expect="wrong" fails="damage-1" breaks="3"
# exercise: damage
def damage(x, dtype):
    if dtype == tf.bfloat16:            # reaches as far as float32
        return tf.constant(0), tf.constant(0)
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.math.count_nonzero(lost, dtype=tf.int32), tf.math.count_nonzero(over, dtype=tf.int32)


# %% exercise="next_scale" answer="never above 65536" expect="wrong" fails="next_scale-1" breaks="2"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 == growth)
    larger, smaller = tf.minimum(2.0 * scale, 65536.0), tf.maximum(scale / 2.0, 1.0)
    new_scale = tf.where(finite, tf.where(full, larger, scale), smaller)
    new_good = tf.where(finite & ~full, good + 1, 0)
    return new_scale, new_good


# %% exercise="half_step" answer="the step in float16" expect="wrong" fails="half_step-1" breaks="9"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    half = tf.cast(w, tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(half)
        error = tf.cast(tf.cast(x, tf.float16) @ half, tf.float32) - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    step = rate * tape.gradient(scaled, half)
    w.assign_sub(tf.cast(step, tf.float32) / scale)
    return loss


# %% exercise="busy_share" answer="to the end of the event that starts last" expect="wrong" fails="busy_share-1" breaks="3"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    gaps = tf.maximum(start[1:] - latest[:-1], 0)
    span = end[-1] - start[0]
    return tf.math.divide_no_nan(span - tf.reduce_sum(gaps), span)


# %% exercise="run_on" answer="the first device is not named" expect="wrong" fails="run_on-1" breaks="4"
# exercise: run_on
def run_on(device, function, *arguments):
    if device == "CPU:0":               # everything runs there anyway
        return function(*arguments)
    with tf.device(device):
        return function(*arguments)


# %% exercise="damage" answer="counted along the first axis" expect="error" fails="damage-1"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32), axis=0), tf.reduce_sum(tf.cast(over, tf.int32), axis=0)


# %% exercise="scaled_gradient" answer="whether the sum is finite" expect="wrong" fails="scaled_gradient-1" breaks="7"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w) * scale
    g = tape.gradient(value, w) / scale
    fine = tf.math.is_finite(tf.reduce_sum(g))
    return tf.where(fine, g, tf.zeros_like(g)), fine


# %% exercise="half_step" answer="the product cast afterwards" expect="wrong" fails="half_step-1" breaks="7"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        product = tf.cast(x @ w, tf.float16)
        error = tf.cast(product, tf.float32) - y
        loss = tf.reduce_mean(error * error)
        larger = scale * loss
    slope = tape.gradient(larger, w) / scale
    w.assign_sub(rate * slope)
    return loss


# %% exercise="busy_share" answer="the latest end begins at zero" expect="wrong" fails="busy_share-1" breaks="2"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end, initializer=0.0)
    gaps = tf.maximum(start[1:] - latest[:-1], 0)
    span = tf.reduce_max(end) - start[0]
    return tf.math.divide_no_nan(span - tf.reduce_sum(gaps), span)


# %% exercise="run_on" answer="only tensors are returned" expect="error" fails="run_on-1" breaks="1"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        return tf.nest.map_structure(tf.convert_to_tensor, function(*arguments))


# %% exercise="damage" answer="minus infinity taken for finite" expect="wrong" fails="damage-1" breaks="6" says="There are two infinities"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = (x < float("inf")) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="counted in 16 bits" expect="wrong" fails="damage-1" breaks="2,5"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    count = lambda flags: tf.cast(tf.reduce_sum(tf.cast(flags, tf.float16)), tf.int32)
    return count(lost), count(over)


# %% exercise="damage" answer="with a nan there is no damage" expect="wrong" fails="damage-1" breaks="2,5" says="not a number is neither"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    if tf.reduce_any(tf.math.is_nan(x)):
        return tf.constant(0), tf.constant(0)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="equal numbers counted once" expect="wrong" fails="damage-1" breaks="2,5"
# exercise: damage
def damage(x, dtype):
    x = tf.reshape(x, [-1])
    x = tf.constant(list(dict.fromkeys(x.numpy().tolist())), tf.float32)
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = tf.math.is_finite(x) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="scaled_gradient" answer="zeros are no good gradient" expect="wrong" fails="scaled_gradient-1" breaks="7" says="Zeros are finite"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w) * scale
    g = tape.gradient(value, w) / scale
    fine = tf.reduce_all(tf.math.is_finite(g)) & tf.reduce_any(g != 0)
    return tf.where(fine, g, tf.zeros_like(g)), fine


# %% exercise="next_scale" answer="half of everything above 1" expect="wrong" fails="next_scale-1" breaks="5" says="Half of it is below 1"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 == growth)
    new = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.where(scale > 1.0, scale / 2.0, scale))
    return new, tf.where(finite & ~full, good + 1, 0)


# %% exercise="next_scale" answer="never above 2 to the 24" expect="wrong" fails="next_scale-1" breaks="2"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 == growth)
    new = tf.where(finite, tf.where(full, tf.minimum(2.0 * scale, 2.0**24), scale), tf.maximum(scale / 2.0, 1.0))
    return new, tf.where(finite & ~full, good + 1, 0)


# %% exercise="next_scale" answer="1 is not doubled" expect="wrong" fails="next_scale-1" breaks="2"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    full = finite & (good + 1 == growth) & (scale > 1.0)
    new = tf.where(finite, tf.where(full, 2.0 * scale, scale), tf.maximum(scale / 2.0, 1.0))
    return new, tf.where(finite & ~full, good + 1, 0)


# %% exercise="half_step" answer="large gradients are cut" expect="wrong" fails="half_step-1" breaks="4"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        loss = tf.reduce_mean((tf.cast(product, tf.float32) - y) ** 2)
        larger = loss * scale
    slope = tf.clip_by_norm(tape.gradient(larger, w) / scale, 1000.0)
    w.assign_sub(rate * slope)
    return loss


# %% exercise="half_step" answer="no scale above 2048" expect="wrong" fails="half_step-1" breaks="6"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    scale = min(scale, 2048.0)
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        loss = tf.reduce_mean((tf.cast(product, tf.float32) - y) ** 2)
        larger = loss * scale
    w.assign_sub(rate * tape.gradient(larger, w) / scale)
    return loss


# %% exercise="half_step" answer="w itself rounded to 16 bits" expect="wrong" fails="half_step-1" breaks="9" says="only the product is made of a rounded copy"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        loss = tf.reduce_mean((tf.cast(product, tf.float32) - y) ** 2)
        larger = loss * scale
    slope = tape.gradient(larger, w) / scale
    w.assign(tf.cast(tf.cast(w, tf.float16), tf.float32) - rate * slope)
    return loss


# %% exercise="busy_share" answer="a span below a thousandth is zero" expect="wrong" fails="busy_share-1" breaks="3"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0))
    span = latest[-1] - start[0]
    return tf.where(span > 1e-3, (span - gaps) / tf.maximum(span, 1e-3), 0.0)


# %% exercise="busy_share" answer="gaps below a thousandth are none" expect="wrong" fails="busy_share-1" breaks="2"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    gaps = start[1:] - latest[:-1]
    gaps = tf.reduce_sum(tf.where(gaps > 1e-3, gaps, 0.0))
    span = latest[-1] - start[0]
    return tf.math.divide_no_nan(span - gaps, span)


# %% exercise="busy_share" answer="of equal starts only the first" expect="wrong" fails="busy_share-1" breaks="2"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start, stable=True)
    start, end = tf.gather(start, order), tf.gather(end, order)
    first = tf.concat([[True], start[1:] != start[:-1]], 0)
    start, end = tf.boolean_mask(start, first), tf.boolean_mask(end, first)
    latest = tf.scan(tf.maximum, end)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0))
    span = latest[-1] - start[0]
    return tf.math.divide_no_nan(span - gaps, span)


# %% exercise="scaled_gradient" answer="the loss too must be finite" expect="wrong" fails="scaled_gradient-1" breaks="7"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w) * scale
    g = tape.gradient(value, w) / scale
    fine = tf.reduce_all(tf.math.is_finite(g)) & tf.math.is_finite(value)
    return tf.where(fine, g, tf.zeros_like(g)), fine


# %% exercise="half_step" answer="the gradient by a formula, in float32" expect="wrong" fails="half_step-1" breaks="10" says="was computed in float32"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    product = tf.cast(tf.cast(x, tf.float16) @ tf.cast(w, tf.float16), tf.float32)
    error = product - y
    slope = 2 / len(x) * tf.transpose(x) @ (scale * error) / scale
    w.assign_sub(rate * slope)
    return tf.reduce_mean(tf.square(error))


# %% exercise="run_on" equal="where an argument lies is left open: each operation copies its operands to its own device"
# - return function(*[tf.identity(argument) for argument in arguments])
# + return function(*[argument for argument in arguments])


# %% exercise="damage" equal="both conditions in the other order"
# - gone = tf.logical_and(tf.not_equal(x, 0.0), tf.equal(cut, 0))
# + gone = tf.logical_and(tf.equal(cut, 0), tf.not_equal(x, 0.0))


# %% exercise="damage" equal="inequality does not depend on the order"
# - gone = tf.logical_and(tf.not_equal(x, 0.0), tf.equal(cut, 0))
# + gone = tf.logical_and(tf.not_equal(0.0, x), tf.equal(cut, 0))


# %% exercise="damage" equal="equality does not depend on the order"
# - gone = tf.logical_and(tf.not_equal(x, 0.0), tf.equal(cut, 0))
# + gone = tf.logical_and(tf.not_equal(x, 0.0), tf.equal(0, cut))


# %% exercise="damage" equal="both conditions in the other order"
# - beyond = tf.logical_and(tf.math.is_finite(x), tf.math.is_inf(cut))
# + beyond = tf.logical_and(tf.math.is_inf(cut), tf.math.is_finite(x))


# %% exercise="scaled_gradient" equal="a product does not depend on the order"
# - larger = tf.multiply(loss(w), scale)
# + larger = tf.multiply(scale, loss(w))


# %% exercise="half_step" equal="keras.Variable takes w itself, no copy of it: the optimizer has changed it already"
# - w.assign(variable.value)
# + pass


# %% exercise="busy_share" equal="tf.argsort is stable without being asked, too; TensorFlow has no other sort yet"
# - order = tf.argsort(moments, stable=True)
# + order = tf.argsort(moments)


# %% exercise="next_scale" equal="the larger of two numbers, in any order"
# - scale, count = tf.maximum(scale / 2.0, 1.0), tf.constant(0)
# + scale, count = tf.maximum(1.0, scale / 2.0), tf.constant(0)


# %% exercise="next_scale" equal="the number 0 is as good as a tensor line by line, and in a graph it becomes one"
# - scale, count = tf.maximum(scale / 2.0, 1.0), tf.constant(0)
# + scale, count = tf.maximum(scale / 2.0, 1.0), 0


# %% exercise="next_scale" equal="the number 0 is as good as a tensor line by line, and in a graph it becomes one"
# - scale, count = scale * 2.0, tf.constant(0)
# + scale, count = scale * 2.0, 0


# %% exercise="next_scale" equal="the larger of two numbers, in any order"
# - larger, smaller = 2.0 * scale, tf.maximum(1.0, scale / 2.0)
# + larger, smaller = 2.0 * scale, tf.maximum(scale / 2.0, 1.0)


# %% exercise="next_scale" equal="the larger of two numbers, in any order"
# - return tf.cond(finite, step_was_good, lambda: (tf.maximum(scale * 0.5, 1.0), tf.constant(0)))
# + return tf.cond(finite, step_was_good, lambda: (tf.maximum(1.0, scale * 0.5), tf.constant(0)))


# %% exercise="busy_share" equal="the larger of two numbers, in any order"
# - latest = tf.maximum(latest, end[i])
# + latest = tf.maximum(end[i], latest)


# %% exercise="run_on" answer="a copy of the result" expect="wrong" fails="run_on-1" breaks="1" says="not a copy of its value"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        result = function(*arguments)
        if tf.is_tensor(result):
            result = tf.identity(result)
    return result


# %% exercise="scaled_gradient" answer="plus infinity alone" expect="wrong" fails="scaled_gradient-1" breaks="4,7" says="of either sign"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w) * scale
    g = tape.gradient(value, w) / scale
    bad = tf.reduce_any((g == float("inf")) | (g != g))
    return tf.where(bad, tf.zeros_like(g), g), tf.logical_not(bad)


# %% exercise="half_step" answer="rounded, then multiplied in float32" expect="wrong" fails="half_step-1" breaks="7" says="multiplied in float32"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        half_x = tf.cast(tf.cast(x, tf.float16), tf.float32)
        half_w = tf.cast(tf.cast(w, tf.float16), tf.float32)
        error = half_x @ half_w - y
        loss = tf.reduce_mean(error * error)
        scaled = scale * loss
    gradient = tape.gradient(scaled, w) / scale
    w.assign_sub(rate * gradient)
    return loss


# %% exercise="half_step" answer="the scaled loss, divided" expect="right"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        error = tf.cast(product, tf.float32) - y
        scaled = tf.reduce_mean(error * error) * scale
    gradient = tape.gradient(scaled, w) / scale
    w.assign_sub(rate * gradient)
    return scaled / scale


# %% exercise="run_on" answer="errors swallowed" expect="wrong" fails="run_on-1" breaks="2" says="a function that fails"
# exercise: run_on
def run_on(device, function, *arguments):
    try:
        with tf.device(device):
            return function(*arguments)
    except ValueError:
        return tf.constant(0.0)


# %% exercise="run_on" answer="called a second time, elsewhere" expect="wrong" fails="run_on-1" breaks="2" says="one call is enough"
# exercise: run_on
def run_on(device, function, *arguments):
    try:
        with tf.device(device):
            return function(*arguments)
    except Exception:
        return function(*arguments)


# %% exercise="run_on" answer="graphs switched off" expect="wrong" fails="run_on-1" breaks="3" says="nothing has to be switched off"
# exercise: run_on
def run_on(device, function, *arguments):
    tf.config.run_functions_eagerly(True)
    try:
        with tf.device(device):
            return function(*arguments)
    finally:
        tf.config.run_functions_eagerly(False)


# %% exercise="half_step" answer="the rate rounded to 16 bits" expect="wrong" fails="half_step-1" breaks="9" says="The rate was rounded"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        error = tf.cast(product, tf.float32) - y
        loss = tf.reduce_mean(error * error)
        larger = scale * loss
    slope = tape.gradient(larger, w) / scale
    w.assign_sub(tf.cast(tf.constant(rate, tf.float16), tf.float32) * slope)
    return loss


# %% exercise="half_step" answer="the rows counted in 16 bits" expect="wrong" fails="half_step-1" breaks="1,4"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        error = tf.cast(product, tf.float32) - y
        rows = tf.cast(tf.cast(tf.shape(y)[0], tf.float16), tf.float32)
        loss = tf.reduce_sum(error * error) / rows
        larger = scale * loss
    slope = tape.gradient(larger, w) / scale
    w.assign_sub(rate * slope)
    return loss


# %% exercise="half_step" answer="no scale above 2 to the 15" expect="wrong" fails="half_step-1" breaks="6"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    scale = min(scale, 2.0**15)
    with tf.GradientTape() as tape:
        product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
        error = tf.cast(product, tf.float32) - y
        loss = tf.reduce_mean(error * error)
        larger = scale * loss
    slope = tape.gradient(larger, w) / scale
    w.assign_sub(rate * slope)
    return loss


# %% exercise="run_on" answer="each error becomes a ValueError" expect="wrong" fails="run_on-1" breaks="2"
# exercise: run_on
def run_on(device, function, *arguments):
    """Return function(*arguments), computed on a device."""
    with tf.device(device):
        try:
            return function(*arguments)
        except Exception as error:
            raise ValueError(f"{function} failed on {device}: {error}") from error


# %% exercise="run_on" answer="a second call where an operation fails" expect="wrong" fails="run_on-1" breaks="2"
# exercise: run_on
def run_on(device, function, *arguments):
    try:
        with tf.device(device):
            return function(*arguments)
    except tf.errors.InvalidArgumentError:      # there is no such device here
        return function(*arguments)


# %% exercise="half_step" answer="the gradient by formula in float32, then rounded" expect="wrong" fails="half_step-1" breaks="10"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
    error = tf.cast(product, tf.float32) - y
    loss = tf.reduce_mean(tf.square(error))
    gradient = 2.0 * scale * tf.matmul(x, error, transpose_a=True) / tf.cast(tf.shape(x)[0], tf.float32)
    slope = tf.cast(tf.cast(gradient, tf.float16), tf.float32) / scale
    w.assign_sub(rate * slope)
    return loss


# %% exercise="run_on" answer="a graph stays where it was" expect="wrong" fails="run_on-1" breaks="4" says="is computed there, too"
# exercise: run_on
def run_on(device, function, *arguments):
    if hasattr(function, "get_concrete_function"):  # it has its graph already
        result = function(*arguments)
        with tf.device(device):
            return tf.nest.map_structure(lambda part: tf.identity(part) if tf.is_tensor(part) else part, result)
    with tf.device(device):
        return function(*arguments)


# %% exercise="run_on" answer="the result moved from where the function put it" expect="wrong" fails="run_on-1" breaks="4" says="stays there: its result is not moved"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        result = function(*arguments)
        if isinstance(result, tf.Tensor):
            result = tf.identity(result)  # make sure that it lies there
    return result


# %% exercise="run_on" answer="a new graph at each call" expect="wrong" fails="run_on-1" breaks="3" says="keeps its graph from call to call"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        if hasattr(function, "python_function"):
            # its graph may have been made for another device: make it here
            function = tf.function(function.python_function)
        return function(*arguments)


# %% exercise="damage" answer="the limit written down, and not reached" expect="wrong" fails="damage-1" breaks="5" says="halfway between two steps"
# exercise: damage
def damage(x, dtype):
    # halfway between the largest number and the next one that there would be
    limit = 65520.0 if dtype == tf.float16 else 3.3961775e38
    lost = (x != 0) & (tf.cast(x, dtype) == 0)
    over = tf.math.is_finite(x) & (tf.abs(x) > limit)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="scaled_gradient" answer="a row of zeros, whatever the shape" expect="wrong" fails="scaled_gradient-1" breaks="1" says="The zeros, too, have the shape"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = scale * loss(w)
    gradient = tape.gradient(value, w) / scale
    finite = tf.reduce_all(tf.math.is_finite(gradient))
    if finite:
        return gradient, finite
    return tf.zeros(len(w)), finite


# %% exercise="scaled_gradient" answer="an infinite loss refused" expect="wrong" fails="scaled_gradient-1" breaks="7" says="the loss may be infinite"
# exercise: scaled_gradient
def scaled_gradient(loss, w, scale):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w)
        larger = scale * value
    g = tape.gradient(larger, w) / scale
    fine = tf.math.is_finite(value) & tf.reduce_all(tf.math.is_finite(g))
    return tf.where(fine, g, tf.zeros_like(g)), fine


# %% exercise="next_scale" answer="NumPy in the graph, without shapes" expect="wrong" fails="next_scale-1" breaks="3" says="has to know both shapes"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    def rule(scale, good, finite):
        if not finite:
            return np.float32(max(scale / 2, 1.0)), np.int32(0)
        if good + 1 == growth:
            return np.float32(2 * scale), np.int32(0)
        return np.float32(scale), np.int32(good + 1)

    import numpy as np

    new_scale, new_good = tf.numpy_function(rule, [scale, good, finite], [tf.float32, tf.int32])
    return new_scale, new_good


# %% exercise="half_step" answer="only the error's slope in float16" expect="wrong" fails="half_step-1" breaks="10" says="the multiplication by x is one in float16"
# exercise: half_step
def half_step(w, x, y, rate, scale):
    product = tf.cast(x, tf.float16) @ tf.cast(w, tf.float16)
    error = tf.cast(product, tf.float32) - y
    loss = tf.reduce_mean(error**2)
    rows = tf.cast(tf.shape(x)[0], tf.float32)
    slope = tf.cast(scale * 2.0 * error / rows, tf.float16)  # the product's gradient
    gradient = tf.matmul(x, tf.cast(slope, tf.float32), transpose_a=True) / scale
    w.assign_sub(rate * gradient)
    return loss


# %% exercise="busy_share" answer="a span below a millionth is zero" expect="wrong" fails="busy_share-1" breaks="4" says="A short time is not zero"
# exercise: busy_share
def busy_share(start, end):
    order = tf.argsort(start)
    start, end = tf.gather(start, order), tf.gather(end, order)
    latest = tf.scan(tf.maximum, end)
    gaps = tf.reduce_sum(tf.maximum(start[1:] - latest[:-1], 0.0))
    span = latest[-1] - start[0]
    return tf.where(span > 1e-6, 1.0 - gaps / span, 0.0)


# %% exercise="run_on" answer="only the arguments decide whether the device is named" expect="wrong" fails="run_on-1" breaks="4" says="does not follow its operands"
# exercise: run_on
def run_on(device, function, *arguments):
    # nothing to move: everything is there already, TensorFlow computes where the operands lie
    if all(place(argument) == device for argument in arguments):
        return function(*arguments)
    with tf.device(device):
        return function(*arguments)


# %% exercise="run_on" answer="copies in a list" expect="wrong" fails="run_on-1" breaks="1" says="is in a list is returned as it came"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device):
        result = function(*arguments)
        if isinstance(result, (list, tuple)):
            # several results: all of them are to lie on the device
            result = type(result)([tf.identity(part) if tf.is_tensor(part) else part for part in result])
    return result


# %% exercise="run_on" answer="the block is never left" expect="wrong" fails="run_on-1" breaks="5" says="named for the call alone"
# exercise: run_on
def run_on(device, function, *arguments):
    tf.device(device).__enter__()
    return function(*arguments)


# %% exercise="run_on" answer="tf.init_scope around the call" expect="wrong" fails="run_on-1" breaks="1" says="would stop every tape"
# exercise: run_on
def run_on(device, function, *arguments):
    with tf.device(device), tf.init_scope():  # line by line, no graph
        result = function(*arguments)
    return result


# %% exercise="damage" answer="a table of limits" expect="wrong" fails="damage-1" breaks="5" says="is rounded down to it"
# exercise: damage
def damage(x, dtype):
    # (half of the smallest number, where infinity begins)
    tiny, huge = {
        tf.float16: (2.0**-25, 65520.0),
        tf.bfloat16: (0.0, 3.39e38),
    }[dtype]
    size = tf.abs(x)
    lost = (x != 0) & (size <= tiny)
    over = tf.math.is_finite(x) & (size >= huge)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="the largest number taken for infinite" expect="wrong" fails="damage-1" breaks="6" says="The largest number is finite"
# exercise: damage
def damage(x, dtype):
    after = tf.cast(x, dtype)
    lost = (x != 0) & (after == 0)
    over = (tf.abs(x) < tf.float32.max) & tf.math.is_inf(after)
    return tf.reduce_sum(tf.cast(lost, tf.int32)), tf.reduce_sum(tf.cast(over, tf.int32))


# %% exercise="damage" answer="-0 taken for a number below zero" expect="wrong" fails="damage-1" breaks="4" says="-0 is zero"
# exercise: damage
import numpy as np


def damage(x, dtype):
    after = tf.cast(x, dtype)
    positive = x > 0
    negative = np.signbit(x)
    lost = (after == 0) & (positive | negative)
    over = tf.math.is_inf(after) & tf.math.is_finite(x)
    return tf.math.count_nonzero(lost, dtype=tf.int32), tf.math.count_nonzero(over, dtype=tf.int32)


# %% exercise="next_scale" answer="at scale 1 good steps are not counted" expect="wrong" fails="next_scale-1" breaks="7" says="good steps are counted"
# exercise: next_scale
def next_scale(scale, good, finite, growth):
    larger, smaller = 2.0 * scale, tf.maximum(scale / 2.0, 1.0)
    new_scale = tf.where(finite, tf.where(good + 1 == growth, larger, scale), smaller)
    # the count begins anew wherever the scale has changed, and at scale 1, where half of it is no change
    anew = (new_scale != scale) | (scale == 1.0)
    new_good = tf.where(anew, 0, good + 1)
    return new_scale, new_good


# %% exercise="busy_share" answer="events of no time left out" expect="wrong" fails="busy_share-1" breaks="3" says="An event that takes no time"
# exercise: busy_share
def busy_share(start, end):
    ran = end > start  # an event that took no time keeps nothing busy

    def share():
        begin, finish = tf.boolean_mask(start, ran), tf.boolean_mask(end, ran)
        order = tf.argsort(begin)
        begin, finish = tf.gather(begin, order), tf.gather(finish, order)
        latest = tf.scan(tf.maximum, finish)
        gaps = tf.maximum(begin[1:] - latest[:-1], 0.0)
        return 1.0 - tf.reduce_sum(gaps) / (latest[-1] - begin[0])

    return tf.cond(tf.reduce_any(ran), share, lambda: tf.constant(0.0))
