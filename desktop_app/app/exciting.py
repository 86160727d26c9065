"""What the filters panel's long jobs do: make exciting inputs, find exciting samples, keep both."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from desktop_app.app.controller import OpenNetwork
from desktop_app.app.samples import open_samples
from desktop_app.core.errors import Refusal
from desktop_app.core.kept_views import KeptViews
from desktop_app.core.network_info import LayerInfo
from desktop_app.inspection.excitation import exciting_inputs
from desktop_app.inspection.exciting import ExcitingInputs, ExcitingSamples
from desktop_app.jobs.long import Emit, ShouldStop, Work

if TYPE_CHECKING:
    from desktop_app.imaging.sample_set import SampleSet

Exciting: TypeAlias = ExcitingInputs | ExcitingSamples

SAMPLES_FORM = "samples"


@dataclass(frozen=True)
class Task:
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


def kept_content(task: Task, kept: KeptViews, should_stop: ShouldStop) -> Exciting | None:
    """What an earlier job has left of a task, or None.

    Raises:
        Refusal: the samples cannot be read.
    """
    sha256 = task.network.sha256
    if task.form != SAMPLES_FORM:
        arrays = kept.get(sha256, _inputs_name(task))
        shape = task.network.info.input_shape
        return ExcitingInputs.from_arrays(task.layer, task.filters, shape, arrays or {})
    samples = open_samples(task.samples, task.network.info.input_shape[0], should_stop)
    if samples is None:
        return None
    arrays = kept.get(sha256, _samples_name(task, samples))
    return ExcitingSamples.from_arrays(task.layer, task.filters, samples.name, arrays or {})


def work_on(task: Task, before: Exciting | None, kept: KeptViews) -> Work:
    """A long job that goes on from what there was before, tells what it has, and keeps it in the end."""

    def work(emit: Emit, should_stop: ShouldStop) -> Exciting | None:
        if task.form == SAMPLES_FORM:
            return find_samples(task, kept, emit, should_stop)
        made = before if isinstance(before, ExcitingInputs) else None
        return make_inputs(task, made, kept, emit, should_stop)

    return work


def make_inputs(
    task: Task, before: ExcitingInputs | None, kept: KeptViews, emit: Emit, should_stop: ShouldStop
) -> ExcitingInputs:
    """Make the input that excites each filter most, a few filters at a time.

    Raises:
        UnknownArithmetic: a layer on the way has an arithmetic that is not known.
    """
    made = before or ExcitingInputs.none_yet(task.layer, task.filters, task.network.info.input_shape)
    missing = np.flatnonzero(~made.done).tolist()
    for excited in exciting_inputs(task.network.graph, task.layer, missing, should_stop):
        value = np.array([excited.value], dtype=np.float32)
        made = made.with_pictures(excited.channel, excited.model_input[None], value)
        emit(made)
    _keep(task, kept, _inputs_name(task), made)
    return made


def find_samples(task: Task, kept: KeptViews, emit: Emit, should_stop: ShouldStop) -> ExcitingSamples | None:
    """Show the samples to the network and find the places that excite each filter most.

    Raises:
        Refusal: the samples cannot be read.
    """
    raise NotImplementedError


def _inputs_name(task: Task) -> str:
    return f"exciting inputs, {task.layer}"


def _samples_name(task: Task, samples: SampleSet) -> str:
    return f"exciting samples, {samples.sha256}, {task.layer}"


def _keep(task: Task, kept: KeptViews, name: str, content: Exciting) -> None:
    """Keep what was computed; where that fails it is still there until the program ends."""
    with contextlib.suppress(Refusal):
        kept.put(task.network.sha256, name, content.arrays())
