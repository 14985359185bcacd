"""The heads of the audit log in the ledger outside the database, and what speaks against the log.

A head is what a checkpoint states. Each is signed into an entry of a ledger of its own, in every
place, so that a log that was cut, forked, emptied, rolled back or replaced is found although
somebody took the checkpoints away, and a checkpoint that was taken away is found too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, text

from workbench.audit import AuditLog
from workbench.audit.canonical import json_text
from workbench.audit.checkpoint import Checkpoint, read_checkpoint, sign_head, stated_checkpoint
from workbench.audit.entry import Record
from workbench.audit.keys import known_public_keys, signing_key
from workbench.domain.clock import Clock
from workbench.errors import ChainBrokenError, CheckpointError, RetentionError
from workbench.retention.ledger_place import (
    FIRST_PREVIOUS,
    LedgerEntry,
    LedgerPlace,
    signed_text,
)

HEAD, RESTORED = "log:head", "log:restored"
CHECKPOINT_FILES = "audit-*.json"

_ALONE = text("SELECT pg_advisory_xact_lock(426, 12)")
_AT = text("SELECT seq, encode(hash, 'hex') AS hash FROM audit_record WHERE seq = ANY(:seqs)")
_ENDS = text(
    "SELECT coalesce(min(seq), 0) AS first, coalesce(max(seq), 0) AS last, count(*) AS records,"
    " (SELECT max((details ->> 'ledger')::bigint) FROM audit_record"
    "  WHERE kind = 'audit:checkpoint') AS entered FROM audit_record"
)


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """What was signed of the log earlier, wherever it lies.

    Attributes
    ----------
    signed
        Heads and checkpoints that the log has to agree with.
    lost
        Records that went with a restored backup, as somebody acknowledged.
    problems
        What is missing, was changed, or another key signed.
    """

    signed: tuple[Checkpoint, ...]
    lost: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def newest_at(self) -> datetime | None:
        """When the last of them was signed."""
        return max((each.signed_at for each in self.signed), default=None)


class LogHeads:
    """Signs heads into the ledger, and finds what was signed.

    Parameters
    ----------
    engine
        Reads the log; of any role.
    places
        Where the entries lie.
    keys
        Folder of the signing key.
    checkpoints
        Folder of the checkpoints' files.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        audit: AuditLog,
        places: Sequence[LedgerPlace],
        keys: Path,
        checkpoints: Path,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._places = tuple(places)
        self._keys = keys
        self._checkpoints = checkpoints
        self._clock = clock

    def evidence(
        self, given: Iterable[Path] = (), *, keys: Sequence[Ed25519PublicKey] = ()
    ) -> LogEvidence:
        """Return everything that was signed and can be found here, and what is wrong with it.

        Parameters
        ----------
        given
            Files of checkpoints, or folders of them, from where nobody here can change them.
        keys
            Public keys that signed these; this installation's by default.

        Raises
        ------
        CheckpointError
            If one that was given cannot be trusted.
        """
        entries, problems = self._entries()
        standing = _still_standing(entries)
        signed = list(standing.signed)
        files = self._files(problems)
        gone = standing.files.keys() - {one.name for one in files}
        problems += [f"{name}: the checkpoint was taken away" for name in sorted(gone)]
        for file in files:
            try:
                found = read_checkpoint(file, *self._known())
            except CheckpointError as error:
                problems.append(f"{file.name}: {error.what}")
                continue
            if file.name not in standing.superseded:
                signed.append(found)
        trusted = tuple(keys) or self._known()
        signed += [read_checkpoint(file, *trusted) for file in _files_of(given)]
        problems += self._entered_and_gone(len(entries) and entries[-1].number)
        return LogEvidence(tuple(signed), standing.lost, tuple(problems))

    def contradiction(self, evidence: LogEvidence) -> str | None:
        """Return the first thing that speaks against the log without reading all of it."""
        with self._engine.connect() as connection:
            ends = connection.execute(_ENDS).one()
            seqs = [each.seq for each in evidence.signed]
            there = {row.seq: row.hash for row in connection.execute(_AT, {"seqs": seqs})}
        if ends.records and (ends.first, ends.last) != (1, ends.records):
            return f"Records are missing: {ends.records} of 1 to {ends.last} are there"
        for each in sorted(evidence.signed, key=lambda one: one.seq):
            if there.get(each.seq) != each.hash:
                return (
                    f"Record {each.seq}, signed on {each.signed_at.isoformat()}, is "
                    + ("another one" if each.seq in there else "not there")
                    + f"; the log ends at record {ends.last}"
                )
        return None

    def keep(
        self, why: str, *, checkpoint: Checkpoint | None = None, file: str | None = None
    ) -> int | None:
        """Sign the present head into the ledger; return the entry's number.

        Parameters
        ----------
        why
            Such as ``start``; for people.
        checkpoint
            Instead of the present head; its signature is the caller's.
        file
            The name of its file in the usual folder, which is looked for from then on.

        Returns
        -------
        int or None
            ``None`` where there is nothing new to sign.

        Raises
        ------
        ChainBrokenError
            If the log contradicts the last entry; then nothing is signed.
        RetentionError
            If a place cannot be written.
        """
        with self._engine.begin() as connection:
            connection.execute(_ALONE)
            last = self._last()
            self._agrees(last)
            head = self._audit.head()
            if head is None:
                return None
            stated = checkpoint or self._sign(head)
            if checkpoint is None and last and _checkpoint_of(last).seq == stated.seq:
                return None
            return self._enter(last, HEAD, {"why": why, "file": file}, stated)

    def acknowledge_restored(self, *, by: str, reason: str) -> str:
        """Enter that a backup was put in place and what was lost with it; return that in words.

        Raises
        ------
        RetentionError
            If the log contradicts nothing.
        """
        with self._engine.begin() as connection:
            connection.execute(_ALONE)
            entries, _ = self._entries()
            signed = _still_standing(entries).signed
            there = {
                row.seq: row.hash
                for row in connection.execute(_AT, {"seqs": [each.seq for each in signed]})
            }
            head = self._audit.head()
            gone = [each for each in signed if there.get(each.seq) != each.hash]
            if not gone or head is None:
                raise RetentionError(
                    "The log contradicts nothing that was signed: no backup was put in its place",
                    next_step="`workbench audit verify`",
                )
            first = min(each.seq for each in gone)
            common = max((each.seq for each in signed if each.seq < first), default=0)
            said = {
                "common": common,
                "lost_to": max(each.seq for each in gone),
                "by": by,
                "reason": reason,
            }
            self._enter(self._last(), RESTORED, said, self._sign(head))
        return _lost(said)

    def newest(self) -> tuple[int, datetime] | None:
        """Return the record and the time of the last entry; ``None`` before the first."""
        last = self._last()
        if last is None:
            return None
        checkpoint = _checkpoint_of(last)
        return checkpoint.seq, checkpoint.signed_at

    def _agrees(self, last: LedgerEntry | None) -> None:
        if last is None:
            return
        known = LogEvidence((_checkpoint_of(last),), (), ())
        problem = self.contradiction(known)
        if problem:
            raise ChainBrokenError(
                problem,
                next_step="nothing is signed; `workbench audit verify`, keep the database and its "
                "backups as they are, and find out who and when",
            )

    def _sign(self, head: Record) -> Checkpoint:
        return sign_head(head, signing_key(self._keys), signed_at=self._clock())

    def _enter(
        self, last: LedgerEntry | None, kind: str, said: dict[str, Any], stated: Checkpoint
    ) -> int:
        number, previous = (last.number + 1, last.hash) if last else (1, FIRST_PREVIOUS)
        content = json_text({**said, "checkpoint": stated.as_json()})
        hashed = "\n".join((previous, str(number), kind, content)).encode()
        entry = LedgerEntry(
            number=number,
            kind=kind,
            content=content,
            previous_hash=previous,
            hash=hashlib.sha256(hashed).hexdigest(),
        )
        written = signed_text(entry, signing_key(self._keys))
        for place in self._places:
            for missing in range(place.last() + 1, number):  # such as of a place that is new
                there = next(filter(None, (one.text(missing) for one in self._places)), None)
                if there:
                    place.write(missing, there)
            place.write(number, written)
        return number

    def _last(self) -> LedgerEntry | None:
        number = max((place.last() for place in self._places), default=0)
        for place in self._places if number else ():
            with suppress(RetentionError):
                return place.read(number, self._known(), None)
        if number:
            raise ChainBrokenError(
                "The last entry of the ledger of the log's heads cannot be trusted",
                given=number,
                next_step="`workbench audit verify` says which; nothing is signed until then",
            )
        return None

    def _entries(self) -> tuple[list[LedgerEntry], list[str]]:
        """Return every entry that can be trusted, in order, and what is wrong with the others."""
        keys = self._known()
        entries: list[LedgerEntry] = []
        problems: list[str] = []
        previous: str | None = FIRST_PREVIOUS
        for number in range(1, max((place.last() for place in self._places), default=0) + 1):
            found: dict[str, LedgerEntry] = {}
            for place in self._places:
                try:
                    found.setdefault((one := place.read(number, keys, previous)).hash, one)
                except RetentionError as error:
                    problems.append(f"{place.address}, entry {number}: {error.what}")
            if len(found) > 1:
                problems.append(f"entry {number} differs between the places of the ledger")
            entries += found.values()
            previous = next(iter(found)) if len(found) == 1 else None
        return entries, problems

    def _files(self, problems: list[str]) -> list[Path]:
        try:
            return sorted(self._checkpoints.glob(CHECKPOINT_FILES))
        except OSError as error:
            problems.append(f"{self._checkpoints}: {error}")
            return []

    def _entered_and_gone(self, last: int) -> list[str]:
        with self._engine.connect() as connection:
            entered = connection.execute(_ENDS).one().entered or 0
        if entered <= last:
            return []
        return [f"the ledger of heads ends at entry {last}; the log says that {entered} was made"]

    def _known(self) -> tuple[Ed25519PublicKey, ...]:
        try:
            return tuple(known_public_keys(self._keys))
        except CheckpointError:
            return ()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the entries leave standing.

    Attributes
    ----------
    files
        Records of the checkpoints' files that must be there, by their names.
    superseded
        Names of files that speak of a log from before a restored backup.
    """

    signed: tuple[Checkpoint, ...]
    lost: tuple[str, ...]
    files: dict[str, int]
    superseded: frozenset[str]


def _still_standing(entries: Sequence[LedgerEntry]) -> _Standing:
    signed: list[Checkpoint] = []
    lost: list[str] = []
    files: dict[str, int] = {}
    superseded: set[str] = set()
    for entry in entries:
        said, stated = entry.said, _checkpoint_of(entry)
        if entry.kind == RESTORED:
            signed = [each for each in signed if each.seq <= said["common"]]
            superseded |= {name for name, seq in files.items() if seq > said["common"]}
            files = {name: seq for name, seq in files.items() if seq <= said["common"]}
            lost.append(_lost(said))
        elif said["file"]:
            files[said["file"]] = stated.seq
        signed.append(stated)
    return _Standing(tuple(signed), tuple(lost), files, frozenset(superseded))


def _lost(said: dict[str, Any]) -> str:
    return (
        f"What was logged between records {said['common']} and {said['lost_to']} may differ from "
        f"what is there: {said['by']} put a backup in place ({said['reason']})"
    )


def _checkpoint_of(entry: LedgerEntry) -> Checkpoint:
    return stated_checkpoint(json.loads(entry.content)["checkpoint"])


def _files_of(given: Iterable[Path]) -> list[Path]:
    paths = list(given)
    files = [
        file
        for path in paths
        for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])
    ]
    if paths and not files:
        raise CheckpointError("The folder holds no checkpoint", given=[str(path) for path in paths])
    return files
