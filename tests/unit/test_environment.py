"""`environment.yml`, `constraints.txt` and `pyproject.toml` name the same versions."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from workbench.resources import resource_root

ROOT = resource_root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
CONDA_NAME = {"torch": "pytorch", "h3": "h3-py", "tzdata": "python-tzdata", "build": "python-build"}


def declared() -> dict[str, Requirement]:
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    requirements = [Requirement(line) for lines in lists for line in lines]
    return {r.name: r for r in requirements if r.name != PROJECT["name"]}


def in_environment() -> dict[str, Requirement]:
    conda = [line for line in ENVIRONMENT if isinstance(line, str)]
    pip = next(entry["pip"] for entry in ENVIRONMENT if isinstance(entry, dict))
    lines = [line for line in (*conda, *pip) if not line.startswith("-")]
    return {r.name: r for r in map(Requirement, lines) if r.name not in {"python", "pip"}}


def constrained() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_conda_installs_what_pip_installs_and_nothing_else():
    expected = {CONDA_NAME.get(name, name) for name in declared()}
    assert set(in_environment()) == expected


@pytest.mark.parametrize("name", sorted(declared()))
def test_conda_and_pip_take_the_same_versions(name: str):
    assert in_environment()[CONDA_NAME.get(name, name)].specifier == declared()[name].specifier


def test_conda_asks_for_the_python_that_the_project_asks_for():
    assert f"python{PROJECT['requires-python']}" in ENVIRONMENT


@pytest.mark.parametrize("name", sorted(declared()))
def test_the_pinned_version_is_one_that_the_project_takes(name: str):
    assert declared()[name].specifier.contains(constrained()[canonicalize_name(name)])


def test_constraints_pin_versions_that_every_build_of_a_package_has():
    text = (ROOT / "constraints.txt").read_text()
    assert not re.search(r"\+|@|--|nvidia|triton", text), "see docs/decisions/0001"
