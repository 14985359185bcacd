"""The made-up people of the demo's department, in the policy's roles."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from workbench.demo.names import person_names
from workbench.domain.person import Role

_POSTS = (
    (Role.ANALYST, "Crime Analyst", True),
    (Role.ANALYST, "Crime Analyst", True),
    (Role.ANALYST, "Crime Analyst", False),
    (Role.OFFICER, "Police Officer", True),
    (Role.OFFICER, "Police Officer", True),
    (Role.OFFICER, "Police Officer", True),
    (Role.DISPATCHER, "Dispatcher", True),
    (Role.SUPERVISOR, "Sergeant", True),
    (Role.ALPR_ADMINISTRATOR, "Police Technology Administrator", True),
    (Role.SERVICES_CAPTAIN, "Captain", True),
    (None, "Lieutenant", True),
    (Role.RECORDS_CUSTODIAN, "Records Supervisor", True),
    (Role.AUDITOR, "Internal Auditor", True),
    (Role.GARAGE, "Garage Technician", True),
    (Role.OFFICER, "Police Officer", True),
    (Role.OFFICER, "Police Officer", True),
    (Role.OFFICER, "Police Officer", True),
)
_WORDS = (
    *("amber", "basalt", "cedar", "delta", "ember", "fjord", "glacier", "harbor", "indigo"),
    *("juniper", "kelp", "lichen", "meadow", "nectar", "opal", "pepper", "quartz", "raven"),
    *("saffron", "thistle", "umber", "velvet", "willow", "yarrow", "zephyr"),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up person with a password to sign in.

    Attributes
    ----------
    role
        Granted role; ``None`` for the designee, who holds the captain's role by designation.
    trained
        One analyst is not, so that the refusal can be seen.
    password
        Made from the seed, so that the demo can be signed in to; worth nothing elsewhere. The
        second factor is made by the workbench when the person takes the invitation up.
    """

    username: str
    display_name: str
    title: str
    role: Role | None
    trained: bool
    password: str = field(repr=False)

    @property
    def designee(self) -> bool:
        """Whether the person acts for the captain by designation."""
        return self.role is None


def make_people(rng: np.random.Generator) -> tuple[DemoPerson, ...]:
    """Return 17 made-up people; the first is a trained analyst.

    Examples
    --------
    >>> [person.title for person in make_people(np.random.default_rng(1))][:1]
    ['Crime Analyst']
    """
    names = person_names(len(_POSTS), rng)
    return tuple(
        DemoPerson(
            username=f"{given[0]}.{family}".lower(),
            display_name=f"{given} {family}",
            title=title,
            role=role,
            trained=trained,
            password=_password(rng),
        )
        for (given, family), (role, title, trained) in zip(names, _POSTS, strict=True)
    )


def _password(rng: np.random.Generator) -> str:
    words = [_WORDS[int(pick)] for pick in rng.choice(len(_WORDS), 4, replace=False)]
    return f"{'-'.join(words)}-{int(rng.integers(10, 100))}"
