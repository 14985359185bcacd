"""The made-up city's vehicles and the habits of those who drive them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from workbench.demo.plates import make_plates
from workbench.demo.routes import GATES, HOME_ZONES, WORK_ZONES, RouteTable

MODELS = (
    ("Toyota", "Camry", "sedan"), ("Toyota", "Corolla", "sedan"), ("Toyota", "Prius", "sedan"),
    ("Toyota", "RAV4", "suv"), ("Toyota", "Tacoma", "truck"), ("Honda", "Civic", "sedan"),
    ("Honda", "Accord", "sedan"), ("Honda", "CR-V", "suv"), ("Ford", "F-150", "truck"),
    ("Ford", "Explorer", "suv"), ("Ford", "Escape", "suv"), ("Chevrolet", "Silverado", "truck"),
    ("Chevrolet", "Malibu", "sedan"), ("Nissan", "Altima", "sedan"), ("Nissan", "Rogue", "suv"),
    ("Tesla", "Model 3", "sedan"), ("Tesla", "Model Y", "suv"), ("Subaru", "Outback", "suv"),
    ("Hyundai", "Elantra", "sedan"), ("Kia", "Sorento", "suv"), ("Jeep", "Wrangler", "suv"),
    ("Volkswagen", "Jetta", "sedan"), ("BMW", "330i", "sedan"), ("Ram", "1500", "truck"),
    ("Dodge", "Charger", "sedan"), ("Ford", "Transit", "van"), ("Ram", "ProMaster", "van"),
    ("Mercedes-Benz", "Sprinter", "van"),
)  # fmt: skip
VANS = 3
"""The last of `MODELS` are delivery vans."""
COLORS = ("white", "black", "gray", "silver", "blue", "red", "green", "brown", "gold", "orange")
COLOR_SHARES = (0.25, 0.21, 0.18, 0.12, 0.10, 0.07, 0.03, 0.02, 0.01, 0.01)

FIXED_SHARE = 0.88
"""Share of reads that fixed cameras make; patrol cars make the rest."""


class Kind(IntEnum):
    """How a vehicle is used."""

    COMMUTER = 0
    RESIDENT = 1
    DELIVERY = 2
    VISITOR = 3


KIND_SHARES = (0.56, 0.14, 0.07, 0.23)
"""Share of each kind in the fixed cameras' reads."""
_READS_A_YEAR = (420.0, 90.0, 2_500.0, 3.2)
_FEWEST = (60, 60, 6, 200)


@dataclass(frozen=True, slots=True, eq=False)
class Vehicles:
    """Every vehicle of the city, one row each; the kinds follow one another.

    Attributes
    ----------
    plates, regions
        As `workbench.demo.plates.make_plates` gives them; the truth, never in a database.
    home, work
        Zones of the route table; a visitor's home is a gate.
    leave_s, return_s
        Usual local time of leaving home and work, in seconds after midnight.
    pull
        How often a vehicle is about, relative to others of its kind.
    model, color, year
        Indices into `MODELS` and `COLORS`, and the model year.
    first
        Row at which each kind begins, with the number of all vehicles at the end.
    """

    plates: NDArray[np.uint8]
    regions: NDArray[np.int8]
    home: NDArray[np.int64]
    work: NDArray[np.int64]
    leave_s: NDArray[np.float32]
    return_s: NDArray[np.float32]
    pull: NDArray[np.float32]
    model: NDArray[np.int8]
    color: NDArray[np.int8]
    year: NDArray[np.int16]
    first: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.plates)

    def of_kind(self, kind: Kind) -> range:
        """Return the rows of a kind."""
        return range(self.first[kind], self.first[kind + 1])


def make_vehicles(reads: int, routes: RouteTable, rng: np.random.Generator) -> Vehicles:
    """Return as many vehicles as make that many reads in a year."""
    counts = [
        max(fewest, round(reads * FIXED_SHARE * share / each))
        for fewest, share, each in zip(_FEWEST, KIND_SHARES, _READS_A_YEAR, strict=True)
    ]
    total = sum(counts)
    plates, regions = _plates(counts, rng)
    home, work = _places(counts, routes, rng)
    delivery = slice(sum(counts[:2]), sum(counts[:3]))
    model = rng.integers(len(MODELS) - VANS, size=total).astype(np.int8)
    model[delivery] = rng.integers(len(MODELS) - VANS, len(MODELS), size=counts[2])
    return Vehicles(
        plates=plates,
        regions=regions,
        home=home,
        work=work,
        leave_s=rng.normal(7.6 * 3600, 2_600, total).astype(np.float32),
        return_s=rng.normal(17.1 * 3600, 3_200, total).astype(np.float32),
        pull=rng.lognormal(0.0, 1.1, total).astype(np.float32),
        model=model,
        color=rng.choice(len(COLORS), size=total, p=COLOR_SHARES).astype(np.int8),
        year=rng.integers(2004, 2027, size=total).astype(np.int16),
        first=(0, *np.cumsum(counts).tolist()),
    )


def _plates(
    counts: list[int], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Return plates of which locals' are nearly all and visitors' mostly Californian."""
    total, locals_ = sum(counts), sum(counts[:3])
    plates, regions = make_plates(total, rng)
    order = np.argsort(regions[:locals_] != 0, kind="stable")
    swap = min(int((regions[:locals_] != 0).sum() * 0.7), total - locals_)
    californian = locals_ + np.flatnonzero(regions[locals_:] == 0)[:swap]
    foreign = order[locals_ - len(californian) :]
    for values in (plates, regions):
        kept = values[foreign].copy()
        values[foreign] = values[californian]
        values[californian] = kept
    return plates, regions


def _places(
    counts: list[int], routes: RouteTable, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return homes and work places; a commuter's way to work passes a camera."""
    total = sum(counts)
    home = rng.integers(HOME_ZONES, size=total)
    work = rng.integers(HOME_ZONES, HOME_ZONES + WORK_ZONES, size=total)
    visitors = sum(counts[:3])
    home[visitors:] = rng.integers(HOME_ZONES + WORK_ZONES, routes.zones, size=counts[3])
    seen = routes.count[routes.pair(home, work)] > 0
    for _ in range(50):
        unseen = np.flatnonzero(~seen[: counts[0]])
        work[unseen] = rng.integers(HOME_ZONES, HOME_ZONES + WORK_ZONES, size=len(unseen))
        seen = routes.count[routes.pair(home, work)] > 0
    through = rng.random(counts[3]) < 0.3
    gates = rng.integers(HOME_ZONES + WORK_ZONES, HOME_ZONES + WORK_ZONES + GATES, size=counts[3])
    work[visitors:] = np.where(through, gates, work[visitors:])
    return home, work
