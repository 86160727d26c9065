"""Where things are: bundled files, the user's data and settings, data sets."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

from desktop_app.core.settings import Settings

DATA_VARIABLE = "HANDWRITING_DATA"
"""Environment variable that overrides the data folder of the settings."""

_NAME = "handwriting"


def models_dir() -> Path:
    """The models that ship with the program."""
    return _bundled("models")


def resources_dir() -> Path:
    """Icons, samples and whatever else ships with the program."""
    return _bundled("resources")


def user_models_dir() -> Path:
    """The user's own models."""
    return user_data_dir() / "models"


def user_data_dir() -> Path:
    """What the program keeps for the user; it need not exist yet."""
    return platformdirs.user_data_path(_NAME, appauthor=False)


def inspection_dir() -> Path:
    """What took long to compute about networks, one folder for the hash of each; it need not exist yet."""
    return user_data_dir() / "inspection"


def runs_dir() -> Path:
    """The user's training runs, a folder each; it need not exist yet."""
    return user_data_dir() / "runs"


def downloads_dir() -> Path:
    """Data sets that were fetched at the user's wish; it need not exist yet."""
    return user_data_dir() / "data"


def settings_path() -> Path:
    """The settings file; it need not exist yet."""
    return platformdirs.user_config_path(_NAME, appauthor=False) / "settings.json"


def data_dir(settings: Settings) -> Path | None:
    """The folder of data sets: that of the environment, else that of the settings, else None."""
    chosen = os.environ.get(DATA_VARIABLE) or settings.data_folder
    return Path(chosen).expanduser() if chosen else None


def _bundled(folder: str) -> Path:
    """A bundled folder: of the frozen program, inside the installed package, or beside the source."""
    package = Path(__file__).resolve().parents[1]
    frozen = getattr(sys, "_MEIPASS", None)
    places = [Path(frozen)] if frozen else []
    places += [package, package.parent]
    for place in places:
        if (place / folder).is_dir():
            return place / folder
    return places[-1] / folder
