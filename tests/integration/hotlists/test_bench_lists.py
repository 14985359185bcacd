"""The benchmark of loading lists, and that a list of any length takes bounded memory."""

from __future__ import annotations

import subprocess
import sys

from workbench.bench import hot_lists

REFUSE_TEN_MILLION = """
import resource
from zoneinfo import ZoneInfo
from workbench.domain.hot_entry import Category
from workbench.errors import ListFileError
from workbench.hotlists.lists.reading import ListReader
from workbench.hotlists.lists.template import load_list_template
from workbench.hotlists.lists.values import Reading

class Rows:
    def __init__(self):
        self.at = 0
    def seek(self, place):
        self.at = place
    def read(self, size):
        if size == 2:
            return b"pl"
        first = self.at
        self.at += 30_000
        head = b"plate\\n" if first == 0 else b""
        return head + b"".join(b"7A%07d\\n" % n for n in range(first, min(self.at, 10_000_000)))

said = Reading(category=Category.STOLEN_VEHICLE, region="CA", zone=ZoneInfo("UTC"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reader = ListReader(load_list_template("plain"), said)
try:
    for _ in reader.rows(Rows()):
        pass
except ListFileError as error:
    print(error)
print(reader.counts.good, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_list_is_loaded_and_loaded_again_beside_a_plain_copy(runtime):
    figures = hot_lists.run(runtime, entries=5_000)
    assert figures["entries"] == 5_000
    assert figures["in_force"] >= 5_000
    assert figures["index_s"] >= 0
    # Ours reads, scans, checks, compares and logs; seconds of a busy machine prove nothing.
    assert 0 < figures["load_to_copy_ratio"] < 100


def test_ten_million_rows_are_refused_with_bounded_memory():
    command = [sys.executable, "-c", REFUSE_TEN_MILLION]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    refusal, counted = done.stdout.splitlines()
    assert "too many entries" in refusal
    good, more_mb = map(int, counted.split())
    assert good == 1_000_001
    assert more_mb < 400
