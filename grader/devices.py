"""Which device TensorFlow computes on here, the strategy that uses all of it, and how exact its results are.

>>> strategy = devices.strategy()
>>> with strategy.scope():
...     model = build()
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any, Literal

__all__ = ["Kind", "kind", "report", "strategy", "tolerances"]

Kind = Literal["CPU", "GPU", "TPU"]

# By dtype, what two right computations of one result may differ by after a few dozen operations: rtol and atol.
_EXACT = {
    "float16": (1e-2, 1e-3),
    "bfloat16": (5e-2, 1e-2),
    "float32": (1e-4, 1e-5),
    "float64": (1e-7, 1e-9),
    "complex64": (1e-4, 1e-5),
    "complex128": (1e-7, 1e-9),
}
# A GPU since NVIDIA's Ampere multiplies float32 matrices in TF32, which keeps as many digits as float16; a TPU in
# bfloat16.
_TOLERANCES: dict[Kind, dict[str, tuple[float, float]]] = {
    "CPU": _EXACT,
    "GPU": {**_EXACT, "float32": _EXACT["float16"], "complex64": _EXACT["float16"]},
    "TPU": {**_EXACT, "float32": _EXACT["bfloat16"], "complex64": _EXACT["bfloat16"]},
}


def kind() -> Kind:
    """The best sort of device that TensorFlow may use here; "CPU" as long as nothing has imported TensorFlow.

    Only looks: memory growth and logical devices can be set afterwards.
    """
    tf: Any = sys.modules.get("tensorflow")
    if tf is None or not hasattr(tf, "config"):  # not imported, or just being imported
        return "CPU"
    types = {device.device_type for device in tf.config.get_visible_devices()}
    if types & {"TPU", "TPU_SYSTEM"}:
        return "TPU"
    return "GPU" if "GPU" in types else "CPU"


def strategy() -> Any:
    """The `tf.distribute.Strategy` that uses all of this machine: for a TPU, for several GPUs, else the default one.

    With the default strategy everything runs as without any, so the same program fits every machine.
    """
    import tensorflow as tf

    if kind() == "TPU":
        return _tpu()
    if len(tf.config.list_logical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()


@cache
def _tpu() -> Any:
    """The strategy for the TPU in this machine; made once, for to connect again would lose the variables."""
    import tensorflow as tf

    return tf.distribute.TPUStrategy(tf.distribute.cluster_resolver.TPUClusterResolver.connect(tpu="local"))


def tolerances() -> dict[str, tuple[float, float]]:
    """What right floats may differ by here: rtol and atol of each dtype, |got - want| <= atol + rtol * |want|.

    A CPU computes float32 in float32. A GPU may take TF32 for it, a TPU takes bfloat16. A GPU with TF32 switched off
    (`tf.config.experimental.enable_tensor_float_32_execution(False)`) is held to what a CPU is.
    """
    found = kind()
    if found == "GPU":
        import tensorflow as tf

        if not tf.config.experimental.tensor_float_32_execution_enabled():
            found = "CPU"
    return _TOLERANCES[found]


def report() -> str:
    """What there is to compute on, a line each: TensorFlow's version, every device, how exact float32 is."""
    import tensorflow as tf

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    lines = [f"TensorFlow {tf.__version__}"]
    for device in tf.config.get_visible_devices():
        about = f"{cores} cores" if device.device_type == "CPU" else ""
        if device.device_type == "GPU":
            details = tf.config.experimental.get_device_details(device)
            about = str(details.get("device_name", "unknown model"))
        lines.append(f"{device.name.removeprefix('/physical_device:'):8}{about}".rstrip())
    rtol, atol = tolerances()["float32"]
    lines.append(f"float32 results may differ by {rtol:g} of their size (or {atol:g})")
    return "\n".join(lines)
