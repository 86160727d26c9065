"""Choice of the characters that are possible answers, and of the labels that are listed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_app.tasks.character_sets import CharacterSet, available_sets
from desktop_app.tasks.task import Task
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.theme import STEP

MANY_LABELS = 20
"""Number of labels up to which all are listed."""


class CharacterChoice(QWidget):
    """One row; hidden if the model knows one set of few characters."""

    characters_chosen = Signal(str)
    """The set that the user chose, see `tasks.character_sets`."""
    shows_all_chosen = Signal(bool)
    """Whether all labels are to be listed."""

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        tip = self.tr("Characters that are possible answers; remembered for each model")
        self._box = ComboBox()
        self._box.setObjectName("character_set")
        self._box.setAccessibleName(self.tr("Characters"))
        self._box.setToolTip(tip)
        self._box.activated.connect(self._choose)
        self._label = QLabel(self.tr("Characters"))
        self._label.setBuddy(self._box)
        self._show_all = QToolButton()
        self._show_all.setObjectName("show_all_labels")
        self._show_all.setText(self.tr("Show all"))
        self._show_all.setToolTip(self.tr("List all labels, not only the most probable ones"))
        self._show_all.setCheckable(True)
        self._show_all.setAutoRaise(True)
        self._show_all.toggled.connect(self.shows_all_chosen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._label)
        layout.addWidget(self._box)
        layout.addStretch(1)
        layout.addWidget(self._show_all)
        self.hide()

    @property
    def shows_all(self) -> bool:
        """Whether all labels are to be listed."""
        return self._show_all.isChecked()

    def set_task(self, task: Task, characters: CharacterSet, label_count: int) -> None:
        """Show the sets of a model.

        Args:
            task: of the model.
            characters: the current set; "all" if the model does not have it.
            label_count: number of labels that are possible answers.
        """
        sets = available_sets(task)
        titles: dict[CharacterSet, str] = {
            "all": self.tr("All characters"),
            "digits": self.tr("Digits"),
            "capitals": self.tr("Capital letters"),
            "small-letters": self.tr("Small letters"),
            "letters": self.tr("Letters"),
        }
        self._box.clear()
        for name in sets:
            self._box.addItem(titles[name], name)
        self._box.setCurrentIndex(sets.index(characters) if characters in sets else 0)
        self._label.setVisible(len(sets) > 1)
        self._box.setVisible(len(sets) > 1)
        self._show_all.setVisible(label_count > MANY_LABELS)
        self.setVisible(len(sets) > 1 or label_count > MANY_LABELS)

    def _choose(self, index: int) -> None:
        self.characters_chosen.emit(self._box.itemData(index))
