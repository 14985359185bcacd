"""All of the demo's deliveries, as files in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.demo.city import City
from workbench.demo.names import MADE_UP, TOWN
from workbench.demo.vendors import json_files, table_files, xml_files
from workbench.demo.vendors.sighting import Sighting, make_sightings
from workbench.demo.year import ZONE


@dataclass(frozen=True, slots=True)
class Plan:
    """What one delivery is made of.

    Attributes
    ----------
    format
        Name of the format that recognises it.
    sightings
        How many are written.
    reads, refused
        What becomes of them.
    zone
        The zone that its sender has to name, because its times carry none.
    """

    name: str
    format: str
    write: Callable[[Sequence[Sighting]], bytes]
    sightings: int
    reads: int
    refused: int = 0
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFile:
    """A delivery that lies in a folder."""

    path: Path
    plan: Plan


PLANS = (
    Plan("openalpr-results.json", "openalpr", json_files.openalpr_results, 12, 12),
    Plan("rekor-groups.json", "rekor", json_files.rekor_groups, 12, 12),
    Plan("rekor-alert.json", "rekor", json_files.rekor_alert, 1, 1),
    Plan(
        "platerecognizer-webhooks.json",
        "platerecognizer",
        json_files.platerecognizer_webhooks,
        12,
        12,
    ),
    Plan("axis-events.json", "axis_lpv", json_files.axis_events, 12, 12),
    Plan("blueiris-alert.json", "blueiris", json_files.blueiris_alert, 2, 2),
    Plan("hikvision-alerts.xml", "hikvision", xml_files.hikvision_alerts, 6, 6),
    Plan("genetec-reads.xml", "genetec", xml_files.genetec_reads, 6, 6),
    Plan(
        "platerecognizer-stream.csv", "platerecognizer_csv", table_files.platerecognizer_csv, 20, 20
    ),
    Plan("seattle-like.csv", "delimited:seattle", table_files.seattle_reads, 40, 40),
    Plan("learn-grid.csv", "delimited:learn", table_files.learn_grid, 40, 40, zone=ZONE.key),
    Plan("plain.csv", "delimited:plain", table_files.plain_csv, 40, 40),
    Plan("plain-partly-broken.csv", "delimited:plain", table_files.broken_csv, 12, 8, refused=4),
)
"""Every format that the workbench knows, and one file with lines that cannot be taken."""


def delivery_bytes(city: City, plan: Plan) -> bytes:
    """Return a delivery's content; the same city gives the same bytes."""
    return plan.write(make_sightings(city, plan.sightings, stream=PLANS.index(plan)))


def write_deliveries(city: City, folder: Path) -> list[DeliveryFile]:
    """Write every delivery into a folder, with a note that says what they are.

    Returns
    -------
    list of DeliveryFile
        In the order of `PLANS`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note = f"Deliveries of the city of {TOWN}: {MADE_UP}.\n"
    (folder / "README.txt").write_text(note, encoding="utf-8")
    written = []
    for plan in PLANS:
        path = folder / plan.name
        path.write_bytes(delivery_bytes(city, plan))
        written.append(DeliveryFile(path, plan))
    return written
