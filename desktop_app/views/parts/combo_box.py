"""A combo box whose purpose screen readers announce."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox


class ComboBox(QComboBox):
    """Has its accessible name in its description, too: on Linux, Qt reports the current text as the name."""

    def set_description(self, name: str, tip: str) -> None:
        """Set the accessible name and the tool tip, also if they change while the box is shown."""
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self._describe()

    def showEvent(self, event: QShowEvent) -> None:
        """Describe the box by its accessible name and its tool tip."""
        super().showEvent(event)
        if not self.accessibleDescription():
            self._describe()

    def _describe(self) -> None:
        name, tip = self.accessibleName(), self.toolTip()
        self.setAccessibleDescription(name if tip in ("", name) else f"{name}. {tip}")
