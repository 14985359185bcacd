"""`workbench policy`: every rule with its section, and every problem of a file."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from workbench.cli.policy import app
from workbench.errors import PolicyError
from workbench.policy import load_policy
from workbench.policy.listing import list_rules
from workbench.policy.load import SHIPPED_FILE

RUNNER = CliRunner()


def run(*arguments: str, **variables: str):
    done = RUNNER.invoke(app, list(arguments), env=variables)
    if isinstance(done.exception, PolicyError):
        raise done.exception
    return done


def test_every_rule_is_shown_with_its_section():
    told = json.loads(run("show", "--json").stdout)
    policy = load_policy()
    assert told["version"] == policy.version
    assert told["rules"]["hot_plates.max_days"]["value"] == 30
    assert told["rules"]["hot_plates.max_days"]["section"] == "426.6.5"
    assert "accounts:create" in told["rules"]["roles.alpr_administrator"]["value"]
    assert "needs approval" in told["rules"]["purposes.other"]["value"]
    assert all(rule["section"] for rule in told["rules"].values())


def test_every_rule_of_the_file_is_listed_once():
    names = [line.name for line in list_rules(load_policy())]
    assert len(names) == len(set(names))
    sections = len(re.findall(r"^[^#\n]*\bsection =", SHIPPED_FILE.read_text(), re.MULTILINE))
    assert len(names) == sections


def test_the_table_is_for_people():
    lines = run("show", "sign_in").stdout.splitlines()
    assert lines[0].startswith("Automated License Plate Readers (ALPRs) (policy-426@")
    (idle,) = [line for line in lines if line.startswith("sign_in.idle_minutes")]
    assert idle.split() == ["sign_in.idle_minutes", "30", "[CJIS", "5.9.5", "AC-11]"]
    assert all(line.startswith("sign_in.") for line in lines[1:])


def test_a_part_that_is_none_names_those_that_are():
    with pytest.raises(PolicyError, match="retention"):
        run("show", "retentoin")


def test_the_departments_own_file_is_shown(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        SHIPPED_FILE.read_text().replace('value = 30, section = "426', 'value = 7, section = "426')
    )
    told = json.loads(run("show", "--json", WORKBENCH_POLICY_FILE=str(own)).stdout)
    assert told["rules"]["hot_plates.max_days"]["value"] == 7


def test_checking_a_good_file_ends_with_0():
    done = run("check", str(SHIPPED_FILE))
    assert done.exit_code == 0
    assert load_policy().version in done.stdout
    told = json.loads(run("check", str(SHIPPED_FILE), "--json").stdout)
    assert told == {"taken": True, "version": load_policy().version, "problems": []}


def test_checking_a_broken_file_lists_everything_and_ends_with_1(tmp_path):
    file = tmp_path / "own.toml"
    text = SHIPPED_FILE.read_text().replace("failures = { value = 5", "failures = { value = -5")
    file.write_text(text.replace('"accounts:create"', '"accounts:crate"'))
    done = run("check", str(file))
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 2
    assert "sign_in.failures.value" in done.stdout
    assert "'accounts:crate'" in done.stdout
    told = json.loads(run("check", str(file), "--json").stdout)
    assert not told["taken"]
    assert told["problems"][0]["where"]["field"]


@pytest.mark.parametrize("content", [b"a = [", b"\xff"])
def test_checking_what_is_no_toml_ends_with_1(tmp_path, content):
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    done = run("check", str(file))
    assert done.exit_code == 1
    assert "line 1" in done.stdout


def test_checking_a_file_that_is_not_there_ends_with_1(tmp_path):
    done = run("check", str(tmp_path / "absent.toml"))
    assert done.exit_code == 1
    assert "absent.toml" in done.stdout
