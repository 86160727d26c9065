"""Gallery of samples with answers and confidences."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.inspection.tiles import image_tiles
from desktop_app.runs.measures import Evaluation, Rows
from desktop_app.tasks.reading import probability_text
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.parts.numerals import ARROW
from desktop_app.views.parts.sample_tiles import SampleTiles
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import Tiles, TileSizes, TileView

_SHORT = 2
"""Length of labels of which two fit into a line."""

MOST_SHOWN = 120
"""Maximum number of samples in a gallery."""


class Gallery(QWidget):
    """Title and samples."""

    sample_chosen = Signal(object)
    """Sample that the user wants on the canvas, uint8 (height, width, channels), light on dark."""
    description_changed = Signal(str)
    """Description of the sample under the mouse or keyboard focus; empty: none."""

    def __init__(self, name: str, *, mixed: bool) -> None:
        """Create an empty gallery.

        Args:
            name: accessible name.
            mixed: whether samples have several classes, which the captions then name.
        """
        super().__init__()
        self._is_mixed = mixed
        self._evaluation: Evaluation | None = None
        self._names = ClassNames((), "")
        self._rows: list[int] = []
        # Longer captions need larger tiles.
        minimum, gap = (10 * STEP, STEP) if mixed else (7 * STEP, STEP // 2)
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        # Aligned with the samples.
        self._title.setIndent(gap)
        self.grid = SampleTiles(TileSizes(minimum, most=12 * STEP, gap=gap), name)
        self.grid.description_changed.connect(self.description_changed)
        self.grid.activated.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._title)
        layout.addWidget(TileView(self.grid), 1)

    def title(self) -> str:
        """Return the title."""
        return self._title.text()

    def rows(self) -> list[int]:
        """Return the shown samples as positions in the answers."""
        return list(self._rows)

    def set_samples(self, evaluation: Evaluation, names: ClassNames, rows: Rows, title: str) -> None:
        """Show the first of some samples.

        Args:
            evaluation: with the answers.
            names: of its classes.
            rows: positions in its answers.
            title: of the gallery.
        """
        self._evaluation, self._names = evaluation, names
        self._rows = rows[:MOST_SHOWN].tolist()
        self._title.setText(title)
        self._title.setVisible(bool(self._rows))
        images = image_tiles(evaluation.answers.inputs[self._rows])
        captions = tuple(self._caption(evaluation, row) for row in self._rows)
        shown = self._rows
        self.grid.set_samples(
            Tiles(images, captions), lambda tile: self._sample_text(evaluation, shown[tile])
        )

    def set_hint(self, hint: str) -> None:
        """Set the text shown without samples."""
        self.grid.set_hint(hint)

    def _caption(self, evaluation: Evaluation, row: int) -> str:
        confidence = probability_text(float(evaluation.confidence[row]))
        if not self._is_mixed:
            return confidence
        true, answer = int(evaluation.answers.classes[row]), int(evaluation.answered[row])
        # A line for each name, so that neither pushes the other out.
        is_short = all(len(label) <= _SHORT for label in evaluation.labels)
        gap = " " if is_short else "\n"
        return f"{self._names.short(true)}{gap}{ARROW} {self._names.short(answer)} · {confidence}"

    def _sample_text(self, evaluation: Evaluation, row: int) -> str:
        answers = evaluation.answers
        true, answer = int(answers.classes[row]), int(evaluation.answered[row])
        parts = [
            self.tr("sample {number}").format(number=row + 1),
            self.tr("label {label}").format(label=self._names[true]),
            self._class_text(answer, float(evaluation.confidence[row])),
        ]
        if answer != true:
            parts.append(self._class_text(true, float(answers.probabilities[row, true])))
        return " · ".join(parts)

    def _class_text(self, number: int, confidence: float) -> str:
        return self.tr("{label}: {confidence}").format(
            label=self._names[number], confidence=probability_text(confidence)
        )

    def _choose(self, tile: int) -> None:
        if self._evaluation is not None:
            self.sample_chosen.emit(self._evaluation.answers.inputs[self._rows[tile]].copy())
