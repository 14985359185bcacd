"""What tests of videos ask for: films that no other test has, and what became of them."""

from __future__ import annotations

import itertools
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.videos import MarkEngine, film
from workbench.detections.video_intake import VideoIntake
from workbench.storage.delivery_tables import delivery, quarantine
from workbench.storage.detection_tables import detection

SALT = itertools.count(int(uuid4()) % 10**9)


@pytest.fixture
def camera() -> str:
    return f"video-{uuid4().hex[:10]}"


@pytest.fixture
def engine() -> MarkEngine:
    return MarkEngine()


@pytest.fixture
def intake_of(runtime):
    def made(engine, looks_in_a_portion=20) -> VideoIntake:
        return VideoIntake(
            runtime.ingest,
            load_engine=lambda: engine,
            policy=runtime.policy,
            clock=runtime.clock,
            looks_in_a_portion=looks_in_a_portion,
        )

    return made


@pytest.fixture
def intake(intake_of, engine) -> VideoIntake:
    return intake_of(engine)


@pytest.fixture
def filmed(tmp_path):
    """Write a film that no other test has."""

    def write(frames, name="gate.avi", **how):
        return film(tmp_path / name, frames, salt=next(SALT), **how)

    return write


@pytest.fixture
def stored(database, camera):
    def rows(of=camera):
        with database.reader.connect() as connection:
            found = select(detection).where(detection.c.camera_id == of)
            # Passages that begin at the same frame are stored in any order.
            in_order = found.order_by(detection.c.record, detection.c.plate)
            return connection.execute(in_order).all()

    return rows


@pytest.fixture
def delivered(database):
    def row(receipt):
        with database.service.connect() as connection:
            found = select(delivery).where(delivery.c.id == receipt.delivery_id)
            return connection.execute(found).one()

    return row


@pytest.fixture
def waiting(database):
    def rows(receipt):
        with database.service.connect() as connection:
            found = select(quarantine).where(quarantine.c.delivery_id == receipt.delivery_id)
            return connection.execute(found.order_by(quarantine.c.id)).all()

    return rows
