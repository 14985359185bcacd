"""Writing a package into a folder, from the first read to the signature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.retention.evidence.access_files import Accesses, write_accesses
from workbench.retention.evidence.accesses import Concerned, Picking
from workbench.retention.evidence.bagging import cover_tag_files, make_bag
from workbench.retention.evidence.contents import write_contents
from workbench.retention.evidence.hit_files import Hits, write_hits, write_lists
from workbench.retention.evidence.index_page import INDEX, Told, write_index
from workbench.retention.evidence.negative import write_silent_cameras
from workbench.retention.evidence.papers import (
    PUBLIC_KEY,
    README,
    public_pem,
    readme,
    write_certificate,
)
from workbench.retention.evidence.payload import Making, Reads, write_reads
from workbench.retention.evidence.reach import Reach
from workbench.retention.evidence.read_keys import ReadKeys
from workbench.retention.evidence.sealing import Seal, sign_package
from workbench.retention.evidence.surroundings import (
    write_cameras,
    write_deliveries,
    write_engines,
    write_policy,
    write_rates,
)
from workbench.retention.holds.of_reads import holds_of_reads


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes
    ----------
    head
        The record of the log whose hash was signed with it, if one was.
    """

    reads: int
    pictures: int
    size_bytes: int
    seal: Seal
    head: int | None


def write_package(making: Making) -> Written:
    """Write everything into the folder; it is whole when this returns.

    Raises
    ------
    EvidenceError
        If there is nothing to pack, or bagit cannot hash it.
    OSError
        If the medium does not take it.
    """
    making.folder.mkdir(mode=0o700)
    reads = write_reads(making)
    told = _write_rest(making, reads)
    write_certificate(making, reads, making.tables)
    write_contents(making, reads, told.accesses)
    make_bag(making.folder, _info(making))
    write_index(making.folder / INDEX, making, told)
    (making.folder / README).write_text(readme(making), encoding="utf-8")
    (making.folder / PUBLIC_KEY).write_bytes(public_pem(making))
    cover_tag_files(making.folder)
    recipient = making.order.recipient
    seal = sign_package(
        making.folder,
        making.key,
        organisation=making.frame.department,
        number=making.number,
        released_to=recipient.line if recipient else None,
        at=making.begun_at,
    )
    log = told.accesses.verification if told.accesses else None
    return Written(
        reads=len(reads.keys),
        pictures=reads.pictures,
        size_bytes=size_of(making.folder),
        seal=seal,
        head=log.last_seq if log and log.whole else None,
    )


def size_of(folder: Path) -> int:
    """Return how many bytes the files of a folder have."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _write_rest(making: Making, reads: Reads) -> Told:
    keys = reads.keys
    hits = write_hits(making, keys)
    lists = write_lists(making, keys)
    inspections = write_cameras(making, keys)
    deliveries = write_deliveries(making)
    rates = write_rates(making, keys)
    write_engines(making, keys)
    write_policy(making)
    window = write_silent_cameras(making, keys) if making.order.two_sided else None
    accesses = None
    if making.order.accesses:
        accesses = _write_accesses(making, keys, hits, deliveries)
    return Told(
        reads=reads,
        hits=hits,
        lists=lists,
        inspections=inspections,
        rates=rates,
        accesses=accesses,
        window=window,
    )


def _write_accesses(
    making: Making, keys: ReadKeys, hits: Hits, deliveries: frozenset[int]
) -> Accesses:
    holds = holds_of_reads(making.gathering.connection, keys.ids)
    concerned = Concerned(
        holds=frozenset(hold.id for hold in holds),
        hits=frozenset(hit.id for hit in hits.keys),
        deliveries=deliveries,
        packages=frozenset({making.number}),
    )
    reach = Reach(keys, holds=concerned.holds, hits=hits.keys)
    return write_accesses(making, Picking(reach, concerned))


def _info(making: Making) -> dict[str, str]:
    said = {
        "Source-Organization": making.frame.department,
        "External-Description": making.frame.held_by,
        "Internal-Sender-Identifier": f"evidence package {making.number}",
        "Bag-Group-Identifier": making.record.case_number or "",
        "External-Identifier": making.booking or "",
    }
    return {name: value for name, value in said.items() if value}
