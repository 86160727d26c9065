"""The context menu of a map."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.views.parts.menu import Menu


class MapMenu(Menu):
    """Actions for the value and the channel under the mouse; deletes itself when closed."""

    arithmetic_requested = Signal()
    pin_requested = Signal()
    colour_requested = Signal(int)
    """0, 1 or 2 for red, green or blue."""
    fit_requested = Signal()

    def __init__(self, position: str, channel: int | None, parent: QWidget) -> None:
        """Create a menu for a value.

        Args:
            position: description of the value; empty if there is none.
            channel: channel that can be pinned or coloured, or None.
            parent: the view.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if position:
            arithmetic = self.addAction(self.tr("Arithmetic of {position}\tEnter").format(position=position))
            arithmetic.triggered.connect(self.arithmetic_requested)
        if channel is not None:
            pin = self.addAction(self.tr("Pin channel {channel}\tP").format(channel=channel))
            pin.triggered.connect(self.pin_requested)
            self.addSeparator()
            colours = (self.tr("Show as red\tR"), self.tr("Show as green\tG"), self.tr("Show as blue\tB"))
            for colour, text in enumerate(colours):
                self.addAction(text).triggered.connect(
                    lambda _=False, colour=colour: self.colour_requested.emit(colour)
                )
        self.addSeparator()
        self.addAction(self.tr("Fit all\t0")).triggered.connect(self.fit_requested)
