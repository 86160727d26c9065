"""Icons: bundled SVG drawings that take their colours from the palette."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap

from desktop_app.paths import resources_dir

_RATIOS = (1.0, 2.0)


def icon(name: str, palette: QPalette, size: int) -> QIcon:
    """The icon in the text colour of a palette, size device-independent pixels wide."""
    result = QIcon()
    role = QPalette.ColorRole.ButtonText
    normal = palette.color(QPalette.ColorGroup.Active, role)
    disabled = palette.color(QPalette.ColorGroup.Disabled, role)
    for ratio in _RATIOS:
        result.addPixmap(drawn(name, normal, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(drawn(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return result


def drawn(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """One drawing in one colour, size device-independent pixels wide, for a screen's pixel ratio."""
    # Imported here: QtSvg is needed only once a drawing is asked for.
    from PySide6.QtSvg import QSvgRenderer

    source = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour.name()).encode()))
    pixels = round(size * ratio)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
