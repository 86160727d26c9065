"""What can be done with a map, as a menu at the place that is pointed at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget


class MapMenu(QMenu):
    """Offers what fits the value and the channel that are pointed at; goes when it is closed."""

    arithmetic_requested = Signal()
    pin_requested = Signal()
    colour_requested = Signal(int)
    """0, 1 or 2 for red, green or blue."""
    fit_requested = Signal()

    def __init__(self, place: str, channel: int | None, parent: QWidget) -> None:
        """A menu for a value.

        Args:
            place: of the value, in words; empty where nothing is pointed at.
            channel: that can be pinned or coloured, or None.
            parent: the view.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if place:
            arithmetic = self.addAction(self.tr("Arithmetic of {place}\tEnter").format(place=place))
            arithmetic.triggered.connect(self.arithmetic_requested)
        if channel is not None:
            pin = self.addAction(self.tr("Pin channel {channel}\tP").format(channel=channel))
            pin.triggered.connect(self.pin_requested)
            self.addSeparator()
            colours = (self.tr("Show as red\tR"), self.tr("Show as green\tG"), self.tr("Show as blue\tB"))
            for colour, words in enumerate(colours):
                self.addAction(words).triggered.connect(
                    lambda _=False, colour=colour: self.colour_requested.emit(colour)
                )
        self.addSeparator()
        self.addAction(self.tr("Fit everything\t0")).triggered.connect(self.fit_requested)
