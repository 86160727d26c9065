from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.networks.layer_list import Layer
from desktop_app.runs.rate_curve import ONE_CYCLE_RISE
from desktop_app.runs.recipe import Fitting, Keeping, Negatives, Recipe, Schedule
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.parts.form_fields import FieldEdit
from desktop_app.views.parts.number_edit import NumberEdit
from desktop_app.views.recipe.footer import Footer
from desktop_app.views.recipe.form import Form
from desktop_app.views.recipe.panel import RecipePanel
from desktop_app.views.recipe.rate_sketch import RateSketch
from desktop_app.views.view_export import npz_bytes, view_svg
from tests.finding import child
from tests.views.drafts import TestDraft, draft_of

PLAIN = zoo_entry("mlp-300-300").recipe
LOGITS = (Layer("Flatten"), Layer("Dense", options={"units": "classes"}))


class DraftObserver:
    """Collects the changes of a draft."""

    def __init__(self, panel: RecipePanel) -> None:
        self.panel = panel
        self.drafts: list[Recipe] = []
        draft_of(panel).edited.connect(self._take)

    def _take(self, recipe: Recipe) -> None:
        self.drafts.append(recipe)

    @property
    def recipe(self) -> Recipe:
        return self.drafts[-1]


@pytest.fixture
def panel(qtbot: QtBot) -> RecipePanel:
    widget = RecipePanel(TestDraft(Recipe()))
    qtbot.addWidget(widget)
    widget.resize(640, 550)
    draft_of(widget).show(PLAIN)
    widget.set_active(True)
    widget.show()
    return widget


@pytest.fixture
def observer(panel: RecipePanel) -> DraftObserver:
    return DraftObserver(panel)


def editor(panel: RecipePanel, part: str, name: str) -> Any:
    form = child(panel, Form)
    return form.edit(f"{part}.{name}" if part else name).control


def text_editor(panel: RecipePanel, name: str) -> QLineEdit:
    return next(each for each in panel.findChildren(QLineEdit) if each.accessibleName() == name)


def footer_text(panel: RecipePanel) -> str:
    footer = child(panel, Footer)
    return footer.text()


def type_into(widget: QWidget, text: str) -> None:
    """Replace the text of a widget key by key."""
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, text)


def choose(box: QComboBox, value: str) -> None:
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    while box.currentData() != value:
        QTest.keyClick(box, Qt.Key.Key_Down)


def action(panel: RecipePanel, text: str) -> QAction:
    return next(each for each in panel.findChildren(QAction) if each.text() == text)


def expand(panel: RecipePanel) -> None:
    more = next(each for each in panel.findChildren(QToolButton) if each.text() == "More")
    if not more.isChecked():
        QTest.mouseClick(more, Qt.MouseButton.LeftButton)


# -------------------------------------------------------------------------------------- one draft


def test_showing_a_draft_emits_no_edit(observer: DraftObserver, panel: RecipePanel) -> None:
    for entry in ZOO:
        draft_of(panel).show(entry.recipe)
        draft_of(panel).show(entry.recipe)
        assert panel.draft.value == entry.recipe
    assert observer.drafts == []


def test_fields_not_in_the_form_are_kept(observer: DraftObserver, panel: RecipePanel) -> None:
    draft = replace(zoo_entry("dense").recipe, split_seed=77)
    draft_of(panel).show(draft)
    type_into(editor(panel, "fitting", "epochs"), "7")
    assert observer.recipe == replace(draft, fitting=replace(draft.fitting, epochs=7))


def test_draft_before_the_panel_is_visible_is_shown(qtbot: QtBot) -> None:
    panel = RecipePanel(TestDraft(Recipe()))
    qtbot.addWidget(panel)
    draft_of(panel).show(replace(PLAIN, title="Mine"))
    panel.set_note("Saved.")
    panel.set_task("")
    panel.set_active(True)
    assert text_editor(panel, "Title").text() == "Mine"
    assert footer_text(panel) == "Saved."


def test_hidden_panel_shows_the_draft_when_shown(panel: RecipePanel) -> None:
    panel.set_active(False)
    draft_of(panel).show(replace(PLAIN, fitting=Fitting(epochs=3)))
    assert editor(panel, "fitting", "epochs").value() == PLAIN.fitting.epochs
    panel.set_active(True)
    assert editor(panel, "fitting", "epochs").value() == 3


# -------------------------------------------------------------------------------------- the fields

PLACES: list[tuple[str, str, str, object]] = [
    ("fitting", "epochs", "12", 12),
    ("fitting", "batch_size", "64", 64),
    ("fitting", "momentum", "0.5", 0.5),
    ("fitting", "weight_decay", "1e-4", 1e-4),
    ("fitting", "label_smoothing", "0,05", 0.05),
    ("fitting", "average_momentum", "0.99", 0.99),
    ("fitting", "recalibration_batches", "20", 20),
    ("fitting", "steps_per_execution", "8", 8),
    ("schedule", "rate", "1e-3", 1e-3),
    ("schedule", "warm_up", "1.5", 1.5),
    ("schedule", "every", "4", 4),
    ("schedule", "factor", "0.1", 0.1),
    ("schedule", "minimum", "1e-5", 1e-5),
    ("keeping", "patience", "3", 3),
    ("keeping", "wrong_share", "0.01", 0.01),
    ("", "seed", "2147483647", 2**31 - 1),
]


@pytest.mark.parametrize(("part", "name", "typed", "value"), PLACES)
def test_numbers_can_be_typed(
    observer: DraftObserver, panel: RecipePanel, part: str, name: str, typed: str, value: object
) -> None:
    kinds: dict[str, Any] = {"warm_up": "cosine", "every": "step", "factor": "step", "minimum": "plateau"}
    draft = replace(PLAIN, schedule=Schedule(kinds.get(name, "constant"), rate=0.5))
    draft_of(panel).show(replace(draft, fitting=replace(draft.fitting, optimizer="sgd")))
    expand(panel)
    widget = editor(panel, part, name)
    assert widget.isVisible()
    type_into(widget, typed)
    inner = getattr(observer.recipe, part) if part else observer.recipe
    assert getattr(inner, name) == value
    QTest.keyClick(widget, Qt.Key.Key_Return)
    assert getattr(getattr(panel.draft.value, part) if part else panel.draft.value, name) == value


WORDS = [
    ("fitting", "optimizer", "rmsprop"),
    ("fitting", "precision", "mixed_bfloat16"),
    ("schedule", "kind", "one-cycle"),
    ("keeping", "weights", "last"),
    ("keeping", "monitor", "val_accuracy"),
]


@pytest.mark.parametrize(("part", "name", "value"), WORDS)
def test_choices_can_be_selected(
    observer: DraftObserver, panel: RecipePanel, part: str, name: str, value: str
) -> None:
    expand(panel)
    choose(editor(panel, part, name), value)
    assert getattr(getattr(observer.recipe, part), name) == value


@pytest.mark.parametrize(
    ("part", "name"), [("keeping", "every_epoch"), ("keeping", "tensorboard"), ("fitting", "jit_compile")]
)
def test_flags_can_be_set(observer: DraftObserver, panel: RecipePanel, part: str, name: str) -> None:
    expand(panel)
    editor(panel, part, name).setFocus()
    QTest.keyClick(editor(panel, part, name), Qt.Key.Key_Space)
    assert getattr(getattr(observer.recipe, part), name) is True


def test_every_field_of_fitting_schedule_and_keeping_can_be_edited() -> None:
    from dataclasses import fields

    edited = {(part, name) for part, name, *_ in (*PLACES, *WORDS)}
    edited |= {
        ("keeping", "every_epoch"),
        ("keeping", "tensorboard"),
        ("fitting", "jit_compile"),
    }
    for part, kind in (("fitting", Fitting), ("schedule", Schedule), ("keeping", Keeping)):
        assert {name for each, name in edited if each == part} == {each.name for each in fields(kind)}


def test_only_fields_used_by_the_schedule_are_visible(panel: RecipePanel) -> None:
    def asked(kind: str) -> set[str]:
        choose(editor(panel, "schedule", "kind"), kind)
        names = ("warm_up", "every", "factor")
        return {name for name in names if editor(panel, "schedule", name).isVisible()}

    assert asked("constant") == set()
    assert asked("step") == {"every", "factor"}
    assert asked("cosine") == {"warm_up"}
    assert asked("one-cycle") == {"warm_up"}
    assert editor(panel, "schedule", "warm_up").accessibleName() == "Rise (fraction)"
    assert asked("plateau") == {"every", "factor"}


@pytest.mark.parametrize(
    ("optimizer", "title"), [("sgd", "Momentum"), ("adam", "Beta 1"), ("adamw", "Beta 1")]
)
def test_momentum_has_the_name_that_the_optimizer_uses(
    panel: RecipePanel, optimizer: str, title: str
) -> None:
    momentum = editor(panel, "fitting", "momentum")
    choose(editor(panel, "fitting", "optimizer"), "rmsprop")
    assert not momentum.isVisible()
    choose(editor(panel, "fitting", "optimizer"), optimizer)
    assert momentum.isVisible()
    assert momentum.accessibleName() == title


@pytest.mark.parametrize("epochs", [0, 3])
def test_warm_up_in_epochs_becomes_a_fraction_for_one_cycle(
    observer: DraftObserver, panel: RecipePanel, epochs: int
) -> None:
    draft_of(panel).show(replace(PLAIN, schedule=Schedule("cosine", warm_up=epochs)))
    choose(editor(panel, "schedule", "kind"), "one-cycle")
    assert observer.recipe.schedule.warm_up == ONE_CYCLE_RISE
    assert footer_text(panel) == "The settings are valid."


def test_only_tasks_of_ink_offer_a_class_for_other_characters(panel: RecipePanel) -> None:
    draft_of(panel).show(zoo_entry("convmixer-128-8").recipe)
    assert not editor(panel, "task", "rejects").isVisible()
    draft_of(panel).show(PLAIN)
    assert editor(panel, "task", "rejects").isVisible()


def test_negatives_are_kept_without_rejection(observer: DraftObserver, panel: RecipePanel) -> None:
    mine = Negatives(per_epoch=123)
    draft_of(panel).show(replace(PLAIN, task=Task(rejects=True), negatives=mine))
    box = editor(panel, "task", "rejects")
    for rejects in (False, True):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        assert observer.recipe.task == Task(rejects=rejects)
        assert observer.recipe.negatives == mine


def test_the_class_for_rejection_is_only_offered_for_ink(panel: RecipePanel) -> None:
    box = editor(panel, "task", "rejects")
    assert box.isVisible()
    draft_of(panel).show(zoo_entry("pictures").recipe)
    assert not box.isVisible()
    draft_of(panel).show(zoo_entry("super-resolution").recipe)
    assert not box.isVisible()
    draft_of(panel).show(PLAIN)
    assert box.isVisible()


def test_wheel_without_focus_changes_nothing(observer: DraftObserver, panel: RecipePanel) -> None:
    for widget in (editor(panel, "fitting", "epochs"), editor(panel, "schedule", "kind")):
        widget.clearFocus()
        at = QPointF(widget.rect().center())
        turn = (QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
        event = QWheelEvent(
            at,
            widget.mapToGlobal(at),
            *turn,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
    assert observer.drafts == []


# ------------------------------------------------------------------------------------ number editor


@pytest.fixture
def number(qtbot: QtBot) -> NumberEdit:
    widget = NumberEdit(0.0, 10.0)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_arrow_keys_multiply(number: NumberEdit) -> None:
    number.setValue(0.001)
    seen = []
    for key in [Qt.Key.Key_Up] * 4 + [Qt.Key.Key_Down] * 5:
        QTest.keyClick(number, key)
        seen.append(number.value())
    assert seen == [0.002, 0.005, 0.01, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005]


def test_arrow_keys_go_from_zero_to_the_maximum_and_back(number: NumberEdit) -> None:
    values = [number.value()]
    while values[-1] < 10:
        QTest.keyClick(number, Qt.Key.Key_Up)
        values.append(number.value())
    assert values[:3] == [0.0, 1e-6, 2e-6]
    assert values == sorted(set(values))
    down = [number.value()]
    while down[-1] > 0:
        QTest.keyClick(number, Qt.Key.Key_Down)
        down.append(number.value())
    assert down == values[::-1]


def test_steps_go_to_the_next_round_number(number: NumberEdit) -> None:
    number.setValue(0.0033)
    number.stepBy(1)
    assert number.value() == 0.005
    number.setValue(0.0033)
    number.stepBy(-1)
    assert number.value() == 0.002


@pytest.mark.parametrize(
    ("typed", "value"), [("1e-3", 1e-3), ("3,5E-2", 0.035), (".5", 0.5), ("2", 2.0), ("1e-05", 1e-5)]
)
def test_numbers_are_parsed(number: NumberEdit, typed: str, value: float) -> None:
    type_into(number, typed)
    assert number.text() == typed
    assert number.value() == value
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert number.value() == value


def test_invalid_characters_cannot_be_typed(number: NumberEdit) -> None:
    type_into(number, "1x-inf nan")
    assert number.value() == 1.0
    assert number.text().strip() == "1"


# ------------------------------------------------------------------------------- what is wrong


def test_number_out_of_range_is_reported_while_typing(observer: DraftObserver, panel: RecipePanel) -> None:
    epochs = editor(panel, "fitting", "epochs")
    before = panel.draft.value
    type_into(epochs, "0")
    assert footer_text(panel) == "Epochs must be between 1 and 10000."
    assert panel.draft.value == before
    QTest.keyClicks(epochs, "8")
    assert footer_text(panel) == "The settings are valid."
    assert observer.recipe.fitting.epochs == 8
    type_into(editor(panel, "schedule", "rate"), "1e2")
    assert footer_text(panel) == "Learning rate must be between 1e-08 and 10."
    editor(panel, "schedule", "kind").setFocus()
    assert footer_text(panel) == "The settings are valid."
    assert editor(panel, "schedule", "rate").value() == panel.draft.value.schedule.rate


def test_contradictions_are_reported(observer: DraftObserver, panel: RecipePanel) -> None:
    draft_of(panel).show(replace(PLAIN, schedule=Schedule("cosine", warm_up=2)))
    type_into(editor(panel, "fitting", "epochs"), "1")
    assert footer_text(panel) == "The warm-up is longer than the training; make it at most 1."
    # The draft changes nevertheless: it may be contradictory while edited.
    assert observer.recipe.fitting.epochs == 1


def test_problem_of_the_data_is_shown(panel: RecipePanel) -> None:
    panel.draft.set_data_problem(PLAIN, "No sample of MNIST can be used.")
    assert footer_text(panel) == "No sample of MNIST can be used."
    panel.draft.set_data_problem(PLAIN, "")
    assert footer_text(panel) == "This recipe can be trained."
    draft_of(panel).show(replace(PLAIN, split_seed=PLAIN.split_seed + 1))
    assert footer_text(panel) == "The settings are valid."


def test_missing_layers_are_reported(panel: RecipePanel) -> None:
    draft_of(panel).show(replace(PLAIN, layers=()))
    assert footer_text(panel) == "There is no layer yet; add one."


def test_name_follows_the_title_until_changed(observer: DraftObserver, panel: RecipePanel) -> None:
    draft_of(panel).show(replace(PLAIN, title="Old", name="old"))
    title, name = text_editor(panel, "Title"), text_editor(panel, "Name")
    type_into(title, "Size 7 & more")
    assert (observer.recipe.title, observer.recipe.name) == ("Size 7 & more", "size-7-more")
    type_into(name, "seven")
    type_into(title, "Another")
    assert (observer.recipe.title, observer.recipe.name) == ("Another", "seven")


def test_invalid_name_is_reported_and_not_set(observer: DraftObserver, panel: RecipePanel) -> None:
    draft_of(panel).show(replace(PLAIN, title="Old", name="mine"))
    name = text_editor(panel, "Name")
    type_into(name, "Mine")
    assert footer_text(panel).startswith("Enter a name of up to 40 lower-case letters")
    assert "Mine" not in [recipe.name for recipe in observer.drafts]
    text_editor(panel, "Title").setFocus()
    assert name.text() == panel.draft.value.name
    assert footer_text(panel) == "The settings are valid."


def test_empty_title_is_reported(observer: DraftObserver, panel: RecipePanel) -> None:
    title = text_editor(panel, "Title")
    type_into(title, " ")
    assert footer_text(panel) == "Enter a title of 1 to 60 characters."
    assert observer.drafts == []
    type_into(title, "x" * 61)
    assert footer_text(panel) == "Enter a title of 1 to 60 characters."
    assert len(observer.recipe.title) == 60


# ------------------------------------------------------------------------------------- the sketch


def test_the_sketch_shows_the_schedule(observer: DraftObserver, panel: RecipePanel) -> None:
    draft_of(panel).show(replace(PLAIN, fitting=Fitting(epochs=10), schedule=Schedule("step", 0.1, every=4)))
    numbers = panel.numbers()
    assert numbers["epochs"][[0, -1]].tolist() == [0, 10]
    assert sorted({round(float(rate), 6) for rate in numbers["learning_rate"]}) == [0.025, 0.05, 0.1]
    sketch = panel.exported_widget()
    assert isinstance(sketch, RateSketch)
    before = sketch.grab().toImage()
    choose(editor(panel, "schedule", "kind"), "cosine")
    assert sketch.grab().toImage() != before
    assert sketch.accessibleName() == "Learning rate: 0.1 at the start, 0.1 at most, 0 at the end"


def test_sketch_is_exported(panel: RecipePanel) -> None:
    assert panel.is_plot
    assert npz_bytes(panel.numbers())
    assert view_svg(panel, "")


# ------------------------------------------------------------------------------------ menu and files


def test_reset_keeps_title_and_name(observer: DraftObserver, panel: RecipePanel) -> None:
    draft = replace(zoo_entry("dense").recipe, layers=LOGITS, fitting=Fitting(epochs=3), seed=5)
    draft_of(panel).show(draft)
    action(panel, "Reset to defaults").trigger()
    assert observer.recipe == replace(
        draft,
        task=Task(),
        fitting=Fitting(),
        schedule=Schedule(),
        keeping=Keeping(),
        negatives=Negatives(),
        seed=1,
    )
    assert footer_text(panel) == "The settings are valid."


def dialog_of(panel: RecipePanel) -> QFileDialog:
    return next(each for each in panel.findChildren(QFileDialog) if each.isVisible())


@pytest.mark.parametrize(
    ("text", "signal", "name"),
    [
        ("Open recipe…", "open_requested", "there.json"),
        ("Save recipe…", "save_requested", "new.json"),
        ("Export as Keras script…", "export_requested", ""),
    ],
)
def test_file_dialogs_emit_paths(
    qtbot: QtBot, panel: RecipePanel, tmp_path: Path, text: str, signal: str, name: str
) -> None:
    (tmp_path / "there.json").write_text("{}")
    action(panel, text).trigger()
    dialog = dialog_of(panel)
    dialog.setDirectory(str(tmp_path))
    if name:
        dialog.selectFile(str(tmp_path / name))
    with qtbot.waitSignal(getattr(panel, signal)) as caught:
        dialog.accept()
    assert caught.args == [tmp_path / name if name else tmp_path]


def test_running_task_has_a_stop_button(qtbot: QtBot, panel: RecipePanel) -> None:
    stop = next(each for each in panel.findChildren(QPushButton) if each.text() == "Stop")
    assert not stop.isVisible()
    panel.set_task("Exporting…")
    assert footer_text(panel) == "Exporting…"
    with qtbot.waitSignal(panel.stop_requested):
        QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    panel.set_task("")
    panel.set_note("Exported.")
    assert footer_text(panel) == "Exported."
    assert not stop.isVisible()
    type_into(editor(panel, "fitting", "epochs"), "9")
    assert footer_text(panel) == "The settings are valid."


# ----------------------------------------------------------------------------------------- the whole


@pytest.mark.parametrize("width", [420, 560, 700])
def test_no_text_is_clipped(panel: RecipePanel, width: int) -> None:
    draft_of(panel).show(replace(zoo_entry("dense").recipe, schedule=Schedule("plateau")))
    expand(panel)
    panel.resize(width, 450)
    QApplication.sendPostedEvents()
    area = child(panel, QScrollArea)
    form = area.widget()
    assert form is not None
    assert form.width() <= area.viewport().width()
    for each in form.findChildren(FieldEdit):
        if each.control.isVisible():
            cell = each.cell()
            assert cell.geometry().right() < form.width()
            assert cell.width() >= cell.minimumSizeHint().width()
    for label in form.findChildren(QLabel):
        if label.isVisible():
            assert label.width() >= label.sizeHint().width(), label.text()


def test_every_control_has_a_name(panel: RecipePanel) -> None:
    kinds = (QSpinBox, NumberEdit, QComboBox, QCheckBox, QToolButton, RateSketch)
    controls = [each for kind in kinds for each in panel.findChildren(kind)]
    assert len(controls) > 20
    for control in controls:
        assert control.accessibleName(), control


def test_tab_order_goes_from_top_to_bottom(panel: RecipePanel) -> None:
    text_editor(panel, "Title").setFocus()
    reached = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert reached[:3] == ["Title", "Name", "Open, save, export or reset the recipe"]
    assert reached[3:] == ["Epochs", "Batch size", "Optimizer", "Beta 1", "Learning rate"]
