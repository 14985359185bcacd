"""New reads, as whoever takes them in shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa
from sqlalchemy import Connection


class NewReads(Protocol):
    """Rows that are stored, or that were.

    Attributes
    ----------
    reads
        ``seen_at``, ``camera_id``, ``plate``, ``plate_normal``, ``pseudonym``, ``region``,
        ``confidence``, ``candidates``, ``engine``, ``engine_version``.
    """

    @property
    def reads(self) -> pa.Table:
        """The rows."""

    def ids(self, connection: Connection, rows: Sequence[int]) -> list[int]:
        """Return the detections' numbers of some rows, in their order."""
