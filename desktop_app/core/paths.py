"""Paths of bundled files, user data, settings and data sets."""

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
    """Return the folder of the bundled models."""
    return _bundled("models")


def resources_dir() -> Path:
    """Return the folder of bundled icons, samples and other resources."""
    return _bundled("resources")


def user_models_dir() -> Path:
    """Return the folder of the user's models; it need not exist."""
    return user_data_dir() / "models"


def user_data_dir() -> Path:
    """Return the folder of user data; it need not exist."""
    return platformdirs.user_data_path(_NAME, appauthor=False)


def drawings_dir() -> Path:
    """Return the folder of the drawings of the last sessions; it need not exist."""
    return user_data_dir() / "drawings"


def drafts_dir() -> Path:
    """Return the folder of the drafts of the last sessions; it need not exist."""
    return user_data_dir() / "drafts"


def my_samples_dir() -> Path:
    """Return the folder of the user's samples; it need not exist."""
    return user_data_dir() / "my-samples"


def adaptations_dir() -> Path:
    """Return the folder of what models learned from the user's samples; it need not exist."""
    return user_data_dir() / "adaptations"


def inspection_dir() -> Path:
    """Return the folder of cached results, with a subfolder per network hash; it need not exist."""
    return user_data_dir() / "inspection"


def runs_dir() -> Path:
    """Return the folder of training runs; it need not exist."""
    return user_data_dir() / "runs"


def line_networks_dir() -> Path:
    """Return the folder of checkpoints of line networks in training; it need not exist."""
    return user_data_dir() / "line-networks"


def downloads_dir() -> Path:
    """Return the folder of downloaded data sets; it need not exist."""
    return user_data_dir() / "data"


def cache_dir() -> Path:
    """Return the folder of data sets as they were read, which can be deleted; it need not exist."""
    return _cache_root() / "data"


def temporary_dir() -> Path:
    """Return the folder of temporary files of processes that train; it need not exist."""
    return _cache_root() / "temporary"


def own_dirs() -> tuple[Path, ...]:
    """Return the folders of settings, user data and caches, where the program writes without being asked."""
    return settings_path().parent, user_data_dir(), _cache_root()


def settings_path() -> Path:
    """Return the path of the settings file; it need not exist."""
    return platformdirs.user_config_path(_NAME, appauthor=False) / "settings.json"


def data_dir(settings: Settings) -> Path | None:
    """Return the folder of data sets from the environment variable or the settings; None if not set."""
    chosen = os.environ.get(DATA_VARIABLE) or settings.data_folder
    if not chosen:
        return None
    try:
        return Path(chosen).expanduser()
    except RuntimeError:  # "~name" of an unknown user
        return Path(chosen)


def _cache_root() -> Path:
    return platformdirs.user_cache_path(_NAME, appauthor=False)


def _bundled(folder: str) -> Path:
    """Return a bundled folder: in the frozen program, the installed package, or the source tree."""
    package = Path(__file__).resolve().parents[1]
    frozen = getattr(sys, "_MEIPASS", None)
    parents = [Path(frozen)] if frozen else []
    parents += [package, package.parent]
    for parent in parents:
        if (parent / folder).is_dir():
            return parent / folder
    return parents[-1] / folder
