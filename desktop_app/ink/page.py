"""Type of the canvas content: ink or an image."""

from __future__ import annotations

from typing import TypeAlias

from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink

Page: TypeAlias = Ink | Picture
