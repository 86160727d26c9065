"""Controller of the sample grid: runs the network on samples in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.inspection.sample_responses import (
    SampleResponses,
    label_order,
    most_variable_channels,
    response_maps,
    samples_per_page,
)
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.parts.messages import translated
from desktop_app.views.sample_grid.open_samples import SampleRunner
from desktop_app.views.sample_grid.panel import SampleGridPanel
from desktop_app.views.shared import Shared


@dataclass(frozen=True)
class SampleGridRequest:
    """A page of responses to compute.

    Attributes:
        layer: whose activations are shown.
        samples: data set or folder; None for the built-in samples.
        page: number of the page, from 0.
    """

    layer: str
    samples: Path | None
    page: int


class SampleGridController(Controller):
    """Requests responses when the layer, the samples or the network change and the panel is visible."""

    def __init__(self, panel: SampleGridPanel, samples: Shared[Path | None]) -> None:
        """Connect a panel with the chosen samples.

        Args:
            panel: the panel.
            samples: data set or folder; None for the built-in samples.
        """
        super().__init__(panel)
        self._panel, self._samples = panel, samples
        self._network: OpenNetwork | None = None
        self._page = 0
        self._worker = Worker(self)
        self._requested: SampleGridRequest | None = None
        self._worker.answered.connect(self._responses_ready)
        self._worker.failed.connect(self._failed)
        self._panel.activity_changed.connect(self._refresh)
        self._panel.layer_changed.connect(self._refresh)
        self._panel.page_requested.connect(self._change_page)
        self._panel.samples_chosen.connect(self._samples_chosen)
        samples.changed.connect(self._samples_changed)
        self._panel.set_samples(samples.value)

    def set_network(self, network: OpenNetwork) -> None:
        """Use another network."""
        self.close()
        self._network = network
        self._refresh()

    def close(self) -> None:
        """Stop the worker."""
        super().close()
        self._requested = None

    def _samples_chosen(self, path: Path | None) -> None:
        if path == self._samples.value:
            # Choosing the same samples reads them again.
            self._restart()
            self._refresh()
        self._samples.set(path)

    def _samples_changed(self, path: Path | None) -> None:
        self._page = 0
        self._panel.set_samples(path)
        self._refresh()

    def _change_page(self, page: int) -> None:
        self._page = page
        self._refresh()

    def _refresh(self) -> None:
        """Request the responses to show, unless they are requested already."""
        network = self._network
        if network is None or not self._panel.is_active or self._panel.info is not network.info:
            return
        request = SampleGridRequest(self._panel.layer, self._samples.value, self._page)
        if request == self._requested:
            return
        if self._requested is not None and request.samples != self._requested.samples:
            # Opening samples may take long: do not wait for samples that are no longer needed.
            self._restart()
        if self._requested is None:
            self._worker.replace(_response_worker(network))
        self._requested = request
        self._panel.set_hint(self.tr("Running the model on the samples…"))
        self._worker.request(request)

    def _restart(self) -> None:
        self.close()
        self._panel.set_responses(None)

    def _responses_ready(self, request: SampleGridRequest, responses: SampleResponses | None) -> None:
        if request == self._requested and responses is not None:
            self._panel.set_responses(responses)

    def _failed(self, request: SampleGridRequest | None, error: Exception) -> None:
        self._panel.set_responses(None)
        if isinstance(error, UserError) and request is not None and request.samples is None:
            self._panel.set_hint(translated(error))
            return
        self._panel.set_hint(self.tr("Could not show these samples. Choose others."))
        self.failed.emit(error, self.tr("Could not run the model on the samples."))


def _response_worker(network: OpenNetwork) -> Open:
    """Return the function that opens a model in the worker, with what it learned, and computes responses."""

    def open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
        runner = SampleRunner(network.folder, network.adapted_layer)
        return None, lambda request: compute_responses(runner, request, should_stop)

    return open_worker


def compute_responses(
    runner: SampleRunner, request: SampleGridRequest, should_stop: ShouldStop
) -> SampleResponses | None:
    """Return the responses to a page of samples; None when should_stop() was true.

    Raises:
        UserError: the samples cannot be read.
    """
    samples = runner.samples(request.samples, should_stop)
    if samples is None:
        return None
    shape = runner.info.layer(request.layer).shape
    page_size = samples_per_page(shape)
    pages = -(-len(samples) // page_size)
    page = min(request.page, pages - 1)
    first, last = page * page_size, min((page + 1) * page_size, len(samples))
    inputs = samples.model_inputs(first, last)
    order = label_order(samples.labels[first:last])
    values = np.empty((len(order), *shape), dtype=np.float32)
    for row, number in enumerate(order):
        if should_stop():
            return None
        values[row] = runner.activation(inputs[number], request.layer)
    labels = tuple(samples.labels[first + number] for number in order)
    numbers = first + np.array(order, dtype=np.int64)
    maps = response_maps(values)
    most_variable = () if maps is None else most_variable_channels(maps)
    return SampleResponses(
        request.layer, samples.name, page, pages, numbers, labels, inputs[order], values, most_variable
    )
