"""The import dialog, by keys and clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.networks.import_facts import ImportFacts
from desktop_app.tasks.task import DIGITS, Task
from tests.finding import child

FILE = Path("/somewhere/My network (2).keras")
DIGIT_FACTS = ImportFacts((28, 28, 1), 10, "dark 0-255", DIGITS, 0.97, False)
LETTER_FACTS = ImportFacts((28, 28, 1), 3, "light", (), None, True)

CARD_TASK = Task(channels=3, preparation="mnist-directions", labels=("x", ",", " "), rejects=True)
CARD_FACTS = ImportFacts(
    (28, 28, 3), 4, "light", CARD_TASK.labels, None, False, task=CARD_TASK, title="Three marks"
)


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(qtbot: QtBot, host: QWidget) -> ImportDialog:
    """A dialog that has shown what was found out about a network for digits."""
    asked = ImportDialog(FILE, host)
    asked.show()
    qtbot.waitUntil(lambda: field(asked, "title").hasFocus())
    asked.show_facts(DIGIT_FACTS)
    return asked


def field(dialog: ImportDialog, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, f"import_{name}")
    assert found is not None
    return found


def typed(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    QTest.keySequence(edit, QKeySequence(QKeySequence.StandardKey.SelectAll))
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, text)


def label(dialog: ImportDialog, name: str) -> str:
    found = child(dialog, QLabel, name)
    return found.text()


def sentence(dialog: ImportDialog) -> str:
    return label(dialog, "import_sentence")


def button(dialog: ImportDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)


def test_return_accepts_the_suggested_title_and_labels(qtbot: QtBot, dialog: ImportDialog) -> None:
    assert field(dialog, "title").text() == "My network (2)"
    assert field(dialog, "labels").text() == "0123456789"
    assert not dialog.isModal()
    with qtbot.waitSignal(dialog.import_requested) as wanted:
        QTest.keyClick(field(dialog, "title"), Qt.Key.Key_Return)
    assert wanted.args == ["My network (2)", DIGITS]
    assert dialog.isHidden()


def test_what_was_found_out_is_shown(dialog: ImportDialog) -> None:
    found = label(dialog, "import_facts")
    assert "Input: dark ink on a light background, values from 0 to 255." in found
    assert "Sample digits read correctly: 97 %." in found
    assert "sigmoid" not in found


def test_labels_are_asked_for_if_the_network_reads_no_digits(qtbot: QtBot, host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    dialog.show_step("Loading TensorFlow…")
    assert label(dialog, "import_facts") == "Loading TensorFlow…"
    assert child(dialog, QProgressBar).isVisible()
    assert not button(dialog, "Import").isEnabled()
    dialog.show_facts(LETTER_FACTS)
    qtbot.waitUntil(lambda: field(dialog, "labels").hasFocus())
    assert not child(dialog, QProgressBar).isVisible()
    assert "enter the labels of its 3 outputs" in label(dialog, "import_facts")
    assert "divided by their sum" in label(dialog, "import_facts")
    assert not button(dialog, "Import").isEnabled()
    typed(field(dialog, "labels"), "cat, dog, bird, fish")
    assert "The number of labels is 4; enter 3, one for each output." in sentence(dialog)
    assert not button(dialog, "Import").isEnabled()
    typed(field(dialog, "labels"), "ab")
    assert "The last output is for “none of the labels”." in sentence(dialog)
    typed(field(dialog, "labels"), "cat, dog, bird")
    assert sentence(dialog) == ""
    with qtbot.waitSignal(dialog.import_requested) as wanted:
        QTest.keyClick(field(dialog, "labels"), Qt.Key.Key_Return)
    assert wanted.args == ["My network (2)", ("cat", "dog", "bird")]


def test_model_that_outputs_images_needs_no_labels(qtbot: QtBot, host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    dialog.show_facts(ImportFacts((14, 14, 1), 0, "light", (), None, False, (28, 28, 1)))
    assert "Output: images of 28×28×1." in label(dialog, "import_facts")
    assert not field(dialog, "labels").isEnabled()
    assert sentence(dialog) == ""
    with qtbot.waitSignal(dialog.import_requested) as wanted:
        QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert wanted.args == ["My network (2)", ()]


def test_a_model_with_a_card_needs_only_return(qtbot: QtBot, host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    dialog.show_facts(CARD_FACTS)
    assert label(dialog, "import_facts") == (
        "Task and thresholds are those of the model card in the file.\n"
        "Input: ink coloured by the direction of the pen; ink of images is grey."
    )
    assert field(dialog, "labels").text() == "x, "
    assert sentence(dialog) == "The last output is for “none of the labels”."
    with qtbot.waitSignal(dialog.import_requested) as wanted:
        QTest.keyClick(field(dialog, "title"), Qt.Key.Key_Return)
    assert wanted.args == ["Three marks", ("x", ",", " ")]


def test_other_labels_than_those_of_the_card_say_what_is_left_out(qtbot: QtBot, host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    dialog.show_facts(CARD_FACTS)
    typed(field(dialog, "labels"), "abcd")
    found = label(dialog, "import_facts")
    assert "Other labels: thresholds and results of the model card are left out." in found
    assert "Input: ink coloured by the direction of the pen" in found
    typed(field(dialog, "labels"), "cat, dog, bird, fish")
    assert "Input: values from 0 to 1." in label(dialog, "import_facts")
    typed(field(dialog, "labels"), "cat, dog, bird")
    assert "The number of labels is 3; enter 4, one for each output." in sentence(dialog)


def test_title_typed_during_the_check_is_kept(host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    typed(field(dialog, "title"), "Marks")
    dialog.show_facts(CARD_FACTS)
    assert field(dialog, "title").text() == "Marks"


def test_characters_in_three_channels_without_a_card_are_grey(host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    dialog.show_facts(ImportFacts((28, 28, 3), 3, "light", (), None, True, has_unusable_card=True))
    grey = "All channels get the same grey ink, without directions of the pen."
    assert label(dialog, "import_facts").startswith("The model card in the file is not used: ")
    assert grey not in label(dialog, "import_facts")
    typed(field(dialog, "labels"), "abc")
    assert grey in label(dialog, "import_facts")
    assert dialog.height() >= dialog.heightForWidth(dialog.width())
    typed(field(dialog, "labels"), "cat, dog, bird")
    assert grey not in label(dialog, "import_facts")


def test_labels_typed_during_the_check_are_kept(qtbot: QtBot, host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    typed(field(dialog, "labels"), "abcdefghij")
    dialog.show_facts(DIGIT_FACTS)
    assert field(dialog, "labels").text() == "abcdefghij"
    assert button(dialog, "Import").isEnabled()


def test_a_problem_is_shown_in_the_dialog(host: QWidget) -> None:
    dialog = ImportDialog(FILE, host)
    dialog.show()
    dialog.show_problem("This file is damaged.")
    assert label(dialog, "import_facts") == "This file is damaged."
    assert not button(dialog, "Import").isEnabled()


def test_entered_title_and_labels_are_used(qtbot: QtBot, dialog: ImportDialog) -> None:
    typed(field(dialog, "title"), "  Letters ")
    typed(field(dialog, "labels"), "abcdefghij")
    assert sentence(dialog) == ""
    with qtbot.waitSignal(dialog.import_requested) as wanted:
        QTest.mouseClick(button(dialog, "Import"), Qt.MouseButton.LeftButton)
    assert wanted.args == ["Letters", tuple("abcdefghij")]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("title", "", "1 to 60 characters; choose another title."),
        ("title", "   ", "1 to 60 characters; choose another title."),
        ("title", "x" * 61, "1 to 60 characters; choose another title."),
        ("labels", "", "enter a character or a word for each output."),
        ("labels", "abca", "a is there more than once; enter each label once."),
        ("labels", "a,,b", "A label is empty; enter a character or a word between two commas."),
    ],
)
def test_invalid_input_is_explained_while_typing(
    qtbot: QtBot, dialog: ImportDialog, name: str, text: str, why: str
) -> None:
    size = dialog.size()
    typed(field(dialog, name), text)
    assert sentence(dialog).endswith(why)
    assert not button(dialog, "Import").isEnabled()
    with qtbot.assertNotEmitted(dialog.import_requested):
        QTest.keyClick(field(dialog, name), Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.size() == size
    typed(field(dialog, name), "abcdefghij")
    assert button(dialog, "Import").isEnabled()


def test_escape_cancels_the_import(qtbot: QtBot, dialog: ImportDialog) -> None:
    with qtbot.assertNotEmitted(dialog.import_requested):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


def test_fields_have_names_and_are_reached_in_order(dialog: ImportDialog) -> None:
    order = [field(dialog, "title"), field(dialog, "labels"), button(dialog, "Import")]
    order.append(button(dialog, "Cancel"))
    order[0].setFocus()
    for here, there in zip(order, [*order[1:], order[0]], strict=True):
        assert here.hasFocus()
        QTest.keyClick(here, Qt.Key.Key_Tab)
        assert there.hasFocus()
    assert [f.accessibleName() for f in order[:2]] == ["Title", "Labels"]


def test_a_long_file_name_is_shortened_to_a_valid_title(host: QWidget) -> None:
    asked = ImportDialog(Path("/somewhere") / ("a" * 200 + "\n.h5"), host)
    assert len(field(asked, "title").text()) == 60
    asked.show_facts(DIGIT_FACTS)
    assert button(asked, "Import").isEnabled()


def dropped(window: MainWindow, name: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(name)])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), copy, data, left, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, left, none))


def questions(window: MainWindow) -> list[ImportDialog]:
    return [asked for asked in window.findChildren(ImportDialog) if asked.isVisible()]


@pytest.mark.parametrize("name", ["a.keras", "a.h5", "a.HDF5", "a.onnx"])
def test_a_dropped_model_file_opens_the_import_dialog(qtbot: QtBot, window: MainWindow, name: str) -> None:
    dropped(window, f"/somewhere/{name}")
    (asked,) = questions(window)
    assert field(asked, "title").text() == "a"
    qtbot.waitUntil(lambda: name in label(asked, "import_facts"))
    assert window.messages.text() == ""


def test_one_import_dialog_is_open_at_a_time(window: MainWindow) -> None:
    dropped(window, "/somewhere/a.keras")
    dropped(window, "/somewhere/b.keras")
    (asked,) = questions(window)
    assert field(asked, "title").text() == "b"
    window.close()
    assert questions(window) == []
