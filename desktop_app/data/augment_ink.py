"""Augmentation of ink, crossed zeros, and pairs of characters."""

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


def augment_character(ink: Ink, label: str, settings: InkAugmentation, rng: np.random.Generator) -> Ink:
    """Augment the ink of a character with a label at random; some zeros are crossed."""
    strokes = unit_strokes(ink)
    if label == "0" and settings.crossed_zeros and rng.random() < settings.crossed_zeros:
        strokes = cross(strokes, rng)
    return augment_ink(strokes, settings, rng)


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


def cross(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Return the strokes of a 0 and one more: a bar that is wider than the 0, or a slash."""
    points = np.concatenate(strokes)
    centre, (width, height) = (points.min(axis=0) + points.max(axis=0)) / 2, np.ptp(points, axis=0)
    if rng.random() < 0.5:
        angle, length = rng.normal(0.14, 0.2), width * rng.uniform(1.15, 2.0)
    else:
        angle = rng.uniform(0.5, 1.15)
        length = min(width / np.cos(angle), height / np.sin(angle)) * rng.uniform(0.75, 1.5)
    reach = np.array([np.cos(angle), -np.sin(angle)]) * length / 2
    middle = centre + rng.normal(0.0, 0.08, 2) * (width, height)
    return [*strokes, np.linspace(middle - reach, middle + reach, 12, dtype=np.float32)]


def side_by_side(first: Strokes, second: Strokes, rng: np.random.Generator) -> Ink:
    """Return a drawing with two characters, which is a negative."""

    def shifted(strokes: Strokes, shift: float) -> Strokes:
        scale = rng.uniform(0.85, 1.15)
        return [points * scale + np.array([shift, 0.0], dtype=np.float32) for points in strokes]

    width = float(np.ptp(np.concatenate(first)[:, 0]) + np.ptp(np.concatenate(second)[:, 0])) / 2
    return Ink.from_points([*shifted(first, 0.0), *shifted(second, width + rng.uniform(0.12, 0.5))])
