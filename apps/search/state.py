"""What one person typed into the Search page and what came back; holds no widgets."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import geopandas as gpd
import param

from apps.auth.visitor import Visitor
from apps.inquiry.state import InquiryDesk
from apps.parts.place_state import PlaceState
from workbench.detections.door import Door
from workbench.detections.result import Picture, SearchResult
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period, local_period
from workbench.errors import PeriodError

Box = tuple[float, float, float, float]

ORDERS = {
    "time": "seen_at",
    "plate": "plate",
    "camera": "camera_id",
    "confidence": "confidence",
}


class SearchState(param.Parameterized):
    """The Search page of one session.

    Attributes
    ----------
    plate, start, end, cameras, regions
        As typed: a pattern, local times, and names with commas between them.
    box
        Degrees; only rows within it are listed.
    selected
        A detection's number.
    """

    visitor: Visitor = param.ClassSelector(class_=Visitor, constant=True)
    door: Door = param.ClassSelector(class_=Door, constant=True)
    desk: InquiryDesk = param.ClassSelector(class_=InquiryDesk, constant=True)
    place: PlaceState = param.ClassSelector(class_=PlaceState, constant=True)
    zone: ZoneInfo = param.ClassSelector(class_=ZoneInfo, constant=True)

    plate = param.String(default="")
    start = param.String(default="")
    end = param.String(default="")
    cameras = param.String(default="")
    regions = param.String(default="")
    min_confidence = param.Number(default=0.0, bounds=(0, 1))
    limit = param.Integer(default=1000)

    found = param.ClassSelector(class_=SearchResult, default=None)
    frame = param.ClassSelector(class_=gpd.GeoDataFrame, default=None)
    box = param.Parameter(default=None)
    order = param.Selector(default="time", objects=list(ORDERS))
    descending = param.Boolean(default=True)
    page = param.Integer(default=0, bounds=(0, None))
    selected = param.Integer(default=None, allow_None=True)

    def criteria(self) -> SearchCriteria:
        """Return what is typed as criteria.

        Raises
        ------
        PatternError, PlaceError, PeriodError, CriteriaError
            If something typed cannot be searched for.
        """
        return SearchCriteria(
            plate=parse_pattern(self.plate) if self.plate.strip() else None,
            area=self.place.area(),
            period=self._period(),
            cameras=_parts(self.cameras),
            regions=tuple(part.upper() for part in _parts(self.regions)),
            min_confidence=self.min_confidence or None,
            limit=self.limit,
        )

    def look(self, criteria: SearchCriteria) -> SearchResult:
        """Return what the door lets out; may take its time.

        Raises
        ------
        AccessError, AuditError, SearchError, CriteriaError
            As the door does.
        """
        return self.door.search(self.visitor.actor(), self.desk.stated_one().id, criteria)

    def open_picture(self, sha256: str) -> Picture:
        """Return a picture of a read; a look of its own in the log.

        Raises
        ------
        AccessError, AuditError, StorageError
            As the door does.
        """
        return self.door.picture(self.visitor.actor(), self.desk.stated_one().id, sha256)

    def take(self, found: SearchResult) -> None:
        """Show what came back."""
        self.param.update(found=found, frame=found.frame, box=None, page=0, selected=None)

    def clear(self) -> None:
        """Forget the rows, as when the inquiry changes or the session ends."""
        self.param.update(found=None, frame=None, box=None, page=0, selected=None)

    def listed(self) -> gpd.GeoDataFrame | None:
        """Return the rows inside the box in the chosen order."""
        if self.frame is None:
            return None
        rows = self.frame
        if self.box is not None:
            west, south, east, north = self.box
            inside = rows["lon"].between(west, east) & rows["lat"].between(south, north)
            rows = rows[inside]
        column = ORDERS[self.order]
        return rows.sort_values(
            [column, "detection_id"], ascending=not self.descending, na_position="last"
        )

    def sort(self, key: str) -> None:
        """Order by a column; the same one again turns the order round."""
        if key not in ORDERS:
            return
        turned = not self.descending if key == self.order else key in ("time", "confidence")
        self.param.update(order=key, descending=turned, page=0)

    def select(self, key: str) -> None:
        """Look at a row by its number; one that is not among the rows selects nothing."""
        known = self.frame is not None and key.isdigit()
        number = int(key) if known else -1
        self.selected = number if known and (self.frame["detection_id"] == number).any() else None

    def selected_row(self) -> dict[str, object] | None:
        """Return the selected row as a dictionary."""
        if self.frame is None or self.selected is None:
            return None
        rows = self.frame[self.frame["detection_id"] == self.selected]
        return None if rows.empty else rows.iloc[0].to_dict()

    def _period(self) -> Period | None:
        start, end = self.start.strip(), self.end.strip()
        if not (start or end):
            return None
        if not (start and end):
            raise PeriodError(
                "The period has one end only",
                given=start or end,
                allowed="both ends, or neither",
                next_step="fill in from and to",
            )
        return local_period(start, end, self.zone)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
