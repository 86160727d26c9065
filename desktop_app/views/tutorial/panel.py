"""The panel of the tutorial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.inspection.sliding_window import SUM, SlidingWindow, with_value
from desktop_app.views.panel import Panel
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.parts.tool_button import IconButton
from desktop_app.views.tutorial.exercises import LARGEST_NUMBER, Choice, exercises
from desktop_app.views.tutorial.layout import KERNEL
from desktop_app.views.tutorial.view import TutorialView

_STEP_MS = 700
_LARGEST_STRIDE = 3
_LARGEST_WINDOW = 4
_PADDINGS = ("valid", "same")
_SIZE_WITH_TEXT = (44 * STEP, 28 * STEP)


class TutorialPanel(Panel):
    """Shows examples of convolution and pooling that the user can change and step through."""

    def __init__(self) -> None:
        """Start with the first exercise."""
        super().__init__()
        self._exercises = exercises()
        self._exercise = self._exercises[0]
        self._example, self._index = self._exercise.example, self._exercise.start
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._next_frame)
        self._view = TutorialView(self._example)
        self._explanation = QLabel()
        self._make_choices()
        self._make_steps()
        self._lay_out()
        self._connect()
        self._open(0)

    def example(self) -> SlidingWindow:
        """Return the example."""
        return self._example

    def step(self) -> int:
        """Return the current step, from 0."""
        return self._index

    def choose_exercise(self, index: int) -> None:
        """Choose an exercise."""
        self._exercise_choice.setCurrentIndex(index)

    def set_step(self, index: int) -> None:
        """Go to a step."""
        self._index = min(max(index, 0), self._example.count - 1)
        self._show()

    @property
    def is_playing(self) -> bool:
        """Whether the steps are played."""
        return self._timer.isActive()

    def set_playing(self, playing: bool) -> None:
        """Play the steps, from the first one if the last one is shown, or stop."""
        if playing:
            if self._index == self._example.count - 1:
                self.set_step(0)
            self._timer.start()
        else:
            self._timer.stop()
        action = self._play.defaultAction()
        action.setChecked(playing)
        self._play.set_icon("pause" if playing else "play")

    def set_active(self, active: bool) -> None:
        """Stop playing when hidden."""
        super().set_active(active)
        if not active:
            self.set_playing(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the explanation in a small panel."""
        super().resizeEvent(event)
        self._explanation.setVisible(
            self.height() >= _SIZE_WITH_TEXT[1] and self.width() >= _SIZE_WITH_TEXT[0]
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop playing."""
        self.set_playing(False)
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play with Space, step with the page keys."""
        key = event.key()
        if key == Qt.Key.Key_Space:
            self.set_playing(not self.is_playing)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step_by(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def exported_widget(self) -> QWidget:
        """Return the numbers."""
        return self._view

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the current example with all of its results."""
        example = self._example
        numbers: dict[str, NDArray[Any]] = {"values": example.values, "result": example.result}
        if example.operation == SUM:
            numbers["kernel"] = example.kernel
        return numbers

    # --- building ---

    def _make_choices(self) -> None:
        self._exercise_choice = ComboBox()
        self._exercise_choice.setAccessibleName(self.tr("Exercise"))
        self._exercise_choice.setToolTip(self.tr("Operation of a network that the example computes"))
        self._exercise_choice.addItems([exercise.name for exercise in self._exercises])
        self._choice = ComboBox()
        self._choice.setObjectName("example_choice")
        self._choice.setToolTip(self.tr("Numbers that the example starts with; each can be changed"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._padding = ComboBox()
        self._padding.addItems(list(_PADDINGS))
        self._padding.setToolTip(
            self.tr("valid: no padding. same: zero padding, so that stride 1 keeps the size.")
        )
        self._stride = WholeNumberEdit()
        self._stride.setRange(1, _LARGEST_STRIDE)
        self._stride.setToolTip(self.tr("Number of positions that the window moves in each step"))
        self._size = WholeNumberEdit()
        self._size.setRange(1, _LARGEST_WINDOW)
        self._size.setToolTip(self.tr("Number of values from which one result is computed"))

    def _make_steps(self) -> None:
        self._previous = IconButton("previous", self.tr("Previous step"), self.tr("Previous step (Page Up)"))
        self._play = IconButton("play", self.tr("Play"), self.tr("Play all steps (Space)"))
        self._play.defaultAction().setCheckable(True)
        self._next = IconButton("next", self.tr("Next step"), self.tr("Next step (Page Down)"))
        self._slider = Slider()
        self._slider.setAccessibleName(self.tr("Step"))
        self._slider.setToolTip(self.tr("Step of the calculation that is shown"))
        self._count = QLabel()
        self._count.setObjectName("example_count")
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.setSpacing(STEP)
        head.addWidget(self._exercise_choice)
        self._choice_row = _labelled(self.tr("Kernel"), self._choice)
        self._size_row = _labelled(self.tr("Window"), self._size)
        for row in (
            self._choice_row,
            self._size_row,
            _labelled(self.tr("Padding"), self._padding),
            _labelled(self.tr("Stride"), self._stride),
        ):
            head.addWidget(row)
        self._explanation.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._explanation.setWordWrap(True)
        self._explanation.setFont(caption_font(self.font()))
        steps = QHBoxLayout()
        steps.setSpacing(STEP // 2)
        for each in (self._previous, self._play, self._next):
            steps.addWidget(each)
        steps.addWidget(self._slider, 1)
        steps.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._explanation)
        layout.addWidget(self._view, 1)
        layout.addLayout(steps)

    def _connect(self) -> None:
        self._exercise_choice.currentIndexChanged.connect(self._open)
        self._choice.currentIndexChanged.connect(self._apply_choice)
        self._padding.currentIndexChanged.connect(lambda i: self._change(padding=_PADDINGS[i]))
        self._stride.valueChanged.connect(lambda stride: self._change(stride=stride))
        self._size.valueChanged.connect(self._apply_size)
        self._previous.clicked.connect(lambda: self._step_by(-1))
        self._next.clicked.connect(lambda: self._step_by(1))
        self._play.defaultAction().triggered.connect(self.set_playing)
        self._slider.sliderMoved.connect(self._go_to)
        self._slider.actionTriggered.connect(lambda _: self._go_to(self._slider.sliderPosition()))
        self._view.value_requested.connect(self._apply_value)
        self._view.step_requested.connect(self._go_to)

    # --- user input ---

    def _open(self, index: int) -> None:
        """Show the start of an exercise."""
        self._exercise = self._exercises[index]
        example = self._exercise.example
        self._explanation.setText(self._exercise.explanation)
        pools = example.operation != SUM
        self._size_row.setVisible(pools)
        name = self.tr("Pooling") if pools else self.tr("Kernel")
        _set_name(self._choice_row, name, self._choice)
        with QSignalBlocker(self._choice):
            self._choice.clear()
            self._choice.addItems([choice.name for choice in self._exercise.choices])
            if not pools:
                self._choice.addItem(self.tr("Custom"))
        self._index = self._exercise.start
        self._set_example(example)
        self.set_playing(False)

    def _apply_choice(self, index: int) -> None:
        """Apply a kernel or a kind of pooling; the last entry is the custom kernel."""
        if index < len(self._exercise.choices):
            choice: Choice = self._exercise.choices[index]
            keeps = choice.kernel is None or self._example.operation != SUM
            kernel = self._example.kernel if keeps or choice.kernel is None else choice.kernel
            self._change(operation=choice.operation, kernel=kernel)

    def _apply_size(self, size: int) -> None:
        self._change(kernel=np.ones((1, size), dtype=np.float32))

    def _apply_value(self, grid: str, row: int, column: int, value: float) -> None:
        """Change a number."""
        self.set_playing(False)
        value = min(max(value, -LARGEST_NUMBER), LARGEST_NUMBER)
        if grid == KERNEL:
            with QSignalBlocker(self._choice):
                self._choice.setCurrentIndex(self._choice.count() - 1)
            self._change(kernel=with_value(self._example.kernel, row, column, value))
        else:
            self._change(values=with_value(self._example.values, row, column, value))

    def _go_to(self, index: int) -> None:
        self.set_playing(False)
        self.set_step(index)

    def _step_by(self, step: int) -> None:
        self._go_to(self._index + step)

    def _next_frame(self) -> None:
        if self._index + 1 < self._example.count:
            self.set_step(self._index + 1)
        if self._index + 1 >= self._example.count:
            self.set_playing(False)

    # --- display ---

    def _change(self, **values: Any) -> None:
        self._set_example(replace(self._example, **values))

    def _set_example(self, example: SlidingWindow) -> None:
        self._example = example
        self._index = min(self._index, example.count - 1)
        controls = (self._stride, self._size, self._padding, self._slider)
        blocked = [QSignalBlocker(control) for control in controls]
        self._stride.setValue(example.stride)
        self._size.setValue(example.kernel.shape[1])
        self._padding.setCurrentIndex(_PADDINGS.index(example.padding))
        self._slider.setRange(0, example.count - 1)
        del blocked
        self._show()

    def _show(self) -> None:
        self._view.set_example(self._example, self._index)
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._index)
        self._previous.setEnabled(self._index > 0)
        self._next.setEnabled(self._index + 1 < self._example.count)
        text = self.tr("Step {step} of {count}")
        self._count.setText(text.format(step=self._index + 1, count=self._example.count))


def _labelled(name: str, widget: QWidget) -> QWidget:
    """Return a control with a label before it."""
    row = QWidget()
    label = QLabel()
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setBuddy(widget)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(STEP // 2)
    layout.addWidget(label)
    layout.addWidget(widget)
    _set_name(row, name, widget)
    return row


def _set_name(row: QWidget, name: str, widget: QWidget) -> None:
    label = row.findChild(QLabel)
    assert label is not None
    label.setText(name)
    widget.setAccessibleName(name)
