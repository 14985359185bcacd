"""`workbench hits match-back`: new entries against the reads that are kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.cli.origin import command_origin
from workbench.cli.terminal import say
from workbench.errors import InputError
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("match-back")
def match_back(
    *,
    list_code: Annotated[
        str | None, typer.Option("--list", help="Such as SVS: what its last load brought anew")
    ] = None,
    hot_plate: Annotated[int | None, typer.Option(help="Number of a hot plate")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output")
    ] = False,
) -> None:
    """Match new entries with the reads that are kept; doing it again makes no second hit."""
    if (list_code is None) == (hot_plate is None):
        raise InputError("What is new?", allowed="--list or --hot-plate, one of them")
    with open_runtime(load_settings()) as runtime:
        back, origin = runtime.matching.back, command_origin()
        if list_code is not None:
            done = back.list_loaded(list_code, origin)
        else:
            done = back.hot_plate_entered(hot_plate or 0, origin)
    if as_json:
        say(json.dumps(asdict(done)))
        return
    say(
        f"{done.entries:,} new entries, {done.reads:,} reads: {done.hits:,} hits, "
        f"{done.possible:,} of them only possible"
    )
