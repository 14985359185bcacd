"""Where a request really came from when reverse proxies of the department stand in front."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


def client_address(peer: str, forwarded_for: str, trusted: Collection[Network]) -> str:
    """Return the address of the last hop that is none of our proxies.

    A person can write anything into ``X-Forwarded-For``; a proxy adds behind it the address that
    it saw. So the list is read from its end, and only as far as our own proxies wrote it.

    Parameters
    ----------
    peer
        Who holds the other end of the connection.
    forwarded_for
        The header; several of them joined with commas; empty when there is none.
    trusted
        Networks of the department's proxies; empty means that no header is believed.

    Returns
    -------
    str
        The peer's own address if it is no proxy of ours, or if the list says nothing usable.

    Examples
    --------
    >>> from ipaddress import ip_network
    >>> ours = [ip_network("10.0.0.2/32")]
    >>> client_address("10.0.0.2", "1.2.3.4, 192.0.2.7", ours)
    '192.0.2.7'
    >>> client_address("192.0.2.9", "1.2.3.4", ours)
    '192.0.2.9'
    """
    address = peer
    for hop in reversed(forwarded_for.split(",")):
        if not _within(address, trusted):
            break
        written = hop.strip()
        if not _is_address(written):
            break
        address = written
    return address


def address_group(address: str) -> str:
    """Return what limits count an address as: itself, or its network of 64 bits in IPv6.

    Whoever has one address of IPv6 has as many of the same network as they like.

    Examples
    --------
    >>> address_group("192.0.2.7"), address_group("::ffff:192.0.2.7")
    ('192.0.2.7', '192.0.2.7')
    >>> address_group("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    """
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped is not None:
            return str(number.ipv4_mapped)
        return str(IPv6Network((number, 64), strict=False))
    return str(number)


def is_within(address: str, networks: Collection[Network]) -> bool:
    """Return whether an address lies in one of some networks; what is no address does not."""
    return _within(address, networks)


def _is_address(written: str) -> bool:
    try:
        ip_address(written)
    except ValueError:
        return False
    return True


def _within(written: str, networks: Collection[Network]) -> bool:
    return _is_address(written) and any(ip_address(written) in network for network in networks)
