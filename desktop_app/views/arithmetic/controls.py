"""The controls of the arithmetic panel: which value, stepping, sliding, the order of summands."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import IconButton

_SLOWEST, _USUAL, _FASTEST = 1, 6, 30
_ROOM_FOR_PACE = 64 * STEP


class Title(PaintedView):
    """Which value is told of; as much of it as there is room for."""

    def __init__(self) -> None:
        """Start without a title."""
        super().__init__()
        self._text = self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, short: str) -> None:
        """Say something else; short is for where there is little room."""
        if text != self._text:
            self._text, self._short = text, short
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def text(self) -> str:
        """What it says."""
        return self._text

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The text from the left edge."""
        style = self.text_style
        fits = style.strong.width(self._text) <= self.width()
        text = style.strong.elided(self._text if fits else self._short, self.width())
        middle = self.rect().toRectF().center()
        middle.setX(0.0)
        style.strong.write(painter, middle, text, style.text)


class Controls(QWidget):
    """One slim row over the arithmetic."""

    step_requested = Signal(int)
    """1: the next value of the map, -1: the one before."""
    slide_requested = Signal(bool)
    """Slide along the map, or stop."""
    pace_chosen = Signal(int)
    """Steps in a second."""
    order_chosen = Signal(bool)
    """Whether the largest summands come first."""
    source_requested = Signal()
    """Go on to the value that this one was made of most."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a value: nothing can be done."""
        super().__init__(parent)
        self._title = Title()
        self._title.setObjectName("arithmetic_title")
        self._source = IconButton(
            "before",
            self.tr("To the layer before"),
            self.tr("Go to the value of the layer before that matters most here (Backspace)"),
        )
        self._previous = IconButton(
            "previous", self.tr("Previous value"), self.tr("The value before this one (Page up)")
        )
        self._slide = IconButton(
            "play", self.tr("Slide"), self.tr("Slide the window along the map, row by row (Space)")
        )
        self._slide.defaultAction().setCheckable(True)
        self._next = IconButton(
            "next", self.tr("Next value"), self.tr("The value after this one (Page down)")
        )
        self._pace = QSlider(Qt.Orientation.Horizontal)
        self._pace.setRange(_SLOWEST, _FASTEST)
        self._pace.setValue(_USUAL)
        self._pace.setFixedWidth(9 * STEP)
        self._pace.setAccessibleName(self.tr("Pace"))
        self._pace.setToolTip(self.tr("How fast the window slides"))
        self._order = IconButton(
            "largest-first",
            self.tr("Largest first"),
            self.tr("Summands by size; otherwise in the network's own order"),
        )
        self._order.defaultAction().setCheckable(True)
        self._order.defaultAction().setChecked(True)
        self._lay_out()
        self._connect()
        self.set_title("")

    @property
    def pace(self) -> int:
        """Steps in a second."""
        return self._pace.value()

    @property
    def largest_first(self) -> bool:
        """Whether the largest summands come first."""
        return self._order.isChecked()

    def title(self) -> str:
        """The value that is told of, in words."""
        return self._title.text()

    def set_title(self, title: str, short: str = "") -> None:
        """The value that is told of, in words and in short; without one nothing can be done."""
        self._title.set_text(title, short)
        for each in (self._source, self._previous, self._next, self._slide, self._pace, self._order):
            each.setEnabled(bool(title))

    def set_orderable(self, orderable: bool) -> None:
        """Whether there are summands to put in order."""
        self._order.setVisible(orderable)

    def set_ends(self, *, first: bool, last: bool, has_source: bool) -> None:
        """Offer no step beyond the ends of the map, and no source where there is none."""
        self._previous.setEnabled(not first)
        self._next.setEnabled(not last)
        self._source.setEnabled(has_source)

    def set_sliding(self, sliding: bool) -> None:
        """Show whether the window slides."""
        self._slide.defaultAction().setChecked(sliding)
        self._slide.set_icon("pause" if sliding else "play")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pace is left out where there is little room."""
        super().resizeEvent(event)
        self._pace.setVisible(self.width() >= _ROOM_FOR_PACE)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(STEP, 0, 2 * STEP, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._source)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._order)
        layout.addSpacing(STEP)
        for each in (self._previous, self._slide, self._next, self._pace):
            layout.addWidget(each)

    def _connect(self) -> None:
        self._source.clicked.connect(self.source_requested)
        self._previous.clicked.connect(lambda: self.step_requested.emit(-1))
        self._next.clicked.connect(lambda: self.step_requested.emit(1))
        self._slide.defaultAction().triggered.connect(self.slide_requested)
        self._pace.valueChanged.connect(self.pace_chosen)
        self._order.defaultAction().toggled.connect(self.order_chosen)
