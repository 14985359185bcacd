"""Where alerts go: what a target is and which alerts it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from workbench.domain.alert import Level, TargetKind
from workbench.domain.hot_entry import Category
from workbench.errors import AlertTargetError
from workbench.hotlists.alerts.quiet_hours import QuietHours
from workbench.hotlists.alerts.sending.web_address import web_address

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somebody or something that is told about hits; never changed, only switched.

    Attributes
    ----------
    name
        As people call it.
    address
        Web address, mail address or, for files, a folder.
    secret_name
        Of the file whose secret signs; for web addresses alone.
    internal
        Whether a web address may lie in the department's own network.
    levels, categories
        Of the hits that it gets; no categories means all.
    notices
        Whether it hears of late lists, failed loads and cut hot plates.
    person
        User name of whose it is. Hits of a hot plate that is not for more than one officer go
        to targets of the person who entered it alone (Policy 426.6.5).
    agency
        Whose it is, where that is not the department alone: what goes there leaves the house.
    quiet
        In these hours what is not high waits.

    Raises
    ------
    AlertTargetError
        If the name or address cannot be taken, or it has a secret and needs none or the reverse.
    """

    name: str
    kind: TargetKind
    address: str
    secret_name: str | None = None
    internal: bool = False
    levels: frozenset[Level] = frozenset(Level)
    categories: frozenset[Category] = frozenset()
    notices: bool = False
    person: str | None = None
    agency: str | None = None
    quiet: QuietHours | None = None

    def __post_init__(self) -> None:
        """Refuse what could never be sent to."""
        if not _NAME.fullmatch(self.name):
            allowed = "lower-case letters, digits and hyphens, a letter first"
            raise AlertTargetError("That is no name for a target", given=self.name, allowed=allowed)
        if self.kind.by_http != (self.secret_name is not None):
            raise AlertTargetError(
                "What goes to a web address is signed, and nothing else is",
                given=f"{self.kind} with secret {self.secret_name}",
                allowed="the name of a secret for webhook and cad_webhook alone",
            )
        if not self.levels:
            raise AlertTargetError("A target without levels gets nothing", allowed=", ".join(Level))
        if self.notices and self.kind.takes_calls:
            raise AlertTargetError("CAD takes calls for service, no notices", given=self.name)
        _check_address(self.kind, self.address, internal=self.internal)

    def at_home(self, domains: Iterable[str]) -> bool:
        """Return whether its address is the department's own: below one of some domains.

        A file is, and so is a web address that may only lie in the department's own network.
        """
        if self.kind.by_http:
            host = "" if self.internal else (urlsplit(self.address).hostname or "")
        elif self.kind is TargetKind.EMAIL:
            host = self.address.rpartition("@")[2]
        else:
            host = ""
        plain = host.rstrip(".").casefold()
        own = [domain.casefold() for domain in domains]
        return not host or any(plain == one or plain.endswith(f".{one}") for one in own)

    def takes(self, level: Level, category: Category, *, only_for: str | None) -> bool:
        """Return whether it gets a hit.

        Parameters
        ----------
        only_for
            User name of the one person whom the hit is for; ``None`` when it is for all.

        Examples
        --------
        >>> desk = Target(name="desk", kind=TargetKind.EMAIL, address="desk@example.gov")
        >>> desk.takes(Level.HIGH, Category.HOT_PLATE, only_for=None)
        True
        >>> desk.takes(Level.HIGH, Category.HOT_PLATE, only_for="o.officer")
        False
        """
        if only_for is not None and self.person != only_for:
            return False
        return level in self.levels and (not self.categories or category in self.categories)


def is_mail_address(text: str) -> bool:
    """Return whether a text is one mail address and nothing beside it.

    Examples
    --------
    >>> is_mail_address("desk@example.gov"), is_mail_address("Desk <desk@example.gov>")
    (True, False)
    """
    return bool(_MAIL.fullmatch(text))


def _check_address(kind: TargetKind, address: str, *, internal: bool) -> None:
    if kind.by_http:
        web_address(address, internal=internal)
        return
    if internal:
        raise AlertTargetError("Only a web address can be internal", given=kind.value)
    if kind is TargetKind.EMAIL and not is_mail_address(address):
        raise AlertTargetError(
            "That is no mail address", given=address, allowed="NAME@HOST, one, without its person"
        )
    if kind is TargetKind.CAD_FILE and not Path(address).is_absolute():
        raise AlertTargetError("A folder is named from the root", given=address, allowed="/FOLDER")
