"""The made-up people of the demo's department, in the policy's roles."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from workbench.demo.names import person_names
from workbench.domain.person import Role

_POSTS = (
    (Role.ANALYST, "Crime Analyst", True),
    (Role.ANALYST, "Crime Analyst", True),
    (Role.ANALYST, "Crime Analyst", False),
    (Role.OFFICER, "Officer", True),
    (Role.OFFICER, "Officer", True),
    (Role.OFFICER, "Officer", True),
    (Role.DISPATCHER, "Dispatcher", True),
    (Role.SUPERVISOR, "Sergeant", True),
    (Role.ALPR_ADMINISTRATOR, "ALPR Administrator", True),
    (Role.SERVICES_CAPTAIN, "Services Division Captain", True),
    (None, "Services Division Lieutenant", True),
    (Role.RECORDS_CUSTODIAN, "Custodian of Records", True),
    (Role.AUDITOR, "Auditor", True),
)
_WORDS = (
    *("amber", "basalt", "cedar", "delta", "ember", "fjord", "glacier", "harbor", "indigo"),
    *("juniper", "kelp", "lichen", "meadow", "nectar", "opal", "pepper", "quartz", "raven"),
    *("saffron", "thistle", "umber", "velvet", "willow", "yarrow", "zephyr"),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up person with what is needed to sign in.

    Attributes
    ----------
    role
        Granted role; ``None`` for the designee, who holds the captain's role by designation.
    trained
        One analyst is not, so that the refusal can be seen.
    password, totp_secret
        Made from the seed, so that the demo can be signed in to; worth nothing elsewhere.
    """

    username: str
    display_name: str
    title: str
    role: Role | None
    trained: bool
    password: str
    totp_secret: str

    @property
    def designee(self) -> bool:
        """Whether the person acts for the captain by designation."""
        return self.role is None


def make_people(rng: np.random.Generator) -> tuple[DemoPerson, ...]:
    """Return 13 made-up people; the first is a trained analyst.

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
            totp_secret=base64.b32encode(rng.bytes(20)).decode(),
        )
        for (given, family), (role, title, trained) in zip(names, _POSTS, strict=True)
    )


def _password(rng: np.random.Generator) -> str:
    words = [_WORDS[int(pick)] for pick in rng.choice(len(_WORDS), 4, replace=False)]
    return f"{'-'.join(words)}-{int(rng.integers(10, 100))}"
