"""A map of a frame of detections: however many there are, and down to a single one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from workbench.views.mercator import (
    HALF_WORLD_M,
    MAX_ZOOM,
    TILE_PX,
    to_degrees,
    to_mercator,
)
from workbench.views.plotting import load_holoviews, load_optional

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

COUNT_COLORS = ("#2f86d6", "#2b62c4", "#4a41ad", "#7a2a94", "#a81f6a", "#cf1c3d")
"""From one read to many."""

_OUTLINE = "#d6451b"
_POINT_RADIUS_PX = 5
_MARGIN = 1.12
_SMALLEST_VIEW_M = 600.0


class DetectionsMap:
    """A live map that belongs to one person's session.

    Reads are counted per pixel with datashader on every zoom, each shown as a disc, so that a
    single read stays visible and a busy camera shows how busy it is.

    Parameters
    ----------
    home
        What the map shows while there is nothing to fit.
    tiles_url
        Address of map tiles with ``{Z}``, ``{X}`` and ``{Y}``; without it the ground is plain.
    height
        In pixels; the width follows the page.

    Attributes
    ----------
    element
        What a page or notebook displays.

    Raises
    ------
    DependencyError
        If the extra ``maps`` is not installed.
    """

    def __init__(self, home: Box, *, tiles_url: str | None = None, height: int = 520) -> None:
        self._hv = load_holoviews()
        self._figure: Any = None
        self._inner = {"inner_width": 900.0, "inner_height": float(height)}
        self._unsized = set(self._inner)
        self._fitted_once = False
        self._view = home
        self._range = self._hv.streams.RangeXY()
        self._frame_pipe = self._hv.streams.Pipe(data=_mercator_columns(None))
        self._outline_pipe = self._hv.streams.Pipe(data=[])
        self._marker_pipe = self._hv.streams.Pipe(data=[])
        reads = self._reads_layer()
        self._box = self._hv.streams.BoundsXY(source=reads, bounds=(0.0, 0.0, 0.0, 0.0))
        self._tap = self._hv.streams.Tap(source=reads, x=np.nan, y=np.nan)
        layers = [self._ground(tiles_url), reads, self._outline_layer(), self._marker_layer()]
        self.element = self._hv.Overlay(layers).collate().opts(**self._frame_options(height))

    def show(self, frame: gpd.GeoDataFrame, *, fit: bool = True) -> None:
        """Replace the reads; the frame is not changed.

        Parameters
        ----------
        frame
            Columns ``lon`` and ``lat``; rows without a position are not on the map.
        fit
            Whether the view moves to the reads.
        """
        columns = _mercator_columns(frame)
        self._frame_pipe.send(columns)
        if fit and len(columns):
            x, y = columns["x"], columns["y"]
            lons, lats = to_degrees((x.min(), x.max()), (y.min(), y.max()))
            self.fit((lons[0], lats[0], lons[1], lats[1]))

    def outline(self, corners: Sequence[tuple[float, float]]) -> None:
        """Draw the searched area: corners in degrees; one is a point, two a line, none clears."""
        self._outline_pipe.send(_mercator_pairs(corners))

    def mark(self, positions: Sequence[tuple[float, float]]) -> None:
        """Draw a ring around positions in degrees, for the rows that are looked at."""
        self._marker_pipe.send(_mercator_pairs(positions))

    def fit(self, box: Box) -> None:
        """Move the view to a box, with a margin and the same scale in both directions."""
        self._view = box
        document = self._figure.document if self._figure else None
        if document is not None and document.session_context:
            # A served document may only be changed under its lock, which the next tick holds.
            document.add_next_tick_callback(self._move)
        elif self._figure is not None:
            self._move()

    def _move(self) -> None:
        west, south, east, north = self._fitted()
        self._figure.x_range.update(start=west, end=east)
        self._figure.y_range.update(start=south, end=north)
        self._range.event(x_range=(west, east), y_range=(south, north))

    def on_box(self, use: Callable[[Box], None]) -> None:
        """Call back with the box that was drawn, in degrees."""

        def told(bounds: Box) -> None:
            lons, lats = to_degrees(bounds[0::2], bounds[1::2])
            use((float(lons[0]), float(lats[0]), float(lons[1]), float(lats[1])))

        self._box.add_subscriber(told)

    def on_click(self, use: Callable[[float, float], None]) -> None:
        """Call back with the position that was clicked, in degrees (lon, lat)."""

        def told(x: float | None, y: float | None) -> None:
            if x is not None and y is not None:
                lon, lat = to_degrees(x, y)
                use(float(lon), float(lat))

        self._tap.add_subscriber(told)

    def _ground(self, tiles_url: str | None) -> Any:
        if tiles_url:
            return self._hv.Tiles(tiles_url, name="ground").opts(max_zoom=20)
        world = HALF_WORLD_M
        return self._hv.Rectangles([(-world, -world, world, world)]).opts(
            color="#f4f3ee", line_alpha=0
        )

    def _reads_layer(self) -> Any:
        hv = self._hv
        layer = hv.DynamicMap(self._count_reads, streams=[self._frame_pipe, self._range])
        return layer.opts(
            hv.opts.Image(
                cmap=list(COUNT_COLORS),
                cnorm="log",
                clipping_colors={"min": "rgba(0,0,0,0)"},
                colorbar=True,
                colorbar_position="bottom_right",
                colorbar_opts={
                    "width": 8,
                    "height": 84,
                    "title": "Reads",
                    "orientation": "vertical",
                    "background_fill_alpha": 0.85,
                    "major_label_text_font_size": "10px",
                    "title_text_font_size": "11px",
                    "padding": 6,
                },
                tools=["box_select"],
                default_tools=["pan", "wheel_zoom", "reset"],
                active_tools=["pan", "wheel_zoom"],
            )
        )

    def _count_reads(self, data: pd.DataFrame, x_range: Any, y_range: Any) -> Any:
        shader = load_optional("datashader")
        x_range, y_range = x_range or self._fitted()[0::2], y_range or self._fitted()[1::2]
        width, height = self._size_px() if len(data) else (1, 1)
        canvas = shader.Canvas(
            plot_width=round(width),
            plot_height=round(height),
            x_range=x_range,
            y_range=y_range,
        )
        counts = canvas.points(data, "x", "y", shader.count())
        discs = shader.tf.spread(counts, px=_POINT_RADIUS_PX, shape="circle", how="add")
        most = int(discs.max()) if len(data) else 0
        box = (x_range[0], y_range[0], x_range[1], y_range[1])
        image = self._hv.Image(discs.to_numpy()[::-1], bounds=box, vdims="Reads")
        return image.opts(clim=(1, max(10, most)))

    def _outline_layer(self) -> Any:
        hv = self._hv

        def draw(data: list[tuple[float, float]]) -> Any:
            rings = [data] if len(data) > 2 else []
            path = [[*data, data[0]]] if len(data) > 2 else [data] if data else []
            return (
                hv.Polygons(rings).opts(color=_OUTLINE, fill_alpha=0.08, line_alpha=0)
                * hv.Path(path).opts(color=_OUTLINE, line_width=2)
                * hv.Points(data if len(data) <= 12 else []).opts(color=_OUTLINE, size=7)
            )

        return hv.DynamicMap(draw, streams=[self._outline_pipe])

    def _marker_layer(self) -> Any:
        hv = self._hv
        return hv.DynamicMap(
            lambda data: hv.Points(data).opts(
                size=20, fill_alpha=0, line_color="#111827", line_width=2.5
            ),
            streams=[self._marker_pipe],
        )

    def _frame_options(self, height: int) -> dict[str, Any]:
        west, south, east, north = self._fitted()
        return {
            "xlim": (west, east),
            "ylim": (south, north),
            "responsive": True,
            "min_height": height,
            "height": height,
            "xaxis": None,
            "yaxis": None,
            "toolbar": "above",
            "show_legend": False,
            "hooks": [self._remember],
        }

    def _remember(self, plot: Any, _element: Any) -> None:
        if self._figure is plot.state:
            return
        self._figure = plot.state
        self._figure.toolbar.logo = None
        self._figure.frame_align = False
        for side in self._inner:
            self._figure.on_change(side, self._resized)

    def _resized(self, side: str, _before: Any, now: float) -> None:
        # From then on the page itself keeps the scale when its size changes.
        if now:
            self._inner[side] = now
            self._unsized.discard(side)
            if not self._unsized and not self._fitted_once:
                self._fitted_once = True
                self.fit(self._view)

    def _fitted(self) -> Box:
        (west, east), (south, north) = to_mercator(self._view[0::2], self._view[1::2])
        width_px, height_px = self._size_px()
        needed = max((east - west) / width_px, (north - south) / height_px) * _MARGIN
        m_per_px = _tile_scale(max(needed, _SMALLEST_VIEW_M / width_px))
        x, y = (west + east) / 2, (south + north) / 2
        half_x, half_y = m_per_px * width_px / 2, m_per_px * height_px / 2
        return float(x - half_x), float(y - half_y), float(x + half_x), float(y + half_y)

    def _size_px(self) -> tuple[float, float]:
        return self._inner["inner_width"], self._inner["inner_height"]


def detections_map(
    frame: gpd.GeoDataFrame, *, tiles_url: str | None = None, height: int = 480
) -> Any:
    """Return a map of a frame of detections, for a notebook.

    Parameters
    ----------
    frame
        Detections in EPSG:4326 with columns ``lon`` and ``lat``. Not changed.
    tiles_url
        Address of map tiles with ``{Z}``, ``{X}`` and ``{Y}``; without it the ground is plain.

    Returns
    -------
    holoviews.Overlay

    Raises
    ------
    DependencyError
        If the extra ``maps`` is not installed.
    """
    placed = frame[["lon", "lat"]].dropna()
    box = (-125.0, 32.0, -114.0, 42.0)
    if len(placed):
        box = tuple(placed.min()) + tuple(placed.max())
    view = DetectionsMap(box, tiles_url=tiles_url, height=height)
    view.show(frame)
    return view.element


def warm_up() -> None:
    """Draw one map, so that the first person does not wait for datashader to compile."""
    frame = pd.DataFrame({"lon": [-121.3, -121.2], "lat": [38.7, 38.8]})
    load_holoviews().render(detections_map(frame))


def _tile_scale(m_per_px: float) -> float:
    """Return the next coarser scale at which tiles are shown pixel by pixel: sharp text."""
    whole = 2 * HALF_WORLD_M / TILE_PX
    zoom = min(MAX_ZOOM, math.floor(math.log2(whole / m_per_px)))
    # The page takes the tiles of the zoom before when the scale is a rounding error too coarse.
    return float(whole / 2**zoom * 0.9999)


def _mercator_columns(frame: gpd.GeoDataFrame | None) -> pd.DataFrame:
    if frame is None:
        return pd.DataFrame({"x": np.empty(0), "y": np.empty(0)})
    placed = frame[["lon", "lat"]].dropna()
    x, y = to_mercator(placed["lon"].to_numpy(float), placed["lat"].to_numpy(float))
    return pd.DataFrame({"x": x, "y": y})


def _mercator_pairs(positions: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    if not positions:
        return []
    x, y = to_mercator([lon for lon, _ in positions], [lat for _, lat in positions])
    return list(zip(x.tolist(), y.tolist(), strict=True))
