"""The client loads where nothing but its own dependencies is installed, and `connect` is cheap."""

from __future__ import annotations

import subprocess
import sys

import pytest

FORBIDDEN = (
    "alembic",
    "datashader",
    "fastapi",
    "holoviews",
    "matplotlib",
    "panel",
    "psycopg",
    "sqlalchemy",
    "torch",
    "workbench.access",
    "workbench.audit",
    "workbench.detections",
    "workbench.policy",
    "workbench.storage",
)

HOOK = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in {FORBIDDEN!r}):
            raise ImportError(f"the client may not load {{name}}")

sys.meta_path.insert(0, Refuse())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", HOOK + code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_client_loads_nothing_of_the_server():
    result = run("from workbench import connect; import workbench.client; print('loaded')")
    assert (result.stdout, result.stderr) == ("loaded\n", "")


def test_a_map_without_its_packages_says_what_to_install():
    result = run(
        "from workbench.views.detections_map import detections_map\n"
        "from workbench.analysis.frames import DETECTION_SCHEMA, detection_frame\n"
        "from workbench.errors import DependencyError\n"
        "try: detections_map(detection_frame(DETECTION_SCHEMA.empty_table()))\n"
        "except DependencyError as error: print(error)"
    )
    assert "alpr-workbench[maps]" in result.stdout, result.stderr


@pytest.mark.parametrize("name", ["sqlalchemy", "workbench.storage.database"])
def test_the_hook_refuses_what_it_names(name):
    assert "the client may not load" in run(f"import {name}").stderr


def test_importing_the_package_loads_neither_frames_nor_http():
    heavy = "{'pandas', 'geopandas', 'pyarrow', 'httpx', 'pydantic'}"
    result = run(f"import workbench; print(sorted({heavy} & set(sys.modules)))")
    assert result.stdout == "[]\n"
