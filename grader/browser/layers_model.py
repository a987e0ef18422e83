"""Writes a Keras 3 model as the two files that TensorFlow.js reads as a layers model: a plan, and the weights.

TensorFlow.js 4.22, of 2024, reads what Keras 2 wrote. So the plan of Keras 3 is put back into the words of Keras 2:
`batch_shape` is `batch_input_shape`, a dtype policy is a dtype, `inbound_nodes` is a list of lists. The weights are
little-endian float32, one after the other. The format: github.com/tensorflow/tfjs, tfjs-layers and tfjs-core/src/io.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.browser.vocabulary import refusal
from grader.errors import CourseError
from grader.files import write_whole

if TYPE_CHECKING:
    import keras

PLAN, WEIGHTS, EXAMPLES = "model.json", "weights.bin", "examples.json"

# Words of Keras 3, and those of Keras 2.
_OLD_WORDS = (("batch_shape", "batch_input_shape"), ("negative_slope", "alpha"), ("silu", "swish"))
# What only training needs is not written; without an initializer TensorFlow.js would draw weights before it loads them.
_TRAINING = ("_regularizer", "_constraint")
_ZEROS = {"class_name": "Zeros", "config": {}}


def save(model: keras.Model, folder: Path | str, examples: Any = None) -> None:
    """Write `model.json` and `weights.bin`, and what the page shows as examples.

    Args:
        model: a Sequential or functional model, with built-in layers that TensorFlow.js computes in the same way.
        folder: where to; made if it is not there.
        examples: inputs for the model, an array [n, ...]; they are kept in `examples.json` with Keras's answers.

    Raises:
        CourseError: TensorFlow.js could not read the model, or would compute something else; nothing is written then.
    """
    reason = refusal(model)
    if reason:
        raise CourseError(reason)
    files = {PLAN: json.dumps(plan(model)).encode(), WEIGHTS: b"".join(value.tobytes() for _, value in _weights(model))}
    if examples is not None:
        files[EXAMPLES] = json.dumps(_answered(model, examples)).encode()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / EXAMPLES).unlink(missing_ok=True)  # those of another model
    for name, content in files.items():
        write_whole(folder / name, content)


def plan(model: keras.Model) -> dict[str, Any]:
    """The content of model.json: the layers, how they hang together, and where each weight lies."""
    import keras

    entry = json.loads(model.to_json())
    config = entry["config"]
    topology = {"name": config["name"], "layers": [_layer(layer) for layer in config["layers"]]}
    for ends in ("input_layers", "output_layers"):
        if ends in config:
            topology[ends] = _ends(config[ends])
    weights = [{"name": name, "shape": list(value.shape), "dtype": "float32"} for name, value in _weights(model)]
    return {
        "format": "layers-model",
        "generatedBy": f"keras v{keras.__version__}",
        "convertedBy": None,
        "modelTopology": {
            "keras_version": "2.15.0",
            "backend": "tensorflow",
            "model_config": {"class_name": entry["class_name"], "config": topology},
        },
        "weightsManifest": [{"paths": [WEIGHTS], "weights": weights}],
    }


def _weights(model: keras.Model) -> Iterator[tuple[str, Any]]:
    """Each weight by the name that TensorFlow.js has for it, layer/weight, as little-endian float32."""
    for layer in model.layers:
        for weight in layer.weights:
            name = weight.name
            if type(layer).__name__ == "DepthwiseConv2D" and name == "kernel":
                name = "depthwise_kernel"
            yield f"{layer.name}/{name}", weight.numpy().astype("<f4")


def _layer(entry: dict[str, Any]) -> dict[str, Any]:
    config = {
        key: _ZEROS if key.endswith("_initializer") and value else _plain(value)
        for key, value in entry["config"].items()
        if not key.endswith(_TRAINING)
    }
    config["dtype"] = "int32" if "int" in str(config["dtype"]) else "float32"
    for new, old in _OLD_WORDS:
        if config.get("activation") == new:
            config["activation"] = old
        if new in config:
            config[old] = config.pop(new)
    if "unroll" in config:
        config["unroll"] = False  # the same numbers
    written = {"class_name": entry["class_name"], "config": config}
    if "inbound_nodes" in entry:
        written["name"] = config["name"]
        written["inbound_nodes"] = [_sources(node["args"]) for node in entry["inbound_nodes"]]
    return written


def _plain(value: Any) -> Any:
    """A value of a configuration, without Keras 3's notes of where a class is to be found."""
    if isinstance(value, dict):
        if {"module", "class_name", "config"} <= set(value):
            return {"class_name": value["class_name"], "config": _plain(value["config"])}
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _sources(value: Any) -> list[list[Any]]:
    """Which outputs of which layers come in, in the order of the arguments: name, node, output, settings."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return [[*value["config"]["keras_history"], {}]]
    if isinstance(value, list):
        return [source for each in value for source in _sources(each)]
    return []


def _ends(ends: Sequence[Any]) -> list[Any]:
    """The inputs or the outputs of a model: a list of them where there is one, too."""
    return [ends] if ends and isinstance(ends[0], str) else list(ends)


def _answered(model: keras.Model, examples: Any) -> dict[str, Any]:
    import numpy as np

    inputs = np.asarray(examples, "float32")
    answers = np.asarray(model(inputs, training=False))
    return {
        "inputs": [each.ravel().tolist() for each in inputs],
        "answers": [each.ravel().tolist() for each in answers],
    }
