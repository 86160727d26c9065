"""The panel with the enlarged image: divider, difference, quality, choice of versions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from desktop_app.tasks.task import Task
from desktop_app.views.enlargement.difference_view import DifferenceView
from desktop_app.views.enlargement.panel import EnlargementPanel
from desktop_app.views.enlargement.score_table import ScoreTable
from desktop_app.views.enlargement.versions import versions_of
from desktop_app.views.enlargement.wipe_view import WipeView
from desktop_app.views.parts.caption import Caption
from desktop_app.views.view_export import npz_bytes, view_image
from tests.finding import child
from tests.views.enlargements import COLOUR_TASK, SAME_SIZE_TASK, TASK, cross, observed, open_network

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> EnlargementPanel:
    return shown(qtbot, TASK)


def shown(qtbot: QtBot, task: Task) -> EnlargementPanel:
    """Return a panel with the versions of a cross."""
    widget = EnlargementPanel()
    qtbot.addWidget(widget)
    widget.resize(800, 480)
    widget.show()
    network = open_network(task)
    widget.set_network(network.info, network.graph)
    widget.set_versions(versions_of(observed(task), task))
    return widget


def texts_of(panel: EnlargementPanel) -> set[str]:
    return {caption.text() for caption in panel.findChildren(Caption)}


def chosen(panel: EnlargementPanel) -> tuple[str, str]:
    left, right = (child(panel, QComboBox, f"{side}_version") for side in ("left", "right"))
    return left.currentText(), right.currentText()


def choose(panel: EnlargementPanel, side: str, name: str) -> None:
    box = child(panel, QComboBox, f"{side}_version")
    box.setCurrentIndex(box.findData(name))


def pixels_of(wipe: WipeView) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return the red value in the middle of every image pixel, int64 (16, 16)."""
    image, area = wipe.grab().toImage(), wipe.image_area()
    side = area.width() / 16

    def shade(row: int, column: int) -> int:
        at = area.topLeft() + QPointF((column + 0.75) * side, (row + 0.5) * side)
        return image.pixelColor(at.toPoint()).red()

    return np.array([[shade(row, column) for column in range(16)] for row in range(16)])


def test_without_an_image_there_is_a_hint_and_nothing_to_export(panel: EnlargementPanel) -> None:
    filled = child(panel, WipeView).grab().toImage()
    panel.set_versions(None)
    assert child(panel, WipeView).grab().toImage() != filled
    assert panel.numbers() == {}
    assert child(panel, QLabel, "gain").text() == ""
    assert not any(any(texts) for texts in child(panel, ScoreTable).texts().values())


def test_the_gain_over_bicubic_is_shown(panel: EnlargementPanel) -> None:
    texts = child(panel, ScoreTable).texts()
    gain = float(texts["model"][0]) - float(texts["bicubic"][0])
    assert child(panel, QLabel, "gain").text().startswith("+")
    assert float(child(panel, QLabel, "gain").text().split()[0]) == pytest.approx(gain, abs=0.11)
    assert "over bicubic" in texts_of(panel)


def test_a_worse_model_has_a_negative_gain(panel: EnlargementPanel) -> None:
    black = np.zeros(TASK.output_shape, np.float32)
    panel.set_versions(versions_of(observed(TASK, black), TASK))
    assert child(panel, QLabel, "gain").text().startswith("\N{MINUS SIGN}")


def test_a_network_that_does_not_enlarge_is_compared_with_its_input(qtbot: QtBot) -> None:
    panel = shown(qtbot, SAME_SIZE_TASK)
    assert chosen(panel) == ("Input", "Model")
    assert "over the input" in texts_of(panel)
    assert set(child(panel, ScoreTable).texts()) == {"page", "input", "model", "original"}


def test_the_table_describes_the_quality_of_every_version(panel: EnlargementPanel) -> None:
    table = child(panel, ScoreTable)
    texts = table.texts()
    assert list(texts) == ["page", "input", "nearest", "bicubic", "lanczos", "model", "original"]
    assert [name for name, row in texts.items() if any(row)] == ["nearest", "bicubic", "lanczos", "model"]
    psnr, ssim, psnr_in_box, ssim_in_box = texts["model"]
    quality = panel.numbers()["quality"][3]
    assert (psnr, ssim) == (f"{quality[0]:.1f}", f"{quality[1]:.3f}")
    assert (psnr_in_box, ssim_in_box) == (f"{quality[2]:.1f}", f"{quality[3]:.3f}")
    assert f"Model: PSNR (dB) {psnr}, SSIM {ssim}" in table.accessibleDescription()


def test_every_version_has_its_size_and_every_measure_its_unit(panel: EnlargementPanel) -> None:
    table = child(panel, ScoreTable)
    assert table.sizes() == {"input": "8×8"} | dict.fromkeys(
        ("nearest", "bicubic", "lanczos", "model", "original"), "16×16"
    )
    assert "PSNR, ink (dB)" in table.accessibleDescription()


def test_the_compared_images_and_their_difference_have_captions(panel: EnlargementPanel) -> None:
    wipe, difference = child(panel, WipeView), child(panel, DifferenceView)
    assert wipe.accessibleDescription().startswith("Bicubic on the left, Model on the right.")
    assert difference.accessibleDescription() == "Model \N{MINUS SIGN} Bicubic"
    assert wipe.image_area().top() > wipe.fontMetrics().height() * 0.8
    before = wipe.grab().toImage()
    above = before.copy(0, 0, before.width(), int(wipe.image_area().top()))
    choose(panel, "right", "original")
    assert wipe.accessibleDescription().startswith("Bicubic on the left, Original on the right.")
    assert wipe.grab().toImage().copy(0, 0, above.width(), above.height()) != above


# --- the divider ---


def test_left_and_right_of_the_divider_are_different_versions(panel: EnlargementPanel) -> None:
    choose(panel, "left", "nearest")
    choose(panel, "right", "original")
    shown_pixels, numbers = pixels_of(child(panel, WipeView)), panel.numbers()
    for columns, name in ((slice(0, 7), "nearest"), (slice(9, 16), "original")):
        expected = numbers[name][:, columns, 0] * 255
        np.testing.assert_allclose(shown_pixels[:, columns], expected, atol=1.5)


def test_every_pixel_is_a_sharp_square(panel: EnlargementPanel) -> None:
    wipe = child(panel, WipeView)
    choose(panel, "left", "original")
    choose(panel, "right", "original")
    image, area = wipe.grab().toImage(), wipe.image_area()
    side = area.width() / 16
    assert side == int(side) > 8
    corner = area.topLeft() + QPointF(3 * side, 7 * side)
    for x, y in ((0, 0), (side - 1, 0), (0, side - 1), (side - 1, side - 1)):
        assert image.pixelColor((corner + QPointF(x, y)).toPoint()) == QColor("white")
    assert image.pixelColor((corner - QPointF(1, 0)).toPoint()) == QColor("black")


def test_the_divider_follows_the_mouse(panel: EnlargementPanel) -> None:
    wipe = child(panel, WipeView)
    area = wipe.image_area()
    start = area.center().toPoint()
    QTest.mousePress(wipe, LEFT, pos=start)
    QTest.mouseMove(wipe, QPoint(round(area.left() + area.width() / 4), start.y()))
    QTest.mouseRelease(wipe, LEFT, pos=QPoint(round(area.left() + area.width() / 4), start.y()))
    assert wipe.divider_x() == pytest.approx(area.left() + area.width() / 4, abs=2)
    QTest.mouseMove(wipe, area.bottomRight().toPoint())
    assert wipe.divider_x() == pytest.approx(area.left() + area.width() / 4, abs=2)


def test_smaller_images_under_a_resting_mouse_are_shown(panel: EnlargementPanel) -> None:
    difference = child(panel, DifferenceView)
    QTest.mouseMove(difference, QPoint(difference.width() - 2, difference.height() // 2))
    QTest.mouseMove(child(panel, WipeView), child(panel, WipeView).image_area().bottomRight().toPoint())
    assert any(text.startswith("(15, 15): ") for text in texts_of(panel))
    small = replace(TASK, height=4, width=4)
    network = open_network(small)
    panel.set_network(network.info, network.graph)
    panel.set_versions(versions_of(observed(small), small))
    assert panel.numbers()["difference"].shape[:2] == (8, 8)
    assert "Difference of brightness" in texts_of(panel)


def test_keys_move_the_divider_by_a_pixel(panel: EnlargementPanel) -> None:
    wipe = child(panel, WipeView)
    wipe.setFocus()
    area, before = wipe.image_area(), wipe.divider_x()
    QTest.keyClick(wipe, Qt.Key.Key_Right)
    assert wipe.divider_x() - before == pytest.approx(area.width() / 16)
    QTest.keyClick(wipe, Qt.Key.Key_Home)
    assert wipe.divider_x() == area.left()
    np.testing.assert_allclose(pixels_of(wipe)[:, 1:], panel.numbers()["model"][:, 1:, 0] * 255, atol=1.5)
    QTest.keyClick(wipe, Qt.Key.Key_End)
    assert wipe.divider_x() == area.right()


def test_the_divider_stays_while_drawing(panel: EnlargementPanel) -> None:
    wipe = child(panel, WipeView)
    QTest.keyClick(wipe, Qt.Key.Key_Home)
    panel.set_versions(versions_of(observed(TASK, page=cross(200)), TASK))
    panel.set_versions(None)
    panel.set_versions(versions_of(observed(TASK), TASK))
    assert wipe.divider_x() == wipe.image_area().left()


# --- the difference ---


def test_the_difference_is_that_of_the_chosen_versions(panel: EnlargementPanel) -> None:
    numbers = panel.numbers()
    np.testing.assert_array_equal(numbers["difference"], (numbers["model"] - numbers["bicubic"]).mean(axis=2))
    before = child(panel, DifferenceView).grab().toImage()
    choose(panel, "right", "original")
    assert child(panel, DifferenceView).accessibleDescription() == "Original \N{MINUS SIGN} Bicubic"
    assert child(panel, DifferenceView).grab().toImage() != before


def test_pointing_at_a_pixel_shows_its_values(qtbot: QtBot, panel: EnlargementPanel) -> None:
    wipe, difference = child(panel, WipeView), child(panel, DifferenceView)
    choose(panel, "left", "original")
    before = difference.grab().toImage()
    area = wipe.image_area()
    QTest.mouseMove(
        wipe, (area.topLeft() + QPointF(area.width() * 7.5 / 16, area.width() * 4.5 / 16)).toPoint()
    )
    assert "(4, 7): 1.00 \N{RIGHTWARDS ARROW} 0.90" in texts_of(panel)
    assert difference.grab().toImage() != before
    QTest.mouseMove(panel, QPoint(1, 1))
    qtbot.waitUntil(lambda: "Difference of brightness" in texts_of(panel))


def test_images_in_colour_keep_their_colour(qtbot: QtBot) -> None:
    panel = shown(qtbot, COLOUR_TASK)
    green = np.zeros(COLOUR_TASK.output_shape, np.float32)
    green[..., 1] = 1
    panel.set_versions(versions_of(observed(COLOUR_TASK, green), COLOUR_TASK))
    wipe = child(panel, WipeView)
    QTest.keyClick(wipe, Qt.Key.Key_Home)
    image: QImage = wipe.grab().toImage()
    assert image.pixelColor((wipe.image_area().topLeft() + QPointF(20, 20)).toPoint()) == QColor(0, 255, 0)


# --- the choice of versions ---


def column(table: ScoreTable, name: str, share: float) -> QPoint:
    """Return a position in the column of a version, at a share of its width."""
    names = list(table.texts())
    width = table.width() / len(names)
    return QPoint(round((names.index(name) + share) * width), table.height() // 2)


def test_a_click_on_a_half_chooses_the_side(panel: EnlargementPanel) -> None:
    table = child(panel, ScoreTable)
    assert chosen(panel) == ("Bicubic", "Model")
    QTest.mouseClick(table, LEFT, pos=column(table, "lanczos", 0.3))
    assert chosen(panel) == ("Lanczos", "Model")
    QTest.mouseClick(table, LEFT, pos=column(table, "original", 0.7))
    assert chosen(panel) == ("Lanczos", "Original")
    QTest.mouseClick(table, LEFT, pos=column(table, "input", 0.7))
    QTest.mouseClick(table, LEFT, pos=column(table, "page", 0.3))
    assert chosen(panel) == ("Lanczos", "Original")


def test_keys_choose_the_right_side(panel: EnlargementPanel) -> None:
    table = child(panel, ScoreTable)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Left)
    assert chosen(panel) == ("Bicubic", "Lanczos")
    QTest.keyClick(table, Qt.Key.Key_End)
    assert chosen(panel) == ("Bicubic", "Original")
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert chosen(panel) == ("Bicubic", "Nearest")


def test_the_choice_is_kept_for_the_next_network_of_the_same_task(panel: EnlargementPanel) -> None:
    choose(panel, "left", "lanczos")
    network = open_network(TASK)
    panel.set_network(network.info, network.graph)
    assert chosen(panel) == ("Lanczos", "Model")
    assert panel.numbers() == {}


def test_tooltips_explain_versions_and_measures(
    panel: EnlargementPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown_tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, __: shown_tips.append(text))
    table = child(panel, ScoreTable)
    bottom = QPoint(2, round(table.image_areas()[0].bottom()) + table.fontMetrics().height())
    for at in (column(table, "bicubic", 0.5), column(table, "input", 0.5), bottom):
        QApplication.sendEvent(table, QHelpEvent(QEvent.Type.ToolTip, at, table.mapToGlobal(at)))
    bicubic, small, measure = shown_tips
    assert bicubic.startswith("Bicubic interpolation")
    assert "side of the divider" in bicubic
    assert small == "The reduced image, which is what the model gets"
    assert "to the original" in measure or "signal-to-noise" in measure


def test_everything_is_exported(panel: EnlargementPanel) -> None:
    numbers = panel.numbers()
    assert set(numbers) == {
        *("page", "input", "nearest", "bicubic", "lanczos", "model", "original"),
        *("difference", "versions", "quality"),
    }
    assert numbers["versions"].tolist() == ["nearest", "bicubic", "lanczos", "model"]
    assert numbers["quality"].shape == (4, 4)
    assert npz_bytes(numbers)
    assert view_image(panel).width() >= 2400


def test_a_large_font_needs_no_more_width(panel: EnlargementPanel) -> None:
    font = panel.font()
    font.setPointSizeF(18)
    panel.setFont(font)
    assert panel.minimumSizeHint().width() <= 300
    assert child(panel, QLabel, "gain").fontInfo().pointSizeF() > 18
