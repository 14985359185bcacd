"""The database of the benchmarks: embedded, in a home of its own, kept to be used again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from workbench.bench.timing import Figures
from workbench.demo.city import City, make_city
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.runtime import Runtime, open_runtime
from workbench.settings import Settings
from workbench.storage.database import open_database
from workbench.storage.migrations import migrate


@contextmanager
def bench_runtime(home: Path) -> Iterator[Runtime]:
    """Open a workbench on an embedded database under a home folder, never on a department's.

    Parameters
    ----------
    home
        Kept afterwards.

    Yields
    ------
    Runtime
    """
    settings = Settings(home=home)
    with open_database(settings) as database:
        migrate(database)
    with open_runtime(settings) as runtime:
        yield runtime


def fill(runtime: Runtime, reads: int, *, report: Callable[[str], None]) -> Figures:
    """Take in a made-up year of reads, unless an earlier run has.

    Parameters
    ----------
    runtime
        Of `bench_runtime`.
    reads
        How many.
    report
        Gets a line on how far it is.

    Returns
    -------
    dict
        ``fill_s``: how long it took; 0 when the reads were there.
    """
    done = runtime.settings.home / f"filled-{reads}.json"
    if done.exists():
        return {"fill_s": 0}
    start = perf_counter()
    _take_in(runtime, make_city(reads=reads), report)
    report("vacuuming and analysing, as the server does by itself in time")
    with runtime.database.owner.connect() as connection:
        vacuum = connection.execution_options(isolation_level="AUTOCOMMIT")
        vacuum.execute(text("VACUUM (ANALYZE) detection"))
    figures: Figures = {"fill_s": round(perf_counter() - start, 1)}
    done.write_text(json.dumps(figures))
    return figures


def _take_in(runtime: Runtime, city: City, report: Callable[[str], None]) -> None:
    caller = Caller(origin=Origin(Channel.JOB, "127.0.0.1", agent="bench"))
    stored = 0
    for number, piece in enumerate(city.traffic()):
        name = f"benchmark-{city.seed}-{city.reads}-{number}"
        receipt = runtime.ingest.take_table(piece.table, caller, name=name)
        stored += receipt.counts.reads
        report(f"{stored:,} of {city.reads:,} reads taken in")
