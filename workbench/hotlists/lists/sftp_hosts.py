"""The hosts that SFTP may speak to: only those whose keys the machine's account knows.

fsspec accepts any host's key by default, and its ``reject`` loads no known hosts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paramiko

KNOWN_HOSTS = Path("~/.ssh/known_hosts")
"""Where ``ssh-keyscan`` and ``ssh`` keep the keys of hosts that were seen before."""


class OnlyKnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
    """Refuses a host whose key does not stand in a file of known hosts.

    Parameters
    ----------
    file
        In OpenSSH's form.
    """

    def __init__(self, file: Path = KNOWN_HOSTS) -> None:
        self._file = file.expanduser()

    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002
        """Refuse the host unless this is its key.

        Raises
        ------
        paramiko.SSHException
            If it is not; nothing is sent to that host.
        """
        known = paramiko.HostKeys()
        if self._file.is_file():
            known.load(str(self._file))
        if not known.check(hostname, key):
            raise paramiko.SSHException(f"the key of {hostname} is not in {self._file.name}")
