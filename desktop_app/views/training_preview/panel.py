"""A network while it is trained: what it says of the user's drawing, and its filters as they take shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.inspection.filters import Kernels, Matrix
from desktop_app.networks.network_info import LayerInfo
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.numerals import metric_words, numeral
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.parts.tool_button import ToolButton
from desktop_app.views.training_preview.answer import Answer
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.mosaic import Mosaic
from desktop_app.views.training_preview.snapshots import (
    AnswerHistory,
    PreviewProgress,
    PreviewSnapshot,
    filter_tiles,
    map_tiles,
)

Found: TypeAlias = tuple[int, int, int]
"""Channel, row and column under the mouse."""

_TIMES_A_SECOND = 30
_FRAME_MS = 120
"""How long an epoch is shown while they play: sixty take seven seconds."""

_BUTTON = 3 * STEP + 4
"""The side of the button that plays: the row must leave height to the rest."""

_WIDE = 70 * STEP
"""From this width on the answer stands beside the filters instead of above them."""

_HIGH = 50 * STEP
"""From this height on there is room for bars above the filters."""


class TrainingPreviewPanel(Panel):
    """The answer and the filters at one epoch of a run, and the epochs so far as a band to look back with."""

    epoch_requested = Signal(object)
    """The epoch that the user wants to look at, one of those kept; None for whichever is the newest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a run."""
        super().__init__(parent)
        self._progress: PreviewProgress | None = None
        self._snapshot: PreviewSnapshot | None = None
        self._history: AnswerHistory | None = None
        self._epoch: int | None = None
        self._shown_filters: Kernels | Matrix | None = None
        self._channel: int | None = None
        self._pointed: tuple[Mosaic, Found] | None = None
        self._pace = Throttle(_TIMES_A_SECOND, self)
        self._pace.due.connect(self._show)
        self._frames = QTimer(self, interval=_FRAME_MS)
        self._frames.timeout.connect(self._show_next)
        self._build()
        self.activity_changed.connect(self._activity_changed)

    # --- what is shown ---

    def start_run(self, course: PreviewProgress) -> None:
        """Another run: nothing of the one before stays."""
        self._stop()
        self._epoch = self._snapshot = self._history = None
        self._progress = course
        self._answer.set_network(course.info)
        self._choose_channel(None)
        self._ask_for_paint()

    def set_progress(self, course: PreviewProgress) -> None:
        """How far the run is."""
        self._progress = course
        if self._epoch is not None and self._epoch not in course.kept:
            # What is looked at was thinned out: the one before it stays.
            self._epoch = max((epoch for epoch in course.kept if epoch < self._epoch), default=None)
        self._ask_for_paint()

    def set_snapshot(self, moment: PreviewSnapshot | None) -> None:
        """Show the network after an epoch and what it makes of the drawing."""
        self._snapshot = moment
        self._ask_for_paint()

    def set_history(self, history: AnswerHistory | None) -> None:
        """Show what it made of the drawing after each epoch; None without a drawing."""
        self._history = history
        self._ask_for_paint()

    @property
    def history(self) -> AnswerHistory | None:
        """What it made of the drawing after each epoch, as it was last set."""
        return self._history

    @property
    def epoch(self) -> int | None:
        """The epoch that the user looks at; None for whichever is the newest."""
        return self._epoch

    def sizeHint(self) -> QSize:
        """Beside the course of the run."""
        return QSize(78 * STEP, 41 * STEP)

    def minimumSizeHint(self) -> QSize:
        """One below the other, without bars."""
        return QSize(35 * STEP, 32 * STEP)

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The epoch that is shown with its filters, feature maps and answer, and the answers so far."""
        numbers: dict[str, NDArray[Any]] = {}
        moment, history = self._snapshot, self._history
        if moment is not None:
            numbers["epoch"] = np.array(moment.epoch)
            optional = {
                "model_input": moment.model_input,
                "probabilities": moment.probabilities,
                "filters": None if moment.filters is None else moment.filters.values,
                "feature_maps": moment.maps,
            }
            numbers |= {name: values for name, values in optional.items() if values is not None}
        if history is not None:
            rejected = self.tr("not a character")
            columns = (*history.labels, rejected)[: history.probabilities.shape[1]]
            numbers |= {
                "epochs": history.epochs,
                "probabilities_by_epoch": history.probabilities,
                "columns": np.array(columns),
            }
        return numbers

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wide or narrow."""
        super().resizeEvent(event)
        self._choose_direction()

    # --- building ---

    def _build(self) -> None:
        self._empty = QLabel(
            self.tr(
                "Train a network and draw: here its answer to your drawing changes from epoch to epoch, "
                "and its filters take shape."
            )
        )
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setMargin(4 * STEP)
        self._answer, self._band, self._about = Answer(), EpochBand(), Caption()
        self._about.setObjectName("preview_of")
        self._filters, self._maps = Mosaic(self.tr("Filters")), Mosaic(self.tr("Feature maps"))
        self._play = QAction(self)
        self._play.setData("play")
        self._play.triggered.connect(self._toggle_play)
        self._newest = QPushButton(self.tr("Newest"))
        self._newest.setAccessibleName(self.tr("Back to the newest epoch"))
        self._newest.setToolTip(self.tr("Back to the newest epoch, and on with each that follows"))
        self._newest.clicked.connect(lambda: self._choose_by_hand(None))
        self._band.valueChanged.connect(self._choose_in_band)
        self._band.play_requested.connect(self._toggle_play)
        for mosaic in (self._filters, self._maps):
            mosaic.pointed_at.connect(lambda found, mosaic=mosaic: self._point(mosaic, found))
            mosaic.chosen.connect(self._toggle_channel)
        self._lay_out()
        self._take_look()
        if self._progress is not None:
            self._answer.set_network(self._progress.info)
        self._show()

    def _lay_out(self) -> None:
        mosaics = QHBoxLayout()
        mosaics.setSpacing(2 * STEP)
        mosaics.addWidget(self._filters, 1)
        mosaics.addWidget(self._maps, 1)
        self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._upper.setSpacing(2 * STEP)
        self._upper.addWidget(self._answer)
        self._upper.addLayout(mosaics)
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self._about, 1)
        self._play_button = ToolButton(self._play)
        self._play_button.setFixedSize(_BUTTON, _BUTTON)
        head.addWidget(self._play_button)
        head.addWidget(self._newest)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addLayout(self._upper, 1)
        layout.addLayout(head)
        layout.addWidget(self._band)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self._choose_direction()

    def _choose_direction(self) -> None:
        wide = self.width() >= _WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._upper.setDirection(direction)
        has_bars = wide or self.height() >= _HIGH
        self._answer.set_has_bars(has_bars)
        self._upper.setStretch(0, 4 if wide else int(has_bars))
        self._upper.setStretch(1, 5 if wide else 1)

    # --- showing ---

    def _ask_for_paint(self) -> None:
        if self.is_active:
            self._pace.request()

    def _show(self) -> None:
        course, moment, history = self._progress, self._snapshot, self._history
        self._stack.setCurrentIndex(0 if course is None else 1)
        if course is None:
            return
        self._answer.show_snapshot(course.info, moment, history)
        self._show_mosaics(moment)
        self._band.set_epochs(course.kept, self._epoch)
        self._band.set_history(history, self.tr("Draw: what each epoch makes of it appears here."))
        self._play.setEnabled(len(course.kept) > 1)
        self._newest.setEnabled(self._epoch is not None)
        self._tell()

    def _show_mosaics(self, moment: PreviewSnapshot | None) -> None:
        layer = None if moment is None else moment.layer
        if moment is None or layer is None:
            self._shown_filters = None
            hint = "" if moment is None else self.tr("This network has no filters to watch.")
            self._filters.show_pictures("", None, hint)
            self._maps.show_pictures("", None)
            return
        if moment.filters is None or moment.filters is not self._shown_filters:
            # While one draws they stay the same.
            pictures = None if moment.filters is None else filter_tiles(moment.filters)
            hint = self.tr("These filters cannot be shown.")
            self._filters.show_pictures(self._filter_title(layer, pictures), pictures, hint)
            self._shown_filters = moment.filters
        maps = None if moment.maps is None else map_tiles(moment.maps)
        self._maps.show_pictures(self._map_title(layer, maps), maps, self._map_hint(moment))

    def _filter_title(self, layer: LayerInfo, pictures: NDArray[Any] | None) -> str:
        if pictures is None:
            return layer.name
        words = self.tr("{filters} filters of {layer}")
        return words.format(filters=self._count(layer, pictures), layer=layer.name)

    def _map_title(self, layer: LayerInfo, maps: NDArray[Any] | None) -> str:
        if maps is None:
            return ""
        words = self.tr("{maps} feature maps") if len(layer.shape) == 3 else self.tr("{maps} values")
        return words.format(maps=self._count(layer, maps))

    def _count(self, layer: LayerInfo, pictures: NDArray[Any]) -> str:
        shown, all_of_them = len(pictures), layer.shape[-1]
        if shown == all_of_them:
            return str(shown)
        return self.tr("{shown} of {count}").format(shown=shown, count=all_of_them)

    def _map_hint(self, moment: PreviewSnapshot) -> str:
        if moment.unknown is not None:
            words = self.tr("How {layer} ({kind}) computes is not known here, so its answer cannot be told.")
            return words.format(layer=moment.unknown.name, kind=moment.unknown.kind)
        return self.tr("Draw: what the filters find in it appears here.")

    def _toggle_channel(self, channel: int) -> None:
        self._choose_channel(None if channel == self._channel else channel)

    def _choose_channel(self, channel: int | None) -> None:
        """A filter and its feature map are framed together."""
        self._channel = channel
        self._filters.set_chosen(channel)
        self._maps.set_chosen(channel)

    # --- going through the epochs ---

    def _choose_in_band(self, place: int) -> None:
        assert self._progress is not None
        newest = place == len(self._progress.kept) - 1
        self._choose_by_hand(None if newest else self._progress.kept[place])

    def _choose_by_hand(self, epoch: int | None) -> None:
        self._stop()
        self._choose(epoch)

    def _choose(self, epoch: int | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self._newest.setEnabled(epoch is not None)
            self.epoch_requested.emit(epoch)
            self._ask_for_paint()

    def _toggle_play(self) -> None:
        if self._frames.isActive():
            self._stop()
        elif self._progress is not None and len(self._progress.kept) > 1:
            self._frames.start()
            self._take_look()
            self._choose(self._progress.kept[0] if self._epoch is None else self._epoch)

    def _stop(self) -> None:
        if self._frames.isActive():
            self._frames.stop()
            self._take_look()

    def _show_next(self) -> None:
        """The next epoch that is kept; after the last one it is the newest again."""
        assert self._progress is not None
        following = [
            epoch for epoch in self._progress.kept if self._epoch is not None and epoch > self._epoch
        ]
        if len(following) > 1:
            self._choose(following[0])
        else:
            self._choose_by_hand(None)

    def _activity_changed(self, active: bool) -> None:
        if active:
            self._show()
        else:
            self._stop()
            self._pace.stop()

    # --- words ---

    def _point(self, mosaic: Mosaic, found: Found | None) -> None:
        self._pointed = None if found is None else (mosaic, found)
        self._tell()

    def _tell(self) -> None:
        """What lies under the mouse, else what is shown."""
        moment, pointed = self._snapshot, self._pointed
        self._about.set_text(
            self._words() if moment is None or pointed is None else self._describe(moment, *pointed)
        )

    def _words(self) -> str:
        """E.g. "Epoch 3 of 20 · validation accuracy 97.6 %"."""
        course, moment = self._progress, self._snapshot
        if course is None or moment is None:
            return ""
        if moment.epoch == 0:
            return self.tr("Before the first epoch: what it says is chance")
        words = self.tr("Epoch {epoch} of {epochs}").format(epoch=moment.epoch, epochs=course.epochs)
        value = course.values.get(moment.epoch)
        if value is None:
            return words
        told = self.tr("validation {value}") if course.is_validated else "{value}"
        return f"{words} · {told.format(value=metric_words(course.metric, value))}"

    def _describe(self, moment: PreviewSnapshot, mosaic: Mosaic, found: Found) -> str:
        """E.g. "filter 3 · row 1, column 2 · weight 0.12"."""
        channel, row, column = found
        words = [self.tr("filter {channel}").format(channel=channel)]
        values, told = None, self.tr("weight {value}")
        if mosaic is self._filters and moment.filters is not None:
            values = filter_tiles(moment.filters)
        elif mosaic is self._maps and moment.maps is not None:
            values, told = map_tiles(moment.maps), self.tr("value {value}")
        if values is None or channel >= len(values) or values.ndim != 3:
            return words[0]
        if values.shape[1:] != (1, 1):
            words.append(self.tr("row {row}, column {column}").format(row=row, column=column))
        words.append(told.format(value=numeral(float(values[channel, row, column]))))
        return " · ".join(words)

    def _take_look(self) -> None:
        """The button says what it would do now."""
        playing = self._frames.isActive()
        self._play.setText(self.tr("Pause") if playing else self.tr("Play the epochs"))
        self._play.setToolTip(self._play.text())
        self._play_button.setAccessibleName(self._play.text())
        self._play_button.set_icon("pause" if playing else "play")
