"""Who a command acts for: a session's token, or a person who signs in on the terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import typer

from workbench.access import SignedIn
from workbench.cli.origin import command_origin
from workbench.cli.terminal import say
from workbench.domain.person import Actor
from workbench.errors import SessionEndedError, SignInError
from workbench.runtime import Runtime


@contextlib.contextmanager
def acting(runtime: Runtime) -> Iterator[Actor]:
    """Act as a signed-in person.

    With ``WORKBENCH_TOKEN`` that session is used; otherwise the person is asked, and the session
    ends with the command.

    Parameters
    ----------
    runtime
        Of this installation.

    Yields
    ------
    Actor
        With the session in its origin.

    Raises
    ------
    SignInError
        If the person cannot be let in.
    SessionEndedError
        If the token's session has ended.
    """
    origin = command_origin()
    if runtime.settings.token is not None:
        yield runtime.sessions.actor_of(runtime.settings.token.get_secret_value(), origin)
        return
    begun = sign_in_here(runtime)
    try:
        yield runtime.sessions.actor_of(begun.token, origin)
    finally:
        with contextlib.suppress(SessionEndedError):  # new credentials have ended it already
            runtime.sessions.end(begun.token, origin)


def sign_in_here(runtime: Runtime) -> SignedIn:
    """Show the banner, ask for name, password and code, and begin a session.

    Raises
    ------
    SignInError
        If the banner is not acknowledged, or something typed is wrong.
    """
    for statement in runtime.sign_in.banner:
        say(statement, err=True)
    with asking():
        acknowledged = typer.confirm("Do you agree?", err=True)
        if not acknowledged:
            raise SignInError("The banner has not been acknowledged")
        typed = (
            typer.prompt("User name", err=True),
            typer.prompt("Password", hide_input=True, err=True),
            typer.prompt("Code", hide_input=True, err=True),
        )
    return runtime.sign_in.sign_in(*typed, origin=command_origin(), acknowledged=acknowledged)


@contextlib.contextmanager
def asking() -> Iterator[None]:
    """Keep questions off standard output, which has what a program reads and nothing else.

    Even a question to standard error ends in a blank that ``input`` writes to standard output.
    """
    with contextlib.redirect_stdout(sys.stderr):
        yield


def new_password() -> str:
    """Ask for a new password twice, without showing it."""
    with asking():
        return str(
            typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
        )
