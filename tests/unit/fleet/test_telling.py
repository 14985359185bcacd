"""Notices about equipment come seldom and stand in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from tests.conftest import FixedClock
from workbench.domain.alert import Level, Notice, NoticeKind
from workbench.fleet.telling import EquipmentNotices

AT = datetime(2026, 11, 2, 18, tzinfo=UTC)
NOTICE = Notice(
    key="silent:C1:x", kind=NoticeKind.CAMERA_SILENT, subject="C1", text="Silent", found_at=AT
)


@pytest.mark.parametrize(("after", "looks"), [(-1, False), (0, True), (1, True)])
def test_equipment_is_looked_at_every_quarter_of_an_hour(after, looks):
    clock = FixedClock(AT)
    find = EquipmentNotices(lambda: [NOTICE], clock=clock)
    assert find() == [NOTICE]
    clock.at = AT + timedelta(minutes=15) + timedelta(microseconds=after)
    assert find() == ([NOTICE] if looks else [])


def test_a_clock_that_was_put_back_does_not_stop_the_looking():
    clock = FixedClock(AT)
    find = EquipmentNotices(lambda: [NOTICE], clock=clock)
    find()
    clock.at = AT - timedelta(days=1)
    assert find() == [NOTICE]


def test_equipment_that_cannot_be_looked_at_is_told_and_stops_no_other_notice():
    def broken() -> Iterator[Notice]:
        yield NOTICE
        raise OperationalError("SELECT", {}, Exception("canceling statement"))

    (told,) = EquipmentNotices(broken, clock=FixedClock(AT))()
    assert (told.kind, told.kind.level) == (NoticeKind.EQUIPMENT_UNSEEN, Level.MEDIUM)
    assert told.key == "equipment_unseen:OperationalError:2026-11-02"
    assert "workbench equipment health" in told.text
