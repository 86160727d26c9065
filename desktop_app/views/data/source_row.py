"""Row with one source of a recipe and its split."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_app.data.source_summary import SourceSummary
from desktop_app.runs.recipe import DataPart
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.source_button import SourceButton, source_name
from desktop_app.views.parts.theme import STEP


class SourceRow(QWidget):
    """Name of a source, its validation and test split, and a button to remove it."""

    part_changed = Signal(object)
    """DataPart as changed by the user."""
    file_requested = Signal()
    """The user wants to replace the source with a file."""
    folder_requested = Signal()
    """The user wants to replace the source with a folder."""
    remove_requested = Signal()
    """The user wants to remove the source."""

    def __init__(self) -> None:
        """Create a row for MNIST."""
        super().__init__()
        self._part = DataPart("mnist")
        self._button, self._remove = SourceButton(), QToolButton()
        self._validation, self._test = AmountBox(), AmountBox()
        self._normalize = CheckBox(self.tr("Normalize"))
        self._transpose, self._hint = CheckBox(self.tr("Transpose")), QLabel()
        self._set_up()
        layout = FlowLayout()
        self.setLayout(layout)
        layout.addWidget(self._button)
        layout.addWidget(_labelled(self.tr("Validation"), self._validation))
        layout.addWidget(_labelled(self.tr("Test"), self._test))
        layout.addWidget(self._normalize)
        layout.addWidget(self._transpose)
        layout.addWidget(self._hint)
        layout.addWidget(self._remove)
        self.set_part(self._part)
        self.set_summaries(None)

    def set_part(self, part: DataPart) -> None:
        """Show a source of a recipe."""
        self._part = part
        name = source_name(part.source)
        self._button.show_name(name)
        self._button.setAccessibleName(self.tr("Source: {name}").format(name=name))
        self._button.setToolTip(part.source)
        self._remove.setAccessibleName(self.tr("Remove {name}").format(name=name))
        self._remove.setToolTip(self._remove.accessibleName())
        for box, amount, text in (
            (self._validation, part.validation, self.tr("Validation split of {name}")),
            (self._test, part.test, self.tr("Test split of {name}")),
        ):
            box.setAccessibleName(text.format(name=name))
            with QSignalBlocker(box):
                box.setValue(amount)
        with QSignalBlocker(self._normalize):
            self._normalize.setChecked(part.normalize)
        with QSignalBlocker(self._transpose):
            self._transpose.setChecked(part.transpose)

    def set_summaries(self, summary: SourceSummary | None, *, is_of_ink: bool = True) -> None:
        """Set the summary of the source, None before it is opened, and whether the task prepares ink."""
        has_validation_split = summary is not None and summary.own_validation > 0
        has_test_split = summary is not None and summary.own_test > 0
        self._validation.set_fixed(self.tr("included") if has_validation_split else "")
        self._test.set_fixed(self.tr("included") if has_test_split else "")
        by_writer = summary is not None and summary.writers > 0
        amount = self.tr("Enter a percentage or a number of samples, e.g. 10 % or 50.")
        if by_writer:
            amount = self.tr("Enter a percentage or a number of writers, e.g. 10 % or 50.")
        validation = self.tr("Samples by which the best epoch is chosen.")
        test = self.tr("Samples for measuring the trained network, which is never trained on them.")
        self._validation.setToolTip(f"{validation} {amount}")
        self._test.setToolTip(f"{test} {amount}")
        if has_validation_split and summary is not None:
            count = summary.own_validation
            text = self.tr(
                "{title} includes a validation split of {count} sample(s), which cannot be changed.",
                "",
                count,
            )
            self._validation.setToolTip(text.format(title=summary.title, count=f"{count:,}"))
        if has_test_split and summary is not None:
            count = summary.own_test
            text = self.tr(
                "{title} includes a test split of {count} sample(s), which cannot be changed.", "", count
            )
            self._test.setToolTip(text.format(title=summary.title, count=f"{count:,}"))
        seems_transposed = summary is not None and summary.seems_transposed
        self._transpose.setVisible(seems_transposed or self._part.transpose)
        self._hint.setVisible(seems_transposed and not self._part.transpose)
        self._normalize.setVisible(is_of_ink and summary is not None and summary.needs_normalizing)

    def controls(self) -> tuple[QWidget, ...]:
        """Return the controls from left to right."""
        return (self._button, self._validation, self._test, self._normalize, self._transpose, self._remove)

    def name_width(self) -> int:
        """Return the preferred width of the button with the name."""
        return self._button.sizeHint().width()

    def set_name_width(self, width: int) -> None:
        """Set the width of the button with the name, which aligns the rows."""
        self._button.setMinimumWidth(width)

    def set_can_remove(self, can: bool) -> None:
        """Set whether the source can be removed."""
        self._remove.setVisible(can)

    def _set_up(self) -> None:
        self._remove.setText("\N{MULTIPLICATION SIGN}")
        self._remove.setAutoRaise(True)
        self._remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._normalize.setToolTip(
            self.tr("Find the ink, scale it to 20×20 pixels and centre its mass, as when reading.")
        )
        self._hint.setText(self.tr("The images seem to be transposed."))
        self._transpose.setToolTip(
            self.tr("Exchange rows and columns of the images, which turns those of EMNIST upright.")
        )
        self._button.source_chosen.connect(self._set_source)
        self._button.file_requested.connect(self.file_requested)
        self._button.folder_requested.connect(self.folder_requested)
        self._remove.clicked.connect(self.remove_requested)
        self._validation.valueChanged.connect(lambda v: self._change(replace(self._part, validation=v)))
        self._test.valueChanged.connect(lambda v: self._change(replace(self._part, test=v)))
        self._normalize.toggled.connect(lambda on: self._change(replace(self._part, normalize=on)))
        self._transpose.toggled.connect(lambda on: self._change(replace(self._part, transpose=on)))

    def _set_source(self, source: str) -> None:
        if source != self._part.source:
            self._change(DataPart(source))

    def _change(self, part: DataPart) -> None:
        if part != self._part:
            self.part_changed.emit(part)


def _labelled(text: str, field: QWidget) -> QWidget:
    """Return a widget with a label and a field."""
    widget, label = QWidget(), QLabel(text)
    label.setBuddy(field)
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(STEP // 2)
    layout.addWidget(label)
    layout.addWidget(field)
    return widget
