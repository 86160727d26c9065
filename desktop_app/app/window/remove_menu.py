"""The menu of the user's own networks, to take one out of the library; it asks before it does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

_LONGEST = 40


class RemoveMenu(QMenu):
    """Offers only what is the user's own."""

    remove_requested = Signal(str, str)
    """The name and the title of a network that is to go; the user was asked."""

    def __init__(self, parent: QWidget) -> None:
        """Start with nothing to remove; questions are asked over the parent."""
        super().__init__(parent)
        self.setTitle(self.tr("Remove network"))
        self._over = parent
        self.set_models(())

    def set_models(self, models: tuple[tuple[str, str], ...]) -> None:
        """Names and titles of the user's own networks."""
        self.clear()
        for name, title in models:
            words = self.tr("Remove {title}…").format(title=_shortened(title).replace("&", "&&"))
            action = self.addAction(words)
            action.triggered.connect(lambda _=False, name=name, title=title: self._ask(name, title))
        self.setEnabled(bool(models))

    def _ask(self, name: str, title: str) -> None:
        box = QMessageBox(self._over)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Remove a network"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        question = self.tr("Remove “{title}” from the library?")
        box.setText(question.format(title=_shortened(title)))
        box.setInformativeText(
            self.tr("Its files are deleted. The runs and files that it came from stay as they are.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        remove.clicked.connect(lambda: self.remove_requested.emit(name, title))
        box.open()


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
