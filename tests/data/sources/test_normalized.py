import numpy as np
import pytest

from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.ink.normalize import normalize


def normalized(ink):
    done = normalize(ink, 28, 1)
    assert done is not None
    return np.rint(done.model_input * 255).astype(np.uint8)


def characters(count):
    """Frames of any position and size in images of 60×60 pixels."""
    rng = np.random.default_rng(8)
    for _ in range(count):
        sheet = np.zeros((60, 60), np.float32)
        left, top = rng.integers(0, 30, 2)
        width, height = rng.integers(10, 28, 2)
        sheet[top : top + height, left : left + width] = 1
        sheet[top + 3 : top + height - 3, left + 3 : left + width - 3] = 0
        yield sheet


def test_normalized_images_are_detected():
    images = np.stack([normalized(sheet) for sheet in characters(40)])
    assert looks_normalized(images)


def test_images_centred_by_mass_are_detected(like_mnist):
    assert looks_normalized(like_mnist)


def test_few_other_images_are_tolerated(like_mnist):
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
        lambda images: images[:, 1:, 1:],  # of different sizes
        lambda images: np.pad(images[:, 8:20, 8:20], ((0, 0), (8, 8), (8, 8), (0, 0))),  # too small
        lambda images: np.where(images > 0, images, 40).astype(np.uint8),  # on a grey ground
        lambda images: images.repeat(2, axis=1)[:, 14:42],  # clothes fill their frame
        lambda images: images[:0],
        lambda images: np.concatenate([images, images, images // 2], axis=3),  # in colour
    ],
)
def test_other_images_are_not_detected(like_mnist, change):
    assert not looks_normalized(change(like_mnist))


@pytest.mark.parametrize(("longer", "expected"), [(17, False), (18, True), (20, True), (21, False)])
@pytest.mark.parametrize("axis", [1, 2])
def test_longer_side_of_the_ink_must_be_18_to_20_pixels(longer, expected, axis):
    images = np.zeros((5, 28, 28, 1), np.uint8)
    first = 14 - longer // 2
    images[:, first : first + longer, 12:16] = 200
    assert looks_normalized(images if axis == 1 else images.swapaxes(1, 2)) is expected


@pytest.mark.parametrize(("grey", "expected"), [(25, True), (26, False)])
def test_nearly_dark_pixels_are_not_ink(like_mnist, grey, expected):
    images = like_mnist.copy()
    # Two opposite corners do not change the centre of mass.
    images[:, [0, -1], [0, -1]] = grey
    assert looks_normalized(images) is expected


@pytest.mark.parametrize(("off", "expected"), [(0.5, True), (0.7, False), (-0.5, True), (-0.7, False)])
@pytest.mark.parametrize("axis", [1, 2])
def test_centre_of_mass_must_be_near_pixel_14(off, expected, axis):
    image = np.zeros((28, 28))
    # A bar centred at pixel 14, and a weight that moves its centre of mass.
    image[5:24, 13:16] = 100
    pull = off * image.sum() / (9 - off)
    image[23, 14] += pull if off > 0 else 0
    image[5, 14] += 0 if off > 0 else -off * image[5:24, 13:16].sum() / (9 + off)
    image *= 200 / image.max()
    images = np.rint(image).astype(np.uint8)[None, ..., None].repeat(3, axis=0)
    assert looks_normalized(images if axis == 1 else images.swapaxes(1, 2)) is expected


def test_images_of_the_whole_set_are_checked(like_mnist):
    images = np.tile(like_mnist, (40, 1, 1, 1))
    # Every twelfth image is not normalized, which is more than is tolerated.
    images[::12] = 0
    assert not looks_normalized(images)
    images[::12] = like_mnist[0]
    images[:60] = 0
    assert looks_normalized(images)
