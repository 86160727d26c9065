"""Long jobs of the filters panel: compute and cache maximizing inputs and top samples."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.result_cache import ResultCache
from desktop_app.core.stopping import ShouldStop
from desktop_app.inspection.activation_maximization import maximizing_inputs
from desktop_app.inspection.channel_examples import PATCHES, MaximizingInputs, TopSamples
from desktop_app.inspection.top_activations import TopActivations
from desktop_app.jobs.background import Emit
from desktop_app.jobs.long_job import JobFunction
from desktop_app.jobs.single_threaded import single_threaded
from desktop_app.networks.arithmetic import Box, Position
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.network_info import LayerInfo
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.filters.examples_view import Examples
from desktop_app.views.sample_grid.open_samples import SampleRunner, open_samples

if TYPE_CHECKING:
    from desktop_app.data.sample_set import SampleSet
    from desktop_app.networks.graph import Graph

TOP_SAMPLES = "samples"

_REPORT_INTERVAL = 40


@dataclass(frozen=True)
class ExampleTask:
    """Examples to compute or to read from the cache.

    Attributes:
        network: the network.
        display: "inputs" or "samples".
        layer: its name.
        samples: data set or folder; None for the built-in samples, and for inputs.
    """

    network: OpenNetwork = field(repr=False)
    display: str
    layer: str
    samples: Path | None

    @property
    def info(self) -> LayerInfo:
        """The layer."""
        return self.network.info.layer(self.layer)

    @property
    def filters(self) -> int:
        """Number of channels or units of the layer."""
        return self.info.shape[-1]

    @property
    def can_be_computed(self) -> bool:
        """Whether the layer computes anything: not so for inputs and layers that pass values on."""
        return bool(self.info.inputs) and not is_identity(self.info)


def cached_examples(task: ExampleTask, cache: ResultCache, should_stop: ShouldStop) -> Examples | None:
    """Return the cached examples of a task, or None.

    Raises:
        UserError: the samples cannot be read.
    """
    key = task.network.cache_key
    if task.display != TOP_SAMPLES:
        arrays = cache.get(key, _inputs_name(task))
        shape = task.network.info.input_shape
        return MaximizingInputs.from_arrays(task.layer, task.filters, shape, arrays or {})
    samples = open_samples(task.samples, task.network.info.task, should_stop)
    if samples is None:
        return None
    arrays = cache.get(key, _samples_name(task, samples))
    return TopSamples.from_arrays(task.layer, task.filters, samples.name, arrays or {})


def compute_examples(task: ExampleTask, before: Examples | None, cache: ResultCache) -> JobFunction:
    """Return a job that continues from earlier examples, emits progress, and caches the result."""

    def run(emit: Emit, should_stop: ShouldStop) -> Examples | None:
        if task.display == TOP_SAMPLES:
            return compute_top_samples(task, cache, emit, should_stop)
        made = before if isinstance(before, MaximizingInputs) else None
        return compute_inputs(task, made, cache, emit, should_stop)

    return run


def compute_inputs(
    task: ExampleTask,
    before: MaximizingInputs | None,
    cache: ResultCache,
    emit: Emit,
    should_stop: ShouldStop,
) -> MaximizingInputs:
    """Compute the inputs that maximize each filter, a few filters at a time.

    Raises:
        UnknownArithmetic: the arithmetic of a layer is not known.
    """
    made = before or MaximizingInputs.empty(task.layer, task.filters, task.network.info.input_shape)
    missing = np.flatnonzero(~made.done).tolist()
    with single_threaded():
        for found in maximizing_inputs(task.network.graph, task.layer, missing, should_stop):
            value = np.array([found.value], dtype=np.float32)
            made = made.with_images(found.channel, found.model_input[None], value)
            emit(made)
    _save(task, cache, _inputs_name(task), made)
    return made


def compute_top_samples(
    task: ExampleTask, cache: ResultCache, emit: Emit, should_stop: ShouldStop
) -> TopSamples | None:
    """Run the network on all samples and find the positions with the highest activations.

    Raises:
        UserError: the samples cannot be read.
    """
    runner = SampleRunner(task.network.folder, task.network.adapted_layer)
    samples = runner.samples(task.samples, should_stop)
    if samples is None:
        return None
    top = TopActivations(task.info.shape, PATCHES)
    cutter = PatchCutter(task.network.graph, task.layer, samples)
    seen = 0
    while seen < len(samples) and not should_stop():
        top.add(seen, runner.activation(samples.model_inputs(seen, seen + 1)[0], task.layer))
        seen += 1
        if seen % _REPORT_INTERVAL == 0:
            emit(_top_samples(task, top, cutter, seen))
    found = _top_samples(task, top, cutter, seen)
    _save(task, cache, _samples_name(task, samples), found)
    return found


class PatchCutter:
    """Crops samples to the receptive field of values of a layer."""

    def __init__(self, graph: Graph, layer: str, samples: SampleSet) -> None:
        """Prepare patches of equal size for a layer."""
        self._graph, self._layer, self.samples = graph, layer, samples
        self._boxes: dict[Position, Box] = {}
        shape = graph.info.layer(layer).shape
        # Take the middle of the map: the receptive field at the border may be padding only.
        box = self._box(tuple(side // 2 for side in shape))
        self.size = max(1, box.bottom - box.top), max(1, box.right - box.left)

    def patch(self, sample: int, position: Position) -> NDArray[np.uint8]:
        """Return the receptive field of a position in a sample, uint8; 0 outside the sample."""
        box, pixels = self._box(position), self.samples.pixels[sample]
        height, width = self.size
        box = Box(box.top, box.left, box.top + height, box.left + width)
        inside = box.clipped(*pixels.shape[:2])
        patch = np.zeros((*self.size, pixels.shape[2]), dtype=np.uint8)
        top, left = inside.top - box.top, inside.left - box.left
        seen = pixels[inside.top : inside.bottom, inside.left : inside.right]
        if seen.size:
            patch[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
        return patch

    def _box(self, position: Position) -> Box:
        """Return the receptive field with its padding, or the whole sample if that is not larger."""
        key = (*position[:-1], 0)
        if key not in self._boxes:
            whole = Box(0, 0, *self.samples.pixels.shape[1:3])
            box = self._graph.footprint(self._layer, key, self._graph.info.layers[0].name)
            self._boxes[key] = whole if box is None or _is_larger(box, whole) else box
        return self._boxes[key]


def _is_larger(box: Box, other: Box) -> bool:
    """Return whether a box is at least as high and as wide as another."""
    higher = box.bottom - box.top >= other.bottom - other.top
    return higher and box.right - box.left >= other.right - other.left


def _top_samples(task: ExampleTask, top: TopActivations, cutter: PatchCutter, seen: int) -> TopSamples:
    """Return the top samples so far."""
    several = (task.filters, PATCHES)
    patches = np.zeros((*several, *cutter.size, cutter.samples.pixels.shape[3]), dtype=np.uint8)
    values = np.full(several, -np.inf, dtype=np.float32)
    numbers = np.full(several, -1, dtype=np.int64)
    for channel in range(task.filters):
        for rank, activation in enumerate(top.strongest(channel)):
            patches[channel, rank] = cutter.patch(activation.sample, activation.position)
            values[channel, rank], numbers[channel, rank] = activation.value, activation.sample
    # Index -1 selects the empty text at the end.
    labels = np.array([*cutter.samples.labels, ""])[numbers]
    total = len(cutter.samples)
    return TopSamples(task.layer, patches, values, numbers, labels, seen, total, cutter.samples.name)


def _inputs_name(task: ExampleTask) -> str:
    return f"exciting inputs, {task.layer}"


def _samples_name(task: ExampleTask, samples: SampleSet) -> str:
    return f"exciting samples, {samples.sha256}, {task.layer}"


def _save(task: ExampleTask, cache: ResultCache, name: str, content: Examples) -> None:
    """Cache the examples; without disk access they are available until the program ends."""
    with contextlib.suppress(UserError):
        cache.put(task.network.cache_key, name, content.arrays())
