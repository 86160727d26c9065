"""Row that offers to resume an interrupted run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from desktop_app.views.parts.theme import STEP


@dataclass(frozen=True)
class InterruptedRun:
    """A run that was interrupted.

    Attributes:
        name: of its folder.
        title: as users see it.
        epoch: last completed epoch.
        epochs: planned number of epochs.
    """

    name: str
    title: str
    epoch: int
    epochs: int


class InterruptedRow(QFrame):
    """Offers to resume or delete the first of the interrupted runs."""

    resume_requested = Signal(str)
    """The user wants to resume the run of this name."""
    dismiss_requested = Signal(str)
    """The user does not want to be asked about the run of this name again."""
    delete_requested = Signal(str)
    """The user has confirmed that the run of this name is to be deleted."""

    def __init__(self) -> None:
        """Create a hidden row without a run."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._runs: tuple[InterruptedRun, ...] = ()
        self._is_confirming = False
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._resume, self._dismiss, self._delete = QPushButton(), QPushButton(), QPushButton()
        self._resume.clicked.connect(self._resume_first)
        self._dismiss.clicked.connect(self._keep_or_dismiss)
        self._delete.clicked.connect(self._ask_or_delete)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addWidget(self._sentence, 1)
        for button in (self._resume, self._dismiss, self._delete):
            layout.addWidget(button)
        self._show()

    def set_runs(self, runs: Sequence[InterruptedRun]) -> None:
        """Offer other runs, or none."""
        if tuple(runs) != self._runs:
            self._runs, self._is_confirming = tuple(runs), False
            self._show()

    # The last run may disappear while a button is held down.

    def _resume_first(self) -> None:
        if self._runs:
            self.resume_requested.emit(self._runs[0].name)

    def _keep_or_dismiss(self) -> None:
        if self._is_confirming:
            self._is_confirming = False
            self._show()
        elif self._runs:
            self.dismiss_requested.emit(self._runs[0].name)

    def _ask_or_delete(self) -> None:
        if not self._runs:
            return
        # Asked twice: a wrong click could cost hours of training.
        self._is_confirming = not self._is_confirming
        self._show()
        if not self._is_confirming:
            self.delete_requested.emit(self._runs[0].name)
        else:
            self._dismiss.setFocus()

    def _show(self) -> None:
        self.setVisible(bool(self._runs))
        if not self._runs:
            return
        first, *others = self._runs
        if self._is_confirming:
            sentence = self.tr("Permanently delete “{title}” and its %n epoch(s)?", "", first.epoch)
        else:
            sentence = self.tr("“{title}” was interrupted at epoch {epoch} of {epochs}.")
        sentence = sentence.format(title=first.title, epoch=first.epoch, epochs=first.epochs)
        if others and not self._is_confirming:
            sentence += " " + self.tr("%n more run(s) can be resumed in Runs.", "", len(others))
        self._sentence.setText(sentence)
        self._resume.setVisible(not self._is_confirming)
        self._resume.setText(self.tr("Resume"))
        self._resume.setToolTip(self.tr("Resume training after the last complete epoch"))
        self._dismiss.setText(self.tr("Keep") if self._is_confirming else self.tr("Keep in Runs"))
        self._dismiss.setToolTip(self.tr("Keep the run without asking again; it can be resumed in Runs"))
        self._delete.setText(self.tr("Delete permanently") if self._is_confirming else self.tr("Delete…"))
        self._delete.setToolTip(self.tr("Delete the run and its weights"))
