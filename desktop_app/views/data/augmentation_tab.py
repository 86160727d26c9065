"""Tab with samples and their augmented variants, updated while sliders move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.data.augmented_examples import AugmentationRequest
from desktop_app.data.collection import Collection
from desktop_app.inspection.tiles import input_tiles
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.views.data.augmentation_controls import ImageControls, InkControls
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

_CONTROLS_WIDTH = 36 * STEP
_WIDE = 68 * STEP
"""From this width on, the sliders are beside the images, otherwise below."""
_COLUMN = 8 * STEP
_FEWEST, _MOST = 3, 9
_MANY = TileSizes(least=6 * STEP, most=_COLUMN, gap=3 * STEP // 4)
_VARIANTS = TileSizes(least=4 * STEP, most=_COLUMN, columns=_FEWEST)
_ANY = 16_777_215  # what Qt calls QWIDGETSIZE_MAX


class AugmentationTab(QWidget):
    """Many samples, augmented as in training, or selected ones, each followed by augmented variants."""

    augmentation_changed = Signal(object, object)
    """InkAugmentation and ImageAugmentation set by the user; None for none."""
    augmentation_requested = Signal(object)
    """AugmentationRequest for images to show."""

    def __init__(self) -> None:
        """Create an empty tab without augmentation."""
        super().__init__()
        self._collection: Collection | None = None
        self._positions: tuple[int, ...] = ()
        self._is_selection = False
        self._seed = 0
        self._result: tuple[AugmentationRequest, NDArray[np.float32]] | None = None
        self._requested: AugmentationRequest | None = None
        self._image, self._ink = ImageControls(), InkControls()
        self._tiles = TileGrid(_MANY)
        self._view = TileView(self._tiles)
        self._again_button, self._caption = QPushButton(self.tr("Again")), Caption()
        self._controls, self._groups = QScrollArea(), QWidget()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._set_up()
        self._lay_out()

    def set_augmentation(self, ink: InkAugmentation | None, image: ImageAugmentation | None) -> None:
        """Show the augmentation of a recipe."""
        if (ink, image) != (self._ink.value, self._image.value):
            self._ink.set_value(ink)
            self._image.set_value(image)
            self._fit_controls()
            self.request_missing()

    def set_collection(self, collection: Collection | None) -> None:
        """Set the samples."""
        self._collection, self._requested, self._result = collection, None, None
        self._ink.setVisible(collection is not None and collection.has_ink)
        if collection is not None:
            self._image.set_task(collection.task, has_ink=collection.has_ink)
            self._fit_controls()
        self._tiles.set_tiles(None)

    def set_positions(self, positions: tuple[int, ...], *, is_selection: bool) -> None:
        """Set the samples to show, and whether the user has selected them."""
        self._positions, self._is_selection = positions, is_selection
        self.request_missing()

    def set_images(self, request: AugmentationRequest, images: NDArray[np.float32]) -> None:
        """Show images, float32 (samples, 1 + variants, height, width, channels), originals first."""
        self._result = request, images
        self._show()

    def request_missing(self) -> None:
        """Request the images to show unless they are requested already."""
        if self._collection is None or not self.isVisible():
            return
        if not self._positions:
            self._requested, self._result = None, None
            self._tiles.set_hint(self.tr("Select samples in the Samples tab to see them augmented."))
            self._show()
            return
        is_augmented = self._ink.value is not None or self._image.value is not None
        columns = max(_FEWEST, min(_MOST, self._view.viewport().width() // (_COLUMN + STEP // 2)))
        variants = columns - 1 if self._is_selection else 1
        times = variants if is_augmented else 0
        request = AugmentationRequest(self._positions, times, self._seed, self._ink.value, self._image.value)
        if request != self._requested:
            self._requested = request
            self._tiles.set_hint(self.tr("Augmenting samples…"))
            self.augmentation_requested.emit(request)

    def exported_widget(self) -> QWidget:
        """Return the images."""
        return self._tiles

    def numbers(self) -> dict[str, NDArray[np.generic]]:
        """Return the shown images."""
        return {} if self._result is None else {"augmented": self._result[1]}

    def minimumSizeHint(self) -> QSize:
        """Return room for some images and sliders."""
        return QSize(38 * STEP, 24 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the sliders beside or below the images."""
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        directions = QBoxLayout.Direction
        self._layout.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._controls.setMinimumWidth(_CONTROLS_WIDTH if wide else 0)
        self._controls.setMaximumWidth(_CONTROLS_WIDTH if wide else _ANY)
        self._fit_controls()
        self._layout.activate()
        self.request_missing()

    def _set_up(self) -> None:
        self._tiles.setAccessibleName(self.tr("Samples and augmented variants"))
        self._tiles.set_can_choose(False)
        self._again_button.setToolTip(self.tr("Augment with other random numbers"))
        self._again_button.clicked.connect(self._redraw)
        self._image.changed.connect(self._change)
        self._ink.changed.connect(self._change)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._groups)
        column.setContentsMargins(0, 0, STEP, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self._image)
        column.addWidget(self._ink)
        column.addStretch()
        self._controls.setWidget(self._groups)
        self._controls.setWidgetResizable(True)
        self._controls.setFrameShape(QFrame.Shape.NoFrame)
        self._controls.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.addWidget(self._again_button)
        foot.addStretch()
        images = QVBoxLayout()
        images.setSpacing(STEP // 2)
        images.addWidget(self._caption)
        images.addWidget(self._view, 1)
        images.addLayout(foot)
        self._layout.setSpacing(2 * STEP)
        self._layout.addLayout(images, 1)
        self._layout.addWidget(self._controls, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.addLayout(self._layout)

    def _fit_controls(self) -> None:
        """Limit the sliders below the images to the height they need."""
        wide = self._layout.direction() == QBoxLayout.Direction.LeftToRight
        self._groups.adjustSize()
        self._controls.setMaximumHeight(_ANY if wide else self._groups.sizeHint().height())

    def _redraw(self) -> None:
        self._seed += 1
        self.request_missing()

    def _change(self) -> None:
        self._fit_controls()
        self.augmentation_changed.emit(self._ink.value, self._image.value)
        self.request_missing()

    def _show(self) -> None:
        if self._result is None or self._collection is None:
            self._tiles.set_tiles(None)
            self._caption.set_text("")
            return
        request, images = self._result
        is_augmented = images.shape[1] > 1
        # Two images of a sample: the only variant is shown without its original.
        shown = images[:, -1:] if images.shape[1] == 2 else images
        count, columns = shown.shape[:2]
        names = [self._collection.label(position) for position in request.positions]
        captions = tuple(name if column == 0 else "" for name in names for column in range(columns))
        self._tiles.set_sizes(replace(_VARIANTS, columns=columns) if columns > 1 else _MANY)
        self._tiles.set_tiles(Tiles(input_tiles(shown.reshape(-1, *shown.shape[2:])), captions))
        self._again_button.setEnabled(is_augmented)
        self._caption.set_text(self._caption_text(count, is_augmented=is_augmented))

    def _caption_text(self, count: int, *, is_augmented: bool) -> str:
        if not is_augmented:
            return self.tr("No augmentation.")
        if self._is_selection:
            return self.tr("%n selected sample(s): original, then augmented", "", count)
        return self.tr("First %n sample(s), augmented", "", count)
