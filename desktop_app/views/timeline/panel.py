"""The timeline panel: probabilities along the drawing, and playback of the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.inspection.timeline import AnswerChange, answer_changes
from desktop_app.tasks.reading import probability_text
from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.playback import PlaybackButton
from desktop_app.views.parts.theme import STEP
from desktop_app.views.timeline.probability_band import ProbabilityBand

if TYPE_CHECKING:
    from desktop_app.inspection.timeline import Timeline
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo

_FRAME_MS = 40
"""Milliseconds per snapshot during playback: a hundred snapshots take four seconds."""


class TimelinePanel(Panel):
    """The probability band, a caption for the chosen snapshot, and the playback buttons."""

    snapshot_chosen = Signal(object)
    """Number of points drawn at the snapshot that the user chose; None for the whole drawing."""

    def __init__(self) -> None:
        """Start without a timeline."""
        super().__init__()
        self._timeline: Timeline | None = None
        self._snapshot: int | None = None
        self._caption = Caption()
        self._playback = PlaybackButton(self.tr("Play the drawing"), _FRAME_MS)
        self._playback.started.connect(self._show_first)
        self._playback.frame_due.connect(self._show_next)
        self._show_all = QPushButton(self.tr("Show all"))
        self._show_all.setToolTip(self.tr("Show the whole drawing and its answer"))
        self._show_all.clicked.connect(lambda: self._choose(None))
        self._band = ProbabilityBand()
        self._band.snapshot_requested.connect(self._choose_and_pause)
        self._band.playback_toggled.connect(self._playback.toggle_playback)
        self.activity_changed.connect(self._activity_changed)
        self._lay_out()
        self.set_timeline(None)

    # --- contents ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Discard the answers of the previous network."""
        self.set_timeline(None)

    @property
    def timeline(self) -> Timeline | None:
        """The timeline shown; None if there is none."""
        return self._timeline

    def set_timeline(self, timeline: Timeline | None) -> None:
        """Show the answers along a drawing, or a hint if there are none yet."""
        self._show(timeline, self.tr("Draw to see here how the answer develops along your strokes."))

    def set_image(self) -> None:
        """Show that an opened image has no timeline."""
        self._show(None, self.tr("Images have no timeline. Draw to see how the answer develops."))

    def show_whole_drawing(self) -> None:
        """Return to the whole drawing without emitting `snapshot_chosen`."""
        self._playback.stop()
        self._set_snapshot(None)

    def shown_points(self) -> int | None:
        """Return the number of points drawn at the chosen snapshot; None for the whole drawing."""
        if self._timeline is None or self._snapshot is None:
            return None
        return int(self._timeline.points[self._snapshot])

    @property
    def is_plot(self) -> bool:
        """True: the band is drawn with lines and text."""
        return True

    def exported_widget(self) -> QWidget:
        """Return the band."""
        return self._band

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return points and probabilities by snapshot, the names of the columns, and points by stroke."""
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

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(STEP, 0, STEP, 0)
        head.setSpacing(STEP)
        head.addWidget(self._caption, 1)
        head.addWidget(self._playback)
        head.addWidget(self._show_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._band, 1)

    def _show(self, timeline: Timeline | None, hint: str) -> None:
        self._timeline = timeline if timeline is not None and len(timeline.points) else None
        if self._timeline is None or (self._snapshot or 0) >= len(self._timeline.points):
            self.show_whole_drawing()
        self._band.set_timeline(self._timeline, hint)
        self._playback.set_playable(self._timeline is not None)
        self._update_caption()

    # --- choosing a snapshot ---

    def _choose_and_pause(self, snapshot: int | None) -> None:
        self._playback.stop()
        self._choose(snapshot)

    def _choose(self, snapshot: int | None) -> None:
        """Show a snapshot by its index into the timeline and emit its number of points."""
        if snapshot is None:
            self._playback.stop()
        if snapshot != self._snapshot:
            self._set_snapshot(snapshot)
            self.snapshot_chosen.emit(self.shown_points())

    def _set_snapshot(self, snapshot: int | None) -> None:
        self._snapshot = snapshot
        self._band.set_snapshot(snapshot)
        self._update_caption()

    def _show_first(self) -> None:
        """Start at the chosen snapshot, or at the beginning."""
        self._choose(0 if self._snapshot is None else self._snapshot)

    def _show_next(self) -> None:
        """Show the next snapshot; the last one is the whole drawing and stops playback."""
        assert self._timeline is not None
        following = 0 if self._snapshot is None else self._snapshot + 1
        self._choose(following if following < len(self._timeline.points) - 1 else None)

    def _activity_changed(self, active: bool) -> None:
        """Return to the whole drawing when the panel is hidden."""
        if not active:
            self._choose(None)

    # --- caption ---

    def _update_caption(self) -> None:
        self._caption.set_text(self._caption_text())
        self._show_all.setEnabled(self._snapshot is not None)

    def _caption_text(self) -> str:
        """Describe the chosen snapshot, or the last change of the answer."""
        timeline = self._timeline
        if timeline is None:
            return ""
        changes = answer_changes(timeline)
        if self._snapshot is None:
            return self._describe_change(timeline, changes[-1]) if changes else ""
        points = int(timeline.points[self._snapshot])
        change = next((change for change in changes if change.points == points), None)
        if change is None:
            text = self.tr("Point {point} of {count}: {name}, {share}")
        else:
            text = self.tr("Point {point} of {count}: {name}, {share} (changed from {before})")
        winner = int(timeline.most_probable[self._snapshot])
        return text.format(
            point=points,
            count=timeline.ink.point_count,
            name=self._name(timeline, winner),
            share=probability_text(float(timeline.probabilities[self._snapshot, winner])),
            before="" if change is None else self._name(timeline, change.before),
        )

    def _describe_change(self, timeline: Timeline, change: AnswerChange) -> str:
        return self.tr("Changed from {before} to {after} at point {point} of {count}").format(
            before=self._name(timeline, change.before),
            after=self._name(timeline, change.after),
            point=change.points,
            count=timeline.ink.point_count,
        )

    def _name(self, timeline: Timeline, column: int) -> str:
        if column == len(timeline.labels):
            return translated(rejected_class(timeline.labels))
        return timeline.labels[column]
