# %% [markdown]
# # Answer bank: Spark
#
# Other right answers to the exercises of `29-spark.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="by_batches" answer="a loop that gathers" expect="right"
# exercise: by_batches
def by_batches(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


# %% exercise="by_batches" answer="zip_longest with a mark" expect="right"
# exercise: by_batches
def by_batches(rows, size):
    mark = object()
    for batch in itertools.zip_longest(*[iter(rows)] * size, fillvalue=mark):
        yield [row for row in batch if row is not mark]


# %% exercise="by_batches" answer="an iterator that ends at an empty list" expect="right"
# exercise: by_batches
def by_batches(rows, size):
    source = iter(rows)
    return iter(lambda: list(itertools.islice(source, size)), [])


# %% exercise="by_batches" answer="the remainder dropped" expect="wrong" fails="by_batches-1" breaks="2" says="The remainder belongs to it"
# exercise: by_batches
def by_batches(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []


# %% exercise="by_batches" answer="zip, which stops at the shortest" expect="wrong" fails="by_batches-1" breaks="2"
# exercise: by_batches
def by_batches(rows, size):
    return map(list, zip(*[iter(rows)] * size))


# %% exercise="by_batches" answer="one list, emptied" expect="wrong" fails="by_batches-1" breaks="1" says="one and the same"
# exercise: by_batches
def by_batches(rows, size):
    batch = []
    for row in rows:
        if len(batch) == size:
            batch.clear()
        batch.append(row)
        if len(batch) == size:
            yield batch
    if len(batch) < size and batch:
        yield batch


# %% exercise="by_batches" answer="an empty list at the end" expect="wrong" fails="by_batches-1" breaks="3" says="no further list"
# exercise: by_batches
def by_batches(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


# %% exercise="by_batches" answer="handed out when the next row comes" expect="wrong" fails="by_batches-1" breaks="4" says="One row too many"
# exercise: by_batches
def by_batches(rows, size):
    batch = []
    for row in rows:
        if len(batch) == size:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


# %% exercise="by_batches" answer="all rows in a list first" expect="wrong" fails="by_batches-1" breaks="4" says="may not fit into memory"
# exercise: by_batches
def by_batches(rows, size):
    rows = list(rows)
    return (rows[start:start + size] for start in range(0, len(rows), size))


# %% exercise="by_batches" answer="grouped by a counter" expect="wrong" fails="by_batches-1" breaks="4"
# exercise: by_batches
def by_batches(rows, size):
    groups = itertools.groupby(enumerate(rows), key=lambda pair: pair[0] // size)
    for _, group in groups:
        yield [row for _, row in group]


# %% exercise="by_batches" answer="as if it were a list" expect="error" fails="by_batches-1" breaks="1"
# exercise: by_batches
def by_batches(rows, size):
    for start in range(0, len(rows), size):
        yield list(rows[start:start + size])


# %% exercise="by_batches" answer="one row more in each" expect="wrong" fails="by_batches-1" breaks="1"
# exercise: by_batches
def by_batches(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) > size:
            yield batch
            batch = []
    if batch:
        yield batch


# %% exercise="predict_partition" answer="places" expect="right"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if pixels is not None]
        if places:
            if model is None:
                model = load()
            found = model(np.stack([batch["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="row by row" expect="right"
# exercise: predict_partition
def predict_partition(batches, load):
    models = []

    def ask(pixels):
        if pixels is None:
            return None
        if not models:
            models.append(load())
        return models[0](np.float32([pixels]))[0].tolist()

    for batch in batches:
        yield pd.DataFrame({"id": list(batch["id"]), "p": [ask(pixels) for pixels in batch["pixels"]]})


# %% exercise="predict_partition" answer="a dictionary by id" expect="right"
# exercise: predict_partition
def predict_partition(batches, load):
    get = None
    for batch in batches:
        known = batch.dropna()
        answers = {}
        if not known.empty:
            get = get or load()
            answers = dict(zip(known["id"], get(np.array(list(known["pixels"]), "float32")).tolist()))
        yield pd.DataFrame({"id": batch["id"], "p": [answers.get(i) for i in batch["id"]]})


# %% exercise="predict_partition" answer="float64, as NumPy makes it of lists" expect="error" fails="predict_partition-1" breaks="7" says="takes a float32 array, not"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for each in batches:
        answers = [None] * len(each)
        places = [i for i, pixels in enumerate(each["pixels"]) if pixels is not None]
        if places:
            model = model or load()
            for i, answer in zip(places, model(np.stack([each["pixels"].iloc[i] for i in places]))):
                answers[i] = answer
        yield pd.DataFrame({"id": each["id"], "p": pd.Series(answers, dtype=object)})


# %% exercise="predict_partition" answer="rows with gaps dropped" expect="wrong" fails="predict_partition-1" breaks="2,4" says="still a row"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        batch = batch.dropna()
        answers = []
        if len(batch):
            model = model or load()
            answers = list(model(np.stack(batch["pixels"]).astype("float32")))
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="batches without rows left out" expect="wrong" fails="predict_partition-1" breaks="2"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        if not len(batch):
            continue
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if pixels is not None]
        if places:
            model = model or load()
            found = model(np.stack([batch["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="zeros for a gap" expect="wrong" fails="predict_partition-1" breaks="4"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        known = [pixels for pixels in batch["pixels"] if pixels is not None]
        answers = [[0.0, 0.0]] * len(batch)
        if known:
            model = model or load()
            width = len(known[0])
            rows = [[0.0] * width if pixels is None else pixels for pixels in batch["pixels"]]
            answers = list(model(np.array(rows, "float32")))
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="the answers slip upwards" expect="wrong" fails="predict_partition-1" breaks="3,4" says="have slipped"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        known = batch["pixels"].dropna()
        answers = []
        if len(known):
            model = model or load()
            answers = list(model(np.stack(known).astype("float32")))
        yield pd.DataFrame({"id": batch["id"], "p": answers + [None] * (len(batch) - len(answers))})


# %% exercise="predict_partition" answer="scaled a second time" expect="wrong" fails="predict_partition-1" breaks="3"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        answers = []
        for pixels in batch["pixels"]:
            if pixels is None:
                answers.append(None)
                continue
            model = model or load()
            answers.append(model(np.float32([pixels]) / 16)[0])
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="asked for no rows" expect="error" fails="predict_partition-1" breaks="1"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if pixels is not None]
        if model is None and places:
            model = load()
        if model is not None:
            block = np.array([batch["pixels"].iloc[i] for i in places], "float32").reshape(len(places), -1 if places else 2)
            for i, answer in zip(places, model(block)):
                answers[i] = answer
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="a load for each batch" expect="wrong" fails="predict_partition-1" breaks="5" says="keep the model for all batches"
# exercise: predict_partition
def predict_partition(batches, load):
    for batch in batches:
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if pixels is not None]
        if places:
            found = load()(np.stack([batch["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="loaded before the loop" expect="wrong" fails="predict_partition-1" breaks="6"
# exercise: predict_partition
def predict_partition(batches, load):
    model = load()
    for batch in batches:
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if pixels is not None]
        if places:
            found = model(np.stack([batch["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="predict_partition" answer="loaded at the first batch, whatever is in it" expect="wrong" fails="predict_partition-1" breaks="6"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        if model is None:
            model = load()
        answers = [None if pixels is None else model(np.float32([pixels]))[0] for pixels in batch["pixels"]]
        yield pd.DataFrame({"id": batch["id"], "p": answers})


# %% exercise="kept" answer="lru_cache" expect="right"
# exercise: kept
import functools
def kept(load, room):
    return functools.lru_cache(maxsize=room)(load)


# %% exercise="kept" answer="an ordered dictionary" expect="right"
# exercise: kept
from collections import OrderedDict
def kept(load, room):
    models = OrderedDict()

    def get(path):
        if path not in models:
            models[path] = load(path)
        models.move_to_end(path)
        if len(models) > room:
            models.popitem(last=False)
        return models[path]

    return get


# %% exercise="kept" answer="two lists" expect="right"
# exercise: kept
def kept(load, room):
    paths, models = [], []

    def get(path):
        if path in paths:
            at = paths.index(path)
            model = models[at]
            del paths[at], models[at]
        else:
            model = load(path)
        paths.append(path)
        models.append(model)
        del paths[:-room], models[:-room]
        return model

    return get


# %% exercise="kept" answer="nothing is kept" expect="wrong" fails="kept-1" breaks="2"
# exercise: kept
def kept(load, room):
    return lambda path: load(path)


# %% exercise="kept" answer="everything is kept" expect="wrong" fails="kept-1" breaks="4" says="one has to go when c comes"
# exercise: kept
import functools
def kept(load, room):
    return functools.cache(load)


# %% exercise="kept" answer="the one that was loaded first goes" expect="wrong" fails="kept-1" breaks="4" says="an ask counts"
# exercise: kept
def kept(load, room):
    models = {}

    def get(path):
        if path not in models:
            model = load(path)
            if len(models) == room:
                del models[next(iter(models))]
            models[path] = model
        return models[path]

    return get


# %% exercise="kept" answer="all go when it is full" expect="wrong" fails="kept-1" breaks="4"
# exercise: kept
def kept(load, room):
    models = {}

    def get(path):
        if path not in models:
            model = load(path)
            if len(models) == room:
                models.clear()
            models[path] = model
        return models[path]

    return get


# %% exercise="kept" answer="None is loaded again" expect="wrong" fails="kept-1" breaks="3" says="None is a model, too"
# exercise: kept
def kept(load, room):
    models = {}

    def get(path):
        model = models.pop(path, None)
        if model is None:
            model = load(path)
        models[path] = model
        if len(models) > room:
            del models[next(iter(models))]
        return model

    return get


# %% exercise="kept" answer="one dictionary for all" expect="wrong" fails="kept-1" breaks="6"
# exercise: kept
def kept(load, room, models={}):
    def get(path):
        model = models.pop(path) if path in models else load(path)
        models[path] = model
        while len(models) > room:
            del models[next(iter(models))]
        return model

    return get


# %% exercise="kept" answer="a failure is kept as None" expect="wrong" fails="kept-1" breaks="5"
# exercise: kept
import functools
def kept(load, room):
    @functools.lru_cache(maxsize=room)
    def get(path):
        try:
            return load(path)
        except OSError:
            return None

    return get


# %% exercise="kept" answer="the model and when it was asked for" expect="wrong" fails="kept-1" breaks="1"
# exercise: kept
import functools
def kept(load, room):
    @functools.lru_cache(maxsize=room)
    def get(path):
        return (path, load(path))

    return get


# %% exercise="times_run" answer="in words" expect="right"
# exercise: times_run
def times_run(sizes, workers, batch):
    return {
        "A": 1,
        "B": sum(sizes),
        "C": len(sizes),
        "D": sum(math.ceil(rows / batch) for rows in sizes),
        "E": workers,
        "F": 0,
    }


# %% exercise="times_run" answer="counted one by one" expect="right"
# exercise: times_run
def times_run(sizes, workers, batch):
    times = dict.fromkeys("ABCDEF", 0)
    times["A"] += 1
    times["E"] += workers
    for rows in sizes:
        times["C"] += 1
        for row in range(rows):
            times["B"] += 1
            times["D"] += row % batch == 0
    return times


# %% exercise="times_run" answer="NumPy" expect="right"
# exercise: times_run
def times_run(sizes, workers, batch):
    rows = np.array(sizes)
    return {"A": 1, "B": rows.sum(), "C": rows.size, "D": np.ceil(rows / batch).astype(int).sum(), "E": workers, "F": 0}


# %% exercise="times_run" answer="A with every task" expect="wrong" fails="times_run-1" breaks="1" says="carries its value"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": len(sizes), "B": sum(sizes), "C": len(sizes), "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="B once for each partition" expect="wrong" fails="times_run-1" breaks="2" says="called for each row"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": len(sizes), "C": len(sizes), "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="C not for the empty one" expect="wrong" fails="times_run-1" breaks="3" says="empty partition is a task"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": sum(rows > 0 for rows in sizes), "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="C for each batch" expect="wrong" fails="times_run-1" breaks="3" says="before the loop"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": D, "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="C once for each worker" expect="wrong" fails="times_run-1" breaks="3" says="gone when the generator ends"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": workers, "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="D as if there were no partitions" expect="wrong" fails="times_run-1" breaks="4" says="round up for each"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = -(-sum(sizes) // batch)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="D rounded down" expect="wrong" fails="times_run-1" breaks="4" says="not full is a batch"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(rows // batch for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="D one batch too many where it is full" expect="wrong" fails="times_run-1" breaks="4"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(rows // batch + 1 for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": D, "E": workers, "F": 0}


# %% exercise="times_run" answer="E once for each partition" expect="wrong" fails="times_run-1" breaks="5" says="kept between the tasks"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": D, "E": len(sizes), "F": 0}


# %% exercise="times_run" answer="E once for all" expect="wrong" fails="times_run-1" breaks="5" says="process of its own"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": D, "E": 1, "F": 0}


# %% exercise="times_run" answer="F as if it ran" expect="wrong" fails="times_run-1" breaks="6" says="It is a plan only"
# exercise: times_run
def times_run(sizes, workers, batch):
    D = sum(-(-rows // batch) for rows in sizes)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": D, "E": workers, "F": len(sizes)}


# %% exercise="answer_column" answer="slices beyond the end" expect="right"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        answers = []
        for start in range(0, len(batch), most):
            answers += list(model(np.stack(batch.iloc[start:start + most]).astype("float32")))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="one array for a batch" expect="right"
# exercise: answer_column
def answer_column(batches, load, most):
    model = None
    for batch in batches:
        if batch.empty:
            yield pd.Series([], dtype=object)
            continue
        model = model or load()
        pixels = np.stack(batch.to_numpy()).astype("float32")
        cuts = range(most, len(pixels), most)
        yield pd.Series(np.concatenate([model(few) for few in np.split(pixels, cuts)]).tolist())


# %% exercise="answer_column" answer="a row at a time" expect="right"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        yield pd.Series([model(np.float32([pixels]))[0] for pixels in batch], dtype=object)


# %% exercise="answer_column" answer="lists, as they come" expect="error" fails="answer_column-1" breaks="6" says="takes a float32 array, not list"
# exercise: answer_column
def answer_column(batches, load, most):
    model = None
    for batch in batches:
        rows, answers = batch.tolist(), []
        for start in range(0, len(rows), most):
            model = model or load()
            answers.extend(model(rows[start : start + most]))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="only the load mended" expect="wrong" fails="answer_column-1" breaks="1" says="The remainders are lost"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        for start in range(0, len(batch) - most + 1, most):
            few = batch.iloc[start:start + most]
            yield pd.Series(list(model(np.stack(few).astype("float32"))))


# %% exercise="answer_column" answer="a series for each slice" expect="wrong" fails="answer_column-1" breaks="1" says="One series for each batch"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        for start in range(0, len(batch), most):
            few = batch.iloc[start:start + most]
            yield pd.Series(list(model(np.stack(few).astype("float32"))))


# %% exercise="answer_column" answer="one series, the remainder lost" expect="wrong" fails="answer_column-1" breaks="1" says="to where does the range go"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        answers = []
        for start in range(0, len(batch) - most + 1, most):
            answers += list(model(np.stack(batch.iloc[start:start + most]).astype("float32")))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="the remainder filled with zeros" expect="wrong" fails="answer_column-1" breaks="2"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        answers = []
        for start in range(0, len(batch) - most + 1, most):
            answers += list(model(np.stack(batch.iloc[start:start + most]).astype("float32")))
        answers += [np.zeros(2)] * (len(batch) - len(answers))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="all rows at once" expect="error" fails="answer_column-1" breaks="3"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        answers = list(model(np.stack(batch).astype("float32"))) if len(batch) else []
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="asked for no rows" expect="error" fails="answer_column-1" breaks="4"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()
    for batch in batches:
        answers = []
        for start in range(0, max(len(batch), 1), most):
            few = batch.iloc[start:start + most].tolist()
            answers += list(model(np.array(few, "float32").reshape(len(few), len(few[0]) if few else 2)))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="the load left in the loop" expect="wrong" fails="answer_column-1" breaks="5" says="Load once"
# exercise: answer_column
def answer_column(batches, load, most):
    for batch in batches:
        model = load()
        answers = []
        for start in range(0, len(batch), most):
            answers += list(model(np.stack(batch.iloc[start:start + most]).astype("float32")))
        yield pd.Series(answers, dtype=object)


# %% exercise="commit" answer="os, step by step" expect="right"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    own = os.path.join(folder, f"own-{number}-{attempt}")
    if os.path.exists(part):
        return 0
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        os.remove(own)
        raise
    return count


# %% exercise="commit" answer="a temporary file with a name of its own" expect="right"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = Path(folder) / f"part-{number}"
    if part.exists():
        return 0
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
        try:
            count = 0
            for count, line in enumerate(lines, 1):
                print(line, file=file)
            file.flush()
            os.replace(file.name, part)
        except BaseException:
            os.unlink(file.name)
            raise
    return count


# %% exercise="commit" answer="gathered first" expect="right"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    gathered = list(lines)
    own = f"{part}.{attempt}"
    with open(own, "w") as file:
        file.writelines(f"{line}\n" for line in gathered)
    os.rename(own, part)
    return len(gathered)


# %% exercise="commit" answer="straight into the part" expect="wrong" fails="commit-1,commit-2" breaks="2,3" says="Two lines of three look like a whole part"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    count = 0
    with open(part, "w") as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    return count


# %% exercise="commit" answer="into the part, removed after a failure" expect="wrong" fails="commit-1" breaks="2" says="A reader would see half of it"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    count = 0
    try:
        with open(part, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
    except BaseException:
        os.remove(part)
        raise
    return count


# %% exercise="commit" answer="renamed in any case" expect="wrong" fails="commit-1,commit-2" breaks="3" says="rename at the end only"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    own = os.path.join(folder, f"own-{number}-{attempt}")
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
    finally:
        os.replace(own, part)
    return count


# %% exercise="commit" answer="the error swallowed" expect="wrong" fails="commit-1,commit-2" breaks="3"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    own = os.path.join(folder, f"own-{number}-{attempt}")
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        os.remove(own)
    return count


# %% exercise="commit" answer="the last attempt counts" expect="wrong" fails="commit-1" breaks="4"
# exercise: commit
def commit(lines, folder, number, attempt):
    own = os.path.join(folder, f"own-{number}-{attempt}")
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, os.path.join(folder, f"part-{number}"))
    except BaseException:
        os.remove(own)
        raise
    return count


# %% exercise="commit" answer="one file for all attempts" expect="error" fails="commit-1" breaks="5"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    own = os.path.join(folder, f"own-{number}")
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        if os.path.exists(own):
            os.remove(own)
        raise
    return count


# %% exercise="commit" answer="half a file left behind" expect="wrong" fails="commit-1,commit-2" breaks="6"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    own = os.path.join(folder, f"own-{number}-{attempt}")
    count = 0
    with open(own, "w") as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    os.replace(own, part)
    return count


# %% exercise="commit" answer="an interrupt is no Exception" expect="wrong" fails="commit-1" breaks="6"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    own = os.path.join(folder, f"own-{number}-{attempt}")
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except Exception:
        os.remove(own)
        raise
    return count


# %% exercise="commit" answer="the last line without an end" expect="wrong" fails="commit-1,commit-2" breaks="1" says="the last one, too"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    gathered = list(lines)
    own = f"{part}.{attempt}"
    with open(own, "w") as file:
        file.write("\n".join(gathered))
    os.rename(own, part)
    return len(gathered)


# %% exercise="commit" answer="no file for no lines" expect="wrong" fails="commit-1" breaks="1"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    gathered = list(lines)
    if gathered:
        own = f"{part}.{attempt}"
        with open(own, "w") as file:
            file.writelines(f"{line}\n" for line in gathered)
        os.rename(own, part)
    return len(gathered)


# %% exercise="commit" answer="the lines that are there, whoever wrote them" expect="wrong" fails="commit-1" breaks="7"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if not os.path.exists(part):
        gathered = list(lines)
        own = f"{part}.{attempt}"
        with open(own, "w") as file:
            file.writelines(f"{line}\n" for line in gathered)
        os.rename(own, part)
    with open(part) as file:
        return len(file.readlines())


# %% exercise="predict_partition" equal="rows are numbered from 0 in both"
# - answers = pd.Series([None] * len(piece), index=piece.index, dtype=object)
# + answers = pd.Series([None] * len(piece), dtype=object)


# %% exercise="predict_partition" equal="pandas makes the same column of objects"
# - answers = pd.Series([None] * len(piece), index=piece.index, dtype=object)
# + answers = pd.Series([None] * len(piece), index=piece.index)


# %% exercise="commit" equal="lines end in a newline where work is graded"
# - with draft.open("w", encoding="utf-8", newline="\n") as file:
# + with draft.open('w', encoding='utf-8') as file:


# %% exercise="commit" equal="the default encoding is UTF-8 where work is graded"
# - with draft.open("w", encoding="utf-8", newline="\n") as file:
# + with draft.open('w', newline='\n') as file:


# %% exercise="answer_column" equal="the model's rows are as good as NumPy's"
# - answers.extend(np.asarray(model(np.array(block, "float32"))))
# + answers.extend(model(np.array(block, 'float32')))


# %% exercise="answer_column" equal="pandas makes the same column of objects"
# - yield pd.Series(answers, dtype=object)
# + yield pd.Series(answers)


# %% exercise="predict_partition" equal="the model's rows are as good as NumPy's"
# - answers[known.index] = pd.Series(list(np.asarray(loaded[0](block))), index=known.index)
# + answers[known.index] = pd.Series(list(loaded[0](block)), index=known.index)


# %% exercise="answer_column" equal="pandas makes the same column of objects"
# - yield pd.Series([model(np.float32([pixels]))[0] for pixels in batch], dtype=object)
# + yield pd.Series([model(np.float32([pixels]))[0] for pixels in batch])


# %% exercise="by_batches" answer="None fills up and goes" expect="wrong" fails="by_batches-1" breaks="1" says="None is a row"
# exercise: by_batches
def by_batches(rows, size):
    readers = [iter(rows)] * size
    for group in itertools.zip_longest(*readers):
        batch = [row for row in group if row is not None]
        if batch:
            yield batch


# %% exercise="by_batches" answer="a recursion for each batch" expect="error" fails="by_batches-1" breaks="1"
# exercise: by_batches
def by_batches(rows, size):
    rows = iter(rows)
    batch = list(itertools.islice(rows, size))
    if batch:
        yield batch
        yield from by_batches(rows, size)


# %% exercise="commit" answer="a file for each attempt, not for each partition" expect="error" fails="commit-1" breaks="5"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    own = os.path.join(folder, f"attempt-{attempt}.tmp")
    if os.path.exists(part):
        return 0
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        os.remove(own)
        raise
    return count


# %% exercise="kept" answer="kept by the name without the folder" expect="wrong" fails="kept-1" breaks="1" says="by their whole path"
# exercise: kept
def kept(load, room):
    models = {}

    def get(path):
        name = Path(path).name
        if name in models:
            model = models.pop(name)
        else:
            model = load(path)
            if len(models) >= room:
                models.pop(next(iter(models)))
        models[name] = model
        return model

    return get


# %% exercise="predict_partition" answer="sorted by the ids" expect="wrong" fails="predict_partition-1" breaks="2" says="do not sort"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for each in batches:
        full, empty = each[each["pixels"].notna()], each[each["pixels"].isna()]
        rows = [(i, None) for i in empty["id"]]
        if len(full):
            if model is None:
                model = load()
            found = model(np.stack(list(full["pixels"])).astype("float32"))
            rows += list(zip(full["id"], found))
        rows.sort(key=lambda row: row[0])
        yield pd.DataFrame({"id": [row[0] for row in rows], "p": pd.Series([row[1] for row in rows], dtype=object)})


# %% exercise="times_run" answer="rounded up by adding 0.9999" expect="wrong" fails="times_run-1" breaks="4" says="another batch: round up"
# exercise: times_run
def times_run(sizes, workers, batch):
    batches = 0
    for rows in sizes:
        batches += int(rows / batch + 0.9999)
    return {"A": 1, "B": sum(sizes), "C": len(sizes), "D": batches, "E": workers, "F": 0}


# %% exercise="by_batches" answer="the mark found by comparing" expect="error" fails="by_batches-1" breaks="1"
# exercise: by_batches
def by_batches(rows, size):
    missing = object()
    for group in itertools.zip_longest(*[iter(rows)] * size, fillvalue=missing):
        batch = list(group)
        if batch[-1] is missing:
            batch = [row for row in batch if row != missing]
        yield batch


# %% exercise="by_batches" answer="sliced where there is a length" expect="error" fails="by_batches-1" breaks="1"
# exercise: by_batches
def by_batches(rows, size):
    if hasattr(rows, "__len__"):
        for start in range(0, len(rows), size):
            yield list(rows[start : start + size])
        return
    rows = iter(rows)
    while batch := list(itertools.islice(rows, size)):
        yield batch


# %% exercise="kept" answer="room is made before the load" expect="wrong" fails="kept-1" breaks="5" says="load first, then make room"
# exercise: kept
def kept(load, room):
    models = {}

    def get(path):
        if path in models:
            model = models.pop(path)
        else:
            if len(models) == room:
                del models[next(iter(models))]
            model = load(path)
        models[path] = model
        return model

    return get


# %% exercise="kept" answer="kept is cached, too" expect="wrong" fails="kept-1" breaks="6" says="begins with no model"
# exercise: kept
import functools


@functools.lru_cache(maxsize=None)
def kept(load, room):
    return functools.lru_cache(maxsize=room)(load)


# %% exercise="answer_column" answer="a recursion for each few rows" expect="error" fails="answer_column-1" breaks="2"
# exercise: answer_column
def answer_column(batches, load, most):
    model = load()

    def answers(rows):
        if not rows:
            return []
        return list(model(np.stack(rows[:most]).astype("float32"))) + answers(rows[most:])

    for batch in batches:
        yield pd.Series(answers(list(batch)), dtype=object)


# %% exercise="commit" answer="number and attempt with nothing between" expect="error" fails="commit-1" breaks="5"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    own = os.path.join(folder, f"tmp{number}{attempt}")
    if os.path.exists(part):
        return 0
    try:
        with open(own, "w") as file:
            count = 0
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        os.remove(own)
        raise
    return count


# %% exercise="commit" answer="gathered, then straight into the part" expect="wrong" fails="commit-1" breaks="2,3" says="whether there is a part then"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    gathered = list(lines)
    with open(part, "w") as file:
        for line in gathered:
            file.write(line + "\n")
    return len(gathered)


# %% exercise="commit" answer="gathered, then into the part, removed after a failure" expect="wrong" fails="commit-1" breaks="2"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    gathered = list(lines)
    try:
        with open(part, "w") as file:
            for line in gathered:
                file.write(line + "\n")
    except BaseException:
        os.remove(part)
        raise
    return len(gathered)


# %% exercise="predict_partition" answer="pixels of 0 taken for none" expect="wrong" fails="predict_partition-1" breaks="3"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if np.any(pixels)]
        if places:
            if model is None:
                model = load()
            found = model(np.stack([batch["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield pd.DataFrame({"id": batch["id"], "p": pd.Series(answers, index=batch.index, dtype=object)})


# %% exercise="kept" answer="a failed load keeps its place in the order" expect="error" fails="kept-1" breaks="5"
# exercise: kept
def kept(load, room):
    models, order = {}, []

    def get(path):
        if path in order:
            order.remove(path)
        order.append(path)
        if path not in models:
            models[path] = load(path)
            if len(models) > room:
                del models[order.pop(0)]
        return models[path]

    return get


# %% exercise="by_batches" answer="takes the first list when it is called" expect="wrong" fails="by_batches-1" breaks="4"
# exercise: by_batches
def by_batches(rows, size):
    source = iter(rows)
    first = list(itertools.islice(source, size))

    def generate():
        batch = first
        while batch:
            yield batch
            batch = list(itertools.islice(source, size))

    return generate()


# %% exercise="commit" answer="part-12 taken for part-1" expect="wrong" fails="commit-1" breaks="1"
# exercise: commit
def commit(lines, folder, number, attempt):
    folder = Path(folder)
    if list(folder.glob(f"part-{number}*")):
        return 0
    own = folder / f"attempt-{number}-{attempt}"
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        own.rename(folder / f"part-{number}")
    except BaseException:
        own.unlink()
        raise
    return count


# %% exercise="predict_partition" answer="the pixels are still in the frames" expect="wrong" fails="predict_partition-1" breaks="2"
# exercise: predict_partition
def predict_partition(batches, load):
    model = None
    for batch in batches:
        answers = [None] * len(batch)
        places = [i for i, pixels in enumerate(batch["pixels"]) if pixels is not None]
        if places:
            if model is None:
                model = load()
            found = model(np.stack([batch["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield batch.assign(p=pd.Series(answers, index=batch.index, dtype=object))


# %% exercise="by_batches" answer="slices whatever is a Sequence" expect="error" fails="by_batches-1"
# exercise: by_batches
from collections.abc import Sequence


def by_batches(rows, size):
    if isinstance(rows, Sequence):
        for start in range(0, len(rows), size):
            yield list(rows[start:start + size])
        return
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


# %% exercise="by_batches" answer="False for the end" expect="wrong" fails="by_batches-1" breaks="1" says="only the iterator knows"
# exercise: by_batches
def by_batches(rows, size):
    source = iter(rows)
    while True:
        batch = []
        while len(batch) < size:
            row = next(source, False)
            if row is False:
                break
            batch.append(row)
        if not batch:
            return
        yield batch


# %% exercise="kept" answer="what had to go comes back as the newest" expect="wrong" fails="kept-1" breaks="4" says="A load that fails changes nothing"
# exercise: kept
def kept(load, room):
    models = {}

    def get(path):
        if path in models:
            models[path] = models.pop(path)          # to the end: asked for last
            return models[path]
        oldest = gone = None
        full = len(models) == room
        if full:
            oldest = next(iter(models))
            gone = models.pop(oldest)                # room first: two large models may not fit
        try:
            models[path] = load(path)
        except Exception:
            if full:
                models[oldest] = gone
            raise
        return models[path]

    return get


# %% exercise="commit" answer="blanks stripped" expect="wrong" fails="commit-1" breaks="1" says="written as they are"
# exercise: commit
def commit(lines, folder, number, attempt):
    part = Path(folder) / f"part-{number}"
    own = Path(folder) / f"_part-{number}-attempt-{attempt}"
    if part.exists():
        return 0
    count = 0
    try:
        with own.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(line.strip() + "\n")
                count += 1
        own.replace(part)
    except BaseException:
        own.unlink(missing_ok=True)
        raise
    return count


# %% exercise="by_batches" answer="values counted in place of rows" expect="wrong" fails="by_batches-1" breaks="2" says="A row without values is a row"
# exercise: by_batches
def by_batches(rows, size):
    """Return an iterator of lists of `size` rows, the last with what remains."""
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if np.size(batch) > 0:
        yield batch


# %% exercise="by_batches" answer="begins anew with each loop" expect="wrong" fails="by_batches-1" breaks="1" says="is no iterator"
# exercise: by_batches
import itertools


class _Batches:
    def __init__(self, rows, size):
        self.rows, self.size = rows, size

    def __iter__(self):
        source = iter(self.rows)
        while True:
            batch = list(itertools.islice(source, self.size))
            if not batch:
                return
            yield batch


def by_batches(rows, size):
    """Return the lists of `size` rows, the last with what remains."""
    return _Batches(rows, size)


# %% exercise="predict_partition" answer="a thousand at a time, and once more for none" expect="error" fails="predict_partition-1" breaks="1" says="from 1 to 1000 rows"
# exercise: predict_partition
def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch."""
    at_once = 1000
    model = None
    for each in batches:
        has = each["pixels"].notna().to_numpy()
        answers = [None] * len(each)
        if has.any():
            if model is None:
                model = load()
            pixels = np.stack(list(each["pixels"][has])).astype("float32")
            found = []
            for part in range(len(pixels) // at_once + 1):
                found += list(model(pixels[part * at_once:(part + 1) * at_once]))
            for i, answer in zip(np.flatnonzero(has), found):
                answers[i] = answer
        yield pd.DataFrame({"id": each["id"], "p": pd.Series(answers, dtype=object)})


# %% exercise="kept" answer="room is given back after an OSError only" expect="wrong" fails="kept-1" breaks="5" says="Whatever ends a load"
# exercise: kept
def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for."""
    from collections import OrderedDict

    models = OrderedDict()

    def get(path):
        if path in models:
            models.move_to_end(path)
            return models[path]
        oldest = models.popitem(last=False) if len(models) == room else None
        try:
            models[path] = load(path)
        except OSError:
            if oldest is not None:
                models[oldest[0]] = oldest[1]
                models.move_to_end(oldest[0], last=False)
            raise
        return models[path]

    return get


# %% exercise="kept" answer="one clock for all" expect="wrong" fails="kept-1" breaks="6" says="the order of the asks is each get's own"
# exercise: kept
_clock = itertools.count()
_last_asked = {}


def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for."""
    models = {}

    def get(path):
        if path not in models:
            model = load(path)
            if len(models) == room:
                del models[min(models, key=_last_asked.get)]
            models[path] = model
        _last_asked[path] = next(_clock)
        return models[path]

    return get


# %% exercise="answer_column" answer="the number of pieces rounded to the nearest" expect="wrong" fails="answer_column-1" breaks="3" says="still needs one: round their number up"
# exercise: answer_column
def answer_column(batches, load, most):
    """Return an iterator of series, one for each batch and as long, with the model's numbers for each row."""
    model = load()
    for batch in batches:
        answers = []
        if len(batch):
            pixels = np.stack(list(batch)).astype("float32")
            pieces = max(1, int(len(batch) / most + 0.5))
            for few in np.array_split(pixels, pieces):
                answers.extend(model(few))
        yield pd.Series(answers, dtype=object)


# %% exercise="commit" answer="no line end for an empty text" expect="wrong" fails="commit-1" breaks="1" says="An empty line is a line as well"
# exercise: commit
def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = os.path.join(folder, f"part-{number}")
    own = os.path.join(folder, f".part-{number}-attempt-{attempt}")
    if os.path.exists(part):
        return 0
    lines = list(lines)
    text = "\n".join(lines)
    if text:
        text += "\n"
    try:
        with open(own, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(own, part)
    except BaseException:
        os.remove(own)
        raise
    return len(lines)


# %% exercise="commit" answer="an empty part is no part" expect="wrong" fails="commit-1" breaks="4" says="A part without lines is there"
# exercise: commit
def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = os.path.join(folder, f"part-{number}")
    own = os.path.join(folder, f"attempt-{number}-{attempt}")
    if os.path.exists(part) and os.path.getsize(part) > 0:
        return 0
    count = 0
    try:
        with open(own, "w", encoding="utf-8") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        os.remove(own)
        raise
    return count


# %% exercise="kept" answer="only the next to go is moved" expect="wrong" fails="kept-1" breaks="4" says="each ask counts"
# exercise: kept
def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for."""
    models = {}

    def get(path):
        if path in models:
            if path == next(iter(models)):       # it would be the next to go: to the end with it
                models[path] = models.pop(path)
            return models[path]
        model = load(path)
        if len(models) == room:
            del models[next(iter(models))]
        models[path] = model
        return model

    return get


# %% exercise="kept" answer="taken off the list of paths, not out of the dictionary" expect="wrong" fails="kept-1" breaks="4" says="must leave the dictionary, too"
# exercise: kept
def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for."""
    models = {}
    order = []

    def get(path):
        if path in order:
            order.remove(path)
        else:
            models[path] = load(path)
            if len(order) == room:
                order.pop(0)
        order.append(path)
        return models[path]

    return get


# %% exercise="kept" answer="the first model that is equal goes" expect="wrong" fails="kept-1" breaks="2" says="may be equal and are still two"
# exercise: kept
def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for."""
    paths, models = [], []

    def get(path):
        if path in paths:
            model = models[paths.index(path)]
            paths.remove(path)
            models.remove(model)
        else:
            model = load(path)
            if len(paths) == room:
                paths.pop(0)
                models.pop(0)
        paths.append(path)
        models.append(model)
        return model

    return get


# %% exercise="kept" answer="kept by the path without its ending" expect="wrong" fails="kept-1" breaks="1" says="with the ending"
# exercise: kept
import os
from collections import OrderedDict


def kept(load, room):
    """Return a function from a path to its model, which keeps the last `room` models that were asked for."""
    models = OrderedDict()

    def get(path):
        name = os.path.splitext(path)[0]
        if name not in models:
            model = load(path)
            if len(models) == room:
                models.popitem(last=False)
            models[name] = model
        models.move_to_end(name)
        return models[name]

    return get


# %% exercise="predict_partition" answer="a 0 for a gap" expect="wrong" fails="predict_partition-1" breaks="4" says="not 0 either"
# exercise: predict_partition
def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch."""
    model = None
    for batch in batches:
        answers = np.zeros(len(batch), dtype=object)
        places = np.flatnonzero(batch["pixels"].notna())
        if len(places):
            if model is None:
                model = load()
            x = np.array([batch["pixels"].iloc[i] for i in places], dtype=np.float32)
            for i, answer in zip(places, model(x)):
                answers[i] = list(answer)
        yield pd.DataFrame({"id": batch["id"].to_numpy(), "p": answers})


# %% exercise="predict_partition" answer="zeros where a batch has only gaps" expect="wrong" fails="predict_partition-1" breaks="4" says="not 0 either"
# exercise: predict_partition
import numpy as np
import pandas as pd


def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch."""
    model = None
    for each in batches:
        places = [i for i, pixels in enumerate(each["pixels"]) if pixels is not None]
        if not places:
            yield pd.DataFrame({"id": each["id"], "p": np.zeros(len(each))})
            continue
        if model is None:
            model = load()
        pixels = each["pixels"].tolist()
        found = model(np.array([pixels[i] for i in places], dtype="float32"))
        answers = [None] * len(each)
        for i, answer in zip(places, found):
            answers[i] = answer
        yield pd.DataFrame({"id": each["id"], "p": answers})


# %% exercise="predict_partition" answer="the pixels' dtype for the answers" expect="wrong" fails="predict_partition-1" breaks="3" says="cut to whole numbers"
# exercise: predict_partition
import numpy as np
import pandas as pd


def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch."""
    model = None
    for each in batches:
        known = each["pixels"].notna().to_numpy()
        answers = [None] * len(each)
        if known.any():
            if model is None:
                model = load()
            pixels = np.stack(each["pixels"][known].tolist())
            found = np.zeros((len(pixels), 2), dtype=pixels.dtype)
            found[:] = model(pixels.astype("float32"))
            for place, answer in zip(np.flatnonzero(known), found):
                answers[place] = answer.tolist()
        yield pd.DataFrame({"id": each["id"], "p": answers})


# %% exercise="predict_partition" answer="pd.NA for a gap" expect="wrong" fails="predict_partition-1" breaks="4" says="Spark refuses `nan` and `pd.NA`"
# exercise: predict_partition
import numpy as np
import pandas as pd


def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch."""
    model = None
    for each in batches:
        answers = [pd.NA] * len(each)
        places = [i for i, pixels in enumerate(each["pixels"]) if pixels is not None]
        if places:
            if model is None:
                model = load()
            found = model(np.stack([each["pixels"].iloc[i] for i in places]).astype("float32"))
            for i, answer in zip(places, found):
                answers[i] = answer
        yield pd.DataFrame({"id": each["id"], "p": pd.Series(answers, dtype=object)})


# %% exercise="predict_partition" answer="nan for a gap, as reindex leaves it" expect="wrong" fails="predict_partition-1" breaks="4" says="Spark refuses `nan` and `pd.NA`"
# exercise: predict_partition
def predict_partition(batches, load):
    """Return an iterator of frames with the columns "id" and "p", one for each batch."""
    model = None
    for each in batches:
        known = each["pixels"].dropna()
        answers = pd.Series([], dtype=object)
        if len(known):
            model = model or load()
            found = np.asarray(model(np.stack(known.tolist()).astype("float32")))
            answers = pd.Series(list(found), index=known.index, dtype=object)
        yield pd.DataFrame({"id": each["id"], "p": answers.reindex(each.index)})


# %% exercise="answer_column" answer="loaded for the first batch, unless that is empty" expect="error" fails="answer_column-1" breaks="1"
# exercise: answer_column
def answer_column(batches, load, most):
    """Return an iterator of series, one for each batch and as long, with the model's numbers for each row."""
    for i, batch in enumerate(batches):
        if len(batch) == 0:
            yield pd.Series([], dtype=object)
            continue
        if i == 0:
            model = load()
        answers = []
        for start in range(0, len(batch), most):
            few = batch.iloc[start:start + most]
            answers += list(model(np.stack(few).astype("float32")))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="a list for an empty batch" expect="wrong" fails="answer_column-1" breaks="1" says="gives a pandas series, an empty one, too"
# exercise: answer_column
import numpy as np
import pandas as pd


def answer_column(batches, load, most):
    """Return an iterator of series, one for each batch and as long, with the model's numbers for each row."""
    model = load()
    for batch in batches:
        if len(batch) == 0:
            yield []
            continue
        answers = []
        for start in range(0, len(batch), most):
            few = batch.iloc[start:start + most]
            answers += list(model(np.stack(few).astype("float32")))
        yield pd.Series(answers, dtype=object)


# %% exercise="answer_column" answer="the pixels' dtype for the answers" expect="wrong" fails="answer_column-1" breaks="2" says="cut to whole numbers"
# exercise: answer_column
import numpy as np
import pandas as pd


def answer_column(batches, load, most):
    """Return an iterator of series, one for each batch and as long, with the model's numbers for each row."""
    model = load()
    for batch in batches:
        if batch.empty:
            yield pd.Series([], dtype=object)
            continue
        pixels = np.stack(batch.tolist())
        answers = np.zeros((len(pixels), 2), dtype=pixels.dtype)
        for start in range(0, len(pixels), most):
            few = pixels[start:start + most].astype("float32")
            answers[start:start + most] = model(few)
        yield pd.Series(list(answers), dtype=object)


# %% exercise="commit" answer="a copy in place of a rename" expect="wrong" fails="commit-1" breaks="2" says="A rename happens in one step"
# exercise: commit
import shutil


def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    own = os.path.join(folder, f"attempt-{number}-{attempt}.tmp")
    count = 0
    try:
        with open(own, "w") as file:
            for line in lines:
                file.write(f"{line}\n")
                count += 1
        shutil.copyfile(own, part)
    finally:
        os.remove(own)
    return count


# %% exercise="commit" answer="renamed before it is closed" expect="wrong" fails="commit-1" breaks="2" says="a file that is still open"
# exercise: commit
import os


def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = os.path.join(folder, f"part-{number}")
    own = os.path.join(folder, f"writing-{number}-{attempt}")
    if os.path.exists(part):
        return 0
    count = 0
    try:
        with open(own, "w", encoding="utf-8") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
            os.replace(own, part)
    except BaseException:
        if os.path.exists(own):
            os.remove(own)
        raise
    return count


# %% exercise="commit" answer="moved from the system's temporary folder" expect="wrong" fails="commit-1" breaks="2" says="Write to a file within"
# exercise: commit
import os
import shutil
import tempfile


def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    handle, own = tempfile.mkstemp(prefix=f"part-{number}-{attempt}-")
    try:
        count = 0
        with os.fdopen(handle, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        shutil.move(own, part)
    except BaseException:
        os.remove(own)
        raise
    return count


# %% exercise="commit" answer="renamed from the system's temporary folder" expect="wrong" fails="commit-1" breaks="1" says="Write to a file within"
# exercise: commit
def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = Path(folder) / f"part-{number}"
    if part.exists():
        return 0
    count = 0
    with tempfile.TemporaryDirectory() as elsewhere:
        own = Path(elsewhere) / "lines"
        with own.open("w") as file:
            for line in lines:
                print(line, file=file)
                count += 1
        os.replace(own, part)
    return count


# %% exercise="commit" answer="a failure removes the files of all attempts" expect="wrong" fails="commit-1" breaks="5" says="removes its own file alone"
# exercise: commit
import os
from pathlib import Path


def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = Path(folder) / f"part-{number}"
    own = Path(folder) / f"part-{number}-{attempt}"
    if part.exists():
        return 0
    try:
        count = 0
        with open(own, "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        os.replace(own, part)
    except BaseException:
        for rest in Path(folder).glob(f"part-{number}-*"):     # also what earlier attempts left
            rest.unlink()
        raise
    return count


# %% exercise="commit" answer="gathered elsewhere, copied into a file of the folder" expect="right"
# exercise: commit
import shutil


def commit(lines, folder, number, attempt):
    """Write the lines of a partition to its file, all of them or none, and return how many."""
    part = os.path.join(folder, f"part-{number}")
    if os.path.exists(part):
        return 0
    count = 0
    with tempfile.TemporaryDirectory() as elsewhere, tempfile.TemporaryDirectory(dir=folder) as near:
        with open(os.path.join(elsewhere, "lines"), "w") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        own = shutil.move(file.name, near)
        os.replace(own, part)
    return count
