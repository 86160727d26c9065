"""Integration into desktops: icon, application id, desktop file, AppStream data, MIME type, entry points."""

from __future__ import annotations

import tomllib
from configparser import ConfigParser
from pathlib import Path

from defusedxml.ElementTree import parse
from PySide6.QtCore import QMimeDatabase
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app.app.start import APPLICATION_ID, build_window
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from tests.contrast import contrast

FOLDER = resources_dir() / "desktop"
PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
MIME = "application/inkml+xml"


def test_window_has_the_icon_and_the_name_of_the_desktop_file(qtbot: QtBot) -> None:
    window = build_window(Settings())
    qtbot.addWidget(window)
    assert QGuiApplication.desktopFileName() == APPLICATION_ID
    for size in (16, 32, 256):
        image = window.windowIcon().pixmap(size, size).toImage()
        assert image.width() == size
        colours = {image.pixelColor(x, y).name() for x in range(size) for y in range(size)}
        assert max(contrast(colour, "#1560c8") for colour in colours) > 3


def test_desktop_file_opens_ink() -> None:
    parser = ConfigParser(interpolation=None)
    parser.read(FOLDER / f"{APPLICATION_ID}.desktop", encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Icon"] == entry["StartupWMClass"] == APPLICATION_ID
    assert MIME in entry["MimeType"].split(";")
    assert entry["Exec"].split() == ["handwriting", "%f"]
    assert "handwriting" in PROJECT["project"]["scripts"]


def test_application_data_names_the_desktop_file() -> None:
    root = parse(FOLDER / f"{APPLICATION_ID}.metainfo.xml").getroot()
    assert root is not None
    assert root.findtext("id") == APPLICATION_ID
    assert root.findtext("launchable") == f"{APPLICATION_ID}.desktop"
    assert root.findtext("provides/mediatype") == MIME
    assert root.findtext("project_license") == PROJECT["project"]["license"]


def test_mime_type_is_that_of_ink_files() -> None:
    root = parse(FOLDER / f"{APPLICATION_ID}.xml").getroot()
    assert root is not None
    space = {"": "http://www.freedesktop.org/standards/shared-mime-info"}
    kind = root.find("mime-type", space)
    assert kind is not None
    assert kind.get("type") == MIME
    pattern = kind.find("glob", space)
    assert pattern is not None
    assert pattern.get("pattern") == "*.inkml"
    assert QMimeDatabase().mimeTypeForName("application/xml").isValid()


def test_installed_files_exist_and_are_named_after_the_application() -> None:
    shared = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    root = Path(__file__).parents[2]
    assert {Path(target).suffix for target in shared.values()} == {".desktop", ".svg", ".xml"}
    for source, target in shared.items():
        assert (root / source).is_file()
        assert Path(target).name.startswith(APPLICATION_ID)
    assert (
        PROJECT["project"]["gui-scripts"]["handwriting-window"]
        == PROJECT["project"]["scripts"]["handwriting"]
    )
