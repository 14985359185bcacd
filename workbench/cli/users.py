"""`workbench users`: accounts made, disabled, released and listed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.access import Account, Invitation
from workbench.cli import users_given, users_own
from workbench.cli.acting import acting, new_password
from workbench.cli.origin import command_origin
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.person import Channel
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(users_own.app)
app.add_typer(users_given.app)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Username = Annotated[str, typer.Argument(help="2 to 32 letters, digits, dots or dashes")]
Name = Annotated[str, typer.Option("--name", help="As the person is called")]
Title = Annotated[str, typer.Option("--title", help="One of the policy's authorised titles")]


@app.command()
def first(username: Username, *, name: Name, title: Title) -> None:
    """Make the very first account, an ALPR administrator; only while there is none."""
    with open_runtime(load_settings()) as runtime:
        origin = command_origin()
        invitation = runtime.accounts.create_first(
            username, display_name=name, title=title, origin=origin
        )
        say(f"Account {invitation.username} made. Choose its password.", err=True)
        users_own.show_second_factor(
            users_own.accepted(runtime, invitation.token, new_password, origin)
        )


@app.command()
def create(username: Username, *, name: Name, title: Title, as_json: AsJson = False) -> None:
    """Make an account without any role, and an invitation for its owner."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        invitation = runtime.accounts.create(actor, username, display_name=name, title=title)
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        _hand_over(invitation, zone, as_json=as_json)


@app.command()
def invite(username: Username, *, as_json: AsJson = False) -> None:
    """Take password and second factor away and invite the owner to choose new ones."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        invitation = runtime.invitations.invite(actor, username)
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        _hand_over(invitation, zone, as_json=as_json)


@app.command()
def disable(
    username: Username, *, reason: Annotated[str, typer.Option(help="In words; logged")]
) -> None:
    """Disable an account and end its sessions."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.accounts.disable(actor, username, reason=reason)
    say(f"Account {username} disabled.")


@app.command()
def enable(username: Username, *, as_json: AsJson = False) -> None:
    """Enable a disabled account and invite its owner anew."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        invitation = runtime.accounts.enable(actor, username)
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        _hand_over(invitation, zone, as_json=as_json)


@app.command()
def release(username: Username) -> None:
    """Release an account that failed sign-ins have locked."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.accounts.release(actor, username)
    say(f"Account {username} released.")


@app.command()
def rescue(username: Username, *, as_json: AsJson = False) -> None:
    """Let an administrator in again from this machine, while no other one could do it."""
    with open_runtime(load_settings()) as runtime:
        invitation = runtime.rescue.rescue(username, origin=command_origin())
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        _hand_over(invitation, zone, as_json=as_json)


@app.command("list")
def list_accounts(
    *,
    inactive: Annotated[
        bool, typer.Option("--inactive", help="Only those that the policy calls inactive")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List accounts. Exit code 1 with --inactive if there are any."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.accounts.inactive(actor) if inactive else runtime.accounts.list(actor)
        at = runtime.clock()
    if as_json:
        say(json.dumps({"at": at.isoformat(), "accounts": [_told(a) for a in found]}))
    else:
        for account in found:
            person = account.person
            roles = ", ".join(sorted(person.roles_at(at))) or "no role"
            say(f"{person.username:<24} {_state(account):<9} {person.title:<32} {roles}")
    raise typer.Exit(1 if inactive and found else 0)


@app.command("suspend-idle")
def suspend_idle(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show who it would be")] = False,
    as_json: AsJson = False,
) -> None:
    """Suspend every account that nobody has used for as long as the policy lets them; for a timer.

    It needs no sign-in. Exit code 1: an account that would be suspended stays, because nobody else
    could enable one; with --dry-run also if there is any to suspend.
    """
    with open_runtime(load_settings()) as runtime:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        if dry_run:
            found = runtime.idle_accounts.found()
        else:
            origin = replace(command_origin(), channel=Channel.JOB)
            found = runtime.idle_accounts.suspend(origin=origin)
    if as_json:
        told = [
            {"username": o.username, "unused_since": o.since.isoformat(), "left": o.needed}
            for o in found
        ]
        say(json.dumps({"dry_run": dry_run, "accounts": told}))
    else:
        done = "to suspend" if dry_run else "suspended"
        show_table(
            ("account", "unused since", "what"),
            (
                (
                    one.username,
                    f"{one.since.astimezone(zone):%Y-%m-%d %H:%M}",
                    "left: nobody else enables accounts" if one.needed else done,
                )
                for one in found
            ),
            none="No account is idle",
        )
    raise typer.Exit(int(any(one.needed for one in found) or (dry_run and bool(found))))


def _hand_over(invitation: Invitation, zone: ZoneInfo, *, as_json: bool) -> None:
    ends_at = invitation.ends_at.astimezone(zone)
    if as_json:
        values = {"username": invitation.username, "invitation": invitation.token}
        say(json.dumps({**values, "ends_at": ends_at.isoformat()}))
        return
    say(f"Invitation for {invitation.username}: {invitation.token}")
    say(f"Hand it over in private. `workbench users accept` by {ends_at:%Y-%m-%d %H:%M}.")


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "suspended" if account.suspended else "disabled"
    if account.locked:
        return "locked"
    return "invited" if account.invited_until is not None else "active"


def _told(account: Account) -> dict[str, object]:
    person = account.person
    seen = account.last_sign_in_at
    return {
        "username": person.username,
        "display_name": person.display_name,
        "title": person.title,
        "state": _state(account),
        "roles": sorted(person.roles),
        "designations": [
            {
                "role": one.role,
                "title": one.title,
                "starts_at": one.starts_at.isoformat(),
                "ends_at": one.ends_at.isoformat() if one.ends_at else None,
            }
            for one in person.designations
        ],
        "training": [
            {
                "number": one.number,
                "system": one.system,
                "completed_at": one.completed_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
            }
            for one in person.training
        ],
        "created_at": account.created_at.isoformat(),
        "last_sign_in_at": seen.isoformat() if seen else None,
    }
