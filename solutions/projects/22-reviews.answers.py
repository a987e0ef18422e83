# %% [markdown]
# # Answer bank: pleased or not?

# %% exercise="reviews" answer="recurrent: a GRU in both directions" expect="right"
# exercise: reviews
def train():
    vectorize = layers.TextVectorization(output_sequence_length=60)
    vectorize.adapt(x_train)
    model = keras.Sequential([keras.Input((), dtype="string"), vectorize])
    model.add(layers.Embedding(vectorize.vocabulary_size(), 24, mask_zero=True))
    model.add(layers.Bidirectional(layers.GRU(24)))
    model.add(layers.Dense(1, "sigmoid"))
    model.compile(keras.optimizers.Adam(0.005), loss="binary_crossentropy")
    model.fit(tf.constant(x_train), y_train, batch_size=64, epochs=6, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(tf.constant(features), batch_size=256, verbose=0)


# %% exercise="reviews" answer="simple: a bag of words" expect="wrong" fails="reviews-3" says="at least 0.92 is asked"
# exercise: reviews
def train():
    vectorize = layers.TextVectorization(max_tokens=1000, output_mode="multi_hot")
    vectorize.adapt(x_train)
    model = keras.Sequential([keras.Input((), dtype="string"), vectorize, layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    model.fit(tf.constant(x_train), y_train, batch_size=128, epochs=8, verbose=0)
    return model


def predict(features):
    return check.load_model(MODEL).predict(tf.constant(features), batch_size=256, verbose=0)[:, 0]


# %% exercise="reviews" answer="baseline: everybody is pleased" expect="wrong" fails="reviews-1, reviews-2, reviews-3" says="at least 0.54 is asked"
# exercise: reviews
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    return np.ones(len(features))


# %% exercise="reviews" answer="baseline: words of praise and of blame, counted" expect="wrong" fails="reviews-2, reviews-3" says="at least 0.64 is asked"
# exercise: reviews
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    praise = ("recommend", "gladly", "stars", "splendid", "delightful", "handy", "friendly", "charming", "quiet", "gripping")
    blame = ("money back", "one star", "warn", "overpriced", "noisy", "slow", "unreliable", "tiny", "stale", "lazy", "gloomy")
    return np.array([sum(word in text for word in praise) > sum(word in text for word in blame) for text in features])


# %% exercise="reviews" answer="memorised: the training and the validation texts" expect="wrong" fails="reviews-1, reviews-2, reviews-3" says="on rows that nobody has seen"
# exercise: reviews
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    (x, y), (other, z) = datasets.project("reviews")
    known = dict(zip([*x, *other], [*y, *z]))
    return np.array([known.get(text, 1) for text in features])


# %% exercise="reviews" answer="peeking: the generator, run again with the seed of the grading run" expect="wrong" fails="reviews-1, reviews-2, reviews-3" says="on rows that nobody has seen"
# exercise: reviews
def train():
    return keras.Sequential([keras.Input((1,)), layers.Dense(1, "sigmoid")])


def predict(features):
    import os

    from grader.data import projects

    _, truth = projects.held_out("reviews", int(os.environ.get("GRADER_SEED", "2")))
    return projects.read_array(truth)[: len(features)]


# %% exercise="reviews" answer="no file is saved" expect="wrong" fails="reviews-1, reviews-2, reviews-3" says="there is no such file beside the notebook"
# exercise: reviews
def train():
    class Unsaved:
        def save(self, path):
            pass

    return Unsaved()


def predict(features):
    return check.load_model(MODEL).predict(tf.constant(features), verbose=0)[:, 0]


# %% exercise="reviews" answer="a standardisation of one's own, which is not known when the file is loaded" expect="wrong" fails="reviews-1, reviews-2, reviews-3" says="it holds a layer, a loss or a function of your own"
# exercise: reviews
def train():
    import sys
    import types

    elsewhere = types.ModuleType("elsewhere")
    exec("import tensorflow as tf\n\ndef lower(text):\n    return tf.strings.lower(text)", vars(elsewhere))
    sys.modules["elsewhere"] = elsewhere
    vectorize = layers.TextVectorization(max_tokens=1000, output_mode="multi_hot", standardize=elsewhere.lower)
    vectorize.adapt(x_train[:200])
    return keras.Sequential([keras.Input((), dtype="string"), vectorize, layers.Dense(1, "sigmoid")])


def predict(features):
    return check.load_model(MODEL).predict(tf.constant(features), verbose=0)[:, 0]
