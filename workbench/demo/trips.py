"""Drives through the city, by the habits of each kind of vehicle, and the reads they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.demo.routes import HOME_ZONES, RouteTable
from workbench.demo.vehicles import Kind, Vehicles
from workbench.demo.year import Piece

MISSED_SHARE = 0.06
"""Share of passing cars of which a camera reads nothing."""

_WEEKDAYS = {
    Kind.COMMUTER: (1.0, 1.0, 1.0, 1.0, 0.95, 0.12, 0.07),
    Kind.RESIDENT: (0.6, 0.6, 0.65, 0.65, 0.8, 1.3, 1.1),
    Kind.DELIVERY: (1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.05),
    Kind.VISITOR: (0.8, 0.8, 0.8, 0.85, 1.1, 1.3, 1.0),
}
_STOPS = 9
"""Legs of a delivery round."""


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Drives from one zone to another, in the order in which their tours were made."""

    vehicle: NDArray[np.int64]
    pair: NDArray[np.int64]
    start_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Vehicles passing cameras: the truth behind reads.

    Attributes
    ----------
    vehicle
        Row of the vehicle.
    camera
        Number of the fixed camera; patrol cars are numbered after the last of them.
    at_s
        Seconds since 1970.
    """

    vehicle: NDArray[np.int64]
    camera: NDArray[np.int64]
    at_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TripMaker:
    """Makes drives of one piece of the year."""

    vehicles: Vehicles
    routes: RouteTable
    piece: Piece
    rng: np.random.Generator

    def passages(
        self, kind: Kind, rows: int, keep: Callable[[Passages], NDArray[np.bool_]]
    ) -> Passages:
        """Return exactly as many passages of a kind as asked for.

        Parameters
        ----------
        kind
            Whose.
        rows
            How many.
        keep
            Says which passages may stand.
        """
        found: list[Passages] = []
        missing = rows
        tours = round(rows / self._reads_a_tour(kind) * 1.1) + 20
        while missing > 0:
            made = self._passed(self._legs(kind, tours))
            made = chosen(made, np.flatnonzero(keep(made))[:missing])
            found.append(made)
            missing -= len(made.at_s)
        return joined(found)

    def _reads_a_tour(self, kind: Kind) -> float:
        legs = {Kind.DELIVERY: _STOPS}.get(kind, 2)
        return max(0.3, float(self.routes.count.mean()) * legs * (1.0 - MISSED_SHARE))

    def _legs(self, kind: Kind, tours: int) -> Legs:
        makers = {
            Kind.COMMUTER: self._commuting,
            Kind.RESIDENT: self._errands,
            Kind.DELIVERY: self._deliveries,
            Kind.VISITOR: self._visits,
        }
        vehicle, day = self._vehicle_days(kind, tours)
        return makers[kind](vehicle, self.piece.midnight_s[day])

    def _vehicle_days(self, kind: Kind, tours: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return who is about on which day; nobody twice on one day while that is possible."""
        members = np.array(self.vehicles.of_kind(kind))
        share = members[members % self.piece.parts == self.piece.part]
        who = share if len(share) else members
        weight = np.array(_WEEKDAYS[kind])[self.piece.weekday]
        if len(who) * len(weight) < 3 * tours or kind is Kind.VISITOR:
            pull = np.cumsum(self.vehicles.pull[who].astype(float))
            at = np.searchsorted(pull, self.rng.random(tours) * pull[-1])
            day = self.rng.choice(len(weight), size=tours, p=weight / weight.sum())
            return who[np.minimum(at, len(who) - 1)], day
        waiting = self.rng.standard_exponential((len(who), len(weight)), dtype=np.float32)
        first = np.argpartition((waiting / weight).ravel(), tours)[:tours]
        self.rng.shuffle(first)
        return who[first // len(weight)], first % len(weight)

    def _commuting(self, vehicle: NDArray[np.int64], midnight: NDArray[np.float64]) -> Legs:
        """Home to work in the morning and back in the afternoon."""
        away = self.vehicles.work[vehicle]
        leave = midnight + self.vehicles.leave_s[vehicle] + self._jitter(vehicle, 480.0)
        back = midnight + self.vehicles.return_s[vehicle] + self._jitter(vehicle, 840.0)
        return self._there_and_back(vehicle, away, leave, np.maximum(back, leave + 3_600.0))

    def _errands(self, vehicle: NDArray[np.int64], midnight: NDArray[np.float64]) -> Legs:
        """Home to somewhere and back after an hour or two."""
        away = self.rng.integers(self.routes.zones, size=len(vehicle))
        leave = midnight + self._hours(vehicle, 13.5, 3.6)
        stay = 1_200.0 + self.rng.standard_exponential(len(vehicle)) * 4_000.0
        return self._there_and_back(vehicle, away, leave, leave + stay)

    def _visits(self, vehicle: NDArray[np.int64], midnight: NDArray[np.float64]) -> Legs:
        """In by a gate, and out again, or right through the city."""
        leave = midnight + self._hours(vehicle, 14.0, 4.4)
        stay = 1_800.0 + self.rng.standard_exponential(len(vehicle)) * 7_000.0
        return self._there_and_back(vehicle, self.vehicles.work[vehicle], leave, leave + stay)

    def _deliveries(self, vehicle: NDArray[np.int64], midnight: NDArray[np.float64]) -> Legs:
        """From the depot from door to door and back."""
        doors = self.rng.integers(HOME_ZONES, size=(len(vehicle), _STOPS + 1))
        doors[:, 0] = doors[:, -1] = self.vehicles.work[vehicle]
        pause = 400.0 + self.rng.random((len(vehicle), _STOPS)) * 3_000.0
        start = midnight + self._hours(vehicle, 9.0, 1.0)
        starts = start[:, None] + np.cumsum(pause, axis=1)
        pair = self.routes.pair(doors[:, :-1], doors[:, 1:])
        return Legs(np.repeat(vehicle, _STOPS), pair.ravel(), starts.ravel())

    def _there_and_back(
        self,
        vehicle: NDArray[np.int64],
        away: NDArray[np.int64],
        leave: NDArray[np.float64],
        back: NDArray[np.float64],
    ) -> Legs:
        home = self.vehicles.home[vehicle]
        pairs = np.column_stack([self.routes.pair(home, away), self.routes.pair(away, home)])
        starts = np.column_stack([leave, back])
        return Legs(np.repeat(vehicle, 2), pairs.ravel(), starts.ravel())

    def _hours(self, rows: NDArray[np.int64], mean: float, spread: float) -> NDArray[np.float64]:
        hours = self.rng.normal(mean, spread, len(rows)) % 24.0
        return hours * 3_600.0

    def _jitter(self, rows: NDArray[np.int64], spread_s: float) -> NDArray[np.float64]:
        return self.rng.standard_normal(len(rows)) * spread_s

    def _passed(self, legs: Legs) -> Passages:
        """Return what the cameras on the way see of each drive."""
        count = self.routes.count[legs.pair]
        leg = np.repeat(np.arange(len(count)), count)
        column = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
        pace = self.rng.uniform(1.0, 1.7, len(count))
        pair = legs.pair[leg]
        at_s = legs.start_s[leg] + self.routes.offset_s[pair, column] * pace[leg]
        made = Passages(legs.vehicle[leg], self.routes.camera[pair, column].astype(np.int64), at_s)
        return chosen(made, np.flatnonzero(self.rng.random(len(leg)) >= MISSED_SHARE))


def joined(passages: list[Passages]) -> Passages:
    """Return passages one after the other."""
    return Passages(
        np.concatenate([part.vehicle for part in passages] or [np.empty(0, np.int64)]),
        np.concatenate([part.camera for part in passages] or [np.empty(0, np.int64)]),
        np.concatenate([part.at_s for part in passages] or [np.empty(0)]),
    )


def chosen(passages: Passages, rows: NDArray[np.int64]) -> Passages:
    """Return some of the passages, in the order of `rows`."""
    return Passages(passages.vehicle[rows], passages.camera[rows], passages.at_s[rows])
