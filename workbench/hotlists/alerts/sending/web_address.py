"""Which web addresses alerts may go to; guards against requests into networks by mistake."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from workbench.domain.network_address import NetworkAddress, permitted
from workbench.errors import AlertNotSentError, AlertTargetError

_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address that was looked at piece by piece.

    Attributes
    ----------
    host
        Name or number, without brackets.
    path
        From the first slash on.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """Host and port as they stand in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"

    def at(self, address: NetworkAddress) -> str:
        """Return the same place under the number that the name stood for when it was checked."""
        host = f"[{address}]" if address.version == 6 else str(address)
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def web_address(text: str, *, internal: bool) -> WebAddress:
    """Return a web address that alerts may go to, as far as it shows without looking it up.

    Parameters
    ----------
    text
        Such as ``https://cad.example.gov/alpr``.
    internal
        Whether the target may lie in the department's own network.

    Raises
    ------
    AlertTargetError
        If it is no https (http: only to this machine), has a name, password, query or fragment
        in it, or names a number outside of what is allowed.

    Examples
    --------
    >>> web_address("https://cad.example.gov/alpr", internal=False).netloc
    'cad.example.gov'
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("It cannot be read as a web address", text) from None
    number = _number(host)
    plain = text.isascii() and text.isprintable() and " " not in text
    if not plain or (number is None and not _NAME.fullmatch(host)):
        raise _refused("It cannot be read as a web address", text)
    if parts.username is not None or parts.query or parts.fragment:
        # Not shown: what stands there may be a secret.
        raise _refused("A password or query in it would stand in the database", f"{host}…")
    if parts.scheme == "http":
        if number is None or not (number.is_loopback and internal):
            raise _refused("Without TLS only this machine itself can be reached", text)
    elif parts.scheme != "https":
        raise _refused("It is no web address", text)
    if number is not None and not permitted(number, internal=internal):
        raise _refused("Nothing is sent to that network", text)
    usual = 443 if parts.scheme == "https" else 80
    return WebAddress(parts.scheme, host, port or usual, parts.path or "/")


async def checked_addresses(where: WebAddress, *, internal: bool) -> list[NetworkAddress]:
    """Return every number that the name stands for now; all of them may be sent to.

    Whoever sends connects to one of these and does not look the name up again, so that an
    answer that changes between the two does not lead elsewhere.

    Raises
    ------
    AlertNotSentError
        If the name is not known, or one of its numbers is not allowed.
    """
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AlertNotSentError("The name of the target is not known") from None
    numbers = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    addresses = list(dict.fromkeys(numbers))
    if not all(permitted(address, internal=internal) for address in addresses):
        raise AlertNotSentError(
            "The target's name leads into a network that nothing is sent to",
            allowed="public addresses, or the department's own for a target that is internal",
        )
    if where.scheme == "http" and not all(address.is_loopback for address in addresses):
        raise AlertNotSentError("Without TLS only this machine itself can be reached")
    return addresses


def _number(host: str) -> NetworkAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return ipaddress.ip_address("127.0.0.1") if host == "localhost" else None


def _refused(why: str, given: str) -> AlertTargetError:
    return AlertTargetError(
        f"Alerts cannot be sent there: {why[0].lower()}{why[1:]}",
        given=given,
        allowed="https://HOST/PATH; into the department's own network with --internal; "
        "http:// to this machine alone",
    )
