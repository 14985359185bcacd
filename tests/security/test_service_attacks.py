"""The service against those who should not get in, or want more than they may."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from tests.access import PASSWORD
from tests.conftest import FixedClock
from tests.reads import made_reads, store_reads
from tests.service import REASON, Service, open_service
from workbench.domain.person import Role
from workbench.service.app import create_app
from workbench.service.errors import HEADERS
from workbench.service.protection import MAX_BODY_BYTES
from workbench.service.server import serving

OPEN = {("GET", "/health"), ("GET", "/v1/sign-in"), ("POST", "/v1/sign-in")}
PREFIX = "8Z"
HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE detection; --",
    "%' UNION SELECT password_hash FROM account --",
    "7ABC\\'",
    "${jndi:ldap://127.0.0.1/x}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00",
]


@pytest.fixture(scope="module")
def service(settings, policy, database) -> Iterator[Service]:
    store_reads(database.service, made_reads(20, seed=8, prefix=PREFIX))
    with open_service(
        settings, policy, database, FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def http(service) -> Iterator[httpx.Client]:
    """Requests of a signed-in analyst."""
    with service.http(service.token()) as client:
        yield client


@pytest.fixture(scope="module")
def inquiry(http) -> str:
    stated = {"purpose": "active_investigation", "reason": REASON}
    return f"/v1/inquiries/{http.post('/v1/inquiries', json=stated).json()['id']}"


def every_route(service: Service) -> list[tuple[str, str]]:
    routes = iter_route_contexts(create_app(service.runtime).routes)
    found = [(method, route.path) for route in routes for method in route.methods]
    assert len(found) > 10
    return found


def filled(path: str) -> str:
    values = {"inquiry_id": str(uuid4()), "detection_id": "1", "hit_id": "1"}
    values |= {"hold_id": "1", "package_id": "1", "sha256": "ab" * 32, "camera_id": "gate"}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], "1"), path)


def count_looks(service: Service) -> int:
    with service.staff.database.owner.connect() as connection:
        return connection.execute(
            text("SELECT count(*) FROM audit_record WHERE kind LIKE 'detection:%'")
        ).scalar_one()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nobody-has-this-token"},
        {"Authorization": "Basic YWRtaW46YWRtaW4="},
        {"Cookie": "token=nobody-has-this-token"},
    ],
)
def test_every_route_but_coming_in_and_health_refuses_without_a_standing_token(service, headers):
    before = count_looks(service)
    with service.http() as client:
        for method, path in every_route(service):
            answer = client.request(method, filled(path), headers=headers)
            if (method, path) in OPEN:
                assert answer.status_code != 401
            else:
                assert (answer.status_code, answer.json()["error"]) == (401, "SessionEndedError")
                assert answer.headers["www-authenticate"] == "Bearer"
    assert count_looks(service) == before


def test_a_token_counts_in_the_header_alone(service):
    token = service.token()
    with service.http() as client:
        for place in ({"params": {"token": token}}, {"headers": {"Cookie": f"token={token}"}}):
            assert client.get("/v1/session", **place).status_code == 401
        answer = client.get("/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_session_ends_with_signing_out_with_idleness_and_with_the_account(service, policy):
    idle, out, disabled = (service.token() for _ in range(3))
    with service.http() as client:

        def answer(token: str, method: str = "GET") -> httpx.Response:
            return client.request(
                method, "/v1/session", headers={"Authorization": f"Bearer {token}"}
            )

        assert answer(out, "DELETE").status_code == 204
        assert "You signed out" in answer(out).json()["what"]
        name = answer(disabled).json()["username"]
        service.staff.access.accounts.disable(service.staff.admin, name, reason="Left")
        assert answer(disabled).status_code == 401
        service.clock.move(minutes=policy.sign_in.idle_minutes.value)
        assert answer(idle).status_code == 401
        service.clock.move(minutes=-policy.sign_in.idle_minutes.value)
        assert answer(idle).status_code == 401


def test_nobody_looks_under_somebody_elses_inquiry(service, inquiry):
    with service.http(service.token()) as other:
        answer = other.post(f"{inquiry}/search", json={"plate": f"{PREFIX}*"})
        unknown = other.post(f"/v1/inquiries/{uuid4()}/search", json={"plate": f"{PREFIX}*"})
    assert answer.status_code == unknown.status_code == 403
    assert answer.json()["what"] == unknown.json()["what"]
    assert PREFIX not in answer.json()["detail"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ALPR_ADMINISTRATOR, Role.SERVICES_CAPTAIN])
def test_roles_that_do_not_search_open_no_inquiry(service, role):
    with service.http(service.token(role)) as client:
        stated = {"purpose": "active_investigation", "reason": REASON}
        assert client.post("/v1/inquiries", json=stated).status_code == 403


def test_the_custodian_packs_what_is_held_and_searches_nothing(service):
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as client:
        stated = {"purpose": "active_investigation", "reason": REASON}
        inquiry = client.post("/v1/inquiries", json=stated).json()["id"]
        asked = {"plate": f"{PREFIX}*"}
        assert client.post(f"/v1/inquiries/{inquiry}/search", json=asked).status_code == 403
        assert client.get(f"/v1/inquiries/{inquiry}/detections/1").status_code == 403
        assert client.get(f"/v1/inquiries/{inquiry}/holds/1/reads").status_code == 403


def test_guessing_locks_the_name_and_the_answer_never_says_what_was_wrong(service, policy):
    name, _totp = service.staff.hired(Role.ANALYST)
    typed = {"password": "hunter2-hunter2", "code": "000000", "banner_acknowledged": True}
    with service.http() as client:
        guesses = [
            client.post("/v1/sign-in", json={"username": who, **typed})
            for who in (name, f"{name}x")
            for _ in range(policy.sign_in.failures.value)
        ]
    half = len(guesses) // 2
    assert [g.status_code for g in guesses[:half]] == [401] * (half - 1) + [423]
    assert [g.json()["what"] for g in guesses[:half]] == [g.json()["what"] for g in guesses[half:]]


def test_the_banner_comes_first(service):
    name, totp = service.staff.hired(Role.ANALYST)
    typed = {"username": name, "password": PASSWORD, "code": service.staff.code(totp)}
    with service.http() as client:
        answer = client.post("/v1/sign-in", json={**typed, "banner_acknowledged": False})
    assert (answer.status_code, answer.json()["error"]) == (401, "SignInError")


@pytest.mark.parametrize(
    "body",
    [
        {"username": "a", "password": ["hunter2-hunter2"], "code": "1"},
        {"username": "a", "pasword": "hunter2-hunter2", "code": "1"},
        {"username": "a", "password": "hunter2-hunter2" + "x" * 1_000, "code": "1"},
        "hunter2-hunter2",
    ],
)
def test_a_mistyped_sign_in_does_not_repeat_the_password(service, body):
    with service.http() as client:
        answer = client.post("/v1/sign-in", json=body)
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("plate", HOSTILE)
def test_hostile_plates_find_nothing_and_harm_nothing(http, inquiry, plate):
    answer = http.post(f"{inquiry}/search", json={"plate": plate})
    assert answer.status_code == 422 or answer.headers["workbench-truncated"] == "false"
    still = http.post(f"{inquiry}/search", json={"plate": f"{PREFIX}*"})
    assert still.status_code == 200
    assert len(still.content) > 1_000


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_cameras_and_regions_are_only_values(http, inquiry, name):
    asked = {"cameras": [name], "regions": [name], "plate": f"{PREFIX}*"}
    answer = http.post(f"{inquiry}/search", json=asked)
    assert (answer.status_code, answer.headers["workbench-truncated"]) == (200, "false")


@pytest.mark.parametrize(
    "asked",
    [
        {"plate": "7\x00A"},
        {"cameras": ["\x00"]},
        {"plate": "7A", "limit": "10"},
        {"plate": "7A", "limit": True},
        {"plate": "7A", "limit": 0},
        {"plate": "7A", "limit": 10**9},
        {"plate": "7A", "min_confidence": 1.01},
        {"plate": "7A", "unknown": 1},
        {"plate": 7},
        {"plate": "A" * 201},
        {"plate": "*******"},
        {"cameras": ["x"] * 1_001},
        {"period": {"start": "2026-11-01T20:00:00", "end": "2026-11-01T22:00:00"}},
        {"period": {"start": 1_793_000_000, "end": 1_793_000_001}},
        {"period": {"start": "2026-11-01T22:00:00Z", "end": "2026-11-01T20:00:00Z"}},
        {"area": {"shape": "circle", "centre": [38.75, -121.28], "radius_m": 100}},
        {"area": {"shape": "circle", "centre": [-121.28, 38.75], "radius_m": 0}},
        {"area": {"shape": "square", "centre": [-121.28, 38.75]}},
        {"area": {"shape": "polygon", "corners": [[0, 0]] * 1_002}},
        {},
        [],
        None,
    ],
)
def test_what_cannot_be_searched_is_refused_before_the_log_says_it_began(
    service, http, inquiry, asked
):
    before = count_looks(service)
    answer = http.post(f"{inquiry}/search", json=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"error", "what", "given", "allowed", "next_step", "where"} <= set(answer.json())
    assert count_looks(service) == before


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"plate": NaN}',
        b'{"plate": "\\ud800"}',
        b"\xff\xfe",
        b'{"plate":',
        b"\x00",
    ],
)
def test_what_is_no_json_is_refused(http, inquiry, content):
    headers = {"Content-Type": "application/json"}
    answer = http.post(f"{inquiry}/search", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]


@pytest.mark.parametrize(("extra", "status"), [(0, 422), (1, 413)])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_is_taken_up_to_the_limit_and_not_beyond(http, inquiry, announced, extra, status):
    content = json.dumps({"plate": ""}).encode()
    content += b" " * (MAX_BODY_BYTES + extra - len(content))
    pieces = content if announced else iter([content[:1_000], content[1_000:]])
    headers = {"Content-Type": "application/json"}
    answer = http.post(f"{inquiry}/search", content=pieces, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_forwarded_address_is_not_believed(service, inquiry, http):
    headers = {"X-Forwarded-For": "10.9.8.7", "Forwarded": "for=10.9.8.7", "User-Agent": "x" * 999}
    answer = http.post(f"{inquiry}/search", json={"plate": "7A9"}, headers=headers)
    origin = logged_origin(service, answer)
    assert (origin["address"], len(origin["agent"])) == ("127.0.0.1", 200)


def test_a_proxy_of_the_department_is_believed_as_to_what_it_saw_itself(
    settings, policy, database, service
):
    proxied = settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.1/32"),)})
    headers = {"X-Forwarded-For": "203.0.113.5, 192.0.2.7"}
    token = service.token()
    with (
        open_service(proxied, policy, database, service.clock) as behind,
        behind.http(token) as http,
    ):
        given = {"purpose": "active_investigation", "reason": REASON}
        opened = http.post("/v1/inquiries", json=given).json()
        address = f"/v1/inquiries/{opened['id']}/search"
        answer = http.post(address, json={"plate": "7A9"}, headers=headers)
    assert logged_origin(service, answer)["address"] == "192.0.2.7"


def logged_origin(service, answer: httpx.Response) -> dict[str, str]:
    with service.staff.database.owner.connect() as connection:
        return connection.execute(
            text("SELECT origin FROM audit_record WHERE seq = :seq"),
            {"seq": int(answer.headers["workbench-access-id"])},
        ).scalar_one()


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/", "/v1/../health"])
def test_there_are_no_pages(service, http, path):
    with service.http() as client:
        assert client.get(path).status_code in {200, 401}
    answer = http.get(path)
    assert answer.status_code == 404 or answer.json() == {"status": "ok"}
    assert "text/html" not in answer.headers["content-type"]


def test_behind_tls_the_service_tells_browsers_to_stay_there(runtime):
    settings = runtime.settings.model_copy(update={"service_url": "https://alpr.example.gov"})
    with serving(replace(runtime, settings=settings)) as url:
        told = httpx.get(f"{url}/health", trust_env=False).headers["strict-transport-security"]
    assert told == "max-age=31536000"


def test_every_answer_carries_the_headers_that_browsers_obey(service, http, inquiry):
    answers = [
        http.get("/health"),
        http.get("/nowhere"),
        http.post(f"{inquiry}/search", json={"plate": f"{PREFIX}*"}),
        http.post(f"{inquiry}/search", content=b"x" * (MAX_BODY_BYTES + 1)),
        http.get("/v1/session", headers={"Authorization": "Bearer x"}),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers  # this one runs without TLS
        assert not any(name.startswith("access-control-") for name in answer.headers)


def test_a_failure_that_nobody_foresaw_tells_nothing(service):
    app = create_app(service.runtime)

    def fail() -> None:
        raise RuntimeError("plate 7ABC123 of /secret/path")

    app.add_api_route("/fail", fail)
    headers = {"Authorization": f"Bearer {service.token()}"}

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/fail", headers=headers)

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.json()["error"]) == (500, "ServiceError")
    assert "7ABC123" not in answer.text
    assert "secret" not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
