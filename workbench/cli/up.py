"""`workbench up`: database, HTTP service, pages and purges, until the person ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Annotated
from zoneinfo import ZoneInfo

import httpx
import typer

from workbench.cli.init import bring_up_to_date
from workbench.cli.restarts import KeptPart, RestartLimit, keep_running
from workbench.cli.terminal import say
from workbench.domain.clock import system_clock
from workbench.errors import ServiceError
from workbench.policy import load_policy
from workbench.resources import resource_root
from workbench.settings import (
    OWNER_VARIABLE,
    PURGER_VARIABLE,
    Settings,
    can_purge,
    keys_warning,
    load_settings,
)
from workbench.storage.database import open_database

_STOP_S = 20.0
_POLL_S = 0.25

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the workbench.

    Attributes
    ----------
    module
        What Python runs.
    ready_url
        Answers as soon as the part can be used; ``None`` for one that answers nobody.
    arguments
        What follows the module.
    variables
        Of the variables that hold another role's address, those that this part needs.
    """

    name: str
    module: str
    ready_url: str | None
    arguments: tuple[str, ...] = ()
    variables: frozenset[str] = frozenset()


@app.command()
def up(
    wait_s: Annotated[float, typer.Option(help="Longest wait for a part to answer")] = 120.0,
) -> None:
    """Start everything on this machine and say where it is; Ctrl-C stops it."""
    settings = load_settings()
    with ExitStack() as stack:
        for line in bring_up_to_date(settings):
            say(line)
        # Held open so that an embedded server outlives a part that is started again.
        stack.enter_context(open_database(settings))
        stopping = stack.enter_context(_stop_signals())
        parts = parts_of(settings)
        kept = stack.enter_context(_running(parts))
        for part, each in zip(parts, kept, strict=True):
            if part.ready_url is not None:
                _wait_until_ready(part, part.ready_url, each.process, wait_s)
        say(*_where(settings).split("\n"))
        if warning := keys_warning(settings):
            say(warning)
        policy = load_policy(settings.policy_file, retention=settings.retention_file)
        zone = ZoneInfo(policy.department.time_zone.value)
        given_up = keep_running(
            kept,
            RestartLimit(
                policy.availability.restarts.value,
                policy.availability.restart_minutes.value * 60,
            ),
            stopping=stopping,
            tell=lambda told: say(f"{system_clock().astimezone(zone):%H:%M:%S} {told}."),
        )
    if given_up:
        raise ServiceError(
            "A part of the workbench ended by itself too often and was not started again",
            given=", ".join(f"{name}, exit code {code}" for name, code in given_up.items()),
            next_step="see its messages above, or run `workbench doctor`",
        )


def parts_of(settings: Settings) -> tuple[Part, ...]:
    """Return the processes that are started."""
    service = f"http://{settings.host}:{settings.service_port}"
    pages = f"http://{settings.host}:{settings.pages_port}"
    purges = Part(
        "purges",
        "workbench",
        None,
        arguments=("retention", "work"),
        variables=frozenset({PURGER_VARIABLE}),
    )
    return (
        Part("service", "workbench.service", f"{service}/health"),
        Part("pages", "apps.serve", f"{pages}/"),
        *((purges,) if can_purge(settings) else ()),
    )


@contextmanager
def _running(parts: Sequence[Part]) -> Iterator[list[KeptPart]]:
    kept: list[KeptPart] = []
    try:
        for part in parts:
            begin = partial(_begun, part)
            kept.append(KeptPart(part.name, begin, begin()))
        yield kept
    finally:
        for each in reversed(kept):
            _stop(each.process)


def _begun(part: Part) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(filter(None, (str(resource_root()), os.environ.get("PYTHONPATH"))))
    # A session of its own: Ctrl-C comes to us alone, and we stop the parts in order.
    return subprocess.Popen(  # noqa: S603 - our own modules with this interpreter
        [sys.executable, "-m", part.module, *part.arguments],
        env={**known_to(part), "PYTHONPATH": path},
        start_new_session=True,
    )


def known_to(part: Part) -> dict[str, str]:
    """Return our environment without the addresses of roles that a part has no use for."""
    hidden = {OWNER_VARIABLE, PURGER_VARIABLE} - part.variables
    return {name: value for name, value in os.environ.items() if name not in hidden}


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(
    part: Part, url: str, process: subprocess.Popen[bytes], wait_s: float
) -> None:
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(_POLL_S)
    raise ServiceError(
        f"The {part.name} do not answer" if part.name == "pages" else "The service does not answer",
        given=url,
        allowed=f"an answer within {wait_s:.0f} s",
        next_step="see the messages above; another program may hold the port "
        "(WORKBENCH_SERVICE_PORT, WORKBENCH_PAGES_PORT)",
    )


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _where(settings: Settings) -> str:
    return (
        f"Pages:   http://{settings.host}:{settings.pages_port}/\n"
        f"Service: http://{settings.host}:{settings.service_port} (for workbench.connect())\n"
        f"Home:    {settings.home}\n"
        "Ctrl-C stops everything."
    )
