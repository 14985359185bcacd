"""The service describes itself completely, errors included."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.service.app import create_app
from workbench.service.errors import STATUSES

OPEN = {("get", "/health"), ("get", "/v1/sign-in"), ("post", "/v1/sign-in")}
EVERYWHERE = {"413", "422", "500", "503"}
LOOKS = ("/search", "/canvass", "/{detection_id}", "/{sha256}")


@pytest.fixture
def described(runtime) -> dict[str, Any]:
    return create_app(runtime).openapi()


@pytest.fixture
def operations(described) -> dict[tuple[str, str], dict[str, Any]]:
    paths = described["paths"].items()
    return {(method, path): op for path, item in paths for method, op in item.items()}


def test_every_route_says_what_it_does_and_what_it_answers(operations):
    for operation in operations.values():
        assert operation["summary"]
        assert operation["description"].endswith(".")
        (good,) = [code for code in operation["responses"] if code < "300"]
        assert operation["responses"][good]["description"]
        assert good == "204" or operation["responses"][good]["content"]


def test_every_route_names_its_errors_in_our_form(operations):
    for operation in operations.values():
        errors = {code: said for code, said in operation["responses"].items() if code >= "400"}
        assert set(errors) >= EVERYWHERE
        for said in errors.values():
            assert set(said["content"]) == {"application/problem+json"}
            (schema,) = said["content"].values()
            assert schema["schema"]["$ref"].endswith("/Problem")


def test_every_route_but_coming_in_and_health_asks_for_a_token(operations):
    with_token = {key for key, operation in operations.items() if operation.get("security")}
    assert set(operations) - with_token == OPEN
    assert all("401" in operations[key]["responses"] for key in with_token)


def test_every_look_may_be_denied_and_may_wait_for_approval(operations):
    looks = {key: op for key, op in operations.items() if key[1].endswith(LOOKS)}
    looks = {key: op for key, op in looks.items() if "{inquiry_id}" in key[1]}
    assert len(looks) == 4
    assert all({"403", "409"} <= set(operation["responses"]) for operation in looks.values())


def test_every_status_that_our_errors_have_is_told_somewhere(operations):
    told = {code for operation in operations.values() for code in operation["responses"]}
    assert {str(status) for status in STATUSES.values()} <= told


def test_bodies_take_no_unknown_fields(described):
    schemas = described["components"]["schemas"]
    objects = {name: said for name, said in schemas.items() if said["type"] == "object"}
    assert all(said["additionalProperties"] is False for said in objects.values())
    assert schemas["PeriodAsked"]["properties"]["start"]["format"] == "date-time"
