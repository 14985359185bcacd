"""How old reads were when they were looked at: what the length of keeping them is argued with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, func, or_, select

from workbench.storage.detection_tables import detection

_d = detection.c
_SECOND = timedelta(seconds=1)


def ages_of(table: pa.Table, at: datetime) -> dict[str, Any]:
    """Return the ages of some reads in whole seconds, for the outcome of a look.

    Returns
    -------
    dict
        ``ages_s`` with ``newest``, ``median`` and ``oldest``; nothing where there is no read.

    Examples
    --------
    >>> from datetime import UTC
    >>> seen = [datetime(2026, 11, 2, 17, minute, tzinfo=UTC) for minute in (0, 30, 50)]
    >>> table = pa.table({"seen_at": pa.array(seen, pa.timestamp("us", "UTC"))})
    >>> ages_of(table, datetime(2026, 11, 2, 18, tzinfo=UTC))
    {'ages_s': {'newest': 600, 'median': 1800, 'oldest': 3600}}
    """
    if not table.num_rows:
        return {}
    seen = table["seen_at"].cast(pa.int64())
    oldest, newest = pc.min_max(seen).as_py().values()
    middle = pc.quantile(seen, 0.5, interpolation="lower")[0].as_py()
    moment = (at - datetime.fromtimestamp(0, at.tzinfo)) // timedelta(microseconds=1)
    said = {"newest": newest, "median": middle, "oldest": oldest}
    return {"ages_s": {name: (moment - value) // 1_000_000 for name, value in said.items()}}


def ages_of_picture(connection: Connection, sha256: str, at: datetime) -> dict[str, Any]:
    """Return the ages of the reads that a picture is of, as `ages_of` does."""
    of_it = or_(_d.plate_picture == sha256, _d.vehicle_picture == sha256)
    found = connection.execute(
        select(func.min(_d.seen_at), func.max(_d.seen_at)).where(of_it)
    ).one()
    if found[0] is None:
        return {}
    oldest, newest = ((at - seen) // _SECOND for seen in found)
    return {"ages_s": {"newest": newest, "median": newest, "oldest": oldest}}
