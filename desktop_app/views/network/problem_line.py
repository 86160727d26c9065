"""A sentence about a network: how it ends, or what is wrong with it, with a mark before it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.theme import STEP

_ICON_SIZE = 16


class ProblemLine(QWidget):
    """One sentence, on as many lines as it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing said."""
        super().__init__(parent)
        self._mark, self._text = QLabel(), QLabel()
        self._is_problem = False
        self._text.setWordWrap(True)
        self._mark.setFixedWidth(_ICON_SIZE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def is_problem(self) -> bool:
        """Whether it tells of something wrong."""
        return self._is_problem

    def set_text(self, text: str, *, problem: bool) -> None:
        """Say something; what is wrong gets a mark."""
        self._is_problem = problem
        self._text.setText(text)
        self._mark.setVisible(problem)
        self._take_icon()

    def changeEvent(self, event: QEvent) -> None:
        """The mark takes the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_icon()

    def _take_icon(self) -> None:
        colour = self.palette().windowText().color()
        self._mark.setPixmap(icon_pixmap("problem", colour, _ICON_SIZE, self.devicePixelRatioF()))
