"""The line network: reads the image of a whole line, column by column."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras

from desktop_app.lines.line_columns import LINE_CHANNELS, LINE_HEIGHT

_DROPOUT = 0.2


def line_network(outputs: int) -> keras.Model:
    """Build a line network with initial weights.

    Convolutions, batch normalization and pooling down to one row, as in CRNN (Shi, Bai and Yao, 2017), with
    residual convolutions (He et al., 2016), the last ones along the line in place of recurrent layers.

    Args:
        outputs: number of labels, and one for "no label here", which comes last.

    Returns:
        Functional model from images of lines, float32 (n, 32, width, 3), to probabilities
        (n, width // 4, outputs).
    """
    inputs = keras.layers.Input((LINE_HEIGHT, None, LINE_CHANNELS), name="line")
    x = _convolution(inputs, 1, 16, (5, 5))
    x = keras.layers.MaxPooling2D(name="pool1")(x)
    x = _convolution(x, 2, 32, (3, 3))
    x = _convolution(x, 3, 32, (3, 3))
    x = keras.layers.MaxPooling2D(name="pool2")(x)
    x = _convolution(x, 4, 64, (3, 3))
    x = _convolution(x, 5, 64, (3, 3))
    x = _residual(x, 6, 64, (3, 3))
    x = keras.layers.MaxPooling2D((2, 1), name="pool3")(x)
    x = _convolution(x, 7, 96, (3, 3))
    x = _residual(x, 8, 96, (3, 3))
    x = _residual(x, 9, 96, (3, 3))
    x = keras.layers.ZeroPadding2D((0, 1), name="margins")(x)
    x = _convolution(x, 10, 128, (4, 3), padding="valid")
    x = _residual(x, 11, 128, (1, 5))
    x = _residual(x, 12, 128, (1, 5))
    x = keras.layers.Dropout(_DROPOUT, seed=0, name="dropout")(x)
    x = keras.layers.Conv2D(outputs, 1, name="logits")(x)
    x = keras.layers.Reshape((-1, outputs), name="columns")(x)
    return keras.Model(inputs, keras.layers.Softmax(name="probabilities")(x), name="line")


def _convolution(x: Any, number: int, filters: int, size: tuple[int, int], padding: str = "same") -> Any:
    """Apply a convolution without bias, batch normalization and ReLU."""
    x = keras.layers.Conv2D(filters, size, padding=padding, use_bias=False, name=f"conv{number}")(x)
    x = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"norm{number}")(x)
    return keras.layers.ReLU(name=f"relu{number}")(x)


def _residual(x: Any, number: int, filters: int, size: tuple[int, int]) -> Any:
    """Add a convolution of `x`, with batch normalization and ReLU, to `x`."""
    return keras.layers.Add(name=f"sum{number}")([x, _convolution(x, number, filters, size)])


def as_litert(model: keras.Model) -> bytes:
    """Convert a line network to a LiteRT file, from (1, 32, width, 3) to (1, width // 4, outputs).

    To run it, resize the input to the width of the line.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory(prefix="convert-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "line.tflite"
        model.export(
            str(path),
            format="litert",
            verbose=False,
            input_signature=[keras.InputSpec(shape=(1, *model.input_shape[1:]), dtype="float32")],
            # The program's LiteRT runtime has no other operations.
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
        )
        return path.read_bytes()
