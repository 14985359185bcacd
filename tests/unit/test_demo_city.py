"""The made-up city is the same for one seed, has what it promises, and hides a solvable series."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from workbench.access.passwords import Passwords
from workbench.demo.city import FEWEST_READS, City, make_city
from workbench.demo.misreads import misread
from workbench.demo.network import CENTRE_LAT, CENTRE_LON, METRES_PER_DEGREE_LAT
from workbench.demo.plates import is_demo_plate, make_plates, plate_row, plate_texts
from workbench.demo.read_table import READ_SCHEMA
from workbench.demo.roads import save_roads
from workbench.demo.robberies import Robbery
from workbench.demo.year import ZONE, pieces, year_ending
from workbench.domain.person import Role
from workbench.domain.place import Point
from workbench.domain.plate import normal_plate
from workbench.errors import InputError
from workbench.policy import load_policy

READS = 40_000


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(seed=7, reads=READS)


@pytest.fixture(scope="module")
def table(city: City) -> pa.Table:
    return pa.concat_tables([piece.table for piece in city.traffic()])


@pytest.fixture(scope="module")
def truth(city: City) -> np.ndarray:
    rows = np.concatenate([piece.vehicle for piece in city.traffic()])
    return np.array(plate_texts(city.vehicles.plates[rows]))


@pytest.fixture(scope="module")
def reads(table: pa.Table) -> pd.DataFrame:
    frame = table.drop_columns(["vehicle", "plate_box"]).to_pandas()
    return frame.assign(local=frame["seen_at"].dt.tz_convert(str(ZONE)))


def near(reads: pd.DataFrame, robbery: Robbery) -> pd.DataFrame:
    when = (reads["seen_at"] >= robbery.at - robbery.before) & (
        reads["seen_at"] < robbery.at + robbery.after
    )
    soon = reads[when]
    apart = [
        robbery.scene.distance_m(Point(lon, lat))
        for lon, lat in zip(soon["lon"], soon["lat"], strict=True)
    ]
    return soon[np.array(apart) <= robbery.radius_m]


def test_one_seed_gives_one_city(city: City, table: pa.Table):
    again = make_city(seed=7, reads=READS)
    assert pa.concat_tables([piece.table for piece in again.traffic()]).equals(table)
    assert again.people == city.people
    assert again.cameras == city.cameras
    assert again.solution == city.solution
    assert again.roads.equals(city.roads)


def test_another_seed_gives_another_city(city: City, table: pa.Table):
    other = make_city(seed=8, reads=READS)
    first = next(other.traffic()).table
    assert other.cameras != city.cameras
    assert {person.password for person in other.people}.isdisjoint(
        person.password for person in city.people
    )
    shared = set(first["plate"].to_pylist()) & set(table.slice(0, len(first))["plate"].to_pylist())
    assert len(shared) < 0.02 * len(first)


@pytest.mark.parametrize("count", [FEWEST_READS, 5_001, 12_345])
def test_as_many_reads_as_asked_for(count: int):
    assert sum(len(piece.table) for piece in make_city(seed=1, reads=count).traffic()) == count


@pytest.mark.parametrize("count", [FEWEST_READS - 1, 0, 60_000_001])
def test_a_size_that_no_city_has_is_refused(count: int):
    with pytest.raises(InputError, match="5000 to 60000000"):
        make_city(reads=count)


def test_large_pieces_are_cut_so_that_they_fit_into_memory():
    cut = pieces(30_000_000, date(2026, 11, 1))
    assert sum(piece.rows for piece in cut) == 30_000_000
    assert max(piece.rows for piece in cut) <= 1_000_000
    assert [piece.number for piece in cut] == list(range(len(cut)))


def test_reads_lie_in_the_year_and_in_the_city(city: City, table: pa.Table, reads: pd.DataFrame):
    start, after = year_ending(city.ending)
    assert table.schema == READ_SCHEMA
    assert reads["seen_at"].between(start, after, inclusive="left").all()
    assert (reads["received_at"] > reads["seen_at"]).all()
    assert (reads["lon"] - CENTRE_LON).abs().max() < 0.07
    assert (reads["lat"] - CENTRE_LAT).abs().max() < 0.05
    assert reads["heading_deg"].between(0, 360, inclusive="left").all()
    assert reads["source_event"].is_unique


def test_sixty_fixed_cameras_and_six_cars_read(city: City, reads: pd.DataFrame):
    fixed = {camera.camera_id for camera in city.cameras}
    cars = {car.camera_id for car in city.patrol_cars}
    assert len(fixed) == 60
    assert len(cars) == 6
    assert set(reads["camera_id"]) <= fixed | cars
    assert cars <= set(reads["camera_id"])
    share = reads["camera_id"].isin(cars).mean()
    assert 0.10 < share < 0.14
    at = {camera.camera_id: (camera.point.lon, camera.point.lat) for camera in city.cameras}
    still = reads[reads["camera_id"].isin(fixed)]
    assert [at[name] for name in still["camera_id"]] == list(
        zip(still["lon"], still["lat"], strict=True)
    )


def test_rush_hours_and_weekends(reads: pd.DataFrame):
    weekdays = reads[reads["local"].dt.day_of_week < 5]
    hours = weekdays["local"].dt.hour.value_counts()
    assert hours[7] > 3 * hours[10]
    assert hours[17] > 2 * hours[13]
    assert hours[3] < 0.15 * hours[7]
    a_day = reads["local"].dt.day_of_week.value_counts()
    assert a_day[6] < 0.75 * a_day[2]


def test_commuters_go_and_come_on_working_days(city: City):
    rows = np.concatenate([piece.vehicle for piece in city.traffic()])
    seen = pd.concat([p.table.select(["seen_at"]).to_pandas() for p in city.traffic()])
    local = seen["seen_at"].dt.tz_convert(str(ZONE)).reset_index(drop=True)
    commuter = rows < city.vehicles.first[1]
    busiest = pd.Series(rows[commuter]).value_counts().index[0]
    hours = local[rows == busiest].dt.hour
    assert hours.between(5, 11).any()
    assert hours.between(14, 21).any()
    assert (local[commuter].dt.day_of_week < 5).mean() > 0.9


def test_plates_are_of_the_made_up_range(city: City, truth: np.ndarray):
    plates = plate_texts(city.vehicles.plates)
    assert len(set(plates)) == len(plates)
    assert all(is_demo_plate(plate) for plate in plates)
    californian = pd.Series(truth).str.fullmatch(r"[1-9]Q[A-Z][A-HJ-NPR-Z]\d{3}")
    assert 0.85 < californian.mean() < 0.99


def test_misreads_are_as_frequent_and_as_bad_as_real_ones(reads: pd.DataFrame, truth: np.ndarray):
    wrong = reads["plate"].to_numpy() != truth
    assert 0.05 < wrong.mean() < 0.09
    lengths = reads["plate"].str.len().to_numpy()[wrong]
    assert (lengths != np.char.str_len(truth)[wrong]).mean() > 0.5
    assert reads["confidence"][~wrong].mean() > reads["confidence"][wrong].mean() + 0.1
    # Confidence speaks for a reading, it does not prove it: the two overlap.
    assert reads["confidence"][wrong].max() > reads["confidence"][~wrong].min()


def test_candidates_begin_with_the_reading_and_often_hold_the_truth(
    reads: pd.DataFrame, truth: np.ndarray
):
    wrong = reads["plate"].to_numpy() != truth
    texts = [[candidate["text"] for candidate in given] for given in reads["candidates"]]
    assert all(given[0] == plate for given, plate in zip(texts, reads["plate"], strict=True))
    held = [real in given for given, real, bad in zip(texts, truth, wrong, strict=True) if bad]
    assert 0.6 < np.mean(held) < 0.9
    scores = [[candidate["confidence"] for candidate in given] for given in reads["candidates"]]
    assert all(given == sorted(given, reverse=True) for given in scores)


def test_a_misread_is_never_the_truth_and_still_a_plate():
    plates, _ = make_plates(5_000, np.random.default_rng(3))
    read = plate_texts(misread(plates, np.random.default_rng(4)))
    assert all(was != now for was, now in zip(plate_texts(plates), read, strict=True))
    assert all(normal_plate(text) == text and 4 <= len(text) <= 8 for text in read)


def test_plates_with_all_eight_places_taken_are_misread_too():
    full = np.tile(plate_row("9QAB1234"), (500, 1))
    assert (misread(full, np.random.default_rng(5)) != full).any(axis=1).all()


def test_exactly_one_plate_is_near_all_three_scenes(city: City, reads: pd.DataFrame):
    plates = [set(near(reads, robbery)["plate"]) for robbery in city.robberies]
    assert set.intersection(*plates) == {city.solution.getaway}
    assert min(map(len, plates)) >= 10
    assert len(plates[0] & plates[1]) > 1, "somebody else passes two of them, as a decoy"


@pytest.mark.parametrize("seed", [1, 2, 3, 426])
def test_the_series_can_be_solved_in_every_city(seed: int):
    city = make_city(seed=seed, reads=60_000)
    reads = pd.concat(
        [p.table.select(["seen_at", "plate", "lon", "lat"]).to_pandas() for p in city.traffic()]
    )
    plates = [set(near(reads, robbery)["plate"]) for robbery in city.robberies]
    assert set.intersection(*plates) == {city.solution.getaway}


def test_the_getaway_car_passes_before_and_after_each_robbery(city: City, reads: pd.DataFrame):
    for robbery in city.robberies:
        seen = near(reads, robbery)
        at = seen["seen_at"][seen["plate"] == city.solution.getaway]
        assert (at < robbery.at).any()
        assert (at > robbery.at).any()


def test_one_read_of_the_getaway_car_is_wrong_and_holds_the_truth(city: City, reads: pd.DataFrame):
    last = near(reads, city.robberies[2])
    wrong = last[last["plate"] == city.solution.misread_as]
    assert len(wrong) == 1
    assert city.solution.getaway in [c["text"] for c in wrong["candidates"].iloc[0]]


def test_the_accomplice_travels_along_at_one_robbery(city: City, reads: pd.DataFrame):
    for robbery in city.robberies:
        seen = near(reads, robbery).set_index("plate")["seen_at"]
        along = city.solution.accomplice in seen.index
        assert along == (robbery.case_number == city.solution.accomplice_case)
        if along:
            apart = seen[city.solution.accomplice].sort_values().to_numpy() - (
                seen[city.solution.getaway].sort_values().to_numpy()
            )
            assert len(apart) == 4
            assert (apart < np.timedelta64(60, "s")).all()


def test_case_numbers_differ_and_robberies_are_in_order(city: City):
    assert len({robbery.case_number for robbery in city.robberies}) == 3
    assert list(city.robberies) == sorted(city.robberies, key=lambda robbery: robbery.at)


def test_people_hold_the_policy_roles_and_one_analyst_is_untrained(city: City):
    roles = [person.role for person in city.people]
    assert set(Role) <= set(roles)
    assert roles.count(Role.ANALYST) == 3
    assert roles.count(Role.OFFICER) >= 2
    assert sum(person.designee for person in city.people) == 1
    assert [p.role for p in city.people if not p.trained] == [Role.ANALYST]
    assert len({person.username for person in city.people}) == len(city.people)
    assert len({person.password for person in city.people}) == len(city.people)


def test_titles_and_passwords_are_ones_that_the_policy_takes(city: City):
    policy = load_policy()
    for person in city.people:
        assert person.title in policy.program.authorised_titles.value
        Passwords(policy.sign_in).check_new(person.password, username=person.username)


def test_roads_fit_the_tile_drawer(city: City, tmp_path):
    path = save_roads(city.roads, tmp_path / "home" / "roads.geojson")
    roads = gpd.read_file(path)
    assert list(roads.columns) == ["name", "class", "geometry"]
    assert set(roads["class"]) == {"freeway", "arterial", "collector", "residential"}
    assert roads.crs.to_epsg() == 4326
    assert roads.geom_type.eq("LineString").all()
    assert roads["name"].str.len().min() > 5


def test_cameras_stand_on_roads(city: City):
    lines = city.roads.union_all()
    away = [lines.distance(shapely.Point(c.point.lon, c.point.lat)) for c in city.cameras]
    assert max(away) * METRES_PER_DEGREE_LAT < 2
