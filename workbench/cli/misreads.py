"""`workbench recognise misreads`: what engines mistake for what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from workbench.cli.engine_options import ENGINE, EngineName, LongestSide, Threads, load_engine
from workbench.cli.origin import command_origin
from workbench.cli.progress import progress_line
from workbench.cli.terminal import PlainTable, say
from workbench.domain.clock import system_clock
from workbench.errors import InputError, MisreadModelError
from workbench.policy import load_policy
from workbench.recognition.base import Reading
from workbench.recognition.misreads import (
    MisreadModel,
    learn_misreads,
    read_model,
    written_model,
)
from workbench.recognition.misreads.comparing import Standing, compare, halves
from workbench.recognition.misreads.labelled import read_labels, read_of, read_pairs
from workbench.recognition.misreads.learning import Pair
from workbench.recognition.read_pictures import recognise
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
ModelFile = Annotated[
    Path | None, typer.Option("--file", help="A model's JSON file instead of the database")
]


@app.command("learn")
def learn_command(
    *,
    sets: Annotated[
        list[Path] | None, typer.Option("--set", help="CSV: image, plate; x, y, width, height")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder of the sets' pictures; else beside each CSV")
    ] = None,
    pairs: Annotated[
        list[Path] | None, typer.Option(help="CSV: truth, read; what was read is known already")
    ] = None,
    engine: EngineName = ENGINE,
    engine_version: Annotated[
        str | None, typer.Option(help="Of the engine that read the pairs; needed with --pairs")
    ] = None,
    threads: Threads = None,
    longest_side: LongestSide = None,
    file: ModelFile = None,
    check: Annotated[
        bool, typer.Option("--check", help="First learn from one half and ask about the other")
    ] = False,
    seed: Annotated[int, typer.Option(help="By which --check cuts into halves")] = 1,
    as_json: Json = False,
) -> None:
    """Learn a misread model and store it, or write it to a file.

    Each version of an engine has its own: reads of another version are mistaken otherwise.
    """
    if bool(sets) == bool(pairs) or bool(pairs) != (engine_version is not None):
        raise InputError(
            "What is to be learned from?",
            allowed="--set with pictures that the engine reads now; or --pairs with "
            "--engine and --engine-version of what read them",
        )
    if sets:
        found, engine_version = _by_reading(sets, pictures, engine, threads, longest_side)
    else:
        found = [pair for each in pairs or () for pair in read_pairs(each)]
    standings = _checked(found, seed) if check else []
    model = learn_misreads(
        found,
        engine=engine,
        engine_version=engine_version or "",
        learned_at=system_clock(),
        sets=tuple(each.name for each in [*(sets or ()), *(pairs or ())]),
    )
    _keep(model, file)
    _tell(model, standings, as_json=as_json)


@app.command("show")
def show_command(
    *,
    engine: EngineName = ENGINE,
    engine_version: Annotated[str | None, typer.Option(help="Else what was learned last")] = None,
    file: ModelFile = None,
    read: Annotated[str | None, typer.Option(help="Which plates may this read have been?")] = None,
    plate: Annotated[str | None, typer.Option(help="What may be read of this plate?")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show")] = 20,
    as_json: Json = False,
) -> None:
    """Show what an engine mistakes for what, or what it says about one text."""
    model = _stored(engine, engine_version, file)
    if read is not None:
        _tell_readings(model.likely_plates(read, limit), "plate", as_json=as_json)
    elif plate is not None:
        _tell_readings(model.likely_reads(plate, limit), "read", as_json=as_json)
    else:
        _tell(model, [], limit=limit, as_json=as_json)


@app.command("list")
def list_command(*, as_json: Json = False) -> None:
    """List the stored models."""
    with open_runtime(load_settings()) as runtime:
        stored = runtime.misreads.all()
    if as_json:
        rows = [asdict(one) | {"learned_at": one.learned_at.isoformat()} for one in stored]
        say(json.dumps({"models": rows}))
        return
    table = PlainTable("engine", "version", "learned", "reads", "SHA-256")
    for one in stored:
        learned = f"{one.learned_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(one.engine, one.engine_version, learned, f"{one.pairs:,}", one.sha256[:12])
    Console().print(table)


def _by_reading(
    sets: Iterable[Path],
    pictures: Path | None,
    engine: str,
    threads: int | None,
    longest_side: int | None,
) -> tuple[list[Pair], str]:
    labels = [label for each in sets for label in read_labels(each, pictures)]
    policy = load_policy(load_settings().policy_file)
    reader = load_engine(engine, threads, longest_side)
    pairs: list[Pair] = []
    with progress_line("pictures") as report:
        found = recognise((label.picture for label in labels), reader, policy)
        for done, (label, result) in enumerate(zip(labels, found, strict=True), start=1):
            if result.error:
                say(f"{type(result.error).__name__}: {result.error}", err=True)
            text = read_of(label, result.reads)
            if text:
                pairs.append((label.plate, text))
            report(done, len(labels))
    say(f"{len(pairs)} of {len(labels)} labelled plates were read", err=True)
    return pairs, reader.version


def _checked(pairs: list[Pair], seed: int) -> list[Standing]:
    first, second = halves(pairs, np.random.default_rng(seed))
    return compare(first, second, {plate for plate, _ in pairs})


def _keep(model: MisreadModel, file: Path | None) -> None:
    if file:
        file.write_text(written_model(model))
        return
    with open_runtime(load_settings()) as runtime:
        runtime.misreads.add(model, origin=command_origin())


def _stored(engine: str, engine_version: str | None, file: Path | None) -> MisreadModel:
    if file:
        try:
            return read_model(file.read_bytes())
        except OSError as error:
            raise InputError(
                "The file cannot be read", given=str(file), allowed=error.strerror
            ) from None
    with open_runtime(load_settings()) as runtime:
        model = runtime.misreads.newest(engine, engine_version)
    if model is None:
        raise MisreadModelError(
            "There is no misread model of that engine",
            given=f"{engine} {engine_version or ''}".strip(),
            next_step="see `workbench recognise misreads list`; learn one with `learn`",
        )
    return model


def _tell(
    model: MisreadModel, standings: list[Standing], *, limit: int = 20, as_json: bool
) -> None:
    confusions = model.confusions()
    if as_json:
        say(json.dumps(_facts(model) | _rows(confusions, standings)))
        return
    for name, value in _facts(model).items():
        say(f"{name}: {value}")
    table = PlainTable("kind", "true", "read", "times", "probability")
    for row in confusions.head(limit).to_dict("records"):
        numbers = f"{row['count']:.1f}", f"{row['probability']:.4f}"
        table.add_row(row["kind"], row["true"], row["read"], *numbers)
    Console().print(table)
    if standings:
        compared = PlainTable(
            "way", "misreads", "log-likelihood", "first", "in first 5", "mean 1/rank"
        )
        for one in standings:
            likelihood = "" if one.log_likelihood is None else f"{one.log_likelihood:.3f}"
            shares = (one.first, one.first_5, one.mean_reciprocal_rank)
            compared.add_row(one.way, str(one.misreads), likelihood, *(f"{n:.3f}" for n in shares))
        Console().print(compared)


def _facts(model: MisreadModel) -> dict[str, Any]:
    counts = model.counts
    return {
        "engine": model.engine,
        "engine_version": model.engine_version,
        "learned_at": model.learned_at.isoformat(),
        "sets": list(model.sets),
        "pairs": counts.pairs,
        "gained_per_gap": round(model.channel.gained, 6),
        "lost_characters": round(float(counts.lost.sum()), 2),
        "gained_characters": round(float(counts.gained.sum()), 2),
        "stray": round(model.channel.stray, 6),
    }


def _rows(confusions: Any, standings: list[Standing]) -> dict[str, Any]:
    return {
        "confusions": confusions.round(6).to_dict("records"),
        "check": [asdict(one) for one in standings],
    }


def _tell_readings(readings: list[Reading], name: str, *, as_json: bool) -> None:
    if as_json:
        rows = [[each.text, round(each.probability, 9)] for each in readings]
        say(json.dumps({f"{name}s": rows}))
        return
    table = PlainTable(name, "probability")
    for each in readings:
        table.add_row(each.text, f"{each.probability:.6f}")
    Console().print(table)
