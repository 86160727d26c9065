"""The recipe: how a network is trained, the everyday fields first and the rest behind "More"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.errors import printable
from desktop_app.runs.recipe import Fitting, Keeping, Negatives, Recipe, Schedule, fits
from desktop_app.views.draft import Draft
from desktop_app.views.panel import Panel
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.form_fields import TextEdit
from desktop_app.views.parts.theme import STEP
from desktop_app.views.recipe.footer import Footer
from desktop_app.views.recipe.form import Form

_LONGEST_NAME = 40


class RecipePanel(Panel):
    """Edits everything of the draft recipe but its data and its layers."""

    open_requested = Signal(object)
    """The Path of a recipe that is to take the draft's place."""
    save_requested = Signal(object)
    """The Path that the draft is to be written to."""
    export_requested = Signal(object)
    """The Path of the folder in which a folder with the draft as a script is to be made."""
    stop_requested = Signal()
    """The work that was shown by set_work() is to end."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        """Show and change a draft."""
        super().__init__(parent)
        self.draft = draft
        self._refused = ""
        self._note, self._work = "", ""
        self._build()
        self.activity_changed.connect(self._show)
        draft.changed.connect(self._show)

    def set_note(self, words: str) -> None:
        """Say what was done, until the next change."""
        self._note = words
        self._show()

    def set_work(self, words: str) -> None:
        """Say what is being done, beside a button that stops it; empty once nothing is."""
        self._work = words
        self._show()

    @property
    def is_plot(self) -> bool:
        """Always: what is taken away is the learning rate over the run."""
        return True

    def exported_widget(self) -> QWidget:
        """The learning rate over the run."""
        return self._form.sketch

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The learning rate over the run."""
        epochs, rates = self._form.sketch.curve()
        return {"epochs": epochs, "learning_rate": rates}

    # --- building ---

    def _build(self) -> None:
        self._heading = TextEdit(
            self.tr("Title"),
            self._problem_of_title,
            self.tr("What the network is called where people see it"),
        )
        self._name = TextEdit(
            self.tr("Name"),
            self._problem_of_name,
            self.tr("Of the model's folder: small letters, digits, - and _"),
        )
        self._form, self._footer = Form(), Footer()
        self._heading.edited.connect(self._take_title)
        self._name.edited.connect(lambda name: self._change(replace(self.draft.value, name=name)))
        self._form.edited.connect(self._change)
        for part in (self._heading, self._name, self._form):
            part.problem_changed.connect(self._note_error)
        self._footer.stop_requested.connect(self.stop_requested)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, 0)
        head.setSpacing(2 * STEP)
        head.addWidget(self._heading.cell(), 3)
        head.addWidget(self._name.cell(), 2)
        head.addWidget(self._menu_button(), 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(ColumnView(self._form), 1)
        layout.addWidget(self._footer)

    def _menu_button(self) -> QToolButton:
        button = QToolButton()
        # Room for the little arrow, which the style paints over the end of the text.
        button.setText(self.tr("Recipe") + "  ")
        button.setAccessibleName(self.tr("Open, save, export or reset the recipe"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(button)
        menu.addAction(self.tr("Open recipe…")).triggered.connect(self._ask_what_to_open)
        menu.addAction(self.tr("Save recipe…")).triggered.connect(self._ask_where_to_save)
        menu.addAction(self.tr("Export as Keras script…")).triggered.connect(self._ask_where_to_export)
        menu.addSeparator()
        menu.addAction(self.tr("Reset to defaults")).triggered.connect(self._reset)
        button.setMenu(menu)
        return button

    # --- showing ---

    def _show(self) -> None:
        """Show the draft; what nobody sees is neither laid out nor checked."""
        if not self.is_active:
            return
        self._heading.set_value(self.draft.value.title)
        self._name.set_value(self.draft.value.name)
        self._form.set_recipe(self.draft.value)
        self._judge()

    def _judge(self) -> None:
        problem = self._refused
        self._footer.set_problem(problem or self.draft.problem())
        self._footer.set_note(self._note)
        self._footer.set_work(self._work)

    def _problem_of_title(self, title: str) -> str:
        if title.strip() and printable(title) == title and fits(Recipe, "title", title):
            return ""
        return self.tr("A title has 1 to 60 characters; give the recipe one.")

    def _problem_of_name(self, name: str) -> str:
        if fits(Recipe, "name", name):
            return ""
        return self.tr(
            "A name is up to 40 small letters, digits, - and _, and begins with a letter or digit."
        )

    # --- what happens ---

    def _change(self, recipe: Recipe) -> None:
        if recipe != self.draft.value:
            self._note = ""
            self.draft.set(recipe)

    def _take_title(self, title: str) -> None:
        """The name follows the title until somebody gives it one of its own."""
        before = self.draft.value
        follows = before.name == _name_from(before.title)
        self._change(replace(before, title=title, name=_name_from(title) if follows else before.name))

    def _note_error(self, words: str) -> None:
        self._refused = words
        self._judge()

    def _reset(self) -> None:
        """All fields but title and name."""
        self._change(
            replace(
                self.draft.value,
                task=replace(self.draft.value.task, rejects=False),
                fitting=Fitting(),
                schedule=Schedule(),
                keeping=Keeping(),
                negatives=Negatives(),
                seed=Recipe.seed,
            )
        )

    # --- files ---

    def _ask_what_to_open(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a recipe"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Recipes (*.json)"), self.tr("All files (*)")])
        self._ask(dialog, self.open_requested.emit)

    def _ask_where_to_save(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the recipe"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Recipes (*.json)"))
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{self.draft.value.name}.json")
        self._ask(dialog, self.save_requested.emit)

    def _ask_where_to_export(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose where the script's folder is made"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._ask(dialog, self.export_requested.emit)

    def _ask(self, dialog: QFileDialog, chosen: Callable[[Path], None]) -> None:
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _name_from(title: str) -> str:
    """The name of a folder that says what a title says."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return words[:_LONGEST_NAME].rstrip("-") or Recipe.name
