"""A notebook that could read the workbench's keys is told so; the recipe puts it elsewhere."""

from __future__ import annotations

import configparser
import json
import re
import stat
from pathlib import Path

import pytest

from tests.service import open_service
from workbench.cli import main
from workbench.client import connect
from workbench.domain.person import Role
from workbench.settings import Settings, keys_warning

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def service(settings, policy, database, clock):
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def test_keys_are_for_their_owner_alone(database, home):
    assert database
    keys = home / "keys"
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {"database.json", "database-service.json", "database-purger.json"} <= modes.keys()
    open_ones = {name for name, mode in modes.items() if mode & 0o077}
    assert all(name.endswith(".pub.pem") for name in open_ones)


@pytest.mark.parametrize(
    ("files", "told"),
    [((), False), (("audit-signing.pub.pem",), False), (("database-service.json",), True)],
)
def test_what_is_told_is_that_a_key_can_be_read(tmp_path, files, told):
    (tmp_path / "keys").mkdir()
    for name in files:
        (tmp_path / "keys" / name).touch()
    assert (keys_warning(Settings(home=tmp_path)) is not None) is told
    assert keys_warning(Settings(home=tmp_path / "elsewhere")) is None


def test_connect_says_when_the_kernel_can_read_the_keys(
    service, home, tmp_path, monkeypatch, capsys
):
    token = service.token(Role.ANALYST)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    connect(service.url, token=token)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    connect(service.url, token=token)
    said = capsys.readouterr().err
    assert str(home / "keys") in said
    assert "under another account" in said


def test_doctor_says_when_a_notebook_here_could_read_the_keys(database, home, monkeypatch, capsys):
    assert database
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    with pytest.raises(SystemExit):
        main(["doctor", "--json"])
    (found,) = [
        each for each in json.loads(capsys.readouterr().out) if each["subject"] == "notebooks"
    ]
    assert "run JupyterLab under another account" in found["note"]


def test_the_unit_of_notebooks_is_of_another_account_and_reaches_no_key():
    units = re.findall(r"```ini\n(\[Unit\].*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    services = []
    for unit in units:
        parsed = configparser.ConfigParser(strict=False, interpolation=None)
        parsed.read_string(unit)
        services.append(parsed["Service"])
    serving = next(each for each in services if "workbench.service" in each["execstart"])
    lab = next(each for each in services if "jupyter lab" in each["execstart"])
    assert lab["user"] != serving["user"]
    assert "environmentfile" not in lab
    assert lab["inaccessiblepaths"].split() == ["/srv/alpr", "/etc/alpr"]
    assert "--ip=127.0.0.1" in lab["execstart"]
    files = serving["environmentfile"].split()
    assert files == ["/etc/alpr/workbench.env"]
