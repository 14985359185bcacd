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
from workbench.domain.clock import system_clock
from workbench.domain.person import Channel, Origin
from workbench.errors import DatabaseError
from workbench.policy import load_policy
from workbench.runtime import Runtime, build_runtime
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
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
    settings, policy = Settings(home=home), load_policy()
    timeout_s = policy.search.statement_timeout_s.value
    with open_all_roles(settings, read_timeout_s=timeout_s) as roles:
        migrate(roles)
        yield build_runtime(settings, policy, roles, clock=system_clock)


def roles_of(runtime: Runtime) -> AllRoles:
    """Return every role of the database that `bench_runtime` opened.

    Raises
    ------
    DatabaseError
        If the runtime is another one, which serves people and has one role.
    """
    if not isinstance(runtime.database, AllRoles):
        raise DatabaseError(
            "A benchmark needs every role of its database",
            given=type(runtime.database).__name__,
            allowed="a runtime of `bench_runtime`",
        )
    return runtime.database


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
    with roles_of(runtime).owner.connect() as connection:
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
