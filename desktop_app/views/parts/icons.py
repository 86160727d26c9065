"""Icons: bundled SVG files in the colours of the palette."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap

from desktop_app.core.paths import resources_dir

_RATIOS = (1.0, 2.0)
_CACHE_SIZE = 500


def icon(name: str, palette: QPalette, size: int) -> QIcon:
    """Return an icon in the text colour of a palette; size in device-independent pixels."""
    result = QIcon()
    role = QPalette.ColorRole.ButtonText
    normal = palette.color(QPalette.ColorGroup.Active, role)
    disabled = palette.color(QPalette.ColorGroup.Disabled, role)
    for ratio in _RATIOS:
        result.addPixmap(icon_pixmap(name, normal, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(icon_pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return result


def icon_pixmap(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """Return an icon in one colour; size in device-independent pixels, ratio: screen pixels for each."""
    pixmap = QPixmap.fromImage(_rendered(name, colour.name(), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(_CACHE_SIZE)
def _rendered(name: str, colour: str, pixels: int) -> QImage:
    """Return a square image; unlike a pixmap it may outlive the application."""
    # Imported when needed.
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return image
