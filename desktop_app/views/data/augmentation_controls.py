"""Sliders for what varies: one group for strokes and one for images, each with a switch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.core.fields import Field, NumberField
from desktop_app.runs.recipe_fields import choice_field, number_field
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.form_fields import FieldEdit, field_edit
from desktop_app.views.parts.theme import STEP

Variety = TypeVar("Variety", ImageAugmentation, InkAugmentation)


class AugmentationGroup(QWidget, Generic[Variety]):
    """A switch, and below it what varies while it is on."""

    changed = Signal()
    """value is another one now, by the user's hand."""

    def __init__(self, words: str, first: Variety) -> None:
        """Start switched off; first is what it begins with when it is switched on."""
        super().__init__()
        self._kept: Variety = first
        self._edits: dict[str, FieldEdit] = {}
        self.switch = CheckBox(words)
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
        self.switch.toggled.connect(self._turn)

    @property
    def value(self) -> Variety | None:
        """The augmentation that is set; None while it is switched off."""
        return self._kept if self.switch.isChecked() else None

    def set_value(self, value: Variety | None) -> None:
        """Show a augmentation, or that there is none."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(value is not None)
        self.body.setVisible(value is not None)
        if value is not None:
            self._kept = value
        self.show_value()

    def add(self, *fields: Field) -> None:
        """A line for each value of the augmentation, below those that are there."""
        for field in fields:
            self._place(field_edit(field, slider=True), field)

    def show_value(self) -> None:
        """Let all controls say what is set."""
        for name, edit in self._edits.items():
            edit.set_value(getattr(self._kept, name))

    def take(self, value: Variety) -> None:
        """Another value, by the user's hand."""
        if value != self._kept:
            self._kept = value
            self.changed.emit()

    def _place(self, edit: FieldEdit, field: Field) -> None:
        name = field.name.rpartition(".")[2]
        self._edits[name] = edit
        edit.edited.connect(lambda value: self._take(name, value))
        edit.add_to_grid(self.grid)

    def _take(self, name: str, value: object) -> None:
        changes: dict[str, Any] = {name: value}
        self.take(replace(self._kept, **changes))

    def _turn(self, on: bool) -> None:
        self.body.setVisible(on)
        self.show_value()
        self.changed.emit()


class ImageControls(AugmentationGroup[ImageAugmentation]):
    """What varies in model inputs."""

    def __init__(self) -> None:
        """Start switched off."""
        super().__init__(self.tr("Vary images"), ImageAugmentation())
        self.add(*self._fields())
        self._warning = QLabel(self.tr("Mirrored digits are other signs: networks get worse by it."))
        self._warning.setWordWrap(True)
        self._warning.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.grid.addWidget(self._warning, self.grid.rowCount(), 0, 1, 3)
        self.set_value(None)

    def show_value(self) -> None:
        """Let all controls say what is set."""
        super().show_value()
        self._warn()

    def take(self, value: ImageAugmentation) -> None:
        """Another value, by the user's hand."""
        super().take(value)
        self._warn()

    def set_has_ink(self, has: bool) -> None:
        """Whether there are strokes, whose images may vary less."""
        self._edits["ink_strength"].set_visible(has)

    def _warn(self) -> None:
        self._warning.setVisible(self._kept.flip != "none")

    def _fields(self) -> tuple[Field, ...]:
        tr = self.tr
        bent = tr("Pixels that the ink is bent by, on average.")
        thicker = tr("Share of images with thicker or thinner strokes.")
        on_strokes = tr("How much of all this strokes get that vary already.")
        mirrors = {
            "none": tr("never"),
            "horizontal": tr("left and right"),
            "vertical": tr("above and below"),
            "both": tr("both ways"),
        }

        def slider(name: str, title: str, tip: str, reach: float, step: float, unit: str = "%") -> Field:
            path = f"image_augmentation.{name}"
            return number_field(path, title, tip, step=step, unit=unit, reach=reach)

        return (
            slider("rotation", tr("Rotation"), tr("Degrees to either side, at most."), 45, 1, "°"),
            slider("shear", tr("Slant"), tr("To either side, as a share of the height."), 0.6, 0.01),
            slider("scale", tr("Size"), tr("Larger or smaller, width and height apart."), 0.5, 0.01),
            slider("shift", tr("Shift"), tr("Pixels in any direction, at most."), 5, 0.1, " px"),
            slider("elastic", tr("Elastic"), bent, 3, 0.1, " px"),
            slider("thickness", tr("Thickness"), thicker, 1, 0.01),
            slider("gamma", tr("Contrast"), tr("How much paler or darker half tones become."), 1, 0.01, ""),
            slider(
                "ink_strength",
                tr("On strokes"),
                on_strokes,
                1,
                0.01,
            ),
            choice_field("image_augmentation.flip", tr("Mirror"), mirrors),
        )


class InkControls(AugmentationGroup[InkAugmentation]):
    """What varies in strokes before they are drawn."""

    def __init__(self) -> None:
        """Start switched off."""
        super().__init__(self.tr("Vary strokes"), InkAugmentation())
        self.add(*self._fields())
        tr = self.tr
        thin = tr("The thinnest pen, as a share of the character's size.")
        thick = tr("The thickest pen, as a share of the character's size.")
        self._pens = (self._pen(0, tr("Pen from"), thin), self._pen(1, tr("Pen to"), thick))
        self.add(*self._counts())
        self.set_value(None)

    def show_value(self) -> None:
        """Let all controls say what is set."""
        super().show_value()
        for pen, share in zip(self._pens, self._kept.pen_share, strict=True):
            pen.set_value(share)

    def _fields(self) -> tuple[Field, ...]:
        tr = self.tr
        apart = tr("How far each stroke moves on its own.")

        def slider(name: str, title: str, tip: str, reach: float, step: float, unit: str = "%") -> Field:
            return number_field(f"ink_augmentation.{name}", title, tip, step=step, unit=unit, reach=reach)

        return (
            slider("rotation", tr("Rotation"), tr("Degrees to either side, on average."), 30, 0.5, "°"),
            slider("shear", tr("Slant"), tr("To either side, as a share of the height."), 0.6, 0.01),
            slider("aspect", tr("Proportions"), tr("Wider or narrower than written."), 0.5, 0.01),
            slider("bend", tr("Bend"), tr("As a share of the character's size."), 0.15, 0.005),
            slider("stroke_shift", tr("Strokes apart"), apart, 0.15, 0.005),
        )

    def _counts(self) -> tuple[Field, ...]:
        variants = self.tr("How often all strokes are drawn anew.")
        repeats = self.tr("How often a character stands in an epoch.")
        return (
            number_field("ink_augmentation.variants", self.tr("Variants"), variants, step=1, reach=20),
            number_field("ink_augmentation.repeats", self.tr("Repeats"), repeats, step=1, reach=10),
        )

    def _pen(self, number: int, title: str, tip: str) -> FieldEdit:
        default = InkAugmentation().pen_share[number]
        field = NumberField("pen_share", title, default, 0.01, 1.0, tip, step=0.01, unit="%", reach=0.4)
        edit = field_edit(field, slider=True)
        edit.edited.connect(lambda share: self._take_pen(number, share))
        edit.add_to_grid(self.grid)
        return edit

    def _take_pen(self, moved: int, share: float) -> None:
        """The thinnest pen is never thicker than the thickest: one pushes the other."""
        shares = list(self._kept.pen_share)
        shares[moved] = share
        if shares[0] > shares[1]:
            shares[1 - moved] = share
            self._pens[1 - moved].set_value(share)
        self.take(replace(self._kept, pen_share=(shares[0], shares[1])))
