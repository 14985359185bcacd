"""Taking in normalised reads, beside a plain COPY of the same reads into the same table."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from datetime import UTC
from io import StringIO
from time import perf_counter

import pyarrow as pa
from sqlalchemy import Engine, text

from workbench.bench.store import roles_of
from workbench.bench.timing import Figures
from workbench.demo.city import FEWEST_READS, make_city
from workbench.detections.cameras import known_cameras
from workbench.detections.columns import whole_columns
from workbench.detections.copying import COPY_COLUMNS, driver
from workbench.detections.derived import Cells, Doubts
from workbench.detections.formats.base import Limits
from workbench.detections.ingest_log import Caller
from workbench.detections.partitions import ensure_months
from workbench.detections.rows_in import Batch, RowMaker
from workbench.domain.person import Channel, Origin
from workbench.runtime import Runtime

SLICES = 8
_BENCH = Caller(origin=Origin(channel=Channel.COMMAND, address="bench"))
_PLAIN, _OURS, _FILE = "bench-plain", "bench", "bench-file"
_FILE_ROWS = 20_000


def run(
    runtime: Runtime,
    *,
    rows: int = 400_000,
    report: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Return rows a second of both ways, and of reads that are known and of a CSV file.

    The plain way is given its rows as finished text, so that only the COPY and its commit count.
    Ours is given columns, and does everything: log, hash, derive, COPY, commit. Both go into the
    detection table, slice by slice and turn about; what they brought is deleted at the end.

    Parameters
    ----------
    runtime
        With reads in its database, or none.
    rows
        How many are taken in each way.
    report
        Gets a line on how far it is.
    """
    existing = _number(runtime.database.reader, "SELECT count(*) FROM detection")
    # Other reads in every run: a delivery that was taken in once is not taken in again.
    last = _number(runtime.database.reader, "SELECT coalesce(max(id), 0) FROM delivery")
    report("making reads")
    slices = list(_slices(rows, seed=1_000_000 + last))
    plain_s = ours_s = 0.0
    try:
        for number, reads in enumerate(slices):
            report(f"slice {number + 1} of {len(slices)}")
            plain = _plain(runtime, reads)
            if number % 2:
                ours_s += _ours(runtime, reads, f"{number}")
            plain_s += _copied(runtime.database.service, plain)
            if not number % 2:
                ours_s += _ours(runtime, reads, f"{number}")
        report("reads that are known")
        known = slices[0].slice(1)  # another delivery of the same events
        known_s = _ours(runtime, known, "again", known=True)
        report("a CSV file")
        file_rows, file_s = _file(runtime, slices[-1])
    finally:
        report("deleting what was brought")
        _tidy(runtime)
    taken = sum(reads.num_rows for reads in slices)
    return {
        "existing_reads": existing,
        "rows": taken,
        "rows_per_s": round(taken / ours_s),
        "copy_rows_per_s": round(taken / plain_s),
        "ratio": round(plain_s / ours_s, 3),
        "known_rows_per_s": round(known.num_rows / known_s),
        "file_rows_per_s": round(file_rows / file_s),
    }


def _slices(rows: int, seed: int) -> Iterator[pa.Table]:
    city = make_city(seed=seed, reads=max(rows, FEWEST_READS))
    table = pa.concat_tables(piece.table for piece in city.traffic())
    table = table.slice(0, rows).combine_chunks()
    size = -(-table.num_rows // SLICES)
    for start in range(0, table.num_rows, size):
        yield _from(table.slice(start, size), _OURS)


def _from(reads: pa.Table, source: str) -> pa.Table:
    at = reads.schema.get_field_index("source")
    return reads.set_column(at, "source", pa.repeat(pa.scalar(source), reads.num_rows))


def _plain(runtime: Runtime, reads: pa.Table) -> Batch:
    """Return the same reads as finished text; another source gives their events other keys."""
    policy = runtime.policy
    doubts = Doubts(policy.recognition.uncertain_below.value, policy.department.area.value)
    with runtime.database.service.begin() as connection:
        maker = RowMaker(known_cameras(connection), doubts, Cells())
    whole = whole_columns(_from(reads, _PLAIN), runtime.clock(), Limits.of(policy))
    batch = maker.batch(whole, 0)
    with runtime.database.service.begin() as connection:
        for month in batch.months:
            ensure_months(connection, month, month)
    return batch


def _copied(engine: Engine, batch: Batch) -> float:
    statement = f"COPY detection ({', '.join(COPY_COLUMNS)}) FROM STDIN (FORMAT csv)"
    start = perf_counter()
    with engine.begin() as connection:
        raw = driver(connection)
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(batch.content)
    return perf_counter() - start


def _ours(runtime: Runtime, reads: pa.Table, name: str, *, known: bool = False) -> float:
    start = perf_counter()
    receipt = runtime.ingest.take_table(reads, _BENCH, name=f"bench {name}")
    taken_s = perf_counter() - start
    if receipt.already or receipt.counts.stored != (0 if known else reads.num_rows):
        message = f"not the work that was to be measured: {receipt}"
        raise ValueError(message)
    return taken_s


def _file(runtime: Runtime, reads: pa.Table) -> tuple[int, float]:
    """Take in a CSV file of some of the reads, unzipping and parsing included."""
    some = reads.slice(0, _FILE_ROWS).to_pylist()
    names = ["plate", "seen_at", "camera", "lon", "lat", "confidence", "source_event"]
    text_file = StringIO()
    writer = csv.writer(text_file)
    writer.writerow(names)
    for read in some:
        at = read["seen_at"].astimezone(UTC).isoformat()
        where = (read["lon"], read["lat"], read["confidence"])
        event = f"{_FILE}-{read['source_event']}"
        writer.writerow([read["plate"], at, read["camera_id"], *where, event])
    content = gzip.compress(text_file.getvalue().encode())
    start = perf_counter()
    runtime.ingest.take(content, _BENCH, name="bench.csv.gz")
    return len(some), perf_counter() - start


def _number(engine: Engine, statement: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


def _tidy(runtime: Runtime) -> None:
    where = "source IN (:plain, :ours) OR source_event LIKE :file"
    values = {"plain": _PLAIN, "ours": _OURS, "file": f"{_FILE}-%"}
    with roles_of(runtime).purger.begin() as connection:
        connection.execute(text(f"DELETE FROM detection WHERE {where}"), values)  # noqa: S608 - constant text
    with roles_of(runtime).owner.connect() as connection:
        vacuum = connection.execution_options(isolation_level="AUTOCOMMIT")
        vacuum.execute(text("VACUUM (ANALYZE) detection"))
