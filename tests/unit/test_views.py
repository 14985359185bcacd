"""Map, timeline and labels of detections; drawn, not only built."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import holoviews as hv
import numpy as np
import pandas as pd
import pytest

from workbench.errors import DependencyError, PeriodError
from workbench.views.detections_map import DetectionsMap, detections_map
from workbench.views.labels import local_label, local_labels
from workbench.views.mercator import to_degrees, to_mercator
from workbench.views.plotting import load_optional
from workbench.views.timeline import time_bins, timeline

ZONE = ZoneInfo("America/Los_Angeles")
HOME = (-121.40, 38.70, -121.20, 38.82)


def frame(*positions: tuple[float | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(positions, columns=["lon", "lat"], dtype=float)


def counts(drawn: hv.plotting.mpl.plot.DimensionedPlot) -> np.ndarray:
    images = [r for r in drawn.renderers if type(getattr(r, "glyph", None)).__name__ == "Image"]
    return np.asarray(images[0].data_source.data["image"][0])


def test_single_read_is_a_disc_one_can_see() -> None:
    image = counts(hv.render(detections_map(frame((-121.3, 38.75)))))
    assert image.max() == 1
    assert 60 <= (image == 1).sum() <= 121


def test_reads_at_one_camera_add_up() -> None:
    image = counts(hv.render(detections_map(frame(*[(-121.3, 38.75)] * 40, (-121.28, 38.76)))))
    assert image.max() == 40
    assert (image == 1).any()


def test_reads_without_position_are_not_on_the_map() -> None:
    image = counts(hv.render(detections_map(frame((None, None)))))
    assert image.max() == 0


def test_new_reads_replace_the_old_and_move_the_view() -> None:
    shown = DetectionsMap(HOME)
    figure = hv.render(shown.element)
    shown.show(frame((-121.30, 38.75)))
    shown.show(frame(*[(-121.22, 38.80)] * 3))
    assert counts(figure).max() == 3
    x, y = to_mercator(-121.22, 38.80)
    assert figure.x_range.start < x < figure.x_range.end
    assert figure.y_range.start < y < figure.y_range.end
    per_px_x = (figure.x_range.end - figure.x_range.start) / 900
    per_px_y = (figure.y_range.end - figure.y_range.start) / 520
    assert per_px_x == pytest.approx(per_px_y)


def test_view_stays_when_asked_to() -> None:
    shown = DetectionsMap(HOME)
    figure = hv.render(shown.element)
    before = figure.x_range.start
    shown.show(frame((-120.0, 38.75)), fit=False)
    assert figure.x_range.start == before


def test_box_and_click_come_back_in_degrees() -> None:
    shown = DetectionsMap(HOME)
    hv.render(shown.element)
    boxes: list[tuple[float, ...]] = []
    clicks: list[tuple[float, float]] = []
    shown.on_box(boxes.append)
    shown.on_click(lambda lon, lat: clicks.append((lon, lat)))
    (west, east), (south, north) = to_mercator(HOME[0::2], HOME[1::2])
    shown._box.event(bounds=(west, south, east, north))
    shown._tap.event(x=west, y=north)
    assert boxes == [pytest.approx(HOME)]
    assert clicks == [pytest.approx((HOME[0], HOME[3]))]


def test_outline_is_drawn_closed_and_cleared() -> None:
    shown = DetectionsMap(HOME)
    figure = hv.render(shown.element)
    corners = [(-121.3, 38.74), (-121.28, 38.74), (-121.28, 38.76)]
    shown.outline(corners)
    paths = next(r for r in figure.renderers if type(r.glyph).__name__ == "MultiLine")
    lon, _ = to_degrees(paths.data_source.data["xs"][0], 0)
    assert list(lon) == pytest.approx([-121.3, -121.28, -121.28, -121.3])
    shown.outline([])
    assert len(paths.data_source.data["xs"]) == 0


def test_two_maps_share_nothing() -> None:
    one, other = DetectionsMap(HOME), DetectionsMap(HOME)
    figure = hv.render(other.element)
    hv.render(one.element)
    one.show(frame((-121.3, 38.75)))
    assert counts(figure).max() == 0


@pytest.mark.parametrize("span", ["30s", "50min", "20h", "5D", "90D", "360D", "4000D"])
def test_every_read_is_in_a_bar(span: str) -> None:
    seen = pd.Series(pd.date_range("2024-03-01T00:00:07Z", periods=2, freq=span).as_unit("us"))
    edges, found = time_bins(seen, ZONE)
    assert found.sum() == 2
    assert len(edges) == len(found) + 1
    assert len(found) < 150


def test_timeline_without_reads_is_drawn() -> None:
    none = pd.Series([], dtype="datetime64[us, UTC]")
    assert time_bins(none, ZONE)[1].sum() == 0
    assert hv.render(timeline(none, ZONE))


def test_both_passes_through_the_hour_that_occurs_twice_are_told_apart() -> None:
    seen = pd.Series(pd.to_datetime(["2026-11-01T08:30:00Z", None, "2026-11-01T09:30:00Z"]))
    assert list(local_labels(seen, ZONE)) == [
        "2026-11-01 01:30:00 PDT",
        "",
        "2026-11-01 01:30:00 PST",
    ]


def test_time_without_zone_is_not_shown_as_local() -> None:
    with pytest.raises(PeriodError, match="without zone"):
        local_label(datetime(2026, 11, 1, 8, 30), ZONE)
    assert local_label(datetime(2026, 7, 1, tzinfo=UTC), ZONE) == "2026-06-30 17:00:00 PDT"


def test_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datashader", None)
    with pytest.raises(DependencyError, match="alpr-workbench\\[maps\\]"):
        load_optional("datashader")
