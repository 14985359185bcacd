"""Batches of crops: cut, pasted over, photographed anew."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import torch

from tools.training.finder.crops import Crop, cut_crop
from tools.training.finder.light import as_cameras_see
from tools.training.finder.loss import Batch
from tools.training.finder.made_up_plates import FlatPlate
from tools.training.finder.pasting import paste_plates
from tools.training.finder.photos import Photo
from tools.training.finder.targets import Target, target_of

CROP_PX = 256
BATCH = 16


def training_crop(photo: Photo, plates: list[FlatPlate], rng: np.random.Generator) -> Crop:
    """Return a crop of a photo, changed at random."""
    crop = cut_crop(photo, CROP_PX, rng)
    if rng.random() < 0.8:
        crop = paste_plates(crop, plates, rng)
    return Crop(as_cameras_see(crop.pixels, rng), crop.quads, crop.corners_known)


def training_batch(
    photos: list[Photo],
    plates: list[FlatPlate],
    rng: np.random.Generator,
    device: torch.device,
    *,
    count: int = BATCH,
) -> Batch:
    """Return a batch of crops of photos drawn at random."""
    chosen = rng.integers(len(photos), size=count)
    crops = [training_crop(photos[int(number)], plates, rng) for number in chosen]
    return stacked(crops, device)


def stacked(crops: list[Crop], device: torch.device) -> Batch:
    """Return crops and their targets as tensors."""
    targets = [target_of(crop) for crop in crops]
    maps = {
        part.name: torch.from_numpy(np.stack([getattr(each, part.name) for each in targets])).to(
            device
        )
        for part in fields(Target)
    }
    pictures = torch.from_numpy(np.stack([crop.pixels for crop in crops])).to(device)
    # Height x width x colour is what channels_last means, so nothing is copied.
    return Batch(pictures=pictures.permute(0, 3, 1, 2).float(), **maps)
