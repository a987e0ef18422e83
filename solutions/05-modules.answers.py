# %% [markdown]
# # Answer bank: modules
#
# Other right answers to the exercises of `05-modules.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="gain" answer="the call is a tf.function itself" expect="right"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0, name="factor")
        self.calls = tf.Variable(0, trainable=False, name="calls", dtype=tf.int32)

    @tf.function
    def __call__(self, x):
        self.calls.assign(self.calls + 1)
        return self.factor * x


# %% exercise="gain" answer="name scope, variables made by a helper method" expect="right"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        with self.name_scope:
            self.factor, self.calls = self.start()

    def start(self):
        return tf.Variable(tf.ones([])), tf.Variable(tf.zeros([], tf.int32), trainable=False)

    @tf.Module.with_name_scope
    def __call__(self, x):
        result = tf.multiply(x, self.factor)
        self.calls.assign_add(tf.constant(1))
        return result


# %% exercise="gain" answer="both are trainable" expect="wrong" fails="gain-1" breaks="6" says="the number of trainable variables"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0)

    def __call__(self, x):
        self.calls.assign_add(1)
        return x * self.factor


# %% exercise="gain" answer="none is trainable" expect="wrong" fails="gain-1" breaks="4" says="only the count is made with trainable=False"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0, trainable=False)
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        return x * self.factor


# %% exercise="gain" answer="a Python count" expect="wrong" fails="gain-1" says="the number of variables is 1, expected 2"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return x * self.factor


# %% exercise="gain" answer="a variable that Python counts for" expect="wrong" fails="gain-1" breaks="2" says="It counted the trace"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)
        self._count = 0

    def __call__(self, x):
        self._count += 1
        self.calls.assign(self._count)
        return x * self.factor


# %% exercise="gain" answer="the count is a float" expect="wrong" fails="gain-1" breaks="5" says="float32"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0.0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1.0)
        return x * self.factor


# %% exercise="gain" answer="a factor for each column" expect="wrong" fails="gain-1" breaks="3"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable([1.0, 1.0])
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        return x * self.factor


# %% exercise="gain" answer="the factor leaves TensorFlow" expect="wrong" fails="gain-1" breaks="4" says="Nothing connects the result"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        return x * tf.stop_gradient(self.factor)


# %% exercise="gain" answer="float64 comes out" expect="wrong" fails="gain-1" breaks="1" says="float64"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        return tf.cast(x * self.factor, tf.float64)


# %% exercise="gain" answer="the last sum kept as well" expect="wrong" fails="gain-1" breaks="7" says="the number of variables is 3, expected 2"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)
        self.last = tf.Variable(0.0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        self.last.assign(tf.reduce_sum(x))
        return x * self.factor


# %% exercise="trainable_size" answer="num_elements" expect="right"
# exercise: trainable_size
def trainable_size(module):
    return sum(variable.shape.num_elements() for variable in module.trainable_variables)


# %% exercise="trainable_size" answer="all variables, sorted out by their flag" expect="right"
# exercise: trainable_size
def trainable_size(module):
    total = 0
    for variable in module.variables:
        if variable.trainable:
            total += variable.numpy().size
    return total


# %% exercise="trainable_size" answer="products of the shapes" expect="right"
# exercise: trainable_size
import math


def trainable_size(module):
    return sum(math.prod(variable.shape) for variable in module.trainable_variables)


# %% exercise="trainable_size" answer="the number of variables" expect="wrong" fails="trainable_size-1" breaks="1" says="count the numbers in each of them"
# exercise: trainable_size
def trainable_size(module):
    return len(module.trainable_variables)


# %% exercise="trainable_size" answer="all variables" expect="wrong" fails="trainable_size-1" breaks="3" says="The count is not trained"
# exercise: trainable_size
def trainable_size(module):
    return sum(variable.shape.num_elements() for variable in module.variables)


# %% exercise="trainable_size" answer="only the first axis" expect="wrong" fails="trainable_size-1" breaks="1" says="Every axis matters"
# exercise: trainable_size
def trainable_size(module):
    return sum(len(variable.numpy()) for variable in module.trainable_variables)


# %% exercise="trainable_size" answer="parts added once more" expect="wrong" fails="trainable_size-1"
# exercise: trainable_size
def trainable_size(module):
    own = sum(variable.shape.num_elements() for variable in module.trainable_variables)
    return own + sum(trainable_size(part) for part in module.submodules)


# %% exercise="trainable_size" answer="a part counts in each place" expect="wrong" fails="trainable_size-1" breaks="4" says="it counts once"
# exercise: trainable_size
def trainable_size(module):
    total = 0
    for value in vars(module).values():
        for thing in value if isinstance(value, list) else [value]:
            if isinstance(thing, tf.Module):
                total += trainable_size(thing)
            elif isinstance(thing, tf.Variable) and thing.trainable:
                total += thing.shape.num_elements()
    return total


# %% exercise="trainable_size" answer="without the parts" expect="wrong" fails="trainable_size-1" breaks="2" says="belong to the whole"
# exercise: trainable_size
def trainable_size(module):
    own = [thing for thing in vars(module).values() if isinstance(thing, tf.Variable)]
    return sum(variable.shape.num_elements() for variable in own if variable.trainable)


# %% exercise="trainable_size" answer="looks into lists but not into dictionaries" expect="wrong" fails="trainable_size-1" breaks="2"
# exercise: trainable_size
def trainable_size(module, met=None):
    met = set() if met is None else met
    total = 0
    for value in vars(module).values():
        for thing in value if isinstance(value, list) else [value]:
            if id(thing) in met:
                continue
            if isinstance(thing, tf.Module):
                met.add(id(thing))
                total += trainable_size(thing, met)
            elif isinstance(thing, tf.Variable) and thing.trainable:
                met.add(id(thing))
                total += thing.shape.num_elements()
    return total


# %% exercise="trainable_size" answer="all numbers in one row, which needs one" expect="error" fails="trainable_size-1" breaks="5"
# exercise: trainable_size
def trainable_size(module):
    return len(tf.concat([tf.reshape(variable, [-1]) for variable in module.trainable_variables], axis=0))


# %% exercise="layer_stack" answer="a list of layers" expect="right"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = tf.nn.relu(layer(x))
        return self.layers[-1](x)


# %% exercise="layer_stack" answer="a dictionary, counted through" expect="right"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.depth = len(sizes) - 1
        self.parts = {f"layer_{i}": Linear(sizes[i], sizes[i + 1]) for i in range(self.depth)}

    @tf.function
    def __call__(self, x):
        for i in range(self.depth):
            x = self.parts[f"layer_{i}"](x)
            if i + 1 < self.depth:
                x = tf.where(x > 0, x, 0.0)
        return x


# %% exercise="layer_stack" answer="a stack in a stack" expect="right"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.bottom = Linear(sizes[0], sizes[1])
        self.top = Stack(sizes[1:]) if len(sizes) > 2 else None

    def __call__(self, x):
        x = self.bottom(x)
        return x if self.top is None else self.top(tf.nn.relu(x))


# %% exercise="layer_stack" answer="no ReLU" expect="wrong" fails="layer_stack-1" breaks="2" says="ReLU is missing"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


# %% exercise="layer_stack" answer="ReLU after the last layer too" expect="wrong" fails="layer_stack-1" breaks="3" says="no ReLU after the last layer"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers:
            x = tf.nn.relu(layer(x))
        return x


# %% exercise="layer_stack" answer="layers made anew at every call" expect="wrong" fails="layer_stack-1" breaks="4" says="the number of variables is 0, expected 4"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = tuple(sizes)

    def __call__(self, x):
        last = len(self.sizes) - 2
        for i, (inputs, outputs) in enumerate(zip(self.sizes, self.sizes[1:])):
            x = Linear(inputs, outputs)(x)
            x = x if i == last else tf.nn.relu(x)
        return x


# %% exercise="layer_stack" answer="layers hidden in a plain object" expect="wrong" fails="layer_stack-1" breaks="4" says="the number of variables is 0, expected 4"
# exercise: layer_stack
class Box:
    pass


class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.box = Box()
        self.box.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.box.layers[:-1]:
            x = tf.nn.relu(layer(x))
        return self.box.layers[-1](x)


# %% exercise="layer_stack" answer="always two layers" expect="wrong" fails="layer_stack-1" breaks="1" says="A layer in the middle is missing"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.first = Linear(sizes[0], sizes[1])
        self.second = Linear(sizes[1], sizes[-1]) if len(sizes) > 2 else None

    def __call__(self, x):
        x = self.first(x)
        return x if self.second is None else self.second(tf.nn.relu(x))


# %% exercise="layer_stack" answer="inputs and outputs swapped" expect="wrong" fails="layer_stack-1" says="other shapes than expected"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(outputs, inputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = tf.nn.relu(layer(x))
        return self.layers[-1](x)


# %% exercise="layer_stack" answer="ReLU on the input" expect="wrong" fails="layer_stack-1"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(tf.nn.relu(x))
        return x


# %% exercise="layer_stack" answer="float64 comes out" expect="wrong" fails="layer_stack-1" breaks="1" says="float64"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = tf.nn.relu(layer(x))
        return tf.cast(self.layers[-1](x), tf.float64)


# %% exercise="layer_stack" answer="ReLU by NumPy" expect="wrong" fails="layer_stack-1" breaks="5" says="numpy"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).numpy().clip(0)
        return self.layers[-1](x)


# %% exercise="rescaler" answer="one variable for both ends" expect="right"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.ends = tf.Variable([float("inf"), float("-inf")], trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        low, high = tf.unstack(self.ends)
        self.ends.assign([tf.minimum(low, tf.reduce_min(x)), tf.maximum(high, tf.reduce_max(x))])

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        width = self.ends[1] - self.ends[0]
        return tf.where(width > 0, (x - self.ends[0]) / width, tf.zeros_like(x))


# %% exercise="rescaler" answer="functions attached in __init__" expect="right"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low, self.high = tf.Variable(float("inf")), tf.Variable(float("-inf"))
        spec = [tf.TensorSpec((None,), tf.float32)]
        self.learn = tf.function(self.take_in, input_signature=spec)

    def take_in(self, x):
        self.low.assign(tf.reduce_min(tf.concat([[self.low], x], axis=0)))
        self.high.assign(tf.reduce_max(tf.concat([[self.high], x], axis=0)))

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="only decorated" expect="error" fails="rescaler-1,rescaler-2"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low, self.high = float("inf"), float("-inf")

    def learn(self, x):
        self.low = min(self.low, float(tf.reduce_min(x)))
        self.high = max(self.high, float(tf.reduce_max(x)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="not repaired" expect="error" fails="rescaler-1,rescaler-2" says="not callable"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low, self.high = float("inf"), float("-inf")

    def learn(self, x):
        self.low = min(self.low, float(tf.reduce_min(x)))
        self.high = max(self.high, float(tf.reduce_max(x)))

    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="no signatures" expect="error" fails="rescaler-2" breaks="5"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(float("inf"), trainable=False)
        self.high = tf.Variable(float("-inf"), trainable=False)

    @tf.function
    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

    @tf.function
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="learn is lost" expect="error" fails="rescaler-2" breaks="4" says="learn"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(float("inf"), trainable=False)
        self.high = tf.Variable(float("-inf"), trainable=False)

    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="the last batch only" expect="wrong" fails="rescaler-1,rescaler-2" breaks="2"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(0.0, trainable=False)
        self.high = tf.Variable(0.0, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        self.low.assign(tf.reduce_min(x))
        self.high.assign(tf.reduce_max(x))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="begins at 0 and 0" expect="wrong" fails="rescaler-1,rescaler-2" breaks="2"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(0.0, trainable=False)
        self.high = tf.Variable(0.0, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="divides by nothing" expect="wrong" fails="rescaler-1" breaks="3"
# exercise: rescaler
class Rescaler(tf.Module):
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
        return (x - self.low) / (self.high - self.low)


# %% exercise="rescaler" answer="float64 comes out" expect="wrong" fails="rescaler-1" breaks="1" says="float64"
# exercise: rescaler
class Rescaler(tf.Module):
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
        return tf.cast(tf.math.divide_no_nan(x - self.low, self.high - self.low), tf.float64)


# %% exercise="life" answer="eight rolls" expect="right"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]
        neighbours = tf.add_n([tf.roll(cells, shift, axis=(0, 1)) for shift in shifts])
        self.board.assign(tf.logical_or(neighbours == 3, tf.logical_and(self.board, neighbours == 2)))
        return self.board.read_value()


# %% exercise="life" answer="a convolution over the padded board" expect="right"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__(name="life")
        self.board = tf.Variable(board, trainable=False, dtype=tf.bool)
        self.window = tf.constant([[1.0, 1, 1], [1, 0, 1], [1, 1, 1]])[:, :, None, None]

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.float32)
        tall = tf.concat([cells[-1:], cells, cells[:1]], axis=0)
        wide = tf.concat([tall[:, -1:], tall, tall[:, :1]], axis=1)
        neighbours = tf.nn.conv2d(wide[None, :, :, None], self.window, strides=1, padding="VALID")[0, :, :, 0]
        self.board.assign(tf.where(self.board, (neighbours > 1.5) & (neighbours < 3.5), tf.abs(neighbours - 3) < 0.5))
        return tf.identity(self.board)


# %% exercise="life" answer="the function attached in __init__" expect="right"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

        @tf.function(input_signature=[])
        def step():
            cells = tf.cast(self.board, tf.int32)
            full = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2))
            self.board.assign((full == 3) | ((full == 4) & self.board))
            return self.board.value()

        self.step = step


# %% exercise="life" answer="a plain decorator: without arguments there is but one graph" expect="right"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board.assign((around == 3) | ((around == 2) & self.board))
        return self.board.read_value()


# %% exercise="life" answer="counts the cell itself" expect="wrong" fails="life-1,life-2" breaks="4" says="not its own neighbour"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        full = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2))
        self.board.assign((full == 3) | ((full == 2) & self.board))
        return self.board.read_value()


# %% exercise="life" answer="nothing is born" expect="wrong" fails="life-1,life-2" breaks="1" says="No cell came alive"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board.assign(self.board & ((around == 2) | (around == 3)))
        return self.board.read_value()


# %% exercise="life" answer="the new board is not kept" expect="wrong" fails="life-1,life-2" breaks="6" says="assign it to the variable"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        return (around == 3) | ((around == 2) & self.board)


# %% exercise="life" answer="no wrapping: zeros around the board" expect="wrong" fails="life-1,life-2" breaks="5" says="wraps around"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.float32)[None, :, :, None]
        around = tf.nn.conv2d(cells, tf.ones((3, 3, 1, 1)), strides=1, padding="SAME")[0, :, :, 0] - cells[0, :, :, 0]
        self.board.assign((around == 3) | ((around == 2) & self.board))
        return self.board.read_value()


# %% exercise="life" answer="not a tf.function" expect="error" fails="life-2" breaks="10" says="step"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board.assign((around == 3) | ((around == 2) & self.board))
        return self.board.read_value()


# %% exercise="life" answer="a tensor in place of a variable" expect="wrong" fails="life-1,life-2" breaks="8" says="no variables"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = board

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board = (around == 3) | ((around == 2) & self.board)
        return self.board


# %% exercise="life" answer="only four neighbours" expect="wrong" fails="life-1,life-2" breaks="4"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, shift, axis) for shift in (-1, 1) for axis in (0, 1))
        self.board.assign((around == 3) | ((around == 2) & self.board))
        return self.board.read_value()


# %% exercise="life" answer="two neighbours are too few" expect="wrong" fails="life-1,life-2" breaks="2" says="with two living neighbours stays"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board.assign(around == 3)
        return self.board.read_value()


# %% exercise="life" answer="nobody dies in a crowd" expect="wrong" fails="life-1,life-2" breaks="3" says="more than three"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board.assign((around == 3) | ((around >= 2) & self.board))
        return self.board.read_value()


# %% exercise="life" answer="the board before the step" expect="wrong" fails="life-1,life-2" breaks="7" says="return the new one"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        before = self.board.read_value()
        self.board.assign((around == 3) | ((around == 2) & self.board))
        return before


# %% exercise="life" answer="a board that is trained" expect="wrong" fails="life-1" breaks="9" says="not to be trained"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board)

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        around = sum(tf.roll(cells, (i, j), (0, 1)) for i in range(-1, 2) for j in range(-1, 2)) - cells
        self.board.assign((around == 3) | ((around == 2) & self.board))
        return self.board.read_value()


# %% exercise="publish" answer="two decorated functions" expect="right"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        label = tf.gather(labels, tf.argmax(found, axis=-1))
        return {"label": label, "score": tf.reduce_max(found, axis=-1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="a module around the scorer, concrete functions" expect="right"
# exercise: publish
class Service(tf.Module):
    def __init__(self, scorer, labels):
        super().__init__()
        self.scorer = scorer
        self.labels = tf.constant(labels)

    @tf.function
    def scores(self, x):
        return {"scores": self.scorer(x)}

    @tf.function
    def best(self, x):
        every = self.scores(x)["scores"]
        top = tf.reduce_max(every, axis=1, keepdims=True)
        place = tf.argmax(tf.cast(every == top, tf.int32), axis=1)
        return {"label": tf.gather(self.labels, place), "score": tf.squeeze(top, axis=1)}


def publish(scorer, labels, folder):
    service = Service(scorer, labels)
    x = tf.TensorSpec([None, scorer.inputs], tf.float32)
    signatures = {name: getattr(service, name).get_concrete_function(x) for name in ("scores", "best")}
    tf.saved_model.save(service, folder, signatures=signatures)


# %% exercise="publish" answer="a bare tensor" expect="wrong" fails="publish-1" breaks="4" says="invents a name"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return scorer(x)

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        return {"label": tf.gather(labels, tf.argmax(found, axis=1)), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="the number of the class in place of its name" expect="wrong" fails="publish-1" breaks="6" says="label"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        return {"label": tf.argmax(found, axis=1), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="one signature only" expect="wrong" fails="publish-1" breaks="1" says="the names of the signatures"
# exercise: publish
def publish(scorer, labels, folder):
    @tf.function(input_signature=[tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")])
    def scores(x):
        return {"scores": scorer(x)}

    tf.saved_model.save(scorer, folder, signatures=scores)


# %% exercise="publish" answer="the input has another name" expect="error" fails="publish-1" breaks="3"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32)

    @tf.function(input_signature=[rows])
    def scores(rows):
        return {"scores": scorer(rows)}

    @tf.function(input_signature=[rows])
    def best(rows):
        found = scorer(rows)
        return {"label": tf.gather(labels, tf.argmax(found, axis=1)), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="the best along the batch" expect="wrong" fails="publish-1"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        return {"label": tf.gather(labels, tf.argmax(found)), "score": tf.reduce_max(found, axis=0)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="made for three rows only" expect="wrong" fails="publish-1" breaks="2"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([3, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        return {"label": tf.gather(labels, tf.argmax(found, axis=1)), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="the labels of the visible check" expect="wrong" fails="publish-1"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        label = tf.gather(["ant", "bee", "fly"], tf.argmax(found[:, :3], axis=1))
        return {"label": label, "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="other names in the answer of best" expect="wrong" fails="publish-1" breaks="5" says="what best returns"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        return {"labels": tf.gather(labels, tf.argmax(found, axis=1)), "scores": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="a probability in place of the score" expect="wrong" fails="publish-1" breaks="7" says="score"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = tf.nn.softmax(scorer(x))
        return {"label": tf.gather(labels, tf.argmax(found, axis=1)), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="gain" answer="one count for all" expect="wrong" fails="gain-1" breaks="5" says="Two Gains share one count"
# exercise: gain
class Gain(tf.Module):
    def __init__(self, calls=tf.Variable(0, trainable=False)):
        super().__init__()
        self.factor, self.calls = tf.Variable(1.0), calls

    def __call__(self, x):
        self.calls.assign_add(1)
        return x * self.factor


# %% exercise="gain" answer="vectors only" expect="error" fails="gain-1" breaks="1"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        return tf.einsum("i,->i", x, self.factor)


# %% exercise="gain" answer="no slope while the factor is 1" expect="wrong" fails="gain-1" breaks="4"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)
    def __call__(self, x):
        self.calls.assign_add(1)
        return tf.where(self.factor == 1.0, x, x * self.factor)


# %% exercise="trainable_size" answer="looks one level deep" expect="wrong" fails="trainable_size-1" breaks="2"
# exercise: trainable_size
def trainable_size(module):
    seen = {}
    for value in vars(module).values():
        for thing in value if isinstance(value, (list, tuple)) else [value]:
            found = [thing] if isinstance(thing, tf.Variable) else []
            if isinstance(thing, tf.Module):
                found = [v for v in vars(thing).values() if isinstance(v, tf.Variable)]
            seen.update({id(v): v.shape.num_elements() for v in found if v.trainable})
    return sum(seen.values())


# %% exercise="trainable_size" answer="variables told apart by name and shape" expect="wrong" fails="trainable_size-1" breaks="1" says="look alike"
# exercise: trainable_size
def trainable_size(module):
    shapes = {(variable.name, tuple(variable.shape)) for variable in module.trainable_variables}
    total = 0
    for _, shape in shapes:
        numbers = 1
        for side in shape:
            numbers *= side
        total += numbers
    return total


# %% exercise="layer_stack" answer="one layer for all of one size" expect="wrong" fails="layer_stack-1" breaks="4" says="expected 4"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        made = {}
        self.layers = []
        for pair in zip(sizes, sizes[1:]):
            if pair not in made:
                made[pair] = Linear(*pair)
            self.layers.append(made[pair])

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = tf.nn.relu(layer(x))
        return self.layers[-1](x)


# %% exercise="layer_stack" answer="ReLU that ends at 6" expect="wrong" fails="layer_stack-1" breaks="2"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [Linear(*pair) for pair in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = tf.nn.relu6(layer(x))
        return self.layers[-1](x)


# %% exercise="rescaler" answer="the largest begins at 0" expect="wrong" fails="rescaler-1,rescaler-2" breaks="2" says="may be below 0"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low, self.high = tf.Variable(float("inf"), trainable=False), tf.Variable(0.0, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="a small range counts as none" expect="wrong" fails="rescaler-1" breaks="2" says="A small range is a range"
# exercise: rescaler
class Rescaler(tf.Module):
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
        spread = self.high - self.low
        return tf.where(spread < 1e-3, 0.0 * x, (x - self.low) / spread)


# %% exercise="rescaler" answer="begins with a billion, not with infinity" expect="wrong" fails="rescaler-1" breaks="2"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(1e9, trainable=False)
        self.high = tf.Variable(-1e9, trainable=False)
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="nothing below 0" expect="wrong" fails="rescaler-1" breaks="2" says="below the range"
# exercise: rescaler
class Rescaler(tf.Module):
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
        return tf.math.divide_no_nan(tf.nn.relu(x - self.low), self.high - self.low)


# %% exercise="life" answer="six neighbours bring life, too" expect="wrong" fails="life-1,life-2" breaks="3"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        neighbours = sum(tf.roll(cells, (down, right), axis=(0, 1))
                         for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0))
        born = ~self.board & (neighbours % 3 == 0) & (neighbours > 0)
        self.board.assign(born | (self.board & ((neighbours == 2) | (neighbours == 3))))
        return self.board.read_value()


# %% exercise="life" answer="nothing beyond the corners" expect="wrong" fails="life-1,life-2" breaks="5" says="beyond a corner"
# exercise: life
class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @tf.function
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        frame = tf.concat([cells[-1:], cells, cells[:1]], axis=0)
        left = tf.pad(cells[:, -1:], [[1, 1], [0, 0]])
        right = tf.pad(cells[:, :1], [[1, 1], [0, 0]])
        frame = tf.concat([left, frame, right], axis=1)
        rows, columns = self.board.shape
        neighbours = sum(frame[i:i + rows, j:j + columns] for i in range(3) for j in range(3)) - cells
        self.board.assign((neighbours == 3) | (self.board & (neighbours == 2)))
        return self.board.read_value()


# %% exercise="publish" answer="class numbers in a byte" expect="wrong" fails="publish-1" breaks="6"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        place = tf.cast(tf.argmax(found, axis=1), tf.uint8)
        return {"label": tf.gather(labels, tf.cast(place, tf.int32)), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="as if every scorer were a kernel" expect="wrong" fails="publish-1"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = x @ scorer(tf.eye(scorer.inputs))
        return {"label": tf.gather(labels, tf.argmax(found, axis=1)), "score": tf.reduce_max(found, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="letters beyond ASCII left out" expect="wrong" fails="publish-1" breaks="6"
# exercise: publish
def publish(scorer, labels, folder):
    names = tf.constant([label.encode("ascii", "ignore") for label in labels])
    signature = [tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")]
    @tf.function(input_signature=signature)
    def scores(x):
        return {"scores": scorer(x)}
    @tf.function(input_signature=signature)
    def best(x):
        all_scores = scorer(x)
        return {"label": tf.gather(names, tf.argmax(all_scores, axis=1)), "score": tf.reduce_max(all_scores, axis=1)}
    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="publish" answer="the two best looked up, one handed out" expect="error" fails="publish-1" breaks="6"
# exercise: publish
def publish(scorer, labels, folder):
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        values, places = tf.math.top_k(scorer(x), k=2)
        return {"label": tf.gather(labels, places[:, 0]), "score": values[:, 0]}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="gain" equal="what tf.Module does there, naming the module, is not used here"
# - super().__init__()
# + pass


# %% exercise="gain" equal="assign_add makes a tensor of a Python 1 itself"
# - self.calls.assign_add(tf.constant(1))
# + self.calls.assign_add(1)


# %% exercise="trainable_size" equal="tensors add up to a tensor of shape [], which is allowed"
# - sizes = [int(tf.size(variable)) for variable in module.trainable_variables]
# + sizes = [tf.size(variable) for variable in module.trainable_variables]


# %% exercise="layer_stack" equal="what tf.Module does there, naming the module, is not used here"
# - super().__init__()
# + pass


# %% exercise="layer_stack" equal="zip ends with the shorter of the two"
# - self.first, *middle = [Linear(*pair) for pair in zip(sizes[:-1], sizes[1:])]
# + self.first, *middle = [Linear(*pair) for pair in zip(sizes[:], sizes[1:])]


# %% exercise="layer_stack" equal="the larger of two numbers does not depend on their order"
# - x = layer(tf.maximum(x, 0.0))
# + x = layer(tf.maximum(0.0, x))


# %% exercise="rescaler" equal="what tf.Module does there, naming the module, is not used here"
# - super().__init__()
# + pass


# %% exercise="rescaler" equal="whether the ends are trainable is left open: nothing trains them here"
# - self.low = tf.Variable(float("inf"), trainable=False)
# + self.low = tf.Variable(float("inf"), trainable=True)


# %% exercise="rescaler" equal="whether the ends are trainable is left open: nothing trains them here"
# - self.low = tf.Variable(float("inf"), trainable=False)
# + self.low = tf.Variable(float('inf'))


# %% exercise="rescaler" equal="whether the ends are trainable is left open: nothing trains them here"
# - self.high = tf.Variable(float("-inf"), trainable=False)
# + self.high = tf.Variable(float("-inf"), trainable=True)


# %% exercise="rescaler" equal="whether the ends are trainable is left open: nothing trains them here"
# - self.high = tf.Variable(float("-inf"), trainable=False)
# + self.high = tf.Variable(float('-inf'))


# %% exercise="rescaler" equal="the smaller of two numbers does not depend on their order"
# - self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
# + self.low.assign(tf.minimum(tf.reduce_min(x), self.low))


# %% exercise="rescaler" equal="the larger of two numbers does not depend on their order"
# - self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))
# + self.high.assign(tf.maximum(tf.reduce_max(x), self.high))


# %% exercise="life" equal="what tf.Module does there, naming the module, is not used here"
# - super().__init__()
# + pass


# %% exercise="life" equal="the board is a bool tensor, and a variable takes the dtype of its start"
# - self.board = tf.Variable(board, trainable=False, dtype=tf.bool)
# + self.board = tf.Variable(board, trainable=False)


# %% exercise="life" equal="neighbours are counted in whole numbers"
# - self.board.assign(tf.where(self.board, (neighbours > 1.5) & (neighbours < 3.5), tf.abs(neighbours - 3) < 0.5))
# + self.board.assign(tf.where(self.board, (neighbours > 1.5) & (neighbours < 3.5), tf.abs(neighbours - 3) < 1.0))


# %% exercise="life" equal="neighbours are counted in whole numbers"
# - self.board.assign(tf.where(self.board, (neighbours > 1.5) & (neighbours < 3.5), tf.abs(neighbours - 3) < 0.5))
# + self.board.assign(tf.where(self.board, (neighbours >= 1.5) & (neighbours < 3.5), tf.abs(neighbours - 3) < 0.5))


# %% exercise="publish" equal="k is 1 by itself"
# - ranking = tf.math.top_k(scorer(x), k=1)
# + ranking = tf.math.top_k(scorer(x))


# %% exercise="layer_stack" answer="the last layer known by its width" expect="wrong" fails="layer_stack-1" breaks="2" says="as wide as the last"
# exercise: layer_stack
class Stack(tf.Module):
    def __init__(self, sizes):
        super().__init__()
        self.outputs = sizes[-1]
        self.layers = [Linear(i, o) for i, o in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
            if x.shape[1] != self.outputs:
                x = tf.nn.relu(x)
        return x


# %% exercise="rescaler" answer="scale and offset apart" expect="wrong" fails="rescaler-1" breaks="2" says="Subtract low before"
# exercise: rescaler
class Rescaler(tf.Module):
    def __init__(self):
        super().__init__()
        self.low = tf.Variable(float("inf"))
        self.high = tf.Variable(float("-inf"))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        self.low.assign(tf.minimum(self.low, tf.reduce_min(x)))
        self.high.assign(tf.maximum(self.high, tf.reduce_max(x)))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        scale = tf.math.divide_no_nan(1.0, self.high - self.low)
        return x * scale - self.low * scale


# %% exercise="life" answer="one board for all worlds of a size" expect="wrong" fails="life-1" says="a board of its own"
# exercise: life
class Life(tf.Module):
    boards = {}

    def __init__(self, board):
        super().__init__()
        size = tuple(board.shape)
        if size not in Life.boards:
            Life.boards[size] = tf.Variable(board, trainable=False)
        self.board = Life.boards[size]
        self.board.assign(board)

    @tf.function
    def step(self):
        cells = tf.cast(self.board, tf.int32)
        neighbours = sum(
            tf.roll(cells, (down, right), axis=(0, 1))
            for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)
        )
        self.board.assign((neighbours == 3) | (self.board & (neighbours == 2)))
        return self.board.read_value()


# %% exercise="publish" answer="the functions of the first time kept" expect="wrong" fails="publish-1" breaks="6"
# exercise: publish
def publish(scorer, labels, folder):
    if not hasattr(scorer, "kept"):
        rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

        @tf.function(input_signature=[rows])
        def scores(x):
            return {"scores": scorer(x)}

        @tf.function(input_signature=[rows])
        def best(x):
            found = scorer(x)
            return {"label": tf.gather(labels, tf.argmax(found, axis=1)), "score": tf.reduce_max(found, axis=1)}

        scorer.kept = {"scores": scores, "best": best}
    tf.saved_model.save(scorer, folder, signatures=dict(scorer.kept))


# %% exercise="publish" answer="the class chosen after a softmax" expect="wrong" fails="publish-1" breaks="6" says="Close scores become equal"
# exercise: publish
def publish(scorer, labels, folder):
    """Save the scorer with the signatures "scores" and "best"."""
    rows = tf.TensorSpec([None, scorer.inputs], tf.float32, name="x")

    @tf.function(input_signature=[rows])
    def scores(x):
        return {"scores": scorer(x)}

    @tf.function(input_signature=[rows])
    def best(x):
        found = scorer(x)
        chances = tf.nn.softmax(found, axis=-1)
        return {"label": tf.gather(tf.constant(labels), tf.argmax(chances, axis=-1)),
                "score": tf.reduce_max(found, axis=-1)}

    tf.saved_model.save(scorer, folder, signatures={"scores": scores, "best": best})


# %% exercise="gain" answer="the change added, which loses a small factor" expect="wrong" fails="gain-1" breaks="1"
# exercise: gain
class Gain(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        self.calls.assign_add(1)
        return x + (self.factor - 1.0) * x


# %% exercise="trainable_size" answer="a walk that goes round in circles" expect="error" fails="trainable_size-1" breaks="2"
# exercise: trainable_size
def trainable_size(module):
    found = {}

    def walk(thing):
        if isinstance(thing, tf.Variable):
            if thing.trainable:
                found[id(thing)] = thing
        elif isinstance(thing, tf.Module):
            for name, value in vars(thing).items():
                if not name.startswith("_self_"):
                    walk(value)
        elif isinstance(thing, dict):
            for value in thing.values():
                walk(value)
        elif isinstance(thing, (list, tuple)):
            for value in thing:
                walk(value)

    walk(module)
    return sum(variable.shape.num_elements() for variable in found.values())


# %% exercise="trainable_size" answer="floats alone" expect="wrong" fails="trainable_size-1" breaks="1"
# exercise: trainable_size
def trainable_size(module):
    return sum(variable.shape.num_elements() for variable in module.trainable_variables if variable.dtype.is_floating)


# %% exercise="rescaler" answer="a range below a trillionth counts as none" expect="wrong" fails="rescaler-1" breaks="2"
# exercise: rescaler
class Rescaler(tf.Module):
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
        width = self.high - self.low
        if width < 1e-12:
            return tf.zeros_like(x)
        return (x - self.low) / width


# %% exercise="life" answer="one table of neighbours for all boards of as many cells" expect="wrong" fails="life-1" breaks="4,5"
# exercise: life
_neighbours = {}


class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)
        rows, columns = board.shape
        self._size = rows * columns
        if self._size not in _neighbours:
            _neighbours[self._size] = [
                [(row + down) % rows * columns + (column + right) % columns
                 for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]
                for row in range(rows) for column in range(columns)
            ]

    @tf.function(input_signature=[])
    def step(self):
        cells = tf.reshape(tf.cast(self.board, tf.int32), [-1])
        count = tf.reduce_sum(tf.gather(cells, tf.constant(_neighbours[self._size])), axis=1)
        alive = (count == 3) | ((cells == 1) & (count == 2))
        self.board.assign(tf.reshape(alive, self.board.shape))
        return self.board.read_value()


# %% exercise="rescaler" answer="moves one end of the range at a time" expect="wrong" fails="rescaler-1" breaks="2"
# exercise: rescaler
class Rescaler(tf.Module):
    """Learns the range of the numbers it sees, and maps numbers from there to 0 … 1."""

    def __init__(self):
        super().__init__()
        self.started = tf.Variable(False, trainable=False)
        self.low = tf.Variable(0.0, trainable=False)
        self.high = tf.Variable(0.0, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        smallest, largest = tf.reduce_min(x), tf.reduce_max(x)
        if self.started:
            if smallest < self.low:
                self.low.assign(smallest)
            elif largest > self.high:
                self.high.assign(largest)
        else:
            self.low.assign(smallest)
            self.high.assign(largest)
            self.started.assign(True)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)


# %% exercise="rescaler" answer="equal in each batch taken for equal" expect="wrong" fails="rescaler-1" breaks="2"
# exercise: rescaler
class Rescaler(tf.Module):
    """Learns the range of the numbers it sees, and maps numbers from there to 0 … 1."""

    def __init__(self):
        super().__init__()
        self.low = tf.Variable(float("inf"), trainable=False)
        self.high = tf.Variable(float("-inf"), trainable=False)
        self.flat = tf.Variable(True, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        smallest, largest = tf.reduce_min(x), tf.reduce_max(x)
        self.low.assign(tf.minimum(self.low, smallest))
        self.high.assign(tf.maximum(self.high, largest))
        self.flat.assign(self.flat & (smallest == largest))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        if self.flat:
            return tf.zeros_like(x)
        return (x - self.low) / (self.high - self.low)


# %% exercise="life" answer="a step of NumPy in the graph" expect="wrong" fails="life-2" breaks="10" says="go back to Python"
# exercise: life
import numpy as np


class Life(tf.Module):
    def __init__(self, board):
        super().__init__()
        self.board = tf.Variable(board, trainable=False)

    @staticmethod
    def _next(board):
        cells = board.astype(np.int32)
        neighbours = sum(
            np.roll(cells, (down, right), axis=(0, 1))
            for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)
        )
        return (neighbours == 3) | (board & (neighbours == 2))

    @tf.function(input_signature=[])
    def step(self):
        new = tf.numpy_function(self._next, [self.board.read_value()], tf.bool)
        self.board.assign(tf.ensure_shape(new, self.board.shape))
        return self.board.read_value()


# %% exercise="layer_stack" answer="layers by the order of their names" expect="error" fails="layer_stack-1" breaks="1"
# exercise: layer_stack
class Stack(tf.Module):
    """Linear layers on top of each other, with ReLU between them and nothing after the last."""

    def __init__(self, sizes):
        """Make the layers."""
        super().__init__()
        for i in range(len(sizes) - 1):
            setattr(self, f"layer{i}", Linear(sizes[i], sizes[i + 1]))

    def __call__(self, x):
        """Return float32[n, sizes[-1]] for x, float32[n, sizes[0]]."""
        layers = list(self.submodules)
        for layer in layers[:-1]:
            x = tf.nn.relu(layer(x))
        return layers[-1](x)


# %% exercise="gain" answer="the factor spread to x.shape" expect="error" fails="gain-1" breaks="1"
# exercise: gain
class Gain(tf.Module):
    """Multiplies by a trainable factor, and counts its calls."""

    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, dtype=tf.int32, trainable=False)

    def __call__(self, x):
        factors = tf.broadcast_to(self.factor, x.shape)
        self.calls.assign_add(1)
        return x * factors


# %% exercise="gain" answer="counts once for each graph" expect="wrong" fails="gain-1" breaks="2" says="Each call counts"
# exercise: gain
class Gain(tf.Module):
    """Multiplies by a trainable factor, and counts its calls."""

    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)
        self._counted = None

    def __call__(self, x):
        """Return x times the factor, and count the call. x: float32 tensor of any shape."""
        if tf.executing_eagerly():
            self.calls.assign_add(1)
        else:
            graph = tf.compat.v1.get_default_graph()
            if graph is not self._counted:
                self._counted = graph
                self.calls.assign_add(1)
        return x * self.factor


# %% exercise="gain" answer="zeros in place of the product while the factor is 0" expect="wrong" fails="gain-1" breaks="4" says="The factor learns at 0"
# exercise: gain
class Gain(tf.Module):
    """Multiplies by a trainable factor, and counts its calls."""

    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(1.0)
        self.calls = tf.Variable(0, trainable=False)

    def __call__(self, x):
        """Return x times the factor, and count the call. x: float32 tensor of any shape."""
        self.calls.assign_add(1)
        return tf.where(tf.equal(self.factor, 0.0), tf.zeros_like(x), x * self.factor)


# %% exercise="layer_stack" answer="zeros of x.shape" expect="error" fails="layer_stack-1" breaks="5"
# exercise: layer_stack
class Stack(tf.Module):
    """Linear layers on top of each other, with ReLU between them and nothing after the last."""

    def __init__(self, sizes):
        super().__init__()
        self.layers = []
        for i in range(len(sizes) - 1):
            self.layers.append(Linear(sizes[i], sizes[i + 1]))

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = layer(x)
            x = tf.maximum(tf.zeros(x.shape), x)
        return self.layers[-1](x)


# %% exercise="layer_stack" answer="the last layer known by its size" expect="wrong" fails="layer_stack-1" breaks="3" says="the last by its place"
# exercise: layer_stack
class Stack(tf.Module):
    """Linear layers on top of each other, with ReLU between them and nothing after the last."""

    def __init__(self, sizes):
        super().__init__()
        self.sizes = list(sizes)
        self.layers = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for outputs, layer in zip(self.sizes[1:], self.layers):
            x = layer(x)
            if self.sizes.index(outputs) < len(self.sizes) - 1:
                x = tf.nn.relu(x)
        return x


# %% exercise="rescaler" answer="learns by numpy_function" expect="wrong" fails="rescaler-2" breaks="4" says="which another program lacks"
# exercise: rescaler
import numpy as np


class Rescaler(tf.Module):
    """Learns the range of the numbers it sees, and maps numbers from there to 0 … 1."""

    def __init__(self):
        super().__init__()
        self.low = tf.Variable(float("inf"), trainable=False)
        self.high = tf.Variable(float("-inf"), trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def learn(self, x):
        smallest = tf.numpy_function(np.min, [x], tf.float32)
        largest = tf.numpy_function(np.max, [x], tf.float32)
        self.low.assign(tf.minimum(self.low, tf.reshape(smallest, [])))
        self.high.assign(tf.maximum(self.high, tf.reshape(largest, [])))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.math.divide_no_nan(x - self.low, self.high - self.low)
