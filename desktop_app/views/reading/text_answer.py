"""The text of the canvas in large type, one character of which is selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPalette, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.lines.acceptance import TextVerdict
from desktop_app.lines.grouping import grouped
from desktop_app.lines.text_reading import CharacterReading, Line, TextReading
from desktop_app.tasks.reading import Verdict, probability_text
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.canvas.text_description import TextDescription
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.arrow_keys import step_for_key, typed_label
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.text_style import MIDDLE, TextFont
from desktop_app.views.parts.theme import STEP, caption_font, display_font
from desktop_app.views.reading.acceptance_slider import AcceptanceSlider

_TALLEST, _LOWEST = 7 * STEP, 3 * STEP
"""Heights of a line of text in pixels; long texts have lower lines."""

_USUAL_LINES = 4
"""Lines for which the widget has room at their usual height.

More lines are lower. If even the lowest have no room, the line of the selected character is in the middle.
"""

_WHEEL_STEP = 120
"""Units of a mouse wheel for one line."""

_MARK = "·"
"""Shown in place of a mark."""

_SPACE = 0.3
"""Width of a space, as a share of the height of a line."""


@dataclass(frozen=True)
class _Cell:
    """A character or mark, how it is shown, its area before scrolling, and its number in the text."""

    character: CharacterReading
    symbol: str
    area: QRectF
    number: int


class TextCharacters(ChoosingView):
    """Shows the characters of a text; those to be checked have a dashed line and a question mark."""

    selection_moved = Signal(int)
    """By how many characters the user moved the selection with a key."""
    character_typed = Signal(str)
    """The label that the user typed for the selected character."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._description = TextDescription(self)
        self._reading = TextReading(())
        self._to_check: tuple[int, ...] = ()
        self._grouping = "written"
        self._cells: list[_Cell] = []
        self._separators: list[tuple[str, QRectF]] = []
        self._font = TextFont(self.font())
        self._line_height = float(_TALLEST)
        self._scroll: float | None = None
        self.setObjectName("text_characters")
        self.setAccessibleName(self.tr("Text"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: ShownText) -> None:
        """Show a text with its selected character."""
        if text.reading is not self._reading or text.selected != self._choice:
            self._scroll = None
        self._reading = text.reading
        self._to_check = text.verdict.to_check
        self._grouping = text.grouping
        self._arrange()
        self.set_chosen(text.selected)
        self.setAccessibleDescription(self._description.of_text(text))
        self.update()

    # --- layout ---

    def sizeHint(self) -> QSize:
        """Return a size with room for a few lines."""
        return QSize(54 * STEP, self._height())

    def minimumSizeHint(self) -> QSize:
        """Return a size of the same height."""
        return QSize(20 * STEP, self._height())

    def _height(self) -> int:
        lines = min(max(1, len(self._reading.lines)), _USUAL_LINES)
        return (_TALLEST if lines == 1 else lines * 5 * STEP) + STEP

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text."""
        super().resizeEvent(event)
        self._arrange()

    def style_changed(self) -> None:
        """Fit the text with the new font."""
        self._arrange()

    def _arrange(self) -> None:
        """Arrange the characters with the largest font that fits."""
        lines = self._reading.lines
        if self.minimumHeight() != self._height():
            self.setFixedHeight(self._height())
        shown = min(max(1, len(lines)), max(1, (self.height() - STEP) // _LOWEST))
        height = float(min(_TALLEST, (self.height() - STEP) / shown))
        room = max(1.0, self.width() - 2.0 * STEP)
        widest = max((self._width(line, height) for line in lines), default=1.0)
        height = max(_LOWEST, height * min(1.0, room / widest))
        self._font, self._line_height = TextFont(_character_font(self.font(), height)), height
        self._cells, self._separators = [], []
        for row, line in enumerate(lines):
            x = float(STEP)
            for symbol, character in self._symbols(line):
                width = self._width_of(symbol, self._font, height)
                area = QRectF(x, STEP / 2 + row * height, width, height)
                if character is not None:
                    self._cells.append(_Cell(character, symbol, area, len(self._cells)))
                else:
                    self._separators.append((symbol, area))
                x += width

    def _symbols(self, line: Line) -> Iterator[tuple[str, CharacterReading | None]]:
        """Yield what is shown of a line: characters, marks in place of spaces, and separators."""
        characters = iter(line.characters)
        following = next(characters, None)
        for symbol in grouped(line.text, self._grouping):
            marks = []
            while following is not None and following.is_mark:
                marks.append(following)
                following = next(characters, None)
            is_separator = following is None or symbol != following.label
            for number, mark in enumerate(marks):
                # A separator of the grouping stands in place of the first mark.
                yield symbol if is_separator and not symbol.isspace() and number == 0 else _MARK, mark
            if not is_separator:
                yield symbol, following
                following = next(characters, None)
            elif not marks:
                yield symbol, None
        while following is not None and following.is_mark:
            yield _MARK, following
            following = next(characters, None)

    def _width(self, line: Line, height: float) -> float:
        font = TextFont(_character_font(self.font(), height))
        return sum(self._width_of(symbol, font, height) for symbol, _ in self._symbols(line))

    def _width_of(self, symbol: str, font: TextFont, height: float) -> float:
        return _SPACE * height if symbol.isspace() else font.width(symbol) + STEP / 2

    def _scrolled(self) -> float:
        """Return how far the lines are moved up, by the wheel or to the selected character."""
        if self._scroll is not None or not self._cells:
            return min(self._scroll or 0.0, self._farthest())
        chosen = self._cells[min(self._choice or 0, len(self._cells) - 1)].area
        return min(max(0.0, chosen.center().y() - self.height() / 2), self._farthest())

    def _farthest(self) -> float:
        """Return how far the lines can be moved up."""
        return max(0.0, len(self._reading.lines) * self._line_height + STEP - self.height())

    def hidden_lines(self) -> tuple[int, int]:
        """Return how many lines are hidden above and below what is visible, at least half of each."""
        top = self._scrolled()
        middles = [STEP / 2 + (row + 0.5) * self._line_height for row in range(len(self._reading.lines))]
        return sum(y < top for y in middles), sum(y > top + self.height() for y in middles)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the lines if not all are visible; the next selection is visible again."""
        if not self._farthest():
            event.ignore()
            return
        lines = event.angleDelta().y() / _WHEEL_STEP
        self._scroll = min(max(0.0, self._scrolled() - lines * self._line_height), self._farthest())
        self.update()

    # --- selection ---

    def locate(self, position: QPointF) -> Any:
        """Return the number of the character at a position."""
        at = position + QPointF(0, self._scrolled())
        return next((cell.number for cell in self._cells if cell.area.contains(at)), None)

    def number_of(self, found: Any) -> int | None:
        """Return the number that `locate` returned."""
        return int(found)

    def count_and_columns(self) -> tuple[int, int]:
        """Return the number of characters, which are passed in one row."""
        return len(self._cells), 0

    def event(self, event: QEvent) -> bool:
        """Take keys that type a character before shortcuts."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and typed_label(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Correct the selected character, or move the selection with the arrow keys or Space."""
        if label := typed_label(event):
            self.character_typed.emit(label)
        elif step := step_for_key(event, len(self._cells)):
            self.selection_moved.emit(step)
        elif event.key() == Qt.Key.Key_Space:
            self.selection_moved.emit(1)
        else:
            super().keyPressEvent(event)

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the characters."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(exposed, self.text_style.base)
        painter.save()
        painter.translate(0, -self._scrolled())
        for symbol, area in self._separators:
            self._font.write(painter, area.center(), symbol, self.text_style.text, MIDDLE)
        for cell in self._cells:
            self._paint_cell(painter, cell)
        painter.restore()
        above, below = self.hidden_lines()
        if above:
            self._paint_hint(painter, self.tr("{count} more above").format(count=above), is_below=False)
        if below:
            self._paint_hint(painter, self.tr("{count} more below").format(count=below), is_below=True)
        self.paint_focus_ring(painter)

    def _paint_hint(self, painter: QPainter, text: str, *, is_below: bool) -> None:
        """Say in the right corner that there are further lines."""
        small = self.text_style.small
        area = QRectF(0, 0, small.width(text) + STEP, small.height)
        area.moveRight(self.width() - STEP / 2)
        area.moveTop(self.height() - small.height - 2 if is_below else 2)
        painter.fillRect(area, self.text_style.base)
        small.write(painter, area.center(), text, self.text_style.quiet, MIDDLE)

    def _paint_cell(self, painter: QPainter, cell: _Cell) -> None:
        style, area = self.text_style, cell.area
        is_chosen = cell.number == self._choice
        colour = style.quiet if cell.character.is_mark else style.text
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.accent)
            painter.drawRoundedRect(area.adjusted(0, 2, 0, -2), 4, 4)
            colour = self.palette().color(QPalette.ColorRole.HighlightedText)
        self._font.write(painter, area.center(), cell.symbol, colour, MIDDLE)
        if cell.number in self._to_check:
            line = QPen(colour, 2.0)
            line.setDashPattern([2, 1.5])
            painter.setPen(line)
            below = area.bottom() - 5
            painter.drawLine(QPointF(area.left() + 3, below), QPointF(area.right() - 3, below))
            at = QPointF(area.right() - 1, area.top() + style.small.height / 2 + 1)
            style.small.write(painter, at, "?", colour, 1.0)


class TextAnswer(QWidget):
    """The text with a sentence about its reliability; hidden without a text."""

    character_chosen = Signal(int)
    """Index of the character that the user selected."""
    selection_moved = Signal(int)
    """By how many characters the user moved the selection with a key."""
    character_typed = Signal(str)
    """The label that the user typed for the selected character."""

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self._description = TextDescription(self)
        self._announced, self._selected = "", 0
        self._characters = TextCharacters()
        self._characters.chosen.connect(self.character_chosen)
        self._characters.selection_moved.connect(self.selection_moved)
        self._characters.character_typed.connect(self.character_typed)
        self._verdict = QLabel()
        self._verdict.setObjectName("text_verdict")
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._verdict.setToolTip(
            self.tr(
                "Probability that all characters are correct. If it is below the chosen level, the least "
                "reliable ones are to be checked, until the others reach the level."
            )
        )
        self._verdict.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._characters)
        layout.addWidget(self._verdict)
        self.acceptance = AcceptanceSlider()
        layout.addWidget(self.acceptance)
        self.hide()

    def set_text(self, text: ShownText | None) -> None:
        """Show a text, or hide."""
        self.setVisible(text is not None)
        if text is None:
            self._announced = ""
            return
        self._characters.set_text(text)
        self.acceptance.set_level(text.verdict.level)
        self._verdict.setFont(caption_font(self.font()))
        sentences = [self._description.note_on_marks(text.reading)]
        if text.reading.text:
            sentences.insert(0, self._sentence(text.verdict))
        self._verdict.setText(" ".join(sentences).rstrip())
        self._announce(text)

    def _announce(self, text: ShownText) -> None:
        """Announce a new text, and a mark that is selected; of a character, the answer is announced."""
        announced, selected = self._description.announced(text.reading), text.selected
        if announced != self._announced:
            announce(self._verdict, announced)
        elif selected != self._selected and text.character.is_mark:
            announce(self._verdict, self._description.of_selection(text))
        self._announced, self._selected = announced, selected

    def _sentence(self, verdict: TextVerdict) -> str:
        """Return the probability that everything is correct, and how many characters are to be checked."""
        probability = probability_text(verdict.confidence)
        if verdict.verdict is Verdict.READ:
            return self.tr("All correct: {probability}").format(probability=probability)
        sentence = self.tr("All correct: {probability}. Check %n character(s).", "", len(verdict.to_check))
        return sentence.format(probability=probability)


def _character_font(base: QFont, height: float) -> QFont:
    font = display_font(base, round(height))
    font.setPixelSize(max(STEP, round(height * 0.72)))
    return font
