"""The pages answer what is on the list of doors, and nothing else, to nobody and to anybody."""

from __future__ import annotations

import re
import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from panel.io.server import ComponentResourceHandler
from tornado.web import RequestHandler

from apps.auth.visitor import COOKIE
from apps.doors import ClosedHandler, Door, Guard
from apps.lock.sockets import OVER_CODE
from apps.pages import PAGES
from apps.serve import make_server
from tests.access import AT_PAGE
from tests.apps.conftest import made_roads
from tests.apps.ways_in import client, page_token, talk
from tests.conftest import FixedClock
from tests.pages import open_pages
from tests.service import open_service
from workbench.domain.person import Channel, Role
from workbench.errors import ConfigurationError, SessionEndedError

NEVER_IMPORTED = "antigravity"
WITHIN_S = 5.0
OPEN_TO_NOBODY = {"/locked", "/favicon\\.ico", "/sign-in", "/sign-out"}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
SHUT = (
    f"/components/{NEVER_IMPORTED}/x/_css/y",
    f"/components/{NEVER_IMPORTED}/x/__css__/y",
    f"//components/{NEVER_IMPORTED}/x/_css/y",
    f"/components//{NEVER_IMPORTED}/x/_css/y",
    f"/components/./{NEVER_IMPORTED}/x/_css/y",
    f"/static/../components/{NEVER_IMPORTED}/x/_css/y",
    f"/%63omponents/{NEVER_IMPORTED}/x/_css/y",
    f"/components%2F{NEVER_IMPORTED}%2Fx%2F_css%2Fy",
    f"/COMPONENTS/{NEVER_IMPORTED}/x/_css/y",
    f"/search/components/{NEVER_IMPORTED}/x/_css/y",
    f"/components/{NEVER_IMPORTED}/x/_css/y.js",
    "/components/",
    "/search/metadata",
    "/search/autoload.js",
    "/search/autoload.js?bokeh-autoload-element=1&bokeh-absolute-url=http://evil.example",
    "/search/static/js/bokeh.min.js",
    "/search/",
    "//search",
    "/search/ws/",
    "/admin",
    "/admin/ws",
    "/rest/session_info",
    "/liveness",
    "/login",
    "/logout",
    "/index",
    "/robots.txt",
    "/static/",
    "/static/js/../../../server/server.py",
    "/static/js/%2e%2e/%2e%2e/%2e%2e/server/server.py",
    "/static/js/..%2f..%2f..%2fserver%2fserver.js",
    "/static//etc/passwd",
    "/static/extensions/panel/../../config.py",
    "/static/extensions/panel/%2e%2e/config.js",
    "/static/extensions/panel/package.json",
    "/tiles/1/0/0.png.py",
    "/tiles/1/0/0.png/..",
    "/sign-in/../components/x/y/_css/z",
)


@pytest.fixture(scope="module")
def pages(settings, policy, database):
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_pages(settings, policy, database, clock, made_roads()) as opened:
        yield opened


@pytest.fixture(scope="module")
def service(settings, policy, database):
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, policy, database, clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def administrator(pages) -> str:
    return pages.token(*Role)


def asked(pages, method: str, target: str, cookie: str = "") -> int:
    """Return the status of a request whose target is sent as it is written."""
    with socket.create_connection(("127.0.0.1", pages.server.port), timeout=60) as wire:
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{pages.server.port}\r\n"
        wire.sendall(f"{head}{cookie}Connection: close\r\nContent-Length: 0\r\n\r\n".encode())
        answer = wire.makefile("rb").read()
    return int(answer.split()[1])


def doors(pages) -> tuple[Door, ...]:
    return pages.server._tornado.default_router.doors


def example(door: Door) -> str:
    """Return an address that goes through a door."""
    made = door.path.replace("(?!extensions/)", "")
    if "static" in made:
        return made.split("((")[0] + "panel/panel.min.js"
    return re.sub(r"\(\\d\{[^)]*\}\)", "1", made).replace("\\", "")


@pytest.mark.parametrize("target", SHUT)
def test_what_is_not_on_the_list_is_refused_and_imports_nothing(pages, administrator, target):
    before = set(sys.modules)
    with_session = f"Cookie: {COOKIE}={administrator}\r\n"
    for method in METHODS:
        assert asked(pages, method, target) in {403, 404, 405}, method
        assert asked(pages, method, target, with_session) in {403, 404, 405}, method
    assert NEVER_IMPORTED not in sys.modules
    assert {name for name in set(sys.modules) - before if not name.startswith("encodings")} == set()


def test_the_live_route_table_is_the_list_of_doors(pages):
    application = pages.server._tornado
    router = application.default_router
    assert application.wildcard_router is router
    assert [rule.target.door for rule in router.rules] == list(router.doors)
    assert all(issubclass(rule.target, rule.target.door.handler) for rule in router.rules)
    assert not any(issubclass(rule.target, ComponentResourceHandler) for rule in router.rules)


def test_every_door_but_those_of_the_sign_in_refuses_nobody(pages):
    for door in doors(pages):
        assert (door.guard is Guard.NOBODY) == (door.path in OPEN_TO_NOBODY), door.path
        for method in METHODS:
            status = asked(pages, method, example(door))
            if door.guard is Guard.NOBODY and method in door.methods:
                continue
            refused = {302, 403, 405} if door.leads_to_sign_in else {403, 405}
            assert status in refused, (method, door.path)


def test_every_page_has_its_doors_with_its_own_action(pages):
    found = {door.path: door for door in doors(pages) if door.guard is Guard.PAGE}
    assert set(found) == {
        f"/{page.address}{way}" for page in PAGES for way in ("", "/ws", "/watch")
    }
    assert all(door.page.action for door in found.values())


def test_what_is_added_to_the_server_later_is_not_answered(pages, administrator):
    class LateHandler(RequestHandler):
        def get(self) -> None:
            self.write("in")

    application = pages.server._tornado
    application.add_handlers(r".*", [("/late", LateHandler)])
    application.wildcard_router.add_rules([("/later", LateHandler)])
    try:
        with client(pages, administrator) as http:
            assert [http.get(path).status_code for path in ("/late", "/later")] == [403, 403]
    finally:
        added = {id(rule) for rule in application.default_router._open}
        rules = application.default_router.rules
        rules[:] = [rule for rule in rules if id(rule) in added]


def test_doors_open_for_whom_they_are(pages, administrator):
    with client(pages, administrator) as http:
        for door in doors(pages):
            if door.path.endswith(("/ws", "/watch")) or door.handler.__name__ == "SignOutHandler":
                continue
            path = example(door).replace("/static/panel/panel", "/static/js/bokeh")
            assert http.get(path).status_code in {200, 302}, door.path


@pytest.mark.parametrize("action", [None, "", "detections:search"])
def test_a_page_without_an_action_does_not_start(pages, action):
    nameless = replace(PAGES[0], address="nameless", action=action)
    with pytest.raises(ConfigurationError, match="'nameless' does not say"):
        make_server(pages.site, host="127.0.0.1", port=0, pages=(*PAGES, nameless))


@pytest.mark.parametrize("address", ["search", "", "a/b", ".*", "Search", "components"])
def test_a_page_with_no_address_of_its_own_does_not_start(pages, address):
    other = replace(PAGES[0], address=address, title="" if address == "components" else "Other")
    with pytest.raises(ConfigurationError, match="no address of its own"):
        make_server(pages.site, host="127.0.0.1", port=0, pages=(*PAGES, other))


def test_a_door_of_a_page_names_the_page():
    for guard, page in ((Guard.PAGE, None), (Guard.SESSION, PAGES[0])):
        with pytest.raises(ConfigurationError):
            Door("/x", ClosedHandler, guard, page=page, arguments=SimpleNamespace())


def test_a_websocket_without_a_browser_is_closed_and_not_answered(pages):
    token = pages.token(Role.ANALYST)
    ticket = page_token(pages, token)

    def end() -> None:
        pages.runtime.sessions.end(token, AT_PAGE)

    answered = talk(pages, ticket, cookie=token, before=end)
    assert answered.closed_s < WITHIN_S
    assert answered.code == OVER_CODE
    assert answered.after == []


def test_the_cookie_is_no_token_of_the_service(pages, service):
    cookie = pages.token(Role.ANALYST)
    with service.http(cookie) as http:
        for method, path in (
            ("GET", "/v1/session"),
            ("DELETE", "/v1/session"),
            ("GET", "/v1/hits"),
        ):
            assert http.request(method, path).status_code == 401
    with client(pages, cookie) as http:
        assert http.get("/search").status_code == 200


def test_a_token_of_the_service_makes_no_cookie(pages, service):
    token = service.token(Role.ANALYST)
    with client(pages, token) as http:
        assert http.get("/search").status_code == 302
        assert http.get("/tiles/1/0/0.png").status_code == 403
    with service.http(token) as http:
        assert http.get("/v1/session").status_code == 200


@pytest.mark.parametrize("elsewhere", [each for each in Channel if each is not Channel.PAGE])
def test_a_session_of_the_pages_counts_nowhere_else(pages, elsewhere):
    cookie = pages.token(Role.ANALYST)
    with pytest.raises(SessionEndedError):
        pages.runtime.sessions.actor_of(cookie, replace(AT_PAGE, channel=elsewhere))
    assert pages.runtime.sessions.actor_of(cookie, AT_PAGE)


def directives(policy: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in policy.split(";")}


@pytest.mark.parametrize("page", [page.address for page in PAGES])
def test_a_page_runs_no_script_without_the_nonce_of_its_own_answer(pages, administrator, page):
    nonces = set()
    for _ in range(2):
        with client(pages, administrator) as http:
            answer = http.get(f"/{page}")
        allowed = directives(answer.headers["Content-Security-Policy"])
        (nonce,) = (each for each in allowed["script-src"] if each.startswith("'nonce-"))
        assert set(allowed["script-src"]) == {"'self'", nonce, "blob:"}
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert scripts
        assert all(f'nonce="{nonce[7:-1]}"' in script for script in scripts)
        assert not re.search(r"<[^>]+ on[a-z]+=", answer.text)
        nonces.add(nonce)
    assert len(nonces) == 2


def test_a_page_speaks_with_its_own_host_alone(pages, administrator):
    host = f"127.0.0.1:{pages.server.port}"
    with client(pages, administrator) as http:
        for named in (host, "evil.example"):
            answer = http.get("/search", headers={"Host": named})
            allowed = directives(answer.headers["Content-Security-Policy"])
            assert set(allowed["connect-src"]) == {"'self'", "blob:"}
            assert allowed["default-src"] == ["'none'"]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/locked", "/nowhere", "/favicon.ico"])
def test_what_is_no_page_runs_no_script_at_all(pages, administrator, path):
    with client(pages, administrator) as http:
        headers = http.get(path).headers
    allowed = directives(headers["Content-Security-Policy"])
    assert allowed["default-src"] == ["'none'"]
    assert "script-src" not in allowed
    assert "Strict-Transport-Security" not in headers
