"""Check of sentences for users."""

from __future__ import annotations


def is_sentence(text: str) -> bool:
    """Return whether a text starts with a capital letter, ends with a full stop, and is not all capitals."""
    return text[:1].isupper() and text.endswith(".") and not text.isupper()
