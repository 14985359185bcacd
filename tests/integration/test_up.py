"""`workbench up` and `workbench doctor` as a person runs them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

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
def up(home: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    service, pages = free_port(), free_port()
    ports = {"WORKBENCH_SERVICE_PORT": str(service), "WORKBENCH_PAGES_PORT": str(pages)}
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


def test_when_one_part_dies_the_rest_is_stopped_and_the_exit_code_says_so(
    database: AllRoles, home: Path
) -> None:
    with up(home) as (process, _, pages):
        parts = [
            child
            for child in psutil.Process(process.pid).children()
            if "apps.serve" in child.cmdline()
        ]
        assert len(parts) == 1
        parts[0].kill()
        assert process.wait(60) == 2
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{pages}/", trust_env=False)


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
