"""Panel that starts, pauses and stops a training run and shows its progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.runs.advice import Advice
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_progress import EarlierRun, RunProgress
from desktop_app.runs.training_events import (
    BatchEnded,
    PreparationProgress,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
)
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.draft import Draft
from desktop_app.views.panel import Panel
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.messages import translated, with_fixed_spaces
from desktop_app.views.parts.theme import STEP
from desktop_app.views.run.figures import Figures
from desktop_app.views.run.interrupted_row import InterruptedRow, InterruptedRun
from desktop_app.views.run.progress_bars import ProgressBars
from desktop_app.views.run.queue_list import QueueList
from desktop_app.views.run.run_buttons import RunButtons, RunState
from desktop_app.views.run.run_plots import run_plots
from desktop_app.views.run.run_text import RunText

_COLUMN, _NARROW_COLUMN = 42 * STEP, 34 * STEP
_WIDE, _NARROW = 90 * STEP, 70 * STEP
"""From _NARROW on, the curves are beside the controls if both fit."""

_MARGINS = 4 * STEP
"""Beside the content, left and right together."""

_MOST_LEAST_HEIGHT = 23 * STEP
"""Controls that need more height can be scrolled in a low panel."""


class RunPanel(Panel):
    """Buttons, progress bars, figures and curves of a run.

    Attributes:
        buttons: start, pause and stop the run.
        interrupted: offers to resume interrupted runs.
        queue: recipes that wait.
    """

    evaluation_requested = Signal()
    """The user wants to see the evaluation of the finished run."""

    def __init__(self, draft: Draft) -> None:
        """Create a panel that offers to train a draft."""
        super().__init__()
        self._draft, self._text = draft, RunText(self)
        self._title, self._problem = "", draft.problem()
        self._interrupted_runs: tuple[InterruptedRun, ...] = ()
        self._state = RunState.IDLE
        self._status = ""
        self._progress: RunProgress | None = None
        self._curves: CurvesView | None = None
        self._build()
        draft.changed.connect(self._draft_changed)
        draft.data_checked.connect(self._show)

    # --- content ---

    def set_interrupted(self, runs: Sequence[InterruptedRun]) -> None:
        """Set the interrupted runs; the first is offered."""
        self._interrupted_runs = tuple(runs)
        self._show()

    def set_queue(self, recipes: Sequence[Recipe]) -> None:
        """Show the recipes that wait, the next one first."""
        self.queue.set_recipes([self._text.training(recipe) for recipe in recipes])
        self._show()

    def begin(self, recipe: Recipe | None) -> None:
        """Show that a run starts.

        Args:
            recipe: of the run; None for a resumed run, whose recipe continue_from() sets.
        """
        self._progress = RunProgress(recipe)
        self._title = recipe.title if recipe is not None else ""
        self._state, self._status = RunState.RUNNING, self.tr("Starting TensorFlow…")
        self._show()

    def continue_from(self, earlier: EarlierRun) -> None:
        """Show the epochs of the run that is resumed."""
        if self._progress is not None:
            self._progress.continue_from(earlier)
            self._title = earlier.recipe.title
            self._show()

    def add_events(self, events: Sequence[TrainingEvent]) -> None:
        """Add events of the run in order and show them at once."""
        if self._progress is None:
            return
        for event in events:
            self._progress.add(event)
            if isinstance(event, TrainingStarted) and event.title:
                self._title = event.title
            if isinstance(event, PreparationProgress):
                self._status = self._text.preparing(event)
            elif isinstance(event, TrainingStarted) and self._state is not RunState.ENDING:
                self._status = self._text.started(event)
            elif isinstance(event, TrainingEnded):
                self._status = self.tr("Finishing…")
            elif isinstance(event, BatchEnded) and self._state is RunState.RUNNING:
                text = self.tr("Training epoch {epoch} of {epochs}.")
                self._status = text.format(epoch=event.epoch, epochs=event.epochs)
        if events:
            self._show()

    def set_paused(self, paused: bool) -> None:
        """Show whether the run is paused."""
        if self._state in {RunState.RUNNING, RunState.PAUSED}:
            self._state = RunState.PAUSED if paused else RunState.RUNNING
            self._status = self.tr("Paused.") if paused else self.tr("Resuming…")
            self._show()

    def set_ending(self, sentence: str) -> None:
        """Show that the run is stopping; its buttons are disabled."""
        self._state, self._status = RunState.ENDING, sentence
        self._show()

    def end(self, sentence: str = "") -> None:
        """Show that the run has ended; its curves and figures stay.

        Args:
            sentence: outcome; empty: it follows from the events.
        """
        self._state = RunState.IDLE
        self._status = sentence or (self._text.outcome(self._progress) if self._progress is not None else "")
        self._show()
        announce(self._status_label, self._status)

    # --- Panel ---

    @property
    def is_plot(self) -> bool:
        """Return True."""
        return True

    def exported_widget(self) -> QWidget:
        """Return the curves."""
        return self._curves or self

    def exported_file(self, kind: str) -> bytes:
        """Return the curves as a file, which matplotlib writes."""
        return b"" if self._curves is None else self._curves.file(kind)

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the points of all curves."""
        return self._curves.numbers() if self._curves is not None else {}

    def set_active(self, active: bool) -> None:
        """Show what has changed while the panel was hidden."""
        super().set_active(active)
        if active:
            self._show()

    def minimumSizeHint(self) -> QSize:
        """Return the width that is needed with the curves below the controls."""
        size = super().minimumSizeHint()
        if self._curves is None:
            return size
        rows = (self._column_width(), self._plots.minimumSizeHint().width(), self._interrupted_width())
        return QSize(max(rows) + _MARGINS, size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the curves beside the controls, or below them in a narrow panel."""
        super().resizeEvent(event)
        if self._curves is not None:
            self._arrange()

    def _draft_changed(self) -> None:
        self._problem = self._draft.problem()
        self._show()

    # --- building ---

    def _build(self) -> None:
        self.buttons, self.queue = RunButtons(), QueueList()
        self._next_label, self._title_label, self._status_label = QLabel(), QLabel(), QLabel()
        self._next_label.setObjectName("next_run")
        self._title_label.setObjectName("run_title")
        self._status_label.setObjectName("run_status")
        self._bars, self._figures = ProgressBars(), Figures()
        self.interrupted = InterruptedRow()
        self._evaluation = QToolButton()
        self._evaluation.setText(self.tr("Show evaluation"))
        self._evaluation.setToolTip(self.tr("Show confusions and errors on the test samples"))
        self._evaluation.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._evaluation.clicked.connect(self.evaluation_requested)
        self._advice_label = QLabel()
        self._advice_label.setObjectName("run_advice")
        self._curves = CurvesView()
        self._lay_out(self._curves)
        self._show()

    def _lay_out(self, curves: CurvesView) -> None:
        for label in (self._next_label, self._title_label, self._status_label, self._advice_label):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._status_label.setWordWrap(True)
        self._advice_label.setWordWrap(True)
        font = self._title_label.font()
        font.setBold(True)
        self._title_label.setFont(font)
        self._status_label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # Room for two lines, so that the layout below does not move.
        self._status_label.setMinimumHeight(2 * self._status_label.fontMetrics().lineSpacing())
        self._lay_out_column()
        self._plots = QWidget()
        right = QVBoxLayout(self._plots)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(STEP // 2)
        right.addWidget(self._advice_label)
        right.addWidget(curves, 1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._layout.setSpacing(2 * STEP)
        self._column_view = ColumnView(self._column)
        self._layout.addWidget(self._column_view)
        self._layout.addWidget(self._plots, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self.interrupted)
        layout.addLayout(self._layout, 1)
        self._arrange()

    def _lay_out_column(self) -> None:
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._next_label)
        column.addWidget(self.buttons)
        column.addWidget(self._status_label)
        column.addWidget(self.queue)
        title = QHBoxLayout()
        title.setSpacing(STEP)
        title.addWidget(self._title_label, 1)
        title.addWidget(self._evaluation)
        column.addLayout(title)
        column.addWidget(self._bars)
        column.addWidget(self._figures)
        column.addStretch(1)

    def _arrange(self) -> None:
        directions = QBoxLayout.Direction
        column = max(_COLUMN if self.width() >= _WIDE else _NARROW_COLUMN, self._column_width())
        needed = _MARGINS + column + self._layout.spacing() + self._plots.minimumSizeHint().width()
        beside = self.width() >= max(_NARROW, needed)
        self._layout.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._column_view.setMinimumWidth(column if beside else 0)
        self._column_view.setMaximumWidth(column if beside else 16_777_215)
        self._show_titles()

    def _interrupted_width(self) -> int:
        return 0 if self.interrupted.isHidden() else self.interrupted.minimumSizeHint().width()

    def _column_width(self) -> int:
        """Return the smallest width of the controls beside their scroll bar."""
        bar = self._column_view.verticalScrollBar().sizeHint().width()
        return self._column.minimumSizeHint().width() + bar

    # --- showing ---

    def _show(self) -> None:
        """Update all widgets unless the panel is hidden."""
        if self._curves is None or not (self.is_active or self._progress is None):
            return
        idle = self._state is RunState.IDLE
        self._show_titles()
        self.interrupted.set_runs(self._interrupted_runs if idle else ())
        done = self._progress.epochs_done if self._progress is not None else 0
        self.buttons.show_state(self._state, self._problem, done)
        self.queue.set_can_start(idle)
        self._status_label.setText(with_fixed_spaces(self._status_text(idle)))
        for widget in (self._title_label, self._bars, self._figures):
            widget.setVisible(self._progress is not None)
        is_measured = idle and self._progress is not None and self._progress.finished is not None
        self._evaluation.setVisible(is_measured)
        self._show_advice(self._progress.advice() if self._progress is not None else ())
        least = self._column.minimumSizeHint().height()
        self._column_view.setMinimumHeight(min(least, _MOST_LEAST_HEIGHT))
        if self._progress is not None:
            is_active = self._state in {RunState.RUNNING, RunState.PAUSED}
            self._bars.show_progress(self._progress)
            self._figures.show_progress(self._progress, is_active=is_active)
        self._curves.show_curves(() if self._progress is None else run_plots(self._progress))
        self._curves.set_hint(self._hint())

    def _show_titles(self) -> None:
        """Show the next run and the title of the shown one, elided to one line; tool tips have all of it."""
        available = min(self._column_view.maximumWidth(), self.width() - _MARGINS)
        if self._column.minimumSizeHint().height() > self.height() - 2 * STEP:
            available -= self._column_view.verticalScrollBar().sizeHint().width()
        beside_title = 0 if self._evaluation.isHidden() else self._evaluation.sizeHint().width() + STEP
        text = self.tr("Next run: {task}") if self.queue.isHidden() else self.tr("Recipe: {task}")
        following = text.format(task=self._text.training(self._draft.value))
        for label, text, width in (
            (self._next_label, following, available),
            (self._title_label, self._title, available - beside_title),
        ):
            label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
            label.setToolTip(text)

    def _show_advice(self, found: Sequence[Advice]) -> None:
        self._advice_label.setText("\n".join(translated(each.text) for each in found))
        self._advice_label.setVisible(bool(found))

    # --- texts ---

    def _status_text(self, idle: bool) -> str:
        """Return the state, the outcome of the last run, or why the draft cannot be trained."""
        if idle and (problem := self._problem or self._draft.data_problem()):
            return problem
        if self._status:
            return self._status
        return self.tr("Ready to train. Change what is trained in Data, Network and Recipe.")

    def _hint(self) -> str:
        if self._state is not RunState.IDLE:
            return self.tr("The curves begin with the first batch.")
        text = self.tr("Loss and metrics appear here during training:\n{task}")
        return text.format(task=self._text.training(self._draft.value))
