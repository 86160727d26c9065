"""Sentences about a run: what is trained, how its preparation goes, and how it ended."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.data.sources.built_in import describe
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_progress import RunProgress
from desktop_app.runs.training_events import PreparationProgress, TrainingStarted
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.numerals import metric_words


class RunText(QObject):
    """Returns texts about runs."""

    def training(self, recipe: Recipe) -> str:
        """Return what is trained, e.g. "MLP 300-300 on MNIST, 20 epochs"."""
        data = " + ".join(describe(part.source) for part in recipe.data)
        text = self.tr("{title} on {data}, %n epoch(s)", "", recipe.fitting.epochs)
        return text.format(title=recipe.title, data=data)

    def preparing(self, event: PreparationProgress) -> str:
        """Return the step of the preparation, e.g. "Measuring… (2 of 3)"."""
        text = translated(event.text)
        if event.steps < 2:
            return f"{text}…"
        template = self.tr("{text}… ({step} of {steps})")
        return template.format(text=text, step=min(event.step + 1, event.steps), steps=event.steps)

    def started(self, event: TrainingStarted) -> str:
        """Return the numbers of samples."""
        text = self.tr(
            "Training on {training} sample(s); {validation} for validation, {test} for testing.",
            "",
            event.training,
        )
        return text.format(
            training=f"{event.training:,}", validation=f"{event.validation:,}", test=f"{event.test:,}"
        )

    def outcome(self, progress: RunProgress) -> str:
        """Return why a run ended and which epoch is kept; empty while it has not ended."""
        if progress.ended is None:
            return ""
        done, kept = progress.epochs_done, progress.ended.best_epoch
        if not done:
            return self.tr(
                "Stopped in the first epoch. The model is in the library, but not used for reading."
            )
        patience = progress.epoch.patience if progress.epoch is not None else 0
        reasons = {
            "finished": self.tr("Finished after %n epoch(s).", "", done),
            "stopped": self.tr("Stopped after %n epoch(s).", "", done),
            "patience": self.tr("Stopped early: no improvement for %n epoch(s).", "", patience),
            "not a number": self.tr("Training diverged: the loss became NaN. Lower the learning rate."),
        }
        sentence = reasons.get(progress.ended.reason, reasons["finished"])
        if kept:
            sentence += " " + self.tr("Epoch {kept} is kept.").format(kept=kept)
        figures = progress.finished.figures if progress.finished is not None else {}
        metric = progress.metrics[-1]
        value = figures.get(f"test_{metric.name}")
        if value is None:
            return sentence
        return sentence + " " + self.tr("Test samples: {metric}.").format(metric=metric_words(metric, value))
