"""Names of the classes of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassNames:
    """Names of all classes in the order of the network's outputs.

    Attributes:
        labels: of the first classes.
        negative: of the last class if it is "none of the labels"; empty otherwise.
    """

    labels: tuple[str, ...]
    negative: str

    def __len__(self) -> int:
        """Return the number of classes."""
        return len(self.labels) + bool(self.negative)

    def __getitem__(self, number: int) -> str:
        """Return the name of a class."""
        return self.labels[number] if number < len(self.labels) else self.negative

    def short(self, number: int) -> str:
        """Return a short name of a class."""
        return self.labels[number] if number < len(self.labels) else "\N{EN DASH}"
