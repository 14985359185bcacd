"""A test goes the way that alerts go, is marked as one, and is in the log before it leaves."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, text

from tests.alert_receiver import Receiver
from tests.people import made_actor
from tests.receivers import mail_receiver, web_receiver
from workbench.domain.alert import TargetKind
from workbench.domain.person import Role
from workbench.errors import AlertTargetError, AuditWriteError, DeniedError
from workbench.hotlists.alerts.open import open_trying
from workbench.settings import Settings
from workbench.storage.alert_tables import alert_delivery


@pytest.fixture
def trying(runtime, settings):
    def make(**changed):
        return open_trying(
            runtime.database.service,
            changed.pop("settings", settings),
            policy=runtime.policy,
            audit=runtime.audit,
            clock=runtime.clock,
            timeout_s=5.0,
            **changed,
        )

    return make


@pytest.fixture
def logged(database):
    """Return outcomes, people and errors of the records about a test, in order."""

    def found(key) -> list[tuple[str, str, str | None]]:
        sql = (
            "SELECT outcome, username, details ->> 'error' FROM audit_record"
            " WHERE kind = 'alert:send' AND details ->> 'key' = :key ORDER BY seq"
        )
        with database.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), {"key": str(key)})]

    return found


@pytest.mark.parametrize("kind", [TargetKind.WEBHOOK, TargetKind.CAD_WEBHOOK])
def test_a_receiver_believes_a_test_and_sees_that_it_is_one(
    trying, admin, target, settings, clock, logged, database, kind
):
    with web_receiver() as receiver:
        to = target(receiver.url, kind=kind)
        tried = trying().send(admin, to.name)
    secret = (settings.home / "keys" / "alerts" / to.secret_name).read_text().strip()
    believing = Receiver(secret)
    (got,) = receiver.got
    assert believing.receive(got.headers, got.body, clock.at.timestamp()) == 200
    (body,) = believing.taken
    assert (body["kind"], body["id"], tried.problem) == ("test", str(tried.key), None)
    assert (body["test"]["number"], body["test"]["target"]) == (tried.number, to.name)
    assert "plate" not in got.body.decode()
    assert logged(tried.key) == [("started", "t.admin", None), ("done", "t.admin", None)]
    with database.service.connect() as connection:
        waiting = select(func.count()).where(alert_delivery.c.key == tried.key)
        assert connection.scalar(waiting) == 0


def test_a_test_by_mail_and_by_file_is_marked_too(trying, admin, target, settings, tmp_path):
    folder = tmp_path / "cad"
    folder.mkdir()
    by_file = target(str(folder), kind=TargetKind.CAD_FILE)
    tried = trying().send(admin, by_file.name)
    (file,) = folder.iterdir()
    assert file.name == f"test-{tried.number}-{tried.key}.json"
    assert json.loads(file.read_bytes())["kind"] == "test"
    with mail_receiver() as receiver:
        by_mail = target("desk@example.gov", kind=TargetKind.EMAIL)
        mail = Settings(
            home=settings.home,
            smtp_host="127.0.0.1",
            smtp_port=receiver.port,
            smtp_tls="none",
            mail_from="alpr@example.gov",
        )
        tried = trying(settings=mail).send(admin, by_mail.name)
    assert tried.problem is None
    (message,) = receiver.mails
    assert f"Subject: ALPR test {tried.number}" in message
    assert "nothing was seen" in message


def test_a_test_that_is_not_taken_says_why_and_comes_no_second_time(
    trying, worker, admin, target, logged
):
    with web_receiver() as receiver:
        receiver.answers = [500, 200]
        to = target(receiver.url)
        tried = trying().send(admin, to.name)
        assert "500" in tried.problem
        worker().round()
    assert len(receiver.got) == 1
    assert logged(tried.key)[-1][:2] == ("failed", "t.admin")


def test_only_who_runs_alerts_tries_a_target_that_is_on(trying, runtime, admin, target):
    with web_receiver() as receiver:
        to = target(receiver.url)
        with pytest.raises(DeniedError):
            trying().send(made_actor(Role.OFFICER), to.name)
        runtime.alerts.targets.switch(admin, to.name, enabled=False)
        for name in (to.name, "no-such-target"):
            with pytest.raises(AlertTargetError, match="switched on"):
                trying().send(admin, name)
    assert receiver.got == []


def test_no_audit_no_test(trying, admin, target, database):
    with web_receiver() as receiver:
        to = target(receiver.url)
        with database.owner.begin() as owner:
            owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
        try:
            with pytest.raises(AuditWriteError):
                trying().send(admin, to.name)
        finally:
            with database.owner.begin() as owner:
                owner.execute(text("GRANT INSERT ON audit_record TO workbench_service"))
    assert receiver.got == []
