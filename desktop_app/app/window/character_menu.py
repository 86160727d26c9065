"""The menu of one character of the text on the canvas."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.context import ViewContext
from desktop_app.views.parts.menu import Menu


class CharacterMenu(Menu):
    """Corrects, splits and merges a character."""

    def __init__(self, text: ShownText, number: int, x: float, context: ViewContext, parent: QWidget) -> None:
        """List what can be done with a character.

        Args:
            text: the text.
            number: index of the character.
            x: horizontal position on the page at which it is split.
            context: takes the requests.
            parent: Qt parent.
        """
        super().__init__(parent)
        character = text.reading.characters[number]
        others = [each.label for each in character.alternatives if each.label != character.label]
        for label in others:
            action = self.addAction(self.tr("Correct to {label}").format(label=label))
            action.triggered.connect(
                lambda _=False, label=label: context.correction_requested.emit(number, label)
            )
        if not character.is_mark:
            action = self.addAction(self.tr("Correct to no character"))
            action.triggered.connect(lambda _=False: context.correction_requested.emit(number, ""))
        self.addSeparator()
        split = self.addAction(self.tr("Split here"))
        split.triggered.connect(lambda: context.split_requested.emit(number, x))
        merge = self.addAction(self.tr("Merge with next"))
        merge.setEnabled(text.can_merge(number))
        merge.triggered.connect(lambda: context.merge_requested.emit(number))
