"""The controller of the comparison: reads pages with the second model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop_app.ink.page import Page
from desktop_app.jobs.worker import Worker
from desktop_app.views.compare.panel import ComparePanel
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.corrections import Corrections
from desktop_app.views.reading.reader import PageAnswer, ReadRequest, reader_of
from desktop_app.views.shared import Shared

if TYPE_CHECKING:
    from desktop_app.networks.last_layer import LastLayer
    from desktop_app.networks.recognizer import Observation


_PACE_MS = 33
"""Minimum time between two readings with the second model."""


class CompareController(Controller):
    """Opens the second model when the panel is first visible, and reads the same pages with it."""

    def __init__(self, panel: ComparePanel, chosen: Shared[str], corrections: Corrections) -> None:
        """Control a panel.

        Args:
            panel: shows the readings.
            chosen: name of the second model; empty: none yet.
            corrections: whether models read with what they learned.
        """
        super().__init__(panel)
        self._panel, self._chosen, self._corrections = panel, chosen, corrections
        self._network: OpenNetwork | None = None
        self._second: OpenNetwork | None = None
        self._model = chosen.value
        self._reader = Worker(self)
        self._is_open = False
        self._first: tuple[Page, Observation] | None = None
        self._requested: tuple[Page, Observation] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._timer.timeout.connect(self._request)
        self._reader.opened.connect(self._opened)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._reading_failed)
        self._panel.model_chosen.connect(self._choose)
        self._panel.activity_changed.connect(self._activity_changed)
        corrections.use_changed.connect(self._read_again)

    def set_network(self, network: OpenNetwork) -> None:
        """Update the models to choose from and discard all readings."""
        self._network = network
        self._first = self._requested = None
        names = [name for name, _ in network.comparable]
        if self._model not in names:
            self.close()
            self._panel.set_second(None)
            self._model = next((name for name in names if name != network.info.name), "")
        self._panel.set_models(network.comparable, self._model)
        if self._panel.is_active:
            self._open()

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Read the page with the second model, soon."""
        self._first = page, observation
        if not self._timer.isActive():
            self._request()

    def close(self) -> None:
        """Stop the worker."""
        super().close()
        self._requested = self._second = None
        self._is_open = False

    def _activity_changed(self, active: bool) -> None:
        if active:
            self._open()
        elif self._first is not None:
            # The reading with the second model is outdated when the panel is shown again.
            self._panel.show_readings(self._first[1], None)

    def _choose(self, model: str) -> None:
        self._model = model
        self.close()
        self._panel.set_second(None)
        self._open()
        self._chosen.set(model)

    def _open(self) -> None:
        """Open the second model if needed and read the page with it."""
        if not self._model:
            return
        if not self._is_open:
            self._is_open = True
            self._reader.replace(reader_of(self._model))
            self._reader.start()
        if self._first is not None:
            self._panel.show_readings(self._first[1], None)
        self._requested = None
        self._request()

    def _request(self) -> None:
        """Read the last page with the second model unless it has been requested."""
        if not self._panel.is_active or self._second is None or self._first is None:
            return
        if self._requested is not self._first:
            self._requested = self._first
            layer = self._learned_layer()
            self._reader.request(ReadRequest(self._requested[0], 0, is_whole=False, last_layer=layer))
            self._timer.start()

    def _read_again(self) -> None:
        self._requested = None
        self._request()

    def _learned_layer(self) -> LastLayer | None:
        """Return the last layer that the second model learned from corrections if it is to read with it."""
        if self._second is None or not self._corrections.is_on:
            return None
        if self._network is not None and self._network.info.name == self._second.info.name:
            # It may have learned more since the second model was opened.
            return self._network.adapted_layer
        return self._second.adapted_layer

    def _opened(self, network: OpenNetwork) -> None:
        self._second = network.adapted(network.adaptation)
        self._panel.set_second(network.info)
        self._read_again()

    def _answered(self, request: ReadRequest, answer: PageAnswer) -> None:
        # Compare only readings of the same page.
        if self._requested is not None and self._requested[0] is request.page:
            self._panel.show_readings(self._requested[1], answer.observation)

    def _reading_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not read with the second model."))
