"""A row that offers to go on with a run that was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.views.parts.theme import STEP


@dataclass(frozen=True)
class Interrupted:
    """A run that was cut off.

    Attributes:
        name: of its folder.
        title: what people see.
        epoch: that was completed last.
        epochs: that it was to have.
    """

    name: str
    title: str
    epoch: int
    epochs: int


class InterruptedRow(QFrame):
    """Says which run was cut off; the first of several."""

    go_on_requested = Signal(str)
    """The user wants to go on with the run of this name."""
    leave_requested = Signal(str)
    """The user does not want to be asked about it now."""
    delete_requested = Signal(str)
    """The user wants it deleted, and has said so twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a run: hidden."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._runs: tuple[Interrupted, ...] = ()
        self._asks = False
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._go_on, self._leave, self._delete = QPushButton(), QPushButton(), QPushButton()
        self._go_on.clicked.connect(lambda: self.go_on_requested.emit(self._first()))
        self._leave.clicked.connect(self._choose_leave)
        self._delete.clicked.connect(self._choose_delete)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addWidget(self._sentence, 1)
        for button in (self._go_on, self._leave, self._delete):
            layout.addWidget(button)
        self._show()

    def set_runs(self, runs: Sequence[Interrupted]) -> None:
        """Offer other runs, or none."""
        if tuple(runs) != self._runs:
            self._runs, self._asks = tuple(runs), False
            self._show()

    def _first(self) -> str:
        return self._runs[0].name

    def _choose_leave(self) -> None:
        if self._asks:
            self._asks = False
            self._show()
        else:
            self.leave_requested.emit(self._first())

    def _choose_delete(self) -> None:
        # Hours of learning are not lost to one wrong click.
        self._asks = not self._asks
        self._show()
        if not self._asks:
            self.delete_requested.emit(self._first())
        else:
            self._leave.setFocus()

    def _show(self) -> None:
        self.setVisible(bool(self._runs))
        if not self._runs:
            return
        first, *others = self._runs
        if self._asks:
            words = self.tr("Delete “{title}” with its {epoch} epochs for good?")
            if first.epoch == 1:
                words = self.tr("Delete “{title}” with its 1 epoch for good?")
        else:
            words = self.tr("“{title}” was interrupted at epoch {epoch} of {epochs}.")
        sentence = words.format(title=first.title, epoch=first.epoch, epochs=first.epochs)
        if others and not self._asks:
            more = self.tr("{count} more were interrupted as well.").format(count=len(others))
            if len(others) == 1:
                more = self.tr("1 more was interrupted as well.")
            sentence = f"{sentence} {more}"
        self._sentence.setText(sentence)
        self._go_on.setVisible(not self._asks)
        self._go_on.setText(self.tr("Go on"))
        self._go_on.setToolTip(self.tr("Train on from the last whole epoch"))
        self._leave.setText(self.tr("Keep it") if self._asks else self.tr("Leave"))
        self._leave.setToolTip(self.tr("Keep the run as it is; the runs panel still has it"))
        self._delete.setText(self.tr("Delete for good") if self._asks else self.tr("Delete…"))
        self._delete.setToolTip(self.tr("Remove the run and everything it has learned"))
