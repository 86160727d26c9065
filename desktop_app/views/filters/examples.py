"""What the filters panel's long jobs do: make exciting inputs, find exciting samples, keep both."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.result_cache import ResultCache
from desktop_app.core.stopping import ShouldStop
from desktop_app.inspection.activation_maximization import maximizing_inputs
from desktop_app.inspection.channel_examples import PATCHES, MaximizingInputs, TopSamples
from desktop_app.inspection.top_activations import TopActivations
from desktop_app.jobs.long_job import Emit, JobFunction
from desktop_app.networks.arithmetic import Box, Position
from desktop_app.networks.network_info import LayerInfo
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.sample_grid.open_samples import SampleRunner, open_samples

if TYPE_CHECKING:
    from desktop_app.data.sample_set import SampleSet
    from desktop_app.networks.graph import Graph

Exciting: TypeAlias = MaximizingInputs | TopSamples

SAMPLES_FORM = "samples"

_TELL_EVERY = 40


@dataclass(frozen=True)
class ExampleTask:
    """What is computed, or looked up: one form for one layer.

    Attributes:
        network: that reads.
        form: "inputs" or "samples".
        layer: its name.
        samples: a data set or folder; None for the samples of the program, and for inputs.
    """

    network: OpenNetwork = field(repr=False)
    form: str
    layer: str
    samples: Path | None

    @property
    def info(self) -> LayerInfo:
        """The layer."""
        return self.network.info.layer(self.layer)

    @property
    def filters(self) -> int:
        """Number of the layer's channels or units."""
        return self.info.shape[-1]

    @property
    def can_be_computed(self) -> bool:
        """Whether there is anything to excite: the input and what only passes it on have nothing."""
        return bool(self.info.inputs) and not self.info.passes_on


def kept_content(task: ExampleTask, kept: ResultCache, should_stop: ShouldStop) -> Exciting | None:
    """What an earlier job has left of a task, or None.

    Raises:
        UserError: the samples cannot be read.
    """
    sha256 = task.network.sha256
    if task.form != SAMPLES_FORM:
        arrays = kept.get(sha256, _inputs_name(task))
        shape = task.network.info.input_shape
        return MaximizingInputs.from_arrays(task.layer, task.filters, shape, arrays or {})
    samples = open_samples(task.samples, task.network.info.task, should_stop)
    if samples is None:
        return None
    arrays = kept.get(sha256, _samples_name(task, samples))
    return TopSamples.from_arrays(task.layer, task.filters, samples.name, arrays or {})


def compute_examples(task: ExampleTask, before: Exciting | None, kept: ResultCache) -> JobFunction:
    """A long job that goes on from what there was before, tells what it has, and keeps it in the end."""

    def work(emit: Emit, should_stop: ShouldStop) -> Exciting | None:
        if task.form == SAMPLES_FORM:
            return find_samples(task, kept, emit, should_stop)
        made = before if isinstance(before, MaximizingInputs) else None
        return make_inputs(task, made, kept, emit, should_stop)

    return work


def make_inputs(
    task: ExampleTask, before: MaximizingInputs | None, kept: ResultCache, emit: Emit, should_stop: ShouldStop
) -> MaximizingInputs:
    """Make the input that excites each filter most, a few filters at a time.

    Raises:
        UnknownArithmetic: a layer on the way has an arithmetic that is not known.
    """
    made = before or MaximizingInputs.none_yet(task.layer, task.filters, task.network.info.input_shape)
    missing = np.flatnonzero(~made.done).tolist()
    for excited in maximizing_inputs(task.network.graph, task.layer, missing, should_stop):
        value = np.array([excited.value], dtype=np.float32)
        made = made.with_pictures(excited.channel, excited.model_input[None], value)
        emit(made)
    _keep(task, kept, _inputs_name(task), made)
    return made


def find_samples(
    task: ExampleTask, kept: ResultCache, emit: Emit, should_stop: ShouldStop
) -> TopSamples | None:
    """Show the samples to the network and find the places that excite each filter most.

    Raises:
        UserError: the samples cannot be read.
    """
    runner = SampleRunner(task.network.folder)
    samples = runner.samples(task.samples, should_stop)
    if samples is None:
        return None
    strongest = TopActivations(task.info.shape, PATCHES)
    cut = PatchCutter(task.network.graph, task.layer, samples)
    seen = 0
    while seen < len(samples) and not should_stop():
        strongest.add(seen, runner.activation(samples.model_inputs(seen, seen + 1)[0], task.layer))
        seen += 1
        if seen % _TELL_EVERY == 0:
            emit(_found(task, strongest, cut, seen))
    found = _found(task, strongest, cut, seen)
    _keep(task, kept, _samples_name(task, samples), found)
    return found


class PatchCutter:
    """Cuts out of samples what the values of a layer depend on."""

    def __init__(self, graph: Graph, layer: str, samples: SampleSet) -> None:
        """Cut patches for a layer, all of one size."""
        self._graph, self._layer, self.samples = graph, layer, samples
        self._boxes: dict[Position, Box] = {}
        shape = graph.info.layer(layer).shape
        # In the middle of the map: a value in a corner may be nothing but padding.
        box = self._box(tuple(side // 2 for side in shape))
        self.size = max(1, box.bottom - box.top), max(1, box.right - box.left)

    def patch(self, sample: int, position: Position) -> NDArray[np.uint8]:
        """The patch of a sample that the value at a position depends on; 0 beyond the sample's edges."""
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
        """What a value depends on, padding included: the whole sample where it is no smaller part."""
        place = (*position[:-1], 0)
        if place not in self._boxes:
            whole = Box(0, 0, *self.samples.pixels.shape[1:3])
            box = self._graph.footprint(self._layer, place, self._graph.info.layers[0].name)
            self._boxes[place] = whole if box is None or _is_larger(box, whole) else box
        return self._boxes[place]


def _is_larger(box: Box, other: Box) -> bool:
    """Whether a box is as high and wide as another, or more."""
    higher = box.bottom - box.top >= other.bottom - other.top
    return higher and box.right - box.left >= other.right - other.left


def _found(task: ExampleTask, strongest: TopActivations, cut: PatchCutter, seen: int) -> TopSamples:
    """What was found in the samples that were seen so far."""
    several = (task.filters, PATCHES)
    patches = np.zeros((*several, *cut.size, cut.samples.pixels.shape[3]), dtype=np.uint8)
    values = np.full(several, -np.inf, dtype=np.float32)
    numbers = np.full(several, -1, dtype=np.int64)
    for channel in range(task.filters):
        for rank, place in enumerate(strongest.of(channel)):
            patches[channel, rank] = cut.patch(place.sample, place.position)
            values[channel, rank], numbers[channel, rank] = place.value, place.sample
    # Number -1 takes the text that was added at the end.
    labels = np.array([*cut.samples.labels, ""])[numbers]
    total = len(cut.samples)
    return TopSamples(task.layer, patches, values, numbers, labels, seen, total, cut.samples.name)


def _inputs_name(task: ExampleTask) -> str:
    return f"exciting inputs, {task.layer}"


def _samples_name(task: ExampleTask, samples: SampleSet) -> str:
    return f"exciting samples, {samples.sha256}, {task.layer}"


def _keep(task: ExampleTask, kept: ResultCache, name: str, content: Exciting) -> None:
    """Keep what was computed; where that fails it is still there until the program ends."""
    with contextlib.suppress(UserError):
        kept.put(task.network.sha256, name, content.arrays())
