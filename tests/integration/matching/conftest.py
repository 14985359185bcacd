"""Lists of a test's own, and what was made of its camera's reads."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.listed_plates import Lists
from workbench.detections.intake import open_intake
from workbench.storage.detection_tables import detection
from workbench.storage.hit_tables import hit
from workbench.storage.pictures import PictureStore


@pytest.fixture
def camera() -> str:
    """A name that no other test uses."""
    return f"cam-{uuid4().hex[:12]}"


@pytest.fixture
def code() -> str:
    """A list that no other test uses."""
    return f"T{uuid4().hex[:12].upper()}"


@pytest.fixture
def lists(database, clock):
    made = Lists(database.service, clock())
    yield made
    made.clear()


@pytest.fixture
def take_with(database, policy, runtime, clock):
    """Return services that take in a few reads at a time, watched by somebody."""

    def services(watcher=runtime.matching.watcher, batch_rows=10):
        return open_intake(
            database.service,
            pictures=runtime.pictures,
            originals=PictureStore("memory://originals"),
            policy=policy,
            audit=runtime.audit,
            clock=clock,
            batch_rows=batch_rows,
            watchers=(watcher,),
        ).ingest

    return services


@pytest.fixture
def hits(database, camera):
    """Return the hits of this test's camera."""

    def rows():
        found = select(hit).where(hit.c.camera_id == camera).order_by(hit.c.id)
        with database.reader.connect() as connection:
            return connection.execute(found).all()

    return rows


@pytest.fixture
def stored(database, camera):
    """Return what is stored of this test's camera."""

    def rows():
        found = select(detection).where(detection.c.camera_id == camera)
        with database.reader.connect() as connection:
            return connection.execute(found.order_by(detection.c.seen_at)).all()

    return rows
