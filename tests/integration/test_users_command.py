"""`workbench users` from the first account on, on a home of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner, Result

from tests.access import PASSWORD
from workbench.cli.users import app
from workbench.errors import (
    AccountError,
    DeniedError,
    SessionEndedError,
    SignInError,
    WorkbenchError,
)
from workbench.settings import Settings
from workbench.storage.database import open_all_roles
from workbench.storage.migrations import migrate

OTHER = "seven-lanterns-over-mud-bay"
TITLE = "Police Technology Administrator"


def last_line(done: Result) -> str:
    """Return what the command said last; before it the runner repeats what was typed."""
    return done.stdout.splitlines()[-1].strip()


class Terminal:
    """A person at the terminal of one installation."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.factors: dict[str, pyotp.TOTP] = {}
        self.token = ""

    def run(self, *arguments: str, typed: tuple[str, ...] = (), token: str | None = None) -> Result:
        """Run a command, typing one line per question, and return how it ended."""
        variables = {
            "WORKBENCH_HOME": str(self.home),
            "WORKBENCH_TOKEN": self.token if token is None else token,
        }
        lines = "".join(f"{line}\n" for line in typed)
        done = CliRunner().invoke(app, list(arguments), input=lines, env=variables)
        if isinstance(done.exception, WorkbenchError):
            raise done.exception
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done

    def hired(self, username: str) -> str:
        """Make an account, take its invitation up and return the token of a session."""
        made = self.run("create", username, "--name", "Made Up", "--title", "Detective", "--json")
        invitation = json.loads(last_line(made))["invitation"]
        self.enrol(username, self.run("accept", typed=(invitation, PASSWORD, PASSWORD)))
        typed = ("y", username, PASSWORD, self.code(username))
        return last_line(self.run("sign-in", typed=typed, token=""))

    def enrol(self, username: str, done: Result) -> None:
        self.factors[username] = pyotp.parse_uri(last_line(done))

    def code(self, username: str) -> str:
        """Return the code that the person's app shows now."""
        totp = self.factors[username]
        return totp.generate_otp(int(time.time()) // 30)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    """An installation with nobody in it; its database runs while these tests do."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-users-"))
    with open_all_roles(Settings(home=folder)) as database:
        migrate(database)
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def terminal(home) -> Terminal:
    """The first administrator, signed in."""
    terminal = Terminal(home)
    with pytest.raises(AccountError, match="no such title"):
        terminal.run("first", "t.first", "--name", "Made Up", "--title", "Wizard")
    done = terminal.run(
        "first",
        "T.First",
        "--name",
        "Made Up",
        "--title",
        TITLE,
        typed=("password2026", "password2026", PASSWORD, PASSWORD),
    )
    assert "common" in done.stderr
    terminal.enrol("t.first", done)
    done = terminal.run(
        "sign-in", "--json", typed=("y", "t.first", PASSWORD, terminal.code("t.first"))
    )
    assert "recorded" in done.stderr  # the banner
    terminal.token = json.loads(last_line(done))["token"]
    return terminal


def test_there_is_only_one_first_account(terminal):
    with pytest.raises(AccountError, match="accounts already"):
        terminal.run("first", "t.second", "--name", "Made Up", "--title", TITLE)


def piped(terminal: Terminal, *typed: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `workbench users sign-in` as a shell's `$(...)` does, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "workbench", "users", "sign-in"],
        input="".join(f"{line}\n" for line in typed),
        env={
            **os.environ,
            "WORKBENCH_HOME": str(terminal.home),
            "WORKBENCH_TOKEN": "",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=120,
    )


def test_sign_in_prints_the_token_and_nothing_else(terminal):
    terminal.hired("p.piped")
    code = terminal.factors["p.piped"].generate_otp(int(time.time()) // 30 + 1)
    done = piped(terminal, "y", "p.piped", PASSWORD, code)
    assert done.returncode == 0, done.stderr
    token = done.stdout.removesuffix("\n")
    assert token == token.strip()
    assert re.fullmatch(r"\S+", token)
    listed = terminal.run("sign-out", token=f"  {token} ")
    assert "Signed out" in listed.stdout


def test_idle_accounts_are_suspended_by_a_command_that_nobody_signs_in_for(terminal):
    assert terminal.run("suspend-idle", "--dry-run", token="").exit_code == 0
    done = terminal.run("suspend-idle", "--json", token="")
    assert json.loads(last_line(done)) == {"dry_run": False, "accounts": []}


def test_a_training_is_ended_by_its_number(terminal):
    terminal.hired("t.trained")
    terminal.run("training", "t.trained", "LEARN", "--completed", "2026-01-05 09:00")
    listed = json.loads(last_line(terminal.run("list", "--json")))["accounts"]
    (mine,) = [one for one in listed if one["username"] == "t.trained"]
    (training,) = mine["training"]
    ended = terminal.run("end-training", str(training["number"]), "--reason", "Wrong person")
    assert ended.exit_code == 0
    again = json.loads(last_line(terminal.run("list", "--json")))["accounts"]
    assert [one["training"] for one in again if one["username"] == "t.trained"] == [[]]


def test_an_account_from_invitation_to_release(terminal):
    done = terminal.run(
        "create", "a.analyst", "--name", "Made Up", "--title", "Crime Analyst", "--json"
    )
    invitation = json.loads(last_line(done))["invitation"]
    done = terminal.run("accept", typed=(invitation, PASSWORD, PASSWORD))
    assert "not shown again" in done.stderr
    terminal.enrol("a.analyst", done)

    terminal.run("role", "a.analyst", "analyst", "--until", "2099-12-31")
    terminal.run("training", "a.analyst", "LEARN", "--completed", "2026-01-05")
    listed = json.loads(last_line(terminal.run("list", "--json")))["accounts"]
    (analyst,) = [one for one in listed if one["username"] == "a.analyst"]
    assert analyst["roles"] == ["analyst"]
    assert analyst["state"] == "active"
    (training,) = analyst["training"]
    assert (training["system"], training["expires_at"]) == ("LEARN", "2027-01-05T08:00:00+00:00")

    for _ in range(5):
        with pytest.raises(SignInError):
            terminal.run("sign-in", typed=("y", "a.analyst", OTHER, "000000"))
    assert "locked" in terminal.run("list").stdout
    terminal.run("release", "a.analyst")
    assert "locked" not in terminal.run("list").stdout

    terminal.run("role", "a.analyst", "analyst", "--revoke")
    assert "no role" in terminal.run("list").stdout
    terminal.run("disable", "a.analyst", "--reason", "Left the department")
    assert "disabled" in terminal.run("list").stdout
    again = terminal.run("enable", "a.analyst").stdout
    assert "workbench users accept" in again


def test_a_person_without_the_role_is_told_why(terminal):
    made = terminal.run("create", "o.officer", "--name", "Made Up", "--title", "Sergeant", "--json")
    invitation = json.loads(last_line(made))["invitation"]
    terminal.enrol("o.officer", terminal.run("accept", typed=(invitation, PASSWORD, PASSWORD)))
    typed = ("y", "o.officer", PASSWORD, terminal.code("o.officer"))
    with pytest.raises(DeniedError, match="accounts:list is for"):
        terminal.run("list", typed=typed, token="")


def test_own_password_and_authenticator(terminal):
    own = terminal.hired("p.person")
    terminal.run("password", typed=(PASSWORD, OTHER, OTHER), token=own)
    with pytest.raises(SessionEndedError, match="changed"):
        terminal.run("totp", typed=(OTHER,), token=own)


def test_signing_out_ends_the_session(terminal):
    own = terminal.hired("s.session")
    assert terminal.run("sign-out", token=own).stdout.strip() == "Signed out."
    with pytest.raises(SessionEndedError, match="signed out"):
        terminal.run("sign-out", token=own)
    with pytest.raises(SignInError, match="No session"):
        terminal.run("sign-out", token="")


def test_without_agreeing_to_the_banner_nothing_is_asked(terminal):
    with pytest.raises(SignInError, match="acknowledged"):
        terminal.run("list", typed=("n",), token="")


def test_a_role_that_is_none_is_refused_with_those_that_are(terminal):
    done = terminal.run("role", "a.analyst", "wizard")
    assert done.exit_code == 2
    assert "alpr_administrator" in done.output


def test_the_machine_lets_a_lone_locked_administrator_in_again(terminal):
    for _ in range(5):
        with pytest.raises(SignInError):
            terminal.run("sign-in", typed=("y", "t.first", OTHER, "000000"))
    with pytest.raises(AccountError, match="Only an ALPR administrator"):
        terminal.run("rescue", "s.session")
    invitation = json.loads(last_line(terminal.run("rescue", "t.first", "--json")))["invitation"]
    terminal.enrol("t.first", terminal.run("accept", typed=(invitation, OTHER, OTHER)))
    done = terminal.run("sign-in", typed=("y", "t.first", OTHER, terminal.code("t.first")))
    terminal.token = last_line(done)
    terminal.run("create", "t.other", "--name", "Made Up", "--title", TITLE)
    terminal.run("role", "t.other", "alpr_administrator")
    terminal.run("rescue", "t.first")  # the other one has not chosen a password yet
