"""The application object, which shows tooltips as plain text in lines of a readable length."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtGui import QCursor, QFontMetrics, Qt
from PySide6.QtWidgets import QApplication, QToolTip

_WIDEST_TOOLTIP = 80
"""Average characters of a line."""

_RICH = "<qt>"
"""Start of the tooltips that are wrapped already."""


class Application(QApplication):
    """Wraps tooltips, which Qt does for rich text only, and shows those that look like rich text as they are.

    A filter for events of all widgets would see each tooltip before it is shown, but also run for every
    movement of the pen.
    """

    def event(self, event: QEvent) -> bool:
        """Wrap the tooltip that Qt shows after its timer has run out, which is one of the application."""
        handled = super().event(event)
        if event.type() == QEvent.Type.Timer and QToolTip.isVisible():
            _wrap_tooltip(QToolTip.text())
        return handled


def _wrap_tooltip(text: str) -> None:
    """Show a text again as rich text if one of its lines is too wide, or if Qt takes it for rich text."""
    metrics, lines = QFontMetrics(QToolTip.font()), text.split("\n")
    is_wide = max(map(metrics.horizontalAdvance, lines)) > _WIDEST_TOOLTIP * metrics.averageCharWidth()
    if not text.startswith(_RICH) and (is_wide or Qt.mightBeRichText(text)):
        at = QCursor.pos()
        QToolTip.showText(at, _RICH + "<br>".join(map(escape, lines)), QApplication.widgetAt(at))
