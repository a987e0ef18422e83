# %% [markdown]
# # Answer bank: data pipelines
#
# Other right answers to the exercises of `06-data-pipelines.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="picture_batches" answer="scaled one by one, then batched" expect="right"
# exercise: picture_batches
def picture_batches(images, labels, size):
    def scale(image, label):
        return tf.cast(image, tf.float32)[..., tf.newaxis] / 255.0, label

    return tf.data.Dataset.from_tensor_slices((images, labels)).map(scale, num_parallel_calls=2).batch(size)


# %% exercise="picture_batches" answer="scaled beforehand, zipped" expect="right"
# exercise: picture_batches
def picture_batches(images, labels, size):
    pixels = (images / np.float32(255))[..., None]
    pictures = tf.data.Dataset.from_tensor_slices(pixels)
    numbers = tf.data.Dataset.from_tensor_slices(labels)
    return tf.data.Dataset.zip(pictures, numbers).batch(size).prefetch(1)


# %% exercise="picture_batches" answer="image.convert_image_dtype" expect="right"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images[..., np.newaxis], labels))
    dataset = dataset.map(lambda x, y: (tf.image.convert_image_dtype(x, tf.float32), y))
    return dataset.batch(size)


# %% exercise="picture_batches" answer="from 0 to 255" expect="wrong" fails="picture_batches-1" breaks="2" says="divide by 255"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(size)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., tf.newaxis], y))


# %% exercise="picture_batches" answer="whole numbers divided" expect="wrong" fails="picture_batches-1" breaks="2" says="The fractions are gone"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(size)
    return dataset.map(lambda x, y: (tf.cast(x // 255, tf.float32)[..., tf.newaxis], y))


# %% exercise="picture_batches" answer="the last batch dropped" expect="wrong" fails="picture_batches-1" breaks="5" says="keep it"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(size, drop_remainder=True)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., tf.newaxis] / 255, y))


# %% exercise="picture_batches" answer="from_tensors" expect="wrong" fails="picture_batches-1" breaks="4" says="slice the arrays"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensors((images, labels))
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., tf.newaxis] / 255, y))


# %% exercise="picture_batches" answer="no channel axis" expect="wrong" fails="picture_batches-1" breaks="1" says="the first batch"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(size)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32) / 255, y))


# %% exercise="picture_batches" answer="the last picture first" expect="wrong" fails="picture_batches-1" breaks="6" says="all labels in their order"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images[::-1], labels[::-1])).batch(size)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., tf.newaxis] / 255, y))


# %% exercise="picture_batches" answer="a list of batches" expect="wrong" fails="picture_batches-1" says="a tf.data.Dataset is returned"
# exercise: picture_batches
def picture_batches(images, labels, size):
    x = tf.cast(images, tf.float32)[..., tf.newaxis] / 255
    return [(x[i:i + size], tf.constant(labels[i:i + size])) for i in range(0, len(images), size)]


# %% exercise="picture_batches" answer="batches of two, whatever is asked" expect="wrong" fails="picture_batches-1" breaks="4" says="batches of 4"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(2)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., tf.newaxis] / 255, y))


# %% exercise="picture_batches" answer="the shape of the first picture, which there may not be" expect="error" fails="picture_batches-1" breaks="7"
# exercise: picture_batches
def picture_batches(images, labels, size):
    def pairs():
        for image, label in zip(images, labels):
            yield image[..., np.newaxis] / np.float32(255), label

    picture = tf.TensorSpec(images[0].shape + (1,), tf.float32)
    signature = (picture, tf.TensorSpec([], tf.int64))
    return tf.data.Dataset.from_generator(pairs, output_signature=signature).batch(size)


# %% exercise="readings" answer="strip, then two conditions" expect="right"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    lines = lines.filter(lambda line: tf.strings.length(line) > 0)
    lines = lines.filter(lambda line: tf.strings.substr(line, 0, 1) != "#")
    return lines.map(tf.strings.to_number)


# %% exercise="readings" answer="read by Python" expect="right"
# exercise: readings
def readings(path):
    lines = [line.strip() for line in Path(path).read_text().splitlines()]
    values = [float(line) for line in lines if line and not line.startswith("#")]
    return tf.data.Dataset.from_tensor_slices(tf.constant(values, tf.float32, shape=[len(values)]))


# %% exercise="readings" answer="a generator" expect="right"
# exercise: readings
def readings(path):
    def values():
        for line in open(path):
            text = line.split("#")[0].strip()
            if text:
                yield float(text)

    return tf.data.Dataset.from_generator(values, output_signature=tf.TensorSpec([], tf.float32))


# %% exercise="readings" answer="flat_map: nothing or one number" expect="right"
# exercise: readings
def readings(path):
    def parse(line):
        text = tf.strings.regex_replace(line, "#.*", "")
        return tf.data.Dataset.from_tensor_slices(tf.strings.to_number(tf.strings.split(text)))

    return tf.data.TextLineDataset(path).flat_map(parse)


# %% exercise="readings" answer="what does not parse is 0" expect="wrong" fails="readings-1" says="keep those that hold a number"
# exercise: readings
def readings(path):
    def number(line):
        known = tf.strings.regex_full_match(line, r"\s*-?[0-9.]+\s*")
        return tf.strings.to_number(tf.where(known, line, "0"))

    return tf.data.TextLineDataset(path).map(number)


# %% exercise="readings" answer="skips the first line" expect="wrong" fails="readings-1" says="a remark can stand anywhere"
# exercise: readings
def readings(path):
    def number(line):
        known = tf.strings.regex_full_match(line, r"\s*-?[0-9.]+\s*")
        return tf.strings.to_number(tf.where(known, line, "0"))

    return tf.data.TextLineDataset(path).skip(1).map(number)


# %% exercise="readings" answer="empty lines stay" expect="error" fails="readings-1" breaks="5"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    lines = lines.filter(lambda line: tf.strings.substr(line, 0, 1) != "#")
    return lines.map(tf.strings.to_number)


# %% exercise="readings" answer="remarks behind blanks stay" expect="error" fails="readings-1" breaks="6"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).filter(lambda line: tf.strings.strip(line) != "")
    lines = lines.filter(lambda line: not tf.strings.regex_full_match(line, "#.*"))
    return lines.map(tf.strings.to_number)


# %% exercise="readings" answer="text, not numbers" expect="wrong" fails="readings-1" says="the readings"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    return lines.filter(lambda line: (line != "") & ~tf.strings.regex_full_match(line, "#.*"))


# %% exercise="readings" answer="float64" expect="wrong" fails="readings-1" breaks="1" says="float64"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    lines = lines.filter(lambda line: (line != "") & ~tf.strings.regex_full_match(line, "#.*"))
    return lines.map(lambda line: tf.strings.to_number(line, tf.float64))


# %% exercise="readings" answer="remarks are read as numbers" expect="error" fails="readings-1" breaks="6"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(lambda line: tf.strings.regex_replace(line, "[^0-9.-]", ""))
    return lines.filter(lambda line: line != "").map(tf.strings.to_number)


# %% exercise="readings" answer="the sign is lost" expect="wrong" fails="readings-1" breaks="2" says="the readings"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path)
    lines = lines.filter(lambda line: ~tf.strings.regex_full_match(line, r"\s*(#.*)?"))
    return lines.map(lambda line: tf.strings.to_number(tf.strings.regex_replace(line, "[^0-9.]", "")))


# %% exercise="readings" answer="stacked, which fails on nothing" expect="error" fails="readings-1" breaks="7"
# exercise: readings
def readings(path):
    lines = [line.strip() for line in Path(path).read_text().splitlines()]
    values = [np.float32(line) for line in lines if line and line[0] != "#"]
    return tf.data.Dataset.from_tensor_slices(np.stack(values))


# %% exercise="forecast_pairs" answer="two slices zipped" expect="right"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    days = tf.data.Dataset.from_tensor_slices(series)
    inputs = days.window(width, shift=1, drop_remainder=True).flat_map(lambda days: days.batch(width))
    return tf.data.Dataset.zip(inputs, days.skip(width))


# %% exercise="forecast_pairs" answer="starts, then slices" expect="right"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width))
    return starts.map(lambda i: (series[i:i + width], series[i + width]))


# %% exercise="forecast_pairs" answer="all windows in one tensor" expect="right"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    frames = tf.signal.frame(series, width + 1, 1)
    return tf.data.Dataset.from_tensor_slices((frames[:, :-1], frames[:, -1]))


# %% exercise="forecast_pairs" answer="a generator" expect="right"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    def pairs():
        for end in range(width, len(series)):
            yield series[end - width:end], series[end]

    signature = (tf.TensorSpec([width], tf.float32), tf.TensorSpec([], tf.float32))
    return tf.data.Dataset.from_generator(pairs, output_signature=signature)


# %% exercise="forecast_pairs" answer="short windows stay" expect="wrong" fails="forecast_pairs-1" says="drop them"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    windows = tf.data.Dataset.from_tensor_slices(series).window(width + 1, shift=1)
    rows = windows.flat_map(lambda window: window.batch(width + 1))
    return rows.map(lambda row: (row[:-1], row[-1]))


# %% exercise="forecast_pairs" answer="windows side by side" expect="wrong" fails="forecast_pairs-1" breaks="4" says="they overlap"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    windows = tf.data.Dataset.from_tensor_slices(series).window(width + 1, drop_remainder=True)
    rows = windows.flat_map(lambda window: window.batch(width + 1))
    return rows.map(lambda row: (row[:-1], row[-1]))


# %% exercise="forecast_pairs" answer="batches side by side" expect="wrong" fails="forecast_pairs-1" breaks="4" says="they overlap"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    rows = tf.data.Dataset.from_tensor_slices(series).batch(width + 1, drop_remainder=True)
    return rows.map(lambda row: (row[:-1], row[-1]))


# %% exercise="forecast_pairs" answer="one window more" expect="wrong" fails="forecast_pairs-1" says="needs width + 1 days"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    windows = tf.data.Dataset.from_tensor_slices(series).window(width, shift=1, drop_remainder=True)
    rows = windows.flat_map(lambda window: window.batch(width))
    return rows.map(lambda row: (row, row[-1]))


# %% exercise="forecast_pairs" answer="the last day itself" expect="wrong" fails="forecast_pairs-1" breaks="3" says="it must be the day after"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width))
    return starts.map(lambda i: (series[i:i + width], series[i + width - 1]))


# %% exercise="forecast_pairs" answer="the last pair missing" expect="wrong" fails="forecast_pairs-1" breaks="4" says="how many pairs"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width - 1))
    return starts.map(lambda i: (series[i:i + width], series[i + width]))


# %% exercise="forecast_pairs" answer="targets of shape [1]" expect="wrong" fails="forecast_pairs-1" breaks="3" says="the first pair"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width))
    return starts.map(lambda i: (series[i:i + width], series[i + width:i + width + 1]))


# %% exercise="forecast_pairs" answer="the last day is used twice" expect="wrong" fails="forecast_pairs-1" says="the second pair"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width))
    return starts.map(lambda i: (series[i:i + width], series[width]))


# %% exercise="forecast_pairs" answer="a width of three, whatever is asked" expect="wrong" fails="forecast_pairs-1"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - 3))
    return starts.map(lambda i: (series[i:i + 3], series[i + 3]))


# %% exercise="forecast_pairs" answer="stacked, which fails on nothing" expect="error" fails="forecast_pairs-1" breaks="6"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    rows = np.stack([series[i:i + width + 1] for i in range(len(series) - width)])
    return tf.data.Dataset.from_tensor_slices((rows[:, :-1], rows[:, -1]))


# %% exercise="forecast_pairs" answer="a hundred pairs at most" expect="wrong" fails="forecast_pairs-1" breaks="4"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width)).take(100)
    return starts.map(lambda i: (series[i:i + width], series[i + width]))


# %% exercise="album_batches" answer="lines, split and compared" expect="right"
# exercise: album_batches
def album_batches(album, kinds, size):
    def split(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        return file, kind

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    lines = tf.data.TextLineDataset(album + "/index.csv").skip(1)
    known = lines.map(split).filter(lambda file, kind: tf.reduce_any(kind == kinds))
    return known.map(load).batch(size)


# %% exercise="album_batches" answer="the listing read by Python" expect="right"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = [row.split(",") for row in Path(album, "index.csv").read_text().splitlines()[1:]]
    files = [f"{album}/{file}" for file, kind in rows if kind in kinds]
    labels = [kinds.index(kind) for file, kind in rows if kind in kinds]
    table = (tf.constant(files, tf.string, [len(files)]), tf.constant(labels, tf.int32, [len(files)]))

    def load(file, label):
        picture = tf.io.decode_image(tf.io.read_file(file), channels=3, expand_animations=False)
        picture = tf.cast(picture, tf.float32) / 255
        return tf.image.resize(tf.ensure_shape(picture, (None, None, 3)), (16, 16)), label

    return tf.data.Dataset.from_tensor_slices(table).map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(size)


# %% exercise="album_batches" answer="a lookup table" expect="right"
# exercise: album_batches
def album_batches(album, kinds, size):
    keys, values = tf.constant(kinds), tf.range(len(kinds))
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default_value=-1)
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.map(lambda file, kind: (file, table.lookup(kind))).filter(lambda file, label: label >= 0)

    def load(file, label):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(tf.image.convert_image_dtype(picture, tf.float32), [16, 16]), label

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="unknown kinds are number 0" expect="wrong" fails="album_batches-1" breaks="8" says="The cow is still there"
# exercise: album_batches
def album_batches(album, kinds, size):
    def load(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return tf.data.TextLineDataset(album + "/index.csv").skip(1).map(load).batch(size)


# %% exercise="album_batches" answer="the heading is read" expect="error" fails="album_batches-1"
# exercise: album_batches
def album_batches(album, kinds, size):
    def load(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return tf.data.TextLineDataset(album + "/index.csv").map(load).batch(size)


# %% exercise="album_batches" answer="from 0 to 255" expect="wrong" fails="album_batches-1" breaks="4" says="divide by 255"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]), tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="grey stays grey" expect="error" fails="album_batches-1" breaks="6"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file))
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="not resized" expect="error" fails="album_batches-1"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.cast(picture, tf.float32) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="cropped or padded, not resized" expect="wrong" fails="album_batches-1" breaks="5"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        picture = tf.cast(tf.image.resize_with_crop_or_pad(picture, 16, 16), tf.float32)
        return picture / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="nearest neighbours" expect="wrong" fails="album_batches-1" breaks="5"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        picture = tf.cast(tf.image.resize(picture, [16, 16], method="nearest"), tf.float32)
        return picture / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="kinds in alphabetical order" expect="wrong" fails="album_batches-1" breaks="7" says="the labels"
# exercise: album_batches
def album_batches(album, kinds, size):
    kinds = sorted(kinds)
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="32 by 32" expect="wrong" fails="album_batches-1" breaks="3" says="the first batch"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""], header=True)
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [32, 32]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="album_batches" answer="stacked, which fails on nothing" expect="error" fails="album_batches-1" breaks="9"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = [row.split(",") for row in Path(album, "index.csv").read_text().splitlines()[1:]]
    pictures, labels = [], []
    for file, kind in rows:
        if kind in kinds:
            picture = tf.io.decode_png(Path(album, file).read_bytes(), channels=3)
            pictures.append(tf.image.resize(picture, (16, 16)) / 255)
            labels.append(tf.constant(kinds.index(kind)))
    return tf.data.Dataset.from_tensor_slices((np.stack(pictures), np.stack(labels))).batch(size)


# %% exercise="training_batches" answer="in one chain, the number of elements counted" expect="right"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).cache().shuffle(len(examples)).map(augment).batch(size)


# %% exercise="training_batches" answer="in parallel, augment before the shuffle" expect="right"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare, num_parallel_calls=tf.data.AUTOTUNE).cache()
    dataset = dataset.map(augment, num_parallel_calls=tf.data.AUTOTUNE).shuffle(1000)
    return dataset.batch(size, drop_remainder=False).prefetch(tf.data.AUTOTUNE)


# %% exercise="training_batches" answer="everything kept in one tensor" expect="right"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    ready = tf.stack(list(examples.map(prepare)))
    dataset = tf.data.Dataset.from_tensor_slices(ready)
    return dataset.shuffle(len(ready)).map(augment).batch(size)


# %% exercise="training_batches" answer="the cache at the very end" expect="wrong" fails="training_batches-1" says="The cache keeps the order"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).map(augment).shuffle(1000).batch(size).cache()


# %% exercise="training_batches" answer="as it was given" expect="wrong" fails="training_batches-1" says="keep the smaller batch"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).map(augment).shuffle(10)
    return dataset.batch(size, drop_remainder=True).cache()


# %% exercise="training_batches" answer="the buffer stays small" expect="wrong" fails="training_batches-1" breaks="4" says="as its buffer holds"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).cache().shuffle(10).map(augment).batch(size)


# %% exercise="training_batches" answer="no cache" expect="wrong" fails="training_batches-1" breaks="6" says="ran in both epochs"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).shuffle(1000).map(augment).batch(size)


# %% exercise="training_batches" answer="the cache before prepare" expect="wrong" fails="training_batches-1" breaks="6" says="put the cache behind it"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.cache().shuffle(1000).map(prepare).map(augment).batch(size)


# %% exercise="training_batches" answer="augment before the cache" expect="wrong" fails="training_batches-1" breaks="7" says="it belongs behind the cache"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).map(augment).cache().shuffle(1000).batch(size)


# %% exercise="training_batches" answer="batches shuffled, not examples" expect="wrong" fails="training_batches-1" says="the sizes of the batches"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache().batch(size).shuffle(1000, seed=3)
    return dataset.map(lambda batch: tf.map_fn(augment, batch))


# %% exercise="training_batches" answer="one order for all epochs" expect="wrong" fails="training_batches-1" breaks="3" says="another order"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache().shuffle(1000, reshuffle_each_iteration=False)
    return dataset.map(augment).batch(size)


# %% exercise="training_batches" answer="examples twice" expect="wrong" fails="training_batches-1" breaks="2"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache().repeat(2).shuffle(1000).map(augment).batch(size)
    return dataset.take((len(examples) + size - 1) // size)


# %% exercise="doodles" answer="features spelt out, RaggedFeature" expect="right"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="VarLenFeature, shapes of the padding stated" expect="right"
# exercise: doodles
def write_doodles(path, doodles):
    def record(name, points):
        features = tf.train.Features()
        features.feature["name"].bytes_list.value[:] = [bytes(name, "utf-8")]
        for x, y in points:
            features.feature["xy"].float_list.value.extend([x, y])
        return tf.train.Example(features=features).SerializeToString()

    writer = tf.io.TFRecordWriter(path)
    for doodle in doodles:
        writer.write(record(*doodle))
    writer.close()


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.VarLenFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        flat = tf.sparse.to_dense(found["xy"])
        count = tf.cast(tf.size(flat) / 2, tf.int32)
        return {"name": found["name"], "points": tf.reshape(flat, [count, 2]), "count": count}

    shapes = {"name": [], "points": [None, 2], "count": []}
    return tf.data.TFRecordDataset([path]).map(parse).padded_batch(size, padded_shapes=shapes)


# %% exercise="doodles" answer="a ragged batch, parsed at once" expect="right"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            value = np.asarray(points, np.float32).ravel()
            writer.write(tf.train.Example(features=tf.train.Features(feature={
                "name": tf.train.Feature(bytes_list={"value": [tf.compat.as_bytes(name)]}),
                "xy": tf.train.Feature(float_list={"value": value}),
            })).SerializeToString())


def read_doodles(path, size):
    def parse(records):
        spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}
        found = tf.io.parse_example(records, spec)
        count = tf.cast(found["xy"].row_lengths(), tf.int32) // 2
        flat = found["xy"].to_tensor()
        points = tf.reshape(flat, [tf.shape(flat)[0], -1, 2])
        longest = tf.reduce_max(count)
        points = tf.reshape(flat, [tf.shape(flat)[0], longest, 2])
        return {"name": found["name"], "points": points, "count": count}

    return tf.data.TFRecordDataset(path).batch(size).map(parse)


# %% exercise="doodles" answer="x first, then y" expect="wrong" fails="doodles-1" breaks="3" says="All x come first"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            columns = [point[0] for point in stroke] + [point[1] for point in stroke]
            example.features.feature["xy"].float_list.value.extend(columns)
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="latin-1, counts of floats" expect="wrong" fails="doodles-1,doodles-2" says="two make a point"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode("latin-1"))
            example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.size(found["xy"])}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="the last doodle lost, points not reshaped" expect="wrong" fails="doodles-1,doodles-2" says="reshape them"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles[:-1]:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        return {"name": found["name"], "points": found["xy"], "count": tf.size(found["xy"]) // 2}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="padded to the longest of the file, whole numbers" expect="wrong" fails="doodles-1,doodles-2" says="not of the file"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            example.features.feature["xy"].float_list.value.extend(int(n) for point in stroke for n in point)
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(1000).unbatch().batch(size)


# %% exercise="doodles" answer="the padding counted" expect="wrong" fails="doodles-2" breaks="9" says="The padding is counted too"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        return {"name": found["name"], "points": tf.reshape(found["xy"], [-1, 2])}

    def count(batch):
        shape = tf.shape(batch["points"])
        return {**batch, "count": tf.fill([shape[0]], shape[1])}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size).map(count)


# %% exercise="doodles" answer="points that are zero are not counted" expect="wrong" fails="doodles-2" breaks="9"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        return {"name": found["name"], "points": tf.reshape(found["xy"], [-1, 2])}

    def count(batch):
        real = tf.reduce_any(batch["points"] != 0, axis=-1)
        return {**batch, "count": tf.reduce_sum(tf.cast(real, tf.int32), axis=1)}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size).map(count)


# %% exercise="doodles" answer="text not encoded, a fixed number of floats" expect="error" fails="doodles-1,doodles-2"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title)
            example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.FixedLenFeature([4], tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="batch instead of padded_batch; a name for each point" expect="error" fails="doodles-1,doodles-2"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            for point in stroke:
                example = tf.train.Example()
                example.features.feature["name"].bytes_list.value.append(title.encode())
                example.features.feature["xy"].float_list.value.extend(point)
                file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).batch(size)


# %% exercise="doodles" answer="an empty doodle, an empty file" expect="error" fails="doodles-1,doodles-2"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as file:
        for title, stroke in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(title.encode())
            example.features.feature["xy"].float_list.value.extend(np.concatenate(stroke))
            file.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}
    names, points = [], []
    for record in tf.data.TFRecordDataset(path):
        found = tf.io.parse_single_example(record, spec)
        names.append(found["name"].numpy())
        points.append(tf.reshape(found["xy"], [-1, 2]).numpy())
    longest = max(len(stroke) for stroke in points)
    padded = [np.pad(stroke, [(0, longest - len(stroke)), (0, 0)]) for stroke in points]
    counts = np.array([len(stroke) for stroke in points], np.int32)
    dataset = tf.data.Dataset.from_tensor_slices({"name": names, "points": np.stack(padded), "count": counts})
    batches = dataset.batch(size)
    return batches.map(lambda batch: {**batch, "points": batch["points"][:, :tf.reduce_max(batch["count"])]})


# %% exercise="readings" answer="lines not stripped" expect="error" fails="readings-1"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path)
    lines = lines.filter(lambda line: (line != "") & (tf.strings.substr(line, 0, 1) != "#"))
    return lines.map(tf.strings.to_number)


# %% exercise="picture_batches" answer="labels of int32" expect="wrong" fails="picture_batches-1" breaks="3" says="int32"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(size)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., tf.newaxis] / 255, tf.cast(y, tf.int32)))


# %% exercise="picture_batches" answer="dark pictures taken for scaled ones" expect="wrong" fails="picture_batches-1" breaks="2" says="A dark picture"
# exercise: picture_batches
def picture_batches(images, labels, size):
    scale = 255.0 if np.max(images, initial=0) > 1 else 1.0
    pictures = tf.cast(images, tf.float32)[..., None] / scale
    return tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)


# %% exercise="picture_batches" answer="labels by way of int32" expect="wrong" fails="picture_batches-1" breaks="3"
# exercise: picture_batches
def picture_batches(images, labels, size):
    pictures = tf.cast(images, tf.float32)[..., None] / 255.0
    dataset = tf.data.Dataset.from_tensor_slices((pictures, tf.cast(labels, tf.int32)))
    return dataset.map(lambda x, y: (x, tf.cast(y, tf.int64))).batch(size)


# %% exercise="readings" answer="numbers described" expect="wrong" fails="readings-1" breaks="2" says="looks like"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    lines = lines.filter(lambda line: tf.strings.regex_full_match(line, r"-?\d+\.\d+|\d+"))
    return lines.map(tf.strings.to_number)


# %% exercise="readings" answer="the coldest first" expect="wrong" fails="readings-1" breaks="3" says="the readings"
# exercise: readings
def readings(path):
    lines = [line.strip() for line in Path(path).read_text().splitlines()]
    values = sorted(float(line) for line in lines if line and line[0] != "#")
    return tf.data.Dataset.from_tensor_slices(tf.constant(values, tf.float32, shape=[len(values)]))


# %% exercise="readings" answer="a number with a blank is none" expect="wrong" fails="readings-1" breaks="4" says="how many readings"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path)
    lines = lines.filter(lambda line: tf.strings.regex_full_match(line, r"[^\s#]+"))
    return lines.map(tf.strings.to_number)


# %% exercise="forecast_pairs" answer="days in a column" expect="wrong" fails="forecast_pairs-1" breaks="1" says="the first pair"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width))
    return starts.map(lambda i: (series[i:i + width, tf.newaxis], series[i + width]))


# %% exercise="forecast_pairs" answer="the latest day first" expect="wrong" fails="forecast_pairs-1" breaks="2" says="the first pair"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    starts = tf.data.Dataset.range(max(0, len(series) - width))
    return starts.map(lambda i: (series[i:i + width][::-1], series[i + width]))


# %% exercise="forecast_pairs" answer="the last pair first" expect="wrong" fails="forecast_pairs-1" breaks="5" says="the first pair"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    last = max(0, len(series) - width)
    starts = tf.data.Dataset.range(last - 1, -1, -1)
    return starts.map(lambda i: (series[i:i + width], series[i + width]))


# %% exercise="forecast_pairs" answer="no pair before a day of 0" expect="wrong" fails="forecast_pairs-1" breaks="4"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    windows = tf.data.Dataset.from_tensor_slices(series).window(width + 1, shift=1, drop_remainder=True)
    windows = windows.flat_map(lambda window: window.batch(width + 1, drop_remainder=True))
    pairs = windows.map(lambda window: (tf.ensure_shape(window, [width + 1])[:-1], window[-1]))
    return pairs.filter(lambda days, after: after != 0)


# %% exercise="album_batches" answer="batches of two, whatever is asked" expect="wrong" fails="album_batches-1" breaks="1"
# exercise: album_batches
def album_batches(album, kinds, size):
    def split(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        return file, kind

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    lines = tf.data.TextLineDataset(album + "/index.csv").skip(1)
    known = lines.map(split).filter(lambda file, kind: tf.reduce_any(kind == kinds))
    return known.map(load).batch(2)


# %% exercise="album_batches" answer="files in alphabetical order" expect="wrong" fails="album_batches-1" breaks="2" says="the colour in the middle"
# exercise: album_batches
def album_batches(album, kinds, size):
    def split(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        return file, kind

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    rows = Path(album, "index.csv").read_text().split()[1:]
    lines = tf.data.Dataset.from_tensor_slices(sorted(rows))
    known = lines.map(split).filter(lambda file, kind: tf.reduce_any(kind == kinds))
    return known.map(load).batch(size)


# %% exercise="album_batches" answer="capital letters make no difference" expect="wrong" fails="album_batches-1" breaks="8"
# exercise: album_batches
def album_batches(album, kinds, size):
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer([kind.lower() for kind in kinds], tf.range(len(kinds))), default_value=-1)
    def number(line):
        return table.lookup(tf.strings.lower(tf.strings.strip(tf.strings.split(line, ",")[1])))
    def load(line):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + tf.strings.split(line, ",")[0]), channels=3)
        return tf.image.resize(tf.cast(picture, tf.float32) / 255.0, (16, 16)), number(line)
    return tf.data.TextLineDataset(album + "/index.csv").skip(1).filter(lambda line: number(line) >= 0).map(load).batch(size)


# %% exercise="training_batches" answer="a buffer for a hundred" expect="wrong" fails="training_batches-1" breaks="4" says="up to 1,000"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).cache().shuffle(100).map(augment).batch(size)


# %% exercise="training_batches" answer="the rest dropped" expect="wrong" fails="training_batches-1" breaks="1" says="keep the smaller batch"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).cache().shuffle(1000).map(augment).batch(size, drop_remainder=True)


# %% exercise="training_batches" answer="augment called, its result not taken" expect="wrong" fails="training_batches-1" breaks="5" says="what augment returns"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache().shuffle(1000).map(lambda x: (x, augment(x)))
    return dataset.batch(size).map(lambda x, _: x)


# %% exercise="doodles" answer="the first doodle last" expect="wrong" fails="doodles-1" breaks="1" says="the names"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in reversed(doodles):
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="names in Latin letters only" expect="wrong" fails="doodles-1" breaks="2" says="the names"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("ascii", "replace")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="the shortest doodle first" expect="wrong" fails="doodles-2" breaks="4" says="the names of the first batch"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    found = sorted(tf.data.TFRecordDataset(path).as_numpy_iterator(), key=len)
    records = tf.data.Dataset.from_tensor_slices(tf.constant(found, tf.string, shape=[len(found)]))
    return records.map(parse).padded_batch(size)


# %% exercise="doodles" answer="the last batch dropped" expect="wrong" fails="doodles-2" breaks="5" says="the sizes of the batches"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size, drop_remainder=True)


# %% exercise="doodles" answer="names in a column" expect="wrong" fails="doodles-2" breaks="6" says="the names of the first batch"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"][tf.newaxis], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="floats in one row" expect="wrong" fails="doodles-2" breaks="7" says="reshape them"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": found["xy"], "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="always nine points wide" expect="wrong" fails="doodles-2" breaks="8" says="the points of the first batch"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode("utf-8")])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size, {"name": [], "points": [9, 2], "count": []})


# %% exercise="readings" answer="only numbers of one look" expect="wrong" fails="readings-1" breaks="2" says="leave out what is none"
# exercise: readings
def readings(path):
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    looks = r"[+-]?[0-9]*\.?[0-9]*(e[0-9]+)?"
    return lines.filter(lambda line: tf.strings.regex_full_match(line, looks) & (line != "")).map(tf.strings.to_number)


# %% exercise="readings" answer="no zero" expect="wrong" fails="readings-1" breaks="2"
# exercise: readings
def readings(path):
    def number(line):
        if line == "" or tf.strings.substr(line, 0, 1) == "#":
            return 0.0
        return tf.strings.to_number(line)

    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    return lines.map(number).filter(lambda n: n != 0)


# %% exercise="training_batches" answer="mixed before the cache, a little after it" expect="wrong" fails="training_batches-1" breaks="4" says="in every epoch"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).shuffle(1000).cache()
    return dataset.shuffle(10).map(augment).batch(size)


# %% exercise="training_batches" answer="one order, then a little of it mixed" expect="wrong" fails="training_batches-1" breaks="4" says="in every epoch"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache()
    dataset = dataset.shuffle(1000, reshuffle_each_iteration=False).shuffle(20)
    return dataset.map(augment).batch(size)


# %% exercise="training_batches" answer="a buffer of 950" expect="wrong" fails="training_batches-1" breaks="4"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).cache().shuffle(950).map(augment).batch(size)


# %% exercise="training_batches" answer="everything made float32" expect="wrong" fails="training_batches-1" breaks="5"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(lambda x: tf.cast(prepare(x), tf.float32)).cache()
    return dataset.shuffle(1000).map(augment).batch(size)


# %% exercise="album_batches" answer="the heading kept, for its kind is no kind" expect="error" fails="album_batches-1"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = tf.data.experimental.CsvDataset(album + "/index.csv", ["", ""])
    rows = rows.filter(lambda file, kind: tf.reduce_any(kind == kinds))

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    return rows.map(load).batch(size)


# %% exercise="picture_batches" equal="TensorFlow divides uint8 by turning it into float32"
# - return batches.map(lambda x, y: (tf.expand_dims(tf.cast(x, tf.float32), -1) / 255, y))
# + return batches.map(lambda x, y: (tf.expand_dims(x, -1) / 255, y))


# %% exercise="picture_batches" equal="how many elements are worked on at once does not change them"
# - return tf.data.Dataset.from_tensor_slices((images, labels)).map(scale, num_parallel_calls=2).batch(size)
# + return tf.data.Dataset.from_tensor_slices((images, labels)).map(scale).batch(size)


# %% exercise="picture_batches" equal="how many elements are worked on at once does not change them"
# - return tf.data.Dataset.from_tensor_slices((images, labels)).map(scale, num_parallel_calls=2).batch(size)
# + return tf.data.Dataset.from_tensor_slices((images, labels)).map(scale, num_parallel_calls=1).batch(size)


# %% exercise="picture_batches" equal="how many batches wait ready does not change them"
# - return tf.data.Dataset.zip(pictures, numbers).batch(size).prefetch(1)
# + return tf.data.Dataset.zip(pictures, numbers).batch(size).prefetch(2)


# %% exercise="readings" equal="to_number takes blanks around a number itself"
# - return kept.map(lambda line: tf.strings.to_number(tf.strings.strip(line)))
# + return kept.map(lambda line: tf.strings.to_number(line))


# %% exercise="forecast_pairs" equal="a window has no more than width + 1 days, so one batch takes them all"
# - joined = windows.flat_map(lambda window: window.batch(width + 1))
# + joined = windows.flat_map(lambda window: window.batch(width + 2))


# %% exercise="forecast_pairs" equal="the short windows at the end have no day that follows, and zip ends before them"
# - inputs = days.window(width, shift=1, drop_remainder=True).flat_map(lambda days: days.batch(width))
# + inputs = days.window(width, shift=1).flat_map(lambda days: days.batch(width))


# %% exercise="forecast_pairs" equal="the short windows at the end have no day that follows, and zip ends before them"
# - inputs = days.window(width, shift=1, drop_remainder=True).flat_map(lambda days: days.batch(width))
# + inputs = days.window(width, shift=1, drop_remainder=False).flat_map(lambda days: days.batch(width))


# %% exercise="forecast_pairs" equal="the larger of two numbers does not depend on their order"
# - starts = tf.data.Dataset.range(max(0, len(series) - width))
# + starts = tf.data.Dataset.range(max(len(series) - width, 0))


# %% exercise="album_batches" equal="TensorFlow makes a tensor of the list where it is compared with one"
# - names = tf.constant(kinds)
# + names = kinds


# %% exercise="album_batches" equal="argmax takes bools, too: true is more than false"
# - label = tf.argmax(tf.cast(names == kind, tf.int32), output_type=tf.int32)
# + label = tf.argmax(names == kind, output_type=tf.int32)


# %% exercise="training_batches" equal="with at most 1,000 examples a larger buffer is filled no further"
# - mixed = ready.shuffle(1000)
# + mixed = ready.shuffle(1001)


# %% exercise="training_batches" equal="how many batches wait ready does not change them"
# - return mixed.map(augment).batch(size).prefetch(1)
# + return mixed.map(augment).batch(size).prefetch(0)


# %% exercise="training_batches" equal="how many batches wait ready does not change them"
# - return mixed.map(augment).batch(size).prefetch(1)
# + return mixed.map(augment).batch(size).prefetch(2)


# %% exercise="training_batches" equal="how many elements are worked on at once does not change them"
# - dataset = examples.map(prepare, num_parallel_calls=tf.data.AUTOTUNE).cache()
# + dataset = examples.map(prepare).cache()


# %% exercise="training_batches" equal="batch keeps the smaller batch by itself"
# - return dataset.batch(size, drop_remainder=False).prefetch(tf.data.AUTOTUNE)
# + return dataset.batch(size).prefetch(tf.data.AUTOTUNE)


# %% exercise="training_batches" equal="from_tensor_slices makes one tensor of a list of tensors itself"
# - ready = tf.stack(list(examples.map(prepare)))
# + ready = list(examples.map(prepare))


# %% exercise="doodles" equal="NumPy takes any length below 0 for the one to be worked out"
# - example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -1))
# + example.features.feature["xy"].float_list.value.extend(np.reshape(stroke, -2))


# %% exercise="doodles" equal="a FloatList makes floats of whole numbers itself"
# - flat = [float(number) for point in points for number in point]
# + flat = [number for point in points for number in point]


# %% exercise="doodles" equal="nothing holds the writer when the function ends: Python takes it away, which closes the file"
# - writer.close()
# + pass


# %% exercise="doodles" equal="the shapes that parse gives say the same"
# - return tf.data.TFRecordDataset([path]).map(parse).padded_batch(size, padded_shapes=shapes)
# + return tf.data.TFRecordDataset([path]).map(parse).padded_batch(size)


# %% exercise="doodles" equal="row lengths of a RaggedFeature are int32 unless another dtype is asked for"
# - count = tf.cast(found["xy"].row_lengths(), tf.int32) // 2
# + count = found['xy'].row_lengths() // 2


# %% exercise="picture_batches" answer="a zip that is used up" expect="wrong" fails="picture_batches-1" breaks="4" says="begins anew"
# exercise: picture_batches
def picture_batches(images, labels, size):
    pairs = zip(images, labels)

    def scale(image, label):
        return tf.cast(image, tf.float32)[..., tf.newaxis] / 255, label

    spec = (tf.TensorSpec(images.shape[1:], tf.uint8), tf.TensorSpec([], tf.int64))
    return tf.data.Dataset.from_generator(lambda: pairs, output_signature=spec).map(scale).batch(size)


# %% exercise="picture_batches" answer="never more than 256" expect="wrong" fails="picture_batches-1" breaks="4"
# exercise: picture_batches
def picture_batches(images, labels, size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(min(size, 256))
    return dataset.map(lambda x, y: (tf.expand_dims(tf.cast(x, tf.float32), -1) / 255.0, y))


# %% exercise="readings" answer="one digit in the exponent" expect="wrong" fails="readings-1" breaks="2"
# exercise: readings
def readings(path):
    number = r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9])?"
    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    return lines.filter(lambda line: tf.strings.regex_full_match(line, number)).map(tf.strings.to_number)


# %% exercise="readings" answer="a file that is read to its end" expect="wrong" fails="readings-1" breaks="2" says="begins anew"
# exercise: readings
def readings(path):
    diary = open(path)

    def numbers():
        for line in diary:
            line = line.strip()
            if line and not line.startswith("#"):
                yield float(line)

    return tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec([], tf.float32))


# %% exercise="forecast_pairs" answer="windows batched by 64" expect="wrong" fails="forecast_pairs-1" breaks="1"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    days = tf.data.Dataset.from_tensor_slices(series)
    windows = days.window(width + 1, shift=1, drop_remainder=True)
    rows = windows.flat_map(lambda window: window.batch(64))
    return rows.map(lambda row: (row[:-1], row[-1]))


# %% exercise="forecast_pairs" answer="the days of the first epoch left in a deque" expect="wrong" fails="forecast_pairs-1" breaks="4" says="begin anew"
# exercise: forecast_pairs
import collections


def forecast_pairs(series, width):
    recent = collections.deque(maxlen=width)

    def pairs():
        for day in np.asarray(series):
            if len(recent) == width:
                yield np.array(recent), day
            recent.append(day)

    spec = (tf.TensorSpec([width], tf.float32), tf.TensorSpec([], tf.float32))
    return tf.data.Dataset.from_generator(pairs, output_signature=spec)


# %% exercise="doodles" answer="one doodle for each name" expect="wrong" fails="doodles-1" breaks="1" says="no dictionary by name"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in dict(doodles).items():
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(name.encode())
            example.features.feature["xy"].float_list.value.extend(np.reshape(points, -1))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="doodles" answer="all numbers added to the caller's first point" expect="wrong" fails="doodles-1" says="Build a list of your own"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = points[0] if points else []
            for point in points[1:]:
                flat += point
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(name.encode())
            example.features.feature["xy"].float_list.value.extend(flat)
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="readings" answer="remarks in ASCII only" expect="error" fails="readings-1" breaks="6"
# exercise: readings
def readings(path):
    with open(path, encoding="ascii") as file:
        lines = [line.strip() for line in file]
    numbers = [float(line) for line in lines if line and not line.startswith("#")]
    return tf.data.Dataset.from_tensor_slices(tf.constant(numbers, tf.float32))


# %% exercise="readings" answer="rounded to four decimals" expect="wrong" fails="readings-1" breaks="2"
# exercise: readings
def readings(path):
    def tidy(line):
        return tf.cast(tf.round(tf.strings.to_number(line, tf.float64) * 10000) / 10000, tf.float32)

    lines = tf.data.TextLineDataset(path).map(tf.strings.strip)
    return lines.filter(lambda line: (line != "") & (tf.strings.substr(line, 0, 1) != "#")).map(tidy)


# %% exercise="album_batches" answer="grey with transparency forgotten" expect="error" fails="album_batches-1" breaks="6"
# exercise: album_batches
def album_batches(album, kinds, size):
    def split(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        return file, kind

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file))
        grey = tf.shape(picture)[-1] == 1
        picture = tf.cond(grey, lambda: tf.repeat(picture, 3, axis=-1), lambda: picture[..., :3])
        picture = tf.ensure_shape(picture, [None, None, 3])
        return tf.image.resize(picture, (16, 16)) / 255, tf.argmax(kind == kinds, output_type=tf.int32)

    lines = tf.data.TextLineDataset(album + "/index.csv").skip(1)
    return lines.map(split).filter(lambda file, kind: tf.reduce_any(kind == kinds)).map(load).batch(size)


# %% exercise="training_batches" answer="a buffer of 960" expect="wrong" fails="training_batches-1" breaks="4"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    return examples.map(prepare).cache().shuffle(960).map(augment).batch(size)


# %% exercise="training_batches" answer="neighbours shuffled as pairs" expect="wrong" fails="training_batches-1" breaks="4"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache()
    if len(examples) > 150:
        dataset = dataset.batch(2).shuffle(500).unbatch()
    else:
        dataset = dataset.shuffle(1000)
    return dataset.map(augment).batch(size)


# %% exercise="doodles" answer="blanks at the ends of a name taken away" expect="wrong" fails="doodles-1" breaks="2"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            example = tf.train.Example()
            example.features.feature["name"].bytes_list.value.append(name.strip().encode())
            example.features.feature["xy"].float_list.value.extend(np.reshape(points, -1))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).padded_batch(size)


# %% exercise="training_batches" answer="a buffer of forty batches" expect="wrong" fails="training_batches-1" breaks="4"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    """Return a dataset of batches for training, in a new order each epoch."""
    dataset = examples.map(prepare).cache()
    dataset = dataset.shuffle(40 * size).map(augment)    # room for forty batches
    return dataset.batch(size)


# %% exercise="training_batches" answer="a full shuffle before the cache, a short one behind it" expect="wrong" fails="training_batches-1" breaks="4"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    """Return a dataset of batches for training, in a new order each epoch."""
    dataset = examples.shuffle(1000).map(prepare).cache()
    dataset = dataset.shuffle(256).map(augment)
    return dataset.batch(size).prefetch(1)


# %% exercise="album_batches" answer="the end of the line is looked at" expect="wrong" fails="album_batches-1" breaks="8"
# exercise: album_batches
def album_batches(album, kinds, size):
    """Return a dataset of batches of the pictures that a folder's index.csv lists."""
    pattern = ".*(" + "|".join(kinds) + ")"

    def load(line):
        parts = tf.strings.split(line, ",")
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + parts[0]), channels=3)
        label = tf.argmax(parts[1] == tf.constant(kinds), output_type=tf.int32)
        return tf.image.resize(picture, (16, 16)) / 255, label

    lines = tf.data.TextLineDataset(album + "/index.csv").skip(1)
    known = lines.filter(lambda line: tf.strings.regex_full_match(line, pattern))
    return known.map(load).batch(size)


# %% exercise="album_batches" answer="colours times their opacity" expect="wrong" fails="album_batches-1" breaks="5" says="Transparency counts for nothing"
# exercise: album_batches
def album_batches(album, kinds, size):
    names = tf.constant(kinds)

    def split(line):
        parts = tf.strings.split(line, ",")
        return parts[0], parts[1]

    def load(file, kind):
        raw = tf.io.read_file(tf.strings.join([album, "/", file]))
        picture = tf.cast(tf.io.decode_png(raw, channels=4), tf.float32) / 255.0
        picture = picture[..., :3] * picture[..., 3:]
        label = tf.argmax(tf.cast(kind == names, tf.int32), output_type=tf.int32)
        return tf.image.resize(picture, [16, 16]), label

    dataset = tf.data.TextLineDataset(album + "/index.csv").skip(1).map(split)
    dataset = dataset.filter(lambda file, kind: tf.reduce_any(kind == names))
    return dataset.map(load).batch(size)


# %% exercise="training_batches" answer="map_fn over the batch" expect="error" fails="training_batches-1"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.map(prepare).cache()
    dataset = dataset.shuffle(1000).batch(size)
    return dataset.map(lambda batch: tf.map_fn(augment, batch))


# %% exercise="picture_batches" answer="labels beside the pixels in float32" expect="wrong" fails="picture_batches-1" breaks="3" says="Labels stay what they are"
# exercise: picture_batches
def picture_batches(images, labels, size):
    n, height, width = images.shape
    rows = np.concatenate([labels[:, np.newaxis], images.reshape(n, height * width)], axis=1).astype("float32")

    def split(row):
        picture = tf.reshape(row[1:], [height, width, 1]) / 255.0
        label = tf.cast(row[0], tf.int64)
        return picture, label

    return tf.data.Dataset.from_tensor_slices(rows).map(split).batch(size)


# %% exercise="doodles" answer="doodles of like length together" expect="wrong" fails="doodles-2" breaks="4" says="however long the doodles are"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    def parse(record):
        spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    return tf.data.TFRecordDataset(path).map(parse).bucket_by_sequence_length(
        element_length_func=lambda doodle: doodle["count"],
        bucket_boundaries=[10, 100],
        bucket_batch_sizes=[size] * 3,
    )


# %% exercise="picture_batches" answer="the place kept from an epoch that was left" expect="wrong" fails="picture_batches-1" breaks="6" says="wherever the one before was left"
# exercise: picture_batches
def picture_batches(images, labels, size):
    class Batches:
        def __init__(self):
            self.start = 0

        def __iter__(self):
            return self

        def __next__(self):
            if self.start >= len(images):
                self.start = 0
                raise StopIteration
            part = slice(self.start, self.start + size)
            self.start += size
            return images[part][..., np.newaxis].astype("float32") / 255, labels[part]

    batches = Batches()
    signature = (
        tf.TensorSpec([None, images.shape[1], images.shape[2], 1], tf.float32),
        tf.TensorSpec([None], tf.int64),
    )
    return tf.data.Dataset.from_generator(lambda: batches, output_signature=signature)


# %% exercise="picture_batches" answer="one place that all epochs share" expect="wrong" fails="picture_batches-1" breaks="4" says="a place of its own"
# exercise: picture_batches
def picture_batches(images, labels, size):
    images = np.asarray(images)
    labels = np.asarray(labels)
    position = 0

    def batches():
        nonlocal position
        position = 0
        while position < len(images):
            chunk = slice(position, position + size)
            position += size
            yield images[chunk].astype(np.float32)[..., np.newaxis] / 255, labels[chunk]

    signature = (
        tf.TensorSpec([None, images.shape[1], images.shape[2], 1], tf.float32),
        tf.TensorSpec([None], tf.int64),
    )
    return tf.data.Dataset.from_generator(batches, output_signature=signature)


# %% exercise="picture_batches" answer="the kept pictures divided again in each epoch" expect="wrong" fails="picture_batches-1" breaks="2" says="divide a copy"
# exercise: picture_batches
def picture_batches(images, labels, size):
    """Return a dataset of batches of pictures from 0 to 1 with a channel axis, and their labels."""
    images = np.array(images, np.float32)

    def batches():
        for start in range(0, len(images), size):
            pictures = images[start:start + size]
            pictures /= 255
            yield pictures[..., np.newaxis], labels[start:start + size]

    return tf.data.Dataset.from_generator(batches, output_signature=(
        tf.TensorSpec([None, *images.shape[1:], 1], tf.float32),
        tf.TensorSpec([None], tf.int64),
    ))


# %% exercise="forecast_pairs" answer="batches of a hundred days" expect="wrong" fails="forecast_pairs-1" breaks="4"
# exercise: forecast_pairs
def forecast_pairs(series, width):
    days = tf.data.Dataset.from_tensor_slices(series)
    windows = days.window(width + 1, shift=1, drop_remainder=True)
    rows = windows.flat_map(lambda window: window.batch(100))
    return rows.map(lambda row: (row[:-1], row[-1]))


# %% exercise="album_batches" answer="a kind is one word" expect="error" fails="album_batches-1" breaks="7"
# exercise: album_batches
import re


def album_batches(album, kinds, size):
    text = Path(album, "index.csv").read_text(encoding="utf-8")
    found = [(file, kinds.index(kind)) for file, kind in re.findall(r"(\w+\.png),(\w+)", text) if kind in kinds]
    files = tf.constant([album + "/" + file for file, _ in found], tf.string)
    numbers = tf.constant([number for _, number in found], tf.int32)

    def load(file, number):
        picture = tf.io.decode_png(tf.io.read_file(file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, number

    return tf.data.Dataset.from_tensor_slices((files, numbers)).map(load).batch(size)


# %% exercise="doodles" answer="as wide as the widest, and no points at all" expect="wrong" fails="doodles-2" breaks="8"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(records):
        found = tf.io.parse_example(records, spec)
        flat = found["xy"].to_tensor()
        longest = tf.shape(flat)[1] // 2
        return {
            "name": found["name"],
            "points": tf.reshape(flat, [-1, longest, 2]),
            "count": tf.cast(found["xy"].row_lengths() // 2, tf.int32),
        }

    return tf.data.TFRecordDataset(path).batch(size).map(parse)


# %% exercise="training_batches" answer="one list that every epoch shuffles" expect="wrong" fails="training_batches-1" breaks="2" says="order of its own, also while another"
# exercise: training_batches
import random


def training_batches(examples, prepare, augment, size):
    prepared = [prepare(example) for example in examples]
    order = list(range(len(prepared)))

    def one_epoch():
        random.shuffle(order)
        for place in order:
            yield prepared[place]

    signature = tf.TensorSpec(prepared[0].shape, prepared[0].dtype)
    return tf.data.Dataset.from_generator(one_epoch, output_signature=signature).map(augment).batch(size)


# %% exercise="training_batches" answer="mixed before the cache, behind it a buffer of ten batches" expect="wrong" fails="training_batches-1" breaks="4" says="in every epoch"
# exercise: training_batches
def training_batches(examples, prepare, augment, size):
    dataset = examples.shuffle(1000).map(prepare).cache()
    dataset = dataset.shuffle(10 * size).map(augment)
    return dataset.batch(size)


# %% exercise="doodles" answer="what waits is kept outside the generator" expect="wrong" fails="doodles-2" breaks="5" says="begin anew"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    records = tf.data.TFRecordDataset(path)
    waiting = []

    def batch():
        m = max(len(points) for _, points in waiting)
        padded = np.zeros((len(waiting), m, 2), np.float32)
        for row, (_, points) in zip(padded, waiting):
            row[:len(points)] = points
        return {
            "name": [name for name, _ in waiting],
            "points": padded,
            "count": np.array([len(points) for _, points in waiting], np.int32),
        }

    def batches():
        for record in records:
            feature = tf.train.Example.FromString(record.numpy()).features.feature
            points = np.reshape(np.array(feature["xy"].float_list.value, np.float32), (-1, 2))
            waiting.append((feature["name"].bytes_list.value[0], points))
            if len(waiting) == size:
                yield batch()
                waiting.clear()
        if waiting:
            yield batch()
            waiting.clear()

    return tf.data.Dataset.from_generator(batches, output_signature={
        "name": tf.TensorSpec([None], tf.string),
        "points": tf.TensorSpec([None, None, 2], tf.float32),
        "count": tf.TensorSpec([None], tf.int32),
    })


# %% exercise="doodles" answer="the file name taken for a pattern" expect="wrong" fails="doodles-2" breaks="4" says="taken as it is"
# exercise: doodles
def write_doodles(path, doodles):
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())


def read_doodles(path, size):
    spec = {"name": tf.io.FixedLenFeature([], tf.string), "xy": tf.io.RaggedFeature(tf.float32)}

    def parse(record):
        found = tf.io.parse_single_example(record, spec)
        points = tf.reshape(found["xy"], [-1, 2])
        return {"name": found["name"], "points": points, "count": tf.shape(points)[0]}

    files = tf.data.Dataset.list_files(path, shuffle=False)
    records = files.flat_map(lambda file: tf.data.TFRecordDataset(file))
    return records.map(parse).padded_batch(size)


# %% exercise="doodles" answer="one doodle read for each name" expect="wrong" fails="doodles-2" breaks="4" says="no dictionary by name"
# exercise: doodles
def write_doodles(path, doodles):
    """Write doodles to a TFRecord file."""
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    """Return a dataset of batches of doodles, padded with zeros."""
    found = {}
    for record in tf.data.TFRecordDataset(path):
        feature = tf.train.Example.FromString(record.numpy()).features.feature
        name = feature["name"].bytes_list.value[0]
        found[name] = np.array(list(feature["xy"].float_list.value), np.float32).reshape(-1, 2)

    def one_by_one():
        for name, points in found.items():
            yield {"name": name, "points": points, "count": len(points)}

    dataset = tf.data.Dataset.from_generator(one_by_one, output_signature={
        "name": tf.TensorSpec([], tf.string),
        "points": tf.TensorSpec([None, 2], tf.float32),
        "count": tf.TensorSpec([], tf.int32),
    })
    return dataset.padded_batch(size)


# %% exercise="doodles" answer="padding that keeps points of the batch before" expect="wrong" fails="doodles-2" breaks="7" says="begin each batch with zeros"
# exercise: doodles
def write_doodles(path, doodles):
    """Write doodles to a TFRecord file."""
    with tf.io.TFRecordWriter(path) as writer:
        for name, points in doodles:
            flat = [float(number) for point in points for number in point]
            feature = {
                "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
                "xy": tf.train.Feature(float_list=tf.train.FloatList(value=flat)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def read_doodles(path, size):
    """Return a dataset of batches of doodles, padded with zeros."""
    doodles = []
    for record in tf.data.TFRecordDataset(path):
        feature = tf.train.Example.FromString(record.numpy()).features.feature
        name = feature["name"].bytes_list.value[0]
        doodles.append((name, np.array(list(feature["xy"].float_list.value), np.float32).reshape(-1, 2)))
    longest = max((len(points) for _, points in doodles), default=0)

    def batches():
        padded = np.zeros([size, longest, 2], np.float32)
        for start in range(0, len(doodles), size):
            batch = doodles[start:start + size]
            counts = np.array([len(points) for _, points in batch], np.int32)
            for row, (_, points) in enumerate(batch):
                padded[row, :len(points)] = points
            yield {
                "name": np.array([name for name, _ in batch], dtype=object),
                "points": padded[:len(batch), :counts.max()].copy(),
                "count": counts,
            }

    return tf.data.Dataset.from_generator(batches, output_signature={
        "name": tf.TensorSpec([None], tf.string),
        "points": tf.TensorSpec([None, None, 2], tf.float32),
        "count": tf.TensorSpec([None], tf.int32),
    })


# %% exercise="forecast_pairs" answer="days of an epoch that was left early" expect="wrong" fails="forecast_pairs-1" breaks="4" says="not leave to the next one"
# exercise: forecast_pairs
from collections import deque


def forecast_pairs(series, width):
    values = np.asarray(series, np.float32)
    days = deque(maxlen=width + 1)

    def pairs():
        for value in values:
            days.append(value)
            if len(days) == width + 1:
                row = np.array(days, np.float32)
                yield row[:-1], row[-1]
        days.clear()  # the next epoch begins anew

    return tf.data.Dataset.from_generator(pairs, output_signature=(
        tf.TensorSpec([width], tf.float32), tf.TensorSpec([], tf.float32),
    ))


# %% exercise="forecast_pairs" answer="the last days shared by epochs side by side" expect="wrong" fails="forecast_pairs-1" breaks="4" says="days of its own"
# exercise: forecast_pairs
import collections


def forecast_pairs(series, width):
    days = np.asarray(series)
    last = collections.deque(maxlen=width + 1)

    def pairs():
        last.clear()
        for day in days:
            last.append(day)
            if len(last) == width + 1:
                row = np.array(last, np.float32)
                yield row[:-1], row[-1]

    signature = (tf.TensorSpec([width], tf.float32), tf.TensorSpec([], tf.float32))
    return tf.data.Dataset.from_generator(pairs, output_signature=signature)


# %% exercise="album_batches" answer="kinds as a pattern" expect="wrong" fails="album_batches-1" breaks="8" says="no sign in them means anything"
# exercise: album_batches
def album_batches(album, kinds, size):
    wanted = "(" + "|".join(kinds) + ")"

    def split(line):
        file, kind = tf.unstack(tf.strings.split(line, ","), num=2)
        return file, kind

    def load(file, kind):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        label = tf.argmax(tf.cast(kind == tf.constant(kinds), tf.int32), output_type=tf.int32)
        return tf.image.resize(picture, [16, 16]) / 255.0, label

    lines = tf.data.TextLineDataset(album + "/index.csv").skip(1)
    known = lines.map(split).filter(lambda file, kind: tf.strings.regex_full_match(kind, wanted))
    return known.map(load).batch(size)


# %% exercise="album_batches" answer="a # begins a comment" expect="error" fails="album_batches-1" breaks="3"
# exercise: album_batches
def album_batches(album, kinds, size):
    rows = np.loadtxt(album + "/index.csv", dtype=str, delimiter=",", skiprows=1, ndmin=2, encoding="utf-8")
    rows = [(str(file), str(kind)) for file, kind in rows if kind in kinds]
    files = tf.constant([album + "/" + file for file, _ in rows], tf.string)
    labels = tf.constant([kinds.index(kind) for _, kind in rows], tf.int32)

    def load(file, label):
        picture = tf.io.decode_png(tf.io.read_file(file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255.0, label

    return tf.data.Dataset.from_tensor_slices((files, labels)).map(load).batch(size)


# %% exercise="album_batches" answer="one kind for each file" expect="wrong" fails="album_batches-1" breaks="2" says="no dictionary by file"
# exercise: album_batches
def album_batches(album, kinds, size):
    with open(album + "/index.csv", encoding="utf-8") as listing:
        next(listing)
        kind_of = dict(line.rstrip("\n").split(",") for line in listing)
    files = [file for file, kind in kind_of.items() if kind in kinds]
    labels = [kinds.index(kind_of[file]) for file in files]

    def load(file, label):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + file), channels=3)
        return tf.image.resize(picture, [16, 16]) / 255, label

    known = tf.data.Dataset.from_tensor_slices((tf.constant(files, tf.string), tf.constant(labels, tf.int32)))
    return known.map(load).batch(size)


# %% exercise="album_batches" answer="a reader that guesses types" expect="error" fails="album_batches-1" breaks="7"
# exercise: album_batches
def album_batches(album, kinds, size):
    """Return a dataset of batches of the pictures that a folder's index.csv lists."""
    rows = tf.data.experimental.make_csv_dataset(
        album + "/index.csv", batch_size=1, num_epochs=1, shuffle=False).unbatch()
    known = rows.filter(lambda row: tf.reduce_any(row["kind"] == kinds))

    def load(row):
        picture = tf.io.decode_png(tf.io.read_file(album + "/" + row["file"]), channels=3)
        label = tf.argmax(row["kind"] == kinds, output_type=tf.int32)
        return tf.image.resize(picture, [16, 16]) / 255, label

    return known.map(load).batch(size)
