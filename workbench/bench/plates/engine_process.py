"""An engine in a process of its own, asked picture by picture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbench.domain.read import Box
from workbench.errors import RecognitionError
from workbench.recognition.base import Corners, PlateRead, Reading

_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_END_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine said about a picture.

    Attributes
    ----------
    ms
        Milliseconds for decoding and reading.
    stage_ms
        Milliseconds by stage: ``decode`` always, others where the engine tells them.
    luminance
        Mean of the picture, from 0 to 255; ``None`` where it could not be read.
    error
        Why it could not be read.
    """

    reads: tuple[PlateRead, ...]
    ms: float
    stage_ms: Mapping[str, float]
    luminance: float | None
    size: tuple[int, int] | None
    error: str | None = None


class EngineProcess:
    """Runs `workbench.bench.plates.worker` for one engine.

    Parameters
    ----------
    name
        Of the engine.
    threads
        Most threads that it computes with.
    models
        Folder of models, for engines that come without.

    Raises
    ------
    RecognitionError
        From any call, if the process has ended.
    """

    def __init__(self, name: str, *, threads: int, models: Path) -> None:
        self.name = name
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [
                sys.executable,
                "-m",
                "workbench.bench.plates.worker",
                name,
                str(threads),
                str(models),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env=os.environ | dict.fromkeys(_THREAD_SETTINGS, str(threads)),
        )
        self.version = ""
        self.load_ms = 0.0

    @property
    def process_id(self) -> int:
        """Of the process, for looking at its memory."""
        return self._process.pid

    def wait_until_loaded(self) -> None:
        """Wait for the engine to be loaded; sets `version` and `load_ms`."""
        told = self._line()
        self.version, self.load_ms = told["version"], told["load_ms"]

    def read(self, picture: Path) -> Answer:
        """Return what the engine says about a picture."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe, see above
        try:
            print(picture, file=self._process.stdin, flush=True)
        except OSError:
            raise self._ended() from None
        return _answer(self._line())

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - a pipe, see above
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        told: dict[str, Any] = json.loads(line)
        return told

    def _ended(self) -> RecognitionError:
        self._process.wait(_END_S)
        self._said.seek(0)
        said = self._said.read().strip().splitlines()
        return RecognitionError(
            "The engine's process ended before it had read everything",
            given=said[-1] if said else f"exit code {self._process.returncode}",
            where={"engine": self.name},
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(_END_S if error is None else 0.1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


def _answer(line: dict[str, Any]) -> Answer:
    error = line.get("error")
    return Answer(
        reads=tuple(_read(each) for each in line["reads"]),
        ms=line["ms"],
        stage_ms=line["stage_ms"],
        luminance=line["luminance"],
        size=(line["width"], line["height"]) if line["width"] else None,
        error=error["what"] if error else None,
    )


def _read(line: dict[str, Any]) -> PlateRead:
    first, second, third, fourth = ((float(x), float(y)) for x, y in line["corners"])
    corners: Corners = (first, second, third, fourth)
    return PlateRead(
        text=line["plate"],
        confidence=line["confidence"],
        candidates=tuple(Reading(text, share) for text, share in line["candidates"]),
        box=Box(*line["box"]),
        corners=corners,
        engine=line["engine"],
        version=line["version"],
        region=line["region"],
    )
