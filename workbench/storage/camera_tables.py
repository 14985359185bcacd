"""Cameras that the department knows."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Double, Table, Text, true
from sqlalchemy.dialects.postgresql import REAL

from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime

camera = Table(
    "camera",
    metadata,
    Column("id", Text, primary_key=True, comment="As sources name it"),
    Column("name", Text, nullable=False, comment="As people call it"),
    Column("kind", Text, nullable=False),
    Column("lon", Double, comment="Degrees, EPSG:4326; empty for what drives"),
    Column("lat", Double, comment="Degrees, EPSG:4326"),
    Column("heading_deg", REAL, comment="Where it looks, clockwise from north"),
    Column("source_system", Text, comment="The system that its reads come from"),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('fixed', 'trailer', 'vehicle')", name="kind_known"),
    CheckConstraint("id <> '' AND name <> ''", name="names_given"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon_range"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
    CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position_whole"),
    CheckConstraint("kind <> 'fixed' OR lon IS NOT NULL", name="fixed_is_somewhere"),
    CheckConstraint("heading_deg >= 0 AND heading_deg < 360", name="heading_range"),
    comment="Cameras by the names that sources give them",
)
