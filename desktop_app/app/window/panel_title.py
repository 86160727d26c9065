"""Title bar of a panel: name, export menu and close button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from desktop_app.app.window.view_host import ViewHost
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.view_export import NUMBERS, PICTURE, PLOT, TABLE

_ICON_SIZE = 14


class PanelTitle(QWidget):
    """Replaces the title bar of a dock; dragging it moves the panel."""

    copy_requested = Signal()
    """Copy an image of the view to the clipboard."""
    save_requested = Signal(str)
    """Save the view as a file: PICTURE, PLOT, NUMBERS or TABLE."""

    def __init__(self, host: ViewHost, dock: QDockWidget) -> None:
        """Create the title of a view in a dock."""
        super().__init__(dock)
        self._host = host
        title = host.view.title
        self._name = QLabel(title)
        self._name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._export = self._button(
            self.tr("Export {panel}").format(panel=title),
            self.tr("Copy or save this view"),
        )
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._export.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._export.setMenu(self._menu())
        self._export.menu().aboutToHide.connect(self._menu_closed)
        self._close = self._button(
            self.tr("Close {panel}").format(panel=title),
            self.tr("Close this panel. Open it again from the View menu."),
        )
        self._close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, STEP, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._name)
        layout.addStretch(1)
        layout.addWidget(self._export)
        layout.addWidget(self._close)
        self._update_style()

    def set_name_shown(self, shown: bool) -> None:
        """Show the name of the panel, or hide it where a tab shows it."""
        self._name.setVisible(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_style()

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
        copy = menu.addAction(self.tr("Copy image"), self.copy_requested.emit)
        image = menu.addAction(self.tr("Save image…"), lambda: self.save_requested.emit(PICTURE))
        plot = menu.addAction(self.tr("Save vector image…"), lambda: self.save_requested.emit(PLOT))
        numbers = menu.addAction(self.tr("Save numbers…"), lambda: self.save_requested.emit(NUMBERS))
        table = menu.addAction(self.tr("Save table…"), lambda: self.save_requested.emit(TABLE))

        def update_actions() -> None:
            panel = self._host.panel
            copy.setEnabled(panel is not None)
            image.setEnabled(panel is not None)
            plot.setVisible(panel is not None and panel.is_plot)
            numbers.setEnabled(panel is not None and bool(panel.numbers()))
            table.setVisible(panel is not None and bool(panel.exported_file(TABLE)))

        menu.aboutToShow.connect(update_actions)
        return menu

    def _menu_closed(self) -> None:
        """Lower the export button: it gets no leave event while its menu is open."""
        is_below = self._export.rect().contains(self._export.mapFromGlobal(QCursor.pos()))
        self._export.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, is_below)
        self._export.update()

    def _update_style(self) -> None:
        self._name.setFont(caption_font(self.font()))
        self._export.setIcon(icon("take", self.palette(), _ICON_SIZE))
        self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))
