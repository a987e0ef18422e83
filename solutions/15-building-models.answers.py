# %% [markdown]
# # Answer bank: building models
#
# Other right answers to the exercises of `15-building-models.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="count_parameters" answer="one branch for each kind" expect="right"
# exercise: count_parameters
def count_parameters(features, stack):
    total = 0
    for kind, *numbers in stack:
        if kind == "dense":
            total += features * numbers[0] + numbers[0]
            features = numbers[0]
        elif kind == "dense without bias":
            total += features * numbers[0]
            features = numbers[0]
        elif kind == "again":
            features = stack[numbers[0]][1]
    return total


# %% exercise="count_parameters" answer="built, and counted by Keras" expect="right"
# exercise: count_parameters
def count_parameters(features, stack):
    made, x = [], keras.Input((features,))
    inputs = x
    for kind, *numbers in stack:
        if kind == "again":
            layer = made[numbers[0]]
        elif kind.startswith("dense"):
            layer = layers.Dense(numbers[0], use_bias=kind == "dense")
        else:
            layer = layers.ReLU() if kind == "relu" else layers.Dropout(numbers[0])
        made.append(layer)
        x = layer(x)
    return keras.Model(inputs, x).count_params() if stack else 0       # not each Keras takes a model of no layer


# %% exercise="count_parameters" answer="widths first, then a sum" expect="right"
# exercise: count_parameters
def count_parameters(features, stack):
    widths = [features]
    for layer in stack:
        widths.append({"again": lambda: stack[layer[1]][1], "relu": lambda: widths[-1], "dropout": lambda: widths[-1]}
                      .get(layer[0], lambda: layer[1])())
    steps = zip(stack, widths, widths[1:])
    return sum((a + (layer[0] == "dense")) * b for layer, a, b in steps if layer[0][:5] == "dense")


# %% exercise="count_parameters" answer="recursion" expect="right"
# exercise: count_parameters
def count_parameters(features, stack, whole=None):
    whole = whole or stack
    if not stack:
        return 0
    (kind, *n), *rest = stack
    match kind:
        case "dense": return features * n[0] + n[0] + count_parameters(n[0], rest, whole)
        case "dense without bias": return features * n[0] + count_parameters(n[0], rest, whole)
        case "again": return count_parameters(whole[n[0]][1], rest, whole)
        case _: return count_parameters(features, rest, whole)


# %% exercise="count_parameters" answer="one weight for each unit" expect="wrong" fails="count_parameters-1" breaks="1"
# exercise: count_parameters
def count_parameters(features, stack):
    return sum(layer[1] * (1 + (layer[0] == "dense")) for layer in stack if layer[0].startswith("dense"))


# %% exercise="count_parameters" answer="no biases" expect="wrong" fails="count_parameters-1" breaks="2" says="Each unit has a bias, too"
# exercise: count_parameters
def count_parameters(features, stack):
    counted = 0
    for layer in stack:
        if layer[0].startswith("dense"):
            counted, features = counted + features * layer[1], layer[1]
        elif layer[0] == "again":
            features = stack[layer[1]][1]
    return counted


# %% exercise="count_parameters" answer="a bias for each input" expect="wrong" fails="count_parameters-1" breaks="2" says="not for each input"
# exercise: count_parameters
def count_parameters(features, stack):
    counted = 0
    for layer in stack:
        if layer[0].startswith("dense"):
            counted += features * layer[1] + (features if layer[0] == "dense" else 0)
            features = layer[1]
        elif layer[0] == "again":
            features = stack[layer[1]][1]
    return counted


# %% exercise="count_parameters" answer="always a bias" expect="wrong" fails="count_parameters-1" breaks="2" says="This one has no bias"
# exercise: count_parameters
def count_parameters(features, stack):
    counted = 0
    for layer in stack:
        if layer[0].startswith("dense"):
            counted, features = counted + (features + 1) * layer[1], layer[1]
        elif layer[0] == "again":
            features = stack[layer[1]][1]
    return counted


# %% exercise="count_parameters" answer="always the features" expect="wrong" fails="count_parameters-1" breaks="3" says="not the 3 features"
# exercise: count_parameters
def count_parameters(features, stack):
    return sum((features + (layer[0] == "dense")) * layer[1] for layer in stack if layer[0].startswith("dense"))


# %% exercise="count_parameters" answer="called again, the width forgotten" expect="wrong" fails="count_parameters-1" breaks="3"
# exercise: count_parameters
def count_parameters(features, stack):
    counted = 0
    for layer in stack:
        if layer[0].startswith("dense"):
            counted += (features + (layer[0] == "dense")) * layer[1]
            features = layer[1]
    return counted


# %% exercise="count_parameters" answer="dropout gives fewer numbers" expect="wrong" fails="count_parameters-1" breaks="4"
# exercise: count_parameters
def count_parameters(features, stack):
    counted = 0
    for layer in stack:
        if layer[0].startswith("dense"):
            counted, features = counted + (features + (layer[0] == "dense")) * layer[1], layer[1]
        elif layer[0] == "again":
            features = stack[layer[1]][1]
        elif layer[0] == "dropout":
            features = round(features * (1 - layer[1]))
    return counted


# %% exercise="count_parameters" answer="counted again" expect="wrong" fails="count_parameters-1" breaks="5" says="has its weights already"
# exercise: count_parameters
def count_parameters(features, stack):
    counted = 0
    for layer in stack:
        if layer[0] == "again":
            layer = stack[layer[1]]
        if layer[0].startswith("dense"):
            counted, features = counted + (features + (layer[0] == "dense")) * layer[1], layer[1]
    return counted


# %% exercise="count_parameters" answer="an empty stack is not thought of" expect="error" fails="count_parameters-1" breaks="6"
# exercise: count_parameters
def count_parameters(features, stack):
    (kind, *numbers), counted = stack[0], 0
    for kind, *numbers in stack:
        if kind.startswith("dense"):
            counted, features = counted + (features + (kind == "dense")) * numbers[0], numbers[0]
        elif kind == "again":
            features = stack[numbers[0]][1]
    return counted


# %% exercise="flat_model" answer="layers only" expect="right"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    outputs = {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    return keras.Model(inputs, outputs)


# %% exercise="flat_model" answer="a part as a model of its own" expect="right"
# exercise: flat_model
def flat_model(numbers, places, units):
    body = keras.Sequential([keras.Input((numbers + 4,)), layers.Dense(units), layers.Activation("relu")])
    a, b = keras.Input((numbers,), name="a"), keras.Input((1,), name="b", dtype="int64")
    seen = body(layers.Concatenate(axis=1)([a, ops.squeeze(layers.Embedding(places, 4)(b), 1)]))
    return keras.Model(inputs={"numbers": a, "place": b},
                       outputs={"price": layers.Dense(1, "linear")(seen), "sold": layers.Dense(1, "sigmoid")(seen)})


# %% exercise="flat_model" answer="a one-hot place and a Dense layer" expect="right"
# exercise: flat_model
def flat_model(numbers, places, units):
    a = keras.Input(shape=(numbers,), name="numbers")
    p = keras.Input(shape=(1,), dtype="int64", name="place")
    v = layers.Dense(4, use_bias=False)(layers.CategoryEncoding(places, output_mode="one_hot")(p))
    h = layers.Dense(units, "relu")(layers.concatenate([a, v]))
    return keras.Model(dict(numbers=a, place=p), dict(price=layers.Dense(1)(h), sold=layers.Dense(1, "sigmoid")(h)))


# %% exercise="flat_model" answer="numbers as one number" expect="wrong" fails="flat_model-1" breaks="1"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,), dtype="float64"), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    )


# %% exercise="flat_model" answer="the place as a float" expect="wrong" fails="flat_model-1" breaks="2"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,))}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    )


# %% exercise="flat_model" answer="no price below 0" expect="wrong" fails="flat_model-1" breaks="3" says="no ReLU there"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(inputs, {"sold": layers.Dense(1, "sigmoid")(hidden), "price": layers.Dense(1, "relu")(hidden)})


# %% exercise="flat_model" answer="sold is a logit" expect="wrong" fails="flat_model-1" breaks="4" says="sigmoid"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(inputs, {"sold": layers.Dense(1)(hidden), "price": layers.Dense(1)(hidden)})


# %% exercise="flat_model" answer="softmax on one unit" expect="wrong" fails="flat_model-1" breaks="4" says="Softmax on one unit is always 1"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    sold = ops.exp(layers.Dense(1)(hidden))
    return keras.Model(inputs, {"sold": sold / ops.sum(sold, axis=1, keepdims=True), "price": layers.Dense(1)(hidden)})


# %% exercise="flat_model" answer="a vector of 3 numbers" expect="wrong" fails="flat_model-1" breaks="5"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 3)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    )


# %% exercise="flat_model" answer="the place comes first" expect="wrong" fails="flat_model-1" breaks="6" says="The numbers come first"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([vector, inputs["numbers"]]))
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    )


# %% exercise="flat_model" answer="no ReLU" expect="wrong" fails="flat_model-1" breaks="6" says="ReLU is missing in the hidden layer"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units)(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    )


# %% exercise="flat_model" answer="two hidden layers, one for each output" expect="wrong" fails="flat_model-1" breaks="7" says="let them share one"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    both = layers.Concatenate()([inputs["numbers"], vector])
    seen = [layers.Dense(units, activation="relu")(both) for _ in range(2)]
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(seen[0]), "price": layers.Dense(1)(seen[1])}
    )


# %% exercise="flat_model" answer="outputs without bias" expect="wrong" fails="flat_model-1" breaks="7" says="The outputs have a bias"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    return keras.Model(inputs, {"sold": layers.Dense(1, "sigmoid", use_bias=False)(hidden),
                                "price": layers.Dense(1, use_bias=False)(hidden)})


# %% exercise="flat_model" answer="a batch normalisation besides" expect="wrong" fails="flat_model-1" breaks="8"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    both = layers.BatchNormalization()(layers.Concatenate()([inputs["numbers"], vector]))
    hidden = layers.Dense(units, activation="relu")(both)
    return keras.Model(
        inputs, {"sold": layers.Dense(1, activation="sigmoid")(hidden), "price": layers.Dense(1)(hidden)}
    )


# %% exercise="siamese" answer="the larger of the sum and a tiny number" expect="right"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.reader = encoder

    def call(self, pair):
        a, b = pair
        gap = self.reader(a) - self.reader(b)
        return ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="both in one batch" expect="right"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.parts = {"encoder": encoder}

    def call(self, pair, training=None):
        codes = self.parts["encoder"](tf.concat([pair[0], pair[1]], axis=0), training=training)
        left, right = tf.split(codes, 2)
        return tf.sqrt(tf.reduce_sum(tf.math.squared_difference(left, right), axis=1, keepdims=True) + 1e-10)


# %% exercise="siamese" answer="a list that holds the encoder twice" expect="right"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.twin = [encoder] * 2

    def call(self, pair):
        a, b = [f(x) for f, x in zip(self.twin, pair)]
        return tf.exp(tf.math.log(tf.maximum(tf.linalg.diag_part((a - b) @ tf.transpose(a - b)), 1e-13)) / 2)[
            :, tf.newaxis
        ]


# %% exercise="siamese" answer="the last axis is lost" expect="wrong" fails="siamese-1" breaks="1" says="keepdims=True keeps the last axis"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1), 1e-12))


# %% exercise="siamese" answer="no root" expect="wrong" fails="siamese-1" breaks="2" says="Take the root"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return ops.sum(gap**2, axis=-1, keepdims=True)


# %% exercise="siamese" answer="absolute differences" expect="wrong" fails="siamese-1" breaks="2" says="Squares, not absolute values"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return ops.sum(ops.abs(gap), axis=-1, keepdims=True)


# %% exercise="siamese" answer="the root of the mean" expect="wrong" fails="siamese-1" breaks="2" says="it is the root of the sum"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return ops.sqrt(ops.maximum(ops.mean(gap**2, axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="a large number under the root" expect="wrong" fails="siamese-1" breaks="3"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return ops.sqrt(ops.sum(gap**2, axis=-1, keepdims=True) + 1e-4)


# %% exercise="siamese" answer="the encoder left out" expect="wrong" fails="siamese-1" breaks="4" says="The encoder was left out"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = pair[0] - pair[1]
        return ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="two encoders" expect="wrong" fails="siamese-1" breaks="4,7" says="There are two encoders"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.left = encoder
        self.right = keras.models.clone_model(encoder)
        self.right.set_weights(encoder.get_weights())

    def call(self, pair):
        gap = self.left(pair[0]) - self.right(pair[1])
        return ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="the slope of the root at 0" expect="wrong" fails="siamese-1" breaks="5" says="infinity times 0 is nan"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return ops.sqrt(ops.sum(gap**2, axis=-1, keepdims=True))


# %% exercise="siamese" answer="a tiny number where all pairs are equal" expect="wrong" fails="siamese-1" breaks="5" says="whatever the other pairs are"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        a, b = self.encoder(pair[0]), self.encoder(pair[1])
        squares = ops.sum((a - b) ** 2, axis=-1, keepdims=True)
        tiny = ops.where(ops.max(squares) > 0, 0.0, 1e-12)
        return ops.sqrt(squares + tiny)


# %% exercise="siamese" answer="never in training" expect="wrong" fails="siamese-1" breaks="6" says="training does not reach the encoder"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        gap = self.encoder(pair[0], training=False) - self.encoder(pair[1], training=False)
        return ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="the encoder inside a function" expect="wrong" fails="siamese-1" breaks="7" says="The encoder's weights are not found"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encode = lambda x: encoder(x)

    def call(self, pair):
        gap = self.encode(pair[0]) - self.encode(pair[1])
        return ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="a weight besides that is not trained" expect="wrong" fails="siamese-1" breaks="7"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.tiny = self.add_weight(
            name="tiny", shape=(), initializer=keras.initializers.Constant(1e-12), trainable=False
        )

    def call(self, pair):
        a, b = self.encoder(pair[0]), self.encoder(pair[1])
        return ops.sqrt(ops.maximum(ops.sum((a - b) ** 2, axis=-1, keepdims=True), self.tiny))


# %% exercise="siamese" answer="a weight besides" expect="wrong" fails="siamese-1" breaks="7"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.scale = layers.Dense(1, use_bias=False, kernel_initializer="ones")

    def call(self, pair):
        gap = self.encoder(pair[0]) - self.encoder(pair[1])
        return self.scale(ops.sqrt(ops.maximum(ops.sum(gap**2, axis=-1, keepdims=True), 1e-12)))


# %% exercise="residual" answer="the projection made in build" expect="right"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        d = input_shape[-1]
        self.first = layers.Dense(self.units, activation="relu")
        self.second = layers.Dense(self.units, kernel_initializer="zeros")
        self.first.build((None, d))
        self.second.build((None, self.units))
        self.projection = None
        if d != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build((None, d))

    def call(self, x):
        way_past = x if self.projection is None else self.projection(x)
        return way_past + self.second(self.first(x))

    def get_config(self):
        config = super().get_config()
        config["units"] = self.units
        return config


# %% exercise="residual" answer="weights of its own" expect="right"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        d, u = input_shape[-1], self.units
        self.k1 = self.add_weight(name="k1", shape=(d, u), initializer="glorot_uniform")
        self.b1 = self.add_weight(name="b1", shape=(u,), initializer="zeros")
        self.k2 = self.add_weight(name="k2", shape=(u, u), initializer="zeros")
        self.b2 = self.add_weight(name="b2", shape=(u,), initializer="zeros")
        self.p = self.add_weight(name="p", shape=(d, u), initializer="glorot_uniform") if d != u else None

    def call(self, x):
        f = ops.relu(x @ self.k1 + self.b1) @ self.k2 + self.b2
        return f + (x if self.p is None else x @ self.p)

    def get_config(self):
        return super().get_config() | {"units": self.units}


# %% exercise="residual" answer="a functional model inside" expect="right"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, s):
        x = keras.Input((s[-1],))
        f = layers.Dense(self.units, kernel_initializer="zeros")(layers.Dense(self.units, activation="relu")(x))
        way = x if s[-1] == self.units else layers.Dense(self.units, use_bias=False)(x)
        self.net = keras.Model(x, layers.Add()([way, f]))
        self.built = True

    def call(self, x):
        return self.net(x)

    def get_config(self):
        return dict(super().get_config(), units=self.units)


# %% exercise="residual" answer="no ReLU" expect="wrong" fails="residual-1" breaks="1" says="ReLU is missing in the first layer"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="ReLU in both layers" expect="wrong" fails="residual-1" breaks="1" says="No ReLU in the second layer"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, "relu", kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="ReLU after the sum, as in the first paper" expect="wrong" fails="residual-1" breaks="4" says="ReLU has cut the sum"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return ops.relu(self.past(x) + self.f[1](self.f[0](x)))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="both kernels begin with zeros" expect="wrong" fails="residual-1" breaks="2" says="no gradient would ever reach them"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [
            layers.Dense(units, "relu", kernel_initializer="zeros"),
            layers.Dense(units, kernel_initializer="zeros"),
        ]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="the first kernel begins with zeros, its bias with ones" expect="wrong" fails="residual-1" breaks="2" says="no gradient would ever reach them"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, activation="relu", kernel_initializer="zeros", bias_initializer="ones")
        self.second = layers.Dense(units, kernel_initializer="zeros")

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build((None, self.units))
        self.projection = None
        if input_shape[-1] != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        way_past = x if self.projection is None else self.projection(x)
        return way_past + self.second(self.first(x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="the usual start" expect="wrong" fails="residual-1" breaks="2,4"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units)]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="always a projection, at first the identity" expect="wrong" fails="residual-1" breaks="3" says="No projection where the widths are equal"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        start = "identity" if input_shape[-1] == self.units else "glorot_uniform"
        self.past = layers.Dense(self.units, use_bias=False, kernel_initializer=start)
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="the second bias begins with ones" expect="wrong" fails="residual-1" breaks="4"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros", bias_initializer="ones")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="x is not added" expect="wrong" fails="residual-1" breaks="4" says="x was not added"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))

    def call(self, x):
        return self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="a projection with bias" expect="wrong" fails="residual-1" breaks="5" says="The projection has no bias"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="a projection with ReLU" expect="wrong" fails="residual-1" breaks="5"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = (
            layers.Dense(self.units, "relu", use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        )
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="the base's settings are not taken" expect="wrong" fails="residual-1" breaks="6"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.f = [layers.Dense(units, "relu"), layers.Dense(units, kernel_initializer="zeros")]

    def build(self, input_shape):
        self.f[0].build(input_shape)
        self.f[1].build((None, self.units))
        self.past = layers.Dense(self.units, use_bias=False) if input_shape[-1] != self.units else layers.Identity()
        self.past.build(input_shape)

    def call(self, x):
        return self.past(x) + self.f[1](self.f[0](x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="pair_model" answer="the broken code, mended" expect="right"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {
        "same": layers.Dense(1, name="same_logit")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum_of_two")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    same_loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer="sgd", loss={"same": same_loss, "sum": "mse"})
    return model


# %% exercise="pair_model" answer="a model as encoder, Adam" expect="right"
# exercise: pair_model
def pair_model(pixels, units):
    encoder = keras.Sequential([keras.Input([pixels]), layers.Dense(units), layers.ReLU()])
    pictures = {"right": keras.Input((pixels,)), "left": keras.Input((pixels,))}
    codes = {side: encoder(pictures[side]) for side in pictures}
    gap = ops.abs(layers.Subtract()([codes["right"], codes["left"]]))
    both = layers.Concatenate()([codes["left"], codes["right"]])
    model = keras.Model(pictures, {"sum": layers.Dense(1)(both), "same": layers.Dense(1)(gap)})

    def cross_entropy(y, logits):
        return keras.losses.binary_crossentropy(y, logits, from_logits=True)

    model.compile("adam", {"same": cross_entropy, "sum": keras.losses.MeanSquaredError()})
    return model


# %% exercise="pair_model" answer="both pictures as a sequence" expect="right"
# exercise: pair_model
def pair_model(pixels, units):
    ins = {k: keras.Input(shape=[pixels], name=k) for k in ["left", "right"]}
    enc = keras.layers.TimeDistributed(layers.Dense(units, "relu"))
    codes = enc(ops.stack([ins["left"], ins["right"]], axis=1))
    same = layers.Dense(1)(ops.max(codes, axis=1) - ops.min(codes, axis=1))
    total = layers.Dense(1)(layers.Reshape((2 * units,))(codes))
    m = keras.Model(ins, {"same": same, "sum": total})
    m.compile(loss={"sum": "mean_squared_error", "same": keras.losses.BinaryCrossentropy(True)})
    return m


# %% exercise="pair_model" answer="one input with both pictures" expect="error" fails="pair_model-1,pair_model-2" breaks="1"
# exercise: pair_model
def pair_model(pixels, units):
    both = keras.Input((2, pixels), name="left")
    codes = layers.Dense(units, activation="relu")(both)
    outputs = {
        "same": layers.Dense(1)(ops.abs(codes[:, 0] - codes[:, 1])),
        "sum": layers.Dense(1)(layers.Flatten()(codes)),
    }
    model = keras.Model({"both": both}, outputs)
    model.compile("sgd", {"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="residual" answer="units alone are kept" expect="wrong" fails="residual-1" breaks="6" says="super().get_config()"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(units, kernel_initializer="zeros")

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build((None, self.units))
        self.projection = None
        if input_shape[-1] != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        way_past = x if self.projection is None else self.projection(x)
        return way_past + self.second(self.first(x))

    def get_config(self):
        return {"units": self.units}


# %% exercise="pair_model" answer="an encoder without ReLU" expect="wrong" fails="pair_model-2" breaks="2" says="ReLU is missing in the encoder"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units)
    a, b = encoder(left), encoder(right)
    outputs = {"same": layers.Dense(1)(ops.abs(a - b)), "sum": layers.Dense(1)(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile(optimizer="sgd", loss={"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="pair_model" answer="the absolute value of the answer" expect="wrong" fails="pair_model-2" breaks="3" says="The absolute value belongs to the difference"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {"same": ops.abs(layers.Dense(1)(a - b)), "sum": layers.Dense(1)(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile(optimizer="sgd", loss={"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="pair_model" answer="two encoders" expect="wrong" fails="pair_model-1,pair_model-2" breaks="2" says="There are two encoders"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    a, b = layers.Dense(units, activation="relu")(left), layers.Dense(units, activation="relu")(right)
    outputs = {"same": layers.Dense(1)(ops.abs(a - b)), "sum": layers.Dense(1)(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile("sgd", {"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="pair_model" answer="the difference with its sign" expect="wrong" fails="pair_model-2" breaks="3" says="The absolute difference"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {"same": layers.Dense(1)(a - b), "sum": layers.Dense(1)(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile("sgd", {"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="pair_model" answer="right comes first" expect="wrong" fails="pair_model-2" breaks="4" says="Left comes first"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {"same": layers.Dense(1)(ops.abs(a - b)), "sum": layers.Dense(1)(ops.concatenate([b, a], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile("sgd", {"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="pair_model" answer="losses by layer names" expect="error" fails="pair_model-2" breaks="5"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {"same": layers.Dense(1, name="same_logit")(ops.abs(a - b)),
               "sum": layers.Dense(1, name="sum_of_two")(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile("sgd", {"same_logit": keras.losses.BinaryCrossentropy(from_logits=True), "sum_of_two": "mse"})
    return model


# %% exercise="pair_model" answer="a logit taken for a probability" expect="wrong" fails="pair_model-2" breaks="5" says="from_logits=True"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {"same": layers.Dense(1)(ops.abs(a - b)), "sum": layers.Dense(1)(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile("sgd", {"same": "binary_crossentropy", "sum": "mse"})
    return model


# %% exercise="weights_text" answer="nine digits" expect="right"
# exercise: weights_text
def to_text(model):
    lines = []
    for weight in model.weights:
        shape = "x".join(map(str, weight.shape)) if len(weight.shape) else "-"
        lines.append(" ".join([weight.path, shape] + [f"{value:.9g}" for value in weight.numpy().ravel()]))
    return "\n".join(lines) + "\n"


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("the number of lines")
    values = []
    for line, weight in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != weight.path or shape != ("x".join(map(str, weight.shape)) or "-"):
            raise ValueError(f"{path} {shape}")
        values.append(np.array(numbers, "float32").reshape(weight.shape))     # refuses a wrong number of values
    model.set_weights(values)


# %% exercise="weights_text" answer="a dictionary and NumPy's own digits" expect="right"
# exercise: weights_text
def to_text(model):
    rows = {w.path: (tuple(w.shape), np.array(w)) for w in model.weights}
    return "\n".join(f"{path} {'x'.join(f'{n}' for n in shape) or '-'} " + " ".join(map(str, array.reshape(-1).tolist()))
                     for path, (shape, array) in rows.items())


def from_text(model, text):
    parts = [line.split(" ") for line in text.splitlines()]
    wanted = [[w.path, "x".join(f"{n}" for n in w.shape) or "-"] for w in model.weights]
    if [part[:2] for part in parts] != wanted:
        raise ValueError("the text is of another model")
    if any(len(part) - 2 != int(np.prod(w.shape)) for part, w in zip(parts, model.weights)):
        raise ValueError("too few or too many values in a line")
    for part, w in zip(parts, model.weights):
        w.assign(tf.reshape(tf.strings.to_number(part[2:]), w.shape))


# %% exercise="weights_text" answer="savetxt and seventeen digits" expect="right"
# exercise: weights_text
import io
def to_text(model):
    out = io.StringIO()
    for w in model.weights:
        out.write(w.path + " " + ("x".join(str(int(n)) for n in w.shape) or "-") + " ")
        np.savetxt(out, np.array(w).reshape(1, -1), fmt="%.17g")
    return out.getvalue()


def from_text(model, text):
    rows = [row.split() for row in text.splitlines() if row.strip()]
    if len(rows) != len(model.weights):
        raise ValueError("lines")
    new = []
    for w, (path, shape, *values) in zip(model.weights, rows):
        want = tuple(int(n) for n in shape.split("x")) if shape != "-" else ()
        if (path, want) != (w.path, tuple(w.shape)) or len(values) != np.prod(want, dtype=int):
            raise ValueError(path)
        new.append(np.float32([float(v) for v in values]).reshape(want))
    model.set_weights(new)


# %% exercise="weights_text" answer="all in one line" expect="wrong" fails="weights_text-1" breaks="1"
# exercise: weights_text
def to_text(model):
    return ";".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                    for w in model.weights)


def from_text(model, text):
    lines = text.replace("\n", ";").split(";")
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="the shape as Python writes it" expect="wrong" fails="weights_text-1" breaks="2"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, str(tuple(w.shape)).replace(" ", ""), *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape not in (str(tuple(w.shape)).replace(" ", ""), "x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="transposed on the way" expect="wrong" fails="weights_text-1" breaks="2"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().T.ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape[::-1]).T)
    model.set_weights(values)


# %% exercise="weights_text" answer="print's six digits" expect="wrong" fails="weights_text-1" breaks="3" says="nine significant ones"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="twelve digits after the point" expect="wrong" fails="weights_text-1" breaks="3" says="nine significant ones"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.12f}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="assigned line by line" expect="wrong" fails="weights_text-1" breaks="4" says="Compare everything first"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        w.assign(np.array(numbers, "float32").reshape(w.shape))


# %% exercise="weights_text" answer="zip stops at the shorter one" expect="wrong" fails="weights_text-1" breaks="5"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    values = model.get_weights()
    for i, (line, w) in enumerate(zip(text.splitlines(), model.weights)):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values[i] = np.array(numbers, "float32").reshape(w.shape)
    model.set_weights(values)


# %% exercise="weights_text" answer="too many lines are let through" expect="wrong" fails="weights_text-1" breaks="5"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    values = []
    for line, w in zip(text.splitlines(), model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="paths are not compared" expect="wrong" fails="weights_text-1" breaks="6"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="only the number of values is compared" expect="wrong" fails="weights_text-1" breaks="7"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path:
            raise ValueError(path)
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="as many values as are needed, the rest ignored" expect="wrong" fails="weights_text-1" breaks="8"
# exercise: weights_text
def to_text(model):
    return "\n".join(" ".join([w.path, "x".join(map(str, w.shape)) or "-", *(f"{v:.9g}" for v in w.numpy().ravel())])
                     for w in model.weights)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-"):
            raise ValueError(path)
        values.append(np.resize(np.array(numbers, "float32"), tuple(w.shape)))
    model.set_weights(values)


# %% exercise="count_parameters" answer="layers taken out of the list" expect="wrong" fails="count_parameters-1" breaks="7" says="took the layers out"
# exercise: count_parameters
def count_parameters(features, stack):
    total = 0
    whole = list(stack)
    while stack:
        kind, *numbers = stack.pop(0)
        if kind == "dense":
            total += (features + 1) * numbers[0]
            features = numbers[0]
        elif kind == "dense without bias":
            total += features * numbers[0]
            features = numbers[0]
        elif kind == "again":
            features = whole[numbers[0]][1]
    return total


# %% exercise="count_parameters" answer="again, for layers with bias only" expect="wrong" fails="count_parameters-1" breaks="3"
# exercise: count_parameters
def count_parameters(features, stack):
    total = 0
    for kind, *numbers in stack:
        if kind == "dense":
            total += (features + 1) * numbers[0]
            features = numbers[0]
        elif kind == "dense without bias":
            total += features * numbers[0]
            features = numbers[0]
        elif kind == "again":
            features = stack[numbers[0]][1] if stack[numbers[0]][0] == "dense" else features
    return total


# %% exercise="flat_model" answer="dropout after the hidden layer" expect="wrong" fails="flat_model-1" breaks="8" says="the same in training"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    hidden = layers.Dropout(0.3)(hidden)
    outputs = {"price": layers.Dense(1)(hidden), "sold": layers.Dense(1, activation="sigmoid")(hidden)}
    return keras.Model(inputs, outputs)


# %% exercise="siamese" answer="training for the first one alone" expect="wrong" fails="siamese-1" breaks="6" says="one of the two inputs alone"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair, training=False):
        a, b = pair
        gap = self.encoder(a, training=training) - self.encoder(b, training=False)
        return ops.sqrt(ops.maximum(ops.sum(ops.square(gap), axis=-1, keepdims=True), 1e-12))


# %% exercise="siamese" answer="the encoder thawed" expect="wrong" fails="siamese-1" breaks="4" says="thawed the encoder"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        encoder.trainable = True

    def call(self, pair):
        a, b = pair
        gap = self.encoder(a) - self.encoder(b)
        return ops.sqrt(ops.maximum(ops.sum(ops.square(gap), axis=-1, keepdims=True), 1e-12))


# %% exercise="residual" answer="ReLU up to 6" expect="wrong" fails="residual-1" breaks="1"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, activation="relu6")
        self.second = layers.Dense(units, kernel_initializer="zeros")
        self.projection = None

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build((None, self.units))
        if input_shape[-1] != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        past = x if self.projection is None else self.projection(x)
        return past + self.second(self.first(x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="dropout inside" expect="wrong" fails="residual-1" breaks="1" says="all weights −1, in training"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(units, kernel_initializer="zeros")
        self.drop = layers.Dropout(0.4)
        self.projection = None

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build((None, self.units))
        if input_shape[-1] != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        past = x if self.projection is None else self.projection(x)
        return past + self.second(self.drop(self.first(x)))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="units kept by the class" expect="wrong" fails="residual-1" says="not of the class"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        type(self).units = units
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(units, kernel_initializer="zeros")
        self.projection = None

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build((None, self.units))
        if input_shape[-1] != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        past = x if self.projection is None else self.projection(x)
        return past + self.second(self.first(x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="pair_model" answer="the encoder frozen" expect="wrong" fails="pair_model-1,pair_model-2" breaks="2" says="The encoder is frozen"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu", trainable=False)
    a, b = encoder(left), encoder(right)
    outputs = {
        "same": layers.Dense(1, name="same")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    same_loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer="sgd", loss={"same": same_loss, "sum": "mse"})
    return model


# %% exercise="weights_text" answer="the last part of a path compared" expect="wrong" fails="weights_text-1" breaks="6" says="the path of another model"
# exercise: weights_text
def to_text(model):
    lines = []
    for w in model.weights:
        v = w.numpy()
        shape = "x".join(map(str, v.shape)) or "-"
        lines.append(" ".join([w.path, shape, *(f"{x:.9g}" for x in v.ravel())]))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split(" ")
        fits = len(numbers) == int(np.prod(w.shape))
        if path.split("/")[-1] != w.path.split("/")[-1] or shape != ("x".join(map(str, w.shape)) or "-") or not fits:
            raise ValueError("does not fit")
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="the number of rows compared" expect="wrong" fails="weights_text-1" breaks="7" says="the shape 2 for 2x1"
# exercise: weights_text
def to_text(model):
    lines = []
    for w in model.weights:
        v = w.numpy()
        shape = "x".join(map(str, v.shape)) or "-"
        lines.append(" ".join([w.path, shape, *(f"{x:.9g}" for x in v.ravel())]))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split(" ")
        fits = len(numbers) == int(np.prod(w.shape))
        if path != w.path or shape.split("x")[0] != (str(w.shape[0]) if len(w.shape) else "-") or not fits:
            raise ValueError("does not fit")
        values.append(np.array(numbers, "float32").reshape(w.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="very small numbers become 0" expect="wrong" fails="weights_text-1" breaks="3" says="comes back exactly"
# exercise: weights_text
def to_text(model):
    lines = []
    for w in model.weights:
        v = w.numpy()
        shape = "x".join(map(str, v.shape)) or "-"
        lines.append(" ".join([w.path, shape, *(f"{x:.9g}" for x in v.ravel())]))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("lines")
    values = []
    for line, w in zip(lines, model.weights):
        path, shape, *numbers = line.split(" ")
        if path != w.path or shape != ("x".join(map(str, w.shape)) or "-") or len(numbers) != int(np.prod(w.shape)):
            raise ValueError("does not fit")
        row = np.array(numbers, "float32").reshape(w.shape)
        values.append(np.where(np.abs(row) < np.finfo("float32").tiny, np.float32(0), row))
    model.set_weights(values)


# %% exercise="count_parameters" answer="strong dropout leaves fewer numbers" expect="wrong" fails="count_parameters-1" breaks="4"
# exercise: count_parameters
def count_parameters(features, stack):
    total = 0
    for kind, *numbers in stack:
        if kind == "dense":
            total += (features + 1) * numbers[0]
            features = numbers[0]
        elif kind == "dense without bias":
            total += features * numbers[0]
            features = numbers[0]
        elif kind == "dropout" and numbers[0] > 0.5:
            features = int(features * (1 - numbers[0]))
        elif kind == "again":
            features = stack[numbers[0]][1]
    return total


# %% exercise="count_parameters" answer="ten layers at most" expect="wrong" fails="count_parameters-1" breaks="1"
# exercise: count_parameters
def count_parameters(features, stack):
    total = 0
    for kind, *numbers in stack[:10]:
        if kind == "dense":
            total += (features + 1) * numbers[0]
            features = numbers[0]
        elif kind == "dense without bias":
            total += features * numbers[0]
            features = numbers[0]
        elif kind == "again":
            features = stack[numbers[0]][1]
    return total


# %% exercise="flat_model" answer="large numbers cut" expect="wrong" fails="flat_model-1" breaks="6"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    seen = ops.clip(inputs["numbers"], -20, 20)
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([seen, vector]))
    outputs = {"price": layers.Dense(1)(hidden), "sold": layers.Dense(1, activation="sigmoid")(hidden)}
    return keras.Model(inputs, outputs)


# %% exercise="siamese" answer="large distances cut" expect="wrong" fails="siamese-1" breaks="2"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        a, b = pair
        gap = self.encoder(a) - self.encoder(b)
        squares = ops.sum(ops.square(gap), axis=-1, keepdims=True)
        return ops.sqrt(ops.clip(squares, 1e-12, 2500.0))


# %% exercise="pair_model" answer="codes cut" expect="wrong" fails="pair_model-2" breaks="2"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation=keras.layers.ReLU(max_value=8.0))
    a, b = encoder(left), encoder(right)
    outputs = {
        "same": layers.Dense(1, name="same")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    same_loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer="sgd", loss={"same": same_loss, "sum": "mse"})
    return model


# %% exercise="pair_model" answer="dropout on the right code" expect="wrong" fails="pair_model-2" breaks="4"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    b = layers.Dropout(0.2)(b)
    outputs = {
        "same": layers.Dense(1, name="same")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    same_loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer="sgd", loss={"same": same_loss, "sum": "mse"})
    return model


# %% exercise="flat_model" answer="every axis of length 1 is taken away" expect="error" fails="flat_model-1" breaks="3"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,)), "place": keras.Input((1,), dtype="int64")}
    vector = ops.squeeze(layers.Embedding(places, 4)(inputs["place"]))
    both = ops.concatenate([inputs["numbers"], vector], axis=-1)
    hidden = layers.Dense(units, activation="relu")(both)
    return keras.Model(inputs, {"price": layers.Dense(1)(hidden), "sold": layers.Dense(1, activation="sigmoid")(hidden)})


# %% exercise="siamese" answer="a tiny number where the inputs are equal" expect="wrong" fails="siamese-1" breaks="5" says="look at them, not at the inputs"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        a, b = pair
        squares = ops.sum(ops.square(self.encoder(a) - self.encoder(b)), axis=-1, keepdims=True)
        same = ops.all(ops.equal(a, b), axis=-1, keepdims=True)
        return ops.sqrt(ops.where(same, squares + 1e-12, squares))


# %% exercise="pair_model" answer="one encoder for all models" expect="wrong" fails="pair_model-1" breaks="6" says="each model has its own"
# exercise: pair_model
_encoders = {}


def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = _encoders.setdefault((pixels, units), layers.Dense(units, activation="relu"))
    a, b = encoder(left), encoder(right)
    outputs = {"same": layers.Dense(1)(ops.abs(a - b)), "sum": layers.Dense(1)(ops.concatenate([a, b], axis=-1))}
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile("sgd", {"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="weights_text" answer="of a single number the first value alone" expect="wrong" fails="weights_text-1" breaks="8"
# exercise: weights_text
def to_text(model):
    lines = []
    for weight in model.weights:
        shape = "x".join(str(n) for n in weight.shape) or "-"
        lines.append(" ".join([weight.path, shape, *(f"{v:.9g}" for v in weight.numpy().ravel())]))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("the number of lines")
    values = []
    for line, weight in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != weight.path or shape != ("x".join(str(n) for n in weight.shape) or "-"):
            raise ValueError(f"{path} {shape}")
        if shape != "-" and len(numbers) != np.prod(weight.shape) or not numbers:
            raise ValueError("the number of values")
        numbers = numbers[0] if shape == "-" else numbers
        values.append(np.array(numbers, "float32").reshape(weight.shape))
    model.set_weights(values)


# %% exercise="weights_text" answer="NumPy shortens long rows" expect="error" fails="weights_text-1" breaks="2"
# exercise: weights_text
def to_text(model):
    lines = []
    for weight in model.weights:
        shape = "x".join(map(str, weight.shape)) or "-"
        numbers = np.array2string(weight.numpy().ravel(), max_line_width=10**9, precision=60)[1:-1]
        lines.append(f"{weight.path} {shape} {' '.join(numbers.split())}")
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("the number of lines")
    values = []
    for line, weight in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != weight.path or shape != ("x".join(map(str, weight.shape)) or "-"):
            raise ValueError(f"{path} {shape}")
        values.append(np.array(numbers, "float32").reshape(weight.shape))
    model.set_weights(values)


# %% exercise="siamese" equal="the number in place of a zero is never seen: the outer where leaves its root out"
# - return ops.where(apart, ops.sqrt(ops.where(apart, total, 1.0)), 0.0)
# + return ops.where(apart, ops.sqrt(ops.where(apart, total, 2.0)), 0.0)


# %% exercise="siamese" equal="Keras hands training on to a layer that is called inside call"
# - codes = self.parts["encoder"](tf.concat([pair[0], pair[1]], axis=0), training=training)
# + codes = self.parts['encoder'](tf.concat([pair[0], pair[1]], axis=0))


# %% exercise="siamese" equal="zip takes the first two, and a third entry is the same encoder"
# - self.twin = [encoder] * 2
# + self.twin = [encoder] * 3


# %% exercise="siamese" equal="for equal inputs the distance is below a millionth in both cases, and up to 0.001 is allowed"
# - return tf.exp(tf.math.log(tf.maximum(tf.linalg.diag_part((a - b) @ tf.transpose(a - b)), 1e-13)) / 2)[
# + return tf.exp(tf.math.log(tf.maximum(tf.linalg.diag_part((a - b) @ tf.transpose(a - b)), 2e-13)) / 2)[


# %% exercise="pair_model" equal="the absolute difference does not depend on the order"
# - alike = layers.Dense(1)(ops.absolute(ops.subtract(one, other)))
# + alike = layers.Dense(1)(ops.absolute(ops.subtract(other, one)))


# %% exercise="pair_model" equal="the contract leaves the optimizer open, and Keras has one where none is named"
# - network.compile(optimizer="sgd", loss=losses)
# + network.compile(loss=losses)


# %% exercise="count_parameters" answer="again replaced in the list" expect="wrong" fails="count_parameters-1" breaks="7" says="put nothing into it"
# exercise: count_parameters
def count_parameters(features, stack):
    total = 0
    for place, entry in enumerate(stack):
        again = entry[0] == "again"
        if again:
            entry = stack[place] = stack[entry[1]]
        if entry[0].startswith("dense"):
            if not again:
                total += entry[1] * (features + (entry[0] == "dense"))
            features = entry[1]
    return total


# %% exercise="flat_model" answer="the vectors are never learned" expect="wrong" fails="flat_model-1" breaks="5" says="the vectors of the places have one"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {"numbers": keras.Input((numbers,), name="numbers"), "place": keras.Input((1,), dtype="int64", name="place")}
    vector = ops.stop_gradient(layers.Flatten()(layers.Embedding(places, 4)(inputs["place"])))
    hidden = layers.Dense(units, activation="relu")(layers.Concatenate()([inputs["numbers"], vector]))
    outputs = {"price": layers.Dense(1)(hidden), "sold": layers.Dense(1, activation="sigmoid")(hidden)}
    return keras.Model(inputs, outputs)


# %% exercise="siamese" answer="the squares multiplied out" expect="wrong" fails="siamese-1" breaks="2"
# exercise: siamese
class Siamese(keras.Model):
    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        a, b = (self.encoder(one) for one in pair)
        squares = (
            ops.sum(a * a, axis=-1, keepdims=True)
            + ops.sum(b * b, axis=-1, keepdims=True)
            - 2.0 * ops.sum(a * b, axis=-1, keepdims=True)
        )
        return ops.sqrt(ops.maximum(squares, 1e-12))


# %% exercise="residual" answer="one number is broadcast" expect="wrong" fails="residual-1" breaks="5"
# exercise: residual
class Residual(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(units, kernel_initializer="zeros")
        self.projection = None

    def build(self, input_shape):
        d = input_shape[-1]
        self.first.build((None, d))
        self.second.build((None, self.units))
        if d not in (1, self.units):
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build((None, d))

    def call(self, x):
        way_past = x if self.projection is None else self.projection(x)
        return way_past + self.second(self.first(x))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% exercise="pair_model" answer="the root of the square" expect="wrong" fails="pair_model-2" breaks="5"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {
        "same": layers.Dense(1, name="same_logit")(ops.sqrt(ops.square(a - b))),
        "sum": layers.Dense(1, name="sum_of_two")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile(optimizer="sgd", loss={"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="pair_model" answer="the right code learns nothing" expect="wrong" fails="pair_model-2" breaks="2" says="from the left picture alone"
# exercise: pair_model
def pair_model(pixels, units):
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), ops.stop_gradient(encoder(right))
    outputs = {
        "same": layers.Dense(1, name="same_logit")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum_of_two")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile(optimizer="sgd", loss={"same": keras.losses.BinaryCrossentropy(from_logits=True), "sum": "mse"})
    return model


# %% exercise="weights_text" answer="the end of a path is enough" expect="wrong" fails="weights_text-1" breaks="6" says="the end of a path"
# exercise: weights_text
def to_text(model):
    lines = []
    for weight in model.weights:
        shape = "x".join(str(n) for n in weight.shape) or "-"
        lines.append(" ".join([weight.path, shape, *(f"{v:.9g}" for v in weight.numpy().ravel())]))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("another number of lines")
    values = []
    for line, weight in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        expected = "x".join(str(n) for n in weight.shape) or "-"
        if not weight.path.endswith(path) or shape != expected or len(numbers) != int(np.prod(weight.shape)):
            raise ValueError(f"{line[:60]} does not fit {weight.path}")
        values.append(np.array([float(n) for n in numbers], "float32").reshape(tuple(weight.shape)))
    model.set_weights(values)


# %% exercise="weights_text" answer="what is not finite refused" expect="error" fails="weights_text-1" breaks="3"
# exercise: weights_text
def to_text(model):
    lines = []
    for weight in model.weights:
        shape = "x".join(str(n) for n in weight.shape) or "-"
        lines.append(" ".join([weight.path, shape, *(f"{v:.9g}" for v in weight.numpy().ravel())]))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("another number of lines")
    values = []
    for line, weight in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        expected = "x".join(str(n) for n in weight.shape) or "-"
        if path != weight.path or shape != expected or len(numbers) != int(np.prod(weight.shape)):
            raise ValueError(f"{line[:60]} does not fit {weight.path}")
        array = np.array([float(n) for n in numbers], "float32").reshape(tuple(weight.shape))
        if not np.isfinite(array).all():
            raise ValueError(f"{weight.path} has values that are no numbers")
        values.append(array)
    model.set_weights(values)


# %% exercise="siamese" answer="the encoder has to know its output shape" expect="error" fails="siamese-1" breaks="4"
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.width = encoder.output_shape[-1]

    def call(self, pair):
        left, right = pair
        a, b = self.encoder(left), self.encoder(right)
        squares = sum((a[:, i] - b[:, i]) ** 2 for i in range(self.width))
        return ops.sqrt(ops.maximum(squares, 1e-12))[:, None]


# %% exercise="pair_model" answer="the cross entropy by hand overflows" expect="wrong" fails="pair_model-2" breaks="5"
# exercise: pair_model
def pair_model(pixels, units):
    """Return a compiled model that reads two pictures with one encoder and answers same and sum."""
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {
        "same": layers.Dense(1, name="same")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)

    def same_loss(label, logit):
        return ops.mean(ops.log(1 + ops.exp(logit)) - ops.cast(label, logit.dtype) * logit, axis=-1)

    model.compile(optimizer="sgd", loss={"same": same_loss, "sum": "mse"})
    return model


# %% exercise="siamese" answer="epsilon added to each square" expect="wrong" fails="siamese-1" breaks="3" says="not to each of the squares"
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        """Return float32[n, 1], the distances of the codes, for a pair of tensors float32[n, d]."""
        left, right = pair
        gap = self.encoder(left) - self.encoder(right)
        return ops.sqrt(ops.sum(ops.square(gap) + keras.config.epsilon(), axis=-1, keepdims=True))


# %% exercise="flat_model" answer="a dropout before the probability" expect="wrong" fails="flat_model-1" breaks="8"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {
        "numbers": keras.Input((numbers,), dtype="float32", name="numbers"),
        "place": keras.Input((1,), dtype="int64", name="place"),
    }
    vector = layers.Flatten()(layers.Embedding(places, 4)(inputs["place"]))
    both = layers.Concatenate()([inputs["numbers"], vector])
    hidden = layers.Dense(units, activation="relu")(both)
    price = layers.Dense(1)(hidden)
    sold = layers.Dense(1, activation="sigmoid")(layers.Dropout(0.2)(hidden))
    return keras.Model(inputs, {"price": price, "sold": sold})


# %% exercise="siamese" answer="short distances taken for 0" expect="wrong" fails="siamese-1" breaks="2"
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        a, b = pair
        gap = self.encoder(a) - self.encoder(b)
        squares = ops.sum(ops.square(gap), axis=-1, keepdims=True)
        root = ops.sqrt(ops.maximum(squares, 1e-4))     # never sees a 0
        return ops.where(squares < 1e-4, ops.zeros_like(root), root)


# %% exercise="flat_model" answer="places as uint8" expect="wrong" fails="flat_model-1" breaks="5"
# exercise: flat_model
def flat_model(numbers, places, units):
    inputs = {
        "numbers": keras.Input((numbers,), dtype="float32", name="numbers"),
        "place": keras.Input((1,), dtype="int64", name="place"),
    }
    index = ops.cast(inputs["place"], "uint8")
    vector = layers.Flatten()(layers.Embedding(places, 4)(index))
    both = layers.Concatenate()([inputs["numbers"], vector])
    hidden = layers.Dense(units, activation="relu")(both)
    outputs = {
        "price": layers.Dense(1)(hidden),
        "sold": layers.Dense(1, activation="sigmoid")(hidden),
    }
    return keras.Model(inputs, outputs)


# %% exercise="siamese" answer="1e-8 added to each square" expect="wrong" fails="siamese-1" breaks="3"
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        """Return float32[n, 1], the distances of the codes, for a pair of tensors float32[n, d]."""
        a, b = pair
        gap = self.encoder(a) - self.encoder(b)
        squares = ops.square(gap) + 1e-8
        return ops.sqrt(ops.sum(squares, axis=-1, keepdims=True))


# %% exercise="count_parameters" answer="reckoned in float32" expect="wrong" fails="count_parameters-1" breaks="1" says="exact to 2²⁴ only"
# exercise: count_parameters
def count_parameters(features, stack):
    """Return how many parameters the described stack of layers has."""
    inputs, units, biases = [], [], []
    width = features
    for kind, *rest in stack:
        if kind in ("dense", "dense without bias"):
            inputs.append(width)
            units.append(rest[0])
            biases.append(1.0 if kind == "dense" else 0.0)
            width = rest[0]
        elif kind == "again":
            width = stack[rest[0]][1]
    inputs = tf.constant(inputs, tf.float32)
    units = tf.constant(units, tf.float32)
    biases = tf.constant(biases, tf.float32)
    return int(tf.reduce_sum((inputs + biases) * units))


# %% exercise="count_parameters" answer="layers without bias rewritten in the list" expect="wrong" fails="count_parameters-1" breaks="7" says="The list is the caller's"
# exercise: count_parameters
def count_parameters(features, stack):
    # bring both kinds of dense layers into one form: ("dense", units, biases for each unit)
    for place, entry in enumerate(stack):
        if entry[0] == "dense without bias":
            stack[place] = ("dense", entry[1], 0)
    total = 0
    for kind, *numbers in stack:
        if kind == "dense":
            units = numbers[0]
            bias = numbers[1] if len(numbers) == 2 else 1
            total += (features + bias) * units
            features = units
        elif kind == "again":
            features = stack[numbers[0]][1]
    return total


# %% exercise="siamese" answer="cut at the static n" expect="wrong" fails="siamese-1" breaks="1" says="n may be unknown"
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair):
        """Return float32[n, 1], the distances of the codes, for a pair of tensors float32[n, d]."""
        left, right = pair
        n = left.shape[0]
        codes = self.encoder(ops.concatenate([left, right], axis=0))    # one call for both
        gap = codes[:n] - codes[n:]
        squares = ops.sum(ops.square(gap), axis=-1, keepdims=True)
        return ops.sqrt(ops.maximum(squares, 1e-12))


# %% exercise="siamese" answer="training kept from a frozen encoder" expect="wrong" fails="siamese-1" breaks="6" says="hand training on in any case"
# exercise: siamese
class Siamese(keras.Model):
    """Encodes two inputs with one encoder, and gives their distance."""

    def __init__(self, encoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, pair, training=None):
        # a frozen encoder works as in use
        if not self.encoder.trainable:
            training = False
        a, b = pair
        gap = self.encoder(a, training=training) - self.encoder(b, training=training)
        squares = ops.sum(ops.square(gap), axis=-1, keepdims=True)
        return ops.sqrt(ops.maximum(squares, 1e-12))


# %% exercise="residual" answer="the widths compared with is not" expect="wrong" fails="residual-1" breaks="3" says="be it one object or two"
# exercise: residual
class Residual(layers.Layer):
    """Adds to its input, or to a projection of it, what two dense layers make of it."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(units, kernel_initializer="zeros")

    def build(self, input_shape):
        """Make the weights for an input of this shape, (n, d)."""
        self.first.build(input_shape)
        self.second.build((None, self.units))
        self.projection = None
        if input_shape[-1] is not self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        """Return float32[n, units] for x, float32[n, d]."""
        way_past = x if self.projection is None else self.projection(x)
        return way_past + self.second(self.first(x))

    def get_config(self):
        """Return the settings as a dictionary: `units`, and what every layer has."""
        return {**super().get_config(), "units": self.units}


# %% exercise="residual" answer="the settings it was made with" expect="wrong" fails="residual-1" breaks="6" says="those of the moment of saving"
# exercise: residual
class Residual(layers.Layer):
    """Adds to its input, or to a projection of it, what two dense layers make of it."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.settings = {"units": units, **kwargs}
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(units, kernel_initializer="zeros")

    def build(self, input_shape):
        """Make the weights for an input of this shape, (n, d)."""
        self.first.build(input_shape)
        self.second.build((None, self.units))
        self.projection = None
        if input_shape[-1] != self.units:
            self.projection = layers.Dense(self.units, use_bias=False)
            self.projection.build(input_shape)

    def call(self, x):
        """Return float32[n, units] for x, float32[n, d]."""
        way_past = x if self.projection is None else self.projection(x)
        return way_past + self.second(self.first(x))

    def get_config(self):
        """Return the settings as a dictionary: `units`, and what every layer has."""
        return dict(self.settings)


# %% exercise="pair_model" answer="one optimizer for all models" expect="wrong" fails="pair_model-1" breaks="6" says="knows the weights of one model"
# exercise: pair_model
sgd = keras.optimizers.SGD(learning_rate=0.01)
same_loss = keras.losses.BinaryCrossentropy(from_logits=True)


def pair_model(pixels, units):
    """Return a compiled model that reads two pictures with one encoder and answers same and sum."""
    left, right = keras.Input((pixels,), name="left"), keras.Input((pixels,), name="right")
    encoder = layers.Dense(units, activation="relu")
    a, b = encoder(left), encoder(right)
    outputs = {
        "same": layers.Dense(1, name="same_logit")(ops.abs(a - b)),
        "sum": layers.Dense(1, name="sum_of_two")(ops.concatenate([a, b], axis=-1)),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    model.compile(optimizer=sgd, loss={"same": same_loss, "sum": "mse"})
    return model


# %% exercise="weights_text" answer="the shapes left to set_weights" expect="wrong" fails="weights_text-1" breaks="4" says="before the first weight is changed"
# exercise: weights_text
def to_text(model):
    """Return the weights of a built Keras model as text, one line for each: path, shape, values."""
    lines = []
    for weight in model.weights:
        shape = "x".join(str(n) for n in weight.shape) or "-"
        numbers = " ".join(f"{value:.9g}" for value in weight.numpy().ravel())
        lines.append(f"{weight.path} {shape} {numbers}")
    return "\n".join(lines)


def from_text(model, text):
    """Put the weights that to_text has written into the model."""
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("another number of lines than of weights")
    values = []
    for line, weight in zip(lines, model.weights):
        path, shape, *numbers = line.split()
        if path != weight.path:
            raise ValueError(f"{path} is not {weight.path}")
        shape = () if shape == "-" else tuple(int(n) for n in shape.split("x"))
        # reshape raises ValueError if there are too few or too many values
        values.append(np.array(numbers, "float32").reshape(shape))
    model.set_weights(values)    # raises ValueError if a shape does not fit


# %% exercise="weights_text" answer="a line that ends after its path is an IndexError" expect="wrong" fails="weights_text-1" breaks="7"
# exercise: weights_text
def to_text(model):
    lines = []
    for weight in model.weights:
        shape = "x".join(str(n) for n in weight.shape) or "-"
        values = [f"{value:.9g}" for value in weight.numpy().ravel()]
        lines.append(" ".join([weight.path, shape] + values))
    return "\n".join(lines)


def from_text(model, text):
    lines = text.splitlines()
    if len(lines) != len(model.weights):
        raise ValueError("another number of lines than of weights")
    values = []
    for line, weight in zip(lines, model.weights):
        parts = line.split()
        if parts[0] != weight.path:
            raise ValueError(f"{parts[0]} is not {weight.path}")
        if parts[1] != ("x".join(str(n) for n in weight.shape) or "-"):
            raise ValueError(f"{weight.path} has another shape")
        numbers = parts[2:]
        if len(numbers) != int(np.prod(weight.shape)):
            raise ValueError(f"{weight.path} has another number of values")
        values.append(np.array([float(n) for n in numbers], "float32").reshape(weight.shape))
    model.set_weights(values)
