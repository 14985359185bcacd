"""`workbench up` and `workbench doctor` as a person runs them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from workbench.resources import resource_root
from workbench.storage.database import AllRoles

COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    return ours | {"WORKBENCH_HOME": str(home), "PYTHONUNBUFFERED": "1"} | more


@contextmanager
def up(home: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    service, pages = free_port(), free_port()
    ports = {"WORKBENCH_SERVICE_PORT": str(service), "WORKBENCH_PAGES_PORT": str(pages), **more}
    process = subprocess.Popen(
        [*COMMAND, "up"],
        env=environment(home, **ports),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "stops everything" in line:
                break
        yield process, f"http://127.0.0.1:{service}", f"http://127.0.0.1:{pages}"
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)
        process.stdout.close()


def test_up_serves_both_and_stops_both_when_told(database: AllRoles, home: Path) -> None:
    with up(home) as (process, service, pages):
        assert httpx.get(f"{service}/health", trust_env=False).status_code == 200
        front = httpx.get(f"{pages}/", trust_env=False, follow_redirects=True)
        assert front.status_code == 200
        assert "police department" in front.text
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert not [child for child in children if child.is_running()]


def part_of(process: subprocess.Popen[str], module: str) -> psutil.Process | None:
    """Return the running process of a part."""
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error):
            if module in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                return child
    return None


def awaited(found: Callable[[], object], wait_s: float = 120.0) -> None:
    until = time.monotonic() + wait_s
    while not found():
        assert time.monotonic() < until
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=30).status_code < 500
    except httpx.TransportError:
        return False


def test_a_part_that_died_comes_back_while_the_other_goes_on_answering(
    database: AllRoles, home: Path
) -> None:
    with up(home) as (process, service, pages):
        served, killed = part_of(process, "workbench.service"), part_of(process, "apps.serve")
        assert served is not None
        assert killed is not None
        killed.kill()
        awaited(lambda: not answers(f"{pages}/sign-in"))
        while not answers(f"{pages}/sign-in"):
            assert answers(f"{service}/health")
        assert part_of(process, "workbench.service") == served
        assert part_of(process, "apps.serve") != killed
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "pages ended by itself (killed by SIGKILL)" in told
        assert "restart 1 of 5 within 10 minutes" in told


def test_one_that_dies_each_time_is_given_up_and_the_exit_code_says_so(
    database: AllRoles, home: Path, tmp_path: Path
) -> None:
    fewer = tmp_path / "policy.toml"
    written = (resource_root() / "workbench/policy/policy_426.toml").read_text()
    fewer.write_text(re.sub(r"(?m)^restarts = { value = 5", "restarts = { value = 2", written))
    with up(home, WORKBENCH_POLICY_FILE=str(fewer)) as (process, service, _):
        for _ in range(3):
            awaited(lambda: part_of(process, "apps.serve"))
            part = part_of(process, "apps.serve")
            assert part is not None
            part.kill()
        assert process.stdout is not None
        assert any("is not started again" in line for line in process.stdout)
        assert answers(f"{service}/health")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 2


def doctor(home: Path, **more: str) -> tuple[int, dict[str, dict]]:
    done = subprocess.run(
        [*COMMAND, "doctor", "--json"],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, {part["subject"]: part for part in json.loads(done.stdout)}


def test_the_doctor_finds_nothing_on_a_whole_installation(database: AllRoles, home: Path) -> None:
    code, findings = doctor(home)
    assert [name for name, finding in findings.items() if not finding["ok"]] == []
    assert code == 0


def test_the_doctor_says_what_to_do(database: AllRoles, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "policy.toml"
    broken.write_text("name = 'mine'")
    key = home / "keys" / "left-open.key"
    key.touch(mode=0o644)
    key.chmod(0o644)
    try:
        code, findings = doctor(home, WORKBENCH_POLICY_FILE=str(broken))
    finally:
        key.unlink()
    assert code == 1
    assert "PolicyError" in findings["policy"]["note"]
    assert "left-open.key" in findings["keys"]["note"]
    assert "chmod 600" in findings["keys"]["note"]
