"""A web address leads alerts into no network that was not meant."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import pytest

from workbench.domain.network_address import permitted
from workbench.errors import AlertNotSentError, AlertTargetError
from workbench.hotlists.alerts.sending.web_address import (
    checked_addresses,
    web_address,
)

PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
INTERNAL = (
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "127.0.0.1",
    "::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
)
NEVER = (
    "0.0.0.0",  # noqa: S104 - it is refused
    "169.254.169.254",
    "224.0.0.1",
    "239.1.2.3",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
)


@pytest.mark.parametrize(
    ("address", "public", "internal"),
    [
        *((a, True, True) for a in PUBLIC),
        *((a, False, True) for a in INTERNAL),
        *((a, False, False) for a in NEVER),
    ],
)
def test_an_address_is_public_or_internal_or_nothing_is_sent_there(address, public, internal):
    number = ipaddress.ip_address(address)
    assert permitted(number, internal=False) is public
    assert permitted(number, internal=True) is internal


@pytest.mark.parametrize(
    "text",
    [
        "http://cad.example.gov/",
        "http://10.0.0.1/",
        "ftp://cad.example.gov/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://user:plum-violin@cad.example.gov/",
        "https://cad.example.gov/?token=otter",
        "https://cad.example.gov/#otter",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https:///alpr",
        "https://cad.example.gov:99999/",
        "https://cad.example.gov/a\r\nX: y",
        "https://cad.example.gov/a b",
        "cad.example.gov",
        "https://a..b/",
        "https://cäd.example.gov/",
        f"https://{'a' * 64}.example.gov/",
        "https://fe80::1/",
        "",
    ],
)
@pytest.mark.parametrize("internal", [True, False])
def test_an_address_that_shows_what_it_is_is_refused_at_once(text, internal):
    with pytest.raises(AlertTargetError) as caught:
        web_address(text, internal=internal)
    assert "plum-violin" not in str(caught.value)
    assert "otter" not in str(caught.value)


@pytest.mark.parametrize("text", ["https://127.0.0.1/", "https://10.1.2.3/", "http://localhost/"])
def test_the_departments_own_network_has_to_be_meant(text):
    with pytest.raises(AlertTargetError):
        web_address(text, internal=False)
    assert web_address(text, internal=True).path == "/"


@pytest.fixture
def names(monkeypatch):
    """Let every name stand for the given numbers; the resolver is the network's, not ours."""

    def stand_for(*numbers: str) -> None:
        def found(host, port, *args, **kwargs):
            kind = socket.SOCK_STREAM
            return [
                (socket.AF_INET6 if ":" in n else socket.AF_INET, kind, 6, "", (n, port))
                for n in numbers
            ]

        monkeypatch.setattr(socket, "getaddrinfo", found)

    return stand_for


def looked_up(text: str, *, internal: bool) -> list[str]:
    where = web_address(text, internal=internal)
    return [str(a) for a in asyncio.run(checked_addresses(where, internal=internal))]


def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(names):
    for numbers in (("10.0.0.1",), (PUBLIC[0], "127.0.0.1"), ("169.254.169.254",)):
        names(*numbers)
        with pytest.raises(AlertNotSentError, match="leads into a network"):
            looked_up("https://cad.example.gov/", internal=False)
    names(*PUBLIC)
    assert looked_up("https://cad.example.gov/", internal=False) == list(PUBLIC)


def test_localhost_without_tls_is_this_machine_or_nothing(names):
    names("10.0.0.1")
    with pytest.raises(AlertNotSentError, match="Without TLS"):
        looked_up("http://localhost/", internal=True)


def test_what_was_checked_is_connected_to_and_not_looked_up_again():
    where = web_address("https://cad.example.gov:8443/alpr", internal=False)
    assert where.at(ipaddress.ip_address(PUBLIC[0])) == f"https://{PUBLIC[0]}:8443/alpr"
    assert where.at(ipaddress.ip_address(PUBLIC[1])) == f"https://[{PUBLIC[1]}]:8443/alpr"
    assert where.netloc == "cad.example.gov:8443"
