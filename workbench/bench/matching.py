"""Matching reads with listed plates: reads a second in memory, and how soon a hit shows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from time import perf_counter, process_time
from uuid import uuid4

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from workbench.bench.timing import Figures, percentile
from workbench.demo.misreads import read_plates
from workbench.demo.plates import WIDTH, plate_texts
from workbench.demo.read_table import candidate_lists, texts
from workbench.detections.copying import driver
from workbench.detections.ingest_log import Caller
from workbench.domain.hot_entry import Category, HotEntry, ListKind
from workbench.domain.person import Channel, Origin
from workbench.hotlists.lists.template import load_list_template
from workbench.hotlists.matching.engines import OneModel
from workbench.hotlists.matching.entries import Entries
from workbench.hotlists.matching.index import HotIndex, ListIndex
from workbench.hotlists.matching.match import Matcher
from workbench.runtime import Runtime

_BENCH = Caller(origin=Origin(channel=Channel.COMMAND, address="bench"))
_CODE = "BENCH"
_PORTION = 20_000
_NEW_LISTS = 3
_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_STYLE = tuple(_LETTERS if kind == "L" else _DIGITS for kind in "LNLNLNN")
"""As many plates as of California's form, which is another one: nobody has such a plate."""

Say = Callable[[str], None]


def run(
    runtime: Runtime, *, entries: int, reads: int, deliveries: int, report: Say = lambda _: None
) -> Figures:
    """Return reads a second on one thread, and seconds from a read to its hit.

    Parameters
    ----------
    runtime
        With a database that nobody else uses; nothing is in force there afterwards.
    entries
        Plates on the list.
    reads
        Matched in memory, in portions as taking in has them; with candidates, errors, and as
        many listed plates as the policy's base rate says.
    deliveries
        Of one read each, every one of a listed plate; timed until its hit can be selected. A
        twentieth as many, of a portion each, are timed too.
    report
        Gets a line on how far it is.
    """
    rng = np.random.default_rng(426)
    report("making plates and reads")
    listed = _plates(entries, rng)
    names = plate_texts(listed)
    share = runtime.policy.hits.base_rate.value
    figures: Figures = {"entries": entries, "reads": reads}
    report(f"matching {reads:,} reads with {entries:,} plates")
    figures |= _in_memory(runtime, names, _seen(listed, reads, share, rng))
    report("loading the list")
    with _in_force(runtime, names):
        figures |= _after_new_lists(runtime, names, rng, report)
        figures |= _latencies(runtime, names, deliveries, rng, report)
    return figures


def _in_memory(runtime: Runtime, listed: list[str], table: pa.Table) -> Figures:
    entries = Entries.of(_entry(plate, line) for line, plate in enumerate(listed, start=1))
    start = perf_counter()
    index = HotIndex((ListIndex.of(entries),))
    matcher = Matcher(index, rules=runtime.policy.hits, engines=OneModel())
    built_s = perf_counter() - start
    portions = [table.slice(at, _PORTION) for at in range(0, table.num_rows, _PORTION)]
    plates = [portion["plate_normal"].to_pylist() for portion in portions]
    found, exact_s, exact_cpu_s = _timed(lambda at: len(matcher.exact(plates[at])), len(portions))
    hits, near_s, near_cpu_s = _timed(lambda at: len(matcher.matches(portions[at])), len(portions))
    count = table.num_rows
    return {
        "index_s": round(built_s, 2),
        "exact_found": found,
        "exact_reads_per_s": round(count / exact_s),
        "exact_reads_per_cpu_s": round(count / exact_cpu_s),
        "misread_aware_hits": hits,
        "misread_aware_reads_per_s": round(count / near_s),
        "misread_aware_reads_per_cpu_s": round(count / near_cpu_s),
    }


def _timed(work: Callable[[int], int], count: int) -> tuple[int, float, float]:
    """Return what work gave altogether, and the seconds of the clock and of the processor."""
    start, cpu = perf_counter(), process_time()
    total = sum(work(number) for number in range(count))
    return total, perf_counter() - start, process_time() - cpu


def _after_new_lists(
    runtime: Runtime, listed: list[str], rng: np.random.Generator, report: Say
) -> Figures:
    """Return how long the first read after a new list takes, and a portion; the longest of some.

    Every list is a load of its own, as if nothing of it were known.
    """
    one, one_cpu, many = [], [], []
    for number in range(_NEW_LISTS):
        report(f"new list {number + 1} of {_NEW_LISTS}")
        _load_anew(runtime, listed)
        cpu = process_time()
        one.append(_until_hit(runtime, [_any_of(listed, rng)]))
        one_cpu.append(process_time() - cpu)
        _load_anew(runtime, listed)
        many.append(_until_hit(runtime, _portion(listed, rng)))
    return {
        "hit_latency_s_first": round(max(one), 3),
        "hit_latency_s_first_p50": round(percentile(one, 0.5), 3),
        "hit_cpu_s_first": round(max(one_cpu), 3),
        "portion_latency_s_first": round(max(many), 3),
    }


def _any_of(listed: list[str], rng: np.random.Generator) -> str:
    return listed[int(rng.integers(len(listed)))]


def _portion(listed: list[str], rng: np.random.Generator) -> list[str]:
    """Return plates of a full portion, of which the last one is listed."""
    return [*plate_texts(_plates(_PORTION - 1, rng)), _any_of(listed, rng)]


def _latencies(
    runtime: Runtime, listed: list[str], deliveries: int, rng: np.random.Generator, report: Say
) -> Figures:
    one, many = [], []
    for number in range(deliveries):
        one.append(_until_hit(runtime, [_any_of(listed, rng)]))
        if number % 20 == 0:
            report(f"{number} of {deliveries} deliveries")
            many.append(_until_hit(runtime, _portion(listed, rng)))
    return {
        "deliveries": len(one) + len(many),
        "hit_latency_s_p50": round(percentile([*one, *many], 0.5), 3),
        "hit_latency_s_p95": round(percentile([*one, *many], 0.95), 3),
        "portion_latency_s_max": round(max(many), 3),
    }


def _until_hit(runtime: Runtime, plates: list[str]) -> float:
    """Return the seconds from giving a file of reads to when its last read's hit is there."""
    camera = f"bench-{uuid4().hex}"
    content = _file(runtime, plates, camera)
    start = perf_counter()
    runtime.ingest.take(content, _BENCH, name=f"{camera}.csv")
    wanted = text("SELECT count(*) FROM hit WHERE camera_id = :camera AND read_plate = :plate")
    asked = {"camera": camera, "plate": plates[-1]}
    with runtime.database.reader.connect() as connection:
        count = connection.execute(wanted, asked).scalar_one()
    taken_s = perf_counter() - start
    if not count:
        message = f"the read of {plates[-1]} made no hit"
        raise ValueError(message)
    return taken_s


def _file(runtime: Runtime, plates: list[str], camera: str) -> bytes:
    now, rows = runtime.clock(), StringIO()
    writer = csv.writer(rows)
    writer.writerow(["plate", "seen_at", "camera", "confidence", "source_event"])
    for number, plate in enumerate(plates):
        seen_at = (now - timedelta(milliseconds=number)).isoformat()
        writer.writerow([plate, seen_at, camera, 0.95, f"{camera}-{number}"])
    return rows.getvalue().encode()


def _seen(
    listed: NDArray[np.uint8], count: int, share: float, rng: np.random.Generator
) -> pa.Table:
    """Return reads of plates, as watchers of new reads get them."""
    truth = _plates(count, rng)
    wanted = rng.random(count) < share
    truth[wanted] = listed[rng.integers(len(listed), size=int(wanted.sum()))]
    read = read_plates(truth, np.ones(count, dtype=np.float32), rng)
    plates = texts(read.plates)
    at = pa.scalar(0, pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            "seen_at": pa.repeat(at, count),
            "plate_normal": plates,
            "pseudonym": pa.repeat(pa.scalar(value=False), count),
            "region": pa.nulls(count, pa.string()),
            "confidence": pa.array(read.confidence),
            "candidates": candidate_lists(read),
            "engine": pa.repeat(pa.scalar("bench"), count),
            "engine_version": pa.repeat(pa.scalar("1"), count),
        }
    )


def _plates(count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    plates = np.zeros((count, WIDTH), dtype=np.uint8)
    for column, characters in enumerate(_STYLE):
        letters = np.frombuffer(characters.encode(), dtype=np.uint8)
        plates[:, column] = letters[rng.integers(len(letters), size=count)]
    return plates


def _entry(plate: str, line: int) -> HotEntry:
    return HotEntry(
        list_code=_CODE,
        kind=ListKind.GENERAL,
        plate=plate,
        pattern=plate,
        category=Category.STOLEN_VEHICLE,
        load_id=1,
        line=line,
    )


@contextmanager
def _in_force(runtime: Runtime, plates: list[str]) -> Iterator[None]:
    """Put a list in force, and take it out of force again."""
    _load_anew(runtime, plates)
    try:
        yield
    finally:
        with runtime.database.service.begin() as connection:
            connection.execute(
                text("UPDATE hot_list SET enabled = false WHERE code = :code"), {"code": _CODE}
            )


def _load_anew(runtime: Runtime, plates: list[str]) -> None:
    with runtime.database.service.begin() as connection:
        _load(connection, plates)


def _load(connection: Connection, plates: list[str]) -> None:
    asked = {"code": _CODE}
    template = load_list_template("plain").model_dump_json()
    connection.execute(text(_LIST), asked | {"template": template})
    connection.execute(text(_SUPERSEDE), asked)
    load_id = connection.execute(text(_LOAD), asked | {"good": len(plates)}).scalar_one()
    with driver(connection).cursor() as cursor, cursor.copy(_COPY) as copy:
        for line, plate in enumerate(plates, start=1):
            copy.write_row((load_id, line, plate, plate, False, "stolen_vehicle"))


_LIST = """
INSERT INTO hot_list (code, name, kind, source, category, address, template, enabled, switched_by,
  switched_at, switch_reason)
VALUES (:code, 'Benchmark', 'general', 'Local', 'stolen_vehicle', 'memory://bench',
  CAST(:template AS jsonb), true, 'bench', now(), 'Benchmark on made-up plates')
ON CONFLICT (code) DO UPDATE SET enabled = true
"""
_SUPERSEDE = """
UPDATE hot_list_load SET state = 'superseded', superseded_at = now()
WHERE list_code = :code AND state = 'in_force'
"""
_LOAD = """
INSERT INTO hot_list_load (list_code, state, began_at, ended_at, good, duplicate, failed, reasons,
  in_force_at)
VALUES (:code, 'in_force', now(), now(), :good, 0, 0, '[]', now()) RETURNING id
"""
_COPY = "COPY hot_list_entry (load_id, line, plate, pattern, wildcard, category) FROM STDIN"
