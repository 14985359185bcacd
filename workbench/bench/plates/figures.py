"""The figures of a run, flat for lists and nested where they are a curve or by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from statistics import median
from typing import Any

import numpy as np

from workbench.bench.plates.outcomes import (
    Outcome,
    by_height,
    by_luminance,
    labelled_reads,
    outcomes,
    shares,
)
from workbench.bench.plates.run import EngineRun
from workbench.bench.plates.truth import Plate
from workbench.bench.timing import percentile
from workbench.recognition.reliability import error_of_chance, reliability
from workbench.recognition.scores import EngineScores, ScoreBoard

_STAGES = ("decode", "find", "cut", "read")
_DRAWN_BY = 426
"""Seed of the draws, so that a run repeats."""


def key_of(engine: str) -> str:
    """Return an engine's name as the beginning of a key.

    Examples
    --------
    >>> key_of("fast-alpr")
    'fast_alpr'
    """
    return engine.replace("-", "_")


def figures(
    runs: Sequence[EngineRun],
    plates: Sequence[Plate],
    *,
    threads: int,
    right_plates: Sequence[Plate] | None = None,
) -> dict[str, Any]:
    """Return every figure of a run, JSON-ready.

    Parameters
    ----------
    runs
        Of each engine.
    plates
        With the texts of the set.
    threads
        That each engine computed with.
    right_plates
        The same plates with the texts that they really have, where errors of the set are known.

    Returns
    -------
    dict
        ``ENGINE_FIGURE`` for each engine, and by engine: ``by_height``, ``by_darkness``,
        ``reliability``, ``versions`` and, where errors are known, ``corrected``.
    """
    told: dict[str, Any] = {
        "pictures": len({plate.picture for plate in plates}),
        "plates": len(plates),
        "threads": threads,
    }
    found = {run.engine: outcomes(run, plates) for run in runs}
    for run in runs:
        own = shares(found[run.engine]) | _times(run)
        own.pop("plates")
        own["chance_error"] = chance_error(found[run.engine])
        told |= {f"{key_of(run.engine)}_{name}": value for name, value in own.items()}
    told["versions"] = {run.engine: run.version for run in runs}
    told["by_height"] = {name: _groups(by_height(each)) for name, each in found.items()}
    told["by_darkness"] = {name: _groups(by_luminance(each)) for name, each in found.items()}
    told["reliability"] = {name: curve(each) for name, each in found.items()}
    if right_plates is not None:
        told["corrected"] = {run.engine: shares(outcomes(run, right_plates)) for run in runs}
    return told


def chance_error(found: Sequence[Outcome]) -> float | None:
    """Return the calibration error that chance alone would make of these confidences."""
    given = [share for share, _ in labelled_reads(found)]
    error = error_of_chance(given, np.random.default_rng(_DRAWN_BY))
    return None if error is None else round(error, 4)


def curve(found: Sequence[Outcome]) -> list[dict[str, float]]:
    """Return the reliability curve of the reads at the plates' places."""
    labelled = labelled_reads(found)
    bins = reliability([share for share, _ in labelled], [right for _, right in labelled])
    return [{name: round(value, 4) for name, value in asdict(each).items()} for each in bins]


def score_board(
    told: Mapping[str, Any], runs: Sequence[EngineRun], *, pictures: str, measured_on: date
) -> ScoreBoard:
    """Return the scores of a run as they ship.

    Parameters
    ----------
    told
        Of `figures`.
    pictures
        What the set is, in words.
    """
    names = [name for name in EngineScores.model_fields if name != "version"]
    return ScoreBoard(
        pictures=pictures,
        plates=told["plates"],
        threads=told["threads"],
        measured_on=measured_on,
        engines={
            run.engine: EngineScores(
                version=run.version,
                **{name: told[f"{key_of(run.engine)}_{name}"] for name in names},
            )
            for run in runs
        },
    )


def _groups(groups: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    return {name: shares(found) for name, found in groups.items()}


def _times(run: EngineRun) -> dict[str, float | int | None]:
    answers = [each for each in run.answers.values() if each.error is None]
    whole = [each.ms for each in answers]
    told: dict[str, float | int | None] = {
        "ms_p50": round(median(whole), 1) if whole else 0.0,
        "ms_p95": round(percentile(whole, 0.95), 1) if whole else 0.0,
    }
    for stage in _STAGES:
        spent = [each.stage_ms[stage] for each in answers if stage in each.stage_ms]
        if spent:
            told[f"{stage}_ms_p50"] = round(median(spent), 1)
    told["load_ms"] = run.load_ms
    told["memory_mb"] = run.memory_mb
    told["unread_pictures"] = len(run.answers) - len(answers)
    return told
