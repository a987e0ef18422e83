# %% [markdown]
# # Answer bank: an image project
#
# Other right answers to the exercises of `21-image-project.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="split_by_name" answer="hexadecimal digits and a comparison" expect="right"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    def number(path):
        return int(hashlib.sha256(path.split("/")[-1].encode()).hexdigest()[:8], 16) / 2**32

    return [path for path in paths if number(path) >= share], [path for path in paths if number(path) < share]


# %% exercise="split_by_name" answer="digit by digit, NumPy picks" expect="right"
# exercise: split_by_name
import hashlib
from pathlib import PurePosixPath
def split_by_name(paths, share):
    numbers = []
    for path in paths:
        digits = hashlib.sha256(PurePosixPath(path).name.encode("utf-8")).hexdigest()
        numbers.append(sum(int(digit, 16) / 16 ** (place + 1) for place, digit in enumerate(digits[:8])))
    held = np.array(numbers) < share
    names = np.array(paths)
    return names[~held].tolist(), names[held].tolist()


# %% exercise="split_by_name" answer="one dictionary of sides" expect="right"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    limit = share * 2**32
    side = {}
    for path in paths:
        folder, name = path.split("/")
        side[path] = int(hashlib.sha256(name.encode()).hexdigest()[:8], base=16) < limit
    return [path for path in paths if not side[path]], [path for path in paths if side[path]]


# %% exercise="split_by_name" answer="the whole path" expect="wrong" fails="split_by_name-1" breaks="1" says="leave the folder out"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    held = [int(hashlib.sha256(path.encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="the name without its ending" expect="wrong" fails="split_by_name-1" breaks="1"
# exercise: split_by_name
import hashlib
from pathlib import PurePosixPath
def split_by_name(paths, share):
    held = [int(hashlib.sha256(PurePosixPath(path).stem.encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="Python's own hash" expect="wrong" fails="split_by_name-1" breaks="2"
# exercise: split_by_name
def split_by_name(paths, share):
    held = [hash(path.split("/")[1]) % 2**32 / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="MD5" expect="wrong" fails="split_by_name-1" breaks="2"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    held = [int(hashlib.md5(path.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="the last eight digits" expect="wrong" fails="split_by_name-1" breaks="2"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    held = [int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[-8:], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="the two parts have changed places" expect="wrong" fails="split_by_name-1" says="Training first"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    held = [int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if out], [p for p, out in zip(paths, held) if not out]


# %% exercise="split_by_name" answer="the smallest numbers until the share is full" expect="wrong" fails="split_by_name-1" breaks="3,4"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    numbers = [hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8] for path in paths]
    chosen = set(sorted(range(len(paths)), key=numbers.__getitem__)[:round(share * len(paths))])
    return [p for k, p in enumerate(paths) if k not in chosen], [p for k, p in enumerate(paths) if k in chosen]


# %% exercise="split_by_name" answer="never more than half is held back" expect="wrong" fails="split_by_name-1" breaks="3,4"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    share = min(share, 0.5)
    held = [int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="a name once only in validation" expect="wrong" fails="split_by_name-1" breaks="3"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    training, validation = [], {}
    for path in paths:
        name = path.split("/")[1]
        if int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32 < share:
            validation[name] = path
        else:
            training.append(path)
    return training, list(validation.values())


# %% exercise="split_by_name" answer="training is everything" expect="wrong" fails="split_by_name-1" breaks="4"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    held = [int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return list(paths), [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="sorted" expect="wrong" fails="split_by_name-1" breaks="5"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    paths = sorted(paths)
    held = [int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32 < share for path in paths]
    return [p for p, out in zip(paths, held) if not out], [p for p, out in zip(paths, held) if out]


# %% exercise="split_by_name" answer="sets" expect="wrong" fails="split_by_name-1" breaks="5"
# exercise: split_by_name
import hashlib
def split_by_name(paths, share):
    held = {p for p in paths if int(hashlib.sha256(p.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32 < share}
    return sorted(set(paths) - held), sorted(held)


# %% exercise="one_pass" answer="two lists, joined" expect="right"
# exercise: one_pass
def one_pass(model, data):
    chances, labels = [], []
    for x, y in data:
        chances.append(model(x, training=False))
        labels.append(y)
    return tf.concat(chances, axis=0)[:, 0], tf.concat(labels, axis=0)[:, 0]


# %% exercise="one_pass" answer="NumPy and predict_on_batch" expect="right"
# exercise: one_pass
def one_pass(model, data):
    pairs = [(model.predict_on_batch(x), y) for x, y in data.as_numpy_iterator()]
    p, y = (np.concatenate(part).ravel() for part in zip(*pairs))
    return p, y


# %% exercise="one_pass" answer="all rows first, one call of the model" expect="right"
# exercise: one_pass
def one_pass(model, data):
    batches = list(data)
    x = np.concatenate([batch[0] for batch in batches])
    y = np.concatenate([batch[1] for batch in batches])
    return np.squeeze(model(x, training=False), axis=1), np.squeeze(y, axis=1)


# %% exercise="one_pass" answer="map gives both" expect="right"
# exercise: one_pass
def one_pass(model, data):
    p, y = [], []
    for chances, labels in data.map(lambda x, y: (model(x, training=False), y)):
        p.extend(chances.numpy()[:, 0])
        y.extend(labels.numpy()[:, 0])
    return np.array(p), np.array(y)


# %% exercise="one_pass" answer="the last axis stays" expect="wrong" fails="one_pass-1" breaks="1" says="not [n, 1]"
# exercise: one_pass
def one_pass(model, data):
    pairs = [(model(x, training=False), y) for x, y in data]
    p, y = zip(*pairs)
    return tf.concat(p, axis=0), tf.concat(y, axis=0)


# %% exercise="one_pass" answer="only the answers lose their axis" expect="wrong" fails="one_pass-1" breaks="1"
# exercise: one_pass
def one_pass(model, data):
    pairs = [(model(x, training=False)[:, 0], y) for x, y in data]
    p, y = zip(*pairs)
    return tf.concat(p, axis=0), tf.concat(y, axis=0)


# %% exercise="one_pass" answer="predict, then the labels" expect="wrong" fails="one_pass-1" breaks="2,5"
# exercise: one_pass
def one_pass(model, data):
    p = np.concatenate([model(x, training=False) for x, _ in data])[:, 0]
    y = np.concatenate([label for _, label in data])[:, 0]
    return p, y


# %% exercise="one_pass" answer="labels sorted into order" expect="wrong" fails="one_pass-1" breaks="2"
# exercise: one_pass
def one_pass(model, data):
    pairs = [(model(x, training=False), y) for x, y in data]
    p, y = zip(*pairs)
    return np.concatenate(p)[:, 0], np.sort(np.concatenate(y)[:, 0])


# %% exercise="one_pass" answer="whole batches only" expect="wrong" fails="one_pass-1" breaks="3" says="The last batch is smaller"
# exercise: one_pass
def one_pass(model, data):
    p, y, size = [], [], None
    for x, label in data:
        size = size or len(x)
        if len(x) == size:
            p.append(model(x, training=False))
            y.append(label)
    return tf.concat(p, axis=0)[:, 0], tf.concat(y, axis=0)[:, 0]


# %% exercise="one_pass" answer="only the last batch" expect="wrong" fails="one_pass-1" breaks="3"
# exercise: one_pass
def one_pass(model, data):
    for x, label in data:
        p, y = model(x, training=False)[:, 0], label[:, 0]
    return p, y


# %% exercise="one_pass" answer="only the first batch" expect="wrong" fails="one_pass-1" breaks="3" says="The last batch is smaller"
# exercise: one_pass
def one_pass(model, data):
    x, label = next(iter(data))
    return model(x, training=False)[:, 0], label[:, 0]


# %% exercise="one_pass" answer="sorted by the chance" expect="wrong" fails="one_pass-1" breaks="4"
# exercise: one_pass
def one_pass(model, data):
    pairs = [(model(x, training=False), y) for x, y in data]
    p, y = (np.concatenate(part)[:, 0] for part in zip(*pairs))
    order = np.argsort(-p)
    return p[order], y[order]


# %% exercise="one_pass" answer="the last batch first" expect="wrong" fails="one_pass-1" breaks="4"
# exercise: one_pass
def one_pass(model, data):
    p, y = np.zeros(0), np.zeros(0)
    for x, label in data:
        p = np.concatenate([model(x, training=False)[:, 0], p])
        y = np.concatenate([label[:, 0], y])
    return p, y


# %% exercise="one_pass" answer="counted first" expect="wrong" fails="one_pass-1" breaks="5" says="Each pass may come in another order"
# exercise: one_pass
def one_pass(model, data):
    n = sum(len(x) for x, _ in data)
    p, y, start = np.zeros(n, "float32"), np.zeros(n, "float32"), 0
    for x, label in data:
        p[start:start + len(x)] = model(x, training=False)[:, 0]
        y[start:start + len(x)] = label[:, 0]
        start += len(x)
    return p, y


# %% exercise="one_pass" answer="as in training" expect="wrong" fails="one_pass-1" breaks="6"
# exercise: one_pass
def one_pass(model, data):
    pairs = [(model(x, training=True), y) for x, y in data]
    p, y = zip(*pairs)
    return tf.concat(p, axis=0)[:, 0], tf.concat(y, axis=0)[:, 0]


# %% exercise="largest_losses" answer="a stable argsort" expect="right"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p, 1 - p)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="largest_losses" answer="logarithms, infinity allowed" expect="right"
# exercise: largest_losses
import math
def largest_losses(y, p, k):
    def loss(i):
        own = p[i] if y[i] == 1 else 1 - p[i]
        return math.inf if own == 0 else -math.log(own)

    return sorted(range(len(y)), key=lambda i: (-loss(i), i))[:k]


# %% exercise="largest_losses" answer="TensorFlow's top_k" expect="right"
# exercise: largest_losses
def largest_losses(y, p, k):
    loss = -tf.math.log(tf.where(tf.constant(y) == 1, p, 1 - p))
    return tf.math.top_k(loss, k=min(k, len(y))).indices


# %% exercise="largest_losses" answer="lexsort" expect="right"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.abs(1.0 - y - p)
    return np.lexsort((np.arange(len(y)), own))[:k].tolist()


# %% exercise="largest_losses" answer="by the chance of 1" expect="wrong" fails="largest_losses-1" breaks="1" says="the row's own label"
# exercise: largest_losses
def largest_losses(y, p, k):
    return np.argsort(-p, kind="stable")[:k]


# %% exercise="largest_losses" answer="minus log p for all" expect="wrong" fails="largest_losses-1" breaks="1" says="own chance is 1 - p"
# exercise: largest_losses
def largest_losses(y, p, k):
    return np.argsort(p, kind="stable")[:k]


# %% exercise="largest_losses" answer="the least sure" expect="wrong" fails="largest_losses-1" breaks="1"
# exercise: largest_losses
def largest_losses(y, p, k):
    return np.argsort(np.abs(p.astype("float64") - 0.5), kind="stable")[:k]


# %% exercise="largest_losses" answer="mistakes only" expect="wrong" fails="largest_losses-1" breaks="1"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    order = np.argsort(own, kind="stable")[:k]
    return [place for place in order if own[place] < 0.5]


# %% exercise="largest_losses" answer="the largest last" expect="wrong" fails="largest_losses-1" breaks="2"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    return np.argsort(own, kind="stable")[:k][::-1]


# %% exercise="largest_losses" answer="in the order of the rows" expect="wrong" fails="largest_losses-1" breaks="2"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    return np.sort(np.argsort(own, kind="stable")[:k])


# %% exercise="largest_losses" answer="the smallest losses" expect="wrong" fails="largest_losses-1" breaks="1" says="The largest loss comes first"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    return np.argsort(-own, kind="stable")[:k]


# %% exercise="largest_losses" answer="turned round" expect="wrong" fails="largest_losses-1" breaks="3" says="the smaller place comes first"
# exercise: largest_losses
def largest_losses(y, p, k):
    with np.errstate(divide="ignore"):
        loss = -np.log(np.where(y == 1, p.astype("float64"), 1 - p.astype("float64")))
    return np.argsort(loss, kind="stable")[::-1][:k]


# %% exercise="largest_losses" answer="a little is added to each chance" expect="wrong" fails="largest_losses-1" breaks="4"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    return np.argsort(np.log(own + 1e-7), kind="stable")[:k]


# %% exercise="largest_losses" answer="clipped as Keras does it" expect="wrong" fails="largest_losses-1" breaks="4" says="A chance that is nearly 0 is not 0"
# exercise: largest_losses
def largest_losses(y, p, k):
    p = np.clip(p.astype("float64"), 1e-7, 1 - 1e-7)
    loss = -np.log(np.where(y == 1, p, 1 - p))
    return np.argsort(-loss, kind="stable")[:k]


# %% exercise="largest_losses" answer="infinite losses are left out" expect="wrong" fails="largest_losses-1" breaks="4"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    return [place for place in np.argsort(own, kind="stable") if own[place] > 0][:k]


# %% exercise="largest_losses" answer="top_k with more than there are" expect="error" fails="largest_losses-1" breaks="5"
# exercise: largest_losses
def largest_losses(y, p, k):
    p = tf.constant(p, tf.float64)
    return tf.math.top_k(-tf.where(tf.constant(y) == 1, p, 1 - p), k=k).indices


# %% exercise="largest_losses" answer="filled up with -1" expect="wrong" fails="largest_losses-1" breaks="5"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p.astype("float64"), 1 - p.astype("float64"))
    order = np.argsort(own, kind="stable").tolist()
    return (order + [-1] * k)[:k]


# %% exercise="largest_losses" answer="the logarithm of 0" expect="error" fails="largest_losses-1" breaks="6"
# exercise: largest_losses
def largest_losses(y, p, k):
    loss = -np.log(np.where(y == 1, p.astype("float64"), 1 - p.astype("float64")))
    return np.argsort(-loss, kind="stable")[:k]


# %% exercise="by_group" answer="a key that puts None last" expect="right"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in list(groups.items()) + [("rest", rest)]:
        rows = int(members.sum())
        table.append((name, rows, float(hits[members].mean()) if rows else None))
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="row by row" expect="right"
# exercise: by_group
def by_group(hits, groups):
    counts = {name: [0, 0] for name in [*groups, "rest"]}
    for i, hit in enumerate(hits):
        mine = [name for name, members in groups.items() if members[i]] or ["rest"]
        for name in mine:
            counts[name][0] += 1
            counts[name][1] += int(hit)
    table = [(name, rows, good / rows if rows else None) for name, (rows, good) in counts.items()]
    return sorted(table, key=lambda row: (row[2] is None, row[2] or 0))


# %% exercise="by_group" answer="a matrix, and places as the last key" expect="right"
# exercise: by_group
def by_group(hits, groups):
    names = [*groups, "rest"]
    inside = np.zeros((len(names), len(hits)), "float64")
    for k, members in enumerate(groups.values()):
        inside[k] = members
    inside[-1] = inside.max(axis=0) == 0     # the last row, too, is 0 until then
    rows, good = inside.sum(axis=1), inside @ hits
    share = np.divide(good, rows, out=np.full(len(names), np.inf), where=rows > 0)
    order = np.argsort(share, kind="stable")
    return [(names[k], int(rows[k]), None if rows[k] == 0 else share[k]) for k in order]


# %% exercise="by_group" answer="empty groups are left out" expect="wrong" fails="by_group-1" breaks="1,2"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean())) for name, m in [*groups.items(), ("rest", rest)] if m.any()]
    return sorted(table, key=lambda row: row[2])


# %% exercise="by_group" answer="only groups with rows, and the rest" expect="wrong" fails="by_group-1" breaks="1"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    kept = [(name, m) for name, m in groups.items() if m.any()] + [("rest", rest)]
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in kept]
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="no rest" expect="wrong" fails="by_group-1" breaks="2" says="the rows that are in no group"
# exercise: by_group
def by_group(hits, groups):
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in groups.items()]
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="the rest is everybody" expect="wrong" fails="by_group-1" breaks="2"
# exercise: by_group
def by_group(hits, groups):
    everybody = np.ones(len(hits), bool)
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None)
             for name, m in [*groups.items(), ("rest", everybody)]]
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="the rest is not in the last group" expect="wrong" fails="by_group-1" breaks="2"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = ~members
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="the right ones are counted" expect="wrong" fails="by_group-1" breaks="3"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(hits[m].sum()), float(hits[m].mean()) if m.any() else None)
             for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="the share of all rows" expect="wrong" fails="by_group-1" breaks="4" says="within the group"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float((hits & m).mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="the share of mistakes" expect="wrong" fails="by_group-1" breaks="4"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float((~hits[m]).mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: -1.0 if row[2] is None else row[2])[::-1]


# %% exercise="by_group" answer="0 for an empty group, at the end" expect="wrong" fails="by_group-1" breaks="5"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else 0.0) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: row[2] if row[1] else 2.0)


# %% exercise="by_group" answer="0 for an empty group" expect="wrong" fails="by_group-1" breaks="5,6" says="has the share None"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else 0.0) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: row[2])


# %% exercise="by_group" answer="the mean of nothing" expect="wrong" fails="by_group-1" breaks="5"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean())) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: 2.0 if np.isnan(row[2]) else row[2])


# %% exercise="by_group" answer="in the order of the groups" expect="wrong" fails="by_group-1" breaks="6" says="The worst group comes first"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    return [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]


# %% exercise="by_group" answer="empty groups first" expect="wrong" fails="by_group-1" breaks="6"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: -1.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="equal ones by name" expect="wrong" fails="by_group-1" breaks="7" says="in the order of the dictionary"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: (2.0 if row[2] is None else row[2], row[0]))


# %% exercise="by_group" answer="of equal ones the larger group first" expect="wrong" fails="by_group-1" breaks="7"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([np.zeros(len(hits), bool), *groups.values()], axis=0)
    table = [(name, int(m.sum()), float(hits[m].mean()) if m.any() else None) for name, m in [*groups.items(), ("rest", rest)]]
    return sorted(table, key=lambda row: (2.0 if row[2] is None else row[2], -row[1]))


# %% exercise="picture_parts" answer="pairs, then shuffle, then map" expect="right"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    validation = tf.data.Dataset.from_tensor_slices((pictures[held], labels[held]))
    return training, validation, classes


# %% exercise="picture_parts" answer="a generator that draws an order" expect="right"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    place = {kind: k for k, kind in enumerate(classes)}
    draw = np.random.default_rng()

    def pairs_in_new_order():
        for i in draw.permutation(np.flatnonzero(np.logical_not(held))):
            yield pictures[i], place[kinds[i]]

    spec = (tf.TensorSpec(pictures.shape[1:], tf.float32), tf.TensorSpec((), tf.int32))
    training = tf.data.Dataset.from_generator(pairs_in_new_order, output_signature=spec)
    training = training.map(lambda picture, label: (vary(picture), label))
    own = [place[kind] for kind, out in zip(kinds, held) if out]
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], own)), classes


# %% exercise="picture_parts" answer="two datasets zipped before the shuffle" expect="right"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(dict.fromkeys(kinds))
    labels = np.searchsorted(classes, kinds)
    parts = []
    for rows in (~held, held):
        x = tf.data.Dataset.from_tensor_slices(pictures[rows])
        y = tf.data.Dataset.from_tensor_slices(labels[rows])
        parts.append(tf.data.Dataset.zip(x, y))
    training = parts[0].cache().shuffle(len(pictures), reshuffle_each_iteration=True).map(lambda x, y: (vary(x), y))
    return training, parts[1], classes


# %% exercise="picture_parts" answer="the classes as they come" expect="wrong" fails="picture_parts-1" breaks="1" says="The order of the alphabet"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = list(dict.fromkeys(kinds))
    places = sorted(classes)
    labels = np.array([places.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="the class order is left as it was" expect="wrong" fails="picture_parts-1" breaks="1,2" says="The order of the alphabet"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = list(dict.fromkeys(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="the list is sorted, the labels are not" expect="wrong" fails="picture_parts-1" breaks="2"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    order = list(dict.fromkeys(kinds))
    labels = np.array([order.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), sorted(order)


# %% exercise="picture_parts" answer="pictures and labels still shuffled by themselves" expect="wrong" fails="picture_parts-1" breaks="3" says="do not shuffle them by themselves"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    x = tf.data.Dataset.from_tensor_slices(pictures[~held]).shuffle(len(pictures)).map(vary)
    y = tf.data.Dataset.from_tensor_slices(labels[~held]).shuffle(len(pictures))
    return tf.data.Dataset.zip(x, y), tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="held rows are learned, too" expect="wrong" fails="picture_parts-1,picture_parts-2" breaks="3"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="not shuffled" expect="wrong" fails="picture_parts-1,picture_parts-2" breaks="4" says="Shuffle the training pairs"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held]))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="the same order in each pass" expect="wrong" fails="picture_parts-1,picture_parts-2" breaks="4" says="anew in each pass"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held]))
    training = training.shuffle(len(pictures), seed=1, reshuffle_each_iteration=False)
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="training is not varied" expect="wrong" fails="picture_parts-2" breaks="5" says="Training pictures are varied"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="varied once for all passes" expect="wrong" fails="picture_parts-2" breaks="5" says="Let map call vary in each pass"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held]))
    training = training.map(lambda picture, label: (vary(picture), label)).cache().shuffle(len(pictures))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="varied twice" expect="wrong" fails="picture_parts-2" breaks="5"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(vary(picture)), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="validation is still varied" expect="wrong" fails="picture_parts-2" breaks="6" says="Validation pictures stay as they are"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training, validation = (
        tf.data.Dataset.from_tensor_slices((pictures[rows], labels[rows])).map(lambda picture, label: (vary(picture), label))
        for rows in (~held, held)
    )
    return training.shuffle(len(pictures)), validation, classes


# %% exercise="picture_parts" answer="validation from the last to the first" expect="wrong" fails="picture_parts-1,picture_parts-2" breaks="6" says="As they stand"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held][::-1], labels[held][::-1])), classes


# %% exercise="background_share" answer="grounds first, then a choice" expect="right"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before = np.asarray(model(pictures))[:, 0] > 0.5
    after = np.asarray(model(composites))[:, 0] > 0.5
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="tensors" expect="right"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    x, shape = tf.constant(pictures), tf.constant(masks)[..., tf.newaxis]
    outside = 1 - tf.cast(shape, tf.float32)
    mean = tf.reduce_sum(x * outside, axis=[1, 2], keepdims=True) / tf.reduce_sum(outside, axis=[1, 2], keepdims=True)
    scenes = tf.gather(tf.where(shape, mean, x), partners)
    yes = model(x)[:, 0] > 0.5
    theirs = tf.gather(tf.convert_to_tensor(yes), partners)
    new = model(tf.where(shape, x, scenes))[:, 0] > 0.5
    counts = tf.not_equal(yes, theirs)
    number = tf.math.count_nonzero(counts)
    if number == 0:
        return None
    return float(tf.math.count_nonzero(tf.logical_and(counts, tf.equal(new, theirs))) / number)


# %% exercise="background_share" answer="pixel by pixel" expect="right"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    def says(picture):
        return bool(np.asarray(model(picture[np.newaxis]))[0, 0] > 0.5)

    followed, count = 0, 0
    for i, j in enumerate(partners):
        if says(pictures[i]) == says(pictures[j]):
            continue
        mean = np.mean([pictures[j][place] for place in np.ndindex(masks[j].shape) if not masks[j][place]], axis=0)
        scene = np.empty_like(pictures[i])
        for place in np.ndindex(masks[i].shape):
            scene[place] = pictures[i][place] if masks[i][place] else mean if masks[j][place] else pictures[j][place]
        count += 1
        followed += says(scene) == says(pictures[j])
    return followed / count if count else None


# %% exercise="background_share" answer="the mask upside down" expect="wrong" fails="background_share-1" breaks="1,2" says="not the reverse"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], grounds[partners], pictures)
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="the mean colour of the shape" expect="wrong" fails="background_share-1" breaks="1"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    shapes = np.stack([np.where(m[..., np.newaxis], x[m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], shapes, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="one colour for the whole ground" expect="wrong" fails="background_share-1" breaks="2"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.broadcast_to(x[~m].mean(axis=0), x.shape) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="its own ground" expect="wrong" fails="background_share-1" breaks="2,3"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    before = np.asarray(model(pictures))[:, 0] > 0.5
    counts = before != before[partners]
    return float(np.mean(before[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="the partner's shape shows through" expect="wrong" fails="background_share-1" breaks="3"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    composites = np.where(masks[..., np.newaxis], pictures, pictures[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="a black hole under the partner's shape" expect="wrong" fails="background_share-1" breaks="3"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.where(masks[..., np.newaxis], np.float32(0), pictures)
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="the mean of the whole partner" expect="wrong" fails="background_share-1" breaks="3"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x.mean(axis=(0, 1)), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="one mean for all channels" expect="wrong" fails="background_share-1" breaks="3"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="the hole is filled from the own ground" expect="wrong" fails="background_share-1" breaks="3"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    composites = []
    for i, j in enumerate(partners):
        scene = np.where(masks[j][..., np.newaxis], pictures[i][~masks[i]].mean(axis=0), pictures[j])
        composites.append(np.where(masks[i][..., np.newaxis], pictures[i], scene))
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, np.stack(composites)))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="all pictures count" expect="wrong" fails="background_share-1" breaks="4,6"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    return float(np.mean(after == before[partners]))


# %% exercise="background_share" answer="all pictures count, if any differs" expect="wrong" fails="background_share-1" breaks="4" says="Only pictures whose answer differs"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    return float(np.mean(after == before[partners])) if np.any(before != before[partners]) else None


# %% exercise="background_share" answer="0.5 is yes" expect="wrong" fails="background_share-1" breaks="4" says="so 0.5 is no"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] >= 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="the share that keeps its answer" expect="wrong" fails="background_share-1" breaks="5"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[counts])) if counts.any() else None


# %% exercise="background_share" answer="divided by all pictures" expect="wrong" fails="background_share-1" breaks="5"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(counts & (after == before[partners]))) if counts.any() else None


# %% exercise="background_share" answer="0 if nothing counts" expect="wrong" fails="background_share-1" breaks="6"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before, after = (np.asarray(model(x))[:, 0] > 0.5 for x in (pictures, composites))
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else 0.0


# %% exercise="background_share" answer="the pictures themselves are painted" expect="wrong" fails="background_share-1" breaks="7" says="Work on copies"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    originals = pictures.copy()
    before = np.asarray(model(originals))[:, 0] > 0.5
    for i, j in enumerate(partners):
        scene = np.where(masks[j][..., np.newaxis], originals[j][~masks[j]].mean(axis=0), originals[j])
        pictures[i] = np.where(masks[i][..., np.newaxis], originals[i], scene)
    after = np.asarray(model(pictures))[:, 0] > 0.5
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="split_by_name" answer="letters and their dots put together" expect="wrong" fails="split_by_name-1" breaks="2"
# exercise: split_by_name
def split_by_name(paths, share):
    import hashlib
    import unicodedata

    def number(path):
        name = unicodedata.normalize("NFC", path.split("/")[1])
        return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32

    return [p for p in paths if number(p) >= share], [p for p in paths if number(p) < share]


# %% exercise="split_by_name" answer="names in small letters" expect="wrong" fails="split_by_name-1" breaks="2"
# exercise: split_by_name
def split_by_name(paths, share):
    import hashlib

    def number(path):
        return int(hashlib.sha256(path.rsplit("/")[-1].lower().encode()).hexdigest()[:8], 16) / 2**32

    return [p for p in paths if number(p) >= share], [p for p in paths if number(p) < share]


# %% exercise="largest_losses" answer="p changed in place" expect="wrong" fails="largest_losses-1" breaks="7" says="Work on copies"
# exercise: largest_losses
def largest_losses(y, p, k):
    p[y == 0] = 1 - p[y == 0]
    return np.argsort(p, kind="stable")[:k]


# %% exercise="largest_losses" answer="the places are printed" expect="wrong" fails="largest_losses-1" breaks="6" says="what was printed"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p, 1 - p)
    places = np.argsort(own, kind="stable")[:k]
    print(places)
    return places


# %% exercise="by_group" answer="rest written into the dictionary" expect="wrong" fails="by_group-1" breaks="8" says="is the caller's"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest &= ~members
    groups["rest"] = rest
    table = []
    for name, members in groups.items():
        rows = int(members.sum())
        table.append((name, rows, float(hits[members].mean()) if rows else None))
    return sorted(table, key=lambda row: 2 if row[2] is None else row[2])


# %% exercise="picture_parts" answer="sorted without regard to capitals" expect="wrong" fails="picture_parts-1" breaks="1"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds), key=str.lower)
    labels = np.array([classes.index(kind) for kind in kinds])
    x, y = tf.data.Dataset.from_tensor_slices, len(pictures)
    training = x((pictures[~held], labels[~held])).shuffle(y).map(lambda a, b: (vary(a), b))
    return training, x((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="classes of training alone" expect="wrong" fails="picture_parts-1" breaks="1"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted({kind for kind, h in zip(kinds, held) if not h})
    labels = np.array([classes.index(kind) if kind in classes else -1 for kind in kinds])
    x, y = tf.data.Dataset.from_tensor_slices, len(pictures)
    training = x((pictures[~held], labels[~held])).shuffle(y).map(lambda a, b: (vary(a), b))
    return training, x((pictures[held], labels[held])), classes


# %% exercise="by_group" answer="equal ones by name, from z to a" expect="wrong" fails="by_group-1" breaks="7" says="in the order of the dictionary"
# exercise: by_group
def by_group(hits, groups):
    rest = ~np.any([*groups.values()], axis=0) if groups else np.ones(len(hits), bool)
    table = [(n, int(m.sum()), float(hits[m].mean()) if m.any() else None) for n, m in [*sorted(groups.items(), reverse=True), ("rest", rest)]]
    return sorted(table, key=lambda row: (row[2] is None, row[2]))


# %% exercise="by_group" answer="nobody counts as a share of 1" expect="wrong" fails="by_group-1" breaks="6" says="behind a share of 1, too"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in list(groups.items()) + [("rest", rest)]:
        rows = int(members.sum())
        share = float(hits[members].mean()) if rows else None
        table.append((name, rows, share))
    return sorted(table, key=lambda row: 1.0 if row[2] is None else row[2])


# %% exercise="picture_parts" answer="labels of one byte" expect="wrong" fails="picture_parts-1" breaks="2"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds]).astype("uint8")
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    validation = tf.data.Dataset.from_tensor_slices((pictures[held], labels[held]))
    return training.map(lambda picture, label: (vary(picture), label)), validation, classes


# %% exercise="background_share" answer="squeeze takes away the only picture, too" expect="error" fails="background_share-1" breaks="6"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(mask[..., None], picture[~mask].mean(axis=0), picture) for picture, mask in zip(pictures, masks)])
    composites = np.where(masks[..., None], pictures, grounds[partners]).astype("float32")
    before = np.squeeze(np.asarray(model(pictures))) > 0.5
    after = np.squeeze(np.asarray(model(composites))) > 0.5
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="background_share" answer="black places left out of the mean" expect="wrong" fails="background_share-1" breaks="3" says="black places count in the mean"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    shapes = masks[..., np.newaxis]
    grounds = np.where(shapes, 0.0, pictures)
    known = np.maximum(np.sum(grounds != 0, axis=(1, 2), keepdims=True), 1)
    means = grounds.sum(axis=(1, 2), keepdims=True) / known
    composites = np.where(shapes, pictures, np.where(shapes, means, pictures)[partners]).astype("float32")
    before = np.asarray(model(pictures))[:, 0] > 0.5
    after = np.asarray(model(composites))[:, 0] > 0.5
    counts = before != before[partners]
    if not counts.any():
        return None
    return float(np.mean(after[counts] == before[partners][counts]))


# %% exercise="one_pass" equal="a model that is called answers as in use, where nobody says training"
# - for chances, labels in data.map(lambda x, y: (model(x, training=False), y)):
# + for chances, labels in data.map(lambda x, y: (model(x), y)):


# %% exercise="by_group" equal="any number above 1 puts a group without rows behind all others"
# - return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])
# + return sorted(table, key=lambda row: 4.0 if row[2] is None else row[2])


# %% exercise="split_by_name" answer="up to the share, and not below it" expect="wrong" fails="split_by_name-1" breaks="3" says="equals the share is not below it"
# exercise: split_by_name
def split_by_name(paths, share):
    import hashlib

    def number(path):
        return int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8], 16) / 2**32

    return [path for path in paths if number(path) > share], [path for path in paths if number(path) <= share]


# %% exercise="background_share" answer="answers taken for arrays" expect="error" fails="background_share-1"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = np.stack([np.where(m[..., np.newaxis], x[~m].mean(axis=0), x) for x, m in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before = model(pictures)[:, 0] > 0.5
    after = model(composites)[:, 0] > 0.5
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="largest_losses" equal="the chance orders the rows as its logarithm does"
# - loss = -tf.math.log(tf.where(tf.constant(y) == 1, p, 1 - p))
# + loss = -tf.where(tf.constant(y) == 1, p, 1 - p)


# %% exercise="by_group" answer="rows counted in floats" expect="wrong" fails="by_group-1" breaks="3"
# exercise: by_group
def by_group(hits, groups):
    inside = np.array([*groups.values(), np.zeros(len(hits))], "float64")
    inside[-1] = inside.max(axis=0) == 0
    rows = inside.sum(axis=1)
    found = [(name, n, float(row @ hits / n) if n else None) for name, n, row in zip([*groups, "rest"], rows, inside)]
    return sorted(found, key=lambda each: (each[2] is None, each[2]))


# %% exercise="one_pass" equal="a list of tensors is as good as a tensor"
# - return tf.stack(p), tf.stack(labels)
# + return p, tf.stack(labels)


# %% exercise="one_pass" equal="a list of tensors is as good as a tensor"
# - return tf.stack(p), tf.stack(labels)
# + return tf.stack(p), labels


# %% exercise="split_by_name" answer="divided by the largest number" expect="wrong" fails="split_by_name-1" breaks="2" says="0xFFFFFFFF is one less"
# exercise: split_by_name
def split_by_name(paths, share):
    import hashlib

    training, validation = [], []
    for path in paths:
        number = int(hashlib.sha256(path.split("/")[1].encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
        (validation if number < share else training).append(path)
    return training, validation


# %% exercise="one_pass" answer="in training, without dropout" expect="wrong" fails="one_pass-1" breaks="6"
# exercise: one_pass
def one_pass(model, data):
    drops = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    rates = [layer.rate for layer in drops]
    for layer in drops:
        layer.rate = 0.0
    chances, labels = [], []
    for x, y in data:
        chances.append(model(x, training=True))
        labels.append(y)
    for layer, rate in zip(drops, rates):
        layer.rate = rate
    return tf.concat(chances, axis=0)[:, 0], tf.concat(labels, axis=0)[:, 0]


# %% exercise="by_group" answer="right ones counted in a byte" expect="wrong" fails="by_group-1" breaks="4"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in [*groups.items(), ("rest", rest)]:
        rows = int(np.count_nonzero(members))
        right = int(hits.astype("int8") @ members.astype("int8"))
        table.append((name, rows, right / rows if rows else None))
    return sorted(table, key=lambda line: 2.0 if line[2] is None else line[2])


# %% exercise="by_group" answer="sorted by the rounded share" expect="wrong" fails="by_group-1" breaks="6"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in [*groups.items(), ("rest", rest)]:
        rows = int(members.sum())
        table.append((name, rows, float(hits[members].mean()) if rows else None))
    return sorted(table, key=lambda line: 2.0 if line[2] is None else round(line[2], 3))


# %% exercise="picture_parts" answer="numbers in names sorted as numbers" expect="wrong" fails="picture_parts-1" breaks="1"
# exercise: picture_parts
import re


def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds), key=lambda kind: [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", kind)])
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held])).shuffle(len(pictures))
    training = training.map(lambda picture, label: (vary(picture), label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="picture_parts" answer="eight versions made beforehand" expect="wrong" fails="picture_parts-2" breaks="5" says="do not draw among versions"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    versions = np.array([[np.asarray(vary(tf.constant(picture))) for _ in range(8)] for picture in pictures[~held]])
    training = tf.data.Dataset.from_tensor_slices((versions, labels[~held])).shuffle(len(pictures))
    training = training.map(lambda eight, label: (eight[tf.random.uniform((), 0, 8, "int32")], label))
    return training, tf.data.Dataset.from_tensor_slices((pictures[held], labels[held])), classes


# %% exercise="background_share" answer="composites of float64" expect="error" fails="background_share-1"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    grounds = pictures.astype("float64")
    for ground, mask in zip(grounds, masks):
        ground[mask] = ground[~mask].mean(axis=0)
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    before = np.asarray(model(pictures))[:, 0] > 0.5
    after = np.asarray(model(composites))[:, 0] > 0.5
    counts = before != before[partners]
    return float(np.mean(after[counts] == before[partners][counts])) if counts.any() else None


# %% exercise="split_by_name" answer="grouped by name" expect="wrong" fails="split_by_name-1" breaks="5"
# exercise: split_by_name
import hashlib


def split_by_name(paths, share):
    """Split paths of files in training and validation by a hash of their names."""
    by_name = {}
    for path in paths:
        name = path.split("/")[1]
        by_name.setdefault(name, []).append(path)
    training, validation = [], []
    for name, group in by_name.items():
        number = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32
        if number < share:
            validation.extend(group)
        else:
            training.extend(group)
    return training, validation


# %% exercise="picture_parts" answer="a buffer as large as the validation part" expect="wrong" fails="picture_parts-1" breaks="4"
# exercise: picture_parts
def picture_parts(pictures, kinds, held, vary):
    classes = sorted(set(kinds))
    labels = np.array([classes.index(kind) for kind in kinds])
    training = tf.data.Dataset.from_tensor_slices((pictures[~held], labels[~held]))
    training = training.shuffle(int(np.sum(held))).map(lambda picture, label: (vary(picture), label))
    validation = tf.data.Dataset.from_tensor_slices((pictures[held], labels[held]))
    return training, validation, classes


# %% exercise="by_group" answer="a quotient of two means" expect="wrong" fails="by_group-1" breaks="7"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in [*groups.items(), ("rest", rest)]:
        rows = int(members.sum())
        share = float(np.mean(hits & members) / np.mean(members)) if rows else None
        table.append((name, rows, share))
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="split_by_name" answer="lstrip for the folder" expect="wrong" fails="split_by_name-1" breaks="1"
# exercise: split_by_name
import hashlib


def split_by_name(paths, share):
    def number(path):
        folder = path.split("/")[0]
        name = path.lstrip(folder + "/")
        return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32

    training = [path for path in paths if number(path) >= share]
    validation = [path for path in paths if number(path) < share]
    return training, validation


# %% exercise="by_group" answer="sorted by rounded shares" expect="wrong" fails="by_group-1" breaks="6" says="not rounded"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in [*groups.items(), ("rest", rest)]:
        rows = int(members.sum())
        share = round(float(hits[members].sum() / rows), 6) if rows else None
        table.append((name, rows, share))
    return sorted(table, key=lambda row: 2.0 if row[2] is None else row[2])


# %% exercise="by_group" answer="each hit divided by the rows" expect="wrong" fails="by_group-1" breaks="7" says="Count first and divide once"
# exercise: by_group
def by_group(hits, groups):
    rest = np.ones(len(hits), bool)
    for members in groups.values():
        rest = rest & ~members
    table = []
    for name, members in [*groups.items(), ("rest", rest)]:
        rows = int(np.sum(members))
        table.append((name, rows, float(np.sum(hits * members / rows)) if rows else None))
    return sorted(table, key=lambda row: (row[2] is None, row[2] or 0.0))


# %% exercise="one_pass" answer="one batch of 1024" expect="wrong" fails="one_pass-1" breaks="3" says="However many rows there are"
# exercise: one_pass
def one_pass(model, data):
    x, y = next(iter(data.unbatch().batch(1024)))       # all rows at once: one pass only
    p = model(x, training=False)
    return p[:, 0], y[:, 0]


# %% exercise="largest_losses" answer="zeros of p replaced in place" expect="wrong" fails="largest_losses-1" breaks="7" says="Work on copies"
# exercise: largest_losses
def largest_losses(y, p, k):
    p[p == 0] = 1e-35               # no log of 0; below all other chances
    own = np.where(y == 1, p, 1 - p)
    own[own == 0] = 1e-35
    return np.argsort(np.log(own), kind="stable")[:k]


# %% exercise="largest_losses" answer="stops where all losses are infinite" expect="error" fails="largest_losses-1" breaks="4"
# exercise: largest_losses
def largest_losses(y, p, k):
    own = np.where(y == 1, p, 1 - p)
    with np.errstate(divide="ignore"):
        loss = -np.log(own)
    infinite = np.isinf(loss)
    if infinite.any():
        loss[infinite] = loss[~infinite].max() + 1
    return np.argsort(-loss, kind="stable")[:k]


# %% exercise="background_share" answer="the model asked about nothing" expect="wrong" fails="background_share-1" breaks="6"
# exercise: background_share
def background_share(model, pictures, masks, partners):
    before = np.asarray(model(pictures))[:, 0] > 0.5
    partner = before[partners]
    counts = before != partner
    grounds = np.stack([np.where(mask[..., np.newaxis], picture[~mask].mean(axis=0), picture) for picture, mask in zip(pictures, masks)])
    composites = np.where(masks[..., np.newaxis], pictures, grounds[partners])
    after = np.asarray(model(composites[counts]))[:, 0] > 0.5     # only those that count
    right = np.sum(after == partner[counts])
    return float(right / counts.sum()) if counts.any() else None
