"""The bundled sets load anywhere at once, are what their scripts make, and can be learnt."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kernel_sessions import session
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from timing import quickest

from grader import datasets
from grader.data import real as data_real
from grader.data.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[1]
BUNDLED = ROOT / "data" / "bundled"
CLASSICS = ("iris", "digits", "wine", "breast_cancer", "diabetes")
LOAD_ALL = """
import json, time
import pandas
from grader import datasets
seconds = {}
for name in datasets.available()["bundled"] * 3:  # the best of three: a busy machine only adds
    start = time.process_time()
    datasets.load(name)
    seconds[name] = min(time.process_time() - start, seconds.get(name, 9))
shapes = datasets.load("shapes")
assert len(list(shapes.glob("*/*/*.jpg"))) == 1200
print(json.dumps([datasets.__file__, max(seconds.values())]))
"""


def flat(value: Any) -> list[Any]:
    """The arrays and frames in a nest of tuples."""
    return [leaf for item in value for leaf in flat(item)] if isinstance(value, tuple) else [value]


# Loading


@pytest.mark.parametrize("name", datasets.available()["bundled"])
def test_a_bundled_set_loads_in_a_third_of_a_second_and_again_unspoiled(name: str) -> None:
    assert quickest(lambda: datasets.load(name), enough=0.3) < 0.3
    first = flat(datasets.load(name))
    for item in first:
        if isinstance(item, np.ndarray):
            item[:] = item[0]
        elif isinstance(item, pd.DataFrame):
            item.iloc[:, 1] = 0
    second = flat(datasets.load(name))
    for spoiled, fresh in zip(first, second, strict=True):
        if not isinstance(fresh, Path):
            assert not np.array_equal(np.asarray(spoiled, dtype=object), np.asarray(fresh, dtype=object))


@pytest.mark.parametrize(
    ("name", "train", "test", "kind"),
    [
        ("iris", (120, 4), (30, 4), "int64"),
        ("digits", (1438, 8, 8), (359, 8, 8), "int64"),
        ("wine", (142, 13), (36, 13), "int64"),
        ("breast_cancer", (456, 30), (113, 30), "int64"),
        ("diabetes", (354, 10), (88, 10), "float32"),
    ],
)
def test_arrays_come_split_as_float32_with_labels(name: str, train: Any, test: Any, kind: str) -> None:
    (x_train, y_train), (x_test, y_test) = datasets.load(name)
    assert (x_train.shape, x_test.shape) == (train, test)
    assert (x_train.dtype, x_test.dtype, y_train.dtype, y_test.dtype) == ("float32", "float32", kind, kind)
    assert y_train.shape == train[:1] and y_test.shape == test[:1]
    entry = datasets.describe(name)
    if entry.features:
        assert len(entry.features) == train[1]
    if entry.classes:
        assert set(np.unique(y_train)) == set(np.unique(y_test)) == set(range(len(entry.classes)))
        assert abs(np.bincount(y_train) / len(y_train) - np.bincount(y_test) / len(y_test)).max() < 0.02
    x, y = datasets.load(name, "test")
    assert np.array_equal(x, x_test) and np.array_equal(y, y_test)


def test_tables_texts_and_files_come_in_the_form_that_fits_them() -> None:
    train, test = datasets.load("passengers")
    assert (train.shape, test.shape) == ((720, 12), (180, 12))
    assert tuple(train.columns) == datasets.describe("passengers").features
    assert train.ticket.map(type).eq(str).all() and train.age.dtype == float
    (texts, labels), (_, test_labels) = datasets.load("reviews")
    assert texts.shape == labels.shape == (4000,) and test_labels.shape == (1000,)
    assert texts.dtype.kind == "U" and labels.dtype == np.int64
    before, after = datasets.load("epidemic"), datasets.load("epidemic", "after")
    assert len(before) == 182 and len(after) == 28
    assert (after.date.iloc[0] - before.date.iloc[-1]).days == 1
    assert tuple(before.columns) == datasets.describe("epidemic").features
    folder = datasets.load("shapes")
    assert datasets.load("shapes", "test") == folder / "test" == datasets.path("shapes") / "test"


def test_the_graded_sandbox_can_load_every_bundled_set_and_change_none(tmp_path: Path) -> None:
    with session("tensorflow-graded", transport="ipc", cwd=str(tmp_path)) as graded:
        told = graded.run(
            LOAD_ALL + "try:\n    (shapes / 'new').write_text('')\nexcept OSError as error:\n    print(error)\n"
            "try:\n    datasets.load('mnist')\nexcept datasets.DownloadError as error:\n    print(error)\n"
        )
    loaded, refused, no_network = told.splitlines()
    assert float(re.search(r"[\d.e-]+(?=\]$)", loaded)[0]) < 0.3
    assert "Read-only file system" in refused
    assert no_network.startswith("No network:") and no_network.endswith('datasets.load("digits").')


def test_a_wheel_installed_elsewhere_carries_the_data(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 3_000_000
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", LOAD_ALL]
    output = subprocess.check_output(command, text=True, cwd=tmp_path, env=environment)
    assert str(tmp_path / "site") in output
    assert float(re.search(r"[\d.e-]+(?=\]$)", output.strip())[0]) < 0.3


# Asking for what is not there


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: datasets.load("Fashion-MNIST"),
            "There is no data set named 'Fashion-MNIST': did you mean fashion_mnist",
        ),
        (lambda: datasets.load("passenger"), "did you mean passengers"),
        (lambda: datasets.load("housing prices"), "choose from iris, digits"),
        (lambda: datasets.describe(["iris"]), "There is no data set named ['iris']"),
        (lambda: datasets.load("iris", "validation"), "iris has no part named 'validation': choose from train, test."),
        (lambda: datasets.load("iris", num_words=10), "iris has no option named 'num_words': it takes no options."),
        (lambda: datasets.load("imdb", words=10), "it takes num_words and maxlen."),
        (lambda: datasets.path("digits"), 'use datasets.load("digits"), or one of epidemic, passengers'),
        (lambda: datasets.path("mnist"), "mnist is not kept as files"),
    ],
)
def test_a_wrong_request_is_answered_in_one_sentence(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_table_without_pandas_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "from grader import datasets\n"
        "datasets.load('digits'), datasets.load('reviews'), datasets.load('shapes')\n"
        "try:\n    datasets.load('passengers')\nexcept ImportError as error:\n    print(error)"
    )
    output = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert output == "passengers is a table and needs pandas: run `pip install pandas` and try again.\n"


def test_each_description_tells_what_a_reader_asks() -> None:
    names = datasets.available()
    assert names["bundled"][0] == "iris" and set(names["bundled"]) & set(names["download"]) == set()
    for name, entry in CATALOGUE.items():
        assert (name in names["bundled"]) == entry.bundled
        text = repr(entry)
        for label in ("what", "load gives", "parts", "size", "licence", "source", "how made"):
            assert re.search(rf"^{label}  +\S", text, re.MULTILINE), (name, label)
        assert "<table>" in entry._repr_html_() and "<script" not in entry._repr_html_()
        assert f"`{name}`" in (ROOT / "data" / "README.md").read_text()


def test_each_download_is_https_has_a_sha256_and_names_a_bundled_set() -> None:
    files = [(entry, file) for entry in CATALOGUE.values() for file in entry.files]
    assert len(files) == 9
    assert len({file.sha256 for _, file in files}) == len(files) == len({file.name for _, file in files})
    for entry, file in files:
        assert file.url.startswith("https://") and re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert CATALOGUE[entry.instead].bundled


# The truth behind them


def test_the_scripts_make_exactly_the_committed_files(tmp_path: Path) -> None:
    from PIL import Image

    script = [sys.executable, ROOT / "data" / "make", "--into", tmp_path]
    subprocess.run(script, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {path.relative_to(BUNDLED) for path in BUNDLED.rglob("*") if path.is_file()}
    for path in made:
        new, old = (tmp_path / path).read_bytes(), (BUNDLED / path).read_bytes()
        if path.suffix == ".jpg" and new != old:  # another encoder: the pictures must still be the same to the eye
            new_pixels, old_pixels = (np.asarray(Image.open(io.BytesIO(data)), float) for data in (new, old))
            assert abs(new_pixels - old_pixels).max() <= 12 and abs(new_pixels - old_pixels).mean() < 1
        elif path.suffix == ".npz":  # another zlib: the arrays must be the same
            with np.load(io.BytesIO(new)) as one, np.load(io.BytesIO(old)) as two:
                assert one.files == two.files
                assert all(np.array_equal(one[key], two[key]) and one[key].dtype == two[key].dtype for key in one.files)
        else:
            assert new == old, path


def test_the_classic_sets_hold_every_row_of_scikit_learn_once() -> None:
    from sklearn import datasets as originals

    for name in CLASSICS:
        raw = {"scaled": False} if name == "diabetes" else {}
        x, y = getattr(originals, f"load_{name}")(return_X_y=True, **raw)
        parts = datasets.load(name)
        ours = np.concatenate([np.column_stack([x.reshape(len(x), -1), y]) for x, y in parts])
        theirs = np.column_stack([x, y]).astype(np.float32)
        assert np.array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_passengers_follow_their_stated_process() -> None:
    listed = pd.concat(datasets.load("passengers"), ignore_index=True)
    truth = datasets.load("passengers", "truth")
    assert (listed.passenger == truth.passenger).all() and listed.passenger.is_unique
    for column in ("age", "port", "deck"):
        known = listed[column].notna()
        assert (listed[column][known] == truth[column][known]).all() and truth[column].notna().all()
    # Survival: as many as the probabilities say, in each fifth of them, within three standard errors.
    for _, rows in truth.groupby(pd.qcut(truth.probability, 5, labels=False)):
        error = np.sqrt((rows.probability * (1 - rows.probability)).sum())
        assert abs(listed.survived[rows.index].sum() - rows.probability.sum()) < 3 * error
    # Missing values: the stated shares by class, and no relation to survival beyond the class.
    for column, shares in (("age", (0.08, 0.15, 0.30)), ("deck", (0.20, 0.60, 0.88))):
        found = listed[column].isna().groupby(listed.ticket_class).mean()
        assert abs(found.to_numpy() - shares).max() < 0.08
    assert 0 < listed.port.isna().mean() < 0.03
    # Kin are aboard: a party shares ticket, class and port, and no one counts more kin than the party has.
    party = listed.groupby("ticket").passenger.transform("size")
    assert (listed.siblings + listed.parents < party + 1).mean() > 0.99
    assert (listed.groupby("ticket").ticket_class.nunique() == 1).all()


def test_the_epidemic_keeps_its_books() -> None:
    counts = pd.concat([datasets.load("epidemic"), datasets.load("epidemic", "after")], ignore_index=True)
    truth = datasets.load("epidemic", "truth")
    assert (counts.date == truth.date).all() and (counts.date.diff().dropna() == pd.Timedelta(days=1)).all()
    assert (truth.susceptible.diff().dropna() == -truth.infections[:-1].to_numpy()).all()
    ratio = counts.confirmed.sum() / truth.infections.sum()
    assert 0.42 < ratio < 0.48
    assert 0.012 < counts.dead.sum() / truth.infections.sum() < 0.018
    by_weekday = counts.confirmed.groupby(counts.date.dt.day_of_week).mean()
    assert by_weekday[0] > 1.8 * by_weekday[6] and by_weekday[5] < by_weekday[2]
    assert truth.reproduction[:30].min() > 2 and truth.reproduction[45:75].max() < 0.8
    assert abs(truth.rate[175:] - 0.165).max() < 1e-9


def test_no_review_of_the_test_part_is_in_the_training_part() -> None:
    (texts, labels), (test_texts, test_labels) = datasets.load("reviews")
    assert len(set(texts) | set(test_texts)) == 5000
    assert abs(labels.mean() - 0.5) < 0.02 and abs(test_labels.mean() - 0.5) < 0.02
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) >= 4 and max(lengths) <= 60
    assert len({word for text in texts for word in re.findall(r"[\w'-]+", text.lower())}) > 900
    assert not re.search(r"  | a [aeio]|\ban [bcdfgjklmnpqrstvwxz]|[.!?]{2}| [.,]", "\n".join(texts))


# They can be learnt, and not by everyone


def test_small_models_learn_the_classic_sets() -> None:
    for name, expected in (("iris", 0.9), ("digits", 0.93), ("wine", 0.93), ("breast_cancer", 0.93)):
        (x, y), (x_test, y_test) = datasets.load(name)
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x.reshape(len(x), -1), y)
        majority = np.bincount(y_test).max() / len(y_test)
        assert model.score(x_test.reshape(len(x_test), -1), y_test) >= expected > majority + 0.25, name
    (x, y), (x_test, y_test) = datasets.load("diabetes")
    assert make_pipeline(StandardScaler(), LinearRegression()).fit(x, y).score(x_test, y_test) > 0.35


def passenger_features(frame: pd.DataFrame) -> np.ndarray:
    """Class, sex, child, age (known or not) and company, as numbers."""
    child = frame.name.str.startswith("Master") | (frame.age < 13)
    columns = [frame.ticket_class == 1, frame.ticket_class == 3, frame.sex == "female", child]
    columns += [frame.age.fillna(28) / 40, frame.age.isna(), (frame.siblings + frame.parents).clip(0, 5) / 5]
    columns += [(frame.sex == "female") & (frame.ticket_class == 3)]
    return np.column_stack(columns).astype(float)


def test_a_small_model_tells_who_was_saved() -> None:
    train, test = datasets.load("passengers")
    model = LogisticRegression(max_iter=1000).fit(passenger_features(train), train.survived)
    assert model.score(passenger_features(test), test.survived) >= 0.78
    assert max(test.survived.mean(), 1 - test.survived.mean()) < 0.66
    assert ((test.sex == "female") == test.survived).mean() < 0.77


def test_a_small_model_forecasts_the_epidemic_better_than_the_week_before() -> None:
    before, after = datasets.load("epidemic"), datasets.load("epidemic", "after")
    logs = list(np.log1p(before.confirmed.to_numpy(float)))
    growth = [now - then for then, now in zip(logs, logs[7:], strict=False)]  # against the same day a week earlier
    windows = np.lib.stride_tricks.sliding_window_view(np.array(growth), 8)
    model = LinearRegression(fit_intercept=False).fit(windows[:-1], growth[8:])
    for _ in range(len(after)):
        growth.append(model.predict([growth[-8:]])[0])
        logs.append(logs[-7] + growth[-1])

    def error(guess: Any) -> float:
        """Mean absolute percentage error."""
        return float((abs(guess - after.confirmed) / after.confirmed).mean())

    assert error(np.expm1(logs[-len(after) :])) < 0.15
    assert 0.17 < error(np.tile(before.confirmed[-7:], 4)) < 0.25
    assert error(np.full(len(after), before.confirmed.mean())) > 1.0


def test_a_small_convolutional_network_tells_the_shapes_and_a_linear_model_does_not() -> None:
    import keras

    folder = datasets.load("shapes")
    (x, y), (x_test, y_test) = (pictures(folder, part) for part in ("train", "test"))
    linear = LogisticRegression(C=0.001, max_iter=200).fit(x.reshape(len(x), -1), y)
    assert linear.score(x_test.reshape(len(x_test), -1), y_test) < 0.65
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(2),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    model.fit(x, y, epochs=20, batch_size=32, verbose=0)
    assert model.evaluate(x_test, y_test, verbose=0)[1] >= 0.88


def pictures(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Pixels from 0 to 1, and labels, by way of the label file."""
    import keras

    lines = [line.split() for line in (folder / f"{part}.txt").read_text().splitlines()]
    pixels = [np.asarray(keras.utils.load_img(folder / name), np.float32) / 255 for name, _ in lines]
    return np.stack(pixels), np.array([int(label) for _, label in lines])


def test_a_sequence_model_reads_the_reviews_and_a_bag_of_words_does_not() -> None:
    import keras

    (texts, labels), (test_texts, test_labels) = datasets.load("reviews")
    bag = make_pipeline(CountVectorizer(binary=True), LogisticRegression(max_iter=500)).fit(texts, labels)
    bag_score = bag.score(test_texts, test_labels)
    assert 0.60 < bag_score < 0.78
    keras.utils.set_random_seed(1)
    words = keras.layers.TextVectorization(2000, output_sequence_length=60)
    words.adapt(texts)
    model = keras.Sequential(
        [
            keras.Input((60,)),
            keras.layers.Embedding(2000, 32),
            keras.layers.Conv1D(64, 5, activation="relu", padding="same"),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)])
    model.fit(words(texts), labels, epochs=5, batch_size=64, verbose=0)
    score = model.evaluate(words(test_texts), test_labels, verbose=0)[1]
    assert score >= 0.92 and score > bag_score + 0.15


# Readers of files


def test_the_files_suit_the_readers_of_tensorflow_and_keras() -> None:
    import keras
    import tensorflow as tf

    table = str(datasets.path("passengers") / "train.csv")
    batch, label = next(
        iter(tf.data.experimental.make_csv_dataset(table, 8, label_name="survived", num_epochs=1, shuffle=False))
    )
    assert list(batch) == [name for name in datasets.describe("passengers").features if name != "survived"]
    assert batch["name"].dtype == tf.string and batch["age"].dtype == tf.float32 and label.shape == (8,)
    lines = tf.data.TextLineDataset(str(datasets.path("reviews") / "train.tsv")).map(
        lambda row: tf.strings.split(row, "\t")
    )
    shapes_of_lines = {len(row) for row in lines.as_numpy_iterator()}
    assert shapes_of_lines == {2}
    images = keras.utils.image_dataset_from_directory(
        datasets.load("shapes", "train"), image_size=(32, 32), verbose=False
    )
    assert tuple(images.class_names) == datasets.describe("shapes").classes
    assert (datasets.path("shapes") / "classes.txt").read_text().split() == images.class_names
    for part, count in (("train", 1000), ("test", 200)):
        rows = [line.split() for line in (datasets.path("shapes") / f"{part}.txt").read_text().splitlines()]
        assert len({name for name, _ in rows}) == count
        assert all(images.class_names[int(label)] == Path(name).parent.name for name, label in rows)
        assert all((datasets.path("shapes") / name).is_file() for name, _ in rows)


# The real sets' formats, in small


def test_mnist_and_fashion_mnist_are_read_from_their_formats(tmp_path: Path) -> None:
    stream = np.random.default_rng(0)
    x, y = stream.integers(0, 256, (6, 28, 28), np.uint8), stream.integers(0, 10, 6, np.uint8)
    np.savez(tmp_path / "mnist.npz", x_train=x[:4], y_train=y[:4], x_test=x[4:], y_test=y[4:])
    paths = []
    for number, array in enumerate((x[:4], y[:4], x[4:], y[4:])):
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        paths.append(tmp_path / f"{number}.gz")
        paths[-1].write_bytes(gzip.compress(header + array.tobytes()))
    for pair in (data_real.mnist([tmp_path / "mnist.npz"]), data_real.fashion_mnist(paths)):
        (x_train, y_train), (x_test, y_test) = pair
        assert np.array_equal(x_train, x[:4]) and np.array_equal(y_train, y[:4])
        assert np.array_equal(x_test, x[4:]) and np.array_equal(y_test, y[4:])
        x_train[:] = 0  # a copy of one's own


def test_cifar10_is_read_from_its_archive_without_unpacking(tmp_path: Path) -> None:
    stream = np.random.default_rng(0)
    data = {
        name: stream.integers(0, 256, (2, 3072), np.uint8) for name in ("data_batch_1", "data_batch_2", "test_batch")
    }
    archive = tmp_path / "cifar.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name, pixels in [*data.items(), ("batches.meta", None)]:
            content = pickle.dumps({b"data": pixels, b"labels": [3, 5]} if pixels is not None else {})
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    (x_train, y_train), (x_test, y_test) = data_real.cifar10([archive])
    assert x_train.shape == (4, 32, 32, 3) and x_test.shape == (2, 32, 32, 3)
    assert y_train.tolist() == [[3], [5], [3], [5]] and y_test.shape == (2, 1) and y_train.dtype == np.uint8
    assert x_test[1, 4, 7, 2] == data["test_batch"][1].reshape(3, 32, 32)[2, 4, 7]
    assert list(tmp_path.iterdir()) == [archive]


@pytest.mark.parametrize("maxlen", [None, 9])
def test_imdb_and_reuters_come_as_keras_would_give_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maxlen: int | None
) -> None:
    from keras.src.datasets import imdb, reuters

    stream = np.random.default_rng(0)

    def texts(count: int) -> np.ndarray:
        result = np.empty(count, object)
        result[:] = [[int(word) for word in stream.integers(1, 50, stream.integers(3, 15))] for _ in range(count)]
        return result

    labels = stream.integers(0, 2, 40)
    np.savez(tmp_path / "imdb.npz", x_train=texts(20), y_train=labels[:20], x_test=texts(20), y_test=labels[20:])
    np.savez(tmp_path / "reuters.npz", x=texts(40), y=labels)
    for module, ours in ((imdb, data_real.imdb), (reuters, data_real.reuters)):
        name = module.__name__.rsplit(".", 1)[1]
        monkeypatch.setattr(module, "get_file", lambda *_, name=name, **__: str(tmp_path / f"{name}.npz"))
        theirs = module.load_data(num_words=30, maxlen=maxlen)
        mine = ours([tmp_path / f"{name}.npz"], num_words=30, maxlen=maxlen)
        for (x, y), (their_x, their_y) in zip(mine, theirs, strict=True):
            assert x.tolist() == list(their_x) and y.tolist() == their_y.tolist() and len(y) > 2


def test_titanic_is_read_with_its_question_marks_as_missing(tmp_path: Path) -> None:
    rows = "".join(f'1,{n % 2},"Name, {n}",female,?,0,0,{n},10.5,?,S,?,?,?\n' for n in range(10))
    header = "pclass,survived,name,sex,age,sibsp,parch,ticket,fare,cabin,embarked,boat,body,home.dest\n"
    (tmp_path / "titanic.csv").write_text(header + rows)
    train, test = data_real.titanic([tmp_path / "titanic.csv"])
    assert (len(train), len(test)) == (8, 2) and train.age.isna().all() and train.ticket.map(type).eq(str).all()
    assert sorted([*train.name, *test.name]) == [f"Name, {n}" for n in range(10)]
