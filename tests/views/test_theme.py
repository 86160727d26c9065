from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.paths import resources_dir
from desktop_app.views.parts.icons import icon, icon_pixmap
from desktop_app.views.parts.theme import (
    DARK,
    DARK_HIGH_CONTRAST,
    LIGHT,
    LIGHT_HIGH_CONTRAST,
    Theme,
    apply_appearance,
    mixed,
    palette_of,
    theme_for,
)
from tests.contrast import contrast


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(theme: Theme) -> None:
    for ground in (theme.window, theme.base):
        assert contrast(theme.text, ground) >= 7
        assert contrast(theme.quiet_text, ground) >= 4.5
        assert contrast(theme.accent, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT_HIGH_CONTRAST, DARK_HIGH_CONTRAST], ids=["light", "dark"])
def test_high_contrast(theme: Theme) -> None:
    for ground in (theme.window, theme.base):
        assert contrast(theme.text, ground) >= 20
        assert contrast(theme.quiet_text, ground) >= 20
        assert contrast(theme.accent, ground) >= 7
        assert contrast(theme.line, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 7


@pytest.mark.parametrize(
    ("appearance", "theme"),
    [("system", DARK_HIGH_CONTRAST), ("dark", DARK_HIGH_CONTRAST), ("light", LIGHT_HIGH_CONTRAST)],
)
def test_the_system_can_ask_for_high_contrast(appearance: str, theme: Theme) -> None:
    high = Qt.ContrastPreference.HighContrast
    assert theme_for(appearance, Qt.ColorScheme.Dark, high) is theme


@pytest.mark.parametrize(
    ("appearance", "system", "theme"),
    [
        ("system", Qt.ColorScheme.Unknown, LIGHT),
        ("system", Qt.ColorScheme.Light, LIGHT),
        ("system", Qt.ColorScheme.Dark, DARK),
        ("light", Qt.ColorScheme.Dark, LIGHT),
        ("dark", Qt.ColorScheme.Light, DARK),
    ],
)
def test_the_appearance_overrides_the_system(appearance: str, system: Qt.ColorScheme, theme: Theme) -> None:
    assert theme_for(appearance, system) is theme


def test_an_appearance_reaches_the_whole_application(qapp: QApplication) -> None:
    before = qapp.palette()
    try:
        apply_appearance("dark")
        assert qapp.palette().window().color() == QColor(DARK.window)
        apply_appearance("light")
        assert qapp.palette().window().color() == QColor(LIGHT.window)
    finally:
        qapp.setPalette(before)


def test_mixed_is_between_two_colours() -> None:
    black, white = QColor("black"), QColor("white")
    assert mixed(black, white, 0.0) == black
    assert mixed(black, white, 1.0) == white
    assert mixed(black, white, 0.5).lightness() in (127, 128)


ICONS = sorted(path.stem for path in (resources_dir() / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", ICONS)
def test_icons_take_the_colour_they_are_given(qtbot: QtBot, name: str) -> None:
    image = icon_pixmap(name, QColor("#ff0000"), 20, 2.0).toImage()
    assert (image.width(), image.devicePixelRatio()) == (40, 2.0)
    visible = [image.pixelColor(x, y) for x in range(40) for y in range(40)]
    solid = [colour for colour in visible if colour.alpha() > 200]
    assert len(solid) > 20
    assert all(colour.red() > 240 and colour.green() < 10 for colour in solid)


def test_there_are_icons_and_disabled_ones_are_fainter(qtbot: QtBot) -> None:
    assert {"pen", "eraser", "undo", "redo", "clear", "open", "paste"} <= set(ICONS)
    both = icon("pen", palette_of(LIGHT), 20)
    normal = both.pixmap(20, both.Mode.Normal).toImage()
    disabled = both.pixmap(20, both.Mode.Disabled).toImage()
    assert normal != disabled
