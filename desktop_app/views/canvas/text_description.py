"""What is said of the text on the canvas: below it, and by screen readers."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.lines.text_reading import CharacterReading, TextReading
from desktop_app.views.canvas.shown_text import ShownText


class TextDescription(QObject):
    """Makes the sentences about a text; a QObject, because only those translate plurals."""

    def name_of(self, character: CharacterReading) -> str:
        """Return the label of a character, or what a mark is called."""
        return self.tr("no character") if character.is_mark else character.label

    def note_on_marks(self, reading: TextReading) -> str:
        """Return how much ink is no part of a text, and whether all of it is; empty if none is."""
        count = sum(each.is_mark for each in reading.characters)
        note = self.tr("%n mark(s) not read.", "", count) if count else ""
        if count < len(reading.characters):
            return note
        return f"{self.tr('No character found.')} {note}"

    def announced(self, reading: TextReading) -> str:
        """Return a text with a note on its marks."""
        note = self.note_on_marks(reading)
        return f"{reading.text}. {note}" if reading.text and note else reading.text or note

    def of_selection(self, text: ShownText) -> str:
        """Return which character of a text is selected."""
        label, count = self.name_of(text.character), len(text.reading.characters)
        sentence = self.tr("Selected: {label}, {number} of {count}.")
        return sentence.format(label=label, number=text.selected + 1, count=count)

    def of_text(self, text: ShownText) -> str:
        """Return a text as it is shown, with a note on its marks, and which character is selected."""
        shown = self.tr("Text: {text}.").format(text=text.shown) if text.shown else ""
        return " ".join(
            part for part in (shown, self.note_on_marks(text.reading), self.of_selection(text)) if part
        )
