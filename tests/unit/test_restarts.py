"""A part is started again up to the limit, ever later, and the limit forgets what is long ago."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.cli.restarts import KeptPart, RestartLimit, keep_running

LIMIT = RestartLimit(most=2, within_s=600.0)


def begun(code: int = 3) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"])
    process.wait()
    return process


def test_it_is_started_again_ever_later_and_given_up_at_the_limit():
    part = KeptPart("pages", begun, begun())
    assert "exit code 3); it is started again in 1 s, restart 1 of 2" in part.look(LIMIT, 10.0)
    assert part.look(LIMIT, 10.9) is None
    assert part.due_s == 11.0
    assert part.look(LIMIT, 11.0) is None
    assert "in 2 s, restart 2 of 2" in part.look(LIMIT, 11.1)
    part.look(LIMIT, 14.0)
    assert "is not started again; the rest goes on" in part.look(LIMIT, 14.1)
    assert part.given_up
    assert part.look(LIMIT, 1_000.0) is None


@pytest.mark.parametrize(("later_s", "given_up"), [(609.9, True), (610.0, False)])
def test_restarts_of_long_ago_do_not_count(later_s, given_up):
    part = KeptPart("pages", begun, begun())
    part.restarted_s = [10.0, 20.0]
    part.look(LIMIT, later_s)
    assert part.given_up is given_up


def test_with_no_restart_allowed_it_is_given_up_at_once_and_the_end_says_which():
    told: list[str] = []
    part = KeptPart("pages", begun, begun(7))
    none = RestartLimit(most=0, within_s=60.0)
    assert keep_running([part], none, stopping=[], tell=told.append) == {"pages": 7}
    assert len(told) == 1


def test_nothing_is_started_once_somebody_asked_for_the_end():
    part = KeptPart("pages", begun, begun())
    assert keep_running([part], LIMIT, stopping=[2], tell=print) == {}
    assert part.restarted_s == []
