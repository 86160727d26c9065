"""Snapshots of a network in training and its answers to a drawing; numpy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour_settings import Values, finite
from desktop_app.inspection.filters import Filters, Kernels, Matrix, filters_of, rgb_kernels
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.networks.layers.registry import has_filters, has_softmax
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.metric import Metric
from desktop_app.tasks.scores import decibels

PreviewAnswer: TypeAlias = NDArray[Any]
"""Probabilities, float32 (labels,), or (labels + 1,) with rejection, or an image, uint8 (height, width,
channels)."""

MOST_FILTERS = 64
"""Maximum number of shown filters."""


@dataclass(frozen=True, eq=False)
class PreviewProgress:
    """Progress of a training run.

    Attributes:
        info: the network.
        epochs: planned number.
        kept: epochs whose weights are kept, ascending; 0 is before the first.
        values: of the metric by epoch.
        is_validated: whether values are of validation samples instead of training samples.
    """

    info: NetworkInfo
    epochs: int
    kept: tuple[int, ...] = ()
    values: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    is_validated: bool = True

    @property
    def metric(self) -> Metric:
        """First metric of the task."""
        return task_kind(self.info.task).metrics[0]


@dataclass(frozen=True, eq=False)
class PreviewSnapshot:
    """A network after an epoch and its answer to a drawing.

    Attributes:
        epoch: number; 0 is before the first.
        layer: whose filters are shown; None in a network without filters.
        filters: of that layer, the first MOST_FILTERS; None if they cannot be shown.
        model_input: float32 of the network's input shape; None without a drawing.
        probabilities: float32 (labels,), or (labels + 1,) with rejection; None without a drawing, if a
            layer is not supported, or if the network outputs an image.
        image: output image, float32 (height, width, channels); None like the probabilities, or if the
            network has labels.
        original: image of which the model input is a reduction, float32 of the shape of the output image.
        maps: activation of the layer, float32 (height, width, channels) or (units,), of the same
            channels; None like the probabilities.
        unknown: a layer that is not supported and prevents the computation.
    """

    epoch: int
    layer: LayerInfo | None
    filters: Kernels | Matrix | None
    model_input: Values | None = None
    probabilities: Values | None = None
    image: Values | None = None
    original: Values | None = None
    maps: Values | None = None
    unknown: LayerInfo | None = None

    @property
    def answer(self) -> PreviewAnswer | None:
        """Probabilities or image, as in the histories; None without either."""
        return self.probabilities if self.image is None else _pixels_of(self.image)

    @property
    def psnr(self) -> float | None:
        """Peak signal-to-noise ratio of the image in dB; None without image or original."""
        if self.image is None or self.original is None:
            return None
        error = np.square(np.nan_to_num(self.image).clip(0, 1) - self.original).mean(dtype=np.float64)
        return float(decibels(error))


@dataclass(frozen=True, eq=False)
class AnswerHistory:
    """Answers of a network to a drawing by epoch.

    Attributes:
        epochs: intp (n,), ascending, n >= 1.
        probabilities: float32 (n, labels), or (n, labels + 1) with rejection; rows sum to 1, or are 0 if
            the outputs were NaN.
        labels: in the order of the columns.
        rejected: name of the column after the labels; empty if there is none.
        is_complete: whether all rows belong to the current drawing and none is missing.
    """

    epochs: NDArray[np.intp]
    probabilities: Values
    labels: tuple[str, ...]
    rejected: str
    is_complete: bool

    def since(self, epoch: int) -> int:
        """Return since which epoch the answer has been that of a given epoch.

        Raises:
            IndexError: the epoch is not in the history.
        """
        index = int(np.flatnonzero(self.epochs == epoch)[0])
        winners = np.where(self.probabilities.any(axis=1), self.probabilities.argmax(axis=1), -1)
        others = np.flatnonzero(winners[:index] != winners[index])
        return int(self.epochs[int(others[-1]) + 1 if len(others) else 0])


@dataclass(frozen=True, eq=False)
class ImageHistory:
    """Images that a network outputs for a drawing by epoch.

    Attributes:
        epochs: intp (n,), ascending, n >= 1.
        images: uint8 (n, height, width, channels).
        is_complete: as in AnswerHistory.
    """

    epochs: NDArray[np.intp]
    images: NDArray[np.uint8]
    is_complete: bool


History: TypeAlias = AnswerHistory | ImageHistory


def history_of(
    answers: Mapping[int, PreviewAnswer], labels: tuple[str, ...], rejected: str, is_complete: bool
) -> History | None:
    """Return the history of answers by epoch; None without answers.

    Args:
        answers: by epoch.
        labels, rejected, is_complete: see AnswerHistory; outputs without labels are images.
    """
    if not answers:
        return None
    epochs = np.array(sorted(answers), dtype=np.intp)
    rows = np.stack([answers[epoch] for epoch in epochs.tolist()])
    if not labels:
        return ImageHistory(epochs, rows, is_complete)
    return AnswerHistory(epochs, np.nan_to_num(rows.astype(np.float32)), labels, rejected, is_complete)


def first_layer(info: NetworkInfo) -> LayerInfo | None:
    """Return the layer whose filters are shown: the first convolution or dense layer."""
    return next((layer for layer in info.layers if has_filters(layer)), None)


def snapshot_of(epoch: int, graph: Graph) -> PreviewSnapshot:
    """Return the snapshot of a network without a drawing; the graph has the weights of the epoch."""
    layer = first_layer(graph.info)
    return PreviewSnapshot(epoch, layer, None if layer is None else _shown(_filters(graph, layer)))


def with_drawing(
    snapshot: PreviewSnapshot, graph: Graph, model_input: Values, original: Values | None = None
) -> PreviewSnapshot:
    """Return a snapshot with the answer to a drawing.

    Args:
        snapshot: of this network; its filters stay the same object.
        graph: the network.
        model_input: float32 of the network's input shape.
        original: see PreviewSnapshot; None if the network has labels.
    """
    info, layer = graph.info, snapshot.layer
    snapshot = replace(snapshot, model_input=model_input, original=original)
    try:
        outputs = _outputs(graph, model_input)
    except UnknownArithmetic:
        unknown = next(each for each in info.layers if graph.operation(each.name) is None)
        return replace(snapshot, unknown=unknown)
    maps = None if layer is None else finite(outputs[layer.name][0][..., :MOST_FILTERS])
    if not info.labels:
        return replace(snapshot, image=outputs[info.output][0], maps=maps)
    return replace(snapshot, probabilities=_as_probabilities(info, outputs), maps=maps)


def answer_of(graph: Graph, model_input: Values) -> PreviewAnswer | None:
    """Return the answer of a network like `PreviewSnapshot.answer`."""
    try:
        outputs = _outputs(graph, model_input)
    except UnknownArithmetic:
        return None
    if not graph.info.labels:
        return _pixels_of(outputs[graph.info.output][0])
    return _as_probabilities(graph.info, outputs)


def is_finite(values: Values) -> bool:
    """Return whether all values are finite; False after training diverged."""
    return bool(np.isfinite(values).all())


def filter_tiles(filters: Kernels | Matrix) -> Values | NDArray[np.uint8]:
    """Return filters as images.

    Returns:
        uint8 (filters, height, width, 3) for RGB input, otherwise float32 (filters, height, width) of the
        first input channel, or the weights of a matrix in one row.
    """
    if isinstance(filters, Matrix):
        return finite(filters.values.T[:, None, :])
    if filters.is_rgb:
        return rgb_kernels(replace(filters, values=finite(filters.values)))
    return finite(filters.values[:, :, 0].transpose(2, 0, 1))


def map_tiles(maps: Values) -> Values:
    """Return feature maps as images, float32 (channels, height, width); 1×1 for units."""
    images = maps[None, None] if maps.ndim == 1 else maps
    return np.ascontiguousarray(images.transpose(2, 0, 1))


def _filters(graph: Graph, layer: LayerInfo) -> Filters | None:
    return filters_of(graph.info, layer.name, graph.weights(layer.name))


def _shown(filters: Filters | None) -> Kernels | Matrix | None:
    """Return copies of the first filters, so that other weights can be freed."""
    if not isinstance(filters, Kernels | Matrix) or not filters.values.size:
        return None
    biases = None if filters.biases is None else filters.biases[:MOST_FILTERS].copy()
    values = filters.values[..., :MOST_FILTERS].copy()
    if isinstance(filters, Matrix):
        return Matrix(values, biases)
    return replace(filters, values=values, biases=biases, first_inputs=filters.first_inputs[:MOST_FILTERS])


def _outputs(graph: Graph, model_input: Values) -> Mapping[str, Values]:
    """Return the outputs of all layers for one input; they may be NaN after training diverged."""
    with np.errstate(all="ignore"):
        outputs: Mapping[str, Values] = graph.forward(model_input[None])
    return outputs


def _as_probabilities(info: NetworkInfo, outputs: Mapping[str, Values]) -> Values:
    """Return the probabilities of the only input of a batch, with softmax of logits."""
    answer: Values = outputs[info.output][0].ravel()
    if has_softmax(info.layers[-1].kind, info.layers[-1].options):
        return answer
    with np.errstate(all="ignore"):
        exponentials = np.exp(answer - answer.max())
        probabilities: Values = exponentials / exponentials.sum()
    return probabilities


def _pixels_of(image: Values) -> NDArray[np.uint8]:
    """Return an image as uint8; NaN is black."""
    pixels: NDArray[np.uint8] = np.rint(np.nan_to_num(image).clip(0, 1) * 255).astype(np.uint8)
    return pixels
