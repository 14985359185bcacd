"""Misread models, each whole; nothing is changed once it is stored."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

misread_model = Table(
    "misread_model",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("engine", Text, nullable=False, comment="As in the reads it speaks about"),
    Column("engine_version", Text, nullable=False),
    Column("learned_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("pairs", Integer, nullable=False, comment="Labelled reads that it was learned from"),
    Column("content", Text, nullable=False, comment="The JSON file, as it is"),
    Column("sha256", Sha256, nullable=False, comment="Of the content"),
    CheckConstraint("pairs > 0", name="learned_from_something"),
    Unique("sha256"),
    Index(None, "engine", "engine_version", "learned_at"),
    comment="What engines mistake for what; the newest of an engine and version counts",
)
