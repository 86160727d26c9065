"""The panel that compares an enlarged image with interpolation and with the original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.messages import Message
from desktop_app.inspection.colour import value_range
from desktop_app.inspection.tiles import scale_between, value_tiles
from desktop_app.views.enlargement.difference_view import DifferenceView
from desktop_app.views.enlargement.score_table import ScoreTable
from desktop_app.views.enlargement.texts import version_texts
from desktop_app.views.enlargement.versions import (
    BICUBIC,
    INPUT,
    MODEL,
    PAGE,
    Values,
    Version,
    Versions,
    comparable_names,
    difference,
    gain,
    version_names,
)
from desktop_app.views.enlargement.wipe_view import WipeView
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.numerals import ARROW, MINUS
from desktop_app.views.parts.pixels import image_of as image_of_pixels
from desktop_app.views.parts.text_style import text_style_of
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.stages import image_of

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo


class EnlargementPanel(Panel):
    """Shows two versions of an image with a divider, their difference, and the quality of all versions."""

    def __init__(self) -> None:
        """Start without versions."""
        super().__init__()
        self._versions: Versions | None = None
        self._reference = BICUBIC
        self._names: tuple[str, ...] = ()
        self._pixel: tuple[int, int] | None = None
        self._gain, self._gain_caption = QLabel(), Caption()
        self._gain.setObjectName("gain")
        self._gain.setAccessibleName(self.tr("Gain"))
        self._gain.setToolTip(self.tr("PSNR of the model minus PSNR of the interpolated image"))
        self._gain.setTextFormat(Qt.TextFormat.PlainText)
        # A new text must not change the minimum width of the panel.
        self._gain.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._left = self._choice(self.tr("Left of the divider"), "left_version")
        self._right = self._choice(self.tr("Right of the divider"), "right_version")
        self._wipe, self._difference = WipeView(), DifferenceView()
        self._difference_caption = Caption()
        self._legend = Legend()
        self._legend.setToolTip(self.tr("1 is the difference between black and white"))
        self._table = ScoreTable()
        self._lay_out()
        self._connect()
        self._update_style()
        self._show()

    # --- content ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Offer the versions of the network's task and discard the versions of the last one."""
        names, comparable = version_names(info.task), comparable_names(info.task)
        # The images of another network may be smaller.
        self._pixel = None
        self._reference = BICUBIC if BICUBIC in names else INPUT
        if comparable != self._names:
            self._names = comparable
            self._table.set_names(names, len(names) - len(comparable))
            for box, chosen in ((self._left, self._reference), (self._right, MODEL)):
                with QSignalBlocker(box):
                    box.clear()
                    for name in comparable:
                        box.addItem(version_texts(name)[0], name)
                    box.setCurrentIndex(box.findData(chosen))
        self.set_versions(None)

    def set_versions(self, versions: Versions | None, problem: Message | None = None) -> None:
        """Show all versions of an image, or none; problem: why there are none."""
        self._versions = versions
        self._wipe.set_hint(translated(problem))
        self._table.set_versions(versions)
        self._show()

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the page, all versions, their difference, and quality, float64 (versions, 4)."""
        versions, pair = self._versions, self._pair()
        if versions is None:
            return {}
        scored = [
            (each.name, each.quality.values()) for each in versions.versions if each.quality is not None
        ]
        return {
            PAGE: versions.page.image,
            **{each.name: each.image for each in versions.versions},
            **({} if pair is None else {"difference": difference(*pair)}),
            "versions": np.array([name for name, _ in scored]),
            "quality": np.array([values for _, values in scored]),
        }

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(72 * STEP, 72 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest width; what does not fit into the height can be scrolled."""
        return QSize(36 * STEP, 30 * STEP)

    def exported_widget(self) -> QWidget:
        """Return all content, also what is scrolled out of sight."""
        return self._content

    # --- events ---

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_style()

    # --- building ---

    def _choice(self, name: str, object_name: str) -> QComboBox:
        box = NarrowBox()
        box.setObjectName(object_name)
        box.setAccessibleName(name)
        box.setToolTip(name)
        return box

    def _lay_out(self) -> None:
        choices = QGridLayout()
        choices.setHorizontalSpacing(STEP)
        choices.setVerticalSpacing(STEP // 2)
        choices.setColumnStretch(1, 1)
        for row, (title, box) in enumerate(((self.tr("Left"), self._left), (self.tr("Right"), self._right))):
            label = QLabel(title)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setBuddy(box)
            choices.addWidget(label, row, 0)
            choices.addWidget(box, row, 1)
        controls = QWidget()
        controls.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        beside = QVBoxLayout(controls)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(STEP // 2)
        beside.addWidget(self._gain)
        beside.addWidget(self._gain_caption)
        beside.addSpacing(STEP)
        beside.addLayout(choices)
        beside.addSpacing(STEP)
        beside.addWidget(self._difference_caption)
        beside.addWidget(self._legend)
        images = QHBoxLayout()
        images.setSpacing(2 * STEP)
        images.addWidget(controls, 0, Qt.AlignmentFlag.AlignTop)
        images.addWidget(self._wipe, 1)
        images.addWidget(self._difference, 1)
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(images, 1)
        layout.addWidget(self._table)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ColumnView(self._content))

    def _connect(self) -> None:
        for box in (self._left, self._right):
            box.currentIndexChanged.connect(self._show)
        self._table.left_chosen.connect(self._left.setCurrentIndex)
        self._table.chosen.connect(self._right.setCurrentIndex)
        for view in (self._wipe, self._difference):
            view.pointed_at.connect(self._point)

    def _update_style(self) -> None:
        self._gain.setFont(text_style_of(self).large.font)

    # --- showing ---

    def _compared(self) -> tuple[str, str]:
        """Return the names of the versions left and right of the divider."""
        return self._left.currentData() or "", self._right.currentData() or ""

    def _titles(self) -> tuple[str, str]:
        """Return the titles of the versions left and right of the divider."""
        left, right = self._compared()
        return version_texts(left)[0], version_texts(right)[0]

    def _difference_title(self) -> str:
        """Return "Model" minus "Bicubic"."""
        left, right = self._titles()
        return f"{right} {MINUS} {left}"

    def _pair(self) -> tuple[Version, Version] | None:
        """Return the versions left and right of the divider; None without an image."""
        return None if self._versions is None else self._versions.pair(*self._compared())

    def _show(self) -> None:
        """Show the chosen versions, their difference, and which is better."""
        pair = self._pair()
        images = None if pair is None else (_image(pair[0].image), _image(pair[1].image))
        self._wipe.set_images(images, self._titles())
        self._show_difference(None if pair is None else difference(*pair))
        self._table.set_left(self._left.currentIndex())
        self._table.set_chosen(self._right.currentIndex())
        self._show_gain()
        self._show_pixel()

    def _show_difference(self, values: Values | None) -> None:
        if values is None:
            self._difference.set_image(None, "")
            self._legend.set_scale(None)
            return
        _, high = value_range(np.abs(values))
        # Copied: the image of pixels shares their memory.
        image = image_of_pixels(value_tiles(values[None], -high, high)[0]).copy()
        self._difference.set_image(image, self._difference_title())
        self._legend.set_scale(scale_between(-high, high))

    def _show_gain(self) -> None:
        """Show by how much the model is better than interpolation."""
        pair = None if self._versions is None else self._versions.pair(self._reference, MODEL)
        if pair is None:
            self._gain.clear()
            self._gain_caption.set_text("")
            return
        decibels = gain(*pair)
        sign = MINUS if decibels < 0 else "+"
        self._gain.setText(self.tr("{gain} dB").format(gain=f"{sign}{abs(decibels):.1f}"))
        is_bicubic = self._reference == BICUBIC
        self._gain_caption.set_text(self.tr("over bicubic") if is_bicubic else self.tr("over the input"))

    def _point(self, pixel: tuple[int, int] | None) -> None:
        self._pixel = pixel
        self._show_pixel()

    def _show_pixel(self) -> None:
        """Mark the pixel under the mouse and show its values."""
        for view in (self._wipe, self._difference):
            view.set_marked(self._pixel)
        self._difference_caption.set_text(self._difference_text())

    def _difference_text(self) -> str:
        """Return what the legend is about, or position and values of the pixel under the mouse."""
        pair, pixel = self._pair(), self._pixel
        if pair is None or pixel is None:
            return self.tr("Difference of brightness")
        row, column = pixel
        before, after = (f"{each.image[row, column].mean():.2f}" for each in pair)
        return self.tr("({row}, {column}): {before} {arrow} {after}").format(
            row=row, column=column, before=before, arrow=ARROW, after=after
        )


def _image(values: Values) -> QImage:
    return image_of(values if values.shape[2] == 3 else values[..., 0])
