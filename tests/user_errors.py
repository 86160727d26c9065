"""Expect an error that users see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop_app.core.errors import UserError, printable


@contextmanager
def user_error(match: str | None = None) -> Iterator[None]:
    """Expect a user error in which a regular expression is found and which is a sentence.

    A sentence begins with a capital letter or with a name, is no heading, and ends with a full stop.
    """
    with pytest.raises(UserError, match=match) as caught:
        yield
    sentence = str(caught.value)
    assert sentence == printable(sentence)
    words = sentence.split()
    assert len(words) > 3
    assert words[0][0].isupper() or not words[0].isalpha()
    assert any(word.islower() for word in words)
    assert sentence.endswith(".")
