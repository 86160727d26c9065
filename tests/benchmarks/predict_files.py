"""Reads the images of a folder as a short script would: Pillow and one prediction per file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

model_file, folder = sys.argv[1:]
model = tf.keras.models.load_model(model_file, compile=False)


def predict(path: Path) -> int:
    """Return the class of an image."""
    image = Image.open(path).convert("L").resize((28, 28))
    ink = 1 - np.asarray(image, dtype=np.float32)[None, ..., None] / 255
    if model.input_shape[-1] == 3:  # a network that sees directions takes ink without them as grey
        ink = np.repeat(ink * 2 / 3, 3, axis=-1)
    return int(model.predict(ink, verbose=0).argmax())


paths = sorted(Path(folder).iterdir())
predict(paths[0])  # compiles
started = time.perf_counter()
for path in paths:
    predict(path)
print(len(paths) / (time.perf_counter() - started))
