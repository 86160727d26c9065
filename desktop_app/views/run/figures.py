"""Painted table of the figures of a run; painted because its values change all the time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from desktop_app.runs.run_progress import RunProgress
from desktop_app.runs.training_events import TrainingStarted
from desktop_app.views.parts.durations import duration
from desktop_app.views.parts.numerals import metric_words
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

_Rows = tuple[tuple[str, str], ...]

_ROWS, _GAP = 5, 2
_NOTHING = "\N{EN DASH}"


class Figures(PaintedView):
    """One line per figure: its name in a muted colour, then its value."""

    def __init__(self) -> None:
        """Create an empty view with room for all figures."""
        super().__init__()
        self._rows = _Rows()
        self.setAccessibleName(self.tr("Figures of the run"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def rows(self) -> _Rows:
        """Return the names and values that are shown."""
        return self._rows

    def show_progress(self, progress: RunProgress, *, is_active: bool) -> None:
        """Show the figures of a run; the tool tip has them in full length.

        Args:
            progress: of the run.
            is_active: whether the run is in progress, so that the time that it needs is known.
        """
        speed = progress.images_per_second
        rows = (
            (
                self.tr("Speed"),
                self.tr("{count} images/s").format(count=f"{speed:,.0f}") if speed else _NOTHING,
            ),
            (self.tr("Time"), self._time(progress, is_active)),
            (self.tr("Patience"), self._patience(progress)),
            (self.tr("Kept epoch"), _best(progress)),
            (self.tr("Device"), _device(progress.started)),
        )
        if rows == self._rows:
            return
        self._rows = rows
        text = "\n".join(f"{name}: {value}" for name, value in rows)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def _time(self, progress: RunProgress, is_active: bool) -> str:
        """Return the time so far, and the remaining time of a run in progress once it is known."""
        elapsed = duration(progress.elapsed) if progress.elapsed else _NOTHING
        if not is_active or progress.seconds_left is None:
            return elapsed
        may_stop_early = progress.epoch is not None and progress.epoch.patience
        text = (
            self.tr("{elapsed} · at most {time} left")
            if may_stop_early
            else self.tr("{elapsed} · about {time} left")
        )
        return text.format(elapsed=elapsed, time=duration(progress.seconds_left))

    def _patience(self, progress: RunProgress) -> str:
        if progress.epoch is None:
            return _NOTHING
        if not progress.epoch.patience:
            return self.tr("off")
        patience = progress.epoch.patience
        text = self.tr("{used} of {patience} epoch(s) without improvement", "", patience)
        return text.format(used=progress.epoch.patience_used, patience=patience)

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(36 * STEP, round((self.text_style.small.height + _GAP) * _ROWS))

    def minimumSizeHint(self) -> QSize:
        """Return a width for names and the beginning of values."""
        return QSize(24 * STEP, self.sizeHint().height())

    def style_changed(self) -> None:
        """Follow the height of the font."""
        self.updateGeometry()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the rows from the top."""
        style = self.text_style
        small = style.small
        column = max((small.width(name) for name, _ in self._rows), default=0.0) + 2 * STEP
        for number, (name, value) in enumerate(self._rows):
            y = (small.height + _GAP) * (number + 0.5)
            small.write(painter, QPointF(0, y), name, style.quiet)
            shown = small.elided(value, self.width() - column)
            small.write(painter, QPointF(column, y), shown, style.text)


def _best(progress: RunProgress) -> str:
    if not progress.best_epoch:
        return _NOTHING
    metrics, parts = progress.best_metrics, [f"{progress.best_epoch}"]
    values = ((metric, metrics.get(f"val_{metric.name}")) for metric in progress.metrics)
    parts += [metric_words(metric, value) for metric, value in values if value is not None]
    return " · ".join(parts)


def _device(started: TrainingStarted | None) -> str:
    if started is None:
        return _NOTHING
    return f"{started.device} · {started.precision.removeprefix('mixed_')}"
