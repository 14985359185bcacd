"""What a hit is, the states it goes through, and what can happen to it."""

from __future__ import annotations

from enum import StrEnum


class MatchKind(StrEnum):
    """How a read met an entry; sorted."""

    EXACT = "exact"
    MISREAD = "misread"
    WILDCARD = "wildcard"


class HitState(StrEnum):
    """Where a hit stands; sorted. There is no state that lets anyone stop a car."""

    BROADCAST = "broadcast"
    CALLED = "called"
    CLOSED = "closed"
    COMPARED = "compared"
    CONFIRMED = "confirmed"
    NEW = "new"
    OPENED = "opened"
    REFUSED = "refused"


class HitEventKind(StrEnum):
    """What happened to a hit; sorted.

    ``confirmed`` and ``refused`` are answers of CLETS or NCIC. ``plate_run`` is a plate run on the
    computer in the car. ``found`` is what there was when somebody got to the vehicle. ``stopped``
    records that a car was stopped, on a basis of its own. ``drawn`` says that chance chose the hit
    to be scored. ``flagged`` is a rule that an act broke, ``corrected`` puts an earlier event right
    and ``reviewed`` is a supervisor's answer to a recorded stop.
    """

    BROADCAST = "broadcast"
    CALLED = "called"
    CLOSED = "closed"
    COMPARED = "compared"
    CONFIRMATION_ASKED = "confirmation_asked"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    DRAWN = "drawn"
    FLAGGED = "flagged"
    FOUND = "found"
    OPENED = "opened"
    PLATE_RUN = "plate_run"
    REFUSED = "refused"
    REVIEWED = "reviewed"
    SCORED = "scored"
    STOPPED = "stopped"


ANSWERS = frozenset({HitEventKind.CONFIRMED, HitEventKind.REFUSED})
"""What CLETS or NCIC can say."""

ABOUT_EVENTS = frozenset({HitEventKind.CORRECTED, HitEventKind.FLAGGED, HitEventKind.REVIEWED})
"""What says something about an earlier event; its details name it as ``event``."""

WITHOUT_OPENING = frozenset(
    {
        HitEventKind.CORRECTED,
        HitEventKind.DRAWN,
        HitEventKind.FLAGGED,
        HitEventKind.OPENED,
        HitEventKind.SCORED,
    }
)
"""What can happen to a hit that nobody has opened."""

AFTER_CLOSING = frozenset({HitEventKind.DRAWN, HitEventKind.SCORED, *ABOUT_EVENTS})
"""What can still happen to a closed hit: learning whether it was right, and putting it right."""

NOT_CORRECTED = frozenset({HitEventKind.DRAWN, *ABOUT_EVENTS})
"""What stands as it is: chance, and what was said about events."""

NOT_ORDERED = frozenset({HitEventKind.DRAWN, HitEventKind.SCORED, *ABOUT_EVENTS})
"""What has no place in the order of the work, so nothing is back-dated past it."""

ENFORCEMENT = frozenset({HitEventKind.CALLED, HitEventKind.STOPPED})
"""What sends people to a car; never for what is informational (Policy 426.6.4 (c))."""

ON_CONFIRMATION = ENFORCEMENT
"""What needs the standing confirmation (Policy 426.6 (d), 426.6.3 (b) 1)."""


STOLEN_CALL = "stolen_vehicle"
"""Call type that every confirmed stolen vehicle needs (Policy 426.6.1 (d))."""

RECOVERY_CALL = "stolen_vehicle_recovery"
"""Call type for a stolen vehicle that stands empty and was not recovered (Policy 426.6.1 (e))."""


class Agreement(StrEnum):
    """Whether what the picture shows is what the entry says; sorted."""

    AGREES = "agrees"
    CANNOT_TELL = "cannot_tell"
    DIFFERS = "differs"


class Disposition(StrEnum):
    """How right a hit was; sorted."""

    CORRECT = "correct"
    MISREAD = "misread"
    NOT_SCORED = "not_scored"
    STALE_ENTRY = "stale_entry"
    WRONG_STATE = "wrong_state"


class HitOutcome(StrEnum):
    """What came of a hit in the street; sorted."""

    ARREST = "arrest"
    GONE = "gone"
    NO_ACTION = "no_action"
    OTHER = "other"
    RECOVERED = "recovered"


class Place(StrEnum):
    """Where somebody broadcasts from: each has its own order (Policy 426.6.3); sorted."""

    DESKTOP = "desktop"
    VEHICLE = "vehicle"


class Priority(StrEnum):
    """How soon the agency that entered the record has to answer; sorted."""

    ROUTINE = "routine"
    URGENT = "urgent"


class Occupancy(StrEnum):
    """Whether somebody sat in the vehicle when it was found; sorted."""

    OCCUPIED = "occupied"
    UNKNOWN = "unknown"
    UNOCCUPIED = "unoccupied"
