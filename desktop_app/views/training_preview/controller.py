"""Works for the panel that shows a network while it is trained."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer

from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.inspection.colour_settings import Values
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.training_events import EpochEnded, TrainingEvent, TrainingStarted, WeightSnapshot
from desktop_app.views.controller import Controller
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    AnswerHistory,
    PreviewProgress,
    PreviewSnapshot,
    Snapshots,
    probabilities_of,
    snapshot_of,
    with_drawing,
)

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_TIMES_A_SECOND = 15
"""While one draws; training keeps the processors busy already."""

_BANDS_A_SECOND = 5
"""The band of answers over the epochs follows so often: while one draws, most are of an earlier drawing."""

_REST_MS = 150
"""How long the pen rests before the drawing is read with the weights of all epochs."""

_AT_ONCE_SECONDS = 0.03
"""Of reading with the weights of earlier epochs before an answer is shown: newer questions come first."""


@dataclass(frozen=True, eq=False)
class _Question:
    """What is to be computed.

    Attributes:
        run: counts up with every run.
        info: the network.
        snapshot: the weights that are looked at.
        drawing: what lies on the paper; None for nothing.
        missing: weights whose answers to the drawing are not known yet, the most wanted first.
    """

    run: int
    info: NetworkInfo
    snapshot: WeightSnapshot
    drawing: Page | None
    missing: tuple[WeightSnapshot, ...] = ()


@dataclass(frozen=True, eq=False)
class _Found:
    """The moment, and by epoch what some of the missing weights make of the drawing."""

    moment: PreviewSnapshot
    rows: dict[int, Values | None]


class TrainingPreviewController(Controller):
    """Keeps the weights of a run, and reads the drawing with them while its panel can be seen."""

    def __init__(self, panel: TrainingPreviewPanel) -> None:
        """Work for a panel."""
        super().__init__(panel)
        self._panel = panel
        self._run = 0
        self._progress: PreviewProgress | None = None
        self._snapshots = Snapshots()
        self._drawing: Page | None = None
        self._rows: dict[int, Values | None] = {}
        self._fresh: set[int] = set()
        self._asked: _Question | None = None
        self._worker = Worker(self, _reader)
        self._worker.answered.connect(self._answered)
        self._worker.failed.connect(self._failed)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.setObjectName("rest")
        self._rest.timeout.connect(self._rested)
        self._pace = Throttle(_TIMES_A_SECOND, self)
        self._pace.due.connect(self._ask)
        self._band_pace = Throttle(_BANDS_A_SECOND, self)
        self._band_pace.due.connect(self._show_history)
        panel.activity_changed.connect(self._ask)
        panel.epoch_requested.connect(self._ask)

    def show_event(self, event: TrainingEvent) -> None:
        """Something happened in a run; to be called in this thread, with all events or only some."""
        match event:
            case TrainingStarted():
                self._begin(event)
            case WeightSnapshot():
                self._keep(event)
            case EpochEnded():
                self._note(event)

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Take note of what lies on the paper."""
        drawing = None if observation.prepared is None else page
        if drawing is self._drawing:
            return
        self._drawing = drawing
        self._fresh.clear()
        if self._drawing is None:
            self._rows.clear()
        if self._progress is not None and self._panel.is_active:
            self._rest.start()
            self._pace.request()

    def close(self) -> None:
        """Stop and join the worker."""
        self._rest.stop()
        self._pace.stop()
        self._band_pace.stop()
        self._worker.close()

    # --- the run ---

    def _begin(self, event: TrainingStarted) -> None:
        self._run += 1
        self._progress = PreviewProgress(event.network, event.epochs)
        self._snapshots = Snapshots()
        self._rows.clear()
        self._fresh.clear()
        self._asked = None
        self._panel.start_run(self._progress)

    def _keep(self, snapshot: WeightSnapshot) -> None:
        if self._progress is None:
            return
        self._snapshots.add(snapshot)
        self._progress = replace(self._progress, kept=self._snapshots.epochs)
        self._panel.set_progress(self._progress)
        self._ask()

    def _note(self, event: EpochEnded) -> None:
        if self._progress is None:
            return
        name = self._progress.metric.name
        validated = f"val_{name}"
        value = event.metrics.get(validated, event.metrics.get(name, math.nan))
        if math.isfinite(value):
            known = MappingProxyType({**self._progress.values, event.epoch: value})
            is_validated = validated in event.metrics
            self._progress = replace(self._progress, values=known, is_validated=is_validated)
            self._panel.set_progress(self._progress)

    # --- asking ---

    def _rested(self) -> None:
        """The pen rests: what was answered meanwhile may be all that there is to know."""
        self._show_history()
        self._ask()

    def _ask(self) -> None:
        """Have computed what the panel ought to show, unless that is known or was asked for already."""
        course, newest = self._progress, self._snapshots.newest
        if course is None or newest is None or not self._panel.is_active:
            return
        epoch = self._panel.epoch
        looked_at = newest if epoch is None else self._snapshots.at(epoch) or newest
        question = _Question(self._run, course.info, looked_at, self._drawing, self._missing())
        before = self._asked
        if (
            before is not None
            and (before.snapshot, before.drawing) == (question.snapshot, question.drawing)
            and set(before.missing) >= set(question.missing)
        ):
            return
        self._asked = question
        self._worker.request(question)

    def _missing(self) -> tuple[WeightSnapshot, ...]:
        """Whose answers are yet to come, once the pen rests."""
        if self._drawing is None or self._rest.isActive():
            return ()
        return tuple(each for each in self._snapshots.newest_first() if each.epoch not in self._fresh)

    def _answered(self, question: _Question, found: _Found) -> None:
        course = self._progress
        if course is None or question.run != self._run:
            return
        self._panel.set_snapshot(found.moment)
        if question.drawing is not None and self._drawing is not None:
            rows = {found.moment.epoch: found.moment.probabilities, **found.rows}
            self._rows.update(rows)
            if question.drawing is self._drawing:
                self._fresh.update(rows)
        if self._rest.isActive():
            self._band_pace.request()
        else:
            self._show_history()
        if question is self._asked and question.drawing is self._drawing:
            # What is still missing is asked for, nothing where nothing is; another drawing has its pace.
            self._asked = replace(question, missing=())
            self._ask()

    def _show_history(self) -> None:
        if self._progress is not None:
            self._panel.set_history(self._history(self._progress))

    def _history(self, course: PreviewProgress) -> AnswerHistory | None:
        """The answers so far; those to an earlier drawing go once all to this one are there."""
        is_complete = not self._rest.isActive() and not self._missing()
        if is_complete:
            self._rows = {epoch: row for epoch, row in self._rows.items() if epoch in self._fresh}
        known = {epoch: row for epoch, row in sorted(self._rows.items()) if row is not None}
        if not known or self._drawing is None:
            return None
        rows = np.nan_to_num(np.array(list(known.values()), dtype=np.float32))
        return AnswerHistory(np.array(list(known), dtype=np.intp), rows, course.info.labels, is_complete)

    def _failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("The network in training could not read the drawing."))


class _Reader:
    """Reads drawings with weights; belongs to the worker thread."""

    def __init__(self) -> None:
        self._one_thread = one_thread()
        self._snapshot: WeightSnapshot | None = None
        self._graph: Graph | None = None
        self._bare: PreviewSnapshot | None = None
        self._read: tuple[Page, PreviewSnapshot] | None = None

    def answer(self, question: _Question) -> _Found:
        """Look at the network unless nothing changed since last time, then at some of what is missing."""
        with self._one_thread():
            return self._found(question)

    def _found(self, question: _Question) -> _Found:
        if self._graph is None or self._bare is None or question.snapshot is not self._snapshot:
            self._graph = Graph(question.info, question.snapshot.weights)
            self._bare = snapshot_of(question.snapshot.epoch, self._graph)
            self._snapshot, self._read = question.snapshot, None
        drawing = question.drawing
        if drawing is None:
            return _Found(self._bare, {})
        if self._read is None or self._read[0] is not drawing:
            model_input = _model_input(drawing, question.info)
            if model_input is None:
                return _Found(self._bare, dict.fromkeys(snapshot.epoch for snapshot in question.missing))
            self._read = drawing, with_drawing(self._bare, self._graph, model_input)
        moment = self._read[1]
        return _Found(moment, _rows(question, moment))


def _reader(_: ShouldStop) -> tuple[Any, Answer]:
    return None, _Reader().answer


def one_thread() -> Callable[[], AbstractContextManager[object]]:
    """Within it, numpy multiplies matrices in one thread.

    Where training keeps all processors busy, several threads wait for each other: reading one drawing
    took 100 ms instead of 2.
    """
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        # It comes with what training needs; without that, nothing keeps the processors busy.
        return nullcontext
    limits = ThreadpoolController()
    return lambda: limits.limit(limits=1, user_api="blas")


def _rows(question: _Question, moment: PreviewSnapshot) -> dict[int, Values | None]:
    """What the missing weights make of the drawing: one of them, and more while there is time."""
    rows: dict[int, Values | None] = {}
    end = time.monotonic() + _AT_ONCE_SECONDS
    assert moment.model_input is not None
    for snapshot in question.missing:
        if snapshot is question.snapshot:
            rows[snapshot.epoch] = moment.probabilities
        else:
            rows[snapshot.epoch] = probabilities_of(
                Graph(question.info, snapshot.weights), moment.model_input
            )
        if time.monotonic() > end:
            break
    return rows


def _model_input(drawing: Page, info: NetworkInfo) -> Values | None:
    """The drawing as the network in training takes it; None where it sees nothing on the page."""
    # Imported here, in the worker thread: Pillow must not keep the window waiting.
    from desktop_app.tasks.prepare import prepare

    prepared = prepare(drawing, info.task)
    return None if prepared is None else prepared.model_input
