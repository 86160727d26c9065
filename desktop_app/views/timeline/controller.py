"""Controller of the timeline: reads the drawing at successive points in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
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

_READINGS_PER_REQUEST = 24
"""Readings before a partial timeline is shown and new ink is considered."""

_READINGS_WHILE_DRAWING, _DRAWING_INTERVAL_MS = 5, 80
"""Readings per request while the pen moves, and milliseconds between: live recognition comes first."""

_PEN_REST_MS = 150
"""Milliseconds without pen movement after which reading is no longer throttled."""


@dataclass(frozen=True, eq=False)
class _TimelineRequest:
    """Ink to read at successive points.

    Attributes:
        ink: the ink on the canvas.
        drawing: number of the drawing; increases when ink is replaced, not when points are added.
        at_most: maximum number of readings for this request.
    """

    ink: Ink
    drawing: int
    at_most: int


class TimelineController(Controller):
    """Computes the timeline while its panel is visible, and shows the chosen snapshot on the canvas."""

    page_requested = Signal(object)
    """The page to read: the drawing up to the chosen snapshot, or all of it."""

    def __init__(self, panel: TimelinePanel, canvas: InkCanvas) -> None:
        """Connect a panel with a canvas."""
        super().__init__(panel)
        self._panel, self._canvas = panel, canvas
        self._worker = Worker(self)
        self._drawing = 0
        self._pen_rest = QTimer(self, singleShot=True, interval=_PEN_REST_MS)
        self._pen_rest.timeout.connect(self._request_timeline)
        self._throttle = QTimer(self, singleShot=True, interval=_DRAWING_INTERVAL_MS)
        self._throttle.timeout.connect(self._request_timeline)
        self._worker.answered.connect(self._timeline_ready)
        self._worker.failed.connect(self._reading_failed)
        self._canvas.pen_moved.connect(self._pen_moved)
        self._canvas.page_changed.connect(self._page_changed)
        self._canvas.inspected_page_changed.connect(self._inspected_page_changed)
        self._panel.activity_changed.connect(self._activity_changed)
        self._panel.snapshot_chosen.connect(self._show_snapshot)

    def set_network(self, network: OpenNetwork) -> None:
        """Read the drawing again with another network."""
        self.close()
        self._worker.replace(_timeline_worker(network))
        self._request_timeline()

    def _pen_moved(self, _: Page) -> None:
        self._panel.show_whole_drawing()
        if self._panel.is_active:
            self._pen_rest.start()
            self._request_timeline()

    def _page_changed(self, _: Page) -> None:
        self._drawing += 1
        self._panel.show_whole_drawing()
        self._pen_rest.stop()
        self._request_timeline()

    def _inspected_page_changed(self) -> None:
        self._drawing += 1
        self._panel.show_whole_drawing()
        self._request_timeline()

    def _activity_changed(self, _: bool) -> None:
        self._request_timeline()

    def _request_timeline(self) -> None:
        """Request the timeline of the inspected ink if the panel is visible."""
        if not self._panel.is_active:
            return
        page = self._canvas.inspected_page
        if not isinstance(page, Ink):
            self._panel.set_image()
        elif page and self._pen_rest.isActive():
            if not self._throttle.isActive():
                self._throttle.start()
                self._worker.request(_TimelineRequest(page, self._drawing, _READINGS_WHILE_DRAWING))
        elif page:
            self._worker.request(_TimelineRequest(page, self._drawing, _READINGS_PER_REQUEST))
        else:
            self._panel.set_timeline(None)

    def _timeline_ready(self, request: _TimelineRequest, timeline: Any) -> None:
        if request.drawing != self._drawing:
            return
        self._panel.set_timeline(timeline)
        if not timeline.is_complete:
            self._request_timeline()

    def _reading_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not replay the drawing."))

    def _show_snapshot(self, points: int | None) -> None:
        page = self._canvas.inspected_page
        self._canvas.show_until(points)
        self.page_requested.emit(page if points is None or not isinstance(page, Ink) else page.until(points))


def _timeline_worker(network: OpenNetwork) -> Open:
    """Return the function that opens a model in the worker, with what it learned, and computes timelines."""

    def open_worker(_: ShouldStop) -> tuple[None, Answer]:
        # Imported in the worker thread: importing LiteRT would block the window.
        from desktop_app.inspection.timeline import compute_timeline
        from desktop_app.networks.recognizer import open_recognizer

        recognizer = open_recognizer(network.folder)
        recognizer.replace_last_layer(network.adapted_layer)
        timeline: Any = None

        def read(request: _TimelineRequest) -> Any:
            nonlocal timeline
            timeline = compute_timeline(recognizer, request.ink, timeline, request.at_most)
            return timeline

        return None, read

    return open_worker
