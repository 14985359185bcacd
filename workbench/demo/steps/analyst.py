"""An analyst signs in over HTTP, states a purpose, searches, and canvasses the robberies."""

from __future__ import annotations

from datetime import timedelta

from workbench.client import Scene
from workbench.demo.robberies import Robbery
from workbench.demo.stage import Report, Stage


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
