"""`workbench recognise engines` and `fetch`: which engines there are; models of those without."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from workbench.cli.engine_options import engine_options
from workbench.cli.terminal import PlainTable, say
from workbench.errors import InputError
from workbench.recognition.engine import Engine
from workbench.recognition.fast_alpr_models import fetch_fast_alpr
from workbench.recognition.registry import shipped_engines
from workbench.recognition.scores import ScoreBoard, read_scores
from workbench.settings import load_settings

_FETCHED = {"fast-alpr": fetch_fast_alpr}


def engines(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """List the engines, whether each is installed, and what was measured of it; none is loaded."""
    board = read_scores()
    rows = [_row(engine, board) for engine in shipped_engines().all()]
    if as_json:
        say(json.dumps({"engines": rows, "measured": _measured(board)}))
        return
    table = PlainTable("name", "version", "what it is", "exact", "found", "ms a picture")
    for row in rows:
        table.add_row(_name(row), _state(row), row["summary"], *_figures(row["scores"]))
    Console().print(table)
    for row in rows:
        if not row["installed"]:
            say(f"{row['name']} lacks {', '.join(row['missing'])}: {row['next_step']}")
    if board:
        say(
            f"Measured on {board.pictures}, {board.plates} plates, {board.threads} threads,"
            f" {board.measured_on}; `workbench bench plates` measures yours."
        )


def fetch(
    engine: Annotated[str, typer.Argument(help="An engine that comes without its models")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Fetch the models of an engine that comes without; the one command that uses the network."""
    shipped_engines().check(engine)
    if engine not in _FETCHED:
        raise InputError(
            "This engine needs nothing fetched", given=engine, allowed=", ".join(_FETCHED)
        )
    files = _FETCHED[engine](load_settings().models_folder)
    if as_json:
        say(json.dumps({"files": {str(file): sha256 for file, sha256 in files.items()}}))
        return
    for file, sha256 in files.items():
        say(f"{sha256}  {file}")


def _row(engine: Engine, board: ScoreBoard | None) -> dict[str, Any]:
    there = engine.look(engine_options())
    scores = board.engines.get(engine.name) if board else None
    return {
        "name": engine.name,
        "summary": engine.summary,
        "default": engine.name == shipped_engines().default,
        "installed": there.complete,
        "version": there.version,
        "missing": list(there.missing),
        "next_step": there.next_step,
        "scores": scores.model_dump() if scores else None,
    }


def _measured(board: ScoreBoard | None) -> dict[str, Any] | None:
    return board.model_dump(mode="json", exclude={"engines"}) if board else None


def _name(row: dict[str, Any]) -> str:
    return f"{row['name']} (default)" if row["default"] else str(row["name"])


def _state(row: dict[str, Any]) -> str:
    return (row["version"] or "installed") if row["installed"] else "not installed"


def _figures(scores: dict[str, Any] | None) -> tuple[str, str, str]:
    if not scores:
        return "", "", ""
    return f"{scores['exact']:.3f}", f"{scores['found']:.3f}", f"{scores['ms_p50']:.0f}"
