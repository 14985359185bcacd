"""The web map's projection and tiles, against pyproj and against themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from workbench.errors import PlaceError
from workbench.views.mercator import (
    HALF_WORLD_M,
    MAX_LAT,
    MAX_ZOOM,
    Tile,
    ground_metres,
    tile_at,
    to_degrees,
    to_mercator,
)

lons = st.floats(-180, 180)
lats = st.floats(-85, 85)


@given(lons, lats)
def test_projection_is_that_of_pyproj(lon: float, lat: float) -> None:
    to_3857 = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    assert to_mercator(lon, lat) == pytest.approx(to_3857.transform(lon, lat), abs=1e-3)


@given(lons, lats)
def test_degrees_survive_the_projection(lon: float, lat: float) -> None:
    assert to_degrees(*to_mercator(lon, lat)) == pytest.approx((lon, lat), abs=1e-9)


@given(lons, lats, st.integers(0, MAX_ZOOM))
def test_tile_at_holds_its_position(lon: float, lat: float, zoom: int) -> None:
    west, south, east, north = tile_at(lon, lat, zoom).bounds()
    x, y = to_mercator(lon, lat)
    slack = 1e-6
    assert west - slack <= x <= east + slack
    assert south - slack <= y <= north + slack


def test_latitudes_beyond_the_square_are_put_on_its_edge() -> None:
    assert to_mercator(0, 90)[1] == pytest.approx(HALF_WORLD_M)
    assert to_mercator(0, 90)[1] == to_mercator(0, MAX_LAT)[1]


def test_four_tiles_cover_the_tile_above() -> None:
    parent = Tile(9, 83, 196).bounds()
    children = [Tile(10, 166 + i, 392 + j).bounds() for i in (0, 1) for j in (0, 1)]
    assert min(child[0] for child in children) == pytest.approx(parent[0])
    assert min(child[1] for child in children) == pytest.approx(parent[1])
    assert max(child[2] for child in children) == pytest.approx(parent[2])
    assert max(child[3] for child in children) == pytest.approx(parent[3])


@pytest.mark.parametrize(
    "tile", [(-1, 0, 0), (MAX_ZOOM + 1, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (3, 0, -1)]
)
def test_no_tile_outside_the_map(tile: tuple[int, int, int]) -> None:
    with pytest.raises(PlaceError, match="no such map tile"):
        Tile(*tile)


@pytest.mark.parametrize("tile", [(0, 0, 0), (3, 7, 7), (MAX_ZOOM, 2**MAX_ZOOM - 1, 0)])
def test_last_tiles_are_taken(tile: tuple[int, int, int]) -> None:
    assert Tile(*tile).side_m > 0


def test_a_mercator_metre_is_half_a_metre_at_60_degrees() -> None:
    assert ground_metres(60) == pytest.approx(0.5)
    assert ground_metres(-60) == pytest.approx(0.5)
