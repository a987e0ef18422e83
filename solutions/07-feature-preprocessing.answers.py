# %% [markdown]
# # Answer bank: feature preprocessing
#
# Other right answers to the exercises of `07-feature-preprocessing.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="same_scale" answer="reductions by hand" expect="right"
# exercise: same_scale
def same_scale(train, test):
    mean = tf.reduce_mean(train, axis=0)
    deviation = tf.math.reduce_std(train, axis=0)
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="same_scale" answer="mean and variance handed to the layer" expect="right"
# exercise: same_scale
def same_scale(train, test):
    mean, variance = tf.nn.moments(train, axes=[0])
    layer = layers.Normalization(mean=mean.numpy(), variance=variance.numpy())
    return layer(train), layer(test)


# %% exercise="same_scale" answer="adapted to a dataset" expect="right"
# exercise: same_scale
def same_scale(train, test):
    layer = layers.Normalization()
    layer.adapt(tf.data.Dataset.from_tensor_slices(train).batch(7))
    return [layer(train), layer(test)]


# %% exercise="same_scale" answer="each by its own" expect="wrong" fails="same_scale-1" breaks="4" says="scaled by its own mean"
# exercise: same_scale
def same_scale(train, test):
    results = []
    for table in (train, test):
        layer = layers.Normalization()
        layer.adapt(np.asarray(table))
        results.append(layer(table))
    return results


# %% exercise="same_scale" answer="learned from both" expect="wrong" fails="same_scale-1" breaks="4" says="You learned from both tables"
# exercise: same_scale
def same_scale(train, test):
    layer = layers.Normalization()
    layer.adapt(np.concatenate([train, test]))
    return layer(train), layer(test)


# %% exercise="same_scale" answer="one mean for all columns" expect="wrong" fails="same_scale-1" says="each column has its own"
# exercise: same_scale
def same_scale(train, test):
    layer = layers.Normalization(axis=None)
    layer.adapt(np.asarray(train))
    return layer(train), layer(test)


# %% exercise="same_scale" answer="divided by the variance" expect="wrong" fails="same_scale-1" breaks="3" says="take its root"
# exercise: same_scale
def same_scale(train, test):
    mean, variance = tf.nn.moments(train, axes=[0])
    return (train - mean) / variance, (test - mean) / variance


# %% exercise="same_scale" answer="n - 1 in the variance" expect="wrong" fails="same_scale-1" breaks="3" says="the training table"
# exercise: same_scale
def same_scale(train, test):
    mean, deviation = np.mean(train, axis=0), np.std(train, axis=0, ddof=1)
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="same_scale" answer="the test table stays" expect="wrong" fails="same_scale-1" breaks="4" says="the test row"
# exercise: same_scale
def same_scale(train, test):
    layer = layers.Normalization()
    layer.adapt(np.asarray(train))
    return layer(train), test


# %% exercise="word_flags" answer="count, then compare" expect="right"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="count")
    return tf.cast(layer(tf.constant(texts))[:, 1:] > 0, tf.float32)


# %% exercise="word_flags" answer="Python sets" expect="right"
# exercise: word_flags
import re


def word_flags(texts, words):
    rows = []
    for text in texts:
        held = set(re.sub(r'[!"#$%&()*+,\-./:;<=>?@\[\]^_`{|}~\'\\]', "", text.lower()).split())
        rows.append([float(word in held) for word in words])
    return tf.constant(rows)


# %% exercise="word_flags" answer="numbers, then a comparison with each word" expect="right"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words)
    numbers = tf.convert_to_tensor(layer(tf.constant(texts)))
    wanted = tf.range(2, len(words) + 2, dtype=numbers.dtype)
    found = tf.reduce_any(numbers[:, :, tf.newaxis] == wanted, axis=1)
    return tf.cast(found, tf.float32)


# %% exercise="word_flags" answer="the unknown kept" expect="wrong" fails="word_flags-1" breaks="3" says="cut it off"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="multi_hot")
    return tf.cast(layer(tf.constant(texts)), tf.float32)


# %% exercise="word_flags" answer="counts" expect="wrong" fails="word_flags-1" breaks="2" says="These are counts"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="count")
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="word_flags" answer="capital letters make a difference" expect="wrong" fails="word_flags-1" breaks="5" says="Capital letters make no difference"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="multi_hot", standardize="strip_punctuation")
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="word_flags" answer="parts of words" expect="wrong" fails="word_flags-1" breaks="4" says="Look for whole words"
# exercise: word_flags
def word_flags(texts, words):
    signs = str.maketrans("", "", "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'")
    texts = [text.lower().translate(signs) for text in texts]
    return tf.constant([[float(word in text) for word in words] for text in texts])


# %% exercise="word_flags" answer="punctuation stays" expect="wrong" fails="word_flags-1" breaks="6" says="Punctuation makes no difference"
# exercise: word_flags
def word_flags(texts, words):
    texts = [" ".join(word for word in text.split() if word.isalpha()) for text in texts]
    layer = layers.TextVectorization(vocabulary=words, output_mode="multi_hot", standardize="lower")
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="word_flags" answer="whole numbers" expect="wrong" fails="word_flags-1" breaks="1" says="dtype"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="multi_hot")
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.int64)


# %% exercise="word_flags" answer="words in alphabetical order" expect="wrong" fails="word_flags-1" breaks="3" says="three texts"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=sorted(words), output_mode="multi_hot")
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="word_flags" answer="only the first ten words are read" expect="wrong" fails="word_flags-1"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="multi_hot")
    texts = [" ".join(text.split()[:10]) for text in texts]
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="word_flags" answer="fails where a text is empty" expect="error" fails="word_flags-1"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(vocabulary=words, output_mode="multi_hot")
    texts = [text if text.split()[0] else "" for text in texts]
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="age_features" answer="Discretization" expect="right"
# exercise: age_features
def age_features(ages, middle, borders):
    missing = tf.math.is_nan(ages)
    filled = tf.where(missing, middle, ages)
    buckets = layers.Discretization(bin_boundaries=borders, output_mode="one_hot")(filled)
    known = tf.cast(~missing, tf.float32)[:, tf.newaxis]
    return tf.concat([known, tf.cast(buckets, tf.float32)], axis=-1)


# %% exercise="age_features" answer="NumPy" expect="right"
# exercise: age_features
def age_features(ages, middle, borders):
    ages = np.asarray(ages)
    known = ~np.isnan(ages)
    bucket = np.digitize(np.where(known, ages, np.float32(middle)), borders)
    return tf.constant(np.column_stack([known, np.eye(len(borders) + 1)[bucket]]), tf.float32)


# %% exercise="age_features" answer="differences of comparisons" expect="right"
# exercise: age_features
def age_features(ages, middle, borders):
    known = tf.cast(ages == ages, tf.float32)
    filled = tf.where(known > 0, ages, middle)
    edges = [-float("inf")] + list(borders) + [float("inf")]
    columns = [known]
    for low, high in zip(edges, edges[1:]):
        columns.append(tf.cast((filled >= low) & (filled < high), tf.float32))
    return tf.stack(columns, axis=1)


# %% exercise="age_features" answer="gaps not filled" expect="wrong" fails="age_features-1" breaks="5" says="fill the gaps first"
# exercise: age_features
def age_features(ages, middle, borders):
    known = tf.cast(~tf.math.is_nan(ages), tf.float32)[:, tf.newaxis]
    buckets = layers.Discretization(bin_boundaries=borders)(ages)
    return tf.concat([known, tf.one_hot(buckets, len(borders) + 1)], axis=-1)


# %% exercise="age_features" answer="the flag upside down" expect="wrong" fails="age_features-1" breaks="2" says="upside down"
# exercise: age_features
def age_features(ages, middle, borders):
    missing = tf.math.is_nan(ages)
    buckets = layers.Discretization(bin_boundaries=borders)(tf.where(missing, middle, ages))
    flag = tf.cast(missing, tf.float32)[:, tf.newaxis]
    return tf.concat([flag, tf.one_hot(buckets, len(borders) + 1)], axis=-1)


# %% exercise="age_features" answer="asked after filling" expect="wrong" fails="age_features-1" breaks="2" says="before you asked"
# exercise: age_features
def age_features(ages, middle, borders):
    ages = tf.where(tf.math.is_nan(ages), middle, ages)
    known = tf.cast(~tf.math.is_nan(ages), tf.float32)[:, tf.newaxis]
    buckets = layers.Discretization(bin_boundaries=borders)(ages)
    return tf.concat([known, tf.one_hot(buckets, len(borders) + 1)], axis=-1)


# %% exercise="age_features" answer="borders belong below" expect="wrong" fails="age_features-1" breaks="4" says="belongs to the bucket above"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    buckets = tf.searchsorted(borders, tf.where(known, ages, middle), side="left")
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], tf.one_hot(buckets, len(borders) + 1)], axis=-1)


# %% exercise="age_features" answer="the flag at the end" expect="wrong" fails="age_features-1" says="The flag comes first"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    buckets = layers.Discretization(bin_boundaries=borders)(tf.where(known, ages, middle))
    return tf.concat([tf.one_hot(buckets, len(borders) + 1), tf.cast(known, tf.float32)[:, tf.newaxis]], axis=-1)


# %% exercise="age_features" answer="filled with 0" expect="wrong" fails="age_features-1" breaks="5" says="not with 0"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    buckets = layers.Discretization(bin_boundaries=borders)(tf.where(known, ages, 0.0))
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], tf.one_hot(buckets, len(borders) + 1)], axis=-1)


# %% exercise="age_features" answer="one bucket too few" expect="wrong" fails="age_features-1" says="the shape is"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    buckets = layers.Discretization(bin_boundaries=borders)(tf.where(known, ages, middle))
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], tf.one_hot(buckets, len(borders))], axis=-1)


# %% exercise="age_features" answer="filled with the mean of these ages" expect="wrong" fails="age_features-1" breaks="5" says="whatever the known ages are"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    mean = tf.reduce_mean(tf.boolean_mask(ages, known))
    buckets = layers.Discretization(bin_boundaries=borders)(tf.where(known, ages, mean))
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], tf.one_hot(buckets, len(borders) + 1)], axis=-1)


# %% exercise="crossed" answer="axes of size 1" expect="right"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    a = tf.cast(left[:, tf.newaxis] == left_words, tf.float32)
    b = tf.cast(right[:, tf.newaxis] == right_words, tf.float32)
    table = a[:, :, tf.newaxis] * b[:, tf.newaxis, :]
    return tf.reshape(table, [-1, len(left_words) * len(right_words)])


# %% exercise="crossed" answer="two lookups, one number" expect="right"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    i = layers.StringLookup(vocabulary=left_words)(left) - 1
    j = layers.StringLookup(vocabulary=right_words)(right) - 1
    column = tf.where((i < 0) | (j < 0), tf.constant(-1, i.dtype), i * len(right_words) + j)
    return tf.one_hot(column, len(left_words) * len(right_words))


# %% exercise="crossed" answer="a loop with a dictionary" expect="right"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    result = np.zeros((len(left), len(left_words) * len(right_words)), np.float32)
    place = {(a.encode(), b.encode()): i * len(right_words) + j
             for i, a in enumerate(left_words) for j, b in enumerate(right_words)}
    for row, pair in enumerate(zip(left.numpy(), right.numpy())):
        if pair in place:
            result[row, place[pair]] = 1
    return tf.constant(result)


# %% exercise="crossed" answer="words joined, then one lookup" expect="right"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    pairs = [f"{a} × {b}" for a in left_words for b in right_words]
    lookup = layers.StringLookup(vocabulary=pairs, output_mode="one_hot")
    codes = lookup(tf.strings.join([left, right], " × ")[:, tf.newaxis])
    return tf.cast(codes, tf.float32)[:, 1:]


# %% exercise="crossed" answer="columns the other way" expect="wrong" fails="crossed-1" breaks="3" says="The columns run the other way"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    a = tf.cast(left[:, tf.newaxis] == left_words, tf.float32)
    b = tf.cast(right[:, tf.newaxis] == right_words, tf.float32)
    return tf.reshape(b[:, :, tf.newaxis] * a[:, tf.newaxis, :], [-1, len(left_words) * len(right_words)])


# %% exercise="crossed" answer="side by side" expect="wrong" fails="crossed-1" says="side by side"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    a = tf.cast(left[:, tf.newaxis] == left_words, tf.float32)
    b = tf.cast(right[:, tf.newaxis] == right_words, tf.float32)
    return tf.concat([a, b], axis=1)


# %% exercise="crossed" answer="not reshaped" expect="wrong" fails="crossed-1" breaks="1" says="into one row"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    a = tf.cast(left[:, tf.newaxis] == left_words, tf.float32)
    b = tf.cast(right[:, tf.newaxis] == right_words, tf.float32)
    return tf.einsum("ni,nj->nij", a, b)


# %% exercise="crossed" answer="argmax of unknown is 0" expect="wrong" fails="crossed-1" breaks="4" says="taken for the first"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    i = tf.argmax(left[:, tf.newaxis] == left_words, axis=1)
    j = tf.argmax(right[:, tf.newaxis] == right_words, axis=1)
    return tf.one_hot(i * len(right_words) + j, len(left_words) * len(right_words))


# %% exercise="crossed" answer="HashedCrossing" expect="wrong" fails="crossed-1"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    layer = layers.HashedCrossing(len(left_words) * len(right_words), output_mode="one_hot")
    return tf.cast(layer((left[:, tf.newaxis], right[:, tf.newaxis])), tf.float32)


# %% exercise="crossed" answer="bools" expect="wrong" fails="crossed-1" breaks="1" says="bool"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    a, b = left[:, tf.newaxis] == left_words, right[:, tf.newaxis] == right_words
    return tf.reshape(a[:, :, tf.newaxis] & b[:, tf.newaxis], [-1, len(left_words) * len(right_words)])


# %% exercise="crossed" answer="the unknown keeps its number" expect="wrong" fails="crossed-1" says="man, third"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    i = layers.StringLookup(vocabulary=left_words)(left)
    j = layers.StringLookup(vocabulary=right_words)(right)
    return tf.one_hot(i * len(right_words) + j, len(left_words) * len(right_words))


# %% exercise="crossed" answer="stacked, which fails on nothing" expect="error" fails="crossed-1" breaks="5"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    rows = []
    for a, b in zip(left.numpy(), right.numpy()):
        one = np.array([a.decode() == word for word in left_words], np.float32)
        other = np.array([b.decode() == word for word in right_words], np.float32)
        rows.append(np.outer(one, other).ravel())
    return tf.constant(np.stack(rows))


# %% exercise="augmented" answer="a Sequential with the argument" expect="right"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomBrightness(0.2, value_range=(0.0, 1.0)), layers.RandomFlip("horizontal")])
    dataset = tf.data.Dataset.from_tensor_slices((pictures, labels)).cache().batch(size)
    return dataset.map(lambda x, y: (change(x, training=training), y)).prefetch(tf.data.AUTOTUNE)


# %% exercise="augmented" answer="only mapped in training" expect="right"
# exercise: augmented
def augmented(pictures, labels, size, training):
    dataset = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    if not training:
        return dataset
    flip, light = layers.RandomFlip("horizontal"), layers.RandomBrightness((-0.2, 0.2), value_range=(0, 1))
    return dataset.map(lambda x, y: (flip(x), y)).map(lambda x, y: (light(x), y))


# %% exercise="augmented" answer="by hand with a generator" expect="right"
# exercise: augmented
def augmented(pictures, labels, size, training):
    generator = tf.random.Generator.from_seed(11)

    def change(x, y):
        mirror = generator.uniform([tf.shape(x)[0], 1, 1, 1]) < 0.5
        amount = generator.uniform([tf.shape(x)[0], 1, 1, 1], -0.2, 0.2)
        x = tf.where(mirror, tf.reverse(x, axis=[2]), x)
        return tf.clip_by_value(x + amount, 0.0, 1.0), y

    dataset = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return dataset.map(change) if training else dataset


# %% exercise="augmented" answer="as it was given" expect="wrong" fails="augmented-1" says="Hand `training` on"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2)])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=True), y)).cache()


# %% exercise="augmented" answer="the range forgotten" expect="wrong" fails="augmented-1" says="takes 0 to 255 for granted"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2)])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=training), y))


# %% exercise="augmented" answer="the cache kept" expect="wrong" fails="augmented-1" breaks="9" says="look for a cache"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=training), y)).cache()


# %% exercise="augmented" answer="tf.image, the same in every epoch" expect="wrong" fails="augmented-1" breaks="9" says="a seed that begins anew"
# exercise: augmented
def augmented(pictures, labels, size, training):
    def change(x, y):
        x = tf.image.random_flip_left_right(x)
        return tf.clip_by_value(tf.image.random_brightness(x, 0.2), 0.0, 1.0), y

    dataset = tf.data.Dataset.from_tensor_slices((pictures, labels))
    return (dataset.map(change) if training else dataset).batch(size)


# %% exercise="augmented" answer="top and bottom too" expect="wrong" fails="augmented-1" breaks="5" says="Nothing else may change"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.05),
                               layers.RandomBrightness(0.2, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=training), y))


# %% exercise="augmented" answer="one coin for the whole batch" expect="wrong" fails="augmented-1" breaks="8" says="a draw of its own"
# exercise: augmented
def augmented(pictures, labels, size, training):
    light = layers.RandomBrightness(0.2, value_range=(0, 1))
    generator = tf.random.Generator.from_seed(1)

    def change(x, y):
        x = tf.cond(generator.uniform([]) < 0.5, lambda: tf.reverse(x, axis=[2]), lambda: x)
        return light(x, training=True), y

    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(change) if training else batches


# %% exercise="augmented" answer="one amount for the whole batch" expect="wrong" fails="augmented-1" breaks="8" says="an amount of its own"
# exercise: augmented
def augmented(pictures, labels, size, training):
    flip = layers.RandomFlip("horizontal")
    generator = tf.random.Generator.from_seed(1)

    def change(x, y):
        return tf.clip_by_value(flip(x, training=True) + generator.uniform([], -0.2, 0.2), 0.0, 1.0), y

    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(change) if training else batches


# %% exercise="augmented" answer="never mirrored" expect="wrong" fails="augmented-1" breaks="4" says="with a chance of one half"
# exercise: augmented
def augmented(pictures, labels, size, training):
    light = layers.RandomBrightness(0.2, value_range=(0, 1))
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (light(x, training=training), y))


# %% exercise="augmented" answer="shuffled as well" expect="wrong" fails="augmented-1" breaks="2" says="the labels, in their order"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(1000, seed=1).batch(size)
    return batches.map(lambda x, y: (change(x, training=training), y))


# %% exercise="augmented" answer="not cut off" expect="wrong" fails="augmented-1" breaks="7"
# exercise: augmented
def augmented(pictures, labels, size, training):
    flip = layers.RandomFlip("horizontal")
    generator = tf.random.Generator.from_seed(3)

    def change(x, y):
        return flip(x, training=True) + generator.uniform([tf.shape(x)[0], 1, 1, 1], -0.2, 0.2), y

    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(change) if training else batches


# %% exercise="augmented" answer="batches of sixteen, whatever is asked" expect="wrong" fails="augmented-1" breaks="1"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(16)
    return batches.map(lambda x, y: (change(x, training=training), y))


# %% exercise="augmented" answer="too much light" expect="wrong" fails="augmented-1" breaks="6"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.24, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=training), y))


# %% exercise="survival_model" answer="a hidden layer, one-hot codes" expect="right"
# exercise: survival_model
def survival_model(columns, survived):
    sex = keras.Input((1,), name="sex", dtype="string")
    number = keras.Input((1,), name="class", dtype="int64")
    age = keras.Input((1,), name="age")
    known = keras.ops.where(keras.ops.isnan(age), 28.0, age)
    features = layers.Concatenate()([
        layers.StringLookup(vocabulary=["male", "female"], output_mode="one_hot")(sex),
        layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode="one_hot")(number),
        layers.CategoryEncoding(3, output_mode="one_hot")(layers.Discretization([13.0, 30.0])(known)),
    ])
    hidden = layers.Dense(16, activation="relu")(features)
    model = keras.Model({"sex": sex, "class": number, "age": age}, layers.Dense(1, activation="sigmoid")(hidden))
    model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    dataset = tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32)
    model.fit(dataset, epochs=15, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="trained on features, joined afterwards" expect="right"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 25.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    encoder = keras.Model(inputs, layers.Concatenate()([
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], child)),
    ]))
    head = keras.Sequential([keras.Input((128,)), layers.Dense(1, activation="sigmoid")])
    head.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    head.fit(encoder(columns), survived, epochs=15, batch_size=32, verbose=0)
    return keras.Model(inputs, head(encoder(inputs)))


# %% exercise="survival_model" answer="a FeatureSpace inside" expect="right"
# exercise: survival_model
def survival_model(columns, survived):
    Space = keras.utils.FeatureSpace
    space = Space(
        features={"sex": Space.string_categorical(num_oov_indices=0), "class": Space.integer_categorical(),
                  "age": Space.float_discretized(num_bins=8)},
        crosses=[Space.cross(("sex", "class"), 64), Space.cross(("sex", "age"), 64)])
    ages = tf.where(tf.math.is_nan(columns["age"]), 25.0, columns["age"])
    filled = {**columns, "age": ages}
    space.adapt(tf.data.Dataset.from_tensor_slices(filled).batch(100))
    head = keras.Sequential([layers.Dense(1, activation="sigmoid")])
    head.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy")
    head.fit(space(filled), survived, epochs=15, verbose=0)
    inputs = {name: keras.Input((1,), name=name, dtype=column.dtype) for name, column in space.get_inputs().items()}
    known = {**inputs, "age": keras.ops.where(keras.ops.isnan(inputs["age"]), 25.0, inputs["age"])}
    encoder = keras.Model(space.get_inputs(), space.get_encoded_features())
    return keras.Model(inputs, head(encoder(known)))


# %% exercise="survival_model" answer="sex alone" expect="wrong" fails="survival_model-1" breaks="6" says="right on the test passengers"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    code = layers.StringLookup(vocabulary=["male", "female"], output_mode="one_hot")(inputs["sex"])
    ignored = 0.0 * keras.ops.cast(inputs["class"], "float32") * keras.ops.nan_to_num(inputs["age"])
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Concatenate()([code, ignored])))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    dataset = tf.data.Dataset.from_tensor_slices((columns, survived)).batch(64)
    model.fit(dataset, epochs=10, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="unknown ages stay nan" expect="wrong" fails="survival_model-1" breaks="4" says="no chance is nan"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    code = layers.StringLookup(vocabulary=["male", "female"], output_mode="one_hot")(inputs["sex"])
    number = layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode="one_hot")(inputs["class"])
    features = layers.Concatenate()([code, number, inputs["age"]])
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(features))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    dataset = tf.data.Dataset.from_tensor_slices((columns, survived)).batch(64)
    model.fit(dataset, epochs=2, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="no sigmoid" expect="wrong" fails="survival_model-1" breaks="3" says="End in a sigmoid"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    cross = layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], inputs["class"]))
    child = layers.CategoryEncoding(2, output_mode="one_hot")(layers.Discretization([13.0])(inputs["age"]))
    model = keras.Model(inputs, layers.Dense(1)(layers.Concatenate()([cross, child])))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss=loss)
    dataset = tf.data.Dataset.from_tensor_slices((columns, survived)).batch(64)
    model.fit(dataset, epochs=10, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="the head alone, without the encoder" expect="error" fails="survival_model-1"
# exercise: survival_model
def survival_model(columns, survived):
    sex = layers.StringLookup(vocabulary=["male", "female"], output_mode="one_hot")(columns["sex"])
    number = layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode="one_hot")(columns["class"])
    features = tf.concat([tf.cast(sex, tf.float32), tf.cast(number, tf.float32)], axis=1)
    model = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy")
    model.fit(features, survived, epochs=5, verbose=0)
    return model


# %% exercise="survival_model" answer="a function, not a model" expect="wrong" fails="survival_model-1" breaks="1" says="it is a Keras model"
# exercise: survival_model
def survival_model(columns, survived):
    def chance(given):
        woman = tf.cast(given["sex"] == "female", tf.float32)
        child = tf.cast(given["age"] < 13, tf.float32)
        third = tf.cast(given["class"] == 3, tf.float32)
        return tf.sigmoid(6 * tf.maximum(woman, child) - 3 - 2.5 * third)

    return chance


# %% exercise="survival_model" answer="a Lambda layer that cannot be loaded" expect="wrong" fails="survival_model-1" breaks="5" says="the chances, after saving and loading"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = layers.Lambda(lambda x: tf.where(tf.math.is_nan(x), 25.0, x), output_shape=(1,))(inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    dataset = tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32)
    model.fit(dataset, epochs=12, verbose=0, shuffle=False)
    return model


# %% exercise="word_flags" answer="adapted to the words, which sorts them" expect="wrong" fails="word_flags-1" says="do not adapt"
# exercise: word_flags
def word_flags(texts, words):
    layer = layers.TextVectorization(output_mode="multi_hot")
    layer.adapt(words)
    return tf.cast(layer(tf.constant(texts))[:, 1:], tf.float32)


# %% exercise="same_scale" answer="the mean stays" expect="wrong" fails="same_scale-1" breaks="2" says="minus its mean"
# exercise: same_scale
def same_scale(train, test):
    deviation = tf.math.reduce_std(train, axis=0)
    return train / deviation, test / deviation


# %% exercise="same_scale" answer="the median taken away" expect="wrong" fails="same_scale-1" breaks="2"
# exercise: same_scale
def same_scale(train, test):
    middle, deviation = np.median(train, axis=0), np.std(train, axis=0)
    return (train - middle) / deviation, (test - middle) / deviation


# %% exercise="same_scale" answer="a little added to the deviation" expect="wrong" fails="same_scale-1" breaks="3" says="would be seen"
# exercise: same_scale
def same_scale(train, test):
    mean, deviation = tf.reduce_mean(train, axis=0), tf.math.reduce_std(train, axis=0)
    return (train - mean) / (deviation + 1e-3), (test - mean) / (deviation + 1e-3)


# %% exercise="same_scale" answer="float64" expect="wrong" fails="same_scale-1" breaks="1" says="float64"
# exercise: same_scale
def same_scale(train, test):
    train, test = tf.cast(train, tf.float64), tf.cast(test, tf.float64)
    mean, deviation = tf.reduce_mean(train, axis=0), tf.math.reduce_std(train, axis=0)
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="word_flags" answer="comma, full stop and exclamation mark only" expect="wrong" fails="word_flags-1" breaks="6" says="more punctuation"
# exercise: word_flags
def word_flags(texts, words):
    texts = [text.lower().replace(",", "").replace(".", "").replace("!", "") for text in texts]
    return tf.constant([[float(word in text.split()) for word in words] for text in texts])


# %% exercise="word_flags" answer="runs of letters" expect="wrong" fails="word_flags-1" breaks="6" says="half-witty is one word"
# exercise: word_flags
import re


def word_flags(texts, words):
    held = [set(re.findall("[a-z]+", text.lower())) for text in texts]
    return tf.constant([[float(word in each) for word in words] for each in held])


# %% exercise="age_features" answer="every bucket up to the age" expect="wrong" fails="age_features-1" breaks="3" says="one bucket only"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    filled = tf.where(known, ages, middle)
    edges = tf.constant([-1e9, *borders])
    return tf.cast(tf.concat([known[:, tf.newaxis], filled[:, tf.newaxis] >= edges], axis=1), tf.float32)


# %% exercise="age_features" answer="NumPy's own dtype" expect="wrong" fails="age_features-1" breaks="1" says="float64"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~np.isnan(ages)
    bucket = np.digitize(np.where(known, ages, np.float32(middle)), borders)
    return np.column_stack([known, np.eye(len(borders) + 1)[bucket]])


# %% exercise="age_features" answer="filled with 25, whatever is asked" expect="wrong" fails="age_features-1" breaks="5"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    bucket = tf.searchsorted(borders, tf.where(known, ages, 25.0), side="right")
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], tf.one_hot(bucket, len(borders) + 1)], axis=1)


# %% exercise="crossed" answer="joined without a sign between" expect="wrong" fails="crossed-1" breaks="2" says="put something between"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    pairs = tf.constant([a + b for a in left_words for b in right_words])
    return tf.cast(tf.strings.join([left, right])[:, tf.newaxis] == pairs, tf.float32)


# %% exercise="augmented" answer="pictures for testing changed too" expect="wrong" fails="augmented-1" breaks="10" says="Hand `training` on"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=True), y))


# %% exercise="augmented" answer="half as much light" expect="wrong" fails="augmented-1" breaks="6" says="evenly between"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.1, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (change(x, training=training), y))


# %% exercise="augmented" answer="lighter or darker by 0.2, nothing between" expect="wrong" fails="augmented-1" breaks="6"
# exercise: augmented
def augmented(pictures, labels, size, training):
    flip, generator = layers.RandomFlip("horizontal"), tf.random.Generator.from_seed(5)

    def change(x, y):
        draws = generator.uniform([tf.shape(x)[0], 1, 1, 1], -1.0, 1.0)
        amount = tf.sign(draws) * 0.17 + 0.03 * draws
        return tf.clip_by_value(flip(x, training=True) + amount, 0.0, 1.0), y

    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(change) if training else batches


# %% exercise="augmented" answer="pictures of float64" expect="wrong" fails="augmented-1" breaks="3" says="float64"
# exercise: augmented
def augmented(pictures, labels, size, training):
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2, value_range=(0, 1))])
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(lambda x, y: (tf.cast(change(x, training=training), tf.float64), y))


# %% exercise="survival_model" answer="learns from the notebook's own passengers" expect="error" fails="survival_model-1" breaks="7"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 25.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(tf.data.Dataset.from_tensor_slices((raw_columns(train_frame), train_frame["survived"].to_numpy("float32"))).batch(32), epochs=12, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="a row of chances, without the second axis" expect="wrong" fails="survival_model-1" breaks="2" says="the shape is"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 25.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, keras.ops.squeeze(layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)), axis=-1))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32), epochs=12, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="logistic regression with a price for large weights" expect="right"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 25.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, output_mode="one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid", kernel_regularizer="l2")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32), epochs=12, verbose=0, shuffle=False)
    return model


# %% exercise="same_scale" equal="the last axis is what Normalization takes by itself"
# - scale = layers.Normalization(axis=-1)
# + scale = layers.Normalization()


# %% exercise="survival_model" equal="the model is called with the shape that comes, and its layers take it as it is"
# - given = {name: keras.Input((1,), name=name, dtype=kind) for name, kind in kinds.items()}
# + given = {name: keras.Input((0,), name=name, dtype=kind) for name, kind in kinds.items()}


# %% exercise="survival_model" equal="the model is called with the shape that comes, and its layers take it as it is"
# - given = {name: keras.Input((1,), name=name, dtype=kind) for name, kind in kinds.items()}
# + given = {name: keras.Input((2,), name=name, dtype=kind) for name, kind in kinds.items()}


# %% exercise="word_flags" equal="the layer takes a list of texts as well as a tensor"
# - flags = vectorize(tf.constant(texts))
# + flags = vectorize(texts)


# %% exercise="crossed" equal="whether two words are equal does not depend on their order"
# - tf.cast(tf.equal(tf.expand_dims(column, 1), tf.constant(words)), tf.float32)
# + tf.cast(tf.equal(tf.constant(words), tf.expand_dims(column, 1)), tf.float32)


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - age = layers.Discretization([13.0, 40.0, 60.0])(keras.ops.where(unknown, 25.0, given["age"]))
# + age = layers.Discretization([13.0, 40.0, 120.0])(keras.ops.where(unknown, 25.0, given["age"]))


# %% exercise="same_scale" equal="adapt takes a tensor as well as an array"
# - scale.adapt(np.asarray(train))
# + scale.adapt(train)


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - age = layers.Discretization([13.0, 40.0, 60.0])(keras.ops.where(unknown, 25.0, given["age"]))
# + age = layers.Discretization([13.0, 40.0, 60.0])(keras.ops.where(unknown, 50.0, given["age"]))


# %% exercise="crossed" equal="tf.equal makes a tensor of the list"
# - tf.cast(tf.equal(tf.expand_dims(column, 1), tf.constant(words)), tf.float32)
# + tf.cast(tf.equal(tf.expand_dims(column, 1), words), tf.float32)


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - age = layers.Discretization([13.0, 40.0, 60.0])(keras.ops.where(unknown, 25.0, given["age"]))
# + age = layers.Discretization([26.0, 40.0, 60.0])(keras.ops.where(unknown, 25.0, given["age"]))


# %% exercise="survival_model" equal="other bins, without a collision that matters"
# - layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], given["class"])),
# + layers.HashedCrossing(63, output_mode="one_hot")((given["sex"], given["class"])),


# %% exercise="word_flags" equal="the layer takes a list of texts as well as a tensor"
# - return tf.cast(layer(tf.constant(texts))[:, 1:] > 0, tf.float32)
# + return tf.cast(layer(texts)[:, 1:] > 0, tf.float32)


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], given["class"])),
# + layers.HashedCrossing(64)((given["sex"], given["class"])),


# %% exercise="survival_model" equal="other bins, without a collision that matters"
# - layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], given["class"])),
# + layers.HashedCrossing(65, output_mode="one_hot")((given["sex"], given["class"])),


# %% exercise="survival_model" equal="other bins, without a collision that matters"
# - layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], age)),
# + layers.HashedCrossing(63, output_mode="one_hot")((given["sex"], age)),


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], age)),
# + layers.HashedCrossing(64)((given["sex"], age)),


# %% exercise="survival_model" equal="other bins, without a collision that matters"
# - layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], age)),
# + layers.HashedCrossing(65, output_mode="one_hot")((given["sex"], age)),


# %% exercise="age_features" equal="the layer's one-hot code is float32 already"
# - return tf.concat([known, tf.cast(buckets, tf.float32)], axis=-1)
# + return tf.concat([known, buckets], axis=-1)


# %% exercise="word_flags" equal="what the layer returns is a tensor already"
# - numbers = tf.convert_to_tensor(layer(tf.constant(texts)))
# + numbers = layer(tf.constant(texts))


# %% exercise="same_scale" equal="what is learned does not depend on the size of the batches"
# - layer.adapt(tf.data.Dataset.from_tensor_slices(train).batch(7))
# + layer.adapt(tf.data.Dataset.from_tensor_slices(train).batch(6))


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
# + model.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy")


# %% exercise="same_scale" equal="what is learned does not depend on the size of the batches"
# - layer.adapt(tf.data.Dataset.from_tensor_slices(train).batch(7))
# + layer.adapt(tf.data.Dataset.from_tensor_slices(train).batch(8))


# %% exercise="age_features" equal="NumPy makes an array of the tensor where it needs one"
# - ages = np.asarray(ages)
# + ages = ages


# %% exercise="age_features" equal="NumPy makes an array of the tensor where it needs one"
# - ages = np.asarray(ages)
# + pass


# %% exercise="survival_model" equal="a little more or less training, and right as often as is asked"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(63), epochs=15, verbose=0, shuffle=False)


# %% exercise="survival_model" equal="a little more or less training, and right as often as is asked"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(64), epochs=14, verbose=0, shuffle=False)


# %% exercise="survival_model" equal="Keras leaves the order of a dataset as it is"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0)


# %% exercise="survival_model" equal="Keras leaves the order of a dataset as it is"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=True)


# %% exercise="survival_model" equal="it prints, and trains the same"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=1, shuffle=False)


# %% exercise="survival_model" equal="a little more or less training, and right as often as is asked"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(64), epochs=16, verbose=0, shuffle=False)


# %% exercise="survival_model" equal="a little more or less training, and right as often as is asked"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1000).batch(65), epochs=15, verbose=0, shuffle=False)


# %% exercise="survival_model" equal="the buffer still holds all passengers"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(1001).batch(64), epochs=15, verbose=0, shuffle=False)


# %% exercise="augmented" equal="another seed, other draws of the same kind"
# - generator = tf.random.Generator.from_seed(11)
# + generator = tf.random.Generator.from_seed(12)


# %% exercise="survival_model" equal="the buffer still holds all passengers"
# - model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
# + model.fit(rows.shuffle(999).batch(64), epochs=15, verbose=0, shuffle=False)


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - layers.StringLookup(vocabulary=["male", "female"], output_mode="one_hot")(sex),
# + layers.StringLookup(vocabulary=['male', 'female'])(sex),


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode="one_hot")(number),
# + layers.IntegerLookup(vocabulary=[1, 2, 4], output_mode="one_hot")(number),


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - layers.CategoryEncoding(3, output_mode="one_hot")(layers.Discretization([13.0, 30.0])(known)),
# + layers.CategoryEncoding(3)(layers.Discretization([13.0, 30.0])(known)),


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - layers.CategoryEncoding(3, output_mode="one_hot")(layers.Discretization([13.0, 30.0])(known)),
# + layers.CategoryEncoding(3, output_mode="one_hot")(layers.Discretization([13.0, 60.0])(known)),


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - hidden = layers.Dense(16, activation="relu")(features)
# + hidden = layers.Dense(16)(features)


# %% exercise="survival_model" equal="another model, which keeps the contract: it is right as often as is asked"
# - head.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
# + head.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy")


# %% exercise="survival_model" equal="a little more or less training, and right as often as is asked"
# - model.fit(tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32), epochs=12, verbose=0, shuffle=False)
# + model.fit(tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32), epochs=13, verbose=0, shuffle=False)


# %% exercise="same_scale" answer="a hundred-thousandth added to the deviation" expect="wrong" fails="same_scale-1" breaks="3" says="would be seen"
# exercise: same_scale
def same_scale(train, test):
    mean, spread = tf.reduce_mean(train, axis=0), tf.math.reduce_std(train, axis=0) + 1e-5
    return (train - mean) / spread, (test - mean) / spread


# %% exercise="same_scale" answer="the mean square minus the square of the mean" expect="wrong" fails="same_scale-1" breaks="3"
# exercise: same_scale
def same_scale(train, test):
    mean = tf.reduce_mean(train, axis=0)
    spread = tf.sqrt(tf.reduce_mean(train**2, axis=0) - mean**2)
    return (train - mean) / spread, (test - mean) / spread


# %% exercise="word_flags" answer="split at single blanks" expect="wrong" fails="word_flags-1" breaks="4" says="a tab or a new line"
# exercise: word_flags
import re


def word_flags(texts, words):
    rows = []
    for text in texts:
        text = re.sub(r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']", "", text.lower())
        found = text.split(" ")
        rows.append([1.0 if word in found else 0.0 for word in words])
    return tf.constant(rows)


# %% exercise="word_flags" answer="the common signs only" expect="wrong" fails="word_flags-1" breaks="6" says="All signs of string.punctuation"
# exercise: word_flags
def word_flags(texts, words):
    rows = []
    for text in texts:
        for sign in ".,;:!?()'\"-":
            text = text.replace(sign, "")
        found = text.lower().split()
        rows.append([1.0 if word in found else 0.0 for word in words])
    return tf.constant(rows)


# %% exercise="age_features" answer="unknown is what equals the middle" expect="wrong" fails="age_features-1" breaks="2" says="may equal `middle`"
# exercise: age_features
def age_features(ages, middle, borders):
    filled = tf.where(tf.math.is_nan(ages), middle, ages)
    buckets = layers.Discretization(borders, output_mode="one_hot")(filled)
    known = tf.cast(filled != middle, tf.float32)[:, tf.newaxis]
    return tf.concat([known, buckets], axis=1)


# %% exercise="age_features" answer="whole years" expect="wrong" fails="age_features-1" breaks="3"
# exercise: age_features
def age_features(ages, middle, borders):
    missing = tf.math.is_nan(ages)
    filled = tf.cast(tf.where(missing, middle, ages), tf.int32)
    buckets = layers.Discretization(borders, output_mode="one_hot")(filled)
    known = tf.cast(~missing, tf.float32)[:, tf.newaxis]
    return tf.concat([known, tf.cast(buckets, tf.float32)], axis=1)


# %% exercise="age_features" answer="an age of 0 taken for unknown" expect="wrong" fails="age_features-1" breaks="2" says="An age of 0 is known"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ages > 0
    bucket = tf.searchsorted(tf.constant(borders, tf.float32), tf.where(known, ages, middle), side="right")
    return tf.concat([tf.cast(known, tf.float32)[:, None], tf.one_hot(bucket, len(borders) + 1)], axis=1)


# %% exercise="age_features" answer="a middle on a border goes below" expect="wrong" fails="age_features-1" breaks="5" says="A middle equal to a border"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ~tf.math.is_nan(ages)
    borders = tf.constant(borders, tf.float32)
    bucket = tf.searchsorted(borders, tf.where(known, ages, 0.0), side="right")
    bucket = tf.where(known, bucket, tf.searchsorted(borders, [middle], side="left"))
    return tf.concat([tf.cast(known, tf.float32)[:, None], tf.one_hot(bucket, len(borders) + 1)], axis=1)


# %% exercise="crossed" answer="words joined with a comma, compared with all" expect="right"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    pairs = tf.strings.join([left, right], separator=",")
    wanted = tf.constant([a + "," + b for a in left_words for b in right_words])
    return tf.cast(pairs[:, tf.newaxis] == wanted, tf.float32)


# %% exercise="crossed" answer="capital letters make no difference" expect="wrong" fails="crossed-1" breaks="4" says="With a capital letter"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    a = tf.cast(tf.strings.lower(left)[:, tf.newaxis] == tf.strings.lower(left_words), tf.float32)
    b = tf.cast(tf.strings.lower(right)[:, tf.newaxis] == tf.strings.lower(right_words), tf.float32)
    return tf.reshape(a[:, :, tf.newaxis] * b[:, tf.newaxis, :], [-1, len(left_words) * len(right_words)])


# %% exercise="crossed" answer="joined by a letter" expect="wrong" fails="crossed-1" breaks="2"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    pairs = [f"{a}x{b}" for a in left_words for b in right_words]
    keys = tf.strings.join([left, right], separator="x")
    return tf.cast(keys[:, None] == tf.constant(pairs)[None, :], tf.float32)


# %% exercise="augmented" answer="amounts like a bell" expect="wrong" fails="augmented-1" breaks="6"
# exercise: augmented
def augmented(pictures, labels, size, training):
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    if not training:
        return batches
    generator = tf.random.Generator.from_non_deterministic_state()

    def change(x, y):
        n = tf.shape(x)[0]
        turn = generator.uniform([n, 1, 1, 1]) < 0.5
        amount = tf.clip_by_value(generator.normal([n, 1, 1, 1], 0.0, 0.1), -0.2, 0.2)
        return tf.clip_by_value(tf.where(turn, x[:, :, ::-1], x) + amount, 0, 1), y

    return batches.map(change)


# %% exercise="augmented" answer="mirrored by turns" expect="wrong" fails="augmented-1" breaks="8"
# exercise: augmented
def augmented(pictures, labels, size, training):
    if not training:
        return tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    generator = np.random.default_rng()
    epochs = [0]

    def epoch():
        epochs[0] += 1
        for i, (x, y) in enumerate(zip(pictures, labels)):
            if (i + epochs[0]) % 2:
                x = x[:, ::-1]
            yield np.clip(x + np.float32(generator.uniform(-0.2, 0.2)), 0, 1), y

    return tf.data.Dataset.from_generator(epoch, output_signature=(
        tf.TensorSpec(pictures.shape[1:], tf.float32), tf.TensorSpec([], tf.int64))).batch(size)


# %% exercise="augmented" answer="one draw for both" expect="wrong" fails="augmented-1" breaks="8"
# exercise: augmented
def augmented(pictures, labels, size, training):
    generator = tf.random.Generator.from_seed(7)

    def change(x, y):
        amount = generator.uniform([tf.shape(x)[0], 1, 1, 1], -0.2, 0.2)
        return tf.clip_by_value(tf.where(amount < 0, x[:, :, ::-1], x) + amount, 0.0, 1.0), y

    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    return batches.map(change) if training else batches


# %% exercise="survival_model" answer="a rule, and its sign from the arguments" expect="wrong" fails="survival_model-1" breaks="7"
# exercise: survival_model
def survival_model(columns, survived):
    women = columns["sex"][:, 0] == "female"
    saved = tf.constant(survived)
    up = tf.reduce_mean(tf.boolean_mask(saved, women)) > tf.reduce_mean(tf.boolean_mask(saved, ~women))
    sign = 1.0 if up else -1.0
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 30.0, inputs["age"])
    child = keras.ops.cast(age < 13, "float32")
    third = keras.ops.cast(keras.ops.equal(inputs["class"], 3), "float32")
    female = layers.StringLookup(vocabulary=["female"], output_mode="one_hot")(inputs["sex"])[:, 1:]
    either = keras.ops.maximum(female, child)
    return keras.Model(inputs, keras.ops.sigmoid(sign * (4 * either * (1 - third) - 2)))


# %% exercise="survival_model" answer="trained on the test passengers, too" expect="error" fails="survival_model-1" breaks="7"
# exercise: survival_model
def survival_model(columns, survived):
    more = raw_columns(test_frame)
    columns = {name: tf.concat([columns[name], more[name]], axis=0) for name in columns}
    survived = tf.concat([survived, test_frame["survived"].to_numpy("float32")], axis=0)
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 30.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    dataset = tf.data.Dataset.from_tensor_slices((columns, survived)).shuffle(900).batch(32)
    model.fit(dataset, epochs=15, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="a verdict in place of a chance" expect="wrong" fails="survival_model-1" breaks="3"
# exercise: survival_model
def survival_model(columns, survived):
    inputs = {"sex": keras.Input((1,), name="sex", dtype="string"), "class": keras.Input((1,), name="class", dtype="int64"),
              "age": keras.Input((1,), name="age")}
    sex = layers.StringLookup(vocabulary=["male", "female"], output_mode="one_hot")(inputs["sex"])
    ticket = layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode="one_hot")(inputs["class"])
    child = keras.ops.cast(inputs["age"] < 13.0, "float32")
    cross = layers.Flatten()(keras.ops.expand_dims(sex, 2) * keras.ops.expand_dims(ticket, 1))
    hidden = layers.Concatenate()([sex, ticket, child, cross])
    chance = layers.Dense(1, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(1e-3))(hidden)
    learner = keras.Model(inputs, chance)
    learner.compile(keras.optimizers.Adam(0.05), "binary_crossentropy")
    learner.fit(columns, np.array(survived), epochs=40, batch_size=64, verbose=0)
    return keras.Model(inputs, keras.ops.cast(chance > 0.5, "float32"))


# %% exercise="same_scale" answer="a thousand rows are enough" expect="wrong" fails="same_scale-1" breaks="4"
# exercise: same_scale
def same_scale(train, test):
    layer = layers.Normalization()
    layer.adapt(train[:1000])
    return layer(train), layer(test)


# %% exercise="word_flags" answer="a hundred words at most" expect="wrong" fails="word_flags-1" breaks="2"
# exercise: word_flags
def word_flags(texts, words):
    numbers = layers.TextVectorization(vocabulary=words, output_sequence_length=100)(tf.constant(texts))
    wanted = tf.range(2, len(words) + 2, dtype=numbers.dtype)
    return tf.cast(tf.reduce_any(numbers[:, :, tf.newaxis] == wanted, axis=1), tf.float32)


# %% exercise="word_flags" answer="words end at accents" expect="wrong" fails="word_flags-1" breaks="4" says="a letter like any other"
# exercise: word_flags
import string


def word_flags(texts, words):
    signs = "[" + "".join("\\" + sign for sign in string.punctuation) + "]"
    plain = tf.strings.regex_replace(tf.strings.lower(tf.constant(texts)), signs, "")
    columns = [tf.strings.regex_full_match(plain, r"(?s).*\b" + word + r"\b.*") for word in words]
    return tf.cast(tf.stack(columns, axis=1), tf.float32)


# %% exercise="age_features" answer="infinity appended to the caller's borders" expect="wrong" fails="age_features-1" says="a list of your own"
# exercise: age_features
def age_features(ages, middle, borders):
    ages = np.asarray(ages)
    known = ~np.isnan(ages)
    filled = np.where(known, ages, middle)
    borders.append(float("inf"))
    buckets = np.digitize(filled.astype("float32"), np.array(borders, "float32"))
    return tf.constant(np.column_stack([known, np.eye(len(borders))[buckets]]), tf.float32)


# %% exercise="age_features" answer="nobody above 120" expect="wrong" fails="age_features-1" breaks="3"
# exercise: age_features
def age_features(ages, middle, borders):
    missing = tf.math.is_nan(ages)
    filled = tf.where(missing, middle, ages)
    edges = [0.0, *borders, 120.0]
    columns = [~missing, *((filled >= low) & (filled < high) for low, high in zip(edges, edges[1:]))]
    return tf.cast(tf.stack(columns, axis=1), tf.float32)


# %% exercise="crossed" answer="unknown words counted as -1" expect="wrong" fails="crossed-1" breaks="4" says="must not count as -1"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    def number(words, vocabulary):
        return layers.StringLookup(vocabulary=vocabulary)(words) - 1

    column = number(left, left_words) * len(right_words) + number(right, right_words)
    return tf.one_hot(column, len(left_words) * len(right_words))


# %% exercise="crossed" answer="sixteen letters of each word" expect="wrong" fails="crossed-1" breaks="4"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    left, right = np.array(left, "S16"), np.array(right, "S16")
    a = left[:, np.newaxis] == np.array([word.encode() for word in left_words], "S16")
    b = right[:, np.newaxis] == np.array([word.encode() for word in right_words], "S16")
    table = a[:, :, np.newaxis] & b[:, np.newaxis, :]
    return tf.reshape(tf.cast(table, tf.float32), (len(left), len(left_words) * len(right_words)))


# %% exercise="survival_model" answer="the caller's ages filled" expect="wrong" fails="survival_model-1" says="inside the model"
# exercise: survival_model
def survival_model(columns, survived):
    columns["age"] = tf.where(tf.math.is_nan(columns["age"]), 30.0, columns["age"])
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 30.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32), epochs=15, verbose=0, shuffle=False)
    return model


# %% exercise="survival_model" answer="one model for all calls" expect="wrong" fails="survival_model-1" breaks="7"
# exercise: survival_model
def _build():
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), 30.0, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], child)),
    ]
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    return model


only = _build()


def survival_model(columns, survived):
    data = tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32)
    only.fit(data, epochs=15, verbose=0, shuffle=False)
    return only


# %% exercise="same_scale" answer="a millionth added to the deviation" expect="wrong" fails="same_scale-1" breaks="3" says="a millionth more"
# exercise: same_scale
def same_scale(train, test):
    mean = tf.reduce_mean(train, axis=0)
    deviation = tf.math.reduce_std(train, axis=0) + 1e-6
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="same_scale" answer="equal rows counted once" expect="wrong" fails="same_scale-1" breaks="3" says="Each row counts"
# exercise: same_scale
def same_scale(train, test):
    rows = np.unique(np.asarray(train), axis=0)
    layer = layers.Normalization()
    layer.adapt(rows)
    return layer(train), layer(test)


# %% exercise="word_flags" answer="all that is no letter taken out" expect="wrong" fails="word_flags-1" breaks="6" says="Only the 32 signs"
# exercise: word_flags
import re


def word_flags(texts, words):
    lower = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
    rows = []
    for text in texts:
        held = re.sub(r"[^\w\s]|_", "", text).translate(lower).split()
        rows.append([1.0 if word in held else 0.0 for word in words])
    return tf.constant(rows)


# %% exercise="word_flags" answer="Windows' new line half left" expect="wrong" fails="word_flags-1" breaks="4" says="a tab and new lines"
# exercise: word_flags
import string


def word_flags(texts, words):
    table = str.maketrans(string.ascii_uppercase + "\t\n", string.ascii_lowercase + "  ", string.punctuation)
    rows = []
    for text in texts:
        held = set(text.translate(table).split(" "))
        rows.append([float(word in held) for word in words])
    return tf.constant(rows)


# %% exercise="age_features" answer="ages above 150 taken for unknown" expect="wrong" fails="age_features-1" breaks="2"
# exercise: age_features
def age_features(ages, middle, borders):
    known = ages <= 150.0
    filled = tf.where(known, ages, middle)
    buckets = layers.Discretization(list(borders), output_mode="one_hot")(filled[:, tf.newaxis])
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], buckets], axis=1)


# %% exercise="crossed" answer="words in ASCII only" expect="error" fails="crossed-1" breaks="2"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    result = np.zeros((len(left), len(left_words) * len(right_words)), np.float32)
    for row, (a, b) in enumerate(zip(left.numpy(), right.numpy())):
        a, b = a.decode("ascii"), b.decode("ascii")
        if a in left_words and b in right_words:
            result[row, left_words.index(a) * len(right_words) + right_words.index(b)] = 1
    return tf.constant(result)


# %% exercise="crossed" answer="words compared by their bins of 20,000" expect="wrong" fails="crossed-1" breaks="4"
# exercise: crossed
def crossed(left, right, left_words, right_words):
    def code(words, known):
        bins = tf.strings.to_hash_bucket_fast(words, 20_000)
        return tf.cast(bins[:, tf.newaxis] == tf.strings.to_hash_bucket_fast(known, 20_000), tf.float32)

    table = code(left, left_words)[:, :, tf.newaxis] * code(right, right_words)[:, tf.newaxis, :]
    return tf.reshape(table, [-1, len(left_words) * len(right_words)])


# %% exercise="augmented" answer="every second amount that of the neighbour, with the other sign" expect="wrong" fails="augmented-1" breaks="8"
# exercise: augmented
def augmented(pictures, labels, size, training):
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    if not training:
        return batches
    generator = tf.random.Generator.from_non_deterministic_state()

    def change(x, y):
        n = tf.shape(x)[0]
        half = generator.uniform([(n + 1) // 2], -0.2, 0.2)
        amount = tf.reshape(tf.stack([half, -half], axis=1), [-1, 1, 1, 1])[:n]
        x = tf.where(generator.uniform([n, 1, 1, 1]) < 0.5, x[:, :, ::-1], x)
        return tf.clip_by_value(x + amount, 0.0, 1.0), y

    return batches.map(change)


# %% exercise="survival_model" answer="unknown ages filled from the notebook's own passengers" expect="error" fails="survival_model-1" breaks="7"
# exercise: survival_model
def survival_model(columns, survived):
    median = float(train_frame["age"].median())
    inputs = {
        "sex": keras.Input((1,), name="sex", dtype="string"),
        "class": keras.Input((1,), name="class", dtype="int64"),
        "age": keras.Input((1,), name="age"),
    }
    age = keras.ops.where(keras.ops.isnan(inputs["age"]), median, inputs["age"])
    child = layers.Discretization([13.0])(age)
    blocks = [
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], inputs["class"])),
        layers.HashedCrossing(64, "one_hot")((inputs["sex"], child)),
    ]
    chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks))
    model = keras.Model(inputs, chance)
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(tf.data.Dataset.from_tensor_slices((columns, survived)).batch(32), epochs=15, verbose=0, shuffle=False)
    return model


# %% exercise="word_flags" answer="casefold for lower" expect="wrong" fails="word_flags-1" breaks="2"
# exercise: word_flags
import string


def word_flags(texts, words):
    table = str.maketrans("", "", string.punctuation)
    flags = np.zeros((len(texts), len(words)), dtype="float32")
    for i, text in enumerate(texts):
        tokens = text.translate(table).casefold().split()
        for j, word in enumerate(words):
            if word in tokens:
                flags[i, j] = 1.0
    return tf.constant(flags)


# %% exercise="word_flags" answer="only the new line of Windows" expect="wrong" fails="word_flags-1" breaks="4" says="all of these"
# exercise: word_flags
import string


def word_flags(texts, words):
    table = str.maketrans("", "", string.punctuation)
    rows = []
    for text in texts:
        clean = text.lower().translate(table)
        clean = clean.replace("\r\n", " ").replace("\t", " ")
        found = set(clean.split(" "))
        rows.append([1.0 if word in found else 0.0 for word in words])
    return tf.constant(rows, tf.float32)


# %% exercise="augmented" answer="always half of a batch" expect="wrong" fails="augmented-1" breaks="4" says="not half of each batch"
# exercise: augmented
def augmented(pictures, labels, size, training):
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    if not training:
        return batches
    generator = tf.random.Generator.from_seed(5)

    def change(x, y):
        n = tf.shape(x)[0]
        order = tf.argsort(generator.uniform([n]))
        mirrored = (order < n // 2)[:, tf.newaxis, tf.newaxis, tf.newaxis]
        x = tf.where(mirrored, tf.reverse(x, axis=[2]), x)
        x = x + generator.uniform([n, 1, 1, 1], -0.2, 0.2)
        return tf.clip_by_value(x, 0.0, 1.0), y

    return batches.map(change)


# %% exercise="augmented" answer="exactly half of the pictures mirrored" expect="wrong" fails="augmented-1" breaks="8" says="Independent draws"
# exercise: augmented
def augmented(pictures, labels, size, training):
    dataset = tf.data.Dataset.from_tensor_slices((pictures, labels))
    if not training:
        return dataset.batch(size)
    count = len(pictures) + len(pictures) % 2  # an even number: one half of them is odd
    numbers = tf.data.Dataset.range(count).shuffle(count, reshuffle_each_iteration=True)
    light = layers.RandomBrightness(0.2, value_range=(0, 1))

    def mirror(pair, number):
        x, y = pair
        return tf.where(number % 2 == 1, x[:, ::-1], x), y

    batches = tf.data.Dataset.zip((dataset, numbers)).map(mirror).batch(size)
    return batches.map(lambda x, y: (light(x, training=True), y))
