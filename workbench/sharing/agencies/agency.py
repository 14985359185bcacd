"""An agency as the register knows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.errors import SharingError
from workbench.sharing.names import agency_key

_STATE = re.compile(r"[A-Z]{2}")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyProfile:
    """What is said about an agency.

    Attributes
    ----------
    aliases
        Other writings of its name, such as a vendor's.
    state
        Two letters; ``None`` where there is none, as for a federal agency.
    duty
        Whether it enforces law, prosecutes, or neither.

    Raises
    ------
    SharingError
        If it has no name, two writings are the same, or kind and state contradict each other.
    """

    name: str
    kind: RecipientKind
    duty: AgencyDuty
    state: str | None = None
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be found again, or cannot be."""
        for name in (self.name, *self.aliases):
            if not agency_key(name) or len(name) > _LONGEST or not name.isprintable():
                raise SharingError(
                    "That is no name of an agency",
                    given=name,
                    allowed=f"letters or digits, up to {_LONGEST} characters, on one line",
                )
        if len(set(self.keys)) < len(self.keys):
            raise SharingError("Two of the names are the same", given=", ".join(self.aliases))
        if self.state is not None and not _STATE.fullmatch(self.state):
            raise SharingError("That is no state", given=self.state, allowed="such as CA")
        _check_state(self.kind, self.state)

    @property
    def keys(self) -> tuple[str, ...]:
        """What it is found by: its name's key first, then those of its aliases."""
        return tuple(map(agency_key, (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency of the register.

    Attributes
    ----------
    enabled
        Nothing goes to one that is switched off.
    changed_by
        Who last said what it is.
    verified_at, verified_how, verified_by
        When, how and by whom else that was verified; ``None`` until then.
    """

    id: int
    profile: AgencyProfile
    enabled: bool
    added_at: datetime
    added_by: str
    changed_at: datetime
    changed_by: str
    verified_at: datetime | None
    verified_how: str | None
    verified_by: str | None

    @property
    def name(self) -> str:
        """Its name in the register."""
        return self.profile.name

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        del told["profile"]
        said = {field.name: getattr(self.profile, field.name) for field in fields(self.profile)}
        said["aliases"] = list(self.profile.aliases)
        return said | {k: v.isoformat() if isinstance(v, datetime) else v for k, v in told.items()}


def _check_state(kind: RecipientKind, state: str | None) -> None:
    if kind is RecipientKind.CA_PUBLIC_AGENCY and state != "CA":
        raise SharingError(
            "A California public agency is in California", given=state, allowed="state CA"
        )
    if kind is RecipientKind.OUT_OF_STATE and state in {None, "CA"}:
        raise SharingError(
            "An agency of another state names the state", given=state, allowed="such as NV"
        )
