"""Tests of the advice about missing libraries."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from desktop_app.core import installation
from desktop_app.core.installation import install_advice


@pytest.fixture(autouse=True)
def _version_with_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))


def test_in_a_source_tree_the_folder_is_named() -> None:
    folder = Path(__file__).parents[2]
    assert str(install_advice()) == f'Run pip install ".[training]" in the folder {folder}.'


def test_the_frozen_program_names_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert str(install_advice()) == "This edition of the program only reads; install it from its source code."


def test_newer_versions_of_python_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert str(install_advice()).startswith("TensorFlow needs Python 3.11 to 3.13; ")


def test_an_installed_package_names_its_libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installation, "__file__", str(tmp_path / "desktop_app" / "core" / "installation.py"))
    required = ["numpy>=2", "keras>=3,<4; extra == 'training'", "tensorflow<3; extra == 'training'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: required)
    assert str(install_advice()) == 'Run pip install "keras>=3,<4" "tensorflow<3".'
