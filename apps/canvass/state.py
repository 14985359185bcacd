"""What one person typed into the Canvass page and who passed; holds no widgets."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import param

from apps.auth.visitor import Visitor
from apps.inquiry.state import InquiryDesk
from apps.parts.place_state import PlaceState
from workbench.analysis.canvass import who_passed
from workbench.detections.door import Door
from workbench.detections.result import Picture, SearchResult
from workbench.domain.criteria import CanvassCriteria
from workbench.domain.period import local_instants
from workbench.errors import PeriodError, PlaceError


class CanvassState(param.Parameterized):
    """The Canvass page of one session.

    Attributes
    ----------
    at
        When it happened, local time as typed.
    passed
        One row a plate, as `workbench.analysis.canvass.who_passed` returns them.
    plate
        The normal form of the chosen one.
    selected
        A detection's number, among those of the chosen plate.
    """

    visitor: Visitor = param.ClassSelector(class_=Visitor, constant=True)
    door: Door = param.ClassSelector(class_=Door, constant=True)
    desk: InquiryDesk = param.ClassSelector(class_=InquiryDesk, constant=True)
    place: PlaceState = param.ClassSelector(class_=PlaceState, constant=True)
    zone: ZoneInfo = param.ClassSelector(class_=ZoneInfo, constant=True)

    at = param.String(default="")
    before_min = param.Integer(default=15)
    after_min = param.Integer(default=15)
    limit = param.Integer(default=5000)

    found = param.ClassSelector(class_=SearchResult, default=None)
    frame = param.ClassSelector(class_=gpd.GeoDataFrame, default=None)
    passed = param.ClassSelector(class_=pd.DataFrame, default=None)
    page = param.Integer(default=0, bounds=(0, None))
    plate = param.String(default="")
    selected = param.Integer(default=None, allow_None=True)

    def criteria(self) -> CanvassCriteria:
        """Return what is typed as criteria.

        A local time that occurs twice, in the night when clocks go back, covers both.

        Raises
        ------
        PlaceError, PeriodError, CriteriaError
            If something typed cannot be canvassed.
        """
        scene = self.place.area()
        if scene is None:
            raise PlaceError("The scene has no place", next_step="click on the map or type it")
        first, last = self._instants()
        return CanvassCriteria(
            scene=scene,
            at=first,
            before=timedelta(minutes=self.before_min),
            after=timedelta(minutes=self.after_min) + (last - first),
            limit=self.limit,
        )

    def look(self, criteria: CanvassCriteria) -> SearchResult:
        """Return what the door lets out; may take its time.

        Raises
        ------
        AccessError, AuditError, SearchError, CriteriaError
            As the door does.
        """
        inquiry = self.desk.stated_one()
        return self.door.canvass(self.visitor.actor(), inquiry.id, criteria)

    def open_picture(self, sha256: str) -> Picture:
        """Return a picture of a read; a look of its own in the log.

        Raises
        ------
        AccessError, AuditError, StorageError
            As the door does.
        """
        return self.door.picture(self.visitor.actor(), self.desk.stated_one().id, sha256)

    def take(self, found: SearchResult) -> None:
        """Show what came back: the plate that passed nearest in time to the event first."""
        frame = found.frame
        passed = who_passed(frame, at=datetime.fromisoformat(found.criteria["at"]))
        self.param.update(found=found, frame=frame, passed=passed, page=0, plate="", selected=None)

    def clear(self) -> None:
        """Forget the rows, as when the inquiry changes or the session ends."""
        self.param.update(found=None, frame=None, passed=None, page=0, plate="", selected=None)

    def choose(self, plate: str) -> None:
        """Look at a plate that passed, and at its read nearest to the event."""
        rows = None if self.passed is None else self.passed[self.passed["plate"] == plate]
        if rows is None or rows.empty:
            self.param.update(plate="", selected=None)
            return
        self.param.update(plate=plate, selected=int(rows["nearest_detection_id"].iloc[0]))

    def select(self, key: str) -> None:
        """Look at a read of the chosen plate by its number; another one selects nothing."""
        reads = self.reads_of(self.plate)
        known = reads is not None and key.isdigit() and int(key) in set(reads["detection_id"])
        self.selected = int(key) if known else None

    def reads_of(self, plate: str) -> gpd.GeoDataFrame | None:
        """Return the reads of a plate in the order of passing."""
        if self.frame is None:
            return None
        return self.frame[self.frame["plate_normal"] == plate].sort_values(
            ["seen_at", "detection_id"]
        )

    def selected_row(self) -> dict[str, object] | None:
        """Return the selected read as a dictionary."""
        if self.frame is None or self.selected is None:
            return None
        rows = self.frame[self.frame["detection_id"] == self.selected]
        return None if rows.empty else rows.iloc[0].to_dict()

    def _instants(self) -> tuple[datetime, datetime]:
        if not self.at.strip():
            raise PeriodError(
                "The time of the event is missing", next_step="type it, such as 2026-11-01 20:00"
            )
        return local_instants(self.at, self.zone)
