"""A trained model in a web page: what TensorFlow.js computes there is what Keras computes, or it is refused."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from playwright.sync_api import Page, expect, sync_playwright

from grader.browser import layers_model
from grader.browser.page import PAGES, ModelPage
from grader.browser.vocabulary import ACTIVATIONS, LAYERS, refusal
from grader.errors import CourseError, UsageError
from grader.quiet import quiet

ROOT = Path(__file__).resolve().parents[1]
PICTURES = os.environ.get("SCREENSHOTS")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

pytestmark = pytest.mark.xdist_group("browser")


def _restless(model: keras.Model) -> keras.Model:
    """The model with weights that nothing can pass for: biases that are not 0, variances above 0."""
    draw = np.random.default_rng(0)
    for weight in model.weights:
        if weight.dtype == "float32":
            weight.assign(
                draw.uniform(0.1, 0.6, weight.shape) * draw.choice([1.0, 1.0 - 2.0 * ("var" not in weight.name)])
            )
    return model


def _sequential(shape: tuple[int, ...], *stack: Any, dtype: str = "float32") -> keras.Model:
    return _restless(keras.Sequential([layers.Input(shape, dtype=dtype), *stack]))


READERS: dict[str, Callable[[], keras.Model]] = {
    "MLP": lambda: _sequential((8, 8), layers.Flatten(), layers.Dense(16, "relu"), layers.Dense(10, "softmax")),
    "convnet": lambda: _sequential(
        (8, 8, 1),
        layers.Conv2D(4, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(10, "softmax"),
    ),
    "Conv1D": lambda: _sequential(
        (8, 8), layers.Conv1D(6, 3, activation="relu"), layers.GlobalMaxPooling1D(), layers.Dense(10, "softmax")
    ),
    "LSTM": lambda: _sequential((8, 8), layers.LSTM(8), layers.Dense(10, "softmax")),
    "flat": lambda: _sequential((64,), layers.Dense(10)),
}


@pytest.fixture(scope="module")
def window(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        page = browser.new_page(viewport={"width": 760, "height": 560})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


@pytest.fixture
def opened(window: Page, tmp_path: Path) -> Iterator[Callable[[keras.Model], Page]]:
    """Shows a model in the browser; fails at the end where a request left the page's address, or the console spoke."""
    served: list[ModelPage] = []
    asked: list[str] = []
    told: list[str] = []

    def note(request: Any) -> None:
        asked.append(request.url)

    def hear(message: Any) -> None:
        if "404" not in message.text:  # examples.json, where there is none
            told.append(message.text)

    def fail(error: Any) -> None:
        told.append(str(error))

    def show(model: keras.Model, examples: Any = None) -> Page:
        layers_model.save(model, tmp_path / "model", examples)
        served.append(ModelPage(tmp_path / "model"))
        window.goto(served[-1].url)
        assert window.evaluate("page.ready")
        return window

    window.on("request", note)
    window.on("console", hear)
    window.on("pageerror", fail)
    yield show
    for event, listener in (("request", note), ("console", hear), ("pageerror", fail)):
        window.remove_listener(event, listener)
    for page in served:
        page.stop()
    assert told == []
    assert asked and [url for url in asked if not url.startswith((served[0].url, "data:"))] == []


def _pictures(model: keras.Model, count: int = 3) -> Any:
    return np.random.default_rng(1).uniform(0, 1, (count, *model.input_shape[1:])).astype("float32")


@pytest.mark.parametrize("kind", READERS)
def test_the_page_answers_as_keras_does(kind: str, opened: Callable[[keras.Model], Page]) -> None:
    model = READERS[kind]()
    page = opened(model)
    for picture, expected in zip(_pictures(model), model(_pictures(model)).numpy(), strict=True):
        got = page.evaluate("async pixels => { await page.set(pixels); return page.answer; }", picture.ravel().tolist())
        np.testing.assert_allclose(got, expected, atol=1e-5)
        shown = page.locator("#bars .value").all_inner_texts()
        np.testing.assert_allclose([float(text) for text in shown], expected, atol=0.0051)


def test_one_draws_with_mouse_and_keyboard_and_clears(opened: Callable[[keras.Model], Page]) -> None:
    page = opened(READERS["convnet"]())
    nothing = page.evaluate("page.answer")
    box = page.locator("#field").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 60, steps=4)
    page.mouse.up()
    pixels = np.reshape(page.evaluate("page.pixels"), (8, 8))
    assert pixels[1, 2:6].min() > 0.5 and pixels[3:].max() == 0
    page.wait_for_function("before => page.answer.some((value, place) => value !== before[place])", arg=nothing)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "show-model.png")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("before => page.answer.every((value, place) => value === before[place])", arg=nothing)
    page.locator("#field").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", " "):
        page.keyboard.press(key)
    assert np.argmax(page.evaluate("page.pixels")) == 1 * 8 + 2


def test_an_example_says_how_far_it_is_from_keras(opened: Callable[..., Page]) -> None:
    model = READERS["MLP"]()
    page = opened(model, _pictures(model))
    page.get_by_role("button", name="An example").click()
    expect(page.locator("#said")).to_contain_text("Example 1 of 3: at most ")
    apart = page.locator("#said").inner_text().split("at most ")[1].split()[0]
    assert float(apart) < 1e-5


IN_PAGE = """async ([plan, weights, shape, dtype, values]) => {
    const bytes = Uint8Array.from(atob(weights), letter => letter.charCodeAt(0));
    const load = async () => ({modelTopology: plan.modelTopology, weightSpecs: plan.weightsManifest[0].weights,
                               weightData: bytes.buffer, format: plan.format});
    const model = await tf.loadLayersModel({load});
    const answers = [].concat(model.predict(tf.tensor(values, shape, dtype)));
    return answers.map(answer => Array.from(answer.dataSync()));
}"""


def _artifacts(model: keras.Model, inputs: Any) -> list[Any]:
    weights = b"".join(value.tobytes() for _, value in layers_model._weights(model))
    kind = "int32" if inputs.dtype.kind == "i" else "float32"
    encoded = base64.b64encode(weights).decode()
    return [layers_model.plan(model), encoded, list(inputs.shape), kind, inputs.ravel().tolist()]


def _merged(layer: Any) -> keras.Model:
    source = keras.Input((4, 6))
    shared = layers.Dense(6, name="shared")
    return _restless(keras.Model(source, layer([shared(source), shared(shared(source)), source])))


CASES: dict[str, Callable[[], keras.Model]] = {
    "InputLayer": READERS["flat"],
    "Dense": READERS["MLP"],
    "Embedding": lambda: _sequential((7,), layers.Embedding(9, 3), layers.Conv1D(2, 3), dtype="int32"),
    "Activation": lambda: _sequential((5,), layers.Activation("tanh")),
    "ReLU": lambda: _sequential((5,), layers.ReLU(max_value=0.7)),
    "LeakyReLU": lambda: _sequential((5,), layers.LeakyReLU(0.2)),
    "ELU": lambda: _sequential((5,), layers.ELU()),
    "Softmax": lambda: _sequential((5, 3), layers.Softmax()),
    "Flatten": lambda: _sequential((5, 3), layers.Flatten()),
    "Reshape": lambda: _sequential((6, 4), layers.Reshape((3, -1))),
    "Permute": lambda: _sequential((6, 4), layers.Permute((2, 1))),
    "RepeatVector": lambda: _sequential((6,), layers.RepeatVector(3)),
    "Rescaling": lambda: _sequential((6,), layers.Rescaling(1 / 16, offset=-0.5)),
    "Dropout": lambda: _sequential((6,), layers.Dropout(0.5)),
    "GaussianNoise": lambda: _sequential((6,), layers.GaussianNoise(0.5)),
    "BatchNormalization": lambda: _sequential((6, 3), layers.BatchNormalization(epsilon=0.01)),
    "LayerNormalization": lambda: _sequential((6, 3), layers.LayerNormalization(epsilon=0.01)),
    "Conv1D": lambda: _sequential((9, 3), layers.Conv1D(4, 3, padding="same", dilation_rate=2, activation="silu")),
    "Conv2D": lambda: _sequential((9, 8, 3), layers.Conv2D(4, (3, 2), strides=2, padding="same")),
    "DepthwiseConv2D": lambda: _sequential((9, 8, 3), layers.DepthwiseConv2D(3, depth_multiplier=2)),
    "SeparableConv2D": lambda: _sequential((9, 8, 3), layers.SeparableConv2D(4, 3, padding="same")),
    "MaxPooling1D": lambda: _sequential((9, 3), layers.MaxPooling1D(2, padding="same")),
    "MaxPooling2D": lambda: _sequential((9, 8, 3), layers.MaxPooling2D(3, strides=2, padding="same")),
    "AveragePooling1D": lambda: _sequential((9, 3), layers.AveragePooling1D(2)),
    "AveragePooling2D": lambda: _sequential((9, 8, 3), layers.AveragePooling2D(2, padding="same")),
    "GlobalMaxPooling1D": lambda: _sequential((9, 3), layers.GlobalMaxPooling1D()),
    "GlobalMaxPooling2D": lambda: _sequential((9, 8, 3), layers.GlobalMaxPooling2D()),
    "GlobalAveragePooling1D": lambda: _sequential((9, 3), layers.GlobalAveragePooling1D()),
    "GlobalAveragePooling2D": lambda: _sequential((9, 8, 3), layers.GlobalAveragePooling2D()),
    "ZeroPadding2D": lambda: _sequential((5, 4, 2), layers.ZeroPadding2D(((1, 2), (0, 3)))),
    "UpSampling2D": lambda: _sequential((5, 4, 2), layers.UpSampling2D((2, 3))),
    "SimpleRNN": lambda: _sequential((9, 3), layers.SimpleRNN(4, return_sequences=True, go_backwards=True)),
    "LSTM": lambda: _sequential((9, 3), layers.LSTM(4, return_sequences=True, unroll=True), layers.LSTM(2)),
    "GRU": lambda: _sequential((9, 3), layers.GRU(4, reset_after=False)),
    "Add": lambda: _merged(layers.Add()),
    "Multiply": lambda: _merged(layers.Multiply()),
    "Average": lambda: _merged(layers.Average()),
    "Maximum": lambda: _merged(layers.Maximum()),
    "Minimum": lambda: _merged(layers.Minimum()),
    "Concatenate": lambda: _merged(layers.Concatenate(axis=1)),
}


@pytest.fixture(scope="module")
def runtime(window: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[keras.Model], float]]:
    """How far TensorFlow.js is from Keras on drawn inputs, for any model."""
    folder = tmp_path_factory.mktemp("any")
    layers_model.save(READERS["flat"](), folder)
    served = ModelPage(folder)

    def apart(model: keras.Model) -> float:
        if not window.url.startswith(served.url):
            window.goto(served.url)
            assert window.evaluate("page.ready")
        draw = np.random.default_rng(2)
        shape = (3, *model.input_shape[1:])
        whole = "int" in model.inputs[0].dtype
        inputs = draw.integers(0, 9, shape) if whole else draw.normal(size=shape).astype("float32")
        got = window.evaluate(IN_PAGE, _artifacts(model, inputs))
        assert len(got) == 1
        return float(
            np.abs(np.reshape(got[0], model.output_shape[1:] and (3, *model(inputs).shape[1:])) - model(inputs)).max()
        )

    yield apart
    served.stop()


def test_every_layer_that_is_let_through_has_its_case() -> None:
    assert set(CASES) == set(LAYERS)


@pytest.mark.parametrize("layer", CASES)
def test_a_layer_gives_the_same_numbers(layer: str, runtime: Callable[[keras.Model], float]) -> None:
    model = CASES[layer]()
    assert refusal(model) is None
    assert layer in [each["class_name"] for each in model.get_config()["layers"]]
    assert runtime(model) < 1e-5


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_gives_the_same_numbers(activation: str, runtime: Callable[[keras.Model], float]) -> None:
    assert runtime(_sequential((6,), layers.Dense(5, activation))) < 1e-5


@keras.saving.register_keras_serializable("tests")
class Doubled(layers.Layer):
    def call(self, x: Any) -> Any:
        return 2 * x


class Own(keras.Model):
    def call(self, x: Any) -> Any:
        return x


def _dictionary() -> keras.Model:
    source = keras.Input((3,), name="x")
    return keras.Model({"x": source}, layers.Dense(2)(source))


def _added() -> keras.Model:
    source = keras.Input((3,))
    return keras.Model(source, layers.Dense(3)(source) + source)


def _attention() -> keras.Model:
    source = keras.Input((5, 4))
    return keras.Model(source, layers.MultiHeadAttention(2, 4)(source, source))


def _words() -> keras.Model:
    look_up = layers.TextVectorization(9, output_sequence_length=4, vocabulary=["good", "bad"])
    return keras.Sequential([layers.Input((), dtype="string"), look_up, layers.Embedding(9, 2)])


def _started() -> keras.Model:
    source, state = keras.Input((5, 4)), keras.Input((3,))
    return keras.Model([source, state], layers.SimpleRNN(3)(source, initial_state=state))


def _dropping() -> keras.Model:
    source = keras.Input((3,))
    return keras.Model(source, layers.Dropout(0.5)(source, training=True))


def _quantised() -> keras.Model:
    model = _sequential((3,), layers.Dense(2))
    model.quantize("int8")
    return model


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no model": (lambda: "digits.keras", "a Keras model is needed"),
    "a layer of one's own": (lambda: _sequential((3,), Doubled()), "'doubled"),
    "a class of one's own": (Own, "build the model as Sequential or functional"),
    "no input": (lambda: keras.Sequential([layers.Dense(2)]), "begin it with keras.Input"),
    "text": (_words, "look words up before"),
    "attention": (_attention, "MultiHeadAttention"),
    "a lambda": (lambda: _sequential((3,), layers.Lambda(lambda x: x)), "Lambda"),
    "a mask": (
        lambda: _sequential((7,), layers.Embedding(9, 3, mask_zero=True), layers.LSTM(2)),
        "leave mask_zero out",
    ),
    "GRU as it comes": (lambda: _sequential((7, 2), layers.GRU(2)), "reset_after=False"),
    "both directions": (lambda: _sequential((7, 2), layers.Bidirectional(layers.LSTM(2))), "Bidirectional"),
    "GELU": (lambda: _sequential((3,), layers.Dense(2, "gelu")), "not with this activation"),
    "a function": (lambda: _sequential((3,), layers.Dense(2, tf.square)), "not with this activation"),
    "groups": (lambda: _sequential((9, 4), layers.Conv1D(4, 3, groups=2)), "use groups=1"),
    "causal": (lambda: _sequential((9, 4), layers.Conv1D(4, 3, padding="causal")), "pad the input yourself"),
    "a sum of tensors": (_added, "such as Add()"),
    "a model within": (lambda: _sequential((3,), keras.Sequential([layers.Input((3,)), layers.Dense(2)])), "outer one"),
    "a dictionary": (_dictionary, "use lists"),
    "a state by keyword": (_started, "gets more tensors"),
    "a sloping ReLU": (lambda: _sequential((3,), layers.ReLU(negative_slope=0.1)), "use LeakyReLU"),
    "another ELU": (lambda: _sequential((3,), layers.ELU(0.5)), "leave alpha out"),
    "a pooling that keeps axes": (lambda: _sequential((9, 3), layers.GlobalMaxPooling1D(keepdims=True)), "keepdims"),
    "dropout that goes on": (_dropping, "training=True"),
    "a quantised model": (_quantised, "before you quantise it"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_come_out_wrong_is_one_sentence_and_no_file(what: str, tmp_path: Path) -> None:
    make, words = REFUSED[what]
    with pytest.raises(CourseError) as caught:
        layers_model.save(make(), tmp_path / "page")
    sentence = str(caught.value)
    assert words in sentence and "\n" not in sentence and sentence.endswith(".")
    assert not (tmp_path / "page").exists()


def test_a_page_is_for_one_picture(tmp_path: Path) -> None:
    for shape in ((8, 8, 3), (10,), (None, 8)):
        layers_model.save(_sequential(shape, layers.Dense(2)), tmp_path)
        with pytest.raises(UsageError, match=r"the page draws one picture"):
            ModelPage(tmp_path)


def test_the_examples_of_an_older_model_go(tmp_path: Path) -> None:
    model = READERS["MLP"]()
    layers_model.save(model, tmp_path, _pictures(model))
    layers_model.save(READERS["LSTM"](), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "weights.bin"]


def test_the_page_gives_its_own_files_only(tmp_path: Path) -> None:
    layers_model.save(READERS["MLP"](), tmp_path / "model")
    (tmp_path / "model" / "notes.txt").write_text("mine")
    page = ModelPage(tmp_path / "model")
    try:
        for name in ("notes.txt", "../page.py", "%2e%2e/page.py", "/etc/passwd", "model.json/"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(page.url + name)
        with urllib.request.urlopen(page.url) as answer:
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    finally:
        page.stop()


def test_what_comes_with_the_page_is_small_and_says_its_licence() -> None:
    scripts = sorted(PAGES.glob("tf-*.min.js"))
    assert [path.name for path in scripts] == ["tf-backend-cpu.min.js", "tf-core.min.js", "tf-layers.min.js"]
    assert sum(path.stat().st_size for path in scripts) < 750_000
    notice = (PAGES / "NOTICE").read_text()
    assert all(path.name in notice for path in scripts) and "Apache License, Version 2.0" in notice


IN_NODE = """
const fs = require("fs"), vm = require("vm");
globalThis.require = require;  // TensorFlow.js asks Node for its util
const [scripts, code, cases] = JSON.parse(fs.readFileSync(0, "utf8"));
for (const path of scripts) vm.runInThisContext(fs.readFileSync(path, "utf8"));
const run = vm.runInThisContext(`tf.setBackend("cpu"); (${code})`);
(async () => { for (const one of cases) console.log(JSON.stringify(await run(one))); })();
"""


@pytest.mark.skipif(not shutil.which("node"), reason="no Node on this machine")
def test_the_same_files_run_in_plain_node(tmp_path: Path) -> None:
    models = [make() for make in READERS.values()]
    everything = [_artifacts(model, _pictures(model)) for model in models]
    scripts = [str(PAGES / f"tf-{part}.min.js") for part in ("core", "layers", "backend-cpu")]
    (tmp_path / "check.cjs").write_text(IN_NODE)
    done = subprocess.run(
        ["node", str(tmp_path / "check.cjs")],
        input=json.dumps([scripts, IN_PAGE, everything]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-300:]
    for model, line in zip(models, done.stdout.splitlines(), strict=True):
        np.testing.assert_allclose(np.reshape(json.loads(line)[0], (3, 10)), model(_pictures(model)), atol=1e-5)


def _grader(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "grader", "show-model", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **pipes, **options)


def test_the_command_shows_a_file_of_keras_until_ctrl_c(tmp_path: Path, window: Page) -> None:
    model = READERS["convnet"]()
    model.save(tmp_path / "digits.keras")
    process = _grader("digits.keras", "--no-browser", cwd=tmp_path)
    assert process.stdout
    line = ""
    while "http://" not in line:
        line = process.stdout.readline()
        assert line
    window.goto(line.split()[0])
    assert window.evaluate("page.ready")
    np.testing.assert_allclose(window.evaluate("page.answer"), model(np.zeros((1, 8, 8, 1)))[0], atol=1e-5)
    process.send_signal(signal.SIGINT)
    told, complained = process.communicate(timeout=20)
    assert (process.returncode, told, complained) == (0, "", "")


@pytest.mark.parametrize("what", ["nothing.keras", "notes.txt", "broken.keras", "empty"])
def test_the_command_says_in_one_sentence_what_it_cannot_show(what: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no model")
    (tmp_path / "broken.keras").write_text("no model")
    process = _grader(what, "--no-browser", cwd=tmp_path)
    _, complained = process.communicate(timeout=120)
    assert process.returncode == 2
    assert len(complained.strip().splitlines()) == 1 and what in complained and "Traceback" not in complained


def _rows() -> dict[str, list[str]]:
    """The chapter's table of what is lost, by its first column."""
    text = (ROOT / "course" / "28-phones-and-browsers.md").read_text()
    table = text.split("| Part of a model |")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


PARTS: dict[str, Callable[[], keras.Model]] = {
    "dense, convolution": READERS["convnet"],
    "LSTM": READERS["LSTM"],
    "GRU": lambda: _sequential((8, 8), layers.GRU(8)),
    "masks": lambda: _sequential((8,), layers.Embedding(9, 3, mask_zero=True), layers.LSTM(2), dtype="int32"),
    "attention": _attention,
    "strings": _words,
    "a layer of your own": lambda: _sequential((3,), Doubled()),
}


def _in_litert(model: keras.Model, path: Path, batch: int | None) -> bool:
    """Whether LiteRT runs the model, exported with this batch, with the same answers."""
    from ai_edge_litert.interpreter import Interpreter

    source = model.inputs[0]
    spec = tf.TensorSpec((batch, *source.shape[1:]), source.dtype, name="x")
    rows = 1 if batch else 3
    given = np.full((rows,), b"good", object) if source.dtype == "string" else np.ones((rows, *source.shape[1:]))
    try:
        with quiet():
            model.export(str(path), format="litert", verbose=False, input_signature=[spec])
            given = given if source.dtype == "string" else given.astype(source.dtype)
            (got,) = Interpreter(str(path)).get_signature_runner()(x=given).values()
    except RuntimeError as error:
        assert "Select TensorFlow op" in str(error)
        return False
    return bool(np.abs(got - model(given)).max() < 1e-5)


@pytest.mark.parametrize("part", PARTS)
def test_the_chapters_table_says_what_is_lost(part: str, tmp_path: Path) -> None:
    (row,) = [row for name, row in _rows().items() if name.startswith(part)]
    model = PARTS[part]()
    path = tmp_path / "model.tflite"
    litert = "yes" if _in_litert(model, path, None) else "batch fixed" if _in_litert(model, path, 1) else "no"
    assert re.sub("^if its operations are built in$", "yes", row[0]) == litert
    script = "yes" if refusal(model) is None else "no"
    assert re.sub("^with .*", "no", row[1]) == script
