"""Hits about the packed reads, what was done about each, and the list versions then in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from workbench.domain.hit import Disposition, HitEventKind, HitState
from workbench.hotlists.hits.about_reads import ListVersion, hits_about, versions_in_force
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.standing import as_corrected, disposition_of, in_order
from workbench.retention.evidence.page import PageFile, link, paragraph, table
from workbench.retention.evidence.payload import Making
from workbench.retention.evidence.reach import HitKey
from workbench.retention.evidence.read_keys import ReadKeys
from workbench.retention.evidence.tables import CsvTable, write_table

HITS = "hits.csv"
EVENTS = "hit_events.csv"
LISTS = "list_versions.csv"
PAGE = "pages/hits.html"

_HIT_COLUMNS = (*Hit.__dataclass_fields__, "standing")
_EVENT_COLUMNS = tuple(HitEvent.__dataclass_fields__)
_LIST_COLUMNS = tuple(ListVersion.__dataclass_fields__)
_WRONG = frozenset({Disposition.MISREAD, Disposition.STALE_ENTRY, Disposition.WRONG_STATE})


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits about the reads, and how many of each kind.

    Attributes
    ----------
    keys
        Of all of them, also those that are not shown.
    left_out
        How many only the two-sided package shows.
    """

    keys: tuple[HitKey, ...]
    shown: int
    left_out: int


def write_hits(making: Making, keys: ReadKeys) -> Hits:
    """Write hits and events; those that did not hold, or that nobody was told of, if two-sided."""
    keyed: list[HitKey] = []
    left_out = 0
    recipient = making.order.recipient
    with (
        CsvTable(making.folder / HITS, _HIT_COLUMNS, recipient) as hits,
        CsvTable(making.folder / EVENTS, _EVENT_COLUMNS, recipient) as events,
        PageFile(making.folder / PAGE, making.frame, "Hits") as page,
    ):
        page.write(f"<nav>{link('../../index.html', 'First page')}</nav>", paragraph(_WHAT))
        for hit, done in hits_about(making.gathering.connection, keys.ids):
            keyed.append(_key(hit, done))
            standing = standing_of(hit, done)
            if standing != "stands" and not making.order.two_sided:
                left_out += 1
                continue
            hits.write([*asdict(hit).values(), standing])
            for event in done:
                events.write(asdict(event).values())
            page.write(*_shown(hit, done, standing, making))
        if not hits.rows:
            page.write(paragraph("No hit about these reads is shown.", "quiet"))
    making.tables |= {HITS: hits.rows, EVENTS: events.rows}
    making.pages.append(PAGE)
    return Hits(tuple(keyed), hits.rows, left_out)


def write_lists(making: Making, keys: ReadKeys) -> int:
    """Write which versions of lists were in force while the reads were seen; return how many."""
    seen = keys.seen
    found = versions_in_force(making.gathering.connection, seen.start, seen.end)
    rows = (asdict(version).values() for version in found)
    making.tables[LISTS] = write_table(
        making.folder / LISTS, _LIST_COLUMNS, rows, making.order.recipient
    )
    return len(found)


def _key(hit: Hit, events: list[HitEvent]) -> HitKey:
    closed = hit.state is HitState.CLOSED and events
    return HitKey(
        id=hit.id,
        made_at=hit.made_at,
        list_code=hit.list_code,
        category=hit.category.value,
        camera_id=hit.camera_id,
        possible=hit.possible,
        ended_at=events[-1].recorded_at if closed else None,
    )


def standing_of(hit: Hit, events: list[HitEvent]) -> str:
    """Return whether a hit stands, was rejected, or was too unlikely to tell anybody."""
    scored = disposition_of(events)
    if scored and scored[0] in _WRONG:
        return f"rejected: {scored[0].value}"
    answers = {HitEventKind.CONFIRMED: "stands", HitEventKind.REFUSED: "rejected: CLETS/NCIC"}
    said = [
        answers[event.kind] for event in in_order(as_corrected(events)) if event.kind in answers
    ]
    if said:
        return said[-1]
    return "possible only: nobody was told" if hit.possible else "stands"


_WHAT = (
    "A hit is a read that met an entry of a list of wanted plates. It leads people to look and to "
    "confirm; it is never by itself a reason to stop anybody (Policy 426.5 (d))."
)


def _shown(hit: Hit, events: list[HitEvent], standing: str, making: Making) -> Iterator[str]:
    time = making.frame.time
    rival = f"{hit.rival} ({hit.rival_posterior:.1%})" if hit.rival_posterior is not None else ""
    yield table(
        ("Hit", str(hit.id)),
        [
            ("Standing", standing),
            ("Read", f"{hit.read_plate} {hit.read_region or ''}"),
            ("Listed", f"{hit.listed_plate} {hit.listed_region or ''}"),
            ("List", f"{hit.list_code}, {hit.category.value}, came in {time(hit.list_loaded_at)}"),
            ("How likely the plate is the listed one", f"{hit.posterior:.1%}"),
            ("Best other reading", rival),
            ("Number of the read", hit.detection_id),
        ],
    )
    if events:
        rows = (
            (time(event.happened_at), event.kind.value, event.recorded_by, _in_words(event))
            for event in events
        )
        yield table(("When", "What", "Recorded by", "Details"), list(rows))


def _in_words(event: HitEvent) -> str:
    said = ((name.replace("_", " "), value) for name, value in event.details.items())
    return "; ".join(f"{name}: {value}" for name, value in said if value is not None)
