"""Pictures that a read still names, and files of the store that no row names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from workbench.storage.picture_tables import picture


def wanted_pictures(connection: Connection, names: Sequence[str]) -> frozenset[str]:
    """Return those of some pictures that have a row."""
    sha256 = picture.c.sha256
    found = select(func.encode(sha256, "hex")).where(sha256.in_(names))
    return frozenset(connection.execute(found).scalars())
