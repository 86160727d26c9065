"""Browsing: the samples of a recipe as its run will use them, to be looked at one by one. Without Keras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import MOST_LABELS, Task

Positions = NDArray[np.int64]

TRAINING, VALIDATION, TEST = 0, 1, 2
"""The parts that samples are split into."""

ALL = "all"
"""Name of the one class where samples have no labels."""

_MOST_DRAWN = 300
"""Samples that a mean is taken of where each of them has to be drawn first."""


@dataclass(frozen=True)
class SourceSummary:
    """A source in numbers.

    Attributes:
        title: what people see.
        samples: how many there are.
        labels: the different ones.
        writers: how many; 0 where they are not known.
        own_test: samples of the source's own test part; 0 where it has none.
        needs_normalizing: whether it has images that are not normalized yet.
    """

    title: str
    samples: int
    labels: tuple[str, ...]
    writers: int
    own_test: int
    needs_normalizing: bool


@dataclass(frozen=True)
class Selection:
    """Which samples are looked at.

    Attributes:
        label: number of a class; None for all of them.
        part: TRAINING, VALIDATION or TEST; None for all of them.
    """

    label: int | None = None
    part: int | None = None


@dataclass(frozen=True, eq=False)
class Collection:
    """All samples that a run uses, from all sources of its recipe; positions count through them.

    Attributes:
        task: what the network is for.
        sources: the samples themselves.
        raw: for each source, whether its images are model inputs as they are.
        classes: names of the classes, of which there is one where samples have no labels; the name is
            empty for "not a character".
        source_of: int16 (n,), number of the source.
        row_of: int64 (n,), row in the source.
        class_of: int16 (n,), number of the class.
        part_of: int8 (n,), TRAINING, VALIDATION or TEST.
        left_out: samples of the sources that the run does not use, because of their labels.
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
        """Samples by class and part, int64 (classes, 3)."""
        together = self.class_of.astype(np.int64) * 3 + self.part_of
        return np.bincount(together, minlength=3 * len(self.classes)).reshape(-1, 3)

    def select(self, selection: Selection) -> Positions:
        """Positions of the samples that are looked at, rising."""
        chosen = np.ones(len(self), dtype=np.bool_)
        if selection.label is not None:
            chosen &= self.class_of == selection.label
        if selection.part is not None:
            chosen &= self.part_of == selection.part
        return np.flatnonzero(chosen)

    def source(self, position: int) -> SourceSet:
        """Where a sample comes from."""
        return self.sources[int(self.source_of[position])]

    def label(self, position: int) -> str:
        """What a sample is labelled in its source."""
        return str(self.source(position).labels[self.row_of[position]])

    def is_ink(self, position: int) -> bool:
        """Whether a sample was recorded as strokes."""
        return self.source(position).inks is not None

    @property
    def has_ink(self) -> bool:
        """Whether any source has strokes."""
        return any(source.inks is not None for source in self.sources)

    def inputs(self, positions: Iterable[int]) -> NDArray[np.float32]:
        """Samples as the network is shown them: float32 (n, height, width, channels) in 0..1."""
        drawn = [self._input(int(position)) for position in positions]
        stacked = np.stack(drawn) if drawn else np.zeros((0, *self.task.input_shape), np.uint8)
        return stacked.astype(np.float32) / np.float32(255)

    def mean(self, selection: Selection, should_stop: ShouldStop) -> tuple[NDArray[np.float32], int] | None:
        """The mean of the samples that are looked at.

        Returns:
            float32 (height, width, channels) in 0..1 and how many samples went into it, evenly chosen
            where all would take too long; None where there are none, or when should_stop() was true.
        """
        positions = self.select(selection)
        if not all(self.raw[number] for number in np.unique(self.source_of[positions])):
            positions = positions[:: max(1, -(-len(positions) // _MOST_DRAWN))]
        total = np.zeros(self.task.input_shape, dtype=np.float64)
        for first in range(0, len(positions), 1000):
            total += self._sum(positions[first : first + 1000], should_stop)
            if should_stop():
                return None
        mean: NDArray[np.float32] = (total / (255 * max(1, len(positions)))).astype(np.float32)
        return (mean, len(positions)) if len(positions) else None

    def _sum(self, positions: Positions, should_stop: ShouldStop) -> NDArray[np.float64]:
        from desktop_app.data.dataset import inputs_as_is

        total = np.zeros(self.task.input_shape, dtype=np.float64)
        for number, source in enumerate(self.sources):
            mine = positions[self.source_of[positions] == number]
            if self.raw[number] and source.images is not None:
                images = inputs_as_is(source.images[self.row_of[mine]], self.task)
                total += images.sum(axis=0, dtype=np.int64)
                continue
            for position in mine:
                if should_stop():
                    break
                total += self._input(int(position))
        return total

    def _input(self, position: int) -> NDArray[np.uint8]:
        # Imported here, in the thread that draws: SciPy must not keep the window waiting.
        from desktop_app.data.dataset import inputs_as_is, sample_of

        source, row = self.source(position), int(self.row_of[position])
        if source.images is not None and self.raw[int(self.source_of[position])]:
            model_input: NDArray[np.uint8] = inputs_as_is(source.images[row : row + 1], self.task)[0]
            return model_input
        return sample_of(source, row, self.task)[0]

    def ink(self, position: int) -> Ink:
        """The strokes of a sample that has some."""
        inks = self.source(position).inks
        assert inks is not None
        return inks.ink(int(self.row_of[position]))


@dataclass(frozen=True)
class AugmentationRequest:
    """What augmentation is to be shown of.

    Attributes:
        positions: of the samples.
        times: how often each is augmented.
        draw: names the random numbers: the same ones give the same pictures.
        ink: how strokes are augmented; None: not at all.
        image: how model inputs are augmented; None: not at all.
    """

    positions: tuple[int, ...]
    times: int
    draw: int
    ink: InkAugmentation | None
    image: ImageAugmentation | None


def summarize_source(source: SourceSet) -> SourceSummary:
    """A source in numbers."""
    return SourceSummary(
        title=source.title,
        samples=len(source),
        labels=tuple(source.kinds()),
        writers=0 if source.writers is None else len(np.unique(source.writers)),
        own_test=0 if source.is_test is None else int(source.is_test.sum()),
        needs_normalizing=source.inks is None and not source.is_normalized,
    )


def labels_to_take(recipe: Recipe, kinds: Iterable[str]) -> tuple[str, ...] | None:
    """The labels that a recipe needs for data with labels of these kinds; None where its own will do.

    A recipe without negatives learns every label there is, numbers first; one with negatives may
    leave some to them.

    Raises:
        UserError: a network cannot tell so many labels apart, or there is just one.
    """
    known = set(kinds)
    if not recipe.task.labels:
        return None
    if recipe.task.rejects:
        if known.issuperset(recipe.task.labels):
            return None
        known -= set(recipe.negatives.look_alikes)
    if known == set(recipe.task.labels):
        return None
    if not 2 <= len(known) <= MOST_LABELS:
        raise UserError(f"This data has {len(known)} labels; a network can learn 2 to {MOST_LABELS} of them.")
    return tuple(sorted(known, key=_rank))


def _rank(label: str) -> tuple[bool, int, str]:
    """Numbers first and by their value, then all other labels."""
    is_number = label.isascii() and label.isdecimal()
    return not is_number, int(label) if is_number else 0, label


def collect(recipe: Recipe, sources: Sequence[SourceSet]) -> Collection:
    """The samples that a run of the recipe uses, and what for.

    Args:
        recipe: task, data, split_seed and negatives count.
        sources: those of recipe.data, in the same order.

    Raises:
        UserError: a source cannot be split like this, its images have another size than model inputs and
            are not to be normalized, or it has no sample with a label of the recipe.
    """
    from desktop_app.data.dataset import takes_as_is
    from desktop_app.data.split import split_source

    rows, parts, numbers, classes, raw = [], [], [], [], []
    for number, (source, part) in enumerate(zip(sources, recipe.data, strict=True)):
        shared = split_source(source, part, recipe.split_seed)
        class_of = _classes(source, recipe)
        raw.append(takes_as_is(source, part, recipe.task))
        for which, chosen in enumerate((shared.training, shared.validation, shared.test)):
            used = chosen[class_of[chosen] >= 0]
            rows.append(used)
            classes.append(class_of[used])
            parts.append(np.full(len(used), which, np.int8))
            numbers.append(np.full(len(used), number, np.int16))
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


def _classes(source: SourceSet, recipe: Recipe) -> NDArray[np.int16]:
    """Numbers of classes, int16 (n,); -1 for samples that the run leaves out."""
    if not recipe.task.labels:
        return np.zeros(len(source), dtype=np.int16)
    classes = np.full(len(source), -1, dtype=np.int16)
    if recipe.task.rejects:
        classes[~np.isin(source.labels, recipe.negatives.look_alikes)] = len(recipe.task.labels)
    for number, label in enumerate(recipe.task.labels):
        classes[(source.labels == label) & ((classes >= 0) | (not recipe.task.rejects))] = number
    if not ((classes >= 0) & (classes < len(recipe.task.labels))).any():
        raise UserError(f"{source.title} has no sample with a label of this recipe; choose other data.")
    return classes


def augmented(
    collection: Collection, variation: AugmentationRequest, should_stop: ShouldStop
) -> NDArray[np.float32] | None:
    """Samples as they are, and some times as training would augment them.

    Returns:
        float32 (positions, 1 + times, height, width, channels) in 0..1, the first of each as it is;
        None when should_stop() was true.
    """
    rng = np.random.default_rng(variation.draw)
    still = collection.inputs(variation.positions)
    augments_ink = variation.ink is not None and task_kind(collection.task).sample is None
    pictures, strengths = [], []
    for picture, position in zip(still, variation.positions, strict=True):
        if should_stop():
            return None
        redrawn = augments_ink and collection.is_ink(position)
        strengths.append(variation.image.ink_strength if redrawn and variation.image is not None else 1.0)
        if redrawn and variation.ink is not None:
            ink = collection.ink(position)
            drawn = _redrawn(ink, variation.ink, collection.task, variation.times, rng)
            pictures.append(np.concatenate([picture[None], drawn]))
        else:
            pictures.append(np.repeat(picture[None], 1 + variation.times, axis=0))
    together = np.stack(pictures)
    if variation.image is not None:
        flat = together[:, 1:].reshape(-1, *still.shape[1:])
        strength = np.repeat(np.asarray(strengths, np.float32), variation.times)
        augment = task_kind(collection.task).augment
        images, _ = augment(flat, flat, strength, variation.image, rng)
        together[:, 1:] = images.reshape(together[:, 1:].shape)
    return together


def _redrawn(
    ink: Ink, settings: InkAugmentation, task: Task, times: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Ink as other hands and pens might have written it: float32 (times, height, width, channels)."""
    from desktop_app.data.augment_ink import augment_ink, unit_strokes
    from desktop_app.data.dataset import draw

    strokes, drawn = unit_strokes(ink), []
    for _ in range(times):
        pen = float(rng.uniform(*settings.pen_share))
        drawn.append(draw(augment_ink(strokes, settings, rng), pen, task))
    return np.stack(drawn).astype(np.float32) / np.float32(255)
