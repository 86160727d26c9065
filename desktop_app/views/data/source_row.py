"""One source of a recipe: which it is, and how it is split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from desktop_app.data.browse import SourceSummary
from desktop_app.data.sources.built_in import BUILT_IN, describe
from desktop_app.runs.recipe import DataPart
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.theme import STEP

_LONGEST_NAME = 24


def source_name(source: str) -> str:
    """What people see of a source before it is opened."""
    name = describe(source)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


class SourceButton(QToolButton):
    """A button whose menu has all sources there are to choose from."""

    source_requested = Signal(str)
    """The name of a built-in source."""
    file_requested = Signal()
    """The user wants to choose a file."""
    folder_requested = Signal()
    """The user wants to choose a folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """A button without words."""
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for info in BUILT_IN:
            action = menu.addAction(info.title)
            action.setToolTip(f"{info.remark} {info.origin}")
            action.triggered.connect(self._choice(info.name))
        menu.addSeparator()
        menu.addAction(self.tr("Open file…")).triggered.connect(self.file_requested)
        menu.addAction(self.tr("Open folder…")).triggered.connect(self.folder_requested)
        self.setMenu(menu)

    def set_words(self, words: str) -> None:
        """What stands on the button."""
        # Room for the little arrow, which the style paints over the end of the text.
        self.setText(f"{words}  ")

    def _choice(self, source: str) -> Callable[[], None]:
        return lambda: self.source_requested.emit(source)


class SourceRow(QWidget):
    """The name of a source, what is kept of it for validation and test, and a way to be rid of it."""

    part_changed = Signal(object)
    """The DataPart as the user wants it."""
    file_requested = Signal()
    """Another file is to take this source's place."""
    folder_requested = Signal()
    """Another folder is to take this source's place."""
    remove_requested = Signal()
    """The recipe is to do without this source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """A row for MNIST."""
        super().__init__(parent)
        self._part = DataPart("mnist")
        self._button, self._remove = SourceButton(), QToolButton()
        self._validation, self._test = AmountBox(), AmountBox()
        self._normalize = CheckBox(self.tr("Normalize"))
        self._set_up()
        layout = FlowLayout()
        self.setLayout(layout)
        layout.addWidget(self._button)
        layout.addWidget(_labelled(self.tr("Validation"), self._validation))
        layout.addWidget(_labelled(self.tr("Test"), self._test))
        layout.addWidget(self._normalize)
        layout.addWidget(self._remove)
        self.set_part(self._part)
        self.set_facts(None)

    def set_part(self, part: DataPart) -> None:
        """Show a part of a recipe."""
        self._part = part
        name = source_name(part.source)
        self._button.set_words(name)
        self._button.setAccessibleName(self.tr("Source: {name}").format(name=name))
        self._button.setToolTip(part.source)
        self._remove.setAccessibleName(self.tr("Remove {name}").format(name=name))
        self._remove.setToolTip(self._remove.accessibleName())
        for box, amount, words in (
            (self._validation, part.validation, self.tr("Validation part of {name}")),
            (self._test, part.test, self.tr("Test part of {name}")),
        ):
            box.setAccessibleName(words.format(name=name))
            with QSignalBlocker(box):
                box.setValue(amount)
        with QSignalBlocker(self._normalize):
            self._normalize.setChecked(part.normalize)

    def set_facts(self, facts: SourceSummary | None) -> None:
        """What is known of the source; None before it was opened."""
        own = facts is not None and facts.own_test > 0
        self._test.set_fixed(self.tr("its own") if own else "")
        by_writer = facts is not None and facts.writers > 0
        unit = self.tr("of writers") if by_writer else self.tr("of samples")
        words = self.tr("A share {unit}, as 10 %, or a number of them, as 50.").format(unit=unit)
        kept = self.tr("What the best epoch is chosen by.")
        measured = self.tr("What the finished network is measured by; it never learns from it.")
        self._validation.setToolTip(f"{kept} {words}")
        self._test.setToolTip(f"{measured} {words}")
        if own and facts is not None:
            words = self.tr("{title} has a test part of its own, of {count} samples; it stays as it is.")
            self._test.setToolTip(words.format(title=facts.title, count=f"{facts.own_test:,}"))
        self._normalize.setVisible(facts is not None and facts.needs_normalizing)

    def controls(self) -> tuple[QWidget, ...]:
        """What can be worked with, from left to right."""
        return (self._button, self._validation, self._test, self._normalize, self._remove)

    def name_width(self) -> int:
        """How wide the button with the name would like to be."""
        return self._button.sizeHint().width()

    def set_name_width(self, width: int) -> None:
        """As wide as those of the other sources, so that fields stand below each other."""
        self._button.setMinimumWidth(width)

    def set_can_remove(self, can: bool) -> None:
        """Whether the recipe has other sources too."""
        self._remove.setVisible(can)

    def _set_up(self) -> None:
        self._remove.setText("\N{MULTIPLICATION SIGN}")
        self._remove.setAutoRaise(True)
        self._remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._normalize.setToolTip(
            self.tr("Find the ink, scale it to 20×20 pixels and centre its mass, as the program reads.")
        )
        self._button.source_requested.connect(self._choose)
        self._button.file_requested.connect(self.file_requested)
        self._button.folder_requested.connect(self.folder_requested)
        self._remove.clicked.connect(self.remove_requested)
        self._validation.valueChanged.connect(lambda v: self._change(replace(self._part, validation=v)))
        self._test.valueChanged.connect(lambda v: self._change(replace(self._part, test=v)))
        self._normalize.toggled.connect(lambda on: self._change(replace(self._part, normalize=on)))

    def _choose(self, source: str) -> None:
        if source != self._part.source:
            self._change(DataPart(source))

    def _change(self, part: DataPart) -> None:
        if part != self._part:
            self.part_changed.emit(part)


def _labelled(words: str, field: QWidget) -> QWidget:
    """A field with what it is for before it, which stay on one line."""
    both, label = QWidget(), QLabel(words)
    label.setBuddy(field)
    layout = QHBoxLayout(both)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(STEP // 2)
    layout.addWidget(label)
    layout.addWidget(field)
    return both
