"""The tools of the maps panel: one slim row that also fits a narrow panel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.views.feature_maps.look_controls import LookControls
from desktop_app.views.parts.numerals import MINUS
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import ToolButton

_ICON = 18
_BUTTON = 28


class SlimButton(ToolButton):
    """A tool button for a row that takes no more height than a line of text."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        """Show an action; its data is the name of its icon."""
        super().__init__(action, parent, icon_size=_ICON, side=_BUTTON)


class MapTools(QWidget):
    """The style, three channels in colour, bars or squares, zoom."""

    style_changed = Signal(object)
    """The Look that the user wants."""
    colour_toggled = Signal(bool)
    """Whether three channels are wanted as one picture in colour."""
    strip_toggled = Signal(bool)
    """Whether units are wanted as squares."""
    zoom_requested = Signal(int)
    """Steps further in, or out where negative; 0 to fit everything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the usual look."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Tools of the feature maps"))
        self.controls = LookControls()
        self._is_narrow = False
        self._popup = QFrame(self, Qt.WindowType.Popup)
        self._popup.setFrameShape(QFrame.Shape.StyledPanel)
        popup = QVBoxLayout(self._popup)
        popup.setContentsMargins(STEP, STEP, STEP, STEP)
        self._open_look = self._action("look", self.tr("Contrast, gamma and colours"))
        colour = self._action(
            "three-channels", self.tr("Three channels as red, green and blue"), checkable=True
        )
        strip = self._action("strip", self.tr("Units as squares instead of bars"), checkable=True)
        smaller = self._action("smaller", self.tr("Smaller ({key})").format(key=MINUS))
        fit = self._action("fit", self.tr("Fit everything (0)"))
        larger = self._action("larger", self.tr("Larger (+)"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._look_button = SlimButton(self._open_look)
        self._look_button.hide()
        self._colour_button, self._strip_button = SlimButton(colour), SlimButton(strip)
        self._strip_button.hide()
        self._row.addWidget(self.controls)
        self._row.addWidget(self._look_button)
        self._row.addSpacing(STEP // 2)
        for button in (self._colour_button, self._strip_button):
            self._row.addWidget(button)
        self._row.addSpacing(STEP // 2)
        for action in (smaller, fit, larger):
            self._row.addWidget(SlimButton(action))
        self.controls.style_changed.connect(self.style_changed)
        self._open_look.triggered.connect(self._show_popup)
        colour.toggled.connect(self.colour_toggled)
        strip.toggled.connect(self.strip_toggled)
        for action, steps in ((smaller, -1), (fit, 0), (larger, 1)):
            action.triggered.connect(lambda _=False, steps=steps: self.zoom_requested.emit(steps))
        self._colour = colour

    def set_rank(self, rank: int) -> None:
        """Offer what fits a layer of this rank: squares for units, colour for pictures."""
        self._strip_button.setVisible(rank == 1)
        self._colour_button.setVisible(rank != 1)
        self._colour.setEnabled(rank == 3)

    def set_colour(self, is_on: bool) -> None:
        """Whether three channels are shown in colour."""
        self._colour.setChecked(is_on)

    def set_narrow(self, is_narrow: bool) -> None:
        """Put the look behind a button, or back into the row."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self.controls.set_column(is_narrow)
        if is_narrow:
            popup = self._popup.layout()
            assert popup is not None
            popup.addWidget(self.controls)
        else:
            self._popup.hide()
            self._row.insertWidget(0, self.controls)
        self.controls.show()
        self._look_button.setVisible(is_narrow)

    def _action(self, name: str, words: str, *, checkable: bool = False) -> QAction:
        action = QAction(words, self)
        action.setData(name)
        action.setCheckable(checkable)
        return action

    def _show_popup(self) -> None:
        self._popup.adjustSize()
        button = self._look_button
        self._popup.move(button.mapToGlobal(QPoint(0, button.height() + 2)))
        self._popup.show()
        self.controls.setFocus()
