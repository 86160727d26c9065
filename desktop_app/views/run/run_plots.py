"""The curves of a run, by batch and by epoch."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.runs.advice import Topic
from desktop_app.runs.run_progress import RunProgress
from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, Mark, PlotData


def run_plots(progress: RunProgress) -> tuple[PlotData, ...]:
    """Return a plot of each metric and one of the learning rate."""
    x, rates = progress.by_batch(LEARNING_RATE.name)
    rate = Curve("rate", QCoreApplication.translate("RunPlots", "Learning rate"), x, rates, "rate")
    mark = _overfitting_mark(progress)
    plots = [_plot(progress, metric, mark) for metric in progress.metrics]
    return (*plots, PlotData(LEARNING_RATE, (rate,)))


def _overfitting_mark(progress: RunProgress) -> Mark | None:
    """Return the mark of the epoch after which overfitting starts."""
    epochs = [each.epoch for each in progress.advice() if each.topic is Topic.OVERFITTING]
    text = QCoreApplication.translate("RunPlots", "overfitting starts")
    return Mark(float(epochs[0]), text) if epochs else None


def _plot(progress: RunProgress, metric: Metric, mark: Mark | None) -> PlotData:
    translate = QCoreApplication.translate
    validation = progress.by_epoch(f"val_{metric.name}")
    best = float(progress.best_epoch) if progress.best_epoch else None
    return PlotData(
        metric,
        (
            Curve(
                "batch",
                translate("RunPlots", "Training, by batch"),
                *progress.by_batch(metric.name),
                is_strong=False,
                short_title=translate("RunPlots", "Batches"),
            ),
            Curve(
                "training",
                translate("RunPlots", "Training, by epoch"),
                *progress.by_epoch(metric.name),
                short_title=translate("RunPlots", "Training"),
            ),
            Curve("validation", translate("RunPlots", "Validation"), *validation, "validation", best=best),
        ),
        mark,
    )
