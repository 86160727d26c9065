"""Makes the sample files in resources/samples: ink and pictures drawn by these coordinates alone.

python -m tests.make_samples
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.files import write_atomically
from desktop_app.core.ink import Ink
from desktop_app.imaging.inkml import inkml_bytes
from desktop_app.imaging.rasterize import rasterize

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"

# Places that the pen passes, one list a stroke, on a paper of 400 by 400.
THREE = [[(128, 108), (160, 76), (212, 66), (254, 92), (252, 136), (214, 172), (176, 184),
          (222, 190), (266, 222), (268, 274), (226, 316), (168, 322), (120, 292)]]  # fmt: skip
FIVE = [[(252, 74), (200, 78), (150, 80), (146, 124), (140, 172), (188, 158), (244, 176),
         (266, 230), (246, 288), (194, 318), (134, 300)]]  # fmt: skip
FOUR = [[(206, 66), (176, 130), (136, 206), (196, 204), (280, 196)], [(232, 132), (228, 216), (222, 326)]]
SEVEN = [
    [(124, 86), (190, 80), (274, 74), (246, 150), (206, 232), (178, 326)],
    [(152, 204), (204, 196), (256, 192)],
]


def smooth(places: list[tuple[int, int]], step: float = 4.0) -> NDArray[np.float32]:
    """A curve through the places as a pen would draw it (Catmull-Rom), a point every few units."""
    ends = [places[0], *places, places[-1]]
    pieces = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        a, b, c, d = (np.array(place, dtype=np.float64) for place in (before, start, end, after))
        count = max(2, round(float(np.hypot(*(c - b))) / step))
        t = np.arange(count)[:, None] / count
        pieces.append(
            b + 0.5 * ((c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack((*pieces, [places[-1]])).astype(np.float32)


def ink(strokes: list[list[tuple[int, int]]]) -> Ink:
    """The drawing of some strokes."""
    return Ink.from_points(smooth(places).round(2) for places in strokes)


def on_paper(strokes: list[list[tuple[int, int]]], height: int, width: int, pen_share: float) -> Image.Image:
    """The drawing in the middle of an empty sheet, as an ink map in 0..255."""
    drawn = Image.fromarray((rasterize(ink(strokes), pen_share) * 255).astype(np.uint8))
    sheet = Image.new("L", (width, height), 0)
    scale = 0.55 * min(height, width) / max(drawn.size)
    drawn = drawn.resize((round(drawn.width * scale), round(drawn.height * scale)), Image.Resampling.BICUBIC)
    sheet.paste(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2))
    return sheet


def photograph(strokes: list[list[tuple[int, int]]], height: int = 480, width: int = 640) -> Image.Image:
    """The drawing as a camera would see it: light from one side, a soft shadow, grain."""
    random = np.random.default_rng(5)
    y, x = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    light = 0.92 - 0.3 * x - 0.12 * y - 0.18 / (1 + np.exp(-(x + 0.6 * y - 1.1) * 30))
    covered = np.asarray(on_paper(strokes, height, width, 0.07)) / 255
    tint = np.array([1.0, 0.97, 0.9])
    pen = np.array([0.22, 0.26, 0.45])
    colour = tint + covered[..., None] * (pen - tint)
    seen = light[..., None] * colour + random.normal(scale=0.012, size=(height, width, 1))
    return Image.fromarray((seen.clip(0, 1) * 255).astype(np.uint8))


def main() -> None:
    """Write all sample files."""
    write_atomically(SAMPLES / "three.inkml", inkml_bytes(ink(THREE)))
    write_atomically(SAMPLES / "seven.inkml", inkml_bytes(ink(SEVEN)))
    Image.eval(on_paper(FOUR, 240, 240, 0.1), lambda value: 255 - value).save(SAMPLES / "four.png")
    photograph(FIVE).save(SAMPLES / "five.jpg", quality=85)


if __name__ == "__main__":
    main()
