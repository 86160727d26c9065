"""Tests of examples of augmented samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop_app.data.augmented_examples import AugmentationRequest, augmented_examples
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation, InkAugmentation
from tests.data.bars_and_hands import always, both, never


def test_first_example_is_not_augmented() -> None:
    collection = both()
    request = AugmentationRequest((2, 40, 41), 3, 0, InkAugmentation(), ImageAugmentation())
    pictures = augmented_examples(collection, request, never)
    assert pictures is not None
    assert pictures.shape == (3, 4, 28, 28, 1)
    assert pictures.dtype == np.float32
    np.testing.assert_array_equal(pictures[:, 0], collection.inputs((2, 40, 41)))
    for sample in pictures:
        for one in range(4):
            for other in range(one):
                assert np.abs(sample[one] - sample[other]).max() > 0.1


def test_same_seed_gives_same_examples() -> None:
    collection, request = both(), AugmentationRequest((2, 40), 3, 5, InkAugmentation(), ImageAugmentation())
    first, again, other = (
        augmented_examples(collection, one, never) for one in (request, request, replace(request, seed=6))
    )
    assert first is not None
    assert other is not None
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_only_ink_is_augmented_as_ink_and_only_on_request() -> None:
    collection = both()
    strokes = augmented_examples(
        collection, AugmentationRequest((2, 40), 3, 0, InkAugmentation(), None), never
    )
    assert strokes is not None
    assert (strokes[0] == strokes[0, :1]).all()
    assert (np.abs(strokes[1, 1:] - strokes[1, 0]).max(axis=(1, 2, 3)) > 0.1).all()
    alone = augmented_examples(collection, AugmentationRequest((2, 40), 3, 0, None, None), never)
    assert alone is not None
    assert (alone == alone[:, :1]).all()


def test_augmented_ink_gets_less_image_augmentation() -> None:
    collection = both()
    turned = replace(NO_AUGMENTATION, rotation=90, ink_strength=0.0)
    straight = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0, pen_share=(0.1, 0.1))
    pictures = augmented_examples(collection, AugmentationRequest((40,), 4, 0, straight, turned), never)
    assert pictures is not None
    np.testing.assert_allclose(pictures[0, 1:], pictures[0, :1].repeat(4, axis=0), atol=0.02)
    alone = augmented_examples(collection, AugmentationRequest((40,), 4, 0, None, turned), never)
    assert alone is not None
    assert np.abs(alone[0, 1:] - alone[0, :1]).max() > 0.5


def test_augmentation_can_be_stopped() -> None:
    assert augmented_examples(both(), AugmentationRequest((2,), 3, 0, None, None), always) is None
