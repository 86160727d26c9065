"""Output of benchmarks as a table and as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A measured value.

    Attributes:
        name: description of the value.
        value: value in the unit.
        unit: unit, e.g. "ms".
        limit: target, an upper limit unless more is better; None for none.
        more_is_better: whether the limit is a lower limit.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    more_is_better: bool = False

    @property
    def holds(self) -> bool:
        """Whether the value is within its limit."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.more_is_better else self.value <= self.limit


def options(description: str, rounds: int) -> argparse.Namespace:
    """Parse the command line of a benchmark; return rounds and json, a path or None."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds, help="number of repetitions")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser.parse_args()


def report(title: str, figures: Sequence[Figure], json_path: Path | None) -> None:
    """Print the figures, and write them to a file if requested."""
    width = max(len(figure.name) for figure in figures)
    print(title)
    for figure in figures:
        line = f"  {figure.name:<{width}}  {figure.value:10.2f} {figure.unit:<6}"
        if figure.limit is not None:
            bound = "at least" if figure.more_is_better else "at most"
            line += f"  {bound} {figure.limit:g}: {'holds' if figure.holds else 'MISSED'}"
        print(line.rstrip())
    if json_path is not None:
        json_path.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n", "utf-8")
