"""The package's first page: what it is, the reads with their pictures, and where the rest lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.period import Period
from workbench.retention.evidence.access_files import Accesses
from workbench.retention.evidence.hit_files import Hits
from workbench.retention.evidence.order import order_text
from workbench.retention.evidence.page import (
    Html,
    PageFile,
    facts,
    heading,
    link,
    paragraph,
    table,
    text,
)
from workbench.retention.evidence.payload import Making, Reads

INDEX = "index.html"

_FILES: Mapping[str, str] = {
    "reads.csv": "The reads, for a spreadsheet",
    "reads.parquet": "The reads with their positions, for a map program (GeoParquet)",
    "candidates.csv": "Every reading that the reader weighed, with how sure it was",
    "hits.csv": "Hits of these reads",
    "hit_events.csv": "What was done about each hit, by whom and when",
    "list_versions.csv": "Versions of the lists of wanted plates that were in force",
    "accesses.csv": "Who looked at these reads, when and why, for a spreadsheet",
    "accesses.jsonl": "The same records as they were hashed, for verification",
    "cameras.csv": "The cameras that made the reads",
    "inspections.csv": "Inspections of these cameras",
    "error_rates.csv": "How often hits of these cameras and readers were found wrong",
    "engines.csv": "What read the plates, with versions",
    "misread_models.csv": "What is known of each reader's mistakes",
    "deliveries.csv": "The files in which the reads came, with their hashes",
    "policy.csv": "Every rule of the department's policy in force",
    "looks_without_result.csv": "Looks for these plates, or in this case, that found nothing",
    "cameras_without_packed_reads.csv": "Cameras that made none of these reads in their window",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the first page tells beside the reads."""

    reads: Reads
    hits: Hits
    lists: int
    inspections: int
    rates: int
    accesses: Accesses | None
    window: Period | None


def write_index(file: Path, making: Making, told: Told) -> None:
    """Write the first page; it needs nothing but a browser."""
    with PageFile(file, making.frame, _title(making)) as page:
        page.write(*_head(making, told))
        page.write(*_reads(told.reads))
        page.write(*_about(making, told))
        page.write(*_rest(making))


def _title(making: Making) -> str:
    sides = ", both sides, for disclosure" if making.order.two_sided else ""
    return f"License plate reads{sides}"


def _head(making: Making, told: Told) -> Iterator[str]:
    record, frame = making.record, making.frame
    keys = told.reads.keys
    yield from (paragraph(note, "warn") for note in making.notes)
    yield facts(
        [
            ("Case", record.case_number),
            ("Booked into evidence as", making.booking),
            ("Made by", f"{record.display_name} ({record.username}), {record.organisation}"),
            ("Purpose", f"{making.sources.policy.purpose(record.purpose or '').title}"),
            ("Reason given", record.reason),
            ("What was asked for", order_text(making.order, frame.zone)),
            ("Reads", len(keys)),
            ("Different plates", len(keys.plates)),
            ("Pictures", told.reads.pictures),
            ("First seen", frame.time(keys.seen.start)),
            ("Last seen", frame.time(keys.last_seen_at)),
            ("Record of this look in the audit log", record.seq),
            ("Policy in force", making.sources.policy.version),
        ]
    )


def _reads(reads: Reads) -> Iterator[str]:
    yield heading("The reads")
    yield from reads.first
    if len(reads.pages) > 1:
        rest = len(reads.keys) - len(reads.first)
        yield paragraph(f"{rest} more reads are on the pages that follow.")
        pages = enumerate(reads.pages[1:], start=2)
        yield f"<nav>{''.join(link(f'data/{name}', f'Page {n}') for n, name in pages)}</nav>"


def _about(making: Making, told: Told) -> Iterator[str]:
    yield heading("What is known about these reads")
    yield paragraph(
        "A read is what a machine made of a picture. It can be wrong: look at the picture. The "
        "plate says which vehicle passed, not who drove it."
    )
    yield facts(
        [
            ("Hits", _hits(told.hits)),
            ("Versions of lists then in force", told.lists),
            ("Inspections of the cameras on record", told.inspections or "none on record"),
            ("Measured error rates", told.rates or "none measured for these cameras and readers"),
            ("Audit log", _log(told.accesses)),
            ("Window of the negative results", _window(making, told.window)),
        ]
    )


def _hits(hits: Hits) -> Html:
    more = f"; {hits.left_out} more stand in the two-sided package only" if hits.left_out else ""
    return Html(f"{link('data/pages/hits.html', f'{hits.shown} shown')}{text(more)}")


def _log(accesses: Accesses | None) -> str:
    if accesses is None:
        return "not part of this package"
    found = accesses.verification
    state = f"the chain of {found.records} records held when this was made"
    if found.broken:
        state = f"the chain does NOT hold: {found.broken.explanation}"
    return f"{accesses.records} records concern these reads; {state}"


def _window(making: Making, window: Period | None) -> str:
    if window is None:
        return ""
    return f"{making.frame.time(window.start)} to {making.frame.time(window.end)}"


def _rest(making: Making) -> Iterator[str]:
    yield heading("Everything in this package")
    rows: list[tuple[Html, str, object]] = [
        (Html(link(f"data/{name}", name)), _FILES.get(name, ""), rows)
        for name, rows in making.tables.items()
    ]
    rows += [(Html(link(f"data/{name}", name)), "Page", "") for name in making.pages]
    yield table(("File", "What it is", "Rows"), rows)
    yield facts(
        [
            ("Draft of a certificate", Html(link("data/certificate.html", "certificate.html"))),
            ("How to verify", Html(link("README.txt", "README.txt"))),
        ]
    )
