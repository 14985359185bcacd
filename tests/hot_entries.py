"""Made-up entries and reads for tests of matching; every field has a default."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.detections.columns import READ_SCHEMA
from workbench.domain.hot_entry import Category, HotEntry, ListKind
from workbench.domain.plate import normal_plate
from workbench.hotlists.matching.engines import OneModel
from workbench.hotlists.matching.index import HotIndex, ListIndex
from workbench.hotlists.matching.match import Matcher
from workbench.policy import load_policy
from workbench.policy.data_rules import HitRules

SEEN_AT = datetime(2026, 11, 2, 17, tzinfo=UTC)


def made_entry(plate: str = "8ABC123", **changes: Any) -> HotEntry:
    """Return an entry of a list, a wildcard if there is a star in it."""
    pattern = "*".join(normal_plate(part) for part in plate.split("*"))
    told: dict[str, Any] = {
        "list_code": "SVS",
        "kind": ListKind.GENERAL,
        "plate": plate,
        "pattern": pattern,
        "wildcard": "*" in plate,
        "category": Category.STOLEN_VEHICLE,
        "load_id": 1,
        "line": 1,
    }
    return HotEntry(**(told | changes))


def made_plates(count: int, *, seed: int) -> list[str]:
    """Return different plates as California has them, but for a Q that nobody's has there."""
    rng = np.random.default_rng(seed)
    digits = rng.integers(0, 10, (2 * count, 4))
    letters = rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), (2 * count, 3))
    made = (
        f"{first}Q{''.join(some[1:])}{''.join(map(str, rest))}"
        for (first, *rest), some in zip(digits, letters, strict=True)
    )
    return list(dict.fromkeys(made))[:count]


def made_table(*plates: str, **changes: Any) -> pa.Table:
    """Return reads as watchers get them; a change is one value, or a list of one for each."""
    told: dict[str, Any] = {
        "seen_at": SEEN_AT,
        "camera_id": "GATE-1",
        "pseudonym": False,
        "region": None,
        "confidence": 0.9,
        "candidates": None,
        "engine": "made_up",
        "engine_version": "1",
    }
    kinds = {field.name: field.type for field in READ_SCHEMA}
    columns = {"plate": pa.array(plates), "plate_normal": pa.array(map(normal_plate, plates))}
    for name, value in (told | changes).items():
        each = value if isinstance(value, list) else [value] * len(plates)
        columns[name] = pa.array(each, kinds[name])
    return pa.table(columns)


def candidates(**said: float) -> list[dict[str, Any]]:
    """Return candidates as a read has them."""
    return [{"text": text.lstrip("_"), "confidence": each} for text, each in said.items()]


def made_rules(**values: float) -> HitRules:
    """Return the shipped policy's rules of hits with other values."""
    rules = load_policy().hits
    changed = {
        name: getattr(rules, name).model_copy(update={"value": value})
        for name, value in values.items()
    }
    return rules.model_copy(update=changed)


def made_matcher(*entries: HotEntry, model: Any = None, assumed: Any = None, **values: float):
    """Return a matcher of entries, one part of each list."""
    by_list: dict[str, list[HotEntry]] = {}
    for entry in entries:
        by_list.setdefault(entry.list_code, []).append(entry)
    index = HotIndex(tuple(ListIndex.of(each) for each in by_list.values()))
    engines = OneModel(model)
    return Matcher(index, rules=made_rules(**values), engines=engines, assumed=assumed)
