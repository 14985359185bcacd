"""A real Chromium in front of the real pages; whatever it asks of another host is a failure."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import geopandas as gpd
import pytest
import shapely
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import text

from apps.auth.visitor import COOKIE
from tests.apps.passing import Street
from tests.conftest import FixedClock
from tests.pages import Pages, open_pages
from tests.reads import made_reads, store_reads
from workbench.detections.cells import cell_of
from workbench.domain.person import Role
from workbench.domain.place import Point
from workbench.storage.picture_rows import keep_picture

PREFIX = "4W"
PLANTED = "5PLANT7"
SCENE = Point(-121.31, 38.72)
ROBBED_AT = datetime(2026, 10, 1, 20, 30, tzinfo=UTC)
WAIT_MS = 60_000
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium; a page that nobody has looked at is not tested, so no skip.

    Its driver keeps an event loop running in this thread, so it ends with the module: others
    run loops of their own.
    """
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("Chromium is not installed: apt-get update && apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(settings, policy, database) -> Iterator[Pages]:
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_pages(settings, policy, database, clock, made_roads()) as opened:
        yield opened


@pytest.fixture(scope="session")
def reads(database):
    """Reads around the centre, as every test of the door has them."""
    return store_reads(database.service, made_reads(120, seed=31, prefix=PREFIX))


@pytest.fixture
def planted(pages, database) -> str:
    """A car that passed the scene before and after the robbery, with a picture; its plate."""
    plate = f"{PLANTED}{uuid4().hex[:4].upper()}"
    with database.service.begin() as connection:
        sha256 = keep_picture(pages.runtime.pictures, connection, made_picture(), ROBBED_AT)
    rows = []
    for minutes, camera in ((-4, "East"), (3, "West")):
        (row,) = made_reads(1, seed=minutes + 10)
        place = Point(SCENE.lon + 0.0004, SCENE.lat)
        row |= {
            "seen_at": ROBBED_AT + timedelta(minutes=minutes),
            "camera_id": camera,
            "plate": plate,
            "plate_normal": plate,
            "confidence": 0.91,
            "candidates": [[plate, 0.91], ["5PLAMT7", 0.06]],
            "lon": place.lon,
            "lat": place.lat,
            "cell": cell_of(place),
            "flags": ["no_plate_picture"],
            "vehicle_picture": sha256,
            "event_key": uuid4(),
        }
        rows.append(row)
    store_reads(database.service, rows)
    return plate


@pytest.fixture
def street(pages) -> Iterator[Street]:
    """A camera and lists of a test's own."""
    made = Street(pages)
    yield made
    made.clear()


@pytest.fixture
def visit(chromium, pages) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page as a new person; ends by looking at what was asked."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(
        address: str,
        *roles: Role,
        token: str | None = None,
        signed_in: bool = True,
        ends: bool = False,
        script: str | None = None,
    ):
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        if signed_in:
            value = token or pages.token(*roles)
            context.add_cookies(
                [{"name": COOKIE, "value": value, "url": pages.url, "httpOnly": True}]
            )
        if script:
            context.add_init_script(script)
        page = context.new_page()
        watch(page, pages.url, faults, refused_is_fine=ends)
        page.goto(pages.url + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def watch(page: Page, url: str, faults: list[str], *, refused_is_fine: bool) -> None:
    """Note every foreign request, violation of the content policy and script error."""
    host = urlsplit(url).netloc

    def asked(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != host:
            faults.append(f"asked {address[:200]}")

    def told(message) -> None:
        ended = ("the server responded with a status of 40", "already in CLOSING or CLOSED state")
        refused = any(words in message.text for words in ended)
        if message.type == "error" and not (refused and refused_is_fine):
            faults.append(f"console: {message.text[:300]}")

    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", told)


def made_roads() -> gpd.GeoDataFrame:
    """Return two made-up roads that cross at the scene."""
    lines = [
        shapely.LineString([(SCENE.lon - 0.05, SCENE.lat), (SCENE.lon + 0.05, SCENE.lat)]),
        shapely.LineString([(SCENE.lon, SCENE.lat - 0.04), (SCENE.lon, SCENE.lat + 0.04)]),
    ]
    return gpd.GeoDataFrame(
        {"name": ["Granite Parkway", "Mill Road"], "class": ["arterial", "collector"]},
        geometry=lines,
        crs="EPSG:4326",
    )


def made_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (96, 64), (40, 90, 160)).save(buffer, "PNG")
    return buffer.getvalue()


def state_purpose(page: Page, purpose: str = "Active criminal investigation") -> None:
    """State a purpose at the card that every page begins with."""
    page.get_by_label("Reason, in your own words").fill("Made-up robbery for a test")
    page.get_by_label("Purpose").click()
    page.get_by_role("menuitem", name=purpose).click()
    page.get_by_role("button", name="Open inquiry").click()


def records(pages: Pages, kind: str, username: str | None = None) -> list[dict]:
    """Return the audit records of a kind, oldest first."""
    sql = "SELECT * FROM audit_record WHERE kind = :kind ORDER BY seq"
    with pages.staff.database.owner.connect() as connection:
        rows = connection.execute(text(sql), {"kind": kind}).mappings()
        return [dict(row) for row in rows if username in {None, row["username"]}]
