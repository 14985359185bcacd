"""Nobody chooses the address that the audit log keeps: only our own proxies' words count."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.forwarded import client_address

PROXIES = (ip_network("10.0.0.0/30"), ip_network("::1/128"))
OUTSIDE = st.ip_addresses(network="192.0.2.0/24").map(str)


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("10.0.0.3", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.4", "192.0.2.7", "10.0.0.4"),  # one above the network
        ("::1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),  # two proxies in a row
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),  # a request that a proxy made by itself
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, nonsense", "10.0.0.1"),
        ("unknown", "192.0.2.7", "unknown"),
    ],
)
def test_the_list_is_believed_as_far_as_our_proxies_wrote_it(peer, forwarded_for, address):
    assert client_address(peer, forwarded_for, PROXIES) == address


@given(written=st.text(max_size=60), seen=OUTSIDE)
def test_what_a_person_writes_in_front_changes_nothing(written, seen):
    assert client_address("10.0.0.1", f"{written}, {seen}", PROXIES) == seen


@given(peer=OUTSIDE, written=st.text(max_size=60))
def test_without_a_proxy_no_header_is_believed(peer, written):
    assert client_address(peer, written, ()) == peer
    assert client_address(peer, written, PROXIES) == peer
