"""The walk along a chain, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.audit_rows import AT, entries, made_chain
from workbench.audit.chain import Fault, walk
from workbench.audit.checkpoint import sign_head
from workbench.audit.entry import Entry
from workbench.audit.stored import row_record
from workbench.domain.event import EventKind
from workbench.errors import ChainBrokenError

chains = st.lists(entries(), min_size=3, max_size=6).map(made_chain)


def plain_chain(length: int):
    return made_chain([Entry(EventKind.AUDIT_READ, None, details={"n": n}) for n in range(length)])


def signed(row):
    return sign_head(row_record(row), Ed25519PrivateKey.generate(), signed_at=AT)


@given(chains)
def test_any_chain_that_was_appended_holds(rows):
    found = walk(rows)
    assert found.whole
    assert (found.records, found.last_hash) == (len(rows), rows[-1]["hash"])


@given(chains, st.data())
def test_a_deleted_record_is_named(rows, data):
    gone = data.draw(st.integers(0, len(rows) - 2))
    found = walk(rows[:gone] + rows[gone + 1 :])
    assert (found.broken.seq, found.broken.fault) == (gone + 1, Fault.MISSING)
    assert found.records == gone


@given(chains, st.data())
def test_two_records_that_changed_places_are_named(rows, data):
    first, second = sorted(
        data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True))
    )
    forged = [dict(row) for row in rows]
    forged[first], forged[second] = forged[second], forged[first]
    forged[first]["seq"], forged[second]["seq"] = first + 1, second + 1
    found = walk(forged)
    assert (found.broken.seq, found.broken.fault) == (first + 1, Fault.REORDERED)
    assert f"written as {second + 1}" in found.broken.explanation


@given(chains, st.data())
def test_a_record_that_stands_there_twice_is_named(rows, data):
    twice = data.draw(st.integers(0, len(rows) - 1))
    found = walk(rows[: twice + 1] + rows[twice:])
    assert (found.broken.seq, found.broken.fault) == (twice + 1, Fault.DOUBLED)


def test_a_chain_grafted_onto_another_is_named():
    ours, theirs = plain_chain(4), made_chain([Entry(EventKind.AUDIT_VERIFY, None)] * 6)
    found = walk(ours + theirs[4:])
    assert (found.broken.seq, found.broken.fault) == (5, Fault.UNLINKED)


def test_an_empty_chain_holds_until_a_checkpoint_says_otherwise():
    assert walk([]).whole
    assert walk([]).last_hash == "0" * 64
    found = walk([], checkpoints=[signed(plain_chain(1)[0])])
    assert (found.broken.seq, found.broken.fault) == (1, Fault.TRUNCATED)


@pytest.mark.parametrize(("length", "fault"), [(3, Fault.TRUNCATED), (4, None), (5, None)])
def test_a_checkpoint_shows_a_cut_off_end(length, fault):
    checkpoint = signed(plain_chain(4)[3])
    found = walk(plain_chain(length), checkpoints=[checkpoint])
    assert (found.broken.fault if found.broken else None) == fault


def test_a_checkpoint_of_another_chain_is_a_rewrite():
    other = made_chain([Entry(EventKind.AUDIT_VERIFY, None)] * 4)
    found = walk(plain_chain(4), checkpoints=[signed(other[2])])
    assert (found.broken.seq, found.broken.fault) == (3, Fault.REWRITTEN)


def test_the_first_break_ends_the_walk():
    rows = plain_chain(5)
    rows[1] = rows[1] | {"plate": "X"}
    rows[3] = rows[3] | {"plate": "X"}
    found = walk(rows)
    assert found.broken.seq == 2
    with pytest.raises(ChainBrokenError, match="record 2"):
        found.require_whole()


def test_a_whole_chain_raises_nothing():
    walk(plain_chain(2)).require_whole()


def test_two_checkpoints_of_one_record_must_both_agree():
    rows = plain_chain(3)
    good = signed(rows[2])
    bad = replace(good, hash="f" * 64)
    for order in ([good, bad], [bad, good]):
        assert walk(rows, checkpoints=order).broken.fault == Fault.REWRITTEN
