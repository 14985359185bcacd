"""The one door: detections and their pictures are read through here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Select, select

from workbench.access import Action
from workbench.audit import EventKind, Outcome, Record
from workbench.detections.ages import ages_of, ages_of_picture
from workbench.detections.filters import Condition, canvass_conditions, search_conditions
from workbench.detections.gathering import Gathering, PictureSource
from workbench.detections.holding import held_by, meant_by
from workbench.detections.looks import Look, Looks
from workbench.detections.rehearsing import Rehearsal, Tries, rehearsed
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
from workbench.domain.read_set import read_set_from_json
from workbench.domain.rehearsal import RehearsalCriteria, rehearsal_from_json
from workbench.errors import CriteriaError, DetectionMissingError, PictureMissingError
from workbench.policy import Policy
from workbench.storage.detection_tables import detection
from workbench.storage.picture_tables import picture

_d = detection.c
T = TypeVar("T")


class Door:
    """Reads detections for a person with a stated purpose; every look is logged before it.

    Parameters
    ----------
    reader
        Engine whose transactions are read-only and limited in time.
    pictures
        The picture store.
    tries
        Says what a hot plate would meet.
    policy
        Limits of what one look may ask for.
    looks
        Writes the record and the outcome around each read.
    """

    def __init__(
        self,
        reader: Engine,
        *,
        pictures: PictureSource,
        tries: Tries,
        policy: Policy,
        looks: Looks,
    ) -> None:
        self._reader = reader
        self._pictures = pictures
        self._tries = tries
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
            rows=criteria.limit,
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

        look = Look(
            Action.DETECTIONS_CANVASS,
            EventKind.DETECTION_CANVASS,
            criteria.as_json(),
            rows=criteria.limit,
        )
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

    def held(self, actor: Actor, inquiry_id: UUID, hold_id: int, *, limit: int) -> SearchResult:
        """Return the reads of a hold, newest first; takes and raises as `search` does."""
        self._check_limit(limit)

        def read(record: Record) -> tuple[SearchResult, Outcome, dict[str, Any]]:
            logged = _logged(record)
            found = ROWS.where(held_by(logged["hold"])).order_by(*NEWEST_FIRST)
            return self._result(record, found, logged["limit"])

        look = Look(
            Action.DETECTIONS_SEARCH,
            EventKind.DETECTION_SEARCH,
            {"look": "hold", "hold": hold_id, "limit": limit},
            rows=limit,
        )
        return self._looks.run(actor, inquiry_id, look, read)

    def gather(
        self,
        actor: Actor,
        inquiry_id: UUID,
        look: Look,
        pack: Callable[[Record, Gathering], tuple[T, Mapping[str, Any]]],
    ) -> T:
        """Let reads out for a package, with their pictures; raises as `search` does.

        Parameters
        ----------
        look
            Whose criteria have ``hold``, the number of one, or ``reads``, a `ReadSet`.
        pack
            Gets the record and what it lets out, all as of one instant; returns a value and how
            much it was.
        """

        def read(record: Record) -> tuple[T, Outcome, Mapping[str, Any]]:
            snapshot = self._reader.execution_options(isolation_level="REPEATABLE READ")
            with snapshot.connect() as connection:
                found = Gathering(connection, self._pictures, _gathered(_logged(record)))
                reads = found.count()
                self._looks.check_found(record, reads)
                value, details = pack(record, found)
                ages = found.ages(record.recorded_at)
            return value, Outcome.RETURNED, {**details, **ages, "rows": reads}

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
                media_type = media_type_of(connection, wanted)
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
            # All portions see the reads of the same instant.
            reader = self._reader.execution_options(isolation_level="REPEATABLE READ")
            with reader.connect() as connection:
                found = rehearsed(
                    connection, logged, access_id=record.seq, zone=zone, tries=self._tries
                )
            counts = {"hits": found.hits, "alerts": found.alerts, "possible": found.possible}
            return found, Outcome.RETURNED, counts

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


def _gathered(logged: Mapping[str, Any]) -> list[Condition]:
    if logged["hold"] is not None:
        return [held_by(logged["hold"])]
    return [meant_by(read_set_from_json(logged["reads"]))]


def _logged(record: Record) -> Mapping[str, Any]:
    return record.criteria or {}


def media_type_of(connection: Connection, sha256: str) -> str:
    """Return the media type of a kept picture.

    Raises
    ------
    PictureMissingError
        If no such picture is kept.
    """
    # Only pictures stand in this table: the store also holds vendors' files, which stay inside.
    found = connection.execute(
        select(picture.c.media_type).where(picture.c.sha256 == sha256)
    ).scalar_one_or_none()
    if found is None:
        raise PictureMissingError("No detection has that picture", given=sha256)
    return str(found)
