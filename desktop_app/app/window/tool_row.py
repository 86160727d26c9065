"""The tool row: one slim row of what can be done with the paper."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import ICON_SIZE, ToolButton


class ToolRow(QWidget):
    """Buttons for actions, in groups; the last group stands at the far end."""

    def __init__(self, groups: Iterable[Iterable[QAction]], parent: QWidget | None = None) -> None:
        """Show actions; the data of an action is the name of its icon."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Tools"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._actions: list[QAction] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        groups = list(groups)
        for number, group in enumerate(groups):
            if number == len(groups) - 1:
                layout.addStretch()
            elif number:
                layout.addSpacing(2 * STEP)
            for action in group:
                self._actions.append(action)
                layout.addWidget(ToolButton(action))
        self._take_icons()

    def changeEvent(self, event: QEvent) -> None:
        """Icons take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        for action in self._actions:
            action.setIcon(icon(str(action.data()), self.palette(), ICON_SIZE))
