"""Where the packed reads come from: cameras, deliveries, error rates, models, rules, software."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from workbench.policy.listing import list_rules
from workbench.recognition.misreads.model_file import written_model
from workbench.retention.evidence.payload import Making
from workbench.retention.evidence.read_keys import ReadKeys
from workbench.retention.evidence.tables import write_sidecar, write_table

CAMERAS = "cameras.csv"
INSPECTIONS = "inspections.csv"
DELIVERIES = "deliveries.csv"
RATES = "error_rates.csv"
ENGINES = "engines.csv"
MODELS = "misread_models.csv"
POLICY = "policy.csv"

_CAMERA = ("id", "name", "kind", "lon", "lat", "heading_deg", "source_system", "active")
_CAMERA_COLUMNS = (*_CAMERA, "known", "packed_reads")
_INSPECTION = ("camera_id", "inspected_at", "inspected_by", "passed", "failed", "note")
_DELIVERY = ("id", "name", "sha256", "format", "template", "channel", "received_at")
_DELIVERY_COLUMNS = (*_DELIVERY, "received_by", "finished_at")
_MODEL = ("engine", "engine_version", "learned_at", "pairs", "sha256")
_LIBRARIES = ("alpr-workbench", "bagit", "cryptography", "geopandas", "numpy", "pyarrow")


def write_cameras(making: Making, keys: ReadKeys) -> int:
    """Write the cameras of the reads and their inspections; return how many inspections."""
    counts = keys.counts("camera_id")
    known = {row["id"]: row for row in making.gathering.cameras()}
    rows = [_camera(name, known.get(name), counts[name]) for name in sorted(counts)]
    recipient = making.order.recipient
    making.tables[CAMERAS] = write_table(making.folder / CAMERAS, _CAMERA_COLUMNS, rows, recipient)
    found = making.sources.inspections.inspections(sorted(counts), making.begun_at)
    making.tables[INSPECTIONS] = write_table(
        making.folder / INSPECTIONS,
        _INSPECTION,
        ([getattr(one, name) for name in _INSPECTION] for one in found),
        recipient,
    )
    return len(found)


def write_deliveries(making: Making) -> frozenset[int]:
    """Write by which files the reads came, from whom and with which hash; return their numbers."""
    found = making.gathering.deliveries()
    rows = ([row[name] for name in _DELIVERY_COLUMNS] for row in found)
    making.tables[DELIVERIES] = write_table(
        making.folder / DELIVERIES, _DELIVERY_COLUMNS, rows, making.order.recipient
    )
    return frozenset(row["id"] for row in found)


def write_rates(making: Making, keys: ReadKeys) -> int:
    """Write error rates of the reads' cameras and engines; return how many were measured."""
    engines = {" ".join(filter(None, each)) for each in keys.distinct("engine", "engine_version")}
    mine = {"camera": set(keys.counts("camera_id")), "engine": engines}
    rates = making.sources.scoring.stated_rates()
    wanted = [
        row
        for row in rates.itertuples(index=False)
        if row.by in mine and row.value in mine[str(row.by)]
    ]
    making.tables[RATES] = write_table(
        making.folder / RATES, list(rates.columns), wanted, making.order.recipient
    )
    return len(wanted)


def write_engines(making: Making, keys: ReadKeys) -> list[tuple[str, str, int]]:
    """Write what read the packed reads, and what is known of its mistakes; return the engines."""
    recipient = making.order.recipient
    found = [
        (engine or "(not said by the source)", number or "", _reads_of(keys, engine, number))
        for engine, number in keys.distinct("engine", "engine_version")
    ]
    making.tables[ENGINES] = write_table(
        making.folder / ENGINES, ("engine", "engine_version", "packed_reads"), found, recipient
    )
    names = {engine for engine, _, _ in found}
    models = [model for model in making.sources.misreads.all() if model.engine in names]
    rows = ([getattr(model, name) for name in _MODEL] for model in models)
    making.tables[MODELS] = write_table(making.folder / MODELS, _MODEL, rows, recipient)
    if making.order.two_sided:
        for engine, number in keys.distinct("engine", "engine_version"):
            if engine:
                _write_model(making, engine, number)
    return found


def write_policy(making: Making) -> None:
    """Write every rule that was in force when the package was made, with its section."""
    rows = ((r.name, r.text, r.section, r.note) for r in list_rules(making.sources.policy))
    making.tables[POLICY] = write_table(
        making.folder / POLICY, ("rule", "value", "section", "note"), rows, making.order.recipient
    )


def software() -> dict[str, str]:
    """Return the versions of what made the package.

    Examples
    --------
    >>> sorted(software())[0]
    'alpr-workbench'
    """
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def _camera(name: str, known: Mapping[str, Any] | None, reads: int) -> list[Any]:
    said = [known[each] for each in _CAMERA] if known else [name, *[None] * (len(_CAMERA) - 1)]
    return [*said, known is not None, reads]


def _reads_of(keys: ReadKeys, engine: str | None, number: str | None) -> int:
    pairs = zip(keys.texts("engine"), keys.texts("engine_version"), strict=True)
    return sum(pair == (engine, number) for pair in pairs)


def _write_model(making: Making, engine: str, number: str | None) -> None:
    model = making.sources.misreads.newest(engine, number)
    if model is None:
        return
    folder = making.folder / "misread_models"
    folder.mkdir(exist_ok=True)
    name = f"model-{engine_file(engine, number)}.json"
    (folder / name).write_text(written_model(model), encoding="utf-8")
    write_sidecar(folder / name, making.order.recipient)


def engine_file(engine: str, number: str | None) -> str:
    """Return an engine's name as a part of a file's name that every medium takes.

    Examples
    --------
    >>> engine_file("plates", "1.0+cpu")
    'plates-1.0_cpu'
    """
    return re.sub(r"[^A-Za-z0-9.-]", "_", f"{engine}-{number or 'any'}")[:80]
