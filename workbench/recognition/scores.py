"""The measured scores that ship with the project: read for lists, written by the benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import ConfigurationError

SHIPPED = Path(__file__).parent / "scores.json"
"""What `workbench bench plates --scores` wrote last; absent where nothing was measured."""

Share = Annotated[float, Field(ge=0, le=1)]


class EngineScores(BaseModel):
    """What one version of an engine reached on one set of pictures.

    Attributes
    ----------
    version
        Of the engine that was measured, as it stands on its reads.
    exact, exact_top, folded, characters, found, top5
        Shares of the plates; docs/recognition.md says what each counts.
    calibration_error
        Expected calibration error; ``None`` where nothing was read.
    ms_p50
        Milliseconds a picture, median.
    memory_mb
        Most memory of its process.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    version: str
    exact: Share
    exact_top: Share
    folded: Share
    characters: Share
    found: Share
    top5: Share
    calibration_error: Share | None
    ms_p50: Annotated[float, Field(ge=0)]
    memory_mb: Annotated[float, Field(ge=0)]


class ScoreBoard(BaseModel):
    """The scores of several engines on the same pictures in the same run.

    Attributes
    ----------
    pictures
        What the set is, in words.
    plates
        How many plates it has.
    threads
        Most threads that each engine computed with.
    measured_on
        The day.
    engines
        By name.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    pictures: str
    plates: Annotated[int, Field(ge=1)]
    threads: Annotated[int, Field(ge=1)]
    measured_on: date
    engines: Mapping[str, EngineScores]


def read_scores(file: Path = SHIPPED) -> ScoreBoard | None:
    """Return the scores of a file; ``None`` where there is none.

    Raises
    ------
    ConfigurationError
        If it is not as ``data_schema/recognition/scores.schema.json`` says.
    """
    if not file.is_file():
        return None
    try:
        return ScoreBoard.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(
            "The file of scores is damaged",
            given=first["msg"],
            next_step="write it again: workbench bench plates --scores FILE",
            where={"file": file, "value": ".".join(map(str, first["loc"]))},
        ) from None


def write_scores(board: ScoreBoard, file: Path) -> None:
    """Write scores as `read_scores` reads them."""
    file.write_text(board.model_dump_json(indent=2) + "\n", encoding="utf-8")
