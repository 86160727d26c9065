"""How benchmarks speak: a small table for people, JSON for whoever compares."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: in the unit.
        unit: e.g. "ms".
        limit: what is aimed at, at most (or at least, where more is better); None: nothing.
        more_is_better: whether the limit is a lower one.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    more_is_better: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure is within its limit."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.more_is_better else self.value <= self.limit


def options(description: str, rounds: int) -> argparse.Namespace:
    """The command line of a benchmark: rounds, and json, a path or None."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds, help="how often everything is measured")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    return parser.parse_args()


def report(title: str, figures: Sequence[Figure], json_path: Path | None) -> None:
    """Print the figures and write them where asked."""
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
