"""A door on the real database, and an analyst with an open inquiry."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.people import made_actor
from workbench.audit import AuditLog
from workbench.detections.door import Door
from workbench.detections.inquiries import Inquiries
from workbench.detections.looks import Looks
from workbench.detections.read_limits import ReadLimits
from workbench.domain.person import Role
from workbench.storage.pictures import PictureStore

CASE = "26-014532"


@pytest.fixture
def audit(database, policy, clock) -> AuditLog:
    return AuditLog(
        database.service,
        clock=clock,
        organisation=policy.department.name.value,
        policy_version=policy.version,
    )


@pytest.fixture
def inquiries(database, policy, audit, clock) -> Inquiries:
    return Inquiries(database.service, policy=policy, audit=audit, clock=clock)


@pytest.fixture
def door(database, policy, audit, inquiries, clock, runtime) -> Door:
    limits = ReadLimits(database.service, policy=policy, audit=audit, clock=clock)
    looks = Looks(policy=policy, audit=audit, inquiries=inquiries, clock=clock, limits=limits)
    pictures = PictureStore("memory://door-tests")
    tries = runtime.matching.tries
    return Door(database.reader, pictures=pictures, tries=tries, policy=policy, looks=looks)


@pytest.fixture
def actor():
    return made_actor(Role.ANALYST)


@pytest.fixture
def inquiry_id(inquiries, actor) -> UUID:
    return inquiries.open(
        actor,
        purpose="active_investigation",
        case_number=CASE,
        reason="Armed robbery in the made-up town",
    ).id
