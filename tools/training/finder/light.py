"""What cameras and weather do to a picture: dark, grey, blurred, noisy, squeezed into JPEG."""

from __future__ import annotations

import math

import cv2
import numpy as np

from tools.training.finder.photos import Floats, Pixels


def as_cameras_see(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return the picture as another camera, at another hour, might have taken it."""
    values = _blurred(pixels, rng).astype(np.float32)
    values = _lit(values, rng)
    if rng.random() < 0.5:
        strength = abs(rng.normal(0, 8))
        grain = rng.standard_normal((*values.shape[:2], 1), np.float32) * strength
        values += grain
    picture = np.clip(values, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
    return np.asarray(picture, np.uint8)


def _blurred(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    chance = rng.random()
    if chance < 0.3:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.3, 1.6)), np.uint8)
    if chance < 0.42:
        length, turn = int(rng.integers(3, 8)), rng.uniform(0, math.pi)
        kernel = np.zeros((9, 9), np.float32)
        along = np.linspace(-length / 2, length / 2, 30)
        x, y = 4 + along * math.cos(turn), 4 + along * math.sin(turn)
        kernel[np.clip(np.rint(y), 0, 8).astype(int), np.clip(np.rint(x), 0, 8).astype(int)] = 1
        return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)
    return pixels


def _lit(values: Floats, rng: np.random.Generator) -> Floats:
    if rng.random() < 0.2:
        values = np.repeat(values.mean(axis=2, keepdims=True), 3, axis=2)
    elif rng.random() < 0.6:
        grey = values.mean(axis=2, keepdims=True)
        cast = np.exp(rng.normal(0, 0.1, 3)).astype(np.float32)
        values = (grey + (values - grey) * np.float32(rng.uniform(0.3, 1.5))) * cast
    if rng.random() < 0.12:  # night, or a shutter far too fast
        values = values * np.float32(rng.uniform(0.18, 0.5))
    elif rng.random() < 0.8:
        middle = np.float32(values.mean())
        values = (values - middle) * np.float32(math.exp(rng.normal(0, 0.25))) + middle
        values = values * np.float32(math.exp(rng.normal(0, 0.25))) + np.float32(rng.normal(0, 12))
    if rng.random() < 0.12:  # haze, or the sun in the lens
        haze = np.float32(rng.uniform(60, 230))
        values = values + (haze - values) * np.float32(rng.uniform(0.15, 0.55))
    return np.asarray(values, np.float32)
