"""What a look brings to a notebook: frozen, with the audit record that let it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from workbench.analysis.canvass import who_passed
from workbench.analysis.frames import detection_frame
from workbench.domain.criteria_text import criteria_text
from workbench.domain.harmless_text import escaped
from workbench.errors import CriteriaError
from workbench.views.tables import WholeTable, whole_table

_DISPLAYED_AS_BYTES = {"image/png", "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows of a search or canvass.

    Attributes
    ----------
    access_id
        The audit record that let these rows out.
    criteria
        Exactly what ran, as it stands in that record.
    table
        Arrow table with the columns of `workbench.analysis.frames.DETECTION_SCHEMA`.
    truncated
        Whether more rows fit the criteria than the limit let through.
    policy_version
        The policy under which the service answered.
    zone
        The department's time zone, for showing times.
    """

    access_id: int
    criteria: dict[str, Any]
    table: pa.Table = field(compare=False, repr=False)
    truncated: bool
    policy_version: str
    zone: ZoneInfo

    @property
    def rows(self) -> int:
        """How many rows came."""
        return int(self.table.num_rows)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """The rows as a new GeoDataFrame in EPSG:4326, with the same dtypes also when empty."""
        return detection_frame(self.table)

    def map(self, **options: Any) -> Any:
        """Return a map of the rows; takes the options of `workbench.views.detections_map`.

        Raises
        ------
        DependencyError
            If the extra ``maps`` is not installed.
        """
        from workbench.views.detections_map import (  # noqa: PLC0415 - the extra `maps`
            detections_map,
        )

        return detections_map(self.frame, **options)

    def who_passed(self) -> pd.DataFrame:
        """Return one row per plate of a canvass, the one nearest in time to the event first.

        Returns
        -------
        pandas.DataFrame
            As `workbench.analysis.canvass.who_passed` gives it.

        Raises
        ------
        CriteriaError
            If these are not the rows of a canvass.
        """
        if self.criteria["look"] != "canvass":
            raise CriteriaError(
                "Only a canvass has an event to pass",
                given=self.criteria["look"],
                allowed="what `inquiry.canvass` returned",
            )
        return who_passed(self.frame, at=datetime.fromisoformat(self.criteria["at"]))

    def provenance(self) -> WholeTable:
        """Return where the rows come from: audit record, criteria, window, versions.

        Returns
        -------
        WholeTable
            Of facts and values, times local to the department.
        """
        facts = {
            "Access": str(self.access_id),
            "Asked for": criteria_text(self.criteria, self.zone),
            "Rows": f"{self.rows}{' (truncated)' if self.truncated else ''}",
            "Data window": self._window(),
            "Policy": self.policy_version,
            "Package": f"alpr-workbench {version('alpr-workbench')}",
        }
        return whole_table(pd.DataFrame(facts.items(), columns=["fact", "value"]))

    def _window(self) -> str:
        if not self.rows:
            return "no rows"
        seen = self.frame["seen_at"].dt.tz_convert(self.zone)
        return f"{seen.min():%Y-%m-%d %H:%M:%S} to {seen.max():%Y-%m-%d %H:%M:%S} {self.zone}"

    def _repr_html_(self) -> str:
        notice = (
            f"<br><b>Truncated:</b> more rows fit than the limit of "
            f"{escaped(str(self.criteria.get('limit')))} let through."
            if self.truncated
            else ""
        )
        return (
            f"<div><b>Access {self.access_id}</b> · {self.rows} rows · "
            f"{escaped(self._window())}{notice}</div>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a detection; a notebook shows it.

    Attributes
    ----------
    access_id
        The audit record that let it out.
    content
        Encoded bytes, checked against the hash.
    """

    access_id: int
    sha256: str
    media_type: str
    content: bytes = field(repr=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        caption = f"Access {self.access_id}, picture {self.sha256[:12]}"
        shown: dict[str, Any] = {"text/plain": caption}
        if self.media_type in _DISPLAYED_AS_BYTES:
            shown[self.media_type] = self.content
        return shown
