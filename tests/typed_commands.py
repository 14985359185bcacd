"""Commands as people type them, and people who have signed in, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from tests.access import open_staff
from workbench.cli import main
from workbench.domain.clock import system_clock
from workbench.domain.person import Role
from workbench.policy import Policy
from workbench.settings import Settings
from workbench.storage.database import AllRoles


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def typing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Return what runs a command as somebody, whose token is given."""
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("WORKBENCH_LIST_FOLDERS", ",".join(map(str, settings.list_folders)))

    def command(*arguments: object, token: str | None = None) -> Ended:
        if token:
            monkeypatch.setenv("WORKBENCH_TOKEN", token)
        else:
            monkeypatch.delenv("WORKBENCH_TOKEN", raising=False)
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return command


def signing_in(database: AllRoles, policy: Policy) -> Callable[[Role], str]:
    """Return what hires a trained person with a role and gives the token of their session."""
    staff = open_staff(database, policy, system_clock)

    def signed_in(role: Role) -> str:
        name, totp = staff.hired(role)
        staff.access.grants.record_training(
            staff.admin, name, "LEARN", completed_at=datetime.now(UTC) - timedelta(days=1)
        )
        return staff.enter(name, totp).token

    return signed_in
