"""Augmentation of ink, and generation of scribbles and pairs of characters as negatives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augmentation import InkAugmentation

Strokes = list[NDArray[np.float32]]


def unit_strokes(ink: Ink) -> Strokes:
    """Return the strokes as arrays (N, 2), centred and scaled to a longer side of 1."""
    bounds = ink.bounds()
    if bounds is None:
        return []
    left, top, right, bottom = bounds
    size = ink.extent() or 1.0
    centre = np.array([(left + right) / 2, (top + bottom) / 2], dtype=np.float32)
    return [(stroke.points - centre) / np.float32(size) for stroke in ink.strokes]


def augment_ink(strokes: Strokes, settings: InkAugmentation, rng: np.random.Generator) -> Ink:
    """Augment the ink of a character at random.

    Rotation, shear and aspect ratio are a linear map; a bend is a sine displacement, similar to the elastic
    distortions of Simard, Steinkraus and Platt (2003); each stroke is shifted separately.
    """
    linear = _linear_map(settings, rng)
    amplitude = rng.normal(0.0, settings.bend, (2, 2))
    frequency = rng.uniform(2.0, 7.0, (2, 2))
    phase = rng.uniform(0.0, 2 * np.pi, (2, 2))
    augmented = []
    for points in strokes:
        moved = points @ linear
        bends = amplitude * np.sin(moved[:, :, None] * frequency + phase)
        # Both coordinates of a point contribute to the bend of each.
        moved = moved + bends.sum(axis=1)
        augmented.append(moved + rng.normal(0.0, settings.stroke_shift, 2))
    return Ink.from_points(augmented)


def _linear_map(settings: InkAugmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    angle = np.deg2rad(rng.normal(0.0, settings.rotation))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1.0, 0.0], [rng.normal(0.0, settings.shear), 1.0]])
    aspect = np.exp(rng.normal(0.0, settings.aspect))
    combined: NDArray[np.float64] = rotation @ shear @ np.diag([aspect, 1 / aspect])
    return combined


def scribble(rng: np.random.Generator) -> Ink:
    """Return a random scribble: loops and zigzags, a blot, dots, or short lines."""
    kind = rng.choice(4, p=[0.55, 0.15, 0.15, 0.15])
    if kind == 0:
        return Ink.from_points([_random_line(rng) for _ in range(rng.integers(1, 5))])
    if kind == 1:
        return _blot(rng)
    if kind == 2:
        return Ink.from_points(rng.uniform(-0.5, 0.5, (int(rng.integers(1, 9)), 1, 2)))
    starts = rng.uniform(-0.5, 0.5, (int(rng.integers(3, 9)), 2))
    ends = starts + rng.normal(0.0, 0.25, starts.shape)
    return Ink.from_points(np.stack([starts, ends], axis=1))


def _random_line(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a long random line, smooth or jagged."""
    steps = int(rng.integers(60, 200))
    turning = np.cumsum(rng.normal(0.0, rng.uniform(0.1, 0.5), steps)) + rng.uniform(-0.3, 0.3)
    heading = np.cumsum(turning * 0.15) + rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.3:
        heading = np.round(heading / 2.2) * 2.2
    path = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)
    size = np.ptp(path, axis=0).max() or 1.0
    placed: NDArray[np.float64] = (path - path.mean(axis=0)) / size * rng.uniform(0.5, 1.0)
    return placed + rng.normal(0.0, 0.1, 2)


def _blot(rng: np.random.Generator) -> Ink:
    """Return a filled patch, as from a resting hand or a dark corner of a photo."""
    width, height = rng.uniform(0.4, 1.0, 2)
    rows = np.arange(-height / 2, height / 2, 0.05)
    noise = rng.normal(0.0, 0.04, (len(rows), 2)) * rng.integers(0, 2)
    if rng.random() < 0.5:
        half = width / 2 * np.sqrt(np.clip(1 - (rows / (height / 2)) ** 2, 0.0, 1.0))
    else:
        half = np.full(len(rows), width / 2)
    left = np.stack([-half + noise[:, 0], rows], axis=1)
    right = np.stack([half + noise[:, 1], rows], axis=1)
    return Ink.from_points(np.stack([left, right], axis=1))


def side_by_side(first: Strokes, second: Strokes, rng: np.random.Generator) -> Ink:
    """Return a drawing with two characters, which is a negative."""

    def shifted(strokes: Strokes, shift: float) -> Strokes:
        scale = rng.uniform(0.85, 1.15)
        return [points * scale + np.array([shift, 0.0], dtype=np.float32) for points in strokes]

    width = float(np.ptp(np.concatenate(first)[:, 0]) + np.ptp(np.concatenate(second)[:, 0])) / 2
    return Ink.from_points([*shifted(first, 0.0), *shifted(second, width + rng.uniform(0.12, 0.5))])
