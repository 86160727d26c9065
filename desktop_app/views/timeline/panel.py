"""The answer over ink time: probabilities along the drawing as it was drawn, and a way back through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.inspection.replay import AnswerChange, answer_changes
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import ICON_SIZE, ToolButton
from desktop_app.views.timeline.probability_band import ProbabilityBand

if TYPE_CHECKING:
    from desktop_app.inspection.replay import Timeline
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo

_FRAME_MS = 40
"""How long a moment is shown while the drawing plays: a hundred moments take four seconds."""


class TimelinePanel(Panel):
    """The band of probabilities, what the chosen moment says in words, and buttons to play and return."""

    snapshot_chosen = Signal(object)
    """How many points were drawn at the moment that the user wants to see; None for now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._timeline: Timeline | None = None
        self._snapshot: int | None = None
        self._about = Caption()
        self._play = QAction(self)
        self._play.triggered.connect(self._toggle_play)
        self._now = QPushButton(self.tr("Now"))
        self._now.setAccessibleName(self.tr("Back to now"))
        self._now.setToolTip(self.tr("Back to now: show the whole drawing and its answer again"))
        self._now.clicked.connect(lambda: self._choose(None))
        self._band = ProbabilityBand()
        self._band.snapshot_wanted.connect(self._choose_by_hand)
        self._band.play_wanted.connect(self._toggle_play)
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._show_next)
        self.activity_changed.connect(self._leave)
        self._lay_out()
        self._take_look()
        self.set_timeline(None)

    # --- what is shown ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: its answers are yet to come."""
        self.set_timeline(None)

    @property
    def timeline(self) -> Timeline | None:
        """What is shown, if anything is."""
        return self._timeline

    def set_timeline(self, timeline: Timeline | None) -> None:
        """Show the answers along a drawing, or that there is none yet."""
        self._show(timeline, self.tr("How the answer came about appears here while you draw."))

    def set_picture(self) -> None:
        """Say that what lies on the paper was not drawn here."""
        self._show(
            None, self.tr("A picture has no ink time; draw, and the answer appears along your strokes.")
        )

    def return_to_now(self) -> None:
        """The paper shows the whole drawing again, for a reason of its own: nothing is asked for."""
        self._stop()
        self._set_moment(None)

    def moment(self) -> int | None:
        """How many points were drawn at the moment that is shown; None for now."""
        if self._timeline is None or self._snapshot is None:
            return None
        return int(self._timeline.points[self._snapshot])

    @property
    def is_plot(self) -> bool:
        """Always."""
        return True

    def subject(self) -> QWidget:
        """The band."""
        return self._band

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Points drawn at each moment, and the probabilities then, with what their columns stand for."""
        timeline = self._timeline
        if timeline is None:
            return {}
        columns = np.array([self._name(timeline, i) for i in range(timeline.probabilities.shape[1])])
        strokes = np.array([len(stroke.points) for stroke in timeline.ink.strokes])
        return {
            "points": timeline.points,
            "probabilities": timeline.probabilities,
            "columns": columns,
            "stroke_lengths": strokes,
        }

    def changeEvent(self, event: QEvent) -> None:
        """Icons take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_look()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(STEP, 0, STEP, 0)
        head.setSpacing(STEP)
        head.addWidget(self._about, 1)
        head.addWidget(ToolButton(self._play))
        head.addWidget(self._now)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._band, 1)

    def _show(self, timeline: Timeline | None, hint: str) -> None:
        self._timeline = timeline if timeline is not None and len(timeline.points) else None
        if self._timeline is None or (self._snapshot or 0) >= len(self._timeline.points):
            self.return_to_now()
        self._band.set_timeline(self._timeline, hint)
        self._play.setEnabled(self._timeline is not None)
        self._tell()

    # --- going through the moments ---

    def _choose_by_hand(self, moment: int | None) -> None:
        self._stop()
        self._choose(moment)

    def _choose(self, moment: int | None) -> None:
        """Go to a place in the timeline and ask for what was on the paper then."""
        if moment is None:
            self._stop()
        if moment != self._snapshot:
            self._set_moment(moment)
            self.snapshot_chosen.emit(self.moment())

    def _set_moment(self, moment: int | None) -> None:
        self._snapshot = moment
        self._band.set_snapshot(moment)
        self._tell()

    def _toggle_play(self) -> None:
        if self._frames.isActive():
            self._stop()
        elif self._timeline is not None:
            self._frames.start()
            self._take_look()
            self._choose(0 if self._snapshot is None else self._snapshot)

    def _stop(self) -> None:
        if self._frames.isActive():
            self._frames.stop()
            self._take_look()

    def _show_next(self) -> None:
        """The next moment of the drawing that plays; at its end it is now."""
        assert self._timeline is not None
        following = 0 if self._snapshot is None else self._snapshot + 1
        self._choose(following if following < len(self._timeline.points) - 1 else None)

    def _leave(self, active: bool) -> None:
        """Whoever cannot see the scrubber is shown the whole drawing."""
        if not active:
            self._choose(None)

    # --- words ---

    def _tell(self) -> None:
        self._about.set_text(self._words())
        self._now.setEnabled(self._snapshot is not None)

    def _words(self) -> str:
        """What is to be seen at the chosen moment, or where the answer last became another."""
        timeline = self._timeline
        if timeline is None:
            return ""
        changes = answer_changes(timeline)
        if self._snapshot is None:
            return self._turn_words(timeline, changes[-1]) if changes else ""
        points = int(timeline.points[self._snapshot])
        winner = int(timeline.winners[self._snapshot])
        share = f"{100 * float(timeline.probabilities[self._snapshot, winner]):.0f} %"
        words = self.tr("Point {points} of {count}: {name}, {share}").format(
            points=points, count=timeline.ink.point_count, name=self._name(timeline, winner), share=share
        )
        here = [turn for turn in changes if turn.points == points]
        return f"{words} · {self._here_words(timeline, here[0])}" if here else words

    def _turn_words(self, timeline: Timeline, turn: AnswerChange) -> str:
        before, after = self._name(timeline, turn.before), self._name(timeline, turn.after)
        words = self.tr("{before} became {after} at point {points} of {count}")
        return words.format(points=turn.points, count=timeline.ink.point_count, before=before, after=after)

    def _here_words(self, timeline: Timeline, turn: AnswerChange) -> str:
        before, after = self._name(timeline, turn.before), self._name(timeline, turn.after)
        return self.tr("here {before} became {after}").format(before=before, after=after)

    def _name(self, timeline: Timeline, column: int) -> str:
        if column == len(timeline.labels):
            return self.tr("not a character")
        return timeline.labels[column]

    def _take_look(self) -> None:
        """The button says what it would do now."""
        playing = self._frames.isActive()
        self._play.setText(self.tr("Pause") if playing else self.tr("Play the drawing"))
        self._play.setToolTip(self._play.text())
        self._play.setIcon(icon("pause" if playing else "play", self.palette(), ICON_SIZE))
