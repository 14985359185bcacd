"""The commands of `workbench users` about what people are given: roles, designations, training."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.terminal import say
from workbench.domain.period import local_instants
from workbench.domain.person import Role
from workbench.errors import AccountError
from workbench.policy import Policy
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer()

Username = Annotated[str, typer.Argument()]
Start = Annotated[str | None, typer.Option("--from", help="Local time or with offset, else now")]
End = Annotated[str | None, typer.Option("--until", help="Local time or with offset; not included")]


@app.command()
def role(
    username: Username,
    role: Annotated[Role, typer.Argument()],
    *,
    start: Start = None,
    end: End = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take it away instead")] = False,
) -> None:
    """Grant a role, or take it away."""
    if revoke and (start or end):
        raise AccountError("A role is taken away at once", allowed="--revoke without dates")
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        if revoke:
            runtime.grants.revoke_role(actor, username, role)
        else:
            starts_at, ends_at = _instant(start, runtime.policy), _instant(end, runtime.policy)
            runtime.grants.grant_role(actor, username, role, starts_at=starts_at, ends_at=ends_at)
    say(f"{'Revoked from' if revoke else 'Granted to'} {username}: {role}.")


@app.command()
def designate(
    username: Username,
    role: Annotated[Role, typer.Argument(help="One that you hold")],
    *,
    title: Annotated[str, typer.Option(help="Of the designee, as it is published")],
    start: Start = None,
    end: End = None,
) -> None:
    """Name a dated designee for a role that you hold."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        number = runtime.grants.designate(
            actor,
            username,
            role,
            title=title,
            starts_at=_instant(start, runtime.policy),
            ends_at=_instant(end, runtime.policy),
        )
    say(f"Designation {number} recorded: {username} stands in as {role}.")


@app.command("end-designation")
def end_designation(number: Annotated[int, typer.Argument(min=1)]) -> None:
    """End a designation before its time."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.grants.end_designation(actor, number)
    say(f"Designation {number} ended.")


@app.command()
def training(
    username: Username,
    system: Annotated[str, typer.Argument(help="One of the policy's systems")],
    *,
    completed: Annotated[str, typer.Option(help="Local time or with offset")],
    expires: Annotated[str | None, typer.Option(help="Earlier than the policy says")] = None,
) -> None:
    """Record a completed training."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        completed_at = _instant(completed, runtime.policy)
        if completed_at is None:
            raise AccountError("A training needs its date")
        runtime.grants.record_training(
            actor,
            username,
            system,
            completed_at=completed_at,
            expires_at=_instant(expires, runtime.policy),
        )
    say(f"Training of {username} in {system} recorded.")


@app.command("end-training")
def end_training(
    number: Annotated[int, typer.Argument(min=1, help="As `users list --json` has it")],
    *,
    reason: Annotated[str, typer.Option(help="In words; logged")],
) -> None:
    """End a training that was recorded by mistake; it counts no more, at once."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.grants.end_training(actor, number, reason=reason)
    say(f"Training {number} ended.")


def _instant(written: str | None, policy: Policy) -> datetime | None:
    if not written:
        return None
    return local_instants(written, ZoneInfo(policy.department.time_zone.value))[0]
