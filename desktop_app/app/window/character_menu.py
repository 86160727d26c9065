"""The menu of one character of the text on the canvas."""

from __future__ import annotations

from collections.abc import Callable

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
        self._text, self._number, self._context = text, number, context
        character = text.reading.characters[number]
        others = [each.label for each in character.alternatives if each.label != character.label]
        for label in others:
            action = self.addAction(self.tr("Correct to {label}").format(label=label.replace("&", "&&")))
            action.triggered.connect(lambda _=False, label=label: self._correct(label))
        if not character.is_mark:
            action = self.addAction(self.tr("Correct to no character"))
            action.triggered.connect(lambda _=False: self._correct(""))
        self.addSeparator()
        split = self.addAction(self.tr("Split here"))
        split.triggered.connect(lambda: self._split(x))
        merge = self.addAction(self.tr("Merge with next"))
        merge.setEnabled(text.can_merge(number))
        merge.triggered.connect(self._merge)

    def _correct(self, label: str) -> None:
        self._run(lambda: self._context.correction_requested.emit(self._number, label))

    def _split(self, x: float) -> None:
        self._run(lambda: self._context.split_requested.emit(self._number, x))

    def _merge(self) -> None:
        self._run(lambda: self._context.merge_requested.emit(self._number))

    def _run(self, request: Callable[[], None]) -> None:
        """Make a request once the page has been read, unless the text is another one by then."""
        self._context.text_commands.run(lambda: request() if self._is_current() else None)

    def _is_current(self) -> bool:
        """Return whether the text still has the characters for which the menu was opened."""
        now = self._context.text.value
        return now is not None and [each.ranges for each in now.reading.characters] == [
            each.ranges for each in self._text.reading.characters
        ]
