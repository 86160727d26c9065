"""The title of a panel: its name in small type, a way to take the view away and one to close it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from desktop_app.app.window.view_host import ViewHost
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.view_export import NUMBERS, PICTURE, PLOT, TABLE

_ICON_SIZE = 14


class PanelTitle(QWidget):
    """Takes the place of a dock's own title bar; dragging it still moves the panel."""

    copy_requested = Signal()
    """The user wants a picture of the view on the clipboard."""
    save_requested = Signal(str)
    """The user wants the view as a file: PICTURE, PLOT, NUMBERS or TABLE."""

    def __init__(self, place: ViewHost, dock: QDockWidget) -> None:
        """A title for the view in a dock."""
        super().__init__(dock)
        self._place = place
        title = place.view.title
        self._name = QLabel(title)
        self._name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._take = self._button(
            self.tr("Take away {panel}").format(panel=title),
            self.tr("Copy or save this view, or its numbers"),
        )
        self._take.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._take.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._take.setMenu(self._menu())
        self._close = self._button(
            self.tr("Close {panel}").format(panel=title),
            self.tr("Close this panel; the View menu brings it back"),
        )
        self._close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, STEP, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._name)
        layout.addStretch(1)
        layout.addWidget(self._take)
        layout.addWidget(self._close)
        self._take_look()

    def set_name_shown(self, shown: bool) -> None:
        """Say the panel's name, or leave that to the tab above."""
        self._name.setVisible(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Takes the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_look()

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        copy = menu.addAction(self.tr("Copy picture"), self.copy_requested.emit)
        picture = menu.addAction(self.tr("Save picture…"), lambda: self.save_requested.emit(PICTURE))
        plot = menu.addAction(self.tr("Save drawing…"), lambda: self.save_requested.emit(PLOT))
        numbers = menu.addAction(self.tr("Save numbers…"), lambda: self.save_requested.emit(NUMBERS))
        table = menu.addAction(self.tr("Save table…"), lambda: self.save_requested.emit(TABLE))

        def offer() -> None:
            panel = self._place.panel
            copy.setEnabled(panel is not None)
            picture.setEnabled(panel is not None)
            plot.setVisible(panel is not None and panel.is_plot)
            # Nothing is offered that would be an empty file.
            numbers.setEnabled(panel is not None and bool(panel.numbers()))
            table.setVisible(panel is not None and bool(panel.exported_file(TABLE)))

        menu.aboutToShow.connect(offer)
        return menu

    def _take_look(self) -> None:
        self._name.setFont(caption_font(self.font()))
        self._take.setIcon(icon("take", self.palette(), _ICON_SIZE))
        self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))
