"""Makes the pictures of the window for the README: every view, in light and dark.

python -m tests.make_pictures [--to FOLDER] [--scale 2]
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from desktop_app.app import build_window
from desktop_app.app.files import png_of
from desktop_app.core.files import write_atomically
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.maps.feature_maps import FeatureMapView
from desktop_app.gui.workspaces import INSIDE, READ
from desktop_app.paths import resources_dir
from desktop_app.settings import Settings

PICTURES = Path(__file__).resolve().parents[1] / "resources" / "pictures"
SIZE = (1440, 960)
COLOURS = 256


def rest(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


def opened(appearance: str, workspace: str, sample: str = "seven.inkml") -> MainWindow:
    """The window with a sample on its paper, read."""
    window = build_window(Settings(appearance=appearance, workspace=workspace))
    window.resize(*SIZE)
    window.show()
    loop = QEventLoop()
    window.reading_painted.connect(loop.quit)
    window.file_chosen.emit(resources_dir() / "samples" / sample)
    loop.exec()
    rest(600)
    return window


def click_maps(window: MainWindow, place: QPoint) -> None:
    """Click on a value of the feature maps."""
    maps = window.maps.findChild(FeatureMapView, "feature_maps")
    assert maps is not None
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=place)


def choose(window: MainWindow, name: str, row: int) -> None:
    """Choose an entry of one of the window's choices."""
    choice = window.findChild(QComboBox, name)
    assert choice is not None, name
    choice.setCurrentIndex(row)


def read(window: MainWindow) -> None:
    """The workspace for reading, as it is."""


def arithmetic(window: MainWindow) -> None:
    """The maps of the second convolution, and how one of their values came about."""
    window.layers.layer_chosen.emit("conv2")
    rest(100)
    click_maps(window, QPoint(180, 60))


VIEWS: dict[str, tuple[str, Callable[[MainWindow], None]]] = {
    "read": (READ, read),
    "arithmetic": (INSIDE, arithmetic),
}


def main() -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=PICTURES, metavar="FOLDER")
    parser.add_argument("--scale", default="1", help="pixels for each pixel of the window")
    parser.add_argument("views", nargs="*", choices=[*VIEWS, []], help="which; all where none is named")
    chosen = parser.parse_args()
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    QApplication(sys.argv[:1])
    chosen.to.mkdir(parents=True, exist_ok=True)
    for name in chosen.views or VIEWS:
        workspace, prepare = VIEWS[name]
        for appearance in ("light", "dark"):
            window = opened(appearance, workspace)
            prepare(window)
            rest(800)
            picture = Image.open(io.BytesIO(png_of(window.grab().toImage()))).convert("RGB")
            small = io.BytesIO()
            picture.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
            write_atomically(chosen.to / f"{name}-{appearance}.png", small.getvalue())
            window.close()
            window.deleteLater()


if __name__ == "__main__":
    main()
