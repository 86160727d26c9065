"""The line under the form: what is wrong with the recipe, or what is being done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.views.parts.theme import STEP


class Footer(QWidget):
    """One sentence, and a button that stops what is being done."""

    stop_requested = Signal()
    """The user wants the work to end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing wrong."""
        super().__init__(parent)
        self._problem, self._note, self._work = "", "", ""
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        # Room for two lines, so that the form does not move with every sentence.
        self._sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.clicked.connect(self.stop_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 0, 2 * STEP, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._stop)
        self._show()

    def text(self) -> str:
        """The sentence that is shown."""
        return self._sentence.text()

    def set_problem(self, problem: str) -> None:
        """Say what is wrong; empty where nothing is."""
        self._problem = problem
        self._show()

    def set_note(self, note: str) -> None:
        """Say what was done; empty for nothing."""
        self._note = note
        self._show()

    def set_work(self, work: str) -> None:
        """Say what is being done; empty for nothing."""
        self._work = work
        self._show()

    def _show(self) -> None:
        """Work comes before problems, and problems before what was done."""
        good = self._note or self.tr("This recipe can be trained.")
        self._sentence.setText(self._work or self._problem or good)
        quiet = not (self._work or self._problem)
        role = QPalette.ColorRole.PlaceholderText if quiet else QPalette.ColorRole.WindowText
        self._sentence.setForegroundRole(role)
        self._stop.setVisible(bool(self._work))
