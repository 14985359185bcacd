"""Enters the city's cameras into the department's list."""

from __future__ import annotations

from datetime import timedelta

from workbench.demo.cameras import Camera as CityCamera
from workbench.demo.cameras import PatrolCar
from workbench.demo.read_table import SOURCE
from workbench.demo.stage import Report, Stage
from workbench.demo.steps.people import administrator
from workbench.detections.cameras import Camera, CameraKind

NAME = "cameras"


def enter_cameras(stage: Stage, report: Report) -> str:
    """Let the administrator enter every fixed camera and patrol car, once."""
    cameras = [_fixed(camera) for camera in stage.city.cameras]
    cameras += [_driving(car) for car in stage.city.patrol_cars]
    known = {camera.id for camera in stage.now.cameras.all()}
    missing = [camera for camera in cameras if camera.id not in known]
    if not missing:
        return f"{len(cameras)} cameras are there already"
    stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=5))
    admin = stage.acting(stage.past, administrator(stage).username)
    for number, camera in enumerate(missing):
        report(number, len(missing))
        stage.past.cameras.add(admin, camera)
    return f"{len(stage.city.cameras)} fixed cameras and {len(stage.city.patrol_cars)} patrol cars"


def _fixed(camera: CityCamera) -> Camera:
    return Camera(
        id=camera.camera_id,
        name=camera.name,
        kind=CameraKind.FIXED,
        position=camera.point,
        heading_deg=camera.heading_deg,
        source_system=SOURCE,
    )


def _driving(car: PatrolCar) -> Camera:
    return Camera(id=car.camera_id, name=car.name, kind=CameraKind.VEHICLE, source_system=SOURCE)
