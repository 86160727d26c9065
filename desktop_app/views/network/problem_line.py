"""Line with a sentence about a network; a problem has an icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.theme import STEP

_ICON_SIZE = 16


class ProblemLine(QWidget):
    """One sentence, wrapped, with an icon for problems."""

    def __init__(self) -> None:
        """Create an empty line."""
        super().__init__()
        self._icon, self._text = QLabel(), QLabel()
        self._is_problem = False
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._icon.setFixedWidth(_ICON_SIZE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)

    def text(self) -> str:
        """Return the sentence."""
        return self._text.text()

    def is_problem(self) -> bool:
        """Return whether the sentence is a problem."""
        return self._is_problem

    def set_text(self, text: str, *, problem: bool) -> None:
        """Show a sentence, with an icon if it is a problem."""
        self._is_problem = problem
        self._text.setText(text)
        self._icon.setVisible(problem)
        self._update_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_icon()

    def _update_icon(self) -> None:
        colour = self.palette().windowText().color()
        self._icon.setPixmap(icon_pixmap("problem", colour, _ICON_SIZE, self.devicePixelRatioF()))
