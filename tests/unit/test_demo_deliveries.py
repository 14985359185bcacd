"""The made-up deliveries are of the formats they say, whole but for the one that is broken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from workbench.demo.city import City, make_city
from workbench.demo.plates import is_demo_plate
from workbench.demo.vendors.deliveries import PLANS, DeliveryFile, delivery_bytes, write_deliveries
from workbench.demo.vendors.sighting import make_sightings
from workbench.detections.formats.base import Context, Delivery, Item, Limits, Taken
from workbench.detections.formats.registry import known_formats, recognised
from workbench.domain.plate import normal_plate
from workbench.policy import Policy

NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(seed=7, reads=5_000)


@pytest.fixture(scope="module")
def files(city: City, tmp_path_factory: pytest.TempPathFactory) -> list[DeliveryFile]:
    return write_deliveries(city, tmp_path_factory.mktemp("deliveries"))


def taken_in(file: DeliveryFile, policy: Policy) -> tuple[str, list[Item]]:
    context = Context(
        now=NOW,
        limits=Limits.of(policy),
        zone=ZoneInfo(file.plan.zone) if file.plan.zone else None,
        area=policy.department.area.value,
    )
    delivery = Delivery(file.path.name, file.path, NOW, context)
    known = recognised(delivery)
    return known.name, list(known.records(delivery))


def test_every_known_format_has_a_delivery():
    assert {plan.format for plan in PLANS} == set(known_formats())


@pytest.mark.parametrize("number", range(len(PLANS)), ids=[plan.name for plan in PLANS])
def test_each_is_recognised_and_read_as_planned(
    files: list[DeliveryFile], number: int, policy: Policy
):
    name, items = taken_in(files[number], policy)
    reads = sum(isinstance(item, Taken) for item in items)
    plan = files[number].plan
    assert (name, reads, len(items) - reads) == (plan.format, plan.reads, plan.refused)


def test_what_comes_out_is_what_the_camera_saw(
    city: City, files: list[DeliveryFile], policy: Policy
):
    for number, file in enumerate(files):
        if file.plan.refused or file.plan.format == "delimited:seattle":
            continue
        sightings = make_sightings(city, file.plan.sightings, stream=number)
        _, items = taken_in(file, policy)
        reads = [item.read for item in items if isinstance(item, Taken)]
        assert [normal_plate(read.plate) for read in reads] == [s.plate for s in sightings]
        first, seen = reads[0], sightings[0]
        assert abs((first.seen_at - seen.at).total_seconds()) < 1
        if first.position:
            assert first.position.distance_m(seen.camera.point) < 1
        if first.confidence is not None:
            assert first.confidence == pytest.approx(seen.confidence, abs=0.006)


def test_every_plate_is_of_the_made_up_range(city: City):
    for number, plan in enumerate(PLANS):
        seen = make_sightings(city, plan.sightings, stream=number)
        assert all(is_demo_plate(sighting.truth) for sighting in seen)


def test_the_file_with_hashes_holds_no_plate(city: City):
    number = [plan.format for plan in PLANS].index("delimited:seattle")
    content = delivery_bytes(city, PLANS[number]).decode()
    seen = make_sightings(city, PLANS[number].sightings, stream=number)
    assert not any(sighting.plate in content for sighting in seen)


def test_one_seed_writes_the_same_bytes_and_another_writes_others(city: City):
    again, other = make_city(seed=7, reads=5_000), make_city(seed=8, reads=5_000)
    for plan in PLANS:
        assert delivery_bytes(again, plan) == delivery_bytes(city, plan)
        assert delivery_bytes(other, plan) != delivery_bytes(city, plan)


def test_the_folder_says_that_it_is_made_up(files: list[DeliveryFile]):
    note = Path(files[0].path.parent / "README.txt").read_text(encoding="utf-8")
    assert "made up" in note
