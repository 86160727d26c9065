"""The model of a batch, as it is given to other processes and as it is named in tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.networks.last_layer import LastLayer
from desktop_app.tasks.character_sets import CharacterSet


@dataclass(frozen=True)
class BatchModel:
    """The model that read a batch.

    Attributes:
        name: name of the model.
        sha256: hash of what it reads with, see `ModelCard.sha256`.
        characters: characters that were possible answers.
        learned_sha256: hash of the last layer that it learned from corrections; empty: its own was used.
    """

    name: str
    sha256: str
    characters: str = "all"
    learned_sha256: str = ""


@dataclass(frozen=True)
class ModelChoice:
    """The model to read a batch with.

    Attributes:
        folder: folder of the model.
        sha256: hash of what it reads with, see `ModelCard.sha256`.
        characters: characters that are possible answers.
        learned: last layer that it learned from corrections; None: its own.
    """

    folder: Path
    sha256: str
    characters: CharacterSet = "all"
    learned: LastLayer | None = field(default=None, compare=False)

    @property
    def batch_model(self) -> BatchModel:
        """The model as it is named in tables."""
        learned = "" if self.learned is None else self.learned.sha256
        return BatchModel(self.folder.name, self.sha256, self.characters, learned)
