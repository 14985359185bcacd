"""Whoever changes the log is found, and the first record that does not hold is named."""

# ruff: noqa: S608 - the forger writes statements as it likes

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workbench.audit.canonical import FIELDS, row_hash
from workbench.audit.chain import Fault
from workbench.audit.checkpoint import sign_head
from workbench.audit.reading import open_stream
from workbench.audit.verify import verify_log
from workbench.errors import ChainBrokenError

RECORDS = 8


@pytest.fixture
def filled(log, search):
    """A log of eight records."""
    for number in range(RECORDS):
        log.append(replace(search, access_id=1 if number else None, details={"n": number}))
    return log


@pytest.fixture
def signed(filled, clock):
    """Signs the head as it is now."""
    key = Ed25519PrivateKey.generate()
    return lambda: sign_head(filled.head(), key, signed_at=clock())


def broken(database, *checkpoints):
    found = verify_log(database.service, checkpoints=checkpoints)
    assert found.broken is not None, "the forgery was not found"
    return found.broken


def test_a_whole_log_is_whole(filled, own_database, signed):
    found = verify_log(own_database.service, checkpoints=[signed()])
    assert found.whole
    assert (found.records, found.last_seq, found.checkpoints) == (8, 8, (8,))
    assert found.last_hash == filled.head().hash
    found.require_whole()


OTHER = {
    "access_id": "coalesce(access_id, 1) - 1",
    "case_number": "case_number || ' '",
    "criteria": "'{}'::json",
    "details": "(details::text || ' ')::json",
    "display_name": "NULL",
    "hash": "sha256(hash)",
    "inquiry_id": "gen_random_uuid()",
    "kind": "'detection:canvass'",
    "organisation": "lower(organisation)",
    "origin": "NULL",
    "outcome": "'returned'",
    "plate": "'7AB?2*'",
    "policy_version": "policy_version || 'x'",
    "previous_hash": "sha256(previous_hash)",
    "purpose": "'stolen_vehicle'",
    "reason": "''",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "roles": "'[\"officer\"]'::json",
    "schema_version": "2",
    "seq": "1000",
    "username": "'s.example'",
}


ENDS = ("plate", "previous_hash", "hash", "recorded_at")


@pytest.mark.parametrize(
    ("column", "seq"),
    [(column, 5) for column in (*FIELDS, "hash")]
    + [(column, seq) for column in ENDS for seq in (1, RECORDS)],
)
def test_a_change_of_any_column_of_any_record_names_it(
    filled, own_database, forge, column, seq, signed
):
    checkpoint = signed()
    forge(f"UPDATE audit_record SET {column} = {OTHER[column]} WHERE seq = {seq}")
    found = broken(own_database, checkpoint)
    assert found.seq == seq
    if column != "seq":
        assert found.fault == Fault.EDITED
        assert str(seq) in found.explanation


def test_a_deleted_record_is_named(filled, own_database, forge):
    forge("DELETE FROM audit_record WHERE seq = 4")
    assert broken(own_database).seq == 4
    assert broken(own_database).fault == Fault.MISSING
    forge("DELETE FROM audit_record WHERE seq = 5")
    assert "Record 4 to 5 was deleted" in broken(own_database).explanation
    with pytest.raises(ChainBrokenError, match="record 4"):
        verify_log(own_database.service).require_whole()


def test_a_deleted_first_record_is_named(filled, own_database, forge):
    forge("DELETE FROM audit_record WHERE seq = 1")
    assert (broken(own_database).seq, broken(own_database).fault) == (1, Fault.MISSING)


def test_two_records_that_changed_places_are_named(filled, own_database, forge):
    forge(
        "UPDATE audit_record SET seq = 100 WHERE seq = 3",
        "UPDATE audit_record SET seq = 3 WHERE seq = 4",
        "UPDATE audit_record SET seq = 4 WHERE seq = 100",
    )
    found = broken(own_database)
    assert (found.seq, found.fault) == (3, Fault.REORDERED)
    assert "written as 4" in found.explanation


def test_a_deleted_record_is_named_when_the_later_ones_closed_ranks(filled, own_database, forge):
    forge(
        "DELETE FROM audit_record WHERE seq = 4",
        *(f"UPDATE audit_record SET seq = {n - 1} WHERE seq = {n}" for n in range(5, RECORDS + 1)),
    )
    assert (broken(own_database).seq, broken(own_database).fault) == (4, Fault.REORDERED)


def test_an_inserted_record_is_named(filled, own_database, forge):
    columns = ", ".join(name for name in (*FIELDS, "hash") if name != "seq")
    forge(
        *(f"UPDATE audit_record SET seq = {n + 1} WHERE seq = {n}" for n in range(RECORDS, 3, -1)),
        f"INSERT INTO audit_record (seq, {columns}) SELECT 4, {columns}"
        " FROM audit_record WHERE seq = 3",
    )
    assert (broken(own_database).seq, broken(own_database).fault) == (4, Fault.REORDERED)


def rehash(database, forge, first: int) -> None:
    """Do what a patient forger with the owner's password would do."""
    with open_stream(database.owner) as stream:
        rows = [dict(row) for row in stream.rows]
    for row in rows:
        if row["seq"] >= first:
            if row["seq"] > 1:
                row["previous_hash"] = rows[row["seq"] - 2]["hash"]
            row["hash"] = row_hash(row)
            forge(
                "UPDATE audit_record SET previous_hash = decode(%(previous)s, 'hex'),"
                " hash = decode(%(hash)s, 'hex') WHERE seq = %(seq)s",
                previous=row["previous_hash"],
                hash=row["hash"],
                seq=row["seq"],
            )


def test_an_edited_record_with_a_new_hash_breaks_the_link_behind_it(filled, own_database, forge):
    forge("UPDATE audit_record SET plate = '8XYZ999' WHERE seq = 4")
    with open_stream(own_database.owner) as stream:
        row = next(row for row in stream.rows if row["seq"] == 4)
    forge("UPDATE audit_record SET hash = decode(%(h)s, 'hex') WHERE seq = 4", h=row_hash(row))
    assert (broken(own_database).seq, broken(own_database).fault) == (5, Fault.UNLINKED)


def test_a_rewritten_log_needs_a_checkpoint_to_be_found(filled, own_database, forge, signed):
    checkpoint = signed()
    forge("UPDATE audit_record SET plate = '8XYZ999' WHERE seq = 4")
    rehash(own_database, forge, first=4)
    assert verify_log(own_database.service).whole
    assert broken(own_database, checkpoint).fault == Fault.REWRITTEN


def test_two_checkpoints_say_between_which_the_log_was_rewritten(
    filled, own_database, forge, signed, search
):
    first = signed()
    for _ in range(3):
        filled.append(search)
    second = signed()
    forge("UPDATE audit_record SET plate = '8XYZ999' WHERE seq = 9")
    rehash(own_database, forge, first=9)
    found = broken(own_database, second, first)
    assert (found.seq, found.fault) == (11, Fault.REWRITTEN)
    assert "after record 8" in found.explanation


@pytest.mark.parametrize(("kept", "whole"), [(RECORDS - 1, False), (RECORDS, True)])
def test_a_cut_off_end_needs_a_checkpoint_to_be_found(
    filled, own_database, forge, signed, kept, whole
):
    checkpoint = signed()
    forge(f"DELETE FROM audit_record WHERE seq > {kept}")
    assert verify_log(own_database.service).whole
    found = verify_log(own_database.service, checkpoints=[checkpoint])
    assert found.whole is whole
    if not whole:
        assert (found.broken.seq, found.broken.fault) == (kept + 1, Fault.TRUNCATED)


def test_an_emptied_log_needs_a_checkpoint_to_be_found(filled, own_database, forge, signed):
    checkpoint = signed()
    forge("TRUNCATE audit_record")
    assert (broken(own_database, checkpoint).seq, broken(own_database, checkpoint).fault) == (
        1,
        Fault.TRUNCATED,
    )


def test_progress_ends_with_all_records(filled, own_database):
    seen = []
    verify_log(own_database.service, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (RECORDS, RECORDS)
