"""Values in words that need no translation."""

from __future__ import annotations

from collections.abc import Iterable


def shape_text(shape: Iterable[int | None]) -> str:
    """A shape as people write it, e.g. "12×12×64"; a size that is not fixed is "?"."""
    return "×".join("?" if size is None else f"{size:,}" for size in shape)
