"""The services of lists on the real database, with files in a folder."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.hot_lists import Desk


@pytest.fixture
def desk(runtime, clock, tmp_path) -> Desk:
    return Desk(runtime.hot_lists, tmp_path, clock)


@pytest.fixture
def in_force(database):
    """Return the plates of a list that are in force, in order."""

    def found(code: str) -> list[str]:
        sql = (
            "SELECT e.plate FROM hot_list_entry e JOIN hot_list_load l ON l.id = e.load_id"
            " WHERE l.list_code = :code AND l.state = 'in_force' ORDER BY e.line"
        )
        with database.service.connect() as connection:
            return list(connection.execute(text(sql), {"code": code}).scalars())

    return found


@pytest.fixture
def logged(database):
    """Return the newest audit record of a kind about a list."""

    def found(kind: str, code: str):
        sql = (
            "SELECT * FROM audit_record WHERE kind = :kind AND details ->> 'list' = :code"
            " ORDER BY seq DESC LIMIT 1"
        )
        with database.owner.connect() as connection:
            values = {"kind": kind, "code": code}
            return connection.execute(text(sql), values).mappings().one_or_none()

    return found
