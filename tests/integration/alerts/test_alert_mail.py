"""Mail says that there is something and never what; TLS is believed only where it holds."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from sqlalchemy import literal_column, select, text

from tests.alerted_hits import made_hit
from tests.receivers import mail_receiver, web_receiver
from workbench.domain.alert import TargetKind


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return a server's context for 127.0.0.1 and cad.example.gov, and one that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "made up")])
    now = dt.datetime.now(dt.UTC)
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("cad.example.gov")
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(*plain, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(folder / "both.pem")
    return served, ssl.create_default_context(cadata=made.public_bytes(plain[0]).decode())


@pytest.fixture
def queued(runtime, clock):
    def make(**changed) -> int:
        with runtime.database.service.begin() as connection:
            number = made_hit(connection, clock.at, **changed)
            runtime.alerts.queue.queue_alerts(connection, [number])
        return number

    return make


@pytest.fixture
def mailing(settings):
    """Return settings with a mail server."""

    def make(port: int, **changed):
        given = {"smtp_host": "127.0.0.1", "smtp_port": port, "mail_from": "alpr@example.gov"}
        return settings.model_copy(update=given | changed)

    return make


def test_mail_holds_number_level_and_address_and_nothing_else(mailing, target, worker, queued):
    with mail_receiver() as receiver:
        target("desk@example.gov", kind=TargetKind.EMAIL)
        number = queued(read_plate="9XYZ987", camera_id="ELM-STREET-4", read_region="NV")
        given = mailing(receiver.port, smtp_tls="none", pages_url="https://alpr.example.gov/")
        assert worker(settings=given).round().sent == 1
    (mail,) = receiver.mails
    assert f"Subject: ALPR hit {number}, level high" in mail
    assert f"https://alpr.example.gov/hits?hit={number}" in mail
    assert "no ground for a stop" in mail
    for secret in ("9XYZ987", "ELM", "NV", "stolen", "somebody"):
        assert secret not in mail


def test_mail_goes_by_tls_and_signs_in_after_it(certificate, mailing, target, worker, queued):
    served, believing = certificate
    with mail_receiver(served) as receiver:
        target("desk@example.gov", kind=TargetKind.EMAIL)
        queued()
        account = {"smtp_user": "alpr", "smtp_password": SecretStr("plum-violin")}
        given = mailing(receiver.port, **account)
        assert worker(settings=given, tls=believing).round().sent == 1
    said = [line.partition(" ")[0].upper() for line in receiver.said]
    assert said.index("(ENCRYPTED)") < said.index("AUTH") < said.index("DATA")


def test_mail_does_not_leave_when_the_certificate_does_not_hold(
    certificate, mailing, target, worker, queued, standing
):
    with mail_receiver(certificate[0]) as receiver:
        one = target("desk@example.gov", kind=TargetKind.EMAIL)
        queued()
        assert worker(settings=mailing(receiver.port)).round().waiting == 1
    assert receiver.mails == []
    assert "SSLCertVerificationError" in standing(one)[0].last_error


def test_mail_does_not_leave_when_the_server_offers_no_tls(mailing, target, worker, queued):
    with mail_receiver() as receiver:
        target("desk@example.gov", kind=TargetKind.EMAIL)
        queued()
        assert worker(settings=mailing(receiver.port)).round().waiting == 1
    assert receiver.mails == []
    assert not any(line.upper().startswith("MAIL") for line in receiver.said)


def test_what_a_mail_server_answers_is_not_kept(mailing, target, worker, queued, standing):
    with mail_receiver() as receiver:
        receiver.refuse = True
        one = target("desk@example.gov", kind=TargetKind.EMAIL)
        queued()
        worker(settings=mailing(receiver.port, smtp_tls="none")).round()
    assert "SMTPRecipientsRefused" in standing(one)[0].last_error
    assert "Elm" not in standing(one)[0].last_error


def test_without_a_mail_server_mail_waits(target, worker, queued, standing):
    one = target("desk@example.gov", kind=TargetKind.EMAIL)
    queued()
    assert worker().round().waiting == 1
    assert "WORKBENCH_SMTP_HOST" in standing(one)[0].last_error


def test_a_webhook_believes_only_a_certificate_that_holds(
    certificate, target, worker, queued, standing
):
    served, believing = certificate
    with web_receiver(tls=served) as receiver:
        one = target(receiver.url)
        queued()
        assert worker().round().waiting == 1
        assert receiver.got == []
        assert "certificate does not hold" in standing(one)[0].last_error
        queued()
        assert worker(tls=believing).round().sent == 1


@pytest.mark.parametrize(("name", "sent"), [("cad.example.gov", 1), ("other.example.gov", 0)])
def test_a_certificate_has_to_be_for_the_name_though_its_number_is_connected_to(
    certificate, target, worker, queued, monkeypatch, name, sent
):
    served, believing = certificate
    with web_receiver(tls=served) as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
        target(f"https://{name}:{port}/alpr")
        queued()
        assert worker(tls=believing).round().sent == sent
    assert [got.headers["Host"] for got in receiver.got] == [f"{name}:{port}"] * sent


def test_a_name_that_turns_inward_gets_nothing(
    runtime, target, worker, queued, monkeypatch, standing
):
    with web_receiver() as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
        address = f"https://cad.example.gov:{port}/"
        one = target(address, internal=False, agency=runtime.policy.department.name.value)
        queued()
        assert worker().round().waiting == 1
    assert receiver.got == []
    assert "leads into a network" in standing(one)[0].last_error


def test_no_secret_stands_in_the_database(settings, database, target, worker, queued):
    with web_receiver(500) as receiver:
        target(receiver.url)
        queued()
        worker().round()
    secret = (settings.home / "keys" / "alerts" / "test-secret").read_text().split()[0]
    with database.service.connect() as connection:
        for table in ("alert_target", "alert_delivery", "audit_record"):
            rows = connection.execute(
                select(literal_column(f"{table}::text")).select_from(text(table))
            )
            assert not any(secret in row for row in rows.scalars())
