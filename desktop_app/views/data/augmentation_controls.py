"""Sliders for augmentation: one group for strokes and one for images, each with a switch."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop_app.core.fields import Field, NumberField
from desktop_app.runs.recipe_fields import choice_field, number_field
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation, InkAugmentation
from desktop_app.tasks.kinds import augmentations, task_kind
from desktop_app.tasks.task import Task
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.form_fields import FieldEdit, field_edit
from desktop_app.views.parts.theme import STEP

Augmentation = TypeVar("Augmentation", ImageAugmentation, InkAugmentation)


class AugmentationGroup(QWidget, Generic[Augmentation]):
    """A switch and the fields of an augmentation, which are visible while it is on."""

    changed = Signal()
    """The user has changed the value."""

    def __init__(self, title: str, initial: Augmentation) -> None:
        """Create the group switched off; initial is the value when it is first switched on."""
        super().__init__()
        self._value: Augmentation = initial
        self._edits: dict[str, FieldEdit] = {}
        self.switch = CheckBox(title)
        font = self.switch.font()
        font.setBold(True)
        self.switch.setFont(font)
        self.body = QWidget()
        self.grid = QGridLayout(self.body)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(STEP)
        self.grid.setVerticalSpacing(STEP // 2)
        self.grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self.switch)
        layout.addWidget(self.body)
        self.body.setVisible(False)
        self.switch.toggled.connect(self._switch)

    @property
    def value(self) -> Augmentation | None:
        """The augmentation; None while switched off."""
        return self._value if self.switch.isChecked() else None

    def set_value(self, value: Augmentation | None) -> None:
        """Show an augmentation; None: none."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(value is not None)
        self.body.setVisible(value is not None)
        if value is not None:
            self._value = value
        self.show_value()

    def add(self, *fields: Field) -> None:
        """Add a line for each field."""
        for field in fields:
            self._add_edit(field_edit(field, slider=True), field)

    def show_value(self) -> None:
        """Update all controls."""
        for name, edit in self._edits.items():
            edit.set_value(getattr(self._value, name))

    def change_value(self, value: Augmentation) -> None:
        """Set a value entered by the user."""
        if value != self._value:
            self._value = value
            self.changed.emit()

    def _add_edit(self, edit: FieldEdit, field: Field) -> None:
        name = field.name.rpartition(".")[2]
        self._edits[name] = edit
        edit.edited.connect(lambda value: self._set_field(name, value))
        edit.add_to_grid(self.grid)

    def _set_field(self, name: str, value: object) -> None:
        changes: dict[str, Any] = {name: value}
        self.change_value(replace(self._value, **changes))

    def _switch(self, on: bool) -> None:
        self.body.setVisible(on)
        self.show_value()
        self.changed.emit()


class ImageControls(AugmentationGroup[ImageAugmentation]):
    """Augmentation of model inputs, with the fields that suit the task."""

    def __init__(self) -> None:
        """Create the group switched off, with the fields of all tasks."""
        super().__init__(self.tr("Augment images"), ImageAugmentation())
        self.switch.setToolTip(
            self.tr("Change the images at random in each epoch; fewer samples suffice then")
        )
        self._default = self._value
        self._suitable = frozenset(each.name for each in fields(ImageAugmentation))
        self.add(*self._geometry_fields(), *self._pixel_fields())
        self.set_value(None)

    def set_task(self, task: Task, *, has_ink: bool) -> None:
        """Show the fields that suit a task; has_ink: also those for images of strokes."""
        self._suitable = frozenset(augmentations(task)) - (frozenset() if has_ink else {"ink_strength"})
        default = task_kind(task).default_augmentation
        if default != self._default:
            self._default = default
            if not self.switch.isChecked():
                self._value = default
        self.show_value()

    def show_value(self) -> None:
        """Update all controls."""
        super().show_value()
        for name, edit in self._edits.items():
            # Other fields are visible if the recipe uses them, so that they can be switched off.
            is_used = name != "ink_strength" and getattr(self._value, name) != getattr(NO_AUGMENTATION, name)
            edit.set_visible(name in self._suitable or is_used)

    def _geometry_fields(self) -> tuple[Field, ...]:
        mirrors = {
            "none": self.tr("never"),
            "horizontal": self.tr("horizontally"),
            "vertical": self.tr("vertically"),
            "both": self.tr("both"),
        }
        flip = self.tr("Mirror a random half of the images; not suitable for characters.")
        crop = self.tr("Random crop with padding: maximum shift in whole pixels, with zeros outside.")
        rotation = self.tr("Maximum rotation in degrees.")
        shear = self.tr("Maximum slant as a fraction of the height.")
        scale = self.tr("Maximum change of size; width and height change separately.")
        elastic = self.tr("Average elastic displacement in pixels.")
        return (
            choice_field("image_augmentation.flip", self.tr("Mirror"), mirrors, flip),
            _slider("crop", self.tr("Crop"), crop, 16, 1, " px"),
            _slider("rotation", self.tr("Rotation"), rotation, 45, 1, "°"),
            _slider("shear", self.tr("Slant"), shear, 0.6, 0.01),
            _slider("scale", self.tr("Size"), scale, 0.5, 0.01),
            _slider("shift", self.tr("Shift"), self.tr("Maximum shift in pixels."), 5, 0.1, " px"),
            _slider("elastic", self.tr("Elastic"), elastic, 3, 0.1, " px"),
        )

    def _pixel_fields(self) -> tuple[Field, ...]:
        thickness = self.tr("Fraction of images with thicker or thinner strokes.")
        gamma = self.tr("Maximum gamma correction, as a logarithm.")
        resolution = self.tr("Fraction of images with a lower resolution.")
        ink_strength = self.tr("Strength of image augmentation for strokes, which are augmented already.")
        brightness = self.tr("Maximum change of all pixel values.")
        contrast = self.tr("Maximum change of differences from the mean of the image.")
        saturation = self.tr("Maximum change of differences from grey.")
        cutout = self.tr("Side of a random square that gets the mean colour of the image.")
        mixup = self.tr("Mix two images and their labels. Larger values of alpha mix more evenly; 0: never.")
        return (
            _slider("thickness", self.tr("Thickness"), thickness, 1, 0.01),
            _slider("gamma", self.tr("Gamma"), gamma, 1, 0.01, ""),
            _slider("resolution", self.tr("Resolution"), resolution, 1, 0.01),
            _slider("ink_strength", self.tr("On strokes"), ink_strength, 1, 0.01),
            _slider("brightness", self.tr("Brightness"), brightness, 1, 0.01),
            _slider("contrast", self.tr("Contrast"), contrast, 1, 0.01),
            _slider("saturation", self.tr("Saturation"), saturation, 1, 0.01),
            _slider("cutout", self.tr("Cutout"), cutout, 32, 1, " px"),
            _slider("mixup", self.tr("Mixup"), mixup, 1, 0.05, ""),
        )


def _slider(name: str, title: str, tip: str, reach: float, step: float, unit: str = "%") -> Field:
    """Return a field of the augmentation of images."""
    return number_field(f"image_augmentation.{name}", title, tip, step=step, unit=unit, reach=reach)


class InkControls(AugmentationGroup[InkAugmentation]):
    """Augmentation of strokes before they are rendered."""

    def __init__(self) -> None:
        """Create the group switched off."""
        super().__init__(self.tr("Augment strokes"), InkAugmentation())
        self.switch.setToolTip(self.tr("Change the strokes at random before they become images"))
        self.add(*self._fields())
        thin = self.tr("Thinnest pen as a fraction of the character's size.")
        thick = self.tr("Thickest pen as a fraction of the character's size.")
        self._pens = (
            self._pen(0, self.tr("Thinnest pen"), thin),
            self._pen(1, self.tr("Thickest pen"), thick),
        )
        self.add(*self._counts())
        self.set_value(None)

    def show_value(self) -> None:
        """Update all controls."""
        super().show_value()
        for pen, width in zip(self._pens, self._value.pen_share, strict=True):
            pen.set_value(width)

    def _fields(self) -> tuple[Field, ...]:
        crossed = self.tr("Fraction of the zeros that get a bar or a slash across.")
        stroke_shift = self.tr("Shift of single strokes as a fraction of the character's size.")

        def slider(name: str, title: str, tip: str, reach: float, step: float, unit: str = "%") -> Field:
            return number_field(f"ink_augmentation.{name}", title, tip, step=step, unit=unit, reach=reach)

        return (
            slider("rotation", self.tr("Rotation"), self.tr("Average rotation in degrees."), 30, 0.5, "°"),
            slider(
                "shear", self.tr("Slant"), self.tr("Average slant as a fraction of the height."), 0.6, 0.01
            ),
            slider("aspect", self.tr("Proportions"), self.tr("Change of width to height."), 0.5, 0.01),
            slider(
                "bend", self.tr("Bend"), self.tr("Bend as a fraction of the character's size."), 0.15, 0.005
            ),
            slider("stroke_shift", self.tr("Stroke shift"), stroke_shift, 0.15, 0.005),
            slider("crossed_zeros", self.tr("Crossed zeros"), crossed, 1.0, 0.01),
        )

    def _counts(self) -> tuple[Field, ...]:
        variants = self.tr("Number of augmented renderings of every character.")
        repeats = self.tr("Occurrences of every character in an epoch.")
        return (
            number_field("ink_augmentation.variants", self.tr("Variants"), variants, step=1, reach=20),
            number_field("ink_augmentation.repeats", self.tr("Repeats"), repeats, step=1, reach=10),
        )

    def _pen(self, number: int, title: str, tip: str) -> FieldEdit:
        default = InkAugmentation().pen_share[number]
        field = NumberField("pen_share", title, default, 0.01, 1.0, tip, step=0.01, unit="%", reach=0.4)
        edit = field_edit(field, slider=True)
        edit.edited.connect(lambda width: self._set_pen(number, width))
        edit.add_to_grid(self.grid)
        return edit

    def _set_pen(self, changed_pen: int, width: float) -> None:
        """Set one pen width; the other follows so that the thinnest is not thicker than the thickest."""
        widths = list(self._value.pen_share)
        widths[changed_pen] = width
        if widths[0] > widths[1]:
            widths[1 - changed_pen] = width
            self._pens[1 - changed_pen].set_value(width)
        self.change_value(replace(self._value, pen_share=(widths[0], widths[1])))
