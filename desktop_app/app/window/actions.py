"""Actions of the main window, shared by menus, tool row and shortcuts."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from desktop_app.app.window.workspace import workspaces
from desktop_app.core.settings import Appearance, Grouping
from desktop_app.views.parts.history_keys import REDO_KEYS
from desktop_app.views.reading.answer_head import CORRECT_KEYS

Shortcut = QKeySequence.StandardKey | str

PEN_WIDTHS = (8.0, 14.0, 22.0, 32.0)
"""Pen widths to choose from, in canvas units."""

APPEARANCES: tuple[Appearance, ...] = get_args(Appearance)

GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
"""Styles of `lines.grouping`."""


class Actions(QObject):
    """All actions; the window connects them."""

    def __init__(self, window: QObject) -> None:
        """Create the actions as children of the window."""
        super().__init__(window)
        self._window = window
        key = QKeySequence.StandardKey
        self.new = self._add(self.tr("New"), self.tr("Start with an empty canvas and the pen"), key.New)
        self.open = self._add(self.tr("Open…"), self.tr("Open an image or ink"), key.Open, "open")
        self.save_ink = self._add(self.tr("Save ink…"), self.tr("Save the ink as InkML"), key.Save)
        self.save_image = self._add(
            self.tr("Save image…"), self.tr("Save the canvas as a PNG image"), "Ctrl+Shift+S"
        )
        self.data_folder = self._add(self.tr("Data folder…"), self.tr("Choose the folder with data sets"))
        self.quit = self._add(self.tr("Quit"), self.tr("Quit the program"), key.Quit)
        self.undo = self._add(self.tr("Undo"), self.tr("Undo the last change"), key.Undo, "undo")
        self.redo = self._add(self.tr("Redo"), self.tr("Redo the last undone change"), key.Redo, "redo")
        self.redo.setShortcuts(REDO_KEYS)
        self.copy = self._add(self.tr("Copy image"), self.tr("Copy the canvas as an image"), key.Copy)
        self.paste = self._add(self.tr("Paste"), self.tr("Paste an image or a file"), key.Paste, "paste")
        self._add_canvas()
        self.full_screen = self._add(
            self.tr("Full screen"), self.tr("Show the window on the whole screen"), "F11"
        )
        # Some desktops have another key for it, or none.
        usual = [each for each in QKeySequence.keyBindings(key.FullScreen) if each != QKeySequence("F11")]
        self.full_screen.setShortcuts([QKeySequence("F11"), *usual])
        self.full_screen.setCheckable(True)
        self.workspaces = [
            self._add(workspace.title, workspace.tip, f"Ctrl+{number}")
            for number, workspace in enumerate(workspaces(), 1)
        ]
        self._add_model()
        self.reset_layout = self._add(
            self.tr("Reset layout"), self.tr("Move the panels of this workspace to their default positions")
        )
        self._add_text()
        self._add_help()
        self._add_choices()

    def _add_model(self) -> None:
        self.import_model = self._add(self.tr("Import model…"), self.tr("Add a Keras model to the library"))
        self.save_model = self._add(self.tr("Save model as…"), self.tr("Save a copy of the current model"))
        self.manage_models = self._add(
            self.tr("Manage models…"), self.tr("List all models, to rename, export or remove them")
        )
        self.about_model = self._add(
            self.tr("About this model"), self.tr("Show training data, accuracy and weaknesses")
        )

    def _add_canvas(self) -> None:
        # No key is a character alone: a typed character is what the selected one of a text is.
        self.clear = self._add(self.tr("Clear"), self.tr("Clear the canvas"), "Ctrl+Backspace", "clear")
        self.clear.setShortcuts([QKeySequence("Ctrl+Backspace"), QKeySequence("Delete")])
        self.correct = self._add(
            self.tr("Correct…"), self.tr("Say what it is: the model learns it, and it is saved"), CORRECT_KEYS
        )
        self.pen = self._add(self.tr("Pen"), self.tr("Draw"), "Ctrl+D", "pen")
        self.eraser = self._add(self.tr("Eraser"), self.tr("Erase whole strokes"), "Ctrl+E", "eraser")
        self.sheet = self._add(
            self.tr("Sheet"), self.tr("Make the canvas a sheet for numbers and lines"), "Ctrl+L", "sheet"
        )
        self.sheet.setCheckable(True)
        self.width = self._add(self.tr("Pen width"), self.tr("Choose the pen width"), "", "width")
        self.thinner = self._add(self.tr("Decrease pen width"), self.tr("Decrease the pen width"), "Ctrl+[")
        self.broader = self._add(self.tr("Increase pen width"), self.tr("Increase the pen width"), "Ctrl+]")

    def _add_text(self) -> None:
        self.copy_text = self._add(self.tr("Copy text"), self.tr("Copy the text on the canvas"))
        self.merge = self._add(
            self.tr("Merge with next"),
            self.tr("Make one of the selected and the next character"),
            "Ctrl+M",
        )
        self.split = self._add(
            self.tr("Split"), self.tr("Make two characters of the selected one"), "Ctrl+Shift+M"
        )

    def set_has_text(self, has_text: bool) -> None:
        """Let the usual keys copy the text in place of the image."""
        self.copy_text.setEnabled(has_text)
        copy, always = QKeySequence(QKeySequence.StandardKey.Copy), QKeySequence("Ctrl+Shift+C")
        self.copy_text.setShortcuts([copy] if has_text else [])
        self.copy.setShortcuts([always] if has_text else [copy, always])

    def _add_help(self) -> None:
        self.getting_started = self._add(self.tr("Getting started"), self.tr("Show how to start"), "F1")
        self.shortcuts = self._add(self.tr("Keyboard shortcuts"), self.tr("Show keyboard shortcuts"))
        self.glossary = self._add(self.tr("Glossary"), self.tr("Explain terms and layers"))
        self.about = self._add(self.tr("About Handwriting"), self.tr("Show versions, licences and privacy"))

    def _add(self, text: str, tip: str = "", shortcut: Shortcut = "", icon: str = "") -> QAction:
        """Create an action; its data is the name of its icon, its tooltip ends with its shortcut."""
        action = QAction(text, self._window)
        action.setShortcut(QKeySequence(shortcut))
        action.setData(icon)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        return action

    def _add_choices(self) -> None:
        """Add groups of actions of which one is checked."""
        self._group([self.pen, self.eraser])
        self.pen.setChecked(True)
        widths = (self.tr("Fine"), self.tr("Medium"), self.tr("Broad"), self.tr("Marker"))
        self.widths = [self._add(text) for text in widths]
        self._group(self.widths)
        groupings = (
            self.tr("As written"),
            self.tr("Phone number"),
            self.tr("Date"),
            self.tr("Amount"),
        )
        self.groupings = [self._add(text) for text in groupings]
        self._group(self.groupings)
        appearances = (self.tr("Follow system"), self.tr("Light"), self.tr("Dark"))
        self.appearances = [self._add(text) for text in appearances]
        self._group(self.appearances)

    def _group(self, actions: list[QAction]) -> None:
        """Make actions exclusive: exactly one is checked."""
        group = QActionGroup(self._window)
        for action in actions:
            action.setCheckable(True)
            group.addAction(action)
