"""The notebook code of the README runs against a real service."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest

from tests.service import Service, open_service
from workbench.resources import resource_root


@pytest.fixture
def service(settings, policy, database, clock) -> Iterator[Service]:
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def test_the_python_of_the_readme_runs(service: Service, monkeypatch: pytest.MonkeyPatch):
    text = (resource_root() / "README.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    monkeypatch.setenv("WORKBENCH_SERVICE_URL", service.url)
    monkeypatch.setenv("WORKBENCH_TOKEN", service.token())
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - our own README
    found = names["found"]
    assert isinstance(found.frame, pd.DataFrame)
    assert service.runtime.audit.read(found.access_id).case_number == "26-014532"
