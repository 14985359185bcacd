"""What one person may hold alone, by the policy; for whatever is more it takes a second person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from workbench.domain.criteria import SearchCriteria
from workbench.domain.place import Area, Circle, Point
from workbench.domain.read_set import ReadSet
from workbench.policy.life_rules import HoldRules
from workbench.retention.holds.hold import standing_at
from workbench.storage.hold_tables import held_detection
from workbench.storage.hold_tables import hold as hold_table

_h = hold_table.c


def why_too_wide(meant: ReadSet, rules: HoldRules) -> str | None:
    """Return why criteria are too wide for one person; ``None`` if they are narrow enough.

    Reads that are named one by one are narrow; how many they are is asked elsewhere.

    Examples
    --------
    >>> from workbench.domain.pattern import parse_pattern
    >>> from workbench.policy import load_policy
    >>> wanted = ReadSet(search=SearchCriteria(plate=parse_pattern("7AB*")))
    >>> why_too_wide(wanted, load_policy().holds)
    'it names no plate, and no window or place of a case'
    """
    search = meant.search
    if search is None or _narrow(search, rules):
        return None
    return "it names no plate, and no window or place of a case"


def why_too_many(
    connection: Connection, username: str, reads: int, rules: HoldRules, at: datetime
) -> str | None:
    """Return why so many reads are too many for one person; ``None`` if they are not.

    Parameters
    ----------
    reads
        Of the new hold; one more than `HoldRules.alone_reads` stands for any number above it.
    """
    if reads > rules.alone_reads.value:
        return f"it holds more than {rules.alone_reads.value:,} reads"
    others = reads_alone(connection, username, at)
    most = rules.alone_reads_together.value
    if others + reads > most:
        return f"the holds of one person would hold more than {most:,} reads together"
    return None


def reads_alone(connection: Connection, username: str, at: datetime) -> int:
    """Return how many reads the standing holds hold that a person placed and nobody approved."""
    alone = standing_at(at) & _h.approved_at.is_(None) & (_h.placed_by == username)
    held = select(func.count()).select_from(held_detection.join(hold_table)).where(alone)
    return int(connection.execute(held).scalar_one())


def _narrow(search: SearchCriteria, rules: HoldRules) -> bool:
    plate = search.plate
    if plate and (plate.exact is not None or plate.known >= rules.plate_characters.value):
        return True
    longest = timedelta(hours=rules.window_hours.value)
    if search.period and search.period.length <= longest:
        return True
    return search.area is not None and _radius_m(search.area) <= rules.place_radius_m.value


def _radius_m(area: Area) -> float:
    """Return the radius of a circle, or of one that goes around the box of a polygon."""
    if isinstance(area, Circle):
        return area.radius_m
    west, south, east, north = area.bounds()
    middle = Point((west + east) / 2, (south + north) / 2)
    corners = (Point(lon, lat) for lon in (west, east) for lat in (south, north))
    return max(middle.distance_m(corner) for corner in corners)
