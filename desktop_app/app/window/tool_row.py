"""The tool row: one row of buttons for what can be done with the canvas."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import ToolButton

_SIDE = 4 * STEP + 2
"""Side of a button: all fit above the smallest square canvas of a workspace."""


class ToolRow(QWidget):
    """Buttons for actions, in groups; the last group stands at the right end."""

    def __init__(self, groups: Iterable[Iterable[QAction]]) -> None:
        """Show actions; the data of an action is the name of its icon."""
        super().__init__()
        self.setAccessibleName(self.tr("Tools"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 4)
        groups = list(groups)
        for number, group in enumerate(groups):
            if number == len(groups) - 1:
                layout.addStretch()
            elif number:
                layout.addSpacing(STEP)
            for action in group:
                layout.addWidget(ToolButton(action, side=_SIDE))
