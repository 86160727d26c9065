"""The shipped model for digits."""

from __future__ import annotations

import pytest

from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer


@pytest.fixture(scope="module")
def recognizer():
    return open_recognizer(find_model("digits"))
