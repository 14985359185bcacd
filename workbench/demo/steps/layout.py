"""Puts the city's files into the demo's folder: roads, pictures with their truth, deliveries."""

from __future__ import annotations

import csv
from datetime import datetime, time
from pathlib import Path

from workbench.demo.pictures import ScenePicture, sample_pictures
from workbench.demo.roads import save_roads
from workbench.demo.stage import Report, Stage
from workbench.demo.vendors.deliveries import write_deliveries
from workbench.demo.year import ZONE

NAME = "layout"
PICTURES = 6
SIZES = ((960, 540), (1_024, 768))
"""Small ones: EasyOCR's time grows with the pixels."""
TAKEN_AT = time(17, 30)
"""Local time of the first picture, on the city's last day; the others follow a minute apart."""


def lay_out(stage: Stage, report: Report) -> str:
    """Write everything that the later steps take in."""
    folder = stage.home.folder
    parts = f"{len(stage.city.roads)} roads, {len(stage.city.cameras)} cameras and "
    parts += f"{len(stage.city.patrol_cars)} patrol cars of {stage.city.name}"
    if NAME in stage.progress.done:
        return f"{parts} are there already"
    save_roads(stage.city.roads, stage.home.roads)
    report(1, 3)
    evening = datetime.combine(stage.city.ending, TAKEN_AT, ZONE)
    made = sample_pictures(stage.city.seed, PICTURES, sizes=SIZES, first_at=evening)
    write_pictures(made, folder / "pictures")
    report(2, 3)
    deliveries = write_deliveries(stage.city, folder / "deliveries")
    stage.keep(stage.progress.with_done(NAME))
    return f"{parts}; {PICTURES} pictures and {len(deliveries)} vendors' files"


def picture_files(stage: Stage) -> list[Path]:
    """Return the pictures that were laid out, in order."""
    return sorted((stage.home.folder / "pictures").glob("demo-*.jpg"))


def picture_truth(stage: Stage) -> list[str]:
    """Return what is really on the plates of the pictures, in their order."""
    with (stage.home.folder / "pictures" / "truth.csv").open(encoding="utf-8") as file:
        return [row["plate"] for row in csv.DictReader(file)]


def write_pictures(pictures: list[ScenePicture], folder: Path) -> None:
    """Write pictures under plain numbers, and the truth about them beside, for people."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["picture", "plate", "x", "y", "width", "height", "night"])
        for number, picture in enumerate(pictures, start=1):
            name = f"demo-{number:02d}.jpg"
            (folder / name).write_bytes(picture.jpeg)
            box = picture.box
            sides = (box.x, box.y, box.width, box.height)
            table.writerow([name, picture.plate, *sides, picture.night])
