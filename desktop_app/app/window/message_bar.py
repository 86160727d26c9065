"""A bar with one sentence, optional details and an optional action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.messages import with_fixed_spaces
from desktop_app.views.parts.theme import STEP, caption_font

_ICON_SIZE = 16

LEAST_MILLISECONDS, MILLISECONDS_PER_LETTER = 5000, 60
"""How long a message is shown at least, and for each of its letters; twice as long with an action."""


@dataclass(frozen=True)
class MessageAction:
    """A button of a message: its text, and what a click does; the click hides the message."""

    text: str
    run: Callable[[], None]


class MessageBar(QWidget):
    """Shows one sentence over its parent, which places the bar.

    An error has an icon and a thick frame, and time does not hide it. Other messages disappear by
    themselves, unless their details are shown or they have the focus.
    """

    resized = Signal()
    """The bar was shown or hidden, or needs another height."""

    def __init__(self, parent: QWidget, *, is_error: bool = False) -> None:
        """Start hidden; is_error: whether the bar shows errors."""
        super().__init__(parent)
        self._is_error, self._outlasts_page = is_error, False
        self.setObjectName("error_bar" if is_error else "message_bar")
        self.setAccessibleName(self.tr("Error") if is_error else self.tr("Message"))
        self._hiding = QTimer(self, singleShot=True)
        self._hiding.timeout.connect(self._hide_unless_used)
        self._icon = QLabel()
        self._icon.setVisible(is_error)
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
        self._details_button.setToolTip(self.tr("Show the technical details"))
        self._details_button.toggled.connect(self._show_details)
        self._text = ""
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
        self.hide()

    def show_message(
        self,
        sentence: str,
        details: str = "",
        *,
        stays: bool = False,
        outlasts_page: bool = False,
        action: MessageAction | None = None,
    ) -> None:
        """Show one sentence.

        Args:
            sentence: the message.
            details: shown after a click.
            stays: neither time nor dismiss() hides the message.
            outlasts_page: dismiss() does not hide the message.
            action: a button of the message.
        """
        self._action, self._text = action, sentence
        self._action_button.setText(action.text if action is not None else "")
        self._action_button.setToolTip(sentence)
        self._action_button.setVisible(action is not None)
        self._sentence.setText(with_fixed_spaces(sentence))
        self._details.setText(details)
        self._details_button.setChecked(False)
        self._details_button.setVisible(bool(details))
        self._update_icons()
        self.show()
        self.raise_()
        self.resized.emit()
        announce(self, sentence)
        self._hiding.stop()
        self._outlasts_page = stays or outlasts_page
        if not stays and not self._is_error:
            longest = len(sentence) * MILLISECONDS_PER_LETTER
            self._hiding.start((LEAST_MILLISECONDS + longest) * (1 if action is None else 2))

    def dismiss(self) -> None:
        """Hide the message, unless it is to be shown for longer."""
        if not self._outlasts_page:
            self.hide()

    @property
    def is_timed(self) -> bool:
        """Whether the message disappears by itself."""
        return self._hiding.isActive()

    def text(self) -> str:
        """Return the sentence; empty while hidden."""
        return "" if self.isHidden() else self._text

    def height_for(self, width: int) -> int:
        """Return the height that the bar needs at a width."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return layout.totalHeightForWidth(width)

    def changeEvent(self, event: QEvent) -> None:
        """Colour the icons for a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_icons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the message with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the time of a message that was closed."""
        super().hideEvent(event)
        self._hiding.stop()
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card with the accent at its left edge, or with a thick frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role, width = QPalette.ColorRole, 3 if self._is_error else 1
        frame = role.Text if self._is_error else role.Dark
        painter.setPen(QPen(self.palette().color(frame), width))
        painter.setBrush(QColor(self.palette().color(role.Base)))
        inset = width // 2
        painter.drawRoundedRect(
            self.rect().adjusted(inset, inset, -1 - inset, -1 - inset), STEP / 2, STEP / 2
        )
        if not self._is_error:
            accent = self.palette().color(role.Accent)
            painter.fillRect(0, STEP // 2, STEP // 2, self.height() - STEP, accent)

    def _update_icons(self) -> None:
        self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))
        self._icon.setPixmap(icon("problem", self.palette(), _ICON_SIZE).pixmap(_ICON_SIZE, _ICON_SIZE))

    def _hide_unless_used(self) -> None:
        """Hide the message; one that is used is shown for longer."""
        focused = QApplication.focusWidget()
        has_focus = focused is not None and self.isAncestorOf(focused)
        if has_focus or self._details_button.isChecked():
            self._hiding.start(LEAST_MILLISECONDS)
        else:
            self.hide()

    def _lay_out(self) -> None:
        self._details.setFont(caption_font(self.font()))
        self._details.hide()
        line = QHBoxLayout()
        line.setSpacing(STEP)
        line.addWidget(self._icon)
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
        self.resized.emit()
