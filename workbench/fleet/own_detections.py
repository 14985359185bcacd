"""Whether somebody searched the own detections of their car during a shift (Policy 426.6.1 (d))."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.audit.own_searches import Search
from workbench.domain.period import Period
from workbench.fleet.shift import Shift


def own_searches(shift: Shift, on: Period, searches: Iterable[Search]) -> list[Search]:
    """Return the searches that count as of a shift's own detections.

    The policy asks for a search "to ensure that Detections are uploading properly". So it has to
    be by the shift's own person and begun during the shift, name cameras of the car and no others,
    and look into time of the shift; a search that names no period looks into all of it. One that
    asks for a plate, an area or more beside that shows that reads arrive only if it returned some;
    one for the cameras alone counts with no rows too, because finding none is what it is for.

    Parameters
    ----------
    shift
        With the cameras that the car carried at its start.
    on
        Its time so far.
    searches
        By anybody at any time.
    """
    return [
        search
        for search in searches
        if search.username == shift.username
        and on.start <= search.recorded_at < on.end
        and search.cameras
        and set(search.cameras) <= set(shift.cameras)
        and (search.begins_at is None or search.begins_at < on.end)
        and (search.ends_at is None or search.ends_at > on.start)
        and (search.rows > 0 or not search.narrowed)
    ]
