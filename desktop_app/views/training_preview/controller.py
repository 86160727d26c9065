"""Controller of the training preview: reads the drawing with the weights of a run."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.single_threaded import single_threaded
from desktop_app.jobs.worker import Worker
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.training_events import EpochEnded, TrainingEvent, TrainingStarted, WeightSnapshot
from desktop_app.runs.weight_snapshots import WeightSnapshots
from desktop_app.views.controller import Controller
from desktop_app.views.parts.rejected_name import rejected_name
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    History,
    PreviewAnswer,
    PreviewProgress,
    PreviewSnapshot,
    answer_of,
    history_of,
    snapshot_of,
    with_drawing,
)

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation
    from desktop_app.tasks.prepared import Prepared

_READINGS_PER_SECOND = 15
"""Readings per second while drawing; low because training uses the processors."""

_BANDS_PER_SECOND = 5
"""Updates of the epoch band per second while drawing."""

_REST_MS = 150
"""Pause after the last stroke before the drawing is read with the weights of all epochs."""

_BATCH_SECONDS = 0.03
"""Time for weights of earlier epochs per request, so that newer requests are not delayed."""


@dataclass(frozen=True, eq=False)
class _Request:
    """A request to the worker.

    Attributes:
        run: number of the run.
        info: the network.
        snapshot: the shown weights.
        drawing: the page; None: empty.
        missing: weights whose answers to the drawing are missing, the most important first.
    """

    run: int
    info: NetworkInfo
    snapshot: WeightSnapshot
    drawing: Page | None
    missing: tuple[WeightSnapshot, ...] = ()


@dataclass(frozen=True, eq=False)
class _Result:
    """The shown snapshot, and the answers of some missing weights by epoch."""

    snapshot: PreviewSnapshot
    rows: dict[int, PreviewAnswer | None]


class TrainingPreviewController(Controller):
    """Keeps the weights of a run and reads the drawing with them while the panel is visible."""

    def __init__(self, panel: TrainingPreviewPanel) -> None:
        """Create the controller of a panel."""
        super().__init__(panel)
        self._panel = panel
        self._run = 0
        self._progress: PreviewProgress | None = None
        self._snapshots = WeightSnapshots()
        self._drawing: Page | None = None
        self._rows: dict[int, PreviewAnswer | None] = {}
        self._current: set[int] = set()
        self._requested: _Request | None = None
        self._worker = Worker(self, _reader)
        self._worker.answered.connect(self._show_result)
        self._worker.failed.connect(self._failed)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.setObjectName("rest")
        self._rest.timeout.connect(self._pen_rested)
        self._throttle = Throttle(_READINGS_PER_SECOND, self)
        self._throttle.due.connect(self._request_missing)
        self._band_throttle = Throttle(_BANDS_PER_SECOND, self)
        self._band_throttle.due.connect(self._show_history)
        panel.activity_changed.connect(self._request_missing)
        panel.epoch_requested.connect(self._request_missing)

    def show_event(self, event: TrainingEvent) -> None:
        """Handle an event of a run; call it in the thread of the controller."""
        match event:
            case TrainingStarted():
                self._start_run(event)
            case WeightSnapshot():
                self._add_snapshot(event)
            case EpochEnded():
                self._add_epoch(event)

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Set the drawing."""
        drawing = None if observation.prepared is None else page
        if drawing is self._drawing:
            return
        self._drawing = drawing
        self._current.clear()
        if self._drawing is None:
            self._rows.clear()
        if self._progress is not None and self._panel.is_active:
            self._rest.start()
            self._throttle.request()

    # --- the run ---

    def _start_run(self, event: TrainingStarted) -> None:
        self._run += 1
        self._progress = PreviewProgress(event.network, event.epochs)
        self._snapshots = WeightSnapshots()
        self._rows.clear()
        self._current.clear()
        self._requested = None
        self._panel.start_run(self._progress)

    def _add_snapshot(self, snapshot: WeightSnapshot) -> None:
        if self._progress is None:
            return
        self._snapshots.add(snapshot)
        self._progress = replace(self._progress, kept=self._snapshots.epochs)
        self._panel.set_progress(self._progress)
        self._request_missing()

    def _add_epoch(self, event: EpochEnded) -> None:
        if self._progress is None:
            return
        name = self._progress.metric.name
        validated = f"val_{name}"
        value = event.metrics.get(validated, event.metrics.get(name, math.nan))
        if math.isfinite(value):
            values = MappingProxyType({**self._progress.values, event.epoch: value})
            is_validated = validated in event.metrics
            self._progress = replace(self._progress, values=values, is_validated=is_validated)
            self._panel.set_progress(self._progress)

    # --- requests ---

    def _pen_rested(self) -> None:
        """Update the epoch band and request missing answers."""
        self._show_history()
        self._request_missing()

    def _request_missing(self) -> None:
        """Request what the panel is to show unless it is known or requested already."""
        progress, newest = self._progress, self._snapshots.newest
        if progress is None or newest is None or not self._panel.is_active:
            return
        epoch = self._panel.epoch
        shown = newest if epoch is None else self._snapshots.at(epoch) or newest
        request = _Request(self._run, progress.info, shown, self._drawing, self._missing())
        last = self._requested
        if (
            last is not None
            and (last.snapshot, last.drawing) == (request.snapshot, request.drawing)
            and set(last.missing) >= set(request.missing)
        ):
            return
        self._requested = request
        self._worker.request(request)

    def _missing(self) -> tuple[WeightSnapshot, ...]:
        """Return the weights whose answers are missing; none while drawing."""
        if self._drawing is None or self._rest.isActive():
            return ()
        return tuple(each for each in self._snapshots.newest_first() if each.epoch not in self._current)

    def _show_result(self, request: _Request, result: _Result) -> None:
        progress = self._progress
        if progress is None or request.run != self._run:
            return
        self._panel.set_snapshot(result.snapshot)
        if request.drawing is not None and self._drawing is not None:
            rows = {result.snapshot.epoch: result.snapshot.answer, **result.rows}
            self._rows.update(rows)
            if request.drawing is self._drawing:
                self._current.update(rows)
        if self._rest.isActive():
            self._band_throttle.request()
        else:
            self._show_history()
        if request is self._requested and request.drawing is self._drawing:
            # Request what is still missing; a new drawing is requested by the throttle.
            self._requested = replace(request, missing=())
            self._request_missing()

    def _show_history(self) -> None:
        if self._progress is not None:
            self._panel.set_history(self._history(self._progress))

    def _history(self, progress: PreviewProgress) -> History | None:
        """Return the answers so far; those to an earlier drawing are dropped when all new ones exist."""
        is_complete = not self._rest.isActive() and not self._missing()
        if is_complete:
            self._rows = {epoch: row for epoch, row in self._rows.items() if epoch in self._current}
        if self._drawing is None:
            return None
        answers = {epoch: row for epoch, row in self._rows.items() if row is not None}
        return history_of(answers, progress.info.labels, rejected_name(progress.info.task), is_complete)

    def _failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("The model in training could not read the drawing."))


class _Reader:
    """Reads drawings with weights in the worker thread."""

    def __init__(self) -> None:
        self._snapshot: WeightSnapshot | None = None
        self._graph: Graph | None = None
        self._without_drawing: PreviewSnapshot | None = None
        self._with_drawing: tuple[Page, PreviewSnapshot] | None = None

    def answer(self, request: _Request) -> _Result:
        """Return the snapshot for a request and some missing answers; unchanged parts are cached."""
        with single_threaded():
            return self._compute(request)

    def _compute(self, request: _Request) -> _Result:
        if self._graph is None or self._without_drawing is None or request.snapshot is not self._snapshot:
            self._graph = Graph(request.info, request.snapshot.weights)
            self._without_drawing = snapshot_of(request.snapshot.epoch, self._graph)
            self._snapshot, self._with_drawing = request.snapshot, None
        drawing = request.drawing
        if drawing is None:
            return _Result(self._without_drawing, {})
        if self._with_drawing is None or self._with_drawing[0] is not drawing:
            prepared = _prepared(drawing, request.info)
            if prepared is None:
                return _Result(
                    self._without_drawing, dict.fromkeys(snapshot.epoch for snapshot in request.missing)
                )
            self._with_drawing = (
                drawing,
                with_drawing(self._without_drawing, self._graph, prepared.model_input, prepared.original),
            )
        snapshot = self._with_drawing[1]
        return _Result(snapshot, _rows(request, snapshot))


def _reader(_: ShouldStop) -> tuple[Any, Answer]:
    return None, _Reader().answer


def _rows(request: _Request, snapshot: PreviewSnapshot) -> dict[int, PreviewAnswer | None]:
    """Return the answer of at least one of the missing weights, and more while there is time."""
    rows: dict[int, PreviewAnswer | None] = {}
    end = time.monotonic() + _BATCH_SECONDS
    assert snapshot.model_input is not None
    for missing in request.missing:
        if missing is request.snapshot:
            rows[missing.epoch] = snapshot.answer
        else:
            rows[missing.epoch] = answer_of(Graph(request.info, missing.weights), snapshot.model_input)
        if time.monotonic() > end:
            break
    return rows


def _prepared(drawing: Page, info: NetworkInfo) -> Prepared | None:
    """Return the prepared drawing; None if the page is empty."""
    # Imported in the worker thread: Pillow is slow to import.
    from desktop_app.tasks.prepare import prepare

    return prepare(drawing, info.task)
