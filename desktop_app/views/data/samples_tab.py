"""The samples of a recipe: how many of each class, their mean, and each of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QGridLayout, QVBoxLayout, QWidget

from desktop_app.data.browse import TEST, TRAINING, VALIDATION, Collection, Selection
from desktop_app.inspection.tiles import input_tiles
from desktop_app.views.data.class_histogram import ClassHistogram
from desktop_app.views.data.sample_grid import SampleGrid
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes

_MEAN = 11 * STEP
_WIDE = 62 * STEP
"""A tab as wide as this has room for all of its head in one row."""


class SamplesTab(QWidget):
    """Looks at all samples, or at those of one class and one part."""

    pictures_requested = Signal(object)
    """Positions, int64 (n,), of samples that are seen and have no picture yet."""
    mean_requested = Signal(object)
    """A Selection whose mean is to be shown."""
    choice_changed = Signal()
    """Other samples are chosen, or come first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without samples."""
        super().__init__(parent)
        self._collection: Collection | None = None
        self._selection = Selection()
        self._mean_of: tuple[NDArray[np.float32], int] | None = None
        self._label, self._part = QComboBox(), QComboBox()
        self._mean = TileGrid(TileSizes(least=7 * STEP, most=_MEAN))
        self._histogram, self._grid, self._caption = ClassHistogram(), SampleGrid(), Caption()
        self._caption.setObjectName("samples_caption")
        self._filters, self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom), QGridLayout()
        self._is_wide = True
        self._set_up()
        self._lay_out()

    def set_collection(self, collection: Collection | None) -> None:
        """Show other samples, or none; class and part stay where there are such."""
        before, self._collection = self._collection, collection
        self._grid.clear()
        if collection is None:
            self._histogram.set_counts((), np.zeros((0, 3), np.int64))
            self._show_mean(None)
            return
        names = self._names(collection)
        if before is None or before.classes != collection.classes:
            self._selection = Selection(part=self._selection.part)
            with QSignalBlocker(self._label):
                self._label.clear()
                self._label.addItem(self.tr("All classes"), None)
                for number, name in enumerate(names):
                    self._label.addItem(name, number)
        self._histogram.set_counts(names, collection.counts())
        self._select(self._selection)

    def set_pictures(self, positions: NDArray[np.int64], inputs: NDArray[np.float32]) -> None:
        """Samples, float32 (n, height, width, channels) in 0..1, that were asked for."""
        self._grid.set_pictures(positions, input_tiles(inputs))

    def set_mean(self, selection: Selection, mean: tuple[NDArray[np.float32], int] | None) -> None:
        """The mean of a selection, float32 (height, width, channels), and of how many; None: no samples."""
        if selection == self._selection:
            self._show_mean(mean)

    @property
    def chosen(self) -> tuple[int, ...]:
        """Positions of the chosen samples; the first dozen of those that are shown where none is."""
        return self._grid.chosen or self._grid.first

    @property
    def has_choice(self) -> bool:
        """Whether samples were chosen."""
        return bool(self._grid.chosen)

    def controls(self) -> tuple[QWidget, ...]:
        """What can be worked with, from top to bottom."""
        return (self._label, self._part, self._histogram, self._grid)

    @property
    def grid(self) -> SampleGrid:
        """The samples."""
        return self._grid

    @property
    def histogram(self) -> ClassHistogram:
        """The classes."""
        return self._histogram

    @property
    def selection(self) -> Selection:
        """What is looked at."""
        return self._selection

    def ask(self) -> None:
        """Ask for everything that is missing."""
        if self._collection is not None and self.isVisible():
            self._grid.ask_again()
            if self._mean_of is None:
                self.mean_requested.emit(self._selection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The filters stand where they leave the histogram more room."""
        super().resizeEvent(event)
        if (wide := event.size().width() >= _WIDE) != self._is_wide:
            self._place_head(wide=wide)

    def numbers(self) -> dict[str, NDArray[np.generic]]:
        """Samples by class and part, and the mean that is shown."""
        if self._collection is None:
            return {}
        numbers: dict[str, NDArray[np.generic]] = {
            "counts": self._collection.counts(),
            "classes": np.array(self._names(self._collection)),
        }
        if self._mean_of is not None:
            numbers["mean"] = self._mean_of[0]
        return numbers

    # --- building ---

    def _set_up(self) -> None:
        self._label.setAccessibleName(self.tr("Class"))
        self._part.setAccessibleName(self.tr("Part"))
        for words, part in (
            (self.tr("All parts"), None),
            (self.tr("Training"), TRAINING),
            (self.tr("Validation"), VALIDATION),
            (self.tr("Test"), TEST),
        ):
            self._part.addItem(words, part)
        for box in (self._label, self._part):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(9)
            box.setToolTip(box.accessibleName())
            box.currentIndexChanged.connect(self._filter)
        self._mean.setAccessibleName(self.tr("Mean image"))
        self._mean.set_can_choose(False)
        self._mean.setFixedSize(_MEAN - STEP, _MEAN)
        self._grid.setAccessibleName(self.tr("Samples"))
        self._grid.set_hint(self.tr("No sample is of this class and this part; choose others above."))
        self._grid.pictures_requested.connect(self.pictures_requested)
        self._grid.choice_changed.connect(self._tell_choice)
        self._grid.pointed_at.connect(self._tell_sample)
        self._histogram.chosen.connect(lambda label: self._select(Selection(label, self._selection.part)))
        self._histogram.pointed_at.connect(self._tell_class)

    def _lay_out(self) -> None:
        self._filters.setContentsMargins(0, 0, 0, 0)
        self._filters.setSpacing(STEP // 2)
        self._filters.addWidget(self._label)
        self._filters.addWidget(self._part)
        self._filters.addStretch()
        self._head.setHorizontalSpacing(STEP)
        self._head.setVerticalSpacing(STEP // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.setSpacing(STEP)
        layout.addLayout(self._head)
        layout.addWidget(self._grid, 1)
        layout.addWidget(self._caption)
        self._place_head(wide=True)

    def _place_head(self, *, wide: bool) -> None:
        """Mean, filters and histogram side by side; where the tab is narrow, the filters above."""
        for item in (self._mean, self._filters, self._histogram):
            if isinstance(item, QWidget):
                self._head.removeWidget(item)
            else:
                self._head.removeItem(item)
        directions = QBoxLayout.Direction
        self._filters.setDirection(directions.TopToBottom if wide else directions.LeftToRight)
        if wide:
            self._head.addLayout(self._filters, 0, 1)
        else:
            self._head.addLayout(self._filters, 0, 0, 1, 3)
        self._head.addWidget(self._mean, 0 if wide else 1, 0)
        self._head.addWidget(self._histogram, 0 if wide else 1, 2 if wide else 1, 1, 1 if wide else 2)
        self._head.setColumnStretch(2, 1)
        self._is_wide = wide

    # --- choosing ---

    def _filter(self) -> None:
        self._select(Selection(self._label.currentData(), self._part.currentData()))

    def _select(self, selection: Selection) -> None:
        """Show the samples of a class and a part."""
        collection = self._collection
        if collection is None:
            return
        self._selection = selection
        for box, value in ((self._label, selection.label), (self._part, selection.part)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))
        self._histogram.set_selection(selection.label, selection.part)
        self._grid.set_samples(collection.select(selection), self._caption_of)
        self._show_mean(None)
        self.ask()
        self._tell("")
        self.choice_changed.emit()

    def _show_mean(self, mean: tuple[NDArray[np.float32], int] | None) -> None:
        self._mean_of = mean
        self._mean.set_tiles(None if mean is None else Tiles(input_tiles(mean[0][None]), (self.tr("Mean"),)))
        words = self.tr("The mean of {count} samples").format(count=f"{mean[1]:,}") if mean else ""
        if mean and mean[1] == 1:
            words = self.tr("The only sample")
        self._mean.setToolTip(words)
        self._mean.setAccessibleDescription(words)

    # --- words ---

    def _names(self, collection: Collection) -> tuple[str, ...]:
        return tuple(name or self.tr("not a character") for name in collection.classes)

    def _caption_of(self, position: int) -> str:
        return "" if self._collection is None else self._collection.label(position)

    def _tell(self, words: str) -> None:
        """Say what lies under the mouse, else what is shown."""
        self._caption.set_text(words or self._about())

    def _tell_choice(self) -> None:
        self._tell("")
        self.choice_changed.emit()

    def _tell_class(self, label: int | None) -> None:
        self._tell("" if label is None else self._histogram.words(label))

    def _tell_sample(self, position: int | None) -> None:
        collection = self._collection
        if position is None or collection is None:
            self._tell("")
            return
        source = collection.source(position)
        row = int(collection.row_of[position])
        words = [
            self.tr("sample {number} of {name}").format(number=f"{row + 1:,}", name=source.title),
            self.tr("labelled {label}").format(label=collection.label(position)),
            (self.tr("training"), self.tr("validation"), self.tr("test"))[collection.part_of[position]],
        ]
        if source.writers is not None:
            words.append(self.tr("by {writer}").format(writer=source.writers[row]))
        self._tell(" · ".join(words))

    def _about(self) -> str:
        if self._collection is None:
            return ""
        shown = len(self._collection.select(self._selection))
        words = self.tr("1 sample") if shown == 1 else self.tr("{count} samples").format(count=f"{shown:,}")
        if self._grid.chosen:
            chosen = self.tr("{count} chosen to see their augmentation; Esc lets go of them")
            return f"{words} · {chosen.format(count=len(self._grid.chosen))}"
        return f"{words} · {self.tr('click some to see their augmentation')}"
