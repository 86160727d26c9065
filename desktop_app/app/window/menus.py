"""The menus of the menu bar."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop_app.app.window.actions import Actions
from desktop_app.views.parts.menu import Menu

_LONGEST_FOLDER = 48
"""Characters."""


class RecentFilesMenu(Menu):
    """Lists files to open again."""

    file_chosen = Signal(Path)

    def __init__(self, parent: QWidget) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setTitle(self.tr("Open recent"))
        self.setEnabled(False)

    def set_files(self, files: tuple[str, ...]) -> None:
        """List files, the most recent first."""
        self.clear()
        for name in files:
            action = self.addAction(_entry_text(Path(name)).replace("&", "&&"))
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, path=Path(name): self.file_chosen.emit(path))
        self.setEnabled(bool(files))


def _entry_text(file: Path) -> str:
    """Return the name of a file and its folder, of which the end is shown if it is long."""
    folder = str(file.parent)
    home = str(Path.home())
    if folder == home or folder.startswith(home + os.sep):
        folder = "~" + folder[len(home) :]
    if len(folder) > _LONGEST_FOLDER:
        folder = "…" + folder[1 - _LONGEST_FOLDER :]
    return f"{file.name}  ({folder})"


def add_menus(
    bar: QMenuBar,
    actions: Actions,
    recent: QMenu,
    models: QMenu,
    panel_actions: Sequence[tuple[str, list[QAction]]],
) -> None:
    """Add all menus to a menu bar.

    Args:
        bar: the menu bar.
        actions: of the window.
        recent: the menu of recent files.
        models: the menu of models.
        panel_actions: titles of workspaces, and the actions that show and close their panels.
    """
    _add_file(bar, actions, recent)
    _add_edit(bar, actions)
    bar.addMenu(models)
    _add_view(bar, actions, panel_actions)
    help_menu = _menu_of(bar, QCoreApplication.translate("Menus", "&Help"))
    help_menu.addActions([actions.getting_started, actions.shortcuts, actions.glossary])
    help_menu.addSeparator()
    help_menu.addAction(actions.about)


def _menu_of(bar: QMenuBar, title: str) -> Menu:
    """Add a menu to a menu bar and return it."""
    menu = Menu(title, bar)
    bar.addMenu(menu)
    return menu


def _add_file(bar: QMenuBar, actions: Actions, recent: QMenu) -> None:
    file = _menu_of(bar, QCoreApplication.translate("Menus", "&File"))
    file.addActions([actions.new, actions.open])
    file.addMenu(recent)
    file.addSeparator()
    file.addActions([actions.save_ink, actions.save_image, actions.copy])
    file.addSeparator()
    file.addAction(actions.data_folder)
    file.addSeparator()
    file.addAction(actions.quit)


def _add_edit(bar: QMenuBar, actions: Actions) -> None:
    edit = _menu_of(bar, QCoreApplication.translate("Menus", "&Edit"))
    edit.addActions([actions.undo, actions.redo])
    edit.addSeparator()
    edit.addActions([actions.copy_text, actions.paste, actions.clear, actions.correct])
    edit.addSeparator()
    edit.addActions([actions.split, actions.merge])
    groupings = edit.submenu(QCoreApplication.translate("Menus", "Group digits"))
    groupings.addActions(actions.groupings)
    edit.addSeparator()
    edit.addActions([actions.pen, actions.eraser, actions.sheet])
    widths = edit.submenu(QCoreApplication.translate("Menus", "Pen width"))
    widths.addActions([*actions.widths, actions.thinner, actions.broader])
    actions.width.setMenu(widths)


def _add_view(bar: QMenuBar, actions: Actions, panel_actions: Sequence[tuple[str, list[QAction]]]) -> None:
    view = _menu_of(bar, QCoreApplication.translate("Menus", "&View"))
    view.addActions(actions.workspaces)
    view.addSeparator()
    for workspace, panels in panel_actions:
        text = QCoreApplication.translate("Menus", "Panels of {workspace}")
        view.submenu(text.format(workspace=workspace)).addActions(panels)
    view.addSeparator()
    view.addAction(actions.reset_layout)
    view.addSeparator()
    appearance = view.submenu(QCoreApplication.translate("Menus", "Appearance"))
    appearance.addActions(actions.appearances)
    view.addAction(actions.full_screen)
