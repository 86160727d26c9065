"""A network while it is trained: its weights by epoch, and what they make of a drawing. Numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour_settings import Values, finite
from desktop_app.inspection.filters import Filters, Kernels, Matrix, colours_of, filters_of
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.runs.training_events import WeightSnapshot
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.metric import Metric

MOST_FILTERS = 64
"""More filters than these are not shown: side by side they would be specks."""

MOST_SNAPSHOTS = 60
MOST_BYTES = 100_000_000
"""Of kept snapshots together; the newest is kept whatever it takes."""


@dataclass(frozen=True, eq=False)
class PreviewProgress:
    """How far a training is.

    Attributes:
        info: the network that learns.
        epochs: how many there will be at most.
        kept: the epochs whose weights can be looked at, ascending; 0 is before the first.
        values: of the metric by epoch, on validation samples where `is_validated`, else on those learned.
        is_validated: see above.
    """

    info: NetworkInfo
    epochs: int
    kept: tuple[int, ...] = ()
    values: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    is_validated: bool = True

    @property
    def metric(self) -> Metric:
        """What says best how good the network is."""
        return task_kind(self.info.task).metrics[0]


@dataclass(frozen=True, eq=False)
class PreviewSnapshot:
    """A network after one epoch, and what it makes of a drawing.

    Attributes:
        epoch: after which; 0 is before the first.
        layer: the one that is looked at; None in a network without any filters.
        filters: of that layer, the first MOST_FILTERS; None where they cannot be shown.
        model_input: float32 of the network's input shape; None without a drawing.
        probabilities: float32 (labels,), or (labels + 1,) where the network rejects; None without a
            drawing, where a layer's arithmetic is not known, or where the network gives an image.
        maps: the layer's activation for the drawing, float32 (height, width, channels) or (units,), of
            the same channels; None like the probabilities.
        unknown: a layer whose arithmetic is not known and lies in the way.
    """

    epoch: int
    layer: LayerInfo | None
    filters: Kernels | Matrix | None
    model_input: Values | None = None
    probabilities: Values | None = None
    maps: Values | None = None
    unknown: LayerInfo | None = None


@dataclass(frozen=True, eq=False)
class AnswerHistory:
    """What a network answered to one drawing after each of some epochs.

    Attributes:
        epochs: intp (n,), ascending, n >= 1.
        probabilities: float32 (n, labels), or (n, labels + 1) where the network rejects; each row sums
            to 1, or is 0 where the network no longer answered with numbers.
        labels: the characters that the network reads, in the order of the columns.
        is_complete: whether all rows belong to the present drawing, and none is missing.
    """

    epochs: NDArray[np.intp]
    probabilities: Values
    labels: tuple[str, ...]
    is_complete: bool

    def since(self, epoch: int) -> int:
        """The first epoch of those that, up to this one, gave the answer of this one without a break.

        Raises:
            IndexError: nothing is known of the epoch.
        """
        place = int(np.flatnonzero(self.epochs == epoch)[0])
        winners = np.where(self.probabilities.any(axis=1), self.probabilities.argmax(axis=1), -1)
        others = np.flatnonzero(winners[:place] != winners[place])
        return int(self.epochs[int(others[-1]) + 1 if len(others) else 0])


class Snapshots:
    """The weights of a run that can be looked back at: not too many, and not too large together."""

    def __init__(self, most: int = MOST_SNAPSHOTS, most_bytes: int = MOST_BYTES) -> None:
        """Keep none yet."""
        self._most, self._most_bytes = most, most_bytes
        self._kept: list[WeightSnapshot] = []

    def add(self, snapshot: WeightSnapshot) -> None:
        """Keep a snapshot, which is newer than all others or replaces one of the same epoch."""
        self._kept = [kept for kept in self._kept if kept.epoch < snapshot.epoch]
        self._kept.append(snapshot)
        size = sum(weight.nbytes for weight in snapshot.weights.values())
        most = max(1, min(self._most, self._most_bytes // max(size, 1)))
        staying = set(thinned(self.epochs, most))
        self._kept = [kept for kept in self._kept if kept.epoch in staying]

    @property
    def epochs(self) -> tuple[int, ...]:
        """Of which epochs there are weights, ascending."""
        return tuple(kept.epoch for kept in self._kept)

    @property
    def newest(self) -> WeightSnapshot | None:
        """The newest; None where there is none."""
        return self._kept[-1] if self._kept else None

    def at(self, epoch: int) -> WeightSnapshot | None:
        """The one of an epoch, or, where it was thinned out, the one before it."""
        return next((kept for kept in reversed(self._kept) if kept.epoch <= epoch), None)

    def newest_first(self) -> tuple[WeightSnapshot, ...]:
        """All of them."""
        return tuple(reversed(self._kept))


def thinned(epochs: Sequence[int], most: int) -> tuple[int, ...]:
    """The epochs to keep: the first and the last, and between them as even as can be.

    Args:
        epochs: ascending.
        most: how many may stay, 1 or more; of two or more the first is one.
    """
    kept = list(epochs)
    while len(kept) > most:
        # Whose absence leaves the smallest gap; of equal ones the oldest.
        gaps = [kept[i + 1] - kept[i - 1] for i in range(1, len(kept) - 1)]
        del kept[gaps.index(min(gaps)) + 1 if gaps else 0]
    return tuple(kept)


def first_layer(info: NetworkInfo) -> LayerInfo | None:
    """The layer whose filters can be watched as they form: the first convolution or dense layer."""
    return next((layer for layer in info.layers if layer.has_filters), None)


def snapshot_of(epoch: int, graph: Graph) -> PreviewSnapshot:
    """What a network is after an epoch, whose weights the graph has, before it is given a drawing."""
    layer = first_layer(graph.info)
    return PreviewSnapshot(epoch, layer, None if layer is None else _shown(_filters(graph, layer)))


def with_drawing(moment: PreviewSnapshot, graph: Graph, model_input: Values) -> PreviewSnapshot:
    """The same moment, and what the network makes of a drawing.

    Args:
        moment: of this network; its filters stay the same object.
        graph: the network.
        model_input: float32 of the network's input shape.
    """
    info, layer = graph.info, moment.layer
    moment = replace(moment, model_input=model_input)
    try:
        outputs = _outputs(graph, model_input)
    except UnknownArithmetic:
        unknown = next(each for each in info.layers if graph.operation(each.name) is None)
        return replace(moment, unknown=unknown)
    maps = None if layer is None else finite(outputs[layer.name][0][..., :MOST_FILTERS])
    return replace(moment, probabilities=_as_probabilities(info, outputs), maps=maps)


def probabilities_of(graph: Graph, model_input: Values) -> Values | None:
    """What a network answers, see `PreviewSnapshot.probabilities`; None where that is."""
    try:
        return _as_probabilities(graph.info, _outputs(graph, model_input))
    except UnknownArithmetic:
        return None


def are_numbers(probabilities: Values) -> bool:
    """Whether a network still answers with numbers: one whose training went astray does not."""
    return bool(np.isfinite(probabilities).all())


def filter_tiles(filters: Kernels | Matrix) -> Values | NDArray[np.uint8]:
    """Every filter as a small picture.

    Returns:
        uint8 (filters, height, width, 3) where they read red, green and blue, else float32 (filters,
        height, width): what is read of the first input channel, or a matrix' weights in one row.
    """
    if isinstance(filters, Matrix):
        return finite(filters.values.T[:, None, :])
    if filters.in_colour:
        return colours_of(replace(filters, values=finite(filters.values)))
    return finite(filters.values[:, :, 0].transpose(2, 0, 1))


def map_tiles(maps: Values) -> Values:
    """Every channel of the maps as a picture, float32 (channels, height, width); 1×1 for units."""
    wide = maps[None, None] if maps.ndim == 1 else maps
    return np.ascontiguousarray(wide.transpose(2, 0, 1))


def _filters(graph: Graph, layer: LayerInfo) -> Filters | None:
    return filters_of(graph.info, layer.name, graph.weights(layer.name))


def _shown(filters: Filters | None) -> Kernels | Matrix | None:
    """The first filters, copied: the others' weights may go."""
    if not isinstance(filters, Kernels | Matrix) or not filters.values.size:
        return None
    biases = None if filters.biases is None else filters.biases[:MOST_FILTERS].copy()
    values = filters.values[..., :MOST_FILTERS].copy()
    if isinstance(filters, Matrix):
        return Matrix(values, biases)
    return replace(filters, values=values, biases=biases, first_inputs=filters.first_inputs[:MOST_FILTERS])


def _outputs(graph: Graph, model_input: Values) -> Mapping[str, Values]:
    """Every layer's output for one input; a network whose training went astray may answer with anything."""
    with np.errstate(all="ignore"):
        outputs: Mapping[str, Values] = graph.forward(model_input[None])
    return outputs


def _as_probabilities(info: NetworkInfo, outputs: Mapping[str, Values]) -> Values | None:
    """The answer to the only input of a batch; plain sums get a softmax; None where it is an image."""
    if not info.labels:
        return None
    answer: Values = outputs[info.output][0].ravel()
    if info.layers[-1].has_softmax:
        return answer
    with np.errstate(all="ignore"):
        powers = np.exp(answer - answer.max())
        shares: Values = powers / powers.sum()
    return shares
