"""A misread model as a JSON file, strict on the way in."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.errors import MisreadModelError
from workbench.recognition.misreads.channel import Channel
from workbench.recognition.misreads.characters import CHARACTERS
from workbench.recognition.misreads.learning import Counts
from workbench.recognition.misreads.model import MisreadModel

_COUNT = len(CHARACTERS)
_COUNT_DIGITS = 4

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Shares = Annotated[tuple[Share, ...], Field(min_length=_COUNT, max_length=_COUNT)]
CountRow = Annotated[tuple[Count, ...], Field(min_length=_COUNT, max_length=_COUNT)]
Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class ChannelPart(_Part):
    """The probabilities; rows and columns as in ``characters``."""

    written: Annotated[tuple[Shares, ...], Field(min_length=_COUNT, max_length=_COUNT)]
    lost: Shares
    gained: Annotated[float, Field(ge=0, lt=1)]
    gained_as: Shares
    stray: Annotated[float, Field(ge=0, lt=1)]


class CountsPart(_Part):
    """How often each step was expected in the labelled reads."""

    written: Annotated[tuple[CountRow, ...], Field(min_length=_COUNT, max_length=_COUNT)]
    lost: CountRow
    gained: CountRow
    stops: Count
    stray: Count
    pairs: Annotated[int, Field(ge=1)]
    log_likelihood: Annotated[float, Field(le=0, allow_inf_nan=False)]


class MisreadModelFile(_Part):
    """A misread model of one version of one engine."""

    schema_version: Literal[1] = 1
    engine: Text
    engine_version: Text
    learned_at: AwareDatetime
    sets: tuple[Text, ...]
    characters: Literal["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"] = CHARACTERS
    plate_lengths: Annotated[
        tuple[Annotated[float, Field(gt=0, le=1)], ...],
        Field(min_length=MAX_PLATE_CHARACTERS, max_length=MAX_PLATE_CHARACTERS),
    ]
    channel: ChannelPart
    counts: CountsPart


def written_model(model: MisreadModel) -> str:
    """Return a model as the text of its file; the same model gives the same text.

    Its schema is ``data_schema/recognition/misread_model.schema.json``.
    """
    channel, counts = model.channel, model.counts
    file = MisreadModelFile(
        engine=model.engine,
        engine_version=model.engine_version,
        learned_at=model.learned_at,
        sets=model.sets,
        plate_lengths=model.plate_lengths,
        channel=ChannelPart(
            written=_rows(channel.written),
            lost=_row(channel.lost),
            gained=channel.gained,
            gained_as=_row(channel.gained_as),
            stray=channel.stray,
        ),
        counts=CountsPart(
            written=_rows(counts.written.round(_COUNT_DIGITS)),
            lost=_row(counts.lost.round(_COUNT_DIGITS)),
            gained=_row(counts.gained.round(_COUNT_DIGITS)),
            stops=round(counts.stops, _COUNT_DIGITS),
            stray=round(counts.stray, _COUNT_DIGITS),
            pairs=counts.pairs,
            log_likelihood=min(0.0, round(counts.log_likelihood, _COUNT_DIGITS)),
        ),
    )
    return file.model_dump_json() + "\n"


def read_model(text: str | bytes) -> MisreadModel:
    """Return the model that a file holds.

    Raises
    ------
    MisreadModelError
        If a value is missing, unknown, of another kind or out of range.

    Examples
    --------
    >>> read_model("{}")
    Traceback (most recent call last):
    workbench.errors.MisreadModelError: field engine: This is no misread model; ...
    """
    try:
        file = MisreadModelFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise MisreadModelError(
            "This is no misread model",
            given=first["input"],
            allowed=first["msg"],
            next_step="write one with `workbench recognise misreads learn --file FILE`",
            where={"field": place},
        ) from None
    channel, counts = file.channel, file.counts
    return MisreadModel(
        engine=file.engine,
        engine_version=file.engine_version,
        learned_at=file.learned_at,
        sets=file.sets,
        plate_lengths=file.plate_lengths,
        channel=Channel(
            written=np.array(channel.written),
            lost=np.array(channel.lost),
            gained=channel.gained,
            gained_as=np.array(channel.gained_as),
            stray=channel.stray,
        ),
        counts=Counts(
            written=np.array(counts.written),
            lost=np.array(counts.lost),
            gained=np.array(counts.gained),
            stops=counts.stops,
            stray=counts.stray,
            pairs=counts.pairs,
            log_likelihood=counts.log_likelihood,
        ),
    )


def sha256_of(text: str) -> str:
    """Return what a model's text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def _row(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    return tuple(map(float, values))


def _rows(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[tuple[float, ...], ...]:
    return tuple(map(_row, values))
