"""Examples of augmented samples, for the data view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.stopping import ShouldStop
from desktop_app.data.collection import Collection
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.kinds import task_kind


@dataclass(frozen=True)
class AugmentationRequest:
    """Request for examples of augmented samples.

    Attributes:
        positions: positions of the samples.
        times: number of augmented examples of each sample.
        seed: random seed.
        ink: augmentation of ink; None for none.
        image: augmentation of images; None for none.
    """

    positions: tuple[int, ...]
    times: int
    seed: int
    ink: InkAugmentation | None
    image: ImageAugmentation | None


def augmented_examples(
    collection: Collection, request: AugmentationRequest, should_stop: ShouldStop
) -> NDArray[np.float32] | None:
    """Return samples without augmentation, each followed by augmented examples.

    Returns:
        float32 (positions, 1 + times, height, width, channels) in 0..1; None if should_stop() returned True.
    """
    # Imported here, in a worker thread, because importing SciPy takes long.
    from desktop_app.data.augment_ink import augment_character
    from desktop_app.data.ink_samples import draw_augmented

    rng = np.random.default_rng(request.seed)
    augments_ink = request.ink is not None and task_kind(collection.task).make_sample is None
    examples, strengths = [], []
    for position in request.positions:
        if should_stop():
            return None
        (model_input,) = collection.inputs([position])
        is_augmented_ink = augments_ink and collection.is_ink(position)
        image = request.image
        strengths.append(image.ink_strength if is_augmented_ink and image is not None else 1.0)
        if is_augmented_ink and request.ink is not None:
            ink, label = collection.ink(position), collection.label(position)
            inks = (augment_character(ink, label, request.ink, rng) for _ in range(request.times))
            augmented = np.stack(draw_augmented(inks, request.ink, collection.task, rng))
            examples.append(np.concatenate([model_input[None], augmented / np.float32(255)]))
        else:
            examples.append(np.repeat(model_input[None], 1 + request.times, axis=0))
    stacked = np.stack(examples)
    if request.image is not None:
        flat = stacked[:, 1:].reshape(-1, *collection.task.input_shape)
        strength = np.repeat(np.asarray(strengths, np.float32), request.times)
        augment = task_kind(collection.task).augment
        images, _ = augment(flat, flat, strength, request.image, rng)
        stacked[:, 1:] = images.reshape(stacked[:, 1:].shape)
    return stacked
