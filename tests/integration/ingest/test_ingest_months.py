"""A month that several want to make at the same time is made once, and nobody fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pyarrow as pa
from sqlalchemy import text

from workbench.detections.batches import Prepared
from workbench.detections.rows_in import Batch
from workbench.detections.storing import Storing

_AT_ONCE = 6


def test_a_month_is_made_once_by_many(runtime, database, policy, clock):
    storing = Storing(database.service, pictures=runtime.pictures, policy=policy, clock=clock)
    for month in range(1, 9):
        first = datetime(1993, month, 1, tzinfo=UTC)
        part = Prepared(rows=Batch(b"", 0, (first,), pa.table({})), records=0)
        together = Barrier(_AT_ONCE)

        def make(part=part, together=together) -> None:
            together.wait()
            storing.make_months(part)

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for made in [threads.submit(make) for _ in range(_AT_ONCE)]:
                made.result()
    with database.owner.connect() as connection:
        count = text("SELECT count(*) FROM detection_month WHERE year = 1993")
        assert connection.execute(count).scalar_one() == 8
