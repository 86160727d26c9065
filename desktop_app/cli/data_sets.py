"""Data sets for commands: where they are, and what a command says if one is missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message
from desktop_app.core.settings import load_settings
from desktop_app.data.sources.download import MissingData
from desktop_app.data.sources.source_set import DataFolders

_MOST_LISTED = 10


def data_folders() -> DataFolders:
    """Return the folders with data sets by the user's settings."""
    settings, _ = load_settings(paths.settings_path())
    return DataFolders(paths.data_dir(settings), paths.downloads_dir(), paths.cache_dir())


def print_left_out(title: str, files: Sequence[tuple[str, Message]]) -> None:
    """Say on standard error what of a source is not used and why; list at most ten files or rows."""
    if not files:
        return
    lines = [f"handwriting: Not all of {title} is used:"]
    lines += [f"  {file}: {reason}" for file, reason in files[:_MOST_LISTED]]
    if len(files) > _MOST_LISTED:
        lines.append(f"  and {len(files) - _MOST_LISTED:,} more")
    print("\n".join(lines), file=sys.stderr)


def problem_text(error: UserError, *, has_download: bool) -> str:
    """Return why a command failed; of a missing data set, also where it is looked for.

    Args:
        error: the reason.
        has_download: whether the command has the option --download.
    """
    if not isinstance(error, MissingData):
        return f"handwriting: {error}"
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
