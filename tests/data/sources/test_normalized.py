import numpy as np
import pytest

from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.ink.normalize import normalize


def normalized(ink):
    done = normalize(ink)
    assert done is not None
    return np.rint(done.model_input * 255).astype(np.uint8)


def characters(count):
    """Frames of any place and size on a sheet of 60x60."""
    rng = np.random.default_rng(8)
    for _ in range(count):
        sheet = np.zeros((60, 60), np.float32)
        left, top = rng.integers(0, 30, 2)
        width, height = rng.integers(10, 28, 2)
        sheet[top : top + height, left : left + width] = 1
        sheet[top + 3 : top + height - 3, left + 3 : left + width - 3] = 0
        yield sheet


def test_what_the_program_normalizes_looks_normalized():
    images = np.stack([normalized(sheet) for sheet in characters(40)])
    assert looks_normalized(images)


def test_images_that_are_in_the_middle_by_their_mass_look_normalized(like_mnist):
    assert looks_normalized(like_mnist)


def test_some_odd_images_among_many_change_nothing(like_mnist):
    images = like_mnist.copy()
    images[7] = 255
    images[20] = 0
    assert looks_normalized(images)
    images[30:40] = 0
    assert not looks_normalized(images)


@pytest.mark.parametrize(
    "change",
    [
        lambda images: 255 - images,  # dark on light
        lambda images: np.roll(images, 2, axis=2),  # not in the middle
        lambda images: np.roll(images, -2, axis=1),
        lambda images: images[:, 1:, 1:],  # of another size
        lambda images: np.pad(images[:, 8:20, 8:20], ((0, 0), (8, 8), (8, 8), (0, 0))),  # too small
        lambda images: np.where(images > 0, images, 40).astype(np.uint8),  # on a grey ground
        lambda images: images.repeat(2, axis=1)[:, 14:42],  # clothes fill their frame
        lambda images: images[:0],
        lambda images: np.concatenate([images, images, images // 2], axis=3),  # in colour
    ],
)
def test_anything_else_does_not(like_mnist, change):
    assert not looks_normalized(change(like_mnist))
