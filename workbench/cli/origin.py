"""Where a command comes from, for the audit log."""

from __future__ import annotations

import getpass
import socket

from workbench.domain.person import Channel, Origin


def command_origin() -> Origin:
    """Return the machine's name and the account of the operating system that typed the command."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a process without a name, as in some containers
        account = "unknown"
    return Origin(channel=Channel.COMMAND, address=socket.gethostname(), agent=f"os:{account}")
