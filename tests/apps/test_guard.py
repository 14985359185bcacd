"""Every way in asks the same guard: page, websocket, tiles, files."""

from __future__ import annotations

import pytest
from bokeh.util.token import get_token_payload

from tests.apps.conftest import records
from tests.apps.ways_in import client, connect, page_token
from workbench.domain.person import Role

WAYS_IN = ("/search", "/canvass", "/search?bokeh-session-id=x", "/search?theme=dark")


@pytest.fixture(scope="module")
def trained(pages) -> str:
    return pages.token(Role.ANALYST)


@pytest.fixture(scope="module")
def untrained(pages) -> str:
    return pages.token(Role.ANALYST, trained=False)


@pytest.mark.parametrize("way", WAYS_IN)
def test_nobody_is_sent_to_sign_in(pages, way):
    with client(pages, None) as http:
        answer = http.get(way)
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_made_up_session_is_nobody(pages, way):
    with client(pages, "A" * 43) as http:
        assert http.get(way).status_code == 302


@pytest.mark.parametrize("way", WAYS_IN)
def test_without_training_every_way_is_refused(pages, untrained, way):
    with client(pages, untrained) as http:
        answer = http.get(way)
    assert answer.status_code == 403
    assert "needs current training in LEARN" in answer.text
    assert "docs_json" not in answer.text
    assert "token" not in answer.text


@pytest.mark.parametrize(
    "way", ["/search/autoload.js?bokeh-autoload-element=1", "/search/metadata"]
)
def test_ways_that_no_page_needs_are_shut_to_everybody(pages, trained, way):
    for token in (None, trained):
        with client(pages, token) as http:
            assert http.get(way).status_code == 403


def test_a_refusal_is_recorded(pages):
    name, totp = pages.person(Role.ANALYST, trained=False)
    with client(pages, pages.staff.enter(name, totp).token) as http:
        http.get("/search")
    (denied,) = records(pages, "access:deny", name)
    assert denied["details"]["action"] == "detections:search"
    assert denied["origin"]["channel"] == "page"


def test_the_websocket_opens_for_whose_page_it_is(pages, trained):
    assert "ACK" in connect(pages, page_token(pages, trained), cookie=trained)


def test_the_websocket_is_closed_to_the_untrained_and_to_nobody(pages, trained, untrained):
    token = page_token(pages, trained)
    assert connect(pages, token, cookie=untrained) == "403"
    assert connect(pages, token, cookie=None) == "403"
    assert connect(pages, token, cookie="A" * 43) == "403"


def test_one_persons_page_is_closed_to_another_trained_person(pages, trained):
    other = pages.token(Role.ANALYST)
    assert connect(pages, page_token(pages, trained), cookie=other) == "403"
    with client(pages, other) as http:
        token = page_token(pages, trained)
        assert http.get("/search", params={"bokeh-token": token}).status_code == 403


def test_a_token_for_one_page_does_not_open_another(pages):
    supervisor = pages.token(Role.ALPR_ADMINISTRATOR)
    token = page_token(pages, supervisor, "/approvals")
    assert connect(pages, token, cookie=supervisor) == "403"


def test_a_foreign_page_cannot_open_the_websocket(pages, trained):
    token = page_token(pages, trained)
    assert connect(pages, token, cookie=trained, origin="https://evil.example") == "403"


def test_a_forged_page_token_is_refused(pages, trained):
    forged = page_token(pages, trained)[:-4] + "AAAA"
    assert "ACK" not in connect(pages, forged, cookie=trained)


@pytest.mark.parametrize("broken", ["x", "%%%", "e30", "." * 50])
def test_a_broken_page_token_is_refused(pages, trained, broken):
    assert "ACK" not in connect(pages, broken, cookie=trained)
    with client(pages, trained) as http:
        assert http.get("/search", params={"bokeh-token": broken}).status_code in {403, 500}


def test_the_page_carries_no_secret(pages, trained):
    with client(pages, trained) as http:
        html = http.get("/search").text
    payload = get_token_payload(page_token(pages, trained))
    assert trained not in html
    assert trained not in str(payload)
    assert payload["cookies"] == {}
    assert "Cookie" not in payload["headers"]


def test_roles_get_their_pages_and_no_others(pages):
    asked = ("/search", "/canvass", "/approvals", "/hits")
    expected = {
        Role.ANALYST: (200, 200, 403, 200),
        Role.DISPATCHER: (200, 403, 403, 200),
        Role.SUPERVISOR: (200, 200, 200, 200),
        Role.ALPR_ADMINISTRATOR: (403, 403, 200, 200),
        Role.RECORDS_CUSTODIAN: (403, 403, 403, 403),
    }
    for role, statuses in expected.items():
        with client(pages, pages.token(role)) as http:
            assert tuple(http.get(page).status_code for page in asked) == statuses, role


def test_home_leads_to_the_first_page_that_one_may_use(pages):
    for role, page in ((Role.ANALYST, "/search"), (Role.ALPR_ADMINISTRATOR, "/approvals")):
        with client(pages, pages.token(role)) as http:
            assert http.get("/").headers["Location"] == page
    with client(pages, pages.token(Role.RECORDS_CUSTODIAN)) as http:
        answer = http.get("/")
    assert answer.status_code == 403
    assert "Sign out" in answer.text


def test_tiles_are_for_those_who_are_signed_in(pages, trained):
    with client(pages, trained) as http:
        png = http.get("/tiles/12/667/1570.png")
        assert (png.status_code, png.headers["Content-Type"]) == (200, "image/png")
        assert png.content.startswith(b"\x89PNG")
        assert http.get("/tiles/3/8/0.png").status_code == 404
        assert http.get("/tiles/99/0/0.png").status_code == 404
    with client(pages, None) as http:
        assert http.get("/tiles/12/667/1570.png").status_code == 403


@pytest.mark.parametrize("path", ["/search", "/sign-in", "/tiles/1/0/0.png", "/nowhere"])
def test_every_answer_forbids_foreign_content(pages, trained, path):
    with client(pages, trained) as http:
        headers = http.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "http:" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Server" not in headers
    assert ("no-store" in headers["Cache-Control"]) != path.startswith("/tiles")
