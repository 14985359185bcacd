"""The services of sharing on the real database."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.sharing import SharingDesk, open_sharing_desk


@pytest.fixture
def desk(runtime, tmp_path, clock) -> SharingDesk:
    return open_sharing_desk(runtime, tmp_path, clock)


@pytest.fixture
def logged(database):
    """Return kind and outcome of the audit records that name something, in order."""

    def found(key: str, value: object) -> list[tuple[str, str]]:
        sql = (
            "SELECT kind, outcome FROM audit_record WHERE details ->> :key = :value"
            " AND (kind LIKE 'release:%' OR kind LIKE 'agency:%' OR kind LIKE 'share:%')"
            " ORDER BY seq"
        )
        with database.owner.connect() as connection:
            rows = connection.execute(text(sql), {"key": key, "value": str(value)})
            return [tuple(row) for row in rows]

    return found
