"""Contrast of what is not text: at least 3:1 in all themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.paths import resources_dir
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.curves.curve import Curve, Kind
from desktop_app.views.curves.plot_style import line_style, window_style
from desktop_app.views.parts import theme as themes
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.number_edit import NumberEdit
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.text_style import text_style_of
from desktop_app.views.parts.theme import (
    DARK,
    DARK_HIGH_CONTRAST,
    LIGHT,
    LIGHT_HIGH_CONTRAST,
    Theme,
    apply_appearance,
    mixed,
    palette_of,
)
from desktop_app.views.reading.probabilities import ProbabilityBars
from tests.contrast import contrast

NEEDED = 3.0
THEMES = {
    "light": LIGHT,
    "dark": DARK,
    "light-high": LIGHT_HIGH_CONTRAST,
    "dark-high": DARK_HIGH_CONTRAST,
}


@pytest.fixture(params=THEMES)
def theme(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> Iterator[Theme]:
    """A theme that the application uses."""
    before, chosen = qapp.palette(), THEMES[request.param]
    qapp.setPalette(QPalette())
    monkeypatch.setattr(themes, "theme_for", lambda *_: chosen)
    apply_appearance("system")
    yield chosen
    monkeypatch.undo()
    qapp.setPalette(before)


def menu_button() -> QPushButton:
    button = QPushButton("More")
    button.setMenu(Menu(button))
    return button


CONTROLS: dict[str, Callable[[], QWidget]] = {
    "line edit": lambda: QLineEdit("text"),
    "spin box": QSpinBox,
    "number edit": partial(NumberEdit, 0.0, 1.0),
    "combo box": QComboBox,
    "combo box of ours": ComboBox,
    "button": lambda: QPushButton("Train"),
    "tool button": QToolButton,
    "menu button": menu_button,
    "check box": CheckBox,
    "slider": Slider,
    "text": QPlainTextEdit,
    "canvas": InkCanvas,
}


def image_in_window(qtbot: QtBot, widget: QWidget) -> tuple[QImage, QRect]:
    """Return an image of a window with a widget that has no focus, and the area of the widget."""
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    layout.addWidget(widget)
    window.resize(240, 240)
    window.show()
    return window.grab().toImage(), widget.geometry()


@pytest.mark.parametrize("name", CONTROLS)
def test_outlines_of_controls_are_visible(qtbot: QtBot, theme: Theme, name: str) -> None:
    image, area = image_in_window(qtbot, CONTROLS[name]())
    y = area.center().y()
    across = [image.pixelColor(x, y) for x in range(area.left(), area.center().x())]
    assert max(contrast(colour, theme.window) for colour in across[: area.width() // 4]) >= NEEDED


def test_full_bars_differ_from_empty_ones(qtbot: QtBot, theme: Theme) -> None:
    bars = ProbabilityBars()
    bars.set_labels(("0", "1"), "")
    bars.set_reading(Reading(Verdict.READ, "0", probabilities={"0": 1.0, "1": 0.0}))
    image, area = image_in_window(qtbot, bars)
    column = [image.pixelColor(area.left() + 100, y) for y in range(area.top(), area.bottom())]
    full = [y for y, colour in enumerate(column) if colour == QColor(theme.accent)]
    ground = QColor(theme.window)
    empty = [y for y, colour in enumerate(column) if y > full[-1] + 2 and colour != ground]
    middle = column[(empty[0] + empty[-1]) // 2]
    assert contrast(QColor(theme.accent), middle) >= NEEDED


def test_lists_of_combo_boxes_can_be_read(qtbot: QtBot, theme: Theme) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["Adam", "SGD"])
    box.show()
    box.showPopup()
    view = box.view()
    at = view.visualRect(view.model().index(1, 0)).center()
    ground = view.viewport().grab().toImage().pixelColor(view.viewport().width() - 3, at.y())
    assert contrast(theme.text, ground) >= 7


def test_a_focused_input_is_marked(qtbot: QtBot, theme: Theme) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    edit.show()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    image = edit.grab().toImage()
    column = [image.pixelColor(x, image.height() // 2) for x in range(3)]
    assert max(contrast(colour, theme.window) for colour in column) >= NEEDED


def test_colours_of_painted_views(qtbot: QtBot, theme: Theme) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    style = text_style_of(widget)
    for colour in (style.outline, style.accent, style.soft_accent, style.quiet):
        assert contrast(colour, theme.window) >= NEEDED
    for colour in (style.outline, style.accent):
        assert contrast(colour, theme.base) >= NEEDED


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("is_strong", [True, False])
@pytest.mark.parametrize("kind", ["training", "validation", "rate"])
def test_lines_of_plots(qapp: QApplication, theme: Theme, kind: Kind, is_strong: bool) -> None:
    style = window_style(palette_of(theme), qapp.font())
    window, nothing = QColor(theme.window), np.empty(0)
    for group in range(9):
        curve = Curve("a", "a", nothing, nothing, kind=kind, group=group, is_strong=is_strong)
        options = line_style(curve, style)
        line = mixed(QColor(options["color"]), window, 1 - options.get("alpha", 1.0))
        assert contrast(line, window) >= NEEDED, (group, options)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("name", sorted(path.stem for path in (resources_dir() / "icons").glob("*.svg")))
def test_icons(qapp: QApplication, theme: Theme, name: str) -> None:
    image = icon(name, palette_of(theme), 20).pixmap(20).toImage()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [colour for colour in colours if colour.alpha() > 200]
    assert solid
    assert min(contrast(colour, theme.window) for colour in solid) >= NEEDED
