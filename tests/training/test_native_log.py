"""Tests of what TensorFlow's native code logs."""

from __future__ import annotations

import importlib
import os

import pytest

import desktop_app.training

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def test_native_log_is_off_unless_the_user_chose_a_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LEVEL)
    importlib.reload(desktop_app.training)
    assert os.environ[LEVEL] == "3"
    monkeypatch.setenv(LEVEL, "0")
    importlib.reload(desktop_app.training)
    assert os.environ[LEVEL] == "0"
