"""Choice of the preparation of pages, where a kind of task has several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Preparation, Task
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.theme import STEP


class PreparationChoice(QWidget):
    """A labelled combo box with the preparations of a task; hidden for tasks with only one."""

    task_changed = Signal(object)
    """The user has chosen a preparation; the Task with it."""

    def __init__(self) -> None:
        """Start without a task, hidden."""
        super().__init__()
        self._task: Task | None = None
        self._label, self.box = QLabel(), ComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._label.setBuddy(self.box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._label)
        layout.addWidget(self.box)
        self.setVisible(False)
        self.box.activated.connect(self._change)

    def set_task(self, task: Task) -> None:
        """Show the preparations of a task, and its own."""
        preparations = task_kind(task).preparations
        if self._task is None or preparations != task_kind(self._task).preparations:
            self._fill(preparations)
        self._task = task
        self.box.setCurrentIndex(max(0, self.box.findData(task.preparation)))

    def _fill(self, preparations: Sequence[Preparation]) -> None:
        label, tip, names = self._texts(preparations)
        self._label.setText(label)
        self.box.clear()
        for preparation, name in names.items():
            self.box.addItem(name, preparation)
        self.box.set_description(label, tip)
        self.setVisible(bool(names))

    def _texts(self, preparations: Sequence[Preparation]) -> tuple[str, str, dict[Preparation, str]]:
        """Return the label, the tool tip and the names of preparations; empty where there is no choice."""
        if "mnist-directions" in preparations:
            tip = self.tr(
                "What the network sees. Ink and directions: the colour of ink shows the direction in which "
                "the pen moved. It helps to read drawings; the ink of images is grey."
            )
            return (
                self.tr("Input"),
                tip,
                {
                    "mnist": self.tr("Ink"),
                    "mnist-directions": self.tr("Ink and directions"),
                },
            )
        if "crop" in preparations:
            tip = self.tr(
                "How images of another size become inputs. Letterbox: the whole image, with black margins. "
                "Crop: the middle of the image fills the input."
            )
            return self.tr("Scaling"), tip, {"fit": self.tr("Letterbox"), "crop": self.tr("Crop")}
        return "", "", {}

    def _change(self) -> None:
        assert self._task is not None
        self.task_changed.emit(self._task.with_preparation(self.box.currentData()))
