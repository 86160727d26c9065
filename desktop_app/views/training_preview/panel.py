"""Panel that shows a network during training: its answer to the drawing, filters and feature maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
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
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.numerals import metric_text, metric_words, numeral
from desktop_app.views.parts.playback import PlaybackButton
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.training_preview.answer import Answer
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.image_answer import ImageAnswer
from desktop_app.views.training_preview.mosaic import Mosaic
from desktop_app.views.training_preview.snapshots import (
    AnswerHistory,
    History,
    ImageHistory,
    PreviewProgress,
    PreviewSnapshot,
    filter_tiles,
    map_tiles,
)

TilePosition: TypeAlias = tuple[int, int, int]
"""Channel, row and column under the mouse."""

_UPDATES_PER_SECOND = 30
_FRAME_MS = 120
"""Milliseconds per epoch during playback: sixty epochs take seven seconds."""

_BUTTON = 3 * STEP + 4
"""Side of the playback button."""

_MIN_WIDTH_BESIDE = 70 * STEP
"""From this width on, the answer is beside the filters instead of above them."""

_MIN_HEIGHT_FOR_BARS, _MIN_LINES_FOR_BARS = 50 * STEP, 24
"""From this height on, in pixels and in lines of text, the bars are visible above the filters."""


class TrainingPreviewPanel(Panel):
    """Answer, filters and feature maps at one epoch of a run, and a band to select the epoch."""

    epoch_requested = Signal(object)
    """Epoch that the user has selected, one of those kept; None: always the newest."""

    def __init__(self) -> None:
        """Create a panel without a run."""
        super().__init__()
        self._progress: PreviewProgress | None = None
        self._snapshot: PreviewSnapshot | None = None
        self._history: History | None = None
        self._epoch: int | None = None
        self._painted_filters: Kernels | Matrix | None = None
        self._channel: int | None = None
        self._pointed: Mosaic | None = None
        self._throttle = Throttle(_UPDATES_PER_SECOND, self)
        self._throttle.due.connect(self._show)
        self._build()
        self.activity_changed.connect(self._activity_changed)

    # --- content ---

    def start_run(self, progress: PreviewProgress) -> None:
        """Start with a new run and discard the previous one."""
        self._playback.stop()
        self._epoch = self._snapshot = self._history = None
        self._progress = progress
        self._answer.set_network(progress.info)
        self._select_channel(None)
        self._request_update()

    def set_progress(self, progress: PreviewProgress) -> None:
        """Set the progress of the run."""
        self._progress = progress
        if self._epoch is not None and self._epoch not in progress.kept:
            # The selected epoch is no longer kept: select the one before.
            self._epoch = max((epoch for epoch in progress.kept if epoch < self._epoch), default=None)
        self._request_update()

    def set_snapshot(self, snapshot: PreviewSnapshot | None) -> None:
        """Show the network after an epoch and its answer to the drawing."""
        self._snapshot = snapshot
        self._request_update()

    def set_history(self, history: History | None) -> None:
        """Show the answers to the drawing by epoch; None without a drawing."""
        self._history = history
        self._request_update()

    @property
    def history(self) -> History | None:
        """Answers to the drawing by epoch."""
        return self._history

    @property
    def epoch(self) -> int | None:
        """Selected epoch; None: always the newest."""
        return self._epoch

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(78 * STEP, 41 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Return the width of the narrow layout; its content can be scrolled."""
        return QSize(35 * STEP, 25 * STEP)

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the shown epoch, its filters, feature maps and answer, and the answers by epoch."""
        numbers: dict[str, NDArray[Any]] = {}
        snapshot, history = self._snapshot, self._history
        if snapshot is not None:
            numbers["epoch"] = np.array(snapshot.epoch)
            optional = {
                "model_input": snapshot.model_input,
                "probabilities": snapshot.probabilities,
                "image": snapshot.image,
                "original": snapshot.original,
                "filters": None if snapshot.filters is None else snapshot.filters.values,
                "feature_maps": snapshot.maps,
            }
            numbers |= {name: values for name, values in optional.items() if values is not None}
        if isinstance(history, ImageHistory):
            numbers |= {"epochs": history.epochs, "images_by_epoch": history.images}
        elif history is not None:
            columns = (*history.labels, history.rejected)[: history.probabilities.shape[1]]
            numbers |= {
                "epochs": history.epochs,
                "probabilities_by_epoch": history.probabilities,
                "columns": np.array(columns),
            }
        return numbers

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the content for the size."""
        super().resizeEvent(event)
        self._choose_direction()

    # --- building ---

    def _build(self) -> None:
        self._empty = QLabel(
            self.tr(
                "Train a model to see how its answer to what is on the canvas and its filters change "
                "from epoch to epoch."
            )
        )
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setMargin(4 * STEP)
        self._answer, self._image_answer = Answer(), ImageAnswer()
        self._band, self._caption = EpochBand(), Caption()
        self._caption.setObjectName("preview_of")
        self._filters, self._maps = Mosaic(self.tr("Filters")), Mosaic(self.tr("Feature maps"))
        self._playback = PlaybackButton(self.tr("Play the epochs"), _FRAME_MS)
        self._playback.setFixedSize(_BUTTON, _BUTTON)
        self._playback.started.connect(self._show_first)
        self._playback.frame_due.connect(self._show_next)
        self._newest = QPushButton(self.tr("Newest"))
        self._newest.setAccessibleName(self.tr("Newest epoch"))
        self._newest.setToolTip(self.tr("Always show the newest epoch"))
        self._newest.clicked.connect(lambda: self._select_and_pause(None))
        self._band.valueChanged.connect(self._select_in_band)
        self._band.play_requested.connect(self._playback.toggle_playback)
        for mosaic in (self._filters, self._maps):
            mosaic.pointed_at.connect(lambda position, mosaic=mosaic: self._point(mosaic, position))
            mosaic.chosen.connect(self._toggle_channel)
        self._lay_out()
        if self._progress is not None:
            self._answer.set_network(self._progress.info)
        self._show()

    def _lay_out(self) -> None:
        mosaics = QHBoxLayout()
        mosaics.setSpacing(2 * STEP)
        mosaics.addWidget(self._filters, 1)
        mosaics.addWidget(self._maps, 1)
        self._content_layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._content_layout.setSpacing(2 * STEP)
        self._content_layout.addWidget(self._answer)
        self._content_layout.addWidget(self._image_answer)
        self._content_layout.addLayout(mosaics)
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self._caption, 1)
        head.addWidget(self._playback)
        head.addWidget(self._newest)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addLayout(self._content_layout, 1)
        layout.addLayout(head)
        layout.addWidget(self._band)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(ColumnView(content))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self._choose_direction()

    def _choose_direction(self) -> None:
        is_wide = self.width() >= _MIN_WIDTH_BESIDE
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._content_layout.setDirection(direction)
        has_bars = is_wide or self.height() >= max(
            _MIN_HEIGHT_FOR_BARS, _MIN_LINES_FOR_BARS * self.fontMetrics().height()
        )
        self._answer.set_has_bars(has_bars)
        for answer in range(2):
            self._content_layout.setStretch(answer, 4 if is_wide else int(has_bars))
        self._content_layout.setStretch(2, 5 if is_wide else 1)

    # --- showing ---

    def _request_update(self) -> None:
        if self.is_active:
            self._throttle.request()

    def _show(self) -> None:
        progress, snapshot, history = self._progress, self._snapshot, self._history
        self._stack.setCurrentIndex(0 if progress is None else 1)
        if progress is None:
            return
        has_labels = bool(progress.info.labels)
        self._answer.setVisible(has_labels)
        self._image_answer.setVisible(not has_labels)
        if has_labels:
            self._answer.show_snapshot(
                progress.info, snapshot, history if isinstance(history, AnswerHistory) else None
            )
            hint = self.tr("The answers of all epochs appear here.")
        else:
            self._image_answer.show_snapshot(snapshot)
            hint = self.tr("The outputs of all epochs appear here.")
        self._show_mosaics(snapshot)
        self._band.set_epochs(progress.kept, self._epoch)
        self._band.set_history(history, hint)
        self._playback.set_playable(len(progress.kept) > 1)
        self._newest.setEnabled(self._epoch is not None)
        self._show_caption()

    def _show_mosaics(self, snapshot: PreviewSnapshot | None) -> None:
        layer = None if snapshot is None else snapshot.layer
        if snapshot is None or layer is None:
            self._painted_filters = None
            hint = "" if snapshot is None else self.tr("This network has no filters.")
            self._filters.show_images("", None, hint)
            self._maps.show_images("", None)
            return
        if snapshot.filters is None or snapshot.filters is not self._painted_filters:
            # Filters stay the same while drawing.
            images = None if snapshot.filters is None else filter_tiles(snapshot.filters)
            hint = self.tr("These filters cannot be shown.")
            self._filters.show_images(self._filter_title(layer, images), images, hint)
            self._painted_filters = snapshot.filters
        maps = None if snapshot.maps is None else map_tiles(snapshot.maps)
        self._maps.show_images(self._map_title(layer, maps), maps, self._map_hint(snapshot))

    def _filter_title(self, layer: LayerInfo, images: NDArray[Any] | None) -> str:
        if images is None:
            return layer.name
        text = self.tr("{filters} filter(s) of {layer}", "", layer.shape[-1])
        return text.format(filters=self._count(layer, images), layer=layer.name)

    def _map_title(self, layer: LayerInfo, maps: NDArray[Any] | None) -> str:
        if maps is None:
            return ""
        text = (
            self.tr("{maps} feature map(s)", "", layer.shape[-1])
            if len(layer.shape) == 3
            else self.tr("{maps} value(s)", "", layer.shape[-1])
        )
        return text.format(maps=self._count(layer, maps))

    def _count(self, layer: LayerInfo, images: NDArray[Any]) -> str:
        shown, total = len(images), layer.shape[-1]
        if shown == total:
            return str(shown)
        return self.tr("{shown} of {count}").format(shown=shown, count=total)

    def _map_hint(self, snapshot: PreviewSnapshot) -> str:
        if snapshot.unknown is not None:
            text = self.tr("Cannot compute layer {layer}: {kind} is not supported.")
            return text.format(layer=snapshot.unknown.name, kind=snapshot.unknown.kind)
        return self.tr("The feature maps of what is on the canvas appear here.")

    def _toggle_channel(self, channel: int) -> None:
        self._select_channel(None if channel == self._channel else channel)

    def _select_channel(self, channel: int | None) -> None:
        """Select a filter and its feature map."""
        self._channel = channel
        self._filters.set_chosen(channel)
        self._maps.set_chosen(channel)

    # --- epochs ---

    def _select_in_band(self, index: int) -> None:
        assert self._progress is not None
        newest = index == len(self._progress.kept) - 1
        self._select_and_pause(None if newest else self._progress.kept[index])

    def _select_and_pause(self, epoch: int | None) -> None:
        self._playback.stop()
        self._select(epoch)

    def _select(self, epoch: int | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self._newest.setEnabled(epoch is not None)
            self.epoch_requested.emit(epoch)
            self._request_update()

    def _show_first(self) -> None:
        assert self._progress is not None
        self._select(self._progress.kept[0] if self._epoch is None else self._epoch)

    def _show_next(self) -> None:
        """Show the next kept epoch; after the last one, the newest."""
        assert self._progress is not None
        later = [epoch for epoch in self._progress.kept if self._epoch is not None and epoch > self._epoch]
        if len(later) > 1:
            self._select(later[0])
        else:
            self._select_and_pause(None)

    def _activity_changed(self, active: bool) -> None:
        if active:
            self._show()
        else:
            self._playback.stop()
            self._throttle.stop()

    # --- texts ---

    def _point(self, mosaic: Mosaic, position: TilePosition | None) -> None:
        self._pointed = None if position is None else mosaic
        self._show_caption()

    def _show_caption(self) -> None:
        """Describe what is under the mouse, or else the epoch."""
        snapshot, mosaic = self._snapshot, self._pointed
        # The maps of another layer or run are smaller or larger.
        position = None if mosaic is None else mosaic.pointed
        if snapshot is None or mosaic is None or position is None:
            self._caption.set_text(*self._epoch_texts())
        else:
            self._caption.set_text(self._describe(snapshot, mosaic, position))

    def _epoch_texts(self) -> tuple[str, str]:
        """Return e.g. "Epoch 3 of 20 · validation accuracy 97.6 %" and "Epoch 3 of 20 · 97.6 %"."""
        progress, snapshot = self._progress, self._snapshot
        if progress is None or snapshot is None:
            return "", ""
        if snapshot.epoch == 0:
            return self.tr("Before the first epoch: random weights"), self.tr("Random weights")
        text = self.tr("Epoch {epoch} of {epochs}").format(epoch=snapshot.epoch, epochs=progress.epochs)
        value = progress.values.get(snapshot.epoch)
        if value is None:
            return text, ""
        template = self.tr("validation {value}") if progress.is_validated else "{value}"
        words = template.format(value=metric_words(progress.metric, value))
        return f"{text} · {words}", f"{text} · {metric_text(progress.metric, value)}"

    def _describe(self, snapshot: PreviewSnapshot, mosaic: Mosaic, position: TilePosition) -> str:
        """Return e.g. "filter 3 · row 1, column 2 · weight 0.12"."""
        channel, row, column = position
        parts = [self.tr("filter {channel}").format(channel=channel)]
        values, template = None, self.tr("weight {value}")
        if mosaic is self._filters and snapshot.filters is not None:
            values = filter_tiles(snapshot.filters)
        elif mosaic is self._maps and snapshot.maps is not None:
            values, template = map_tiles(snapshot.maps), self.tr("value {value}")
        if values is None or channel >= len(values) or values.ndim != 3:
            return parts[0]
        if values.shape[1:] != (1, 1):
            parts.append(self.tr("row {row}, column {column}").format(row=row, column=column))
        parts.append(template.format(value=numeral(float(values[channel, row, column]))))
        return " · ".join(parts)
