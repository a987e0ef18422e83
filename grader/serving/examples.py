"""Classify and Regress: from `tf.train.Example` records to the one input of a signature, and back from its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.serving.errors import Code, ServingError, invalid
from grader.serving.running import Outputs
from grader.serving.servable import Servable

CLASSIFY = "tensorflow/serving/classify"
REGRESS = "tensorflow/serving/regress"


def serialized(features: Mapping[str, Sequence[Any]]) -> bytes:
    """A `tf.train.Example` with these features, in bytes; values are int, float or bytes."""
    import tensorflow as tf

    def feature(values: Sequence[Any]) -> Any:
        if values and isinstance(values[0], bytes):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
        if values and isinstance(values[0], int):
            return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        return tf.train.Feature(float_list=tf.train.FloatList(value=values)) if values else tf.train.Feature()

    features = {name: feature(values) for name, values in features.items()}
    return bytes(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())


def inputs(examples: Sequence[bytes], context: bytes = b"") -> dict[str, NDArray[Any]]:
    """The input of a classify or regress signature: serialized examples, each merged with the common context.

    Two serialized protocol buffers one after the other are read as one that holds the fields of both.
    """
    records = np.empty(len(examples), dtype=np.object_)
    records[:] = [context + example for example in examples]
    return {"inputs": records}


def check(servable: Servable, signature: str, method: str) -> None:
    """Refuse a signature that is not for this method.

    Args:
        servable: the model.
        signature: the name of the signature.
        method: CLASSIFY or REGRESS.

    Raises:
        ServingError: INVALID_ARGUMENT or FAILED_PRECONDITION, saying what the signature lacks.
    """
    found = servable.signatures.get(signature)
    if found is None:
        raise invalid(f"No signature was found with the name: {signature}")
    noun = "classification" if method == CLASSIFY else "regression"
    if found.method_name != method:
        raise invalid(f"Expected {noun} signature method_name to be {method}. Was: {found.method_name}")
    if len(found.inputs) != 1:
        raise invalid("Expected one input Tensor.")
    if "inputs" not in found.inputs:
        raise ServingError(Code.FAILED_PRECONDITION, f"No {noun} inputs found in SignatureDef: {found}")
    known = {"classes", "scores"} if method == CLASSIFY else {"outputs"}
    if not known & set(found.outputs):
        raise ServingError(Code.FAILED_PRECONDITION, f"No {noun} outputs found in SignatureDef: {found}")


def classifications(outputs: Outputs, count: int) -> list[list[tuple[str, float]]]:
    """For each example its (label, score) pairs, from "classes", "scores" or both, of shape [examples, classes]."""
    classes, scores = outputs.get("classes"), outputs.get("scores")
    for name, array, kind in (("classes", classes, "O"), ("scores", scores, "f")):
        if array is None:
            continue
        if array.ndim != 2:
            raise invalid(f"Expected Tensor shape: [batch_size num_classes] but got {list(array.shape)}")
        if array.dtype.kind != kind:
            raise invalid(f"Expected {name} Tensor of {'DT_STRING' if kind == 'O' else 'DT_FLOAT'}.")
        if len(array) != count:
            raise invalid(f"Expected {name} output batch size of {count}. Got: {len(array)}")
    if classes is not None and scores is not None and classes.shape != scores.shape:
        raise invalid(
            f"Tensors class and score should match in dim_size(1). Got {classes.shape[1]} vs. {scores.shape[1]}"
        )
    width = (scores if classes is None else classes).shape[1]  # type: ignore[union-attr]
    labels = [[b""] * width] * count if classes is None else classes.tolist()
    numbers = [[0.0] * width] * count if scores is None else scores.astype(np.float64).tolist()
    return [
        [(label.decode("utf-8", "replace"), score) for label, score in zip(*pair, strict=True)]
        for pair in zip(labels, numbers, strict=True)
    ]


def regressions(outputs: Outputs, count: int) -> NDArray[Any]:
    """One float32 value for each example, from "outputs" of shape [examples] or [examples, 1]."""
    array = outputs["outputs"]
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] != 1):
        raise invalid(
            f"Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got {list(array.shape)}"
        )
    if len(array) != count:
        raise invalid(f"Input batch size did not match output batch size: {count} vs. {len(array)}")
    if array.dtype != np.float32:
        raise invalid(f"Expected output Tensor of DT_FLOAT.  Got: {array.dtype}")
    return array.reshape(-1)
