"""Purging a month of a large archive, beside deleting its rows one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, text

from workbench.bench.purge_pictures import put_pictures
from workbench.bench.store import roles_of
from workbench.bench.timing import Figures
from workbench.domain.clock import Clock
from workbench.domain.person import Channel, Origin
from workbench.policy import load_policy
from workbench.retention.cutoffs import rules_sha256
from workbench.retention.doing import Doer
from workbench.runtime import Runtime, build_runtime

HELD = 25
_JOB = Doer(origin=Origin(channel=Channel.JOB, address="127.0.0.1", agent="bench"))
_AUTHORITY = text(
    "INSERT INTO retention_authority (resolution, resolution_date, attorney, consented_on,"
    " rules_sha256, recorded_at, recorded_by)"
    " VALUES ('benchmark', :day, 'nobody', :day, decode(:rules, 'hex'), now(), 'bench')"
)
_HOLD = text(
    "INSERT INTO hold (case_number, reason, criteria, placed_at, placed_by)"
    " VALUES ('bench', 'Benchmark', '{\"look\": \"rows\"}', now(), 'bench') RETURNING id"
)
_APPROVED = text(
    "UPDATE hold SET approved_at = now(), approved_by = 'another', approved_because = 'Benchmark'"
    " WHERE id = :hold"
)
_HELD = text(
    "INSERT INTO held_detection (hold_id, detection_id, seen_at, held_at)"
    " SELECT :hold, id, seen_at, now() FROM detection"
    " WHERE seen_at >= :first AND seen_at < :next ORDER BY id LIMIT :held"
)
_WITHIN = "seen_at >= :first AND seen_at < :next"


def run(
    runtime: Runtime,
    *,
    held: int = HELD,
    pictures: int = 0,
    report: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Return how long purging the oldest month takes, and how fast rows go one by one.

    Reads of the month are copied aside before and put back at the end, so that the database can
    be used again.

    Parameters
    ----------
    runtime
        Of `bench_runtime`, with reads in it.
    held
        How many reads of the month are under hold and stay.
    pictures
        How many reads of the month get a picture, which the purge deletes.
    report
        Gets a line on how far it is.

    Returns
    -------
    dict
        ``existing_reads``; ``month_rows``, ``seconds`` and ``held_rows_kept`` of a month with a
        few held; ``dropped_rows`` and ``dropped_seconds`` of the same month with none;
        ``picture_files`` that went with them, ``pictures_seconds`` of a purge of the same month
        with these pictures, and ``picture_files_per_s`` of what it took longer;
        ``rows_per_s`` of deleting row by row, ``rows_seconds`` that the month would take so, and
        their ratio.
    """
    owner = roles_of(runtime).owner
    first, following = _month(owner)
    clock = _a_year_after(following)
    with owner.begin() as connection:
        rules = rules_sha256(load_policy())
        connection.execute(_AUTHORITY, {"day": date(2024, 1, 1), "rules": rules})
    ours = build_runtime(runtime.settings, load_policy(), runtime.database, clock=clock)
    within = {"first": first, "next": following}
    total = _one(owner, "SELECT count(*) FROM detection", {})
    rows = _one(owner, f"SELECT count(*) FROM detection WHERE {_WITHIN}", within)  # noqa: S608 - constant text
    report(f"copying the {rows:,} reads of {first:%Y-%m} aside")
    _aside(owner, within)
    try:
        rows_per_s = _row_by_row(roles_of(runtime).purger, within, report)
        hold = _held(owner, within, held)
        report(f"purging the month, {held} of it under hold")
        kept, held_s = _purged(ours, within)
        _released(owner, hold)
        _back(owner, within, report)
        report("purging the month with nothing under hold")
        _, dropped_s = _purged(ours, within)
        with_pictures = _pictured(ours, within, pictures, dropped_s, report) if pictures else {}
    finally:
        _back(owner, within, report)
        with owner.begin() as connection:
            connection.execute(text("DROP TABLE bench_month"))
    return {
        "existing_reads": total,
        "month_rows": rows,
        "seconds": round(held_s, 2),
        "held_rows_kept": kept,
        "dropped_rows": rows,
        "dropped_seconds": round(dropped_s, 2),
        "rows_per_s": round(rows_per_s),
        "rows_seconds": round(rows / rows_per_s, 1),
        "times_faster": round(rows / rows_per_s / held_s, 1),
        **with_pictures,
    }


def _pictured(
    runtime: Runtime,
    within: dict[str, Any],
    count: int,
    dropped_s: float,
    report: Callable[[str], None],
) -> Figures:
    """Return what the same month costs whose reads have pictures."""
    _back(roles_of(runtime).owner, within, report)
    files = put_pictures(runtime, within, count, report=report)
    report(f"purging the month with {files:,} pictures")
    _, seconds = _purged(runtime, within)
    return {
        "picture_files": files,
        "pictures_seconds": round(seconds, 2),
        "picture_files_per_s": round(files / max(seconds - dropped_s, 1e-3)),
    }


def _month(owner: Engine) -> tuple[datetime, datetime]:
    """Return the first month that has reads; with any other, the purge would take that one too."""
    sql = (
        "SELECT make_timestamptz(year, month, 1, 0, 0, 0, 'UTC') AS first FROM detection_month"
        " WHERE EXISTS (SELECT FROM detection WHERE"
        " seen_at >= make_timestamptz(year, month, 1, 0, 0, 0, 'UTC') AND"
        " seen_at < make_timestamptz(year, month, 1, 0, 0, 0, 'UTC') + interval '1 month')"
        " ORDER BY 1 LIMIT 1"
    )
    with owner.connect() as connection:
        first = connection.execute(text(sql)).scalar_one().astimezone(UTC)
    return first, datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)


def _a_year_after(following: datetime) -> Clock:
    """Return a clock at which the month, and nothing after it, is over."""
    at = following.replace(year=following.year + 1)
    return lambda: at


def _purged(runtime: Runtime, within: dict[str, Any]) -> tuple[int, float]:
    start = perf_counter()
    runtime.retention.purging(roles_of(runtime).purger).run(_JOB)
    seconds = perf_counter() - start
    sql = f"SELECT count(*) FROM detection WHERE {_WITHIN}"  # noqa: S608 - constant text
    return _one(roles_of(runtime).owner, sql, within), seconds


def _row_by_row(purger: Engine, within: dict[str, Any], report: Callable[[str], None]) -> float:
    """Return how many rows a second a plain DELETE of three days takes; it is undone again."""
    days = {"first": within["first"], "next": within["first"] + timedelta(days=3)}
    report("deleting three days row by row, and undoing it")
    with purger.connect() as connection, connection.begin() as transaction:
        start = perf_counter()
        sql = f"DELETE FROM detection WHERE {_WITHIN}"  # noqa: S608 - constant text
        gone = connection.execute(text(sql), days).rowcount
        seconds = perf_counter() - start
        transaction.rollback()
    return gone / seconds


def _aside(owner: Engine, within: dict[str, Any]) -> None:
    with owner.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS bench_month"))
        sql = f"CREATE TABLE bench_month AS SELECT * FROM detection WHERE {_WITHIN}"  # noqa: S608 - constant text
        connection.execute(text(sql), within)


def _back(owner: Engine, within: dict[str, Any], report: Callable[[str], None]) -> None:
    report("putting the reads of the month back")
    with owner.begin() as connection:
        connection.execute(text("SELECT ensure_detection_months(:first, :first)"), within)
        sql = "INSERT INTO detection SELECT * FROM bench_month ON CONFLICT DO NOTHING"
        connection.execute(text(sql))
    with owner.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("ANALYZE detection"))


def _held(owner: Engine, within: dict[str, Any], held: int) -> int:
    with owner.begin() as connection:
        hold = int(connection.execute(_HOLD).scalar_one())
        # By two people, so that as many as wanted may be held.
        connection.execute(_APPROVED, {"hold": hold})
        connection.execute(_HELD, {**within, "hold": hold, "held": held})
    return hold


def _released(owner: Engine, hold: int) -> None:
    sql = (
        "UPDATE hold SET released_at = now(), released_by = 'bench', released_because = 'done'"
        " WHERE id = :hold"
    )
    with owner.begin() as connection:
        connection.execute(text(sql), {"hold": hold})


def _one(owner: Engine, sql: str, values: dict[str, Any]) -> int:
    with owner.connect() as connection:
        return int(connection.execute(text(sql), values).scalar_one())
