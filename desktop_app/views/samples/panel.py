"""The panel with the user's samples by class, and what the model learned from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.inspection.tiles import image_tiles
from desktop_app.views.panel import Panel
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.delete_key import DeleteKey
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.messages import with_fixed_spaces
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

if TYPE_CHECKING:
    from desktop_app.data.my_samples import MySample

_SIZES = TileSizes(least=6 * STEP, most=7 * STEP, gap=STEP)


@dataclass(frozen=True)
class SampleClass:
    """Samples to choose: those of a class, or others that belong together.

    Attributes:
        title: text of the choice.
        samples: the samples.
    """

    title: str
    samples: tuple[MySample, ...]


class SamplesPanel(Panel):
    """Shows samples as tiles; the buttons request what is done with them."""

    shown_samples_changed = Signal()
    """Other samples are shown, whose images are needed."""
    delete_requested = Signal(object)
    """Tuple of samples to delete."""
    undo_requested = Signal()
    use_changed = Signal(bool)
    """Whether the model is to read with what it learned."""
    export_samples_requested = Signal()
    export_learned_requested = Signal()
    training_requested = Signal()

    def __init__(self) -> None:
        """Start without samples."""
        super().__init__()
        self._classes: tuple[SampleClass, ...] = ()
        self._choice = ComboBox()
        self._use = CheckBox(self.tr("Read with what was learned"))
        self._outcome, self._warning = QLabel(), QLabel()
        self._delete, self._undo = QPushButton(self.tr("Delete")), QPushButton(self.tr("Undo"))
        self._train, self._export = QPushButton(self.tr("Train with my samples")), QPushButton()
        self._grid = TileGrid(_SIZES)
        self._set_up()
        self._lay_out()
        self.set_classes((), can_undo=False)
        self.set_learned("", "", is_on=True, has_learned=False)

    def set_classes(self, classes: tuple[SampleClass, ...], *, can_undo: bool) -> None:
        """Set the choices of samples, the first of which has all; can_undo: whether Undo is possible."""
        before = self._choice.currentText().partition(" (")[0]
        self._classes = classes
        with QSignalBlocker(self._choice):
            self._choice.clear()
            self._choice.addItems([each.title for each in classes])
            names = [each.title.partition(" (")[0] for each in classes]
            self._choice.setCurrentIndex(names.index(before) if before in names else 0)
        has_samples = bool(classes and classes[0].samples)
        for widget in (self._choice, self._train, self._export):
            widget.setEnabled(has_samples)
        self._undo.setEnabled(can_undo)
        self._show_class()

    def set_learned(self, outcome: str, warning: str, *, is_on: bool, has_learned: bool) -> None:
        """Show what was learned.

        Args:
            outcome: one sentence; empty: nothing to say.
            warning: a sentence about contradictions; empty if there are none.
            is_on: whether the model reads with what it learned.
            has_learned: whether it learned anything.
        """
        for label, text in ((self._outcome, outcome), (self._warning, warning)):
            label.setText(with_fixed_spaces(text))
            label.setVisible(bool(text))
        with QSignalBlocker(self._use):
            self._use.setChecked(is_on)
        self._export_learned.setEnabled(has_learned)

    @property
    def shown_samples(self) -> tuple[MySample, ...]:
        """The samples that are shown."""
        index = self._choice.currentIndex()
        return self._classes[index].samples if 0 <= index < len(self._classes) else ()

    def set_images(self, samples: tuple[MySample, ...], images: NDArray[np.uint8]) -> None:
        """Show the images, uint8 (n, height, width), of samples, if these are still shown."""
        if samples != self.shown_samples:
            return
        captions = tuple(sample.label or "\N{EN DASH}" for sample in samples)
        self._grid.set_tiles(Tiles(image_tiles(images[..., None]), captions) if len(images) else None)
        self._update_delete()

    def _set_up(self) -> None:
        self._choice.setAccessibleName(self.tr("Class"))
        self._choice.setToolTip(self.tr("Class of the samples that are shown"))
        self._choice.currentIndexChanged.connect(self._show_class)
        self._use.setToolTip(
            self.tr("Read with a last layer that was fitted to your samples. The layer of the model is kept.")
        )
        self._use.toggled.connect(self.use_changed)
        self._outcome.setObjectName("learning_outcome")
        self._warning.setObjectName("learning_warning")
        for label in (self._outcome, self._warning):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._delete.setToolTip(self.tr("Delete the selected sample (Delete)"))
        self._delete.clicked.connect(self._delete_chosen)
        DeleteKey(self).pressed.connect(self._delete.click)
        self._undo.setToolTip(self.tr("Undo the last sample that was added or deleted"))
        self._undo.clicked.connect(self.undo_requested)
        self._train.setToolTip(self.tr("Open a recipe that has My samples as a source"))
        self._train.clicked.connect(self.training_requested)
        menu = Menu(self)
        menu.addAction(self.tr("Samples as a folder…")).triggered.connect(self.export_samples_requested)
        self._export_learned = menu.addAction(self.tr("What was learned…"))
        self._export_learned.triggered.connect(self.export_learned_requested)
        menu.addSeparator()
        menu.addAction(self.tr("Delete all samples")).triggered.connect(self._delete_all)
        self._export.setText(self.tr("Export or delete"))
        self._export.setMenu(menu)
        self._export.setToolTip(self.tr("Export samples or what was learned, or delete everything"))
        self._grid.setAccessibleName(self.tr("My samples"))
        self._grid.set_hint(
            self.tr("Your handwriting appears here when you say what a drawing is: press C, then its key.")
        )
        self._grid.chosen.connect(self._update_delete)

    def _lay_out(self) -> None:
        tools = QWidget()
        row = FlowLayout()
        tools.setLayout(row)
        for widget in (self._choice, self._delete, self._undo, self._train, self._export, self._use):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(tools)
        layout.addWidget(self._outcome)
        layout.addWidget(self._warning)
        layout.addWidget(TileView(self._grid), 1)

    def _show_class(self) -> None:
        if not self.shown_samples:
            self._grid.set_tiles(None)
        self._update_delete()
        self.shown_samples_changed.emit()

    def _update_delete(self) -> None:
        choice = self._grid.choice
        self._delete.setEnabled(choice is not None and choice < len(self.shown_samples))

    def _delete_chosen(self) -> None:
        choice = self._grid.choice
        if choice is not None and choice < len(self.shown_samples):
            self.delete_requested.emit((self.shown_samples[choice],))

    def _delete_all(self) -> None:
        if self._classes:
            self.delete_requested.emit(self._classes[0].samples)
