"""The run: a training is started, held and ended here, and can be watched while it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import (
    BatchEnded,
    PreparationProgress,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
)
from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, PlotData
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.draft import Draft
from desktop_app.views.panel import Panel
from desktop_app.views.parts.durations import duration
from desktop_app.views.parts.numerals import metric_words
from desktop_app.views.parts.primary_button import PrimaryButton
from desktop_app.views.parts.theme import STEP
from desktop_app.views.run.figures import Figures, Rows
from desktop_app.views.run.interrupted_row import Interrupted, InterruptedRow
from desktop_app.views.run.run_progress import EarlierRun, RunProgress
from desktop_app.views.run.run_text import count_text, task_text

_COLUMN, _NARROW_COLUMN = 42 * STEP, 34 * STEP
_WIDE, _NARROW = 90 * STEP, 72 * STEP
"""From the lesser width on, the curves stand beside the controls."""

_NOTHING = "\N{EN DASH}"


class _State(Enum):
    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    ENDING = "ending"


class RunPanel(Panel):
    """Buttons, how far a run has come, its figures, its curves."""

    train_requested = Signal()
    """The user wants the draft to be trained."""
    pause_requested = Signal()
    """The user wants the run to be held."""
    resume_requested = Signal()
    """The user wants the run to go on."""
    stop_requested = Signal()
    """The user wants the run to end and keep its best."""
    cancel_requested = Signal()
    """The user wants the run to end and leave nothing."""
    go_on_requested = Signal(str)
    """The user wants to go on with the interrupted run of this name."""
    leave_requested = Signal(str)
    """The user does not want to be asked about this run now."""
    delete_requested = Signal(str)
    """The user wants this interrupted run deleted."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        """Offer to train a draft."""
        super().__init__(parent)
        self._draft = draft
        self._task, self._problem = "", draft.problem()
        self._interrupted: tuple[Interrupted, ...] = ()
        self._state = _State.IDLE
        self._status = ""
        self._story: RunProgress | None = None
        self._curves: CurvesView | None = None
        self._build()
        draft.changed.connect(self._draft_changed)

    # --- what is shown ---

    def set_interrupted(self, runs: Sequence[Interrupted]) -> None:
        """Runs that were cut off, the one to offer first."""
        self._interrupted = tuple(runs)
        self._show()

    def begin(self, recipe: Recipe | None) -> None:
        """A run begins; where it goes on with another, begin_with() tells the recipe."""
        self._story = RunProgress()
        self._task = task_text(recipe) if recipe is not None else ""
        self._state, self._status = _State.RUNNING, self.tr("Starting…")
        self._show()

    def begin_with(self, past: EarlierRun) -> None:
        """The run that has just begun goes on after these epochs."""
        if self._story is not None:
            self._story.begin_with(past)
            self._task = task_text(past.recipe)
            self._show()

    def tell(self, events: Sequence[TrainingEvent]) -> None:
        """What the run has told since the last time, in its order; shown all at once."""
        if self._story is None:
            return
        for event in events:
            self._story.take(event)
            if isinstance(event, PreparationProgress):
                self._status = self._preparing(event)
            elif isinstance(event, TrainingStarted) and self._state is not _State.ENDING:
                self._status = self._learning(event)
            elif isinstance(event, TrainingEnded):
                self._status = self.tr("Finishing…")
            elif isinstance(event, BatchEnded) and self._state is _State.RUNNING:
                words = self.tr("TrainingStarted epoch {epoch} of {epochs}.")
                self._status = words.format(epoch=event.epoch, epochs=event.epochs)
        if events:
            self._show()

    def set_paused(self, paused: bool) -> None:
        """The run is held, or goes on."""
        if self._state in {_State.RUNNING, _State.PAUSED}:
            self._state = _State.PAUSED if paused else _State.RUNNING
            self._status = self.tr("Paused.") if paused else self.tr("Going on…")
            self._show()

    def set_ending(self, sentence: str) -> None:
        """The run is to end; nothing more can be wished of it."""
        self._state, self._status = _State.ENDING, sentence
        self._show()

    def end(self, sentence: str = "") -> None:
        """The run is over; what it told stays to be seen.

        Args:
            sentence: what became of it; empty where it came to its end, which its events tell.
        """
        self._state = _State.IDLE
        self._status = sentence or self._outcome()
        self._show()

    # --- Panel ---

    @property
    def is_plot(self) -> bool:
        """Always."""
        return True

    def exported_widget(self) -> QWidget:
        """The curves."""
        return self._curves or self

    def exported_file(self, kind: str) -> bytes:
        """The curves, which are no painting of Qt's."""
        return b"" if self._curves is None else self._curves.saved(kind)

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The points of all curves."""
        return self._curves.numbers() if self._curves is not None else {}

    def set_active(self, active: bool) -> None:
        """Show what was told while nobody looked."""
        super().set_active(active)
        if active:
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The curves stand beside the controls where there is room, else under them."""
        super().resizeEvent(event)
        if self._curves is not None:
            self._arrange()

    def _draft_changed(self) -> None:
        self._problem = self._draft.problem()
        self._show()

    # --- building ---

    def _build(self) -> None:
        self._train = self._button(
            PrimaryButton(self.tr("Train")), "F5", self.tr("Train the network by this recipe")
        )
        self._pause = self._button(QPushButton(self.tr("Pause")), "F6", "")
        stop = self.tr("End the run now and keep the best epoch as a model")
        self._stop = self._button(QPushButton(self.tr("Stop")), "Shift+F5", stop)
        cancel = self.tr("End the run now and leave nothing of it behind")
        self._cancel = self._button(QPushButton(self.tr("Cancel")), "Ctrl+Shift+F5", cancel)
        self._train.clicked.connect(self.train_requested)
        self._pause.clicked.connect(self._toggle_pause)
        self._stop.clicked.connect(self.stop_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._what, self._says = QLabel(), QLabel()
        self._what.setObjectName("run_task")
        self._says.setObjectName("run_status")
        self._by_epoch = self._bar(self.tr("Epochs"))
        self._by_batch = self._bar(self.tr("Batches of this epoch"))
        self._figures = Figures(6)
        self._offer = InterruptedRow()
        self._offer.go_on_requested.connect(self.go_on_requested)
        self._offer.leave_requested.connect(self.leave_requested)
        self._offer.delete_requested.connect(self.delete_requested)
        self._curves = CurvesView()
        self._lay_out(self._curves)
        self._show()

    def _lay_out(self, curves: CurvesView) -> None:
        for label in (self._what, self._says):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._says.setWordWrap(True)
        font = self._what.font()
        font.setBold(True)
        self._what.setFont(font)
        self._says.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # Sentences of one line and of two leave what is below them where it is.
        self._says.setMinimumHeight(2 * self._says.fontMetrics().lineSpacing())
        buttons = QHBoxLayout()
        buttons.setSpacing(STEP)
        for button in (self._train, self._pause, self._stop, self._cancel):
            buttons.addWidget(button, 1)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._what)
        column.addLayout(buttons)
        column.addWidget(self._says)
        column.addWidget(self._by_epoch)
        column.addWidget(self._by_batch)
        column.addWidget(self._figures)
        column.addStretch(1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(2 * STEP)
        self._halves.addWidget(self._column)
        self._halves.addWidget(curves, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._offer)
        layout.addLayout(self._halves, 1)
        self._arrange()

    def _arrange(self) -> None:
        beside, directions = self.width() >= _NARROW, QBoxLayout.Direction
        self._halves.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        column = _COLUMN if self.width() >= _WIDE else _NARROW_COLUMN
        self._column.setMinimumWidth(column if beside else 0)
        self._column.setMaximumWidth(column if beside else 16_777_215)
        self._show_sentence()

    def _button(self, button: QPushButton, keys: str, tip: str) -> QPushButton:
        button.setShortcut(keys)
        self._say(button, tip)
        return button

    def _say(self, button: QPushButton, tip: str) -> None:
        """Set a tool tip that ends with the button's keys."""
        keys = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{tip} ({keys})")

    def _bar(self, name: str) -> QProgressBar:
        bar = QProgressBar()
        bar.setAccessibleName(name)
        return bar

    # --- showing ---

    def _show(self) -> None:
        """Show everything that was kept, if anybody can see it."""
        if self._curves is None or not (self.is_active or self._story is None):
            return
        idle = self._state is _State.IDLE
        self._show_sentence()
        self._offer.set_runs(self._interrupted if idle else ())
        self._show_buttons(idle)
        self._says.setText(self._status_words(idle))
        for widget in (self._by_epoch, self._by_batch, self._figures):
            widget.setVisible(self._story is not None)
        self._show_progress()
        self._figures.set_rows(self._rows())
        self._show_curves(self._curves)

    def _show_sentence(self) -> None:
        """In one line, so that what is below stays where it is; the whole is in the tool tip."""
        sentence, letters = self._sentence(), self._what.fontMetrics()
        room = min(self._column.maximumWidth(), self.width() - 4 * STEP)
        self._what.setText(letters.elidedText(sentence, Qt.TextElideMode.ElideRight, room))
        self._what.setToolTip(sentence)

    def _show_buttons(self, idle: bool) -> None:
        had_focus = next((b for b in (self._train, self._pause) if b.hasFocus()), None)
        self._train.setVisible(idle)
        self._train.setEnabled(not self._problem)
        self._say(self._train, self._problem or self.tr("Train the network by this recipe"))
        self._pause.setVisible(not idle)
        paused = self._state is _State.PAUSED
        text = self.tr("Resume") if paused else self.tr("Pause")
        if text != self._pause.text():
            # A new text takes the keys away.
            self._pause.setText(text)
            self._pause.setShortcut("F6")
        tip = self.tr("Let the run go on") if paused else self.tr("Hold the run; nothing is lost")
        self._say(self._pause, tip)
        can_be_wished = self._state in {_State.RUNNING, _State.PAUSED}
        for button in (self._pause, self._stop, self._cancel):
            button.setEnabled(can_be_wished)
        if had_focus is not None and not had_focus.isVisible():
            (self._train if idle else self._pause).setFocus()

    def _show_progress(self) -> None:
        story = self._story
        epochs = story.epochs if story is not None else 0
        if story is None or not epochs:
            self._set_bar(self._by_epoch, 0, 1, self.tr("No epoch yet"))
            self._set_bar(self._by_batch, 0, 1, self.tr("No batch yet"))
            return
        batch, done = story.batch, story.epochs_done
        words = self.tr("{done} of {epochs} epochs").format(done=done, epochs=epochs)
        self._set_bar(self._by_epoch, done, epochs, words)
        if batch is None:
            batches = story.learning.batches if story.learning is not None else 1
            self._set_bar(self._by_batch, 0, batches, self.tr("No batch yet"))
            return
        words = self.tr("{batch} of {batches} batches")
        shown = words.format(batch=count_text(batch.batch), batches=count_text(batch.batches))
        self._set_bar(self._by_batch, batch.batch, batch.batches, shown)

    def _set_bar(self, bar: QProgressBar, done: int, total: int, words: str) -> None:
        bar.setRange(0, max(1, total))
        bar.setValue(done)
        # In Qt's formats a % begins a number of its own.
        bar.setFormat(words.replace("%", "%%"))

    def _show_curves(self, curves: CurvesView) -> None:
        story = self._story
        if story is None:
            curves.show_curves(())
        else:
            x, rates = story.by_batch(LEARNING_RATE.name)
            rate = Curve("rate", self.tr("TrainingStarted rate"), x, rates, "rate")
            measured = [self._plot(story, metric) for metric in story.metrics]
            curves.show_curves([*measured, PlotData(LEARNING_RATE, (rate,))])
        curves.set_hint(self._hint())

    def _plot(self, story: RunProgress, metric: Metric) -> PlotData:
        """What a metric was by batch, and by epoch."""
        by_batch, by_epoch = story.by_batch(metric.name), story.by_epoch(metric.name)
        validation = story.by_epoch(f"val_{metric.name}")
        best = float(story.best_epoch) if story.best_epoch else None
        return PlotData(
            metric,
            (
                Curve("batch", self.tr("Training, by batch"), *by_batch, is_strong=False),
                Curve("training", self.tr("Training, by epoch"), *by_epoch),
                Curve("validation", self.tr("Validation"), *validation, "validation", best=best),
            ),
        )

    # --- what the user wants ---

    def _toggle_pause(self) -> None:
        (self.resume_requested if self._state is _State.PAUSED else self.pause_requested).emit()

    # --- words ---

    def _sentence(self) -> str:
        """What is trained, or would be."""
        if self._state is not _State.IDLE:
            return self._task
        return task_text(self._draft.value)

    def _status_words(self, idle: bool) -> str:
        """What is going on, what became of the last run, or why there can be none."""
        if idle and self._problem:
            return self._problem
        if self._status:
            return self._status
        return self.tr("Ready to train. Data, Network and Recipe say what, and how.")

    def _hint(self) -> str:
        if self._state is not _State.IDLE:
            return self.tr("The first batch draws the first points.")
        words = self.tr("Loss and metrics appear here while it is trained:\n{task}")
        return words.format(task=task_text(self._draft.value))

    def _preparing(self, event: PreparationProgress) -> str:
        """E.g. "Measuring… (2 of 3)"."""
        text = event.text[:1].upper() + event.text[1:]
        if event.steps < 2:
            return f"{text}…"
        words = self.tr("{text}… ({step} of {steps})")
        return words.format(text=text, step=min(event.step + 1, event.steps), steps=event.steps)

    def _learning(self, event: TrainingStarted) -> str:
        words = self.tr(
            "TrainingStarted from {training} samples, choosing by {validation}, measuring by {test}."
        )
        return words.format(
            training=count_text(event.training),
            validation=count_text(event.validation),
            test=count_text(event.test),
        )

    def _outcome(self) -> str:
        """How a run that came to its end did so."""
        story = self._story
        if story is None or story.learned is None:
            return ""
        done, kept = story.epochs_done, story.learned.best_epoch
        if not done:
            return self.tr("Stopped in the first epoch; what was learned by then is kept.")
        reasons = {
            "finished": self.tr("Its epoch is learned.")
            if done == 1
            else self.tr("All {done} epochs are learned."),
            "stopped": self.tr("Stopped after 1 epoch.")
            if done == 1
            else self.tr("Stopped after {done} epochs."),
            "patience": self.tr("Ended after {done} epochs: none was better for a while."),
            "not a number": self.tr("Ended: the loss was no number any more; try a smaller learning rate."),
        }
        sentence = reasons.get(story.learned.reason, reasons["finished"]).format(done=done)
        if not kept:
            return sentence
        return sentence + " " + self.tr("Epoch {kept} is kept.").format(kept=kept)

    def _rows(self) -> Rows:
        """The figures."""
        story = self._story or RunProgress()
        speed, left = story.images_per_second, story.seconds_left
        goes_on = self._state in {_State.RUNNING, _State.PAUSED}
        patience = story.epoch.patience if story.epoch is not None else 0
        about = self.tr("at most {time}") if patience else self.tr("about {time}")
        return (
            (
                self.tr("Speed"),
                self.tr("{count} images a second").format(count=count_text(speed)) if speed else _NOTHING,
            ),
            (self.tr("Time"), duration(story.elapsed) if story.elapsed else _NOTHING),
            (
                self.tr("Time left"),
                about.format(time=duration(left)) if left is not None and goes_on else _NOTHING,
            ),
            (self.tr("Patience"), self._patience(story)),
            (self.tr("Best epoch"), self._best(story)),
            (self.tr("Computes on"), story.learning.device if story.learning is not None else _NOTHING),
        )

    def _patience(self, story: RunProgress) -> str:
        if story.epoch is None:
            return _NOTHING
        if not story.epoch.patience:
            return self.tr("not limited")
        words = self.tr("{used} of {patience} epochs without a better one")
        return words.format(used=story.epoch.patience_used, patience=story.epoch.patience)

    def _best(self, story: RunProgress) -> str:
        if not story.best_epoch:
            return _NOTHING
        metrics, words = story.best_metrics, [f"{story.best_epoch}"]
        values = ((metric, metrics.get(f"val_{metric.name}")) for metric in story.metrics)
        words += [metric_words(metric, value) for metric, value in values if value is not None]
        return " · ".join(words)
