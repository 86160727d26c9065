"""Conversion of Keras models without a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop_app.training.conversion_folder import ConversionFolder
from desktop_app.training.foreign_conversion import convert_model
from desktop_app.training.foreign_file import check_foreign, replace_config


def convert_here(_: Path, command: Sequence[str], temporary: Path, *more: object) -> None:
    """Convert a model in this process, which has imported Keras; raise what the other would report."""
    source, folder = Path(command[-1]), ConversionFolder(temporary)
    replace_config(source, check_foreign(source))
    folder.write_facts(convert_model(source, folder.model))
