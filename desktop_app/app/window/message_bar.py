"""A bar with one sentence, optional details and an optional action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP, caption_font

_ICON_SIZE = 16


@dataclass(frozen=True)
class MessageAction:
    """A button of a message: its text, and what a click does; the click hides the message."""

    text: str
    run: Callable[[], None]


class MessageBar(QWidget):
    """Lies over the lower edge of its parent, so that showing it moves nothing."""

    def __init__(self, parent: QWidget) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.setAccessibleName(self.tr("Message"))
        self._sentence = QLabel()
        self._details = QLabel()
        for label in (self._sentence, self._details):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setObjectName("message")
        self._details.setObjectName("message_details")
        self._details.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._details_button = QToolButton()
        self._details_button.setText(self.tr("Details"))
        self._details_button.setCheckable(True)
        self._details_button.setAutoRaise(True)
        self._details_button.toggled.connect(self._show_details)
        self._action: MessageAction | None = None
        self._action_button = QPushButton()
        self._action_button.setObjectName("message_action")
        self._action_button.clicked.connect(self._run_action)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close message"))
        self._close.setToolTip(self._close.accessibleName())
        self._close.clicked.connect(self.hide)
        self._lay_out()
        parent.installEventFilter(self)
        self.hide()

    def show_message(self, sentence: str, details: str = "", action: MessageAction | None = None) -> None:
        """Show one sentence; details are shown after a click."""
        self._action = action
        self._action_button.setText(action.text if action is not None else "")
        self._action_button.setVisible(action is not None)
        self._sentence.setText(sentence)
        self._details.setText(details)
        self._details_button.setChecked(False)
        self._details_button.setVisible(bool(details))
        self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))
        self.show()
        self.raise_()
        self._update_geometry()
        announce(self, sentence)

    def text(self) -> str:
        """Return the sentence; empty while hidden."""
        return "" if self.isHidden() else self._sentence.text()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Follow the size of the parent."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._update_geometry()
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Colour the icon for a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.isHidden():
            self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card with the accent at its left edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Dark), 1))
        painter.setBrush(QColor(palette.color(QPalette.ColorRole.Window)))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), STEP / 2, STEP / 2)
        painter.fillRect(
            0, STEP // 2, STEP // 2, self.height() - STEP, palette.color(QPalette.ColorRole.Accent)
        )

    def _lay_out(self) -> None:
        self._details.setFont(caption_font(self.font()))
        self._details.hide()
        line = QHBoxLayout()
        line.setSpacing(STEP)
        line.addWidget(self._sentence, 1)
        line.addWidget(self._action_button)
        line.addWidget(self._details_button)
        line.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.addLayout(line)
        layout.addWidget(self._details)

    def _run_action(self) -> None:
        self.hide()
        if self._action is not None:
            self._action.run()

    def _show_details(self, visible: bool) -> None:
        self._details.setVisible(visible)
        self._update_geometry()

    def _update_geometry(self) -> None:
        parent, layout = self.parentWidget(), self.layout()
        if parent is None or layout is None:
            return
        layout.activate()
        width = max(1, parent.width() - 2 * STEP)
        height = layout.totalHeightForWidth(width)
        self.setGeometry(STEP, max(0, parent.height() - height - STEP), width, height)
