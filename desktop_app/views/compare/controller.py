"""Works for the panel with a second network: reads the same ink with it while the panel is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop_app.ink.page import Page
from desktop_app.jobs.worker import Worker
from desktop_app.views.compare.panel import ComparePanel
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.reading.reader import ReadRequest, reader_of
from desktop_app.views.shared import Shared

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation


_PACE_MS = 33
"""Time between two readings by the second network: what the pen needs comes first."""


class CompareController(Controller):
    """Opens the second network when it is first wanted, and reads with it what the first one read."""

    def __init__(self, panel: ComparePanel, chosen: Shared[str]) -> None:
        """Work for a panel.

        Args:
            panel: the panel.
            chosen: name of the model that the user chose last; empty: none yet.
        """
        super().__init__(panel)
        self._panel, self._chosen = panel, chosen
        self._model = chosen.value
        self._reader = Worker(self)
        self._is_open = False
        self._first: tuple[Page, Observation] | None = None
        self._asked: tuple[Page, Observation] | None = None
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self._ask)
        self._reader.opened.connect(self._opened)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._refused)
        self._panel.model_chosen.connect(self._choose)
        self._panel.activity_changed.connect(self._come_or_go)

    def set_network(self, network: OpenNetwork) -> None:
        """The library may have changed, and nothing has been read yet."""
        self._first = self._asked = None
        names = [name for name, _ in network.library]
        if self._model not in names:
            # What was removed from the library reads no more.
            self.close()
            self._panel.set_second(None)
            self._model = next((name for name in names if name != network.info.name), "")
        self._panel.set_models(network.library, self._model)
        if self._panel.is_active:
            self._open()

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Let the second network read what the first one has read."""
        self._first = page, observation
        if not self._pace.isActive():
            self._ask()

    def close(self) -> None:
        """Join the reader."""
        self._pace.stop()
        self._asked = None
        self._reader.close()
        self._is_open = False

    def _come_or_go(self, active: bool) -> None:
        if active:
            self._open()
        elif self._first is not None:
            # What is shown later must belong to the ink of then.
            self._panel.show_readings(self._first[1], None)

    def _choose(self, model: str) -> None:
        self._model = model
        self.close()
        self._panel.set_second(None)
        self._open()
        self._chosen.set(model)

    def _open(self) -> None:
        """Have a reader for the second model, and let it read what lies on the paper."""
        if not self._model:
            return
        if not self._is_open:
            self._is_open = True
            self._reader.replace(reader_of(self._model))
            self._reader.start()
        if self._first is not None:
            self._panel.show_readings(self._first[1], None)
        self._asked = None
        self._ask()

    def _ask(self) -> None:
        """Have what the first network read last read by the second, at most so often."""
        if not (self._panel.is_active and self._is_open) or self._first is None:
            return
        if self._asked is not self._first:
            self._asked = self._first
            self._reader.request(ReadRequest(self._asked[0], 0))
            self._pace.start()

    def _opened(self, network: OpenNetwork) -> None:
        self._panel.set_second(network.info)

    def _answered(self, request: ReadRequest, observation: Observation) -> None:
        # The first network may be ahead by now; what is compared must be the same ink.
        if self._asked is not None and self._asked[0] is request.page:
            self._panel.show_readings(self._asked[1], observation)

    def _refused(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("The second network could not read."))
