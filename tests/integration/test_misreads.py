"""Misread models in the database and by command."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from workbench.audit import AuditLog, EventKind, Outcome
from workbench.cli import main
from workbench.domain.person import Channel, Origin
from workbench.errors import AuditWriteError, MisreadModelError
from workbench.recognition.misreads import learn_misreads, written_model
from workbench.recognition.misreads.model_file import sha256_of
from workbench.recognition.misreads.stored import MisreadModels
from workbench.storage.audit_tables import audit_record

AT = datetime(2026, 11, 2, tzinfo=UTC)
DESK = Origin(channel=Channel.COMMAND, address="test")


def learned(engine: str, version: str = "1", at: datetime = AT, read: str = "BABC123"):
    pairs = [("8ABC123", read), ("7XYZ789", "7XYZ789")]
    return learn_misreads(pairs, engine=engine, engine_version=version, learned_at=at)


@pytest.fixture
def engine() -> str:
    return f"engine-{uuid4().hex[:8]}"


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: object):
        with pytest.raises(SystemExit) as ended:
            main(["recognise", "misreads", *map(str, arguments)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def test_the_newest_model_of_a_version_counts_and_the_same_one_is_stored_once(runtime, engine):
    old, new = learned(engine), learned(engine, at=AT + timedelta(days=1), read="3ABC123")
    for model in (new, old, old):
        runtime.misreads.add(model, origin=DESK)
    mine = [one for one in runtime.misreads.all() if one.engine == engine]
    assert [one.sha256 for one in mine] == [sha256_of(written_model(one)) for one in (new, old)]
    assert written_model(runtime.misreads.newest(engine, "1")) == written_model(new)
    assert runtime.misreads.newest(engine, "2") is None
    runtime.misreads.add(learned(engine, "2", at=AT - timedelta(days=1)), origin=DESK)
    assert runtime.misreads.newest(engine).learned_at == new.learned_at
    assert runtime.misreads.newest(engine, "2").engine_version == "2"


def records_of(runtime, engine: str) -> list:
    with runtime.database.reader.connect() as connection:
        rows = connection.execute(
            select(audit_record).where(audit_record.c.kind == EventKind.MISREAD_MODEL_ADD)
        ).all()
    return [row for row in rows if row.details["engine"] == engine]


def test_storing_a_model_is_on_record_and_the_same_one_again_is_not(runtime, engine):
    model = learned(engine)
    for _ in range(2):
        stored = runtime.misreads.add(model, origin=DESK)
    (row,) = records_of(runtime, engine)
    record = runtime.audit.read(row.seq)
    assert (record.kind, record.outcome) == (EventKind.MISREAD_MODEL_ADD, Outcome.DONE)
    assert record.origin["address"] == "test"
    assert record.details == {
        "engine": engine,
        "engine_version": "1",
        "learned_at": AT.isoformat(),
        "pairs": 2,
        "sets": list(model.sets),
        "sha256": stored.sha256,
    }


def test_without_a_record_no_model_is_stored(runtime, database, clock, engine):
    """An audit log that refuses the record takes the model with it."""
    log = AuditLog(database.service, clock=clock, organisation="x", policy_version="")
    with pytest.raises(AuditWriteError):
        MisreadModels(database.service, audit=log, clock=clock).add(learned(engine), origin=DESK)
    assert runtime.misreads.newest(engine) is None
    assert records_of(runtime, engine) == []


def test_a_stored_model_cannot_be_changed_by_the_service_and_a_change_shows(
    runtime, engine, database
):
    runtime.misreads.add(learned(engine), origin=DESK)
    change = text(
        "UPDATE misread_model SET content = replace(content, 'e', 'e ') WHERE engine = :e"
    )
    with database.service.connect() as connection, pytest.raises(DBAPIError, match="permission"):
        connection.execute(change, {"e": engine})
    with database.owner.begin() as connection:
        connection.execute(change, {"e": engine})
    with pytest.raises(MisreadModelError, match="was changed"):
        runtime.misreads.newest(engine, "1")


def test_a_model_is_learned_from_pairs_listed_and_asked(run, runtime, engine, tmp_path):
    file = tmp_path / "pairs.csv"
    rows = "".join(f"8AB{n:04},BAB{n:04}\n7XY{n:04},7XY{n:04}\n" for n in range(20))
    file.write_text("truth,read\n" + rows)
    said = ("--engine", engine, "--engine-version", "7")
    code, out, err = run("learn", "--pairs", file, *said, "--check", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["engine"], told["engine_version"], told["pairs"]) == (engine, "7", 40)
    assert (told["confusions"][0]["true"], told["confusions"][0]["read"]) == ("8", "B")
    assert [one["way"] for one in told["check"]] == [
        "misread model",
        "substitutions only",
        "edit distance",
    ]
    models = json.loads(run("list", "--json")[1])["models"]
    assert [one["pairs"] for one in models if one["engine"] == engine] == [40]
    assert [row.details["pairs"] for row in records_of(runtime, engine)] == [40]
    asked = json.loads(run("show", *said, "--read", "BAB9999", "--json")[1])
    assert "8AB9999" in [text for text, _ in asked["plates"][:3]]
    reads = json.loads(run("show", *said, "--plate", "8AB9999", "--limit", 2, "--json")[1])
    assert {text for text, _ in reads["reads"]} == {"8AB9999", "BAB9999"}
    for table in (run("show", *said)[1], run("list")[1]):
        assert engine in table


def test_a_model_may_live_in_a_file_alone(run, runtime, engine, tmp_path):
    pairs, file = tmp_path / "pairs.csv", tmp_path / "model.json"
    pairs.write_text("truth,read\n8ABC123,BABC123\n")
    said = ("--engine", engine, "--engine-version", "7", "--file", file)
    assert run("learn", "--pairs", pairs, *said)[0] == 0
    assert json.loads(run("show", "--file", file, "--json")[1])["engine"] == engine
    assert records_of(runtime, engine) == []
    assert run("show", "--engine", engine)[0] == 2


@pytest.mark.parametrize("options", [(), ("--pairs", "p.csv"), ("--set", "s.csv", "--pairs", "p")])
def test_what_to_learn_from_is_said_once(run, options):
    code, _, err = run("learn", *options)
    assert code == 2
    assert "--engine-version" in err
