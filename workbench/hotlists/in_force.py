"""What is looked for now: the entries of lists in force and hot plates, as columns."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from sqlalchemy import Connection, text

from workbench.domain.clock import Clock
from workbench.domain.hot_entry import HOT_PLATES, Category, HotEntry, ListKind
from workbench.hotlists.lists.storing import driver
from workbench.hotlists.matching.entries import ENTRY_SCHEMA, Entries
from workbench.hotlists.matching.entry_source import Part

_LOADS = text(
    f"""
SELECT h.code, l.id
FROM hot_list h JOIN hot_list_load l ON l.list_code = h.code AND l.state = 'in_force'
WHERE h.enabled AND (h.kind <> '{ListKind.SPECIAL}' OR EXISTS (
  SELECT 1 FROM special_list_approval a
  WHERE a.list_code = h.code AND a.agency IS NULL AND a.ended_at IS NULL))
ORDER BY h.code
"""  # noqa: S608 - constant names
)
_END = "least(expires_at, ended_at)"
_STAMP = text(
    f"""
SELECT md5(string_agg(concat_ws('/', id, extract(epoch FROM {_END})), ',' ORDER BY id))
FROM hot_plate WHERE {_END} > :horizon
"""  # noqa: S608 - constant names
)
_LISTED = """
SELECT h.code AS list_code, h.kind, e.plate, e.pattern, e.wildcard,
  coalesce(e.region, h.region) AS region, e.category, e.effective_at, e.expires_at,
  e.load_id, e.line, NULL::bigint AS hot_plate_id
FROM hot_list_entry e
JOIN hot_list_load l ON l.id = e.load_id
JOIN hot_list h ON h.code = l.list_code
WHERE e.load_id = %(load)s
"""
_NEW = """
 AND NOT EXISTS (
  SELECT 1 FROM hot_list_entry old
  WHERE old.load_id = (
    SELECT b.id FROM hot_list_load b WHERE b.list_code = %(list)s AND b.state = 'superseded'
    ORDER BY b.superseded_at DESC, b.id DESC LIMIT 1)
  AND old.pattern = e.pattern AND old.region IS NOT DISTINCT FROM e.region)
"""
_PLATES = f"""
SELECT '{HOT_PLATES}' AS list_code, '{ListKind.HOT_PLATE}' AS kind, plate, pattern, wildcard,
  region, '{Category.HOT_PLATE}' AS category, NULL::timestamptz AS effective_at,
  {_END} AS expires_at, NULL::bigint AS load_id, NULL::integer AS line, id AS hot_plate_id
FROM hot_plate
"""  # noqa: S608 - constant names


class InForce:
    """Entries of lists that are switched on and in force, and hot plates.

    Parameters
    ----------
    clock
        The present instant.
    back_days
        How long a hot plate that has ended still counts, for reads that were seen before.
    """

    def __init__(self, *, clock: Clock, back_days: int) -> None:
        self._clock = clock
        self._back = timedelta(days=back_days)

    def version(self, connection: Connection) -> tuple[Part, ...]:
        """Return the parts in force, sorted; two small queries.

        A list counts while it is switched on, a special one only while its approval stands. No
        part changes because an entry begins or ends by its own dates: ask `HotEntry.in_force_at`.
        """
        parts = [Part(code, load_id, "") for code, load_id in connection.execute(_LOADS)]
        stamp = connection.execute(_STAMP, {"horizon": self._horizon()}).scalar_one()
        return tuple(sorted([*parts, *([Part(HOT_PLATES, None, stamp)] if stamp else [])]))

    def entries(self, connection: Connection, part: Part) -> Entries:
        """Return the entries of a part, whatever their own dates say.

        A hot plate counts for reads that were seen before it was entered, too: these may only
        arrive now.
        """
        if part.load_id is None:
            standing = f"{_PLATES} WHERE {_END} > %(horizon)s ORDER BY id"
            return _read(connection, standing, {"horizon": self._horizon()})
        return _read(connection, f"{_LISTED} ORDER BY e.line", {"load": part.load_id})

    def newly_listed(self, connection: Connection, part: Part) -> Entries:
        """Return the entries of a load that the one before it did not have.

        Hot plates are new one by one, see `hot_plate`.
        """
        given = {"load": part.load_id, "list": part.list_code}
        return _read(connection, f"{_LISTED} {_NEW} ORDER BY e.line", given)

    def hot_plate(self, connection: Connection, hot_plate_id: int) -> HotEntry | None:
        """Return one hot plate; ``None`` if there is none of that number."""
        found = _read(connection, f"{_PLATES} WHERE id = %(id)s", {"id": hot_plate_id})
        return found[0] if len(found) else None

    def _horizon(self) -> datetime:
        return self._clock() - self._back


_COPY = """
COPY (SELECT list_code, kind, plate, pattern, wildcard, region, category,
  (extract(epoch FROM effective_at) * 1000000)::bigint,
  (extract(epoch FROM expires_at) * 1000000)::bigint,
  load_id, line, hot_plate_id
FROM ({entries}) AS entries) TO STDOUT (FORMAT csv)
"""
_CONVERTED = pa_csv.ConvertOptions(
    # Microseconds since 1970, which Arrow takes as the time that they are.
    column_types={
        field.name: pa.int64() if pa.types.is_timestamp(field.type) else field.type
        for field in ENTRY_SCHEMA
    },
    null_values=[""],
    strings_can_be_null=True,
    quoted_strings_can_be_null=False,
    true_values=["t"],
    false_values=["f"],
)


def _read(connection: Connection, statement: str, values: dict[str, Any]) -> Entries:
    """Return what a statement gives; by COPY, in a third of the time of rows as values."""
    buffer = BytesIO()
    with (
        driver(connection).cursor() as cursor,
        cursor.copy(_COPY.format(entries=statement), values) as copy,
    ):
        for piece in copy:
            buffer.write(piece)
    if not buffer.tell():
        return Entries(ENTRY_SCHEMA.empty_table())
    read = pa_csv.read_csv(
        pa.BufferReader(buffer.getbuffer()),
        pa_csv.ReadOptions(
            column_names=ENTRY_SCHEMA.names,
            use_threads=False,
            block_size=buffer.tell() + 1,
        ),
        # A plate is stored as it was written, whatever stands in it.
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=_CONVERTED,
    )
    return Entries.of_table(read.cast(ENTRY_SCHEMA))
