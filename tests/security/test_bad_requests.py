"""Every operation answers what it cannot read with a problem of a status that it documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from tests.conftest import FixedClock
from tests.service import Service, open_service
from workbench.domain.person import Role
from workbench.service.errors import PROBLEM_TYPE

JSON = {"Content-Type": "application/json"}
BODIES = {
    "cut off": (b"{", JSON),
    "no UTF-8": (b'{"plate": "\xff\xfe"}', JSON),
    "NUL": (b'{"plate": "\\u0000", "name": "\\u0000"}', JSON),
    "a huge number": (b'{"limit": 1' + b"0" * 5_000 + b"}", JSON),
    "deep": (b"[" * 50_000, JSON),
    "deep and whole": (b"[" * 900 + b"]" * 900, JSON),
    "NaN": (b'{"limit": NaN}', JSON),
    "a surrogate": (b'{"plate": "\\ud800"}', JSON),
    "twice the same": (b'{"plate": "A", "plate": 1}', JSON),
    "a list": (b"[1]", JSON),
    "nothing": (b"", JSON),
    "another type": (b"<a/>", {"Content-Type": "text/xml"}),
    "too large": (b"x" * 300_000, JSON),
}


@pytest.fixture(scope="module")
def service(settings, policy, database) -> Iterator[Service]:
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, policy, database, clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def http(service) -> Iterator[httpx.Client]:
    with service.http(service.token(Role.ANALYST, Role.SUPERVISOR)) as client:
        yield client


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: str(uuid4()) if m[1] == "inquiry_id" else "1", path)


@pytest.mark.parametrize("body", BODIES)
def test_a_bad_body_is_answered_as_documented(http, body):
    content, headers = BODIES[body]
    wrong = []
    for path, operations in http.get("/v1/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            if "requestBody" not in operation:
                continue
            answer = http.request(method, filled(path), content=content, headers=headers)
            documented = str(answer.status_code) in operation["responses"]
            told = answer.headers["content-type"] == PROBLEM_TYPE
            if not (400 <= answer.status_code < 500 and documented and told):
                wrong.append((method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("path", ["/v1/%ff", "/v1/%", "/v1/hits/%00", "/v1/nowhere", "/v1/hits/x"])
def test_a_bad_path_is_a_problem(http, path):
    answer = http.get(path)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == PROBLEM_TYPE


def test_another_method_is_a_problem(http):
    answer = http.put("/v1/hits", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM_TYPE)
