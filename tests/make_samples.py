"""Creates the sample files in resources/samples: ink and images from coordinates.

The sample set contains digits of the synthetic writers of tests/synthetic_digits.py. Usage:

python -m tests.make_samples
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.core.files import write_atomically
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from tests.synthetic_digits import digits, smooth

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"

# Points of strokes on a canvas of 400 by 400.
THREE = [[(128, 108), (160, 76), (212, 66), (254, 92), (252, 136), (214, 172), (176, 184),
          (222, 190), (266, 222), (268, 274), (226, 316), (168, 322), (120, 292)]]  # fmt: skip
FIVE = [[(252, 74), (200, 78), (150, 80), (146, 124), (140, 172), (188, 158), (244, 176),
         (266, 230), (246, 288), (194, 318), (134, 300)]]  # fmt: skip
FOUR = [[(206, 66), (176, 130), (136, 206), (196, 204), (280, 196)], [(232, 132), (228, 216), (222, 326)]]
SEVEN = [
    [(124, 86), (190, 80), (274, 74), (246, 150), (206, 232), (178, 326)],
    [(152, 204), (204, 196), (256, 192)],
]


def ink(strokes: list[list[tuple[int, int]]]) -> Ink:
    """Return smoothed strokes as ink."""
    return Ink.from_points(smooth(points).round(2) for points in strokes)


def on_canvas(strokes: list[list[tuple[int, int]]], height: int, width: int, pen_share: float) -> Image.Image:
    """Return strokes in the centre of an empty page, as an ink map in 0..255."""
    drawn = Image.fromarray((rasterize(ink(strokes), pen_share) * 255).astype(np.uint8))
    page = Image.new("L", (width, height), 0)
    scale = 0.55 * min(height, width) / max(drawn.size)
    drawn = drawn.resize((round(drawn.width * scale), round(drawn.height * scale)), Image.Resampling.BICUBIC)
    page.paste(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2))
    return page


def photograph(strokes: list[list[tuple[int, int]]], height: int = 480, width: int = 640) -> Image.Image:
    """Return strokes as a simulated photo with uneven light, a shadow and noise."""
    random = np.random.default_rng(5)
    y, x = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    light = 0.92 - 0.3 * x - 0.12 * y - 0.18 / (1 + np.exp(-(x + 0.6 * y - 1.1) * 30))
    covered = np.asarray(on_canvas(strokes, height, width, 0.07)) / 255
    tint = np.array([1.0, 0.97, 0.9])
    pen = np.array([0.22, 0.26, 0.45])
    colour = tint + covered[..., None] * (pen - tint)
    photo = light[..., None] * colour + random.normal(scale=0.012, size=(height, width, 1))
    return Image.fromarray((photo.clip(0, 1) * 255).astype(np.uint8))


def ink_set_bytes(characters: list[tuple[Ink, str, str]]) -> bytes:
    """Return an ink set file of characters with labels and writers."""
    strokes = [stroke.points for drawn, _, _ in characters for stroke in drawn.strokes]
    counts = [len(drawn.strokes) for drawn, _, _ in characters]
    file = io.BytesIO()
    np.savez_compressed(
        file,
        points=np.rint(np.concatenate(strokes)).astype(np.int16),
        stroke_offsets=np.cumsum([0, *map(len, strokes)]),
        character_offsets=np.cumsum([0, *counts]),
        labels=np.array([label for _, label, _ in characters]),
        writers=np.array([writer for _, _, writer in characters]),
    )
    return file.getvalue()


def main() -> None:
    """Write all sample files."""
    write_atomically(SAMPLES / "three.inkml", inkml_bytes(ink(THREE)))
    write_atomically(SAMPLES / "seven.inkml", inkml_bytes(ink(SEVEN)))
    Image.eval(on_canvas(FOUR, 240, 240, 0.1), lambda value: 255 - value).save(SAMPLES / "four.png")
    photograph(FIVE).save(SAMPLES / "five.jpg", quality=85)
    write_atomically(SAMPLES / "digits.npz", ink_set_bytes(digits()))


if __name__ == "__main__":
    main()
