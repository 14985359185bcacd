"""Which numbers of the network we may speak to: public ones, the department's own, or none."""

from __future__ import annotations

import ipaddress

NetworkAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 1918, RFC 6598, RFC 4193 and loopback. Not link-local: metadata services live there.
_INTERNAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "fc00::/7",
        "::1/128",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def permitted(address: NetworkAddress, *, internal: bool) -> bool:
    """Return whether something of ours may speak to an address.

    Link-local addresses are never permitted, in whatever form they are written.

    Parameters
    ----------
    internal
        Whether it may lie in the department's own network, or on this machine.

    Examples
    --------
    >>> [permitted(ipaddress.ip_address(a), internal=True) for a in ("10.1.2.3", "169.254.169.254")]
    [True, False]
    """
    inner = inner_address(address)
    if any(inner in network for network in _INTERNAL if network.version == inner.version):
        return internal
    odd = inner.is_multicast or inner.is_reserved or inner.is_link_local or inner.is_unspecified
    old = isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local  # RFC 3879
    return inner.is_global and not (odd or old)


def inner_address(address: NetworkAddress) -> NetworkAddress:
    """Return the IPv4 address that an IPv6 address only wraps."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
