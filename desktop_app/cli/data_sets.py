"""Data sets for commands: where they are, and what to do if one is missing."""

from __future__ import annotations

from desktop_app.core import paths
from desktop_app.core.settings import load_settings
from desktop_app.data.sources.download import MissingData
from desktop_app.data.sources.source_set import DataFolders


def data_folders() -> DataFolders:
    """Return the folders with data sets by the user's settings."""
    settings, _ = load_settings(paths.settings_path())
    return DataFolders(paths.data_dir(settings), paths.downloads_dir(), paths.cache_dir())


def missing_data_text(error: MissingData, *, has_download: bool = False) -> str:
    """Return what is missing, where it is looked for, and what to do.

    Args:
        error: the data set that is missing.
        has_download: whether the command has the option --download.
    """
    source, folders = error.source, data_folders()
    searched = ", ".join(str(path) for path in (folders.folder, folders.downloads) if path is not None)
    if source.download is None:
        advice = f"name the folder that contains it in {paths.DATA_VARIABLE}"
    elif has_download:
        advice = f"--download fetches it ({source.download.size_text})"
    else:
        advice = f"download it ({source.download.size_text}) from {source.download.url}"
    file = source.file if source.download is None else source.download.file
    return (
        f"handwriting: {source.title} ({file}) is not on this computer.\n"
        f"It is looked for in {searched}; {advice}."
    )
