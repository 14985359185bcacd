"""Train, export or measure the network that names the state."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.training.states.export import export
from tools.training.states.report import measure
from tools.training.states.training import Plan, train


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
        print(export(given.checkpoint, seed=given.seed, temperature=given.temperature))
    else:
        print(measure(given.data, sheet=given.sheet, record_it=given.record))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.training.states", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train for some minutes")
    training.add_argument("--minutes", type=float, required=True)
    training.add_argument("--out", type=Path, required=True, help="folder of checkpoint and log")
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--peak", type=float, default=3e-3, help="highest learning rate")
    training.add_argument("--resume", type=Path, help="checkpoint to go on from")
    training.add_argument("--easy", type=int, default=8_000, help="cut-outs until all are hard")
    exporting = commands.add_parser("export", help="write the network that ships and its entry")
    exporting.add_argument("--checkpoint", type=Path, required=True)
    exporting.add_argument("--seed", type=int, required=True)
    exporting.add_argument(
        "--temperature", type=float, default=1.0, help="above 1: less sure probabilities"
    )
    measuring = commands.add_parser("measure", help="name states of real plates; no training")
    measuring.add_argument("--data", type=Path, required=True, help="folder of crops and scenes")
    measuring.add_argument("--sheet", type=Path, help="picture of what was told wrong or not")
    measuring.add_argument("--record", action="store_true", help="into weights.json and card")
    return parser


if __name__ == "__main__":
    main()
