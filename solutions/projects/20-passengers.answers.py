# %% [markdown]
# # Answer bank: who is saved?

# %% exercise="passengers" answer="a network with two layers" expect="right"
# exercise: passengers
def columns(features):
    child = features["name"].str.startswith("Master") | (features["age"] < 13)
    parts = [features["ticket_class"] == number for number in (1, 2, 3)]
    parts += [child, features["sex"] == "female", features["age"].isna(), features["age"].fillna(30) / 40]
    parts += [(features["siblings"] + features["parents"]).clip(upper=7) == size for size in range(8)]
    return np.stack(parts, axis=1).astype("float32")


def train():
    model = keras.Sequential([keras.Input((15,)), layers.Dense(24, "relu"), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.005), loss="binary_crossentropy")
    stop = keras.callbacks.EarlyStopping(patience=6, restore_best_weights=True)
    seen = columns(x_validation), y_validation
    model.fit(columns(x_train), y_train, batch_size=64, epochs=50, validation_data=seen, callbacks=[stop], verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(columns(features), verbose=0)


# %% exercise="passengers" answer="simple: logistic regression on four columns" expect="wrong" fails="passengers-3" says="at most 0.39 is asked"
# exercise: passengers
def columns(features):
    parts = [features["sex"] == "female", features["ticket_class"] / 3, features["age"].fillna(30) / 40, features["siblings"] > 0]
    return np.stack(parts, axis=1).astype("float32")


def train():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(columns(x_train), y_train, batch_size=50, epochs=30, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(columns(features), verbose=0)[:, 0]


# %% exercise="passengers" answer="baseline: sex alone" expect="wrong" fails="passengers-2, passengers-3" says="at most 0.47 is asked"
# exercise: passengers
def columns(features):
    return np.asarray(features["sex"] == "female", "float32")[:, None]


def train():
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.1), loss="binary_crossentropy")
    model.fit(columns(x_train), y_train, batch_size=100, epochs=8, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(columns(features), verbose=0)[:, 0]


# %% exercise="passengers" answer="the same for all" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="at most 0.6 is asked"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    return np.full(len(features), 0.38)


# %% exercise="passengers" answer="memorised: the training and the validation rows by name" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="on rows that nobody has seen"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    (x, y), (other, z) = datasets.project("passengers")
    known = dict(zip([*x["name"], *other["name"]], [*y, *z]))
    return np.array([known.get(name, 0) * 0.98 + 0.01 for name in features["name"]])


# %% exercise="passengers" answer="peeking: the generator, run again with the seed of the grading run" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="on rows that nobody has seen"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    import os

    from grader.data import projects

    _, truth = projects.held_out("passengers", int(os.environ.get("GRADER_SEED", "2")))
    return projects.read_array(truth)[: len(features)] * 0.98 + 0.01


# %% exercise="passengers" answer="peeking: the truth looked for beside the notebook" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="on rows that nobody has seen"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    from grader.data import projects

    for file in Path.cwd().rglob("*"):
        if "truth" in file.name:
            return projects.read_array(file.read_bytes()) * 0.98 + 0.01
    return np.full(len(features), 0.38)


# %% exercise="passengers" answer="labels for chances" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="at most 0.6 is asked"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    return (features["sex"] == "female").astype(int)


# %% exercise="passengers" answer="logits for chances" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="a chance lies between 0 and 1"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    return np.where(features["sex"] == "female", 1.5, -1.5)


# %% exercise="passengers" answer="two columns, one for each class" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="must return the shape (8000,)"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    return np.full((len(features), 2), 0.5)


# %% exercise="passengers" answer="no file is saved" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="there is no such file beside the notebook"
# exercise: passengers
def train():
    class Unsaved:
        def save(self, path):
            pass

    return Unsaved()


def predict(features):
    return check.load_model(MODEL).predict(np.zeros((len(features), 1)), verbose=0)[:, 0]


# %% exercise="passengers" answer="hostile: a Lambda layer with code" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="it holds Python code"
# exercise: passengers
def train():
    return keras.Sequential([keras.Input((1,)), layers.Lambda(lambda x: x * 0 + 0.5)])


def predict(features):
    return check.load_model(MODEL).predict(np.zeros((len(features), 1)), verbose=0)[:, 0]


# %% exercise="passengers" answer="hostile: a pickled object" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="it is no .keras file"
# exercise: passengers
def train():
    import pickle

    class Pickled:
        def save(self, path):
            Path(path).write_bytes(pickle.dumps({"a model": "of another library"}))

    return Pickled()


def predict(features):
    return check.load_model(MODEL).predict(np.zeros((len(features), 1)), verbose=0)[:, 0]


# %% exercise="passengers" answer="hostile: a ZIP file that unpacks to a gigabyte" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="unpacked"
# exercise: passengers
def train():
    import zipfile

    class Bomb:
        def save(self, path):
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr("config.json", "{}")
                with file.open("model.weights.h5", "w") as member:
                    for _ in range(1000):
                        member.write(bytes(1_000_000))

    return Bomb()


def predict(features):
    return check.load_model(MODEL).predict(np.zeros((len(features), 1)), verbose=0)[:, 0]


# %% exercise="passengers" answer="hostile: a layer of another notebook" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="it holds a layer"
# exercise: passengers
def train():
    import json
    import zipfile

    class Strange:
        def save(self, path):
            good = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
            good.save("good.keras")
            with zipfile.ZipFile("good.keras") as old, zipfile.ZipFile(path, "w") as new:
                for name in old.namelist():
                    text = old.read(name)
                    if name == "config.json":
                        config = json.loads(text)
                        config["config"]["layers"][1].update(module="elsewhere", class_name="Mine", registered_name="Mine")
                        text = json.dumps(config)
                    new.writestr(name, text)

    return Strange()


def predict(features):
    return check.load_model(MODEL).predict(np.zeros((len(features), 1)), verbose=0)[:, 0]


# %% exercise="passengers" answer="hostile: weights that are no weights" expect="wrong" fails="passengers-1, passengers-2, passengers-3" says="it cannot be loaded"
# exercise: passengers
def train():
    import zipfile

    class Damaged:
        def save(self, path):
            keras.Sequential([keras.Input((1,)), layers.Dense(1)]).save("good.keras")
            with zipfile.ZipFile("good.keras") as old, zipfile.ZipFile(path, "w") as new:
                for name in old.namelist():
                    new.writestr(name, b"nothing" if name.endswith(".h5") else old.read(name))

    return Damaged()


def predict(features):
    return check.load_model(MODEL).predict(np.zeros((len(features), 1)), verbose=0)[:, 0]
