"""`workbench hits`, the part that shows a hit's own read and its pictures; each a logged look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.acting import acting
from workbench.cli.hits_acts import AsJson, HitId
from workbench.cli.terminal import say
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def read(hit_id: HitId, as_json: AsJson = False) -> None:
    """Show the read that a hit is of, with the hashes of its pictures."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.hit_door.read(actor, hit_id)
    rows = found.frame.drop(columns="geometry").to_json(
        orient="records", date_format="iso", date_unit="us"
    )
    (row,) = json.loads(rows)
    if as_json:
        say(json.dumps({"read": row, "access_id": found.access_id}))
        return
    for name, value in row.items():
        if value is not None:
            say(f"{name}: {value}")


@app.command()
def picture(
    hit_id: HitId,
    sha256: Annotated[str, typer.Argument(metavar="SHA256", help="As `workbench hits read` says")],
    to: Annotated[Path, typer.Option(help="A new file for the picture")],
    as_json: AsJson = False,
) -> None:
    """Open a picture of the read that a hit is of, which a comparison asks for."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.hit_door.picture(actor, hit_id, sha256)
    with to.open("xb") as file:
        file.write(found.content)
    told = {"file": str(to), "media_type": found.media_type, "access_id": found.access_id}
    say(json.dumps(told) if as_json else f"{to}: {found.media_type}")
