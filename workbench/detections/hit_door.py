"""The door to the reads of hits: a hit's own read and its pictures, for the hit's own purpose."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, select

from workbench.access import Action, require
from workbench.audit import AuditLog, EventKind, Outcome, Record
from workbench.detections.door import media_type_of
from workbench.detections.gathering import PictureSource
from workbench.detections.looks import Look, Looks
from workbench.detections.result import Picture, SearchResult
from workbench.detections.rows import ROWS, fetch
from workbench.domain.clock import Clock
from workbench.domain.hit_read import HitRead
from workbench.domain.person import Actor
from workbench.errors import DetectionMissingError, PictureMissingError
from workbench.policy import Policy
from workbench.storage.detection_tables import detection

_d = detection.c


class KnowsHits(Protocol):
    """Who knows of which read a hit is."""

    def read_of(self, hit_id: int) -> HitRead:
        """Return the read of a hit, or raise that there is none."""
        ...


class HitDoor:
    """Lets out the read of a hit and its pictures, nothing else, without an inquiry.

    A hit brings its purpose along: to compare it with its picture is what the policy asks for
    before anything is done about it (426.5 (d)). Every look is logged before it.

    Parameters
    ----------
    reader
        Engine whose transactions are read-only and limited in time.
    hits
        Knows of which read a hit is.
    pictures
        The picture store.
    looks
        Writes the record and the outcome around each read.
    policy, audit, clock
        Who may, where a refusal is logged, and when.
    """

    def __init__(
        self,
        reader: Engine,
        *,
        hits: KnowsHits,
        pictures: PictureSource,
        looks: Looks,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._hits = hits
        self._pictures = pictures
        self._looks = looks
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def read(self, actor: Actor, hit_id: int) -> SearchResult:
        """Return the read that a hit is of, as one row.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        HitMissingError
            If there is no such hit.
        DetectionMissingError
            If the read is not kept any more.
        AuditWriteError
            If the log cannot be written; then nothing is read.
        """
        asked = self._asked(actor, hit_id)

        def read(record: Record) -> tuple[SearchResult, Outcome, dict[str, Any]]:
            logged = dict(record.criteria or {})
            wanted = ROWS.where(*_same_read(logged))
            with self._reader.connect() as connection:
                table, _ = fetch(connection, wanted, 1)
            if not table.num_rows:
                raise _gone(logged)
            found = SearchResult(
                access_id=record.seq, criteria=logged, table=table, truncated=False
            )
            return found, Outcome.RETURNED, {"rows": 1}

        criteria = _criteria("hit_read", asked)
        look = Look(Action.HITS_VIEW, EventKind.DETECTION_VIEW, criteria, asked.listed_plate)
        return self._looks.run_for_hit(actor, asked.purpose, look, read)

    def picture(self, actor: Actor, hit_id: int, sha256: str) -> Picture:
        """Return a picture of the read that a hit is of; each opening is a look of its own.

        Parameters
        ----------
        sha256
            From the columns ``plate_picture`` or ``vehicle_picture`` of `read`.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        HitMissingError
            If there is no such hit.
        DetectionMissingError
            If the read is not kept any more.
        PictureMissingError
            If the picture is not of this hit's read, or the store lost it.
        PictureDamagedError
            If its content no longer has that hash.
        AuditWriteError
            If the log cannot be written; then nothing is read.
        """
        asked = self._asked(actor, hit_id)

        def read(record: Record) -> tuple[Picture, Outcome, dict[str, Any]]:
            logged = dict(record.criteria or {})
            wanted = str(logged["sha256"])
            with self._reader.connect() as connection:
                _check_own(connection, logged, wanted)
                media_type = media_type_of(connection, wanted)
            content = self._pictures.get(wanted)
            shown = Picture(
                access_id=record.seq, sha256=wanted, media_type=media_type, content=content
            )
            return shown, Outcome.RETURNED, {"bytes": len(content)}

        criteria = {**_criteria("hit_picture", asked), "sha256": sha256}
        look = Look(Action.HITS_VIEW, EventKind.PICTURE_VIEW, criteria, asked.listed_plate)
        return self._looks.run_for_hit(actor, asked.purpose, look, read)

    def _asked(self, actor: Actor, hit_id: int) -> HitRead:
        at = self._clock()
        require(actor, Action.HITS_VIEW, policy=self._policy, audit=self._audit, at=at)
        return self._hits.read_of(hit_id)


def _criteria(look: str, asked: HitRead) -> dict[str, Any]:
    return {
        "look": look,
        "hit": asked.hit_id,
        "detection_id": asked.detection_id,
        "seen_at": asked.seen_at.isoformat(),
    }


def _same_read(logged: dict[str, Any]) -> tuple[Any, Any]:
    seen_at = datetime.fromisoformat(logged["seen_at"])
    return _d.id == logged["detection_id"], _d.seen_at == seen_at


def _check_own(connection: Connection, logged: dict[str, Any], sha256: str) -> None:
    own = select(_d.plate_picture, _d.vehicle_picture).where(*_same_read(logged))
    row = connection.execute(own).one_or_none()
    if row is None:
        raise _gone(logged)
    if sha256 not in set(row):
        raise PictureMissingError(
            "The read of this hit has no such picture",
            given=sha256,
            where={"hit": logged["hit"]},
        )


def _gone(logged: dict[str, Any]) -> DetectionMissingError:
    return DetectionMissingError(
        "The read of this hit is not kept any more",
        given=logged["detection_id"],
        where={"hit": logged["hit"]},
    )
