"""Icons: bundled SVG drawings that take their colours from the palette."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap

from desktop_app.core.paths import resources_dir

_RATIOS = (1.0, 2.0)
_MOST_KEPT = 500


def icon(name: str, palette: QPalette, size: int) -> QIcon:
    """The icon in the text colour of a palette, size device-independent pixels wide."""
    result = QIcon()
    role = QPalette.ColorRole.ButtonText
    normal = palette.color(QPalette.ColorGroup.Active, role)
    disabled = palette.color(QPalette.ColorGroup.Disabled, role)
    for ratio in _RATIOS:
        result.addPixmap(icon_pixmap(name, normal, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(icon_pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return result


def icon_pixmap(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """One drawing in one colour, size device-independent pixels wide, for a screen's pixel ratio."""
    # Many panels show the same few icons, and each new palette asks for all of them.
    pixmap = QPixmap.fromImage(_drawn(name, colour.name(), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(_MOST_KEPT)
def _drawn(name: str, colour: str, pixels: int) -> QImage:
    """A square image. Unlike a pixmap it may outlive the application."""
    # Imported here: QtSvg is needed only once a drawing is asked for.
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return image
