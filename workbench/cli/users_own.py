"""The commands of `workbench users` that people use for themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import typer

from workbench.cli.acting import acting, asking, new_password, sign_in_here
from workbench.cli.origin import command_origin
from workbench.cli.terminal import say
from workbench.domain.person import Origin
from workbench.errors import AccountError, SignInError
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer()

_TRIES = 3


@app.command("sign-in")
def sign_in(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Begin a session and print its token, for WORKBENCH_TOKEN in this shell."""
    with open_runtime(load_settings()) as runtime:
        begun = sign_in_here(runtime)
    if as_json:
        values = {"token": begun.token, "username": begun.username}
        say(json.dumps({**values, "ends_at": begun.ends_at.isoformat()}))
    else:
        say(begun.token)


@app.command("sign-out")
def sign_out() -> None:
    """End the session of WORKBENCH_TOKEN."""
    with open_runtime(load_settings()) as runtime:
        token = runtime.settings.token
        if token is None:
            raise SignInError("No session is set", next_step="set WORKBENCH_TOKEN to its token")
        runtime.sessions.end(token.get_secret_value(), command_origin())
    say("Signed out.")


@app.command()
def accept() -> None:
    """Take an invitation up: choose a password and enrol an authenticator app."""
    with open_runtime(load_settings()) as runtime:
        with asking():
            token = typer.prompt("Invitation", hide_input=True, err=True)
        show_second_factor(accepted(runtime, token, new_password, command_origin()))


@app.command()
def password() -> None:
    """Change one's own password; every session ends."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        with asking():
            current = typer.prompt("Current password", hide_input=True, err=True)
        runtime.credentials.change_password(actor, current, new_password())
    say("Password changed; sign in again.")


@app.command()
def totp() -> None:
    """Enrol another authenticator app for oneself; every session ends."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        with asking():
            current = typer.prompt("Current password", hide_input=True, err=True)
        address = runtime.credentials.change_second_factor(actor, current)
    show_second_factor(address)


def accepted(runtime: Runtime, token: str, choose: Callable[[], str], origin: Origin) -> str:
    """Take an invitation up, asking again while the password may not be chosen.

    Raises
    ------
    SignInError
        If the invitation is unknown, used or too old.
    AccountError
        If the last try may not be chosen either.
    """
    for left in reversed(range(_TRIES)):
        try:
            return runtime.invitations.accept(token, choose(), origin=origin)
        except AccountError as error:
            if not left:
                raise
            say(str(error), err=True)
    raise AssertionError("unreachable")


def show_second_factor(address: str) -> None:
    """Print what the authenticator app needs; it is shown this once."""
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    say("Enter this in an authenticator app now; it is not shown again.", err=True)
    say(f"Key: {' '.join(secret[i : i + 4] for i in range(0, len(secret), 4))}", err=True)
    say(address)
