"""How far answers are from what they should be."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Crops and targets, stacked; see `targets.Target` for the fields after `pictures`."""

    pictures: Tensor
    heat: Tensor
    counts: Tensor
    weight: Tensor
    sides: Tensor
    corners: Tensor
    corner_weight: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """The three parts of the loss, each a number."""

    heat: Tensor
    box: Tensor
    corners: Tensor

    @property
    def total(self) -> Tensor:
        """What is lowered."""
        return self.heat + 2.0 * self.box + 20.0 * self.corners


def loss_of(answers: Tensor, batch: Batch) -> Loss:
    """Return the loss of a batch.

    The heat's part is the focal loss of penalty-reduced middles (Zhou, Wang, Krähenbühl: Objects
    as Points, 2019, equation 1); the box's part is generalised IoU (Rezatofighi et al., 2019) and
    the distance of the logarithms of the sides, which does not care how large a plate is. Corners
    are compared as shift, slope, lean and bend of the whole plate, which may be above or below
    zero: of the corners themselves half lie in the corners of the box, and a network that is asked
    for each alone soon says so of all.
    """
    positives = (batch.heat >= 1).sum().clamp(min=1)
    weight = batch.weight.sum().clamp(min=1.0)
    sides = answers[:, 1:5]
    known = batch.corner_weight.sum().clamp(min=1.0)
    off = functional.smooth_l1_loss(
        _as_a_whole(answers[:, 5:]), _as_a_whole(batch.corners), reduction="none", beta=0.02
    ).mean(dim=(1, 2))
    box = _giou_loss(sides, batch.sides) + 0.5 * (sides - batch.sides.log()).abs().mean(dim=1)
    return Loss(
        heat=_focal(answers[:, 0], batch) / positives,
        box=(box * batch.weight).sum() / weight,
        corners=(off * batch.corner_weight).sum() / known,
    )


def _as_a_whole(inward: Tensor) -> Tensor:
    """Return N x 4 x 2 x rows x columns: the four corners' moves, added and taken away."""
    signs = inward.new_tensor(((1, 1), (-1, 1), (-1, -1), (1, -1)))[None, :, :, None, None]
    moves = inward.unflatten(1, (4, 2)) * signs
    mixed = inward.new_tensor(((1, 1, 1, 1), (-1, 1, 1, -1), (-1, -1, 1, 1), (1, -1, 1, -1))) / 2
    return torch.einsum("km,nmcyx->nkcyx", mixed, moves)


def _focal(logits: Tensor, batch: Batch) -> Tensor:
    found = logits.sigmoid()
    middle = batch.heat >= 1
    missed = -functional.logsigmoid(logits) * (1 - found) ** 2
    false = -functional.logsigmoid(-logits) * found**2 * (1 - batch.heat) ** 4
    return (torch.where(middle, missed, false) * batch.counts).sum()


def _giou_loss(logarithms: Tensor, sides: Tensor) -> Tensor:
    given = logarithms.clamp(-4, 5).exp()
    inner = torch.minimum(given, sides)
    outer = torch.maximum(given, sides)
    overlap = (inner[:, 0] + inner[:, 2]) * (inner[:, 1] + inner[:, 3])
    around = (outer[:, 0] + outer[:, 2]) * (outer[:, 1] + outer[:, 3])
    areas = [(box[:, 0] + box[:, 2]) * (box[:, 1] + box[:, 3]) for box in (given, sides)]
    union = areas[0] + areas[1] - overlap
    return 1 - overlap / union + (around - union) / around
