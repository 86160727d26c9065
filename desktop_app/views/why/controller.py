"""Controller of the why view: computes evidence in a worker thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer, Signal

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop, Stopped, raise_if_stopped
from desktop_app.ink.page import Page
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.networks.graph import UnknownArithmetic
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.parts.messages import translated
from desktop_app.views.why.compute_evidence import evidence_for
from desktop_app.views.why.evidence import Evidence, Method
from desktop_app.views.why.panel import Question, WhyPanel

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_MAX_LIVE_MS = 25.0
"""Maximum duration of a method that follows the pen; slower ones wait until the pen rests."""

_REST_MS = 150
"""Milliseconds without pen movement before slower methods start."""

_OUTDATED_MS = 100
"""Milliseconds that outdated evidence stays while new evidence is computed."""

_QUIET_S = 0.4
"""Seconds before the progress of a request is shown."""


@dataclass(frozen=True, eq=False)
class _EvidenceRequest:
    """An observation to explain.

    Attributes:
        page: the page that was read.
        observation: of the page; it has ink.
        question: method and answers to compare.
        drawing: number of the drawing; increases when shown evidence becomes invalid.
        stop: set when the evidence is no longer wanted.
    """

    page: Page
    observation: Observation
    question: Question
    drawing: int
    stop: threading.Event = field(default_factory=threading.Event)


class WhyController(Controller):
    """Computes evidence while its panel is visible, and shows it on the canvas."""

    _progressed = Signal(object, float)
    """A request and the share of it that is done; emitted in the worker thread."""

    def __init__(self, panel: WhyPanel, canvas: InkCanvas) -> None:
        """Connect a panel with a canvas."""
        super().__init__(panel)
        self._panel, self._canvas = panel, canvas
        self._worker = Worker(self)
        self._latest: tuple[Page, Observation] | None = None
        self._shown_page: Page | None = None
        self._drawing = 0
        self._request: _EvidenceRequest | None = None
        self.durations_ms = dict.fromkeys(Method, _MAX_LIVE_MS + 1)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.setObjectName("rest")
        self._rest.timeout.connect(self._request_evidence)
        self._outdated = QTimer(self, singleShot=True, interval=_OUTDATED_MS)
        self._outdated.timeout.connect(self._clear)
        self._progressed.connect(self._show_progress)
        self._worker.answered.connect(self._evidence_ready)
        self._worker.failed.connect(self._failed)
        self._canvas.pen_moved.connect(self._pen_moved)
        self._canvas.page_changed.connect(self._page_changed)
        self._panel.canvas_evidence_changed.connect(self._canvas.set_evidence)
        self._panel.question_changed.connect(self._question_changed)
        self._panel.stop_requested.connect(self._stop)
        self._panel.activity_changed.connect(self._activity_changed)

    def set_network(self, network: OpenNetwork) -> None:
        """Use another network."""
        self._cancel()
        self._worker.replace(_evidence_worker(network, self._progressed.emit))
        self._latest = None
        self._clear()
        self.durations_ms = dict.fromkeys(Method, _MAX_LIVE_MS + 1)

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Request evidence for a page, and clear evidence for another one."""
        self._latest = (page, observation)
        if not self._panel.is_active:
            return
        self._clear_outdated(page)
        if observation.prepared is None:
            self._clear()
        elif self._is_live:
            self._request_evidence()
        else:
            self._rest.start()

    def close(self) -> None:
        """Stop the worker and the timers."""
        self._cancel()
        super().close()

    @property
    def _is_live(self) -> bool:
        return self.durations_ms[self._panel.question().method] <= _MAX_LIVE_MS

    # --- outdated evidence ---

    def _pen_moved(self, page: Page) -> None:
        if not self._is_live:
            self._drawing += 1
            self._cancel()
        self._clear_outdated(page)

    def _page_changed(self, page: Page) -> None:
        self._drawing += 1
        self._cancel()
        self._latest = None
        if self._shown_page is not None and self._shown_page != page:
            self._clear()

    def _clear_outdated(self, page: Page) -> None:
        """Clear evidence for another page: at once, or after a short delay if new evidence follows soon."""
        if self._shown_page is None or self._shown_page == page:
            return
        if not self._is_live:
            self._clear()
        elif not self._outdated.isActive():
            self._outdated.start()

    def _clear(self) -> None:
        self._outdated.stop()
        self._rest.stop()
        self._shown_page = None
        self._panel.clear()

    # --- requests ---

    def _cancel(self) -> None:
        """Let the worker stop computing evidence that is no longer wanted."""
        if self._request is not None:
            self._request.stop.set()
            self._request = None

    def _stop(self) -> None:
        self._cancel()
        self._clear()
        self._panel.show_error(self.tr("Stopped. Choose another method or label to start again."))

    def _question_changed(self, _: Question) -> None:
        self._cancel()
        self._clear()
        self._request_evidence()

    def _activity_changed(self, active: bool) -> None:
        self._cancel()
        self._clear()
        if active:
            self._request_evidence()

    def _request_evidence(self) -> None:
        """Request evidence for the latest observation if the panel is visible."""
        if self._latest is None or not self._panel.is_active:
            return
        page, observation = self._latest
        question = self._panel.question()
        if observation.prepared is None:
            return
        if question.answer is not None and question.answer == question.rival:
            self._panel.show_error(self.tr("Choose two different labels to compare."))
            return
        if not self._is_live:
            # Requests that follow the pen are short; stopping each for the next would never show any.
            self._cancel()
            self._panel.show_progress()
        self._request = _EvidenceRequest(page, observation, question, self._drawing)
        self._worker.request(self._request)

    def _show_progress(self, request: _EvidenceRequest, share: float) -> None:
        if request is self._request:
            self._panel.show_progress(share)

    def _evidence_ready(self, request: _EvidenceRequest, evidence: Any) -> None:
        if request.stop.is_set() or not self._is_wanted(request):
            return
        self.durations_ms[request.question.method] = evidence.milliseconds
        self._outdated.stop()
        self._shown_page = request.page
        self._panel.show_evidence(evidence)

    def _is_wanted(self, request: _EvidenceRequest) -> bool:
        """Return whether evidence still belongs to the question and to the drawing."""
        if not self._panel.is_active:
            return False
        if request.question != self._panel.question() or request.drawing != self._drawing:
            return False
        return self._is_live or (self._latest is not None and self._latest[0] is request.page)

    def _failed(self, request: _EvidenceRequest | None, error: Exception) -> None:
        if isinstance(error, Stopped) or (request is not None and not self._is_wanted(request)):
            return
        self._clear()
        if isinstance(error, UnknownArithmetic):
            rest = self.tr("Occlusion works with every model.")
            self._panel.show_error(f"{translated(error)} {rest}")
        elif isinstance(error, UserError) and request is not None:
            self._panel.show_error(translated(error))
        else:
            self.failed.emit(error, self.tr("Could not compute the evidence."))


def _evidence_worker(network: OpenNetwork, progressed: Callable[[_EvidenceRequest, float], None]) -> Open:
    """Return the function that opens a model in the worker, with what it learned, and computes evidence."""

    def open_worker(_: ShouldStop) -> tuple[None, Answer]:
        # Imported in the worker thread: importing LiteRT would block the window.
        from desktop_app.networks.recognizer import open_recognizer

        recognizer = open_recognizer(network.folder)
        recognizer.replace_last_layer(network.adapted_layer)
        # The first inference is slow; do it before the first request.
        recognizer.predict(np.zeros((1, *network.info.input_shape), dtype=np.float32))

        def explain(request: _EvidenceRequest) -> Evidence:
            started = time.perf_counter()

            def report(share: float) -> None:
                raise_if_stopped(request.stop.is_set)
                if time.perf_counter() - started > _QUIET_S:
                    progressed(request, share)

            return evidence_for(
                request.observation, request.question, network.graph, recognizer.predict, report
            )

        return None, explain

    return open_worker
