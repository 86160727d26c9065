"""The weights of a run after some of its epochs."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.runs.training_events import WeightSnapshot

MOST_SNAPSHOTS = 60

MOST_BYTES = 100_000_000
"""Limit of all snapshots together; the newest is always kept."""


class WeightSnapshots:
    """Weights of a run by epoch, limited in number and size."""

    def __init__(self) -> None:
        """Create an empty collection."""
        self._kept: list[WeightSnapshot] = []

    def add(self, snapshot: WeightSnapshot) -> None:
        """Add a snapshot, newer than all others or replacing one of the same epoch."""
        self._kept = [kept for kept in self._kept if kept.epoch < snapshot.epoch]
        self._kept.append(snapshot)
        size = sum(weight.nbytes for weight in snapshot.weights.values())
        most = max(1, min(MOST_SNAPSHOTS, MOST_BYTES // max(size, 1)))
        staying = set(thinned(self.epochs, most))
        self._kept = [kept for kept in self._kept if kept.epoch in staying]

    @property
    def epochs(self) -> tuple[int, ...]:
        """Epochs with weights, ascending."""
        return tuple(kept.epoch for kept in self._kept)

    @property
    def newest(self) -> WeightSnapshot | None:
        """Newest snapshot; None if there is none."""
        return self._kept[-1] if self._kept else None

    def at(self, epoch: int) -> WeightSnapshot | None:
        """Return the snapshot of an epoch, or the last one before it."""
        return next((kept for kept in reversed(self._kept) if kept.epoch <= epoch), None)

    def newest_first(self) -> tuple[WeightSnapshot, ...]:
        """Return all snapshots, the newest first."""
        return tuple(reversed(self._kept))


def thinned(epochs: Sequence[int], most: int) -> tuple[int, ...]:
    """Return the epochs to keep: the first, the last, and evenly spaced ones between.

    Args:
        epochs: ascending.
        most: maximum number, 1 or more; from 2 on, the first epoch is kept.
    """
    kept = list(epochs)
    while len(kept) > most:
        # Remove the epoch that leaves the smallest gap, the oldest of equal ones.
        gaps = [kept[i + 1] - kept[i - 1] for i in range(1, len(kept) - 1)]
        del kept[gaps.index(min(gaps)) + 1 if gaps else 0]
    return tuple(kept)
