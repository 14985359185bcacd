"""Lengths by file, cut-offs, certificates and the ledger, without a database."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from workbench.detections.expiry import _like
from workbench.errors import PolicyError, RetentionError
from workbench.policy import load_policy
from workbench.policy.load import SHIPPED_RETENTION, retention_files
from workbench.retention.certificate import page
from workbench.retention.cutoffs import cutoffs_of, not_before, rules_sha256
from workbench.retention.ledger_place import (
    FIRST_PREVIOUS,
    LedgerEntry,
    LedgerPlace,
    signed_text,
)

AT = datetime(2026, 11, 2, 18, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
RULES = load_policy().retention


@pytest.mark.parametrize("name", retention_files())
def test_a_shipped_file_of_lengths_says_its_length_in_its_name_and_where_it_is_from(name):
    policy = load_policy(retention=name)
    length = str(policy.retention.reads.value)
    assert name.endswith(length.replace(" ", "-"))
    assert policy.retention.reads.note
    assert policy.version != load_policy().version
    assert policy.sign_in == load_policy().sign_in


def test_the_content_of_the_lengths_is_part_of_the_version(tmp_path):
    source = tmp_path / "lengths.toml"
    content = (retention := load_policy(retention="maine-21-days")).version
    assert retention.retention.reads.section.startswith("29-A")
    source.write_text((SHIPPED_RETENTION / "maine-21-days.toml").read_text() + "# another\n")
    other = load_policy(retention=str(source))
    assert other.version != content
    assert rules_sha256(other) == rules_sha256(retention)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[retention]\n[search]\n", "lengths alone"),
        ("", "lengths alone"),
        ('[retention]\nreads = "1 year"\n', "retention"),
    ],
)
def test_a_file_of_lengths_with_anything_else_is_refused(tmp_path, text, match):
    file = tmp_path / "lengths.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match=match):
        load_policy(retention=str(file))


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(PolicyError, match="chp-60-days"):
        load_policy(retention="nowhere")


@given(st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)))
def test_the_policy_keeps_reads_a_whole_year_at_least(naive):
    at = naive.replace(tzinfo=UTC)
    assert cutoffs_of(RULES, at).reads.until <= at - timedelta(days=365)


def test_later_cutoffs_count_where_a_restored_backup_had_lost_more():
    cutoffs = cutoffs_of(load_policy().retention, AT)
    later = not_before(cutoffs, {"reads": AT, "hits": AT - timedelta(days=9_000)})
    assert later.reads.until == AT
    assert later.hits == cutoffs.hits
    assert not_before(cutoffs, {}) == cutoffs


@pytest.mark.parametrize(
    ("pattern", "like"), [("LOT-*", "LOT-%"), ("A_1%", r"A\_1\%"), ("back\\*", "back\\\\%")]
)
def test_a_pattern_of_cameras_matches_itself_and_its_star_alone(pattern, like):
    assert _like(pattern) == like


def entry(number: int, previous: str, content: str = '{"purge":1}') -> LedgerEntry:
    text = "\n".join((previous, str(number), "purge", content))
    hashed = hashlib.sha256(text.encode()).hexdigest()
    return LedgerEntry(
        number=number, kind="purge", content=content, previous_hash=previous, hash=hashed
    )


def test_an_entry_is_believed_with_its_signature_and_its_place(tmp_path):
    place = LedgerPlace(str(tmp_path / "ledger"))
    first = entry(1, FIRST_PREVIOUS)
    place.write(1, signed_text(first, KEY))
    assert place.last() == 1
    assert place.read(1, [KEY.public_key()], FIRST_PREVIOUS) == first
    with pytest.raises(RetentionError, match="another key"):
        place.read(1, [Ed25519PrivateKey.generate().public_key()], FIRST_PREVIOUS)
    with pytest.raises(RetentionError, match="does not follow"):
        place.read(1, [KEY.public_key()], "1" * 64)
    with pytest.raises(RetentionError, match="missing"):
        place.read(2, [KEY.public_key()], first.hash)


@pytest.mark.parametrize("field", ["number", "kind", "content", "hash", "previous_hash"])
def test_a_changed_entry_is_not_believed(tmp_path, field):
    place = LedgerPlace(str(tmp_path / "ledger"))
    said = json.loads(signed_text(entry(1, FIRST_PREVIOUS), KEY))
    said[field] = 2 if field == "number" else "hold:place"
    place.write(1, json.dumps(said))
    with pytest.raises(RetentionError):
        place.read(1, [KEY.public_key()], FIRST_PREVIOUS)


def test_the_ledger_lies_on_any_file_system():
    place = LedgerPlace("memory://ledger-of-a-test")
    assert (place.last(), place.has(1), place.local) == (0, False, False)
    place.write(1, signed_text(entry(1, FIRST_PREVIOUS), KEY))
    assert place.hash_of(1) == entry(1, FIRST_PREVIOUS).hash


def test_the_page_of_a_certificate_escapes_what_people_typed():
    said = {
        "organisation": "<script>", "purge": 1, "counted_from": "x", "ended_at": "x", "by": "x",
        "policy_version": "x", "access_id": 1, "key_id": "x", "signature": "x", "held_reads": 0,
        "standing_holds": 0, "rows": [], "files": [],
        "authority": {
            "resolution": "<b>", "resolution_date": "x", "attorney": "&", "consented_on": "x",
        },
    }  # fmt: skip
    shown = page(said)
    assert "<script>" not in shown
    assert "<b>" not in shown
