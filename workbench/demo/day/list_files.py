"""The day's lists as their sources write them: fixed places, Genetec's and LEARN's forms, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from workbench.demo.city import City
from workbench.demo.day.times import DayTimes
from workbench.demo.day.wanted import Part, WantedCar
from workbench.demo.plates import REGIONS, make_plates, plate_texts
from workbench.demo.vehicles import COLORS, MODELS
from workbench.demo.year import ZONE
from workbench.domain.hot_entry import Category, ListKind
from workbench.hotlists.lists.hot_list import HotList
from workbench.hotlists.lists.template import ListTemplate, list_template, load_list_template

EVENING_PARTS = frozenset({Part.NEWLY_STOLEN, Part.WATCHED})
"""Cars that SVS has from the evening's file on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of a list, before it has a form."""

    plate: str
    region: str
    since: date
    make: str
    color: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList:
    """A list of the day and how its source writes it.

    Attributes
    ----------
    others
        How many rows are of cars that the city never sees.
    """

    code: str
    name: str
    source: str
    category: Category
    template: ListTemplate
    write: Callable[[Sequence[Listed]], str]
    others: int
    kind: ListKind = ListKind.GENERAL

    def set_up(self, folder: Path) -> HotList:
        """Return it as it is set up; its file is the last one of a folder of its own."""
        return HotList(
            code=self.code,
            name=self.name,
            kind=self.kind,
            source=self.source,
            category=self.category,
            address=f"{self.folder(folder)}/",
            template=self.template,
        )

    def folder(self, folder: Path) -> Path:
        """Return where its source puts files."""
        return folder / self.code.lower()


def _state_file(rows: Sequence[Listed]) -> str:
    lines = [f"{row.plate:<10}{row.region}{row.since:%Y%m%d}{row.record:<12}" for row in rows]
    return "\n".join([*lines, f"TRAILER {len(rows):06}"]) + "\n"


def _regional_file(rows: Sequence[Listed]) -> str:
    lines = [
        f"{row.record:<12}{row.plate:<8}{row.region}{row.make[:14]:<14}{row.color:<8}"
        f"{row.since:%m/%d/%Y}"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _genetec(word: str) -> Callable[[Sequence[Listed]], str]:
    def write(rows: Sequence[Listed]) -> str:
        lines = [
            f"{word};{row.region};{row.plate};{row.since};{row.since + timedelta(days=1_500)}"
            for row in rows
        ]
        return "\n".join(lines) + "\n"

    return write


def _learn(rows: Sequence[Listed]) -> str:
    lines = [
        f"{row.plate},{row.region},{row.record},felony warrant {row.color} {row.make}"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _plain(rows: Sequence[Listed]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["plate", "state", "effective"])
    table.writerows([row.plate, row.region, row.since] for row in rows)
    return text.getvalue()


_REGIONAL = list_template(
    {
        "name": "regional",
        "title": "A region's list at fixed places, without a trailer",
        "layout": {
            "kind": "fixed",
            "columns": [
                {"name": name, "start": start, "width": width}
                for name, start, width in (
                    ("record", 1, 12),
                    ("plate", 13, 8),
                    ("state", 21, 2),
                    ("make", 23, 14),
                    ("color", 37, 8),
                    ("entered", 45, 10),
                )
            ],
        },
        "fields": {
            "plate": "plate",
            "region": "state",
            "effective": "entered",
            "details": ["record", "make", "color"],
        },
        "times": {"format": "%m/%d/%Y"},
    }
)

LISTS = (
    DayList(
        code="SVS", name="Stolen vehicles", source="DOJ", category=Category.STOLEN_VEHICLE,
        template=load_list_template("fixed"), write=_state_file, others=400,
    ),
    DayList(
        code="SRV", name="Stolen vehicles of the region", source="Local",
        category=Category.STOLEN_VEHICLE, template=_REGIONAL, write=_regional_file, others=60,
    ),
    DayList(
        code="SLR", name="Stolen plates", source="DOJ", category=Category.STOLEN_PLATE,
        template=load_list_template("genetec"), write=_genetec("Stolen plate"), others=80,
    ),
    DayList(
        code="SFR", name="Felony warrants", source="IJIS Warrant",
        category=Category.WANTED_PERSON, template=load_list_template("learn"), write=_learn,
        others=30,
    ),
    DayList(
        code="MUPS", name="Missing persons", source="DOJ", category=Category.MISSING_PERSON,
        template=load_list_template("plain"), write=_plain, others=20,
    ),
    DayList(
        code="NCIC_POF", name="NCIC protective orders", source="NCIC",
        category=Category.PROTECTIVE_ORDER, template=load_list_template("genetec"),
        write=_genetec("Protective order"), others=20,
    ),
    DayList(
        code="NCIC_IVF", name="NCIC immigration violators", source="NCIC",
        category=Category.OTHER, template=load_list_template("plain"), write=_plain, others=0,
    ),
    DayList(
        code="BURGLARY", name="Cars seen near burglaries", source="SSD RMS",
        category=Category.SPECIAL_LIST, template=load_list_template("plain"), write=_plain,
        others=10, kind=ListKind.SPECIAL,
    ),
)  # fmt: skip
"""Set up in this order; the policy keeps the immigration file off."""


def listed_rows(
    city: City, cars: Sequence[WantedCar], day: DayTimes, one: DayList, *, evening: bool
) -> list[Listed]:
    """Return the rows of a list, sorted by plate; the same city has the same ones.

    Parameters
    ----------
    evening
        Whether it is the file of the day's evening, which has what was reported that day.
    """
    codes = [each.code for each in LISTS]
    rng = np.random.default_rng([city.seed, 3_100 + codes.index(one.code)])
    rows = _others(one.others, day, rng)
    for car in cars:
        late = one.code == "SVS" and evening and car.part in EVENING_PARTS
        if late or (car.list_code == one.code and car.part not in EVENING_PARTS):
            since = day.on - timedelta(days=0 if late else 1)
            rows.append(_listed(car, since, record=900_000 + car.vehicle))
    return sorted(rows, key=lambda row: row.plate)


def write_list(one: DayList, rows: Sequence[Listed], folder: Path, at: datetime) -> Path:
    """Put a list's file where its source would, named after the local time.

    Like those of real sources no two are the same: no source promises an order, so each begins at
    another row. The same file twice would be one load.
    """
    target = one.folder(folder)
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{one.code}_{at.astimezone(ZONE):%Y%m%d_%H%M}.txt"
    first = int(at.timestamp() // 3600) % max(len(rows), 1)
    path.write_text(one.write([*rows[first:], *rows[:first]]), encoding="utf-8")
    return path


def _others(count: int, day: DayTimes, rng: np.random.Generator) -> list[Listed]:
    """Return cars of other places; one in five is Californian."""
    plates, regions = make_plates(count, rng, california_share=0.2)
    ages = rng.integers(2, 900, size=count).tolist()
    models, colors = rng.integers(len(MODELS), size=count), rng.integers(len(COLORS), size=count)
    return [
        Listed(
            plate=plate,
            region=REGIONS[regions[number]],
            since=day.on - timedelta(days=ages[number]),
            make=MODELS[models[number]][0],
            color=COLORS[colors[number]],
            record=f"R{number:08}",
        )
        for number, plate in enumerate(plate_texts(plates))
    ]


def _listed(car: WantedCar, since: date, *, record: int) -> Listed:
    return Listed(
        plate=car.listed,
        region=car.region,
        since=since,
        make=car.make,
        color=car.color,
        record=f"R{record:08}",
    )
