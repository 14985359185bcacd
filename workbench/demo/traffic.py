"""A year of traffic as reads, one piece after the other, with the truth kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.demo import read_table
from workbench.demo.cameras import Camera
from workbench.demo.misreads import Readings, read_plates
from workbench.demo.patrol import Patrol, with_gps_error
from workbench.demo.plates import plate_row
from workbench.demo.robberies import Series
from workbench.demo.routes import RouteTable
from workbench.demo.trips import Passages, TripMaker, chosen, joined
from workbench.demo.vehicles import FIXED_SHARE, KIND_SHARES, Kind, Vehicles
from workbench.demo.year import Piece, one_day, pieces, year_ending

MayStand = Callable[[Passages], NDArray[np.bool_]]
"""Says which passages may stand."""

_COMPASS = ("northbound", "eastbound", "southbound", "westbound")


@dataclass(frozen=True, slots=True, eq=False)
class ReadPiece:
    """Reads of a part of the year.

    Attributes
    ----------
    name
        Month and part, such as ``2026-07 part 1``.
    table
        Columns of `workbench.demo.read_table.READ_SCHEMA`, in order of time.
    vehicle
        Row of the vehicle that was really there, read by read; for tests, never in a database.
    """

    name: str
    table: pa.Table
    vehicle: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """Everything that a year of traffic is made from."""

    seed: int
    reads: int
    ending: date
    cameras: tuple[Camera, ...]
    routes: RouteTable
    vehicles: Vehicles
    patrol: Patrol
    series: Series
    misread_as: str

    def pieces(self, first: int = 0) -> Iterator[ReadPiece]:
        """Make the reads, month by month; the same seed gives the same reads.

        Parameters
        ----------
        first
            How many pieces to leave out; each is made on its own.
        """
        for piece in pieces(self.reads, self.ending)[first:]:
            yield self._piece(piece)

    def day(self, on: date, rows: int, planned: Passages) -> ReadPiece:
        """Make the reads of one more day, of which some passages are given.

        Parameters
        ----------
        on
            A day after the year.
        rows
            How many reads.
        planned
            Passages of that day, all read as they are; their cars are nowhere else then.
        """
        piece = one_day(on, rows)
        first = float(piece.midnight_s[0])

        def may_stand(passages: Passages) -> NDArray[np.bool_]:
            within = (passages.at_s >= first) & (passages.at_s < first + 86_400.0)
            return within & ~np.isin(passages.vehicle, planned.vehicle)

        certain = np.ones(len(planned.at_s), dtype=bool)
        return self._made(piece, planned, certain, may_stand, name=f"{on}")

    def only(self, on: date, passages: Passages) -> ReadPiece:
        """Make the reads of given passages and of no others, all read as they are.

        Parameters
        ----------
        on
            The day of the first of them.
        """
        piece = one_day(on, len(passages.at_s))
        rng = np.random.default_rng([self.seed, self.reads, piece.number, 1])
        certain = np.ones(len(passages.at_s), dtype=bool)
        table = self._table(piece, passages, certain, rng)
        return ReadPiece(f"{on}", table, passages.vehicle)

    def _piece(self, piece: Piece) -> ReadPiece:
        planned = self._planned(piece)
        certain = np.isin(planned.vehicle, (self.series.getaway, self.series.accomplice))
        name = f"{piece.month} part {piece.part + 1}"
        return self._made(piece, planned, certain, self._may_stand, name=name)

    def _made(
        self,
        piece: Piece,
        planned: Passages,
        certain: NDArray[np.bool_],
        may_stand: MayStand,
        *,
        name: str,
    ) -> ReadPiece:
        rng = np.random.default_rng([self.seed, self.reads, piece.number])
        others = self._others(piece, piece.rows - len(planned.at_s), may_stand, rng)
        both = joined([planned, others])
        order = np.argsort(both.at_s, kind="stable")
        sure = np.concatenate([certain, np.zeros(len(others.at_s), dtype=bool)])[order]
        passages = chosen(both, order)
        return ReadPiece(name, self._table(piece, passages, sure, rng), passages.vehicle)

    def _planned(self, piece: Piece) -> Passages:
        """Return the passages of the robbery series that fall into the piece."""
        at_s = self.series.passages.at_s
        first, last = piece.midnight_s[0], piece.midnight_s[-1] + 86_400.0
        within = (at_s >= first) & (at_s < last) & (piece.part == 0)
        return chosen(self.series.passages, np.flatnonzero(within))

    def _others(
        self, piece: Piece, rows: int, may_stand: MayStand, rng: np.random.Generator
    ) -> Passages:
        fixed = round(rows * FIXED_SHARE)
        cuts = np.round(np.cumsum([0.0, *KIND_SHARES]) * fixed).astype(int)
        trips = TripMaker(self.vehicles, self.routes, piece, rng)
        made = [
            trips.passages(kind, int(share), may_stand)
            for kind, share in zip(Kind, np.diff(cuts), strict=True)
        ]
        missing = rows - fixed
        while missing > 0:
            seen = self.patrol.passages(piece, missing + 10, rng)
            made.append(chosen(seen, np.flatnonzero(may_stand(seen))[:missing]))
            missing -= len(made[-1].at_s)
        return joined(made)

    def _may_stand(self, passages: Passages) -> NDArray[np.bool_]:
        start, after = (at.timestamp() for at in year_ending(self.ending))
        lon, lat, _ = self._positions(passages)
        within = (passages.at_s >= start) & (passages.at_s < after - 0.001)
        return within & self.series.undisturbed(passages, lon, lat)

    def _positions(
        self, passages: Passages
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        fixed = np.array([(c.point.lon, c.point.lat, c.heading_deg) for c in self.cameras])
        on_patrol = np.flatnonzero(passages.camera >= len(fixed))
        places = fixed[np.minimum(passages.camera, len(fixed) - 1)].T.copy()
        cars = passages.camera[on_patrol] - len(fixed)
        places[:, on_patrol] = self.patrol.positions(cars, passages.at_s[on_patrol])
        return places[0], places[1], places[2]

    def _readings(
        self,
        passages: Passages,
        certain: NDArray[np.bool_],
        night: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> Readings:
        quality = np.random.default_rng([self.seed, 60]).lognormal(0.0, 0.35, 200).clip(0.5, 2.2)
        hard = quality[passages.camera] * np.where(night, 1.5, 0.78)
        hard[certain] = 0.0
        readings = read_plates(self.vehicles.plates[passages.vehicle], hard.astype("f4"), rng)
        self._write_misread(readings, passages)
        return readings

    def _write_misread(self, readings: Readings, passages: Passages) -> None:
        """Write the one wrong read of the getaway car over the right one."""
        at_s = self.series.passages.at_s[self.series.misread_row]
        mine = (passages.at_s == at_s) & (passages.vehicle == self.series.getaway)
        for row in np.flatnonzero(mine):
            readings.candidates[row, 1] = readings.plates[row]
            readings.plates[row] = readings.candidates[row, 0] = plate_row(self.misread_as)
            readings.confidence[row] = readings.candidate_confidence[row, 0] = 0.71
            readings.candidate_confidence[row, 1] = 0.66
            readings.candidate_count[row] = 2

    def _table(
        self,
        piece: Piece,
        passages: Passages,
        certain: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> pa.Table:
        rows = len(passages.at_s)
        hour = (passages.at_s - piece.midnight_s[0]) % 86_400.0 / 3_600.0
        night = (hour < 6.5) | (hour > 19.0)
        readings = self._readings(passages, certain, night, rng)
        on_patrol = passages.camera >= len(self.cameras)
        lon, lat, heading = self._positions(passages)
        off_lon, off_lat = with_gps_error(lon, lat, rng)
        lon, lat = np.where(on_patrol, off_lon, lon), np.where(on_patrol, off_lat, lat)
        columns = {
            "seen_at": read_table.times(passages.at_s),
            "received_at": read_table.times(passages.at_s + _delays_s(on_patrol, rng)),
            "camera_id": read_table.named(self._camera_ids(), passages.camera),
            "plate": read_table.texts(readings.plates),
            "region": read_table.regions(self.vehicles, passages.vehicle, rng),
            "confidence": pa.array(readings.confidence),
            "candidates": read_table.candidate_lists(readings),
            "lon": pa.array(np.round(lon, 6)),
            "lat": pa.array(np.round(lat, 6)),
            "heading_deg": pa.array((np.round(heading, 1) % 360.0).astype("f4")),
            "direction": read_table.named(_COMPASS, np.round(heading / 90.0).astype(int) % 4),
            "vehicle": read_table.vehicle_structs(self.vehicles, passages.vehicle, night, rng),
            "plate_box": read_table.plate_boxes(rows, rng),
            "engine": read_table.constant(read_table.ENGINE, rows),
            "engine_version": read_table.constant(read_table.ENGINE_VERSION, rows),
            "source": read_table.constant(read_table.SOURCE, rows),
            "source_event": read_table.events(self._event_prefix(piece), rows),
        }
        return pa.table(columns, schema=read_table.READ_SCHEMA)

    def _camera_ids(self) -> list[str]:
        fixed = [camera.camera_id for camera in self.cameras]
        return fixed + [car.camera_id for car in self.patrol.cars]

    def _event_prefix(self, piece: Piece) -> str:
        return f"{self.seed}-{self.reads}-{self.ending:%Y%m%d}-{piece.number}"


def _delays_s(on_patrol: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how long reads take to arrive: seconds, from cars longer, sometimes hours."""
    delay = rng.lognormal(1.1, 0.5, len(on_patrol)) * np.where(on_patrol, 6.0, 1.0)
    late = rng.random(len(on_patrol)) < 0.004
    return delay + late * rng.uniform(1_800.0, 30_000.0, len(on_patrol))
