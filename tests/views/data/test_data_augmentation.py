"""Augmentation in the data panel: its controls and the augmented samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton, QSlider, QTabWidget, QWidget

from desktop_app.data.augmented_examples import AugmentationRequest
from desktop_app.inspection.tiles import value_tiles
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation, InkAugmentation
from desktop_app.views.data.augmentation_controls import ImageControls, InkControls
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.parts.tile_grid import TileGrid
from tests.finding import child
from tests.views.data.data_panels import RECIPE, button, changes_of, grid_of, named, pictures_of
from tests.views.drafts import draft_of


def requests_of(panel: DataPanel) -> list[AugmentationRequest]:
    requests: list[AugmentationRequest] = []
    panel.augmentation_requested.connect(requests.append)
    return requests


def slider(panel: QWidget, kind: type[QWidget], text: str) -> Callable[[int], None]:
    (group,) = panel.findChildren(kind)
    found = next(w for w in group.findChildren(QWidget) if w.accessibleName() == text)

    def press(times: int) -> None:
        for _ in range(abs(times)):
            QTest.keyClick(found, Qt.Key.Key_Right if times > 0 else Qt.Key.Key_Left)

    return press


def image_augmentation_of(panel: DataPanel) -> ImageAugmentation:
    assert panel.draft.value is not None
    assert panel.draft.value.image_augmentation is not None
    return panel.draft.value.image_augmentation


def test_first_samples_are_augmented_until_others_are_selected(full: DataPanel) -> None:
    draft_of(full).show(replace(RECIPE, image_augmentation=ImageAugmentation()))
    requests = requests_of(full)
    QTest.keyClick(grid_of(full), Qt.Key.Key_Right)
    assert requests == []
    child(full, QTabWidget).setCurrentIndex(1)
    assert (requests[-1].positions, requests[-1].times) == (tuple(range(64)), 1)
    child(full, QTabWidget).setCurrentIndex(0)
    QTest.keyClick(grid_of(full), Qt.Key.Key_Space)
    child(full, QTabWidget).setCurrentIndex(1)
    assert requests[-1].positions == (0,)
    assert requests[-1].times >= 2


def test_64_augmented_samples_have_their_class_names(augmented: DataPanel) -> None:
    requests = requests_of(augmented)
    QTest.mouseClick(child(augmented, QPushButton, "Again"), Qt.MouseButton.LeftButton)
    inputs = np.zeros((64, 2, 28, 28, 1), np.float32)
    inputs[:, 1] = 1
    augmented.set_augmentation(requests[-1], inputs)
    tiles = child(augmented, TileGrid, "Samples and augmented variants").tiles
    assert tiles is not None
    assert tiles.captions == tuple(str(number % 3) for number in range(64))
    assert len(np.unique(tiles.pixels)) == 1


def test_slider_changes_the_recipe_and_requests_images(augmented: DataPanel) -> None:
    changes, requests = changes_of(augmented), requests_of(augmented)
    slider(augmented, ImageControls, "Rotation")(3)
    assert [r.image_augmentation.rotation for r in changes if r.image_augmentation] == [13, 14, 15]
    assert [w.image.rotation for w in requests if w.image] == [13, 14, 15]
    assert len({w.seed for w in requests}) == 1
    slider(augmented, ImageControls, "Elastic")(-2)
    assert changes[-1].image_augmentation == ImageAugmentation(rotation=15, elastic=0.6)


def test_every_field_of_image_augmentation_has_a_slider(augmented: DataPanel) -> None:
    changes = changes_of(augmented)
    for text, field in (
        ("Rotation", "rotation"),
        ("Slant", "shear"),
        ("Size", "scale"),
        ("Shift", "shift"),
        ("Elastic", "elastic"),
        ("Thickness", "thickness"),
        ("Gamma", "gamma"),
        ("Resolution", "resolution"),
        ("On strokes", "ink_strength"),
        ("Crop", "crop"),
        ("Brightness", "brightness"),
        ("Contrast", "contrast"),
        ("Saturation", "saturation"),
        ("Cutout", "cutout"),
        ("Mixup", "mixup"),
    ):
        before = image_augmentation_of(augmented)
        slider(augmented, ImageControls, text)(1)
        changed = image_augmentation_of(augmented)
        assert getattr(changed, field) > getattr(before, field)
        assert replace(changed, **{field: getattr(before, field)}) == before
        assert changes[-1].image_augmentation == changed


def test_every_field_of_ink_augmentation_has_a_slider(augmented: DataPanel) -> None:
    draft_of(augmented).show(replace(RECIPE, ink_augmentation=InkAugmentation()))
    changes = changes_of(augmented)
    for text, field in (
        ("Rotation", "rotation"),
        ("Slant", "shear"),
        ("Proportions", "aspect"),
        ("Bend", "bend"),
        ("Stroke shift", "stroke_shift"),
        ("Crossed zeros", "crossed_zeros"),
        ("Thinnest pen", "pen_share"),
        ("Thickest pen", "pen_share"),
        ("Variants", "variants"),
        ("Repeats", "repeats"),
    ):
        before = augmented.draft.value
        assert before is not None
        slider(augmented, InkControls, text)(1)
        assert getattr(changes[-1].ink_augmentation, field) > getattr(before.ink_augmentation, field)
        assert type(getattr(changes[-1].ink_augmentation, field)) is type(
            getattr(before.ink_augmentation, field)
        )


def test_pen_widths_stay_in_order(augmented: DataPanel) -> None:
    draft_of(augmented).show(replace(RECIPE, ink_augmentation=InkAugmentation(pen_share=(0.1, 0.11))))
    changes = changes_of(augmented)
    slider(augmented, InkControls, "Thinnest pen")(3)
    assert changes[-1].ink_augmentation == InkAugmentation(pen_share=(0.13, 0.13))
    slider(augmented, InkControls, "Thickest pen")(-5)
    assert changes[-1].ink_augmentation == InkAugmentation(pen_share=(0.08, 0.08))


def test_augmentation_keeps_its_values_when_switched_off_and_on(augmented: DataPanel) -> None:
    changes, requests = changes_of(augmented), requests_of(augmented)
    slider(augmented, ImageControls, "Rotation")(1)
    (group,) = augmented.findChildren(ImageControls)
    QTest.keyClick(group.switch, Qt.Key.Key_Space)
    assert [change.image_augmentation for change in changes[-1:]] == [None]
    assert requests[-1].times == 0
    assert not group.body.isVisible()
    QTest.keyClick(group.switch, Qt.Key.Key_Space)
    assert changes[-1].image_augmentation == ImageAugmentation(rotation=13)
    assert requests[-1].times == 1


def visible_fields(panel: DataPanel) -> set[str]:
    (group,) = panel.findChildren(ImageControls)
    kinds = (QSlider, QComboBox)
    return {w.accessibleName() for kind in kinds for w in group.findChildren(kind) if w.isVisible()}


def test_fields_of_augmentation_suit_the_task(augmented: DataPanel) -> None:
    characters = {"Rotation", "Slant", "Size", "Shift", "Elastic", "Thickness", "Gamma", "Resolution"}
    assert visible_fields(augmented) == characters
    draft_of(augmented).show(replace(RECIPE, image_augmentation=NO_AUGMENTATION))
    augmented.set_collection(pictures_of())
    colour = {
        "Mirror", "Crop", "Rotation", "Size", "Brightness", "Contrast", "Saturation", "Cutout", "Mixup"
    }  # fmt: skip
    assert visible_fields(augmented) == colour
    augmented.set_collection(pictures_of(channels=1))
    assert visible_fields(augmented) == colour - {"Saturation"}


def test_fields_that_the_recipe_uses_are_visible_for_every_task(augmented: DataPanel) -> None:
    assert "Mirror" not in visible_fields(augmented)
    draft_of(augmented).show(replace(RECIPE, image_augmentation=ImageAugmentation(flip="horizontal")))
    assert "Mirror" in visible_fields(augmented)
    changes = changes_of(augmented)
    named(augmented, QComboBox, "Mirror").setCurrentIndex(0)
    assert changes[-1].image_augmentation == ImageAugmentation()


def test_task_of_another_kind_gets_its_default_augmentation(augmented: DataPanel) -> None:
    pictures = pictures_of().task
    augmented.set_task(pictures)
    default = replace(NO_AUGMENTATION, flip="horizontal", crop=4)
    assert augmented.draft.value == replace(RECIPE, task=pictures, image_augmentation=default)
    changed = replace(augmented.draft.value, image_augmentation=replace(default, cutout=8))
    draft_of(augmented).show(changed)
    labels = replace(pictures, labels=("a", "b"))
    augmented.set_task(labels)
    assert augmented.draft.value == replace(changed, task=labels)
    draft_of(augmented).show(RECIPE)
    augmented.set_task(pictures)
    assert augmented.draft.value == replace(RECIPE, task=pictures)


def test_augmentation_is_switched_on_with_the_default_of_the_task(full: DataPanel) -> None:
    full.set_collection(pictures_of())
    child(full, QTabWidget).setCurrentIndex(1)
    changes = changes_of(full)
    (group,) = full.findChildren(ImageControls)
    QTest.keyClick(group.switch, Qt.Key.Key_Space)
    assert changes[-1].image_augmentation == replace(NO_AUGMENTATION, flip="horizontal", crop=4)


def test_values_beyond_the_slider_are_kept(augmented: DataPanel) -> None:
    changes = changes_of(augmented)
    draft_of(augmented).show(
        replace(RECIPE, image_augmentation=ImageAugmentation(rotation=170.5, shear=0.123456))
    )
    slider(augmented, ImageControls, "Shift")(1)
    assert changes == [
        replace(RECIPE, image_augmentation=ImageAugmentation(rotation=170.5, shear=0.123456, shift=1.3))
    ]


def test_again_uses_other_random_numbers(augmented: DataPanel) -> None:
    requests = requests_of(augmented)
    changes = changes_of(augmented)
    QTest.mouseClick(button(augmented, "Again"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(augmented, "Again"), Qt.MouseButton.LeftButton)
    assert [w.seed for w in requests] == [1, 2]
    assert changes == []


def test_augmented_samples_are_beside_the_originals(augmented: DataPanel) -> None:
    pictures = np.random.default_rng(1).random((2, 4, 28, 28, 1)).astype(np.float32)
    augmented.set_augmentation(AugmentationRequest((0, 1), 3, 0, None, ImageAugmentation()), pictures)
    tiles = child(augmented, TileGrid, "Samples and augmented variants").tiles
    assert tiles is not None
    np.testing.assert_array_equal(tiles.pixels, value_tiles(pictures.reshape(-1, 28, 28), 0.0, 1.0))
    assert tiles.captions == ("0", "", "", "", "1", "", "", "")
    layout = child(augmented, TileGrid, "Samples and augmented variants").layout_of_tiles
    assert layout is not None
    assert layout.columns == 4
    np.testing.assert_array_equal(augmented.numbers()["augmented"], pictures)


def test_ink_sliders_are_visible_only_for_strokes(augmented: DataPanel) -> None:
    (ink,) = augmented.findChildren(InkControls)
    assert not ink.isVisible()
