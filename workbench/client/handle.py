"""An inquiry in a notebook: every look belongs to one, so there is no search without it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pandas as pd
import pyarrow as pa

from workbench.analysis.common_plates import common_plates
from workbench.client.connection import Connection
from workbench.client.department import Department
from workbench.client.found import Found, Picture
from workbench.client.scene import LonLat, Minutes, Scene, Time, area_of, canvass_of, period_of
from workbench.domain.criteria import SearchCriteria
from workbench.domain.harmless_text import escaped
from workbench.domain.pattern import parse_pattern
from workbench.errors import PictureDamagedError, PictureMissingError, ServiceError


class InquiryHandle:
    """A stated purpose; searches are its methods.

    Attributes
    ----------
    id
        As it stands in the audit log.
    state
        ``open``, ``waiting`` for an approval, ``refused`` or ``closed``.
    approvers
        Who may approve it while it waits.
    """

    def __init__(
        self, connection: Connection, department: Department, said: dict[str, Any]
    ) -> None:
        self._connection = connection
        self._department = department
        self._said = said

    @property
    def id(self) -> UUID:
        """As it stands in the audit log."""
        return UUID(self._said["id"])

    @property
    def state(self) -> str:
        """Whether rows may be shown, as of the last answer of the service."""
        return str(self._said["state"])

    @property
    def approvers(self) -> tuple[str, ...]:
        """The roles that may approve it."""
        return tuple(self._said["approvers"])

    def refresh(self) -> InquiryHandle:
        """Ask the service for the present state, such as after an approval."""
        self._said = self._connection.get(self._path()).json()
        return self

    def close(self) -> InquiryHandle:
        """End the inquiry; nothing can be searched under it any more."""
        self._said = self._connection.post(self._path("/close")).json()
        return self

    def ask_for_reads(self, reads: int, *, why: str) -> pd.DataFrame:
        """Ask for more reads under this inquiry than one person may bring out alone.

        Parameters
        ----------
        reads
            How many its looks may let out together, once somebody else has approved it.
        why
            In words: what so many are needed for.

        Returns
        -------
        pandas.DataFrame
            As `allowances` gives it.

        Raises
        ------
        InputError
            If it is no number of reads, or the words say too little.
        AccessError
            If the inquiry is not open.
        """
        self._connection.post(self._path("/allowances"), {"reads": int(reads), "why": why})
        return self.allowances()

    def allowances(self) -> pd.DataFrame:
        """Return the numbers of reads asked for under this inquiry, and what became of them."""
        said = self._connection.get(self._path("/allowances")).json()["allowances"]
        columns = ["id", "reads", "why", "state", "decided_by", "decision_note"]
        return pd.DataFrame(said, columns=columns)

    def search(
        self,
        *,
        plate: str | None = None,
        near: LonLat | None = None,
        radius_m: float | None = None,
        within: Any = None,
        cameras: Sequence[str] = (),
        between: tuple[Time, Time] | None = None,
        regions: Sequence[str] = (),
        min_confidence: float | None = None,
        limit: int | None = None,
    ) -> Found:
        """Return the detections that fit all that is given, newest first.

        Parameters
        ----------
        plate
            With LEARN's wildcards: ``?`` one, ``*`` up to 7, ``@`` a letter, ``#`` a digit,
            ``[38B]`` one of these.
        near, radius_m
            A circle around (lon, lat) in degrees.
        within
            A polygon instead: its corners as (lon, lat), or a shapely polygon.
        cameras
            The sources' names of cameras.
        between
            Start and end; without a zone they are the department's local time.
        regions
            States or countries as the sources wrote them.
        min_confidence
            From 0 to 1.
        limit
            Most rows; the policy's default when not given.

        Returns
        -------
        Found

        Raises
        ------
        InputError
            If what is given cannot be searched for.
        ApprovalNeededError
            While the inquiry waits for approval, or if more reads would come out than one person
            may bring out alone (`ask_for_reads`).
        AccessError
            If the session ended, or the person may not.
        SearchTimeoutError
            If it takes longer than the policy lets it.
        """
        criteria = SearchCriteria(
            plate=None if plate is None else parse_pattern(plate),
            area=area_of(near, radius_m, within),
            period=period_of(between, self._department.zone),
            cameras=tuple(cameras),
            regions=tuple(regions),
            min_confidence=min_confidence,
            limit=self._department.default_limit if limit is None else limit,
        )
        return self._found(self._connection.post(self._path("/search"), _asked(criteria.as_json())))

    def canvass(
        self,
        *,
        near: LonLat | None = None,
        radius_m: float | None = None,
        within: Any = None,
        at: Time,
        before: Minutes | None = None,
        after: Minutes | None = None,
        limit: int | None = None,
    ) -> Found:
        """Return who passed a place around an event, oldest first (Policy 426.5 (b)).

        Parameters
        ----------
        near, radius_m, within
            As for `search`.
        at
            When it happened; without a zone it is the department's local time.
        before, after
            Minutes, or a timedelta; the policy's default when not given.
        limit
            Most rows.

        Returns
        -------
        Found

        Raises
        ------
        InputError, AccessError, SearchTimeoutError
            As `search` does.
        """
        scene = Scene(
            near=near, radius_m=radius_m, within=within, at=at, before=before, after=after
        )
        return self._canvass(scene, limit)

    def common_plates(
        self, scenes: Sequence[Scene], *, min_scenes: int = 2, limit: int | None = None
    ) -> pd.DataFrame:
        """Return the plates that were read at several scenes; each scene is a canvass of its own.

        Parameters
        ----------
        scenes
            Two or more.
        min_scenes
            At how many of them a plate must have been read.

        Returns
        -------
        pandas.DataFrame
            As `workbench.analysis.common_plates` gives it.

        Raises
        ------
        InputError, AccessError, SearchTimeoutError
            As `search` does.
        """
        frames = {scene.name: self._canvass(scene, limit).frame for scene in scenes}
        return common_plates(frames, min_scenes=min_scenes)

    def detection(self, detection_id: int) -> Found:
        """Return one detection; a logged look of its own.

        Raises
        ------
        DetectionMissingError
            If none has that number.
        """
        return self._found(self._connection.get(self._path(f"/detections/{int(detection_id)}")))

    def picture(self, of: str | int, *, part: str = "vehicle") -> Picture:
        """Return a picture; a logged look of its own.

        Parameters
        ----------
        of
            The SHA-256 in ``plate_picture`` or ``vehicle_picture`` of a row, or the number of a
            detection, which is looked up first.
        part
            Of a detection: ``vehicle`` or ``plate``.

        Returns
        -------
        Picture

        Raises
        ------
        PictureMissingError
            If there is none.
        PictureDamagedError
            If what came is not what its hash names.
        """
        sha256 = of if isinstance(of, str) else self._picture_of(of, part)
        answer = self._connection.get(self._path(f"/pictures/{sha256}"))
        if hashlib.sha256(answer.content).hexdigest() != sha256:
            raise PictureDamagedError("The picture is not the one its hash names", given=sha256)
        return Picture(
            access_id=int(answer.headers["Workbench-Access-Id"]),
            sha256=sha256,
            media_type=answer.headers["Content-Type"],
            content=answer.content,
        )

    def _picture_of(self, detection_id: int, part: str) -> str:
        sha256 = self.detection(detection_id).table.to_pylist()[0].get(f"{part}_picture")
        if not sha256:
            raise PictureMissingError(
                f"The detection has no picture of the {part}",
                given=detection_id,
                allowed="part='vehicle' or part='plate' of a read that came with a picture",
            )
        return str(sha256)

    def _canvass(self, scene: Scene, limit: int | None) -> Found:
        criteria = canvass_of(
            scene,
            self._department.zone,
            default_minutes=self._department.canvass_default_minutes,
            limit=limit,
        )
        return self._found(
            self._connection.post(self._path("/canvass"), _asked(criteria.as_json()))
        )

    def _found(self, answer: httpx.Response) -> Found:
        return read_found(answer, self._department.zone)

    def _path(self, rest: str = "") -> str:
        return f"/v1/inquiries/{self._said['id']}{rest}"

    def __repr__(self) -> str:
        return (
            f"InquiryHandle({self.id}, purpose={self._said['purpose']!r}, "
            f"case={self._said['case_number']!r}, state={self.state!r})"
        )

    def _repr_html_(self) -> str:
        waits = (
            f"<br>Waits for approval by one of: {escaped(', '.join(self.approvers))}."
            if self.state == "waiting"
            else ""
        )
        return (
            f"<div><b>Inquiry {self.id}</b> · {escaped(self._said['purpose'])} · case "
            f"{escaped(self._said['case_number'] or 'none')} · {escaped(self.state)}{waits}</div>"
        )


def read_found(answer: httpx.Response, zone: ZoneInfo) -> Found:
    """Return the rows of an Arrow answer with what stands in its schema's metadata.

    Raises
    ------
    ServiceError
        If the answer is not what the service of this version sends.
    """
    try:
        table = pa.ipc.open_stream(answer.content).read_all()
        said = json.loads(table.schema.metadata[b"workbench"])
        return Found(
            access_id=said["access_id"],
            criteria=said["criteria"],
            table=table.replace_schema_metadata(None),
            truncated=said["truncated"],
            policy_version=said["policy_version"],
            zone=zone,
        )
    except (pa.ArrowException, ValueError, KeyError, TypeError) as error:
        raise ServiceError(
            "The service answered with something that holds no rows",
            given=f"{answer.headers.get('content-type')}: {error}",
            next_step="see that client and service have the same version",
        ) from error


def _asked(criteria: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in criteria.items() if name != "look"}
