"""Train, export or measure the plate network; find real plates to train on."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from tools.training.reader.export import export, record_scores, scores_table
from tools.training.reader.measure import measure
from tools.training.reader.network import saved_weights
from tools.training.reader.photos import agreed_plates, by_text, save_plates
from tools.training.reader.training import Plan, train
from workbench.recognition.onnx_parts import load_session
from workbench.recognition.plate_reader import PlateReader, load_plate_reader, new_network
from workbench.recognition.rapidocr_engine import INSTALL
from workbench.recognition.rapidocr_reader import READER_FILE, READER_SHA256, RapidOcrReader
from workbench.recognition.torch_parts import load_package


def main() -> None:
    """Run the command given on the command line."""
    given = _parser().parse_args()
    if given.command == "train":
        train(
            Plan(
                minutes=given.minutes,
                out=given.out,
                seed=given.seed,
                peak=given.peak,
                resume=given.resume,
                easy=given.easy,
                seen=given.seen,
            )
        )
    elif given.command == "agree":
        _agree(given)
    elif given.command == "export":
        print(export(given.checkpoint, seed=given.seed, seen=given.seen))
    else:
        _measure(given)


def _measure(given: argparse.Namespace) -> None:
    reader = _unshipped(given.checkpoint) if given.checkpoint else load_plate_reader(threads=1)
    scores = measure(given.data, reader, given.sheet)
    print(scores_table(scores))
    if given.record:
        record_scores(scores)


def _agree(given: argparse.Namespace) -> None:
    models = Path(load_package("rapidocr").__file__).parent / "models"
    other = RapidOcrReader(
        load_session(models / READER_FILE, READER_SHA256, threads=1, install=INSTALL)
    )
    reader = _unshipped(given.checkpoint) if given.checkpoint else load_plate_reader(threads=1)
    plates = list(agreed_plates(given.photos, reader, other))
    save_plates(plates, given.out)
    print(f"{len(plates)} plates, {len(by_text(plates))} different texts, in {given.out}")


def _unshipped(checkpoint: Path) -> PlateReader:
    torch.set_num_threads(1)
    network = new_network()
    network.load_state_dict(saved_weights(checkpoint))
    return PlateReader(torch, network.eval(), "unshipped")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.training.reader", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train for some minutes")
    training.add_argument("--minutes", type=float, required=True)
    training.add_argument("--out", type=Path, required=True, help="folder of checkpoint and log")
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--peak", type=float, default=2.5e-3, help="highest learning rate")
    training.add_argument("--resume", type=Path, help="checkpoint to go on from")
    training.add_argument("--easy", type=int, default=25_000, help="cut-outs until all are hard")
    training.add_argument("--seen", type=Path, help="real plates to mix in, from `agree`")
    agreeing = commands.add_parser("agree", help="keep real plates that two readers read alike")
    agreeing.add_argument("--photos", type=Path, required=True, help="the finder's photos")
    agreeing.add_argument("--out", type=Path, required=True, help="file for train --seen")
    agreeing.add_argument("--checkpoint", type=Path, help="instead of the weights that ship")
    exporting = commands.add_parser("export", help="write plates.pth and its entry")
    exporting.add_argument("--checkpoint", type=Path, required=True)
    exporting.add_argument("--seed", type=int, required=True)
    exporting.add_argument("--seen", action="store_true", help="it learned from real plates too")
    measuring = commands.add_parser("measure", help="read real plates; never trained on")
    measuring.add_argument("--data", type=Path, required=True, help="folder of crops and scenes")
    measuring.add_argument("--checkpoint", type=Path, help="instead of the weights that ship")
    measuring.add_argument("--sheet", type=Path, help="picture of what was read wrong")
    measuring.add_argument("--record", action="store_true", help="into weights.json and card")
    return parser


if __name__ == "__main__":
    main()
