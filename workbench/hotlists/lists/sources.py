"""Where lists may come from: schemes, hosts, networks and folders; anything else is refused."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from workbench.domain.forwarded import Network
from workbench.domain.harmless_text import hidden_characters
from workbench.domain.network_address import NetworkAddress, inner_address, permitted
from workbench.errors import HotListError
from workbench.policy import Policy
from workbench.settings import Settings

_ODD_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//)")
_CONNECT_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSources:
    """What the department named as sources; asked at entry, at change and at each load.

    Attributes
    ----------
    schemes
        Ways to reach a file, of the policy.
    hosts
        Names of machines (or buckets) that lists come from.
    networks
        The department's own networks that such a name may lead into; others are public.
    folders
        Where files on this machine lie; below them, links resolved.
    """

    schemes: frozenset[str]
    hosts: frozenset[str]
    networks: tuple[Network, ...]
    folders: tuple[Path, ...]

    def check(self, address: str) -> None:
        """Refuse an address that is none of these, as far as it shows without looking it up.

        Raises
        ------
        HotListError
            What it is is said; what may be secret in it is not.
        """
        if hidden_characters(address) or "::" in address.partition("://")[0]:
            raise _refused("its characters are none of an address")
        scheme, found, rest = address.partition("://")
        if "::" in re.sub(r"\[[0-9a-fA-F:.]*\]", "", rest) or _ODD_SCHEME.match(address):
            raise _refused("it goes through something else than a file, a web server or SFTP")
        scheme = scheme if found else "file"
        if scheme not in self.schemes:
            raise _refused(f"{scheme!r} is no way that lists come", ", ".join(sorted(self.schemes)))
        if scheme == "file":
            self.check_file(rest if found else address)
        else:
            self._check_host(address)

    def check_file(self, path: str) -> None:
        """Refuse a file outside the folders, whatever links lead there.

        Raises
        ------
        HotListError
            If it is.
        """
        real = Path(path).expanduser().resolve()
        if not any(real.is_relative_to(folder.resolve()) for folder in self.folders):
            raise _refused(
                "it lies outside the folders of lists", "below a folder of WORKBENCH_LIST_FOLDERS"
            )

    def numbers_of(self, host: str, port: int) -> list[NetworkAddress]:
        """Return what a host stands for now; connect to one of these and do not look it up again.

        Raises
        ------
        HotListError
            If its name is not known, or one of its numbers is not allowed.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise _refused("the name of its host is not known") from None
        numbers = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not numbers or not all(map(self._permitted, numbers)):
            raise _refused(
                "its host leads into a network that no list comes from",
                "public addresses, or those of WORKBENCH_LIST_NETWORKS",
            )
        return list(dict.fromkeys(numbers))

    def connection_to(self, address: str) -> socket.socket:
        """Return a connection to the host of an SFTP address, at a number that was checked.

        Raises
        ------
        HotListError
            If it leads where no list comes from.
        OSError
            If it does not answer.
        """
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 22
        number = self.numbers_of(host, port)[0]
        return socket.create_connection((str(number), port), timeout=_CONNECT_TIMEOUT_S)

    def _permitted(self, number: NetworkAddress) -> bool:
        inner = inner_address(number)
        own = any(inner in network for network in self.networks if network.version == inner.version)
        return permitted(number, internal=own)

    def _check_host(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise _refused("it cannot be read as an address") from None
        del port
        if parts.password is not None or (parts.username and parts.scheme not in {"sftp", "ssh"}):
            raise _refused("a name or password stands in it, where many can read it")
        if host not in self.hosts:
            raise _refused(
                "its host is none that lists come from", "a host of WORKBENCH_LIST_HOSTS"
            )
        number = _number(host)
        if number is not None and not self._permitted(number):
            raise _refused("its host lies in a network that no list comes from")


def list_sources(policy: Policy, settings: Settings) -> ListSources:
    """Return the sources of an installation; its own home counts as a folder of lists."""
    return ListSources(
        schemes=frozenset(policy.hot_lists.source_schemes.value),
        hosts=frozenset(host.lower() for host in settings.list_hosts),
        networks=settings.list_networks,
        folders=(settings.home, *settings.list_folders),
    )


def web_options(sources: ListSources) -> dict[str, Any]:
    """Return options of fsspec's HTTP that check every number connected to, and every redirect."""
    import aiohttp  # noqa: PLC0415 - an extra
    from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: PLC0415 - an extra

    class CheckedResolver(AbstractResolver):
        """Looks a name up once; what was checked is what is connected to."""

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
        ) -> list[ResolveResult]:
            """Return the numbers of a host that lists may come from."""
            del family
            numbers = await asyncio.to_thread(sources.numbers_of, host, port)
            return [
                ResolveResult(
                    hostname=host,
                    host=str(number),
                    port=port,
                    family=socket.AF_INET6 if number.version == 6 else socket.AF_INET,
                    proto=0,
                    flags=socket.AI_NUMERICHOST,
                )
                for number in numbers
            ]

        async def close(self) -> None:
            """Keep nothing."""

    async def redirected(_session: Any, _context: Any, params: Any) -> None:
        location = params.response.headers.get("Location", "")
        sources.check(urljoin(str(params.response.url), location))

    async def client(**options: Any) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_redirect.append(redirected)
        options.pop("loop", None)
        connector = aiohttp.TCPConnector(resolver=CheckedResolver(), use_dns_cache=False)
        return aiohttp.ClientSession(connector=connector, trace_configs=[trace], **options)

    return {"get_client": client}


def _number(host: str) -> NetworkAddress | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _refused(why: str, allowed: str | None = None) -> HotListError:
    return HotListError(
        f"No list comes from that address: {why}",
        allowed=allowed
        or "a file below WORKBENCH_LIST_FOLDERS, or SCHEME://HOST/PATH of "
        "WORKBENCH_LIST_HOSTS without a password",
        next_step="ask the administrator of this machine to add it to the settings",
    )
