"""A quarter of made-up casework: who looked for what and why, for an audit to go through.

Most of it is in order. Some is as real logs are: reasons that say nothing, no case number, a
purpose that waits for approval, somebody without training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from workbench.demo.city import City
from workbench.demo.people import DemoPerson
from workbench.demo.plates import plate_texts
from workbench.demo.vehicles import Kind
from workbench.demo.year import ZONE
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.place import Circle, Point
from workbench.domain.quarter import Quarter

SITTINGS = 26
"""How often somebody signs in; each time for one to four inquiries."""
_VAGUE_SHARE, _NO_CASE_SHARE = 0.12, 0.18
_WEIGHTS = {Role.ANALYST: 9, Role.OFFICER: 4, Role.DISPATCHER: 2, Role.SUPERVISOR: 1}
_PURPOSES = (
    ("active_investigation", 0.44, "Burglary on {street}, looking for the vehicle seen leaving"),
    ("stolen_or_wanted_vehicle", 0.24, "Vehicle reported stolen from {street}, last known route"),
    ("canvass", 0.14, "Canvass for a hit and run on {street} last month, reopened on a tip"),
    ("missing_person", 0.08, "Missing adult, car not seen since leaving {street}"),
    ("property_recovery", 0.06, "Stolen tools offered for sale, seller's van parked on {street}"),
    ("other", 0.04, "Traffic study near {street} asked for by the city engineer"),
)
_VAGUE = (
    "for an investigation",
    "follow up on case",
    "as requested by detective",
    "checking on a vehicle",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedInquiry:
    """An inquiry that somebody opens, with the looks under it.

    Attributes
    ----------
    person
        Who opens it; one of them is not trained and will be refused.
    sitting
        Inquiries of one sitting are made in one session.
    approved
        For a purpose that waits: what the supervisor decides; ``None`` where nothing waits.
    looks
        A minute apart.
    """

    person: DemoPerson
    sitting: int
    at: datetime
    purpose: str
    case_number: str | None
    reason: str
    approved: bool | None
    looks: tuple[SearchCriteria | CanvassCriteria, ...]


def last_quarter(ending: date) -> Quarter:
    """Return the last whole quarter before a day.

    Examples
    --------
    >>> str(last_quarter(date(2026, 11, 1))), str(last_quarter(date(2027, 1, 1)))
    ('2026Q3', '2026Q4')
    """
    number = (ending.month - 1) // 3
    return Quarter(ending.year, number) if number else Quarter(ending.year - 1, 4)


def plan_casework(city: City, *, sittings: int = SITTINGS) -> list[PlannedInquiry]:
    """Return the inquiries of the last whole quarter of the city's year, sitting by sitting."""
    rng = np.random.default_rng([city.seed, 2_000])
    quarter = last_quarter(city.ending)
    days = (quarter.after - quarter.first).days
    people = [person for person in city.people if person.role in _WEIGHTS]
    weights = np.array([_WEIGHTS[person.role] for person in people if person.role], dtype=float)
    weights[[not person.trained for person in people]] = 0.8
    found: list[PlannedInquiry] = []
    for number, day in enumerate(np.sort(rng.integers(1, days, size=sittings)).tolist()):
        person = people[int(rng.choice(len(people), p=weights / weights.sum()))]
        on = quarter.first + timedelta(days=day)
        at = datetime.combine(on, time(_hour(person, rng), int(rng.integers(60))), ZONE)
        for turn in range(int(rng.integers(1, 5))):
            later = at + timedelta(minutes=17 * turn)
            found.append(_inquiry(city, person, later, (number, turn), rng))
    return found


def _inquiry(
    city: City,
    person: DemoPerson,
    at: datetime,
    place: tuple[int, int],
    rng: np.random.Generator,
) -> PlannedInquiry:
    sitting, turn = place
    shares = np.array([share for _, share, _ in _PURPOSES])
    purpose, _, reason = _PURPOSES[int(rng.choice(len(_PURPOSES), p=shares))]
    streets = city.roads["name"]
    if rng.random() < _VAGUE_SHARE:
        reason = _VAGUE[int(rng.integers(len(_VAGUE)))]
    numbered = rng.random() >= _NO_CASE_SHARE and purpose != "other"
    case = 9_000 + 130 * sitting + 30 * turn + int(rng.integers(30))
    return PlannedInquiry(
        person=person,
        sitting=sitting,
        at=at,
        purpose=purpose,
        case_number=f"26-{case:06d}" if numbered else None,
        reason=reason.format(street=streets.iloc[int(rng.integers(len(streets)))]),
        approved=bool(rng.random() < 0.6) if purpose == "other" else None,
        looks=_looks(city, at, purpose, rng),
    )


def _hour(person: DemoPerson, rng: np.random.Generator) -> int:
    """Return an hour of the working day; those on patrol work at all hours."""
    at_desk = person.role is Role.ANALYST and rng.random() < 0.95
    return int(rng.integers(8, 17)) if at_desk else int(rng.integers(0, 24))


def _looks(
    city: City, at: datetime, purpose: str, rng: np.random.Generator
) -> tuple[SearchCriteria | CanvassCriteria, ...]:
    around = city.vehicles.first[Kind.DELIVERY] if rng.random() < 0.8 else len(city.vehicles)
    vehicle = int(rng.integers(around))
    plate = plate_texts(city.vehicles.plates[vehicle : vehicle + 1])[0]
    if purpose in ("canvass", "other"):
        return (_canvass(city, at, rng),)
    partial = f"{plate[:3]}?{plate[4]}*"
    since = Period(at - timedelta(days=30), at)
    looks: Sequence[SearchCriteria | CanvassCriteria] = (
        SearchCriteria(plate=parse_pattern(plate), period=since),
        SearchCriteria(plate=parse_pattern(partial), period=since),
        _canvass(city, at, rng),
    )
    return tuple(looks[: int(rng.integers(1, 4))])


def _canvass(city: City, at: datetime, rng: np.random.Generator) -> CanvassCriteria:
    camera = city.cameras[int(rng.integers(len(city.cameras)))]
    scene = Point(camera.point.lon + 0.002, camera.point.lat - 0.001)
    return CanvassCriteria(
        scene=Circle(scene, 1_500.0),
        at=at - timedelta(days=float(rng.uniform(31, 45))),
        before=timedelta(minutes=60),
        after=timedelta(minutes=90),
    )
