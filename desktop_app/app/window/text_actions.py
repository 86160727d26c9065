"""What the user does with the characters of the text on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QGuiApplication

from desktop_app.app.window.actions import GROUPINGS, Actions
from desktop_app.app.window.character_menu import CharacterMenu
from desktop_app.views.context import ViewContext


class TextActions(QObject):
    """Connects actions and the canvas with requests about characters, and enables what is possible."""

    grouping_chosen = Signal(str)
    """Style of `lines.grouping` in which texts are shown."""

    def __init__(self, actions: Actions, context: ViewContext) -> None:
        """Connect the actions; context: holds canvas and text, and takes the requests."""
        super().__init__(context)
        self._actions, self._canvas, self._context = actions, context.canvas, context
        actions.copy_text.triggered.connect(self._copy)
        actions.correct.triggered.connect(context.label_requested)
        actions.merge.triggered.connect(lambda: self._request(context.merge_requested.emit))
        actions.split.triggered.connect(
            lambda: self._request(lambda number: context.split_requested.emit(number, None))
        )
        for action, name in zip(actions.groupings, GROUPINGS, strict=True):
            action.triggered.connect(lambda _=False, name=name: self.grouping_chosen.emit(name))
        characters = self._canvas.characters
        characters.chosen.connect(context.choose_character)
        characters.selection_moved.connect(context.text_commands.move)
        characters.typed.connect(context.correct_selected)
        characters.menu_requested.connect(self._show_menu)
        self._canvas.history_changed.connect(self._update)
        context.text.changed.connect(self._update)
        self._update()

    def set_grouping(self, grouping: str) -> None:
        """Check a style of `lines.grouping` in the menu."""
        self._actions.groupings[GROUPINGS.index(grouping)].setChecked(True)

    def _update(self) -> None:
        """Enable the actions that are possible now."""
        actions, text = self._actions, self._context.text.value
        actions.set_has_text(text is not None)
        actions.split.setEnabled(not self._canvas.is_empty)
        actions.merge.setEnabled(text is not None and text.can_merge(text.selected))

    def _copy(self) -> None:
        if (text := self._context.text.value) is not None:
            QGuiApplication.clipboard().setText(text.shown)

    def _request(self, request: Callable[[int], object]) -> None:
        """Make a request about the character that is selected once the page is read, or the only one."""

        def make() -> None:
            text = self._context.text.value
            request(0 if text is None else text.selected)

        self._context.text_commands.run(make)

    def _show_menu(self, number: int, at: QPointF, x: float) -> None:
        """Show the menu of a character; x: horizontal position on the page."""
        if (text := self._context.text.value) is not None:
            menu = CharacterMenu(text, number, x, self._context, self._canvas)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at.toPoint())
