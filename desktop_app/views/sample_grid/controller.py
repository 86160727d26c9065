"""Works for the wall of samples: shows them to the network while the panel is seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.stopping import ShouldStop
from desktop_app.inspection.sample_responses import (
    SampleResponses,
    by_label,
    maps_of,
    most_varied,
    samples_on_a_page,
)
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.sample_grid.open_samples import SampleRuns
from desktop_app.views.sample_grid.panel import SampleGridPanel
from desktop_app.views.shared import Shared


@dataclass(frozen=True)
class SampleGridRequest:
    """A wall to make.

    Attributes:
        layer: whose answers are shown.
        samples: a data set or folder; None for the samples of the program.
        page: which of the samples.
    """

    layer: str
    samples: Path | None
    page: int


class SampleGridController(Controller):
    """Makes the wall anew when the layer, the samples or the network changes and the panel is seen."""

    def __init__(self, panel: SampleGridPanel, samples: Shared[Path | None]) -> None:
        """Work for a panel.

        Args:
            panel: the panel.
            samples: data set or folder that is shown to the network; None: the samples of the program.
        """
        super().__init__(panel)
        self._panel, self._samples = panel, samples
        self._network: OpenNetwork | None = None
        self._page = 0
        self._worker = Worker(self)
        self._asked: SampleGridRequest | None = None
        self._worker.answered.connect(self._answered)
        self._worker.failed.connect(self._failed)
        self._panel.activity_changed.connect(self._refresh)
        self._panel.layer_changed.connect(self._refresh)
        self._panel.page_requested.connect(self._turn)
        self._panel.samples_chosen.connect(self._choose)
        samples.changed.connect(self._change_samples)
        self._panel.set_samples(samples.value)

    def set_network(self, network: OpenNetwork) -> None:
        """Show the samples to another network."""
        self.close()
        self._network = network
        self._refresh()

    def close(self) -> None:
        """Stop and join the worker."""
        self._worker.close()
        self._asked = None

    def _choose(self, path: Path | None) -> None:
        if path == self._samples.value:
            # Whoever chooses the same again wants it tried again.
            self._start_anew()
            self._refresh()
        self._samples.set(path)

    def _change_samples(self, path: Path | None) -> None:
        self._page = 0
        self._panel.set_samples(path)
        self._refresh()

    def _turn(self, page: int) -> None:
        self._page = page
        self._refresh()

    def _refresh(self) -> None:
        """Ask for the wall that the panel ought to show, unless it was asked for already."""
        network = self._network
        if network is None or not self._panel.is_active or self._panel.info is not network.info:
            return
        request = SampleGridRequest(self._panel.layer, self._samples.value, self._page)
        if request == self._asked:
            return
        if self._asked is not None and request.samples != self._asked.samples:
            # Opening samples may take long: what is no longer wanted is not waited for.
            self._start_anew()
        if self._asked is None:
            self._worker.replace(response_worker(network.folder))
        self._asked = request
        self._panel.set_hint(self.tr("The samples are being shown to the network…"))
        self._worker.request(request)

    def _start_anew(self) -> None:
        self.close()
        self._panel.set_responses(None)

    def _answered(self, request: SampleGridRequest, wall: SampleResponses | None) -> None:
        if request == self._asked and wall is not None:
            self._panel.set_responses(wall)

    def _failed(self, _: object, error: Exception) -> None:
        self._panel.set_responses(None)
        self._panel.set_hint(self.tr("These samples cannot be shown; choose others."))
        self.failed.emit(error, self.tr("The samples could not be shown to the network."))


def response_worker(folder: Path) -> Open:
    """What a runner needs to make walls with the model in a folder: turns WallRequests into Walls."""

    def open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
        runs = SampleRuns(folder)
        return None, lambda request: compute_responses(runs, request, should_stop)

    return open_worker


def compute_responses(
    runs: SampleRuns, request: SampleGridRequest, should_stop: ShouldStop
) -> SampleResponses | None:
    """Show a page of samples to the network; None when should_stop() was true.

    Raises:
        UserError: the samples cannot be read.
    """
    samples = runs.samples(request.samples, should_stop)
    if samples is None:
        return None
    shape = runs.info.layer(request.layer).shape
    each = samples_on_a_page(shape)
    pages = -(-len(samples) // each)
    page = min(request.page, pages - 1)
    first, last = page * each, min((page + 1) * each, len(samples))
    inputs = samples.model_inputs(first, last)
    order = by_label(samples.labels[first:last])
    values = np.empty((len(order), *shape), dtype=np.float32)
    for place, number in enumerate(order):
        if should_stop():
            return None
        values[place] = runs.activation(inputs[number], request.layer)
    labels = tuple(samples.labels[first + number] for number in order)
    numbers = first + np.array(order, dtype=np.int64)
    maps = maps_of(values)
    varied = () if maps is None else most_varied(maps)
    return SampleResponses(
        request.layer, samples.name, page, pages, numbers, labels, inputs[order], values, varied
    )
