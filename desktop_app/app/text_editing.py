"""Merging, splitting and correcting of the characters on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.lines.text_edits import FixedCharacter, merged
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.context import ViewContext


class TextEditing(QObject):
    """Turns requests about characters into edits of the canvas, which can be undone."""

    edited = Signal(int)
    """Index of the character to select after a change."""

    def __init__(self, canvas: InkCanvas, context: ViewContext, parent: QObject) -> None:
        """Connect a canvas with the requests."""
        super().__init__(parent)
        self._canvas, self._context = canvas, context
        context.correction_requested.connect(self._correct)
        context.merge_requested.connect(self._merge)

    def _correct(self, number: int, label: str) -> None:
        """Set the label of a character and select the next one."""
        text = self._context.text.value
        if text is None or number >= len(text.reading.characters):
            return
        characters = text.reading.characters
        self._change(FixedCharacter(characters[number].ranges, label))
        self.edited.emit(min(number + 1, len(characters) - 1))

    def _merge(self, number: int) -> None:
        """Make one character of a character and the next one on its line."""
        text = self._context.text.value
        if text is None or not text.can_merge(number):
            return
        pair = text.reading.characters[number : number + 2]
        self._change(merged(character.ranges for character in pair))
        self.edited.emit(number)

    def _change(self, character: FixedCharacter) -> None:
        self._canvas.set_edits(self._canvas.edits.with_characters(character))
