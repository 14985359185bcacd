"""Lines of the board as the list shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.hits.parts import milliseconds
from apps.hits.wording import in_short, worded
from workbench.domain.alert import Level
from workbench.domain.harmless_text import harmless_values
from workbench.domain.hit import HitState, MatchKind
from workbench.hotlists.hits.board import BoardLine
from workbench.hotlists.hits.next_steps import DueKind
from workbench.hotlists.lists.lateness import Lateness
from workbench.views.labels import local_label

_CLOCKS_SHOWN = 2

_Chip = dict[str, Any]


def list_row(line: BoardLine, zone: ZoneInfo, *, at: datetime) -> dict[str, Any]:
    """Return a line for `apps.hits.parts.HitList`.

    Parameters
    ----------
    at
        The present instant.
    """
    hit = line.hit
    row = {
        "key": str(hit.id),
        "plate": hit.listed_plate,
        "region": hit.listed_region or "",
        "level": Level.LOW.value if hit.possible else line.level.value,
        "level_text": _loudness(line),
        "time": time_of(hit.seen_at, zone, at),
        "seen": f"Seen {local_label(hit.seen_at, zone)}",
        "about": f"{worded(hit.category)} · {hit.list_code} · {hit.camera_id}",
        "chips": [*_standing(line), *_age(line, at), *_waiting(line)],
    }
    return {name: harmless_values(value) for name, value in row.items()}


def time_of(seen_at: datetime, zone: ZoneInfo, at: datetime) -> str:
    """Return a local time, with its date unless it is of the same day.

    Examples
    --------
    >>> from datetime import UTC
    >>> zone, now = ZoneInfo("America/Los_Angeles"), datetime(2026, 11, 2, 18, tzinfo=UTC)
    >>> time_of(datetime(2026, 11, 2, 17, 50, tzinfo=UTC), zone, now)
    '09:50:00'
    >>> time_of(datetime(2026, 11, 1, 17, 50, tzinfo=UTC), zone, now)
    '11-01 09:50:00'
    """
    local = seen_at.astimezone(zone)
    today = local.date() == at.astimezone(zone).date()
    return f"{local:%H:%M:%S}" if today else f"{local:%m-%d %H:%M:%S}"


def _loudness(line: BoardLine) -> str:
    if line.hit.possible:
        return "possible"
    return "quiet" if line.level is Level.LOW else line.level.value


def _standing(line: BoardLine) -> list[_Chip]:
    hit = line.hit
    chips = [{"text": worded(hit.state), "kind": "new" if hit.state is HitState.NEW else ""}]
    if hit.informational:
        chips.append({"text": "informational only", "kind": ""})
    if hit.match is not MatchKind.EXACT:
        chips.append({"text": f"by {hit.match.value}", "kind": ""})
    if line.violations:
        wrong = "1 violation" if line.violations == 1 else f"{line.violations} violations"
        chips.append({"text": wrong, "kind": "bad"})
    return chips


def _age(line: BoardLine, at: datetime) -> list[_Chip]:
    age = line.hit.list_age_at(at)
    if age is None:
        return []
    stale = age > line.oldest_list
    text = f"{'stale: ' if stale else ''}list {in_short(age)} old"
    chips = [{"text": text, "kind": "warn" if stale else ""}]
    if Lateness.SHORT in line.late:
        chips.append({"text": "list came too seldom yesterday", "kind": "warn"})
    return chips


def _waiting(line: BoardLine) -> list[_Chip]:
    timed = [due for due in line.due if due.by is not None]
    said = [due for due in line.due if due.by is None and due.kind is not DueKind.OPEN]
    return [
        *(
            {"text": worded(due.kind), "kind": "", "by_ms": milliseconds(due.by)}
            for due in sorted(timed, key=lambda due: due.by)[:_CLOCKS_SHOWN]
        ),
        *({"text": f"{worded(due.kind)} due", "kind": "warn"} for due in said[:1]),
    ]
