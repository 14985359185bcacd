"""`workbench bench`: figures of this machine, beside hand-written work in the same run."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from workbench.bench import (
    hot_lists,
    imports,
    ingest,
    matching,
    pictures,
    purging,
    search,
    siege,
    storing,
    videos,
)
from workbench.bench.plates.truth import read_truth, sampled
from workbench.bench.store import bench_runtime, fill
from workbench.bench.timing import Figures
from workbench.cli.bench_plates import plates
from workbench.cli.engine_options import ENGINE, EngineName, LongestSide, load_engine
from workbench.cli.terminal import PlainTable, say
from workbench.policy import load_policy
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.video import VideoLimits
from workbench.recognition.workers import DaskCluster, LocalProcesses, Workers
from workbench.settings import load_settings

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command()(plates)

Json = Annotated[bool, typer.Option("--json", help="One line, a JSON object, on standard output")]
Home = Annotated[
    Path | None, typer.Option(help="Folder of the benchmark's database; kept and used again")
]


def _home(given: Path | None, rows: int) -> Path:
    return given or load_settings().home / "bench" / f"reads-{rows}"


def _show(figures: Figures, *, as_json: bool) -> None:
    """Print the figures; what else is said goes to standard error, so that this stays last."""
    if as_json:
        say(json.dumps(figures))
        return
    table = PlainTable("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


def _say(line: str) -> None:
    say(line, err=True)


@app.command("search")
def search_command(
    rows: Annotated[int, typer.Option(min=5_000, help="Reads in the database")] = 10_000_000,
    cases: Annotated[int, typer.Option(min=10, help="Looks of each kind")] = 200,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Search by plate and canvass through the door, beside hand-written SQL."""
    with bench_runtime(_home(home, rows)) as runtime:
        figures = fill(runtime, rows, report=_say)
        figures |= search.run(runtime, cases=cases, report=_say)
    _show(figures, as_json=as_json)


@app.command("siege")
def siege_command(
    rows: Annotated[int, typer.Option(min=5_000, help="Reads in the database")] = 200_000,
    looks: Annotated[int, typer.Option(min=5, help="Searches timed each way")] = 60,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Search while strangers sign in, connections hang and one analyst searches without end.

    Exit code 0: another's search takes less than 3 times as long as in quiet; 1: it does not.
    """
    with bench_runtime(_home(home, rows)) as runtime:
        figures = fill(runtime, rows, report=_say)
        figures |= siege.run(runtime, looks=looks, report=_say)
    _show(figures, as_json=as_json)
    raise typer.Exit(0 if figures["holds"] else 1)


@app.command("ingest")
def ingest_command(
    rows: Annotated[int, typer.Option(min=5_000, help="Reads in the database")] = 10_000_000,
    taken: Annotated[int, typer.Option(min=1_000, help="Reads taken in each way")] = 400_000,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take in normalised reads, beside a plain COPY of the same reads."""
    with bench_runtime(_home(home, rows)) as runtime:
        figures = fill(runtime, rows, report=_say)
        figures |= ingest.run(runtime, rows=taken, report=_say)
    _show(figures, as_json=as_json)


@app.command("purge")
def purge_command(
    rows: Annotated[int, typer.Option(min=5_000, help="Reads in the database")] = 10_000_000,
    held: Annotated[int, typer.Option(min=0, help="Reads of the month under hold")] = 25,
    pictures: Annotated[
        int, typer.Option(min=0, help="Purge it once more, so many of its reads with a picture")
    ] = 0,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Purge a month of a large archive, beside deleting its rows one by one."""
    with bench_runtime(_home(home, rows)) as runtime:
        figures = fill(runtime, rows, report=_say)
        figures |= purging.run(runtime, held=held, pictures=pictures, report=_say)
    _show(figures, as_json=as_json)


@app.command("lists")
def lists_command(
    entries: Annotated[int, typer.Option(min=1_000, help="Of the list")] = 250_000,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Load a list of wanted plates, beside a plain COPY of the same rows."""
    folder = home or load_settings().home / "bench" / "lists"
    with bench_runtime(folder) as runtime:
        figures = hot_lists.run(runtime, entries=entries, report=_say)
    _show(figures, as_json=as_json)


@app.command("matching")
def matching_command(
    entries: Annotated[int, typer.Option(min=100, help="Plates on the list")] = 250_000,
    reads: Annotated[int, typer.Option(min=1_000, help="Reads matched in memory")] = 200_000,
    deliveries: Annotated[int, typer.Option(min=5, help="Timed until their hit shows")] = 100,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Match reads with a list, and see how soon a hit shows; on one core."""
    with bench_runtime(home or load_settings().home / "bench" / "matching") as runtime:
        figures = matching.run(
            runtime, entries=entries, reads=reads, deliveries=deliveries, report=_say
        )
    _show(figures, as_json=as_json)


@app.command("pictures")
def pictures_command(
    *,
    workers: Annotated[
        list[int] | None, typer.Option(min=1, help="Processes; may be said several times: 1 and 2")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask cluster too, which sees this machine's files")
    ] = None,
    engine: EngineName = ENGINE,
    longest_side: LongestSide = None,
    count: Annotated[int, typer.Option(min=1, help="Pictures to read")] = 60,
    width: Annotated[int, typer.Option(min=320, help="Of a picture, in pixels")] = 1_280,
    as_json: Json = False,
) -> None:
    """Read rendered pictures with one process and with more, each computing with one thread."""
    ways: list[tuple[str, Workers]] = [
        (f"workers_{number}", LocalProcesses(number)) for number in workers or (1, 2)
    ]
    if scheduler:
        ways.append(("cluster", DaskCluster(scheduler)))
    load = partial(load_engine, engine, 1, longest_side)
    limits = PictureLimits.of(load_policy(load_settings().policy_file))
    with TemporaryDirectory(prefix="workbench-pictures-") as folder:
        files = pictures.render_pictures(Path(folder), count, (width, width * 9 // 16))
        figures = pictures.run(files, ways, load, limits, report=_say)
    _show(figures, as_json=as_json)


@app.command("videos")
def videos_command(
    *,
    truth: Annotated[
        list[Path], typer.Option("--set", help="CSV as for `bench plates`; again for more")
    ],
    engine: EngineName = ENGINE,
    sample: Annotated[
        int | None, typer.Option(min=1, help="So many scenes, chosen by chance; else all")
    ] = None,
    seed: Annotated[int, typer.Option(help="Chooses the sample and moves the camera")] = 426,
    as_json: Json = False,
) -> None:
    """Film labelled scenes with a moving camera, and read the film as `ingest video` does."""
    scenes = sampled([plate for file in truth for plate in read_truth(file)], sample, seed)
    limits = VideoLimits.of(load_policy(load_settings().policy_file))
    with TemporaryDirectory(prefix="workbench-videos-") as folder:
        figures = videos.run(
            scenes, Path(folder), load_engine(engine, None, None), limits, seed=seed, report=_say
        )
    _show(figures, as_json=as_json)


@app.command("storing")
def storing_command(
    *,
    at_once: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Pictures stored at once; may be said several times: 1 and 4"),
    ] = None,
    count: Annotated[int, typer.Option(min=8, help="Pictures for each")] = 200,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Store pictures that were read before: one after the other, and a few at once."""
    where = home or load_settings().home / "bench" / "pictures"
    with (
        bench_runtime(where) as runtime,
        TemporaryDirectory(prefix="workbench-pictures-") as folder,
    ):
        figures = storing.run(runtime, Path(folder), at_once or [1, 4], count, _say)
    _show(figures, as_json=as_json)


@app.command("import")
def import_command(
    rounds: Annotated[int, typer.Option(min=1, help="Processes for each statement")] = 9,
    as_json: Json = False,
) -> None:
    """Import the package in fresh processes."""
    _show(imports.run(rounds=rounds, report=_say), as_json=as_json)
