"""kill -9 at every step, a full medium, a pulled one: a package is whole or it is none."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.packed_reads import ANALYST, packed, store_pictured
from workbench.errors import EvidenceError
from workbench.retention.evidence import making
from workbench.retention.evidence.package import PackageState
from workbench.retention.evidence.verifying import verify_package

ROOT = Path(__file__).parents[3]
WHOLE = {("move", "after")}
QUICK = {("bag", "after"), ("move", "after")}
SLOW = [
    ("reads", "after"),
    ("move", "before"),
    ("begin", "before"),
    ("begin", "after"),
    ("reads", "before"),
    ("read", "after"),
    ("hits", "after"),
    ("accesses", "before"),
    ("accesses", "after"),
    ("contents", "after"),
    ("bag", "before"),
    ("index", "before"),
    ("index", "after"),
    ("cover", "before"),
    ("cover", "after"),
    ("sign", "before"),
    ("sign", "after"),
    ("change", "before"),
    ("change", "after"),
]


def run(runtime, plate: str, out: Path, step: str, when: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tests.integration.evidence.killed_packing"]
    command += [str(runtime.settings.home), plate, str(out), runtime.clock().isoformat()]
    return subprocess.run(
        [*command, step, when], cwd=ROOT, capture_output=True, text=True, check=False
    )


def settled(runtime, out: Path) -> PackageState | None:
    """Settle, waiting for the server to notice that the killed process is gone."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        runtime.evidence.settle()
        mine = [one for one in runtime.evidence.all(ANALYST) if one.folder == str(out)]
        if not mine or mine[0].state is not PackageState.BEGUN:
            return mine[0].state if mine else None
        time.sleep(0.05)
    raise AssertionError("the package stays begun")


@pytest.mark.parametrize(
    ("step", "when"),
    [*sorted(QUICK), *(pytest.param(*each, marks=pytest.mark.slow) for each in SLOW)],
)
def test_a_package_cut_off_at_any_step_is_whole_or_none(runtime, plate, medium, step, when):
    store_pictured(runtime, plate, 0, 5)
    out = medium / "case"
    done = run(runtime, plate, out, step, when)
    assert done.returncode == -signal.SIGKILL, done.stderr
    whole = (step, when) in WHOLE
    assert out.exists() is whole
    for left in medium.iterdir():
        assert left == out or not verify_package(left).whole or (step, when) in AFTER_SIGNING
    expected = PackageState.MADE if whole else PackageState.FAILED
    assert settled(runtime, out) is (None if step == "begin" else expected)
    assert list(medium.iterdir()) == ([out] if whole else [])
    if whole:
        assert verify_package(out).problems == ()
    else:
        packed(runtime, plate, out)
        assert verify_package(out).problems == ()


AFTER_SIGNING = {("sign", "after"), ("change", "before"), ("change", "after"), ("move", "before")}
"""Whole in content then, but under a name that begins with a dot and ends in ``.partial``."""


@pytest.mark.slow
def test_settling_is_logged_once(runtime, plate, medium, database):
    store_pictured(runtime, plate, 0)
    out = medium / "case"
    run(runtime, plate, out, "bag", "before")
    assert settled(runtime, out) is PackageState.FAILED
    package = next(one for one in runtime.evidence.all(ANALYST) if one.folder == str(out))
    assert "cut off" in package.problem
    sql = text("SELECT kind, outcome FROM audit_record WHERE access_id = :seq")
    with database.owner.connect() as connection:
        logged = connection.execute(sql, {"seq": package.access_id}).all()
    assert logged == [("look:outcome", "failed")]
    assert runtime.evidence.settle() == []


@pytest.mark.slow
def test_a_sealed_package_whose_medium_is_away_waits_for_it(runtime, plate, medium, tmp_path):
    store_pictured(runtime, plate, 0)
    out = medium / "case"
    assert run(runtime, plate, out, "move", "after").returncode == -signal.SIGKILL
    medium.rename(tmp_path / "in a drawer")
    time.sleep(0.2)
    runtime.evidence.settle()
    mine = next(one for one in runtime.evidence.all(ANALYST) if one.folder == str(out))
    assert mine.state is PackageState.BEGUN
    (tmp_path / "in a drawer").rename(medium)
    assert settled(runtime, out) is PackageState.MADE


SLOWLY = pytest.mark.slow


@pytest.mark.parametrize(
    "most", [3_000, pytest.param(900, marks=SLOWLY), pytest.param(9_000, marks=SLOWLY)]
)
def test_a_full_medium_is_refused_and_explained_and_nothing_is_left(runtime, plate, medium, most):
    store_pictured(runtime, plate, *range(0, 60, 5))
    done = run(runtime, plate, medium / "case", "limit", str(most))
    assert done.returncode == 3, done.stderr
    assert "so there is none" in done.stdout
    assert "anew" in done.stdout
    assert list(medium.iterdir()) == []
    mine = [one for one in runtime.evidence.all(ANALYST) if one.folder == str(medium / "case")]
    assert [one.state for one in mine] == [PackageState.FAILED]
    packed(runtime, plate, medium / "case")
    assert verify_package(medium / "case").problems == ()


@pytest.mark.parametrize("step", ["write_package", "move_whole"])
def test_a_medium_that_is_pulled_out_is_refused_and_explained(
    runtime, plate, medium, tmp_path, monkeypatch, step
):
    """Its folder is not there any more, as when the file system is gone."""
    store_pictured(runtime, plate, 0, 5)
    doing = getattr(making, step)

    def pulled(*args):
        if step == "write_package":
            (making_,) = args
            making_.folder.mkdir()
        medium.rename(tmp_path / "pulled")
        return doing(*args)

    monkeypatch.setattr(making, step, pulled)
    with pytest.raises(EvidenceError, match="medium did not take"):
        packed(runtime, plate, medium / "case")
    assert not (tmp_path / "pulled" / "case").exists()
    mine = next(one for one in runtime.evidence.all(ANALYST) if one.folder == str(medium / "case"))
    assert mine.state is PackageState.FAILED
