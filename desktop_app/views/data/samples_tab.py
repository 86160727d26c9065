"""Tab with the samples of a recipe: histogram of classes, mean image, grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from desktop_app.data.collection import TEST, TRAINING, VALIDATION, Collection, Selection
from desktop_app.inspection.tiles import input_tiles
from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.views.data.class_histogram import ClassHistogram
from desktop_app.views.data.sample_grid import SampleGrid
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes

_MEAN = 11 * STEP
_WIDE = 62 * STEP
"""From this width on, mean, filters and histogram are in one row."""


class SamplesTab(QWidget):
    """Shows all samples, or those of a class and a split."""

    images_requested = Signal(object)
    """Positions, int64 (n,), of visible samples whose images are missing."""
    mean_requested = Signal(object)
    """Selection whose mean is to be shown."""
    selection_changed = Signal()
    """Other samples are selected or come first."""

    def __init__(self) -> None:
        """Create an empty tab."""
        super().__init__()
        self._collection: Collection | None = None
        self._selection = Selection()
        self._mean_result: tuple[NDArray[np.float32], int] | None = None
        self._label_box, self._split_box = NarrowBox(), NarrowBox()
        self._mean_tile = TileGrid(TileSizes(least=7 * STEP, most=_MEAN))
        self._histogram, self._grid, self._caption = ClassHistogram(), SampleGrid(), Caption()
        self._caption.setObjectName("samples_caption")
        self._filters, self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom), QGridLayout()
        self._is_wide = True
        self._set_up()
        self._lay_out()

    def set_collection(self, collection: Collection | None) -> None:
        """Show other samples, or none; class and split are kept if possible."""
        before, self._collection = self._collection, collection
        self._grid.clear()
        if collection is None:
            self._histogram.set_counts((), np.zeros((0, 3), np.int64))
            self._show_mean(None)
            return
        names = self._names(collection)
        if before is None or before.classes != collection.classes:
            self._selection = Selection(part=self._selection.part)
            with QSignalBlocker(self._label_box):
                self._label_box.clear()
                self._label_box.addItem(self.tr("All classes"), None)
                for number, name in enumerate(names):
                    self._label_box.addItem(name, number)
        self._histogram.set_counts(names, collection.counts())
        self._grid.set_format(max(collection.task.height, collection.task.width), collection.task.labels)
        self._select(self._selection)

    def set_images(self, positions: NDArray[np.int64], inputs: NDArray[np.float32]) -> None:
        """Set requested samples, float32 (n, height, width, channels) in 0..1."""
        self._grid.set_images(positions, input_tiles(inputs))

    def set_mean(self, selection: Selection, mean: tuple[NDArray[np.float32], int] | None) -> None:
        """Set the mean of a selection, float32 (height, width, channels), and its count; None: no samples."""
        if selection == self._selection:
            self._show_mean(mean)

    @property
    def selected_positions(self) -> tuple[int, ...]:
        """Positions of the selected samples, or else of the first ones."""
        return self._grid.selected or self._grid.first_positions

    @property
    def has_selection(self) -> bool:
        """Whether samples are selected."""
        return bool(self._grid.selected)

    def controls(self) -> tuple[QWidget, ...]:
        """Return the controls from top to bottom."""
        return (self._label_box, self._split_box, self._histogram, self._grid)

    @property
    def grid(self) -> SampleGrid:
        """Grid of samples."""
        return self._grid

    @property
    def histogram(self) -> ClassHistogram:
        """Histogram of classes."""
        return self._histogram

    @property
    def selection(self) -> Selection:
        """Shown class and split."""
        return self._selection

    def request_missing(self) -> None:
        """Request missing images and the mean."""
        if self._collection is not None and self.isVisible():
            self._grid.request_missing()
            if self._mean_result is None:
                self.mean_requested.emit(self._selection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the filters for the width."""
        super().resizeEvent(event)
        if (wide := event.size().width() >= _WIDE) != self._is_wide:
            self._arrange_head(wide=wide)

    def numbers(self) -> dict[str, NDArray[np.generic]]:
        """Return samples by class and split, and the mean."""
        if self._collection is None:
            return {}
        numbers: dict[str, NDArray[np.generic]] = {
            "counts": self._collection.counts(),
            "classes": np.array(self._names(self._collection)),
        }
        if self._mean_result is not None:
            numbers["mean"] = self._mean_result[0]
        return numbers

    # --- building ---

    def _set_up(self) -> None:
        self._label_box.setAccessibleName(self.tr("Class"))
        self._split_box.setAccessibleName(self.tr("Split"))
        for text, part in (
            (self.tr("All splits"), None),
            (self.tr("Training"), TRAINING),
            (self.tr("Validation"), VALIDATION),
            (self.tr("Test"), TEST),
        ):
            self._split_box.addItem(text, part)
        for box in (self._label_box, self._split_box):
            box.setMinimumContentsLength(9)
            box.setToolTip(box.accessibleName())
            box.currentIndexChanged.connect(self._filter)
        self._mean_tile.setAccessibleName(self.tr("Mean image"))
        self._mean_tile.set_can_choose(False)
        self._mean_tile.setFixedSize(_MEAN - STEP, _MEAN)
        self._grid.setAccessibleName(self.tr("Samples"))
        self._grid.set_hint(self.tr("No samples of this class in this split. Choose another class or split."))
        self._grid.images_requested.connect(self.images_requested)
        tip = self.tr("Click to select samples to augment; double-click one to open it on the canvas")
        self._grid.setToolTip(tip)
        self._grid.selection_changed.connect(self._selection_changed)
        self._grid.pointed_at.connect(self._show_sample)
        self._histogram.label_chosen.connect(
            lambda label: self._select(Selection(label, self._selection.part))
        )
        self._histogram.pointed_at.connect(self._show_class)

    def _lay_out(self) -> None:
        self._filters.setContentsMargins(0, 0, 0, 0)
        self._filters.setSpacing(STEP // 2)
        self._filters.addWidget(self._label_box)
        self._filters.addWidget(self._split_box)
        self._filters.addStretch()
        self._head.setHorizontalSpacing(STEP)
        self._head.setVerticalSpacing(STEP // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.setSpacing(STEP)
        layout.addLayout(self._head)
        layout.addWidget(self._grid, 1)
        layout.addWidget(self._caption)
        self._arrange_head(wide=True)

    def _arrange_head(self, *, wide: bool) -> None:
        """Arrange mean, filters and histogram in a row; in a narrow tab the filters above."""
        for item in (self._mean_tile, self._filters, self._histogram):
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
        self._head.addWidget(self._mean_tile, 0 if wide else 1, 0)
        self._head.addWidget(self._histogram, 0 if wide else 1, 2 if wide else 1, 1, 1 if wide else 2)
        self._head.setColumnStretch(2, 1)
        self._is_wide = wide

    # --- selection ---

    def _filter(self) -> None:
        self._select(Selection(self._label_box.currentData(), self._split_box.currentData()))

    def _select(self, selection: Selection) -> None:
        """Show the samples of a class and a split."""
        collection = self._collection
        if collection is None:
            return
        self._selection = selection
        for box, value in ((self._label_box, selection.label), (self._split_box, selection.part)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))
        self._histogram.set_selection(selection.label, selection.part)
        # Sources may be sorted by class.
        self._grid.set_samples(collection.alternate_classes(collection.select(selection)), self._label_of)
        self._show_mean(None)
        self.request_missing()
        self._show_caption("")
        self.selection_changed.emit()

    def _show_mean(self, mean: tuple[NDArray[np.float32], int] | None) -> None:
        self._mean_result = mean
        self._mean_tile.set_tiles(
            None if mean is None else Tiles(input_tiles(mean[0][None]), (self.tr("Mean"),))
        )
        text = self.tr("Mean of %n sample(s)", "", mean[1]) if mean else ""
        self._mean_tile.setToolTip(text)
        self._mean_tile.setAccessibleDescription(text)

    # --- texts ---

    def _names(self, collection: Collection) -> tuple[str, ...]:
        rejected = translated(rejected_class(collection.task.labels))
        return tuple(name or rejected for name in collection.classes)

    def _label_of(self, position: int) -> str:
        return "" if self._collection is None else self._collection.label(position)

    def _show_caption(self, text: str) -> None:
        """Show a caption, or else a summary."""
        self._caption.set_text(text or self._summary())

    def _selection_changed(self) -> None:
        self._show_caption("")
        self.selection_changed.emit()

    def _show_class(self, label: int | None) -> None:
        self._show_caption("" if label is None else self._histogram.text(label))

    def _show_sample(self, position: int | None) -> None:
        collection = self._collection
        if position is None or collection is None:
            self._show_caption("")
            return
        source = collection.source(position)
        row = int(collection.row_of[position])
        text = [
            self.tr("sample {number} of {name}").format(number=f"{row + 1:,}", name=source.title),
            self.tr("label {label}").format(label=collection.label(position)),
            (self.tr("training"), self.tr("validation"), self.tr("test"))[collection.part_of[position]],
        ]
        if source.writers is not None:
            text.append(self.tr("writer {writer}").format(writer=source.writers[row]))
        self._show_caption(" · ".join(text))

    def _summary(self) -> str:
        if self._collection is None:
            return ""
        count = len(self._collection.select(self._selection))
        if self._grid.selected:
            text = self.tr(
                "{selected} of {count} sample(s) selected for augmentation. Esc clears the selection.",
                "",
                count,
            )
            return text.format(selected=len(self._grid.selected), count=f"{count:,}")
        text = self.tr("{count} sample(s). Click some to see them augmented.", "", count)
        return text.format(count=f"{count:,}")
