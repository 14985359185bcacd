"""An analyst signs in over HTTP, states a purpose, searches, and canvasses the robberies."""

from __future__ import annotations

from datetime import datetime, timedelta

from workbench.client import Scene
from workbench.demo.robberies import Robbery
from workbench.demo.stage import Report, Stage
from workbench.demo.steps.layout import PICTURES, TAKEN_AT, picture_files, picture_truth
from workbench.demo.year import ZONE


def search(stage: Stage, report: Report) -> str:  # noqa: ARG001 - it is one act
    """Sign in with password and code, open an inquiry, and search with wildcards near a scene."""
    robbery = stage.city.robberies[0]
    last = stage.city.solution.getaway[-1]  # what a witness may well remember
    alpr = stage.analyst
    inquiry = alpr.inquiry(
        purpose="active_investigation",
        case=robbery.case_number,
        reason=f"{robbery.title}: a witness saw a plate with a Q in front and {last} at its end",
    )
    found = inquiry.search(
        plate=f"?Q*{last}",
        near=(robbery.scene.lon, robbery.scene.lat),
        radius_m=robbery.radius_m,
        between=(robbery.at - timedelta(hours=12), robbery.at + timedelta(hours=12)),
    )
    inquiry.close()
    who = alpr.whoami()["display_name"]
    return (
        f"{who} found {found.rows} reads of ?Q*{last} near the first scene, "
        f"under access {found.access_id}"
    )


def open_picture(stage: Stage, report: Report) -> str:  # noqa: ARG001 - it is one act
    """Compare what was read on the pictures with the truth, and open one of them."""
    files = picture_files(stage)
    first_at = datetime.combine(stage.city.ending, TAKEN_AT, ZONE)
    inquiry = stage.analyst.inquiry(
        purpose="stolen_or_wanted_vehicle",
        case=stage.city.robberies[-1].case_number,
        reason="Pictures of the last evening: is the vehicle of the series among them",
    )
    found = inquiry.search(
        cameras=[camera.camera_id for camera in stage.city.cameras[: len(files)]],
        between=(first_at, first_at + timedelta(minutes=PICTURES)),
    )
    rows = [row for row in found.table.to_pylist() if row["vehicle_picture"]]
    truth, read = picture_truth(stage), {row["plate"] for row in rows}
    among = {each["text"] for row in rows for each in row["candidates"] or ()}
    if not rows:
        return "no plate was read on any picture"
    picture = inquiry.picture(rows[0]["vehicle_picture"])
    inquiry.close()
    return (
        f"{sum(plate in read for plate in truth)} of {len(truth)} plates were read as they are, "
        f"{sum(plate in among for plate in truth)} stand among the candidates; a picture of "
        f"{len(picture.content):,} bytes opened under access {picture.access_id}"
    )


def canvass(stage: Stage, report: Report) -> str:
    """Canvass all three scenes and name the plates that were near every one of them."""
    robberies = stage.city.robberies
    inquiry = stage.analyst.inquiry(
        purpose="canvass",
        case=robberies[-1].case_number,
        reason="Series of three armed robberies: which vehicle was near all of them",
    )
    report(1, 3)
    common = inquiry.common_plates([_scene(robbery) for robbery in robberies])
    report(2, 3)
    everywhere = common.loc[common["scenes"] == len(robberies), "plate"].tolist()
    stage.found = tuple(everywhere)
    inquiry.close()
    solved = everywhere == [stage.city.solution.getaway]
    return (
        f"{len(common)} plates near two scenes or more, near all three "
        f"{', '.join(everywhere) or 'none'}: {'as' if solved else 'not what'} the made-up series "
        f"has it"
    )


def _scene(robbery: Robbery) -> Scene:
    return Scene(
        near=(robbery.scene.lon, robbery.scene.lat),
        radius_m=robbery.radius_m,
        at=robbery.at,
        before=robbery.before,
        after=robbery.after,
        name=robbery.case_number,
    )
