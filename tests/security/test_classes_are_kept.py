"""What the register of looks says of a route is so: seen in the statements that it sends.

A look is refused without purpose and training, and its record is committed before a table of
reads is touched. What is neither look nor aggregate touches none. An aggregate touches them in
the listed modules alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from tests.conftest import FixedClock
from tests.hits import store_hits
from tests.reads import CENTRE, FIRST_SEEN_AT, made_reads, store_reads
from tests.security.watched_tables import looks_of, watched
from tests.service import REASON, Service, open_service
from tools.looks_page import aggregate_sources, register
from workbench.domain.person import Role
from workbench.service.app import create_app
from workbench.storage.detection_tables import detection
from workbench.storage.picture_rows import keep_picture

ROUTES = register()["routes"]
PLATE = "5K" + uuid4().hex[:5].upper()
LOOKS: dict[str, tuple[str, Any]] = {
    # route: the path under the own inquiry or hit, and the body
    "POST /v1/inquiries/{inquiry_id}/search": ("/search", {"plate": PLATE}),
    "POST /v1/inquiries/{inquiry_id}/canvass": (
        "/canvass",
        {
            "scene": {"shape": "circle", "centre": [CENTRE.lon, CENTRE.lat], "radius_m": 9_000},
            "at": FIRST_SEEN_AT.isoformat(),
            "before_s": 60,
            "after_s": 60,
        },
    ),
    "GET /v1/inquiries/{inquiry_id}/detections/{detection_id}": ("/detections/{read}", None),
    "GET /v1/inquiries/{inquiry_id}/pictures/{sha256}": ("/pictures/{picture}", None),
    "GET /v1/inquiries/{inquiry_id}/holds/{hold_id}/reads": ("/holds/1/reads", None),
    "POST /v1/inquiries/{inquiry_id}/evidence": (
        "/evidence",
        {"name": "{new}", "reads": {"search": {"plate": PLATE}}},
    ),
    "GET /v1/hits": ("/v1/hits", None),
    "GET /v1/hits/queue": ("/v1/hits/queue", None),
    "GET /v1/hits/{hit_id}": ("/v1/hits/{hit}", None),
    "GET /v1/hits/{hit_id}/read": ("/v1/hits/{hit}/read", None),
    "GET /v1/hits/{hit_id}/pictures/{sha256}": ("/v1/hits/{hit}/pictures/{picture}", None),
}
ELSEWHERE = {
    # looks that need more than a read to be made; their own tests show the same of them
    "POST /v1/demands/{number}/disclosure": "test_disclosure_side_doors",
    "POST /v1/hits/{hit_id}/acts": "integration/hits",
    "POST /v1/inquiries/{inquiry_id}/holds": "test_hold_side_doors",
    "POST /v1/inquiries/{inquiry_id}/holds/{hold_id}/count": "test_hold_side_doors",
    "POST /v1/releases/{number}/fulfilment": "test_release_side_doors",
}


@dataclass(frozen=True)
class House:
    """A running service with a read that has a picture and a hit."""

    service: Service
    names: dict[str, str]

    def filled(self, path: str) -> str:
        return path.format(**self.names)

    def named(self, http: httpx.Client) -> str:
        return str(http.get("/v1/session").json()["username"])

    def inquiry(self, http: httpx.Client) -> str:
        stated = {"purpose": "active_investigation", "reason": REASON}
        return f"/v1/inquiries/{http.post('/v1/inquiries', json=stated).json()['id']}"


@pytest.fixture(scope="module")
def house(settings, policy, database) -> Iterator[House]:
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, policy, database, clock) as service:
        buffer = BytesIO()
        Image.new("RGB", (8, 4), 0x345612).save(buffer, "PNG")
        with database.service.begin() as connection:
            sha256 = keep_picture(service.runtime.pictures, connection, buffer.getvalue(), clock())
        (row,) = made_reads(1, seed=9)
        row |= {"plate": PLATE, "plate_normal": PLATE, "plate_picture": sha256}
        row |= {"seen_at": FIRST_SEEN_AT, "confidence": 0.9}
        store_reads(database.service, [row])
        with database.service.connect() as connection:
            mine = select(detection.c.id).where(detection.c.event_key == row["event_key"])
            read = int(connection.execute(mine).scalar_one())
        (hit,) = store_hits(
            database.service, {"detection_id": read, "seen_at": FIRST_SEEN_AT, "made_at": clock()}
        )
        yield House(service, {"read": str(read), "picture": sha256, "hit": str(hit)})


def body_of(body: Any) -> Any:
    return {**body, "name": f"k{uuid4().hex[:9]}"} if body and "name" in body else body


def path_of(house: House, inquiry: str, path: str) -> str:
    filled = house.filled(path)
    return filled if filled.startswith("/v1/") else inquiry + filled


def test_every_look_over_http_is_shown_here_or_elsewhere():
    looks = {name for name, (is_a, _) in ROUTES.items() if is_a == "look"}
    assert looks == {*LOOKS, *ELSEWHERE}


@pytest.mark.parametrize("route", sorted(LOOKS))
def test_a_look_is_on_record_with_its_purpose_before_a_read_is_touched(house, database, route):
    method, (path, body) = route.split()[0], LOOKS[route]
    with house.service.http(house.service.token(Role.ANALYST)) as http:
        username, inquiry = house.named(http), house.inquiry(http)
        before = looks_of(database.owner, username)
        with watched(database.owner, username) as touched:
            answer = http.request(method, path_of(house, inquiry, path), json=body_of(body))
        assert answer.status_code in {200, 201}, answer.text
        assert looks_of(database.owner, username) == before + 1
    if not route.startswith("GET /v1/hits") or "read" in path or "pictures" in path:
        assert touched.statements, "nothing was read, so this shows nothing"
    assert touched.looks_before in {None, before + 1}


@pytest.mark.parametrize("route", sorted(LOOKS))
@pytest.mark.parametrize("lacking", ["training", "own inquiry", "approval", "role"])
def test_a_look_is_refused_without_what_it_needs_and_touches_no_read(
    house, database, route, lacking
):
    method, (path, body) = route.split()[0], LOOKS[route]
    of_hits = path.startswith("/v1/hits")
    if of_hits and lacking in {"own inquiry", "approval"}:
        lacking = "role"  # a hit brings its purpose along
    service = house.service
    token = {
        "training": lambda: service.staff.enter(*service.staff.hired(Role.ANALYST)).token,
        "role": lambda: service.token(Role.GARAGE),
    }.get(lacking, lambda: service.token(Role.ANALYST))()
    with service.http(token) as http, service.http(service.token(Role.ANALYST)) as other:
        inquiry = house.inquiry(other)
        if lacking == "approval":
            stated = {"purpose": "other", "reason": REASON}
            inquiry = f"/v1/inquiries/{http.post('/v1/inquiries', json=stated).json()['id']}"
        username = house.named(http)
        with watched(database.owner, username) as touched:
            answer = http.request(method, path_of(house, inquiry, path), json=body_of(body))
    assert answer.status_code == (409 if lacking == "approval" else 403), answer.text
    assert touched.statements == []
    assert PLATE not in answer.text


@pytest.fixture(scope="module")
def bodies(house) -> dict[str, Any]:
    """A body for each route, as small as its description takes."""
    described = create_app(house.service.runtime).openapi()
    parts = described["components"]["schemas"]
    return {
        f"{method.upper()} {path}": smallest(content["application/json"]["schema"], parts)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if (content := operation.get("requestBody", {}).get("content"))
    }


def smallest(schema: dict[str, Any], parts: dict[str, Any], name: str = "") -> Any:
    """Return a value that a description takes, with what is required alone."""
    if "$ref" in schema:
        schema = parts[schema["$ref"].rsplit("/", 1)[1]]
    if either := schema.get("anyOf") or schema.get("oneOf"):
        return smallest(either[0], parts, name)
    if "properties" in schema:
        wanted = schema.get("required", [])
        return {key: smallest(schema["properties"][key], parts, key) for key in wanted}
    if schema.get("type") == "array":
        pair = schema.get("prefixItems", [schema.get("items", {})] * schema.get("minItems", 1))
        return [smallest(one, parts, name) for one in pair]
    plain = {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": False, "object": {}}
    words = {"_at": "2026-10-01T10:00:00Z", "number": "26-014532", "date": "2026-10-01"}
    word = next((said for part, said in words.items() if part in name), REASON)
    return schema.get("const", schema.get("enum", [plain.get(schema.get("type", ""), word)])[0])


NONE = sorted(name for name, (is_a, _) in ROUTES.items() if is_a == "none")
ENDS = {"DELETE /v1/session", "POST /v1/sign-in", "POST /v1/retention/purges"}


@pytest.mark.parametrize("route", [name for name in NONE if name not in ENDS])
def test_what_is_no_look_touches_no_read_whoever_asks(house, database, bodies, route):
    method, path = route.split()
    values = {**house.names, "inquiry_id": str(uuid4()), "sha256": "ab" * 32, "week": "2026-W44"}
    filled = re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], "1"), path)
    with house.service.http(house.service.token(*Role)) as http:
        username = house.named(http)
        with watched(database.owner, username) as touched:
            http.request(method, filled, json=bodies.get(route))
    assert touched.statements == []


AGGREGATES = sorted(name for name, (is_a, _) in ROUTES.items() if is_a == "aggregate")


@pytest.mark.parametrize("route", AGGREGATES)
def test_an_aggregate_touches_reads_in_the_listed_modules_alone(house, database, bodies, route):
    method, path = route.split()
    filled = re.sub(r"\{(\w+)\}", lambda match: "gate" if match[1] == "camera_id" else "1", path)
    with house.service.http(house.service.token(*Role)) as http:
        username = house.named(http)
        with watched(database.owner, username) as touched:
            http.request(method, filled, json=bodies.get(route))
    allowed = set(aggregate_sources())
    assert [each[0] for each in touched.modules if each[0] not in allowed] == []
