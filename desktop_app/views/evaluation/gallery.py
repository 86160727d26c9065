"""Samples as pictures, each with what was answered and how sure that was."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.inspection.tiles import picture_tiles
from desktop_app.runs.measures import Evaluation, Rows
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.parts.numerals import ARROW
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

MOST_SHOWN = 120
"""Largest number of samples in a gallery: more cannot be compared."""


class _Grid(TileGrid):
    """Tiles of which a click or Enter takes one; arrow keys merely go from one to another."""

    taken = Signal(int)

    def press(self, found: tuple[int, int, int]) -> None:
        """Takes a tile."""
        super().press(found)
        self.taken.emit(found[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Takes the framed tile."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)
        elif self._choice is not None:
            self.taken.emit(self._choice)


class Gallery(QWidget):
    """A line that says which samples these are, over the samples."""

    sample_chosen = Signal(object)
    """The sample that the user wants on the paper, uint8 (height, width), light ink on dark ground."""
    told = Signal(str)
    """What there is to say about the sample under the mouse or the keyboard; empty for none."""

    def __init__(self, name: str, *, mixed: bool) -> None:
        """Start without samples.

        Args:
            name: for those who hear it.
            mixed: whether samples of several classes stand beside each other, so that each has to
                say what it is.
        """
        super().__init__()
        self._is_mixed = mixed
        self._evaluation: Evaluation | None = None
        self._names = ClassNames((), "")
        self._rows: list[int] = []
        # Words that say more need more room.
        least, gap = (10 * STEP, STEP) if mixed else (7 * STEP, STEP // 2)
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        # As far from the edge as the samples are.
        self._title.setIndent(gap)
        self.grid = _Grid(TileSizes(least, most=12 * STEP, gap=gap))
        self.grid.setAccessibleName(name)
        self.grid.setToolTip(self.tr("Click a sample to see it on the paper"))
        self.grid.setCursor(Qt.CursorShape.PointingHandCursor)
        self.grid.pointed_at.connect(lambda found: self._tell(found[0] if found else None))
        self.grid.chosen.connect(self._tell)
        self.grid.taken.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._title)
        layout.addWidget(TileView(self.grid), 1)

    def title(self) -> str:
        """What these samples are."""
        return self._title.text()

    def rows(self) -> list[int]:
        """Which samples are shown, as positions in the answers."""
        return list(self._rows)

    def set_samples(self, evaluation: Evaluation, names: ClassNames, rows: Rows, title: str) -> None:
        """Show the first of some samples.

        Args:
            evaluation: whose samples these are.
            names: of its classes.
            rows: positions in its answers.
            title: what these samples are.
        """
        self._evaluation, self._names = evaluation, names
        self._rows = rows[:MOST_SHOWN].tolist()
        self._title.setText(title)
        self._title.setVisible(bool(self._rows))
        pictures = picture_tiles(evaluation.answers.inputs[self._rows])
        captions = tuple(self._caption(evaluation, row) for row in self._rows)
        self.grid.set_chosen(None)
        self.grid.set_tiles(Tiles(pictures, captions))

    def set_hint(self, hint: str) -> None:
        """What is said where there are no samples."""
        self.grid.set_hint(hint)

    def _caption(self, evaluation: Evaluation, row: int) -> str:
        share = f"{100 * float(evaluation.confidence[row]):.0f} %"
        if not self._is_mixed:
            return share
        true, answer = int(evaluation.answers.classes[row]), int(evaluation.answered[row])
        return f"{self._names.short(true)} {ARROW} {self._names.short(answer)} · {share}"

    def _tell(self, tile: int | None) -> None:
        if tile is None or self._evaluation is None:
            self.told.emit("")
            return
        words = self._words(self._evaluation, self._rows[tile])
        self.grid.setAccessibleDescription(words)
        self.told.emit(words)

    def _words(self, evaluation: Evaluation, row: int) -> str:
        answers = evaluation.answers
        true, answer = int(answers.classes[row]), int(evaluation.answered[row])
        parts = [
            self.tr("sample {number}").format(number=row + 1),
            self.tr("labelled {label}").format(label=self._names[true]),
            self._share_words(answer, float(evaluation.confidence[row])),
        ]
        if answer != true:
            parts.append(self._share_words(true, float(answers.probabilities[row, true])))
        return " · ".join(parts)

    def _share_words(self, number: int, share: float) -> str:
        return self.tr("{label}: {share} %").format(label=self._names[number], share=f"{100 * share:.2f}")

    def _take(self, tile: int) -> None:
        if self._evaluation is not None:
            self.sample_chosen.emit(self._evaluation.answers.inputs[self._rows[tile]].copy())
