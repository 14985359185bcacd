"""One analyst's search while strangers sign in, connections hang and another searches without end.

The service runs as a process of its own, on the loopback alone.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from uuid import uuid4

import httpx

from workbench.bench.timing import Figures, percentile
from workbench.domain.person import Actor, Channel, Origin, Person, Role
from workbench.errors import ServiceError
from workbench.runtime import Runtime

MOST_TIMES = 3.0
"""How much longer than in quiet another's search may take."""

_START_S = 30.0
_WAIT_S = 60.0
_LONGEST_S = 40.0
_HERE = Origin(Channel.JOB, "127.0.0.1", agent="bench")


def run(
    runtime: Runtime,
    *,
    looks: int = 60,
    report: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Return how long a search takes in quiet and under siege, and how many times longer.

    Parameters
    ----------
    runtime
        With reads in its database.
    looks
        How many searches are timed each way; the siege ends after 40 s in any case.
    report
        Gets a line on how far it is.

    Returns
    -------
    dict
        ``quiet_ms_p50``, ``siege_ms_p50`` and so on; ``times`` is how many times longer the
        median is, and ``holds`` is 1 if that is below 3.

    Raises
    ------
    ServiceError
        If the service does not start.
    """
    busy, other = _token(runtime), _token(runtime)
    with _serving(runtime) as url:
        look = _look(url, other)
        with httpx.Client(base_url=url, trust_env=False, timeout=_WAIT_S) as client:
            _timed(client, look, other, looks=5)
            report("searching in quiet")
            quiet = _timed(client, look, other, looks=looks)
            with _siege(url, busy) as done:
                report("searching under siege")
                besieged = _timed(client, look, other, looks=looks)
    times = median(besieged) / median(quiet)
    return {
        "quiet_ms_p50": round(median(quiet), 1),
        "quiet_ms_p95": round(percentile(quiet, 0.95), 1),
        "siege_ms_p50": round(median(besieged), 1),
        "siege_ms_p95": round(percentile(besieged, 0.95), 1),
        "siege_looks": len(besieged),
        "strangers_tries": done["tries"],
        "busy_searches": done["searches"],
        "times": round(times, 2),
        "holds": int(times < MOST_TIMES),
    }


def _token(runtime: Runtime) -> str:
    """Return the token of a new made-up analyst who may search."""
    now, name = runtime.clock(), f"bench.{uuid4().hex[:12]}"
    admin = Person(
        username="bench.admin",
        display_name="Made-up administrator of the benchmark",
        title="Police Technology Administrator",
        organisation=runtime.policy.department.name.value,
        roles=frozenset({Role.ALPR_ADMINISTRATOR}),
        training=(),
    )
    by = Actor(admin, _HERE)
    runtime.accounts.create(by, name, display_name="Made-up analyst", title="Crime Analyst")
    runtime.grants.grant_role(by, name, Role.ANALYST)
    for system in runtime.policy.training.systems.value:
        done = now - timedelta(days=1)
        runtime.grants.record_training(by, name, system=system, completed_at=done)
    with runtime.database.service.begin() as connection:
        return runtime.sessions.begin_in(connection, name, origin=_HERE, at=now).token


@contextmanager
def _serving(runtime: Runtime) -> Iterator[str]:
    """Run the service as `workbench up` does, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {name: value for name, value in os.environ.items() if "WORKBENCH_" not in name}
    given |= {
        "WORKBENCH_HOME": str(runtime.settings.home),
        "WORKBENCH_SERVICE_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "workbench.service"], env=given)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(_WAIT_S)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise ServiceError("The service does not start", given=url, next_step="see what it said above")


def _look(url: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    stated = {
        "purpose": "active_investigation",
        "reason": "Benchmark on made-up reads, no real investigation",
        "case_number": "26-000000",
    }
    answer = httpx.post(f"{url}/v1/inquiries", headers=headers, json=stated, trust_env=False)
    return f"/v1/inquiries/{answer.raise_for_status().json()['id']}/search"


def _timed(client: httpx.Client, look: str, token: str, *, looks: int) -> list[float]:
    took: list[float] = []
    until = time.monotonic() + _LONGEST_S
    headers = {"Authorization": f"Bearer {token}"}
    for number in range(looks):
        if took and time.monotonic() > until:
            break
        asked = {"plate": f"7{chr(65 + number % 26)}*", "limit": 100}
        begin = time.perf_counter()
        client.post(look, headers=headers, json=asked).raise_for_status()
        took.append((time.perf_counter() - begin) * 1_000)
    return took


@contextmanager
def _siege(url: str, busy: str) -> Iterator[dict[str, int]]:
    """Let a crowd in a process of its own do what it does until the block ends."""
    given = {"url": url, "token": busy, "look": _look(url, busy)}
    done: dict[str, int] = {}
    command = [sys.executable, "-m", "workbench.bench.crowd"]
    crowd = subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert crowd.stdin is not None  # noqa: S101 - it is a pipe
        assert crowd.stdout is not None  # noqa: S101 - it is a pipe
        crowd.stdin.write(json.dumps(given) + "\n")
        crowd.stdin.flush()
        crowd.stdout.readline()  # it says when it is there
        yield done
        crowd.stdin.close()
        done |= json.loads(crowd.stdout.readline())
    finally:
        crowd.kill()
        crowd.wait(_WAIT_S)
