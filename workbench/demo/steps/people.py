"""Makes the made-up people: accounts, roles, training, and a dated designee for the captain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from workbench.demo.people import DemoPerson
from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.domain.person import Actor, Role
from workbench.errors import ConfigurationError
from workbench.runtime import Runtime

NAME = "people"


def make_people(stage: Stage, report: Report) -> str:
    """Make every account through the workbench's own services, at the start of the city's year."""
    people = stage.city.people
    if NAME in stage.progress.done:
        return f"{len(people)} people are there already"
    if stage.past.accounts.exist():
        raise ConfigurationError(
            "This home has accounts that no finished demo made",
            given=str(stage.settings.home),
            allowed="an empty home, or one in which the demo made its people",
            next_step="set WORKBENCH_HOME to another folder; an interrupted demo begins anew with "
            "`workbench demo run --fresh`",
        )
    stage.home.save_people(_enrol_all(stage, report))
    _name_designee(stage)
    stage.keep(replace(stage.progress.with_done(NAME), trained_at=stage.past_clock()))
    untrained = next(person for person in people if not person.trained)
    return f"{len(people)} people; {untrained.display_name} has no training and will be refused"


def renew_training(stage: Stage, runtime: Runtime) -> None:
    """Record training anew for everybody whose training has ended by now.

    The administrator's stays as it was: nobody records training for themselves.

    Parameters
    ----------
    runtime
        The made-up past or the real present.
    """
    lasts = timedelta(days=stage.policy.training.validity_days.value)
    trained_at, at = stage.progress.trained_at, runtime.clock()
    if trained_at is not None and at < trained_at + lasts:
        return
    first = administrator(stage)
    admin = stage.acting(runtime, first.username)
    for person in stage.city.people:
        if person.trained and person is not first:
            _train(runtime, admin, person.username)
    stage.keep(replace(stage.progress, trained_at=at))


def administrator(stage: Stage) -> DemoPerson:
    """Return who runs the accounts."""
    return _holding(stage, Role.ALPR_ADMINISTRATOR)


def first_analyst(stage: Stage) -> DemoPerson:
    """Return a trained analyst."""
    return _holding(stage, Role.ANALYST)


def _holding(stage: Stage, role: Role) -> DemoPerson:
    return next(person for person in stage.city.people if person.role is role and person.trained)


def _enrol_all(stage: Stage, report: Report) -> dict[str, dict[str, str]]:
    runtime, people = stage.past, stage.city.people
    first = administrator(stage)
    invited = runtime.accounts.create_first(
        first.username, display_name=first.display_name, title=first.title, origin=ORIGIN
    )
    enrolled = {first.username: _signing_in(runtime, first, invited.token)}
    stage.home.save_people(enrolled)
    admin = stage.acting(runtime, first.username)
    for number, person in enumerate(people):
        report(number, len(people))
        if person is not first:
            invited = runtime.accounts.create(
                admin, person.username, display_name=person.display_name, title=person.title
            )
            enrolled[person.username] = _signing_in(runtime, person, invited.token)
            _grant(runtime, admin, person)
    return enrolled


def _signing_in(runtime: Runtime, person: DemoPerson, token: str) -> dict[str, str]:
    """Take the invitation up as the person would, and return what the person then knows."""
    otpauth = runtime.invitations.accept(token, person.password, origin=ORIGIN)
    return {
        "display_name": person.display_name,
        "title": person.title,
        "role": person.role.value if person.role else "captain's designee",
        "password": person.password,
        "otpauth": otpauth,
    }


def _grant(runtime: Runtime, admin: Actor, person: DemoPerson) -> None:
    if person.role is not None:
        runtime.grants.grant_role(admin, person.username, person.role)
    if person.trained:
        _train(runtime, admin, person.username)


def _train(runtime: Runtime, admin: Actor, username: str) -> None:
    for system in runtime.policy.training.systems.value:
        runtime.grants.record_training(admin, username, system, completed_at=runtime.clock())


def _name_designee(stage: Stage) -> None:
    stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=20))
    captain = stage.acting(stage.past, _holding(stage, Role.SERVICES_CAPTAIN).username)
    designee = next(person for person in stage.city.people if person.designee)
    stage.past.grants.designate(
        captain, designee.username, Role.SERVICES_CAPTAIN, title=designee.title
    )
