"""The training loop: cut-outs made between the steps, for as many minutes as given."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from tools.training.reader.network import saved_weights as reader_weights
from tools.training.reader.training import rate_at
from tools.training.states.network import SpellingHead, StateNetwork
from tools.training.states.samples import NOBODY, UNKNOWN, Pool, Samples, make_samples, state_shelf
from workbench.recognition.shipped_networks import NETWORKS

VALIDATION_SEED = 20_270_000
VALIDATION_PLATES = 170
"""Bare ones; six cut-outs of each."""

BATCH = 32
PLATES_PER_STEP = 2
"""Six cut-outs are made of each, so a cut-out is used two or three times."""

SPELLING_WEIGHT = 0.5
"""Of the loss of spelling beside that of naming the state."""

LEAST_TOLD = 0.9
"""Probability from which a state counts as named in the log."""

_FIRST_PLATES = 200
_WEIGHT_DECAY = 0.02
_LARGEST_GRADIENT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a training is told.

    Attributes
    ----------
    peak
        Highest learning rate; it rises for 4 % of the time and falls along a cosine.
    resume
        Checkpoint to go on from; without it, letters as the plate reader knows them.
    easy
        Over how many cut-outs to go from sharp and level ones to what cameras see.
    """

    minutes: float
    out: Path
    seed: int
    peak: float = 3e-3
    resume: Path | None = None
    easy: int = 8_000
    validate_every_s: float = 120.0
    validation_plates: int = VALIDATION_PLATES


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the log; `loss` and `spelling` are the means since the line before.

    Attributes
    ----------
    right
        Share of drawn plates of states whose state comes first.
    told, precision
        Share of those of which a state is told, and of all told ones the share that is right.
    """

    minutes: float
    steps: int
    made: int
    loss: float
    spelling: float
    rate: float
    right: float
    told: float
    precision: float


def train(plan: Plan, tell: Callable[[str], None] = print) -> list[Progress]:
    """Train, write ``last.pth`` and ``log.jsonl`` into a folder, and return the log."""
    torch.manual_seed(plan.seed)
    cv2.setNumThreads(1)
    if not torch.cuda.is_available():
        torch.set_num_threads(1)
    plan.out.mkdir(parents=True, exist_ok=True)
    checks = make_samples(
        np.random.default_rng(VALIDATION_SEED), state_shelf(), plan.validation_plates
    )
    pool = Pool(np.random.default_rng(plan.seed), state_shelf(), plan.easy)
    pool.grow(_FIRST_PLATES)
    return _Trainer(plan, checks, tell).run(pool)


def saved_weights(file: Path, part: str = "weights") -> dict[str, Tensor]:
    """Return the weights of a checkpoint's network, or of its other part, ``spelling``."""
    content: dict[str, dict[str, Tensor]] = torch.load(file, map_location="cpu", weights_only=True)
    return content[part]


def shares_of(network: StateNetwork, samples: Samples, device: str = "cpu") -> Tensor:
    """Return number x (states + none), each adding up to 1."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(samples.strips), 250):
            strips = torch.from_numpy(samples.strips[start : start + 250]).to(device).float()
            parts.append(network(strips).softmax(-1).cpu())
    return torch.cat(parts)


class _Trainer:
    """Network, optimiser and what was counted so far."""

    def __init__(self, plan: Plan, checks: Samples, tell: Callable[[str], None]) -> None:
        self.plan, self.checks, self.tell = plan, checks, tell
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.network = StateNetwork().to(self.device, memory_format=torch.channels_last)
        self.spelling = SpellingHead().to(self.device)
        if plan.resume is None:
            self.network.begin_with(reader_weights(NETWORKS / "plates.pth"))
        else:
            self.network.load_state_dict(saved_weights(plan.resume))
            self.spelling.load_state_dict(saved_weights(plan.resume, "spelling"))
        self.parameters = [*self.network.parameters(), *self.spelling.parameters()]
        self.optimiser = torch.optim.AdamW(self.parameters, weight_decay=_WEIGHT_DECAY)
        self.log: list[Progress] = []
        self.steps, self.losses, self.spelt = 0, [0.0], [0.0]

    def run(self, pool: Pool) -> list[Progress]:
        """Go on until the time is over."""
        start = noted = time.monotonic()
        self.losses, self.spelt = [], []
        while (passed := time.monotonic() - start) < self.plan.minutes * 60:
            rate = rate_at(passed / (self.plan.minutes * 60), self.plan.peak)
            pool.grow(PLATES_PER_STEP)
            self.losses.append(self._step(pool.batch(BATCH), rate))
            self.steps += 1
            if time.monotonic() - noted > self.plan.validate_every_s:
                self._note(passed / 60, rate, pool)
                noted = time.monotonic()
        self._note(self.plan.minutes, 0.0, pool)
        return self.log

    def _step(self, samples: Samples, rate: float) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        seen = self.network.seen(torch.from_numpy(samples.strips).to(self.device).float())
        labels = torch.from_numpy(samples.labels).to(self.device)
        # No smoothing of the labels: the shares are to be the probabilities.
        loss = torch.nn.functional.cross_entropy(self.network.told(seen), labels)
        spelling = _spelling_loss(self.spelling(seen), samples)
        self.spelt.append(float(spelling.detach()))
        self.optimiser.zero_grad()
        (loss + SPELLING_WEIGHT * spelling).backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, _LARGEST_GRADIENT)
        self.optimiser.step()
        return float(loss.detach())

    def _note(self, minutes: float, rate: float, pool: Pool) -> None:
        best, first = shares_of(self.network, self.checks, self.device).max(-1)
        labels = torch.from_numpy(self.checks.labels)
        known, told = labels != NOBODY, (first != NOBODY) & (best >= LEAST_TOLD)
        line = Progress(
            minutes=round(minutes, 2),
            steps=self.steps,
            made=pool.made,
            loss=round(float(np.mean(self.losses)), 4),
            spelling=round(float(np.mean(self.spelt)), 4),
            rate=round(rate, 6),
            right=_share((first == labels)[known]),
            told=_share(told[known]),
            precision=_share((first == labels)[told]),
        )
        self.log.append(line)
        self.losses, self.spelt = self.losses[-1:], self.spelt[-1:]
        with (self.plan.out / "log.jsonl").open("a") as file:
            file.write(json.dumps(asdict(line)) + "\n")
        both = {"weights": self.network, "spelling": self.spelling}
        torch.save(
            {
                part: {name: tensor.cpu() for name, tensor in module.state_dict().items()}
                for part, module in both.items()
            },
            self.plan.out / "last.pth",
        )
        self.tell(json.dumps(asdict(line)))


def _spelling_loss(shares: Tensor, samples: Samples) -> Tensor:
    """Return the CTC loss a strip, of those whose words are all known."""
    spelt = np.concatenate([samples.spelt[:, 0], samples.spelt[:, 1]])
    known = np.flatnonzero(spelt[:, 0] != UNKNOWN)
    lengths = (spelt[known] > 0).sum(1)
    losses = torch.nn.functional.ctc_loss(
        shares[:, known],
        torch.from_numpy(spelt[known].astype(np.int64)).to(shares.device),
        torch.full((len(known),), len(shares)),
        torch.from_numpy(lengths),
        reduction="none",
        zero_infinity=True,
    )
    return (losses / torch.from_numpy(np.maximum(lengths, 1)).to(losses)).mean()


def _share(those: Tensor) -> float:
    return round(float(those.float().mean()), 4) if len(those) else 0.0
