"""Train, export or measure the plate network."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from tools.training.reader.export import export, record_scores, scores_table
from tools.training.reader.measure import measure
from tools.training.reader.network import saved_weights
from tools.training.reader.training import Plan, train
from workbench.recognition.plate_reader import PlateReader, load_plate_reader, new_network


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
            )
        )
    elif given.command == "export":
        print(export(given.checkpoint, seed=given.seed))
    else:
        _measure(given)


def _measure(given: argparse.Namespace) -> None:
    reader = _unshipped(given.checkpoint) if given.checkpoint else load_plate_reader(threads=1)
    scores = measure(given.data, reader, given.sheet)
    print(scores_table(scores))
    if given.record:
        record_scores(scores)


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
    exporting = commands.add_parser("export", help="write plates.pth and its entry")
    exporting.add_argument("--checkpoint", type=Path, required=True)
    exporting.add_argument("--seed", type=int, required=True)
    measuring = commands.add_parser("measure", help="read real plates; never trained on")
    measuring.add_argument("--data", type=Path, required=True, help="folder of crops and scenes")
    measuring.add_argument("--checkpoint", type=Path, help="instead of the weights that ship")
    measuring.add_argument("--sheet", type=Path, help="picture of what was read wrong")
    measuring.add_argument("--record", action="store_true", help="into weights.json and card")
    return parser


if __name__ == "__main__":
    main()
