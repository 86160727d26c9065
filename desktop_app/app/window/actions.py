"""Everything that can be done, as actions: once for menus, tool row and shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from desktop_app.app.window.workspaces import workspaces

Shortcut = QKeySequence.StandardKey | str

PEN_WIDTHS = (8.0, 14.0, 22.0, 32.0)
"""Pen widths to choose from, in paper units."""

APPEARANCES = ("system", "light", "dark")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


class Actions:
    """The actions of the main window. They are connected by it."""

    def __init__(self, parent: QObject) -> None:
        """Make all actions, as children of the window."""
        self._parent = parent
        key = QKeySequence.StandardKey
        self.open = self._make(_tr("Open…"), key.Open, "open", _tr("Open an image or ink"))
        self.save_ink = self._make(_tr("Save ink…"), key.Save, "", _tr("Save the ink as InkML"))
        self.save_png = self._make(_tr("Save picture…"), "Ctrl+Shift+S", "", _tr("Save the paper as a PNG"))
        self.data_folder = self._make(_tr("Data folder…"), "", "", _tr("Say where data sets lie"))
        self.quit = self._make(_tr("Quit"), key.Quit, "", _tr("Close the program"))
        self.undo = self._make(_tr("Undo"), key.Undo, "undo", _tr("Take the last step back"))
        self.redo = self._make(_tr("Redo"), key.Redo, "redo", _tr("Do again what was undone"))
        self.copy = self._make(_tr("Copy picture"), key.Copy, "", _tr("Copy the paper as a picture"))
        self.paste = self._make(_tr("Paste"), key.Paste, "paste", _tr("Paste an image or a file"))
        self.clear = self._make(_tr("Clear"), "Ctrl+Backspace", "clear", _tr("Clear the paper"))
        self.clear.setShortcuts([QKeySequence("Ctrl+Backspace"), QKeySequence("Delete")])
        self.pen = self._make(_tr("Pen"), "P", "pen", _tr("Draw"))
        self.eraser = self._make(_tr("Eraser"), "E", "eraser", _tr("Erase whole strokes"))
        self.width = self._make(_tr("Pen width"), "", "width", _tr("Choose the width of the pen"))
        self.thinner = self._make(_tr("Thinner"), "[", "", _tr("A thinner pen"))
        self.broader = self._make(_tr("Broader"), "]", "", _tr("A broader pen"))
        self.full_screen = self._make(_tr("Full screen"), key.FullScreen, "", _tr("Use the whole screen"))
        self.full_screen.setCheckable(True)
        self.workspaces = [
            self._make(workspace.title, f"Ctrl+{number}", "", workspace.tip)
            for number, workspace in enumerate(workspaces(), 1)
        ]
        self.import_network = self._make(_tr("Import network…"), "", "", _tr("Take a network from elsewhere"))
        self.save_network = self._make(_tr("Save network as…"), "", "", _tr("Save the network that reads"))
        self.arrange = self._make(_tr("Arrange panels anew"), "", "", _tr("Put the panels where they were"))
        self._group([self.pen, self.eraser])
        self.pen.setChecked(True)
        names = (_tr("Fine"), _tr("Medium"), _tr("Broad"), _tr("Marker"))
        self.widths = [self._make(name, "", "", "") for name in names]
        self._group(self.widths)
        words = (_tr("As the system"), _tr("Light"), _tr("Dark"))
        self.appearances = [self._make(word, "", "", "") for word in words]
        self._group(self.appearances)

    def _make(self, text: str, shortcut: Shortcut, icon: str, tip: str) -> QAction:
        """An action; its data is the name of its icon, its tooltip ends with its shortcut."""
        action = QAction(text, self._parent)
        action.setShortcut(QKeySequence(shortcut))
        action.setData(icon)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        return action

    def _group(self, actions: list[QAction]) -> None:
        """Exactly one of these is on at a time."""
        group = QActionGroup(self._parent)
        for action in actions:
            action.setCheckable(True)
            group.addAction(action)
