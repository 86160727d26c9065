"""Evaluation of a network that outputs images: compared with interpolation, and the worst samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.inspection.tiles import Pixels, image_tiles
from desktop_app.runs.image_answers import ENLARGEMENTS, MEASURES, NETWORK
from desktop_app.runs.image_measures import EnlargementFigures, ImageEvaluation
from desktop_app.tasks.resampling import enlarge_image
from desktop_app.views.enlargement.texts import quality_texts, version_texts
from desktop_app.views.enlargement.versions import INPUT, MODEL, ORIGINAL
from desktop_app.views.evaluation.gallery import MOST_SHOWN
from desktop_app.views.evaluation.headline import headline_label
from desktop_app.views.evaluation.shares import percent
from desktop_app.views.parts.numerals import ARROW, MINUS
from desktop_app.views.parts.sample_tiles import SampleTiles
from desktop_app.views.parts.theme import STEP, display_font
from desktop_app.views.parts.tile_grid import Tiles, TileSizes, TileView

_LARGE = 6 * STEP
_LINE = np.uint32(0xFF808080)
"""Colour of the lines between the images of a sample."""


class ImageSection(QWidget):
    """Gain over bicubic interpolation, a table of all methods, and samples by increasing PSNR."""

    sample_chosen = Signal(object)
    """Original that the user wants on the canvas, uint8 (height, width, channels)."""
    description_changed = Signal(str)
    """Description of the sample under the mouse or keyboard focus; empty: none."""

    def __init__(self) -> None:
        """Create an empty section."""
        super().__init__()
        self._evaluation: ImageEvaluation | None = None
        self._rows: list[int] = []
        self._gain, self._title, self._count, self._reading = (
            headline_label(name) for name in ("gain", "images_title", "image_count", "reading_accuracy")
        )
        self._gain.setFont(display_font(self.font(), _LARGE))
        self._gain.setAccessibleName(self.tr("PSNR above bicubic interpolation"))
        strong = self._title.font()
        strong.setBold(True)
        self._title.setFont(strong)
        self.table = _Table(self.tr("Quality by method"))
        self._samples_title = QLabel()
        self._samples_title.setWordWrap(True)
        sizes = TileSizes(20 * STEP, most=40 * STEP, gap=STEP)
        self.grid = SampleTiles(sizes, self.tr("Samples with the lowest PSNR"))
        self.grid.setObjectName("image_samples")
        self.grid.description_changed.connect(self.description_changed)
        self.grid.activated.connect(self._choose)
        self._lay_out()

    def set_evaluation(self, evaluation: ImageEvaluation, title: str) -> None:
        """Show the evaluation of a run."""
        self._evaluation = evaluation
        self._rows = evaluation.worst_first[:MOST_SHOWN].tolist()
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._gain.setText(self.tr("{gain} dB").format(gain=_signed(evaluation.gain)))
        count = len(evaluation.answers)
        text = (
            self.tr("above bicubic interpolation, mean PSNR of {count} test sample(s)", "", count)
            if evaluation.answers.are_enlarged
            else self.tr("above the input, mean PSNR of {count} test sample(s)", "", count)
        )
        self._count.setText(text.format(count=f"{count:,}"))
        self._reading.setText(self._reading_text(evaluation))
        self._reading.setVisible(evaluation.accuracy is not None)
        self.table.set_evaluation(evaluation)
        self._samples_title.setText(self._samples_text(evaluation))
        rows = self._rows
        captions = tuple(self._caption(evaluation, row) for row in rows)
        self.grid.set_samples(
            Tiles(_sample_tiles(evaluation, rows), captions),
            lambda tile: self._sample_text(evaluation, rows[tile]),
        )

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the quality and the accuracy by method, and the quality of every sample."""
        evaluation = self._evaluation
        if evaluation is None:
            return {}
        accuracies = [each.accuracy for each in evaluation.enlargements]
        return {
            "methods": np.array(ENLARGEMENTS),
            "measures": np.array(MEASURES),
            "quality": evaluation.answers.quality.mean(axis=2),
            "quality_of_samples": evaluation.answers.quality,
            "accuracy": np.array([np.nan if share is None else share for share in accuracies]),
            "accuracy_of_originals": np.array(np.nan if evaluation.accuracy is None else evaluation.accuracy),
        }

    # --- texts ---

    def _reading_text(self, evaluation: ImageEvaluation) -> str:
        shares = {each.name: each.accuracy for each in evaluation.enlargements}
        model, bicubic = shares[NETWORK], shares["bicubic"]
        if evaluation.accuracy is None or model is None or bicubic is None:
            return ""
        count = len(evaluation.answers)
        text = (
            self.tr(
                "Does it help reading? The default model reads {model} % of the enlarged characters "
                "correctly, {bicubic} % after bicubic interpolation, {original} % of the originals."
            )
            if evaluation.answers.are_enlarged
            else self.tr(
                "Does it help reading? The default model reads {model} % of the output images correctly, "
                "{bicubic} % of the inputs, {original} % of the originals."
            )
        )
        shown = (percent(share, count) for share in (model, bicubic, evaluation.accuracy))
        return text.format(**dict(zip(("model", "bicubic", "original"), shown, strict=True)))

    def _samples_text(self, evaluation: ImageEvaluation) -> str:
        count, are_enlarged = len(evaluation.answers), evaluation.answers.are_enlarged
        if count > MOST_SHOWN:
            text = (
                self.tr("Input, bicubic, model and original: {most} of {count}, lowest PSNR first")
                if are_enlarged
                else self.tr("Input, model and original: {most} of {count}, lowest PSNR first")
            )
            return text.format(most=MOST_SHOWN, count=f"{count:,}")
        if are_enlarged:
            return self.tr("Input, bicubic, model and original, lowest PSNR first")
        return self.tr("Input, model and original, lowest PSNR first")

    def _caption(self, evaluation: ImageEvaluation, row: int) -> str:
        psnr = self.tr("{psnr} dB").format(psnr=f"{float(evaluation.psnr_of(NETWORK)[row]):.1f}")
        label, read = _label_and_reading(evaluation, row)
        if not label:
            return psnr
        return f"{label} · {psnr}" if read in ("", label) else f"{label} {ARROW} {read} · {psnr}"

    def _sample_text(self, evaluation: ImageEvaluation, row: int) -> str:
        psnr = f"{float(evaluation.psnr_of(NETWORK)[row]):.1f}"
        bicubic = f"{float(evaluation.psnr_of('bicubic')[row]):.1f}"
        text = (
            self.tr("model {model} dB, bicubic {bicubic} dB")
            if evaluation.answers.are_enlarged
            else self.tr("model {model} dB, input {bicubic} dB")
        )
        parts = [
            self.tr("sample {number}").format(number=row + 1),
            text.format(model=psnr, bicubic=bicubic),
        ]
        label, read = _label_and_reading(evaluation, row)
        if label:
            parts.insert(1, self.tr("label {label}").format(label=label))
        if read:
            parts.append(self.tr("enlarged read as {label}").format(label=read))
        return " · ".join(parts)

    def _choose(self, tile: int) -> None:
        if self._evaluation is not None:
            self.sample_chosen.emit(self._evaluation.answers.originals[self._rows[tile]].copy())

    def _lay_out(self) -> None:
        details = QVBoxLayout()
        details.setSpacing(0)
        details.addStretch()
        details.addWidget(self._title)
        details.addWidget(self._count)
        details.addStretch()
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._gain, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(details, 1)
        for each in (self._title, self._count, self._reading):
            each.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._reading)
        layout.addWidget(self.table)
        layout.addWidget(self._samples_title)
        layout.addWidget(TileView(self.grid), 1)


class _Table(QTableWidget):
    """A row for each method and the original, a column for each measure."""

    def __init__(self, name: str) -> None:
        super().__init__(1 + len(ENLARGEMENTS), 2 + len(MEASURES))
        self.setAccessibleName(name)
        self.setObjectName("enlargements")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(3 * STEP)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self._set_titles()

    def set_evaluation(self, evaluation: ImageEvaluation) -> None:
        """Show the figures of an evaluation."""
        count, are_enlarged = len(evaluation.answers), evaluation.answers.are_enlarged
        # Without enlargement, the first row stands for all interpolations, which equal the input.
        self._set_text(0, 0, *version_texts(ENLARGEMENTS[0] if are_enlarged else INPUT))
        for row in range(1, ENLARGEMENTS.index(NETWORK)):
            self.setRowHidden(row, not are_enlarged)
        for row, figures in enumerate(evaluation.enlargements):
            self._set_row(row, figures, count)
        self._set_text(len(ENLARGEMENTS), 1 + len(MEASURES), _share(evaluation.accuracy, count))
        self.setColumnHidden(1 + len(MEASURES), evaluation.accuracy is None)
        self.setRowHidden(len(ENLARGEMENTS), evaluation.accuracy is None)
        self._fit_height()

    def _set_titles(self) -> None:
        titles = [
            (self.tr("Method"), self.tr("How the input is enlarged")),
            *quality_texts(),
            (
                self.tr("Accuracy"),
                self.tr("Share of the images that the default model reads correctly"),
            ),
        ]
        for column, (title, explanation) in enumerate(titles):
            item = QTableWidgetItem(title)
            item.setToolTip(explanation)
            item.setTextAlignment(_alignment(column))
            self.setHorizontalHeaderItem(column, item)
        versions = [*(MODEL if name == NETWORK else name for name in ENLARGEMENTS), ORIGINAL]
        for row, version in enumerate(versions):
            title, explanation = version_texts(version)
            self._set_text(row, 0, title, explanation)

    def _set_row(self, row: int, figures: EnlargementFigures, count: int) -> None:
        for column, name in enumerate(MEASURES, start=1):
            decimals = 2 if name.startswith("psnr") else 4
            text = f"{getattr(figures, name):.{decimals}f}".replace("-", MINUS)
            self._set_text(row, column, text)
        self._set_text(row, 1 + len(MEASURES), _share(figures.accuracy, count))

    def _set_text(self, row: int, column: int, text: str, explanation: str = "") -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(explanation)
        item.setTextAlignment(_alignment(column))
        if row == ENLARGEMENTS.index(NETWORK):
            font = QFont(self.font())
            font.setBold(True)
            item.setFont(font)
        self.setItem(row, column, item)

    def _fit_height(self) -> None:
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()) if not self.isRowHidden(row))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 2)


def _sample_tiles(evaluation: ImageEvaluation, rows: list[int]) -> Pixels:
    """Return a tile for each sample: input, bicubic if larger, output and original, with lines between."""
    answers = evaluation.answers
    inputs, outputs, originals = (each[rows] for each in (answers.inputs, answers.outputs, answers.originals))
    scale = originals.shape[1] // inputs.shape[1]
    repeated = inputs.repeat(scale, axis=1).repeat(scale, axis=2)
    shown = [repeated, outputs, originals]
    if answers.are_enlarged:
        shown.insert(1, np.stack([enlarge_image(image, scale, "bicubic") for image in inputs]))
    line = np.full((len(rows), originals.shape[1], 1), _LINE, np.uint32)
    parts: list[Pixels] = []
    for images in shown:
        parts += [line, image_tiles(images)]
    return np.concatenate(parts[1:], axis=2)


def _label_and_reading(evaluation: ImageEvaluation, row: int) -> tuple[str, str]:
    """Return the label of a sample and what is read in its enlargement; empty texts if unknown."""
    answers = evaluation.answers
    label = str(answers.labels[row])
    if not len(answers.readings) or not label:
        return label, ""
    return label, str(answers.readings[1 + ENLARGEMENTS.index(NETWORK), row])


def _alignment(column: int) -> Qt.AlignmentFlag:
    horizontal = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return horizontal | Qt.AlignmentFlag.AlignVCenter


def _share(share: float | None, count: int) -> str:
    return "" if share is None else f"{percent(share, count)} %"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", MINUS)
