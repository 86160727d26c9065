"""A page: what lies on the paper, either ink or a picture."""

from __future__ import annotations

from typing import TypeAlias

from desktop_app.core.ink import Ink
from desktop_app.core.picture import Picture

Page: TypeAlias = Ink | Picture
