"""Panel with the training settings of a recipe."""

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
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.errors import printable
from desktop_app.runs.recipe import Fitting, Keeping, Negatives, Recipe, Schedule, fits
from desktop_app.views.draft import Draft
from desktop_app.views.panel import Panel
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.form_fields import TextEdit
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.theme import STEP
from desktop_app.views.recipe.footer import Footer
from desktop_app.views.recipe.form import Form

_LONGEST_NAME = 40


class RecipePanel(Panel):
    """Edits a draft except its data and layers."""

    open_requested = Signal(object)
    """Path of a recipe to open as the draft."""
    save_requested = Signal(object)
    """Path to save the draft to."""
    export_requested = Signal(object)
    """Path of the folder in which the draft is to be exported as a script."""
    stop_requested = Signal()
    """The user wants to stop the task shown by set_task()."""

    def __init__(self, draft: Draft) -> None:
        """Create the panel of a draft."""
        super().__init__()
        self.draft = draft
        self._field_problem = ""
        self._note, self._task = "", ""
        self._build()
        self.activity_changed.connect(self._show)
        draft.changed.connect(self._show)
        draft.data_checked.connect(self._show)

    def set_note(self, text: str) -> None:
        """Show the result of an action until the next change."""
        self._note = text
        self._show()

    def set_task(self, text: str) -> None:
        """Show a running task with a button to stop it; empty: none."""
        self._task = text
        self._show()

    @property
    def is_plot(self) -> bool:
        """Return True: the learning rate curve is exported."""
        return True

    def exported_widget(self) -> QWidget:
        """Return the learning rate curve."""
        return self._form.sketch

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return epochs and learning rates."""
        epochs, rates = self._form.sketch.curve()
        return {"epochs": epochs, "learning_rate": rates}

    # --- building ---

    def _build(self) -> None:
        self._heading = TextEdit(
            self.tr("Title"),
            self._problem_of_title,
            self.tr("Title of the model as users see it"),
        )
        self._name = TextEdit(
            self.tr("Name"),
            self._problem_of_name,
            self.tr("Name of the model folder: lower-case letters, digits, - and _"),
        )
        self._form, self._footer = Form(), Footer()
        self._heading.edited.connect(self._set_title)
        self._name.edited.connect(lambda name: self._change(replace(self.draft.value, name=name)))
        self._form.edited.connect(self._change)
        for part in (self._heading, self._name, self._form):
            part.problem_changed.connect(self._set_field_problem)
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

    def _menu_button(self) -> QPushButton:
        button = QPushButton(self.tr("Recipe"))
        button.setAccessibleName(self.tr("Open, save, export or reset the recipe"))
        button.setToolTip(button.accessibleName())
        menu = Menu(button)
        menu.addAction(self.tr("Open recipe…")).triggered.connect(self._ask_open)
        menu.addAction(self.tr("Save recipe…")).triggered.connect(self._ask_save)
        menu.addAction(self.tr("Export as Keras script…")).triggered.connect(self._ask_export)
        menu.addSeparator()
        menu.addAction(self.tr("Reset to defaults")).triggered.connect(self._reset)
        button.setMenu(menu)
        return button

    # --- showing ---

    def _show(self) -> None:
        """Show the draft unless the panel is hidden."""
        if not self.is_active:
            return
        self._heading.set_value(self.draft.value.title)
        self._name.set_value(self.draft.value.name)
        self._form.set_recipe(self.draft.value)
        self._show_footer()

    def _show_footer(self) -> None:
        data_problem = self.draft.data_problem()
        problem = self._field_problem or self.draft.problem() or data_problem or ""
        self._footer.set_problem(problem, data_checked=data_problem is not None)
        self._footer.set_note(self._note)
        self._footer.set_task(self._task)

    def _problem_of_title(self, title: str) -> str:
        if title.strip() and printable(title) == title and fits(Recipe, "title", title):
            return ""
        return self.tr("Enter a title of 1 to 60 characters.")

    def _problem_of_name(self, name: str) -> str:
        if fits(Recipe, "name", name):
            return ""
        return self.tr(
            "Enter a name of up to 40 lower-case letters, digits, - and _, starting with a letter or digit."
        )

    # --- changes ---

    def _change(self, recipe: Recipe) -> None:
        if recipe != self.draft.value:
            self._note = ""
            self.draft.set(recipe)

    def _set_title(self, title: str) -> None:
        """Set the title; the name follows it unless the user has changed it."""
        recipe = self.draft.value
        is_derived = recipe.name == _name_from(recipe.title)
        self._change(replace(recipe, title=title, name=_name_from(title) if is_derived else recipe.name))

    def _set_field_problem(self, text: str) -> None:
        self._field_problem = text
        self._show_footer()

    def _reset(self) -> None:
        """Reset all fields but title and name."""
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

    def _ask_open(self) -> None:
        dialog = QFileDialog(self, self.tr("Open recipe"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Recipes (*.json)"), self.tr("All files (*)")])
        self._ask(dialog, self.open_requested.emit)

    def _ask_save(self) -> None:
        dialog = QFileDialog(self, self.tr("Save recipe"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Recipes (*.json)"))
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{self.draft.value.name}.json")
        self._ask(dialog, self.save_requested.emit)

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder for the script"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._ask(dialog, self.export_requested.emit)

    def _ask(self, dialog: QFileDialog, callback: Callable[[Path], None]) -> None:
        dialog.fileSelected.connect(lambda name: callback(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _name_from(title: str) -> str:
    """Return a folder name derived from a title."""
    text = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return text[:_LONGEST_NAME].rstrip("-") or Recipe.name
