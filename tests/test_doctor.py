"""`grader doctor` on a broken environment: it says what is wrong, and what it advises works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import threading
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a `.venv` as `make` makes it; what it does not have itself it finds in this environment."""
    root = tmp_path_factory.mktemp("doctor") / "checkout"
    root.mkdir()
    for name in ("grader", "course", "solutions", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", "Makefile"):
        shutil.copy(ROOT / name, root)
    venv.create(root / ".venv", symlinks=True)
    (root / ".venv" / "lab-cpu").touch()
    _packages(root).joinpath("all.pth").write_text(f"{root}\n{sysconfig.get_paths()['purelib']}\n")
    return root


@pytest.fixture
def checkout(whole: Path) -> Path:
    """The same, whole again for each test."""
    for path in _packages(whole).iterdir():
        if path.name != "all.pth":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return whole


def _packages(root: Path) -> Path:
    return next((root / ".venv").glob("lib/python3*/site-packages"))


def _install(root: Path, name: str, number: str, files: dict[str, str], *, record: str = "") -> None:
    """What pip leaves of a package."""
    folder = _packages(root)
    info = folder / f"{name.replace('-', '_')}-{number}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
        record += f"{path},,{len(text)}\n"
    (info / "RECORD").write_text(record)


def _grader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [root / ".venv" / "bin" / "python", "-m", "grader", *arguments]
    environment = {**os.environ, "COLUMNS": "300", "HOME": str(root)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


ADVICE = "To mend it: rm -rf .venv && make lab\n"


def test_a_second_tensorflow_and_a_half_removed_package_and_another_version_than_the_locks_are_seen(
    checkout: Path,
) -> None:
    _install(checkout, "tensorflow_tpu", "2.20.0", {}, record="tensorflow/__init__.py,,1\n")  # as it calls itself
    _install(checkout, "libtpu", "0.0.21", {})
    _install(checkout, "typer", "0.0.1", {})
    _install(checkout, "typer", "0.0.2", {})
    (_packages(checkout) / "~eras").mkdir()
    (_packages(checkout) / "left-1.0.dist-info").mkdir()
    run = _grader(checkout, "doctor")
    assert run.returncode == 1
    assert "tensorflow-tpu 2.20.0 and tensorflow 2" in run.stdout
    assert "tensorflow_tpu: 1 file is not its own" in run.stdout
    assert "~eras is left of an uninstalled package" in run.stdout
    assert "left-1.0.dist-info is no whole package" in run.stdout
    assert "typer 0.0.1, not " in run.stdout and "typer is there as 0.0." in run.stdout
    assert run.stdout.count("To mend it") == 1 and run.stdout.endswith(ADVICE)


def test_where_importing_tensorflow_ends_the_process_every_command_says_what_helps(checkout: Path) -> None:
    """As it does after `pip install tensorflow-tpu` on a machine without a TPU."""
    _install(checkout, "tensorflow", "2.21.0", {"tensorflow/__init__.py": "import os\nos.abort()\n"})
    said = "grader: TensorFlow cannot be imported here (its import ends in SIGABRT): run 'grader doctor'"
    assert _grader(checkout, "init", "class", "--topic", "01").returncode == 2  # outside the checkout, it says
    assert _grader(checkout, "init", "classes/one", "--topic", "01").returncode == 0
    handed_in = checkout / "classes" / "one" / "submitted" / "ada" / "01-tensors" / "01-tensors.ipynb"
    handed_in.parent.mkdir(parents=True)
    shutil.copy(checkout / "notebooks" / "exercises" / "01-tensors.ipynb", handed_in)
    for arguments in (["check", "01"], ["grade", "--class", "classes/one"], ["verify", "00"]):
        run = _grader(checkout, *arguments)
        assert run.returncode == 1, arguments
        assert said in run.stderr, run.stderr
        assert "Traceback" not in run.stderr and run.stderr.count("\n") <= 4, run.stderr
    run = _grader(checkout, "doctor")
    assert run.returncode == 1 and "cannot be imported" in run.stdout and run.stdout.endswith(ADVICE)


def test_where_tensorflow_cannot_be_imported_the_terminal_of_jupyterlab_says_what_helps(checkout: Path) -> None:
    _install(checkout, "tensorflow", "2.21.0", {"tensorflow/__init__.py": "raise ImportError('no AVX')\n"})
    command = [checkout / ".venv" / "bin" / "python", "-m", "grader", "lab", "--no-browser", "--port", "9876"]
    environment = {**os.environ, "HOME": str(checkout)}
    with subprocess.Popen(command, cwd=checkout, env=environment, stderr=subprocess.PIPE, text=True) as server:
        timer = threading.Timer(60, server.kill)
        timer.start()
        said = next((line for line in server.stderr or () if "TensorFlow" in line), "")
        timer.cancel()
        server.terminate()
    assert "TensorFlow cannot be imported here (" in said and "no AVX): run 'grader doctor'" in said
