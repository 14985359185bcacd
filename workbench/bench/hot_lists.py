"""Loading a list of wanted plates, beside a plain COPY of the same rows into the same table."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from sqlalchemy import text

from workbench.bench.store import roles_of
from workbench.bench.timing import Figures
from workbench.domain.hot_entry import Category, ListKind
from workbench.domain.person import Actor, Channel, Origin, Person, Role
from workbench.hotlists.in_force import InForce
from workbench.hotlists.lists.hot_list import HotList
from workbench.hotlists.lists.load import Load, LoadState
from workbench.hotlists.lists.storing import driver
from workbench.hotlists.lists.template import load_list_template
from workbench.hotlists.matching.index import ListIndex
from workbench.runtime import Runtime

CODE = "BENCH_LIST"
_LETTERS = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"))
_COPY = "COPY hot_list_entry FROM STDIN"
# Lines below zero, so that their keys are free.
_ROWS = (
    "COPY (SELECT load_id, -line, plate, pattern, wildcard, region, category, effective_at,"
    " expires_at, details FROM hot_list_entry WHERE load_id = %s) TO STDOUT"
)


def run(
    runtime: Runtime,
    *,
    entries: int = 250_000,
    report: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Return how long a list takes to load, to load again, and to be read back.

    The file is Genetec's layout with two dates a row. The second load takes the place of the
    first, so that it is compared with it. The plain COPY is given its rows as finished text.

    Parameters
    ----------
    runtime
        With a database of its own; entries stay there, because nobody but its owner may delete
        them.
    entries
        Rows of the list.
    report
        Gets a line on how far it is.
    """
    with TemporaryDirectory(prefix="workbench-lists-") as folder:
        file = Path(folder) / "list.csv"
        _set_up(runtime, file)
        report("making a list")
        plates = _plates(entries + entries // 10, seed=1)
        file.write_text(_file(plates[:entries]))
        first, first_s = _loaded(runtime, report, "the first load")
        file.write_text(_file(plates[entries // 10 :]))
        _, again_s = _loaded(runtime, report, "a load that takes its place")
    report("reading back")
    figures = _read_back(runtime)
    report("a plain COPY of the same rows")
    copy_s = _copied(runtime, first)
    return {
        "entries": first.good,
        "load_s": round(first_s, 2),
        "load_again_s": round(again_s, 2),
        "copy_s": round(copy_s, 2),
        "load_to_copy_ratio": round(first_s / copy_s, 2),
        **figures,
    }


def _set_up(runtime: Runtime, file: Path) -> None:
    person = Person("bench", "Bench", "Bench", "Bench", frozenset({Role.ALPR_ADMINISTRATOR}))
    actor = Actor(person, Origin(Channel.COMMAND, "bench"))
    this = HotList(
        code=CODE,
        name="Bench",
        kind=ListKind.GENERAL,
        source="Local",
        category=Category.STOLEN_VEHICLE,
        address=str(file),
        template=load_list_template("genetec"),
    )
    lists = runtime.hot_lists.lists
    known = any(one.list.code == CODE for one in lists.all())
    (lists.change if known else lists.add)(actor, this, reason="a measurement")


def _plates(count: int, *, seed: int) -> list[str]:
    dice = np.random.default_rng(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        drawn = dice.choice(_LETTERS, (count, 7))
        made |= dict.fromkeys("".join(row) for row in drawn)
    return list(made)[:count]


def _file(plates: list[str]) -> str:
    rows = (
        f"Stolen;CA;{plate};2025-{1 + n % 11:02}-{1 + n % 28:02};2027-01-01\n"
        for n, plate in enumerate(plates)
    )
    return "".join(rows)


def _loaded(runtime: Runtime, report: Callable[[str], None], what: str) -> tuple[Load, float]:
    report(what)
    start = perf_counter()
    load = runtime.hot_lists.loading.load(CODE)
    taken_s = perf_counter() - start
    if load.state is LoadState.WAITING and load.good:  # of an earlier run with another size
        runtime.hot_lists.deciding.decide(_captain(), load.id, accept=True, reason="a measurement")
    elif load.state is not LoadState.IN_FORCE:
        message = f"not the work that was to be measured: {load.problem}"
        raise ValueError(message)
    return load, taken_s


def _captain() -> Actor:
    person = Person("bench", "Bench", "Bench", "Bench", frozenset({Role.SERVICES_CAPTAIN}))
    return Actor(person, Origin(Channel.COMMAND, "bench"))


def _read_back(runtime: Runtime) -> Figures:
    with runtime.database.reader.connect() as connection:
        start = perf_counter()
        back_days = runtime.policy.hits.back_days.value
        source = InForce(clock=runtime.clock, back_days=back_days)
        parts = [source.entries(connection, part) for part in source.version(connection)]
        read_s = perf_counter() - start
        start = perf_counter()
        for part in parts:
            ListIndex.of(part)
        index_s = perf_counter() - start
    return {
        "in_force": sum(map(len, parts)),
        "as_columns_s": round(read_s, 2),
        "index_s": round(index_s, 2),
    }


def _copied(runtime: Runtime, load: Load) -> float:
    """Copy the rows of a load once more, under a load that is rolled back with them."""
    with roles_of(runtime).owner.connect() as connection:
        raw = driver(connection)
        with raw.cursor() as cursor:
            content = BytesIO()
            with cursor.copy(_ROWS, (load.id,)) as copy:
                for piece in copy:
                    content.write(piece)
            start = perf_counter()
            with cursor.copy(_COPY) as copy:
                copy.write(content.getvalue())
            taken_s = perf_counter() - start
        connection.execute(text("ROLLBACK"))
    return taken_s
