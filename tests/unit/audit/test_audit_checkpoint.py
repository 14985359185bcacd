"""Checkpoints and their key: what was signed cannot be changed, and who can sign is known."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.audit_rows import AT, made_chain
from workbench.audit.checkpoint import read_checkpoint, sign_head, write_checkpoint
from workbench.audit.entry import Entry
from workbench.audit.keys import (
    PRIVATE_NAME,
    PUBLIC_NAME,
    key_id,
    known_public_keys,
    public_key,
    signing_key,
)
from workbench.audit.stored import row_record
from workbench.domain.event import EventKind
from workbench.errors import CheckpointError


@pytest.fixture
def key():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def head():
    return row_record(made_chain([Entry(EventKind.AUDIT_READ, None)] * 3)[-1])


@pytest.fixture
def file(tmp_path, key, head):
    written = tmp_path / "audit.json"
    write_checkpoint(sign_head(head, key, signed_at=AT + timedelta(hours=1)), written)
    return written


def test_a_checkpoint_is_read_as_it_was_signed(file, key, head):
    found = read_checkpoint(file, key.public_key())
    assert (found.seq, found.hash, found.recorded_at) == (3, head.hash, head.recorded_at)
    assert found.signed_at == AT + timedelta(hours=1)
    assert found == sign_head(head, key, signed_at=AT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", "Another"),
        ("seq", 4),
        ("hash", "0" * 64),
        ("recorded_at", "2026-11-02T18:00:04.000000Z"),
        ("signed_at", "2026-11-02T18:00:04.000000Z"),
        ("signature", "AAAA"),
        ("signature", "not base64!"),
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(file, key, field, value):
    stated = json.loads(file.read_text())
    assert stated[field] != value
    file.write_text(json.dumps(stated | {field: value}))
    with pytest.raises(CheckpointError, match="signature is wrong"):
        read_checkpoint(file, key.public_key())


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "7", "{}", '{"seq": 3}', '{"schema_version": 1, "more": 2}']
)
def test_what_is_no_checkpoint_is_refused(file, key, text):
    file.write_text(text)
    with pytest.raises(CheckpointError, match=r"cannot be read|is no checkpoint"):
        read_checkpoint(file, key.public_key())


@pytest.mark.parametrize(("field", "value"), [("seq", "3"), ("seq", True), ("schema_version", 2)])
def test_a_field_of_another_kind_is_refused(file, key, field, value):
    file.write_text(json.dumps(json.loads(file.read_text()) | {field: value}))
    with pytest.raises(CheckpointError, match="is no checkpoint"):
        read_checkpoint(file, key.public_key())


def test_a_missing_file_is_refused(tmp_path, key):
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_checkpoint(tmp_path / "none.json", key.public_key())


def test_another_key_is_named(file):
    with pytest.raises(CheckpointError, match="Another key"):
        read_checkpoint(file, Ed25519PrivateKey.generate().public_key())


def test_one_of_several_keys_must_have_signed(file, key):
    others = [Ed25519PrivateKey.generate().public_key() for _ in range(2)]
    assert read_checkpoint(file, others[0], key.public_key(), others[1]).seq == 3
    with pytest.raises(CheckpointError, match="Another key"):
        read_checkpoint(file, *others)
    with pytest.raises(CheckpointError, match="Another key"):
        read_checkpoint(file)


def test_another_key_under_the_same_name_is_refused(file, key):
    other = Ed25519PrivateKey.generate().public_key()
    stated = json.loads(file.read_text())
    file.write_text(json.dumps(stated | {"key_id": key_id(other)}))
    with pytest.raises(CheckpointError, match="signature is wrong"):
        read_checkpoint(file, other)


def test_a_checkpoint_is_never_overwritten(file, key, head):
    before = file.read_text()
    with pytest.raises(CheckpointError, match="never overwritten"):
        write_checkpoint(sign_head(head, key, signed_at=AT), file)
    assert file.read_text() == before


def test_the_key_is_made_once_for_its_owner_only(tmp_path):
    folder = tmp_path / "keys"
    key = signing_key(folder)
    assert stat.S_IMODE((folder / PRIVATE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert signing_key(folder).private_bytes_raw() == key.private_bytes_raw()
    assert key_id(public_key(folder / PUBLIC_NAME)) == key_id(key.public_key())
    assert sorted(file.name for file in folder.iterdir()) == [PRIVATE_NAME, PUBLIC_NAME]


def test_processes_that_start_together_get_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: signing_key(tmp_path), range(8)))
    assert len({key.private_bytes_raw() for key in keys}) == 1
    assert key_id(public_key(tmp_path / PUBLIC_NAME)) == key_id(keys[0].public_key())


def test_a_key_made_anew_does_not_take_the_old_checkpoints_along(tmp_path, head):
    old = signing_key(tmp_path)
    write_checkpoint(sign_head(head, old, signed_at=AT), tmp_path / "old.json")
    (tmp_path / PRIVATE_NAME).unlink()
    new = signing_key(tmp_path)
    assert key_id(new.public_key()) != key_id(old.public_key())
    assert key_id(public_key(tmp_path / PUBLIC_NAME)) == key_id(new.public_key())
    known = known_public_keys(tmp_path)
    assert {key_id(key) for key in known} == {key_id(k.public_key()) for k in (old, new)}
    assert read_checkpoint(tmp_path / "old.json", *known).seq == 3


def test_no_public_key_is_named(tmp_path):
    with pytest.raises(CheckpointError, match="no public key here"):
        known_public_keys(tmp_path)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    signing_key(tmp_path)
    for mode in (0o640, 0o604, 0o620):
        (tmp_path / PRIVATE_NAME).chmod(mode)
        with pytest.raises(CheckpointError, match="Others can read"):
            signing_key(tmp_path)


def test_a_key_of_another_kind_is_refused(tmp_path):
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for content in (b"", b"nonsense", pem):
        (tmp_path / PRIVATE_NAME).write_bytes(content)
        (tmp_path / PRIVATE_NAME).chmod(0o600)
        with pytest.raises(CheckpointError, match="Not an Ed25519 key"):
            signing_key(tmp_path)
        (tmp_path / PUBLIC_NAME).write_bytes(content)
        with pytest.raises(CheckpointError, match="Not an Ed25519 key"):
            public_key(tmp_path / PUBLIC_NAME)
