"""The models of a server: their versions are loaded as they appear, kept while requests use them, then unloaded."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from grader.serving.errors import Code, ServingError, from_exception, invalid
from grader.serving.servable import Servable
from grader.serving.versions import ModelConfig, ModelSpec, fingerprint, on_disk

log = logging.getLogger(__name__)


class State(Enum):
    """Where a version is in its life; the values are those of `ModelVersionStatus.State`."""

    START = 10
    LOADING = 20
    AVAILABLE = 30
    UNLOADING = 40
    END = 50


@dataclass
class Version:
    """One version of a model.

    Attributes:
        number: its number.
        state: where it is in its life.
        error: why it could not be loaded.
        servable: the model, while it is available or unloading.
        users: requests that are using it.
    """

    number: int
    state: State = State.START
    error: ServingError | None = None
    servable: Servable | None = None
    users: int = 0
    files: tuple[tuple[str, int, int], ...] = field(default=(), repr=False)

    @property
    def code(self) -> Code:
        """OK, or the code of the error."""
        return self.error.code if self.error else Code.OK


@dataclass
class _Model:
    config: ModelConfig
    versions: dict[int, Version] = field(default_factory=dict)

    def available(self) -> list[int]:
        return sorted(number for number, each in self.versions.items() if each.state is State.AVAILABLE)


class Lease:
    """A version that will not be unloaded before `release` is called."""

    def __init__(self, name: str, version: Version, servable: Servable, on_release: Callable[[Version], None]) -> None:
        self.name, self.number, self.servable = name, version.number, servable
        self._version, self._on_release = version, on_release

    def release(self) -> None:
        """Give the version back; a second call does nothing."""
        on_release, self._on_release = self._on_release, lambda version: None
        on_release(self._version)


class Manager:
    """Loads, leases and unloads versions of models; every method may be called from any thread.

    A new version takes over only once it is loaded, and the old one is unloaded when its last request has ended
    (TensorFlow Serving's "availability preserving policy"). A version that cannot be loaded is reported so, and the
    old one stays; it is tried again when its files change.
    """

    def __init__(self, configs: Iterable[ModelConfig], *, poll_seconds: float = 1.0) -> None:
        """Manage these models; nothing is loaded before `start` or `poll`."""
        self._models = {config.name: _Model(config) for config in configs}
        self._poll_seconds = poll_seconds
        self._lock = threading.Lock()
        self._polling = threading.Lock()  # held while versions are loaded and unloaded, by one thread at a time
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Load what is there, then look for changes from time to time until `stop`."""
        self.poll()
        self._thread = threading.Thread(target=self._watch, name="model-versions", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking for changes and unload everything, waiting up to five seconds for requests to end."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        with self._polling:
            versions = [version for model in self._models.values() for version in model.versions.values()]
            for version in versions:
                self._retire(version)
            deadline = time.monotonic() + 5
            while any(version.users for version in versions) and time.monotonic() < deadline:
                time.sleep(0.01)

    def _watch(self) -> None:
        while not self._stopped.wait(self._poll_seconds):
            try:
                self.poll()
            except Exception:
                log.exception("looking for new versions failed; trying again")

    def poll(self) -> None:
        """Look at the disk once: load versions that are wanted, unload those that are not."""
        with self._polling:
            for model in list(self._models.values()):
                self._update(model)

    def _update(self, model: _Model) -> None:
        self._load_wanted(model)
        self._retire_unwanted(model)

    def _load_wanted(self, model: _Model) -> None:
        present = on_disk(model.config.base_path)
        for number in model.config.policy.choose(present):
            if not self._stopped.is_set():
                self._load(model, number, present[number])

    def _retire_unwanted(self, model: _Model) -> None:
        if not model.config.base_path.is_dir():
            return  # a disk that is away for a moment is no reason to stop serving
        wanted = model.config.policy.choose(on_disk(model.config.base_path))
        available = model.available()
        if wanted and not set(wanted) & set(available):
            return  # nothing that could take over
        for number in available:
            if number not in wanted:
                self._retire(model.versions[number])

    def _load(self, model: _Model, number: int, path: Path) -> None:
        version = model.versions.get(number)
        if version is not None and version.state in (State.AVAILABLE, State.UNLOADING):
            return
        files = fingerprint(path)
        if version is not None and version.error is not None and version.files == files:
            return  # it failed, and nothing has changed since
        version = Version(number, State.LOADING, files=files)
        with self._lock:
            model.versions[number] = version
        started = time.perf_counter()
        try:
            servable = Servable(path)
        except Exception as error:
            with self._lock:
                version.error, version.state = from_exception(error), State.END
            log.warning("%s: version %d is not available: %s", model.config.name, number, version.error)
            return
        with self._lock:
            version.servable, version.state = servable, State.AVAILABLE
        seconds = time.perf_counter() - started
        log.info("%s: version %d is available, loaded in %.1f s", model.config.name, number, seconds)

    def _retire(self, version: Version) -> None:
        with self._lock:
            if version.state is not State.AVAILABLE:
                return
            version.state = State.UNLOADING
            version.users += 1  # our own lease, released at once: whoever is last closes it
        self._release(version)

    def _release(self, version: Version) -> None:
        with self._lock:
            version.users -= 1
            if version.users or version.state is not State.UNLOADING:
                return
            servable, version.servable, version.state = version.servable, None, State.END
        if servable is not None:
            servable.close()

    def lease(self, spec: ModelSpec) -> Lease:
        """The version that a request asks for, kept until it is released.

        Raises:
            ServingError: NOT_FOUND, no such model, or the version is not available; INVALID_ARGUMENT, no such label.
        """
        with self._lock:
            model = self._models.get(spec.name)
            number = self._number(model, spec)
            available = model.available() if model else []
            if model is None or not available or number not in (None, *available):
                asked = f"Latest({spec.name})" if number is None else f"Specific({spec.name}, {number})"
                raise ServingError(Code.NOT_FOUND, f"Servable not found for request: {asked}")
            version = model.versions[available[-1] if number is None else number]
            assert version.servable is not None
            version.users += 1
            return Lease(spec.name, version, version.servable, self._release)

    @contextlib.contextmanager
    def leased(self, spec: ModelSpec) -> Iterator[Lease]:
        """As `lease`, released at the end of the block."""
        lease = self.lease(spec)
        try:
            yield lease
        finally:
            lease.release()

    def status(self, spec: ModelSpec) -> list[Version]:
        """The versions of a model, the highest first, or the one asked for.

        Raises:
            ServingError: NOT_FOUND, no such model or version; INVALID_ARGUMENT, no such label.
        """
        with self._lock:
            model = self._models.get(spec.name)
            number = self._number(model, spec)
            versions = model.versions if model else {}
            if number is not None:
                if number not in versions:
                    raise ServingError(Code.NOT_FOUND, f"Could not find version {number} of model {spec.name}")
                return [versions[number]]
            if not versions:
                raise ServingError(Code.NOT_FOUND, f"Could not find any versions of model {spec.name}")
            return [versions[each] for each in sorted(versions, reverse=True)]

    def _number(self, model: _Model | None, spec: ModelSpec) -> int | None:
        if spec.label is None:
            return spec.version
        labels = model.config.labels if model else {}
        if spec.label not in labels:
            raise invalid(f"Unrecognized servable version label: {spec.label}")
        return labels[spec.label]

    def reload(self, configs: Iterable[ModelConfig]) -> None:
        """Serve these models, and only these, from now on; returns when their versions are loaded.

        A label may only be given to a version that is available.

        Raises:
            ServingError: FAILED_PRECONDITION, a label of a version that is not available; INVALID_ARGUMENT, two models
                of one name. Labels and models are then as before.
        """
        wanted = list(configs)
        names = [config.name for config in wanted]
        if len(set(names)) < len(names):
            raise invalid(f"Illegal to list model {max(names, key=names.count)} multiple times in config list")
        with self._polling:
            models = {config.name: self._renewed(config) for config in wanted}
            for model in models.values():
                self._load_wanted(model)
                check_labels(model.config, model.available())
            with self._lock:
                before, self._models = self._models, models
            kept = {id(version) for model in models.values() for version in model.versions.values()}
            for version in [each for model in before.values() for each in model.versions.values()]:
                if id(version) not in kept:
                    self._retire(version)
            for model in models.values():
                self._retire_unwanted(model)

    def _renewed(self, config: ModelConfig) -> _Model:
        old = self._models.get(config.name)
        if old is None or old.config.base_path != config.base_path:
            return _Model(config)
        return _Model(config, old.versions)

    @property
    def configs(self) -> list[ModelConfig]:
        """The models as they are configured now."""
        return [model.config for model in self._models.values()]

    def versions(self, name: str) -> list[Version]:
        """All versions of a model, the highest first; none for an unknown model."""
        with self._lock:
            model = self._models.get(name)
            return [model.versions[each] for each in sorted(model.versions, reverse=True)] if model else []

    def available(self, name: str) -> list[int]:
        """The versions of a model that are available, in ascending order; none for an unknown model."""
        return sorted(version.number for version in self.versions(name) if version.state is State.AVAILABLE)


def check_labels(config: ModelConfig, available: Iterable[int]) -> None:
    """Refuse labels of versions that are not available.

    Raises:
        ServingError: FAILED_PRECONDITION, naming label and version.
    """
    for label, number in config.labels.items():
        if number not in set(available):
            raise ServingError(
                Code.FAILED_PRECONDITION,
                f"Request to assign label {label} to version {number} of model {config.name}, "
                "which is not currently available for inference",
            )
