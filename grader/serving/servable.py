"""One version of a model, loaded: its signatures, and running them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.serving.errors import Code, ServingError, from_exception, invalid

Array = NDArray[Any]

DEFAULT_SIGNATURE = "serving_default"
TAG = "serve"


class Servable:
    """A SavedModel in a session of its own, as TensorFlow Serving holds it; any thread may run it.

    A session, and not `tf.saved_model.load`: closing it gives its memory back, and the graph, its tensors and its
    signatures are exactly those of the file, models from TensorFlow 1 included.

    Attributes:
        signatures: the `SignatureDef` of each signature, as the file has it.
    """

    def __init__(self, path: Path) -> None:
        """Load the SavedModel in the folder `path`.

        Raises:
            ServingError: it cannot be loaded; NOT_FOUND where there is none.
        """
        import tensorflow as tf

        logging.getLogger("tensorflow").setLevel(logging.ERROR)  # loading into a session is called deprecated
        config = tf.compat.v1.ConfigProto(allow_soft_placement=True)
        config.gpu_options.allow_growth = True
        self._session = tf.compat.v1.Session(graph=tf.Graph(), config=config)
        try:
            with self._session.graph.as_default():
                graph = tf.compat.v1.saved_model.load(self._session, [TAG], str(path))
        except Exception as error:
            self._session.close()
            if not any((path / name).exists() for name in ("saved_model.pb", "saved_model.pbtxt")):
                raise ServingError(Code.NOT_FOUND, f"Could not find SavedModel .pb or .pbtxt at {path}") from None
            raise from_exception(error) from error
        self.signatures: Mapping[str, Any] = graph.signature_def
        self._callables: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Any] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the memory back; nothing may run any more."""
        self._callables.clear()
        self._session.close()

    def kinds(self, signature: str) -> dict[str, str]:
        """For each input of the signature its dtype, as TensorFlow's C++ names it: "float", "int64", "string" …"""
        return {name: _kind(info) for name, info in sorted(self.signatures[signature].inputs.items())}

    def check_inputs(self, signature: str, inputs: Mapping[str, Array]) -> None:
        """Compare the inputs' names and dtypes with the signature's.

        Their shapes are left to the operations that meet them, as in TensorFlow Serving: the example in its public
        description sends shape [3] to a signature of shape [?, 1].

        Raises:
            ServingError: INVALID_ARGUMENT, with the words of TensorFlow Serving where it has some.
        """
        wanted = self.signatures[signature].inputs
        extra, missing = _names(set(inputs) - set(wanted)), _names(set(wanted) - set(inputs))
        if len(inputs) != len(wanted):
            raise invalid(
                f"input size does not match signature: {len(inputs)}!={len(wanted)} len({{{_names(inputs)}}}) != "
                f"len({{{_names(wanted)}}}). Sent extra: {{{extra}}}. Missing but required: {{{missing}}}."
            )
        if extra:
            raise invalid(
                f"input tensor alias not found in signature: {extra.split(',')[0]}. "
                f"Inputs expected to be in the set {{{_names(wanted)}}}."
            )
        for position, (name, info) in enumerate(sorted(wanted.items())):
            array = inputs[name]
            if array.dtype != _dtype(info):
                raise invalid(f"Expects arg[{position}] to be {_kind(info)} but {_kind_of(array)} is provided")

    def output_names(self, signature: str, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """The outputs to compute: those asked for, or all of them in order of their names."""
        outputs = self.signatures[signature].outputs
        for name in asked:
            if name not in outputs:
                raise invalid(
                    f"output tensor alias not found in signature: {name} "
                    f"Outputs expected to be in the set {{{_names(outputs)}}}."
                )
            if list(asked).count(name) > 1:
                raise invalid(f"duplicate output tensor alias: {name}")
        return tuple(asked) or tuple(sorted(outputs))

    def run(self, signature: str, inputs: Mapping[str, Array], outputs: Sequence[str]) -> dict[str, Array]:
        """Compute the outputs of a signature from inputs that `check_inputs` has passed.

        Raises:
            ServingError: what TensorFlow says, with its code.
        """
        wanted = self.signatures[signature]
        names = tuple(sorted(inputs))
        try:
            values = self._callable(signature, names, tuple(outputs))(*[inputs[name] for name in names])
        except Exception as error:
            raise from_exception(error) from None
        return {
            name: np.asarray(value, dtype=_dtype(wanted.outputs[name]))
            for name, value in zip(outputs, values, strict=True)
        }

    def _callable(self, signature: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> Any:
        """What computes these outputs from arrays in the order of these inputs, made at the first request for them."""
        from tensorflow.core.protobuf import config_pb2

        key = (signature, inputs, outputs)
        with self._lock:
            if key not in self._callables:
                wanted = self.signatures[signature]
                options = config_pb2.CallableOptions(
                    feed=[wanted.inputs[name].name for name in inputs],
                    fetch=[wanted.outputs[name].name for name in outputs],
                )
                # Session.run would compare each shape with the placeholder's, which TensorFlow Serving does not do.
                self._callables[key] = self._session._make_callable_from_options(options)
            return self._callables[key]

    def batches(self, signature: str) -> bool:
        """Whether all inputs and outputs of the signature have a first dimension that is left open."""
        wanted = self.signatures[signature]
        infos = [*wanted.inputs.values(), *wanted.outputs.values()]
        return bool(wanted.inputs) and all(_open(info) for info in infos)


def _dtype(info: Any) -> Any:
    import tensorflow as tf

    return np.dtype(tf.as_dtype(info.dtype).as_numpy_dtype)


def _kind(info: Any) -> str:
    from tensorflow.core.framework import types_pb2

    return str(types_pb2.DataType.Name(info.dtype)).removeprefix("DT_").lower()


def _kind_of(array: Array) -> str:
    names = {"float32": "float", "float64": "double", "object": "string", "float16": "half"}
    return names.get(array.dtype.name, array.dtype.name)


def _open(info: Any) -> bool:
    return not info.tensor_shape.unknown_rank and bool(info.tensor_shape.dim) and info.tensor_shape.dim[0].size == -1


def _names(names: Iterable[str]) -> str:
    return ",".join(sorted(names))
