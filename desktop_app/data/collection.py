"""The samples of a recipe, as its run will use them, to be browsed. The module does not need Keras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.label_classes import label_classes
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task

Positions = NDArray[np.int64]

TRAINING, VALIDATION, TEST = 0, 1, 2
"""Parts of the split."""

ALL = "all"
"""Name of the only class of samples without labels."""

_MAX_PREPARED = 300
"""Maximum number of samples in a mean if they must be prepared one by one."""


@dataclass(frozen=True)
class Selection:
    """Selection of samples.

    Attributes:
        label: index of a class; None for all classes.
        part: TRAINING, VALIDATION or TEST; None for all parts.
    """

    label: int | None = None
    part: int | None = None


@dataclass(frozen=True, eq=False)
class Collection:
    """All samples that a run uses, from all sources of its recipe; a position is an index of a sample.

    Attributes:
        task: task of the network.
        sources: the data sources.
        raw: for each source, whether its images are used without preparation.
        classes: names of the classes; empty for "not a character"; `ALL` if samples have no labels.
        source_of: int16 (n,), index of the source.
        row_of: int64 (n,), row in the source.
        class_of: int16 (n,), index of the class.
        part_of: int8 (n,), TRAINING, VALIDATION or TEST.
        left_out: number of samples that the run does not use because of their labels.
    """

    task: Task
    sources: tuple[SourceSet, ...]
    raw: tuple[bool, ...]
    classes: tuple[str, ...]
    source_of: NDArray[np.int16]
    row_of: NDArray[np.int64]
    class_of: NDArray[np.int16]
    part_of: NDArray[np.int8]
    left_out: int

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.row_of)

    def counts(self) -> NDArray[np.int64]:
        """Return the numbers of samples by class and part, int64 (classes, 3)."""
        combined = self.class_of.astype(np.int64) * 3 + self.part_of
        return np.bincount(combined, minlength=3 * len(self.classes)).reshape(-1, 3)

    def select(self, selection: Selection) -> Positions:
        """Return the positions of the selected samples, increasing."""
        is_selected = np.ones(len(self), dtype=np.bool_)
        if selection.label is not None:
            is_selected &= self.class_of == selection.label
        if selection.part is not None:
            is_selected &= self.part_of == selection.part
        return np.flatnonzero(is_selected)

    def alternate_classes(self, positions: Positions) -> Positions:
        """Return the positions so that the classes alternate; within a class in their order."""
        classes = self.class_of[positions]
        by_class = np.argsort(classes, kind="stable")
        counts = np.bincount(classes, minlength=len(self.classes))
        ranks = np.arange(len(positions)) - np.repeat(np.cumsum(counts) - counts, counts)
        return positions[by_class[np.argsort(ranks, kind="stable")]]

    def source(self, position: int) -> SourceSet:
        """Return the source of a sample."""
        return self.sources[int(self.source_of[position])]

    def label(self, position: int) -> str:
        """Return the label of a sample in its source."""
        return str(self.source(position).labels[self.row_of[position]])

    def is_ink(self, position: int) -> bool:
        """Return whether a sample is ink."""
        return self.source(position).inks is not None

    @property
    def has_ink(self) -> bool:
        """Whether any source has ink."""
        return any(source.inks is not None for source in self.sources)

    def inputs(
        self, positions: Iterable[int], should_stop: ShouldStop = lambda: False
    ) -> NDArray[np.float32]:
        """Return samples as model inputs, float32 (n, height, width, channels) in 0..1.

        Raises:
            Stopped: should_stop(), which is called before each sample, returned True.
        """
        inputs = []
        for position in positions:
            raise_if_stopped(should_stop)
            inputs.append(self._input(int(position)))
        stacked = np.stack(inputs) if inputs else np.zeros((0, *self.task.input_shape), np.uint8)
        return stacked.astype(np.float32) / np.float32(255)

    def mean(self, selection: Selection, should_stop: ShouldStop) -> tuple[NDArray[np.float32], int] | None:
        """Compute the mean of the selected samples.

        Returns:
            The mean, float32 (height, width, channels) in 0..1, and the number of samples used, which are
            chosen at equal distances if all would take too long; None if there are none, or if should_stop()
            returned True.
        """
        positions = self.select(selection)
        if not all(self.raw[number] for number in np.unique(self.source_of[positions])):
            positions = positions[:: max(1, -(-len(positions) // _MAX_PREPARED))]
        total = np.zeros(self.task.input_shape, dtype=np.float64)
        for first in range(0, len(positions), 1000):
            total += self._sum(positions[first : first + 1000], should_stop)
            if should_stop():
                return None
        mean: NDArray[np.float32] = (total / (255 * max(1, len(positions)))).astype(np.float32)
        return (mean, len(positions)) if len(positions) else None

    def _sum(self, positions: Positions, should_stop: ShouldStop) -> NDArray[np.float64]:
        from desktop_app.data.model_inputs import inputs_as_is

        total = np.zeros(self.task.input_shape, dtype=np.float64)
        for number, source in enumerate(self.sources):
            own = positions[self.source_of[positions] == number]
            if self.raw[number] and source.images is not None:
                images = inputs_as_is(source.images[self.row_of[own]], self.task)
                total += images.sum(axis=0, dtype=np.int64)
                continue
            for position in own:
                if should_stop():
                    break
                total += self._input(int(position))
        return total

    def _input(self, position: int) -> NDArray[np.uint8]:
        # Imported here, in a worker thread, because importing SciPy takes long.
        from desktop_app.data.model_inputs import inputs_as_is, sample_of

        source, row = self.source(position), int(self.row_of[position])
        if source.images is not None and self.raw[int(self.source_of[position])]:
            model_input: NDArray[np.uint8] = inputs_as_is(source.images[row : row + 1], self.task)[0]
            return model_input
        return sample_of(source, row, self.task)[0]

    def ink(self, position: int) -> Ink:
        """Return the ink of a sample for which `is_ink` is True."""
        inks = self.source(position).inks
        assert inks is not None
        return inks.ink(int(self.row_of[position]))


def collect(recipe: Recipe, sources: Sequence[SourceSet]) -> Collection:
    """Split the sources of a recipe and collect the samples that its run uses.

    Args:
        recipe: its task, data, split_seed and negatives are used.
        sources: the sources of recipe.data, in the same order.

    Raises:
        UserError: a source cannot be split as requested, has images of another size than the model input
            without normalization, or has no training sample with a label of the recipe.
    """
    from desktop_app.data.model_inputs import takes_as_is
    from desktop_app.data.split import split_sources, used_rows

    sources = [
        source.transposed() if part.transpose else source
        for source, part in zip(sources, recipe.data, strict=True)
    ]
    rows, parts, numbers, classes, raw = [], [], [], [], []
    splits = split_sources(sources, recipe.data, recipe.split_seed)
    for number, (source, part, split) in enumerate(zip(sources, recipe.data, splits, strict=True)):
        used = used_rows(source, split, recipe)
        raw.append(takes_as_is(source, part, recipe.task))
        for index, part_rows in enumerate((used.training, used.validation, used.test)):
            rows.append(part_rows)
            classes.append(_classes(source.labels[part_rows], recipe))
            parts.append(np.full(len(part_rows), index, np.int8))
            numbers.append(np.full(len(part_rows), number, np.int16))
    row_of, source_of = np.concatenate(rows), np.concatenate(numbers)
    order = np.lexsort((row_of, source_of))
    labels = recipe.task.labels or (ALL,)
    return Collection(
        task=recipe.task,
        sources=tuple(sources),
        raw=tuple(raw),
        classes=(*labels, "") if recipe.task.rejects else labels,
        source_of=source_of[order],
        row_of=row_of[order],
        class_of=np.concatenate(classes)[order],
        part_of=np.concatenate(parts)[order],
        left_out=sum(map(len, sources)) - len(order),
    )


def _classes(labels: NDArray[np.str_], recipe: Recipe) -> NDArray[np.int16]:
    """Return the classes of samples, int16 (n,); 0 for all if the task has no labels."""
    if not task_kind(recipe.task).has_labels:
        return np.zeros(len(labels), np.int16)
    return label_classes(labels, recipe).astype(np.int16)
