"""The parts as they are put together: a list, a read, its hit, who is told, the call for CAD."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.hits import ASK, CALL, CONFIRM, FROM_DESK, OPEN, enrolled
from tests.hot_lists import csv_text, new_code
from tests.people import made_actor
from workbench.detections.ingest_log import Caller
from workbench.domain.alert import TargetKind
from workbench.domain.hit import HitState
from workbench.domain.person import Role
from workbench.hotlists.alerts.target import Target
from workbench.hotlists.notices import found_notices
from workbench.storage.alert_tables import alert_delivery, alert_target
from workbench.storage.hit_tables import hit

OFFICER = made_actor(Role.OFFICER, username="o.chain")
DISPATCHER = made_actor(Role.DISPATCHER, username="d.chain")


@pytest.fixture
def plate() -> str:
    return f"8QZ{uuid4().int % 10_000:04}"


@pytest.fixture
def queued(runtime, desk, tmp_path, database):
    """Set up where a kind of alert goes; return what was queued for it."""

    def target(kind: TargetKind, address: str):
        name = f"chain-{uuid4().hex[:10]}"
        runtime.alerts.targets.add(desk.admin, Target(name=name, kind=kind, address=address))

        def found():
            asked = select(alert_delivery).join(
                alert_target, alert_target.c.id == alert_delivery.c.target_id
            )
            with database.service.connect() as connection:
                return connection.execute(asked.where(alert_target.c.name == name)).all()

        return found

    return target


@pytest.fixture
def hits_of(database):
    def found(plate: str):
        with database.reader.connect() as connection:
            return connection.execute(select(hit).where(hit.c.read_plate == plate)).all()

    return found


def taken_in(runtime, plate, at):
    row = f"{plate},{(at - timedelta(seconds=1)).isoformat()},cam-{plate},0.95\n"
    content = f"plate,seen_at,camera,confidence\n{row}".encode()
    assert runtime.ingest.take(content, Caller()).counts.stored == 1


def test_a_read_of_a_listed_plate_is_a_hit_that_is_told_and_ends_in_a_call(
    runtime, desk, clock, plate, queued, hits_of, tmp_path
):
    mailed = queued(TargetKind.EMAIL, "watch@example.gov")
    called = queued(TargetKind.CAD_FILE, str(tmp_path))
    desk.load(desk.list_at(), csv_text([plate]))
    taken_in(runtime, plate, clock())
    (made,) = hits_of(plate)
    assert not made.possible
    assert [row.hit_id for row in mailed()] == [made.id]
    assert called() == []
    enrolled(runtime.database, DISPATCHER.person.username)
    for actor, act in [
        (OFFICER, OPEN),
        (OFFICER, ASK),
        (DISPATCHER, CONFIRM),
        (OFFICER, FROM_DESK),
    ]:
        clock.at += timedelta(seconds=5)
        assert runtime.hits.act(actor, made.id, act).violations == ()
    assert called() == []
    done = runtime.hits.act(DISPATCHER, made.id, CALL)
    assert done.state is HitState.CALLED
    assert [row.hit_event_id for row in called()] == [done.event.id]


def test_a_read_that_is_kept_is_a_hit_once_its_plate_is_listed(
    runtime, desk, clock, plate, queued, hits_of
):
    mailed = queued(TargetKind.EMAIL, "watch@example.gov")
    taken_in(runtime, plate, clock())
    assert hits_of(plate) == []
    code = desk.list_at()
    desk.load(code, csv_text([plate]))
    runtime.matching.back.list_loaded(code)
    (made,) = hits_of(plate)
    assert [row.hit_id for row in mailed()] == [made.id]
    assert runtime.matching.back.list_loaded(code).hits == 0


@pytest.mark.parametrize("where", ["/{code}.csv", "/", "/{code}-*.csv"])
def test_a_notice_of_a_load_names_the_file_and_no_folder(desk, clock, policy, database, where):
    """Webhooks and mails of notices leave the machine."""
    folder = desk.folder / "of the department"
    folder.mkdir(exist_ok=True)
    code = new_code()
    name = where.format(code=code)
    desk.list_at(code, address=f"{folder}{name}")
    desk.load(code)
    with database.service.connect() as connection:
        found = list(found_notices(connection, at=clock(), policy=policy))
    (said,) = [notice.text for notice in found if notice.subject == code]
    assert "of the department" not in said
    assert str(desk.folder) not in said
    assert f"'file {name[1:] or '(the last in a folder)'}" in said


def test_a_list_that_failed_is_a_notice(runtime, desk, clock, policy, database):
    code = desk.list_at()
    desk.load(code, csv_text(["8QZ1111"], header="nothing"))
    with database.service.connect() as connection:
        found = list(found_notices(connection, at=clock(), policy=policy))
    assert code in [notice.subject for notice in found]
