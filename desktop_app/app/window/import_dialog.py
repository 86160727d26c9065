"""The dialog for the title and the labels of a model to import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.errors import shown_name
from desktop_app.networks.naming import (
    LONGEST_TITLE,
    labels_from,
    labels_problem,
    title_from,
    title_problem,
)
from desktop_app.tasks.task import DIGITS
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.primary_button import PrimaryButton
from desktop_app.views.parts.theme import STEP, caption_font


class ImportDialog(QDialog):
    """Asks for title and labels, and checks both while the user types."""

    import_requested = Signal(Path, str, str)
    """File, title, and the label of each output in order, see `labels_from`; both have been checked."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        """Ask about a file, which is not opened here."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._path = path
        self._title = QLineEdit(title_from(path.stem)[:LONGEST_TITLE])
        self._title.setObjectName("import_title")
        self._title.selectAll()
        self._labels = QLineEdit("".join(DIGITS))
        self._labels.setObjectName("import_labels")
        self._sentence = _text("")
        self._sentence.setObjectName("import_sentence")
        # Two lines, so that nothing moves while the user types.
        self._sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._import: QPushButton = PrimaryButton(self.tr("Import"))
        self._lay_out()
        self._title.textChanged.connect(self._check)
        self._labels.textChanged.connect(self._check)
        self._check()

    def accept(self) -> None:
        """Request the import and close."""
        self.import_requested.emit(self._path, title_from(self._title.text()), self._labels.text())
        super().accept()

    def _lay_out(self) -> None:
        name = _text(shown_name(self._path))
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        form = QGridLayout()
        form.setHorizontalSpacing(2 * STEP)
        form.setVerticalSpacing(STEP)
        explanation = self.tr("One character for each output, in order; or words with commas, for images.")
        for row, (caption, field) in enumerate(
            ((self.tr("&Title"), self._title), (self.tr("&Labels"), self._labels))
        ):
            label = QLabel(caption)
            label.setBuddy(field)
            field.setAccessibleName(caption.replace("&", ""))
            field.setMinimumWidth(40 * STEP)
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1)
        self._labels.setAccessibleDescription(explanation)
        form.addWidget(_quiet(explanation), 2, 1)
        form.addWidget(self._sentence, 3, 1)
        buttons = QDialogButtonBox()
        buttons.addButton(self._import, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._import.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(name)
        layout.addLayout(form)
        note = self.tr(
            "A model for characters gets light ink on a dark background, a model for images gets colours; "
            "values are from 0 to 1. "
            "Code in the file is not run."
        )
        layout.addWidget(_quiet(note))
        layout.addWidget(buttons)

    def _check(self) -> None:
        """Show what is wrong with the input, or how many outputs the model must have."""
        labels = self._labels.text()
        problem = title_problem(title_from(self._title.text())) or labels_problem(labels)
        self._import.setEnabled(not problem)
        names = labels_from(labels)
        if all(len(name) == 1 for name in names):
            expected = self.tr(
                "For a model with %n output(s), or one more for “not a character”.", "", len(names)
            )
        else:
            expected = self.tr("For a model that classifies images, with %n output(s).", "", len(names))
        self._sentence.setText(translated(problem) if problem else expected)


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _quiet(text: str) -> QLabel:
    label = _text(text)
    label.setFont(caption_font(label.font()))
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
