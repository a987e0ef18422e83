"""What of Keras 3 TensorFlow.js 4.22 computes in the same way, and the sentence for what it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def _other_than(allowed: object) -> Callable[[object], bool]:
    return lambda value: value != allowed


# By layer, settings that a plan may not have, each with what to do instead; tests/test_show_model.py compares each
# layer's numbers in a browser with those of Keras.
_NO_FIRST = {"data_format": ("channels_first", "put the channels last")}
_NO_GROUPS = {**_NO_FIRST, "groups": (_other_than(1), "use groups=1")}
_NO_KEEPING = {**_NO_FIRST, "keepdims": (True, "leave keepdims out")}
_NO_STATE = {
    "return_state": (True, "leave return_state out"),
    "stateful": (True, "leave stateful out"),
}
LAYERS: Mapping[str, Mapping[str, tuple[Any, str]]] = {
    "InputLayer": {},
    "Dense": {},
    "Embedding": {"mask_zero": (True, "it knows no masks as Keras 3 makes them; leave mask_zero out, and train so")},
    "Activation": {},
    "ReLU": {"negative_slope": (_other_than(0), "use LeakyReLU"), "threshold": (_other_than(0), "leave threshold out")},
    "LeakyReLU": {},
    "ELU": {"alpha": (_other_than(1), "leave alpha out")},
    "Softmax": {},
    "Flatten": _NO_FIRST,
    "Reshape": {},
    "Permute": {},
    "RepeatVector": {},
    "Rescaling": {
        "scale": (lambda value: not isinstance(value, (int, float)), "use one number for all channels"),
        "offset": (lambda value: not isinstance(value, (int, float)), "use one number for all channels"),
    },
    "Dropout": {},
    "GaussianNoise": {},
    "BatchNormalization": {},
    "LayerNormalization": {"rms_scaling": (True, "leave rms_scaling out")},
    "Conv1D": {**_NO_GROUPS, "padding": ("causal", "pad the input yourself, by ZeroPadding1D")},
    "Conv2D": _NO_GROUPS,
    "DepthwiseConv2D": _NO_FIRST,
    "SeparableConv2D": _NO_FIRST,
    "MaxPooling1D": _NO_FIRST,
    "MaxPooling2D": _NO_FIRST,
    "AveragePooling1D": _NO_FIRST,
    "AveragePooling2D": _NO_FIRST,
    "GlobalMaxPooling1D": _NO_KEEPING,
    "GlobalMaxPooling2D": _NO_KEEPING,
    "GlobalAveragePooling1D": _NO_KEEPING,
    "GlobalAveragePooling2D": _NO_KEEPING,
    "ZeroPadding2D": _NO_FIRST,
    "UpSampling2D": {**_NO_FIRST, "interpolation": (_other_than("nearest"), "use interpolation='nearest'")},
    "SimpleRNN": _NO_STATE,
    "LSTM": _NO_STATE,
    "GRU": {**_NO_STATE, "reset_after": (True, "train it with reset_after=False")},
    "Add": {},
    "Multiply": {},
    "Average": {},
    "Maximum": {},
    "Minimum": {},
    "Concatenate": {},
}
ACTIVATIONS = ("linear", "relu", "relu6", "elu", "selu", "sigmoid", "softmax", "softplus", "softsign", "tanh", "silu")


def refusal(model: Any) -> str | None:
    """Why a model cannot be written for TensorFlow.js, with what to do about it, in one sentence; None if it can."""
    import keras

    if not isinstance(model, keras.Model):
        return f"This is of type {type(model).__name__}, and a Keras model is needed."
    if not _is_of("keras", model):
        return (
            f"{type(model).__name__} is a class of its own, whose plan cannot be written: "
            "build the model as Sequential or functional."
        )
    if not model.built or not getattr(model, "inputs", None):
        return "The model knows no input shape yet: begin it with keras.Input(shape)."
    if any(source.dtype in ("string", "bool") for source in model.inputs):
        return (
            f"TensorFlow.js takes no input of dtype {model.inputs[0].dtype}: feed it numbers, and look words up before."
        )
    for layer in getattr(model, "operations", model.layers):
        reason = _of_layer(layer)
        if reason:
            return f"TensorFlow.js cannot compute the layer {layer.name!r} ({type(layer).__name__}): {reason}."
    return _of_calls(model.get_config())


def _is_of(package: str, thing: object) -> bool:
    return f"{type(thing).__module__}.".startswith(f"{package}.")


def _of_calls(config: dict[str, Any]) -> str | None:
    """Why the way in which layers are called cannot be written."""
    if isinstance(config.get("input_layers"), dict) or isinstance(config.get("output_layers"), dict):
        return "The model takes or gives a dictionary, which TensorFlow.js does not know: use lists."
    for layer in config["layers"]:
        name = layer["config"]["name"]
        for node in layer.get("inbound_nodes", []):
            if "__keras_tensor__" in str([node["args"][1:], node["kwargs"]]):
                return f"The layer {name!r} gets more tensors than its input, which TensorFlow.js cannot do: use one."
            if node["kwargs"].get("training"):
                return f"The layer {name!r} is called with training=True, which TensorFlow.js cannot do: drop that."
    return None


def _of_layer(layer: Any) -> str | None:
    if not _is_of("keras", layer):
        return "it is of your own; build it from built-in layers, or export for LiteRT"
    if _is_of("keras.src.models", layer):
        return "it is a model within the model; put its layers into the outer one"
    if not _is_of("keras.src.layers", layer):
        return "it is an operation on tensors; use a layer, such as Add() for +"
    if type(layer).__name__ not in LAYERS:
        return "it has none by this name, or another one; leave it out, or export for LiteRT"
    if getattr(layer.dtype_policy, "quantization_mode", None):
        return "its weights are quantised; write the model before you quantise it"
    return _of_settings(layer.get_config(), LAYERS[type(layer).__name__])


def _of_settings(config: dict[str, Any], refused: Mapping[str, tuple[Any, str]]) -> str | None:
    for setting, (bad, remedy) in refused.items():
        value = config.get(setting)
        if bad(value) if callable(bad) else value == bad:
            return f"not with {setting}={value!r}; {remedy}"
    for setting in ("activation", "recurrent_activation"):
        if config.get(setting, "linear") not in ACTIVATIONS:
            return f"not with this {setting}; use one of {', '.join(ACTIVATIONS)}"
    return None
