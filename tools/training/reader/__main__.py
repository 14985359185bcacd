"""Train, export or measure the plate network."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.training.reader.training import Plan, train


def main() -> None:
    """Run the command given on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.training.reader", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train for some minutes")
    training.add_argument("--minutes", type=float, required=True)
    training.add_argument("--out", type=Path, required=True, help="folder for checkpoint and log")
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--peak", type=float, default=2e-3, help="highest learning rate")
    training.add_argument("--resume", type=Path, help="checkpoint to go on from")
    training.add_argument("--easy", type=int, default=25_000, help="cut-outs until all are hard")
    given = parser.parse_args()
    if given.command == "train":
        train(
            Plan(
                minutes=given.minutes,
                out=given.out,
                seed=given.seed,
                peak=given.peak,
                resume=given.resume, easy=given.easy,
            )
        )


if __name__ == "__main__":
    main()
