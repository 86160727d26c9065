"""Controls of the arithmetic panel: title, stepping, sliding, and the order of summands."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import IconButton

_MIN_SPEED, _DEFAULT_SPEED, _MAX_SPEED = 1, 6, 30
_WIDTH_FOR_SPEED = 64 * STEP


class Title(PaintedView):
    """The name of the shown value, shortened if there is little room."""

    def __init__(self) -> None:
        """Start without a title."""
        super().__init__()
        self._text = self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, short: str) -> None:
        """Show a title; `short` is used if the title does not fit."""
        if text != self._text:
            self._text, self._short = text, short
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def text(self) -> str:
        """Return the title."""
        return self._text

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the text from the left edge."""
        style = self.text_style
        fits = style.strong.width(self._text) <= self.width()
        text = style.strong.elided(self._text if fits else self._short, self.width())
        middle = self.rect().toRectF().center()
        middle.setX(0.0)
        style.strong.write(painter, middle, text, style.text)


class Controls(QWidget):
    """The row of controls above the arithmetic."""

    step_requested = Signal(int)
    """Show the next value of the map (1) or the previous one (-1)."""
    slide_requested = Signal(bool)
    """Start or stop sliding along the map."""
    speed_chosen = Signal(int)
    """Steps per second."""
    order_chosen = Signal(bool)
    """Whether the largest summands come first."""
    source_requested = Signal()
    """Show the input value that contributes most."""

    def __init__(self) -> None:
        """Start disabled, without a value."""
        super().__init__()
        self._title = Title()
        self._title.setObjectName("arithmetic_title")
        self._source = IconButton(
            "before",
            self.tr("Previous layer"),
            self.tr("Go to the input value that contributes most (Backspace)"),
        )
        self._previous = IconButton(
            "previous", self.tr("Previous value"), self.tr("Go to the previous value (Page Up)")
        )
        self._slide = IconButton(
            "play", self.tr("Slide"), self.tr("Slide the window along the map row by row (Space)")
        )
        self._slide.defaultAction().setCheckable(True)
        self._next = IconButton("next", self.tr("Next value"), self.tr("Go to the next value (Page Down)"))
        self._speed = Slider()
        self._speed.setRange(_MIN_SPEED, _MAX_SPEED)
        self._speed.setValue(_DEFAULT_SPEED)
        self._speed.setFixedWidth(9 * STEP)
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(self.tr("Sliding speed"))
        self._order = IconButton(
            "largest-first",
            self.tr("Largest first"),
            self.tr("Sort summands by size instead of network order"),
        )
        self._order.defaultAction().setCheckable(True)
        self._order.defaultAction().setChecked(True)
        self._lay_out()
        self._connect()
        self.set_title("")

    @property
    def speed(self) -> int:
        """Steps per second."""
        return self._speed.value()

    @property
    def largest_first(self) -> bool:
        """Whether the largest summands come first."""
        return self._order.isChecked()

    def title(self) -> str:
        """Return the title of the shown value."""
        return self._title.text()

    def set_title(self, title: str, short: str = "") -> None:
        """Show the title of a value; an empty title disables the controls."""
        self._title.set_text(title, short)
        for each in (self._source, self._previous, self._next, self._slide, self._speed, self._order):
            each.setEnabled(bool(title))

    def set_orderable(self, orderable: bool) -> None:
        """Show or hide the button for the order of summands."""
        self._order.setVisible(orderable)

    def set_ends(self, *, first: bool, last: bool, has_source: bool) -> None:
        """Enable the buttons that lead somewhere."""
        self._previous.setEnabled(not first)
        self._next.setEnabled(not last)
        self._source.setEnabled(has_source)

    def set_sliding(self, sliding: bool) -> None:
        """Show whether the window slides."""
        self._slide.defaultAction().setChecked(sliding)
        self._slide.set_icon("pause" if sliding else "play")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the speed slider if there is little room."""
        super().resizeEvent(event)
        self._speed.setVisible(self.width() >= _WIDTH_FOR_SPEED)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(STEP, 0, 2 * STEP, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._source)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._order)
        layout.addSpacing(STEP)
        for each in (self._previous, self._slide, self._next, self._speed):
            layout.addWidget(each)

    def _connect(self) -> None:
        self._source.clicked.connect(self.source_requested)
        self._previous.clicked.connect(lambda: self.step_requested.emit(-1))
        self._next.clicked.connect(lambda: self.step_requested.emit(1))
        self._slide.defaultAction().triggered.connect(self.slide_requested)
        self._speed.valueChanged.connect(self.speed_chosen)
        self._order.defaultAction().toggled.connect(self.order_chosen)
