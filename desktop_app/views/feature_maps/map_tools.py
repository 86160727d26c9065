"""The tools of the feature maps panel: a low row that fits narrow panels."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.views.feature_maps.colour_controls import ColourControls
from desktop_app.views.parts.numerals import MINUS
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import ToolButton

_ICON_SIZE = 18
_BUTTON_SIZE = 28


class SlimButton(ToolButton):
    """A tool button as low as a line of text."""

    def __init__(self, action: QAction) -> None:
        """Show an action; its data is the name of its icon."""
        super().__init__(action, icon_size=_ICON_SIZE, side=_BUTTON_SIZE)


class MapTools(QWidget):
    """Colour settings, three channels in colour, squares, and zoom."""

    settings_changed = Signal(object)
    """The ColourSettings that the user chose."""
    colour_toggled = Signal(bool)
    """Whether three channels are to be shown in colour."""
    squares_toggled = Signal(bool)
    """Whether units are to be shown as squares."""
    zoom_requested = Signal(int)
    """Steps to zoom in, or out if negative; 0 to fit all."""

    def __init__(self) -> None:
        """Start with the default settings."""
        super().__init__()
        self.setAccessibleName(self.tr("Feature map tools"))
        self.controls = ColourControls()
        self._is_narrow = False
        self._popup = QFrame(self, Qt.WindowType.Popup)
        self._popup.setFrameShape(QFrame.Shape.StyledPanel)
        popup = QVBoxLayout(self._popup)
        popup.setContentsMargins(STEP, STEP, STEP, STEP)
        self._open_settings = self._action("look", self.tr("Contrast, gamma and colours"))
        colour = self._action(
            "three-channels", self.tr("Show three channels as red, green and blue"), checkable=True
        )
        strip = self._action("strip", self.tr("Show units as squares"), checkable=True)
        smaller = self._action("smaller", self.tr("Zoom out ({key})").format(key=MINUS))
        fit = self._action("fit", self.tr("Fit all (0)"))
        larger = self._action("larger", self.tr("Zoom in (+)"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._settings_button = SlimButton(self._open_settings)
        self._settings_button.hide()
        self._colour_button, self._squares_button = SlimButton(colour), SlimButton(strip)
        self._squares_button.hide()
        self._row.addWidget(self.controls)
        self._row.addWidget(self._settings_button)
        self._row.addSpacing(STEP // 2)
        for button in (self._colour_button, self._squares_button):
            self._row.addWidget(button)
        self._row.addSpacing(STEP // 2)
        for action in (smaller, fit, larger):
            self._row.addWidget(SlimButton(action))
        self.controls.settings_changed.connect(self.settings_changed)
        self._open_settings.triggered.connect(self._show_popup)
        colour.toggled.connect(self.colour_toggled)
        strip.toggled.connect(self.squares_toggled)
        for action, steps in ((smaller, -1), (fit, 0), (larger, 1)):
            action.triggered.connect(lambda _=False, steps=steps: self.zoom_requested.emit(steps))
        self._colour = colour

    def set_rank(self, rank: int) -> None:
        """Show the tools for the rank of a layer: squares for units, colour for maps."""
        self._squares_button.setVisible(rank == 1)
        self._colour_button.setVisible(rank != 1)
        self._colour.setEnabled(rank == 3)

    def set_colour(self, is_on: bool) -> None:
        """Show whether three channels are in colour."""
        self._colour.setChecked(is_on)

    def set_narrow(self, is_narrow: bool) -> None:
        """Move the colour controls behind a button, or back into the row."""
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
        self._settings_button.setVisible(is_narrow)

    def _action(self, name: str, text: str, *, checkable: bool = False) -> QAction:
        action = QAction(text, self)
        action.setData(name)
        action.setCheckable(checkable)
        return action

    def _show_popup(self) -> None:
        self._popup.adjustSize()
        button = self._settings_button
        self._popup.move(button.mapToGlobal(QPoint(0, button.height() + 2)))
        self._popup.show()
        self.controls.setFocus()
