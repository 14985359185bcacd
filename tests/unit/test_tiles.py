"""Map tiles, pixel by pixel."""

from __future__ import annotations

import io
import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

from workbench.errors import PlaceError
from workbench.views.mercator import TILE_PX, Tile, to_degrees, to_mercator
from workbench.views.road_labels import place_names
from workbench.views.road_style import LAND, STYLES
from workbench.views.scale import scale_bar
from workbench.views.tiles import RoadTiles

TILE = Tile(15, 5344, 12560)


def on_tile(tile: Tile, *corners_px: tuple[float, float]) -> shapely.LineString:
    """Return a line through pixels of a tile."""
    west, _, _, north = tile.bounds()
    m_per_px = tile.side_m / TILE_PX
    xs = [west + x * m_per_px for x, _ in corners_px]
    ys = [north - y * m_per_px for _, y in corners_px]
    return shapely.LineString(np.column_stack(to_degrees(xs, ys)))


def roads(*rows: tuple[shapely.Geometry, str, str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": [name for _, name, _ in rows], "class": [kind for _, _, kind in rows]},
        geometry=[line for line, _, _ in rows],
        crs="EPSG:4326",
    )


def pixels(frame: gpd.GeoDataFrame, tile: Tile = TILE) -> np.ndarray:
    png = RoadTiles(frame).draw(tile)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size, image.mode) == ("PNG", (TILE_PX, TILE_PX), "RGB")
    return np.asarray(image)


def test_road_is_drawn_where_it_lies_and_nowhere_else() -> None:
    image = pixels(roads((on_tile(TILE, (-50, 128), (300, 128)), "", "freeway")))
    assert tuple(image[128, 20]) == STYLES["freeway"].fill
    assert tuple(image[128, 240]) == STYLES["freeway"].fill
    assert (image[:100] == LAND).all()
    assert (image[156:] == LAND).all()


def test_road_has_an_edge_of_its_own_colour() -> None:
    image = pixels(roads((on_tile(TILE, (-50, 128), (300, 128)), "", "freeway")))
    column = {tuple(int(part) for part in pixel) for pixel in image[:, 60]}
    assert STYLES["freeway"].casing in column


def test_more_important_road_lies_on_top() -> None:
    across = on_tile(TILE, (-50, 128), (300, 128))
    down = on_tile(TILE, (128, -50), (128, 300))
    for rows in ([(across, "", "freeway"), (down, "", "residential")],) * 2:
        image = pixels(roads(*reversed(rows)))
        assert tuple(image[128, 128]) == STYLES["freeway"].fill


def test_small_streets_wait_for_their_zoom() -> None:
    first = STYLES["residential"].from_zoom
    for zoom, drawn in ((first - 1, False), (first, True), (first + 1, True)):
        tile = Tile(zoom, 5344 >> (15 - zoom), 12560 >> (15 - zoom))
        image = pixels(roads((on_tile(tile, (-50, 128), (300, 128)), "", "residential")), tile)
        assert (image != LAND).any() == drawn


def test_line_crosses_tiles_without_a_gap() -> None:
    line = on_tile(TILE, (-200, 60), (460, 200))
    left, right = (
        pixels(roads((line, "", "arterial")), Tile(15, 5344 + step, 12560)) for step in (0, 1)
    )
    assert (left[:, -1] != LAND).any()
    drawn_left = np.flatnonzero((left[:, -1] != LAND).any(axis=1))
    drawn_right = np.flatnonzero((right[:, 0] != LAND).any(axis=1))
    assert abs(drawn_left.mean() - drawn_right.mean()) <= 1


def test_name_is_written_dark_along_the_road() -> None:
    line = on_tile(TILE, (-400, 40), (700, 40))
    plain = pixels(roads((line, "", "arterial")))
    named = pixels(roads((line, "Granite Parkway", "arterial")))
    dark = (named.sum(axis=2) < 450) & (plain.sum(axis=2) >= 450)
    assert dark.any()
    rows = np.flatnonzero(dark.any(axis=1))
    assert rows.min() >= 28
    assert rows.max() <= 52


def test_no_name_where_the_road_is_too_short_for_it() -> None:
    line = on_tile(TILE, (100, 40), (130, 40))
    assert (
        pixels(roads((line, "", "arterial")))
        == pixels(roads((line, "Granite Parkway", "arterial")))
    ).all()


def test_names_lie_wholly_inside_four_tiles() -> None:
    line = shapely.transform(
        on_tile(TILE, (-400, 300), (900, -200)), lambda xy: np.column_stack(_mercator(xy))
    )
    found = {"freeway": (np.array([line]), np.array(["Freeway 80"]))}
    cell = Tile(14, 2672, 6280).bounds()
    placed = {
        (name.text, round(name.x + 256 * i), round(name.y + 256 * j))
        for i in (0, 1)
        for j in (0, 1)
        for name in place_names(cell, Tile(15, 5344 + i, 12560 + j), found)
    }
    assert len(placed) == 1
    ((_, x, y),) = placed
    assert 10 < x < 502
    assert 10 < y < 502


def test_names_do_not_lie_on_each_other() -> None:
    near = [
        (on_tile(TILE, (-300, y), (600, y)), f"Street {y}", "arterial") for y in range(100, 120)
    ]
    tiles = RoadTiles(roads(*near))
    placed = tiles._names_near(TILE)
    heights = sorted(name.y for name in placed)
    assert 1 <= len(placed) < len(near)
    assert all(after - before > 11 for before, after in itertools.pairwise(heights))


def test_no_roads_gives_a_blank_map_with_grid_and_scale() -> None:
    image = pixels(roads())
    assert (image == LAND).mean() > 0.9
    assert (image != LAND).any()
    scale = image[TILE_PX - 30 : TILE_PX - 18, 20:130]
    assert (scale.sum(axis=2) < 450).any()


def test_a_region_without_roads_is_plain_land() -> None:
    image = pixels(roads((on_tile(Tile(15, 100, 100), (0, 0), (9, 9)), "", "freeway")))
    assert (image == LAND).all()


@pytest.mark.parametrize(
    ("m_per_px", "text"), [(0.5, "20 m"), (1.0, "50 m"), (10.0, "500 m"), (25.0, "2 km")]
)
def test_scale_is_a_round_distance(m_per_px: float, text: str) -> None:
    length, said = scale_bar(m_per_px)
    assert said == text
    assert 30 <= length <= 96


def test_lines_of_many_parts_and_holes_in_the_frame_are_taken() -> None:
    parts = shapely.union_all(
        [on_tile(TILE, (-50, 64), (300, 64)), on_tile(TILE, (-50, 192), (300, 192))]
    )
    frame = roads((parts, "", "freeway"), (None, "", "freeway"), (parts, "", "canal"))
    frame.loc[0, "name"] = None
    image = pixels(frame)
    assert tuple(image[64, 30]) == tuple(image[192, 30]) == STYLES["freeway"].fill


def test_frame_is_not_changed() -> None:
    frame = roads((on_tile(TILE, (0, 0), (200, 200)), "Mill Road", "collector"))
    before = frame.copy()
    RoadTiles(frame).draw(TILE)
    assert frame.equals(before)


def test_frame_without_columns_or_in_metres_is_refused() -> None:
    frame = roads((on_tile(TILE, (0, 0), (9, 9)), "", "freeway"))
    with pytest.raises(PlaceError, match="lacks columns.*class"):
        RoadTiles(frame.drop(columns="class"))
    with pytest.raises(PlaceError, match="EPSG:32610.*allowed: EPSG:4326"):
        RoadTiles(frame.to_crs("EPSG:32610"))


def _mercator(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return to_mercator(xy[:, 0], xy[:, 1])
