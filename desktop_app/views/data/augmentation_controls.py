"""Sliders for what varies: one group for strokes and one for images, each with a switch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.theme import STEP

_VALUE_WIDTH = 6 * STEP


@dataclass(frozen=True)
class Span:
    """What a slider goes through.

    Attributes:
        words: what it sets.
        help: what that does, in a sentence.
        most: the largest value; the least is 0 unless said otherwise.
        step: from one value to the next.
        unit: behind the number; "%" shows shares.
    """

    words: str
    help: str
    most: float
    step: float
    unit: str = ""
    least: float = 0.0


class SliderRow:
    """A name, a slider and its value, as one line of a grid."""

    def __init__(self, span: Span, grid: QGridLayout) -> None:
        """Add the line below those that are there."""
        self._span = span
        self._exact = span.least
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(span.words)
        self.slider.setToolTip(span.help)
        self.slider.setRange(round(span.least / span.step), round(span.most / span.step))
        self.slider.setMinimumWidth(8 * STEP)
        label, self._value = QLabel(span.words), QLabel()
        label.setToolTip(span.help)
        label.setBuddy(self.slider)
        self._value.setMinimumWidth(_VALUE_WIDTH)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = grid.rowCount()
        self._widgets = (label, self.slider, self._value)
        for column, widget in enumerate(self._widgets):
            grid.addWidget(widget, row, column)

    def set_visible(self, visible: bool) -> None:
        """Whether there is anything for the slider to set."""
        for widget in self._widgets:
            widget.setVisible(visible)

    @property
    def value(self) -> float:
        """What the slider stands at, to the step."""
        return round(self.slider.value() * self._span.step, 6)

    def set_value(self, value: float) -> None:
        """Stand at a value; one beyond the end of the slider moves the end."""
        at = round(value / self._span.step)
        with QSignalBlocker(self.slider):
            self.slider.setMaximum(max(self.slider.maximum(), at))
            self.slider.setValue(at)
        self.show_value(value)

    def show_value(self, value: float) -> None:
        """Say a value beside the slider."""
        words = self.words(value)
        self._value.setText(words)
        self.slider.setAccessibleDescription(words)

    def words(self, value: float) -> str:
        """A value with its unit."""
        if self._span.unit == "%":
            return f"{100 * value:.3g} %"
        decimals = 0 if self._span.step >= 1 else 1 if self._span.step >= 0.1 else 2
        return f"{value:.{decimals}f}{self._span.unit}"


Variety = TypeVar("Variety", ImageAugmentation, InkAugmentation)


class VarietyGroup(QWidget, Generic[Variety]):
    """A switch, and below it what varies while it is on."""

    changed = Signal()
    """value is another one now, by the user's hand."""

    def __init__(self, words: str, first: Variety) -> None:
        """Start switched off; first is what it begins with when it is switched on."""
        super().__init__()
        self._kept: Variety = first
        self._rows: dict[str, SliderRow] = {}
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
        """The variety that is set; None while it is switched off."""
        return self._kept if self.switch.isChecked() else None

    def set_value(self, value: Variety | None) -> None:
        """Show a variety, or that there is none."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(value is not None)
        self.body.setVisible(value is not None)
        if value is not None:
            self._kept = value
        self.show_value()

    def add(self, name: str, span: Span) -> SliderRow:
        """A slider for a field of the variety."""
        row = self._rows[name] = SliderRow(span, self.grid)
        row.slider.valueChanged.connect(lambda: self._take(name, row))
        return row

    def show_value(self) -> None:
        """Let all controls say what is set."""
        for name, row in self._rows.items():
            row.set_value(getattr(self._kept, name))

    def take(self, value: Variety) -> None:
        """Another value, by the user's hand."""
        if value != self._kept:
            self._kept = value
            self.changed.emit()

    def _take(self, name: str, row: SliderRow) -> None:
        row.show_value(row.value)
        is_whole = isinstance(getattr(self._kept, name), int)
        changes: dict[str, Any] = {name: int(row.value) if is_whole else row.value}
        self.take(replace(self._kept, **changes))

    def _turn(self, on: bool) -> None:
        self.body.setVisible(on)
        self.show_value()
        self.changed.emit()


class ImageControls(VarietyGroup[ImageAugmentation]):
    """What varies in model inputs."""

    def __init__(self) -> None:
        """Start switched off."""
        super().__init__(self.tr("Vary images"), ImageAugmentation())
        for name, span in self._spans().items():
            self.add(name, span)
        self._flip, self._warning = QComboBox(), QLabel()
        self._add_flip()
        self.set_value(None)

    def show_value(self) -> None:
        """Let all controls say what is set."""
        super().show_value()
        with QSignalBlocker(self._flip):
            self._flip.setCurrentIndex(self._flip.findData(self._kept.flip))
        self._warning.setVisible(self._kept.flip != "none")

    def set_has_ink(self, has: bool) -> None:
        """Whether there are strokes, whose images may vary less."""
        self._rows["ink_strength"].set_visible(has)

    def _spans(self) -> dict[str, Span]:
        tr = self.tr
        return {
            "rotation": Span(tr("Rotation"), tr("Degrees to either side, at most."), 45, 1, "°"),
            "shear": Span(tr("Slant"), tr("To either side, as a share of the height."), 0.6, 0.01, "%"),
            "scale": Span(tr("Size"), tr("Larger or smaller, width and height apart."), 0.5, 0.01, "%"),
            "shift": Span(tr("Shift"), tr("Pixels in any direction, at most."), 5, 0.1, " px"),
            "elastic": Span(tr("Elastic"), tr("Pixels that the ink is bent by, on average."), 3, 0.1, " px"),
            "thickness": Span(
                tr("Thickness"), tr("Share of images with thicker or thinner strokes."), 1, 0.01, "%"
            ),
            "gamma": Span(tr("Contrast"), tr("How much paler or darker half tones become."), 1, 0.01),
            "ink_strength": Span(
                tr("On strokes"), tr("How much of all this strokes get that vary already."), 1, 0.01, "%"
            ),
        }

    def _add_flip(self) -> None:
        label = QLabel(self.tr("Mirror"))
        label.setBuddy(self._flip)
        self._flip.setAccessibleName(self.tr("Mirror"))
        for words, flip in (
            (self.tr("never"), "none"),
            (self.tr("left and right"), "horizontal"),
            (self.tr("above and below"), "vertical"),
            (self.tr("both ways"), "both"),
        ):
            self._flip.addItem(words, flip)
        self._warning.setText(self.tr("Mirrored digits are other signs: networks get worse by it."))
        self._warning.setWordWrap(True)
        self._warning.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        row = self.grid.rowCount()
        self.grid.addWidget(label, row, 0)
        self.grid.addWidget(self._flip, row, 1, 1, 2)
        self.grid.addWidget(self._warning, row + 1, 0, 1, 3)
        self._flip.currentIndexChanged.connect(self._take_flip)

    def _take_flip(self) -> None:
        self._warning.setVisible(self._flip.currentData() != "none")
        self.take(replace(self._kept, flip=self._flip.currentData()))


class InkControls(VarietyGroup[InkAugmentation]):
    """What varies in strokes before they are drawn."""

    def __init__(self) -> None:
        """Start switched off."""
        super().__init__(self.tr("Vary strokes"), InkAugmentation())
        for name, span in self._spans().items():
            self.add(name, span)
        tr = self.tr
        thin = tr("The thinnest pen, as a share of the character's size.")
        thick = tr("The thickest pen, as a share of the character's size.")
        self._pens = (
            SliderRow(Span(tr("Pen from"), thin, 0.4, 0.01, "%", 0.01), self.grid),
            SliderRow(Span(tr("Pen to"), thick, 0.4, 0.01, "%", 0.01), self.grid),
        )
        for number, row in enumerate(self._pens):
            row.slider.valueChanged.connect(lambda _, number=number: self._take_pen(number))
        for name, span in self._counts().items():
            self.add(name, span)
        self.set_value(None)

    def show_value(self) -> None:
        """Let all controls say what is set."""
        super().show_value()
        for row, share in zip(self._pens, self._kept.pen_share, strict=True):
            row.set_value(share)

    def _spans(self) -> dict[str, Span]:
        tr = self.tr
        return {
            "rotation": Span(tr("Rotation"), tr("Degrees to either side, on average."), 30, 0.5, "°"),
            "shear": Span(tr("Slant"), tr("To either side, as a share of the height."), 0.6, 0.01, "%"),
            "aspect": Span(tr("Proportions"), tr("Wider or narrower than written."), 0.5, 0.01, "%"),
            "bend": Span(tr("Bend"), tr("As a share of the character's size."), 0.15, 0.005, "%"),
            "stroke_shift": Span(
                tr("Strokes apart"), tr("How far each stroke moves on its own."), 0.15, 0.005, "%"
            ),
        }

    def _counts(self) -> dict[str, Span]:
        tr = self.tr
        return {
            "variants": Span(tr("Variants"), tr("How often all strokes are drawn anew."), 20, 1, "", 1),
            "repeats": Span(tr("Repeats"), tr("How often a character stands in an epoch."), 10, 1, "", 1),
        }

    def _take_pen(self, moved: int) -> None:
        """The thinnest pen is never thicker than the thickest: one pushes the other."""
        shares = [row.value for row in self._pens]
        if shares[0] > shares[1]:
            shares[1 - moved] = shares[moved]
            self._pens[1 - moved].set_value(shares[moved])
        for row, share in zip(self._pens, shares, strict=True):
            row.show_value(share)
        self.take(replace(self._kept, pen_share=(shares[0], shares[1])))
