"""Every way in is on the register of looks, each with its class, and nothing else is on it."""

import pytest

from tests.security import entries
from tools.looks_page import CLASSES, register

LIVE = {
    "commands": entries.commands,
    "pages": entries.pages,
    "page_acts": entries.page_acts,
    "handlers": entries.handlers,
    "reports": entries.reports,
}


@pytest.mark.parametrize("kind", ["routes", *sorted(LIVE)])
def test_every_way_in_is_on_the_register_and_nothing_else(runtime, kind):
    live = set(entries.routes(runtime) if kind == "routes" else LIVE[kind]())
    classed = set(register()[kind])
    assert live, "nothing was found, so the listing itself is broken"
    assert live - classed == set(), "give each its line in docs/looks.toml"
    assert classed - live == set(), "these are no more: take their lines out of docs/looks.toml"


def test_every_watcher_is_on_the_register_and_nothing_else(runtime):
    assert entries.watchers(runtime) == set(register()["watchers"])


def test_the_register_has_no_kind_that_nobody_lists():
    assert set(register()) == {*LIVE, "routes", "watchers"}


def test_every_entry_has_a_known_class_and_a_sentence():
    wrong = [
        name
        for named in register().values()
        for name, (is_a, says) in named.items()
        if is_a not in CLASSES or len(says.split()) < 2
    ]
    assert wrong == []
