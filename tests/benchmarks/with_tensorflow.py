"""Recognizes an image with TensorFlow and the same model, for comparison."""

from __future__ import annotations

import sys

import numpy as np
import tensorflow as tf
from PIL import Image

model_file, picture = sys.argv[1:]
model = tf.keras.models.load_model(model_file, compile=False)
image = Image.open(picture).convert("L").resize((28, 28))
ink = 1 - np.asarray(image, dtype=np.float32)[None, ..., None] / 255
if model.input_shape[-1] == 3:  # a network that sees directions takes ink without them as grey
    ink = np.repeat(ink * 2 / 3, 3, axis=-1)
print(model.predict(ink, verbose=0).argmax())
