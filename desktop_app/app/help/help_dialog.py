"""The dialog that shows a page of the help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from desktop_app.views.parts.theme import STEP


class HelpDialog(QDialog):
    """Shows a page of formatted text beside the window, which stays usable."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        """Start without text.

        Args:
            name: object name of the dialog.
            title: title of the dialog and name of the text for assistive technology.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QTextBrowser()
        self.text.setAccessibleName(title)
        self.text.document().setDocumentMargin(2 * STEP)
        keyboard = Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | keyboard)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        # The icon of the style is black in both appearances.
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        self._layout.setSpacing(2 * STEP)
        self._layout.addWidget(self.text)
        self._layout.addWidget(buttons)
        self.text.setFocus()
        self.resize(76 * STEP, 72 * STEP)

    def set_html(self, html: str) -> None:
        """Show a page from its beginning."""
        self.text.setHtml(html)
