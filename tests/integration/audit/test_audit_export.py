"""Exports: whole, private, honest about what they leave out, and verifiable without us."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from workbench.audit import EventKind, Outcome
from workbench.audit.canonical import row_hash
from workbench.audit.checkpoint import sign_head, write_checkpoint
from workbench.audit.export import ExportFormat
from workbench.audit.keys import PUBLIC_NAME, signing_key
from workbench.audit.queries import AuditReader
from workbench.audit.reading import Selection
from workbench.errors import AuditError, AuditWriteError
from workbench.resources import resource_root

SCHEMAS = resource_root() / "data_schema" / "audit"
VERIFIER = SCHEMAS / "verify_export.py"


@pytest.fixture
def reader(log, own_database, clock, actor, search):
    """A reader over six looks, a minute apart."""
    for number in range(6):
        log.append(replace(search, reason=f"=cmd{number}", details={"n": number}))
        clock.move(minutes=1)
    return AuditReader(log, own_database.service, clock, actor=actor)


@pytest.fixture
def exported(reader, tmp_path) -> Path:
    return reader.export(tmp_path / "audit.jsonl", ExportFormat.JSONL).file


def verifier(tmp_path: Path, *arguments: object) -> tuple[int, str]:
    """Run the stand-alone verifier in an empty folder, without site configuration or our code."""
    empty = tmp_path / "empty"
    empty.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *map(str, arguments)],
        cwd=empty,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_verifier_is_short_and_needs_only_cryptography():
    text = VERIFIER.read_text()
    assert len(text.splitlines()) < 150
    modules = {
        line.split()[1].partition(".")[0]
        for line in text.splitlines()
        if line.strip().startswith(("import ", "from "))
    }
    assert modules - sys.stdlib_module_names == {"cryptography"}


def test_a_whole_export_can_be_verified(exported, tmp_path):
    assert verifier(tmp_path, exported) == (0, "OK: 7 records, 1 to 7, hold.\n")


def test_an_export_fits_its_schemas(exported):
    first, *lines = exported.read_text().splitlines()
    jsonschema.validate(
        json.loads(first)["export"], json.loads((SCHEMAS / "export.v1.schema.json").read_text())
    )
    validator = jsonschema.Draft202012Validator(
        json.loads((SCHEMAS / "record.v1.schema.json").read_text())
    )
    for line in lines:
        validator.validate(json.loads(line))
    beside = json.loads(exported.with_name("audit.jsonl.about.json").read_text())
    jsonschema.validate(beside, json.loads((SCHEMAS / "export.v1.schema.json").read_text()))
    assert beside["sha256"] == hashlib.sha256(exported.read_bytes()).hexdigest()


def test_only_the_owner_can_read_an_export(exported):
    for file in exported.parent.glob("audit*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_export_is_logged_before_and_after(exported, log, actor):
    begun, ended = log.read(7), log.read(8)
    assert (begun.kind, begun.outcome) == (EventKind.AUDIT_EXPORT, Outcome.STARTED)
    assert begun.username == actor.person.username
    assert (ended.access_id, ended.outcome) == (7, Outcome.DONE)
    assert ended.details["records"] == 7
    assert ended.details["sha256"] == hashlib.sha256(exported.read_bytes()).hexdigest()


def test_no_record_no_export(reader, tmp_path, own_database):
    with own_database.owner.begin() as connection:
        connection.exec_driver_sql("REVOKE INSERT ON audit_record FROM workbench_service")
    try:
        with pytest.raises(AuditWriteError):
            reader.export(tmp_path / "audit.jsonl", ExportFormat.JSONL)
    finally:
        with own_database.owner.begin() as connection:
            connection.exec_driver_sql("GRANT INSERT ON audit_record TO workbench_service")
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_never_overwritten(reader, exported, log):
    before = exported.read_bytes()
    with pytest.raises(AuditError, match="never overwritten"):
        reader.export(exported, ExportFormat.CSV)
    assert exported.read_bytes() == before
    assert log.head().outcome == Outcome.FAILED
    assert not list(exported.parent.glob("*.partial"))


def test_an_export_that_is_broken_off_leaves_nothing_behind(reader, tmp_path, log):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader.export(tmp_path / "audit.jsonl", ExportFormat.JSONL, progress=stop)
    assert list(tmp_path.iterdir()) == []
    assert log.head().outcome == Outcome.FAILED
    assert log.head().details == {"error": "KeyboardInterrupt"}


def test_a_folder_that_is_not_there_is_an_error(reader, tmp_path):
    with pytest.raises(AuditError, match="cannot be written"):
        reader.export(tmp_path / "none" / "audit.jsonl", ExportFormat.JSONL)


def edited(lines: list[str]) -> list[str]:
    return [*lines[:3], lines[3].replace("7AB?1*", "7AB?2*"), *lines[4:]]


def rehashed(lines: list[str]) -> list[str]:
    record = json.loads(lines[3])
    stored = {k: json.dumps(v, sort_keys=True, separators=(",", ":")) for k, v in record.items()}
    row = record | {k: stored[k] for k in ("criteria", "details", "origin", "roles")}
    row["plate"] = "8XYZ999"
    text = json.dumps(
        {k: v for k, v in record.items() if k != "hash"} | {"plate": "8XYZ999"},
        sort_keys=True,
        separators=(",", ":"),
    )
    return [*lines[:3], f'{text[:-1]},"hash":"{row_hash(row)}"}}', *lines[4:]]


def grafted(lines: list[str]) -> list[str]:
    """Let record 1 follow something, hash fitting, and all later ones follow it."""
    forged, previous = [lines[0]], "f" * 64
    for line in lines[1:]:
        record = json.loads(line) | {"previous_hash": previous}
        del record["hash"]
        text = json.dumps(record, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        forged.append(f'{text[:-1]},"hash":"{previous}"}}')
    return forged


def swapped(lines: list[str]) -> list[str]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def claims_less(lines: list[str]) -> list[str]:
    about = json.loads(lines[0])
    about["export"] |= {"records": 6, "last_seq": 6}
    return [json.dumps(about), *lines[1:-1]]


@pytest.mark.parametrize(
    ("forgery", "said"),
    [
        (edited, "Record 3 was edited"),
        (rehashed, "Record 4 does not follow record 3"),
        (grafted, "Record 1 does not begin the log"),
        (lambda lines: [*lines[:3], *lines[4:]], "Record 3 is missing"),
        (swapped, "Record 3 is missing"),
        (lambda lines: [*lines[:4], lines[3], *lines[4:]], "Record 3 stands behind record 3"),
        (lambda lines: lines[:-1], "The end is missing: 6 of 7"),
        (lambda lines: lines[:1], "The end is missing: 0 of 7"),
        (lambda lines: [lines[0], *lines[2:]], "Record 1 is missing"),
        (lambda lines: [*lines[:3], lines[3][:50], *lines[4:]], "Line 4 is not a record"),
        (lambda lines: [*lines[:3], "[]", *lines[4:]], "Line 4 is not a record"),
        (lambda lines: [*lines[:3], "[" * 100_000, *lines[4:]], "Line 4 is not a record"),
    ],
    ids=[
        "edited",
        "rehashed",
        "grafted",
        "deleted",
        "reordered",
        "doubled",
        "end cut off",
        "emptied",
        "beginning cut off",
        "truncated line",
        "no object",
        "deep",
    ],
)
def test_the_verifier_finds_a_forgery(exported, tmp_path, forgery, said):
    lines = exported.read_text().splitlines()
    forged = forgery(lines)
    assert forged != lines
    exported.write_text("\n".join(forged) + "\n")
    code, output = verifier(tmp_path, exported)
    assert code == 1
    assert output.startswith(f"BROKEN: {said}")


@pytest.mark.parametrize("content", ["", "nonsense\n", "{}\n", '{"export": {}}\n', "[1]\n"])
def test_the_verifier_says_when_it_cannot_check(tmp_path, content):
    file = tmp_path / "other.jsonl"
    file.write_text(content)
    assert verifier(tmp_path, file)[0] == 2
    assert verifier(tmp_path, tmp_path / "none.jsonl")[0] == 2


@pytest.fixture
def signed(exported, log, clock, tmp_path):
    """The checkpoint of record 7, and the public key."""
    file = tmp_path / "checkpoint.json"
    key = signing_key(tmp_path / "keys")
    write_checkpoint(sign_head(log.read(7), key, signed_at=clock()), file)
    schema = json.loads((SCHEMAS / "checkpoint.v1.schema.json").read_text())
    jsonschema.validate(json.loads(file.read_text()), schema)
    return "--checkpoint", file, "--public-key", tmp_path / "keys" / PUBLIC_NAME


def test_a_checkpoint_agrees_with_an_export(exported, signed, tmp_path):
    code, output = verifier(tmp_path, exported, *signed)
    assert code == 0
    assert "Record 7 is the one that the checkpoint signed" in output


def test_a_checkpoint_shows_an_end_that_was_cut_off_well(exported, signed, tmp_path):
    exported.write_text("\n".join(claims_less(exported.read_text().splitlines())) + "\n")
    assert verifier(tmp_path, exported)[0] == 0
    code, output = verifier(tmp_path, exported, *signed)
    assert (code, output) == (1, "BROKEN: The checkpoint signed record 7, which is not here\n")


def test_a_checkpoint_that_was_changed_is_no_proof(exported, signed, tmp_path):
    stated = json.loads(signed[1].read_text())
    signed[1].write_text(json.dumps(stated | {"seq": 5}))
    assert verifier(tmp_path, exported, *signed) == (
        1,
        "BROKEN: The checkpoint's signature is wrong\n",
    )
    signed[1].write_text("{")
    assert verifier(tmp_path, exported, *signed)[0] == 2
    assert verifier(tmp_path, exported, *signed[:2])[0] == 2


def test_a_rewritten_log_does_not_agree_with_an_earlier_checkpoint(
    exported, signed, reader, log, search, forge, tmp_path
):
    forge("TRUNCATE audit_record")
    for _ in range(9):
        log.append(search)
    other = reader.export(tmp_path / "other.jsonl", ExportFormat.JSONL).file
    assert verifier(tmp_path, other)[0] == 0
    code, output = verifier(tmp_path, other, *signed)
    assert (code, output) == (1, "BROKEN: Record 7 is not the one that the checkpoint signed\n")


def test_a_filtered_export_says_so_and_every_record_in_it_can_be_checked(
    reader, log, search, tmp_path, signed
):
    chosen = Selection(kinds=frozenset({EventKind.DETECTION_SEARCH, EventKind.DETECTION_VIEW}))
    log.append(search)
    written = reader.export(tmp_path / "some.jsonl", ExportFormat.JSONL, chosen)
    assert written.about["filtered"] is True
    assert written.about["contiguous"] is False
    assert written.about["kinds"] == ["detection:search", "detection:view"]
    assert (written.records, written.about["last_seq"]) == (7, 9)
    code, output = verifier(tmp_path, written.file)
    assert code == 0
    assert "leaves records out" in output
    code, output = verifier(tmp_path, written.file, *signed)
    assert (code, "leaves out the record" in output) == (2, True)


@pytest.mark.parametrize(
    ("start_s", "end_s", "seqs"),
    [(60, 180, [2, 3]), (59, 180, [2, 3]), (61, 180, [3]), (60, 181, [2, 3, 4]), (60, 179, [2, 3])],
)
def test_a_period_is_half_open(reader, clock, tmp_path, start_s, end_s, seqs):
    begun = clock() - timedelta(minutes=6)
    chosen = Selection(begun + timedelta(seconds=start_s), begun + timedelta(seconds=end_s))
    written = reader.export(tmp_path / "period.jsonl", ExportFormat.JSONL, chosen)
    lines = written.file.read_text().splitlines()[1:]
    assert [json.loads(line)["seq"] for line in lines] == seqs
    assert (written.about["filtered"], written.about["contiguous"]) == (True, True)
    assert verifier(tmp_path, written.file)[0] == 0


def test_an_export_of_nothing_is_an_export(reader, clock, tmp_path):
    chosen = Selection(start=clock() + timedelta(days=1))
    written = reader.export(tmp_path / "none.jsonl", ExportFormat.JSONL, chosen)
    assert written.records == 0
    assert verifier(tmp_path, written.file)[0] == 0


def test_csv_holds_the_same_records_and_no_formulas(reader, tmp_path):
    written = reader.export(tmp_path / "audit.csv", ExportFormat.CSV)
    with written.file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["seq"]) for row in rows] == list(range(1, 8))
    assert rows[0]["reason"] == "'=cmd0"
    assert rows[0]["recorded_at"] == "2026-11-02T18:00:00.000000Z"
    assert all(len(row["hash"]) == 64 for row in rows)
    about = json.loads((tmp_path / "audit.csv.about.json").read_text())
    assert about["sha256"] == hashlib.sha256(written.file.read_bytes()).hexdigest()


def test_progress_ends_with_all_records(reader, tmp_path):
    seen = []
    reader.export(
        tmp_path / "a.jsonl",
        ExportFormat.JSONL,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(7, 7)]
