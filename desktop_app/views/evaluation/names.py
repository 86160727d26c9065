"""What classes are called in an evaluation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassNames:
    """The names of all classes, in the order of the network's answers.

    Attributes:
        labels: of the first classes.
        negative: of the last one, where the network knows "not a character"; empty where not.
    """

    labels: tuple[str, ...]
    negative: str

    def __len__(self) -> int:
        """Number of classes."""
        return len(self.labels) + bool(self.negative)

    def __getitem__(self, number: int) -> str:
        """The name in a sentence."""
        return self.labels[number] if number < len(self.labels) else self.negative

    def short(self, number: int) -> str:
        """The name where there is no room for sentences."""
        return self.labels[number] if number < len(self.labels) else "\N{EN DASH}"
