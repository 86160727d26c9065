"""Where messages are shown: over the lower edge of the window, never over the canvas."""

from __future__ import annotations

import traceback

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from desktop_app.app.window.message_bar import MessageAction, MessageBar
from desktop_app.app.window.panel_title import PanelButtons
from desktop_app.app.window.view_dock import ViewDock
from desktop_app.core.errors import UserError
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP

_WIDEST = 100 * STEP
_NARROWEST = 30 * STEP
_PLACED = (QEvent.Type.Resize, QEvent.Type.Move)


class MessageArea(QObject):
    """Shows messages of a window. A later message does not hide an error."""

    shown = Signal(str)
    """The sentence of a message."""

    def __init__(self, window: QMainWindow, canvas: QWidget) -> None:
        """Start without messages.

        Args:
            window: over which the messages are shown; it has its panels already.
            canvas: never covered.
        """
        super().__init__(window)
        self._window, self._canvas = window, canvas
        self._notice, self._error = MessageBar(window), MessageBar(window, is_error=True)
        self._latest = self._notice
        for bar in (self._notice, self._error):
            bar.resized.connect(self._place)
        for widget in (window, canvas, *window.findChildren(PanelButtons)):
            widget.installEventFilter(self)
        # Not before Qt has shown a panel that is a tab: it does that only if the panel is in front of all.
        for dock in window.findChildren(ViewDock):
            dock.raised.connect(self._raise)

    def show(
        self,
        sentence: str,
        details: str = "",
        *,
        is_error: bool = False,
        stays: bool = False,
        outlasts_page: bool = False,
        action: MessageAction | None = None,
    ) -> None:
        """Show a sentence.

        Args:
            sentence: the message.
            details: shown after a click.
            is_error: the message looks like an error, does not disappear by itself, and hides an earlier
                message about its job.
            stays: the message neither disappears by itself nor with the next page; see `leave`.
            outlasts_page: the message does not disappear with the next page, since it is not about the page.
            action: a button of the message.
        """
        self._latest = self._error if is_error else self._notice
        if is_error:
            self._notice.hide()
        self._latest.show_message(sentence, details, stays=stays, outlasts_page=outlasts_page, action=action)
        self.shown.emit(sentence)

    def show_error(self, error: Exception, sentence: str, *, stays: bool = False) -> None:
        """Show a user error, or for any other error the sentence with the traceback as details."""
        if isinstance(error, UserError):
            self.show(translated(error), is_error=True, stays=stays)
        else:
            details = "".join(traceback.format_exception(error))
            self.show(sentence, details, is_error=True, stays=stays)

    def dismiss(self) -> None:
        """Hide the messages, except those that stay."""
        self._notice.dismiss()
        self._error.dismiss()

    def leave(self) -> None:
        """Hide the messages that time does not hide, since the user continues in another place."""
        if not self._notice.is_timed:
            self._notice.hide()
        self._error.hide()

    def text(self) -> str:
        """Return the last sentence that is still shown; empty if there is none."""
        other = self._error if self._latest is self._notice else self._notice
        return self._latest.text() or other.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the sizes of window and canvas; stay in front of the buttons and tabs of panels."""
        if event.type() in (QEvent.Type.ZOrderChange, QEvent.Type.ChildAdded):
            self._raise()
        elif watched in (self._window, self._canvas) and event.type() in _PLACED:
            self._place()
        return False

    def _raise(self) -> None:
        """Put the messages in front of what Qt has just put in front of them."""
        for bar in (self._notice, self._error):
            if not bar.isHidden():
                bar.raise_()

    def _place(self) -> None:
        """Place the messages above each other."""
        below = 0
        for bar in (self._notice, self._error):
            if not bar.isHidden():
                bar.setGeometry(self._free_area(bar, below))
                below += bar.height() + STEP // 2

    def _free_area(self, bar: MessageBar, below: int) -> QRect:
        """Return where a message lies: at the lower edge, beside the canvas, or above it.

        Args:
            bar: the message.
            below: height of the messages below it.
        """
        window = self._window.rect().adjusted(STEP, 0, -STEP, -STEP - below)
        canvas = QRect(self._canvas.mapTo(self._window, QPoint()), self._canvas.size())
        beside = QRect(window)
        beside.setLeft(canvas.right() + STEP)
        for area in (window, beside):
            width = min(area.width(), _WIDEST)
            height = bar.height_for(max(width, 1))
            left = area.left() + (area.width() - width) // 2
            place = QRect(left, max(0, area.bottom() + 1 - height), width, height)
            if width >= _NARROWEST and not place.intersects(canvas):
                return place
        width = min(window.width(), _WIDEST)
        height = bar.height_for(width)
        return QRect(STEP, max(0, canvas.top() - height - below), width, height)
