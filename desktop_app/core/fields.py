"""Fields of forms, described without a form: what a value may be, what it is called, what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class NumberField:
    """A number.

    Attributes:
        name: by which the program knows it.
        title: its name for people.
        default: its value where none is given; numbers are whole where this is an int.
            None: where there is such a value, see none.
        least, most: the range, both allowed.
        explanation: what it does, in a sentence; may be empty.
        step: from one number to the next; 0: a tenth for whole numbers, else 1, 2, 5, 10, 20, 50.
        unit: behind the number where it stands beside a slider; "%" shows shares.
        reach: where a slider ends, within the range; None: at the end of the range.
        none: what None is called, for which the least number stands; empty where there is no None.
    """

    name: str
    title: str
    default: float | None
    least: float
    most: float
    explanation: str = ""
    step: float = 0.0
    unit: str = ""
    reach: float | None = None
    none: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return isinstance(self.least if self.default is None else self.default, int)

    def text(self, value: float) -> str:
        """A value with its unit, with as many decimals as steps need."""
        if self.unit == "%":
            return f"{100 * value:.3g} %"
        decimals = 0 if self.step >= 1 else 1 if self.step >= 0.1 else 2
        return f"{value:.{decimals}f}{self.unit}"


@dataclass(frozen=True)
class ChoiceField:
    """One of a few words.

    Attributes:
        name, title, explanation: as of a NumberField.
        default: the value where none is given.
        choices: each value with what people see, in their order.
    """

    name: str
    title: str
    default: str
    choices: Mapping[str, str] = field(hash=False)
    explanation: str = ""


@dataclass(frozen=True)
class FlagField:
    """Yes or no.

    Attributes:
        name, title, explanation: as of a NumberField.
        default: the value where none is given.
    """

    name: str
    title: str
    default: bool = False
    explanation: str = ""


Field: TypeAlias = NumberField | ChoiceField | FlagField
