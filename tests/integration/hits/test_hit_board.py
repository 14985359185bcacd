"""The board says what each hit waits for in one look, and the stamp when to look again."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from sqlalchemy import create_engine, insert, text

from tests.hits import CONFIRM, FROM_DESK, OPEN, enrolled, made_hit, store_hits, store_load
from tests.people import made_actor
from workbench.domain.alert import Level
from workbench.domain.hit import HitState
from workbench.domain.person import Role
from workbench.errors import DatabaseError, DeniedError
from workbench.hotlists.hits import Hit
from workbench.hotlists.hits.board import HitBoard
from workbench.hotlists.hits.next_steps import DueKind
from workbench.hotlists.hits.selection import Selection
from workbench.hotlists.hits.violations import ViolationKind
from workbench.storage.hit_tables import hit as hit_table

OFFICER = made_actor(Role.OFFICER, username="o.officer")
DISPATCHER = made_actor(Role.DISPATCHER, username="d.dispatcher")
OPEN_ONES = Selection(states=tuple(state for state in HitState if state is not HitState.CLOSED))


def records(database):
    with database.owner.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM audit_record"))


def line_of(board, hit_id):
    return next(line for line in board.lines if line.hit.id == hit_id)


def test_a_board_is_one_look_however_many_hits_there_are(runtime, database):
    store_hits(database.service, {}, {"listed_plate": "7OTHER1"}, {"listed_plate": "7OTHER2"})
    before = records(database)
    board = runtime.board.look(OFFICER, OPEN_ONES)
    assert len(board.lines) >= 3
    assert records(database) == before + 2, "the look and how it ended"


def test_each_line_says_how_loud_what_is_due_and_what_was_broken(runtime, database, clock):
    (stolen,) = store_hits(database.service)
    (special,) = store_hits(database.service, kind="special")
    board = runtime.board.look(OFFICER, OPEN_ONES)
    assert line_of(board, stolen).level is Level.HIGH
    assert line_of(board, special).level is Level.LOW
    assert [due.kind for due in line_of(board, stolen).due] == [DueKind.OPEN]
    assert line_of(board, stolen).last_event == 0
    for act in (OPEN, FROM_DESK):
        clock.move(minutes=1)
        acted = runtime.hits.act(OFFICER, stolen, act, knowing=ViolationKind)
    line = line_of(runtime.board.look(OFFICER, OPEN_ONES), stolen)
    assert (line.violations, line.last_event) == (1, acted.event.id + 1)
    assert {due.kind for due in line.due} == {DueKind.COMPARE, DueKind.CONFIRMATION}


def test_nobody_without_the_right_sees_the_board(runtime):
    with pytest.raises(DeniedError):
        runtime.board.look(made_actor(Role.AUDITOR, username="a.auditor"), OPEN_ONES)


def test_the_stamp_is_no_look_and_stands_while_nothing_happens(runtime, database):
    before = records(database)
    first = runtime.board.stamp()
    assert runtime.board.stamp() == first
    assert records(database) == before


def test_the_stamp_changes_with_each_hit_and_each_act(runtime, database):
    stamps = {runtime.board.stamp()}
    (hit_id,) = store_hits(database.service)
    stamps.add(runtime.board.stamp())
    runtime.hits.act(OFFICER, hit_id, OPEN)
    stamps.add(runtime.board.stamp())
    enrolled(database, DISPATCHER.person.username)
    runtime.hits.act(DISPATCHER, hit_id, CONFIRM)
    stamps.add(runtime.board.stamp())
    assert len(stamps) == 4


def test_a_hit_that_is_committed_after_a_later_one_changes_the_stamp(runtime, database):
    with database.service.begin() as connection:
        load_id = store_load(connection, "STAMP_LATE")

    def store(connection, plate):
        made = made_hit(listed_plate=plate, load_id=load_id, list_code="STAMP_LATE")
        given = {name: getattr(made, name) for name in Hit.__dataclass_fields__ if name != "id"}
        statement = insert(hit_table).values(given).returning(hit_table.c.id)
        return connection.execute(statement).scalar_one()

    with database.service.connect() as slow, database.service.connect() as quick:
        first = store(slow, "7FIRST1")
        assert store(quick, "7SECON1") > first
        quick.commit()
        between = runtime.board.stamp()
        slow.commit()
    after = runtime.board.stamp()
    assert after.hit == between.hit
    assert after != between


def test_what_is_cut_off_is_said(runtime, database):
    store_hits(database.service, {}, {"listed_plate": "7OTHER1"})
    board = runtime.board.look(OFFICER, Selection(limit=1))
    assert (len(board.lines), board.truncated) == (1, True)


def test_a_database_that_is_away_is_told_as_such(policy, runtime, clock):
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    board = HitBoard(nowhere, policy=policy, audit=runtime.audit, clock=clock)
    with pytest.raises(DatabaseError):
        board.stamp()


def test_the_stamp_holds_numbers_alone(runtime):
    assert all(type(part) is int for part in astuple(runtime.board.stamp()))
