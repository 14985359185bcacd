"""An opened hit as markup: what was read beside what is listed, the entry, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.hits.state import OpenedHit
from apps.hits.wording import CAUTION, INFORMATIONAL, NOTES, in_short, percent, worded
from apps.parts.markup import chip, facts, message, plate, text
from workbench.domain.hit import HitEventKind, MatchKind
from workbench.domain.hot_entry import ListKind
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.violations import Violation
from workbench.hotlists.lists.lateness import Lateness
from workbench.hotlists.matching.regions import normal_region
from workbench.views.labels import local_label

_SIDE_BY_SIDE = {
    "Make": (("make",), ("model",)),
    "Colour": (("color", "colour"),),
    "Body": (("body_type", "body", "style"), ("year",)),
}
"""What is said of a vehicle, in rows; each part has names by which sources call it."""
_COMPARED = {name for parts in _SIDE_BY_SIDE.values() for names in parts for name in names}
_ENTRY_LEFT_OUT = {
    "details", "load_id", "line", "id", "plate", "pattern", "wildcard", "region", "category",
}  # fmt: skip


def warnings(opened: OpenedHit, *, at: datetime, oldest_list: timedelta) -> str:
    """Return what stands above everything else on a hit."""
    hit, steps = opened.file.hit, opened.file.steps
    parts = [message("warn", INFORMATIONAL if hit.informational else CAUTION)]
    age = hit.list_age_at(at)
    if age is not None and hit.stale_at(at, oldest_list):
        parts.append(
            message(
                "error",
                f"This list is stale: it came in {in_short(age)} ago",
                f"It is to be no older than {in_short(oldest_list)} (Policy 426.6.4); "
                "the entry may have been cleared since.",
            )
        )
    if Lateness.SHORT in opened.file.late:
        parts.append(
            message("error", "This list came too seldom yesterday", "See Policy 426.6.4 (a), (b).")
        )
    parts += [
        message("error", f"{worded(one.kind)} ({one.section})", _put_right(one))
        for one in steps.violations
    ]
    return "".join(f'<div class="gap">{part}</div>' for part in parts)


def head(hit: Hit, level: str, zone: ZoneInfo) -> str:
    """Return what the hit is about, in two lines."""
    chips = chip(worded(hit.state)) + chip(f"level: {level}")
    chips += chip("informational only", "warn") if hit.informational else ""
    chips += chip("possible: nobody was alerted", "warn") if hit.possible else ""
    return (
        f'<h2 class="title">{text(worded(hit.category))} <span class="soft">hit {hit.id}</span>'
        f"</h2><p>{chips}</p>"
        f'<p class="soft">Seen {text(local_label(hit.seen_at, zone))} by {text(hit.camera_id)}</p>'
    )


def side_by_side(opened: OpenedHit) -> str:
    """Return the read beside the entry, and how likely the plate is the listed one."""
    hit = opened.file.hit
    vehicle = _vehicle(opened)
    details = _lower(hit.entry.get("details") or {})
    rows = [
        ("Plate", plate(hit.read_plate, big=True), plate(hit.listed_plate, big=True)),
        ("State", _region(hit.read_region), _region(hit.listed_region) + _differs(hit)),
    ]
    for name, parts in _SIDE_BY_SIDE.items():
        seen, listed = _joined(vehicle, parts), _joined(details, parts)
        if seen or listed:
            rows.append((name, text(seen or "-"), text(listed or "-")))
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{seen}</td><td>{listed}</td></tr>'
        for name, seen, listed in rows
    )
    return (
        '<table class="beside"><thead><tr><td></td><th scope="col">Read</th>'
        f'<th scope="col">Listed</th></tr></thead><tbody>{body}</tbody></table>'
    )


def likely(hit: Hit) -> str:
    """Return how likely the plate is the listed one, against its best rival."""
    return f"{_likely(hit)}{_notes(hit.notes)}"


def entry(hit: Hit, at: datetime, zone: ZoneInfo) -> str:
    """Return the entry with the age of its list."""
    details = _lower(hit.entry.get("details") or {})
    rest = [(_spaced(name), value) for name, value in details.items() if name not in _COMPARED]
    own = [
        (_spaced(name), _time_or_text(value, zone))
        for name, value in hit.entry.items()
        if name not in _ENTRY_LEFT_OUT and value not in (None, "", False)
    ]
    age = hit.list_age_at(at)
    came = "" if hit.list_loaded_at is None else local_label(hit.list_loaded_at, zone)
    kinds = {ListKind.HOT_PLATE: "hot plate", ListKind.SPECIAL: "special list"}
    return "<h3>Entry</h3>" + facts(
        [
            ("List", f"{hit.list_code}, {kinds.get(hit.list_kind, 'general list')}"),
            ("Age of list", "" if age is None else f"{in_short(age)}, since {came}"),
            ("Line", hit.line or ""),
            *own,
            *rest,
        ]
    )


def history(events: Iterable[HitEvent], violations: Iterable[Violation], zone: ZoneInfo) -> str:
    """Return what was done about the hit, oldest first, with what broke a rule."""
    wrong: dict[int, list[Violation]] = {}
    for one in violations:
        wrong.setdefault(one.event_id, []).append(one)
    items = "".join(
        _event(event, wrong.get(event.id, []), zone)
        for event in events
        if event.kind is not HitEventKind.FLAGGED  # it stands beside what it flags
    )
    nothing = '<p class="soft">Nothing yet</p>'
    return f"<h3>What was done</h3>{f'<ol class=events>{items}</ol>' if items else nothing}"


def _put_right(violation: Violation) -> str:
    by = violation.corrected_by
    return f"Corrected by entry {by}; the violation stays." if by else ""


def _event(event: HitEvent, wrong: Iterable[Violation], zone: ZoneInfo) -> str:
    said = "; ".join(
        f"{_spaced(name).lower()}: {_plain(value)}"
        for name, value in event.details.items()
        if value not in (None, "", False)
    )
    late = event.recorded_at != event.happened_at
    recorded = f", recorded {local_label(event.recorded_at, zone)}" if late else ""
    flag = "".join(f" {chip(f'{worded(one.kind)} ({one.section})', 'bad')}" for one in wrong)
    return (
        f'<li><b>{text(worded(event.kind))}</b> <span class="soft">entry {event.id}</span>{flag}'
        f'<div class="small soft">{text(local_label(event.happened_at, zone))} by '
        f"{text(event.recorded_by)}{text(recorded)}</div>"
        f'<div class="small">{text(said)}</div></li>'
    )


def _likely(hit: Hit) -> str:
    how = {
        MatchKind.EXACT: "The characters read are those of the listed plate.",
        MatchKind.MISREAD: "The read may be a misreading of the listed plate.",
        MatchKind.WILDCARD: "The entry leaves characters open; the read fits it.",
    }[hit.match]
    listed = " ".join(filter(None, (hit.listed_plate, hit.listed_region)))
    readings = [(listed, hit.posterior, "the listed plate")]
    if hit.rival:
        readings.append((hit.rival, hit.rival_posterior, "best other reading"))
    rows = "".join(
        f'{plate(said)}<span>{text(percent(share))} <span class="soft">{what}</span></span>'
        for said, share, what in readings
    )
    return (
        f'<h3>How likely</h3><div class="candidates">{rows}</div>'
        f'<p class="small soft gap">{how}</p>'
    )


def _notes(notes: Iterable[str]) -> str:
    items = "".join(f"<li>{text(NOTES.get(note, note))}</li>" for note in notes)
    return f'<ul class="notes small">{items}</ul>' if items else ""


def _differs(hit: Hit) -> str:
    return " " + chip("differs", "bad") if "region_differs" in hit.notes else ""


def _vehicle(opened: OpenedHit) -> dict[str, Any]:
    if opened.read is None:
        return {}
    (row,) = opened.read.table.to_pylist()
    return dict(row)


def _lower(details: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in details.items()}


def _joined(values: Mapping[str, Any], parts: Iterable[Iterable[str]]) -> str:
    said = ([values[name] for name in names if values.get(name)][:1] for names in parts)
    # Sources write make and model into the model, too.
    words = " ".join(str(value).replace("_", " ") for values in said for value in values)
    return " ".join(dict.fromkeys(words.split()))


def _region(region: str | None) -> str:
    known = normal_region(region)
    as_read = "" if known in (None, region) else f' <span class="soft">({text(region)})</span>'
    return f"{text(known or region or '-')}{as_read}"


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _plain(value: Any) -> str:
    return "yes" if value is True else str(value).replace("_", " ")


def _time_or_text(value: Any, zone: ZoneInfo) -> str:
    try:
        return local_label(datetime.fromisoformat(value), zone)
    except (TypeError, ValueError):
        return _plain(value) if isinstance(value, bool) else str(value)
