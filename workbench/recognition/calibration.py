"""From raw confidences to probabilities that mean what they say, by a map fitted from reads.

The map is logistic on the log odds with two parameters (Platt, 1999): it keeps the order of
reads, and a few hundred labelled ones are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import ConfigurationError, InputError
from workbench.recognition.reliability import Bin, calibration_error, reliability

LEAST_READS = 30
"""Fewer labelled reads say nothing about probabilities."""

_NEAREST = 1e-6
"""Confidences nearer to 0 or 1 count as this near, so that log odds stay finite."""

_FOLDS = 5
_STEPS, _STIFFNESS, _LEAST_SLOPE = 50, 1e-3, 1e-3
Share = Annotated[float, Field(ge=0, le=1)]


class CurvePoint(BaseModel):
    """A bin of the reliability curve; see `reliability.Bin`."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    low: Share
    high: Share
    reads: Annotated[int, Field(ge=1)]
    confidence: Share
    right: Share


class Calibration(BaseModel):
    """A fitted map, as it is stored beside the weights that it belongs to.

    Attributes
    ----------
    engine, version
        Whose confidences it was fitted on; it is of no use for another version.
    fitted_on
        The reads that it was fitted on, in words.
    reads
        How many.
    slope, offset
        Of the log odds. The slope is above 0, so that the order of reads stays.
    error_before, error_after
        Expected calibration error of the raw and of the calibrated confidences on the same reads.
    error_held_out
        The same on reads that the map was not fitted on: in five parts, each judged by the map
        of the other four.
    curve
        Reliability of the calibrated confidences.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    kind: Literal["logistic"] = "logistic"
    engine: str
    version: str
    fitted_on: str
    reads: Annotated[int, Field(ge=LEAST_READS)]
    slope: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    offset: Annotated[float, Field(allow_inf_nan=False)]
    error_before: Share
    error_after: Share
    error_held_out: Share
    curve: list[CurvePoint]

    @property
    def name(self) -> str:
        """Names the map in the version of a calibrated engine."""
        return f"calibrated{self.slope:.4g},{self.offset:.4g}"

    def __call__(self, confidence: float) -> float:
        """Return the calibrated probability of a raw confidence, both from 0 to 1."""
        return float(_mapped(np.array([confidence]), self.slope, self.offset)[0])


def fit_calibration(
    confidences: Sequence[float],
    right: Sequence[bool],
    *,
    engine: str,
    version: str,
    fitted_on: str,
) -> Calibration:
    """Return the map that makes confidences probabilities.

    Parameters
    ----------
    confidences
        Raw, from 0 to 1.
    right
        Whether each read was right.

    Raises
    ------
    InputError
        If there are fewer than `LEAST_READS`, or a confidence is out of range.

    Examples
    --------
    >>> raw, right = [0.9] * 50, [True] * 25 + [False] * 25
    >>> fitted = fit_calibration(raw, right, engine="e", version="1", fitted_on="an example")
    >>> round(fitted(0.9), 2), fitted.error_before
    (0.5, 0.4)
    """
    given, truth = np.asarray(confidences, float), np.asarray(right, float)
    if len(given) < LEAST_READS or len(given) != len(truth):
        raise InputError(
            "Too few labelled reads to calibrate with",
            given=len(given),
            allowed=f"at least {LEAST_READS}, each with whether it was right",
        )
    if not ((given >= 0) & (given <= 1)).all():
        raise InputError("A confidence is out of range", allowed="0 to 1")
    slope, offset = _fitted(given, truth)
    after = _mapped(given, slope, offset)
    return Calibration(
        engine=engine,
        version=version,
        fitted_on=fitted_on,
        reads=len(given),
        slope=slope,
        offset=offset,
        error_before=calibration_error(confidences, right) or 0.0,
        error_after=calibration_error(list(after), right) or 0.0,
        error_held_out=calibration_error(list(_held_out(given, truth)), right) or 0.0,
        curve=[_point(each) for each in reliability(list(after), right)],
    )


def read_calibration(file: Path) -> Calibration:
    """Return the map of a file.

    Raises
    ------
    ConfigurationError
        If it cannot be read, or is not as ``data_schema/recognition/calibration.schema.json`` says.
    """
    try:
        return Calibration.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise ConfigurationError(
            "The calibration cannot be read",
            given=first,
            next_step="fit it again: workbench bench plates --fit FILE",
            where={"file": file},
        ) from None


def write_calibration(calibration: Calibration, file: Path) -> None:
    """Write a map as `read_calibration` reads it."""
    file.write_text(calibration.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _point(each: Bin) -> CurvePoint:
    return CurvePoint(**asdict(each))


def _log_odds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    bounded = np.clip(shares, _NEAREST, 1 - _NEAREST)
    return np.log(bounded / (1 - bounded))


def _mapped(shares: NDArray[np.float64], slope: float, offset: float) -> NDArray[np.float64]:
    return np.exp(-np.logaddexp(0, -(slope * _log_odds(shares) + offset)))


def _fitted(given: NDArray[np.float64], truth: NDArray[np.float64]) -> tuple[float, float]:
    """Return slope and offset of the greatest likelihood, by Newton's method.

    Targets are pulled in from 0 and 1 as Platt does, and a slight pull towards the identity keeps
    both numbers finite where every read is right, or all have the same confidence.
    """
    odds = _log_odds(given)
    count = truth.sum()
    targets = np.where(truth > 0, (count + 1) / (count + 2), 1 / (len(truth) - count + 2))
    columns = np.stack([odds, np.ones_like(odds)], axis=1)
    identity = at = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        shares = np.exp(-np.logaddexp(0, -columns @ at))
        pull = _STIFFNESS * (at - identity)
        gradient = columns.T @ (shares - targets) + pull
        weights = (shares * (1 - shares))[:, None]
        curvature = columns.T @ (weights * columns) + _STIFFNESS * np.eye(2)
        at = at - np.linalg.solve(curvature, gradient).clip(-1, 1)
    if at[0] < _LEAST_SLOPE:  # more confident reads were less often right: nothing to trust
        share = float(targets.mean())
        return _LEAST_SLOPE, float(np.log(share / (1 - share)))
    return float(at[0]), float(at[1])


def _held_out(given: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    part = np.arange(len(given)) % _FOLDS
    judged = np.empty_like(given)
    for number in range(_FOLDS):
        own = part == number
        judged[own] = _mapped(given[own], *_fitted(given[~own], truth[~own]))
    return judged
