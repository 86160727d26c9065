"""The dialog for the title and the labels of a model to import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.errors import shown_name
from desktop_app.networks.import_facts import ImportFacts
from desktop_app.networks.naming import (
    LONGEST_TITLE,
    labels_from,
    labels_problem,
    labels_text,
    title_from,
    title_problem,
)
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.primary_button import PrimaryButton
from desktop_app.views.parts.theme import STEP, caption_font


class ImportDialog(QDialog):
    """Shows what was measured about a model, and asks for its title and labels."""

    import_requested = Signal(str, object)
    """Title, and the label of each output in order as a tuple; both have been checked."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        """Ask about a file, which is not opened here; steps, then facts or a problem follow."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._path = path
        self._facts: ImportFacts | None = None
        self._title = QLineEdit(title_from(path.stem)[:LONGEST_TITLE])
        self._title.setObjectName("import_title")
        self._title.selectAll()
        self._labels = QLineEdit()
        self._labels.setObjectName("import_labels")
        self._found = _text("")
        self._found.setObjectName("import_facts")
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._sentence = _text("", lines=2)
        self._sentence.setObjectName("import_sentence")
        self._import: QPushButton = PrimaryButton(self.tr("Import"))
        self._lay_out()
        self._title.textChanged.connect(self._check)
        self._labels.textChanged.connect(self._check)
        self._check()

    def show_step(self, text: str) -> None:
        """Show what the check of the model is doing."""
        self._show(text)

    def show_facts(self, facts: ImportFacts) -> None:
        """Show what was measured about the model, and allow the import."""
        self._facts = facts
        self._progress.hide()
        if facts.title and not self._title.isModified():
            self._title.setText(facts.title[:LONGEST_TITLE])
            self._title.selectAll()
        if not facts.outputs:
            self._labels.clear()
            self._labels.setEnabled(False)
            self._labels.setPlaceholderText(self.tr("None: the model outputs images"))
        elif not self._labels.isModified():
            self._labels.setText(labels_text(facts.labels))
        if facts.outputs and not self._labels.text():
            self._labels.setFocus()
        self._check()

    def show_problem(self, sentence: str) -> None:
        """Show why the model cannot be imported."""
        self._show(sentence)
        self._progress.hide()
        self._title.setEnabled(False)
        self._labels.setEnabled(False)
        self._check()

    def accept(self) -> None:
        """Request the import and close."""
        self.import_requested.emit(title_from(self._title.text()), self._chosen_labels())
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
            field.setMinimumWidth(48 * STEP)
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1)
        self._labels.setAccessibleDescription(explanation)
        form.addWidget(_quiet(explanation), 2, 1)
        form.addWidget(self._sentence, 3, 1)
        buttons = QDialogButtonBox()
        buttons.addButton(self._import, QDialogButtonBox.ButtonRole.AcceptRole)
        # The icon of the style is red.
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._import.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(name)
        layout.addWidget(self._check_area())
        layout.addLayout(form)
        layout.addWidget(_quiet(self.tr("Code in the file is not run.")))
        layout.addWidget(buttons)

    def _check_area(self) -> QWidget:
        """Return the space for a step of the check with the bar, or for what was found out."""
        area = QWidget()
        # Nothing moves when four lines take the place of one and the bar.
        area.setMinimumHeight(4 * area.fontMetrics().lineSpacing())
        layout = QVBoxLayout(area)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._found)
        layout.addWidget(self._progress)
        layout.addStretch()
        return area

    def _show(self, found: str) -> None:
        """Show what was found out; the dialog grows if there is no space for it."""
        self._found.setText(found)
        if self.isVisible():
            self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _found_labels(self) -> tuple[str, ...]:
        """Return the labels of the model if the field has them unchanged; otherwise none."""
        return () if self._facts is None or self._labels.isModified() else self._facts.labels

    def _chosen_labels(self) -> tuple[str, ...]:
        """Return the labels in the field. Those of a model card may have commas: they are not read again."""
        return self._found_labels() or labels_from(self._labels.text())

    def _check(self) -> None:
        """Show what is known, what is wrong with the input, and enable the button if nothing is."""
        if self._facts is not None:
            self._show("\n".join(map(translated, self._facts.sentences(self._chosen_labels()))))
        problem = translated(title_problem(title_from(self._title.text()))) or self._labels_problem()
        self._import.setEnabled(not problem and self._facts is not None)
        self._sentence.setText(problem or self._note())

    def _labels_problem(self) -> str:
        """Return what is wrong with the labels; nothing is before they can be known."""
        if self._facts is None and not self._labels.text():
            return ""
        if self._found_labels() or (self._facts is not None and not self._facts.outputs):
            return ""
        if problem := labels_problem(self._labels.text()):
            return translated(problem)
        labels = labels_from(self._labels.text())
        if self._facts is None or self._facts.accepts(labels):
            return ""
        outputs = self._facts.outputs
        if self._facts.task_of(labels).kind != "character":
            return self.tr("The number of labels is {count}; enter {outputs}, one for each output.").format(
                count=len(labels), outputs=outputs
            )
        return self.tr(
            "The number of labels is {count}; enter {outputs}, one for each output, or {fewer} if the last "
            "output is for “none of the labels”."
        ).format(count=len(labels), outputs=outputs, fewer=outputs - 1)

    def _note(self) -> str:
        if (
            self._facts is None
            or not self._facts.outputs
            or len(self._chosen_labels()) == self._facts.outputs
        ):
            return ""
        return self.tr("The last output is for “none of the labels”.")


def _text(text: str, lines: int = 1) -> QLabel:
    """Return a label; with space for some lines, nothing moves when its text changes."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumHeight(lines * label.fontMetrics().lineSpacing())
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _quiet(text: str) -> QLabel:
    label = _text(text)
    label.setFont(caption_font(label.font()))
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
