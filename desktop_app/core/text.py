"""Texts that need no translation."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable


def shape_text(shape: Iterable[int | None]) -> str:
    """Return a shape as people write it, e.g. "12×12×64"; a size that is not fixed is "?"."""
    return "×".join("?" if size is None else f"{size:,}" for size in shape)


def composed(text: str) -> str:
    """Return a text with composed characters (NFC), e.g. é as one: names of files on macOS may have two."""
    return unicodedata.normalize("NFC", text)


def with_latin_digits(text: str) -> str:
    """Return a text with the digits 0 to 9 in place of those of other scripts and widths."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def with_digits_of(labels: Container[str], text: str) -> str:
    """Return a text with each digit of another script or width that is no label as the digit that is one."""
    latin = ((c, with_latin_digits(c)) for c in text)
    return "".join(digit if c not in labels and digit in labels else c for c, digit in latin)


def shortened(text: str, most: int) -> str:
    """Return a text of at most this number of characters; a longer one ends with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
