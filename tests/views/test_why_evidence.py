from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.core.placement import IDENTITY, Placement
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.canvas.canvas_evidence import CanvasEvidence, Map
from desktop_app.views.canvas.paint_evidence import ON_DARK, ON_LIGHT, Tints, evidence_images, paint_evidence
from desktop_app.views.parts.theme import DARK, LIGHT, Theme, palette_of
from desktop_app.views.why.evidence import Evidence, Method, display_extreme, display_values
from tests.contrast import contrast
from tests.views.conftest import painted

LINE = [(200.0, 40.0), (200.0, 360.0)]
LEGEND = ("supports 7", "supports 2")


def half_and_half(size: int = 8) -> Map:
    """Return values that support one label in the upper half and the other in the lower half."""
    values = np.ones((size, size), dtype=np.float32)
    values[size // 2 :] = -1
    return values


def covering_evidence(values: Map, strength: float = 1.0) -> CanvasEvidence:
    """Return values that cover the whole canvas."""
    scale = 400 / len(values)
    return CanvasEvidence(values, Placement(scale, scale, 0, 0), LEGEND, strength)


@pytest.fixture
def written(canvas: InkCanvas) -> InkCanvas:
    """A canvas with one pixel per page unit and an upright line in its middle."""
    canvas.set_page(Ink((Stroke(np.asarray(LINE, dtype=np.float32), width=20.0),)))
    return canvas


def colour_at(canvas: InkCanvas, x: int, y: int) -> QColor:
    image = painted(canvas)
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(x * ratio), round(y * ratio))


def is_orange(colour: QColor) -> bool:
    return colour.red() > colour.blue() + 20


def is_blue(colour: QColor) -> bool:
    return colour.blue() > colour.red() + 20


def bluest(canvas: InkCanvas, x: int, y: int) -> QColor:
    """Return the bluest colour around a point: blue is painted in stripes."""
    near = [colour_at(canvas, x, y + step) for step in range(-4, 5)]
    return max(near, key=lambda colour: colour.blue() - colour.red())


# --- values ---


def evidence_of(for_answer: Map, for_rival: Map) -> Evidence:
    ink = np.ones_like(for_answer)
    return Evidence(Method.OCCLUSION, "7", "2", for_answer, for_rival, ink, IDENTITY, 1.0)


def test_share_counts_the_difference() -> None:
    both = np.array([[3, 2], [1, 0]], dtype=np.float32)
    evidence = evidence_of(both, np.array([[0, 2], [2, 0]], dtype=np.float32))
    assert evidence.difference.tolist() == [[3, 0], [-1, 0]]
    assert evidence.share == pytest.approx(3 / 4)
    assert evidence_of(both, both).share is None


def test_extreme_ignores_a_few_outliers() -> None:
    values = np.linspace(-1, 1, 400, dtype=np.float32).reshape(20, 20)
    values[0, 0] = 1000
    ink = np.ones((20, 20), dtype=np.float32)
    result = display_values(values, ink, display_extreme(values))
    assert result.max() == 1
    assert result.min() < -0.95
    assert (np.sign(result) == np.sign(values)).all()
    assert display_extreme(np.zeros((4, 4), dtype=np.float32)) == 0
    assert (display_values(np.zeros((4, 4), dtype=np.float32), ink[:4, :4], 0) == 0).all()


def test_extreme_of_a_single_value_is_that_value() -> None:
    values = np.zeros((20, 20), dtype=np.float32)
    values[5, 5] = -0.001
    assert display_values(values, np.ones((20, 20), dtype=np.float32), display_extreme(values)).min() == -1


def test_values_far_from_the_ink_are_hidden() -> None:
    ink = np.zeros((40, 40), dtype=np.float32)
    ink[:, 20] = 1
    result = display_values(np.ones((40, 40), dtype=np.float32), ink, 1)
    assert (result[:, 17:24] == 1).all()
    assert (result[:, :10] == 0).all()
    assert (result[:, 31:] == 0).all()
    assert (np.diff(result[20, 10:18]) >= 0).all()
    assert (
        display_values(np.ones((5, 9), dtype=np.float32), np.zeros((5, 9), dtype=np.float32), 1) == 0
    ).all()


# --- painting ---


def tinted(ground: str, values: Map, tints: Tints, ratio: float = 1.0) -> QImage:
    """Return a background with values over all of it, 80 units wide and high."""
    image = QImage(round(80 * ratio), round(80 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(ground))
    scale = 80 / len(values)
    images = evidence_images(values, Placement(scale, scale, 0, 0), QRectF(0, 0, 80, 80), ratio, tints)
    assert images is not None
    painter = QPainter(image)
    paint_evidence(painter, images, ratio)
    painter.end()
    return image


@pytest.mark.parametrize(("theme", "tints"), [(LIGHT, ON_LIGHT), (DARK, ON_DARK)])
@pytest.mark.parametrize("value", [1.0, -1.0])
def test_ink_is_readable_under_the_strongest_colours(theme: Theme, tints: Tints, value: float) -> None:
    values = np.full((4, 4), value, dtype=np.float32)
    for y in range(30, 50):
        ink = tinted(theme.text, values, tints).pixelColor(40, y)
        base = tinted(theme.base, values, tints).pixelColor(40, y)
        assert contrast(ink, base) >= 3


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_values_are_interpolated_between_their_pixels(ratio: float) -> None:
    values = np.zeros((8, 8), dtype=np.float32)
    values[2, 5] = 1
    image = tinted("#ffffff", values, ON_LIGHT, ratio)

    def strength(x: float, y: float) -> int:
        return 255 - image.pixelColor(int(x * ratio), int(y * ratio)).blue()

    middle = strength(55, 25)
    full = 255 - QColor.fromRgb(int(ON_LIGHT.second[-1])).blue()
    assert middle == pytest.approx(full, rel=0.12)
    assert strength(60, 25) == pytest.approx(full / 2, rel=0.15)
    assert strength(55, 30) == pytest.approx(full / 2, rel=0.15)
    assert strength(66, 25) == 0
    assert strength(25, 55) == 0


def test_only_evidence_for_the_rival_is_striped() -> None:
    image = tinted("#ffffff", half_and_half(), ON_LIGHT)
    upper = {image.pixel(x, 15) for x in range(10, 70)}
    lower = [image.pixelColor(x, 65).red() for x in range(10, 70)]
    assert len(upper) == 1
    assert max(lower) - min(lower) > 40
    turns = np.flatnonzero(np.diff(np.sign(np.array(lower) - np.mean(lower))))
    assert len(turns) == pytest.approx(2 * 60 / 6, abs=2)


def test_values_outside_the_painted_area_are_ignored() -> None:
    values = half_and_half()
    within = QRectF(0, 0, 80, 80)
    assert evidence_images(values, Placement(10, 10, 500, 0), within, 1.0, ON_LIGHT) is None
    part = evidence_images(values, Placement(10, 10, 40, -40), within, 1.0, ON_LIGHT)
    assert part is not None
    assert part.first[0].width() <= 45
    assert part.first[0].height() <= 45


# --- canvas ---


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_are_painted_over_ink_and_background(written: InkCanvas, theme: Theme) -> None:
    written.setPalette(palette_of(theme))
    written.set_evidence(covering_evidence(half_and_half()))
    for x in (200, 300):
        assert is_orange(colour_at(written, x, 100))
        assert is_blue(bluest(written, x, 300))
    written.set_evidence(None)
    assert colour_at(written, 200, 100) == QColor(theme.text)
    assert colour_at(written, 300, 100) == QColor(theme.base)


def test_colours_follow_the_placement(written: InkCanvas) -> None:
    values = np.ones((4, 4), dtype=np.float32)
    written.set_evidence(CanvasEvidence(values, Placement(25, 25, 150, 200), LEGEND, 1.0))
    assert is_orange(colour_at(written, 230, 290))
    assert colour_at(written, 230, 150) == QColor(written.palette().base().color())
    assert colour_at(written, 320, 290) == QColor(written.palette().base().color())


def test_colours_follow_the_position_of_an_image(canvas: InkCanvas) -> None:
    canvas.setPalette(palette_of(DARK))
    rgb = np.full((100, 200, 3), 230, dtype=np.uint8)
    canvas.set_page(Picture(rgb, np.zeros((100, 200), dtype=np.float32)))
    canvas.set_evidence(CanvasEvidence(np.ones((10, 10), np.float32), Placement(10, 10, 100, 0), LEGEND, 1.0))
    assert is_orange(colour_at(canvas, 300, 150))
    assert is_orange(colour_at(canvas, 300, 290))
    assert not is_orange(colour_at(canvas, 120, 290))
    assert not is_orange(colour_at(canvas, 300, 340))


def test_strength_scales_the_colours(written: InkCanvas) -> None:
    def orange(strength: float) -> int:
        written.set_evidence(covering_evidence(half_and_half(), strength))
        colour = colour_at(written, 300, 150)
        return colour.red() - colour.blue()

    assert orange(1.0) > orange(0.5) > orange(0.2) > orange(0.0) == 0


def test_legend_explains_the_colours(written: InkCanvas) -> None:
    nothing = np.zeros((8, 8), dtype=np.float32)
    plain = painted(written)
    written.set_evidence(covering_evidence(nothing))
    with_words = painted(written)
    assert with_words.copy(0, 0, 150, 60) != plain.copy(0, 0, 150, 60)
    assert with_words.copy(0, 100, 400, 300) == plain.copy(0, 100, 400, 300)


def test_colours_scale_with_the_canvas(written: InkCanvas) -> None:
    written.set_evidence(covering_evidence(half_and_half()))
    written.grab()
    written.resize(200, 200)
    assert is_orange(colour_at(written, 150, 90))
    assert is_blue(bluest(written, 150, 120))


def test_canvas_accepts_ink_under_the_colours(qtbot: QtBot, written: InkCanvas) -> None:
    written.set_evidence(covering_evidence(half_and_half()))
    QTest.mousePress(written, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(written, QPoint(100, 150))
    QTest.mouseRelease(written, Qt.MouseButton.LeftButton, pos=QPoint(100, 150))
    ink, base = colour_at(written, 100, 120), colour_at(written, 60, 120)
    assert contrast(ink, base) >= 3
