"""Takes in the vendors' files; one of them is partly broken and shows the quarantine."""

from __future__ import annotations

from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.demo.vendors.deliveries import PLANS
from workbench.detections.deliveries import Counts, Sender
from workbench.detections.ingest_log import Caller


def take_in(stage: Stage, report: Report) -> str:
    """Take in every file of the demo's folder, as `workbench ingest reads` does."""
    folder = stage.home.folder / "deliveries"
    counts, formats, already = Counts(), set(), 0
    for number, plan in enumerate(PLANS):
        report(number, len(PLANS))
        receipt = stage.now.ingest.take(
            folder / plan.name, Caller(origin=ORIGIN), sender=Sender(zone=plan.zone)
        )
        counts, already = counts + receipt.counts, already + receipt.already
        formats.add(receipt.format)
    if already == len(PLANS):
        return f"{already} files are there already"
    return (
        f"{counts.stored} reads from {len(PLANS)} files of {len(formats)} formats; "
        f"{counts.quarantined} lines in quarantine with their reasons"
    )
