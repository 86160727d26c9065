"""Controller of the samples panel: renders thumbnails, and passes on what the user requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.views.controller import Controller
from desktop_app.views.parts.messages import translated
from desktop_app.views.samples.panel import SampleClass, SamplesPanel
from desktop_app.views.view import Subject

if TYPE_CHECKING:
    from desktop_app.data.my_samples import MySample
    from desktop_app.views.context import ViewContext

_SIDE = 28


@dataclass(frozen=True, eq=False)
class _Request:
    """Samples whose images are shown."""

    samples: tuple[MySample, ...]


class SamplesController(Controller):
    """Shows the samples while the panel is visible."""

    def __init__(self, panel: SamplesPanel, context: ViewContext) -> None:
        """Connect a panel."""
        super().__init__(panel)
        self._panel, self._context = panel, context
        self._corrections = corrections = context.corrections
        self._worker = Worker(self, _open_renderer)
        self._worker.answered.connect(lambda request, images: panel.set_images(request.samples, images))
        self._worker.failed.connect(
            lambda _, error: self.failed.emit(error, self.tr("Could not show My samples."))
        )
        corrections.samples_changed.connect(self._refresh)
        corrections.use_changed.connect(self._refresh)
        corrections.learned.connect(self._show_learned)
        panel.activity_changed.connect(self._activity_changed)
        panel.shown_samples_changed.connect(self._render)
        panel.delete_requested.connect(corrections.remove)
        panel.undo_requested.connect(corrections.undo)
        panel.use_changed.connect(corrections.set_on)
        panel.export_samples_requested.connect(self._export_samples)
        panel.export_learned_requested.connect(self._export_learned)
        panel.training_requested.connect(self._train)
        self._refresh()

    def _activity_changed(self, is_active: bool) -> None:
        if is_active:
            # Files may have been added or deleted by hand.
            self._corrections.reload()

    def _refresh(self) -> None:
        """Show the samples by class, and what was learned."""
        samples = self._corrections.samples
        classes = [SampleClass(self.tr("All samples ({count})").format(count=len(samples)), samples)]
        for label in sorted({sample.label for sample in samples}):
            own = tuple(sample for sample in samples if sample.label == label)
            name = label or self.tr("No character")
            classes.append(SampleClass(f"{name} ({len(own)})", own))
        if contradicting := self._contradicting():
            title = self.tr("Contradictions ({count})").format(count=len(contradicting))
            classes.append(SampleClass(title, contradicting))
        self._panel.set_classes(tuple(classes), can_undo=self._corrections.can_undo)
        self._show_outcome()

    def _show_learned(self, _: object) -> None:
        self._refresh()

    def _show_outcome(self) -> None:
        result = self._corrections.result
        outcome = (
            "" if result is None else translated(result if isinstance(result, UserError) else result.outcome)
        )
        warning = ""
        if self._contradicting():
            warning = self.tr(
                "Some samples look alike but have different labels. Delete wrong ones under “Contradictions”."
            )
        self._panel.set_learned(
            outcome,
            warning,
            is_on=self._corrections.is_on,
            has_learned=self._corrections.has_learned,
        )

    def _contradicting(self) -> tuple[MySample, ...]:
        """Return the samples that look like another one with another label."""
        result = self._corrections.result
        pairs = () if result is None or isinstance(result, UserError) else result.contradictions
        known = set(self._corrections.samples)
        return tuple(sorted({sample for pair in pairs for sample in pair if sample in known}))

    def _render(self) -> None:
        if samples := self._panel.shown_samples:
            self._worker.request(_Request(samples))

    def _export_samples(self) -> None:
        title = self.tr("Choose an empty folder for the samples")
        self._context.dialogs.folder(title, self._export_to)

    def _export_to(self, folder: str | Path) -> None:
        self._corrections.export_samples(Path(folder), lambda: self._context.saved.emit(Path(folder).name))

    def _export_learned(self) -> None:
        self._context.dialogs.save(self.tr("Save what was learned"), "npz", self._save_learned)

    def _save_learned(self, path: str | Path) -> None:
        self._corrections.export_learned(Path(path), lambda: self._context.saved.emit(Path(path).name))

    def _train(self) -> None:
        """Add My samples to the draft, and show it."""
        from desktop_app.data.sources.built_in import MY_SAMPLES
        from desktop_app.runs.recipe import DataPart
        from desktop_app.runs.zoo.catalog import zoo_entry

        draft = self._context.training.draft
        recipe = draft.value if draft.value.task.kind == "character" else zoo_entry("fast").recipe
        if all(part.source != MY_SAMPLES for part in recipe.data):
            recipe = replace(recipe, data=(*recipe.data, DataPart(MY_SAMPLES)))
        draft.set(recipe)
        self._context.subject_requested.emit(Subject.DRAFT)


def _open_renderer(should_stop: ShouldStop) -> tuple[Any, Answer]:
    return None, lambda request: _images(request.samples, should_stop)


def _images(samples: tuple[MySample, ...], should_stop: ShouldStop) -> NDArray[np.uint8]:
    """Return normalized images, uint8 (n, 28, 28), dark on light; files that cannot be read are grey."""
    # Pillow is slow to import.
    from desktop_app.data.sources.page_file import PageFile
    from desktop_app.tasks.prepare import prepare
    from desktop_app.tasks.task import Task

    images = np.full((len(samples), _SIDE, _SIDE), 128, np.uint8)
    for number, sample in enumerate(samples):
        if should_stop():
            break
        try:
            prepared = prepare(PageFile(sample.path).page(), Task())
        except UserError:
            continue
        if prepared is not None:
            images[number] = 255 - prepared.pixels[..., 0]
    return images
