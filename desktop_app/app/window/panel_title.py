"""Title bar of a panel: name, menu and close button, which are in the row of tabs if there is one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QMouseEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QWidget,
)

from desktop_app.app.window.view_host import ViewHost
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.view_export import NUMBERS, PICTURE, PLOT, TABLE

_ICON_SIZE = 14
_TITLE_OF_TAB = 1
"""Height of a title whose name and buttons are in a row of tabs; Qt drags panels by their titles."""


class PanelTitle(QWidget):
    """Replaces the title bar of a dock; dragging it moves the panel."""

    def __init__(self, host: ViewHost, dock: QDockWidget) -> None:
        """Create the title of a view in a dock."""
        super().__init__(dock)
        self.buttons = PanelButtons(host, dock)
        self._name = QLabel(host.view.title)
        self._name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._is_in_tab_row = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._name)
        layout.addWidget(self.buttons, 1)
        self._update_style()

    @property
    def is_in_tab_row(self) -> bool:
        """Whether a tab shows the name, and the buttons are in its row."""
        return self._is_in_tab_row

    def set_in_tab_row(self, is_in_row: bool) -> None:
        """Give the buttons to the window, which places them in the row of a tab, or take them back."""
        if is_in_row == self._is_in_tab_row:
            return
        self._is_in_tab_row = is_in_row
        self._name.setVisible(not is_in_row)
        dock, layout = self.parentWidget(), self.layout()
        if is_in_row and dock is not None:
            self.buttons.setParent(dock.parentWidget())
        elif layout is not None:
            layout.addWidget(self.buttons)
            self.buttons.show()
        self.updateGeometry()
        if dock is not None and (dock_layout := dock.layout()) is not None:
            # Before the window is shown, too.
            dock_layout.activate()

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(0, _TITLE_OF_TAB) if self._is_in_tab_row else super().sizeHint()

    def set_floating(self, is_floating: bool) -> None:
        """Show the title as that of a window, or of a panel in one."""
        self.setAutoFillBackground(is_floating)
        self.setBackgroundRole(QPalette.ColorRole.Mid if is_floating else QPalette.ColorRole.NoRole)
        role = QPalette.ColorRole.Text if is_floating else QPalette.ColorRole.PlaceholderText
        self._name.setForegroundRole(role)
        self.buttons.set_floating(is_floating)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the panel, also for its buttons in the title."""
        self.buttons.show_menu(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new palette or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._update_style()

    def _update_style(self) -> None:
        self._name.setFont(caption_font(self.font()))


class PanelButtons(QWidget):
    """Export and close buttons of a panel; dragging the area beside them moves the panel."""

    copy_requested = Signal()
    """Copy an image of the view to the clipboard."""
    save_requested = Signal(str)
    """Save the view as a file: PICTURE, PLOT, NUMBERS or TABLE."""
    pressed = Signal()
    """The menu will be shown, or the close button was pressed."""

    def __init__(self, host: ViewHost, dock: QDockWidget) -> None:
        """Create the buttons of a view in a dock."""
        super().__init__(dock)
        self._host, self._dock = host, dock
        self._above = 0.0
        title = host.view.title
        self._export = self._button(
            self.tr("Export {panel}").format(panel=title),
            self.tr("Copy, save or detach this view"),
        )
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._export.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._menu = self._make_menu()
        self._menu.aboutToShow.connect(self.pressed)
        self._menu.aboutToHide.connect(self._menu_closed)
        self._export.setMenu(self._menu)
        self._close = self._button(
            self.tr("Close {panel}").format(panel=title),
            self.tr("Close this panel. Open it again from the View menu."),
        )
        self._close.clicked.connect(dock.close)
        self._close.pressed.connect(self.pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, STEP, 0)
        layout.setSpacing(STEP // 2)
        layout.addStretch(1)
        layout.addWidget(self._export)
        layout.addWidget(self._close)
        self._update_style()

    def set_floating(self, is_floating: bool) -> None:
        """Name the action that detaches the panel, or docks it again."""
        self._detach.setText(self.tr("Dock panel") if is_floating else self.tr("Detach panel"))

    def show_menu(self, at: QPoint) -> None:
        """Show the menu at a position of the screen."""
        self._menu.popup(at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the panel."""
        self.show_menu(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Drag the panel by the area beside the buttons, as by a title."""
        if isinstance(event, QMouseEvent) and self.parentWidget() is not self._dock.titleBarWidget():
            at = self._dock.mapFromGlobal(event.globalPosition())
            if event.type() == QEvent.Type.MouseButtonPress:
                # The title below the row of tabs is too low for the mouse.
                self._above = at.y()
            at -= QPointF(0, self._above)
            moved = QMouseEvent(
                event.type(), at, event.globalPosition(), event.button(), event.buttons(), event.modifiers()
            )
            QApplication.sendEvent(self._dock, moved)
            return True
        return super().event(event)

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

    def _make_menu(self) -> QMenu:
        menu = Menu(self)
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
        menu.addSeparator()
        self._detach = menu.addAction("", lambda: self._dock.setFloating(not self._dock.isFloating()))
        self.set_floating(False)
        return menu

    def _menu_closed(self) -> None:
        """Lower the export button: it gets no leave event while its menu is open."""
        is_below = self._export.rect().contains(self._export.mapFromGlobal(QCursor.pos()))
        self._export.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, is_below)
        self._export.update()

    def _update_style(self) -> None:
        self._export.setIcon(icon("take", self.palette(), _ICON_SIZE))
        self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))
