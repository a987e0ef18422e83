"""Which device there is, the strategy that fits it, and how exact results are held to be on it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import tensorflow as tf

from grader import devices
from grader.checks.compare import Tolerance, tolerance_for
from grader.checks.evidence import MIME, make_record
from grader.checks.values import describe
from grader.grading.judge import judge_cell

SINGLE = np.float32([1.0, 2.0, 3.0])


def run(code: str) -> list[str]:
    """The lines that a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_importing_it_brings_neither_numpy_nor_tensorflow() -> None:
    code = """
        import sys
        from grader import devices
        print(devices.kind(), {"numpy", "tensorflow"} & set(sys.modules))
    """
    assert run(code) == ["CPU set()"]


def test_looking_leaves_logical_devices_to_be_set() -> None:
    code = """
        import tensorflow as tf
        from grader import check, devices
        tf.config.set_visible_devices([], "GPU")
        devices.kind(), devices.tolerances(), devices.report()
        check.close("a number", 0.1 + 0.2, 0.3)
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        print(len(tf.config.list_logical_devices("CPU")), devices.kind(), devices.strategy().num_replicas_in_sync)
    """
    assert run(code)[-1] == "2 CPU 1"


@pytest.mark.skipif(shutil.which("nvidia-smi") is None, reason="needs an NVIDIA GPU")
def test_two_logical_gpus_are_two_replicas() -> None:
    code = """
        import tensorflow as tf
        from grader import devices
        gpu = tf.config.list_physical_devices("GPU")[0]
        tf.config.set_logical_device_configuration(gpu, [tf.config.LogicalDeviceConfiguration(memory_limit=1024)] * 2)
        print(devices.kind(), devices.strategy().num_replicas_in_sync)
    """
    assert run(code)[-1] == "GPU 2"


def test_one_device_needs_no_strategy() -> None:
    if len(tf.config.list_logical_devices("GPU")) < 2 and devices.kind() != "TPU":
        assert devices.strategy() is tf.distribute.get_strategy()


def test_the_report_names_version_devices_and_precision() -> None:
    lines = devices.report().splitlines()
    assert lines[0] == f"TensorFlow {tf.__version__}"
    assert any(line.startswith("CPU:0") and line.endswith("cores") for line in lines)
    assert lines[-1].startswith("float32 results may differ by")


@pytest.mark.parametrize(
    ("kind", "float32"), [("CPU", (1e-4, 1e-5)), ("GPU", (1e-2, 1e-3)), ("TPU", (5e-2, 1e-2))], ids=str
)
def test_float32_is_held_to_what_the_device_computes_it_in(monkeypatch, kind: str, float32: tuple) -> None:
    monkeypatch.setattr(devices, "kind", lambda: kind)
    assert tolerance_for(describe(SINGLE)) == Tolerance(*float32)
    assert tolerance_for(describe(SINGLE.astype("float64"))) == Tolerance(1e-7, 1e-9)
    assert tolerance_for(describe([1, 2])) == Tolerance(0.0, 0.0)


def test_a_gpu_without_tf32_is_held_to_what_a_cpu_is(monkeypatch) -> None:
    monkeypatch.setattr(devices, "kind", lambda: "GPU")
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        assert devices.tolerances()["float32"] == (1e-4, 1e-5)
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def outputs(value: np.ndarray, tolerance: Tolerance) -> list[dict]:
    record = make_record("reference", "f", value, "f-1", "7", tolerance=tolerance)
    return [{"output_type": "display_data", "data": {MIME: record}, "metadata": {}}]


def test_the_judge_takes_the_tolerance_of_the_references_device() -> None:
    """It runs in a process that knows neither TensorFlow nor the device; the student's word does not count."""
    on_cpu, on_gpu = Tolerance(1e-4, 1e-5), Tolerance(1e-2, 1e-3)
    near = SINGLE * np.float32(1.005)
    assert judge_cell(outputs(SINGLE, on_gpu), outputs(near, on_gpu), points=1).passed
    assert not judge_cell(outputs(SINGLE, on_cpu), outputs(near, on_gpu), points=1).passed
