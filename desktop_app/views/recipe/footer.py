"""Footer of the form: problem of the recipe, running task, or result."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.views.parts.theme import STEP


class Footer(QWidget):
    """A sentence, and a button that stops the running task."""

    stop_requested = Signal()
    """The user wants to stop the task."""

    def __init__(self) -> None:
        """Create a footer without a problem."""
        super().__init__()
        self._problem, self._note, self._task = "", "", ""
        self._data_checked = False
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        # Room for two lines, so that the layout does not move.
        self._sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.setToolTip(self.tr("Stop this job"))
        self._stop.clicked.connect(self.stop_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 0, 2 * STEP, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._stop)
        self._show()

    def text(self) -> str:
        """Return the shown sentence."""
        return self._sentence.text()

    def set_problem(self, problem: str, data_checked: bool) -> None:
        """Set the problem, empty for none, and whether the data was checked too."""
        self._problem, self._data_checked = problem, data_checked
        self._show()

    def set_note(self, note: str) -> None:
        """Set the result of the last action; empty: none."""
        self._note = note
        self._show()

    def set_task(self, task: str) -> None:
        """Set the running task; empty: none."""
        self._task = task
        self._show()

    def _show(self) -> None:
        """Show the task, or else the problem, or else the note."""
        valid = self.tr("The settings are valid.")
        valid = self.tr("This recipe can be trained.") if self._data_checked else valid
        self._sentence.setText(self._task or self._problem or self._note or valid)
        is_muted = not (self._task or self._problem)
        role = QPalette.ColorRole.PlaceholderText if is_muted else QPalette.ColorRole.WindowText
        self._sentence.setForegroundRole(role)
        self._stop.setVisible(bool(self._task))
