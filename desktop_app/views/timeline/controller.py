"""Works for the panel that shows the answer over ink time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal

from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.timeline.panel import TimelinePanel

_AT_ONCE = 24
"""Readings before an answer is shown: new ink is not kept waiting for the whole of the old."""

_WHILE_DRAWING, _PACE_MS = 5, 80
"""Readings at a time while the pen moves, and the time between: what the pen needs comes first."""

_REST_MS = 150
"""How long the pen rests before the whole is read without such consideration."""


@dataclass(frozen=True, eq=False)
class _ReplayRequest:
    """Ink to go through.

    Attributes:
        ink: what lies on the paper.
        drawing: counts up whenever the ink is not merely the last one with more points.
        at_most: readings before an answer is shown.
    """

    ink: Ink
    drawing: int
    at_most: int


class TimelineController(Controller):
    """Reads the moments of the drawing while its panel can be seen, and shows them on the paper."""

    page_wanted = Signal(object)
    """The page as it was at the moment that the user looks at, or all of it again: to be read."""

    def __init__(self, panel: TimelinePanel, canvas: InkCanvas) -> None:
        """Work for a panel, and show on a canvas what it is at a time."""
        super().__init__(panel)
        self._panel, self._canvas = panel, canvas
        self._worker = Worker(self)
        self._drawing = 0
        self._moving = QTimer(self, singleShot=True, interval=_REST_MS)
        self._moving.timeout.connect(self._ask)
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(self._ask)
        self._worker.answered.connect(self._answered)
        self._worker.failed.connect(self._reading_failed)
        self._canvas.pen_moved.connect(self._ink_grew)
        self._canvas.page_changed.connect(self._page_changed)
        self._panel.activity_changed.connect(self._activity_changed)
        self._panel.snapshot_chosen.connect(self._show_moment)

    def set_network(self, network: OpenNetwork) -> None:
        """The moments are read anew by another network."""
        self.close()
        self._worker.replace(_replayer_of(network.folder))
        self._ask()

    def close(self) -> None:
        """End the worker."""
        self._moving.stop()
        self._pace.stop()
        self._worker.close()

    def _ink_grew(self, _: Page) -> None:
        self._panel.return_to_now()
        if self._panel.is_active:
            self._moving.start()
            self._ask()

    def _page_changed(self, _: Page) -> None:
        self._drawing += 1
        self._panel.return_to_now()
        self._moving.stop()
        self._ask()

    def _activity_changed(self, _: bool) -> None:
        self._ask()

    def _ask(self) -> None:
        """Have the moments of what lies on the paper read, where anybody can see them."""
        if not self._panel.is_active:
            return
        page = self._canvas.page
        if not isinstance(page, Ink):
            self._panel.set_picture()
        elif page and self._moving.isActive():
            if not self._pace.isActive():
                self._pace.start()
                self._worker.request(_ReplayRequest(page, self._drawing, _WHILE_DRAWING))
        elif page:
            self._worker.request(_ReplayRequest(page, self._drawing, _AT_ONCE))
        else:
            self._panel.set_timeline(None)

    def _answered(self, request: _ReplayRequest, timeline: Any) -> None:
        if request.drawing != self._drawing:
            return
        self._panel.set_timeline(timeline)
        if not timeline.is_complete:
            self._ask()

    def _reading_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("The drawing could not be gone through."))

    def _show_moment(self, points: int | None) -> None:
        page = self._canvas.page
        self._canvas.show_until(points)
        self.page_wanted.emit(page if points is None or not isinstance(page, Ink) else page.until(points))


def _replayer_of(folder: Path) -> Open:
    """What a runner needs to go through drawings with the network in a model folder."""

    def open_worker(_: ShouldStop) -> tuple[None, Answer]:
        # Imported here, in the thread that owns it: LiteRT must not keep the window waiting.
        from desktop_app.inspection.replay import replay
        from desktop_app.networks.recognizer import open_recognizer

        recognizer = open_recognizer(folder)
        known: Any = None

        def read(request: _ReplayRequest) -> Any:
            nonlocal known
            known = replay(recognizer, request.ink, before=known, at_most=request.at_most)
            return known

        return None, read

    return open_worker
