"""What people are to be told about equipment, as notices that alerts send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from workbench.domain.alert import Notice, NoticeKind
from workbench.domain.clock import Clock
from workbench.domain.equipment import HealthWrong, ShiftWrong
from workbench.errors import WorkbenchError
from workbench.fleet.health import Health, HealthFinding
from workbench.fleet.shift_findings import ShiftFinding

LOOKED_BACK = timedelta(days=7)
"""How long what was out of order with shifts is still looked for; each is told once."""

_KINDS = {
    HealthWrong.ALL_DROPPED: NoticeKind.CAMERA_DROPPED,
    HealthWrong.DROPPED: NoticeKind.CAMERA_DROPPED,
    HealthWrong.FAULT_UNREPORTED: NoticeKind.FAULT_UNREPORTED,
    HealthWrong.INSPECTION_OVERDUE: NoticeKind.INSPECTION_OVERDUE,
    HealthWrong.SILENT: NoticeKind.CAMERA_SILENT,
}
"""What is told; that something is out of service was told with its fault."""

_WORDS = {
    ShiftWrong.GAP: "A shift has a time without any read",
    ShiftWrong.NOT_READY: "A shift began with something not in order",
    ShiftWrong.NO_READS: "Nothing of a shift was uploaded",
    ShiftWrong.NO_SEARCH: "A shift is without a search of its own detections",
    ShiftWrong.READS_WITHOUT_SHIFT: "A car read plates while it was on no shift",
}


class EquipmentNotices:
    """Finds what is to be told about equipment, seldom, and never in the way of other notices.

    Whoever sends alerts asks every minute and has hits to send meanwhile. So equipment is looked
    at every quarter of an hour, and what goes wrong with that is itself a notice.

    Parameters
    ----------
    find
        Looks.
    clock
        The present instant.
    every
        How often it looks; asked earlier, it has nothing to tell.
    """

    def __init__(
        self,
        find: Callable[[], Iterable[Notice]],
        *,
        clock: Clock,
        every: timedelta = timedelta(minutes=15),
    ) -> None:
        self._find = find
        self._clock = clock
        self._every = every
        self._looked_at: datetime | None = None

    def __call__(self) -> list[Notice]:
        """Return what is to be told now; what was told before may be among it."""
        now = self._clock()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < self._every:
            return []
        self._looked_at = now
        try:
            return list(self._find())
        except (SQLAlchemyError, WorkbenchError) as error:
            return [_unseen(error, now)]


def _unseen(error: Exception, now: datetime) -> Notice:
    what = type(error).__name__
    return Notice(
        key=f"equipment_unseen:{what}:{now:%Y-%m-%d}",
        kind=NoticeKind.EQUIPMENT_UNSEEN,
        subject="all",
        text=f"Equipment cannot be looked at ({what}); `workbench equipment health` says why",
        found_at=now,
    )


def notices_of_health(health: Health, zone: ZoneInfo) -> Iterator[Notice]:
    """Yield a notice for each finding that is told; the same finding is the same notice.

    A drop is told once a day of the department, everything else once for as long as it lasts.
    """
    for finding in health.findings:
        if finding.what in _KINDS:
            yield Notice(
                key=_key(finding, health, zone),
                kind=_KINDS[finding.what],
                subject=finding.on,
                text=f"{finding.why} ({finding.section})",
                found_at=health.at,
            )


def notice_of_shift(finding: ShiftFinding, zone: ZoneInfo) -> Notice:
    """Return the notice of something out of order with a shift; it concerns whose shift it is.

    Reads without a shift are told once a day of the department.
    """
    about = f"shift {finding.shift_id}" if finding.shift_id else "no shift"
    # By its beginning: a gap that still lasts gets longer and stays the same.
    begun = f"{finding.period.start:%Y-%m-%dT%H:%M:%S}"
    day = f"{finding.period.start.astimezone(zone):%Y-%m-%d}"
    since = begun if finding.shift_id else day
    return Notice(
        key=f"shift:{finding.what}:{finding.vehicle}:{finding.shift_id or 0}:{since}",
        kind=NoticeKind.SHIFT_WRONG,
        subject=finding.vehicle,
        text=f"{_WORDS[finding.what]}, {about} ({finding.section})",
        found_at=finding.period.end,
        concerns=finding.username,
    )


def _key(finding: HealthFinding, health: Health, zone: ZoneInfo) -> str:
    if _KINDS[finding.what] is NoticeKind.CAMERA_DROPPED:
        return f"{finding.what}:{finding.on}:{health.at.astimezone(zone):%Y-%m-%d}"
    if finding.what is HealthWrong.FAULT_UNREPORTED:
        return f"{finding.what}:{finding.why.partition(':')[0].removeprefix('Fault ')}"
    return f"{finding.what}:{finding.on}:{finding.since:%Y-%m-%dT%H:%M:%S}"
