"""Line networks: networks that read whole lines, as companions of networks for single characters.

A model folder may contain one. Its input is the image of a line of any width, with the directions of the pen
or, in those of earlier versions, without. For each column of four pixels, it gives the probabilities of the
labels of the model and of no label.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.lines.line_columns import COLUMN_WIDTH, LINE_CHANNELS, LINE_HEIGHT, LineImage
from desktop_app.networks.card import LINE_FILE, ModelCard
from desktop_app.networks.model_folder import add_file, read_verified_file
from desktop_app.networks.native_output import suppress_native_output

_WIDTHS = 64
"""Images are padded to multiples of this width: the interpreter is prepared again for each other width."""

_LARGEST_FILE = 64_000_000
_SMALLEST_PROBABILITY = 1e-12
_THREADS = 2


class LineNetwork:
    """A line network that runs in LiteRT. Use it only in the thread that created it."""

    def __init__(self, card: ModelCard, network: bytes) -> None:
        """Load the line network of a model.

        Args:
            card: of the model.
            network: content of its file, whose hash has been checked.

        Raises:
            UserError: inputs and outputs are not those of a line network with the labels of the model.
        """
        self._interpreter = Interpreter(model_content=network, num_threads=_THREADS)
        taken, given = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._input, self._output = taken[0]["index"], given[0]["index"]
        self._width = 0
        height, self._channels = (*taken[0]["shape"].tolist(), 0, 0, 0, 0)[1:4:2]
        fits = (
            len(taken) == len(given) == 1 and height == LINE_HEIGHT and self._channels in (1, LINE_CHANNELS)
        )
        if fits:
            columns = self._run(np.zeros((LINE_HEIGHT, _WIDTHS, LINE_CHANNELS), np.float32))
            fits = columns.shape == (_WIDTHS // COLUMN_WIDTH, len(card.labels) + 1)
        if not fits:
            raise UserError(
                "The line network of {title} does not fit its card; install the model again.",
                title=card.title,
            )

    def columns(self, image: LineImage) -> NDArray[np.float64]:
        """Return what the network says about each column of a line.

        Args:
            image: float32 (LINE_HEIGHT, width, LINE_CHANNELS), see `LineImage`.

        Returns:
            (columns, labels + 1), logarithms of probabilities; the last is that of no label.
        """
        width = image.shape[1]
        padded = np.pad(image, ((0, 0), (0, -width % _WIDTHS), (0, 0)))
        probabilities = self._run(padded)[: width // COLUMN_WIDTH + 1].astype(np.float64)
        logarithms: NDArray[np.float64] = np.log(np.maximum(probabilities, _SMALLEST_PROBABILITY))
        return logarithms

    def seen(self, image: LineImage) -> LineImage:
        """Return the image of a line with 0 in the channels that the network does not have."""
        seen = np.zeros_like(image)
        seen[..., : self._channels] = image[..., : self._channels]
        return seen

    def _run(self, image: LineImage) -> NDArray[np.float32]:
        """Return the probabilities of each column, (width / COLUMN_WIDTH, outputs)."""
        if image.shape[1] != self._width:
            self._width = image.shape[1]
            with suppress_native_output():
                shape = 1, LINE_HEIGHT, self._width, self._channels
                self._interpreter.resize_tensor_input(self._input, shape)
                self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(self._input, image[None, ..., : self._channels])
        self._interpreter.invoke()
        probabilities: NDArray[np.float32] = self._interpreter.get_tensor(self._output)[0]
        return probabilities


def write_line_network(folder: Path, card: ModelCard, network: bytes) -> ModelCard:
    """Write the line network of a model into its folder and list it in its card.

    Returns:
        The card.

    Raises:
        UserError: a file cannot be written, or the model was removed or replaced.
    """
    return add_file(folder, card, LINE_FILE, network)


def read_line_network(folder: Path, card: ModelCard) -> bytes | None:
    """Read the file of the line network of a model and check its hash; None if the model has none.

    Raises:
        UserError: the file is missing, too large, or does not match the card.
    """
    return read_verified_file(folder / LINE_FILE, card, _LARGEST_FILE) if card.has_line_network else None
