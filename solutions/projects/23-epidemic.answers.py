# %% [markdown]
# # Answer bank: next week

# %% exercise="epidemic" answer="linear: least squares on logarithms" expect="right"
# exercise: epidemic
def level(counts):
    return np.log1p(counts[:, -7:]).mean(axis=1, keepdims=True)


def train():
    inputs = np.c_[np.log1p(x_train) - level(x_train), np.ones(len(x_train))]
    weights = np.linalg.solve(inputs.T @ inputs + np.eye(57), inputs.T @ (np.log1p(y_train) - level(x_train)))
    model = keras.Sequential([keras.Input((56,)), layers.Dense(7)])
    model.layers[0].set_weights([weights[:-1], weights[-1]])
    return model


def predict(features):
    change = check.load_model(MODEL).predict(np.log1p(features) - level(features), verbose=0)
    return np.maximum(np.exp(change + level(features)) - 1, 0)


# %% exercise="epidemic" answer="simple: as last week, times the growth" expect="wrong" fails="epidemic-3" says="at most 0.15 is asked"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    last, before = features[:, -7:], features[:, -14:-7]
    return last * (last.sum(axis=1, keepdims=True) + 1) / (before.sum(axis=1, keepdims=True) + 1)


# %% exercise="epidemic" answer="baseline: as last week" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="at most 0.24 is asked"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    return features[:, -7:]


# %% exercise="epidemic" answer="baseline: as yesterday" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="at most 0.24 is asked"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    return np.repeat(features[:, -1:], 7, axis=1)


# %% exercise="epidemic" answer="peeking: the generator, run again with the seed of the grading run" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="on rows that nobody has seen"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    import os

    from grader.data import projects

    _, truth = projects.held_out("epidemic", int(os.environ.get("GRADER_SEED", "2")))
    return projects.read_array(truth)[: len(features)]


# %% exercise="epidemic" answer="memorised: the most like week of the training part" expect="wrong" fails="epidemic-3" says="on rows that nobody has seen"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    def shape_of(counts):
        return np.log1p(counts[:, -21:]) - np.log1p(counts[:, -7:]).mean(axis=1, keepdims=True)

    known, said = shape_of(x_train), []
    for row, counts in zip(shape_of(features), features):
        near = np.argmin(((known - row) ** 2).sum(axis=1))
        said.append(y_train[near] * counts[-7:].sum() / x_train[near, -7:].sum())
    return np.array(said)


# %% exercise="epidemic" answer="logarithms for counts" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="at most 0.24 is asked"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    return np.log1p(features[:, -7:])


# %% exercise="epidemic" answer="counts below zero" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="a count is 0 or more"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Dense(7)])


def predict(features):
    return features[:, -7:] - 2 * features[:, -14:-7]


# %% exercise="epidemic" answer="no file is saved" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="there is no such file beside the notebook"
# exercise: epidemic
def train():
    class Unsaved:
        def save(self, path):
            pass

    return Unsaved()


def predict(features):
    return check.load_model(MODEL).predict(features, verbose=0)


# %% exercise="epidemic" answer="a layer of one's own that holds code" expect="wrong" fails="epidemic-1, epidemic-2, epidemic-3" says="it holds Python code"
# exercise: epidemic
def train():
    return keras.Sequential([keras.Input((56,)), layers.Lambda(lambda counts: counts[:, -7:])])


def predict(features):
    return check.load_model(MODEL).predict(features, verbose=0)
