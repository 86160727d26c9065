"""Buttons that start, pause and stop a run, with the number of seeds."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.runs.run_queue import MOST_SEEDS
from desktop_app.views.parts.ask_bar import AskBar
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.primary_button import PrimaryButton
from desktop_app.views.parts.theme import STEP


class RunState(Enum):
    """What a run does that is shown."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    ENDING = "ending"


class RunButtons(QWidget):
    """Buttons for a run, and for the queue."""

    train_requested = Signal(int)
    """The user wants to train the draft now, with so many seeds."""
    queue_requested = Signal(int)
    """The user wants to train the draft after the queue, with so many seeds."""
    pause_requested = Signal()
    """The user wants to pause the run."""
    unpause_requested = Signal()
    """The user wants to continue the paused run."""
    stop_requested = Signal()
    """The user wants to stop the run and keep its best epoch."""
    cancel_requested = Signal()
    """The user has confirmed to stop the run and keep nothing."""

    def __init__(self) -> None:
        """Create the buttons of a panel without a run."""
        super().__init__()
        self._state, self._epochs_done = RunState.IDLE, 0
        self._train = _button(
            PrimaryButton(self.tr("Train")), "F5", self.tr("Train the model of this recipe")
        )
        self._pause = _button(QPushButton(self.tr("Pause")), "F6", "")
        stop = self.tr("Stop now and keep the best epoch as a model")
        self._stop = _button(QPushButton(self.tr("Stop")), "Shift+F5", stop)
        discard = self.tr("Stop now and keep nothing of this run")
        self._discard = _button(QPushButton(self.tr("Discard…")), "Ctrl+Shift+F5", discard)
        for button in (self._train, self._pause, self._stop, self._discard):
            _let_shrink(button, button.text(), self.tr("Resume") if button is self._pause else "")
        self._ask = AskBar()
        self._train.clicked.connect(lambda: self.train_requested.emit(self._seeds.value()))
        self._pause.clicked.connect(self._toggle_pause)
        self._stop.clicked.connect(self.stop_requested)
        self._discard.clicked.connect(self._ask_discard)
        self._ask.accepted.connect(lambda _: self.cancel_requested.emit())
        self._build_queue()
        self._lay_out()

    def show_state(self, state: RunState, problem: str, epochs_done: int) -> None:
        """Enable the buttons that fit a state.

        Args:
            state: of the run.
            problem: why the draft cannot be trained, in one sentence; empty if it can.
            epochs_done: completed epochs of the run.
        """
        self._state, self._epochs_done = state, epochs_done
        idle, paused = state is RunState.IDLE, state is RunState.PAUSED
        had_focus = next((each for each in (self._train, self._pause) if each.hasFocus()), None)
        self._train.setEnabled(idle and not problem)
        _set_tool_tip(self._train, problem or self.tr("Train the model of this recipe"))
        text = self.tr("Resume") if paused else self.tr("Pause")
        if text != self._pause.text():
            # setText() removes the shortcut.
            self._pause.setText(text)
            self._pause.setShortcut("F6")
        tip = self.tr("Continue training") if paused else self.tr("Pause after the current batch")
        _set_tool_tip(self._pause, tip)
        self._add.setEnabled(not problem)
        can_stop = state in {RunState.RUNNING, RunState.PAUSED}
        for button in (self._pause, self._stop, self._discard):
            button.setEnabled(can_stop)
        if not can_stop:
            self._ask.dismiss()
        if had_focus is not None and not had_focus.isEnabled():
            (self._train if idle else self._pause).setFocus()

    def _build_queue(self) -> None:
        self._seeds, self._add = WholeNumberEdit(), QPushButton(self.tr("Add to queue"))
        self._seeds.setObjectName("seeds")
        self._seeds.setRange(1, MOST_SEEDS)
        self._seeds.setAccessibleName(self.tr("Seeds"))
        self._seeds.setToolTip(
            self.tr(
                "Number of runs with consecutive seeds, trained one after another. Runs shows their range."
            )
        )
        self._add.setToolTip(self.tr("Train the model of this recipe after the other runs"))
        self._add.clicked.connect(lambda: self.queue_requested.emit(self._seeds.value()))

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Seeds"))
        label.setBuddy(self._seeds)
        label.setToolTip(self._seeds.toolTip())
        run, queue = QHBoxLayout(), QHBoxLayout()
        for button in (self._train, self._pause, self._stop):
            run.addWidget(button, 1)
        run.addSpacing(2 * STEP)
        run.addWidget(self._discard, 1)
        for widget in (label, self._seeds, self._add):
            queue.addWidget(widget)
        queue.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for row in (run, queue):
            row.setSpacing(STEP)
            layout.addLayout(row)
        layout.setSpacing(STEP)
        layout.addWidget(self._ask)

    def _ask_discard(self) -> None:
        question = self.tr("Discard this run and its %n completed epoch(s)?", "", self._epochs_done)
        self._ask.ask(question, self.tr("Discard"))

    def _toggle_pause(self) -> None:
        (self.unpause_requested if self._state is RunState.PAUSED else self.pause_requested).emit()


def _button(button: QPushButton, keys: str, tip: str) -> QPushButton:
    button.setShortcut(keys)
    _set_tool_tip(button, tip)
    return button


def _set_tool_tip(button: QPushButton, tip: str) -> None:
    """Set a tool tip that ends with the button's shortcut."""
    keys = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{tip} ({keys})")


def _let_shrink(button: QPushButton, *texts: str) -> None:
    """Let a button be as narrow as its texts; the style keeps it wider."""
    button.setMinimumWidth(max(map(button.fontMetrics().horizontalAdvance, texts)) + 2 * STEP)
