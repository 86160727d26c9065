"""The menu of models: choose one, import, save, and manage them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QWidget

from desktop_app.app.window.actions import Actions
from desktop_app.views.parts.menu import Menu

if TYPE_CHECKING:
    from desktop_app.networks.library import LibraryEntry


class ModelMenu(Menu):
    """Lists the models of the library, with actions for the library below them."""

    model_chosen = Signal(str)
    """Name of the model to read with."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        """Start without models.

        Args:
            actions: of the window.
            parent: the window.
        """
        super().__init__(parent)
        self.setTitle(self.tr("&Model"))
        self._actions = actions
        actions.save_model.setEnabled(False)
        actions.about_model.setEnabled(False)
        self._group = QActionGroup(self)
        self.set_models(())

    def set_models(self, models: tuple[LibraryEntry, ...], problems: tuple[str, ...] = ()) -> None:
        """List the models to choose from, with date and accuracy.

        Args:
            models: of the library.
            problems: why other models cannot be chosen, one sentence each.
        """
        self.clear()
        for model in models:
            action = self.addAction(_with_results(model))
            action.setData(model.name)
            action.setCheckable(True)
            self._group.addAction(action)
            action.triggered.connect(lambda _=False, name=model.name: self.model_chosen.emit(name))
        for problem in problems:
            self.addAction(_escaped(problem)).setEnabled(False)
        self.addSeparator()
        actions = self._actions
        self.addActions(
            [actions.about_model, actions.import_model, actions.save_model, actions.manage_models]
        )

    def check_model(self, name: str) -> None:
        """Mark a model as the current one."""
        for action in self._group.actions():
            action.setChecked(action.data() == name)


def _escaped(text: str) -> str:
    """Return a text for a menu, in which an ampersand is no mnemonic."""
    return text.replace("&", "&&")


def _with_results(model: LibraryEntry) -> str:
    """Return the title of a model and, in the menu's right column, its date and its test accuracy.

    The date comes first, so that the dates are aligned also if a model has no accuracy.
    """
    accuracy = "" if model.accuracy is None else f"{100 * model.accuracy:.1f} %"
    results = " · ".join(filter(None, (model.date, accuracy)))
    return _escaped(model.title) + (f"\t{results}" if results else "")
