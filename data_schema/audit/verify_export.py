"""Verify an export of the audit log without the workbench and without its database.

    python verify_export.py EXPORT.jsonl [--checkpoint FILE --public-key FILE]

Needs Python 3.9 or later; with a checkpoint also the package ``cryptography``. Exit codes:
0 every record holds, 1 something was changed (the first such record is named), 2 not checked.

Each line but the first is the text that was hashed, with its own hash behind it. So a line is
checked by cutting that hash off and taking the SHA-256 of the rest; and a record's
``previous_hash`` must be the hash of the record before it.
"""
# ruff: noqa: INP001, T201 - a program that travels alone and speaks to a terminal

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ABOUT = {"schema_version": int, "records": int, "first_seq": int, "last_seq": int}
FIRST_PREVIOUS_HASH = "0" * 64
LONGEST_LINE = 1 << 22
TAIL = re.compile(rb',"hash":"([0-9a-f]{64})"\}$')
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class BrokenError(Exception):
    """A record does not hold."""


class NotCheckedError(Exception):
    """The files are not what this program can check."""


def read_about(line: bytes) -> dict[str, Any]:
    """Return what the first line says about the export."""
    try:
        about = json.loads(line)["export"]
        fits = all(type(about[name]) is kind for name, kind in ABOUT.items())
        fits = fits and {type(about["contiguous"]), type(about["filtered"])} == {bool}
    except UNREADABLE as error:
        raise NotCheckedError("The first line does not describe an export") from error
    if not fits or about["schema_version"] != 1:
        raise NotCheckedError("The first line does not describe an export of version 1")
    return dict(about)


def check_record(line: bytes, number: int) -> tuple[int, str, str]:
    """Return place, previous hash and hash of a line whose hash fits."""
    tail = TAIL.search(line)
    try:
        record = json.loads(line)
        seq, previous, stated = int(record["seq"]), record["previous_hash"], record["hash"]
    except UNREADABLE as error:
        raise BrokenError(f"Line {number} is not a record") from error
    if tail is None or hashlib.sha256(line[: tail.start()] + b"}").hexdigest() != stated:
        raise BrokenError(f"Record {seq} was edited: its hash does not fit its content")
    return seq, previous, stated


def check_place(seq: int, previous: str, before: tuple[int, str], *, contiguous: bool) -> None:
    """Refuse a record that cannot stand behind the one before it."""
    last_seq, last_hash = before
    if seq == 1 and previous != FIRST_PREVIOUS_HASH:
        raise BrokenError("Record 1 does not begin the log")
    if last_seq and seq <= last_seq:
        raise BrokenError(f"Record {seq} stands behind record {last_seq}: reordered or doubled")
    if last_seq and seq == last_seq + 1 and previous != last_hash:
        raise BrokenError(f"Record {seq} does not follow record {last_seq}: one was replaced")
    if last_seq and seq > last_seq + 1 and contiguous:
        raise BrokenError(f"Record {last_seq + 1} is missing")


def check_export(lines: Iterator[bytes], signed: dict[str, Any] | None) -> dict[str, Any]:
    """Return the description of an export whose every record holds."""
    about = read_about(next(lines, b""))
    before, records, met = (0, ""), 0, False
    for number, raw in enumerate(lines, start=2):
        seq, previous, found = check_record(raw.rstrip(b"\r\n"), number)
        check_place(seq, previous, before, contiguous=about["contiguous"])
        if records == 0 and seq != about["first_seq"]:
            raise BrokenError(f"Record {about['first_seq']} is missing at the beginning")
        if signed and seq == signed["seq"]:
            met = True
            if found != signed["hash"]:
                raise BrokenError(f"Record {seq} is not the one that the checkpoint signed")
        before, records = (seq, found), records + 1
    if (records, before[0]) != (about["records"], about["last_seq"]):
        raise BrokenError(f"The end is missing: {records} of {about['records']} records are here")
    if signed and not met and not about["filtered"]:
        raise BrokenError(f"The checkpoint signed record {signed['seq']}, which is not here")
    if signed and not met:
        raise NotCheckedError("The export leaves out the record that the checkpoint signed")
    return about


def read_checkpoint(file: str, key_file: str) -> dict[str, Any]:
    """Return place and hash that a checkpoint states, its signature checked."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only needed here
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - likewise

    try:
        stated = json.loads(Path(file).read_text(encoding="utf-8"))
        key: Any = serialization.load_pem_public_key(Path(key_file).read_bytes())
        signature = base64.b64decode(stated.pop("signature"))
        text = json.dumps(stated, sort_keys=True, separators=(",", ":"))
        key.verify(signature, text.encode("ascii"))
        return {"seq": int(stated["seq"]), "hash": stated["hash"]}
    except InvalidSignature as error:
        raise BrokenError("The checkpoint's signature is wrong") from error
    except UNREADABLE as error:
        raise NotCheckedError(f"The checkpoint or the key cannot be read: {error}") from error


def main() -> int:
    """Check what the command line names and say what was found."""
    parser = argparse.ArgumentParser(description="Verify an export of the audit log.")
    parser.add_argument("export")
    parser.add_argument("--checkpoint", help="a signed head of the log")
    parser.add_argument("--public-key", help="PEM, from a place that is trusted")
    given = parser.parse_args()
    if bool(given.checkpoint) != bool(given.public_key):
        parser.error("--checkpoint and --public-key go together")
    try:
        signed = read_checkpoint(given.checkpoint, given.public_key) if given.checkpoint else None
        with Path(given.export).open("rb") as stream:
            about = check_export(iter(lambda: stream.readline(LONGEST_LINE), b""), signed)
    except BrokenError as error:
        print(f"BROKEN: {error}")
        return 1
    except (NotCheckedError, OSError, ImportError) as error:
        print(f"NOT CHECKED: {error}", file=sys.stderr)
        return 2
    print(f"OK: {about['records']} records, {about['first_seq']} to {about['last_seq']}, hold.")
    if signed:
        print(f"Record {signed['seq']} is the one that the checkpoint signed.")
    if not about["contiguous"]:
        print("The export leaves records out; only what is here could be checked.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
