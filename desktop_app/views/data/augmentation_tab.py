"""What augmentation makes of samples, live while its sliders move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.data.browse import AugmentationRequest, Collection
from desktop_app.inspection.tiles import input_tiles
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.views.data.augmentation_controls import ImageControls, InkControls
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

_CONTROLS_WIDTH = 36 * STEP
_WIDE = 68 * STEP
"""A tab as wide as this has its sliders beside the pictures; else they stand below."""
_COLUMN = 7 * STEP
_FEWEST, _MOST = 3, 9
_ANY = 16_777_215  # what Qt calls QWIDGETSIZE_MAX


class AugmentationTab(QWidget):
    """Samples as they are, and beside each of them what training might make of it."""

    augmentation_changed = Signal(object, object)
    """The InkAugmentation and the ImageAugmentation that the user wants; None for none."""
    augmentation_requested = Signal(object)
    """A AugmentationRequest to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without samples and without augmentation."""
        super().__init__(parent)
        self._collection: Collection | None = None
        self._positions: tuple[int, ...] = ()
        self._are_chosen = False
        self._draw = 0
        self._shown: tuple[AugmentationRequest, NDArray[np.float32]] | None = None
        self._asked: AugmentationRequest | None = None
        self._image, self._ink = ImageControls(), InkControls()
        self._tiles = TileGrid(TileSizes(least=28, most=_COLUMN, columns=_FEWEST))
        self._view = TileView(self._tiles)
        self._again, self._caption = QPushButton(self.tr("Again")), Caption()
        self._controls, self._groups = QScrollArea(), QWidget()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._set_up()
        self._lay_out()

    def set_augmentation(self, ink: InkAugmentation | None, image: ImageAugmentation | None) -> None:
        """Show what a recipe varies."""
        if (ink, image) != (self._ink.value, self._image.value):
            self._ink.set_value(ink)
            self._image.set_value(image)
            self._fit_controls()
            self.ask()

    def set_collection(self, collection: Collection | None) -> None:
        """The samples that there are to choose from."""
        self._collection, self._asked, self._shown = collection, None, None
        has_ink = collection is not None and collection.has_ink
        self._ink.setVisible(has_ink)
        self._image.set_has_ink(has_ink)
        self._tiles.set_tiles(None)

    def set_positions(self, positions: tuple[int, ...], *, are_chosen: bool) -> None:
        """The samples to show, and whether the user has chosen them."""
        self._positions, self._are_chosen = positions, are_chosen
        self.ask()

    def set_pictures(self, variation: AugmentationRequest, pictures: NDArray[np.float32]) -> None:
        """What was asked for: float32 (samples, 1 + times, height, width, channels), the first as it is."""
        self._shown = variation, pictures
        self._show()

    def ask(self) -> None:
        """Ask for the pictures that ought to be seen, unless they were asked for already."""
        if self._collection is None or not self.isVisible():
            return
        if not self._positions:
            self._asked, self._shown = None, None
            self._tiles.set_hint(self.tr("Choose samples on the other page to see what is made of them."))
            self._show()
            return
        varies = self._ink.value is not None or self._image.value is not None
        columns = max(_FEWEST, min(_MOST, self._view.viewport().width() // (_COLUMN + STEP // 2)))
        times = columns - 1 if varies else 0
        wanted = AugmentationRequest(self._positions, times, self._draw, self._ink.value, self._image.value)
        if wanted != self._asked:
            self._asked = wanted
            self._tiles.set_hint(self.tr("Samples are being augmented…"))
            self.augmentation_requested.emit(wanted)

    def exported_widget(self) -> QWidget:
        """The pictures."""
        return self._tiles

    def numbers(self) -> dict[str, NDArray[np.generic]]:
        """The pictures that are shown."""
        return {} if self._shown is None else {"augmented": self._shown[1]}

    def minimumSizeHint(self) -> QSize:
        """Some pictures over some sliders."""
        return QSize(38 * STEP, 24 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sliders stand where there is room for them."""
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        directions = QBoxLayout.Direction
        self._layout.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._controls.setMinimumWidth(_CONTROLS_WIDTH if wide else 0)
        self._controls.setMaximumWidth(_CONTROLS_WIDTH if wide else _ANY)
        self._fit_controls()
        self._layout.activate()
        self.ask()

    def _set_up(self) -> None:
        self._tiles.setAccessibleName(self.tr("Samples as they are, and augmented"))
        self._tiles.set_can_choose(False)
        self._again.setToolTip(self.tr("Draw other random numbers"))
        self._again.clicked.connect(self._draw_again)
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
        foot.addWidget(self._again)
        foot.addStretch()
        pictures = QVBoxLayout()
        pictures.setSpacing(STEP // 2)
        pictures.addWidget(self._caption)
        pictures.addWidget(self._view, 1)
        pictures.addLayout(foot)
        self._layout.setSpacing(2 * STEP)
        self._layout.addLayout(pictures, 1)
        self._layout.addWidget(self._controls, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.addLayout(self._layout)

    def _fit_controls(self) -> None:
        """Below the pictures, sliders take no more than they need."""
        wide = self._layout.direction() == QBoxLayout.Direction.LeftToRight
        self._groups.adjustSize()
        self._controls.setMaximumHeight(_ANY if wide else self._groups.sizeHint().height())

    def _draw_again(self) -> None:
        self._draw += 1
        self.ask()

    def _change(self) -> None:
        self._fit_controls()
        self.augmentation_changed.emit(self._ink.value, self._image.value)
        self.ask()

    def _show(self) -> None:
        if self._shown is None or self._collection is None:
            self._tiles.set_tiles(None)
            self._caption.set_text("")
            return
        variation, pictures = self._shown
        count, columns = pictures.shape[:2]
        flat = pictures.reshape(-1, *pictures.shape[2:])
        names = [self._collection.label(position) for position in variation.positions]
        captions = tuple(name if column == 0 else "" for name in names for column in range(columns))
        self._tiles.set_columns(columns if columns > 1 else 0)
        self._tiles.set_tiles(Tiles(input_tiles(flat), captions))
        self._again.setEnabled(columns > 1)
        self._caption.set_text(self._words(count, varies=columns > 1))

    def _words(self, count: int, *, varies: bool) -> str:
        if not varies:
            return self.tr("No augmentation.")
        if self._are_chosen:
            return self.tr("{count} chosen as they are, then augmented").format(count=count)
        return self.tr("The first {count} as they are, then augmented").format(count=count)
