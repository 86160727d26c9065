"""What every sentence that people read has in common, however it is worded."""

from __future__ import annotations


def is_sentence(text: str) -> bool:
    """Whether a text begins with a capital letter, ends with a full stop, and does not shout."""
    return text[:1].isupper() and text.endswith(".") and not text.isupper()
