"""`python -m workbench.service` serves until it is told to stop, and says what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

START_S = 60


def start(**environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "workbench.service"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_for(url: str) -> httpx.Response:
    deadline = time.monotonic() + START_S
    while True:
        try:
            return httpx.get(f"{url}/health", trust_env=False)
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(database, settings, told):
    port = free_port()
    process = start(WORKBENCH_HOME=str(settings.home), WORKBENCH_SERVICE_PORT=str(port))
    try:
        answer = wait_for(f"http://127.0.0.1:{port}")
        assert answer.json() == {"status": "ok"}
        process.send_signal(told)
        output, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert f"Serving on http://127.0.0.1:{port}" in output
    assert errors == ""


def test_a_wrong_setting_is_one_line_and_exit_code_2(settings):
    process = start(WORKBENCH_HOME=str(settings.home), WORKBENCH_PORT="1")
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.startswith("SettingsError: Unknown setting")
    assert errors.count("\n") == 1
