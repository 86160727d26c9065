"""A button that plays and pauses a sequence of frames."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction

from desktop_app.views.parts.tool_button import ToolButton


class PlaybackButton(ToolButton):
    """A play and pause button with the timer of its frames."""

    started = Signal()
    """Playback started: the first frame is to be shown."""
    frame_due = Signal()
    """The next frame is to be shown."""

    def __init__(self, play_text: str, frame_ms: int) -> None:
        """Start paused.

        Args:
            play_text: name and tooltip while paused.
            frame_ms: milliseconds between frames.
        """
        action = QAction(play_text)
        action.setData("play")
        super().__init__(action)
        self._action, self._play_text = action, play_text
        self._action.triggered.connect(self.toggle_playback)
        self._timer = QTimer(self, interval=frame_ms)
        self._timer.timeout.connect(self.frame_due)
        self._update_action()

    @property
    def is_playing(self) -> bool:
        """Whether frames are being shown."""
        return self._timer.isActive()

    def set_playable(self, playable: bool) -> None:
        """Enable or disable the button."""
        self._action.setEnabled(playable)

    def toggle_playback(self) -> None:
        """Start playback, or stop it; nothing starts while the button is disabled."""
        if self.is_playing:
            self.stop()
        elif self._action.isEnabled():
            self._timer.start()
            self._update_action()
            self.started.emit()

    def stop(self) -> None:
        """Stop playback."""
        if self.is_playing:
            self._timer.stop()
            self._update_action()

    def _update_action(self) -> None:
        pause_text = self.tr("Pause")
        text = pause_text if self.is_playing else self._play_text
        self._action.setText(text)
        self._action.setToolTip(text)
        self.set_icon("pause" if self.is_playing else "play")
        self.setAccessibleName(text)
