"""A list's file, fetched from wherever fsspec can reach, whole or not at all."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import fsspec

from workbench.errors import HotListError, ListFileError
from workbench.hotlists.lists.sources import ListSources, web_options

_CHUNK_BYTES = 1 << 20
_GLOB = re.compile(r"[*?\[]")
_PASSWORD = re.compile(r"^[a-z0-9+]+://[^/@]*:[^/@]*@", re.IGNORECASE)
_CONNECT_TIMEOUT_S = 30
_SILENCE_S = 60.0
"""How long SFTP may send nothing; paramiko would wait for ever, and the timer with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file that came whole.

    Attributes
    ----------
    name
        Of the file alone, without its folder.
    file
        Open at its beginning; deleted when it is closed.
    """

    name: str
    sha256: str
    size_bytes: int
    file: IO[bytes]


def check_address(address: str, sources: ListSources) -> None:
    """Refuse an address that cannot be used, or that carries a password.

    Raises
    ------
    HotListError
        If nothing installed can reach it, a password stands in it, or no list comes from there.
    """
    if not address.strip():
        raise HotListError("A list needs an address", allowed="where its file lies")
    if _PASSWORD.match(address):
        raise HotListError(
            "A password stands in the address, where many can read it",
            given=shown_address(address),
            allowed="an address without it",
            next_step="put it into fsspec's own configuration, such as FSSPEC_SFTP_PASSWORD",
        )
    sources.check(address)
    try:
        fsspec.get_filesystem_class(_protocol(address))
    except (ValueError, ImportError):
        raise _unreachable(address) from None


def shown_address(address: str) -> str:
    """Return an address without what may be secret in it: user, password, query.

    Examples
    --------
    >>> shown_address("sftp://user:word@lists.example.gov/svs.txt?sig=1")
    'sftp://lists.example.gov/svs.txt'
    """
    plain = address.partition("?")[0].partition("#")[0]
    scheme, found, rest = plain.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else plain


def source_of(address: str) -> str:
    """Return what anybody may be told of where a list comes from: its kind, and the file's name.

    Why a load failed goes to people's mail and to other systems; folders and hosts of the
    department stay inside.

    Examples
    --------
    >>> source_of("/srv/alpr/lists/svs.csv")
    'file svs.csv'
    >>> source_of("sftp://user:word@lists.example.gov/out/svs-*.txt?sig=1")
    'sftp svs-*.txt'
    >>> source_of("/srv/alpr/lists/")
    'file (the last in a folder)'
    """
    plain = shown_address(address)
    _, found, rest = plain.partition("://")
    path = rest.partition("/")[2] if found else plain
    name = path.replace("\\", "/").rpartition("/")[2]
    return f"{_protocol(address)} {name or '(the last in a folder)'}"


@contextmanager
def fetched(address: str, *, most_bytes: int, sources: ListSources) -> Iterator[Fetched]:
    """Fetch the file of an address into a file of our own, which goes away at the end.

    A folder (with ``/`` at its end) or a name with ``*`` means the last file by name, because
    dates in names do not depend on a clock.

    Parameters
    ----------
    address
        A path, or an address that fsspec knows.
    most_bytes
        Largest file taken.
    sources
        Where lists may come from; asked again, because names and links may lead elsewhere now.

    Yields
    ------
    Fetched

    Raises
    ------
    ListFileError
        If it cannot be reached, came in part, changed meanwhile, or is too large.
    """
    with tempfile.TemporaryFile(prefix="hot-list-") as target:
        name, sha256, size = _fetch(address, target, most_bytes, sources)
        target.seek(0)
        yield Fetched(name=name, sha256=sha256, size_bytes=size, file=target)


def _fetch(
    address: str, target: IO[bytes], most_bytes: int, sources: ListSources
) -> tuple[str, str, int]:
    files: Any = None
    try:
        sources.check(address)
        files, path = _file_system(address, sources)
        path = _chosen(files, path, address)
        if _protocol(address) == "file":
            sources.check_file(path)
        before = files.info(path)
        digest, size = _copied(files, path, target, most_bytes, address)
        files.invalidate_cache()
        after = files.info(path)
    except HotListError:
        raise
    except Exception as error:  # noqa: BLE001 - each file system of fsspec has its own
        raise ListFileError(
            "The list cannot be fetched",
            given=f"{source_of(address)}: {_kind(error)}",
            allowed="a file that can be reached and read",
            next_step="try the address by hand; the list that was in force stays so",
        ) from None
    finally:
        if hasattr(files, "client"):  # SFTP keeps its connection, and a thread with it
            files.client.close()
    expected = [info.get("size") for info in (before, after)]
    if any(one is not None and one != size for one in expected):
        raise ListFileError(
            "The file came in part, or was being written",
            given=f"{size} bytes of {expected[0]} before and {expected[1]} after",
            allowed="a file that stays the same while it is fetched",
            next_step="fetch the list again",
        )
    return path.rstrip("/").rpartition("/")[2], digest, size


def _protocol(address: str) -> str:
    scheme, found, _ = address.partition("://")
    return scheme if found else "file"


def _file_system(address: str, sources: ListSources) -> tuple[Any, str]:
    options: dict[str, Any] = {}
    try:
        if _protocol(address) in {"sftp", "ssh"}:
            from workbench.hotlists.lists.sftp_hosts import OnlyKnownHosts  # noqa: PLC0415 - an extra

            steps = ("timeout", "banner_timeout", "auth_timeout", "channel_timeout")
            options = dict.fromkeys(steps, _CONNECT_TIMEOUT_S)
            options["host_key_policy"] = OnlyKnownHosts()
            options["sock"] = sources.connection_to(address)
        elif _protocol(address) in {"http", "https"}:
            options = web_options(sources)
        # No instance from before: it would remember what lay in a folder then.
        files, path = fsspec.core.url_to_fs(address, skip_instance_cache=True, **options)
        if "sock" in options:
            files.ftp.get_channel().settimeout(_SILENCE_S)
    except ImportError:
        raise _unreachable(address) from None
    return files, str(path)


def _unreachable(address: str) -> HotListError:
    return HotListError(
        "Nothing that is installed reaches that address",
        given=source_of(address),
        allowed="a path, or http://, https://, sftp:// or s3:// with what they need",
        next_step="install alpr-workbench[sources] for http, sftp and s3",
    )


def _chosen(files: Any, path: str, address: str) -> str:
    if address.endswith("/"):
        found = [one for one in files.ls(path, detail=True) if one["type"] == "file"]
        names = sorted(one["name"] for one in found)
    elif _GLOB.search(path) and not address.startswith(("http://", "https://")):
        names = sorted(files.glob(path))
    else:
        return path
    if not names:
        raise ListFileError(
            "There is no file", given=source_of(address), next_step="ask who puts it there"
        )
    return str(names[-1])


def _copied(
    files: Any, path: str, target: IO[bytes], most_bytes: int, address: str
) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with files.open(path, "rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            if size > most_bytes:
                raise ListFileError(
                    "The file is too large",
                    given=f"{source_of(address)}: more than {most_bytes} bytes",
                    allowed=f"at most {most_bytes} bytes (ingest.max_file_bytes of the policy)",
                )
            target.write(chunk)
    return digest.hexdigest(), size


def _kind(error: Exception) -> str:
    # Messages of file systems may repeat the address with what is secret in it.
    reason = getattr(error, "strerror", None) or (
        type(error.__cause__).__name__ if error.__cause__ else None
    )
    return f"{type(error).__name__} ({reason})" if reason else type(error).__name__
