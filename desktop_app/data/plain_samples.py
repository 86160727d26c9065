"""Samples of sources without augmentation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from desktop_app.core.messages import message
from desktop_app.data.label_classes import label_classes
from desktop_app.data.model_inputs import Inputs, inputs_as_is, sample_of, stack_inputs, with_channels
from desktop_app.data.preparation_reporter import PreparationReporter
from desktop_app.data.run_source import RunSource
from desktop_app.data.samples import Samples
from desktop_app.data.sources.source_cache import cached_array
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import Rows
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Task


def plain_samples(opened: RunSource, rows: Rows, recipe: Recipe, reporter: PreparationReporter) -> Samples:
    """Return rows of a source as samples; those without ink are left out if the task is about ink."""
    source, task = opened.source, recipe.task
    if not task_kind(task).has_labels:
        return image_samples(source, reporter.each(rows.tolist()), task, is_as_is=opened.is_as_is)
    if opened.is_as_is:
        assert source.images is not None
        strength = np.ones(len(rows), np.float32)
        labels = source.labels[rows]
        return Samples(
            inputs_as_is(source.images[rows], task), label_classes(labels, recipe), strength, labels
        )
    inputs = _cached_inputs(opened, rows, task, reporter)
    if PREPARATIONS[task.preparation].is_of_ink:
        # Without ink there is nothing to recognize.
        has_ink = inputs.any(axis=(1, 2, 3))
        if not has_ink.all():
            inputs, rows = inputs[has_ink], rows[has_ink]
            reporter.step_detail(
                message("Samples without ink left out: {count}", count=int((~has_ink).sum()))
            )
    labels = source.labels[rows]
    return Samples(inputs, label_classes(labels, recipe), np.ones(len(rows), np.float32), labels)


def _cached_inputs(opened: RunSource, rows: Rows, task: Task, reporter: PreparationReporter) -> Inputs:
    """Return rows of a source as model inputs; those of files are kept in the cache."""

    def prepare_all() -> Inputs:
        inputs = [sample_of(opened.source, row, task)[0] for row in reporter.each(rows.tolist())]
        return stack_inputs(inputs, task.input_shape)

    if opened.source.files is None or opened.source.file_samples is not None or opened.cache is None:
        return prepare_all()
    key = f"{opened.source.sha256} {task.preparation} {task.input_shape}"
    key += f" {PREPARATIONS[task.preparation].version} {hashlib.sha256(rows.tobytes()).hexdigest()}"
    return cached_array(opened.cache, key, (len(rows), *task.input_shape), prepare_all)


def image_samples(source: SourceSet, rows: Iterable[int], task: Task, *, is_as_is: bool) -> Samples:
    """Return rows of a source as samples with target images, without those without ink.

    Args:
        source: the source.
        rows: rows of the source.
        task: a task without labels.
        is_as_is: whether images are used without preparation, see `takes_as_is`.

    Raises:
        UserError: the file of a sample cannot be opened.
    """
    inputs, images, kept = [], [], []
    for row in rows:
        if is_as_is and source.images is not None:
            (image,) = with_channels(source.images[row : row + 1], task)
            model_input = downscale_image(image, task.scale)
        else:
            model_input, target = sample_of(source, row, task)
            assert target is not None
            image = target
            if PREPARATIONS[task.preparation].is_of_ink and not image.any():
                continue
        kept.append(row)
        inputs.append(model_input)
        images.append(image)
    return Samples(
        stack_inputs(inputs, task.input_shape),
        stack_inputs(images, task.output_shape),
        np.ones(len(kept), np.float32),
        source.labels[np.array(kept, np.int64)],
    )
