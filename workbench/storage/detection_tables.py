"""Detections, partitioned by month of sighting; only `workbench.detections` may import this."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, REAL

from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

detection_id = Sequence("detection_id_seq", metadata=metadata, data_type=BigInteger, cache=50)

detection = Table(
    "detection",
    metadata,
    Column("id", BigInteger, detection_id, server_default=detection_id.next_value()),
    Column("seen_at", UtcDateTime, nullable=False, comment="When the camera saw it"),
    Column("received_at", UtcDateTime, nullable=False, comment="When the workbench took it in"),
    Column("camera_id", Text, nullable=False, comment="The source's name for its camera"),
    Column("plate", Text, nullable=False, comment="As the source wrote it; never rewritten"),
    Column(
        "plate_normal",
        Text(collation="C"),
        nullable=False,
        comment="Letters and digits in upper case, for finding",
    ),
    Column("pseudonym", Boolean, nullable=False, comment="The plate is a stand-in such as a hash"),
    Column("region", Text, comment="State or country as the source wrote it"),
    Column("confidence", REAL, comment="0 to 1 in the source's own meaning"),
    Column("candidates", JSONB, comment="[[text, confidence], ...] as the source gave them"),
    Column("lon", Double, comment="Degrees, EPSG:4326"),
    Column("lat", Double, comment="Degrees, EPSG:4326"),
    Column("cell", BigInteger, comment="H3 cell of the position, for finding"),
    Column("heading_deg", REAL, comment="Clockwise from north"),
    Column("direction", Text, comment="Direction as the source named it"),
    Column("vehicle", JSONB, comment="make, model, color, body_type, year as the source said"),
    Column("plate_box", ARRAY(Integer), comment="x, y, width, height in pixels of the picture"),
    Column("engine", Text),
    Column("engine_version", Text),
    Column("source", Text, nullable=False, comment="Name of the format it came in"),
    Column("source_event", Text, comment="The source's own identifier"),
    Column("delivery_id", BigInteger, comment="The delivery it came with"),
    Column("record", Integer, comment="Its place in the delivery, from 0"),
    Column("event_key", Uuid, nullable=False, comment="The same event twice has the same key"),
    Column("flags", ARRAY(Text), nullable=False, comment="What is missing or doubtful"),
    Column("plate_picture", Sha256, comment="SHA-256 of the picture of the plate"),
    Column("vehicle_picture", Sha256, comment="SHA-256 of the picture of the vehicle"),
    Column("first_seen_at", UtcDateTime, comment="When the passage began; of videos"),
    Column("last_seen_at", UtcDateTime, comment="When the passage ended; of videos"),
    Column("frames", Integer, comment="Frames of the passage that voted on the plate; of videos"),
    PrimaryKeyConstraint("id", "seen_at"),
    UniqueConstraint("event_key", "seen_at"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon_range"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
    CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position_whole"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
    CheckConstraint("heading_deg >= 0 AND heading_deg < 360", name="heading_range"),
    CheckConstraint("first_seen_at <= seen_at AND seen_at <= last_seen_at", name="seen_within"),
    CheckConstraint("(first_seen_at IS NULL) = (last_seen_at IS NULL)", name="passage_whole"),
    CheckConstraint("frames > 0", name="frames_positive"),
    Index(None, "plate_normal", "seen_at"),
    Index(None, "cell", "seen_at"),
    Index(None, "camera_id", "seen_at"),
    Index(None, "seen_at"),
    # Whether a picture is still named by a read, and how old that read is.
    Index(
        "ix_detection_plate_picture",
        "plate_picture",
        postgresql_where=text("plate_picture IS NOT NULL"),
    ),
    Index(
        "ix_detection_vehicle_picture",
        "vehicle_picture",
        postgresql_where=text("vehicle_picture IS NOT NULL"),
    ),
    postgresql_partition_by="RANGE (seen_at)",
    comment="Reads as they were said (Policy 426.3 (3)); one partition a month of sighting",
)

detection_month = Table(
    "detection_month",
    metadata,
    Column("year", SmallInteger, primary_key=True),
    Column("month", SmallInteger, primary_key=True),
    Column("partition", Text, nullable=False, comment="Name of the partition's table"),
    Column("made_at", UtcDateTime, nullable=False),
    comment="The months that have a partition",
)

PARTITION_DDL = (
    # SECURITY DEFINER: the service may ask for a month, and for nothing else of the owner's.
    # pg_temp last, here as in every function: unnamed it is searched first, and a type or table
    # that the caller makes there would run in the owner's name.
    """
CREATE FUNCTION ensure_detection_months(first timestamptz, last timestamptz)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  month timestamp := date_trunc('month', first AT TIME ZONE 'UTC');
  final timestamp := date_trunc('month', last AT TIME ZONE 'UTC');
  name text;
  made integer := 0;
BEGIN
  IF first < '1990-01-01+00' OR last > now() + interval '400 days' OR last < first THEN
    RAISE EXCEPTION 'no partition for % to %', first, last USING ERRCODE = 'check_violation';
  END IF;
  WHILE month <= final LOOP
    name := format('detection_y%sm%s', to_char(month, 'YYYY'), to_char(month, 'MM'));
    IF to_regclass('public.' || name) IS NULL THEN
      PERFORM pg_advisory_xact_lock(426, 3);
      IF to_regclass('public.' || name) IS NULL THEN
        EXECUTE format(
          'CREATE TABLE public.%I PARTITION OF public.detection FOR VALUES FROM (%L) TO (%L)',
          name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        INSERT INTO public.detection_month VALUES
          (extract(year FROM month), extract(month FROM month), name, now());
        made := made + 1;
      END IF;
    END IF;
    month := month + interval '1 month';
  END LOOP;
  RETURN made;
END
$$
""",
    "REVOKE ALL ON FUNCTION ensure_detection_months(timestamptz, timestamptz) FROM PUBLIC",
)
"""Statements that `workbench.storage.guards` runs."""
