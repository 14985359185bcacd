"""Services that take in, on the real database, and a camera of its own for each test."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from workbench.detections.intake import open_intake
from workbench.storage.detection_tables import detection
from workbench.storage.pictures import PictureStore


@pytest.fixture
def camera() -> str:
    """A name that no other test uses."""
    return f"cam-{uuid4().hex[:12]}"


@pytest.fixture
def intake(database, policy, runtime, clock):
    """Services that store a few reads at a time."""
    return open_intake(
        database.service,
        pictures=runtime.pictures,
        originals=PictureStore("memory://originals"),
        policy=policy,
        audit=runtime.audit,
        clock=clock,
        batch_rows=10,
    )


@pytest.fixture
def stored(database, camera):
    """Return what is stored of this test's camera."""

    def rows():
        with database.reader.connect() as connection:
            found = select(detection).where(detection.c.camera_id == camera)
            return connection.execute(found.order_by("seen_at", "id")).all()

    return rows
