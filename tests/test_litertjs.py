"""LiteRT.js, which the course shows and does not bring: chapter 28's last column of what works where, in a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from playwright.sync_api import Page, sync_playwright
from served import served

from grader.quiet import quiet

VERSION = "2.5.3"
PAGE = """<!doctype html><meta charset="utf-8"><title>LiteRT.js</title>
<script type="importmap">{"imports": {
  "@litertjs/core": "./node_modules/@litertjs/core/dist/index.js",
  "@litertjs/wasm-utils": "./node_modules/@litertjs/wasm-utils/dist/index.js"}}</script>
<script type="module">
import {loadLiteRt, loadAndCompile, Tensor} from "@litertjs/core";
window.ready = loadLiteRt("./node_modules/@litertjs/core/wasm/");
window.answer = async (file, values, shape) => {
  try {
    await window.ready;
    const model = await loadAndCompile(file, {accelerator: "wasm"});
    const [answer] = await model.run(new Tensor(new Float32Array(values), shape));
    return {values: Array.from(await answer.data())};
  } catch (error) {
    return {refused: String(error)};
  }
};
</script>"""


class Scaled(layers.Layer):
    """A layer of one's own whose operations LiteRT has."""

    def call(self, x: Any) -> Any:
        """Twice the sine."""
        return 2 * keras.ops.sin(x)


MODELS: dict[str, tuple[tuple[int, ...], Callable[[Any], Any]]] = {
    "dense": ((8, 8), lambda x: layers.Dense(10, "softmax")(layers.Flatten()(x))),
    "convolution": (
        (8, 8, 1),
        lambda x: layers.Flatten()(layers.MaxPooling2D()(layers.BatchNormalization()(layers.Conv2D(4, 3)(x)))),
    ),
    "LSTM": ((8, 8), layers.LSTM(6)),
    "GRU": ((8, 8), layers.GRU(6)),
    "mask": ((9,), lambda x: layers.LSTM(6)(layers.Embedding(20, 5, mask_zero=True)(x))),
    "attention": ((8, 8), lambda x: layers.MultiHeadAttention(2, 4)(x, x)),
    "own layer": ((8, 8), Scaled()),
}

pytestmark = pytest.mark.xdist_group("browser")


def _model(name: str, batch: int | None) -> keras.Model:
    shape, stack = MODELS[name]
    keras.utils.set_random_seed(1)
    inputs = keras.Input(batch_shape=(batch, *shape))
    return keras.Model(inputs, stack(inputs))


def _export(model: keras.Model, path: Path, **settings: Any) -> None:
    """Write the .tflite file as the chapter does."""
    signature = [tf.TensorSpec(model.input_shape, tf.float32)]
    with quiet():
        model.export(str(path), format="litert", verbose=False, input_signature=signature, **settings)


def _examples(name: str) -> np.ndarray:
    shape = MODELS[name][0]
    draw = np.random.default_rng(0)
    if name == "mask":
        return np.sort(draw.integers(0, 20, (4, *shape)), axis=1)[:, ::-1].astype("float32")
    return draw.uniform(0, 1, (4, *shape)).astype("float32")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with LiteRT.js from npm, and the page that runs models in it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine: apt-get install npm")
    folder = tmp_path_factory.mktemp("litertjs")
    command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", f"@litertjs/core@{VERSION}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"npm does not get @litertjs/core here: {(done.stderr or done.stdout).strip()[-200:]}")
    (folder / "index.html").write_text(PAGE)
    return folder


@pytest.fixture(scope="module")
def window(site: Path, chromium: str) -> Iterator[Page]:
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}/")
        page.wait_for_function("window.answer !== undefined")
        yield page
        browser.close()


def _answer(window: Page, file: str, values: np.ndarray) -> dict[str, Any]:
    asked = json.dumps([file, values.ravel().tolist(), list(values.shape)])
    return dict(window.evaluate(f"answer(...{asked})"))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_with_a_fixed_batch_answers_in_the_page_as_in_keras(name: str, site: Path, window: Page) -> None:
    model, examples = _model(name, 1), _examples(name)
    file = f"fixed-{name.replace(' ', '-')}.tflite"  # the browser keeps what it was given by a name before
    _export(model, site / file)
    for row in examples[:, np.newaxis]:
        answered = _answer(window, file, row)
        assert "refused" not in answered, answered
        np.testing.assert_allclose(answered["values"], model(row).numpy().ravel(), rtol=0, atol=1e-5)


def test_an_open_batch_is_refused_by_the_page(site: Path, window: Page) -> None:
    _export(_model("dense", None), site / "open.tflite")
    assert "does not match" in _answer(window, "open.tflite", _examples("dense")[:1])["refused"]


def test_int8_in_and_out_is_refused_by_the_page(site: Path, window: Page) -> None:
    examples = _examples("dense")
    _export(
        _model("dense", 1),
        site / "int8.tflite",
        optimizations=[tf.lite.Optimize.DEFAULT],
        representative_dataset=lambda: ([row[np.newaxis]] for row in examples),
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]},
        inference_input_type=tf.int8,
        inference_output_type=tf.int8,
    )
    assert "INT8" in _answer(window, "int8.tflite", examples[:1])["refused"].upper()
