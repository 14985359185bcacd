"""`python -m tools.training.finder`: train, export, measure."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from workbench.recognition.onnx_parts import load_session
from workbench.recognition.plate_finder import LEAST_SCORE, LONGEST_SIDE_PX, PlateFinder
from workbench.recognition.shipped_networks import NETWORKS, weight_record
from workbench.recognition.torch_parts import INSTALL


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tools.training.finder", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _train_options(commands.add_parser("train", help="train the network by the clock"))
    _export_options(commands.add_parser("export", help="write the network file that ships"))
    _measure_options(commands.add_parser("measure", help="look for the plates of labelled scenes"))
    _slanted_options(commands.add_parser("slanted", help="turn labelled scenes by known angles"))
    chosen = parser.parse_args()
    chosen.does(chosen)


def _train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled photos")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and log")
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.set_defaults(does=_train)


def _train(chosen: argparse.Namespace) -> None:
    from tools.training.finder.train import TrainingPlan, train  # noqa: PLC0415 -- loads torch

    asked = ("data", "out", "minutes", "seed", "resume")
    print(train(TrainingPlan(**{name: getattr(chosen, name) for name in asked})))


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--networks", type=Path, default=NETWORKS, help="folder that it goes into")
    parser.set_defaults(does=_export)


def _export(chosen: argparse.Namespace) -> None:
    from tools.training.finder.export import export  # noqa: PLC0415 -- loads torch

    print(export(chosen.checkpoint, chosen.networks))


def _measure_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenes", type=Path, required=True, help="folder of sets and CSV files")
    parser.add_argument("--sets", nargs="+", default=["us", "eu", "br"])
    parser.add_argument("--networks", type=Path, default=NETWORKS)
    parser.add_argument("--side", type=int, default=LONGEST_SIDE_PX, help="longest side in pixels")
    parser.add_argument("--least-score", type=float, default=LEAST_SCORE)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--sheet", type=Path, help="PNG of the scenes that were missed")
    parser.add_argument("--all", action="store_true", help="every scene on the sheet")
    parser.add_argument("--record", action="store_true", help="write figures into weights.json")
    parser.set_defaults(does=_measure)


def _measure(chosen: argparse.Namespace) -> None:
    from tools.training.finder.measure import figures, look_at  # noqa: PLC0415 -- needs OpenCV
    from tools.training.finder.sheet import draw_sheet  # noqa: PLC0415

    entry = weight_record("plate_finder", chosen.networks)
    scores: dict[str, Any] = {}
    missed = []
    for name in chosen.sets:
        for threads in chosen.threads:
            session = load_session(
                chosen.networks / entry["file"], entry["sha256"], threads=threads, install=INSTALL
            )
            finder = PlateFinder(session, entry["sha256"], chosen.side, chosen.least_score)
            scenes = look_at(chosen.scenes / name, finder)
            found = figures(scenes)
            for time in ("ms a picture", "ms of processor a picture"):
                found[f"{time}, {threads} threads"] = found.pop(time)
            scores.setdefault(name, {}).update(found)
        missed += [scene for scene in scenes if chosen.all or not all(scene.found)]
        print(name, json.dumps(_rounded(scores[name])))
    print("missed:", *(scene.name for scene in missed if not all(scene.found)))
    if chosen.sheet:
        draw_sheet(missed, chosen.sheet)
    if chosen.record:
        from tools.training.finder.export import record  # noqa: PLC0415 -- loads torch

        scores = {name: _rounded(found) for name, found in scores.items()}
        record(chosen.networks / "weights.json", "plate_finder", {**entry, "scores": scores})


def _rounded(found: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in found.items()
    }


def _slanted_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenes", type=Path, required=True, help="folder of sets and CSV files")
    parser.add_argument("--sets", nargs="+", default=["us", "eu", "br"])
    parser.set_defaults(does=_slanted)


def _slanted(chosen: argparse.Namespace) -> None:
    from tools.training.finder.turned import (  # noqa: PLC0415
        BoxFinder,
        Engines,
        figures,
        turned_plates,
    )
    from workbench.recognition.plate_finder import load_plate_finder  # noqa: PLC0415
    from workbench.recognition.plate_reader import load_plate_reader  # noqa: PLC0415
    from workbench.recognition.plate_recogniser import PlateRecogniser  # noqa: PLC0415

    finder, reader = load_plate_finder(), load_plate_reader(threads=1)
    engines = Engines(
        finder,
        PlateRecogniser("plates", finder, reader),
        PlateRecogniser("boxes", BoxFinder(finder), reader),
    )
    tables = [chosen.scenes / f"{name}.csv" for name in chosen.sets]
    for row in figures(list(turned_plates(tables, engines))):
        print(json.dumps(_rounded(row)))


if __name__ == "__main__":
    main()
