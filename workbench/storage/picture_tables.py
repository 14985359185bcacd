"""The table of kept pictures; their bytes lie in the picture store."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, Table, Text

from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

picture = Table(
    "picture",
    metadata,
    Column("sha256", Sha256, primary_key=True, comment="Of the bytes as they came"),
    Column("media_type", Text, nullable=False, comment="Such as image/jpeg, from the content"),
    Column("width", Integer, comment="Pixels as encoded; unknown when it cannot be decoded"),
    Column("height", Integer, comment="Pixels as encoded; unknown when it cannot be decoded"),
    Column("size_bytes", BigInteger, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    CheckConstraint("size_bytes > 0", name="size_positive"),
    CheckConstraint("width > 0 AND height > 0", name="extent_positive"),
    CheckConstraint("(width IS NULL) = (height IS NULL)", name="extent_whole"),
    comment="Pictures that detections name by hash (Policy 426.3 (3))",
)
