"""A page: what lies on the paper, either ink or a picture."""

from __future__ import annotations

from typing import TypeAlias

from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink

Page: TypeAlias = Ink | Picture
