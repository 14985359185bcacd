"""Who a package is for: who an approved request or a demand names, or the own evidence room."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from workbench.errors import EvidenceError
from workbench.policy import Policy

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An agency and the person there that asked (Policy 426.9 (a)), or a court and who gets it.

    Attributes
    ----------
    agency, person, purpose
        As the written request says them.
    request_id, demand_id
        The request for release that this fulfils, or the lawful demand that it answers: one of the
        two. Nobody is a recipient without one; the database compares all of it with what is on
        file.

    Raises
    ------
    EvidenceError
        If one of the three is missing or does not fit on a line, or nothing lets it leave.

    Examples
    --------
    >>> Recipient(agency="Made-up PD", person="Det. Example", purpose="Robbery", request_id=7).line
    'Released to Made-up PD, Det. Example, for: Robbery (request 7)'
    """

    agency: str
    person: str
    purpose: str
    request_id: int | None = None
    demand_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse a recipient that a page could not name."""
        for name in ("agency", "person", "purpose"):
            given = " ".join(getattr(self, name).split())
            if not given or len(given) > _LONGEST:
                raise EvidenceError(
                    f"The recipient's {name} is missing or too long",
                    given=given,
                    allowed=f"1 to {_LONGEST} characters (Policy 426.9 (a))",
                )
            object.__setattr__(self, name, given)
        if (self.request_id is None) == (self.demand_id is None):
            raise EvidenceError(
                "Nothing lets the package leave",
                given=self.agency,
                allowed="an approved request for release, or a lawful demand on file (426.9)",
                next_step="pack it for the own evidence room",
            )

    @property
    def line(self) -> str:
        """What stands on every page."""
        if self.demand_id is not None:
            asked = f"on: {self.purpose} (demand {self.demand_id})"
            return f"Disclosed to {self.agency}, {self.person}, {asked}"
        asked = f"for: {self.purpose} (request {self.request_id})"
        return f"Released to {self.agency}, {self.person}, {asked}"

    def as_json(self) -> dict[str, Any]:
        """Return it as it is logged and stored."""
        return asdict(self)


def room_line(policy: Policy) -> str:
    """Return what stands on every page of a package that leaves for nobody.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> room_line(load_policy())
    'Roseville Police Department, Property and Evidence Unit. Not released to anybody (426.9)'
    """
    department, room = policy.department.name.value, policy.evidence.room.value
    return f"{department}, {room}. Not released to anybody (426.9)"
