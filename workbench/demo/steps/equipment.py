"""Puts the fixed cameras up at their sites, each with the direction that it reads."""

from __future__ import annotations

from datetime import timedelta

from workbench.demo.equipment import sites_of, trailer_sites
from workbench.demo.stage import Report, Stage
from workbench.demo.steps import year
from workbench.demo.steps.people import administrator
from workbench.fleet.places import PutUp

NAME = "equipment"
TOO_OLD = "this demo is older than its equipment; `workbench demo run --fresh` makes one with it"


def put_up(stage: Stage, report: Report) -> str:
    """Enter every site, and say of every fixed camera where it stands and where it looks."""
    sites = sites_of(stage.city)
    names = sorted({site.name for site in sites.values()})
    if NAME in stage.progress.done:
        return f"{len(sites)} cameras at {len(names)} sites are there already"
    if year.NAME in stage.progress.done:
        return TOO_OLD
    stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=5))
    admin = stage.acting(stage.past, administrator(stage).username)
    registry, places = stage.past.fleet.registry, stage.past.fleet.places
    known = {site.name for site in registry.sites()}
    new = {site.name: site for site in (*sites.values(), *trailer_sites(stage.city))}
    for name in sorted(new.keys() - known):
        registry.add_site(admin, new[name])
    for number, camera in enumerate(stage.city.cameras):
        report(number, len(sites))
        if not places.of(camera.camera_id):  # where an interrupted run did not come to it
            site = sites[camera.camera_id].name
            where = PutUp(site=site, heading_deg=camera.heading_deg, direction=camera.direction)
            places.put(admin, camera.camera_id, where)
    stage.keep(stage.progress.with_done(NAME))
    return f"{len(sites)} fixed cameras at {len(names)} sites"
