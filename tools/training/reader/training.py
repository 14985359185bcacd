"""The training loop: CTC on cut-outs made on the fly, for as many minutes as given."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tools.training.plates import CHARACTERS, FontShelf
from tools.training.reader.network import as_input, greedy_texts, saved_weights
from tools.training.reader.supply import Samples, Supply, make_samples, opened_supply
from workbench.recognition.plate_reader import new_network

VALIDATION_SEED = 20_260_000
VALIDATION_PLATES = 1_000
BATCH = 32
_WARM_UP = 0.04
_LAST_RATE = 0.005
_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a training is told.

    Attributes
    ----------
    peak
        Highest learning rate; it rises for 4 % of the time and falls along a cosine.
    resume
        Checkpoint or exported weights to go on from.
    easy
        Over how many cut-outs to go from sharp to hard ones; see `opened_supply`.
    seen
        Real plates to mix in; see `photos.py`.
    """

    minutes: float
    out: Path
    seed: int
    peak: float = 2e-3
    resume: Path | None = None
    easy: int = 25_000
    seen: Path | None = None
    validate_every_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the log; `loss` is the mean since the line before."""

    minutes: float
    steps: int
    seen: int
    made: int
    loss: float
    rate: float
    exact: float


def train(plan: Plan, tell: Callable[[str], None] = print) -> list[Progress]:
    """Train, write ``last.pth`` and ``log.jsonl`` into a folder, and return the log."""
    torch.manual_seed(plan.seed)
    if not torch.cuda.is_available():
        torch.set_num_threads(1)
    plan.out.mkdir(parents=True, exist_ok=True)
    checks = make_samples(
        np.random.default_rng(VALIDATION_SEED), FontShelf.installed(), VALIDATION_PLATES
    )
    with opened_supply(plan.seed, easy=plan.easy, seen=plan.seen) as supply:
        return _Trainer(plan, checks, tell).run(supply)


def exact_rate(network: Any, samples: Samples, device: str = "cpu") -> float:
    """Return the share of cut-outs whose whole text is read right."""
    network.eval()
    right = 0
    with torch.inference_mode():
        for start in range(0, len(samples.crops), 250):
            part = slice(start, start + 250)
            read = greedy_texts(network(as_input(samples.crops[part]).to(device)))
            truth = (
                "".join(CHARACTERS[n - 1] for n in label if n) for label in samples.labels[part]
            )
            right += sum(one == other for one, other in zip(read, truth, strict=True))
    return right / len(samples.crops)


def rate_at(share: float, peak: float) -> float:
    """Return the learning rate after a share of the time.

    Examples
    --------
    >>> [round(rate_at(share, 1.0), 3) for share in (0.02, 0.04, 1.0)]
    [0.5, 1.0, 0.005]
    """
    if share < _WARM_UP:
        return peak * share / _WARM_UP
    fallen = (1 + math.cos(math.pi * (share - _WARM_UP) / (1 - _WARM_UP))) / 2
    return peak * (_LAST_RATE + (1 - _LAST_RATE) * fallen)


class _Trainer:
    """Network, optimiser and what was counted so far."""

    def __init__(self, plan: Plan, checks: Samples, tell: Callable[[str], None]) -> None:
        self.plan, self.checks, self.tell = plan, checks, tell
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.network = new_network().to(self.device, memory_format=torch.channels_last)
        if plan.resume:
            self.network.load_state_dict(saved_weights(plan.resume))
        self.optimiser = torch.optim.AdamW(self.network.parameters(), weight_decay=_WEIGHT_DECAY)
        self.rng = np.random.default_rng(plan.seed + 1)
        self.log: list[Progress] = []
        self.steps, self.losses = 0, [0.0]

    def run(self, supply: Supply) -> list[Progress]:
        """Go on until the time is over."""
        supply.batch(self.rng, 1)
        start = noted = time.monotonic()
        self.losses = []
        while (passed := time.monotonic() - start) < self.plan.minutes * 60:
            rate = rate_at(passed / (self.plan.minutes * 60), self.plan.peak)
            self.losses.append(self._step(supply.batch(self.rng, BATCH), rate))
            self.steps += 1
            if time.monotonic() - noted > self.plan.validate_every_s:
                self._note(passed / 60, rate, supply)
                noted = time.monotonic()
        self._note(self.plan.minutes, 0.0, supply)
        return self.log

    def _step(self, samples: Samples, rate: float) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        logits = self.network(as_input(samples.crops).to(self.device))
        lengths = torch.from_numpy((samples.labels > 0).sum(1))
        targets = torch.from_numpy(samples.labels[samples.labels > 0].astype(np.int64))
        steps = torch.full((len(logits),), logits.shape[1])
        shares = logits.log_softmax(-1).transpose(0, 1)
        loss = torch.nn.functional.ctc_loss(
            shares, targets.to(self.device), steps, lengths, zero_infinity=True
        )
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        self.optimiser.step()
        return float(loss.detach())

    def _note(self, minutes: float, rate: float, supply: Supply) -> None:
        line = Progress(
            minutes=round(minutes, 2),
            steps=self.steps,
            seen=self.steps * BATCH,
            made=int(supply.made.value),
            loss=round(float(np.mean(self.losses)), 4),
            rate=round(rate, 6),
            exact=round(exact_rate(self.network, self.checks, self.device), 4),
        )
        self.log.append(line)
        self.losses = self.losses[-1:]
        with (self.plan.out / "log.jsonl").open("a") as file:
            file.write(json.dumps(asdict(line)) + "\n")
        weights = {name: tensor.cpu() for name, tensor in self.network.state_dict().items()}
        torch.save({"weights": weights}, self.plan.out / "last.pth")
        self.tell(json.dumps(asdict(line)))
