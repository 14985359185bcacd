"""Killed at any step, a purge is finished by the next: nothing is lost and nothing goes twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.retention import Site
from workbench.audit.verify import verify_log

YEAR_AGO = datetime(2025, 11, 2, 18, tzinfo=UTC)
STEPS = {
    # where: at which of its times, and which of these are tried every day
    "step": (range(1, 8), {1, 4, 7}),
    "logged, not committed": (range(1, 7), {2, 6}),
    "file deleted, not committed": ((1, 2, 5), {2}),
    "committed, not in the ledger outside": ((2, 3, 4), {3}),
}
CASES = [
    pytest.param(where, at, marks=() if at in daily else pytest.mark.slow)
    for where, (times, daily) in STEPS.items()
    for at in times
]

Kill = Callable[[Site, str, int], int]


@pytest.fixture(scope="module")
def kill(purged_home) -> Iterator[Kill]:
    command = [sys.executable, "-m", "tests.integration.killed_purge"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def run(site: Site, where: str, at: int) -> int:
            now = site.clock().isoformat()
            case = [str(purged_home), str(site.settings.home), now, where, at]
            process.stdin.write(json.dumps(case) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.mark.parametrize(("where", "at"), CASES)
def test_killed_anywhere_the_next_purge_finishes_it(site, kill, where, at, tmp_path):
    expected = made(site, tmp_path)
    assert kill(site, where, at) == signal.SIGKILL
    done = site.purge()
    assert site.reads() == expected
    assert sorted(map(site.runtime.pictures.get, site.runtime.pictures.walk())) == [b"held", b"new"]
    assert not (tmp_path / "reports" / "old.html").exists()
    assert site.one("SELECT count(*) FROM hit") == 0
    assert site.one("SELECT count(*) FROM purge WHERE ended_at IS NULL") == 0
    assert site.one("SELECT count(*) FROM purge_file") == 0
    assert counted(site, "reads") == 7, "each read is on one certificate"
    assert counted(site, "pictures") == 5
    assert counted(site, "hits") == 1
    assert verify_log(site.database.service).whole
    standing = site.runtime.retention.ledger.standing()
    assert standing.entries == standing.outside > 0
    certificates = {
        json.loads(f.read_text())["purge"] for f in tmp_path.glob("certificates/*.json")
    }
    assert certificates == {row.id for row in site.all(
        "SELECT id FROM purge WHERE certificate IS NOT NULL")}  # fmt: skip
    assert done.id


def made(site: Site, home) -> set[int]:
    """Fill the site; return the reads that have to stay."""
    old = datetime(2025, 8, 5, tzinfo=UTC)
    hit = site.read(old, vehicle_picture=b"a")
    site.hit(hit, old, old)
    site.read(old + timedelta(days=1), vehicle_picture=b"b")
    for day in range(3):
        site.read(datetime(2025, 9, 5 + day, tzinfo=UTC), vehicle_picture=f"c{day}".encode())
    held = site.read(datetime(2025, 9, 20, tzinfo=UTC), vehicle_picture=b"held")
    site.hold(held)
    for hours in (1, 2):
        site.read(YEAR_AGO - timedelta(hours=hours))
    young = site.read(YEAR_AGO + timedelta(hours=1), vehicle_picture=b"new")
    (home / "reports").mkdir()
    report = home / "reports" / "old.html"
    report.write_text("personal")
    os.utime(report, (0, 0))
    return {held, young}


def counted(site: Site, kind: str) -> int:
    """Return how many went by all certificates together."""
    rows = [
        row
        for purge in site.all("SELECT certificate FROM purge WHERE certificate IS NOT NULL")
        for row in json.loads(purge.certificate)["rows"]
    ]
    return sum(row["gone"] for row in rows if row["kind"] == kind)
