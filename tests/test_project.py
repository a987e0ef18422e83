"""The project's own files: the lock, the environment for conda, the package's dependencies."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def _locked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9._-]+)(?:\[[a-z,-]+\])?==([^ \\;]+)", (ROOT / "requirements.lock").read_text(), re.M
    ):
        found.setdefault(name, []).append(version)
    return found


def test_the_core_brings_neither_tensorflow_nor_jupyter() -> None:
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert names == {"numpy", "pooch", "typer"}


def test_the_lock_has_every_dependency_in_a_version_that_is_allowed() -> None:
    locked = _locked()
    # tensorflow-tpu cannot be had together with the others' TensorBoard, so it is not locked.
    extras = [line for name, lines in EXTRAS.items() for line in lines if name != "tpu"]
    for line in [*PROJECT["dependencies"], *extras]:
        requirement = Requirement(line)
        versions = locked[requirement.name.lower()]
        assert all(requirement.specifier.contains(version) for version in versions), line


def test_every_locked_package_has_hashes_and_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) > 100
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--index|--find-links", text)


def test_the_conda_environment_installs_this_project_with_extras_that_exist() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, _, pip = environment["dependencies"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python="))
    assert environment["name"] == PROJECT["name"]
    (line,) = pip["pip"]
    assert (
        set(re.fullmatch(r"--editable \.\[(.*)\]", line)[1].split(",")) == {"cpu", "lab", "instructor"} <= EXTRAS.keys()
    )


def test_what_a_student_imports_needs_numpy_alone() -> None:
    code = (
        "import sys; from grader import check, datasets\n"
        "heavy = {'tensorflow', 'keras', 'pandas', 'IPython', 'nbformat', 'typer', 'rich', 'jupyter_client'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def _brought_by(extras: set[str]) -> set[str]:
    """The modules that come with this package's extras and all that they require, as installed here."""
    wanted = [(line, "") for line in [*PROJECT["dependencies"], *(line for name in extras for line in EXTRAS[name])]]
    seen = set()
    while wanted:
        line, extra = wanted.pop()
        each = Requirement(line)
        if (line, extra) in seen or (each.marker and not each.marker.evaluate({"extra": extra})):
            continue
        seen.add((line, extra))
        with suppress(metadata.PackageNotFoundError):  # for another system
            wanted += [(line, extra) for line in metadata.requires(each.name) or [] for extra in each.extras or {""}]
    names = {canonicalize_name(Requirement(line).name) for line, _ in seen}
    brought = metadata.packages_distributions().items()
    return {module for module, owners in brought if names & {canonicalize_name(owner) for owner in owners}}


def test_the_course_imports_only_what_a_student_has() -> None:
    # The tests' environment has more, and would not notice.
    there = {"grader", *sys.stdlib_module_names, *_brought_by({"cpu", "lab", "serving"})}
    with_spark = there | _brought_by({"spark"})
    for path in [*(ROOT / "course").glob("*.md"), *(ROOT / "solutions").rglob("*.py")]:
        text = path.read_text()
        known = {*re.findall(r"(\w+)\.py\b", text), *(with_spark if path.name.startswith("29-") else there)}
        imported = set(re.findall(r"^\s*(?:import|from) (\w+)(?=[\w.]* import|[\w., ]*$)", text, re.M))
        assert imported <= known, f"{path.name}: {imported - known}"


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    names = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    hosts = ["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs"]
    forbidden = re.compile("|".join([*hosts, r"(?:^|[^A-Za-z0-9_.])/(?:ro" + "ot|wo" + "rk)/"]))
    texts = {name: (ROOT / name).read_bytes().decode("utf-8", "ignore") for name in names if (ROOT / name).is_file()}
    assert [name for name, text in texts.items() if forbidden.search(text)] == []
