"""A combo box whose purpose screen readers announce."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox


class ComboBox(QComboBox):
    """Has its accessible name in its description, too: on Linux, Qt reports the current text as the name."""

    def showEvent(self, event: QShowEvent) -> None:
        """Describe the box by its accessible name and its tool tip."""
        super().showEvent(event)
        if not self.accessibleDescription():
            name, tip = self.accessibleName(), self.toolTip()
            self.setAccessibleDescription(name if tip in ("", name) else f"{name}. {tip}")
