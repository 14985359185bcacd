"""The one door: detections and their pictures are read through here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Select, select

from workbench.access import Action
from workbench.audit import EventKind, Outcome, Record
from workbench.detections.ages import ages_of, ages_of_picture
from workbench.detections.filters import canvass_conditions, search_conditions
from workbench.detections.looks import Look, Looks
from workbench.detections.rehearsing import Rehearsal, rehearsed
from workbench.detections.result import Picture, SearchResult
from workbench.detections.rows import NEWEST_FIRST, OLDEST_FIRST, ROWS, fetch
from workbench.domain.criteria import (
    CanvassCriteria,
    SearchCriteria,
    canvass_from_json,
    search_from_json,
)
from workbench.domain.person import Actor
from workbench.domain.place import Circle
from workbench.domain.rehearsal import RehearsalCriteria, rehearsal_from_json
from workbench.errors import CriteriaError, DetectionMissingError, PictureMissingError
from workbench.policy import Policy
from workbench.storage.detection_tables import detection
from workbench.storage.picture_tables import picture

_d = detection.c


class PictureSource(Protocol):
    """Where pictures are kept by their hash."""

    def get(self, sha256: str) -> bytes:
        """Return the picture's bytes, checked against the hash."""
        ...


class Door:
    """Reads detections for a person with a stated purpose; every look is logged before it.

    Parameters
    ----------
    reader
        Engine whose transactions are read-only and limited in time.
    pictures
        The picture store.
    policy
        Limits of what one look may ask for.
    looks
        Writes the record and the outcome around each read.
    """

    def __init__(
        self, reader: Engine, *, pictures: PictureSource, policy: Policy, looks: Looks
    ) -> None:
        self._reader = reader
        self._pictures = pictures
        self._policy = policy
        self._looks = looks

    def search(self, actor: Actor, inquiry_id: UUID, criteria: SearchCriteria) -> SearchResult:
        """Return the detections that fit, newest first.

        Parameters
        ----------
        actor
            Who looks.
        inquiry_id
            The actor's own, open inquiry.
        criteria
            What to look for.

        Returns
        -------
        SearchResult

        Raises
        ------
        CriteriaError
            If it asks for more than the policy lets one look ask for.
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        AuditWriteError
            If the log cannot be written; then nothing is read.
        SearchTimeoutError
            If it takes longer than the policy lets it.
        """
        self._check_limit(criteria.limit)

        def read(record: Record) -> tuple[SearchResult, Outcome, dict[str, Any]]:
            logged = search_from_json(dict(record.criteria or {}))
            found = ROWS.where(*search_conditions(logged)).order_by(*NEWEST_FIRST)
            return self._result(record, found, logged.limit)

        look = Look(
            Action.DETECTIONS_SEARCH,
            EventKind.DETECTION_SEARCH,
            criteria.as_json(),
            criteria.plate.text if criteria.plate else None,
        )
        return self._looks.run(actor, inquiry_id, look, read)

    def canvass(self, actor: Actor, inquiry_id: UUID, criteria: CanvassCriteria) -> SearchResult:
        """Return who passed a scene around an event, oldest first (Policy 426.5 (b)).

        Takes, returns and raises as `search` does.
        """
        self._check_canvass(criteria)

        def read(record: Record) -> tuple[SearchResult, Outcome, dict[str, Any]]:
            logged = canvass_from_json(dict(record.criteria or {}))
            found = ROWS.where(*canvass_conditions(logged)).order_by(*OLDEST_FIRST)
            return self._result(record, found, logged.limit)

        look = Look(Action.DETECTIONS_CANVASS, EventKind.DETECTION_CANVASS, criteria.as_json())
        return self._looks.run(actor, inquiry_id, look, read)

    def detection(self, actor: Actor, inquiry_id: UUID, detection_id: int) -> SearchResult:
        """Return one detection; takes and raises as `search` does.

        Raises
        ------
        DetectionMissingError
            If none has that number; the look is logged all the same.
        """

        def read(record: Record) -> tuple[SearchResult, Outcome, dict[str, Any]]:
            wanted = _logged(record)["detection_id"]
            result = self._result(record, ROWS.where(_d.id == wanted), 1)
            if not result[0].rows:
                raise DetectionMissingError("No detection has that number", given=wanted)
            return result

        look = Look(
            Action.DETECTIONS_VIEW,
            EventKind.DETECTION_VIEW,
            {"look": "detection", "detection_id": detection_id},
        )
        return self._looks.run(actor, inquiry_id, look, read)

    def picture(self, actor: Actor, inquiry_id: UUID, sha256: str) -> Picture:
        """Return a picture of a detection; opening it is a look of its own.

        Parameters
        ----------
        actor, inquiry_id
            As for `search`.
        sha256
            From the columns ``plate_picture`` or ``vehicle_picture`` of a result.

        Returns
        -------
        Picture

        Raises
        ------
        PictureMissingError
            If no detection has it, or the store lost it.
        PictureDamagedError
            If its content no longer has that hash.
        """

        def read(record: Record) -> tuple[Picture, Outcome, dict[str, Any]]:
            wanted = str(_logged(record)["sha256"])
            with self._reader.connect() as connection:
                media_type = _media_type(connection, wanted)
                ages = ages_of_picture(connection, wanted, record.recorded_at)
            content = self._pictures.get(wanted)
            shown = Picture(
                access_id=record.seq, sha256=wanted, media_type=media_type, content=content
            )
            return shown, Outcome.RETURNED, {"bytes": len(content), **ages}

        look = Look(
            Action.PICTURES_VIEW, EventKind.PICTURE_VIEW, {"look": "picture", "sha256": sha256}
        )
        return self._looks.run(actor, inquiry_id, look, read)

    def rehearse(self, actor: Actor, inquiry_id: UUID, criteria: RehearsalCriteria) -> Rehearsal:
        """Return how often a hot plate would have hit in the kept reads; no read comes out.

        Takes and raises as `search` does.
        """
        zone = ZoneInfo(self._policy.department.time_zone.value)

        def read(record: Record) -> tuple[Rehearsal, Outcome, dict[str, Any]]:
            logged = rehearsal_from_json(dict(_logged(record)))
            with self._reader.connect() as connection:
                found = rehearsed(connection, logged, access_id=record.seq, zone=zone)
            return found, Outcome.RETURNED, {"hits": found.hits}

        look = Look(
            Action.HOT_PLATES_REHEARSE,
            EventKind.HOT_PLATE_REHEARSE,
            criteria.as_json(),
            criteria.pattern.pattern,
        )
        return self._looks.run(actor, inquiry_id, look, read)

    def _result(
        self, record: Record, statement: Select[Any], limit: int
    ) -> tuple[SearchResult, Outcome, dict[str, Any]]:
        with self._reader.connect() as connection:
            table, truncated = fetch(connection, statement, limit)
        result = SearchResult(
            access_id=record.seq,
            criteria=dict(_logged(record)),
            table=table,
            truncated=truncated,
        )
        outcome = Outcome.TRUNCATED if truncated else Outcome.RETURNED
        return result, outcome, {"rows": result.rows, **ages_of(table, record.recorded_at)}

    def _check_limit(self, limit: int) -> None:
        most = self._policy.search.max_limit
        if limit > most.value:
            raise CriteriaError(
                "The limit is more than one look may bring",
                given=limit,
                allowed=f"at most {most.value} rows ({most.section})",
            )

    def _check_canvass(self, criteria: CanvassCriteria) -> None:
        self._check_limit(criteria.limit)
        minutes = self._policy.search.canvass_max_minutes
        longest = max(criteria.before, criteria.after)
        if longest.total_seconds() > 60 * minutes.value:
            raise CriteriaError(
                "The canvass covers more time than one look may",
                given=str(longest),
                allowed=f"at most {minutes.value} minutes before and after ({minutes.section})",
            )
        radius = self._policy.search.canvass_max_radius_m
        if isinstance(criteria.scene, Circle) and criteria.scene.radius_m > radius.value:
            raise CriteriaError(
                "The scene is larger than one canvass may cover",
                given=criteria.scene.radius_m,
                allowed=f"a radius of at most {radius.value} m ({radius.section})",
            )


def _logged(record: Record) -> Mapping[str, Any]:
    return record.criteria or {}


def _media_type(connection: Connection, sha256: str) -> str:
    # Only pictures stand in this table: the store also holds vendors' files, which stay inside.
    found = connection.execute(
        select(picture.c.media_type).where(picture.c.sha256 == sha256)
    ).scalar_one_or_none()
    if found is None:
        raise PictureMissingError("No detection has that picture", given=sha256)
    return str(found)
