"""The dock of a view, with a frame while it floats."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QDockWidget, QMainWindow

from desktop_app.app.window.panel_title import PanelTitle
from desktop_app.app.window.view_host import ViewHost


class ViewDock(QDockWidget):
    """Holds a view. While it floats it has a frame, and stays on the screen."""

    pressed = Signal(QDockWidget)
    """The left mouse button has been pressed on this dock or one of its buttons; a drag may follow."""
    raised = Signal()
    """The dock was put in front of other widgets of the window."""

    def __init__(self, host: ViewHost, window: QMainWindow) -> None:
        """Start hidden and empty.

        Args:
            host: fills the dock.
            window: in which it is docked.
        """
        super().__init__(host.view.title, window)
        self.setObjectName(f"{host.view.name}_dock")
        self.title = PanelTitle(host, self)
        self.setTitleBarWidget(self.title)
        self.title.buttons.pressed.connect(self._report_press)
        self.setWidget(host)
        self._is_held = False
        self._keeping = QTimer(self, singleShot=True, interval=0)
        self._keeping.timeout.connect(self._keep_on_screen)
        # Runs out after the events that Qt posts to itself when a dock is dropped.
        self._landing = QTimer(self, singleShot=True, interval=0)
        self.topLevelChanged.connect(self._floating_changed)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._keeping.start)
        window.screen().availableGeometryChanged.connect(self._keeping.start)

    @property
    def is_in_front(self) -> bool:
        """Whether the dock is open and not behind another one; Qt moves those out of the window."""
        return self.isVisible() and (self.isFloating() or self.geometry().left() >= 0)

    @property
    def is_landing(self) -> bool:
        """Whether the mouse has released the dock, and Qt may not have docked it yet."""
        return self._landing.isActive()

    def end_drag(self) -> None:
        """End a drag that has not been ended by a release of the mouse; the dock stays where it is.

        The mouse may be held by another widget by then: Qt releases it when the dock is hidden.
        """
        if self._is_held:
            self._is_held = False
            self.setFloating(self.isFloating())

    def event(self, event: QEvent) -> bool:
        """Keep the dock on the screen after it was shown or dragged; say that it was raised."""
        if isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton:
            self._follow_button(event.type())
        handled = super().event(event)
        if event.type() == QEvent.Type.ZOrderChange:
            self.raised.emit()
        if event.type() in (QEvent.Type.Show, QEvent.Type.MouseButtonRelease, QEvent.Type.Resize):
            self._keeping.start()
        return handled

    def _follow_button(self, kind: QEvent.Type) -> None:
        """Remember whether the left button, by which Qt drags a dock, holds it."""
        if kind == QEvent.Type.MouseButtonPress:
            self._is_held = True
            self._report_press()
        elif kind == QEvent.Type.MouseButtonRelease:
            self._is_held = False
            self._landing.start()

    def _report_press(self) -> None:
        self.pressed.emit(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame of a floating dock."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().dark().color(), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _floating_changed(self, is_floating: bool) -> None:
        self.title.set_floating(is_floating)
        self._keeping.start()

    def _keep_on_screen(self) -> None:
        """Move a floating dock onto the screen, unless it is being dragged, and make it smaller if needed."""
        if not self.isFloating() or not self.isVisible() or QGuiApplication.mouseButtons().value:
            return
        screens = QGuiApplication.screens()
        if _is_covered(self.geometry(), screens):
            return
        area = self.screen().availableGeometry()
        size = self.size().boundedTo(area.size())
        left = min(max(self.x(), area.left()), area.right() + 1 - size.width())
        top = min(max(self.y(), area.top()), area.bottom() + 1 - size.height())
        self.setGeometry(QRect(left, top, size.width(), size.height()))


def _is_covered(area: QRect, screens: list[QScreen]) -> bool:
    """Return whether all corners of an area are on a screen."""
    corners = (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight())
    return all(any(screen.availableGeometry().contains(corner) for screen in screens) for corner in corners)
