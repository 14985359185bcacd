"""The day with hits is planned the same for one seed, with plates that nobody has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workbench.demo.city import City, make_city
from workbench.demo.day.agenda import Agenda
from workbench.demo.day.courses import COURSES, KNOWN, MISREAD
from workbench.demo.day.list_files import EVENING_PARTS, LISTS, Listed, listed_rows
from workbench.demo.day.on_shift import UNSENT
from workbench.demo.day.reads import EVERY, day_reads
from workbench.demo.day.times import day_after
from workbench.demo.day.wanted import Part, WantedCar, look_alike, wanted_cars
from workbench.demo.plates import is_demo_plate
from workbench.demo.stage import MovingClock
from workbench.domain.hit import HitEventKind
from workbench.domain.hot_entry import HOT_PLATES

READS = 6_000


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(seed=11, reads=READS)


@pytest.fixture(scope="module")
def cars(city: City) -> tuple[WantedCar, ...]:
    return wanted_cars(city)


def rows_of(city: City, cars, code: str, *, evening: bool) -> list[Listed]:
    one = next(each for each in LISTS if each.code == code)
    return listed_rows(city, cars, day_after(city.ending), one, evening=evening)


def test_one_seed_gives_one_day(city, cars):
    again = make_city(seed=11, reads=READS)
    assert wanted_cars(again) == cars
    for one in LISTS:
        rows = rows_of(city, cars, one.code, evening=True)
        assert rows_of(again, cars, one.code, evening=True) == rows


def test_another_seed_gives_other_cars(cars):
    other = wanted_cars(make_city(seed=12, reads=READS))
    assert {car.plate for car in other}.isdisjoint(car.plate for car in cars)


def test_nobody_has_a_plate_of_the_day(city, cars):
    plates = {car.plate for car in cars} | {car.listed for car in cars}
    plates |= {car.misread_as for car in cars}
    for one in LISTS:
        plates |= {row.plate for row in rows_of(city, cars, one.code, evening=True)}
    assert len(plates) > 500
    assert all(is_demo_plate(plate) for plate in plates)


def test_every_car_stands_where_its_part_has_it(city, cars):
    for car in cars:
        if car.list_code == HOT_PLATES:
            continue
        late = car.part in EVENING_PARTS
        evening = [row.plate for row in rows_of(city, cars, car.list_code, evening=True)]
        morning = [row.plate for row in rows_of(city, cars, car.list_code, evening=False)]
        assert evening.count(car.listed) == 1
        assert morning.count(car.listed) == (0 if late else 1)


def test_a_look_alike_is_not_the_listed_car(city, cars):
    (car,) = [each for each in cars if each.part is Part.LOOK_ALIKE]
    assert car.plate != car.listed == look_alike(car.plate)
    listed = {row.plate for row in rows_of(city, cars, "SVS", evening=True)}
    assert car.plate not in listed


def test_the_reads_of_a_day_are_of_that_day_and_come_in_order(city, cars):
    day = day_after(city.ending)
    made = day_reads(city, cars, day, 400)
    seen = [*made.table["seen_at"].to_pylist(), *(each.read.seen_at for each in made.seen)]
    assert 380 < len(seen) <= 400  # one car's reads stay in it
    cars_of = set(made.table["camera_id"].to_pylist())
    assert cars_of.isdisjoint(UNSENT)
    night_shifts_end = day.at("06:04", days=1)
    assert all(day.at("00:00") <= at < night_shifts_end for at in seen)
    portions = made.portions()
    assert [at for at, _ in portions] == sorted({at for at, _ in portions})
    assert sum(table.num_rows for _, table in portions) == made.table.num_rows
    for at, table in portions:
        received = table["received_at"].to_pylist()
        assert at - EVERY <= min(received) <= max(received) < at
    assert len(made.wanted) == sum(len(car.passes) for car in cars)
    assert set(made.wanted) == {
        sight for sight, plate in made.truth.items() if plate in {car.plate for car in cars}
    }


def test_a_course_goes_forward_and_is_begun_by_opening_the_hit():
    for course in (*COURSES.values(), KNOWN, MISREAD):
        times = [step.after for step in course]
        assert times == sorted(times)
        assert not course or course[0].act.kind is HitEventKind.OPENED
    assert set(COURSES) == set(Part) - {Part.LOOK_ALIKE}


def test_what_is_planned_at_one_instant_happens_in_the_order_of_planning():
    began = datetime(2026, 11, 3, tzinfo=UTC)
    clock, done = MovingClock(began), []
    agenda = Agenda(clock)

    def note(name: str) -> None:
        done.append((name, clock() - began))

    agenda.plan(began + timedelta(hours=2), lambda: note("later"))
    agenda.plan(began + timedelta(hours=1), lambda: note("first"))
    agenda.plan(
        began + timedelta(hours=1),
        lambda: agenda.plan(clock() + timedelta(minutes=5), lambda: note("planned meanwhile")),
    )
    agenda.plan(began + timedelta(hours=3), lambda: note("never"))
    agenda.pass_until(began + timedelta(hours=3))
    assert done == [
        ("first", timedelta(hours=1)),
        ("planned meanwhile", timedelta(hours=1, minutes=5)),
        ("later", timedelta(hours=2)),
    ]
    assert clock() == began + timedelta(hours=3)
