"""Grouping of the digits of a line for display: phone numbers, dates, amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

THIN_SPACE = "\u2009"


def grouped(text: str, style: str) -> str:
    """Return a line with separators between its digits.

    Args:
        text: a line; unless it consists of digits and spaces, it stays unchanged.
        style: "written", "phone", "date" or "amount".
    """
    digits = text.replace(" ", "")
    if not (digits.isascii() and digits.isdigit()):
        return text
    return GROUPINGS[style](text)


def _phone(text: str) -> str:
    """Return groups of three digits after the written first group, or after four digits."""
    first, _, rest = text.partition(" ")
    rest = rest.replace(" ", "")
    if not rest:
        first, rest = first[:4], first[4:]
    groups = [rest[start : start + 3] for start in range(0, len(rest), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return " ".join((first, *groups))


def _date(text: str) -> str:
    """Return year, month and day if the first four of eight digits can be a year, else day first."""
    digits = text.replace(" ", "")
    if len(digits) not in (6, 8):
        return text
    year_first = digits[:4], digits[4:6], digits[6:]
    if len(digits) == 8 and 1900 <= int(year_first[0]) < 2100 and _is_day(year_first[2], year_first[1]):
        return "-".join(year_first)
    day, month, year = digits[:2], digits[2:4], digits[4:]
    return f"{day}.{month}.{year}" if _is_day(day, month) else text


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _amount(text: str) -> str:
    """Return an amount whose last two digits are hundredths."""
    digits = text.replace(" ", "")
    if len(digits) < 3:
        return text
    whole, cents = digits[:-2], digits[-2:]
    start = len(whole) % 3 or 3
    groups = [whole[:start], *(whole[at : at + 3] for at in range(start, len(whole), 3))]
    return f"{THIN_SPACE.join(groups)}.{cents}"


GROUPINGS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"written": lambda text: text, "phone": _phone, "date": _date, "amount": _amount}
)
"""Functions that group the digits of a line, by the name of the style."""
