"""The measurement as tables, in ``weights.json`` and in the model card."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.training.states.export import record
from tools.training.states.measure import (
    ELSEWHERE,
    THRESHOLDS,
    Answer,
    Case,
    Score,
    answers_of,
    by_state,
    crop_cases,
    halves,
    scene_cases,
    score,
)
from tools.training.states.sheet import draw_sheet
from workbench.recognition.shipped_networks import NETWORKS
from workbench.recognition.state_reader import NETWORK, StateReader, load_state_reader

CARD = NETWORKS.parents[2] / "docs" / "models" / "state-reader.md"
_THRESHOLDS, _STATES = "<!-- thresholds -->", "<!-- states -->"


@dataclass(frozen=True, slots=True)
class Measured:
    """The answers for each set of real plates, and the threshold that ships."""

    least: float
    cases: dict[str, list[Case]]
    answers: dict[str, list[Answer]]

    def score(self, name: str, least: float) -> Score:
        """Return the score of one set at a threshold."""
        return score(self.cases[name], self.answers[name], least)


def measure(folder: Path, *, sheet: Path | None = None, record_it: bool = False) -> str:
    """Return the tables of what the shipped network tells of real plates.

    Parameters
    ----------
    sheet
        Picture of the cut-outs of which a wrong state is told or none, the surest first.
    record_it
        Write figures into ``weights.json`` and tables into the card.
    """
    measured = measured_on(folder, load_state_reader())
    tables = thresholds_table(measured), states_table(measured)
    if sheet is not None:
        draw_sheet(_not_right(measured), sheet)
    if record_it:
        _record(measured)
        _into_card(dict(zip((_THRESHOLDS, _STATES), tables, strict=True)))
    return "\n\n".join(tables)


def measured_on(folder: Path, reader: StateReader) -> Measured:
    """Return what a network says of the cut-outs and of the plates in scenes."""
    cases = {"crops us": crop_cases(folder)}
    cases |= {f"scenes {region}": scene_cases(folder, region) for region in ("us", *ELSEWHERE)}
    answers = {name: answers_of(reader, own) for name, own in cases.items()}
    return Measured(reader.least_probability, cases, answers)


def thresholds_table(measured: Measured) -> str:
    """Return coverage and precision of the cut-outs, and how many scenes' plates are told."""
    scenes = [name for name in measured.cases if name.startswith("scenes")]
    heads = [f"{name} told, of {len(measured.cases[name])}" for name in scenes]
    lines = [
        f"| threshold | crops us told | right of the told | {' | '.join(heads)} |",
        "|---|---|---|" + "---|" * len(scenes),
    ]
    for least in sorted({*THRESHOLDS, measured.least}):
        crops = measured.score("crops us", least)
        told = " | ".join(str(measured.score(name, least).told) for name in scenes)
        mark = " (ships)" if least == measured.least else ""
        shares = f"{crops.coverage:.3f} | {crops.precision:.3f}"
        lines.append(f"| {least:g}{mark} | {shares} | {told} |")
    return "\n".join(lines)


def states_table(measured: Measured) -> str:
    """Return for each state how many cut-outs there are, are told, and are told rightly."""
    lines = ["| state | cut-outs | told | right |", "|---|---|---|---|"]
    found = by_state(measured.cases["crops us"], measured.answers["crops us"], measured.least)
    for state, each in found.items():
        lines.append(f"| {state} | {each.cases} | {each.told} | {each.right} |")
    return "\n".join(lines)


def _not_right(measured: Measured) -> list[tuple[Case, Answer]]:
    pairs = zip(measured.cases["crops us"], measured.answers["crops us"], strict=True)
    wrong = [(case, told) for case, told in pairs if told.told(measured.least) != case.state]
    return sorted(wrong, key=lambda pair: -pair[1].probability)


def _record(measured: Measured) -> None:
    file = NETWORKS / "weights.json"
    entry: dict[str, Any] = json.loads(file.read_text())[NETWORK]
    crops = "crops us"
    fitted, others = halves(measured.cases[crops], measured.answers[crops], measured.least)
    entry["scores"] |= {
        "threshold": measured.least,
        crops: {
            **_figures(measured.score(crops, measured.least)),
            "precision of every second": round(fitted.precision, 4),
            "precision of the others": round(others.precision, 4),
        },
        **{
            name: _figures(measured.score(name, measured.least))
            for name in measured.cases
            if name.removeprefix("scenes ") in ELSEWHERE
        },
    }
    record(file, entry)


def _figures(found: Score) -> dict[str, float]:
    return {
        "cases": found.cases,
        "told": found.told,
        "right": found.right,
        "coverage": round(found.coverage, 4),
        "precision": round(found.precision, 4),
    }


def _into_card(tables: dict[str, str], card: Path = CARD) -> None:
    text = card.read_text()
    for mark, table in tables.items():
        before, _, after = text.split(mark)
        text = f"{before}{mark}\n{table}\n{mark}{after}"
    card.write_text(text)
