"""The menu of models: choose one, import, save, and remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

if TYPE_CHECKING:
    from desktop_app.networks.library import LibraryEntry


_LONGEST_TITLE = 40

UserModels = tuple[tuple[str, str], ...]
"""Names and titles of models."""


class ModelMenu(QMenu):
    """Lists the models of the library, with actions for the library below them."""

    model_chosen = Signal(str)
    """Name of the model to read with."""
    remove_requested = Signal(str, str)
    """Name and title of a model to remove from the library; the user has confirmed it."""

    def __init__(self, actions: list[QAction], parent: QWidget) -> None:
        """Start without models.

        Args:
            actions: shown below the models.
            parent: questions are asked over it.
        """
        super().__init__(parent)
        self.setTitle(self.tr("&Model"))
        self._library_actions = actions
        self._group = QActionGroup(self)
        self._remove = QMenu(self.tr("Remove model"), self)
        self.set_models(())

    def set_models(
        self,
        models: tuple[LibraryEntry, ...],
        problems: tuple[str, ...] = (),
        user_models: UserModels = (),
    ) -> None:
        """List the models to choose from, with accuracy and date.

        Args:
            models: of the library.
            problems: why other models cannot be chosen, one sentence each.
            user_models: names and titles of those that can be removed.
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
        self.addActions(self._library_actions)
        self._remove.clear()
        for name, title in user_models:
            text = self.tr("Remove {title}…").format(title=_escaped(_shortened(title)))
            action = self._remove.addAction(text)
            action.triggered.connect(lambda _=False, name=name, title=title: self._confirm(name, title))
        self._remove.setEnabled(bool(user_models))
        self.addMenu(self._remove)

    def check_model(self, name: str) -> None:
        """Mark a model as the current one."""
        for action in self._group.actions():
            action.setChecked(action.data() == name)

    def _confirm(self, name: str, title: str) -> None:
        box = QMessageBox(self.parentWidget())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Remove model"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        question = self.tr("Remove “{title}” from the library?")
        box.setText(question.format(title=_shortened(title)))
        box.setInformativeText(
            self.tr("The model's files are deleted. Its run and the file it was imported from are kept.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        remove.clicked.connect(lambda: self.remove_requested.emit(name, title))
        box.open()


def _escaped(text: str) -> str:
    """Return a text for a menu, in which an ampersand is no mnemonic."""
    return text.replace("&", "&&")


def _with_results(model: LibraryEntry) -> str:
    """Return the title of a model and, in the menu's right column, its test accuracy and its date."""
    accuracy = "" if model.accuracy is None else f"{100 * model.accuracy:.1f} %"
    results = " · ".join(filter(None, (accuracy, model.date)))
    return _escaped(model.title) + (f"\t{results}" if results else "")


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
