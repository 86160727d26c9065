"""Opens the pages of the help; each page is open at most once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenuBar, QWidget

from desktop_app.app.help.help_dialog import HelpDialog

# The pages are imported where they are shown, to shorten the startup.
if TYPE_CHECKING:
    from desktop_app.networks.card import ModelCard

_MODEL = "model_page"


class HelpPages(QObject):
    """The help of a window."""

    def __init__(self, window: QWidget) -> None:
        """Open pages over a window."""
        super().__init__(window)
        self._window = window

    def show_getting_started(self) -> None:
        """Show how to start."""
        from desktop_app.app.help.getting_started import getting_started_html

        self._show_page("getting_started", self.tr("Getting started"), getting_started_html())

    def show_shortcuts(self, bar: QMenuBar, panels: Mapping[str, QWidget]) -> None:
        """Show the shortcuts of a menu bar and of panels by title."""
        from desktop_app.app.help.shortcuts import shortcuts_html

        self._show_page("shortcuts", self.tr("Keyboard shortcuts"), shortcuts_html(bar, panels))

    def show_glossary(self) -> None:
        """Show the glossary."""
        from desktop_app.app.help.glossary import GlossaryDialog

        dialog = self._open_dialog("glossary")
        _raise(dialog or GlossaryDialog("glossary", self.tr("Glossary"), self._window))

    def show_about(self) -> None:
        """Show versions, licences, and privacy."""
        from desktop_app.app.help.about import about_html

        self._show_page("about", self.tr("About Handwriting"), about_html())

    def show_model(self, card: ModelCard) -> None:
        """Show what a card says about its model."""
        from desktop_app.app.help.model_page import model_html

        self._show_page(_MODEL, self.tr("About this model"), model_html(card))

    def update_model(self, card: ModelCard) -> None:
        """Show another model on the page about the model if it is open."""
        if (dialog := self._open_dialog(_MODEL)) is not None:
            from desktop_app.app.help.model_page import model_html

            dialog.set_html(model_html(card))

    def _show_page(self, name: str, title: str, html: str) -> None:
        dialog = self._open_dialog(name) or HelpDialog(name, title, self._window)
        dialog.set_html(html)
        _raise(dialog)

    def _open_dialog(self, name: str) -> HelpDialog | None:
        dialogs = self._window.findChildren(HelpDialog, name)
        return next((dialog for dialog in dialogs if dialog.isVisible()), None)


def _raise(dialog: HelpDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
