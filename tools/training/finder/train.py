"""Training by the clock, with checkpoints that it can go on from."""

from __future__ import annotations

import json
import math
import time
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from tools.training.finder.batches import BATCH, training_batch
from tools.training.finder.loss import Batch, loss_of
from tools.training.finder.made_up_plates import draw_plates
from tools.training.finder.network import FinderNetwork
from tools.training.finder.photos import load_photos

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"
_RATE = 2.5e-3
_LAST_RATE = 2e-5
_WARM_UP_STEPS = 150
_AVERAGED_OVER_STEPS = 400
_LOG_EVERY_S = 30.0
_SAVE_EVERY_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What `train` is asked to do.

    Attributes
    ----------
    data
        Folder of the labelled photos.
    out
        Folder for checkpoint and log.
    minutes
        How long; the learning rate falls along a half cosine over this time.
    seed
        Of weights, crops and made-up plates.
    resume
        Go on from the checkpoint in `out`.
    plates
        How many made-up plates are drawn.
    limit
        Most photos of each set; all by default.
    """

    data: Path
    out: Path
    minutes: float
    seed: int
    resume: bool = False
    plates: int = 3_000
    limit: int | None = None


class Trainer:
    """Network, average of its weights, optimiser, and how far they have come."""

    def __init__(self, seed: int, device: torch.device) -> None:
        torch.manual_seed(seed)
        self.device = device
        self.network = FinderNetwork().to(device, memory_format=torch.channels_last)
        self.average = deepcopy(self.network).eval()
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=_RATE, weight_decay=5e-4)
        self.steps = 0
        self.minutes = 0.0

    def step(self, batch: Batch, done: float) -> dict[str, float]:
        """Learn from a batch; return the parts of its loss.

        Parameters
        ----------
        done
            From 0 to 1: how much of the training is behind.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(done, self.steps)
        self.network.train()
        loss = loss_of(self.network(batch.pictures), batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.total.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.steps += 1
        self._take_into_average()
        return {
            part: float(getattr(loss, part).detach())
            for part in ("total", "heat", "box", "corners")
        }

    def loss_on(self, batches: list[Batch]) -> float:
        """Return the averaged network's mean loss; nothing is learned."""
        with torch.inference_mode():
            losses = [float(loss_of(self.average(each.pictures), each).total) for each in batches]
        return sum(losses) / len(losses)

    def save(self, file: Path, seed: int, minutes: float) -> None:
        """Write everything that going on needs, and where it comes from."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
            "seed": seed,
            "minutes": self.minutes + minutes,
        }
        torch.save(state, file.with_suffix(".part"))
        file.with_suffix(".part").replace(file)

    def load(self, file: Path) -> None:
        """Go on from where `save` was."""
        state = torch.load(file, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.steps = state["steps"]
        self.minutes = state["minutes"]

    def _take_into_average(self) -> None:
        kept = min(1 - 1 / _AVERAGED_OVER_STEPS, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            pairs = zip(
                self.average.state_dict().values(), self.network.state_dict().values(), strict=True
            )
            for slow, fast in pairs:
                if slow.is_floating_point():
                    slow.lerp_(fast, 1 - kept)
                else:
                    slow.copy_(fast)


def rate_at(done: float, steps: int) -> float:
    """Return the learning rate: rising for a few steps, then a half cosine down."""
    falling = _LAST_RATE + (_RATE - _LAST_RATE) * (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return falling * min(1.0, (steps + 1) / _WARM_UP_STEPS)


def train(plan: TrainingPlan) -> Path:
    """Train for as long as the plan says; return the checkpoint."""
    plan.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
    trainer = Trainer(plan.seed, device)
    file = plan.out / CHECKPOINT
    if plan.resume:
        trainer.load(file)
    rng = np.random.default_rng([plan.seed, trainer.steps])
    photos, held_back = load_photos(plan.data, limit=plan.limit)
    plates = draw_plates(plan.plates, np.random.default_rng(plan.seed))
    fixed = np.random.default_rng(1)
    checks = [training_batch(held_back, plates, fixed, device) for _ in range(12)]
    began = noted = saved = time.monotonic()
    recent: list[dict[str, float]] = []
    while (now := time.monotonic()) - began < plan.minutes * 60:
        batch = training_batch(photos, plates, rng, device)
        recent.append(trainer.step(batch, (now - began) / (plan.minutes * 60)))
        if now - noted > _LOG_EVERY_S:
            note = _summary(recent, trainer, now - began)
            _log(plan.out / LOG, note)
            recent, noted = [], now
        if now - saved > _SAVE_EVERY_S:
            trainer.save(file, plan.seed, (now - began) / 60)
            _log(plan.out / LOG, {"step": trainer.steps, "held_back": trainer.loss_on(checks)})
            saved = now
    trainer.save(file, plan.seed, plan.minutes)
    _log(plan.out / LOG, {"step": trainer.steps, "held_back": trainer.loss_on(checks)})
    return file


def _summary(recent: list[dict[str, float]], trainer: Trainer, elapsed_s: float) -> dict[str, Any]:
    means = {part: sum(each[part] for each in recent) / len(recent) for part in recent[0]}
    crops_s = len(recent) * BATCH / _LOG_EVERY_S
    return {"step": trainer.steps, "elapsed_s": elapsed_s, "crops_a_second": crops_s, **means}


def _log(file: Path, note: dict[str, Any]) -> None:
    line = json.dumps({key: round(value, 4) for key, value in note.items()})
    print(line, flush=True)
    with file.open("a") as log:
        log.write(line + "\n")
