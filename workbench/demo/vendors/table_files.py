"""Made-up deliveries of the vendors who write tables."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence

from workbench.demo.names import TOWN
from workbench.demo.vendors.json_files import platerecognizer_result
from workbench.demo.vendors.sighting import Sighting
from workbench.demo.year import ZONE

_PLAIN = ("plate", "seen_at", "camera", "lon", "lat", "confidence", "region", "source_event")
_RESULT = (
    *("timestamp", "plate", "score", "dscore", "file", "box", "model_make", "color", "vehicle"),
    *("region", "orientation", "candidates", "source_url", "position_sec", "direction"),
)


def plain_csv(sightings: Sequence[Sighting]) -> bytes:
    """Return a comma-delimited file with the workbench's own column names."""
    return _table(_PLAIN, (_plain(sighting) for sighting in sightings))


def broken_csv(sightings: Sequence[Sighting]) -> bytes:
    """Return the same with four lines that cannot be taken as they are: they go to quarantine."""
    rows = [_plain(sighting) for sighting in sightings]
    rows[1][0] = "Q" * 40
    rows[3][1] = "yesterday evening"
    rows[4][4] = "91.2"
    rows[6][3], rows[6][4] = rows[6][4], rows[6][3]
    return _table(_PLAIN, rows)


def learn_grid(sightings: Sequence[Sighting]) -> bytes:
    """Return LEARN's detection grid; its times are local and say no zone."""
    header = ("Plate", "Date", "Time", "System", "Camera", "Latitude", "Longitude")
    local = ((s, s.at.astimezone(ZONE)) for s in sightings)
    return _table(
        header,
        (
            [
                s.plate,
                f"{at:%m/%d/%Y}",
                f"{at:%I:%M:%S %p}",
                f"{TOWN} (made up)",
                s.camera.camera_id,
                s.camera.point.lat,
                s.camera.point.lon,
            ]
            for s, at in local
        ),
    )


def seattle_reads(sightings: Sequence[Sighting]) -> bytes:
    """Return a pipe-delimited file with a hash in place of each plate."""
    header = ("zipcode", "dt", "location", "address", "device", "plate_hash", "lon", "lat")
    return _table(
        header,
        (
            [
                "00000",
                s.at.astimezone(ZONE).strftime("%m/%d/%Y - %H:%M:%S"),
                "MADE UP",
                s.camera.name.partition(",")[0],
                s.camera.camera_id,
                hashlib.sha256(f"demo {s.plate}".encode()).hexdigest()[:40],
                s.camera.point.lon,
                s.camera.point.lat,
            ]
            for s in sightings
        ),
        delimiter="|",
    )


def platerecognizer_csv(sightings: Sequence[Sighting]) -> bytes:
    """Return Plate Recognizer Stream's CSV file, whose cells are values of Python."""
    return _table(_RESULT, (_result(sighting) for sighting in sightings))


def _plain(sighting: Sighting) -> list[object]:
    return [
        sighting.plate,
        sighting.at.isoformat(timespec="milliseconds"),
        sighting.camera.camera_id,
        sighting.camera.point.lon,
        sighting.camera.point.lat,
        sighting.confidence,
        sighting.region,
        str(sighting.event),
    ]


def _result(sighting: Sighting) -> list[object]:
    parts = platerecognizer_result(sighting) | {
        "timestamp": sighting.at.isoformat(sep=" ", timespec="microseconds"),
        "file": f"/{sighting.camera.camera_id}_screenshots/image{sighting.event.hex[:8]}.jpg",
    }
    return ["" if parts[name] is None else parts[name] for name in _RESULT]


def _table(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ","
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
