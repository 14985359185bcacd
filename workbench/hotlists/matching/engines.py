"""The misread model of each engine that reads come from, or the cautious one."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from workbench.errors import MisreadModelError
from workbench.hotlists.matching.assumptions import Unmeasured
from workbench.recognition.misreads.channel import Channel
from workbench.recognition.misreads.model import MisreadModel
from workbench.recognition.misreads.stored import MisreadModels


@dataclass(frozen=True, slots=True, eq=False)
class EngineModel:
    """What an engine mistakes, and whether anybody has measured it."""

    channel: Channel
    measured: bool


class Engines(Protocol):
    """Knows what engines mistake."""

    def of(self, engine: str | None, version: str | None) -> EngineModel:
        """Return what one version of an engine mistakes."""


@dataclass(frozen=True, slots=True, eq=False)
class OneModel:
    """The same model for whatever engine; for benchmarks, and where there is one engine alone."""

    model: MisreadModel | None = None

    def of(self, engine: str | None, version: str | None) -> EngineModel:
        """Return the model, whoever read; the cautious one if there is none."""
        del engine, version
        if self.model is None:
            return EngineModel(Unmeasured().channel(), measured=False)
        return EngineModel(self.model.channel, measured=True)


class StoredEngines:
    """The newest stored model of each engine and version; safe to share between threads.

    Parameters
    ----------
    models
        Of this installation.
    """

    def __init__(self, models: MisreadModels) -> None:
        self._models = models
        self._unmeasured = OneModel().of(None, None)
        self._known: dict[tuple[str, str | None], tuple[str, EngineModel]] = {}
        self._lock = Lock()

    def of(self, engine: str | None, version: str | None) -> EngineModel:
        """Return what one version of an engine mistakes.

        A model that somebody changed since it was stored is not believed; the cautious one stands
        in for it, for a read must not be lost over that. Without a version, the engine's model
        that was learned last counts.
        """
        if engine is None:
            return self._unmeasured
        newest = next(
            (
                each.sha256
                for each in sorted(
                    self._models.all(), key=lambda each: each.learned_at, reverse=True
                )
                if each.engine == engine and version in {None, each.engine_version}
            ),
            None,
        )
        if newest is None:
            return self._unmeasured
        with self._lock:
            sha256, known = self._known.get((engine, version), ("", self._unmeasured))
            if sha256 != newest:
                known = self._read(engine, version)
                self._known[engine, version] = (newest, known)
            return known

    def _read(self, engine: str, version: str | None) -> EngineModel:
        try:
            model = self._models.newest(engine, version)
        except MisreadModelError:
            model = None
        return OneModel(model).of(engine, version)
