"""The parts of the alerts that need no database: hours, waits, signatures, secrets, targets."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alert_receiver import Receiver
from workbench.domain.alert import Level, TargetKind
from workbench.errors import AlertTargetError, SettingsError
from workbench.hotlists.alerts.patience import Patience
from workbench.hotlists.alerts.quiet_hours import QuietHours, first_try_at
from workbench.hotlists.alerts.sending.mail import mail_of, mail_server
from workbench.hotlists.alerts.sending.parcel import About, Parcel
from workbench.hotlists.alerts.sending.secret_files import SecretFiles
from workbench.hotlists.alerts.sending.signature import signature
from workbench.hotlists.alerts.target import Target
from workbench.resources import resource_root
from workbench.settings import load_settings

ZONE = ZoneInfo("America/Los_Angeles")
NIGHT = QuietHours(time(22), time(6))


def local(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZONE, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (local(2026, 11, 2, 21, 59, 59), local(2026, 11, 2, 21, 59, 59)),
        (local(2026, 11, 2, 22), local(2026, 11, 3, 6)),
        (local(2026, 11, 2, 22, 0, 1), local(2026, 11, 3, 6)),
        (local(2026, 11, 3, 5, 59, 59), local(2026, 11, 3, 6)),
        (local(2026, 11, 3, 6), local(2026, 11, 3, 6)),
        (local(2026, 3, 7, 23), local(2026, 3, 8, 6)),  # a night of seven hours
        (local(2026, 10, 31, 23), local(2026, 11, 1, 6)),  # a night of nine
    ],
)
def test_quiet_hours_begin_with_their_first_instant_and_end_before_their_last(at, leaves):
    assert first_try_at(at, NIGHT, Level.MEDIUM, ZONE) == leaves


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    start=st.times(),
    end=st.times(),
    level=st.sampled_from(Level),
)
def test_an_alert_never_leaves_before_now_nor_a_day_and_an_hour_later(at, start, end, level):
    if start == end:
        return
    now = at.replace(tzinfo=UTC)
    leaves = first_try_at(now, QuietHours(start, end), level, ZONE)
    assert now <= leaves <= now + timedelta(hours=25)
    assert level is not Level.HIGH or leaves == now


@given(failures=st.integers(1, 10_000), seed=st.integers(0, 2**32))
def test_a_rest_is_half_of_the_backoff_to_all_of_it(failures, seed):
    patience = Patience(first_s=5, longest_s=3600)
    rest_s = patience.rest(failures, np.random.default_rng(seed)).total_seconds()
    whole_s = min(3600, 5 * 2 ** min(failures - 1, 20))
    assert whole_s / 2 - 1e-6 <= rest_s <= whole_s


def test_deliveries_that_failed_together_do_not_come_back_together():
    rng = np.random.default_rng(1)
    assert len({Patience().rest(5, rng) for _ in range(50)}) > 40


def test_a_worker_that_is_silent_is_given_longer_than_sending_takes():
    slowest_mail_s = 8 * 10  # a step's time, and the steps of a mail with sign-in
    assert Patience().claim_s > slowest_mail_s


def test_a_signature_is_over_time_and_body_by_every_secret():
    at = datetime(2026, 11, 2, tzinfo=UTC)
    parts = signature(b'{"a":1}', [b"new", b"old"], at).split(",")
    signed = b'1793577600.{"a":1}'
    expected = [hmac.new(s, signed, hashlib.sha256).hexdigest() for s in (b"new", b"old")]
    assert parts == ["t=1793577600", *(f"v1={each}" for each in expected)]


def test_the_example_of_the_document_is_right_for_both_sides():
    page = (resource_root() / "docs" / "alerts.md").read_text()
    code = re.findall(r"^ {4}(\S.*)$", page.partition("What a receiver does")[2], re.MULTILINE)
    key, signed, body, secret = code[:4]
    headers = {"Workbench-Signature": signed.partition(": ")[2]}
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert signature(body.encode(), [secret.encode()], at) == headers["Workbench-Signature"]
    theirs = Receiver(secret)
    assert theirs.receive(headers, body.encode(), at.timestamp() + 299) == 200
    assert [taken["id"] for taken in theirs.taken] == [key.partition(": ")[2]]


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    secrets = SecretFiles(tmp_path / "keys" / "alerts")
    assert [secrets.ensure("cad"), secrets.ensure("cad")] == [True, False]
    file = tmp_path / "keys" / "alerts" / "cad"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    (secret,) = secrets.read("cad")
    assert len(secret) == 64
    file.write_text(f"{'n' * 40}\n{secret.decode()}\n")
    assert secrets.read("cad") == (b"n" * 40, secret)


@pytest.mark.parametrize("content", ["", "\n", "x" * 31, f"{'x' * 40}\nshort\n", "é" * 40])
def test_a_file_without_a_secret_signs_nothing(tmp_path, content):
    file = tmp_path / "cad"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(AlertTargetError):
        SecretFiles(tmp_path).read("cad")


def test_a_secret_that_others_may_read_signs_nothing(tmp_path):
    secrets = SecretFiles(tmp_path)
    secrets.ensure("cad")
    (tmp_path / "cad").chmod(0o640)
    with pytest.raises(AlertTargetError, match="open to others"):
        secrets.read("cad")


@pytest.mark.parametrize("name", ["", "../people.key", "a/b", "A", "1a", ".", "a\n"])
def test_a_secrets_name_leads_to_no_other_file(tmp_path, name):
    with pytest.raises(AlertTargetError):
        SecretFiles(tmp_path).read(name)


HOOK = {"name": "cad", "kind": TargetKind.WEBHOOK, "address": "https://cad.example.gov/alpr"}
MAIL = {"name": "desk", "kind": TargetKind.EMAIL, "address": "desk@example.gov"}


@pytest.mark.parametrize(
    "given",
    [
        HOOK,  # nothing to sign with
        HOOK | {"secret_name": "cad", "name": "CAD"},
        HOOK | {"secret_name": "cad", "levels": frozenset()},
        HOOK | {"secret_name": "cad", "kind": TargetKind.CAD_WEBHOOK, "notices": True},
        MAIL | {"secret_name": "cad"},
        MAIL | {"internal": True},
        MAIL | {"address": "desk"},
        MAIL | {"address": "a@example.gov, b@example.gov"},
        MAIL | {"address": "a@example.gov\nBcc: b@example.gov"},
        MAIL | {"address": "A Person <a@example.gov>"},
        {"name": "cad", "kind": TargetKind.CAD_FILE, "address": "calls"},
    ],
)
def test_a_target_that_could_never_be_sent_to_is_refused(given):
    with pytest.raises(AlertTargetError):
        Target(**given)


def test_quiet_hours_that_begin_when_they_end_are_refused():
    with pytest.raises(AlertTargetError):
        QuietHours(time(6), time(6))


@pytest.mark.parametrize(
    "given",
    [
        {"SMTP_HOST": "mail.example.gov"},
        {"SMTP_HOST": "mail.example.gov", "MAIL_FROM": "alpr"},
        {"SMTP_HOST": "mail.example.gov", "MAIL_FROM": "a@example.gov", "SMTP_TLS": "none"},
        {"SMTP_HOST": "mail.example.gov", "MAIL_FROM": "a@example.gov", "SMTP_USER": "a"},
        {"SMTP_HOST": "mail.example.gov", "MAIL_FROM": "a@example.gov", "SMTP_TLS": "maybe"},
    ],
)
def test_half_a_mail_server_is_no_mail_server(given):
    with pytest.raises(SettingsError):
        mail_server(load_settings({f"WORKBENCH_{name}": value for name, value in given.items()}))


@given(
    about=st.sampled_from(About),
    level=st.sampled_from(Level),
    informational=st.booleans(),
    late=st.booleans(),
    body=st.binary(min_size=6),
)
def test_nothing_of_what_is_sent_elsewhere_stands_in_a_mail(
    about, level, informational, late, body
):
    parcel = Parcel(
        key=UUID(int=5),
        about=about,
        number=7,
        level=level,
        informational=informational,
        late=late,
        page="https://alpr.example.gov/hits?hit=7",
        body=body,
    )
    mail = mail_of(parcel, sender="alpr@example.gov", to="desk@example.gov")
    assert parcel.page in mail.get_content()
    assert "7" in mail["Subject"]
    assert ("late" in mail.get_content()) is late
    assert body not in mail.as_bytes()
