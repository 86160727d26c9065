"""Augmentation of recorded strokes: other slants, proportions, bends and pens, and scribbles from nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augmentation import InkAugmentation

Strokes = list[NDArray[np.float32]]


def unit_strokes(ink: Ink) -> Strokes:
    """Point arrays (N, 2) of the ink moved to the middle and scaled to a longer side of 1."""
    bounds = ink.bounds()
    if bounds is None:
        return []
    left, top, right, bottom = bounds
    size = ink.extent() or 1.0
    middle = np.array([(left + right) / 2, (top + bottom) / 2], dtype=np.float32)
    return [(stroke.points - middle) / np.float32(size) for stroke in ink.strokes]


def augment_ink(strokes: Strokes, settings: InkAugmentation, rng: np.random.Generator) -> Ink:
    """The same character as another hand might write it.

    Rotation, shear and aspect are one linear map; a bend is a slow sine displacement across the
    character, as in the elastic distortions of Simard, Steinkraus and Platt (2003); every stroke
    moves a little on its own.
    """
    linear = _linear_map(settings, rng)
    amplitude = rng.normal(0.0, settings.bend, (2, 2))
    frequency = rng.uniform(2.0, 7.0, (2, 2))
    phase = rng.uniform(0.0, 2 * np.pi, (2, 2))
    augmented = []
    for points in strokes:
        moved = points @ linear
        bends = amplitude * np.sin(moved[:, :, None] * frequency + phase)
        # Each coordinate is bent by both coordinates of the point.
        moved = moved + bends.sum(axis=1)
        augmented.append(moved + rng.normal(0.0, settings.stroke_shift, 2))
    return Ink.from_points(augmented)


def _linear_map(settings: InkAugmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    angle = np.deg2rad(rng.normal(0.0, settings.rotation))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1.0, 0.0], [rng.normal(0.0, settings.shear), 1.0]])
    aspect = np.exp(rng.normal(0.0, settings.aspect))
    combined: NDArray[np.float64] = turn @ slant @ np.diag([aspect, 1 / aspect])
    return combined


def scribble(rng: np.random.Generator) -> Ink:
    """Something that is no character: loops and zigzags, blots, dots, rows of short lines."""
    kind = rng.choice(4, p=[0.55, 0.15, 0.15, 0.15])
    if kind == 0:
        return Ink.from_points([_wander(rng) for _ in range(rng.integers(1, 5))])
    if kind == 1:
        return _blot(rng)
    if kind == 2:
        return Ink.from_points(rng.uniform(-0.5, 0.5, (int(rng.integers(1, 9)), 1, 2)))
    starts = rng.uniform(-0.5, 0.5, (int(rng.integers(3, 9)), 2))
    ends = starts + rng.normal(0.0, 0.25, starts.shape)
    return Ink.from_points(np.stack([starts, ends], axis=1))


def _wander(rng: np.random.Generator) -> NDArray[np.float64]:
    """A line that turns at random, smooth or jagged; long enough to be no character."""
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
    """A filled patch: what a resting hand, a photo's dark corner or a full black image leaves."""
    width, height = rng.uniform(0.4, 1.0, 2)
    rows = np.arange(-height / 2, height / 2, 0.05)
    ragged = rng.normal(0.0, 0.04, (len(rows), 2)) * rng.integers(0, 2)
    if rng.random() < 0.5:
        half = width / 2 * np.sqrt(np.clip(1 - (rows / (height / 2)) ** 2, 0.0, 1.0))
    else:
        half = np.full(len(rows), width / 2)
    left = np.stack([-half + ragged[:, 0], rows], axis=1)
    right = np.stack([half + ragged[:, 1], rows], axis=1)
    return Ink.from_points(np.stack([left, right], axis=1))


def side_by_side(first: Strokes, second: Strokes, rng: np.random.Generator) -> Ink:
    """Two characters in one drawing: more than one is not a character."""

    def place(strokes: Strokes, shift: float) -> Strokes:
        scale = rng.uniform(0.85, 1.15)
        return [points * scale + np.array([shift, 0.0], dtype=np.float32) for points in strokes]

    width = float(np.ptp(np.concatenate(first)[:, 0]) + np.ptp(np.concatenate(second)[:, 0])) / 2
    return Ink.from_points([*place(first, 0.0), *place(second, width + rng.uniform(0.12, 0.5))])
