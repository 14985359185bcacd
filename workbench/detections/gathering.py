"""What the door lets out for a package: reads in portions, pictures, and where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, TextClause, func, literal, select, tuple_

from workbench.analysis.frames import DETECTION_SCHEMA
from workbench.detections.rows import OLDEST_FIRST, ROWS, arrow_rows
from workbench.domain.period import Period
from workbench.errors import PictureMissingError
from workbench.storage.camera_tables import camera
from workbench.storage.delivery_tables import delivery
from workbench.storage.detection_tables import detection
from workbench.storage.picture_tables import picture

PORTION_ROWS = 1_000

_d = detection.c
_SEEN_AT = DETECTION_SCHEMA.get_field_index("seen_at")
_ID = DETECTION_SCHEMA.get_field_index("detection_id")


class PictureSource(Protocol):
    """Where pictures are kept by their hash."""

    def get(self, sha256: str) -> bytes:
        """Return the picture's bytes, checked against the hash."""
        ...


class Gathering:
    """The reads of one logged look, as they all stood at one instant; of use inside that look.

    Parameters
    ----------
    connection
        Read-only, in a transaction that sees one state of the database.
    pictures
        The picture store.
    conditions
        Which reads, as the record says.
    """

    def __init__(
        self,
        connection: Connection,
        pictures: PictureSource,
        conditions: Sequence[ColumnElement[bool] | TextClause],
    ) -> None:
        self._connection = connection
        self._pictures = pictures
        self._conditions = tuple(conditions)

    @property
    def connection(self) -> Connection:
        """Sees the same state; for what others know about these reads."""
        return self._connection

    def portions(self, rows: int = PORTION_ROWS) -> Iterator[pa.Table]:
        """Give the reads with `DETECTION_SCHEMA`, oldest first, so many at a time."""
        after: tuple[datetime, int] | None = None
        while True:
            wanted = ROWS.where(*self._conditions).order_by(*OLDEST_FIRST).limit(rows)
            if after is not None:
                order = tuple_(_d.seen_at, _d.id)
                wanted = wanted.where(_d.seen_at >= after[0])
                wanted = wanted.where(order > tuple_(*map(literal, after)))
            found = self._connection.execute(wanted).all()
            if found:
                yield arrow_rows(found)
            if len(found) < rows:
                return
            after = (found[-1][_SEEN_AT], found[-1][_ID])

    def count(self) -> int:
        """Return how many reads there are."""
        counted = select(func.count()).select_from(detection).where(*self._conditions)
        return int(self._connection.execute(counted).scalar_one())

    def ages(self, at: datetime) -> dict[str, Any]:
        """Return how old the reads were at an instant, as `ages_of` does."""
        seen = func.percentile_disc(0.5).within_group(_d.seen_at.asc())
        wanted = select(func.max(_d.seen_at), seen, func.min(_d.seen_at)).where(*self._conditions)
        found = self._connection.execute(wanted).one()
        if found[0] is None:
            return {}
        newest, median, oldest = ((at - one) // timedelta(seconds=1) for one in found)
        return {"ages_s": {"newest": newest, "median": median, "oldest": oldest}}

    def picture(self, sha256: str) -> tuple[str, bytes]:
        """Return a picture's media type and content, checked against its hash.

        Raises
        ------
        PictureMissingError, PictureDamagedError
            If it is not there, or not what it was.
        """
        wanted = select(picture.c.media_type).where(picture.c.sha256 == sha256)
        media_type = self._connection.execute(wanted).scalar_one_or_none()
        if media_type is None:
            raise PictureMissingError("No detection has that picture", given=sha256)
        return str(media_type), self._pictures.get(sha256)

    def deliveries(self) -> list[Mapping[str, Any]]:
        """Return the deliveries that the reads came with: file, hash, when and from whom."""
        names = ("id", "sha256", "name", "format", "template", "channel", "received_at")
        columns = [delivery.c[name] for name in (*names, "received_by", "finished_at")]
        mine = select(_d.delivery_id).where(*self._conditions)
        return self._rows(select(*columns).where(delivery.c.id.in_(mine)).order_by(delivery.c.id))

    def cameras(self) -> list[Mapping[str, Any]]:
        """Return every camera that the department knows."""
        return self._rows(select(camera).order_by(camera.c.id))

    def reads_by_camera(self, period: Period) -> dict[str, int]:
        """Return how many reads each camera made in a period, of whatever plate."""
        within = (_d.seen_at >= period.start, _d.seen_at < period.end)
        counted = select(_d.camera_id, func.count()).where(*within).group_by(_d.camera_id)
        return {name: int(reads) for name, reads in self._connection.execute(counted)}

    def _rows(self, statement: Any) -> list[Mapping[str, Any]]:
        return [dict(row) for row in self._connection.execute(statement).mappings()]
