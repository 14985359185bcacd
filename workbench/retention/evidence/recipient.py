"""Who a package is for, when it leaves the department."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from workbench.errors import EvidenceError

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An agency and the person there that asked (Policy 426.9 (a)).

    Attributes
    ----------
    agency, person, purpose
        As the written request says them.
    request_id
        The request for release that this fulfils, if there is one.

    Raises
    ------
    EvidenceError
        If one of the three is missing or does not fit on a line.

    Examples
    --------
    >>> Recipient(agency="Made-up PD", person="Det. Example", purpose="Robbery").line
    'Released to Made-up PD, Det. Example, for: Robbery'
    """

    agency: str
    person: str
    purpose: str
    request_id: int | None = None

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

    @property
    def line(self) -> str:
        """What stands on every page."""
        request = "" if self.request_id is None else f" (request {self.request_id})"
        return f"Released to {self.agency}, {self.person}, for: {self.purpose}{request}"

    def as_json(self) -> dict[str, Any]:
        """Return it as it is logged and stored."""
        return asdict(self)
