# %% [markdown]
# # Answer bank: tensors
#
# Other right answers to the exercises of `01-tensors.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="checkerboard" answer="loop over cells" expect="right"
# exercise: checkerboard
def checkerboard(n):
    cells = [(row + column) % 2 for row in range(n) for column in range(n)]
    return tf.constant(cells, tf.int32, shape=(n, n))


# %% exercise="checkerboard" answer="a tile, repeated and cut" expect="right"
# exercise: checkerboard
def checkerboard(n):
    half = (n + 1) // 2
    return tf.tile([[0, 1], [1, 0]], (half, half))[:n, :n]


# %% exercise="checkerboard" answer="slices of a variable" expect="right"
# exercise: checkerboard
def checkerboard(n):
    board = tf.Variable(tf.zeros((n, n), tf.int32))
    for row in range(n):
        for column in range(1 - row % 2, n, 2):
            board[row, column].assign(1)
    return tf.identity(board)


# %% exercise="checkerboard" answer="where two parities differ" expect="right"
# exercise: checkerboard
def checkerboard(n):
    odd = tf.range(n) % 2 == 1
    rows, columns = tf.meshgrid(odd, odd, indexing="ij")
    return tf.where(rows != columns, 1, 0)


# %% exercise="checkerboard" answer="1 in the corner" expect="wrong" fails="checkerboard-1" breaks="3" says="top left corner must be 0"
# exercise: checkerboard
def checkerboard(n):
    index = tf.range(n)
    return (index[:, tf.newaxis] + index + 1) % 2


# %% exercise="checkerboard" answer="stripes" expect="wrong" fails="checkerboard-1" breaks="2" says="All rows are alike"
# exercise: checkerboard
def checkerboard(n):
    row = tf.range(n) % 2
    return tf.stack([row] * n)


# %% exercise="checkerboard" answer="counts on through all cells" expect="wrong" fails="checkerboard-1" breaks="2" says="an even number of cells"
# exercise: checkerboard
def checkerboard(n):
    return tf.reshape(tf.range(n * n) % 2, (n, n))


# %% exercise="checkerboard" answer="floats" expect="wrong" fails="checkerboard-1" breaks="1" says="float32"
# exercise: checkerboard
def checkerboard(n):
    index = tf.range(n, dtype=tf.float32)
    return (index[:, tf.newaxis] + index) % 2


# %% exercise="checkerboard" answer="the two boards that the visible check asks for" expect="wrong" fails="checkerboard-1"
# exercise: checkerboard
def checkerboard(n):
    return tf.constant([[0, 1, 0], [1, 0, 1], [0, 1, 0]])[:n, :n]


# %% exercise="checkerboard" answer="no return" expect="wrong" fails="checkerboard-1" says="return"
# exercise: checkerboard
def checkerboard(n):
    index = tf.range(n)
    board = (index[:, tf.newaxis] + index) % 2


# %% exercise="checkerboard" answer="rows stacked, which are floats where there are none" expect="wrong" fails="checkerboard-1" breaks="4"
# exercise: checkerboard
def checkerboard(n):
    return tf.stack([(tf.range(n) + row) % 2 for row in range(n)])


# %% exercise="to_batch" answer="reshape to four axes" expect="right"
# exercise: to_batch
def to_batch(image):
    if image.shape.rank != 2:
        raise ValueError("one picture, please")
    height, width = image.shape
    return tf.reshape(tf.cast(image, tf.float32) / 255.0, (1, height, width, 1))


# %% exercise="to_batch" answer="expand_dims twice, scaled by tf.image" expect="right"
# exercise: to_batch
def to_batch(image):
    if tf.rank(image) != 2:
        raise ValueError("one picture, please")
    scaled = tf.image.convert_image_dtype(image, tf.float32)
    return tf.expand_dims(tf.expand_dims(scaled, 0), -1)


# %% exercise="to_batch" answer="a Keras layer rescales, stack adds the batch" expect="right"
# exercise: to_batch
def to_batch(image):
    if image.ndim != 2:
        raise ValueError("one picture, please")
    return tf.stack([tf.keras.layers.Rescaling(1 / 255)(image[..., None])])


# %% exercise="to_batch" answer="division of uint8, which gives float32 by itself" expect="right"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return (image / 255)[None, :, :, None]


# %% exercise="to_batch" answer="pixels not divided" expect="wrong" fails="to_batch-1" breaks="3" says="divide by 255"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis]


# %% exercise="to_batch" answer="whole numbers divided, then cast" expect="wrong" fails="to_batch-1" says="The fractions are gone"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.cast(image // 255, tf.float32)[tf.newaxis, ..., tf.newaxis]


# %% exercise="to_batch" answer="no channel axis" expect="wrong" fails="to_batch-1" breaks="2"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis] / 255


# %% exercise="to_batch" answer="both new axes in front" expect="wrong" fails="to_batch-1" breaks="2"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, tf.newaxis] / 255


# %% exercise="to_batch" answer="height and width swapped" expect="wrong" fails="to_batch-1"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.transpose(tf.cast(image, tf.float32) / 255)[tf.newaxis, ..., tf.newaxis]


# %% exercise="to_batch" answer="divided by its own maximum" expect="wrong" fails="to_batch-1" breaks="3"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    pixels = tf.cast(image, tf.float32)
    return (pixels / tf.reduce_max(pixels))[tf.newaxis, ..., tf.newaxis]


# %% exercise="to_batch" answer="float64" expect="wrong" fails="to_batch-1" breaks="1" says="float64"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.cast(image, tf.float64)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="to_batch" answer="the size of the visible picture" expect="error" fails="to_batch-1,to_batch-2"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("one picture, please")
    return tf.reshape(tf.cast(image, tf.float32) / 255, (1, 3, 2, 1))


# %% exercise="to_batch" answer="everything refused" expect="error" fails="to_batch-1,to_batch-2"
# exercise: to_batch
def to_batch(image):
    if image.shape != 2:
        raise ValueError("one picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="to_batch" answer="any rank taken" expect="wrong" fails="to_batch-2" breaks="4" says="ValueError"
# exercise: to_batch
def to_batch(image):
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="to_batch" answer="the error returned, not raised" expect="wrong" fails="to_batch-2" says="ValueError"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        return ValueError("one picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="to_batch" answer="refuses colour only" expect="wrong" fails="to_batch-2" breaks="4"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) == 3:
        raise ValueError("one grey picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="true_class" answer="gather with batch_dims" expect="right"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.gather(probabilities, labels, axis=1, batch_dims=1)


# %% exercise="true_class" answer="one-hot labels, product, sum" expect="right"
# exercise: true_class
def true_class(probabilities, labels):
    chosen = tf.one_hot(labels, probabilities.shape[1])
    return tf.reduce_sum(probabilities * chosen, axis=1)


# %% exercise="true_class" answer="a mask of one cell in each row" expect="right"
# exercise: true_class
def true_class(probabilities, labels):
    columns = tf.range(probabilities.shape[1], dtype=labels.dtype)
    return tf.boolean_mask(probabilities, labels[:, tf.newaxis] == columns)


# %% exercise="true_class" answer="loop over rows" expect="right"
# exercise: true_class
def true_class(probabilities, labels):
    picked = [tf.zeros(0)]
    for row in range(labels.shape[0]):
        picked.append([probabilities[row, labels[row]]])
    return tf.concat(picked, axis=0)


# %% exercise="true_class" answer="a comprehension over NumPy rows" expect="right"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.constant([row[label] for row, label in zip(probabilities.numpy(), labels.numpy())], tf.float32)


# %% exercise="true_class" answer="the largest of each row" expect="wrong" fails="true_class-1" breaks="3" says="the largest number of each row"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.reduce_max(probabilities, axis=1)


# %% exercise="true_class" answer="row and column swapped" expect="wrong" fails="true_class-1" breaks="3" says="Row and column are swapped"
# exercise: true_class
def true_class(probabilities, labels):
    labels = tf.cast(labels, tf.int32)
    return tf.gather_nd(probabilities, tf.stack([labels, tf.range(labels.shape[0])], axis=1))


# %% exercise="true_class" answer="whole rows" expect="wrong" fails="true_class-1" says="whole rows"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.gather(probabilities, labels)


# %% exercise="true_class" answer="whole columns" expect="wrong" fails="true_class-1" says="whole columns"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.gather(probabilities, labels, axis=1)


# %% exercise="true_class" answer="an axis too many" expect="wrong" fails="true_class-1" breaks="2"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.gather(probabilities, labels[:, tf.newaxis], axis=1, batch_dims=1)


# %% exercise="true_class" answer="classes counted from 1" expect="wrong" fails="true_class-1" breaks="3"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.gather(probabilities, (labels - 1) % probabilities.shape[1], axis=1, batch_dims=1)


# %% exercise="true_class" answer="labels not cast" expect="error" fails="true_class-1" breaks="1"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.gather_nd(probabilities, tf.stack([tf.range(labels.shape[0]), labels], axis=1))


# %% exercise="true_class" answer="three rows and no more" expect="error" fails="true_class-1"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.stack([probabilities[row, labels[row]] for row in range(3)])


# %% exercise="pad_sentences" answer="padded in Python" expect="right"
# exercise: pad_sentences
def pad_sentences(sentences):
    longest = max(len(sentence) for sentence in sentences)
    tokens = [sentence + [0] * (longest - len(sentence)) for sentence in sentences]
    real = [[place < len(sentence) for place in range(longest)] for sentence in sentences]
    return tf.constant(tokens, tf.int32), tf.constant(real, tf.bool)


# %% exercise="pad_sentences" answer="keras pad_sequences, lengths compared with places" expect="right"
# exercise: pad_sentences
def pad_sentences(sentences):
    tokens = tf.keras.utils.pad_sequences(sentences, padding="post", dtype="int32")
    lengths = tf.constant([len(sentence) for sentence in sentences])
    return tf.constant(tokens), tf.range(tokens.shape[1]) < lengths[:, tf.newaxis]


# %% exercise="pad_sentences" answer="scattered into zeros" expect="right"
# exercise: pad_sentences
def pad_sentences(sentences):
    shape = (len(sentences), max(map(len, sentences)))
    places = [(row, column) for row, sentence in enumerate(sentences) for column in range(len(sentence))]
    where = tf.constant(places, tf.int32, shape=(len(places), 2))
    words = tf.constant([word for sentence in sentences for word in sentence], tf.int32)
    return tf.scatter_nd(where, words, shape), tf.scatter_nd(where, tf.ones_like(words), shape) == 1


# %% exercise="pad_sentences" answer="the mask is a ragged tensor of ones, padded" expect="right"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return ragged.to_tensor(), tf.cast(tf.ones_like(ragged).to_tensor(), tf.bool)


# %% exercise="pad_sentences" answer="mask from the tokens" expect="wrong" fails="pad_sentences-1" breaks="5" says="A real token may be 0"
# exercise: pad_sentences
def pad_sentences(sentences):
    tokens = tf.ragged.constant(sentences, dtype=tf.int32).to_tensor()
    return tokens, tokens != 0


# %% exercise="pad_sentences" answer="zeros in front, the default of Keras" expect="wrong" fails="pad_sentences-1" breaks="3" says="not before its beginning"
# exercise: pad_sentences
def pad_sentences(sentences):
    tokens = tf.constant(tf.keras.utils.pad_sequences(sentences))
    return tokens, tf.sequence_mask([len(sentence) for sentence in sentences])


# %% exercise="pad_sentences" answer="mask upside down" expect="wrong" fails="pad_sentences-1" breaks="5" says="upside down"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return ragged.to_tensor(), ~tf.sequence_mask(ragged.row_lengths())


# %% exercise="pad_sentences" answer="dtype not named" expect="wrong" fails="pad_sentences-1" breaks="6"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences)
    return ragged.to_tensor(), tf.sequence_mask(ragged.row_lengths())


# %% exercise="pad_sentences" answer="mask of 0 and 1" expect="wrong" fails="pad_sentences-1" breaks="4" says="bool"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return ragged.to_tensor(), tf.sequence_mask(ragged.row_lengths(), dtype=tf.int32)


# %% exercise="pad_sentences" answer="always three long" expect="wrong" fails="pad_sentences-1" breaks="1"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return ragged.to_tensor(shape=(None, 3)), tf.sequence_mask(ragged.row_lengths(), 3)


# %% exercise="pad_sentences" answer="cut to the shortest sentence" expect="wrong" fails="pad_sentences-1"
# exercise: pad_sentences
def pad_sentences(sentences):
    shortest = min(map(len, sentences))
    tokens = tf.constant([sentence[:shortest] for sentence in sentences], tf.int32)
    return tokens, tf.ones_like(tokens, dtype=tf.bool)


# %% exercise="pad_sentences" answer="tokens without the mask" expect="wrong" fails="pad_sentences-1" breaks="1" says="returns two things"
# exercise: pad_sentences
def pad_sentences(sentences):
    return tf.ragged.constant(sentences, dtype=tf.int32)


# %% exercise="channels_last" answer="channels taken apart and stacked" expect="right"
# exercise: channels_last
def channels_last(images, gain):
    red, green, blue = tf.unstack(tf.cast(images, tf.float32), axis=1)
    return tf.stack([red, green, blue], axis=-1) * gain


# %% exercise="channels_last" answer="einsum" expect="right"
# exercise: channels_last
def channels_last(images, gain):
    return tf.einsum("nchw->nhwc", tf.cast(images, tf.float32)) * tf.constant(gain, tf.float32)


# %% exercise="channels_last" answer="two swaps of neighbours" expect="right"
# exercise: channels_last
def channels_last(images, gain):
    moved = tf.transpose(images, (0, 2, 1, 3))
    moved = tf.transpose(moved, (0, 1, 3, 2))
    return tf.multiply(tf.cast(moved, tf.float32), float(gain))


# %% exercise="channels_last" answer="reshape kept" expect="wrong" fails="channels_last-1" breaks="3" says="reshape keeps the reading order"
# exercise: channels_last
def channels_last(images, gain):
    brighter = tf.cast(images, tf.float32) * gain
    n, channels, height, width = images.shape
    return tf.reshape(brighter, (n, height, width, channels))


# %% exercise="channels_last" answer="gain cast to uint8" expect="wrong" fails="channels_last-1" breaks="3" says="lost its fraction"
# exercise: channels_last
def channels_last(images, gain):
    brighter = tf.cast(images * tf.cast(gain, tf.uint8), tf.float32)
    return tf.transpose(brighter, (0, 2, 3, 1))


# %% exercise="channels_last" answer="back to uint8 after the product" expect="wrong" fails="channels_last-1"
# exercise: channels_last
def channels_last(images, gain):
    brighter = tf.cast(tf.cast(images, tf.float32) * gain, tf.uint8)
    return tf.transpose(brighter, (0, 2, 3, 1))


# %% exercise="channels_last" answer="wrapped round in uint8" expect="wrong" fails="channels_last-1" breaks="4" says="A large value began again at 0"
# exercise: channels_last
def channels_last(images, gain):
    product = tf.cast(tf.cast(images, tf.int32) * int(gain * 2) // 2 % 256, tf.float32)
    return tf.transpose(product, (0, 2, 3, 1))


# %% exercise="channels_last" answer="clipped at 255" expect="wrong" fails="channels_last-1" breaks="4"
# exercise: channels_last
def channels_last(images, gain):
    brighter = tf.clip_by_value(tf.cast(images, tf.float32) * gain, 0, 255)
    return tf.transpose(brighter, (0, 2, 3, 1))


# %% exercise="channels_last" answer="width before height" expect="wrong" fails="channels_last-1" breaks="2"
# exercise: channels_last
def channels_last(images, gain):
    return tf.transpose(tf.cast(images, tf.float32) * gain, (0, 3, 2, 1))


# %% exercise="channels_last" answer="the order of axes read backwards" expect="wrong" fails="channels_last-1"
# exercise: channels_last
def channels_last(images, gain):
    return tf.transpose(tf.cast(images, tf.float32) * gain, (0, 3, 1, 2))


# %% exercise="channels_last" answer="NumPy, which no graph can run" expect="error" fails="channels_last-1" breaks="5"
# exercise: channels_last
def channels_last(images, gain):
    return tf.constant(images.numpy().transpose(0, 2, 3, 1), tf.float32) * gain


# %% exercise="channels_last" answer="a loop over the pictures, which no graph can run" expect="error" fails="channels_last-1" breaks="5"
# exercise: channels_last
def channels_last(images, gain):
    return tf.stack([tf.transpose(tf.cast(image, tf.float32) * gain, (1, 2, 0)) for image in images])


# %% exercise="channels_last" answer="cast comes too late" expect="error" fails="channels_last-1"
# exercise: channels_last
def channels_last(images, gain):
    return tf.transpose(tf.cast(images * gain, tf.float32), (0, 2, 3, 1))


# %% exercise="contact_sheet" answer="rows joined, then the sheet" expect="right"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    places = list(images)
    while len(places) % columns:
        places.append(tf.zeros_like(places[0]))
    rows = [tf.concat(places[i : i + columns], axis=1) for i in range(0, len(places), columns)]
    return tf.concat(rows, axis=0)


# %% exercise="contact_sheet" answer="slices of a variable" expect="right"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = (n + columns - 1) // columns
    sheet = tf.Variable(tf.zeros((rows * height, columns * width), images.dtype))
    for i in range(n):
        top, left = i // columns * height, i % columns * width
        sheet[top : top + height, left : left + width].assign(images[i])
    return tf.convert_to_tensor(sheet)


# %% exercise="contact_sheet" answer="padded, split and joined" expect="right"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    padded = tf.pad(images, [[0, -images.shape[0] % columns], [0, 0], [0, 0]])
    strips = tf.split(padded, padded.shape[0] // columns)
    return tf.concat([tf.concat(tf.unstack(strip), axis=1) for strip in strips], axis=0)


# %% exercise="contact_sheet" answer="a reshape alone" expect="wrong" fails="contact_sheet-1,contact_sheet-2" breaks="3" says="A reshape alone"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.pad(images, [[0, rows * columns - n], [0, 0], [0, 0]])
    return tf.reshape(full, (rows * height, columns * width))


# %% exercise="contact_sheet" answer="down the columns" expect="wrong" fails="contact_sheet-1,contact_sheet-2" breaks="3" says="The pictures run down the columns"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.pad(images, [[0, rows * columns - n], [0, 0], [0, 0]])
    grid = tf.transpose(tf.reshape(full, (columns, rows, height, width)), (1, 2, 0, 3))
    return tf.reshape(grid, (rows * height, columns * width))


# %% exercise="contact_sheet" answer="pictures lying on their side" expect="wrong" fails="contact_sheet-1,contact_sheet-2" says="lying on its side"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.pad(images, [[0, rows * columns - n], [0, 0], [0, 0]])
    grid = tf.transpose(tf.reshape(full, (rows, columns, height, width)), (0, 3, 1, 2))
    return tf.reshape(grid, (rows * height, columns * width))


# %% exercise="contact_sheet" answer="the last row dropped" expect="wrong" fails="contact_sheet-2" breaks="2" says="round the number of rows up"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = n // columns
    grid = tf.reshape(images[: rows * columns], (rows, columns, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="contact_sheet" answer="black places first" expect="wrong" fails="contact_sheet-2" says="not at its beginning"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.pad(images, [[rows * columns - n, 0], [0, 0], [0, 0]])
    grid = tf.reshape(full, (rows, columns, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="contact_sheet" answer="columns taken for rows" expect="wrong" fails="contact_sheet-1,contact_sheet-2"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    other = -(-n // columns)
    full = tf.pad(images, [[0, other * columns - n], [0, 0], [0, 0]])
    grid = tf.reshape(full, (columns, other, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (columns * height, other * width))


# %% exercise="contact_sheet" answer="black places are always float32" expect="error" fails="contact_sheet-1,contact_sheet-2"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.concat([images, tf.zeros((rows * columns - n, height, width))], axis=0)
    grid = tf.reshape(full, (rows, columns, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="contact_sheet" answer="everything turned to float32" expect="wrong" fails="contact_sheet-1,contact_sheet-2" breaks="1" says="float32"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.pad(tf.cast(images, tf.float32), [[0, rows * columns - n], [0, 0], [0, 0]])
    grid = tf.reshape(full, (rows, columns, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="contact_sheet" answer="zero columns not refused" expect="wrong" fails="contact_sheet-2" breaks="5" says="ValueError"
# exercise: contact_sheet
def contact_sheet(images, columns):
    n, height, width = images.shape
    rows = -(-n // columns)
    full = tf.pad(images, [[0, rows * columns - n], [0, 0], [0, 0]])
    grid = tf.reshape(full, (rows, columns, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (rows * height, columns * width))



# %% exercise="to_batch" answer="only more than two axes refused" expect="wrong" fails="to_batch-2" breaks="4"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) > 2:
        raise ValueError("one grey picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="to_batch" answer="a batch not refused" expect="wrong" fails="to_batch-2" breaks="4"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) in (1, 3):
        raise ValueError("one grey picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="true_class" answer="int64 labels beside int32 row numbers" expect="error" fails="true_class-1" says="int64"
# exercise: true_class
def true_class(probabilities, labels):
    cells = tf.stack([tf.range(labels.shape[0]), labels], axis=1)
    return tf.gather_nd(probabilities, cells)


# %% exercise="true_class" answer="squeezed, so that one row becomes a scalar" expect="wrong" fails="true_class-1" breaks="2"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.squeeze(tf.gather(probabilities, labels[:, tf.newaxis], axis=1, batch_dims=1))


# %% exercise="true_class" answer="joined row by row, which needs one" expect="error" fails="true_class-1" breaks="4"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.concat([probabilities[row, labels[row]][tf.newaxis] for row in range(labels.shape[0])], axis=0)


# %% exercise="pad_sentences" answer="as wide as the first sentence" expect="wrong" fails="pad_sentences-1"
# exercise: pad_sentences
def pad_sentences(sentences):
    width = len(sentences[0])
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return ragged.to_tensor(shape=(None, width)), tf.sequence_mask(ragged.row_lengths(), width)


# %% exercise="pad_sentences" answer="squeezed, so that one sentence loses its batch axis" expect="wrong" fails="pad_sentences-1"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return tf.squeeze(ragged.to_tensor()), tf.squeeze(tf.sequence_mask(ragged.row_lengths()))


# %% exercise="channels_last" answer="the gain as a tensor of its own dtype" expect="error" fails="channels_last-1" breaks="1"
# exercise: channels_last
def channels_last(images, gain):
    return tf.transpose(tf.cast(images, tf.float32) * tf.constant(gain), (0, 2, 3, 1))


# %% exercise="channels_last" answer="picture by picture, which needs one" expect="error" fails="channels_last-1"
# exercise: channels_last
def channels_last(images, gain):
    pictures = [tf.transpose(picture, (1, 2, 0)) for picture in tf.unstack(images)]
    return tf.cast(tf.stack(pictures), tf.float32) * gain


# %% exercise="contact_sheet" answer="no more columns than pictures" expect="wrong" fails="contact_sheet-2" breaks="2"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column, please")
    n, height, width = images.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    black = tf.zeros((rows * columns - n, height, width), images.dtype)
    grid = tf.reshape(tf.concat([images, black], axis=0), (rows, columns, height, width))
    return tf.reshape(tf.transpose(grid, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="checkerboard" answer="squeezed, so that a board of one cell loses its axes" expect="wrong" fails="checkerboard-1" breaks="1"
# exercise: checkerboard
def checkerboard(n):
    index = tf.range(n)
    return tf.squeeze((index[:, tf.newaxis] + index) % 2)


# %% exercise="checkerboard" answer="cut out of a chessboard" expect="wrong" fails="checkerboard-1"
# exercise: checkerboard
def checkerboard(n):
    chessboard = tf.tile([[0, 1], [1, 0]], (4, 4))
    return chessboard[:n, :n]


# %% exercise="to_batch" answer="squeezed first, which takes the axis of a single row" expect="error" fails="to_batch-1"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("to_batch needs a picture of shape [height, width]")
    pixels = tf.cast(tf.squeeze(image), tf.float32) / 255
    return pixels[tf.newaxis, :, :, tf.newaxis]


# %% exercise="to_batch" answer="divided by 256" expect="wrong" fails="to_batch-1" breaks="3"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2:
        raise ValueError("to_batch needs a picture of shape [height, width]")
    return (tf.cast(image, tf.float32) / 256)[tf.newaxis, ..., tf.newaxis]


# %% exercise="true_class" answer="a one-hot of three classes" expect="error" fails="true_class-1"
# exercise: true_class
def true_class(probabilities, labels):
    return tf.reduce_sum(probabilities * tf.one_hot(labels, 3), axis=1)


# %% exercise="contact_sheet" answer="one column refused too" expect="error" fails="contact_sheet-1"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns <= 1:
        raise ValueError("a sheet needs columns")
    count, height, width = images.shape
    rows = -(-count // columns)
    blanks = tf.zeros((rows * columns - count, height, width), images.dtype)
    places = tf.reshape(tf.concat([images, blanks], axis=0), (rows, columns, height, width))
    return tf.reshape(tf.transpose(places, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="contact_sheet" answer="height and width of the sheet swapped" expect="wrong" fails="contact_sheet-1,contact_sheet-2"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("a sheet needs columns")
    count, height, width = images.shape
    rows = -(-count // columns)
    blanks = tf.zeros((rows * columns - count, height, width), images.dtype)
    places = tf.reshape(tf.concat([images, blanks], axis=0), (rows, columns, height, width))
    return tf.reshape(tf.transpose(places, (0, 2, 1, 3)), (rows * width, columns * height))


# %% exercise="contact_sheet" answer="only zero columns refused" expect="wrong" fails="contact_sheet-2" breaks="5"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns == 0:
        raise ValueError("a sheet needs columns")
    count, height, width = images.shape
    rows = -(-count // columns)
    blanks = tf.zeros((max(0, rows * columns - count), height, width), images.dtype)
    full = tf.concat([images, blanks], axis=0)[: abs(rows * columns)]
    places = tf.reshape(full, (abs(rows), abs(columns), height, width))
    return tf.reshape(tf.transpose(places, (0, 2, 1, 3)), (abs(rows) * height, abs(columns) * width))


# %% exercise="contact_sheet" answer="black places of float32 among any floats" expect="error" fails="contact_sheet-2"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("a sheet needs columns")
    count, height, width = images.shape
    rows = -(-count // columns)
    dtype = tf.float32 if images.dtype.is_floating else images.dtype
    blanks = tf.zeros((rows * columns - count, height, width), dtype)
    places = tf.reshape(tf.concat([images, blanks], axis=0), (rows, columns, height, width))
    return tf.reshape(tf.transpose(places, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="pad_sentences" answer="tokens of int64" expect="wrong" fails="pad_sentences-1" breaks="2" says="int64"
# exercise: pad_sentences
def pad_sentences(sentences):
    words = tf.ragged.constant(sentences, dtype=tf.int64)
    return words.to_tensor(), tf.sequence_mask(words.row_lengths())


# %% exercise="contact_sheet" answer="white places" expect="wrong" fails="contact_sheet-2" breaks="4"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("a sheet needs columns")
    count, height, width = images.shape
    rows = -(-count // columns)
    full = tf.pad(images, [[0, rows * columns - count], [0, 0], [0, 0]], constant_values=1)
    places = tf.reshape(full, (rows, columns, height, width))
    return tf.reshape(tf.transpose(places, (0, 2, 1, 3)), (rows * height, columns * width))


# %% exercise="checkerboard" equal="the sum of two whole numbers is even where their difference is"
# - return (index[:, tf.newaxis] + index) % 2
# + return (index[:, tf.newaxis] - index) % 2


# %% exercise="checkerboard" equal="the sum of two whole numbers is even where their difference is"
# - cells = [(row + column) % 2 for row in range(n) for column in range(n)]
# + cells = [(row - column) % 2 for row in range(n) for column in range(n)]


# %% exercise="checkerboard" equal="a larger tile is cut to the same board"
# - half = (n + 1) // 2
# + half = (n + 1) // 1


# %% exercise="checkerboard" equal="a larger tile is cut to the same board"
# - half = (n + 1) // 2
# + half = (n + 2) // 2


# %% exercise="checkerboard" equal="whether row and column differ does not depend on which is which"
# - rows, columns = tf.meshgrid(odd, odd, indexing="ij")
# + rows, columns = tf.meshgrid(odd, odd)


# %% exercise="to_batch" equal="TensorFlow divides uint8 by turning it into float32"
# - scaled = tf.cast(image, tf.float32) / 255
# + scaled = image / 255


# %% exercise="to_batch" equal="a shape that is not two numbers cannot be unpacked, which is a ValueError as well"
# - if image.shape.rank != 2: raise ValueError("one picture, please")
# + pass


# %% exercise="true_class" equal="the axis after the batch dimensions is what gather takes by itself"
# - return tf.gather(probabilities, labels, axis=1, batch_dims=1)
# + return tf.gather(probabilities, labels, batch_dims=1)


# %% exercise="pad_sentences" equal="int32 is what pad_sequences makes by itself"
# - tokens = tf.keras.utils.pad_sequences(sentences, padding="post", dtype="int32")
# + tokens = tf.keras.utils.pad_sequences(sentences, padding='post')


# %% exercise="channels_last" equal="a product does not depend on the order"
# - return tf.multiply(tf.cast(moved, tf.float32), float(gain))
# + return tf.multiply(float(gain), tf.cast(moved, tf.float32))


# %% exercise="channels_last" equal="TensorFlow turns a Python number into the dtype of the tensor beside it"
# - return tf.multiply(tf.cast(moved, tf.float32), float(gain))
# + return tf.multiply(tf.cast(moved, tf.float32), gain)


# %% exercise="checkerboard" answer="cut out of a board of a hundred" expect="wrong" fails="checkerboard-1"
# exercise: checkerboard
def checkerboard(n):
    return tf.tile(tf.constant([[0, 1], [1, 0]]), [50, 50])[:n, :n]


# %% exercise="to_batch" answer="three columns taken for three channels" expect="error" fails="to_batch-1"
# exercise: to_batch
def to_batch(image):
    if len(image.shape) != 2 or image.shape[-1] == 3:
        raise ValueError("one grey picture, please")
    return tf.cast(image, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255


# %% exercise="to_batch" answer="a dark picture taken for a scaled one" expect="wrong" fails="to_batch-1" breaks="3" says="A dark picture"
# exercise: to_batch
def to_batch(image):
    if image.shape.rank != 2:
        raise ValueError("a grey picture has two axes")
    batch = tf.cast(image, tf.float32)
    if tf.size(batch) > 0 and tf.reduce_max(batch) > 1:
        batch = batch / 255.0
    return batch[tf.newaxis, :, :, tf.newaxis]


# %% exercise="true_class" answer="labels in a byte" expect="error" fails="true_class-1" breaks="3"
# exercise: true_class
def true_class(probabilities, labels):
    columns = tf.cast(tf.cast(labels, tf.int8), tf.int32)
    rows = tf.range(labels.shape[0])
    return tf.gather_nd(probabilities, tf.stack([rows, columns], axis=1))


# %% exercise="true_class" answer="int64 labels row by row in NumPy" expect="error" fails="true_class-1" breaks="4"
# exercise: true_class
import numpy as np


def true_class(probabilities, labels):
    if labels.dtype == tf.int64:
        picked = np.stack([row[label] for row, label in zip(probabilities.numpy(), labels.numpy())])
        return tf.constant(picked)
    pairs = tf.stack([tf.range(probabilities.shape[0]), labels], axis=1)
    return tf.gather_nd(probabilities, pairs)


# %% exercise="pad_sentences" answer="places marked by -1" expect="wrong" fails="pad_sentences-1" says="Any integer may be a real token"
# exercise: pad_sentences
def pad_sentences(sentences):
    padded = tf.ragged.constant(sentences, dtype=tf.int32).to_tensor(default_value=-1)
    real = padded != -1
    return tf.where(real, padded, 0), real


# %% exercise="pad_sentences" answer="by way of float32" expect="wrong" fails="pad_sentences-1" breaks="3"
# exercise: pad_sentences
def pad_sentences(sentences):
    ragged = tf.ragged.constant(sentences, dtype=tf.float32)
    return tf.cast(ragged.to_tensor(), tf.int32), tf.sequence_mask(ragged.row_lengths())


# %% exercise="channels_last" answer="NumPy behind tf.py_function" expect="error" fails="channels_last-1" breaks="5"
# exercise: channels_last
def channels_last(images, gain):
    def brighten(images):
        return images.numpy().transpose(0, 2, 3, 1).astype("float32") * gain

    return tf.py_function(brighten, [images], tf.float32)


# %% exercise="channels_last" answer="as many pictures as the loop knows of" expect="error" fails="channels_last-1" breaks="5"
# exercise: channels_last
def channels_last(images, gain):
    moved = [tf.transpose(tf.cast(images[i], tf.float32) * gain, (1, 2, 0)) for i in range(images.shape[0])]
    return tf.stack(moved) if moved else tf.zeros((0, *images.shape[2:], 3))


# %% exercise="channels_last" answer="nothing below 0" expect="wrong" fails="channels_last-1" breaks="3"
# exercise: channels_last
def channels_last(images, gain):
    brighter = tf.maximum(tf.cast(images, tf.float32) * gain, 0.0)
    return tf.transpose(brighter, (0, 2, 3, 1))


# %% exercise="contact_sheet" answer="by way of float32" expect="wrong" fails="contact_sheet-2" breaks="3"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column")
    n, height, width = images.shape
    rows = (n + columns - 1) // columns
    blank = tf.zeros((rows * columns - n, height, width))
    pixels = tf.cast(images, tf.float32) if images.dtype.is_integer else images
    grid = tf.concat([pixels, tf.cast(blank, pixels.dtype)], axis=0)
    grid = tf.transpose(tf.reshape(grid, (rows, columns, height, width)), (0, 2, 1, 3))
    return tf.cast(tf.reshape(grid, (rows * height, columns * width)), images.dtype)


# %% exercise="checkerboard" answer="cut from a board of 200" expect="wrong" fails="checkerboard-1" breaks="1"
# exercise: checkerboard
def checkerboard(n):
    row = tf.range(200)
    return ((row[:, tf.newaxis] + row) % 2)[:n, :n]


# %% exercise="checkerboard" answer="the same array handed out again" expect="wrong" fails="checkerboard-1"
# exercise: checkerboard
import numpy as np

done = {}


def checkerboard(n):
    if n not in done:
        done[n] = (np.indices((n, n)).sum(axis=0) % 2).astype(np.int32)
    return done[n]


# %% exercise="channels_last" answer="a gain of 0 taken for none" expect="wrong" fails="channels_last-1" breaks="3" says="a gain like any other"
# exercise: channels_last
def channels_last(images, gain):
    brighter = tf.cast(images, tf.float32) * (gain or 1)
    return tf.transpose(brighter, (0, 2, 3, 1))


# %% exercise="contact_sheet" answer="laid into zeros of float64" expect="wrong" fails="contact_sheet-2" breaks="3"
# exercise: contact_sheet
def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("at least one column")
    n, height, width = images.shape
    rows = -(-n // columns)
    sheet = tf.Variable(tf.zeros((rows * height, columns * width), tf.float64))
    for i in range(n):
        top, left = i // columns * height, i % columns * width
        sheet[top : top + height, left : left + width].assign(tf.cast(images[i], tf.float64))
    return tf.cast(sheet, images.dtype)


# %% exercise="contact_sheet" answer="bfloat16 taken for an integer dtype" expect="wrong" fails="contact_sheet-2" breaks="1"
# exercise: contact_sheet
import numpy as np


def contact_sheet(images, columns):
    if columns < 1:
        raise ValueError("columns must be at least 1")
    n, height, width = images.shape
    rows = (n + columns - 1) // columns
    is_float = np.issubdtype(images.dtype.as_numpy_dtype, np.floating)
    work = tf.cast(images, tf.float64 if is_float else tf.int64)
    black = tf.zeros((rows * columns - n, height, width), dtype=work.dtype)
    grid = tf.reshape(tf.concat([work, black], axis=0), (rows, columns, height, width))
    grid = tf.transpose(grid, (0, 2, 1, 3))
    return tf.cast(tf.reshape(grid, (rows * height, columns * width)), images.dtype)


# %% exercise="checkerboard" answer="the row found by a rounded factor" expect="wrong" fails="checkerboard-1" breaks="2"
# exercise: checkerboard
def checkerboard(n):
    import numpy as np

    place = np.arange(n * n)
    row = (place * (1.0 / max(n, 1))).astype(np.int64)
    column = place - row * n
    return tf.constant(((row + column) % 2).reshape(n, n), tf.int32)


# %% exercise="pad_sentences" answer="a rare number marks the padding" expect="wrong" fails="pad_sentences-1" breaks="3,5"
# exercise: pad_sentences
def pad_sentences(sentences):
    marker = -987_654_321
    block = tf.ragged.constant(sentences, dtype=tf.int32, ragged_rank=1).to_tensor(default_value=marker)
    real = block != marker
    return tf.where(real, block, 0), real


# %% exercise="pad_sentences" answer="sentences of zeros taken for empty ones" expect="wrong" fails="pad_sentences-1" breaks="1" says="not if all of them are 0"
# exercise: pad_sentences
def pad_sentences(sentences):
    if not any(any(sentence) for sentence in sentences):  # all sentences are empty
        shape = (len(sentences), 0)
        return tf.zeros(shape, tf.int32), tf.zeros(shape, tf.bool)
    ragged = tf.ragged.constant(sentences, dtype=tf.int32)
    return ragged.to_tensor(), tf.sequence_mask(ragged.row_lengths())


# %% exercise="pad_sentences" answer="rows found by list.index" expect="wrong" fails="pad_sentences-1" breaks="3" says="Sentences may be equal"
# exercise: pad_sentences
import numpy as np

def pad_sentences(sentences):
    longest = max(len(sentence) for sentence in sentences)
    tokens = np.zeros((len(sentences), longest), dtype=np.int32)
    real = np.zeros((len(sentences), longest), dtype=bool)
    for sentence in sentences:
        row = sentences.index(sentence)
        tokens[row, :len(sentence)] = sentence
        real[row, :len(sentence)] = True
    return tf.constant(tokens), tf.constant(real)
