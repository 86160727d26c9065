"""Editors of fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QSlider,
    QSpinBox,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.fields import ChoiceField, Field, FlagField, NumberField
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.feature_maps.colour_controls import ColourControls
from desktop_app.views.parts.form_fields import FieldEdit, field_edit
from desktop_app.views.parts.number_edit import NumberEdit, WholeNumberEdit
from desktop_app.views.parts.theme import LIGHT, palette_of
from tests.views.announcements import record_announcements

WHOLE = NumberField("epochs", "Epochs", 20, 1, 100, "How often")
SHARE = NumberField("rate", "Rate", 0.5, 0, 1, "How much", step=0.05)
WORD = ChoiceField("kind", "Kind", "b", {"a": "First", "b": "Second"}, "Which")
FLAG = FlagField("keep", "Keep", True, "Whether")
SLIDER = NumberField("slant", "Slant", 0.1, 0, 1, "How far", step=0.01, unit="%", reach=0.3)


def made(qtbot: QtBot, field: Field, *, slider: bool = False) -> tuple[FieldEdit, QWidget]:
    """Return an editor in a visible form."""
    edit, form = field_edit(field, slider=slider), QWidget()
    qtbot.addWidget(form)
    form.setPalette(palette_of(LIGHT))
    QVBoxLayout(form).addWidget(edit.cell())
    form.resize(160, 80)
    form.show()
    qtbot.waitExposed(form)
    return edit, form


@pytest.mark.parametrize(
    ("field", "slider", "kind"),
    [
        (WHOLE, False, QSpinBox),
        (SHARE, False, QDoubleSpinBox),
        (WORD, False, QComboBox),
        (FLAG, False, QCheckBox),
        (SLIDER, True, QSlider),
    ],
)
def test_each_field_has_a_control_with_name_and_tooltip(
    qtbot: QtBot, field: Field, slider: bool, kind: type[QWidget]
) -> None:
    edit, _form = made(qtbot, field, slider=slider)
    assert isinstance(edit.control, kind)
    assert edit.control.accessibleName() == field.title
    assert edit.control.toolTip() == field.explanation
    edit.set_title("Another")
    assert edit.control.accessibleName() == "Another"


def test_only_user_input_emits_edited(qtbot: QtBot) -> None:
    emitted: list[object] = []
    edits = [made(qtbot, field) for field in (WHOLE, SHARE, WORD, FLAG)]
    for (edit, _form), value in zip(edits, (7, 0.25, "a", False), strict=True):
        edit.edited.connect(emitted.append)
        edit.set_value(value)
    assert emitted == []
    (whole, _), (share, _), (word, _), (flag, _) = edits
    QTest.keyClick(whole.control, Qt.Key.Key_Up)
    QTest.keyClick(share.control, Qt.Key.Key_Up)
    QTest.keyClick(word.control, Qt.Key.Key_Down)
    QTest.keyClick(flag.control, Qt.Key.Key_Space)
    assert emitted == [8, pytest.approx(0.3), "b", True]
    assert isinstance(emitted[0], int)


def test_input_out_of_range_is_explained_and_outlined(qtbot: QtBot) -> None:
    edit, form = made(qtbot, WHOLE)
    said: list[str] = []
    edit.problem_changed.connect(said.append)

    def is_outlined() -> bool:
        image = edit.control.grab().toImage()
        return any(image.pixelColor(x, 0) == QColor(LIGHT.accent) for x in range(image.width()))

    form.setFocus()
    assert not is_outlined()
    edit.control.setFocus()
    QTest.keyClick(edit.control, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(edit.control, "0")
    assert said[-1] == "Epochs must be between 1 and 100."
    assert is_outlined()
    QTest.keyClick(edit.control, Qt.Key.Key_Return)
    assert said[-1] == ""


@pytest.mark.parametrize(
    ("field", "typed", "value", "sentence"),
    [
        (WHOLE, "290", 100, "The largest possible value is 100."),
        (WHOLE, "99999999999999", 100, "The largest possible value is 100."),
        (WHOLE, "0", 1, "The smallest possible value is 1."),
        (SHARE, "29", 1, "The largest possible value is 1."),
        (SHARE, "1,5", 1, "The largest possible value is 1."),
    ],
)
def test_a_number_beyond_a_limit_can_be_typed_and_becomes_the_limit(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    field: NumberField,
    typed: str,
    value: float,
    sentence: str,
) -> None:
    edit, form = made(qtbot, field)
    emitted: list[object] = []
    edit.edited.connect(emitted.append)
    number = edit.control
    assert isinstance(number, QAbstractSpinBox)
    form.activateWindow()
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, typed)
    assert number.text() == typed
    said = record_announcements(monkeypatch)
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert number.text() == f"{value}"
    assert emitted[-1:] in ([value], [])
    assert number.property("value") == value
    assert said[:1] == [sentence]
    assert QToolTip.text() == sentence
    QToolTip.hideText()


def test_a_number_with_a_prefix_becomes_the_limit(qtbot: QtBot) -> None:
    number = WholeNumberEdit()
    qtbot.addWidget(number)
    number.setPrefix("channel ")
    number.setRange(0, 20)
    number.show()
    number.selectAll()
    QTest.keyClicks(number, "29")
    assert number.text() == "channel 29"
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert number.value() == 20
    QToolTip.hideText()


@pytest.fixture(params=["ar_EG", "fa_IR", "de_DE"])
def locale(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("locale")
def test_numbers_have_latin_digits_in_every_locale(qtbot: QtBot) -> None:
    whole, any_size, amount = WholeNumberEdit(), NumberEdit(0, 10), AmountBox()
    colours = ColourControls()
    for widget in (whole, any_size, amount, colours):
        qtbot.addWidget(widget)
    whole.setRange(0, 100_000)
    whole.setValue(12_345)
    any_size.setValue(2.5)
    amount.setValue(0.25)
    assert (whole.text(), any_size.text(), amount.text()) == ("12345", "2.5", "25 %")
    for text in (box.text() for box in colours.findChildren(QDoubleSpinBox)):
        assert text.isascii()
        assert "," not in text


PERSIAN, ARABIC, WIDE = (
    str.maketrans({str(digit): chr(zero + digit) for digit in range(10)}) for zero in (0x6F0, 0x660, 0xFF10)
)


def pasted(qtbot: QtBot, box: WholeNumberEdit | NumberEdit | AmountBox, text: str) -> float:
    """Return the number of a field after a text was pasted into it and entered."""
    qtbot.addWidget(box)
    box.setMaximum(100_000)
    box.show()
    box.setFocus()
    box.selectAll()
    QGuiApplication.clipboard().setText(text)
    QTest.keySequence(box, QKeySequence.StandardKey.Paste)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text().isascii()
    return box.value()


@pytest.mark.parametrize("script", [PERSIAN, ARABIC, WIDE, {}])
@pytest.mark.parametrize("separator", ["", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "'"])
def test_numbers_of_other_scripts_and_with_separators_are_entered(
    qtbot: QtBot, script: dict[int, str], separator: str
) -> None:
    text = f"1{separator}234".translate(script)
    for box in (WholeNumberEdit(), NumberEdit(0, 10), AmountBox()):
        assert pasted(qtbot, box, text) == 1234


def test_a_number_can_be_copied_from_the_window_into_a_field(qtbot: QtBot) -> None:
    assert pasted(qtbot, WholeNumberEdit(), "1,258") == 1258
    box = NumberEdit(-1, 10)
    assert pasted(qtbot, box, "\N{MINUS SIGN}0.5") == -0.5


@pytest.mark.parametrize(
    "text",
    [
        "0\N{ARABIC DECIMAL SEPARATOR}5".translate(PERSIAN),
        "0\N{FULLWIDTH FULL STOP}5".translate(WIDE),
        "0,5",
    ],
)
def test_fractions_of_other_scripts_are_entered(qtbot: QtBot, text: str) -> None:
    for box in (NumberEdit(0, 10), AmountBox()):
        assert pasted(qtbot, box, text) == 0.5


def test_letters_are_not_typed_into_a_number(qtbot: QtBot) -> None:
    number = WholeNumberEdit()
    qtbot.addWidget(number)
    number.show()
    number.selectAll()
    QTest.keyClicks(number, "1x2.5")
    assert number.text() == "125"
    number.setRange(0, 1000)
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert number.value() == 125
    QToolTip.hideText()


def test_a_value_beyond_the_reach_extends_the_slider(qtbot: QtBot) -> None:
    edit, _form = made(qtbot, SLIDER, slider=True)
    slider, emitted = edit.control, list[object]()
    assert isinstance(slider, QSlider)
    assert (slider.value(), slider.maximum()) == (10, 30)
    edit.edited.connect(emitted.append)
    edit.set_value(0.4)
    assert (slider.value(), slider.maximum()) == (40, 40)
    assert slider.accessibleDescription() == "40 %"
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert emitted == [0.39]


def test_the_wheel_is_ignored_without_focus(qtbot: QtBot) -> None:
    edit, form = made(qtbot, WHOLE)
    form.setFocus()
    edit.control.clearFocus()
    at = QPointF(edit.control.rect().center())
    turned = QWheelEvent(
        at,
        edit.control.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(edit.control, turned)
    assert isinstance(edit.control, QSpinBox)
    assert edit.control.value() == WHOLE.default


def test_fields_are_hidden_with_their_captions(qtbot: QtBot) -> None:
    cell, _form = made(qtbot, WHOLE)
    cell.set_visible(False)
    assert not cell.control.isVisible()
    assert not cell.caption.isVisible()
    form = QWidget()
    qtbot.addWidget(form)
    grid = QGridLayout(form)
    row = field_edit(SLIDER, slider=True)
    row.add_to_grid(grid)
    form.show()
    qtbot.waitExposed(form)
    assert row.caption.isVisible()
    assert row.caption.y() == pytest.approx(row.control.y(), abs=row.control.height())
    row.set_visible(False)
    assert not any(child.isVisible() for child in form.findChildren(QWidget))


def test_the_smallest_number_can_mean_none(qtbot: QtBot) -> None:
    edit, _form = made(qtbot, NumberField("alpha", "Alpha", None, 0.0, 5.0, step=0.5, none="none"))
    assert isinstance(edit.control, QDoubleSpinBox)
    assert edit.control.text() == "none"
    emitted: list[object] = []
    edit.edited.connect(emitted.append)
    QTest.keyClick(edit.control, Qt.Key.Key_Up)
    QTest.keyClick(edit.control, Qt.Key.Key_Down)
    assert emitted == [0.5, None]
    edit.set_value(2.0)
    assert edit.control.text() == "2"
    edit.set_value(None)
    assert edit.control.text() == "none"


def test_negative_numbers_can_be_entered_if_allowed(qtbot: QtBot) -> None:
    edit, _form = made(qtbot, NumberField("offset", "Offset", 0.0, -100.0, 100.0))
    assert isinstance(edit.control, QDoubleSpinBox)
    emitted: list[object] = []
    edit.edited.connect(emitted.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(edit.control, key)
    assert emitted == [-1e-6, -2e-6, -1e-6, 0.0, 1e-6]
    QTest.keyClick(edit.control, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(edit.control, "-0.5")
    assert emitted[-1] == -0.5
