"""`workbench hits`, the part that learns how often hits are wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from workbench.cli.acting import acting
from workbench.cli.hits_acts import AsJson, At, HitId, Knowing, Note, record
from workbench.cli.origin import command_origin
from workbench.cli.terminal import PlainTable, say
from workbench.domain.hit import Disposition
from workbench.domain.person import Channel
from workbench.domain.week import Week
from workbench.hotlists.hits.acts import Score
from workbench.hotlists.hits.scoring import Drawn
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def score(
    hit_id: HitId,
    *,
    disposition: Annotated[Disposition, typer.Option(help="How right the hit was")],
    plate_picture: Annotated[bool, typer.Option("--plate-picture", help="It was seen")] = False,
    note: Note = "",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Score a hit, also one that is closed."""
    act = Score(disposition=disposition, plate_picture=plate_picture, note=note)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def draw(
    *,
    week: Annotated[str | None, typer.Option(help="Such as 2026-W45; the last by default")] = None,
    seed: Annotated[int | None, typer.Option(help="Of chance; not to be known before")] = None,
    as_job: Annotated[
        bool, typer.Option("--as-job", help="Run by a timer: nobody signs in")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Draw the week's sample of unscored hits, for people to score."""
    of = None if week is None else Week.parse(week)
    generator = np.random.default_rng(seed)
    with open_runtime(load_settings()) as runtime:
        if as_job:
            origin = replace(command_origin(), channel=Channel.JOB)
            _tell(runtime.scoring.draw(None, generator, week=of, origin=origin), as_json=as_json)
            return
        with acting(runtime) as actor:
            _tell(runtime.scoring.draw(actor, generator, week=of), as_json=as_json)


@app.command()
def truth(
    weeks: Annotated[int, typer.Option(min=1, max=520, help="Back from now")] = 13,
    as_json: AsJson = False,
) -> None:
    """Say how often hits are wrong: per camera, list, state and engine, with an interval."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        rates = runtime.scoring.rates(actor, weeks=weeks)
    if as_json:
        say(json.dumps({"rates": json.loads(rates.to_json(orient="records"))}))
        return
    table = PlainTable("by", "value", "error", "hits", "scored", "rate", "95 % from", "to")
    for row in rates.to_dict("records"):
        value = row["value"] if isinstance(row["value"], str) else ""
        rate = "" if row["rate"] != row["rate"] else f"{row['rate']:.1%}"
        counts = (str(row["hits"]), str(row["scored"]))
        ends = (f"{row['low']:.1%}", f"{row['high']:.1%}")
        table.add_row(row["by"], value, row["error"], *counts, rate, *ends)
    Console().print(table)


def _tell(drawn: Drawn, *, as_json: bool) -> None:
    if as_json:
        said = {"week": str(drawn.week), "waiting": drawn.waiting, "hits": list(drawn.hits)}
        say(json.dumps(said))
    else:
        say(f"{drawn.week}: {len(drawn.hits)} of {drawn.waiting} unscored hits drawn")
