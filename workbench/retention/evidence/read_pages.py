"""The packed reads on pages, pictures beside what was read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbench.domain.read import Flag
from workbench.retention.evidence.page import Frame, Html, PageFile, facts, link, paragraph, text
from workbench.retention.evidence.pictures import SHOWN, Pictures

FOLDER = "pages"
PER_PAGE = 50

_FLAGS = {
    Flag.NO_PLATE: "no plate could be read",
    Flag.NO_PLATE_PICTURE: "came without a picture of the plate",
    Flag.NO_VEHICLE_PICTURE: "came without a picture of the vehicle",
    Flag.NO_POSITION: "came without a position",
    Flag.NO_TIME: "came without a time",
    Flag.NO_CONFIDENCE: "the reader did not say how sure it was",
    Flag.PSEUDONYM: "the plate is a stand-in, such as a hash",
    Flag.UNCERTAIN: "the reader was not sure",
    Flag.OUTSIDE_AREA: "lies outside the department's area",
    Flag.TIME_AMBIGUOUS: "the local time occurred twice that night",
    Flag.CAMERA_UNKNOWN: "the camera is not on the department's list",
    Flag.POSITION_OF_CAMERA: "the position is the camera's, not the read's own",
    Flag.TIME_OF_CONTAINER: "the time is that of the file",
}


class ReadPages:
    """Writes reads on pages, and keeps the first few for the package's own first page.

    Parameters
    ----------
    folder
        Of the payload.
    frame
        Of the package.
    pictures
        Writes the pictures that are shown.
    two_sided
        Whether to show each read's other readings.
    """

    def __init__(self, folder: Path, frame: Frame, pictures: Pictures, *, two_sided: bool) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir()
        self._frame = frame
        self._pictures = pictures
        self._two_sided = two_sided
        self._open: PageFile | None = None
        self.first: list[str] = []
        self.names: list[str] = []
        self.reads = 0

    def write(self, read: Mapping[str, Any]) -> None:
        """Add a read, a row of `DETECTION_SCHEMA`."""
        if self.reads % PER_PAGE == 0:
            self._turn()
        self.reads += 1
        if self._open is not None:
            self._open.write(self._read(read, "../"))
        if self.reads <= PER_PAGE:
            self.first.append(self._read(read, "data/"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(kind, error, trace)

    def _turn(self) -> None:
        number = len(self.names) + 1
        name = f"reads-{number:05}.html"
        if self._open is not None:
            self._open.write(f"<nav>{link(name, 'Next page')}</nav>")
        self._close()
        self._open = PageFile(self._folder / name, self._frame, f"Reads, page {number}")
        back = link(self.names[-1].rpartition("/")[2], "Page before") if self.names else ""
        self._open.write(f"<nav>{link('../../index.html', 'First page')}{back}</nav>")
        self.names.append(f"{FOLDER}/{name}")

    def _close(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        if self._open is not None:
            page, self._open = self._open, None
            page.__exit__(kind, error, trace)

    def _read(self, read: Mapping[str, Any], to_payload: str) -> str:
        shown = [
            self._picture(read["vehicle_picture"], "Picture of the vehicle", to_payload),
            self._picture(read["plate_picture"], "Picture of the plate", to_payload),
        ]
        pictures = "".join(shown) or paragraph("This read came without a picture", "quiet")
        said = facts(self._facts(read))
        plate = f'<div class="plate">{text(read["plate"])}</div>'
        number = read["detection_id"]
        return (
            f'<section class="read" id="read-{number}"><div>{pictures}</div>'
            f"<div>{plate}{said}{self._others(read)}</div></section>"
        )

    def _picture(self, sha256: str | None, what: str, to_payload: str) -> str:
        if sha256 is None:
            return ""
        name = self._pictures.name(sha256)
        if name is None:
            return paragraph(f"{what}: {self._pictures.lost[sha256]}", "warn")
        if name.rpartition(".")[2] not in SHOWN:
            return f"<p>{link(to_payload + name, what)}</p>"
        return (
            f'<img src="{to_payload}{name}" alt="{what} {text(sha256)}">'
            f'<p class="quiet">{what}, SHA-256 {text(sha256)}</p>'
        )

    def _facts(self, read: Mapping[str, Any]) -> list[tuple[str, Any]]:
        vehicle = [read[name] for name in ("color", "make", "model", "body_type", "year")]
        place = None if read["lon"] is None else f"{read['lat']:.6f}, {read['lon']:.6f} (lat, lon)"
        engine = " ".join(filter(None, (read["engine"], read["engine_version"])))
        return [
            ("Seen", self._frame.time(read["seen_at"])),
            ("Camera", read["camera_id"]),
            ("Where", place),
            ("Direction", read["direction"]),
            ("State or country as read", read["region"]),
            ("Confidence as given", read["confidence"]),
            ("Vehicle as described", " ".join(str(part) for part in vehicle if part)),
            ("Read by", engine),
            ("Source", read["source"]),
            ("Source's own number", read["source_event"]),
            ("Taken in", self._frame.time(read["received_at"])),
            ("Doubtful or missing", "; ".join(_FLAGS.get(flag, flag) for flag in read["flags"])),
            ("Number of the read", read["detection_id"]),
        ]

    def _others(self, read: Mapping[str, Any]) -> str:
        if not self._two_sided:
            return ""
        others = read["candidates"] or []
        if not others:
            return paragraph("The reader gave no other reading.", "quiet")
        listed = ", ".join(f"{text(one['text'])} ({text(one['confidence'])})" for one in others)
        pairs = [("What the reader weighed", Html(listed))]
        return facts(pairs)
