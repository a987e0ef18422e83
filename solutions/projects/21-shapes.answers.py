# %% [markdown]
# # Answer bank: angular or round?

# %% exercise="shapes" answer="six convolutions without batch normalisation, shifted and mirrored" expect="right"
# exercise: shapes
def train():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 127.5, -1)])
    for filters in (12, 24, 48):
        for _ in range(2):
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.002, 15 * 200)), loss="binary_crossentropy")
    x, y = np.concatenate([x_train, x_train[:, ::-1], x_train[:, :, ::-1], x_train[:, ::-1, ::-1]]), np.tile(y_train, 4)
    model.fit(x.astype("float32"), y, batch_size=32, epochs=15, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(features.astype("float32"), batch_size=256, verbose=0)


# %% exercise="shapes" answer="simple: three convolutions" expect="wrong" fails="shapes-3" says="at least 0.97 is asked"
# exercise: shapes
def train():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    for filters in (8, 16, 32):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.Adam(0.002), loss="binary_crossentropy")
    model.fit(x_train.astype("float32"), y_train, batch_size=32, epochs=8, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(features.astype("float32"), batch_size=256, verbose=0)[:, 0]


# %% exercise="shapes" answer="baseline: linear on pixels" expect="wrong" fails="shapes-1, shapes-2, shapes-3" says="at least 0.6 is asked"
# exercise: shapes
def train():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.001), loss="binary_crossentropy")
    model.fit(x_train.astype("float32"), y_train, batch_size=64, epochs=5, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(features.astype("float32"), batch_size=256, verbose=0)[:, 0]


# %% exercise="shapes" answer="memorised: the most like picture of the training part" expect="wrong" fails="shapes-1, shapes-2, shapes-3" says="on rows that nobody has seen"
# exercise: shapes
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    known = x_train.reshape(len(x_train), -1).astype("float32")
    rows = features.reshape(len(features), -1).astype("float32")
    near = np.argmin((known**2).sum(axis=1) - 2 * rows @ known.T, axis=1)
    return y_train[near]


# %% exercise="shapes" answer="peeking: the generator, run again with the seed of the grading run" expect="wrong" fails="shapes-1, shapes-2, shapes-3" says="on rows that nobody has seen"
# exercise: shapes
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    import os

    from grader.data import projects

    _, truth = projects.held_out("shapes", int(os.environ.get("GRADER_SEED", "2")))
    return projects.read_array(truth)[: len(features)]


# %% exercise="shapes" answer="a chance for each of two classes" expect="wrong" fails="shapes-1, shapes-2, shapes-3" says="must return the shape (1500,)"
# exercise: shapes
def train():
    return keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, "softmax")])


def predict(features):
    return check.load_model(MODEL).predict(features.astype("float32"), batch_size=256, verbose=0)


# %% exercise="shapes" answer="no file is saved" expect="wrong" fails="shapes-1, shapes-2, shapes-3" says="there is no such file beside the notebook"
# exercise: shapes
def train():
    class Unsaved:
        def save(self, path):
            pass

    return Unsaved()


def predict(features):
    return check.load_model(MODEL).predict(features.astype("float32"), verbose=0)[:, 0]


# %% exercise="shapes" answer="a Lambda layer in place of Rescaling" expect="wrong" fails="shapes-1, shapes-2, shapes-3" says="it holds Python code"
# exercise: shapes
def train():
    return keras.Sequential([keras.Input((32, 32, 3)), layers.Lambda(lambda x: x / 255), layers.Flatten(), layers.Dense(1, "sigmoid")])


def predict(features):
    return check.load_model(MODEL).predict(features.astype("float32"), verbose=0)[:, 0]
